//! The pages. Each handler asks the ledger, then writes its page; what pages share is here and in [`parts`].

pub(crate) mod actors;
pub(crate) mod article;
pub(crate) mod changes;
pub(crate) mod corrections;
pub(crate) mod data;
pub(crate) mod event;
pub(crate) mod events;
mod forms;
pub(crate) mod import;
pub(crate) mod map;
mod narrow;
pub(crate) mod network;
pub(crate) mod outlets;
pub(crate) mod pair;
mod parts;
pub(crate) use parts::count;
pub(crate) mod queries;
pub(crate) mod quotes;
pub(crate) mod search;
pub(crate) mod stories;
pub(crate) mod today;

use crate::state::Desk;
use axum::extract::State;
use axum::http::StatusCode;
use axum::response::{Html, IntoResponse, Response};
use chancery_ledger::LedgerError;
use maud::{DOCTYPE, Markup, html};

/// A page before its frame.
pub(crate) struct Sheet<'a> {
    /// Title of the window.
    pub(crate) title: &'a str,
    /// The address that the navigation marks as the present one.
    pub(crate) section: &'a str,
    /// Words that the search box holds.
    pub(crate) searched: &'a str,
    /// The contents of `main`.
    pub(crate) body: Markup,
}

const SECTIONS: [(&str, &str); 12] = [
    ("/", "Ledger"),
    ("/today", "Today"),
    ("/stories", "Stories"),
    ("/actors", "Actors"),
    ("/pair", "Pair"),
    ("/quotes", "Quotes"),
    ("/network", "Network"),
    ("/map", "Map"),
    ("/outlets", "Outlets"),
    ("/corrections", "Corrections"),
    ("/data", "Data"),
    ("/import", "Import"),
];

impl Sheet<'_> {
    pub(crate) fn respond(self, desk: &Desk) -> Response {
        Html(self.frame(desk).into_string()).into_response()
    }

    fn frame(&self, desk: &Desk) -> Markup {
        html! {
            (DOCTYPE)
            html lang="en" {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="color-scheme" content="light dark";
                    title { (self.title) @if self.title != "Ledger" { " – Ledger" } }
                    link rel="icon" href="/favicon.svg" type="image/svg+xml";
                    link rel="stylesheet" href="/style.css";
                    script type="module" src="/page.mjs" {}
                }
                body {
                    a.skip href="#main" { "Skip to the contents" }
                    header.masthead {
                        a.wordmark href="/" { "Chancery" }
                        nav aria-label="Sections" {
                            @for (href, name) in SECTIONS {
                                a href=(href) aria-current=[(href == self.section).then_some("page")] { (name) }
                            }
                        }
                        form.search action="/search" method="get" role="search" {
                            label.hidden for="q" { "Search the articles" }
                            input #q type="search" name="q" value=(self.searched) placeholder="Search the articles";
                            button type="submit" { "Search" }
                        }
                    }
                    main #main { (self.body) }
                    footer {
                        p {
                            "A report is one sentence’s telling; an event is what is told. Chancery records who says so and rates nobody."
                        }
                        p { (desk.file_name()) " · " a href="/queries" { "Saved queries" } " · " a href="/changes" { "Changes" } " · " a href="/api/v1/overview" { "JSON" } }
                    }
                }
            }
        }
    }
}

/// The page for an address that leads nowhere.
pub(crate) async fn not_found(State(desk): State<Desk>) -> Response {
    nothing_here(&desk)
}

pub(crate) fn nothing_here(desk: &Desk) -> Response {
    problem(desk, StatusCode::NOT_FOUND, "Nothing here", "The ledger holds nothing at this address.")
}

/// The page for a question that the ledger cannot answer.
pub(crate) fn failed(desk: &Desk, error: &LedgerError) -> Response {
    match error {
        LedgerError::Cursor { .. } => problem(desk, StatusCode::BAD_REQUEST, "No such page", &error.to_string()),
        _ => problem(desk, StatusCode::INTERNAL_SERVER_ERROR, "The ledger cannot be read", &error.to_string()),
    }
}

pub(crate) fn bad_query(desk: &Desk, why: &str) -> Response {
    problem(desk, StatusCode::BAD_REQUEST, "This address cannot be read", why)
}

fn problem(desk: &Desk, status: StatusCode, title: &str, why: &str) -> Response {
    let body = html! {
        h1 { (title) }
        p.deck { (why) }
        p { a href="/" { "To the newest events" } }
    };
    let page = Sheet { title, section: "", searched: "", body }.respond(desk);
    (status, page).into_response()
}
