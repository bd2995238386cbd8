//! Learns the network's weights: gradients by hand, Adam, two threads whose gradients are summed in a fixed order.

use super::*;
use chancery_kernels::float::*;
use chancery_kernels::integer::{Work, widely};
use chancery_kernels::random::Random;
use rustc_hash::FxHashMap;

/// A sentence to learn from.
pub(crate) struct Example {
    pub words: Vec<Word>,
    pub tags: Vec<u8>,
    pub tree: Tree,
}

/// Weights in training.
pub(crate) struct Net {
    pub layout: Layout,
    pub weights: Vec<f32>,
    /// Hash of a lower-case word → row of `vectors`.
    pub vector_rows: FxHashMap<u32, u32>,
    pub vectors: Vec<f32>,
    /// Key → row of `learnt`.
    pub learnt_rows: FxHashMap<u32, u32>,
    pub learnt: Vec<f32>,
}

/// How to train.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Schedule {
    pub epochs: usize,
    pub rate: f32,
    pub dropout: f32,
    pub batch_words: usize,
}

/// Gradients of one thread.
struct Gradient {
    weights: Vec<f32>,
    /// Row of `learnt` and what to add to it.
    learnt: Vec<(u32, [f32; LEARNT])>,
    loss: [f64; 3],
}

impl Net {
    /// Untrained weights. `vectors` are fixed; keys seen often enough get a learnt vector.
    pub fn new(examples: &[Example], vectors: Vec<(u32, [f32; VECTOR])>) -> Self {
        let layout = Layout::new();
        let mut random = Random::new(7);
        let mut weights = vec![0f32; layout.len];
        let mut fill = |start: usize, len: usize, inputs: usize, gain: f32| {
            for w in &mut weights[start..start + len] {
                *w = random.bell() * gain / (inputs as f32).sqrt();
            }
        };
        for (l, at) in layout.layers.iter().enumerate() {
            fill(at.weights, layer_input(l) * 2 * gates(l) * UNITS, layer_input(l), 1.0);
            fill(at.state, 2 * WIDE, 1, 0.1);
        }
        fill(layout.heads, WIDE * HEADS, WIDE, 1.0);
        fill(layout.root, ARC + REL, 1, 0.1);
        fill(layout.rel, REL * RELS, REL, 1.0);
        fill(layout.tag, WIDE * TAGS, WIDE, 1.0);
        let mut counts: std::collections::BTreeMap<(u32, usize), u32> = Default::default();
        for word in examples.iter().flat_map(|e| &e.words) {
            for (kind, key) in keys(word).into_iter().enumerate() {
                *counts.entry((key, kind)).or_default() += 1;
            }
        }
        let mut learnt_rows = FxHashMap::default();
        for ((key, kind), count) in counts {
            let enough = if kind == 0 { 2 } else { 3 };
            if count >= enough && key != 0 {
                let row = learnt_rows.len() as u32;
                learnt_rows.entry(key).or_insert(row);
            }
        }
        let learnt = (0..learnt_rows.len() * LEARNT).map(|_| random.bell() * 0.1).collect();
        let mut vector_rows = FxHashMap::default();
        let mut flat = Vec::new();
        for (key, vector) in vectors {
            if vector_rows.contains_key(&key) {
                continue;
            }
            vector_rows.insert(key, (flat.len() / VECTOR) as u32);
            flat.extend(vector);
        }
        Net { layout, weights, vector_rows, vectors: flat, learnt_rows, learnt }
    }

    /// The transposed matrices, in the places of the matrices.
    fn turned(&self) -> Vec<f32> {
        let at = &self.layout;
        let mut matrices = vec![(at.heads, WIDE, HEADS), (at.rel, REL, RELS), (at.tag, WIDE, TAGS)];
        let layers = at.layers.iter().enumerate();
        matrices.extend(layers.map(|(l, layer)| (layer.weights, layer_input(l), 2 * gates(l) * UNITS)));
        let mut turned = vec![0f32; self.weights.len()];
        for (start, inputs, outputs) in matrices {
            let range = start..start + inputs * outputs;
            turn(&self.weights[range.clone()], inputs, outputs, &mut turned[range]);
        }
        turned
    }

