//! Questions over many events at once: acts by day, ties between countries and actors, places. What the pages draw.

use crate::filter::Condition;
use crate::{EventFilter, Ledger, Result};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use serde::Serialize;

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

/// Events from one actor to another.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActorTie {
    /// Who acts: the name, else the code.
    pub actor: String,
    /// The code of the country or organisation that the actor belongs to.
    pub actor_country: Option<String>,
    /// Towards whom.
    pub recipient: String,
    /// The code of the country or organisation of that one.
    pub recipient_country: Option<String>,
    /// PLOVER type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Events.
    pub events: u64,
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

    /// Events from each actor to each recipient, by the report that speaks for the event.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn actor_ties(&self, filter: &EventFilter) -> Result<Vec<ActorTie>> {
        let select = "SELECT ifnull(p.name, p.code), p.country, ifnull(q.name, q.code), q.country, e.type,
                count(DISTINCT e.row) FROM events e
             JOIN parties x ON x.report = e.lead AND x.side = 'actor' JOIN actors p ON p.row = x.actor
             JOIN parties y ON y.report = e.lead AND y.side = 'recipient' JOIN actors q ON q.row = y.actor
             WHERE ifnull(p.name, p.code) <> ifnull(q.name, q.code)";
        self.grouped(select, filter, "GROUP BY 1, 2, 3, 4, 5 ORDER BY 1, 3, 5, 2, 4", |r| {
            Ok(ActorTie {
                actor: r.get(0)?,
                actor_country: r.get(1)?,
                recipient: r.get(2)?,
                recipient_country: r.get(3)?,
                event_type: r.get(4)?,
                events: r.get(5)?,
            })
        })
    }

    /// The places of events that have a point, most events first, by the report that speaks for each event.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn places(&self, filter: &EventFilter) -> Result<Vec<PlaceCount>> {
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

fn read_all<T>(
    db: &Connection,
    sql: &str,
    values: &[Value],
    row: impl FnMut(&rusqlite::Row<'_>) -> rusqlite::Result<T>,
) -> rusqlite::Result<Vec<T>> {
    db.prepare(sql)?.query_map(params_from_iter(values), row)?.collect()
}
