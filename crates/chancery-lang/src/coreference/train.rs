//! Learns the weights from treebanks whose words say what they refer to (`Entity=` in the last column, as GUM has it).

use super::candidates::{Candidate, candidates};
use super::features::{Seen, antecedents, each_feature};
use super::{BITS, MAGIC, MODEL_PATH, SCALE, slot};
use crate::conllu::GoldSentence;
use crate::train::TrainError;
use crate::{LangError, Language};
use chancery_data::Data;
use chancery_words::WordGroups;
use chancery_words::chain::Random;
use std::collections::BTreeMap;
use std::ops::Range;
use std::path::PathBuf;

/// What to train from.
#[derive(Debug, Clone)]
pub struct CoreferenceConfig {
    /// Folder with `*-train.conllu`; those without `Entity=` teach nothing.
    pub treebanks: PathBuf,
    /// Where the model is written.
    pub out: PathBuf,
    /// Treebanks whose file name begins so are left out.
    pub without: Vec<String>,
}

/// Why coreference could not be trained.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CoreferenceError {
    /// A treebank or the model cannot be read or written.
    #[error(transparent)]
    Treebank(#[from] TrainError),
    /// What training builds on cannot be loaded.
    #[error(transparent)]
    Language(#[from] LangError),
    /// Nothing to train from.
    #[error("no *-train.conllu with Entity= in {path}")]
    NoChains {
        /// The folder.
        path: PathBuf,
    },
}

/// A document of a treebank.
#[derive(Debug)]
pub(crate) struct GoldDocument<'g> {
    pub sentences: &'g [GoldSentence],
}

impl<'g> GoldDocument<'g> {
    /// The documents of a treebank.
    pub(crate) fn all(sentences: &'g [GoldSentence]) -> Vec<Self> {
        sentences.chunk_by(|_, next| !next.new_document).map(|sentences| GoldDocument { sentences }).collect()
    }

    /// The places of each entity that has several, as words of the document.
    pub(crate) fn chains(&self) -> Vec<Vec<Range<usize>>> {
        let mut chains: BTreeMap<&str, Vec<Range<usize>>> = BTreeMap::new();
        let mut base = 0;
        for sentence in self.sentences {
            for (id, words) in &sentence.entities {
                chains.entry(id).or_default().push(base + words.start..base + words.end);
            }
            base += sentence.words.len();
        }
        let several = chains.into_values().filter(|c| c.len() > 1);
        several
            .map(|mut c| {
                c.sort_by_key(|r| (r.start, r.end));
                c.dedup();
                c
            })
            .filter(|c| c.len() > 1)
            .collect()
    }
}

/// A document with what its candidates may and should go back to.
struct Example {
    seen: Seen,
    /// Of each candidate its antecedents, each with whether it is right.
    choices: Vec<Vec<(usize, bool)>>,
}

/// Trains the resolver and writes `coreference.bin` into `out`; `progress` is told what is being done.
///
/// # Errors
/// Where a file cannot be read or written, or nothing is found to train from.
pub fn train_coreference(
    data: &Data,
    config: &CoreferenceConfig,
    mut progress: impl FnMut(&str),
) -> Result<(), CoreferenceError> {
    let language = Language::load(data)?;
    let groups = crate::names::load_groups(data)?;
    let mut examples = Vec::new();
    for (name, sentences) in crate::train::read_all(&config.treebanks, &config.without, "-train.conllu")? {
        let documents = GoldDocument::all(&sentences);
        let found = documents.iter().filter_map(|d| example(&language, &groups, d));
        let before = examples.len();
        examples.extend(found);
        progress(&format!("{name}: {} documents with chains", examples.len() - before));
    }
    if examples.is_empty() {
        return Err(CoreferenceError::NoChains { path: config.treebanks.clone() });
    }
    let weights = learn(&examples, SETTINGS, &mut progress);
    let mut bytes = MAGIC.to_vec();
    bytes.extend(weights.iter().map(|w| (w * SCALE as f32).round().clamp(-127.0, 127.0) as i8 as u8));
    crate::train::write_model(&config.out, MODEL_PATH, &bytes)?;
    Ok(())
}

fn example(language: &Language, groups: &WordGroups, gold: &GoldDocument) -> Option<Example> {
    let chains = gold.chains();
    if chains.is_empty() {
        return None;
    }
    let document = language.parse_words(gold.sentences);
    let found = candidates(&document);
    let chain_of = chain_of_each(&found, &chains);
    let seen = Seen::new(&document, &found, groups);
    let right = |m: usize, a: usize| chain_of[m].is_some() && chain_of[a] == chain_of[m];
    let choices = |m: usize| antecedents(&seen, m).into_iter().map(|a| (a, right(m, a))).collect();
    let choices = (0..found.len()).map(choices).collect();
    Some(Example { seen, choices })
}

