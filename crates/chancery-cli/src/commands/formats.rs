//! `chancery formats`: what is read, and what documents files hold.

use crate::args::FormatsArgs;
use crate::{Outcome, output};
use anyhow::Result;
use chancery::formats::{Document, FORMATS, Item};
use chancery::{Data, Formats, list_inputs};
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;

/// Prints the list of formats, or the documents of files.
pub fn run(data: &Data, flags: &FormatsArgs) -> Result<Outcome> {
    let mut out = output::stdout();
    let outcome = if flags.paths.is_empty() { list(&mut out, flags)? } else { documents(&mut out, data, flags)? };
    out.flush()?;
    Ok(outcome)
}

fn list(out: &mut impl Write, flags: &FormatsArgs) -> Result<Outcome> {
    for row in FORMATS {
        if flags.json {
            output::json_line(out, row)?;
        } else {
            let endings: Vec<String> = row.extensions.iter().map(|e| format!(".{e}")).collect();
            writeln!(out, "{:32}  {:24}  {}", row.name, endings.join(" "), row.gives)?;
        }
    }
    Ok(Outcome::Done)
}

fn documents(out: &mut impl Write, data: &Data, flags: &FormatsArgs) -> Result<Outcome> {
    let formats = Formats::load(data)?;
    let (inputs, unlisted) = list_inputs(&flags.paths);
    let mut outcome = Outcome::Done;
    let mut unread = |error: &dyn std::fmt::Display| {
        eprintln!("chancery: {error}");
        outcome = Outcome::SomeUnread;
    };
    unlisted.iter().for_each(|e| unread(e));
    let (mut counts, mut written) = (BTreeMap::new(), Ok(()));
    for input in &inputs {
        input.read(&formats, &mut |item| match item {
            Item::Document(document) => {
                let (n, bytes) = counts.entry(document.format.name()).or_insert((0u64, 0u64));
                *n += 1;
                *bytes += document.content.bytes().len() as u64;
                if !flags.count && written.is_ok() {
                    written = line(out, flags, &document);
                }
            }
            Item::Note { place, note } => eprintln!("chancery: {place}: {} {}", note.code, note.text),
            Item::Error(error) => unread(&error),
        });
    }
    written?;
    if flags.count {
        for (format, (n, bytes)) in &counts {
            if flags.json {
                output::json_line(out, &json!({"format": format, "documents": n, "bytes": bytes}))?;
            } else {
                writeln!(out, "{n:8}  {bytes:12} bytes  {format}")?;
            }
        }
    }
    Ok(outcome)
}

fn line(out: &mut impl Write, flags: &FormatsArgs, document: &Document) -> Result<()> {
    let meta = &document.meta;
    if !flags.json {
        let format = document.format.name();
        let about = meta.url.as_deref().or(meta.title.as_deref()).unwrap_or_default();
        writeln!(out, "{}  {}  {}", document.name, format.split(',').next().unwrap_or(format), about)?;
        return Ok(());
    }
    let line = json!({
        "name": document.name,
        "format": document.format,
        "bytes": document.content.bytes().len(),
        "url": meta.url,
        "charset": meta.charset,
        "fetched": meta.fetched.map(|d| d.to_string()),
        "published": meta.published.map(|d| d.to_string()),
        "title": meta.title,
        "authors": meta.authors,
        "outlet": meta.outlet,
    });
    output::json_line(out, &line)
}
