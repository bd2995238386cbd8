//! Every table and column of the ledger is described in the reference, and nothing that is not there.

use chancery_ledger::Ledger;
use std::collections::BTreeSet;

#[test]
fn the_schema_and_its_reference_agree() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.ledger");
    drop(Ledger::open(&path).unwrap());
    let file = concat!(env!("CARGO_MANIFEST_DIR"), "/../../docs/reference/ledger-schema.md");
    let documented = documented_columns(&std::fs::read_to_string(file).unwrap());
    assert_eq!(documented, columns_of(&path));
}

fn columns_of(path: &std::path::Path) -> BTreeSet<String> {
    let db = rusqlite::Connection::open(path).unwrap();
    let mut query = db
        .prepare(
            "SELECT l.name || '.' || c.name FROM pragma_table_list l JOIN pragma_table_info(l.name) c
             WHERE l.type IN ('table', 'virtual') AND l.schema = 'main' AND l.name NOT LIKE 'sqlite_%'",
        )
        .unwrap();
    query.query_map([], |r| r.get(0)).unwrap().collect::<Result<_, _>>().unwrap()
}

/// Headings are "### `table`", rows "| `column` | …".
fn documented_columns(text: &str) -> BTreeSet<String> {
    let quoted = |line: &str| line.split('`').nth(1).unwrap_or_default().to_string();
    let mut table = String::new();
    let mut found = BTreeSet::new();
    for line in text.lines() {
        if line.starts_with("### `") {
            table = quoted(line);
        } else if line.starts_with("| `") {
            assert!(line.split('|').nth(2).is_some_and(|d| d.trim().len() > 3), "no description: {line}");
            found.insert(format!("{table}.{}", quoted(line)));
        }
    }
    found
}
