//! Packs the knowledge files, each by itself, so that the program that carries them stays small.

use std::fmt::Write as _;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

/// The folders whose files the program carries, sorted: they are searched by halves.
const FOLDERS: [&str; 9] =
    ["actors", "boilerplate", "codebook", "exports", "formats", "lang", "models", "outlets", "stories"];

/// Of Zstandard: beyond it the files become hardly smaller.
const LEVEL: i32 = 12;

fn main() -> io::Result<()> {
    let here = PathBuf::from(env::var_os("CARGO_MANIFEST_DIR").expect("cargo sets it"));
    let out = PathBuf::from(env::var_os("OUT_DIR").expect("cargo sets it"));
    let mut table = String::from("static PACKED: &[(&str, &[u8])] = &[\n");
    let mut hasher = blake3::Hasher::new();
    for folder in FOLDERS {
        println!("cargo::rerun-if-changed={folder}");
        for file in files(&here.join(folder))? {
            let name = file.file_name().and_then(|n| n.to_str()).expect("our files have plain names");
            let path = format!("{folder}/{name}");
            let bytes = fs::read(&file)?;
            hasher.update(path.as_bytes()).update(&[0]).update(&bytes);
            let packed = out.join(path.replace('/', "."));
            fs::write(&packed, zstd::bulk::compress(&bytes, LEVEL)?)?;
            println!("cargo::rerun-if-changed={path}");
            writeln!(table, "    ({path:?}, include_bytes!({packed:?})),").expect("a string takes all");
        }
    }
    let hash = hasher.finalize().to_hex();
    writeln!(table, "];\nstatic HASH: &str = {:?};", &hash[..16]).expect("a string takes all");
    fs::write(out.join("packed.rs"), table)
}

/// The files directly in a folder, by name.
fn files(folder: &Path) -> io::Result<Vec<PathBuf>> {
    let mut files = fs::read_dir(folder)?.map(|e| e.map(|e| e.path())).collect::<io::Result<Vec<_>>>()?;
    files.retain(|f| f.is_file());
    files.sort();
    Ok(files)
}
