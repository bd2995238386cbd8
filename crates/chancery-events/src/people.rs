//! People whom a clause tells of without saying whose they are: "killed 44", "arrested dozens", "hundreds rallied in Oslo".
//!
//! They are of the country in which the clause says that it was done; those against whom an authority acts are of its own
//! state where no place is named.

use crate::codebook::{Authority, Needs};
use crate::coder::{Found, MATERIAL_CONFLICT, Scan, is_coded};
use crate::context::{is_authority, is_of_state};
use crate::place::country_of_clause;
use chancery_text::{Actor, ActorCode, ActorKind, Participant, Rel, Upos};

/// The sector of people without an office or a cause.
pub(crate) const CIVILIAN: &str = "CVL";

/// Gives a country to the side of an event that has none.
pub(crate) fn settle(scan: &Scan<'_>, event: &mut Found) {
    let group = &scan.book.groups[event.group];
    let harm = scan.book.quad(event.group) == Some(MATERIAL_CONFLICT);
    if harm && !is_coded(&event.actors) && group.needs == Needs::Actor {
        let doer = scan.tree.doer(event.trigger);
        if let Some(actors) = people(scan, &event.actors, doer.as_slice()) {
            let place = country_of_clause(scan.tree, scan.parties, event.clause);
            event.actors = of_country(actors, place);
        }
        return;
    }
    if is_coded(&event.recipients) || !(scan.book.is_conflict(event.group) || group.authority.is_some()) {
        return;
    }
    let Some(recipients) = people(scan, &event.recipients, &event.targets) else { return };
    let place =
        || country_of_clause(scan.tree, scan.parties, event.clause).filter(|_| harm || group.authority.is_some());
    let at_home = group.authority == Some(Authority::AtHome);
    let acts_at_home = |p: &&Participant| is_of_state(p) && (at_home || is_authority(p));
    let own = || event.actors.iter().find(acts_at_home).and_then(|p| p.actor.code.country.clone());
    event.recipients = of_country(recipients, place().or_else(own));
}

/// The parties where they are known by their part only, or those that a number stands for.
fn people(scan: &Scan<'_>, known: &[Participant], nodes: &[usize]) -> Option<Vec<Participant>> {
    if !known.is_empty() {
        let by_part = known.iter().all(|p| p.actor.code.country.is_none() && !p.actor.code.sectors.is_empty());
        return by_part.then(|| known.to_vec());
    }
    let counted: Vec<Participant> = nodes.iter().filter_map(|&n| counted(scan, n)).collect();
    (!counted.is_empty()).then_some(counted)
}

/// "44", "dozens": so many people, where nothing says what else is counted.
fn counted(scan: &Scan<'_>, node: usize) -> Option<Participant> {
    let tree = scan.tree;
    let number = tree.upos(node) == Upos::Num || scan.parties.is_transparent(node);
    let says_what = |c: usize| matches!(tree.rel(c), Rel::Nmod | Rel::Compound | Rel::NmodUnmarked);
    // not "at least 44"
    let of_something = tree.children(node).any(|c| says_what(c) && tree.is_nominal(c));
    if !number || of_something || tree.form(node).contains(['%', '$', '€', '£']) {
        return None;
    }
    let span = tree.doc.tokens[node].span;
    let text = span.of(tree.doc.text()).to_string();
    let code = ActorCode { country: None, sectors: vec![CIVILIAN.into()] };
    let actor = Actor { name: text.clone(), kind: ActorKind::Group, code, wikidata: None };
    Some(Participant { text, span, actor })
}

fn of_country(mut parties: Vec<Participant>, country: Option<String>) -> Vec<Participant> {
    for party in &mut parties {
        party.actor.code.country.clone_from(&country);
    }
    parties
}
