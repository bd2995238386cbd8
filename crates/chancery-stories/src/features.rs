//! What speaks for and against two tellings being of one event, as numbers for the learnt score.

use crate::item::{Item, Side, jaccard, overlap, shared};
use chancery_text::{PartialDate, Status};

/// The names of the features, as `data/stories/joining.toml` lists their weights.
pub const FEATURES: [&str; 26] = [
    "always",
    "words",
    "words-none",
    "words-most",
    "words-all",
    "names",
    "names-differ",
    "numbers",
    "numbers-differ",
    "actors",
    "recipients",
    "meeting",
    "persons",
    "persons-differ",
    "date",
    "date-near",
    "date-open",
    "mode",
    "mode-differs",
    "place",
    "place-differs",
    "status-differs",
    "status-planned",
    "status-denied",
    "type-differs",
    "distance",
];

/// The values of [`FEATURES`] for two tellings, each from 0 to 1.
pub(crate) fn features(a: &Item, b: &Item) -> [f32; FEATURES.len()] {
    let words = overlap(&a.words, &b.words);
    let (actors, recipients) = parties(a, b);
    let (same_date, near_date) = dates(a, b);
    let statuses = [a.status, b.status];
    let flag = |yes: bool| f32::from(u8::from(yes));
    let has = |wanted: fn(Status) -> bool| statuses.iter().filter(|s| wanted(**s)).count() == 1;
    let differ = |x: &[u32], y: &[u32]| flag(!x.is_empty() && !y.is_empty() && shared(x, y) == 0);
    [
        1.0,
        words,
        flag(words == 0.0),
        flag(words >= MOST && a.words.len().min(b.words.len()) >= ENOUGH_WORDS),
        jaccard(&a.words, &b.words),
        overlap(&a.names, &b.names),
        differ(&a.names, &b.names),
        overlap(&a.numbers, &b.numbers),
        differ(&a.numbers, &b.numbers),
        actors,
        recipients,
        flag(a.symmetric && b.symmetric),
        flag(shared(&a.both.persons, &b.both.persons) > 0),
        flag(persons_differ(a, b)),
        flag(same_date),
        flag(near_date && !same_date),
        flag(a.undated || b.undated),
        flag(a.mode.is_some() && a.mode == b.mode),
        flag(a.mode.is_some() && b.mode.is_some() && a.mode != b.mode),
        flag(a.place.is_some() && a.place == b.place),
        flag(a.place.is_some() && b.place.is_some() && a.place != b.place),
        flag(group(a.status) != group(b.status)),
        flag(has(|s| s == Status::Planned)),
        flag(has(|s| s == Status::Denied)),
        flag(a.kind != b.kind),
        distance(a, b),
    ]
}

/// From this share of the words on, two tellings are nearly the same …
const MOST: f32 = 0.8;
/// … if they have so many.
const ENOUGH_WORDS: usize = 4;

/// How alike the two sides are; for meetings, which may be told from either side, both numbers are those of all parties.
fn parties(a: &Item, b: &Item) -> (f32, f32) {
    let of =
        |x: &Side, y: &Side| jaccard(&x.codes, &y.codes).max(STATE_FOR_OFFICIAL * jaccard(&x.countries, &y.countries));
    if a.symmetric && b.symmetric {
        let all = of(&a.both, &b.both);
        return (all, all);
    }
    (of(&a.actors, &b.actors), of(&a.recipients, &b.recipients))
}

/// What it counts that both name the same states, but one an official and the other the state.
const STATE_FOR_OFFICIAL: f32 = 0.7;

fn dates(a: &Item, b: &Item) -> (bool, bool) {
    match (a.date, b.date) {
        (Some(x), Some(y)) => (x == y, days_apart(x, y).map_or(x.compatible(y), |d| d <= 1)),
        _ => (false, false),
    }
}

/// 0 side by side or in different articles, 1 from two thousand characters on.
fn distance(a: &Item, b: &Item) -> f32 {
    if a.article != b.article {
        return 0.0;
    }
    let gap = a.start.max(b.start).saturating_sub(a.end.min(b.end));
    (gap as f32 / FAR_CHARS).min(1.0)
}

const FAR_CHARS: f32 = 2000.0;

/// Days between two dates that are both known to the day.
pub(crate) fn days_apart(a: PartialDate, b: PartialDate) -> Option<i64> {
    (a.day().is_some() && b.day().is_some()).then(|| (a.day_number() - b.day_number()).abs())
}

/// What happened and what goes on are alike.
fn group(status: Status) -> u8 {
    match status {
        Status::Occurred | Status::Ongoing => 0,
        Status::Planned => 1,
        Status::Hypothetical | Status::CalledFor => 2,
        Status::Denied => 3,
    }
}

/// True where some country is represented by different persons in the two tellings.
pub(crate) fn persons_differ(a: &Item, b: &Item) -> bool {
    let (x, y) = (&a.both.persons, &b.both.persons);
    // Most tellings name no person.
    !y.is_empty()
        && x.iter().any(|p| {
            let of = |persons: &[(u32, u32)]| -> Vec<(u32, u32)> {
                persons.iter().filter(|q| q.0 == p.0).copied().collect()
            };
            let theirs = of(y);
            !theirs.is_empty() && shared(&of(x), &theirs) == 0
        })
}

/// A meeting may be told from either side; otherwise one side must share someone, and the other too where both tell it.
pub(crate) fn sides_fit(a: &Item, b: &Item) -> bool {
    if a.symmetric || b.symmetric {
        let (x, y) = (&a.both.countries, &b.both.countries);
        let both = shared(x, y);
        return both > 0 && both >= 2.min(x.len()).min(y.len());
    }
    let shares = |x: &Side, y: &Side| shared(&x.countries, &y.countries) > 0;
    let open = |x: &Side, y: &Side| x.countries.is_empty() || y.countries.is_empty();
    let (actors, recipients) = (shares(&a.actors, &b.actors), shares(&a.recipients, &b.recipients));
    // Who did it may be told by one only, or to whom; but not both.
    actors && (recipients || open(&a.recipients, &b.recipients)) || recipients && open(&a.actors, &b.actors)
}

/// True where the dates do not speak against one event.
pub(crate) fn dates_fit(a: &Item, b: &Item) -> bool {
    let (Some(x), Some(y)) = (a.date, b.date) else { return true };
    if a.repeats(b) {
        return true;
    }
    // A date that only stands for the article's own says little; but only inside one article is that known.
    let days = match a.article == b.article {
        true if a.undated || b.undated => UNDATED_DAYS,
        // Where both say the day, another day is another event.
        _ if a.stated && b.stated => 0,
        _ => 1,
    };
    x.compatible(y) || days_apart(x, y).is_some_and(|d| d <= days)
}

/// How many days an article may be late with what it tells without a date.
const UNDATED_DAYS: i64 = 7;
