//! `chancery train finder`: the model that decides which words tell an event, from labelled passages.
//!
//! A file holds one passage a line, under it a line for each of its events, then an empty line; what begins with `#` is a
//! comment. An event is `TYPE[|OTHER] status: AAA+BBB > CCC @ word`; `word#2` is the second that stands there so.

use super::relate::{files, one_paragraph};
use crate::args::TrainingSets;
use crate::output;
use anyhow::{Context, Result, bail};
use chancery::text::{Article, PartialDate};
use chancery::{Coder, Data, Label, Passage, Pipeline, train_finder};
use std::collections::BTreeSet;
use std::path::Path;

/// Trains on the folder's passages and prints what cross-validation says.
pub fn train(data: &Data, sets: &TrainingSets) -> Result<()> {
    let pipeline = Pipeline::load(data)?;
    let coder = Coder::of_rules(data)?;
    let mut passages: Vec<Passage> = Vec::new();
    let mut events = 0;
    for file in files(&sets.from, &sets.without, &["txt"], "no labelled passages (*.txt) to train on")? {
        for labelled in read(&file)? {
            events += labelled.labels.len();
            passages.push(pipeline.labelled_passage(&coder, labelled.article(), &labelled.labels));
        }
        eprintln!("chancery: {}: {} passages, {events} events so far", file.display(), passages.len());
    }
    let (weights, scores) = train_finder(&passages);
    eprintln!(
        "chancery: words that tell events: precision {:.4}, recall {:.4}; parties: actors {:.4}, recipients {:.4}",
        scores.precision, scores.recall, scores.actors, scores.recipients
    );
    output::write_weights(&sets.out, "finder.bin", &weights)
}

/// The day on which offices are looked up: passages have no dates of their own.
const WRITTEN: &str = "2026-03-04";

/// A passage with its events.
#[derive(Debug, PartialEq, Eq)]
pub struct Labelled {
    /// The passage.
    pub text: String,
    /// Its events.
    pub labels: Vec<Label>,
}

/// Reads the passages of a file.
pub fn read(file: &Path) -> Result<Vec<Labelled>> {
    let text = output::read_text(file)?;
    let mut all: Vec<Labelled> = Vec::new();
    let mut inside = false;
    for (number, line) in text.lines().enumerate() {
        let line = line.trim();
        match all.last_mut().filter(|_| inside) {
            _ if line.is_empty() => inside = false,
            _ if line.starts_with('#') => {}
            Some(labelled) => {
                let place = || format!("{}: line {}: {line}", file.display(), number + 1);
                labelled.labels.push(label(&labelled.text, line).with_context(place)?);
            }
            None => {
                all.push(Labelled { text: line.to_string(), labels: Vec::new() });
                inside = true;
            }
        }
    }
    Ok(all)
}

impl Labelled {
    /// The passage as an article.
    pub fn article(&self) -> Article {
        Article { date: WRITTEN.parse::<PartialDate>().ok(), ..one_paragraph(&self.text) }
    }
}

fn label(text: &str, line: &str) -> Result<Label> {
    let parts = || {
        let (event, word) = line.rsplit_once(" @ ")?;
        let (head, parties) = event.split_once(':')?;
        let (types, _status) = head.split_once(' ')?;
        let (actors, recipients) = parties.split_once('>')?;
        Some((types, actors, recipients, word))
    };
    let Some((types, actors, recipients, word)) = parts() else {
        bail!("an event is written TYPE status: AAA+BBB > CCC @ word");
    };
    let (word, which) = match word.rsplit_once('#') {
        Some((word, n)) => (word, n.parse::<usize>().context("behind # stands a number")?),
        None => (word, 1),
    };
    let side = |codes: &str| -> BTreeSet<String> {
        codes.split('+').map(str::trim).filter(|c| !c.is_empty()).map(String::from).collect()
    };
    let Some(start) = place_of(text, word, which) else { bail!("the passage has no {word:?} number {which}") };
    let types = types.split('|').map(String::from).collect();
    Ok(Label { types, actors: side(actors), recipients: side(recipients), start })
}

/// Where a word stands for the n-th time, as a word of its own where it does.
fn place_of(text: &str, word: &str, n: usize) -> Option<usize> {
    let joined = |c: Option<char>| c.is_some_and(char::is_alphanumeric);
    let whole = |&(at, _): &(usize, &str)| {
        !joined(text[..at].chars().next_back()) && !joined(text[at + word.len()..].chars().next())
    };
    let own: Vec<usize> = text.match_indices(word).filter(whole).map(|(at, _)| at).collect();
    own.get(n.saturating_sub(1)).copied().or_else(|| text.find(word).filter(|_| own.is_empty()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_event_line_is_read_with_the_place_of_its_word() {
        let read =
            label("Peru will not bar Chad, Peru said. Bar none.", "REJECT|AGREE denied: PER > TCD @ bar").unwrap();
        assert_eq!(read.start, 14);
        assert_eq!(read.types, ["REJECT", "AGREE"]);
        assert_eq!(read.actors.iter().collect::<Vec<_>>(), ["PER"]);
        let second = label("Peru said so, Chad said no.", "REJECT occurred: TCD > @ said#2").unwrap();
        assert_eq!((second.start, second.recipients.len()), (19, 0));
    }

    #[test]
    fn a_line_that_is_no_event_says_what_is_wrong() {
        let wrong = label("Peru thanked Chad.", "SUPPORT occurred: PER > TCD").unwrap_err().to_string();
        assert!(wrong.contains("TYPE status"), "{wrong}");
        let missing = label("Peru thanked Chad.", "SUPPORT occurred: PER > TCD @ praised").unwrap_err().to_string();
        assert!(missing.contains("praised"), "{missing}");
    }
}
