//! Words that the tagger took for another part of speech, where the tree that came of it shows it.
//!
//! "Ukraine's military struck targets" is read as one long noun, "The EU closed borders" too, "shot" in "Police shot protesters"
//! as a noun with an object: treebanks have few such sentences. They are read once more with words in the place of the misread
//! ones that can be nothing else; the second reading stands where it has found the verb and its subject.

use crate::features::{Class, Word};
use crate::lemmatizer::Lemmatizer;
use crate::neural::network::Parsed;
use crate::tags::TagSet;
use chancery_text::{Rel, Upos, Xpos};

/// A word that is a noun, and that a verb may follow.
const NOUN: &str = "army";
/// Words that are verbs and have an object: in the past, behind one subject, behind several.
const PAST: &str = "killed";
const SINGULAR: &str = "condemns";
const PLURAL: &str = "condemn";

/// A verb that the tree has lost.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Misread {
    /// The verb; the subject ends before it.
    verb: usize,
    /// What may stand for it.
    stand_in: &'static str,
    /// The subject is a common noun.
    noun: bool,
    /// The verb was taken for a verb.
    verbal: bool,
}

impl Misread {
    /// Words to put in for others, each time the sentence is read.
    pub fn attempts(self) -> impl Iterator<Item = Vec<(usize, &'static str)>> {
        let (noun, verb) = (self.noun.then(|| (self.verb - 1, NOUN)), (self.verb, self.stand_in));
        let first = noun.filter(|_| self.verbal).map(|noun| vec![noun]);
        first.into_iter().chain([noun.into_iter().chain([verb]).collect()])
    }

    /// True where a reading has the verb, with a subject before it, and in the present with an object.
    pub fn is_mended(self, again: &Parsed, tags: &TagSet) -> bool {
        let (reading, verb) = (Reading { parsed: again, tags }, self.verb);
        reading.upos(verb) == Upos::Verb
            && reading.has(verb, |c| c < verb && reading.rel(c) == Rel::Nsubj)
            && (self.stand_in == PAST || reading.has(verb, |c| c > verb && reading.rel(c) == Rel::Obj))
    }
}

/// The words of a sentence, and what the lists say of their forms.
pub(crate) struct Forms<'a, F> {
    pub words: &'a [Word],
    /// The form of a word.
    pub form: F,
    pub lists: &'a Lemmatizer,
}

impl<'t, F: Fn(usize) -> &'t str> Forms<'_, F> {
    fn lower(&self, i: usize) -> String {
        (self.form)(i).to_lowercase()
    }

    fn has_form(&self, i: usize, xpos: Xpos) -> bool {
        self.words[i].class == Class::Lower && self.lists.forms.is_form(&self.lower(i), xpos)
    }

    /// A capital that is no article's or pronoun's.
    fn is_name(&self, i: usize) -> bool {
        self.words[i].class == Class::Title && !self.lists.forms.is_grammatical(&self.lower(i))
    }
}

/// The first verb of a sentence that is surely lost.
pub(crate) fn find<'t>(
    forms: &Forms<'_, impl Fn(usize) -> &'t str>,
    parsed: &Parsed,
    tags: &TagSet,
) -> Option<Misread> {
    let reading = Reading { parsed, tags };
    let small = |v: &usize| forms.words[*v].class == Class::Lower;
    (1..forms.words.len()).filter(small).find_map(|v| reading.lost_verb(v, forms))
}

struct Reading<'a> {
    parsed: &'a Parsed,
    tags: &'a TagSet,
}

