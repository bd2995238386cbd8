//! What `code` and `read` share: list the inputs, code them under a progress bar, name what could not be read.

use super::careful::{self, Loaded};
use super::fetch::Web;
use crate::args::InputArgs;
use crate::{Outcome, progress};
use anyhow::Result;
use chancery::{CodedInput, Data, InputStatus, Pipeline, ReadOptions, Run, Seen, Shard, Stage};
use indicatif::ProgressBar;
use std::collections::BTreeMap;
use std::sync::Arc;

/// Codes the inputs, joins the reports of all, and gives each input to `each`, in order; says whether all of them could
/// be read.
pub fn code(data: &Data, flags: &InputArgs, each: &mut dyn FnMut(CodedInput) -> Result<()>) -> Result<Outcome> {
    // Rows of `code` stay those of the contract.
    let careful = careful::load_if(flags.careful, data)?;
    let (mut inputs, pipeline) = Inputs::open(data, flags, None, careful, false)?;
    let coded = chancery::code_inputs(&pipeline, &inputs.list, &inputs.run, &|seen| show(&inputs.bar, seen))?;
    inputs.bar.finish_and_clear();
    for input in coded {
        inputs.told.give(input?, each)?;
    }
    if flags.profile {
        eprintln!("{}", pipeline.profile);
    }
    inputs.finish()
}

/// Codes what is not `known` of a shard of the inputs and gives each input to `each`, in order, as soon as it is coded;
/// reports are not joined. What only a ledger keeps is found too. `careful` is asked where there is one. Gives back the
/// pipeline, to join with.
pub fn stream(
    data: &Data,
    flags: &InputArgs,
    shard: Option<Shard>,
    careful: Option<Loaded>,
    known: &(dyn Fn(&str) -> bool + Sync),
    each: &mut dyn FnMut(CodedInput) -> Result<()>,
) -> Result<(Outcome, Pipeline)> {
    let (mut inputs, pipeline) = Inputs::open(data, flags, shard, careful, true)?;
    let Inputs { list, run, bar, told, .. } = &mut inputs;
    let mut give = |input| bar.suspend(|| pipeline.profile.time(Stage::Storing, || told.give(input, each)));
    chancery::stream_inputs(&pipeline, list, run, known, &|seen| show(bar, seen), &mut give)?;
    inputs.bar.finish_and_clear();
    Ok((inputs.finish()?, pipeline))
}

fn show(bar: &ProgressBar, seen: Seen<'_>) {
    match seen {
        Seen::Document(name) => bar.set_message(name.to_string()),
        Seen::Input => bar.inc(1),
    }
}

/// What is to be read, and how.
struct Inputs {
    list: Vec<chancery::Input>,
    run: Run,
    web: Option<Arc<Web>>,
    bar: ProgressBar,
    told: Told,
}

impl Inputs {
    fn open(
        data: &Data,
        flags: &InputArgs,
        shard: Option<Shard>,
        careful: Option<Loaded>,
        for_ledger: bool,
    ) -> Result<(Inputs, Pipeline)> {
        let mut pipeline: Pipeline = super::pipeline(data)?;
        pipeline.for_ledger = for_ledger;
        if let Some(careful) = careful {
            pipeline.coder.ask(careful.reader);
        }
        let (list, unlisted) = chancery::list_inputs(&flags.paths);
        let web = Web::new(&flags.web, &list)?.map(Arc::new);
        if let Some(web) = &web {
            pipeline.formats = pipeline.formats.with_fetch(web.clone());
        }
        let mut told = Told::default();
        unlisted.iter().for_each(|error| told.unread(error));
        let options = ReadOptions { fallback_date: flags.date, fast: flags.fast, ..ReadOptions::default() };
        let run = Run { options, threads: flags.jobs, site_lines: flags.site_lines, shard };
        let bar = progress::bar(list.len());
        Ok((Inputs { list, run, web, bar, told }, pipeline))
    }

    fn finish(self) -> Result<Outcome> {
        self.web.map_or(Ok(()), |web| web.finish())?;
        self.told.notes.print();
        Ok(if self.told.some_unread { Outcome::SomeUnread } else { Outcome::Done })
    }
}

/// What was said of the inputs on standard error, and is still to be said.
#[derive(Default)]
struct Told {
    some_unread: bool,
    notes: Notes,
}

impl Told {
    fn give(&mut self, input: CodedInput, each: &mut dyn FnMut(CodedInput) -> Result<()>) -> Result<()> {
        if let InputStatus::Failed(reason) = &input.status {
            self.unread(reason);
        }
        self.notes.add(&input);
        each(input)
    }

    fn unread(&mut self, reason: &dyn std::fmt::Display) {
        eprintln!("chancery: {reason}");
        self.some_unread = true;
    }
}

/// Notes on the documents of archives; of one kind and one archive there is one line, however many documents it is about.
#[derive(Default)]
struct Notes(BTreeMap<(String, String), (usize, String)>);

impl Notes {
    /// What is about a file of its own is said at once.
    fn add(&mut self, input: &CodedInput) {
        for note in &input.notes {
            let line = || format!("{}: {} {}", input.name, note.code, note.text);
            match &input.archive {
                None => eprintln!("chancery: {}", line()),
                Some(archive) => {
                    self.0.entry((archive.clone(), note.code.clone())).or_insert_with(|| (0, line())).0 += 1;
                }
            }
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
