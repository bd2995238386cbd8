//! Hostile and odd inputs.

use chancery_data::Data;
use chancery_pages::{PagesError, ReadOptions, Reader};
use std::sync::LazyLock;

static READER: LazyLock<Reader> = LazyLock::new(|| Reader::load(&Data::embedded()).unwrap());

fn codes(bytes: &[u8]) -> Vec<String> {
    READER
        .read("page", bytes, &ReadOptions::default())
        .unwrap()
        .notes
        .into_iter()
        .map(|n| n.code.into_owned())
        .collect()
}

#[test]
fn deep_and_wide_html_is_survived() {
    let deep = format!("<html><body>{}<p>Two envoys met in Oslo on Monday.</p>", "<div>".repeat(100_000));
    let page = READER.read("page", deep.as_bytes(), &ReadOptions::default()).unwrap();
    assert!(page.notes.iter().any(|n| n.code == "P021") && page.articles[0].text.contains("Two envoys met"));
    let wide = "<html><body><table><tr><td colspan=9007199254740991 rowspan=9007199254740991>Two envoys met in Oslo on Monday and signed a treaty.</table>";
    READER.read("page", wide.as_bytes(), &ReadOptions::default()).unwrap();
    let inline = format!("<html><body><p>{}text", "<b><i>".repeat(20_000));
    READER.read("page", inline.as_bytes(), &ReadOptions::default()).unwrap();
}

#[test]
fn headings_without_end_are_survived() {
    let text = "<p>Two envoys met in Oslo on Monday for the first time in three years, and signed a treaty on fishing there.</p>";
    let item =
        |i: usize| format!("<div><h2>The {i}th meeting of envoys</h2><time datetime='2024-05-03'>3 May</time>{text}");
    let nested: String = (0..1500).map(item).collect();
    let flat: String = (0..1500).map(|i| format!("{}</div>", item(i))).collect();
    for html in [format!("<html><body>{nested}"), format!("<html><body>{flat}"), "<h1><h2>a<article>".repeat(3000)] {
        let page = READER.read("page", html.as_bytes(), &ReadOptions::default()).unwrap();
        assert!(page.articles.iter().all(|a| a.blocks.iter().all(|b| !b.span.of(&a.text).is_empty())));
    }
    assert_eq!(READER.read("page", flat.as_bytes(), &ReadOptions::default()).unwrap().articles.len(), 1500);
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
    for bytes in ["Envoys meet in Łódź\n\nTwo envoys met on Monday, and again on Friday."].map(wide_without_mark) {
        let page = READER.read("page", &bytes, &ReadOptions::default()).unwrap();
        assert_eq!(page.articles[0].title.as_deref(), Some("Envoys meet in Łódź"));
        assert_eq!(page.notes[0].code, "P001");
    }
    let page = READER.extract(html, &ReadOptions::default());
    assert_eq!(page.title.as_deref(), Some("Послы встретились"));
}

fn wide_without_mark(text: &str) -> Vec<u8> {
    text.encode_utf16().flat_map(u16::to_be_bytes).collect()
}

/// The label says one thing, the bytes another: they are read by what they are, and a note says so.
#[test]
fn wrong_labels_of_the_character_set_are_seen_through() {
    let page = |label: &str, name: &[u8]| {
        let head = format!("<html><head><meta charset={label}></head><body><article><p>The president of the port, ");
        let tail =
            b", met two envoys on Monday, and they signed a treaty on fishing in the northern sea.</p></article>";
        [head.as_bytes(), name, tail].concat()
    };
    let latin = b"Fran\xe7ois Andr\xe9 B\xe9renger, n\xe9 \xe0 Gen\xe8ve".as_slice();
    let text = "François André Bérenger, né à Genève";
    for (label, name, noted) in [
        ("utf-8", latin, true),
        ("no-such-set", latin, true),
        ("utf-16", latin, true),
        ("iso-8859-1", text.as_bytes(), false),
        ("windows-1251", text.as_bytes(), false),
    ] {
        let read = READER.read("page", &page(label, name), &ReadOptions::default()).unwrap();
        assert!(read.articles[0].text.contains(text), "{label}: {}", read.articles[0].text);
        assert_eq!(read.notes.iter().any(|n| n.code == "P001"), noted, "{label}");
    }
}

#[test]
fn a_feed_with_half_an_item_gives_the_whole_ones() {
    let feed = "<?xml version='1.0'?><rss version='2.0'><channel><title>Northern Port</title>\
        <item><title>Envoys meet in Oslo</title><description>Two envoys met in Oslo on Monday.</description></item>\
        <item><title>Quays op";
    let page = READER.read("feed.xml", feed.as_bytes(), &ReadOptions::default()).unwrap();
    assert_eq!(page.articles.len(), 1);
    assert_eq!(page.articles[0].title.as_deref(), Some("Envoys meet in Oslo"));
    assert_eq!(page.notes[0].code, "P022");
    let atom = "<feed xmlns='http://www.w3.org/2005/Atom'><title>P</title><id>1</id><updated>2024-05-03T00:00:00Z</updated>\
        <entry><id>2</id><title>Envoys meet</title><updated>2024-05-03T00:00:00Z</updated><summary>Two envoys met.</summary></entry><entry><id>";
    let page = READER.read("feed.xml", atom.as_bytes(), &ReadOptions::default()).unwrap();
    assert_eq!((page.articles.len(), page.notes[0].code.as_ref()), (1, "P022"));
}

/// One text under many elements is what readability takes longest for.
#[test]
fn long_texts_under_many_elements_do_not_stop_it() {
    let deep = format!("<html><body>{}{}", "<div>".repeat(150), "two envoys met, and ".repeat(20_000));
    let page = READER.extract(deep.as_bytes(), &ReadOptions { fast: true, ..ReadOptions::default() });
    assert!(page.text.contains("two envoys met"));
}

#[test]
fn a_byte_order_mark_counts() {
    let text = "\u{feff}Envoys meet in Oslo\n\nTwo envoys met in Oslo on Monday and signed a long treaty there.";
    let page = READER.read("page", text.as_bytes(), &ReadOptions::default()).unwrap();
    assert_eq!((page.articles[0].offset_bytes, page.articles[0].offset_chars), (3, 1));
}
