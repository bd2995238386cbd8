//! Inputs as they lie in the ledger, to be coded anew or compared.

use crate::read::read_article;
use crate::store::{InputStatus, RunManifest, StoredInput};
use crate::{Ledger, Result};
use rusqlite::OptionalExtension;

/// An input and what coded it.
#[derive(Debug, Clone, PartialEq)]
pub struct CodedBy {
    /// Hash of its bytes.
    pub content_hash: String,
    /// The run that coded it.
    pub made_by: RunManifest,
}

impl Ledger {
    /// The inputs that were read, and by what, in the order of their hashes.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn codings(&self) -> Result<Vec<CodedBy>> {
        self.with(|db| {
            db.prepare(
                "SELECT i.content_hash, r.program_version, r.data_hash, r.options, r.inputs
                 FROM inputs i JOIN runs r ON r.key = i.run WHERE i.status = 'read' ORDER BY i.content_hash",
            )?
            .query_map([], |r| {
                let json = |at: usize| r.get::<_, String>(at);
                Ok(CodedBy {
                    content_hash: r.get(0)?,
                    made_by: RunManifest {
                        program_version: r.get(1)?,
                        data_hash: r.get(2)?,
                        options: serde_json::from_str(&json(3)?).unwrap_or_default(),
                        inputs: serde_json::from_str(&json(4)?).unwrap_or_default(),
                    },
                })
            })?
            .collect()
        })
    }

    /// An input with its articles, as it was stored.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn input(&self, content_hash: &str) -> Result<Option<StoredInput>> {
        self.with(|db| {
            let found: Option<(i64, String)> = db
                .prepare_cached(
                    "SELECT i.row, ifnull((SELECT min(path) FROM sightings s WHERE s.input = i.row), '')
                     FROM inputs i WHERE i.content_hash = ? AND i.status = 'read'",
                )?
                .query_row([content_hash], |r| Ok((r.get(0)?, r.get(1)?)))
                .optional()?;
            let Some((row, path)) = found else { return Ok(None) };
            let articles: Vec<i64> = db
                .prepare_cached("SELECT row FROM articles WHERE input = ? ORDER BY position")?
                .query_map([row], |r| r.get(0))?
                .collect::<rusqlite::Result<_>>()?;
            let articles = articles.into_iter().map(|a| read_article(db, a)).collect::<rusqlite::Result<_>>()?;
            Ok(Some(StoredInput { path, content_hash: content_hash.into(), status: InputStatus::Read, articles }))
        })
    }
}
