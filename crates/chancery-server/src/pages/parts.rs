//! What several pages show: numbers with their units, parties, types, tables of events, quotes.

use crate::quads::{Quad, Quads};
use crate::{dates, links};
use chancery_ledger::{ArticleHead, EventSummary, Passage, QuoteView};
use chancery_records::{EventRecord, PartyRecord, QuoteRecord};
use maud::{Markup, html};

/// `1 report`, `12 reports`, `1,204 reports`.
pub(crate) fn count(number: u64, one: &str) -> String {
    format!("{} {one}{}", thousands(number), if number == 1 { "" } else { "s" })
}

pub(crate) fn thousands(number: u64) -> String {
    let digits = number.to_string();
    let mut out = String::new();
    for (i, digit) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(digit);
    }
    out
}

/// `12 reports of 7 events`.
pub(crate) fn reports_of_events(reports: u64, events: u64) -> String {
    format!("{} of {}", count(reports, "report"), count(events, "event"))
}

/// The small square of a class: blue for cooperation, orange for conflict, pale for words, dark for deeds.
pub(crate) fn square(quad: Quad) -> Markup {
    html! {
        svg.square.(quad.css()) viewBox="0 0 10 10" width="10" height="10" role="img" aria-label=(quad.label()) {
            title { (quad.label()) }
            rect x="1" y="1" width="8" height="8" {}
        }
    }
}

pub(crate) fn legend() -> Markup {
    html! {
        ul.legend aria-label="Classes of events" {
            @for quad in Quad::CLASSED {
                li { span aria-hidden="true" { (square(quad)) } (quad.label()) }
            }
        }
    }
}

/// Type and mode with the square of its class.
pub(crate) fn kind(quads: &Quads, event_type: &str, mode: Option<&str>) -> Markup {
    html! {
        span.kind {
            (square(quads.of(event_type))) " "
            span.type { (event_type) }
            @if let Some(mode) = mode { " " span.mode { (mode) } }
        }
    }
}

/// A party with a link to its page.
pub(crate) fn party(label: &str, name: Option<&str>, code: Option<&str>) -> Markup {
    html! {
        span.party {
            @match name.or(code) {
                Some(target) => a href=(links::actor(target)) { (label) },
                None => (label),
            }
            @if let Some(code) = code { "\u{a0}" a.code href=(links::actor(code)) { (code) } }
        }
    }
}

/// Actors, an arrow, recipients.
pub(crate) fn parties(event: &EventSummary) -> Markup {
    let side = |side: &[chancery_ledger::PartyView]| {
        html! {
            @if side.is_empty() { span.none { "not named" } }
            @for (i, p) in side.iter().enumerate() {
                @if i > 0 { ", " }
                (party(&p.label, p.name.as_deref(), p.code.as_deref()))
            }
        }
    };
    html! {
        (side(&event.actors))
        @if !event.recipients.is_empty() {
            span.arrow { span aria-hidden="true" { " → " } span.hidden { " to " } }
            (side(&event.recipients))
        }
    }
}

/// The parties of one report, in its own words.
pub(crate) fn parties_of(report: &EventRecord) -> Markup {
    let side = |side: &[PartyRecord]| {
        html! {
            @if side.is_empty() { span.none { "nobody" } }
            @for (i, p) in side.iter().enumerate() {
                @if i > 0 { ", " }
                (party(&p.text, p.name.as_deref(), p.code.as_deref()))
            }
        }
    };
    html! { (side(&report.actors)) @if !report.recipients.is_empty() { " → " (side(&report.recipients)) } }
}

pub(crate) fn status(status: &str) -> Markup {
    html! { span class={ "status" @if status != "occurred" { " open" } } { (status) } }
}

pub(crate) fn outlet_name(outlet: Option<&str>) -> Markup {
    html! { @match outlet { Some(outlet) => (outlet), None => span.none { "outlet not stated" } } }
}

/// The outlet, else the title or the first words.
pub(crate) fn source(head: &ArticleHead) -> &str {
    head.outlet.as_deref().unwrap_or(head.heading())
}

/// A path as it is shown: of one that begins at the root of this machine only the last part, as the folders above it are
/// nobody's concern who sees the page.
pub(crate) fn shown_path(path: &str) -> &str {
    let at_root = path.starts_with(['/', '\\']) || path.get(1..3).is_some_and(|p| p == ":/" || p == ":\\");
    if at_root { path.rsplit(['/', '\\']).next().unwrap_or(path) } else { path }
}

/// Events under their days, newest first.
pub(crate) fn event_table(quads: &Quads, caption: &str, events: &[EventSummary]) -> Markup {
    let mut days: Vec<(Option<&str>, Vec<&EventSummary>)> = Vec::new();
    for event in events {
        match days.last_mut() {
            Some((day, list)) if *day == event.day.as_deref() => list.push(event),
            _ => days.push((event.day.as_deref(), vec![event])),
        }
    }
    html! {
        table.events role="table" {
            caption { (caption) }
            thead role="rowgroup" {
                tr role="row" {
                    th role="columnheader" scope="col" { "What" }
                    th role="columnheader" scope="col" { "Who, to whom" }
                    th role="columnheader" scope="col" { "In the words of a report" }
                    th role="columnheader" scope="col" { "Told by" }
                }
            }
            @for (day, list) in days {
                tbody role="rowgroup" {
                    tr.day role="row" { th role="rowheader" scope="rowgroup" colspan="4" { (day_name(day)) } }
                    @for event in list { (event_row(quads, event)) }
                }
            }
        }
    }
}

