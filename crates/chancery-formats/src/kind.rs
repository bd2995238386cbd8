//! What a file is: found from its content, and from its name only where the content leaves it open.

use crate::table::{self, Header};
use chancery_pages::PageKind;
use serde::Serialize;

/// A format that is read.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum Format {
    /// Plain text.
    Text,
    /// Markdown.
    Markdown,
    /// HTML, also as SingleFile saves it.
    Html,
    /// RSS, Atom, JSON feed.
    Feed,
    /// PDF.
    Pdf,
    /// Office Open XML text.
    Docx,
    /// Electronic book.
    Epub,
    /// Mail.
    Eml,
    /// Web page saved as one MIME message.
    Mhtml,
    /// Records of other tools.
    Json,
    /// Table of articles.
    Table,
    /// List of addresses.
    List,
    /// Web archive.
    Warc,
    /// Packed web archive.
    Wacz,
    /// ZIP archive.
    Zip,
    /// TAR archive.
    Tar,
    /// gzip.
    Gz,
    /// Zstandard.
    Zst,
}

/// One row of the list of formats.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct FormatInfo {
    /// Which.
    pub format: Format,
    /// Its usual name.
    pub name: &'static str,
    /// The endings that files of it have.
    pub extensions: &'static [&'static str],
    /// How it is known.
    pub known_by: &'static str,
    /// What comes out.
    pub gives: &'static str,
}

const fn row(
    format: Format,
    name: &'static str,
    extensions: &'static [&'static str],
    known_by: &'static str,
    gives: &'static str,
) -> FormatInfo {
    FormatInfo { format, name, extensions, known_by, gives }
}

/// The formats that are read.
pub const FORMATS: &[FormatInfo] = &[
    row(Format::Text, "plain text", &["txt"], "what is nothing else", "one page; many titled articles are split"),
    row(
        Format::Markdown,
        "Markdown",
        &["md", "markdown"],
        "its name, or front matter",
        "as plain text, without the marks",
    ),
    row(
        Format::Html,
        "HTML, SingleFile",
        &["html", "htm", "xhtml"],
        "its first tags",
        "one article, or several side by side",
    ),
    row(
        Format::Feed,
        "RSS, Atom, JSON feed",
        &["rss", "atom", "xml", "json"],
        "its first tags",
        "one article an entry",
    ),
    row(Format::Pdf, "PDF", &["pdf"], "%PDF-", "its text as one page"),
    row(Format::Docx, "DOCX", &["docx"], "word/document.xml in a ZIP archive", "its text as one page"),
    row(Format::Epub, "EPUB", &["epub"], "META-INF/container.xml in a ZIP archive", "one article a chapter"),
    row(Format::Eml, "mail", &["eml"], "its header lines", "the message and its attachments"),
    row(Format::Mhtml, "MHTML", &["mhtml", "mht"], "its header lines, multipart/related", "the page"),
    row(
        Format::Json,
        "records of trafilatura, news-please, Fundus, GDELT and others",
        &["jsonl", "ndjson", "json"],
        "its first characters and the names of its fields",
        "one article a record",
    ),
    row(
        Format::Table,
        "table of articles (CSV, TSV)",
        &["csv", "tsv"],
        "a first row of names, `text` among them",
        "one article a row",
    ),
    row(
        Format::List,
        "list of addresses, OPML, sitemap",
        &["urls", "csv", "tsv", "opml"],
        "an address in every line or row",
        "with --fetch: what stands at each address",
    ),
    row(Format::Warc, "WARC", &["warc"], "WARC/1.", "each page that was fetched, with address and date"),
    row(Format::Wacz, "WACZ", &["wacz"], "archive/*.warc in a ZIP archive", "as WARC"),
    row(Format::Zip, "ZIP", &["zip"], "PK", "each member"),
    row(Format::Tar, "TAR", &["tar"], "ustar", "each member"),
    row(Format::Gz, "gzip", &["gz", "tgz"], "1F 8B", "what is packed in it"),
    row(Format::Zst, "Zstandard", &["zst"], "28 B5 2F FD", "what is packed in it, also WARC with a dictionary"),
];

