//! Pages of many articles, glued from lines that mean something to the splitter and from any others.
#![no_main]
mod common;

use libfuzzer_sys::fuzz_target;

const LINES: [&str; 16] = [
    "\n",
    "Envoys meet in Geneva",
    "Two envoys met in Geneva on Monday, 3 May 2024. They spoke of grain and said that talks would go on.",
    "Continue reading Envoys meet in Geneva",
    "Advertisement",
    "BEIJING, February 13 (Press) – The minister left for talks with his colleague, an official said.",
    "This article was originally published by the Press.",
    "[See below.]",
    "By Ann Example",
    "Ministers sign a treaty",
    "Continue reading Ministers sign a treaty",
    "“We will come back,” she said. “Nothing is lost.”",
    "Photo: Ann Example / Press",
    "Feb. 26, 2022",
    "1/ The envoys have met.",
    "Read more",
];

fuzz_target!(|bytes: &[u8]| {
    let mut page = String::new();
    let mut rest = bytes;
    while let Some((first, after)) = rest.split_first() {
        rest = after;
        match LINES.get(usize::from(*first)) {
            Some(line) => page.push_str(line),
            None => {
                let end = after.len().min(usize::from(*first) % 32);
                page.push_str(&String::from_utf8_lossy(&after[..end]));
                rest = &after[end..];
            }
        }
        page.push_str(if first % 2 == 0 { "\n\n" } else { "\n" });
    }
    common::page(page.as_bytes(), &Default::default());
});
