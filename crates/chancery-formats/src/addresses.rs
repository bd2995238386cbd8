//! Lists of addresses: a line each, a table with a column of them, OPML, a sitemap. Fetched only where the caller says how.

use crate::error::FormatsError;
use crate::kind::HEAD_BYTES;
use crate::meta::{Metadata, date, field};
use crate::walk::{Cut, Outcome, Place, Walk, read_capped};
use crate::xml::{Step, steps};
use chancery_text::PartialDate;
use csv::{ReaderBuilder, StringRecord};
use std::collections::HashSet;
use std::fmt::Debug;
use std::io::BufRead;

/// Fetches pages for [`crate::Formats::with_fetch`].
pub trait Fetch: Debug + Send + Sync {
    /// Fetches `urls` and gives each page, or why there is none, to `each` with its number, in their order, until `each`
    /// says false.
    fn fetch(&self, urls: &[String], each: &mut dyn FnMut(usize, Result<FetchedPage, String>) -> bool);
}

/// A page from the web.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FetchedPage {
    /// Where it was found.
    pub url: String,
    /// The character set that its server states.
    pub charset: Option<String>,
    /// When it was fetched.
    pub date: Option<PartialDate>,
    /// What it is.
    pub body: Vec<u8>,
}

/// One address, and what its list says of the page.
#[derive(Debug)]
pub(crate) struct Address {
    /// Its place in the list: the line or the record.
    pub number: String,
    pub url: String,
    pub meta: Metadata,
}

/// Reads a list.
pub(crate) fn read(walk: &mut Walk<'_>, place: &Place, input: &mut dyn BufRead) {
    let limit = walk.formats.limits.document_bytes;
    let (bytes, cut) = read_capped(input, limit);
    match cut {
        Some(Cut::TooLong) => {
            let done = "only the addresses at its beginning were read";
            walk.error(FormatsError::TooLong { place: place.name.clone(), limit, done });
        }
        Some(Cut::Broken(error)) => walk.broken(place, "a list of addresses", &error),
        None => {}
    }
    let text = decoded(&bytes);
    let mut list = List::default();
    match shape_of(&text[..head_end(&text)], text.len() <= HEAD_BYTES) {
        Some(Shape::Lines) => list.lines(&text),
        Some(Shape::Table(table)) => list.table(&text, &table),
        Some(Shape::Xml) => list.xml(&text),
        None => {}
    }
    if list.without > 0 {
        let reason = match list.without {
            1 => format!("line {} holds no address", list.first_without),
            n => format!("{n} lines hold no address; the first is line {}", list.first_without),
        };
        walk.error(FormatsError::List { place: place.name.clone(), reason });
    }
    self::fetch(walk, place, list.addresses);
}

/// Fetches what the caller wants to be fetched, and reads it; else says how many addresses there are.
pub(crate) fn fetch(walk: &mut Walk<'_>, place: &Place, mut addresses: Vec<Address>) {
    let listed = addresses.len();
    let mut seen = HashSet::new();
    addresses.retain(|a| seen.insert(a.url.clone()));
    if addresses.is_empty() {
        return;
    }
    let what = if addresses.len() == 1 { "1 address".into() } else { format!("{} addresses", addresses.len()) };
    let Some(fetch) = walk.formats.fetch.clone() else {
        return walk.note(&place.name, "P013", format!("{what}, not fetched: add --fetch"));
    };
    if walk.is_fetching {
        return walk.note(&place.name, "P013", format!("{what} in a fetched list, not fetched: list them yourself"));
    }
    if addresses.len() < listed {
        let text =
            format!("{} addresses stand in the list more than once and are fetched once", listed - addresses.len());
        walk.note(&place.name, "P012", text);
    }
    let urls: Vec<String> = addresses.iter().map(|a| a.url.clone()).collect();
    walk.is_fetching = true;
    let mut addresses = addresses.into_iter();
    fetch.fetch(&urls, &mut |_, page| {
        let Some(address) = addresses.next() else { return false };
        walk.fetched(place, address, page);
        !walk.meter.is_exceeded()
    });
    walk.is_fetching = false;
}

