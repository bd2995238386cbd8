//! Lists as a table or as lines, for who asks for that.

use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chancery_ledger::{EventSummary, PartyView, QuoteFormat, QuoteView, spreadsheet_safe, write_quotes};
use chancery_parquet::stream::{MEDIA_TYPE, StreamColumn, stream};
use chancery_parquet::table::Kind;
use serde::Serialize;
use serde_json::Value;

/// What a list is written as.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Shape {
    /// One JSON object.
    Json,
    /// A JSON object a line (`application/x-ndjson`).
    Lines,
    /// An Arrow stream (`application/vnd.apache.arrow.stream`).
    Arrow,
    /// A table with a header (`text/csv`, RFC 4180).
    Csv,
}

impl Shape {
    /// The first of the shapes that the `Accept` header names, by its weights; JSON where it names none.
    pub(crate) fn asked(headers: &HeaderMap) -> Self {
        let accept = headers.get_all(header::ACCEPT).iter().filter_map(|v| v.to_str().ok());
        let mut best = (0.0, Shape::Json);
        for range in accept.flat_map(|v| v.split(',')) {
            let mut parts = range.split(';').map(str::trim);
            let shape = match parts.next().map(str::to_ascii_lowercase).as_deref() {
                Some("application/json" | "application/*" | "*/*") => Shape::Json,
                Some("application/x-ndjson" | "application/jsonl" | "application/ndjson") => Shape::Lines,
                Some("text/csv" | "text/*") => Shape::Csv,
                Some(MEDIA_TYPE) => Shape::Arrow,
                _ => continue,
            };
            let weight = parts.find_map(|p| p.strip_prefix("q=")).and_then(|q| q.parse::<f32>().ok()).unwrap_or(1.0);
            if weight > best.0 {
                best = (weight, shape);
            }
        }
        best.1
    }
}