impl Format {
    /// Its usual name.
    pub fn name(self) -> &'static str {
        FORMATS.iter().find(|row| row.format == self).map_or("unknown", |row| row.name)
    }

    /// The format that a file's name promises.
    pub(crate) fn of_name(name: &str) -> Option<Format> {
        let extension = name.rsplit_once('.')?.1.to_ascii_lowercase();
        FORMATS.iter().find(|row| row.extensions.contains(&extension.as_str())).map(|row| row.format)
    }
}

/// What the first bytes are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Found {
    /// A format that is read.
    Known(Format),
    /// Nothing but white space.
    Empty,
    /// Something else.
    Other {
        /// "a PNG image".
        format: &'static str,
        /// What the user can do.
        hint: &'static str,
    },
}

/// How many bytes [`sniff`] wants.
pub(crate) const HEAD_BYTES: usize = 8192;

/// Where a PDF may begin.
const PDF_HEAD_BYTES: usize = 1024;

/// Finds what `head`, the first bytes of a file of this name, is.
pub(crate) fn sniff(head: &[u8], name: &str) -> Found {
    if let Some(format) = by_magic(head) {
        return Found::Known(format);
    }
    if let Some(format) = by_headers(head, name) {
        return Found::Known(format);
    }
    match chancery_pages::page_kind(head) {
        PageKind::Text if table::header(head) == Some(Header::Texts) => Found::Known(Format::Table),
        PageKind::Text | PageKind::Html | PageKind::Feed if crate::addresses::is_list(head) => {
            Found::Known(Format::List)
        }
        PageKind::Empty => Found::Empty,
        PageKind::Html => Found::Known(Format::Html),
        PageKind::Feed => Found::Known(Format::Feed),
        PageKind::Binary { format, hint } => Found::Other { format, hint },
        PageKind::Text if is_json(head) => Found::Known(Format::Json),
        PageKind::Text if Format::of_name(name) == Some(Format::Markdown) => Found::Known(Format::Markdown),
        // Read as one, it says what is missing.
        PageKind::Text if Format::of_name(name) == Some(Format::Table) && table::header(head).is_some() => {
            Found::Known(Format::Table)
        }
        PageKind::Text => Found::Known(Format::Text),
    }
}

fn by_magic(head: &[u8]) -> Option<Format> {
    let skippable = head.len() > 4 && head[0] & 0xf0 == 0x50 && head[1..4] == [0x2a, 0x4d, 0x18];
    let begins = |magic: &[u8]| head.starts_with(magic);
    Some(match () {
        () if begins(b"\x1f\x8b\x08") => Format::Gz,
        () if begins(b"\x28\xb5\x2f\xfd") || skippable => Format::Zst,
        () if begins(b"PK\x03\x04") || begins(b"PK\x05\x06") => Format::Zip,
        () if begins(b"WARC/") => Format::Warc,
        () if head.get(257..262) == Some(b"ustar") => Format::Tar,
        () if is_pdf(head) => Format::Pdf,
        () => return None,
    })
}

/// A few bytes of rubbish may stand before a PDF, but no text.
fn is_pdf(head: &[u8]) -> bool {
    let near = &head[..head.len().min(PDF_HEAD_BYTES)];
    head.starts_with(b"%PDF-")
        || near.windows(5).position(|w| w == b"%PDF-").is_some_and(|at| near[..at].iter().all(u8::is_ascii_whitespace))
}

