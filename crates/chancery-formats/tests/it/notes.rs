//! A code of a note means one thing, here and in `chancery-pages`, and stands in the reference of the crate that says it.

use chancery_pages::NoteInfo;
use std::collections::BTreeSet;
use std::path::Path;

/// Codes of this crate that it shares with `chancery-pages`: nothing was found, only the beginning was read.
const SHARED: [&str; 2] = ["P002", "P007"];

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/../.."))
}

/// The codes in quotation marks in the sources of a crate.
fn codes_in(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            codes_in(&path, found);
        } else if path.file_name().is_some_and(|name| name != "notes.rs") {
            let text = std::fs::read_to_string(&path).unwrap();
            let quoted = text.split('"').skip(1).map(str::to_string);
            found.extend(
                quoted.filter(|w| w.len() == 4 && w.starts_with('P') && w[1..].bytes().all(|b| b.is_ascii_digit())),
            );
        }
    }
}

fn codes(notes: &[NoteInfo]) -> BTreeSet<String> {
    notes.iter().map(|n| n.code.to_string()).collect()
}

#[test]
fn a_code_means_one_thing() {
    let (pages, formats) = (codes(chancery_pages::NOTES), codes(chancery_formats::NOTES));
    assert_eq!(pages.len(), chancery_pages::NOTES.len(), "a code stands twice");
    assert_eq!(formats.len(), chancery_formats::NOTES.len(), "a code stands twice");
    assert_eq!(pages.intersection(&formats).collect::<Vec<_>>(), Vec::<&String>::new(), "a code has two meanings");
}

#[test]
fn every_code_that_is_said_is_listed_and_every_listed_one_is_said() {
    for (krate, listed, shared) in [
        ("chancery-pages", codes(chancery_pages::NOTES), &[][..]),
        ("chancery-formats", codes(chancery_formats::NOTES), &SHARED[..]),
    ] {
        let mut said = BTreeSet::new();
        codes_in(&root().join("crates").join(krate).join("src"), &mut said);
        said.retain(|code| !shared.contains(&code.as_str()));
        assert_eq!(said, listed, "{krate}");
    }
}

#[test]
fn the_reference_lists_the_codes() {
    for (page, notes) in [("pages.md", chancery_pages::NOTES), ("formats.md", chancery_formats::NOTES)] {
        let text = std::fs::read_to_string(root().join("docs/reference").join(page)).unwrap();
        for note in notes {
            let row = format!("| {} | {} |", note.code, note.says);
            assert!(text.contains(&row), "{page} lacks: {row}");
        }
    }
}
