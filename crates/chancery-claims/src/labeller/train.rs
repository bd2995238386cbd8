//! Trains the labeller.

use super::crf::{Example, learn};
use super::features::Observer;
use super::{Labeller, label_number};
use chancery_text::{Document, Span};

/// A text to learn from: parsed, with the place of its tokens, what the rules say, and the true labels.
#[derive(Debug)]
pub struct TrainingText {
    /// As [`crate::article_of_tokens`] made it, parsed.
    pub doc: Document,
    /// The place of each token of each sentence.
    pub places: Vec<Vec<Span>>,
    /// The labels of [`crate::label_tokens`].
    pub rules: Vec<Vec<String>>,
    /// The true labels.
    pub gold: Vec<Vec<String>>,
}

/// How many labels of tokens are right.
#[derive(Debug, Clone, Copy, Default)]
pub struct LabelScores {
    /// Of all.
    pub tokens: usize,
    /// Of these, right.
    pub right: usize,
}

/// Gives the bytes of `models/claims.bin`, learnt from `texts` in their order, and how well they label these.
pub fn train_claims(
    labeller: &Labeller,
    texts: impl Iterator<Item = TrainingText>,
    progress: impl FnMut(&str),
) -> (Vec<u8>, LabelScores) {
    let examples: Vec<Example> = texts.flat_map(|text| examples_of(labeller, &text)).collect();
    let weights = learn(&examples, progress);
    let scores = examples.iter().fold(LabelScores::default(), |sum, e| {
        let right = weights.label(&e.features).iter().zip(&e.labels).filter(|(a, b)| a == b).count();
        LabelScores { tokens: sum.tokens + e.labels.len(), right: sum.right + right }
    });
    (weights.write(), scores)
}

fn examples_of(labeller: &Labeller, text: &TrainingText) -> Vec<Example> {
    let observer = Observer::new(&text.doc, &labeller.cues, &labeller.groups);
    let rows = text.places.iter().zip(&text.rules).zip(&text.gold);
    rows.map(|((places, rules), gold)| Example { features: observer.features(places, rules), labels: begun(gold) })
        .collect()
}

/// A stretch that goes on from the sentence before begins anew.
fn begun(gold: &[String]) -> Vec<u8> {
    let mut before = 0;
    gold.iter()
        .map(|label| {
            let number = label_number(label);
            let goes_on = number > 0 && number.is_multiple_of(2);
            let fits = before == number || before + 1 == number;
            before = if goes_on && !fits { number - 1 } else { number };
            before
        })
        .collect()
}
