//! The chain of telling: principal, spokesperson, who reported it, whose text it is, who publishes it.

use crate::cues::Cues;
use crate::speakers::Speaker;
use crate::tree::{phrase, span_of, trim_punctuation};
use chancery_text::{Actor, ActorCode, Document, Evidence, Link, LinkRole, Mention, Span, Upos};
use std::ops::Range;

/// The ends of a chain: whoever said it, and whose article it is.
pub(crate) struct Ends<'a> {
    pub doc: &'a Document,
    pub mentions: &'a [Mention],
    pub cues: &'a Cues,
}

impl Ends<'_> {
    /// Who said it, for whom if he speaks for another.
    pub fn sayers(&self, speaker: &Speaker, head: Option<usize>) -> Vec<Link> {
        let Some(own) = link(LinkRole::Speaker, speaker) else { return Vec::new() };
        let Some(head) = head else { return vec![own] };
        let named = own.words.as_ref().map(|w| self.doc.tokens_in(w.span()));
        let words = named.unwrap_or_else(|| trim_punctuation(self.doc, phrase(self.doc, head)));
        if !words.clone().any(|i| self.is_spokesperson(i)) {
            return vec![own];
        }
        let spoken_for = self.mention_inside(head, &words).or_else(|| self.words_before(&words, &own));
        match spoken_for {
            // "a spokesperson for the ministry": the speaker was resolved to the ministry
            Some(principal) if speaker.actor.as_ref().is_some_and(|a| a.name == principal.name) => {
                let text = span_of(self.doc, words);
                let phrase = Evidence::new(self.doc.text(), text);
                let name = text.of(self.doc.text()).to_string();
                let spokesperson =
                    Link { role: LinkRole::Spokesperson, name, code: principal.code.clone(), words: phrase };
                vec![principal, spokesperson]
            }
            Some(principal) => vec![principal, Link { role: LinkRole::Spokesperson, ..own }],
            None => vec![Link { role: LinkRole::Spokesperson, ..own }],
        }
    }

    /// Whose text the words at `content` are, and who publishes the article.
    pub fn publishers(&self, content: Span) -> Vec<Link> {
        let article = &self.doc.article;
        let source = reprinted_at(self.doc, content);
        let mut links = Vec::new();
        if let Some(name) = source {
            let credit = article.credits.iter().find(|c| c.outlet == *name);
            let words = credit.and_then(|c| Evidence::new(self.doc.text(), c.span));
            links.push(Link { role: LinkRole::ReprintedFrom, name: name.clone(), code: ActorCode::default(), words });
        }
        if let Some(name) = &article.outlet {
            links.push(Link { role: LinkRole::Outlet, name: name.clone(), code: ActorCode::default(), words: None });
        }
        links
    }

    fn is_spokesperson(&self, i: usize) -> bool {
        self.cues.is_spokesperson(&self.doc.tokens[i].lemma.to_lowercase())
    }

    /// "Foreign Ministry" of "Foreign Ministry spokeswoman Mao Ning".
    fn words_before(&self, words: &Range<usize>, own: &Link) -> Option<Link> {
        let doc = self.doc;
        let title = words.clone().find(|&i| self.is_spokesperson(i))?;
        let carries = |&i: &usize| matches!(doc.tokens[i].upos, Upos::Noun | Upos::Propn | Upos::Adj);
        let first = (words.start..title).find(carries)?;
        let text = span_of(doc, first..title);
        Some(Link {
            role: LinkRole::Principal,
            name: text.of(doc.text()).to_string(),
            code: own.code.clone(),
            words: Evidence::new(doc.text(), text),
        })
    }

    /// Whom the words of a spokesperson's phrase name beside himself: "the ministry" of "a spokesperson for the ministry".
    fn mention_inside(&self, head: usize, words: &Range<usize>) -> Option<Link> {
        let inside = |m: &&Mention| {
            m.tokens.start >= words.start
                && m.tokens.end <= words.end
                && !m.tokens.contains(&head)
                && !m.actors.is_empty()
        };
        let of_another = |m: &&Mention| !m.tokens.clone().any(|i| self.is_spokesperson(i));
        let mention = self.mentions.iter().filter(inside).find(of_another)?;
        let actor: &Actor = mention.actors.first()?;
        Some(Link {
            role: LinkRole::Principal,
            name: actor.name.clone(),
            code: actor.code.clone(),
            words: Evidence::new(self.doc.text(), mention.span),
        })
    }
}

/// Whose text a stretch is, where it is not that of the article's own outlet.
fn reprinted_at(doc: &Document, span: Span) -> Option<&String> {
    let article = &doc.article;
    let block = article.blocks.get(article.blocks.partition_point(|b| b.span.end <= span.start));
    let segment = block.and_then(|b| article.segments.get(b.segment));
    let single = article.segments.len() < 2;
    let source = segment.and_then(|s| s.outlet.as_ref()).or(article.reprinted_from.first().filter(|_| single));
    source.filter(|s| Some(*s) != article.outlet.as_ref())
}

/// The outlet in whose voice a stretch is written.
pub(crate) fn voice_at(doc: &Document, span: Span) -> Option<&String> {
    reprinted_at(doc, span).or(doc.article.outlet.as_ref())
}

/// A speaker as a link; `None` where nothing names him.
pub(crate) fn link(role: LinkRole, speaker: &Speaker) -> Option<Link> {
    let said = || speaker.text.as_ref().map(|t| t.words().to_string());
    let name = speaker.actor.as_ref().map(|a| a.name.clone()).filter(|n| !n.is_empty()).or_else(said)?;
    let code = speaker.actor.as_ref().map(|a| a.code.clone()).unwrap_or_default();
    Some(Link { role, name, code, words: speaker.text.clone() })
}
