//! Precision, recall and F1 of events, by level and by type.

use crate::bootstrap::{Bootstrap, Counts, Figure, Formula, Four, figures};
use crate::gold::{GoldEvent, GoldText};
use crate::matching::{Level, match_left, match_up, overlap};
use chancery_records::{ArticleRecord, EventRecord};
use chancery_text::Status;
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// A text with its gold and what was coded in it.
#[derive(Debug)]
pub struct CodedText<'a> {
    /// What a person found.
    pub gold: &'a GoldText,
    /// The text that offsets count in.
    pub words: &'a str,
    /// What the program found.
    pub articles: &'a [ArticleRecord],
}

impl<'a> CodedText<'a> {
    /// The coded events in what of the text was read, in order.
    pub fn events(&self) -> Vec<&'a EventRecord> {
        let all = self.articles.iter().flat_map(|a| &a.events);
        all.filter(|e| self.gold.covers(e.start, e.end)).collect()
    }

    pub(crate) fn chars(&self) -> usize {
        self.words.chars().count()
    }
}

/// How right the events are.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct EventScores {
    /// How many texts, or articles where the gold says which there are.
    pub texts: usize,
    /// Events of the gold.
    pub gold: u64,
    /// Those of them that are asked for.
    pub core: u64,
    /// Events that the program coded.
    pub coded: u64,
    /// By how much must be right; modes only where the gold states any.
    pub levels: Vec<LevelScores>,
    /// Of the events found with both parties, those with the right status; ongoing counts as occurred.
    pub status: Figure,
    /// How many of them have a status in the gold.
    pub status_of: u64,
    /// Of the events found with both parties, those with the right date, as finely as the gold states it.
    pub date: Figure,
    /// How many of them have a date in the gold.
    pub date_of: u64,
    /// By type, on the type alone.
    pub types: Vec<TypeScores>,
    /// What was taken for what.
    pub confusion: Confusion,
}

/// Precision, recall and F1 at one level.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct LevelScores {
    /// How much must be right: `any`, `type`, `mode` or `pair`.
    pub level: &'static str,
    /// In words.
    pub name: &'static str,
    /// Of what was coded, what stands for a gold event.
    pub precision: Figure,
    /// Of what is asked for, what was found.
    pub recall: Figure,
    /// The harmonic mean of both.
    pub f1: Figure,
}

/// Precision, recall and F1 of one type.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct TypeScores {
    /// The type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// How many are asked for.
    pub gold: u64,
    /// How many were coded.
    pub coded: u64,
    /// Of what was coded, what stands for a gold event.
    pub precision: Figure,
    /// Of what is asked for, what was found.
    pub recall: Figure,
    /// The harmonic mean of both.
    pub f1: Figure,
}

/// Which type was taken for which.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct Confusion {
    /// The types, sorted; `none` is last: not coded, or nothing in the gold.
    pub labels: Vec<String>,
    /// A row for each type of the gold, a column for each coded type.
    pub counts: Vec<Vec<u64>>,
}

/// What stands for nothing: neither coded nor in the gold.
pub(crate) const NONE: &str = "none";

impl Confusion {
    pub(crate) fn of(pairs: &BTreeMap<(String, String), u64>) -> Self {
        let named: BTreeSet<&String> =
            pairs.keys().flat_map(|(gold, coded)| [gold, coded]).filter(|l| *l != NONE).collect();
        let labels: Vec<String> = named.into_iter().cloned().chain([NONE.to_string()]).collect();
        let count = |gold: &String, coded: &String| pairs.get(&(gold.clone(), coded.clone())).copied().unwrap_or(0);
        let counts = labels.iter().map(|gold| labels.iter().map(|coded| count(gold, coded)).collect()).collect();
        Confusion { labels, counts }
    }
}

