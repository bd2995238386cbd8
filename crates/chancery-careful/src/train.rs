//! Fine-tuning: first on many pairs of our own, then on those of the data that the labels are from.

use crate::{Careful, CarefulError, Marked, features, heads_of, most_pieces, scores, words_of};
use chancery_encoder::{Objective, Progress, Quantized, Schedule, Tokenizer, Weights};
use chancery_kernels::float::softmax;
use chancery_text::{MarkedPair, SecondReader, Shares};
use std::collections::BTreeSet;

/// Passes and rates of both parts.
const FIRST: (usize, f32) = (3, 2e-4);
const THEN: (usize, f32) = (5, 1e-4);
/// So many steps apart it is said how far training is.
const STEPS_TOLD: usize = 100;
/// Parts of the data in cross-validation.
const FOLDS: u64 = 5;

/// What training starts from.
#[derive(Debug, Clone)]
pub struct Start {
    weights: Weights,
    vocabulary: String,
    tokenizer: Tokenizer,
}

impl Start {
    /// An encoder's weights, and its vocabulary of one piece a line.
    ///
    /// # Errors
    /// Where the vocabulary lacks a piece that every sentence needs, or is not that of the weights.
    pub fn new(weights: Weights, vocabulary: String) -> Result<Self, CarefulError> {
        let tokenizer = words_of(&vocabulary, weights.shape().vocabulary)?;
        Ok(Start { weights, vocabulary, tokenizer })
    }
}

/// What came of it.
#[derive(Debug, Clone)]
pub struct Trained {
    /// The model file.
    pub model: Vec<u8>,
    /// For each pair of the second part what a model that has not seen its group says of it.
    pub held_out: Vec<Option<Shares>>,
    /// What the model of each part of cross-validation says of the pairs of the first part, and last what the model that ships
    /// says.
    pub readings: Vec<Vec<Option<Shares>>>,
}

/// Trains on `first`, then on `then`; `progress` is told what is being done. Pairs of the second part stay in one part of
/// cross-validation where their numbers are the same. The same input gives the same bytes.
///
/// # Errors
/// Where there is no pair, or training comes apart.
pub fn train(
    start: Start,
    first: &[MarkedPair],
    then: &[(MarkedPair, u64)],
    mut progress: impl FnMut(&str),
) -> Result<Trained, CarefulError> {
    let labels: BTreeSet<&String> = first.iter().chain(then.iter().map(|(pair, _)| pair)).map(|p| &p.root).collect();
    let labels: Vec<String> = labels.into_iter().cloned().collect();
    let example = |pair: &MarkedPair| Example::new(&start, &labels, pair);
    let own: Vec<Example> = first.iter().filter_map(example).collect();
    let examples: Vec<(Example, u64)> =
        then.iter().filter_map(|(pair, group)| Some((example(pair)?, *group))).collect();
    if examples.is_empty() {
        return Err(CarefulError::NoPairs);
    }
    let left_out = first.len() + then.len() - own.len() - examples.len();
    if left_out > 0 {
        progress(&format!(
            "{left_out} pairs are left out: a party is no part of the sentence, or too far from the other"
        ));
    }
    let of_groups = |wanted: &dyn Fn(u64) -> bool| -> Vec<Example> {
        examples.iter().filter(|(_, group)| wanted(*group)).map(|(example, _)| example.clone()).collect()
    };
    let heads = vec![0.0; heads_of(labels.len(), start.weights.shape().width)];
    let mut model = Tuned { weights: start.weights.clone(), heads, labels: labels.len() };
    model.learn("own pairs", &own, FIRST, &mut progress)?;
    let (mut held_out, mut readings) = (vec![None; then.len()], Vec::new());
    let read =
        |model: &Careful, pair: &MarkedPair| model.shares(&pair.sentence, pair.actor.clone(), pair.recipient.clone());
    for fold in 0..FOLDS {
        let mut part = model.clone();
        let task = format!("cross-validation, part {} of {FOLDS}", fold + 1);
        part.learn(&task, &of_groups(&|group| group % FOLDS != fold), THEN, &mut progress)?;
        let part = part.finish(&start, &labels);
        for (shares, (pair, _)) in held_out.iter_mut().zip(then).filter(|(_, (_, group))| group % FOLDS == fold) {
            *shares = read(&part, pair);
        }
        readings.push(first.iter().map(|pair| read(&part, pair)).collect());
    }
    model.learn("all pairs", &of_groups(&|_| true), THEN, &mut progress)?;
    let model = model.finish(&start, &labels);
    readings.push(first.iter().map(|pair| read(&model, pair)).collect());
    Ok(Trained { model: model.write(), held_out, readings })
}

/// A pair in pieces.
#[derive(Debug, Clone)]
struct Example {
    marked: Marked,
    label: usize,
}

impl Example {
    fn new(start: &Start, labels: &[String], pair: &MarkedPair) -> Option<Self> {
        let most = most_pieces(&start.weights.shape());
        let (actor, recipient) = (pair.actor.clone(), pair.recipient.clone());
        let marked = Marked::new(&start.tokenizer, most, &pair.sentence, actor, recipient)?;
        Some(Example { marked, label: labels.iter().position(|l| *l == pair.root)? })
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
    /// Says every [`STEPS_TOLD`] steps, and at the end, what the mean loss was since it last did.
    fn learn(
        &mut self,
        task: &str,
        examples: &[Example],
        (epochs, rate): (usize, f32),
        progress: &mut impl FnMut(&str),
    ) -> Result<(), CarefulError> {
        if examples.is_empty() {
            return Ok(());
        }
        let sequences: Vec<Vec<u32>> = examples.iter().map(|e| e.marked.pieces.clone()).collect();
        let naming = Naming { examples, labels: self.labels, width: self.weights.shape().width };
        let schedule = Schedule { epochs, rate, ..Schedule::default() };
        let (mut loss, mut since) = (0.0, 0);
        let tell = |p: Progress<'_>| {
            (loss, since) = (loss + p.loss, since + 1);
            if p.step.is_multiple_of(STEPS_TOLD) || p.step == p.steps {
                let (pass, step, steps, mean) = (p.epoch + 1, p.step, p.steps, loss / f64::from(since));
                progress(&format!("{task}: pass {pass}, step {step} of {steps}, loss {mean:.3}"));
                (loss, since) = (0.0, 0);
            }
        };
        chancery_encoder::train(&mut self.weights, &mut self.heads, &sequences, &naming, &schedule, tell)?;
        Ok(())
    }

    /// The model that ships.
    fn finish(self, start: &Start, labels: &[String]) -> Careful {
        Careful {
            vocabulary: start.vocabulary.clone(),
            tokenizer: start.tokenizer.clone(),
            labels: labels.into(),
            heads: self.heads,
            encoder: Quantized::round(&self.weights),
        }
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
