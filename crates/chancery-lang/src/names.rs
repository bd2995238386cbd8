//! Finds names of persons, places and organisations.
//!
//! In: a [`Document`] with sentences and tokens. Out: [`Name`]s, in order and without overlaps. Adjectives of nations
//! ("Danish") are no names, titles are not part of one. Method: a linear-chain conditional random field over words, their
//! shapes and ends, groups of words learnt from word vectors, lists of known names, and what the parser's network makes of
//! the word in its sentence; labels by Viterbi. Who is meant
//! by a name is not decided here.

mod adapt;
mod crf;
mod features;
mod gazetteer;
mod observation;
mod train;
mod weights;

pub use train::{HELD_OUT, NamesConfig, NamesError, train_groups, train_names};

use crate::LangError;
use chancery_data::Data;
use chancery_text::{Document, Name, NameLabel, Upos, Xpos};
use chancery_words::{GROUPS_PATH, WordGroups};
use features::LABELS;
use gazetteer::Gazetteer;
use observation::{Observation, Word};
use std::ops::Range;
use weights::Weights;

const MODEL_PATH: &str = "models/names.bin";

/// Finds names; holds the weights and the lists.
#[derive(Debug)]
pub struct NameFinder {
    weights: Weights,
    clusters: WordGroups,
    gazetteer: Gazetteer,
}

impl NameFinder {
    /// Reads the weights and the lists of known names.
    ///
    /// # Errors
    /// Where a file is missing or damaged.
    pub fn load(data: &Data) -> Result<Self, LangError> {
        let weights = Weights::read(&data.bytes(MODEL_PATH)?);
        let weights = weights.map_err(|what| LangError::Damaged { path: MODEL_PATH, what })?;
        Ok(NameFinder { weights, clusters: load_groups(data)?, gazetteer: Gazetteer::load(data)? })
    }

    /// The names among the tokens of a sentence; `states` are what the network made of it.
    pub(crate) fn find_names(&self, doc: &Document, sentence: Range<usize>, states: &[f32]) -> Vec<Name> {
        let word = |i: usize| Word { form: doc.form(i), upos: doc.tokens[i].upos, xpos: doc.tokens[i].xpos };
        let labels = self.label(sentence.clone().map(word), states);
        let name = |(label, range): (NameLabel, Range<usize>)| {
            let tokens = sentence.start + range.start..sentence.start + range.end;
            let span = doc.tokens[tokens.start].span.cover(doc.tokens[tokens.end - 1].span);
            Name { span, tokens, label }
        };
        spans(&labels).into_iter().map(name).collect()
    }

    /// Labels the words of a sentence in BIO: `O`, `B-PER`, `I-PER`, …; `tags` has one pair a word.
    pub(crate) fn tag(&self, words: &[String], tags: &[(Upos, Xpos)], states: &[f32]) -> Vec<&'static str> {
        self.label(observation::words(words, tags), states).into_iter().map(|l| LABELS[usize::from(l)]).collect()
    }

    /// For each word of a sentence, whether it belongs to a name of the lists.
    pub(crate) fn known_names(&self, words: &[&str]) -> Vec<bool> {
        self.gazetteer.cover(words)
    }

    fn label<'t>(&self, words: impl Iterator<Item = Word<'t>>, states: &[f32]) -> Vec<u8> {
        let mut seen: Vec<Observation> = words.map(|w| Observation::new(w, &self.clusters)).collect();
        self.gazetteer.mark(&mut seen);
        self.weights.label(&seen, states)
    }
}

pub(crate) fn load_groups(data: &Data) -> Result<WordGroups, LangError> {
    WordGroups::read(data.bytes(GROUPS_PATH)?).map_err(|what| LangError::Damaged { path: GROUPS_PATH, what })
}

/// The names that labels mark.
fn spans(labels: &[u8]) -> Vec<(NameLabel, Range<usize>)> {
    let mut spans: Vec<(NameLabel, Range<usize>)> = Vec::new();
    for (i, &label) in labels.iter().enumerate() {
        let kind = match label {
            1 | 2 => NameLabel::Per,
            3 | 4 => NameLabel::Loc,
            5 | 6 => NameLabel::Org,
            _ => continue,
        };
        match spans.last_mut() {
            Some((last, range)) if label.is_multiple_of(2) && *last == kind && range.end == i => range.end = i + 1,
            _ => spans.push((kind, i..i + 1)),
        }
    }
    spans
}