/// A JSON object a line.
pub(crate) fn lines<T: Serialize>(rows: &[T]) -> Response {
    let text = rows.iter().try_fold(String::new(), |mut text, row| {
        text.push_str(&serde_json::to_string(row)?);
        text.push('\n');
        Ok::<_, serde_json::Error>(text)
    });
    match text {
        Ok(text) => ([(header::CONTENT_TYPE, "application/x-ndjson")], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Columns of an Arrow stream of events.
const EVENTS: [StreamColumn; 16] = [
    ("id", Kind::Text, "id"),
    ("type", Kind::Text, "type"),
    ("mode", Kind::Text, "mode"),
    ("status", Kind::Text, "status"),
    ("date", Kind::Text, "date"),
    ("day", Kind::Text, "day"),
    ("place", Kind::Text, "place"),
    ("actors", Kind::Texts, "actors/*/label"),
    ("actor_codes", Kind::Texts, "actors/*/code"),
    ("recipients", Kind::Texts, "recipients/*/label"),
    ("recipient_codes", Kind::Texts, "recipients/*/code"),
    ("evidence", Kind::Text, "evidence"),
    ("claimant", Kind::Text, "claimant"),
    ("confidence", Kind::Real, "confidence"),
    ("reports", Kind::Whole, "reports"),
    ("outlets", Kind::Texts, "outlets/*/"),
];

/// The same of quotes.
const QUOTES: [StreamColumn; 17] = [
    ("article", Kind::Text, "article/key"),
    ("article_id", Kind::Text, "article/id"),
    ("outlet", Kind::Text, "article/outlet"),
    ("published", Kind::Text, "article/date"),
    ("url", Kind::Text, "article/url"),
    ("kind", Kind::Text, "quote/kind"),
    ("speaker", Kind::Text, "quote/speaker"),
    ("speaker_code", Kind::Text, "quote/speaker_code"),
    ("speaker_text", Kind::Text, "quote/speaker_text"),
    ("cue", Kind::Text, "quote/cue"),
    ("stance", Kind::Text, "quote/stance"),
    ("addressee", Kind::Text, "quote/addressee"),
    ("via", Kind::Texts, "quote/via/*/"),
    ("text", Kind::Text, "quote/text"),
    ("start", Kind::Whole, "quote/start"),
    ("end", Kind::Whole, "quote/end"),
    ("events", Kind::Texts, "events/*/id"),
];

/// Events as an Arrow stream.
pub(crate) fn arrow_of_events(events: &[EventSummary]) -> Response {
    arrow(&EVENTS, events)
}

/// Quotes as an Arrow stream.
pub(crate) fn arrow_of_quotes(quotes: &[QuoteView]) -> Response {
    arrow(&QUOTES, quotes)
}

/// Rows as an Arrow stream.
pub(crate) fn arrow<T: Serialize>(columns: &[StreamColumn], rows: &[T]) -> Response {
    let rows: Result<Vec<Value>, _> = rows.iter().map(serde_json::to_value).collect();
    match rows.map(|rows| stream(columns, &rows)) {
        Ok(Ok(bytes)) => ([(header::CONTENT_TYPE, MEDIA_TYPE)], bytes).into_response(),
        _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Columns of a table of events.
const EVENT_COLUMNS: [&str; 16] = [
    "id",
    "type",
    "mode",
    "status",
    "date",
    "day",
    "place",
    "actors",
    "actor_codes",
    "recipients",
    "recipient_codes",
    "evidence",
    "claimant",
    "confidence",
    "reports",
    "outlets",
];

/// Events as a table; lists are joined by `|`, with an empty place for an unknown code.
pub(crate) fn csv_of_events(events: &[EventSummary]) -> Response {
    let known = |text: &Option<String>| text.clone().unwrap_or_default();
    let labels = |parties: &[PartyView]| joined(parties.iter().map(|p| p.label.as_str()));
    let codes = |parties: &[PartyView]| joined(parties.iter().map(|p| p.code.as_deref().unwrap_or_default()));
    let row = |e: &EventSummary| {
        [
            e.id.clone(),
            e.event_type.clone(),
            known(&e.mode),
            e.status.clone(),
            known(&e.date),
            known(&e.day),
            known(&e.place),
            labels(&e.actors),
            codes(&e.actors),
            labels(&e.recipients),
            codes(&e.recipients),
            e.evidence.clone(),
            known(&e.claimant),
            e.confidence.to_string(),
            e.reports.to_string(),
            joined(e.outlets.iter().map(String::as_str)),
        ]
    };
    csv_of(EVENT_COLUMNS, events.iter().map(row))
}

/// Quotes as the table that `chancery quotes --format csv` prints.
pub(crate) fn csv_of_quotes(quotes: &[QuoteView]) -> Response {
    let mut text = Vec::new();
    match write_quotes(QuoteFormat::Csv, quotes, &mut text) {
        Ok(()) => ([(header::CONTENT_TYPE, CSV)], text).into_response(),
        Err(_) => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

/// Rows of plain values as a table.
pub(crate) fn table<T: Serialize, const N: usize>(rows: &[T], columns: [&str; N]) -> Response {
    let row = |row: &T| {
        let value = serde_json::to_value(row).unwrap_or_default();
        columns.map(|column| match value.get(column) {
            Some(Value::String(text)) => text.clone(),
            None | Some(Value::Null) => String::new(),
            Some(other) => other.to_string(),
        })
    };
    csv_of(columns, rows.iter().map(row))
}

const CSV: &str = "text/csv; charset=utf-8; header=present";

/// Any table.
pub(crate) fn csv_of<C: AsRef<[u8]>, R: IntoIterator<Item = String>>(
    columns: impl IntoIterator<Item = C>,
    rows: impl Iterator<Item = R>,
) -> Response {
    let mut out = csv::WriterBuilder::new().terminator(csv::Terminator::CRLF).from_writer(Vec::new());
    let written = out.write_record(columns).and_then(|()| {
        for row in rows {
            out.write_record(row.into_iter().map(|cell| spreadsheet_safe(&cell).into_owned()))?;
        }
        Ok(())
    });
    match (written, out.into_inner()) {
        (Ok(()), Ok(text)) => ([(header::CONTENT_TYPE, CSV)], text).into_response(),
        _ => StatusCode::INTERNAL_SERVER_ERROR.into_response(),
    }
}

fn joined<'a>(texts: impl Iterator<Item = &'a str>) -> String {
    texts.map(|t| t.replace('|', "/")).collect::<Vec<_>>().join("|")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_heaviest_known_shape_is_given() {
        let asked = |accept: &str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::ACCEPT, accept.parse().unwrap());
            Shape::asked(&headers)
        };
        assert_eq!(asked("text/csv"), Shape::Csv);
        assert_eq!(asked("application/x-ndjson, application/json;q=0.5"), Shape::Lines);
        assert_eq!(asked("text/csv;q=0.2, application/json;q=0.9"), Shape::Json);
        assert_eq!(asked("text/html,application/xhtml+xml,*/*;q=0.8"), Shape::Json);
        assert_eq!(asked("image/png, ;;q=, q=x"), Shape::Json);
        assert_eq!(Shape::asked(&HeaderMap::new()), Shape::Json);
    }
}
