//! Gives verbs back the subjects that the tree hung elsewhere.

use super::Edits;
use chancery_text::{Rel, Upos, Xpos};
use std::ops::Range;

impl Edits<'_> {
    /// The verbs of a sentence that have lost their subject.
    pub(super) fn lost_subjects(&mut self, tokens: Range<usize>) {
        for t in tokens.clone() {
            let token = &self.doc.tokens[t];
            if token.upos == Upos::Verb {
                self.active(t, tokens.end);
                self.party_before_infinitive(t, &tokens);
            }
            self.due_to(t);
            match (token.upos, token.rel) {
                (_, Rel::Vocative) => self.first_of_headline(t, &tokens),
                (Upos::Verb, Rel::Root | Rel::Ccomp | Rel::Conj | Rel::Parataxis) => {
                    self.speech_behind_its_content(t);
                    self.subject_of_content(t);
                    self.bare_party_before(t);
                }
                (Upos::Verb, Rel::Advcl) => self.bare_party_before(t),
                (Upos::Noun | Upos::Propn, Rel::Root) => self.verb_under_its_subject(t, tokens.end),
                _ => {}
            }
        }
    }

    /// "are due to meet": the tree took "due to" for a preposition.
    fn due_to(&mut self, t: usize) {
        let doc = self.doc;
        let token = &doc.tokens[t];
        let Some(verb) = doc.tokens.get(t + 1).filter(|v| token.rel == Rel::Fixed && v.xpos == Xpos::Vb) else {
            return;
        };
        if doc.form(t) == "to" && verb.head == token.head {
            self.attach(t, Some(t + 1), Rel::Mark);
            self.attach(t + 1, token.head, Rel::Xcomp);
        }
    }

    /// "Russia, Turkey sign deal": nobody is called by name in a headline; but who signs and "signs" is one.
    fn first_of_headline(&mut self, first: usize, tokens: &Range<usize>) {
        let doc = self.doc;
        let Some(verb) = doc.tokens[first].head.filter(|&v| first < v && self.is_headline(tokens)) else { return };
        let is_of_one = |t: usize| doc.tokens[t].xpos == Xpos::Vbz;
        let helped = doc.children(verb).any(|c| matches!(doc.tokens[c].rel, Rel::Aux | Rel::AuxPass) && is_of_one(c));
        if is_of_one(verb) || helped {
            return;
        }
        let subject = doc.children(verb).find(|&c| doc.tokens[c].rel.is_subject() && first < c && c < verb);
        let joined =
            |s: &usize| doc.subtree(*s).iter().min().is_some_and(|&b| b == first + 2) && doc.form(first + 1) == ",";
        if let Some(subject) = subject.filter(joined).filter(|_| self.parties.heads.contains(&first)) {
            self.attach(first, Some(verb), doc.tokens[subject].rel);
            self.attach(subject, Some(first), Rel::Conj);
        }
    }

    /// "Chad and Niger have agreed to trade, the envoy announced": two subjects of one verb, the first of them the content's.
    fn speech_behind_its_content(&mut self, v: usize) {
        let doc = self.doc;
        let subjects: Vec<usize> = doc.children(v).filter(|&c| doc.tokens[c].rel == Rel::Nsubj && c < v).collect();
        let [first, second] = subjects[..] else { return };
        let between = doc.children(v).find(|&c| {
            let place = matches!(doc.tokens[c].rel, Rel::Advcl | Rel::Ccomp | Rel::Parataxis | Rel::Dep);
            place && first < c && c < second && self.is_finite_without_subject(c)
        });
        if let Some(content) = between.filter(|_| second < v && doc.form(v - 1) != ",") {
            self.attach(first, Some(content), Rel::Nsubj);
            self.attach(content, Some(v), Rel::Ccomp);
        }
    }

    /// "The embassy said Malaysia, which leads the bloc, appealed": an object before a content without a subject.
    fn subject_of_content(&mut self, v: usize) {
        let doc = self.doc;
        let content =
            doc.children(v).find(|&c| c > v && doc.tokens[c].rel == Rel::Ccomp && self.is_finite_without_subject(c));
        let Some(content) = content else { return };
        let marked = doc.children(content).any(|c| doc.tokens[c].rel == Rel::Mark && c < content);
        let object = doc
            .children(v)
            .filter(|&c| matches!(doc.tokens[c].rel, Rel::Obj | Rel::Iobj))
            .find(|&c| v < c && c < content);
        if let Some(subject) = object.filter(|_| !marked) {
            self.attach(subject, Some(content), Rel::Nsubj);
        }
    }

    /// "after El Salvador freed them": a party before a finite verb that has no subject of its own.
    fn bare_party_before(&mut self, v: usize) {
        let doc = self.doc;
        if !self.is_finite_without_subject(v) {
            return;
        }
        if let Some(party) = doc.children(v).rfind(|&c| c < v && self.is_loose_party(c)) {
            self.attach(party, Some(v), Rel::Nsubj);
        }
    }

    /// "Port closed as Togo to urge talks": in a headline, who stands before "to" is to do it.
    fn party_before_infinitive(&mut self, v: usize, tokens: &Range<usize>) {
        let doc = self.doc;
        let token = &doc.tokens[v];
        let Some(governor) = token.head.filter(|_| v > 1 && token.xpos == Xpos::Vb && doc.form(v - 1) == "to") else {
            return;
        };
        let ends_here = |c: usize| doc.subtree(c).iter().max().is_some_and(|last| last + 2 == v);
        let party = doc.children(governor).find(|&c| c + 1 < v && self.is_loose_party(c) && ends_here(c));
        if let Some(party) = party.filter(|_| self.is_headline(tokens) && !self.has_subject(v)) {
            self.attach(party, Some(v), Rel::Nsubj);
        }
    }

    /// A named party that the tree hung on its verb as if by the way.
    fn is_loose_party(&self, c: usize) -> bool {
        let token = &self.doc.tokens[c];
        let loose =
            matches!(token.rel, Rel::Obl | Rel::OblUnmarked | Rel::Advmod | Rel::Dep | Rel::Compound | Rel::Dislocated);
        let nominal = matches!(token.upos, Upos::Noun | Upos::Propn | Upos::Pron);
        loose && nominal && self.parties.heads.contains(&c) && !self.is_cased(c) && !self.is_time(c)
    }

    fn is_time(&self, t: usize) -> bool {
        self.doc.times.iter().any(|time| time.tokens.contains(&t))
    }

    /// "The premier met", "Meloni and Saied spoke by telephone.": what has a past tense and no "was" acts; and in a whole
    /// sentence no passive is without "was".
    fn active(&mut self, v: usize, end: usize) {
        let token = &self.doc.tokens[v];
        let past = token.xpos == Xpos::Vbd && self.child(v, &[Rel::AuxPass]).is_none();
        let bare = token.rel == Rel::Root && !self.is_helped(v) && self.is_whole(end);
        if (past || bare)
            && let Some(subject) = self.child(v, &[Rel::NsubjPass])
        {
            self.attach(subject, Some(v), Rel::Nsubj);
            self.tag(v, Upos::Verb, Xpos::Vbd, None);
        }
    }

    /// "A flight carrying migrants landed in Chad": the main verb was hung on the last noun of its own subject.
    fn verb_under_its_subject(&mut self, root: usize, end: usize) {
        let doc = self.doc;
        let named = doc.children(root).any(|c| doc.tokens[c].rel == Rel::Cop || doc.tokens[c].rel.is_subject());
        if named || !self.is_whole(end) {
            return;
        }
        let is_dash = |t: usize| matches!(doc.form(t), "-" | "–" | "—");
        let main = (root + 1..end).find(|&v| {
            let token = &doc.tokens[v];
            let place = matches!(token.rel, Rel::Acl | Rel::Advcl) && token.xpos == Xpos::Vbd;
            // "The Authority - which has refused talks - called for a meeting"
            let behind_dash = token.rel == Rel::Parataxis && (is_dash(v - 1) || doc.form(v - 1) == ",");
            let second_dash =
                is_dash(v - 1) && (root + 1..v - 1).any(is_dash) && matches!(token.xpos, Xpos::Vbd | Xpos::Vbn);
            (place || behind_dash) && self.is_finite_without_subject(v) || second_dash && !self.has_subject(v)
        });
        let Some(main) = main.filter(|&v| (root..v).all(|t| !matches!(doc.form(t), ";" | ":"))) else { return };
        let full_stop = doc.children(root).chain(doc.children(main)).find(|&c| c + 1 == end);
        self.attach(main, None, Rel::Root);
        let passive = doc.children(main).any(|c| doc.tokens[c].rel == Rel::AuxPass);
        self.attach(root, Some(main), if passive { Rel::NsubjPass } else { Rel::Nsubj });
        if let Some(stop) = full_stop {
            self.attach(stop, Some(main), Rel::Punct);
        }
    }

    fn is_finite_without_subject(&self, v: usize) -> bool {
        let doc = self.doc;
        let token = &doc.tokens[v];
        let tensed = matches!(token.xpos, Xpos::Vbd | Xpos::Vbz | Xpos::Vbp);
        let finite = tensed || token.upos == Upos::Verb && self.is_helped(v);
        finite && !self.has_subject(v) && !self.has_to(v)
    }

    /// True for what has an auxiliary.
    fn is_helped(&self, v: usize) -> bool {
        self.child(v, &[Rel::Aux, Rel::AuxPass]).is_some()
    }

    /// True for a sentence without an end mark that speaks to nobody.
    fn is_headline(&self, tokens: &Range<usize>) -> bool {
        let form = |t: usize| self.doc.form(t);
        let last = tokens.clone().rev().find(|&t| !matches!(form(t), "\"" | "”" | "’" | "'" | "''" | "»" | ")" | "]"));
        let addressed = |t: usize| self.book.operators.addressed.contains_key(&form(t).to_lowercase());
        !last.is_some_and(|t| matches!(form(t), "." | "!" | "?" | "…")) && !tokens.clone().any(addressed)
    }

    /// True where a full stop ends the sentence.
    fn is_whole(&self, end: usize) -> bool {
        end.checked_sub(1).is_some_and(|last| self.doc.form(last) == ".")
    }

    fn has_subject(&self, v: usize) -> bool {
        self.doc.children(v).any(|c| self.doc.tokens[c].rel.is_subject())
    }

    fn is_cased(&self, t: usize) -> bool {
        self.child(t, &[Rel::Case]).is_some()
    }
}
