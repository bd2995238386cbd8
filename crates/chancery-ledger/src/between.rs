//! Questions over many events at once: acts by day, ties between countries and actors, places. What the pages draw.

use crate::filter::Condition;
use crate::{EventFilter, Ledger, Result};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// Events of one type, mode and status on one day.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActCount {
    /// `YYYY-MM-DD`, shorter for events whose day is not known, empty for those without any date.
    pub day: String,
    /// PLOVER type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// PLOVER mode.
    pub mode: Option<String>,
    /// `occurred`, …
    pub status: String,
    /// Events.
    pub events: u64,
    /// Reports of them.
    pub reports: u64,
}

/// Events of one type, mode and status on one day between two countries, whoever of them acts.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct CountryTie {
    /// The code that comes first in the alphabet.
    pub one: String,
    /// The other.
    pub other: String,
    /// `YYYY-MM-DD`, or shorter.
    pub day: String,
    /// PLOVER type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// PLOVER mode.
    pub mode: Option<String>,
    /// `occurred`, …
    pub status: String,
    /// Events.
    pub events: u64,
}

/// Events from one actor, or all those of a country, to another.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct NamedTie {
    /// Who acts: the name, else the code; or the country.
    pub actor: String,
    /// Towards whom.
    pub recipient: String,
    /// PLOVER type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Events.
    pub events: u64,
}

/// Those with the most events between them.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ActorNetwork {
    /// Names, with how many events they have with anyone; most events first.
    pub nodes: Vec<(String, u64)>,
    /// What passes between two of these.
    pub ties: Vec<NamedTie>,
    /// How many have fewer events and are not among the names.
    pub fewer: usize,
}

/// Events at one place.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct PlaceCount {
    /// Its name.
    pub place: String,
    /// Country code.
    pub country: Option<String>,
    /// `city`, `region` or `country`.
    pub precision: Option<String>,
    /// Degrees north.
    pub lat: f64,
    /// Degrees east.
    pub lon: f64,
    /// Events.
    pub events: u64,
    /// Reports of them.
    pub reports: u64,
}

