//! The stretches of a document that may refer to something: pronouns, and nouns with what belongs to them.

use chancery_text::{Document, Rel, Upos, Xpos};
use std::ops::Range;

/// A stretch that may refer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Candidate {
    pub tokens: Range<usize>,
    pub head: usize,
    pub sentence: usize,
    /// Several joined by "and".
    pub joined: bool,
}

/// The candidates of a document, by place; of two that begin together the longer first.
pub(crate) fn candidates(doc: &Document) -> Vec<Candidate> {
    let mut found = Vec::new();
    for (sentence, s) in doc.sentences.iter().enumerate() {
        for head in s.tokens.clone().filter(|&i| may_refer(doc, i)) {
            let tokens = phrase(doc, s.tokens.clone(), head);
            if let Some(end) = joined_end(doc, head).filter(|&e| e > tokens.end) {
                let end = phrase(doc, s.tokens.clone(), end - 1).end;
                found.push(Candidate { tokens: tokens.start..end, head, sentence, joined: true });
            }
            found.push(Candidate { tokens, head, sentence, joined: false });
        }
    }
    found.sort_by_key(|c| (c.tokens.start, std::cmp::Reverse(c.tokens.end), c.head));
    found.dedup_by(|b, a| a.tokens == b.tokens);
    found
}

fn may_refer(doc: &Document, i: usize) -> bool {
    let token = &doc.tokens[i];
    if matches!(token.rel, Rel::Flat | Rel::FlatForeign | Rel::Fixed | Rel::Goeswith | Rel::Reparandum) {
        return false;
    }
    match token.xpos {
        Xpos::Prp | Xpos::PrpPoss => true,
        Xpos::Dt => !matches!(token.rel, Rel::Det | Rel::DetPredet | Rel::CcPreconj | Rel::Advmod),
        Xpos::Nn | Xpos::Nns | Xpos::Nnp | Xpos::Nnps => matches!(token.upos, Upos::Noun | Upos::Propn | Upos::Pron),
        Xpos::Cd => !matches!(token.rel, Rel::Nummod),
        Xpos::Rb => matches!(token.lemma.as_str(), "here" | "there" | "today" | "now" | "then"),
        _ => false,
    }
}

/// The head with what belongs to it, without prepositions, appositions and what a predicate has.
fn phrase(doc: &Document, sentence: Range<usize>, head: usize) -> Range<usize> {
    let predicate = doc.children(head).any(|c| doc.tokens[c].rel == Rel::Cop);
    let mut inside = vec![false; sentence.len()];
    let mut open = vec![head];
    while let Some(i) = open.pop() {
        inside[i - sentence.start] = true;
        open.extend(doc.children(i).filter(|&c| i != head || belongs(doc, head, c, predicate)));
    }
    let belongs = |i: usize| inside[i - sentence.start] || doc.tokens[i].upos == Upos::Punct;
    let (mut start, mut end) = (head, head + 1);
    while start > sentence.start && belongs(start - 1) {
        start -= 1;
    }
    while end < sentence.end && belongs(end) {
        end += 1;
    }
    if let Some(name) = doc.names.get(doc.names.partition_point(|n| n.tokens.end <= head)) {
        // The finder of names knows their ends better than the tree does.
        if name.tokens.contains(&head) {
            (start, end) = (start.min(name.tokens.start), end.max(name.tokens.end));
        }
    }
    let loose = |i: usize| doc.tokens[i].upos == Upos::Punct;
    while start < head && loose(start) {
        start += 1;
    }
    while end > head + 1 && loose(end - 1) {
        end -= 1;
    }
    start..end
}

fn belongs(doc: &Document, head: usize, child: usize, predicate: bool) -> bool {
    let after = child > head;
    match doc.tokens[child].rel {
        Rel::Det
        | Rel::DetPredet
        | Rel::Amod
        | Rel::Nummod
        | Rel::NmodPoss
        | Rel::Nmod
        | Rel::NmodDesc
        | Rel::NmodUnmarked
        | Rel::Compound
        | Rel::Flat
        | Rel::FlatForeign
        | Rel::Fixed
        | Rel::Goeswith
        | Rel::Acl
        | Rel::AclRelcl => true,
        Rel::Case => after,
        Rel::Advmod => !after && !predicate && doc.tokens[head].rel != Rel::Root,
        _ => false,
    }
}

/// The end of the last of those that are joined to `head`.
fn joined_end(doc: &Document, head: usize) -> Option<usize> {
    let last = doc.children(head).rfind(|&c| doc.tokens[c].rel == Rel::Conj)?;
    matches!(doc.tokens[last].upos, Upos::Noun | Upos::Propn | Upos::Pron).then_some(last + 1)
}