    /// Learns; `report` is told the mean losses (arc, relation, tag) of each pass, and
    pub fn train(&mut self, examples: &[Example], schedule: Schedule, mut report: impl FnMut(usize, [f64; 3])) {
        let mut batches_of = batches(examples, schedule.batch_words, 0);
        let total = (schedule.epochs * batches_of.len()) as f32;
        let mut adam = Adam::new(self.weights.len(), self.learnt.len());
        let mut step = 0;
        for epoch in 0..schedule.epochs {
            if epoch > 0 {
                batches_of = batches(examples, schedule.batch_words, epoch as u64);
            }
            let mut losses = [0f64; 3];
            let mut words = 0;
            for batch in &batches_of {
                let rate = schedule.rate * ((step + 1) as f32 / 300.0).min(1.0) * (1.0 - step as f32 / total).max(0.02);
                let size: usize = batch.iter().map(|&i| examples[i].words.len()).sum();
                let (left, right) = batch.split_at(halfway(examples, batch));
                let seed = (epoch as u64) << 32;
                let turned = self.turned();
                let task = Task { net: &*self, examples, turned: &turned, seed, dropout: schedule.dropout, size };
                let (a, b) = std::thread::scope(|scope| {
                    let other = scope.spawn(|| gradient(&task, left));
                    let b = gradient(&task, right);
                    (other.join(), b)
                });
                let Ok(a) = a else { return };
                for k in 0..3 {
                    losses[k] += a.loss[k] + b.loss[k];
                }
                words += size;
                adam.step(self, a, b, rate);
                step += 1;
            }
            report(epoch, losses.map(|l| l / words.max(1) as f64));
        }
    }
}

/// Sentences in batches of about `words` words, in an order made by `seed`.
fn batches(examples: &[Example], words: usize, seed: u64) -> Vec<Vec<usize>> {
    let mut order: Vec<usize> = (0..examples.len()).collect();
    let mut random = Random::new(seed.wrapping_add(1000));
    random.shuffle(&mut order);
    let mut batches = vec![Vec::new()];
    let mut size = 0;
    for i in order {
        let n = examples[i].words.len();
        if n == 0 || n > 150 {
            continue;
        }
        if size >= words {
            batches.push(Vec::new());
            size = 0;
        }
        size += n;
        if let Some(batch) = batches.last_mut() {
            batch.push(i);
        }
    }
    batches
}

fn halfway(examples: &[Example], batch: &[usize]) -> usize {
    let total: usize = batch.iter().map(|&i| examples[i].words.len()).sum();
    let mut sum = 0;
    batch
        .iter()
        .position(|&i| {
            sum += examples[i].words.len();
            sum * 2 >= total
        })
        .map_or(0, |k| k + 1)
}

/// What a batch is worked with.
struct Task<'a> {
    net: &'a Net,
    examples: &'a [Example],
    /// The transposed matrices.
    turned: &'a [f32],
    seed: u64,
    dropout: f32,
    /// Words of the whole batch.
    size: usize,
}

fn gradient(task: &Task<'_>, batch: &[usize]) -> Gradient {
    let mut gradient = Gradient { weights: vec![0.0; task.net.weights.len()], learnt: Vec::new(), loss: [0.0; 3] };
    for &i in batch {
        widely(Learn { task, example: i, gradient: &mut gradient });
    }
    gradient
}

/// Adds one sentence's part to a gradient.
struct Learn<'t, 'a> {
    task: &'t Task<'a>,
    example: usize,
    gradient: &'t mut Gradient,
}

impl Work for Learn<'_, '_> {
    type Output = ();

    #[inline(always)]
    fn run(self) {
        let Task { net, examples, turned, seed, dropout, size } = *self.task;
        let example = &examples[self.example];
        let random = Random::new(seed ^ self.example as u64);
        Pass::forward(net, &example.words, Some((random, dropout))).backward(example, size, turned, self.gradient);
    }
}

