//! `chancery code`: rows that point into the text they came from.

use crate::support::{arg, chancery, chancery_with_stdin, root};
use serde_json::Value;
use std::collections::HashMap;
use std::fs;

const EXAMPLES: &str = "examples/pages";

#[test]
fn every_row_quotes_the_text_it_points_to() {
    let run = chancery(&["code", EXAMPLES]).ended(0);
    let mut rows = 0;
    let mut inputs: HashMap<String, Vec<char>> = HashMap::new();
    for article in run.json_lines() {
        let file = article["file"].as_str().unwrap().to_string();
        let text: Vec<char> = match article["text"].as_str() {
            // Offsets of extracted text count from the start of the text that is given.
            Some(text) => text.chars().collect(),
            None => inputs.entry(file.clone()).or_insert_with(|| read_chars(&file)).clone(),
        };
        for list in ["mentions", "events", "quotes"] {
            for row in article[list].as_array().unwrap() {
                let (start, end) = (row["start"].as_u64().unwrap() as usize, row["end"].as_u64().unwrap() as usize);
                let words: String = text[start..end].iter().collect();
                assert_eq!(words, row["text"].as_str().unwrap(), "{list} of {}", article["id"]);
                rows += 1;
            }
        }
    }
    assert!(rows > 300, "only {rows} rows in the examples");
}

fn read_chars(file: &str) -> Vec<char> {
    String::from_utf8(fs::read(root().join(file)).unwrap()).unwrap().chars().collect()
}

#[test]
fn nothing_known_is_null_and_never_an_empty_string() {
    fn walk(value: &Value, path: &str) {
        match value {
            Value::String(text) => assert!(!text.is_empty(), "empty string at {path}"),
            Value::Array(items) => items.iter().for_each(|v| walk(v, path)),
            Value::Object(map) => map.iter().for_each(|(k, v)| walk(v, &format!("{path}.{k}"))),
            _ => {}
        }
    }
    for article in chancery(&["code", EXAMPLES]).ended(0).json_lines() {
        walk(&article, "article");
    }
}

#[test]
fn the_number_of_threads_changes_no_byte() {
    let one = chancery(&["code", EXAMPLES, "-j", "1"]).ended(0);
    let two = chancery(&["code", EXAMPLES, "-j", "2"]).ended(0);
    assert!(one.stdout == two.stdout, "-j 1 and -j 2 differ");
}

#[test]
fn standard_input_is_read_as_a_page() {
    let run = chancery_with_stdin(
        &["code", "-"],
        b"French President Emmanuel Macron met Olaf Scholz in Berlin on 3 May 2023.\n",
    );
    let articles = run.ended(0).json_lines();
    assert_eq!(articles.len(), 1);
    assert_eq!(articles[0]["file"], "-");
    let event = &articles[0]["events"][0];
    assert_eq!(event["type"], "CONSULT");
    assert_eq!(event["actors"][0]["code"], "FRA GOV");
    assert_eq!(event["recipients"][0]["code"], "DEU GOV");
    assert_eq!(event["date"], "2023-05-03");
}

#[test]
fn the_date_flag_is_what_a_page_without_a_date_counts_from() {
    let page = b"Spain and Portugal signed a treaty on Tuesday.\n";
    let run = chancery_with_stdin(&["code", "-", "--date", "2024-06-13"], page).ended(0);
    let articles = run.json_lines();
    assert_eq!(articles[0]["events"][0]["date"], "2024-06-11");
    assert!(articles[0]["notes"].as_array().unwrap().iter().any(|n| n["code"] == "P004"));
}

#[test]
fn the_table_shows_the_words_of_each_report() {
    let run =
        chancery_with_stdin(&["code", "-", "--format", "table"], b"Japan imposed sanctions on North Korea.\n").ended(0);
    assert!(run.text().contains("SANCTION"), "{}", run.text());
    assert!(run.text().contains("Japan imposed sanctions on North Korea"), "{}", run.text());
}

#[test]
fn an_edited_knowledge_file_is_used_without_a_rebuild() {
    let folder = tempfile::tempdir().unwrap();
    fs::create_dir(folder.path().join("lang")).unwrap();
    fs::write(folder.path().join("lang/reporting.toml"), "this is = not [ toml\n").unwrap();
    let run = chancery(&["--data", arg(folder.path()), "code", EXAMPLES]);
    assert_eq!(run.status, 1);
    assert!(run.stderr.contains("reporting.toml"), "{}", run.stderr);
}

/// Pages of one site, each with its own text and an appeal that no rule knows.
fn pages_of_one_site(folder: &std::path::Path) {
    let towns = ["Oslo", "Riga", "Turku", "Gdansk"];
    for (i, town) in towns.iter().enumerate() {
        let page = format!(
            "<html lang=en><head><title>Envoys meet in {town}</title><link rel=canonical href='https://port.example/{i}'></head><body><article>\
             <p>Two envoys met in {town} on Monday and signed a treaty on fishing in the northern sea, after talks of {i} days.</p>\
             <p>The lamps of this harbour burn because readers in every village pay for the oil.</p>\
             <p>The parliament of {town} must agree to the treaty before the end of the month, said the mayor of the town.</p></article></body></html>"
        );
        std::fs::write(folder.join(format!("{i}.html")), page).unwrap();
    }
}

