//! Marked pairs: one label each, told by a person and by the program.

use crate::bootstrap::{Bootstrap, Counts, Figure, Formula, Four, figures};
use crate::gold::Place;
use crate::scores::{Confusion, NONE, TypeScores};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A pair with both labels.
#[derive(Debug, Clone, PartialEq)]
pub struct NamedPair {
    /// Where the gold has it.
    pub place: Place,
    /// The sentence, with its marks.
    pub marked: String,
    /// The sentence without them; pairs of one sentence are drawn together.
    pub sentence: String,
    /// The gold's label.
    pub gold: String,
    /// The program's; `None` where it names nothing.
    pub coded: Option<String>,
    /// Why the program says so.
    pub why: String,
}

impl NamedPair {
    /// True where the program's label is the gold's.
    pub fn is_right(&self) -> bool {
        self.coded.as_ref() == Some(&self.gold)
    }

    fn coded(&self) -> &str {
        self.coded.as_deref().unwrap_or(NONE)
    }
}

/// How right the labels are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PairScores {
    /// How many pairs.
    pub pairs: usize,
    /// In how many sentences.
    pub sentences: usize,
    /// Pairs with the right label.
    pub accuracy: Figure,
    /// The mean F1 of the labels that the gold has.
    pub macro_f1: Figure,
    /// By label.
    pub labels: Vec<TypeScores>,
    /// What was taken for what.
    pub confusion: Confusion,
}

/// Scores labels.
pub fn score_pairs(pairs: &[NamedPair], how: Bootstrap) -> PairScores {
    let labels: Vec<&str> = {
        let all = pairs.iter().flat_map(|p| [p.gold.as_str(), p.coded()]).filter(|l| *l != NONE);
        all.collect::<BTreeSet<_>>().into_iter().collect()
    };
    let four = |label: &str| labels.iter().position(|l| *l == label).map(|i| Four(2 + 4 * i));
    let mut units: BTreeMap<&str, Counts> = BTreeMap::new();
    let mut confusion = BTreeMap::new();
    for pair in pairs {
        let counts = units.entry(&pair.sentence).or_default();
        let right = u64::from(pair.is_right());
        counts.extend([(0, right), (1, 1)]);
        counts.extend(four(&pair.gold).into_iter().flat_map(|f| [(f.0 + Four::GOLD, 1), (f.0 + Four::FOUND, right)]));
        counts
            .extend(four(pair.coded()).into_iter().flat_map(|f| [(f.0 + Four::CODED, 1), (f.0 + Four::RIGHT, right)]));
        *confusion.entry((pair.gold.clone(), pair.coded().to_string())).or_default() += 1;
    }
    let sentences = units.len();
    let units: Vec<Counts> = units.into_values().collect();
    let fours: Vec<Four> = (0..labels.len()).map(|i| Four(2 + 4 * i)).collect();
    let three = fours.iter().flat_map(|&f| [Formula::Precision(f), Formula::Recall(f), Formula::F1(f)]);
    let formulas: Vec<Formula> =
        [Formula::Share(0, 1), Formula::MacroF1(fours.clone())].into_iter().chain(three).collect();
    let (sums, all) = figures(&units, 2 + 4 * labels.len(), &formulas, how);
    let by_label = labels.iter().zip(&fours).zip(all[2..].chunks(3)).map(|((label, four), three)| TypeScores {
        event_type: (*label).to_string(),
        gold: sums[four.0 + Four::GOLD],
        coded: sums[four.0 + Four::CODED],
        precision: three[0],
        recall: three[1],
        f1: three[2],
    });
    PairScores {
        pairs: pairs.len(),
        sentences,
        accuracy: all[0],
        macro_f1: all[1],
        labels: by_label.collect(),
        confusion: Confusion::of(&confusion),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn pair(sentence: &str, gold: &str, coded: Option<&str>) -> NamedPair {
        NamedPair {
            place: Place::default(),
            marked: String::new(),
            sentence: sentence.into(),
            gold: gold.into(),
            coded: coded.map(str::to_string),
            why: String::new(),
        }
    }

    /// AID: two in the gold, one coded and right: P 1, R 1/2, F1 2/3. SUPPORT: one in the gold, two coded, one right: P 1/2,
    /// R 1, F1 2/3. COERCE: one in the gold, none coded: 0. Mean of the three: 4/9. Two of four are right.
    #[test]
    fn labels_are_scored_as_by_hand() {
        let pairs = [
            pair("a", "AID", Some("AID")),
            pair("a", "AID", Some("SUPPORT")),
            pair("b", "SUPPORT", Some("SUPPORT")),
            pair("c", "COERCE", None),
        ];
        let scores = score_pairs(&pairs, Bootstrap::default());
        assert_eq!((scores.pairs, scores.sentences), (4, 3));
        assert_eq!(scores.accuracy.value, Some(0.5));
        assert!((scores.macro_f1.value.unwrap() - 4.0 / 9.0).abs() < 1e-9);
        assert_eq!(scores.confusion.labels, ["AID", "COERCE", "SUPPORT", "none"]);
        assert_eq!(scores.confusion.counts, [[1, 0, 1, 0], [0, 0, 0, 1], [0, 0, 1, 0], [0, 0, 0, 0]]);
        assert_eq!(scores, score_pairs(&pairs, Bootstrap::default()));
    }
}
