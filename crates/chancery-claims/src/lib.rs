//! Who says so: quotations and reported speech with their speakers.

use chancery_data::Data;
use chancery_text::{Document, Mention, Quote};

/// Finds quotations; made once, shared by all threads.
#[derive(Debug)]
pub struct ClaimFinder {}

/// A knowledge file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClaimsError {
    /// A file is missing.
    #[error(transparent)]
    Data(#[from] chancery_data::DataError),
}

impl ClaimFinder {
    /// Loads the reporting verbs.
    ///
    /// # Errors
    /// Where a file is missing or a line of it is wrong.
    pub fn load(_data: &Data) -> Result<Self, ClaimsError> {
        Ok(ClaimFinder {})
    }

    /// Finds what is said and by whom, in order of place.
    pub fn find_quotes(&self, _doc: &Document, _mentions: &[Mention]) -> Vec<Quote> {
        Vec::new()
    }

    /// Mentions for "I", "we", "our", "us" inside quotations: they are the speaker, or whom the speaker speaks for.
    pub fn speaker_mentions(&self, _doc: &Document, _quotes: &[Quote], _mentions: &[Mention]) -> Vec<Mention> {
        Vec::new()
    }
}
