//! Fine-tuning: gradients by hand, Adam, two threads whose gradients are summed in a fixed order.
//!
//! Learnt are the layers, the norm of the embeddings and the caller's own parameters; vectors of words and of positions stay
//! as they are.

use crate::model::{Dense, Layout};
use crate::pass::{Backward, Forward};
use crate::{EncoderError, Weights};
use chancery_kernels::float::{add_scaled, dot, turn};
use chancery_kernels::integer::{Work, widely};
use chancery_kernels::random::Random;
use std::ops::Range;

/// What states are for.
///
/// For the same bytes on every machine, a loss takes its sums in a fixed order and its exponentials from
/// `chancery_kernels`: those of the standard library differ between systems.
pub trait Objective: Sync {
    /// The loss of one sequence, of which `example` is the number. `states` are the last layer's, for each piece `width`
    /// numbers; the loss's slopes by them go into `d_states`, which holds zeros, and its slopes by `heads`, the caller's own
    /// parameters, are added to `heads_gradient`. Training lessens the mean over sequences.
    fn loss(
        &self,
        example: usize,
        states: &[f32],
        d_states: &mut [f32],
        heads_gradient: &mut [f32],
        heads: &[f32],
    ) -> f64;
}

/// How to train.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Schedule {
    /// Passes over all examples, each in another order.
    pub epochs: usize,
    /// Sequences that are learnt from at once.
    pub batch: usize,
    /// How far a step goes at most, for the encoder; linear from 0 up to this and down to 0.
    pub rate: f32,
    /// The same for the caller's parameters.
    pub heads_rate: f32,
    /// The share of all steps until the rate is at its highest.
    pub warmup: f32,
    /// The part of a matrix, and of the caller's parameters, that a step of rate 1 takes away.
    pub decay: f32,
    /// The share of hidden numbers that are dropped, below 1.
    pub dropout: f32,
    /// Orders and dropout follow from it.
    pub seed: u64,
}

impl Default for Schedule {
    fn default() -> Self {
        Schedule { epochs: 3, batch: 16, rate: 5e-5, heads_rate: 1e-3, warmup: 0.1, decay: 0.01, dropout: 0.1, seed: 1 }
    }
}

/// What training tells after each step.
#[derive(Debug, Clone, Copy)]
pub struct Progress<'a> {
    /// The pass, from 0 on.
    pub epoch: usize,
    /// Steps made.
    pub step: usize,
    /// Steps in all.
    pub steps: usize,
    /// The mean loss of this step's sequences.
    pub loss: f64,
    /// The weights after the step.
    pub weights: &'a Weights,
    /// The caller's parameters after the step.
    pub heads: &'a [f32],
}

/// Sequences are worked together up to this many pieces, so that weights are fetched once for all of them.
const GROUP: usize = 256;
/// Longest gradient that is followed as it is.
const CLIP: f64 = 1.0;
/// A step whose gradient is not finite is left out; so many in a row are an error.
const MOST_LOST: usize = 3;
const BETA: (f32, f32) = (0.9, 0.999);

