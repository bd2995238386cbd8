//! Other projects' lists of actors, read into rows of a user's own file: PETRARCH dictionaries, CSV, Wikidata's JSON dump
//! (line by line, never held as a whole), FollowTheMoney entities.
//!
//! What their terms mean in PLOVER is data (`data/actors/import.tsv`). A line that cannot be read is skipped, counted and
//! told; nothing stops an import.

mod csv;
mod followthemoney;
mod petrarch;
mod wikidata;

use crate::ActorsError;
use crate::fold::fold_lower;
use crate::record::ActorRecord;
use crate::table::Table;
use crate::words::Words;
use chancery_data::Data;
use rustc_hash::FxHashMap;
use std::io::BufRead;

/// What a file to import is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ImportFormat {
    /// PETRARCH's actor and agent dictionaries.
    Petrarch,
    /// Columns with a header, separated by commas, semicolons or tabs.
    Csv,
    /// Wikidata's JSON dump: one entity a line.
    Wikidata,
    /// FollowTheMoney entities: one a line.
    FollowTheMoney,
}

impl ImportFormat {
    /// What a file is by its first bytes; `None` where they tell nothing.
    pub fn guess(start: &str) -> Option<Self> {
        let line = start.lines().map(str::trim).find(|l| !l.is_empty() && *l != "[").unwrap_or("");
        if line.starts_with('{') {
            let wikidata = line.contains("\"claims\"") || line.contains("\"type\":\"item\"");
            return Some(if wikidata { ImportFormat::Wikidata } else { ImportFormat::FollowTheMoney });
        }
        let petrarch = |l: &str| {
            l.trim_end().ends_with(']')
                || l.starts_with("<!--")
                || l.contains(" [") && l.contains(']')
                || l.starts_with('!')
        };
        let rows: Vec<&str> = start.lines().filter(|l| !l.trim().is_empty() && !l.starts_with('#')).take(40).collect();
        let header = rows.first()?.to_lowercase();
        if header.contains("name") && header.contains([',', ';', '\t']) {
            return Some(ImportFormat::Csv);
        }
        rows.iter().any(|l| petrarch(l)).then_some(ImportFormat::Petrarch)
    }
}

/// A line that was skipped or is doubtful, and why.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Skipped {
    /// Line of the file, from 1.
    pub line: usize,
    /// What is wrong with it and what to do.
    pub reason: String,
}

/// What an import did.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ImportTally {
    /// Entries read.
    pub read: usize,
    /// Rows given.
    pub rows: usize,
    /// Entries left out because of their class.
    pub filtered: usize,
    /// How many lines were skipped.
    pub skipped: usize,
    /// The first of them.
    pub first_skipped: Vec<Skipped>,
    /// How many rows were given that are probably wrong.
    pub doubted: usize,
    /// The first of them.
    pub first_doubted: Vec<Skipped>,
}

/// Lines told one by one; the rest is only counted.
const TOLD: usize = 20;

impl ImportTally {
    fn skip(&mut self, line: usize, reason: impl Into<String>) {
        self.skipped += 1;
        if self.first_skipped.len() < TOLD {
            self.first_skipped.push(Skipped { line, reason: reason.into() });
        }
    }

    fn doubt(&mut self, line: usize, reason: impl Into<String>) {
        self.doubted += 1;
        if self.first_doubted.len() < TOLD {
            self.first_doubted.push(Skipped { line, reason: reason.into() });
        }
    }
}

/// Reads other projects' lists.
#[derive(Debug, Default)]
pub struct Importer {
    /// Vocabulary and term to kind and sectors.
    terms: FxHashMap<(String, String), (String, Vec<String>)>,
    /// ISO 3166 alpha-2, in lower case, to alpha-3.
    iso2: FxHashMap<String, String>,
    /// Name of a state, and alpha-3, in lower case, to alpha-3.
    countries: FxHashMap<String, String>,
    /// Wikidata id of a state to alpha-3.
    states: FxHashMap<String, String>,
    /// Only these classes of Wikidata; empty: those of the vocabulary.
    classes: Vec<String>,
    /// The Wikidata classes of offices.
    positions: Vec<String>,
    /// What the names of offices mean.
    words: Words,
}

