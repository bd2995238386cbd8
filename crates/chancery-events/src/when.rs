//! When an event happened.
//!
//! In: the triggers of a document in order. Out: a date each, and what it rests on. In this order: the time in the
//! event's own clause, in the governing ones, the sentence's only one; where the clause takes up the sentence before ("they
//! also signed"), that sentence's date; the last day that the text states, else its lead's, where the article's date is
//! coarser, and for what has happened also where that is a day or two later; the article's date. What is wished or supposed
//! has no date but a stated one, and nothing has happened on a day after its article's.

use crate::codebook::Codebook;
use crate::evidence::clause_tokens;
use crate::tree::{Tree, is_pp};
use chancery_text::{DateBasis, Document, PartialDate, Rel, Status, TimeExpr, Upos, Xpos};
use std::collections::BTreeMap;

/// How far governing clauses are searched for a time.
const MAX_CLIMB: usize = 4;
/// The sentences of a text that may set its day.
const LEAD_SENTENCES: usize = 3;
/// How many years before its article an event must lie to be background.
const HISTORICAL_YEARS: i16 = 3;
/// A report is written within so many days of what it reports.
const NEWS_DAYS: i64 = 31;
/// What else an article tells happened on the day that it is at, if that is so many days before it.
const TELLING_DAYS: i64 = 2;

/// A date and what it rests on.
pub(crate) type Dated = (PartialDate, DateBasis);

/// What is dated: an event's trigger and status.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Told {
    pub trigger: usize,
    pub status: Status,
}

/// The dates of all events of a document; `told` is in order of place.
pub(crate) fn dates_of(tree: Tree<'_>, book: &Codebook, told: &[Told]) -> Vec<Option<Dated>> {
    let stated: Vec<Option<PartialDate>> = told.iter().map(|t| stated(tree, book, t)).collect();
    let scenes = scene_days(tree, told, &stated);
    let mut dates: Vec<Option<Dated>> = Vec::with_capacity(told.len());
    for (i, event) in told.iter().enumerate() {
        let dated = stated[i]
            .map(|d| (d, DateBasis::Stated))
            .or_else(|| Some((carried(tree, &told[..i], &dates, event)?, DateBasis::Before)))
            .or_else(|| default(tree, event, scenes[i]));
        dates.push(dated);
    }
    dates
}

/// True where the text dates an event years before the article.
pub(crate) fn is_historical(doc: &Document, trigger: usize, date: Option<PartialDate>) -> bool {
    let told = published(doc, segment_of(doc, trigger));
    matches!((date, told), (Some(date), Some(told)) if told.year().saturating_sub(date.year()) >= HISTORICAL_YEARS)
}

/// The time in the event's clause, in the governing ones, or the only one of the sentence.
fn stated(tree: Tree<'_>, book: &Codebook, event: &Told) -> Option<PartialDate> {
    let doc = tree.doc;
    let sentence = doc.sentences.get(doc.sentence_of(event.trigger))?;
    let times: Vec<&TimeExpr> = doc.times.iter().filter(|t| sentence.tokens.contains(&t.tokens.start)).collect();
    let own = |t: &TimeExpr| !is_topic(tree, book, t, event) && !is_still_to_come(doc, t, event);
    let only = || match times.as_slice() {
        [only]
            if own(only) && !is_told_apart(tree, only.tokens.start, event.trigger) && !is_years_of_noun(tree, only) =>
        {
            Some(*only)
        }
        _ => None,
    };
    governing(tree, &times, event.trigger, own).or_else(only).map(|t| t.start)
}

/// What has happened did not happen after its article was written.
fn is_still_to_come(doc: &Document, time: &TimeExpr, event: &Told) -> bool {
    let published = published(doc, segment_of(doc, event.trigger)).filter(|p| p.day().is_some());
    event.status == Status::Occurred && published.is_some_and(|p| time.start.day_number() > p.day_number())
}

