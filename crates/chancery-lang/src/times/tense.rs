//! Which way a clause looks: a bare "Tuesday" is the last one after "met", the next one after "will meet".

use super::resolve::Tense;
use super::words::{Role, Words};
use chancery_text::{Document, Rel, Upos, Xpos};
use std::ops::Range;

/// Steps up the tree before giving up; also stops where a damaged tree has a loop.
const MAX_STEPS: usize = 16;

/// The tense of the clause that the expression dates.
pub(crate) fn tense_of(doc: &Document, expression: Range<usize>, words: &Words) -> Tense {
    let Some(head) = doc.head_of(expression.clone()) else { return Tense::Unknown };
    let sentence = doc.sentences.get(doc.sentence_of(head)).map_or(0..0, |s| s.tokens.clone());
    if !sentence.clone().any(|i| doc.tokens[i].head.is_some()) {
        return without_tree(doc, expression.start, sentence, words);
    }
    let view = View { doc, words };
    if view.follows_past(expression.start, sentence.start) {
        return Tense::Past;
    }
    if view.has_child(head, Rel::Case, |c| view.is(c, Role::Lasting)) {
        return Tense::Future;
    }
    let aimed_at = view.has_child(head, Rel::Case, |c| view.is_form(c, Role::Goal));
    view.climb(head, aimed_at)
}

struct View<'d> {
    doc: &'d Document,
    words: &'d Words,
}

impl View<'_> {
    /// "said Friday that …", "agreed on Friday to …": right after a verb of the past, whatever the tree says.
    fn follows_past(&self, start: usize, first: usize) -> bool {
        let before = |i: usize| i.checked_sub(1).filter(|p| *p >= first);
        let Some(mut at) = before(start) else { return false };
        if self.is_form(at, Role::On) {
            match before(at) {
                Some(p) => at = p,
                None => return false,
            }
        }
        self.doc.tokens[at].xpos == Xpos::Vbd && self.doc.tokens[at].upos == Upos::Verb
    }

    fn climb(&self, head: usize, aimed_at: bool) -> Tense {
        let mut at = Some(head);
        let mut first_governor = true;
        for step in 0..MAX_STEPS {
            let Some(i) = at else { break };
            let direct = step > 0 && first_governor;
            let tense = self.tense_at(i, direct, direct && !aimed_at);
            if tense != Tense::Unknown || self.is_finite(i) {
                return tense;
            }
            first_governor &= step == 0;
            at = self.doc.tokens[i].head;
        }
        Tense::Unknown
    }

    /// What the token itself says: its form, its auxiliaries, and for an infinitive its governor. `direct`: the expression
    /// hangs on it; `then`: with no word that says that the time is aimed at.
    fn tense_at(&self, i: usize, direct: bool, then: bool) -> Tense {
        let token = &self.doc.tokens[i];
        let have = self.has_aux(i, |c| self.doc.tokens[c].lemma == "have");
        if self.has_aux(i, |c| self.is_form(c, Role::Future) || self.doc.tokens[c].xpos == Xpos::Md && !have) {
            return Tense::Future;
        }
        let said_then = then && self.is(i, Role::Said);
        let looks_ahead = self.is(i, Role::Ahead) && !said_then;
        if token.xpos == Xpos::Vb && self.doc.children(i).any(|c| self.is_adjective_ahead(c)) {
            return Tense::Future;
        }
        match token.xpos {
            Xpos::Vbd => Tense::Past,
            Xpos::Vbn if looks_ahead && !have => Tense::Future,
            Xpos::Vbn if have || said_then || self.has_aux(i, |c| self.doc.tokens[c].xpos == Xpos::Vbd) => Tense::Past,
            Xpos::Vbg if self.has_aux(i, |c| matches!(self.doc.tokens[c].xpos, Xpos::Vbz | Xpos::Vbp)) => Tense::Future,
            Xpos::Vb if self.has_aux(i, |c| self.doc.tokens[c].xpos == Xpos::Vbd) => Tense::Past,
            Xpos::Vb if self.has_child(i, Rel::Mark, |c| self.is_form(c, Role::Infinitive)) => self.infinitive(i),
            Xpos::Vbz | Xpos::Vbp if looks_ahead && !direct => Tense::Future,
            Xpos::Jj if looks_ahead => Tense::Future,
            _ if self.has_aux(i, |c| self.doc.tokens[c].xpos == Xpos::Vbd) => Tense::Past,
            _ => Tense::Unknown,
        }
    }

    /// "to meet": ahead in a headline, after "is" and after a verb that looks ahead; else as its governor.
    fn infinitive(&self, i: usize) -> Tense {
        let Some(governor) = self.doc.tokens[i].head else { return Tense::Future };
        let token = &self.doc.tokens[governor];
        if self.is(governor, Role::Ahead) || token.lemma == "be" {
            return Tense::Future;
        }
        self.tense_at(governor, false, false)
    }

    /// "due to arrive", where the tree takes "due to" for a preposition.
    fn is_adjective_ahead(&self, i: usize) -> bool {
        self.doc.tokens[i].upos == Upos::Adj && self.is(i, Role::Ahead)
    }

    fn is_finite(&self, i: usize) -> bool {
        let token = &self.doc.tokens[i];
        matches!(token.xpos, Xpos::Vbz | Xpos::Vbp) && matches!(token.upos, Upos::Verb | Upos::Aux)
    }

    fn has_aux(&self, i: usize, test: impl Fn(usize) -> bool) -> bool {
        let of = |c: &usize| matches!(self.doc.tokens[*c].rel, Rel::Aux | Rel::AuxPass | Rel::Cop);
        self.doc.children(i).filter(of).any(test)
    }

    fn has_child(&self, i: usize, rel: Rel, test: impl Fn(usize) -> bool) -> bool {
        self.doc.children(i).filter(|&c| self.doc.tokens[c].rel == rel).any(test)
    }

    fn is(&self, i: usize, role: Role) -> bool {
        self.words.get(&self.doc.tokens[i].lemma).is(role) || self.is_form(i, role)
    }

    fn is_form(&self, i: usize, role: Role) -> bool {
        self.words.get(self.doc.form(i)).is(role)
    }
}

/// Tokens looked back at where a sentence has no tree.
const REACH: usize = 10;

fn without_tree(doc: &Document, at: usize, sentence: Range<usize>, words: &Words) -> Tense {
    let from = at.saturating_sub(REACH).max(sentence.start);
    let ahead = (from..at).any(|i| words.get(doc.form(i)).is(Role::Future));
    if ahead { Tense::Future } else { Tense::Unknown }
}
