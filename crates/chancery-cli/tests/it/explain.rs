//! `chancery explain`: what was coded, and what was not and why.

use crate::support::{arg, chancery, chancery_with_stdin};
use serde_json::Value;

const TEXT: &[u8] = b"Norway promised to help Ghana. Danish envoys outnumbered a Kenyan delegation in Cairo.\n";

#[test]
fn a_candidate_that_lost_says_why() {
    let rows = chancery_with_stdin(&["explain", "-", "--format", "jsonl"], TEXT).ended(0).json_lines();
    let reasons = |row: &Value| -> Vec<(String, String)> {
        let text = |v: &Value| v.as_str().unwrap().to_string();
        row["lost"].as_array().unwrap().iter().map(|l| (text(&l["trigger"]), text(&l["reason"]))).collect()
    };
    assert_eq!(rows.len(), 2, "one row a sentence");
    assert_eq!(rows[0]["events"][0]["type"], "AGREE");
    assert_eq!(reasons(&rows[0]), [("help".into(), "told by another word's pattern, to which it belongs".into())]);
    assert_eq!(rows[1]["events"], Value::Array(Vec::new()));
    assert_eq!(reasons(&rows[1]), [("outnumbered".into(), "no pattern of the codebook fits".into())]);
    assert_eq!(rows[1]["tree"][2]["deprel"], "root");
}

#[test]
fn the_table_shows_tree_events_and_losses() {
    let run = chancery_with_stdin(&["explain", "-", "--find", "promised"], TEXT).ended(0);
    let text = run.text();
    assert!(text.starts_with("“Norway promised to help Ghana.”\n  promised  VERB root"), "{text}");
    assert!(text.contains("+ AGREE occurred: Norway [NOR] → Ghana [GHA]"), "{text}");
    assert!(text.contains("- help, AID"), "{text}");
    assert!(!text.contains("Danish"), "{text}");
}

#[test]
fn a_row_of_the_ledger_is_explained_by_its_id() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = folder.path().join("a.ledger");
    chancery(&["read", "examples/pages", "--ledger", arg(&ledger)]).ended(0);
    let listed = chancery(&["events", "--ledger", arg(&ledger), "--format", "jsonl", "--limit", "5"]).ended(0);
    for event in listed.json_lines() {
        let id = event["id"].as_str().unwrap();
        let rows = chancery(&["explain", id, "--ledger", arg(&ledger), "--format", "jsonl"]).ended(0).json_lines();
        let types = rows.iter().flat_map(|r| r["events"].as_array().unwrap()).map(|e| e["type"].as_str().unwrap());
        assert!(types.into_iter().any(|t| event["type"] == t), "{id}: {rows:?}");
    }
    let missing = chancery(&["explain", "e0", "--ledger", arg(&ledger)]).ended(1);
    assert!(missing.stderr.contains("e0: no such row in the ledger"), "{}", missing.stderr);
}
