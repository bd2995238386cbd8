//! Any text to the tokeniser alone: pieces lie in the text, in order, and do not overlap.
#![no_main]

use chancery_data::Data;
use chancery_lang::Tokenizer;
use chancery_text::Span;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static TOKENIZER: LazyLock<Tokenizer> = LazyLock::new(|| {
    let text = |file: &str| Data::embedded().text(file).expect("the built-in data are sound").into_owned();
    let [abbreviations, contractions, prefixes] =
        ["lang/abbreviations.txt", "lang/contractions.txt", "lang/prefixes.txt"].map(text);
    Tokenizer::new(&abbreviations, &contractions, &prefixes)
});

fuzz_target!(|text: &str| {
    let mut end = 0;
    for piece in TOKENIZER.tokenize(text, Span { start: 0, end: text.len() }) {
        assert!(piece.span.start >= end && text.get(piece.span.start..piece.span.end).is_some(), "{piece:?}");
        end = piece.span.end;
    }
});
