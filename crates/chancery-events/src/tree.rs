//! Questions about a parsed sentence: subject, object, voice, prepositions, negation.
//!
//! In: a [`Document`] whose tree is indexed. Out: token indices. Nothing here knows a political word.

use chancery_text::{Document, Rel, Upos, Xpos};
use std::borrow::Cow;

/// How far a subject is looked for through governing verbs.
const MAX_CLIMB: usize = 6;

/// A document's tree with the questions that the matcher asks.
#[derive(Clone, Copy)]
pub(crate) struct Tree<'a> {
    pub doc: &'a Document,
}

impl<'a> Tree<'a> {
    pub fn new(doc: &'a Document) -> Self {
        Tree { doc }
    }

    pub fn rel(&self, i: usize) -> Rel {
        self.doc.tokens[i].rel
    }

    pub fn upos(&self, i: usize) -> Upos {
        self.doc.tokens[i].upos
    }

    pub fn xpos(&self, i: usize) -> Xpos {
        self.doc.tokens[i].xpos
    }

    pub fn head(&self, i: usize) -> Option<usize> {
        self.doc.tokens[i].head
    }

    /// The lemma in lower case.
    pub fn lemma(&self, i: usize) -> Cow<'a, str> {
        lower(&self.doc.tokens[i].lemma)
    }

    /// The word in lower case.
    pub fn form(&self, i: usize) -> Cow<'a, str> {
        lower(self.doc.form(i))
    }

    pub fn is(&self, i: usize, word: &str) -> bool {
        self.doc.tokens[i].lemma.eq_ignore_ascii_case(word) || self.doc.form(i).eq_ignore_ascii_case(word)
    }

    pub fn is_any(&self, i: usize, words: &[&str]) -> bool {
        words.iter().any(|w| self.is(i, w))
    }

    pub fn children(&self, i: usize) -> impl DoubleEndedIterator<Item = usize> + 'a {
        self.doc.children(i)
    }

    pub fn is_verb(&self, i: usize) -> bool {
        self.upos(i) == Upos::Verb
    }

    /// A noun, name or pronoun.
    pub fn is_nominal(&self, i: usize) -> bool {
        matches!(self.upos(i), Upos::Noun | Upos::Propn | Upos::Pron | Upos::Num | Upos::Sym | Upos::X)
    }

    /// A verb, or a noun or adjective with a copula or subject of its own.
    pub fn is_predicate(&self, i: usize) -> bool {
        self.is_verb(i) || self.children(i).any(|c| self.rel(c) == Rel::Cop || self.rel(c).is_subject())
    }

    /// True where `i` has a preposition `prep` ("out of" answers to both words).
    pub fn has_case(&self, i: usize, prep: &str) -> bool {
        self.children(i).any(|c| {
            matches!(self.rel(c), Rel::Case | Rel::Mark)
                && (self.is(c, prep) || self.children(c).any(|f| self.rel(f) == Rel::Fixed && self.is(f, prep)))
                // "according to" is no "to"
                && (prep == "according" || !self.is(c, "according"))
        })
    }

    /// True where `i` has any preposition.
    pub fn has_any_case(&self, i: usize) -> bool {
        self.children(i).any(|c| self.rel(c) == Rel::Case && !self.is_possessive_mark(c))
    }

    fn is_possessive_mark(&self, i: usize) -> bool {
        self.xpos(i) == Xpos::Pos
    }

    /// The prepositional phrases below `i` whose preposition is `prep`.
    pub fn with_case(&self, i: usize, prep: &'a str) -> impl Iterator<Item = usize> + 'a {
        let tree = *self;
        self.children(i).filter(move |&c| is_pp(tree.rel(c)) && tree.has_case(c, prep))
    }

    /// The noun and what is joined to it by "and" or commas.
    pub fn conjuncts(&self, i: usize) -> Vec<usize> {
        let mut all = vec![i];
        all.extend(self.joined_sibling(i));
        let mut next = 0;
        while next < all.len() && all.len() < 40 {
            let joined = |c: &usize| self.rel(*c) == Rel::Conj && self.is_noun_like(*c);
            let own = self.children(all[next]).filter(joined);
            // "Vladimir Putin and Donald Trump": the second may hang on the first's given name
            let names = self.children(all[next]).filter(|&c| matches!(self.rel(c), Rel::NmodDesc | Rel::Flat));
            let behind = names.flat_map(|c| self.children(c)).filter(|c| joined(c) && *c > all[next]);
            let more: Vec<usize> = own.chain(behind).collect();
            all.extend(more);
            next += 1;
        }
        all.sort_unstable();
        all.dedup();
        all
    }

    /// A noun, or a gerund with a phrase of its own ("the arming of the people").
    fn is_noun_like(&self, i: usize) -> bool {
        self.is_nominal(i) || self.xpos(i) == Xpos::Vbg && self.with_case(i, "of").any(|c| self.rel(c) == Rel::Nmod)
    }

    /// "X and Y met" where the tree has two subjects and the "and" hangs on the verb.
    fn joined_sibling(&self, i: usize) -> Option<usize> {
        let head = self.head(i)?;
        let twin = |&c: &usize| c < i && self.rel(c) == self.rel(i) && self.is_nominal(c);
        let sibling =
            matches!(self.rel(i), Rel::Nsubj | Rel::NsubjPass).then(|| self.children(head).rfind(twin)).flatten()?;
        let joined = self.children(head).any(|c| self.rel(c) == Rel::Cc && c > sibling && c < i);
        // "Russia, Turkey sign deal"
        let listed = i == sibling + 2 && self.doc.form(sibling + 1) == "," && self.xpos(head) != Xpos::Vbz;
        (joined || listed).then_some(sibling)
    }

    /// True where the verb stands in the passive.
    pub fn is_passive(&self, v: usize) -> bool {
        if self.children(v).any(|c| matches!(self.rel(c), Rel::AuxPass | Rel::NsubjPass | Rel::CsubjPass)) {
            return true;
        }
        if self.xpos(v) != Xpos::Vbn
            || self.children(v).any(|c| self.rel(c) == Rel::Aux && self.is_any(c, &["have", "'ve", "'d"]))
        {
            return false;
        }
        match self.rel(v) {
            // with an object of its own it is a past tense that the tree took for a participle
            Rel::Acl | Rel::Amod | Rel::Advcl => {
                self.has_agent(v) || !self.children(v).any(|c| self.rel(c) == Rel::Obj)
            }
            Rel::Conj => {
                !self.children(v).any(|c| self.rel(c).is_subject())
                    && self.head(v).is_some_and(|h| self.xpos(h) == Xpos::Vbn && self.is_verb(h) && self.is_passive(h))
            }
            _ => !self.children(v).any(|c| matches!(self.rel(c), Rel::Obj | Rel::Nsubj)) || self.has_agent(v),
        }
    }

    fn has_agent(&self, v: usize) -> bool {
        self.agent(v).is_some()
    }

    /// The "by" phrase of a passive.
    pub fn agent(&self, v: usize) -> Option<usize> {
        self.children(v).find(|&c| self.rel(c) == Rel::OblAgent).or_else(|| self.with_case(v, "by").next()).or_else(
            || {
                // "imposed on X by Y", "was awarded a medal by Y": the second phrase often hangs on the first
                let passive = self.children(v).any(|c| self.rel(c) == Rel::AuxPass);
                let phrases = self.children(v).filter(|&c| is_pp(self.rel(c)) || passive && self.rel(c) == Rel::Obj);
                phrases.flat_map(|c| self.children(c)).find(|&g| is_pp(self.rel(g)) && self.has_case(g, "by"))
            },
        )
    }

    /// The grammatical subject, found through conjunction, control, relative clauses and participles.
    pub fn surface_subject(&self, v: usize) -> Option<usize> {
        self.climb_subject(v, 0)
    }

    fn climb_subject(&self, v: usize, depth: usize) -> Option<usize> {
        if depth > MAX_CLIMB {
            return None;
        }
        // the last one: what stands before it is a dateline or a topic
        let is_subject = |&c: &usize| matches!(self.rel(c), Rel::Nsubj | Rel::NsubjPass | Rel::NsubjOuter);
        // nor is it what stands behind a preposition: "Police in Lyon arrested"
        let bare = self.children(v).any(|c| is_subject(&c) && !self.has_any_case(c));
        let is_own = |c: &usize| is_subject(c) && !(bare && self.has_any_case(*c));
        if let Some(own) = self.children(v).filter(is_own).rfind(|&c| c < v).or_else(|| self.children(v).find(is_own)) {
            return self.resolve_relative(v, own);
        }
        let head = self.head(v)?;
        match self.rel(v) {
            Rel::Conj if self.is_predicate(head) || self.is_clause_head(head) => self.climb_subject(head, depth + 1),
            Rel::Xcomp => self.controller(head).or_else(|| self.climb_subject(head, depth + 1)),
            Rel::Advcl => match self.objective_control(v, head) {
                Some(object) => Some(object),
                None => self.climb_subject(head, depth + 1),
            },
            Rel::Ccomp if !self.has_finite_mark(v) => {
                self.controller(head).or_else(|| self.climb_subject(head, depth + 1))
            }
            Rel::Acl if self.has_mark(v, "to") => self.holder(head, depth),
            Rel::Acl | Rel::AclRelcl | Rel::Amod => Some(head),
            Rel::Parataxis => self.climb_subject(head, depth + 1),
            _ => None,
        }
    }

    /// "The decision to withdraw": whose decision.
    fn holder(&self, noun: usize, depth: usize) -> Option<usize> {
        if let Some(owner) = self.children(noun).find(|&c| self.rel(c) == Rel::NmodPoss) {
            return Some(owner);
        }
        // "the decision of the president to appoint", but not "a campaign of terror to seize"
        let definite = |c: usize| self.children(c).any(|d| self.rel(d) == Rel::Det && self.is(d, "the"));
        let own = |&c: &usize| self.upos(c) == Upos::Propn || definite(c);
        if let Some(owner) = self.with_case(noun, "of").find(own).filter(|_| self.rel(noun) != Rel::Obj) {
            return Some(owner);
        }
        match (self.rel(noun), self.head(noun)) {
            (Rel::Obj | Rel::Xcomp, Some(verb)) if self.is_verb(verb) => self.climb_subject(verb, depth + 1),
            _ => Some(noun),
        }
    }

    fn is_clause_head(&self, i: usize) -> bool {
        matches!(
            self.rel(i),
            Rel::Xcomp | Rel::Advcl | Rel::Ccomp | Rel::AclRelcl | Rel::Acl | Rel::Root | Rel::Parataxis
        ) && !self.is_nominal(i)
    }

    /// "accused X of attacking", "stop X from leaving": the object does it.
    fn objective_control(&self, v: usize, governor: usize) -> Option<usize> {
        let marked = ["of", "from", "into"].iter().any(|m| self.has_case(v, m) || self.has_mark(v, m));
        marked.then(|| self.patient(governor)).flatten()
    }

    /// The object that does what the complement says ("urged X to leave").
    fn controller(&self, governor: usize) -> Option<usize> {
        if self.is(governor, "promise") || self.is_passive(governor) {
            return None;
        }
        self.children(governor).find(|&c| matches!(self.rel(c), Rel::Obj | Rel::Iobj))
    }

    /// Who undergoes: the object, or the subject of a passive.
    fn patient(&self, v: usize) -> Option<usize> {
        if self.is_passive(v) { self.surface_subject(v) } else { self.children(v).find(|&c| self.rel(c) == Rel::Obj) }
    }

    /// "who", "which", "that" stand for the noun before them.
    fn resolve_relative(&self, v: usize, subject: usize) -> Option<usize> {
        let relative = matches!(self.xpos(subject), Xpos::Wp | Xpos::Wdt)
            || (self.is(subject, "that") && self.upos(subject) == Upos::Pron);
        if !relative {
            return Some(subject);
        }
        let mut clause = v;
        for _ in 0..MAX_CLIMB {
            let head = self.head(clause)?;
            match self.rel(clause) {
                Rel::AclRelcl | Rel::Acl => return Some(head),
                Rel::Conj | Rel::Xcomp | Rel::Ccomp => clause = head,
                _ => return Some(subject),
            }
        }
        None
    }

    /// Who does it: the subject, or the "by" phrase of a passive.
    pub fn doer(&self, v: usize) -> Option<usize> {
        if self.is_passive(v) { self.agent(v) } else { self.surface_subject(v) }
    }

    /// To whom or what it is done: objects, or the subject of a passive; the indirect object last.
    pub fn done_to(&self, v: usize) -> Vec<usize> {
        let mut found: Vec<usize> = Vec::new();
        if self.is_passive(v) {
            found.extend(self.surface_subject(v));
            found.extend(self.children(v).filter(|&c| self.rel(c) == Rel::Obj));
            return found;
        }
        found.extend(self.children(v).filter(|&c| self.rel(c) == Rel::Obj));
        if found.is_empty() {
            // "shot down the helicopter": a phrase without preposition
            found.extend(self.children(v).find(|&c| c > v && self.rel(c) == Rel::Obl && !self.has_any_case(c)));
        }
        if found.is_empty() {
            found.extend(self.relative_object(v));
        }
        if found.is_empty() {
            found.extend(self.shared_object(v));
        }
        found.extend(self.children(v).filter(|&c| self.rel(c) == Rel::Iobj));
        found.iter().map(|&o| self.resolve_relative(v, o).unwrap_or(o)).collect()
    }

    /// "condemned and rejected the plan": the object stands with the last verb only, or the first.
    fn shared_object(&self, v: usize) -> Option<usize> {
        let joined = self.children(v).find(|&c| c == v + 2 && self.rel(c) == Rel::Conj && self.is_verb(c));
        if let Some(other) = joined {
            let bare = |c: usize| c > other && self.rel(c) == Rel::Obl && !self.has_any_case(c);
            return self.children(other).find(|&c| self.rel(c) == Rel::Obj || bare(c));
        }
        let head = self.head(v).filter(|&h| self.rel(v) == Rel::Conj && self.is_verb(h))?;
        let between = self.children(v).any(|c| self.rel(c).is_oblique() || self.rel(c) == Rel::Xcomp);
        (!between).then(|| self.children(head).find(|&c| self.rel(c) == Rel::Obj && c > v)).flatten()
    }

    /// "the tariffs the US put in place": the noun that the relative clause hangs on, where it is not the subject.
    fn relative_object(&self, v: usize) -> Option<usize> {
        if self.rel(v) != Rel::AclRelcl {
            return None;
        }
        let antecedent = self.head(v)?;
        let subject = self.surface_subject(v)?;
        (subject != antecedent).then_some(antecedent)
    }

    pub fn has_mark(&self, v: usize, word: &str) -> bool {
        self.children(v).any(|c| matches!(self.rel(c), Rel::Mark | Rel::Case) && self.is(c, word))
    }

    fn has_finite_mark(&self, v: usize) -> bool {
        self.has_mark(v, "that") || self.children(v).any(|c| self.rel(c).is_subject())
    }

    /// True where the word is negated: "not", "never", "no".
    pub fn is_negated(&self, i: usize) -> bool {
        let says_no = |c: usize| self.is_any(c, &["not", "n't", "n’t", "never", "no", "neither", "nor"]);
        self.children(i).any(|c| {
            matches!(self.rel(c), Rel::Advmod | Rel::Det | Rel::Aux | Rel::CcPreconj | Rel::Cc)
                && (says_no(c) || (self.form(c) == "longer" && self.children(c).any(says_no)))
        })
    }

    /// The auxiliaries of a verb, from the left.
    pub fn auxiliaries(&self, v: usize) -> impl Iterator<Item = usize> + 'a {
        let tree = *self;
        self.children(v).filter(move |&c| matches!(tree.rel(c), Rel::Aux | Rel::AuxPass | Rel::Cop))
    }
}

/// Relations that a prepositional phrase may have.
pub(crate) fn is_pp(rel: Rel) -> bool {
    rel.is_oblique() || rel.is_nominal_modifier() || matches!(rel, Rel::Advcl | Rel::Acl | Rel::Dep | Rel::Xcomp)
}

fn lower(text: &str) -> Cow<'_, str> {
    if text.chars().any(char::is_uppercase) { Cow::Owned(text.to_lowercase()) } else { Cow::Borrowed(text) }
}