impl Walk<'_> {
    fn fetched(&mut self, list: &Place, address: Address, page: Result<FetchedPage, String>) {
        let place = list.member(&address.number, address.meta).named_by(&address.url);
        let reason = match page {
            Ok(FetchedPage { url, charset, date, body }) => {
                let fetched = [date, place.meta.fetched].into_iter().flatten().min();
                let meta = Metadata { url: Some(url), charset, fetched, ..place.meta.clone() };
                let place = Place { meta, ..place.clone() };
                self.meter.add_packed(body.len() as u64);
                match self.bytes(&place, &body) {
                    Outcome::Done => return,
                    Outcome::NoPage { format, hint } => format!("this is {format}, not a page; {hint}"),
                }
            }
            Err(reason) => reason,
        };
        self.error(FormatsError::Fetch { place: place.name, url: address.url, reason });
    }
}

/// True where the first bytes of a text are those of a list of addresses.
pub(crate) fn is_list(head: &[u8]) -> bool {
    let near = &head[..head.len().min(HEAD_BYTES)];
    near.windows(4).any(|w| w.eq_ignore_ascii_case(b"http")) && {
        let text = decoded(near);
        shape_of(&text, near.len() < HEAD_BYTES).is_some()
    }
}

fn decoded(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes.strip_prefix(b"\xef\xbb\xbf").unwrap_or(bytes)).into_owned()
}

fn head_end(text: &str) -> usize {
    (0..=text.len().min(HEAD_BYTES)).rev().find(|at| text.is_char_boundary(*at)).unwrap_or(0)
}

/// How a list is written.
#[derive(Debug, PartialEq, Eq)]
enum Shape {
    /// An address a line.
    Lines,
    /// Rows of which one column is an address.
    Table(Table),
    /// OPML or a sitemap.
    Xml,
}

#[derive(Debug, PartialEq, Eq)]
struct Table {
    delimiter: u8,
    /// The names of the columns, where the first row holds them.
    names: Option<Vec<String>>,
    url: usize,
}

/// The shape of a list that begins so; `None` where it is none. The last line may be cut where the text is not `whole`.
fn shape_of(head: &str, whole: bool) -> Option<Shape> {
    if let Some(root) = root_element(head) {
        return ["opml", "urlset", "sitemapindex"].contains(&root).then_some(Shape::Xml);
    }
    let head = if whole { head } else { &head[..head.rfind('\n')? + 1] };
    let lines: Vec<&str> = head.lines().map(str::trim).filter(|l| !is_comment(l)).collect();
    let first = lines.first()?;
    let found = lines.iter().filter(|l| is_address(l)).count();
    let table = |share: Share| b"\t,;|".iter().find_map(|d| table_of(head, *d, share)).map(Shape::Table);
    if found == lines.len() {
        return Some(Shape::Lines);
    }
    // Rows of cells without white space look like addresses; a first row of names tells them apart.
    let is_headed = first.split(['\t', ',', ';', '|']).any(names_addresses);
    let is_list_of_lines = !is_headed && Share::Most.is_enough(found, lines.len());
    table(Share::All).or_else(|| if is_list_of_lines { Some(Shape::Lines) } else { table(Share::Most) })
}

/// How many lines of a list must hold an address.
#[derive(Debug, Clone, Copy)]
enum Share {
    All,
    /// Three quarters, and more than one.
    Most,
}

impl Share {
    fn is_enough(self, found: usize, of: usize) -> bool {
        match self {
            Share::All => found == of,
            Share::Most => found > 1 && 4 * found >= 3 * of,
        }
    }
}

