//! JSON that other tools write: a record a line, a list of records, one record, or lists under names.
//!
//! Which field holds what is data: `data/formats/json.toml`.

use crate::addresses::{self, Address};
use crate::error::FormatsError;
use crate::meta::{Metadata, date, field};
use crate::walk::{Cut, Place, Walk, read_capped};
use crate::{Content, Format};
use chancery_data::Data;
use serde::Deserialize;
use serde_json::{Map, Value};
use std::io::{self, BufRead, Read};

const MAPS: &str = "formats/json.toml";
/// Lists may lie so deep.
const MAX_LIST_DEPTH: usize = 3;
/// So many unknown fields are named.
const NAMED_FIELDS: usize = 5;

/// The field maps.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Maps {
    map: Vec<FieldMap>,
}

/// Where one tool puts what.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct FieldMap {
    #[serde(rename = "name")]
    _name: String,
    /// Fields that a record must have; `a|b` means either.
    needs: Vec<String>,
    #[serde(default)]
    text: Vec<String>,
    #[serde(default)]
    title: Vec<String>,
    #[serde(default)]
    authors: Vec<String>,
    #[serde(default)]
    published: Vec<String>,
    #[serde(default)]
    fetched: Vec<String>,
    #[serde(default)]
    outlet: Vec<String>,
    #[serde(default)]
    language: Vec<String>,
    #[serde(default)]
    url: Vec<String>,
    /// True where the name of the list that holds a record is its outlet.
    #[serde(default)]
    outlet_names_list: bool,
}

impl Maps {
    pub(crate) fn load(data: &Data) -> Result<Self, FormatsError> {
        let wrong = |reason: String| FormatsError::Map { path: MAPS.into(), reason };
        let maps: Maps = toml::from_str(&data.text(MAPS)?).map_err(|e| wrong(e.to_string()))?;
        match maps.map.iter().find(|m| m.needs.is_empty() || m.text.is_empty() && m.title.is_empty()) {
            Some(map) => Err(wrong(format!("{}: a map needs `needs`, and `text` or `title`", map._name))),
            None => Ok(maps),
        }
    }

    fn of(&self, record: &Map<String, Value>) -> Option<&FieldMap> {
        let has = |needed: &String| needed.split('|').any(|path| at(record, path).is_some());
        self.map.iter().find(|map| map.needs.iter().all(has))
    }
}

/// Reads records.
pub(crate) fn read(walk: &mut Walk<'_>, place: &Place, input: &mut dyn BufRead) {
    let mut records = Records::new(walk, place, Format::Json);
    let limit = records.walk.formats.limits.document_bytes;
    let (mut line, mut number) = (Vec::new(), 0);
    loop {
        line.clear();
        number += 1;
        let read = input.take(limit).read_until(b'\n', &mut line);
        if let Err(error) = read {
            break records.walk.broken(place, "JSON", &error);
        }
        if line.is_empty() {
            break;
        }
        if line.len() as u64 == limit && !line.ends_with(b"\n") {
            records.tally.too_long.add(number);
            if let Err(error) = skip_line(input) {
                break records.walk.broken(place, "JSON", &error);
            }
            continue;
        }
        let text = String::from_utf8_lossy(&line);
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            continue;
        }
        match serde_json::from_str(text) {
            Ok(value) => records.value(&number.to_string(), &value, None, 0),
            // A line that does not end as records do begins a document that is written over many lines.
            Err(_) if records.tally.is_empty() && !text.ends_with('}') => {
                break records.whole(line, input, limit);
            }
            Err(error) => records.tally.broken.add_because(number, &error.to_string()),
        }
    }
    records.finish();
}

fn skip_line(input: &mut dyn BufRead) -> io::Result<()> {
    loop {
        let buffer = input.fill_buf()?;
        let (end, length) = match buffer.iter().position(|b| *b == b'\n') {
            Some(at) => (true, at + 1),
            None => (buffer.is_empty(), buffer.len()),
        };
        input.consume(length);
        if end {
            return Ok(());
        }
    }
}

