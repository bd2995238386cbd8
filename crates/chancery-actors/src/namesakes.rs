//! Places with one name: Tripoli in Libya and in Lebanon, Georgia the state and the country.
//!
//! In: the countries that the document names by words that mean nothing else. Out: a weight for each place that a name may
//! mean, from how many live there and how much the document speaks of its country and of other places there.

use crate::directory::{Entry, Sense, Usage};
use crate::items::{Item, Lex, Source};
use crate::words::word_class;
use chancery_text::{ActorKind, Point, Precision};
use rustc_hash::{FxHashMap, FxHashSet};

/// How often a document names each country, and places in it.
#[derive(Debug, Default)]
pub(crate) struct CountryCounts {
    countries: FxHashMap<String, u32>,
    places: FxHashSet<String>,
    /// Countries named by more than one word.
    varied: FxHashSet<String>,
    /// Where the places lie that mean only one thing.
    points: Vec<(String, Point)>,
    /// Words that tell of a part of a state stand in the text ("governor").
    regional: bool,
}

/// What a state weighs of itself, in thousandths of a power of ten of inhabitants.
const STATE: i32 = 8_600;
/// A capital, of whatever size.
const CAPITAL: i32 = 6_800;
/// A region of which the file does not say how many live there.
const REGION: i32 = 6_000;
/// A town of which it does not.
const TOWN: i32 = 4_500;
/// The document names the country.
const NAMED: i32 = 1_000;
/// It names it again and again: at most so much more.
const OFTEN: i32 = 500;
/// It names other places there.
const NEIGHBOURS: i32 = 700;
/// One of them lies in a region of that name, or near it.
const INSIDE: i32 = 1_100;
/// So many thousandths of a degree are near.
const NEAR: i32 = 3_000;
/// The text has words like "governor" and "county", and names the region's state.
const REGIONAL: i32 = 1_100;

impl CountryCounts {
    /// Counts names and adjectives that mean only one country.
    pub fn new(source: &Source, items: &[Vec<Item>]) -> Self {
        let mut counts = CountryCounts::default();
        let mut spellings: FxHashMap<String, &str> = FxHashMap::default();
        for item in items.iter().flatten() {
            counts.regional |= item.class & word_class::REGIONAL != 0;
            let Lex::Name(senses) = &item.lex else { continue };
            let country = |s: &Sense| source.dir.term_at(s.entry, source.date).0.and_then(|t| t.code.country.clone());
            let Some(code) = senses.first().and_then(country) else { continue };
            if !senses.iter().skip(1).all(|s| country(s).as_ref() == Some(&code)) {
                continue;
            }
            if senses.iter().any(|s| source.dir.entries[s.entry as usize].kind == ActorKind::Place) {
                counts.places.insert(code.clone());
                let point = |s: &Sense| source.dir.entries[s.entry as usize].site.and_then(|t| t.point);
                counts.points.extend(senses.iter().find_map(point).map(|p| (code.clone(), p)));
            }
            let words = item.span.of(source.doc.text());
            if *spellings.entry(code.clone()).or_insert(words) != words {
                counts.varied.insert(code.clone());
            }
            *counts.countries.entry(code).or_insert(0) += 1;
        }
        counts
    }

    /// Whether a country is named by more than one word ("Montenegro", "Montenegrin").
    pub fn has_several_names(&self, country: &str) -> bool {
        self.varied.contains(country)
    }

    /// How often a country is named.
    pub fn of(&self, country: &str) -> u32 {
        self.countries.get(country).copied().unwrap_or(0)
    }

    fn has_place_near(&self, country: &str, entry: &Entry) -> bool {
        let Some(here) = entry.site.and_then(|s| s.point) else { return false };
        let near =
            |p: &Point| (p.lat_millis - here.lat_millis).abs() < NEAR && (p.lon_millis - here.lon_millis).abs() < NEAR;
        self.points.iter().any(|(c, p)| c == country && near(p))
    }

    /// How likely a name means this place here.
    pub fn weight(&self, entry: &Entry, usage: Usage) -> i32 {
        let named = entry.terms.first().and_then(|t| t.code.country.as_deref());
        let count = named.map_or(0, |c| self.of(c));
        let neighbours = named.is_some_and(|c| self.places.contains(c));
        let support = match count {
            0 => 0,
            n => NAMED + thousandths(n).min(OFTEN) + if neighbours { NEIGHBOURS } else { 0 },
        };
        let region = entry.kind == ActorKind::Place && entry.site.is_some_and(|s| s.precision == Precision::Region);
        let inside = region && named.is_some_and(|country| self.has_place_near(country, entry));
        let regional = region && self.regional && count > 0;
        size(entry, usage) + support + if inside { INSIDE } else { 0 } + if regional { REGIONAL } else { 0 }
    }
}

/// Whether a meaning is a state, its capital or another place.
pub(crate) fn is_place(entry: &Entry, usage: Usage) -> bool {
    match entry.kind {
        ActorKind::Place => true,
        ActorKind::Country => matches!(usage, Usage::Name | Usage::Capital),
        _ => false,
    }
}

fn size(entry: &Entry, usage: Usage) -> i32 {
    let Some(site) = entry.site else { return TOWN };
    match (usage, site.precision, site.population) {
        (Usage::Capital, ..) => CAPITAL,
        (_, Precision::Country, _) => STATE,
        (_, _, Some(thousands)) if thousands > 0 => 3_000 + thousandths(thousands),
        (_, Precision::Region, _) => REGION,
        _ => TOWN,
    }
}

/// The logarithm to base ten, in thousandths.
fn thousandths(n: u32) -> i32 {
    (f64::from(n.max(1)).log10() * 1000.0).round() as i32
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn logarithms() {
        assert_eq!([0, 1, 7, 10, 1619].map(thousandths), [0, 0, 845, 1000, 3209]);
    }
}
