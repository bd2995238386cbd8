//! Lists of addresses.
#![no_main]
mod common;

use libfuzzer_sys::fuzz_target;

const HEADS: [&str; 6] = [
    "",
    "https://example.org/a\n",
    "url,title\nhttps://example.org/a,\"One\"\n",
    "1\thttps://example.org/a\t",
    "<?xml version='1.0'?><opml version='2.0'><body><outline xmlUrl='https://example.org/a'/>",
    "<urlset><url><loc>https://example.org/a</loc></url>",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let head = HEADS[usize::from(*first) % HEADS.len()];
    common::documents("a.urls", &[head.as_bytes(), rest].concat());
});
