//! Phrases found at a place of a text: looked up by their first word, the longest first.

use rustc_hash::FxHashMap;

/// Phrases in lower case, each with a number.
#[derive(Debug, Default)]
pub(crate) struct WordIndex {
    phrases: Vec<Box<str>>,
    by_first: FxHashMap<Box<str>, Phrases>,
}

/// The phrases that begin with one word.
#[derive(Debug, Default)]
struct Phrases {
    /// The word alone.
    alone: Option<u32>,
    /// Those that go on behind a space, by their second word.
    spaced: FxHashMap<Box<str>, Vec<u32>>,
    /// Those that go on otherwise ("al-qaeda").
    joined: Vec<u32>,
}

impl Phrases {
    /// Those that may stand where `rest` follows the first word, the longest first but for the word alone.
    fn before(&self, rest: &str) -> &[u32] {
        match rest.strip_prefix(' ') {
            Some(rest) => self.spaced.get(first_word(rest)).map_or(&[], Vec::as_slice),
            None => &self.joined,
        }
    }
}

impl WordIndex {
    /// Adds a phrase (in lower case) and returns its number; one that is there keeps its number.
    pub fn insert(&mut self, phrase: &str) -> u32 {
        if let Some(id) = self.get(phrase) {
            return id;
        }
        let id = self.phrases.len() as u32;
        self.phrases.push(phrase.into());
        let first = first_word(phrase);
        if !self.by_first.contains_key(first) {
            self.by_first.insert(first.into(), Phrases::default());
        }
        let Some(phrases) = self.by_first.get_mut(first) else { return id };
        let rest = &phrase[first.len()..];
        match rest.strip_prefix(' ') {
            _ if rest.is_empty() => phrases.alone = Some(id),
            Some(rest) => match phrases.spaced.get_mut(first_word(rest)) {
                Some(ids) => ids.push(id),
                None => drop(phrases.spaced.insert(first_word(rest).into(), vec![id])),
            },
            None => phrases.joined.push(id),
        }
        id
    }

    /// Sorts the longest phrases to the front; call it after the last insert.
    pub fn finish(&mut self) {
        let phrases = &self.phrases;
        for lists in self.by_first.values_mut() {
            for ids in lists.spaced.values_mut().chain([&mut lists.joined]).filter(|ids| ids.len() > 1) {
                ids.sort_by_key(|&id| (std::cmp::Reverse(phrases[id as usize].len()), id));
            }
        }
    }

    /// The number of a phrase.
    pub fn get(&self, phrase: &str) -> Option<u32> {
        let first = first_word(phrase);
        let lists = self.by_first.get(first)?;
        let rest = &phrase[first.len()..];
        if rest.is_empty() {
            return lists.alone;
        }
        lists.before(rest).iter().copied().find(|&id| *self.phrases[id as usize] == *phrase)
    }

    /// The phrases that stand at byte `at` of `lower` and end at a word's end, the longest first, with their length.
    pub fn at<'a>(&'a self, lower: &'a str, at: usize) -> impl Iterator<Item = (u32, usize)> + 'a {
        let rest = lower.get(at..).unwrap_or("");
        let first = first_word(rest);
        let lists = self.by_first.get(first);
        let longer = lists.map_or(&[][..], |l| l.before(&rest[first.len()..]));
        longer.iter().copied().chain(lists.and_then(|l| l.alone)).filter_map(move |id| {
            let phrase: &str = &self.phrases[id as usize];
            let after = rest.strip_prefix(phrase)?;
            ends_word(after).then_some((id, phrase.len()))
        })
    }
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
        index.finish();
        assert_eq!(index.at("in new york city", 3).map(|m| m.0).collect::<Vec<_>>(), [long, short]);
        assert_eq!(index.at("new yorkers", 0).count(), 0);
        assert_eq!(index.at("new york.com", 0).count(), 0);
    }

    #[test]
    fn words_alone_joined_and_in_other_letters() {
        let mut index = WordIndex::default();
        let words = ["al", "al-qaeda", "al-qaeda in iraq", "al arabiya", "\u{15f}ahin", "the \u{201c}x"];
        let ids = words.map(|w| index.insert(w));
        index.finish();
        assert_eq!(words.map(|w| index.insert(w)), ids);
        assert_eq!(index.at("al-qaeda in iraq", 0).map(|m| m.0).collect::<Vec<_>>(), [ids[2], ids[1], ids[0]]);
        assert_eq!(index.at("al arabiya", 0).map(|m| m.0).collect::<Vec<_>>(), [ids[3], ids[0]]);
        assert_eq!(index.at("mr \u{15f}ahin", 3).map(|m| m.0).collect::<Vec<_>>(), [ids[4]]);
        assert_eq!(index.at("the \u{201c}x\u{201d}", 0).map(|m| m.0).collect::<Vec<_>>(), [ids[5]]);
    }
}
