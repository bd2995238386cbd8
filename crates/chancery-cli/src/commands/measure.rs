//! `chancery eval extraction` and `eval dates`: pages with gold in, one line of figures out.

use crate::args::{ExtractionMode, PagesArgs};
use crate::{Outcome, output};
use anyhow::{Context, Result, bail};
use chancery::{Data, ReadOptions, Reader};
use chancery_pages::scoring::{BodyScores, DateScores, readability_text};
use serde_json::{Value, json};
use std::io::{Read, Write};
use std::path::{Path, PathBuf};
use std::time::{Duration, Instant};

/// A page in memory, with what it should give.
struct GoldPage {
    key: String,
    url: Option<String>,
    bytes: Vec<u8>,
    gold: String,
}

/// Scores article bodies; also of every other page, so that what was tuned on one half can be seen on the other.
pub fn extraction(data: &Data, flags: &PagesArgs) -> Result<Outcome> {
    let pages = body_pages(&flags.folder)?;
    let reader = Reader::load(data)?;
    let (found, took) = timed(flags, &pages, |page| match flags.mode {
        ExtractionMode::Readability => readability_text(&page.bytes),
        _ => reader.extract(&page.bytes, &options(flags, page)).text,
    });
    let mut all = [BodyScores::default(); 3];
    for (i, (page, text)) in pages.iter().zip(&found).enumerate() {
        all[0].add(&page.gold, text);
        all[1 + i % 2].add(&page.gold, text);
    }
    let [whole, odd, even] = all;
    let (p, r) = (100.0 * whole.precision(), 100.0 * whole.recall());
    let halves = format!("halves {:.2} {:.2}", 100.0 * odd.f1(), 100.0 * even.f1());
    let mut out = output::stdout();
    writeln!(
        out,
        "pages {} P {p:.2} R {r:.2} F1 {:.2} {halves} pages/s {:.0}",
        whole.pages(),
        100.0 * whole.f1(),
        rate(flags, &pages, took)
    )?;
    out.flush()?;
    write_found(flags, pages.iter().zip(&found).map(|(p, text)| json!({"key": p.key, "text": text})))
}

/// Scores dates of publication.
pub fn dates(data: &Data, flags: &PagesArgs) -> Result<Outcome> {
    if flags.mode == ExtractionMode::Readability {
        bail!("--mode readability finds no dates; use standard or fast");
    }
    let pages = dated_pages(&flags.folder)?;
    let reader = Reader::load(data)?;
    let (found, took) = timed(flags, &pages, |page| reader.extract(&page.bytes, &options(flags, page)).date);
    let mut scores = DateScores::default();
    for (page, date) in pages.iter().zip(&found) {
        scores.add(&page.gold, date.as_deref());
    }
    let (p, r, f) = (100.0 * scores.precision(), 100.0 * scores.recall(), 100.0 * scores.f1());
    let mut out = output::stdout();
    writeln!(out, "pages {} P {p:.2} R {r:.2} F1 {f:.2} pages/s {:.0}", pages.len(), rate(flags, &pages, took))?;
    out.flush()?;
    write_found(flags, pages.iter().zip(&found).map(|(p, date)| json!({"key": p.key, "date": date})))
}

fn options(flags: &PagesArgs, page: &GoldPage) -> ReadOptions {
    ReadOptions { url: page.url.clone(), fast: flags.mode == ExtractionMode::Fast, ..ReadOptions::default() }
}

/// What `read` gives for each page, and how long all passes took.
fn timed<T>(flags: &PagesArgs, pages: &[GoldPage], read: impl Fn(&GoldPage) -> T) -> (Vec<T>, Duration) {
    let start = Instant::now();
    let mut found = Vec::new();
    for _ in 0..flags.passes.max(1) {
        found = pages.iter().map(&read).collect();
    }
    (found, start.elapsed())
}

fn rate(flags: &PagesArgs, pages: &[GoldPage], took: Duration) -> f64 {
    (pages.len() * flags.passes.max(1)) as f64 / took.as_secs_f64().max(1e-9)
}

fn write_found(flags: &PagesArgs, found: impl Iterator<Item = Value>) -> Result<Outcome> {
    if let Some(path) = &flags.out {
        let lines: String = found.map(|line| format!("{line}\n")).collect();
        std::fs::write(path, lines).with_context(|| path.display().to_string())?;
    }
    Ok(Outcome::Done)
}

/// `ground-truth.json` and the pages it names, by key.
fn body_pages(folder: &Path) -> Result<Vec<GoldPage>> {
    let path = folder.join("ground-truth.json");
    let Value::Object(gold) = read_json(&path)? else { bail!("{}: no JSON object of pages", path.display()) };
    let mut pages = Vec::new();
    for (key, entry) in gold {
        let text = |name: &str| entry.get(name).and_then(Value::as_str).map(str::to_string);
        let bytes = page_bytes(&[folder.join(format!("{key}.html"))])?;
        pages.push(GoldPage { url: text("url"), gold: text("articleBody").unwrap_or_default(), bytes, key });
    }
    pages.sort_by(|a, b| a.key.cmp(&b.key));
    Ok(pages)
}

/// The folder's JSON file of addresses, each with `file` and `date`, and the files, there or in the folders eval and cache.
fn dated_pages(folder: &Path) -> Result<Vec<GoldPage>> {
    let mut names: Vec<PathBuf> = std::fs::read_dir(folder)
        .with_context(|| folder.display().to_string())?
        .filter_map(|e| Some(e.ok()?.path()))
        .filter(|p| p.extension().is_some_and(|e| e == "json"))
        .collect();
    names.sort();
    let Some(path) = names.first() else { bail!("{}: no JSON file with dates", folder.display()) };
    let Value::Object(gold) = read_json(path)? else { bail!("{}: no JSON object of addresses", path.display()) };
    let mut pages = Vec::new();
    for (url, entry) in gold {
        let text = |name: &str| entry.get(name).and_then(Value::as_str).unwrap_or_default();
        let places: Vec<PathBuf> = ["", "eval", "cache"].iter().map(|d| folder.join(d).join(text("file"))).collect();
        let bytes = page_bytes(&places)?;
        pages.push(GoldPage { key: text("file").to_string(), gold: text("date").to_string(), url: Some(url), bytes });
    }
    Ok(pages)
}

/// The first of the files that is there, or there as .gz.
fn page_bytes(places: &[PathBuf]) -> Result<Vec<u8>> {
    for place in places {
        if place.is_file() {
            return std::fs::read(place).with_context(|| place.display().to_string());
        }
        let packed = place.with_added_extension("gz");
        if packed.is_file() {
            let file = std::fs::File::open(&packed).with_context(|| packed.display().to_string())?;
            let mut bytes = Vec::new();
            flate2::read::GzDecoder::new(file).read_to_end(&mut bytes).with_context(|| packed.display().to_string())?;
            return Ok(bytes);
        }
    }
    bail!("{}: no such page, neither plain nor as .gz", places[0].display())
}

fn read_json(path: &Path) -> Result<Value> {
    let text = std::fs::read_to_string(path).with_context(|| path.display().to_string())?;
    serde_json::from_str(&text).with_context(|| path.display().to_string())
}
