//! Puts quotation marks, cues and speakers together.

use crate::chain::{Ends, link};
use crate::cues::{Cues, Frames};
use crate::marks::{Quotation, find_quotations, opens_paragraph};
use crate::sayings::{Content, Saying, bare_saying, find_sayings, speaker_of};
use crate::speakers::{Speaker, Speakers};
use crate::stance::stance_of;
use crate::tree::{has_finite, is_finite, is_negated, is_word, lower, sentence_tokens, span_of, trim_punctuation};
use chancery_text::{
    Actor, ActorKind, BlockKind, Document, Evidence, Link, LinkRole, Mention, Quote, QuoteKind, Span, Upos,
};
use rustc_hash::FxHashMap;
use std::ops::Range;

/// The quotations of a document's content blocks.
pub(crate) fn quotations_of(doc: &Document) -> Vec<Quotation> {
    let spans: Vec<Span> = doc.article.blocks.iter().map(|b| b.span).collect();
    find_quotations(doc.text(), &spans)
}

pub(crate) fn find_quotes(doc: &Document, mentions: &[Mention], cues: &Cues) -> Vec<Quote> {
    let quotations = quotations_of(doc);
    let quoted = quoted_tokens(doc, &quotations);
    let mut finder = Finder { doc, cues, quotations, quoted, drafts: Vec::new(), used: FxHashMap::default() };
    finder.attach_quotations();
    finder.add_sayings();
    finder.add_headlines(mentions);
    finder.add_loose_quotations();
    finder.finish(mentions)
}

fn quoted_tokens(doc: &Document, quotations: &[Quotation]) -> Vec<bool> {
    let mut quoted = vec![false; doc.tokens.len()];
    for quotation in quotations {
        for i in doc.tokens_in(quotation.inner) {
            quoted[i] = true;
        }
    }
    quoted
}

/// A row before its speaker is resolved.
#[derive(Debug, Clone)]
struct Draft {
    content: Span,
    kind: QuoteKind,
    cue: Option<Range<usize>>,
    speaker: Option<usize>,
    /// The place in the text that decides who spoke before.
    place: usize,
    listener: Option<usize>,
    quoted_by: Option<usize>,
    /// No cue of its own: the speaker of the row before.
    carried: bool,
}

struct Finder<'a> {
    doc: &'a Document,
    cues: &'a Cues,
    quotations: Vec<Quotation>,
    quoted: Vec<bool>,
    drafts: Vec<Draft>,
    /// Which draft a quotation went into.
    used: FxHashMap<usize, usize>,
}

/// How far from a quotation its cue may stand, in tokens.
const CUE_WINDOW: usize = 24;
/// Shorter stretches without a cue are the writer's distance, not speech.
const MIN_LOOSE_WORDS: usize = 4;

