use crate::fixture;
use chancery_ledger::{EventFilter, ExportFormat, InputStatus, Ledger, LedgerError, Outcome, RunManifest, StoredInput};
use proptest::prelude::*;

fn scratch() -> (tempfile::TempDir, std::path::PathBuf) {
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("world.ledger");
    (folder, path)
}

fn store_all<'a>(ledger: &mut Ledger, inputs: impl IntoIterator<Item = &'a StoredInput>) -> Vec<Outcome> {
    let mut run = ledger.begin_run(&fixture::manifest()).unwrap();
    inputs.into_iter().map(|input| ledger.store_input(&mut run, input).unwrap()).collect()
}

fn exports(ledger: &Ledger) -> (String, String) {
    let mut both = [Vec::new(), Vec::new()];
    for (format, out) in [ExportFormat::Jsonl, ExportFormat::Csv].into_iter().zip(&mut both) {
        ledger.export(format, &EventFilter::default(), out).unwrap();
    }
    let [jsonl, csv] = both.map(|bytes| String::from_utf8(bytes).unwrap());
    (jsonl, csv)
}

#[test]
fn records_come_out_as_they_went_in() {
    let (_folder, path) = scratch();
    let mut ledger = Ledger::open(&path).unwrap();
    let inputs: Vec<StoredInput> = fixture::inputs().into_iter().chain([fixture::hostile_input()]).collect();
    store_all(&mut ledger, &inputs);
    for input in &inputs {
        for article in &input.articles {
            let mut found = ledger.article(&article.record.id).unwrap().expect("the article is there");
            assert_eq!(found.text, article.text);
            for (event, given) in found.record.events.iter_mut().zip(&article.record.events) {
                assert!(
                    event.event.as_ref().is_some_and(|id| id.len() == 17 && id.starts_with('e')),
                    "{:?}",
                    event.event
                );
                event.event = given.event.clone();
            }
            assert_eq!(found.record, article.record);
        }
    }
    ledger.check().unwrap();
}

#[test]
fn the_same_input_again_adds_nothing() {
    let (_folder, path) = scratch();
    let mut ledger = Ledger::open(&path).unwrap();
    let inputs = fixture::inputs();
    assert!(store_all(&mut ledger, &inputs).iter().all(|o| *o == Outcome::Added));
    let (before, overview) = (exports(&ledger), ledger.overview().unwrap());
    assert!(store_all(&mut ledger, &inputs).iter().all(|o| *o == Outcome::AlreadyThere));
    assert_eq!(ledger.overview().unwrap(), overview);
    assert_eq!(exports(&ledger), before);
}

#[test]
fn a_renamed_file_adds_a_sighting_only() {
    let (_folder, path) = scratch();
    let mut ledger = Ledger::open(&path).unwrap();
    let input = fixture::inputs().remove(0);
    let renamed = StoredInput { path: "archive/a.txt".into(), ..input.clone() };
    assert_eq!(
        store_all(&mut ledger, [&input, &renamed, &renamed]),
        [Outcome::Added, Outcome::SeenAgain, Outcome::AlreadyThere]
    );
    assert_eq!(ledger.overview().unwrap().articles, 2);
    let view = ledger.article_view("archive/a.txt#1").unwrap().expect("the smallest path names the article");
    assert_eq!(view.also_seen_at, [input.path.as_str()]);
    assert!(ledger.article(&input.articles[0].record.id).unwrap().is_none());
}

#[test]
fn two_paths_of_one_content_export_alike_in_either_order() {
    let input = fixture::inputs().remove(0);
    let mut renamed = StoredInput { path: "z/last.txt".into(), ..input.clone() };
    for article in &mut renamed.articles {
        article.record.id = article.record.id.replace(&article.record.file, "z/last.txt");
        article.record.file = "z/last.txt".into();
    }
    let export = |order: [&StoredInput; 2]| {
        let (_folder, path) = scratch();
        let mut ledger = Ledger::open(&path).unwrap();
        store_all(&mut ledger, order);
        exports(&ledger)
    };
    assert_eq!(export([&input, &renamed]), export([&renamed, &input]));
}

