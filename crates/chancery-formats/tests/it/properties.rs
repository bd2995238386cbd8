//! Arbitrary bytes, and sound files cut and changed: always an end, never a panic, every name and error in order.

use crate::make::*;
use proptest::prelude::*;
use std::sync::LazyLock;

/// One sound file of each format whose reader is our own or works on hostile structure.
static FILES: LazyLock<Vec<(&str, Vec<u8>)>> = LazyLock::new(|| {
    let text = "Two envoys met. ".repeat(20);
    let record = format!("{{\"title\": \"T\", \"text\": \"{text}\", \"hostname\": \"example.org\"}}\n");
    let warc = [page("https://example.org/a", &html(&text)), page("https://example.org/b", &html(&text))].concat();
    let feed = format!(
        "<rss version='2.0'><channel><title>N</title><item><title>A</title><description>{text}</description></item></channel></rss>"
    );
    let mail = format!(
        "From: a@example.org\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\
         Content-Type: text/plain\r\n\r\n{text}\r\n--b\r\nContent-Type: message/rfc822\r\n\r\nSubject: x\r\n\r\ny\r\n--b--\r\n"
    );
    vec![
        ("a.warc", warc.clone()),
        ("a.warc.gz", gz(&warc)),
        ("a.warc.zst", zst(&warc)),
        ("a.zip", zip(&[("a.txt", text.as_bytes()), ("b.html", &html(&text))])),
        ("a.tar", tar(&[("a.txt", text.as_bytes()), ("b.html", &html(&text))])),
        ("a.epub", epub(&[&text])),
        ("a.docx", docx(&[&text])),
        ("a.jsonl", record.repeat(3).into_bytes()),
        ("a.xml", feed.into_bytes()),
        ("a.eml", mail.into_bytes()),
        ("a.pdf", pdf("Two envoys met.")),
    ]
});

/// Reads, opens, and checks what must always hold.
fn check(name: &str, bytes: &[u8]) {
    let got = read_small(name, bytes);
    for error in &got.errors {
        let text = error.to_string();
        assert!(text.starts_with(name) && text.lines().count() == 1, "{text:?}");
    }
    for mut document in got.documents {
        assert!(document.name.starts_with(name) && !document.name.contains(char::is_control), "{:?}", document.name);
        let _ = document.open();
    }
}

/// Changes a file: bytes overwritten, a piece cut out, a piece doubled, the end cut off.
fn changed(mut bytes: Vec<u8>, changes: &[(u8, usize, u8)]) -> Vec<u8> {
    for (what, at, with) in changes {
        if bytes.is_empty() {
            return bytes;
        }
        let at = at % bytes.len();
        let end = (at + usize::from(*with)).min(bytes.len());
        match what % 4 {
            0 => bytes[at] = *with,
            1 => drop(bytes.drain(at..end)),
            2 => bytes.extend_from_within(at..end),
            _ => bytes.truncate(at),
        }
    }
    bytes
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 400, ..ProptestConfig::default() })]

    #[test]
    fn any_bytes_come_to_an_end(name in 0usize..11, bytes in proptest::collection::vec(any::<u8>(), 0..2000)) {
        let (name, file) = &FILES[name % FILES.len()];
        check(name, &bytes);
        // Behind a sound beginning, too.
        let head = file.len().min(bytes.len() % 300 + 4);
        check(name, &[&file[..head], &bytes].concat());
    }

    #[test]
    fn changed_files_come_to_an_end(
        file in 0usize..11,
        changes in proptest::collection::vec((any::<u8>(), any::<usize>(), any::<u8>()), 1..6),
    ) {
        let (name, bytes) = &FILES[file % FILES.len()];
        check(name, &changed(bytes.clone(), &changes));
    }
}

#[test]
fn the_sound_files_are_sound() {
    for (name, bytes) in FILES.iter() {
        assert!(!read(name, bytes).clean().is_empty(), "{name}");
    }
}
