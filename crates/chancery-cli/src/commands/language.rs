//! `chancery parse`, `train` and `eval`: the language layer.

use crate::args::{EvalCommand, ParseArgs, TrainArgs, TrainCommand};
use crate::{Outcome, output};
use anyhow::Result;
use chancery::Data;
use chancery::text::{Article, Block, BlockKind, Segment, Span};
use chancery_lang::{Language, conllu, train};
use std::io::Write;

/// Prints the parse of a plain text.
pub fn parse(data: &Data, flags: &ParseArgs) -> Result<Outcome> {
    let text = output::read_text(&flags.file)?;
    let document = Language::load(data)?.parse(plain_article(text));
    let mut out = output::stdout();
    out.write_all(conllu::write(&document).as_bytes())?;
    out.flush()?;
    Ok(Outcome::Done)
}

/// An article whose paragraphs are the stretches between blank lines.
fn plain_article(text: String) -> Article {
    let mut blocks = Vec::new();
    let mut start = 0;
    let mut close = |start: usize, end: usize| {
        let span = Span::new(start, end).trimmed(&text);
        if !span.is_empty() {
            blocks.push(Block { span, kind: BlockKind::Paragraph, segment: 0 });
        }
    };
    let mut at = 0;
    for line in text.split_inclusive('\n') {
        if line.trim().is_empty() {
            close(start, at);
            start = at + line.len();
        }
        at += line.len();
    }
    close(start, at);
    Article { text, blocks, segments: vec![Segment::default()], ..Article::default() }
}

/// Trains a model.
pub fn train(data: &Data, command: &TrainCommand) -> Result<Outcome> {
    match command {
        TrainCommand::Language(flags) => train::train_language(&config(flags))?,
        TrainCommand::Names(flags) => train::train_names(data, &config(flags))?,
    }
    Ok(Outcome::Done)
}

fn config(flags: &TrainArgs) -> train::TrainConfig {
    train::TrainConfig { from: flags.from.clone(), out: flags.out.clone(), without: flags.without.clone() }
}

/// Measures a model.
pub fn eval(data: &Data, command: &EvalCommand) -> Result<Outcome> {
    let EvalCommand::Language(flags) = command;
    let gold = output::read_text(&flags.file)?;
    let scores = chancery_lang::eval::score(&Language::load(data)?, &gold)?;
    println!("{scores}");
    Ok(Outcome::Done)
}
