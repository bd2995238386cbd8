//! Any bytes as a file of any format; the first byte chooses the name.
#![no_main]

use chancery_data::Data;
use chancery_formats::{FORMATS, Formats, Item};
use libfuzzer_sys::fuzz_target;
use std::sync::LazyLock;

static ALL: LazyLock<Formats> = LazyLock::new(|| Formats::load(&Data::embedded()).expect("the built-in maps are sound"));

fuzz_target!(|bytes: &[u8]| {
    let Some((first, bytes)) = bytes.split_first() else { return };
    let name = format!("a.{}", FORMATS[usize::from(*first) % FORMATS.len()].extensions[0]);
    ALL.read_stream(&name, bytes, &mut |item| {
        if let Item::Document(mut document) = item {
            let _ = document.open();
        }
    });
});
