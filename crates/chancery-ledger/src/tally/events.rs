//! Counts and lists of events out of a tally.

use super::bits::Bits;
use super::load::{id_of_number, number_of_id};
use super::{NONE, RECIPIENT, Tally};
use crate::between::{ActCount, CountryTie, PlaceCount};
use crate::query::{DayCount, FilterCounts, OutletCount, ValueCount};
use crate::{EventFilter, Ledger, Result};
use std::collections::{BTreeMap, HashMap};

/// Part of a list: how many events and reports fit in all, the rows of the events; where there are more, the day and the id
/// of the last of these.
pub(crate) struct Selected {
    pub(crate) events: u64,
    pub(crate) reports: u64,
    pub(crate) rows: Vec<u32>,
    pub(crate) next: Option<(String, String)>,
}

impl Tally {
    /// The newest events that fit, behind a day and an id. `None` where the id is of no event of this program.
    pub(crate) fn list(
        &self,
        ledger: &Ledger,
        filter: &EventFilter,
        after: Option<&(String, String)>,
        limit: usize,
    ) -> Result<Option<Selected>> {
        let all = self.matching(ledger, filter)?;
        let first = match after {
            None => 0,
            Some((day, id)) => match number_of_id(id) {
                None => return Ok(None),
                Some(id) => all.partition_point(|event| !self.is_behind(*event, day, id)),
            },
        };
        let rest = &all[first..];
        let (page, more) = rest.split_at(rest.len().min(limit));
        let rows = page.iter().map(|event| self.events.row[*event as usize]).collect();
        let place = |event: &u32| (self.day(*event).to_string(), id_of_number(self.events.id[*event as usize]));
        // Not of what is read of the rows: all of them may have gone from the ledger meanwhile.
        let next = page.last().filter(|_| !more.is_empty()).map(place);
        Ok(Some(Selected { events: all.len() as u64, reports: self.told(&all), rows, next }))
    }

    /// Articles and reports of the events that fit, and these.
    pub(crate) fn told_counts(&self, ledger: &Ledger, filter: &EventFilter) -> Result<(u64, u64, u64)> {
        let all = self.matching(ledger, filter)?;
        let (mut articles, mut reports) = (Bits::new(self.articles.row.len()), 0);
        for report in all.iter().flat_map(|event| self.reports_of(*event)) {
            articles.insert(self.reports.article[report as usize]);
            reports += 1;
        }
        Ok((articles.count(), reports, all.len() as u64))
    }

    /// Rows of the oldest events that fit, the oldest first, and how many fit.
    pub(crate) fn oldest(&self, ledger: &Ledger, filter: &EventFilter, limit: usize) -> Result<(u64, Vec<u32>)> {
        let all = self.matching(ledger, filter)?;
        let rows = all.iter().rev().take(limit).map(|event| self.events.row[*event as usize]).collect();
        Ok((all.len() as u64, rows))
    }

    fn is_behind(&self, event: u32, day: &str, id: u64) -> bool {
        let own = self.day(event);
        own < day || own == day && self.events.id[event as usize] > id
    }

    fn told(&self, events: &[u32]) -> u64 {
        events.iter().map(|e| u64::from(self.events.told[*e as usize])).sum()
    }

    fn day(&self, event: u32) -> &str {
        self.days.get(self.events.day[event as usize] as usize).map_or("", |d| d)
    }

    fn type_name(&self, kind: u16) -> String {
        self.types.get(u32::from(kind)).unwrap_or_default().to_string()
    }

    fn mode_name(&self, mode: u16) -> Option<String> {
        self.modes.get(u32::from(mode)).map(str::to_string)
    }

    fn status_name(&self, status: u16) -> String {
        self.statuses.get(u32::from(status)).unwrap_or_default().to_string()
    }

    pub(crate) fn days(&self, ledger: &Ledger, filter: &EventFilter) -> Result<Vec<DayCount>> {
        if filter.is_empty() {
            return Ok(self.all_days().to_vec());
        }
        Ok(self.count_days(&self.matching(ledger, filter)?))
    }

    /// Days and types of all events; counted once.
    pub(super) fn all_days(&self) -> &[DayCount] {
        let all = || (0..self.events.row.len() as u32).collect::<Vec<_>>();
        self.by_day.get_or_init(|| self.count_days(&all()))
    }

    fn count_days(&self, events: &[u32]) -> Vec<DayCount> {
        let mut counts: HashMap<(u32, u16), [u64; 2]> = HashMap::new();
        for event in events.iter().copied() {
            let i = event as usize;
            let count = counts.entry((self.events.day[i], self.events.kind[i])).or_default();
            count[0] += 1;
            count[1] += u64::from(self.events.told[i]);
        }
        let count = |((day, kind), [events, reports]): ((u32, u16), [u64; 2])| DayCount {
            day: self.days[day as usize].to_string(),
            event_type: self.type_name(kind),
            events,
            reports,
        };
        let mut days: Vec<DayCount> = counts.into_iter().map(count).collect();
        days.sort_unstable_by(|a, b| (&a.day, &a.event_type).cmp(&(&b.day, &b.event_type)));
        days
    }

