//! Gold in JSON lines: texts with their events inside, events with offsets in files, stretches of files that were read.

use crate::gold::{GoldError, GoldEvent, GoldParty, GoldReader, GoldText, Place, Stretch, TextSource};
use chancery_text::{PartialDate, Status};
use serde_json::{Map, Value};

/// What a row of a text may say; the second list is left unread on purpose.
const TEXT_KEYS: [&str; 5] = ["text", "file", "date", "events", "id"];
const EVENT_KEYS: [&str; 13] = [
    "type",
    "alt_types",
    "mode",
    "actors",
    "recipients",
    "status",
    "date",
    "symmetric",
    "core",
    "start",
    "end",
    "text",
    "file",
];
/// What this project's own gold has besides, and what annotators note down.
const UNREAD: [&str; 13] = [
    "id",
    "article",
    "place",
    "historical",
    "claimant",
    "same_event",
    "outlet",
    "title",
    "note",
    "notes",
    "annotator",
    "origin",
    "family",
];

pub(crate) fn read(reader: &mut GoldReader<'_>, file: &str, content: &str) -> Result<(), GoldError> {
    for (number, line) in content.lines().enumerate() {
        if line.trim().is_empty() {
            continue;
        }
        let place = Place { file: file.to_string(), line: number + 1 };
        let object = object_of(&place, line)?;
        let row = Row { place: &place, object: &object, whole: "the row" };
        if object.contains_key("events") {
            read_text(reader, &row)?;
        } else if object.contains_key("type") {
            read_event_of_file(reader, &row)?;
        } else {
            read_stretch(reader, &row)?;
        }
    }
    Ok(())
}

fn object_of(place: &Place, line: &str) -> Result<Map<String, Value>, GoldError> {
    let hint = "write one JSON object a line, {\"text\": …, \"events\": […]}";
    match serde_json::from_str(line) {
        Ok(Value::Object(object)) => Ok(object),
        Ok(_) => Err(place.wrong("no JSON object", hint)),
        Err(error) => {
            let why = error.to_string();
            let why = why.rsplit_once(" at line").map_or(why.as_str(), |(why, _)| why);
            Err(place.wrong(format!("no JSON at column {}: {why}", error.column()), hint))
        }
    }
}

/// `{"text" or "file": …, "date": …, "events": […]}`.
fn read_text(reader: &mut GoldReader<'_>, row: &Row<'_>) -> Result<(), GoldError> {
    row.note_unread(reader, &TEXT_KEYS);
    let date = row.date("date")?;
    let mut events = Vec::new();
    for (i, value) in row.list("events")?.iter().enumerate() {
        let Value::Object(object) = value else {
            return Err(row.wrong(format!("event {} is no object", i + 1), "write {\"type\": …, \"actors\": […]}"));
        };
        let whole = format!("event {}", i + 1);
        let inner = Row { place: row.place, object, whole: &whole };
        inner.note_unread(reader, &EVENT_KEYS);
        events.push(event(reader, &inner)?);
    }
    match (row.text("text")?, row.text("file")?) {
        (Some(words), None) => reader.texts.push(GoldText {
            place: row.place.clone(),
            name: row.text("id")?.map_or_else(|| format!("{}:{}", row.place.file, row.place.line), str::to_string),
            source: TextSource::Inline(words.to_string()),
            date,
            stretches: Vec::new(),
            events,
        }),
        (None, Some(name)) => {
            let text = reader.text_of_file(row.place, name);
            text.date = text.date.or(date);
            text.events.extend(events);
        }
        _ => return Err(row.wrong("neither text nor file, or both", "give the words in text, or the name of a file")),
    }
    Ok(())
}

