//! `chancery parse`, `train` and `eval`: the language layer.

use crate::args::{EvalCommand, ParseArgs, TrainArgs, TrainCommand};
use crate::{Outcome, output};
use anyhow::{Context, Result};
use chancery::Data;
use chancery_lang::{Language, conllu, plain_article, train};
use std::io::Write;

/// Prints the parse of a plain text.
pub fn parse(data: &Data, flags: &ParseArgs) -> Result<Outcome> {
    let text = output::read_text(&flags.file)?;
    let document = Language::load(data)?.parse(plain_article(&text));
    let mut out = output::stdout();
    out.write_all(conllu::write(&document).as_bytes())?;
    out.flush()?;
    Ok(Outcome::Done)
}

/// Trains a model.
pub fn train(command: &TrainCommand) -> Result<Outcome> {
    let TrainCommand::Language(flags) = command;
    let trained = train::train(&config(flags), |line| eprintln!("chancery: {line}"))?;
    eprintln!("chancery: {} sentences, {} bytes of weights", trained.sentences, trained.bytes);
    for (treebank, scores) in &trained.scores {
        eprintln!("chancery: {treebank}: UPOS {:.2} UAS {:.2} LAS {:.2}", scores.upos, scores.uas, scores.las);
    }
    Ok(Outcome::Done)
}

fn config(flags: &TrainArgs) -> train::TrainConfig {
    train::TrainConfig { treebanks: flags.from.clone(), out: flags.out.clone(), without: flags.without.clone(), epochs: flags.epochs }
}

/// Measures a model: one figure a line, in points of 100.
pub fn eval(data: &Data, command: &EvalCommand) -> Result<Outcome> {
    let EvalCommand::Language(flags) = command;
    let gold = conllu::read(&output::read_text(&flags.file)?).with_context(|| flags.file.display().to_string())?;
    let scores = Language::load(data)?.evaluate(&gold);
    let rows = [("upos", scores.upos), ("xpos", scores.xpos), ("lemmas", scores.lemma), ("uas", scores.uas), ("las", scores.las)];
    let mut out = output::stdout();
    for (name, score) in rows {
        writeln!(out, "{name:8} {score:.2}")?;
    }
    out.flush()?;
    Ok(Outcome::Done)
}
