//! Sequences' way through the encoder in `f32`, and the gradients' way back.

use crate::attention::Attention;
use crate::model::{Dense, LayerLayout, Layout};
use crate::norm;
use crate::{Shape, Weights};
use chancery_kernels::float::{add_scaled, gelu, gelu_slope, product, product_back_input, product_back_weights};
use chancery_kernels::integer::Work;
use chancery_kernels::random::Random;

/// Takes sequences to their states. Rows of all sequences stand one below the other; what a sequence gets does not depend on
/// the others.
pub(crate) struct Forward<'a> {
    pub weights: &'a Weights,
    pub layout: &'a Layout,
    /// Pieces within the shape.
    pub sequences: &'a [&'a [u32]],
    /// The share of numbers that are dropped, and a seed for each sequence.
    pub dropout: Option<(f32, Vec<u64>)>,
}

/// What the way back needs.
#[derive(Default)]
pub(crate) struct Pass {
    /// The last layer's.
    pub states: Vec<f32>,
    embedded: (Normed, Mask),
    layers: Vec<Kept>,
}

/// Rows before gain and bias, and what each was multiplied with.
#[derive(Default)]
struct Normed {
    standard: Vec<f32>,
    steeps: Vec<f32>,
}

/// What each number is multiplied with.
type Mask = Option<Vec<f32>>;

/// What one layer computed.
struct Kept {
    input: Vec<f32>,
    /// Queries, keys and values.
    rows: Vec<f32>,
    /// Of each sequence, of each head.
    shares: Vec<Vec<f32>>,
    context: Vec<f32>,
    masks: [Mask; 2],
    first: Normed,
    middle: Vec<f32>,
    /// After the bend, and the bend's slopes.
    inner: Vec<f32>,
    slopes: Vec<f32>,
    second: Normed,
}

/// Draws masks, sequence by sequence.
struct Dropout<'a> {
    sequences: &'a [&'a [u32]],
    randoms: Vec<Random>,
    rate: f32,
    width: usize,
}

impl Dropout<'_> {
    #[inline(always)]
    fn drop(&mut self, x: &mut [f32]) -> Mask {
        if self.randoms.is_empty() {
            return None;
        }
        let mut mask = vec![0f32; x.len()];
        let mut rest = &mut mask[..];
        for (random, sequence) in self.randoms.iter_mut().zip(self.sequences) {
            let (own, others) = rest.split_at_mut(sequence.len() * self.width);
            random.mask(own, self.rate);
            rest = others;
        }
        multiply(x, &mask);
        Some(mask)
    }
}

#[inline(always)]
fn multiply(x: &mut [f32], by: &[f32]) {
    for (x, by) in x.iter_mut().zip(by) {
        *x *= by;
    }
}

impl Work for Forward<'_> {
    type Output = Pass;

    #[inline(always)]
    fn run(self) -> Pass {
        let Forward { weights, layout, sequences, dropout } = self;
        let width = weights.shape.width;
        let (rate, seeds) = dropout.unwrap_or_default();
        let randoms = seeds.into_iter().map(Random::new).collect();
        let mut dropout = Dropout { sequences, randoms, rate, width };
        let mut x = Vec::with_capacity(sequences.iter().map(|s| s.len() * width).sum());
        for sequence in sequences {
            for (piece, position) in sequence.iter().zip(weights.positions.chunks_exact(width)) {
                let word = &weights.words[*piece as usize * width..][..width];
                x.extend(word.iter().zip(position).map(|(a, b)| a + b));
            }
        }
        let normed = normed(&mut x, &weights.values[layout.norm..][..2 * width]);
        let embedded = (normed, dropout.drop(&mut x));
        let mut layers = Vec::with_capacity(layout.layers.len());
        for at in &layout.layers {
            let (output, kept) = layer(weights, at, sequences, x, &mut dropout);
            layers.push(kept);
            x = output;
        }
        Pass { states: x, embedded, layers }
    }
}

/// Normalises rows in place.
#[inline(always)]
fn normed(rows: &mut [f32], norm: &[f32]) -> Normed {
    let mut standard = rows.to_vec();
    let width = norm.len() / 2;
    let mut steeps = Vec::with_capacity(rows.len() / width);
    for (row, y) in standard.chunks_exact_mut(width).zip(rows.chunks_exact_mut(width)) {
        steeps.push(norm::standardise(row));
        norm::apply(row, norm, y);
    }
    Normed { standard, steeps }
}

/// `x · w + b`.
#[inline(always)]
fn through(x: &[f32], values: &[f32], dense: Dense) -> Vec<f32> {
    let mut y = vec![0f32; x.len() / dense.inputs * dense.outputs];
    product(x, dense.inputs, &values[dense.matrix()], dense.outputs, &mut y);
    for row in y.chunks_exact_mut(dense.outputs) {
        add_scaled(row, 1.0, &values[dense.bias()]);
    }
    y
}