fn governing<'t>(
    tree: Tree<'_>,
    times: &[&'t TimeExpr],
    trigger: usize,
    own: impl Fn(&TimeExpr) -> bool,
) -> Option<&'t TimeExpr> {
    let mut node = trigger;
    for _ in 0..MAX_CLIMB {
        let tokens = clause_tokens(tree, node, &[]);
        let near = times.iter().filter(|t| tokens.iter().any(|i| t.tokens.contains(i)) && own(t));
        if let Some(time) = near.min_by_key(|t| t.tokens.start.abs_diff(trigger)) {
            return Some(time);
        }
        node = tree.head(node)?;
    }
    None
}

/// "held since 2016, was freed on Tuesday", "since the treaty of 1823": what began then, not when this was.
fn is_since(tree: Tree<'_>, time: &TimeExpr, trigger: usize) -> bool {
    let before = |i: usize| i > 0 && tree.is(i - 1, "since");
    let nominal = |&i: &usize| tree.head(i).filter(|_| is_pp(tree.rel(i)));
    let Some(head) = tree.doc.head_of(time.tokens.clone()) else { return before(time.tokens.start) };
    let mut above = std::iter::successors(Some(head), nominal).take(3).take_while(|&i| tree.is_nominal(i));
    // "since the doctrine was proclaimed in 1823"
    let clause = tree.head(head).filter(|&v| v != trigger && tree.is_verb(v) && tree.has_mark(v, "since"));
    before(time.tokens.start) || clause.is_some() || above.any(|i| tree.has_case(i, "since"))
}

/// "discussed the priorities for the year 2026": what is talked about has that time; a plan has it itself.
fn is_topic(tree: Tree<'_>, book: &Codebook, time: &TimeExpr, event: &Told) -> bool {
    let Some(head) = tree.doc.head_of(time.tokens.clone()) else { return false };
    let first = time.tokens.start;
    // "the war of resistance (1931-45)"
    if first > 0 && tree.doc.form(first - 1) == "(" && tree.head(head) != Some(event.trigger) {
        return true;
    }
    if is_since(tree, time, event.trigger) || is_of_participle(tree, book, head, event) {
        return true;
    }
    let after_for = (first.saturating_sub(3)..first).any(|i| tree.is(i, "for") && !tree.is_verb(i + 1));
    after_for
        && event.status != Status::Planned
        && tree.head(head).is_some_and(|h| h == event.trigger || tree.is_nominal(h))
}

/// "condemned the move announced on Monday": the move was announced then. Whom "the bomb planted on Monday" killed, it killed
/// then; what is done "in a statement published on Monday" is done then; and what will be done at "talks set for Monday" will
/// be done then.
fn is_of_participle(tree: Tree<'_>, book: &Codebook, time: usize, event: &Told) -> bool {
    let trigger = event.trigger;
    let told = matches!(event.status, Status::Occurred | Status::Denied);
    let is_participle = |&i: &usize| tree.rel(i) == Rel::Acl && tree.xpos(i) == Xpos::Vbn;
    let Some(participle) = above(tree, time).take_while(|&i| i != trigger).find(is_participle) else { return false };
    let is_apart = || !above(tree, trigger).any(|i| i == participle);
    told && tree.head(participle).is_some_and(|noun| is_done_to(tree, book, noun, trigger)) && is_apart()
}

/// True for what the event is done to or about, and for what belongs to that; not for what it is part of or done by, whatever
/// the tree hangs that on.
fn is_done_to(tree: Tree<'_>, book: &Codebook, noun: usize, trigger: usize) -> bool {
    let owner = |&i: &usize| tree.head(i).filter(|&h| tree.rel(i).is_nominal_modifier() && h != trigger);
    let chain: Vec<usize> = std::iter::successors(Some(noun), owner).take(MAX_CLIMB).collect();
    let whole = chain.last().copied().unwrap_or(noun);
    if whole < trigger {
        return tree.rel(whole) == Rel::NsubjPass && tree.head(whole) == Some(trigger);
    }
    !chain.iter().any(|&i| book.operators.circumstances.keys().any(|p| tree.has_case(i, p)))
}