/// One sentence's way through the network.
pub(crate) struct Pass<'a> {
    net: &'a Net,
    n: usize,
    rows: Vec<[u32; 6]>,
    masks: Vec<Vec<f32>>,
    /// Input of each layer, and of the top, after dropout.
    inputs: Vec<Vec<f32>>,
    /// Output of each layer, before dropout.
    outputs: Vec<Vec<f32>>,
    /// The cells of each layer: all words left to right, then all words right to left.
    cells: Vec<Vec<Cell>>,
    /// Dependent and head vectors after bias and rectifier.
    heads: Vec<f32>,
    pub arcs: Vec<f32>,
    pub tags: Vec<f32>,
}

const NO_ROW: u32 = u32::MAX;

type Units = [f32; UNITS];

/// What one word did in one direction of one layer.
struct Cell {
    /// The state before.
    old: Units,
    forget: Units,
    reset: Units,
    /// Hyperbolic tangent of the new state.
    bent: Units,
    skip: Units,
    value: Units,
}

#[inline(always)]
fn units(list: &[f32], at: usize) -> &Units {
    list[at..].first_chunk().unwrap_or(&[0.0; UNITS])
}

impl<'a> Pass<'a> {
    /// Computes everything up to the scores of arcs and tags.
    #[inline(always)]
    pub fn forward(net: &'a Net, words: &[Word], dropout: Option<(Random, f32)>) -> Self {
        let n = words.len();
        let (mut random, rate) = match dropout {
            Some((random, rate)) => (Some(random), rate),
            None => (None, 0.0),
        };
        let mask = |len: usize, random: &mut Option<Random>| match random {
            Some(random) => {
                let mut mask = vec![0.0; len];
                random.mask(&mut mask, rate);
                mask
            }
            None => vec![1.0; len],
        };
        let mut pass = Pass {
            net,
            n,
            rows: Vec::with_capacity(n),
            masks: Vec::new(),
            inputs: Vec::new(),
            outputs: Vec::new(),
            cells: Vec::new(),
            heads: Vec::new(),
            arcs: Vec::new(),
            tags: Vec::new(),
        };
        let mut x = vec![0f32; n * INPUT];
        for (i, word) in words.iter().enumerate() {
            let x = &mut x[i * INPUT..(i + 1) * INPUT];
            let dropped = random.as_mut().is_some_and(|r| r.unit() < 0.03);
            if let Some(&row) = net.vector_rows.get(&word.lower).filter(|_| !dropped) {
                x[..VECTOR].copy_from_slice(&net.vectors[row as usize * VECTOR..][..VECTOR]);
            }
            let mut rows = keys(word).map(|k| net.learnt_rows.get(&k).copied().unwrap_or(NO_ROW));
            if random.as_mut().is_some_and(|r| r.unit() < 0.15) {
                rows[0] = NO_ROW;
            }
            for &row in rows.iter().filter(|r| **r != NO_ROW) {
                add_scaled(&mut x[VECTOR..], 1.0, &net.learnt[row as usize * LEARNT..][..LEARNT]);
            }
            pass.rows.push(rows);
        }
        for l in 0..LAYERS {
            let m = mask(x.len(), &mut random);
            for (x, m) in x.iter_mut().zip(&m) {
                *x *= m;
            }
            pass.masks.push(m);
            pass.inputs.push(x);
            let out = pass.layer(l);
            pass.outputs.push(out.clone());
            x = out;
        }
        let m = mask(x.len(), &mut random);
        for (x, m) in x.iter_mut().zip(&m) {
            *x *= m;
        }
        pass.masks.push(m);
        pass.inputs.push(x);
        pass.score();
        pass
    }

