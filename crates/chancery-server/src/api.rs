//! The same as the pages, as JSON; lists also as CSV, Arrow or a JSON object a line, by the `Accept` header.

use crate::links;
use crate::pages::changes::Since;
use crate::shape::{Shape, arrow, arrow_of_events, arrow_of_quotes, csv_of_events, csv_of_quotes, lines, table};
use crate::state::Desk;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::{HeaderMap, StatusCode, header};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use chancery_ledger::{EventFilter, FilterFault, Ledger, LedgerError, QuoteFilter, WordingOf};
use chancery_parquet::stream::StreamColumn;
use chancery_parquet::table::Kind;
use chancery_text::PartialDate;
use serde::{Deserialize, Serialize};
use serde_json::json;

/// What the interface is, for programs: OpenAPI 3.1. A test holds it against the routes.
const OPENAPI: &str = include_str!("openapi.json");

pub(crate) fn routes() -> Router<Desk> {
    Router::new()
        .route("/openapi.json", get(|| async { ([(header::CONTENT_TYPE, "application/json")], OPENAPI) }))
        .route("/overview", get(overview))
        .route("/events", get(events))
        .route("/event/{id}", get(event))
        .route("/article/{*id}", get(article))
        .route("/actors", get(actors))
        .route("/actor/{*name}", get(actor))
        .route("/wording/{*of}", get(wording))
        .route("/outlets", get(outlets))
        .route("/quotes", get(quotes))
        .route("/search", get(search))
        .route("/stories", get(stories))
        .route("/story/{id}", get(story))
        .route("/changes", get(changes))
        .fallback(|| async { fault(StatusCode::NOT_FOUND, "no such address; see docs/explanation/web-page.md") })
}

/// Most rows of one answer.
const MOST: usize = 500;

async fn overview(State(desk): State<Desk>) -> Response {
    answer(&desk, |ledger| ledger.overview().map(Some)).await
}

/// Query of a list of events: the filter, the cursor and the length of the page.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct EventsQuery {
    actor: Option<String>,
    other: Option<String>,
    #[serde(rename = "type")]
    event_type: Option<String>,
    from: Option<String>,
    to: Option<String>,
    outlet: Option<String>,
    place: Option<String>,
    status: Option<String>,
    text: Option<String>,
    /// Where the page before ended.
    pub(crate) after: Option<String>,
    /// What a network is drawn of; a list does not take it.
    pub(crate) by: Option<String>,
    limit: Option<usize>,
}

impl EventsQuery {
    pub(crate) fn filter(self) -> EventFilter {
        EventFilter {
            actor: self.actor,
            other: self.other,
            event_type: self.event_type,
            from: self.from,
            to: self.to,
            outlet: self.outlet,
            place: self.place,
            status: self.status,
            text: self.text,
        }
        .tidy()
    }
}

async fn events(
    State(desk): State<Desk>,
    headers: HeaderMap,
    query: Result<Query<EventsQuery>, QueryRejection>,
) -> Response {
    let query = match query {
        Ok(Query(query)) => query,
        Err(wrong) => return fault(StatusCode::BAD_REQUEST, &wrong.body_text()),
    };
    if let Some(by) = &query.by {
        return refused(&[FilterFault {
            parameter: "by",
            value: by.clone(),
            accepts: "left out: it is the network’s".into(),
        }]);
    }
    let (after, limit) = (query.after.clone(), query.limit.unwrap_or(50).min(MOST));
    let filter = match desk.checked(query.filter()).await {
        Ok((filter, faults)) if faults.is_empty() => filter,
        Ok((_, faults)) => return refused(&faults),
        Err(wrong) => return trouble(&wrong),
    };
    let asked = filter.clone();
    let page = match desk.ask(move |ledger| ledger.events(&asked, after.as_deref(), limit)).await {
        Ok(page) => page,
        Err(wrong) => return trouble(&wrong),
    };
    let next = page.next.as_deref().map(|next| format!("/api/v1{}&limit={limit}", list_link(&filter, next)));
    let response = match Shape::asked(&headers) {
        Shape::Json => Json(page).into_response(),
        Shape::Lines => lines(&page.items),
        Shape::Csv => csv_of_events(&page.items),
        Shape::Arrow => arrow_of_events(&page.items),
    };
    with_next(response, next)
}

/// `/events?…&after=…`.
fn list_link(filter: &EventFilter, after: &str) -> String {
    links::events(filter, Some(after)).replacen('/', "/events", 1)
}

