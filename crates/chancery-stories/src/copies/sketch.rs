//! A text as a small sample of its rows of words.

use super::{CopiesError, Spelling};
use chancery_text::{Article, BlockKind};
use chancery_words::Hash;

/// Words of a row. Set by measuring, see `eval/stories`.
pub(crate) const ROW_WORDS: usize = 4;
/// One in so many rows is kept …
const KEEP_ONE_IN: u32 = 4;
/// … but of a short text so many at least.
const MIN_KEPT: usize = 128;
/// Of the kept rows one in so many is a key (see [`Sketch::keys`]) …
const KEY_ONE_IN: u32 = 4;
/// … but so many at least.
const MIN_KEYS: usize = 16;
/// The first byte of a stored sketch. It must change with every change of what is hashed and how.
const FORMAT: u8 = 1;
const SEED: u32 = 4;

/// A sample of the rows of words of a text, small enough to keep for millions of texts.
///
/// Two samples are taken by the same rule, the value of a row's hash, so that what is common to them tells what is common
/// to the texts (Broder, "On the resemblance and containment of documents", 1997). The rule is a fixed share of all rows
/// (FracMinHash: Irber et al., bioRxiv 2022.01.11.475838), which also serves where a short text stands in a long one; of a
/// text with few rows, more are kept.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Sketch {
    /// Hash of all words in order.
    whole: u64,
    words: u32,
    /// All rows with a hash up to here were kept.
    limit: u32,
    // Invariant: sorted, no two alike, none above `limit`.
    hashes: Box<[u32]>,
}

/// What two texts have in common, as their sketches tell it: 0 to 1.
#[derive(Debug, Clone, Copy, PartialEq, Default)]
pub struct Overlap {
    /// The share of the first text's rows that stand in the second.
    pub first_in_second: f32,
    /// The share of the second text's rows that stand in the first.
    pub second_in_first: f32,
    /// The share of all rows that stand in both.
    pub resemblance: f32,
    /// So many rows that stand in both were seen.
    pub common: usize,
}

impl Sketch {
    /// The sketch of a text.
    pub fn of(text: &str, spelling: &Spelling) -> Sketch {
        let mut sampler = Sampler::default();
        spelling.each_word(text, |word| sampler.add(word));
        sampler.finish()
    }

    /// The sketch of an article's paragraphs and lists: not of its title, which a copy may change, nor of captions and credits.
    pub fn of_article(article: &Article, spelling: &Spelling) -> Sketch {
        let mut sampler = Sampler::default();
        let is_text = |kind| matches!(kind, BlockKind::Paragraph | BlockKind::ListItem);
        for block in article.blocks.iter().filter(|b| is_text(b.kind)) {
            let text = article.text.get(block.span.start..block.span.end).unwrap_or_default();
            spelling.each_word(text, |word| sampler.add(word));
        }
        sampler.finish()
    }

    /// How many words the text has.
    pub fn words(&self) -> usize {
        self.words as usize
    }

    /// A hash of all words in order: equal for texts that differ at most in spelling and marks.
    pub fn whole(&self) -> u64 {
        self.whole
    }

    /// A few of the sample's hashes, chosen by the same rule in every text: texts that have none in common are not compared.
    pub fn keys(&self) -> &[u32] {
        &self.hashes[..self.sampled().max(MIN_KEYS).min(self.hashes.len())]
    }

    /// How many of the keys were chosen by their hash alone, and so in every text.
    pub fn sampled(&self) -> usize {
        self.hashes.partition_point(|&h| h <= u32::MAX / (KEEP_ONE_IN * KEY_ONE_IN))
    }

    /// What is common to two texts.
    pub fn overlap(&self, other: &Sketch) -> Overlap {
        let limit = self.limit.min(other.limit);
        let within = |s: &Sketch| s.hashes.partition_point(|&h| h <= limit);
        let (a, b) = (&self.hashes[..within(self)], &other.hashes[..within(other)]);
        let common = count_common(a, b);
        let share = |of: usize| if of == 0 { 0.0 } else { common as f32 / of as f32 };
        Overlap {
            first_in_second: share(a.len()),
            second_in_first: share(b.len()),
            resemblance: share(a.len() + b.len() - common),
            common,
        }
    }

