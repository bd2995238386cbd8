//! Pages glued from single articles: to train the splitter, and to measure it.
//!
//! In: a folder of articles, one a file (`.txt`: a title, an empty line, paragraphs). Out: weights, and boundary scores
//! over pages that are glued of them with and without titles, of random articles and of neighbours in topic. Nothing
//! here is random in the end: the order comes from a counter that begins at the same number.

use super::Splitter;
use super::features::{Context, DENSE, Gap, Paragraph};
use crate::text::title::is_body;
use crate::{ReadOptions, Reader};
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Path, PathBuf};

/// Articles on a glued page.
const GLUED: std::ops::Range<usize> = 3..12;
/// Articles of fewer paragraphs are left out.
const MIN_PARAGRAPHS: usize = 3;
/// Shorter sentences stay with the next.
const SENTENCE_MIN_BYTES: usize = 60;
/// Rarer words get no weight.
const MIN_COUNT: usize = 100;
const EPOCHS: usize = 6;
const RATE: f32 = 0.15;
const SHRINK: f32 = 2e-5;
/// A weight below this is not written.
const MIN_WEIGHT: f32 = 0.02;
/// Articles of the web are longer than the synthetic stories: this much is added to the log odds.
const SHIFT: f32 = -0.3;

/// The first lines of `models/splitter.tsv`.
pub const HEAD: &str = "# Where untitled articles begin: weights of the splitter.\n# version: 1\n# licence: CC-BY-SA-4.0\n# origin: trained by `chancery train splitter`; data and scores in splitter.md\n# date: 2026-11-22\n";

/// A folder of articles.
#[derive(Debug, Clone, Default)]
pub struct Corpus {
    articles: Vec<Text>,
}

#[derive(Debug, Clone)]
struct Text {
    title: Option<String>,
    paragraphs: Vec<String>,
}

/// What was trained.
#[derive(Debug, Clone, Copy)]
pub struct TrainReport {
    /// Articles read.
    pub articles: usize,
    /// Gaps learnt from.
    pub gaps: usize,
    /// Weights written.
    pub weights: usize,
}

/// Boundaries of glued pages, found and missed.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct GlueScore {
    /// Pages read.
    pub pages: usize,
    /// Boundaries that were found and are true.
    pub right: usize,
    /// Boundaries that were found.
    pub found: usize,
    /// Boundaries that are there.
    pub gold: usize,
    /// Pages on which nothing was found.
    pub whole: usize,
}

impl GlueScore {
    /// Harmonic mean of precision and recall, 0 to 1.
    pub fn f1(&self) -> f64 {
        2.0 * self.right as f64 / (self.found + self.gold).max(1) as f64
    }
}

/// How articles are glued.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Glue {
    /// With their titles, in random order.
    Titled,
    /// Without titles, in random order.
    Random,
    /// Without titles, each beside the one most like it.
    Topic,
    /// One article a page, without a title: nothing is to be cut.
    Single,
}

impl Corpus {
    /// Reads the `.txt` files of a folder, in the order of their names.
    ///
    /// # Errors
    /// Where the folder or a file cannot be read.
    pub fn read(folder: &Path) -> std::io::Result<Self> {
        let mut paths: Vec<PathBuf> =
            std::fs::read_dir(folder)?.map(|e| e.map(|e| e.path())).collect::<Result<_, _>>()?;
        paths.retain(|p| p.extension().is_some_and(|e| e == "txt"));
        paths.sort();
        let mut corpus = Corpus::default();
        for path in paths {
            corpus.articles.extend(Text::parse(&String::from_utf8_lossy(&std::fs::read(&path)?)));
        }
        Ok(corpus)
    }

    /// How many articles it holds.
    pub fn len(&self) -> usize {
        self.articles.len()
    }

    /// True where it holds no article.
    pub fn is_empty(&self) -> bool {
        self.articles.is_empty()
    }

    /// Pages of several articles, by their indices.
    fn pages(&self, glue: Glue) -> Vec<Vec<usize>> {
        let mut counter = Counter(7);
        let fits = |i: &usize| glue != Glue::Titled || self.articles[*i].title.is_some();
        let mut order: Vec<usize> = (0..self.len()).filter(fits).collect();
        counter.shuffle(&mut order);
        if glue == Glue::Topic {
            order = self.by_topic(&order);
        }
        let mut pages = Vec::new();
        let mut rest = order.as_slice();
        while !rest.is_empty() {
            let most = if glue == Glue::Single { 1 } else { GLUED.start + counter.below(GLUED.len()) };
            let (page, after) = rest.split_at(most.min(rest.len()));
            pages.push(page.to_vec());
            rest = after;
        }
        pages
    }

