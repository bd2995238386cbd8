//! One document of an input, coded: what the archive says of it fills in what the page does not say.

use crate::{CodedPage, Error, Page, Pipeline, ReadOptions, Reader, Stage};
use chancery_formats::{Content, Document, Format, Metadata};
use chancery_pages::{KnownArticle, KnownBody};
use chancery_text::{Note, TextOrigin};

impl Pipeline {
    /// Reads and codes one document.
    ///
    /// # Errors
    /// Where it is damaged, encrypted, or no text in any known format.
    pub fn code_document(&self, document: Document, options: &ReadOptions) -> Result<CodedPage, Error> {
        let page = self.profile.time(Stage::Pages, || read_document(&self.reader, document, options))?;
        Ok(self.code_articles(page))
    }
}

/// Reads one document into its articles, which are not coded.
///
/// # Errors
/// Where it is damaged, encrypted, or no text in any known format.
pub fn read_document(reader: &Reader, mut document: Document, options: &ReadOptions) -> Result<Page, Error> {
    let notes = document.open()?;
    let mut page = page(reader, &document, options)?;
    page.notes.splice(0..0, notes);
    if document.extracted {
        page.articles.iter_mut().for_each(|a| a.origin = TextOrigin::Extracted);
    }
    Ok(page)
}

fn page(reader: &Reader, document: &Document, options: &ReadOptions) -> Result<Page, Error> {
    let (name, meta) = (&document.name, &document.meta);
    let body = match &document.content {
        Content::Page(bytes) | Content::Pdf(bytes) => {
            let markdown = options.markdown || document.format == Format::Markdown;
            let options_of_page = ReadOptions { markdown, ..options_for(meta, options) };
            let mut page = reader.read(name, bytes, &options_of_page)?;
            fill_in(&mut page, meta, options);
            return Ok(page);
        }
        Content::ArticleText(text) => KnownBody::Text(text.clone()),
        Content::ArticleHtml(html) => KnownBody::Html(html.clone()),
    };
    let known = KnownArticle {
        title: meta.title.clone(),
        authors: meta.authors.clone(),
        date: meta.published,
        outlet: meta.outlet.clone(),
        language: meta.language.clone(),
        url: meta.url.clone(),
        body,
    };
    let mut page = reader.read_known(name, known, &options_for(meta, options));
    fill_in(&mut page, meta, options);
    Ok(page)
}

/// A hash of what a document holds, in hexadecimal: of a page its bytes, of a record title and address too.
pub(crate) fn content_hash(document: &Document) -> String {
    let mut hasher = blake3::Hasher::new();
    if matches!(document.content, Content::ArticleText(_) | Content::ArticleHtml(_)) {
        for field in [&document.meta.title, &document.meta.url] {
            hasher.update(field.as_deref().unwrap_or_default().as_bytes());
            hasher.update(&[0]);
        }
    }
    hasher.update(document.content.bytes());
    hasher.finalize().to_hex().to_string()
}

/// What the archive says goes before what the user says of all inputs, but a day of fetching is only better than nothing.
fn options_for(meta: &Metadata, options: &ReadOptions) -> ReadOptions {
    ReadOptions {
        fallback_date: meta.published.or(options.fallback_date).or(meta.fetched),
        fetched: meta.fetched,
        url: meta.url.clone().or_else(|| options.url.clone()),
        ..options.clone()
    }
}

fn fill_in(page: &mut Page, meta: &Metadata, options: &ReadOptions) {
    let counted_from = match (meta.published, options.fallback_date, meta.fetched) {
        (Some(_), ..) => None,
        (None, None, Some(day)) => {
            Some(Note::new("P004", format!("no date stated; counted from {day}, when it was fetched or saved")))
        }
        _ => Some(Note::new("P004", "no date stated; counted from --date")),
    };
    let single = page.articles.len() == 1;
    for article in &mut page.articles {
        if let Some(at) = article.notes.iter().position(|n| n.code == "P004") {
            article.notes.splice(at..=at, counted_from.clone());
        }
        article.url = article.url.take().or_else(|| meta.url.clone());
        if single {
            article.title = article.title.take().or_else(|| meta.title.clone());
            if article.authors.is_empty() {
                article.authors.clone_from(&meta.authors);
            }
        }
    }
}