    #[inline(always)]
    fn layer(&mut self, l: usize) -> Vec<f32> {
        let (n, g) = (self.n, gates(l));
        let (inputs, outputs) = (layer_input(l), 2 * g * UNITS);
        let at = self.net.layout.layers[l];
        let mut u = vec![0f32; n * outputs];
        product(&self.inputs[l], inputs, &self.net.weights[at.weights..at.weights + inputs * outputs], outputs, &mut u);
        let state = &self.net.weights[at.state..at.state + 4 * WIDE];
        let mut cells = Vec::with_capacity(2 * n);
        let mut out = vec![0f32; n * WIDE];
        for direction in 0..2 {
            let d = direction * UNITS;
            let part = |k: usize| units(state, k * WIDE + d);
            let (vf, vr, bf, br) = (part(0), part(1), part(2), part(3));
            let mut old = [0f32; UNITS];
            for step in 0..n {
                let t = if direction == 0 { step } else { n - 1 - step };
                let u = &u[t * outputs + direction * g * UNITS..][..g * UNITS];
                let (value, uf, ur) = (*units(u, 0), units(u, UNITS), units(u, 2 * UNITS));
                let mut cell = Cell { old, value, forget: *uf, reset: *ur, bent: old, skip: old };
                if l == 0 {
                    let us = units(u, 3 * UNITS);
                    for k in 0..UNITS {
                        cell.skip[k] = tanh(us[k]);
                    }
                } else {
                    cell.skip = *units(&self.outputs[l - 1], t * WIDE + d);
                }
                let mut h = [0f32; UNITS];
                for k in 0..UNITS {
                    let f = sigmoid(uf[k] + vf[k] * old[k] + bf[k]);
                    let r = sigmoid(ur[k] + vr[k] * old[k] + br[k]);
                    let new = f * old[k] + (1.0 - f) * value[k];
                    let bent = tanh(new);
                    cell.forget[k] = f;
                    cell.reset[k] = r;
                    cell.bent[k] = bent;
                    h[k] = r * bent + (1.0 - r) * cell.skip[k];
                    old[k] = new;
                }
                out[t * WIDE + d..][..UNITS].copy_from_slice(&h);
                cells.push(cell);
            }
        }
        self.cells.push(cells);
        out
    }

    /// Scores of arcs and tags.
    #[inline(always)]
    fn score(&mut self) {
        let (n, net) = (self.n, self.net);
        let (at, w) = (&net.layout, &net.weights);
        let top = &self.inputs[LAYERS];
        let mut heads = vec![0f32; n * HEADS];
        product(top, WIDE, &w[at.heads..at.heads + WIDE * HEADS], HEADS, &mut heads);
        for row in heads.chunks_exact_mut(HEADS) {
            add_scaled(row, 1.0, &w[at.heads_bias..at.heads_bias + HEADS]);
            for h in &mut row[ARC..2 * ARC] {
                *h = h.max(0.0);
            }
        }
        let mut arcs = vec![0f32; n * (n + 1)];
        let root = &w[at.root..at.root + ARC];
        let bias: Vec<f32> = (0..=n)
            .map(|j| {
                dot(if j == n { root } else { &heads[j * HEADS + ARC..][..ARC] }, &w[at.head_bias..at.head_bias + ARC])
            })
            .collect();
        for i in 0..n {
            let dependent = &heads[i * HEADS..][..ARC];
            for j in 0..=n {
                let head = if j == n { root } else { &heads[j * HEADS + ARC..][..ARC] };
                arcs[i * (n + 1) + j] = if i == j {
                    -1e9
                } else {
                    dot(dependent, head) * SCALE + bias[j] + w[at.distance + distance(i, j, n)]
                };
            }
        }
        let mut tags = vec![0f32; n * TAGS];
        product(top, WIDE, &w[at.tag..at.tag + WIDE * TAGS], TAGS, &mut tags);
        for row in tags.chunks_exact_mut(TAGS) {
            add_scaled(row, 1.0, &w[at.tag_bias..at.tag_bias + TAGS]);
        }
        (self.heads, self.arcs, self.tags) = (heads, arcs, tags);
    }

