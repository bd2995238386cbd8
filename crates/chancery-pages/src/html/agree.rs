//! What two extractors agree on.
//!
//! In: the paragraphs of the page's article as two methods have found them. Out: the paragraphs of the first of which the
//! second has a good part. Readability keeps a paragraph's words as they stand but takes in boxes around the
//! article; `trafilatura` leaves boxes out but drops or glues words at links. What both take is article.

use rustc_hash::{FxHashSet, FxHasher};
use std::hash::{Hash, Hasher};

/// Words in a row that are compared.
const ROW: usize = 4;

/// The paragraphs of `worded` that `chosen` has too; `chosen` itself where that is less than half of its words.
pub(crate) fn agreed(worded: Vec<String>, chosen: Vec<String>) -> Vec<String> {
    let known = Rows::of(&chosen);
    let both: Vec<String> = worded.into_iter().filter(|p| known.hold(p)).collect();
    let words = |all: &[String]| all.iter().map(|p| words(p).len()).sum::<usize>();
    if 2 * words(&both) >= words(&chosen) { both } else { chosen }
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
