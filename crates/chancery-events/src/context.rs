//! Parties that a sentence leaves out because the text has named them before.
//!
//! In: the events of a document. "Four people were killed" after "X attacked Y" lacks its actor. An event with one party
//! takes the other from the nearest event that has both and this party in this role (one of the same type, or one of the
//! same sentence), else from the pair that the whole text is about. The reason is kept with the event, and its confidence is low.

use crate::codebook::Codebook;
use crate::coder::{Found, Scan};
use chancery_text::Participant;
use std::collections::BTreeMap;

/// How many sentences away an event of the same type may be to lend a party.
const SAME_TYPE_SENTENCES: usize = 30;
/// How many events a pair must have for a text to be about it.
const MIN_PAIR_EVENTS: usize = 3;

/// Completes events with one party.
pub(crate) fn complete(scan: &Scan<'_>, found: &mut [Found]) {
    let whole: Vec<Found> =
        found.iter().filter(|f| has_country(&f.actors) && has_country(&f.recipients)).cloned().collect();
    let pairs = Pairs::count(&whole);
    for event in found.iter_mut() {
        let (actor, recipient) = (has_country(&event.actors), has_country(&event.recipients));
        if actor == recipient || event.asked || !scan.book.groups[event.group].borrow {
            continue;
        }
        let lent = nearest(scan, event, &whole, actor).or_else(|| pairs.partner(event, actor));
        let Some(parties) = lent else { continue };
        if actor {
            event.recipients.extend(parties);
        } else {
            event.actors.extend(parties);
        }
        event.completed = true;
        event.why.push_str(if actor { "; recipient from the context" } else { "; actor from the context" });
    }
}

fn nearest(scan: &Scan<'_>, event: &Found, whole: &[Found], by_actor: bool) -> Option<Vec<Participant>> {
    let doc = scan.tree.doc;
    let here = doc.sentence_of(event.trigger);
    let distance = |other: &Found| doc.sentence_of(other.trigger).abs_diff(here);
    let fits = |other: &Found| {
        let (own, theirs) =
            if by_actor { (&event.actors, &other.actors) } else { (&event.recipients, &other.recipients) };
        let reach = if same_type(scan.book, event, other) { SAME_TYPE_SENTENCES } else { 0 };
        share_country(own, theirs) && distance(other) <= reach
    };
    let lender = whole.iter().filter(|o| fits(o)).min_by_key(|o| (distance(o), o.trigger))?;
    Some(if by_actor { lender.recipients.clone() } else { lender.actors.clone() })
}

/// How often two countries deal with each other in a text.
struct Pairs {
    counts: BTreeMap<(String, String), usize>,
    parties: BTreeMap<String, Participant>,
}

impl Pairs {
    fn count(whole: &[Found]) -> Self {
        let mut pairs = Pairs { counts: BTreeMap::new(), parties: BTreeMap::new() };
        for event in whole {
            let (Some(a), Some(b)) = (first_country(&event.actors), first_country(&event.recipients)) else { continue };
            if a.0 != b.0 {
                let key = if a.0 < b.0 { (a.0.clone(), b.0.clone()) } else { (b.0.clone(), a.0.clone()) };
                *pairs.counts.entry(key).or_default() += 1;
                pairs.parties.entry(a.0).or_insert(a.1);
                pairs.parties.entry(b.0).or_insert(b.1);
            }
        }
        pairs
    }

    /// The other one of the pair that the text is about, where the event's party is one of the two.
    fn partner(&self, event: &Found, by_actor: bool) -> Option<Vec<Participant>> {
        let own = first_country(if by_actor { &event.actors } else { &event.recipients })?.0;
        let total: usize = self.counts.values().sum();
        let (pair, &events) = self.counts.iter().max_by_key(|(pair, n)| (**n, std::cmp::Reverse(*pair)))?;
        if events < MIN_PAIR_EVENTS || 2 * events < total {
            return None;
        }
        let other = match own {
            _ if own == pair.0 => &pair.1,
            _ if own == pair.1 => &pair.0,
            _ => return None,
        };
        Some(vec![self.parties.get(other)?.clone()])
    }
}

fn first_country(parties: &[Participant]) -> Option<(String, Participant)> {
    parties.iter().find_map(|p| p.actor.code.country.clone().map(|c| (c, p.clone())))
}

fn same_type(book: &Codebook, a: &Found, b: &Found) -> bool {
    book.groups[a.group].event_type == book.groups[b.group].event_type
}

fn has_country(parties: &[Participant]) -> bool {
    parties.iter().any(|p| p.actor.code.country.is_some())
}

fn share_country(a: &[Participant], b: &[Participant]) -> bool {
    a.iter().any(|x| b.iter().any(|y| x.actor.code.country.is_some() && x.actor.code.country == y.actor.code.country))
}
