//! Joins the groups of different articles.

use crate::features::{Item, days_apart, likeness, may_be_one, persons_differ, word_overlap};
use chancery_text::PartialDate;
use std::collections::BTreeMap;

/// Above so many groups of one type, pair and day, each is compared only with the next ones.
const MAX_COMPARED: usize = 200;
/// Likeness that groups of different articles need.
const THRESHOLD: f32 = 0.9;
/// Share of words that two tellings of something other than a meeting need.
const MIN_WORDS: f32 = 0.3;

/// Groups of indices into `items`, joined over articles.
pub(crate) fn join_groups(items: &[Item<'_>], groups: Vec<Vec<usize>>) -> Vec<Vec<usize>> {
    let mut sets = Sets::new(groups.len());
    for block in blocks(items, &groups).values() {
        for (at, &a) in block.iter().enumerate() {
            for &b in block[at + 1..].iter().take(MAX_COMPARED) {
                if sets.root(a) != sets.root(b) && are_one(items, &groups[a], &groups[b]) {
                    sets.join(a, b);
                }
            }
        }
    }
    let mut joined: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
    for (g, group) in groups.iter().enumerate() {
        joined.entry(sets.root(g)).or_default().extend(group);
    }
    joined.into_values().collect()
}

/// What two groups must have in common to be compared at all: type, two parties, and the month.
type BlockKey<'a> = (&'a str, &'a str, &'a str, Option<PartialDate>);

fn blocks<'a>(items: &'a [Item<'_>], groups: &[Vec<usize>]) -> BTreeMap<BlockKey<'a>, Vec<usize>> {
    let mut blocks: BTreeMap<BlockKey<'a>, Vec<usize>> = BTreeMap::new();
    for (g, group) in groups.iter().enumerate() {
        let mut keys: Vec<BlockKey<'a>> = group.iter().flat_map(|&i| keys_of(&items[i])).collect();
        keys.sort_unstable();
        keys.dedup();
        for key in keys {
            blocks.entry(key).or_default().push(g);
        }
    }
    blocks
}

fn keys_of<'a>(item: &'a Item<'_>) -> Vec<BlockKey<'a>> {
    let event_type: &'a str = &item.report.event_type;
    let countries: Vec<&'a str> = item.all_countries().into_iter().collect();
    let months = months_of(item.report.date);
    let mut pairs: Vec<(&'a str, &'a str)> = Vec::new();
    for (i, &a) in countries.iter().enumerate() {
        pairs.extend(countries[i + 1..].iter().map(|&b| (a, b)));
    }
    // What happens inside one country has no pair.
    if let [only] = countries[..] {
        pairs.push((only, only));
    }
    pairs.into_iter().flat_map(|(a, b)| months.iter().map(move |&month| (event_type, a, b, month))).collect()
}

/// The month of a date, and the neighbouring month for its first and last day.
fn months_of(date: Option<PartialDate>) -> Vec<Option<PartialDate>> {
    let Some(date) = date else { return vec![None] };
    let mut months = vec![Some(date.to_month())];
    if let Some(day) = date.day() {
        let (year, month) = (date.year(), date.month().unwrap_or(1));
        let before =
            if month == 1 { PartialDate::month_of(year - 1, 12) } else { PartialDate::month_of(year, month - 1) };
        let after =
            if month == 12 { PartialDate::month_of(year + 1, 1) } else { PartialDate::month_of(year, month + 1) };
        if day == 1 {
            months.extend(before.map(Some));
        }
        if date.last_day() == date.to_month().last_day() {
            months.extend(after.map(Some));
        }
    }
    months
}

/// True where some telling in one group and some in the other are of one event, and none speak against it.
fn are_one(items: &[Item<'_>], a: &[usize], b: &[usize]) -> bool {
    if items[a[0]].article == items[b[0]].article {
        return false;
    }
    let pairs = || a.iter().flat_map(|&x| b.iter().map(move |&y| (&items[x], &items[y])));
    pairs().any(|(x, y)| are_one_telling(x, y)) && !pairs().any(|(x, y)| persons_differ(x, y))
}

fn are_one_telling(a: &Item<'_>, b: &Item<'_>) -> bool {
    if !may_be_one(a, b) || likeness(a, b) < THRESHOLD {
        return false;
    }
    let same_day = match (a.report.date, b.report.date) {
        (Some(x), Some(y)) => days_apart(x, y).map_or(x.compatible(y), |d| d <= 1),
        _ => false,
    };
    let words = word_overlap(a, b);
    let meeting = a.report.symmetric && b.report.symmetric;
    // Nearly the same words are a reprint, whatever the date.
    same_day && (meeting || words >= MIN_WORDS) || words >= 0.8 && a.words.len().min(b.words.len()) >= 4
}

/// Disjoint sets; the smallest member is the root, so that the order of joining does not matter.
struct Sets {
    parent: Vec<usize>,
}

impl Sets {
    fn new(n: usize) -> Self {
        Sets { parent: (0..n).collect() }
    }

    fn root(&mut self, mut i: usize) -> usize {
        while self.parent[i] != i {
            self.parent[i] = self.parent[self.parent[i]];
            i = self.parent[i];
        }
        i
    }

    fn join(&mut self, a: usize, b: usize) {
        let (a, b) = (self.root(a), self.root(b));
        self.parent[a.max(b)] = a.min(b);
    }
}
