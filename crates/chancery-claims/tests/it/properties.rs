//! What holds for any text.

use crate::stages;
use chancery_text::ArticleKind;
use chancery_text::Span;
use proptest::prelude::*;

/// Pieces that quotations are made of, in any order.
fn pieces() -> impl Strategy<Value = String> {
    let piece = prop::sample::select(vec![
        "“",
        "”",
        "\"",
        "'",
        "‘",
        "’",
        "«",
        "»",
        "„",
        "``",
        "''",
        "[",
        "]",
        ",",
        ".",
        ":",
        "—",
        "\n\n",
        " ",
        "Díaz",
        "said",
        "that",
        "the minister",
        "told reporters",
        "according to",
        "Xinhua",
        "quoted",
        "as saying",
        "He",
        "we",
        "will go",
        "not",
        "accused",
        "of",
        "adding",
        "This was stated by",
        "called for",
        "é",
        "习近平",
        "…",
    ]);
    prop::collection::vec(piece, 0..40).prop_map(|p| p.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 150, ..ProptestConfig::default() })]

    #[test]
    fn spans_show_their_words_and_rows_are_in_order(text in pieces()) {
        let read = stages().read(None, &text, ArticleKind::Statement);
        let whole = read.doc.text();
        let mut last = Span::new(0, 0);
        for quote in &read.quotes {
            for evidence in [Some(&quote.content), quote.cue.as_ref(), quote.speaker_text.as_ref()].into_iter().flatten() {
                prop_assert_eq!(evidence.span().of(whole), evidence.words());
            }
            prop_assert!(last.start <= quote.content.span().start);
            last = quote.content.span();
        }
        for mention in &read.first_person {
            prop_assert!(!mention.span.of(whole).is_empty());
            prop_assert!(!mention.actors.is_empty());
        }
    }

    #[test]
    fn the_same_text_gives_the_same_rows(text in pieces()) {
        prop_assert_eq!(stages().read(None, &text, ArticleKind::Statement).quotes, stages().read(None, &text, ArticleKind::Statement).quotes);
    }
}
