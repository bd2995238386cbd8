//! `chancery code`: files in, coded articles out.

use crate::args::{CodeArgs, RowFormat};
use crate::{Outcome, output};
use anyhow::Result;
use chancery::{ArticleRecord, Data, EventRecord, PartyRecord};
use std::io::Write;

/// Prints the coded articles in the order of the inputs.
pub fn run(data: &Data, flags: &CodeArgs) -> Result<Outcome> {
    let mut out = output::stdout();
    let outcome = super::inputs::code(data, &flags.input, &mut |input| {
        for (article, _) in &input.articles {
            match flags.format {
                RowFormat::Jsonl => output::json_line(&mut out, article)?,
                RowFormat::Table => table(&mut out, article)?,
            }
        }
        Ok(())
    })?;
    out.flush()?;
    Ok(outcome)
}

fn table(out: &mut impl Write, article: &ArticleRecord) -> Result<()> {
    let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".into());
    writeln!(out, "{}  {}  {}  {}", article.id, known(&article.date), known(&article.outlet), known(&article.title))?;
    for event in &article.events {
        writeln!(out, "{}", event_line(event))?;
    }
    writeln!(out)?;
    Ok(())
}

/// One report on two lines: the row, and the words it rests on.
pub fn event_line(event: &EventRecord) -> String {
    let parties = |list: &[PartyRecord]| {
        let named = list.iter().map(|p| p.name.clone().unwrap_or_else(|| p.text.clone()));
        named.collect::<Vec<_>>().join(", ")
    };
    let mode = event.mode.as_deref().map(|m| format!("/{m}")).unwrap_or_default();
    format!(
        "  {:10}  {:<20} {:<12} {} → {}\n              “{}”",
        event.date.as_deref().unwrap_or("–"),
        format!("{}{mode}", event.event_type),
        event.status,
        parties(&event.actors),
        parties(&event.recipients),
        output::one_line(&event.text),
    )
}