/// Scores the events of texts.
pub fn score_texts(texts: &[CodedText<'_>], how: Bootstrap) -> EventScores {
    let types = types_of(texts);
    let layout = Layout { types: &types };
    let mut tally = Tally::default();
    for text in texts {
        count(&layout, text, &mut tally);
    }
    let formulas = layout.formulas();
    let (sums, all) = figures(&tally.units, layout.size(), &formulas, how);
    let three = |at: usize| (all[3 * at], all[3 * at + 1], all[3 * at + 2]);
    let levels = Level::ALL.into_iter().enumerate().map(|(i, level)| {
        let (precision, recall, f1) = three(i);
        LevelScores { level: level.key(), name: level.name(), precision, recall, f1 }
    });
    let by_type = types.iter().enumerate().map(|(i, event_type)| {
        let (precision, recall, f1) = three(Level::ALL.len() + i);
        let at = layout.of_type(i).0;
        let (gold, coded) = (sums[at + Four::GOLD], sums[at + Four::CODED]);
        TypeScores { event_type: event_type.clone(), gold, coded, precision, recall, f1 }
    });
    let has_modes = texts.iter().any(|t| t.gold.events.iter().any(|e| e.mode.is_some()));
    let any = Layout::of_level(0).0;
    EventScores {
        texts: tally.units.len(),
        gold: tally.gold,
        core: sums[any + Four::GOLD],
        coded: sums[any + Four::CODED],
        levels: levels.filter(|l| has_modes || l.level != Level::Mode.key()).collect(),
        types: by_type.filter(|t| t.gold + t.coded > 0).collect(),
        status: all[all.len() - 2],
        status_of: sums[layout.status() + 1],
        date: all[all.len() - 1],
        date_of: sums[layout.date() + 1],
        confusion: Confusion::of(&tally.confusion),
    }
}

/// The types that are asked for or coded, sorted.
fn types_of(texts: &[CodedText<'_>]) -> Vec<String> {
    let gold = texts.iter().flat_map(|t| t.gold.events.iter().filter(|e| e.core).map(|e| e.event_type().to_string()));
    let coded = texts.iter().flat_map(|t| t.events().into_iter().map(|e| e.event_type.clone()));
    gold.chain(coded).collect::<BTreeSet<_>>().into_iter().collect()
}

/// Where the counts are: four for each level, four for each type, two for status, two for date.
struct Layout<'a> {
    types: &'a [String],
}

impl Layout<'_> {
    fn of_level(level: usize) -> Four {
        Four(4 * level)
    }

    fn of_type(&self, i: usize) -> Four {
        Four(4 * (Level::ALL.len() + i))
    }

    fn named(&self, event_type: &str) -> Option<Four> {
        self.types.iter().position(|t| t == event_type).map(|i| self.of_type(i))
    }

    fn status(&self) -> usize {
        self.of_type(self.types.len()).0
    }

    fn date(&self) -> usize {
        self.status() + 2
    }

    fn size(&self) -> usize {
        self.date() + 2
    }

    fn formulas(&self) -> Vec<Formula> {
        let fours = (0..Level::ALL.len()).map(Layout::of_level).chain((0..self.types.len()).map(|i| self.of_type(i)));
        let three = |four: Four| [Formula::Precision(four), Formula::Recall(four), Formula::F1(four)];
        let shares = [self.status(), self.date()].map(|at| Formula::Share(at, at + 1));
        fours.flat_map(three).chain(shares).collect()
    }
}

/// What all texts give.
#[derive(Default)]
struct Tally {
    units: Vec<Counts>,
    gold: u64,
    confusion: BTreeMap<(String, String), u64>,
}

/// The units of one text, in which its counts are kept apart: its articles, or itself.
struct Units {
    stretches: Vec<(usize, usize)>,
    counts: Vec<Counts>,
}

impl Units {
    fn of(gold: &GoldText) -> Self {
        let articles = gold.stretches.iter().filter(|s| !s.boilerplate);
        let mut stretches: Vec<(usize, usize)> = articles.map(|s| (s.start, s.end)).collect();
        if stretches.is_empty() {
            stretches.push((0, usize::MAX));
        }
        let counts = vec![Counts::new(); stretches.len()];
        Units { stretches, counts }
    }

    /// The unit that has most of a clause; the first where none has any.
    fn at(&mut self, start: usize, end: usize) -> &mut Counts {
        let common = |(s, e): (usize, usize)| end.min(e).saturating_sub(start.max(s));
        let best = (0..self.stretches.len()).max_by_key(|&i| (common(self.stretches[i]), std::cmp::Reverse(i)));
        &mut self.counts[best.unwrap_or(0)]
    }

    fn of_gold(&mut self, gold: &GoldEvent) -> &mut Counts {
        let (start, end) = crate::matching::span_of(gold);
        self.at(start, end)
    }
}

fn count(layout: &Layout<'_>, text: &CodedText<'_>, tally: &mut Tally) {
    let (coded, gold, chars) = (text.events(), &text.gold.events, text.chars());
    let mut units = Units::of(text.gold);
    for (i, level) in Level::ALL.into_iter().enumerate() {
        let pairs = match_up(level, &coded, gold, chars);
        count_level(Layout::of_level(i), &coded, gold, &pairs, &mut units);
        match level {
            Level::Type => {
                count_types(layout, &coded, gold, &pairs, &mut units);
                confuse(&coded, gold, chars, &pairs, &mut tally.confusion);
            }
            Level::Pair => count_details(layout, &coded, gold, &pairs, &mut units),
            _ => (),
        }
    }
    tally.gold += gold.len() as u64;
    tally.units.extend(units.counts);
}

