use crate::fixture;
use chancery_ledger::{EventFilter, ExportFormat, Ledger, LedgerError, QuoteFilter, SCHEMA_VERSION, Tally, WordingOf};
use std::path::Path;
use std::time::Duration;

fn open_fault(path: &Path) -> LedgerError {
    let writing = Ledger::open_with_patience(path, Duration::from_millis(50)).unwrap_err();
    let reading = Ledger::open_read_only(path).unwrap_err();
    assert_eq!(writing.to_string(), reading.to_string());
    assert_eq!(writing.to_string().lines().count(), 1);
    assert!(writing.is_ledger_fault());
    writing
}

#[test]
fn a_file_of_another_kind_is_refused_and_left_alone() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("notes.txt");
    for contents in [&b"x"[..], b"Not a ledger, but a longer note than a header has bytes.", &[0u8; 8192]] {
        std::fs::write(&path, contents).unwrap();
        assert!(matches!(open_fault(&path), LedgerError::NotALedger { .. }));
        assert_eq!(std::fs::read(&path).unwrap(), contents);
    }
}

#[test]
fn a_database_of_another_program_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("other.db");
    rusqlite::Connection::open(&path).unwrap().execute_batch("CREATE TABLE articles (x)").unwrap();
    let before = std::fs::read(&path).unwrap();
    assert!(matches!(open_fault(&path), LedgerError::NotALedger { .. }));
    assert_eq!(std::fs::read(&path).unwrap(), before);
}

#[test]
fn a_newer_ledger_is_refused() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.ledger");
    drop(Ledger::open(&path).unwrap());
    let newer = SCHEMA_VERSION + 1;
    rusqlite::Connection::open(&path).unwrap().execute_batch(&format!("PRAGMA user_version = {newer}")).unwrap();
    assert!(matches!(open_fault(&path), LedgerError::Newer { found, .. } if found == newer));
}

fn exported(ledger: &Ledger) -> String {
    let mut rows = Vec::new();
    ledger.export(ExportFormat::Csv, &EventFilter::default(), &mut rows).unwrap();
    String::from_utf8(rows).unwrap()
}

/// What came with each version of the schema: table and column.
const COLUMNS: [(i64, &str, &str); 21] = [
    (2, "reports", "place_country"),
    (2, "reports", "place_precision"),
    (2, "reports", "place_lat"),
    (2, "reports", "place_lon"),
    (2, "reports", "place_stated"),
    (3, "articles", "section"),
    (3, "articles", "credits"),
    (3, "articles", "segments"),
    (3, "articles", "split_confidence"),
    (3, "quotes", "stance"),
    (3, "quotes", "addressee"),
    (3, "quotes", "chain"),
    (4, "articles", "layout"),
    (4, "reports", "symmetric"),
    (4, "reports", "date_from"),
    (4, "reports", "coded"),
    (4, "parties", "kind"),
    (4, "parties", "coded_as"),
    (4, "mentions", "coded_as"),
    (4, "quotes", "coded_as"),
    (4, "events", "independent"),
];

/// As an earlier schema made it, with reports.
fn make_old_ledger(path: &Path, version: i64) {
    drop(fixture::fill(path));
    let db = rusqlite::Connection::open(path).unwrap();
    let drop_all = |kind: &str, names: &str| {
        for name in names.split_whitespace() {
            db.execute_batch(&format!("DROP {kind} {name}")).unwrap();
        }
    };
    drop_all("TABLE", "sketches report_groups");
    drop_all("INDEX", "reports_by_article");
    db.execute_batch("CREATE INDEX reports_by_article ON reports (article, position)").unwrap();
    if version >= 4 {
        db.execute_batch("ALTER TABLE articles ADD COLUMN sketch BLOB").unwrap();
    }
    if version < 5 {
        drop_all(
            "INDEX",
            "articles_in_order articles_reprinting mentions_of_actors reports_of_events reports_by_place quotes_of_articles stories_in_order",
        );
        drop_all("TRIGGER", "quotes_added quotes_removed");
        drop_all("TABLE", "quote_search saved_queries");
        db.execute_batch(
            "CREATE INDEX mentions_by_actor ON mentions (actor); CREATE INDEX reports_by_event ON reports (event);
             CREATE INDEX quotes_by_article ON quotes (article, position); CREATE INDEX stories_by_last ON stories (last DESC, id)",
        )
        .unwrap();
    }
    if version < 4 {
        drop_all(
            "TABLE",
            "unjoined report_blocks copy_keys copies story_articles stories correction_states corrections",
        );
        drop_all("INDEX", "reports_by_component");
        db.execute_batch("ALTER TABLE reports DROP COLUMN component").unwrap();
    }
    if version < 3 {
        drop_all("TABLE", "wordings");
    }
    for (_, table, column) in COLUMNS.iter().filter(|c| c.0 > version) {
        db.execute_batch(&format!("ALTER TABLE {table} DROP COLUMN {column}")).unwrap();
    }
    db.execute_batch(&format!("PRAGMA user_version = {version}")).unwrap();
}

