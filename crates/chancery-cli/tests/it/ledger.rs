//! `chancery read` and the commands over a ledger.

use crate::bad_input::is_root;
use crate::support::{arg, chancery, command};
use std::fs;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

const EXAMPLES: &str = "examples/pages";

fn ledger_of_examples(folder: &Path, name: &str, jobs: &str) -> PathBuf {
    let ledger = folder.join(name);
    chancery(&["read", EXAMPLES, "--ledger", arg(&ledger), "-j", jobs]).ended(0);
    ledger
}

#[test]
fn reading_twice_adds_nothing_and_threads_change_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let one = ledger_of_examples(folder.path(), "one.ledger", "1");
    let two = ledger_of_examples(folder.path(), "two.ledger", "2");
    let export = |ledger: &Path| chancery(&["export", "--ledger", arg(ledger)]).ended(0).stdout;
    let first = export(&one);
    assert!(first == export(&two), "-j 1 and -j 2 give different exports");
    let again = chancery(&["read", EXAMPLES, "--ledger", arg(&one)]).ended(0);
    assert!(again.stderr.contains("0 added"), "{}", again.stderr);
    assert!(first == export(&one), "reading again changed the export");
    assert!(first.len() > 10_000);
}

#[test]
fn events_are_listed_filtered_and_searched() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger_of_examples(folder.path(), "a.ledger", "2");
    let ledger = arg(&ledger);
    let all = chancery(&["events", "--ledger", ledger, "--format", "jsonl", "--limit", "1000"]).ended(0).json_lines();
    let agree = chancery(&["events", "--ledger", ledger, "--type", "AGREE", "--format", "jsonl", "--limit", "1000"])
        .ended(0)
        .json_lines();
    assert!(!agree.is_empty() && agree.len() < all.len());
    assert!(agree.iter().all(|e| e["type"] == "AGREE"));
    let same = chancery(&["events", "--ledger", ledger, "--type", "agree", "--format", "jsonl", "--limit", "1000"]);
    assert_eq!(same.ended(0).json_lines(), agree);
    let planned =
        chancery(&["events", "--ledger", ledger, "--status", "planned", "--format", "jsonl"]).ended(0).json_lines();
    assert!(!planned.is_empty() && planned.iter().all(|e| e["status"] == "planned"));
    let rows =
        chancery(&["export", "--ledger", ledger, "--status", "planned", "--text", "visit"]).ended(0).json_lines();
    assert!(rows.len() > 1 && rows.iter().skip(1).all(|r| r["date_from"].is_string() || r["date"].is_null()));
    for (flag, value) in
        [("--type", "AGREEMENT"), ("--status", "done"), ("--actor", "Nobody Atall"), ("--outlet", "No Such Paper")]
    {
        for command in ["events", "export"] {
            let run = chancery(&[command, "--ledger", ledger, flag, value]).ended(2);
            assert!(
                run.stdout.is_empty() && run.stderr.contains(value) && run.stderr.contains("has to be"),
                "{}",
                run.stderr
            );
            assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
        }
    }
    let found = chancery(&["search", "sanctions", "--ledger", ledger]).ended(0);
    assert!(found.text().to_lowercase().contains("sanction"), "{}", found.text());
    // A query full of the index's own operators is only words.
    chancery(&["search", "\"AND (NEAR* -", "--ledger", ledger]).ended(0);
}

#[test]
fn a_csv_export_has_a_column_for_the_words() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger_of_examples(folder.path(), "a.ledger", "2");
    let run = chancery(&["export", "--ledger", arg(&ledger), "--format", "csv"]).ended(0);
    let header = run.text().lines().find(|l| !l.starts_with('#')).unwrap();
    assert!(header.split(',').any(|c| c == "text"), "{header}");
}