impl Ledger {
    /// Events by day, type, mode and status, oldest first, those without any date before all.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn acts_by_day(&self, filter: &EventFilter) -> Result<Vec<ActCount>> {
        if let Some(tally) = self.tally() {
            return tally.acts(self, filter);
        }
        let select = "SELECT e.day, e.type, e.mode, e.status, count(*), sum(e.reports) FROM events e WHERE 1";
        self.grouped(select, filter, "GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4", |r| {
            Ok(ActCount {
                day: r.get(0)?,
                event_type: r.get(1)?,
                mode: r.get(2)?,
                status: r.get(3)?,
                events: r.get(4)?,
                reports: r.get(5)?,
            })
        })
    }

    /// Events between two countries each, by the report that speaks for the event, oldest first.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn country_ties(&self, filter: &EventFilter) -> Result<Vec<CountryTie>> {
        if let Some(tally) = self.tally() {
            return tally.country_ties(self, filter);
        }
        let select = "SELECT min(p.country, q.country), max(p.country, q.country), e.day, e.type, e.mode,
                e.status, count(DISTINCT e.row) FROM events e
             JOIN parties x ON x.report = e.lead AND x.side = 'actor' JOIN actors p ON p.row = x.actor
             JOIN parties y ON y.report = e.lead AND y.side = 'recipient' JOIN actors q ON q.row = y.actor
             WHERE p.country <> q.country AND e.day <> ''";
        self.grouped(select, filter, "GROUP BY 1, 2, 3, 4, 5, 6 ORDER BY 3, 1, 2, 4, 5, 6", |r| {
            Ok(CountryTie {
                one: r.get(0)?,
                other: r.get(1)?,
                day: r.get(2)?,
                event_type: r.get(3)?,
                mode: r.get(4)?,
                status: r.get(5)?,
                events: r.get(6)?,
            })
        })
    }

    /// The `most` actors with the most events from one to another, by the report that speaks for each event. Those of a
    /// country that `grouped` has a name for stand together under it; what passes among them ties nobody.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn network(
        &self,
        filter: &EventFilter,
        grouped: &dyn Fn(&str) -> Option<String>,
        most: usize,
    ) -> Result<ActorNetwork> {
        if let Some(tally) = self.tally() {
            return tally.network(self, filter, grouped, most);
        }
        let select =
            "SELECT DISTINCT e.row, ifnull(p.name, p.code), p.country, ifnull(q.name, q.code), q.country, e.type
             FROM events e
             JOIN parties x ON x.report = e.lead AND x.side = 'actor' JOIN actors p ON p.row = x.actor
             JOIN parties y ON y.report = e.lead AND y.side = 'recipient' JOIN actors q ON q.row = y.actor WHERE 1";
        let acts = self.grouped(select, filter, "", |r| {
            let named = |label: String, country: Option<String>| country.as_deref().and_then(grouped).unwrap_or(label);
            let sides = (named(r.get(1)?, r.get(2)?), named(r.get(3)?, r.get(4)?));
            Ok((r.get::<_, i64>(0)?, sides.0, sides.1, r.get::<_, String>(5)?))
        })?;
        Ok(network_of(acts.into_iter().filter(|act| act.1 != act.2).collect(), most))
    }

    /// The places of events that have a point, most events first, by the report that speaks for each event.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn places(&self, filter: &EventFilter) -> Result<Vec<PlaceCount>> {
        if let Some(tally) = self.tally() {
            return tally.points(self, filter);
        }
        let select =
            "SELECT r.place, r.place_country, r.place_precision, r.place_lat, r.place_lon, count(*), sum(e.reports)
             FROM events e JOIN reports r ON r.row = e.lead
             WHERE r.place IS NOT NULL AND r.place_lat IS NOT NULL AND r.place_lon IS NOT NULL";
        self.grouped(select, filter, "GROUP BY 1, 2, 3, 4, 5 ORDER BY 6 DESC, 7 DESC, 1, 2, 4, 5", |r| {
            Ok(PlaceCount {
                place: r.get(0)?,
                country: r.get(1)?,
                precision: r.get(2)?,
                lat: r.get(3)?,
                lon: r.get(4)?,
                events: r.get(5)?,
                reports: r.get(6)?,
            })
        })
    }

    fn grouped<T>(
        &self,
        select: &str,
        filter: &EventFilter,
        end: &str,
        row: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
    ) -> Result<Vec<T>> {
        self.with(|db| {
            let condition = Condition::of(db, filter)?;
            let sql = format!("{select} AND {} {end}", condition.sql);
            read_all(db, &sql, &condition.values, row)
        })
    }
}

/// Of an event each: its row, who acts, towards whom, its type.
fn network_of(acts: BTreeSet<(i64, String, String, String)>, most: usize) -> ActorNetwork {
    let (mut events, mut ties) = (BTreeMap::<String, u64>::new(), BTreeMap::new());
    for (_, actor, recipient, event_type) in acts {
        *events.entry(actor.clone()).or_default() += 1;
        *events.entry(recipient.clone()).or_default() += 1;
        *ties.entry((actor, recipient, event_type)).or_default() += 1;
    }
    let mut nodes: Vec<(String, u64)> = events.into_iter().collect();
    nodes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
    let fewer = nodes.len().saturating_sub(most);
    nodes.truncate(most);
    let is_among = |name: &str| nodes.iter().any(|(known, _)| known == name);
    let among = ties.into_iter().filter(|((actor, recipient, _), _)| is_among(actor) && is_among(recipient));
    let tie = |((actor, recipient, event_type), events)| NamedTie { actor, recipient, event_type, events };
    ActorNetwork { ties: among.map(tie).collect(), nodes, fewer }
}

fn read_all<T>(
    db: &Connection,
    sql: &str,
    values: &[Value],
    row: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    db.prepare(sql)?.query_map(params_from_iter(values), row)?.collect()
}
