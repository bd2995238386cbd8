//! Parquet from outside: read back, counted, documented.

#[path = "../../../chancery-ledger/tests/fixture/mod.rs"]
mod fixture;

use chancery_exports::Knowledge;
use chancery_ledger::{EventFilter, Ledger};
use chancery_parquet::{ParquetExportError, column_names, export_folder};
use parquet::file::reader::{FileReader, SerializedFileReader};
use std::path::Path;

fn world(folder: &Path) -> (Ledger, Knowledge) {
    let knowledge = Knowledge::load(&chancery_data::Data::embedded()).unwrap();
    (fixture::fill(&folder.join("world.ledger")), knowledge)
}

#[test]
fn every_report_is_in_the_file_of_its_month() {
    let folder = tempfile::tempdir().unwrap();
    let (ledger, knowledge) = world(folder.path());
    let out = folder.path().join("out");
    let made = export_folder(&ledger, &EventFilter::default(), &knowledge, &out).unwrap();
    let events = ledger.events(&EventFilter::default(), None, 1000).unwrap().items;
    let months: std::collections::BTreeSet<String> =
        events.iter().filter_map(|e| e.day.as_ref()).map(|d| d.chars().take(7).collect()).collect();
    assert!(made.files.len() >= months.len(), "{months:?}");
    let mut rows = 0;
    for file in &made.files {
        let reader = SerializedFileReader::new(std::fs::File::open(out.join(&file.path)).unwrap()).unwrap();
        let about = reader.metadata().file_metadata();
        assert_eq!(about.num_rows() as u64, file.reports, "{}", file.path);
        let columns: Vec<String> = about.schema().get_fields().iter().map(|f| f.name().to_string()).collect();
        assert_eq!(columns, column_names());
        let inside = about.key_value_metadata().unwrap().iter().find(|kv| kv.key == "chancery").unwrap();
        assert_eq!(inside.value.as_deref(), Some(made.made_by.json().as_str()));
        rows += file.reports;
    }
    assert_eq!(rows, ledger.overview().unwrap().reports);
    let written: serde_json::Value =
        serde_json::from_slice(&std::fs::read(out.join("_manifest.json")).unwrap()).unwrap();
    assert_eq!(written["files"].as_array().unwrap().len(), made.files.len());
}

#[test]
fn a_folder_with_something_in_it_is_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let (ledger, knowledge) = world(folder.path());
    let refused = export_folder(&ledger, &EventFilter::default(), &knowledge, folder.path()).unwrap_err();
    assert!(matches!(refused, ParquetExportError::NotEmpty { .. }), "{refused}");
}

#[test]
fn the_same_ledger_gives_the_same_bytes() {
    let folder = tempfile::tempdir().unwrap();
    let (ledger, knowledge) = world(folder.path());
    let [one, two] = ["one", "two"].map(|name| {
        let out = folder.path().join(name);
        let made = export_folder(&ledger, &EventFilter::default(), &knowledge, &out).unwrap();
        made.files.iter().map(|f| std::fs::read(out.join(&f.path)).unwrap()).collect::<Vec<_>>()
    });
    assert!(one == two);
}

#[test]
fn every_column_is_documented() {
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/exports.md");
    let text = std::fs::read_to_string(file).unwrap();
    let section = text.split("## parquet\n").nth(1).unwrap().split("\n## ").next().unwrap();
    let documented: Vec<&str> =
        section.lines().filter(|l| l.starts_with("| `")).filter_map(|l| l.split('`').nth(1)).collect();
    assert_eq!(documented, column_names());
}
