//! What a quotation does by being said: a demand, an accusation.
//!
//! In: the sentences inside quotations whose speaker is known. Out: events whose actor is the speaker. "Peru must leave," is
//! a demand, whoever is named as its speaker two lines further down; the codebook's patterns of saying ("A say that R must
//! do") are tried as if the speaker stood before the sentence.

use crate::coder::{Found, Scan};
use crate::matcher;
use chancery_text::{Participant, Quote, QuoteKind, Rel};

/// The verb whose patterns a quotation is tried with.
const SAYING: &str = "say";

/// The events of whole sentences inside direct speech.
pub(crate) fn events(scan: &Scan<'_>, quotes: &[Quote]) -> Vec<Found> {
    let direct = (0..quotes.len()).filter(|&i| quotes[i].kind == QuoteKind::Direct);
    direct
        .filter_map(|i| Some((i, speaker(quotes, i)?)))
        .flat_map(|(i, who)| of_quote(scan, &quotes[i], &who))
        .collect()
}

/// The speaker, in the words that named him last.
fn speaker(quotes: &[Quote], at: usize) -> Option<Participant> {
    let actor = quotes[at].speaker.clone().filter(|a| a.code.country.is_some())?;
    let earlier = quotes[..=at].iter().rev().filter(|q| q.speaker.as_ref().is_some_and(|s| s.name == actor.name));
    let named = earlier.filter_map(|q| q.speaker_text.as_ref()).next()?;
    Some(Participant { text: named.words().to_string(), span: named.span(), actor })
}

fn of_quote(scan: &Scan<'_>, quote: &Quote, speaker: &Participant) -> Vec<Found> {
    let doc = scan.tree.doc;
    let inside = |t: usize| quote.content.span().contains(doc.tokens[t].span);
    let heads = doc.tokens_in(quote.content.span()).filter(|&t| inside(t) && is_said_first(scan, t, &inside));
    heads.filter_map(|t| event(scan, t, speaker)).collect()
}

/// True for the main clauses of what is said.
fn is_said_first(scan: &Scan<'_>, t: usize, inside: &dyn Fn(usize) -> bool) -> bool {
    match (scan.tree.rel(t), scan.tree.head(t)) {
        (_, None) => true,
        (Rel::Conj, Some(head)) => inside(head) && scan.tree.is_predicate(t) && scan.tree.head(head).is_none(),
        _ => false,
    }
}

fn event(scan: &Scan<'_>, clause: usize, speaker: &Participant) -> Option<Found> {
    let hit = matcher::best_of_speech(scan.tree, scan.book, scan.parties, SAYING, clause)?;
    let rule = &scan.book.rules[hit.rule];
    let group = &scan.book.groups[rule.group];
    let recipients: Vec<Participant> = hit.recipients.iter().flat_map(|&r| scan.parties.deep(r)).collect();
    let own = recipients.iter().any(|r| r.actor.code.country == speaker.actor.code.country);
    (!own && !recipients.is_empty()).then(|| Found {
        actors: vec![speaker.clone()],
        recipients,
        score: hit.score,
        why: format!("{} as said by the speaker ({}:{})", group.name, group.file, rule.line),
        ..Found::at(clause, rule.group)
    })
}
