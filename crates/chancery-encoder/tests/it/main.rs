//! The encoder through its public door, on tiny untrained models.

mod files;
mod made;
mod reference;
mod states;
mod toy;

use chancery_encoder::Shape;

const SHAPE: Shape = Shape { vocabulary: 50, positions: 40, width: 32, heads: 2, inner: 64, layers: 2 };

/// A sequence of pieces that differs with `seed`.
fn sequence(n: usize, seed: usize) -> Vec<u32> {
    (0..n).map(|k| ((k * 31 + seed * 17 + k * k * seed) % SHAPE.vocabulary) as u32).collect()
}
