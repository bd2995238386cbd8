//! The network that ships: 8-bit weights, 8-bit activations, exact sums.
//!
//! In: the words of a sentence. Out: a tag number and a head and relation for each. Products are sums of integers and all
//! other arithmetic is done in a fixed order, so that every machine gives the same trees.

use super::training::{Net, SCALE};
use super::tree::best_tree;
use super::*;
use crate::bytes::{Damage, Reader, Writer};
use chancery_kernels::float::{LANES, add_scaled, maximum};
use chancery_kernels::integer::{Rows, Tiles, Work, products, products_into, widely};
use chancery_text::Rel;
use rustc_hash::FxHashMap;
use std::sync::{Mutex, PoisonError};

/// The weights.
#[derive(Debug)]
pub(crate) struct Network {
    vectors: Table,
    learnt: Table,
    layers: Vec<Layer>,
    heads: Matrix,
    rel: Matrix,
    tag: Matrix,
    heads_bias: Vec<f32>,
    root: Vec<f32>,
    head_bias: Vec<f32>,
    distance: Vec<f32>,
    rel_bias: Vec<f32>,
    tag_bias: Vec<f32>,
}

/// What the network makes of a sentence.
#[derive(Debug)]
pub(crate) struct Parsed {
    /// Numbers of the tags.
    pub tags: Vec<u8>,
    pub tree: Tree,
    /// The last layer's output: [`WIDE`] numbers a word, which tell of the word in its sentence.
    pub states: Vec<f32>,
}

/// One recurrent layer.
#[derive(Debug)]
struct Layer {
    weights: Matrix,
    state: Vec<f32>,
}

/// What was computed for the words of earlier sentences, so that a word is looked at once: of each the first layer's
/// gates, the last of them bounded already.
#[derive(Debug, Default)]
pub(crate) struct Cache {
    rows: FxHashMap<(u32, u32), usize>,
    projected: Vec<f32>,
    room: Room,
}

/// Lists that each sentence writes anew, kept as their memory takes time to get.
#[derive(Debug, Default)]
struct Room {
    gates: Vec<f32>,
    inputs: Vec<f32>,
    outputs: Vec<f32>,
}

/// The first `n` numbers of a list, which grows where it is shorter.
fn first(list: &mut Vec<f32>, n: usize) -> &mut [f32] {
    if list.len() < n {
        list.resize(n, 0.0);
    }
    &mut list[..n]
}

/// Caches that are not in use, so that the next article profits from the last one's words.
#[derive(Debug, Default)]
pub(crate) struct Caches(Mutex<Vec<Cache>>);

impl Caches {
    pub fn take(&self) -> Cache {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).pop().unwrap_or_default()
    }

    pub fn put(&self, cache: Cache) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(cache);
    }
}

struct Parse<'a> {
    network: &'a Network,
    words: &'a [Word],
    cache: &'a mut Cache,
}

impl Work for Parse<'_> {
    type Output = Parsed;

    #[inline(always)]
    fn run(self) -> Self::Output {
        self.network.parse_here(self.words, self.cache)
    }
}

struct TagOnly<'a> {
    network: &'a Network,
    words: &'a [Word],
    cache: &'a mut Cache,
}

impl Work for TagOnly<'_> {
    type Output = Parsed;

    #[inline(always)]
    fn run(self) -> Self::Output {
        let states = self.network.encode(self.words, self.cache);
        let tags = self.network.best_tags(&Rows::round(&states, WIDE));
        Parsed { tags, tree: Tree::default(), states }
    }
}

/// Words that a cache holds at most, of five kilobytes each.
const CACHE_WORDS: usize = 4096;
const FIRST: usize = 2 * gates(0) * UNITS;

impl Network {
    /// Tag numbers and the tree of one sentence.
    pub fn parse(&self, words: &[Word], cache: &mut Cache) -> Parsed {
        widely(Parse { network: self, words, cache })
    }

    /// The same without the tree.
    pub fn tag(&self, words: &[Word], cache: &mut Cache) -> Parsed {
        widely(TagOnly { network: self, words, cache })
    }

