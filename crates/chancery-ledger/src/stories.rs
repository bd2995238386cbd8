//! Stories: the ledger's articles gathered over days.

use crate::query::{ArticleHead, EVENT_COLUMNS, EventSummary, article_head, read_events};
use crate::{Ledger, Result, telling_stories};
use chancery_stories::Joiner;
use rusqlite::types::Value;
use rusqlite::{Connection, params};
use serde::Serialize;
use std::collections::BTreeSet;

/// A story in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StorySummary {
    /// `s` and a hash of its first article.
    pub story: String,
    /// Actors, act and place of the event that most reports tell; without events, the title of the first article.
    pub label: String,
    /// The first day of its articles.
    pub first: Option<String>,
    /// The last.
    pub last: Option<String>,
    /// Number of events.
    pub events: u64,
    /// Number of outlets.
    pub outlets: u64,
    /// Its articles, first by date; copies are among them.
    pub articles: Vec<ArticleHead>,
}

/// A story with its events in the order of time.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct StoryDetail {
    /// What the list shows.
    #[serde(flatten)]
    pub summary: StorySummary,
    /// Its events by day.
    pub timeline: Vec<EventSummary>,
}

impl Ledger {
    /// Gathers the articles that are in no story into stories, and those of the weeks behind them anew where these may change by it. Returns how
    /// many stories there are.
    ///
    /// # Errors
    /// Where the ledger cannot be written; nothing has changed then.
    pub fn tell_stories(&mut self, joiner: &Joiner) -> Result<usize> {
        self.in_transaction(|tx| {
            telling_stories::tell(tx, joiner.background())?;
            tx.query_row("SELECT count(*) FROM stories", [], |r| r.get(0))
        })
    }

    /// True where every article is in a story: none was joined since they were last told.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn stories_are_told(&self) -> Result<bool> {
        self.with(|db| {
            db.query_row(
                "SELECT NOT EXISTS (SELECT 1 FROM articles WHERE row NOT IN (SELECT article FROM story_articles))",
                [],
                |r| r.get(0),
            )
        })
    }

    /// Stories whose last article came on or after a day, the latest first.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn stories(&self, since: Option<&str>, limit: usize) -> Result<Vec<StorySummary>> {
        self.with(|db| {
            let rows: Vec<i64> = db
                .prepare_cached(
                    "SELECT row FROM stories WHERE ?1 IS NULL OR last >= ?1 ORDER BY last DESC, articles DESC, id LIMIT ?2",
                )?
                .query_map(params![since, limit], |r| r.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            rows.into_iter().map(|row| summary(db, row)).collect()
        })
    }

    /// The last day on which an article was published.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn last_day(&self) -> Result<Option<String>> {
        if let Some(tally) = self.tally() {
            return Ok(tally.last_day());
        }
        self.with(|db| db.query_row("SELECT max(date) FROM articles WHERE length(date) = 10", [], |r| r.get(0)))
    }

    /// One story with its timeline.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn story(&self, id: &str) -> Result<Option<StoryDetail>> {
        self.with(|db| {
            let row = db.prepare_cached("SELECT row FROM stories WHERE id = ?")?.query_map([id], |r| r.get(0))?.next();
            let Some(row) = row.transpose()? else { return Ok(None) };
            let sql = format!(
                "{EVENT_COLUMNS} WHERE e.row IN (SELECT r.event FROM reports r JOIN story_articles s ON s.article = r.article
                     WHERE s.story = ?) ORDER BY e.day, e.id"
            );
            Ok(Some(StoryDetail { summary: summary(db, row)?, timeline: read_events(db, &sql, &[Value::Integer(row)])? }))
        })
    }
}

/// Who, what and where of the event that most of the story's reports tell.
pub(crate) fn label(tx: &Connection, story: i64) -> rusqlite::Result<String> {
    let sql = format!(
        "{EVENT_COLUMNS} WHERE e.row = (SELECT r.event FROM reports r JOIN story_articles s ON s.article = r.article
             JOIN events e ON e.row = r.event WHERE s.story = ? AND r.historical = 0
             GROUP BY r.event ORDER BY count(*) DESC, e.day, e.id LIMIT 1)"
    );
    let Some(event) = read_events(tx, &sql, &[Value::Integer(story)])?.pop() else {
        let mut title = tx.prepare_cached(
            "SELECT a.title FROM articles a JOIN story_articles s ON s.article = a.row WHERE s.story = ?
             ORDER BY a.date IS NULL, a.date, a.key LIMIT 1",
        )?;
        let title: Option<String> = title.query_row([story], |r| r.get(0))?;
        return Ok(title.unwrap_or_default());
    };
    let names = |parties: &[crate::PartyView]| {
        let unique: BTreeSet<&str> = parties.iter().map(|p| p.label.as_str()).collect();
        unique.into_iter().collect::<Vec<_>>().join(", ")
    };
    let sides = [names(&event.actors), names(&event.recipients)];
    let who = sides.iter().filter(|s| !s.is_empty()).cloned().collect::<Vec<_>>().join(" – ");
    let act = event.mode.as_deref().unwrap_or(&event.event_type).to_lowercase().replace('-', " ");
    let place = event.place.map(|p| format!(", {p}")).unwrap_or_default();
    Ok(format!("{who}: {act}{place}"))
}

fn summary(db: &Connection, row: i64) -> rusqlite::Result<StorySummary> {
    let articles: Vec<i64> = db
        .prepare_cached(
            "SELECT a.row FROM articles a JOIN story_articles s ON s.article = a.row WHERE s.story = ? ORDER BY a.date IS NULL, a.date, a.key",
        )?
        .query_map([row], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let articles = articles.into_iter().map(|a| article_head(db, a)).collect::<rusqlite::Result<_>>()?;
    db.prepare_cached("SELECT id, label, first, last, events, outlets FROM stories WHERE row = ?")?.query_row(
        [row],
        |r| {
            Ok(StorySummary {
                story: r.get(0)?,
                label: r.get(1)?,
                first: r.get(2)?,
                last: r.get(3)?,
                events: r.get(4)?,
                outlets: r.get(5)?,
                articles,
            })
        },
    )
}
