//! Reports of many runs, joined by the ledger.

use crate::fixture;
use chancery_data::Data;
use chancery_ledger::{EventFilter, ExportFormat, Ledger, RunManifest, StoredInput};
use chancery_stories::Joiner;
use proptest::prelude::*;

pub fn joiner() -> Joiner {
    Joiner::load(&Data::embedded()).unwrap()
}

/// Inputs whose records say nothing of events: the ledger is to find them.
pub fn inputs() -> Vec<StoredInput> {
    let mut inputs = fixture::inputs();
    let articles = inputs.iter_mut().flat_map(|i| &mut i.articles);
    articles.flat_map(|a| &mut a.record.events).for_each(|e| e.event = None);
    inputs
}

pub fn store(ledger: &mut Ledger, inputs: &[StoredInput]) {
    let mut run = ledger.begin_run(&fixture::manifest()).unwrap();
    for input in inputs {
        ledger.store_input(&mut run, input).unwrap();
    }
}

/// Stores the inputs in runs of these sizes, the rest as one more, and does `after` to the ledger after each but the last.
pub fn store_in_runs(ledger: &mut Ledger, inputs: &[StoredInput], runs: &[usize], after: impl Fn(&mut Ledger)) {
    let mut rest = inputs;
    for &size in runs {
        let (now, later) = rest.split_at(size.min(rest.len()));
        store(ledger, now);
        after(ledger);
        rest = later;
    }
    store(ledger, rest);
}

fn join(ledger: &mut Ledger) {
    ledger.join(&joiner()).unwrap();
}

/// As `chancery read` ends.
fn join_and_tell(ledger: &mut Ledger) {
    join(ledger);
    ledger.tell_stories(&joiner()).unwrap();
}

pub fn export(ledger: &Ledger) -> String {
    let mut out = Vec::new();
    ledger.export(ExportFormat::Jsonl, &EventFilter::default(), &mut out).unwrap();
    String::from_utf8(out).unwrap()
}

fn at_once() -> String {
    told_at_once(&inputs()).0
}

/// The export and the stories of a ledger that is read once.
fn told_at_once(inputs: &[StoredInput]) -> (String, String) {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(folder.path().join("w.ledger")).unwrap();
    store(&mut ledger, inputs);
    ledger.join(&joiner()).unwrap();
    ledger.tell_stories(&joiner()).unwrap();
    ledger.check().unwrap();
    (export(&ledger), stories(&ledger))
}

fn stories(ledger: &Ledger) -> String {
    serde_json::to_string_pretty(&ledger.stories(None, 1000).unwrap()).unwrap()
}

/// The same over half a year instead of a month: happenings go on for weeks, and months lie between others.
fn spread() -> Vec<StoredInput> {
    let later = |date: &mut String| {
        if let Some(day) = date.strip_prefix("2026-02-").and_then(|d| d.parse::<usize>().ok()) {
            *date = format!("2026-{:02}-{:02}", 1 + day * 6 / 29, 1 + day * 6 % 29);
        }
    };
    let mut inputs = inputs();
    for article in inputs.iter_mut().flat_map(|i| &mut i.articles) {
        article.record.date.as_mut().map(later);
        article.record.events.iter_mut().filter_map(|e| e.date.as_mut()).for_each(later);
    }
    inputs
}

#[test]
fn tellings_of_one_event_come_together() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(folder.path().join("w.ledger")).unwrap();
    store(&mut ledger, &inputs());
    let apart = ledger.overview().unwrap();
    assert_eq!(apart.events, apart.reports);
    let done = ledger.join(&joiner()).unwrap();
    assert!(done.articles > 30 && done.events > 0, "{done:?}");
    let joined = ledger.overview().unwrap();
    assert!(joined.events * 5 < joined.reports * 4, "{} events of {} reports", joined.events, joined.reports);
    assert_eq!(ledger.join(&joiner()).unwrap().articles, 0, "nothing is left to do");
    ledger.check().unwrap();
}

#[test]
fn joining_all_anew_changes_nothing() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(folder.path().join("w.ledger")).unwrap();
    store(&mut ledger, &inputs());
    ledger.join(&joiner()).unwrap();
    let before = export(&ledger);
    ledger.join_all(&joiner()).unwrap();
    assert_eq!(export(&ledger), before);
}

#[test]
fn what_is_coded_anew_leaves_its_old_events() {
    let folder = tempfile::tempdir().unwrap();
    let mut ledger = Ledger::open(folder.path().join("w.ledger")).unwrap();
    store(&mut ledger, &inputs());
    ledger.join(&joiner()).unwrap();
    // Another version of the program finds nothing in the first ten pages, and then finds it again.
    let mut silent = inputs();
    silent.truncate(10);
    silent.iter_mut().flat_map(|i| &mut i.articles).for_each(|a| a.record.events.clear());
    for (version, inputs) in [("0.2.0", silent), ("0.3.0", inputs())] {
        let manifest = RunManifest { program_version: version.into(), ..fixture::manifest() };
        let mut run = ledger.begin_run(&manifest).unwrap();
        for input in &inputs {
            ledger.store_input(&mut run, input).unwrap();
        }
        ledger.join(&joiner()).unwrap();
    }
    let events = |export: &str| {
        let event = |line: &str| serde_json::from_str::<serde_json::Value>(line).unwrap()["event"].clone();
        export.lines().filter(|l| l.contains("\"event\"")).map(event).collect::<Vec<_>>()
    };
    assert_eq!(events(&export(&ledger)), events(&at_once()));
    ledger.check().unwrap();
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 6, ..ProptestConfig::default() })]

    #[test]
    fn neither_order_nor_the_number_of_runs_changes_an_event(
        order in Just((0..inputs().len()).collect::<Vec<_>>()).prop_shuffle(),
        runs in prop::collection::vec(1usize..12, 1..12),
        over_months in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(folder.path().join("w.ledger")).unwrap();
        let inputs = if over_months { spread() } else { inputs() };
        let shuffled: Vec<StoredInput> = order.iter().map(|&i| inputs[i].clone()).collect();
        store_in_runs(&mut ledger, &shuffled, &runs, join);
        ledger.join(&joiner()).unwrap();
        prop_assert_eq!(export(&ledger), told_at_once(&inputs).0);
    }

    #[test]
    fn neither_order_nor_the_number_of_runs_nor_coding_anew_changes_a_story(
        order in Just((0..20).collect::<Vec<_>>()).prop_shuffle(),
        runs in prop::collection::vec(1usize..12, 1..12),
        silent in prop::collection::vec(0usize..20, 1..4),
        over_months in any::<bool>(),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(folder.path().join("w.ledger")).unwrap();
        let inputs = if over_months { spread() } else { inputs() };
        let shuffled: Vec<StoredInput> = order.iter().map(|&i| inputs[i].clone()).collect();
        store_in_runs(&mut ledger, &shuffled, &runs, join_and_tell);
        // Another version of the program finds no article in some pages.
        let mut anew = inputs.clone();
        silent.iter().for_each(|&i| anew[i].articles.clear());
        for (version, inputs) in [("0.1.0", inputs), ("0.2.0", anew)] {
            join_and_tell(&mut ledger);
            prop_assert!(ledger.stories_are_told().unwrap());
            let manifest = RunManifest { program_version: version.into(), ..fixture::manifest() };
            let mut run = ledger.begin_run(&manifest).unwrap();
            for input in &inputs {
                ledger.store_input(&mut run, input).unwrap();
            }
            join_and_tell(&mut ledger);
            prop_assert_eq!(stories(&ledger), told_at_once(&inputs).1);
        }
    }
}