fn table_of(head: &str, delimiter: u8, share: Share) -> Option<Table> {
    let rows: Vec<StringRecord> = rows(head, delimiter).collect();
    let (first, rest) = rows.split_first()?;
    let (names, url, body) = match first.iter().position(|cell| is_address(cell.trim())) {
        Some(url) => (None, url, &rows[..]),
        None => {
            let names = first.iter().map(|n| n.trim().to_lowercase()).collect();
            (Some(names), first.iter().position(names_addresses)?, rest)
        }
    };
    let holds = |row: &&StringRecord| row.get(url).is_some_and(|cell| is_address(cell.trim()));
    let is_table = !body.is_empty() && share.is_enough(body.iter().filter(holds).count(), body.len());
    is_table.then_some(Table { delimiter, names, url })
}

fn names_addresses(cell: &str) -> bool {
    URL_COLUMNS.iter().any(|name| name.eq_ignore_ascii_case(cell.trim()))
}

/// How tools call the column of addresses.
const URL_COLUMNS: [&str; 8] = ["url", "link", "uri", "href", "address", "sourceurl", "documentidentifier", "web_url"];

fn rows(text: &str, delimiter: u8) -> impl Iterator<Item = StringRecord> {
    let reader = ReaderBuilder::new()
        .has_headers(false)
        .flexible(true)
        .comment(Some(b'#'))
        .delimiter(delimiter)
        .from_reader(text.as_bytes());
    reader.into_records().flatten()
}

fn is_comment(line: &str) -> bool {
    let line = line.trim();
    line.is_empty() || line.starts_with('#')
}

/// Something of the form `https://host/path`, without white space and quotes.
pub(crate) fn is_address(text: &str) -> bool {
    let rest = ["http://", "https://"].iter().find_map(|scheme| {
        let (head, rest) = text.split_at_checked(scheme.len())?;
        head.eq_ignore_ascii_case(scheme).then_some(rest)
    });
    rest.is_some_and(|r| {
        r.starts_with(|c: char| c.is_alphanumeric() || c == '[')
            && !r.contains(|c: char| c.is_whitespace() || c.is_control() || "\"<>".contains(c))
    })
}

/// The name of an XML document's first element, without prefix; `None` where it is no XML.
fn root_element(head: &str) -> Option<&str> {
    let mut rest = head.trim_start();
    rest.starts_with('<').then_some(())?;
    loop {
        rest = rest.trim_start().strip_prefix('<')?;
        let end = match rest {
            r if r.starts_with("!--") => r.find("-->")? + 3,
            r if r.starts_with(['?', '!']) => r.find('>')? + 1,
            r => {
                let name = r.split(|c: char| c.is_whitespace() || "/>".contains(c)).next()?;
                return Some(name.rsplit(':').next().unwrap_or(name));
            }
        };
        rest = &rest[end..];
    }
}

/// What was found in a list.
#[derive(Debug, Default)]
struct List {
    addresses: Vec<Address>,
    without: usize,
    first_without: u64,
}

impl List {
    fn add(&mut self, line: u64, url: &str, meta: Metadata) {
        if is_address(url.trim()) {
            let meta = Metadata { url: Some(url.trim().to_string()), ..meta };
            self.addresses.push(Address { number: line.to_string(), url: url.trim().to_string(), meta });
            return;
        }
        if self.without == 0 {
            self.first_without = line;
        }
        self.without += 1;
    }

    fn lines(&mut self, text: &str) {
        for (i, line) in text.lines().enumerate().filter(|(_, line)| !is_comment(line)) {
            self.add(i as u64 + 1, line, Metadata::default());
        }
    }

    fn table(&mut self, text: &str, table: &Table) {
        for row in rows(text, table.delimiter).skip(usize::from(table.names.is_some())) {
            let line = row.position().map_or(0, |p| p.line());
            let cell = |name: &str| {
                let at = table.names.as_ref()?.iter().position(|n| n == name)?;
                row.get(at).and_then(field)
            };
            let title = cell("title");
            let fetched = cell("seendate").and_then(|d| date(&d));
            self.add(line, row.get(table.url).unwrap_or_default(), Metadata { title, fetched, ..Metadata::default() });
        }
    }

