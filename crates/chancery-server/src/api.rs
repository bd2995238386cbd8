//! The same as the pages, as JSON.

use crate::state::Desk;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Path, Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use axum::{Json, Router};
use chancery_ledger::{EventFilter, Ledger, LedgerError, QuoteFilter, WordingOf};
use serde::{Deserialize, Serialize};
use serde_json::json;

pub(crate) fn routes() -> Router<Desk> {
    Router::new()
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
        .fallback(|| async { fault(StatusCode::NOT_FOUND, "no such address; see docs/explanation/web-page.md") })
}

/// Most rows of one answer.
const MOST: usize = 500;

async fn overview(State(desk): State<Desk>) -> Response {
    answer(&desk, |ledger| ledger.overview().map(Some)).await
}

/// Query of a list of events: the filter, the cursor and the length of the page.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(crate) struct EventsQuery {
    actor: Option<String>,
    other: Option<String>,
    #[serde(rename = "type")]
    event_type: Option<String>,
    from: Option<String>,
    to: Option<String>,
    outlet: Option<String>,
    status: Option<String>,
    text: Option<String>,
    /// Where the page before ended.
    pub(crate) after: Option<String>,
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
            status: self.status,
            text: self.text,
        }
        .tidy()
    }
}

async fn events(State(desk): State<Desk>, query: Result<Query<EventsQuery>, QueryRejection>) -> Response {
    let query = match query {
        Ok(Query(query)) => query,
        Err(wrong) => return fault(StatusCode::BAD_REQUEST, &wrong.body_text()),
    };
    let (after, limit) = (query.after.clone(), query.limit.unwrap_or(50).min(MOST));
    answer(&desk, move |ledger| ledger.events(&query.filter(), after.as_deref(), limit).map(Some)).await
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

async fn actors(State(desk): State<Desk>) -> Response {
    answer(&desk, |ledger| ledger.actors(MOST).map(|actors| Some(json!({ "actors": actors })))).await
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

async fn outlets(State(desk): State<Desk>) -> Response {
    answer(&desk, |ledger| ledger.outlets().map(|outlets| Some(json!({ "outlets": outlets })))).await
}

/// Query of a list of quotes.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
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

async fn quotes(State(desk): State<Desk>, query: Result<Query<QuotesQuery>, QueryRejection>) -> Response {
    let query = match query {
        Ok(Query(query)) => query,
        Err(wrong) => return fault(StatusCode::BAD_REQUEST, &wrong.body_text()),
    };
    let (offset, limit) = (query.offset.unwrap_or(0), query.limit.unwrap_or(50).min(MOST));
    answer(&desk, move |ledger| {
        let (quotes, items) = ledger.quotes(&query.filter(), offset, limit)?;
        Ok(Some(json!({ "quotes": quotes, "offset": offset, "items": items })))
    })
    .await
}

/// Query of a search.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
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

async fn answer<T: Serialize + Send + 'static>(
    desk: &Desk,
    question: impl FnOnce(&Ledger) -> Result<Option<T>, LedgerError> + Send + 'static,
) -> Response {
    match desk.ask(question).await {
        Ok(Some(found)) => Json(found).into_response(),
        Ok(None) => fault(StatusCode::NOT_FOUND, "the ledger holds no such thing"),
        Err(wrong @ LedgerError::Cursor { .. }) => fault(StatusCode::BAD_REQUEST, &wrong.to_string()),
        Err(wrong) => fault(StatusCode::INTERNAL_SERVER_ERROR, &wrong.to_string()),
    }
}

fn fault(status: StatusCode, why: &str) -> Response {
    (status, Json(json!({ "error": why.trim_end() }))).into_response()
}
