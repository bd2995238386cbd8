//! Questions to the ledger: events with their reports, counts, outlets.

use crate::filter::Condition;
use crate::read::{IN_ORDER, REPORT_COLUMNS, article_row, report_columns, with_parties};
use crate::store::{CharOffsets, from_json_list};
use crate::{EventFilter, Ledger, LedgerError, Result, StoredArticle};
use chancery_records::EventRecord;
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension, Row, params_from_iter};
use serde::Serialize;

/// Part of a list, and where it goes on.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Page<T> {
    /// How many events the filter lets through, on all pages.
    pub events: u64,
    /// How many reports tell of them.
    pub reports: u64,
    /// This page.
    pub items: Vec<T>,
    /// The cursor of the next page; `None` on the last.
    pub next: Option<String>,
}

/// An event in a list.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventSummary {
    /// The event's id.
    pub id: String,
    /// PLOVER type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// PLOVER mode.
    pub mode: Option<String>,
    /// `occurred`, …
    pub status: String,
    /// When, as far as a report says.
    pub date: Option<String>,
    /// The day that it is listed under: its date, else that of the first article that reports it.
    pub day: Option<String>,
    /// Where.
    pub place: Option<String>,
    /// Who does it, in the report that speaks for it.
    pub actors: Vec<PartyView>,
    /// To whom.
    pub recipients: Vec<PartyView>,
    /// The words of that report.
    pub evidence: String,
    /// Who says so there.
    pub claimant: Option<String>,
    /// 0 to 1.
    pub confidence: f32,
    /// How many reports tell of it.
    pub reports: u64,
    /// The outlets that report it, by name.
    pub outlets: Vec<String>,
}

/// A party to an event.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct PartyView {
    /// Full name, else the words of the text.
    pub label: String,
    /// Full name.
    pub name: Option<String>,
    /// `CHN GOV`.
    pub code: Option<String>,
}

/// An event with all that is told of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventDetail {
    /// What the list shows.
    #[serde(flatten)]
    pub summary: EventSummary,
    /// Every report of it, by outlet, then by date of the article.
    pub tellings: Vec<ReportView>,
}

/// One report in its article.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportView {
    /// The report's key, the same in every ledger.
    pub key: String,
    /// The article.
    pub article: ArticleHead,
    /// The report.
    pub report: EventRecord,
    /// Its words in their paragraph.
    pub passage: Passage,
}

/// Words with what stands around them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Passage {
    /// The paragraph before the words.
    pub before: String,
    /// The words.
    pub words: String,
    /// The paragraph behind them.
    pub after: String,
}

/// What a list shows of an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ArticleHead {
    /// The article's key, the same in every ledger.
    pub key: String,
    /// `page.txt#3`.
    pub id: String,
    /// The input's path.
    pub file: String,
    /// Title.
    pub title: Option<String>,
    /// The first words of an article without a title, with an ellipsis.
    pub opening: Option<String>,
    /// Who published it.
    pub outlet: Option<String>,
    /// When.
    pub date: Option<String>,
    /// Where it was found.
    pub url: Option<String>,
    /// `article`, `excerpt` or `statement`.
    pub kind: String,
    /// The outlets that it reprints.
    pub reprinted_from: Vec<String>,
}

impl ArticleHead {
    /// What stands for the article in a list: its title, else its first words.
    pub fn heading(&self) -> &str {
        self.title.as_deref().or(self.opening.as_deref()).unwrap_or("An article without words")
    }
}

/// An article with its key.
#[derive(Debug, Clone, PartialEq)]
pub struct ArticleView {
    /// What a list shows.
    pub head: ArticleHead,
    /// The record and the text.
    pub article: StoredArticle,
    /// The other paths at which the same content was seen.
    pub also_seen_at: Vec<String>,
}

/// How much is in a ledger.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Overview {
    /// Inputs that were read.
    pub inputs: u64,
    /// Inputs that could not be read.
    pub unreadable: u64,
    /// Articles.
    pub articles: u64,
    /// Reports.
    pub reports: u64,
    /// Events.
    pub events: u64,
    /// Quotes.
    pub quotes: u64,
    /// Outlets.
    pub outlets: u64,
    /// Date of the earliest article.
    pub first_published: Option<String>,
    /// Date of the latest article.
    pub last_published: Option<String>,
}