/// Records that are being read.
pub(crate) struct Records<'w, 'a> {
    walk: &'w mut Walk<'a>,
    place: &'w Place,
    format: Format,
    tally: Tally,
    /// Of records without text.
    addresses: Vec<Address>,
}

impl<'w, 'a> Records<'w, 'a> {
    pub(crate) fn new(walk: &'w mut Walk<'a>, place: &'w Place, format: Format) -> Self {
        Records { walk, place, format, tally: Tally::default(), addresses: Vec::new() }
    }

    /// Says what could not be read, and fetches what has an address and no text.
    pub(crate) fn finish(self) {
        let Records { walk, place, tally, addresses, .. } = self;
        tally.finish(walk, place);
        addresses::fetch(walk, place, addresses);
    }

    /// A row of a table.
    pub(crate) fn row(&mut self, number: &str, record: &Map<String, Value>) {
        self.object(number, record, None, 0);
    }

    /// A document over many lines, of which the first was read.
    fn whole(&mut self, first: Vec<u8>, input: &mut dyn BufRead, limit: u64) {
        let mut chained = io::Cursor::new(first).chain(input);
        let (bytes, cut) = read_capped(&mut chained, limit);
        match cut {
            Some(Cut::TooLong) => {
                let place = self.place.name.clone();
                let done = "a JSON document is read whole; one record a line can be of any length";
                return self.walk.error(FormatsError::TooLong { place, limit, done });
            }
            Some(Cut::Broken(error)) => self.walk.broken(self.place, "JSON", &error),
            None => {}
        }
        let text = String::from_utf8_lossy(&bytes);
        match serde_json::from_str(text.trim_start_matches('\u{feff}')) {
            Ok(value) => self.value("", &value, None, 0),
            Err(error) => self.tally.broken.add_because(error.line(), &error.to_string()),
        }
    }

    fn value(&mut self, number: &str, value: &Value, list: Option<&str>, depth: usize) {
        match value {
            Value::Array(items) if depth < MAX_LIST_DEPTH => {
                for (i, item) in items.iter().enumerate() {
                    let number = if number.is_empty() { (i + 1).to_string() } else { format!("{number}.{}", i + 1) };
                    self.value(&number, item, list, depth + 1);
                }
            }
            Value::Object(record) => self.object(number, record, list, depth),
            Value::String(text) if addresses::is_address(text) => {
                self.tally.read += 1;
                let meta = Metadata { url: Some(text.clone()), ..Metadata::default() };
                self.addresses.push(Address { number: number.to_string(), url: text.clone(), meta });
            }
            _ => self.tally.unknown.add(number.parse().unwrap_or_default()),
        }
    }

    fn object(&mut self, number: &str, record: &Map<String, Value>, list: Option<&str>, depth: usize) {
        if let Some(map) = self.walk.formats.maps.of(record) {
            return self.record(number, map, record, list);
        }
        let lists = |v: &&Value| v.as_array().is_some_and(|items| items.iter().all(Value::is_object));
        if !record.is_empty() && record.values().filter(lists).count() > 0 && depth < MAX_LIST_DEPTH {
            for (name, items) in record.iter().filter(|(_, v)| lists(v)) {
                let number = if record.len() == 1 { number.to_string() } else { join(number, name) };
                self.value(&number, items, Some(name), depth + 1);
            }
            return;
        }
        let fields: Vec<&str> = record.keys().take(NAMED_FIELDS).map(String::as_str).collect();
        let reason = format!("its fields ({} …) are those of no known tool", fields.join(", "));
        self.tally.unknown.add_because(number.parse().unwrap_or_default(), &reason);
    }

