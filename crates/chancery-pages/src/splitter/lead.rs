//! Whether a paragraph reads like an article's first, or like its last, by its words alone.

use chancery_words::Hash;
use rustc_hash::FxHashMap;

/// So many of a paragraph's first words are looked at.
pub(super) const LEAD_WORDS: usize = 40;

/// Weights of words for the first and the last paragraph of an article.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Leads {
    pub bias: [f32; 2],
    pub weights: FxHashMap<u32, [f32; 2]>,
}

/// How a word stands in the paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    /// The first word.
    First,
    /// The first two.
    Two,
    /// Among the first [`LEAD_WORDS`].
    In,
}

impl Kind {
    pub(super) const ALL: [(Kind, &str); 3] = [(Kind::First, "first"), (Kind::Two, "two"), (Kind::In, "in")];
}

impl Leads {
    /// Log odds that a paragraph of these words is an article's first, and its last.
    pub(super) fn score(&self, words: &[String]) -> [f32; 2] {
        let mut sum = self.bias;
        each(words, |kind, words| {
            let weights = self.weights.get(&hash(kind, words)).copied().unwrap_or_default();
            sum[0] += weights[0];
            sum[1] += weights[1];
        });
        sum
    }
}

/// The features of a paragraph that begins with `words`, in lower case.
pub(super) fn each(words: &[String], mut take: impl FnMut(Kind, &[&str])) {
    let head: Vec<&str> = words.iter().take(LEAD_WORDS).map(String::as_str).collect();
    if let [first, rest @ ..] = head.as_slice() {
        take(Kind::First, &[first]);
        if let [second, ..] = rest {
            take(Kind::Two, &[first, second]);
        }
    }
    let mut all: Vec<&str> = head.into_iter().filter(|w| w.len() >= 2).collect();
    all.sort_unstable();
    all.dedup();
    all.into_iter().for_each(|word| take(Kind::In, &[word]));
}

/// What a feature is found by.
pub(super) fn hash(kind: Kind, words: &[&str]) -> u32 {
    let mut hash = Hash::new(kind as u32 + 1);
    for word in words {
        word.chars().chain([' ']).for_each(|c| hash.add(u32::from(c)));
    }
    hash.end()
}
