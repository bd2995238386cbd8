//! `/quotes`: who said what.

use super::parts::{count, quote};
use super::{Sheet, bad_query, failed, narrow};
use crate::api::QuotesQuery;
use crate::links;
use crate::state::Desk;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use chancery_ledger::QuoteFilter;
use chancery_text::Stance;
use maud::{Markup, html};

const QUOTES_A_PAGE: usize = 40;

pub(crate) async fn page(State(desk): State<Desk>, query: Result<Query<QuotesQuery>, QueryRejection>) -> Response {
    let query = match query {
        Ok(Query(query)) => query,
        Err(wrong) => return bad_query(&desk, &wrong.body_text()),
    };
    let offset = query.offset.unwrap_or(0);
    let asked = query.filter();
    let found = desk.ask(move |ledger| {
        let (filter, faults) = ledger.examine_quotes(asked)?;
        Ok((ledger.quotes(&filter, offset, QUOTES_A_PAGE)?, ledger.outlets()?, filter, faults))
    });
    let ((all, quotes), outlets, filter, faults) = match found.await {
        Ok(found) => found,
        Err(wrong) => return failed(&desk, &wrong),
    };
    let outlets: Vec<String> = outlets.into_iter().map(|o| o.outlet).collect();
    // Not by those that are here: some may have gone from the ledger since they were counted.
    let more = offset.saturating_add(QUOTES_A_PAGE);
    let body = html! {
        header.top {
            h1 { "Quotes" }
            p.deck { (count(all, "quote")) @if filter != QuoteFilter::default() { " that fit" } ", from the newest article back." }
        }
        (form(&filter, &outlets))
        (narrow::faults(&faults))
        @if quotes.is_empty() && faults.is_empty() && (more as u64) >= all { p.nothing { "No quote fits. " a href="/quotes" { "Show all quotes" } } }
        ul.quotes.wide { @for q in &quotes { (quote(q, true)) } }
        nav.paging aria-label="Pages of the list" {
            @if offset > 0 { a href=(links::quotes(&filter, offset.saturating_sub(QUOTES_A_PAGE))) { "← Newer quotes" } }
            @if (more as u64) < all { a rel="next" href=(links::quotes(&filter, more)) { "Older quotes →" } }
        }
    };
    Sheet { title: "Quotes", section: "/quotes", searched: "", body }.respond(&desk)
}

fn form(filter: &QuoteFilter, outlets: &[String]) -> Markup {
    let value = |v: &Option<String>| v.clone().unwrap_or_default();
    html! {
        form.filter.short action="/quotes" method="get" aria-label="Filter the quotes" {
            div { label for="f-speaker" { "Speaker" } input #f-speaker name="speaker" value=(value(&filter.speaker)) placeholder="name or code"; }
            div {
                label for="f-outlet" { "Outlet" }
                select #f-outlet name="outlet" {
                    option value="" { "all outlets" }
                    @for o in outlets { option value=(o) selected[filter.outlet.as_ref() == Some(o)] { (o) } }
                }
            }
            div { label for="f-text" { "Words" } input #f-text type="search" name="text" value=(value(&filter.text)) placeholder="in the quote"; }
            div { label for="f-about" { "About" } input #f-about name="about" value=(value(&filter.about)) placeholder="name or code"; }
            div {
                label for="f-stance" { "Stance" }
                select #f-stance name="stance" {
                    option value="" { "any stance" }
                    @for s in Stance::ALL.map(Stance::as_str) { option value=(s) selected[filter.stance.as_deref() == Some(s)] { (s) } }
                }
            }
            button type="submit" { "Filter" }
        }
    }
}
