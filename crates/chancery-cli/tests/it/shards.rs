//! Reading in parts, and laying the ledgers of the parts together.

use crate::support::{arg, chancery};
use std::fs;
use std::path::{Path, PathBuf};

const EXAMPLES: &str = "examples/pages";

/// What a reader of the ledger can get out of it; `wording` and others read the same tables.
const VIEWS: [&[&str]; 10] = [
    &["export"],
    &["export", "--format", "csv"],
    &["export", "--format", "gdelt-mentions"],
    &["export", "--format", "gkg"],
    &["export", "--format", "followthemoney"],
    &["export", "--format", "atom"],
    &["quotes", "--format", "jsonl"],
    &["stories", "--format", "jsonl", "--limit", "10000"],
    &["brief", "--format", "json", "--since", "2000-01-01"],
    &["wording", "RUS", "--format", "jsonl"],
];

fn read(folder: &Path, name: &str, more: &[&str]) -> PathBuf {
    let ledger = folder.join(name);
    chancery(&[&["read", EXAMPLES, "--ledger", arg(&ledger)], more].concat()).ended(0);
    ledger
}

fn merge(into: &Path, from: &[&PathBuf]) -> String {
    let from: Vec<&str> = from.iter().map(|l| arg(l)).collect();
    chancery(&[&["merge", arg(into)], &from[..]].concat()).ended(0).stderr
}

fn assert_alike(one: &Path, other: &Path, views: &[&[&str]]) {
    for view in views {
        let shown = |ledger: &Path| chancery(&[view, &["--ledger", arg(ledger)][..]].concat()).ended(0).stdout;
        let (a, b) = (shown(one), shown(other));
        assert!(!a.is_empty() && a == b, "{view:?} is not the same");
    }
}

#[test]
fn shards_laid_together_are_one_read() {
    let folder = tempfile::tempdir().unwrap();
    let whole = read(folder.path(), "whole.ledger", &[]);
    let parts: Vec<PathBuf> =
        ["1/3", "2/3", "3/3"].iter().map(|n| read(folder.path(), &n.replace('/', "-"), &["--shard", n])).collect();
    let merged = folder.path().join("merged.ledger");
    let said = merge(&merged, &[&parts[1], &parts[0], &parts[2]]);
    assert!(said.contains("15 inputs taken in, 0 known before"), "{said}");
    assert_alike(&whole, &merged, &VIEWS);
    // Nothing is in two of them, nothing is left to be read, and taking one in again changes nothing.
    let said = merge(&merged, &[&parts[0]]);
    assert!(said.contains(" 0 inputs taken in"), "{said}");
    let again = chancery(&["read", EXAMPLES, "--ledger", arg(&merged)]).ended(0);
    assert!(again.stderr.contains("15 inputs (0 added, 15 known before"), "{}", again.stderr);
    assert_alike(&whole, &merged, &VIEWS[..2]);
}

