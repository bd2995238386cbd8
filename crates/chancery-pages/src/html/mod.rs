//! HTML pages and feeds to articles.
//!
//! In: bytes. Out: articles whose text was taken out of the page, title first. Finding the article among the furniture is
//! the work of the `trafilatura` crate in its precise mode; dates, titles, authors, outlet, what is left of the
//! furniture, and the articles of a page that holds several are this crate's.

mod agree;
mod blocks;
mod dates;
mod day;
mod depth;
mod feed;
mod furniture;
mod listing;
mod meta;
mod readable;
mod saved;
mod url;
mod walk;

pub(crate) use day::written_day;
pub use feed::{KnownArticle, KnownBody};
pub(crate) use feed::{read_feed, read_known};
pub(crate) use furniture::Furniture;
pub use saved::{SavedPage, saved_page};
pub(crate) use url::{date_in_url, host};

use crate::fold::fold_bare;
use crate::text::split::{self, Piece, View};
use crate::text::{article, lines};
use crate::{Page, ReadOptions, Reader, decode, language, names};
pub(crate) use blocks::paragraphs;
use chancery_text::{Article, Note, PartialDate, Span, TextOrigin};
pub use day::recorded_day;
use serde::Serialize;
use std::borrow::Cow;
use std::panic::{AssertUnwindSafe, catch_unwind};
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
    /// The address that the page gives itself, or where it was found.
    pub url: Option<String>,
    /// The host of that, without `www.`.
    pub domain: Option<String>,
    /// The part of the site in which it stands.
    pub section: Option<String>,
    /// The article's text, a line for each paragraph.
    pub text: String,
}

/// Longer pages are cut here before they are read.
pub(crate) const MAX_HTML_BYTES: usize = 16 << 20;
/// The libraries below walk the tree by recursion; deep pages need room. Only touched pages of it cost memory.
const STACK_BYTES: usize = 512 << 20;
/// Trees of this depth need no such room; those of most pages are not deeper.
const SHALLOW: usize = 60;

/// Bylines and date lines stand among the first paragraphs.
const HEAD_PARAGRAPHS: usize = 5;
/// A page that states a day so many days later than a line above its text is not believed.
const FUTURE_DAYS: i64 = 366;
/// A paragraph that repeats the title is one of the first.
const TITLE_PARAGRAPHS: usize = 3;
/// "Read more" and a few words is a link; with more words it is a sentence.
const MAX_CLOSER_CHARS: usize = 60;

/// What an HTML page says, before it becomes an article.
#[derive(Debug, Clone, Default)]
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
    pub section: Option<String>,
    pub paragraphs: Vec<String>,
    /// The articles of a page that holds several; then there are no paragraphs.
    pub parts: Vec<Extracted>,
    pub notes: Vec<Note>,
    /// What became of lines that many pages of the site have.
    pub site_lines: Option<Note>,
    /// True where only the beginning of the article stands on the page.
    pub excerpt: bool,
    /// Elements that are said to be articles, where the page was not taken apart.
    pub unsplit: usize,
    /// Agencies that the page's head names as its author or publisher, beside the site.
    pub agencies: Vec<String>,
}

/// Whether a page is asked for one article, or for all that it holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Wanted {
    One,
    All,
}

/// See [`Reader::extract`].
pub(crate) fn extract(reader: &Reader, bytes: &[u8], options: &ReadOptions) -> ExtractedPage {
    let mut page = extract_page(reader, bytes, options, Wanted::One);
    page.take_head_lines(reader);
    ExtractedPage {
        title: page.title,
        authors: page.authors,
        date: page.likeliest_date.or(page.date).map(|d| d.to_string()),
        outlet: page.outlet,
        language: page.language,
        domain: page.url.as_deref().and_then(chancery_text::domain),
        url: page.url,
        section: page.section,
        text: page.paragraphs.join("\n"),
    }
}

