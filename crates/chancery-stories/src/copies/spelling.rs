//! The words of a text as they are compared: spellings, diacritics and marks folded.

use super::CopiesError;
use chancery_data::Data;
use chancery_words::fold_char;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use std::collections::BTreeMap;
use unicode_normalization::char::is_combining_mark;

const FILE: &str = "lang/spelling.toml";
/// Letters that stand before an end of a word at the least.
const MIN_STEM: usize = 2;

/// Spellings that stand for each other (`lang/spelling.toml`).
#[derive(Debug, Clone, Default)]
pub struct Spelling {
    /// By the last two letters of the end: ends and what they become, the longest first.
    endings: FxHashMap<[u8; 2], Vec<(String, String)>>,
    prefixes: FxHashSet<String>,
    words: FxHashMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    endings: Vec<(String, String)>,
    prefixes: Vec<String>,
    words: BTreeMap<String, String>,
}

impl Spelling {
    /// Reads the file.
    ///
    /// # Errors
    /// Where it is missing or wrong; the message names it.
    pub fn load(data: &Data) -> Result<Self, CopiesError> {
        let file: File = toml::from_str(&data.text(FILE)?)
            .map_err(|source| CopiesError::Toml { path: data.name_of(FILE), source: Box::new(source) })?;
        let mut spelling = Spelling {
            prefixes: file.prefixes.into_iter().collect(),
            words: file.words.into_iter().collect(),
            ..Spelling::default()
        };
        for (written, folded) in file.endings {
            if let Some(&last) = written.as_bytes().last_chunk::<2>() {
                spelling.endings.entry(last).or_default().push((written, folded));
            }
        }
        spelling
            .endings
            .values_mut()
            .for_each(|ends| ends.sort_by_key(|(written, _)| std::cmp::Reverse(written.len())));
        Ok(spelling)
    }

    /// Gives each word of a text, in order, in its folded spelling.
    ///
    /// A word is a run of letters and digits; `U.S.` is one, `co-operate` too, `China's` is two, and each sign of Chinese,
    /// Japanese and Korean is one of its own.
    pub fn each_word(&self, text: &str, mut each: impl FnMut(&str)) {
        let (mut word, mut letter) = (String::new(), String::new());
        let mut chars = text.chars().peekable();
        while let Some(c) = chars.next() {
            if c.is_ascii_alphanumeric() {
                word.push(c.to_ascii_lowercase());
            } else if is_sign(c) {
                self.give(&mut word, &mut each);
                word.push(c);
                self.give(&mut word, &mut each);
            } else if c.is_alphanumeric() {
                letter.clear();
                c.to_lowercase().for_each(|l| fold_char(l, &mut letter));
                word.extend(letter.chars().filter(|l| l.is_alphanumeric()));
            } else if !is_combining_mark(c) && c != '\u{ad}' && !self.goes_on(&word, c, chars.peek().copied()) {
                self.give(&mut word, &mut each);
            }
        }
        self.give(&mut word, &mut each);
    }

    /// True where a mark stands inside a word: `U.S`, `3,000`, `co-operate`.
    fn goes_on(&self, word: &str, mark: char, next: Option<char>) -> bool {
        let Some(next) = next.filter(|n| n.is_alphanumeric()) else { return false };
        match mark {
            '.' => !word.is_empty(),
            ',' => next.is_ascii_digit() && word.ends_with(|c: char| c.is_ascii_digit()),
            '-' | '‐' | '‑' => self.prefixes.contains(word),
            _ => false,
        }
    }

    fn give(&self, word: &mut String, each: &mut impl FnMut(&str)) {
        if word.is_empty() {
            return;
        }
        match self.words.get(word.as_str()) {
            Some(folded) => each(folded),
            None => {
                self.fold_ending(word);
                each(word);
            }
        }
        word.clear();
    }

    fn fold_ending(&self, word: &mut String) {
        let ends = word.as_bytes().last_chunk::<2>().and_then(|last| self.endings.get(last));
        let fits = |end: &str| word.strip_suffix(end).is_some_and(|stem| stem.len() >= MIN_STEM);
        if let Some((written, folded)) = ends.into_iter().flatten().find(|(written, _)| fits(written)) {
            word.truncate(word.len() - written.len());
            word.push_str(folded);
        }
    }
}

/// A sign that is a word or syllable and stands next to others without a space.
fn is_sign(c: char) -> bool {
    matches!(c, '\u{3040}'..='\u{30ff}' | '\u{3400}'..='\u{4dbf}' | '\u{4e00}'..='\u{9fff}' | '\u{ac00}'..='\u{d7af}'
        | '\u{f900}'..='\u{faff}' | '\u{20000}'..='\u{3ffff}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words(text: &str) -> Vec<String> {
        let mut all = Vec::new();
        Spelling::load(&Data::embedded()).unwrap().each_word(text, |w| all.push(w.to_string()));
        all
    }

    #[test]
    fn both_sides_of_the_atlantic_write_the_same_words() {
        let pairs = [
            ("organisations analysed the labour dispute", "organizations analyzed the labor dispute"),
            ("the defence programme of the centre", "the defense program of the center"),
            ("“co-operation”, he said – twice", "\"Cooperation,\" he said - twice"),
            ("U.S. troops travelled 3,000 kilometres", "US troops traveled 3000 kilometers"),
            ("Señor Núñez’s towns", "Senor Nun\u{303}ez's towns"),
            ("grey aluminium", "gray aluminum"),
        ];
        for (british, american) in pairs {
            assert_eq!(words(british), words(american));
        }
    }

    #[test]
    fn other_words_stay_apart() {
        assert_ne!(words("four ships"), words("for ships"));
        assert_ne!(words("Iran"), words("Iraq"));
        assert_eq!(words("end. Next"), ["end", "next"]);
        assert_eq!(words("US-China talks"), ["us", "china", "talks"]);
        assert_eq!(words("北京 ok"), ["北", "京", "ok"]);
        assert!(words(" – … ").is_empty());
    }

    #[test]
    fn a_wrong_file_is_named() {
        let folder = std::env::temp_dir().join("chancery-stories-no-such-file");
        let data = Data::embedded().with_file(FILE, folder);
        assert!(Spelling::load(&data).unwrap_err().to_string().contains("chancery-stories-no-such-file"));
    }
}