    pub(crate) fn acts(&self, ledger: &Ledger, filter: &EventFilter) -> Result<Vec<ActCount>> {
        let mut counts: HashMap<(u32, u16, u16, u16), [u64; 2]> = HashMap::new();
        for event in self.matching(ledger, filter)? {
            let (i, e) = (event as usize, &self.events);
            let count = counts.entry((e.day[i], e.kind[i], e.mode[i], e.status[i])).or_default();
            count[0] += 1;
            count[1] += u64::from(e.told[i]);
        }
        let act = |((day, kind, mode, status), [events, reports]): (_, [u64; 2])| ActCount {
            day: self.days[day as usize].to_string(),
            event_type: self.type_name(kind),
            mode: self.mode_name(mode),
            status: self.status_name(status),
            events,
            reports,
        };
        let mut acts: Vec<ActCount> = counts.into_iter().map(act).collect();
        let key = |a: &ActCount| (a.day.clone(), a.event_type.clone(), a.mode.clone(), a.status.clone());
        acts.sort_by_cached_key(key);
        Ok(acts)
    }

    /// What passes from an actor to a recipient of each event that fits, by the report that speaks for it and by what `of`
    /// makes of the two: each pair once an event.
    pub(super) fn each_tie(&self, events: &[u32], of: impl Fn(u32) -> u32, mut work: impl FnMut(u32, u32, u32)) {
        let mut seen: Vec<(u32, u32)> = Vec::new();
        for event in events {
            let parties = self.reports.parties_of(self.events.lead[*event as usize]);
            seen.clear();
            for actor in parties.iter().filter(|p| **p & RECIPIENT == 0) {
                for recipient in parties.iter().filter(|p| **p & RECIPIENT != 0) {
                    let tie = (of(*actor), of(*recipient & !RECIPIENT));
                    if tie.0 != tie.1 && tie.0 != NONE && tie.1 != NONE && !seen.contains(&tie) {
                        seen.push(tie);
                        work(*event, tie.0, tie.1);
                    }
                }
            }
        }
    }

    pub(crate) fn country_ties(&self, ledger: &Ledger, filter: &EventFilter) -> Result<Vec<CountryTie>> {
        let mut counts: HashMap<(u32, u32, u32, u16, u16, u16), u64> = HashMap::new();
        let mut last: Vec<(u32, u32)> = Vec::new();
        let mut of = NONE;
        let all = self.matching(ledger, filter)?;
        self.each_tie(
            &all,
            |actor| self.actors.country[actor as usize],
            |event, one, other| {
                let (i, e) = (event as usize, &self.events);
                let name = |country: u32| self.actors.countries.get(country);
                let pair = if name(one) < name(other) { (one, other) } else { (other, one) };
                if of != event {
                    last.clear();
                    of = event;
                }
                // Who is on both sides would be counted twice.
                if self.day(event).is_empty() || last.contains(&pair) {
                    return;
                }
                last.push(pair);
                *counts.entry((pair.0, pair.1, e.day[i], e.kind[i], e.mode[i], e.status[i])).or_default() += 1;
            },
        );
        let country = |number: u32| self.actors.countries.get(number).unwrap_or_default().to_string();
        let tie = |((one, other, day, kind, mode, status), events): (_, u64)| CountryTie {
            one: country(one),
            other: country(other),
            day: self.days[day as usize].to_string(),
            event_type: self.type_name(kind),
            mode: self.mode_name(mode),
            status: self.status_name(status),
            events,
        };
        let mut ties: Vec<CountryTie> = counts.into_iter().map(tie).collect();
        ties.sort_unstable_by(|a, b| {
            let key = |t: &'_ CountryTie| (t.day.clone(), t.one.clone(), t.other.clone(), t.event_type.clone());
            key(a).cmp(&key(b)).then_with(|| (&a.mode, &a.status).cmp(&(&b.mode, &b.status)))
        });
        Ok(ties)
    }

    pub(crate) fn points(&self, ledger: &Ledger, filter: &EventFilter) -> Result<Vec<PlaceCount>> {
        let mut counts = vec![[0u64; 2]; self.points.len()];
        for event in self.matching(ledger, filter)? {
            let lead = self.events.lead[event as usize];
            let point = self.reports.point.get(lead as usize).copied().unwrap_or(NONE);
            if let Some(count) = counts.get_mut(point as usize) {
                count[0] += 1;
                count[1] += u64::from(self.events.told[event as usize]);
            }
        }
        let place = |(point, [events, reports]): (&super::Point, [u64; 2])| PlaceCount {
            place: point.place.to_string(),
            country: point.country.as_deref().map(str::to_string),
            precision: point.precision.as_deref().map(str::to_string),
            lat: point.lat,
            lon: point.lon,
            events,
            reports,
        };
        // Points lie in the order in which those with equally many events are listed.
        let mut places: Vec<PlaceCount> =
            self.points.iter().zip(counts).filter(|(_, [events, _])| *events > 0).map(place).collect();
        places.sort_by_key(|p| std::cmp::Reverse((p.events, p.reports)));
        Ok(places)
    }

