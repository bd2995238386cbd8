//! `chancery tag`: the tokens of a token-per-line file, labelled in BIO.

use crate::args::TagCommand;
use crate::{Outcome, output};
use anyhow::Result;
use chancery::{ClaimFinder, Data, Directory, Language};
use chancery_claims::{article_of_tokens, label_tokens};
use std::io::Write;
use std::path::Path;

/// Runs one of the subcommands.
pub fn run(data: &Data, command: &TagCommand) -> Result<Outcome> {
    let language = Language::load(data)?;
    match command {
        TagCommand::Names(flags) => label(&flags.file, |sentences| language.tag_names(sentences)),
        TagCommand::Claims(flags) => {
            let (directory, claims) = (Directory::load(data)?, ClaimFinder::load(data)?);
            label(&flags.file, |sentences| {
                // A speaker is looked for in the sentences around, not in the whole file.
                let chunks = sentences.chunks(SENTENCES_AT_ONCE);
                chunks.flat_map(|chunk| claims_of(chunk, &language, &directory, &claims)).collect()
            })
        }
    }
}

/// Sentences that are read as one text.
const SENTENCES_AT_ONCE: usize = 200;

fn claims_of(
    sentences: &[Vec<String>],
    language: &Language,
    directory: &Directory,
    claims: &ClaimFinder,
) -> Vec<Vec<String>> {
    let (article, places) = article_of_tokens(sentences);
    let doc = language.parse(article);
    let quotes = claims.find_quotes(&doc, &directory.find_mentions(&doc));
    label_tokens(&doc, &quotes, &places)
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
