//! Tags and trees by a small neural network.
//!
//! In: the words of a sentence. Out: a tag for each, a head and a relation. A word enters as a fixed vector (learnt from
//! plain text by others), and the sum of learnt vectors for the word, its ends and its shape. Four layers of simple
//! recurrent units (Lei et al., EMNLP 2018) read the sentence in both directions; above them stand a tagger, and a parser
//! that scores each pair of words as head and dependent (Dozat and Manning, ICLR 2017). We differ in low-rank scores, a bias
//! for distance, and relations scored from the sum of both words.
//! `training` learns in `f32`; `network` holds the rounded weights that ship.

// Loops over several lists at one place are clearer with a number than with nested zips.
#![allow(clippy::needless_range_loop)]

pub(crate) use chancery_kernels::float::dot;
pub(crate) mod network;
pub(crate) mod training;
mod tree;

use crate::features::Word;
use chancery_text::Rel;

/// A sentence's tree: `heads[i] == heads.len()` for the root.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tree {
    pub heads: Vec<usize>,
    pub rels: Vec<Rel>,
}

/// Numbers of a fixed word vector.
pub(crate) const VECTOR: usize = 100;
/// Numbers of a learnt vector.
pub(crate) const LEARNT: usize = 60;
/// What enters the first layer.
pub(crate) const INPUT: usize = VECTOR + LEARNT;
/// Units of a layer in one direction.
pub(crate) const UNITS: usize = 160;
/// Units of a layer.
pub(crate) const WIDE: usize = 2 * UNITS;
/// Layers.
pub(crate) const LAYERS: usize = 4;
/// Width of the vectors whose product scores an arc.
pub(crate) const ARC: usize = 128;
/// Width of the vectors whose sum scores relations.
pub(crate) const REL: usize = 96;
/// Dependent and head vectors for arcs, then for relations.
pub(crate) const HEADS: usize = 2 * ARC + 2 * REL;
/// Relations, filled up to a whole tile.
pub(crate) const RELS: usize = 64;
/// Tags, filled up to a whole tile.
pub(crate) const TAGS: usize = 112;
/// Distances -16 to 16, then the root.
pub(crate) const DISTANCES: usize = 48;

/// Keys into the table of learnt vectors.
pub(crate) fn keys(word: &Word) -> [u32; 6] {
    [word.lower, word.suffix[1], word.suffix[2], word.suffix[3], word.prefix[2], word.shape]
}

/// The distance's bucket for a head at `head` of a dependent at `at`; the root stands at `n`.
#[inline]
pub(crate) fn distance(at: usize, head: usize, n: usize) -> usize {
    if head == n { 33 } else { (head as isize - at as isize).clamp(-16, 16).wrapping_add(16) as usize }
}

/// Gates of a layer: value, forget, reset; the first layer also makes what skips it.
pub(crate) const fn gates(layer: usize) -> usize {
    if layer == 0 { 4 } else { 3 }
}

/// Width of a layer's input.
pub(crate) const fn layer_input(layer: usize) -> usize {
    if layer == 0 { INPUT } else { WIDE }
}

/// Where each block of weights begins in the list of all.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    pub layers: [LayerLayout; LAYERS],
    pub heads: usize,
    pub heads_bias: usize,
    /// Head vectors of the root: for arcs, for relations.
    pub root: usize,
    pub head_bias: usize,
    pub distance: usize,
    pub rel: usize,
    pub rel_bias: usize,
    pub tag: usize,
    pub tag_bias: usize,
    pub len: usize,
}

/// One layer's blocks.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct LayerLayout {
    pub weights: usize,
    /// Four lists of [`WIDE`] numbers: state to forget gate, state to reset gate, and the gates' biases.
    pub state: usize,
}

impl Layout {
    pub fn new() -> Self {
        let mut len = 0;
        let mut take = |n: usize| {
            len += n;
            len - n
        };
        let layers = std::array::from_fn(|l| LayerLayout {
            weights: take(layer_input(l) * 2 * gates(l) * UNITS),
            state: take(4 * WIDE),
        });
        let heads = take(WIDE * HEADS);
        let heads_bias = take(HEADS);
        let root = take(ARC + REL);
        let head_bias = take(ARC);
        let distance = take(DISTANCES);
        let rel = take(REL * RELS);
        let rel_bias = take(RELS);
        let tag = take(WIDE * TAGS);
        let tag_bias = take(TAGS);
        Layout { layers, heads, heads_bias, root, head_bias, distance, rel, rel_bias, tag, tag_bias, len }
    }
}
