//! How long a ledger takes to join: reads coded articles (JSON lines, as `eval/stories_made.py --reports N` prints them)
//! from standard input, stores all but the last hundred, joins them at once, then adds the hundred one by one.
//!
//! `python3 eval/stories_made.py --reports 100000 | cargo run --release -p chancery-ledger --example join_scale -- FOLDER`

use chancery_ledger::{InputStatus, Ledger, RunManifest, StoredArticle, StoredInput};
use chancery_records::ArticleRecord;
use chancery_stories::Joiner;
use serde_json::{Value, json};
use std::error::Error;
use std::io::BufRead;
use std::time::{Duration, Instant};

/// So many articles come one by one at the end.
const LAST: usize = 100;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("give a folder for the ledger")?;
    let path = std::path::Path::new(&folder).join("scale.ledger");
    let mut ledger = Ledger::open(&path)?;
    let mut run = ledger.begin_run(&RunManifest::default())?;
    let joiner = Joiner::load(&chancery_data::Data::embedded())?;
    let (mut waiting, mut stored, mut reports) = (Vec::new(), Duration::ZERO, 0);
    for line in std::io::stdin().lock().lines() {
        let record = record(serde_json::from_str(&line?)?)?;
        reports += record.events.len();
        waiting.push(record);
        if waiting.len() > LAST {
            let begin = Instant::now();
            let record = waiting.remove(0);
            ledger.store_input(&mut run, &input(record))?;
            stored += begin.elapsed();
        }
    }
    let begin = Instant::now();
    let done = ledger.join(&joiner)?;
    let joined = begin.elapsed();
    let mut single: Vec<Duration> = Vec::new();
    for record in waiting {
        ledger.store_input(&mut run, &input(record))?;
        let begin = Instant::now();
        ledger.join(&joiner)?;
        single.push(begin.elapsed());
    }
    single.sort_unstable();
    let overview = ledger.overview()?;
    let (median, p95) = (single[single.len() / 2], single[single.len() * 95 / 100]);
    println!(
        "{reports} reports, {} events: stored in {stored:.1?}, joined in {joined:.1?} ({} groups); a new article in {median:.1?} \
         (median), {p95:.1?} (95 %); peak memory {}, ledger {} MiB",
        overview.events,
        done.groups,
        peak_memory(),
        std::fs::metadata(&path)?.len() >> 20
    );
    Ok(())
}

/// Made articles leave out what is of no use for joining.
fn record(mut made: Value) -> Result<ArticleRecord, Box<dyn Error>> {
    made["url"] = Value::Null;
    made["reprinted_from"] = json!([]);
    let mut text = String::new();
    for event in made["events"].as_array_mut().into_iter().flatten() {
        event["historical"] = false.into();
        // The codebook's meetings; the made events do not say so.
        event["symmetric"] = (event["type"] == "CONSULT").into();
        event["event"] = Value::Null;
        let start = event["start"].clone();
        for side in ["actors", "recipients"] {
            for party in event[side].as_array_mut().into_iter().flatten() {
                (party["start"], party["end"]) = (start.clone(), start.clone());
            }
        }
        let words = event["text"].as_str().unwrap_or_default();
        let gap = (start.as_u64().unwrap_or_default() as usize).saturating_sub(text.chars().count());
        text.push_str(&" ".repeat(gap));
        text.push_str(words);
    }
    made["text"] = text.into();
    Ok(serde_json::from_value(made)?)
}

fn input(record: ArticleRecord) -> StoredInput {
    let text = record.text.clone().unwrap_or_default();
    StoredInput {
        path: record.file.clone(),
        content_hash: chancery_ledger::content_hash(record.file.as_bytes()),
        status: InputStatus::Read,
        articles: vec![StoredArticle { record, text }],
    }
}

fn peak_memory() -> String {
    let status = std::fs::read_to_string("/proc/self/status").unwrap_or_default();
    let line = status.lines().find(|l| l.starts_with("VmHWM"));
    line.map_or_else(|| "unknown".into(), |l| l.trim_start_matches("VmHWM:").trim().to_string())
}
