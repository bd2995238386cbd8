//! Which events a filter lets through, in the order of lists.

use super::bits::Bits;
use super::load::at;
use super::{MOST_TEXTS, RECIPIENT, Tally, Within};
use crate::search::safe_query;
use crate::{EventFilter, Ledger, Result};
use std::sync::{Arc, PoisonError};

/// Two parties to the same report, as sets of actors.
struct Pair {
    one: Bits,
    other: Bits,
}

impl Tally {
    /// Numbers of the events that fit, the newest first. Words are looked up in the ledger's own index.
    pub(super) fn matching(&self, ledger: &Ledger, filter: &EventFilter) -> Result<Vec<u32>> {
        if filter.is_empty() {
            return Ok((0..self.events.row.len() as u32).collect());
        }
        let Some((kind, status, place, outlet)) = self.numbers_of(filter) else { return Ok(Vec::new()) };
        let (mut party, mut pair) = (None, None);
        match (&filter.actor, &filter.other) {
            (Some(one), Some(other)) => {
                let (one, other) = (self.actors.meant(one), self.actors.meant(other));
                pair = Some(Pair { one: self.set_of(&one), other: self.set_of(&other) });
                party = Some(if self.weight(&one) < self.weight(&other) { one } else { other });
            }
            (Some(actor), None) | (None, Some(actor)) => party = Some(self.actors.meant(actor)),
            (None, None) => {}
        }
        let words = match filter.text.as_deref() {
            Some(text) => Some(self.holding(ledger, Within::Reports, text)?),
            None => None,
        };
        let fits = |event: &u32| {
            let i = *event as usize;
            kind.is_none_or(|k| self.events.kind[i] == k)
                && status.is_none_or(|s| self.events.status[i] == s)
                && place.is_none_or(|p| self.events.place[i] == p)
                && words.as_ref().is_none_or(|set| set.has(*event))
                && outlet.is_none_or(|o| self.reports_of(*event).any(|r| self.outlet_of(r) == o))
                && pair.as_ref().is_none_or(|pair| self.reports_of(*event).any(|r| self.is_between(r, pair)))
        };
        let days = self.between_days(filter);
        Ok(match party {
            None => days.filter(fits).collect(),
            Some(actors) => self
                .actors
                .events_of(&actors, self.events.row.len())
                .into_iter()
                .filter(|event| days.contains(event) && fits(event))
                .collect(),
        })
    }

    /// Type, status, place and outlet by their numbers; `None` where one of them is unknown and nothing can fit.
    #[allow(clippy::type_complexity)]
    fn numbers_of(&self, filter: &EventFilter) -> Option<(Option<u16>, Option<u16>, Option<u32>, Option<u32>)> {
        let find = |names: &super::Names, wanted: &Option<String>| match wanted {
            None => Some(None),
            Some(name) => names.find(name).map(Some),
        };
        let few = |number: Option<u32>| number.map(|n| n as u16);
        Some((
            few(find(&self.types, &filter.event_type)?),
            few(find(&self.statuses, &filter.status)?),
            find(&self.places, &filter.place)?,
            find(&self.outlets, &filter.outlet)?,
        ))
    }

    /// The events of a time, which lie side by side.
    fn between_days(&self, filter: &EventFilter) -> std::ops::Range<u32> {
        let from = filter.from.as_deref().unwrap_or("");
        // `~` sorts behind digits and `-`: the end of February is behind all its days.
        let to = filter.to.as_deref().map(|t| format!("{t}~"));
        let first = self.days.partition_point(|d| &**d < from) as u32;
        let end = to.map_or(self.days.len(), |to| self.days.partition_point(|d| **d <= *to)) as u32;
        let newest = self.events.day.partition_point(|d| *d >= end) as u32;
        let oldest = self.events.day.partition_point(|d| *d >= first) as u32;
        newest..oldest.max(newest)
    }

    fn set_of(&self, actors: &[u32]) -> Bits {
        Bits::of(self.actors.len(), actors)
    }

    fn weight(&self, actors: &[u32]) -> usize {
        actors.iter().map(|a| self.actors.events(*a).len()).sum()
    }

    /// True where the report has a party of each side of the pair, and not one for both.
    fn is_between(&self, report: u32, pair: &Pair) -> bool {
        let parties = self.reports.parties_of(report);
        parties.iter().enumerate().any(|(i, one)| {
            pair.one.has(one & !RECIPIENT)
                && parties.iter().enumerate().any(|(j, other)| i != j && pair.other.has(other & !RECIPIENT))
        })
    }

    pub(super) fn reports_of(&self, event: u32) -> std::ops::Range<u32> {
        self.events.reports[event as usize]..self.events.reports[event as usize + 1]
    }

    pub(super) fn outlet_of(&self, report: u32) -> u32 {
        at(&self.articles.outlet, self.reports.article[report as usize])
    }

    /// Numbers of what holds all the words; the latest questions are remembered.
    pub(super) fn holding(&self, ledger: &Ledger, within: Within, text: &str) -> Result<Arc<Bits>> {
        let Some(query) = safe_query(text) else { return Ok(Arc::default()) };
        let known = || self.texts.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, _, bits)) = known().iter().find(|(what, words, _)| *what == within && *words == query) {
            return Ok(bits.clone());
        }
        let (index, numbers) = match within {
            Within::Reports => ("report_search", self.events.row.len()),
            Within::Articles => ("article_search", self.articles.row.len()),
            Within::Quotes => ("quote_search", self.quotes.row.len()),
        };
        let number = |row: u32| match within {
            Within::Reports => at(&self.reports.event, at(&self.report_at, row)),
            Within::Articles => at(&self.article_at, row),
            Within::Quotes => at(&self.quotes.at, row),
        };
        let bits = ledger.with(|db| {
            let mut bits = Bits::new(numbers);
            let mut found = db.prepare_cached(&format!("SELECT rowid FROM {index} WHERE {index} MATCH ?"))?;
            let mut rows = found.query([&query])?;
            while let Some(row) = rows.next()? {
                bits.insert(number(row.get(0)?));
            }
            Ok(Arc::new(bits))
        })?;
        let mut known = known();
        known.push_front((within, query, bits.clone()));
        known.truncate(MOST_TEXTS);
        Ok(bits)
    }

    /// How many articles hold all the words; where there are more than `many`, the rows of the newest of them.
    pub(crate) fn articles_holding(
        &self,
        ledger: &Ledger,
        words: &str,
        many: u64,
        limit: usize,
    ) -> Result<(u64, Option<Vec<u32>>)> {
        let found = self.holding(ledger, Within::Articles, words)?;
        let all = found.count();
        let newest = || {
            let fits = (0..).zip(&self.articles.row).filter(|(number, _)| found.has(*number));
            fits.map(|(_, row)| *row).take(limit).collect()
        };
        Ok((all, (all > many).then(newest)))
    }
}