/// A value with how many events have it and how many reports tell of them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct ValueCount {
    /// The value.
    pub value: String,
    /// Events.
    pub events: u64,
    /// Reports of these events.
    pub reports: u64,
}

/// What the filter menus offer.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct FilterCounts {
    /// PLOVER types.
    pub types: Vec<ValueCount>,
    /// Statuses.
    pub statuses: Vec<ValueCount>,
    /// Outlets; `reports` are their own.
    pub outlets: Vec<ValueCount>,
    /// Countries and international codes.
    pub countries: Vec<ValueCount>,
}

/// An outlet.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutletCount {
    /// Its name.
    pub outlet: String,
    /// Its articles.
    pub articles: u64,
    /// Reports in them.
    pub reports: u64,
    /// Events that these tell of.
    pub events: u64,
}

/// Events of one type on one day, or in a month or year where no day is known.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct DayCount {
    /// `YYYY-MM-DD`, shorter for events whose day is not known, empty for those without any date.
    pub day: String,
    /// PLOVER type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Events on it.
    pub events: u64,
    /// Reports of them.
    pub reports: u64,
}

impl Ledger {
    /// How much there is.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn overview(&self) -> Result<Overview> {
        if let Some(tally) = self.tally() {
            return Ok(tally.overview().clone());
        }
        self.with(|db| {
            db.query_row(
                "SELECT (SELECT count(*) FROM inputs WHERE status = 'read'),
                        (SELECT count(*) FROM inputs WHERE status <> 'read'),
                        (SELECT count(*) FROM articles), (SELECT count(*) FROM reports), (SELECT count(*) FROM events),
                        (SELECT count(*) FROM quotes), (SELECT count(DISTINCT outlet) FROM articles),
                        (SELECT min(date) FROM articles), (SELECT max(date) FROM articles)",
                [],
                |r| {
                    Ok(Overview {
                        inputs: r.get(0)?,
                        unreadable: r.get(1)?,
                        articles: r.get(2)?,
                        reports: r.get(3)?,
                        events: r.get(4)?,
                        quotes: r.get(5)?,
                        outlets: r.get(6)?,
                        first_published: r.get(7)?,
                        last_published: r.get(8)?,
                    })
                },
            )
        })
    }

    /// The newest events that the filter lets through, `limit` of them behind the cursor `after`.
    ///
    /// # Errors
    /// [`LedgerError::Cursor`] where `after` is not a cursor; trouble with the file.
    pub fn events(&self, filter: &EventFilter, after: Option<&str>, limit: usize) -> Result<Page<EventSummary>> {
        let after = after.map(parse_cursor).transpose()?;
        let limit = limit.clamp(1, 1000);
        let tallied = self.tally().map(|tally| tally.list(self, filter, after.as_ref(), limit)).transpose()?;
        if let Some(selected) = tallied.flatten() {
            return self.with(|db| {
                let items = events_in_rows(db, &selected.rows)?;
                let next = selected.next.map(|(day, id)| cursor(&day, &id));
                Ok(Page { events: selected.events, reports: selected.reports, items, next })
            });
        }
        self.with(|db| {
            let mut condition = Condition::of(db, filter)?;
            let (events, reports) = db
                .prepare(&format!("SELECT count(*), ifnull(sum(e.reports), 0) FROM events e WHERE {}", condition.sql))?
                .query_row(params_from_iter(&condition.values), |r| Ok((r.get(0)?, r.get(1)?)))?;
            if let Some((day, id)) = after {
                condition.add_sql("(e.day < ? OR (e.day = ? AND e.id > ?))");
                condition.values.extend([day.clone(), day, id].map(Value::Text));
            }
            condition.values.push(Value::Integer(limit as i64 + 1));
            let sql = format!("{EVENT_COLUMNS} WHERE {} ORDER BY e.day DESC, e.id LIMIT ?", condition.sql);
            let mut items = read_events(db, &sql, &condition.values)?;
            let more = items.len() > limit;
            items.truncate(limit);
            let next = items.last().filter(|_| more).map(cursor_of);
            Ok(Page { events, reports, items, next })
        })
    }

    /// The oldest events that the filter lets through, the oldest first, and how many there are.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn oldest_events(&self, filter: &EventFilter, limit: usize) -> Result<(u64, Vec<EventSummary>)> {
        if let Some(tally) = self.tally() {
            let (events, rows) = tally.oldest(self, filter, limit)?;
            return self.with(|db| Ok((events, events_in_rows(db, &rows)?)));
        }
        self.with(|db| {
            let mut condition = Condition::of(db, filter)?;
            let events = db
                .prepare(&format!("SELECT count(*) FROM events e WHERE {}", condition.sql))?
                .query_row(params_from_iter(&condition.values), |r| r.get(0))?;
            condition.values.push(Value::Integer(i64::try_from(limit).unwrap_or(i64::MAX)));
            let sql = format!("{EVENT_COLUMNS} WHERE {} ORDER BY e.day, e.id DESC LIMIT ?", condition.sql);
            Ok((events, read_events(db, &sql, &condition.values)?))
        })
    }

    /// One event with all its reports; an id that the event once had finds it too.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn event(&self, id: &str) -> Result<Option<EventDetail>> {
        self.with(|db| {
            let Some(row) = event_row(db, id)? else { return Ok(None) };
            let sql = format!("{EVENT_COLUMNS} WHERE e.row = ?");
            let Some(summary) = read_events(db, &sql, &[Value::Integer(row)])?.pop() else { return Ok(None) };
            Ok(Some(EventDetail { summary, tellings: read_tellings(db, row)? }))
        })
    }

    /// The tellings of an event's id, or the one of a report's key.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn tellings(&self, id: &str) -> Result<Option<Vec<ReportView>>> {
        if let Some(event) = self.event(id)? {
            return Ok(Some(event.tellings));
        }
        self.with(|db| {
            let event: Option<i64> = db
                .prepare_cached("SELECT event FROM reports WHERE key = ?")?
                .query_row([id], |r| r.get(0))
                .optional()?;
            let Some(event) = event else { return Ok(None) };
            Ok(Some(read_tellings(db, event)?.into_iter().filter(|t| t.key == id).collect()))
        })
    }

    /// One article, its key and its other paths; by key or id as [`Ledger::article`].
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn article_view(&self, key_or_id: &str) -> Result<Option<ArticleView>> {
        self.with(|db| {
            let Some(row) = article_row(db, key_or_id)? else { return Ok(None) };
            let head = article_head(db, row)?;
            let mut paths = db.prepare_cached(
                "SELECT s.path FROM sightings s JOIN articles a ON a.input = s.input
                 WHERE a.row = ? AND s.path <> a.file ORDER BY s.path",
            )?;
            let also_seen_at = paths.query_map([row], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
            Ok(Some(ArticleView { head, article: crate::read::read_article(db, row)?, also_seen_at }))
        })
    }

    /// The articles of one outlet, newest first; without an outlet those of all.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn articles(&self, outlet: Option<&str>, limit: usize) -> Result<Vec<ArticleHead>> {
        if let Some(tally) = self.tally() {
            let rows = tally.article_rows(outlet, limit);
            return self.with(|db| heads_in_rows(db, rows.into_iter().map(i64::from)));
        }
        self.with(|db| {
            let mut rows = db.prepare_cached(
                "SELECT a.row FROM articles a WHERE ?1 IS NULL OR a.outlet = ?1
                 ORDER BY a.date DESC, a.file, a.position, a.key LIMIT ?2",
            )?;
            let rows: Vec<i64> =
                rows.query_map(rusqlite::params![outlet, limit], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
            heads_in_rows(db, rows)
        })
    }

    /// What the filter menus offer, with counts over the whole ledger.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn filter_counts(&self) -> Result<FilterCounts> {
        if let Some(tally) = self.tally() {
            return Ok(tally.menus());
        }
        let values = |sql: &str| {
            self.with(|db| {
                db.prepare_cached(sql)?
                    .query_map([], |r| Ok(ValueCount { value: r.get(0)?, events: r.get(1)?, reports: r.get(2)? }))?
                    .collect::<rusqlite::Result<Vec<_>>>()
            })
        };
        Ok(FilterCounts {
            types: values("SELECT type, count(*), sum(reports) FROM events GROUP BY type ORDER BY 2 DESC, 1")?,
            statuses: values("SELECT status, count(*), sum(reports) FROM events GROUP BY status ORDER BY 2 DESC, 1")?,
            outlets: values(
                "SELECT a.outlet, count(DISTINCT r.event), count(*) FROM reports r JOIN articles a ON a.row = r.article
                 WHERE a.outlet IS NOT NULL GROUP BY a.outlet ORDER BY 2 DESC, 1",
            )?,
            countries: values(
                "SELECT country, count(*), sum(reports) FROM (
                     SELECT DISTINCT p.country, e.row, e.reports FROM actors p JOIN parties x ON x.actor = p.row
                     JOIN reports r ON r.row = x.report JOIN events e ON e.row = r.event WHERE p.country IS NOT NULL
                 ) GROUP BY country ORDER BY 2 DESC, 1",
            )?,
        })
    }

    /// All outlets, by name.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn outlets(&self) -> Result<Vec<OutletCount>> {
        if let Some(tally) = self.tally() {
            return Ok(tally.outlet_counts());
        }
        self.with(|db| {
            db.prepare_cached(
                "SELECT a.outlet, count(DISTINCT a.row), count(r.row), count(DISTINCT r.event)
                 FROM articles a LEFT JOIN reports r ON r.article = a.row
                 WHERE a.outlet IS NOT NULL GROUP BY a.outlet ORDER BY a.outlet",
            )?
            .query_map([], |r| {
                Ok(OutletCount { outlet: r.get(0)?, articles: r.get(1)?, reports: r.get(2)?, events: r.get(3)? })
            })?
            .collect()
        })
    }

    /// Events by day and type, oldest first, those without any date before all.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn events_by_day(&self, filter: &EventFilter) -> Result<Vec<DayCount>> {
        if let Some(tally) = self.tally() {
            return tally.days(self, filter);
        }
        self.with(|db| {
            let condition = Condition::of(db, filter)?;
            db.prepare(&format!(
                "SELECT e.day, e.type, count(*), sum(e.reports) FROM events e WHERE {}
                 GROUP BY e.day, e.type ORDER BY e.day, e.type",
                condition.sql
            ))?
            .query_map(params_from_iter(&condition.values), |r| {
                Ok(DayCount { day: r.get(0)?, event_type: r.get(1)?, events: r.get(2)?, reports: r.get(3)? })
            })?
            .collect()
        })
    }
}

