//! Matrix products of integers: the inner loop of parsing.
//!
//! Sums of integers are exact, so that the wide and the plain way give the same numbers. The only unsafe code of the
//! crate is here: calling a function that needs AVX2 after asking for it, and loading sixteen numbers at once.

/// `y[t][o] = x[t] · w[o]`, scaled by both rows' scales. Rows are `width` long, a multiple of 16.
pub(crate) fn products(x: &[i16], w: &[i16], width: usize, x_scales: &[f32], w_scales: &[f32], y: &mut [f32]) {
    #[cfg(target_arch = "x86_64")]
    if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2, as was just asked; the function is safe code otherwise.
        #[allow(unsafe_code)]
        return unsafe { avx2::products(x, w, width, x_scales, w_scales, y) };
    }
    plain(x, w, width, x_scales, w_scales, y);
}

/// Two words at a time, so that a weight is loaded once for both.
fn plain(x: &[i16], w: &[i16], width: usize, x_scales: &[f32], w_scales: &[f32], y: &mut [f32]) {
    let outputs = w_scales.len();
    for (o, w) in w.chunks_exact(width).enumerate() {
        for (pair, x) in x.chunks(2 * width).enumerate() {
            let t = 2 * pair;
            let (a, b) = x.split_at(width);
            let b = if b.is_empty() { a } else { b };
            let (mut first, mut second) = (0i32, 0i32);
            for ((a, b), w) in a.iter().zip(b).zip(w) {
                first += i32::from(*a) * i32::from(*w);
                second += i32::from(*b) * i32::from(*w);
            }
            y[t * outputs + o] = first as f32 * (x_scales[t] * w_scales[o]);
            if let Some(scale) = x_scales.get(t + 1) {
                y[(t + 1) * outputs + o] = second as f32 * (scale * w_scales[o]);
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use std::arch::x86_64::{
        __m256i, _mm_add_epi32, _mm_cvtsi128_si32, _mm_shuffle_epi32, _mm256_add_epi32, _mm256_castsi256_si128,
        _mm256_extracti128_si256, _mm256_loadu_si256, _mm256_madd_epi16, _mm256_setzero_si256,
    };

    type Chunk = [i16; 16];

    #[target_feature(enable = "avx2")]
    pub(super) fn products(x: &[i16], w: &[i16], width: usize, x_scales: &[f32], w_scales: &[f32], y: &mut [f32]) {
        let (n, outputs) = (x_scales.len(), w_scales.len());
        for (pair, w) in w.chunks(2 * width).enumerate() {
            let o = 2 * pair;
            let w = [w[..width].as_chunks().0, w[w.len() - width..].as_chunks().0];
            let columns = (outputs - o).min(2);
            let mut t = 0;
            while t < n {
                let x = &x[t * width..];
                let rows = if n - t >= 4 { 4 } else { 1 };
                let sums = if rows == 4 { four(x, width, w) } else { one(x, width, w) };
                for r in 0..rows {
                    for c in 0..columns {
                        y[(t + r) * outputs + o + c] = sums[r][c] as f32 * (x_scales[t + r] * w_scales[o + c]);
                    }
                }
                t += rows;
            }
        }
    }

    /// Four rows of `x` with two of `w`.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn four(x: &[i16], width: usize, w: [&[Chunk]; 2]) -> [[i32; 2]; 4] {
        let (a, rest) = x.split_at(width);
        let (b, rest) = rest.split_at(width);
        let (c, rest) = rest.split_at(width);
        let rows = [a.as_chunks().0, b.as_chunks().0, c.as_chunks().0, rest[..width].as_chunks().0];
        let zero = _mm256_setzero_si256();
        let mut sums = [[zero; 2]; 4];
        let steps = w[0].iter().zip(w[1]).zip(rows[0]).zip(rows[1]).zip(rows[2]).zip(rows[3]);
        for (((((w0, w1), a), b), c), d) in steps {
            let (w0, w1) = (load(w0), load(w1));
            let (a, b, c, d) = (load(a), load(b), load(c), load(d));
            sums[0][0] = _mm256_add_epi32(sums[0][0], _mm256_madd_epi16(a, w0));
            sums[0][1] = _mm256_add_epi32(sums[0][1], _mm256_madd_epi16(a, w1));
            sums[1][0] = _mm256_add_epi32(sums[1][0], _mm256_madd_epi16(b, w0));
            sums[1][1] = _mm256_add_epi32(sums[1][1], _mm256_madd_epi16(b, w1));
            sums[2][0] = _mm256_add_epi32(sums[2][0], _mm256_madd_epi16(c, w0));
            sums[2][1] = _mm256_add_epi32(sums[2][1], _mm256_madd_epi16(c, w1));
            sums[3][0] = _mm256_add_epi32(sums[3][0], _mm256_madd_epi16(d, w0));
            sums[3][1] = _mm256_add_epi32(sums[3][1], _mm256_madd_epi16(d, w1));
        }
        let mut out = [[0; 2]; 4];
        for r in 0..4 {
            out[r] = [total(sums[r][0]), total(sums[r][1])];
        }
        out
    }

    /// One row of `x` with two of `w`.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn one(x: &[i16], width: usize, w: [&[Chunk]; 2]) -> [[i32; 2]; 4] {
        let zero = _mm256_setzero_si256();
        let (mut first, mut second) = (zero, zero);
        for ((w0, w1), a) in w[0].iter().zip(w[1]).zip(x[..width].as_chunks().0) {
            let a = load(a);
            first = _mm256_add_epi32(first, _mm256_madd_epi16(a, load(w0)));
            second = _mm256_add_epi32(second, _mm256_madd_epi16(a, load(w1)));
        }
        let mut out = [[0; 2]; 4];
        out[0] = [total(first), total(second)];
        out
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn load(chunk: &Chunk) -> __m256i {
        // SAFETY: a chunk is sixteen numbers of two bytes, which is what is loaded; it need not be aligned.
        #[allow(unsafe_code)]
        unsafe {
            _mm256_loadu_si256(chunk.as_ptr().cast())
        }
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn total(v: __m256i) -> i32 {
        let half = _mm_add_epi32(_mm256_castsi256_si128(v), _mm256_extracti128_si256::<1>(v));
        let pair = _mm_add_epi32(half, _mm_shuffle_epi32::<0b01_00_11_10>(half));
        _mm_cvtsi128_si32(_mm_add_epi32(pair, _mm_shuffle_epi32::<0b10_11_00_01>(pair)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wide_way_is_the_plain_way() {
        for (n, outputs, width) in [(1, 1, 16), (3, 5, 32), (6, 8, 160), (9, 3, 192)] {
            let number = |k: usize| ((k * 7919) % 1000) as i16 - 500;
            let x: Vec<i16> = (0..n * width).map(number).collect();
            let w: Vec<i16> = (0..outputs * width).map(|k| number(k + 77) / 4).collect();
            let (x_scales, w_scales) = (vec![0.5; n], vec![0.25; outputs]);
            let (mut a, mut b) = (vec![0.0; n * outputs], vec![0.0; n * outputs]);
            products(&x, &w, width, &x_scales, &w_scales, &mut a);
            plain(&x, &w, width, &x_scales, &w_scales, &mut b);
            assert_eq!(a, b);
            let sum: i32 = (0..width).map(|k| i32::from(x[k]) * i32::from(w[k])).sum();
            assert_eq!(a[0], sum as f32 * 0.125);
        }
    }
}
