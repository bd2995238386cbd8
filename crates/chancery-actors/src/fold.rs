//! Folding: accents off, quotes and dashes straight, so that `Díaz` and `Diaz`, `People’s` and `People's` are one.

use chancery_words::fold_char;
use std::borrow::Cow;

/// A text and its folded form in lower case, with the way back.
pub(crate) struct Folded<'t> {
    /// Folded, case kept.
    pub text: Cow<'t, str>,
    /// Folded, ASCII letters in lower case; as long as `text`.
    pub lower: String,
    /// For each byte of the original (and its end) the folded byte; empty where both are the same.
    forth: Vec<u32>,
    /// For each folded byte (and the end) the original byte.
    back: Vec<u32>,
}

impl<'t> Folded<'t> {
    /// Folds a text.
    pub fn new(original: &'t str) -> Self {
        if original.is_ascii() {
            let lower = original.to_ascii_lowercase().replace('\n', " ");
            return Folded { text: Cow::Borrowed(original), lower, forth: Vec::new(), back: Vec::new() };
        }
        let mut text = String::with_capacity(original.len());
        let (mut forth, mut back) = (Vec::with_capacity(original.len() + 1), Vec::with_capacity(original.len() + 1));
        for (at, c) in original.char_indices() {
            forth.extend(std::iter::repeat_n(text.len() as u32, c.len_utf8()));
            fold_char(c, &mut text);
            back.resize(text.len(), at as u32);
        }
        forth.push(text.len() as u32);
        back.push(original.len() as u32);
        let lower = text.to_ascii_lowercase().replace('\n', " ");
        Folded { text: Cow::Owned(text), lower, forth, back }
    }

    /// The folded byte of an original one.
    pub fn forth(&self, byte: usize) -> usize {
        if self.forth.is_empty() { byte } else { self.forth.get(byte).map_or(self.text.len(), |b| *b as usize) }
    }

    /// The original byte of a folded one.
    pub fn back(&self, byte: usize) -> usize {
        if self.back.is_empty() { byte } else { self.back.get(byte).copied().unwrap_or(0) as usize }
    }
}

/// Folds a short text, case kept.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        return text.to_string();
    }
    let mut folded = String::with_capacity(text.len());
    text.chars().for_each(|c| fold_char(c, &mut folded));
    folded
}

/// Folds a short text into lower case.
pub(crate) fn fold_lower(text: &str) -> String {
    fold(text).to_ascii_lowercase()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folded_bytes_lead_back_to_the_original() {
        let folded = Folded::new("Díaz’s Łódź");
        assert_eq!(folded.text, "Diaz's Lodz");
        assert_eq!(folded.back(folded.forth("Díaz’s ".len())), "Díaz’s ".len());
        assert_eq!(folded.back(folded.text.len()), "Díaz’s Łódź".len());
    }
}
