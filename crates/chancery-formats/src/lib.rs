//! Files and archives of many formats to a stream of single documents.
//!
//! In: a file, a stream or bytes in any of the [`FORMATS`]. Out: one [`Item`] after another: a [`Document`] for each page,
//! record, message or member, a [`Note`] where something was left out, an error where something could not be read; the
//! rest is still read. What a file is, is found from its content; its name only decides where the content cannot.
//! Archives are read as streams and unpacked in memory, one member at a time, under [`Limits`] of depth, size and ratio;
//! nothing is written to disk, so a member's path is only a name. Records of other tools are read by field maps, which are
//! data (`data/formats/json.toml`). Lists of addresses are fetched by what implements [`Fetch`], if anything. This crate knows nothing of what an article says.
//!
//! ```
//! use chancery_formats::{Formats, Item};
//! let formats = Formats::load(&chancery_data::Data::embedded()).unwrap();
//! let mut names = Vec::new();
//! let line = br#"{"title": "Envoys meet", "text": "Two envoys met.", "hostname": "example.org"}"#;
//! formats.read_stream("crawl.jsonl", &line[..], &mut |item| {
//!     if let Item::Document(document) = item {
//!         names.push(document.name);
//!     }
//! });
//! assert_eq!(names, ["crawl.jsonl#1"]);
//! ```

mod addresses;
mod archive;
mod docx;
mod epub;
mod error;
mod http;
mod json;
mod kind;
mod layout;
mod limits;
mod mail;
mod meta;
mod notes;
mod pdf;
mod quoted;
mod table;
mod walk;
mod warc;
mod xml;

pub use addresses::{Fetch, FetchedPage};
pub use error::FormatsError;
pub use kind::{FORMATS, Format, FormatInfo};
pub use limits::Limits;
pub use meta::Metadata;
pub use notes::NOTES;
pub use pdf::PDF_THREAD;

use chancery_data::Data;
use chancery_text::Note;
use std::io::Read;
use std::path::Path;
use std::sync::Arc;

/// Reads files of all formats; made once, shared by all threads.
#[derive(Debug, Clone)]
pub struct Formats {
    maps: json::Maps,
    quoted: quoted::Quoted,
    limits: Limits,
    fetch: Option<Arc<dyn Fetch>>,
}

/// What reading gives, in the order of the input.
#[derive(Debug)]
pub enum Item {
    /// One page, record, message or member.
    Document(Document),
    /// Something was left out, as it should be.
    Note {
        /// The file or archive it is about.
        place: String,
        /// What it is.
        note: Note,
    },
    /// Something could not be read.
    Error(FormatsError),
}

/// One document of an input.
#[derive(Debug, Clone, PartialEq)]
pub struct Document {
    /// The input's name, and inside an archive `#` and the member's path or the record's number: `news.warc.gz#12`.
    pub name: String,
    /// What it was read from.
    pub format: Format,
    /// What it holds.
    pub content: Content,
    /// What the archive or the record says of it.
    pub meta: Metadata,
    /// True where the text does not stand in the input as it is: the document was packed, or taken out of another format.
    pub extracted: bool,
}

/// What a document holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Content {
    /// Text, HTML or a feed, as bytes.
    Page(Vec<u8>),
    /// A PDF file.
    Pdf(Vec<u8>),
    /// The text of one article, a line for each paragraph.
    ArticleText(String),
    /// The HTML of one article, without a page around it.
    ArticleHtml(String),
}

impl Content {
    /// The bytes, whatever they hold.
    pub fn bytes(&self) -> &[u8] {
        match self {
            Content::Page(bytes) | Content::Pdf(bytes) => bytes,
            Content::ArticleText(text) | Content::ArticleHtml(text) => text.as_bytes(),
        }
    }
}

impl Document {
    /// Turns PDF into text, and text in another character set into UTF-8, as far as its sender states one.
    ///
    /// This is the slow part of reading, left to the caller so that it can be done on all cores.
    ///
    /// # Errors
    /// Where the file is encrypted or damaged.
    pub fn open(&mut self) -> Result<Vec<Note>, FormatsError> {
        let text = match &self.content {
            Content::Pdf(bytes) => pdf::text(&self.name, bytes)?,
            Content::Page(_) => return Ok(self.decode()),
            Content::ArticleText(_) | Content::ArticleHtml(_) => return Ok(Vec::new()),
        };
        self.extracted = true;
        self.content = Content::Page(text.into_bytes());
        Ok(Vec::new())
    }

    /// Decodes by the stated character set; without one, or in UTF-8, the page itself is asked later.
    fn decode(&mut self) -> Vec<Note> {
        let (Content::Page(bytes), Some(charset)) = (&self.content, &self.meta.charset) else { return Vec::new() };
        if std::str::from_utf8(bytes).is_ok() {
            return Vec::new();
        }
        let (text, notes) = chancery_pages::decode(bytes, Some(charset));
        self.content = Content::Page(text.into_bytes());
        notes
    }
}

impl Formats {
    /// Loads the field maps of other tools' records, and how messages quote.
    ///
    /// # Errors
    /// Where the file is missing or an entry of it is wrong.
    pub fn load(data: &Data) -> Result<Self, FormatsError> {
        let (maps, quoted) = (json::Maps::load(data)?, quoted::Quoted::load(data)?);
        Ok(Formats { maps, quoted, limits: Limits::default(), fetch: None })
    }

    /// The same with other limits.
    pub fn with_limits(self, limits: Limits) -> Self {
        Formats { limits, ..self }
    }

    /// The same, but the pages of lists of addresses are fetched; without this nothing is.
    pub fn with_fetch(self, fetch: Arc<dyn Fetch>) -> Self {
        Formats { fetch: Some(fetch), ..self }
    }

    /// The same, but nothing is fetched.
    pub fn without_fetch(&self) -> Self {
        Formats { fetch: None, ..self.clone() }
    }

    /// Reads a file. `name` is its path as it is shown.
    pub fn read_file(&self, name: &str, path: &Path, sink: &mut dyn FnMut(Item)) {
        walk::file(self, name, path, sink);
    }

    /// Reads a stream as if it were a file of this name.
    pub fn read_stream(&self, name: &str, stream: impl Read, sink: &mut dyn FnMut(Item)) {
        let mut stream = stream;
        walk::stream(self, name, &mut stream, sink);
    }
}
