//! The cases in `cases/actors`, run on words alone or on a parse, and properties that hold for any text.

mod files;
mod plain;
mod properties;

use chancery_actors::Directory;
use chancery_data::Data;
use chancery_lang::Language;
use chancery_text::{ActorCode, Document, Mention, PartialDate};
use serde::Deserialize;
use std::path::{Path, PathBuf};
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
    text: String,
    published: Option<toml::value::Datetime>,
    /// Run on a parse; else on words alone.
    #[serde(default)]
    parsed: bool,
    /// Mentions that must be found.
    #[serde(default)]
    mention: Vec<Expected>,
    /// Words that no mention may have.
    #[serde(default)]
    none: Vec<String>,
    /// Why it does not work yet; the case fails once it does.
    known_gap: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    text: String,
    name: Option<String>,
    code: String,
    kind: Option<String>,
}

pub(crate) fn directory() -> &'static Directory {
    static DIRECTORY: OnceLock<Directory> = OnceLock::new();
    let data = Data::folder(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../data"));
    DIRECTORY.get_or_init(|| Directory::load(&data).expect("the directory loads"))
}

fn parse(text: &str, date: Option<PartialDate>) -> Document {
    static LANGUAGE: OnceLock<Language> = OnceLock::new();
    let language = LANGUAGE.get_or_init(|| Language::load(&Data::embedded()).expect("the language models load"));
    let mut article = chancery_lang::plain_article(text);
    article.date = date;
    language.parse(article)
}

#[test]
fn a_wrong_line_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join("actors")).expect("a folder in it");
    let states = "# v1\ncode\tname\taliases\tadjectives\tpeople\tcapitals\tmetonyms\twikidata\tfrom\n\tNowhere\n";
    std::fs::write(folder.path().join("actors/states.tsv"), states).expect("a file");
    let err = Directory::load(&Data::folder(folder.path())).unwrap_err().to_string();
    assert!(err.contains("actors/states.tsv:3") && err.contains("\"code\""), "{err}");
}

#[test]
fn cases_hold() {
    let mut wrong = Vec::new();
    let files = case_files();
    assert!(!files.is_empty(), "no case files");
    for file in files {
        let text = std::fs::read_to_string(&file).expect("case file");
        let cases: Cases = toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", file.display()));
        assert!(!cases.case.is_empty(), "{} holds no case", file.display());
        for case in &cases.case {
            wrong.extend(check(case).map(|problem| format!("{}: {}: {problem}", file.display(), case.name)));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
}

fn case_files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/actors");
    let mut files: Vec<PathBuf> =
        std::fs::read_dir(folder).expect("cases/actors").flatten().map(|e| e.path()).collect();
    files.retain(|f| f.extension().is_some_and(|e| e == "toml"));
    files.sort();
    files
}

fn check(case: &Case) -> Option<String> {
    let date = case.published.as_ref().and_then(|d| d.to_string().parse().ok());
    let doc = if case.parsed { parse(&case.text, date) } else { plain::document(&case.text, date) };
    let mut mentions = directory().find_mentions(&doc);
    mentions.extend(directory().nested_names(&doc, &mentions));
    let problem = problem_of(case, &mentions, &case.text);
    match (&case.known_gap, problem) {
        (Some(_), Some(_)) | (None, None) => None,
        (Some(gap), None) => Some(format!("now works; remove known_gap {gap:?}")),
        (None, problem) => problem,
    }
}

fn problem_of(case: &Case, mentions: &[Mention], text: &str) -> Option<String> {
    let missing = case.mention.iter().find(|e| !mentions.iter().any(|m| fits(e, m, text)));
    if let Some(expected) = missing {
        let found: Vec<String> = mentions.iter().map(|m| show(m, text)).collect();
        return Some(format!("no {:?} as {:?} among\n  {}", expected.text, expected.code, found.join("\n  ")));
    }
    let spurious = case.none.iter().find(|n| mentions.iter().any(|m| m.span.of(text) == n.as_str()));
    spurious.map(|n| format!("{n:?} is no mention"))
}

fn fits(expected: &Expected, mention: &Mention, text: &str) -> bool {
    mention.span.of(text) == expected.text
        && mention.actors.iter().any(|a| {
            a.code == ActorCode::parse(&expected.code)
                && expected.name.as_ref().is_none_or(|n| *n == a.name)
                && expected.kind.as_ref().is_none_or(|k| k == a.kind.as_str())
        })
}

fn show(mention: &Mention, text: &str) -> String {
    let actors: Vec<String> =
        mention.actors.iter().map(|a| format!("{} [{}] {}", a.name, a.code, a.kind.as_str())).collect();
    format!("{:?} {} ({})", mention.span.of(text), actors.join(" + "), mention.why)
}
