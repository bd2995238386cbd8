//! Names that no mention stands for: inside longer phrases ("Islamic Jihad" in "Islamic Jihad fighters") and in lines that
//! are not parsed (credits). They are listed for who wants all names of a text; no event and no quotation rests on them.

use crate::directory::{Directory, Sense, Usage};
use crate::era;
use crate::items::{Item, Lex, Source};
use chancery_text::{Actor, BlockKind, Document, Mention, MentionLink, Span};
use std::ops::Range;

impl Directory {
    /// The names of the directory that `mentions` leave out, in order of place. Those in credit lines hold no token.
    pub fn nested_names(&self, doc: &Document, mentions: &[Mention]) -> Vec<Mention> {
        let mut source = Source::new(self, doc);
        if source.date.is_none() {
            source.date = era::of_text(&source, &source.all_items());
        }
        let mut found: Vec<Mention> = Vec::new();
        for mention in mentions.iter().filter(|m| m.tokens.len() > 1) {
            let country = mention.actors.first().and_then(|a| a.code.country.as_deref());
            for (item, actor) in names_in(&source, mention.tokens.clone(), country) {
                let taken = mentions.iter().chain(&found).any(|m| m.span == item.span);
                if !taken && item.tokens != mention.tokens {
                    let head = doc.head_of(item.tokens.clone()).unwrap_or(item.tokens.start);
                    found.push(named(item.span, item.tokens, head, actor, "named inside a longer phrase"));
                }
            }
        }
        found.extend(self.in_credits(&source));
        found.sort_by_key(|m| m.span);
        found
    }

    fn in_credits(&self, source: &Source) -> Vec<Mention> {
        let doc = source.doc;
        let mut found = Vec::new();
        for block in doc.article.blocks.iter().filter(|b| b.kind == BlockKind::Credit) {
            let range = source.folded.forth(block.span.start)..source.folded.forth(block.span.end);
            for (at, len, senses) in self.names_in(&source.folded, range) {
                let Some(sense) = senses.first() else { continue };
                let span = Span::new(source.folded.back(at), source.folded.back(at + len));
                let actor = self.actor(sense.entry, sense.usage, source.date);
                let token = doc.tokens.partition_point(|t| t.span.end <= span.start);
                found.push(named(span, token..token, token, actor, "named in a credit line"));
            }
        }
        found
    }
}

/// The directory's names inside a stretch of tokens, the longest at each place; of several meanings one of `country`.
fn names_in(source: &Source, tokens: Range<usize>, country: Option<&str>) -> Vec<(Item, Actor)> {
    let mut found = Vec::new();
    let mut at = tokens.start;
    while at < tokens.end {
        let item = source.item_at(at, tokens.end);
        at = item.tokens.end.max(at + 1);
        let Lex::Name(senses) = &item.lex else { continue };
        let of = |s: &&Sense| source.dir.term_at(s.entry, source.date).0.and_then(|t| t.code.country.as_deref());
        let fitting = senses.iter().find(|s| country.is_some() && of(s) == country);
        let Some(sense) = fitting.or(senses.first()).copied() else { continue };
        let usage = if matches!(sense.usage, Usage::Capital | Usage::People) { Usage::Name } else { sense.usage };
        let actor = source.dir.actor(sense.entry, usage, source.date);
        found.push((item, actor));
    }
    found
}

fn named(span: Span, tokens: Range<usize>, head: usize, actor: Actor, why: &str) -> Mention {
    let (actors, why) = (vec![actor], why.to_string());
    Mention { span, tokens, head, actors, link: MentionLink::Named, confidence: 0.8, why }
}
