//! Which coded event stands for which gold event.

use crate::gold::{GoldEvent, PartyKey, country, folded};
use chancery_records::{EventRecord, PartyRecord};
use std::collections::BTreeSet;

/// How much of an event must be right.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Level {
    /// Its words overlap those of the gold event.
    Any,
    /// Its type is right too.
    Type,
    /// Type and, where the gold states one, mode.
    Mode,
    /// Type and both parties, in their roles.
    Pair,
}

impl Level {
    /// All of them, from the least to the most.
    pub const ALL: [Level; 4] = [Level::Any, Level::Type, Level::Mode, Level::Pair];

    /// As the tables call it.
    pub fn name(self) -> &'static str {
        match self {
            Level::Any => "any event",
            Level::Type => "type",
            Level::Mode => "type and mode",
            Level::Pair => "type and both parties",
        }
    }

    /// As the JSON calls it.
    pub fn key(self) -> &'static str {
        match self {
            Level::Any => "any",
            Level::Type => "type",
            Level::Mode => "mode",
            Level::Pair => "pair",
        }
    }
}

/// A gold event's place in its text: its clause, or all of the text.
pub(crate) fn span_of(gold: &GoldEvent) -> (usize, usize) {
    gold.span.unwrap_or((0, usize::MAX))
}

/// Characters that both have.
pub(crate) fn overlap(coded: &EventRecord, gold: &GoldEvent) -> usize {
    let (start, end) = span_of(gold);
    coded.end.min(end).saturating_sub(coded.start.max(start))
}

/// How much of both is in both.
fn closeness(coded: &EventRecord, gold: &GoldEvent, chars: usize) -> f64 {
    let (start, end) = span_of(gold);
    let all = coded.end.max(end.min(chars)) - coded.start.min(start);
    overlap(coded, gold) as f64 / all.max(1) as f64
}

/// True where a coded event can stand for a gold event.
pub(crate) fn fits(level: Level, coded: &EventRecord, gold: &GoldEvent) -> bool {
    overlap(coded, gold) > 0
        && match level {
            Level::Any => true,
            Level::Type => has_type(coded, gold),
            Level::Mode => has_type(coded, gold) && has_mode(coded, gold),
            Level::Pair => has_type(coded, gold) && is_between(coded, gold),
        }
}

fn has_type(coded: &EventRecord, gold: &GoldEvent) -> bool {
    gold.types.is_empty() || gold.types.contains(&coded.event_type)
}

/// Of another type that is right too, the gold says no mode.
fn has_mode(coded: &EventRecord, gold: &GoldEvent) -> bool {
    let is_first = gold.types.first() == Some(&coded.event_type);
    !is_first || gold.mode.as_ref().is_none_or(|m| coded.mode.as_ref() == Some(m))
}

/// Each side that has a party to compare must share one; where either may be named first, all of the gold's parties must
/// be parties, or two of them.
pub(crate) fn is_between(coded: &EventRecord, gold: &GoldEvent) -> bool {
    let keys =
        |parties: &[crate::gold::GoldParty]| -> BTreeSet<PartyKey> { parties.iter().filter_map(|p| p.key()).collect() };
    let (actors, recipients) = (keys(&gold.actors), keys(&gold.recipients));
    if gold.symmetric {
        let all: BTreeSet<&PartyKey> = actors.union(&recipients).collect();
        let met = all.iter().filter(|k| coded.actors.iter().chain(&coded.recipients).any(|p| is_of(p, k))).count();
        return met == all.len() || met >= 2;
    }
    let shares = |keys: &BTreeSet<PartyKey>, parties: &[PartyRecord]| {
        keys.is_empty() || keys.iter().any(|k| parties.iter().any(|p| is_of(p, k)))
    };
    shares(&actors, &coded.actors) && shares(&recipients, &coded.recipients)
}

/// True where a coded party is whom the key tells of.
fn is_of(party: &PartyRecord, key: &PartyKey) -> bool {
    match key {
        PartyKey::Country(code) => party.code.as_deref().and_then(country) == Some(code.as_str()),
        PartyKey::Named(names) => {
            let own = [Some(party.text.as_str()), party.name.as_deref()].into_iter().flatten().map(folded);
            own.filter(|o| !o.is_empty()).any(|o| names.iter().any(|n| holds(&o, n) || holds(n, &o)))
        }
    }
}

/// True where the words of `part` are in `whole`, one behind the other.
fn holds(whole: &str, part: &str) -> bool {
    format!(" {whole} ").contains(&format!(" {part} "))
}

/// The pairs (coded, gold) of one text: each event in at most one, and as many as can be; first for the gold events that
/// any coder must find. `chars` is the length of the text.
pub(crate) fn match_up(level: Level, coded: &[&EventRecord], gold: &[GoldEvent], chars: usize) -> Vec<(usize, usize)> {
    let edges = gold.iter().map(|g| candidates(coded, g, chars, |c| fits(level, c, g))).collect();
    let mut order: Vec<usize> = (0..gold.len()).collect();
    order.sort_by_key(|&j| !gold[j].core);
    Matching { edges, owners: vec![None; coded.len()] }.of(&order)
}

