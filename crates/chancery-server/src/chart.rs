//! Events by day (by month or year where the time is long), drawn as SVG: cooperation above the line, conflict below, deeds next to the line, words outside.

use crate::dates;
use crate::links;
use crate::pages::count;
use crate::quads::{Quad, Quads};
use chancery_ledger::{DayCount, EventFilter, Overview};
use chancery_text::PartialDate;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The most bars that are drawn; a longer time is drawn by month, a still longer one by year.
const MOST_BARS: usize = 100;
/// Drawing units: height and width of the bars, and the width of the broadest bar.
const HEIGHT: f64 = 96.0;
const WIDTH: f64 = 960.0;
const BROADEST: f64 = 20.0;
/// The height stands for at least so many events.
const LEAST_SCALE: u64 = 6;

/// Events of one day: verbal and material cooperation, verbal and material conflict, unclassed.
type Day = [u64; 5];

/// The chart with its figures as a table, or a line that says why there is none.
pub(crate) fn by_day(counts: &[DayCount], quads: &Quads, filter: &EventFilter, overview: &Overview) -> Markup {
    let dated: Vec<DayCount> = counts.iter().filter(|c| !c.day.is_empty()).cloned().collect();
    let total: u64 = counts.iter().map(|c| c.events).sum();
    let Some(bars) = bars_to_draw(&dated, filter, overview) else { return not_drawn(total, &dated) };
    let letters = bars.letters;
    let classed = classed(&dated, quads, letters);
    let drawn: Vec<(String, Day)> =
        bars.names.into_iter().map(|name| (name.clone(), classed.get(&name).copied().unwrap_or_default())).collect();
    let inside: u64 = drawn.iter().flat_map(|(_, n)| n).sum();
    let coarse: u64 = dated.iter().filter(|c| c.day.len() < letters).map(|c| c.events).sum();
    let undated = total - dated.iter().map(|c| c.events).sum::<u64>();
    let frame = Frame::of(&drawn);
    let (first, last) = (&drawn[0].0, &drawn[drawn.len() - 1].0);
    let unit = match letters {
        DAY => "day",
        MONTH => "month",
        _ => "year",
    };
    let label = format!("{} by {unit}, {}", count(inside, "event"), dates::range(first, last));
    html! {
        figure.chart data-figure={ "events-by-" (unit) } {
            figcaption {
                strong { "Events by " (unit) } " "
                span.meta {
                    "cooperation above the line, conflict below; the longest bar stands for " (count(frame.longest, "event"))
                    (left_out(&[
                        (undated, "without a date".into()),
                        (coarse, format!("dated less exactly than to a {unit}")),
                        (total - inside - coarse - undated, "before or after".into()),
                    ]))
                }
            }
            svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="group" aria-label=(label) preserveAspectRatio="none" {
                @for (i, (day, n)) in drawn.iter().enumerate() { (bar(&frame, i, day, n, filter)) }
                line.axis x1="0" x2=(WIDTH) y1=(short(frame.line)) y2=(short(frame.line)) {}
            }
            (ends(&drawn))
            (as_table(&drawn, unit))
        }
    }
}

/// Events that are in no bar, with the reason; nothing where there are none.
pub(crate) fn left_out(reasons: &[(u64, String)]) -> Markup {
    let some: Vec<String> =
        reasons.iter().filter(|(n, _)| *n > 0).map(|(n, why)| format!("{} {why}", count(*n, "event"))).collect();
    html! { @if !some.is_empty() { ". Not drawn: " (some.join(", ")) } }
}

/// Few days, or more years than anybody draws.
fn not_drawn(total: u64, dated: &[DayCount]) -> Markup {
    let undated = total - dated.iter().map(|c| c.events).sum::<u64>();
    html! {
        @if total > 0 {
            p.meta {
                "Not drawn by day: "
                @match (dated.first(), dated.last()) {
                    (Some(first), Some(last)) => {
                        (count(total - undated, "event")) " of " (dates::range(&first.day, &last.day))
                        @if undated > 0 { ", and " (count(undated, "event")) " without a date" }
                    },
                    _ => { (count(undated, "event")) " without a date" },
                }
                "."
            }
        }
    }
}

