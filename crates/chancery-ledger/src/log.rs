//! What was added to a ledger since a reader last asked.

use crate::corrections::{CorrectionView, all};
use crate::query::{ArticleHead, article_head};
use crate::{Ledger, LedgerError, Result};
use rusqlite::{Connection, OptionalExtension, params};
use serde::Serialize;

/// What was added, oldest first.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LogPage {
    /// This page.
    pub items: Vec<LogItem>,
    /// Where to go on, now or later: what is added behind this page comes after it.
    pub next: String,
    /// True where there is more already.
    pub more: bool,
}

/// One addition.
#[derive(Debug, Clone, PartialEq, Serialize)]
#[serde(tag = "kind", rename_all = "kebab-case")]
pub enum LogItem {
    /// An input was read.
    Read(ReadItem),
    /// A correction was made.
    Correction(Box<CorrectionView>),
}

/// An input, as it was read.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReadItem {
    /// Its path.
    pub path: Option<String>,
    /// Why it could not be read.
    pub unreadable: Option<String>,
    /// Its articles.
    pub articles: Vec<ArticleHead>,
    /// Ids of the events that these tell of, as they are now.
    pub events: Vec<String>,
}

impl Ledger {
    /// What was added behind the cursor `since`, at most `limit` inputs and corrections; all inputs of the page come
    /// before its corrections. A coding that is replaced by a newer one of the same input is no addition.
    ///
    /// # Errors
    /// [`LedgerError::Cursor`] where `since` is not a cursor of this function; trouble with the file.
    pub fn additions(&self, since: Option<&str>, limit: usize) -> Result<LogPage> {
        let (input, correction) = match since {
            None => (0, 0),
            Some(text) => parse(text).ok_or_else(|| LedgerError::Cursor { cursor: text.to_string() })?,
        };
        self.with(|db| {
            let mut inputs = db.prepare_cached("SELECT row FROM inputs WHERE row > ? ORDER BY row LIMIT ?")?;
            let inputs: Vec<i64> =
                inputs.query_map(params![input, limit + 1], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
            let left = limit.saturating_sub(inputs.len());
            let made: Vec<CorrectionView> = all(db)?;
            let new = made.into_iter().skip(correction);
            let corrections: Vec<CorrectionView> = new.take(left + 1).collect();
            let more = inputs.len() > limit || corrections.len() > left;
            let (inputs, corrections) =
                (&inputs[..inputs.len().min(limit)], &corrections[..corrections.len().min(left)]);
            let next = (inputs.last().copied().unwrap_or(input), correction + corrections.len());
            let mut items = Vec::new();
            for row in inputs {
                items.push(LogItem::Read(read_item(db, *row)?));
            }
            items.extend(corrections.iter().cloned().map(Box::new).map(LogItem::Correction));
            Ok(LogPage { items, next: format!("i{}c{}", next.0, next.1), more })
        })
    }
}

/// `i12c3`: the last input's row and how many corrections there were.
fn parse(cursor: &str) -> Option<(i64, usize)> {
    let (input, correction) = cursor.strip_prefix('i')?.split_once('c')?;
    Some((input.parse().ok()?, correction.parse().ok()?))
}

fn read_item(db: &Connection, row: i64) -> rusqlite::Result<ReadItem> {
    let unreadable = db
        .prepare_cached("SELECT reason FROM inputs WHERE row = ?")?
        .query_row([row], |r| r.get::<_, Option<String>>(0))?;
    let path = db
        .prepare_cached("SELECT path FROM sightings WHERE input = ? ORDER BY path LIMIT 1")?
        .query_row([row], |r| r.get(0))
        .optional()?;
    let articles: Vec<i64> = db
        .prepare_cached("SELECT row FROM articles WHERE input = ? ORDER BY position")?
        .query_map([row], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let events = db
        .prepare_cached(
            "SELECT DISTINCT e.id FROM events e JOIN reports r ON r.event = e.row JOIN articles a ON a.row = r.article
             WHERE a.input = ? ORDER BY e.id",
        )?
        .query_map([row], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let articles = articles.into_iter().map(|a| article_head(db, a)).collect::<rusqlite::Result<_>>()?;
    Ok(ReadItem { path, unreadable, articles, events })
}
