//! `chancery copies`, from pages to who reprints whom.

use crate::support::{arg, chancery};

const BODY: &str = "The harbour authority of Valletta announced on Monday that the northern pier will be closed for the winter. \
    Divers had found cracks in four of its pillars. The ferries to Gozo will leave from the old quay, and the \
    organisation of fishermen has been promised a shed there. A new pier is to be finished in three years.";

fn page(folder: &tempfile::TempDir, name: &str, outlet: &str, day: u32, body: &str) {
    let text = format!("Pier to close for winter\n\n{outlet}\n{day} October 2024\n\n{body}\n");
    std::fs::write(folder.path().join(name), text).unwrap();
}

#[test]
fn copies_are_named_with_their_original_and_reason() {
    let folder = tempfile::tempdir().unwrap();
    page(&folder, "a.txt", "Valletta Gazette", 7, BODY);
    page(&folder, "b.txt", "Sliema Courier", 8, &BODY.replace("organisation", "organization"));
    page(
        &folder,
        "c.txt",
        "Gozo Observer",
        8,
        "A cat has come home to Gozo after eleven years at sea, its owner told this paper on Monday.",
    );
    let rows = chancery(&["copies", arg(folder.path()), "--format", "jsonl"]).ended(0).json_lines();
    assert_eq!(rows.len(), 1, "{rows:?}");
    assert!(rows[0]["id"].as_str().unwrap().ends_with("b.txt#1"));
    assert!(rows[0]["of"].as_str().unwrap().ends_with("a.txt#1"));
    assert_eq!((rows[0]["relation"].as_str(), rows[0]["share"].as_f64()), (Some("same"), Some(1.0)));
    let table = chancery(&["copies", arg(folder.path())]).ended(0);
    assert!(table.text().starts_with("same "), "{}", table.text());
    assert!(table.stderr.contains("3 articles, 1 of them copies"));
    let outlets = chancery(&["copies", arg(folder.path()), "--outlets"]).ended(0);
    assert_eq!(outlets.text(), "Sliema Courier ← Valletta Gazette: 1 found by their words, 0 credited\n");
}

#[test]
fn what_cannot_be_read_is_named_and_the_rest_is_compared() {
    let folder = tempfile::tempdir().unwrap();
    page(&folder, "a.txt", "Valletta Gazette", 7, BODY);
    page(&folder, "b.txt", "Sliema Courier", 8, BODY);
    let missing = folder.path().join("none.txt");
    let ran = chancery(&["copies", arg(folder.path()), arg(&missing), "--format", "jsonl"]).ended(1);
    assert!(ran.stderr.contains("none.txt"));
    assert_eq!(ran.json_lines().len(), 1);
}