fn count_level(at: Four, coded: &[&EventRecord], gold: &[GoldEvent], pairs: &[(usize, usize)], units: &mut Units) {
    for c in coded {
        units.at(c.start, c.end).push((at.0 + Four::CODED, 1));
    }
    for g in gold.iter().filter(|g| g.core) {
        units.of_gold(g).push((at.0 + Four::GOLD, 1));
    }
    for &(i, j) in pairs {
        units.at(coded[i].start, coded[i].end).push((at.0 + Four::RIGHT, 1));
        if gold[j].core {
            units.of_gold(&gold[j]).push((at.0 + Four::FOUND, 1));
        }
    }
}

/// An event that was found under a type that is right too counts as one of that.
fn count_types(
    layout: &Layout<'_>,
    coded: &[&EventRecord],
    gold: &[GoldEvent],
    pairs: &[(usize, usize)],
    units: &mut Units,
) {
    let add = |counts: &mut Counts, event_type: &str, what: usize| {
        counts.extend(layout.named(event_type).map(|four| (four.0 + what, 1)));
    };
    for c in coded {
        add(units.at(c.start, c.end), &c.event_type, Four::CODED);
    }
    for (j, g) in gold.iter().enumerate().filter(|(_, g)| g.core) {
        let found = pairs.iter().find(|(_, k)| *k == j).map(|&(i, _)| coded[i].event_type.as_str());
        add(units.of_gold(g), found.unwrap_or(g.event_type()), Four::GOLD);
        found.into_iter().for_each(|t| add(units.of_gold(g), t, Four::FOUND));
    }
    for &(i, _) in pairs {
        add(units.at(coded[i].start, coded[i].end), &coded[i].event_type, Four::RIGHT);
    }
}

/// A type that is right too counts as itself. What may be left out is no miss.
fn confuse(
    coded: &[&EventRecord],
    gold: &[GoldEvent],
    chars: usize,
    pairs: &[(usize, usize)],
    confusion: &mut BTreeMap<(String, String), u64>,
) {
    let mut add = |gold: &str, coded: &str| *confusion.entry((gold.to_string(), coded.to_string())).or_default() += 1;
    let left = match_left(coded, gold, chars, pairs);
    pairs.iter().for_each(|&(i, _)| add(&coded[i].event_type, &coded[i].event_type));
    left.iter().for_each(|&(i, j)| add(gold[j].event_type(), &coded[i].event_type));
    let both = || pairs.iter().chain(&left);
    for (_, g) in gold.iter().enumerate().filter(|(j, g)| g.core && both().all(|(_, k)| k != j)) {
        add(g.event_type(), NONE);
    }
    for (_, c) in coded.iter().enumerate().filter(|(i, _)| both().all(|(k, _)| k != i)) {
        add(NONE, &c.event_type);
    }
}

/// Status and date of the events that were found with their parties.
fn count_details(
    layout: &Layout<'_>,
    coded: &[&EventRecord],
    gold: &[GoldEvent],
    pairs: &[(usize, usize)],
    units: &mut Units,
) {
    for &(i, j) in pairs {
        let details = [
            (layout.status(), status_is_right(coded[i], &gold[j])),
            (layout.date(), date_is_right(coded[i], &gold[j])),
        ];
        for (at, right) in details {
            let counts = right.map(|right| [(at, u64::from(right)), (at + 1, 1)]);
            units.of_gold(&gold[j]).extend(counts.into_iter().flatten());
        }
    }
}

/// Whether the status is right; `None` where the gold has none.
pub(crate) fn status_is_right(coded: &EventRecord, gold: &GoldEvent) -> Option<bool> {
    let soft = |s: Status| if s == Status::Ongoing { Status::Occurred } else { s };
    gold.status.map(|wanted| Status::parse(&coded.status).map(soft) == Some(soft(wanted)))
}

/// Whether the date is right, as finely as the gold states it; `None` where it states none.
pub(crate) fn date_is_right(coded: &EventRecord, gold: &GoldEvent) -> Option<bool> {
    let wanted = gold.date?.to_string();
    Some(coded.date.as_deref().is_some_and(|d| d.starts_with(&wanted)))
}

/// True where a coded event and a gold event share words.
pub(crate) fn touches(coded: &EventRecord, gold: &GoldEvent) -> bool {
    overlap(coded, gold) > 0
}
