//! `eval events`: the coder scored on gold files; all figures were worked out by hand, as the comments say.

use crate::support::{Ran, arg, chancery};
use serde_json::Value;
use std::fs;
use std::path::PathBuf;

fn gold(name: &str) -> String {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("tests/gold");
    arg(&folder.join(name)).to_string()
}

/// The scores as JSON.
fn scores(args: &[&str]) -> Value {
    let mut run = chancery(&[&["eval", "events", "--format", "json"], args].concat()).ended(0).json_lines();
    run.remove(0)
}

/// Precision, recall and F1 of a level.
fn three(scores: &Value, level: &str) -> [f64; 3] {
    let all = scores["events"]["levels"].as_array().expect("levels");
    let found = all.iter().find(|l| l["level"] == level).expect("the level");
    ["precision", "recall", "f1"].map(|key| found[key]["value"].as_f64().expect("a figure"))
}

/// What is asked for, what was coded, and F1 of a type; nothing where it is not listed.
fn of_type(scores: &Value, name: &str) -> Option<(u64, u64, Option<f64>)> {
    let types = scores["events"]["types"].as_array().expect("types");
    let found = types.iter().find(|t| t["type"] == name)?;
    Some((found["gold"].as_u64()?, found["coded"].as_u64()?, found["f1"]["value"].as_f64()))
}

fn confused(scores: &Value, gold: &str, coded: &str) -> u64 {
    let confusion = &scores["confusion"];
    let at = |label: &str| confusion["labels"].as_array().expect("labels").iter().position(|l| l == label);
    let (row, column) = (at(gold).expect("a row"), at(coded).expect("a column"));
    confusion["counts"][row][column].as_u64().expect("a count")
}

/// Ten sentences, by family (their ids): 8 gold events, 7 of them asked for (not "optional"); 8 coded.
/// - any: all coded but "false" touch a gold event: 7 of 8; all asked for but "missed" are touched: 6 of 7.
///   F1 = 2 · .875 · .857143 / 1.732143 = .865979.
/// - type: "other-type" falls out: 6 of 8, 5 of 7; F1 = 2 · .75 · .714286 / 1.464286 = .731707.
/// - mode: "turned" falls out (visit): 5 of 8, 4 of 7; F1 = 2 · .625 · .571429 / 1.196429 = .597015.
/// - pair: "other-party" falls out of the six: 5 of 8, 4 of 7, the same.
/// - status, of found-1, found-2, turned, right-too: the last is wrong, .75. Date, of found-1, found-2, right-too: 2 of 3.
#[test]
fn sentences_are_scored_as_by_hand() {
    let all = scores(&[&gold("sentences.jsonl")]);
    let events = &all["events"];
    assert_eq!(
        [&events["texts"], &events["gold"], &events["core"], &events["coded"]].map(|n| n.as_u64().unwrap()),
        [10, 8, 7, 8]
    );
    assert_eq!(three(&all, "any"), [0.875, 0.8571, 0.866]);
    assert_eq!(three(&all, "type"), [0.75, 0.7143, 0.7317]);
    assert_eq!(three(&all, "mode"), [0.625, 0.5714, 0.597]);
    assert_eq!(three(&all, "pair"), [0.625, 0.5714, 0.597]);
    assert_eq!((events["status"]["value"].as_f64(), events["status_of"].as_u64()), (Some(0.75), Some(4)));
    assert_eq!((events["date"]["value"].as_f64(), events["date_of"].as_u64()), (Some(0.6667), Some(3)));
    // "right-too" is listed under ACCUSE; the optional one is coded and not asked for.
    assert_eq!(of_type(&all, "ACCUSE"), Some((2, 3, Some(1.0))));
    assert_eq!(of_type(&all, "REJECT"), None);
    assert_eq!(of_type(&all, "SUPPORT"), Some((2, 2, Some(1.0))));
    assert_eq!(of_type(&all, "AID"), Some((1, 0, Some(0.0))));
    assert_eq!(of_type(&all, "THREATEN"), Some((0, 1, None)));
    let counts =
        [("ACCUSE", "ACCUSE"), ("COERCE", "SANCTION"), ("AID", "none"), ("none", "THREATEN"), ("SUPPORT", "SUPPORT")];
    assert_eq!(counts.map(|(g, c)| confused(events, g, c)), [3, 1, 1, 1, 2]);
    // An interval holds its figure.
    let any = &events["levels"][0]["f1"];
    let [low, value, high] = ["low", "value", "high"].map(|key| any[key].as_f64().unwrap());
    assert!(low < value && value < high && low > 0.4, "{low} {value} {high}");
}