    #[inline(always)]
    fn parse_here(&self, words: &[Word], cache: &mut Cache) -> Parsed {
        let n = words.len();
        let states = self.encode(words, cache);
        let top = Rows::round(&states, WIDE);
        let tags = self.best_tags(&top);
        let heads = first(&mut cache.room.gates, n * HEADS);
        self.heads.product_biased_into(&top, &self.heads_bias, heads);
        for row in heads.chunks_exact_mut(HEADS) {
            for h in &mut row[ARC..2 * ARC] {
                *h = h.max(0.0);
            }
        }
        let tree = best_tree(&self.arcs(heads, n), n);
        let rels = self.relations(heads, &tree);
        Parsed { tags, tree: Tree { heads: tree, rels }, states }
    }

    #[inline(always)]
    fn best_tags(&self, top: &Rows) -> Vec<u8> {
        best_columns(&self.tag.product_biased(top, &self.tag_bias), TAGS)
    }

    #[inline(always)]
    fn encode(&self, words: &[Word], cache: &mut Cache) -> Vec<f32> {
        let n = words.len();
        let rows = self.project(words, cache);
        let Cache { projected, room: Room { gates, inputs, outputs }, .. } = cache;
        let out = first(outputs, n * WIDE);
        for direction in 0..2 {
            let mut state = [0f32; UNITS];
            for step in 0..n {
                let t = if direction == 0 { step } else { n - 1 - step };
                let gates = &projected[rows[t] * FIRST + direction * FIRST / 2..][..FIRST / 2];
                let Some(skip) = gates[3 * UNITS..].first_chunk::<UNITS>() else { continue };
                let out = &mut out[t * WIDE + direction * UNITS..][..UNITS];
                self.layers[0].cell(direction, gates, skip, &mut state, out);
            }
        }
        for layer in &self.layers[1..] {
            std::mem::swap(inputs, outputs);
            layer.run(first(inputs, n * WIDE), n, gates, first(outputs, n * WIDE));
        }
        first(outputs, n * WIDE).to_vec()
    }

    /// The first layer's gates, from the cache where the word was seen before.
    #[inline(always)]
    fn project(&self, words: &[Word], cache: &mut Cache) -> Vec<usize> {
        if cache.rows.len() > CACHE_WORDS {
            cache.rows.clear();
            cache.projected.clear();
        }
        let mut fresh = Vec::new();
        let mut rows = Vec::with_capacity(words.len());
        for word in words {
            let next = cache.rows.len();
            let row = *cache.rows.entry((word.lower, word.shape)).or_insert(next);
            if row == next {
                let start = fresh.len();
                fresh.resize(start + INPUT, 0.0);
                self.vectors.add(word.lower, &mut fresh[start..start + VECTOR]);
                for key in keys(word) {
                    self.learnt.add(key, &mut fresh[start + VECTOR..]);
                }
            }
            rows.push(row);
        }
        let start = cache.projected.len();
        cache.projected.extend(self.layers[0].weights.product(&Rows::round(&fresh, INPUT)));
        for half in cache.projected[start..].chunks_exact_mut(FIRST / 2) {
            half[3 * UNITS..].iter_mut().for_each(|u| *u = tanh(*u));
        }
        rows
    }

    #[inline(always)]
    fn arcs(&self, heads: &[f32], n: usize) -> Vec<f32> {
        let head = |j: usize| if j == n { &self.root[..ARC] } else { &heads[j * HEADS + ARC..][..ARC] };
        let bias: Vec<f32> = (0..=n).map(|j| dot(head(j), &self.head_bias)).collect();
        let mut arcs = vec![0f32; n * (n + 1)];
        for i in 0..n {
            let dependent = &heads[i * HEADS..][..ARC];
            for j in (0..=n).filter(|j| *j != i) {
                arcs[i * (n + 1) + j] = dot(dependent, head(j)) * SCALE + bias[j] + self.distance[distance(i, j, n)];
            }
            arcs[i * (n + 1) + i] = -1e9;
        }
        arcs
    }