/// Reads one HTML page: as one article, or as several where it shows that it holds them.
pub(crate) fn read(reader: &Reader, bytes: &[u8], options: &ReadOptions) -> Page {
    let mut extracted = extract_page(reader, bytes, options, Wanted::All);
    let notes = std::mem::take(&mut extracted.notes);
    let parts = std::mem::take(&mut extracted.parts);
    let mut page = Page { articles: Vec::new(), notes };
    if !parts.is_empty() {
        page.articles = in_a_row(parts.into_iter().map(|part| article_of(reader, part, options)));
    } else if extracted.paragraphs.is_empty() {
        page.notes.push(Note::new("P002", "the page holds no article text"));
    } else {
        let article = article_of(reader, extracted, options);
        page.notes.extend(article.notes.iter().filter(|n| n.code == "P006").cloned());
        page.articles.push(article);
    }
    // Who reads the articles alone should know of what was left out beside them.
    if let Some(article) = page.articles.first_mut() {
        article.notes.extend(page.notes.iter().filter(|n| n.code == "P024").cloned());
    }
    page
}

/// Articles whose texts follow one another, with an empty line between.
fn in_a_row(articles: impl Iterator<Item = Article>) -> Vec<Article> {
    let (mut bytes, mut chars) = (0, 0);
    let placed = |mut article: Article| {
        (article.offset_bytes, article.offset_chars) = (bytes, chars);
        bytes += article.text.len() + 2;
        chars += article.text.chars().count() + 2;
        article
    };
    articles.map(placed).collect()
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
        excerpt: page.excerpt,
        ..Piece::default()
    };
    let view = View { reader, text: &text, lines: &lines };
    let piece = if page.excerpt { piece } else { Piece { unsplit: doubts(view, page.unsplit), ..piece } };
    let own = ReadOptions { url: page.url.clone().or_else(|| options.url.clone()), ..options.clone() };
    let mut article = article::build(view, &piece, &Default::default(), &own, page.date);
    article::add_doubt(&mut article, &piece);
    article.origin = TextOrigin::Extracted;
    article.title = page.title;
    article.section = page.section;
    if !page.authors.is_empty() {
        article.authors = page.authors;
    }
    if let Some(date) = page.date {
        article.date = Some(date);
        article.date_bounds = None;
        article.notes.retain(|n| !matches!(n.code.as_ref(), "P004" | "P005" | "P011"));
    } else if let Some(date) = page.guessed_date.filter(|d| article.date.is_none() && may_be_of(*d, &article)) {
        article.date = Some(date);
        article.notes.push(Note::new("P005", format!("no date stated; {date} is taken from the dates in the text")));
    }
    article.notes.extend(page.site_lines);
    article.outlet = page.outlet.or(article.outlet);
    for agency in page.agencies.into_iter().filter(|a| article.outlet.as_ref() != Some(a)) {
        if !article.reprinted_from.contains(&agency) {
            article.reprinted_from.push(agency);
        }
    }
    article.language = page.language.or(article.language);
    article
}

/// The doubts that the text of an HTML article gives rise to: pages are articles, so that one place of which the splitter
/// is not sure is none.
fn doubts(view: View<'_>, marked: usize) -> split::Unsplit {
    let found = split::unsplit(view);
    let doubtful = found.whole_percent.is_some_and(|p| f32::from(p) <= 100.0 * (1.0 - view.reader.splitter.sure));
    let found_in_text = if doubtful || found.candidates >= 2 { found.candidates } else { 0 };
    split::Unsplit { candidates: found_in_text.max(marked), ..found }
}

/// True where the article could be written on a day, by the years that it names.
fn may_be_of(date: PartialDate, article: &Article) -> bool {
    let earliest = article.date_bounds.and_then(|b| b.earliest);
    earliest.is_none_or(|e| date.last_day() >= e.first_day())
}

