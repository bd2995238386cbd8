//! Who "I" and "we" are: inside quotations, and in words without marks behind "the minister said:".

use crate::cues::Cues;
use crate::finder::quotations_of;
use crate::tree::{is_finite, lower, sentence_tokens};
use chancery_text::{Actor, ActorKind, Document, Mention, MentionLink, Quote, QuoteKind, Rel};

/// One mention for each word of the first person between quotation marks whose speaker is known.
pub(crate) fn speaker_mentions(doc: &Document, quotes: &[Quote], mentions: &[Mention], cues: &Cues) -> Vec<Mention> {
    let quotations = quotations_of(doc);
    let mut found: Vec<Mention> = Vec::new();
    for quote in quotes.iter().filter(|q| q.kind != QuoteKind::Indirect) {
        let Some(speaker) = &quote.speaker else { continue };
        for i in doc.tokens_in(quote.content.span()) {
            let token = doc.tokens[i].span;
            let Some(several) = person(doc, i) else { continue };
            let in_marks = quotations.iter().any(|q| q.inner.contains(token));
            let taken = mentions.iter().chain(&found).any(|m| m.span.overlaps(token));
            if in_marks && !taken {
                found.push(mention(doc, i, speaker, several, mentions, cues));
            }
        }
    }
    found.sort_by_key(|m| m.span);
    found
}

/// One mention for each word of the first person in words without marks that a colon introduces ("The minister said: I welcome
/// ..."): in its paragraph and in those behind it as long as they speak in the first person.
pub(crate) fn introduced_mentions(doc: &Document, quotes: &[Quote], mentions: &[Mention], cues: &Cues) -> Vec<Mention> {
    let quotations = quotations_of(doc);
    let mut found = Vec::new();
    let mut speaker: Option<&Actor> = None;
    let paragraph = |i: usize| doc.sentences.get(doc.sentence_of(i)).map_or(0, |s| s.block);
    let mut last = 0;
    for i in 0..doc.tokens.len() {
        let here = paragraph(i);
        if speaker.is_some() && here > last {
            let own = (i..doc.tokens.len()).take_while(|&t| paragraph(t) == here).any(|t| person(doc, t).is_some());
            speaker = speaker.filter(|_| own);
            last = here;
        }
        if doc.form(i) == ":" {
            let marked = quotations.iter().any(|q| q.outer.start == doc.tokens.get(i + 1).map_or(0, |t| t.span.start));
            (speaker, last) = (introduced(doc, i, mentions, cues).filter(|_| !marked), here);
            continue;
        }
        let (Some(speaker), Some(several)) = (speaker, person(doc, i)) else { continue };
        let token = doc.tokens[i].span;
        let said = quotations.iter().any(|q| q.inner.contains(token))
            || quotes.iter().any(|q| q.kind != QuoteKind::Indirect && q.content.span().contains(token));
        if !said && !mentions.iter().any(|m| m.span.overlaps(token)) {
            found.push(mention(doc, i, speaker, several, mentions, cues));
        }
    }
    found
}

/// Who says what follows a colon: the subject of a verb of saying in its sentence.
fn introduced<'m>(doc: &Document, colon: usize, mentions: &'m [Mention], cues: &Cues) -> Option<&'m Actor> {
    let says = |v: &usize| cues.verb(&doc.tokens[*v].lemma).is_some() && is_finite(doc, *v);
    let verb = (sentence_tokens(doc, colon).start..colon).rfind(says)?;
    let subject = doc.children(verb).find(|&c| c < verb && doc.tokens[c].rel == Rel::Nsubj)?;
    let [actor] = mentions.iter().find(|m| m.head == subject)?.actors.as_slice() else { return None };
    (!actor.code.is_empty() && actor.kind != ActorKind::Place).then_some(actor)
}

/// "we", "us", "our".
pub(crate) fn is_plural(doc: &Document, i: usize) -> bool {
    person(doc, i) == Some(true)
}

/// `Some(true)` for "we", `Some(false)` for "I".
fn person(doc: &Document, i: usize) -> Option<bool> {
    if doc.form(i) == "US" {
        return None;
    }
    match lower(doc, i).as_str() {
        "i" | "me" | "my" | "mine" | "myself" => Some(false),
        "we" | "us" | "our" | "ours" | "ourselves" => Some(true),
        _ => None,
    }
}

fn mention(doc: &Document, i: usize, speaker: &Actor, several: bool, mentions: &[Mention], cues: &Cues) -> Mention {
    let side = several.then(|| state_of(speaker, mentions, cues)).flatten();
    let why = match &side {
        Some(state) => format!("{:?} in the words of {}, who speaks for {}", doc.form(i), speaker.name, state.name),
        None => format!("{:?} in the words of {}", doc.form(i), speaker.name),
    };
    Mention {
        span: doc.tokens[i].span,
        tokens: i..i + 1,
        head: i,
        actors: vec![side.unwrap_or_else(|| speaker.clone())],
        link: MentionLink::Coreference,
        confidence: if several { 0.7 } else { 0.9 },
        why,
    }
}

/// The country that an official speaks for, where the article names it.
fn state_of(speaker: &Actor, mentions: &[Mention], cues: &Cues) -> Option<Actor> {
    if speaker.kind != ActorKind::Person || !cues.speaks_for_state(&speaker.code.sectors) {
        return None;
    }
    let country = speaker.code.country.as_ref()?;
    let states = mentions.iter().flat_map(|m| &m.actors).filter(|a| a.kind == ActorKind::Country);
    states.clone().find(|a| a.code.country.as_ref() == Some(country) && a.code.sectors.is_empty()).cloned()
}
