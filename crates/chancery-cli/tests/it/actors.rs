//! The directory as a file that a person keeps.

use crate::support::{chancery, chancery_with_stdin, command};
use std::io::Write;

fn own_file(folder: &tempfile::TempDir) -> String {
    folder.path().join("own.tsv").to_string_lossy().into_owned()
}

#[test]
fn a_row_is_added_changed_listed_and_used() {
    let folder = tempfile::tempdir().unwrap();
    let own = own_file(&folder);
    let add = [
        "actors",
        "add",
        "Ada Brack",
        "--code",
        "NOR GOV",
        "--office",
        "Prime Minister",
        "--from",
        "2031",
        "--into",
        &own,
    ];
    chancery(&add).ended(0);
    chancery(&["actors", "edit", "Ada Brack", "--set", "to=2034-05", "--set", "aliases=Ada B. Brack", "--into", &own])
        .ended(0);
    let list = chancery(&["--actors", &own, "actors", "list", "brack", "--at", "2033-01-01"]).ended(0);
    let rows: Vec<&str> = list.text().lines().skip(1).collect();
    assert_eq!(rows, ["person\tAda Brack\tAda B. Brack\tNOR GOV\tPrime Minister\t2031\t2034-05\t\town knowledge"]);
    let question = r#"{"phrase":"Ada Brack","context":"","date":"2033-01-01"}"#;
    let answer = chancery_with_stdin(&["--actors", &own, "actors", "resolve", "-"], question.as_bytes()).ended(0);
    assert_eq!(answer.json_lines()[0]["country"], "NOR");
}

#[test]
fn a_built_in_row_is_copied_before_it_is_changed() {
    let folder = tempfile::tempdir().unwrap();
    let own = own_file(&folder);
    chancery(&["actors", "edit", "Reuters", "--set", "code=NOR JRN", "--into", &own]).ended(0);
    let list = chancery(&["actors", "list", "--code", "NOR JRN", "--actors", &own]).ended(0);
    assert!(list.text().lines().any(|l| l.starts_with("media\tReuters\t")), "{}", list.text());
    let none = chancery(&["actors", "edit", "Nobody At All", "--set", "code=NOR", "--into", &own]).ended(1);
    assert!(none.stderr.contains("Nobody At All"), "{}", none.stderr);
}

#[test]
fn a_wrong_row_is_shown_underlined_and_not_written() {
    let folder = tempfile::tempdir().unwrap();
    let own = own_file(&folder);
    let ran =
        chancery(&["actors", "add", "Ada Brack", "--code", "NOR GOV", "--from", "12 May", "--into", &own]).ended(1);
    assert!(ran.stderr.contains("^^^^^^") && ran.stderr.contains("write YYYY-MM-DD"), "{}", ran.stderr);
    assert!(!std::path::Path::new(&own).exists());
    std::fs::write(&own, "kind\tname\tcode\nperson\tAda Brack\tXQX GOV\n").unwrap();
    let ran = chancery(&["actors", "check", &own]).ended(1);
    assert!(ran.stderr.contains("own.tsv:2:") && ran.stderr.contains("XQX"), "{}", ran.stderr);
}

#[test]
fn dictionaries_are_imported_also_packed() {
    let folder = tempfile::tempdir().unwrap();
    let own = own_file(&folder);
    let actors = folder.path().join("Lights.actors.txt");
    std::fs::write(&actors, "NORDLAND_ [NDL]\n+NORDLANDIC_\nOSKAR_LUND\n\t[NDLGOV > 010101]\n").unwrap();
    let agents = folder.path().join("Lights.agents.txt.gz");
    let mut packer =
        flate2::write::GzEncoder::new(std::fs::File::create(&agents).unwrap(), flate2::Compression::fast());
    packer.write_all(b"KEEPER_OF_LAMPS {} [~JUD]\n").unwrap();
    packer.finish().unwrap();
    let (actors, agents) = (actors.to_string_lossy(), agents.to_string_lossy());
    chancery(&["actors", "import", &actors, &agents, "--into", &own]).ended(0);
    let text = "A note\n\nOskar Lund thanked a Nordlandic keeper of lamps on Tuesday.\n";
    let mut run = command(&["--actors", &own, "code", "-", "--date", "2010-05-04"]);
    run.stdin(std::process::Stdio::piped()).stdout(std::process::Stdio::piped()).stderr(std::process::Stdio::piped());
    let mut child = run.spawn().unwrap();
    child.stdin.take().unwrap().write_all(text.as_bytes()).unwrap();
    let out = child.wait_with_output().unwrap();
    let article: serde_json::Value = serde_json::from_slice(&out.stdout).unwrap();
    let codes: Vec<&str> = article["mentions"].as_array().unwrap().iter().filter_map(|m| m["code"].as_str()).collect();
    assert!(codes.contains(&"NDL GOV") && codes.contains(&"NDL JUD"), "{codes:?}");
}

