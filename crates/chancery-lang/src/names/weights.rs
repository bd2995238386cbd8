//! The trained weights, and the best labels that they allow.

use super::features::{LABELS, Setting, extract};
use super::observation::{Case, Observation};
use crate::neural::{WIDE, dot};
use chancery_words::chain::viterbi;

pub(crate) const N: usize = LABELS.len();

/// A weight for each label.
type Row = [i8; N];

/// Weights of features and of labels that follow each other. Integers, so that labels are the same on every machine.
#[derive(Debug, Default)]
pub(crate) struct Weights {
    /// Open addressing with linear probing. Keys of features are even; an empty slot has the key 1.
    slots: Vec<(u32, Row)>,
    /// From label, to label.
    pub transitions: [[i32; N]; N],
    /// Of each label a weight for each number of a state of the network.
    pub states: Vec<[f32; WIDE]>,
}

/// A score that no sequence outweighs.
const NEVER: i32 = -1_000_000;

impl Weights {
    /// Rows by feature, which must be even and without repetitions.
    pub(crate) fn new(rows: &[(u32, Row)], transitions: [[i32; N]; N], states: Vec<[f32; WIDE]>) -> Self {
        let size = (rows.len() * 5 / 3 + 2).next_power_of_two();
        let mut slots = vec![(1, [0; N]); size];
        for &(key, row) in rows {
            let mut at = slot_of(key, size);
            while slots[at].0 != 1 {
                at = (at + 1) & (size - 1);
            }
            slots[at] = (key, row);
        }
        Weights { slots, transitions, states }
    }

    /// Adds the row of a feature, if it has one; `first` is the slot that it hashes to.
    #[inline]
    fn add(&self, feature: u32, first: &(u32, Row), scores: &mut [i32; N]) {
        // Whether a feature is known cannot be guessed, so that adding nothing is faster than a branch.
        let keep = -i32::from(first.0 == feature);
        for (score, weight) in scores.iter_mut().zip(first.1) {
            *score += i32::from(weight) & keep;
        }
        let (mut key, mut at) = (first.0, slot_of(feature, self.slots.len()));
        while key != feature && key != 1 {
            at = (at + 1) & (self.slots.len() - 1);
            key = self.slots[at].0;
            if key == feature {
                for (score, weight) in scores.iter_mut().zip(self.slots[at].1) {
                    *score += i32::from(weight);
                }
            }
        }
    }

    /// The labels of a sentence.
    pub(crate) fn label(&self, seen: &[Observation], states: &[f32]) -> Vec<u8> {
        if self.slots.is_empty() {
            return vec![0; seen.len()];
        }
        let setting = Setting::of(seen);
        let mut features = Vec::with_capacity(64);
        let mut firsts = Vec::with_capacity(64);
        let mut scores = Vec::with_capacity(seen.len());
        for i in 0..seen.len() {
            if !setting.quiet && cannot_name(seen, i) {
                scores.push(OUTSIDE);
                continue;
            }
            extract(seen, setting, i, &mut features);
            // All slots are fetched before the first is needed: memory is slow, and fetches run side by side.
            firsts.clear();
            firsts.extend(features.iter().map(|f| self.slots[slot_of(*f, self.slots.len())]));
            let mut score = [0i32; N];
            features.iter().zip(&firsts).for_each(|(&f, first)| self.add(f, first, &mut score));
            let state = states.get(i * WIDE..(i + 1) * WIDE).unwrap_or_default();
            for (score, weights) in score.iter_mut().zip(&self.states) {
                *score += dot(state, weights).round() as i32;
            }
            scores.push(score);
        }
        viterbi(&scores, &self.transitions)
    }

