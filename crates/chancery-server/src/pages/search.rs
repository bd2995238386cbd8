//! `/search?q=`: words in the articles.

use super::parts::{count, outlet_name};
use super::{Sheet, bad_query, failed};
use crate::api::SearchQuery;
use crate::state::Desk;
use crate::{dates, links};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use chancery_ledger::SearchHit;
use maud::{Markup, html};

const HITS: usize = 50;

pub(crate) async fn page(State(desk): State<Desk>, query: Result<Query<SearchQuery>, QueryRejection>) -> Response {
    let words = match query {
        Ok(Query(query)) => query.q.trim().to_string(),
        Err(wrong) => return bad_query(&desk, &wrong.body_text()),
    };
    let asked = words.clone();
    let found = match desk.ask(move |ledger| ledger.search(&asked, HITS)).await {
        Ok(found) => found,
        Err(wrong) => return failed(&desk, &wrong),
    };
    let title = if words.is_empty() { "Search".to_string() } else { format!("{words} – Search") };
    let body = html! {
        header.top {
            h1 { "Search" }
            p.deck {
                @if words.is_empty() { "Type words above. " q { "two words" } " in quotation marks must follow each other; " code { "word*" } " stands for all that begins so." }
                @else if found.query.is_empty() { "There is no word in “" (words) "”." }
                @else {
                    (count(found.articles, "article")) " with all of “" (words) "”"
                    @if found.articles > found.hits.len() as u64 { ", the " (if found.ranked { "best " } else { "newest " }) (found.hits.len()) " of them" }
                    "."
                }
            }
        }
        ol.hits { @for hit in &found.hits { (item(hit)) } }
    };
    Sheet { title: &title, section: "", searched: &words, body }.respond(&desk)
}

fn item(hit: &SearchHit) -> Markup {
    html! {
        li {
            h2 { a href=(links::article(&hit.article.key)) { (hit.article.heading()) } }
            p.meta {
                (outlet_name(hit.article.outlet.as_deref()))
                @if let Some(date) = &hit.article.date { " · " time datetime=(date) { (dates::short(date)) } }
            }
            p.passage { @for (marked, text) in &hit.snippet { @if *marked { mark { (text) } } @else { (text) } } }
        }
    }
}