/// The same for what is left over, by words alone: to see for what an event was taken. Same parties go before close words.
pub(crate) fn match_left(
    coded: &[&EventRecord],
    gold: &[GoldEvent],
    chars: usize,
    taken: &[(usize, usize)],
) -> Vec<(usize, usize)> {
    let is_free = |i: usize| taken.iter().all(|(c, _)| *c != i);
    let edges = gold.iter().map(|g| {
        let mut found = candidates(coded, g, chars, |c| fits(Level::Any, c, g));
        found.retain(|&i| is_free(i));
        found.sort_by_key(|&i| !is_between(coded[i], g));
        found
    });
    let edges = edges.collect();
    let mut order: Vec<usize> = (0..gold.len()).filter(|j| taken.iter().all(|(_, g)| g != j)).collect();
    order.sort_by_key(|&j| !gold[j].core);
    Matching { edges, owners: vec![None; coded.len()] }.of(&order)
}

/// The coded events that could stand for a gold event, the closest first.
fn candidates(
    coded: &[&EventRecord],
    gold: &GoldEvent,
    chars: usize,
    fits: impl Fn(&EventRecord) -> bool,
) -> Vec<usize> {
    let mut found: Vec<usize> = (0..coded.len()).filter(|&i| fits(coded[i])).collect();
    found.sort_by(|&a, &b| closeness(coded[b], gold, chars).total_cmp(&closeness(coded[a], gold, chars)));
    found
}

/// Kuhn's algorithm: a gold event takes a coded one; one that is taken is given up where its owner finds another.
struct Matching {
    /// For each gold event, the coded ones that could stand for it.
    edges: Vec<Vec<usize>>,
    /// For each coded event, the gold event that it stands for.
    owners: Vec<Option<usize>>,
}

impl Matching {
    fn of(mut self, order: &[usize]) -> Vec<(usize, usize)> {
        for &gold in order {
            self.place(gold, &mut vec![false; self.owners.len()]);
        }
        self.owners.iter().enumerate().filter_map(|(coded, gold)| Some((coded, (*gold)?))).collect()
    }

    fn place(&mut self, gold: usize, seen: &mut [bool]) -> bool {
        for i in 0..self.edges[gold].len() {
            let coded = self.edges[gold][i];
            if std::mem::replace(&mut seen[coded], true) {
                continue;
            }
            if self.owners[coded].is_none_or(|owner| self.place(owner, seen)) {
                self.owners[coded] = Some(gold);
                return true;
            }
        }
        false
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::gold::GoldParty;

    fn coded(event_type: &str, start: usize, end: usize, actor: &str, recipient: &str) -> EventRecord {
        let party = |code: &str| serde_json::json!([{"text": code, "name": null, "code": code, "start": 0, "end": 0}]);
        let record = serde_json::json!({
            "start": start, "end": end, "text": "", "type": event_type, "mode": null, "cameo": null, "contexts": [],
            "actors": party(actor), "recipients": party(recipient), "status": "occurred", "historical": false,
            "date": null, "place": null, "claimant": null, "event": null, "confidence": 1.0, "why": ""
        });
        serde_json::from_value(record).unwrap()
    }

    fn gold(event_type: &str, span: (usize, usize), actor: &str, recipient: &str) -> GoldEvent {
        let party = |code: &str| vec![GoldParty { code: Some(Some(code.into())), ..GoldParty::default() }];
        GoldEvent {
            span: Some(span),
            types: vec![event_type.into()],
            actors: party(actor),
            recipients: party(recipient),
            core: true,
            ..GoldEvent::default()
        }
    }

    /// The first gold event would take the coded event that the second alone can have; it must make room.
    #[test]
    fn as_many_as_possible_find_their_counterpart() {
        let events = [coded("AID", 0, 10, "FRA", "MLI"), coded("AID", 8, 30, "FRA", "MLI")];
        let gold = [gold("AID", (0, 10), "FRA", "MLI"), gold("AID", (0, 8), "FRA", "MLI")];
        let coded: Vec<&EventRecord> = events.iter().collect();
        assert_eq!(match_up(Level::Type, &coded, &gold, 30), [(0, 1), (1, 0)]);
    }

    #[test]
    fn the_same_event_coded_twice_is_one_too_many() {
        let events = [coded("AID", 0, 10, "FRA", "MLI"), coded("AID", 0, 12, "FRA", "MLI")];
        let coded: Vec<&EventRecord> = events.iter().collect();
        assert_eq!(match_up(Level::Pair, &coded, &[gold("AID", (0, 10), "FRA", "MLI")], 30), [(0, 0)]);
    }

    #[test]
    fn a_symmetric_event_may_be_turned_round() {
        let met = coded("CONSULT", 0, 10, "UGA GOV", "KEN GOV");
        let directed = gold("CONSULT", (0, 10), "KEN", "UGA");
        assert!(!is_between(&met, &directed));
        assert!(is_between(&met, &GoldEvent { symmetric: true, ..directed }));
    }

    #[test]
    fn names_are_compared_by_whole_words() {
        let niger = PartyKey::Named(vec!["niger".into()]);
        let party =
            |name: &str| PartyRecord { text: name.into(), name: None, code: None, kind: None, start: 0, end: 0 };
        assert!(is_of(&party("the government of Niger"), &niger));
        assert!(!is_of(&party("Nigeria"), &niger));
    }
}
