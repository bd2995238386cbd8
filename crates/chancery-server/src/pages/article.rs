//! `/article/{key}`: the text, with all that was found in it marked.

use super::parts::{count, kind, outlet_name, party, quote, shown_path};
use super::{Sheet, failed, nothing_here};
use crate::quads::Quads;
use crate::state::Desk;
use crate::{dates, links};
use axum::extract::{Path, State};
use axum::response::Response;
use chancery_ledger::{ArticleView, Passage, QuoteView};
use chancery_records::ArticleRecord;
use maud::{Markup, html};
use std::collections::BTreeSet;

pub(crate) async fn page(State(desk): State<Desk>, Path(id): Path<String>) -> Response {
    let view = match desk.ask(move |ledger| ledger.article_view(&id)).await {
        Ok(Some(view)) => view,
        Ok(None) => return nothing_here(&desk),
        Err(wrong) => return failed(&desk, &wrong),
    };
    let record = &view.article.record;
    let title = view.head.heading();
    let body = html! {
        header.top {
            p.kicker { (outlet_name(record.outlet.as_deref())) @if record.kind != "article" { " · " (record.kind) } }
            h1 { (title) }
            (origin(&view))
            p.deck {
                (count(record.events.len() as u64, "report")) ", " (count(record.quotes.len() as u64, "quote")) " and "
                (count(record.mentions.len() as u64, "mention")) " found in it."
            }
        }
        (switches(&view))
        div.reading {
            section.text aria-label="Text of the article" { (text(&view, desk.quads())) }
            aside.found aria-label="What was found" { (found(&view, desk.quads())) }
        }
    };
    Sheet { title, section: "/outlets", searched: "", body }.respond(&desk)
}

fn origin(view: &ArticleView) -> Markup {
    let record = &view.article.record;
    html! {
        p.meta {
            @if let Some(date) = &record.date { time datetime=(date) { (dates::long(date)) } } @else { "No date stated" }
            @if !record.authors.is_empty() { " · " (record.authors.join(", ")) }
            @if !record.reprinted_from.is_empty() { " · reprints " (record.reprinted_from.join(", ")) }
            @if let Some(url) = &record.url { " · " (links::outbound(url, "original page")) }
        }
        p.meta.file {
            (shown_path(&record.id)) ", characters " (record.start) " to " (record.end)
            @if !view.also_seen_at.is_empty() { "; the same content at " (view.also_seen_at.iter().map(|p| shown_path(p)).collect::<Vec<_>>().join(", ")) }
        }
    }
}

/// What is marked in the text, each with a switch; they work without a script.
fn switches(view: &ArticleView) -> Markup {
    let record = &view.article.record;
    let left_out = left_out(record, &view.article.text).len();
    let layers = [
        ("reports", record.events.len(), "reports of events"),
        ("quotes", record.quotes.len(), "quotes"),
        ("mentions", record.mentions.len(), "names"),
        ("rest", left_out, "what was not taken for the article"),
    ];
    html! {
        fieldset.layers {
            legend { "Show in the text" }
            @for (id, number, words) in layers {
                @if number > 0 {
                    span.switch.(id) { input #{ "show-" (id) } type="checkbox" checked autocomplete="off"; label for={ "show-" (id) } { (words) " (" (number) ")" } }
                }
            }
            @if record.text.is_some() {
                p.meta { "The text was extracted from a page with markup, of which the ledger keeps no more than this." }
            } @else if left_out == 0 {
                p.meta { "This is the page’s own text; nothing in it was left out." }
            } @else {
                p.meta { "This is the page’s own text; what was not taken for the article is grey." }
            }
        }
    }
}

/// The stretches between the blocks of content that hold words; none where it is not known what is content.
fn left_out(record: &ArticleRecord, text: &str) -> Vec<(usize, usize)> {
    let Some(layout) = &record.layout else { return Vec::new() };
    let mut found = Vec::new();
    let mut at = 0;
    let ends = layout.blocks.iter().map(|(start, end, ..)| (*start, *end)).chain([(text.len(), text.len())]);
    for (start, end) in ends {
        if text.get(at..start).is_some_and(|between| between.contains(char::is_alphanumeric)) {
            found.push((at, start));
        }
        at = at.max(end);
    }
    found
}

fn found(view: &ArticleView, quads: &Quads) -> Markup {
    let record = &view.article.record;
    html! {
        @if !record.events.is_empty() {
            h2 { (count(record.events.len() as u64, "report")) }
            ol.reports {
                @for (i, e) in record.events.iter().enumerate() {
                    li #{ "report-" (i + 1) } {
                        a href={ "#r" (i + 1) } { (kind(quads, &e.event_type, e.mode.as_deref())) }
                        span.status { (e.status) }
                        p {
                            @for (n, p) in e.actors.iter().enumerate() { @if n > 0 { ", " } (party(p.name.as_deref().unwrap_or(&p.text), p.name.as_deref(), p.code.as_deref())) }
                            @if !e.recipients.is_empty() { " → " }
                            @for (n, p) in e.recipients.iter().enumerate() { @if n > 0 { ", " } (party(p.name.as_deref().unwrap_or(&p.text), p.name.as_deref(), p.code.as_deref())) }
                        }
                        @if let Some(event) = &e.event { p { a href=(links::event(event)) { "This event in all reports" } } }
                    }
                }
            }
        }
        @if !record.quotes.is_empty() {
            h2 { (count(record.quotes.len() as u64, "quote")) }
            ul.quotes {
                @for q in &record.quotes {
                    (quote(&QuoteView {
                        article: view.head.clone(),
                        quote: q.clone(),
                        passage: Passage { before: String::new(), words: String::new(), after: String::new() },
                        events: Vec::new(),
                    }, false))
                }
            }
        }
        @if !record.notes.is_empty() {
            h2 { (count(record.notes.len() as u64, "note")) }
            ul.notes { @for note in &record.notes { li { span.code { (note.code) } " " (note.text) } } }
        }
    }
}

