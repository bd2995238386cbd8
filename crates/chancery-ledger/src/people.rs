//! Actors and what they say.

use crate::filter::actor_rows;
use crate::query::{ArticleHead, Passage, ValueCount, article_head, passage_of};
use crate::read::{QUOTE_COLUMNS, quote_columns};
use crate::search::safe_query;
use crate::{Ledger, Result};
use chancery_records::QuoteRecord;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, params, params_from_iter};
use serde::{Deserialize, Serialize};

/// An actor with how many events it is a party to and how many reports tell of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActorCount {
    /// Full name, where known.
    pub name: Option<String>,
    /// `CHN GOV`, where known.
    pub code: Option<String>,
    /// Events.
    pub events: u64,
    /// Reports that name it as a party.
    pub reports: u64,
}

impl ActorCount {
    /// The name, else the code.
    pub fn label(&self) -> &str {
        self.name.as_deref().or(self.code.as_deref()).unwrap_or("unnamed")
    }
}

/// What the ledger holds on an actor.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ActorPage {
    /// The name or code that was asked for, as the ledger writes it.
    pub label: String,
    /// The names and codes that are meant, most events first: a person has a code for each office held.
    pub identities: Vec<ActorCount>,
    /// Events with it as a party.
    pub events: u64,
    /// Reports that name it as a party.
    pub reports: u64,
    /// What it is quoted with.
    pub quotes: u64,
    /// Articles that name it.
    pub articles: u64,
    /// Who it deals with, most events first.
    pub counterparts: Vec<ActorCount>,
    /// The types of these events.
    pub types: Vec<ValueCount>,
}

/// A name in the mentions of a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct NameCount {
    /// The name.
    pub name: String,
    /// `person`, `organization` ...
    pub kind: String,
    /// Its code, where the text told one.
    pub code: Option<String>,
    /// How often it is mentioned.
    pub mentions: u64,
    /// In how many articles.
    pub articles: u64,
}

/// Which quotes.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct QuoteFilter {
    /// Who speaks, as [`EventFilter::actor`](crate::EventFilter::actor).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub speaker: Option<String>,
    /// The outlet that prints it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outlet: Option<String>,
    /// Words in it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
    /// Whom it speaks of, as `speaker`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub about: Option<String>,
    /// `assert`, `deny`, `promise`, `demand`, `doubt` or `ask`.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub stance: Option<String>,
}

impl QuoteFilter {
    /// The same filter, with blank entries taken for none.
    pub fn tidy(self) -> Self {
        let tidy = |value: Option<String>| value.map(|v| v.trim().to_string()).filter(|v| !v.is_empty());
        QuoteFilter {
            speaker: tidy(self.speaker),
            outlet: tidy(self.outlet),
            text: tidy(self.text),
            about: tidy(self.about),
            stance: tidy(self.stance),
        }
    }
}

/// A quote in its article.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct QuoteView {
    /// The article.
    pub article: ArticleHead,
    /// The quote.
    pub quote: QuoteRecord,
    /// Its words in their paragraph.
    pub passage: Passage,
    /// The events that it tells.
    pub events: Vec<ToldEvent>,
}

/// An event inside a quote.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ToldEvent {
    /// The event's id.
    pub id: String,
    /// PLOVER type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Whether it happened.
    pub status: String,
}

