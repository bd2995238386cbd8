//! How a speaker stands to what he says: by the cue, else by his own words.
//!
//! "denied that", "urged them to", "vowed to" say it themselves. Behind "said", the content's own main clause does: "We
//! will rebuild" is a promise, "Israel must stop" a demand, "We reject this" a denial. What verbs mean is data.

use crate::cues::Cues;
use crate::tree::lower;
use chancery_text::{Document, Rel, Span, Stance, Upos, Xpos};
use std::ops::Range;

/// The stance of what `content` holds, told by `cue`.
pub(crate) fn stance_of(doc: &Document, cues: &Cues, cue: Option<&Range<usize>>, content: Span) -> Stance {
    let told = cue.and_then(|c| by_cue(doc, cues, c));
    told.or_else(|| by_content(doc, cues, content)).unwrap_or_default()
}

fn by_cue(doc: &Document, cues: &Cues, cue: &Range<usize>) -> Option<Stance> {
    let words = cue.clone().filter(|&i| matches!(doc.tokens[i].upos, Upos::Verb | Upos::Noun));
    let mut found = words.filter_map(|i| Some((i, cues.stance(&doc.tokens[i].lemma.to_lowercase())?)));
    let (word, stance) = found.next_back()?;
    match (stance, is_negated(doc, word)) {
        // "did not deny" says neither
        (_, true) => None,
        (stance, false) => Some(stance),
    }
}

fn by_content(doc: &Document, cues: &Cues, content: Span) -> Option<Stance> {
    let tokens = doc.tokens_in(content);
    if content.of(doc.text()).trim_end().ends_with('?') {
        return Some(Stance::Ask);
    }
    let root = tokens.clone().find(|&i| doc.tokens[i].head.is_none_or(|h| !tokens.contains(&h)))?;
    let verb = if doc.tokens[root].upos == Upos::Verb { root } else { return None };
    let subject = doc.children(verb).find(|&c| doc.tokens[c].rel.is_subject());
    let own = subject.is_some_and(|s| matches!(lower(doc, s).as_str(), "i" | "we"));
    let auxiliary = |words: &[&str]| {
        let aux = doc.children(verb).filter(|&c| doc.tokens[c].rel == Rel::Aux);
        aux.into_iter().any(|c| words.contains(&lower(doc, c).as_str()))
    };
    let negated = is_negated(doc, verb);
    let listed = cues.stance(&doc.tokens[verb].lemma.to_lowercase()).filter(|_| own && !negated);
    if listed.is_some() {
        return listed;
    }
    let imperative =
        subject.is_none() && doc.tokens[verb].xpos == Xpos::Vb && !has_mark(doc, verb) && !auxiliary(&["to"]);
    match () {
        () if own && auxiliary(&["will", "'ll", "’ll"]) && !negated => Some(Stance::Promise),
        () if !own && subject.is_some() && auxiliary(&["must", "should"]) => Some(Stance::Demand),
        () if imperative && verb == tokens.start => Some(Stance::Demand),
        () => None,
    }
}

fn has_mark(doc: &Document, verb: usize) -> bool {
    doc.children(verb).any(|c| matches!(doc.tokens[c].rel, Rel::Mark | Rel::Aux | Rel::AuxPass))
}

fn is_negated(doc: &Document, verb: usize) -> bool {
    let says_no = |c: usize| matches!(lower(doc, c).as_str(), "not" | "n't" | "n’t" | "never" | "no");
    doc.children(verb).any(|c| matches!(doc.tokens[c].rel, Rel::Advmod | Rel::Det | Rel::Aux) && says_no(c))
}
