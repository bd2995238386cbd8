//! Brings data sets closer together before training: what each marks in its own manner (`data/lang/names.toml`), and copies
//! of sentences with other names put in.

use super::gazetteer::{self, Gazetteer};
use super::train::GoldSentence;
use crate::LangError;
use chancery_data::Data;
use chancery_words::chain::Random;
use std::ops::Range;

/// What a set does in its own manner.
#[derive(Debug)]
struct Manner {
    set: String,
    /// It marks whole phrases ("the Iraqi forces"): only the words with a capital letter are kept.
    phrases: bool,
    /// It marks states that act as organisations.
    acting_states: bool,
    /// It leaves names out: those of several words that stand in a list are put in.
    incomplete: bool,
    /// It counts titles ("Prime Minister") among the words of a person's name.
    titled: bool,
}

/// The manners of all sets.
#[derive(Debug)]
pub(crate) struct Manners {
    sets: Vec<Manner>,
    /// Words before a person's name, in lower case and without a full stop.
    titles: Vec<String>,
}

impl Manners {
    pub(crate) fn load(data: &Data) -> Result<Self, LangError> {
        let table = gazetteer::table(data)?;
        let sets = table.get("set").and_then(toml::Value::as_array).into_iter().flatten();
        let truth = |set: &toml::Value, key: &str| set.get(key).and_then(toml::Value::as_bool).unwrap_or(false);
        let manner = |set: &toml::Value| Manner {
            set: set.get("name").and_then(toml::Value::as_str).unwrap_or_default().to_string(),
            phrases: truth(set, "phrases"),
            acting_states: truth(set, "acting_states"),
            incomplete: truth(set, "incomplete"),
            titled: truth(set, "titled"),
        };
        let titles = table.get("titles").and_then(toml::Value::as_array).into_iter().flatten();
        let titles = titles.filter_map(toml::Value::as_str).map(str::to_string).collect();
        Ok(Manners { sets: sets.map(manner).collect(), titles })
    }

    /// Changes the labels of a sentence to what the other sets would have.
    pub(crate) fn adapt(&self, set: &str, sentence: &mut GoldSentence, gazetteer: &Gazetteer) {
        let Some(manner) = self.sets.iter().find(|m| set.starts_with(&m.set)) else { return };
        for (kind, span) in super::spans(&sentence.labels) {
            let number = kind as u8 * 2 + 1;
            let mut core = if manner.phrases { core(&sentence.words, span.clone()) } else { span.clone() };
            if manner.titled && number == PER {
                core = self.untitled(&sentence.words, core);
            }
            let words = &sentence.words[core.clone()];
            let number = if manner.acting_states && number == ORG && gazetteer.is_place(words) { LOC } else { number };
            let written = words.iter().any(|w| w.chars().any(char::is_alphabetic));
            let handle = words.first().is_some_and(|w| w.starts_with(['@', '#']));
            sentence.labels[span].fill(0);
            if written && !handle {
                sentence.labels[core.clone()].fill(number + 1);
                sentence.labels[core.start] = number;
            }
        }
        if manner.incomplete {
            complete(sentence, gazetteer);
        }
    }

    /// A person's name without titles before it.
    fn untitled(&self, words: &[String], name: Range<usize>) -> Range<usize> {
        let title = |i: &usize| self.titles.contains(&words[*i].trim_end_matches('.').to_lowercase());
        let titles = name.clone().take_while(title).count();
        if titles < name.len() { name.start + titles..name.end } else { name }
    }
}

/// Labels the known names of several words that have no label.
fn complete(sentence: &mut GoldSentence, gazetteer: &Gazetteer) {
    let mut at = 0;
    while at < sentence.words.len() {
        let capital = sentence.words[at].starts_with(char::is_uppercase);
        let known = capital.then(|| gazetteer.known(&sentence.words, at)).flatten();
        let Some((kind, end)) = known.filter(|k| sentence.labels[at..k.1].iter().all(|l| *l == 0)) else {
            at += 1;
            continue;
        };
        sentence.labels[at..end].fill(kind as u8 * 2 + 2);
        sentence.labels[at] = kind as u8 * 2 + 1;
        at = end;
    }
}

const PER: u8 = 1;
const LOC: u8 = 3;
const ORG: u8 = 5;

/// The words from the first with a capital letter to the last.
fn core(words: &[String], span: Range<usize>) -> Range<usize> {
    let capital = |i: &usize| words[*i].starts_with(char::is_uppercase) && !(*i == 0 && span.len() == 1);
    let determiner = span.len() > 1 && span.start == 0 && words[0].len() <= 3 && words[0] != words[0].to_uppercase();
    let from = span.start + usize::from(determiner);
    let first = (from..span.end).find(capital);
    let last = (from..span.end).rev().find(capital);
    match (first, last) {
        (Some(a), Some(b)) => a..b + 1,
        _ => span.start..span.start,
    }
}

/// Puts names of the lists in the place of names in sentences.
#[derive(Debug)]
pub(crate) struct Swaps {
    /// Names by kind: persons, places, organisations.
    names: [Vec<Vec<String>>; 3],
    random: Random,
}

impl Swaps {
    pub(crate) fn new(data: &Data) -> Result<Self, LangError> {
        let mut names = [Vec::new(), Vec::new(), Vec::new()];
        gazetteer::each_name(data, |bit, words| {
            let kind = bit.trailing_zeros() as usize;
            if let Some(list) = names.get_mut(kind).filter(|_| words.iter().any(|w| w.starts_with(char::is_uppercase)))
            {
                list.push(words);
            }
        })?;
        Ok(Swaps { names, random: Random(0x9E37_79B9_7F4A_7C15) })
    }

    /// A copy of the sentence with other names of the same kind; `None` where it has none, or by chance.
    pub(crate) fn swap(&mut self, sentence: &GoldSentence) -> Option<GoldSentence> {
        let spans = super::spans(&sentence.labels);
        if spans.is_empty() || self.random.below(100) >= SHARE {
            return None;
        }
        let mut copy = GoldSentence::default();
        let mut at = 0;
        for (kind, span) in spans {
            let list = &self.names[kind as usize];
            let keep = list.is_empty() || self.random.below(4) == 0;
            copy.words.extend_from_slice(&sentence.words[at..span.start]);
            copy.labels.extend_from_slice(&sentence.labels[at..span.start]);
            let name = if keep { &sentence.words[span.clone()] } else { &list[self.random.below(list.len())][..] };
            let number = kind as u8 * 2 + 1;
            copy.labels.extend((0..name.len()).map(|k| number + u8::from(k > 0)));
            copy.words.extend_from_slice(name);
            at = span.end;
        }
        copy.words.extend_from_slice(&sentence.words[at..]);
        copy.labels.extend_from_slice(&sentence.labels[at..]);
        Some(copy)
    }
}

/// Sentences in a hundred that get a copy.
const SHARE: usize = 50;