#[test]
fn an_export_to_a_file_says_beside_it_what_made_it() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger_of_examples(folder.path(), "a.ledger", "2");
    let out = folder.path().join("events.tsv");
    let flags = ["export", "--ledger", arg(&ledger), "--format", "polecat", "--type", "CONSULT", "--out", arg(&out)];
    chancery(&flags).ended(0);
    let table = fs::read_to_string(&out).unwrap();
    assert!(table.lines().count() > 3 && table.lines().all(|l| l.split('\t').count() == 40));
    assert!(table.lines().skip(1).all(|l| l.split('\t').nth(2) == Some("CONSULT")));
    let manifest = fs::read_to_string(folder.path().join("events.tsv.manifest.json")).unwrap();
    assert!(manifest.contains(r#""query":{"type":"CONSULT"}"#), "{manifest}");
    for format in ["parquet", "naf"] {
        let run = chancery(&["export", "--ledger", arg(&ledger), "--format", format]).ended(1);
        assert!(run.stderr.contains("--out"), "{}", run.stderr);
    }
}

#[test]
fn what_is_no_ledger_ends_with_status_three() {
    let folder = tempfile::tempdir().unwrap();
    let not_a_ledger = folder.path().join("page.txt");
    fs::write(&not_a_ledger, "This is a page and no ledger at all. ".repeat(200)).unwrap();
    let run = chancery(&["read", EXAMPLES, "--ledger", arg(&not_a_ledger)]).ended(3);
    assert_eq!(run.stderr.lines().count(), 1, "{}", run.stderr);
    assert!(fs::read_to_string(&not_a_ledger).unwrap().starts_with("This is a page"));
}

#[test]
fn a_newer_ledger_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger_of_examples(folder.path(), "a.ledger", "2");
    rusqlite::Connection::open(&ledger).unwrap().pragma_update(None, "user_version", 9999).unwrap();
    let run = chancery(&["events", "--ledger", arg(&ledger)]).ended(3);
    assert!(run.stderr.contains("newer"), "{}", run.stderr);
}

#[test]
fn a_locked_ledger_is_said_to_be_locked() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger_of_examples(folder.path(), "a.ledger", "2");
    let other = rusqlite::Connection::open(&ledger).unwrap();
    other.execute_batch("BEGIN EXCLUSIVE; CREATE TABLE held (x);").unwrap();
    let page = folder.path().join("new.txt");
    fs::write(&page, "Norway thanked Sweden.\n").unwrap();
    let run = chancery(&["read", arg(&page), "--ledger", arg(&ledger)]).ended(3);
    assert!(run.stderr.contains("locked"), "{}", run.stderr);
}

#[test]
fn a_full_disk_loses_nothing_that_was_read() {
    if !is_root() {
        eprintln!("skipped: only root may mount a small file system");
        return;
    }
    let folder = tempfile::tempdir().unwrap();
    let small = folder.path().join("small");
    fs::create_dir(&small).unwrap();
    let mounted = Command::new("mount").args(["-t", "tmpfs", "-o", "size=1m", "tmpfs", arg(&small)]).status();
    if !mounted.is_ok_and(|s| s.success()) {
        eprintln!("skipped: no file system can be mounted here");
        return;
    }
    let ledger = small.join("a.ledger");
    let pages = folder.path().join("pages");
    fs::create_dir(&pages).unwrap();
    for i in 0..300 {
        let body = format!("Story {i}\n\nNorway thanked Sweden for aid number {i}. ").repeat(20);
        fs::write(pages.join(format!("{i:03}.txt")), body).unwrap();
    }
    let run = chancery(&["read", arg(&pages), "--ledger", arg(&ledger)]);
    let check = rusqlite::Connection::open(&ledger).and_then(|c| {
        let sound: String = c.query_row("PRAGMA integrity_check", [], |r| r.get(0))?;
        let kept: i64 = c.query_row("SELECT count(*) FROM articles", [], |r| r.get(0))?;
        Ok((sound, kept))
    });
    let _ = Command::new("umount").arg("-l").arg(&small).status();
    assert_ne!(run.status, 0, "{}", run.stderr);
    assert!(run.stderr.contains("no room on the disk") && !run.stderr.contains("panicked"), "{}", run.stderr);
    let (sound, kept) = check.unwrap();
    assert_eq!(sound, "ok");
    assert!(kept > 0, "nothing was kept: {}", run.stderr);
}

#[test]
fn the_page_is_served_on_this_machine_only() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger_of_examples(folder.path(), "a.ledger", "2");
    let mut child =
        command(&["serve", "--ledger", arg(&ledger), "--port", "0"]).stderr(Stdio::piped()).spawn().unwrap();
    let mut line = String::new();
    BufReader::new(child.stderr.take().unwrap()).read_line(&mut line).unwrap();
    let address = line.split("http://").nth(1).expect("the address is printed");
    let address = address.split('/').next().unwrap_or_default().to_string();
    let page = get(&address, "/");
    let _ = child.kill();
    let _ = child.wait();
    assert!(address.starts_with("127.0.0.1:"));
    assert!(page.starts_with("HTTP/1.1 200"), "{page}");
    assert!(page.to_lowercase().contains("content-security-policy: default-src 'none'"));
}

fn get(address: &str, path: &str) -> String {
    let mut stream = TcpStream::connect(address).unwrap();
    write!(stream, "GET {path} HTTP/1.1\r\nHost: {address}\r\nConnection: close\r\n\r\n").unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).unwrap();
    String::from_utf8_lossy(&answer).into_owned()
}
