//! Arithmetic in `f32`: matrix products and bounded functions, for training and for what of a network that ships is not in
//! 8 bits.
//!
//! Every sum is taken in a fixed order, lane by lane, without fused operations and without the system's mathematics
//! library, so that the same training gives the same bytes on any machine. Only the loss that [`softmax`] tells is taken with
//! that library's logarithm: it is for people, and no weight follows from it. Functions are always inlined, so that they are
//! compiled for wide vectors inside [`widely`](crate::integer::widely). Sizes that do not fit each other are the caller's
//! mistake, and panic.

/// Width of a tile: outputs that are computed side by side.
pub const LANES: usize = 16;

/// Rows that are worked on together, as a weight that is at hand is used for all of them: as many sums as sixteen registers
/// of eight numbers can hold.
const BLOCK: usize = 6;

/// `y = x · w`. `x` is n rows of `inputs`, `y` n rows of `outputs`; `w` is packed as tiles of 16 outputs: `[tile][input][lane]`.
/// Each sum runs over the inputs in their order, whatever the other rows are.
#[inline(always)]
pub fn product(x: &[f32], inputs: usize, w: &[f32], outputs: usize, y: &mut [f32]) {
    let n = x.len() / inputs;
    for (tile, wt) in w.chunks_exact(inputs * LANES).enumerate() {
        for t in (0..n).step_by(BLOCK) {
            let sums = block(x, inputs, t, wt.as_chunks().0);
            for (sum, y) in sums.iter().zip(y[t * outputs..].chunks_exact_mut(outputs)) {
                y[tile * LANES..][..LANES].copy_from_slice(sum);
            }
        }
    }
}

/// The sums of [`BLOCK`] rows of `x` from row `t` on with one tile; where there are fewer, the last row stands for the rest.
#[inline(always)]
fn block(x: &[f32], inputs: usize, t: usize, w: &[[f32; LANES]]) -> [[f32; LANES]; BLOCK] {
    let last = (x.len() / inputs).saturating_sub(1);
    let mut rows = [x; BLOCK];
    for r in 0..BLOCK {
        rows[r] = &x[(t + r).min(last) * inputs..][..w.len()];
    }
    let mut sums = [[0f32; LANES]; BLOCK];
    for (k, w) in w.iter().enumerate() {
        for r in 0..BLOCK {
            let a = rows[r][k];
            for l in 0..LANES {
                sums[r][l] += a * w[l];
            }
        }
    }
    sums
}

/// `dx += dy · wᵀ`; `turned` is `w` as [`turn`] leaves it.
#[inline(always)]
pub fn product_back_input(dy: &[f32], outputs: usize, turned: &[f32], inputs: usize, dx: &mut [f32]) {
    let mut part = vec![0f32; dx.len()];
    product(dy, outputs, turned, inputs, &mut part);
    add_scaled(dx, 1.0, &part);
}

/// Packs the transposed matrix: both sizes are multiples of 16.
#[inline(always)]
pub fn turn(w: &[f32], inputs: usize, outputs: usize, turned: &mut [f32]) {
    for (tile, w) in w.chunks_exact(inputs * LANES).enumerate() {
        for (i, row) in w.as_chunks::<LANES>().0.iter().enumerate() {
            for (l, w) in row.iter().enumerate() {
                turned[(i / LANES * outputs + tile * LANES + l) * LANES + i % LANES] = *w;
            }
        }
    }
}

/// `dw += xᵀ · dy`. Each sum runs over the rows in their order, and is then added to what is there.
#[inline(always)]
pub fn product_back_weights(x: &[f32], inputs: usize, dy: &[f32], outputs: usize, dw: &mut [f32]) {
    let n = x.len() / inputs;
    if n == 0 {
        return;
    }
    // One input of all rows side by side, so that it is a product like the others.
    let mut columns = vec![0f32; n * inputs];
    for (block, x) in x.chunks(LANES * inputs).enumerate() {
        for k in 0..inputs {
            for (column, x) in columns[k * n + block * LANES..].iter_mut().zip(x[k..].iter().step_by(inputs)) {
                *column = *x;
            }
        }
    }
    let mut tile_rows = vec![[0f32; LANES]; n];
    for (tile, wt) in dw.chunks_exact_mut(inputs * LANES).enumerate() {
        for (row, dy) in tile_rows.iter_mut().zip(dy.chunks_exact(outputs)) {
            row.copy_from_slice(&dy[tile * LANES..][..LANES]);
        }
        for (k, wt) in wt.as_chunks_mut::<LANES>().0.chunks_mut(BLOCK).enumerate() {
            for (w, sum) in wt.iter_mut().zip(block(&columns, n, k * BLOCK, &tile_rows)) {
                for l in 0..LANES {
                    w[l] += sum[l];
                }
            }
        }
    }
}

