//! Pages glued from single articles: to train the splitter, and to measure it.
//!
//! In: a folder of articles, one a file (`.txt`: a title, an empty line, paragraphs). Out: weights, and boundary scores
//! over pages that are glued of them with and without titles, of random articles and of neighbours in topic. Nothing
//! here is random in the end: the order comes from a counter that begins at the same number.

use super::features::{Context, FEATURES, Paragraph, capitals, product, unit_words};
use super::lead::{self, Kind};
use super::random::Counter;
use super::trees::Trees;
use super::{Leads, load_groups, units, write_tree};
use crate::text::title::is_body;
use crate::{PagesError, ReadOptions, Reader};
use chancery_data::Data;
use chancery_words::WordGroups;
use rustc_hash::{FxHashMap, FxHashSet};
use std::path::{Path, PathBuf};

/// Articles on a glued page.
const GLUED: std::ops::Range<usize> = 3..12;
/// Articles of fewer paragraphs are left out.
const MIN_PARAGRAPHS: usize = 3;
/// Shorter sentences stay with the next.
const SENTENCE_MIN_BYTES: usize = 60;
/// Rarer words get no weight.
const MIN_COUNT: usize = 40;
const EPOCHS: usize = 6;
const RATE: f32 = 0.1;
const SHRINK: f32 = 2e-5;
/// Words of less weight are not written.
const MIN_WEIGHT: f32 = 0.04;
/// A title of which so many longer words have capitals is set in capitals.
const IN_CAPITALS: f32 = 0.8;
/// Cuts of a lower probability are not made.
const SURE: f32 = 0.75;
/// So often the articles are glued, each time in another order.
const ROUNDS: u64 = 2;
/// On one page with titles in so many only the beginnings of articles stand.
const SHORTENED: usize = 3;
/// One page in so many gets headings inside its articles.
const HEADED: usize = 2;

