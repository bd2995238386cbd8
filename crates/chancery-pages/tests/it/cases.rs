//! Runs `cases/pages/*.toml` through the public reader.

use chancery_data::Data;
use chancery_pages::{Page, ReadOptions, Reader};
use chancery_text::{Article, BlockKind};
use serde::Deserialize;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    /// `invented`, `collected`, or an issue.
    #[allow(dead_code)]
    origin: String,
    page: String,
    #[serde(default)]
    url: Option<String>,
    /// True for the fast mode.
    #[serde(default)]
    fast: bool,
    #[serde(default)]
    markdown: bool,
    #[serde(default)]
    fallback_date: Option<String>,
    #[serde(default)]
    fetched: Option<String>,
    #[serde(default)]
    article: Vec<Expected>,
    /// Codes of the page's notes.
    #[serde(default)]
    notes: Vec<String>,
    #[serde(default)]
    known_gap: Option<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    #[serde(default)]
    title: Option<String>,
    /// The first and last words of the article's text.
    #[serde(default)]
    begins: Option<String>,
    #[serde(default)]
    ends: Option<String>,
    #[serde(default)]
    kind: Option<String>,
    #[serde(default)]
    date: Option<String>,
    /// True where no date may be given.
    #[serde(default)]
    undated: bool,
    #[serde(default)]
    authors: Option<Vec<String>>,
    #[serde(default)]
    outlet: Option<String>,
    #[serde(default)]
    language: Option<String>,
    #[serde(default)]
    url: Option<String>,
    #[serde(default)]
    section: Option<String>,
    /// The chain of credit: "reprint Coastal Post".
    #[serde(default)]
    chain: Option<Vec<String>>,
    /// The dates of the voices; "" where none is known.
    #[serde(default)]
    voice_dates: Option<Vec<String>>,
    #[serde(default)]
    reprinted_from: Option<Vec<String>>,
    /// The outlets of the voices; "" is the article's own.
    #[serde(default)]
    voices: Option<Vec<String>>,
    /// Words that stand in content.
    #[serde(default)]
    has: Vec<String>,
    /// Words that stand in no block.
    #[serde(default)]
    lacks: Vec<String>,
    /// Words that stand in a credit.
    #[serde(default)]
    credits: Vec<String>,
    /// Codes of the article's notes.
    #[serde(default)]
    notes: Vec<String>,
}

#[test]
fn all_cases() {
    let reader = Reader::load(&Data::embedded()).unwrap();
    let folder = concat!(env!("CARGO_MANIFEST_DIR"), "/../../cases/pages");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    assert!(!paths.is_empty(), "no cases in {folder}");
    let mut failed = Vec::new();
    for path in paths {
        let file: File = toml::from_str(&std::fs::read_to_string(&path).unwrap())
            .unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        assert!(!file.case.is_empty(), "{} holds no case", path.display());
        for case in &file.case {
            let wrong = run(&reader, case);
            match (&case.known_gap, wrong.is_empty()) {
                (None, false) => failed.push(format!("{}: {}", case.name, wrong.join("; "))),
                (Some(_), true) => failed.push(format!("{}: passes now; remove its known_gap", case.name)),
                _ => {}
            }
        }
    }
    assert!(failed.is_empty(), "\n{}", failed.join("\n"));
}

fn run(reader: &Reader, case: &Case) -> Vec<String> {
    let options = ReadOptions {
        fallback_date: case.fallback_date.as_ref().map(|d| d.parse().unwrap()),
        fetched: case.fetched.as_ref().map(|d| d.parse().unwrap()),
        url: case.url.clone(),
        fast: case.fast,
        markdown: case.markdown,
        site_lines: None,
    };
    let page = match reader.read("page", case.page.as_bytes(), &options) {
        Ok(page) => page,
        Err(error) => return vec![error.to_string()],
    };
    let mut wrong = Vec::new();
    if page.articles.len() != case.article.len() {
        let titles: Vec<_> = page.articles.iter().map(|a| a.title.clone()).collect();
        wrong.push(format!("{} articles, not {}: {titles:?}", page.articles.len(), case.article.len()));
    }
    check_notes("page", &page, &case.notes, &mut wrong);
    for (article, expected) in page.articles.iter().zip(&case.article) {
        check(article, expected, &mut wrong);
    }
    wrong
}

