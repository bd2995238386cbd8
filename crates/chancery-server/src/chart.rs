//! Events by day, drawn as SVG: cooperation above the line, conflict below, deeds next to the line, words outside.

use crate::dates;
use crate::links;
use crate::pages::count;
use crate::quads::{Quad, Quads};
use chancery_ledger::{DayCount, EventFilter, Overview};
use chancery_text::PartialDate;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Days that are drawn where the filter does not say from when.
const DAYS: i64 = 60;
/// The most days that are drawn.
const MOST_DAYS: i64 = 366;
/// Drawing units: height and width of the bars, and the width of the broadest bar.
const HEIGHT: f64 = 96.0;
const WIDTH: f64 = 960.0;
const BROADEST: f64 = 20.0;
/// The height stands for at least so many events.
const LEAST_SCALE: u64 = 6;

/// Events of one day: verbal and material cooperation, verbal and material conflict, unclassed.
type Day = [u64; 5];

/// The chart, or nothing where no event has a day.
pub(crate) fn by_day(counts: &[DayCount], quads: &Quads, filter: &EventFilter, overview: &Overview) -> Markup {
    let Some(days) = days_to_draw(counts, filter, overview) else { return html! {} };
    let by_day = classed(counts, quads);
    let drawn: Vec<(String, Day)> =
        days.iter().map(|d| d.to_string()).map(|d| (d.clone(), by_day.get(&d).copied().unwrap_or_default())).collect();
    let inside: u64 = drawn.iter().flat_map(|(_, n)| n).sum();
    let total: u64 = counts.iter().map(|c| c.events).sum();
    let frame = Frame::of(&drawn);
    let (first, last) = (&drawn[0].0, &drawn[drawn.len() - 1].0);
    let label = format!("{} by day, {}", count(inside, "event"), dates::range(first, last));
    html! {
        figure.chart {
            figcaption {
                strong { "Events by day" } " "
                span.meta {
                    "cooperation above the line, conflict below; the longest bar stands for " (count(frame.longest, "event"))
                    @if inside < total { ". " (count(total - inside, "event")) " before or after these days" }
                }
            }
            svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label=(label) preserveAspectRatio="none" {
                @for (i, (day, n)) in drawn.iter().enumerate() { (bar(&frame, i, day, n, filter)) }
                line.axis x1="0" x2=(WIDTH) y1=(short(frame.line)) y2=(short(frame.line)) {}
            }
            (ends(&drawn))
        }
    }
}

/// Where the line lies and how high one event is.
struct Frame {
    line: f64,
    unit: f64,
    step: f64,
    longest: u64,
}

impl Frame {
    fn of(drawn: &[(String, Day)]) -> Self {
        let above = drawn.iter().map(|(_, n)| n[0] + n[1] + n[4]).max().unwrap_or(0);
        let below = drawn.iter().map(|(_, n)| n[2] + n[3]).max().unwrap_or(0);
        // A day with one event is not to look like a great one.
        let unit = HEIGHT / (above + below).max(LEAST_SCALE) as f64;
        Frame {
            line: HEIGHT - below as f64 * unit,
            unit,
            step: WIDTH / drawn.len().max(1) as f64,
            longest: above.max(below),
        }
    }
}

/// One day's bar, a link to its events; the keyboard reaches the same by the form below.
fn bar(frame: &Frame, i: usize, day: &str, n: &Day, filter: &EventFilter) -> Markup {
    let events = n.iter().sum::<u64>();
    let width = (frame.step * 0.8).min(BROADEST);
    let (left, x) = (i as f64 * frame.step, (i as f64 + 0.5) * frame.step - width / 2.0);
    let height = |events: u64| events as f64 * frame.unit;
    let pieces = [
        (Quad::MaterialCooperation, frame.line - height(n[1]), height(n[1])),
        (Quad::VerbalCooperation, frame.line - height(n[1] + n[0]), height(n[0])),
        (Quad::Unknown, frame.line - height(n[1] + n[0] + n[4]), height(n[4])),
        (Quad::MaterialConflict, frame.line, height(n[3])),
        (Quad::VerbalConflict, frame.line + height(n[3]), height(n[2])),
    ];
    let that_day = EventFilter { from: Some(day.into()), to: Some(day.into()), ..filter.clone() };
    html! {
        @if events > 0 {
            a href=(links::events(&that_day, None)) tabindex="-1" {
                title { (dates::long(day)) ": " (count(events, "event")) }
                rect.hit x=(short(left)) y="0" width=(short(frame.step)) height=(HEIGHT) {}
                @for (quad, y, height) in pieces {
                    @if height > 0.0 { rect.(quad.css()) x=(short(x)) y=(short(y)) width=(short(width)) height=(short(height)) {} }
                }
            }
        }
    }
}