/// Says where the list goes on, in any shape (RFC 8288).
fn with_next(mut response: Response, next: Option<String>) -> Response {
    if let Some(value) = next.and_then(|link| format!("<{link}>; rel=\"next\"").parse().ok()) {
        response.headers_mut().insert(header::LINK, value);
    }
    response
}

async fn event(State(desk): State<Desk>, Path(id): Path<String>) -> Response {
    answer(&desk, move |ledger| ledger.event(&id)).await
}

async fn article(State(desk): State<Desk>, Path(id): Path<String>) -> Response {
    answer(&desk, move |ledger| {
        let view = ledger.article_view(&id)?;
        Ok(view.map(|v| {
            let text = v.article.text;
            json!({ "key": v.head.key, "also_seen_at": v.also_seen_at, "article": v.article.record, "text": text })
        }))
    })
    .await
}

async fn actors(State(desk): State<Desk>, headers: HeaderMap) -> Response {
    match desk.ask(|ledger| ledger.actors(MOST)).await {
        Ok(rows) => shaped(&headers, "actors", &rows, [text("name"), text("code"), whole("events"), whole("reports")]),
        Err(wrong) => trouble(&wrong),
    }
}

/// A short list in the shape that was asked for.
fn shaped<T: Serialize, const N: usize>(
    headers: &HeaderMap,
    name: &str,
    rows: &[T],
    columns: [StreamColumn; N],
) -> Response {
    match Shape::asked(headers) {
        Shape::Json => Json(json!({ name: rows })).into_response(),
        Shape::Lines => lines(rows),
        Shape::Csv => table(rows, columns.map(|(name, ..)| name)),
        Shape::Arrow => arrow(&columns, rows),
    }
}

/// Columns of the list of stories.
const STORY: [StreamColumn; 6] =
    [text("story"), text("label"), text("first"), text("last"), whole("events"), whole("outlets")];

const fn text(name: &'static str) -> StreamColumn {
    (name, Kind::Text, name)
}

const fn whole(name: &'static str) -> StreamColumn {
    (name, Kind::Whole, name)
}

async fn actor(State(desk): State<Desk>, Path(name): Path<String>) -> Response {
    answer(&desk, move |ledger| ledger.actor(&name)).await
}

/// The words that tell an event (by id) or an actor (by name or code).
async fn wording(State(desk): State<Desk>, Path(of): Path<String>) -> Response {
    answer(&desk, move |ledger| {
        let of = if ledger.event(&of)?.is_some() { WordingOf::Event(of) } else { WordingOf::Actor(of) };
        ledger.wording(&of)
    })
    .await
}

async fn outlets(State(desk): State<Desk>, headers: HeaderMap) -> Response {
    match desk.ask(|ledger| ledger.outlets()).await {
        Ok(rows) => {
            shaped(&headers, "outlets", &rows, [text("outlet"), whole("articles"), whole("reports"), whole("events")])
        }
        Err(wrong) => trouble(&wrong),
    }
}

/// Query of a list of quotes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct QuotesQuery {
    speaker: Option<String>,
    outlet: Option<String>,
    text: Option<String>,
    about: Option<String>,
    stance: Option<String>,
    /// Quotes to pass over.
    pub(crate) offset: Option<usize>,
    limit: Option<usize>,
}

impl QuotesQuery {
    pub(crate) fn filter(self) -> QuoteFilter {
        QuoteFilter {
            speaker: self.speaker,
            outlet: self.outlet,
            text: self.text,
            about: self.about,
            stance: self.stance,
        }
        .tidy()
    }
}

async fn quotes(
    State(desk): State<Desk>,
    headers: HeaderMap,
    query: Result<Query<QuotesQuery>, QueryRejection>,
) -> Response {
    let query = match query {
        Ok(Query(query)) => query,
        Err(wrong) => return fault(StatusCode::BAD_REQUEST, &wrong.body_text()),
    };
    let (offset, limit) = (query.offset.unwrap_or(0), query.limit.unwrap_or(50).min(MOST));
    let asked = query.filter();
    let filter = match desk.ask(move |ledger| ledger.examine_quotes(asked)).await {
        Ok((filter, faults)) if faults.is_empty() => filter,
        Ok((_, faults)) => return refused(&faults),
        Err(wrong) => return trouble(&wrong),
    };
    let asked = filter.clone();
    let (quotes, items) = match desk.ask(move |ledger| ledger.quotes(&asked, offset, limit)).await {
        Ok(found) => found,
        Err(wrong) => return trouble(&wrong),
    };
    // Not by those that are here: some may have gone from the ledger since they were counted.
    let behind = offset.saturating_add(limit);
    let next = ((behind as u64) < quotes && limit > 0).then_some(behind);
    let link = next.map(|at| format!("/api/v1{}&limit={limit}", links::quotes(&filter, at)));
    let response = match Shape::asked(&headers) {
        Shape::Json => {
            Json(json!({ "quotes": quotes, "offset": offset, "items": items, "next": next })).into_response()
        }
        Shape::Lines => lines(&items),
        Shape::Csv => csv_of_quotes(&items),
        Shape::Arrow => arrow_of_quotes(&items),
    };
    with_next(response, link)
}

