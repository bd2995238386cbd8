//! Labels tokens as Source, Cue and Content by a trained model.
//!
//! In: a parsed document that was made of given tokens, and the labels that the rules give them. Out: better labels. Method:
//! a linear-chain conditional random field over words, tree and quotation marks, as sequence labellers for attribution are
//! (Pareti et al., EMNLP 2013); what the rules say is among its features.

mod crf;
mod features;
mod train;

use crate::ClaimsError;
use crate::cues::Cues;
use chancery_data::Data;
use chancery_text::{Document, Span};
use chancery_words::WordGroups;
use crf::Weights;
use features::Observer;
pub use train::{LabelScores, TrainingText, train_claims};

/// The weights, below `data/`.
pub(crate) const MODEL: &str = "models/claims.bin";

/// Labels in the order of the weights; what begins is odd, what goes on is even.
pub(crate) const LABELS: [&str; 7] = ["O", "B-Source", "I-Source", "B-Cue", "I-Cue", "B-Content", "I-Content"];

/// The number of a label; what no model of ours tells apart is outside.
pub(crate) fn label_number(label: &str) -> u8 {
    LABELS.iter().position(|l| *l == label).unwrap_or(0) as u8
}

/// Labels tokens; made once, shared by all threads.
#[derive(Debug)]
pub struct Labeller {
    cues: Cues,
    groups: WordGroups,
    weights: Option<Weights>,
}

impl Labeller {
    /// Loads cues, groups of words and weights; without weights, labels stay those of the rules.
    ///
    /// # Errors
    /// Where a file is damaged, or the cues are missing.
    pub fn load(data: &Data) -> Result<Self, ClaimsError> {
        let damaged = |path: &str, what| ClaimsError::Model { path: path.into(), what };
        let weights = match data.bytes(MODEL) {
            Ok(bytes) => Some(Weights::read(&bytes).map_err(|what| damaged(MODEL, what))?),
            Err(_) => None,
        };
        let path = chancery_words::GROUPS_PATH;
        let groups = WordGroups::read(data.bytes(path)?).map_err(|what| damaged(path, what))?;
        Ok(Labeller { cues: Cues::load(data)?, groups, weights })
    }

    /// The labels of tokens; `places` and `rules` are as [`crate::article_of_tokens`] and [`crate::label_tokens`] give them.
    pub fn label(&self, doc: &Document, places: &[Vec<Span>], rules: &[Vec<String>]) -> Vec<Vec<String>> {
        let Some(weights) = &self.weights else { return rules.to_vec() };
        let observer = Observer::new(doc, &self.cues, &self.groups);
        let sentence = |(places, rules): (&Vec<Span>, &Vec<String>)| {
            let features = observer.features(places, rules);
            weights.label(&features).into_iter().map(|l| LABELS[usize::from(l)].to_string()).collect()
        };
        places.iter().zip(rules).map(sentence).collect()
    }
}
