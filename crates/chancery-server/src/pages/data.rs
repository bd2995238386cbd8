//! `/data`: the ledger's tables by SQL, and all of it in the shapes of other tools.

use super::parts::count;
use super::{Sheet, bad_query, failed};
use crate::api::EventsQuery;
use crate::links;
use crate::shape::csv_of;
use crate::state::Desk;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, HeaderValue, StatusCode, header};
use axum::response::{IntoResponse, Response};
use chancery_exports::{ExportError, Format, Site, export, feed};
use chancery_ledger::{AskLimits, AskedTable, EventFilter, LedgerError};
use maud::{Markup, html};
use serde::Deserialize;
use std::time::Duration;

/// How long a question may take, and how many rows a page and a file have.
const TIME: Duration = Duration::from_secs(5);
const ROWS: usize = 500;
const FILE_ROWS: usize = 100_000;
/// Most characters of a cell on the page; a file has it whole.
const MOST_CHARS: usize = 300;

/// Query of `/data`.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct DataQuery {
    sql: String,
}

const EXAMPLES: [(&str, &str); 3] = [
    ("Events by type", "SELECT type, count(*) AS events FROM events GROUP BY type ORDER BY events DESC"),
    (
        "Who is quoted most",
        "SELECT a.name, a.code, count(*) AS quotes FROM quotes q JOIN actors a ON a.row = q.actor GROUP BY a.row ORDER BY quotes DESC LIMIT 20",
    ),
    (
        "Reports with their words and outlets",
        "SELECT r.date, r.type, a.outlet, r.evidence FROM reports r JOIN articles a ON a.row = r.article ORDER BY r.date DESC LIMIT 50",
    ),
];

pub(crate) async fn page(State(desk): State<Desk>, query: Result<Query<DataQuery>, QueryRejection>) -> Response {
    let sql = match query {
        Ok(Query(query)) => query.sql.trim().to_string(),
        Err(wrong) => return bad_query(&desk, &wrong.body_text()),
    };
    let asked = sql.clone();
    let answer = match desk.ask(move |ledger| asked_of(&asked, |sql| ledger.ask(sql, limits(ROWS)))).await {
        Ok(answer) => answer,
        Err(wrong) => return failed(&desk, &wrong),
    };
    let body = html! {
        header.top {
            h1 { "Data" }
            p.deck { "The ledger is one SQLite file. Ask it here, or take all of it in the shape that your tool reads." }
        }
        section {
            h2 { "Ask in SQL" }
            form.ask action="/data" method="get" {
                label for="sql" { "A statement that reads" }
                textarea #sql name="sql" rows="5" spellcheck="false" autocapitalize="none" { (sql) }
                div { button type="submit" { "Ask" } span.meta { " at most " (ROWS) " rows and " (TIME.as_secs()) " seconds" } }
            }
            p.meta {
                "For example: "
                @for (i, (words, sql)) in EXAMPLES.iter().enumerate() { @if i > 0 { " · " } a href=(links::data(sql)) { (words) } }
                ". The tables are events, reports, parties, actors, articles, quotes, mentions, stories and others; docs/reference/ledger-schema.md has every column."
            }
            @match &answer {
                Some(Ok(table)) => (shown(table, &sql)),
                Some(Err(wrong)) => p.faults role="alert" { (wrong) },
                None => {},
            }
        }
        (downloads(&desk))
    };
    Sheet { title: "Data", section: "/data", searched: "", body }.respond(&desk)
}

fn limits(rows: usize) -> AskLimits {
    AskLimits { time: TIME, rows }
}

type Answer = Result<AskedTable, String>;

/// A wrong question is an answer too; trouble with the ledger is not.
fn asked_of(
    sql: &str,
    ask: impl FnOnce(&str) -> Result<AskedTable, LedgerError>,
) -> Result<Option<Answer>, LedgerError> {
    if sql.is_empty() {
        return Ok(None);
    }
    match ask(sql) {
        Ok(table) => Ok(Some(Ok(table))),
        Err(LedgerError::Question { detail }) => Ok(Some(Err(detail))),
        Err(other) => Err(other),
    }
}

fn shown(table: &AskedTable, sql: &str) -> Markup {
    html! {
        p.result {
            (count(table.rows.len() as u64, "row")) @if table.more { ", and there are more" } ". "
            a href=(links::data_file(sql)) { "As CSV" } " (at most " (FILE_ROWS) " rows)"
        }
        div.wide tabindex="0" role="group" aria-label="Rows, to be scrolled where they are wider than the screen" {
            table.asked {
                thead { tr { @for name in &table.columns { th scope="col" { (name) } } } }
                tbody {
                    @for row in &table.rows {
                        tr { @for cell in row { td { @match cell { Some(text) => (cut(text)), None => span.none { "null" } } } } }
                    }
                }
            }
        }
    }
}

fn cut(text: &str) -> String {
    match text.char_indices().nth(MOST_CHARS) {
        Some((at, _)) => format!("{} …", &text[..at]),
        None => text.to_string(),
    }
}

