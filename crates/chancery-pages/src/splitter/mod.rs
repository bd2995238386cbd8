//! Where a page passes from one article to the next when nothing but the text shows it.
//!
//! In: the lines of a page. Out: cuts with the probability of each. A model (`data/models/splitter.tsv`, made by
//! [`train`]) says for each paragraph how likely it begins an article, given where the present article began: the words
//! and names change, a person is named in full though a bare surname was used before, names are used that only the text
//! above explains, the paragraph reads like a beginning and the one before like an end. Dynamic programming over the
//! whole page sums over all ways of cutting it, so that a cut's probability counts every other cut that goes with it.
//!
//! The survey of the field behind it: simple features at one gap do not suffice where neighbours tell of the same topic.

mod features;
mod lead;
mod random;
mod train;
mod trees;

pub use train::{Corpus, Glue, GlueScore, HEAD, TrainReport, evaluate, train};

use crate::PagesError;
use crate::text::lines::{MAX_LINE_BYTES, ends_sentence};
use crate::text::title::{is_body, may_be_title};
use chancery_data::Data;
use chancery_words::{GROUPS_PATH, WordGroups};
use features::{Context, FEATURES, Paragraph};
use lead::{Kind, Leads};
use trees::{Node, Trees};

const PATH: &str = "models/splitter.tsv";
/// An article of more paragraphs is looked at only so far back.
const MAX_BACK: usize = 60;
/// No article is shorter, in paragraphs: what is left of one tells too little.
const MIN_PIECE: usize = 3;
/// Of one with a title two are enough.
const MIN_TITLED: usize = 2;
/// Longer pages are not searched.
pub(crate) const MAX_PARAGRAPHS: usize = 4000;
/// A gap is looked at for every beginning of the present article only where its log odds, for one not far above, are not
/// below this.
const HOPELESS: f32 = -4.0;
const NOT_FAR: usize = 12;
/// A title stands so near above the text, in lines.
const TITLE_WITHIN: usize = 4;
/// A line above a subtitle is the title if so much of what the subtitle tells of the text is told by it.
const SUBTITLE_TELLS: f32 = 0.6;
/// A shorter sentence opens no article.
const OPENING_MIN_CHARS: usize = 45;
/// So much of a paragraph is read.
const UNIT_BYTES: usize = 4000;

/// The model.
#[derive(Debug, Clone, Default)]
pub(crate) struct Splitter {
    /// Cuts of a lower probability are counted, and not made.
    pub sure: f32,
    trees: Trees,
    leads: Leads,
    groups: WordGroups,
}

/// A paragraph of a page, as the model sees it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Unit<'p> {
    /// Its text.
    pub text: &'p str,
    /// The line above it, where that may be its article's title.
    pub title: Option<&'p str>,
    /// Index of the line at which an article would begin: its own, or its title's.
    pub line: usize,
    /// True where an article may begin here.
    pub may_begin: bool,
}

/// A paragraph that begins an article.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(crate) struct Cut {
    /// Index of the paragraph.
    pub at: usize,
    /// How sure the model is, 0 to 1.
    pub probability: f32,
}

/// What the model says of a page.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Judged {
    /// The most probable cuts.
    pub cuts: Vec<Cut>,
    /// How probable it is that the page is one article, 0 to 1.
    pub whole: f32,
}

/// The paragraphs of a page. Where its first line is a title (`titled`), every article has one.
pub(crate) fn units<'p>(lines: &[&'p str], titled: bool) -> Vec<Unit<'p>> {
    let mut units = Vec::new();
    let unit = |k: usize, title: Option<usize>, may_begin: bool| Unit {
        text: crate::text::head(lines[k], UNIT_BYTES),
        title: title.map(|t| lines[t]),
        line: title.unwrap_or(k),
        may_begin,
    };
    let short = |k: usize| unit(k, None, !titled && may_open(lines[k]));
    let mut read = 0;
    for k in (0..lines.len()).filter(|k| lines[*k].len() <= MAX_LINE_BYTES && is_body(lines[*k])) {
        let title = if titled { title_above(lines, read, k) } else { None };
        units.extend((read..title.unwrap_or(k)).map(short));
        units.push(unit(k, title, title.is_some() || !titled));
        read = k + 1;
    }
    units.extend((read..lines.len()).map(short));
    units
}

