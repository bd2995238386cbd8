//! Who says that an event happened.

use chancery_text::{Document, Quote};

/// The speaker of the innermost quotation that holds the trigger.
pub(crate) fn claimant_of(doc: &Document, quotes: &[Quote], trigger: usize) -> Option<String> {
    let word = doc.tokens[trigger].span;
    let inside = quotes.iter().filter(|q| q.content.span().contains(word));
    let quote = inside.min_by_key(|q| q.content.span().len())?;
    let named = quote.speaker.as_ref().map(|a| a.name.clone()).filter(|n| !n.is_empty());
    named.or_else(|| quote.speaker_text.as_ref().map(|t| t.words().to_string()))
}