    pub(crate) fn read(bytes: &[u8]) -> Result<Self, &'static str> {
        let mut bytes = Bytes(bytes.strip_prefix(MAGIC).ok_or("it is no model of names")?);
        let mut transitions = [[0; N]; N];
        for weight in transitions.iter_mut().flatten() {
            *weight = i32::from(i16::from_le_bytes([bytes.one()?, bytes.one()?]));
        }
        let mut states = vec![[0.0; WIDE]; N];
        for weight in states.iter_mut().flatten() {
            *weight = f32::from_le_bytes([bytes.one()?, bytes.one()?, bytes.one()?, bytes.one()?]);
            if !weight.is_finite() {
                return Err("a weight is not a number");
            }
        }
        let count = u32::from_le_bytes([bytes.one()?, bytes.one()?, bytes.one()?, bytes.one()?]) as usize;
        if count > bytes.0.len() {
            return Err("it is cut off");
        }
        let mut rows: Vec<(u32, Row)> = Vec::with_capacity(count);
        let mut key = 0u32;
        for _ in 0..count {
            key = key.checked_add(bytes.number()?).ok_or("its keys overflow")?;
            let full = bytes.one()?;
            let mut row = [0; N];
            for (k, weight) in row.iter_mut().enumerate() {
                if full & 1 << k != 0 {
                    *weight = bytes.one()? as i8;
                }
            }
            if key % 2 == 1 || rows.last().is_some_and(|r| r.0 == key) {
                return Err("a key is wrong");
            }
            rows.push((key, row));
        }
        Ok(Weights::new(&rows, transitions, states))
    }

    pub(crate) fn write(&self) -> Vec<u8> {
        let mut rows: Vec<_> = self.slots.iter().filter(|s| s.0 != 1).collect();
        rows.sort_unstable_by_key(|r| r.0);
        let mut bytes = MAGIC.to_vec();
        for weight in self.transitions.iter().flatten() {
            bytes.extend((*weight).clamp(-32768, 32767).to_le_bytes()[..2].iter());
        }
        bytes.extend(self.states.iter().flatten().flat_map(|w| w.to_le_bytes()));
        bytes.extend((rows.len() as u32).to_le_bytes());
        let mut last = 0;
        for (key, row) in rows {
            write_number(key - last, &mut bytes);
            last = *key;
            bytes.push((0..N).filter(|&k| row[k] != 0).map(|k| 1 << k).sum());
            bytes.extend(row.iter().filter(|w| **w != 0).map(|w| *w as u8));
        }
        bytes
    }
}

/// The scores of a word that is in no name.
const OUTSIDE: [i32; N] = {
    let mut scores = [NEVER / 4; N];
    scores[0] = 0;
    scores
};

/// The 32 most frequent words have at most this rank: "the", "of", "said".
const FREQUENT: u8 = 6;

/// True for marks, numbers and frequent words in lower case that stand beside no capital letter. They are passed over:
/// about a third of all words.
fn cannot_name(seen: &[Observation], i: usize) -> bool {
    let capital = |o: &Observation| !matches!(o.case, Case::Lower | Case::Punct | Case::Digit);
    let word = &seen[i];
    let plain = match word.case {
        Case::Punct | Case::Digit => true,
        Case::Lower => (1..=FREQUENT).contains(&word.group.rank),
        _ => false,
    };
    plain && !seen[i.saturating_sub(1)..seen.len().min(i + 2)].iter().any(capital)
}

const MAGIC: &[u8] = b"chancery-names-2\n";

#[inline]
fn slot_of(key: u32, size: usize) -> usize {
    (key.wrapping_mul(0x9E37_79B1) >> 7) as usize & (size - 1)
}

struct Bytes<'b>(&'b [u8]);

impl Bytes<'_> {
    fn one(&mut self) -> Result<u8, &'static str> {
        let (first, rest) = self.0.split_first().ok_or("it is cut off")?;
        self.0 = rest;
        Ok(*first)
    }

    /// A number in groups of seven bits, the lowest first.
    fn number(&mut self) -> Result<u32, &'static str> {
        let mut number = 0u64;
        for shift in (0..35).step_by(7) {
            let byte = self.one()?;
            number |= u64::from(byte & 127) << shift;
            if byte < 128 {
                return u32::try_from(number).map_err(|_| "a number is too large");
            }
        }
        Err("a number is too long")
    }
}

fn write_number(mut number: u32, bytes: &mut Vec<u8>) {
    while number >= 128 {
        bytes.push(number as u8 | 128);
        number >>= 7;
    }
    bytes.push(number as u8);
}
