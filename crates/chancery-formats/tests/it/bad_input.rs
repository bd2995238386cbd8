//! What is broken, hostile or mislabelled: one clear line, the rest is read, memory stays bounded.

use crate::make::*;
use chancery_formats::FormatsError;

#[test]
fn a_cut_file_is_read_up_to_the_cut() {
    let text: String = (0..60_000).map(|i| format!("Envoy {i} of {} came.\n", i * 7919 % 1000)).collect();
    for packed in [gz(text.as_bytes()), zst(text.as_bytes())] {
        let got = read("a.txt.gz", &packed[..packed.len() / 2]);
        assert!(text.starts_with(got.texts()[0].trim_end_matches('\u{fffd}')) && got.texts()[0].len() > 1000);
        assert!(got.one_error().contains("cut off"), "{:?}", got.errors);
    }
    assert!(read("a.gz", &gz(b"x")[..5]).one_error().contains("cut off"));
}

#[test]
fn a_bomb_stops() {
    let zeros = vec![b'a'; 8 << 20];
    let lines = b"word word word\n".repeat(1 << 19);
    for (name, bytes) in [
        ("a.gz", gz(&lines)),
        ("a.zip", zip(&[("a.txt", &zeros), ("b.txt", &zeros), ("c.txt", b"Late.")])),
        ("a.tar.gz", gz(&tar(&[("a.txt", &lines), ("b.txt", &lines)]))),
        ("a.warc.gz", gz(&page("https://example.org/", &lines))),
        ("a.docx", docx(&[&"a".repeat(4 << 20)])),
    ] {
        let got = read_small(name, &bytes);
        let read: usize = got.documents.iter().map(|d| d.content.bytes().len()).sum();
        assert!(read < 3 << 16, "{name}: {read} bytes");
        assert!(!got.errors.is_empty() && got.errors.len() <= 3, "{name}: {:?}", got.errors);
    }
    let many = vec![b'a'; 1 << 20];
    let names: Vec<String> = (0..50).map(|i| format!("{i}.txt")).collect();
    let members: Vec<(&str, &[u8])> = names.iter().map(|n| (n.as_str(), &many[..])).collect();
    let got = read_small("a.zip", &zip(&members));
    assert!(got.documents.len() < 20);
    assert!(matches!(got.errors.last(), Some(FormatsError::Bomb { .. })), "{:?}", got.errors.last());
}

#[test]
fn archives_inside_one_another_stop() {
    let mut bytes = b"The end.".to_vec();
    for i in 0..10 {
        bytes = if i % 2 == 0 { zip(&[("in", &bytes)]) } else { gz(&bytes) };
    }
    let got = read_small("a.gz", &bytes);
    assert!(got.documents.is_empty());
    assert!(got.one_error().contains("4 archives inside one another"), "{:?}", got.errors);
}

#[test]
fn paths_never_lead_out() {
    let members: [(&str, &[u8]); 4] =
        [("../../etc/a.txt", b"One."), ("/etc/b.txt", b"Two."), ("ok/c.txt", b"Three."), ("C:\\d.txt", b"Four.")];
    for (name, bytes) in [("a.tar", tar(&members)), ("a.zip", zip(&members))] {
        let got = read(name, &bytes);
        let expected = ["etc/a.txt", "etc/b.txt", "ok/c.txt", "d.txt"].map(|n| format!("{name}#{n}"));
        assert_eq!(got.names(), expected);
        assert!(got.notes.len() == 1 && got.notes[0].contains("3 members have paths that lead out"), "{:?}", got.notes);
    }
}

#[test]
fn a_long_line_is_read_in_part() {
    let long = "word ".repeat(40_000);
    let got = read_small("a.txt", long.as_bytes());
    assert!(got.texts()[0].len() <= 1 << 16 && got.texts()[0].ends_with("word"));
    assert!(got.one_error().contains("longer than 65536 bytes"));

    let wide = "ж".repeat(1 << 16);
    assert!(std::str::from_utf8(read_small("a.txt", wide.as_bytes()).documents[0].content.bytes()).is_ok());

    let good = r#"{"title":"T","text":"Two envoys met.","hostname":"example.org"}"#;
    let lines = format!("{good}\n{{\"text\": \"{long}\"}}\n{good}\n");
    let got = read_small("a.jsonl", lines.as_bytes());
    assert_eq!(got.names(), ["a.jsonl#1", "a.jsonl#3"]);
    assert!(got.one_error().contains("1 lines are too long; the first is 2"));
}

#[test]
fn a_name_that_lies_is_said() {
    let got = read("a.epub", b"\x00\x01\x02\x03");
    assert!(got.one_error().contains("named EPUB but it is binary data"), "{:?}", got.errors);
    let got = read("a.epub", b"Only text.");
    assert!(got.errors.is_empty());
    assert_eq!(got.notes, ["a.epub: P014 named EPUB but it is plain text; read as that"]);
    let got = read("a.docx", &zip(&[("[Content_Types].xml", b""), ("xl/workbook.xml", b"")]));
    assert!(got.one_error().contains("an Office document other than DOCX"), "{:?}", got.errors);
    assert!(read("photo", b"\x89PNG\r\n\x1a\n").one_error().contains("a PNG image"));
}

#[test]
fn a_broken_book_is_read_as_far_as_it_goes() {
    let whole = epub(&[&"Two envoys met. ".repeat(30)]);
    assert!(!read("a.epub", &whole[..whole.len() - 30]).errors.is_empty());
    let container: (&str, &[u8]) = ("META-INF/container.xml", b"<rootfile full-path='p.opf'/>");
    assert!(read("a.epub", &zip(&[container])).one_error().contains("package cannot be read"));
    let package = b"<item id='a' href='gone.xhtml'/><itemref idref='a'/>";
    assert!(read("a.epub", &zip(&[container, ("p.opf", package)])).one_error().contains("1 of 1 chapters"));
}