/// `/data.csv?sql=`.
pub(crate) async fn file(State(desk): State<Desk>, query: Result<Query<DataQuery>, QueryRejection>) -> Response {
    let sql = match query {
        Ok(Query(query)) => query.sql,
        Err(wrong) => return bad_query(&desk, &wrong.body_text()),
    };
    match desk.ask(move |ledger| ledger.ask(&sql, limits(FILE_ROWS))).await {
        Ok(table) => {
            let rows = table.rows.into_iter().map(|row| row.into_iter().map(Option::unwrap_or_default));
            named(csv_of(&table.columns, rows), "answer.csv")
        }
        Err(LedgerError::Question { detail }) => bad_query(&desk, &detail),
        Err(wrong) => failed(&desk, &wrong),
    }
}

/// The ending of a format's file.
fn ending(format: Format) -> &'static str {
    match format {
        Format::Polecat | Format::Icews => "tsv",
        Format::GdeltEvents | Format::GdeltMentions | Format::Gkg => "csv",
        Format::Plover | Format::Followthemoney => "jsonl",
        Format::Atom => "xml",
        Format::Icalendar => "ics",
        other => other.name(),
    }
}

fn downloads(desk: &Desk) -> Markup {
    let file = desk.file_name();
    html! {
        section {
            h2 { "Take all of it" }
            table.counts {
                caption { "Files; each takes the filters of the list of events in its address" }
                thead { tr { th scope="col" { "Format" } th scope="col" { "What it is" } } }
                tbody {
                    @for format in Format::ALL.into_iter().filter(|f| !f.needs_more()) {
                        tr { th scope="row" { a href={ "/export/" (format.name()) } download { (format.name()) } } td { (format.about()) } }
                    }
                }
            }
            p.meta {
                "Parquet, NAF and CoNLL-U are written by the program: " code { "chancery export --ledger " (file) " --format parquet --out reports/" } "."
            }
        }
    }
}

/// `/export/{format}`: events that the filter lets through, as a file.
pub(crate) async fn download(
    State(desk): State<Desk>,
    Path(name): Path<String>,
    query: Result<Query<EventsQuery>, QueryRejection>,
) -> Response {
    let Some(format) = Format::of_name(&name).filter(|f| !f.needs_more()) else { return super::nothing_here(&desk) };
    let filter = match filter_of(&desk, query).await {
        Ok(filter) => filter,
        Err(refused) => return *refused,
    };
    let ending = ending(format);
    let file = if ending == name { format!("chancery.{name}") } else { format!("chancery-{name}.{ending}") };
    let work = desk.clone();
    let written = desk.ask_of_one_moment(move |ledger| {
        let mut out = Vec::new();
        Ok(export(ledger, format, &filter, work.knowledge(), &mut out).map(|_| out))
    });
    match written.await {
        Ok(Ok(bytes)) => named(([(header::CONTENT_TYPE, "application/octet-stream")], bytes).into_response(), &file),
        Ok(Err(ExportError::Ledger(wrong))) | Err(wrong) => failed(&desk, &wrong),
        Ok(Err(wrong)) => {
            super::problem(&desk, StatusCode::INTERNAL_SERVER_ERROR, "The file cannot be written", &wrong.to_string())
        }
    }
}

async fn filter_of(
    desk: &Desk,
    query: Result<Query<EventsQuery>, QueryRejection>,
) -> Result<EventFilter, Box<Response>> {
    let query = query.map_err(|wrong| Box::new(bad_query(desk, &wrong.body_text())))?.0;
    match desk.checked(query.filter()).await {
        Ok((filter, faults)) if faults.is_empty() => Ok(filter),
        Ok((_, faults)) => {
            let why = faults.iter().map(ToString::to_string).collect::<Vec<_>>().join("; ");
            Err(Box::new(bad_query(desk, &why)))
        }
        Err(wrong) => Err(Box::new(failed(desk, &wrong))),
    }
}

/// `/feed`: the newest events that the filter lets through, with links to their pages.
pub(crate) async fn newest(
    State(desk): State<Desk>,
    headers: HeaderMap,
    query: Result<Query<EventsQuery>, QueryRejection>,
) -> Response {
    let filter = match filter_of(&desk, query).await {
        Ok(filter) => filter,
        Err(refused) => return *refused,
    };
    let own = links::feed(&filter);
    feed_of(&desk, &headers, filter, own).await
}

/// The feed of a filter; `own` is its address.
pub(super) async fn feed_of(desk: &Desk, headers: &HeaderMap, filter: EventFilter, own: String) -> Response {
    // The guard has let this name through: it is one of the server's own.
    let host = headers.get(header::HOST).and_then(|h| h.to_str().ok()).unwrap_or("localhost");
    let site = Site { home: format!("http://{host}"), list: links::events(&filter, None), feed: own };
    let work = desk.clone();
    let written = desk.ask_of_one_moment(move |ledger| {
        let mut out = Vec::new();
        Ok(feed(ledger, &filter, work.knowledge(), &site, &mut out).map(|_| out))
    });
    match written.await {
        Ok(Ok(bytes)) => ([(header::CONTENT_TYPE, "application/atom+xml")], bytes).into_response(),
        Ok(Err(ExportError::Ledger(wrong))) | Err(wrong) => failed(desk, &wrong),
        Ok(Err(wrong)) => {
            super::problem(desk, StatusCode::INTERNAL_SERVER_ERROR, "The feed cannot be written", &wrong.to_string())
        }
    }
}

/// The answer as a file to keep.
fn named(mut response: Response, file: &str) -> Response {
    if let Ok(value) = HeaderValue::from_str(&format!("attachment; filename=\"{file}\"")) {
        response.headers_mut().insert(header::CONTENT_DISPOSITION, value);
    }
    response
}
