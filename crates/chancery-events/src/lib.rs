//! Who did what to whom: PLOVER events read off the tree with a codebook.

use chancery_data::Data;
use chancery_text::{Document, Mention, Quote, Report, Span, Status};

/// The codebook, ready to match; loaded once, shared by all threads.
#[derive(Debug)]
pub struct Coder {}

/// A codebook that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EventsError {
    /// A codebook file is missing.
    #[error(transparent)]
    Data(#[from] chancery_data::DataError),
}

/// How two marked parties are related.
#[derive(Debug, Clone, PartialEq)]
pub struct Relation {
    /// PLOVER type; `None` where none was found.
    pub event_type: Option<String>,
    /// PLOVER mode.
    pub mode: Option<String>,
    /// Whether it happened.
    pub status: Status,
    /// 0 to 1.
    pub confidence: f32,
    /// The rule that led to it.
    pub why: String,
}

impl Coder {
    /// Loads `data/codebook`.
    ///
    /// # Errors
    /// Where a file is missing or a line of it is wrong.
    pub fn load(_data: &Data) -> Result<Self, EventsError> {
        Ok(Coder {})
    }

    /// Finds the events that a document reports, in order of place.
    pub fn find_events(&self, _doc: &Document, _mentions: &[Mention], _quotes: &[Quote]) -> Vec<Report> {
        Vec::new()
    }

    /// Names the event between two marked parties of a one-sentence document.
    pub fn relate(&self, _doc: &Document, _actor: Span, _recipient: Span) -> Relation {
        Relation { event_type: None, mode: None, status: Status::Occurred, confidence: 0.0, why: String::new() }
    }
}
