//! What became of every place that might have told an event.
//!
//! The coder hands each candidate that it gives up to a [`Trace`], with the reason; what is kept comes from the reports.
//! Without a trace nothing is recorded and nothing costs time.

use crate::codebook::{Codebook, Group};
use crate::coder::Found;
use chancery_text::{Document, Participant, Report};
use std::cell::RefCell;

/// How a document was coded, sentence by sentence.
#[derive(Debug, Clone)]
pub struct Explanation {
    /// The document with the tree that the patterns saw: the parser's, usual mistakes repaired.
    pub document: Document,
    /// What was coded.
    pub reports: Vec<Report>,
    /// What was not, in order of place.
    pub lost: Vec<Lost>,
}

/// A candidate that is no report.
#[derive(Debug, Clone, PartialEq)]
pub struct Lost {
    /// The word that might have told an event, a token of the document.
    pub trigger: usize,
    /// The PLOVER type that it would have had, where a pattern fits.
    pub event_type: Option<String>,
    /// The pattern, and where the codebook has it: `attack "storm" (verbs.toml:2212)`.
    pub pattern: Option<String>,
    /// Who would have done it.
    pub actors: Vec<Participant>,
    /// To whom.
    pub recipients: Vec<Participant>,
    /// Why it was given up.
    pub reason: Reason,
}

/// Why a candidate is no report.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, thiserror::Error)]
#[non_exhaustive]
pub enum Reason {
    /// A verb between two parties that the codebook does not know in this use.
    #[error("no pattern of the codebook fits")]
    NoPattern,
    /// Another pattern of the same word matches more of the sentence.
    #[error("another pattern of the word fits better")]
    Weaker,
    /// The codebook lists the phrase as no event.
    #[error("the codebook lists the phrase as no event")]
    NoEvent,
    /// Actor and recipient are one.
    #[error("whoever does it does it to himself")]
    OwnAffair,
    /// Neither side has a code.
    #[error("no party with a code")]
    NoParty,
    /// It belongs to the pattern of another word: the content of a promise, the noun of "held talks".
    #[error("told by another word's pattern, to which it belongs")]
    Content,
    /// No actor with a code, and the text lends none.
    #[error("no actor with a code, and the text lends none")]
    NoActor,
    /// No recipient with a code, and the text lends none.
    #[error("no recipient with a code, and the text lends none")]
    NoRecipient,
    /// People without a part in politics, among themselves.
    #[error("an affair between private people of one country")]
    Private,
    /// Another word of the sentence tells it more fully.
    #[error("told more fully by another word of the sentence")]
    Repeated,
    /// Its party is borrowed, and the model takes it for no event.
    #[error("a party is borrowed, and the words are most likely no event")]
    Unlikely,
}

/// Where lost candidates are put, if anybody asks.
#[derive(Debug, Default)]
pub(crate) struct Trace(Option<RefCell<Vec<Lost>>>);

impl Trace {
    /// A trace that records.
    pub fn on() -> Self {
        Trace(Some(RefCell::default()))
    }

    /// True where somebody asks.
    pub fn is_on(&self) -> bool {
        self.0.is_some()
    }

    /// Records what `candidate` makes.
    pub fn lose(&self, candidate: impl FnOnce() -> Lost) {
        if let Some(lost) = &self.0 {
            lost.borrow_mut().push(candidate());
        }
    }

    /// Records a candidate whose pattern fitted.
    pub fn lose_found(&self, book: &Codebook, found: &Found, reason: Reason) {
        self.lose(|| Lost {
            trigger: found.trigger,
            event_type: book.groups[found.group].event_type.clone(),
            pattern: Some(found.why.clone()),
            actors: found.actors.clone(),
            recipients: found.recipients.clone(),
            reason,
        });
    }

    /// Records a pattern that was not followed up.
    pub fn lose_pattern(&self, trigger: usize, group: &Group, why: impl FnOnce() -> String, reason: Reason) {
        self.lose(|| Lost {
            trigger,
            event_type: group.event_type.clone(),
            pattern: Some(why()),
            actors: Vec::new(),
            recipients: Vec::new(),
            reason,
        });
    }

    /// What was lost, in order of place.
    pub fn into_lost(self) -> Vec<Lost> {
        let mut lost = self.0.map(RefCell::into_inner).unwrap_or_default();
        lost.sort_by(|a, b| (a.trigger, a.reason, &a.pattern).cmp(&(b.trigger, b.reason, &b.pattern)));
        lost.dedup();
        lost
    }
}
