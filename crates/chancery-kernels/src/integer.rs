//! Matrix products of integers: the inner loop of networks that ship.
//!
//! Sums of integers are exact, so that the wide ways and the plain way give the same numbers. The only unsafe code of the
//! crate is here: calling functions that need AVX2 or AVX-512 after asking for them, and loading and storing whole vectors.
//! Sizes that do not fit each other are the caller's mistake, and panic.

use crate::float::maximum;

/// Outputs of a tile.
pub const TILE: usize = 16;
/// The weights of four inputs for sixteen outputs: for each output its four.
pub type Weights = [i8; 4 * TILE];
/// Four inputs of each of four rows, in four bytes each, the first input lowest.
pub type Quad = [u32; 4];

/// Rows of 8-bit numbers; each row has a scale.
///
/// Four rows stand side by side, so that a weight that is at hand is used for all of them: `quads[g * quarter + k]` holds
/// inputs 4k to 4k + 3 of rows 4g to 4g + 3. Numbers are kept with 128 added, so that none is negative; rows that only fill
/// up the last four are left out of results.
#[derive(Debug, Clone)]
pub struct Rows {
    /// Numbers of a row, a quarter of them.
    pub quarter: usize,
    /// The numbers, four of four rows at a time.
    pub quads: Vec<Quad>,
    /// Of each row, what its numbers are multiplied with to be what they were.
    pub scales: Vec<f32>,
}

/// What is added to a row's numbers, so that none is negative.
const ZERO: i32 = 128;
/// The largest number of each row becomes this.
const FULL: f32 = 127.0;
/// Added to a number below 2^22 in size, this leaves the nearest whole number in the lowest bits.
const ROUNDER: f32 = 12_582_912.0;

impl Rows {
    /// Rounds rows of `width` numbers, a multiple of 16.
    #[inline(always)]
    pub fn round(x: &[f32], width: usize) -> Self {
        let (n, quarter) = (x.len() / width, width / 4);
        let mut rows = Rows { quarter, quads: vec![[0; 4]; n.div_ceil(4) * quarter], scales: Vec::with_capacity(n) };
        let (mut sizes, mut bytes) = (vec![0f32; width], vec![0u8; width]);
        for (t, x) in x.chunks_exact(width).enumerate() {
            for (size, x) in sizes.iter_mut().zip(x) {
                *size = x.abs();
            }
            let largest = maximum(&sizes).max(1e-6);
            let scale = FULL / largest;
            for (byte, x) in bytes.iter_mut().zip(x) {
                *byte = (x * scale + (ROUNDER + ZERO as f32)).to_bits() as u8;
            }
            let quads = &mut rows.quads[t / 4 * quarter..][..quarter];
            for (quad, bytes) in quads.iter_mut().zip(bytes.as_chunks::<4>().0) {
                quad[t % 4] = u32::from_le_bytes(*bytes);
            }
            rows.scales.push(largest / FULL);
        }
        rows
    }
}

/// A matrix in tiles of sixteen outputs; each output has a scale.
#[derive(Debug, Clone)]
pub struct Tiles {
    /// The numbers, tile by tile, four inputs at a time.
    pub weights: Vec<Weights>,
    /// Of each output, what its numbers are multiplied with to be what they were.
    pub scales: Vec<f32>,
    /// What [`ZERO`] adds to each output's sum.
    extra: Vec<i32>,
}

impl Tiles {
    /// A matrix of `inputs`, a multiple of four, by as many outputs as there are scales, a multiple of 16.
    pub fn new(inputs: usize, scales: Vec<f32>, weight: impl Fn(usize, usize) -> i8) -> Self {
        let mut weights = vec![[0; 4 * TILE]; scales.len() / TILE * (inputs / 4)];
        let mut extra = vec![0; scales.len()];
        for o in 0..scales.len() {
            for k in 0..inputs {
                weights[o / TILE * (inputs / 4) + k / 4][o % TILE * 4 + k % 4] = weight(o, k);
                extra[o] += ZERO * i32::from(weight(o, k));
            }
        }
        Tiles { weights, scales, extra }
    }