    /// The sketch as bytes, the same on every machine.
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut bytes = vec![FORMAT];
        bytes.extend(self.whole.to_le_bytes());
        bytes.extend(self.words.to_le_bytes());
        bytes.extend(self.limit.to_le_bytes());
        self.hashes.iter().for_each(|h| bytes.extend(h.to_le_bytes()));
        bytes
    }

    /// The sketch that [`Sketch::to_bytes`] wrote.
    ///
    /// # Errors
    /// [`CopiesError::Sketch`] where the bytes are no sketch, or one that another version of the program made.
    pub fn from_bytes(bytes: &[u8]) -> Result<Sketch, CopiesError> {
        let wrong = || CopiesError::Sketch { bytes: bytes.len() };
        let rest = bytes.strip_prefix(&[FORMAT]).ok_or_else(wrong)?;
        let (whole, rest) = rest.split_first_chunk().ok_or_else(wrong)?;
        let (words, rest) = rest.split_first_chunk().ok_or_else(wrong)?;
        let (limit, rest) = rest.split_first_chunk().ok_or_else(wrong)?;
        let (chunks, left) = rest.as_chunks();
        let hashes: Box<[u32]> = chunks.iter().map(|c| u32::from_le_bytes(*c)).collect();
        let limit = u32::from_le_bytes(*limit);
        let in_order = hashes.windows(2).all(|pair| pair[0] < pair[1]) && hashes.last().is_none_or(|&h| h <= limit);
        if !left.is_empty() || !in_order {
            return Err(wrong());
        }
        Ok(Sketch { whole: u64::from_le_bytes(*whole), words: u32::from_le_bytes(*words), limit, hashes })
    }
}

fn count_common(a: &[u32], b: &[u32]) -> usize {
    let (mut i, mut j, mut common) = (0, 0, 0);
    while i < a.len() && j < b.len() {
        common += usize::from(a[i] == b[j]);
        let (x, y) = (a[i], b[j]);
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    common
}

/// Takes words, gives their sketch.
struct Sampler {
    whole: u64,
    words: u32,
    /// Hashes of the last words; the oldest is written over.
    last: [u32; ROW_WORDS],
    /// Hashes of all rows of a short text; of a longer one, of those that are kept.
    hashes: Vec<u32>,
    limit: u32,
}

/// A text with so many rows is not kept whole while it is read.
const LONG_TEXT: usize = 4096;
const FNV_START: u64 = 0xcbf2_9ce4_8422_2325;

impl Default for Sampler {
    fn default() -> Self {
        Sampler { whole: FNV_START, words: 0, last: [0; ROW_WORDS], hashes: Vec::new(), limit: u32::MAX }
    }
}

impl Sampler {
    fn add(&mut self, word: &str) {
        let hash = fnv(FNV_START, word.as_bytes());
        self.whole = fnv(self.whole, &hash.to_le_bytes());
        let at = self.words as usize % ROW_WORDS;
        self.last[at] = (hash ^ (hash >> 32)) as u32;
        self.words = self.words.saturating_add(1);
        if self.words as usize >= ROW_WORDS {
            self.add_row(at + 1);
        }
    }

    /// Adds the row whose first word stands at `start` of `last`, round the end.
    fn add_row(&mut self, start: usize) {
        let mut row = Hash::new(SEED);
        (0..ROW_WORDS).for_each(|i| row.add(self.last[(start + i) % ROW_WORDS]));
        let hash = row.end();
        if hash > self.limit {
            return;
        }
        self.hashes.push(hash);
        if self.hashes.len() == LONG_TEXT && self.limit == u32::MAX {
            self.limit = u32::MAX / KEEP_ONE_IN;
            self.hashes.retain(|&h| h <= u32::MAX / KEEP_ONE_IN);
        }
    }

    fn finish(mut self) -> Sketch {
        if self.words > 0 && (self.words as usize) < ROW_WORDS {
            self.add_row(0);
        }
        let mut hashes = self.hashes;
        hashes.sort_unstable();
        hashes.dedup();
        let sampled = hashes.partition_point(|&h| h <= u32::MAX / KEEP_ONE_IN);
        let kept = sampled.max(MIN_KEPT);
        let limit = match hashes.len() {
            n if n <= MIN_KEPT && self.limit == u32::MAX => u32::MAX,
            _ if kept == sampled => u32::MAX / KEEP_ONE_IN,
            _ => hashes.get(kept - 1).copied().unwrap_or(self.limit),
        };
        hashes.truncate(kept);
        Sketch { whole: self.whole, words: self.words, limit, hashes: hashes.into() }
    }
}

/// FNV-1a: short, and the same on every machine and in every version.
fn fnv(start: u64, bytes: &[u8]) -> u64 {
    bytes.iter().fold(start, |hash, &byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}

/// The hash of a text as it stands.
pub(super) fn fnv_of(text: &str) -> u64 {
    fnv(FNV_START, text.as_bytes())
}
