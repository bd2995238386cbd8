//! `/today`: what is new, what is planned, and which pairs of countries moved. "Today" is the day of the newest article that
//! states one: a ledger has no clock.

use super::parts::{event_table, thousands};
use super::{Sheet, failed};
use crate::quads::Quads;
use crate::state::Desk;
use crate::weeks::{has_happened, signed};
use crate::{dates, links};
use axum::extract::State;
use axum::response::Response;
use chancery_exports::Knowledge;
use chancery_ledger::{CountryTie, EventFilter};
use chancery_text::PartialDate;
use maud::{Markup, html};
use std::collections::BTreeMap;

const NEW: usize = 20;
const PLANNED: usize = 15;
const PAIRS: usize = 12;
/// Days of a week, and of the weeks that it is compared with.
const WEEK: usize = 7;
const WEEKS_BEFORE: usize = 4;

pub(crate) async fn page(State(desk): State<Desk>) -> Response {
    let overview = match desk.front().await {
        Ok(front) => front.overview.clone(),
        Err(wrong) => return failed(&desk, &wrong),
    };
    let last = match desk.ask(|ledger| ledger.last_day()).await {
        Ok(last) => last.and_then(|d| d.parse::<PartialDate>().ok()),
        Err(wrong) => return failed(&desk, &wrong),
    };
    let Some(days) = last.and_then(Days::before) else {
        let body = html! { header.top { h1 { "Today" } } p.nothing { "No article in this ledger states the day of its publication." } };
        return Sheet { title: "Today", section: "/today", searched: "", body }.respond(&desk);
    };
    let between = |from: &str, to: Option<&str>, status: Option<&str>| EventFilter {
        from: Some(from.into()),
        to: to.map(String::from),
        status: status.map(String::from),
        ..EventFilter::default()
    };
    let new = between(&days.week, Some(&days.today), None);
    let planned = between(&days.today, None, Some("planned"));
    let moved = between(&days.before, Some(&days.today), None);
    let asked = (new.clone(), planned.clone());
    let found = desk.ask(move |ledger| {
        Ok((
            ledger.events(&asked.0, None, NEW)?,
            ledger.oldest_events(&asked.1, PLANNED)?,
            ledger.country_ties(&moved)?,
        ))
    });
    let (news, (planned_events, plans), ties) = match found.await {
        Ok(found) => found,
        Err(wrong) => return failed(&desk, &wrong),
    };
    let pairs = moved_pairs(&ties, &days, desk.quads());
    let body = html! {
        header.top {
            p.kicker { "The newest article with a day is of" }
            h1 { @if let Some(day) = dates::weekday(&days.today) { (day) ", " } (dates::long(&days.today)) }
            p.deck { "The week up to that day, what is planned behind it, and the pairs of countries that moved against the four weeks before." }
            @if let Some(month) = overview.last_published.as_deref().filter(|d| *d > days.today.as_str()) {
                p.meta { "Articles dated only " (dates::long(month)) " may be newer; they state no day." }
            }
        }
        section {
            h2 { "Pairs that moved" }
            @if pairs.is_empty() { p.none { "no pair of countries moved in these five weeks" } } @else { (moved_table(&pairs, desk.knowledge())) }
        }
        section {
            h2 { "Planned" }
            @if plans.is_empty() { p.none { "nothing with a date to come" } } @else {
                (event_table(desk.quads(), "What is planned, soonest first", &plans))
                @if planned_events > plans.len() as u64 { p { a href=(links::events(&planned, None)) { "All that is planned" } } }
            }
        }
        section {
            h2 { "New" }
            @if news.items.is_empty() { p.none { "no event of this week" } } @else {
                (event_table(desk.quads(), &format!("Events of the week, the newest of {}", thousands(news.events)), &news.items))
                @if news.next.is_some() { p { a href=(links::events(&new, None)) { "All events of the week" } } }
            }
        }
    };
    Sheet { title: "Today", section: "/today", searched: "", body }.respond(&desk)
}

/// The days that are compared.
#[derive(Debug, PartialEq)]
struct Days {
    today: String,
    /// First day of the week that ends today.
    week: String,
    /// First day of the weeks before.
    before: String,
}

impl Days {
    /// The week and the weeks before that end on a day; none of a date without one.
    fn before(today: PartialDate) -> Option<Self> {
        today.day()?;
        let back = |days: usize| (0..days).try_fold(today, |day, _| dates::day_before(day)).map(|d| d.to_string());
        let (week, before) = (back(WEEK - 1)?, back(WEEK * (WEEKS_BEFORE + 1) - 1)?);
        Some(Days { today: today.to_string(), week, before })
    }
}