/// Columns for [`read_events`].
pub(crate) const EVENT_COLUMNS: &str =
    "SELECT e.row, e.id, e.type, e.mode, e.status, e.date, e.day, e.place, e.reports, e.lead,
    r.evidence, r.claimant, r.confidence FROM events e LEFT JOIN reports r ON r.row = e.lead";

/// The events of these rows, in their order; one that has gone meanwhile is left out.
fn events_in_rows(db: &Connection, rows: &[u32]) -> rusqlite::Result<Vec<EventSummary>> {
    let sql = format!("{EVENT_COLUMNS} WHERE e.row = ?");
    let found = rows.iter().map(|row| read_events(db, &sql, &[Value::Integer(i64::from(*row))]));
    Ok(found.collect::<rusqlite::Result<Vec<_>>>()?.into_iter().flatten().collect())
}

pub(crate) fn read_events(db: &Connection, sql: &str, values: &[Value]) -> rusqlite::Result<Vec<EventSummary>> {
    let mut query = db.prepare_cached(sql)?;
    let found: Vec<(i64, Option<i64>, EventSummary)> =
        query.query_map(params_from_iter(values), event_columns)?.collect::<rusqlite::Result<_>>()?;
    found
        .into_iter()
        .map(|(row, lead, mut event)| {
            for (side, party) in read_parties(db, lead)? {
                if side == "actor" { event.actors.push(party) } else { event.recipients.push(party) }
            }
            event.outlets = outlets_of(db, row)?;
            Ok(event)
        })
        .collect()
}

