//! PETRARCH's records: sentences in XML, each with the events that it expects, in CAMEO.
//!
//! A sentence's events have no offsets: each stands for the whole sentence. Codes of actors are turned into PLOVER's as
//! `actors import` turns them. Two events of one type with their parties exchanged are one event. An event whose code has no PLOVER type is not asked for, and coding it is not wrong.

use crate::gold::{GoldError, GoldEvent, GoldParty, GoldReader, GoldText, Place, TextSource};
use chancery_text::PartialDate;
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// What is read of one sentence so far.
#[derive(Default)]
struct Sentence {
    place: Place,
    id: String,
    date: Option<PartialDate>,
    events: Vec<GoldEvent>,
    words: Option<String>,
}

pub(crate) fn read(reader: &mut GoldReader<'_>, file: &str, content: &str) -> Result<(), GoldError> {
    let mut xml = Reader::from_str(content);
    let config = xml.config_mut();
    (config.allow_dangling_amp, config.check_comments, config.check_end_names) = (true, false, true);
    let mut lines = Lines { content, at: 0, line: 1 };
    let mut sentence: Option<Sentence> = None;
    let mut inside_text = false;
    let before = reader.texts.len();
    loop {
        let place = Place { file: file.to_string(), line: lines.of(xml.buffer_position() as usize) };
        let event = xml.read_event().map_err(|error| {
            let line = Lines { content, at: 0, line: 1 }.of(xml.error_position() as usize);
            Place { line, ..place.clone() }.wrong(format!("no XML: {error}"), "mend it, or leave the record out")
        })?;
        match event {
            Event::Start(tag) | Event::Empty(tag) if is(&tag, "sentence") => sentence = Some(begun(&tag, place)?),
            Event::Start(tag) | Event::Empty(tag) if is(&tag, "eventcoding") => {
                if let Some(sentence) = &mut sentence {
                    sentence.events.extend(coded(reader, &tag, place));
                }
            }
            Event::Start(tag) if is(&tag, "text") => inside_text = true,
            Event::Text(words) if inside_text => add(&mut sentence, &words),
            Event::CData(words) if inside_text => add(&mut sentence, &words),
            Event::GeneralRef(entity) if inside_text => add(&mut sentence, &character(&entity)),
            Event::End(tag) if tag.name().as_ref().eq_ignore_ascii_case("text") => inside_text = false,
            Event::End(tag) if tag.name().as_ref().eq_ignore_ascii_case("sentence") => {
                let Some(done) = sentence.take() else { continue };
                reader.texts.push(finished(done)?);
            }
            Event::Eof => break,
            _ => (),
        }
    }
    if reader.texts.len() == before {
        let what = "no sentence in it".to_string();
        let hint = "PETRARCH's records are <Sentence date=\"…\"> with <EventCoding …> and <Text>".to_string();
        return Err(GoldError::File { file: file.to_string(), what, hint });
    }
    Ok(())
}

fn is(tag: &BytesStart<'_>, name: &str) -> bool {
    tag.name().as_ref().eq_ignore_ascii_case(name)
}

fn add(sentence: &mut Option<Sentence>, words: &str) {
    if let Some(sentence) = sentence {
        sentence.words.get_or_insert_default().push_str(words);
    }
}

/// `&amp;` as a character; what is unknown as it is written.
fn character(entity: &str) -> String {
    let written = format!("&{entity};");
    quick_xml::escape::unescape(&written).map(|c| c.into_owned()).unwrap_or(written)
}

fn attribute(tag: &BytesStart<'_>, name: &str) -> Option<String> {
    let mut attributes = tag.attributes();
    let mut known = attributes.with_checks(false).filter_map(Result::ok);
    let found = known.find(|a| a.key.as_ref().eq_ignore_ascii_case(name))?;
    let value: &str = &found.value;
    Some(quick_xml::escape::unescape(value).map_or_else(|_| value.to_string(), |v| v.into_owned()).trim().to_string())
}

fn begun(tag: &BytesStart<'_>, place: Place) -> Result<Sentence, GoldError> {
    let date =
        match attribute(tag, "date").filter(|d| !d.is_empty()) {
            Some(written) => Some(date_of(&written).ok_or_else(|| {
                place.wrong(format!("date {written:?} is no day"), "write it as 20150131 or 2015-01-31")
            })?),
            None => None,
        };
    let id = attribute(tag, "id").unwrap_or_default();
    Ok(Sentence { place, id, date, ..Sentence::default() })
}

/// `19950101` or `1995-01-01`.
fn date_of(written: &str) -> Option<PartialDate> {
    let is_short = written.len() == 8 && written.bytes().all(|b| b.is_ascii_digit());
    let dashed = is_short.then(|| format!("{}-{}-{}", &written[..4], &written[4..6], &written[6..]));
    dashed.as_deref().unwrap_or(written).parse().ok()
}

/// The event; `None` for a mark that there is none.
fn coded(reader: &mut GoldReader<'_>, tag: &BytesStart<'_>, place: Place) -> Option<GoldEvent> {
    let code = attribute(tag, "eventcode").filter(|c| !c.is_empty())?;
    let (types, mode) = match reader.vocabulary.of_cameo(&code) {
        Some((event_type, mode)) => (vec![event_type.to_string()], mode.map(str::to_string)),
        None => {
            let note = format!("{}: event code {code} has no PLOVER type; such events are not asked for", place.file);
            reader.notes.insert(note);
            (Vec::new(), None)
        }
    };
    let party = |name: &str| -> Vec<GoldParty> {
        let code = attribute(tag, name).and_then(|c| reader.vocabulary.plover_code(&c));
        code.map(|c| GoldParty { code: Some(Some(c)), ..GoldParty::default() }).into_iter().collect()
    };
    let (actors, recipients) = (party("sourcecode"), party("targetcode"));
    Some(GoldEvent { place, core: !types.is_empty(), types, mode, actors, recipients, ..GoldEvent::default() })
}

fn finished(sentence: Sentence) -> Result<GoldText, GoldError> {
    let Sentence { place, id, date, events, words } = sentence;
    let words = words.unwrap_or_default().split_whitespace().collect::<Vec<_>>().join(" ");
    if words.is_empty() {
        return Err(place.wrong("a sentence without words", "put them into <Text>"));
    }
    let name = if id.is_empty() { format!("{}:{}", place.file, place.line) } else { id };
    Ok(GoldText { place, name, source: TextSource::Inline(words), date, stretches: Vec::new(), events: joined(events) })
}

/// CAMEO codes what two do together, and a visit, once from each side; PLOVER once, either of them first.
fn joined(events: Vec<GoldEvent>) -> Vec<GoldEvent> {
    let mut kept: Vec<GoldEvent> = Vec::new();
    for event in events {
        let mirrors = |k: &GoldEvent| {
            !k.symmetric && k.types == event.types && k.actors == event.recipients && k.recipients == event.actors
        };
        match kept.iter_mut().find(|k| mirrors(k)) {
            Some(other) if event.actors != event.recipients => other.symmetric = true,
            _ => kept.push(event),
        }
    }
    kept
}

/// Numbers lines while reading goes on.
struct Lines<'a> {
    content: &'a str,
    at: usize,
    line: usize,
}

impl Lines<'_> {
    /// The line of the first thing at or behind a byte that is no blank.
    fn of(&mut self, byte: usize) -> usize {
        let bytes = self.content.as_bytes();
        let byte = byte.min(bytes.len());
        self.line += bytes[self.at.min(byte)..byte].iter().filter(|b| **b == b'\n').count();
        self.at = byte;
        self.line
    }
}
