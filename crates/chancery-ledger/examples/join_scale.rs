//! How long a ledger takes to join: reads coded articles (JSON lines, as `eval/stories_made.py --reports N` prints them)
//! from standard input, stores all but the last hundred, joins them at once, then adds the hundred one by one. Each article gets
//! some 250 words more, drawn as words of a language are (Zipf) from 30,000; one in seven has those of the article before.
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

/// So many are stored together, as `chancery read` does.
const TOGETHER: usize = 32;

fn main() -> Result<(), Box<dyn Error>> {
    let folder = std::env::args().nth(1).ok_or("give a folder for the ledger")?;
    let path = std::path::Path::new(&folder).join("scale.ledger");
    let mut ledger = Ledger::open(&path)?;
    let mut run = ledger.begin_run(&RunManifest::default())?;
    let joiner = Joiner::load(&chancery_data::Data::embedded())?;
    let (mut waiting, mut stored, mut reports) = (Vec::new(), Duration::ZERO, 0);
    let mut filler = Filler { state: 1, words: String::new() };
    for line in std::io::stdin().lock().lines() {
        let mut record = record(serde_json::from_str(&line?)?)?;
        record.text.get_or_insert_default().push_str(filler.next());
        reports += record.events.len();
        waiting.push(record);
        if waiting.len() == LAST + TOGETHER {
            let begin = Instant::now();
            let inputs: Vec<StoredInput> = waiting.drain(..TOGETHER).map(input).collect();
            ledger.store_inputs(&mut run, &inputs)?;
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

/// Makes the words that are of no event.
struct Filler {
    state: u64,
    words: String,
}

impl Filler {
    fn next(&mut self) -> &str {
        if self.draw() * 7.0 >= 1.0 {
            let words = 150 + (self.draw() * 200.0) as usize;
            // A rank as the inverse of a continuous Zipf distribution over 30,000.
            self.words = (0..words).map(|_| format!(" word{:x}", 30_000_f64.powf(self.draw()) as u32)).collect();
        }
        &self.words
    }

    /// From 0 to 1: an LCG with the constants of Knuth's MMIX.
    fn draw(&mut self) -> f64 {
        self.state = self.state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        (self.state >> 11) as f64 / (1u64 << 53) as f64
    }
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
