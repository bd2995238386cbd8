//! Archives and files of other formats, through the whole program.

use crate::support::{Ran, arg, chancery, chancery_with_stdin};
use std::fs;
use std::io::{Cursor, Write};
use std::path::Path;

const GOOD: &str = "French President Emmanuel Macron met Olaf Scholz in Berlin on 3 May 2023.";

fn gz(bytes: &[u8]) -> Vec<u8> {
    let mut encoder = flate2::write::GzEncoder::new(Vec::new(), flate2::Compression::default());
    encoder.write_all(bytes).unwrap();
    encoder.finish().unwrap()
}

fn zip(members: &[(&str, &[u8])]) -> Vec<u8> {
    let mut writer = zip::ZipWriter::new(Cursor::new(Vec::new()));
    for (name, bytes) in members {
        writer.start_file(*name, zip::write::SimpleFileOptions::default()).unwrap();
        writer.write_all(bytes).unwrap();
    }
    writer.finish().unwrap().into_inner()
}

fn page(i: usize) -> String {
    let sentence = format!("{GOOD} They spoke of plan number {i} for the railways of both countries.");
    let body = format!("<p>{sentence}</p>").repeat(3);
    format!(
        "<!DOCTYPE html><html><head><title>Visit {i}</title></head><body><article><h1>Visit {i}</h1>{body}</article></body></html>"
    )
}

/// A packed web archive of `n` pages.
fn warc(n: usize) -> Vec<u8> {
    let mut bytes = Vec::new();
    for i in 0..n {
        let block = format!("HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n{}", page(i));
        let record = format!(
            "WARC/1.0\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/news/{i}\r\n\
             WARC-Date: 2023-05-04T10:00:00Z\r\nContent-Type: application/http\r\nContent-Length: {}\r\n\r\n{block}\r\n\r\n",
            block.len()
        );
        bytes.extend_from_slice(&gz(record.as_bytes()));
    }
    bytes
}

fn assert_rows_quote_their_text(run: &Ran) {
    for article in run.json_lines() {
        let text: Vec<char> = article["text"].as_str().expect("extracted text is given").chars().collect();
        for event in article["events"].as_array().unwrap() {
            let (start, end) = (event["start"].as_u64().unwrap() as usize, event["end"].as_u64().unwrap() as usize);
            assert_eq!(text[start..end].iter().collect::<String>(), event["text"].as_str().unwrap());
        }
    }
}

#[test]
fn a_web_archive_is_read_the_same_by_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.warc.gz");
    fs::write(&path, warc(30)).unwrap();
    let one = chancery(&["code", arg(&path), "-j", "1"]).ended(0);
    let two = chancery(&["code", arg(&path), "-j", "3"]).ended(0);
    assert!(one.stdout == two.stdout, "-j 1 and -j 3 differ");
    let articles = one.json_lines();
    assert_eq!(articles.len(), 30);
    for (i, article) in articles.iter().enumerate() {
        assert_eq!(article["file"], format!("{}#{}", path.display(), i + 1));
        assert_eq!(article["url"], format!("https://example.org/news/{i}"));
        assert_eq!(article["events"][0]["actors"][0]["code"], "FRA GOV");
    }
    assert_rows_quote_their_text(&one);
    let ids = |a: &serde_json::Value| a["events"][0]["event"].clone();
    assert_eq!(ids(&articles[0]), ids(&articles[29]), "one meeting, told thirty times");
}

#[test]
fn an_archive_goes_into_a_ledger_once() {
    let folder = tempfile::tempdir().unwrap();
    let (path, ledger) = (folder.path().join("news.zip"), folder.path().join("a.ledger"));
    fs::write(&path, zip(&[("a.html", page(1).as_bytes()), ("in/b.txt", GOOD.as_bytes()), ("c.png", b"\x89PNG\r\n")]))
        .unwrap();
    let first = chancery(&["read", arg(&path), "--ledger", arg(&ledger)]).ended(0);
    assert!(first.stderr.contains("2 inputs (2 added"), "{}", first.stderr);
    assert!(first.stderr.contains("1 of 3 members are no pages"), "{}", first.stderr);
    let again = chancery(&["read", arg(&path), "--ledger", arg(&ledger)]).ended(0);
    assert!(again.stderr.contains("0 added, 2 known"), "{}", again.stderr);
}

#[test]
fn records_of_other_tools_keep_what_they_state() {
    let record = serde_json::json!({
        "title": "Leaders meet in Berlin", "author": "Ann Example", "hostname": "example.org", "date": "2023-05-03",
        "text": GOOD, "source-hostname": "Example Press", "source": "https://example.org/a",
    });
    let run = chancery_with_stdin(&["code", "-"], format!("{record}\n").as_bytes()).ended(0);
    let articles = run.json_lines();
    assert_eq!(articles.len(), 1);
    assert_eq!(articles[0]["id"], "-#1#1");
    assert_eq!(articles[0]["title"], "Leaders meet in Berlin");
    assert_eq!(articles[0]["authors"][0], "Ann Example");
    assert_eq!(articles[0]["date"], "2023-05-03");
    assert_eq!(articles[0]["outlet"], "Example Press");
    assert_rows_quote_their_text(&run);
}

