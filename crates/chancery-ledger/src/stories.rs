//! Stories: the ledger's articles gathered over days.

use crate::ids::key;
use crate::query::{ArticleHead, EVENT_COLUMNS, EventSummary, article_head, read_events};
use crate::{Ledger, Result};
use chancery_stories::{StoryArticle, StorySketch, find_stories};
use rusqlite::types::Value;
use rusqlite::{Connection, Transaction, params};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

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
    /// Gathers all articles into stories anew. Returns how many stories there are.
    ///
    /// # Errors
    /// Where the ledger cannot be written; nothing has changed then.
    pub fn tell_stories(&mut self) -> Result<usize> {
        self.in_transaction(|tx| {
            let (rows, sketches) = sketches(tx)?;
            let first = find_stories(&sketches);
            drop(sketches);
            let mut stories: BTreeMap<usize, Vec<i64>> = BTreeMap::new();
            for (article, first) in rows.iter().zip(&first) {
                stories.entry(*first).or_default().push(*article);
            }
            tx.execute_batch("DELETE FROM story_articles; DELETE FROM stories")?;
            for (first, articles) in &stories {
                write(tx, rows[*first], articles)?;
            }
            Ok(stories.len())
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

/// What is compared of all articles, with their rows.
fn sketches(tx: &Connection) -> rusqlite::Result<(Vec<i64>, Vec<StorySketch>)> {
    let mut names: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    let mut events: BTreeMap<i64, Vec<String>> = BTreeMap::new();
    collect(
        tx,
        "SELECT DISTINCT m.article, p.name FROM mentions m JOIN actors p ON p.row = m.actor WHERE p.name IS NOT NULL",
        &mut names,
    )?;
    collect(tx, "SELECT DISTINCT r.article, r.place FROM reports r WHERE r.place IS NOT NULL", &mut names)?;
    collect(tx, "SELECT DISTINCT r.article, e.id FROM reports r JOIN events e ON e.row = r.event", &mut events)?;
    let (mut rows, mut found) = (Vec::new(), Vec::new());
    let mut articles = tx.prepare("SELECT row, key, date, title, text FROM articles ORDER BY key")?;
    let mut articles = articles.query([])?;
    while let Some(r) = articles.next()? {
        let row: i64 = r.get(0)?;
        rows.push(row);
        found.push(StorySketch::from(&StoryArticle {
            id: r.get(1)?,
            date: r.get::<_, Option<String>>(2)?.and_then(|d| d.parse().ok()),
            title: r.get::<_, Option<String>>(3)?.unwrap_or_default(),
            text: r.get(4)?,
            names: names.remove(&row).unwrap_or_default(),
            events: events.remove(&row).unwrap_or_default(),
        }));
    }
    Ok((rows, found))
}

fn collect(tx: &Connection, sql: &str, into: &mut BTreeMap<i64, Vec<String>>) -> rusqlite::Result<()> {
    let mut rows = tx.prepare(sql)?;
    let mut rows = rows.query([])?;
    while let Some(r) = rows.next()? {
        into.entry(r.get(0)?).or_default().push(r.get(1)?);
    }
    Ok(())
}

fn write(tx: &Transaction<'_>, first: i64, articles: &[i64]) -> rusqlite::Result<()> {
    let first_key: String =
        tx.prepare_cached("SELECT key FROM articles WHERE row = ?")?.query_row([first], |r| r.get(0))?;
    let story = tx
        .prepare_cached(
            "INSERT INTO stories (id, label, first, last, articles, events, outlets) VALUES (?, '', NULL, NULL, ?, 0, 0)",
        )?
        .insert(params![key('s', &[&first_key]), articles.len()])?;
    for article in articles {
        tx.prepare_cached("INSERT INTO story_articles (article, story) VALUES (?, ?)")?.execute([*article, story])?;
    }
    tx.prepare_cached(
        "UPDATE stories SET
             first = (SELECT min(a.date) FROM articles a JOIN story_articles s ON s.article = a.row WHERE s.story = ?1),
             last = (SELECT max(a.date) FROM articles a JOIN story_articles s ON s.article = a.row WHERE s.story = ?1),
             outlets = (SELECT count(DISTINCT a.outlet) FROM articles a JOIN story_articles s ON s.article = a.row WHERE s.story = ?1),
             events = (SELECT count(DISTINCT r.event) FROM reports r JOIN story_articles s ON s.article = r.article WHERE s.story = ?1)
         WHERE row = ?1",
    )?
    .execute([story])?;
    let label = label(tx, story, first)?;
    tx.prepare_cached("UPDATE stories SET label = ? WHERE row = ?")?.execute(params![label, story])?;
    Ok(())
}

/// Who, what and where of the event that most of the story's reports tell.
fn label(tx: &Connection, story: i64, first: i64) -> rusqlite::Result<String> {
    let sql = format!(
        "{EVENT_COLUMNS} WHERE e.row = (SELECT r.event FROM reports r JOIN story_articles s ON s.article = r.article
             JOIN events e ON e.row = r.event WHERE s.story = ? AND r.historical = 0
             GROUP BY r.event ORDER BY count(*) DESC, e.day, e.id LIMIT 1)"
    );
    let Some(event) = read_events(tx, &sql, &[Value::Integer(story)])?.pop() else {
        let title: Option<String> =
            tx.prepare_cached("SELECT title FROM articles WHERE row = ?")?.query_row([first], |r| r.get(0))?;
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
