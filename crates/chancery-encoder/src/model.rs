//! Sizes of an encoder and its weights in `f32`.

use crate::EncoderError;
use crate::safetensors::Tensors;
use chancery_kernels::float::{LANES, add_scaled};
use chancery_kernels::random::Random;

/// Sizes of an encoder.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Shape {
    /// Pieces that have a vector.
    pub vocabulary: usize,
    /// The longest sequence, in pieces.
    pub positions: usize,
    /// Numbers of a state; a multiple of 16.
    pub width: usize,
    /// Heads of attention; each has `width / heads` numbers, a multiple of 16.
    pub heads: usize,
    /// Numbers between the two products of a layer's second half; a multiple of 16.
    pub inner: usize,
    /// Layers.
    pub layers: usize,
}

impl Shape {
    /// MiniLM with six layers, without case.
    pub const MINI_LM: Shape =
        Shape { vocabulary: 30522, positions: 512, width: 384, heads: 12, inner: 1536, layers: 6 };

    /// # Errors
    ///
    /// When a size is zero, too large or not the multiple it has to be.
    pub fn check(&self) -> Result<(), EncoderError> {
        let sizes = [self.vocabulary, self.positions, self.width, self.heads, self.inner, self.layers];
        if sizes.contains(&0) {
            return Err(EncoderError::Shape("a size is zero"));
        }
        let most = [1 << 20, 1 << 16, 1 << 13, 1 << 9, 1 << 15, 1 << 8];
        if sizes.iter().zip(most).any(|(size, most)| *size > most) {
            return Err(EncoderError::Shape("a size is too large"));
        }
        if !self.inner.is_multiple_of(LANES) || !self.width.is_multiple_of(self.heads * LANES) {
            return Err(EncoderError::Shape("the widths of heads and of the inner part are multiples of 16"));
        }
        Ok(())
    }

    /// A sequence that fits: no longer than there are positions, unknown numbers as piece 0.
    pub(crate) fn fit(&self, pieces: &[u32]) -> Vec<u32> {
        let known = |&piece: &u32| if (piece as usize) < self.vocabulary { piece } else { 0 };
        pieces.iter().take(self.positions).map(known).collect()
    }
}

/// A block of weights: a matrix of `inputs` by `outputs`, and a bias of `outputs` behind it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Dense {
    pub start: usize,
    pub inputs: usize,
    pub outputs: usize,
}

impl Dense {
    pub fn matrix(&self) -> std::ops::Range<usize> {
        self.start..self.start + self.inputs * self.outputs
    }

    pub fn bias(&self) -> std::ops::Range<usize> {
        let start = self.start + self.inputs * self.outputs;
        start..start + self.outputs
    }

    /// Where the weight of input `k` for output `o` stands.
    pub fn at(&self, o: usize, k: usize) -> usize {
        self.start + o / LANES * self.inputs * LANES + k * LANES + o % LANES
    }
}

/// Where one layer's blocks begin. A normalised layer has a gain and a bias of `width` each.
#[derive(Debug, Clone, Copy)]
pub(crate) struct LayerLayout {
    /// Queries, keys and values.
    pub attention: Dense,
    pub out: Dense,
    pub first_norm: usize,
    pub up: Dense,
    pub down: Dense,
    pub second_norm: usize,
}

impl LayerLayout {
    pub fn matrices(&self) -> [Dense; 4] {
        [self.attention, self.out, self.up, self.down]
    }
}

/// Where each block begins in the list of all weights that are learnt.
#[derive(Debug, Clone)]
pub(crate) struct Layout {
    /// Of the embeddings.
    pub norm: usize,
    pub layers: Vec<LayerLayout>,
    pub len: usize,
}

impl Layout {
    fn new(shape: &Shape) -> Self {
        let mut len = 0;
        let mut take = |n: usize| {
            len += n;
            len - n
        };
        let width = shape.width;
        let norm = take(2 * width);
        let mut layers = Vec::with_capacity(shape.layers);
        for _ in 0..shape.layers {
            let mut dense =
                |inputs: usize, outputs: usize| Dense { start: take(inputs * outputs + outputs), inputs, outputs };
            let (attention, out) = (dense(width, 3 * width), dense(width, width));
            let (up, down) = (dense(width, shape.inner), dense(shape.inner, width));
            let (first_norm, second_norm) = (take(2 * width), take(2 * width));
            layers.push(LayerLayout { attention, out, first_norm, up, down, second_norm });
        }
        Layout { norm, layers, len }
    }
}

/// An encoder's weights in `f32`.
#[derive(Debug, Clone, PartialEq)]
pub struct Weights {
    pub(crate) shape: Shape,
    /// Rows of `width`.
    pub(crate) words: Vec<f32>,
    /// Rows of `width`, with what tells the first segment added.
    pub(crate) positions: Vec<f32>,
    /// All that is learnt, as [`Layout`] tells; matrices in tiles of 16 outputs, `[tile][input][lane]`.
    pub(crate) values: Vec<f32>,
}

