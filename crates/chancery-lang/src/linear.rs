//! A linear model over hashed features, and its training as an averaged perceptron.
//!
//! In: 32-bit feature hashes. Out: an integer score for each class. A feature stores weights only for the classes that
//! it was trained with. Weights are integers, so that scores are the same on every machine.

use crate::bytes::{Damage, Reader, Writer};
use rustc_hash::FxHashMap;

/// A trained model: open addressing, linear probing.
#[derive(Debug, Default)]
pub(crate) struct Linear {
    classes: usize,
    /// 32 minus the number of bits of a slot's index.
    shift: u32,
    /// Feature hash, first entry, one past the last entry. An empty slot has no entries.
    slots: Vec<(u32, u32, u32)>,
    /// Class and weight.
    entries: Vec<(u8, i8)>,
}

impl Linear {
    /// Number of classes.
    pub fn classes(&self) -> usize {
        self.classes
    }

    /// Adds the weights of `feature` to `scores`.
    #[inline]
    pub fn add(&self, feature: u32, scores: &mut [i32]) {
        let mask = self.slots.len() - 1;
        let mut at = slot_of(feature, self.shift) & mask;
        loop {
            let (key, start, end) = self.slots[at];
            if start == end {
                return;
            }
            if key == feature {
                for &(class, weight) in &self.entries[start as usize..end as usize] {
                    scores[usize::from(class)] += i32::from(weight);
                }
                return;
            }
            at = (at + 1) & mask;
        }
    }

    pub fn read(reader: &mut Reader) -> Result<Self, Damage> {
        let classes = reader.u32()? as usize;
        if classes == 0 || classes > 256 {
            return Err("a model has an impossible number of classes");
        }
        let features = reader.count(5)?;
        let bits = slot_bits(features);
        let mut model = Linear { classes, shift: 32 - bits, slots: vec![(0, 0, 0); 1 << bits], entries: Vec::new() };
        for _ in 0..features {
            let key = reader.u32()?;
            let n = usize::from(reader.u8()?);
            let start = model.entries.len() as u32;
            for pair in reader.take(2 * n)?.chunks_exact(2) {
                if usize::from(pair[0]) >= classes {
                    return Err("a weight belongs to no class");
                }
                model.entries.push((pair[0], pair[1] as i8));
            }
            model.insert(key, start, start + n as u32);
        }
        Ok(model)
    }

    fn insert(&mut self, key: u32, start: u32, end: u32) {
        let mask = self.slots.len() - 1;
        let mut at = slot_of(key, self.shift) & mask;
        while self.slots[at].1 != self.slots[at].2 {
            at = (at + 1) & mask;
        }
        self.slots[at] = (key, start, end);
    }

    pub fn write(&self, writer: &mut Writer) {
        let mut features: Vec<_> = self.slots.iter().filter(|s| s.1 != s.2).collect();
        features.sort_unstable();
        writer.u32(self.classes);
        writer.u32(features.len());
        for &&(key, start, end) in &features {
            writer.u32(key as usize);
            writer.u8((end - start) as u8);
            for &(class, weight) in &self.entries[start as usize..end as usize] {
                writer.u8(class);
                writer.u8(weight as u8);
            }
        }
    }
}

fn slot_bits(features: usize) -> u32 {
    (features.max(8) * 5 / 3).next_power_of_two().trailing_zeros()
}

#[inline]
fn slot_of(key: u32, shift: u32) -> usize {
    (key.wrapping_mul(0x9E37_79B1) >> shift) as usize
}

#[derive(Debug, Clone, Copy)]
struct Cell {
    class: u8,
    weight: i32,
    sum: i64,
    since: u32,
}

/// A model in training.
#[derive(Debug)]
pub(crate) struct Trainer {
    classes: usize,
    rows: FxHashMap<u32, Vec<Cell>>,
    step: u32,
}

impl Trainer {
    pub fn new(classes: usize) -> Self {
        Trainer { classes, rows: FxHashMap::default(), step: 0 }
    }

    pub fn scores(&self, features: &[u32], scores: &mut Vec<i32>) {
        scores.clear();
        scores.resize(self.classes, 0);
        for feature in features {
            for cell in self.rows.get(feature).into_iter().flatten() {
                scores[usize::from(cell.class)] += cell.weight;
            }
        }
    }

    /// One example was seen; where the guess was wrong, moves weights from it to the truth.
    pub fn learn(&mut self, features: &[u32], truth: usize, guess: usize) {
        self.step += 1;
        if truth == guess {
            return;
        }
        for &feature in features {
            let row = self.rows.entry(feature).or_default();
            change(row, truth as u8, 1, self.step);
            change(row, guess as u8, -1, self.step);
        }
    }

    /// The averaged weights as 8-bit integers. Features with less than `min_sum` weight altogether are dropped.
    pub fn finish(&self, clip: f64, min_sum: i32) -> Linear {
        let mut keys: Vec<u32> = self.rows.keys().copied().collect();
        keys.sort_unstable();
        let scale = 127.0 / clip / f64::from(self.step.max(1));
        let mut model = Linear { classes: self.classes, ..Linear::default() };
        let mut kept = Vec::new();
        for key in keys {
            let start = model.entries.len() as u32;
            let mut total = 0;
            for cell in &self.rows[&key] {
                let sum = cell.sum + i64::from(cell.weight) * i64::from(self.step - cell.since);
                let weight = (sum as f64 * scale).round().clamp(-127.0, 127.0) as i8;
                total += i32::from(weight).abs();
                if weight != 0 {
                    model.entries.push((cell.class, weight));
                }
            }
            if total < min_sum {
                model.entries.truncate(start as usize);
            }
            let end = model.entries.len() as u32;
            if end > start {
                model.entries[start as usize..].sort_unstable();
                kept.push((key, start, end));
            }
        }
        let bits = slot_bits(kept.len());
        model.shift = 32 - bits;
        model.slots = vec![(0, 0, 0); 1 << bits];
        for (key, start, end) in kept {
            model.insert(key, start, end);
        }
        model
    }
}

fn change(row: &mut Vec<Cell>, class: u8, by: i32, step: u32) {
    match row.iter_mut().find(|c| c.class == class) {
        Some(cell) => {
            cell.sum += i64::from(cell.weight) * i64::from(step - cell.since);
            cell.since = step;
            cell.weight += by;
        }
        None => row.push(Cell { class, weight: by, sum: 0, since: step }),
    }
}
