//! Where something happens: the place named beside a token.

use chancery_text::{ActorKind, Document, Mention, Rel};

/// The place named in the clause of `token` ("in Beijing"), else the only one of its sentence.
pub fn place_of(doc: &Document, mentions: &[Mention], token: usize) -> Option<String> {
    let sentence = doc.sentences.get(doc.sentence_of(token))?;
    let places: Vec<&Mention> =
        mentions.iter().filter(|m| sentence.tokens.contains(&m.head) && is_place(doc, m)).collect();
    let mut clause = Some(token);
    for _ in 0..4 {
        let Some(at) = clause else { break };
        if let Some(found) = places.iter().find(|m| governor(doc, m.head) == Some(at)) {
            return name_of(found);
        }
        clause = doc.tokens[at].head.filter(|_| !starts_clause(doc.tokens[at].rel));
    }
    match places.as_slice() {
        [only] => name_of(only),
        _ => None,
    }
}

fn name_of(mention: &Mention) -> Option<String> {
    mention.actors.first().map(|a| a.name.clone())
}

/// A place, or a country after a preposition of place.
fn is_place(doc: &Document, mention: &Mention) -> bool {
    let Some(actor) = mention.actors.first() else { return false };
    let located = || {
        let t = mention.head;
        let case = doc.children(t).find(|&c| doc.tokens[c].rel == Rel::Case);
        case.is_some_and(|c| matches!(doc.tokens[c].lemma.as_str(), "in" | "at" | "near" | "outside" | "across"))
    };
    match actor.kind {
        ActorKind::Place => located() || case_less(doc, mention.head),
        ActorKind::Country => located(),
        _ => false,
    }
}

fn case_less(doc: &Document, head: usize) -> bool {
    doc.tokens[head].head.is_none() || doc.tokens[head].rel == Rel::OblUnmarked
}

/// The token that a place belongs to, over coordination and apposition.
fn governor(doc: &Document, mut at: usize) -> Option<usize> {
    for _ in 0..4 {
        let token = &doc.tokens[at];
        let up = token.head?;
        if !matches!(token.rel, Rel::Conj | Rel::Appos | Rel::NmodUnmarked) {
            return Some(up);
        }
        at = up;
    }
    None
}

fn starts_clause(rel: Rel) -> bool {
    matches!(rel, Rel::Ccomp | Rel::AclRelcl | Rel::Root | Rel::Parataxis)
}
