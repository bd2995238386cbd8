//! Where an event happened, and who says so.

use crate::evidence::clause_tokens;
use crate::parties::Parties;
use crate::tree::Tree;
use chancery_text::{ActorKind, Document, Quote, Rel};

/// The place that the clause names after "in" or "at", else the dateline's.
pub(crate) fn place_of(tree: Tree<'_>, parties: &Parties<'_>, trigger: usize) -> Option<String> {
    for i in clause_tokens(tree, trigger, &[]) {
        if !matches!(tree.rel(i), Rel::Obl | Rel::Nmod | Rel::OblUnmarked)
            || !["in", "at"].iter().any(|p| tree.has_case(i, p))
        {
            continue;
        }
        let place = parties
            .mention_at(i)
            .and_then(|m| m.actors.first())
            .filter(|a| matches!(a.kind, ActorKind::Place | ActorKind::Country));
        if let Some(place) = place {
            return Some(place.name.clone());
        }
    }
    let doc = tree.doc;
    let block = doc.sentences.get(doc.sentence_of(trigger))?.block;
    let segment = doc.article.blocks.get(block).and_then(|b| doc.article.segments.get(b.segment))?;
    segment.place.clone()
}

/// The speaker of the innermost quotation that holds the trigger.
pub(crate) fn claimant_of(doc: &Document, quotes: &[Quote], trigger: usize) -> Option<String> {
    let word = doc.tokens[trigger].span;
    let inside = quotes.iter().filter(|q| q.content.span().contains(word));
    let quote = inside.min_by_key(|q| q.content.span().len())?;
    let named = quote.speaker.as_ref().map(|a| a.name.clone()).filter(|n| !n.is_empty());
    named.or_else(|| quote.speaker_text.as_ref().map(|t| t.words().to_string()))
}