    /// What the relation scores are made of, before and after the rectifier.
    #[inline(always)]
    fn relation_input(&self, i: usize, head: usize) -> [f32; REL] {
        let root = &self.net.weights[self.net.layout.root + ARC..][..REL];
        let dependent = &self.heads[i * HEADS + 2 * ARC..][..REL];
        let head = if head == self.n { root } else { &self.heads[head * HEADS + 2 * ARC + REL..][..REL] };
        std::array::from_fn(|k| (dependent[k] + head[k]).max(0.0))
    }

    /// Scores of relations for the arcs given.
    #[inline(always)]
    pub fn relations(&self, heads: &[usize]) -> Vec<f32> {
        let at = &self.net.layout;
        let w = &self.net.weights;
        let mut inputs = Vec::with_capacity(self.n * REL);
        for (i, &head) in heads.iter().enumerate() {
            inputs.extend(self.relation_input(i, head));
        }
        let mut scores = vec![0f32; self.n * RELS];
        product(&inputs, REL, &w[at.rel..at.rel + REL * RELS], RELS, &mut scores);
        for row in scores.chunks_exact_mut(RELS) {
            add_scaled(row, 1.0, &w[at.rel_bias..at.rel_bias + RELS]);
        }
        scores
    }

    #[inline(always)]
    fn backward(mut self, example: &Example, size: usize, turned: &[f32], gradient: &mut Gradient) {
        let (n, net) = (self.n, self.net);
        let at = net.layout.clone();
        let w = &net.weights;
        let share = 1.0 / size as f32;
        let mut d_heads = vec![0f32; n * HEADS];
        // Relations.
        let mut scores = self.relations(&example.tree.heads);
        for (i, row) in scores.chunks_exact_mut(RELS).enumerate() {
            let gold = example.tree.rels[i] as usize;
            gradient.loss[1] += f64::from(softmax(row, gold));
            row[gold] -= 1.0;
            row.iter_mut().for_each(|s| *s *= share);
            add_scaled(&mut gradient.weights[at.rel_bias..at.rel_bias + RELS], 1.0, row);
        }
        let inputs: Vec<f32> =
            example.tree.heads.iter().enumerate().flat_map(|(i, &h)| self.relation_input(i, h)).collect();
        product_back_weights(&inputs, REL, &scores, RELS, &mut gradient.weights[at.rel..at.rel + REL * RELS]);
        let mut d_inputs = vec![0f32; n * REL];
        product_back_input(&scores, RELS, &turned[at.rel..at.rel + REL * RELS], REL, &mut d_inputs);
        for i in 0..n {
            let head = example.tree.heads[i];
            for k in 0..REL {
                if inputs[i * REL + k] > 0.0 {
                    let d = d_inputs[i * REL + k];
                    d_heads[i * HEADS + 2 * ARC + k] += d;
                    if head == n {
                        gradient.weights[at.root + ARC + k] += d;
                    } else {
                        d_heads[head * HEADS + 2 * ARC + REL + k] += d;
                    }
                }
            }
        }
        // Arcs.
        let root = &w[at.root..at.root + ARC];
        for i in 0..n {
            let row = &mut self.arcs[i * (n + 1)..(i + 1) * (n + 1)];
            let gold = example.tree.heads[i];
            gradient.loss[0] += f64::from(softmax(row, gold));
            row[gold] -= 1.0;
            for j in 0..=n {
                let d = row[j] * share;
                if i == j || d == 0.0 {
                    continue;
                }
                gradient.weights[at.distance + distance(i, j, n)] += d;
                let (own, other) = (i * HEADS, j * HEADS + ARC);
                let head = if j == n { root } else { &self.heads[other..other + ARC] };
                add_scaled(&mut gradient.weights[at.head_bias..at.head_bias + ARC], d, head);
                add_scaled(&mut d_heads[own..own + ARC], d * SCALE, head);
                let to = if j == n {
                    &mut gradient.weights[at.root..at.root + ARC]
                } else {
                    &mut d_heads[other..other + ARC]
                };
                add_scaled(to, d * SCALE, &self.heads[own..own + ARC]);
                add_scaled(to, d, &w[at.head_bias..at.head_bias + ARC]);
            }
        }
        for (d, h) in d_heads.chunks_exact_mut(HEADS).zip(self.heads.chunks_exact(HEADS)) {
            for k in ARC..2 * ARC {
                if h[k] <= 0.0 {
                    d[k] = 0.0;
                }
            }
            add_scaled(&mut gradient.weights[at.heads_bias..at.heads_bias + HEADS], 1.0, d);
        }
        // Tags.
        let mut d_tags = std::mem::take(&mut self.tags);
        for (i, row) in d_tags.chunks_exact_mut(TAGS).enumerate() {
            let gold = usize::from(example.tags[i]);
            gradient.loss[2] += f64::from(softmax(row, gold));
            row[gold] -= 1.0;
            row.iter_mut().for_each(|s| *s *= share);
            add_scaled(&mut gradient.weights[at.tag_bias..at.tag_bias + TAGS], 1.0, row);
        }
        let top = &self.inputs[LAYERS];
        let mut dx = vec![0f32; n * WIDE];
        product_back_weights(top, WIDE, &d_heads, HEADS, &mut gradient.weights[at.heads..at.heads + WIDE * HEADS]);
        product_back_input(&d_heads, HEADS, &turned[at.heads..at.heads + WIDE * HEADS], WIDE, &mut dx);
        product_back_weights(top, WIDE, &d_tags, TAGS, &mut gradient.weights[at.tag..at.tag + WIDE * TAGS]);
        product_back_input(&d_tags, TAGS, &turned[at.tag..at.tag + WIDE * TAGS], WIDE, &mut dx);
        for (d, m) in dx.iter_mut().zip(&self.masks[LAYERS]) {
            *d *= m;
        }
        for l in (0..LAYERS).rev() {
            dx = self.layer_backward(l, &dx, turned, gradient);
        }
        self.input_backward(&dx, gradient);
    }

