//! The inside of a WARC file.
#![no_main]
mod common;

use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let head = match first % 3 {
        0 => String::new(),
        1 => "\r\nWARC-Type: response\r\nWARC-Target-URI: https://example.org/\r\nWARC-Date: 2026-11-01T00:00:00Z\r\n"
            .into(),
        _ => format!(
            "\r\nWARC-Type: response\r\nContent-Type: application/http\r\nContent-Length: {}\r\n\r\nHTTP/1.1 200 OK\r\n",
            rest.len()
        ),
    };
    common::documents("a.warc", &[b"WARC/1.0", head.as_bytes(), rest].concat());
});
