//! Trains the weights: a linear-chain conditional random field (Lafferty et al., ICML 2001) by stochastic gradient steps
//! of AdaGrad size (Duchi et al., JMLR 2011), with random features left out of each step so that names never seen are
//! found by what is around them.

use super::features::SHARED;
use super::weights::{N, Weights};
use crate::neural::{WIDE, dot};
use chancery_words::chain::{Chain, Random, adagrad};
use rustc_hash::FxHashMap;

/// How to train.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Settings {
    pub epochs: usize,
    pub rate: f32,
    /// Share of the features left out of a step.
    pub dropout: f32,
    /// Features seen less often are not learnt.
    pub min_count: u32,
    /// Features whose weights all lie below are not kept.
    pub min_weight: f32,
    /// Taken from the score of words outside names: more names are found, a few of them wrong.
    pub reach: f32,
    /// Of the weights of states.
    pub state_rate: f32,
    /// Share of the numbers of states left out of a step.
    pub state_dropout: f32,
}

/// A sentence with its features and true labels.
#[derive(Debug, Default)]
pub(crate) struct Example {
    /// Features of all words, one after the other.
    pub features: Vec<u32>,
    /// Features of one word.
    pub width: usize,
    pub labels: Vec<u8>,
    /// What the network makes of the sentence.
    pub states: Vec<f32>,
    /// Number of the data set.
    pub set: u32,
}

/// Trains on `examples`; the features that data sets see differently are taken as the set `like` sees them.
pub(crate) fn train(examples: &[Example], like: u32, settings: Settings, progress: &mut dyn FnMut(&str)) -> Weights {
    let mut crf = Crf::new(examples, settings);
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut random = Random(0x2545_F491_4F6C_DD1D);
    let rows: Vec<Vec<u32>> = examples.iter().map(|e| crf.rows_of(e)).collect();
    progress(&format!("{} features", crf.weights.len()));
    for epoch in 0..settings.epochs {
        for i in (1..order.len()).rev() {
            order.swap(i, random.below(i + 1));
        }
        let loss: f64 = order.iter().map(|&i| crf.step(&examples[i], &rows[i], &mut random)).sum();
        progress(&format!("pass {} of {}: loss {loss:.0}", epoch + 1, settings.epochs));
    }
    crf.finish(like)
}

struct Crf {
    settings: Settings,
    /// Row of each feature.
    index: FxHashMap<u32, u32>,
    weights: Vec<[f32; N]>,
    squares: Vec<[f32; N]>,
    transitions: [[f32; N]; N],
    transition_squares: [[f32; N]; N],
    states: Vec<[f32; WIDE]>,
    state_squares: Vec<[f32; WIDE]>,
}

/// The copy of a feature that only one data set has.
fn own(feature: u32, set: u32) -> u32 {
    super::features::mix(1000 + set, feature, 0)
}

impl Crf {
    fn new(examples: &[Example], settings: Settings) -> Self {
        let mut counts: FxHashMap<u32, u32> = FxHashMap::default();
        for example in examples {
            for word in example.features.chunks_exact(example.width.max(1)) {
                word.iter().for_each(|f| *counts.entry(*f).or_default() += 1);
                word[..SHARED].iter().for_each(|f| *counts.entry(own(*f, example.set)).or_default() += 1);
            }
        }
        let mut kept: Vec<u32> = counts.into_iter().filter(|c| c.1 >= settings.min_count).map(|c| c.0).collect();
        kept.sort_unstable();
        let n = kept.len();
        Crf {
            settings,
            index: kept.into_iter().zip(0..).collect(),
            weights: vec![[0.0; N]; n],
            squares: vec![[0.0; N]; n],
            transitions: [[0.0; N]; N],
            transition_squares: [[0.0; N]; N],
            states: vec![[0.0; WIDE]; N],
            state_squares: vec![[0.0; WIDE]; N],
        }
    }

    /// The rows of an example's features, [`NO_ROW`] for one that is not learnt.
    fn rows_of(&self, example: &Example) -> Vec<u32> {
        let row = |f: u32| self.index.get(&f).copied().unwrap_or(NO_ROW);
        let words = example.features.chunks_exact(example.width.max(1));
        words
            .flat_map(|w| {
                w.iter()
                    .map(|f| row(*f))
                    .chain(w[..SHARED].iter().map(|f| row(own(*f, example.set))))
                    .collect::<Vec<_>>()
            })
            .collect()
    }

