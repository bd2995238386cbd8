//! PLOVER's four classes of events (verbal or material, cooperation or conflict) and their scores, as the codebook gives
//! them.

use chancery_data::Data;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The class of each event type, and the scores of types and their modes.
#[derive(Debug, Clone, Default)]
pub(crate) struct Quads {
    by_type: BTreeMap<String, Quad>,
    /// By type and mode; a type's own score is under no mode.
    scores: BTreeMap<(String, Option<String>), f64>,
}

/// One of the four.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Quad {
    VerbalCooperation,
    MaterialCooperation,
    VerbalConflict,
    MaterialConflict,
    /// A type that the codebook does not class.
    Unknown,
}

impl Quad {
    pub(crate) const CLASSED: [Quad; 4] =
        [Quad::VerbalCooperation, Quad::MaterialCooperation, Quad::VerbalConflict, Quad::MaterialConflict];

    fn parse(text: &str) -> Self {
        Self::CLASSED.into_iter().find(|q| q.label() == text).unwrap_or(Quad::Unknown)
    }

    /// As the codebook writes it.
    pub(crate) fn label(self) -> &'static str {
        match self {
            Quad::VerbalCooperation => "verbal cooperation",
            Quad::MaterialCooperation => "material cooperation",
            Quad::VerbalConflict => "verbal conflict",
            Quad::MaterialConflict => "material conflict",
            Quad::Unknown => "class unknown",
        }
    }

    /// The class in the style sheet.
    pub(crate) fn css(self) -> &'static str {
        match self {
            Quad::VerbalCooperation => "vcoop",
            Quad::MaterialCooperation => "mcoop",
            Quad::VerbalConflict => "vconf",
            Quad::MaterialConflict => "mconf",
            Quad::Unknown => "noquad",
        }
    }
}

#[derive(Deserialize)]
struct Codebook {
    #[serde(default, rename = "type")]
    types: Vec<TypeLine>,
}

#[derive(Deserialize)]
struct TypeLine {
    name: String,
    #[serde(default)]
    quad: String,
    score: Option<f64>,
    #[serde(default)]
    modes: Vec<ModeLine>,
}

#[derive(Deserialize)]
struct ModeLine {
    name: String,
    score: Option<f64>,
}

impl Quads {
    /// Reads the codebook; without a readable one every type is unclassed, which costs a page its colours only.
    pub(crate) fn load(data: &Data) -> Self {
        let text = data.text("codebook/plover.toml").unwrap_or_default();
        let codebook: Option<Codebook> = toml::from_str(&text).ok();
        let types = codebook.map(|c| c.types).unwrap_or_default();
        let mut quads = Quads::default();
        for line in types {
            quads.scores.extend(line.score.map(|score| ((line.name.clone(), None), score)));
            let modes = line.modes.into_iter().filter_map(|m| Some(((line.name.clone(), Some(m.name)), m.score?)));
            quads.scores.extend(modes);
            quads.by_type.insert(line.name, Quad::parse(&line.quad));
        }
        quads
    }

    /// The score of an event, -10 to +10: its mode's, else its type's.
    pub(crate) fn score(&self, event_type: &str, mode: Option<&str>) -> Option<f64> {
        let of = |mode: Option<&str>| self.scores.get(&(event_type.to_string(), mode.map(String::from))).copied();
        of(mode).or_else(|| of(None))
    }

    /// The types that the codebook knows.
    pub(crate) fn types(&self) -> Vec<String> {
        self.by_type.keys().cloned().collect()
    }

    pub(crate) fn of(&self, event_type: &str) -> Quad {
        self.by_type.get(event_type).copied().unwrap_or(Quad::Unknown)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_codebook_classes_every_type() {
        let quads = Quads::load(&Data::embedded());
        assert_eq!(quads.by_type.len(), 16);
        assert!(quads.by_type.values().all(|q| *q != Quad::Unknown));
        assert_eq!(quads.of("NONSENSE"), Quad::Unknown);
        assert!(quads.by_type.keys().all(|t| quads.score(t, Some("no mode")).is_some_and(|s| s.abs() <= 10.0)));
        assert_eq!(quads.score("NONSENSE", None), None);
    }
}
