//! Questions in SQL: on a handle of its own that can only read this one file, within a time and a number of rows.

use crate::{Ledger, LedgerError, Result};
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::limits::Limit;
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};
use serde::Serialize;
use std::time::{Duration, Instant};

/// How much a question may take.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct AskLimits {
    /// It is stopped after this time.
    pub time: Duration,
    /// Rows behind these are left out.
    pub rows: usize,
}

/// What a question in SQL found.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct AskedTable {
    /// Names of the columns.
    pub columns: Vec<String>,
    /// The rows; a cell is `None` where the table has `NULL`, a blob is written in hexadecimal.
    pub rows: Vec<Vec<Option<String>>>,
    /// True where there were more rows.
    pub more: bool,
}

/// Most bytes of one value, and of a statement.
const MOST_BYTES: i32 = 8 << 20;
/// Steps of SQLite's machine between two looks at the clock.
const STEPS: i32 = 2000;

impl Ledger {
    /// Answers a question in SQL. Only one statement that reads is taken: nothing is written, no other file attached.
    ///
    /// # Errors
    /// [`LedgerError::Question`] where the statement is wrong, does more than read, or takes longer than the limit.
    pub fn ask(&self, sql: &str, limits: AskLimits) -> Result<AskedTable> {
        let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
        let mut db =
            Connection::open_with_flags(&self.path, flags).map_err(|e| LedgerError::from_sqlite(&self.path, e))?;
        let deadline = Instant::now() + limits.time;
        guard(&mut db, deadline).map_err(|e| LedgerError::from_sqlite(&self.path, e))?;
        read(&db, sql, limits.rows).map_err(|detail| LedgerError::Question {
            detail: match Instant::now() > deadline {
                true => format!("stopped after {} seconds; ask for less", limits.time.as_secs_f32()),
                false => detail,
            },
        })
    }
}

fn guard(db: &mut Connection, deadline: Instant) -> rusqlite::Result<()> {
    db.busy_timeout(Duration::from_secs(2))?;
    db.execute_batch("PRAGMA query_only = ON; PRAGMA trusted_schema = OFF;")?;
    db.set_limit(Limit::SQLITE_LIMIT_LENGTH, MOST_BYTES)?;
    db.set_limit(Limit::SQLITE_LIMIT_ATTACHED, 0)?;
    db.authorizer(Some(allowed))?;
    db.progress_handler(STEPS, Some(move || Instant::now() > deadline))
}

fn allowed(context: AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Select | AuthAction::Read { .. } | AuthAction::Recursive => Authorization::Allow,
        AuthAction::Function { function_name } if function_name != "load_extension" => Authorization::Allow,
        // The search index looks whether it is still the one it knows.
        AuthAction::Pragma { pragma_name: "data_version", .. } => Authorization::Allow,
        _ => Authorization::Deny,
    }
}

fn read(db: &Connection, sql: &str, most: usize) -> std::result::Result<AskedTable, String> {
    let words = |e: rusqlite::Error| match e {
        rusqlite::Error::MultipleStatement => "one statement at a time".to_string(),
        rusqlite::Error::SqliteFailure(_, Some(detail)) if detail == "not authorized" => {
            "only a statement that reads this ledger is taken: SELECT …, or WITH … SELECT …".to_string()
        }
        other => other.to_string(),
    };
    let sql = sql.trim().trim_end_matches(';');
    if sql.is_empty() {
        return Err("write a statement".into());
    }
    let mut statement = db.prepare(sql).map_err(words)?;
    let columns: Vec<String> = statement.column_names().map(String::from).collect();
    let mut table = AskedTable { columns, rows: Vec::new(), more: false };
    let mut rows = statement.query([]).map_err(words)?;
    while let Some(row) = rows.next().map_err(words)? {
        if table.rows.len() == most {
            table.more = true;
            break;
        }
        let cells = (0..table.columns.len()).map(|i| row.get_ref(i).map(cell).map_err(words));
        table.rows.push(cells.collect::<std::result::Result<_, _>>()?);
    }
    Ok(table)
}

fn cell(value: ValueRef<'_>) -> Option<String> {
    match value {
        ValueRef::Null => None,
        ValueRef::Integer(number) => Some(number.to_string()),
        ValueRef::Real(number) => Some(number.to_string()),
        ValueRef::Text(text) => Some(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => Some(bytes.iter().map(|b| format!("{b:02x}")).collect()),
    }
}
