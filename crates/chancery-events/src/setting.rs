//! Who says that an event happened.

use crate::parties::Parties;
use crate::tree::Tree;
use chancery_text::{Document, Participant, Quote, Rel, Xpos};

/// The speaker of the innermost quotation that holds the trigger, or the one who goes on speaking there.
pub(crate) fn claimant_of(tree: Tree<'_>, parties: &Parties<'_>, quotes: &[Quote], trigger: usize) -> Option<String> {
    let word = tree.doc.tokens[trigger].span;
    let inside = quotes.iter().filter(|q| q.content.span().contains(word));
    let quote = inside.min_by_key(|q| q.content.span().len()).or_else(|| goes_on(tree, parties, quotes, trigger))?;
    let named = quote.speaker.as_ref().map(|a| a.name.clone()).filter(|n| !n.is_empty());
    named.or_else(|| quote.speaker_text.as_ref().map(|t| t.words().to_string()))
}

/// "The minister said that X. Norway appreciates Y and will do Z.": the reported speech that goes on without a cue, told by
/// the speech that its paragraph gave before.
///
/// It goes on as far as a sentence of the paragraph tells, not in the past tense, what the speaker's own side does or wants.
fn goes_on<'q>(tree: Tree<'_>, parties: &Parties<'_>, quotes: &'q [Quote], trigger: usize) -> Option<&'q Quote> {
    let doc = tree.doc;
    let here = doc.sentence_of(trigger);
    let block = doc.sentences.get(here)?.block;
    let opening = quotes.iter().filter(|q| q.cue.is_some() && reported_before(doc, q, here));
    let quote = opening.max_by_key(|q| q.content.span().end)?;
    let country = quote.speaker.as_ref()?.code.country.as_deref()?;
    let last_of_block = (here..doc.sentences.len()).take_while(|&s| doc.sentences[s].block == block);
    let mut silent = last_of_block.take_while(|&s| !has_cue(doc, quotes, s));
    silent.any(|s| tells_own_side(tree, parties, s, country)).then_some(quote)
}

/// True for a quote whose speech ends in an earlier sentence of the same paragraph, in the writer's words.
fn reported_before(doc: &Document, quote: &Quote, here: usize) -> bool {
    let Some(last) = doc.tokens_in(quote.content.span()).next_back() else { return false };
    let sentence = doc.sentence_of(last);
    let in_marks = quote.kind == chancery_text::QuoteKind::Direct;
    sentence < here && doc.sentences[sentence].block == doc.sentences[here].block && !in_marks
}

fn has_cue(doc: &Document, quotes: &[Quote], sentence: usize) -> bool {
    let span = doc.sentences[sentence].span;
    quotes.iter().filter_map(|q| q.cue.as_ref()).any(|cue| span.contains(cue.span()))
}

fn tells_own_side(tree: Tree<'_>, parties: &Parties<'_>, sentence: usize, country: &str) -> bool {
    let mut tokens = tree.doc.sentences[sentence].tokens.clone();
    let Some(root) = tokens.find(|&t| tree.rel(t) == Rel::Root) else { return false };
    let Some(subject) = tree.surface_subject(root) else { return false };
    let own = |p: &Participant| p.actor.code.country.as_deref() == Some(country);
    parties.named(subject).iter().any(own) && !is_past(tree, root)
}

/// True for the tense in which news tell; "had agreed" is what a speaker's "have agreed" becomes.
fn is_past(tree: Tree<'_>, verb: usize) -> bool {
    let finite = tree.auxiliaries(verb).next().unwrap_or(verb);
    tree.xpos(finite) == Xpos::Vbd && !(finite != verb && tree.is(finite, "have"))
}