/// The names of a layer's matrices, and of which outputs of which matrix they are: `part` of `parts`.
const DENSE: [(&str, usize, usize, usize); 6] = [
    ("attention.self.query", 0, 0, 3),
    ("attention.self.key", 0, 1, 3),
    ("attention.self.value", 0, 2, 3),
    ("attention.output.dense", 1, 0, 1),
    ("intermediate.dense", 2, 0, 1),
    ("output.dense", 3, 0, 1),
];

impl Weights {
    /// Untrained weights, the same for the same seed.
    ///
    /// # Errors
    ///
    /// [`EncoderError::Shape`].
    pub fn random(shape: Shape, seed: u64) -> Result<Self, EncoderError> {
        let mut weights = Weights::empty(shape)?;
        let mut random = Random::new(seed);
        weights.words.iter_mut().chain(&mut weights.positions).for_each(|w| *w = random.bell() * 0.1);
        let layout = weights.layout();
        for dense in layout.layers.iter().flat_map(LayerLayout::matrices) {
            let gain = 1.0 / (dense.inputs as f32).sqrt();
            weights.values[dense.matrix()].iter_mut().for_each(|w| *w = random.bell() * gain);
        }
        for norm in norms(&layout) {
            weights.values[norm..norm + shape.width].fill(1.0);
        }
        Ok(weights)
    }

    /// Reads a `safetensors` file of 32-bit numbers with the names that Hugging Face's `BertModel` gives, with or without
    /// `bert.` before them; of segments the first is taken. Tensors that are not needed are left alone.
    ///
    /// # Errors
    ///
    /// When the file is damaged, lacks a tensor, or a tensor has other sizes than `shape` asks for.
    pub fn read_safetensors(bytes: &[u8], shape: Shape) -> Result<Self, EncoderError> {
        let mut weights = Weights::empty(shape)?;
        let tensors = Tensors::read(bytes)?;
        let width = shape.width;
        weights.words = tensors.floats("embeddings.word_embeddings.weight", &[shape.vocabulary, width])?;
        weights.positions = tensors.floats("embeddings.position_embeddings.weight", &[shape.positions, width])?;
        let segments = tensors.floats("embeddings.token_type_embeddings.weight", &[2, width])?;
        for row in weights.positions.chunks_exact_mut(width) {
            add_scaled(row, 1.0, &segments[..width]);
        }
        let layout = weights.layout();
        for (name, norm) in norm_names(&layout) {
            weights.values[norm..norm + width].copy_from_slice(&tensors.floats(&format!("{name}.weight"), &[width])?);
            weights.values[norm + width..norm + 2 * width]
                .copy_from_slice(&tensors.floats(&format!("{name}.bias"), &[width])?);
        }
        for (name, dense, first, outputs) in dense_names(&layout) {
            let matrix = tensors.floats(&format!("{name}.weight"), &[outputs, dense.inputs])?;
            for (o, row) in matrix.chunks_exact(dense.inputs).enumerate() {
                for (k, w) in row.iter().enumerate() {
                    weights.values[dense.at(first + o, k)] = *w;
                }
            }
            let bias = tensors.floats(&format!("{name}.bias"), &[outputs])?;
            weights.values[dense.bias()][first..first + outputs].copy_from_slice(&bias);
        }
        Ok(weights)
    }

    /// The sizes.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.shape
    }

    pub(crate) fn layout(&self) -> Layout {
        Layout::new(&self.shape)
    }

    fn empty(shape: Shape) -> Result<Self, EncoderError> {
        shape.check()?;
        Ok(Weights {
            shape,
            words: vec![0.0; shape.vocabulary * shape.width],
            positions: vec![0.0; shape.positions * shape.width],
            values: vec![0.0; Layout::new(&shape).len],
        })
    }
}

/// Where the normalised layers' weights begin.
pub(crate) fn norms(layout: &Layout) -> Vec<usize> {
    let layers = layout.layers.iter().flat_map(|layer| [layer.first_norm, layer.second_norm]);
    std::iter::once(layout.norm).chain(layers).collect()
}

/// The same with their names.
fn norm_names(layout: &Layout) -> Vec<(String, usize)> {
    let names = (0..layout.layers.len()).flat_map(|l| {
        ["attention.output.LayerNorm", "output.LayerNorm"].map(|name| format!("encoder.layer.{l}.{name}"))
    });
    std::iter::once("embeddings.LayerNorm".to_string()).chain(names).zip(norms(layout)).collect()
}

/// The matrices by their names, each with the block it is part of, its first output there and its number of outputs.
fn dense_names(layout: &Layout) -> Vec<(String, Dense, usize, usize)> {
    let mut names = Vec::new();
    for (l, layer) in layout.layers.iter().enumerate() {
        for (name, matrix, part, parts) in DENSE {
            let dense = layer.matrices()[matrix];
            let outputs = dense.outputs / parts;
            names.push((format!("encoder.layer.{l}.{name}"), dense, part * outputs, outputs));
        }
    }
    names
}
