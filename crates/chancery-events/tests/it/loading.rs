//! The codebook loads, and says where it is wrong.

use crate::conllu::document;
use chancery_data::Data;
use chancery_events::{Coder, EventsError};
use chancery_text::{Actor, ActorCode, ActorKind, Document, Mention, MentionLink, Status};

/// A mention of every name of the list, as a country.
pub fn mentions(doc: &Document, names: &[(&str, &str)]) -> Vec<Mention> {
    let mut found = Vec::new();
    for (i, token) in doc.tokens.iter().enumerate() {
        if let Some((name, code)) = names.iter().find(|(n, _)| *n == doc.form(i)) {
            let actor = Actor {
                name: name.to_string(),
                kind: ActorKind::Country,
                code: ActorCode::parse(code),
                wikidata: None,
            };
            let (tokens, link) = (i..i + 1, MentionLink::Named);
            found.push(Mention {
                span: token.span,
                tokens,
                head: i,
                actors: vec![actor],
                link,
                confidence: 1.0,
                why: String::new(),
            });
        }
    }
    found
}

pub fn tiny(verbs: &str) -> (tempfile::TempDir, Data) {
    let dir = tempfile::tempdir().unwrap();
    let folder = dir.path().join("codebook");
    std::fs::create_dir(&folder).unwrap();
    let plover = r#"
[[type]]
name = "TRADE"
quad = "verbal cooperation"
score = 1.0
cameo = "061"
needs = "both"
"#;
    let nouns = "noun = []\n";
    std::fs::write(folder.join("plover.toml"), plover).unwrap();
    std::fs::write(folder.join("verbs.toml"), verbs).unwrap();
    std::fs::write(folder.join("nouns.toml"), nouns).unwrap();
    let data = Data::folder(dir.path());
    (dir, data)
}

pub const BARTER: &str = "
Freedonia Freedonia PROPN NNP 2 nsubj
bartered barter VERB VBD 0 root
wine wine NOUN NN 2 obj
with with ADP IN 5 case
Sylvania Sylvania PROPN NNP 2 obl
";

#[test]
fn the_shipped_codebook_loads() {
    if let Err(e) = Coder::load(&Data::embedded()) {
        panic!("{e}");
    }
}

#[test]
fn a_codebook_with_its_own_types_and_verbs_is_all_that_is_needed() {
    let verbs =
        "[[group]]\nname = \"barter\"\ntype = \"TRADE\"\npatterns = \"\"\"\nA barter {wine|grain} with R\n\"\"\"\n";
    let (_dir, data) = tiny(verbs);
    let doc = document(BARTER);
    let names = mentions(&doc, &[("Freedonia", "FRD"), ("Sylvania", "SYL")]);
    let reports = Coder::load(&data).unwrap().find_events(&doc, &names, &[]);
    assert_eq!(reports.len(), 1);
    assert_eq!(reports[0].event_type, "TRADE");
    assert_eq!(reports[0].cameo.as_deref(), Some("061"));
    assert_eq!(reports[0].actors[0].actor.name, "Freedonia");
    assert_eq!(reports[0].recipients[0].actor.name, "Sylvania");
    assert_eq!(reports[0].status, Status::Occurred);
    assert_eq!(reports[0].evidence.span().of(doc.text()), reports[0].evidence.words());
    let shipped = Coder::load(&Data::embedded()).unwrap().find_events(&doc, &names, &[]);
    assert!(shipped.is_empty(), "bartering is no verb of the shipped codebook");
}

fn fault(verbs: &str) -> String {
    let (_dir, data) = tiny(verbs);
    let error = Coder::load(&data).unwrap_err();
    assert!(matches!(error, EventsError::Line { .. }), "{error:?}");
    error.to_string()
}

#[test]
fn an_unknown_type_is_named_with_its_line() {
    let message = fault("[[group]]\nname = \"x\"\ntype = \"TRADES\"\npatterns = \"A barter R\"\n");
    assert!(message.starts_with("codebook/verbs.toml:3: no type \"TRADES\""), "{message}");
    assert!(message.contains("TRADE"), "{message}");
}

#[test]
fn an_unknown_slot_is_named_with_its_line() {
    let message =
        fault("[[group]]\nname = \"x\"\ntype = \"TRADE\"\npatterns = \"\"\"\nA barter R\n# remark\nA swap Q\n\"\"\"\n");
    assert!(message.starts_with("codebook/verbs.toml:7: \"Q\" is no slot"), "{message}");
}

#[test]
fn an_unknown_mode_and_an_unknown_class_are_named() {
    let message = fault("[[group]]\nname = \"x\"\ntype = \"TRADE\"\nmode = \"sea\"\npatterns = \"A barter R\"\n");
    assert!(message.contains("TRADE has no mode \"sea\""), "{message}");
    let message = fault("[[group]]\nname = \"x\"\ntype = \"TRADE\"\npatterns = \"A barter $fruit with R\"\n");
    assert!(message.contains("no class \"fruit\""), "{message}");
}
