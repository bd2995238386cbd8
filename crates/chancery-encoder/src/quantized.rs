//! The encoder that ships: 8-bit weights, 8-bit inputs of products, exact sums of them; norms, attention and bends in `f32`,
//! in a fixed order.

use crate::model::Dense;
use crate::norm::normalise;
use crate::pass::attend;
use crate::{EncoderError, Shape, Weights};
use chancery_kernels::float::{add_scaled, gelu};
use chancery_kernels::integer::{Rows, Tiles, Work, products, widely};

/// An encoder with 8-bit weights.
///
/// Its file: `CHENC001`; the six sizes of [`Shape`] in four bytes each; the tables of words and of positions; the embeddings'
/// norm; then of each layer the matrix of queries, keys and values, the matrix behind attention, a norm, the matrices up to
/// the inner width and down again, a norm. A table is its 8-bit numbers row by row, then a scale for each row; a matrix its
/// 8-bit numbers output by output, then a scale for each output, then the biases; a norm its gains, then its biases. Scales,
/// gains and biases have 32 bits; the lowest byte comes first.
#[derive(Debug, Clone)]
pub struct Quantized {
    shape: Shape,
    words: Table,
    positions: Table,
    /// Gain, then bias.
    norm: Vec<f32>,
    layers: Vec<Layer>,
}

#[derive(Debug, Clone)]
struct Layer {
    attention: Matrix,
    out: Matrix,
    first_norm: Vec<f32>,
    up: Matrix,
    down: Matrix,
    second_norm: Vec<f32>,
}

/// Rows of 8-bit numbers, each with a scale.
#[derive(Debug, Clone)]
struct Table {
    numbers: Vec<i8>,
    scales: Vec<f32>,
}

/// A matrix with a scale and a bias for each output.
#[derive(Debug, Clone)]
struct Matrix {
    inputs: usize,
    tiles: Tiles,
    bias: Vec<f32>,
}

const MAGIC: &[u8] = b"CHENC001";

impl Quantized {
    /// Rounds weights: in each row of a table and each output of a matrix, the largest becomes 127.
    #[must_use]
    pub fn round(weights: &Weights) -> Self {
        let layout = weights.layout();
        let width = weights.shape.width;
        let norm = |at: usize| weights.values[at..at + 2 * width].to_vec();
        let matrix = |dense: Dense| Matrix::round(&weights.values, dense);
        let layers = layout.layers.iter().map(|at| Layer {
            attention: matrix(at.attention),
            out: matrix(at.out),
            first_norm: norm(at.first_norm),
            up: matrix(at.up),
            down: matrix(at.down),
            second_norm: norm(at.second_norm),
        });
        Quantized {
            shape: weights.shape,
            words: Table::round(&weights.words, width),
            positions: Table::round(&weights.positions, width),
            norm: norm(layout.norm),
            layers: layers.collect(),
        }
    }

    /// The sizes.
    #[must_use]
    pub fn shape(&self) -> Shape {
        self.shape
    }

    /// The last layer's states of a sequence: for each piece `width` numbers. Pieces beyond the last position have none;
    /// numbers that the vocabulary does not have count as piece 0.
    #[must_use]
    pub fn encode(&self, pieces: &[u32]) -> Vec<f32> {
        widely(Encode { model: self, pieces: &self.shape.fit(pieces) })
    }

    /// The file's bytes.
    #[must_use]
    pub fn write(&self) -> Vec<u8> {
        let Shape { vocabulary, positions, width, heads, inner, layers } = self.shape;
        let mut bytes = MAGIC.to_vec();
        for size in [vocabulary, positions, width, heads, inner, layers] {
            bytes.extend((size as u32).to_le_bytes());
        }
        self.words.write(&mut bytes);
        self.positions.write(&mut bytes);
        write_floats(&self.norm, &mut bytes);
        for layer in &self.layers {
            layer.attention.write(&mut bytes);
            layer.out.write(&mut bytes);
            write_floats(&layer.first_norm, &mut bytes);
            layer.up.write(&mut bytes);
            layer.down.write(&mut bytes);
            write_floats(&layer.second_norm, &mut bytes);
        }
        bytes
    }

