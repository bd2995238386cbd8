//! Phrases found at a place of a text: looked up by their first word, the longest first.

use rustc_hash::FxHashMap;

/// Phrases in lower case, each with a number.
#[derive(Debug, Default)]
pub(crate) struct WordIndex {
    phrases: Vec<Box<str>>,
    by_first: FxHashMap<Box<str>, Vec<u32>>,
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
        match self.by_first.get_mut(first) {
            Some(ids) => ids.push(id),
            None => drop(self.by_first.insert(first.into(), vec![id])),
        }
        id
    }

    /// Sorts the longest phrases to the front; call it after the last insert.
    pub fn finish(&mut self) {
        let phrases = &self.phrases;
        for ids in self.by_first.values_mut() {
            ids.sort_by_key(|&id| (std::cmp::Reverse(phrases[id as usize].len()), id));
        }
    }

    /// The number of a phrase.
    pub fn get(&self, phrase: &str) -> Option<u32> {
        let ids = self.by_first.get(first_word(phrase))?;
        ids.iter().copied().find(|&id| *self.phrases[id as usize] == *phrase)
    }

    /// The phrases that stand at byte `at` of `lower` and end at a word's end, the longest first, with their length.
    pub fn at<'a>(&'a self, lower: &'a str, at: usize) -> impl Iterator<Item = (u32, usize)> + 'a {
        let rest = lower.get(at..).unwrap_or("");
        let ids = self.by_first.get(first_word(rest)).map_or(&[][..], Vec::as_slice);
        ids.iter().filter_map(move |&id| {
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
}
