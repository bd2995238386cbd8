//! Marks the words that stand in a list of known names (`data/lang/names.toml`).

use super::observation::{Case, Observation};
use crate::{LangError, load_tokenizer};
use chancery_data::Data;
use chancery_text::Span;
use chancery_words::word_hash;
use rustc_hash::FxHashMap;

pub(crate) const PATH: &str = "lang/names.toml";

/// Known names as a tree of words.
#[derive(Debug, Default)]
pub(crate) struct Gazetteer {
    /// From a node by a word's hash to the next node; node 0 is the root.
    next: FxHashMap<(u32, u32), u32>,
    /// Lists in which the words up to a node are a whole name.
    ends: Vec<u32>,
    /// Lists in which a word occurs within a name.
    words: FxHashMap<u32, u32>,
}

/// Bits of the first word of a name, by label; later words have them shifted by three, words of names by six.
fn bit(label: &str) -> Option<u32> {
    match label {
        "PER" => Some(1),
        "LOC" => Some(2),
        "ORG" => Some(4),
        _ => None,
    }
}

/// The file that names the lists.
pub(crate) fn table(data: &Data) -> Result<toml::Table, LangError> {
    let text = data.text(PATH)?;
    text.parse().map_err(|e: toml::de::Error| LangError::Words { path: PATH, what: e.to_string() })
}

/// Gives every name of the lists as words, with its label's bit.
pub(crate) fn each_name(data: &Data, mut take: impl FnMut(u32, Vec<String>)) -> Result<(), LangError> {
    let wrong = |what: String| LangError::Words { path: PATH, what };
    let table = table(data)?;
    let tokenizer = load_tokenizer(data)?;
    for list in table.get("list").and_then(toml::Value::as_array).into_iter().flatten() {
        let text_of = |key: &str| list.get(key).and_then(toml::Value::as_str);
        let file = text_of("file").ok_or_else(|| wrong("a list names no file".into()))?;
        let bit = text_of("label").and_then(bit).ok_or_else(|| wrong(format!("{file}: label is PER, LOC or ORG")))?;
        let columns = list.get("columns").and_then(toml::Value::as_array);
        let columns: Vec<&str> = columns.into_iter().flatten().filter_map(toml::Value::as_str).collect();
        each_cell(&data.text(file)?, &columns, |name| {
            let pieces = tokenizer.tokenize(name, Span::new(0, name.len()));
            take(bit, pieces.iter().map(|p| p.span.of(name).to_string()).collect());
        });
    }
    Ok(())
}

/// Gives every name in the columns of a table.
fn each_cell(text: &str, columns: &[&str], mut take: impl FnMut(&str)) {
    let mut lines = text.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty());
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let wanted: Vec<usize> = (0..header.len()).filter(|&i| columns.contains(&header[i])).collect();
    for line in lines {
        let cells: Vec<&str> = line.split('\t').collect();
        for cell in wanted.iter().filter_map(|&i| cells.get(i)) {
            cell.split(';').map(str::trim).filter(|n| !n.is_empty()).for_each(&mut take);
        }
    }
}

impl Gazetteer {
    pub(crate) fn load(data: &Data) -> Result<Self, LangError> {
        let mut gazetteer = Gazetteer { ends: vec![0], ..Gazetteer::default() };
        each_name(data, |bit, words| gazetteer.insert(&words, bit))?;
        Ok(gazetteer)
    }

    /// True where the words are the whole name of a place.
    pub(crate) fn is_place(&self, words: &[String]) -> bool {
        let (end, bits) = self.longest(words.iter().map(|w| word_hash(w)));
        end == words.len() && bits & 2 != 0
    }

    /// The label's number (0 to 2) and the end of the longest name of several words that begins at `start`.
    pub(crate) fn known(&self, words: &[String], start: usize) -> Option<(usize, usize)> {
        let (length, bits) = self.longest(words[start..].iter().map(|w| word_hash(w)));
        (length > 1 && bits.count_ones() == 1).then(|| (bits.trailing_zeros() as usize, start + length))
    }

    fn insert(&mut self, words: &[String], bit: u32) {
        let mut node = 0;
        for word in words {
            let hash = word_hash(word);
            if words.len() > 1 && word.len() > 2 && word.starts_with(char::is_uppercase) {
                *self.words.entry(hash).or_default() |= bit;
            }
            let fresh = self.ends.len() as u32;
            node = *self.next.entry((node, hash)).or_insert(fresh);
            if node == fresh {
                self.ends.push(0);
            }
        }
        if let Some(end) = self.ends.get_mut(node as usize).filter(|_| node > 0) {
            *end |= bit;
        }
    }

    /// Sets [`Observation::lists`] of a sentence: the longest known names, left to right.
    pub(crate) fn mark(&self, seen: &mut [Observation]) {
        let mut i = 0;
        while i < seen.len() {
            if matches!(seen[i].case, Case::Lower | Case::Punct | Case::Digit) {
                i += 1;
                continue;
            }
            seen[i].lists |= self.words.get(&seen[i].lower).copied().unwrap_or(0) << 6;
            let (length, bits) = self.longest(seen[i..].iter().map(|o| o.lower));
            for (k, word) in seen[i..i + length].iter_mut().enumerate() {
                word.lists |= if k == 0 { bits } else { bits << 3 };
            }
            i += length.max(1);
        }
    }

    /// For each word, whether one of the longest known names, left to right, holds it.
    pub(crate) fn cover(&self, words: &[&str]) -> Vec<bool> {
        let mut covered = vec![false; words.len()];
        let mut i = 0;
        while i < words.len() {
            let (length, _) = self.longest(words[i..].iter().map(|w| word_hash(w)));
            covered[i..i + length].fill(true);
            i += length.max(1);
        }
        covered
    }

    /// How many words the longest name at the front has, and its lists.
    fn longest(&self, hashes: impl Iterator<Item = u32>) -> (usize, u32) {
        let mut node = 0;
        let mut best = (0, 0);
        for (i, hash) in hashes.enumerate() {
            let Some(&next) = self.next.get(&(node, hash)) else { break };
            node = next;
            if self.ends[node as usize] != 0 {
                best = (i + 1, self.ends[node as usize]);
            }
        }
        best
    }
}