#[test]
fn lines_of_a_site_go_when_asked_for_any_number_of_threads() {
    let folder = tempfile::tempdir().unwrap();
    pages_of_one_site(folder.path());
    let code = |flags: &[&str]| chancery(&[&["code", arg(folder.path())], flags].concat()).ended(0);
    let kept = code(&[]);
    assert!(kept.json_lines().iter().all(|a| a["text"].as_str().unwrap().contains("pay for the oil")));
    let one = code(&["--site-lines", "-j", "1"]);
    for article in one.json_lines() {
        let text = article["text"].as_str().unwrap();
        assert!(!text.contains("pay for the oil") && text.contains("must agree"), "{text}");
        assert!(article["notes"].as_array().unwrap().iter().any(|n| n["code"] == "P020"));
    }
    assert_eq!(one.stdout, code(&["--site-lines", "-j", "2"]).stdout);
}

#[test]
fn what_is_found_in_a_page_can_be_found_again_by_its_words() {
    let folder = tempfile::tempdir().unwrap();
    let page = "<html lang=en><head><title>Talks in Moscow</title></head><body><article><p>Chinese Foreign Minister Wang Yi visited Moscow on Tuesday. \
        “We want peace,” Wang Yi said.</p></article></body></html>";
    std::fs::write(folder.path().join("a.html"), page).unwrap();
    let articles = chancery(&["code", arg(folder.path())]).ended(0).json_lines();
    let found: Vec<&serde_json::Value> =
        ["events", "quotes"].iter().flat_map(|k| articles[0][k].as_array().unwrap()).collect();
    assert!(!found.is_empty());
    for row in found {
        let selector = &row["selector"];
        assert_eq!((&selector["type"], &selector["exact"]), (&"TextQuoteSelector".into(), &row["text"]));
        let around = ["prefix", "exact", "suffix"].map(|k| selector[k].as_str().unwrap_or_default()).concat();
        assert!(page.replace("        ", "").contains(&around), "{around}");
    }
}

#[test]
fn an_introduction_and_its_reprint_are_two_segments() {
    let folder = tempfile::tempdir().unwrap();
    let page = "Readers write about the treaty\n\nThe following article was originally published by the Coastal Post.\n\n\
        Two envoys met in Oslo on Monday and signed a treaty on fishing in the northern sea, after nine days of talks.\n\n\
        The parliaments of both sides must agree to the treaty before the end of the month, said the mayor.\n";
    std::fs::write(folder.path().join("a.txt"), page).unwrap();
    let articles = chancery(&["code", arg(folder.path())]).ended(0).json_lines();
    let segments = articles[0]["segments"].as_array().unwrap();
    assert_eq!(segments.len(), 2, "{segments:?}");
    assert_eq!(segments[1]["outlet"], "Coastal Post");
    let start = usize::try_from(segments[1]["start"].as_u64().unwrap()).unwrap();
    assert!(page.chars().skip(start).collect::<String>().starts_with("Two envoys"));
}

#[test]
fn feeds_with_numbers_for_ids_and_html_in_markdown_are_read() {
    let feed = br#"{"version":"https://jsonfeed.org/version/1.1","title":"Harbour News","items":[
        {"id":2,"content_text":"Kenya met Ghana on Monday in Accra.","date_published":"2025-06-25T10:00:00Z"}]}"#;
    let articles = chancery_with_stdin(&["code", "-"], feed).ended(0).json_lines();
    assert_eq!((articles.len(), articles[0]["date"].as_str()), (1, Some("2025-06-25")));
    let folder = tempfile::tempdir().unwrap();
    let page = folder.path().join("note.md");
    let text = "# Border\n\nKenya met Ghana on Monday.\n\n<p>Talks went on\nfor hours.</p>\n\n<script>\nlet x = 1;\n</script>\n\nThe end.\n";
    fs::write(&page, text).unwrap();
    let articles = chancery(&["code", arg(&page)]).ended(0).json_lines();
    let text = articles[0]["text"].as_str().unwrap();
    assert!(text.contains("Talks went on for hours.") && !text.contains("let x"), "{text}");
}

#[test]
fn who_is_of_no_named_state_is_of_the_datelines() {
    let page = b"LIMA, May 5, 2014 - The foreign minister condemned Chile on Monday.\n";
    let article = &chancery_with_stdin(&["code", "-"], page).ended(0).json_lines()[0];
    let event = &article["events"][0];
    assert_eq!(
        (event["actors"][0]["code"].as_str(), event["recipients"][0]["code"].as_str()),
        (Some("PER GOV"), Some("CHL"))
    );
}
