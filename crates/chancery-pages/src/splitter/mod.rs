//! Where a page without titles passes from one article to the next.
//!
//! In: the paragraphs of a page. Out: cuts with the probability of each. A linear model (`data/models/splitter.tsv`,
//! made by [`train`]) says for each paragraph how likely it begins an article, given where the present article began: a
//! person is named in full though a bare surname was used before, names are used that only the text above explains, the
//! words change, the paragraph reads like a beginning. Dynamic programming over the whole page sums over all ways of
//! cutting it, so that a cut's probability counts every other cut that goes with it.
//!
//! The survey of the field behind it: simple features at one gap do not suffice where neighbours tell of the same topic.

mod features;
mod train;

pub use train::{Corpus, Glue, GlueScore, HEAD, TrainReport, evaluate, train};

use crate::PagesError;
use chancery_data::Data;
use features::{Context, DENSE, Gap, Paragraph};
use rustc_hash::FxHashMap;

const PATH: &str = "models/splitter.tsv";
/// An article of more paragraphs is looked at only so far back.
const MAX_BACK: usize = 60;
/// No article is shorter, in paragraphs: what is left of one tells too little.
const MIN_PIECE: usize = 3;
/// Longer pages are not searched: the time grows with paragraphs times [`MAX_BACK`].
pub(crate) const MAX_PARAGRAPHS: usize = 4000;

/// The model.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Splitter {
    bias: f32,
    dense: Vec<f32>,
    words: FxHashMap<String, f32>,
}

/// A paragraph that begins an article.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cut {
    /// Index of the paragraph.
    pub at: usize,
    /// How sure the model is, 0 to 1.
    pub probability: f32,
}

impl Splitter {
    /// Reads the weights.
    pub(crate) fn load(data: &Data) -> Result<Self, PagesError> {
        let text = data.text(PATH)?;
        Splitter::parse(&text).map_err(|(entry, reason)| PagesError::Entry { path: PATH.into(), entry, reason })
    }

    /// The most probable way of cutting the page; cuts in order, the page's beginning not among them.
    ///
    /// `may_begin` says which paragraphs may begin an article, `favour` what else speaks for each, in log odds.
    pub(crate) fn cuts(&self, paragraphs: &[&str], may_begin: &[bool], favour: &[f32]) -> Vec<Cut> {
        let n = paragraphs.len();
        if !(2..=MAX_PARAGRAPHS).contains(&n) {
            return Vec::new();
        }
        let read: Vec<Paragraph> = paragraphs.iter().map(|p| Paragraph::read(p)).collect();
        let lattice = Lattice::new(self, &Context::new(&read), may_begin, favour);
        lattice.cuts()
    }

    /// The log odds that an article begins at a gap.
    fn log_odds(&self, gap: &Gap) -> f32 {
        let dense: f32 = gap.dense.iter().zip(&self.dense).map(|(x, w)| x * w).sum();
        let words: f32 = gap.words.iter().filter_map(|w| self.words.get(w)).sum();
        self.bias + dense + words
    }

    fn parse(text: &str) -> Result<Self, (String, String)> {
        let mut splitter = Splitter { dense: vec![0.0; DENSE.len()], ..Splitter::default() };
        for line in text.lines().filter(|l| !l.starts_with('#') && !l.is_empty()) {
            let wrong = |reason: &str| (line.to_string(), reason.to_string());
            let (name, weight) = line.split_once('\t').ok_or_else(|| wrong("no tab between name and weight"))?;
            let weight: f32 = weight.parse().ok().filter(|w: &f32| w.is_finite()).ok_or_else(|| wrong("no number"))?;
            match DENSE.iter().position(|d| *d == name) {
                Some(i) => splitter.dense[i] = weight,
                None if name == "bias" => splitter.bias = weight,
                None if name.contains('=') => drop(splitter.words.insert(name.to_string(), weight)),
                None => return Err(wrong("no feature of that name")),
            }
        }
        Ok(splitter)
    }

    /// The weights as the file holds them, sorted.
    fn write(&self) -> String {
        let mut out = format!("bias\t{:.4}\n", self.bias);
        for (name, weight) in DENSE.iter().zip(&self.dense) {
            out.push_str(&format!("{name}\t{weight:.4}\n"));
        }
        let mut words: Vec<_> = self.words.iter().collect();
        words.sort_by(|a, b| a.0.cmp(b.0));
        for (word, weight) in words {
            out.push_str(&format!("{word}\t{weight:.3}\n"));
        }
        out
    }
}

/// All ways of cutting a page: `piece(s, e)` is the log probability that an article that began at `s` ends before `e`.
struct Lattice {
    n: usize,
    /// For each start, the log probability of each end `s + 1 + i`; the page's end is a certain one.
    pieces: Vec<Vec<f64>>,
}

impl Lattice {
    fn new(splitter: &Splitter, context: &Context<'_>, may_begin: &[bool], favour: &[f32]) -> Self {
        let n = may_begin.len();
        let pieces = (0..n).map(|s| pieces_from(splitter, context, (may_begin, favour), s)).collect();
        Lattice { n, pieces }
    }

