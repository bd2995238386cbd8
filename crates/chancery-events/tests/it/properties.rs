//! Whatever the tree looks like, the coder gives words of the text, twice the same, and does not panic.

use crate::conllu::document;
use crate::loading::mentions;
use chancery_data::Data;
use chancery_events::Coder;
use chancery_text::{Document, Rel, Span, Upos, Xpos};
use proptest::prelude::*;
use std::sync::LazyLock;

static CODER: LazyLock<Coder> = LazyLock::new(|| Coder::load(&Data::embedded()).unwrap());

const WORDS: &[(&str, &str)] = &[
    ("Freedonia", "Freedonia"),
    ("Sylvania", "Sylvania"),
    ("attacked", "attack"),
    ("met", "meet"),
    ("talks", "talk"),
    ("agreed", "agree"),
    ("with", "with"),
    ("to", "to"),
    ("on", "on"),
    ("and", "and"),
    ("who", "who"),
    ("said", "say"),
    ("willing", "willing"),
    ("not", "not"),
    ("will", "will"),
];

prop_compose! {
    fn token()(word in 0..WORDS.len(), head in 0usize..12, rel in 0..Rel::ALL.len(), upos in 0..Upos::ALL.len(), xpos in 0..Xpos::ALL.len())
        -> (usize, usize, usize, usize, usize) {
        (word, head, rel, upos, xpos)
    }
}

/// A tree: every head stands before its dependants, or, mirrored, behind them.
fn tree(tokens: &[(usize, usize, usize, usize, usize)], mirrored: bool) -> Document {
    let n = tokens.len();
    let place = |i: usize| if mirrored { n - i } else { i + 1 };
    let row = |i: usize| {
        let (word, head, rel, upos, xpos) = tokens[i];
        let (form, lemma) = WORDS[word];
        let head = if i == 0 { 0 } else { place(head % i) };
        format!("{form} {lemma} {} {} {head} {}", Upos::ALL[upos], Xpos::ALL[xpos], Rel::ALL[rel])
    };
    let mut rows: Vec<String> = (0..n).map(row).collect();
    if mirrored {
        rows.reverse();
    }
    document(&rows.join("\n"))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 300, ..ProptestConfig::default() })]

    #[test]
    fn any_tree_is_coded_with_words_of_the_text(tokens in prop::collection::vec(token(), 1..12), mirrored: bool) {
        let doc = tree(&tokens, mirrored);
        let names = mentions(&doc, &[("Freedonia", "FRD"), ("Sylvania", "SYL")]);
        let reports = CODER.find_events(&doc, &names, &[]);
        for report in &reports {
            prop_assert_eq!(report.evidence.span().of(doc.text()), report.evidence.words());
            prop_assert!(!report.actors.is_empty() || !report.recipients.is_empty());
        }
        prop_assert_eq!(&reports, &CODER.find_events(&doc, &names, &[]));
        let end = doc.text().len();
        let relation = CODER.relate(&doc, Span::new(0, end / 2), Span::new(end / 2, end));
        prop_assert_eq!(relation, CODER.relate(&doc, Span::new(0, end / 2), Span::new(end / 2, end)));
    }
}
