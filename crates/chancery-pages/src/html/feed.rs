//! RSS, Atom and JSON feeds: one article for each entry. Also the articles that other tools have taken out of their pages.

use super::day::written_day;
use super::{Extracted, article_of, blocks, in_a_row};
use crate::fold::trim;
use crate::{Page, PagesError, ReadOptions, Reader, language, names};
use chancery_text::{Note, PartialDate};
use feed_rs::model::{Entry, Feed};
use std::time::{Duration, SystemTime};

const SECONDS_OF_DAY: u64 = 86_400;

/// The beginning of the day that a feed names: its own day, which in another time zone might be the one before or after.
fn own_day(text: &str) -> Option<SystemTime> {
    let days = written_day(text)?.day_number() - PartialDate::day_of(1970, 1, 1)?.day_number();
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(u64::try_from(days).ok()? * SECONDS_OF_DAY))
}

/// Reads a feed.
///
/// # Errors
/// Where the feed is not well formed.
pub(crate) fn read_feed(reader: &Reader, name: &str, bytes: &[u8], options: &ReadOptions) -> Result<Page, PagesError> {
    // One parser reads one feed: after a broken one it panics.
    let parse = |feed: &[u8]| {
        let builder = feed_rs::parser::Builder::new().base_uri(options.url.as_deref()).sanitize_content(false);
        builder.timestamp_parser(|text| own_day(text).map(Into::into)).build().parse(feed)
    };
    let start = bytes.iter().position(|b| matches!(b, b'<' | b'{')).unwrap_or(0);
    let mut page = Page::default();
    let feed = match parse(&bytes[start..]) {
        Ok(feed) => feed,
        Err(error) => {
            let named = numbered_ids(&bytes[start..]).and_then(|feed| parse(&feed).ok());
            if let Some(feed) = named {
                return Ok(read_entries(reader, &feed, page, options));
            }
            let whole = closed(&bytes[start..]).and_then(|whole| parse(whole.as_slice()).ok());
            let entries = || one_by_one(&mended(&bytes[start..]), |part| parse(part.as_bytes()).ok());
            let feed = whole.or_else(entries);
            page.notes.push(Note::new("P022", format!("the feed is damaged; its whole entries were read ({error})")));
            feed.ok_or_else(|| PagesError::Feed { file: name.to_string(), reason: error.to_string() })?
        }
    };
    Ok(read_entries(reader, &feed, page, options))
}

fn read_entries(reader: &Reader, feed: &Feed, mut page: Page, options: &ReadOptions) -> Page {
    let entries: Vec<Extracted> = feed.entries.iter().map(|entry| extract_entry(reader, feed, entry)).collect();
    let (whole, empty): (Vec<Extracted>, Vec<Extracted>) =
        entries.into_iter().partition(|e| !e.paragraphs.is_empty() || e.title.is_some());
    page.articles = in_a_row(whole.into_iter().map(|entry| article_of(reader, entry, options)));
    let empty = empty.len();
    if empty > 0 {
        page.notes.push(Note::new("P009", format!("{empty} entries of the feed hold no text")));
    }
    if feed.entries.is_empty() {
        page.notes.push(Note::new("P002", "the feed holds no entries"));
    }
    page
}

/// A JSON feed whose entries have numbers for ids, which the format wants as text; `None` where that is not the fault.
fn numbered_ids(feed: &[u8]) -> Option<Vec<u8>> {
    let mut value: serde_json::Value = serde_json::from_slice(feed).ok()?;
    let mut changed = false;
    for item in value.get_mut("items")?.as_array_mut()? {
        let id = item.get_mut("id").filter(|id| id.is_number());
        if let Some(id) = id {
            *id = serde_json::Value::String(id.to_string());
            changed = true;
        }
    }
    changed.then(|| serde_json::to_vec(&value).ok()).flatten()
}

/// The feed up to its last whole entry, with its end put on; `None` where there is no whole entry.
fn closed(feed: &[u8]) -> Option<Vec<u8>> {
    let ends = [
        ("</item>", "<rss", "</channel></rss>"),
        ("</item>", "<rdf:RDF", "</rdf:RDF>"),
        ("</entry>", "<feed", "</feed>"),
    ];
    let find = |words: &str| feed.windows(words.len()).rposition(|w| w == words.as_bytes());
    ends.iter().find_map(|(entry, root, end)| {
        find(root)?;
        let whole = find(entry)? + entry.len();
        Some([&feed[..whole], end.as_bytes()].concat())
    })
}

/// The feed as text, with a bare "&" written as XML wants it.
fn mended(feed: &[u8]) -> String {
    let text = match std::str::from_utf8(feed) {
        Ok(text) => text.to_string(),
        // what calls itself UTF-8 and is not is nearly always in the Windows alphabet of the West
        Err(_) => encoding_rs::WINDOWS_1252.decode(feed).0.into_owned(),
    };
    let mut out = String::with_capacity(text.len());
    for (i, part) in text.split('&').enumerate() {
        let name = part.find(';').map(|end| &part[..end]).unwrap_or_default();
        let entity = !name.is_empty() && name.len() < 12 && name.chars().all(|c| c.is_ascii_alphanumeric() || c == '#');
        if i > 0 {
            out.push_str(if entity { "&" } else { "&amp;" });
        }
        out.push_str(part);
    }
    out
}

