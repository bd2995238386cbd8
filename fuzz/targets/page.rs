//! Any bytes as a page.
#![no_main]

use chancery_data::Data;
use chancery_pages::Reader;
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static READER: LazyLock<Reader> = LazyLock::new(|| Reader::load(&Data::embedded()).expect("the built-in data are sound"));

fuzz_target!(|bytes: &[u8]| {
    let Ok(page) = READER.read("a", bytes, &Default::default()) else { return };
    for article in &page.articles {
        assert!(article.blocks.iter().all(|b| article.text.get(b.span.start..b.span.end).is_some()));
    }
});
