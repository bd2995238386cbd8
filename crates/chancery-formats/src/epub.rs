//! EPUB: the chapters in reading order, each an article of its own.

use crate::archive::{Zip, member_text};
use crate::error::FormatsError;
use crate::meta::{Metadata, date};
use crate::walk::{Place, Walk};
use crate::xml::{Step, steps, text_of};
use crate::{Content, Format};
use std::collections::BTreeMap;

/// Shorter chapters are covers and title pages.
const MIN_CHAPTER_CHARS: usize = 200;

/// Reads a book.
pub(crate) fn read(walk: &mut Walk<'_>, place: &Place, zip: &mut Zip<'_>) {
    let damaged =
        |reason: &str| FormatsError::Damaged { place: place.name.clone(), format: "EPUB", reason: reason.to_string() };
    let container = match member_text(walk, zip, "META-INF/container.xml") {
        Some(Ok(xml)) => xml,
        _ => return walk.error(damaged("META-INF/container.xml cannot be read")),
    };
    let Some(package_path) = attribute_of(&container, "rootfile", "full-path") else {
        return walk.error(damaged("no package is named"));
    };
    let Some(Ok(package)) = member_text(walk, zip, &package_path) else {
        return walk.error(damaged("the package cannot be read"));
    };
    let folder = package_path.rsplit_once('/').map_or("", |(folder, _)| folder);
    let (meta, chapters) = (book(&package), spine(&package));
    let mut missing = 0;
    for href in &chapters {
        let path = join(folder, href);
        match member_text(walk, zip, &path) {
            Some(Ok(html)) => chapter(walk, place, &path, &meta, html),
            _ if walk.meter.is_exceeded() => return walk.error(damaged("a chapter unpacks to far more than its size")),
            _ => missing += 1,
        }
    }
    if missing > 0 || chapters.is_empty() {
        walk.error(damaged(&format!("{missing} of {} chapters cannot be read", chapters.len())));
    }
}

fn chapter(walk: &mut Walk<'_>, place: &Place, path: &str, meta: &Metadata, html: String) {
    let mut chars = 0;
    steps(&html, &mut |step| {
        if let Step::Text(words) = step {
            chars += words.split_whitespace().map(|w| w.chars().count() + 1).sum::<usize>();
        }
    });
    if chars < MIN_CHAPTER_CHARS {
        return;
    }
    let title = text_of(&html, &["h1", "h2", "h3"]).or_else(|| text_of(&html, &["title"]));
    let meta = Metadata { title, ..meta.clone() };
    walk.document(&place.member(path, meta), Format::Epub, Content::ArticleHtml(html));
}

fn book(package: &str) -> Metadata {
    Metadata {
        published: text_of(package, &["date"]).and_then(|d| date(&d)),
        authors: text_of(package, &["creator"]).into_iter().collect(),
        outlet: text_of(package, &["publisher"]),
        language: text_of(package, &["language"]),
        ..Metadata::default()
    }
}

/// The paths of the chapters, relative to the package; the table of contents is none.
fn spine(package: &str) -> Vec<String> {
    let mut paths: BTreeMap<String, String> = BTreeMap::new();
    let mut order = Vec::new();
    steps(package, &mut |step| {
        let Step::Open(name, attributes) = step else { return };
        let get = |key: &str| attributes.iter().find(|(k, _)| k == key).map(|(_, v)| v.clone()).unwrap_or_default();
        match name.as_str() {
            "item" if !get("properties").split(' ').any(|p| p == "nav") => {
                paths.insert(get("id"), get("href"));
            }
            "itemref" => order.push(get("idref")),
            _ => {}
        }
    });
    order.iter().filter_map(|id| paths.get(id).cloned()).collect()
}

fn attribute_of(xml: &str, tag: &str, key: &str) -> Option<String> {
    let mut found = None;
    steps(xml, &mut |step| {
        if let Step::Open(name, attributes) = step
            && name == tag
            && found.is_none()
        {
            found = attributes.into_iter().find(|(k, _)| k == key).map(|(_, v)| v);
        }
    });
    found
}

/// A relative address inside the archive.
fn join(folder: &str, href: &str) -> String {
    let href = percent_decoded(href.split('#').next().unwrap_or_default());
    let mut parts: Vec<&str> = folder.split('/').filter(|p| !p.is_empty()).collect();
    for part in href.split('/') {
        match part {
            "" | "." => {}
            ".." => {
                parts.pop();
            }
            part => parts.push(part),
        }
    }
    parts.join("/")
}

fn percent_decoded(text: &str) -> String {
    let hex = |b: u8| char::from(b).to_digit(16).map(|d| d as u8);
    let (bytes, mut out, mut i) = (text.as_bytes(), Vec::new(), 0);
    while i < bytes.len() {
        let pair = (bytes.get(i + 1).copied().and_then(hex), bytes.get(i + 2).copied().and_then(hex));
        if let (b'%', (Some(high), Some(low))) = (bytes[i], pair) {
            out.push(high * 16 + low);
            i += 3;
        } else {
            out.push(bytes[i]);
            i += 1;
        }
    }
    String::from_utf8_lossy(&out).into_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_resolved() {
        assert_eq!(join("OEBPS/text", "../a%20b.xhtml#c"), "OEBPS/a b.xhtml");
        assert_eq!(join("", "ch1.xhtml"), "ch1.xhtml");
        assert_eq!(join("a", "100%"), "a/100%");
    }

    #[test]
    fn the_spine_gives_the_order() {
        let package = "<package><manifest><item id='a' href='1.xhtml'/><item id='n' href='nav.xhtml' properties='nav'/>\
                       <item id='b' href='2.xhtml'/></manifest><spine><itemref idref='b'/><itemref idref='n'/>\
                       <itemref idref='a'/><itemref idref='x'/></spine></package>";
        assert_eq!(spine(package), ["2.xhtml", "1.xhtml"]);
    }
}