    /// From the gradient of a layer's output to that of what enters it; the skipped part goes past the dropout.
    #[inline(always)]
    fn layer_backward(&self, l: usize, dh: &[f32], turned: &[f32], gradient: &mut Gradient) -> Vec<f32> {
        let (n, g) = (self.n, gates(l));
        let (inputs, outputs) = (layer_input(l), 2 * g * UNITS);
        let at = self.net.layout.layers[l];
        let state = &self.net.weights[at.state..at.state + 4 * WIDE];
        let mut du = vec![0f32; n * outputs];
        let mut d_skip = vec![0f32; n * WIDE];
        for direction in 0..2 {
            let d = direction * UNITS;
            let (vf, vr) = (units(state, d), units(state, WIDE + d));
            let mut dc = [0f32; UNITS];
            let mut sums = [[0f32; UNITS]; 4];
            for step in (0..n).rev() {
                let t = if direction == 0 { step } else { n - 1 - step };
                let cell = &self.cells[l][direction * n + step];
                let dh = units(dh, t * WIDE + d);
                let (mut dz, mut df, mut dr, mut ds) = ([0f32; UNITS], [0f32; UNITS], [0f32; UNITS], [0f32; UNITS]);
                for k in 0..UNITS {
                    let (old, f, r, bent) = (cell.old[k], cell.forget[k], cell.reset[k], cell.bent[k]);
                    let new = dc[k] + dh[k] * r * (1.0 - bent * bent);
                    dr[k] = dh[k] * (bent - cell.skip[k]) * r * (1.0 - r);
                    ds[k] = dh[k] * (1.0 - r);
                    df[k] = new * (old - cell.value[k]) * f * (1.0 - f);
                    dz[k] = new * (1.0 - f);
                    sums[0][k] += df[k] * old;
                    sums[1][k] += dr[k] * old;
                    sums[2][k] += df[k];
                    sums[3][k] += dr[k];
                    dc[k] = new * f + df[k] * vf[k] + dr[k] * vr[k];
                }
                let du = &mut du[t * outputs + direction * g * UNITS..][..g * UNITS];
                du[..UNITS].copy_from_slice(&dz);
                du[UNITS..2 * UNITS].copy_from_slice(&df);
                du[2 * UNITS..3 * UNITS].copy_from_slice(&dr);
                d_skip[t * WIDE + d..][..UNITS].copy_from_slice(&ds);
                if l == 0 {
                    for k in 0..UNITS {
                        du[3 * UNITS + k] = ds[k] * (1.0 - cell.skip[k] * cell.skip[k]);
                    }
                }
            }
            for (k, sum) in sums.iter().enumerate() {
                add_scaled(&mut gradient.weights[at.state + k * WIDE + d..][..UNITS], 1.0, sum);
            }
        }
        let range = at.weights..at.weights + inputs * outputs;
        product_back_weights(&self.inputs[l], inputs, &du, outputs, &mut gradient.weights[range.clone()]);
        let mut dx = vec![0f32; n * inputs];
        product_back_input(&du, outputs, &turned[range], inputs, &mut dx);
        if l > 0 {
            for ((x, s), m) in dx.iter_mut().zip(&d_skip).zip(&self.masks[l]) {
                *x = *x * m + s;
            }
        } else {
            for (x, m) in dx.iter_mut().zip(&self.masks[0]) {
                *x *= m;
            }
        }
        dx
    }

