//! Events, reports and scores by week, drawn as SVG one below the other.

use crate::chart::{left_out, short};
use crate::dates;
use crate::pages::count;
use crate::quads::{Quad, Quads};
use chancery_ledger::ActCount;
use chancery_text::PartialDate;
use maud::{Markup, html};
use std::collections::BTreeMap;

/// The most weeks that are drawn: the last ones.
const MOST_WEEKS: usize = 104;
/// Drawing units of a panel.
const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 60.0;
/// The best and the worst score that a codebook gives.
const BEST: f64 = 10.0;
/// Statuses of what has happened; only these have a score.
const HAPPENED: [&str; 2] = ["occurred", "ongoing"];

/// What happened in a week.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Week {
    /// Its Monday.
    pub(crate) monday: String,
    /// Events by class: verbal and material cooperation, verbal and material conflict, unclassed.
    pub(crate) events: [u64; 5],
    /// Reports of them.
    pub(crate) reports: u64,
    /// Sum of the scores of what has happened.
    pub(crate) score: f64,
    /// Events in that sum.
    pub(crate) scored: u64,
}

impl Week {
    pub(crate) fn all(&self) -> u64 {
        self.events.iter().sum()
    }

    /// The mean score, where anything has happened.
    pub(crate) fn mean(&self) -> Option<f64> {
        (self.scored > 0).then(|| self.score / self.scored as f64)
    }
}

/// Events that are in no week: without a date, dated to a month or a year only, older than what is drawn.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Outside {
    undated: u64,
    coarse: u64,
    older: u64,
}

/// The weeks from the first act to the last, without gaps; and how many events are in none of them.
pub(crate) fn weeks_of(acts: &[ActCount], quads: &Quads) -> (Vec<Week>, Outside) {
    let mut by_monday: BTreeMap<String, Week> = BTreeMap::new();
    let mut outside = Outside::default();
    for act in acts {
        let Some(monday) = act.day.parse().ok().and_then(monday_of) else {
            *(if act.day.is_empty() { &mut outside.undated } else { &mut outside.coarse }) += act.events;
            continue;
        };
        let week = by_monday.entry(monday.to_string()).or_default();
        let class = Quad::CLASSED.iter().position(|q| *q == quads.of(&act.event_type)).unwrap_or(4);
        week.events[class] += act.events;
        week.reports += act.reports;
        if let Some(score) = quads.score(&act.event_type, act.mode.as_deref()).filter(|_| has_happened(&act.status)) {
            week.score += score * act.events as f64;
            week.scored += act.events;
        }
    }
    let (Some(first), Some(last)) = (by_monday.keys().next().cloned(), by_monday.keys().next_back().cloned()) else {
        return (Vec::new(), outside);
    };
    let mut weeks = Vec::new();
    let mut at = last.parse::<PartialDate>().ok();
    while let Some(monday) = at.filter(|m| m.to_string() >= first && weeks.len() < MOST_WEEKS) {
        let monday_text = monday.to_string();
        let week = by_monday.remove(&monday_text).unwrap_or_default();
        weeks.push(Week { monday: monday_text, ..week });
        at = (0..7).try_fold(monday, |day, _| dates::day_before(day));
    }
    outside.older = by_monday.values().map(Week::all).sum::<u64>();
    weeks.reverse();
    (weeks, outside)
}

pub(crate) fn has_happened(status: &str) -> bool {
    HAPPENED.contains(&status)
}

/// The Monday of a day's week; `None` for what is no day.
fn monday_of(date: PartialDate) -> Option<PartialDate> {
    date.day()?;
    // Day 0 is a Monday.
    (0..date.day_number().rem_euclid(7)).try_fold(date, |day, _| dates::day_before(day))
}

/// Three panels on one axis of time: events by class, reports, mean score; and the same as a table.
pub(crate) fn panels(weeks: &[Week], outside: Outside) -> Markup {
    let not_drawn = left_out(&[
        (outside.undated, "without a date".into()),
        (outside.coarse, "dated to a month or year only".into()),
        (outside.older, "before these weeks".into()),
    ]);
    let (Some(first), Some(last)) = (weeks.first(), weeks.last()) else {
        return html! { p.meta { "No event has a day" (not_drawn) "." } };
    };
    let time = dates::range(&first.monday, &last.monday);
    let most_events = weeks.iter().map(Week::all).max().unwrap_or(0);
    let most_reports = weeks.iter().map(|w| w.reports).max().unwrap_or(0);
    let events: u64 = weeks.iter().map(Week::all).sum();
    let reports: u64 = weeks.iter().map(|w| w.reports).sum();
    let label = |what: &str| format!("{what} by week, weeks that begin {time}");
    html! {
        figure.chart.weeks data-figure="weeks" {
            figcaption {
                strong { "Events by week" } " "
                span.meta {
                    (count(events, "event")) "; the highest bar stands for " (count(most_events, "event"))
                    (not_drawn)
                }
            }
            (panel(&label("Events"), |i| event_bars(&weeks[i], most_events), weeks.len(), HEIGHT))
            figcaption {
                strong { "Reports by week" } " "
                span.meta { (count(reports, "report")) " of these events; the highest bar stands for " (count(most_reports, "report")) }
            }
            (panel(&label("Reports"), |i| report_bar(&weeks[i], most_reports), weeks.len(), HEIGHT))
            figcaption {
                strong { "Score by week" } " "
                span.meta { "mean PLOVER score of the events that have happened, from −10 (below the line) to +10" }
            }
            (panel(&label("Mean score"), |i| score_bar(&weeks[i]), weeks.len(), HEIGHT / 2.0))
            div.ends aria-hidden="true" {
                @for at in [0, weeks.len() / 2, weeks.len() - 1] { span { (dates::short(&weeks[at].monday)) } }
            }
            (as_table(weeks))
        }
    }
}

