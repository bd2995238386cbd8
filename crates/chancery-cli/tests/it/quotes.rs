//! `chancery quotes`, `claims` and `wording`, from pages to rows.

use crate::support::{arg, chancery};
use serde_json::Value;
use std::path::PathBuf;

const OBSERVER: &str = "The regime strikes\n\nBy the Northgate Observer\n\n\
    A spokesperson for the World Health Organization said that Ghana had closed the port. \
    The brutal Ghanaian regime arrested three reporters. \"We will reopen the port,\" President John Mahama said.\n";
const COURIER: &str = "The government speaks\n\n\
    The Ghanaian government denied that it had closed the port. \"This regime must go,\" the opposition said.\n";

/// A ledger of two short texts.
fn ledger(folder: &tempfile::TempDir) -> PathBuf {
    let ledger = folder.path().join("a.ledger");
    for (name, text) in [("observer.txt", OBSERVER), ("courier.txt", COURIER)] {
        let page = folder.path().join(name);
        std::fs::write(&page, text).unwrap();
        chancery(&["read", arg(&page), "--ledger", arg(&ledger), "--date", "2026-03-04"]).ended(0);
    }
    ledger
}

fn texts(rows: &[Value]) -> Vec<&str> {
    rows.iter().map(|r| r["quote"]["text"].as_str().unwrap()).collect()
}

#[test]
fn quotes_are_listed_by_speaker_and_by_stance_with_their_chain() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(&folder);
    let all = chancery(&["quotes", "--ledger", arg(&ledger), "--format", "jsonl"]).ended(0).json_lines();
    assert_eq!(all.len(), 4, "{:?}", texts(&all));
    let health = chancery(&["quotes", "--ledger", arg(&ledger), "--speaker", "World Health", "--format", "jsonl"]);
    let health = health.ended(0).json_lines();
    let roles: Vec<&str> =
        health[0]["quote"]["chain"].as_array().unwrap().iter().map(|l| l["role"].as_str().unwrap()).collect();
    assert!(roles.starts_with(&["principal", "spokesperson"]), "{roles:?}");
    let denied = chancery(&["quotes", "--ledger", arg(&ledger), "--stance", "deny", "--format", "jsonl"]);
    assert_eq!(texts(&denied.ended(0).json_lines()), ["it had closed the port"]);
    let promised = chancery(&["quotes", "--ledger", arg(&ledger), "--stance", "promise", "--format", "jsonl"]);
    assert_eq!(texts(&promised.ended(0).json_lines()), ["We will reopen the port,"]);
    let table = chancery(&["quotes", "--ledger", arg(&ledger)]).ended(0);
    assert!(table.text().contains("World Health Organization (principal) ← "), "{}", table.text());
    chancery(&["quotes", "--ledger", arg(&ledger), "--stance", "maybe"]).ended(2);
}

#[test]
fn claims_about_somebody_are_those_whose_words_name_him() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(&folder);
    let rows =
        chancery(&["claims", "--about", "GHA", "--ledger", arg(&ledger), "--format", "jsonl"]).ended(0).json_lines();
    assert!(texts(&rows).contains(&"Ghana had closed the port"), "{:?}", texts(&rows));
    let none = chancery(&["claims", "--about", "Peru", "--ledger", arg(&ledger), "--format", "jsonl"]).ended(0);
    assert!(none.stdout.is_empty());
}

#[test]
fn other_tools_shapes_hold() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(&folder);
    let gqg = chancery(&["quotes", "--ledger", arg(&ledger), "--format", "gqg"]).ended(0).json_lines();
    let quoted: Vec<&Value> = gqg.iter().flat_map(|a| a["quotes"].as_array().unwrap()).collect();
    assert!(quoted.iter().any(|q| q["quote"] == "This regime must go,"), "{gqg:?}");
    assert!(quoted.iter().all(|q| q["pre"].is_string() && q["post"].is_string()));
    let schema = chancery(&["quotes", "--ledger", arg(&ledger), "--format", "schema-org"]).ended(0).json_lines();
    let kinds: Vec<&str> = schema.iter().map(|q| q["@type"].as_str().unwrap()).collect();
    assert!(kinds.contains(&"Quotation") && kinds.contains(&"Claim"), "{kinds:?}");
    let csv = chancery(&["quotes", "--ledger", arg(&ledger), "--format", "csv"]).ended(0);
    assert!(csv.text().starts_with("article_id,date,outlet,"));
    assert_eq!(csv.text().lines().count(), 5);
}

#[test]
fn words_in_marks_are_not_the_outlets() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = ledger(&folder);
    let page = chancery(&["wording", "GHA", "--ledger", arg(&ledger), "--format", "jsonl"]).ended(0).json_lines();
    let word = |lemma: &str| page[0]["words"].as_array().unwrap().iter().find(|w| w["lemma"] == lemma).cloned();
    let regime = word("regime").expect("the word regime");
    // in the headline and in the text; in marks once
    assert_eq!((regime["uses"].as_u64(), regime["quoted"].as_u64()), (Some(2), Some(1)), "{regime}");
    assert_eq!(word("brutal").unwrap()["relation"], "modifier");
    let uses = chancery(&["wording", "GHA", "--word", "regime", "--ledger", arg(&ledger), "--format", "jsonl"]);
    let uses = uses.ended(0).json_lines();
    assert_eq!(uses.len(), 3);
    assert!(uses.iter().all(|u| u["passage"]["words"] == "regime"));
    let unknown = chancery(&["wording", "Atlantis", "--ledger", arg(&ledger)]).ended(1);
    assert!(unknown.stderr.contains("Atlantis: the ledger names no such actor or event"), "{}", unknown.stderr);
}
