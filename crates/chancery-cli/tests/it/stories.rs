//! Stories, briefs and why tellings are one event, by the real program.

use crate::support::{arg, chancery};
use std::fs;
use std::path::{Path, PathBuf};

/// Three papers on one visit, one of which announced it, and a page on something else.
fn world(folder: &Path) -> PathBuf {
    let pages = [
        (
            "plan.txt",
            "Kenyan president to visit Ghana\n\nHarbour Gazette\n6 March 2025\n\nKenya's President William Ruto will visit Ghana \
             on 10 March to sign an agreement on cocoa, his office said on Thursday. The two countries have been at odds \
             over cocoa tariffs since January.\n",
        ),
        (
            "visit.txt",
            "Ruto in Accra\n\nHarbour Gazette\n10 March 2025\n\nKenya's President William Ruto visited Ghana on Monday and signed \
             an agreement on cocoa. President John Mahama received him in Accra. Cocoa tariffs had divided the two \
             countries since January.\n",
        ),
        (
            "also.txt",
            "Cocoa deal signed\n\nLowland Post\n11 March 2025\n\nWilliam Ruto met John Mahama in Accra on Monday. The presidents of \
             Kenya and Ghana spoke about cocoa tariffs, which have divided the two countries, and about ports.\n",
        ),
        (
            "other.txt",
            "Norway condemns shelling\n\nNorthern Wire\n11 March 2025\n\nNorway condemned Russia on Tuesday for the shelling of a \
             hospital in Kharkiv. \"This is a crime,\" Foreign Minister Espen Barth Eide said.\n",
        ),
    ];
    let texts = folder.join("pages");
    fs::create_dir_all(&texts).unwrap();
    for (name, text) in pages {
        fs::write(texts.join(name), text).unwrap();
    }
    let ledger = folder.join("w.ledger");
    chancery(&["read", arg(&texts), "--ledger", arg(&ledger)]).ended(0);
    ledger
}

#[test]
fn articles_of_one_visit_are_one_story_with_a_timeline() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = world(folder.path());
    let stories = chancery(&["stories", "--ledger", arg(&ledger), "--format", "jsonl"]).ended(0).json_lines();
    assert_eq!(stories.len(), 2, "{stories:?}");
    let visit =
        stories.iter().find(|s| s["articles"].as_array().unwrap().len() == 3).expect("three articles of one story");
    assert_eq!((&visit["first"], &visit["last"]), (&"2025-03-06".into(), &"2025-03-11".into()));
    assert!(visit["label"].as_str().unwrap().contains("Ruto"), "{}", visit["label"]);
    let id = visit["story"].as_str().unwrap();
    let one = chancery(&["stories", id, "--ledger", arg(&ledger)]).ended(0);
    assert!(one.text().lines().count() > 3 && one.text().contains("CONSULT"), "{}", one.text());
    let since = chancery(&["stories", "--ledger", arg(&ledger), "--since", "0d", "--format", "jsonl"]).ended(0);
    assert_eq!(since.json_lines().len(), 2, "both have an article on the last day");
    let none = chancery(&["stories", "snothing", "--ledger", arg(&ledger)]).ended(1);
    assert!(none.stderr.contains("no such story"), "{}", none.stderr);
}

#[test]
fn a_brief_has_pairs_sources_and_plans_and_escapes_what_it_quotes() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = world(folder.path());
    let hostile = folder.path().join("hostile.txt");
    fs::write(
        &hostile,
        "Title\n\n12 March 2025\n\nBrazil condemned <script>alert(1)</script> and condemned Peru on Wednesday. \
                         China will visit Brazil on 20 March 2025.\n",
    )
    .unwrap();
    chancery(&["read", arg(&hostile), "--ledger", arg(&ledger)]).ended(0);
    let run = |format: &str, since: &str| {
        chancery(&["brief", "--ledger", arg(&ledger), "--since", since, "--format", format]).ended(0)
    };
    let text = run("markdown", "7d");
    assert!(text.text().contains("## Ghana – Kenya"), "{}", text.text());
    assert!(text.text().contains("## Planned"), "{}", text.text());
    assert!(text.text().contains("Harbour Gazette, 2025-03-10"), "{}", text.text());
    assert!(!text.text().contains("2025-03-06**"), "{}", text.text());
    let html = run("html", "2025-03-01");
    assert!(html.text().starts_with("<!doctype html>") && !html.text().contains("<script>"), "{}", html.text());
    let json = &run("json", "2025-03-11").json_lines()[0];
    assert!(
        json["pairs"].as_array().unwrap().iter().any(|p| p["codes"] == serde_json::json!(["NOR", "RUS"])),
        "{json}"
    );
    let about = chancery(&["brief", "--ledger", arg(&ledger), "--about", "nor"]).ended(0);
    assert!(about.text().contains("Norway – Russia") && !about.text().contains("Ghana"), "{}", about.text());
    let wrong = chancery(&["brief", "--ledger", arg(&ledger), "--since", "yesterday"]).ended(1);
    assert!(wrong.stderr.contains("neither a date nor a number of days"), "{}", wrong.stderr);
}

#[test]
fn what_joins_two_tellings_and_what_keeps_them_apart_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = world(folder.path());
    let rows = chancery(&["export", "--ledger", arg(&ledger)]).ended(0).json_lines().split_off(1);
    let report = |file: &str, event_type: &str| {
        let found = rows.iter().find(|r| r["file"].as_str().unwrap().ends_with(file) && r["type"] == event_type);
        found.unwrap_or_else(|| panic!("no {event_type} in {file}"))["report"].as_str().unwrap().to_string()
    };
    let compare = |a: &str, b: &str| chancery(&["compare", a, b, "--ledger", arg(&ledger)]).ended(0);
    let (visit, met) = (report("visit.txt", "CONSULT"), report("also.txt", "CONSULT"));
    let same = compare(&visit, &met);
    assert!(same.text().contains("speak for one event") && same.text().contains("  date"), "{}", same.text());
    let blame = report("other.txt", "ACCUSE");
    let apart = compare(&visit, &blame);
    assert!(apart.text().contains("not one event: their types are never one event"), "{}", apart.text());
    assert!(apart.text().contains("they are two events"), "{}", apart.text());
    let wrong = chancery(&["compare", &visit, "e0", "--ledger", arg(&ledger)]).ended(1);
    assert!(wrong.stderr.contains("no such report or event"), "{}", wrong.stderr);
}
