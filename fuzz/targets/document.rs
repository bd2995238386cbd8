//! Any bytes as a file of any format; the first byte chooses the name.
#![no_main]
mod common;

use chancery_formats::FORMATS;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((first, bytes)) = bytes.split_first() else { return };
    let name = format!("a.{}", FORMATS[usize::from(*first) % FORMATS.len()].extensions[0]);
    common::documents(&name, bytes);
});
