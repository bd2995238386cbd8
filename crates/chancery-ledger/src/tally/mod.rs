//! The tally: the ledger's rows as numbers in memory, for whoever asks often.
//!
//! In: a ledger. Out: the counts and lists that [`Ledger`] gives by SQL, from arrays of numbers, in a few milliseconds where
//! SQL would look at a million rows. SQL says what an answer is; a test holds the two against each other. A tally is of one
//! moment: it does not change with the ledger, and who keeps one makes it anew ([`Tally::load`]). Words and texts are not in
//! it; they are read from the ledger, row by row, of what is shown.
//!
//! Memory: about 100 bytes an event with its reports and parties, and 8 an article that names an actor.

mod actors;
mod bits;
mod events;
mod load;
mod names;
mod outlets;
mod people;
mod select;

use crate::{FilterCounts, Ledger, OutletCount, Overview};
use bits::Bits;
use names::Names;
use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, OnceLock};

/// What is not there, in a column of numbers.
const NONE: u32 = u32::MAX;
/// The bit of a party that tells the recipient.
const RECIPIENT: u32 = 1 << 31;
/// Searches for words whose reports are kept.
const MOST_TEXTS: usize = 32;

/// The rows of a ledger as numbers; see the module's text.
#[derive(Debug)]
pub struct Tally {
    overview: Overview,
    last_day: Option<String>,
    types: Names,
    modes: Names,
    statuses: Names,
    places: Names,
    /// Sorted, so that a number says which day is the later.
    days: Vec<Box<str>>,
    outlets: Names,
    events: Events,
    /// Of the event that a row of the table is; [`NONE`] where it is none.
    event_at: Vec<u32>,
    reports: Reports,
    /// Of the report that a row of the table is.
    report_at: Vec<u32>,
    articles: Articles,
    /// Of the article that a row of the table is.
    article_at: Vec<u32>,
    actors: actors::Actors,
    points: Vec<Point>,
    quotes: Quotes,
    stances: Names,
    common: [BTreeMap<String, u64>; 2],
    menus: OnceLock<FilterCounts>,
    /// Dates of articles.
    dates: Names,
    coverage: OnceLock<Vec<crate::OutletCoverage>>,
    reprints: Vec<crate::Reprint>,
    contrasts: Vec<crate::Contrast>,
    /// Of all events.
    by_day: OnceLock<Vec<crate::DayCount>>,
    by_outlet: OnceLock<Vec<OutletCount>>,
    /// Names of the types that events have, of places and outlets, sorted.
    lists: [Vec<String>; 3],
    codings: Vec<crate::Coding>,
    /// All actors by their events, as far as lists of them go.
    leading: OnceLock<Vec<crate::ActorCount>>,
    /// The latest networks, by what was asked: the filter, how many actors, a hash of the names under which they stand.
    networks: Mutex<VecDeque<(NetworkAsked, crate::ActorNetwork)>>,
    texts: Mutex<VecDeque<(Within, String, Arc<Bits>)>>,
}

/// What a network was asked for: the filter, how many actors, a hash of the names under which they stand.
type NetworkAsked = (crate::EventFilter, usize, u64);

/// What words are looked for in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Within {
    /// Evidence of reports; the numbers found are those of events.
    Reports,
    Articles,
    Quotes,
}

/// Events in the order of lists: the newest day first, then by id. A column each.
#[derive(Debug, Default)]
struct Events {
    row: Vec<u32>,
    id: Vec<u64>,
    day: Vec<u32>,
    kind: Vec<u16>,
    mode: Vec<u16>,
    status: Vec<u16>,
    place: Vec<u32>,
    /// How many reports, as the event's row says.
    told: Vec<u32>,
    /// The report that speaks for it.
    lead: Vec<u32>,
    /// Where its reports begin; one more entry than events.
    reports: Vec<u32>,
}

/// Reports, those of one event side by side.
#[derive(Debug, Default)]
struct Reports {
    event: Vec<u32>,
    article: Vec<u32>,
    kind: Vec<u16>,
    /// Number of the point on the map.
    point: Vec<u32>,
    /// Where its parties begin; one more entry than reports.
    parties: Vec<u32>,
    /// Numbers of actors, with [`RECIPIENT`] for those of the other side.
    party: Vec<u32>,
}

/// Articles in the order of lists: the newest first.
#[derive(Debug, Default)]
struct Articles {
    row: Vec<u32>,
    outlet: Vec<u32>,
    date: Vec<u32>,
}

/// Quotes in the order of lists: the newest article first.
#[derive(Debug, Default)]
struct Quotes {
    row: Vec<u32>,
    at: Vec<u32>,
    article: Vec<u32>,
    speaker: Vec<u32>,
    stance: Vec<u16>,
    /// Where the actors that it names begin; one more entry than quotes.
    about: Vec<u32>,
    named: Vec<u32>,
}

/// A place on the map.
#[derive(Debug, Clone, PartialEq)]
struct Point {
    place: Box<str>,
    country: Option<Box<str>>,
    precision: Option<Box<str>>,
    lat: f64,
    lon: f64,
}

impl Tally {
    /// Memory that its columns take, in bytes; the names are not counted.
    pub fn bytes(&self) -> usize {
        let events = self.events.row.len() * (4 * 6 + 8 + 2 * 3) + self.event_at.len() * 4;
        let reports = self.reports.event.len() * (4 * 4 + 2) + (self.report_at.len() + self.reports.party.len()) * 4;
        let articles = self.articles.row.len() * 12 + self.article_at.len() * 4;
        let quotes = self.quotes.row.len() * (4 * 5 + 2) + self.quotes.named.len() * 4;
        events + reports + articles + quotes + self.actors.bytes()
    }

    /// How often the ledger uses each word of actors, or of events.
    pub(crate) fn common_words(&self, of_events: bool) -> &BTreeMap<String, u64> {
        &self.common[usize::from(of_events)]
    }

    pub(crate) fn overview(&self) -> &Overview {
        &self.overview
    }

    /// What coded the articles.
    pub(crate) fn codings(&self) -> &[crate::Coding] {
        &self.codings
    }

    pub(crate) fn last_day(&self) -> Option<String> {
        self.last_day.clone()
    }
}

impl Ledger {
    /// Answers from a tally of this ledger what can be answered from it, from now on.
    pub fn use_tally(&mut self, tally: Option<Arc<Tally>>) {
        self.tally = tally;
    }

    pub(crate) fn tally(&self) -> Option<&Tally> {
        self.tally.as_deref()
    }
}
