//! Packed and single files of all formats.

use crate::make::*;
use chancery_formats::{Content, Format, Item};

const WORDS: &str = "Two envoys met in Geneva.";

#[test]
fn a_file_is_what_it_holds_and_not_what_it_is_called() {
    let cases: Vec<(&str, Vec<u8>, Format)> = vec![
        ("a.bin", WORDS.into(), Format::Text),
        ("a.md", WORDS.into(), Format::Markdown),
        ("a.txt", html(WORDS), Format::Html),
        ("a.html", b"<?xml version='1.0'?><rss version='2.0'><channel></channel></rss>".to_vec(), Format::Feed),
        ("a.txt", pdf(WORDS), Format::Pdf),
        ("a.zip", docx(&[WORDS]), Format::Docx),
        ("a.zip", epub(&[&WORDS.repeat(20)]), Format::Epub),
        (
            "a.txt",
            b"From: A <a@example.org>\r\nMIME-Version: 1.0\r\nSubject: Visit\r\n\r\nTwo envoys met.".to_vec(),
            Format::Eml,
        ),
        ("a.html", page("https://example.org/a", &html(WORDS)), Format::Html),
    ];
    for (name, bytes, format) in cases {
        let documents = read(name, &bytes).clean();
        assert_eq!(documents.len(), 1, "{name} {format:?}");
        assert_eq!(documents[0].format, format);
    }
}

#[test]
fn what_is_packed_is_found_at_any_depth() {
    let inner = zip(&[("b/c.txt", WORDS.as_bytes()), ("logo.png", b"\x89PNG\r\n\x1a\n"), (".hidden", b"x")]);
    let outer = gz(&tar(&[("in.zip", &inner), ("page.html.gz", &gz(&html(WORDS)))]));
    let got = read("news.tar.gz", &outer);
    assert_eq!(got.names(), ["news.tar.gz#in.zip#b/c.txt", "news.tar.gz#page.html.gz"]);
    assert!(got.documents.iter().all(|d| d.extracted));
    assert_eq!(got.notes, ["news.tar.gz#in.zip: P012 1 of 2 members are no pages and were left out"]);
    assert!(got.errors.is_empty());
    for packed in [gz(WORDS.as_bytes()), zst(WORDS.as_bytes())] {
        assert_eq!(read("page.txt.x", &packed).texts(), [WORDS]);
    }
}

#[test]
fn a_zip_file_is_read_where_it_lies() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("a.zip");
    std::fs::write(&path, zip(&[("a.txt", b"One."), ("a.txt/", b""), ("b.txt", b"Two.")])).unwrap();
    let mut names = Vec::new();
    formats().read_file("a.zip", &path, &mut |item| match item {
        Item::Document(document) => names.push(document.name),
        other => panic!("{other:?}"),
    });
    assert_eq!(names, ["a.zip#a.txt", "a.zip#b.txt"]);
}

#[test]
fn members_of_one_name_stay_apart() {
    let got = read("a.tar", &tar(&[("a.txt", b"One."), ("a.txt", b"Two.")]));
    assert_eq!(got.names(), ["a.tar#a.txt", "a.tar#a.txt~2"]);
}

#[test]
fn a_document_keeps_its_properties() {
    let document = read("visit.docx", &docx(&["Two envoys met.", "One &amp; all left."])).clean().remove(0);
    assert_eq!(document.content, Content::Page(b"Two envoys met.\n\nOne & all left.\n\n".to_vec()));
    assert_eq!(document.meta.title.as_deref(), Some("Visit"));
    assert_eq!(document.meta.fetched, "2024-05-03".parse().ok());
    assert_eq!(document.meta.published, None, "the template's date");
}

#[test]
fn a_book_gives_a_chapter_at_a_time() {
    let long = WORDS.repeat(20);
    let documents = read("book.epub", &epub(&["Cover", &long, &long])).clean();
    assert_eq!(documents.len(), 2, "the cover is no chapter");
    assert_eq!(documents[0].name, "book.epub#OPS/text/c 1.xhtml");
    assert_eq!(documents[0].meta.title.as_deref(), Some("Chapter 1"));
    assert_eq!(documents[0].meta.outlet.as_deref(), Some("The Press"));
}

