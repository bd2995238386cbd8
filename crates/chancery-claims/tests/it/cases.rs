//! Feeds `cases/claims/*.toml` to the stages and compares what comes out.

use crate::{Read, article, stages};
use chancery_text::ArticleKind;
use serde::Deserialize;
use std::path::Path;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    origin: String,
    title: Option<String>,
    outlet: Option<String>,
    reprinted_from: Option<String>,
    /// The text is a statement.
    #[serde(default)]
    statement: bool,
    text: String,
    #[serde(default)]
    quote: Vec<Expected>,
    /// For each word of the first person, whom it means.
    #[serde(default)]
    first_person: Vec<FirstPerson>,
    /// Why it fails; the case fails once it no longer does.
    known_gap: Option<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Expected {
    text: String,
    kind: String,
    speaker_text: Option<String>,
    speaker: Option<String>,
    cue: Option<String>,
    via: Option<Vec<String>>,
    stance: Option<String>,
    addressee: Option<String>,
    /// "role: name", from whoever said it outward.
    chain: Option<Vec<String>>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct FirstPerson {
    word: String,
    name: String,
}

#[test]
fn every_case_gives_its_quotes_and_no_other() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../cases/claims");
    let mut files: Vec<_> = std::fs::read_dir(&folder).unwrap().map(|f| f.unwrap().path()).collect();
    files.sort();
    let (mut failures, mut count) = (Vec::new(), 0);
    for path in files {
        let text = std::fs::read_to_string(&path).unwrap();
        let file: File = toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", path.display()));
        assert!(!file.case.is_empty(), "{} holds no case", path.display());
        for case in &file.case {
            count += 1;
            assert_eq!(case.origin, "invented", "{}", case.name);
            match (check(case), &case.known_gap) {
                (Err(why), None) => failures.push(format!("{}: {why}", case.name)),
                (Ok(()), Some(gap)) => failures.push(format!("{}: no longer a gap ({gap})", case.name)),
                _ => {}
            }
        }
    }
    assert!(failures.is_empty(), "{} of {count} cases:\n{}", failures.len(), failures.join("\n"));
}

fn check(case: &Case) -> Result<(), String> {
    let mut article = article(case.title.as_deref(), &case.text);
    article.kind = if case.statement { ArticleKind::Statement } else { ArticleKind::Article };
    article.outlet.clone_from(&case.outlet);
    article.reprinted_from.extend(case.reprinted_from.clone());
    if case.statement {
        article.kind = ArticleKind::Statement;
    }
    let read = stages().read_article(article);
    let shown: Vec<String> = read.quotes.iter().map(show).collect();
    if read.quotes.len() != case.quote.len() {
        return Err(format!("{} quotes, not {}: {shown:#?}", read.quotes.len(), case.quote.len()));
    }
    for (expected, found) in case.quote.iter().zip(&read.quotes) {
        let words = |e: &Option<chancery_text::Evidence>| e.as_ref().map(|e| e.words().to_string());
        let same = |wanted: &Option<String>, got: Option<String>| wanted.is_none() || *wanted == got;
        let right = found.content.words() == expected.text
            && found.kind.as_str() == expected.kind
            && same(&expected.speaker_text, words(&found.speaker_text))
            && same(&expected.speaker, found.speaker.as_ref().map(|a| a.name.clone()))
            && same(&expected.cue, words(&found.cue))
            && expected.via.as_ref().is_none_or(|via| *via == found.via())
            && expected.stance.as_ref().is_none_or(|s| s == found.stance.as_str())
            && expected.addressee.as_ref().is_none_or(|a| found.addressee.as_ref().is_some_and(|f| f.name == *a))
            && expected.chain.as_ref().is_none_or(|chain| *chain == chain_of(found));
        if !right {
            return Err(format!("wanted {:?}, found {}", expected.text, show(found)));
        }
    }
    check_first_person(case, &read)
}

fn check_first_person(case: &Case, read: &Read) -> Result<(), String> {
    let found: Vec<(String, String)> =
        read.first_person.iter().map(|m| (m.span.of(read.doc.text()).to_string(), m.actors[0].name.clone())).collect();
    if found.len() > case.first_person.len() && (!case.first_person.is_empty() || case.quote.is_empty()) {
        return Err(format!("{} words of the first person: {found:?}", found.len()));
    }
    for wanted in &case.first_person {
        if !found.iter().any(|(word, name)| *word == wanted.word && *name == wanted.name) {
            return Err(format!("{} is not {}: {found:?}", wanted.word, wanted.name));
        }
    }
    Ok(())
}

fn chain_of(quote: &chancery_text::Quote) -> Vec<String> {
    quote.chain.iter().map(|l| format!("{}: {}", l.role.as_str(), l.name)).collect()
}

fn show(quote: &chancery_text::Quote) -> String {
    let words = |e: &Option<chancery_text::Evidence>| e.as_ref().map(|e| e.words().to_string());
    let speaker = quote.speaker.as_ref().map(|a| a.name.clone());
    format!(
        "{} {} [{:?} = {speaker:?}, cue {:?}, chain {:?}] {:?}",
        quote.kind.as_str(),
        quote.stance.as_str(),
        words(&quote.speaker_text),
        words(&quote.cue),
        chain_of(quote),
        quote.content.words()
    )
}
