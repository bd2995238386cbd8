//! Dictionary forms.
//!
//! In: a word and its Penn tag. Out: its lemma. Method: the longest ending that was learnt for the tag says what to cut and
//! what to add; words for which that is wrong stand in a table.

use crate::bytes::{Damage, Reader, Writer};
use crate::features::plain;
use chancery_text::{Upos, Xpos};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

const LONGEST_ENDING: usize = 5;

/// The table and the rules.
#[derive(Debug, Default)]
pub(crate) struct Lemmatizer {
    /// Tag and straightened lower-case word → lemma.
    words: FxHashMap<(u8, String), String>,
    /// Tag and ending → characters to cut, what to add.
    endings: FxHashMap<(u8, String), (u8, String)>,
}

impl Lemmatizer {
    /// The lemma of `form`.
    pub fn lemma(&self, form: &str, upos: Upos, xpos: Xpos) -> String {
        let lower: String = form.chars().flat_map(char::to_lowercase).map(plain).collect();
        let key = (xpos as u8, lower);
        if let Some(lemma) = self.words.get(&key) {
            return if upos == Upos::Propn { recase(lemma, form) } else { lemma.clone() };
        }
        if upos == Upos::Propn || matches!(upos, Upos::Punct | Upos::Num | Upos::Sym | Upos::X) {
            return match self.rule(&key) {
                Some((cut, add)) if upos == Upos::Propn => apply(form, cut, &add),
                _ => form.to_string(),
            };
        }
        match self.rule(&key) {
            Some((cut, add)) => apply(&key.1, cut, &add),
            None => key.1,
        }
    }

    fn rule(&self, key: &(u8, String)) -> Option<(usize, String)> {
        let starts: Vec<usize> = key.1.char_indices().map(|(i, _)| i).chain([key.1.len()]).collect();
        let count = starts.len() - 1;
        (0..=LONGEST_ENDING.min(count.saturating_sub(1))).rev().find_map(|n| {
            let ending = key.1[starts[count - n]..].to_string();
            self.endings.get(&(key.0, ending)).map(|(cut, add)| (usize::from(*cut), add.clone()))
        })
    }

    /// Learns from `(form, upos, xpos, lemma)`.
    pub fn learn<'a>(examples: impl Iterator<Item = (&'a str, Upos, Xpos, &'a str)>) -> Self {
        let mut seen: BTreeMap<(u8, String), BTreeMap<String, usize>> = BTreeMap::new();
        let mut kinds: BTreeMap<(u8, String), (String, Upos)> = BTreeMap::new();
        for (form, upos, xpos, lemma) in examples {
            let lower: String = form.chars().flat_map(char::to_lowercase).map(plain).collect();
            if lower.len() > 60 || lemma.len() > 60 || lemma == "_" {
                continue;
            }
            let key = (xpos as u8, lower);
            *seen.entry(key.clone()).or_default().entry(lemma.to_string()).or_default() += 1;
            kinds.entry(key).or_insert((form.to_string(), upos));
        }
        let best: Vec<_> = seen.iter().map(|(key, lemmas)| (key, most_frequent(lemmas))).collect();
        let mut model = Lemmatizer { endings: learn_endings(&best), ..Lemmatizer::default() };
        for (key, (lemma, _)) in best {
            let (form, upos) = &kinds[key];
            let xpos = Xpos::ALL[usize::from(key.0)];
            if model.lemma(form, *upos, xpos) != *lemma {
                model.words.insert(key.clone(), lemma.clone());
            }
        }
        model
    }

    pub fn read(reader: &mut Reader) -> Result<Self, Damage> {
        let mut model = Lemmatizer::default();
        for _ in 0..reader.count(3)? {
            let key = (reader.u8()?, reader.string()?.to_string());
            model.words.insert(key, reader.string()?.to_string());
        }
        for _ in 0..reader.count(4)? {
            let key = (reader.u8()?, reader.string()?.to_string());
            let cut = reader.u8()?;
            model.endings.insert(key, (cut, reader.string()?.to_string()));
        }
        Ok(model)
    }

    pub fn write(&self, writer: &mut Writer) {
        let words: BTreeMap<_, _> = self.words.iter().collect();
        writer.u32(words.len());
        for ((tag, form), lemma) in words {
            writer.u8(*tag);
            writer.string(form);
            writer.string(lemma);
        }
        let endings: BTreeMap<_, _> = self.endings.iter().collect();
        writer.u32(endings.len());
        for ((tag, ending), (cut, add)) in endings {
            writer.u8(*tag);
            writer.string(ending);
            writer.u8(*cut);
            writer.string(add);
        }
    }
}

/// A table's lemma of a name in the case of the text, where only the case differs.
fn recase(lemma: &str, form: &str) -> String {
    if lemma.to_lowercase() == form.to_lowercase() { form.to_string() } else { lemma.to_string() }
}

fn apply(form: &str, cut: usize, add: &str) -> String {
    let keep = form.chars().count().saturating_sub(cut);
    form.chars().take(keep).chain(add.chars()).collect()
}

fn most_frequent(lemmas: &BTreeMap<String, usize>) -> (&String, usize) {
    let total = lemmas.values().sum();
    let best = lemmas.iter().max_by_key(|(lemma, n)| (**n, std::cmp::Reverse(lemma.as_str())));
    (best.map_or_else(|| unreachable!("every word has a lemma"), |(lemma, _)| lemma), total)
}

type Example<'a> = (&'a (u8, String), (&'a String, usize));

fn learn_endings(best: &[Example<'_>]) -> FxHashMap<(u8, String), (u8, String)> {
    let mut votes: BTreeMap<(u8, String), BTreeMap<(u8, String), usize>> = BTreeMap::new();
    for (key, (lemma, _)) in best {
        let lower = lemma.to_lowercase();
        let chars: Vec<char> = key.1.chars().collect();
        let shared = chars.iter().zip(lower.chars()).take_while(|(a, b)| **a == *b).count();
        let edit = ((chars.len() - shared) as u8, lower.chars().skip(shared).collect::<String>());
        for n in 0..=LONGEST_ENDING.min(chars.len().saturating_sub(1)) {
            let ending: String = chars[chars.len() - n..].iter().collect();
            *votes.entry((key.0, ending)).or_default().entry(edit.clone()).or_default() += 1;
        }
    }
    let mut endings: FxHashMap<(u8, String), (u8, String)> = FxHashMap::default();
    let mut keys: Vec<_> = votes.keys().cloned().collect();
    keys.sort_by_key(|(tag, ending)| (ending.chars().count(), *tag, ending.clone()));
    for key in keys {
        let Some((edit, n)) = votes[&key].iter().max_by_key(|(edit, n)| (**n, std::cmp::Reverse((*edit).clone())))
        else {
            continue;
        };
        let shorter = (1..=key.1.chars().count()).find_map(|k| {
            let ending: String = key.1.chars().skip(k).collect();
            endings.get(&(key.0, ending))
        });
        if shorter != Some(edit) && (*n >= 2 || key.1.is_empty()) {
            endings.insert(key, edit.clone());
        }
    }
    endings
}
