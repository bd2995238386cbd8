//! The outlets that the program knows: names, aliases, domains.
//!
//! In: `data/outlets/outlets.tsv`. Facts only; nothing here rates anyone.

use crate::PagesError;
use crate::fold::fold_bare;
use crate::names::Bylines;
use chancery_data::Data;
use rustc_hash::{FxHashMap, FxHashSet};

const PATH: &str = "outlets/outlets.tsv";
const NAME_WORDS: &str = "outlets/name-words.txt";
/// Words of the longest line that is taken for a publisher's name.
const MASTHEAD_MAX_WORDS: usize = 5;
const COLUMNS: usize = 5;
const KINDS: [&str; 8] =
    ["agency", "newspaper", "magazine", "broadcaster", "site", "party", "government", "organization"];

/// The table.
#[derive(Debug, Default)]
pub(crate) struct Outlets {
    names: Vec<Outlet>,
    by_alias: FxHashMap<String, usize>,
    by_domain: FxHashMap<String, usize>,
    /// Last words of publishers' names, in lower case.
    name_words: FxHashSet<String>,
    /// What else stands where people are named.
    pub(crate) bylines: Bylines,
}

/// One publisher.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Outlet {
    /// Its usual English name.
    pub name: String,
    /// What it is.
    pub kind: String,
}

impl Outlets {
    /// Reads the table.
    pub(crate) fn load(data: &Data) -> Result<Self, PagesError> {
        let text = data.text(PATH)?;
        let mut table = Outlets { bylines: Bylines::load(data)?, ..Outlets::default() };
        let words = data.text(NAME_WORDS)?;
        table.name_words = words.lines().filter(|l| !l.starts_with('#')).map(|l| l.trim().to_lowercase()).collect();
        for row in text.lines().filter(|l| !l.trim().is_empty() && !l.starts_with('#')) {
            table.add(row).map_err(|reason| PagesError::Entry { path: PATH.into(), entry: row.into(), reason })?;
        }
        Ok(table)
    }

    /// The outlet called so, with or without "the", "newspaper" or "website".
    pub(crate) fn find(&self, name: &str) -> Option<&Outlet> {
        variants(name).iter().find_map(|v| self.by_alias.get(v)).map(|i| &self.names[*i])
    }

    /// The outlet that publishes at a host (`www.example.org`), by its longest known ending.
    pub(crate) fn at_host(&self, host: &str) -> Option<&Outlet> {
        let host = host.to_lowercase();
        let mut rest = host.as_str();
        loop {
            if let Some(i) = self.by_domain.get(rest) {
                return Some(&self.names[*i]);
            }
            rest = rest.split_once('.')?.1;
        }
    }

    /// The usual name of the outlet where it is known, the name as written (without "the") otherwise.
    pub(crate) fn canonical(&self, name: &str) -> String {
        match self.find(name) {
            Some(outlet) => outlet.name.clone(),
            None => without_article(name.trim()).to_string(),
        }
    }

    /// The outlet of a name: a known one, or one that its name says to be an outlet.
    pub(crate) fn named(&self, name: &str) -> Option<String> {
        self.find(name).map(|outlet| outlet.name.clone()).or_else(|| self.masthead(name))
    }

    /// The outlet that a line names and nothing else: a known one, or a short name in capitals that ends as such names do.
    pub(crate) fn masthead(&self, line: &str) -> Option<String> {
        let words: Vec<&str> = line.split_whitespace().collect();
        if words.is_empty() || words.len() > MASTHEAD_MAX_WORDS || line.ends_with(['.', '!', '?', ':', ',']) {
            return None;
        }
        let capitals =
            words.iter().all(|w| w.starts_with(char::is_uppercase) || matches!(*w, "of" | "the" | "and" | "&"));
        let named_so = words.len() >= 2 && words.last().is_some_and(|w| self.name_words.contains(&w.to_lowercase()));
        (capitals && (named_so || self.find(line).is_some())).then(|| self.canonical(line))
    }

