//! Reads that are broken off and started again. `make faults` does more of it, for longer.

use crate::support::{arg, chancery, command};
use std::fs;
use std::path::Path;
use std::process::Stdio;

/// Pages of three stories, so that reports of different pages are joined.
fn pages(folder: &Path, count: usize) {
    fs::create_dir(folder).unwrap();
    let stories = [("Norway", "Sweden", "Oslo"), ("Chad", "France", "Paris"), ("Peru", "Chile", "Lima")];
    for i in 0..count {
        let (a, b, place) = stories[i % 3];
        let day = 1 + i / 30;
        let text = format!(
            "{a} and {b} met again, number {i}\n\n{day} March 2023\n\n{a} and {b} signed an agreement on fishing in {place} on \
             {day} March 2023. Ministers of {a} thanked {b} for its help in case {i}. “We are content,” the minister of {b} said.\n"
        );
        fs::write(folder.join(format!("{i:03}.txt")), text).unwrap();
    }
}

fn articles(ledger: &Path) -> i64 {
    let count = |db: rusqlite::Connection| db.query_row("SELECT count(*) FROM articles", [], |r| r.get(0));
    rusqlite::Connection::open_with_flags(ledger, rusqlite::OpenFlags::SQLITE_OPEN_READ_ONLY)
        .and_then(count)
        .unwrap_or(0)
}

fn views(ledger: &Path) -> [Vec<u8>; 3] {
    let views: [&[&str]; 3] =
        [&["export"], &["quotes", "--format", "jsonl"], &["stories", "--format", "jsonl", "--limit", "1000"]];
    views.map(|view| chancery(&[view, &["--ledger", arg(ledger)]].concat()).ended(0).stdout)
}

#[test]
fn a_read_that_is_killed_goes_on_where_it_was() {
    let folder = tempfile::tempdir().unwrap();
    let from = folder.path().join("pages");
    pages(&from, 90);
    let [whole, killed] = ["whole.ledger", "killed.ledger"].map(|name| folder.path().join(name));
    chancery(&["read", arg(&from), "--ledger", arg(&whole)]).ended(0);
    let mut kept = 0;
    for wanted in [1, 25, 60] {
        let mut child = command(&["read", arg(&from), "--ledger", arg(&killed), "-j", "1"])
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        while articles(&killed) < wanted && child.try_wait().unwrap().is_none() {
            std::thread::yield_now();
        }
        // No time to put anything in order.
        child.kill().unwrap();
        child.wait().unwrap();
        let now = articles(&killed);
        assert!(now >= kept.max(wanted), "{now} articles are left of {kept}");
        kept = now;
    }
    let last = chancery(&["read", arg(&from), "--ledger", arg(&killed)]).ended(0);
    assert!(last.stderr.contains("90 inputs ("), "{}", last.stderr);
    assert!(!last.stderr.contains("(90 added"), "what was kept was coded again: {}", last.stderr);
    assert_eq!(articles(&killed), 90);
    assert!(views(&killed) == views(&whole), "the ledgers differ");
}

#[test]
fn two_programs_read_the_same_into_one_ledger() {
    let folder = tempfile::tempdir().unwrap();
    let from = folder.path().join("pages");
    pages(&from, 45);
    let [whole, shared] = ["whole.ledger", "shared.ledger"].map(|name| folder.path().join(name));
    chancery(&["read", arg(&from), "--ledger", arg(&whole)]).ended(0);
    let start = || command(&["read", arg(&from), "--ledger", arg(&shared)]).stderr(Stdio::piped()).spawn().unwrap();
    for child in [start(), start()] {
        let ended = child.wait_with_output().unwrap();
        assert!(ended.status.success(), "{}", String::from_utf8_lossy(&ended.stderr));
    }
    assert!(views(&shared) == views(&whole), "the ledgers differ");
}

#[test]
fn the_profile_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let from = folder.path().join("pages");
    pages(&from, 6);
    let ledger = folder.path().join("a.ledger");
    let said = chancery(&["read", arg(&from), "--ledger", arg(&ledger), "--profile"]).ended(0).stderr;
    for stage in ["reading", "language", "storing", "joining", "stories", "summed over threads"] {
        assert!(said.contains(stage), "{said}");
    }
    let plain = chancery(&["code", arg(&from)]).ended(0);
    assert!(plain.stdout == chancery(&["code", arg(&from), "--profile"]).ended(0).stdout);
}

#[test]
fn the_manual_has_a_page_for_every_command() {
    let folder = tempfile::tempdir().unwrap();
    chancery(&["manual", "--out", arg(folder.path())]).ended(0);
    let read = fs::read_to_string(folder.path().join("chancery-read.1")).unwrap();
    assert!(read.contains(".TH chancery-read 1") && read.contains("shard"), "{read}");
    assert!(chancery(&["manual"]).ended(0).text().contains("chancery\\-merge"));
    for shell in ["bash", "zsh", "fish"] {
        assert!(chancery(&["completions", shell]).ended(0).text().contains("merge"));
    }
}
