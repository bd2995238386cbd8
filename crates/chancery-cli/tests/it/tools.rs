//! The commands that outside scorers rely on.

use crate::support::{chancery, chancery_with_stdin};
use serde_json::Value;
use std::fs;

#[test]
fn a_parse_spells_its_text_again() {
    let text = "Don't go. The U.S. can't wait, he said.\n\nA second paragraph\nin two lines.\n";
    let conllu = chancery_with_stdin(&["parse", "-", "--format", "conllu"], text.as_bytes()).ended(0);
    let mut spelled = String::new();
    let mut inside_until = 0;
    for line in conllu.text().lines().filter(|l| !l.is_empty() && !l.starts_with('#')) {
        let cells: Vec<&str> = line.split('\t').collect();
        assert_eq!(cells.len(), 10, "{line}");
        if let Some((_, last)) = cells[0].split_once('-') {
            inside_until = last.parse().unwrap();
            spelled.push_str(cells[1]);
        } else if cells[0].parse::<u32>().unwrap() > inside_until {
            spelled.push_str(cells[1]);
        } else if cells[0].parse::<u32>().unwrap() == inside_until {
            inside_until = 0;
        }
        if cells[0] == "1" {
            assert!(cells[6].parse::<u32>().is_ok());
        }
    }
    let without_space: String = text.split_whitespace().collect();
    assert_eq!(spelled, without_space);
}

#[test]
fn marked_pairs_are_named() {
    let tsv = "sentence_id\troot\tpenta\tmarked_sentence\n1\tSUPPORT\t1\t<s>Norway</s> praised <t>Iceland</t>.\n\
               2\tSANCTION\t4\t<s>Canada</s> imposed sanctions on <t>Belarus</t>.\n";
    let rows = chancery_with_stdin(&["relate", "-"], tsv.as_bytes()).ended(0).json_lines();
    assert_eq!(rows.len(), 2);
    assert_eq!(rows[0]["root"], "SUPPORT");
    assert_eq!(rows[1]["type"], "SANCTION");
    assert!(rows[1]["why"].as_str().is_some_and(|why| !why.is_empty()));
}

#[test]
fn phrases_are_resolved_on_their_date() {
    let questions = concat!(
        r#"{"phrase":"Angela Merkel","context":"","date":"2015-06-01"}"#,
        "\n",
        r#"{"phrase":"Angela Merkel","context":"","date":"2023-06-01"}"#,
        "\n",
        r#"{"phrase":"a pair of old shoes","context":"","date":null}"#,
        "\n"
    );
    let rows = chancery_with_stdin(&["actors", "resolve", "-"], questions.as_bytes()).ended(0).json_lines();
    assert_eq!((rows[0]["country"].as_str(), rows[0]["sector"].as_str()), (Some("DEU"), Some("GOV")));
    assert_eq!((rows[1]["country"].as_str(), rows[1]["sector"].as_str()), (Some("DEU"), Some("ELI")));
    assert_eq!(rows[2]["country"], Value::Null);
}

#[test]
fn tokens_are_labelled_one_for_one() {
    for command in ["names", "claims"] {
        let tsv = "Angela\tO\nMerkel\tO\nsaid\tO\nit\tO\n.\tO\n\nBerlin\tO\nagreed\tO\n";
        let run = chancery_with_stdin(&["tag", command, "-"], tsv.as_bytes()).ended(0);
        let tokens: Vec<&str> =
            run.text().lines().filter(|l| !l.is_empty()).map(|l| l.split('\t').next().unwrap()).collect();
        assert_eq!(tokens, ["Angela", "Merkel", "said", "it", ".", "Berlin", "agreed"], "{command}");
    }
}

