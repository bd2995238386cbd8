//! Any text through all stages: sentences, trees, times, actors, claims, events, records. Evidence stands where it says.
#![no_main]

use chancery::{Data, Pipeline, ReadOptions};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static PIPELINE: LazyLock<Pipeline> =
    LazyLock::new(|| Pipeline::load(&Data::embedded()).expect("the built-in data are sound"));

fuzz_target!(|text: &str| {
    let Ok(page) = PIPELINE.code_page("a.txt", text.as_bytes(), &ReadOptions::default()) else { return };
    for article in &page.articles {
        let whole = &article.document.article.text;
        for report in &article.reports {
            let span = report.evidence.span();
            assert_eq!(whole.get(span.start..span.end), Some(report.evidence.words()));
        }
    }
});
