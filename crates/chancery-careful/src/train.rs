//! Fine-tuning: first on many pairs of our own, then on those of the data that the labels are from.

use crate::{Careful, CarefulError, Marked, features, heads_of, scores};
use chancery_encoder::{Objective, Progress, Quantized, Schedule, Tokenizer, Weights};
use chancery_kernels::float::softmax;
use std::collections::BTreeSet;
use std::ops::Range;

/// Passes and rates of both parts.
const FIRST: (usize, f32) = (3, 2e-4);
const THEN: (usize, f32) = (5, 1e-4);
/// So many steps apart it is said how far the first part is.
const STEPS_TOLD: usize = 100;
/// Parts of the data in cross-validation.
const FOLDS: u64 = 5;

/// A sentence with its two parties, as bytes, and the root that joins them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Pair {
    /// The sentence.
    pub sentence: String,
    /// Who does it.
    pub actor: Range<usize>,
    /// To whom.
    pub recipient: Range<usize>,
    /// The root.
    pub label: String,
    /// Pairs of one group stay in one part of cross-validation.
    pub group: u64,
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Trained {
    /// The model file.
    pub model: Vec<u8>,
    /// The labels, in the order of the shares.
    pub labels: Vec<String>,
    /// For each pair of the second part the shares of a model that has not seen its group.
    pub held_out: Vec<Vec<f32>>,
}

/// Trains on `first`, then on `then`; `progress` is told what is being done. The same input gives the same bytes.
///
/// # Errors
/// Where there is no pair, or the words and weights do not fit together.
pub fn train(
    start: Weights,
    vocabulary: &str,
    first: &[Pair],
    then: &[Pair],
    mut progress: impl FnMut(&str),
) -> Result<Trained, CarefulError> {
    let tokenizer = Tokenizer::read(vocabulary)?;
    let labels: BTreeSet<&str> = first.iter().chain(then).map(|p| p.label.as_str()).collect();
    let labels: Vec<String> = labels.into_iter().map(String::from).collect();
    if then.is_empty() {
        return Err(CarefulError::NoPairs);
    }
    let read =
        |pairs: &[Pair]| -> Vec<Example> { pairs.iter().map(|p| Example::new(&tokenizer, &labels, p)).collect() };
    let (first, then_examples) = (read(first), read(then));
    let mut model = Tuned { weights: start, heads: Vec::new(), labels: labels.len() };
    model.heads = vec![0.0; heads_of(labels.len(), model.weights.shape().width)];
    model.learn(&first, FIRST, |p| {
        if (p.step + 1).is_multiple_of(STEPS_TOLD) {
            progress(&format!("own pairs: pass {}, step {} of {}", p.epoch + 1, p.step + 1, p.steps));
        }
    })?;
    let mut held_out = vec![Vec::new(); then.len()];
    for fold in 0..FOLDS {
        progress(&format!("cross-validation, part {} of {FOLDS}", fold + 1));
        let inside = |i: usize| then[i].group % FOLDS == fold;
        let seen: Vec<Example> = (0..then.len()).filter(|&i| !inside(i)).map(|i| then_examples[i].clone()).collect();
        let mut part = model.clone();
        part.learn(&seen, THEN, |_| {})?;
        let encoder = Quantized::round(&part.weights);
        for i in (0..then.len()).filter(|&i| inside(i)) {
            let marked = &then_examples[i].marked;
            let states = encoder.encode(&marked.pieces);
            let mut shares = scores(&features(marked, &states, encoder.shape().width), &part.heads, labels.len());
            softmax(&mut shares, 0);
            held_out[i] = shares;
        }
    }
    progress("all pairs");
    model.learn(&then_examples, THEN, |_| {})?;
    let encoder = Quantized::round(&model.weights);
    let careful =
        Careful { vocabulary: vocabulary.into(), tokenizer, labels: labels.clone(), heads: model.heads, encoder };
    Ok(Trained { model: careful.write(), labels, held_out })
}

/// A pair in pieces.
#[derive(Debug, Clone)]
struct Example {
    marked: Marked,
    label: usize,
}

impl Example {
    fn new(tokenizer: &Tokenizer, labels: &[String], pair: &Pair) -> Self {
        let marked = Marked::new(tokenizer, &pair.sentence, pair.actor.clone(), pair.recipient.clone());
        Example { marked, label: labels.iter().position(|l| *l == pair.label).unwrap_or(0) }
    }
}

/// Weights in training.
#[derive(Debug, Clone)]
struct Tuned {
    weights: Weights,
    heads: Vec<f32>,
    labels: usize,
}

impl Tuned {
    fn learn(
        &mut self,
        examples: &[Example],
        (epochs, rate): (usize, f32),
        progress: impl FnMut(Progress<'_>),
    ) -> Result<(), CarefulError> {
        if examples.is_empty() {
            return Ok(());
        }
        let sequences: Vec<Vec<u32>> = examples.iter().map(|e| e.marked.pieces.clone()).collect();
        let naming = Naming { examples, labels: self.labels, width: self.weights.shape().width };
        let schedule = Schedule { epochs, rate, ..Schedule::default() };
        chancery_encoder::train(&mut self.weights, &mut self.heads, &sequences, &naming, &schedule, progress)?;
        Ok(())
    }
}

/// Cross-entropy of the linear layer over the two marks and the mean.
struct Naming<'a> {
    examples: &'a [Example],
    labels: usize,
    width: usize,
}

impl Objective for Naming<'_> {
    fn loss(
        &self,
        example: usize,
        states: &[f32],
        d_states: &mut [f32],
        heads_gradient: &mut [f32],
        heads: &[f32],
    ) -> f64 {
        let Example { marked, label } = &self.examples[example];
        let width = self.width;
        let x = features(marked, states, width);
        let mut shares = scores(&x, heads, self.labels);
        let loss = softmax(&mut shares, *label);
        shares[*label] -= 1.0;
        let mut d_x = vec![0f32; x.len()];
        for (class, d) in shares.iter().enumerate() {
            let row = class * x.len()..(class + 1) * x.len();
            for ((g, w), (x, d_x)) in
                heads_gradient[row.clone()].iter_mut().zip(&heads[row]).zip(x.iter().zip(d_x.iter_mut()))
            {
                *g += d * x;
                *d_x += d * w;
            }
            heads_gradient[self.labels * x.len() + class] += d;
        }
        for (part, at) in marked.at.into_iter().enumerate() {
            if let Some(state) = d_states.get_mut(at * width..(at + 1) * width) {
                state.iter_mut().zip(&d_x[part * width..]).for_each(|(s, d)| *s += d);
            }
        }
        let n = states.len() / width;
        for state in d_states.chunks_exact_mut(width) {
            state.iter_mut().zip(&d_x[2 * width..]).for_each(|(s, d)| *s += d / n as f32);
        }
        f64::from(loss)
    }
}