impl Reading<'_> {
    fn upos(&self, i: usize) -> Upos {
        self.tags.pair(self.parsed.tags[i]).0
    }

    fn xpos(&self, i: usize) -> Xpos {
        self.tags.pair(self.parsed.tags[i]).1
    }

    fn rel(&self, i: usize) -> Rel {
        self.parsed.tree.rels[i]
    }

    /// `None` for the root.
    fn head(&self, i: usize) -> Option<usize> {
        let heads = &self.parsed.tree.heads;
        Some(heads[i]).filter(|&head| head < heads.len())
    }

    fn has(&self, head: usize, wanted: impl Fn(usize) -> bool) -> bool {
        let heads = &self.parsed.tree.heads;
        (0..heads.len()).any(|c| heads[c] == head && wanted(c))
    }

    fn lost_verb<'t>(&self, v: usize, forms: &Forms<'_, impl Fn(usize) -> &'t str>) -> Option<Misread> {
        let (upos, before) = (self.upos(v), self.upos(v - 1));
        let nominal = match before {
            Upos::Adj | Upos::Noun | Upos::Propn => true,
            // an unknown name may pass for one
            Upos::Det | Upos::Pron => forms.is_name(v - 1),
            _ => false,
        };
        if !matches!(upos, Upos::Verb | Upos::Noun | Upos::Adj | Upos::Adv) || !nominal {
            return None;
        }
        let stand_in = match () {
            () if self.is_lost_past(v, before) && (self.xpos(v) == Xpos::Vbd || forms.has_form(v, Xpos::Vbd)) => PAST,
            () if !self.is_lost_present(v) => return None,
            () if self.is_plural(v - 1, forms) => forms.has_form(v, Xpos::Vbp).then_some(PLURAL)?,
            () if forms.has_form(v, Xpos::Vbz) => SINGULAR,
            () => return None,
        };
        let modifies = before == Upos::Noun && forms.lists.forms.modifies(&forms.lower(v - 1));
        (!modifies).then_some(Misread { verb: v, stand_in, noun: before != Upos::Propn, verbal: upos == Upos::Verb })
    }

    fn is_lost_past(&self, v: usize, before: Upos) -> bool {
        match self.rel(v) {
            Rel::Amod | Rel::Compound if before == Upos::Adj => self.is_behind_adjective(v),
            Rel::Amod | Rel::Compound => self.is_behind_noun(v),
            _ if self.is_beyond_subject(v) => true,
            _ if before == Upos::Adj => self.has_adjective_for_subject(v),
            Rel::Root | Rel::Ccomp | Rel::Parataxis => self.has_modifier_and_object(v),
            _ => false,
        }
    }

    /// "US sanctions Russian banks": a line without a verb of its own, and what may be the object behind the word.
    fn is_lost_present(&self, v: usize) -> bool {
        if !self.may_begin_object(v + 1) {
            return false;
        }
        let Some(root) = (0..self.parsed.tree.heads.len()).find(|&i| self.head(i).is_none()) else { return false };
        let verbless =
            !matches!(self.upos(root), Upos::Verb | Upos::Aux) && !self.has(root, |c| self.rel(c) == Rel::Cop);
        let found = self.upos(v) == Upos::Verb && self.has(v, |c| self.rel(c).is_subject());
        let inside = self.has(v - 1, |c| self.rel(c) == Rel::Case);
        (verbless || root == v) && !found && !inside
    }

    fn may_begin_object(&self, i: usize) -> bool {
        let nominal = |i: usize| i < self.parsed.tags.len() && matches!(self.upos(i), Upos::Noun | Upos::Propn);
        if i >= self.parsed.tags.len() {
            return false;
        }
        match self.upos(i) {
            Upos::Det | Upos::Pron => !matches!(self.xpos(i), Xpos::Wdt | Xpos::Wp),
            Upos::Adj | Upos::Num => nominal(i + 1),
            Upos::Propn => true,
            Upos::Noun => self.xpos(i) == Xpos::Nns || i + 1 < self.parsed.tags.len() && self.rel(i + 1) == Rel::Case,
            _ => false,
        }
    }

    /// The word is a plural that may be a subject, or ends a list.
    fn is_plural<'t>(&self, i: usize, forms: &Forms<'_, impl Fn(usize) -> &'t str>) -> bool {
        let names = |i: usize| self.upos(i) == Upos::Propn;
        let comma = i > 1 && (forms.form)(i - 1) == "," && names(i) && names(i - 2);
        let listed = comma || i > 1 && self.rel(i - 1) == Rel::Cc;
        let misread = matches!(self.upos(i), Upos::Det | Upos::Pron) && (forms.form)(i).ends_with('s');
        listed
            || misread
            || matches!(self.xpos(i), Xpos::Nns | Xpos::Nnps)
            || forms.lists.forms.is_plural(&forms.lower(i))
    }

    /// "Ukraine's military struck targets": before a noun that stands for a clause, an adjective behind an owner or an article,
    /// and what may be a verb.
    fn is_behind_adjective(&self, v: usize) -> bool {
        let Some(noun) = self.head(v).filter(|&noun| v < noun && self.stands_for_clause(noun, v)) else { return false };
        let i = v - 1;
        let owned = |c: usize| c < i && matches!(self.rel(c), Rel::NmodPoss | Rel::Det | Rel::Amod);
        let plain = self.rel(i) == Rel::Amod && self.xpos(i) == Xpos::Jj;
        self.head(i) == Some(noun) && plain && self.has(noun, owned)
    }

    /// "The EU closed borders": the same behind a noun.
    fn is_behind_noun(&self, v: usize) -> bool {
        let Some(noun) = self.head(v).filter(|&noun| v < noun && self.stands_for_clause(noun, v)) else { return false };
        let i = v - 1;
        is_part(self.rel(i)) && self.head(i).is_some_and(|above| above == noun || above == v || above < i)
    }

    /// Where a clause is due, without anything of one but what stands right before `v`.
    fn stands_for_clause(&self, noun: usize, v: usize) -> bool {
        let clause = matches!(self.rel(noun), Rel::Root | Rel::Ccomp | Rel::Parataxis | Rel::Advcl | Rel::AclRelcl);
        let of_clause = |c: usize| matches!(self.rel(c), Rel::Cop | Rel::Aux | Rel::Case) || self.rel(c).is_subject();
        clause && !self.has(noun, |c| c + 1 != v && of_clause(c))
    }

    /// "Mali's military evacuated villagers": what stands before the verb hangs on its object.
    fn is_beyond_subject(&self, v: usize) -> bool {
        let over = self.head(v - 1).filter(|&noun| noun > v && is_part(self.rel(v - 1)));
        let subject = |c: usize| self.rel(c).is_subject();
        over.is_some_and(|noun| self.head(noun) == Some(v) && self.rel(noun) == Rel::Obj) && !self.has(v, subject)
    }

    /// "Chad's military expelled diplomats": an adjective with an owner, or an adjective of its own, that a verb is said of.
    fn has_adjective_for_subject(&self, v: usize) -> bool {
        let i = v - 1;
        let owned = |c: usize| c < i && matches!(self.rel(c), Rel::NmodPoss | Rel::Amod);
        self.upos(v) == Upos::Verb && self.head(i) == Some(v) && self.rel(i) == Rel::Nsubj && self.has(i, owned)
    }

    /// "The junta struck a convoy", "Police shot protesters": no verb has a noun for a modifier, no noun an object.
    fn has_modifier_and_object(&self, v: usize) -> bool {
        let i = v - 1;
        let subject = |c: usize| self.rel(c).is_subject() && (c != i || self.upos(v) == Upos::Verb);
        self.head(i) == Some(v)
            && is_part(self.rel(i))
            && self.has(v, |c| c > v && self.rel(c) == Rel::Obj)
            && !self.has(v, |c| self.rel(c) == Rel::Cop || subject(c))
    }
}

/// Relations of what stands before a noun in its phrase, and of a subject.
fn is_part(rel: Rel) -> bool {
    matches!(rel, Rel::Compound | Rel::Amod | Rel::Det | Rel::NmodPoss | Rel::Flat | Rel::Nsubj)
}
