//! `/actors` and `/actor/{name or code}`: who acts, with whom, and what they say.

use super::parts::{count, event_table, kind, party, quote, reports_of_events};
use super::{Sheet, failed, nothing_here};
use crate::quads::Quads;
use crate::state::Desk;
use crate::{chart, links};
use axum::extract::{Path, State};
use axum::response::Response;
use chancery_ledger::{ActorCount, ActorPage, EventFilter, QuoteFilter, WordCount, WordingOf, WordingPage};
use maud::{Markup, html};

const ACTORS: usize = 200;
const COUNTERPARTS: usize = 20;
const EVENTS: usize = 20;
const QUOTES: usize = 6;
/// Words of the table of wording, and outlets named in one of its rows.
const WORDS: usize = 15;
const OUTLETS: usize = 3;

pub(crate) async fn list(State(desk): State<Desk>) -> Response {
    let actors = match desk.ask(|ledger| ledger.actors(ACTORS)).await {
        Ok(actors) => actors,
        Err(wrong) => return failed(&desk, &wrong),
    };
    let body = html! {
        header.top {
            h1 { "Actors" }
            p.deck { "Those who are party to the most events" @if actors.len() == ACTORS { ", the first " (ACTORS) } ". A person has a row for each office." }
        }
        @if actors.is_empty() { p.nothing { "No party to an event is known yet." } } @else {
            (counts_table("Actors by number of events", &actors, None))
        }
    };
    Sheet { title: "Actors", section: "/actors", searched: "", body }.respond(&desk)
}

pub(crate) async fn page(State(desk): State<Desk>, Path(name): Path<String>) -> Response {
    let filter = EventFilter { actor: Some(name.clone()), ..EventFilter::default() };
    let said = QuoteFilter { speaker: Some(name.clone()), ..QuoteFilter::default() };
    let told = QuoteFilter { about: Some(name.clone()), ..QuoteFilter::default() };
    let (asked, spoken, claimed) = (filter.clone(), said.clone(), told.clone());
    let found = desk.ask(move |ledger| {
        Ok((
            ledger.actor(&name)?,
            ledger.events(&asked, None, EVENTS)?,
            ledger.quotes(&spoken, 0, QUOTES)?,
            ledger.quotes(&claimed, 0, QUOTES)?,
            ledger.wording(&WordingOf::Actor(name))?,
            ledger.events_by_day(&asked)?,
            ledger.overview()?,
        ))
    });
    let (actor, events, (quotes, some), (claims, about), wording, days, overview) = match found.await {
        Ok((Some(actor), events, quotes, claims, wording, days, overview)) => {
            (actor, events, quotes, claims, wording, days, overview)
        }
        Ok((None, ..)) => return nothing_here(&desk),
        Err(wrong) => return failed(&desk, &wrong),
    };
    let shown = actor.counterparts.len().min(COUNTERPARTS);
    let body = html! {
        header.top {
            p.kicker { "Actor" }
            h1 { (country_or(&actor.label, &desk)) }
            (identities(&actor))
            p.deck {
                "Party to " (count(actor.events, "event")) " in " (count(actor.reports, "report")) ", quoted "
                (count(actor.quotes, "time")) ", named in " (count(actor.articles, "article")) "."
            }
        }
        @if actor.events > 0 {
            section.overview aria-label="Events by day" { (chart::by_day(&days, desk.quads(), &filter, &overview)) }
            div.columns {
                section {
                    h2 { "Deals with" }
                    @if actor.counterparts.is_empty() { p.none { "nobody in these events" } } @else {
                        (counts_table("Counterparts by number of events", &actor.counterparts[..shown], Some(&actor.label)))
                        @if actor.counterparts.len() > shown { p.meta { "and " (actor.counterparts.len() - shown) " with fewer" } }
                    }
                }
                section {
                    h2 { "In events of these types" }
                    (types_table(desk.quads(), &actor))
                }
            }
            section {
                h2 { "Newest events" }
                (event_table(desk.quads(), &format!("The newest of {}", reports_of_events(events.reports, events.events)), &events.items))
                @if events.next.is_some() { p { a href=(links::events(&filter, None)) { "All " (count(events.events, "event")) } } }
            }
        }
        @if !some.is_empty() {
            section {
                h2 { "Says" }
                ul.quotes.wide { @for q in &some { (quote(q, true)) } }
                @if quotes > some.len() as u64 { p { a href=(links::quotes(&said, 0)) { "All " (count(quotes, "quote")) } } }
            }
        }
        @if !about.is_empty() {
            section {
                h2 { "What is said about " (actor.label) }
                ul.quotes.wide { @for q in &about { (quote(q, true)) } }
                @if claims > about.len() as u64 { p { a href=(links::quotes(&told, 0)) { "All " (count(claims, "quote")) } } }
            }
        }
        @if let Some(page) = wording.filter(|w| w.uses + w.quoted > 0) { (wording_section(&page)) }
    };
    Sheet { title: &actor.label, section: "/actors", searched: "", body }.respond(&desk)
}

