//! Groups of words that are used alike, learnt from word vectors.
//!
//! In training: vectors in the text format of GloVe and word2vec (a word and its numbers a line, most frequent first).
//! Out: for each word one of [`LEAVES`] groups, which lie in fewer and larger ones. Method: k-means by direction of the
//! vectors, then k-means over the groups (after Lin and Wu, ACL 2009, who use such groups for names).

use crate::word_hash;
use std::borrow::Cow;

/// The groups of a word: fine, middle, coarse; and how frequent it is. All zero for an unknown word.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Group {
    /// One of a thousand.
    pub fine: u16,
    /// One of 160.
    pub middle: u16,
    /// One of forty.
    pub coarse: u8,
    /// 1 for the most frequent words, one more for each doubling of the rank.
    pub rank: u8,
}

/// The groups of all words.
#[derive(Debug, Clone, Default)]
pub struct WordGroups {
    /// The file: behind its first line [`ENTRY`] bytes a word, sorted by the word's hash.
    bytes: Cow<'static, [u8]>,
    /// How many words lie before those whose hash begins with each [`FIRST_BITS`] bits.
    starts: Vec<u32>,
}

/// Bits of a hash that say where to look: a few words share them.
const FIRST_BITS: u32 = 16;

/// Bytes of a word's entry: hash, fine, middle, coarse, rank; numbers begin with their low byte.
const ENTRY: usize = 10;
/// Fine groups.
const LEAVES: usize = 1000;
const MIDDLE: usize = 160;
const COARSE: usize = 40;
const ROUNDS: usize = 12;