    /// One step; gives the loss before it.
    fn step(&mut self, example: &Example, rows: &[u32], random: &mut Random) -> f64 {
        let n = example.labels.len();
        if n == 0 {
            return 0.0;
        }
        let limit = (f64::from(self.settings.dropout) * 4_294_967_296.0) as u32;
        let kept: Vec<u32> =
            rows.iter().map(|&r| if r == NO_ROW || random.bits() < limit { NO_ROW } else { r }).collect();
        let width = rows.len() / n;
        let kept_states = self.thinned(&example.states, random);
        let states = |i: usize| &kept_states[i * WIDE..(i + 1) * WIDE];
        let scores: Vec<[f32; N]> =
            kept.chunks_exact(width).enumerate().map(|(i, word)| self.score(word, states(i))).collect();
        let chain = Chain::new(&scores, &self.transitions);
        let mut loss = chain.total();
        for i in 0..n {
            let gold = usize::from(example.labels[i]);
            loss -= scores[i][gold];
            let mut gradient = chain.share(i);
            gradient[gold] -= 1.0;
            if i > 0 {
                let before = usize::from(example.labels[i - 1]);
                loss -= self.transitions[before][gold];
                self.step_transitions(&chain.pair(i, &scores, &self.transitions), before, gold);
            }
            self.step_word(&kept[i * width..(i + 1) * width], states(i), &gradient);
        }
        f64::from(loss)
    }

    /// States with numbers left out at random; the others keep the mean.
    fn thinned(&self, states: &[f32], random: &mut Random) -> Vec<f32> {
        let limit = (f64::from(self.settings.state_dropout) * 4_294_967_296.0) as u32;
        let keep = 1.0 / (1.0 - self.settings.state_dropout);
        states.iter().map(|s| if random.bits() < limit { 0.0 } else { s * keep }).collect()
    }

    fn score(&self, rows: &[u32], state: &[f32]) -> [f32; N] {
        let mut score: [f32; N] = std::array::from_fn(|k| dot(state, &self.states[k]));
        for row in rows.iter().filter(|r| **r != NO_ROW) {
            let weights = &self.weights[*row as usize];
            for k in 0..N {
                score[k] += weights[k];
            }
        }
        score
    }

    fn step_word(&mut self, rows: &[u32], state: &[f32], gradient: &[f32; N]) {
        if gradient.iter().all(|g| g.abs() < 1e-3) {
            return;
        }
        let rate = self.settings.rate;
        for row in rows.iter().filter(|r| **r != NO_ROW) {
            let (weights, squares) = (&mut self.weights[*row as usize], &mut self.squares[*row as usize]);
            adagrad(weights, squares, gradient, rate);
        }
        let rate = self.settings.state_rate;
        for ((weights, squares), gradient) in self.states.iter_mut().zip(&mut self.state_squares).zip(gradient) {
            for ((weight, square), s) in weights.iter_mut().zip(squares).zip(state) {
                let g = gradient * s;
                *square += g * g;
                *weight -= rate * g / (square.sqrt() + 1e-6);
            }
        }
    }

    fn step_transitions(&mut self, pair: &[[f32; N]; N], before: usize, gold: usize) {
        for (from, row) in pair.iter().enumerate() {
            for (to, share) in row.iter().enumerate() {
                let g = share - f32::from(u8::from(from == before && to == gold));
                if g.abs() > 1e-4 {
                    self.transition_squares[from][to] += g * g;
                    self.transitions[from][to] -=
                        self.settings.rate * g / (self.transition_squares[from][to].sqrt() + 1e-6);
                }
            }
        }
    }

    fn finish(&self, like: u32) -> Weights {
        let mut kept: Vec<(u32, [f32; N])> = Vec::new();
        let mut keys: Vec<(u32, u32)> = self.index.iter().map(|(k, v)| (*k, *v)).collect();
        keys.sort_unstable();
        // A feature that left-out words lack is weaker in training than it is in use.
        let keep = 1.0 - self.settings.dropout;
        for (key, row) in keys {
            let mut weights = self.weights[row as usize];
            if let Some(&own) = self.index.get(&own(key, like)) {
                weights.iter_mut().zip(self.weights[own as usize]).for_each(|(w, o)| *w += o);
            }
            if key == super::features::ALWAYS {
                weights[0] -= self.settings.reach;
            }
            // Only what tells labels apart counts.
            let mean = weights.iter().sum::<f32>() / N as f32;
            weights.iter_mut().for_each(|w| *w = (*w - mean) * keep);
            if weights.iter().any(|w| w.abs() >= self.settings.min_weight) {
                kept.push((key, weights));
            }
        }
        let quantised = |w: f32| (w * SCALE).round().clamp(-127.0, 127.0) as i8;
        let rows: Vec<(u32, [i8; N])> = kept.iter().map(|(key, row)| (*key, row.map(quantised))).collect();
        let states = self.states.iter().map(|row| row.map(|w| w * SCALE)).collect();
        Weights::new(&rows, self.transitions.map(|row| row.map(|w| (w * SCALE).round() as i32)), states)
    }
}

const NO_ROW: u32 = u32::MAX;

/// Integer weights a unit.
const SCALE: f32 = 40.0;
