//! Matrix products of integers: the inner loop of parsing.
//!
//! Sums of integers are exact, so that the wide and the plain way give the same numbers. The only unsafe code of the
//! crate is here: calling functions that need AVX2 after asking for it, and loading and storing whole vectors.

/// Outputs of a tile.
pub(crate) const TILE: usize = 16;
/// The weights of two inputs for sixteen outputs: for each output the first input's, then the second's.
pub(crate) type Pairs = [i16; 2 * TILE];

/// Rows of 16-bit numbers, two in one; each row has a scale.
pub(crate) struct Rows {
    /// Numbers of a row, halved.
    pub half: usize,
    pub pairs: Vec<i32>,
    pub scales: Vec<f32>,
}

/// A matrix in tiles of sixteen outputs; each output has a scale.
#[derive(Debug)]
pub(crate) struct Tiles {
    pub pairs: Vec<Pairs>,
    pub scales: Vec<f32>,
}

/// Work whose `run` is always inlined, so that it can be compiled for a wider processor.
pub(crate) trait Work {
    /// What comes of it.
    type Output;
    /// Does it.
    fn run(self) -> Self::Output;
}

/// Does the work as code for AVX2 where the processor has it. The results are the same.
pub(crate) fn widely<W: Work>(work: W) -> W::Output {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2, as was just asked.
        #[allow(unsafe_code)]
        return unsafe { avx2::run(work) };
    }
    work.run()
}

/// `x · w`, scaled: a row of outputs for each row of `x`.
pub(crate) fn products(x: &Rows, w: &Tiles) -> Vec<f32> {
    let mut y = vec![0f32; x.scales.len() * w.scales.len()];
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2, as was just asked.
        #[allow(unsafe_code)]
        unsafe {
            avx2::products(x, w, &mut y)
        };
        return y;
    }
    plain(x, w, &mut y);
    y
}

fn plain(x: &Rows, w: &Tiles, y: &mut [f32]) {
    let outputs = w.scales.len();
    for (tile, pairs) in w.pairs.chunks_exact(x.half).enumerate() {
        for (t, row) in x.pairs.chunks_exact(x.half).enumerate() {
            let mut sums = [0i32; TILE];
            for (w, x) in pairs.iter().zip(row) {
                let (first, second) = (i32::from(*x as i16), x >> 16);
                for l in 0..TILE {
                    sums[l] += first * i32::from(w[2 * l]) + second * i32::from(w[2 * l + 1]);
                }
            }
            for l in 0..TILE {
                y[t * outputs + tile * TILE + l] = sums[l] as f32 * (x.scales[t] * w.scales[tile * TILE + l]);
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use super::{Pairs, Rows, TILE, Tiles, Work};
    use std::arch::x86_64::{
        __m256i, _mm256_add_epi32, _mm256_cvtepi32_ps, _mm256_loadu_ps, _mm256_loadu_si256, _mm256_madd_epi16,
        _mm256_mul_ps, _mm256_set1_epi32, _mm256_set1_ps, _mm256_setzero_si256, _mm256_storeu_ps,
    };

    #[target_feature(enable = "avx2")]
    pub(super) fn run<W: Work>(work: W) -> W::Output {
        work.run()
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn products(x: &Rows, w: &Tiles, y: &mut [f32]) {
        let (n, outputs) = (x.scales.len(), w.scales.len());
        for (tile, pairs) in w.pairs.chunks_exact(x.half).enumerate() {
            let mut t = 0;
            while t + 4 <= n {
                let mut rest = &x.pairs[t * x.half..];
                let mut rows = [rest; 4];
                for row in &mut rows {
                    (*row, rest) = rest.split_at(x.half);
                }
                for (r, sums) in block(rows, pairs).into_iter().enumerate() {
                    put(sums, x.scales[t + r], &w.scales[tile * TILE..], &mut y[(t + r) * outputs + tile * TILE..]);
                }
                t += 4;
            }
            while t < n {
                let [sums] = block([&x.pairs[t * x.half..(t + 1) * x.half]], pairs);
                put(sums, x.scales[t], &w.scales[tile * TILE..], &mut y[t * outputs + tile * TILE..]);
                t += 1;
            }
        }
    }

    /// The sums of R rows with one tile.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn block<const R: usize>(mut rows: [&[i32]; R], pairs: &[Pairs]) -> [[__m256i; 2]; R] {
        let mut sums = [[_mm256_setzero_si256(); 2]; R];
        for row in &mut rows {
            *row = &row[..pairs.len()];
        }
        for (k, w) in pairs.iter().enumerate() {
            let (low, high) = load(w);
            for r in 0..R {
                let a = _mm256_set1_epi32(rows[r][k]);
                sums[r][0] = _mm256_add_epi32(sums[r][0], _mm256_madd_epi16(a, low));
                sums[r][1] = _mm256_add_epi32(sums[r][1], _mm256_madd_epi16(a, high));
            }
        }
        sums
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn load(w: &Pairs) -> (__m256i, __m256i) {
        // SAFETY: 32 numbers of two bytes are two vectors of 32 bytes; they need not be aligned.
        #[allow(unsafe_code)]
        unsafe {
            let at = w.as_ptr().cast::<__m256i>();
            (_mm256_loadu_si256(at), _mm256_loadu_si256(at.add(1)))
        }
    }

    /// Scales sixteen sums and stores them at the start of `y`.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn put(sums: [__m256i; 2], x_scale: f32, w_scales: &[f32], y: &mut [f32]) {
        let (w, y) = (&w_scales[..TILE], &mut y[..TILE]);
        for (half, sum) in sums.into_iter().enumerate() {
            // SAFETY: both lists have sixteen numbers, of which eight are loaded and stored from place 0 and from place 8.
            #[allow(unsafe_code)]
            unsafe {
                let scale = _mm256_mul_ps(_mm256_set1_ps(x_scale), _mm256_loadu_ps(w.as_ptr().add(8 * half)));
                _mm256_storeu_ps(y.as_mut_ptr().add(8 * half), _mm256_mul_ps(_mm256_cvtepi32_ps(sum), scale));
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wide_way_is_the_plain_way() {
        for (n, outputs, half) in [(1, 16, 1), (3, 32, 5), (6, 48, 80), (9, 16, 96)] {
            let number = |k: usize| ((k * 7919) % 1000) as i16 - 500;
            let pair = |k: usize| (i32::from(number(k + 1)) << 16) | (i32::from(number(k)) & 0xFFFF);
            let x = Rows { half, pairs: (0..n * half).map(pair).collect(), scales: vec![0.5; n] };
            let tile = |k: usize| std::array::from_fn(|l| number(k * 31 + l) / 4);
            let w = Tiles { pairs: (0..outputs / TILE * half).map(tile).collect(), scales: vec![0.25; outputs] };
            let mut plainly = vec![0.0; n * outputs];
            plain(&x, &w, &mut plainly);
            assert_eq!(products(&x, &w), plainly);
            let term = |k: usize| {
                i32::from(number(k)) * i32::from(w.pairs[k][6]) + i32::from(number(k + 1)) * i32::from(w.pairs[k][7])
            };
            assert_eq!(plainly[3], (0..half).map(term).sum::<i32>() as f32 * 0.125);
        }
    }
}