/// Learns `weights` and the caller's parameters `heads` from the sequences of pieces `examples`; `progress` is told each
/// step. The same input gives the same bytes.
///
/// # Errors
///
/// When the schedule cannot be followed, or an example is empty, too long or has a piece that the vocabulary has not;
/// [`EncoderError::NotFinite`] when weights and gradients grow beyond all bounds.
///
/// # Panics
///
/// When the objective does.
pub fn train<O: Objective>(
    weights: &mut Weights,
    heads: &mut [f32],
    examples: &[Vec<u32>],
    objective: &O,
    schedule: &Schedule,
    mut progress: impl FnMut(Progress<'_>),
) -> Result<(), EncoderError> {
    check(weights, examples, schedule)?;
    let layout = weights.layout();
    let mut adam = Adam::new(&layout, heads.len(), schedule);
    let mut gradients = [(); 2].map(|()| Gradient::new(weights.values.len(), heads.len()));
    let mut turned = vec![0f32; weights.values.len()];
    let steps = schedule.epochs * examples.len().div_ceil(schedule.batch);
    let (mut step, mut lost) = (0, 0);
    for epoch in 0..schedule.epochs {
        let mut order: Vec<usize> = (0..examples.len()).collect();
        Random::new(schedule.seed.wrapping_add(1000 + epoch as u64)).shuffle(&mut order);
        for batch in order.chunks(schedule.batch) {
            turn_all(weights, &layout, &mut turned);
            let seed = schedule.seed.wrapping_add(epoch as u64).wrapping_mul(0x9E37_79B9_7F4A_7C15);
            let task = Task {
                weights,
                heads,
                layout: &layout,
                turned: &turned,
                examples,
                objective,
                seed,
                dropout: schedule.dropout,
            };
            let (left, right) = batch.split_at(halfway(examples, batch));
            let [a, b] = &mut gradients;
            at_once(|| task.learn(left, a), || task.learn(right, b));
            let share = 1.0 / batch.len() as f32;
            let loss = (a.loss + b.loss) * f64::from(share);
            let pace = pace(step, steps, schedule.warmup);
            let rates = (schedule.rate * pace, schedule.heads_rate * pace);
            let is_followed = adam.step(weights, heads, (a, b), rates, share);
            step += 1;
            lost = if is_followed { 0 } else { lost + 1 };
            if lost == MOST_LOST {
                return Err(EncoderError::NotFinite { step: step + 1 - lost });
            }
            progress(Progress { epoch, step, steps, loss, weights, heads });
        }
    }
    Ok(())
}

fn check(weights: &Weights, examples: &[Vec<u32>], schedule: &Schedule) -> Result<(), EncoderError> {
    let sizes = [schedule.rate, schedule.heads_rate, schedule.warmup, schedule.decay, schedule.dropout];
    if !sizes.iter().all(|size| size.is_finite() && *size >= 0.0) {
        return Err(EncoderError::Schedule("a number is negative or none"));
    }
    // More would be rounded to all.
    if schedule.dropout > 0.999 {
        return Err(EncoderError::Schedule("all is dropped"));
    }
    if schedule.batch == 0 {
        return Err(EncoderError::Schedule("a batch has no sequences"));
    }
    for (example, pieces) in examples.iter().enumerate() {
        if pieces.is_empty() {
            return Err(EncoderError::Example { example, what: "it has no pieces" });
        }
        if pieces.len() > weights.shape.positions {
            return Err(EncoderError::Example { example, what: "it has more pieces than there are positions" });
        }
        if pieces.iter().any(|piece| *piece as usize >= weights.shape.vocabulary) {
            return Err(EncoderError::Example { example, what: "a piece is not in the vocabulary" });
        }
    }
    Ok(())
}

/// The part of the highest rate that step `step` of `steps` goes.
fn pace(step: usize, steps: usize, warmup: f32) -> f32 {
    let (done, all) = (step as f32, steps as f32);
    let warm = (all * warmup).max(1.0);
    ((done + 1.0) / warm).min((all - done) / (all - warm).max(1.0)).min(1.0)
}

/// Does both, on two threads.
fn at_once<A: Send, B>(a: impl FnOnce() -> A + Send, b: impl FnOnce() -> B) -> (A, B) {
    std::thread::scope(|scope| {
        let other = scope.spawn(a);
        let b = b();
        match other.join() {
            Ok(a) => (a, b),
            Err(panic) => std::panic::resume_unwind(panic),
        }
    })
}

/// Where the first of the two halves of about as many pieces ends.
fn halfway(examples: &[Vec<u32>], batch: &[usize]) -> usize {
    let total: usize = batch.iter().map(|&i| examples[i].len()).sum();
    let mut sum = 0;
    batch
        .iter()
        .position(|&i| {
            sum += examples[i].len();
            sum * 2 >= total
        })
        .map_or(0, |k| k + 1)
}

/// Transposes the matrices of all layers.
fn turn_all(weights: &Weights, layout: &Layout, turned: &mut [f32]) {
    for dense in layout.layers.iter().flat_map(|layer| layer.matrices()) {
        let Dense { inputs, outputs, .. } = dense;
        turn(&weights.values[dense.matrix()], inputs, outputs, &mut turned[dense.matrix()]);
    }
}

/// Gradients of one thread: sums over its sequences.
struct Gradient {
    values: Vec<f32>,
    heads: Vec<f32>,
    loss: f64,
}

impl Gradient {
    fn new(values: usize, heads: usize) -> Self {
        Gradient { values: vec![0.0; values], heads: vec![0.0; heads], loss: 0.0 }
    }
}

/// What a batch is worked with.
struct Task<'a, O> {
    weights: &'a Weights,
    heads: &'a [f32],
    layout: &'a Layout,
    turned: &'a [f32],
    examples: &'a [Vec<u32>],
    objective: &'a O,
    seed: u64,
    dropout: f32,
}

