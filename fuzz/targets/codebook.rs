//! Any file in place of one of the codebook's: it is taken or refused with its line, and what is taken codes a sentence.
#![no_main]

use chancery::{Coder, Data};
use libfuzzer_sys::fuzz_target;
use std::fs;

const FILES: [&str; 3] = ["codebook/verbs.toml", "codebook/nouns.toml", "codebook/plover.toml"];
const HEAD: &str = "# version 1\n# licence CC0-1.0\n# origin fuzzing\n# date 2026-11-22\n";

fuzz_target!(|bytes: &[u8]| {
    let Some((first, rest)) = bytes.split_first() else { return };
    let name = FILES[usize::from(*first) % FILES.len()];
    let file = std::env::temp_dir().join(format!("chancery-fuzz-{}.toml", std::process::id()));
    let built_in = Data::embedded().text(name).map(|t| t.into_owned()).unwrap_or_default();
    // Alone, or behind the built-in groups.
    let before = if first & 0x80 == 0 { HEAD } else { built_in.as_str() };
    fs::write(&file, [before.as_bytes(), b"\n", rest].concat()).expect("room for a file");
    let _ = Coder::load(&Data::embedded().with_file(name, &file));
});
