//! Where an event happened: by its clause, else by its sentence, else by the dateline.
//!
//! In: the tree and the mentions. Out: the name of a place, its country and which part of the text states it; the directory
//! of actors adds what it knows. A place with a proper name goes before a state ("in Lyon, France").

use crate::evidence::clause_tokens;
use crate::parties::Parties;
use crate::tree::Tree;
use chancery_text::{Actor, ActorKind, Document, Participant, Place, PlaceStated, Rel};

/// Prepositions behind which stands where something happens.
pub(crate) const WHERE: &[&str] =
    &["in", "at", "near", "inside", "outside", "across", "throughout", "around", "off", "along", "within"];

/// In how many clauses a place is looked for, the own one among them.
const MAX_CLAUSES: usize = 3;

/// The place of the event whose clause is that of `clause`; `host` are those at whose place it happens if nothing else is
/// said.
pub(crate) fn place_of(
    tree: Tree<'_>,
    parties: &Parties<'_>,
    clause: usize,
    host: Option<&[Participant]>,
) -> Option<Place> {
    let own = best(stated_in(tree, parties, &clause_tokens(tree, clause, &[])));
    let hosts = || host?.iter().map(|p| &p.actor).find(|a| is_place(a));
    if let Some(actor) = own.or_else(hosts) {
        return Some(named(actor, PlaceStated::Clause));
    }
    let sentence = tree.doc.sentences.get(tree.doc.sentence_of(clause))?;
    let around = stated_in(tree, parties, &sentence.tokens.clone().collect::<Vec<_>>());
    // where the sentence speaks of two countries it does not say which is the event's
    let one_country = around.iter().all(|a| a.code.country == around[0].code.country);
    let nearby = best(around).filter(|_| one_country).map(|a| named(a, PlaceStated::Sentence));
    nearby.or_else(|| dateline(tree.doc, sentence.block))
}

/// The country in which the clause says that something was done, or the one that it goes on: "blew up a car in Basra,
/// killing nine".
pub(crate) fn country_of_clause(tree: Tree<'_>, parties: &Parties<'_>, clause: usize) -> Option<String> {
    let above = |&c: &usize| {
        let goes_on = matches!(tree.rel(c), Rel::Advcl | Rel::Conj | Rel::Xcomp);
        tree.head(c).filter(|&h| goes_on && tree.is_verb(h))
    };
    let clauses = std::iter::successors(Some(clause), above).take(MAX_CLAUSES);
    let where_clause = |c: usize| {
        let relative = tree.rel(c) == Rel::AclRelcl && tree.children(c).any(|w| tree.is(w, "where"));
        tree.head(c).filter(|_| relative).and_then(|h| place_at(tree, parties, h))
    };
    let mut places = clauses.map(|c| {
        let own = stated_in(tree, parties, &clause_tokens(tree, c, &[]));
        if own.is_empty() { where_clause(c).into_iter().collect() } else { own }
    });
    let found = places.find(|found| !found.is_empty()).and_then(best);
    found.or_else(|| label(tree, parties, clause))?.code.country.clone()
}

/// "Mali: four killed in raid": what stands before the colon with which a sentence begins.
fn label<'a>(tree: Tree<'_>, parties: &Parties<'a>, clause: usize) -> Option<&'a Actor> {
    let sentence = &tree.doc.sentences.get(tree.doc.sentence_of(clause))?.tokens;
    let first = parties.within(sentence.start..sentence.start + 1).next()?;
    let colon = first.tokens.end < sentence.end && tree.is(first.tokens.end, ":");
    first.actors.first().filter(|a| colon && is_place(a))
}

fn named(actor: &Actor, stated: PlaceStated) -> Place {
    Place::named(actor.name.clone(), actor.code.country.clone(), stated)
}

/// The first place, or the place inside the state that stands first.
fn best(found: Vec<&Actor>) -> Option<&Actor> {
    let first = *found.first()?;
    let inside = |a: &Actor| a.kind == ActorKind::Place && a.code.country == first.code.country;
    if inside(first) { Some(first) } else { found.iter().copied().find(|a| inside(a)).or(Some(first)) }
}

/// The places among `tokens` that stand behind a preposition of place, in order; whatever the tree takes them for.
fn stated_in<'a>(tree: Tree<'_>, parties: &Parties<'a>, tokens: &[usize]) -> Vec<&'a Actor> {
    let located = |&&i: &&usize| tree.is_nominal(i) && WHERE.iter().any(|p| tree.has_case(i, p));
    tokens.iter().filter(located).filter_map(|&i| place_at(tree, parties, i)).collect()
}

/// The place that a token names, or the one that a common noun there is of: "in the city of Lyon", "in the capital, Kabul".
fn place_at<'a>(tree: Tree<'_>, parties: &Parties<'a>, i: usize) -> Option<&'a Actor> {
    let place = |i: usize| parties.mention_at(i).and_then(|m| m.actors.first()).filter(|a| is_place(a));
    let told = || tree.children(i).filter(|&c| c > i && !tree.is_verb(c)).find_map(place);
    place(i).or_else(|| parties.mention_at(i).is_none().then(told)?)
}

pub(crate) fn is_place(actor: &Actor) -> bool {
    matches!(actor.kind, ActorKind::Place | ActorKind::Country)
}

fn dateline(doc: &Document, block: usize) -> Option<Place> {
    let segment = doc.article.blocks.get(block).and_then(|b| doc.article.segments.get(b.segment))?;
    Some(Place::named(segment.place.clone()?, None, PlaceStated::Dateline))
}
