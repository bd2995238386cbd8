//! Errors as Python knows them: one class, one clear line.

use chancery_ledger::LedgerError;
use pyo3::PyErr;
use pyo3::exceptions::{PyException, PyFileNotFoundError, PyKeyError, PyValueError};

pyo3::create_exception!(chancery, ChanceryError, PyException, "What Chancery cannot do, in one line.");

/// Why a call fails.
#[derive(Debug, thiserror::Error)]
pub(crate) enum Failure {
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    #[error(transparent)]
    Pipeline(#[from] chancery::Error),
    #[error(transparent)]
    Spool(#[from] chancery::SpoolError),
    #[error(transparent)]
    Export(#[from] chancery_exports::ExportError),
    #[error("the table cannot be made: {0}")]
    Arrow(#[from] arrow_schema::ArrowError),
    #[error("{0}")]
    Sql(#[from] rusqlite::Error),
    #[error("the program broke while it coded; please report it")]
    Broke,
    #[error("{0}")]
    Value(String),
    #[error("{0}")]
    Key(String),
}

impl From<Failure> for PyErr {
    fn from(failure: Failure) -> Self {
        let line = failure.to_string();
        match failure {
            Failure::Ledger(LedgerError::CannotOpen { .. }) => PyFileNotFoundError::new_err(line),
            Failure::Ledger(LedgerError::Filter { .. }) | Failure::Value(_) => PyValueError::new_err(line),
            Failure::Key(_) => PyKeyError::new_err(line),
            _ => ChanceryError::new_err(line),
        }
    }
}