/// A piece of a bar: style, upper edge, height.
type Piece = (&'static str, f64, f64);

fn panel(label: &str, pieces: impl Fn(usize) -> Vec<Piece>, weeks: usize, line: f64) -> Markup {
    let step = WIDTH / weeks.max(1) as f64;
    let width = (step * 0.8).min(20.0);
    html! {
        svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label=(label) preserveAspectRatio="none" {
            @for i in 0..weeks {
                @for (class, y, height) in pieces(i) {
                    @if height > 0.0 {
                        rect.(class) x=(short((i as f64 + 0.5) * step - width / 2.0)) y=(short(y)) width=(short(width)) height=(short(height)) {}
                    }
                }
            }
            line.axis x1="0" x2=(WIDTH) y1=(short(line)) y2=(short(line)) {}
        }
    }
}

fn event_bars(week: &Week, most: u64) -> Vec<Piece> {
    let unit = HEIGHT / most.max(1) as f64;
    let mut top = HEIGHT;
    let classes = [
        (Quad::MaterialConflict, week.events[3]),
        (Quad::VerbalConflict, week.events[2]),
        (Quad::Unknown, week.events[4]),
        (Quad::VerbalCooperation, week.events[0]),
        (Quad::MaterialCooperation, week.events[1]),
    ];
    let piece = |(quad, events): (Quad, u64)| {
        let height = events as f64 * unit;
        top -= height;
        (quad.css(), top, height)
    };
    classes.into_iter().map(piece).collect()
}

fn report_bar(week: &Week, most: u64) -> Vec<Piece> {
    let height = week.reports as f64 * HEIGHT / most.max(1) as f64;
    vec![("noquad", HEIGHT - height, height)]
}

fn score_bar(week: &Week) -> Vec<Piece> {
    let Some(mean) = week.mean() else { return Vec::new() };
    // A score of naught is still to be seen.
    let height = (mean.abs() / BEST * HEIGHT / 2.0).clamp(0.75, HEIGHT / 2.0);
    match mean >= 0.0 {
        true => vec![("mcoop", HEIGHT / 2.0 - height, height)],
        false => vec![("mconf", HEIGHT / 2.0, height)],
    }
}

fn as_table(weeks: &[Week]) -> Markup {
    html! {
        details.figures {
            summary { "The figures as a table" }
            table.counts {
                thead { tr { th scope="col" { "Week of" } th.n scope="col" { "Events" } th.n scope="col" { "Reports" } th.n scope="col" { "Mean score" } } }
                tbody {
                    @for week in weeks.iter().rev().filter(|w| w.all() > 0) {
                        tr {
                            th scope="row" { time datetime=(week.monday) { (dates::long(&week.monday)) } }
                            td.n { (week.all()) }
                            td.n { (week.reports) }
                            td.n { (week.mean().map(signed).unwrap_or_default()) }
                        }
                    }
                }
            }
        }
    }
}

/// `+2.5`, `−3.0`.
pub(crate) fn signed(number: f64) -> String {
    let sign = match format!("{number:.1}").parse::<f64>() {
        Ok(rounded) if rounded < 0.0 => "−",
        Ok(rounded) if rounded > 0.0 => "+",
        _ => "",
    };
    format!("{sign}{:.1}", number.abs())
}

#[cfg(test)]
mod tests {
    use super::*;
    use chancery_data::Data;

    fn act(day: &str, event_type: &str, status: &str, events: u64) -> ActCount {
        let (event_type, status) = (event_type.into(), status.into());
        ActCount { day: day.into(), event_type, mode: None, status, events, reports: events * 2 }
    }

    #[test]
    fn weeks_begin_on_monday_and_have_no_gaps() {
        let quads = Quads::load(&Data::embedded());
        // 1 February 2026 was a Sunday, 2 February a Monday.
        let acts = [
            act("2026-02-01", "AID", "occurred", 1),
            act("2026-02-02", "AID", "planned", 2),
            act("2026-02-16", "ASSAULT", "occurred", 3),
            act("2026-02", "AID", "occurred", 7),
            act("", "AID", "occurred", 5),
        ];
        let (weeks, outside) = weeks_of(&acts, &quads);
        let mondays: Vec<&str> = weeks.iter().map(|w| w.monday.as_str()).collect();
        assert_eq!(mondays, ["2026-01-26", "2026-02-02", "2026-02-09", "2026-02-16"]);
        assert_eq!(weeks.iter().map(Week::all).collect::<Vec<_>>(), [1, 2, 0, 3]);
        assert_eq!(weeks.iter().map(|w| w.reports).sum::<u64>(), 12);
        assert_eq!(outside, Outside { coarse: 7, undated: 5, older: 0 });
        assert!(weeks[0].mean().is_some_and(|m| m > 0.0) && weeks[3].mean().is_some_and(|m| m < 0.0));
        assert_eq!(weeks[1].mean(), None, "what is only planned has no score");
    }

    #[test]
    fn a_long_time_is_cut_to_its_last_weeks() {
        let quads = Quads::default();
        let (weeks, outside) =
            weeks_of(&[act("1990-05-01", "AID", "occurred", 4), act("2026-02-16", "AID", "occurred", 1)], &quads);
        assert_eq!((weeks.len(), outside.older), (MOST_WEEKS, 4));
        assert_eq!(weeks_of(&[], &quads), (Vec::new(), Outside::default()));
        assert_eq!([signed(2.46), signed(-3.0), signed(-0.01)], ["+2.5", "−3.0", "0.0"]);
    }
}
