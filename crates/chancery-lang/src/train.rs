//! Trains the language models from treebanks.
//!
//! In: a folder with `*-train.conllu`, optionally `*-dev.conllu`, which are scored at the end, and `vectors.txt` (a word and
//! 100 numbers a line, between blanks, most frequent words first). Out: `language.bin`. The same files give the same bytes.

use crate::conllu::{self, GoldSentence};
use crate::evaluate::{Scores, evaluate};
use crate::features::Word;
use crate::lemmatizer::Lemmatizer;
use crate::linear::{Linear, Trainer};
use crate::model::Model;
use crate::neural::network::Network;
use crate::neural::training::{Example, Net, Schedule};
use crate::neural::{TAGS, Tree, VECTOR};
use crate::tags::TagSet;
use crate::tokenizer::Tokenizer;
use crate::{LangError, load_tokenizer, sentence_splitter};
use chancery_data::Data;
use chancery_text::Span;
use std::path::{Path, PathBuf};

/// What to train from.
#[derive(Debug, Clone)]
pub struct TrainConfig {
    /// Folder with the treebanks.
    pub treebanks: PathBuf,
    /// Treebanks whose file name begins so are left out (`gum`).
    pub without: Vec<String>,
    /// Where `language.bin` is written.
    pub out: PathBuf,
    /// Passes over the data.
    pub epochs: usize,
}

/// What came of it.
#[derive(Debug, Clone, Default)]
pub struct Trained {
    /// Sentences trained on.
    pub sentences: usize,
    /// Size of the model.
    pub bytes: usize,
    /// Scores on each `*-dev.conllu`, by file name.
    pub scores: Vec<(String, Scores)>,
}

/// Why training did not start or end.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum TrainError {
    /// A file or folder cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A treebank is damaged.
    #[error("{path}: {source}")]
    Conllu {
        /// Which.
        path: PathBuf,
        /// Where and what.
        source: conllu::ConlluError,
    },
    /// Nothing to train from.
    #[error("no *-train.conllu in {path}")]
    NoTreebanks {
        /// The folder.
        path: PathBuf,
    },
    /// The word lists cannot be loaded.
    #[error(transparent)]
    Lists(#[from] LangError),
}

/// Trains everything and writes `language.bin`; `progress` is told what is being done.
///
/// # Errors
/// Where a file cannot be read or written, or no treebank is found.
pub fn train(config: &TrainConfig, mut progress: impl FnMut(&str)) -> Result<Trained, TrainError> {
    let gold = read_all(&config.treebanks, &config.without, "-train.conllu")?
        .into_iter()
        .flat_map(|(_, s)| s)
        .collect::<Vec<_>>();
    if gold.is_empty() {
        return Err(TrainError::NoTreebanks { path: config.treebanks.clone() });
    }
    let dev = read_all(&config.treebanks, &config.without, "-dev.conllu")?;
    let tokenizer = load_tokenizer(&Data::embedded())?;
    let tags = tag_set(&gold);
    progress(&format!("{} sentences, {} tags", gold.len(), tags.pairs.len()));
    let splitter = train_splitter(&gold, &tokenizer);
    let lemmatizer = Lemmatizer::learn(
        gold.iter().flat_map(|s| &s.words).map(|w| (w.form.as_str(), w.upos, w.xpos, w.lemma.as_str())),
    );
    let network = train_network(config, &gold, &tags, &mut progress)?;
    let model = Model { tags, network, splitter, lemmatizer };
    let bytes = model.write();
    write_model(&config.out, crate::MODEL_PATH, &bytes)?;
    let scores = dev.into_iter().map(|(name, s)| (name, evaluate(&model, &s))).collect();
    Ok(Trained { sentences: gold.len(), bytes: bytes.len(), scores })
}

/// Writes a model, whose path is below `data/`, into a folder.
pub(crate) fn write_model(out: &Path, path: &str, bytes: &[u8]) -> Result<(), TrainError> {
    let path = out.join(path.rsplit('/').next().unwrap_or(path));
    std::fs::write(&path, bytes).map_err(|source| TrainError::File { path, source })
}

/// Words at the top of `vectors.txt` that are kept.
const VECTOR_WORDS: usize = 60_000;

fn train_network(
    config: &TrainConfig,
    gold: &[GoldSentence],
    tags: &TagSet,
    progress: &mut impl FnMut(&str),
) -> Result<Network, TrainError> {
    let examples: Vec<Example> = gold.iter().map(|s| example(s, tags)).collect();
    let mut net = Net::new(&examples, read_vectors(&config.treebanks.join("vectors.txt"))?);
    let schedule = Schedule { epochs: config.epochs, rate: 2e-3, dropout: 0.33, batch_words: 600 };
    net.train(&examples, schedule, |epoch, [arc, rel, tag]| {
        let losses = format!("losses of arcs {arc:.3}, relations {rel:.3}, tags {tag:.3}");
        progress(&format!("pass {} of {}: {losses}", epoch + 1, config.epochs));
    });
    Ok(Network::quantise(&net))
}

/// Reads word vectors, most frequent word first; a file that is not there gives none.
fn read_vectors(path: &Path) -> Result<Vec<(u32, [f32; VECTOR])>, TrainError> {
    if !path.exists() {
        return Ok(Vec::new());
    }
    let text = std::fs::read_to_string(path).map_err(|source| TrainError::File { path: path.into(), source })?;
    Ok(text.lines().take(VECTOR_WORDS).filter_map(read_vector).collect())
}