/// Takes an HTML page apart, a deep one on a thread of its own with room for its tree; a failure below gives an empty page.
fn extract_page(reader: &Reader, bytes: &[u8], options: &ReadOptions, wanted: Wanted) -> Extracted {
    let declared = decode::declared_in_html(bytes);
    let decoded = decode::decode(&bytes[..bytes.len().min(MAX_HTML_BYTES)], declared.as_deref());
    let mut notes = decoded.notes;
    if bytes.len() > MAX_HTML_BYTES {
        notes.push(Note::new("P007", format!("only the first {} MiB of the page were read", MAX_HTML_BYTES >> 20)));
    }
    let saved = saved_page(bytes).unwrap_or_default();
    let options = &ReadOptions {
        url: options.url.clone().or(saved.url),
        fetched: options.fetched.or(saved.day),
        ..options.clone()
    };
    let html = depth::limited(&decoded.text);
    if matches!(html, Cow::Owned(_)) {
        let said = format!("tags in more than {} others were left out; their text was read", depth::MAX_DEPTH);
        notes.push(Note::new("P021", said));
    }
    let here = || {
        let doc = dom_query::Document::from(&*html);
        is_shallow(&doc).then(|| take_apart(reader, doc, &html, options, wanted))
    };
    let there = || take_apart(reader, dom_query::Document::from(&*html), &html, options, wanted);
    let taken = match catch_unwind(AssertUnwindSafe(here)) {
        Ok(None) => std::thread::scope(|scope| {
            let thread = std::thread::Builder::new().stack_size(STACK_BYTES).spawn_scoped(scope, there);
            thread.ok().and_then(|t| t.join().ok())
        }),
        taken => taken.ok().flatten(),
    };
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

/// True where going down the tree by recursion needs no more room than any thread has.
fn is_shallow(doc: &dom_query::Document) -> bool {
    let mut open = vec![(doc.root(), 0)];
    while let Some((node, depth)) = open.pop() {
        if depth > SHALLOW {
            return false;
        }
        open.extend(node.children_it(false).map(|child| (child, depth + 1)));
    }
    true
}

/// `doc` is the tree of `html`.
fn take_apart(
    reader: &Reader,
    doc: dom_query::Document,
    html: &str,
    options: &ReadOptions,
    wanted: Wanted,
) -> Extracted {
    let lang = doc.html_root().attr("lang").unwrap_or_default();
    let month_first = puts_month_first(&lang);
    let (head, date, listing) = {
        let places = dates::Places::of(&doc);
        let head = meta::Head::of(&places);
        let url = options.url.as_deref().or(head.url.as_deref());
        let date = || dates::date_at(&places, &doc, &reader.dates, url, month_first, options.fetched);
        let listing = match wanted {
            Wanted::All => listing::find(&doc, &head, listing::Known { reader, url, month_first, by: options.fetched }),
            Wanted::One => listing::Listing::default(),
        };
        // The dates of its articles are not those of the page.
        let date =
            if listing.items.is_empty() { date() } else { page_date_of_rest(reader, &doc, url, month_first, options) };
        (head, date, listing)
    };
    let of_several = !listing.items.is_empty();
    let (stated, paragraphs) = if of_several {
        (if options.fast { readable::stated(doc) } else { stated_by_trafilatura(html) }, Vec::new())
    } else {
        main_content(reader, doc, html, options)
    };
    let mut page = described(reader, stated, &head, options.url.as_deref());
    page.section = head.section;
    page.unsplit = listing.unsplit;
    (page.date, page.guessed_date, page.likeliest_date) = (date.stated, date.guessed, date.likeliest);
    if let Some(refused) = date.refused {
        let said = format!("the page states {refused}, which lies after the day on which it was fetched; not taken");
        page.notes.push(Note::new("P023", said));
    }
    page.notes.extend(teasers_note(&listing));
    page.language = language::of_tag(&lang);
    if of_several {
        page.parts = parts(reader, &page, listing, html, options);
        return page;
    }
    let mut page = page.with_text(reader, paragraphs, html, options);
    page.doubt_date(reader);
    page
}

/// Metadata and article, by readability alone where it was asked for or leaves nothing to doubt, else by both extractors.
fn main_content(reader: &Reader, doc: dom_query::Document, html: &str, options: &ReadOptions) -> (Stated, Vec<String>) {
    let found = readable::read(doc, &reader.furniture);
    if options.fast && !found.paragraphs.is_empty() {
        return (found.stated, found.paragraphs);
    }
    if found.plain {
        return (stated_by_trafilatura(html), found.paragraphs);
    }
    let (stated, chosen) = by_trafilatura(html, options.url.as_deref());
    (stated, agree::agreed(found.paragraphs, chosen))
}

/// The date of a page without the articles that were taken out of it.
fn page_date_of_rest(
    reader: &Reader,
    doc: &dom_query::Document,
    url: Option<&str>,
    month_first: bool,
    options: &ReadOptions,
) -> dates::PageDate {
    let found = dates::page_date(doc, &reader.dates, url, month_first, options.fetched);
    // What is left of the text are boxes around the articles.
    dates::PageDate { guessed: None, ..found }
}

fn teasers_note(listing: &listing::Listing) -> Option<Note> {
    let n = listing.teasers;
    let said = match (n, listing.is_index) {
        (0, _) => return None,
        (_, true) => {
            let told = listing.items.len();
            let read = if told > 0 { format!("{told} of them with text") } else { "read as one article".into() };
            format!("an index page: {n} beginnings of articles that stand on other pages, {read}")
        }
        (_, false) => format!("{n} beginnings of articles that stand on other pages were left out"),
    };
    Some(Note::new("P024", said))
}

/// The articles of a page that holds several. What the page says of itself holds for those that say nothing.
fn parts(
    reader: &Reader,
    page: &Extracted,
    found: listing::Listing,
    html: &str,
    options: &ReadOptions,
) -> Vec<Extracted> {
    let credited = found.items.iter().any(|item| !item.authors.is_empty());
    let of_page = Extracted {
        date: page.date,
        outlet: page.outlet.clone(),
        url: page.url.clone(),
        section: page.section.clone(),
        language: page.language.clone(),
        ..Extracted::default()
    };
    let introduction = (!found.introduction.is_empty()).then(|| {
        let whole = Extracted { title: page.title.clone(), authors: page.authors.clone(), ..of_page.clone() };
        whole.with_text(reader, found.introduction, html, options)
    });
    let one = |item: listing::Item| {
        let own_host = item.url.as_deref().and_then(host).or_else(|| page.url.as_deref().and_then(host));
        let title = item
            .title
            .map(|t| names::title(&t, page.outlet.as_deref(), own_host.as_deref(), &reader.outlets).to_string());
        let own = Extracted {
            title: title.filter(|t| !t.is_empty()),
            authors: if credited { item.authors } else { page.authors.clone() },
            // The day of an index is not that of what it lists.
            date: item.date.or(page.date.filter(|_| !item.excerpt)),
            url: item.url.or_else(|| page.url.clone()),
            excerpt: item.excerpt,
            ..of_page.clone()
        };
        own.with_text(reader, item.paragraphs, html, options)
    };
    let all = introduction.into_iter().chain(found.items.into_iter().map(one));
    all.filter(|part| !part.paragraphs.is_empty()).collect()
}

impl Extracted {
    /// The same with its text, cleaned of boilerplate, and the language of that.
    fn with_text(mut self, reader: &Reader, paragraphs: Vec<String>, html: &str, options: &ReadOptions) -> Self {
        let title = self.title.as_deref();
        self.paragraphs = without_boilerplate(reader, without_title(paragraphs, title), title);
        if let Some(counted) = &options.site_lines {
            (self.paragraphs, self.site_lines) =
                counted.without_repeated(options.url.as_deref(), html, self.paragraphs);
        }
        self.language = language::guess(&self.paragraphs.join(" ")).or(self.language);
        self
    }

    /// Gives up a stated date that lies a year or more after the one above the text.
    fn doubt_date(&mut self, reader: &Reader) {
        let head = self.paragraphs.iter().take(HEAD_PARAGRAPHS);
        let shown = head.filter_map(|p| article::head_line(reader, p)?.date?.with_year(None)).next();
        let (Some(shown), Some(stated)) = (shown, self.date) else { return };
        if stated.day_number() - shown.day_number() >= FUTURE_DAYS {
            let said = format!(
                "the page states {stated}, a year or more after {shown}, which stands above its text; not taken"
            );
            self.notes.push(Note::new("P023", said));
            (self.date, self.likeliest_date) = (Some(shown), Some(shown));
        }
    }

    /// Takes bylines and date lines out of the head of the text, and what they say where nothing else does.
    fn take_head_lines(&mut self, reader: &Reader) {
        let head: Vec<String> = self.paragraphs.drain(..self.paragraphs.len().min(HEAD_PARAGRAPHS)).collect();
        let mut kept = Vec::new();
        for paragraph in head {
            match article::head_line(reader, &paragraph) {
                Some(said) => {
                    if self.authors.is_empty() {
                        self.authors = said.authors;
                    }
                    self.likeliest_date = self.likeliest_date.or(said.date.and_then(|d| d.with_year(None)));
                }
                None => kept.push(paragraph),
            }
        }
        self.paragraphs.splice(0..0, kept);
    }
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
        Err(_) => return (stated_by_trafilatura(html), Vec::new()),
    };
    (stated_of(meta), paragraphs)
}