impl WordGroups {
    /// Takes the bytes of `groups.bin`.
    ///
    /// # Errors
    /// What is wrong with them, where they are no such file or are cut off.
    pub fn read(bytes: Cow<'static, [u8]>) -> Result<Self, &'static str> {
        let rest = bytes.strip_prefix(MAGIC).ok_or("it is no file of word groups")?;
        if !rest.len().is_multiple_of(ENTRY) {
            return Err("it ends in the middle of a word");
        }
        let mut groups = WordGroups { bytes, starts: Vec::new() };
        let mut starts = vec![0; (1 << FIRST_BITS) + 1];
        for entry in groups.entries() {
            starts[(hash_of(entry) >> (32 - FIRST_BITS)) as usize + 1] += 1;
        }
        let mut before = 0;
        for start in &mut starts {
            before += *start;
            *start = before;
        }
        groups.starts = starts;
        Ok(groups)
    }

    fn entries(&self) -> &[[u8; ENTRY]] {
        self.bytes.get(MAGIC.len()..).unwrap_or_default().as_chunks().0
    }

    /// The groups of the word with a [`word_hash`].
    pub fn get(&self, hash: u32) -> Group {
        let first = (hash >> (32 - FIRST_BITS)) as usize;
        let (Some(&start), Some(&end)) = (self.starts.get(first), self.starts.get(first + 1)) else {
            return Group::default();
        };
        let near = self.entries().get(start as usize..end as usize).unwrap_or_default();
        near.iter().find(|e| hash_of(e) == hash).map_or_else(Group::default, |e| Group {
            fine: u16::from_le_bytes([e[4], e[5]]),
            middle: u16::from_le_bytes([e[6], e[7]]),
            coarse: e[8],
            rank: e[9].max(1),
        })
    }

    /// Groups the first `max_words` words of a file of vectors.
    ///
    /// `text` has a word and its numbers a line, most frequent first. Gives the bytes of `groups.bin`.
    pub fn learn(text: &str, max_words: usize) -> Vec<u8> {
        let mut words = Vec::new();
        let mut vectors: Vec<f32> = Vec::new();
        let mut width = 0;
        for line in text.lines().take(max_words) {
            let mut parts = line.split(' ');
            let Some(word) = parts.next() else { continue };
            let numbers: Vec<f32> = parts.map_while(|n| n.parse().ok()).collect();
            if width == 0 {
                width = numbers.len();
            }
            if numbers.len() == width && width > 1 {
                words.push(word_hash(word));
                vectors.extend(unit(&numbers));
            }
        }
        let leaf = kmeans(&vectors, width, LEAVES);
        let middle = kmeans(&leaf.centres, width, MIDDLE);
        let coarse = kmeans(&leaf.centres, width, COARSE);
        let group = |i: usize| {
            let fine = leaf.of[i];
            Group {
                fine: fine as u16 + 1,
                middle: middle.of[fine] as u16 + 1,
                coarse: coarse.of[fine] as u8 + 1,
                rank: (usize::BITS - i.leading_zeros()) as u8 + 1,
            }
        };
        let mut entries: Vec<(u32, Group)> = words.iter().enumerate().map(|(i, &hash)| (hash, group(i))).collect();
        // Of two words with one hash the more frequent stays.
        entries.sort_by_key(|e| e.0);
        entries.dedup_by_key(|e| e.0);
        write(&entries)
    }
}

fn write(entries: &[(u32, Group)]) -> Vec<u8> {
    let mut bytes = MAGIC.to_vec();
    for (hash, group) in entries {
        bytes.extend(hash.to_le_bytes());
        bytes.extend(group.fine.to_le_bytes());
        bytes.extend(group.middle.to_le_bytes());
        bytes.extend([group.coarse, group.rank]);
    }
    bytes
}

const MAGIC: &[u8] = b"chancery-groups-1\n";

fn hash_of(entry: &[u8; ENTRY]) -> u32 {
    u32::from_le_bytes([entry[0], entry[1], entry[2], entry[3]])
}

struct Grouping {
    /// The group of each vector.
    of: Vec<usize>,
    centres: Vec<f32>,
}

/// Groups vectors of length 1 by direction. The same vectors give the same groups.
fn kmeans(vectors: &[f32], width: usize, groups: usize) -> Grouping {
    let n = vectors.len().checked_div(width).unwrap_or(0);
    let groups = groups.min(n).max(1);
    // The words come by frequency; a stride through them starts from words of every frequency.
    let stride = (n / groups).max(1);
    let mut centres: Vec<f32> = (0..groups.min(n)).flat_map(|g| row(vectors, width, g * stride).to_vec()).collect();
    let mut of = vec![0; n];
    for _ in 0..ROUNDS {
        let mut sums = vec![0f32; centres.len()];
        for (i, group) in of.iter_mut().enumerate() {
            *group = nearest(row(vectors, width, i), &centres, width);
            let sum = &mut sums[*group * width..(*group + 1) * width];
            sum.iter_mut().zip(row(vectors, width, i)).for_each(|(s, v)| *s += v);
        }
        for g in 0..centres.len() / width.max(1) {
            let sum = unit(&sums[g * width..(g + 1) * width]);
            if sum.iter().any(|v| *v != 0.0) {
                centres[g * width..(g + 1) * width].copy_from_slice(&sum);
            }
        }
    }
    Grouping { of, centres }
}

fn row(vectors: &[f32], width: usize, i: usize) -> &[f32] {
    &vectors[i * width..(i + 1) * width]
}

fn nearest(vector: &[f32], centres: &[f32], width: usize) -> usize {
    let mut best = (0, f32::MIN);
    for (g, centre) in centres.chunks_exact(width).enumerate() {
        let score = dot(vector, centre);
        if score > best.1 {
            best = (g, score);
        }
    }
    best.0
}

/// A dot product in eight lanes, always in the same order.
fn dot(a: &[f32], b: &[f32]) -> f32 {
    let mut lanes = [0f32; 8];
    let (xs, ys) = (a.chunks_exact(8), b.chunks_exact(8));
    let rest: f32 = xs.remainder().iter().zip(ys.remainder()).map(|(x, y)| x * y).sum();
    for (x, y) in xs.zip(ys) {
        for k in 0..8 {
            lanes[k] += x[k] * y[k];
        }
    }
    lanes.iter().sum::<f32>() + rest
}

fn unit(vector: &[f32]) -> Vec<f32> {
    let length = dot(vector, vector).sqrt();
    vector.iter().map(|v| if length > 0.0 { v / length } else { 0.0 }).collect()
}
