//! `/`: the newest events, narrowed by what the address says.

use super::parts::{count, event_table, legend, reports_of_events};
use super::{Sheet, bad_query, failed, narrow, queries};
use crate::api::EventsQuery;
use crate::state::Desk;
use crate::{chart, dates, links};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use chancery_ledger::{EventFilter, FilterCounts, Overview, ValueCount};
use maud::{Markup, html};

const EVENTS_A_PAGE: usize = 50;

pub(crate) async fn page(State(desk): State<Desk>, query: Result<Query<EventsQuery>, QueryRejection>) -> Response {
    let query = match query {
        Ok(Query(query)) => query,
        Err(wrong) => return bad_query(&desk, &wrong.body_text()),
    };
    let after = query.after.clone().filter(|a| !a.is_empty());
    let (filter, faults) = match desk.checked(query.filter()).await {
        Ok(checked) => checked,
        Err(wrong) => return failed(&desk, &wrong),
    };
    let (asked, cursor) = (filter.clone(), after.clone());
    let found = desk.ask(move |ledger| {
        let days = if asked.is_empty() { None } else { Some(ledger.events_by_day(&asked)?) };
        Ok((ledger.events(&asked, cursor.as_deref(), EVENTS_A_PAGE)?, days))
    });
    let ((events, days), front) = match join(found.await, desk.front().await) {
        Ok(found) => found,
        Err(wrong) => return failed(&desk, &wrong),
    };
    let (overview, menus) = (&front.overview, &front.menus);
    let caption = match (after.is_some(), filter.is_empty()) {
        (true, _) => "Older events",
        (false, true) => "Newest events",
        (false, false) => "Newest events that fit",
    };
    let body = html! {
        header.top {
            h1 { "Ledger" }
            p.deck { (deck(overview)) }
            @if let Some(seconds) = desk.behind() { p.meta { "The ledger is being written; lists and counts are as of " (count(seconds, "second")) " ago." } }
        }
        @if overview.events == 0 { (empty(overview)) } @else {
            section.overview aria-label="Events by day" {
                (chart::by_day(days.as_ref().unwrap_or(&front.days), desk.quads(), &filter, overview))
                (legend())
            }
            (filter_form(&filter, menus))
            (chips(&filter))
            (narrow::faults(&faults))
            @if events.items.is_empty() {
                @if events.next.is_some() { p.nothing { "The events of this page were read anew meanwhile." } }
                @else if faults.is_empty() { p.nothing { "No event fits. " a href="/" { "Show all events" } } }
            } @else {
                p.result {
                    (reports_of_events(events.reports, events.events)) @if !filter.is_empty() { " fit" }
                    " · " a href=(links::feed(&filter)) type="application/atom+xml" { "Feed" }
                    " · " a href=(links::data_of(&filter, "csv")) download { "CSV" }
                    " · " a href="/queries" { "Saved queries" }
                }
                (queries::save_form(&desk, &filter))
                (event_table(desk.quads(), caption, &events.items))
            }
            nav.paging aria-label="Pages of the list" {
                @if after.is_some() { a href=(links::events(&filter, None)) { "← Newest" } }
                @if let Some(next) = &events.next { a rel="next" href=(links::events(&filter, Some(next))) { "Older events →" } }
            }
        }
    };
    Sheet { title: "Ledger", section: "/", searched: "", body }.respond(&desk)
}

fn join<A, B, E>(a: Result<A, E>, b: Result<B, E>) -> Result<(A, B), E> {
    Ok((a?, b?))
}

fn deck(o: &Overview) -> Markup {
    html! {
        (reports_of_events(o.reports, o.events)) ", read in " (count(o.articles, "article"))
        @if o.outlets > 0 { " of " (count(o.outlets, "outlet")) }
        @if let (Some(first), Some(last)) = (&o.first_published, &o.last_published) {
            ", published " (dates::range(first, last))
        }
        "."
        @if o.unreadable > 0 { " " (count(o.unreadable, "input")) " could not be read." }
    }
}