#[test]
fn a_new_version_replaces_the_rows_and_keeps_the_event_ids() {
    let (_folder, path) = scratch();
    let mut ledger = Ledger::open(&path).unwrap();
    let inputs = fixture::inputs();
    store_all(&mut ledger, &inputs);
    let ids = |ledger: &Ledger| -> Vec<String> {
        ledger.events(&EventFilter::default(), None, 500).unwrap().items.into_iter().map(|e| e.id).collect()
    };
    let (before, overview) = (ids(&ledger), ledger.overview().unwrap());
    let newer = RunManifest { program_version: "0.2.0".into(), ..fixture::manifest() };
    let mut run = ledger.begin_run(&newer).unwrap();
    assert!(!ledger.knows(&run, &inputs[0].content_hash).unwrap());
    for input in &inputs {
        assert_eq!(ledger.store_input(&mut run, input).unwrap(), Outcome::Replaced);
    }
    assert!(ledger.knows(&run, &inputs[0].content_hash).unwrap());
    assert_eq!(ids(&ledger), before);
    assert_eq!(ledger.overview().unwrap(), overview);
    let manifest = ledger.manifest(&EventFilter::default()).unwrap();
    let versions: Vec<&str> = manifest.codings.iter().map(|c| c.program_version.as_str()).collect();
    assert_eq!(versions, ["0.2.0"]);
    ledger.check().unwrap();
}

#[test]
fn ids_of_two_runs_are_not_confused() {
    let (_folder, path) = scratch();
    let mut ledger = Ledger::open(&path).unwrap();
    let inputs = fixture::inputs();
    // Each page its own run; "e5" of one run has nothing to do with "e5" of the next.
    for input in &inputs {
        store_all(&mut ledger, [input]);
    }
    let apart = ledger.overview().unwrap().events;
    // One run over all of them says what belongs together, though every page is there already.
    store_all(&mut ledger, &inputs);
    let joined = ledger.overview().unwrap().events;
    assert!(joined < apart, "{joined} events after joining, {apart} before");
    let (_folder, other) = scratch();
    let mut at_once = Ledger::open(&other).unwrap();
    store_all(&mut at_once, &inputs);
    assert_eq!(exports(&ledger), exports(&at_once));
}

#[test]
fn an_id_that_an_event_had_still_finds_it() {
    let (_folder, path) = scratch();
    let mut ledger = Ledger::open(&path).unwrap();
    let inputs = fixture::inputs();
    // The late pages first: with each earlier page an event may get an earlier first report.
    let mut run = ledger.begin_run(&fixture::manifest()).unwrap();
    let mut seen = Vec::new();
    for input in inputs.iter().rev() {
        ledger.store_input(&mut run, input).unwrap();
        seen.extend(ledger.events(&EventFilter::default(), None, 500).unwrap().items.into_iter().map(|e| e.id));
    }
    let now: Vec<String> =
        ledger.events(&EventFilter::default(), None, 500).unwrap().items.into_iter().map(|e| e.id).collect();
    seen.sort();
    seen.dedup();
    assert!(seen.len() > now.len(), "no event changed its id, so this tests nothing");
    for id in seen {
        assert!(ledger.event(&id).unwrap().is_some_and(|e| now.contains(&e.summary.id)), "{id} is lost");
    }
}

#[test]
fn words_that_do_not_stand_where_they_should_are_refused() {
    let (_folder, path) = scratch();
    let mut ledger = Ledger::open(&path).unwrap();
    let mut run = ledger.begin_run(&fixture::manifest()).unwrap();
    for shift in [1usize, 1_000_000, usize::MAX / 2] {
        let mut input = fixture::inputs().remove(0);
        input.articles[1].record.events[2].start += shift;
        let refused = ledger.store_input(&mut run, &input).unwrap_err();
        assert!(matches!(refused, LedgerError::Evidence { .. }), "{refused}");
        assert!(!refused.is_ledger_fault());
    }
    assert_eq!(ledger.overview().unwrap().inputs, 0);
}

#[test]
fn inputs_stored_together_are_as_stored_one_by_one() {
    let (inputs, mut exported) = (fixture::inputs(), Vec::new());
    for together in [1, 3, inputs.len()] {
        let (_folder, path) = scratch();
        let mut ledger = Ledger::open(&path).unwrap();
        let mut run = ledger.begin_run(&fixture::manifest()).unwrap();
        for some in inputs.chunks(together) {
            assert_eq!(ledger.store_inputs(&mut run, some).unwrap(), vec![Outcome::Added; some.len()]);
            assert_eq!(ledger.store_inputs(&mut run, some).unwrap(), vec![Outcome::AlreadyThere; some.len()]);
        }
        exported.push(exports(&ledger));
    }
    assert!(exported.iter().all(|e| *e == exported[0]));
}

