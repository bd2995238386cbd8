//! Opening: finds out what a file is before anything is done to it.

use crate::{LedgerError, Result, Tally, changes};
use rusqlite::config::DbConfig;
use rusqlite::{Connection, ErrorCode, OpenFlags, TransactionBehavior};
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// `PRAGMA application_id` of a ledger: the letters `CHLG`.
pub const APPLICATION_ID: i64 = 0x4348_4C47;
/// `PRAGMA user_version`: the newest schema that this program reads and the one that it writes.
pub const SCHEMA_VERSION: i64 = 6;

/// How long to wait for another program's write.
const PATIENCE: Duration = Duration::from_secs(5);
/// Up to this size a ledger is checked in full when opened; a bigger one by [`Ledger::check`].
const FULL_CHECK_BYTES: u64 = 16 << 20;
/// So much of a ledger that is written is kept in memory, in KiB.
const CACHE_KIB: u32 = 32 << 10;
/// Pages of the log, of four kilobytes each, after which what it holds is put into the file.
const LOG_PAGES: u32 = 4000;

/// An open ledger.
#[derive(Debug)]
pub struct Ledger {
    pub(crate) db: Connection,
    pub(crate) path: PathBuf,
    /// What questions are answered from, where somebody keeps one.
    pub(crate) tally: Option<Arc<Tally>>,
}

impl Ledger {
    /// Opens a ledger for reading and writing; makes it where there is none.
    ///
    /// # Errors
    /// Where the file is no ledger, locked, damaged or of a newer schema; see [`LedgerError`].
    pub fn open(path: impl AsRef<Path>) -> Result<Self> {
        Self::open_with_patience(path, PATIENCE)
    }

    /// [`Ledger::open`] for a ledger that must be there.
    ///
    /// # Errors
    /// As [`Ledger::open`], and where the file does not exist.
    pub fn open_existing(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        match std::fs::metadata(path) {
            Ok(_) => Self::open(path),
            Err(e) => Err(LedgerError::CannotOpen { path: path.into(), detail: e.to_string() }),
        }
    }

    /// [`Ledger::open`], waiting at most `patience` for another program's lock, now and at each later write.
    ///
    /// # Errors
    /// As [`Ledger::open`].
    pub fn open_with_patience(path: impl AsRef<Path>, patience: Duration) -> Result<Self> {
        let path = path.as_ref();
        refuse_foreign_file(path)?;
        let flags = OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut ledger = Self::connect(path, flags, patience)?;
        ledger.prepare_for_writing(patience).map_err(|e| e.or_sqlite(path))?;
        ledger.verify()?;
        Ok(ledger)
    }

    /// Opens a ledger that exists, without the right to change it.
    ///
    /// # Errors
    /// As [`Ledger::open`], and where the file does not exist.
    pub fn open_read_only(path: impl AsRef<Path>) -> Result<Self> {
        let path = path.as_ref();
        match std::fs::metadata(path) {
            Err(e) => return Err(LedgerError::CannotOpen { path: path.into(), detail: e.to_string() }),
            Ok(m) if m.is_dir() => {
                return Err(LedgerError::CannotOpen { path: path.into(), detail: "a folder".into() });
            }
            Ok(_) => refuse_foreign_file(path)?,
        }
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let ledger = Self::connect(path, flags, PATIENCE)?;
        match ledger.verify_reader() {
            // On a medium that cannot be written SQLite cannot place its shared index; without a log none is needed.
            Err(LedgerError::CannotOpen { .. } | LedgerError::ReadOnly { .. }) if !log_of(path).exists() => {
                Self::open_immutable(path)
            }
            other => other.map(|()| ledger),
        }
    }

    /// Waits so long for another program's lock, from now on.
    ///
    /// # Errors
    /// Where SQLite refuses it.
    pub fn set_patience(&self, patience: Duration) -> Result<()> {
        self.with(|db| db.busy_timeout(patience))
    }

    /// The file.
    pub fn path(&self) -> &Path {
        &self.path
    }