    #[inline(always)]
    fn relations(&self, heads: &[f32], tree: &[usize]) -> Vec<Rel> {
        let n = tree.len();
        let mut inputs = Vec::with_capacity(n * REL);
        for (i, &j) in tree.iter().enumerate() {
            let head = if j == n { &self.root[ARC..] } else { &heads[j * HEADS + 2 * ARC + REL..][..REL] };
            let own = &heads[i * HEADS + 2 * ARC..][..REL];
            inputs.extend(own.iter().zip(head).map(|(a, b)| (a + b).max(0.0)));
        }
        let mut scores = self.rel.product_biased(&Rows::round(&inputs, REL), &self.rel_bias);
        for (row, &head) in scores.chunks_exact_mut(RELS).zip(tree) {
            // The root's child is the root and nothing else is.
            row[Rel::Root as usize] = if head == n { 1e9 } else { -1e9 };
            row[Rel::ALL.len()..].fill(-2e9);
        }
        best_columns(&scores, RELS).into_iter().map(|r| Rel::ALL[usize::from(r)]).collect()
    }

    /// Rounds trained weights.
    pub fn quantise(net: &Net) -> Self {
        let (at, w) = (&net.layout, &net.weights);
        let list = |start: usize, n: usize| w[start..start + n].to_vec();
        let matrix = |start: usize, inputs: usize, outputs: usize| {
            Matrix::pack(&w[start..start + inputs * outputs], inputs, outputs)
        };
        let layers = at.layers.iter().enumerate().map(|(l, layer)| Layer {
            weights: matrix(layer.weights, layer_input(l), 2 * gates(l) * UNITS),
            state: list(layer.state, 4 * WIDE),
        });
        Network {
            vectors: Table::pack(&net.vector_rows, &net.vectors, VECTOR),
            learnt: Table::pack(&net.learnt_rows, &net.learnt, LEARNT),
            layers: layers.collect(),
            heads: matrix(at.heads, WIDE, HEADS),
            rel: matrix(at.rel, REL, RELS),
            tag: matrix(at.tag, WIDE, TAGS),
            heads_bias: list(at.heads_bias, HEADS),
            root: list(at.root, ARC + REL),
            head_bias: list(at.head_bias, ARC),
            distance: list(at.distance, DISTANCES),
            rel_bias: list(at.rel_bias, RELS),
            tag_bias: list(at.tag_bias, TAGS),
        }
    }

    pub fn write(&self, writer: &mut Writer) {
        self.vectors.write(writer);
        self.learnt.write(writer);
        for layer in &self.layers {
            layer.weights.write(writer);
            write_floats(writer, &layer.state);
        }
        for matrix in [&self.heads, &self.rel, &self.tag] {
            matrix.write(writer);
        }
        for list in [&self.heads_bias, &self.root, &self.head_bias, &self.distance, &self.rel_bias, &self.tag_bias] {
            write_floats(writer, list);
        }
    }

    pub fn read(reader: &mut Reader) -> Result<Self, Damage> {
        Ok(Network {
            vectors: Table::read(reader, VECTOR)?,
            learnt: Table::read(reader, LEARNT)?,
            layers: (0..LAYERS)
                .map(|l| {
                    let weights = Matrix::read(reader, layer_input(l), 2 * gates(l) * UNITS)?;
                    Ok(Layer { weights, state: read_floats(reader, 4 * WIDE)? })
                })
                .collect::<Result<_, Damage>>()?,
            heads: Matrix::read(reader, WIDE, HEADS)?,
            rel: Matrix::read(reader, REL, RELS)?,
            tag: Matrix::read(reader, WIDE, TAGS)?,
            heads_bias: read_floats(reader, HEADS)?,
            root: read_floats(reader, ARC + REL)?,
            head_bias: read_floats(reader, ARC)?,
            distance: read_floats(reader, DISTANCES)?,
            rel_bias: read_floats(reader, RELS)?,
            tag_bias: read_floats(reader, TAGS)?,
        })
    }
}