#[test]
fn what_stands_before_an_input_that_is_refused_is_stored() {
    let (_folder, path) = scratch();
    let mut ledger = Ledger::open(&path).unwrap();
    let mut run = ledger.begin_run(&fixture::manifest()).unwrap();
    let mut inputs = fixture::inputs();
    inputs[2].articles[0].record.events[0].start += 1_000_000;
    assert!(matches!(ledger.store_inputs(&mut run, &inputs), Err(LedgerError::Evidence { .. })));
    assert_eq!(ledger.overview().unwrap().inputs, 2);
}

#[test]
fn an_unreadable_input_is_kept_with_its_reason() {
    let (_folder, path) = scratch();
    let mut ledger = Ledger::open(&path).unwrap();
    let lost = StoredInput::unreadable("a.pdf", "no text in it");
    assert_eq!(store_all(&mut ledger, [&lost, &lost]), [Outcome::Added, Outcome::AlreadyThere]);
    let empty =
        StoredInput { path: "b.txt".into(), content_hash: "b".into(), status: InputStatus::Read, articles: vec![] };
    store_all(&mut ledger, [&empty]);
    let overview = ledger.overview().unwrap();
    assert_eq!((overview.inputs, overview.unreadable), (1, 1));
}

#[test]
fn what_becomes_readable_is_read() {
    let (_folder, path) = scratch();
    let mut ledger = Ledger::open(&path).unwrap();
    let good = fixture::inputs().remove(0);
    let no_memory = InputStatus::Unreadable { reason: "no memory".into() };
    let failed = StoredInput { status: no_memory, articles: vec![], ..good.clone() };
    let gone = StoredInput::unreadable(good.path.clone(), "no such file");
    assert_eq!(
        store_all(&mut ledger, [&gone, &failed, &good, &failed]),
        [Outcome::Added, Outcome::Added, Outcome::Replaced, Outcome::AlreadyThere]
    );
    let overview = ledger.overview().unwrap();
    assert_eq!((overview.inputs, overview.unreadable, overview.articles), (1, 0, 2));
}

/// Stores the fixture, slowly, where the environment says; the next test runs and kills this.
#[test]
#[ignore = "run by a_killed_writer_loses_nothing_whole"]
fn writer_that_is_killed() {
    let Ok(path) = std::env::var("CHANCERY_LEDGER_TO_KILL") else { return };
    let mut ledger = Ledger::open(path).unwrap();
    let mut run = ledger.begin_run(&fixture::manifest()).unwrap();
    for input in fixture::inputs() {
        ledger.store_input(&mut run, &input).unwrap();
        std::thread::sleep(std::time::Duration::from_millis(2));
    }
}

#[test]
fn a_killed_writer_loses_nothing_whole() {
    let (_folder, path) = scratch();
    let undisturbed = {
        let (_folder, other) = scratch();
        let mut ledger = Ledger::open(&other).unwrap();
        store_all(&mut ledger, &fixture::inputs());
        exports(&ledger)
    };
    for round in 0..8u64 {
        let mut writer = std::process::Command::new(std::env::current_exe().unwrap())
            .args(["storing::writer_that_is_killed", "--exact", "--ignored"])
            .env("CHANCERY_LEDGER_TO_KILL", &path)
            .stdout(std::process::Stdio::null())
            .spawn()
            .unwrap();
        std::thread::sleep(std::time::Duration::from_millis(20 + round * 17));
        writer.kill().unwrap();
        writer.wait().unwrap();
        let ledger = Ledger::open(&path).unwrap();
        ledger.check().unwrap();
        let overview = ledger.overview().unwrap();
        assert_eq!(overview.articles, overview.inputs * 2, "an input is there whole or not at all");
    }
    let mut ledger = Ledger::open(&path).unwrap();
    store_all(&mut ledger, &fixture::inputs());
    assert_eq!(exports(&ledger), undisturbed);
}

#[test]
fn readers_see_whole_inputs_while_a_writer_stores() {
    let (_folder, path) = scratch();
    drop(Ledger::open(&path).unwrap());
    let done = std::sync::atomic::AtomicBool::new(false);
    let finished = || done.load(std::sync::atomic::Ordering::SeqCst);
    std::thread::scope(|threads| {
        let readers: Vec<_> = (0..4)
            .map(|_| {
                threads.spawn(|| {
                    let ledger = Ledger::open_read_only(&path).unwrap();
                    let mut looks = 0;
                    while !finished() || looks == 0 {
                        let overview = ledger.overview().unwrap();
                        assert_eq!(overview.articles, overview.inputs * 2);
                        let mut rows = Vec::new();
                        let manifest = ledger.export(ExportFormat::Jsonl, &EventFilter::default(), &mut rows).unwrap();
                        let lines = rows.iter().filter(|b| **b == b'\n').count() as u64;
                        assert_eq!(lines, manifest.reports + 1);
                        looks += 1;
                    }
                })
            })
            .collect();
        let mut writer = Ledger::open(&path).unwrap();
        store_all(&mut writer, &fixture::inputs());
        done.store(true, std::sync::atomic::Ordering::SeqCst);
        readers.into_iter().for_each(|r| r.join().unwrap());
    });
}

