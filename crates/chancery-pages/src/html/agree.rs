//! What two extractors agree on.
//!
//! In: the paragraphs of the page's article as two methods have found them. Out: the paragraphs of the first of which the
//! second has a good part. Readability keeps a paragraph's words as they stand but takes in boxes around the
//! article; `trafilatura` leaves boxes out but drops or glues words at links. What both take is article.

use crate::text::lines::ends_sentence;
use crate::text::title::is_body;
use rustc_hash::{FxHashSet, FxHasher};
use std::hash::{Hash, Hasher};

/// Words in a row that are compared.
const ROW: usize = 4;

/// The paragraphs of `worded` that `chosen` has too; `chosen` itself where that is less than half of its words.
pub(crate) fn agreed(worded: Vec<String>, chosen: Vec<String>) -> Vec<String> {
    let known = Rows::of(&chosen);
    let mut agreed: Vec<bool> = worded.iter().map(|p| known.hold(p)).collect();
    keep_lede(&worded, &mut agreed);
    let both: Vec<String> = worded.into_iter().zip(agreed).filter(|(_, a)| *a).map(|(p, _)| p).collect();
    let words = |all: &[String]| all.iter().map(|p| words(p).len()).sum::<usize>();
    if 2 * words(&both) >= words(&chosen) { both } else { chosen }
}

/// A paragraph of prose right above the first two that both have is the article's first.
fn keep_lede(worded: &[String], agreed: &mut [bool]) {
    let Some(first) = agreed.iter().position(|a| *a).filter(|first| *first > 0) else { return };
    let goes_on = agreed.get(first + 1).copied().unwrap_or(false);
    if goes_on && is_body(&worded[first - 1]) && ends_sentence(&worded[first - 1]) {
        agreed[first - 1] = true;
    }
}

/// Hashes of all rows of up to four words.
struct Rows(FxHashSet<u64>);

impl Rows {
    fn of(paragraphs: &[String]) -> Self {
        let all: Vec<String> = paragraphs.iter().flat_map(|p| words(p)).collect();
        let rows = (1..=ROW).flat_map(|n| all.windows(n).map(hash));
        Rows(rows.collect())
    }

    /// True where more than a quarter of the paragraph's rows are known: a paragraph that was cut at its links still counts.
    fn hold(&self, paragraph: &str) -> bool {
        let words = words(paragraph);
        if words.is_empty() {
            return false;
        }
        let rows = words.windows(ROW.min(words.len()));
        let (all, known) = (rows.len(), rows.filter(|r| self.0.contains(&hash(r))).count());
        4 * known > all
    }
}

fn words(text: &str) -> Vec<String> {
    let words = text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty());
    words.map(str::to_lowercase).collect()
}

fn hash(row: &[String]) -> u64 {
    let mut hasher = FxHasher::default();
    row.hash(&mut hasher);
    hasher.finish()
}