#[test]
fn claims_are_labelled_by_the_model_or_by_rules_alone() {
    let tsv = "The\nminister\nsaid\nthat\nthe\ntalks\nhad\nfailed\n.\n";
    let labels = |flags: &[&str]| -> Vec<String> {
        let run = chancery_with_stdin(&[&["tag", "claims", "-"], flags].concat(), tsv.as_bytes()).ended(0);
        let lines = run.text().lines().filter(|l| !l.is_empty()).map(|l| l.split('\t').nth(1).unwrap().to_string());
        lines.collect()
    };
    let (model, rules) = (labels(&[]), labels(&["--rules"]));
    let wanted =
        ["B-Source", "I-Source", "B-Cue", "B-Content", "I-Content", "I-Content", "I-Content", "I-Content", "O"];
    assert_eq!(model, wanted);
    assert_eq!(rules, wanted);
}

#[test]
fn a_labeller_of_claims_is_trained_the_same_twice() {
    let folder = tempfile::tempdir().unwrap();
    let sentence = "Kenya\tB-Source\nsaid\tB-Cue\nit\tB-Content\nagreed\tI-Content\n.\tO\n\n";
    fs::write(folder.path().join("own.tsv"), sentence.repeat(20)).unwrap();
    let from = folder.path().to_str().unwrap();
    let train = || {
        chancery(&["train", "claims", "--from", from, "--out", from]).ended(0);
        fs::read(folder.path().join("claims.bin")).unwrap()
    };
    let first = train();
    assert_eq!(first, train());
    let data = folder.path().join("data/models");
    fs::create_dir_all(&data).unwrap();
    fs::write(data.join("claims.bin"), &first[..first.len() - 1]).unwrap();
    let data = folder.path().join("data");
    let run = chancery_with_stdin(&["--data", data.to_str().unwrap(), "tag", "claims", "-"], b"Kenya\n");
    assert!(run.ended(1).stderr.contains("models/claims.bin: it has the wrong length"));
}

#[test]
fn a_page_is_extracted() {
    let html = r#"<html lang="en"><head><title>Talks end | Daily Invention</title>
        <meta property="og:site_name" content="Daily Invention"><meta property="article:published_time" content="2024-05-02T10:00:00Z">
        </head><body><article><h1>Talks end</h1><p>The foreign ministers of Chile and Peru ended two days of talks in Lima on Thursday without a joint statement, officials of both sides told reporters.</p>
        <p>A second round is expected in Santiago before the end of the year, according to the two ministries, which gave no date.</p></article></body></html>"#;
    let page = &chancery_with_stdin(&["extract", "-", "--format", "json"], html.as_bytes()).ended(0).json_lines()[0];
    assert_eq!(page["title"], "Talks end");
    assert_eq!(page["date"], "2024-05-02");
    assert_eq!(page["outlet"], "Daily Invention");
    assert!(page["text"].as_str().unwrap().contains("two days of talks"));
}

#[test]
fn wrong_usage_ends_with_status_two() {
    chancery(&["code"]).ended(2);
    chancery(&["code", "examples", "--date", "yesterday"]).ended(2);
    chancery(&["fly"]).ended(2);
}

#[test]
fn completions_name_the_commands() {
    let run = chancery(&["completions", "bash"]).ended(0);
    assert!(run.text().contains("serve"));
}

#[test]
fn extract_says_what_it_does_not_read() {
    for (bytes, format) in [
        (&b"\x1f\x8b\x08\0\0"[..], "a gzip file"),
        (b"%PDF-1.7\n", "a PDF file"),
        (b"Envoys met in Geneva.\n", "text"),
        (b"<rss version='2.0'></rss>", "a feed"),
    ] {
        let run = chancery_with_stdin(&["extract", "-"], bytes).ended(1);
        assert!(run.stdout.is_empty() && run.stderr.lines().count() == 1, "{}", run.stderr);
        assert!(run.stderr.contains(&format!("this is {format}, ")) && run.stderr.contains("use `chancery code`"));
    }
    let empty = chancery_with_stdin(&["extract", "-"], b"").ended(0);
    assert_eq!(empty.stderr, "chancery: -: the file holds no text\n");
}