fn check_notes(what: &str, page: &Page, expected: &[String], wrong: &mut Vec<String>) {
    let codes: Vec<&str> = page.notes.iter().map(|n| n.code.as_ref()).collect();
    if codes != expected {
        wrong.push(format!("{what} has notes {codes:?}, not {expected:?}"));
    }
}

fn check(article: &Article, expected: &Expected, wrong: &mut Vec<String>) {
    let mut same = |what: &str, found: String, wanted: Option<String>| {
        if let Some(wanted) = wanted.filter(|w| *w != found) {
            wrong.push(format!("{what} is {found:?}, not {wanted:?}"));
        }
    };
    same("title", article.title.clone().unwrap_or_default(), expected.title.clone());
    same("kind", article.kind.as_str().into(), expected.kind.clone());
    same("date", article.date.map(|d| d.to_string()).unwrap_or_default(), expected.date.clone());
    same("date", article.date.map(|d| d.to_string()).unwrap_or_default(), expected.undated.then(String::new));
    same("outlet", article.outlet.clone().unwrap_or_default(), expected.outlet.clone());
    same("url", article.url.clone().unwrap_or_default(), expected.url.clone());
    same("section", article.section.clone().unwrap_or_default(), expected.section.clone());
    let chain = article.credits.iter().map(|c| format!("{} {}", c.relation.as_str(), c.outlet));
    same("chain", chain.collect::<Vec<_>>().join(", "), expected.chain.as_ref().map(|c| c.join(", ")));
    let dates = article.segments.iter().map(|s| s.date.map(|d| d.to_string()).unwrap_or_default());
    same("voice dates", dates.collect::<Vec<_>>().join(", "), expected.voice_dates.as_ref().map(|d| d.join(", ")));
    same("language", article.language.clone().unwrap_or_default(), expected.language.clone());
    same("authors", article.authors.join(", "), expected.authors.as_ref().map(|a| a.join(", ")));
    same("reprints", article.reprinted_from.join(", "), expected.reprinted_from.as_ref().map(|a| a.join(", ")));
    let voices =
        || article.segments.iter().map(|s| s.outlet.clone().unwrap_or_default()).collect::<Vec<_>>().join(", ");
    same("voices", voices(), expected.voices.as_ref().map(|v| v.join(", ")));
    let starts = |b: &String| article.text.starts_with(b.as_str());
    if expected.begins.as_ref().is_some_and(|b| !starts(b)) {
        wrong.push(format!("begins with {:?}", article.text.chars().take(60).collect::<String>()));
    }
    if expected.ends.as_ref().is_some_and(|e| !article.text.ends_with(e.as_str())) {
        wrong.push(format!("ends otherwise: {:?}", article.text));
    }
    let in_kind = |words: &str, credit: bool| {
        let fits = |b: &&chancery_text::Block| (b.kind == BlockKind::Credit) == credit;
        article.blocks.iter().filter(fits).any(|b| b.span.of(&article.text).contains(words))
    };
    for words in &expected.has {
        if !in_kind(words, false) {
            wrong.push(format!("{words:?} is no content"));
        }
    }
    for words in &expected.credits {
        if !in_kind(words, true) {
            wrong.push(format!("{words:?} is no credit"));
        }
    }
    for words in &expected.lacks {
        if in_kind(words, true) || in_kind(words, false) {
            wrong.push(format!("{words:?} is in a block"));
        }
    }
    let codes: Vec<&str> = article.notes.iter().map(|n| n.code.as_ref()).collect();
    if !expected.notes.is_empty() && codes != expected.notes {
        wrong.push(format!("notes {codes:?}, not {:?}", expected.notes));
    }
}