#[test]
fn the_day_of_fetching_is_counted_from_where_nothing_else_is_known() {
    let record = "WARC/1.0\r\nWARC-Type: conversion\r\nWARC-Target-URI: https://example.org/\r\nWARC-Date: 2024-06-13T10:00:00Z\r\n\
                  Content-Type: text/plain\r\nContent-Length: 49\r\n\r\nSpain and Portugal signed a treaty on Tuesday.   \r\n\r\n";
    let article = chancery_with_stdin(&["code", "-"], record.as_bytes()).ended(0).json_lines().remove(0);
    assert_eq!(article["events"][0]["date"], "2024-06-11");
    let note = article["notes"].as_array().unwrap().iter().find(|n| n["code"] == "P004").expect("a note");
    assert!(note["text"].as_str().unwrap().contains("2024-06-13, when it was fetched"), "{note}");
    let dated =
        chancery_with_stdin(&["code", "-", "--date", "2024-06-20"], record.as_bytes()).ended(0).json_lines().remove(0);
    assert_eq!(dated["events"][0]["date"], "2024-06-18");
}

/// A folder of bad files beside a good one.
fn bad_folder(folder: &Path) -> Vec<&'static str> {
    let packed = gz(format!("{GOOD}\n").repeat(3000).as_bytes());
    let good_record = serde_json::json!({"title": "T", "text": GOOD, "hostname": "example.org"});
    let archive = warc(3);
    let bad: Vec<(&str, Vec<u8>)> = vec![
        ("cut.txt.gz", packed[..packed.len() / 2].to_vec()),
        ("cut.warc.gz", archive[..archive.len() - 50].to_vec()),
        ("lines.jsonl", format!("{good_record}\n{{\"title\": broken\n{good_record}\n").into_bytes()),
        ("book.epub", vec![0, 1, 2, 3]),
        ("cut.zip", zip(&[("a.txt", GOOD.as_bytes())])[..60].to_vec()),
        ("broken.pdf", b"%PDF-1.4\n1 0 obj\n<< /Type /Catalog".to_vec()),
        ("half.xml", b"<rss version='2.0'><channel><title>N</title><item><title>Half an it".to_vec()),
        ("deep.gz", (0..12).fold(GOOD.as_bytes().to_vec(), |bytes, _| gz(&bytes))),
    ];
    for (name, bytes) in &bad {
        fs::write(folder.join(name), bytes).unwrap();
    }
    fs::write(folder.join("good.txt"), GOOD).unwrap();
    fs::write(folder.join("up.zip"), zip(&[("../../up.txt", GOOD.as_bytes())])).unwrap();
    bad.iter().map(|(name, _)| *name).collect()
}

#[test]
fn each_bad_file_is_one_line_and_the_rest_is_read() {
    let folder = tempfile::tempdir().unwrap();
    let bad = bad_folder(folder.path());
    let run = chancery(&["code", arg(folder.path())]).ended(1);
    for name in bad {
        let lines: Vec<&str> = run.stderr.lines().filter(|l| l.contains(name)).collect();
        assert_eq!(lines.len(), 1, "{name}: {}", run.stderr);
        assert!(lines[0].starts_with("chancery: ") && lines[0].contains(';'), "it says what to do: {}", lines[0]);
    }
    assert!(!run.stderr.contains("panicked"), "{}", run.stderr);
    let files: Vec<String> = run.json_lines().iter().map(|a| a["file"].as_str().unwrap().to_string()).collect();
    let count = |name: &str| files.iter().filter(|f| f.contains(name)).count();
    assert_eq!((count("good.txt"), count("up.zip#up.txt")), (1, 1), "{files:?}");
    assert!(count("cut.txt.gz") == 1 && count("cut.warc.gz") >= 2 && count("lines.jsonl") == 2, "{files:?}");
    assert!(!folder.path().join("up.txt").exists() && !folder.path().parent().unwrap().join("up.txt").exists());
}

#[test]
fn the_formats_are_listed() {
    let table = chancery(&["formats"]).ended(0);
    let rows = chancery(&["formats", "--json"]).ended(0).json_lines();
    assert_eq!(table.text().lines().count(), rows.len());
    assert!(rows.iter().any(|r| r["format"] == "warc" && r["extensions"][0] == "warc"));
    let manual = fs::read_to_string(crate::support::root().join("docs/reference/formats.md")).unwrap();
    for row in &rows {
        let name = row["name"].as_str().unwrap().split([',', ' ']).next().unwrap();
        let shown = manual.to_lowercase().contains(&name.to_lowercase()) || name == "records";
        assert!(shown, "docs/reference/formats.md does not tell of {name}");
    }
}

#[test]
fn documents_are_listed_and_counted() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("news.warc.gz");
    fs::write(&path, warc(5)).unwrap();
    let rows = chancery(&["formats", arg(&path), "--json"]).ended(0).json_lines();
    assert_eq!(rows.len(), 5);
    assert_eq!(rows[4]["fetched"], "2023-05-04");
    let counted = chancery(&["formats", arg(&path), "--count", "--json"]).ended(0).json_lines();
    assert_eq!((&counted[0]["documents"], &counted[0]["format"]), (&5.into(), &"HTML, SingleFile".into()));
}