impl Ledger {
    /// The names of people and organisations of all kinds, most mentions first, each with a code that it bears.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn names(&self) -> Result<Vec<NameCount>> {
        self.with(|db| {
            let mut query = db.prepare(
                "SELECT name, kind, max(code), sum(mentions), sum(articles) FROM (
                    SELECT a.name, m.kind, a.code, count(*) mentions, count(DISTINCT m.article) articles
                    FROM mentions m JOIN actors a ON a.row = m.actor
                    WHERE m.kind IN ('person', 'organization', 'party', 'media', 'company', 'igo')
                    GROUP BY a.name, m.kind, a.code)
                 WHERE name IS NOT NULL GROUP BY name, kind ORDER BY sum(mentions) DESC, name, kind",
            )?;
            let rows = query.query_map([], |row| {
                Ok(NameCount {
                    name: row.get(0)?,
                    kind: row.get(1)?,
                    code: row.get(2)?,
                    mentions: row.get::<_, i64>(3)? as u64,
                    articles: row.get::<_, i64>(4)? as u64,
                })
            })?;
            rows.collect()
        })
    }

    /// What there is on an actor, by name or code; `None` where no row names it.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn actor(&self, name_or_code: &str) -> Result<Option<ActorPage>> {
        if let Some(tally) = self.tally() {
            return Ok(tally.actor_page(name_or_code).and_then(|page| labelled(page, name_or_code)));
        }
        self.with(|db| {
            let Some(rows) = actor_rows(db, name_or_code)? else { return Ok(None) };
            let count = |sql: String| db.query_row(&sql, [], |r| r.get::<_, u64>(0));
            let parties = format!("FROM parties x JOIN reports r ON r.row = x.report WHERE x.actor IN ({rows})");
            let page = ActorPage {
                label: String::new(),
                identities: identities(db, &rows)?,
                events: count(format!("SELECT count(DISTINCT r.event) {parties}"))?,
                reports: count(format!("SELECT count(DISTINCT r.row) {parties}"))?,
                quotes: count(format!("SELECT count(*) FROM quotes WHERE actor IN ({rows})"))?,
                articles: count(format!("SELECT count(DISTINCT article) FROM mentions WHERE actor IN ({rows})"))?,
                counterparts: counterparts(db, &rows)?,
                types: types(db, &rows)?,
            };
            Ok(labelled(page, name_or_code))
        })
    }

    /// The actors with the most events.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn actors(&self, limit: usize) -> Result<Vec<ActorCount>> {
        if let Some(tally) = self.tally() {
            return Ok(tally.actor_counts(limit));
        }
        self.with(|db| {
            actor_counts(
                db,
                &format!("{ACTOR_COUNTS} GROUP BY p.row ORDER BY 3 DESC, 4 DESC, p.name, p.code LIMIT {limit}"),
            )
        })
    }

    /// Quotes, newest article first; `offset` of them are passed over. Gives the number of all that fit, too.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn quotes(&self, filter: &QuoteFilter, offset: usize, limit: usize) -> Result<(u64, Vec<QuoteView>)> {
        let tallied = self.tally().map(|tally| tally.quote_rows(filter, offset, limit, self)).transpose()?;
        if let Some((all, rows)) = tallied.flatten() {
            return self.with(|db| {
                let found = rows.into_iter().map(|row| quote_in_row(db, row)).collect::<rusqlite::Result<Vec<_>>>()?;
                Ok((all, found.into_iter().flatten().collect()))
            });
        }
        self.with(|db| {
            let (condition, mut values) = quote_condition(db, filter)?;
            let from = "FROM quotes q JOIN articles a ON a.row = q.article";
            let all = db
                .prepare(&format!("SELECT count(*) {from} WHERE {condition}"))?
                .query_row(params_from_iter(&values), |r| r.get(0))?;
            values.extend([limit, offset].map(|n| Value::Integer(i64::try_from(n).unwrap_or(i64::MAX))));
            let order = "ORDER BY a.date DESC, a.file, a.position, a.key, q.position LIMIT ? OFFSET ?";
            let mut query = db.prepare(&format!("{} WHERE {condition} {order}", with_article()))?;
            let found: Vec<(i64, QuoteRecord)> = query
                .query_map(params_from_iter(&values), |r| Ok((r.get(13)?, quote_columns(r)?)))?
                .collect::<rusqlite::Result<_>>()?;
            let views = found.into_iter().map(|(article, quote)| view(db, article, quote));
            Ok((all, views.collect::<rusqlite::Result<_>>()?))
        })
    }
}

/// The columns of quotes with the article's row behind them.
fn with_article() -> String {
    QUOTE_COLUMNS.replace("q.chain FROM", "q.chain, q.article FROM")
}

fn quote_in_row(db: &Connection, row: u32) -> rusqlite::Result<Option<QuoteView>> {
    let found = db
        .prepare_cached(&format!("{} WHERE q.row = ?", with_article()))?
        .query_row([row], |r| Ok((r.get(13)?, quote_columns(r)?)))
        .optional()?;
    found.map(|(article, quote)| view(db, article, quote)).transpose()
}

fn view(db: &Connection, article: i64, quote: QuoteRecord) -> rusqlite::Result<QuoteView> {
    let passage = passage_of(db, article, quote.start, quote.end)?;
    let events = told_events(db, article, quote.start, quote.end)?;
    Ok(QuoteView { article: article_head(db, article)?, quote, passage, events })
}

const ACTOR_COUNTS: &str = "SELECT p.name, p.code, count(DISTINCT r.event), count(DISTINCT r.row) FROM actors p
    JOIN parties x ON x.actor = p.row JOIN reports r ON r.row = x.report";

fn actor_counts(db: &Connection, sql: &str) -> rusqlite::Result<Vec<ActorCount>> {
    db.prepare(sql)?
        .query_map([], |r| Ok(ActorCount { name: r.get(0)?, code: r.get(1)?, events: r.get(2)?, reports: r.get(3)? }))?
        .collect()
}

/// All that is meant, also who is only mentioned or quoted.
fn identities(db: &Connection, rows: &str) -> rusqlite::Result<Vec<ActorCount>> {
    actor_counts(
        db,
        &format!(
            "SELECT p.name, p.code, count(DISTINCT r.event), count(DISTINCT r.row) FROM actors p
             LEFT JOIN parties x ON x.actor = p.row LEFT JOIN reports r ON r.row = x.report
             WHERE p.row IN ({rows}) GROUP BY p.row ORDER BY 3 DESC, 4 DESC, p.name, p.code LIMIT 200"
        ),
    )
}

