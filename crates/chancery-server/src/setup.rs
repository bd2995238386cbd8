//! What a server is given besides its ledger.

use chancery_data::Data;
use std::fmt::Debug;
use std::path::Path;
use std::sync::Arc;

/// How a ledger is served.
#[derive(Debug, Clone)]
pub struct Setup {
    /// Codebook, names of countries, weights by which reports are joined.
    pub data: Data,
    /// Whether corrections can be made and pages be read in from the page.
    pub may_change: bool,
    /// Reads pages into the ledger; without one the page of imports says how else.
    pub reader: Option<Arc<dyn Reader>>,
}

impl Setup {
    /// A ledger that is only looked at.
    pub fn looking(data: Data) -> Self {
        Setup { data, may_change: false, reader: None }
    }
}

/// Reads a file into a ledger: the pipeline, which this crate does not know.
pub trait Reader: Debug + Send + Sync {
    /// Reads one file, page or archive, by its name and bytes, and says what became of each document in it.
    ///
    /// # Errors
    /// Where the ledger cannot be written; what cannot be read is a line of the answer, no error.
    fn read(&self, ledger: &Path, name: &str, bytes: Vec<u8>) -> anyhow::Result<Vec<ReadLine>>;
}

/// What became of a document.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct ReadLine {
    /// Its name.
    pub name: String,
    /// Why it could not be read.
    pub unreadable: Option<String>,
    /// True where the ledger had it before.
    pub known: bool,
    /// Keys and titles of its articles.
    pub articles: Vec<(String, String)>,
    /// Reports of events in them.
    pub reports: usize,
    /// Quotes in them.
    pub quotes: usize,
    /// What a reader should know of it: code and text.
    pub notes: Vec<String>,
}