#[test]
fn an_encrypted_pdf_is_said_to_be_so() {
    let mut document = read("a.pdf", &encrypted_pdf("Two envoys met.")).clean().remove(0);
    let error = document.open().unwrap_err();
    assert!(matches!(error, FormatsError::Encrypted { .. }), "{error}");
    assert_eq!(error.to_string(), "a.pdf: the PDF is encrypted; save it without a password and read that");
}

#[test]
fn a_broken_pdf_is_an_error_and_no_panic() {
    let whole = pdf("Two envoys met.");
    for end in (10..whole.len()).step_by(40) {
        for mut document in read("a.pdf", &whole[..end]).documents {
            if let Err(error) = document.open() {
                assert!(error.to_string().starts_with("a.pdf: ") && error.to_string().lines().count() == 1);
            }
        }
    }
}

#[test]
fn wide_text_is_text() {
    let wide: Vec<u8> =
        [0xfeff_u16].into_iter().chain("Two envoys met.".encode_utf16()).flat_map(u16::to_be_bytes).collect();
    assert_eq!(read("a.txt", &wide).clean().len(), 1);
}

#[test]
fn nothing_is_a_document_too() {
    assert_eq!(read("a.txt", b"").clean().len(), 1);
    for (name, bytes) in [("a.zip", zip(&[])), ("a.tar", vec![0; 0]), ("a.warc", b"WARC/1.0\r\n\r\n".to_vec())] {
        let got = read(name, &bytes);
        assert!(got.documents.len() <= 1 && got.errors.len() <= 1, "{name}: {got:?}");
    }
}

/// Text that hardly packs: words of a simple generator.
fn varied(words: usize) -> String {
    let mut state = 7u64;
    let mut word = || {
        state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        format!("{:x}", state >> 34)
    };
    (0..words).map(|i| word() + if i % 12 == 11 { ".\n" } else { " " }).collect()
}

#[test]
fn a_packed_file_may_be_cut_at_any_kilobyte() {
    let text = varied(12_000);
    for packed in [gz(text.as_bytes()), zst(text.as_bytes()), gz(&tar(&[("a.txt", text.as_bytes())]))] {
        assert!(packed.len() > 40 << 10);
        for end in (0..packed.len()).step_by(1 << 10) {
            let got = read("a.txt.gz", &packed[..end]);
            // A member and its archive are both cut off.
            assert!(
                got.documents.len() <= 1 && got.errors.len() <= 2 && (end == 0) == got.errors.is_empty(),
                "at {end}"
            );
            assert!(got.errors.iter().all(|e| e.to_string().contains("cut off")), "at {end}: {:?}", got.errors);
            for read in got.texts() {
                assert!(text.starts_with(read.trim_end_matches('\u{fffd}')), "at {end}");
            }
        }
    }
}

#[test]
fn a_web_archive_may_be_cut_at_any_kilobyte() {
    let text = varied(400);
    let records: Vec<Vec<u8>> = (0..24).map(|i| page(&format!("https://example.org/{i}"), &html(&text))).collect();
    let packed: Vec<u8> = records.iter().flat_map(|r| gz(r)).collect();
    for archive in [records.concat(), packed] {
        let whole = read("a.warc", &archive).clean();
        assert_eq!(whole.len(), 24);
        for end in (1 << 10..archive.len()).step_by(1 << 10) {
            let got = read("a.warc", &archive[..end]);
            let full = got.documents.len().saturating_sub(1);
            assert!(got.documents[..full] == whole[..full], "what stands before the cut is whole, at {end}");
            assert!(end * 24 / archive.len() <= got.documents.len(), "no record before the cut is lost, at {end}");
            assert!(got.errors.len() <= 1, "at {end}: {:?}", got.errors);
            for error in &got.errors {
                assert!(error.to_string().contains("cut off") && error.to_string().lines().count() == 1, "{error}");
            }
        }
    }
}

#[test]
fn a_zip_archive_may_be_cut_at_any_kilobyte() {
    let text = varied(3_000);
    for archive in [zip(&[("a.txt", text.as_bytes()), ("b.txt", text.as_bytes())]), epub(&[&text]), docx(&[&text])] {
        for end in (1 << 10..archive.len()).step_by(1 << 10) {
            let got = read("a.zip", &archive[..end]);
            assert!(!got.one_error().is_empty() && got.documents.is_empty(), "at {end}: {got:?}");
        }
    }
}

#[test]
fn lengths_that_lie_are_mended() {
    for length in ["0", "1", "99999", "-1", "18446744073709551615", "99999999999999999999999", "x", ""] {
        let lying = "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/1\r\nContent-Type: application/http\r\n\
                     WARC-Date: 2024-05-03T00:00:00Z\r\nContent-Length: LENGTH\r\n\r\nHTTP/1.1 200 OK\r\n\r\n<p>Envoys.\r\n\r\n"
            .replace("LENGTH", length);
        let archive = [lying.as_bytes(), &page("https://example.org/2", &html("Two envoys met."))].concat();
        let got = read("a.warc", &archive);
        let urls: Vec<_> = got.documents.iter().filter_map(|d| d.meta.url.as_deref()).collect();
        assert!(urls.contains(&"https://example.org/2"), "{length:?}: {got:?}");
        assert!(got.one_error().contains("length"), "{length:?}");
    }
}