impl<O: Objective> Task<'_, O> {
    /// The gradient of a part of the batch.
    fn learn(&self, part: &[usize], gradient: &mut Gradient) {
        gradient.values.fill(0.0);
        gradient.heads.fill(0.0);
        gradient.loss = 0.0;
        let mut rest = part;
        while !rest.is_empty() {
            let mut pieces = 0;
            let fits = rest.iter().take_while(|&&i| {
                pieces += self.examples[i].len();
                pieces <= GROUP
            });
            let (group, others) = rest.split_at(fits.count().max(1));
            self.learn_group(group, gradient);
            rest = others;
        }
    }

    fn learn_group(&self, group: &[usize], gradient: &mut Gradient) {
        let (weights, layout) = (self.weights, self.layout);
        let sequences: Vec<&[u32]> = group.iter().map(|&i| &self.examples[i][..]).collect();
        let seeds = || group.iter().map(|&i| self.seed.wrapping_add(i as u64)).collect();
        let dropout = (self.dropout > 0.0).then(|| (self.dropout, seeds()));
        let pass = forward(Forward { weights, layout, sequences: &sequences, dropout });
        let mut d_states = vec![0f32; pass.states.len()];
        let mut start = 0;
        for (&i, sequence) in group.iter().zip(&sequences) {
            let range = start..start + sequence.len() * weights.shape.width;
            start = range.end;
            let states = &pass.states[range.clone()];
            gradient.loss += self.objective.loss(i, states, &mut d_states[range], &mut gradient.heads, self.heads);
        }
        let values = &mut gradient.values;
        let (turned, sequences) = (self.turned, &sequences);
        backward(Backward { weights, layout, turned, sequences, pass, d_states, gradient: values });
    }
}

/// Apart from what depends on the objective, so that it is compiled here.
fn forward(work: Forward<'_>) -> crate::pass::Pass {
    widely(work)
}

fn backward(work: Backward<'_>) {
    widely(work);
}

/// Adam (Kingma and Ba, ICLR 2015) with decay apart from the gradient (Loshchilov and Hutter, ICLR 2019).
struct Adam {
    values: Moments,
    heads: Moments,
    blocks: Vec<(Range<usize>, f32)>,
    decay: f32,
    steps: i32,
}

struct Moments {
    mean: Vec<f32>,
    square: Vec<f32>,
}

impl Moments {
    fn new(n: usize) -> Self {
        Moments { mean: vec![0.0; n], square: vec![0.0; n] }
    }
}

/// Places of all that is learnt, in their order, and the decay of each.
fn blocks(layout: &Layout, decay: f32) -> Vec<(Range<usize>, f32)> {
    let mut blocks: Vec<(Range<usize>, f32)> = Vec::new();
    let matrices = layout.layers.iter().flat_map(|layer| layer.matrices()).map(|dense| dense.matrix());
    let mut end = 0;
    for matrix in matrices {
        blocks.push((end..matrix.start, 0.0));
        end = matrix.end;
        blocks.push((matrix, decay));
    }
    blocks.push((end..layout.len, 0.0));
    blocks
}

impl Adam {
    fn new(layout: &Layout, heads: usize, schedule: &Schedule) -> Self {
        let blocks = blocks(layout, schedule.decay);
        let (values, heads) = (Moments::new(layout.len), Moments::new(heads));
        Adam { values, heads, blocks, decay: schedule.decay, steps: 0 }
    }

