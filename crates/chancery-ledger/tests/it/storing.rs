use crate::fixture;
use chancery_ledger::{EventFilter, ExportFormat, InputStatus, Ledger, LedgerError, Outcome, RunManifest, StoredInput};
use proptest::prelude::*;
use std::collections::BTreeMap;

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
fn events_can_be_joined_anew() {
    let (_folder, path) = scratch();
    let mut ledger = fixture::fill(&path);
    let mut keys = Vec::new();
    ledger.for_each_article(|_, of_article| keys.extend(of_article)).unwrap();
    let apart: BTreeMap<String, String> = keys.iter().map(|k| (k.clone(), k.clone())).collect();
    ledger.assign_events(&apart).unwrap();
    let overview = ledger.overview().unwrap();
    assert_eq!((overview.events, overview.reports), (keys.len() as u64, keys.len() as u64));
    let one: BTreeMap<String, String> = keys.iter().map(|k| (k.clone(), "all".into())).collect();
    ledger.assign_events(&one).unwrap();
    assert_eq!(ledger.overview().unwrap().events, 1);
    ledger.check().unwrap();
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
