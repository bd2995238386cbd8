//! PLOVER's four classes of events (verbal or material, cooperation or conflict), as the codebook gives them.

use chancery_data::Data;
use serde::Deserialize;
use std::collections::BTreeMap;

/// The class of each event type.
#[derive(Debug, Clone, Default)]
pub(crate) struct Quads {
    by_type: BTreeMap<String, Quad>,
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
}

impl Quads {
    /// Reads the codebook; without a readable one every type is unclassed, which costs a page its colours only.
    pub(crate) fn load(data: &Data) -> Self {
        let text = data.text("codebook/plover.toml").unwrap_or_default();
        let codebook: Option<Codebook> = toml::from_str(&text).ok();
        let types = codebook.map(|c| c.types).unwrap_or_default();
        Quads { by_type: types.into_iter().map(|t| (t.name, Quad::parse(&t.quad))).collect() }
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
    }
}
