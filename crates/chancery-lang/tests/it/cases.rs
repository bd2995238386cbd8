use chancery_lang::{Language, plain_article};
use chancery_text::{BlockKind, Document};
use serde::Deserialize;
use std::path::PathBuf;
use std::sync::OnceLock;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Cases {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    #[serde(rename = "origin")]
    _origin: String,
    text: String,
    #[serde(default)]
    sentences: Vec<String>,
    #[serde(default)]
    arcs: Vec<String>,
    #[serde(default)]
    lemmas: Vec<String>,
    /// Why this case is wrong today; fails once it is right.
    known_gap: Option<String>,
    /// The text is a headline.
    #[serde(default)]
    headline: bool,
}

pub fn language() -> &'static Language {
    static LANGUAGE: OnceLock<Language> = OnceLock::new();
    LANGUAGE.get_or_init(|| Language::load(&chancery_data::Data::embedded()).expect("the built-in model loads"))
}

#[test]
fn cases() {
    let mut wrong = Vec::new();
    for file in ["sentences.toml", "trees.toml"] {
        let path = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../cases/language").join(file);
        let text = std::fs::read_to_string(&path).expect("the case file can be read");
        let cases: Cases = toml::from_str(&text).expect("the case file is well formed");
        assert!(!cases.case.is_empty(), "{file} has no cases");
        for case in &cases.case {
            let found = check(case);
            match (&case.known_gap, found.is_empty()) {
                (None, false) => wrong.push(format!("{}: {}", case.name, found.join("; "))),
                (Some(gap), true) => wrong.push(format!("{}: no gap any more ({gap}); delete `known_gap`", case.name)),
                _ => {}
            }
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

/// What is wrong with a case.
fn check(case: &Case) -> Vec<String> {
    let mut article = plain_article(&case.text);
    if case.headline {
        article.blocks.iter_mut().for_each(|b| b.kind = BlockKind::Title);
    }
    let document = language().parse(article);
    let mut wrong = Vec::new();
    if !case.sentences.is_empty() {
        let found: Vec<String> = document
            .sentences
            .iter()
            .map(|s| s.tokens.clone().map(|i| document.form(i)).collect::<Vec<_>>().join(" "))
            .collect();
        if found != case.sentences {
            wrong.push(format!("sentences {found:?}"));
        }
    }
    for arc in &case.arcs {
        let [child, rel, head] = words(arc);
        let i = find(&document, child);
        let found = document.tokens[i].head.map_or("ROOT", |h| document.form(h));
        if found != head || document.tokens[i].rel.as_str() != rel {
            wrong.push(format!("{child} is {} of {found}, not {rel} of {head}", document.tokens[i].rel));
        }
    }
    for lemma in &case.lemmas {
        let (form, lemma) = lemma.split_once(' ').expect("a lemma is given as `form lemma`");
        let found = &document.tokens[find(&document, form)].lemma;
        if found != lemma {
            wrong.push(format!("lemma of {form} is {found}"));
        }
    }
    wrong
}

fn words(arc: &str) -> [&str; 3] {
    let parts: Vec<&str> = arc.split(' ').collect();
    parts.try_into().expect("an arc is given as `child rel head`")
}

fn find(document: &Document, form: &str) -> usize {
    (0..document.tokens.len()).find(|&i| document.form(i) == form).unwrap_or_else(|| panic!("no word {form:?}"))
}