fn empty(o: &Overview) -> Markup {
    html! {
        p.nothing {
            @if o.inputs == 0 { "Nothing has been read yet. " } @else { "No event was found in what has been read. " }
            "Add pages with " code { "chancery read PATH… --ledger FILE" } "."
        }
    }
}

/// The form; on a narrow screen it hides behind a box to tick, which needs no script.
fn filter_form(filter: &EventFilter, menus: &FilterCounts) -> Markup {
    let value = |v: &Option<String>| v.clone().unwrap_or_default();
    html! {
        input.fold #fold type="checkbox" checked[!filter.is_empty()];
        label.fold for="fold" { "Filter the events" }
        form.filter action="/" method="get" aria-label="Filter the events" {
            div { label for="f-actor" { "Actor" } input #f-actor name="actor" value=(value(&filter.actor)) placeholder="name or code" list="codes" autocomplete="off"; }
            div { label for="f-other" { "and" } input #f-other name="other" value=(value(&filter.other)) placeholder="name or code" list="codes" autocomplete="off"; }
            (menu("type", "Type", "all types", &filter.event_type, &menus.types))
            (menu("status", "Status", "any status", &filter.status, &menus.statuses))
            (menu("outlet", "Outlet", "all outlets", &filter.outlet, &menus.outlets))
            (narrow::date("f-from", "from", "From", &value(&filter.from)))
            (narrow::date("f-to", "to", "To", &value(&filter.to)))
            div { label for="f-text" { "Words" } input #f-text type="search" name="text" value=(value(&filter.text)) placeholder="in the report"; }
            @if let Some(place) = &filter.place { input type="hidden" name="place" value=(place); }
            button type="submit" { "Filter" }
            datalist #codes { @for c in &menus.countries { option value=(c.value) { (count(c.events, "event")) } } }
        }
    }
}

fn menu(name: &str, label: &str, all: &str, chosen: &Option<String>, values: &[ValueCount]) -> Markup {
    let id = format!("f-{name}");
    let known = chosen.as_ref().is_none_or(|c| values.iter().any(|v| v.value == *c));
    html! {
        div {
            label for=(id) { (label) }
            select id=(id) name=(name) {
                option value="" { (all) }
                @for v in values {
                    option value=(v.value) selected[chosen.as_ref() == Some(&v.value)] { (v.value) " (" (count(v.events, "event")) ")" }
                }
                @if let (Some(odd), false) = (chosen, known) { option value=(odd) selected { (odd) " (0 events)" } }
            }
        }
    }
}

/// What narrows the list now, each with a link that takes it away.
fn chips(filter: &EventFilter) -> Markup {
    let without = |drop: fn(&mut EventFilter)| {
        let mut rest = filter.clone();
        drop(&mut rest);
        links::events(&rest, None)
    };
    let chips = [
        ("Actor", &filter.actor, without(|f| f.actor = None)),
        ("and", &filter.other, without(|f| f.other = None)),
        ("Type", &filter.event_type, without(|f| f.event_type = None)),
        ("Status", &filter.status, without(|f| f.status = None)),
        ("Outlet", &filter.outlet, without(|f| f.outlet = None)),
        ("Place", &filter.place, without(|f| f.place = None)),
        ("From", &filter.from, without(|f| f.from = None)),
        ("To", &filter.to, without(|f| f.to = None)),
        ("Words", &filter.text, without(|f| f.text = None)),
    ];
    html! {
        @if !filter.is_empty() {
            ul.chips aria-label="Filters in use" {
                @for (label, value, rest) in chips {
                    @if let Some(value) = value {
                        li { a href=(rest) title="Take this filter away" { span.label { (label) } " " (value) span aria-hidden="true" { " ×" } } }
                    }
                }
                li { a.clear href="/" { "Show all events" } }
            }
        }
    }
}
