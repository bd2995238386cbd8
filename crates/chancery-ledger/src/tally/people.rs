//! Actors, quotes and ties out of a tally.

use super::bits::Bits;
use super::load::at;
use super::{NONE, Quotes, RECIPIENT, Tally, Within};
use crate::between::{ActorNetwork, NamedTie};
use crate::people::{ActorCount, ActorPage, has_index};
use crate::query::ValueCount;
use crate::{EventFilter, Ledger, QuoteFilter, Result};
use std::collections::HashMap;
use std::hash::{BuildHasher, BuildHasherDefault, DefaultHasher};
use std::sync::PoisonError;

/// Networks that are remembered.
const MOST_NETWORKS: usize = 16;
/// Rows of the list of all actors.
const MOST_LEADING: usize = 1000;
/// Rows of counterparts and of names that a page has at most.
const MOST_ROWS: usize = 200;

impl Tally {
    pub(crate) fn is_known(&self, name_or_code: &str) -> bool {
        !self.actors.meant(name_or_code).is_empty()
    }

    /// The actors with the most events.
    pub(crate) fn actor_counts(&self, limit: usize) -> Vec<ActorCount> {
        let count = || {
            let counts = (0..self.actors.len() as u32)
                .map(|a| (a, self.actors.events(a).len() as u64, u64::from(self.actors.reports[a as usize])));
            self.most(counts.filter(|(_, events, _)| *events > 0).collect(), MOST_LEADING)
        };
        let leading = self.leading.get_or_init(count);
        leading[..leading.len().min(limit)].to_vec()
    }

    /// Those with the most events, then the most reports, then by name and code.
    pub(super) fn most(&self, mut counts: Vec<(u32, u64, u64)>, limit: usize) -> Vec<ActorCount> {
        let text = |of: &Option<Box<str>>| of.as_deref().map(str::to_string);
        let order = |a: &(u32, u64, u64), b: &(u32, u64, u64)| {
            let name = |actor: u32| (&self.actors.name[actor as usize], &self.actors.code[actor as usize]);
            (b.1, b.2).cmp(&(a.1, a.2)).then_with(|| name(a.0).cmp(&name(b.0)))
        };
        if counts.len() > limit && limit > 0 {
            counts.select_nth_unstable_by(limit - 1, order);
        }
        counts.truncate(limit);
        counts.sort_by(order);
        let row = |(actor, events, reports): (u32, u64, u64)| ActorCount {
            name: text(&self.actors.name[actor as usize]),
            code: text(&self.actors.code[actor as usize]),
            events,
            reports,
        };
        counts.into_iter().map(row).collect()
    }

    /// What there is on an actor, without a label; `None` where no row names it.
    pub(crate) fn actor_page(&self, name_or_code: &str) -> Option<ActorPage> {
        let meant = self.actors.meant(name_or_code);
        if meant.is_empty() {
            return None;
        }
        let is_meant = Bits::of(self.actors.len(), &meant);
        let events = self.actors.events_of(&meant, self.events.row.len());
        let (mut others, mut types) = (Counts::new(self.actors.len()), Counts::new(self.types.len()));
        let mut reports = 0;
        for event in events.iter().copied() {
            for report in self.reports_of(event) {
                let parties = self.reports.parties_of(report);
                if !parties.iter().any(|p| is_meant.has(p & !RECIPIENT)) {
                    continue;
                }
                reports += 1;
                types.add(u32::from(self.reports.kind[report as usize]), event, report);
                for actor in parties.iter().map(|p| p & !RECIPIENT).filter(|a| !is_meant.has(*a)) {
                    others.add(actor, event, report);
                }
            }
        }
        let articles = Bits::of(self.articles.row.len(), meant.iter().flat_map(|a| self.actors.articles(*a)));
        let identities = meant
            .iter()
            .map(|a| (*a, self.actors.events(*a).len() as u64, u64::from(self.actors.reports[*a as usize])))
            .collect();
        let value = |(kind, events, reports): (u32, u64, u64)| {
            Some(ValueCount { value: self.types.get(kind)?.to_string(), events, reports })
        };
        let mut types: Vec<ValueCount> = types.rows().into_iter().filter_map(value).collect();
        types.sort_by(|a, b| b.events.cmp(&a.events).then_with(|| a.value.cmp(&b.value)));
        Some(ActorPage {
            label: String::new(),
            identities: self.most(identities, MOST_ROWS),
            events: events.len() as u64,
            reports,
            quotes: meant.iter().map(|a| u64::from(self.actors.quotes[*a as usize])).sum(),
            articles: articles.count(),
            counterparts: self.most(others.rows(), MOST_ROWS),
            types,
        })
    }

