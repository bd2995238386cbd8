//! What the data files say of event types and countries, for columns that the ledger does not hold.

use crate::ExportError;
use chancery_data::Data;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Scores and classes of event types, names and codes of countries.
#[derive(Debug, Clone, Default)]
pub struct Knowledge {
    types: BTreeMap<String, EventType>,
    countries: BTreeMap<String, Country>,
    /// Hash of all knowledge files of the program that writes.
    pub(crate) data_hash: String,
}

/// What the codebook says of an event type.
#[derive(Debug, Clone, Default, Deserialize)]
struct EventType {
    name: String,
    #[serde(default)]
    quad: String,
    score: Option<f64>,
    cameo: Option<String>,
    #[serde(default)]
    modes: Vec<Mode>,
}

#[derive(Debug, Clone, Deserialize)]
struct Mode {
    name: String,
    score: Option<f64>,
    cameo: Option<String>,
}

#[derive(Deserialize)]
struct Codebook {
    #[serde(default, rename = "type")]
    types: Vec<EventType>,
}

/// A state or territory.
#[derive(Debug, Clone, Default)]
struct Country {
    name: String,
    cow: String,
    iso2: String,
    fips: String,
}

impl Knowledge {
    /// The codebook's event types, sorted.
    pub fn event_types(&self) -> Vec<String> {
        self.types.keys().cloned().collect()
    }

    /// Reads the codebook and the lists of countries.
    ///
    /// # Errors
    /// Where a file is missing or the codebook is no TOML.
    pub fn load(data: &Data) -> Result<Self, ExportError> {
        let path = "codebook/plover.toml";
        let codebook: Codebook = toml::from_str(&data.text(path)?)
            .map_err(|source| ExportError::Codebook { path: data.name_of(path), source: Box::new(source) })?;
        let mut countries: BTreeMap<String, Country> = BTreeMap::new();
        for row in table(&data.text("actors/states.tsv")?) {
            let cell = |column: &str| row.get(column).copied().unwrap_or_default().to_string();
            let country = Country { name: cell("name"), cow: cell("cow"), iso2: cell("iso2"), fips: String::new() };
            // A code that several rows share (breakaway areas, former states) is its first row's.
            countries.entry(cell("code")).or_insert(country);
        }
        for row in table(&data.text("exports/fips.tsv")?) {
            let cell = |column: &str| row.get(column).copied().unwrap_or_default().to_string();
            countries.entry(cell("code")).or_default().fips = cell("fips");
        }
        let types = codebook.types.into_iter().map(|t| (t.name.clone(), t)).collect();
        Ok(Knowledge { types, countries, data_hash: data.hash() })
    }

    /// The score of an event, -10 to +10: its mode's, else its type's.
    pub fn score(&self, event_type: &str, mode: Option<&str>) -> Option<f64> {
        let known = self.types.get(event_type)?;
        known.mode(mode).and_then(|m| m.score).or(known.score)
    }

    /// `verbal cooperation` …; empty for a type that the codebook does not class.
    pub fn quad(&self, event_type: &str) -> &str {
        self.types.get(event_type).map_or("", |t| &t.quad)
    }

    /// The class as a number, 1 to 4, as GDELT and PLOVER count them.
    pub fn quad_number(&self, event_type: &str) -> Option<u8> {
        let classes = ["verbal cooperation", "material cooperation", "verbal conflict", "material conflict"];
        let quad = self.quad(event_type);
        classes.iter().zip(1..).find(|(class, _)| **class == quad).map(|(_, n)| n)
    }

    /// The CAMEO code of a type and mode.
    pub fn cameo(&self, event_type: &str, mode: Option<&str>) -> Option<&str> {
        let known = self.types.get(event_type)?;
        known.mode(mode).and_then(|m| m.cameo.as_deref()).or(known.cameo.as_deref())
    }

    /// A country's name; empty for an international code.
    pub fn country_name(&self, code: &str) -> &str {
        self.countries.get(code).map_or("", |c| &c.name)
    }

    /// Its Correlates of War abbreviation.
    pub fn cow(&self, code: &str) -> &str {
        self.countries.get(code).map_or("", |c| &c.cow)
    }

    /// Its ISO 3166 alpha-2 code.
    pub fn iso2(&self, code: &str) -> &str {
        self.countries.get(code).map_or("", |c| &c.iso2)
    }

    /// Its FIPS 10-4 code.
    pub fn fips(&self, code: &str) -> &str {
        self.countries.get(code).map_or("", |c| &c.fips)
    }
}

impl EventType {
    fn mode(&self, mode: Option<&str>) -> Option<&Mode> {
        self.modes.iter().find(|m| Some(m.name.as_str()) == mode)
    }
}

/// The rows of a knowledge file with a header, each as its cells by column.
fn table(text: &str) -> impl Iterator<Item = BTreeMap<&str, &str>> {
    let mut lines = text.lines().filter(|l| !l.starts_with('#') && !l.trim().is_empty());
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    lines.map(move |line| header.iter().copied().zip(line.split('\t')).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_type_is_scored_and_classed() {
        let knowledge = Knowledge::load(&Data::embedded()).unwrap();
        assert!(knowledge.types.len() > 10);
        for name in knowledge.types.keys() {
            assert!(knowledge.score(name, None).is_some_and(|s| s.abs() <= 10.0), "{name}");
            assert!(knowledge.quad_number(name).is_some(), "{name}");
            assert!(knowledge.cameo(name, None).is_some(), "{name}");
        }
        assert_eq!(knowledge.score("NONSENSE", None), None);
    }

    #[test]
    fn a_country_has_its_codes_and_an_international_code_none() {
        let knowledge = Knowledge::load(&Data::embedded()).unwrap();
        let known = (knowledge.country_name("AUT"), knowledge.iso2("AUT"), knowledge.fips("AUT"), knowledge.cow("AUT"));
        assert_eq!(known, ("Austria", "AT", "AU", "AUS"));
        assert_eq!((knowledge.country_name("IGO"), knowledge.fips("IGO")), ("", ""));
    }
}
