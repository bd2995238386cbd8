//! The reporting cues of `lang/reporting.toml`.

use crate::ClaimsError;
use chancery_data::Data;
use chancery_text::Stance;
use rustc_hash::{FxHashMap, FxHashSet};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The knowledge file, below `data/`.
const FILE: &str = "lang/reporting.toml";

/// Where a cue's content may stand: a set of the frames that the file explains.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Frames(u32);

impl Frames {
    pub const THAT: Frames = Frames(1);
    pub const BARE: Frames = Frames(1 << 1);
    pub const QUOTE: Frames = Frames(1 << 2);
    pub const INSERT: Frames = Frames(1 << 3);
    pub const NP: Frames = Frames(1 << 4);
    pub const NP_QUOTE: Frames = Frames(1 << 5);
    pub const TO: Frames = Frames(1 << 6);
    pub const OBJ_TO: Frames = Frames(1 << 7);
    pub const ON_TO: Frames = Frames(1 << 8);
    pub const FOR: Frames = Frames(1 << 9);
    pub const OF: Frames = Frames(1 << 10);
    pub const AS: Frames = Frames(1 << 11);
    pub const PRED: Frames = Frames(1 << 12);
    pub const TELL: Frames = Frames(1 << 13);
    pub const OF_QUOTE: Frames = Frames(1 << 14);
    pub const QUOTE_AS: Frames = Frames(1 << 15);
    pub const RESUME: Frames = Frames(1 << 16);
    pub const OBJ_FOR: Frames = Frames(1 << 17);
    pub const AS_QUOTE: Frames = Frames(1 << 18);

    const NAMES: [(&'static str, Frames); 19] = [
        ("that", Frames::THAT),
        ("bare", Frames::BARE),
        ("quote", Frames::QUOTE),
        ("insert", Frames::INSERT),
        ("np", Frames::NP),
        ("np-quote", Frames::NP_QUOTE),
        ("to", Frames::TO),
        ("obj-to", Frames::OBJ_TO),
        ("on-to", Frames::ON_TO),
        ("for", Frames::FOR),
        ("of", Frames::OF),
        ("as", Frames::AS),
        ("pred", Frames::PRED),
        ("tell", Frames::TELL),
        ("of-quote", Frames::OF_QUOTE),
        ("quote-as", Frames::QUOTE_AS),
        ("resume", Frames::RESUME),
        ("obj-for", Frames::OBJ_FOR),
        ("as-quote", Frames::AS_QUOTE),
    ];

    /// True where at least one frame of `other` is in the set.
    pub fn has(self, other: Frames) -> bool {
        self.0 & other.0 != 0
    }

    pub fn union(self, other: Frames) -> Frames {
        Frames(self.0 | other.0)
    }

    fn named(name: &str) -> Option<Frames> {
        Self::NAMES.iter().find(|(n, _)| *n == name).map(|(_, f)| *f)
    }

    fn add(&mut self, other: Frames) {
        self.0 |= other.0;
    }
}

/// A verb with a particle or a preposition.
#[derive(Debug)]
pub(crate) struct Phrase {
    pub with: String,
    pub frames: Frames,
}

/// All cues.
#[derive(Debug, Default)]
pub(crate) struct Cues {
    verbs: FxHashMap<String, Frames>,
    phrases: FxHashMap<String, Vec<Phrase>>,
    nouns: FxHashSet<String>,
    sources: Vec<Vec<String>>,
    documents: FxHashSet<String>,
    state_sectors: Vec<String>,
    stances: FxHashMap<String, Stance>,
    spokespersons: FxHashSet<String>,
}

impl Cues {
    pub fn load(data: &Data) -> Result<Self, ClaimsError> {
        let file: File = toml::from_str(&data.text(FILE)?)
            .map_err(|source| ClaimsError::Toml { path: FILE.into(), source: Box::new(source) })?;
        let mut cues = Cues {
            nouns: file.noun.into_iter().flat_map(|n| n.lemmas).collect(),
            sources: file.source.into_iter().map(|s| s.words).filter(|w| !w.is_empty()).collect(),
            documents: file.documents.lemmas.into_iter().collect(),
            state_sectors: file.speaks_for_state.sectors,
            stances: stances_of(&file.stances)?,
            spokespersons: file.spokespersons.lemmas.into_iter().collect(),
            ..Cues::default()
        };
        for group in file.verb {
            let frames = frames_of(&group.lemmas.join(", "), &group.frames)?;
            for lemma in group.lemmas {
                cues.verbs.entry(lemma).or_default().add(frames);
            }
        }
        for phrase in file.phrase {
            let frames = frames_of(&phrase.lemma, &phrase.frames)?;
            cues.phrases.entry(phrase.lemma).or_default().push(Phrase { with: phrase.with, frames });
        }
        Ok(cues)
    }