/// The chain that each candidate's place is in.
fn chain_of_each(found: &[Candidate], chains: &[Vec<Range<usize>>]) -> Vec<Option<usize>> {
    let places =
        |(k, chain): (usize, &Vec<Range<usize>>)| chain.iter().map(move |r| ((r.start, r.end), k)).collect::<Vec<_>>();
    let places: BTreeMap<(usize, usize), usize> = chains.iter().enumerate().flat_map(places).collect();
    found.iter().map(|c| places.get(&(c.tokens.start, c.tokens.end)).copied()).collect()
}

/// How to train.
#[derive(Debug, Clone, Copy)]
struct Settings {
    epochs: usize,
    rate: f32,
    /// What is added to the score of a link where none is right, of none where a link is right, of a wrong link where
    /// another is right.
    costs: [f32; 3],
    /// Share of the features left out of a step.
    dropout: f32,
}

/// Chosen on the development part of GUM.
const SETTINGS: Settings = Settings { epochs: 5, rate: 0.05, costs: [0.1, 5.0, 1.0], dropout: 0.2 };

/// One choice's features, where its score goes and what it is worth.
struct Choice {
    features: Range<usize>,
    right: bool,
    score: f32,
}

fn learn(examples: &[Example], settings: Settings, progress: &mut impl FnMut(&str)) -> Vec<f32> {
    let mut learner = Learner {
        settings,
        weights: vec![0.0; 1 << BITS],
        squares: vec![0.0; 1 << BITS],
        features: Vec::new(),
        choices: Vec::new(),
        random: Random(0x2545_F491_4F6C_DD1D),
    };
    let mut order: Vec<usize> = (0..examples.len()).collect();
    for epoch in 0..settings.epochs {
        for i in (1..order.len()).rev() {
            order.swap(i, learner.random.below(i + 1));
        }
        let mut loss = 0.0;
        for &e in &order {
            loss += (0..examples[e].choices.len()).map(|m| learner.step(&examples[e], m)).sum::<f64>();
        }
        progress(&format!("pass {} of {}: loss {loss:.0}", epoch + 1, settings.epochs));
    }
    let keep = 1.0 - settings.dropout;
    learner.weights.iter().map(|w| w * keep).collect()
}

struct Learner {
    settings: Settings,
    weights: Vec<f32>,
    squares: Vec<f32>,
    /// Of the candidate at hand: places of the features of all its choices.
    features: Vec<u32>,
    choices: Vec<Choice>,
    random: Random,
}

impl Learner {
    /// One step of the candidate `m`; gives the loss before it.
    fn step(&mut self, example: &Example, m: usize) -> f64 {
        let options = &example.choices[m];
        let linked = options.iter().any(|o| o.1);
        self.features.clear();
        self.choices.clear();
        self.choose(&example.seen, m, None, !linked, if linked { self.settings.costs[1] } else { 0.0 });
        for &(a, right) in options {
            let cost = if right { 0.0 } else { self.settings.costs[if linked { 2 } else { 0 }] };
            self.choose(&example.seen, m, Some(a), right, cost);
        }
        let all = log_sum(self.choices.iter().map(|c| c.score));
        let good = log_sum(self.choices.iter().filter(|c| c.right).map(|c| c.score));
        for k in 0..self.choices.len() {
            let choice = &self.choices[k];
            let gradient = (choice.score - all).exp() - if choice.right { (choice.score - good).exp() } else { 0.0 };
            if gradient.abs() < 1e-3 {
                continue;
            }
            for &feature in &self.features[choice.features.clone()] {
                let square = &mut self.squares[feature as usize];
                *square += gradient * gradient;
                self.weights[feature as usize] -= self.settings.rate * gradient / (square.sqrt() + 1e-6);
            }
        }
        f64::from(all - good)
    }

    fn choose(&mut self, seen: &Seen, m: usize, a: Option<usize>, right: bool, cost: f32) {
        let start = self.features.len();
        let limit = (f64::from(self.settings.dropout) * 4_294_967_296.0) as u32;
        let (features, random, weights) = (&mut self.features, &mut self.random, &self.weights);
        let mut score = cost;
        each_feature(seen, m, a, |f| {
            if random.bits() >= limit {
                score += weights[slot(f)];
                features.push(slot(f) as u32);
            }
        });
        self.choices.push(Choice { features: start..self.features.len(), right, score });
    }
}

fn log_sum(scores: impl Iterator<Item = f32> + Clone) -> f32 {
    let top = scores.clone().fold(f32::MIN, f32::max);
    top + scores.map(|s| (s - top).exp()).sum::<f32>().ln()
}