    /// Follows the sum of both gradients times `share`; `rates` are those of the encoder and of the caller's parameters.
    /// False where it is not finite and nothing was done.
    fn step(
        &mut self,
        weights: &mut Weights,
        heads: &mut [f32],
        (a, b): (&mut Gradient, &mut Gradient),
        rates: (f32, f32),
        share: f32,
    ) -> bool {
        add_scaled(&mut a.heads, 1.0, &b.heads);
        let mut squares: f64 = a.heads.iter().map(|g| f64::from(*g) * f64::from(*g)).sum();
        let middle = a.values.len() / 2 / PART * PART;
        let (a_left, a_right) = a.values.split_at_mut(middle);
        let (b_left, b_right) = b.values.split_at(middle);
        let (left, right) = at_once(|| widely(Sum(a_left, b_left)), || widely(Sum(a_right, b_right)));
        squares += left + right;
        let norm = squares.sqrt() * f64::from(share);
        if !norm.is_finite() {
            return false;
        }
        self.steps += 1;
        let clip = share * (CLIP / norm.max(1e-9)).min(1.0) as f32;
        let fix = (1.0 - power(BETA.0, self.steps), 1.0 - power(BETA.1, self.steps));
        let Moments { mean, square } = &mut self.heads;
        let of_heads = Move { w: heads, g: &a.heads, mean, square, rate: rates.1, decay: self.decay, clip, fix };
        widely(of_heads);
        // Each block apart, half of them on each thread.
        let mut moves = Vec::with_capacity(self.blocks.len());
        let (mut w, mut g) = (&mut weights.values[..], &a.values[..]);
        let (mut mean, mut square) = (&mut self.values.mean[..], &mut self.values.square[..]);
        for (range, decay) in &self.blocks {
            let work = Move {
                w: cut(&mut w, range.len()),
                g: &g[..range.len()],
                mean: cut(&mut mean, range.len()),
                square: cut(&mut square, range.len()),
                rate: rates.0,
                decay: *decay,
                clip,
                fix,
            };
            g = &g[range.len()..];
            moves.push(work);
        }
        let right = moves.split_off(moves.len() / 2);
        at_once(|| moves.into_iter().for_each(widely), || right.into_iter().for_each(widely));
        true
    }
}

/// Takes the first `n` numbers off the list.
fn cut<'a>(list: &mut &'a mut [f32], n: usize) -> &'a mut [f32] {
    let (head, rest) = std::mem::take(list).split_at_mut(n);
    *list = rest;
    head
}

fn power(base: f32, n: i32) -> f32 {
    let mut product = 1.0;
    for _ in 0..n.min(20_000) {
        product *= base;
    }
    product
}

/// Numbers whose squares are summed in 32 bits.
const PART: usize = 4096;

/// Adds the second list to the first; gives the sum of squares.
struct Sum<'a>(&'a mut [f32], &'a [f32]);

impl Work for Sum<'_> {
    type Output = f64;

    #[inline(always)]
    fn run(self) -> f64 {
        let mut squares = 0.0;
        for (a, b) in self.0.chunks_mut(PART).zip(self.1.chunks(PART)) {
            add_scaled(a, 1.0, b);
            squares += f64::from(dot(a, a));
        }
        squares
    }
}

/// One block's step.
struct Move<'a> {
    w: &'a mut [f32],
    g: &'a [f32],
    mean: &'a mut [f32],
    square: &'a mut [f32],
    rate: f32,
    decay: f32,
    /// What the gradient is multiplied with.
    clip: f32,
    fix: (f32, f32),
}

