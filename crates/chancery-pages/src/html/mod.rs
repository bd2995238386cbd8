//! HTML pages and feeds to articles.
//!
//! In: bytes. Out: articles whose text was taken out of the page, title first. Finding the article among the furniture is
//! the work of the `trafilatura` crate in its precise mode; dates, titles, authors, outlet and what is left of the
//! furniture are this crate's.

mod agree;
mod blocks;
mod dates;
mod depth;
mod feed;
mod furniture;
mod readable;
mod url;

pub use feed::{KnownArticle, KnownBody};
pub(crate) use feed::{read_feed, read_known};
pub(crate) use furniture::Furniture;
pub(crate) use url::{date_in_url, host};

use crate::fold::fold_bare;
use crate::text::split::{Piece, View};
use crate::text::{article, lines};
use crate::{Page, ReadOptions, Reader, decode, language, names};
use chancery_text::{Article, Note, PartialDate, Span, TextOrigin};
use serde::Serialize;
use std::borrow::Cow;
use trafilatura::dom::Document;
use trafilatura::{ExtractionFocus, HtmlDateMode, Options};

/// One HTML page, read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ExtractedPage {
    /// Title without the site's name.
    pub title: Option<String>,
    /// Authors, without outlets and dates.
    pub authors: Vec<String>,
    /// Date of publication, `YYYY-MM-DD` or shorter.
    pub date: Option<String>,
    /// Who published it.
    pub outlet: Option<String>,
    /// ISO 639-1 code.
    pub language: Option<String>,
    /// The article's text, a line for each paragraph.
    pub text: String,
}

/// Longer pages are cut here before they are read.
pub(crate) const MAX_HTML_BYTES: usize = 16 << 20;
/// The libraries below walk the tree by recursion; deep pages need room. Only touched pages of it cost memory.
const STACK_BYTES: usize = 512 << 20;

/// A paragraph that repeats the title is one of the first.
const TITLE_PARAGRAPHS: usize = 3;
/// "Read more" and a few words is a link; with more words it is a sentence.
const MAX_CLOSER_CHARS: usize = 60;

/// What an HTML page says, before it becomes an article.
#[derive(Debug, Default)]
pub(crate) struct Extracted {
    pub title: Option<String>,
    pub authors: Vec<String>,
    pub date: Option<PartialDate>,
    /// A date of the running text, for an article that has no other.
    pub guessed_date: Option<PartialDate>,
    /// The likeliest date, stated or not.
    pub likeliest_date: Option<PartialDate>,
    pub outlet: Option<String>,
    pub language: Option<String>,
    pub url: Option<String>,
    pub paragraphs: Vec<String>,
    pub notes: Vec<Note>,
    /// What became of lines that many pages of the site have.
    pub site_lines: Option<Note>,
}

/// See [`Reader::extract`].
pub(crate) fn extract(reader: &Reader, bytes: &[u8], options: &ReadOptions) -> ExtractedPage {
    let page = extract_page(reader, bytes, options);
    ExtractedPage {
        title: page.title,
        authors: page.authors,
        date: page.likeliest_date.or(page.date).map(|d| d.to_string()),
        outlet: page.outlet,
        language: page.language,
        text: page.paragraphs.join("\n"),
    }
}

/// Reads one HTML page as one article.
pub(crate) fn read(reader: &Reader, bytes: &[u8], options: &ReadOptions) -> Page {
    let mut extracted = extract_page(reader, bytes, options);
    let notes = std::mem::take(&mut extracted.notes);
    if extracted.paragraphs.is_empty() {
        let mut page = Page { articles: Vec::new(), notes };
        page.notes.push(Note::new("P002", "the page holds no article text"));
        return page;
    }
    Page { articles: vec![article_of(reader, extracted, options)], notes }
}

