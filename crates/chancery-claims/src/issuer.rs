//! Who issues a statement, and the "we" of its own text.
//!
//! In: a parsed statement and its mentions. Out: a mention for each "we", "our", "us" outside quotations, of whom the title names
//! as the issuer: before a colon ("Dockers' union: ..."), or as the one whose "statement" it is ("Statement by the ministry"). Where
//! no title does, a text that begins with what a state or an organisation says in the present ("Norway condemns ...") is its own.

use crate::cues::Cues;
use crate::finder::quotations_of;
use crate::first_person::is_plural;
use crate::tree::lower;
use chancery_text::{Actor, ActorKind, ArticleKind, BlockKind, Document, Mention, MentionLink, Quote, Rel, Xpos};
use std::ops::Range;

/// One mention for each word of the first person plural that a statement speaks in its own name.
pub(crate) fn issuer_mentions(doc: &Document, quotes: &[Quote], mentions: &[Mention], cues: &Cues) -> Vec<Mention> {
    let Some(issuer) = issuer(doc, mentions, cues).or_else(|| who_begins(doc, mentions, cues)) else {
        return Vec::new();
    };
    let quotations = quotations_of(doc);
    let own = |&i: &usize| {
        let token = doc.tokens[i].span;
        let said = quotations.iter().any(|q| q.inner.contains(token))
            || quotes.iter().any(|q| q.content.span().contains(token));
        !said && is_plural(doc, i) && !mentions.iter().any(|m| m.span.overlaps(token))
    };
    let mention = |i: usize| Mention {
        span: doc.tokens[i].span,
        tokens: i..i + 1,
        head: i,
        actors: vec![issuer.clone()],
        link: MentionLink::Coreference,
        confidence: 0.7,
        why: format!("{:?} in a statement of {}", doc.form(i), issuer.name),
    };
    (0..doc.tokens.len()).filter(own).map(mention).collect()
}

fn issuer<'m>(doc: &Document, mentions: &'m [Mention], cues: &Cues) -> Option<&'m Actor> {
    if doc.article.kind != ArticleKind::Statement {
        return None;
    }
    let title = title_tokens(doc)?;
    let in_title = || mentions.iter().filter(|m| title.start <= m.tokens.start && m.tokens.end <= title.end);
    let colon = title.clone().find(|&t| doc.form(t) == ":");
    let before = in_title().find(|m| Some(m.tokens.end) == colon && m.tokens.start <= title.start + 1);
    let whose = || in_title().find(|m| is_author(doc, m, cues));
    let [actor] = before.or_else(whose)?.actors.as_slice() else { return None };
    (!actor.code.is_empty()).then_some(actor)
}

/// How many sentences behind the first "we" must speak.
const SPEAKS_WITHIN: usize = 3;

/// Who is the subject of the first sentence of the text, where its verb does by being said ("condemns the attack", not "says that") and
/// stands in the present, and "we" is a subject soon after.
fn who_begins<'m>(doc: &Document, mentions: &'m [Mention], cues: &Cues) -> Option<&'m Actor> {
    let in_text = |b: usize| doc.article.blocks.get(b).is_some_and(|b| b.kind == BlockKind::Paragraph);
    let first = doc.sentences.iter().find(|s| in_text(s.block))?.tokens.clone();
    let verb = first.clone().find(|&t| doc.tokens[t].head.is_none())?;
    let present = matches!(doc.tokens[verb].xpos, Xpos::Vbz | Xpos::Vbp);
    let subject = doc.children(verb).find(|&c| c < verb && doc.tokens[c].rel == Rel::Nsubj)?;
    let tells = doc.children(verb).any(|c| matches!(doc.tokens[c].rel, Rel::Ccomp | Rel::Parataxis));
    let here = doc.sentence_of(verb);
    let soon = doc.sentences.get(here + 1..)?.iter().take(SPEAKS_WITHIN).flat_map(|s| s.tokens.clone());
    let we = |t: usize| is_plural(doc, t) && doc.tokens[t].rel == Rel::Nsubj;
    if tells || !soon.into_iter().any(we) {
        return None;
    }
    let [actor] = mentions.iter().find(|m| m.head == subject)?.actors.as_slice() else { return None };
    let speaks = matches!(
        actor.kind,
        ActorKind::Country | ActorKind::Body | ActorKind::Igo | ActorKind::Organization | ActorKind::Party
    );
    (present && speaks && !actor.code.is_empty() && cues.is_cue(&doc.tokens[verb].lemma)).then_some(actor)
}

fn title_tokens(doc: &Document) -> Option<Range<usize>> {
    let is_title = |b: usize| doc.article.blocks.get(b).is_some_and(|b| b.kind == BlockKind::Title);
    let mut sentences = doc.sentences.iter().filter(|s| is_title(s.block));
    let first = sentences.next()?.tokens.clone();
    let end = sentences.next_back().map_or(first.end, |s| s.tokens.end);
    Some(first.start..end)
}

/// "Statement by the ministry", "the ministry's statement", "Communist Party statement on ...".
fn is_author(doc: &Document, mention: &Mention, cues: &Cues) -> bool {
    let token = &doc.tokens[mention.head];
    let Some(head) = token.head.filter(|&h| cues.is_document(&lower(doc, h))) else { return false };
    let by = |c: usize| matches!(lower(doc, c).as_str(), "of" | "by" | "from");
    let case = doc.child(mention.head, &[Rel::Case]);
    head != mention.head && case.map_or(matches!(token.rel, Rel::NmodPoss | Rel::Compound), by)
}
