//! Parties that a sentence leaves out because the text has named them before.
//!
//! In: the events of a document. "Four people were killed" after "X attacked Y" lacks its actor: an event with one party
//! takes the other from the nearest event before (or after) that has both, tells the same type and has this party in this
//! role. The reason is kept with the event, and its confidence is low.

use crate::codebook::Codebook;
use crate::coder::{Found, Scan};
use chancery_text::Participant;

/// How many sentences away an event may be to lend a party.
const MAX_SENTENCES: usize = 12;

/// Completes events with one party.
pub(crate) fn complete(scan: &Scan<'_>, found: &mut [Found]) {
    let whole: Vec<Found> =
        found.iter().filter(|f| has_country(&f.actors) && has_country(&f.recipients)).cloned().collect();
    for event in found.iter_mut() {
        let (actor, recipient) = (has_country(&event.actors), has_country(&event.recipients));
        if actor == recipient || !scan.book.groups[event.group].borrow {
            continue;
        }
        let Some(lender) = nearest(scan, event, &whole, actor) else { continue };
        if actor {
            event.recipients.extend(lender.recipients.iter().cloned());
        } else {
            event.actors.extend(lender.actors.iter().cloned());
        }
        event.completed = true;
        event.why.push_str(if actor { "; recipient from the context" } else { "; actor from the context" });
    }
}

fn nearest<'f>(scan: &Scan<'_>, event: &Found, whole: &'f [Found], by_actor: bool) -> Option<&'f Found> {
    let doc = scan.tree.doc;
    let here = doc.sentence_of(event.trigger);
    let fits = |other: &&Found| {
        let (own, theirs) =
            if by_actor { (&event.actors, &other.actors) } else { (&event.recipients, &other.recipients) };
        same_type(scan.book, event, other)
            && share_country(own, theirs)
            && doc.sentence_of(other.trigger).abs_diff(here) <= MAX_SENTENCES
    };
    whole.iter().filter(fits).min_by_key(|other| (doc.sentence_of(other.trigger).abs_diff(here), other.trigger))
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
