//! Which words of a document name the same.
//!
//! In: a [`Document`] with its tree and names. Out: [`Chain`]s of [`Reference`]s: "Wang Yi", "the minister", "he". What is
//! referred to once is in no chain. Method: candidates are read off the tree; each chooses the earlier candidate that it
//! goes back to, or none, by a log-linear model of both and what lies between (Durrett and Klein, EMNLP 2013); chains are
//! what the choices join. Who is meant is not decided here.
//!
//! ```
//! use chancery_lang::{Language, coreference::Resolver, plain_article};
//! let data = chancery_data::Data::embedded();
//! let document = Language::load(&data).unwrap().parse(plain_article("Wang Yi visited Moscow. He met his Russian colleague."));
//! let chains = Resolver::load(&data).unwrap().find_chains(&document);
//! let words: Vec<&str> = chains[0].references.iter().map(|r| r.span.of(document.text())).collect();
//! assert_eq!(words, ["Wang Yi", "He", "his"]);
//! ```

mod candidates;
mod features;
mod score;
mod train;

pub use score::{CoreferenceScores, evaluate, score_chains};
pub use train::{CoreferenceConfig, CoreferenceError, train_coreference};

use crate::LangError;
use candidates::{Candidate, candidates};
use chancery_data::Data;
use chancery_text::{Document, Span};
use chancery_words::WordGroups;
use features::{Seen, antecedents, each_feature};
use std::borrow::Cow;
use std::ops::Range;

const MODEL_PATH: &str = "models/coreference.bin";
const MAGIC: &[u8] = b"chancery-coref-1\n";

/// What several places of a document refer to.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Chain {
    /// At least two, in order of place.
    pub references: Vec<Reference>,
}

/// A place that refers to something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Reference {
    /// Where it stands.
    pub span: Span,
    /// Its tokens.
    pub tokens: Range<usize>,
    /// The token that the others hang from.
    pub head: usize,
    /// What joins it to an earlier one; `None` for the first of a chain.
    pub link: Option<Link>,
}

/// Why a reference was joined to an earlier one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Link {
    /// The head token of the earlier reference.
    pub antecedent: usize,
    /// What the two have in common.
    pub ground: Ground,
    /// By how much the earlier reference was preferred to none, in hundredths of a logarithm of odds.
    pub margin: i32,
}

/// What two references that were joined have in common.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Ground {
    /// The same words, but for the article.
    SameWords,
    /// The same head ("the Chinese minister", "the minister").
    SameHead,
    /// One is a short form of the other ("United Nations", "UN").
    ShortForm,
    /// A pronoun.
    Pronoun,
    /// Where they stand, and which words they are.
    Context,
}

/// Finds chains; holds the weights.
#[derive(Debug)]
pub struct Resolver {
    weights: Weights,
    groups: WordGroups,
}

impl Resolver {
    /// Reads the weights.
    ///
    /// # Errors
    /// Where a file is missing or damaged.
    pub fn load(data: &Data) -> Result<Self, LangError> {
        let weights = Weights::read(data.bytes(MODEL_PATH)?);
        let weights = weights.map_err(|what| LangError::Damaged { path: MODEL_PATH, what })?;
        Ok(Resolver { weights, groups: crate::names::load_groups(data)? })
    }

    /// The chains of a document, in order of their first references.
    pub fn find_chains(&self, doc: &Document) -> Vec<Chain> {
        let candidates = candidates(doc);
        let seen = Seen::new(doc, &candidates, &self.groups);
        let links: Vec<Option<(usize, i32)>> = (0..candidates.len()).map(|m| self.link(&seen, m)).collect();
        chains(doc, &candidates, &seen, &links)
    }

    /// The candidate that `m` goes back to and by how much it is preferred to none.
    fn link(&self, seen: &Seen, m: usize) -> Option<(usize, i32)> {
        let score = |a: Option<usize>| {
            let mut sum = 0;
            each_feature(seen, m, a, |f| sum += self.weights.of(f));
            sum
        };
        let none = score(None);
        // Of equals the nearest.
        let best = antecedents(seen, m).into_iter().map(|a| (score(Some(a)), a)).max()?;
        (best.0 > none).then_some((best.1, best.0 - none))
    }
}

fn chains(doc: &Document, candidates: &[Candidate], seen: &Seen, links: &[Option<(usize, i32)>]) -> Vec<Chain> {
    let mut chain_of: Vec<Option<usize>> = vec![None; candidates.len()];
    let mut members: Vec<Vec<usize>> = Vec::new();
    for (m, link) in links.iter().enumerate() {
        let Some((a, _)) = *link else { continue };
        let chain = *chain_of[a].get_or_insert_with(|| {
            members.push(vec![a]);
            members.len() - 1
        });
        members[chain].push(m);
        chain_of[m] = Some(chain);
    }
    members.sort();
    let reference = |m: usize| {
        let Candidate { tokens, head, .. } = &candidates[m];
        let link = links[m].map(|(a, margin)| Link {
            antecedent: candidates[a].head,
            ground: seen.ground(a, m),
            margin: (i64::from(margin) * 100 / i64::from(SCALE)) as i32,
        });
        let span = doc.tokens[tokens.start].span.cover(doc.tokens[tokens.end - 1].span);
        Reference { span, tokens: tokens.clone(), head: *head, link }
    };
    members.into_iter().map(|chain| Chain { references: chain.into_iter().map(reference).collect() }).collect()
}

/// A weight for each hash of a feature; features may share one.
#[derive(Debug)]
struct Weights(Cow<'static, [u8]>);

const BITS: u32 = 19;
/// Integer weights a unit.
const SCALE: i32 = 40;

impl Weights {
    fn read(bytes: Cow<'static, [u8]>) -> Result<Self, &'static str> {
        let rest = bytes.strip_prefix(MAGIC).ok_or("it is no model of coreference")?;
        if rest.len() == 1 << BITS { Ok(Weights(bytes)) } else { Err("it has not the right length") }
    }

    #[inline]
    fn of(&self, feature: u32) -> i32 {
        i32::from(self.0[MAGIC.len() + slot(feature)] as i8)
    }
}

#[inline]
fn slot(feature: u32) -> usize {
    (feature >> (32 - BITS)) as usize
}
