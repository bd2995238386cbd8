//! All spellings of the directory, and what each may mean.
//!
//! The directory is loaded at each start of the program: letters and meanings stand in a few large pieces of memory, chained
//! by numbers, not in one small piece each.

use crate::directory::Sense;
use crate::fold::fold;
use crate::word_index::WordIndex;
use std::borrow::Cow;

/// Marks the end of a chain.
const NONE: u32 = u32::MAX;

/// Spellings by their phrase in lower case.
#[derive(Debug, Default)]
pub(crate) struct Spellings {
    names: WordIndex,
    /// For each phrase of `names` the first of the spellings that it stands for.
    first: Vec<u32>,
    /// All spellings, folded, case kept.
    letters: String,
    all: Vec<Spelling>,
    meanings: Vec<Meaning>,
}

/// Where a spelling's letters are, its first meaning, and the next spelling that differs in upper and lower case only.
#[derive(Debug, Clone, Copy)]
struct Spelling {
    start: u32,
    end: u32,
    meaning: u32,
    next: u32,
}

#[derive(Debug, Clone, Copy)]
struct Meaning {
    sense: Sense,
    next: u32,
}

impl Spellings {
    /// Room for so many spellings.
    pub fn with_room(spellings: usize) -> Self {
        Spellings {
            names: WordIndex::with_room(spellings),
            first: Vec::with_capacity(spellings),
            letters: String::with_capacity(spellings * 16),
            all: Vec::with_capacity(spellings),
            meanings: Vec::with_capacity(spellings),
        }
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.all.len()
    }

    /// The phrases at byte `at` of a text in lower case, the longest first, with their length.
    pub fn at<'a>(&'a self, lower: &'a str, at: usize) -> impl Iterator<Item = (u32, usize)> + 'a {
        self.names.at(lower, at)
    }

    /// The spellings of a phrase: their letters, and what they may mean.
    pub fn of(&self, phrase: u32) -> impl Iterator<Item = (&str, impl Iterator<Item = Sense> + Clone + '_)> + '_ {
        self.along(phrase).map(|v| (self.text(v), self.senses(v)))
    }

    /// The phrase of a word, in whatever letters.
    pub fn phrase(&self, word: &str) -> Option<u32> {
        let folded = folded(word);
        self.names.get(&lower(&folded))
    }

    /// Whether a word is a spelling, as it is written here.
    pub fn has(&self, word: &str) -> bool {
        let folded = folded(word);
        let phrase = self.names.get(&lower(&folded));
        phrase.is_some_and(|id| self.along(id).any(|v| self.text(v) == folded))
    }

    /// Adds a meaning of a word. Of one that is there already only what `keeps` is left before.
    pub fn add(&mut self, word: &str, sense: Sense, keeps: impl Fn(Sense) -> bool) {
        let text = folded(word);
        let phrase = self.names.insert(&lower(&text));
        let known = self.along(phrase).find(|&v| self.text(v) == text);
        let Some(v) = known else { return self.add_spelling(phrase, &text, sense) };
        self.retain(v, keeps);
        if self.senses(v).any(|s| s == sense) {
            return;
        }
        let last = self.meanings_of(v).last();
        let id = self.add_meaning(sense);
        match last {
            Some(last) => self.meanings[last as usize].next = id,
            None => self.all[v as usize].meaning = id,
        }
    }

    /// A word means nothing any more but what `keeps`.
    pub fn forget(&mut self, word: &str, keeps: impl Fn(Sense) -> bool) {
        let Some(phrase) = self.phrase(word) else { return };
        for v in self.along(phrase).collect::<Vec<_>>() {
            self.retain(v, &keeps);
        }
    }

    fn add_spelling(&mut self, phrase: u32, text: &str, sense: Sense) {
        let id = self.all.len() as u32;
        match self.along(phrase).last() {
            Some(last) => self.all[last as usize].next = id,
            None => self.first.push(id),
        }
        let start = self.letters.len() as u32;
        self.letters.push_str(text);
        let meaning = self.add_meaning(sense);
        self.all.push(Spelling { start, end: self.letters.len() as u32, meaning, next: NONE });
    }

    fn add_meaning(&mut self, sense: Sense) -> u32 {
        self.meanings.push(Meaning { sense, next: NONE });
        self.meanings.len() as u32 - 1
    }

    fn retain(&mut self, spelling: u32, keeps: impl Fn(Sense) -> bool) {
        let kept: Vec<u32> = self.meanings_of(spelling).filter(|&m| keeps(self.meanings[m as usize].sense)).collect();
        self.all[spelling as usize].meaning = kept.first().copied().unwrap_or(NONE);
        for (i, &m) in kept.iter().enumerate() {
            self.meanings[m as usize].next = kept.get(i + 1).copied().unwrap_or(NONE);
        }
    }

    fn along(&self, phrase: u32) -> impl Iterator<Item = u32> + '_ {
        let first = self.first.get(phrase as usize).copied();
        std::iter::successors(first, |&v| some(self.all[v as usize].next))
    }

    fn meanings_of(&self, spelling: u32) -> impl Iterator<Item = u32> + Clone + '_ {
        let first = some(self.all[spelling as usize].meaning);
        std::iter::successors(first, |&m| some(self.meanings[m as usize].next))
    }

    fn senses(&self, spelling: u32) -> impl Iterator<Item = Sense> + Clone + '_ {
        self.meanings_of(spelling).map(|m| self.meanings[m as usize].sense)
    }

    fn text(&self, spelling: u32) -> &str {
        let Spelling { start, end, .. } = self.all[spelling as usize];
        &self.letters[start as usize..end as usize]
    }
}

fn some(id: u32) -> Option<u32> {
    (id != NONE).then_some(id)
}

fn folded(word: &str) -> Cow<'_, str> {
    if word.is_ascii() { Cow::Borrowed(word) } else { Cow::Owned(fold(word)) }
}

fn lower(folded: &str) -> Cow<'_, str> {
    let capital = folded.bytes().any(|b| b.is_ascii_uppercase());
    if capital { Cow::Owned(folded.to_ascii_lowercase()) } else { Cow::Borrowed(folded) }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::directory::Usage;

    fn sense(entry: u32) -> Sense {
        Sense { entry, usage: Usage::Name }
    }

    #[test]
    fn spellings_of_one_phrase_keep_their_own_meanings() {
        let mut all = Spellings::with_room(4);
        all.add("Who", sense(1), |_| true);
        all.add("WHO", sense(2), |_| true);
        all.add("WHO", sense(3), |_| true);
        all.add("WHO", sense(2), |_| true);
        let phrase = all.phrase("who").unwrap();
        let found: Vec<(&str, Vec<u32>)> =
            all.of(phrase).map(|(text, senses)| (text, senses.map(|s| s.entry).collect())).collect();
        assert_eq!(found, [("Who", vec![1]), ("WHO", vec![2, 3])]);
        assert!(all.has("WHO") && !all.has("who"));
    }

    #[test]
    fn what_is_forgotten_may_be_said_anew() {
        let mut all = Spellings::default();
        all.add("Łódź", sense(1), |_| true);
        all.forget("Lodz", |s| s.entry > 5);
        assert_eq!(all.of(all.phrase("Łódź").unwrap()).map(|(_, s)| s.count()).sum::<usize>(), 0);
        all.add("Lodz", sense(7), |s| s.entry > 5);
        assert_eq!(all.of(all.phrase("lodz").unwrap()).flat_map(|(_, s)| s).collect::<Vec<_>>(), [sense(7)]);
    }
}
