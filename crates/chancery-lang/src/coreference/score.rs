//! How well chains agree with a treebank's: MUC (Vilain et al., 1995), B³ (Bagga and Baldwin, 1998), CEAFe (Luo, 2005), and
//! their mean, as the CoNLL 2012 task has it. What is referred to once does not count.

use super::Resolver;
use super::train::GoldDocument;
use crate::Language;
use crate::conllu::GoldSentence;
use std::collections::BTreeMap;
use std::ops::Range;

/// Scores of chains, 0 to 100.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct CoreferenceScores {
    /// Places in chains: precision, recall, F1.
    pub mentions: [f64; 3],
    /// Links.
    pub muc: [f64; 3],
    /// Places with their chains.
    pub b_cubed: [f64; 3],
    /// Chains, each with its most alike.
    pub ceaf_e: [f64; 3],
}

impl CoreferenceScores {
    /// The mean of the three F1.
    pub fn conll(&self) -> f64 {
        (self.muc[2] + self.b_cubed[2] + self.ceaf_e[2]) / 3.0
    }
}

/// Finds the chains of a treebank's documents, given its sentences and words, and compares.
pub fn evaluate(language: &Language, resolver: &Resolver, sentences: &[GoldSentence]) -> CoreferenceScores {
    let mut tally = Tally::default();
    for gold in GoldDocument::all(sentences) {
        let document = language.parse_words(gold.sentences);
        let chains = resolver.find_chains(&document);
        let found: Vec<_> = chains.iter().map(|c| c.references.iter().map(|r| r.tokens.clone()).collect()).collect();
        tally.add(&gold.chains(), &found);
    }
    tally.scores()
}

/// Compares the chains of one document.
pub fn score_chains(gold: &[Vec<Range<usize>>], found: &[Vec<Range<usize>>]) -> CoreferenceScores {
    let mut tally = Tally::default();
    tally.add(gold, found);
    tally.scores()
}

/// What was right, of how many found, of how many there are.
#[derive(Debug, Clone, Copy, Default)]
struct Count {
    right: [f64; 2],
    found: f64,
    gold: f64,
}

impl Count {
    /// Of precision and recall each with its own count of what is right.
    fn scores(self) -> [f64; 3] {
        let share = |right: f64, of: f64| if of > 0.0 { 100.0 * right / of } else { 0.0 };
        let (p, r) = (share(self.right[0], self.found), share(self.right[1], self.gold));
        [p, r, if p + r > 0.0 { 2.0 * p * r / (p + r) } else { 0.0 }]
    }
}

#[derive(Debug, Default)]
struct Tally {
    mentions: Count,
    muc: Count,
    b_cubed: Count,
    ceaf_e: Count,
}

type Chains = [Vec<Range<usize>>];

impl Tally {
    fn add(&mut self, gold: &Chains, found: &Chains) {
        let (in_gold, in_found) = (places(gold), places(found));
        let both = in_gold.keys().filter(|k| in_found.contains_key(*k)).count() as f64;
        self.mentions.right[0] += both;
        self.mentions.right[1] += both;
        self.mentions.found += in_found.len() as f64;
        self.mentions.gold += in_gold.len() as f64;
        let (precision, recall) = (overlaps(found, &in_gold), overlaps(gold, &in_found));
        self.muc.right[0] += links(found, &precision);
        self.muc.right[1] += links(gold, &recall);
        self.muc.found += found.iter().map(|c| c.len() as f64 - 1.0).sum::<f64>();
        self.muc.gold += gold.iter().map(|c| c.len() as f64 - 1.0).sum::<f64>();
        self.b_cubed.right[0] += squares(found, &precision);
        self.b_cubed.right[1] += squares(gold, &recall);
        self.b_cubed.found += in_found.len() as f64;
        self.b_cubed.gold += in_gold.len() as f64;
        let alike = best_pairs(gold, found, &recall);
        self.ceaf_e.right[0] += alike;
        self.ceaf_e.right[1] += alike;
        self.ceaf_e.found += found.len() as f64;
        self.ceaf_e.gold += gold.len() as f64;
    }