fn event_columns(r: &Row<'_>) -> rusqlite::Result<(i64, Option<i64>, EventSummary)> {
    let event = EventSummary {
        id: r.get(1)?,
        event_type: r.get(2)?,
        mode: r.get(3)?,
        status: r.get(4)?,
        date: r.get(5)?,
        day: r.get::<_, Option<String>>(6)?.filter(|d| !d.is_empty()),
        place: r.get(7)?,
        reports: r.get(8)?,
        evidence: r.get::<_, Option<String>>(10)?.unwrap_or_default(),
        claimant: r.get(11)?,
        confidence: r.get::<_, Option<f32>>(12)?.unwrap_or_default(),
        actors: Vec::new(),
        recipients: Vec::new(),
        outlets: Vec::new(),
    };
    Ok((r.get(0)?, r.get(9)?, event))
}

fn read_parties(db: &Connection, report: Option<i64>) -> rusqlite::Result<Vec<(String, PartyView)>> {
    db.prepare_cached(
        "SELECT x.side, ifnull(p.name, x.text), p.name, p.code FROM parties x LEFT JOIN actors p ON p.row = x.actor
         WHERE x.report = ? ORDER BY x.side, x.position",
    )?
    .query_map([report], |r| Ok((r.get(0)?, PartyView { label: r.get(1)?, name: r.get(2)?, code: r.get(3)? })))?
    .collect()
}

