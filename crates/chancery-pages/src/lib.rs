//! Bytes to articles: clean, dated, credited, split.

use chancery_data::Data;
use chancery_text::{Article, Note, PartialDate};

/// Reads pages; made once, shared by all threads.
#[derive(Debug)]
pub struct Reader {}

/// What the caller knows of a page that the page may not say.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// The date to count from where a page states none.
    pub fallback_date: Option<PartialDate>,
    /// Where the page was found.
    pub url: Option<String>,
}

/// A page as it was read.
#[derive(Debug, Clone, Default)]
pub struct Page {
    /// The articles, in page order.
    pub articles: Vec<Article>,
    /// What a reader should know of the page as a whole.
    pub notes: Vec<Note>,
}

/// A page, or a knowledge file, that cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PagesError {
    /// A knowledge file is missing or wrong.
    #[error(transparent)]
    Data(#[from] chancery_data::DataError),
}

impl Reader {
    /// Loads the knowledge files (boilerplate, outlets).
    ///
    /// # Errors
    /// Where a file is missing or a line of it is wrong.
    pub fn load(_data: &Data) -> Result<Self, PagesError> {
        Ok(Reader {})
    }

    /// Reads one page. `name` is its path as it was given.
    ///
    /// # Errors
    /// Where the bytes are no text in any known format.
    pub fn read(&self, _name: &str, _bytes: &[u8], _options: &ReadOptions) -> Result<Page, PagesError> {
        Ok(Page::default())
    }
}
