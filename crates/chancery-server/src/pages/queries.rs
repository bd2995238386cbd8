//! `/queries`: lists of events that somebody saved under a name; `/query/{name}` leads to one, `/query/{name}/feed` is its feed.

use super::forms::{Sent, now, taken};
use super::{Sheet, bad_query, data, failed, nothing_here, problem};
use crate::links;
use crate::state::Desk;
use axum::Form;
use axum::extract::rejection::FormRejection;
use axum::extract::{Path, State};
use axum::http::{HeaderMap, StatusCode};
use axum::response::{IntoResponse, Redirect, Response};
use chancery_ledger::{EventFilter, Ledger, LedgerError, SavedQuery};
use maud::{Markup, html};
use serde::Deserialize;

/// What the forms send: the filter as it stands in an address, the name, and the page's token.
#[derive(Debug, Clone, Deserialize)]
#[serde(try_from = "Vec<(String, String)>")]
pub(crate) struct Asked {
    token: String,
    name: String,
    filter: EventFilter,
}

impl TryFrom<Vec<(String, String)>> for Asked {
    type Error = String;

    fn try_from(sent: Vec<(String, String)>) -> Result<Self, String> {
        let mut all = serde_json::Map::new();
        for (field, value) in sent {
            if all.contains_key(&field) {
                return Err(format!("duplicate field `{field}`"));
            }
            all.insert(field, value.into());
        }
        let mut own = |field: &str| all.remove(field).and_then(|v| v.as_str().map(String::from)).unwrap_or_default();
        let (token, name) = (own("token"), own("name"));
        let filter: EventFilter = serde_json::from_value(all.into()).map_err(|wrong| wrong.to_string())?;
        Ok(Asked { token, name, filter: filter.tidy() })
    }
}

impl Sent for Asked {
    fn token(&self) -> &str {
        &self.token
    }
}

/// The form that saves the present filter.
pub(super) fn save_form(desk: &Desk, filter: &EventFilter) -> Markup {
    html! {
        @if desk.may_change() && !filter.is_empty() {
            form.save action="/queries" method="post" aria-label="Save this list" {
                input type="hidden" name="token" value=(desk.token());
                @for (name, value) in links::entries(filter) { input type="hidden" name=(name) value=(value); }
                label for="save-name" { "Save this list as" }
                input #save-name name="name" required maxlength="80" autocomplete="off";
                button type="submit" { "Save" }
            }
        }
    }
}

pub(crate) async fn list(State(desk): State<Desk>) -> Response {
    let found = desk.ask(|ledger| {
        let look = |name: String| match ledger.saved_query(&name) {
            Ok(None) => Ok(None),
            Ok(Some(query)) => Ok(Some(Ok((ledger.events(&query.filter, None, 1)?.events, query)))),
            Err(wrong @ LedgerError::SavedQuery { .. }) => Ok(Some(Err((name, wrong.to_string())))),
            Err(wrong) => Err(wrong),
        };
        let names = ledger.saved_names()?.into_iter();
        names.filter_map(|name| look(name).transpose()).collect::<Result<Vec<_>, LedgerError>>()
    });
    let queries = match found.await {
        Ok(queries) => queries,
        Err(wrong) => return failed(&desk, &wrong),
    };
    let body = html! {
        header.top {
            h1 { "Saved queries" }
            p.deck { "Lists of events under a name. Each is a feed, and " code { "chancery export --query" } " and " code { "chancery watch" } " take it too." }
        }
        @if queries.is_empty() { p.nothing { "None is saved yet. " a href="/" { "Filter the events" } ", then give the list a name." } }
        @else {
            div.scrolled tabindex="0" role="group" aria-label="Saved queries, to be scrolled where they are wider than the screen" {
                table.counts {
                    caption { "Saved queries by name" }
                    thead { tr { th scope="col" { "Name" } th scope="col" { "Lets through" } th.n scope="col" { "Events" } th scope="col" { "Feed" } @if desk.may_change() { th scope="col" { "Delete" } } } }
                    tbody { @for found in &queries { (row(&desk, found)) } }
                }
            }
        }
    };
    Sheet { title: "Saved queries", section: "/", searched: "", body }.respond(&desk)
}

