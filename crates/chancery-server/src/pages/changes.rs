//! `/changes?since=`: what was read and corrected, oldest first, with the address to go on from.

use super::parts::{article_line, count, shown_path};
use super::{Sheet, bad_query, failed};
use crate::links;
use crate::state::Desk;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use chancery_ledger::{LogItem, ReadItem};
use maud::{Markup, html};
use serde::Deserialize;

const ITEMS: usize = 50;

/// Query of the log.
#[derive(Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Since {
    /// Where the page before ended.
    pub(crate) since: Option<String>,
    pub(crate) limit: Option<usize>,
}

pub(crate) async fn page(State(desk): State<Desk>, query: Result<Query<Since>, QueryRejection>) -> Response {
    let since = match query {
        Ok(Query(query)) => query.since.filter(|s| !s.is_empty()),
        Err(wrong) => return bad_query(&desk, &wrong.body_text()),
    };
    let asked = since.clone();
    let log = match desk.ask(move |ledger| ledger.additions(asked.as_deref(), ITEMS)).await {
        Ok(log) => log,
        Err(wrong) => return failed(&desk, &wrong),
    };
    let next = links::changes(&log.next);
    let body = html! {
        header.top {
            h1 { "Changes" }
            p.deck {
                "What was read and what was corrected, in that order and the oldest first. "
                @if since.is_some() { a href="/changes" { "From the beginning" } }
            }
        }
        @if log.items.is_empty() { p.nothing { "Nothing new." } }
        ol.corrections { @for item in &log.items { li { (shown(item)) } } }
        nav.paging aria-label="Pages of the log" {
            @if log.more { a rel="next" href=(next) { "Later changes →" } }
            @else { span.meta { "To be told what comes after this, keep " a href=(next) { "this address" } "." } }
        }
    };
    Sheet { title: "Changes", section: "", searched: "", body }.respond(&desk)
}

fn shown(item: &LogItem) -> Markup {
    html! {
        @match item {
            LogItem::Read(read) => (read_item(read)),
            LogItem::Correction(view) => p.change {
                strong { "corrected" } ": " a href={ "/corrections#" (view.correction.id) } { (view.correction.id) }
                span.meta { " " (view.correction.who) ": " (view.correction.why) " · " (view.state) }
            },
        }
    }
}

fn read_item(read: &ReadItem) -> Markup {
    html! {
        p.change {
            strong { @if read.unreadable.is_some() { "not read" } @else { "read" } } ": "
            (read.path.as_deref().map(shown_path).unwrap_or("unnamed"))
            span.meta {
                @match &read.unreadable {
                    Some(why) => { " " (why) },
                    None => { " " (count(read.articles.len() as u64, "article")) ", telling of " (count(read.events.len() as u64, "event")) },
                }
            }
        }
        @for article in &read.articles { (article_line(article)) }
    }
}
