//! A phrase alone, with a context: `chancery actors resolve`.

use crate::directory::{Directory, Usage};
use crate::draft::{Draft, first_pass};
use crate::fold::Folded;
use crate::items::Source;
use crate::surnames::resolve_surnames;
use crate::words::{role_use, word_class};
use chancery_text::{Actor, ActorCode, ActorKind, Document, PartialDate, Span};
use std::collections::BTreeMap;

impl Directory {
    /// Who the phrase at `phrase` names on a date. What stands before it in the document is its context: people named there
    /// in full may be meant by their family names, the countries there tell which of several places is meant, and give a
    /// role word its country ("Defense Minister"). `None` where the phrase names nobody that the directory or a role word
    /// explains.
    pub fn resolve_phrase(&self, doc: &Document, phrase: Span, date: Option<PartialDate>) -> Option<Actor> {
        let mut source = Source::new(self, doc);
        source.date = date;
        let mut pass = first_pass(&source, &source.all_items());
        resolve_surnames(&source, &mut pass);
        pass.drafts.retain(|d| d.span.start >= phrase.start && d.span.end <= phrase.end);
        let Some(main) = main_draft(&pass.drafts) else { return self.pronoun(&source, phrase) };
        if let Some(holder) = self.holder_meant(&source, main) {
            return Some(holder);
        }
        let mut actor = main.coded.actors.first()?.clone();
        if actor.code.country.is_none() {
            let other =
                pass.drafts.iter().filter(|d| d.span.start > main.span.start).flat_map(|d| d.coded.actors.first());
            actor.code.country = other.filter_map(|a| a.code.country.clone()).next();
        }
        if actor.code.country.is_none() && main.coded.role.is_some() {
            actor.code.country = self.country_in(doc.text().get(..phrase.start).unwrap_or(""));
        }
        (!actor.code.is_empty()).then_some(actor)
    }

    /// "the French president": who held the post on the date.
    fn holder_meant(&self, source: &Source, main: &Draft) -> Option<Actor> {
        let [actor] = main.coded.actors.as_slice() else { return None };
        let role_id =
            main.coded.role.filter(|_| main.coded.person.is_none() && !main.coded.plural && !main.coded.of_part)?;
        let role = &self.words.roles[role_id as usize];
        let one = role.uses & role_use::OFFICE != 0 && main.classes & word_class::INDEFINITE == 0;
        let same = one && actor.kind == ActorKind::Person && actor.code.sectors.first() == role.sectors.first();
        let country = actor.code.country.as_deref().filter(|_| same)?;
        let holder = self.holder(country, role_id, source.date)?;
        Some(self.actor(holder, Usage::Name, source.date))
    }

    /// "he": a person of whom nothing is known.
    fn pronoun(&self, source: &Source, phrase: Span) -> Option<Actor> {
        use word_class::{HE, SHE, THEY};
        let is_pronoun = |i: usize| self.words.class(source.lower_form(i)) & (HE | SHE | THEY) != 0;
        let token = source.doc.tokens.iter().position(|t| t.span == phrase)?;
        is_pronoun(token).then(|| Actor {
            name: source.doc.form(token).to_string(),
            kind: ActorKind::Person,
            code: ActorCode { country: None, sectors: vec!["UNK".into()] },
            wikidata: None,
        })
    }

    /// The country named most often in a text, the first of several.
    fn country_in(&self, text: &str) -> Option<String> {
        let folded = Folded::new(text);
        let mut counts: BTreeMap<String, (usize, std::cmp::Reverse<usize>)> = BTreeMap::new();
        for (at, _, senses) in self.names_in(&folded, 0..folded.text.len()) {
            let state = senses.iter().find(|s| self.entries[s.entry as usize].kind == ActorKind::Country);
            let code = state.and_then(|s| self.term_at(s.entry, None).0?.code.country.clone());
            if let Some(code) = code {
                counts.entry(code).or_insert((0, std::cmp::Reverse(at))).0 += 1;
            }
        }
        counts.into_iter().max_by_key(|(_, rank)| *rank).map(|(code, _)| code)
    }
}

/// The mention that stands for the phrase: a person by name, else the first that is more than a place, else the first.
fn main_draft(drafts: &[Draft]) -> Option<&Draft> {
    let coded = |d: &&Draft| d.coded.actors.iter().any(|a| !a.code.is_empty());
    let place = |d: &&Draft| d.coded.actors.iter().all(|a| matches!(a.kind, ActorKind::Country | ActorKind::Place));
    let first = drafts.iter().find(coded)?;
    let reach = |d: &&Draft| d.coded.person.is_some() && d.coded.person.as_ref().is_some_and(|p| p.entry.is_some());
    drafts.iter().filter(coded).find(reach).or_else(|| drafts.iter().filter(coded).find(|d| !place(d))).or(Some(first))
}
