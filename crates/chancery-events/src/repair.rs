//! Mends the parser's usual mistakes where the codebook and the actors know better.
//!
//! In: a document and its mentions. Out: the same document with some heads, relations and tags set right; words and spans
//! stay. A tagger that has no directory of states reads "Germany backs Ukraine" as three nouns; this does not.
//! Nothing here changes the layer of the language stage: the copy lives as long as the coding of one article.

mod subjects;

use crate::codebook::Codebook;
use chancery_text::{Document, Mention, Rel, Upos, Xpos};
use rustc_hash::{FxHashMap, FxHashSet};
use std::borrow::Cow;
use std::ops::Range;

/// How far above a relative clause the verb is looked for with which the sentence goes on.
const MAX_ABOVE: usize = 8;

/// The document with a better tree: first single words and phrases, then the verbs that have lost their subjects.
pub(crate) fn repaired<'d>(doc: &'d Document, book: &Codebook, mentions: &[Mention]) -> Cow<'d, Document> {
    let acting = || mentions.iter().filter(|m| !m.actors.is_empty());
    let ends = acting().map(|m| (m.tokens.end, m.head)).collect();
    let heads = acting().map(|m| m.head).collect();
    let parties = Parties { ends, heads };
    match pass(doc, book, &parties, Reading::Words) {
        Cow::Borrowed(doc) => pass(doc, book, &parties, Reading::Subjects),
        Cow::Owned(mended) => Cow::Owned(pass(&mended, book, &parties, Reading::Subjects).into_owned()),
    }
}

/// Where parties are named.
struct Parties {
    /// The head of the mention that ends before a token.
    ends: FxHashMap<usize, usize>,
    /// The heads of mentions.
    heads: FxHashSet<usize>,
}

/// What a reading of the sentences mends.
#[derive(Clone, Copy)]
enum Reading {
    Words,
    Subjects,
}

/// One reading of all sentences.
fn pass<'d>(doc: &'d Document, book: &Codebook, parties: &Parties, reading: Reading) -> Cow<'d, Document> {
    let mut edits = Edits { doc, book, parties, made: Vec::new() };
    let mut copy = Cow::Borrowed(doc);
    for sentence in &doc.sentences {
        match reading {
            Reading::Words => edits.read_sentence(sentence.tokens.clone()),
            Reading::Subjects => edits.lost_subjects(sentence.tokens.clone()),
        }
        if edits.made.is_empty() {
            continue;
        }
        let mended = copy.to_mut();
        for edit in edits.made.drain(..) {
            edit.apply(mended);
        }
        if !is_tree(mended, sentence.tokens.clone()) {
            mended.tokens[sentence.tokens.clone()].clone_from_slice(&doc.tokens[sentence.tokens.clone()]);
        }
    }
    if let Cow::Owned(mended) = &mut copy {
        mended.index_tree();
    }
    copy
}

/// True where every token of the sentence leads to a root.
fn is_tree(doc: &Document, tokens: Range<usize>) -> bool {
    let length = tokens.len();
    tokens.into_iter().all(|t| {
        let mut node = t;
        let steps = std::iter::from_fn(|| {
            node = doc.tokens[node].head?;
            Some(node)
        });
        steps.take(length + 1).count() <= length
    })
}

/// One change of one token.
enum Edit {
    Attach { token: usize, head: Option<usize>, rel: Rel },
    Tag { token: usize, upos: Upos, xpos: Xpos, lemma: Option<String> },
}

impl Edit {
    fn apply(self, doc: &mut Document) {
        match self {
            Edit::Attach { token, head, rel } => {
                doc.tokens[token].head = head;
                doc.tokens[token].rel = rel;
            }
            Edit::Tag { token, upos, xpos, lemma } => {
                doc.tokens[token].upos = upos;
                doc.tokens[token].xpos = xpos;
                if let Some(lemma) = lemma {
                    doc.tokens[token].lemma = lemma;
                }
            }
        }
    }
}

struct Edits<'a> {
    doc: &'a Document,
    book: &'a Codebook,
    parties: &'a Parties,
    made: Vec<Edit>,
}