    fn add(&mut self, row: &str) -> Result<(), String> {
        let cells: Vec<&str> = row.split('\t').map(str::trim).collect();
        let &[name, aliases, domains, country, kind] = cells.as_slice() else {
            return Err(format!("{} columns, not {COLUMNS}", cells.len()));
        };
        if !KINDS.contains(&kind) {
            return Err(format!("kind {kind:?} is none of {}", KINDS.join(", ")));
        }
        if country != "-" && (country.len() != 3 || !country.bytes().all(|b| b.is_ascii_uppercase())) {
            return Err(format!("country {country:?} is no ISO 3166 alpha-3 code and not -"));
        }
        let index = self.names.len();
        self.names.push(Outlet { name: name.to_string(), kind: kind.to_string() });
        for alias in std::iter::once(name).chain(cell_items(aliases)) {
            self.by_alias.entry(fold_bare(without_article(alias))).or_insert(index);
        }
        for domain in cell_items(domains) {
            self.by_domain.entry(domain.to_lowercase()).or_insert(index);
        }
        Ok(())
    }
}

fn cell_items(cell: &str) -> impl Iterator<Item = &str> {
    cell.split('|').map(str::trim).filter(|i| !i.is_empty() && *i != "-")
}

/// The ways in which a name may stand in the table.
fn variants(name: &str) -> Vec<String> {
    let plain = without_article(name.trim()).to_string();
    let mut all = vec![plain.clone()];
    if let Some((before, bracket)) = plain.split_once('(').filter(|(before, _)| !before.contains(" and ")) {
        all.push(before.to_string());
        all.push(bracket.trim_end_matches(')').to_string());
    }
    for tail in
        ["newspaper", "news agency", "website", "site", "magazine", "daily", "agency", "news", "channel", "television"]
    {
        let at = plain.len().saturating_sub(tail.len());
        if let (Some(head), Some(end)) = (plain.get(..at), plain.get(at..))
            && end.eq_ignore_ascii_case(tail)
        {
            all.push(head.to_string());
        }
    }
    if let Some((_, whose)) = plain.split_once("website of ").or_else(|| plain.split_once("site of ")) {
        all.push(without_article(whose).to_string());
    }
    all.iter().map(|v| fold_bare(v)).filter(|v| !v.is_empty()).collect()
}

fn without_article(name: &str) -> &str {
    ["the ", "The "].iter().find_map(|a| name.strip_prefix(a)).unwrap_or(name).trim()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn outlets() -> Outlets {
        Outlets::load(&Data::embedded()).unwrap()
    }

    #[test]
    fn names_aliases_and_domains_find_an_outlet() {
        let outlets = outlets();
        assert!(outlets.names.len() >= 300, "{}", outlets.names.len());
        assert_eq!(outlets.canonical("the Tehran Times newspaper"), "Tehran Times");
        assert_eq!(outlets.canonical("Xinhua"), "Xinhua News Agency");
        assert_eq!(outlets.canonical("the Korean Central News Agency (KCNA)"), "Korean Central News Agency");
        assert_eq!(outlets.canonical("the Harbour Gazette"), "Harbour Gazette");
        assert_eq!(outlets.at_host("edition.cnn.com").unwrap().name, "CNN");
        assert_eq!(outlets.at_host("nowhere.example"), None);
    }

    #[test]
    fn a_line_that_only_names_a_publisher_is_a_masthead() {
        let outlets = outlets();
        assert_eq!(outlets.masthead("Harbour Gazette").as_deref(), Some("Harbour Gazette"));
        assert_eq!(outlets.masthead("Reuters").as_deref(), Some("Reuters"));
        assert_eq!(outlets.masthead("Ministers met the press"), None);
        assert_eq!(outlets.masthead("News"), None);
    }

    #[test]
    fn a_wrong_row_is_named() {
        let mut table = Outlets::default();
        assert!(table.add("Name\t-\t-\tXX\tagency").unwrap_err().contains("alpha-3"));
        assert!(table.add("Name\t-").unwrap_err().contains("2 columns"));
    }
}
