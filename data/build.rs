//! Rebuilds when a knowledge file is added or changed: the macro that embeds the folders does not notice.

fn main() {
    let folders = ["actors", "boilerplate", "codebook", "exports", "formats", "lang", "models", "outlets", "stories"];
    for folder in folders.iter().chain(&["README.md"]) {
        println!("cargo::rerun-if-changed={folder}");
    }
}
