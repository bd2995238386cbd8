//! Queries in SQL: the file is opened for reading only, and a statement that would write is refused.

use crate::error::Failure;
use crate::table::{Filling, Table};
use chancery_parquet::table::{Cell, Kind, Rows};
use rusqlite::types::Value;
use rusqlite::{Connection, OpenFlags};
use std::path::Path;
use std::time::Duration;

/// How long another program's writing is waited for.
const PATIENCE: Duration = Duration::from_secs(10);

/// What one query gives. A column is of whole numbers, numbers or words, by what is in it.
pub(crate) fn ask(path: &Path, query: &str) -> Result<Table, Failure> {
    let db = Connection::open_with_flags(path, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    db.busy_timeout(PATIENCE)?;
    let mut statement = db.prepare(query)?;
    if !statement.readonly() || statement.column_count() == 0 {
        return Err(Failure::Value(
            "only a query that reads is answered; corrections are made with chancery correct".into(),
        ));
    }
    let names: Vec<String> = statement.column_names().map(String::from).collect();
    let mut found: Vec<Vec<Value>> = Vec::new();
    let mut rows = statement.query([])?;
    while let Some(row) = rows.next()? {
        found.push((0..names.len()).map(|i| row.get(i)).collect::<rusqlite::Result<_>>()?);
    }
    let kinds: Vec<Kind> = (0..names.len()).map(|i| kind_of(found.iter().filter_map(|row| row.get(i)))).collect();
    let columns: Vec<(String, Kind)> = names.into_iter().zip(kinds.iter().copied()).collect();
    let mut table = Filling::new(Rows::new(&columns));
    for row in &found {
        let words: Vec<Option<String>> = row.iter().map(in_words).collect();
        table.add(row.iter().zip(&kinds).zip(&words).map(|((value, kind), words)| cell(value, *kind, words)))?;
    }
    Ok(table.finish()?)
}

fn kind_of<'a>(values: impl Iterator<Item = &'a Value>) -> Kind {
    let mut kind = None;
    for value in values {
        let this = match value {
            Value::Null => continue,
            Value::Integer(_) => Kind::Whole,
            Value::Real(_) => Kind::Real,
            Value::Text(_) | Value::Blob(_) => return Kind::Text,
        };
        kind = Some(if kind.is_none_or(|k| k == this) { this } else { Kind::Real });
    }
    kind.unwrap_or(Kind::Text)
}

fn cell<'a>(value: &Value, kind: Kind, words: &'a Option<String>) -> Cell<'a> {
    match (kind, value) {
        (Kind::Whole, Value::Integer(n)) => Cell::Whole(Some(*n)),
        (Kind::Real, Value::Integer(n)) => Cell::Real(Some(*n as f64)),
        (Kind::Real, Value::Real(x)) => Cell::Real(Some(*x)),
        (Kind::Text, _) => Cell::Text(words.as_deref()),
        (Kind::Whole, _) => Cell::Whole(None),
        _ => Cell::Real(None),
    }
}

/// A value as it stands in a column of words; bytes in hexadecimal.
fn in_words(value: &Value) -> Option<String> {
    match value {
        Value::Null => None,
        Value::Integer(n) => Some(n.to_string()),
        Value::Real(x) => Some(x.to_string()),
        Value::Text(text) => Some(text.clone()),
        Value::Blob(bytes) => Some(bytes.iter().map(|b| format!("{b:02x}")).collect()),
    }
}
