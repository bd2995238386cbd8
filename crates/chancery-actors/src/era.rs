//! The time that an undated text is about, from the people in it: the days on which most of them hold the office that the
//! directory knows. Years in the text narrow it down.

use crate::directory::{Tenure, Usage};
use crate::items::{Item, Lex, Source};
use crate::words::word_class;
use chancery_text::{ActorKind, PartialDate};
use std::collections::BTreeMap;

/// What a name counts, and a name with a title before it.
const NAMED: u32 = 1;
const TITLED: u32 = 2;

/// A date for the offices in an undated text; `None` where today does as well as any other.
pub(crate) fn of_text(source: &Source, items: &[Vec<Item>]) -> Option<PartialDate> {
    let bounds = source.doc.article.date_bounds.unwrap_or_default();
    let people = people(source, items);
    let score = |date: Option<PartialDate>| -> u32 {
        let holds = |&(&entry, _): &(&u32, &u32)| in_office(source, entry, date);
        people.iter().filter(holds).map(|(_, weight)| weight).sum()
    };
    let after = |d: &PartialDate| bounds.earliest.is_none_or(|e| d.day_number() >= e.day_number());
    let before = |d: &PartialDate| bounds.latest.is_none_or(|l| d.day_number() <= l.day_number());
    let starts = people.keys().flat_map(|&e| &source.dir.entries[e as usize].terms).filter_map(|t| t.from);
    let candidates = starts.chain(bounds.latest).chain(bounds.earliest).filter(|d| after(d) && before(d));
    let best = candidates.map(|d| (score(Some(d)), d.day_number(), d)).max_by_key(|&(points, day, _)| (points, day));
    let now = score(None);
    match best {
        Some((points, _, date)) if points > now => Some(date),
        _ => bounds.latest,
    }
}

fn in_office(source: &Source, entry: u32, date: Option<PartialDate>) -> bool {
    let terms = &source.dir.entries[entry as usize].terms;
    match date {
        Some(_) => source.dir.term_at(entry, date).1 == Tenure::In,
        None => terms.iter().any(|t| t.to.is_none()),
    }
}

/// The people named in full, each with its weight; who is called former tells nothing.
fn people(source: &Source, items: &[Vec<Item>]) -> BTreeMap<u32, u32> {
    let mut people = BTreeMap::new();
    for row in items {
        for (i, item) in row.iter().enumerate() {
            let Some(entry) = person(source, item) else { continue };
            let before = &row[i.saturating_sub(4)..i];
            if before.iter().any(|b| b.class & word_class::FORMER != 0) {
                continue;
            }
            let titled = before.last().is_some_and(|b| matches!(b.lex, Lex::Role { .. }));
            let weight = people.entry(entry).or_insert(NAMED);
            *weight = (*weight).max(if titled { TITLED } else { NAMED });
        }
    }
    people
}

fn person(source: &Source, item: &Item) -> Option<u32> {
    let Lex::Name(senses) = &item.lex else { return None };
    let [sense] = senses.as_slice() else { return None };
    let is_person = source.dir.entries[sense.entry as usize].kind == ActorKind::Person;
    (is_person && sense.usage == Usage::Name).then_some(sense.entry)
}