/// Metadata by the `trafilatura` crate.
fn stated_by_trafilatura(html: &str) -> Stated {
    let options = Options::default().with_html_date_mode(HtmlDateMode::Disabled);
    stated_of(trafilatura::metadata::extract_metadata(&Document::parse(html), &options))
}

fn stated_of(meta: trafilatura::Metadata) -> Stated {
    let known = |s: String| Some(s).filter(|s| !s.is_empty());
    Stated { title: meta.title, author: known(meta.author), site: known(meta.sitename), url: known(meta.url) }
}

/// Title, authors and outlet, cleaned.
fn described(reader: &Reader, stated: Stated, head: &meta::Head, url: Option<&str>) -> Extracted {
    let page_url = stated.url.clone().or_else(|| head.url.clone()).or_else(|| url.map(str::to_string));
    let host = page_url.as_deref().and_then(host).or_else(|| url.and_then(self::host));
    let stated = Stated { site: head.site.clone().or(stated.site), ..stated };
    let site = stated.site.as_deref();
    let title = head.title(&stated, host.as_deref(), reader);
    let outlet = host.as_deref().and_then(|h| reader.outlets.at_host(h)).map(|o| o.name.clone());
    let author = stated.author.as_deref().unwrap_or_default();
    let named = names::only_outlets(author, &reader.outlets).into_iter().flatten();
    let agencies = named.chain(head.publisher.iter().map(|p| reader.outlets.canonical(p)));
    Extracted {
        title: Some(title).filter(|t| !t.is_empty()),
        authors: names::authors(author, site, &reader.outlets),
        agencies: agencies.filter(|a| reader.outlets.find(a).is_some_and(|o| o.kind == "agency")).collect(),
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
fn without_boilerplate(reader: &Reader, mut paragraphs: Vec<String>, title: Option<&str>) -> Vec<String> {
    let title = title.map(fold_bare).unwrap_or_default();
    for paragraph in &mut paragraphs {
        let end = reader.boilerplate.closer_at_end(paragraph, &|named| split::same_title(&title, named));
        paragraph.truncate(end.unwrap_or(paragraph.len()));
    }
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