/// A stretch that something was found in, in bytes of the text.
struct Layer {
    start: usize,
    end: usize,
    what: What,
}

#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum What {
    Report(usize),
    Quote,
    Mention,
    LeftOut,
}

/// The text in paragraphs; where layers overlap, each piece carries the marks of all.
fn text(view: &ArticleView, quads: &Quads) -> Markup {
    let text = &view.article.text;
    let layers = layers(&view.article.record, text);
    let mut cuts: BTreeSet<usize> = layers.iter().flat_map(|l| [l.start, l.end]).collect();
    let mut begun = BTreeSet::new();
    let mut paragraphs = Vec::new();
    let mut at = 0;
    for line in text.split('\n') {
        let (start, end) = (at, at + line.len());
        at = end + 1;
        if line.trim().is_empty() {
            continue;
        }
        cuts.extend([start, end]);
        let inside: Vec<usize> = cuts.range(start..=end).copied().collect();
        let pieces: Vec<Markup> = inside
            .windows(2)
            .filter_map(|w| Some((w[0], text.get(w[0]..w[1])?)))
            .map(|(from, words)| piece(words, from, &layers, &view.article.record, quads, &mut begun))
            .collect();
        let rest = layers.iter().any(|l| l.what == What::LeftOut && l.start <= start && end <= l.end);
        let heading = view.article.record.title.as_deref().is_some_and(|t| t.trim() == line.trim());
        paragraphs.push(html! { p.heading[heading].rest[rest] { @for piece in &pieces { (piece) } } });
    }
    html! { @for paragraph in &paragraphs { (paragraph) } }
}

fn piece(
    words: &str,
    from: usize,
    layers: &[Layer],
    record: &ArticleRecord,
    quads: &Quads,
    begun: &mut BTreeSet<usize>,
) -> Markup {
    let here: Vec<What> = layers.iter().filter(|l| l.start <= from && from < l.end).map(|l| l.what).collect();
    let report = here.iter().find_map(|w| match w {
        What::Report(i) => Some(*i),
        _ => None,
    });
    let mut class = Vec::new();
    if let Some(event) = report.and_then(|i| record.events.get(i)) {
        class.extend(["report", quads.of(&event.event_type).css()]);
    }
    class.extend(here.contains(&What::Quote).then_some("said"));
    class.extend(here.contains(&What::Mention).then_some("named"));
    class.extend(here.contains(&What::LeftOut).then_some("rest"));
    let new: Vec<usize> = layers
        .iter()
        .filter(|l| l.start == from)
        .filter_map(|l| match l.what {
            What::Report(i) if begun.insert(i) => Some(i + 1),
            _ => None,
        })
        .collect();
    html! {
        @for n in &new { a.number #{ "r" (n) } href={ "#report-" (n) } aria-label={ "report " (n) } { (n) } }
        @if class.is_empty() { (words) }
        @else if report.is_some() { mark class=(class.join(" ")) { (words) } }
        @else { span class=(class.join(" ")) { (words) } }
    }
}

fn layers(record: &ArticleRecord, text: &str) -> Vec<Layer> {
    let starts: Vec<usize> = text.char_indices().map(|(i, _)| i).chain([text.len()]).collect();
    let layer = |start: usize, end: usize, what: What| {
        let byte = |at: usize| at.checked_sub(record.start).and_then(|n| starts.get(n)).copied();
        Some(Layer { start: byte(start)?, end: byte(end)?, what })
    };
    let reports = record.events.iter().enumerate().filter_map(|(i, e)| layer(e.start, e.end, What::Report(i)));
    let quotes = record.quotes.iter().filter_map(|q| layer(q.start, q.end, What::Quote));
    let mentions = record.mentions.iter().filter_map(|m| layer(m.start, m.end, What::Mention));
    let rest = left_out(record, text).into_iter().map(|(start, end)| Layer { start, end, what: What::LeftOut });
    reports.chain(quotes).chain(mentions).chain(rest).collect()
}
