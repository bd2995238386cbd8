//! What a second reader says of the events that are told between two parties of one sentence.
//!
//! In: reports, and a reader that sees the sentence without the codebook. Out: the same reports; where the codebook was
//! unsure, the row says what the reader sees. Its type and confidence stay: measured on real pages, both were right more
//! often than the reader's.

use crate::codebook::Codebook;
use crate::relate::likeliest;
use chancery_text::{Document, Report, SecondReader, Span};

/// Reports of this confidence or more are not asked about.
const SURE: f32 = 0.8;
/// The reader speaks against a type from here on, where it gives the row's own less than [`AGAINST`].
const FOR: f32 = 0.9;
const AGAINST: f32 = 0.05;

/// Asks about each report whose parties its sentence names.
pub(crate) fn reread(book: &Codebook, second: &dyn SecondReader, doc: &Document, reports: &mut [Report]) {
    for report in reports.iter_mut().filter(|r| r.confidence < SURE) {
        let Some((sentence, actor, recipient)) = parties_in_sentence(doc, report) else { continue };
        let at = |s: Span| s.start - sentence.start..s.end - sentence.start;
        let Some(shares) = second.shares(sentence.of(doc.text()), at(actor), at(recipient)) else { continue };
        let own_root = book.root(&report.event_type);
        let own = shares.iter().find(|(root, _)| *root == own_root).map_or(0.0, |(_, share)| *share);
        let (root, share) = likeliest(&shares);
        if share >= FOR && own < AGAINST {
            report.why.push_str(&format!("; read twice: rather {root} ({share:.2})"));
        } else if root == own_root {
            report.why.push_str(&format!("; read twice: {root} ({share:.2})"));
        }
    }
}

/// The sentence of a report and its first parties, where the sentence names both, each in words of its own.
fn parties_in_sentence(doc: &Document, report: &Report) -> Option<(Span, Span, Span)> {
    let sentence = doc.sentences.get(doc.sentence_of(report.trigger))?.span;
    let inside = |s: &Span| sentence.start <= s.start && s.end <= sentence.end;
    let actor = report.actors.iter().map(|p| p.span).find(inside)?;
    let apart = |s: &Span| s.end <= actor.start || actor.end <= s.start;
    let recipient = report.recipients.iter().map(|p| p.span).find(|s| inside(s) && apart(s))?;
    Some((sentence, actor, recipient))
}
