//! Dictionary forms.
//!
//! In: a word and its Penn tag. Out: its lemma. Method: lists ([`Forms`]) first; else the longest ending that was learnt for the tag says what to cut and
//! what to add; words for which that is wrong stand in a table.

use crate::bytes::{Damage, Reader, Writer};
use crate::features::plain;
use crate::forms::Forms;
use chancery_text::{Upos, Xpos};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

const LONGEST_ENDING: usize = 5;

/// Characters to cut, and what to add.
type Edit = (u8, String);

/// The lists, the table and the rules.
#[derive(Debug)]
pub(crate) struct Lemmatizer {
    /// What is known without learning; empty while learning.
    pub forms: Forms,
    /// By tag: straightened lower-case word → lemma.
    words: Vec<FxHashMap<String, String>>,
    /// By tag: ending → characters to cut, what to add.
    endings: Vec<FxHashMap<String, Edit>>,
}

impl Lemmatizer {
    /// The lemma of `form`.
    pub fn lemma(&self, form: &str, upos: Upos, xpos: Xpos) -> String {
        let lower: String = form.chars().flat_map(char::to_lowercase).map(plain).collect();
        let tag = xpos as usize;
        if let Some(lemma) = self.forms.lemma(&lower, xpos).filter(|_| upos != Upos::Propn) {
            return lemma;
        }
        if let Some(lemma) = self.words[tag].get(&lower) {
            return if upos == Upos::Propn { recase(lemma, form) } else { lemma.clone() };
        }
        let edit = self.rule(tag, &lower);
        match upos {
            Upos::Propn => edit.map_or_else(|| form.to_string(), |edit| apply(form, edit)),
            Upos::Punct | Upos::Num | Upos::Sym | Upos::X => form.to_string(),
            _ => edit.map_or(lower.clone(), |edit| apply(&lower, edit)),
        }
    }

    /// The rule of the longest ending that has one; an ending is never the whole word.
    fn rule(&self, tag: usize, lower: &str) -> Option<&Edit> {
        let endings = &self.endings[tag];
        let longest = lower.char_indices().rev().take(LONGEST_ENDING).map(|(i, _)| i).filter(|i| *i > 0).last();
        let starts = lower.char_indices().map(|(i, _)| i).chain([lower.len()]);
        starts.filter(|i| *i >= longest.unwrap_or(lower.len())).find_map(|i| endings.get(&lower[i..]))
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
        let mut model = Lemmatizer { endings: learn_endings(&best), ..Lemmatizer::new() };
        for (key, (lemma, _)) in best {
            let (form, upos) = &kinds[key];
            let xpos = Xpos::ALL[usize::from(key.0)];
            if model.lemma(form, *upos, xpos) != *lemma {
                model.words[usize::from(key.0)].insert(key.1.clone(), lemma.clone());
            }
        }
        model
    }

    fn new() -> Self {
        let tags = Xpos::ALL.len();
        Lemmatizer {
            forms: Forms::default(),
            words: vec![FxHashMap::default(); tags],
            endings: vec![FxHashMap::default(); tags],
        }
    }

    pub fn read(reader: &mut Reader) -> Result<Self, Damage> {
        let mut model = Lemmatizer::new();
        let tag = |tag: u8| if usize::from(tag) < Xpos::ALL.len() { Ok(usize::from(tag)) } else { Err("no such tag") };
        for _ in 0..reader.count(3)? {
            let (tag, form) = (tag(reader.u8()?)?, reader.string()?.to_string());
            model.words[tag].insert(form, reader.string()?.to_string());
        }
        for _ in 0..reader.count(4)? {
            let (tag, ending) = (tag(reader.u8()?)?, reader.string()?.to_string());
            let cut = reader.u8()?;
            model.endings[tag].insert(ending, (cut, reader.string()?.to_string()));
        }
        Ok(model)
    }

    pub fn write(&self, writer: &mut Writer) {
        writer.u32(self.words.iter().map(FxHashMap::len).sum());
        for (tag, words) in self.words.iter().enumerate() {
            for (form, lemma) in words.iter().collect::<BTreeMap<_, _>>() {
                writer.u8(tag as u8);
                writer.string(form);
                writer.string(lemma);
            }
        }
        writer.u32(self.endings.iter().map(FxHashMap::len).sum());
        for (tag, endings) in self.endings.iter().enumerate() {
            for (ending, (cut, add)) in endings.iter().collect::<BTreeMap<_, _>>() {
                writer.u8(tag as u8);
                writer.string(ending);
                writer.u8(*cut);
                writer.string(add);
            }
        }
    }
}

/// A table's lemma of a name in the case of the text, where only the case differs.
fn recase(lemma: &str, form: &str) -> String {
    if lemma.to_lowercase() == form.to_lowercase() { form.to_string() } else { lemma.to_string() }
}

fn apply(form: &str, (cut, add): &Edit) -> String {
    let keep = form.chars().count().saturating_sub(usize::from(*cut));
    form.chars().take(keep).chain(add.chars()).collect()
}

fn most_frequent(lemmas: &BTreeMap<String, usize>) -> (&String, usize) {
    let total = lemmas.values().sum();
    let best = lemmas.iter().max_by_key(|(lemma, n)| (**n, std::cmp::Reverse(lemma.as_str())));
    (best.map_or_else(|| unreachable!("every word has a lemma"), |(lemma, _)| lemma), total)
}

type Example<'a> = (&'a (u8, String), (&'a String, usize));

fn learn_endings(best: &[Example<'_>]) -> Vec<FxHashMap<String, Edit>> {
    let mut votes: BTreeMap<(u8, String), BTreeMap<Edit, usize>> = BTreeMap::new();
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
    let mut keys: Vec<_> = votes.keys().collect();
    keys.sort_by_key(|(tag, ending)| (ending.chars().count(), *tag, ending));
    let mut endings = Lemmatizer::new().endings;
    for key in keys {
        let frequent = votes[key].iter().max_by_key(|(edit, n)| (**n, std::cmp::Reverse(*edit)));
        let Some((edit, n)) = frequent else { continue };
        let known = &mut endings[usize::from(key.0)];
        let shorter = key.1.char_indices().map(|(i, c)| i + c.len_utf8()).find_map(|i| known.get(&key.1[i..]));
        if shorter != Some(edit) && (*n >= 2 || key.1.is_empty()) {
            known.insert(key.1.clone(), edit.clone());
        }
    }
    endings
}
