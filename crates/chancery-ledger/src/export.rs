//! The ledger as JSON lines or CSV: one row a report, in an order that depends on nothing but the content.

use crate::filter::Condition;
use crate::query::{ArticleHead, article_head, articles_in_order};
use crate::read::{REPORT_COLUMNS, report_columns, with_parties};
use crate::{EventFilter, Ledger, LedgerError, Result};
use chancery_records::{EventRecord, PartyRecord};
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use serde::Serialize;
use serde_json::value::RawValue;
use std::borrow::Cow;
use std::io::Write;

/// What an export is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ExportFormat {
    /// One JSON object a line; the first is `{"manifest": …}`.
    Jsonl,
    /// Comma-separated values with a header (RFC 4180); lists are joined by `|`, and what a spreadsheet would run is marked
    /// as text ([`spreadsheet_safe`]). The manifest is given back, not written.
    Csv,
}

/// What an export is and what made it; no clock, so that the same ledger gives the same bytes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Manifest {
    /// The version of this shape.
    pub export: u32,
    /// Which events were asked for.
    pub query: EventFilter,
    /// Articles with a report among the rows.
    pub articles: u64,
    /// Reports: the number of rows.
    pub reports: u64,
    /// Events that they tell of.
    pub events: u64,
    /// What coded the articles, sorted.
    pub codings: Vec<Coding>,
}

/// A program with its knowledge and options.
#[derive(Debug, Clone, Serialize)]
pub struct Coding {
    /// The program's version.
    pub program_version: String,
    /// Hash of the knowledge files.
    pub data_hash: String,
    /// Options as JSON.
    pub options: Box<RawValue>,
}

impl PartialEq for Coding {
    fn eq(&self, other: &Self) -> bool {
        (&self.program_version, &self.data_hash, self.options.get())
            == (&other.program_version, &other.data_hash, other.options.get())
    }
}

/// A row of JSON lines.
#[derive(Serialize)]
struct JsonRow<'a> {
    report: &'a str,
    article: &'a str,
    id: &'a str,
    file: &'a str,
    outlet: Option<&'a str>,
    published: Option<&'a str>,
    url: Option<&'a str>,
    #[serde(flatten)]
    event: &'a EventRecord,
}

/// Names of the CSV columns.
const CSV_COLUMNS: [&str; 36] = [
    "report",
    "event",
    "article",
    "id",
    "file",
    "outlet",
    "published",
    "title",
    "url",
    "start",
    "end",
    "text",
    "type",
    "mode",
    "cameo",
    "contexts",
    "actor_names",
    "actor_codes",
    "actor_texts",
    "recipient_names",
    "recipient_codes",
    "recipient_texts",
    "status",
    "historical",
    "date",
    "date_from",
    "place",
    "place_country",
    "place_precision",
    "place_lat",
    "place_lon",
    "place_stated",
    "claimant",
    "confidence",
    "why",
    "coding",
];

impl Ledger {
    /// Writes the reports of all events that the filter lets through.
    ///
    /// # Errors
    /// [`LedgerError::Write`] where the writer fails; trouble with the file.
    pub fn export(&self, format: ExportFormat, filter: &EventFilter, out: &mut dyn Write) -> Result<Manifest> {
        // One read transaction: a run that stores at the same time changes nothing half-way through.
        self.snapshot(|ledger| ledger.export_within(format, filter, out))
    }

