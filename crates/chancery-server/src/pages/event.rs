//! `/event/{id}`: one event, told side by side.

use super::parts::{article_line, count, kind, outlet_name, parties, parties_of, passage, shown_path, source, status};
use super::{Sheet, failed, nothing_here};
use crate::quads::Quads;
use crate::state::Desk;
use crate::{dates, links};
use axum::extract::{Path, State};
use axum::response::{IntoResponse, Redirect, Response};
use chancery_ledger::{EventDetail, EventSummary, ReportView};
use maud::{Markup, html};

pub(crate) async fn page(State(desk): State<Desk>, Path(id): Path<String>) -> Response {
    let wanted = id.clone();
    let event = match desk.ask(move |ledger| ledger.event(&wanted)).await {
        Ok(Some(event)) => event,
        Ok(None) => return nothing_here(&desk),
        Err(wrong) => return failed(&desk, &wrong),
    };
    if event.summary.id != id {
        // The event had this id before an earlier report of it was read.
        return Redirect::permanent(&links::event(&event.summary.id)).into_response();
    }
    let outlets = by_outlet(&event.tellings);
    let title = title(&event.summary);
    let body = html! {
        article.event-page.(desk.quads().of(&event.summary.event_type).css()) {
            header.top {
                p.kicker { (kind(desk.quads(), &event.summary.event_type, event.summary.mode.as_deref())) " · " span.meta { (desk.quads().of(&event.summary.event_type).label()) } }
                h1 { (parties(&event.summary)) }
                (facts(&event))
            }
            (differences(&event.tellings))
            section aria-labelledby="tellings" {
                h2 #tellings {
                    (count(event.summary.reports, "report")) " of this event"
                    @if !event.summary.outlets.is_empty() { ", by " (count(event.summary.outlets.len() as u64, "outlet")) }
                }
                div.tellings {
                    @for (outlet, tellings) in &outlets {
                        section.outlet {
                            h3 { (outlet_name(*outlet)) }
                            @for (i, telling) in tellings.iter().enumerate() {
                                @let again = i > 0 && tellings[i - 1].article.key == telling.article.key;
                                (report(desk.quads(), &event.summary, telling, again))
                            }
                        }
                    }
                }
            }
        }
    };
    Sheet { title: &title, section: "/", searched: "", body }.respond(&desk)
}

fn title(event: &EventSummary) -> String {
    let names =
        |side: &[chancery_ledger::PartyView]| side.iter().map(|p| p.label.as_str()).collect::<Vec<_>>().join(", ");
    let date = event.date.as_deref().map(|d| format!(", {}", dates::short(d))).unwrap_or_default();
    match (names(&event.actors), names(&event.recipients)) {
        (who, whom) if whom.is_empty() => format!("{}: {who}{date}", event.event_type),
        (who, whom) => format!("{}: {who} → {whom}{date}", event.event_type),
    }
}

fn facts(event: &EventDetail) -> Markup {
    let s = &event.summary;
    let mut claimants: Vec<&str> = event.tellings.iter().filter_map(|t| t.report.claimant.as_deref()).collect();
    claimants.sort_unstable();
    claimants.dedup();
    html! {
        dl.facts {
            div { dt { "Status" } dd { (status(&s.status)) } }
            div { dt { "Date" } dd { @match &s.date { Some(d) => time datetime=(d) { (dates::long(d)) }, None => span.none { "not stated" } } } }
            div { dt { "Place" } dd { @match &s.place { Some(place) => (place), None => span.none { "not stated" } } } }
            div { dt { "Claimed by" } dd { @if claimants.is_empty() { "the outlets themselves" } @else { (claimants.join(", ")) } } }
            div { dt { "Confidence" } dd { (percent(s.confidence)) span.meta { " of the surest report" } } }
        }
    }
}

fn percent(confidence: f32) -> String {
    format!("{:.0} %", f64::from(confidence) * 100.0)
}

/// One field of a report, as it is shown.
type Field = fn(&ReportView) -> Option<String>;
/// What is said in a field, with the outlets that say it.
type Values<'a> = Vec<(Option<String>, Vec<&'a str>)>;