/// Builds the article of extracted text: title, then paragraphs, an empty line between.
pub(crate) fn article_of(reader: &Reader, page: Extracted, options: &ReadOptions) -> Article {
    let title = page.title.clone().filter(|t| page.paragraphs.first().is_none_or(|p| p != t));
    let text = title.iter().chain(&page.paragraphs).cloned().collect::<Vec<_>>().join("\n\n");
    let mut at = 0;
    let lines: Vec<lines::Line> = text
        .split("\n\n")
        .map(|part| {
            let span = Span::new(at, at + part.len());
            at += part.len() + 2;
            lines::content_line((span, true))
        })
        .collect();
    let piece = Piece {
        lines: (0..lines.len()).collect(),
        title: page.title.is_some().then_some(0),
        excerpt: false,
        sure_percent: None,
    };
    let view = View { reader, text: &text, lines: &lines };
    let own = ReadOptions { url: page.url.clone().or_else(|| options.url.clone()), ..options.clone() };
    let mut article = article::build(view, &piece, &Default::default(), &own);
    article.origin = TextOrigin::Extracted;
    article.title = page.title;
    if !page.authors.is_empty() {
        article.authors = page.authors;
    }
    if let Some(date) = page.date {
        article.date = Some(date);
        article.date_bounds = None;
        article.notes.retain(|n| !matches!(n.code, "P004" | "P005" | "P011"));
    } else if let Some(date) = page.guessed_date.filter(|d| article.date.is_none() && may_be_of(*d, &article)) {
        article.date = Some(date);
        article.notes.push(Note::new("P005", format!("no date stated; {date} is taken from the dates in the text")));
    }
    article.notes.extend(page.site_lines);
    article.outlet = page.outlet.or(article.outlet);
    article.language = page.language.or(article.language);
    article
}

/// True where the article could be written on a day, by the years that it names.
fn may_be_of(date: PartialDate, article: &Article) -> bool {
    let earliest = article.date_bounds.and_then(|b| b.earliest);
    earliest.is_none_or(|e| date.last_day() >= e.first_day())
}

/// Takes an HTML page apart on a thread of its own, with room for deep trees; a failure below gives an empty page.
fn extract_page(reader: &Reader, bytes: &[u8], options: &ReadOptions) -> Extracted {
    let declared = decode::declared_in_html(bytes);
    let decoded = decode::decode(&bytes[..bytes.len().min(MAX_HTML_BYTES)], declared.as_deref());
    let mut notes = decoded.notes;
    if bytes.len() > MAX_HTML_BYTES {
        notes.push(Note::new("P007", format!("only the first {} MiB of the page were read", MAX_HTML_BYTES >> 20)));
    }
    let html = depth::limited(&decoded.text);
    if matches!(html, Cow::Owned(_)) {
        let said = format!("tags in more than {} others were left out; their text was read", depth::MAX_DEPTH);
        notes.push(Note::new("P021", said));
    }
    let taken = std::thread::scope(|scope| {
        let work = || take_apart(reader, &html, options);
        let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, work);
        thread.ok().and_then(|t| t.join().ok())
    });
    let mut page = taken.unwrap_or_else(|| Extracted {
        notes: vec![Note::new("P008", "the page could not be taken apart; nothing was read")],
        ..Extracted::default()
    });
    page.notes.splice(0..0, notes);
    page
}

/// What a page says of itself.
#[derive(Debug, Default)]
pub(crate) struct Stated {
    pub title: String,
    pub author: Option<String>,
    pub site: Option<String>,
    pub url: Option<String>,
}

fn take_apart(reader: &Reader, html: &str, options: &ReadOptions) -> Extracted {
    let url = options.url.as_deref();
    let doc = dom_query::Document::from(html);
    let lang = doc.html_root().attr("lang").unwrap_or_default();
    let month_first = puts_month_first(&lang);
    let mut precise = (!options.fast).then(|| by_trafilatura(html, url));
    let of_page = precise.as_ref().and_then(|(stated, _)| stated.url.clone());
    let of_url = url.or(of_page.as_deref());
    let date = dates::page_date(&doc, &reader.dates, of_url, month_first, options.fetched);
    let found = readable::read(doc, &reader.furniture);
    if found.paragraphs.is_empty() {
        precise = precise.or_else(|| Some(by_trafilatura(html, url)));
    }
    let (stated, paragraphs) = match precise {
        Some((stated, chosen)) => (stated, agree::agreed(found.paragraphs, chosen)),
        None => (found.stated, found.paragraphs),
    };
    let mut page = described(reader, stated, url);
    (page.date, page.guessed_date, page.likeliest_date) = (date.stated, date.guessed, date.likeliest);
    if let Some(refused) = date.refused {
        let said = format!("the page states {refused}, which lies after the day on which it was fetched; not taken");
        page.notes.push(Note::new("P023", said));
    }
    page.paragraphs = without_boilerplate(reader, without_title(paragraphs, page.title.as_deref()));
    if let Some(counted) = &options.site_lines {
        (page.paragraphs, page.site_lines) = counted.without_repeated(url, html, page.paragraphs);
    }
    let sample = page.paragraphs.join(" ");
    page.language = language::guess(&sample).or_else(|| language::of_tag(&lang));
    page
}

