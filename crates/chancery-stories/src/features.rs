//! What is compared of two reports.

use crate::ArticleReports;
use chancery_text::{ActorKind, DateBasis, PartialDate, Participant, Report, Status};
use std::collections::BTreeSet;

/// A report with what is compared of it.
pub(crate) struct Item<'a> {
    pub article: usize,
    pub report_index: usize,
    /// Sorts items; no two are alike.
    pub key: Key<'a>,
    pub report: &'a Report,
    /// Its date is only that of the article: the text gives none.
    pub undated: bool,
    pub actors: Side<'a>,
    pub recipients: Side<'a>,
    /// Stems of the evidence's content words, without those of the parties' names.
    pub words: BTreeSet<String>,
}

/// The article's id, the place of the evidence, the type, and the report's number.
pub(crate) type Key<'a> = (&'a str, usize, usize, &'a str, usize);

/// The parties of one side.
#[derive(Default)]
pub(crate) struct Side<'a> {
    pub countries: BTreeSet<&'a str>,
    pub codes: BTreeSet<String>,
    /// Country and name of each person.
    pub persons: BTreeSet<(&'a str, &'a str)>,
    pub names: BTreeSet<&'a str>,
}

impl<'a> Item<'a> {
    pub fn new(article: usize, report_index: usize, of: &ArticleReports<'a>, report: &'a Report) -> Self {
        let span = report.evidence.span();
        let parties = || report.actors.iter().chain(&report.recipients);
        let named: BTreeSet<String> =
            parties().flat_map(|p| stems(&p.text).into_iter().chain(stems(&p.actor.name))).collect();
        Item {
            article,
            report_index,
            key: (of.id, span.start, span.end, &report.event_type, report_index),
            report,
            undated: report.date_basis.is_some_and(|b| !b.is_stated())
                || report.date.is_some() && report.date == of.date,
            actors: side(&report.actors),
            recipients: side(&report.recipients),
            words: stems(report.evidence.words()).difference(&named).cloned().collect(),
        }
    }

    pub fn key_bytes(&self) -> impl Iterator<Item = u8> + '_ {
        let (id, start, end, event_type, index) = self.key;
        let numbers = [start, end, index].into_iter().flat_map(|n| (n as u64).to_le_bytes());
        id.bytes().chain([0]).chain(event_type.bytes()).chain(numbers)
    }

    /// The countries and organisations of both sides.
    pub fn all_countries(&self) -> BTreeSet<&'a str> {
        self.actors.countries.union(&self.recipients.countries).copied().collect()
    }

    /// True where its own sentence says when.
    fn is_dated(&self) -> bool {
        self.report.date_basis.is_none_or(|b| b == DateBasis::Stated)
    }

    fn persons(&self) -> BTreeSet<(&'a str, &'a str)> {
        self.actors.persons.union(&self.recipients.persons).copied().collect()
    }
}

fn side(parties: &[Participant]) -> Side<'_> {
    let mut side = Side::default();
    for party in parties {
        let actor = &party.actor;
        if let Some(country) = &actor.code.country {
            side.countries.insert(country);
            side.codes.insert(actor.code.to_string());
        }
        if !actor.name.is_empty() {
            side.names.insert(&actor.name);
        }
        // "Secretary General of …" is an office: whoever holds it may be named elsewhere.
        if actor.kind == ActorKind::Person && !actor.name.contains(" of ") {
            side.persons.insert((actor.code.country.as_deref().unwrap_or(""), &actor.name));
        }
    }
    side
}

/// A word is compared by its beginning, which inflection leaves alone.
const STEM_CHARS: usize = 6;
const MIN_WORD_CHARS: usize = 3;

fn stems(text: &str) -> BTreeSet<String> {
    text.split(|c: char| !c.is_alphanumeric())
        .map(str::to_lowercase)
        .filter(|w| w.chars().count() >= MIN_WORD_CHARS && !FUNCTION_WORDS.contains(&w.as_str()))
        .map(|w| w.chars().take(STEM_CHARS).collect())
        .collect()
}

const FUNCTION_WORDS: [&str; 40] = [
    "the", "and", "for", "that", "was", "are", "were", "with", "from", "its", "his", "her", "their", "this", "have",
    "has", "had", "been", "will", "would", "not", "but", "who", "which", "they", "she", "our", "said", "says", "also",
    "into", "after", "over", "than", "there", "when", "what", "could", "should", "may",
];

/// True where type, sides, dates and status do not speak against one event.
pub(crate) fn may_be_one(a: &Item<'_>, b: &Item<'_>) -> bool {
    a.report.event_type == b.report.event_type
        && status_group(a.report.status) == status_group(b.report.status)
        && dates_fit(a, b)
        && sides_fit(a, b)
}