impl Finder<'_> {
    fn text(&self) -> &str {
        self.doc.text()
    }

    // ------------------------------------------------------------ quotations beside a cue

    fn attach_quotations(&mut self) {
        for q in 0..self.quotations.len() {
            if self.quotations[q].continued {
                continue;
            }
            let cue = if self.ends_open(q) {
                self.cue_after(q).or_else(|| self.cue_before(q))
            } else {
                self.cue_before(q).or_else(|| self.cue_after(q))
            };
            if let Some(cue) = cue {
                self.add_direct(q, cue);
            }
        }
    }

    fn add_direct(&mut self, q: usize, saying: Saying) {
        let inner = self.quotations[q].inner;
        if inner.is_empty() {
            return;
        }
        // “A,” X said, “b.”: one row around the inserted cue.
        if let Some(draft) = q.checked_sub(1).and_then(|p| self.used.get(&p).copied())
            && self.drafts[draft].cue.as_ref() == Some(&saying.cue)
            && self.drafts[draft].content.end <= self.doc.tokens[saying.verb].span.start
            && self.text()[..self.drafts[draft].content.end].ends_with([',', '–', '—', '…'])
        {
            self.drafts[draft].content = self.drafts[draft].content.cover(inner);
            self.used.insert(q, draft);
            return;
        }
        self.used.insert(q, self.drafts.len());
        self.drafts.push(draft_of(&saying, inner, QuoteKind::Direct, inner.start));
    }

    /// True where the quotation ends in a comma or the like: its cue follows.
    fn ends_open(&self, q: usize) -> bool {
        self.quotations[q].inner.of(self.text()).ends_with([',', '–', '—'])
    }

    /// “…,” X said.
    fn cue_after(&self, q: usize) -> Option<Saying> {
        let doc = self.doc;
        let quotation = &self.quotations[q];
        let start = doc.tokens_in(quotation.outer).end;
        let first = doc.tokens.get(start)?;
        if !quotation.closed || self.block_of(start) != self.block_of(start.saturating_sub(1)) {
            return None;
        }
        let last = quotation.inner.of(self.text()).chars().next_back()?;
        let lower_next = doc.form(start).starts_with(char::is_lowercase);
        let comma = matches!(doc.form(start), "," | "–" | "—" | "-");
        let may_follow = matches!(last, ',' | '?' | '!' | '–' | '—' | '…' | '-') || comma || lower_next;
        let joins = first.upos == Upos::Cconj || first.upos == Upos::Sconj;
        if !may_follow || joins || !self.opens_sentence(q) {
            return None;
        }
        let from = if comma { start + 1 } else { start };
        let end = sentence_tokens(doc, start).end.min(from + CUE_WINDOW);
        let end = (from..end).find(|&i| self.quoted[i]).unwrap_or(end);
        self.source_in(from, end).or_else(|| self.verb_in(from, end))
    }

    fn source_in(&self, from: usize, end: usize) -> Option<Saying> {
        let quoted = |i: usize| self.quoted.get(i).copied().unwrap_or(false);
        let sayings =
            find_sayings(self.doc, sentence_tokens(self.doc, from.min(self.doc.tokens.len() - 1)), self.cues, &quoted);
        sayings.into_iter().find(|s| s.verb == from && s.verb < end && s.frames == Frames::default())
    }

    fn verb_in(&self, from: usize, end: usize) -> Option<Saying> {
        let doc = self.doc;
        let verb =
            (from..end).find(|&i| doc.tokens[i].upos == Upos::Verb && (is_finite(doc, i) || self.is_quote_cue(i)))?;
        let clean = (from..verb).all(|i| {
            !matches!(doc.form(i), ";" | ":") && doc.tokens[i].upos != Upos::Cconj || self.in_name(from, verb)
        });
        if !clean || !self.is_quote_cue(verb) || is_negated(doc, verb) {
            return None;
        }
        let mut saying = bare_saying(doc, verb, self.cues)?;
        let fits = |s: &usize| !self.quoted[*s] && (from..end).contains(s);
        // A participle ("…," he went on, adding) may lean on a subject further off.
        let tree = saying.speaker.filter(fits);
        saying.speaker =
            tree.or_else(|| self.name_between(from, verb)).or_else(|| self.name_after(verb, end)).or(saying.speaker);
        Some(saying)
    }

    fn is_quote_cue(&self, i: usize) -> bool {
        bare_saying(self.doc, i, self.cues).is_some_and(|s| s.frames.has(Frames::QUOTE))
    }

    /// A conjunction between two names ("Lavrov and Wang said").
    fn in_name(&self, from: usize, verb: usize) -> bool {
        from < verb && !has_finite(self.doc, from..verb)
    }

    fn name_between(&self, from: usize, verb: usize) -> Option<usize> {
        let words = trim_punctuation(self.doc, from..verb);
        let named = words.clone().any(|i| self.is_nominal(i));
        named
            .then(|| {
                self.doc
                    .head_of(words.clone())
                    .filter(|&h| self.is_nominal(h))
                    .or_else(|| words.rev().find(|&i| self.is_nominal(i)))
            })
            .flatten()
    }

    fn name_after(&self, verb: usize, end: usize) -> Option<usize> {
        let stop = (verb + 1..end).find(|&i| {
            matches!(self.doc.tokens[i].upos, Upos::Punct | Upos::Verb | Upos::Aux | Upos::Adp | Upos::Sconj)
        });
        let words = verb + 1..stop.unwrap_or(end);
        let last = words.rev().find(|&i| self.is_nominal(i))?;
        Some(last)
    }

    fn is_nominal(&self, i: usize) -> bool {
        matches!(self.doc.tokens[i].upos, Upos::Noun | Upos::Propn | Upos::Pron)
    }

    fn block_of(&self, token: usize) -> Option<usize> {
        self.doc.sentences.get(self.doc.sentence_of(token)).map(|s| s.block)
    }

    /// X said: “…”
    fn cue_before(&self, q: usize) -> Option<Saying> {
        let doc = self.doc;
        let outer = doc.tokens_in(self.quotations[q].outer);
        let start = outer.start;
        let before = start.checked_sub(1)?;
        let colon = doc.form(before) == ":";
        if !colon && self.block_of(before) != self.block_of(start) {
            return None;
        }
        let sentence = sentence_tokens(doc, if colon { before } else { start });
        if before < sentence.start {
            return None;
        }
        let first = sentence.start.max(start.saturating_sub(CUE_WINDOW));
        if !colon && !self.stands_alone(outer.end, sentence.end) {
            return self.joined_to_previous(q);
        }
        if let Some(saying) = self.cue_left_of(first, start) {
            return Some(saying);
        }
        if colon { self.introduced(sentence.start, before) } else { self.joined_to_previous(q) }
    }

    /// True where no word of the sentence goes on after the quotation, but for another clause.
    fn stands_alone(&self, after: usize, sentence_end: usize) -> bool {
        if after >= sentence_end {
            return true;
        }
        matches!(self.doc.tokens[after].upos, Upos::Punct | Upos::Cconj)
    }

    fn cue_left_of(&self, first: usize, start: usize) -> Option<Saying> {
        let doc = self.doc;
        let lead = doc.form(start - 1);
        for i in (first..start).rev() {
            if self.quoted[i] {
                return None;
            }
            if doc.tokens[i].upos != Upos::Verb {
                continue;
            }
            let Some(saying) = bare_saying(doc, i, self.cues) else {
                if is_finite(doc, i) {
                    return None;
                }
                continue;
            };
            let reports = Frames::QUOTE.union(Frames::THAT);
            let between = saying.cue.end..start;
            let immediate = between.clone().all(|k| matches!(doc.form(k), ":" | "," | "that" | "That"));
            let led = matches!(lead, ":" | "," | "that") && !has_finite(doc, between);
            let fits = saying.frames.has(reports) && (immediate || led) && !is_negated(doc, i);
            return fits.then_some(saying);
        }
        None
    }

    /// “A” and “B” after one cue.
    fn joined_to_previous(&self, q: usize) -> Option<Saying> {
        let previous = q.checked_sub(1)?;
        let draft = &self.drafts[*self.used.get(&previous)?];
        let between = Span::new(self.quotations[previous].outer.end, self.quotations[q].outer.start).of(self.text());
        let link = matches!(between.trim().trim_matches(','), "" | " and" | "and" | "or" | "but");
        let cue = draft.cue.clone().filter(|_| link)?;
        bare_saying(self.doc, cue.start, self.cues)
    }

    /// "Words of a name: “…”", "The text goes into detail: “…”".
    fn introduced(&self, first: usize, colon: usize) -> Option<Saying> {
        let doc = self.doc;
        let words = first..colon;
        let main = words.clone().find(|&i| doc.tokens[i].head.is_none());
        let speaker = match main.filter(|&m| doc.tokens[m].upos == Upos::Verb) {
            Some(verb) => speaker_of(doc, verb, 0),
            None => {
                (words.len() <= 10 && !has_finite(doc, words.clone())).then(|| doc.head_of(words.clone())).flatten()
            }
        }?;
        let frames = Frames::QUOTE;
        let content = Content::None;
        Some(Saying {
            verb: colon,
            cue: colon..colon,
            frames,
            speaker: Some(speaker),
            listener: None,
            quoted_by: None,
            content,
        })
    }

    // ------------------------------------------------------------ reported clauses

    fn add_sayings(&mut self) {
        let used: Vec<usize> = self.drafts.iter().filter_map(|d| d.cue.as_ref().map(|c| c.start)).collect();
        let quoted = self.quoted.clone();
        let is_quoted = |i: usize| quoted.get(i).copied().unwrap_or(false);
        for s in 0..self.doc.sentences.len() {
            let tokens = self.doc.sentences[s].tokens.clone();
            for saying in find_sayings(self.doc, tokens, self.cues, &is_quoted) {
                if !used.contains(&saying.cue.start) && saying.speaker.is_some() {
                    self.add_saying(s, &saying);
                }
            }
        }
    }

    fn add_saying(&mut self, sentence: usize, saying: &Saying) {
        let span = match &saying.content {
            Content::Tokens(tokens) => match self.second_that(saying, tokens) {
                Some((first, second)) => {
                    let part = |tokens| Saying { content: Content::Tokens(tokens), ..saying.clone() };
                    self.add_saying(sentence, &part(first));
                    return self.add_saying(sentence, &part(second));
                }
                None => span_of(self.doc, tokens.clone()),
            },
            Content::Previous if sentence > 0 => {
                span_of(self.doc, trim_punctuation(self.doc, self.doc.sentences[sentence - 1].tokens.clone()))
            }
            _ => return,
        };
        let place = self.doc.tokens[saying.verb].span.start;
        let within = self.overlapping(span);
        if within.iter().any(|q| self.used.contains_key(q) && !span.contains(self.quotations[*q].outer)) {
            return self.add_beside(saying, span, place);
        }
        let span = within.iter().fold(span, |s, &q| s.cover(self.quotations[q].outer)).trimmed(self.text());
        if within.is_empty() {
            return self.push(draft_of(saying, span, QuoteKind::Indirect, place), &[]);
        }
        if self.is_all_quoted(span, &within) {
            for &q in within.iter().filter(|q| !self.used.contains_key(*q)).collect::<Vec<_>>() {
                let inner = self.quotations[q].inner;
                self.push(draft_of(saying, inner, QuoteKind::Direct, place), &[q]);
            }
            return;
        }
        self.push(draft_of(saying, span, QuoteKind::Mixed, place), &within);
    }

    /// "said that A and that B" is two rows.
    fn second_that(&self, saying: &Saying, tokens: &Range<usize>) -> Option<(Range<usize>, Range<usize>)> {
        if !saying.frames.has(Frames::THAT) {
            return None;
        }
        let joint = (tokens.start + 1..tokens.end.saturating_sub(2)).find(|&i| {
            matches!(self.doc.form(i), "and" | "but")
                && is_word(self.doc, i + 1, "that")
                && !self.quoted[i]
                && self.doc.tokens[i + 1].upos == Upos::Sconj
        })?;
        let first = trim_punctuation(self.doc, tokens.start..joint);
        let second = trim_punctuation(self.doc, joint + 2..tokens.end);
        let clauses = has_finite(self.doc, first.clone()) && has_finite(self.doc, second.clone());
        clauses.then_some((first, second))
    }

    /// A reported clause next to a quotation that has a cue of its own: it ends where that begins.
    fn add_beside(&mut self, saying: &Saying, span: Span, place: usize) {
        let mut cut = span;
        for &q in &self.overlapping(span) {
            let outer = self.quotations[q].outer;
            if outer.start > cut.start && self.used.contains_key(&q) {
                cut = Span::new(cut.start, cut.end.min(outer.start));
            }
        }
        let cut = Span::new(cut.start, cut.start + cut.of(self.text()).trim_end_matches([',', ' ', ':']).len());
        if !cut.is_empty() && self.overlapping(cut).is_empty() {
            self.push(draft_of(saying, cut, QuoteKind::Indirect, place), &[]);
        }
    }

    fn push(&mut self, draft: Draft, quotations: &[usize]) {
        if draft.content.is_empty() {
            return;
        }
        for &q in quotations {
            self.used.entry(q).or_insert(self.drafts.len());
        }
        self.drafts.push(draft);
    }

    fn overlapping(&self, span: Span) -> Vec<usize> {
        let first = self.quotations.partition_point(|q| q.outer.end <= span.start);
        let near = self.quotations[first..].iter().take_while(|q| q.outer.start < span.end);
        (first..first + near.count()).collect()
    }

    /// True where nothing but "and" stands outside the marks.
    fn is_all_quoted(&self, span: Span, within: &[usize]) -> bool {
        let outside = self.doc.tokens_in(span).filter(|&i| {
            let token = self.doc.tokens[i].span;
            !within.iter().any(|&q| self.quotations[q].outer.overlaps(token))
        });
        outside
            .into_iter()
            .all(|i| matches!(self.doc.tokens[i].upos, Upos::Punct | Upos::Cconj) || is_word(self.doc, i, "that"))
    }

    // ------------------------------------------------------------ headlines

    /// "Amnesty: more than a hundred killed", "More than a hundred killed: Amnesty".
    fn add_headlines(&mut self, mentions: &[Mention]) {
        for block in &self.doc.article.blocks {
            if block.kind != BlockKind::Title {
                continue;
            }
            let title = block.span;
            let words = title.of(self.doc.text());
            let Some(colon) = words.find(':').filter(|_| words.matches(':').count() == 1) else { continue };
            let left = Span::new(title.start, title.start + colon).trimmed(self.doc.text());
            let right = Span::new(title.start + colon + 1, title.end).trimmed(self.doc.text());
            let named = |span: Span| mentions.iter().find(|m| speaks_in_headlines(m) && covers_most(m.span, span));
            let first =
                named(left).filter(|m| m.tokens.len() == 1 || m.actors.iter().all(|a| a.kind != ActorKind::Person));
            let found = first.map(|m| (m.head, right)).or_else(|| named(right).map(|m| (m.head, left)));
            let Some((speaker, said)) = found else { continue };
            let tokens = self.doc.tokens_in(said);
            if tokens.len() < 3
                || !self.overlapping(said).is_empty()
                || self.drafts.iter().any(|d| d.content.overlaps(said))
            {
                continue;
            }
            let draft = Draft {
                content: said,
                kind: QuoteKind::Indirect,
                cue: None,
                speaker: Some(speaker),
                place: said.start,
                listener: None,
                quoted_by: None,
                carried: false,
            };
            self.drafts.push(draft);
        }
    }

    // ------------------------------------------------------------ quotations without a cue

    fn add_loose_quotations(&mut self) {
        for q in 0..self.quotations.len() {
            if self.used.contains_key(&q) || !self.is_speech(q) {
                continue;
            }
            let inner = self.quotations[q].inner;
            let draft = Draft {
                content: inner,
                kind: QuoteKind::Direct,
                cue: None,
                speaker: None,
                place: inner.start,
                listener: None,
                quoted_by: None,
                carried: true,
            };
            self.push(draft, &[q]);
        }
    }

    /// True for a quotation that is speech by itself: it goes on from the paragraph before, or is a whole sentence.
    fn is_speech(&self, q: usize) -> bool {
        let quotation = &self.quotations[q];
        if quotation.continued {
            return true;
        }
        let tokens = self.doc.tokens_in(quotation.inner);
        let words = tokens.clone().filter(|&i| self.doc.tokens[i].upos != Upos::Punct).count();
        let text = quotation.inner.of(self.text());
        let opens = self.opens_sentence(q);
        let ends = text.ends_with(['.', '!', '?', '…']) || self.ends_paragraph(q);
        words >= MIN_LOOSE_WORDS
            && opens
            && ends
            && has_finite(self.doc, tokens)
            && text.starts_with(|c: char| !c.is_lowercase())
    }

    fn opens_sentence(&self, q: usize) -> bool {
        let quotation = &self.quotations[q];
        let paragraph = self.doc.article.blocks.get(quotation.paragraph).map(|b| b.span);
        let opens = paragraph.is_some_and(|p| opens_paragraph(self.text(), p, quotation));
        let lead = self.text()[..quotation.outer.start].trim_end();
        opens || lead.ends_with(['.', '!', '?', '…', '”', '"', ':'])
    }

    fn ends_paragraph(&self, q: usize) -> bool {
        let quotation = &self.quotations[q];
        let paragraph = self.doc.article.blocks.get(quotation.paragraph).map(|b| b.span);
        paragraph.is_some_and(|p| Span::new(quotation.outer.end.min(p.end), p.end).of(self.text()).trim().is_empty())
    }

    // ------------------------------------------------------------ speakers

    fn finish(mut self, mentions: &[Mention]) -> Vec<Quote> {
        self.drafts.sort_by_key(|d| (d.place, d.content.start, d.content.end));
        let mut speakers = Speakers::new(self.doc, mentions, self.cues);
        let mut resolved: Vec<Speaker> = Vec::with_capacity(self.drafts.len());
        let mut last: Option<(usize, Speaker)> = None;
        for draft in &self.drafts {
            let paragraph = self.paragraph_at(draft.content.start);
            let speaker = match draft.speaker {
                Some(head) if self.is_he(head) => {
                    self.still_speaking(paragraph, last.as_ref(), head).unwrap_or_else(|| speakers.resolve(head))
                }
                Some(head) => speakers.resolve(head),
                None => self.carried_speaker(paragraph, last.as_ref()),
            };
            if speaker.actor.is_some() || speaker.text.is_some() {
                last = Some((paragraph, speaker.clone()));
            }
            resolved.push(speaker);
        }
        let ends = Ends { doc: self.doc, mentions, cues: self.cues };
        let chains: Vec<Vec<Link>> =
            (0..self.drafts.len()).map(|i| self.chain(i, &resolved, &speakers, &ends)).collect();
        let mut quotes: Vec<Quote> = Vec::with_capacity(self.drafts.len());
        for ((draft, speaker), chain) in self.drafts.iter().zip(resolved).zip(chains) {
            let Some(content) = Evidence::new(self.text(), draft.content) else { continue };
            let cue = draft.cue.as_ref().and_then(|c| Evidence::new(self.text(), span_of(self.doc, c.clone())));
            quotes.push(Quote {
                content,
                kind: draft.kind,
                stance: stance_of(self.doc, self.cues, draft.cue.as_ref(), draft.content),
                addressee: draft.listener.and_then(|l| speakers.listener_at(l)),
                speaker_text: if draft.carried { None } else { speaker.text },
                speaker: speaker.actor,
                cue,
                chain,
            });
        }
        quotes.sort_by(|a, b| {
            let key = |q: &Quote| (q.content.span().start, q.content.span().end);
            key(a).cmp(&key(b))
        });
        quotes.dedup_by(|a, b| a.content == b.content);
        quotes
    }

    fn is_he(&self, head: usize) -> bool {
        matches!(lower(self.doc, head).as_str(), "he" | "she")
    }

    /// "The minister said …. The party, he continued, …": he who spoke before in the paragraph, with the words "he".
    fn still_speaking(&self, paragraph: usize, last: Option<&(usize, Speaker)>, head: usize) -> Option<Speaker> {
        let (_, speaker) = last.filter(|(at, _)| *at == paragraph)?;
        let actor = speaker.actor.as_ref().filter(|a| a.kind == ActorKind::Person)?;
        let text = Evidence::new(self.text(), self.doc.tokens[head].span);
        Some(Speaker { actor: Some(actor.clone()), text })
    }

    fn paragraph_at(&self, byte: usize) -> usize {
        self.doc.article.blocks.partition_point(|b| b.span.end <= byte)
    }

    /// Who goes on speaking: the last speaker, if he spoke in this paragraph or the one before.
    fn carried_speaker(&self, paragraph: usize, last: Option<&(usize, Speaker)>) -> Speaker {
        match last {
            Some((at, speaker)) if paragraph.abs_diff(*at) <= 1 => speaker.clone(),
            _ => Speaker::default(),
        }
    }

    /// Who said it and who passed it on, outward to the article's outlet; nobody twice.
    fn chain(&self, i: usize, resolved: &[Speaker], speakers: &Speakers<'_>, ends: &Ends<'_>) -> Vec<Link> {
        let draft = &self.drafts[i];
        let mut chain = ends.sayers(&resolved[i], draft.speaker);
        let mut reporters: Vec<Link> = Vec::new();
        reporters.extend(draft.listener.and_then(|l| speakers.outlet_at(l)));
        reporters.extend(draft.quoted_by.and_then(|head| link(LinkRole::ReportedBy, &speakers.peek(head))));
        let mut outer: Vec<usize> = (0..self.drafts.len()).filter(|&j| j != i && self.tells_of(j, i)).collect();
        outer.sort_by_key(|&j| self.drafts[j].content.len());
        for j in outer {
            reporters.extend(link(LinkRole::ReportedBy, &resolved[j]));
            reporters
                .extend(self.drafts[j].quoted_by.and_then(|head| link(LinkRole::ReportedBy, &speakers.peek(head))));
        }
        for link in reporters.into_iter().chain(ends.publishers(draft.content)) {
            if !chain.iter().any(|known| known.name == link.name) {
                chain.push(link);
            }
        }
        chain
    }

    /// True where the cue of draft `inner` stands inside what draft `outer` says.
    fn tells_of(&self, outer: usize, inner: usize) -> bool {
        let Some(cue) = self.drafts[inner].cue.as_ref().filter(|c| !c.is_empty()) else { return false };
        let said = self.drafts[outer].content;
        said.contains(self.doc.tokens[cue.start].span) && said != self.drafts[inner].content
    }
}

fn draft_of(saying: &Saying, content: Span, kind: QuoteKind, place: usize) -> Draft {
    Draft {
        content,
        kind,
        cue: (!saying.cue.is_empty()).then(|| saying.cue.clone()),
        speaker: saying.speaker,
        place,
        listener: saying.listener,
        quoted_by: saying.quoted_by,
        carried: false,
    }
}

/// A country before a colon is mostly the topic of a headline, not its speaker; so is a person with all his names.
fn speaks_in_headlines(mention: &Mention) -> bool {
    let speaks = |a: &Actor| !matches!(a.kind, ActorKind::Country | ActorKind::Place);
    !mention.actors.is_empty() && mention.actors.iter().all(speaks)
}

fn covers_most(mention: Span, part: Span) -> bool {
    part.contains(mention) && mention.len() * 3 >= part.len() * 2
}