    /// A number that changes when another program has changed the ledger since this handle first asked.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn data_version(&self) -> Result<i64> {
        self.pragma("data_version").map_err(|e| LedgerError::from_sqlite(&self.path, e))
    }

    /// Looks through the whole file for contradictions, also between rows and search index.
    ///
    /// # Errors
    /// [`LedgerError::Damaged`] with the first one found.
    pub fn check(&self) -> Result<()> {
        self.quick_check()?;
        let broken: Option<String> = self.with(|db| {
            let mut rows = db.prepare("PRAGMA foreign_key_check")?;
            let mut rows = rows.query([])?;
            Ok(match rows.next()? {
                Some(row) => Some(row.get::<_, String>(0)?),
                None => None,
            })
        })?;
        if let Some(table) = broken {
            return Err(self.damaged(format!("a row of {table} points nowhere")));
        }
        if !self.is_read_only()? {
            for index in ["article_search", "report_search", "quote_search"] {
                self.with(|db| {
                    db.execute_batch(&format!("INSERT INTO {index} ({index}, rank) VALUES ('integrity-check', 1)"))
                })?;
            }
        }
        Ok(())
    }

    /// Runs a query and names what went wrong.
    pub(crate) fn with<T>(&self, work: impl FnOnce(&Connection) -> rusqlite::Result<T>) -> Result<T> {
        work(&self.db).map_err(|e| LedgerError::from_sqlite(&self.path, e))
    }

    fn connect(path: &Path, flags: OpenFlags, patience: Duration) -> Result<Self> {
        let db = Connection::open_with_flags(path, flags).map_err(|e| LedgerError::from_sqlite(path, e))?;
        let ledger = Ledger { db, path: path.to_path_buf(), tally: None };
        ledger.with(|db| {
            db.busy_timeout(patience)?;
            db.set_prepared_statement_cache_capacity(256);
            // Else statements are prepared anew for other values, where SQLite has looked at how values are spread.
            db.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
            db.execute_batch("PRAGMA foreign_keys = ON; PRAGMA trusted_schema = OFF;")
        })?;
        Ok(ledger)
    }

    fn open_immutable(path: &Path) -> Result<Self> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX | OpenFlags::SQLITE_OPEN_URI;
        let absolute = std::fs::canonicalize(path)
            .map_err(|e| LedgerError::CannotOpen { path: path.into(), detail: e.to_string() })?;
        let escaped: String = absolute
            .to_string_lossy()
            .chars()
            .map(|c| match c {
                '%' => "%25".into(),
                '?' => "%3f".into(),
                '#' => "%23".into(),
                c => c.to_string(),
            })
            .collect();
        let db = Connection::open_with_flags(format!("file:{escaped}?immutable=1"), flags)
            .map_err(|e| LedgerError::from_sqlite(path, e))?;
        let ledger = Ledger { db, path: path.to_path_buf(), tally: None };
        ledger.verify_reader()?;
        Ok(ledger)
    }

    fn prepare_for_writing(&mut self, patience: Duration) -> std::result::Result<(), OpenTrouble> {
        if self.pragma("user_version")? == 0 && self.pragma("application_id")? == 0 && self.table_count()? == 0 {
            self.keep_log(patience)?;
            let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            // Another program may have made the tables while this one waited for the lock.
            let tables: i64 = tx.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get(0))?;
            if tables == 0 {
                tx.execute_batch(include_str!("schema.sql"))?;
                changes::make_tables(&tx)?;
                tx.execute_batch(&format!(
                    "PRAGMA application_id = {APPLICATION_ID}; PRAGMA user_version = {SCHEMA_VERSION};"
                ))?;
            }
            tx.commit()?;
        }
        self.check_header()?;
        self.keep_log(patience)?;
        self.db.execute_batch(&format!(
            "PRAGMA synchronous = NORMAL; PRAGMA wal_autocheckpoint = {LOG_PAGES}; PRAGMA cache_size = -{CACHE_KIB}"
        ))?;
        self.upgrade()?;
        Ok(())
    }

    /// Has SQLite write ahead. Where two programs open a new ledger at once, it refuses one of them without waiting.
    fn keep_log(&self, patience: Duration) -> rusqlite::Result<()> {
        let began = Instant::now();
        loop {
            match self.db.execute_batch("PRAGMA journal_mode = WAL") {
                Err(e) if e.sqlite_error_code() == Some(ErrorCode::DatabaseBusy) && began.elapsed() < patience => {
                    std::thread::sleep(Duration::from_millis(10));
                }
                done => return done,
            }
        }
    }

    /// Brings a ledger of an earlier schema to this one.
    fn upgrade(&mut self) -> std::result::Result<(), OpenTrouble> {
        if self.pragma("user_version")? == SCHEMA_VERSION {
            return Ok(());
        }
        let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
        // Another program may have done it while this one waited for the lock.
        let found: i64 = tx.query_row("PRAGMA user_version", [], |r| r.get(0))?;
        changes::upgrade(&tx, found)?;
        tx.execute_batch(&format!("PRAGMA user_version = {SCHEMA_VERSION}"))?;
        tx.commit()?;
        Ok(())
    }

    /// A ledger of an earlier schema that may not be written is read as if it had what came later.
    fn read_as_current(&self) -> rusqlite::Result<()> {
        match self.pragma("user_version")? {
            SCHEMA_VERSION => Ok(()),
            found => changes::read_as_newest(&self.db, found),
        }
    }

    fn verify_reader(&self) -> Result<()> {
        self.check_header().map_err(|e| e.or_sqlite(&self.path))?;
        self.with(|_| self.read_as_current())?;
        self.with(|db| db.execute_batch("PRAGMA query_only = ON"))?;
        self.verify()
    }

    fn check_header(&self) -> std::result::Result<(), OpenTrouble> {
        if self.pragma("application_id")? != APPLICATION_ID {
            return Err(LedgerError::NotALedger { path: self.path.clone() }.into());
        }
        match self.pragma("user_version")? {
            found if found > SCHEMA_VERSION => {
                Err(LedgerError::Newer { path: self.path.clone(), found, known: SCHEMA_VERSION }.into())
            }
            found if found < 1 => Err(self.damaged(format!("schema version {found}")).into()),
            _ => Ok(()),
        }
    }

    /// Checks that the tables are there, and a small ledger in full.
    fn verify(&self) -> Result<()> {
        let tables = self.with(|db| {
            db.query_row(
                "SELECT count(*) FROM sqlite_schema WHERE name IN ('articles', 'events', 'reports')",
                [],
                |r| r.get::<_, i64>(0),
            )
        })?;
        if tables != 3 {
            return Err(self.damaged("tables are missing".into()));
        }
        let bytes = std::fs::metadata(&self.path).map_or(0, |m| m.len());
        if bytes <= FULL_CHECK_BYTES { self.quick_check() } else { Ok(()) }
    }

    fn quick_check(&self) -> Result<()> {
        match self.with(|db| db.query_row("PRAGMA quick_check(1)", [], |r| r.get::<_, String>(0)))? {
            fine if fine == "ok" => Ok(()),
            detail => Err(self.damaged(detail.replace('\n', " "))),
        }
    }

    fn damaged(&self, detail: String) -> LedgerError {
        LedgerError::Damaged { path: self.path.clone(), detail }
    }

    fn is_read_only(&self) -> Result<bool> {
        self.with(|db| db.is_readonly(rusqlite::MAIN_DB))
    }

    fn pragma(&self, name: &str) -> rusqlite::Result<i64> {
        self.db.query_row(&format!("PRAGMA {name}"), [], |r| r.get(0))
    }

    fn table_count(&self) -> rusqlite::Result<i64> {
        self.db.query_row("SELECT count(*) FROM sqlite_schema", [], |r| r.get(0))
    }
}

