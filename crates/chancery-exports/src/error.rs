use chancery_ledger::LedgerError;

/// Why an export cannot be written. Each says in one line what is wrong.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ExportError {
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// A knowledge file that is missing.
    #[error(transparent)]
    Data(#[from] chancery_data::DataError),
    /// A codebook that cannot be read.
    #[error("{path}: {source}")]
    Codebook {
        /// The file.
        path: String,
        /// What is wrong in it.
        source: Box<toml::de::Error>,
    },
    /// The output.
    #[error("cannot write the export: {0}")]
    Write(#[from] std::io::Error),
    /// A format that needs a parser or Arrow.
    #[error("{format} is not written here: it needs a parser or Arrow, which the program chancery has")]
    Elsewhere {
        /// Its name.
        format: &'static str,
    },
    /// A row that cannot be said in JSON.
    #[error("cannot write the export: {0}")]
    Json(#[from] serde_json::Error),
}
