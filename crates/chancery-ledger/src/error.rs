use rusqlite::ffi;
use std::path::{Path, PathBuf};

/// Why a ledger cannot be used, or an input not be stored. Each says in one line what is wrong and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum LedgerError {
    /// No such file, or no right to open it.
    #[error("cannot open the ledger {path}: {detail}")]
    CannotOpen {
        /// The ledger.
        path: PathBuf,
        /// What the system said.
        detail: String,
    },
    /// A file of another kind.
    #[error("{path} is no ledger; give another name, it was left as it is")]
    NotALedger {
        /// The file.
        path: PathBuf,
    },
    /// A ledger written by a later program.
    #[error("the ledger {path} has schema version {found}, this program knows up to {known}; use a newer chancery")]
    Newer {
        /// The ledger.
        path: PathBuf,
        /// Its schema version.
        found: i64,
        /// The newest that this program reads.
        known: i64,
    },
    /// A ledger that is to be taken in, of an earlier schema.
    #[error(
        "a ledger of schema version {found} cannot be taken in, only one of {known}; `chancery recode` brings it there"
    )]
    OtherSchema {
        /// Its schema version.
        found: i64,
        /// That of this program.
        known: i64,
    },
    /// A ledger that is to take in itself.
    #[error("{path} cannot be taken into itself; name another ledger first")]
    Itself {
        /// The ledger.
        path: PathBuf,
    },
    /// Another program holds it.
    #[error("the ledger {path} is locked by another program; try again when that has finished")]
    Locked {
        /// The ledger.
        path: PathBuf,
    },
    /// Its contents contradict each other.
    #[error("the ledger {path} is damaged ({detail}); restore it from a copy, or read the pages into a new one")]
    Damaged {
        /// The ledger.
        path: PathBuf,
        /// The first contradiction found.
        detail: String,
    },
    /// No room for what was to be stored. What was stored before is kept.
    #[error("no room on the disk for the ledger {path}; all inputs stored before this one are kept")]
    DiskFull {
        /// The ledger.
        path: PathBuf,
    },
    /// It may only be read.
    #[error("the ledger {path} may only be read")]
    ReadOnly {
        /// The ledger.
        path: PathBuf,
    },
    /// A row whose words do not stand where it says; the input was not stored.
    #[error("{article}: the words at {start}..{end} are not {words:?}; the input was not stored")]
    Evidence {
        /// The article's id.
        article: String,
        /// First character.
        start: usize,
        /// One past the last.
        end: usize,
        /// The words that the row gives.
        words: String,
    },
    /// A question in SQL that has no answer.
    #[error("{detail}")]
    Question {
        /// What is wrong with it.
        detail: String,
    },
    /// A page cursor that this program did not write.
    #[error("{cursor:?} is no place in the list; begin at the first page")]
    Cursor {
        /// What was given.
        cursor: String,
    },
    /// A filter with a value that nothing can have.
    #[error("{value:?} is no {name}; it has to be {accepted}")]
    Filter {
        /// Which part of the filter.
        name: &'static str,
        /// What was given.
        value: String,
        /// What there is.
        accepted: String,
    },
    /// A saved query that this program cannot read, as one that a later program saved may be.
    #[error("the saved query {name:?} cannot be read ({detail}); use a newer chancery, or delete it and save it anew")]
    SavedQuery {
        /// Its name.
        name: String,
        /// What is wrong with it.
        detail: String,
    },
    /// A correction that cannot be made.
    #[error("{0}")]
    Correction(String),
    /// An export that could not be written.
    #[error("cannot write the export: {0}")]
    Write(#[from] std::io::Error),
    /// Anything else that SQLite reports.
    #[error("the ledger {path} cannot be used: {source}")]
    Sqlite {
        /// The ledger.
        path: PathBuf,
        /// What SQLite said.
        source: rusqlite::Error,
    },
}

impl LedgerError {
    /// True where the file itself is the trouble (damaged, locked, of a newer version, no ledger): exit status 3.
    pub fn is_ledger_fault(&self) -> bool {
        use LedgerError::*;
        matches!(self, CannotOpen { .. } | NotALedger { .. } | Newer { .. } | Locked { .. } | Damaged { .. })
    }

    /// Names the trouble behind an SQLite error.
    pub(crate) fn from_sqlite(path: &Path, source: rusqlite::Error) -> Self {
        let path = path.to_path_buf();
        let Some(code) = source.sqlite_error().map(|e| e.extended_code) else {
            return LedgerError::Sqlite { path, source };
        };
        match code & 0xff {
            ffi::SQLITE_BUSY | ffi::SQLITE_LOCKED => LedgerError::Locked { path },
            ffi::SQLITE_CORRUPT => LedgerError::Damaged { path, detail: source.to_string() },
            ffi::SQLITE_NOTADB => not_a_database(path),
            ffi::SQLITE_FULL => LedgerError::DiskFull { path },
            // A limit on file size shows as a failed write, with nothing that tells the two apart.
            ffi::SQLITE_IOERR if code == ffi::SQLITE_IOERR_WRITE => LedgerError::DiskFull { path },
            ffi::SQLITE_READONLY => LedgerError::ReadOnly { path },
            ffi::SQLITE_CANTOPEN => LedgerError::CannotOpen { path, detail: source.to_string() },
            _ => LedgerError::Sqlite { path, source },
        }
    }
}

/// A file with SQLite's first line that SQLite refuses was a database once.
fn not_a_database(path: PathBuf) -> LedgerError {
    let begins_like_one = std::fs::File::open(&path).is_ok_and(|mut file| {
        let mut head = [0; 16];
        std::io::Read::read_exact(&mut file, &mut head).is_ok() && &head == b"SQLite format 3\0"
    });
    if begins_like_one {
        return LedgerError::Damaged { path, detail: "its first page is unreadable".into() };
    }
    LedgerError::NotALedger { path }
}
