//! From the words that name a speaker to the actor.

use crate::cues::Cues;
use crate::tree::{lower, phrase, span_of, trim_punctuation};
use chancery_text::{Actor, ActorCode, ActorKind, Document, Evidence, Mention, NameLabel, Upos};
use std::ops::Range;

/// Who says something: the words, and whom they mean.
#[derive(Debug, Clone, Default)]
pub(crate) struct Speaker {
    pub actor: Option<Actor>,
    pub text: Option<Evidence>,
}

/// Resolves speakers by the mentions of the actors stage, and remembers who spoke for pronouns that it left open.
pub(crate) struct Speakers<'a> {
    doc: &'a Document,
    mentions: &'a [Mention],
    cues: &'a Cues,
    /// Who spoke before, with the place.
    spoke: Vec<(usize, Actor)>,
}

impl<'a> Speakers<'a> {
    pub fn new(doc: &'a Document, mentions: &'a [Mention], cues: &'a Cues) -> Self {
        Speakers { doc, mentions, cues, spoke: Vec::new() }
    }

    /// The speaker whose naming words have the head `head`.
    pub fn resolve(&mut self, head: usize) -> Speaker {
        let words = trim_punctuation(self.doc, phrase(self.doc, head));
        let mention = self.mention_of(head, &words);
        let span = span_of(self.doc, words.clone());
        let span = mention.filter(|m| m.tokens.contains(&head)).map_or(span, |m| m.span.cover(span));
        let actor = match mention {
            Some(mention) => mention.actors.first().cloned(),
            None => self.actor_of_words(head, words),
        };
        if let Some(actor) = &actor {
            self.spoke.push((head, actor.clone()));
        }
        Speaker { actor, text: Evidence::new(self.doc.text(), span) }
    }

    /// The mention that names the phrase: the one with its head, or else, for "a spokesperson for X" and "the
    /// ministry's statement", one inside it.
    fn mention_of(&self, head: usize, words: &Range<usize>) -> Option<&'a Mention> {
        let first = self.mentions.partition_point(|m| m.tokens.start + MAX_MENTION_TOKENS < words.start);
        let near = self.mentions[first..].iter().take_while(|m| m.tokens.start < words.end.max(head + 1));
        let with_head = near.clone().filter(|m| m.tokens.contains(&head) && !m.actors.is_empty());
        if let Some(best) = with_head.max_by_key(|m| (m.head == head, m.tokens.len())) {
            return Some(best);
        }
        if self.doc.tokens[head].upos == Upos::Propn || self.doc.tokens[head].upos == Upos::Pron {
            return None;
        }
        near.clone().find(|m| m.tokens.start >= words.start && m.tokens.end <= words.end && names_an_actor(m))
    }

    fn actor_of_words(&self, head: usize, words: Range<usize>) -> Option<Actor> {
        let token = &self.doc.tokens[head];
        if token.upos == Upos::Pron {
            return self.before(head, &lower(self.doc, head));
        }
        if self.cues.is_document(&token.lemma.to_lowercase()) {
            return None;
        }
        let name = span_of(self.doc, words).of(self.doc.text());
        let name = name.strip_prefix("The ").or_else(|| name.strip_prefix("the ")).unwrap_or(name).trim();
        let known = self.spoke.iter().rev().find(|(_, a)| a.name.ends_with(name) && a.name != name);
        if let Some((_, actor)) = known.filter(|_| token.upos == Upos::Propn) {
            return Some(actor.clone());
        }
        let kind = self.kind_of(head);
        (!name.is_empty()).then(|| Actor { name: name.into(), kind, code: ActorCode::default(), wikidata: None })
    }

    fn kind_of(&self, head: usize) -> ActorKind {
        let name = self.doc.names.iter().find(|n| n.tokens.contains(&head));
        match name.map(|n| n.label) {
            Some(NameLabel::Per) => ActorKind::Person,
            Some(NameLabel::Org) => ActorKind::Organization,
            _ => ActorKind::Group,
        }
    }

    /// For a pronoun that no mention resolves: who spoke last, if it fits.
    fn before(&self, head: usize, pronoun: &str) -> Option<Actor> {
        let person = match pronoun {
            "he" | "she" => true,
            "it" => false,
            _ => return None,
        };
        let fits = |a: &Actor| (a.kind == ActorKind::Person) == person;
        self.spoke.iter().rev().find(|(at, a)| *at < head && fits(a)).map(|(_, a)| a.clone())
    }

    /// The name of whoever the words with the head `head` mean, without remembering that he spoke.
    pub fn peek(&self, head: usize) -> Option<String> {
        let words = trim_punctuation(self.doc, phrase(self.doc, head));
        match self.mention_of(head, &words) {
            Some(mention) => mention.actors.first().map(|a| a.name.clone()),
            None => self.actor_of_words(head, words).map(|a| a.name),
        }
    }

    /// The actor whose name the article's words in `span` give, for a listener that is an outlet.
    pub fn outlet_at(&self, head: usize) -> Option<String> {
        let media = |m: &&Mention| m.tokens.contains(&head) && m.actors.iter().any(|a| a.kind == ActorKind::Media);
        self.mentions
            .iter()
            .find(media)
            .and_then(|m| m.actors.iter().find(|a| a.kind == ActorKind::Media))
            .map(|a| a.name.clone())
    }
}

/// No mention is longer.
const MAX_MENTION_TOKENS: usize = 40;

fn names_an_actor(mention: &Mention) -> bool {
    mention.actors.first().is_some_and(|a| a.kind != ActorKind::Place)
}