/// The sum of sixteen numbers, pairwise.
#[inline(always)]
pub fn total(v: &[f32; LANES]) -> f32 {
    let mut a = [0f32; 8];
    for l in 0..8 {
        a[l] = v[l] + v[l + 8];
    }
    (a[0] + a[4]) + (a[1] + a[5]) + ((a[2] + a[6]) + (a[3] + a[7]))
}

/// `a · b`; the length is a multiple of 16.
#[inline(always)]
pub fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut sums = [0f32; LANES];
    for (a, b) in a.as_chunks::<LANES>().0.iter().zip(b.as_chunks::<LANES>().0) {
        for l in 0..LANES {
            sums[l] += a[l] * b[l];
        }
    }
    total(&sums)
}

/// The largest number; the length is a multiple of 16.
#[inline(always)]
pub fn maximum(x: &[f32]) -> f32 {
    let mut most = [f32::NEG_INFINITY; LANES];
    for x in x.as_chunks::<LANES>().0 {
        for l in 0..LANES {
            most[l] = if x[l] > most[l] { x[l] } else { most[l] };
        }
    }
    most.into_iter().fold(f32::NEG_INFINITY, f32::max)
}

/// `y += a · x`.
#[inline(always)]
pub fn add_scaled(y: &mut [f32], a: f32, x: &[f32]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += a * x;
    }
}

/// Hyperbolic tangent, as a quotient of polynomials (error below 2e-6).
#[inline(always)]
pub fn tanh(x: f32) -> f32 {
    let x = x.clamp(-7.9, 7.9);
    let s = x * x;
    let p = -2.760_768_5e-16;
    let p = p * s + 2.000_188e-13;
    let p = p * s + -8.604_672e-11;
    let p = p * s + 5.122_297e-8;
    let p = p * s + 1.485_722_4e-5;
    let p = p * s + 6.372_619_3e-4;
    let p = p * s + 4.893_525e-3;
    let q = 1.198_258_4e-6;
    let q = q * s + 1.185_347e-4;
    let q = q * s + 2.268_434_6e-3;
    let q = q * s + 4.893_525e-3;
    x * p / q
}

/// `1 / (1 + exp(-x))`.
#[inline(always)]
pub fn sigmoid(x: f32) -> f32 {
    0.5 + 0.5 * tanh(0.5 * x)
}

/// `exp(x)` for x ≤ 0.
#[inline(always)]
pub fn exp(x: f32) -> f32 {
    // 2^(i + f) by a polynomial for 2^f and the exponent's bits for 2^i.
    let y = (x * std::f32::consts::LOG2_E).max(-120.0);
    let i = y.floor();
    let f = y - i;
    let p = 1.877_577e-3;
    let p = p * f + 8.989_34e-3;
    let p = p * f + 5.582_63e-2;
    let p = p * f + 2.401_536e-1;
    let p = p * f + 6.931_531e-1;
    let p = p * f + 9.999_999_4e-1;
    // Added to a small whole number, this leaves it in the lowest bits.
    const WHOLE: f32 = 12_582_912.0;
    p * f32::from_bits((i + WHOLE).to_bits().wrapping_sub(WHOLE.to_bits()).wrapping_add(127) << 23)
}

/// The error function, as a quotient of polynomials (error below 1e-6).
#[inline(always)]
pub fn erf(x: f32) -> f32 {
    let x = x.clamp(-4.0, 4.0);
    let s = x * x;
    let p = -2.726_142_3e-10;
    let p = p * s + 2.770_681_4e-8;
    let p = p * s + -2.101_024_1e-6;
    let p = p * s + -5.692_506_4e-5;
    let p = p * s + -7.349_906_3e-4;
    let p = p * s + -2.954_6e-3;
    let p = p * s + -1.609_603_3e-2;
    let q = -1.456_607_2e-5;
    let q = q * s + -2.133_740_6e-4;
    let q = q * s + -1.682_827e-3;
    let q = q * s + -7.373_329e-3;
    let q = q * s + -1.426_473_9e-2;
    x * p / q
}

/// The Gaussian error linear unit `x · Φ(x)` (Hendrycks and Gimpel, 2016), with the exact Φ.
#[inline(always)]
pub fn gelu(x: f32) -> f32 {
    x * (0.5 + 0.5 * erf(x * std::f32::consts::FRAC_1_SQRT_2))
}

/// The slope of [`gelu`]: `Φ(x) + x · φ(x)`.
#[inline(always)]
pub fn gelu_slope(x: f32) -> f32 {
    const HEIGHT: f32 = 0.398_942_3;
    0.5 + 0.5 * erf(x * std::f32::consts::FRAC_1_SQRT_2) + x * (HEIGHT * exp(-0.5 * x * x))
}