    /// The weight of input `k` of `inputs` for output `o`.
    pub fn weight(&self, inputs: usize, o: usize, k: usize) -> i8 {
        self.weights[o / TILE * (inputs / 4) + k / 4][o % TILE * 4 + k % 4]
    }
}

/// Work whose `run` is always inlined, so that it can be compiled for a wider processor.
pub trait Work {
    /// What comes of it.
    type Output;
    /// Does it.
    fn run(self) -> Self::Output;
}

/// Whether the processor has every part of AVX-512 that [`avx512`] uses.
#[cfg(target_arch = "x86_64")]
fn has_avx512() -> bool {
    use std::arch::is_x86_feature_detected as has;
    has!("avx512f") && has!("avx512bw") && has!("avx512dq") && has!("avx512vl") && has!("avx512vnni")
}

/// Does the work as code for the widest vectors that the processor has. The results are the same.
pub fn widely<W: Work>(work: W) -> W::Output {
    #[cfg(target_arch = "x86_64")]
    if has_avx512() {
        // SAFETY: the processor has these parts of AVX-512, as was just asked.
        #[allow(unsafe_code)]
        return unsafe { avx512::run(work) };
    } else if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2, as was just asked.
        #[allow(unsafe_code)]
        return unsafe { avx2::run(work) };
    }
    work.run()
}

/// `x · w`, scaled: a row of outputs for each row of `x`.
pub fn products(x: &Rows, w: &Tiles) -> Vec<f32> {
    let mut y = vec![0f32; x.scales.len() * w.scales.len()];
    products_into(x, w, &mut y);
    y
}

/// [`products`] into what is there already: large lists of zeros take time to make.
pub fn products_into(x: &Rows, w: &Tiles, y: &mut [f32]) {
    assert_eq!(y.len(), x.scales.len() * w.scales.len(), "room for the products");
    #[cfg(target_arch = "x86_64")]
    if has_avx512() {
        // SAFETY: the processor has these parts of AVX-512, as was just asked.
        #[allow(unsafe_code)]
        unsafe {
            avx512::products(x, w, y)
        };
        return;
    } else if std::arch::is_x86_feature_detected!("avx2") {
        // SAFETY: the processor has AVX2, as was just asked.
        #[allow(unsafe_code)]
        unsafe {
            avx2::products(x, w, y)
        };
        return;
    }
    plain(x, w, y);
}

/// Scales the sums of a tile and stores them, row by row from row `t` on; rows that only fill up are left out.
#[inline(always)]
fn put(sums: &[[i32; TILE]], t: usize, tile: usize, x: &Rows, w: &Tiles, y: &mut [f32]) {
    let outputs = w.scales.len();
    let at = tile * TILE;
    let Some(w_scales) = w.scales[at..].first_chunk::<TILE>() else { return };
    let Some(extra) = w.extra[at..].first_chunk::<TILE>() else { return };
    for ((sums, x_scale), row) in sums.iter().zip(&x.scales[t..]).zip(y[t * outputs..].chunks_exact_mut(outputs)) {
        let Some(y) = row[at..].first_chunk_mut::<TILE>() else { continue };
        let mut scaled = [0f32; TILE];
        for l in 0..TILE {
            scaled[l] = (sums[l] - extra[l]) as f32 * (x_scale * w_scales[l]);
        }
        *y = scaled;
    }
}

