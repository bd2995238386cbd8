//! What `code` and `read` share: list the inputs, code them under a progress bar, name what could not be read.

use super::fetch::Web;
use crate::args::InputArgs;
use crate::{Outcome, progress};
use anyhow::Result;
use chancery::{CodedInput, Data, InputStatus, Pipeline, ReadOptions, Run, Seen, code_inputs, list_inputs};
use std::collections::BTreeMap;
use std::sync::Arc;

/// Codes the inputs and gives each to `each`, in order; says whether all of them could be read. What only a ledger
/// keeps is found `for_ledger`: rows of `code` stay those of the contract.
pub fn code(
    data: &Data,
    flags: &InputArgs,
    for_ledger: bool,
    each: &mut dyn FnMut(CodedInput) -> Result<()>,
) -> Result<Outcome> {
    let mut pipeline: Pipeline = super::pipeline(data)?;
    pipeline.for_ledger = for_ledger;
    let (inputs, unlisted) = list_inputs(&flags.paths);
    let web = Web::new(&flags.web, &inputs)?.map(Arc::new);
    if let Some(web) = &web {
        pipeline.formats = pipeline.formats.with_fetch(web.clone());
    }
    let options = ReadOptions { fallback_date: flags.date, fast: flags.fast, ..ReadOptions::default() };
    let run = Run { options, threads: flags.jobs, site_lines: flags.site_lines };
    let bar = progress::bar(inputs.len());
    let coded = code_inputs(&pipeline, &inputs, &run, &|seen| match seen {
        Seen::Document(name) => bar.set_message(name.to_string()),
        Seen::Input => bar.inc(1),
    })?;
    bar.finish_and_clear();
    web.map_or(Ok(()), |web| web.finish())?;
    let mut outcome = Outcome::Done;
    for error in &unlisted {
        eprintln!("chancery: {error}");
        outcome = Outcome::SomeUnread;
    }
    let mut notes = Notes::default();
    for input in coded {
        let input = input?;
        if let InputStatus::Failed(reason) = &input.status {
            eprintln!("chancery: {reason}");
            outcome = Outcome::SomeUnread;
        }
        notes.add(&input);
        each(input)?;
    }
    notes.print();
    Ok(outcome)
}

/// Notes on inputs; of one kind and one archive there is one line, however many documents it is about.
#[derive(Default)]
struct Notes(BTreeMap<(String, String), (usize, String)>);

impl Notes {
    fn add(&mut self, input: &CodedInput) {
        for note in &input.notes {
            let key = (input.archive.clone().unwrap_or_else(|| input.name.clone()), note.code.clone());
            let first = || (0, format!("{}: {} {}", input.name, note.code, note.text));
            self.0.entry(key).or_insert_with(first).0 += 1;
        }
    }

    fn print(&self) {
        for ((archive, code), (n, first)) in &self.0 {
            match n {
                1 => eprintln!("chancery: {first}"),
                n => eprintln!("chancery: {archive}: {code} for {n} documents, the first is {first}"),
            }
        }
    }
}