#[inline(always)]
fn layer(
    weights: &Weights,
    at: &LayerLayout,
    sequences: &[&[u32]],
    input: Vec<f32>,
    dropout: &mut Dropout<'_>,
) -> (Vec<f32>, Kept) {
    let (shape, values) = (&weights.shape, &weights.values[..]);
    let rows = through(&input, values, at.attention);
    let (context, shares) = attend(shape, sequences, &rows, true);
    let mut middle = through(&context, values, at.out);
    let first_mask = dropout.drop(&mut middle);
    add_scaled(&mut middle, 1.0, &input);
    let first = normed(&mut middle, &values[at.first_norm..][..2 * shape.width]);
    let mut inner = through(&middle, values, at.up);
    let mut slopes = inner.clone();
    for x in &mut slopes {
        *x = gelu_slope(*x);
    }
    for x in &mut inner {
        *x = gelu(*x);
    }
    let mut output = through(&inner, values, at.down);
    let second_mask = dropout.drop(&mut output);
    add_scaled(&mut output, 1.0, &middle);
    let second = normed(&mut output, &values[at.second_norm..][..2 * shape.width]);
    let masks = [first_mask, second_mask];
    (output, Kept { input, rows, shares, context, masks, first, middle, inner, slopes, second })
}

/// What all heads gather for all sequences, and the shares by which they do.
#[inline(always)]
pub(crate) fn attend(shape: &Shape, sequences: &[&[u32]], rows: &[f32], keep: bool) -> (Vec<f32>, Vec<Vec<f32>>) {
    let mut context = vec![0f32; rows.len() / 3];
    let mut shares = Vec::new();
    let mut start = 0;
    for sequence in sequences.iter().filter(|sequence| !sequence.is_empty()) {
        let end = start + sequence.len() * shape.width;
        let attention = Attention::new(shape, &rows[3 * start..3 * end]);
        for h in 0..shape.heads {
            let share = attention.gather(h, &mut context[start..end]);
            if keep {
                shares.push(share);
            }
        }
        start = end;
    }
    (context, shares)
}

/// Adds to a gradient what sequences' states tell.
pub(crate) struct Backward<'a> {
    pub weights: &'a Weights,
    pub layout: &'a Layout,
    /// The transposed matrices, in the places of the matrices.
    pub turned: &'a [f32],
    pub sequences: &'a [&'a [u32]],
    pub pass: Pass,
    /// The gradient of the states.
    pub d_states: Vec<f32>,
    /// The gradient of [`Weights::values`].
    pub gradient: &'a mut [f32],
}

impl Work for Backward<'_> {
    type Output = ();

    #[inline(always)]
    fn run(mut self) {
        let mut d = std::mem::take(&mut self.d_states);
        let Pass { embedded: (normed, mask), layers, .. } = std::mem::take(&mut self.pass);
        for (kept, at) in layers.iter().zip(&self.layout.layers).rev() {
            d = self.layer(kept, at, d);
        }
        if let Some(mask) = mask {
            multiply(&mut d, &mask);
        }
        self.norm(&mut d, &normed, self.layout.norm);
    }
}

impl Backward<'_> {
    #[inline(always)]
    fn layer(&mut self, kept: &Kept, at: &LayerLayout, mut d: Vec<f32>) -> Vec<f32> {
        self.norm(&mut d, &kept.second, at.second_norm);
        let mut d_middle = d.clone();
        if let Some(mask) = &kept.masks[1] {
            multiply(&mut d, mask);
        }
        let mut d_inner = vec![0f32; kept.inner.len()];
        self.dense(&kept.inner, &d, at.down, &mut d_inner);
        multiply(&mut d_inner, &kept.slopes);
        self.dense(&kept.middle, &d_inner, at.up, &mut d_middle);
        self.norm(&mut d_middle, &kept.first, at.first_norm);
        let mut d_input = d_middle.clone();
        if let Some(mask) = &kept.masks[0] {
            multiply(&mut d_middle, mask);
        }
        let mut d_context = vec![0f32; kept.context.len()];
        self.dense(&kept.context, &d_middle, at.out, &mut d_context);
        let d_rows = self.attention(kept, &d_context);
        self.dense(&kept.input, &d_rows, at.attention, &mut d_input);
        d_input
    }

    #[inline(always)]
    fn attention(&self, kept: &Kept, d_context: &[f32]) -> Vec<f32> {
        let shape = &self.weights.shape;
        let mut d_rows = vec![0f32; kept.rows.len()];
        let mut start = 0;
        for (sequence, shares) in self.sequences.iter().zip(kept.shares.chunks_exact(shape.heads)) {
            let end = start + sequence.len() * shape.width;
            let attention = Attention::new(shape, &kept.rows[3 * start..3 * end]);
            for (h, shares) in shares.iter().enumerate() {
                attention.back(h, shares, &d_context[start..end], &mut d_rows[3 * start..3 * end]);
            }
            start = end;
        }
        d_rows
    }

    /// The gradient's way past a matrix that took `x`; `d_x` gets its part added.
    #[inline(always)]
    fn dense(&mut self, x: &[f32], d_y: &[f32], dense: Dense, d_x: &mut [f32]) {
        product_back_weights(x, dense.inputs, d_y, dense.outputs, &mut self.gradient[dense.matrix()]);
        let d_bias = &mut self.gradient[dense.bias()];
        for row in d_y.chunks_exact(dense.outputs) {
            add_scaled(d_bias, 1.0, row);
        }
        product_back_input(d_y, dense.outputs, &self.turned[dense.matrix()], dense.inputs, d_x);
    }

    #[inline(always)]
    fn norm(&mut self, d: &mut [f32], normed: &Normed, at: usize) {
        let range = at..at + 2 * self.weights.shape.width;
        let weights = &self.weights.values[range.clone()];
        norm::back(d, &normed.standard, &normed.steeps, weights, &mut self.gradient[range]);
    }
}