/// Two stretches of one file: both their events are asked for and found with their parties, a third may be left out; what
/// is coded behind the stretches does not count. A date is asked of one.
#[test]
fn articles_are_scored_where_they_were_read() {
    let all = scores(&[&gold("articles.jsonl"), "--texts", &gold("texts")]);
    let events = &all["events"];
    assert_eq!(
        [&events["texts"], &events["gold"], &events["core"], &events["coded"]].map(|n| n.as_u64().unwrap()),
        [2, 3, 2, 2]
    );
    assert_eq!(three(&all, "pair"), [1.0, 1.0, 1.0]);
    assert_eq!((events["status_of"].as_u64(), events["date_of"].as_u64()), (Some(2), Some(1)));
    assert_eq!(events["date"]["value"].as_f64(), Some(1.0));
}

/// SUPPORT: two of two. ACCUSE: one asked for, two coded: F1 2/3. AID: none of one. Mean (1 + .6667 + 0) / 3 = .5556; three of
/// four are right.
#[test]
fn marked_pairs_are_scored_as_by_hand() {
    let all = scores(&[&gold("pairs.tsv")]);
    let pairs = &all["pairs"];
    assert_eq!((pairs["pairs"].as_u64(), pairs["accuracy"]["value"].as_f64()), (Some(4), Some(0.75)));
    assert_eq!(pairs["macro_f1"]["value"].as_f64(), Some(0.5556));
    assert_eq!(confused(pairs, "AID", "ACCUSE"), 1);
    assert_eq!(all["events"], Value::Null);
}

/// Four sentences of an invented world: an accusation found; a meeting, coded from both sides, found as one; a sanction that
/// the gold does not have; a code without a type, neither asked for nor wrong. So 3 of 4 coded are right and 2 of 2 found,
/// at every level; F1 = 2 · .75 / 1.75 = .857143.
#[test]
fn petrarch_records_are_scored_with_their_dictionaries() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own.tsv");
    chancery(&["actors", "import", &gold("wars.actors.txt"), "--format", "petrarch", "--into", arg(&own)]).ended(0);
    let args = ["--actors", arg(&own), "eval", "events", "--format", "json", &gold("wars.xml")];
    let run = chancery(&args).ended(0);
    assert!(run.stderr.contains("event code 903 has no PLOVER type"), "{}", run.stderr);
    let all = run.json_lines().remove(0);
    assert_eq!((all["events"]["gold"].as_u64(), all["events"]["core"].as_u64()), (Some(3), Some(2)));
    for level in ["any", "type", "mode", "pair"] {
        assert_eq!(three(&all, level), [0.75, 1.0, 0.8571], "{level}");
    }
    assert_eq!(all["events"]["status"]["value"], Value::Null);
}

#[test]
fn the_same_gold_gives_the_same_bytes() {
    let print = |args: &[&str]| {
        let gold = [gold("sentences.jsonl"), gold("pairs.tsv")];
        chancery(&[&["eval", "events", &gold[0], &gold[1]], args].concat()).ended(0)
    };
    let (one, four) = (print(&["-j", "1"]), print(&["-j", "4"]));
    assert_eq!(one.text(), four.text());
    assert_ne!(one.text(), print(&["--seed", "2"]).text());
    for title in [
        "Events\n10 texts, 8 events in the gold, 7 of them asked for, 8 coded.",
        "Events by type",
        "Marked pairs\n4 pairs in 4 sentences.",
    ] {
        assert!(one.text().contains(title), "{}", one.text());
    }
    let markdown = print(&["--format", "markdown"]);
    assert!(markdown.text().contains("| type and both parties | .625 ["), "{}", markdown.text());
    assert!(markdown.text().contains("percentile bootstrap over texts, 1000 resamples, seed 1."));
}

