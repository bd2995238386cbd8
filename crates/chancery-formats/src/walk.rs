//! The way through an input: what it is, what is packed in it, and so on inwards.

use crate::error::FormatsError;
use crate::kind::{Found, HEAD_BYTES, sniff};
use crate::limits::{Meter, is_bomb};
use crate::meta::Metadata;
use crate::{Content, Document, Format, Formats, Item, addresses, archive, epub, json, mail, table, warc};
use chancery_text::Note;
use flate2::bufread::MultiGzDecoder;
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufRead, BufReader, Cursor, Read, Seek};
use std::path::Path;

/// Reads a file.
pub(crate) fn file(formats: &Formats, name: &str, path: &Path, sink: &mut dyn FnMut(Item)) {
    let mut walk = Walk { formats, meter: Meter::new(formats.limits), is_fetching: false, sink };
    let place = Place::of_input(name);
    let mut file = match File::open(path).and_then(|f| if f.metadata()?.is_dir() { Err(no_file()) } else { Ok(f) }) {
        Ok(file) => file,
        Err(source) => return walk.error(FormatsError::Io { place: place.name, source }),
    };
    let mut head = Vec::new();
    let sniffed = (&mut file).take(HEAD_BYTES as u64).read_to_end(&mut head).and_then(|_| file.rewind());
    let found = match sniffed {
        // A ZIP archive is read in place, whatever its size.
        Ok(()) if matches!(sniff(&head, name), Found::Known(Format::Zip)) => {
            walk.meter.add_packed(file.metadata().map_or(0, |m| m.len()));
            archive::zip(&mut walk, &place, &mut BufReader::new(file))
        }
        // What cannot be rewound (a pipe) was read in part.
        Err(_) if !head.is_empty() => walk.outermost(&place, &mut Cursor::new(head).chain(file)),
        _ => walk.outermost(&place, &mut file),
    };
    walk.finish(&place, found);
}

fn no_file() -> io::Error {
    io::Error::other("this is a folder, not a file")
}

/// Reads a stream.
pub(crate) fn stream(formats: &Formats, name: &str, input: &mut dyn Read, sink: &mut dyn FnMut(Item)) {
    let mut walk = Walk { formats, meter: Meter::new(formats.limits), is_fetching: false, sink };
    let place = Place::of_input(name);
    let found = walk.outermost(&place, input);
    walk.finish(&place, found);
}

/// What became of a member.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Outcome {
    /// It was read, or why it could not be was said.
    Done,
    /// It is no page.
    NoPage {
        /// What it is.
        format: &'static str,
        /// What to do.
        hint: &'static str,
    },
}

/// Where something stands.
#[derive(Debug, Clone)]
pub(crate) struct Place {
    /// The name that is shown.
    pub name: String,
    /// The name by which its kind may be found.
    pub file_name: String,
    /// Archives around it.
    pub depth: usize,
    /// What is known of it.
    pub meta: Metadata,
}

impl Place {
    fn of_input(name: &str) -> Self {
        Place { name: name.into(), file_name: name.into(), depth: 0, meta: Metadata::default() }
    }

    /// A member of this archive.
    pub(crate) fn member(&self, name: &str, meta: Metadata) -> Self {
        Place { name: format!("{}#{name}", self.name), file_name: name.into(), depth: self.depth + 1, meta }
    }

    /// The same, its kind found by the end of its address if need be.
    pub(crate) fn named_by(self, url: &str) -> Self {
        let path = url.split(['?', '#']).next().unwrap_or_default();
        Place { file_name: path.rsplit('/').next().unwrap_or_default().to_string(), ..self }
    }

    /// What is packed in this.
    fn inside(&self) -> Self {
        let mut inside = Place { depth: self.depth + 1, ..self.clone() };
        let lower = inside.file_name.to_ascii_lowercase();
        if lower.ends_with(".gz") || lower.ends_with(".zst") {
            let cut = inside.file_name.rfind('.').unwrap_or(inside.file_name.len());
            inside.file_name.truncate(cut);
        }
        inside
    }
}

/// One input being read.
pub(crate) struct Walk<'a> {
    pub formats: &'a Formats,
    pub meter: Meter,
    /// True inside a fetched page.
    pub is_fetching: bool,
    sink: &'a mut dyn FnMut(Item),
}

/// Bytes unpacked at once.
const BUFFER_BYTES: usize = 128 << 10;

