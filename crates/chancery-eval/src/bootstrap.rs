//! Figures and how far they would move with other texts.
//!
//! Each text gives sparse counts; a [`Formula`] makes a figure of the sum of all. For the interval the texts are drawn anew,
//! with replacement, as many as there are, and the figure is made again; the middle 95 in 100 of these are the interval.

use serde::{Serialize, Serializer};

/// How intervals are made.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Bootstrap {
    /// How often the texts are drawn.
    pub resamples: usize,
    /// Another number draws others.
    pub seed: u64,
}

impl Default for Bootstrap {
    fn default() -> Self {
        Bootstrap { resamples: 1000, seed: 1 }
    }
}

/// A figure in parts of 1 with its 95 % interval.
#[derive(Debug, Clone, Copy, PartialEq, Default, Serialize)]
pub struct Figure {
    /// `None` where there is nothing to count.
    #[serde(serialize_with = "rounded")]
    pub value: Option<f64>,
    /// The lower end; `None` where there are not two texts to draw from.
    #[serde(serialize_with = "rounded")]
    pub low: Option<f64>,
    /// The upper end.
    #[serde(serialize_with = "rounded")]
    pub high: Option<f64>,
}

/// Four places are enough, and the same on every machine.
fn rounded<S: Serializer>(value: &Option<f64>, serializer: S) -> Result<S::Ok, S::Error> {
    match value {
        Some(value) => serializer.serialize_f64((value * 1e4).round() / 1e4),
        None => serializer.serialize_none(),
    }
}

/// What one text adds to the counts: a place and a number.
pub(crate) type Counts = Vec<(usize, u64)>;

/// Four counts in a row: coded and right, coded, asked for and found, asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Four(pub usize);

impl Four {
    pub const RIGHT: usize = 0;
    pub const CODED: usize = 1;
    pub const FOUND: usize = 2;
    pub const GOLD: usize = 3;

    fn precision(self, sums: &[u64]) -> Option<f64> {
        share(sums[self.0 + Self::RIGHT], sums[self.0 + Self::CODED])
    }

    fn recall(self, sums: &[u64]) -> Option<f64> {
        share(sums[self.0 + Self::FOUND], sums[self.0 + Self::GOLD])
    }

    /// Nothing where nothing is asked for; no precision counts as none right.
    fn f1(self, sums: &[u64]) -> Option<f64> {
        let (p, r) = (self.precision(sums).unwrap_or(0.0), self.recall(sums)?);
        Some(if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 })
    }
}

/// How a figure is made of counts.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Formula {
    Precision(Four),
    Recall(Four),
    F1(Four),
    /// The first count of the second.
    Share(usize, usize),
    /// The mean F1 of those that are in the gold.
    MacroF1(Vec<Four>),
}

impl Formula {
    fn of(&self, sums: &[u64]) -> Option<f64> {
        match self {
            Formula::Precision(four) => four.precision(sums),
            Formula::Recall(four) => four.recall(sums),
            Formula::F1(four) => four.f1(sums),
            Formula::Share(part, whole) => share(sums[*part], sums[*whole]),
            Formula::MacroF1(all) => {
                let of_gold = all.iter().filter(|four| sums[four.0 + Four::GOLD] > 0);
                let f1s: Vec<f64> = of_gold.map(|four| four.f1(sums).unwrap_or(0.0)).collect();
                (!f1s.is_empty()).then(|| f1s.iter().sum::<f64>() / f1s.len() as f64)
            }
        }
    }
}

fn share(part: u64, whole: u64) -> Option<f64> {
    (whole > 0).then(|| part as f64 / whole as f64)
}

/// The sums of all texts, and a figure for each formula.
pub(crate) fn figures(texts: &[Counts], size: usize, formulas: &[Formula], how: Bootstrap) -> (Vec<u64>, Vec<Figure>) {
    let sums = sum(texts.iter(), size);
    let mut drawn: Vec<Vec<f64>> = vec![Vec::with_capacity(how.resamples); formulas.len()];
    let mut random = Random(how.seed);
    for _ in 0..if texts.len() > 1 { how.resamples } else { 0 } {
        let draw: Vec<&Counts> = texts.iter().map(|_| &texts[random.below(texts.len())]).collect();
        let sums = sum(draw.into_iter(), size);
        for (values, formula) in drawn.iter_mut().zip(formulas) {
            values.extend(formula.of(&sums));
        }
    }
    let all = formulas.iter().zip(drawn).map(|(formula, values)| figure(formula.of(&sums), values)).collect();
    (sums, all)
}

fn sum<'a>(texts: impl Iterator<Item = &'a Counts>, size: usize) -> Vec<u64> {
    let mut sums = vec![0; size];
    for (place, count) in texts.flatten() {
        sums[*place] += count;
    }
    sums
}

/// The interval leaves out 2.5 in 100 at either end, whole resamples.
fn figure(value: Option<f64>, mut drawn: Vec<f64>) -> Figure {
    drawn.sort_by(f64::total_cmp);
    let Some(last) = drawn.len().checked_sub(1).filter(|_| value.is_some()) else {
        return Figure { value, ..Figure::default() };
    };
    let out = drawn.len() * 25 / 1000;
    Figure { value, low: Some(drawn[out]), high: Some(drawn[last - out]) }
}

/// SplitMix64: small, and the same on every machine.
struct Random(u64);

impl Random {
    fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let z = (self.0 ^ (self.0 >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        let z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        z ^ (z >> 31)
    }

    fn below(&mut self, n: usize) -> usize {
        ((u128::from(self.next()) * n as u128) >> 64) as usize
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// One text of two right and two wrong, one of four right.
    #[test]
    fn texts_alike_have_a_narrow_interval_and_others_a_wide_one() {
        let alike: Vec<Counts> = vec![vec![(0, 1), (1, 2)]; 20];
        let (sums, figures_of_alike) = figures(&alike, 2, &[Formula::Share(0, 1)], Bootstrap::default());
        assert_eq!(sums, [20, 40]);
        assert_eq!(figures_of_alike[0], Figure { value: Some(0.5), low: Some(0.5), high: Some(0.5) });
        let other: Vec<Counts> = (0..20).map(|i| vec![(0, i % 2), (1, 1)]).collect();
        let (_, figures) = figures(&other, 2, &[Formula::Share(0, 1)], Bootstrap::default());
        let (low, high) = (figures[0].low.unwrap(), figures[0].high.unwrap());
        // The binomial interval of 10 of 20 is .30 to .70.
        assert!((0.2..0.4).contains(&low) && (0.6..0.8).contains(&high), "{low} {high}");
    }

    #[test]
    fn one_text_has_no_interval_and_nothing_no_figure() {
        let (_, of_one) = figures(&[vec![(0, 1), (1, 4)]], 2, &[Formula::Share(0, 1)], Bootstrap::default());
        assert_eq!(of_one[0], Figure { value: Some(0.25), low: None, high: None });
        let (_, of_none) = figures(&[Vec::new(), Vec::new()], 4, &[Formula::F1(Four(0))], Bootstrap::default());
        assert_eq!(of_none[0], Figure::default());
    }
}
