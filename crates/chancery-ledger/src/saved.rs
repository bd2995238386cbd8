//! Filters that somebody saved under a name: lists, feeds and exports that are asked for again.
//!
//! Rows are only added: the newest of a name holds, and one without a filter lets the name go. They belong to this ledger; a
//! merge takes none over.

use crate::{EventFilter, Ledger, LedgerError, Result};
use rusqlite::{OptionalExtension, Row, params};
use serde::Serialize;

/// The longest name, in characters.
const LONGEST: usize = 80;

/// A filter with its name.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct SavedQuery {
    /// Its name.
    pub name: String,
    /// What it lets through.
    pub filter: EventFilter,
    /// When it was saved, in UTC.
    pub made: String,
}

const NEWEST: &str = "SELECT q.name, q.query, q.made FROM saved_queries q
    WHERE q.seq = (SELECT max(o.seq) FROM saved_queries o WHERE o.name = q.name) AND q.query IS NOT NULL";

impl Ledger {
    /// All that are saved, by name.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn saved_queries(&self) -> Result<Vec<SavedQuery>> {
        self.with(|db| db.prepare_cached(&format!("{NEWEST} ORDER BY q.name"))?.query_map([], columns)?.collect())
    }

    /// The one of a name.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn saved_query(&self, name: &str) -> Result<Option<SavedQuery>> {
        self.with(|db| {
            db.prepare_cached(&format!("{NEWEST} AND q.name = ?"))?.query_row([name.trim()], columns).optional()
        })
    }

    /// The one of a name, which has to be there.
    ///
    /// # Errors
    /// [`LedgerError::Filter`] where there is none, with the names that there are.
    pub fn known_query(&self, name: &str) -> Result<SavedQuery> {
        if let Some(found) = self.saved_query(name)? {
            return Ok(found);
        }
        let names: Vec<String> = self.saved_queries()?.into_iter().map(|q| q.name).collect();
        let accepted = if names.is_empty() {
            "left out: no query is saved".into()
        } else {
            format!("one of {}", names.join(", "))
        };
        Err(LedgerError::Filter { name: "query", value: name.trim().into(), accepted })
    }

    /// Saves a filter under a name; one that has this name is replaced.
    ///
    /// # Errors
    /// [`LedgerError::Filter`] for a name that cannot be one, or a filter that narrows nothing; where the ledger cannot be
    /// written.
    pub fn save_query(&self, name: &str, filter: &EventFilter, made: &str) -> Result<()> {
        let name = tidied(name)?;
        if filter.is_empty() {
            let accepted = "a list that is narrowed by something".into();
            return Err(LedgerError::Filter { name: "query", value: name, accepted });
        }
        let json = serde_json::to_string(filter).unwrap_or_default();
        self.with(|db| {
            db.prepare_cached("INSERT INTO saved_queries (name, query, made) VALUES (?, ?, ?)")?
                .execute(params![name, json, made])
                .map(drop)
        })
    }

    /// Lets a name go. False where nothing has it.
    ///
    /// # Errors
    /// Where the ledger cannot be written.
    pub fn forget_query(&self, name: &str, made: &str) -> Result<bool> {
        if self.saved_query(name)?.is_none() {
            return Ok(false);
        }
        self.with(|db| {
            db.prepare_cached("INSERT INTO saved_queries (name, query, made) VALUES (?, NULL, ?)")?
                .execute(params![name.trim(), made])
        })?;
        Ok(true)
    }
}

fn tidied(name: &str) -> Result<String> {
    let tidy = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let fits = !tidy.is_empty() && tidy.chars().count() <= LONGEST && !tidy.chars().any(char::is_control);
    let accepted = format!("a name of 1 to {LONGEST} characters");
    if fits { Ok(tidy) } else { Err(LedgerError::Filter { name: "name", value: tidy, accepted }) }
}

fn columns(r: &Row<'_>) -> rusqlite::Result<SavedQuery> {
    let filter = serde_json::from_str(&r.get::<_, String>(1)?).unwrap_or_default();
    Ok(SavedQuery { name: r.get(0)?, filter, made: r.get(2)? })
}
