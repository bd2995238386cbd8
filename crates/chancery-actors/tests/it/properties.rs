//! What holds for any text.

use crate::{directory, plain};
use proptest::prelude::*;

/// Texts out of words that the reader reacts to, and marks and letters that may trip it.
fn any_text() -> impl Strategy<Value = String> {
    let words = [
        "China",
        "Chinese",
        "the",
        "two",
        "leaders",
        "of",
        "Xi",
        "Jinping",
        "President",
        "'s",
        "’s",
        ",",
        ".",
        "(",
        ")",
        "-",
        "and",
        "in",
        "US",
        "U.S.",
        "former",
        "Mr",
        "FRSO",
        "Ñandú",
        "é",
        "“",
        "”",
        "\n\n",
        "\n",
        "group of",
        "minister",
        "of Defence",
        "\u{a0}",
        "İstanbul",
        "ß",
        "him",
        "their",
        "both sides",
        "Beijing",
        "王毅",
        "e\u{301}",
        "Silva",
        "J.",
        "president-elect",
    ];
    let word = prop::sample::select(words.to_vec()).prop_map(str::to_string);
    let piece = prop_oneof![8 => word, 1 => "\\PC{0,6}"];
    prop::collection::vec(piece, 0..40).prop_map(|w| w.join(" "))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(300))]

    #[test]
    fn spans_fit_the_text_and_stand_in_order(text in any_text()) {
        let doc = plain::document(&text, None);
        let mentions = directory().find_mentions(&doc);
        for m in &mentions {
            prop_assert!(text.get(m.span.start..m.span.end).is_some_and(|w| !w.is_empty()), "{:?}", m.span);
            prop_assert!(m.tokens.contains(&m.head) && m.tokens.end <= doc.tokens.len());
            prop_assert!(!m.actors.is_empty() && !m.why.is_empty() && (0.0..=1.0).contains(&m.confidence));
        }
        prop_assert!(mentions.is_sorted_by_key(|m| m.span.start));
        prop_assert_eq!(mentions, directory().find_mentions(&doc));
    }
}
