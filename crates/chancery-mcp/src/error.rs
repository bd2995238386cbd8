use chancery_ledger::LedgerError;

/// Why a question has no answer. Each says in one line what is wrong and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum McpError {
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// Arguments that the tool does not take.
    #[error("{tool}: {detail}")]
    Arguments {
        /// The tool.
        tool: String,
        /// What is wrong with them.
        detail: String,
    },
    /// Nothing in the ledger answers to a name or id.
    #[error("the ledger holds no {what} {wanted:?}; {hint}")]
    Nothing {
        /// `event`, `actor` …
        what: &'static str,
        /// What was asked for.
        wanted: String,
        /// What to try.
        hint: &'static str,
    },
    /// Where to answer, and to whom.
    #[error("{0}")]
    Address(String),
    /// The threads that wait for the disk.
    #[error("cannot start the program's threads: {0}")]
    Threads(std::io::Error),
    /// The client.
    #[error("the connection to the client failed: {0}")]
    Client(String),
}
