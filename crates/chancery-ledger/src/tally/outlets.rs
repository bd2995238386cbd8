//! What outlets cover, out of a tally.

use super::{NONE, RECIPIENT, Tally};
use crate::outlets::{KEPT, OutletCoverage, Reprint, sorted};
use crate::query::ValueCount;
use crate::wording::Contrast;
use std::collections::{BTreeSet, HashMap};

/// Events and reports by outlet and what is counted.
type Told = HashMap<(u32, u32), [u32; 4]>;

impl Tally {
    /// What each outlet covers; counted once.
    pub(crate) fn coverage(&self) -> &[OutletCoverage] {
        self.coverage.get_or_init(|| self.count_coverage())
    }

    pub(crate) fn reprints(&self) -> &[Reprint] {
        &self.reprints
    }

    pub(crate) fn contrasts(&self) -> &[Contrast] {
        &self.contrasts
    }

    fn count_coverage(&self) -> Vec<OutletCoverage> {
        let (mut actors, mut types): (Told, Told) = Default::default();
        for event in 0..self.events.row.len() as u32 {
            for report in self.reports_of(event) {
                let outlet = self.outlet_of(report);
                if outlet == NONE {
                    continue;
                }
                add(&mut types, (outlet, u32::from(self.reports.kind[report as usize])), event, report);
                for party in self.reports.parties_of(report) {
                    add(&mut actors, (outlet, party & !RECIPIENT), event, report);
                }
            }
        }
        let (mut actors, mut types) = (by_outlet(actors, self.outlets.len()), by_outlet(types, self.outlets.len()));
        let value = |(kind, events, reports): (u32, u64, u64)| {
            Some(ValueCount { value: self.types.get(kind)?.to_string(), events, reports })
        };
        let coverage = |outlet: u32| {
            let mut told: Vec<ValueCount> =
                std::mem::take(&mut types[outlet as usize]).into_iter().filter_map(value).collect();
            told.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.value.cmp(&b.value)));
            told.truncate(KEPT);
            OutletCoverage {
                outlet: self.outlets.get(outlet).unwrap_or_default().to_string(),
                articles: 0,
                days: 0,
                first: None,
                last: None,
                actors: self.most(std::mem::take(&mut actors[outlet as usize]), KEPT),
                types: told,
            }
        };
        let mut all: Vec<OutletCoverage> = (0..self.outlets.len() as u32).map(coverage).collect();
        self.count_articles(&mut all);
        sorted(&mut all);
        all
    }

    fn count_articles(&self, all: &mut [OutletCoverage]) {
        let mut days: Vec<BTreeSet<u32>> = vec![BTreeSet::new(); all.len()];
        for (outlet, date) in self.articles.outlet.iter().zip(&self.articles.date) {
            let Some(coverage) = all.get_mut(*outlet as usize) else { continue };
            coverage.articles += 1;
            let Some(text) = self.dates.get(*date) else { continue };
            // Articles come with the newest first.
            coverage.last.get_or_insert_with(|| text.to_string());
            if coverage.first.as_deref() != Some(text) {
                coverage.first = Some(text.to_string());
            }
            if text.chars().count() == "2026-02-15".len() {
                days[*outlet as usize].insert(*date);
            }
        }
        for (coverage, days) in all.iter_mut().zip(days) {
            coverage.days = days.len() as u64;
        }
    }
}

fn add(told: &mut Told, of: (u32, u32), event: u32, report: u32) {
    let [events, reports, last_event, last_report] = told.entry(of).or_insert([0, 0, NONE, NONE]);
    *events += u32::from(*last_event != event);
    *reports += u32::from(*last_report != report);
    (*last_event, *last_report) = (event, report);
}

fn by_outlet(told: Told, outlets: usize) -> Vec<Vec<(u32, u64, u64)>> {
    let mut all = vec![Vec::new(); outlets];
    for ((outlet, of), [events, reports, ..]) in told {
        all[outlet as usize].push((of, u64::from(events), u64::from(reports)));
    }
    all
}
