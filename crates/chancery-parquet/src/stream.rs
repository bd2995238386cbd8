//! Lists of the HTTP interface as an Arrow stream (IPC), from the values that it gives as JSON.

use crate::table::{Cell, Kind, Rows};
use arrow_schema::ArrowError;
use serde_json::Value;

/// The media type of a stream.
pub const MEDIA_TYPE: &str = "application/vnd.apache.arrow.stream";

/// A column: its name, what it holds, and the path of its value in a row, with `/` between the names; behind `*` stands what
/// is taken of each entry of a list.
pub type StreamColumn = (&'static str, Kind, &'static str);

/// A table of rows as one stream; what is missing in a row, or of another kind than its column, is null.
///
/// # Errors
/// Where Arrow refuses the rows.
pub fn stream(columns: &[StreamColumn], rows: &[Value]) -> Result<Vec<u8>, ArrowError> {
    let named: Vec<(&str, Kind)> = columns.iter().map(|(name, kind, _)| (*name, *kind)).collect();
    let mut table = Rows::new(&named);
    for row in rows {
        table.add(columns.iter().map(|(_, kind, path)| cell(*kind, path, row)));
    }
    let mut out = Vec::new();
    let mut writer = arrow_ipc::writer::StreamWriter::try_new(&mut out, &table.schema())?;
    writer.write(&table.take()?)?;
    writer.finish()?;
    drop(writer);
    Ok(out)
}

fn cell<'a>(kind: Kind, path: &str, row: &'a Value) -> Cell<'a> {
    match kind {
        Kind::Text => Cell::Text(at(row, path).and_then(Value::as_str)),
        Kind::Whole => Cell::Whole(at(row, path).and_then(Value::as_i64)),
        Kind::Real => Cell::Real(at(row, path).and_then(Value::as_f64)),
        Kind::Truth => Cell::Truth(at(row, path).and_then(Value::as_bool).unwrap_or_default()),
        Kind::Texts => {
            let (list, of) = path.split_once("/*/").unwrap_or((path, ""));
            let entries = at(row, list).and_then(Value::as_array).map(Vec::as_slice).unwrap_or_default();
            Cell::Texts(entries.iter().map(|entry| at(entry, of).and_then(Value::as_str)).collect())
        }
    }
}

fn at<'a>(value: &'a Value, path: &str) -> Option<&'a Value> {
    path.split('/').filter(|name| !name.is_empty()).try_fold(value, |value, name| value.get(name))
}