#[test]
fn csv_has_as_many_cells_as_columns() {
    let (_folder, path) = scratch();
    let (jsonl, csv) = exports(&fixture::fill(&path));
    let rows = parse_csv(&csv);
    assert_eq!(rows.len(), jsonl.lines().count(), "a header stands for the manifest");
    assert!(rows.iter().all(|row| row.len() == rows[0].len()));
    let texts: Vec<&str> = rows.iter().skip(1).map(|row| row[11].as_str()).collect();
    for (line, text) in jsonl.lines().skip(1).zip(texts) {
        let row: serde_json::Value = serde_json::from_str(line).unwrap();
        assert_eq!(row["text"], text);
    }
    let manifest: serde_json::Value = serde_json::from_str(jsonl.lines().next().unwrap()).unwrap();
    assert_eq!(manifest["manifest"]["reports"], rows.len() - 1);
}

#[test]
fn no_cell_of_a_table_is_a_formula() {
    let (_folder, path) = scratch();
    let mut ledger = Ledger::open(&path).unwrap();
    let mut run = ledger.begin_run(&fixture::manifest()).unwrap();
    let mut input = fixture::inputs().remove(0);
    for article in &mut input.articles {
        article.record.title = Some("=HYPERLINK(\"https://evil.example\")".into());
        article.record.outlet = Some("@SUM(1+1)".into());
        for event in &mut article.record.events {
            event.claimant = Some("+1+cmd|' /C calc'!A0".into());
            event.date_from = Some("stated".into());
            event.why = "\t=1+1".into();
            if let Some(location) = &mut event.location {
                (location.lat, location.lon) = (Some(-12.5), Some(-3.25));
            }
        }
        for quote in &mut article.record.quotes {
            quote.cue = Some("-said".into());
        }
    }
    ledger.store_input(&mut run, &input).unwrap();
    let rows = parse_csv(&exports(&ledger).1);
    let column = |name: &str| rows[0].iter().position(|c| c == name).unwrap();
    for row in rows.iter().skip(1) {
        for cell in row {
            assert!(!cell.starts_with(['=', '+', '@', '\t', '-']) || cell.parse::<f64>().is_ok(), "{cell:?}");
        }
        assert_eq!(row[column("title")], "'=HYPERLINK(\"https://evil.example\")");
        assert_eq!(row[column("date_from")], "stated");
    }
    assert!(rows.iter().any(|row| row[column("place_lat")] == "-12.5"), "a number stays one");
    let (_, quotes) = ledger.quotes(&Default::default(), 0, 10).unwrap();
    let mut out = Vec::new();
    chancery_ledger::write_quotes(chancery_ledger::QuoteFormat::Csv, &quotes, &mut out).unwrap();
    let rows = parse_csv(&String::from_utf8(out).unwrap());
    assert!(rows.iter().skip(1).all(|row| row[4].starts_with("'=") && row.contains(&"'-said".to_string())));
}

fn parse_csv(csv: &str) -> Vec<Vec<String>> {
    let (mut rows, mut row, mut cell, mut quoted) = (Vec::new(), Vec::new(), String::new(), false);
    let mut chars = csv.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '"' if quoted && chars.peek() == Some(&'"') => cell.extend(chars.next()),
            '"' => quoted = !quoted,
            ',' if !quoted => row.push(std::mem::take(&mut cell)),
            '\n' if !quoted => {
                row.push(std::mem::take(&mut cell));
                rows.push(std::mem::take(&mut row));
            }
            '\r' if !quoted => {}
            c => cell.push(c),
        }
    }
    rows
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(8))]

    #[test]
    fn the_order_of_storing_leaves_no_trace(order in Just((0..20usize).collect::<Vec<_>>()).prop_shuffle(), again in 0..20usize) {
        let inputs = fixture::inputs();
        let (_folder, path) = scratch();
        let mut ledger = Ledger::open(&path).unwrap();
        store_all(&mut ledger, order.iter().chain([&again]).map(|i| &inputs[*i]));
        let (_folder, other) = scratch();
        let mut straight = Ledger::open(&other).unwrap();
        store_all(&mut straight, &inputs);
        prop_assert_eq!(exports(&ledger), exports(&straight));
    }
}

