//! Arithmetic for training: matrix products and bounded functions in `f32`.
//!
//! Every sum is taken in a fixed order, lane by lane, without fused operations and without the system's mathematics
//! library, so that the same training gives the same bytes on any machine.

/// Width of a tile: outputs that are computed side by side.
pub(crate) const LANES: usize = 16;

/// `y = x · w`. `x` is n rows of `inputs`, `y` n rows of `outputs`; `w` is packed as tiles of 16 outputs: `[tile][input][lane]`.
#[inline(always)]
pub(crate) fn product(x: &[f32], inputs: usize, w: &[f32], outputs: usize, y: &mut [f32]) {
    let n = x.len() / inputs;
    for (tile, wt) in w.chunks_exact(inputs * LANES).enumerate() {
        let mut t = 0;
        while t + 4 <= n {
            let rows: [&[f32]; 4] = std::array::from_fn(|r| &x[(t + r) * inputs..(t + r + 1) * inputs]);
            let sums = tile_product(rows, wt);
            for (r, sum) in sums.iter().enumerate() {
                y[(t + r) * outputs + tile * LANES..][..LANES].copy_from_slice(sum);
            }
            t += 4;
        }
        while t < n {
            let [sum] = tile_product([&x[t * inputs..(t + 1) * inputs]], wt);
            y[t * outputs + tile * LANES..][..LANES].copy_from_slice(&sum);
            t += 1;
        }
    }
}

#[inline(always)]
fn tile_product<const R: usize>(rows: [&[f32]; R], wt: &[f32]) -> [[f32; LANES]; R] {
    let mut sums = [[0f32; LANES]; R];
    for (k, w) in wt.as_chunks::<LANES>().0.iter().enumerate() {
        for r in 0..R {
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
pub(crate) fn product_back_input(dy: &[f32], outputs: usize, turned: &[f32], inputs: usize, dx: &mut [f32]) {
    let mut part = vec![0f32; dx.len()];
    product(dy, outputs, turned, inputs, &mut part);
    add_scaled(dx, 1.0, &part);
}

/// Packs the transposed matrix: both sizes are multiples of 16.
#[inline(always)]
pub(crate) fn turn(w: &[f32], inputs: usize, outputs: usize, turned: &mut [f32]) {
    for (tile, w) in w.chunks_exact(inputs * LANES).enumerate() {
        for (i, row) in w.as_chunks::<LANES>().0.iter().enumerate() {
            for (l, w) in row.iter().enumerate() {
                turned[(i / LANES * outputs + tile * LANES + l) * LANES + i % LANES] = *w;
            }
        }
    }
}

/// `dw += xᵀ · dy`.
#[inline(always)]
pub(crate) fn product_back_weights(x: &[f32], inputs: usize, dy: &[f32], outputs: usize, dw: &mut [f32]) {
    let n = x.len() / inputs;
    for (tile, wt) in dw.chunks_exact_mut(inputs * LANES).enumerate() {
        let tiles = wt.as_chunks_mut::<LANES>().0;
        let mut k = 0;
        while k < inputs {
            let size = (inputs - k).min(4);
            let mut sums = [[0f32; LANES]; 4];
            for t in 0..n {
                let d: &[f32; LANES] = dy[t * outputs + tile * LANES..].first_chunk().unwrap_or(&[0.0; LANES]);
                let a = &x[t * inputs + k..t * inputs + k + size];
                if let Ok(a) = <&[f32; 4]>::try_from(a) {
                    for r in 0..4 {
                        for l in 0..LANES {
                            sums[r][l] += a[r] * d[l];
                        }
                    }
                } else {
                    for (r, a) in a.iter().enumerate() {
                        for l in 0..LANES {
                            sums[r][l] += a * d[l];
                        }
                    }
                }
            }
            for r in 0..size {
                for l in 0..LANES {
                    tiles[k + r][l] += sums[r][l];
                }
            }
            k += size;
        }
    }
}

/// The sum of sixteen numbers, pairwise.
#[inline(always)]
fn total(v: &[f32; LANES]) -> f32 {
    let mut a = [0f32; 8];
    for l in 0..8 {
        a[l] = v[l] + v[l + 8];
    }
    (a[0] + a[4]) + (a[1] + a[5]) + ((a[2] + a[6]) + (a[3] + a[7]))
}

/// `a · b`; the length is a multiple of 16.
#[inline(always)]
pub(crate) fn dot(a: &[f32], b: &[f32]) -> f32 {
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
pub(crate) fn maximum(x: &[f32]) -> f32 {
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
pub(crate) fn add_scaled(y: &mut [f32], a: f32, x: &[f32]) {
    for (y, x) in y.iter_mut().zip(x) {
        *y += a * x;
    }
}

/// Hyperbolic tangent, as a quotient of polynomials (error below 2e-6).
#[inline(always)]
pub(crate) fn tanh(x: f32) -> f32 {
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
pub(crate) fn sigmoid(x: f32) -> f32 {
    0.5 + 0.5 * tanh(0.5 * x)
}

/// `exp(x)` for x ≤ 0.
#[inline(always)]
pub(crate) fn exp(x: f32) -> f32 {
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
    p * f32::from_bits(((i as i32 + 127) as u32) << 23)
}

/// Turns scores into probabilities, in place; returns `-ln` of the probability of `gold`.
#[inline(always)]
pub(crate) fn softmax(scores: &mut [f32], gold: usize) -> f32 {
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
