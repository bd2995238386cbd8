//! Copies in the ledger are those that are found of all texts at once, however often it was joined in between.

use crate::fixture;
use crate::joining::{joiner, store_in_runs};
use chancery_ledger::{AskLimits, Ledger, RunManifest, StoredInput};
use chancery_stories::copies::{CopyInput, find_copies};
use proptest::prelude::*;
use std::collections::BTreeMap;
use std::time::Duration;

/// What a text repeats, and how: which prose, from which row of words, how many, with how many words before it.
type Plan = (usize, usize, usize, usize);

/// A page with one article without a report.
fn page(number: usize, (prose, from, words, before): Plan) -> StoredInput {
    let mut input = fixture::inputs().swap_remove(number % 20);
    let (path, hash) = (format!("pages/{number}.txt"), format!("{number:064}"));
    input.articles.truncate(1);
    let article = &mut input.articles[0];
    let told = (from..from + words).map(|w| format!("p{prose}w{w} "));
    article.text = (0..before).map(|w| format!("own{number}w{w} ")).chain(told).collect();
    let record = &mut article.record;
    (record.events, record.quotes, record.mentions) = (Vec::new(), Vec::new(), Vec::new());
    (record.layout, record.file, record.id) = (None, path.clone(), format!("{path}#1"));
    record.date = (!number.is_multiple_of(7)).then(|| format!("2026-02-{:02}", 1 + number * 5 % 11));
    record.url = Some(format!("https://news.example/{number}"));
    StoredInput { path, content_hash: hash, ..input }
}

fn plans() -> impl Strategy<Value = Vec<Plan>> {
    let one = (
        0usize..3,
        0usize..3,
        prop_oneof![Just(40usize), Just(200), Just(600)],
        prop_oneof![Just(0usize), Just(30), Just(400)],
    );
    prop::collection::vec(one.prop_map(|(prose, from, words, before)| (prose, from * words / 4, words, before)), 2..24)
}

fn ask(ledger: &Ledger, sql: &str) -> Vec<Vec<Option<String>>> {
    ledger.ask(sql, AskLimits { time: Duration::from_secs(20), rows: 10_000 }).unwrap().rows
}

fn text(cell: &Option<String>) -> String {
    cell.clone().unwrap()
}

/// For each copy its original and what it is to it.
type Copies = BTreeMap<String, (String, String)>;

fn stored(ledger: &Ledger) -> Copies {
    let sql = "SELECT a.file, o.file, c.relation FROM copies c JOIN articles a ON a.row = c.article
               JOIN articles o ON o.row = c.original";
    ask(ledger, sql).iter().map(|r| (text(&r[0]), (text(&r[1]), text(&r[2])))).collect()
}

/// The same of all articles of the ledger at once.
fn at_once(ledger: &Ledger) -> Copies {
    let rows = ask(ledger, "SELECT key, file, outlet, url, date, text FROM articles");
    let files: BTreeMap<String, String> = rows.iter().map(|r| (text(&r[0]), text(&r[1]))).collect();
    let input = |r: &Vec<Option<String>>| CopyInput {
        id: text(&r[0]),
        outlet: r[2].clone(),
        url: r[3].clone(),
        date: r[4].as_ref().and_then(|d| d.parse().ok()),
        reprinted_from: Vec::new(),
        sketch: joiner().sketch(&text(&r[5])),
    };
    let copies = find_copies(&rows.iter().map(input).collect::<Vec<_>>());
    copies.iter().map(|c| (files[&c.id].clone(), (files[&c.of].clone(), c.relation.as_str().into()))).collect()
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn neither_order_nor_the_number_of_runs_changes_what_is_a_copy(
        plans in plans(),
        order in any::<prop::sample::Index>(),
        runs in prop::collection::vec(1usize..6, 1..6),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(folder.path().join("w.ledger")).unwrap();
        let mut pages: Vec<StoredInput> = plans.iter().enumerate().map(|(n, &plan)| page(n, plan)).collect();
        let middle = order.index(pages.len());
        pages.rotate_left(middle);
        pages.chunks_mut(3).for_each(<[_]>::reverse);
        store_in_runs(&mut ledger, &pages, &runs, |ledger| _ = ledger.join(&joiner()).unwrap());
        ledger.join(&joiner()).unwrap();
        let expected = at_once(&ledger);
        prop_assert_eq!(stored(&ledger), expected.clone());
        // What is coded anew is compared anew.
        let half = &pages[..pages.len() / 2];
        let manifest = RunManifest { program_version: "0.2.0".into(), ..fixture::manifest() };
        let mut run = ledger.begin_run(&manifest).unwrap();
        for input in half {
            ledger.store_input(&mut run, input).unwrap();
        }
        ledger.join(&joiner()).unwrap();
        prop_assert_eq!(stored(&ledger), expected);
        ledger.check().unwrap();
    }
}
