//! What `code` and `read` share: list the inputs, code them under a progress bar, name what could not be read.

use crate::args::InputArgs;
use crate::{Outcome, progress};
use anyhow::Result;
use chancery::{CodedInput, Data, InputStatus, Pipeline, ReadOptions, Run, code_inputs, list_inputs};

/// The inputs, coded, and whether all of them could be read.
pub fn code(data: &Data, flags: &InputArgs) -> Result<(Vec<CodedInput>, Outcome)> {
    let pipeline: Pipeline = super::pipeline(data)?;
    let (inputs, unlisted) = list_inputs(&flags.paths);
    let run = Run { options: ReadOptions { fallback_date: flags.date, url: None }, threads: flags.jobs };
    let bar = progress::bar(inputs.len());
    let coded = code_inputs(&pipeline, &inputs, &run, &|input| {
        bar.set_message(input.name());
        bar.inc(1);
    });
    bar.finish_and_clear();
    let mut outcome = Outcome::Done;
    let unread = coded.iter().filter_map(|c| match &c.status {
        InputStatus::Failed(reason) => Some(reason.clone()),
        InputStatus::Read => None,
    });
    for reason in unlisted.iter().map(ToString::to_string).chain(unread) {
        eprintln!("chancery: {reason}");
        outcome = Outcome::SomeUnread;
    }
    for input in &coded {
        for note in &input.notes {
            eprintln!("chancery: {}: {} {}", input.name, note.code, note.text);
        }
    }
    Ok((coded, outcome))
}
