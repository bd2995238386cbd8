//! The outlets that the program knows: names, aliases, domains.
//!
//! In: `data/outlets/outlets.tsv`. Facts only; nothing here rates anyone.

use crate::PagesError;
use crate::fold::fold_bare;
use chancery_data::Data;
use rustc_hash::FxHashMap;

const PATH: &str = "outlets/outlets.tsv";
const COLUMNS: usize = 5;
const KINDS: [&str; 8] =
    ["agency", "newspaper", "magazine", "broadcaster", "site", "party", "government", "organization"];

/// The table.
#[derive(Debug)]
pub(crate) struct Outlets {
    names: Vec<Outlet>,
    by_alias: FxHashMap<String, usize>,
    by_domain: FxHashMap<String, usize>,
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
        let mut table = Outlets { names: Vec::new(), by_alias: FxHashMap::default(), by_domain: FxHashMap::default() };
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
        if let Some(head) = plain.to_lowercase().strip_suffix(tail) {
            all.push(plain[..plain.len().min(head.len())].to_string());
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
    fn a_wrong_row_is_named() {
        let mut table = Outlets { names: vec![], by_alias: FxHashMap::default(), by_domain: FxHashMap::default() };
        assert!(table.add("Name\t-\t-\tXX\tagency").unwrap_err().contains("alpha-3"));
        assert!(table.add("Name\t-").unwrap_err().contains("2 columns"));
    }
}