/// `{"file": …, "start": …, "end": …, "type": …}`.
fn read_event_of_file(reader: &mut GoldReader<'_>, row: &Row<'_>) -> Result<(), GoldError> {
    row.note_unread(reader, &EVENT_KEYS);
    let Some(name) = row.text("file")? else {
        let hint = "add file, the name of the text in the folder of --texts, or put the event into the events of a row with text";
        return Err(row.wrong("an event of no text", hint));
    };
    let event = event(reader, row)?;
    if event.span.is_none() {
        return Err(row.wrong("no start and end", "add the first character of the clause and one past its last"));
    }
    reader.text_of_file(row.place, name).events.push(event);
    Ok(())
}

/// `{"file": …, "start": …, "end": …}`: this part was read.
fn read_stretch(reader: &mut GoldReader<'_>, row: &Row<'_>) -> Result<(), GoldError> {
    let hint =
        "a row is a text with events, an event with type and file, or a file with the start and end that were read";
    let (Some(name), Some((start, end)), None) = (row.text("file")?, row.span()?, row.object.get("text")) else {
        return Err(row.wrong("neither a text, nor an event, nor a stretch of a file", hint));
    };
    let boilerplate = row.text("kind")? == Some("boilerplate");
    reader.text_of_file(row.place, name).stretches.push(Stretch { start, end, boilerplate });
    Ok(())
}

fn event(reader: &mut GoldReader<'_>, row: &Row<'_>) -> Result<GoldEvent, GoldError> {
    let types = types(reader, row)?;
    let mode = row.text("mode")?.map(str::to_string);
    if let Some(mode) = mode.as_deref().filter(|m| !types.iter().any(|t| reader.vocabulary.knows_mode(t, m))) {
        let note = format!("{}: the codebook has no mode {mode:?} of {}", row.place.file, types[0]);
        reader.notes.insert(note);
    }
    Ok(GoldEvent {
        place: row.place.clone(),
        span: row.span()?,
        text: row.text("text")?.map(str::to_string),
        types,
        mode,
        actors: row.parties("actors")?,
        recipients: row.parties("recipients")?,
        symmetric: row.flag("symmetric")?.unwrap_or(false),
        core: row.flag("core")?.unwrap_or(true),
        status: row.status()?,
        date: row.date("date")?,
    })
}

/// The type and those that are right too.
fn types(reader: &GoldReader<'_>, row: &Row<'_>) -> Result<Vec<String>, GoldError> {
    let Some(first) = row.text("type")? else {
        return Err(row.wrong("no type", format!("add one of {}", reader.vocabulary.types())));
    };
    let mut types = vec![first.to_uppercase()];
    for other in row.list("alt_types")? {
        let Value::String(other) = other else {
            return Err(row.wrong("alt_types is no list of words", "write [\"AGREE\"]"));
        };
        types.push(other.to_uppercase());
    }
    match types.iter().find(|t| !reader.vocabulary.knows(t)) {
        None => Ok(types),
        Some(t) => {
            let hint = format!("the codebook has {}", reader.vocabulary.types());
            Err(row.wrong(format!("{t:?} is no type"), hint))
        }
    }
}

/// One object of a gold file; the row itself, or an event in it.
struct Row<'a> {
    place: &'a Place,
    object: &'a Map<String, Value>,
    whole: &'a str,
}

impl<'a> Row<'a> {
    fn wrong(&self, what: impl Into<String>, hint: impl Into<String>) -> GoldError {
        let what = what.into();
        self.place.wrong(if self.whole == "the row" { what } else { format!("{}: {what}", self.whole) }, hint)
    }

    fn note_unread(&self, reader: &mut GoldReader<'_>, known: &[&str]) {
        for key in self.object.keys().filter(|k| !known.contains(&k.as_str()) && !UNREAD.contains(&k.as_str())) {
            reader.notes.insert(format!("{}: {key:?} is not read (of {})", self.place.file, known.join(", ")));
        }
    }

