//! The inside of a feed; the first byte chooses its kind.
#![no_main]
mod common;

use libfuzzer_sys::fuzz_target;

const HEADS: [&str; 4] = [
    "<?xml version='1.0'?><rss version='2.0'><channel><title>News</title><item><title>Visit</title><description>",
    "<?xml version='1.0'?><rss version='2.0'><channel>",
    "<feed xmlns='http://www.w3.org/2005/Atom'><title>News</title><entry><title>Visit</title>",
    "{\"version\": \"https://jsonfeed.org/version/1.1\", \"title\": \"News\", \"items\": [{\"id\": \"1\", ",
];

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let head = HEADS[usize::from(*first) % HEADS.len()];
    common::page(&[head.as_bytes(), rest].concat(), &Default::default());
});