fn counterparts(db: &Connection, rows: &str) -> rusqlite::Result<Vec<ActorCount>> {
    actor_counts(
        db,
        &format!(
            "{ACTOR_COUNTS} WHERE r.row IN (SELECT report FROM parties WHERE actor IN ({rows})) AND p.row NOT IN ({rows})
             GROUP BY p.row ORDER BY 3 DESC, 4 DESC, p.name, p.code LIMIT 200"
        ),
    )
}

fn types(db: &Connection, rows: &str) -> rusqlite::Result<Vec<ValueCount>> {
    db.prepare(&format!(
        "SELECT r.type, count(DISTINCT r.event), count(DISTINCT r.row) FROM reports r
         WHERE r.row IN (SELECT report FROM parties WHERE actor IN ({rows})) GROUP BY r.type ORDER BY 2 DESC, 1"
    ))?
    .query_map([], |r| Ok(ValueCount { value: r.get(0)?, events: r.get(1)?, reports: r.get(2)? }))?
    .collect()
}

/// The page under the name that was asked for; none where no row names it: rows of replaced codings may be left in the
/// table of actors.
fn labelled(page: ActorPage, wanted: &str) -> Option<ActorPage> {
    let is_empty = page.reports + page.quotes + page.articles == 0;
    (!is_empty).then(|| ActorPage { label: label(&page, wanted), ..page })
}

/// What was asked for, in the ledger's own writing where one name is meant.
fn label(page: &ActorPage, wanted: &str) -> String {
    let same =
        |text: &Option<String>| text.as_ref().filter(|t| t.to_lowercase() == wanted.trim().to_lowercase()).cloned();
    let named = page.identities.iter().find_map(|i| same(&i.name).or_else(|| same(&i.code)));
    named.unwrap_or_else(|| wanted.trim().to_string())
}

/// True where quotes have an index of their words.
pub(crate) fn has_index(db: &Connection) -> rusqlite::Result<bool> {
    db.prepare_cached("SELECT 1 FROM sqlite_schema WHERE name = 'quote_search'")?.exists([])
}

fn told_events(db: &Connection, article: i64, start: usize, end: usize) -> rusqlite::Result<Vec<ToldEvent>> {
    db.prepare_cached(
        "SELECT e.id, r.type, r.status FROM reports r JOIN events e ON e.row = r.event
         WHERE r.article = ? AND r.start < ? AND r.\"end\" > ? ORDER BY r.position",
    )?
    .query_map(params![article, end, start], |r| {
        Ok(ToldEvent { id: r.get(0)?, event_type: r.get(1)?, status: r.get(2)? })
    })?
    .collect()
}

fn quote_condition(db: &Connection, filter: &QuoteFilter) -> rusqlite::Result<(String, Vec<Value>)> {
    let mut sql = String::from("1");
    let mut values = Vec::new();
    if let Some(speaker) = &filter.speaker {
        let rows = actor_rows(db, speaker)?.unwrap_or_else(|| "NULL".into());
        sql.push_str(&format!(" AND q.actor IN ({rows})"));
    }
    if let Some(about) = &filter.about {
        let rows = actor_rows(db, about)?.unwrap_or_else(|| "NULL".into());
        sql.push_str(&format!(
            " AND EXISTS (SELECT 1 FROM mentions m WHERE m.article = q.article AND m.start >= q.start
                AND m.\"end\" <= q.\"end\" AND m.actor IN ({rows}))"
        ));
    }
    if let Some(stance) = &filter.stance {
        sql.push_str(" AND q.stance = ?");
        values.push(Value::Text(stance.clone()));
    }
    if let Some(outlet) = &filter.outlet {
        sql.push_str(" AND a.outlet = ?");
        values.push(Value::Text(outlet.clone()));
    }
    if let Some(text) = &filter.text {
        let Some(query) = safe_query(text) else { return Ok(("0".into(), Vec::new())) };
        if has_index(db)? {
            sql.push_str(" AND q.row IN (SELECT rowid FROM quote_search WHERE quote_search MATCH ?)");
            values.push(Value::Text(query));
            return Ok((sql, values));
        }
        // A ledger of an earlier schema that is only read: its articles that hold the words are looked through.
        sql.push_str(" AND a.row IN (SELECT rowid FROM article_search WHERE article_search MATCH ?)");
        values.push(Value::Text(query));
        for word in text.split_whitespace().map(|w| w.trim_matches(|c: char| !c.is_alphanumeric())) {
            sql.push_str(" AND instr(lower(q.text), lower(?)) > 0");
            values.push(Value::Text(word.to_string()));
        }
    }
    Ok((sql, values))
}