    /// Reads a file's bytes.
    ///
    /// # Errors
    ///
    /// [`EncoderError::Damaged`] or [`EncoderError::Shape`].
    pub fn read(bytes: &[u8]) -> Result<Self, EncoderError> {
        let rest = bytes.strip_prefix(MAGIC).ok_or(EncoderError::Damaged("it is no encoder of this version"))?;
        let mut reader = Reader { rest };
        let sizes = reader.take(24)?.as_chunks::<4>().0.iter().map(|b| u32::from_le_bytes(*b) as usize);
        let Ok([vocabulary, positions, width, heads, inner, layers]) =
            <[usize; 6]>::try_from(sizes.collect::<Vec<_>>())
        else {
            return Err(EncoderError::Damaged(TOO_SHORT));
        };
        let shape = Shape { vocabulary, positions, width, heads, inner, layers };
        shape.check()?;
        let model = Quantized {
            shape,
            words: Table::read(&mut reader, vocabulary, width)?,
            positions: Table::read(&mut reader, positions, width)?,
            norm: reader.floats(2 * width)?,
            layers: (0..layers).map(|_| Layer::read(&mut reader, &shape)).collect::<Result<_, _>>()?,
        };
        if reader.rest.is_empty() { Ok(model) } else { Err(EncoderError::Damaged("it goes on behind its end")) }
    }
}

/// Takes a sequence that fits to its states.
struct Encode<'a> {
    model: &'a Quantized,
    pieces: &'a [u32],
}

impl Work for Encode<'_> {
    type Output = Vec<f32>;

    #[inline(always)]
    fn run(self) -> Vec<f32> {
        let Encode { model, pieces } = self;
        let width = model.shape.width;
        let mut x = vec![0f32; pieces.len() * width];
        for (row, (position, piece)) in x.chunks_exact_mut(width).zip(pieces.iter().enumerate()) {
            model.words.add(*piece as usize, row);
            model.positions.add(position, row);
        }
        normalise(&mut x, &model.norm);
        for layer in &model.layers {
            x = layer.run(&model.shape, pieces, x);
        }
        x
    }
}

impl Layer {
    #[inline(always)]
    fn run(&self, shape: &Shape, pieces: &[u32], x: Vec<f32>) -> Vec<f32> {
        let rows = self.attention.through(&x);
        let (context, _) = attend(shape, &[pieces], &rows, false);
        let mut middle = self.out.through(&context);
        add_scaled(&mut middle, 1.0, &x);
        normalise(&mut middle, &self.first_norm);
        let mut inner = self.up.through(&middle);
        for x in &mut inner {
            *x = gelu(*x);
        }
        let mut y = self.down.through(&inner);
        add_scaled(&mut y, 1.0, &middle);
        normalise(&mut y, &self.second_norm);
        y
    }

    fn read(reader: &mut Reader<'_>, shape: &Shape) -> Result<Self, EncoderError> {
        let Shape { width, inner, .. } = *shape;
        Ok(Layer {
            attention: Matrix::read(reader, width, 3 * width)?,
            out: Matrix::read(reader, width, width)?,
            first_norm: reader.floats(2 * width)?,
            up: Matrix::read(reader, width, inner)?,
            down: Matrix::read(reader, inner, width)?,
            second_norm: reader.floats(2 * width)?,
        })
    }
}

/// What the largest of these becomes 127 by, and the rounded numbers.
fn round_row(row: impl Iterator<Item = f32> + Clone) -> (f32, impl Iterator<Item = i8>) {
    let scale = row.clone().map(f32::abs).fold(1e-9, f32::max) / 127.0;
    (scale, row.map(move |x| (x / scale).round().clamp(-127.0, 127.0) as i8))
}

impl Table {
    fn round(rows: &[f32], width: usize) -> Self {
        let mut table = Table { numbers: Vec::with_capacity(rows.len()), scales: Vec::new() };
        for row in rows.chunks_exact(width) {
            let (scale, numbers) = round_row(row.iter().copied());
            table.numbers.extend(numbers);
            table.scales.push(scale);
        }
        table
    }

