//! What each version of the schema has more than the one before.

use rusqlite::Connection;
use std::collections::BTreeMap;

/// Version, table, declaration, and what an older ledger that may not be written has in its place.
type AddedColumn = (i64, &'static str, &'static str, &'static str);

const COLUMNS: [AddedColumn; 22] = [
    (2, "reports", "place_country TEXT", "NULL"),
    (2, "reports", "place_precision TEXT", "NULL"),
    (2, "reports", "place_lat REAL", "NULL"),
    (2, "reports", "place_lon REAL", "NULL"),
    (2, "reports", "place_stated TEXT", "NULL"),
    (3, "articles", "section TEXT", "NULL"),
    (3, "articles", "credits TEXT NOT NULL DEFAULT '[]'", "'[]'"),
    (3, "articles", "segments TEXT NOT NULL DEFAULT '[]'", "'[]'"),
    (3, "articles", "split_confidence REAL", "NULL"),
    (3, "quotes", "stance TEXT", "NULL"),
    (3, "quotes", "addressee TEXT", "NULL"),
    (3, "quotes", "chain TEXT NOT NULL DEFAULT '[]'", "'[]'"),
    (4, "articles", "layout TEXT", "NULL"),
    (4, "reports", "symmetric INTEGER NOT NULL DEFAULT 0", "0"),
    (4, "reports", "date_from TEXT", "NULL"),
    (4, "reports", "component INTEGER", "NULL"),
    (4, "reports", "coded TEXT", "NULL"),
    (4, "parties", "kind TEXT", "NULL"),
    (4, "parties", "coded_as INTEGER REFERENCES actors (row)", "NULL"),
    (4, "mentions", "coded_as INTEGER REFERENCES actors (row)", "NULL"),
    (4, "quotes", "coded_as INTEGER REFERENCES actors (row)", "NULL"),
    (4, "events", "independent INTEGER NOT NULL DEFAULT 0", "0"),
];

/// The tables that came with a version; a new ledger makes them too.
const TABLES: [(i64, &str); 4] = [
    (3, include_str!("wordings.sql")),
    (4, include_str!("schema_4.sql")),
    (5, include_str!("schema_5.sql")),
    (6, include_str!("schema_6.sql")),
];

/// Makes the tables that came after the first version.
pub(crate) fn make_tables(db: &Connection) -> rusqlite::Result<()> {
    TABLES.iter().try_for_each(|(_, sql)| db.execute_batch(sql))
}

/// Brings the tables of version `found` to the newest.
pub(crate) fn upgrade(db: &Connection, found: i64) -> rusqlite::Result<()> {
    for (_, table, column, _) in COLUMNS.iter().filter(|c| c.0 > found) {
        db.execute_batch(&format!("ALTER TABLE {table} ADD COLUMN {column}"))?;
    }
    for (_, sql) in TABLES.iter().filter(|t| t.0 > found) {
        db.execute_batch(sql)?;
    }
    if found < JOINED_BY_LEDGER {
        db.execute_batch(
            "CREATE INDEX reports_by_component ON reports (component);
             INSERT INTO unjoined SELECT row FROM articles",
        )?;
    }
    if found < KEYS_BOTH_WAYS {
        db.execute_batch(
            "DELETE FROM report_blocks; DELETE FROM copy_keys; INSERT OR IGNORE INTO unjoined SELECT row FROM articles",
        )?;
    }
    if (JOINED_BY_LEDGER..KEYS_BOTH_WAYS).contains(&found) {
        db.execute_batch("ALTER TABLE articles DROP COLUMN sketch")?;
    }
    Ok(())
}

/// Since this version of two reports under one key each is found by the other, and sketches have a table: all are joined anew.
const KEYS_BOTH_WAYS: i64 = 6;

/// Since this version the ledger itself joins what its runs told.
const JOINED_BY_LEDGER: i64 = 4;

/// Lets a ledger of version `found` that may not be written be read as if it were of the newest.
pub(crate) fn read_as_newest(db: &Connection, found: i64) -> rusqlite::Result<()> {
    let mut missing: BTreeMap<&str, Vec<String>> = BTreeMap::new();
    for (_, table, column, value) in COLUMNS.iter().filter(|c| c.0 > found) {
        let name = column.split(' ').next().unwrap_or(column);
        missing.entry(table).or_default().push(format!("{value} AS {name}"));
    }
    for (table, columns) in missing {
        let columns = columns.join(", ");
        db.execute_batch(&format!("CREATE TEMP VIEW {table} AS SELECT *, {columns} FROM main.{table}"))?;
    }
    for (_, sql) in TABLES.iter().filter(|t| t.0 > found) {
        for table in sql.split_inclusive(";\n").filter(|s| s.contains("CREATE TABLE ")) {
            db.execute_batch(&table.replace("CREATE TABLE ", "CREATE TEMP TABLE "))?;
        }
    }
    Ok(())
}