#[test]
fn unknown_names_of_a_ledger_are_listed() {
    let folder = tempfile::tempdir().unwrap();
    let ledger = folder.path().join("a.ledger").to_string_lossy().into_owned();
    let page = folder.path().join("page.txt");
    std::fs::write(&page, "A visit\n\nNorwegian Deputy Foreign Minister Ada Brackwater met Antony Blinken in Oslo.\n")
        .unwrap();
    chancery(&["read", &page.to_string_lossy(), "--ledger", &ledger, "--date", "2023-05-04"]).ended(0);
    let list = chancery(&["actors", "unknown", &ledger]).ended(0);
    assert!(list.text().contains("Ada Brackwater") && !list.text().contains("Blinken"), "{}", list.text());
}

/// An end is that of the row that lasts; where several may be meant, nothing is changed.
#[test]
fn edit_ends_the_row_that_is_meant() {
    let folder = tempfile::tempdir().unwrap();
    let own = folder.path().join("own.tsv").to_string_lossy().into_owned();
    let add = |office: &str, from: &str, to: &str| {
        let dates = ["--from", from, "--to", to];
        let row = ["actors", "add", "Ada Brack", "--code", "NOR GOV", "--office", office, "--into", &own];
        chancery(&[&row[..], &dates].concat()).ended(0);
    };
    add("Minister of Light", "2031", "2032");
    add("Minister of Oil", "2033", "2033-06");
    let open =
        ["actors", "add", "Ada Brack", "--code", "NOR GOV", "--office", "Mayor", "--from", "2034", "--into", &own];
    chancery(&open).ended(0);
    chancery(&["actors", "edit", "Ada Brack", "--set", "to=2035-05", "--into", &own]).ended(0);
    let text = std::fs::read_to_string(&own).unwrap();
    assert!(text.contains("Mayor\t2034\t2035-05") && text.contains("2031\t2032"), "{text}");
    let several = chancery(&["actors", "edit", "Ada Brack", "--set", "to=2036", "--into", &own]).ended(1);
    assert!(several.stderr.contains("--from") && several.stderr.contains("Minister of Oil"), "{}", several.stderr);
    assert_eq!(std::fs::read_to_string(&own).unwrap(), text);
    chancery(&["actors", "edit", "Ada Brack", "--set", "to=2032-02", "--from", "2031", "--into", &own]).ended(0);
    assert!(std::fs::read_to_string(&own).unwrap().contains("2031\t2032-02"));
}

/// A wrong line is told and answered with nulls; the others are answered.
#[test]
fn resolve_goes_on_behind_a_wrong_line() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("questions.jsonl");
    let lines =
        "{\"phrase\":\"NATO\"}\nno json\n{\"phrase\":\"Norway\",\"date\":\"2020-13-99\"}\n{\"phrase\":\"Norway\"}\n";
    std::fs::write(&file, lines).unwrap();
    let ran = chancery(&["actors", "resolve", &file.to_string_lossy()]).ended(1);
    assert!(ran.stderr.contains("questions.jsonl:2:") && ran.stderr.contains("questions.jsonl:3:"), "{}", ran.stderr);
    let answers: Vec<serde_json::Value> = ran.text().lines().map(|l| serde_json::from_str(l).unwrap()).collect();
    let countries: Vec<Option<&str>> = answers.iter().map(|a| a["country"].as_str()).collect();
    assert_eq!(countries, [Some("IGO"), None, None, Some("NOR")]);
    assert!(answers[0]["sector"].is_null(), "the organisation's name is no sector: {}", answers[0]);
}
