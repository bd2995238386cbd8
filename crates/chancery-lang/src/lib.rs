//! Articles to documents: sentences, tokens, lemmas, tags, trees, names, times.

pub mod times;

use chancery_data::Data;
use chancery_text::{Article, Document};

/// The English models; loaded once, shared by all threads.
#[derive(Debug)]
pub struct Language {}

/// A model that cannot be loaded.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LangError {
    /// A model file is missing.
    #[error(transparent)]
    Data(#[from] chancery_data::DataError),
    /// A file of words cannot be used.
    #[error("{path}: {what}")]
    Words {
        /// Path below `data/`.
        path: &'static str,
        /// What is wrong with it.
        what: String,
    },
}

impl Language {
    /// Loads the models.
    ///
    /// # Errors
    /// Where a model file is missing or damaged.
    pub fn load(_data: &Data) -> Result<Self, LangError> {
        Ok(Language {})
    }

    /// Parses the content blocks of an article; cannot fail.
    pub fn parse(&self, article: Article) -> Document {
        Document::new(article)
    }
}