    /// A text; nothing where it is missing, null or empty.
    fn text(&self, key: &str) -> Result<Option<&'a str>, GoldError> {
        match self.object.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::String(text)) => Ok(Some(text.as_str()).filter(|t| !t.trim().is_empty())),
            Some(_) => Err(self.wrong(format!("{key} is no text"), "put it between quotation marks")),
        }
    }

    fn flag(&self, key: &str) -> Result<Option<bool>, GoldError> {
        match self.object.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(Value::Bool(flag)) => Ok(Some(*flag)),
            Some(_) => Err(self.wrong(format!("{key} is neither true nor false"), "write it without quotation marks")),
        }
    }

    fn list(&self, key: &str) -> Result<&'a [Value], GoldError> {
        match self.object.get(key) {
            None | Some(Value::Null) => Ok(&[]),
            Some(Value::Array(list)) => Ok(list),
            Some(_) => Err(self.wrong(format!("{key} is no list"), "write it between [ and ]")),
        }
    }

    fn date(&self, key: &str) -> Result<Option<PartialDate>, GoldError> {
        let Some(text) = self.text(key)? else { return Ok(None) };
        let hint = "write YYYY-MM-DD, YYYY-MM or YYYY";
        text.parse().map(Some).map_err(|_| self.wrong(format!("{key} {text:?} is no date"), hint))
    }

    fn status(&self) -> Result<Option<Status>, GoldError> {
        let Some(text) = self.text("status")? else { return Ok(None) };
        let all = || Status::ALL.map(Status::as_str).join(", ");
        Status::parse(text)
            .map(Some)
            .ok_or_else(|| self.wrong(format!("{text:?} is no status"), format!("write one of {}", all())))
    }

    fn span(&self) -> Result<Option<(usize, usize)>, GoldError> {
        let number = |key: &str| match self.object.get(key) {
            None | Some(Value::Null) => Ok(None),
            Some(value) => match value.as_u64() {
                Some(n) => Ok(Some(n as usize)),
                None => {
                    Err(self.wrong(format!("{key} is no number"), "count characters from 0, without quotation marks"))
                }
            },
        };
        match (number("start")?, number("end")?) {
            (None, None) => Ok(None),
            (Some(start), Some(end)) if start < end => Ok(Some((start, end))),
            _ => Err(self.wrong("start and end are no stretch", "end is one past the last character; give both")),
        }
    }

    fn parties(&self, key: &str) -> Result<Vec<GoldParty>, GoldError> {
        self.list(key)?.iter().map(|value| self.party(key, value)).collect()
    }

    /// `{"code": …, "name": …, "text": …}`, or a word: a code where it looks like one.
    fn party(&self, key: &str, value: &Value) -> Result<GoldParty, GoldError> {
        match value {
            Value::String(word) if is_code(word) => {
                Ok(GoldParty { code: Some(Some(word.clone())), ..GoldParty::default() })
            }
            Value::String(word) if !word.trim().is_empty() => {
                Ok(GoldParty { name: Some(word.clone()), ..GoldParty::default() })
            }
            Value::Object(object) => {
                let row = Row { place: self.place, object, whole: self.whole };
                let text = |key: &str| Ok::<_, GoldError>(row.text(key)?.map(str::to_string));
                let code = object.contains_key("code").then(|| text("code")).transpose()?;
                let party = GoldParty { text: text("text")?, name: text("name")?, code };
                if party == GoldParty::default() {
                    return Err(self.wrong(format!("a party of {key} with nothing"), "give its code, name or text"));
                }
                Ok(party)
            }
            _ => {
                Err(self
                    .wrong(format!("a party of {key} is no object"), "write {\"code\": \"CHN GOV\"} or \"CHN GOV\""))
            }
        }
    }
}

/// `CHN`, `CHN GOV`, `- REB`.
fn is_code(word: &str) -> bool {
    let is_part = |p: &str| p == "-" || p.len() == 3 && p.bytes().all(|b| b.is_ascii_uppercase());
    !word.is_empty() && word.split(' ').all(is_part)
}
