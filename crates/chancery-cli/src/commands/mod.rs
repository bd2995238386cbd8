//! One module a command; each takes its flags, calls the library and prints.

mod actors;
mod actors_file;
mod brief;
mod careful;
mod code;
mod copies;
mod correct;
mod explain;
mod export;
mod fetch;
mod finder;
mod formats;
mod inputs;
mod joining;
mod language;
mod ledger;
mod marked;
mod measure;
mod pages;
mod quotes;
mod recode;
mod relate;
mod serve;
mod stories;
mod tag;
mod validate;
mod watch;

use crate::Outcome;
use crate::args::{Args, Command};
use anyhow::{Context, Result, bail};
use chancery::actors::OWN_FILE;
use chancery::{Data, Pipeline};
use chancery_ledger::Ledger;
use clap::CommandFactory;
use std::path::Path;

/// Runs one command.
///
/// # Errors
/// Where a file, the knowledge or the ledger cannot be used; the message says what, where and what to do.
pub fn run(args: Args) -> Result<Outcome> {
    let data = args.data.map_or_else(Data::embedded, Data::folder);
    let own = args.actors.as_deref();
    // a file that `actors add` is about to make is not there yet
    let data = match own.filter(|file| file.exists() || !matches!(args.command, Command::Actors(_))) {
        Some(file) => data.with_file(OWN_FILE, file),
        None => data,
    };
    match args.command {
        Command::Code(flags) => code::run(&data, &flags),
        Command::Copies(flags) => copies::run(&data, &flags),
        Command::Read(flags) => ledger::read(&data, &flags),
        Command::Merge(flags) => ledger::merge(&data, &flags),
        Command::Serve(flags) => serve::serve(&data, &flags),
        Command::Parse(flags) => language::parse(&data, &flags),
        Command::Relate(flags) => relate::run(&data, &flags),
        Command::Actors(command) => actors::run(&data, own, command),
        Command::Formats(flags) => formats::run(&data, &flags),
        Command::Extract(flags) => pages::extract(&data, &flags),
        Command::Tag(command) => tag::run(&data, &command),
        Command::Events(flags) => ledger::events(&data, &flags),
        Command::Explain(flags) => explain::run(&data, &flags),
        Command::Search(flags) => ledger::search(&flags),
        Command::Quotes(flags) => quotes::quotes(&flags),
        Command::Claims(flags) => quotes::claims(&flags),
        Command::Wording(flags) => quotes::wording(&flags),
        Command::Export(flags) => export::run(&data, &flags),
        Command::Brief(flags) => brief::run(&data, &flags),
        Command::Watch(flags) => watch::run(&data, &flags),
        Command::Compare(flags) => brief::compare(&data, &flags),
        Command::Stories(flags) => stories::run(&flags),
        Command::Mcp(flags) => ledger::mcp(&data, &flags),
        Command::Correct(command) => correct::run(&data, &command),
        Command::Recode(flags) => recode::recode(&data, &flags),
        Command::Diff(flags) => recode::diff(&flags),
        Command::Train(command) => language::train(&data, &command),
        Command::Eval(command) => language::eval(&data, &command),
        Command::Manual { out } => manual(out.as_deref()),
        Command::Completions { shell } => {
            clap_complete::generate(shell, &mut Args::command(), "chancery", &mut std::io::stdout());
            Ok(Outcome::Done)
        }
    }
}

/// The manual pages, made from the help texts.
fn manual(folder: Option<&Path>) -> Result<Outcome> {
    match folder {
        Some(folder) => {
            std::fs::create_dir_all(folder).with_context(|| format!("{} cannot be made", folder.display()))?;
            clap_mangen::generate_to(Args::command(), folder)
                .with_context(|| format!("no manual pages can be written to {}", folder.display()))?;
        }
        None => clap_mangen::Man::new(Args::command()).render(&mut std::io::stdout())?,
    }
    Ok(Outcome::Done)
}

/// A day, from a date or a number of days (`7d`) before the ledger's last article; the clock has no part in it.
fn since(ledger: &Ledger, written: &str) -> Result<String> {
    let Some(days) = written.strip_suffix('d').and_then(|d| d.parse::<i32>().ok()) else {
        return match written.parse::<chancery::text::PartialDate>() {
            Ok(date) => Ok(date.to_string()),
            Err(_) => bail!("{written:?} is neither a date nor a number of days; write 2026-02-15 or 7d"),
        };
    };
    let Some(last) = ledger.last_day()? else { return Ok(String::new()) };
    let day: jiff::civil::Date = last.parse()?;
    Ok(day.saturating_sub(jiff::Span::new().try_days(days)?).to_string())
}

fn pipeline(data: &Data) -> Result<Pipeline> {
    Ok(Pipeline::load(data)?)
}
