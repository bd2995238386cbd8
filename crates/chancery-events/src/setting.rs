//! When and where an event happened, and who says so.

use crate::evidence::clause_tokens;
use crate::parties::Parties;
use crate::tree::Tree;
use chancery_text::{ActorKind, Document, PartialDate, Quote, Rel, Status, TimeExpr};

/// How far governing clauses are searched for a time.
const MAX_CLIMB: usize = 4;

/// The date of the event that `trigger` tells: the time in its own clause, in the governing ones, the sentence's only one,
/// the article's own date for what is told as news.
pub(crate) fn date_of(tree: Tree<'_>, trigger: usize, status: Status) -> Option<PartialDate> {
    let doc = tree.doc;
    let sentence = doc.sentences.get(doc.sentence_of(trigger))?;
    let times: Vec<&TimeExpr> = doc.times.iter().filter(|t| sentence.tokens.contains(&t.tokens.start)).collect();
    if let Some(time) = governing(tree, &times, trigger) {
        return Some(time.start);
    }
    if let [only] = times.as_slice() {
        return Some(only.start);
    }
    published(doc, sentence.block, status)
}

/// How many years before its article an event must lie to be background.
const HISTORICAL_YEARS: i16 = 3;

/// True where the text dates an event years before the article.
pub(crate) fn is_historical(tree: Tree<'_>, trigger: usize, date: Option<PartialDate>) -> bool {
    let doc = tree.doc;
    let block = doc.sentences.get(doc.sentence_of(trigger)).map_or(0, |s| s.block);
    let told = article_date(doc, block);
    matches!((date, told), (Some(date), Some(told)) if told.year().saturating_sub(date.year()) >= HISTORICAL_YEARS)
}

fn article_date(doc: &Document, block: usize) -> Option<PartialDate> {
    let segment = doc.article.blocks.get(block).and_then(|b| doc.article.segments.get(b.segment));
    segment.and_then(|s| s.date).or(doc.article.date)
}

fn governing<'t>(tree: Tree<'_>, times: &[&'t TimeExpr], trigger: usize) -> Option<&'t TimeExpr> {
    let mut node = trigger;
    for _ in 0..MAX_CLIMB {
        let tokens = clause_tokens(tree, node, &[]);
        let near = times.iter().filter(|t| tokens.iter().any(|i| t.tokens.contains(i)));
        if let Some(time) = near.min_by_key(|t| t.tokens.start.abs_diff(trigger)) {
            return Some(time);
        }
        node = tree.head(node)?;
    }
    None
}

fn published(doc: &Document, block: usize, status: Status) -> Option<PartialDate> {
    let date = article_date(doc, block)?;
    match status {
        Status::Hypothetical | Status::CalledFor => None,
        Status::Ongoing => Some(date.to_month()),
        Status::Occurred | Status::Denied | Status::Planned => Some(date),
    }
}

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
