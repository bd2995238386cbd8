//! Events by day, drawn as SVG: cooperation above the line, conflict below, deeds next to the line, words outside.

use crate::dates;
use crate::links;
use crate::pages::count;
use crate::quads::{Quad, Quads};
use chancery_ledger::{DayCount, EventFilter};
use chancery_text::PartialDate;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Days that are drawn where the filter does not say from when.
const DAYS: i64 = 60;
/// The most days that are drawn.
const MOST_DAYS: i64 = 366;
/// Drawing units: the height of each half and the width of the whole.
const HALF: f64 = 46.0;
const WIDTH: f64 = 960.0;

/// The chart, or nothing where no event has a day.
pub(crate) fn by_day(counts: &[DayCount], quads: &Quads, filter: &EventFilter, last_published: Option<&str>) -> Markup {
    let Some(days) = days_to_draw(counts, filter, last_published) else { return html! {} };
    let by_day = classed(counts, quads);
    let drawn: Vec<(String, [u64; 4])> =
        days.iter().map(|d| d.to_string()).map(|d| (d.clone(), by_day.get(&d).copied().unwrap_or_default())).collect();
    let (inside, total): (u64, u64) =
        (drawn.iter().map(|(_, n)| n.iter().sum::<u64>()).sum(), counts.iter().map(|c| c.events).sum());
    let most = drawn.iter().map(|(_, n)| (n[0] + n[1]).max(n[2] + n[3])).max().unwrap_or(0).max(1);
    let (first, last) = (&drawn[0].0, &drawn[drawn.len() - 1].0);
    let label = format!("{} by day, {} to {}", count(inside, "event"), dates::long(first), dates::long(last));
    html! {
        figure.chart {
            figcaption {
                strong { "Events by day" } " "
                span.meta {
                    (dates::short(first)) " – " (dates::short(last)) "; at most " (most) " a day on one side"
                    @if inside < total { "; " (count(total - inside, "event")) " before or after" }
                }
            }
            svg viewBox={ "0 -12 " (WIDTH) " " (2.0 * HALF + 30.0) } role="img" aria-label=(label) preserveAspectRatio="none" {
                line.axis x1="0" x2=(WIDTH) y1=(HALF) y2=(HALF) {}
                @for (i, (day, n)) in drawn.iter().enumerate() { (bar(i, drawn.len(), most, day, n, filter)) }
            }
            div.ends aria-hidden="true" {
                span { (dates::short(first)) }
                span { (dates::short(last)) }
            }
        }
    }
}

/// One day's bar, a link to its events.
fn bar(i: usize, of: usize, most: u64, day: &str, n: &[u64; 4], filter: &EventFilter) -> Markup {
    let step = WIDTH / of as f64;
    let (x, width) = (i as f64 * step, (step - 1.5).max(step * 0.6));
    let height = |events: u64| events as f64 * HALF / most as f64;
    // Order of the counts: verbal and material cooperation, verbal and material conflict.
    let tops = [
        (Quad::MaterialCooperation, HALF - height(n[1]), height(n[1])),
        (Quad::VerbalCooperation, HALF - height(n[1]) - height(n[0]), height(n[0])),
        (Quad::MaterialConflict, HALF, height(n[3])),
        (Quad::VerbalConflict, HALF + height(n[3]), height(n[2])),
    ];
    let that_day = EventFilter { from: Some(day.into()), to: Some(day.into()), ..filter.clone() };
    let events = n.iter().sum::<u64>();
    html! {
        @if events > 0 {
            a href=(links::events(&that_day, None)) {
                title { (dates::long(day)) ": " (count(events, "event")) }
                rect.hit x=(short(x)) y="-12" width=(short(step)) height=(2.0 * HALF + 30.0) {}
                @for (quad, y, height) in tops {
                    @if height > 0.0 { rect.(quad.css()) x=(short(x)) y=(short(y)) width=(short(width)) height=(short(height)) {} }
                }
            }
        }
    }
}

fn classed(counts: &[DayCount], quads: &Quads) -> BTreeMap<String, [u64; 4]> {
    let mut by_day: BTreeMap<String, [u64; 4]> = BTreeMap::new();
    for count in counts {
        if let Some(i) = Quad::CLASSED.iter().position(|q| *q == quads.of(&count.event_type)) {
            by_day.entry(count.day.clone()).or_default()[i] += count.events;
        }
    }
    by_day
}

/// From the filter's days, else the sixty up to the latest article; a day with no event is drawn, too.
fn days_to_draw(counts: &[DayCount], filter: &EventFilter, last_published: Option<&str>) -> Option<Vec<PartialDate>> {
    let day = |text: &str| text.parse::<PartialDate>().ok();
    let whole = |(y, m, d): (i16, u8, u8)| PartialDate::day_of(y, m, d);
    let latest_event = day(&counts.last()?.day)?;
    let earliest_event = day(&counts.first()?.day)?;
    let end = match (filter.to.as_deref().and_then(day), last_published.and_then(day)) {
        (Some(to), _) => whole(to.last_day())?,
        (None, Some(published)) => whole(published.last_day())?.max(earliest_event).min(latest_event),
        (None, None) => latest_event,
    };
    let most = if filter.from.is_some() { MOST_DAYS } else { DAYS };
    let start = filter.from.as_deref().and_then(day).and_then(|from| whole(from.first_day())).unwrap_or(earliest_event);
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
        let days = days_to_draw(&counts, &EventFilter::default(), Some("2026-02-25")).unwrap();
        assert_eq!(days.len() as i64, DAYS);
        assert_eq!(days[days.len() - 1].to_string(), "2026-02-25");
        let filter = EventFilter { from: Some("2026-01".into()), to: Some("2026-02".into()), ..EventFilter::default() };
        assert_eq!(days_to_draw(&counts, &filter, None).unwrap().len(), 59);
        assert_eq!(days_to_draw(&[], &filter, None), None);
    }
}