/// The words by which outlets tell the actor, and what sets one outlet's apart.
fn wording_section(page: &WordingPage) -> Markup {
    let row = |word: &WordCount| {
        let named = word.outlets.iter().filter_map(|(name, n)| Some((name.as_deref()?, *n)));
        let shown: Vec<String> = named.take(OUTLETS).map(|(name, n)| format!("{name} {n}")).collect();
        html! {
            tr {
                th scope="row" { (word.lemma) }
                td { (word.part) ", " (relation(&word.relation)) }
                td.n { (word.uses) }
                td.n { (word.quoted) }
                td { (shown.join(", ")) }
            }
        }
    };
    html! {
        section {
            h2 { "In which words" }
            table.counts {
                caption { (count(page.uses, "word")) " in the outlets’ own voice, " (page.quoted) " in quotation marks" @if let Some(articles) = page.of_last { ", in the " (articles) " articles that name it and were read last" } "; the most frequent" }
                thead { tr { th scope="col" { "Word" } th scope="col" { "What it says" } th.n scope="col" { "Uses" } th.n scope="col" { "Quoted" } th scope="col" { "Outlets" } } }
                tbody { @for word in page.words.iter().take(WORDS) { (row(word)) } }
            }
            @for contrast in &page.contrasts {
                p { b { (contrast.outlet) } " more than others: "
                    (listed(contrast.words.iter().filter(|w| w.z > 0.0).map(|w| w.lemma.as_str())))
                    "; less: " (listed(contrast.words.iter().filter(|w| w.z < 0.0).map(|w| w.lemma.as_str()))) "."
                }
            }
        }
    }
}

fn listed<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let words: Vec<&str> = words.collect();
    if words.is_empty() { "none".into() } else { words.join(", ") }
}

/// A relation in words.
fn relation(name: &str) -> &str {
    match name {
        "name" => "stands for it",
        "modifier" => "describes it",
        "does" => "what it does",
        "undergoes" => "what is done to it",
        other => other,
    }
}

/// The name of a country before its code; what is no country’s code is as it is.
pub(super) fn country_or(label: &str, desk: &Desk) -> Markup {
    let name = desk.knowledge().country_name(label);
    html! { @if name.is_empty() { (label) } @else { (name) " " span.code { (label) } } }
}

/// The names and codes that are meant, where they are more than the heading says.
fn identities(actor: &ActorPage) -> Markup {
    let codes: Vec<&ActorCount> = actor.identities.iter().take(12).collect();
    html! {
        ul.identities aria-label="Names and codes" {
            @for i in &codes {
                li {
                    @if let Some(name) = i.name.as_deref().filter(|n| *n != actor.label) { a href=(links::actor(name)) { (name) } " " }
                    @match &i.code { Some(code) => a.code href=(links::actor(code)) { (code) }, None => span.none { "no code" } }
                }
            }
            @if actor.identities.len() > codes.len() { li.meta { "and " (actor.identities.len() - codes.len()) " more" } }
        }
    }
}

fn counts_table(caption: &str, actors: &[ActorCount], of: Option<&str>) -> Markup {
    let most = actors.iter().map(|a| a.events).max().unwrap_or(1).max(1);
    html! {
        table.counts {
            caption { (caption) }
            thead { tr { th scope="col" { "Actor" } th.bar scope="col" aria-hidden="true" {} th.n scope="col" { "Events" } th.n scope="col" { "Reports" } } }
            tbody {
                @for a in actors {
                    tr {
                        th scope="row" { (party(a.label(), a.name.as_deref(), a.code.as_deref().filter(|c| *c != a.label()))) }
                        td.bar aria-hidden="true" { (bar(a.events, most, "")) }
                        td.n {
                            @match of {
                                Some(of) => a href=(links::pair(of, a.label())) { (a.events) },
                                None => a href=(links::events(&EventFilter { actor: Some(a.label().into()), ..EventFilter::default() }, None)) { (a.events) },
                            }
                        }
                        td.n { (a.reports) }
                    }
                }
            }
        }
    }
}

fn types_table(quads: &Quads, actor: &ActorPage) -> Markup {
    let most = actor.types.iter().map(|t| t.events).max().unwrap_or(1).max(1);
    let link = |event_type: &str| {
        let filter = EventFilter {
            actor: Some(actor.label.clone()),
            event_type: Some(event_type.into()),
            ..EventFilter::default()
        };
        links::events(&filter, None)
    };
    html! {
        table.counts {
            caption { "Types by number of events" }
            thead { tr { th scope="col" { "Type" } th.bar scope="col" aria-hidden="true" {} th.n scope="col" { "Events" } th.n scope="col" { "Reports" } } }
            tbody {
                @for t in &actor.types {
                    tr {
                        th scope="row" { (kind(quads, &t.value, None)) }
                        td.bar aria-hidden="true" { (bar(t.events, most, quads.of(&t.value).css())) }
                        td.n { a href=(link(&t.value)) { (t.events) } }
                        td.n { (t.reports) }
                    }
                }
            }
        }
    }
}

/// A bar as SVG, since a style attribute would be refused by the content security policy.
pub(super) fn bar(number: u64, most: u64, class: &str) -> Markup {
    let width = number as f64 * 100.0 / most as f64;
    html! {
        svg.hbar viewBox="0 0 100 8" preserveAspectRatio="none" { rect class=(class) x="0" y="0" width=(format!("{width:.1}")) height="8" {} }
    }
}
