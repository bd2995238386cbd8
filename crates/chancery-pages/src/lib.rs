//! Bytes to articles: clean, dated, credited, split.
//!
//! In: the bytes of one page (HTML, a feed, plain text) and what the caller knows of it. Out: a [`Page`] of
//! [`Article`]s. The text of a plain-text page is never rewritten: an article is a stretch of it, and its blocks say
//! what of it is content. HTML and feeds give extracted text. What is boilerplate, how a reprint is credited, how months
//! are called and which outlets exist is data (`data/boilerplate`, `data/outlets`), not code.
//! This crate opens no files, walks no folders and knows no clock.
//!
//! ```
//! let reader = chancery_pages::Reader::load(&chancery_data::Data::embedded()).unwrap();
//! let bytes = "Envoys meet in Geneva\n\nTwo envoys met on 3 May 2024.\n\nAdvertisement\n".as_bytes();
//! let page = reader.read("page.txt", bytes, &Default::default()).unwrap();
//! assert_eq!(page.articles[0].title.as_deref(), Some("Envoys meet in Geneva"));
//! assert_eq!(page.articles[0].blocks.len(), 2);
//! ```

mod boilerplate;
mod bounds;
mod credits;
mod dates;
mod decode;
mod fold;
mod html;
mod kind;
mod language;
mod names;
mod notes;
mod outlets;
mod pattern;
mod prefilter;
pub mod scoring;
mod site_lines;
pub mod splitter;
mod text;

pub use html::{ExtractedPage, KnownArticle, KnownBody, SavedPage, recorded_day, saved_page};
pub use kind::{Kind as PageKind, of as page_kind};
pub use notes::{NOTES, NoteInfo};
pub use site_lines::SiteLines;

use boilerplate::Boilerplate;
use chancery_data::Data;
use chancery_text::{Article, Note, PartialDate};
use credits::Credits;
use dates::DateWords;
use kind::Kind;
use outlets::Outlets;
use splitter::Splitter;
use std::sync::Arc;

/// Reads pages; made once, shared by all threads.
#[derive(Debug)]
pub struct Reader {
    pub(crate) boilerplate: Boilerplate,
    pub(crate) credits: Credits,
    pub(crate) dates: DateWords,
    pub(crate) furniture: html::Furniture,
    pub(crate) outlets: Outlets,
    pub(crate) splitter: Splitter,
}

/// What the caller knows of a page that the page may not say.
#[derive(Debug, Clone, Default)]
pub struct ReadOptions {
    /// The date to count from where a page states none.
    pub fallback_date: Option<PartialDate>,
    /// The day on which the page was fetched: a later date that it states is not its own.
    pub fetched: Option<PartialDate>,
    /// Where the page was found.
    pub url: Option<String>,
    /// Find the article of an HTML page by readability alone: twice as fast, a little less exact.
    pub fast: bool,
    /// Text is Markdown: its marks are no words. Text with front matter is read so anyhow.
    pub markdown: bool,
    /// The lines of all pages of the run, so that those which many pages of one site share can be left out.
    pub site_lines: Option<Arc<SiteLines>>,
}

/// A page as it was read.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Page {
    /// The articles, in page order.
    pub articles: Vec<Article>,
    /// What a reader should know of the page as a whole.
    pub notes: Vec<Note>,
}

/// A page, or a knowledge file, that cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum PagesError {
    /// A knowledge file is missing or cannot be had.
    #[error(transparent)]
    Data(#[from] chancery_data::DataError),
    /// A knowledge file is no valid TOML, or a key of it is unknown.
    #[error("{path}: {reason}")]
    Toml {
        /// Path below `data/`.
        path: String,
        /// What the TOML reader said, with line and column.
        reason: String,
    },
    /// One entry of a knowledge file is wrong.
    #[error("{path}: {entry:?}: {reason}")]
    Entry {
        /// Path below `data/`.
        path: String,
        /// The entry as it is written there.
        entry: String,
        /// What is wrong with it.
        reason: String,
    },
    /// The bytes are of a format that holds no page this crate can read.
    #[error("{file}: this is {format}, not a text page; {hint}")]
    Binary {
        /// The file's name as it was given.
        file: String,
        /// What the bytes look like.
        format: &'static str,
        /// What can be done.
        hint: &'static str,
    },
    /// The bytes look like a feed that is broken.
    #[error("{file}: the feed cannot be read ({reason}); check that the file was saved whole")]
    Feed {
        /// The file's name as it was given.
        file: String,
        /// What the feed reader said.
        reason: String,
    },
}

impl Reader {
    /// Loads the knowledge files (boilerplate, credits, dates, outlets).
    ///
    /// # Errors
    /// Where a file is missing or an entry of it is wrong.
    pub fn load(data: &Data) -> Result<Self, PagesError> {
        Ok(Reader {
            boilerplate: Boilerplate::load(data)?,
            credits: Credits::load(data)?,
            dates: DateWords::load(data)?,
            furniture: html::Furniture::load(data)?,
            outlets: Outlets::load(data)?,
            splitter: Splitter::load(data)?,
        })
    }

    /// Reads one page. `name` is its path as it was given.
    ///
    /// An empty page gives no articles and a note.
    ///
    /// # Errors
    /// Where the bytes are no text in any known format.
    pub fn read(&self, name: &str, bytes: &[u8], options: &ReadOptions) -> Result<Page, PagesError> {
        let page = match kind::of(bytes) {
            Kind::Binary { format, hint } => return Err(PagesError::Binary { file: name.to_string(), format, hint }),
            Kind::Empty => Page { articles: Vec::new(), notes: vec![Note::new("P002", "the file holds no text")] },
            Kind::Html => html::read(self, bytes, options),
            Kind::Feed => html::read_feed(self, name, bytes, options)?,
            Kind::Text => {
                let decoded = decode::decode(bytes, None);
                let mut page = text::read(self, &decoded.text, options);
                page.notes.splice(0..0, decoded.notes);
                page
            }
        };
        Ok(named(name, page))
    }

    /// Makes one article of what another tool has taken out of a page already.
    pub fn read_known(&self, name: &str, known: KnownArticle, options: &ReadOptions) -> Page {
        named(name, html::read_known(self, known, options))
    }

    /// Takes the article out of one HTML page, with what the page says of it.
    ///
    /// The address where it was found may give the date and the outlet where the page does not.
    pub fn extract(&self, html: &[u8], options: &ReadOptions) -> ExtractedPage {
        html::extract(self, html, options)
    }
}

/// Text of bytes in any character set, and what a reader should know of it; `declared` is the one that their sender states.
pub fn decode(bytes: &[u8], declared: Option<&str>) -> (String, Vec<Note>) {
    let decoded = decode::decode(bytes, declared);
    (decoded.text, decoded.notes)
}

/// Numbers the articles of a page.
fn named(name: &str, mut page: Page) -> Page {
    for (i, article) in page.articles.iter_mut().enumerate() {
        article.file = name.to_string();
        article.id = format!("{name}#{}", i + 1);
    }
    page
}

/// Reads a knowledge file as TOML.
pub(crate) fn load_toml<T: serde::de::DeserializeOwned>(data: &Data, path: &str) -> Result<T, PagesError> {
    let text = data.text(path)?;
    toml::from_str(&text).map_err(|e| PagesError::Toml { path: path.to_string(), reason: e.to_string() })
}
