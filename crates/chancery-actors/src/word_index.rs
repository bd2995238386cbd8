//! Phrases found at a place of a text: looked up by their first word, the longest first.

use rustc_hash::{FxHashMap, FxHasher};
use std::hash::Hasher;

/// Marks the end of a chain.
const NONE: u32 = u32::MAX;

/// Phrases in lower case, each with a number. All letters stand in one string, and phrases that begin alike are chained:
/// the directory is loaded at each start of the program, and thousands of small pieces of memory would take most of that.
#[derive(Debug, Default)]
pub(crate) struct WordIndex {
    letters: String,
    phrases: Vec<Phrase>,
    by_first: FxHashMap<u64, First>,
    /// Phrases that go on behind a space, by their first two words: the first of the chain.
    by_two: FxHashMap<u64, u32>,
}

/// A phrase: where its letters are, and the next of its chain, which is not longer.
#[derive(Debug, Clone, Copy)]
struct Phrase {
    start: u32,
    end: u32,
    next: u32,
}

/// The phrases that begin with one word.
#[derive(Debug, Clone, Copy)]
struct First {
    /// The word alone.
    alone: u32,
    /// The first of those that go on without a space ("al-qaeda").
    joined: u32,
    /// Whether some go on behind a space.
    spaced: bool,
}

impl WordIndex {
    /// Room for so many phrases.
    pub fn with_room(phrases: usize) -> Self {
        WordIndex {
            letters: String::with_capacity(phrases * 16),
            phrases: Vec::with_capacity(phrases),
            by_first: FxHashMap::with_capacity_and_hasher(phrases / 2, Default::default()),
            by_two: FxHashMap::with_capacity_and_hasher(phrases, Default::default()),
        }
    }

    /// Adds a phrase (in lower case) and returns its number; one that is there keeps its number.
    pub fn insert(&mut self, phrase: &str) -> u32 {
        if let Some(id) = self.get(phrase) {
            return id;
        }
        let id = self.phrases.len() as u32;
        let start = self.letters.len() as u32;
        self.letters.push_str(phrase);
        self.phrases.push(Phrase { start, end: self.letters.len() as u32, next: NONE });
        let first = first_word(phrase);
        let rest = &phrase[first.len()..];
        let lists = self.by_first.entry(hash(first)).or_insert(First { alone: NONE, joined: NONE, spaced: false });
        if let Some(rest) = rest.strip_prefix(' ') {
            lists.spaced = true;
            let head = self.by_two.entry(hash_two(first, first_word(rest))).or_insert(NONE);
            chain(&mut self.phrases, head, id);
        } else {
            let head = if rest.is_empty() { &mut lists.alone } else { &mut lists.joined };
            chain(&mut self.phrases, head, id);
        }
        id
    }

    /// The number of a phrase.
    pub fn get(&self, phrase: &str) -> Option<u32> {
        let (longer, alone) = self.chains(phrase);
        self.along(longer).chain(self.along(alone)).find(|&id| self.letters(id) == phrase)
    }

    /// The phrases that stand at byte `at` of `lower` and end at a word's end, the longest first, with their length.
    pub fn at<'a>(&'a self, lower: &'a str, at: usize) -> impl Iterator<Item = (u32, usize)> + 'a {
        let rest = lower.get(at..).unwrap_or("");
        let (longer, alone) = self.chains(rest);
        self.along(longer).chain(self.along(alone)).filter_map(move |id| {
            let phrase = self.letters(id);
            let after = rest.strip_prefix(phrase)?;
            ends_word(after).then_some((id, phrase.len()))
        })
    }

    /// The chains that may hold what stands at the beginning of `rest`: of longer phrases, and of the first word alone.
    fn chains(&self, rest: &str) -> (u32, u32) {
        let first = first_word(rest);
        let Some(lists) = self.by_first.get(&hash(first)) else { return (NONE, NONE) };
        let longer = match rest[first.len()..].strip_prefix(' ') {
            Some(rest) if lists.spaced => self.by_two.get(&hash_two(first, first_word(rest))).copied().unwrap_or(NONE),
            Some(_) => NONE,
            None => lists.joined,
        };
        (longer, lists.alone)
    }

    fn along(&self, head: u32) -> impl Iterator<Item = u32> + '_ {
        let some = |id: u32| (id != NONE).then_some(id);
        std::iter::successors(some(head), move |&id| some(self.phrases[id as usize].next))
    }

    fn letters(&self, id: u32) -> &str {
        let phrase = self.phrases[id as usize];
        &self.letters[phrase.start as usize..phrase.end as usize]
    }
}

/// Puts a phrase into a chain, behind those that are as long or longer.
fn chain(phrases: &mut [Phrase], head: &mut u32, id: u32) {
    let length = |p: Phrase| p.end - p.start;
    let own = length(phrases[id as usize]);
    let (mut before, mut at) = (NONE, *head);
    while at != NONE && length(phrases[at as usize]) >= own {
        (before, at) = (at, phrases[at as usize].next);
    }
    phrases[id as usize].next = at;
    match before {
        NONE => *head = id,
        before => phrases[before as usize].next = id,
    }
}

fn hash(word: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(word.as_bytes());
    hasher.finish()
}

fn hash_two(first: &str, second: &str) -> u64 {
    let mut hasher = FxHasher::default();
    hasher.write(first.as_bytes());
    hasher.write_u8(b' ');
    hasher.write(second.as_bytes());
    hasher.finish()
}

fn ends_word(after: &str) -> bool {
    let mut chars = after.chars();
    match chars.next() {
        Some(c) if c.is_alphanumeric() || c == '_' => false,
        Some('.') => !chars.next().is_some_and(char::is_alphanumeric),
        _ => true,
    }
}

fn first_word(text: &str) -> &str {
    let ascii = text.bytes().position(|b| !b.is_ascii_alphanumeric()).unwrap_or(text.len());
    if ascii > 0 && text.as_bytes().get(ascii).is_none_or(u8::is_ascii) {
        return &text[..ascii];
    }
    let end = text.find(|c: char| !c.is_alphanumeric()).unwrap_or(text.len());
    &text[..end.max(text.chars().next().map_or(0, char::len_utf8))]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_longest_phrase_that_ends_with_a_word_comes_first() {
        let mut index = WordIndex::default();
        let (short, long) = (index.insert("new york"), index.insert("new york city"));
        assert_eq!(index.at("in new york city", 3).map(|m| m.0).collect::<Vec<_>>(), [long, short]);
        assert_eq!(index.at("new yorkers", 0).count(), 0);
        assert_eq!(index.at("new york.com", 0).count(), 0);
    }

    #[test]
    fn words_alone_joined_and_in_other_letters() {
        let mut index = WordIndex::default();
        let words = ["al", "al-qaeda", "al-qaeda in iraq", "al arabiya", "\u{15f}ahin", "the \u{201c}x"];
        let ids = words.map(|w| index.insert(w));
        assert_eq!(words.map(|w| index.insert(w)), ids);
        assert_eq!(index.at("al-qaeda in iraq", 0).map(|m| m.0).collect::<Vec<_>>(), [ids[2], ids[1], ids[0]]);
        assert_eq!(index.at("al arabiya", 0).map(|m| m.0).collect::<Vec<_>>(), [ids[3], ids[0]]);
        assert_eq!(index.at("mr \u{15f}ahin", 3).map(|m| m.0).collect::<Vec<_>>(), [ids[4]]);
        assert_eq!(index.at("the \u{201c}x\u{201d}", 0).map(|m| m.0).collect::<Vec<_>>(), [ids[5]]);
    }
}