    /// Adds row `at`.
    #[inline(always)]
    fn add(&self, at: usize, to: &mut [f32]) {
        let scale = self.scales[at];
        let numbers = &self.numbers[at * to.len()..];
        for (to, number) in to.iter_mut().zip(numbers) {
            *to += f32::from(*number) * scale;
        }
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        bytes.extend(self.numbers.iter().map(|number| *number as u8));
        write_floats(&self.scales, bytes);
    }

    fn read(reader: &mut Reader<'_>, rows: usize, width: usize) -> Result<Self, EncoderError> {
        let numbers = reader.take(rows * width)?.iter().map(|byte| *byte as i8).collect();
        Ok(Table { numbers, scales: reader.floats(rows)? })
    }
}

impl Matrix {
    #[inline(always)]
    fn through(&self, x: &[f32]) -> Vec<f32> {
        let mut y = products(&Rows::round(x, self.inputs), &self.tiles);
        for row in y.chunks_exact_mut(self.bias.len()) {
            add_scaled(row, 1.0, &self.bias);
        }
        y
    }

    fn round(values: &[f32], dense: Dense) -> Self {
        let Dense { inputs, outputs, .. } = dense;
        let (mut numbers, mut scales) = (Vec::with_capacity(inputs * outputs), Vec::with_capacity(outputs));
        for o in 0..outputs {
            let (scale, row) = round_row((0..inputs).map(|k| values[dense.at(o, k)]));
            numbers.extend(row);
            scales.push(scale);
        }
        let tiles = Tiles::new(inputs, scales, |o, k| numbers[o * inputs + k]);
        Matrix { inputs, tiles, bias: values[dense.bias()].to_vec() }
    }

    fn write(&self, bytes: &mut Vec<u8>) {
        for o in 0..self.bias.len() {
            bytes.extend((0..self.inputs).map(|k| self.tiles.weight(self.inputs, o, k) as u8));
        }
        write_floats(&self.tiles.scales, bytes);
        write_floats(&self.bias, bytes);
    }

    fn read(reader: &mut Reader<'_>, inputs: usize, outputs: usize) -> Result<Self, EncoderError> {
        let numbers = reader.take(inputs * outputs)?;
        let scales = reader.floats(outputs)?;
        let tiles = Tiles::new(inputs, scales, |o, k| numbers[o * inputs + k] as i8);
        Ok(Matrix { inputs, tiles, bias: reader.floats(outputs)? })
    }
}

fn write_floats(list: &[f32], bytes: &mut Vec<u8>) {
    bytes.extend(list.iter().flat_map(|x| x.to_le_bytes()));
}

const TOO_SHORT: &str = "it ends too early";

/// What of a file was not read yet.
struct Reader<'a> {
    rest: &'a [u8],
}

impl<'a> Reader<'a> {
    fn take(&mut self, n: usize) -> Result<&'a [u8], EncoderError> {
        let (head, rest) = self.rest.split_at_checked(n).ok_or(EncoderError::Damaged(TOO_SHORT))?;
        self.rest = rest;
        Ok(head)
    }

    fn floats(&mut self, n: usize) -> Result<Vec<f32>, EncoderError> {
        let bytes = self.take(n.saturating_mul(4))?;
        let list: Vec<f32> = bytes.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
        if list.iter().all(|x| x.is_finite()) {
            Ok(list)
        } else {
            Err(EncoderError::Damaged("a weight is not a number"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn wide_vectors_give_the_same_bytes() {
        let shape = Shape { vocabulary: 40, positions: 32, width: 32, heads: 2, inner: 64, layers: 2 };
        let model = &Quantized::round(&Weights::random(shape, 5).unwrap());
        let pieces: Vec<u32> = (0..21).collect();
        let pieces = &pieces;
        let (plain, wide) = (Encode { model, pieces }.run(), widely(Encode { model, pieces }));
        assert!(plain.iter().map(|x| x.to_bits()).eq(wide.iter().map(|x| x.to_bits())));
    }
}
