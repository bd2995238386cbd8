//! What the targets share.

use chancery_data::Data;
use chancery_formats::{Fetch, FetchedPage, Formats, Item};
use chancery_pages::{Page, ReadOptions, Reader};
use std::sync::{Arc, LazyLock};

static READER: LazyLock<Reader> =
    LazyLock::new(|| Reader::load(&Data::embedded()).expect("the built-in data are sound"));
static FORMATS: LazyLock<Formats> = LazyLock::new(|| {
    let formats = Formats::load(&Data::embedded()).expect("the built-in maps are sound");
    formats.with_fetch(Arc::new(Web))
});

/// Every address leads to a page that is itself the address.
#[derive(Debug)]
struct Web;

impl Fetch for Web {
    fn fetch(&self, urls: &[String], each: &mut dyn FnMut(usize, Result<FetchedPage, String>) -> bool) {
        for (i, url) in urls.iter().enumerate() {
            let page = FetchedPage { url: url.clone(), charset: None, date: None, body: url.clone().into_bytes() };
            if !each(i, Ok(page)) {
                return;
            }
        }
    }
}

/// Reads a page; its blocks must lie in its text.
#[allow(dead_code)]
pub fn page(bytes: &[u8], options: &ReadOptions) {
    let Ok(page) = READER.read("a", bytes, options) else { return };
    check(&page);
}

#[allow(dead_code)]
fn check(page: &Page) {
    for article in &page.articles {
        for block in &article.blocks {
            assert!(article.text.get(block.span.start..block.span.end).is_some(), "a block outside of the text");
        }
    }
}

/// Reads a file of this name, and all documents in it.
#[allow(dead_code)]
pub fn documents(name: &str, bytes: &[u8]) {
    FORMATS.read_stream(name, bytes, &mut |item| {
        if let Item::Document(mut document) = item {
            let _ = document.open();
        }
    });
}