impl Work for Move<'_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Move { w, g, mean, square, rate, decay, clip, fix } = self;
        let keep = 1.0 - rate * decay;
        let (speed, size) = (rate / fix.0, 1.0 / fix.1);
        for (((w, g), m), v) in w.iter_mut().zip(g).zip(mean).zip(square) {
            let g = g * clip;
            *m = BETA.0 * *m + (1.0 - BETA.0) * g;
            *v = BETA.1 * *v + (1.0 - BETA.1) * g * g;
            *w = *w * keep - speed * *m / ((*v * size).sqrt() + 1e-8);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Shape;
    use crate::model::norms;

    const SHAPE: Shape = Shape { vocabulary: 40, positions: 32, width: 32, heads: 2, inner: 64, layers: 2 };

    /// Pulls each number of the states somewhere else; two of the caller's parameters scale and shift them.
    struct Pull;

    impl Objective for Pull {
        fn loss(&self, example: usize, states: &[f32], d: &mut [f32], d_heads: &mut [f32], heads: &[f32]) -> f64 {
            let mut loss = 0.0;
            for (k, x) in states.iter().enumerate() {
                let goal = ((k * 37 + example * 11) % 23) as f32 / 10.0 - 1.1;
                let off = x * heads[0] + heads[1] - goal;
                loss += 0.5 * f64::from(off) * f64::from(off);
                d[k] = off * heads[0];
                d_heads[0] += off * x;
                d_heads[1] += off;
            }
            loss
        }
    }

    fn examples() -> Vec<Vec<u32>> {
        vec![vec![3, 9, 1, 33, 9, 2], (0..19).collect(), vec![7]]
    }

    /// A model none of whose parts is idle.
    fn model() -> Weights {
        let mut weights = Weights::random(SHAPE, 5).unwrap();
        let mut random = Random::new(9);
        weights.values.iter_mut().for_each(|w| *w += 0.1 * random.bell());
        let layout = weights.layout();
        for layer in &layout.layers {
            // Sharper attention has steeper slopes.
            weights.values[layer.attention.matrix()].iter_mut().for_each(|w| *w *= 2.0);
        }
        weights
    }

    fn gradient_of(weights: &Weights, heads: &[f32], dropout: f32) -> Gradient {
        let layout = weights.layout();
        let mut turned = vec![0f32; weights.values.len()];
        turn_all(weights, &layout, &mut turned);
        let examples = examples();
        let task = Task {
            weights,
            heads,
            layout: &layout,
            turned: &turned,
            examples: &examples,
            objective: &Pull,
            seed: 3,
            dropout,
        };
        let mut gradient = Gradient::new(weights.values.len(), heads.len());
        task.learn(&[0, 1, 2], &mut gradient);
        gradient
    }

    #[test]
    fn gradients_are_slopes() {
        let mut weights = model();
        let layout = weights.layout();
        for dropout in [0.0, 0.1] {
            let mut heads = [0.9, 0.1];
            let gradient = gradient_of(&weights, &heads, dropout);
            let mut places: Vec<usize> =
                norms(&layout).iter().flat_map(|at| [at + 3, at + 29, at + 32, at + 50]).collect();
            for dense in layout.layers.iter().flat_map(|layer| layer.matrices()) {
                let (matrix, bias) = (dense.matrix(), dense.bias());
                places.extend((0..12).map(|k| matrix.start + (k * 1009 + 17) % matrix.len()));
                places.extend((0..9).map(|k| bias.start + (k * 13 + 3) % bias.len()));
            }
            let step = 4e-3;
            let near = |slope: f64, found: f32, what: &str| {
                let off = (slope - f64::from(found)).abs();
                assert!(off < 8e-3 + 2e-3 * slope.abs(), "{what}: slope {slope}, gradient {found}");
            };
            for place in places {
                let old = weights.values[place];
                weights.values[place] = old + step;
                let above = gradient_of(&weights, &heads, dropout).loss;
                weights.values[place] = old - step;
                let below = gradient_of(&weights, &heads, dropout).loss;
                weights.values[place] = old;
                let slope = (above - below) / f64::from(2.0 * step);
                near(slope, gradient.values[place], &format!("weight {place}"));
            }
            for k in 0..2 {
                let old = heads[k];
                heads[k] = old + step;
                let above = gradient_of(&weights, &heads, dropout).loss;
                heads[k] = old - step;
                let below = gradient_of(&weights, &heads, dropout).loss;
                heads[k] = old;
                near((above - below) / f64::from(2.0 * step), gradient.heads[k], "head");
            }
        }
    }

    #[test]
    fn wide_vectors_give_the_same_bytes() {
        let (weights, examples) = (model(), examples());
        let layout = weights.layout();
        let (weights, layout) = (&weights, &layout);
        let mut turned = vec![0f32; weights.values.len()];
        turn_all(weights, layout, &mut turned);
        let sequences = &[&examples[0][..], &examples[1][..]];
        let way = |there: fn(Forward<'_>) -> crate::pass::Pass, back: fn(Backward<'_>)| {
            let dropout = Some((0.1, vec![1, 2]));
            let pass = there(Forward { weights, layout, sequences, dropout });
            let states = pass.states.clone();
            let mut gradient = vec![0f32; weights.values.len()];
            let (turned, d_states) = (&turned[..], states.clone());
            back(Backward { weights, layout, turned, sequences, pass, d_states, gradient: &mut gradient });
            let bits = |list: Vec<f32>| list.into_iter().map(f32::to_bits).collect::<Vec<_>>();
            (bits(states), bits(gradient))
        };
        assert!(way(|work| work.run(), |work| work.run()) == way(forward, backward));
    }

    #[test]
    fn all_that_is_learnt_is_in_one_block() {
        let layout = model().layout();
        let mut end = 0;
        for (range, _) in blocks(&layout, 0.01) {
            assert_eq!(range.start, end);
            end = range.end;
        }
        assert_eq!(end, layout.len);
    }

    #[test]
    fn the_pace_rises_and_falls() {
        let paces: Vec<f32> = (0..10).map(|step| pace(step, 10, 0.2)).collect();
        assert_eq!(paces[..3], [0.5, 1.0, 1.0]);
        assert!(paces[2..].windows(2).all(|w| w[0] > w[1]) && paces[9] > 0.0);
        assert_eq!(pace(0, 1, 0.1), 1.0);
    }
}