/// The first and the last day and, where there is room, some between.
fn ends(drawn: &[(String, Day)]) -> Markup {
    let last = drawn.len() - 1;
    let marks = [0, last / 4, last / 2, last * 3 / 4, last];
    html! {
        div.ends aria-hidden="true" { @for at in marks { span { (dates::short(&drawn[at].0)) } } }
    }
}

fn classed(counts: &[DayCount], quads: &Quads) -> BTreeMap<String, Day> {
    let mut by_day: BTreeMap<String, Day> = BTreeMap::new();
    for count in counts {
        let class = Quad::CLASSED.iter().position(|q| *q == quads.of(&count.event_type)).unwrap_or(4);
        by_day.entry(count.day.clone()).or_default()[class] += count.events;
    }
    by_day
}

/// From the filter's days, else those of the articles, at most the last sixty; a day with no event is drawn, too.
fn days_to_draw(counts: &[DayCount], filter: &EventFilter, overview: &Overview) -> Option<Vec<PartialDate>> {
    let day = |text: &str| text.parse::<PartialDate>().ok();
    let whole = |(y, m, d): (i16, u8, u8)| PartialDate::day_of(y, m, d);
    let latest_event = day(&counts.last()?.day)?;
    let earliest_event = day(&counts.first()?.day)?;
    let published = |date: &Option<String>| date.as_deref().and_then(day);
    let end = match (filter.to.as_deref().and_then(day), published(&overview.last_published)) {
        (Some(to), _) => whole(to.last_day())?,
        (None, Some(last)) => whole(last.last_day())?.max(earliest_event),
        (None, None) => latest_event,
    };
    let most = if filter.from.is_some() { MOST_DAYS } else { DAYS };
    let start = match (filter.from.as_deref().and_then(day), published(&overview.first_published)) {
        (Some(from), _) => whole(from.first_day())?,
        (None, Some(first)) => whole(first.first_day())?.min(end),
        (None, None) => earliest_event,
    };
    let mut days = vec![end];
    while let Some(before) = days.last().and_then(|d| dates::day_before(*d)) {
        if before < start || days.len() as i64 >= most {
            break;
        }
        days.push(before);
    }
    days.reverse();
    // A handful of days is no course of things.
    (days.len() >= 5).then_some(days)
}

/// A number for a drawing: two decimals at most, so that pages stay small.
fn short(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(day: &str) -> DayCount {
        DayCount { day: day.into(), event_type: "CONSULT".into(), events: 2, reports: 3 }
    }

    #[test]
    fn days_end_with_the_latest_article_and_have_no_gaps() {
        let counts = [on("1931-05-01"), on("2026-02-01"), on("2026-02-20"), on("2030-01-01")];
        let published = |first: Option<&str>, last: Option<&str>| Overview {
            first_published: first.map(str::to_string),
            last_published: last.map(str::to_string),
            ..Overview::default()
        };
        let all = EventFilter::default();
        let days = days_to_draw(&counts, &all, &published(Some("2025-01"), Some("2026-02-25"))).unwrap();
        assert_eq!((days.len() as i64, days[days.len() - 1].to_string().as_str()), (DAYS, "2026-02-25"));
        let days = days_to_draw(&counts, &all, &published(Some("2026-02-03"), Some("2026-02-25"))).unwrap();
        assert_eq!(days.len(), 23);
        let filter = EventFilter { from: Some("2026-01".into()), to: Some("2026-02".into()), ..EventFilter::default() };
        assert_eq!(days_to_draw(&counts, &filter, &published(None, None)).unwrap().len(), 59);
        assert_eq!(days_to_draw(&[], &filter, &published(None, None)), None);
        assert!(days_to_draw(&counts, &all, &published(None, None)).is_some());
    }

    #[test]
    fn a_type_without_a_class_is_drawn_and_counted() {
        let counts: Vec<DayCount> = (1..=9).map(|d| on(&format!("2026-02-0{d}"))).collect();
        let chart = by_day(&counts, &Quads::default(), &EventFilter::default(), &Overview::default()).into_string();
        assert!(chart.contains("noquad") && chart.contains("18 events by day") && !chart.contains("before or after"));
    }
}