    /// The frames of a verb, `None` for one that reports nothing.
    pub fn verb(&self, lemma: &str) -> Option<Frames> {
        self.verbs.get(lemma).copied()
    }

    /// The particles and prepositions that make a verb a cue.
    pub fn phrases(&self, lemma: &str) -> &[Phrase] {
        self.phrases.get(lemma).map_or(&[], Vec::as_slice)
    }

    /// True for a verb or noun that tells of a saying, alone or with others.
    pub fn is_cue(&self, lemma: &str) -> bool {
        self.verb(lemma).is_some() || !self.phrases(lemma).is_empty() || self.is_noun(lemma)
    }

    pub fn is_noun(&self, lemma: &str) -> bool {
        self.nouns.contains(lemma)
    }

    /// The prepositions, each as lower-case words.
    pub fn sources(&self) -> &[Vec<String>] {
        &self.sources
    }

    /// True for a noun that names a text, not its author.
    pub fn is_document(&self, lemma: &str) -> bool {
        self.documents.contains(lemma)
    }

    /// How one who uses the word stands to what he says.
    pub fn stance(&self, lemma: &str) -> Option<Stance> {
        self.stances.get(lemma).copied()
    }

    /// True for a word for those who speak for others.
    pub fn is_spokesperson(&self, lemma: &str) -> bool {
        self.spokespersons.contains(lemma)
    }

    pub fn speaks_for_state(&self, sectors: &[String]) -> bool {
        sectors.iter().any(|s| self.state_sectors.contains(s))
    }
}

fn stances_of(table: &BTreeMap<String, Vec<String>>) -> Result<FxHashMap<String, Stance>, ClaimsError> {
    let mut stances = FxHashMap::default();
    for (name, lemmas) in table {
        let stance =
            Stance::parse(name).ok_or_else(|| ClaimsError::Stance { path: FILE.into(), stance: name.clone() })?;
        stances.extend(lemmas.iter().map(|l| (l.clone(), stance)));
    }
    Ok(stances)
}

fn frames_of(lemma: &str, names: &[String]) -> Result<Frames, ClaimsError> {
    let mut frames = Frames::default();
    for name in names {
        let frame = Frames::named(name).ok_or_else(|| ClaimsError::Frame {
            path: FILE.into(),
            lemma: lemma.into(),
            frame: name.clone(),
        })?;
        frames.add(frame);
    }
    Ok(frames)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    verb: Vec<VerbGroup>,
    phrase: Vec<PhraseRow>,
    noun: Vec<NounGroup>,
    source: Vec<SourceRow>,
    documents: Documents,
    speaks_for_state: SpeaksForState,
    stances: BTreeMap<String, Vec<String>>,
    spokespersons: Documents,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VerbGroup {
    #[serde(rename = "class")]
    _class: String,
    lemmas: Vec<String>,
    frames: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PhraseRow {
    #[serde(rename = "class")]
    _class: String,
    lemma: String,
    with: String,
    frames: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NounGroup {
    #[serde(rename = "class")]
    _class: String,
    lemmas: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SourceRow {
    words: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Documents {
    lemmas: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SpeaksForState {
    sectors: Vec<String>,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_file_loads_and_joins_frames_of_a_verb_named_twice() {
        let cues = Cues::load(&Data::embedded()).unwrap();
        let swear = cues.verb("swear").unwrap();
        assert!(swear.has(Frames::TO) && swear.has(Frames::INSERT));
        assert!(cues.verb("visit").is_none());
        assert!(cues.is_document("statement"));
    }

    #[test]
    fn an_unknown_frame_is_named() {
        let error = frames_of("say", &["thta".into()]).unwrap_err();
        assert!(error.to_string().contains("thta"), "{error}");
    }
}
