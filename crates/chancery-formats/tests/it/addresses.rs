//! Lists of addresses, with a web of a few pages.

use crate::make::*;
use chancery_formats::{Fetch, FetchedPage, Format};
use std::sync::Arc;

/// Pages by address.
#[derive(Debug)]
struct Web;

impl Fetch for Web {
    fn fetch(&self, urls: &[String], each: &mut dyn FnMut(usize, Result<FetchedPage, String>) -> bool) {
        for (i, url) in urls.iter().enumerate() {
            let body = match url.rsplit('/').next().unwrap_or_default() {
                "page" => html("Two envoys met."),
                "koi8" => b"\xe4\xd7\xc1".to_vec(),
                "pdf" => pdf("Two envoys met."),
                "list" => b"https://example.org/page\nhttps://example.org/list\n".to_vec(),
                "picture" => b"\x89PNG\r\n\x1a\n".to_vec(),
                "zip" => zip(&[("a.txt", b"One."), ("b.txt", b"Two.")]),
                "notes.md" => b"# Visit".to_vec(),
                _ => {
                    if !each(i, Err("the server answers 404; check the address".into())) {
                        return;
                    }
                    continue;
                }
            };
            let charset = Some("koi8-r".to_string());
            let page = FetchedPage { url: format!("{url}/moved"), charset, date: "2026-11-01".parse().ok(), body };
            if !each(i, Ok(page)) {
                return;
            }
        }
    }
}

fn fetched(name: &str, bytes: &[u8]) -> Got {
    read_with(&formats().with_fetch(Arc::new(Web)), name, bytes)
}

#[test]
fn without_leave_nothing_is_fetched() {
    let got = read("a.txt", b"https://example.org/page\nhttps://example.org/pdf\nhttps://example.org/page\n");
    assert_eq!(got.notes, ["a.txt: P013 2 addresses, not fetched: add --fetch"]);
    assert!(got.documents.is_empty() && got.errors.is_empty());
}

#[test]
fn what_stands_at_an_address_may_be_of_any_format() {
    let list =
        ["page", "gone", "koi8", "pdf", "picture", "zip", "notes.md"].map(|p| format!("https://example.org/{p}\n"));
    let mut got = fetched("a.urls", format!("# pages\n\n{}", list.concat()).as_bytes());
    let kinds: Vec<(&str, Format)> = got.documents.iter().map(|d| (d.name.as_str(), d.format)).collect();
    assert_eq!(
        kinds,
        [
            ("a.urls#3", Format::Html),
            ("a.urls#5", Format::Text),
            ("a.urls#6", Format::Pdf),
            ("a.urls#8#a.txt", Format::Text),
            ("a.urls#8#b.txt", Format::Text),
            ("a.urls#9", Format::Markdown),
        ]
    );
    let errors: Vec<String> = got.errors.iter().map(ToString::to_string).collect();
    assert_eq!(
        errors,
        [
            "a.urls#4: https://example.org/gone: the server answers 404; check the address",
            "a.urls#7: https://example.org/picture: this is a PNG image, not a page; leave it out",
        ]
    );
    assert_eq!(got.documents[0].meta.url.as_deref(), Some("https://example.org/page/moved"));
    assert_eq!(got.documents[0].meta.fetched, "2026-11-01".parse().ok());
    got.documents[1].open().unwrap();
    assert_eq!(got.texts()[1], "Два");
}

#[test]
fn a_fetched_list_is_not_followed() {
    let got = fetched("a.txt", b"https://example.org/list\nhttps://example.org/page\n");
    assert_eq!(got.names(), ["a.txt#2"]);
    assert_eq!(got.notes, ["a.txt#1: P013 2 addresses in a fetched list, not fetched: list them yourself"]);
}

#[test]
fn lists_are_written_in_many_ways() {
    let opml = "<?xml version='1.0'?><opml><head><title>x</title></head><body><outline text='News'>\
                <outline type='rss' xmlUrl='https://example.org/page'/></outline></body></opml>";
    let sitemap = "<?xml version='1.0'?><urlset xmlns='http://www.sitemaps.org/schemas/sitemap/0.9'>\
                   <url><loc> https://example.org/page </loc></url></urlset>";
    for (name, list) in [
        ("a.opml", opml),
        ("a.xml", sitemap),
        ("a.json", "[\"https://example.org/page\"]"),
        ("a.csv", "id,url\n1,https://example.org/page\n"),
        ("a.tsv", "1\thttps://example.org/page\n"),
        ("a.jsonl", r#"{"url": "https://example.org/page", "title": "T", "seendate": "20261031T000000Z"}"#),
    ] {
        let got = fetched(name, list.as_bytes());
        assert!(got.errors.is_empty() && got.documents.len() == 1, "{name}: {got:?}");
        assert!(got.texts()[0].contains("Two envoys met."), "{name}: {got:?}");
    }
    let packed = fetched("a.zip", &zip(&[("list.txt", b"https://example.org/page\n")]));
    assert_eq!(packed.names(), ["a.zip#list.txt#1"]);
}

#[test]
fn what_a_list_says_of_a_page_is_kept() {
    let records = r#"{"url": "https://example.org/page", "title": "Told by the list", "seendate": "20261031T000000Z"}
{"url": "https://example.org/gone", "title": "Gone", "seendate": "20261031T000000Z"}"#;
    let got = fetched("a.jsonl", records.as_bytes());
    assert_eq!(got.documents.len(), 1);
    assert_eq!(got.documents[0].meta.title.as_deref(), Some("Told by the list"));
    assert_eq!(got.documents[0].meta.fetched, "2026-10-31".parse().ok(), "seen before it was fetched");
    assert!(got.one_error().starts_with("a.jsonl#2: https://example.org/gone: "));
}

#[test]
fn other_lines_of_a_list_are_said() {
    let head = "https://example.org/gone\n".repeat(400);
    let got = read("a.txt", format!("{head}not this\nhttps://\n").as_bytes());
    assert!(got.one_error().contains("2 lines hold no address; the first is line 401"), "{:?}", got.errors);
}

#[test]
fn one_bad_line_does_not_make_a_text_of_a_list() {
    let list = "https://example.org/a\nhttps://example.org/b\nnot this\nhttps://example.org/c\n";
    let table = "url,day\nhttps://example.org/a,1\n,2\nhttps://example.org/b,3\nhttps://example.org/c,4\n";
    for text in [list, table] {
        let got = read("a.txt", text.as_bytes());
        assert!(got.documents.is_empty());
        assert!(got.one_error().contains("line 3 holds no address"), "{:?}", got.errors);
    }
}