/// Two misses by words or type, a wrong party, their three false rows (one of them without any gold), a status and a date.
#[test]
fn errors_are_written_with_their_reasons() {
    let folder = tempfile::tempdir().unwrap();
    let (rows, table) = (folder.path().join("errors.jsonl"), folder.path().join("errors.tsv"));
    chancery(&["eval", "events", &gold("sentences.jsonl"), "--errors", arg(&rows)]).ended(0);
    let rows: Vec<Value> =
        fs::read_to_string(&rows).unwrap().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let told: Vec<(&str, &str)> =
        rows.iter().map(|r| (r["error"].as_str().unwrap(), r["source"].as_str().unwrap())).collect();
    let wanted = [
        ("missed", "other-type"),
        ("false", "other-type"),
        ("status", "right-too"),
        ("date", "right-too"),
        ("missed", "other-party"),
        ("false", "other-party"),
        ("missed", "missed"),
        ("false", "false"),
    ];
    let mut sorted = (told.clone(), wanted.to_vec());
    sorted.0.sort_unstable();
    sorted.1.sort_unstable();
    assert_eq!(sorted.0, sorted.1);
    let find = |error: &str, source: &str| rows.iter().find(|r| r["error"] == error && r["source"] == source).unwrap();
    let other = find("missed", "other-type");
    assert!(other["instead"].as_str().unwrap().starts_with("SANCTION CAN > BLR"), "{other}");
    assert!(other["why"].as_str().unwrap().starts_with("coded as SANCTION; "), "{other}");
    assert!(other["gold"].as_str().unwrap().ends_with("sentences.jsonl:4"), "{other}");
    assert_eq!(other["words"], "imposed sanctions on Belarus");
    assert!(find("missed", "missed")["why"].as_str().unwrap().starts_with("nothing was coded in these words"));
    let alone = find("false", "false");
    assert_eq!(alone["text"], "Brazil threatened Argentina with sanctions.");
    assert!(alone["why"].as_str().unwrap().starts_with("no such event in the gold; "), "{alone}");
    chancery(&["eval", "events", &gold("sentences.jsonl"), "--errors", arg(&table)]).ended(0);
    let table = fs::read_to_string(&table).unwrap();
    assert!(table.lines().count() == 9 && table.lines().all(|l| l.split('\t').count() == 15), "{table}");
}

/// Runs on a gold file that cannot be used: one line, with this in it.
fn refused(name: &str, content: &str, wanted: &[&str]) -> Ran {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join(name);
    fs::write(&file, content).unwrap();
    let run = chancery(&["eval", "events", arg(&file)]).ended(2);
    assert!(run.stdout.is_empty() && run.stderr.lines().count() == 1, "{}", run.stderr);
    assert!(wanted.iter().all(|w| run.stderr.contains(w)), "{}", run.stderr);
    run
}