#[test]
fn a_ledger_of_an_earlier_schema_is_read_and_upgraded() {
    for version in [1, 2, 3, 4, 5] {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("world.ledger");
        make_old_ledger(&path, version);
        let reader = Ledger::open_read_only(&path).unwrap();
        let old = exported(&reader);
        assert!(old.lines().count() > 1);
        let (quotes, _) = reader.quotes(&QuoteFilter::default(), 0, 1000).unwrap();
        assert!(quotes > 0, "quotes of version {version}");
        let of = WordingOf::Actor("Noor Talvik".into());
        assert_eq!(reader.wording(&of).unwrap().unwrap().uses, 0);
        assert!(Tally::load(&reader).unwrap().is_some(), "version {version} can be tallied");
        drop(reader);
        let stored = rusqlite::Connection::open(&path).unwrap();
        assert_eq!(stored.query_row("PRAGMA user_version", [], |r| r.get(0)), Ok(version));
        assert_eq!(exported(&Ledger::open(&path).unwrap()), old);
        assert_eq!(stored.query_row("PRAGMA user_version", [], |r| r.get(0)), Ok(SCHEMA_VERSION));
        let unjoined: i64 = stored.query_row("SELECT count(*) FROM unjoined", [], |r| r.get(0)).unwrap();
        assert!(unjoined > 30, "all is to be joined anew");
    }
}

#[test]
fn a_locked_ledger_is_named_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.ledger");
    let mut waiting = Ledger::open_with_patience(&path, Duration::from_millis(50)).unwrap();
    let other = rusqlite::Connection::open(&path).unwrap();
    other.execute_batch("BEGIN IMMEDIATE").unwrap();
    let busy = waiting.begin_run(&fixture::manifest()).unwrap_err();
    assert!(matches!(busy, LedgerError::Locked { .. }), "{busy}");
    other.execute_batch("ROLLBACK").unwrap();
    waiting.begin_run(&fixture::manifest()).unwrap();
    drop(waiting);
    other.execute_batch("PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE; CREATE TABLE t (x);").unwrap();
    let busy = Ledger::open_with_patience(&path, Duration::from_millis(50)).unwrap_err();
    assert!(matches!(busy, LedgerError::Locked { .. }), "{busy}");
}

#[test]
fn a_damaged_ledger_is_named_so() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.ledger");
    drop(fixture::fill(&path));
    let whole = std::fs::read(&path).unwrap();
    let half = whole[..whole.len() / 2].to_vec();
    let mut holed = whole.clone();
    holed[4096..20_480].fill(0xA5);
    let mut headless = whole.clone();
    headless[16..100].fill(0xFF);
    for broken in [half, holed, headless] {
        std::fs::write(&path, &broken).unwrap();
        let found = open_fault(&path);
        assert!(matches!(found, LedgerError::Damaged { .. }), "{found}");
    }
    std::fs::write(&path, &whole).unwrap();
    Ledger::open(&path).unwrap().check().unwrap();
}

#[test]
fn a_missing_ledger_is_not_made_by_a_reader() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("none.ledger");
    assert!(matches!(Ledger::open_read_only(&path).unwrap_err(), LedgerError::CannotOpen { .. }));
    assert!(!path.exists());
    assert!(matches!(Ledger::open(folder.path()).unwrap_err(), LedgerError::CannotOpen { .. }));
}

#[test]
fn a_reader_cannot_write_and_sees_what_a_writer_adds() {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.ledger");
    let mut writer = Ledger::open(&path).unwrap();
    let mut reader = Ledger::open_read_only(&path).unwrap();
    assert!(matches!(reader.begin_run(&fixture::manifest()).unwrap_err(), LedgerError::ReadOnly { .. }));
    let mut run = writer.begin_run(&fixture::manifest()).unwrap();
    writer.store_input(&mut run, &fixture::inputs()[0]).unwrap();
    assert_eq!(reader.overview().unwrap().articles, 2);
}

#[test]
fn a_full_disk_loses_nothing_that_was_stored() {
    let Some(disk) = SmallDisk::mount() else {
        eprintln!(
            "SKIPPED a_full_disk_loses_nothing_that_was_stored: a small disk can only be mounted by root on Linux"
        );
        return;
    };
    let path = disk.folder.path().join("world.ledger");
    let mut ledger = Ledger::open(&path).unwrap();
    let mut run = ledger.begin_run(&fixture::manifest()).unwrap();
    let mut stored = Vec::new();
    let full = 'filling: loop {
        for mut input in fixture::inputs() {
            input.content_hash = format!("{}-{}", input.content_hash, stored.len());
            match ledger.store_input(&mut run, &input) {
                Ok(_) => stored.push(input.content_hash),
                Err(trouble) => break 'filling trouble,
            }
            assert!(stored.len() < 20_000, "the disk never filled");
        }
    };
    assert!(matches!(full, LedgerError::DiskFull { .. }), "{full}");
    assert!(!stored.is_empty());
    ledger.check().ok();
    drop(ledger);
    let after = Ledger::open_read_only(&path).unwrap();
    after.check().unwrap();
    assert!(stored.iter().all(|hash| after.knows(&run, hash).unwrap()));
    assert_eq!(after.overview().unwrap().inputs, stored.len() as u64);
}

/// A disk of four megabytes that is taken away at the end.
struct SmallDisk {
    folder: tempfile::TempDir,
}

impl SmallDisk {
    fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().ok()?;
        let mounted = std::process::Command::new("mount")
            .args(["-t", "tmpfs", "-o", "size=4m", "tmpfs"])
            .arg(folder.path())
            .output();
        mounted.is_ok_and(|o| o.status.success()).then_some(SmallDisk { folder })
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg(self.folder.path()).output();
    }
}
