//! The words by which actors and events are told.
//!
//! In: a document with its mentions, quotations and reports. Out: for each mention the noun that stands for the actor, its
//! adjectives, and the verb of which the actor is subject or object; for each report the word that tells it and what
//! modifies it. A word between quotation marks belongs to whoever is quoted. Nothing is judged here.

use crate::chain::voice_at;
use crate::finder::quotations_of;
use crate::marks::Quotation;
use crate::tree::lower;
use chancery_text::{
    Actor, ActorKind, Document, Mention, Quote, QuoteKind, Rel, Report, Span, Upos, WordPart, WordRelation, WordTarget,
    Wording,
};

/// The wording of a document, in order of place.
pub(crate) fn wordings(doc: &Document, mentions: &[Mention], quotes: &[Quote], reports: &[Report]) -> Vec<Wording> {
    let mut telling = Telling { doc, quotes, quotations: quotations_of(doc), found: Vec::new() };
    for mention in mentions.iter().filter(|m| m.head < doc.tokens.len()) {
        for actor in mention.actors.iter().filter(|a| a.kind != ActorKind::Place && is_known(a)) {
            telling.of_actor(mention, actor);
        }
    }
    for (i, report) in reports.iter().enumerate().filter(|(_, r)| r.trigger < doc.tokens.len()) {
        telling.of_report(i, report.trigger);
    }
    telling.found.sort_by_key(|w| (w.span, w.relation));
    telling.found.dedup();
    telling.found
}

fn is_known(actor: &Actor) -> bool {
    !actor.name.is_empty() || actor.code.country.is_some()
}

struct Telling<'a> {
    doc: &'a Document,
    quotes: &'a [Quote],
    quotations: Vec<Quotation>,
    found: Vec<Wording>,
}

impl Telling<'_> {
    fn of_actor(&mut self, mention: &Mention, actor: &Actor) {
        let target = || WordTarget::Actor(actor.clone());
        let doc = self.doc;
        let head = mention.head;
        if doc.tokens[head].upos == Upos::Noun {
            self.add(head, WordRelation::Name, target());
        }
        for child in doc.children(head) {
            match doc.tokens[child].rel {
                Rel::Amod if doc.tokens[head].upos == Upos::Noun || !mention.tokens.contains(&child) => {
                    self.add(child, WordRelation::Modifier, target())
                }
                // "Rosa Lind, the dictator"
                Rel::Appos if doc.tokens[child].upos == Upos::Noun => self.add(child, WordRelation::Name, target()),
                _ => {}
            }
        }
        let Some(above) = doc.tokens[head].head else { return };
        match doc.tokens[head].rel {
            Rel::Nsubj if is_predicate_noun(doc, above) => {
                // "Rosa Lind is a hero"
                let relation =
                    if doc.tokens[above].upos == Upos::Noun { WordRelation::Name } else { WordRelation::Modifier };
                self.add(above, relation, target());
            }
            Rel::Nsubj => self.add(above, WordRelation::Does, target()),
            Rel::NsubjPass | Rel::Obj => self.add(above, WordRelation::Undergoes, target()),
            Rel::OblAgent => self.add(above, WordRelation::Does, target()),
            _ => {}
        }
    }

    fn of_report(&mut self, report: usize, trigger: usize) {
        let doc = self.doc;
        self.add(trigger, WordRelation::Tells, WordTarget::Report(report));
        if doc.tokens[trigger].upos != Upos::Noun {
            return;
        }
        for child in doc.children(trigger).filter(|&c| matches!(doc.tokens[c].rel, Rel::Amod | Rel::Compound)) {
            self.add(child, WordRelation::Modifier, WordTarget::Report(report));
        }
    }

    /// Adds a noun, an adjective or a verb in lower case; a word with a capital is a name.
    fn add(&mut self, token: usize, relation: WordRelation, of: WordTarget) {
        let part = match self.doc.tokens[token].upos {
            Upos::Noun => WordPart::Noun,
            Upos::Adj => WordPart::Adjective,
            Upos::Verb => WordPart::Verb,
            _ => return,
        };
        let capital = self.doc.form(token) != lower(self.doc, token);
        if capital && !self.begins_sentence(token) {
            return;
        }
        let span = self.doc.tokens[token].span;
        let quoted = self.quotations.iter().any(|q| q.inner.contains(span));
        let speaker = if quoted { self.speaker_at(span) } else { None };
        let lemma = self.doc.tokens[token].lemma.to_lowercase();
        let outlet = voice_at(self.doc, span).cloned();
        self.found.push(Wording { span, lemma, part, relation, of, outlet, quoted, speaker });
    }

    fn begins_sentence(&self, token: usize) -> bool {
        let sentence = self.doc.sentences.get(self.doc.sentence_of(token));
        sentence.is_some_and(|s| s.tokens.start == token)
    }

    /// Who is quoted there: of nested quotations, the inner one.
    fn speaker_at(&self, span: Span) -> Option<Actor> {
        let here = self.quotes.iter().filter(|q| q.kind != QuoteKind::Indirect && q.content.span().contains(span));
        here.min_by_key(|q| q.content.span().len()).and_then(|q| q.speaker.clone())
    }
}

/// "is a hero", "is corrupt": a noun or adjective with a copula.
fn is_predicate_noun(doc: &Document, token: usize) -> bool {
    matches!(doc.tokens[token].upos, Upos::Noun | Upos::Adj) && doc.child(token, &[Rel::Cop]).is_some()
}