/// A meeting may be told from either side; otherwise both sides must share someone.
pub(crate) fn sides_fit(a: &Item<'_>, b: &Item<'_>) -> bool {
    if a.report.symmetric || b.report.symmetric {
        let (x, y) = (a.all_countries(), b.all_countries());
        let shared = x.intersection(&y).count();
        return shared > 0 && shared >= 2.min(x.len()).min(y.len());
    }
    let shares = |x: &Side<'_>, y: &Side<'_>| !x.countries.is_disjoint(&y.countries);
    let one_open = |x: &Side<'_>, y: &Side<'_>| x.countries.is_empty() || y.countries.is_empty();
    let actors = shares(&a.actors, &b.actors) || a.actors.countries.is_empty() && b.actors.countries.is_empty();
    actors && (shares(&a.recipients, &b.recipients) || one_open(&a.recipients, &b.recipients))
}

fn dates_fit(a: &Item<'_>, b: &Item<'_>) -> bool {
    let (Some(x), Some(y)) = (a.report.date, b.report.date) else { return true };
    // A date that only stands for the article's own says little; but only inside one article is that known.
    let days = if a.article == b.article && (a.undated || b.undated) { UNDATED_DAYS } else { 1 };
    x.compatible(y) || days_apart(x, y).is_some_and(|d| d <= days)
}

/// How many days an article may be late with what it tells without a date.
const UNDATED_DAYS: i64 = 7;

/// Days between two dates that are both known to the day.
pub(crate) fn days_apart(a: PartialDate, b: PartialDate) -> Option<i64> {
    (a.day().is_some() && b.day().is_some()).then(|| (a.day_number() - b.day_number()).abs())
}

/// What happened and what goes on may be told of one thing; what is planned, wished or denied is another.
pub(crate) fn status_group(status: Status) -> u8 {
    match status {
        Status::Occurred | Status::Ongoing => 0,
        Status::Planned => 1,
        Status::Hypothetical | Status::CalledFor => 2,
        Status::Denied => 3,
    }
}

/// How alike two reports are; above about 1 they tell of one thing. Set by hand on two small collections of news.
pub(crate) fn likeness(a: &Item<'_>, b: &Item<'_>) -> f32 {
    let mut sum = -1.0;
    sum += 1.6 * word_overlap(a, b);
    sum += party_likeness(a, b);
    if a.is_dated() && b.is_dated() {
        sum += agreement(&a.report.date, &b.report.date, 0.3, 0.0);
    }
    sum += agreement(&a.report.mode, &b.report.mode, 0.5, -0.6);
    sum += agreement(&a.report.place, &b.report.place, 0.3, -0.1);
    // what is said twice is said in like words; what is done may be told in others
    if word_overlap(a, b) == 0.0 && (a.report.mode.is_none() || a.report.mode != b.report.mode) {
        sum -= 0.05;
    }
    if a.report.status != b.report.status {
        sum -= 0.2;
    }
    if persons_differ(a, b) {
        sum -= 0.8;
    }
    sum
}

/// 0 to 1.6, a little more for meetings, whose sides may be told in either order.
fn party_likeness(a: &Item<'_>, b: &Item<'_>) -> f32 {
    if a.report.symmetric && b.report.symmetric {
        let codes = shared(&all_codes(a), &all_codes(b));
        return 0.3 + 1.6 * codes.max(STATE_FOR_OFFICIAL * shared(&a.all_countries(), &b.all_countries()));
    }
    let one_side = |x: &Side<'_>, y: &Side<'_>| {
        shared(&x.codes, &y.codes).max(STATE_FOR_OFFICIAL * shared(&x.countries, &y.countries))
    };
    0.8 * one_side(&a.actors, &b.actors) + 0.8 * one_side(&a.recipients, &b.recipients)
}

/// What it counts that both name the same states, but one an official and the other the state.
const STATE_FOR_OFFICIAL: f32 = 0.7;

fn all_codes(item: &Item<'_>) -> BTreeSet<String> {
    item.actors.codes.union(&item.recipients.codes).cloned().collect()
}

fn agreement<T: PartialEq>(a: &Option<T>, b: &Option<T>, same: f32, different: f32) -> f32 {
    match (a, b) {
        (Some(a), Some(b)) if a == b => same,
        (Some(_), Some(_)) => different,
        _ => 0.0,
    }
}

/// The share of the shorter report's words that the other has too.
pub(crate) fn word_overlap(a: &Item<'_>, b: &Item<'_>) -> f32 {
    let fewest = a.words.len().min(b.words.len());
    if fewest == 0 { 0.0 } else { a.words.intersection(&b.words).count() as f32 / fewest as f32 }
}

fn shared<T: Ord>(a: &BTreeSet<T>, b: &BTreeSet<T>) -> f32 {
    let all = a.union(b).count();
    if all == 0 { 1.0 } else { a.intersection(b).count() as f32 / all as f32 }
}

/// True where some country is represented by different persons in the two reports.
pub(crate) fn persons_differ(a: &Item<'_>, b: &Item<'_>) -> bool {
    let (x, y) = (a.persons(), b.persons());
    let countries: BTreeSet<&str> = x.iter().map(|p| p.0).filter(|c| y.iter().any(|q| q.0 == *c)).collect();
    countries.into_iter().any(|c| {
        let of = |persons: &BTreeSet<(&str, &str)>| -> BTreeSet<String> {
            persons.iter().filter(|p| p.0 == c).map(|p| p.1.to_string()).collect()
        };
        of(&x).is_disjoint(&of(&y))
    })
}
