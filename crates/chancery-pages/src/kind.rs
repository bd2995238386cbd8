//! What a file is, found from its first bytes and not from its name.

use crate::decode;

/// What the bytes of a page are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Nothing but white space.
    Empty,
    /// HTML.
    Html,
    /// RSS, Atom or a JSON feed.
    Feed,
    /// Anything else that can be read as text.
    Text,
    /// No text.
    Binary {
        /// "a PDF file".
        format: &'static str,
        /// What the user can do.
        hint: &'static str,
    },
}

/// How many bytes are looked at.
const HEAD_BYTES: usize = 4096;

/// First bytes, what they stand for, and what to do about it.
const MAGIC: &[(&[u8], &str, &str)] = &[
    (b"%PDF-", "a PDF file", "save its text and read that"),
    (b"PK\x03\x04", "a ZIP archive or an office document", "unpack it, or save its text, and read that"),
    (b"\x1f\x8b", "a gzip file", "unpack it with gunzip first"),
    (b"\x28\xb5\x2f\xfd", "a zstd file", "unpack it with unzstd first"),
    (b"BZh", "a bzip2 file", "unpack it with bunzip2 first"),
    (b"\xfd7zXZ\x00", "an xz file", "unpack it with unxz first"),
    (b"7z\xbc\xaf\x27\x1c", "a 7-Zip archive", "unpack it first"),
    (b"\x89PNG", "a PNG image", "leave it out"),
    (b"\xff\xd8\xff", "a JPEG image", "leave it out"),
    (b"GIF8", "a GIF image", "leave it out"),
    (b"RIFF", "a RIFF file (sound, film or WebP)", "leave it out"),
    (b"\x7fELF", "a program", "leave it out"),
    (b"SQLite format 3\x00", "an SQLite file", "open it as a ledger if it is one"),
    (b"PAR1", "a Parquet file", "export its texts first"),
    (b"\xd0\xcf\x11\xe0", "an old office document", "save it as text and read that"),
    (b"WARC/", "a WARC archive", "unpack its pages first"),
];

/// Finds the kind of a page from its first bytes (or all).
pub fn of(bytes: &[u8]) -> Kind {
    if let Some((_, format, hint)) = MAGIC.iter().find(|(magic, _, _)| bytes.starts_with(magic)) {
        return Kind::Binary { format, hint };
    }
    let head = &bytes[..bytes.len().min(HEAD_BYTES)];
    if head.contains(&0) && decode::wide(bytes).is_none() {
        return Kind::Binary { format: "binary data", hint: "leave it out, or convert it to UTF-8 text" };
    }
    if bytes.iter().all(u8::is_ascii_whitespace) || bytes == b"\xef\xbb\xbf" {
        return Kind::Empty;
    }
    kind_of_text(&visible_head(head))
}

/// The head in lower case, without byte order mark and NUL bytes (UTF-16), leading space and comments.
fn visible_head(head: &[u8]) -> String {
    let ascii: Vec<u8> = head.iter().copied().filter(|b| *b != 0 && b.is_ascii()).collect();
    let text = String::from_utf8_lossy(&ascii).to_lowercase();
    let mut rest = text.trim_start();
    while let Some(comment) = rest.strip_prefix("<!--") {
        rest = comment.split_once("-->").map_or("", |(_, after)| after).trim_start();
    }
    rest.to_string()
}

fn kind_of_text(head: &str) -> Kind {
    if head.starts_with('{') {
        let is_feed = head.contains("jsonfeed.org/version");
        return if is_feed { Kind::Feed } else { Kind::Text };
    }
    if !head.starts_with('<') {
        return Kind::Text;
    }
    let has = |tag: &str| head.contains(tag);
    if has("<rss") || has("<rdf:rdf") || (has("<feed") && !has("<html")) {
        return Kind::Feed;
    }
    let tags = [
        "<!doctype html",
        "<html",
        "<head",
        "<body",
        "<div",
        "<p>",
        "<p ",
        "<meta",
        "<title",
        "<article",
        "<script",
        "<table",
        "<h1",
    ];
    if tags.iter().any(|t| has(t)) { Kind::Html } else { Kind::Text }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn content_tells_the_kind() {
        assert_eq!(of(b"<!-- saved -->\n<!DOCTYPE html><html>"), Kind::Html);
        assert_eq!(of(b"\xef\xbb\xbf<?xml version='1.0'?><rss version='2.0'>"), Kind::Feed);
        assert_eq!(of(b"{\"version\": \"https://jsonfeed.org/version/1.1\"}"), Kind::Feed);
        assert_eq!(of(b"<3 is how the minister signed."), Kind::Text);
        assert_eq!(of(b" \n\t"), Kind::Empty);
        assert!(matches!(of(b"%PDF-1.7"), Kind::Binary { .. }));
        assert!(matches!(of(b"ab\0cd"), Kind::Binary { .. }));
        assert_eq!(of(b"\xff\xfea\0b\0"), Kind::Text);
        assert_eq!(of(b"<\0h\0t\0m\0l\0>\0"), Kind::Html);
    }
}
