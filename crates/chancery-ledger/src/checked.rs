//! Filters as people type them: written as the ledger writes them, and what fits nothing is named instead of giving an
//! empty list.

use crate::filter::actor_rows;
use crate::{EventFilter, Ledger, QuoteFilter, Result};
use chancery_text::{PartialDate, Status};
use rusqlite::Connection;
use serde::Serialize;
use std::fmt;

/// A value of a filter that cannot fit anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FilterFault {
    /// Which entry of the filter.
    pub parameter: &'static str,
    /// What was given.
    pub value: String,
    /// What it takes: values, or how one is written.
    pub accepts: Vec<String>,
}

impl fmt::Display for FilterFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: nothing answers to {:?}; it takes {}", self.parameter, self.value, self.accepts.join(", "))
    }
}

/// Values that are named to who gave a wrong one.
const MOST_NAMED: usize = 40;
const DATES: [&str; 3] = ["YYYY-MM-DD", "YYYY-MM", "YYYY"];
const ACTOR: &str = "a name, part of a name, or a code that the ledger holds";

impl Ledger {
    /// The filter as the ledger writes its values, and what fits nothing. `types` are known besides those of the ledger.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn checked(&self, filter: EventFilter, types: &[String]) -> Result<(EventFilter, Vec<FilterFault>)> {
        let mut filter = filter.tidy();
        let mut faults = Vec::new();
        self.with(|db| {
            for (parameter, name) in [("actor", &filter.actor), ("other", &filter.other)] {
                check_actor(db, parameter, name, &mut faults)?;
            }
            let known = || {
                let mut all = values(db, "SELECT DISTINCT type FROM events")?;
                all.extend(types.iter().cloned());
                all.sort();
                all.dedup();
                Ok(all)
            };
            check_value("type", &mut filter.event_type, known, &mut faults)?;
            check_value("status", &mut filter.status, || Ok(statuses()), &mut faults)?;
            let places = || values(db, "SELECT DISTINCT place FROM events WHERE place IS NOT NULL ORDER BY place");
            check_value("place", &mut filter.place, places, &mut faults)?;
            check_outlet(db, &mut filter.outlet, &mut faults)
        })?;
        for (parameter, date) in [("from", &mut filter.from), ("to", &mut filter.to)] {
            check_date(parameter, date, &mut faults);
        }
        let are_dates = !faults.iter().any(|f| f.parameter == "from" || f.parameter == "to");
        if let (Some(from), Some(to)) = (&filter.from, &filter.to)
            && are_dates
            && to < from
            && !from.starts_with(to)
        {
            faults.push(fault("to", to, vec![format!("a date that is not before {from}")]));
        }
        Ok((filter, faults))
    }

    /// The same for a filter of quotes.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn checked_quotes(&self, filter: QuoteFilter) -> Result<(QuoteFilter, Vec<FilterFault>)> {
        let mut filter = filter.tidy();
        let mut faults = Vec::new();
        self.with(|db| {
            for (parameter, name) in [("speaker", &filter.speaker), ("about", &filter.about)] {
                check_actor(db, parameter, name, &mut faults)?;
            }
            let stances = || Ok(QuoteFilter::STANCES.map(String::from).to_vec());
            check_value("stance", &mut filter.stance, stances, &mut faults)?;
            check_outlet(db, &mut filter.outlet, &mut faults)
        })?;
        Ok((filter, faults))
    }
}

fn fault(parameter: &'static str, value: &str, accepts: Vec<String>) -> FilterFault {
    FilterFault { parameter, value: value.to_string(), accepts }
}

fn check_actor(
    db: &Connection,
    parameter: &'static str,
    name: &Option<String>,
    faults: &mut Vec<FilterFault>,
) -> rusqlite::Result<()> {
    if let Some(name) = name
        && actor_rows(db, name)?.is_none()
    {
        faults.push(fault(parameter, name, vec![ACTOR.into()]));
    }
    Ok(())
}

fn check_outlet(db: &Connection, outlet: &mut Option<String>, faults: &mut Vec<FilterFault>) -> rusqlite::Result<()> {
    let known = || values(db, "SELECT DISTINCT outlet FROM articles WHERE outlet IS NOT NULL ORDER BY outlet");
    check_value("outlet", outlet, known, faults)
}

/// Writes a value as the known one that differs in capitals only.
fn check_value(
    parameter: &'static str,
    value: &mut Option<String>,
    known: impl Fn() -> rusqlite::Result<Vec<String>>,
    faults: &mut Vec<FilterFault>,
) -> rusqlite::Result<()> {
    let Some(given) = value else { return Ok(()) };
    let known = known()?;
    match known.iter().find(|k| k.to_lowercase() == given.to_lowercase()) {
        Some(found) => given.clone_from(found),
        None => faults.push(fault(parameter, given, some_of(known))),
    }
    Ok(())
}

/// A ledger may hold thousands of places.
fn some_of(mut known: Vec<String>) -> Vec<String> {
    if known.len() > MOST_NAMED {
        let left = known.len() - MOST_NAMED;
        known.truncate(MOST_NAMED);
        known.push(format!("and {left} more"));
    }
    known
}

fn check_date(parameter: &'static str, date: &mut Option<String>, faults: &mut Vec<FilterFault>) {
    let Some(given) = date else { return };
    match given.parse::<PartialDate>() {
        Ok(parsed) => *given = parsed.to_string(),
        Err(_) => faults.push(fault(parameter, given, DATES.map(String::from).to_vec())),
    }
}

fn statuses() -> Vec<String> {
    Status::ALL.map(|s| s.as_str().to_string()).to_vec()
}

fn values(db: &Connection, sql: &str) -> rusqlite::Result<Vec<String>> {
    db.prepare_cached(sql)?.query_map([], |r| r.get(0))?.collect()
}
