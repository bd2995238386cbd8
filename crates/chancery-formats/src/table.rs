//! Tables (CSV, TSV) of articles: a row each.
//!
//! In: rows under the names of their columns. Out: documents. Which column holds what is said by the field maps of other
//! tools' records (`data/formats/json.toml`), so a table may be what any of those tools writes.

use crate::error::FormatsError;
use crate::json::Records;
use crate::walk::{Cut, Place, Walk, read_capped};
use crate::{Format, meta};
use csv::{ReaderBuilder, StringRecord};
use serde_json::{Map, Value};
use std::io::BufRead;

const DELIMITERS: [u8; 4] = *b",\t;|";
/// No name of a column is longer, in characters.
const MAX_NAME_CHARS: usize = 40;
/// Columns that only tables of articles or addresses have; text files begin with other lines.
const TEXTS: [&str; 8] =
    ["text", "body", "content", "maintext", "article_body", "articlebody", "full_text", "fulltext"];
const OTHERS: [&str; 12] = [
    "title",
    "headline",
    "date",
    "published",
    "url",
    "link",
    "author",
    "authors",
    "source",
    "outlet",
    "publisher",
    "id",
];

/// What the first line of a file says of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Header {
    /// Names of columns, a text's among them.
    Texts,
    /// Names of columns without one of a text.
    NoText,
}

/// Whether the first line of a text names the columns of a table of articles.
pub(crate) fn header(head: &[u8]) -> Option<Header> {
    let line = head.split(|b| *b == b'\n').next()?;
    let line = String::from_utf8_lossy(line.strip_prefix(b"\xef\xbb\xbf").unwrap_or(line));
    DELIMITERS.iter().find_map(|d| {
        let names = names(&rows(&line, *d).next()?);
        let known = |list: &[&str]| names.iter().any(|n| list.contains(&n.as_str()));
        let named = |n: &String| !n.is_empty() && n.chars().count() <= MAX_NAME_CHARS && !n.ends_with(['.', '!', '?']);
        let is_header = names.len() >= 2 && names.iter().all(named) && known(&OTHERS);
        is_header.then_some(if known(&TEXTS) { Header::Texts } else { Header::NoText })
    })
}

/// Reads the rows.
pub(crate) fn read(walk: &mut Walk<'_>, place: &Place, input: &mut dyn BufRead) {
    let limit = walk.formats.limits.document_bytes;
    let (bytes, cut) = read_capped(input, limit);
    match cut {
        Some(Cut::TooLong) => {
            let done = "only its first rows were read";
            walk.error(FormatsError::TooLong { place: place.name.clone(), limit, done });
        }
        Some(Cut::Broken(error)) => walk.broken(place, "a table", &error),
        None => {}
    }
    let (text, notes) = chancery_pages::decode(&bytes, place.meta.charset.as_deref());
    notes.into_iter().for_each(|note| walk.note(&place.name, note.code, note.text));
    let Some(delimiter) = DELIMITERS.into_iter().find(|d| rows(&text, *d).next().is_some_and(|r| is_of_articles(&r)))
    else {
        let first = text.lines().next().unwrap_or_default();
        let reason =
            format!("no column of the table holds a text (its columns are {first:?}); call one of them `text`");
        return walk.error(FormatsError::Records { place: place.name.clone(), reason });
    };
    let mut rows = rows(&text, delimiter);
    let names = rows.next().map(|r| names(&r)).unwrap_or_default();
    let mut records = Records::new(walk, place, Format::Table);
    for row in rows {
        let line = row.position().map_or(0, |p| p.line());
        let filled = names.iter().zip(row.iter()).filter(|(_, cell)| meta::field(cell).is_some());
        let record: Map<String, Value> =
            filled.map(|(name, cell)| (name.clone(), Value::String(cell.to_string()))).collect();
        if !record.is_empty() {
            records.row(&line.to_string(), &record);
        }
    }
    records.finish();
}

fn is_of_articles(row: &StringRecord) -> bool {
    row.len() >= 2 && names(row).iter().any(|n| TEXTS.contains(&n.as_str()))
}

fn names(row: &StringRecord) -> Vec<String> {
    row.iter().map(|name| name.trim_matches(|c: char| c.is_whitespace() || c == '\u{feff}').to_lowercase()).collect()
}

fn rows(text: &str, delimiter: u8) -> impl Iterator<Item = StringRecord> {
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let reader =
        ReaderBuilder::new().has_headers(false).flexible(true).delimiter(delimiter).from_reader(text.as_bytes());
    reader.into_records().flatten()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn headers_are_told_from_text() {
        assert_eq!(header(b"title,text,date\nA,B,C\n"), Some(Header::Texts));
        assert_eq!(header(b"\xef\xbb\xbfid;Headline;Body\n"), Some(Header::Texts));
        assert_eq!(header(b"title\tdate\n"), Some(Header::NoText));
        assert_eq!(header(b"Envoys meet, text and date agreed\n\nTwo envoys met.\n"), None);
        assert_eq!(header(b"text\nA\n"), None);
        assert_eq!(header(b"\n"), None);
    }
}