impl Edits<'_> {
    fn read_sentence(&mut self, tokens: Range<usize>) {
        for t in tokens.clone() {
            let token = &self.doc.tokens[t];
            match (token.upos, token.rel) {
                (Upos::Verb, Rel::Root) if self.is_bare_talk(t) => self.verb_to_noun(t),
                (Upos::Verb, Rel::Root) if self.is_set_off(t) => self.main_behind_participle(t, tokens.end),
                (Upos::Verb, Rel::Root | Rel::Parataxis | Rel::Ccomp) if self.is_bare_passive(t) => self.passive(t),
                (Upos::Verb, Rel::Nsubj | Rel::NsubjPass | Rel::Obj | Rel::Obl | Rel::Nmod)
                    if self.is_noun_phrase(t) =>
                {
                    self.verb_to_noun(t)
                }
                (Upos::Verb, Rel::Ccomp | Rel::Advcl | Rel::Parataxis) if t == tokens.start => {
                    self.opening_participle(t)
                }
                (Upos::Verb, Rel::Amod | Rel::Compound) => {
                    self.verb_before_its_object(t);
                    self.past_behind_and(t);
                }
                (Upos::Verb, Rel::Acl) => self.predicate_of_root(t, tokens.clone()),
                (Upos::Propn | Upos::Noun, Rel::Appos | Rel::Dep) if self.opening_and(t).is_some() => self.joined(t),
                (Upos::Propn, Rel::Appos) => self.listed_subject(t),
                (Upos::Propn, Rel::Nsubj) => self.listed_before_subject(t),
                (Upos::Verb, Rel::Ccomp | Rel::Advcl | Rel::Parataxis | Rel::Conj) => {
                    self.lost_relative(t, tokens.start);
                    self.subject_torn_off(t);
                    self.finite_beside_infinitive(t);
                    self.speaker_goes_on(t);
                    self.condition_of_what_is_said(t);
                    self.judged_for(t);
                    self.goes_on_behind_relative(t);
                }
                (Upos::Adv, Rel::Root) => self.plain_verb(t),
                (Upos::Noun | Upos::Adj | Upos::Propn, Rel::Root) => {
                    self.noun_to_verb(t, tokens.start);
                    self.plain_verb(t);
                    self.passive_pair(t);
                }
                (Upos::Num, Rel::Obl | Rel::OblUnmarked) => self.counted_object(t),
                (Upos::Propn | Upos::Noun, Rel::Compound) => self.subject_over_verb(t),
                (Upos::Noun, Rel::Appos) => self.verb_between_nouns(t),
                (Upos::Noun, Rel::Obj) => self.gerund(t),
                (Upos::Propn | Upos::Noun, Rel::Obl) => self.headline_after_as(t),
                (Upos::Propn, Rel::Conj) => self.listed_party(t),
                _ => {}
            }
        }
    }

    /// "Chad denied arming rebels who took the port, and accused Niger": a comma ends the relative clause that has none before
    /// it; what follows "and" is said of who acts in the main clause.
    fn goes_on_behind_relative(&mut self, t: usize) {
        let doc = self.doc;
        let comma = |i: usize| doc.tokens.get(i).is_some_and(|_| doc.form(i) == ",");
        let Some(relative) = doc.tokens[t].head.filter(|&h| h < t && doc.tokens[t].rel == Rel::Conj) else { return };
        let Some(noun) = doc.tokens[relative].head.filter(|_| doc.tokens[relative].rel == Rel::AclRelcl) else {
            return;
        };
        let first = doc.subtree(relative).first().copied().unwrap_or(relative);
        let and = doc.children(t).find(|&c| doc.tokens[c].rel == Rel::Cc && c > relative);
        if first == 0 || comma(first - 1) || comma(first) || !and.is_some_and(|a| a > 0 && comma(a - 1)) {
            return;
        }
        if self.child(t, &[Rel::Nsubj, Rel::NsubjPass]).is_some() {
            return;
        }
        let finite = |v: usize| doc.tokens[v].upos == Upos::Verb && doc.tokens[v].xpos == doc.tokens[t].xpos;
        let above = std::iter::successors(Some(noun), |&i| doc.tokens[i].head).take(MAX_ABOVE);
        if let Some(main) = above.into_iter().find(|&v| finite(v)).filter(|&v| v < relative) {
            self.attach(t, Some(main), Rel::Conj);
        }
    }

    /// "condemned Chad for attacking the port", "charged two with spying": it is who is judged that attacked, whose clause
    /// it becomes.
    fn judged_for(&mut self, t: usize) {
        let doc = self.doc;
        let marks = |c: usize| matches!(doc.tokens[c].rel, Rel::Mark | Rel::Case);
        let is_for = |c: usize| marks(c) && ["for", "with"].iter().any(|w| doc.form(c).eq_ignore_ascii_case(w));
        let Some(verb) = doc.tokens[t].head.filter(|&v| v < t && doc.tokens[t].rel == Rel::Advcl) else { return };
        let judges = self.book.operators.judges.contains_key(doc.tokens[verb].lemma.as_str());
        if !judges || doc.tokens[t].xpos != Xpos::Vbg || !doc.children(t).any(is_for) {
            return;
        }
        if let Some(object) = self.child(verb, &[Rel::Obj]).filter(|o| (verb..t).contains(o)) {
            self.attach(t, Some(object), Rel::Acl);
        }
    }

    fn attach(&mut self, token: usize, head: Option<usize>, rel: Rel) {
        self.made.push(Edit::Attach { token, head, rel });
    }

    fn tag(&mut self, token: usize, upos: Upos, xpos: Xpos, lemma: Option<String>) {
        self.made.push(Edit::Tag { token, upos, xpos, lemma });
    }

    fn child(&self, t: usize, rels: &[Rel]) -> Option<usize> {
        self.doc.child(t, rels)
    }

    fn mention_ending_at(&self, end: usize) -> Option<usize> {
        self.parties.ends.get(&end).copied()
    }

    /// "Germany backs Ukraine", "The Italian premier plans to visit Algeria": a plural noun after a party that is the
    /// codebook's verb, with what follows as its object.
    fn noun_to_verb(&mut self, t: usize, start: usize) {
        let doc = self.doc;
        let form = doc.form(t).to_lowercase();
        let Some(stem) = form.strip_suffix('s').filter(|_| t > start) else { return };
        if doc.children(t).any(|c| matches!(doc.tokens[c].rel, Rel::Cop | Rel::Det) && c + 1 == t) {
            return;
        }
        let is_verb = self.book.verb_rules(stem, &form).is_some() || self.book.operators.verbs.contains_key(stem);
        let Some(subject) = self.party_before(t).filter(|_| is_verb) else { return };
        let object = doc.children(t).find(|&c| c > t && self.may_be_object(c));
        let infinitive = doc.children(t).find(|&c| c > t && doc.tokens[c].rel == Rel::Acl && self.has_to(c));
        if object.is_none() && infinitive.is_none() {
            return;
        }
        self.tag(t, Upos::Verb, Xpos::Vbz, Some(stem.to_string()));
        self.attach(subject, Some(t), Rel::Nsubj);
        if let Some(object) = object {
            self.attach(object, Some(t), Rel::Obj);
        } else if let Some(verb) = infinitive {
            self.attach(verb, Some(t), Rel::Xcomp);
        }
        let left: Vec<usize> = doc.children(t).filter(|&c| c < subject).collect();
        for modifier in left {
            self.attach(modifier, Some(subject), doc.tokens[modifier].rel);
        }
    }

    /// "Asked what he made of it, the minister said": what was done to the subject that follows.
    fn opening_participle(&mut self, t: usize) {
        let doc = self.doc;
        let token = &doc.tokens[t];
        let Some(main) = token.head.filter(|&h| h > t && matches!(token.xpos, Xpos::Vbn | Xpos::Vbd)) else { return };
        if doc.children(t).any(|c| doc.tokens[c].rel.is_subject() || matches!(doc.tokens[c].rel, Rel::Aux | Rel::Mark))
        {
            return;
        }
        let lemma = token.lemma.clone();
        self.tag(t, Upos::Verb, Xpos::Vbn, Some(lemma));
        self.attach(t, Some(main), Rel::Advcl);
        let question = |&c: &usize| {
            doc.tokens[c].rel == Rel::Obj && matches!(doc.tokens[c].xpos, Xpos::Wp | Xpos::Wdt | Xpos::Wrb)
        };
        let asked: Vec<usize> = doc.children(t).filter(question).collect();
        for pronoun in asked {
            self.attach(pronoun, Some(t), Rel::Ccomp);
        }
    }

    /// "The junta, threatened with": a participle behind a comma.
    fn is_set_off(&self, t: usize) -> bool {
        t > 0 && self.doc.form(t - 1) == "," && matches!(self.doc.tokens[t].xpos, Xpos::Vbn | Xpos::Vbd)
    }

    /// "The junta, threatened with sanctions by its neighbours, promised elections": the finite verb behind the second comma.
    fn main_behind_participle(&mut self, t: usize, end: usize) {
        let doc = self.doc;
        let Some(subject) = doc.children(t).find(|&c| doc.tokens[c].rel.is_subject() && c < t) else { return };
        let finite = |&m: &usize| {
            let token = &doc.tokens[m];
            let place = matches!(token.rel, Rel::Acl | Rel::Advcl | Rel::Conj | Rel::Parataxis | Rel::Dep);
            let past = matches!(token.xpos, Xpos::Vbd | Xpos::Vbz | Xpos::Vbn) && token.upos == Upos::Verb;
            let own = doc
                .children(m)
                .any(|c| doc.tokens[c].rel.is_subject() || matches!(doc.tokens[c].rel, Rel::Mark | Rel::Cc));
            place && past && !own && doc.form(m - 1) == ","
        };
        if let Some(main) = (t + 2..end).find(finite) {
            self.attach(main, None, Rel::Root);
            self.attach(t, Some(subject), Rel::Acl);
            self.attach(subject, Some(main), Rel::Nsubj);
            self.tag(main, Upos::Verb, Xpos::Vbd, None);
        }
    }

    /// "Gunmen free 14 hostages", "paramilitaries shell hospital": a verb of harm or help between two nouns.
    fn verb_between_nouns(&mut self, object: usize) {
        let doc = self.doc;
        let Some(head) = doc.tokens[object].head.filter(|&h| h < object) else { return };
        let Some(verb) = doc.children(object).find(|&c| doc.tokens[c].rel != Rel::Punct) else { return };
        let form = doc.form(verb).to_lowercase();
        let Some(subject) = verb.checked_sub(1) else { return };
        let plural = matches!(doc.tokens[subject].xpos, Xpos::Nns | Xpos::Nnps);
        let joined = subject == head || doc.tokens[subject].head == Some(head) && doc.tokens[subject].rel == Rel::Appos;
        let modifier = matches!(doc.tokens[verb].rel, Rel::Amod | Rel::Compound) && verb < object;
        let headline = doc.tokens[head].rel == Rel::Root && !matches!(doc.tokens[head].upos, Upos::Verb | Upos::Aux);
        if !(plural && joined && modifier && headline && self.book.operators.with_object.contains_key(form.as_str())) {
            return;
        }
        self.tag(verb, Upos::Verb, Xpos::Vbp, Some(form));
        if subject == head {
            self.attach(verb, None, Rel::Root);
        } else {
            self.attach(verb, Some(head), Rel::Parataxis);
        }
        self.attach(subject, Some(verb), Rel::Nsubj);
        self.attach(object, Some(verb), Rel::Obj);
    }

    /// "Hundreds rally in Nairobi": a word with a subject that is the codebook's verb.
    fn plain_verb(&mut self, t: usize) {
        let doc = self.doc;
        let form = doc.form(t).to_lowercase();
        let has = |rel: Rel| doc.children(t).any(|c| doc.tokens[c].rel == rel);
        let plural = |c: usize| {
            matches!(doc.tokens[c].xpos, Xpos::Nns | Xpos::Nnps | Xpos::Cd) || self.child(c, &[Rel::Conj]).is_some()
        };
        let subject = doc.children(t).find(|&c| doc.tokens[c].rel == Rel::Nsubj && c + 1 == t);
        let bare = !has(Rel::Cop) && !has(Rel::Det) && !has(Rel::Case);
        if bare && subject.is_some_and(plural) && self.book.verb_rules(&form, &form).is_some() {
            self.tag(t, Upos::Verb, Xpos::Vbp, Some(form));
        }
    }

    /// "Reporter shot and killed by gunmen": a participle taken for a noun, joined to another.
    fn passive_pair(&mut self, t: usize) {
        let doc = self.doc;
        let Some(lemma) = self.book.verb_lemma(&doc.form(t).to_lowercase()) else { return };
        let second = |c: usize| {
            let token = &doc.tokens[c];
            token.rel == Rel::Conj
                && matches!(token.xpos, Xpos::Vbn | Xpos::Vbd)
                && !doc.children(c).any(|g| self.is_object(g))
        };
        let before = doc.children(t).find(|&c| c + 1 == t && doc.tokens[c].rel == Rel::Compound);
        let Some(subject) = before.filter(|_| doc.children(t).any(second)) else { return };
        let with_object = &self.book.operators.with_object;
        if with_object.contains_key(lemma.as_str()) {
            self.tag(t, Upos::Verb, Xpos::Vbn, Some(lemma));
            self.attach(subject, Some(t), Rel::NsubjPass);
        }
    }

    /// "killed at least 44": a bare number behind a verb without an object.
    fn counted_object(&mut self, t: usize) {
        let doc = self.doc;
        let Some(verb) = doc.tokens[t].head.filter(|&v| v < t && doc.tokens[v].upos == Upos::Verb) else { return };
        let has_object =
            doc.children(verb).any(|c| matches!(doc.tokens[c].rel, Rel::Obj | Rel::Ccomp | Rel::Xcomp | Rel::AuxPass));
        let cased = doc.children(t).any(|c| doc.tokens[c].rel == Rel::Case);
        let timed = doc.times.iter().any(|time| time.tokens.contains(&t));
        let near = t <= verb + 4 && (verb + 1..t).all(|i| doc.tokens[i].upos != Upos::Punct);
        if near
            && !has_object
            && !cased
            && !timed
            && self.book.operators.with_object.contains_key(&doc.tokens[verb].lemma)
        {
            self.attach(t, Some(verb), Rel::Obj);
        }
    }

    /// The head of a noun phrase that ends right before `t` and holds a mention.
    fn party_before(&self, t: usize) -> Option<usize> {
        let before = t.checked_sub(1)?;
        if let Some(head) = self.mention_ending_at(t) {
            return Some(head).filter(|&h| h < t);
        }
        let nominal = matches!(self.doc.tokens[before].upos, Upos::Noun | Upos::Propn | Upos::Adj);
        let owned = before.checked_sub(1).is_some_and(|p| self.doc.tokens[p].xpos == Xpos::Pos);
        let covered = self.mention_ending_at(before - usize::from(owned)).is_some();
        (nominal && covered).then_some(before)
    }

    fn may_be_object(&self, c: usize) -> bool {
        let token = &self.doc.tokens[c];
        let bare = matches!(token.rel, Rel::Appos | Rel::Obj | Rel::Dep | Rel::Flat | Rel::Nmod | Rel::NmodUnmarked);
        bare && matches!(token.upos, Upos::Noun | Upos::Propn | Upos::Pron)
            && !self.doc.children(c).any(|g| matches!(self.doc.tokens[g].rel, Rel::Case | Rel::Punct) && g < c)
    }

    fn has_to(&self, v: usize) -> bool {
        self.doc.children(v).any(|c| self.doc.tokens[c].rel == Rel::Mark && self.doc.form(c).eq_ignore_ascii_case("to"))
    }

    /// "US-China talks in Geneva": a verb without subject or object whose modifiers are a noun's.
    fn is_bare_talk(&self, t: usize) -> bool {
        let doc = self.doc;
        let lemma = &doc.tokens[t].lemma;
        self.book.noun(lemma).is_some()
            && doc.children(t).any(|c| c < t && matches!(doc.tokens[c].rel, Rel::Compound | Rel::Amod | Rel::NmodPoss))
            && !doc.children(t).any(|c| {
                doc.tokens[c].rel.is_subject() || matches!(doc.tokens[c].rel, Rel::Obj | Rel::Aux | Rel::AuxPass)
            })
    }

    /// "The US strike on a convoy drew mourners": an event noun with an article, in a noun's place.
    fn is_noun_phrase(&self, t: usize) -> bool {
        let doc = self.doc;
        let marks = |c: usize| c < t && matches!(doc.tokens[c].rel, Rel::Det | Rel::NmodPoss | Rel::Compound);
        self.book.noun(&doc.tokens[t].lemma).is_some() && doc.children(t).any(marks)
    }

    fn verb_to_noun(&mut self, t: usize) {
        self.tag(t, Upos::Noun, Xpos::Nns, None);
    }

    /// "Opposition leader arrested in Lima": a verb that needs an object, without one.
    fn is_bare_passive(&self, v: usize) -> bool {
        let doc = self.doc;
        let needs_object = self.book.operators.with_object.contains_key(doc.tokens[v].lemma.as_str());
        let past = matches!(doc.tokens[v].xpos, Xpos::Vbd | Xpos::Vbn);
        past && needs_object
            && doc.children(v).any(|c| doc.tokens[c].rel == Rel::Nsubj && c < v && doc.tokens[c].upos != Upos::Pron)
            && !doc.children(v).any(|c| {
                let rel = doc.tokens[c].rel;
                let predicate = rel == Rel::Xcomp && doc.tokens[c].upos != Upos::Adj;
                let bare = predicate
                    || self.is_object(c)
                    || matches!(rel, Rel::Iobj | Rel::Ccomp | Rel::Aux | Rel::AuxPass | Rel::Cop);
                bare || rel == Rel::Conj && doc.children(c).any(|g| self.is_object(g))
            })
    }

    /// An object, also one that the tree took for a phrase: "released more than 50 prisoners".
    fn is_object(&self, c: usize) -> bool {
        let token = &self.doc.tokens[c];
        let cased = || self.doc.children(c).any(|g| self.doc.tokens[g].rel == Rel::Case);
        let timed = || self.doc.times.iter().any(|t| t.tokens.contains(&c));
        token.rel == Rel::Obj || token.rel == Rel::Obl && token.upos == Upos::Noun && !cased() && !timed()
    }

    fn passive(&mut self, v: usize) {
        let doc = self.doc;
        let lemma = doc.tokens[v].lemma.clone();
        self.tag(v, Upos::Verb, Xpos::Vbn, Some(lemma));
        let subjects: Vec<usize> = doc.children(v).filter(|&c| doc.tokens[c].rel == Rel::Nsubj).collect();
        for subject in subjects {
            self.attach(subject, Some(v), Rel::NsubjPass);
        }
    }

    /// "X attacked Y and Y attacked X": the second subject hung on the noun behind its verb.
    fn subject_over_verb(&mut self, t: usize) {
        let doc = self.doc;
        let Some(noun) = doc.tokens[t].head.filter(|&h| h > t + 1) else { return };
        let Some(verb) = doc.tokens[noun].head.filter(|&v| t < v && v < noun) else { return };
        let finite = matches!(doc.tokens[verb].xpos, Xpos::Vbd | Xpos::Vbz | Xpos::Vbp);
        let open = !doc.children(verb).any(|c| doc.tokens[c].rel.is_subject());
        if finite && open && doc.tokens[noun].rel == Rel::Obj {
            self.attach(t, Some(verb), Rel::Nsubj);
        }
    }

    /// "Cuba voiced concern": a past tense taken for an adjective of its object, though it has a subject.
    fn verb_before_its_object(&mut self, v: usize) {
        let token = &self.doc.tokens[v];
        let Some(noun) = token.head.filter(|&n| n > v) else { return };
        let own = self.child(v, &[Rel::Nsubj]).filter(|&s| s < v);
        let named = |v: usize| v > 0 && self.doc.tokens[v - 1].upos == Upos::Propn;
        let finite = token.xpos == Xpos::Vbd || token.xpos == Xpos::Vbn && named(v);
        let before = self.party_before(v).filter(|_| finite);
        let Some(subject) = own.or(before) else { return };
        if own.is_none() {
            let left: Vec<usize> = self.doc.children(noun).filter(|&c| c < subject).collect();
            for modifier in left.into_iter().filter(|&c| self.doc.tokens[c].rel != Rel::Case || c + 1 == subject) {
                self.attach(modifier, Some(subject), self.doc.tokens[modifier].rel);
            }
            self.attach(subject, Some(v), Rel::Nsubj);
        }
        let above = &self.doc.tokens[noun];
        self.attach(v, above.head, above.rel);
        self.attach(noun, Some(v), Rel::Obj);
        self.tag(v, Upos::Verb, Xpos::Vbd, None);
    }

    /// "extended the curfew and bombed villages": no villages that were extended.
    fn past_behind_and(&mut self, v: usize) {
        let doc = self.doc;
        let Some(noun) = doc.tokens[v].head.filter(|&n| n > v) else { return };
        let and = v.checked_sub(1).filter(|&a| doc.tokens[a].rel == Rel::Cc && doc.tokens[a].head == Some(noun));
        let Some((and, joined)) = and.zip(doc.tokens[noun].head) else { return };
        // "met activists and jailed journalists": who are jailed
        if doc.tokens[joined].upos == Upos::Noun && self.parties.heads.contains(&joined) {
            return;
        }
        let up = std::iter::successors(Some(joined), |&i| doc.tokens[i].head).take(MAX_ABOVE);
        let Some(verb) = up.into_iter().find(|&i| doc.tokens[i].upos == Upos::Verb) else { return };
        let tells = self.book.operators.past.contains_key(doc.tokens[v].lemma.as_str());
        if tells && doc.tokens[verb].xpos == Xpos::Vbd && verb < v {
            self.attach(v, Some(verb), Rel::Conj);
            self.attach(and, Some(v), Rel::Cc);
            self.attach(noun, Some(v), Rel::Obj);
            self.tag(v, Upos::Verb, Xpos::Vbd, None);
        }
    }

    /// "Japan's premier and South Korean President Lee met": an "and" that opens an apposition joins it.
    fn joined(&mut self, t: usize) {
        let head = self.doc.tokens[t].head.filter(|&h| h < t);
        if let (Some(and), Some(head)) = (self.opening_and(t), head) {
            self.attach(t, Some(head), Rel::Conj);
            self.attach(and, Some(t), Rel::Cc);
        }
    }

    /// The "and" with which the phrase of a token begins.
    fn opening_and(&self, t: usize) -> Option<usize> {
        let first = self.doc.subtree(t).first().copied()?;
        let after_head = self.doc.tokens[t].head.is_some_and(|h| h < first);
        (after_head && first < t && self.doc.tokens[first].rel == Rel::Cc).then_some(first)
    }

    /// "Japan, Philippines hold drills": a list of subjects, as headlines write it.
    fn listed_subject(&mut self, t: usize) {
        let doc = self.doc;
        let comma = t > 0 && doc.form(t - 1) == ",";
        let plural = doc.tokens.get(t + 1).is_some_and(|v| matches!(v.xpos, Xpos::Vbp | Xpos::Vb));
        let subject = doc.tokens[t].head.filter(|&h| doc.tokens[h].rel == Rel::Nsubj);
        let parties = |h: usize| self.parties.ends.contains_key(&(h + 1)) && self.parties.ends.contains_key(&(t + 1));
        if let Some(first) = subject.filter(|&h| comma && plural && h + 2 == t && parties(h)) {
            self.attach(t, Some(first), Rel::Conj);
        }
    }

    /// "Japan, Philippines expel envoys": the same where the tree has the last as the subject, and the first beside it.
    fn listed_before_subject(&mut self, t: usize) {
        let doc = self.doc;
        let Some(verb) = doc.tokens[t].head.filter(|&v| v == t + 1 && doc.tokens[v].xpos == Xpos::Vbp) else { return };
        let comma = |i: &usize| doc.form(*i) == ",";
        let first = t.checked_sub(1).filter(comma).and_then(|comma| self.mention_ending_at(comma));
        let beside = |f: &usize| doc.tokens[*f].head == Some(verb) && doc.tokens[*f].upos == Upos::Propn;
        if let Some(first) =
            first.filter(beside).filter(|_| doc.tokens[t].xpos == Xpos::Nnp && self.parties.heads.contains(&t))
        {
            self.attach(first, Some(verb), Rel::Nsubj);
            self.attach(t, Some(first), Rel::Conj);
        }
    }

    /// "exercises by Chad, Niger and Mali": parties are joined to a party, not to what they do.
    fn listed_party(&mut self, t: usize) {
        let doc = self.doc;
        let Some(head) =
            doc.tokens[t].head.filter(|h| !self.parties.heads.contains(h) && doc.tokens[*h].upos == Upos::Noun)
        else {
            return;
        };
        let before = doc.subtree(t).first().copied().unwrap_or(t);
        let separated = before.checked_sub(1).filter(|&p| doc.form(p) == ",").unwrap_or(before);
        let Some(party) =
            self.mention_ending_at(separated).filter(|&p| head < p && p < t && self.parties.heads.contains(&t))
        else {
            return;
        };
        if doc.tokens[party].head == Some(head) && doc.tokens[party].rel == Rel::Nmod {
            self.attach(t, Some(party), Rel::Conj);
        }
    }

    /// "praised Kenya, which condemned Somalia": a relative clause hung on the verb.
    fn lost_relative(&mut self, v: usize, start: usize) {
        let doc = self.doc;
        let relative = doc
            .children(v)
            .find(|&c| doc.tokens[c].rel.is_subject() && c < v && matches!(doc.tokens[c].xpos, Xpos::Wdt | Xpos::Wp));
        let Some(pronoun) = relative.filter(|&p| p > start + 1) else { return };
        let comma = doc.form(pronoun - 1) == ",";
        let before = pronoun - 1 - usize::from(comma);
        if !comma || before < start {
            return;
        }
        let of_mention = self.mention_ending_at(before + 1);
        let nominal = matches!(doc.tokens[before].upos, Upos::Noun | Upos::Propn).then_some(before);
        if let Some(antecedent) = of_mention.or(nominal).filter(|&a| doc.tokens[v].head.is_some_and(|h| h < a)) {
            self.attach(v, Some(antecedent), Rel::AclRelcl);
        }
    }

    /// "Norway as well as Sweden supported Finland": the first subject became the root and the verb hangs on it.
    fn subject_torn_off(&mut self, v: usize) {
        let doc = self.doc;
        let Some(first) = doc.tokens[v].head.filter(|&h| h < v) else { return };
        let nominal = matches!(doc.tokens[first].upos, Upos::Noun | Upos::Propn | Upos::Pron);
        let Some(second) = self.child(v, &[Rel::Nsubj]).filter(|&s| s > first && s < v && nominal) else { return };
        let joined = self.child(v, &[Rel::Cc]).is_some_and(|c| c > first && c < second);
        let bare = !doc.children(first).any(|c| {
            c != v && (doc.tokens[c].rel.is_subject() || matches!(doc.tokens[c].rel, Rel::Cop | Rel::Punct) && c < v)
        });
        if joined && bare {
            self.attach(v, doc.tokens[first].head, doc.tokens[first].rel);
            self.attach(first, Some(v), Rel::Nsubj);
            self.attach(second, Some(first), Rel::Conj);
        }
    }

    /// "Reporters Without Borders called for her release.": a full sentence of a name and a participle has that as its verb.
    fn predicate_of_root(&mut self, v: usize, tokens: Range<usize>) {
        let doc = self.doc;
        let Some(root) = doc.tokens[v].head.filter(|&h| h < v && doc.tokens[h].rel == Rel::Root) else { return };
        let party = self.parties.ends.get(&v).is_some_and(|&head| head == root) && doc.tokens[root].upos != Upos::Verb;
        let whole = doc.form(tokens.end - 1) == ".";
        let past = matches!(doc.tokens[v].xpos, Xpos::Vbn | Xpos::Vbd);
        let finite = |t: usize| matches!(doc.tokens[t].xpos, Xpos::Vbd | Xpos::Vbz | Xpos::Vbp | Xpos::Md);
        let inside = doc.subtree(v);
        let passive = self.child(v, &[Rel::AuxPass, Rel::OblAgent]).is_some();
        if !party || !whole || !past || passive || tokens.clone().any(|t| finite(t) && !inside.contains(&t)) {
            return;
        }
        self.attach(v, None, Rel::Root);
        self.tag(v, Upos::Verb, Xpos::Vbd, None);
        self.attach(root, Some(v), Rel::Nsubj);
        for c in doc.children(root).filter(|&c| c > v) {
            self.attach(c, Some(v), doc.tokens[c].rel);
        }
    }

    /// "vowed to retaliate and summoned the envoy": a finite verb is joined to a finite one.
    fn finite_beside_infinitive(&mut self, v: usize) {
        let tokens = &self.doc.tokens;
        let finite = |t: usize| matches!(tokens[t].xpos, Xpos::Vbd | Xpos::Vbz);
        let infinitive =
            |&h: &usize| h < v && tokens[h].xpos == Xpos::Vb && tokens[h].rel == Rel::Xcomp && self.has_to(h);
        if tokens[v].rel != Rel::Conj || !finite(v) || self.child(v, &[Rel::Nsubj, Rel::NsubjPass]).is_some() {
            return;
        }
        let Some(governor) = tokens[v].head.filter(infinitive).and_then(|h| tokens[h].head) else { return };
        if finite(governor) {
            self.attach(v, Some(governor), Rel::Conj);
        }
    }

    /// "said that they met, adding that it will help": the participle is the speaker's, not of what he says.
    fn speaker_goes_on(&mut self, v: usize) {
        let doc = self.doc;
        let token = &doc.tokens[v];
        let adds = token.xpos == Xpos::Vbg && self.book.operators.resumes.contains_key(token.lemma.as_str());
        if !adds || self.child(v, &[Rel::Ccomp]).is_none() {
            return;
        }
        let up = |&i: &usize| doc.tokens[i].head;
        let content = std::iter::successors(token.head, up).take(16).find(|&i| doc.tokens[i].rel == Rel::Ccomp);
        if let Some(speech) = content.and_then(|c| doc.tokens[c].head).filter(|&s| s < v) {
            self.attach(v, Some(speech), Rel::Advcl);
        }
    }

    /// "Oslo would answer if it was attacked, its minister said": the condition is not what he says of it.
    fn condition_of_what_is_said(&mut self, v: usize) {
        let tokens = &self.doc.tokens;
        let marked = self.child(v, &[Rel::Mark]).is_some_and(|m| !self.doc.form(m).eq_ignore_ascii_case("that"));
        let Some(speech) = tokens[v].head.filter(|&h| h > v && tokens[v].rel == Rel::Ccomp && marked) else { return };
        if let Some(said) = tokens[speech].head.filter(|&h| h < v && tokens[speech].rel == Rel::Parataxis) {
            self.attach(v, Some(said), Rel::Advcl);
        }
    }

    /// "Gaza encircled as US to urge restraint": the phrase is the subject of the infinitive behind it.
    fn headline_after_as(&mut self, t: usize) {
        let doc = self.doc;
        let is_as = |&c: &usize| doc.tokens[c].rel == Rel::Case && doc.form(c).eq_ignore_ascii_case("as");
        let Some(case) = doc.children(t).find(is_as) else { return };
        let beside = doc.tokens[t].head.into_iter().flat_map(|h| doc.children(h));
        let infinitive = doc.children(t).chain(beside).find(|&c| c == t + 2 && self.has_to(c));
        if let Some(verb) = infinitive {
            self.attach(verb, doc.tokens[t].head, Rel::Advcl);
            self.attach(t, Some(verb), Rel::Nsubj);
            self.attach(case, Some(verb), Rel::Mark);
        }
    }

    /// "denied bombing Sudan": a noun with an object is a verb.
    fn gerund(&mut self, t: usize) {
        let doc = self.doc;
        let form = doc.form(t).to_lowercase();
        if !form.ends_with("ing") || self.child(t, &[Rel::Obj]).is_none() || self.child(t, &[Rel::Det]).is_some() {
            return;
        }
        if let Some(lemma) = self.book.verb_lemma(&form) {
            self.tag(t, Upos::Verb, Xpos::Vbg, Some(lemma));
            self.attach(t, doc.tokens[t].head, Rel::Xcomp);
        }
    }
}
