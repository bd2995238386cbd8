//! Feeds `cases/language/times.toml` to the time finder.

use crate::plain;
use chancery_lang::times::find_times;
use chancery_text::{Document, PartialDate};

#[test]
fn cases_hold() {
    let cases = include_str!("../../../../cases/language/times.toml");
    let table: toml::Table = cases.parse().expect("cases are TOML");
    let cases = table["case"].as_array().expect("[[case]]");
    assert!(cases.len() >= 60);
    let wrong: Vec<String> = cases.iter().filter_map(|c| failure(c.as_table().expect("a table"))).collect();
    assert!(wrong.is_empty(), "{} cases fail:\n{}", wrong.len(), wrong.join("\n"));
}

/// What is wrong with a case; `None` where all is well. A `known_gap` must fail.
fn failure(case: &toml::Table) -> Option<String> {
    let known = ["name", "published", "text", "times", "known_gap"];
    let unknown = case.keys().find(|k| !known.contains(&k.as_str()));
    assert_eq!(unknown, None, "unknown key");
    let doc = document(case);
    let found: Vec<String> =
        find_times(&doc, None).iter().map(|t| shown(t.span.of(doc.text()), t.start, t.end)).collect();
    let wanted: Vec<String> = case["times"].as_array().expect("a list").iter().map(wanted).collect();
    match (found == wanted, case.get("known_gap")) {
        (false, None) => Some(format!("{}: found {found:?}, wanted {wanted:?}", case["name"])),
        (true, Some(_)) => Some(format!("{}: no gap any more", case["name"])),
        _ => None,
    }
}

fn document(case: &toml::Table) -> Document {
    let date = case.get("published").map(|d| d.as_str().expect("a text").parse().expect("a date"));
    plain::document(case["text"].as_str().expect("a text"), date)
}

fn wanted(time: &toml::Value) -> String {
    let date = |key: &str| time.get(key).map(|d| d.as_str().expect("a text").parse::<PartialDate>().expect("a date"));
    shown(time["text"].as_str().expect("a text"), date("start").expect("a start"), date("end"))
}

fn shown(text: &str, start: PartialDate, end: Option<PartialDate>) -> String {
    let end = end.map_or(String::new(), |e| format!("/{e}"));
    format!("{text} = {start}{end}")
}