/// A word and its vector, of length 5.
fn read_vector(line: &str) -> Option<(u32, [f32; VECTOR])> {
    let mut parts = line.split(' ');
    let word = Word::new(parts.next()?).lower;
    let mut vector = [0f32; VECTOR];
    for number in &mut vector {
        *number = parts.next()?.parse().ok()?;
    }
    let length = dot_plain(&vector).sqrt().max(1e-6);
    Some((word, vector.map(|v| v / length * 5.0)))
}

fn dot_plain(vector: &[f32]) -> f32 {
    vector.iter().map(|v| v * v).sum()
}

/// A treebank's file name and its sentences.
type Treebank = (String, Vec<GoldSentence>);

/// Reads the treebanks of a folder whose names have an ending, but for those whose names begin as `without` says.
pub(crate) fn read_all(folder: &Path, without: &[String], ending: &str) -> Result<Vec<Treebank>, TrainError> {
    let entries = std::fs::read_dir(folder).map_err(|source| TrainError::File { path: folder.into(), source })?;
    let mut names: Vec<String> = entries.flatten().map(|e| e.file_name().to_string_lossy().into_owned()).collect();
    names.retain(|n| n.ends_with(ending) && !without.iter().any(|w| n.starts_with(w.as_str())));
    names.sort();
    names.into_iter().map(|name| Ok((name.clone(), read_file(&folder.join(name))?))).collect()
}

/// Reads one treebank.
///
/// # Errors
/// Where it cannot be read or is damaged.
pub fn read_file(path: &Path) -> Result<Vec<GoldSentence>, TrainError> {
    let text = std::fs::read_to_string(path).map_err(|source| TrainError::File { path: path.into(), source })?;
    conllu::read(&text).map_err(|source| TrainError::Conllu { path: path.into(), source })
}

fn tag_set(gold: &[GoldSentence]) -> TagSet {
    let mut counts = std::collections::BTreeMap::new();
    for word in gold.iter().flat_map(|s| &s.words) {
        *counts.entry((word.upos, word.xpos)).or_insert(0usize) += 1;
    }
    let mut pairs: Vec<_> = counts.into_iter().collect();
    pairs.sort_by_key(|(pair, n)| (std::cmp::Reverse(*n), *pair));
    TagSet { pairs: pairs.into_iter().map(|(pair, _)| pair).take(TAGS).collect() }
}

fn example(sentence: &GoldSentence, tags: &TagSet) -> Example {
    let n = sentence.words.len();
    Example {
        words: sentence.words.iter().map(|w| Word::new(&w.form)).collect(),
        tags: sentence.words.iter().map(|w| tags.number((w.upos, w.xpos)).unwrap_or(0) as u8).collect(),
        tree: Tree {
            heads: sentence.words.iter().map(|w| w.head.unwrap_or(n)).collect(),
            rels: sentence.words.iter().map(|w| w.rel).collect(),
        },
    }
}

fn train_splitter(gold: &[GoldSentence], tokenizer: &Tokenizer) -> Linear {
    let paragraphs = paragraphs(gold);
    let ready: Vec<_> = paragraphs
        .iter()
        .map(|(text, ends)| {
            let pieces = tokenizer.tokenize(text, Span::new(0, text.len()));
            let words: Vec<Word> = pieces.iter().map(|p| Word::new(p.span.of(text))).collect();
            let starts = pieces.iter().map(|p| ends.binary_search(&p.span.start).is_ok()).collect::<Vec<_>>();
            (text, pieces, words, starts)
        })
        .collect();
    let mut trainer = Trainer::new(2);
    let mut order: Vec<usize> = (0..ready.len()).collect();
    for epoch in 0..10 {
        shuffle(&mut order, 200 + epoch);
        for &i in &order {
            let (text, pieces, words, starts) = &ready[i];
            sentence_splitter::learn(&mut trainer, tokenizer, text, pieces, words, starts);
        }
    }
    trainer.finish(12.0, 4)
}

/// Web pages often lose the blank after a stop: so do some sentences here, as treebanks have no such text.
fn loses_blank(text: &str, next: &GoldSentence, number: usize) -> bool {
    let capital = next.words.first().is_some_and(|w| w.form.starts_with(char::is_uppercase));
    let word =
        text.strip_suffix(". ").is_some_and(|t| t.chars().rev().take(3).filter(|c| c.is_lowercase()).count() == 3);
    number.is_multiple_of(10) && capital && word
}

/// The text of each paragraph and the bytes at which its sentences begin.
fn paragraphs(gold: &[GoldSentence]) -> Vec<(String, Vec<usize>)> {
    let mut paragraphs: Vec<(String, Vec<usize>)> = Vec::new();
    for (i, sentence) in gold.iter().enumerate() {
        if sentence.new_paragraph || paragraphs.is_empty() {
            paragraphs.push(Default::default());
        }
        let Some((text, starts)) = paragraphs.last_mut() else { continue };
        if loses_blank(text, sentence, i) {
            text.pop();
        }
        starts.push(text.len());
        for word in &sentence.words {
            text.push_str(&word.form);
            if word.space_after {
                text.push(' ');
            }
        }
    }
    paragraphs
}

/// The same order for the same seed.
fn shuffle(order: &mut [usize], seed: u64) {
    let mut state = seed.wrapping_add(1).wrapping_mul(0x9E37_79B9_7F4A_7C15);
    for i in (1..order.len()).rev() {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        order.swap(i, (state % (i as u64 + 1)) as usize);
    }
}