    /// The row from which on `articles` articles name the actor, by the order of reading; `None` where there are no more.
    pub(crate) fn row_of_last(&self, name_or_code: &str, articles: usize) -> Option<u32> {
        let meant = self.actors.meant(name_or_code);
        let mut rows: Vec<u32> = meant
            .iter()
            .flat_map(|a| self.actors.articles(*a))
            .map(|article| at(&self.articles.row, *article))
            .collect();
        if rows.len() <= articles {
            return None;
        }
        rows.sort_unstable();
        rows.dedup();
        let first = rows.len().checked_sub(articles).filter(|n| *n > 0)?;
        rows.get(first).copied()
    }

    /// The rows of the quotes that fit, `limit` of them behind `offset`, and how many fit. `None` where words are asked for
    /// of a ledger that has no index of them.
    pub(crate) fn quote_rows(
        &self,
        filter: &QuoteFilter,
        offset: usize,
        limit: usize,
        ledger: &Ledger,
    ) -> Result<Option<(u64, Vec<u32>)>> {
        let words = match &filter.text {
            Some(_) if !ledger.with(has_index)? => return Ok(None),
            Some(text) => Some(self.holding(ledger, Within::Quotes, text)?),
            None => None,
        };
        let number =
            |names: &super::Names, name: &Option<String>| name.as_ref().map(|n| names.find(n).unwrap_or(NONE - 1));
        let stance = number(&self.stances, &filter.stance).map(|s| u16::try_from(s).unwrap_or(u16::MAX - 1));
        let outlet = number(&self.outlets, &filter.outlet);
        let set = |name: &Option<String>| name.as_ref().map(|n| Bits::of(self.actors.len(), &self.actors.meant(n)));
        let (speaker, about) = (set(&filter.speaker), set(&filter.about));
        let fits = |quote: &u32| {
            let i = *quote as usize;
            words.as_ref().is_none_or(|set| set.has(*quote))
                && stance.is_none_or(|s| self.quotes.stance[i] == s)
                && speaker.as_ref().is_none_or(|set| self.quotes.speaker[i] != NONE && set.has(self.quotes.speaker[i]))
                && outlet.is_none_or(|o| at(&self.articles.outlet, self.quotes.article[i]) == o)
                && about.as_ref().is_none_or(|set| self.quotes.named(*quote).iter().any(|a| set.has(*a)))
        };
        let all: Vec<u32> = (0..self.quotes.row.len() as u32).filter(fits).collect();
        let rows = all.iter().skip(offset).take(limit).map(|q| self.quotes.row[*q as usize]).collect();
        Ok(Some((all.len() as u64, rows)))
    }

