//! The weights, and how they are learnt: a linear-chain conditional random field (Lafferty et al., ICML 2001) by stochastic
//! gradient steps of AdaGrad size (Duchi et al., JMLR 2011), with random features left out of each step.

use super::LABELS;
use super::features::Features;
use chancery_words::chain::{Chain, Random, adagrad, viterbi};

const N: usize = LABELS.len();
/// Rows of the hashed table (Weinberger et al., ICML 2009); four times as many were no better.
const ROWS: usize = 1 << 18;
const MAGIC: &[u8] = b"chancery-claims-1\n";

/// Passes over the data, the size of a step, and the share of features left out of one: chosen on PolNeAR's development part.
const PASSES: usize = 5;
const RATE: f32 = 0.05;
const DROPOUT: f32 = 0.5;
/// Added to the score of labels that begin a stretch: more is found, a little of it wrong. Chosen like the settings above.
const REACH: i32 = 20;
/// Integer weights a unit.
const SCALE: f32 = 40.0;

/// Weights of features and of labels that follow each other. Integers, so that labels are the same on every machine.
#[derive(Debug)]
pub(crate) struct Weights {
    rows: Vec<[i8; N]>,
    transitions: [[i32; N]; N],
}

impl Weights {
    pub fn read(bytes: &[u8]) -> Result<Self, &'static str> {
        let bytes = bytes.strip_prefix(MAGIC).ok_or("it is no model of claims")?;
        if bytes.len() != (ROWS + 2 * N) * N {
            return Err("it has the wrong length");
        }
        let (first, rows) = bytes.split_at(2 * N * N);
        let number = |from: usize, to: usize| {
            let at = 2 * (from * N + to);
            i32::from(i16::from_le_bytes([first[at], first[at + 1]]))
        };
        let transitions = std::array::from_fn(|from| std::array::from_fn(|to| number(from, to)));
        let rows = rows.chunks_exact(N).map(|row| std::array::from_fn(|k| row[k] as i8));
        Ok(Weights { rows: rows.collect(), transitions })
    }

    pub fn write(&self) -> Vec<u8> {
        let transitions = self.transitions.iter().flatten().flat_map(|w| (*w as i16).to_le_bytes());
        let rows = self.rows.iter().flatten().map(|w| *w as u8);
        MAGIC.iter().copied().chain(transitions).chain(rows).collect()
    }

    pub fn label(&self, features: &Features) -> Vec<u8> {
        let scores: Vec<[i32; N]> = features.words().map(|word| self.score(word)).collect();
        viterbi(&scores, &self.transitions)
    }

    fn score(&self, word: &[u32]) -> [i32; N] {
        let mut score = std::array::from_fn(|label| if label % 2 == 1 { REACH } else { 0 });
        for &feature in word {
            score.iter_mut().zip(&self.rows[row_of(feature)]).for_each(|(s, w)| *s += i32::from(*w));
        }
        score
    }
}

fn row_of(feature: u32) -> usize {
    feature as usize & (ROWS - 1)
}

/// A sentence to learn from.
#[derive(Debug)]
pub(crate) struct Example {
    pub features: Features,
    pub labels: Vec<u8>,
}

/// Learns weights from sentences.
pub(crate) fn learn(examples: &[Example], mut progress: impl FnMut(&str)) -> Weights {
    let mut learner = Learner {
        weights: vec![[0.0; N]; ROWS],
        squares: vec![[0.0; N]; ROWS],
        transitions: [[0.0; N]; N],
        transition_squares: [[0.0; N]; N],
        random: Random(0x2545_F491_4F6C_DD1D),
    };
    let mut order: Vec<usize> = (0..examples.len()).filter(|&i| !examples[i].labels.is_empty()).collect();
    for pass in 1..=PASSES {
        for i in (1..order.len()).rev() {
            order.swap(i, learner.random.below(i + 1));
        }
        let loss: f64 = order.iter().map(|&i| learner.learn_from(&examples[i])).sum();
        progress(&format!("pass {pass} of {PASSES}: loss {loss:.0}"));
    }
    learner.finish()
}

struct Learner {
    weights: Vec<[f32; N]>,
    /// Sums of squared gradients.
    squares: Vec<[f32; N]>,
    transitions: [[f32; N]; N],
    transition_squares: [[f32; N]; N],
    random: Random,
}

impl Learner {
    /// One step; gives the loss before it.
    fn learn_from(&mut self, example: &Example) -> f64 {
        let limit = (f64::from(DROPOUT) * 4_294_967_296.0) as u32;
        let mut kept = |word: &[u32]| -> Vec<usize> {
            word.iter().filter(|_| self.random.bits() >= limit).map(|&f| row_of(f)).collect()
        };
        let words: Vec<Vec<usize>> = example.features.words().map(&mut kept).collect();
        let scores: Vec<[f32; N]> = words.iter().map(|rows| self.score(rows)).collect();
        let chain = Chain::new(&scores, &self.transitions);
        let mut loss = chain.total();
        for (i, rows) in words.iter().enumerate() {
            let gold = usize::from(example.labels[i]);
            loss -= scores[i][gold];
            let mut gradient = chain.share(i);
            gradient[gold] -= 1.0;
            if i > 0 {
                let before = usize::from(example.labels[i - 1]);
                loss -= self.transitions[before][gold];
                let mut pair = chain.pair(i, &scores, &self.transitions);
                pair[before][gold] -= 1.0;
                for (from, row) in pair.iter().enumerate() {
                    adagrad(&mut self.transitions[from], &mut self.transition_squares[from], row, RATE);
                }
            }
            if gradient.iter().any(|g| g.abs() > 1e-3) {
                for &row in rows {
                    adagrad(&mut self.weights[row], &mut self.squares[row], &gradient, RATE);
                }
            }
        }
        f64::from(loss)
    }

    fn score(&self, rows: &[usize]) -> [f32; N] {
        let mut score = [0.0; N];
        for &row in rows {
            score.iter_mut().zip(&self.weights[row]).for_each(|(s, w)| *s += w);
        }
        score
    }

    fn finish(self) -> Weights {
        // A feature that left-out words lack is weaker in training than it is in use.
        let integer = |w: f32| (w * (1.0 - DROPOUT) * SCALE).round().clamp(-127.0, 127.0) as i8;
        let transition = |w: f32| (w * SCALE).round().clamp(-32767.0, 32767.0) as i32;
        Weights {
            rows: self.weights.iter().map(|row| row.map(integer)).collect(),
            transitions: self.transitions.map(|row| row.map(transition)),
        }
    }
}
