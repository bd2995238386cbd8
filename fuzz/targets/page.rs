//! Any bytes as a page, and as the body of an HTML page.
#![no_main]
mod common;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    if first % 2 == 0 {
        return common::page(rest, &Default::default());
    }
    let head = b"<!doctype html><html><head><title>Visit</title></head><body><article><p>Two envoys met in Geneva on Monday.</p>";
    common::page(&[&head[..], rest].concat(), &Default::default());
});