/// A short paragraph that is a sentence may begin an article.
fn may_open(line: &str) -> bool {
    line.chars().nth(OPENING_MIN_CHARS).is_some() && ends_sentence(line)
}

/// Of the short lines above a paragraph the one that tells most of it, if any may be a title; of two the upper one,
/// which has the other for its subtitle, unless it tells much less.
fn title_above(lines: &[&str], from: usize, body: usize) -> Option<usize> {
    let near = from.max(body.saturating_sub(TITLE_WITHIN))..body;
    if near.is_empty() {
        return None;
    }
    let told = features::stems(lines[body]);
    let tells = |line: &str| {
        let stems = features::stems(line);
        stems.iter().filter(|s| told.binary_search(s).is_ok()).count() as f32 / stems.len().max(1) as f32
    };
    let mut best: Option<(usize, f32)> = None;
    for k in near.rev().filter(|k| may_be_title(lines[*k])) {
        let tells = tells(lines[k]);
        if best.is_none_or(|(_, most)| tells >= most * SUBTITLE_TELLS) {
            best = Some((k, tells));
        }
    }
    best.map(|(k, _)| k)
}

/// The least paragraphs of an article of the page.
fn least(units: &[Unit<'_>]) -> usize {
    if units.iter().any(|u| u.title.is_some()) { MIN_TITLED } else { MIN_PIECE }
}

impl Splitter {
    /// Reads the weights.
    pub(crate) fn load(data: &Data) -> Result<Self, PagesError> {
        let wrong = |path: &str, entry: &str, reason: &str| PagesError::Entry {
            path: path.into(),
            entry: entry.into(),
            reason: reason.into(),
        };
        let text = data.text(PATH)?;
        let mut splitter = Splitter::parse(&text).map_err(|(entry, reason)| wrong(PATH, entry, reason))?;
        splitter.groups = load_groups(data)?;
        Ok(splitter)
    }

    /// The most probable way of cutting the page, in order, its beginning not among the cuts; and how probable it is that it
    /// need not be cut.
    pub(crate) fn judge(&self, units: &[Unit<'_>]) -> Judged {
        let (pieces, many) = (2 * least(units), units.len() > MAX_PARAGRAPHS);
        if units.len() < pieces || many || !units[1..].iter().any(|u| u.may_begin) {
            return Judged { cuts: Vec::new(), whole: 1.0 };
        }
        let read: Vec<Paragraph> =
            units.iter().map(|u| Paragraph::judged(u.text, u.title, &self.groups, &self.leads)).collect();
        let lattice = Lattice::new(self, &Context::new(&read), units);
        Judged { cuts: lattice.cuts(), whole: lattice.whole() }
    }

    fn parse(text: &str) -> Result<Self, (&str, &'static str)> {
        let mut splitter = Splitter::default();
        for line in text.lines().filter(|l| !l.starts_with('#') && !l.is_empty()) {
            let wrong = |reason: &'static str| (line, reason);
            let (name, rest) = line.split_once('\t').ok_or_else(|| wrong("no tab behind its name"))?;
            match name {
                "sure" => splitter.sure = number(rest).ok_or_else(|| wrong("no number"))?,
                "base" => splitter.trees.base = number(rest).ok_or_else(|| wrong("no number"))?,
                "lead" => splitter.leads.bias = pair(rest).ok_or_else(|| wrong("no two numbers"))?,
                "tree" => splitter.trees.trees.push(parse_tree(rest).map_err(wrong)?),
                _ => {
                    let (kind, words) = name.split_once('=').ok_or_else(|| wrong("no entry of that name"))?;
                    let kind = Kind::ALL.iter().find(|k| k.1 == kind).ok_or_else(|| wrong("no entry of that name"))?.0;
                    let words: Vec<&str> = words.split(' ').collect();
                    let weights = pair(rest).ok_or_else(|| wrong("no two numbers"))?;
                    splitter.leads.weights.insert(lead::hash(kind, &words), weights);
                }
            }
        }
        Ok(splitter)
    }
}

fn load_groups(data: &Data) -> Result<WordGroups, PagesError> {
    let wrong =
        |reason: &str| PagesError::Entry { path: GROUPS_PATH.into(), entry: "the file".into(), reason: reason.into() };
    WordGroups::read(data.bytes(GROUPS_PATH)?).map_err(wrong)
}

fn number(text: &str) -> Option<f32> {
    text.parse().ok().filter(|n: &f32| n.is_finite())
}

fn pair(text: &str) -> Option<[f32; 2]> {
    let (a, b) = text.split_once('\t')?;
    Some([number(a)?, number(b)?])
}

/// A tree as it is written: parents before children, left before right; `name<number` asks, a number answers.
fn parse_tree(text: &str) -> Result<Vec<Node>, &'static str> {
    let mut nodes = Vec::new();
    // Questions whose right side is not begun.
    let mut open: Vec<usize> = Vec::new();
    let mut ended = false;
    for token in text.split(' ') {
        if std::mem::replace(&mut ended, false) {
            let parent = open.pop().ok_or("a tree goes on behind its end")?;
            let here = nodes.len();
            if let Some(Node::Ask { right, .. }) = nodes.get_mut(parent) {
                *right = here;
            }
        }
        match token.split_once('<') {
            Some((name, below)) => {
                let feature = FEATURES.iter().position(|f| *f == name).ok_or("no feature of that name")?;
                open.push(nodes.len());
                nodes.push(Node::Ask { feature, below: number(below).ok_or("no number")?, right: 0 });
            }
            None => {
                nodes.push(Node::Leaf(number(token).ok_or("no number")?));
                ended = true;
            }
        }
    }
    if ended && open.is_empty() { Ok(nodes) } else { Err("a tree is not whole") }
}

fn write_tree(nodes: &[Node]) -> String {
    let word = |node: &Node| match node {
        Node::Ask { feature, below, .. } => format!("{}<{below}", FEATURES[*feature]),
        Node::Leaf(value) => format!("{value:.4}"),
    };
    nodes.iter().map(word).collect::<Vec<_>>().join(" ")
}

/// All ways of cutting a page at the gaps that are not hopeless.
struct Lattice {
    /// The paragraphs at which an article may begin: the first, and those of the gaps.
    starts: Vec<usize>,
    /// For each of `starts` the log probability that an article from there ends before each later one, and, last, that it
    /// ends with the page.
    pieces: Vec<Vec<f64>>,
}

impl Lattice {
    fn new(splitter: &Splitter, context: &Context<'_>, units: &[Unit<'_>]) -> Self {
        let (n, least) = (units.len(), least(units));
        let mut starts = vec![0];
        let mut gaps = Vec::new();
        for at in (least..=n.saturating_sub(least)).filter(|at| units[*at].may_begin) {
            let gap = context.gap(at);
            if splitter.trees.score(&gap.row(at.saturating_sub(NOT_FAR))) >= HOPELESS {
                starts.push(at);
                gaps.push(gap);
            }
        }
        // odds[e][s]: what speaks for a cut at the e-th gap when the article began at the s-th start.
        let odds: Vec<Vec<f32>> = gaps
            .iter()
            .zip(&starts[1..])
            .enumerate()
            .map(|(e, (gap, at))| {
                let far = at.saturating_sub(MAX_BACK);
                let mut known: Option<(usize, f32)> = None;
                let mut from = |s: usize| match known {
                    Some((at, odds)) if at == s => odds,
                    _ => known.insert((s, splitter.trees.score(&gap.row(s)))).1,
                };
                starts[..=e].iter().map(|s| from((*s).max(far))).collect()
            })
            .collect();
        let piece = |s: usize| {
            let mut inside = 0.0f64;
            let mut ends = Vec::with_capacity(starts.len() - s);
            for e in s..gaps.len() {
                if starts[e + 1] - starts[s] < least {
                    ends.push(f64::NEG_INFINITY);
                    continue;
                }
                let odds = f64::from(odds[e][s]);
                ends.push(inside - softplus(-odds));
                inside -= softplus(odds);
            }
            // The page's end ends the last article.
            ends.push(inside);
            ends
        };
        let pieces = (0..starts.len()).map(piece).collect();
        Lattice { starts, pieces }
    }

    /// Log probability of all ways of reaching each start and the page's end, or only of the best one, with where its last
    /// article began.
    fn forward(&self, best: bool) -> (Vec<f64>, Vec<usize>) {
        let n = self.starts.len();
        let mut reached = vec![f64::NEG_INFINITY; n + 1];
        let mut from = vec![0; n + 1];
        reached[0] = 0.0;
        for s in 0..n {
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
        let n = self.starts.len();
        let mut left = vec![f64::NEG_INFINITY; n + 1];
        left[n] = 0.0;
        for s in (0..n).rev() {
            for (i, piece) in self.pieces[s].iter().enumerate() {
                left[s] = log_add(left[s], piece + left[s + 1 + i]);
            }
        }
        left
    }

    /// The probability of no cut at all.
    fn whole(&self) -> f32 {
        let uncut = self.pieces.first().and_then(|ends| ends.last()).copied().unwrap_or(0.0);
        (uncut - self.backward()[0]).exp().clamp(0.0, 1.0) as f32
    }

    fn cuts(&self) -> Vec<Cut> {
        let (_, from) = self.forward(true);
        let (reached, _) = self.forward(false);
        let left = self.backward();
        let total = left[0];
        let mut cuts = Vec::new();
        let mut at = from[self.starts.len()];
        while at > 0 {
            let probability = (reached[at] + left[at] - total).exp().clamp(0.0, 1.0);
            cuts.push(Cut { at: self.starts[at], probability: probability as f32 });
            at = from[at];
        }
        cuts.reverse();
        cuts
    }
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
    fn weights_are_read() {
        let splitter = Splitter::load(&Data::embedded()).unwrap();
        assert!(splitter.leads.weights.len() > 100 && splitter.trees.trees.len() > 20);
        for tree in &splitter.trees.trees {
            assert_eq!(parse_tree(&write_tree(tree)).as_ref(), Ok(tree));
        }
        assert_eq!(Splitter::parse("tree\tno_such<1 2 3").unwrap_err().1, "no feature of that name");
        assert_eq!(Splitter::parse("tree\tlead<1 2").unwrap_err().1, "a tree is not whole");
        assert_eq!(Splitter::parse("tree\tlead<1 2 3 4").unwrap_err().1, "a tree goes on behind its end");
        assert_eq!(Splitter::parse("base\tNaN").unwrap_err().1, "no number");
        assert_eq!(Splitter::parse("colour=red\t1\t1").unwrap_err().1, "no entry of that name");
    }

    #[test]
    fn probabilities_count_all_ways_of_cutting() {
        // Two gaps; the odds of each are even, whatever stands before.
        let even = vec![vec![0.5f64.ln(), 0.25f64.ln(), 0.25f64.ln()], vec![0.5f64.ln(), 0.5f64.ln()], vec![0.0]];
        let lattice = Lattice { starts: vec![0, 3, 6], pieces: even };
        let (reached, _) = lattice.forward(false);
        assert!(reached[3].abs() < 1e-9 && lattice.backward()[0].abs() < 1e-9);
        let sure = vec![vec![f64::NEG_INFINITY, 0.0, f64::NEG_INFINITY], vec![0.0, 0.0], vec![0.0]];
        let lattice = Lattice { starts: vec![0, 3, 6], pieces: sure };
        assert_eq!(lattice.cuts(), [Cut { at: 6, probability: 1.0 }]);
        assert_eq!(lattice.whole(), 0.0);
    }

    #[test]
    fn any_paragraphs_are_read() {
        let splitter = Splitter::load(&Data::embedded()).unwrap();
        for page in [vec![""; 7], vec!["“", "\u{301}é’s", "A B C (A)", "", "x", "Y", "Z"], vec!["Łódź – X. Y"; 80]]
        {
            for titled in [false, true] {
                let mut units = units(&page, titled);
                units.iter_mut().for_each(|u| u.may_begin = true);
                let cuts = splitter.judge(&units).cuts;
                assert!(cuts.iter().all(|c| c.at < units.len() && (0.0..=1.0).contains(&c.probability)));
            }
        }
    }
}
