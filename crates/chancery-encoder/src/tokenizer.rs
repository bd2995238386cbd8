//! Words to pieces: WordPiece without case (Wu et al., 2016), as BERT's uncased models have it.

use crate::EncoderError;
use rustc_hash::FxHashMap;
use unicode_general_category::{GeneralCategory, get_general_category};
use unicode_normalization::UnicodeNormalization;

/// Cuts words into the pieces of a vocabulary.
#[derive(Debug, Clone)]
pub struct Tokenizer {
    /// Pieces that begin a word.
    first: FxHashMap<Box<str>, u32>,
    /// Pieces that go on with one, without `##`.
    further: FxHashMap<Box<str>, u32>,
    /// The longest piece, in bytes.
    longest: usize,
    unknown: u32,
    start: u32,
    end: u32,
    len: usize,
}

/// The pieces of a text.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Pieces {
    /// Numbers of pieces: `[CLS]`, those of the words, `[SEP]`.
    pub ids: Vec<u32>,
    /// For each word the place of its first piece in `ids`; none for a word that was cut off.
    pub firsts: Vec<Option<usize>>,
}

/// Letters of a word that is looked for in the vocabulary; a longer one is unknown.
const MAX_LETTERS: usize = 100;

impl Tokenizer {
    /// Reads a vocabulary of one piece a line; a piece's number is its line's, from 0 on.
    ///
    /// # Errors
    ///
    /// [`EncoderError::MissingPiece`] when `[UNK]`, `[CLS]` or `[SEP]` is not there.
    pub fn read(vocabulary: &str) -> Result<Self, EncoderError> {
        let (mut first, mut further) = (FxHashMap::default(), FxHashMap::default());
        let (mut longest, mut len) = (0, 0);
        for (id, piece) in (0u32..).zip(vocabulary.lines()) {
            match piece.strip_prefix("##").filter(|rest| !rest.is_empty()) {
                Some(rest) => further.insert(rest.into(), id),
                None => first.insert(piece.into(), id),
            };
            longest = longest.max(piece.len());
            len += 1;
        }
        let special = |piece| first.get(piece).copied().ok_or(EncoderError::MissingPiece(piece));
        let (unknown, start, end) = (special("[UNK]")?, special("[CLS]")?, special("[SEP]")?);
        Ok(Tokenizer { first, further, longest, unknown, start, end, len })
    }

    /// Pieces of the vocabulary, [`Shape::vocabulary`](crate::Shape::vocabulary) of the model that goes with it.
    #[must_use]
    pub fn vocabulary(&self) -> usize {
        self.len
    }

    /// The pieces of a text's words, at most `maximum` with `[CLS]` and `[SEP]`. Words are whole: the first that does not
    /// fit is cut off, and all behind it. Every word that is not cut off has a piece, if only `[UNK]`.
    #[must_use]
    pub fn pieces(&self, words: &[&str], maximum: usize) -> Pieces {
        let mut ids = vec![self.start];
        let mut firsts = Vec::with_capacity(words.len());
        for word in words {
            let place = ids.len();
            self.cut(word, &mut ids);
            if ids.len() + 1 > maximum {
                ids.truncate(place);
                break;
            }
            firsts.push(Some(place));
        }
        firsts.resize(words.len(), None);
        ids.push(self.end);
        Pieces { ids, firsts }
    }

    /// Adds the pieces of one word.
    fn cut(&self, word: &str, ids: &mut Vec<u32>) {
        let place = ids.len();
        for part in parts(word) {
            self.cut_part(&part, ids);
        }
        if ids.len() == place {
            ids.push(self.unknown);
        }
    }

    /// The longest pieces from left to right; unknown as a whole if there is no piece at some place.
    fn cut_part(&self, part: &str, ids: &mut Vec<u32>) {
        let place = ids.len();
        let mut rest = part;
        while !rest.is_empty() && part.chars().count() <= MAX_LETTERS {
            let pieces = if rest.len() == part.len() { &self.first } else { &self.further };
            let ends = (1..=rest.len().min(self.longest)).rev().filter(|end| rest.is_char_boundary(*end));
            let Some((end, id)) = ends.filter_map(|end| pieces.get(&rest[..end]).map(|id| (end, *id))).next() else {
                break;
            };
            ids.push(id);
            rest = &rest[end..];
        }
        if !rest.is_empty() {
            ids.truncate(place);
            ids.push(self.unknown);
        }
    }
}

