//! Normalised layers: each row gets a mean of 0 and a deviation of 1, then a gain and a bias (Ba et al., 2016).

use chancery_kernels::float::{LANES, total};

/// Added to a row's variance.
const EPSILON: f32 = 1e-12;

/// The sum of the list; its length is a multiple of 16.
#[inline(always)]
fn sum(x: &[f32]) -> f32 {
    let mut sums = [0f32; LANES];
    for x in x.as_chunks::<LANES>().0 {
        for l in 0..LANES {
            sums[l] += x[l];
        }
    }
    total(&sums)
}

/// The row with a mean of 0 and a deviation of 1; returns what it was multiplied with.
#[inline(always)]
pub(crate) fn standardise(row: &mut [f32]) -> f32 {
    let size = 1.0 / row.len() as f32;
    let mean = sum(row) * size;
    for x in row.iter_mut() {
        *x -= mean;
    }
    let mut squares = [0f32; LANES];
    for x in row.as_chunks::<LANES>().0 {
        for l in 0..LANES {
            squares[l] += x[l] * x[l];
        }
    }
    let steep = 1.0 / (total(&squares) * size + EPSILON).sqrt();
    for x in row.iter_mut() {
        *x *= steep;
    }
    steep
}

/// `y = x · gain + bias`; `norm` is the gain, then the bias.
#[inline(always)]
pub(crate) fn apply(x: &[f32], norm: &[f32], y: &mut [f32]) {
    let (gain, bias) = norm.split_at(norm.len() / 2);
    for ((y, x), (g, b)) in y.iter_mut().zip(x).zip(gain.iter().zip(bias)) {
        *y = x * g + b;
    }
}

/// Normalises rows in place.
#[inline(always)]
pub(crate) fn normalise(rows: &mut [f32], norm: &[f32]) {
    let (gain, bias) = norm.split_at(norm.len() / 2);
    for row in rows.chunks_exact_mut(gain.len()) {
        standardise(row);
        for (x, (g, b)) in row.iter_mut().zip(gain.iter().zip(bias)) {
            *x = *x * g + b;
        }
    }
}

/// From the gradient of normalised rows to that of what was normalised, in place. `standard` are the rows before gain and
/// bias, `steeps` what [`standardise`] returned; `d_norm` gets its part added.
#[inline(always)]
pub(crate) fn back(d: &mut [f32], standard: &[f32], steeps: &[f32], norm: &[f32], d_norm: &mut [f32]) {
    let width = norm.len() / 2;
    let gain = &norm[..width];
    let (d_gain, d_bias) = d_norm.split_at_mut(width);
    for ((d, x), steep) in d.chunks_exact_mut(width).zip(standard.chunks_exact(width)).zip(steeps) {
        for k in 0..width {
            d_gain[k] += d[k] * x[k];
            d_bias[k] += d[k];
            d[k] *= gain[k];
        }
        let mean = sum(d) / width as f32;
        let slope = chancery_kernels::float::dot(d, x) / width as f32;
        for k in 0..width {
            d[k] = (d[k] - mean - x[k] * slope) * steep;
        }
    }
}
