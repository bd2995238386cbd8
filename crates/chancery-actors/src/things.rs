//! Things that are called after a state or a place and name nobody: treaties, seas, wars, prizes, dishes, languages.
//!
//! In: a name of the directory and the tokens around it. Out: whether it is only part of what a thing is called. Which nouns
//! are such things is data (`words.tsv`: agreement, deed, emblem, thing, speaks).

use crate::directory::{Sense, Usage};
use crate::items::Source;
use crate::words::word_class;
use chancery_text::{ActorKind, Name, Upos};
use std::ops::Range;

impl Source<'_> {
    /// Whether a name of a state or a place only tells what a thing is called.
    pub fn names_thing(&self, tokens: &Range<usize>, senses: &[Sense]) -> bool {
        let kind = |s: &Sense| self.dir.entries[s.entry as usize].kind;
        // "Brussels sprouts": the union that has its seat there is meant even less
        let places: Vec<Sense> = senses.iter().copied().filter(|s| !self.is_union_seated(senses, s)).collect();
        let senses = places.as_slice();
        if !senses.iter().all(|s| matches!(kind(s), ActorKind::Country | ActorKind::Place)) {
            return false;
        }
        self.names_agreement(tokens, senses)
            || self.begins_title(tokens, senses)
            || self.ends_title(tokens, senses)
            || self.qualifies_thing(tokens, senses)
            || self.is_language(tokens, senses)
    }

    /// Whether a meaning of a capital's name is the union of states that has its seat there.
    pub fn is_union_seated(&self, senses: &[Sense], sense: &Sense) -> bool {
        let union = self.dir.entries[sense.entry as usize].kind == ActorKind::Igo;
        union && senses.iter().any(|s| s.usage == Usage::Capital)
    }

    /// Whether the name of a place that stands on these tokens is only part of what a thing is called.
    pub fn is_called_after(&self, tokens: &Range<usize>) -> bool {
        let start = self.folded.forth(self.doc.tokens[tokens.start].span.start);
        let end = self.folded.forth(self.doc.tokens[tokens.end - 1].span.end);
        let found =
            self.dir.name_at(&self.folded.text, &self.folded.lower, start).filter(|(_, len)| start + len == end);
        self.names_agreement(tokens, &[]) || found.is_some_and(|(senses, _)| self.names_thing(tokens, &senses))
    }

    /// "the Paris Agreement", "the Geneva climate accords": what was agreed in a place is neither the place nor its government.
    pub fn names_agreement(&self, tokens: &Range<usize>, senses: &[Sense]) -> bool {
        let end = self.sentence_end(tokens.start);
        let kind = |t: usize| self.dir.words.class(self.lower_form(t)) & word_class::AGREEMENT != 0;
        let between = |t: usize| matches!(self.doc.tokens[t].upos, Upos::Noun | Upos::Adj | Upos::Propn);
        let next = tokens.end;
        let agreed = next < end && kind(next) || next + 1 < end && between(next) && kind(next + 1);
        agreed && senses.iter().all(|s| self.is_city(s))
    }

    /// A name of the name finder's that is the title of a thing: "Munich Security Conference", "Vietnam War".
    pub fn is_title_of_thing(&self, name: &Name) -> bool {
        let last = name.tokens.end.saturating_sub(1);
        let class = self.dir.words.class(self.lower_form(last));
        let title = class & (word_class::EMBLEM | word_class::DEED) != 0;
        name.tokens.len() > 1 && title && self.is_capital(last)
    }

    /// "Munich Security Conference", "Chinese New Year": the words with capitals behind a name end in a noun for a thing.
    fn begins_title(&self, tokens: &Range<usize>, senses: &[Sense]) -> bool {
        let capital = |t: &usize| self.is_capital(*t) && self.is_nominal(*t);
        let Some(last) = (tokens.end..self.sentence_end(tokens.start)).take_while(capital).last() else { return false };
        let class = self.dir.words.class(self.lower_form(last));
        let whole = self.is_title_line(last) && last > tokens.end;
        let emblem = class & word_class::EMBLEM != 0;
        !whole && (emblem || class & word_class::DEED != 0 && senses.iter().all(|s| self.is_city(s)))
    }

    /// "the Treaty of Lisbon", "the Order of Canada".
    fn ends_title(&self, tokens: &Range<usize>, senses: &[Sense]) -> bool {
        let start = self.doc.sentences[self.doc.sentence_of(tokens.start)].tokens.start;
        let Some(of) = tokens.start.checked_sub(1).filter(|t| *t > start && self.lower_form(*t) == "of") else {
            return false;
        };
        let class = self.dir.words.class(self.lower_form(of - 1));
        let titled = class & word_class::EMBLEM != 0
            || class & (word_class::AGREEMENT | word_class::DEED) != 0 && senses.iter().all(|s| self.is_city(s));
        titled && self.is_capital(of - 1)
    }

    /// "Turkish literature", "French fries", "Spanish-language": an adjective of a noun that cannot act.
    fn qualifies_thing(&self, tokens: &Range<usize>, senses: &[Sense]) -> bool {
        let end = self.sentence_end(tokens.start);
        let next = tokens.end;
        if next >= end {
            return false;
        }
        let adjective = senses.iter().any(|s| s.usage == Usage::Adjective);
        let thing = |words: &str| self.dir.words.class(words) & word_class::THING != 0;
        let set = || thing(&format!("{} {}", self.lower_form(tokens.end - 1), self.lower_form(next)));
        if self.lower_form(next) == "-" {
            return adjective && next + 1 < end && thing(self.lower_form(next + 1));
        }
        // "Thai cuisine exports" are exports
        let heads = |t: usize| t + 1 >= end || !matches!(self.doc.tokens[t + 1].upos, Upos::Noun | Upos::Propn);
        heads(next) && self.is_nominal(next) && (adjective && thing(self.lower_form(next)) || set())
    }

    /// "written in Portuguese", "she speaks French": the language.
    fn is_language(&self, tokens: &Range<usize>, senses: &[Sense]) -> bool {
        let spoken_by = |s: &Sense| matches!(s.usage, Usage::Adjective | Usage::People);
        if !self.tagged || !senses.iter().all(spoken_by) || tokens.len() > 1 {
            return false;
        }
        let end = self.sentence_end(tokens.start);
        let bare =
            |t: usize| t >= end || !self.is_nominal(t) && !matches!(self.lower_form(t), "-" | "and" | "or" | ",");
        let joins = |t: usize| matches!(self.lower_form(t), "and" | "or" | ",");
        let start = self.doc.sentences[self.doc.sentence_of(tokens.start)].tokens.start;
        let mut first = tokens.start;
        // "speaks Arabic, Farsi and French"
        while first > start + 2 && joins(first - 1) && self.is_capital(first - 2) {
            first -= 2;
        }
        let Some(before) = first.checked_sub(1) else { return false };
        let inside = matches!(self.lower_form(before), "in" | "into");
        let spoken = self.dir.words.class(&self.doc.tokens[before].lemma) & word_class::SPEAKS != 0;
        bare(tokens.end) && (inside || spoken)
    }

    /// A town, or a capital by its own name.
    fn is_city(&self, sense: &Sense) -> bool {
        let place = self.dir.entries[sense.entry as usize].kind == ActorKind::Place;
        sense.usage == Usage::Capital || place && sense.usage == Usage::Name
    }

    fn is_nominal(&self, token: usize) -> bool {
        matches!(self.doc.tokens[token].upos, Upos::Noun | Upos::Adj | Upos::Propn | Upos::X)
    }

    fn sentence_end(&self, token: usize) -> usize {
        self.doc.sentences[self.doc.sentence_of(token)].tokens.end
    }
}