impl Importer {
    /// Loads the vocabulary. `classes` are the Wikidata classes to take; none means all that the vocabulary knows.
    ///
    /// # Errors
    /// Where `actors/import.tsv` or `actors/states.tsv` is wrong.
    pub fn load(data: &Data, classes: &[String]) -> Result<Self, ActorsError> {
        let words = Words::load(data)?;
        let mut importer = Importer { classes: classes.to_vec(), words, ..Importer::default() };
        let text = data.text("actors/import.tsv")?;
        let table = Table::read("actors/import.tsv", &text, &["vocabulary", "term", "kind", "sectors"])?;
        for row in table.rows() {
            let key = (row.needed("vocabulary")?.to_string(), row.needed("term")?.to_string());
            let sectors = row.cell("sectors").split_whitespace().map(str::to_string).collect();
            if key.0 == "wikidata-class" && row.cell("kind") == "position" {
                importer.positions.push(key.1);
                continue;
            }
            importer.terms.insert(key, (row.cell("kind").to_string(), sectors));
        }
        let text = data.text("actors/states.tsv")?;
        let table = Table::read("actors/states.tsv", &text, &["code", "name", "aliases", "iso2", "wikidata"])?;
        for row in table.rows() {
            let code = row.cell("code").split(' ').next().unwrap_or("").to_string();
            for name in [code.as_str(), row.cell("name")].into_iter().chain(row.list("aliases")) {
                importer.countries.entry(fold_lower(name)).or_insert_with(|| code.clone());
            }
            if !row.cell("iso2").is_empty() {
                importer.iso2.entry(row.cell("iso2").to_lowercase()).or_insert_with(|| code.clone());
            }
            if !row.cell("wikidata").is_empty() {
                importer.states.entry(row.cell("wikidata").to_string()).or_insert(code);
            }
        }
        Ok(importer)
    }

    /// Reads one file and gives its rows one by one.
    ///
    /// # Errors
    /// Where the file cannot be read; lines that make no sense are in the tally.
    pub fn read(
        &self,
        format: ImportFormat,
        name: &str,
        reader: impl BufRead,
        give: &mut dyn FnMut(ActorRecord),
    ) -> std::io::Result<ImportTally> {
        let mut tally = ImportTally::default();
        let mut rows = 0;
        let mut counted = |record: ActorRecord| {
            rows += 1;
            give(record);
        };
        match format {
            ImportFormat::Petrarch => petrarch::read(self, name, reader, &mut tally, &mut counted)?,
            ImportFormat::Csv => csv::read(self, name, reader, &mut tally, &mut counted)?,
            ImportFormat::Wikidata => wikidata::read(self, reader, &mut tally, &mut counted)?,
            ImportFormat::FollowTheMoney => followthemoney::read(self, name, reader, &mut tally, &mut counted)?,
        }
        tally.rows = rows;
        Ok(tally)
    }

    fn term(&self, vocabulary: &str, term: &str) -> Option<(&str, &[String])> {
        self.terms.get(&(vocabulary.into(), term.into())).map(|(kind, sectors)| (kind.as_str(), sectors.as_slice()))
    }

    /// The code of a country by its code of three or two letters, or its name.
    fn country_code(&self, words: &str) -> Option<String> {
        let words = fold_lower(words);
        self.countries.get(&words).or_else(|| self.iso2.get(&words)).cloned()
    }

    /// The Wikidata classes of offices.
    fn position_classes(&self) -> impl Iterator<Item = &String> {
        self.positions.iter()
    }

    /// The sectors of an office by its name ("Minister of Defence of Norway").
    fn sectors_of_office(&self, name: &str) -> Vec<String> {
        let role = self.words.role_in(&fold_lower(name));
        role.map(|r| self.words.roles[r as usize].sectors.clone()).unwrap_or_default()
    }

    /// `USAGOVMED` in PLOVER: `USA GOV JRN`. `None` for PETRARCH's null codes (`---`).
    pub fn plover_code(&self, cameo: &str) -> Option<String> {
        let code = cameo.trim().to_uppercase();
        let code = code.split(['/', ' ']).next().unwrap_or("");
        if code.is_empty() || !code.chars().all(|c| c.is_ascii_alphanumeric()) {
            return None;
        }
        let parts: Vec<&str> = code.as_bytes().chunks(3).filter_map(|c| std::str::from_utf8(c).ok()).collect();
        let (first, rest) = parts.split_first()?;
        let country = match self.term("cameo-first", first) {
            Some((_, codes)) => codes.first().cloned().unwrap_or_else(|| "-".into()),
            None => (*first).to_string(),
        };
        let leading = if self.term("cameo", first).is_some() { vec![*first] } else { Vec::new() };
        let country = if leading.is_empty() { country } else { "-".into() };
        Some(self.with_sectors(&country, leading.into_iter().chain(rest.iter().copied())))
    }

    fn with_sectors<'c>(&self, country: &str, parts: impl Iterator<Item = &'c str>) -> String {
        let mut code = vec![country.to_string()];
        for part in parts {
            let own = [part.to_string()];
            let sectors = self.term("cameo", part).map_or(&own[..], |(_, sectors)| sectors);
            for sector in sectors {
                if !code[1..].contains(sector) {
                    code.push(sector.clone());
                }
            }
        }
        code.join(" ")
    }
}

/// The lines of a file, with their numbers; what is not UTF-8 is replaced.
fn each_line(mut reader: impl BufRead, mut take: impl FnMut(usize, &str)) -> std::io::Result<()> {
    let mut bytes = Vec::new();
    let mut number = 0;
    while reader.read_until(b'\n', &mut bytes)? > 0 {
        number += 1;
        take(number, String::from_utf8_lossy(&bytes).trim_end_matches(['\n', '\r']));
        bytes.clear();
    }
    Ok(())
}