/// The entries that can be read each by itself, in one feed; `None` where there is none.
fn one_by_one(text: &str, parse: impl Fn(&str) -> Option<Feed>) -> Option<Feed> {
    let (open, close, end) = [
        ("<item", "</item>", if text.contains("<rdf:RDF") { "</rdf:RDF>" } else { "</channel></rss>" }),
        ("<entry", "</entry>", "</feed>"),
    ]
    .into_iter()
    .find(|(open, ..)| text.contains(open))?;
    let head = &text[..text.find(open)?];
    let mut whole: Option<Feed> = None;
    for part in text[head.len()..].split_inclusive(close).filter(|p| p.contains(open)).take(MAX_ENTRIES) {
        let entry = &part[part.find(open).unwrap_or(0)..];
        if let Some(feed) = parse(&format!("{head}{entry}{end}")) {
            match &mut whole {
                Some(all) => all.entries.extend(feed.entries),
                None => whole = Some(feed),
            }
        }
    }
    whole.filter(|feed| !feed.entries.is_empty())
}

/// So many entries of a damaged feed are tried.
const MAX_ENTRIES: usize = 2_000;

fn extract_entry(reader: &Reader, feed: &Feed, entry: &Entry) -> Extracted {
    let url = entry.links.first().map(|l| l.href.clone());
    let host = url.as_deref().and_then(super::host);
    let site = feed.title.as_ref().map(|t| plain(&t.content));
    let content = entry.content.as_ref().and_then(|c| c.body.as_deref()).filter(|b| !trim(b).is_empty());
    let html = content.or(entry.summary.as_ref().map(|s| s.content.as_str())).unwrap_or_default();
    let paragraphs =
        super::without_boilerplate(reader, blocks::paragraphs(html), entry.title.as_ref().map(|t| t.content.as_str()));
    let outlet = host.as_deref().and_then(|h| reader.outlets.at_host(h)).map(|o| o.name.clone());
    let day = |d: &str| d.get(..10).and_then(|d| d.parse::<PartialDate>().ok());
    let known = KnownArticle {
        title: entry.title.as_ref().map(|t| t.content.clone()),
        authors: entry.authors.iter().map(|a| a.name.clone().unwrap_or_default()).collect(),
        date: entry.published.or(entry.updated).and_then(|d| day(&d.to_rfc3339())),
        outlet: site,
        language: entry.language.clone().or_else(|| feed.language.clone()),
        url,
        body: KnownBody::default(),
    };
    cleaned(reader, known, paragraphs, outlet)
}

/// What is stated of an article, without the site's name in its title and among its authors. `of_host` is the outlet that
/// the address gives away.
fn cleaned(reader: &Reader, known: KnownArticle, paragraphs: Vec<String>, of_host: Option<String>) -> Extracted {
    let host = known.url.as_deref().and_then(super::host);
    let site = known.outlet.as_deref();
    let title = known.title.as_deref().map(plain).unwrap_or_default();
    let title = names::title(&title, site, host.as_deref(), &reader.outlets).to_string();
    Extracted {
        title: Some(title).filter(|t| !t.is_empty()),
        authors: names::authors(&known.authors.join(";"), site, &reader.outlets),
        date: known.date,
        outlet: of_host.or_else(|| site.filter(|s| !s.is_empty()).map(|s| reader.outlets.canonical(s))),
        language: language::guess(&paragraphs.join(" ")).or(known.language.as_deref().and_then(language::of_tag)),
        url: known.url,
        paragraphs,
        ..Extracted::default()
    }
}

/// An article that is known without its page.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct KnownArticle {
    /// Title.
    pub title: Option<String>,
    /// Authors, as they are stated.
    pub authors: Vec<String>,
    /// When it was published.
    pub date: Option<PartialDate>,
    /// Who published it, as it is stated.
    pub outlet: Option<String>,
    /// Its language, as a tag.
    pub language: Option<String>,
    /// Where it was found.
    pub url: Option<String>,
    /// Its text.
    pub body: KnownBody,
}

/// The text of an article that is known without its page.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum KnownBody {
    /// A line for each paragraph.
    Text(String),
    /// Marked up.
    Html(String),
}

impl Default for KnownBody {
    fn default() -> Self {
        KnownBody::Text(String::new())
    }
}

/// Makes an article of what is known of it.
pub(crate) fn read_known(reader: &Reader, known: KnownArticle, options: &ReadOptions) -> Page {
    let paragraphs = match &known.body {
        KnownBody::Html(html) => blocks::paragraphs(&super::depth::limited(html)),
        KnownBody::Text(text) => text.lines().map(blocks::one_line).filter(|l| !l.is_empty()).collect(),
    };
    let paragraphs = super::without_boilerplate(reader, paragraphs, known.title.as_deref());
    // Some tools state the host for want of a name.
    let hosts = [known.url.as_deref().and_then(super::host), known.outlet.clone()];
    let of_host = hosts.iter().flatten().find_map(|h| reader.outlets.at_host(h)).map(|o| o.name.clone());
    let extracted = cleaned(reader, known, paragraphs, of_host);
    if extracted.paragraphs.is_empty() && extracted.title.is_none() {
        return Page { articles: Vec::new(), notes: vec![Note::new("P002", "the record holds no text")] };
    }
    Page { articles: vec![article_of(reader, extracted, options)], notes: Vec::new() }
}

/// A title that may hold entities or tags.
fn plain(text: &str) -> String {
    if text.contains(['<', '&']) { blocks::paragraphs(text).join(" ") } else { blocks::one_line(text) }
}
