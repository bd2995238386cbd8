//! `chancery parse`, `train` and `eval`: the language layer.

use crate::args::{EvalCommand, LanguageArgs, NamesArgs, ParseArgs, TrainCommand, TrainingSets};
use crate::commands::{measure, pages};
use crate::{Outcome, output};
use anyhow::{Context, Result};
use chancery::Data;
use chancery_lang::{Language, conllu, names, plain_article, train};
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
pub fn train(data: &Data, command: &TrainCommand) -> Result<Outcome> {
    match command {
        TrainCommand::Language(flags) => train_language(flags)?,
        TrainCommand::Names(flags) => {
            let NamesArgs { sets: TrainingSets { from, out, without }, like } = flags;
            let config = names::NamesConfig {
                ner: from.clone(),
                out: out.clone(),
                without: without.clone(),
                like: like.clone(),
            };
            names::train_names(data, &config, |line| eprintln!("chancery: {line}"))?;
        }
        TrainCommand::Events(flags) => super::relate::train(data, flags)?,
        TrainCommand::Claims(flags) => super::tag::train(data, flags)?,
        TrainCommand::Splitter(flags) => pages::train_splitter(data, flags)?,
        TrainCommand::Groups(flags) => names::train_groups(&flags.vectors, &flags.out, flags.words)?,
    }
    Ok(Outcome::Done)
}

fn train_language(flags: &LanguageArgs) -> Result<()> {
    let LanguageArgs { sets: TrainingSets { from, out, without }, epochs } = flags;
    let config =
        train::TrainConfig { treebanks: from.clone(), out: out.clone(), without: without.clone(), epochs: *epochs };
    let trained = train::train(&config, |line| eprintln!("chancery: {line}"))?;
    eprintln!("chancery: {} sentences, {} bytes of weights", trained.sentences, trained.bytes);
    for (treebank, scores) in &trained.scores {
        eprintln!("chancery: {treebank}: UPOS {:.2} UAS {:.2} LAS {:.2}", scores.upos, scores.uas, scores.las);
    }
    Ok(())
}

/// Measures a model: one figure a line, in points of 100.
pub fn eval(data: &Data, command: &EvalCommand) -> Result<Outcome> {
    let flags = match command {
        EvalCommand::Language(flags) => flags,
        EvalCommand::Splitter { folder, sure } => return pages::eval_splitter(data, folder, *sure),
        EvalCommand::Extraction(flags) => return measure::extraction(data, flags),
        EvalCommand::Dates(flags) => return measure::dates(data, flags),
    };
    let gold = conllu::read(&output::read_text(&flags.file)?).with_context(|| flags.file.display().to_string())?;
    let scores = Language::load(data)?.evaluate(&gold);
    let rows = [
        ("upos", scores.upos),
        ("xpos", scores.xpos),
        ("lemmas", scores.lemma),
        ("uas", scores.uas),
        ("las", scores.las),
    ];
    let mut out = output::stdout();
    for (name, score) in rows {
        writeln!(out, "{name:8} {score:.2}")?;
    }
    out.flush()?;
    Ok(Outcome::Done)
}