/// The fields in which the reports do not agree, with who says what; to say nothing is not to disagree.
fn differences(tellings: &[ReportView]) -> Markup {
    let fields: [(&str, Field); 5] = [
        ("Type", |t| Some(t.report.event_type.clone())),
        ("Mode", |t| t.report.mode.clone()),
        ("Status", |t| Some(t.report.status.clone())),
        ("Date", |t| t.report.date.as_deref().map(dates::short)),
        ("Place", |t| t.report.place.clone()),
    ];
    let differing: Vec<(&str, Values<'_>)> = fields
        .into_iter()
        .map(|(name, field)| (name, values(tellings, field)))
        .filter(|(_, v)| v.iter().filter(|(value, _)| value.is_some()).count() > 1)
        .collect();
    html! {
        @if !differing.is_empty() {
            table.differences {
                caption { "Where the reports differ" }
                tbody {
                    @for (name, values) in &differing {
                        tr {
                            th scope="row" { (name) }
                            td {
                                ul {
                                    @for (value, outlets) in values {
                                        li {
                                            @match value { Some(value) => strong { (value) }, None => span.none { "not stated" } }
                                            span.meta { " " (count(outlets.len() as u64, "report")) ": " (names(outlets)) }
                                        }
                                    }
                                }
                            }
                        }
                    }
                }
            }
        }
    }
}

fn values(tellings: &[ReportView], field: Field) -> Values<'_> {
    let mut values: Values<'_> = Vec::new();
    for telling in tellings {
        let (value, outlet) = (field(telling), source(&telling.article));
        match values.iter_mut().find(|(v, _)| *v == value) {
            Some((_, outlets)) => outlets.push(outlet),
            None => values.push((value, vec![outlet])),
        }
    }
    // What most say comes first, what is not stated last.
    values.sort_by_key(|(value, outlets)| (value.is_none(), std::cmp::Reverse(outlets.len())));
    values
}

fn names(outlets: &[&str]) -> String {
    let mut names = outlets.to_vec();
    names.dedup();
    names.join(", ")
}

/// Tellings of one outlet together; where none is stated, those of one article.
fn by_outlet(tellings: &[ReportView]) -> Vec<(Option<&str>, Vec<&ReportView>)> {
    let mut outlets: Vec<(Option<&str>, Vec<&ReportView>)> = Vec::new();
    for telling in tellings {
        let outlet = telling.article.outlet.as_deref();
        let same_article = |list: &[&ReportView]| list.last().is_some_and(|t| t.article.key == telling.article.key);
        match outlets.last_mut() {
            Some((same, list)) if *same == outlet && (outlet.is_some() || same_article(list)) => list.push(telling),
            _ => outlets.push((outlet, vec![telling])),
        }
    }
    outlets
}

/// One telling; `again` where the article is that of the telling above.
fn report(quads: &Quads, event: &EventSummary, telling: &ReportView, again: bool) -> Markup {
    let r = &telling.report;
    html! {
        article.telling {
            @if !again { (article_line(&telling.article)) }
            (passage(&telling.passage))
            dl.small {
                @if r.event_type != event.event_type || r.mode != event.mode {
                    div { dt { "Here" } dd { (kind(quads, &r.event_type, r.mode.as_deref())) } }
                }
                @if r.status != event.status { div { dt { "Here" } dd { (status(&r.status)) } } }
                @if r.historical { div { dt { "Told as" } dd { "background" } } }
                div { dt { "Names" } dd { (parties_of(r)) } }
                @if let Some(claimant) = &r.claimant { div { dt { "Says" } dd { (claimant) } } }
                @if r.date != event.date { @if let Some(date) = &r.date { div { dt { "Date" } dd { (dates::short(date)) } } } }
            }
            details.why {
                summary { "Why this row · " (percent(r.confidence)) }
                p { (r.why) }
                @if let Some(cameo) = &r.cameo { p.meta { "CAMEO " (cameo) } }
                @if !r.contexts.is_empty() { p.meta { "Contexts: " (r.contexts.join(", ")) } }
                p.meta { "Characters " (r.start) " to " (r.end) " of " (shown_path(&telling.article.file)) " · report " (telling.key) }
                p { a href=(links::correct(&telling.key)) { "Correct this report" } }
            }
        }
    }
}