fn plain(x: &Rows, w: &Tiles, y: &mut [f32]) {
    for (tile, weights) in w.weights.chunks_exact(x.quarter).enumerate() {
        for (group, quads) in x.quads.chunks_exact(x.quarter).enumerate() {
            let mut sums = [[0i32; TILE]; 4];
            for (w, quad) in weights.iter().zip(quads) {
                for (sums, x) in sums.iter_mut().zip(quad) {
                    for (sum, w) in sums.iter_mut().zip(w.as_chunks::<4>().0) {
                        let [a, b, c, d] = x.to_le_bytes().map(i32::from);
                        *sum += a * i32::from(w[0]) + b * i32::from(w[1]) + c * i32::from(w[2]) + d * i32::from(w[3]);
                    }
                }
            }
            put(&sums, 4 * group, tile, x, w, y);
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod avx2 {
    use super::{Quad, Rows, TILE, Tiles, Weights, Work, put};
    use std::arch::x86_64::{
        __m256i, _mm_loadu_si128, _mm_set1_epi32, _mm256_add_epi32, _mm256_cvtepi8_epi16, _mm256_cvtepu8_epi16,
        _mm256_madd_epi16, _mm256_setzero_si256, _mm256_storeu_si256,
    };

    #[target_feature(enable = "avx2")]
    pub(super) fn run<W: Work>(work: W) -> W::Output {
        work.run()
    }

    #[target_feature(enable = "avx2")]
    pub(super) fn products(x: &Rows, w: &Tiles, y: &mut [f32]) {
        for (tile, weights) in w.weights.chunks_exact(x.quarter).enumerate() {
            for (group, quads) in x.quads.chunks_exact(x.quarter).enumerate() {
                put(&block(quads, weights), 4 * group, tile, x, w, y);
            }
        }
    }

    /// The sums of four rows with one tile, two rows at a time, as there are sixteen registers.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn block(quads: &[Quad], weights: &[Weights]) -> [[i32; TILE]; 4] {
        let mut lists = [[0; TILE]; 4];
        for (half, lists) in lists.as_chunks_mut::<2>().0.iter_mut().enumerate() {
            // Of each output two sums, of two inputs in four each.
            let mut sums = [[_mm256_setzero_si256(); 4]; 2];
            for (quad, w) in quads.iter().zip(weights) {
                let w = load(w);
                for r in 0..2 {
                    let x = _mm256_cvtepu8_epi16(_mm_set1_epi32(quad[2 * half + r] as i32));
                    for (sum, w) in sums[r].iter_mut().zip(w) {
                        *sum = _mm256_add_epi32(*sum, _mm256_madd_epi16(x, w));
                    }
                }
            }
            for (sums, list) in sums.into_iter().zip(lists) {
                store(sums, list);
            }
        }
        lists
    }

    /// Four outputs in each vector.
    #[inline]
    #[target_feature(enable = "avx2")]
    fn load(w: &Weights) -> [__m256i; 4] {
        let mut wide = [_mm256_setzero_si256(); 4];
        for (wide, w) in wide.iter_mut().zip(w.as_chunks::<16>().0) {
            // SAFETY: sixteen bytes are one vector; it need not be aligned.
            #[allow(unsafe_code)]
            let w = unsafe { _mm_loadu_si128(w.as_ptr().cast()) };
            *wide = _mm256_cvtepi8_epi16(w);
        }
        wide
    }

    #[inline]
    #[target_feature(enable = "avx2")]
    fn store(sums: [__m256i; 4], list: &mut [i32; TILE]) {
        for (sums, list) in sums.into_iter().zip(list.as_chunks_mut::<4>().0) {
            let mut parts = [0i32; 8];
            // SAFETY: eight numbers of four bytes are one vector of 32 bytes; it need not be aligned.
            #[allow(unsafe_code)]
            unsafe {
                _mm256_storeu_si256(parts.as_mut_ptr().cast(), sums)
            };
            for (sum, parts) in list.iter_mut().zip(parts.as_chunks::<2>().0) {
                *sum = parts[0] + parts[1];
            }
        }
    }
}

#[cfg(target_arch = "x86_64")]
mod avx512 {
    use super::{Quad, Rows, TILE, Tiles, Weights, Work, put};
    use std::arch::x86_64::{
        __m512i, _mm512_dpbusd_epi32, _mm512_loadu_si512, _mm512_set1_epi32, _mm512_setzero_si512, _mm512_storeu_si512,
    };

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    pub(super) fn run<W: Work>(work: W) -> W::Output {
        work.run()
    }

    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    pub(super) fn products(x: &Rows, w: &Tiles, y: &mut [f32]) {
        let groups: Vec<&[Quad]> = x.quads.chunks_exact(x.quarter).collect();
        let (threes, rest) = groups.as_chunks::<3>();
        for (tile, weights) in w.weights.chunks_exact(x.quarter).enumerate() {
            for (k, groups) in threes.iter().enumerate() {
                put(block(*groups, weights).as_flattened(), 12 * k, tile, x, w, y);
            }
            let t = 12 * threes.len();
            match *rest {
                [a, b] => put(block([a, b], weights).as_flattened(), t, tile, x, w, y),
                [a] => put(block([a], weights).as_flattened(), t, tile, x, w, y),
                _ => (),
            }
        }
    }

    /// The sums of four rows of each group with one tile.
    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    fn block<const G: usize>(mut groups: [&[Quad]; G], weights: &[Weights]) -> [[[i32; TILE]; 4]; G] {
        let mut sums = [[_mm512_setzero_si512(); 4]; G];
        for group in &mut groups {
            *group = &group[..weights.len()];
        }
        for (k, w) in weights.iter().enumerate() {
            // SAFETY: 64 bytes are one vector; it need not be aligned.
            #[allow(unsafe_code)]
            let w = unsafe { _mm512_loadu_si512(w.as_ptr().cast()) };
            for g in 0..G {
                for r in 0..4 {
                    sums[g][r] = _mm512_dpbusd_epi32(sums[g][r], _mm512_set1_epi32(groups[g][k][r] as i32), w);
                }
            }
        }
        let mut lists = [[[0; TILE]; 4]; G];
        for (sums, list) in sums.into_iter().flatten().zip(lists.as_flattened_mut()) {
            store(sums, list);
        }
        lists
    }

    #[inline]
    #[target_feature(enable = "avx512f,avx512bw,avx512dq,avx512vl,avx512vnni")]
    fn store(sums: __m512i, list: &mut [i32; TILE]) {
        // SAFETY: sixteen numbers of four bytes are one vector of 64 bytes; it need not be aligned.
        #[allow(unsafe_code)]
        unsafe {
            _mm512_storeu_si512(list.as_mut_ptr().cast(), sums)
        };
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_wide_ways_are_the_plain_way() {
        for (n, outputs, inputs) in [(1, 16, 16), (3, 32, 16), (6, 48, 160), (29, 16, 192)] {
            // Each row's largest number is its first, so that rounding leaves all as they are.
            let number = |k: usize| if k.is_multiple_of(inputs) { -127 } else { (k * 7919 % 255) as i16 - 127 };
            let numbers: Vec<f32> = (0..n * inputs).map(|k| f32::from(number(k))).collect();
            let x = Rows::round(&numbers, inputs);
            let weight = |o: usize, k: usize| (o * 31 + k * 77) as u8 as i8;
            let w = Tiles::new(inputs, vec![0.25; outputs], weight);
            let mut plainly = vec![0.0; n * outputs];
            plain(&x, &w, &mut plainly);
            for (at, y) in plainly.iter().enumerate() {
                let (t, o) = (at / outputs, at % outputs);
                let term = |k: usize| i32::from(number(t * inputs + k)) * i32::from(weight(o, k));
                assert_eq!(*y, (0..inputs).map(term).sum::<i32>() as f32 * 0.25);
            }
            assert_eq!(products(&x, &w), plainly);
            #[cfg(target_arch = "x86_64")]
            if std::arch::is_x86_feature_detected!("avx2") {
                let mut widely = vec![0.0; n * outputs];
                // SAFETY: the processor has AVX2, as was just asked.
                #[allow(unsafe_code)]
                unsafe {
                    avx2::products(&x, &w, &mut widely)
                };
                assert_eq!(widely, plainly);
            }
        }
    }
}