/// "said that they met last year, adding that it will help": the time stands in what is said, the event elsewhere.
fn is_told_apart(tree: Tree<'_>, time: usize, trigger: usize) -> bool {
    if (trigger..time).all(|i| i == trigger || !tree.is_verb(i)) && trigger < time {
        return false;
    }
    let content = |i: usize| matches!(tree.rel(i), Rel::Ccomp | Rel::AclRelcl | Rel::AdvclRelcl);
    above(tree, time).find(|&i| content(i)).is_some_and(|clause| !above(tree, trigger).any(|i| i == clause))
}

/// "its part in the massacres of the 1990s": the years of something else that is named.
fn is_years_of_noun(tree: Tree<'_>, time: &TimeExpr) -> bool {
    let Some(head) = tree.doc.head_of(time.tokens.clone()) else { return false };
    time.start.month().is_none() && tree.rel(head).is_nominal_modifier()
}

/// A node and what governs it, up to the root.
fn above<'a>(tree: Tree<'a>, node: usize) -> impl Iterator<Item = usize> + 'a {
    std::iter::successors(Some(node), move |&i| tree.head(i)).take(64)
}

/// The date of the last event of the sentence before, where the event's clause takes that sentence up.
fn carried(tree: Tree<'_>, before: &[Told], dates: &[Option<Dated>], event: &Told) -> Option<PartialDate> {
    if event.status != Status::Occurred || !takes_up(tree, event.trigger) {
        return None;
    }
    let doc = tree.doc;
    let (here, block) = (doc.sentence_of(event.trigger), block_of(doc, event.trigger));
    let is_before = |t: &Told| doc.sentence_of(t.trigger) + 1 == here && block_of(doc, t.trigger) == block;
    let told = before.iter().zip(dates).rev().skip_while(|(t, _)| doc.sentence_of(t.trigger) == here);
    let told = told.take_while(|(t, _)| is_before(t)).filter(|(t, _)| t.status == Status::Occurred);
    let mut days = told.map(|(_, dated)| match dated {
        Some((date, DateBasis::Stated | DateBasis::Before)) => Some(*date),
        _ => None,
    });
    let last = days.next()??;
    days.all(|d| d.is_none_or(|d| d == last)).then_some(last)
}

/// "They signed", "the two leaders pledged": the subject is known from the sentence before.
fn takes_up(tree: Tree<'_>, trigger: usize) -> bool {
    let doc = tree.doc;
    let Some(sentence) = doc.sentences.get(doc.sentence_of(trigger)) else { return false };
    let Some(root) = sentence.tokens.clone().find(|&i| tree.rel(i) == Rel::Root) else { return false };
    let Some(subject) = tree.surface_subject(root) else { return false };
    let third_person = tree.upos(subject) == Upos::Pron && !tree.is_any(subject, &["i", "we", "you", "who", "what"]);
    let goes_on = tree.children(root).any(|c| tree.rel(c) == Rel::Advmod && tree.is_any(c, &["also", "further"]));
    goes_on
        || third_person
        || tree.children(subject).any(|c| tree.rel(c) == Rel::Nummod && tree.is(c, "two") || tree.is(c, "both"))
}

/// The day that each event's text is at: the last one stated before it for what has happened, else the lead's.
fn scene_days(tree: Tree<'_>, told: &[Told], stated: &[Option<PartialDate>]) -> Vec<Option<PartialDate>> {
    let doc = tree.doc;
    let mut leads: BTreeMap<usize, PartialDate> = BTreeMap::new();
    let mut now: BTreeMap<usize, PartialDate> = BTreeMap::new();
    let mut days: Vec<Option<PartialDate>> = Vec::with_capacity(told.len());
    for (event, date) in told.iter().zip(stated) {
        let segment = segment_of(doc, event.trigger);
        let happened = event.status == Status::Occurred && is_body(doc, block_of(doc, event.trigger));
        let published = published(doc, segment);
        if let Some(day) = date.filter(|d| happened && is_finer(*d, published) && is_fresh(*d, published)) {
            now.insert(segment, day);
            if is_lead(doc, segment, event.trigger) {
                leads.entry(segment).or_insert(day);
            }
        }
        days.push(now.get(&segment).copied());
    }
    let lead = |event: &Told| leads.get(&segment_of(doc, event.trigger)).copied();
    told.iter().zip(days).map(|(event, day)| day.or_else(|| lead(event))).collect()
}