    /// What [`Ledger::export`] would write, without writing it.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn manifest(&self, filter: &EventFilter) -> Result<Manifest> {
        if let Some(tally) = self.tally() {
            let (articles, reports, events) = tally.told_counts(self, filter)?;
            let (query, codings) = (filter.clone(), tally.codings().to_vec());
            return Ok(Manifest { export: 1, query, articles, reports, events, codings });
        }
        self.with(|db| manifest(db, filter))
    }

    fn export_within(&self, format: ExportFormat, filter: &EventFilter, out: &mut dyn Write) -> Result<Manifest> {
        let manifest = self.with(|db| manifest(db, filter))?;
        match format {
            ExportFormat::Jsonl => write_json(out, &serde_json::json!({ "manifest": manifest }))?,
            ExportFormat::Csv => write_csv(out, CSV_COLUMNS.map(String::from))?,
        }
        let (condition, articles) = self.with(|db| {
            let mut query = db.prepare(&articles_in_order())?;
            let rows = query.query_map([], |r| r.get::<_, i64>(0))?.collect::<rusqlite::Result<Vec<_>>>()?;
            Ok((Condition::of(db, filter)?, rows))
        })?;
        for article in articles {
            let rows = self.with(|db| article_rows(db, &condition, article))?;
            if rows.is_empty() {
                continue;
            }
            let (head, coding) =
                self.with(|db| Ok((article_head(db, article)?.for_others(), coding_of(db, article)?)))?;
            for (key, event) in &rows {
                match format {
                    ExportFormat::Jsonl => write_json(out, &json_row(key, &head, event))?,
                    ExportFormat::Csv => write_csv(out, csv_row(key, &head, event, &coding))?,
                }
            }
        }
        out.flush()?;
        Ok(manifest)
    }
}

fn manifest(db: &Connection, filter: &EventFilter) -> rusqlite::Result<Manifest> {
    let condition = Condition::of(db, filter)?;
    let (articles, reports, events) = db
        .prepare(&format!(
            "SELECT count(DISTINCT r.article), count(*), count(DISTINCT r.event)
             FROM reports r JOIN events e ON e.row = r.event WHERE {}",
            condition.sql
        ))?
        .query_row(params_from_iter(&condition.values), |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?;
    Ok(Manifest { export: 1, query: filter.clone(), articles, reports, events, codings: codings(db)? })
}

/// What coded the articles, sorted.
pub(crate) fn codings(db: &Connection) -> rusqlite::Result<Vec<Coding>> {
    let mut codings = db.prepare(
        "SELECT DISTINCT n.program_version, n.data_hash, n.options FROM inputs i JOIN runs n ON n.key = i.run ORDER BY 1, 2, 3",
    )?;
    codings
        .query_map([], |r| {
            let options = RawValue::from_string(r.get(2)?).unwrap_or_default();
            Ok(Coding { program_version: r.get(0)?, data_hash: r.get(1)?, options })
        })?
        .collect()
}

fn article_rows(db: &Connection, condition: &Condition, article: i64) -> rusqlite::Result<Vec<(String, EventRecord)>> {
    let columns = REPORT_COLUMNS.replacen("r.why", "r.why, r.key", 1);
    let mut query =
        db.prepare_cached(&format!("{columns} WHERE {} AND r.article = ? ORDER BY r.position", condition.sql))?;
    let values = condition.values.iter().cloned().chain([Value::Integer(article)]);
    let found: Vec<(String, (i64, EventRecord))> = query
        .query_map(params_from_iter(values), |r| Ok((r.get(16)?, report_columns(r)?)))?
        .collect::<rusqlite::Result<_>>()?;
    found.into_iter().map(|(key, (row, report))| Ok((key, with_parties(db, row, report)?))).collect()
}

fn coding_of(db: &Connection, article: i64) -> rusqlite::Result<String> {
    db.prepare_cached(
        "SELECT n.program_version || '+' || n.data_hash FROM articles a JOIN inputs i ON i.row = a.input
         JOIN runs n ON n.key = i.run WHERE a.row = ?",
    )?
    .query_row([article], |r| r.get(0))
}

fn json_row<'a>(key: &'a str, head: &'a ArticleHead, event: &'a EventRecord) -> JsonRow<'a> {
    JsonRow {
        report: key,
        article: &head.key,
        id: &head.id,
        file: &head.file,
        outlet: head.outlet.as_deref(),
        published: head.date.as_deref(),
        url: head.url.as_deref(),
        event,
    }
}

