//! Hostile and odd inputs.

use chancery_data::Data;
use chancery_pages::{PagesError, ReadOptions, Reader};
use std::sync::LazyLock;

static READER: LazyLock<Reader> = LazyLock::new(|| Reader::load(&Data::embedded()).unwrap());

fn codes(bytes: &[u8]) -> Vec<&'static str> {
    READER.read("page", bytes, &ReadOptions::default()).unwrap().notes.iter().map(|n| n.code).collect()
}

#[test]
fn deep_and_wide_html_is_survived() {
    let deep = format!("<html><body>{}text", "<div>".repeat(100_000));
    READER.read("page", deep.as_bytes(), &ReadOptions::default()).unwrap();
    let wide = "<html><body><table><tr><td colspan=9007199254740991 rowspan=9007199254740991>Two envoys met in Oslo on Monday and signed a treaty.</table>";
    READER.read("page", wide.as_bytes(), &ReadOptions::default()).unwrap();
    let inline = format!("<html><body><p>{}text", "<b><i>".repeat(20_000));
    READER.read("page", inline.as_bytes(), &ReadOptions::default()).unwrap();
}

#[test]
fn a_very_long_line_is_one_paragraph_with_a_note() {
    let text = "envoys met in Oslo and ".repeat(400_000);
    let page = READER.read("page", text.as_bytes(), &ReadOptions::default()).unwrap();
    assert_eq!(page.articles.len(), 1);
    assert_eq!(page.notes[0].code, "P003");
}

#[test]
fn empty_files_give_no_article_and_a_note() {
    for bytes in [&b""[..], b" \n\n\t", b"\xef\xbb\xbf", b"<html><body></body></html>", b"Advertisement\n"] {
        let page = READER.read("page", bytes, &ReadOptions::default()).unwrap();
        assert!(page.articles.is_empty());
        assert_eq!(codes(bytes), ["P002"]);
    }
}

#[test]
fn what_is_no_text_is_refused_in_one_line() {
    for bytes in [&b"%PDF-1.4 xx"[..], b"PK\x03\x04xx", b"\x89PNG\r\n", b"some\0thing"] {
        let error = READER.read("in/file.bin", bytes, &ReadOptions::default()).unwrap_err();
        assert!(matches!(error, PagesError::Binary { .. }));
        assert!(error.to_string().starts_with("in/file.bin: ") && !error.to_string().contains('\n'), "{error}");
    }
    let error = READER.read("feed.xml", b"<?xml version='1.0'?><rss><channel><item>", &ReadOptions::default());
    if let Err(error) = error {
        assert!(error.to_string().starts_with("feed.xml: "), "{error}");
    }
}

#[test]
fn other_encodings_are_read() {
    let mut wide = vec![0xff, 0xfe];
    wide.extend("Envoys meet in Łódź\n\nTwo envoys met in Łódź on Monday.".encode_utf16().flat_map(u16::to_le_bytes));
    let page = READER.read("page", &wide, &ReadOptions::default()).unwrap();
    assert_eq!(page.articles[0].title.as_deref(), Some("Envoys meet in Łódź"));
    assert_eq!(page.notes[0].code, "P001");
    let html = b"<html><head><meta charset=windows-1251><title>\xcf\xee\xf1\xeb\xfb \xe2\xf1\xf2\xf0\xe5\xf2\xe8\xeb\xe8\xf1\xfc</title><body><p>\xcf\xee\xf1\xeb\xfb \xe2\xf1\xf2\xf0\xe5\xf2\xe8\xeb\xe8\xf1\xfc \xe2 \xce\xf1\xeb\xee \xe2 \xef\xee\xed\xe5\xe4\xe5\xeb\xfc\xed\xe8\xea \xe8 \xef\xee\xe4\xef\xe8\xf1\xe0\xeb\xe8 \xe4\xee\xe3\xee\xe2\xee\xf0.</p>";
    let page = READER.extract(html, &ReadOptions::default());
    assert_eq!(page.title.as_deref(), Some("Послы встретились"));
}

#[test]
fn a_byte_order_mark_counts() {
    let text = "\u{feff}Envoys meet in Oslo\n\nTwo envoys met in Oslo on Monday and signed a long treaty there.";
    let page = READER.read("page", text.as_bytes(), &ReadOptions::default()).unwrap();
    assert_eq!((page.articles[0].offset_bytes, page.articles[0].offset_chars), (3, 1));
}