    fn scores(&self) -> CoreferenceScores {
        CoreferenceScores {
            mentions: self.mentions.scores(),
            muc: self.muc.scores(),
            b_cubed: self.b_cubed.scores(),
            ceaf_e: self.ceaf_e.scores(),
        }
    }
}

/// The chain of each place.
fn places(chains: &Chains) -> BTreeMap<(usize, usize), usize> {
    let place =
        |(k, chain): (usize, &Vec<Range<usize>>)| chain.iter().map(move |r| ((r.start, r.end), k)).collect::<Vec<_>>();
    chains.iter().enumerate().flat_map(place).collect()
}

/// Of each chain: how many of its places each chain of the others has.
fn overlaps(chains: &Chains, others: &BTreeMap<(usize, usize), usize>) -> Vec<BTreeMap<usize, usize>> {
    let count = |chain: &Vec<Range<usize>>| {
        let mut counts = BTreeMap::new();
        for other in chain.iter().filter_map(|r| others.get(&(r.start, r.end))) {
            *counts.entry(*other).or_default() += 1;
        }
        counts
    };
    chains.iter().map(count).collect()
}

fn links(chains: &Chains, overlaps: &[BTreeMap<usize, usize>]) -> f64 {
    let kept = |(chain, with): (&Vec<Range<usize>>, &BTreeMap<usize, usize>)| {
        let alone = chain.len() - with.values().sum::<usize>();
        (chain.len() - with.len() - alone) as f64
    };
    chains.iter().zip(overlaps).map(kept).sum()
}

fn squares(chains: &Chains, overlaps: &[BTreeMap<usize, usize>]) -> f64 {
    let share = |(chain, with): (&Vec<Range<usize>>, &BTreeMap<usize, usize>)| {
        with.values().map(|n| (n * n) as f64).sum::<f64>() / chain.len() as f64
    };
    chains.iter().zip(overlaps).map(share).sum()
}

/// The likeness of the chains, each with at most one other, at its best.
fn best_pairs(gold: &Chains, found: &Chains, overlaps: &[BTreeMap<usize, usize>]) -> f64 {
    let alike = |g: usize, f: usize| {
        let shared = overlaps[g].get(&f).copied().unwrap_or(0) as f64;
        2.0 * shared / (gold[g].len() + found[f].len()) as f64
    };
    if gold.len() <= found.len() {
        assignment(gold.len(), found.len(), alike)
    } else {
        assignment(found.len(), gold.len(), |f, g| alike(g, f))
    }
}

/// The largest sum of `value` over pairs of each row with its own column (Kuhn, 1955; at most as many rows as columns).
fn assignment(rows: usize, columns: usize, value: impl Fn(usize, usize) -> f64) -> f64 {
    let (mut u, mut v) = (vec![0.0; rows + 1], vec![0.0; columns + 1]);
    let mut row_of = vec![0; columns + 1];
    for row in 1..=rows {
        row_of[0] = row;
        let mut least = vec![f64::INFINITY; columns + 1];
        let mut from = vec![0; columns + 1];
        let mut used = vec![false; columns + 1];
        let mut at = 0;
        while row_of[at] != 0 {
            used[at] = true;
            let (r, mut step, mut next) = (row_of[at], f64::INFINITY, 0);
            for c in (1..=columns).filter(|&c| !used[c]) {
                let slack = -value(r - 1, c - 1) - u[r] - v[c];
                if slack < least[c] {
                    (least[c], from[c]) = (slack, at);
                }
                if least[c] < step {
                    (step, next) = (least[c], c);
                }
            }
            for c in 0..=columns {
                if used[c] {
                    u[row_of[c]] += step;
                    v[c] -= step;
                } else {
                    least[c] -= step;
                }
            }
            at = next;
        }
        while at != 0 {
            row_of[at] = row_of[from[at]];
            at = from[at];
        }
    }
    (1..=columns).filter(|&c| row_of[c] > 0).map(|c| value(row_of[c] - 1, c - 1)).sum()
}