fn csv_row(key: &str, head: &ArticleHead, e: &EventRecord, coding: &str) -> [String; 36] {
    let location = e.location.as_ref();
    let or_empty = |text: &Option<String>| text.clone().unwrap_or_default();
    [
        key.into(),
        or_empty(&e.event),
        head.key.clone(),
        head.id.clone(),
        head.file.clone(),
        or_empty(&head.outlet),
        or_empty(&head.date),
        or_empty(&head.title),
        or_empty(&head.url),
        e.start.to_string(),
        e.end.to_string(),
        e.text.clone(),
        e.event_type.clone(),
        or_empty(&e.mode),
        or_empty(&e.cameo),
        e.contexts.join("|"),
        joined(&e.actors, |p| p.name.as_deref()),
        joined(&e.actors, |p| p.code.as_deref()),
        joined(&e.actors, |p| Some(&p.text)),
        joined(&e.recipients, |p| p.name.as_deref()),
        joined(&e.recipients, |p| p.code.as_deref()),
        joined(&e.recipients, |p| Some(&p.text)),
        e.status.clone(),
        e.historical.to_string(),
        or_empty(&e.date),
        or_empty(&e.date_from),
        or_empty(&e.place),
        location.and_then(|l| l.country.clone()).unwrap_or_default(),
        location.and_then(|l| l.precision.clone()).unwrap_or_default(),
        location.and_then(|l| l.lat).map(|d| d.to_string()).unwrap_or_default(),
        location.and_then(|l| l.lon).map(|d| d.to_string()).unwrap_or_default(),
        location.map(|l| l.stated.clone()).unwrap_or_default(),
        or_empty(&e.claimant),
        e.confidence.to_string(),
        e.why.clone(),
        coding.into(),
    ]
}

/// Joined by `|`, with an empty place for an unknown, so that the n-th name goes with the n-th code.
fn joined<'a>(parties: &'a [PartyRecord], field: impl Fn(&'a PartyRecord) -> Option<&'a str>) -> String {
    parties.iter().map(|p| field(p).unwrap_or("").replace('|', "/")).collect::<Vec<_>>().join("|")
}

pub(crate) fn write_json(out: &mut dyn Write, value: &impl Serialize) -> Result<()> {
    serde_json::to_writer(&mut *out, value).map_err(|e| LedgerError::Write(e.into()))?;
    Ok(out.write_all(b"\n")?)
}

pub(crate) fn write_csv<const N: usize>(out: &mut dyn Write, cells: [String; N]) -> Result<()> {
    let line: Vec<String> = cells.iter().map(|cell| csv_cell(cell)).collect();
    out.write_all(line.join(",").as_bytes())?;
    Ok(out.write_all(b"\r\n")?)
}

/// A cell that no spreadsheet takes for a formula: one that begins with `=`, `+`, `-`, `@`, a tab or a line end, and is no
/// number, gets an apostrophe before it, as OWASP advises.
///
/// ```
/// use chancery_ledger::spreadsheet_safe;
/// assert_eq!(spreadsheet_safe("=HYPERLINK(1)"), "'=HYPERLINK(1)");
/// assert_eq!(spreadsheet_safe("-12.5"), "-12.5");
/// assert_eq!(spreadsheet_safe("Ilse Varga"), "Ilse Varga");
/// ```
pub fn spreadsheet_safe(text: &str) -> Cow<'_, str> {
    // Full-width signs are folded to these by some spreadsheets before they look.
    let starts = ['=', '+', '-', '@', '\t', '\r', '\n', '＝', '＋', '－', '＠'];
    if text.starts_with(starts) && text.parse::<f64>().is_err() {
        return Cow::Owned(format!("'{text}"));
    }
    Cow::Borrowed(text)
}

fn csv_cell(text: &str) -> String {
    let text = &*spreadsheet_safe(text);
    if text.contains(['"', ',', '\n', '\r']) || text.starts_with(' ') || text.ends_with(' ') {
        return format!("\"{}\"", text.replace('"', "\"\""));
    }
    text.to_string()
}