#[test]
fn corrections_are_carried_over() {
    let folder = tempfile::tempdir().unwrap();
    let whole = read(folder.path(), "whole.ledger", &[]);
    let run = |args: &[&str], ledger: &Path| chancery(&[args, &["--ledger", arg(ledger)]].concat()).ended(0);
    let rows = run(&["export"], &whole).json_lines().split_off(1);
    let report = |i: usize| rows[i]["report"].as_str().unwrap();
    let by = ["--why", "read again", "--who", "ana"];
    let correct = |change: &[&str]| {
        let made = run(&[&["correct"], change, &by].concat(), &whole);
        made.text().split_whitespace().next().unwrap().to_string()
    };
    correct(&["retract", report(3)]);
    correct(&["set", report(8), "status", "denied"]);
    correct(&["set", report(8), "place", "Oslo"]);
    correct(&["join", report(12), report(30)]);
    let wrong = correct(&["retract", report(20)]);
    correct(&["set", report(25), "type", "MOBILIZE"]);
    correct(&[
        "split",
        rows.iter().find(|r| rows.iter().filter(|o| o["event"] == r["event"]).count() > 2).unwrap()["report"]
            .as_str()
            .unwrap(),
    ]);
    correct(&["merge", "Vladimir Putin", "Xi Jinping"]);
    let list = folder.path().join("corrections.jsonl");
    fs::write(&list, run(&["correct", "list", "--format", "jsonl"], &whole).stdout).unwrap();
    let parts: Vec<PathBuf> =
        ["1/2", "2/2"].iter().map(|n| read(folder.path(), &n.replace('/', "-"), &["--shard", n])).collect();
    for part in &parts {
        // The half of them that is about pages of the other shard stays in conflict until both are together.
        chancery(&["correct", "import", arg(&list), "--ledger", arg(part)]);
    }
    // One more is made in the whole and in one part alone: the other part still has what it takes back.
    correct(&["undo", &wrong]);
    fs::write(&list, run(&["correct", "list", "--format", "jsonl"], &whole).stdout).unwrap();
    chancery(&["correct", "import", arg(&list), "--ledger", arg(&parts[0])]);
    let mut views = VIEWS.to_vec();
    views.push(&["correct", "list", "--format", "jsonl"]);
    let [one, other] = ["one.ledger", "other.ledger"].map(|name| folder.path().join(name));
    merge(&one, &[&parts[0], &parts[1]]);
    assert_alike(&whole, &one, &views);
    merge(&other, &[&parts[1], &parts[0]]);
    assert_alike(&whole, &other, &views[..2]);
}

#[test]
fn what_two_ledgers_both_have_is_kept_once() {
    let folder = tempfile::tempdir().unwrap();
    let whole = read(folder.path(), "whole.ledger", &[]);
    let part = read(folder.path(), "part.ledger", &["--shard", "1/2"]);
    let other = read(folder.path(), "other.ledger", &[]);
    let merged = folder.path().join("merged.ledger");
    merge(&merged, &[&part, &other, &part]);
    assert_alike(&whole, &merged, &VIEWS);
}

#[test]
fn a_page_that_one_machine_could_not_read_is_taken_from_another() {
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("page.txt");
    let (bad, good, merged) = ("bad.ledger", "good.ledger", "merged.ledger");
    let [bad, good, merged] = [bad, good, merged].map(|name| folder.path().join(name));
    fs::write(&page, [0u8, 159, 146, 150, 0, 1, 2]).unwrap();
    chancery(&["read", arg(&page), "--ledger", arg(&bad)]).ended(1);
    fs::write(&page, "Norway thanked Sweden for its aid on Monday.\n").unwrap();
    chancery(&["read", arg(&page), "--ledger", arg(&good)]).ended(0);
    merge(&merged, &[&bad, &good]);
    assert_alike(&good, &merged, &VIEWS[..2]);
}

#[test]
fn what_cannot_be_taken_in_is_refused_and_nothing_is_changed() {
    let folder = tempfile::tempdir().unwrap();
    let part = read(folder.path(), "part.ledger", &["--shard", "1/4"]);
    let merged = folder.path().join("merged.ledger");
    let page = folder.path().join("page.txt");
    fs::write(&page, "no ledger at all, but long enough to be one").unwrap();
    let run = chancery(&["merge", arg(&merged), arg(&part), arg(&page)]).ended(3);
    assert!(run.stderr.contains("is no ledger") && !merged.exists(), "{}", run.stderr);
    let run = chancery(&["merge", arg(&part), arg(&part)]).ended(1);
    assert!(run.stderr.contains("into itself"), "{}", run.stderr);
    for wrong in ["0/2", "3/2", "1"] {
        let run = chancery(&["read", EXAMPLES, "--ledger", arg(&merged), "--shard", wrong]).ended(2);
        assert!(run.stderr.contains("1/4, 2/4"), "{}", run.stderr);
    }
}
