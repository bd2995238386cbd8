//! Many reports of few countries in few weeks: what a new one changes of those that are joined is what joining all at once gives.

use crate::fixture;
use crate::joining::{joiner, store_in_runs};
use chancery_ledger::{AskLimits, Ledger, StoredInput};
use chancery_records::{EventRecord, PartyRecord};
use chancery_stories::ArticleTellings;
use proptest::prelude::*;
use std::collections::{BTreeMap, HashMap};
use std::time::Duration;

/// A report: its type, its parties, its day, how that is known, and its words.
type Plan = (usize, usize, usize, usize, usize);

const TYPES: [&str; 4] = ["ASSAULT", "COERCE", "CONSULT", "AGREE"];
/// Codes of the two sides; nothing where nobody is named.
const SIDES: [(&str, &str); 7] =
    [("AAA", "BBB"), ("BBB", "AAA"), ("AAA", "CCC"), ("", "BBB"), ("AAA", ""), ("CCC", "BBB"), ("", "")];
const WORDS: [&str; 6] = [
    "troops shelled the northern harbour",
    "shells fell on the northern harbour at dawn",
    "gunners fired on fishing boats near the northern harbour before dawn today",
    "ministers met about grain transit",
    "the ministers spoke of grain and of transit over the border",
    "police held four marchers",
];

fn party(code: &str, template: &PartyRecord, start: usize) -> Vec<PartyRecord> {
    let name = (!code.is_empty()).then(|| code.to_string());
    let party = PartyRecord { text: code.into(), code: name.clone(), name, start, end: start, ..template.clone() };
    (!code.is_empty()).then_some(party).into_iter().collect()
}

/// A page with one article that holds these reports.
fn page(number: usize, plans: &[Plan]) -> StoredInput {
    let mut input = fixture::inputs().swap_remove(0);
    let (path, hash) = (format!("pages/{number}.txt"), format!("{number:064}"));
    input.articles.truncate(1);
    let article = &mut input.articles[0];
    let template: EventRecord = article.record.events[0].clone();
    let someone = template.actors[0].clone();
    article.text.clear();
    let mut events = Vec::new();
    for &(kind, sides, day, known, words) in plans {
        let (start, words) = (article.text.chars().count(), WORDS[words]);
        let (actors, recipients) = (party(SIDES[sides].0, &someone, start), party(SIDES[sides].1, &someone, start));
        article.text.push_str(&format!("{words}\n"));
        let date = format!("2026-{:02}-{:02}", 1 + day / 28, 1 + day % 28);
        events.push(EventRecord {
            start,
            end: start + words.chars().count(),
            text: words.into(),
            event_type: TYPES[kind].into(),
            symmetric: TYPES[kind] == "CONSULT",
            actors,
            recipients,
            date: [Some(date.clone()), Some(date.clone()), Some(date[..7].to_string()), None][known].clone(),
            date_from: ["stated", "the article", "stated", "the article"].get(known).map(|f| f.to_string()),
            place: None,
            location: None,
            event: None,
            ..template.clone()
        });
    }
    let record = &mut article.record;
    (record.quotes, record.mentions, record.layout) = (Vec::new(), Vec::new(), None);
    (record.file, record.id, record.text) = (path.clone(), format!("{path}#1"), None);
    record.date = Some(format!("2026-{:02}-{:02}", 1 + plans[0].2 / 28, 1 + plans[0].2 % 28));
    record.events = events;
    StoredInput { path, content_hash: hash, ..input }
}

fn pages() -> impl Strategy<Value = Vec<StoredInput>> {
    let known = prop_oneof![4 => Just(0usize), 3 => Just(1usize), 1 => Just(2usize), 1 => Just(3usize)];
    let plan = (0..TYPES.len(), 0..SIDES.len(), 0usize..70, known, 0..WORDS.len());
    // Few days, so that much is tied.
    let plan = plan.prop_map(|(kind, sides, day, known, words)| (kind, sides, day / 3 * 3 + day % 2, known, words));
    let articles = prop::collection::vec(prop::collection::vec(plan, 1..4), 4..40);
    articles.prop_map(|all| all.iter().enumerate().map(|(i, plans)| page(i, plans)).collect())
}

fn ask(ledger: &Ledger, sql: &str) -> Vec<Vec<String>> {
    let rows = ledger.ask(sql, AskLimits { time: Duration::from_secs(20), rows: 10_000 }).unwrap().rows;
    rows.into_iter().map(|row| row.into_iter().map(Option::unwrap_or_default).collect()).collect()
}

/// Of each report the first one of its event, by file and position.
type Events = BTreeMap<(String, usize), (String, usize)>;

fn firsts(events: impl IntoIterator<Item = ((String, usize), String)>) -> Events {
    let events: BTreeMap<(String, usize), String> = events.into_iter().collect();
    let mut first: HashMap<&String, (String, usize)> = HashMap::new();
    events.iter().map(|(at, event)| (at.clone(), first.entry(event).or_insert_with(|| at.clone()).clone())).collect()
}

fn stored(ledger: &Ledger) -> Events {
    let sql = "SELECT a.file, r.position, r.event FROM reports r JOIN articles a ON a.row = r.article";
    firsts(ask(ledger, sql).into_iter().map(|row| ((row[0].clone(), row[1].parse().unwrap()), row[2].clone())))
}

/// What joining everything at once gives, by a way that knows no ledger.
fn at_once(ledger: &Ledger, inputs: &[StoredInput]) -> Events {
    let keys: HashMap<String, String> =
        ask(ledger, "SELECT file, key FROM articles").into_iter().map(|row| (row[0].clone(), row[1].clone())).collect();
    let records: Vec<_> = inputs.iter().flat_map(|input| &input.articles).map(|a| &a.record).collect();
    let tellings: Vec<ArticleTellings> =
        records.iter().map(|r| ArticleTellings { id: keys[&r.file].clone(), ..ArticleTellings::from(*r) }).collect();
    let events = joiner().join(&tellings);
    let of_article = |(record, events): (&&chancery_records::ArticleRecord, Vec<String>)| {
        let file = record.file.clone();
        events.into_iter().enumerate().map(move |(position, event)| ((file.clone(), position), event))
    };
    firsts(records.iter().zip(events).flat_map(of_article))
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    #[test]
    fn what_a_new_report_changes_is_what_joining_all_at_once_gives(
        inputs in pages(),
        seed in any::<u64>(),
        runs in prop::collection::vec(1usize..8, 1..10),
    ) {
        let folder = tempfile::tempdir().unwrap();
        let mut ledger = Ledger::open(folder.path().join("w.ledger")).unwrap();
        let mut shuffled = inputs.clone();
        shuffled.sort_by_key(|i| (i.content_hash.bytes().fold(seed, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)), i.path.clone()));
        let join = |ledger: &mut Ledger| {
            ledger.join(&joiner()).unwrap();
        };
        store_in_runs(&mut ledger, &shuffled, &runs, join);
        join(&mut ledger);
        prop_assert_eq!(stored(&ledger), at_once(&ledger, &inputs));
        ledger.check().unwrap();
    }
}