/// The name of a query that this program cannot read, and why not.
type Unreadable = (String, String);

fn row(desk: &Desk, found: &Result<(u64, SavedQuery), Unreadable>) -> Markup {
    let narrowed = |query: &SavedQuery| {
        let entries = links::entries(&query.filter).into_iter().map(|(name, value)| format!("{name} {value}"));
        entries.collect::<Vec<_>>().join(", ")
    };
    html! {
        tr {
            @match found {
                Ok((events, query)) => {
                    th scope="row" { a href=(links::events(&query.filter, None)) { (query.name) } }
                    td { (narrowed(query)) }
                    td.n { (super::parts::thousands(*events)) }
                    td { a href=(links::query_feed(&query.name)) type="application/atom+xml" { "Feed" span.hidden { " of " (query.name) } } }
                    (delete_form(desk, &query.name))
                }
                Err((name, why)) => {
                    th scope="row" { (name) }
                    td colspan="3" { (why) }
                    (delete_form(desk, name))
                }
            }
        }
    }
}

fn delete_form(desk: &Desk, name: &str) -> Markup {
    html! {
        @if desk.may_change() {
            td {
                form.undo action="/queries/delete" method="post" {
                    input type="hidden" name="token" value=(desk.token());
                    input type="hidden" name="name" value=(name);
                    button type="submit" aria-label={ "Delete " (name) } { "Delete" }
                }
            }
        }
    }
}

/// The list under a name: an address that stays when the query is changed.
pub(crate) async fn named(State(desk): State<Desk>, Path(name): Path<String>) -> Response {
    match desk.ask(move |ledger| ledger.saved_query(&name)).await {
        Ok(Some(query)) => Redirect::to(&links::events(&query.filter, None)).into_response(),
        Ok(None) => nothing_here(&desk),
        Err(wrong) => failed(&desk, &wrong),
    }
}

pub(crate) async fn feed(State(desk): State<Desk>, Path(name): Path<String>, headers: HeaderMap) -> Response {
    match desk.ask(move |ledger| ledger.saved_query(&name)).await {
        Ok(Some(query)) => {
            let own = links::query_feed(&query.name);
            data::feed_of(&desk, &headers, query.filter, own).await
        }
        Ok(None) => nothing_here(&desk),
        Err(wrong) => failed(&desk, &wrong),
    }
}

pub(crate) async fn save(State(desk): State<Desk>, form: Result<Form<Asked>, FormRejection>) -> Response {
    let asked = match taken(&desk, form) {
        Ok(asked) => asked,
        Err(refused) => return *refused,
    };
    let name = asked.name.clone();
    let (filter, faults) = match desk.checked(asked.filter.clone()).await {
        Ok(checked) => checked,
        Err(wrong) => return failed(&desk, &wrong),
    };
    if let Some(fault) = faults.first() {
        return bad_query(&desk, &fault.to_string());
    }
    let saved = desk.change(move |_, path| Ok(Ledger::open_existing(path)?.save_query(&name, &filter, &now())));
    match saved.await {
        Ok(Ok(())) => Redirect::to("/queries").into_response(),
        Ok(Err(LedgerError::Filter { value, accepted, .. })) => {
            bad_query(&desk, &format!("{value:?} cannot be saved; it has to be {accepted}"))
        }
        Ok(Err(wrong)) => failed(&desk, &wrong),
        Err(wrong) => not_written(&desk, &wrong),
    }
}

pub(crate) async fn delete(State(desk): State<Desk>, form: Result<Form<Asked>, FormRejection>) -> Response {
    let asked = match taken(&desk, form) {
        Ok(asked) => asked,
        Err(refused) => return *refused,
    };
    match desk.change(move |_, path| Ok(Ledger::open_existing(path)?.forget_query(&asked.name, &now()))).await {
        Ok(Ok(true)) => Redirect::to("/queries").into_response(),
        Ok(Ok(false)) => nothing_here(&desk),
        Ok(Err(wrong)) => failed(&desk, &wrong),
        Err(wrong) => not_written(&desk, &wrong),
    }
}

fn not_written(desk: &Desk, wrong: &anyhow::Error) -> Response {
    problem(desk, StatusCode::INTERNAL_SERVER_ERROR, "The ledger cannot be written", &wrong.to_string())
}
