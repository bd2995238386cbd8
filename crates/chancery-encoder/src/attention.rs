//! Attention: each piece's query is compared with the keys of all pieces of its sequence, and gathers their values.

use crate::Shape;
use chancery_kernels::float::{LANES, dot, exp, maximum, product, product_back_weights, total};

/// One sequence's queries, keys and values: `rows` of three times `width` numbers.
pub(crate) struct Attention<'a> {
    width: usize,
    head: usize,
    n: usize,
    rows: &'a [f32],
}

/// Rows of keys, filled up to whole tiles.
#[inline(always)]
pub(crate) fn padded(n: usize) -> usize {
    n.div_ceil(LANES) * LANES
}

/// Whose part of a row is meant.
#[derive(Clone, Copy)]
enum Part {
    Query,
    Key,
    Value,
}

impl<'a> Attention<'a> {
    #[inline(always)]
    pub fn new(shape: &Shape, rows: &'a [f32]) -> Self {
        Attention { width: shape.width, head: shape.width / shape.heads, n: rows.len() / (3 * shape.width), rows }
    }

    #[inline(always)]
    fn scale(&self) -> f32 {
        1.0 / (self.head as f32).sqrt()
    }

    /// Where a head's part begins in row `t`.
    #[inline(always)]
    fn at(&self, t: usize, part: Part, h: usize) -> usize {
        t * 3 * self.width + part as usize * self.width + h * self.head
    }

    /// One head's rows, multiplied with `scale`.
    #[inline(always)]
    fn list(&self, part: Part, h: usize, scale: f32) -> Vec<f32> {
        let mut list = vec![0f32; self.n * self.head];
        for (t, to) in list.chunks_exact_mut(self.head).enumerate() {
            for (to, x) in to.iter_mut().zip(&self.rows[self.at(t, part, h)..]) {
                *to = x * scale;
            }
        }
        list
    }

    /// One head's rows as a matrix whose inputs are rows: `[tile of 16 numbers][row][lane]`.
    #[inline(always)]
    fn gathering(&self, part: Part, h: usize) -> Vec<f32> {
        let padded = padded(self.n);
        let mut tiles = vec![0f32; padded * self.head];
        for (tile, to) in tiles.chunks_exact_mut(padded * LANES).enumerate() {
            for (t, to) in to.as_chunks_mut::<LANES>().0.iter_mut().enumerate().take(self.n) {
                to.copy_from_slice(&self.rows[self.at(t, part, h) + tile * LANES..][..LANES]);
            }
        }
        tiles
    }

    /// One head's rows as a matrix whose outputs are rows: `[tile of 16 rows][number][lane]`.
    #[inline(always)]
    fn comparing(&self, part: Part, h: usize) -> Vec<f32> {
        let mut tiles = vec![0f32; padded(self.n) * self.head];
        for t in 0..self.n {
            let row = &self.rows[self.at(t, part, h)..][..self.head];
            let tile = &mut tiles[t / LANES * self.head * LANES..][..self.head * LANES];
            for (to, x) in tile.as_chunks_mut::<LANES>().0.iter_mut().zip(row) {
                to[t % LANES] = *x;
            }
        }
        tiles
    }

    /// Writes what one head gathers into `context`, rows of `width`; returns the shares, n rows of [`padded`] n.
    #[inline(always)]
    pub fn gather(&self, h: usize, context: &mut [f32]) -> Vec<f32> {
        let padded = padded(self.n);
        let mut shares = vec![0f32; self.n * padded];
        product(
            &self.list(Part::Query, h, self.scale()),
            self.head,
            &self.comparing(Part::Key, h),
            padded,
            &mut shares,
        );
        for row in shares.chunks_exact_mut(padded) {
            share(row, self.n);
        }
        let mut gathered = vec![0f32; self.n * self.head];
        product(&shares, padded, &self.gathering(Part::Value, h), self.head, &mut gathered);
        for (to, from) in context.chunks_exact_mut(self.width).zip(gathered.chunks_exact(self.head)) {
            to[h * self.head..][..self.head].copy_from_slice(from);
        }
        shares
    }

    /// From one head's part of the gradient of `context` to that of queries, keys and values, which `d_rows` gets.
    #[inline(always)]
    pub fn back(&self, h: usize, shares: &[f32], d_context: &[f32], d_rows: &mut [f32]) {
        let (n, head, padded) = (self.n, self.head, padded(self.n));
        let mut d = vec![0f32; n * head];
        for (d, row) in d.chunks_exact_mut(head).zip(d_context.chunks_exact(self.width)) {
            d.copy_from_slice(&row[h * head..][..head]);
        }
        let mut d_values = vec![0f32; padded * head];
        product_back_weights(shares, padded, &d, head, &mut d_values);
        let mut d_shares = vec![0f32; n * padded];
        product(&d, head, &self.comparing(Part::Value, h), padded, &mut d_shares);
        for (d, share) in d_shares.chunks_exact_mut(padded).zip(shares.chunks_exact(padded)) {
            let mean = dot(d, share);
            for (d, share) in d.iter_mut().zip(share) {
                *d = (*d - mean) * share;
            }
        }
        let mut d_queries = vec![0f32; n * head];
        product(&d_shares, padded, &self.gathering(Part::Key, h), head, &mut d_queries);
        let mut d_keys = vec![0f32; padded * head];
        product_back_weights(&d_shares, padded, &self.list(Part::Query, h, self.scale()), head, &mut d_keys);
        for t in 0..n {
            let to = &mut d_rows[self.at(t, Part::Query, h)..][..head];
            for (to, d) in to.iter_mut().zip(&d_queries[t * head..]) {
                *to = d * self.scale();
            }
            for (part, tiles) in [(Part::Key, &d_keys), (Part::Value, &d_values)] {
                let to = d_rows[self.at(t, part, h)..][..head].as_chunks_mut::<LANES>().0;
                for (to, tile) in to.iter_mut().zip(tiles.chunks_exact(padded * LANES)) {
                    to.copy_from_slice(&tile[t * LANES..][..LANES]);
                }
            }
        }
    }
}

/// Turns the first `n` scores of a row into shares of one, and what fills it up into nothing.
#[inline(always)]
fn share(row: &mut [f32], n: usize) {
    row[n..].fill(f32::NEG_INFINITY);
    let most = maximum(row);
    for x in row.as_chunks_mut::<LANES>().0 {
        for l in 0..LANES {
            x[l] = exp(x[l] - most);
        }
    }
    row[n..].fill(0.0);
    let mut sums = [0f32; LANES];
    for x in row.as_chunks::<LANES>().0 {
        for l in 0..LANES {
            sums[l] += x[l];
        }
    }
    let scale = 1.0 / total(&sums);
    for x in row.iter_mut() {
        *x *= scale;
    }
}