/// Two countries in the week and in an average week before.
#[derive(Debug, Clone, Default, PartialEq)]
struct Moved {
    one: String,
    other: String,
    events: u64,
    events_before: u64,
    score: f64,
    score_before: f64,
}

impl Moved {
    fn mean_events_before(&self) -> f64 {
        self.events_before as f64 / WEEKS_BEFORE as f64
    }

    /// The week's sum of scores against that of an average week before.
    fn change(&self) -> f64 {
        self.score - self.score_before / WEEKS_BEFORE as f64
    }
}

/// The pairs whose sum of scores changed most.
fn moved_pairs(ties: &[CountryTie], days: &Days, quads: &Quads) -> Vec<Moved> {
    let mut pairs: BTreeMap<(&str, &str), Moved> = BTreeMap::new();
    // What is dated to a month only is in no week, and what is only planned or called for moves nobody.
    for tie in ties.iter().filter(|t| t.day.len() == days.today.len() && has_happened(&t.status)) {
        let pair = pairs.entry((&tie.one, &tie.other)).or_insert_with(|| Moved {
            one: tie.one.clone(),
            other: tie.other.clone(),
            ..Moved::default()
        });
        let score = quads.score(&tie.event_type, tie.mode.as_deref()).unwrap_or(0.0) * tie.events as f64;
        if tie.day >= days.week {
            pair.events += tie.events;
            pair.score += score;
        } else {
            pair.events_before += tie.events;
            pair.score_before += score;
        }
    }
    let mut pairs: Vec<Moved> = pairs.into_values().filter(|p| p.change().abs() >= 0.05).collect();
    pairs.sort_by(|a, b| {
        b.change().abs().total_cmp(&a.change().abs()).then_with(|| (&a.one, &a.other).cmp(&(&b.one, &b.other)))
    });
    pairs.truncate(PAIRS);
    pairs
}

fn moved_table(pairs: &[Moved], knowledge: &Knowledge) -> Markup {
    let named = |code: &str| {
        let name = knowledge.country_name(code);
        html! { @if name.is_empty() { (code) } @else { (name) } }
    };
    html! {
        table.counts {
            caption { "Sum of PLOVER scores of what happened in the week, against a week’s mean before" }
            thead { tr { th scope="col" { "Pair" } th.n scope="col" { "Events" } th.n scope="col" { "Before, a week" } th.n scope="col" { "Change of score" } } }
            tbody {
                @for pair in pairs {
                    tr {
                        th scope="row" { a href=(links::pair(&pair.one, &pair.other)) { (named(&pair.one)) " – " (named(&pair.other)) } }
                        td.n { (pair.events) }
                        td.n { (format!("{:.1}", pair.mean_events_before())) }
                        td.n.change.(if pair.change() < 0.0 { "mconf" } else { "mcoop" }) { (signed(pair.change())) }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chancery_data::Data;

    fn tie(one: &str, day: &str, event_type: &str, events: u64) -> CountryTie {
        CountryTie {
            one: one.into(),
            other: "XZZ".into(),
            day: day.into(),
            event_type: event_type.into(),
            mode: None,
            status: "occurred".into(),
            events,
        }
    }

    #[test]
    fn pairs_are_ranked_by_how_far_they_moved() {
        let days = Days::before("2026-03-10".parse().unwrap()).unwrap();
        assert_eq!((days.week.as_str(), days.before.as_str()), ("2026-03-04", "2026-02-04"));
        let quads = Quads::load(&Data::embedded());
        let ties = [
            tie("XAA", "2026-03-05", "AID", 1),
            tie("XAA", "2026-02-20", "AID", 4),
            tie("XBB", "2026-03-10", "ASSAULT", 2),
            tie("XCC", "2026-02-10", "ASSAULT", 1),
            tie("XCC", "2026-02", "ASSAULT", 50),
            CountryTie { status: "planned".into(), ..tie("XDD", "2026-03-09", "ASSAULT", 9) },
        ];
        assert_eq!(Days::before("2026-03".parse().unwrap()), None, "a month has no last day of its own");
        let moved = moved_pairs(&ties, &days, &quads);
        let names: Vec<&str> = moved.iter().map(|m| m.one.as_str()).collect();
        assert_eq!(names, ["XBB", "XCC"], "neither an even pace nor what is only planned is a move");
        assert!(moved[0].change() < 0.0 && moved[1].change() > 0.0);
        assert_eq!((moved[0].events, moved[0].events_before), (2, 0));
    }
}
