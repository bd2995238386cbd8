//! A linear model over hashed features: which of a few classes a thing belongs to.
//!
//! The weights are small integers, so that the same features have the same score on every machine. Method: multinomial
//! logistic regression by AdaGrad steps in a fixed order; the weights after the last passes over the rows are averaged (Polyak and
//! Juditsky 1992), as single passes differ by chance.

use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Steps of the weights in the file: a weight is `n / STEPS`.
const STEPS: f32 = 24.0;
const RATE: f32 = 0.05;
/// Passes over the rows whose weights are averaged.
const AVERAGED: usize = 4;
/// Bits of the table of known features: 128 KiB.
const SEEN: usize = 1 << 20;

/// Hashed features of one thing.
#[derive(Debug, Default)]
pub(crate) struct Features(Vec<u32>);

impl Features {
    /// Adds what the parts say together.
    pub fn add(&mut self, parts: &[&str]) {
        let mut hash = 0x811c_9dc5u32;
        for part in parts {
            for byte in part.bytes().chain([b'|']) {
                hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
            }
        }
        self.0.push(hash);
    }

    /// The features in order, each once.
    pub fn sorted(mut self) -> Vec<u32> {
        self.0.sort_unstable();
        self.0.dedup();
        self.0
    }
}

/// What a model learns from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Row<'a> {
    pub features: &'a [u32],
    /// The index of its class.
    pub class: usize,
    /// How much it counts; 1 for what is known for sure.
    pub weight: f32,
}

impl<'a> Row<'a> {
    /// A row that counts in full.
    pub fn sure(features: &'a [u32], class: usize) -> Self {
        Row { features, class, weight: 1.0 }
    }
}

/// How a model is trained.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Training {
    /// Passes over the rows.
    pub epochs: usize,
    /// How strongly weights are pulled to zero.
    pub penalty: f32,
    /// In how many rows a feature must stand.
    pub least: u32,
    /// Weights below this many steps are left out.
    pub smallest: i32,
}

/// A trained model: features with their classes and weights.
#[derive(Debug, Default)]
pub(crate) struct Linear {
    classes: Vec<String>,
    /// Where the entries of a feature begin and end.
    places: FxHashMap<u32, (u32, u32)>,
    /// A bit for the low bits of each feature: most features of a text are in no model, and this small table knows.
    seen: Vec<u64>,
    entries: Vec<(u8, i8)>,
}

impl Linear {
    /// Reads a model and leaves `bytes` behind it; `None` where it is damaged.
    pub fn read(bytes: &mut &[u8]) -> Option<Self> {
        let mut at = Bytes(bytes);
        let mut model = Linear::default();
        for _ in 0..at.u8()? {
            let length = usize::from(at.u8()?);
            model.classes.push(String::from_utf8(at.take(length)?.to_vec()).ok()?);
        }
        let count = at.u32()?;
        let mut last = None;
        for _ in 0..count {
            let key = at.u32()?;
            if last.is_some_and(|l| l >= key) {
                return None;
            }
            last = Some(key);
            let start = model.entries.len() as u32;
            for _ in 0..at.u8()? {
                let (class, weight) = (at.u8()?, at.u8()? as i8);
                if usize::from(class) >= model.classes.len() {
                    return None;
                }
                model.entries.push((class, weight));
            }
            model.places.insert(key, (start, model.entries.len() as u32));
        }
        model.note_seen();
        *bytes = at.0;
        (!model.classes.is_empty()).then_some(model)
    }

    fn note_seen(&mut self) {
        self.seen = vec![0; SEEN / 64];
        for key in self.places.keys() {
            self.seen[*key as usize % SEEN / 64] |= 1 << (key % 64);
        }
    }

    /// Writes the model behind `bytes`.
    pub fn write(&self, bytes: &mut Vec<u8>) {
        bytes.push(self.classes.len() as u8);
        for class in &self.classes {
            bytes.push(class.len() as u8);
            bytes.extend(class.as_bytes());
        }
        let ordered: BTreeMap<u32, (u32, u32)> = self.places.iter().map(|(k, p)| (*k, *p)).collect();
        bytes.extend((ordered.len() as u32).to_le_bytes());
        for (key, (start, end)) in ordered {
            let entries = &self.entries[start as usize..end as usize];
            bytes.extend(key.to_le_bytes());
            bytes.push(entries.len() as u8);
            for (class, weight) in entries {
                bytes.extend([*class, *weight as u8]);
            }
        }
    }

    /// The names of the classes.
    pub fn classes(&self) -> &[String] {
        &self.classes
    }