/// Turns scores into probabilities, in place; returns `-ln` of the probability of `gold`, whose last bits differ between
/// machines.
#[inline(always)]
pub fn softmax(scores: &mut [f32], gold: usize) -> f32 {
    let max = scores.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let mut sum = 0.0;
    for s in scores.iter_mut() {
        *s = exp(*s - max);
        sum += *s;
    }
    for s in scores.iter_mut() {
        *s /= sum;
    }
    -f64::from(scores[gold].max(1e-9)).ln() as f32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn functions_are_near_the_exact_ones() {
        for i in -1000..=1000 {
            let x = i as f32 / 100.0;
            assert!((tanh(x) - x.tanh()).abs() < 1e-5, "{x}");
            if x <= 0.0 {
                assert!((exp(x) / x.exp() - 1.0).abs() < 1e-5, "{x} {} {}", exp(x), x.exp());
            }
        }
    }

    #[test]
    fn the_error_function_is_near_the_exact_one() {
        for i in -600..=600 {
            let x = f64::from(i) / 100.0;
            // The integral of the bell, by Simpson's rule.
            let bell = |t: f64| (-t * t).exp() * std::f64::consts::FRAC_2_SQRT_PI;
            let step = x / 1000.0;
            let sum: f64 = (0..500)
                .map(|k| {
                    let t = f64::from(2 * k) * step;
                    step / 3.0 * (bell(t) + 4.0 * bell(t + step) + bell(t + 2.0 * step))
                })
                .sum();
            assert!((f64::from(erf(x as f32)) - sum).abs() < 1e-6, "{x} {} {sum}", erf(x as f32));
            let slope = (gelu(x as f32 + 5e-3) - gelu(x as f32 - 5e-3)) / 1e-2;
            assert!((slope - gelu_slope(x as f32)).abs() < 2e-4, "{x} {slope} {}", gelu_slope(x as f32));
        }
    }

    #[test]
    fn sums_run_in_their_order_in_blocks_of_any_size() {
        for n in [1, 5, 6, 7, 19] {
            let (inputs, outputs) = (20, 32);
            let number = |k: usize| ((k * 7919 % 1013) as f32 - 500.0) * 0.001_37;
            let x: Vec<f32> = (0..n * inputs).map(number).collect();
            let w: Vec<f32> = (7..7 + inputs * outputs).map(number).collect();
            let at = |k: usize, o: usize| (o / LANES) * inputs * LANES + k * LANES + o % LANES;
            let mut y = vec![0.0; n * outputs];
            product(&x, inputs, &w, outputs, &mut y);
            let mut dw = w.clone();
            product_back_weights(&x, inputs, &y, outputs, &mut dw);
            for o in 0..outputs {
                for t in 0..n {
                    let sum = (0..inputs).fold(0f32, |sum, k| sum + x[t * inputs + k] * w[at(k, o)]);
                    assert_eq!(sum.to_bits(), y[t * outputs + o].to_bits());
                }
                for k in 0..inputs {
                    let sum = (0..n).fold(0f32, |sum, t| sum + x[t * inputs + k] * y[t * outputs + o]);
                    assert_eq!((w[at(k, o)] + sum).to_bits(), dw[at(k, o)].to_bits());
                }
            }
        }
    }

    #[test]
    fn products_agree_with_plain_loops() {
        let (n, inputs, outputs) = (5, 16, 32);
        let x: Vec<f32> = (0..n * inputs).map(|i| (i % 11) as f32 - 5.0).collect();
        let w: Vec<f32> = (0..inputs * outputs).map(|i| (i % 7) as f32 - 3.0).collect();
        let at = |k: usize, o: usize| w[(o / LANES) * inputs * LANES + k * LANES + o % LANES];
        let mut y = vec![0.0; n * outputs];
        product(&x, inputs, &w, outputs, &mut y);
        let (mut dx, mut dw) = (vec![0.0; n * inputs], vec![0.0; inputs * outputs]);
        let mut turned = vec![0.0; w.len()];
        turn(&w, inputs, outputs, &mut turned);
        product_back_input(&y, outputs, &turned, inputs, &mut dx);
        product_back_weights(&x, inputs, &y, outputs, &mut dw);
        for t in 0..n {
            for o in 0..outputs {
                let sum: f32 = (0..inputs).map(|k| x[t * inputs + k] * at(k, o)).sum();
                assert_eq!(sum, y[t * outputs + o]);
            }
            for k in 0..inputs {
                let sum: f32 = (0..outputs).map(|o| y[t * outputs + o] * at(k, o)).sum();
                assert_eq!(sum, dx[t * inputs + k]);
            }
        }
        let sum: f32 = (0..n).map(|t| x[t * inputs + 3] * y[t * outputs + 20]).sum();
        assert_eq!(sum, dw[inputs * LANES + 3 * LANES + 4]);
    }
}
