//! A second reader is heard where the codebook is unsure, and only where it has something to say.

use crate::conllu::document;
use crate::loading::{BARTER, mentions, tiny};
use chancery_data::Data;
use chancery_events::{Coder, Relation};
use chancery_text::{Document, SecondReader, Span};
use std::ops::Range;
use std::sync::Arc;

/// Says this of every pair.
#[derive(Debug, Clone)]
struct Always(Option<Vec<(String, f32)>>);

impl SecondReader for Always {
    fn shares(&self, sentence: &str, actor: Range<usize>, recipient: Range<usize>) -> Option<Vec<(String, f32)>> {
        assert_eq!((&sentence[actor], &sentence[recipient]), ("Freedonia", "Sylvania"));
        self.0.clone()
    }
}

fn says(root: &str, share: f32) -> Always {
    Always(Some(vec![("OTHER".into(), 1.0 - share), (root.into(), share)]))
}

fn asking(mut coder: Coder, second: Always) -> Coder {
    coder.ask(Arc::new(second));
    coder
}

fn related(coder: &Coder, doc: &Document) -> Relation {
    let at = |name: &str| doc.text().find(name).map(|start| Span::new(start, start + name.len())).unwrap();
    coder.relate(doc, at("Freedonia"), at("Sylvania"))
}

#[test]
fn without_a_model_the_second_reader_names_the_pair_alone() {
    let doc = document(BARTER);
    let rules = || Coder::of_rules(&Data::embedded()).unwrap();
    let alone = related(&rules(), &doc);
    assert_eq!(alone.root, None);
    let read = related(&asking(rules(), says("SANCTION", 0.75)), &doc);
    assert_eq!((read.root.as_deref(), read.event_type.as_deref()), (Some("SANCTION"), Some("SANCTION")));
    assert!(read.confidence == 0.75 && read.why.contains("read twice"), "{read:?}");
    assert_eq!(related(&asking(rules(), Always(None)), &doc), alone);
}

#[test]
fn who_cannot_tell_leaves_the_models_shares_as_they_are() {
    let doc = document(BARTER);
    let full = || Coder::load(&Data::embedded()).unwrap();
    let alone = related(&full(), &doc);
    assert!(alone.root.is_some() && alone.confidence < 0.97, "the model has to be unsure: {alone:?}");
    assert_eq!(related(&asking(full(), Always(None)), &doc), alone);
    let read = related(&asking(full(), says("SANCTION", 0.99)), &doc);
    assert!(read.root.as_deref() == Some("SANCTION") && read.why.contains("read twice"), "{read:?}");
}

#[test]
fn events_and_their_explanation_say_the_same_of_it() {
    let verbs = "[[group]]\nname = \"barter\"\ntype = \"TRADE\"\npatterns = \"\"\"\nA barter with R\n\"\"\"\n";
    let (_dir, data) = tiny(verbs);
    let doc = document(BARTER);
    let names = mentions(&doc, &[("Freedonia", "FRD"), ("Sylvania", "SYL")]);
    let reports = |second| asking(Coder::of_rules(&data).unwrap(), second).find_events(&doc, &names, &[]);
    let explained = |second| asking(Coder::of_rules(&data).unwrap(), second).explain(&doc, &names, &[]).reports;
    let read = reports(says("SANCTION", 0.95));
    assert!(read[0].why.ends_with("; read twice: rather SANCTION (0.95)"), "{}", read[0].why);
    assert_eq!(read[0].event_type, "TRADE");
    assert_eq!(explained(says("SANCTION", 0.95)), read);
    let silent = reports(Always(None));
    assert!(!silent[0].why.contains("read twice"), "{}", silent[0].why);
    assert_eq!(silent, Coder::of_rules(&data).unwrap().find_events(&doc, &names, &[]));
}
