//! Web archives, sound and not.

use crate::make::*;
use chancery_formats::Format;

const INFO: &[u8] = b"software: a test\r\n";

fn archive(records: &[Vec<u8>]) -> Vec<u8> {
    let mut bytes = record("warcinfo", "", "application/warc-fields", INFO);
    records.iter().for_each(|r| bytes.extend_from_slice(r));
    bytes
}

fn url(i: usize) -> String {
    format!("https://example.org/news/{i}")
}

fn pages(n: usize) -> Vec<Vec<u8>> {
    (0..n).map(|i| page(&url(i), &html(&format!("Envoy {i} came.")))).collect()
}

#[test]
fn pages_come_with_address_and_date() {
    let whole = archive(&pages(3));
    let members: Vec<u8> = pages(3).iter().flat_map(|r| gz(r)).collect();
    let frames: Vec<u8> = pages(3).iter().flat_map(|r| zst(r)).collect();
    for (name, bytes, first) in [("a.warc", whole, 2), ("a.warc.gz", members, 1), ("a.warc.zst", frames, 1)] {
        let documents = read(name, &bytes).clean();
        assert_eq!(documents.len(), 3, "{name}");
        assert_eq!(documents[0].name, format!("{name}#{first}"));
        assert_eq!(documents[2].meta.url, Some(url(2)));
        assert_eq!(documents[2].meta.fetched, "2024-05-03".parse().ok());
        assert_eq!(documents[2].content.bytes(), html("Envoy 2 came."));
    }
}

#[test]
fn a_dictionary_may_stand_before_zstandard_frames() {
    let sample = pages(50);
    let dictionary = sample[..20].concat();
    let mut bytes = vec![0x5d, 0x2a, 0x4d, 0x18];
    bytes.extend_from_slice(&(dictionary.len() as u32).to_le_bytes());
    bytes.extend_from_slice(&dictionary);
    let mut packer = zstd::bulk::Compressor::with_dictionary(3, &dictionary).unwrap();
    for record in &sample {
        bytes.extend_from_slice(&packer.compress(record).unwrap());
    }
    assert_eq!(read("a.warc.zst", &bytes).clean().len(), 50);
}

#[test]
fn only_pages_are_read() {
    let response = "application/http; msgtype=response";
    let png = http("200 OK", "Content-Type: image/png\r\n", b"\x89PNG\r\n");
    let gone = http("404 Not Found", "Content-Type: text/html\r\n", &html("No such page."));
    let script = http("200 OK", "Content-Type: application/octet-stream\r\n", b"\x00\x01\x02\x03");
    let robots = http("200 OK", "Content-Type: text/plain\r\n", b"User-agent: *");
    let got = read(
        "a.warc",
        &archive(&[
            record("request", &url(0), "application/http; msgtype=request", b"GET / HTTP/1.1\r\n\r\n"),
            record("response", &url(1), response, &png),
            record("response", &url(2), response, &gone),
            record("response", &url(3), response, &script),
            record("response", "https://example.org/robots.txt", response, &robots),
            record("revisit", &url(4), response, b""),
            record("metadata", &url(5), "application/warc-fields", b"via: x"),
            record("conversion", &url(6), "text/plain", b"Two envoys met."),
            record("resource", &url(7), "text/html", &html("One left.")),
            record(
                "response",
                &url(8),
                response,
                &http("200 OK", "Content-Type: application/pdf\r\n", &pdf("Three came.")),
            ),
        ]),
    );
    let formats: Vec<Format> = got.documents.iter().map(|d| d.format).collect();
    assert_eq!(formats, [Format::Text, Format::Html, Format::Pdf]);
    assert_eq!(got.notes.len(), 1);
    assert!(got.notes[0].contains("3 of 11 records hold no pages"), "{:?}", got.notes);
    assert!(got.errors.is_empty());
}

#[test]
fn bodies_are_unpacked_as_the_server_packed_them() {
    let body = html("Two envoys met.");
    let chunked = |bytes: &[u8]| {
        let mut out = Vec::new();
        for piece in bytes.chunks(30) {
            out.extend_from_slice(format!("{:x}\r\n", piece.len()).as_bytes());
            out.extend_from_slice(piece);
            out.extend_from_slice(b"\r\n");
        }
        out.extend_from_slice(b"0\r\n\r\n");
        out
    };
    let cases = [
        ("Transfer-Encoding: chunked\r\n", chunked(&body)),
        ("Content-Encoding: gzip\r\n", gz(&body)),
        ("Transfer-Encoding: chunked\r\nContent-Encoding: gzip\r\n", chunked(&gz(&body))),
        // As archives store it that unpack bodies and keep the header.
        ("Transfer-Encoding: chunked\r\nContent-Encoding: br\r\n", body.clone()),
        ("Content-Encoding: zstd\r\n", zst(&body)),
    ];
    for (headers, sent) in cases {
        let block = http("200 OK", headers, &sent);
        let got = read("a.warc", &archive(&[record("response", &url(0), "application/http", &block)]));
        assert_eq!(got.texts(), [String::from_utf8(body.clone()).unwrap()], "{headers}");
    }
}