impl Layer {
    #[inline(always)]
    fn run(&self, inputs: &[f32], n: usize, gates: &mut Vec<f32>, outputs: &mut [f32]) {
        let width = self.weights.outputs;
        let gates = first(gates, n * width);
        self.weights.product_into(&Rows::round(inputs, WIDE), gates);
        for direction in 0..2 {
            let mut state = [0f32; UNITS];
            for step in 0..n {
                let t = if direction == 0 { step } else { n - 1 - step };
                let at = t * WIDE + direction * UNITS;
                let Some(skip) = inputs[at..].first_chunk::<UNITS>() else { continue };
                let gates = &gates[t * width + direction * width / 2..][..width / 2];
                self.cell(direction, gates, skip, &mut state, &mut outputs[at..at + UNITS]);
            }
        }
    }

    /// One word's step: gates and state to the new state and the output.
    #[inline(always)]
    fn cell(&self, direction: usize, gates: &[f32], skip: &[f32; UNITS], state: &mut [f32; UNITS], out: &mut [f32]) {
        let part = |k: usize| self.state[k * WIDE + direction * UNITS..].first_chunk::<UNITS>();
        let gate = |k: usize| gates[k * UNITS..].first_chunk::<UNITS>();
        let (Some(vf), Some(vr), Some(bf), Some(br)) = (part(0), part(1), part(2), part(3)) else { return };
        let (Some(z), Some(f), Some(r)) = (gate(0), gate(1), gate(2)) else { return };
        let Some(out) = out.first_chunk_mut::<UNITS>() else { return };
        for k in 0..UNITS {
            let old = state[k];
            // Both gates are sigmoids, as 1/2 + tanh(x/2)/2, with one division for the two.
            let (pf, qf) = tanh_parts(0.5 * (f[k] + vf[k] * old + bf[k]));
            let (pr, qr) = tanh_parts(0.5 * (r[k] + vr[k] * old + br[k]));
            let half = 0.5 / (qf * qr);
            let (f, r) = (0.5 + pf * qr * half, 0.5 + pr * qf * half);
            let new = f * old + (1.0 - f) * z[k];
            state[k] = new;
            out[k] = r * tanh(new) + (1.0 - r) * skip[k];
        }
    }
}

/// Hyperbolic tangent as numerator and denominator: a fit by least squares, off by at most 1e-4, a fortieth of what 8 bits
/// can tell apart. Training has a finer one.
#[inline(always)]
fn tanh_parts(x: f32) -> (f32, f32) {
    let x = x.clamp(-5.0, 5.0);
    let s = x * x;
    let p = (6.549_457e-4 * s + 0.101_723_17) * s + 0.999_810_13;
    let q = (1.263_919_6e-2 * s + 0.434_504_1) * s + 1.0;
    (x * p, q)
}

#[inline(always)]
fn tanh(x: f32) -> f32 {
    let (p, q) = tanh_parts(x);
    p / q
}

/// The column with the highest number in each row; the first of equals.
#[inline(always)]
fn best_columns(scores: &[f32], width: usize) -> Vec<u8> {
    let best = |row: &[f32]| {
        let most = maximum(row);
        row.iter().position(|x| *x == most).unwrap_or(0) as u8
    };
    scores.chunks_exact(width).map(best).collect()
}

/// A matrix with a scale for each output.
#[derive(Debug)]
struct Matrix {
    inputs: usize,
    outputs: usize,
    tiles: Tiles,
}

impl Matrix {
    /// `x · w` for rows of `inputs` numbers.
    #[inline(always)]
    fn product(&self, x: &Rows) -> Vec<f32> {
        products(x, &self.tiles)
    }

    #[inline(always)]
    fn product_into(&self, x: &Rows, y: &mut [f32]) {
        products_into(x, &self.tiles, y);
    }

    #[inline(always)]
    fn product_biased(&self, x: &Rows, bias: &[f32]) -> Vec<f32> {
        let mut y = vec![0.0; x.scales.len() * self.outputs];
        self.product_biased_into(x, bias, &mut y);
        y
    }

    #[inline(always)]
    fn product_biased_into(&self, x: &Rows, bias: &[f32], y: &mut [f32]) {
        self.product_into(x, y);
        for row in y.chunks_exact_mut(self.outputs) {
            add_scaled(row, 1.0, bias);
        }
    }