/// Main content and metadata by the `trafilatura` crate in its precise mode.
fn by_trafilatura(html: &str, url: Option<&str>) -> (Stated, Vec<String>) {
    let mut options = Options::default()
        .with_fallback(true)
        .with_focus(ExtractionFocus::FavorPrecision)
        .with_exclude_comments(true)
        .with_html_date_mode(HtmlDateMode::Disabled);
    options.original_url = url.and_then(|u| ::url::Url::parse(u).ok());
    let (meta, paragraphs) = match trafilatura::extract_document(Document::parse(html), &options) {
        Ok(result) => (result.metadata, blocks::paragraphs(&result.content_html)),
        Err(_) => (trafilatura::metadata::extract_metadata(&Document::parse(html), &options), Vec::new()),
    };
    let known = |s: String| Some(s).filter(|s| !s.is_empty());
    let stated =
        Stated { title: meta.title, author: known(meta.author), site: known(meta.sitename), url: known(meta.url) };
    (stated, paragraphs)
}

/// Title, authors and outlet, cleaned.
fn described(reader: &Reader, stated: Stated, url: Option<&str>) -> Extracted {
    let page_url = stated.url.or_else(|| url.map(str::to_string));
    let host = page_url.as_deref().and_then(host).or_else(|| url.and_then(self::host));
    let site = stated.site.as_deref();
    let title = names::title(&stated.title, site, host.as_deref(), &reader.outlets).to_string();
    let outlet = host.as_deref().and_then(|h| reader.outlets.at_host(h)).map(|o| o.name.clone());
    Extracted {
        title: Some(title).filter(|t| !t.is_empty()),
        authors: names::authors(&stated.author.unwrap_or_default(), site, &reader.outlets),
        outlet: outlet.or_else(|| site.map(|s| reader.outlets.canonical(s))),
        url: page_url,
        ..Extracted::default()
    }
}

/// The title is no paragraph of the text.
fn without_title(mut paragraphs: Vec<String>, title: Option<&str>) -> Vec<String> {
    let same = |p: &String| title.is_some_and(|t| fold_bare(p) == fold_bare(t));
    if let Some(at) = paragraphs.iter().take(TITLE_PARAGRAPHS).position(same) {
        paragraphs.remove(at);
    }
    paragraphs
}

/// The text that readability alone finds, to measure it beside what this crate makes of it.
pub(crate) fn plain_readability(bytes: &[u8]) -> String {
    let decoded = decode::decode(bytes, decode::declared_in_html(bytes).as_deref());
    readable::plain(&depth::limited(&decoded.text))
}

/// English pages of the United States write the month first; most others do not.
fn puts_month_first(language: &str) -> bool {
    let tag = language.to_lowercase().replace('_', "-");
    tag == "en" || tag == "en-us"
}

/// Paragraphs that are content. Unlike in plain text, repeated lines stay: they are cells of tables and questions of interviews.
fn without_boilerplate(reader: &Reader, paragraphs: Vec<String>) -> Vec<String> {
    let text = paragraphs.join("\n");
    let mut at = 0;
    let mut all: Vec<lines::Line> = Vec::with_capacity(paragraphs.len());
    for paragraph in &paragraphs {
        all.push(lines::content_line((Span::new(at, at + paragraph.len()), true)));
        at += paragraph.len() + 1;
    }
    lines::mark_boilerplate(&text, &mut all, &reader.boilerplate);
    let keep = |l: &lines::Line| match &l.role {
        lines::Role::Content | lines::Role::Separator => true,
        lines::Role::Closer(rest) => rest.chars().count() > MAX_CLOSER_CHARS,
        lines::Role::Boilerplate => false,
    };
    paragraphs.into_iter().zip(&all).filter(|(_, l)| keep(l)).map(|(p, _)| p).collect()
}