    #[inline(always)]
    fn input_backward(&self, dx: &[f32], gradient: &mut Gradient) {
        for (rows, dx) in self.rows.iter().zip(dx.chunks_exact(INPUT)) {
            let Some(d) = dx[VECTOR..].first_chunk::<LEARNT>() else { continue };
            for &row in rows.iter().filter(|r| **r != NO_ROW) {
                gradient.learnt.push((row, *d));
            }
        }
    }
}

/// Scales arc scores to a useful size at the start.
pub(crate) const SCALE: f32 = 0.1;

/// Adam (Kingma and Ba, ICLR 2015); rows of learnt vectors move only when they were seen.
struct Adam {
    mean: Vec<f32>,
    square: Vec<f32>,
    row_mean: Vec<f32>,
    row_square: Vec<f32>,
    step: i32,
}

const BETA: (f32, f32) = (0.9, 0.95);
/// Longest gradient that is followed as it is.
const CLIP: f32 = 5.0;

impl Adam {
    fn new(weights: usize, learnt: usize) -> Self {
        Adam {
            mean: vec![0.0; weights],
            square: vec![0.0; weights],
            row_mean: vec![0.0; learnt],
            row_square: vec![0.0; learnt],
            step: 0,
        }
    }

    fn step(&mut self, net: &mut Net, a: Gradient, b: Gradient, rate: f32) {
        self.step += 1;
        let fix = (1.0 - power(BETA.0, self.step), 1.0 - power(BETA.1, self.step));
        let mut g = a.weights;
        add_scaled(&mut g, 1.0, &b.weights);
        let mut rows: Vec<(u32, [f32; LEARNT])> = a.learnt;
        rows.extend(b.learnt);
        rows.sort_by_key(|(row, _)| *row);
        let mut merged: Vec<(u32, [f32; LEARNT])> = Vec::new();
        for (row, d) in rows {
            match merged.last_mut() {
                Some((last, sum)) if *last == row => add_scaled(sum, 1.0, &d),
                _ => merged.push((row, d)),
            }
        }
        let mut norm = dot(&g, &g);
        norm += merged.iter().flat_map(|(_, d)| d).map(|d| d * d).sum::<f32>();
        let clip = (CLIP / norm.sqrt().max(1e-9)).min(1.0);
        move_weights(&mut net.weights, &g, &mut self.mean, &mut self.square, rate, clip, fix);
        for (row, d) in &merged {
            let range = *row as usize * LEARNT..(*row as usize + 1) * LEARNT;
            let (mean, square) = (&mut self.row_mean[range.clone()], &mut self.row_square[range.clone()]);
            move_weights(&mut net.learnt[range], d, mean, square, rate, clip, fix);
        }
    }
}