    /// From training's tiles of 16 outputs.
    fn pack(tiles: &[f32], inputs: usize, outputs: usize) -> Self {
        let at = |o: usize, k: usize| tiles[(o / LANES) * inputs * LANES + k * LANES + o % LANES];
        let largest = |o: usize| (0..inputs).map(|k| at(o, k).abs()).fold(1e-9, f32::max);
        let scales: Vec<f32> = (0..outputs).map(|o| largest(o) / 127.0).collect();
        let number = |o: usize, k: usize| (at(o, k) / scales[o]).round().clamp(-127.0, 127.0) as i8;
        Matrix { inputs, outputs, tiles: Tiles::new(inputs, scales.clone(), number) }
    }

    /// One output's weights after the other.
    fn write(&self, writer: &mut Writer) {
        for o in 0..self.outputs {
            for k in 0..self.inputs {
                writer.u8(self.tiles.weight(self.inputs, o, k) as u8);
            }
        }
        write_floats(writer, &self.tiles.scales);
    }

    fn read(reader: &mut Reader, inputs: usize, outputs: usize) -> Result<Self, Damage> {
        let bytes = reader.take(inputs * outputs)?;
        let scales = read_floats(reader, outputs)?;
        Ok(Matrix { inputs, outputs, tiles: Tiles::new(inputs, scales, |o, k| bytes[o * inputs + k] as i8) })
    }
}

/// Vectors by key: 8-bit numbers with one scale for all.
#[derive(Debug)]
struct Table {
    width: usize,
    rows: FxHashMap<u32, u32>,
    numbers: Vec<i8>,
    scale: f32,
}

impl Table {
    /// Adds the vector of `key`, if there is one.
    fn add(&self, key: u32, to: &mut [f32]) {
        let Some(&row) = self.rows.get(&key) else { return };
        let numbers = &self.numbers[row as usize * self.width..][..self.width];
        for (to, q) in to.iter_mut().zip(numbers) {
            *to += f32::from(*q) * self.scale;
        }
    }

    fn pack(rows: &FxHashMap<u32, u32>, numbers: &[f32], width: usize) -> Self {
        let mut sizes: Vec<f32> = numbers.iter().map(|x| x.abs()).collect();
        sizes.sort_by(f32::total_cmp);
        // One number in 5,000 is cut off, so that the others are finer.
        let place = sizes.len().saturating_sub(sizes.len() / 5000 + 1);
        let largest = sizes.get(place).copied().unwrap_or(1.0).max(1e-6);
        let scale = largest / 127.0;
        let numbers = numbers.iter().map(|x| (x / scale).round().clamp(-127.0, 127.0) as i8).collect();
        Table { width, rows: rows.clone(), numbers, scale }
    }

    fn write(&self, writer: &mut Writer) {
        let mut keys: Vec<(u32, u32)> = self.rows.iter().map(|(k, r)| (*r, *k)).collect();
        keys.sort_unstable();
        writer.u32(keys.len());
        for (_, key) in keys {
            writer.u32(key as usize);
        }
        writer.bytes.extend(self.numbers.iter().map(|q| *q as u8));
        write_floats(writer, &[self.scale]);
    }

    fn read(reader: &mut Reader, width: usize) -> Result<Self, Damage> {
        let n = reader.count(4 + width)?;
        let keys = reader.take(4 * n)?.as_chunks::<4>().0;
        let rows = keys.iter().enumerate().map(|(row, key)| (u32::from_le_bytes(*key), row as u32)).collect();
        let numbers = reader.take(n * width)?.iter().map(|b| *b as i8).collect();
        Ok(Table { width, rows, numbers, scale: read_floats(reader, 1)?[0] })
    }
}

fn write_floats(writer: &mut Writer, list: &[f32]) {
    writer.bytes.extend(list.iter().flat_map(|x| x.to_le_bytes()));
}

fn read_floats(reader: &mut Reader, n: usize) -> Result<Vec<f32>, Damage> {
    let list: Vec<f32> = reader.take(4 * n)?.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
    if list.iter().all(|x| x.is_finite()) { Ok(list) } else { Err("a weight is not a number") }
}
