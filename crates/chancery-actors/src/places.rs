//! Where a place lies: country, exactness and coordinates for a name.
//!
//! In: the name of a place as a text writes it, and its country where the text tells one. Out: what `places.tsv` and
//! `states.tsv` know of it. Of several places with one name and no country it is the one of most inhabitants.

use crate::directory::{Directory, Sense, Site, Usage};
use crate::fold::fold;
use chancery_text::{ActorKind, Place, Precision};

impl Directory {
    /// Adds country, precision and coordinates to a place that has a name; "LYON, France" becomes "Lyon".
    pub fn locate(&self, place: &mut Place) {
        let (name, beside) = match place.name.split_once(',') {
            Some((name, beside)) => (name.trim(), self.country_named(beside.trim())),
            None => (place.name.trim(), None),
        };
        let Some(found) = self.site_named(name, place.country.as_deref().or(beside.as_deref())) else { return };
        place.precision = Some(found.site.precision);
        place.point = found.site.point;
        place.country = place.country.take().or(found.country);
        place.name = found.name;
    }

    fn country_named(&self, name: &str) -> Option<String> {
        self.site_named(name, None)?.country
    }

    fn site_named(&self, name: &str, country: Option<&str>) -> Option<Found> {
        let text = fold(name);
        let (senses, len) = self.name_at(&text, &text.to_ascii_lowercase(), 0)?;
        let found = senses.into_iter().filter_map(|s| self.found(s, name));
        let of_country = |f: &Found| country.is_none_or(|c| f.country.as_deref() == Some(c));
        let whole = len == text.len();
        found.filter(|f| whole && of_country(f)).max_by_key(|f| (f.weight, f.site.precision))
    }

    fn found(&self, sense: Sense, written: &str) -> Option<Found> {
        let entry = &self.entries[sense.entry as usize];
        let country = entry.terms.first().and_then(|t| t.code.country.clone());
        let named = |site| Found { name: entry.name.clone(), country: country.clone(), site, weight: weight(site) };
        match (entry.kind, sense.usage) {
            (ActorKind::Place | ActorKind::Country, Usage::Name) => entry.site.map(named),
            // a capital that is no row of places.tsv
            (ActorKind::Country, Usage::Capital) => {
                let site = Site { precision: Precision::City, population: None, ..entry.site? };
                Some(Found { name: written.to_string(), ..named(site) })
            }
            _ => None,
        }
    }
}

/// What a name may mean.
struct Found {
    name: String,
    country: Option<String>,
    site: Site,
    weight: u32,
}

/// States before regions without a figure before towns.
fn weight(site: Site) -> u32 {
    match site.precision {
        Precision::Country => u32::MAX,
        _ => site.population.unwrap_or(if site.precision == Precision::Region { 1000 } else { 0 }),
    }
}
