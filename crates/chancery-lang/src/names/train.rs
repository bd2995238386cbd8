//! Trains the name finder from token-per-line files, and the groups of words from word vectors.

use super::MODEL_PATH;
use super::adapt::{Manners, Swaps};
use super::crf::{self, Example, Settings};
use super::features::{LABELS, Setting, extract};
use super::gazetteer::Gazetteer;
use super::observation::{Observation, words};
use crate::LangError;
use chancery_data::Data;
use chancery_words::{GROUPS_PATH, WordGroups};
use std::path::{Path, PathBuf};

/// What to train names from.
#[derive(Debug, Clone)]
pub struct NamesConfig {
    /// Folder with `*.tsv`: a token and its label a line, a blank line between sentences.
    pub ner: PathBuf,
    /// Where the model and its card are written.
    pub out: PathBuf,
    /// Sets whose file name begins so are left out. Those that only score ([`HELD_OUT`]) always are.
    pub without: Vec<String>,
    /// The set whose guidelines the model follows where sets differ, by the beginning of its file name.
    pub like: String,
}

/// Sets that only score.
pub const HELD_OUT: [&str; 2] = ["uner-ewt-test", "uner-pud"];

/// Why names could not be trained.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum NamesError {
    /// A file or folder cannot be read or written.
    #[error("{path}: {source}")]
    File {
        /// Which.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// A line of a data set is wrong.
    #[error("{path}, line {line}: {label:?} is no label; write O, B- or I- with PER, LOC or ORG")]
    Label {
        /// Which file.
        path: PathBuf,
        /// From 1.
        line: usize,
        /// What stands there.
        label: String,
    },
    /// Nothing to train from.
    #[error("no *.tsv to train from in {path}")]
    NoData {
        /// The folder.
        path: PathBuf,
    },
    /// Words, lists or models that training builds on cannot be loaded.
    #[error(transparent)]
    Language(#[from] LangError),
}

/// A sentence of a data set.
#[derive(Debug, Clone, Default)]
pub(crate) struct GoldSentence {
    pub words: Vec<String>,
    pub labels: Vec<u8>,
}

/// Groups the words of a file of word vectors (a word and its numbers a line, most frequent first) and writes
/// `groups.bin` into `out`.
///
/// # Errors
/// Where a file cannot be read or written.
pub fn train_groups(vectors: &Path, out: &Path, max_words: usize) -> Result<(), NamesError> {
    let text = std::fs::read_to_string(vectors).map_err(|source| NamesError::File { path: vectors.into(), source })?;
    write(out, GROUPS_PATH, &WordGroups::learn(&text, max_words))
}

/// Trains the name finder and writes `names.bin` into `out`; `progress` is told what is being done.
///
/// # Errors
/// Where a file cannot be read or written, a label is wrong, or no data set is found.
pub fn train_names(data: &Data, config: &NamesConfig, mut progress: impl FnMut(&str)) -> Result<(), NamesError> {
    let maker = Maker::load(data)?;
    let manners = Manners::load(data)?;
    let mut swaps = Swaps::new(data)?;
    let mut examples = Vec::new();
    let mut like = 0;
    for (set, path) in (1..).zip(data_sets(config)?) {
        let name = stem(&path);
        let mut sentences = read(&path)?;
        sentences.iter_mut().for_each(|s| manners.adapt(&name, s, &maker.gazetteer));
        progress(&format!("{name}: {} sentences", sentences.len()));
        if name.starts_with(&config.like) {
            like = set;
        }
        let swapped: Vec<GoldSentence> = sentences.iter().filter_map(|s| swaps.swap(s)).collect();
        examples.extend(sentences.iter().chain(&swapped).map(|s| maker.example(s, set)));
    }
    if examples.is_empty() {
        return Err(NamesError::NoData { path: config.ner.clone() });
    }
    let weights = crf::train(&examples, like, SETTINGS, &mut progress);
    let bytes = weights.write();
    progress(&format!("{} bytes", bytes.len()));
    write(&config.out, MODEL_PATH, &bytes)
}

/// Chosen on halves of `uner-ewt-dev`, each scored by a model trained on the other half and the other sets.
const SETTINGS: Settings = Settings {
    epochs: 10,
    rate: 0.05,
    dropout: 0.5,
    min_count: 2,
    min_weight: 0.05,
    reach: 0.4,
    state_rate: 0.03,
    state_dropout: 0.5,
};

fn data_sets(config: &NamesConfig) -> Result<Vec<PathBuf>, NamesError> {
    let entries =
        std::fs::read_dir(&config.ner).map_err(|source| NamesError::File { path: config.ner.clone(), source })?;
    let mut paths: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    let left_out = |name: &str| {
        config.without.iter().any(|w| name.starts_with(w.as_str())) || HELD_OUT.iter().any(|h| name.starts_with(h))
    };
    paths.retain(|p| p.extension().is_some_and(|e| e == "tsv") && !left_out(&stem(p)));
    paths.sort();
    Ok(paths)
}

fn stem(path: &Path) -> String {
    path.file_stem().unwrap_or_default().to_string_lossy().into_owned()
}

fn read(path: &Path) -> Result<Vec<GoldSentence>, NamesError> {
    let text = std::fs::read_to_string(path).map_err(|source| NamesError::File { path: path.into(), source })?;
    let mut sentences = vec![GoldSentence::default()];
    for (i, line) in text.lines().enumerate() {
        let Some((word, label)) = line.split_once('\t') else {
            sentences.push(GoldSentence::default());
            continue;
        };
        let number = LABELS.iter().position(|l| *l == label);
        let wrong = || NamesError::Label { path: path.into(), line: i + 1, label: label.into() };
        if let Some(sentence) = sentences.last_mut() {
            sentence.words.push(word.to_string());
            sentence.labels.push(number.ok_or_else(wrong)? as u8);
        }
    }
    sentences.retain(|s| !s.words.is_empty());
    Ok(sentences)
}

/// Makes training examples of sentences.
struct Maker {
    model: crate::model::Model,
    clusters: WordGroups,
    gazetteer: Gazetteer,
}

impl Maker {
    fn load(data: &Data) -> Result<Self, LangError> {
        let model = crate::model::Model::read(&data.bytes(crate::MODEL_PATH)?);
        let model = model.map_err(|what| LangError::Damaged { path: crate::MODEL_PATH, what })?;
        Ok(Maker { model, clusters: super::load_groups(data)?, gazetteer: Gazetteer::load(data)? })
    }

    fn example(&self, sentence: &GoldSentence, set: u32) -> Example {
        let seen: Vec<_> = sentence.words.iter().map(|w| crate::features::Word::new(w)).collect();
        let parsed = self.model.network.tag(&seen, &mut crate::neural::network::Cache::default());
        let tags: Vec<_> = parsed.tags.iter().map(|t| self.model.tags.pair(*t)).collect();
        let mut seen: Vec<Observation> =
            words(&sentence.words, &tags).map(|w| Observation::new(w, &self.clusters)).collect();
        self.gazetteer.mark(&mut seen);
        let setting = Setting::of(&seen);
        let mut features = Vec::new();
        let mut example = Example { labels: sentence.labels.clone(), set, states: parsed.states, ..Example::default() };
        for i in 0..seen.len() {
            extract(&seen, setting, i, &mut features);
            example.features.extend(&features);
            example.width = features.len();
        }
        example
    }
}

fn write(out: &Path, path: &str, bytes: &[u8]) -> Result<(), NamesError> {
    let path = out.join(path.rsplit('/').next().unwrap_or(path));
    std::fs::write(&path, bytes).map_err(|source| NamesError::File { path, source })
}