/// Query of a search.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct SearchQuery {
    /// The words.
    pub(crate) q: String,
    limit: Option<usize>,
}

async fn search(State(desk): State<Desk>, query: Result<Query<SearchQuery>, QueryRejection>) -> Response {
    let query = match query {
        Ok(Query(query)) => query,
        Err(wrong) => return fault(StatusCode::BAD_REQUEST, &wrong.body_text()),
    };
    let limit = query.limit.unwrap_or(50).min(MOST);
    answer(&desk, move |ledger| ledger.search(&query.q, limit).map(Some)).await
}

/// Query of a list of stories.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct StoriesQuery {
    /// The first day of those that are given.
    since: Option<String>,
    limit: Option<usize>,
}

async fn stories(
    State(desk): State<Desk>,
    headers: HeaderMap,
    query: Result<Query<StoriesQuery>, QueryRejection>,
) -> Response {
    let query = match query {
        Ok(Query(query)) => query,
        Err(wrong) => return fault(StatusCode::BAD_REQUEST, &wrong.body_text()),
    };
    if let Some(odd) = query.since.as_ref().filter(|d| d.parse::<PartialDate>().is_err()) {
        let accepts = "a date, as 2026-02-15, 2026-02 or 2026".into();
        return refused(&[FilterFault { parameter: "since", value: odd.clone(), accepts }]);
    }
    let limit = query.limit.unwrap_or(50).min(MOST);
    match desk.ask(move |ledger| ledger.stories(query.since.as_deref(), limit)).await {
        Ok(rows) => shaped(&headers, "stories", &rows, STORY),
        Err(wrong) => trouble(&wrong),
    }
}

async fn changes(State(desk): State<Desk>, query: Result<Query<Since>, QueryRejection>) -> Response {
    let query = match query {
        Ok(Query(query)) => query,
        Err(wrong) => return fault(StatusCode::BAD_REQUEST, &wrong.body_text()),
    };
    let limit = query.limit.unwrap_or(50).clamp(1, MOST);
    let since = query.since.filter(|s| !s.is_empty());
    answer(&desk, move |ledger| ledger.additions(since.as_deref(), limit).map(Some)).await
}

async fn story(State(desk): State<Desk>, Path(id): Path<String>) -> Response {
    answer(&desk, move |ledger| ledger.story(&id)).await
}

async fn answer<T: Serialize + Send + 'static>(
    desk: &Desk,
    question: impl FnOnce(&Ledger) -> Result<Option<T>, LedgerError> + Send + 'static,
) -> Response {
    match desk.ask(question).await {
        Ok(Some(found)) => Json(found).into_response(),
        Ok(None) => fault(StatusCode::NOT_FOUND, "the ledger holds no such thing"),
        Err(wrong) => trouble(&wrong),
    }
}

fn trouble(wrong: &LedgerError) -> Response {
    let status = match wrong {
        LedgerError::Cursor { .. } => StatusCode::BAD_REQUEST,
        _ => StatusCode::INTERNAL_SERVER_ERROR,
    };
    fault(status, &wrong.to_string())
}

/// Values of a filter that fit nothing: which, and what would.
fn refused(faults: &[FilterFault]) -> Response {
    let error = faults.iter().map(FilterFault::to_string).collect::<Vec<_>>().join("; ");
    let first = faults.first();
    let body = json!({
        "error": error,
        "parameter": first.map(|f| f.parameter),
        "accepts": first.map(|f| &f.accepts),
        "faults": faults,
    });
    (StatusCode::BAD_REQUEST, Json(body)).into_response()
}

fn fault(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({ "error": why.trim_end() }))).into_response()
}
