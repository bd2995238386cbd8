//! `chancery actors`: questions to the directory.

use crate::args::ActorsCommand;
use crate::commands::actors_file;
use crate::{Outcome, output};
use anyhow::{Context, Result};
use chancery::text::{Actor, Article, Block, BlockKind, PartialDate, Segment, Span};
use chancery::{Data, Directory, Language};
use serde::Deserialize;
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;

/// Runs one of the subcommands.
pub fn run(data: &Data, own: Option<&Path>, command: ActorsCommand) -> Result<Outcome> {
    match command {
        ActorsCommand::Resolve(flags) => resolve(data, &flags.file),
        ActorsCommand::List(flags) => actors_file::list(data, &flags),
        ActorsCommand::Add(flags) => actors_file::add(own, flags),
        ActorsCommand::Edit(flags) => actors_file::edit(data, own, &flags),
        ActorsCommand::Check { file } => actors_file::check(data, file.as_deref()),
        ActorsCommand::Import(flags) => actors_file::import(data, own, &flags),
        ActorsCommand::Unknown { ledger, limit } => actors_file::unknown(data, &ledger, limit),
    }
}

/// One question.
#[derive(Deserialize)]
struct Question {
    phrase: String,
    context: Option<String>,
    date: Option<String>,
}

fn resolve(data: &Data, file: &Path) -> Result<Outcome> {
    let language = Language::load(data)?;
    let directory = Directory::load(data)?;
    let mut out = output::stdout();
    let mut outcome = Outcome::Done;
    for (number, line) in output::read_text(file)?.lines().enumerate().filter(|(_, l)| !l.trim().is_empty()) {
        let actor = match read_question(line) {
            Ok((question, date)) => {
                let (article, phrase) = with_context(&question.phrase, question.context.as_deref().unwrap_or_default());
                directory.resolve_phrase(&language.parse(article), phrase, date)
            }
            Err(error) => {
                eprintln!("chancery: {}:{}: {error:#}; the answer is null", file.display(), number + 1);
                outcome = Outcome::SomeUnread;
                None
            }
        };
        output::json_line(&mut out, &answer(actor))?;
    }
    out.flush()?;
    Ok(outcome)
}

fn read_question(line: &str) -> Result<(Question, Option<PartialDate>)> {
    let question: Question = serde_json::from_str(line).context("no question: write {\"phrase\": \"...\"}")?;
    let date = question.date.as_deref().map(str::parse).transpose().context("no date: write YYYY-MM-DD")?;
    Ok((question, date))
}

fn answer(actor: Option<Actor>) -> Value {
    let Some(actor) = actor else {
        return json!({"name": Value::Null, "country": Value::Null, "sector": Value::Null, "sectors": [], "wikidata": Value::Null});
    };
    let sectors = chancery::actors::sectors(&actor.code);
    json!({
        "name": Some(actor.name.clone()).filter(|n| !n.is_empty()),
        "country": actor.code.country,
        "sector": sectors.first(),
        "sectors": sectors,
        "wikidata": actor.wikidata,
    })
}

/// The context and below it the phrase, each a paragraph, and where the phrase is.
fn with_context(phrase: &str, context: &str) -> (Article, Span) {
    let (context, phrase) = (context.trim(), phrase.trim());
    let text = if context.is_empty() { phrase.to_string() } else { format!("{context}\n\n{phrase}") };
    let span = Span::new(text.len() - phrase.len(), text.len());
    let block = |span| Block { span, kind: BlockKind::Paragraph, segment: 0 };
    let blocks = [Span::new(0, context.len()), span].into_iter().filter(|s| !s.is_empty()).map(block).collect();
    (Article { text, blocks, segments: vec![Segment::default()], ..Article::default() }, span)
}
