//! Plain text to articles: every article is a stretch of the page, verbatim.
//!
//! In: a decoded page. Out: articles whose `text` is the page's text from the first to the last line that is content, and
//! whose blocks name the content lines. Offsets count in the page.

pub(crate) mod article;
pub(crate) mod lines;
mod markdown;
pub(crate) mod split;
pub(crate) mod title;

use crate::dates::YearVotes;
use crate::html::written_day;
use crate::names;
use crate::{Page, ReadOptions, Reader};
use chancery_text::{Note, PartialDate, Span, TextOrigin};
use lines::{Line, MAX_LINE_BYTES, Role};
use markdown::Rendered;
use split::View;
use title::may_be_title;

/// Only so many bytes are counted for the page's year.
const YEAR_SAMPLE_BYTES: usize = 4 << 20;

/// Reads a plain-text page, or one in Markdown.
pub(crate) fn read(reader: &Reader, text: &str, options: &ReadOptions) -> Page {
    if options.markdown || markdown::has_front_matter(text) {
        return read_markdown(reader, text, options);
    }
    read_lines(reader, text, lines::lines(text, &reader.boilerplate), options, None)
}

/// Names of the fields of front matter, the surest first.
const TITLES: [&str; 2] = ["title", "headline"];
const AUTHORS: [&str; 4] = ["authors", "author", "byline", "creator"];
const DATES: [&str; 6] = ["date", "published", "publishdate", "pubdate", "date_published", "created"];
const URLS: [&str; 6] = ["url", "canonical", "canonical_url", "source_url", "link", "permalink"];
const OUTLETS: [&str; 5] = ["outlet", "publisher", "publication", "site", "source"];
const SECTIONS: [&str; 3] = ["section", "category", "categories"];

/// Reads a page in Markdown as the text that it stands for.
fn read_markdown(reader: &Reader, text: &str, options: &ReadOptions) -> Page {
    let Rendered { text, headings, map, front } = markdown::render(text);
    let mut lines = lines::lines(&text, &reader.boilerplate);
    for line in &mut lines {
        let heading = headings.iter().find(|(span, _)| *span == line.span);
        line.level = heading.map(|(_, level)| *level);
    }
    let url = options.url.clone().or_else(|| front.one(&URLS).filter(|u| u.contains("://")).map(str::to_string));
    let options = ReadOptions { url, ..options.clone() };
    let date = front.one(&DATES).and_then(written_day);
    let mut page = read_lines(reader, &text, lines, &options, date);
    let single = page.articles.len() == 1;
    for article in &mut page.articles {
        article.origin = TextOrigin::Extracted;
        let span = Span::new(article.offset_bytes, article.offset_bytes + article.text.len());
        article.input = Some(map.cut(&text, span));
        if single {
            article.title = front.one(&TITLES).map(str::to_string).or_else(|| article.title.take());
        }
        let site = front.one(&OUTLETS).filter(|s| !s.contains("://"));
        let authors = names::authors(&front.all(&AUTHORS).join(";"), site, &reader.outlets);
        if article.authors.is_empty() || (single && !authors.is_empty()) {
            article.authors = authors;
        }
        article.outlet = article.outlet.take().or_else(|| site.map(|s| reader.outlets.canonical(s)));
        article.section = front.one(&SECTIONS).map(str::to_string);
    }
    page
}

/// Reads the lines of a page; `known` is the date of its article where it is stated elsewhere.
fn read_lines(
    reader: &Reader,
    text: &str,
    mut lines: Vec<Line>,
    options: &ReadOptions,
    known: Option<PartialDate>,
) -> Page {
    mark_section_labels(reader, text, &mut lines);
    let view = View { reader, text, lines: &lines };
    let split = split::split(view);
    let mut years = YearVotes::default();
    years.count(&reader.dates, head(text, YEAR_SAMPLE_BYTES));
    let mut chars = CharCounter { text, bytes: 0, chars: 0 };
    let mut page = Page { articles: Vec::new(), notes: page_notes(&lines, &split) };
    // What is stated for the whole holds for those of several articles that state nothing.
    let of_one = known.filter(|_| split.pieces.len() == 1);
    for piece in &split.pieces {
        let mut article = article::build(view, piece, &years, options, of_one);
        if let Some(date) = known.filter(|_| article.date.is_none() || article.notes.iter().any(|n| is_guess(&n.code)))
        {
            article.date = Some(date);
            article.date_bounds = None;
            article.notes.retain(|n| !is_guess(&n.code) && n.code != "P011");
        }
        article.offset_chars = chars.up_to(article.offset_bytes);
        article::add_doubt(&mut article, piece);
        page.articles.push(article);
    }
    page
}

fn page_notes(lines: &[Line], split: &split::Split) -> Vec<Note> {
    let mut notes = Vec::new();
    if let Some(long) = lines.iter().map(|l| l.span.len()).filter(|n| *n > MAX_LINE_BYTES).max() {
        notes.push(Note::new(
            "P003",
            format!(
                "a line of {long} bytes: only its first {MAX_LINE_BYTES} bytes were read, as one paragraph, and not searched for credits"
            ),
        ));
    }
    if split.inferred {
        let (n, unsure) = (split.pieces.len(), split.pieces.iter().map(|p| p.unsplit.candidates).sum::<usize>());
        let said = format!("{n} articles, found by the text alone; {unsure} further candidates were not cut");
        notes.push(Note::new("P010", said));
    } else {
        notes.extend(split.pieces.iter().filter_map(article::unsplit_note));
    }
    if split.pieces.is_empty() {
        let said = if lines.is_empty() { "the file holds no text" } else { "the page holds nothing but boilerplate" };
        notes.push(Note::new("P002", said));
    }
    notes
}

/// True for notes that no date is stated.
fn is_guess(code: &str) -> bool {
    matches!(code, "P004" | "P005")
}

/// A section label right above a title is no part of the article.
fn mark_section_labels(reader: &Reader, text: &str, lines: &mut [Line]) {
    for i in (0..lines.len()).rev() {
        let next = lines[i + 1..].iter().find(|l| l.is_content());
        let above_title = next.is_some_and(|n| n.span.len() < 1000 && may_be_title(n.span.of(text)));
        if above_title && lines[i].is_content() && reader.boilerplate.is_section_label(lines[i].span.of(text)) {
            lines[i].role = Role::Boilerplate;
        }
    }
}

/// Counts characters forward only.
struct CharCounter<'t> {
    text: &'t str,
    bytes: usize,
    chars: usize,
}

impl CharCounter<'_> {
    fn up_to(&mut self, bytes: usize) -> usize {
        self.chars += self.text.get(self.bytes..bytes).map_or(0, |t| t.chars().count());
        self.bytes = bytes.max(self.bytes);
        self.chars
    }
}

/// The last `bytes` of a text, cut at a character.
pub(crate) fn tail(text: &str, bytes: usize) -> &str {
    let mut start = text.len().saturating_sub(bytes);
    while !text.is_char_boundary(start) {
        start += 1;
    }
    &text[start..]
}

/// The first `bytes` of a text, cut at a character.
pub(crate) fn head(text: &str, bytes: usize) -> &str {
    let mut end = text.len().min(bytes);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
