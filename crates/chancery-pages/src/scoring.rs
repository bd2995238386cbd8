//! How well pages are read: the measures of two public benchmarks.
//!
//! In: what a page holds by its gold and what was found. Out: [`BodyScores`] as the article extraction benchmark of Zyte
//! (Scrapinghub) counts them, [`DateScores`] as the evaluation of htmldate does.

use rustc_hash::FxHashMap;

/// Words in a row that a body is compared by.
const ROW: usize = 4;

/// Precision and recall of bodies: for each page, of its bag of four words in a row; then the mean of all pages.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct BodyScores {
    pages: usize,
    precision: f64,
    recall: f64,
}

impl BodyScores {
    /// Adds one page.
    pub fn add(&mut self, gold: &str, found: &str) {
        let (gold, found) = (bag(gold), bag(found));
        let sum = |bag: &FxHashMap<String, usize>| bag.values().sum::<usize>();
        let both: usize = gold.iter().map(|(row, n)| *n.min(found.get(row).unwrap_or(&0))).sum();
        let share = |whole: usize| if sum(&gold) == both && sum(&found) == both { 1.0 } else { ratio(both, whole) };
        self.pages += 1;
        self.precision += share(sum(&found));
        self.recall += share(sum(&gold));
    }

    /// How many pages there were.
    pub fn pages(&self) -> usize {
        self.pages
    }

    /// Mean precision.
    pub fn precision(&self) -> f64 {
        self.precision / self.pages.max(1) as f64
    }

    /// Mean recall.
    pub fn recall(&self) -> f64 {
        self.recall / self.pages.max(1) as f64
    }

    /// The harmonic mean of the two means.
    pub fn f1(&self) -> f64 {
        harmonic(self.precision(), self.recall())
    }
}

/// Right, wrong and missing dates of publication.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct DateScores {
    /// Pages with the gold's date.
    pub right: usize,
    /// Pages with another date.
    pub wrong: usize,
    /// Pages without a date.
    pub missing: usize,
}

impl DateScores {
    /// Adds one page.
    pub fn add(&mut self, gold: &str, found: Option<&str>) {
        match found {
            Some(found) if found == gold => self.right += 1,
            Some(_) => self.wrong += 1,
            None => self.missing += 1,
        }
    }

    /// Right dates among those given.
    pub fn precision(&self) -> f64 {
        ratio(self.right, self.right + self.wrong)
    }

    /// Right dates among those and the missing; a wrong one counts against precision alone.
    pub fn recall(&self) -> f64 {
        ratio(self.right, self.right + self.missing)
    }

    /// The harmonic mean of both.
    pub fn f1(&self) -> f64 {
        harmonic(self.precision(), self.recall())
    }
}

/// The text that the crate `dom_smoothie` finds by itself, to measure it beside [`crate::Reader::extract`].
pub fn readability_text(html: &[u8]) -> String {
    crate::html::plain_readability(html)
}

fn bag(text: &str) -> FxHashMap<String, usize> {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric() && c != '_').filter(|w| !w.is_empty()).collect();
    let mut bag = FxHashMap::default();
    for row in words.windows(ROW.min(words.len().max(1))) {
        *bag.entry(row.join(" ")).or_default() += 1;
    }
    bag
}

fn ratio(part: usize, whole: usize) -> f64 {
    part as f64 / whole.max(1) as f64
}

fn harmonic(a: f64, b: f64) -> f64 {
    if a + b > 0.0 { 2.0 * a * b / (a + b) } else { 0.0 }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn body(gold: &str, found: &str) -> (f64, f64) {
        let mut scores = BodyScores::default();
        scores.add(gold, found);
        (scores.precision(), scores.recall())
    }

    #[test]
    fn rows_of_four_words_are_counted() {
        assert_eq!(body("one two three four five", "one two three four five"), (1.0, 1.0));
        assert_eq!(body("one two three four five", "one, two. three four"), (1.0, 0.5));
        assert_eq!(body("one two three four", "one two three four five six seven"), (0.25, 1.0));
        assert_eq!(body("a b", "a b"), (1.0, 1.0));
        assert_eq!(body("", ""), (1.0, 1.0));
        assert_eq!(body("", "a b"), (0.0, 0.0));
        assert_eq!(body("a b c d a b c d", "a b c d"), (1.0, 0.2));
    }

    #[test]
    fn a_wrong_date_costs_precision() {
        let mut scores = DateScores::default();
        for found in [Some("2024-05-03"), Some("2024-05-04"), None] {
            scores.add("2024-05-03", found);
        }
        assert_eq!((scores.precision(), scores.recall(), scores.f1()), (0.5, 0.5, 0.5));
    }
}