fn outlets_of(db: &Connection, event: i64) -> rusqlite::Result<Vec<String>> {
    db.prepare_cached(
        "SELECT DISTINCT a.outlet FROM reports r JOIN articles a ON a.row = r.article
         WHERE r.event = ? AND a.outlet IS NOT NULL ORDER BY a.outlet",
    )?
    .query_map([event], |r| r.get(0))?
    .collect()
}

pub(crate) fn event_row(db: &Connection, id: &str) -> rusqlite::Result<Option<i64>> {
    db.prepare_cached(
        "SELECT row FROM events WHERE id = ?1 UNION ALL SELECT event FROM event_aliases WHERE alias = ?1 LIMIT 1",
    )?
    .query_row([id], |r| r.get(0))
    .optional()
}

fn read_tellings(db: &Connection, event: i64) -> rusqlite::Result<Vec<ReportView>> {
    let view = |told: Told| {
        let passage = passage_of(db, told.article, told.report.start, told.report.end)?;
        Ok(ReportView { key: told.key, article: article_head(db, told.article)?, report: told.report, passage })
    };
    told(db, event)?.into_iter().map(view).collect()
}

/// A report of an event, with its row, its key and the row of its article.
pub(crate) struct Told {
    pub row: i64,
    pub key: String,
    pub article: i64,
    pub report: EventRecord,
}

/// The reports of an event, by outlet, then by date of the article.
pub(crate) fn told(db: &Connection, event: i64) -> rusqlite::Result<Vec<Told>> {
    let mut query = db.prepare_cached(&format!(
        "{REPORT_COLUMNS} JOIN articles a ON a.row = r.article WHERE r.event = ?
         ORDER BY a.outlet IS NULL, a.outlet, a.date, a.file, a.position, a.key, r.position"
    ))?;
    let found: Vec<(i64, EventRecord)> = query.query_map([event], report_columns)?.collect::<rusqlite::Result<_>>()?;
    let with_key = |(row, report)| {
        let (key, article) = db
            .prepare_cached("SELECT key, article FROM reports WHERE row = ?")?
            .query_row([row], |r| Ok((r.get(0)?, r.get(1)?)))?;
        Ok(Told { row, key, article, report: with_parties(db, row, report)? })
    };
    found.into_iter().map(with_key).collect()
}

/// The articles of these rows, in their order; one that has gone meanwhile is left out.
fn heads_in_rows(db: &Connection, rows: impl IntoIterator<Item = i64>) -> rusqlite::Result<Vec<ArticleHead>> {
    rows.into_iter().filter_map(|row| article_head(db, row).optional().transpose()).collect()
}

pub(crate) fn article_head(db: &Connection, row: i64) -> rusqlite::Result<ArticleHead> {
    db.prepare_cached(
        "SELECT key, id, file, title, outlet, date, url, kind, reprinted_from,
            CASE WHEN title IS NULL THEN substr(text, 1, 120) END
         FROM articles WHERE row = ?",
    )?
    .query_row([row], |r| {
        Ok(ArticleHead {
            opening: r.get::<_, Option<String>>(9)?.as_deref().map(opening),
            key: r.get(0)?,
            id: r.get(1)?,
            file: r.get(2)?,
            title: r.get(3)?,
            outlet: r.get(4)?,
            date: r.get(5)?,
            url: r.get(6)?,
            kind: r.get(7)?,
            reprinted_from: from_json_list(&r.get::<_, String>(8)?),
        })
    })
}