    /// How likely each class is, in the order of [`Linear::classes`].
    pub fn shares(&self, features: &[u32]) -> Vec<f32> {
        let mut scores = vec![0i32; self.classes.len()];
        // Whether a feature is known cannot be guessed: the known ones are gathered without a branch.
        let (mut known, mut n) = (vec![0; features.len()], 0);
        for &feature in features {
            known[n] = feature;
            n += (self.seen[feature as usize % SEEN / 64] >> (feature % 64) & 1) as usize;
        }
        for feature in &known[..n] {
            let Some(&(start, end)) = self.places.get(feature) else { continue };
            for &(class, weight) in &self.entries[start as usize..end as usize] {
                scores[usize::from(class)] += i32::from(weight);
            }
        }
        let best = scores.iter().copied().max().unwrap_or(0);
        let parts: Vec<f32> = scores.iter().map(|s| ((s - best) as f32 / STEPS).exp()).collect();
        let total: f32 = parts.iter().sum();
        parts.into_iter().map(|p| p / total).collect()
    }

    /// Trains on rows.
    pub fn fit(rows: &[Row<'_>], classes: &[String], training: Training) -> Self {
        let mut counts: BTreeMap<u32, u32> = BTreeMap::new();
        for feature in rows.iter().flat_map(|r| r.features) {
            *counts.entry(*feature).or_default() += 1;
        }
        let kept = counts.into_iter().filter(|(_, n)| *n >= training.least).map(|(f, _)| f);
        let index: FxHashMap<u32, usize> = kept.enumerate().map(|(i, f)| (f, i)).collect();
        let n = classes.len();
        let known =
            |row: &Row<'_>| -> Vec<usize> { row.features.iter().filter_map(|h| index.get(h).copied()).collect() };
        let rows: Vec<(Vec<usize>, usize, f32)> = rows.iter().map(|row| (known(row), row.class, row.weight)).collect();
        let (mut weights, mut squares) = (vec![0f32; index.len() * n], vec![1e-6f32; index.len() * n]);
        let mut order: Vec<usize> = (0..rows.len()).collect();
        let mut seed = 0x2545_f491_4f6c_dd1du64;
        let mut sum = vec![0f32; weights.len()];
        for left in (0..training.epochs).rev() {
            for i in (1..order.len()).rev() {
                seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
                order.swap(i, (seed >> 33) as usize % (i + 1));
            }
            for &row in &order {
                let (features, gold, weight) = &rows[row];
                step(features, *gold, *weight, n, training.penalty, &mut weights, &mut squares);
            }
            if left < AVERAGED {
                sum.iter_mut().zip(&weights).for_each(|(sum, weight)| *sum += weight);
            }
        }
        let averaged = AVERAGED.min(training.epochs).max(1) as f32;
        sum.iter_mut().for_each(|weight| *weight /= averaged);
        pack(&index, &sum, classes, training.smallest)
    }
}

struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(head)
    }

    fn u8(&mut self) -> Option<u8> {
        self.take(1).map(|b| b[0])
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }
}

fn step(
    features: &[usize],
    gold: usize,
    weight: f32,
    n: usize,
    penalty: f32,
    weights: &mut [f32],
    squares: &mut [f32],
) {
    let mut scores = vec![0f32; n];
    for &f in features {
        for (score, weight) in scores.iter_mut().zip(&weights[f * n..f * n + n]) {
            *score += weight;
        }
    }
    let top = scores.iter().copied().fold(f32::MIN, f32::max);
    let total: f32 = scores.iter().map(|s| (s - top).exp()).sum();
    let errors: Vec<f32> =
        scores.iter().enumerate().map(|(c, s)| (s - top).exp() / total - f32::from(u8::from(c == gold))).collect();
    for &f in features {
        for (c, error) in errors.iter().enumerate() {
            let at = f * n + c;
            let slope = weight * (error + penalty * weights[at]);
            squares[at] += slope * slope;
            weights[at] -= RATE * slope / squares[at].sqrt();
        }
    }
}

fn pack(index: &FxHashMap<u32, usize>, weights: &[f32], classes: &[String], smallest: i32) -> Linear {
    let n = classes.len();
    let mut model = Linear { classes: classes.to_vec(), ..Linear::default() };
    let ordered: BTreeMap<u32, usize> = index.iter().map(|(k, i)| (*k, *i)).collect();
    for (key, row) in ordered {
        let before = model.entries.len();
        for (class, weight) in weights[row * n..row * n + n].iter().enumerate() {
            let steps = (weight * STEPS).round().clamp(-127.0, 127.0) as i32;
            if steps.abs() >= smallest {
                model.entries.push((class as u8, steps as i8));
            }
        }
        if model.entries.len() > before {
            model.places.insert(key, (before as u32, model.entries.len() as u32));
        }
    }
    model.note_seen();
    model
}
