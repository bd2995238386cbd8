//! What the codebook knows of types and modes, and which type a CAMEO code stands for.

use chancery_actors::{ActorsError, Importer};
use chancery_data::{Data, DataError};
use serde::Deserialize;
use std::collections::BTreeMap;

/// The words that a gold may use.
#[derive(Debug, Default)]
pub struct Vocabulary {
    /// Types and their modes.
    types: BTreeMap<String, Vec<String>>,
    /// The first figures of a CAMEO code to a type and, where it is clear, a mode.
    cameo: BTreeMap<String, (String, Option<String>)>,
    /// What CAMEO's codes of actors are in PLOVER.
    actors: Importer,
}

/// Knowledge that cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum VocabularyError {
    /// A file is missing.
    #[error(transparent)]
    Data(#[from] DataError),
    /// The vocabulary of actors' codes is wrong.
    #[error(transparent)]
    Actors(#[from] ActorsError),
    /// The codebook is no TOML.
    #[error("{file}: {source}")]
    Toml {
        /// The file.
        file: String,
        /// What is wrong.
        source: Box<toml::de::Error>,
    },
    /// A line of the table of codes is wrong.
    #[error(
        "{file}, line {line}: write a CAMEO code, a type of the codebook (- for none) and a mode, with tabs between"
    )]
    Cameo {
        /// The file.
        file: String,
        /// The line, from 1.
        line: usize,
    },
}

#[derive(Deserialize)]
struct Codebook {
    #[serde(default, rename = "type")]
    types: Vec<EventType>,
}

#[derive(Deserialize)]
struct EventType {
    name: String,
    #[serde(default)]
    modes: Vec<Mode>,
}

#[derive(Deserialize)]
struct Mode {
    name: String,
}

const CODEBOOK: &str = "codebook/plover.toml";
const CAMEO: &str = "codebook/cameo.tsv";

impl Vocabulary {
    /// Reads the codebook's types and the table of CAMEO codes.
    ///
    /// # Errors
    /// Where a file is missing or wrong.
    pub fn load(data: &Data) -> Result<Self, VocabularyError> {
        let codebook: Codebook = toml::from_str(&data.text(CODEBOOK)?)
            .map_err(|source| VocabularyError::Toml { file: data.name_of(CODEBOOK), source: Box::new(source) })?;
        let modes = |t: &EventType| t.modes.iter().map(|m| m.name.clone()).collect();
        let types = codebook.types.iter().map(|t| (t.name.clone(), modes(t))).collect();
        let mut vocabulary = Vocabulary { types, cameo: BTreeMap::new(), actors: Importer::load(data, &[])? };
        for (i, line) in data.text(CAMEO)?.lines().enumerate() {
            let is_row = !line.starts_with('#') && !line.starts_with("code\t") && !line.trim().is_empty();
            if is_row && vocabulary.add_code(line).is_none() {
                return Err(VocabularyError::Cameo { file: data.name_of(CAMEO), line: i + 1 });
            }
        }
        Ok(vocabulary)
    }

    fn add_code(&mut self, line: &str) -> Option<()> {
        let mut cells = line.split('\t').map(str::trim);
        let (code, event_type) = (cells.next()?, cells.next()?);
        let mode = cells.next().filter(|m| !m.is_empty()).map(str::to_string);
        let modes = self.types.get(event_type);
        let is_known = (event_type == "-" || modes.is_some())
            && mode.as_ref().is_none_or(|m| modes.is_some_and(|modes| modes.contains(m)));
        is_known.then(|| drop(self.cameo.insert(code.to_string(), (event_type.to_string(), mode))))
    }

    /// True for a type of the codebook.
    pub fn knows(&self, event_type: &str) -> bool {
        self.types.contains_key(event_type)
    }

    /// True where the codebook has the mode under the type.
    pub fn knows_mode(&self, event_type: &str, mode: &str) -> bool {
        self.types.get(event_type).is_some_and(|modes| modes.iter().any(|m| m == mode))
    }

    /// The types, with commas between them.
    pub fn types(&self) -> String {
        self.types.keys().map(String::as_str).collect::<Vec<_>>().join(", ")
    }

    /// An actor's CAMEO code in PLOVER; `None` for null codes (`---`).
    pub(crate) fn plover_code(&self, cameo: &str) -> Option<String> {
        self.actors.plover_code(cameo)
    }

    /// Type and mode of a CAMEO code, by the longest of its beginnings that the table has.
    pub fn of_cameo(&self, code: &str) -> Option<(&str, Option<&str>)> {
        let code = code.trim();
        let beginnings = (1..=code.len()).rev().filter_map(|end| code.get(..end));
        let (event_type, mode) = beginnings.filter_map(|b| self.cameo.get(b)).next()?;
        (event_type != "-").then_some((event_type.as_str(), mode.as_deref()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_code_has_the_type_of_its_longest_known_beginning() {
        let known = Vocabulary::load(&Data::embedded()).unwrap();
        assert_eq!(known.of_cameo("042"), Some(("CONSULT", Some("visit"))));
        assert_eq!(known.of_cameo("081"), Some(("CONCEDE", None)));
        assert_eq!(known.of_cameo("0871"), Some(("RETREAT", Some("ceasefire"))));
        assert_eq!(known.of_cameo("0841"), Some(("RETREAT", Some("release"))));
        assert_eq!(known.of_cameo("010"), None);
        assert_eq!(known.of_cameo("903"), None);
        assert_eq!(known.of_cameo(""), None);
    }
}