fn power(base: f32, n: i32) -> f32 {
    let mut product = 1.0;
    for _ in 0..n.min(2000) {
        product *= base;
    }
    product
}

#[inline(always)]
fn move_weights(w: &mut [f32], g: &[f32], mean: &mut [f32], square: &mut [f32], rate: f32, clip: f32, fix: (f32, f32)) {
    for (((w, g), m), v) in w.iter_mut().zip(g).zip(mean).zip(square) {
        let g = g * clip;
        *m = BETA.0 * *m + (1.0 - BETA.0) * g;
        *v = BETA.1 * *v + (1.0 - BETA.1) * g * g;
        *w -= rate * (*m / fix.0) / ((*v / fix.1).sqrt() + 1e-8);
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chancery_text::Rel;

    fn example() -> Example {
        Example {
            words: ["Togo", "will", "not", "sign", "it", "now"].map(Word::new).to_vec(),
            tags: vec![3, 1, 4, 1, 5, 9],
            tree: Tree {
                heads: vec![3, 3, 3, 6, 3, 3],
                rels: vec![Rel::Nsubj, Rel::Aux, Rel::Advmod, Rel::Root, Rel::Obj, Rel::Advmod],
            },
        }
    }

    fn gradient_of(net: &Net, example: &Example) -> Gradient {
        let mut gradient = Gradient { weights: vec![0.0; net.weights.len()], learnt: Vec::new(), loss: [0.0; 3] };
        Pass::forward(net, &example.words, None).backward(example, 1, &net.turned(), &mut gradient);
        gradient
    }

    #[test]
    fn gradients_are_slopes() {
        let examples = [example(), example(), example()];
        let vector = std::array::from_fn(|k| k as f32 * 0.01 - 0.5);
        let mut net = Net::new(&examples, vec![(examples[0].words[3].lower, vector)]);
        let gradient = gradient_of(&net, &examples[0]);
        let at = net.layout.clone();
        let mut places =
            vec![at.root + 3, at.root + ARC + 5, at.head_bias + 7, at.rel + 99, at.rel_bias + Rel::Obj as usize];
        places.extend([
            at.tag + 1000,
            at.tag_bias + 4,
            at.heads + 4321,
            at.heads_bias + 11,
            at.heads_bias + ARC + 3,
            at.distance + 15,
        ]);
        for layer in at.layers {
            places.extend((0..12).map(|k| layer.weights + k * 6007 + 17));
            places.extend((0..8).map(|k| layer.state + k * 91 + 3));
        }
        for place in places {
            let old = net.weights[place];
            let loss = |net: &Net| gradient_of(net, &examples[0]).loss.iter().sum::<f64>();
            let step = 4e-3;
            net.weights[place] = old + step;
            let above = loss(&net);
            net.weights[place] = old - step;
            let below = loss(&net);
            net.weights[place] = old;
            let slope = (above - below) / f64::from(2.0 * step);
            let found = f64::from(gradient.weights[place]);
            assert!(
                (slope - found).abs() < 2e-3 + 0.03 * slope.abs(),
                "weight {place}: slope {slope}, gradient {found}"
            );
        }
        let (row, learnt) = gradient.learnt[0];
        let place = row as usize * LEARNT + 5;
        let sum: f32 = gradient.learnt.iter().filter(|(r, _)| *r == row).map(|(_, d)| d[5]).sum();
        let _ = learnt;
        let old = net.learnt[place];
        net.learnt[place] = old + 4e-3;
        let above = gradient_of(&net, &examples[0]).loss.iter().sum::<f64>();
        net.learnt[place] = old - 4e-3;
        let below = gradient_of(&net, &examples[0]).loss.iter().sum::<f64>();
        let slope = (above - below) / 8e-3;
        assert!((slope - f64::from(sum)).abs() < 2e-3 + 0.03 * slope.abs(), "learnt: slope {slope}, gradient {sum}");
    }
}
