//! `chancery copies`: which articles repeat others, and who reprints whom. Nothing is coded, pages are only read.

use crate::args::{CopiesArgs, RowFormat};
use crate::{Outcome, output, progress};
use anyhow::Result;
use chancery::formats::{Document, Item};
use chancery::stories::copies::{Copy, CopyInput, Reprinted, Sketch, Spelling, find_copies, who_reprints_whom};
use chancery::text::Article;
use chancery::{Data, Formats, ReadOptions, Reader, list_inputs, read_document};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// Prints one line a copy, or one a pair of outlets.
pub fn run(data: &Data, flags: &CopiesArgs) -> Result<Outcome> {
    let mut reading = Reading {
        reader: Reader::load(data)?,
        spelling: Spelling::load(data)?,
        options: ReadOptions { fallback_date: flags.date, ..ReadOptions::default() },
        texts: Vec::new(),
        outcome: Outcome::Done,
    };
    let formats = Formats::load(data)?;
    let (inputs, unlisted) = list_inputs(&flags.paths);
    unlisted.iter().for_each(|error| reading.unread(error));
    let bar = progress::bar(inputs.len());
    for input in inputs {
        input.read(&formats, &mut |item| reading.take(item));
        bar.inc(1);
    }
    bar.finish_and_clear();
    let copies = find_copies(&reading.texts);
    let mut out = output::stdout();
    if flags.outlets {
        print_outlets(&who_reprints_whom(&reading.texts, &copies), flags.format, &mut out)?;
    } else {
        print_copies(&reading.texts, &copies, flags.format, &mut out)?;
    }
    out.flush()?;
    eprintln!("chancery: {} articles, {} of them copies", reading.texts.len(), copies.len());
    Ok(reading.outcome)
}

/// Reads documents and keeps what is compared of their articles.
struct Reading {
    reader: Reader,
    spelling: Spelling,
    options: ReadOptions,
    texts: Vec<CopyInput>,
    outcome: Outcome,
}

impl Reading {
    fn take(&mut self, item: Item) {
        match item {
            Item::Document(document) => self.read(document),
            Item::Error(error) => self.unread(&error),
            Item::Note { place, note } => eprintln!("chancery: {place}: {} {}", note.code, note.text),
        }
    }

    fn read(&mut self, document: Document) {
        let name = document.name.clone();
        // A defect must cost one page, not the run.
        match catch_unwind(AssertUnwindSafe(|| read_document(&self.reader, document, &self.options))) {
            Ok(Ok(page)) => {
                let texts = page.articles.iter().map(|article| text_of(article, &self.spelling));
                self.texts.extend(texts);
            }
            Ok(Err(error)) => self.unread(&error),
            Err(_) => self.unread(&format_args!("{name}: the program broke on this input; please report it")),
        }
    }

    fn unread(&mut self, reason: &dyn std::fmt::Display) {
        eprintln!("chancery: {reason}");
        self.outcome = Outcome::SomeUnread;
    }
}

fn text_of(article: &Article, spelling: &Spelling) -> CopyInput {
    CopyInput {
        id: article.id.clone(),
        outlet: article.outlet.clone(),
        url: article.url.clone(),
        date: article.date,
        reprinted_from: article.reprinted_from.clone(),
        sketch: Sketch::of_article(article, spelling),
    }
}

fn print_copies(texts: &[CopyInput], copies: &[Copy], format: RowFormat, out: &mut impl Write) -> Result<()> {
    let known: BTreeMap<&str, &CopyInput> = texts.iter().map(|t| (t.id.as_str(), t)).collect();
    let outlet = |id: &str| known.get(id).and_then(|t| t.outlet.as_deref());
    for copy in copies {
        let (own, other) = (outlet(&copy.id), outlet(&copy.of));
        match format {
            RowFormat::Jsonl => {
                let round = |share: f32| (f64::from(share) * 1000.0).round() / 1000.0;
                let line = json!({
                    "id": copy.id, "of": copy.of, "relation": copy.relation.as_str(), "share": round(copy.share),
                    "kept": round(copy.kept), "outlet": own, "of_outlet": other, "why": copy.why,
                });
                output::json_line(out, &line)?;
            }
            RowFormat::Table => {
                let name = |outlet: Option<&str>| outlet.map(|o| format!(" ({o})")).unwrap_or_default();
                let relation = copy.relation.as_str();
                writeln!(out, "{relation:8} {}{} of {}{}", copy.id, name(own), copy.of, name(other))?;
                writeln!(out, "         {}", copy.why)?;
            }
        }
    }
    Ok(())
}

fn print_outlets(graph: &BTreeMap<(String, String), Reprinted>, format: RowFormat, out: &mut impl Write) -> Result<()> {
    for ((outlet, of), counts) in graph {
        let Reprinted { found, credited } = counts;
        match format {
            RowFormat::Jsonl => {
                let line = json!({"outlet": outlet, "reprints": of, "found": found, "credited": credited});
                output::json_line(out, &line)?;
            }
            RowFormat::Table => writeln!(out, "{outlet} ← {of}: {found} found by their words, {credited} credited")?,
        }
    }
    Ok(())
}
