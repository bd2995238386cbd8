//! Rebuilds when a knowledge file is added or changed: the macro that embeds the folders does not notice.

fn main() {
    for folder in ["actors", "boilerplate", "codebook", "formats", "lang", "models", "outlets", "stories", "README.md"]
    {
        println!("cargo::rerun-if-changed={folder}");
    }
}
