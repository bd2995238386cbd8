//! From the words that name a speaker to the actor.

use crate::cues::Cues;
use crate::tree::{lower, phrase, span_of, trim_punctuation};
use chancery_text::{Actor, ActorCode, ActorKind, Document, Evidence, Link, LinkRole, Mention, NameLabel, Upos};
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

    /// Whoever the words with the head `head` mean, without remembering that he spoke.
    pub fn peek(&self, head: usize) -> Speaker {
        let words = trim_punctuation(self.doc, phrase(self.doc, head));
        let text = Evidence::new(self.doc.text(), span_of(self.doc, words.clone()));
        let actor = match self.mention_of(head, &words) {
            Some(mention) => mention.actors.first().cloned(),
            None => self.actor_of_words(head, words),
        };
        Speaker { actor, text }
    }

    /// The outlet that was told, where the listener is one.
    pub fn outlet_at(&self, head: usize) -> Option<Link> {
        let (mention, actor) = self.told(head).find(|(_, a)| a.kind == ActorKind::Media)?;
        let words = Evidence::new(self.doc.text(), mention.span);
        Some(Link { role: LinkRole::ReportedBy, name: actor.name.clone(), code: actor.code.clone(), words })
    }

    /// The listener, where he is no outlet.
    pub fn listener_at(&self, head: usize) -> Option<Actor> {
        self.told(head).map(|(_, a)| a).find(|a| a.kind != ActorKind::Media).cloned()
    }

    fn told(&self, head: usize) -> impl Iterator<Item = (&'a Mention, &'a Actor)> {
        let here = self.mentions.iter().filter(move |m| m.tokens.contains(&head));
        here.flat_map(|m| m.actors.iter().map(move |a| (m, a)))
    }
}

/// No mention is longer.
const MAX_MENTION_TOKENS: usize = 40;

fn names_an_actor(mention: &Mention) -> bool {
    mention.actors.first().is_some_and(|a| a.kind != ActorKind::Place)
}
