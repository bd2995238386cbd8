//! `/pair?actor=…&other=…`: what passes between two actors, week by week, and what each says of the other.

use super::actors::country_or;
use super::parts::{count, event_table, legend, quote, reports_of_events};
use super::{Sheet, bad_query, failed, narrow};
use crate::api::EventsQuery;
use crate::state::Desk;
use crate::{dates, links, weeks};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use chancery_ledger::{ActorPage, EventFilter, FilterFault, Ledger, LedgerError, QuoteFilter, QuoteView};
use maud::{Markup, html};

const EVENTS: usize = 30;
const QUOTES: usize = 6;

pub(crate) async fn page(State(desk): State<Desk>, query: Result<Query<EventsQuery>, QueryRejection>) -> Response {
    let query = match query {
        Ok(Query(query)) => query,
        Err(wrong) => return bad_query(&desk, &wrong.body_text()),
    };
    let (filter, faults) = match desk.checked(query.filter()).await {
        Ok(checked) => checked,
        Err(wrong) => return failed(&desk, &wrong),
    };
    if !faults.is_empty() {
        return choose(&desk, &filter, &faults);
    }
    let (Some(one), Some(other)) = (filter.actor.clone(), filter.other.clone()) else {
        return choose(&desk, &filter, &[]);
    };
    let asked = filter.clone();
    let found = desk.ask(move |ledger| {
        Ok((
            ledger.actor(&one)?,
            ledger.actor(&other)?,
            ledger.events(&asked, None, EVENTS)?,
            ledger.acts_by_day(&asked)?,
            said(ledger, &one, &other)?,
            said(ledger, &other, &one)?,
        ))
    });
    let (one, other, events, acts, from_one, from_other) = match found.await {
        Ok((Some(one), Some(other), events, acts, from_one, from_other)) => {
            (one, other, events, acts, from_one, from_other)
        }
        Ok(_) => return choose(&desk, &filter, &[]),
        Err(wrong) => return failed(&desk, &wrong),
    };
    let (weeks, outside) = weeks::weeks_of(&acts, desk.quads());
    let title = format!("{} and {}", one.label, other.label);
    let body = html! {
        header.top {
            p.kicker { "Pair" }
            h1 { (name(&desk, &one)) " and " (name(&desk, &other)) }
            p.deck {
                @if events.events == 0 { "No event between the two fits." } @else {
                    (reports_of_events(events.reports, events.events)) " with both as parties"
                    @if let (Some(first), Some(last)) = (acts.iter().find(|a| !a.day.is_empty()), acts.last()) { ", " (dates::range(&first.day, &last.day)) }
                    "."
                }
            }
        }
        (narrow::form("/pair", &filter, &[], None))
        @if events.events > 0 {
            section.overview aria-label="Week by week" { (weeks::panels(&weeks, outside)) (legend()) }
            section {
                h2 { "Events" }
                (event_table(desk.quads(), &format!("The newest of {}", count(events.events, "event")), &events.items))
                @if events.next.is_some() { p { a href=(links::events(&filter, None)) { "All " (count(events.events, "event")) } } }
            }
        }
        div.columns {
            (saying(&one, &other, &from_one))
            (saying(&other, &one, &from_other))
        }
    };
    Sheet { title: &title, section: "/pair", searched: "", body }.respond(&desk)
}

type Said = (u64, Vec<QuoteView>, QuoteFilter);

fn said(ledger: &Ledger, speaker: &str, about: &str) -> Result<Said, LedgerError> {
    let filter = QuoteFilter { speaker: Some(speaker.into()), about: Some(about.into()), ..QuoteFilter::default() };
    let (all, some) = ledger.quotes(&filter, 0, QUOTES)?;
    Ok((all, some, filter))
}

fn name(desk: &Desk, actor: &ActorPage) -> Markup {
    html! { a href=(links::actor(&actor.label)) { (country_or(&actor.label, desk)) } }
}

fn saying(speaker: &ActorPage, about: &ActorPage, (all, some, filter): &Said) -> Markup {
    html! {
        section {
            h2 { (speaker.label) " on " (about.label) }
            @if some.is_empty() { p.none { "no quote of the one that names the other" } }
            ul.quotes { @for q in some { (quote(q, true)) } }
            @if *all > some.len() as u64 { p { a href=(links::quotes(filter, 0)) { "All " (count(*all, "quote")) } } }
        }
    }
}

/// The page before two are chosen, or where a value fits nothing.
fn choose(desk: &Desk, filter: &EventFilter, faults: &[FilterFault]) -> Response {
    let asked = filter.actor.is_some() != filter.other.is_some();
    let body = html! {
        header.top {
            h1 { "Pair" }
            p.deck { "What passes between two actors, week by week, and what each says of the other." }
        }
        (narrow::form("/pair", filter, &[], None))
        (narrow::faults(faults))
        @if asked && faults.is_empty() { p.nothing { "Name a second actor." } }
    };
    Sheet { title: "Pair", section: "/pair", searched: "", body }.respond(desk)
}