/// A word in lower case and without accents, cut at spaces, and around punctuation and Chinese characters.
fn parts(word: &str) -> Vec<String> {
    let mut parts = vec![String::new()];
    let clean = word.chars().filter(|c| !is_control(*c)).nfd();
    let plain = clean.filter(|c| get_general_category(*c) != GeneralCategory::NonspacingMark);
    for c in plain.flat_map(char::to_lowercase) {
        if c.is_whitespace() {
            parts.push(String::new());
        } else if is_punctuation(c) || is_chinese(c) {
            parts.extend([c.to_string(), String::new()]);
        } else if let Some(part) = parts.last_mut() {
            part.push(c);
        }
    }
    parts.retain(|part| !part.is_empty());
    parts
}

fn is_control(c: char) -> bool {
    use GeneralCategory::*;
    let other = matches!(get_general_category(c), Control | Format | PrivateUse | Surrogate | Unassigned);
    (other && !c.is_whitespace()) || c == char::REPLACEMENT_CHARACTER
}

/// BERT counts all of ASCII that is no letter and no digit.
fn is_punctuation(c: char) -> bool {
    use GeneralCategory::*;
    let category = || get_general_category(c);
    c.is_ascii_punctuation()
        || !c.is_ascii()
            && matches!(
                category(),
                ConnectorPunctuation
                    | DashPunctuation
                    | OpenPunctuation
                    | ClosePunctuation
                    | InitialPunctuation
                    | FinalPunctuation
                    | OtherPunctuation
            )
}

/// Characters that BERT takes one by one.
fn is_chinese(c: char) -> bool {
    matches!(u32::from(c),
        0x4E00..=0x9FFF | 0x3400..=0x4DBF | 0x20000..=0x2A6DF | 0x2A700..=0x2CEAF | 0xF900..=0xFAFF | 0x2F800..=0x2FA1F)
}

#[cfg(test)]
mod tests {
    use super::*;

    const VOCABULARY: &str = "[PAD]\n[UNK]\n[CLS]\n[SEP]\nun\n##aff\n##able\ncafe\n.\n-\nmali\n中\n##s\n'\n[\n]\nsep\n";

    fn words(words: &[&str], maximum: usize) -> (Vec<u32>, Vec<Option<usize>>) {
        let tokenizer = Tokenizer::read(VOCABULARY).unwrap();
        assert_eq!(tokenizer.vocabulary(), 17);
        let pieces = tokenizer.pieces(words, maximum);
        (pieces.ids, pieces.firsts)
    }

    #[test]
    fn the_longest_pieces_are_taken_from_left_to_right() {
        assert_eq!(words(&["Unaffable", "Malis"], 64), (vec![2, 4, 5, 6, 10, 12, 3], vec![Some(1), Some(4)]));
        assert_eq!(words(&[], 64), (vec![2, 3], vec![]));
    }

    #[test]
    fn case_and_accents_are_nothing() {
        assert_eq!(words(&["CAFÉ", "cafe\u{301}", "ca\u{AD}fe"], 64).0, [2, 7, 7, 7, 3]);
    }

    #[test]
    fn punctuation_stands_alone() {
        assert_eq!(words(&["un-Mali's."], 64).0, [2, 4, 9, 10, 13, 1, 8, 3]);
        assert_eq!(words(&["[SEP]"], 64).0, [2, 14, 16, 15, 3]);
        assert_eq!(words(&["中中"], 64).0, [2, 11, 11, 3]);
    }

    #[test]
    fn what_has_no_pieces_is_unknown() {
        let long = "un".repeat(51);
        let (ids, firsts) = words(&["unx", "\u{200B}", "", &long, "mali"], 64);
        assert_eq!(ids, [2, 1, 1, 1, 1, 10, 3]);
        assert_eq!(firsts, [Some(1), Some(2), Some(3), Some(4), Some(5)]);
    }

    #[test]
    fn words_are_cut_off_whole() {
        let text = ["Mali", "unaffable", "mali"];
        assert_eq!(words(&text, 7), (vec![2, 10, 4, 5, 6, 10, 3], vec![Some(1), Some(2), Some(5)]));
        assert_eq!(words(&text, 6), (vec![2, 10, 4, 5, 6, 3], vec![Some(1), Some(2), None]));
        assert_eq!(words(&text, 5), (vec![2, 10, 3], vec![Some(1), None, None]));
        assert_eq!(words(&text, 0).0, [2, 3]);
    }

    #[test]
    fn a_vocabulary_without_a_special_piece_is_named() {
        assert_eq!(Tokenizer::read("[UNK]\n[CLS]\na\n").unwrap_err(), EncoderError::MissingPiece("[SEP]"));
    }
}