fn is_lead(doc: &Document, segment: usize, trigger: usize) -> bool {
    let first = doc.sentences.iter().position(|s| block_segment(doc, s.block) == segment && is_body(doc, s.block));
    first.is_some_and(|first| doc.sentence_of(trigger) < first + LEAD_SENTENCES)
}

/// True for a day, and for a month where only the year is published.
fn is_finer(date: PartialDate, published: Option<PartialDate>) -> bool {
    let year_only = published.is_some_and(|p| p.month().is_none());
    date.day().is_some() || year_only && date.month().is_some()
}

/// True for a day that may be what an article of that date is news of.
fn is_fresh(day: PartialDate, published: Option<PartialDate>) -> bool {
    let Some(published) = published else { return true };
    let before = published.day_number() - day.day_number();
    // of an article of "2026" nobody knows how long after last December it was written
    let recent = published.month().is_some() && (0..=NEWS_DAYS).contains(&before);
    published.contains(day) || recent
}

/// The day that the text is at where the article's date is coarser, and for what has happened where it is just behind it; else
/// the article's date.
fn default(tree: Tree<'_>, event: &Told, scene: Option<PartialDate>) -> Option<Dated> {
    let published = published(tree.doc, segment_of(tree.doc, event.trigger));
    let happened = event.status == Status::Occurred && !is_told_now(tree, event.trigger);
    let scene = scene.filter(|day| match published {
        Some(published) if published.day().is_some() => happened && is_just_before(*day, published),
        _ => true,
    });
    let (date, basis) = match (scene, published) {
        (Some(day), _) => (day, DateBasis::Lead),
        (None, date) => (date?, DateBasis::Published),
    };
    match event.status {
        Status::Hypothetical | Status::CalledFor => None,
        Status::Ongoing => Some((date.to_month(), basis)),
        Status::Occurred | Status::Denied | Status::Planned => Some((date, basis)),
    }
}

/// True where an article of that day tells of what happened on this one.
fn is_just_before(day: PartialDate, published: PartialDate) -> bool {
    (0..=TELLING_DAYS).contains(&(published.day_number() - day.day_number()))
}

/// "We condemn", "has condemned": said as it is written.
fn is_told_now(tree: Tree<'_>, trigger: usize) -> bool {
    let present = |i: usize| matches!(tree.xpos(i), Xpos::Vbp | Xpos::Vbz);
    present(trigger) || tree.auxiliaries(trigger).any(present)
}

/// The segment's date; where the article's is coarse, the day of the only dated piece that it introduces.
fn published(doc: &Document, segment: usize) -> Option<PartialDate> {
    let segments = &doc.article.segments;
    let own = segments.get(segment).and_then(|s| s.date);
    let article = doc.article.date;
    let mut dated = segments.iter().filter_map(|s| s.date);
    let introduced = dated.next().filter(|d| dated.all(|other| other == *d));
    let introduced = introduced.filter(|&d| article.is_some_and(|a| a != d && a.contains(d)));
    own.or(introduced).or(article)
}

fn segment_of(doc: &Document, trigger: usize) -> usize {
    block_segment(doc, block_of(doc, trigger))
}

fn block_of(doc: &Document, trigger: usize) -> usize {
    doc.sentences.get(doc.sentence_of(trigger)).map_or(0, |s| s.block)
}

fn block_segment(doc: &Document, block: usize) -> usize {
    doc.article.blocks.get(block).map_or(0, |b| b.segment)
}

fn is_body(doc: &Document, block: usize) -> bool {
    doc.article.blocks.get(block).is_none_or(|b| b.kind == chancery_text::BlockKind::Paragraph)
}