    /// Log probability of all ways of reaching each gap, or only of the best one, with the start of its last piece.
    fn forward(&self, best: bool) -> (Vec<f64>, Vec<usize>) {
        let mut reached = vec![f64::NEG_INFINITY; self.n + 1];
        let mut from = vec![0; self.n + 1];
        reached[0] = 0.0;
        for s in 0..self.n {
            if reached[s] == f64::NEG_INFINITY {
                continue;
            }
            for (i, piece) in self.pieces[s].iter().enumerate() {
                let (e, score) = (s + 1 + i, reached[s] + piece);
                if best && score > reached[e] {
                    reached[e] = score;
                    from[e] = s;
                } else if !best {
                    reached[e] = log_add(reached[e], score);
                }
            }
        }
        (reached, from)
    }

    fn backward(&self) -> Vec<f64> {
        let mut left = vec![f64::NEG_INFINITY; self.n + 1];
        left[self.n] = 0.0;
        for s in (0..self.n).rev() {
            for (i, piece) in self.pieces[s].iter().enumerate() {
                left[s] = log_add(left[s], piece + left[s + 1 + i]);
            }
        }
        left
    }

    fn cuts(&self) -> Vec<Cut> {
        let (_, from) = self.forward(true);
        let (reached, _) = self.forward(false);
        let left = self.backward();
        let total = left[0];
        let mut cuts = Vec::new();
        let mut at = from[self.n];
        while at > 0 {
            let probability = (reached[at] + left[at] - total).exp().clamp(0.0, 1.0);
            cuts.push(Cut { at, probability: probability as f32 });
            at = from[at];
        }
        cuts.reverse();
        cuts
    }
}

fn pieces_from(
    splitter: &Splitter,
    context: &Context<'_>,
    (may_begin, favour): (&[bool], &[f32]),
    s: usize,
) -> Vec<f64> {
    let n = may_begin.len();
    let mut ends = Vec::new();
    let mut inside = 0.0f64;
    if s > 0 && !may_begin[s] {
        return ends;
    }
    for (e, may) in may_begin.iter().enumerate().skip(s + 1) {
        if !may || e - s < MIN_PIECE {
            ends.push(f64::NEG_INFINITY);
            continue;
        }
        let gap = context.gap(s.max(e.saturating_sub(MAX_BACK)), e);
        let odds = f64::from(splitter.log_odds(&gap) + favour[e]);
        ends.push(inside - softplus(-odds));
        inside -= softplus(odds);
    }
    debug_assert_eq!(s + 1 + ends.len(), n.max(s + 1));
    // The page's end ends the last article.
    ends.push(if s > 0 && n - s < MIN_PIECE { f64::NEG_INFINITY } else { inside });
    ends
}

/// `ln(1 + e^x)`.
fn softplus(x: f64) -> f64 {
    if x > 30.0 { x } else { x.exp().ln_1p() }
}

fn log_add(a: f64, b: f64) -> f64 {
    let (high, low) = if a > b { (a, b) } else { (b, a) };
    if low == f64::NEG_INFINITY { high } else { high + (low - high).exp().ln_1p() }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn weights_are_written_as_they_are_read() {
        let splitter = Splitter::load(&Data::embedded()).unwrap();
        assert!(splitter.words.len() > 100 && splitter.dense.iter().any(|w| *w != 0.0));
        assert_eq!(Splitter::parse(&splitter.write()), Ok(splitter));
        assert_eq!(Splitter::parse("no such feature\t1").unwrap_err().1, "no feature of that name");
        assert_eq!(Splitter::parse("bias\tNaN").unwrap_err().1, "no number");
    }

    #[test]
    fn probabilities_count_all_ways_of_cutting() {
        // Two gaps; the odds of each are even, whatever stands before.
        let even = vec![vec![0.5f64.ln(), 0.25f64.ln(), 0.25f64.ln()], vec![0.5f64.ln(), 0.5f64.ln()], vec![0.0]];
        let lattice = Lattice { n: 3, pieces: even };
        let (reached, _) = lattice.forward(false);
        assert!(reached[3].abs() < 1e-9 && lattice.backward()[0].abs() < 1e-9);
        let sure = vec![vec![f64::NEG_INFINITY, 0.0, f64::NEG_INFINITY], vec![0.0], vec![0.0]];
        assert_eq!(Lattice { n: 3, pieces: sure }.cuts(), [Cut { at: 2, probability: 1.0 }]);
    }

    #[test]
    fn any_paragraphs_are_read() {
        let splitter = Splitter::load(&Data::embedded()).unwrap();
        for page in [vec![""; 3], vec!["“", "\u{301}é’s", "A B C (A)"], vec!["Łódź – X. Y"; 80]] {
            let cuts = splitter.cuts(&page, &vec![true; page.len()], &vec![0.0; page.len()]);
            assert!(cuts.iter().all(|c| c.at < page.len() && (0.0..=1.0).contains(&c.probability)));
        }
    }
}
