//! Queries and corrections that anybody may write, to a ledger of one article.
#![no_main]

use chancery::{Data, Joiner, Pipeline, ReadOptions};
use chancery_ledger::{Change, Correction, EventFilter, Field, InputStatus, Ledger, RunManifest, StoredArticle, StoredInput};
use libfuzzer_sys::fuzz_target;
use serde_json::Value;
use std::sync::{LazyLock, Mutex};

const TEXT: &str = "Chinese President Xi Jinping met Vladimir Putin in Moscow on Tuesday, 21 March 2023.\n\n\
    “We condemn the sanctions,” Putin said. Norway expelled two Russian diplomats and Germany promised aid to Ukraine.\n";

struct World {
    fresh: Vec<u8>,
    correction: Value,
    reports: Vec<String>,
    joiner: Joiner,
}

static WORLD: LazyLock<Mutex<World>> = LazyLock::new(|| {
    let data = Data::embedded();
    let pipeline = Pipeline::load(&data).expect("the built-in data are sound");
    let page = pipeline.code_page("a.txt", TEXT.as_bytes(), &ReadOptions::default()).expect("a text");
    let records: Vec<_> = page.articles.iter().map(|a| {
        let article = &a.document.article;
        let record = chancery_records::article_record(article, &a.mentions, &a.reports, &[], &a.quotes, &a.wording);
        StoredArticle { record, text: article.text.clone() }
    }).collect();
    let path = path();
    let mut ledger = Ledger::open(&path).expect("room for a ledger");
    let mut run = ledger.begin_run(&RunManifest::default()).expect("a run");
    let input = StoredInput {
        path: "a.txt".into(), content_hash: chancery_ledger::content_hash(TEXT.as_bytes()), status: InputStatus::Read, articles: records,
    };
    ledger.store_input(&mut run, &input).expect("stored");
    let joiner = Joiner::load(&data).expect("sound");
    ledger.join(&joiner).expect("joined");
    let events = ledger.events(&EventFilter::default(), None, 100).expect("events").items;
    let reports: Vec<String> = events.iter().map(|e| e.id.clone()).collect();
    let author = chancery_ledger::Author { who: "a".into(), why: "b".into(), made: "c".into() };
    drop(ledger);
    let fresh = std::fs::read(&path).expect("the ledger");
    let mut ledger = Ledger::open(&path).expect("the ledger");
    let change = Change::Set { report: reports[0].clone(), field: Field::Place, value: "Oslo".into() };
    let made = ledger.correct(&change, &author).expect("a correction").correction;
    Mutex::new(World { fresh, correction: serde_json::to_value(made).expect("JSON"), reports, joiner })
});

fn path() -> std::path::PathBuf {
    std::env::temp_dir().join(format!("chancery-fuzz-{}.ledger", std::process::id()))
}

fuzz_target!(|input: (u8, u8, &str, &str)| {
    let (what, which, one, other) = input;
    let world = WORLD.lock().expect("one thread");
    if what % 4 != 0 {
        let ledger = Ledger::open_read_only(path()).expect("the ledger");
        let _ = ledger.search(one, 10);
        let some = |text: &str| Some(text.to_string()).filter(|t| !t.is_empty());
        let filter = EventFilter { actor: some(one), other: some(other), from: some(other), outlet: some(one), ..EventFilter::default() };
        let _ = ledger.events(&filter, None, 10);
        let _ = ledger.event(one);
        return;
    }
    for end in ["", "-wal", "-shm"] {
        let _ = std::fs::remove_file(format!("{}{end}", path().display()));
    }
    std::fs::write(path(), &world.fresh).expect("room for a ledger");
    let mut ledger = Ledger::open(path()).expect("the ledger");
    // A line of a file of corrections, one of its values replaced by anything.
    let mut line = world.correction.clone();
    if let Some(fields) = line.as_object_mut() {
        let names: Vec<String> = fields.keys().cloned().collect();
        let name = &names[usize::from(which) % names.len()];
        fields.insert("action".into(), ["set", "retract", "join", "split", "merge", "undo"][usize::from(what / 4) % 6].into());
        fields.insert(name.clone(), serde_json::from_str(one).unwrap_or_else(|_| one.into()));
        fields.insert("value".into(), serde_json::from_str(other).unwrap_or_else(|_| other.into()));
    }
    if let Ok(correction) = serde_json::from_value::<Correction>(line) {
        let _ = ledger.add_corrections(&[correction]);
    }
    let author = chancery_ledger::Author { who: one.into(), why: other.into(), made: one.into() };
    let report = world.reports[usize::from(which) % world.reports.len()].clone();
    let field = Field::ALL[usize::from(which) % Field::ALL.len()];
    let _ = ledger.correct(&Change::Set { report, field, value: one.into() }, &author);
    let _ = ledger.correct(&Change::Merge(one.into(), other.into()), &author);
    ledger.join(&world.joiner).expect("the ledger can be joined");
    ledger.check().expect("the ledger is sound");
});