    /// What the filter menus offer; counted once.
    pub(crate) fn menus(&self) -> FilterCounts {
        self.menus.get_or_init(|| self.count_menus()).clone()
    }

    fn count_menus(&self) -> FilterCounts {
        let (mut types, mut statuses) = (BTreeMap::new(), BTreeMap::new());
        let (mut outlets, mut countries) = (BTreeMap::new(), BTreeMap::new());
        for event in 0..self.events.row.len() as u32 {
            let i = event as usize;
            let told = u64::from(self.events.told[i]);
            add(&mut types, u32::from(self.events.kind[i]), 1, told);
            add(&mut statuses, u32::from(self.events.status[i]), 1, told);
            let (mut in_outlets, mut of_countries): (Vec<u32>, Vec<u32>) = (Vec::new(), Vec::new());
            for report in self.reports_of(event) {
                let outlet = self.outlet_of(report);
                let is_new = !in_outlets.contains(&outlet);
                add(&mut outlets, outlet, u64::from(is_new), 1);
                in_outlets.push(outlet);
                let parties = self.reports.parties_of(report).iter();
                of_countries.extend(parties.map(|p| self.actors.country[(p & !RECIPIENT) as usize]));
            }
            of_countries.sort_unstable();
            of_countries.dedup();
            of_countries.into_iter().for_each(|country| add(&mut countries, country, 1, told));
        }
        FilterCounts {
            types: values(&self.types, types),
            statuses: values(&self.statuses, statuses),
            outlets: values(&self.outlets, outlets),
            countries: values(&self.actors.countries, countries),
        }
    }

    /// All outlets by name; counted once.
    pub(crate) fn outlet_counts(&self) -> Vec<OutletCount> {
        let count = || {
            let mut articles = vec![0u64; self.outlets.len()];
            for outlet in &self.articles.outlet {
                if let Some(articles) = articles.get_mut(*outlet as usize) {
                    *articles += 1;
                }
            }
            let told = self.menus.get_or_init(|| self.count_menus());
            let told: BTreeMap<&str, &ValueCount> = told.outlets.iter().map(|v| (v.value.as_str(), v)).collect();
            let row = |(outlet, articles): (String, u64)| {
                let told = told.get(outlet.as_str());
                let (reports, events) = told.map_or((0, 0), |t| (t.reports, t.events));
                OutletCount { articles, reports, events, outlet }
            };
            let named = (0..).zip(articles).filter_map(|(n, a)| Some((self.outlets.get(n)?.to_string(), a)));
            let mut rows: Vec<OutletCount> = named.map(row).collect();
            rows.sort_by(|a, b| a.outlet.cmp(&b.outlet));
            rows
        };
        self.by_outlet.get_or_init(count).clone()
    }

    /// The types that events have.
    pub(crate) fn type_names(&self) -> &[String] {
        &self.lists[0]
    }

    pub(crate) fn place_names(&self) -> &[String] {
        &self.lists[1]
    }

    pub(crate) fn outlet_names(&self) -> &[String] {
        &self.lists[2]
    }

    /// Rows of the newest articles, of one outlet or of all.
    pub(crate) fn article_rows(&self, outlet: Option<&str>, limit: usize) -> Vec<u32> {
        let wanted = outlet.map(|o| self.outlets.find(o).unwrap_or(NONE - 1));
        let fits = |of: u32| wanted.is_none_or(|w| w == of);
        let all = self.articles.row.iter().zip(&self.articles.outlet);
        all.filter(|(_, of)| fits(**of)).map(|(row, _)| *row).take(limit).collect()
    }
}

fn add(counts: &mut BTreeMap<u32, [u64; 2]>, of: u32, events: u64, reports: u64) {
    if of == NONE {
        return;
    }
    let count = counts.entry(of).or_default();
    count[0] += events;
    count[1] += reports;
}

/// Most events first, then by name.
fn values(names: &super::Names, counts: BTreeMap<u32, [u64; 2]>) -> Vec<ValueCount> {
    let value = |(number, [events, reports]): (u32, [u64; 2])| {
        Some(ValueCount { value: names.get(number)?.to_string(), events, reports })
    };
    let mut values: Vec<ValueCount> = counts.into_iter().filter_map(value).collect();
    values.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.value.cmp(&b.value)));
    values
}
