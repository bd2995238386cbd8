//! Labelled passages as sentences with two marked parties.

use crate::Pipeline;
use chancery_events::Label;
use chancery_text::{Article, Document, MarkedPair, Mention, Status};
use std::collections::BTreeSet;

impl Pipeline {
    /// The pair of each label whose sentence names both its sides: of each side what stands nearest to the word that tells it.
    pub fn marked_pairs(&self, article: Article, labels: &[Label]) -> Vec<MarkedPair> {
        let (document, mentions, _) = self.understand(article);
        labels.iter().filter_map(|label| self.marked_pair(&document, &mentions, label)).collect()
    }

    fn marked_pair(&self, doc: &Document, mentions: &[Mention], label: &Label) -> Option<MarkedPair> {
        let token = doc.tokens.iter().position(|t| t.span.start <= label.start && label.start < t.span.end)?;
        let sentence = doc.sentences.get(doc.sentence_of(token))?.span;
        let inside = |m: &&Mention| sentence.start <= m.span.start && m.span.end <= sentence.end;
        let far =
            |m: &&Mention| (m.span.start.abs_diff(label.start).min(m.span.end.abs_diff(label.start)), m.span.start);
        let is_of = |m: &Mention, side: &BTreeSet<&String>| {
            m.actors.iter().filter_map(|a| a.code.country.as_ref()).any(|c| side.contains(c))
        };
        let mut actors: BTreeSet<&String> = label.actors.iter().collect();
        let mut recipients: BTreeSet<&String> = label.recipients.iter().collect();
        // what several do together, the first does with the others
        if actors == recipients && actors.len() > 1 {
            actors.retain(|c| Some(*c) == label.actors.first());
            recipients.retain(|c| Some(*c) != label.actors.first());
        }
        let actor = mentions.iter().filter(inside).filter(|m| is_of(m, &actors)).min_by_key(far)?;
        let apart = |m: &&Mention| m.span.end <= actor.span.start || actor.span.end <= m.span.start;
        let named = |m: &&Mention| is_of(m, &recipients);
        let recipient = mentions.iter().filter(inside).filter(apart).filter(named).min_by_key(far)?;
        let at = |m: &Mention| m.span.start - sentence.start..m.span.end - sentence.start;
        Some(MarkedPair {
            sentence: sentence.of(doc.text()).to_string(),
            actor: at(actor),
            recipient: at(recipient),
            root: self.coder.root_of(label.types.first()?, Status::Occurred),
        })
    }
}