#[test]
fn a_pdf_becomes_text() {
    let mut document = read("a.pdf", &pdf(WORDS)).clean().remove(0);
    document.open().unwrap();
    assert!(String::from_utf8_lossy(document.content.bytes()).contains(WORDS), "{document:?}");
    assert!(document.extracted);
}

#[test]
fn a_message_and_its_attachments() {
    let attached = String::from_utf8(html(WORDS)).unwrap();
    let message = format!(
        "From: \"A. Person\" <a@example.org>\r\nSubject: =?utf-8?q?Besuch_in_Z=C3=BCrich?=\r\n\
         Date: Fri, 3 May 2024 10:00:00 +0000\r\nMIME-Version: 1.0\r\n\
         Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\nContent-Type: text/plain; charset=iso-8859-1\r\n\
         Content-Transfer-Encoding: quoted-printable\r\n\r\nDer Pr=E4sident kam.\r\n--b\r\n\
         Content-Type: text/html\r\nContent-Disposition: attachment; filename=\"../a.html\"\r\n\r\n{attached}\r\n--b\r\n\
         Content-Type: image/png\r\nContent-Disposition: attachment; filename=x.png\r\n\
         Content-Transfer-Encoding: base64\r\n\r\niVBORw0KGgo=\r\n--b--\r\n"
    );
    let got = read("m.eml", message.as_bytes());
    assert_eq!(got.names(), ["m.eml", "m.eml#.._a.html"], "{got:?}");
    assert!(got.texts()[0].starts_with("Der Präsident kam."));
    let meta = &got.documents[0].meta;
    assert_eq!(meta.title.as_deref(), Some("Besuch in Zürich"));
    assert_eq!(meta.authors, ["A. Person"]);
    assert_eq!(meta.published, "2024-05-03".parse().ok());
    assert_eq!(got.notes.len(), 1, "the picture is left out: {:?}", got.notes);
}

#[test]
fn a_saved_page_that_is_cut_off_is_decoded_and_said() {
    let head = "From: <Saved by a browser>\r\nSnapshot-Content-Location: https://example.org/news/1\r\n\
                MIME-Version: 1.0\r\nContent-Type: multipart/related; type=\"text/html\"; boundary=\"b\"\r\n\r\n--b\r\n\
                Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\r\n\
                <html><title>Caf=C3=A9</title><p class=3D\"x\">Two envoys =\r\nmet";
    for end in ["", "=", "=3", "=\r\n"] {
        let got = read("a.mhtml", format!("{head}{end}").as_bytes());
        assert!(got.one_error().contains("cut off (before the end of the saved page)"), "{:?}", got.errors);
        let text = String::from_utf8_lossy(got.documents[0].content.bytes()).into_owned();
        assert!(text.contains("<title>Café</title><p class=\"x\">Two envoys met"), "{end:?}: {text}");
    }
}

#[test]
fn a_saved_page_is_its_first_part() {
    let saved = "From: <Saved by a browser>\r\nSnapshot-Content-Location: https://example.org/news/1\r\n\
                 Subject: Envoys\r\nDate: Fri, 3 May 2024 10:00:00 +0000\r\nMIME-Version: 1.0\r\n\
                 Content-Type: multipart/related; type=\"text/html\"; boundary=\"b\"\r\n\r\n--b\r\n\
                 Content-Type: text/html\r\nContent-Transfer-Encoding: quoted-printable\r\n\
                 Content-Location: https://example.org/news/1\r\n\r\n<html><body><p class=3D\"x\">Two envoys =\r\nmet.</p>\r\n\
                 --b\r\nContent-Type: text/css\r\n\r\np { color: red }\r\n--b--\r\n";
    let document = read("a.mhtml", saved.as_bytes()).clean().remove(0);
    assert_eq!(document.format, Format::Mhtml);
    assert_eq!(document.meta.url.as_deref(), Some("https://example.org/news/1"));
    assert_eq!(document.meta.fetched, "2024-05-03".parse().ok());
    let text = String::from_utf8_lossy(document.content.bytes()).into_owned();
    assert!(text.contains("<p class=\"x\">Two envoys met.</p>"), "{text}");
}