fn event_row(quads: &Quads, event: &EventSummary) -> Markup {
    html! {
        tr.event.(quads.of(&event.event_type).css()) role="row" {
            td.what role="cell" {
                a href=(links::event(&event.id)) { (kind(quads, &event.event_type, event.mode.as_deref())) }
                (status(&event.status))
            }
            td.who role="cell" { (parties(event)) }
            td.words role="cell" {
                a href=(links::event(&event.id)) { (event.evidence) }
                @if let Some(claimant) = &event.claimant { span.claimant { "as told by " (claimant) } }
            }
            td.told role="cell" {
                span.number { (count(event.reports, "report")) }
                @if !event.outlets.is_empty() { span.outlets { (outlets(&event.outlets)) } }
            }
        }
    }
}

fn outlets(names: &[String]) -> String {
    match names {
        [one, two, three, _, ..] => format!("{one}, {two}, {three} and {} more", names.len() - 3),
        few => few.join(", "),
    }
}

fn day_name(day: Option<&str>) -> Markup {
    html! {
        @match day {
            Some(day) => { @if let Some(weekday) = dates::weekday(day) { (weekday) " " } time datetime=(day) { (dates::long(day)) } },
            None => "No date stated",
        }
    }
}

/// A paragraph with its words marked.
pub(crate) fn passage(passage: &Passage) -> Markup {
    html! { p.passage { (passage.before) mark { (passage.words) } (passage.after) } }
}

/// Title with a link to the article's text, and where it stands.
pub(crate) fn article_line(head: &ArticleHead) -> Markup {
    html! {
        p.article-line {
            a href=(links::article(&head.key)) { (head.heading()) }
            span.meta {
                @if let Some(date) = &head.date { time datetime=(date) { (dates::short(date)) } }
                @if !head.reprinted_from.is_empty() { " · reprints " (head.reprinted_from.join(", ")) }
            }
        }
    }
}

/// Something said: the words, who said them, through whom they came and, on pages of many articles, where it stands.
pub(crate) fn quote(view: &QuoteView, with_article: bool) -> Markup {
    let q = &view.quote;
    html! {
        li.quote {
            blockquote { @if q.kind == "direct" { "“" (q.text) "”" } @else { (q.text) } }
            p.by {
                @match (&q.speaker, &q.speaker_text) {
                    (Some(name), _) => (party(name, Some(name), q.speaker_code.as_deref())),
                    (None, Some(words)) => span { (words) },
                    (None, None) => span.none { "speaker not known" },
                }
                @if let Some(words) = spoken_for(q) { span.via { (words) } }
                @if let Some(to) = &q.addressee { span.via { ", to " (to) } }
                @if !q.via.is_empty() { span.via { ", passed on by " (q.via.join(", then ")) } }
                @if q.kind != "direct" { span.meta { " · " (q.kind) " speech" } }
                @if let Some(stance) = q.stance.as_ref().filter(|s| *s != "assert") { span.meta { " · " (stance) } }
            }
            @if with_article {
                p.meta {
                    a href=(links::article(&view.article.key)) { (source(&view.article)) }
                    @if let Some(date) = &view.article.date { " · " time datetime=(date) { (dates::short(date)) } }
                }
            }
        }
    }
}

/// ", a spokesperson for X" or ", by a spokesperson", where the speaker speaks for another.
fn spoken_for(q: &QuoteRecord) -> Option<String> {
    let named = |role: &str| q.chain.iter().find(|l| l.role == role).map(|l| l.name.as_str());
    let (principal, spokesperson) = (named("principal"), named("spokesperson")?);
    match principal {
        Some(name) if q.speaker.as_deref() == Some(spokesperson) => Some(format!(", who speaks for {name}")),
        _ => Some(format!(", by {spokesperson}")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn folders_of_this_machine_are_not_shown() {
        for (path, shown) in [
            ("/home/somebody/pages/a.html#2", "a.html#2"),
            ("C:/pages/b.txt", "b.txt"),
            ("C:\\pages\\c.txt", "c.txt"),
            ("pages/d.txt#1", "pages/d.txt#1"),
            ("https://news.example/a/b", "https://news.example/a/b"),
            ("-", "-"),
            ("", ""),
        ] {
            assert_eq!(shown_path(path), shown);
        }
    }

    #[test]
    fn numbers_carry_their_units() {
        assert_eq!(reports_of_events(12, 7), "12 reports of 7 events");
        assert_eq!(reports_of_events(1, 1), "1 report of 1 event");
        assert_eq!(count(1_234_567, "article"), "1,234,567 articles");
    }
}
