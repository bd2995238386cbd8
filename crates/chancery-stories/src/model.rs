//! The weights of the pair score and the families of types, as `data/stories/joining.toml` gives them.

use crate::features::{FEATURES, features};
use crate::item::{Item, Symbol, symbol};
use chancery_data::{Data, DataError};
use chancery_text::Status;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The knowledge file, below `data/`.
const FILE: &str = "stories/joining.toml";

/// Why reports cannot be joined.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum StoriesError {
    /// The file is missing or no text.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The spellings that copies may differ in.
    #[error(transparent)]
    Copies(#[from] crate::copies::CopiesError),
    /// The file is not as it should be.
    #[error("{FILE}: {detail}")]
    File {
        /// What, where and what to do.
        detail: String,
    },
    /// The shares of words are not as they should be.
    #[error(
        "stories/background.tsv: line {line} is no row of word or name, term, share (0 to 1), with tabs between them; mend it or take it out"
    )]
    Background {
        /// From 1.
        line: usize,
    },
}

/// How far two tellings speak for being of one event.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Model {
    /// Types that may tell of one event besides a type and itself.
    families: Vec<Vec<String>>,
    /// Types of what is planned and of what then happens.
    planned: Vec<[String; 2]>,
    /// Both as numbers.
    family_kinds: Vec<Vec<Symbol>>,
    planned_kinds: Vec<[Symbol; 2]>,
    pub within: Weights,
    pub across: Weights,
}

/// The weights for one kind of pair.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Weights {
    values: [f32; FEATURES.len()],
    /// What a pair counts that cannot be one.
    pub apart: f32,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    families: Vec<Vec<String>>,
    planned: Vec<[String; 2]>,
    within: BTreeMap<String, f32>,
    across: BTreeMap<String, f32>,
}

impl Model {
    pub fn load(data: &Data) -> Result<Self, StoriesError> {
        let file: File = toml::from_str(&data.text(FILE)?).map_err(|e| StoriesError::File { detail: e.to_string() })?;
        let (within, across) = (weights("within", file.within)?, weights("across", file.across)?);
        let kinds = |types: &Vec<String>| types.iter().map(|t| symbol(t)).collect();
        let family_kinds = file.families.iter().map(kinds).collect();
        let planned_kinds = file.planned.iter().map(|[one, two]| [symbol(one), symbol(two)]).collect();
        Ok(Model { families: file.families, planned: file.planned, family_kinds, planned_kinds, within, across })
    }

    /// What stands for a type in the keys of what is compared: itself, and each family that it is in.
    pub fn families_of<'a>(&'a self, event_type: &'a str) -> impl Iterator<Item = &'a str> {
        let pairs = self.planned.iter().map(|p| p.as_slice());
        let families = self.families.iter().map(Vec::as_slice).chain(pairs);
        let of = families.filter(move |f| f.iter().any(|t| t == event_type));
        std::iter::once(event_type).chain(of.filter_map(|f| f.first()).map(String::as_str))
    }

    /// True where the types of two tellings may be those of one event.
    pub fn types_fit(&self, a: &Item, b: &Item) -> bool {
        let then = |x: &Item, y: &Item| {
            let is_planned = x.status == Status::Planned && y.status != Status::Planned;
            is_planned && self.planned_kinds.contains(&[x.kind, y.kind])
        };
        let in_family = || self.family_kinds.iter().any(|f| f.contains(&a.kind) && f.contains(&b.kind));
        a.kind == b.kind || in_family() || then(a, b) || then(b, a)
    }
}

fn weights(table: &str, mut given: BTreeMap<String, f32>) -> Result<Weights, StoriesError> {
    let mut take = |name: &str| {
        given
            .remove(name)
            .ok_or_else(|| StoriesError::File { detail: format!("[{table}] has no weight for {name:?}; add it") })
    };
    let mut values = [0.0; FEATURES.len()];
    for (value, name) in values.iter_mut().zip(FEATURES) {
        *value = take(name)?;
    }
    let apart = take("apart")?;
    match given.keys().next() {
        Some(name) => Err(StoriesError::File { detail: format!("[{table}] knows no feature {name:?}; take it out") }),
        None => Ok(Weights { values, apart }),
    }
}

impl Weights {
    /// Above 0 the two tell of one event; so far from 0 at most that one odd pair cannot outweigh all others.
    pub fn score(&self, a: &Item, b: &Item) -> f32 {
        self.parts(a, b).iter().map(|part| part.1).sum::<f32>().clamp(-MOST, MOST)
    }

    /// What each feature adds to the score.
    pub fn parts(&self, a: &Item, b: &Item) -> [(&'static str, f32); FEATURES.len()] {
        let values = features(a, b);
        std::array::from_fn(|i| (FEATURES[i], values[i] * self.values[i]))
    }
}

const MOST: f32 = 5.0;
