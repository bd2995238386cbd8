//! `chancery tag`: the tokens of a token-per-line file, labelled in BIO.

use super::marked;
use super::relate::{ending, files};
use crate::args::{TagCommand, TrainingSets};
use crate::{Outcome, output};
use anyhow::{Context, Result};
use chancery::{ClaimFinder, Data, Directory, Language};
use chancery_claims::{Labeller, TrainingText, article_of_tokens, label_tokens, train_claims};
use std::io::Write;
use std::path::Path;

/// Runs one of the subcommands.
pub fn run(data: &Data, command: &TagCommand) -> Result<Outcome> {
    let language = Language::load(data)?;
    match command {
        TagCommand::Names(flags) => label(&flags.file, |sentences| language.tag_names(sentences)),
        TagCommand::Claims(flags) => {
            let (tagger, labeller) = (ClaimTagger::load(data, language)?, Labeller::load(data)?);
            let labels = |t: TrainingText| match flags.rules {
                true => t.rules,
                false => labeller.label(&t.doc, &t.places, &t.rules),
            };
            label(&flags.file.file, |sentences| {
                // A speaker is looked for in the sentences around, not in the whole file.
                let chunks = sentences.chunks(SENTENCES_AT_ONCE);
                let texts = chunks.map(|chunk| tagger.read(chunk));
                texts.flat_map(labels).collect()
            })
        }
    }
}

/// Sentences that are read as one text.
const SENTENCES_AT_ONCE: usize = 200;

/// Parses given tokens and labels them by rule.
struct ClaimTagger {
    language: Language,
    directory: Directory,
    claims: ClaimFinder,
}

impl ClaimTagger {
    fn load(data: &Data, language: Language) -> Result<Self> {
        Ok(ClaimTagger { language, directory: Directory::load(data)?, claims: ClaimFinder::load(data)? })
    }

    /// A text without true labels.
    fn read(&self, sentences: &[Vec<String>]) -> TrainingText {
        let (article, places) = article_of_tokens(sentences);
        let doc = self.language.parse(article);
        let quotes = self.claims.find_quotes(&doc, &self.directory.find_mentions(&doc));
        let rules = label_tokens(&doc, &quotes, &places);
        TrainingText { doc, places, rules, gold: Vec::new() }
    }
}

/// Trains the labeller of claims on the tables of a folder, a token first and its label last in a line, and on its marked
/// passages.
pub fn train(data: &Data, sets: &TrainingSets) -> Result<()> {
    let tagger = ClaimTagger::load(data, Language::load(data)?)?;
    let mut texts = Vec::new();
    let missing = "no table (*.tsv) or marked passages (*.txt) to train on";
    for file in files(&sets.from, &sets.without, &["tsv", "txt"], missing)? {
        let text = output::read_text(&file)?;
        let (tokens, labels) = match ending(&file).as_deref() {
            Some("txt") => marked::read(&tagger.language, &text).with_context(|| file.display().to_string())?,
            _ => (read_column(&text, Column::First), read_column(&text, Column::Last)),
        };
        for (tokens, labels) in tokens.chunks(SENTENCES_AT_ONCE).zip(labels.chunks(SENTENCES_AT_ONCE)) {
            texts.push(TrainingText { gold: labels.to_vec(), ..tagger.read(tokens) });
        }
        eprintln!("chancery: {}: {} sentences", file.display(), tokens.len());
    }
    let labeller = Labeller::load(data)?;
    let (weights, scores) = train_claims(&labeller, texts.into_iter(), |line| eprintln!("chancery: {line}"));
    eprintln!("chancery: {} of {} labels of the training data are right", scores.right, scores.tokens);
    output::write_weights(&sets.out, "claims.bin", &weights)
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

/// A column of a file of tokens.
#[derive(Clone, Copy)]
enum Column {
    First,
    Last,
}

/// The first column, a blank line between sentences.
fn read_sentences(text: &str) -> Vec<Vec<String>> {
    read_column(text, Column::First)
}

fn read_column(text: &str, column: Column) -> Vec<Vec<String>> {
    let mut sentences = vec![Vec::new()];
    for line in text.lines() {
        let mut cells = line.split('\t');
        let first = cells.next().unwrap_or_default();
        let cell = match column {
            Column::First => first,
            Column::Last => cells.next_back().unwrap_or("O"),
        };
        match sentences.last_mut() {
            Some(last) if !first.is_empty() => last.push(cell.to_string()),
            Some(last) if !last.is_empty() => sentences.push(Vec::new()),
            _ => {}
        }
    }
    sentences.retain(|s| !s.is_empty());
    sentences
}
