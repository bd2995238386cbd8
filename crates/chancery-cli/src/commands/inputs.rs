//! What `code` and `read` share: list the inputs, code them under a progress bar, name what could not be read.

use crate::args::InputArgs;
use crate::{Outcome, progress};
use anyhow::Result;
use chancery::{CodedInput, Data, InputStatus, Pipeline, ReadOptions, Run, Seen, code_inputs, list_inputs};

/// Codes the inputs and gives each to `each`, in order; says whether all of them could be read.
pub fn code(data: &Data, flags: &InputArgs, each: &mut dyn FnMut(CodedInput) -> Result<()>) -> Result<Outcome> {
    let pipeline: Pipeline = super::pipeline(data)?;
    let (inputs, unlisted) = list_inputs(&flags.paths);
    let run = Run { options: ReadOptions { fallback_date: flags.date, url: None }, threads: flags.jobs };
    let bar = progress::bar(inputs.len());
    let coded = code_inputs(&pipeline, &inputs, &run, &|seen| match seen {
        Seen::Document(name) => bar.set_message(name.to_string()),
        Seen::Input => bar.inc(1),
    })?;
    bar.finish_and_clear();
    let mut outcome = Outcome::Done;
    for error in &unlisted {
        eprintln!("chancery: {error}");
        outcome = Outcome::SomeUnread;
    }
    for input in coded {
        let input = input?;
        if let InputStatus::Failed(reason) = &input.status {
            eprintln!("chancery: {reason}");
            outcome = Outcome::SomeUnread;
        }
        for note in &input.notes {
            eprintln!("chancery: {}: {} {}", input.name, note.code, note.text);
        }
        each(input)?;
    }
    Ok(outcome)
}