/// The first lines of `models/splitter.tsv`.
pub const HEAD: &str = "# Where untitled articles begin: weights of the splitter.\n# version: 3\n# licence: CC-BY-SA-4.0\n# origin: trained by `chancery train splitter`; data and scores in splitter.md\n# date: 2026-11-22\n";

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
    fn pages(&self, glue: Glue, round: u64, groups: &WordGroups) -> Vec<Vec<usize>> {
        let mut counter = Counter(7 + round);
        let fits = |i: &usize| glue != Glue::Titled || self.articles[*i].title.is_some();
        let mut order: Vec<usize> = (0..self.len()).filter(fits).collect();
        counter.shuffle(&mut order);
        if glue == Glue::Topic {
            order = self.by_topic(&order, groups);
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
    fn by_topic(&self, order: &[usize], groups: &WordGroups) -> Vec<usize> {
        let bag = |a: &Text| {
            let read: Vec<Paragraph> = a.paragraphs.iter().map(|p| Paragraph::read(p, None, groups)).collect();
            unit_words(&read)
        };
        let bags: Vec<_> = self.articles.iter().map(bag).collect();
        let mut left: Vec<usize> = order.to_vec();
        let mut out = Vec::with_capacity(left.len());
        let mut at = left.pop();
        while let Some(now) = at {
            out.push(now);
            let near = left.iter().enumerate().map(|(i, other)| (i, product(&bags[now], &bags[*other])));
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
///
/// # Errors
/// Where `data` holds no word groups.
pub fn train(data: &Data, corpus: &Corpus) -> Result<(String, TrainReport), PagesError> {
    let groups = load_groups(data)?;
    let texts = read_texts(corpus, &groups);
    let vocabulary = frequent(&texts);
    let halves: [Vec<&ReadText>; 2] = [0, 1].map(|h| texts.iter().skip(h).step_by(2).collect());
    // Each half is judged by what was learnt from the other, as the texts of users will be.
    let learnt = [learn_leads(&halves[1], &vocabulary), learn_leads(&halves[0], &vocabulary)];
    let (rows, truth) = training_rows(corpus, &groups, &learnt);
    let all: Vec<&ReadText> = texts.iter().collect();
    let (leads, lead_lines) = learn_leads(&all, &vocabulary);
    let trees = Trees::learn(&rows, &truth);
    let report =
        TrainReport { articles: corpus.len(), gaps: rows.len(), weights: leads.weights.len() + trees.trees.len() };
    let mut out = format!("sure\t{SURE}\nbase\t{}\n", trees.base);
    trees.trees.iter().for_each(|tree| out.push_str(&format!("tree\t{}\n", write_tree(tree))));
    out.push_str(&format!("lead\t{:.3}\t{:.3}\n", leads.bias[0], leads.bias[1]));
    lead_lines.iter().for_each(|line| out.push_str(line));
    Ok((out, report))
}

/// Scores the reader's boundaries over pages glued from `corpus`, each paragraph a line.
///
/// The articles are glued `rounds` times, each time in another order; `sure` stands in for the probability below which
/// cuts are not made.
pub fn evaluate(reader: &mut Reader, corpus: &Corpus, glue: Glue, rounds: u64, sure: Option<f32>) -> GlueScore {
    let mut score = GlueScore::default();
    reader.splitter.sure = sure.unwrap_or(reader.splitter.sure);
    let pages: Vec<_> = (0..rounds).flat_map(|r| corpus.pages(glue, r, &reader.splitter.groups)).collect();
    for page in pages {
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

/// An article's paragraphs by their first words.
struct ReadText {
    leads: Vec<Vec<String>>,
}

/// Each article twice: by its paragraphs, and with a paragraph for each sentence.
fn read_texts(corpus: &Corpus, groups: &WordGroups) -> Vec<ReadText> {
    let lead = |p: &str| Paragraph::read(p, None, groups).first;
    let read = |text: &Text| {
        let paragraphs = text.paragraphs.iter().map(|p| lead(p)).collect::<Vec<_>>();
        let single = text.paragraphs.iter().flat_map(|p| sentences(p)).map(lead).collect::<Vec<_>>();
        [ReadText { leads: paragraphs }, ReadText { leads: single }]
    };
    // First all by paragraphs, then all by sentences, so that the halves of both hold the same articles.
    let (mut all, mut rest) = (Vec::new(), Vec::new());
    for [a, b] in corpus.articles.iter().map(read) {
        all.push(a);
        rest.push(b);
    }
    if all.len() % 2 == 1 {
        all.push(ReadText { leads: Vec::new() });
    }
    all.extend(rest);
    all
}

/// Word features that are frequent enough, sorted, with their names.
fn frequent(texts: &[ReadText]) -> Vec<(String, u32)> {
    let mut counts: FxHashMap<u32, (usize, String)> = FxHashMap::default();
    for words in texts.iter().flat_map(|t| &t.leads) {
        lead::each(words, |kind, words| {
            let name = || Kind::ALL.iter().find(|k| k.0 == kind).map(|k| format!("{}={}", k.1, words.join(" ")));
            let entry = counts.entry(lead::hash(kind, words)).or_insert_with(|| (0, name().unwrap_or_default()));
            entry.0 += 1;
        });
    }
    let mut all: Vec<(String, u32)> =
        counts.into_iter().filter(|(_, (n, _))| *n >= MIN_COUNT).map(|(hash, (_, name))| (name, hash)).collect();
    all.sort();
    all
}

/// Logistic regression by AdaGrad for first and for last paragraphs; with the lines that the file holds of it.
fn learn_leads(texts: &[&ReadText], vocabulary: &[(String, u32)]) -> (Leads, Vec<String>) {
    let place: FxHashMap<u32, usize> = vocabulary.iter().enumerate().map(|(i, (_, hash))| (*hash, i + 1)).collect();
    let mut examples: Vec<(Vec<usize>, [bool; 2])> = Vec::new();
    for text in texts {
        for (i, words) in text.leads.iter().enumerate() {
            let mut features = vec![0];
            lead::each(words, |kind, words| features.extend(place.get(&lead::hash(kind, words))));
            examples.push((features, [i == 0, i + 1 == text.leads.len()]));
        }
    }
    let learnt = [0, 1].map(|which| regress(&examples, which, vocabulary.len() + 1));
    let mut leads = Leads { bias: learnt.each_ref().map(|w| w[0]), ..Leads::default() };
    let mut lines = Vec::new();
    for (i, (name, hash)) in vocabulary.iter().enumerate() {
        let weights = learnt.each_ref().map(|w| (w[i + 1] * 1000.0).round() / 1000.0);
        if weights.iter().any(|w| w.abs() >= MIN_WEIGHT) {
            leads.weights.insert(*hash, weights);
            lines.push(format!("{name}\t{:.3}\t{:.3}\n", weights[0], weights[1]));
        }
    }
    (leads, lines)
}

fn regress(examples: &[(Vec<usize>, [bool; 2])], which: usize, width: usize) -> Vec<f32> {
    let mut weights = vec![0.0f32; width];
    let mut squares = vec![1e-3f32; width];
    let mut counter = Counter(11);
    let mut order: Vec<usize> = (0..examples.len()).collect();
    for _ in 0..EPOCHS {
        counter.shuffle(&mut order);
        for &i in &order {
            let (features, truth) = &examples[i];
            let odds: f32 = features.iter().map(|k| weights[*k]).sum();
            let error = f32::from(u8::from(truth[which])) - 1.0 / (1.0 + (-odds).exp());
            for &k in features {
                let gradient = error - SHRINK * weights[k];
                squares[k] += gradient * gradient;
                weights[k] += RATE * gradient / squares[k].sqrt();
            }
        }
    }
    weights
}

/// The features of the gaps of glued pages, and which of them are boundaries.
///
/// `leads`: what judges the articles of even and of odd number.
fn training_rows(
    corpus: &Corpus,
    groups: &WordGroups,
    leads: &[(Leads, Vec<String>); 2],
) -> (Vec<Vec<f32>>, Vec<bool>) {
    let (mut rows, mut truth) = (Vec::new(), Vec::new());
    let rounds = (0..ROUNDS).flat_map(|r| [Glue::Random, Glue::Topic, Glue::Titled].map(|glue| (r, glue)));
    for (round, glue) in rounds {
        for (k, page) in corpus.pages(glue, round, groups).into_iter().enumerate() {
            // Some sites give each sentence a paragraph: every second page is such a one.
            let single = k % 2 == 1;
            let (lines, starts) = glued_lines(corpus, &page, glue, single, k);
            let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
            let units = units(&lines, glue == Glue::Titled);
            let article = |line: usize| starts.partition_point(|s| *s <= line) - 1;
            let read: Vec<Paragraph> = units
                .iter()
                .map(|u| Paragraph::judged(u.text, u.title, groups, &leads[page[article(u.line)] % 2].0))
                .collect();
            let context = Context::new(&read);
            let mut start = 0;
            for (at, unit) in units.iter().enumerate().skip(1) {
                let begins = starts.binary_search(&unit.line).is_ok();
                if unit.may_begin && (at - start > 1 || glue == Glue::Titled) {
                    rows.push(context.gap(at).row(start));
                    truth.push(begins);
                }
                if begins {
                    start = at;
                }
            }
        }
    }
    debug_assert!(rows.iter().all(|r| r.len() == FEATURES.len()));
    (rows, truth)
}

/// The lines of a glued page, and at which of them its articles begin.
fn glued_lines(corpus: &Corpus, page: &[usize], glue: Glue, single: bool, number: usize) -> (Vec<String>, Vec<usize>) {
    let mut lines = Vec::new();
    let mut starts = Vec::new();
    let mut counter = Counter(number as u64);
    for text in page.iter().map(|i| &corpus.articles[*i]) {
        starts.push(lines.len());
        lines.extend(text.title.clone().filter(|_| glue == Glue::Titled));
        let short = glue == Glue::Titled && number.is_multiple_of(SHORTENED);
        let most = if short { 2 + counter.below(3) } else { usize::MAX };
        for (i, paragraph) in text.paragraphs.iter().enumerate().take(most) {
            if glue == Glue::Titled && (number / 2).is_multiple_of(HEADED) && i > 0 && counter.below(3) == 0 {
                let capitals = text.title.as_deref().is_some_and(|t| capitals(t) >= IN_CAPITALS);
                lines.extend(heading(paragraph, capitals, &mut counter));
            }
            match single {
                true => lines.extend(sentences(paragraph).into_iter().map(str::to_string)),
                false => lines.push(paragraph.clone()),
            }
        }
    }
    (lines, starts)
}

/// Some words of a paragraph as a heading above it, each with a capital where the article's title has them.
fn heading(paragraph: &str, capitals: bool, counter: &mut Counter) -> Option<String> {
    let words: Vec<&str> = paragraph.split_whitespace().collect();
    let from = counter.below(words.len());
    let run = words[from..].iter().take(2 + counter.below(5)).take_while(|w| !w.ends_with(['.', ',', ';', ':', '”']));
    let raised = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|c| c.to_uppercase().chain(letters).collect::<String>()).unwrap_or_default()
    };
    let set = |(i, word): (usize, &&str)| if i == 0 || capitals { raised(word) } else { word.to_string() };
    let run: Vec<String> = run.enumerate().map(set).collect();
    (run.len() >= 2).then(|| run.join(" "))
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