    /// The actors with the most events between them; `grouped` says under which name those of a country stand.
    pub(crate) fn network(
        &self,
        ledger: &Ledger,
        filter: &EventFilter,
        grouped: &dyn Fn(&str) -> Option<String>,
        most: usize,
    ) -> Result<ActorNetwork> {
        let (added, group) = self.groups(grouped);
        let asked = (filter.clone(), most, BuildHasherDefault::<DefaultHasher>::default().hash_one((&group, &added)));
        let known = || self.networks.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some((_, found)) = known().iter().find(|(other, _)| *other == asked) {
            return Ok(found.clone());
        }
        let name = |number: u32| {
            let beyond = (number as usize).checked_sub(self.actors.labels.len());
            beyond.map_or_else(|| self.actors.labels.get(number).unwrap_or_default(), |n| added[n].as_str())
        };
        let events = self.matching(ledger, filter)?;
        let of = |actor: u32| group[actor as usize];
        let mut dealings = vec![0u64; self.actors.labels.len() + added.len()];
        self.each_tie(&events, of, |_, one, other| {
            dealings[one as usize] += 1;
            dealings[other as usize] += 1;
        });
        let mut nodes: Vec<(u32, u64)> = (0..).zip(dealings).filter(|(_, n)| *n > 0).collect();
        nodes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| name(a.0).cmp(name(b.0))));
        let fewer = nodes.len().saturating_sub(most);
        nodes.truncate(most);
        let among = Bits::of(self.actors.labels.len() + added.len(), nodes.iter().map(|n| &n.0));
        let mut ties: HashMap<(u32, u32, u16), u64> = HashMap::new();
        self.each_tie(&events, of, |event, one, other| {
            if among.has(one) && among.has(other) {
                *ties.entry((one, other, self.events.kind[event as usize])).or_default() += 1;
            }
        });
        let tie = |((one, other, kind), events): ((u32, u32, u16), u64)| NamedTie {
            actor: name(one).to_string(),
            recipient: name(other).to_string(),
            event_type: self.types.get(u32::from(kind)).unwrap_or_default().to_string(),
            events,
        };
        let mut ties: Vec<NamedTie> = ties.into_iter().map(tie).collect();
        ties.sort();
        let nodes = nodes.into_iter().map(|(n, events)| (name(n).to_string(), events)).collect();
        let network = ActorNetwork { nodes, ties, fewer };
        let mut known = known();
        known.push_front((asked, network.clone()));
        known.truncate(MOST_NETWORKS);
        Ok(network)
    }

    /// Names that are no actor's, numbered behind the labels of actors, and the number of each actor's name.
    fn groups(&self, grouped: &dyn Fn(&str) -> Option<String>) -> (Vec<String>, Vec<u32>) {
        let labels = self.actors.labels.len() as u32;
        let (mut added, mut number_of) = (Vec::new(), HashMap::new());
        let mut group_of = |country: u32| {
            let Some(name) = self.actors.countries.get(country).and_then(grouped) else { return NONE };
            if let Some(known) = self.actors.labels.find(&name) {
                return known;
            }
            *number_of.entry(name.clone()).or_insert_with(|| {
                added.push(name);
                labels + added.len() as u32 - 1
            })
        };
        let groups: Vec<u32> = (0..self.actors.countries.len() as u32).map(&mut group_of).collect();
        let group = |actor: usize| match at(&groups, self.actors.country[actor]) {
            NONE => self.actors.label[actor],
            group => group,
        };
        let all = (0..self.actors.len()).map(group).collect();
        (added, all)
    }
}

impl Quotes {
    fn named(&self, quote: u32) -> &[u32] {
        super::actors::slice(&self.about, &self.named, quote)
    }
}

/// Events and reports by number, each counted once, where they come in order.
struct Counts {
    /// Events, reports, the last of each plus one.
    counts: Vec<[u32; 4]>,
}

impl Counts {
    fn new(numbers: usize) -> Self {
        Counts { counts: vec![[0; 4]; numbers] }
    }

    fn add(&mut self, of: u32, event: u32, report: u32) {
        let Some([events, reports, last_event, last_report]) = self.counts.get_mut(of as usize) else { return };
        *events += u32::from(*last_event != event + 1);
        *reports += u32::from(*last_report != report + 1);
        (*last_event, *last_report) = (event + 1, report + 1);
    }

    fn rows(self) -> Vec<(u32, u64, u64)> {
        let all = (0..).zip(self.counts).filter(|(_, c)| c[0] > 0);
        all.map(|(of, [events, reports, ..])| (of, u64::from(events), u64::from(reports))).collect()
    }
}
