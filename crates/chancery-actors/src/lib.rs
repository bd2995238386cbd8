//! Who is named: the directory of actors, and mentions resolved by name, office and date.

use chancery_data::Data;
use chancery_text::{Document, Mention};

/// The directory of actors; loaded once, shared by all threads.
#[derive(Debug)]
pub struct Directory {}

/// A directory file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ActorsError {
    /// A directory file is missing.
    #[error(transparent)]
    Data(#[from] chancery_data::DataError),
}

impl Directory {
    /// Loads `data/actors`.
    ///
    /// # Errors
    /// Where a file is missing or a line of it is wrong.
    pub fn load(_data: &Data) -> Result<Self, ActorsError> {
        Ok(Directory {})
    }

    /// Finds who is named in a document, in order of place.
    pub fn find_mentions(&self, _doc: &Document) -> Vec<Mention> {
        Vec::new()
    }
}
