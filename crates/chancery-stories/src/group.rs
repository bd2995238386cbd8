//! The tellings of one article, grouped: a headline, its lead and the retelling in a reprint are one.

use crate::cluster::{Edge, cluster};
use crate::features::{dates_fit, sides_fit};
use crate::item::{Item, Symbol};
use crate::model::Model;
use crate::telling::ArticleTellings;
use chancery_text::PartialDate;
use serde::{Deserialize, Serialize};

/// Tellings of one article that are of one event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Group {
    pub(crate) article_id: String,
    /// A hash of it.
    pub(crate) article: u64,
    step: Step,
    fingerprint: u64,
    /// In the order of the text.
    pub(crate) items: Vec<Item>,
}

/// When the turn of a group comes, see [`Group::step`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
pub struct Step {
    day: i64,
    coarse: bool,
}

/// A group may be joined to what was told of so many days before; what is further back stays as it is and is not looked at.
pub(crate) const WINDOW_DAYS: i64 = 30;
/// From the first to the last day of a month, of a year.
const MONTH_DAYS: i64 = 30;
const YEAR_DAYS: i64 = 365;

impl Step {
    fn of(items: &[Item]) -> Self {
        let dates = |coarse: bool| items.iter().filter_map(|i| i.date).filter(move |d| coarse == d.day().is_none());
        let last = |d: PartialDate| d.day_number() + if d.month().is_none() { YEAR_DAYS } else { MONTH_DAYS };
        let day = dates(false).map(PartialDate::day_number).min();
        let coarse = day.is_none();
        Step { day: day.or_else(|| dates(true).map(last).min()).unwrap_or(i64::MAX), coarse }
    }

    /// True where a group of this step may be joined to one of an earlier step.
    pub fn sees(self, earlier: Step) -> bool {
        self.day.saturating_sub(earlier.day) <= WINDOW_DAYS
    }

    /// A number that sorts as steps do, to be sent elsewhere.
    pub fn to_number(self) -> i64 {
        if self.day == i64::MAX { i64::MAX } else { self.day * 2 + i64::from(self.coarse) }
    }

    /// The step that [`Step::to_number`] made a number of.
    pub fn from_number(number: i64) -> Self {
        let day = if number == i64::MAX { number } else { number.div_euclid(2) };
        Step { day, coarse: number.rem_euclid(2) == 1 }
    }

    /// The first day that a group of this step looks back to, as days since 1 January of year 1; none where it has no date.
    pub fn first_seen_day(self) -> Option<i64> {
        (self.day < i64::MAX).then(|| self.day - WINDOW_DAYS)
    }
}

/// The first byte of stored groups. It must change with every change of what is compared.
const FORMAT: u8 = 1;
/// Above so many tellings in an article, only neighbours in the text are compared: a page that long is no news.
const MAX_COMPARED: usize = 250;

impl Group {
    /// Tellings of one article, one at least.
    pub(crate) fn new(article_id: String, items: Vec<Item>) -> Self {
        let mut compared = Vec::new();
        items.iter().for_each(|item| item.fingerprint(&mut compared));
        let (article, fingerprint) = (fnv(article_id.bytes()), fnv(compared.into_iter()));
        Group { article, step: Step::of(&items), fingerprint, article_id, items }
    }

    /// Groups as bytes, to be kept: what is compared of them, and where their tellings stand.
    pub fn to_bytes(groups: &[&Group]) -> Vec<u8> {
        postcard::to_extend(groups, vec![FORMAT]).unwrap_or_default()
    }

    /// The groups that [`Group::to_bytes`] wrote; `None` where the bytes are another version's.
    pub fn from_bytes(bytes: &[u8]) -> Option<Vec<Group>> {
        postcard::from_bytes(bytes.strip_prefix(&[FORMAT])?).ok()
    }

    /// The article's id.
    pub fn article(&self) -> &str {
        &self.article_id
    }

