//! Feeds `cases/language/names.toml` to the whole language layer.

use crate::cases::language;
use chancery_lang::plain_article;
use chancery_text::NameLabel;
use proptest::prelude::*;
use std::fmt::Write;

#[test]
fn cases_hold() {
    let table: toml::Table = include_str!("../../../../cases/language/names.toml").parse().expect("cases are TOML");
    let cases = table["case"].as_array().expect("[[case]]");
    assert!(!cases.is_empty());
    let mut wrong = String::new();
    for case in cases {
        let unknown = case
            .as_table()
            .expect("a table")
            .keys()
            .find(|k| !["name", "text", "names", "known_gap"].contains(&k.as_str()));
        assert_eq!(unknown, None, "unknown key");
        let (found, wanted) = (found(case["text"].as_str().expect("a text")), wanted(&case["names"]));
        if (found == wanted) == case.get("known_gap").is_some() {
            let _ = writeln!(wrong, "{}: found {found:?}, wanted {wanted:?}", case["name"]);
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

fn found(text: &str) -> Vec<String> {
    let doc = language().parse(plain_article(text));
    let label = |l| match l {
        NameLabel::Per => "PER",
        NameLabel::Loc => "LOC",
        NameLabel::Org => "ORG",
    };
    doc.names.iter().map(|n| format!("{} {}", label(n.label), n.span.of(text))).collect()
}

fn wanted(names: &toml::Value) -> Vec<String> {
    let names = names.as_array().expect("a list");
    names.iter().map(|n| n.as_str().expect("a text").to_string()).collect()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    #[test]
    fn names_and_times_lie_in_the_text_in_order(text in "([A-Z]?[a-zé]{1,7}|[0-9]{1,4}|May|March|last|Monday|ago|day|the|to|[-–,.()/]|’s| |\n\n){0,40}") {
        let mut article = plain_article(&text);
        article.date = "2026-02-15".parse().ok();
        let doc = language().parse(article);
        let names: Vec<_> = doc.names.iter().map(|n| (n.span, n.tokens.clone())).collect();
        let times: Vec<_> = doc.times.iter().map(|t| (t.span, t.tokens.clone())).collect();
        for found in [names, times] {
            prop_assert!(found.windows(2).all(|w| w[0].1.end <= w[1].1.start));
            for (span, tokens) in found {
                prop_assert!(!tokens.is_empty() && tokens.end <= doc.tokens.len());
                prop_assert_eq!(span, doc.tokens[tokens.start].span.cover(doc.tokens[tokens.end - 1].span));
                prop_assert!(!span.of(&text).is_empty());
            }
        }
    }
}
