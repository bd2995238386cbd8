//! Any text wherever a page may state its date.
#![no_main]
mod common;

use chancery_pages::ReadOptions;
use libfuzzer_sys::fuzz_target;

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let text = String::from_utf8_lossy(rest);
    let attribute = text.replace(['"', '<', '>'], " ");
    let body = "Two envoys met in Geneva on Monday, they said last week.";
    let page = match first % 5 {
        0 => format!("GENEVA, {text} (Press) – {body}\n"),
        1 => format!("Envoys meet\n\n{text}\n\n{body}\n\nPublished {text}\n"),
        2 => format!(
            "<html><head><meta property=\"article:published_time\" content=\"{attribute}\"></head><body><p>{body}</p></body></html>"
        ),
        3 => format!(
            "<html><body><time datetime=\"{attribute}\">{text}</time><p class=\"date\">{text}</p><p>{body}</p></body></html>"
        ),
        _ => format!(
            "<html><head><script type=\"application/ld+json\">{{\"@type\": \"NewsArticle\", \"datePublished\": \"{attribute}\"}}</script></head><body><p>{body}</p></body></html>"
        ),
    };
    let url = Some(format!("https://example.org/{attribute}"));
    common::page(page.as_bytes(), &ReadOptions { url, ..ReadOptions::default() });
});