    /// The feeds of an OPML file, the pages of a sitemap.
    fn xml(&mut self, text: &str) {
        let (mut number, mut inside, mut found) = (0, false, String::new());
        steps(text, &mut |step| match step {
            Step::Open(name, attributes) if name == "outline" => {
                let value = |key: &str| attributes.iter().find(|(k, _)| k.eq_ignore_ascii_case(key)).map(|(_, v)| v);
                if let Some(url) = value("xmlUrl").or_else(|| value("url")) {
                    number += 1;
                    self.add(number, url, Metadata::default());
                }
            }
            Step::Open(name, _) if name == "loc" => (inside, found) = (true, String::new()),
            Step::Text(text) if inside => found.push_str(&text),
            Step::Close(name) if name == "loc" && inside => {
                (inside, number) = (false, number + 1);
                self.add(number, &found, Metadata::default());
            }
            _ => {}
        });
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lists_are_told_from_text() {
        for list in [
            "https://example.org/a\n",
            "# my list\n\nhttps://example.org/a,1.html\r\nHTTP://example.org/b\r\n",
            "url\nhttps://example.org/a\n",
            "\u{feff}URL,MobileURL,Date,Title\nhttps://example.org/a,,2026-11-01 10:00:00,\"One, two\"\n",
            "1\thttps://example.org/a\tOne\n2\thttps://example.org/b\tTwo\n",
            "https://example.org/a\nhttps://example.org/b\nsee \"below\nhttps://example.org/c\n",
            "My reading list:\nhttps://example.org/a\nhttps://example.org/b\nhttps://example.org/c\n",
            "url,date\nhttps://example.org/a,1\nhttps://example.org/b,2\nhttps://example.org/c,3\n,4\n",
            "<?xml version='1.0'?>\n<!-- x --><opml version='2.0'><body><outline xmlUrl='https://example.org/f'/></body></opml>",
            "<urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'><url><loc>https://example.org/</loc></url></urlset>",
        ] {
            assert!(is_list(list.as_bytes()), "{list}");
        }
        for other in [
            "",
            "Envoys met, https://example.org/a says.\n",
            "https://example.org/a\n\nEnvoys met in Geneva.\n",
            "The envoys\nhttps://example.org/a\n",
            "url\nnone\n",
            "https://example.org/a\nhttps://example.org/b\nEnvoys met in Geneva.\n",
            "https://\n",
            "<html><body>http</body></html>",
            "<rss><channel><link>https://example.org/</link></channel></rss>",
        ] {
            assert!(!is_list(other.as_bytes()), "{other}");
        }
    }

    #[test]
    fn a_cut_head_is_judged_without_its_last_line() {
        let list = "https://example.org/long\n".repeat(1000);
        assert!(is_list(&list.as_bytes()[..HEAD_BYTES]));
        let one_line = "https://example.org/".repeat(1000);
        assert!(!is_list(&one_line.as_bytes()[..HEAD_BYTES]), "an address without end");
    }

    #[test]
    fn columns_are_found() {
        let text = "id;Link;title;seendate\n1;https://example.org/a;One;20261101T000000Z\n2;;Two;\n";
        let Some(Shape::Table(table)) = shape_of("id;Link;title;seendate\n1;https://example.org/a;One;2\n", true)
        else {
            panic!("a table");
        };
        let mut list = List::default();
        list.table(text, &table);
        assert_eq!(list.addresses.len(), 1);
        assert_eq!(list.addresses[0].number, "2");
        assert_eq!(list.addresses[0].meta.title.as_deref(), Some("One"));
        assert_eq!(list.addresses[0].meta.fetched, "2026-11-01".parse().ok());
        assert_eq!((list.without, list.first_without), (1, 3));
    }
}