/// Either kind of trouble while opening.
enum OpenTrouble {
    Ledger(LedgerError),
    Sqlite(rusqlite::Error),
}

impl OpenTrouble {
    fn or_sqlite(self, path: &Path) -> LedgerError {
        match self {
            OpenTrouble::Ledger(e) => e,
            OpenTrouble::Sqlite(e) => LedgerError::from_sqlite(path, e),
        }
    }
}

impl From<LedgerError> for OpenTrouble {
    fn from(e: LedgerError) -> Self {
        OpenTrouble::Ledger(e)
    }
}

impl From<rusqlite::Error> for OpenTrouble {
    fn from(e: rusqlite::Error) -> Self {
        OpenTrouble::Sqlite(e)
    }
}

/// SQLite would take a file shorter than its header for an empty database and write over it.
fn refuse_foreign_file(path: &Path) -> Result<()> {
    let Ok(mut file) = std::fs::File::open(path) else { return Ok(()) };
    let Ok(meta) = file.metadata() else { return Ok(()) };
    if meta.is_dir() {
        return Err(LedgerError::CannotOpen { path: path.into(), detail: "a folder".into() });
    }
    if meta.len() == 0 {
        return Ok(());
    }
    let mut head = [0; 16];
    match std::io::Read::read_exact(&mut file, &mut head) {
        Ok(()) if &head == b"SQLite format 3\0" => Ok(()),
        _ => Err(LedgerError::NotALedger { path: path.into() }),
    }
}

fn log_of(path: &Path) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push("-wal");
    name.into()
}