    /// The articles in an order in which each is followed by the one most like it that is left.
    fn by_topic(&self, order: &[usize]) -> Vec<usize> {
        let joined: Vec<Paragraph> = self.articles.iter().map(|a| Paragraph::read(&a.paragraphs.join(" "))).collect();
        let vectors = Context::new(&joined).unit_vectors();
        let mut left: Vec<usize> = order.to_vec();
        let mut out = Vec::with_capacity(left.len());
        let mut at = left.pop();
        while let Some(now) = at {
            out.push(now);
            let near = left.iter().enumerate().map(|(i, other)| (i, product(&vectors[now], &vectors[*other])));
            let next = near.max_by(|a, b| a.1.total_cmp(&b.1)).map(|(i, _)| i);
            at = next.map(|i| left.swap_remove(i));
        }
        out
    }
}

impl Text {
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines().map(str::trim);
        let first = lines.next().unwrap_or_default();
        let rest: Vec<&str> = lines.collect();
        let titled = rest.first().is_some_and(|l| l.is_empty()) && !is_body(first) && !first.is_empty();
        let title = titled.then(|| first.to_string());
        let head = (!titled).then_some(first);
        let paragraphs: Vec<String> =
            head.into_iter().chain(rest).filter(|l| !l.is_empty()).map(str::to_string).collect();
        (paragraphs.len() >= MIN_PARAGRAPHS).then_some(Text { title, paragraphs })
    }
}

/// Learns the weights, as the text of `models/splitter.tsv` without its head.
pub fn train(corpus: &Corpus) -> (String, TrainReport) {
    let gaps = training_gaps(corpus);
    let words = frequent_words(&gaps);
    let mut splitter = learn(&gaps, &words);
    splitter.bias += SHIFT;
    splitter.words.retain(|_, w| w.abs() >= MIN_WEIGHT);
    let report =
        TrainReport { articles: corpus.len(), gaps: gaps.len(), weights: splitter.words.len() + DENSE.len() + 1 };
    (splitter.write(), report)
}

/// Scores the reader's boundaries over pages glued from `corpus`, each paragraph a line.
pub fn evaluate(reader: &Reader, corpus: &Corpus, glue: Glue) -> GlueScore {
    let mut score = GlueScore::default();
    for page in corpus.pages(glue) {
        let (text, starts) = glued_text(corpus, &page, glue == Glue::Titled);
        let read = reader.read("page.txt", text.as_bytes(), &ReadOptions::default()).unwrap_or_default();
        let found: FxHashSet<usize> = read.articles.iter().skip(1).map(|a| a.offset_bytes).collect();
        score.pages += 1;
        score.found += found.len();
        score.whole += usize::from(found.is_empty());
        score.gold += starts.len();
        score.right += starts.iter().filter(|s| found.contains(s)).count();
    }
    score
}

/// The page's text, and where each article but the first begins.
fn glued_text(corpus: &Corpus, page: &[usize], titled: bool) -> (String, Vec<usize>) {
    let mut text = String::new();
    let mut starts = Vec::new();
    for (k, article) in page.iter().map(|i| &corpus.articles[*i]).enumerate() {
        if k > 0 {
            starts.push(text.len());
        }
        let title = article.title.iter().filter(|_| titled);
        for line in title.chain(&article.paragraphs) {
            text.push_str(line);
            text.push_str("\n\n");
        }
    }
    (text, starts)
}