/// Words that stand for a title.
const OPENING_WORDS: usize = 10;

fn opening(text: &str) -> String {
    let words: Vec<&str> = text.split_whitespace().take(OPENING_WORDS).collect();
    format!("{} …", words.join(" ").trim_end_matches(|c: char| !c.is_alphanumeric()))
}

/// The most of a paragraph that is shown on either side, in characters.
const PASSAGE_CHARS: usize = 600;

/// The paragraph around words of an article, given as characters of the input.
pub(crate) fn passage_of(db: &Connection, article: i64, start: usize, end: usize) -> rusqlite::Result<Passage> {
    let (offset, text): (usize, String) = db
        .prepare_cached("SELECT start, text FROM articles WHERE row = ?")?
        .query_row([article], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(cut_passage(&text, start.saturating_sub(offset), end.saturating_sub(offset)))
}

fn cut_passage(text: &str, start: usize, end: usize) -> Passage {
    let chars = CharOffsets::new(text);
    let (Some(from), Some(to)) = (chars.byte(start), chars.byte(end.max(start))) else {
        return Passage { before: String::new(), words: String::new(), after: String::new() };
    };
    let line_start = text[..from].rfind('\n').map_or(0, |i| i + 1);
    let line_end = text[to..].find('\n').map_or(text.len(), |i| to + i);
    let first = chars.byte(start.saturating_sub(PASSAGE_CHARS)).unwrap_or(0);
    let last = chars.byte(end + PASSAGE_CHARS).unwrap_or(text.len());
    let before = &text[line_start.max(first)..from];
    let after = &text[to..line_end.min(last)];
    Passage {
        before: if first > line_start { format!("… {}", from_word(before)) } else { before.trim_start().to_string() },
        words: text[from..to].to_string(),
        after: if last < line_end { format!("{} …", to_word(after)) } else { after.trim_end().to_string() },
    }
}

fn from_word(text: &str) -> &str {
    text.find(' ').map_or(text, |i| &text[i + 1..])
}

fn to_word(text: &str) -> &str {
    text.rfind(' ').map_or(text, |i| &text[..i])
}

fn cursor_of(event: &EventSummary) -> String {
    cursor(event.day.as_deref().unwrap_or(""), &event.id)
}

fn cursor(day: &str, id: &str) -> String {
    format!("{day}~{id}")
}

fn parse_cursor(cursor: &str) -> Result<(String, String)> {
    match cursor.split_once('~') {
        Some((day, id)) if day.len() <= 10 && id.len() <= 40 => Ok((day.to_string(), id.to_string())),
        _ => Err(LedgerError::Cursor { cursor: cursor.to_string() }),
    }
}

/// Keeps the order of exports in one place.
pub(crate) fn articles_in_order() -> String {
    format!("SELECT a.row FROM articles a {IN_ORDER}")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_passage_is_the_paragraph_around_the_words() {
        let text = "Před tím.\nŠéf vlády dnes odjel. Vrátí se zítra.\nPotom.";
        let words = "odjel";
        let at = text[..text.find(words).unwrap()].chars().count();
        let cut = cut_passage(text, at, at + 5);
        assert_eq!((cut.before.as_str(), cut.words.as_str()), ("Šéf vlády dnes ", words));
        assert_eq!(cut.after, ". Vrátí se zítra.");
        assert_eq!(cut_passage(text, 9_999, 10_000).words, "");
    }

    #[test]
    fn a_long_paragraph_is_cut_between_words() {
        let text = "word ".repeat(400) + "HERE" + &" more".repeat(400);
        let cut = cut_passage(&text, 2000, 2004);
        assert_eq!(cut.words, "HERE");
        assert!(cut.before.starts_with("… word ") && cut.before.len() < 620, "{:?}", cut.before);
        assert!(cut.after.ends_with("more …"));
    }
}
