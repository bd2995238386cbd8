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
    /// [`LedgerError::SavedQuery`] for one that this program cannot read; where the ledger cannot be read.
    pub fn saved_queries(&self) -> Result<Vec<SavedQuery>> {
        self.all_saved()?.into_iter().map(Saved::read).collect()
    }

    /// The names of all that are saved, also of those that this program cannot read.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn saved_names(&self) -> Result<Vec<String>> {
        Ok(self.all_saved()?.into_iter().map(|saved| saved.name).collect())
    }

    /// The one of a name.
    ///
    /// # Errors
    /// [`LedgerError::SavedQuery`] where this program cannot read it; where the ledger cannot be read.
    pub fn saved_query(&self, name: &str) -> Result<Option<SavedQuery>> {
        self.saved(name)?.map(Saved::read).transpose()
    }

    /// The one of a name, which has to be there.
    ///
    /// # Errors
    /// [`LedgerError::Filter`] where there is none, with the names that there are; as [`Ledger::saved_query`].
    pub fn known_query(&self, name: &str) -> Result<SavedQuery> {
        if let Some(found) = self.saved_query(name)? {
            return Ok(found);
        }
        let names = self.saved_names()?;
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
        if self.saved(name)?.is_none() {
            return Ok(false);
        }
        self.with(|db| {
            db.prepare_cached("INSERT INTO saved_queries (name, query, made) VALUES (?, NULL, ?)")?
                .execute(params![name.trim(), made])
        })?;
        Ok(true)
    }

    fn all_saved(&self) -> Result<Vec<Saved>> {
        self.with(|db| db.prepare_cached(&format!("{NEWEST} ORDER BY q.name"))?.query_map([], columns)?.collect())
    }

    fn saved(&self, name: &str) -> Result<Option<Saved>> {
        self.with(|db| {
            db.prepare_cached(&format!("{NEWEST} AND q.name = ?"))?.query_row([name.trim()], columns).optional()
        })
    }
}

fn tidied(name: &str) -> Result<String> {
    let tidy = name.split_whitespace().collect::<Vec<_>>().join(" ");
    // The name stands in addresses, where one or two dots are no name.
    let is_step = matches!(tidy.as_str(), "." | "..");
    let fits = !tidy.is_empty() && !is_step && tidy.chars().count() <= LONGEST && !tidy.chars().any(char::is_control);
    let accepted = format!("a name of 1 to {LONGEST} characters, and not . or ..");
    if fits { Ok(tidy) } else { Err(LedgerError::Filter { name: "name", value: tidy, accepted }) }
}

/// A row as it stands.
struct Saved {
    name: String,
    query: String,
    made: String,
}

impl Saved {
    fn read(self) -> Result<SavedQuery> {
        let Saved { name, query, made } = self;
        match serde_json::from_str(&query) {
            Ok(filter) => Ok(SavedQuery { name, filter, made }),
            Err(wrong) => Err(LedgerError::SavedQuery { name, detail: wrong.to_string() }),
        }
    }
}

fn columns(r: &Row<'_>) -> rusqlite::Result<Saved> {
    Ok(Saved { name: r.get(0)?, query: r.get(1)?, made: r.get(2)? })
}
