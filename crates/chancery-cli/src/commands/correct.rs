//! `chancery correct`: what a person knows better.

use crate::args::{AuthorArgs, CorrectCommand, RowFormat};
use crate::{Outcome, output};
use anyhow::{Context, Result};
use chancery::{Data, Joiner};
use chancery_exports::Knowledge;
use chancery_ledger::{Author, Change, Correction, CorrectionView, EventFilter, Field, Ledger, State, Target};
use std::io::Write;
use std::path::Path;

/// Makes, lists or takes in corrections.
pub fn run(data: &Data, command: &CorrectCommand) -> Result<Outcome> {
    match command {
        CorrectCommand::Retract { report, by } => make(data, by, Change::Retract(report.clone())),
        CorrectCommand::Set { report, field, value, by } => {
            let value = if *field == Field::Type { known_type(data, value)? } else { value.clone() };
            make(data, by, Change::Set { report: report.clone(), field: *field, value })
        }
        CorrectCommand::Join { one, other, by } => make(data, by, Change::Join(one.clone(), other.clone())),
        CorrectCommand::Split { report, by } => make(data, by, Change::Split(report.clone())),
        CorrectCommand::Merge { from, into, by } => make(data, by, Change::Merge(from.clone(), into.clone())),
        CorrectCommand::Undo { correction, by } => make(data, by, Change::Undo(correction.clone())),
        CorrectCommand::List { ledger, conflicts, format } => list(ledger, *conflicts, *format),
        CorrectCommand::Import { file, ledger } => import(data, file, ledger),
    }
}

/// A type of the codebook, in capitals.
fn known_type(data: &Data, value: &str) -> Result<String> {
    let asked = EventFilter { event_type: Some(value.to_string()), ..EventFilter::default() };
    Ok(asked.checked(&Knowledge::load(data)?.event_types())?.event_type.unwrap_or_default())
}

fn make(data: &Data, by: &AuthorArgs, change: Change) -> Result<Outcome> {
    let mut ledger = Ledger::open_existing(&by.ledger)?;
    let made = jiff::Timestamp::now().strftime("%Y-%m-%dT%H:%M:%SZ").to_string();
    let author = Author { who: by.who.clone(), why: by.why.clone(), made };
    let view = ledger.correct(&change, &author)?;
    // What was joined or split by hand and is no longer is joined as the rest is.
    super::ledger::finish(&mut ledger, &Joiner::load(data)?)?;
    let mut out = output::stdout();
    writeln!(out, "{}", line(&view))?;
    out.flush()?;
    Ok(Outcome::Done)
}

fn list(ledger: &Path, conflicts: bool, format: RowFormat) -> Result<Outcome> {
    let all = Ledger::open_read_only(ledger)?.corrections()?;
    let mut out = output::stdout();
    for view in all.iter().filter(|c| !conflicts || c.state == State::Conflict) {
        match format {
            RowFormat::Jsonl => output::json_line(&mut out, view)?,
            RowFormat::Table => writeln!(out, "{}", line(view))?,
        }
    }
    out.flush()?;
    let of = |state: State| all.iter().filter(|c| c.state == state).count();
    let (applied, undone, conflict) = (of(State::Applied), of(State::Undone), of(State::Conflict));
    eprintln!("chancery: {} corrections: {applied} applied, {undone} undone, {conflict} in conflict", all.len());
    Ok(Outcome::Done)
}

/// `c… set status "planned" -> "occurred"  “the words”  (who: why)  applied`.
fn line(view: &CorrectionView) -> String {
    let c = &view.correction;
    let action = serde_json::to_value(c.action).unwrap_or_default();
    let mut line = format!("{}  {}", c.id, action.as_str().unwrap_or_default());
    if let Some(field) = c.field {
        line += &format!(" {} {} -> {}", field.name(), c.was, c.value);
    }
    line += &match &c.target {
        Target::Report(report) => format!("  “{}”", output::one_line(&report.words)),
        Target::Actor(actor) => format!("  {} -> {}", actor.name, c.value["name"].as_str().unwrap_or_default()),
        Target::Correction { correction } => format!("  {correction}"),
    };
    line += &format!("  ({}: {})  {}", c.who, c.why, view.state);
    if let Some(detail) = &view.detail {
        line += &format!(": {detail}");
    }
    line
}

/// A line that is no correction is named; the others are taken.
fn import(data: &Data, file: &Path, ledger: &Path) -> Result<Outcome> {
    let text = std::fs::read_to_string(file).with_context(|| format!("cannot read {}", file.display()))?;
    let (mut corrections, mut outcome) = (Vec::new(), Outcome::Done);
    for (n, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        match read(line) {
            Ok(correction) => corrections.push(correction),
            Err(error) => {
                eprintln!("chancery: {}, line {}: {error}; the line was left out", file.display(), n + 1);
                outcome = Outcome::SomeUnread;
            }
        }
    }
    let mut ledger = Ledger::open_existing(ledger)?;
    let new = ledger.add_corrections(&corrections)?;
    super::ledger::finish(&mut ledger, &Joiner::load(data)?)?;
    let conflicts = ledger.corrections()?.iter().filter(|c| c.state == State::Conflict).count();
    eprintln!(
        "chancery: {} corrections, {new} of them new; {conflicts} of the ledger's in conflict",
        corrections.len()
    );
    Ok(outcome)
}

/// What became of it in the other ledger says nothing of this one.
fn read(line: &str) -> serde_json::Result<Correction> {
    let mut value: serde_json::Value = serde_json::from_str(line)?;
    if let Some(fields) = value.as_object_mut() {
        fields.remove("state");
        fields.remove("detail");
    }
    serde_json::from_value(value)
}
