//! `chancery parse`, `train` and `eval`: the language layer.

use crate::args::{EvalCommand, FileArg, LanguageArgs, NamesArgs, ParseArgs, TrainCommand, TrainingSets};
use crate::commands::{measure, pages, validate};
use crate::{Outcome, output};
use anyhow::{Context, Result};
use chancery::Data;
use chancery_lang::{Language, conllu, coreference, names, plain_article, train};
use std::io::Write;

/// Prints the parse of a plain text.
pub fn parse(data: &Data, flags: &ParseArgs) -> Result<Outcome> {
    let text = output::read_text(&flags.file)?;
    let document = Language::load(data)?.parse(plain_article(&text));
    let printed = if flags.coreference {
        conllu::write_with_chains(&document, &coreference::Resolver::load(data)?.find_chains(&document))
    } else {
        conllu::write(&document)
    };
    let mut out = output::stdout();
    out.write_all(printed.as_bytes())?;
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
        TrainCommand::Coreference(TrainingSets { from, out, without }) => {
            let config =
                coreference::CoreferenceConfig { treebanks: from.clone(), out: out.clone(), without: without.clone() };
            coreference::train_coreference(data, &config, |line| eprintln!("chancery: {line}"))?;
        }
        TrainCommand::Events(flags) => super::relate::train(data, flags)?,
        TrainCommand::Careful(flags) => super::careful::train(data, flags)?,
        TrainCommand::Finder(flags) => super::finder::train(data, flags)?,
        TrainCommand::Claims(flags) => super::tag::train(data, flags)?,
        TrainCommand::Joining(flags) => super::joining::train(data, flags)?,
        TrainCommand::Stories(flags) => super::stories::train(data, flags)?,
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
        EvalCommand::Events(flags) => return validate::run(data, flags),
        EvalCommand::Language(flags) => flags,
        EvalCommand::Coreference(flags) => return eval_coreference(data, flags),
        EvalCommand::Splitter { folder, sure } => return pages::eval_splitter(data, folder, *sure),
        EvalCommand::Extraction(flags) => return measure::extraction(data, flags),
        EvalCommand::Dates(flags) => return measure::dates(data, flags),
    };
    let scores = Language::load(data)?.evaluate(&read_treebank(flags)?);
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

fn read_treebank(flags: &FileArg) -> Result<Vec<conllu::GoldSentence>> {
    conllu::read(&output::read_text(&flags.file)?).with_context(|| flags.file.display().to_string())
}

fn eval_coreference(data: &Data, flags: &FileArg) -> Result<Outcome> {
    let (language, resolver) = (Language::load(data)?, coreference::Resolver::load(data)?);
    let scores = coreference::evaluate(&language, &resolver, &read_treebank(flags)?);
    let mut out = output::stdout();
    writeln!(out, "conll    {:.2}", scores.conll())?;
    let rows = [("mentions", scores.mentions), ("muc", scores.muc), ("b3", scores.b_cubed), ("ceafe", scores.ceaf_e)];
    for (name, [precision, recall, f1]) in rows {
        writeln!(out, "{name:8} {f1:.2} precision {precision:.2} recall {recall:.2}")?;
    }
    out.flush()?;
    Ok(Outcome::Done)
}
