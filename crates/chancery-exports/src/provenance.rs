//! What made an export.

use crate::{Format, Knowledge};
use chancery_ledger::Manifest;
use serde::Serialize;

/// What an export says of itself: in its head where the format has a place for it, else in a file beside it. No clock, so
/// that the same ledger gives the same bytes.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Provenance {
    /// The program that wrote the export: `chancery 0.1.0`.
    pub program: String,
    /// Hash of the knowledge files that the export was written with.
    pub data_hash: String,
    /// The format's name.
    pub format: String,
    /// The query, what it let through, and what coded the articles.
    #[serde(flatten)]
    pub manifest: Manifest,
}

impl Provenance {
    /// For an export in `format` by this program.
    pub fn of(format: Format, knowledge: &Knowledge, manifest: Manifest) -> Self {
        Provenance {
            program: format!("chancery {}", env!("CARGO_PKG_VERSION")),
            data_hash: knowledge.data_hash.clone(),
            format: format.name().into(),
            manifest,
        }
    }

    /// As one line of JSON.
    pub fn json(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// The query as one line of JSON.
    pub(crate) fn query(&self) -> String {
        serde_json::to_string(&self.manifest.query).unwrap_or_default()
    }
}
