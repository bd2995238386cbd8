//! What `chancery watch` remembers between rounds and after a stop: the feeds, and the pages that they named.
//!
//! The two tables are made by the first watching of a ledger; a ledger that is not watched has none.

use crate::filter::Condition;
use crate::{EventDetail, EventFilter, Ledger, Result};
use rusqlite::{OptionalExtension, Transaction, TransactionBehavior, params, params_from_iter};

const TABLES: &str = "
CREATE TABLE IF NOT EXISTS watched_feeds (
    url TEXT PRIMARY KEY, validators TEXT NOT NULL, next INTEGER NOT NULL, failures INTEGER NOT NULL
);
CREATE TABLE IF NOT EXISTS watched_pages (
    url TEXT PRIMARY KEY, feed TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0, input TEXT, told INTEGER NOT NULL DEFAULT 0,
    next INTEGER NOT NULL DEFAULT 0
);";

/// How often a page is asked for that cannot be had.
const MOST_TRIES: u32 = 5;

/// Pages that are still to be read, now or later.
const UNREAD: &str = "FROM watched_pages WHERE input IS NULL AND tries < ?";

/// What is known of a feed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct WatchedFeed {
    /// The header lines that say whether it has changed (`ETag`, `Last-Modified`).
    pub validators: Vec<(String, String)>,
    /// When it is to be asked again, in seconds since 1970.
    pub next: i64,
    /// How often in a row it could not be had.
    pub failures: u32,
}

/// A page that is to be read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WatchedPage {
    /// Its address.
    pub url: String,
    /// How often it could not be had.
    pub tries: u32,
}

impl Ledger {
    /// Makes ready to remember.
    ///
    /// # Errors
    /// Where the ledger cannot be written.
    pub fn begin_watching(&self) -> Result<()> {
        self.with(|db| {
            // Another program may begin to watch the same ledger: it waits here, and finds all done.
            let alone = Transaction::new_unchecked(db, TransactionBehavior::Immediate)?;
            alone.execute_batch(TABLES)?;
            // In ledgers that were watched before pages had a time, all may be asked for at once.
            if !alone.prepare("SELECT 1 FROM pragma_table_info('watched_pages') WHERE name = 'next'")?.exists([])? {
                alone.execute_batch("ALTER TABLE watched_pages ADD COLUMN next INTEGER NOT NULL DEFAULT 0")?;
            }
            alone.commit()
        })
    }

    /// What is known of a feed; nothing is, where it was never asked.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn watched_feed(&self, url: &str) -> Result<WatchedFeed> {
        let found = self.with(|db| {
            db.prepare_cached("SELECT validators, next, failures FROM watched_feeds WHERE url = ?")?
                .query_row([url], |r| Ok((r.get::<_, String>(0)?, r.get(1)?, r.get(2)?)))
                .optional()
        })?;
        Ok(found.map_or_else(WatchedFeed::default, |(validators, next, failures)| WatchedFeed {
            validators: serde_json::from_str(&validators).unwrap_or_default(),
            next,
            failures,
        }))
    }

    /// Remembers a feed, and the pages that it names; says how many of them are new.
    ///
    /// # Errors
    /// Where the ledger cannot be written; nothing has changed then.
    pub fn remember_feed(&mut self, url: &str, feed: &WatchedFeed, pages: &[String]) -> Result<usize> {
        let validators = serde_json::to_string(&feed.validators).unwrap_or_default();
        self.in_transaction(|tx| {
            tx.execute(
                "INSERT OR REPLACE INTO watched_feeds VALUES (?, ?, ?, ?)",
                params![url, validators, feed.next, feed.failures],
            )?;
            let mut add = tx.prepare("INSERT OR IGNORE INTO watched_pages (url, feed) VALUES (?, ?)")?;
            pages.iter().try_fold(0, |new, page| Ok(new + add.execute([page.as_str(), url])?))
        })
    }

    /// Pages whose time has come at `now`, in seconds since 1970, and that are still to be read; those named first before the
    /// others.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn pages_to_read(&self, now: i64) -> Result<Vec<WatchedPage>> {
        self.with(|db| {
            db.prepare_cached(&format!("SELECT url, tries {UNREAD} AND next <= ? ORDER BY tries, rowid"))?
                .query_map(params![MOST_TRIES, now], |r| Ok(WatchedPage { url: r.get(0)?, tries: r.get(1)? }))?
                .collect()
        })
    }

    /// When the next page is to be asked for; none where all are read or given up.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn next_page(&self) -> Result<Option<i64>> {
        self.with(|db| db.prepare_cached(&format!("SELECT min(next) {UNREAD}"))?.query_row([MOST_TRIES], |r| r.get(0)))
    }

    /// Remembers that a page was read, as the input of this name. Nobody was told of it yet, even where the ledger had its
    /// content before: it may have been stored just before a stop.
    ///
    /// # Errors
    /// Where the ledger cannot be written.
    pub fn remember_page(&self, url: &str, input: &str) -> Result<()> {
        self.with(|db| {
            db.prepare_cached("UPDATE watched_pages SET input = ? WHERE url = ?")?
                .execute(params![input, url])
                .map(drop)
        })
    }

    /// Remembers that a page could not be had, and when it is to be asked for again, in seconds since 1970.
    ///
    /// # Errors
    /// Where the ledger cannot be written.
    pub fn remember_failure(&self, url: &str, next: i64) -> Result<()> {
        self.with(|db| {
            db.prepare_cached("UPDATE watched_pages SET tries = tries + 1, next = ? WHERE url = ?")?
                .execute(params![next, url])
                .map(drop)
        })
    }

    /// How many pages were read that nobody was told of yet.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn untold_pages(&self) -> Result<u64> {
        self.with(|db| db.query_row(&format!("SELECT count(*) {UNTOLD}"), [], |r| r.get(0)))
    }

    /// The events that those pages report, oldest first, as far as the filter lets them through.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn untold_events(&self, filter: &EventFilter) -> Result<Vec<EventDetail>> {
        let ids = self.with(|db| {
            let mut condition = Condition::of(db, filter)?;
            condition.add_sql(&format!(
                "e.row IN (SELECT r.event FROM reports r JOIN articles a ON a.row = r.article
                     JOIN sightings s ON s.input = a.input WHERE s.path IN (SELECT input {UNTOLD}))"
            ));
            let sql = format!("SELECT e.id FROM events e WHERE {} ORDER BY e.day, e.id", condition.sql);
            db.prepare(&sql)?
                .query_map(params_from_iter(&condition.values), |r| r.get::<_, String>(0))?
                .collect::<rusqlite::Result<Vec<_>>>()
        })?;
        let events = ids.iter().map(|id| self.event(id)).collect::<Result<Vec<_>>>()?;
        Ok(events.into_iter().flatten().collect())
    }

    /// Remembers that all of them were told.
    ///
    /// # Errors
    /// Where the ledger cannot be written.
    pub fn remember_told(&self) -> Result<()> {
        self.with(|db| db.execute("UPDATE watched_pages SET told = 1 WHERE input IS NOT NULL", []).map(drop))
    }
}

const UNTOLD: &str = "FROM watched_pages WHERE told = 0 AND input IS NOT NULL";