impl Walk<'_> {
    pub(crate) fn error(&mut self, error: FormatsError) {
        (self.sink)(Item::Error(error));
    }

    pub(crate) fn note(&mut self, place: &str, code: impl Into<Cow<'static, str>>, text: String) {
        (self.sink)(Item::Note { place: place.to_string(), note: Note::new(code, text) });
    }

    pub(crate) fn document(&mut self, place: &Place, format: Format, content: Content) {
        let extracted = place.depth > 0 || !matches!(format, Format::Text | Format::Markdown);
        let document = Document { name: place.name.clone(), format, content, meta: place.meta.clone(), extracted };
        (self.sink)(Item::Document(document));
    }

    /// The error of a broken stream.
    pub(crate) fn broken(&mut self, place: &Place, format: &'static str, error: &io::Error) {
        let error = FormatsError::of_stream(&place.name, format, self.formats.limits.ratio, error);
        self.error(error);
    }

    fn outermost(&mut self, place: &Place, input: &mut dyn Read) -> Outcome {
        let mut counted = BufReader::with_capacity(BUFFER_BYTES, self.meter.packed(input));
        self.stream(place, &mut counted)
    }

    /// An input that is no page is an error; a member is only left out.
    fn finish(&mut self, place: &Place, outcome: Outcome) {
        let Outcome::NoPage { format, hint } = outcome else { return };
        let place = place.name.clone();
        let said = Format::of_name(&place).map(Format::name);
        self.error(match said {
            Some(said) => FormatsError::Misnamed { place, said, found: format, hint },
            None => FormatsError::NoPage { place, format, hint },
        });
    }

    /// Reads whatever stands in a stream.
    pub(crate) fn stream(&mut self, place: &Place, input: &mut dyn BufRead) -> Outcome {
        let mut input = Rewound::new(input);
        let format = match sniff(&input.head, &place.file_name) {
            Found::Known(format) => format,
            Found::Empty if input.error.is_none() => Format::Text,
            Found::Empty => {
                if let Some(error) = input.error.take() {
                    self.broken(place, "the data", &error);
                }
                return Outcome::Done;
            }
            Found::Other { format, hint } => return Outcome::NoPage { format, hint },
        };
        if matches!(format, Format::Gz | Format::Zst | Format::Zip | Format::Tar)
            && place.depth >= self.formats.limits.depth
        {
            self.error(FormatsError::TooDeep { place: place.name.clone(), depth: self.formats.limits.depth });
            return Outcome::Done;
        }
        match format {
            Format::Gz => return self.unpacked(place, MultiGzDecoder::new(&mut input as &mut dyn BufRead)),
            Format::Zst => match archive::zstd_reader(&mut input) {
                Ok(unpacked) => return self.unpacked(place, unpacked),
                Err(error) => self.broken(place, "zstd data", &error),
            },
            Format::Tar => archive::tar(self, place, &mut input),
            Format::Warc => warc::read(self, place, &mut input),
            Format::Json => json::read(self, place, &mut input),
            Format::Table => table::read(self, place, &mut input),
            Format::List => addresses::read(self, place, &mut input),
            Format::Zip | Format::Epub | Format::Docx | Format::Wacz => return self.held_zip(place, &mut input),
            Format::Pdf | Format::Eml | Format::Mhtml => self.whole(place, format, &mut input),
            Format::Text | Format::Markdown | Format::Html | Format::Feed => self.page(place, format, &mut input),
        }
        Outcome::Done
    }

    /// Reads bytes in memory.
    pub(crate) fn bytes(&mut self, place: &Place, bytes: &[u8]) -> Outcome {
        self.stream(place, &mut Cursor::new(bytes))
    }

    fn unpacked(&mut self, place: &Place, unpacked: impl Read) -> Outcome {
        let mut unpacked = BufReader::with_capacity(BUFFER_BYTES, self.meter.unpacked(unpacked));
        self.stream(&place.inside(), &mut unpacked)
    }

    fn held_zip(&mut self, place: &Place, input: &mut dyn BufRead) -> Outcome {
        let limit = self.formats.limits.held_archive_bytes;
        match read_capped(input, limit) {
            (bytes, None) => return archive::zip(self, place, &mut Cursor::new(bytes)),
            (_, Some(Cut::TooLong)) => self.error(FormatsError::TooLong {
                place: place.name.clone(),
                limit,
                done: "a ZIP archive is read from its end, so this one must be a file of its own",
            }),
            (_, Some(Cut::Broken(error))) => self.broken(place, "a ZIP archive", &error),
        }
        Outcome::Done
    }

    /// Formats that can only be read whole.
    fn whole(&mut self, place: &Place, format: Format, input: &mut dyn BufRead) {
        let limit = self.formats.limits.document_bytes;
        let (bytes, cut) = read_capped(input, limit);
        match cut {
            Some(Cut::TooLong) => {
                self.error(FormatsError::TooLong { place: place.name.clone(), limit, done: "it was not read" });
                return;
            }
            Some(Cut::Broken(error)) => self.broken(place, format.name(), &error),
            None => {}
        }
        match format {
            Format::Pdf => self.document(place, format, Content::Pdf(bytes)),
            _ => mail::read(self, place, format, &bytes),
        }
    }

    /// A page: of a long one the beginning is read, of a broken one what is there.
    fn page(&mut self, place: &Place, format: Format, input: &mut dyn BufRead) {
        let limit = self.formats.limits.document_bytes;
        let (mut bytes, cut) = read_capped(input, limit);
        match &cut {
            Some(Cut::TooLong) if self.meter.is_like_bomb() => {
                let ratio = self.formats.limits.ratio;
                return self.error(FormatsError::Bomb { place: place.name.clone(), ratio });
            }
            Some(Cut::TooLong) => {
                trim_to_a_word(&mut bytes);
                let done = "only its beginning was read";
                self.error(FormatsError::TooLong { place: place.name.clone(), limit, done });
            }
            Some(Cut::Broken(error)) => {
                self.broken(place, format.name(), error);
                // A bomb is no page.
                if bytes.is_empty() || is_bomb(error) {
                    return;
                }
            }
            None => {}
        }
        if place.depth == 0
            && let Some(said) = Format::of_name(&place.file_name).filter(|f| !is_page(*f))
        {
            let text = format!("named {} but it is {}; read as that", said.name(), format.name());
            self.note(&place.name, "P014", text);
        }
        let saved = (format == Format::Html).then(|| chancery_pages::saved_page(&bytes)).flatten().unwrap_or_default();
        let mut place = place.clone();
        place.meta.url = place.meta.url.or(saved.url);
        place.meta.fetched = place.meta.fetched.or(saved.day);
        self.document(&place, format, Content::Page(bytes));
    }
}