#[test]
fn bad_gold_is_named_by_file_and_line() {
    let good = "{\"text\": \"Kenya accused Somalia.\", \"events\": []}\n";
    let after = |bad: &str| format!("{good}{bad}\n");
    let event = |event: &str| after(&format!("{{\"text\": \"Kenya accused Somalia.\", \"events\": [{event}]}}"));
    refused(
        "a.jsonl",
        &after("{\"text\": \"Kenya\""),
        &["a.jsonl, line 2: no JSON at column", "write one JSON object a line"],
    );
    refused("a.jsonl", &event(r#"{"type": "ACUSE"}"#), &["line 2: event 1: \"ACUSE\" is no type", "ACCUSE, AGREE"]);
    refused("a.jsonl", &event(r#"{"actors": ["KEN"]}"#), &["line 2: event 1: no type"]);
    refused(
        "a.jsonl",
        &event(r#"{"type": "ACCUSE", "status": "done"}"#),
        &["\"done\" is no status; write one of occurred"],
    );
    refused(
        "a.jsonl",
        &event(r#"{"type": "ACCUSE", "date": "4 March"}"#),
        &["date \"4 March\" is no date; write YYYY-MM-DD"],
    );
    refused("a.jsonl", &event(r#"{"type": "ACCUSE", "actors": "KEN"}"#), &["actors is no list"]);
    refused("a.jsonl", &event(r#"{"type": "ACCUSE", "actors": [{}]}"#), &["a party of actors with nothing"]);
    refused("a.jsonl", &event(r#"{"type": "ACCUSE", "start": 9, "end": 3}"#), &["start and end are no stretch"]);
    refused("a.jsonl", &event(r#"{"type": "ACCUSE", "start": 0, "end": 99}"#), &["22 characters, not 99"]);
    refused(
        "a.jsonl",
        &event(r#"{"type": "ACCUSE", "text": "praised"}"#),
        &["has no words \"praised\"", "copy the clause"],
    );
    refused(
        "a.jsonl",
        &event(r#"{"type": "ACCUSE", "start": 0, "end": 5, "text": "Somalia"}"#),
        &["\"Kenya\" there, not \"Somalia\""],
    );
    refused("a.jsonl", &after(r#"{"events": []}"#), &["line 2: neither text nor file"]);
    refused(
        "a.jsonl",
        r#"{"file": "gone.txt", "events": []}"#,
        &["line 1: cannot read the text", "gone.txt", "--texts"],
    );
    refused("a.jsonl", r#"{"type": "ACCUSE"}"#, &["line 1: an event of no text"]);
    refused("a.jsonl", r#"{"speaker": "Kenya", "file": "a.txt"}"#, &["neither a text, nor an event"]);
    refused("a.jsonl", "[\n{\"text\": \"Kenya\"}]", &["it begins a JSON array", "jq"]);
    refused("a.csv", "type,text\nACCUSE,Kenya\n", &["no gold of a known kind", "root and marked_sentence"]);
    refused("a.jsonl", "\n", &["the file is empty"]);
    refused("a.tsv", "marked_sentence\n<s>Kenya</s> left.\n", &["no column root"]);
    refused(
        "a.tsv",
        "root\tmarked_sentence\nLEAVE\t<s>Kenya</s> left <t>Mali</t>.\n",
        &["a.tsv, line 2: \"LEAVE\" is no root"],
    );
    refused("a.tsv", "root\tmarked_sentence\nAID\tKenya left Mali.\n", &["a.tsv, line 2: no party is marked"]);
    refused("a.xml", "<Sentences></Sentences>", &["no sentence in it"]);
    refused(
        "a.xml",
        "<Sentences>\n<Sentence date=\"March\"><Text>Kenya</Text></Sentence></Sentences>",
        &["a.xml, line 2: date \"March\""],
    );
    refused("a.xml", "<Sentences>\n<Sentence>\n<Text>Kenya</Sentence></Sentences>", &["a.xml, line 3: no XML"]);
    chancery(&["eval", "events", "no/such/gold.jsonl"]).ended(2);
}

#[test]
fn keys_that_are_not_known_are_told() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("own.jsonl");
    let row = r#"{"text": "Kenya accused Somalia.", "coder": "B", "events": [{"type": "ACCUSE", "recipient": ["SOM"], "note": "sure"}]}"#;
    fs::write(&file, row).unwrap();
    let run = chancery(&["eval", "events", arg(&file)]).ended(0);
    assert!(
        run.stderr.contains("\"recipient\" is not read") && run.stderr.contains("\"coder\" is not read"),
        "{}",
        run.stderr
    );
    assert!(!run.stderr.contains("\"note\""));
}

/// Of the gold's events, found-2 alone has its parties by name; the made ones all have.
#[test]
fn the_naming_of_pairs_is_trained_on_gold() {
    let folder = tempfile::tempdir().unwrap();
    let mut rows = fs::read_to_string(gold("sentences.jsonl")).unwrap();
    for (verb, event_type) in
        [("thanked", "SUPPORT"), ("accused", "ACCUSE"), ("praised", "SUPPORT"), ("blamed", "ACCUSE")]
    {
        for other in ["Peru", "Chile", "Ghana", "Togo", "Nepal"] {
            let event = format!(r#"{{"type": "{event_type}", "actors": ["Malta"], "recipients": ["{other}"]}}"#);
            rows += &format!("{{\"text\": \"It was late. Malta {verb} {other}.\", \"events\": [{event}]}}\n");
        }
    }
    let from = folder.path().join("own.jsonl");
    fs::write(&from, rows).unwrap();
    let out = arg(folder.path());
    let run = chancery(&["train", "events", "--from", arg(&from), "--out", out]).ended(0);
    assert!(run.stderr.contains("7 of 28 events have no two named parties"), "{}", run.stderr);
    assert!(run.stderr.contains("own.jsonl: 21 pairs so far"), "{}", run.stderr);
    assert!(fs::read(folder.path().join("events.bin")).unwrap().starts_with(b"CHEVNT1\n"));
    assert!(chancery(&["train", "events", "--from", out, "--out", out]).ended(0).stderr.contains("21 pairs"));
}