/// The inner product of two vectors, sorted by their first parts.
fn product(a: &[(u32, f32)], b: &[(u32, f32)]) -> f32 {
    let (mut i, mut j, mut sum) = (0, 0, 0.0);
    while let (Some((x, p)), Some((y, q))) = (a.get(i), b.get(j)) {
        if x == y {
            sum += p * q;
        }
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    sum
}

struct Example {
    gap: Gap,
    begins: bool,
}

fn training_gaps(corpus: &Corpus) -> Vec<Example> {
    let mut all = Vec::new();
    for glue in [Glue::Random, Glue::Topic] {
        for (k, page) in corpus.pages(glue).into_iter().enumerate() {
            let texts = page.iter().map(|i| &corpus.articles[*i]);
            let mut starts = vec![0];
            let mut paragraphs = Vec::new();
            for text in texts {
                // Some sites give each sentence a paragraph: every second page is such a one.
                let pieces =
                    text.paragraphs.iter().flat_map(|p| if k % 2 == 0 { vec![p.as_str()] } else { sentences(p) });
                paragraphs.extend(pieces.map(Paragraph::read));
                starts.push(paragraphs.len());
            }
            let context = Context::new(&paragraphs);
            for pair in starts.windows(2) {
                let last = pair[1].min(paragraphs.len() - 1);
                all.extend(
                    (pair[0] + 1..=last).map(|at| Example { gap: context.gap(pair[0], at), begins: at == pair[1] }),
                );
            }
        }
    }
    all
}

/// A paragraph cut where a full stop stands before a capital.
fn sentences(paragraph: &str) -> Vec<&str> {
    let mut all = Vec::new();
    let mut rest = paragraph;
    let mut from = 0;
    while let Some(at) = rest[from..].find(". ").map(|i| from + i + 1) {
        let next = rest[at + 1..].chars().next();
        if at >= SENTENCE_MIN_BYTES && next.is_some_and(|c| c.is_uppercase() || c == '“' || c == '"') {
            all.push(&rest[..at]);
            (rest, from) = (&rest[at + 1..], 0);
        } else {
            from = at;
        }
    }
    all.push(rest);
    all
}

fn frequent_words(gaps: &[Example]) -> FxHashMap<String, usize> {
    let mut counts: FxHashMap<&str, usize> = FxHashMap::default();
    for word in gaps.iter().flat_map(|g| g.gap.words.iter()) {
        *counts.entry(word).or_default() += 1;
    }
    let mut words: Vec<&str> = counts.into_iter().filter(|(_, n)| *n >= MIN_COUNT).map(|(w, _)| w).collect();
    words.sort_unstable();
    words.into_iter().enumerate().map(|(i, w)| (w.to_string(), i)).collect()
}

/// Logistic regression by AdaGrad, averaged over nothing: the last weights, shrunk at each step.
fn learn(gaps: &[Example], words: &FxHashMap<String, usize>) -> Splitter {
    let sparse: Vec<Vec<usize>> =
        gaps.iter().map(|g| g.gap.words.iter().filter_map(|w| words.get(w).copied()).collect()).collect();
    let offset = DENSE.len() + 1;
    let mut weights = vec![0.0f32; offset + words.len()];
    let mut squares = vec![1e-3f32; weights.len()];
    let mut counter = Counter(11);
    let mut order: Vec<usize> = (0..gaps.len()).collect();
    for _ in 0..EPOCHS {
        counter.shuffle(&mut order);
        for &i in &order {
            let dense = &gaps[i].gap.dense;
            let odds = weights[0]
                + dense.iter().zip(&weights[1..offset]).map(|(x, w)| x * w).sum::<f32>()
                + sparse[i].iter().map(|k| weights[offset + k]).sum::<f32>();
            let error = f32::from(u8::from(gaps[i].begins)) - 1.0 / (1.0 + (-odds).exp());
            let mut step = |k: usize, x: f32, rate: f32| {
                let gradient = error * x - SHRINK * weights[k];
                squares[k] += gradient * gradient;
                weights[k] += rate * gradient / squares[k].sqrt();
            };
            step(0, 1.0, RATE);
            dense.iter().enumerate().filter(|(_, x)| **x != 0.0).for_each(|(k, x)| step(k + 1, *x, RATE));
            sparse[i].iter().for_each(|k| step(offset + k, 1.0, RATE / 2.0));
        }
    }
    Splitter {
        bias: weights[0],
        dense: weights[1..offset].to_vec(),
        words: words.iter().map(|(word, k)| (word.clone(), weights[offset + k])).collect(),
    }
}

/// Numbers that look random and are always the same.
struct Counter(u64);

impl Counter {
    fn below(&mut self, n: usize) -> usize {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        usize::try_from((z ^ (z >> 31)) % n.max(1) as u64).unwrap_or(0)
    }

    fn shuffle(&mut self, items: &mut [usize]) {
        for i in (1..items.len()).rev() {
            items.swap(i, self.below(i + 1));
        }
    }
}
