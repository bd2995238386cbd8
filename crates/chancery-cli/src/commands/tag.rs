//! `chancery tag`: the tokens of a token-per-line file, labelled in BIO.

use crate::args::TagCommand;
use crate::{Outcome, output};
use anyhow::{Result, bail};
use chancery::{Data, Language};
use std::io::Write;
use std::path::Path;

/// Runs one of the subcommands.
pub fn run(data: &Data, command: &TagCommand) -> Result<Outcome> {
    let language = Language::load(data)?;
    match command {
        TagCommand::Names(flags) => label(&flags.file, |sentences| language.tag_names(sentences)),
        TagCommand::Claims(_) => bail!("tag claims is not built in yet"),
    }
}

/// Writes `token TAB label` with the blank lines of the input.
fn label(file: &Path, tag: impl Fn(&[Vec<String>]) -> Vec<Vec<String>>) -> Result<Outcome> {
    let sentences = read_sentences(&output::read_text(file)?);
    let labels = tag(&sentences);
    let mut out = output::stdout();
    for (tokens, labels) in sentences.iter().zip(&labels) {
        for (token, label) in tokens.iter().zip(labels) {
            writeln!(out, "{token}\t{label}")?;
        }
        writeln!(out)?;
    }
    out.flush()?;
    Ok(Outcome::Done)
}

/// The first column, a blank line between sentences.
fn read_sentences(text: &str) -> Vec<Vec<String>> {
    let mut sentences = vec![Vec::new()];
    for line in text.lines() {
        let token = line.split('\t').next().unwrap_or_default();
        match sentences.last_mut() {
            Some(last) if !token.is_empty() => last.push(token.to_string()),
            Some(last) if !last.is_empty() => sentences.push(Vec::new()),
            _ => {}
        }
    }
    sentences.retain(|s| !s.is_empty());
    sentences
}