    /// Indices of the members among the article's tellings, in the order of the text.
    pub fn members(&self) -> impl Iterator<Item = usize> + '_ {
        self.items.iter().map(|i| i.index)
    }

    /// When its turn comes to be joined: by the first day that one of its tellings is dated to; what is dated to a month alone after
    /// the days of that month, what has no date last.
    pub fn step(&self) -> Step {
        self.step
    }

    /// A hash of all that is compared: groups with the same one tell the same in the same words.
    pub fn fingerprint(&self) -> u64 {
        self.fingerprint
    }

    /// What sorts groups; no two are alike.
    pub(crate) fn order(&self) -> (&str, usize, usize, &str, usize) {
        let first = &self.items[0];
        (&self.article_id, first.start, first.end, &first.event_type, first.index)
    }

    /// The id of the event whose first group this is: `e` and a hash of what names the group, short, and the same on every
    /// machine and in every version.
    pub fn event_id(&self) -> String {
        let (id, start, end, event_type, index) = self.order();
        let numbers = [start, end, index].into_iter().flat_map(|n| (n as u64).to_le_bytes());
        let hash = fnv(id.bytes().chain([0]).chain(event_type.bytes()).chain(numbers));
        format!("e{:012x}", hash & 0xffff_ffff_ffff)
    }
}

pub(crate) fn groups(model: &Model, article: &ArticleTellings, number: usize) -> Vec<Group> {
    let mut items: Vec<Item> =
        article.tellings.iter().enumerate().map(|(i, t)| Item::new(number, i, article, t)).collect();
    items.sort_by(|a, b| (a.start, a.end, &a.event_type, a.index).cmp(&(b.start, b.end, &b.event_type, b.index)));
    let mut edges: Vec<Edge> = Vec::new();
    for a in 0..items.len() {
        for b in a + 1..items.len().min(a + MAX_COMPARED) {
            if may_be_one(model, &items[a], &items[b]) {
                edges.push((a, b, model.within.score(&items[a], &items[b])));
            }
        }
    }
    let labels = cluster(items.len(), &edges, model.within.apart);
    let mut groups: Vec<Vec<Item>> = Vec::new();
    let mut place = vec![usize::MAX; items.len()];
    for (item, label) in items.into_iter().zip(labels) {
        if place[label] == usize::MAX {
            place[label] = groups.len();
            groups.push(Vec::new());
        }
        groups[place[label]].push(item);
    }
    groups.into_iter().map(|items| Group::new(article.id.clone(), items)).collect()
}

/// True where types, sides and dates do not speak against one event.
pub(crate) fn may_be_one(model: &Model, a: &Item, b: &Item) -> bool {
    model.types_fit(a, b) && dates_fit(a, b) && sides_fit(a, b)
}

/// What two groups of different articles must have in common to be compared at all: type or family of types, two
/// parties, and the day, or the month where one of them knows no more; or all words of a sentence. A group has several keys.
pub type BlockKey = u64;

pub(crate) fn keys(model: &Model, group: &Group) -> Keys {
    let mut keys = Keys::default();
    for item in &group.items {
        let (pairs, times) = (pairs(&item.both.countries), Times::of(item.date));
        // Of two that are a month apart at most, the later one stands under one of the two numbers of the earlier one.
        for words in item.repeated().into_iter().flatten() {
            keys.own.push(words);
            keys.wanted.push(words);
        }
        for family in model.families_of(&item.event_type) {
            for &(one, other) in &pairs {
                keys.both_ways(family, (one, other), &times);
                // A telling that does not say who did it looks for those that do under the country that it was done to.
                if one == other {
                    keys.want(family, done_to(one), &times);
                }
            }
            if item.both.countries.len() > 1 && !item.symmetric {
                for &country in &item.recipients.countries {
                    keys.own(family, done_to(country), &times);
                    keys.want(family, (country, country), &times);
                }
            }
        }
    }
    // What says nothing that others could look for may still be printed again.
    if keys.own.is_empty() {
        let words = group.fingerprint();
        keys.own.push(words);
        keys.wanted.push(words);
    }
    for list in [&mut keys.own, &mut keys.wanted] {
        list.sort_unstable();
        list.dedup();
    }
    keys
}