fn as_table(drawn: &[(String, Day)], unit: &str) -> Markup {
    html! {
        details.figures {
            summary { "The figures as a table" }
            table.counts {
                thead {
                    tr {
                        th scope="col" { (unit[..1].to_uppercase()) (unit[1..]) }
                        @for quad in Quad::CLASSED { th.n scope="col" { (quad.label()) } }
                        th.n scope="col" { "other" }
                    }
                }
                tbody {
                    @for (day, n) in drawn.iter().rev().filter(|(_, n)| n.iter().any(|n| *n > 0)) {
                        tr {
                            th scope="row" { time datetime=(day) { (dates::long(day)) } }
                            @for n in n { td.n { (n) } }
                        }
                    }
                }
            }
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

/// Counts by the first `letters` of the day; what is dated less exactly than that is in no bar.
fn classed(counts: &[DayCount], quads: &Quads, letters: usize) -> BTreeMap<String, Day> {
    let mut bars: BTreeMap<String, Day> = BTreeMap::new();
    for count in counts {
        let class = Quad::CLASSED.iter().position(|q| *q == quads.of(&count.event_type)).unwrap_or(4);
        if let Some(name) = count.day.get(..letters) {
            bars.entry(name.to_string()).or_default()[class] += count.events;
        }
    }
    bars
}

/// Letters of `2026-02-15` that name a day, a month, a year.
const DAY: usize = 10;
const MONTH: usize = 7;
const YEAR: usize = 4;

/// What is drawn: days, months or years, without gaps.
#[derive(Debug, PartialEq)]
struct Bars {
    letters: usize,
    names: Vec<String>,
}

/// From the filter's first to its last day, else those of the articles, else those of the events.
fn bars_to_draw(counts: &[DayCount], filter: &EventFilter, overview: &Overview) -> Option<Bars> {
    let day = |text: &str| text.parse::<PartialDate>().ok();
    let whole = |(y, m, d): (i16, u8, u8)| PartialDate::day_of(y, m, d);
    let either = |asked: &Option<String>, published: &Option<String>, event: &str| {
        asked.as_deref().and_then(day).or_else(|| published.as_deref().and_then(day)).or_else(|| day(event))
    };
    let start = either(&filter.from, &overview.first_published, &counts.first()?.day)?;
    let end = either(&filter.to, &overview.last_published, &counts.last()?.day)?;
    let (start, end) = (whole(start.first_day())?, whole(end.last_day())?);
    let (days, years) =
        (end.day_number() - start.day_number() + 1, i64::from(end.year()) - i64::from(start.year()) + 1);
    // A handful of days is no course of things.
    if days < 5 || years > MOST_BARS as i64 * 5 {
        return None;
    }
    let letters = match () {
        () if days <= MOST_BARS as i64 => DAY,
        () if days <= MOST_BARS as i64 * 30 => MONTH,
        () => YEAR,
    };
    let mut names = vec![];
    let mut at = end;
    while at >= start {
        let name = at.to_string()[..letters].to_string();
        if names.last() != Some(&name) {
            names.push(name);
        }
        at = dates::day_before(at)?;
    }
    names.reverse();
    Some(Bars { letters, names })
}

/// A number for a drawing: two decimals at most, so that pages stay small.
pub(crate) fn short(number: f64) -> String {
    let text = format!("{number:.2}");
    text.trim_end_matches('0').trim_end_matches('.').to_string()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn on(day: &str) -> DayCount {
        DayCount { day: day.into(), event_type: "CONSULT".into(), events: 2, reports: 3 }
    }

    fn bars(filter: [Option<&str>; 2], published: [Option<&str>; 2]) -> Option<(usize, usize, String)> {
        let counts = [on("1931-05-01"), on("2026-02-01"), on("2026-02-20"), on("2030-01-01")];
        let [from, to] = filter.map(|d| d.map(str::to_string));
        let [first_published, last_published] = published.map(|d| d.map(str::to_string));
        let filter = EventFilter { from, to, ..EventFilter::default() };
        let overview = Overview { first_published, last_published, ..Overview::default() };
        let bars = bars_to_draw(&counts, &filter, &overview)?;
        let last = bars.names.last().cloned()?;
        Some((bars.letters, bars.names.len(), last))
    }

    #[test]
    fn a_longer_time_is_drawn_by_month_or_year_without_gaps() {
        assert_eq!(bars([None; 2], [Some("2026-02-03"), Some("2026-02-25")]), Some((DAY, 23, "2026-02-25".into())));
        assert_eq!(bars([None; 2], [Some("2024-11"), Some("2026-02-25")]), Some((MONTH, 16, "2026-02".into())));
        assert_eq!(bars([None; 2], [None; 2]), Some((YEAR, 100, "2030".into())));
        assert_eq!(bars([Some("2026-01"), Some("2026-02")], [None; 2]), Some((DAY, 59, "2026-02-28".into())));
        assert_eq!(bars([Some("2026-02-01"), Some("2026-02-02")], [None; 2]), None);
        assert_eq!(bars([Some("0001"), Some("9999")], [None; 2]), None, "nobody draws ten thousand years");
        assert_eq!(bars([Some("2026-03"), Some("2026-02")], [None; 2]), None);
    }

    #[test]
    fn a_type_without_a_class_is_drawn_and_counted() {
        let counts: Vec<DayCount> = (1..=9).map(|d| on(&format!("2026-02-0{d}"))).collect();
        let chart = by_day(&counts, &Quads::default(), &EventFilter::default(), &Overview::default()).into_string();
        assert!(chart.contains("noquad") && chart.contains("18 events by day") && !chart.contains("Not drawn"));
    }

    #[test]
    fn what_has_no_day_is_counted() {
        let mut counts: Vec<DayCount> = (1..=9).map(|d| on(&format!("2026-02-0{d}"))).collect();
        counts.insert(0, on(""));
        counts.push(on("2026-02"));
        let filter = EventFilter { to: Some("2026-02-08".into()), ..EventFilter::default() };
        let chart = by_day(&counts, &Quads::default(), &filter, &Overview::default()).into_string();
        let said =
            "Not drawn: 2 events without a date, 2 events dated less exactly than to a day, 2 events before or after";
        assert!(chart.contains(said) && chart.contains("16 events by day"), "{chart}");
        let few = by_day(&[on(""), on("2026-02-01")], &Quads::default(), &EventFilter::default(), &Overview::default());
        assert!(few.into_string().contains("2 events of 1 February 2026, and 2 events without a date"));
        let none = by_day(&[on("")], &Quads::default(), &EventFilter::default(), &Overview::default()).into_string();
        assert!(none.contains("2 events without a date"));
    }
}