#[test]
fn what_is_watched_is_remembered_over_a_stop() {
    let (_folder, path) = scratch();
    let mut ledger = Ledger::open(&path).unwrap();
    ledger.begin_watching().unwrap();
    let input = fixture::inputs().remove(0);
    let pages = ["https://news.example/1".to_string(), "https://news.example/2".to_string()];
    let feed = chancery_ledger::WatchedFeed {
        validators: vec![("ETag".into(), "\"v1\"".into())],
        next: 12,
        ..Default::default()
    };
    assert_eq!(ledger.remember_feed("https://news.example/feed", &feed, &pages).unwrap(), 2);
    assert_eq!(ledger.remember_feed("https://news.example/feed", &feed, &pages).unwrap(), 0);
    let mut run = ledger.begin_run(&fixture::manifest()).unwrap();
    ledger.store_input(&mut run, &input).unwrap();
    ledger.remember_page(&pages[0], &input.path).unwrap();
    drop(ledger);

    let ledger = Ledger::open(&path).unwrap();
    ledger.begin_watching().unwrap();
    assert_eq!(ledger.watched_feed("https://news.example/feed").unwrap(), feed);
    assert_eq!(ledger.watched_feed("https://other.example/").unwrap(), Default::default());
    let left = chancery_ledger::WatchedPage { url: pages[1].clone(), tries: 0 };
    assert_eq!(ledger.pages_to_read(1).unwrap(), [left]);
    assert_eq!(ledger.untold_pages().unwrap(), 1);
    let all = ledger.untold_events(&EventFilter::default()).unwrap();
    assert_eq!(all.len(), ledger.events(&EventFilter::default(), None, 500).unwrap().items.len());
    let kind = all[0].summary.event_type.clone();
    let some = ledger.untold_events(&EventFilter { event_type: Some(kind.clone()), ..EventFilter::default() }).unwrap();
    assert!(!some.is_empty() && some.iter().all(|e| e.summary.event_type == kind));
    ledger.remember_told().unwrap();
    assert!(ledger.untold_events(&EventFilter::default()).unwrap().is_empty());
    for time in 1..6 {
        assert_eq!(ledger.next_page().unwrap(), Some((time - 1) * 100));
        ledger.remember_failure(&pages[1], time * 100).unwrap();
        assert!(ledger.pages_to_read(time * 100 - 1).unwrap().is_empty(), "its time has not come");
        assert_eq!(ledger.pages_to_read(time * 100).unwrap().len(), usize::from(time < 5), "five times is enough");
    }
    assert_eq!(ledger.next_page().unwrap(), None);
}

#[test]
fn a_ledger_watched_before_pages_had_a_time_is_watched_on() {
    let (_folder, path) = scratch();
    let ledger = Ledger::open(&path).unwrap();
    let db = rusqlite::Connection::open(&path).unwrap();
    db.execute_batch(
        "CREATE TABLE watched_pages (url TEXT PRIMARY KEY, feed TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
             input TEXT, told INTEGER NOT NULL DEFAULT 0);
         INSERT INTO watched_pages (url, feed, tries) VALUES ('https://news.example/1', 'f', 2)",
    )
    .unwrap();
    for _ in 0..2 {
        ledger.begin_watching().unwrap();
        assert_eq!(ledger.pages_to_read(0).unwrap()[0].tries, 2);
    }
    ledger.remember_failure("https://news.example/1", 9).unwrap();
    assert!(ledger.pages_to_read(8).unwrap().is_empty());
}

#[test]
fn two_that_begin_to_watch_an_older_ledger_at_once_wait_for_each_other() {
    let (_folder, path) = scratch();
    drop(Ledger::open(&path).unwrap());
    let db = rusqlite::Connection::open(&path).unwrap();
    for _ in 0..10 {
        db.execute_batch(
            "DROP TABLE IF EXISTS watched_pages;
             CREATE TABLE watched_pages (url TEXT PRIMARY KEY, feed TEXT NOT NULL, tries INTEGER NOT NULL DEFAULT 0,
                 input TEXT, told INTEGER NOT NULL DEFAULT 0)",
        )
        .unwrap();
        let begin = || Ledger::open(&path).and_then(|ledger| ledger.begin_watching());
        let all: Vec<_> = std::thread::scope(|scope| {
            let begun: Vec<_> = (0..4).map(|_| scope.spawn(begin)).collect();
            begun.into_iter().map(|one| one.join().unwrap()).collect()
        });
        assert!(all.iter().all(Result::is_ok), "{all:?}");
    }
}