fn is_page(format: Format) -> bool {
    matches!(format, Format::Text | Format::Markdown | Format::Html | Format::Feed | Format::Json | Format::Table)
}

/// Why not everything was read.
pub(crate) enum Cut {
    /// It is longer than it may be.
    TooLong,
    /// The stream broke.
    Broken(io::Error),
}

/// Reads up to `limit` bytes; what was read before a stream broke is given too.
pub(crate) fn read_capped(input: &mut dyn BufRead, limit: u64) -> (Vec<u8>, Option<Cut>) {
    let mut bytes = Vec::new();
    match input.take(limit.saturating_add(1)).read_to_end(&mut bytes) {
        Err(error) => (bytes, Some(Cut::Broken(error))),
        Ok(read) if read as u64 > limit => {
            bytes.truncate(limit as usize);
            (bytes, Some(Cut::TooLong))
        }
        Ok(_) => (bytes, None),
    }
}

/// Cuts at the last white space of the last few bytes, so that no character is cut in two.
fn trim_to_a_word(bytes: &mut Vec<u8>) {
    let from = bytes.len().saturating_sub(4096);
    let space = bytes[from..].iter().rposition(u8::is_ascii_whitespace);
    let cut = space.map_or_else(|| bytes.len() - partial_char(bytes), |at| from + at);
    bytes.truncate(cut);
}

/// Bytes of a character that is cut at the end.
fn partial_char(bytes: &[u8]) -> usize {
    (1..=3.min(bytes.len()))
        .find(|n| bytes[bytes.len() - n] & 0xc0 == 0xc0)
        .filter(|n| std::str::from_utf8(&bytes[bytes.len() - n..]).is_err())
        .unwrap_or(0)
}

/// A stream whose first bytes were looked at and are read again.
pub(crate) struct Rewound<'r> {
    head: Vec<u8>,
    at: usize,
    error: Option<io::Error>,
    rest: &'r mut dyn BufRead,
}

impl<'r> Rewound<'r> {
    fn new(rest: &'r mut dyn BufRead) -> Self {
        let mut head = Vec::with_capacity(HEAD_BYTES);
        let error = (&mut *rest).take(HEAD_BYTES as u64).read_to_end(&mut head).err();
        Rewound { head, at: 0, error, rest }
    }
}

impl Read for Rewound<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> io::Result<usize> {
        if self.at == self.head.len() && self.error.is_none() {
            return self.rest.read(buffer);
        }
        let available = self.fill_buf()?;
        let read = available.len().min(buffer.len());
        buffer[..read].copy_from_slice(&available[..read]);
        self.consume(read);
        Ok(read)
    }
}

impl BufRead for Rewound<'_> {
    fn fill_buf(&mut self) -> io::Result<&[u8]> {
        if self.at < self.head.len() {
            return Ok(&self.head[self.at..]);
        }
        match self.error.take() {
            Some(error) => Err(error),
            None => self.rest.fill_buf(),
        }
    }

    fn consume(&mut self, read: usize) {
        if self.at < self.head.len() { self.at += read } else { self.rest.consume(read) }
    }
}

/// Reads an EPUB, DOCX, WACZ or other ZIP archive that is open.
pub(crate) fn open_zip(walk: &mut Walk<'_>, place: &Place, zip: &mut archive::Zip<'_>) -> Outcome {
    match archive::zip_format(zip) {
        Found::Known(Format::Epub) => epub::read(walk, place, zip),
        Found::Known(format) => archive::members(walk, place, zip, format),
        Found::Other { format, hint } => return Outcome::NoPage { format, hint },
        Found::Empty => walk.note(&place.name, "P002", "the archive holds no files".into()),
    }
    Outcome::Done
}
