//! Feeds `cases/language/times.toml` to the time finder: to words without tags, and to the whole language layer.

use crate::cases::language;
use crate::plain;
use chancery_lang::plain_article;
use chancery_lang::times::{find_times, governing};
use chancery_text::{Article, Document, PartialDate};

#[test]
fn cases_hold_without_a_tree() {
    let failures = failures(|case| (!truth(case, "needs_tree")).then(|| document(case)));
    assert!(failures.is_empty(), "{} cases fail:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn cases_hold_when_parsed() {
    let failures = failures(|case| Some(parsed(case)));
    assert!(failures.is_empty(), "{} cases fail:\n{}", failures.len(), failures.join("\n"));
}

#[test]
fn verbs_find_their_time() {
    let mut wrong = Vec::new();
    for case in cases(include_str!("../../../../cases/language/governing.toml")) {
        let doc = parsed(&case);
        for pair in case["governing"].as_array().expect("a list") {
            let word = pair["word"].as_str().expect("a word");
            let token = (0..doc.tokens.len()).find(|&i| doc.form(i) == word).expect("a word of the text");
            let found = governing(&doc, token).map(|t| t.span.of(doc.text()));
            if found != pair.get("time").and_then(toml::Value::as_str) {
                wrong.push(format!("{}: {word} has {found:?}", case["name"]));
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn cases(text: &str) -> Vec<toml::Table> {
    let mut table: toml::Table = text.parse().expect("cases are TOML");
    let cases: Vec<toml::Table> = table.remove("case").expect("[[case]]").try_into().expect("tables");
    assert!(!cases.is_empty());
    let known = ["name", "published", "text", "times", "governing", "needs_tree", "known_gap"];
    for case in &cases {
        assert_eq!(case.keys().find(|k| !known.contains(&k.as_str())), None, "unknown key");
    }
    cases
}

fn truth(case: &toml::Table, key: &str) -> bool {
    case.get(key).is_some_and(|v| v.as_bool().expect("true or false"))
}

fn failures(document: impl Fn(&toml::Table) -> Option<Document>) -> Vec<String> {
    let cases = cases(include_str!("../../../../cases/language/times.toml"));
    cases.iter().filter_map(|case| failure(case, &document(case)?)).collect()
}

/// What is wrong with a case; `None` where all is well. A `known_gap` must fail.
fn failure(case: &toml::Table, doc: &Document) -> Option<String> {
    let found: Vec<String> =
        find_times(doc, None).iter().map(|t| shown(t.span.of(doc.text()), t.start, t.end)).collect();
    let wanted: Vec<String> = case["times"].as_array().expect("a list").iter().map(wanted).collect();
    match (found == wanted, case.get("known_gap")) {
        (false, None) => Some(format!("{}: found {found:?}, wanted {wanted:?}", case["name"])),
        (true, Some(_)) => Some(format!("{}: no gap any more", case["name"])),
        _ => None,
    }
}

fn parsed(case: &toml::Table) -> Document {
    let article = plain_article(case["text"].as_str().expect("a text"));
    language().parse(Article { date: published(case), ..article })
}

fn published(case: &toml::Table) -> Option<PartialDate> {
    case.get("published").map(|d| d.as_str().expect("a text").parse().expect("a date"))
}

fn document(case: &toml::Table) -> Document {
    plain::document(case["text"].as_str().expect("a text"), published(case))
}

fn wanted(time: &toml::Value) -> String {
    let date = |key: &str| time.get(key).map(|d| d.as_str().expect("a text").parse::<PartialDate>().expect("a date"));
    shown(time["text"].as_str().expect("a text"), date("start").expect("a start"), date("end"))
}

fn shown(text: &str, start: PartialDate, end: Option<PartialDate>) -> String {
    let end = end.map_or(String::new(), |e| format!("/{e}"));
    format!("{text} = {start}{end}")
}