/// JSON as tools write it: an object with a first key, or a list of such, or a list of addresses.
fn is_json(head: &[u8]) -> bool {
    let mut bytes = head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head).iter().filter(|b| !b.is_ascii_whitespace());
    match bytes.next() {
        Some(b'{') => matches!(bytes.next(), Some(b'"')),
        Some(b'[') => match (bytes.next(), bytes.next()) {
            (Some(b'{'), Some(b'"')) => true,
            (Some(b'"'), Some(b'h')) => bytes.take(3).eq(b"ttp"),
            _ => false,
        },
        _ => false,
    }
}

/// Header lines that only a message has.
const MAIL_HEADERS: [&str; 7] = [
    "mime-version",
    "message-id",
    "received",
    "return-path",
    "content-transfer-encoding",
    "delivered-to",
    "content-type",
];

/// Mail and MHTML: header lines from the first byte on, at least two, one of them a message's own.
fn by_headers(head: &[u8], name: &str) -> Option<Format> {
    let text = String::from_utf8_lossy(head.strip_prefix(b"\xef\xbb\xbf").unwrap_or(head));
    let promised = Format::of_name(name).filter(|f| matches!(f, Format::Eml | Format::Mhtml));
    let (mut lines, mut own, mut related) = (0, promised.is_some(), false);
    for line in text.lines().take_while(|l| !l.trim().is_empty()) {
        related |= line.to_ascii_lowercase().contains("multipart/related");
        if line.starts_with([' ', '\t']) && lines > 0 {
            continue;
        }
        let (key, _) = line.split_once(':')?;
        if key.is_empty() || !key.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'-') {
            return None;
        }
        own |= MAIL_HEADERS.contains(&key.to_ascii_lowercase().as_str());
        related |= key.eq_ignore_ascii_case("snapshot-content-location");
        lines += 1;
    }
    let format = if related { Format::Mhtml } else { Format::Eml };
    (own && lines >= 2).then_some(promised.unwrap_or(format))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn known(head: &[u8], name: &str) -> Option<Format> {
        match sniff(head, name) {
            Found::Known(format) => Some(format),
            _ => None,
        }
    }

    #[test]
    fn content_goes_before_the_name() {
        assert_eq!(known(b"PK\x03\x04....", "page.html"), Some(Format::Zip));
        assert_eq!(known(b"%PDF-1.7", "page.txt"), Some(Format::Pdf));
        assert_eq!(known(b"<!doctype html><p>Hi", "page.pdf"), Some(Format::Html));
        assert_eq!(known(b"{\"title\": 1}", "x"), Some(Format::Json));
        assert_eq!(known(b"[See below.]", "x.json"), Some(Format::Text));
        assert_eq!(known(b"# Title", "x.md"), Some(Format::Markdown));
        assert_eq!(known(b"title,text\nA,B\n", "x.txt"), Some(Format::Table));
        assert_eq!(known(b"title,date\nA,B\n", "x.csv"), Some(Format::Table));
        assert_eq!(known(b"title,date\nA,B\n", "x.txt"), Some(Format::Text));
        assert_eq!(known(b"url,date\nhttps://example.org/a,B\n", "x.csv"), Some(Format::List));
        assert_eq!(sniff(b"\x89PNG\r\n", "x.txt"), Found::Other { format: "a PNG image", hint: "leave it out" });
    }

    #[test]
    fn a_press_release_with_a_heading_is_no_mail() {
        assert_eq!(known(b"From: the Ministry\nSubject: visit\n\nThe minister", "a.txt"), Some(Format::Text));
        assert_eq!(known(b"From: a@b\nMIME-Version: 1.0\n\nThe minister", "a.txt"), Some(Format::Eml));
        let saved =
            b"From: <Saved by Blink>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/related;\r\n\tboundary=x\r\n\r\n";
        assert_eq!(known(saved, "a"), Some(Format::Mhtml));
    }

    #[test]
    fn every_format_has_a_row() {
        assert_eq!(Format::of_name("a/b.WARC"), Some(Format::Warc));
        for row in FORMATS {
            assert!(!row.extensions.is_empty() && row.format.name() == row.name);
        }
    }
}