    fn record(&mut self, number: &str, map: &FieldMap, record: &Map<String, Value>, list: Option<&str>) {
        self.tally.read += 1;
        let first =
            |paths: &[String]| paths.iter().filter_map(|p| at(record, p)).map(flat).find(|t| !t.trim().is_empty());
        let line = |paths: &[String]| first(paths).and_then(field);
        let list = list.filter(|_| map.outlet_names_list);
        let meta = Metadata {
            url: line(&map.url),
            charset: None,
            fetched: line(&map.fetched).and_then(|d| date(&d)),
            published: line(&map.published).and_then(|d| date(&d)),
            title: line(&map.title),
            authors: first(&map.authors).map(|a| names(&a)).unwrap_or_default(),
            outlet: line(&map.outlet).or_else(|| list.and_then(field)),
            language: line(&map.language),
        };
        let text = first(&map.text).unwrap_or_default();
        let html = text.trim_start().starts_with('<');
        let content = if html { Content::ArticleHtml(text) } else { Content::ArticleText(text) };
        let number = if number.is_empty() { "1" } else { number };
        if let (true, Some(url)) = (content.bytes().trim_ascii().is_empty(), &meta.url) {
            self.addresses.push(Address { number: number.to_string(), url: url.clone(), meta: meta.clone() });
            if self.walk.formats.fetch.is_some() {
                return;
            }
        }
        self.walk.document(&self.place.member(number, meta), self.format, content);
    }
}

fn join(number: &str, name: &str) -> String {
    if number.is_empty() { name.to_string() } else { format!("{number}.{name}") }
}

/// A field by its path, `html.requested_url`; `null` is as good as none.
fn at<'v>(record: &'v Map<String, Value>, path: &str) -> Option<&'v Value> {
    let mut parts = path.split('.');
    let mut value = record.get(parts.next()?)?;
    for part in parts {
        value = value.as_object()?.get(part)?;
    }
    (!value.is_null()).then_some(value)
}

/// All text in a value, in its order, a line for each piece.
fn flat(value: &Value) -> String {
    match value {
        Value::String(text) => text.clone(),
        Value::Array(items) => join_lines(items.iter()),
        Value::Object(fields) => join_lines(fields.values()),
        Value::Number(number) => number.to_string(),
        Value::Null | Value::Bool(_) => String::new(),
    }
}

fn join_lines<'v>(values: impl Iterator<Item = &'v Value>) -> String {
    values.map(flat).filter(|t| !t.trim().is_empty()).collect::<Vec<_>>().join("\n")
}

fn names(text: &str) -> Vec<String> {
    text.split(['\n', ';']).filter_map(field).collect()
}

/// What is counted over a file, so that a thousand bad lines are one.
#[derive(Debug, Default)]
struct Tally {
    read: usize,
    broken: Count,
    unknown: Count,
    too_long: Count,
}

#[derive(Debug, Default)]
struct Count {
    n: usize,
    first: usize,
    reason: String,
}

impl Count {
    fn add(&mut self, line: usize) {
        self.add_because(line, "");
    }

    fn add_because(&mut self, line: usize, reason: &str) {
        if self.n == 0 {
            (self.first, self.reason) = (line, reason.to_string());
        }
        self.n += 1;
    }

    fn said(&self, what: &str) -> Option<String> {
        let Count { n, first, reason } = self;
        let first = if *first == 0 { String::new() } else { format!("; the first is {first}") };
        let reason = if reason.is_empty() { String::new() } else { format!(": {reason}") };
        (*n > 0).then(|| format!("{n} {what}{first}{reason}"))
    }
}

impl Tally {
    fn is_empty(&self) -> bool {
        self.read + self.broken.n + self.unknown.n + self.too_long.n == 0
    }

    fn finish(self, walk: &mut Walk<'_>, place: &Place) {
        let parts = [
            self.broken.said("records are no JSON"),
            self.too_long.said("lines are too long"),
            self.unknown.said("records are of no known kind"),
        ];
        let parts: Vec<String> = parts.into_iter().flatten().collect();
        if !parts.is_empty() {
            let reason = format!("{} records read, {}", self.read, parts.join(", "));
            walk.error(FormatsError::Records { place: place.name.clone(), reason });
        } else if self.read == 0 {
            walk.note(&place.name, "P002", "the file holds no records".into());
        }
    }
}