#[test]
fn the_stated_character_set_is_used_unless_it_is_wrong() {
    let words = "Der Präsident traf den Außenminister in Zürich.";
    let (latin, _, _) = encoding_rs::WINDOWS_1252.encode(words);
    let wide: Vec<u8> = [0xfeff_u16].into_iter().chain(words.encode_utf16()).flat_map(u16::to_le_bytes).collect();
    let cases = [
        ("iso-8859-1", latin.to_vec()),
        ("iso-8859-1", words.into()),
        ("utf-8", latin.to_vec()),
        ("no-such-set", latin.to_vec()),
        ("utf-8", wide),
    ];
    for (charset, sent) in cases {
        let block = http("200 OK", &format!("Content-Type: text/plain; charset={charset}\r\n"), &sent);
        let mut document =
            read("a.warc", &archive(&[record("response", &url(0), "application/http", &block)])).clean().remove(0);
        document.open().unwrap();
        let text = String::from_utf8_lossy(document.content.bytes());
        assert_eq!(text.trim_start_matches('\u{feff}'), words, "{charset}");
    }
}

#[test]
fn a_wrong_length_costs_nothing() {
    let [a, b, c] =
        [0, 1, 2].map(|i| http("200 OK", "Content-Type: text/html\r\n", &html(&format!("Envoy {i} came."))));
    let response = |i, block: &[u8], length| record_of_length("response", &url(i), "application/http", block, length);
    for length in [b.len() - 20, b.len() + 7, b.len() + 150, 1 << 40] {
        let bytes = archive(&[response(0, &a, a.len()), response(1, &b, length), response(2, &c, c.len())]);
        let got = read("a.warc", &bytes);
        let texts = got.texts();
        assert_eq!(texts.len(), 3, "{length}: {got:?}");
        for (i, text) in texts.iter().enumerate() {
            assert!(text.contains(&format!("Envoy {i} came.")), "{length}: {text}");
            assert!(!text.contains("WARC/1.0"), "{length}: {text}");
        }
        assert!(got.one_error().contains("length"), "{:?}", got.errors);
    }
}

#[test]
fn a_length_that_is_too_small_loses_no_page() {
    let [a, b, c] =
        [0, 1, 2].map(|i| http("200 OK", "Content-Type: text/html\r\n", &html(&format!("Envoy {i}\ncame."))));
    let response = |i, block: &[u8], length| record_of_length("response", &url(i), "application/http", block, length);
    for length in 0..b.len() {
        let bytes = archive(&[response(0, &a, a.len()), response(1, &b, length), response(2, &c, c.len())]);
        let got = read("a.warc", &bytes);
        assert_eq!(got.texts().len(), 3, "{length}: {got:?}");
        for (i, text) in got.texts().iter().enumerate() {
            assert!(text.contains(&format!("Envoy {i}\ncame.")), "{length}: {text}");
        }
        assert!(got.notes.is_empty() && got.one_error().contains("length"), "{length}: {got:?}");
    }
}

#[test]
fn a_cut_archive_is_read_up_to_the_cut() {
    let whole = archive(&pages(10));
    let got = read("a.warc", &whole[..whole.len() - 60]);
    assert_eq!(got.documents.len(), 10, "what there is of the last page is read too");
    assert!(got.one_error().contains("cut off (in record 11)"), "{:?}", got.errors);

    let packed: Vec<u8> = pages(10).iter().flat_map(|r| gz(r)).collect();
    let got = read("a.warc.gz", &packed[..packed.len() - 40]);
    assert!(got.documents.len() >= 9);
    assert!(got.one_error().contains("cut off"), "{:?}", got.errors);
}

#[test]
fn rubbish_between_records_is_skipped() {
    let mut bytes = archive(&pages(1));
    bytes.extend_from_slice(b"rubbish\nmore of it\n");
    bytes.extend_from_slice(&page(&url(1), &html("Envoy 1 came.")));
    let got = read("a.warc", &bytes);
    assert_eq!(got.documents.len(), 2);
    assert!(got.one_error().contains("damaged"));
}

#[test]
fn a_packed_web_archive_is_its_warc_files() {
    let packed = gz(&archive(&pages(2)));
    let wacz = zip(&[
        ("datapackage.json", b"{\"profile\": \"data-package\"}"),
        ("archive/data.warc.gz", &packed),
        ("pages/pages.jsonl", b"{\"title\": \"x\", \"text\": \"Not again.\"}"),
        ("indexes/index.cdx", b"org,example)/"),
    ]);
    let got = read("a.wacz", &wacz);
    assert_eq!(got.names(), ["a.wacz#archive/data.warc.gz#2", "a.wacz#archive/data.warc.gz#3"]);
    assert!(got.errors.is_empty() && got.notes.is_empty(), "{got:?}");
}