/// Under which keys a group is found, and under which it looks for others. Of two groups that share one, each finds the other.
#[derive(Debug, Clone, Default)]
pub struct Keys {
    /// Keys of the group.
    pub own: Vec<BlockKey>,
    /// Keys of the groups that it may be one with.
    pub wanted: Vec<BlockKey>,
}

impl Keys {
    /// A telling of this family and pair at this time is found by others, and looks for others.
    fn both_ways(&mut self, family: &str, pair: (Symbol, Symbol), times: &Times) {
        self.own(family, pair, times);
        self.want(family, pair, times);
    }

    fn own(&mut self, family: &str, pair: (Symbol, Symbol), times: &Times) {
        self.own.extend(times.own.iter().map(|&when| hash(family, pair, when)));
    }

    fn want(&mut self, family: &str, pair: (Symbol, Symbol), times: &Times) {
        self.wanted.extend(times.wanted.iter().map(|&when| hash(family, pair, when)));
    }
}

/// Stands for the pairs of a country to which any other did something.
fn done_to(country: Symbol) -> (Symbol, Symbol) {
    (country, ANY_OTHER)
}

/// No country: the hash of none is 0.
const ANY_OTHER: Symbol = 0;

/// At what times a telling is found, and at what times it looks for others.
struct Times {
    own: Vec<i64>,
    wanted: Vec<i64>,
}

impl Times {
    fn of(date: Option<PartialDate>) -> Self {
        let only = |when: i64| Times { own: vec![when], wanted: vec![when] };
        let Some(date) = date else { return only(UNDATED) };
        let year = i64::from(date.year());
        let Some(month) = date.month().map(|m| MONTHS + year * 12 + i64::from(m)) else { return only(YEARS + year) };
        if date.day().is_none() {
            // What is dated to the month alone is looked for by the days of the month, and looks for them.
            return Times { own: vec![month, COARSE + month], wanted: vec![COARSE + month, month] };
        }
        let day = DAYS + date.day_number();
        Times { own: vec![month, day], wanted: vec![COARSE + month, day - 1, day, day + 1] }
    }
}

const UNDATED: i64 = i64::MIN;
const DAYS: i64 = 0;
const MONTHS: i64 = 1 << 32;
const YEARS: i64 = 1 << 33;
const COARSE: i64 = 1 << 40;

/// All pairs of the countries; what happens inside one country has that one twice.
fn pairs(countries: &[Symbol]) -> Vec<(Symbol, Symbol)> {
    if let [only] = countries {
        return vec![(*only, *only)];
    }
    let rest = |i: usize| countries[i + 1..].iter();
    (0..countries.len()).flat_map(|i| rest(i).map(move |&b| (countries[i], b))).take(MAX_PAIRS).collect()
}

/// A summit of fifty has more pairs than anyone tells.
const MAX_PAIRS: usize = 45;

/// FNV-1a over the parts of a key.
fn hash(family: &str, pair: (Symbol, Symbol), when: i64) -> BlockKey {
    let numbers = pair.0.to_le_bytes().into_iter().chain(pair.1.to_le_bytes()).chain(when.to_le_bytes());
    let day = match when {
        UNDATED => 0,
        COARSE.. => (when - COARSE - MONTHS) * MONTH_DAYS,
        YEARS.. => (when - YEARS) * YEAR_DAYS,
        MONTHS.. => (when - MONTHS) * MONTH_DAYS,
        _ => when - DAYS,
    };
    beside(day, fnv(family.bytes().chain([0]).chain(numbers)))
}

/// A key that sorts by a day or what is near it: what is looked for together lies together where keys are kept.
pub(crate) fn beside(day: i64, hash: u64) -> BlockKey {
    (day.clamp(0, (1 << DAY_BITS) - 1) as u64) << (63 - DAY_BITS) | hash >> (1 + DAY_BITS)
}

/// Bits of a key that tell the day.
const DAY_BITS: u32 = 22;

pub(crate) fn fnv(bytes: impl Iterator<Item = u8>) -> u64 {
    bytes.fold(0xcbf2_9ce4_8422_2325, |hash, byte| (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3))
}
