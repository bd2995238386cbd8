//! `chancery recode` and `chancery diff`: a ledger coded again, and what that changed.

use super::careful::{self, Loaded};
use crate::args::{DiffArgs, RecodeArgs, RowFormat};
use crate::{Outcome, output, progress};
use anyhow::{Context, Result};
use chancery::{Data, Pipeline};
use chancery_ledger::{ChangeKind, CodedBy, Ledger, ReportChange, RunManifest, StoredArticle, StoredInput};
use serde_json::Value;
use std::io::Write;

/// So many inputs are coded at a time: enough for all cores, little memory.
const AT_ONCE: usize = 256;

/// Codes again what another version, other knowledge or another careful tier coded, with the options that it was coded with;
/// corrections are applied again.
pub fn recode(data: &Data, flags: &RecodeArgs) -> Result<Outcome> {
    let mut ledger = Ledger::open_existing(&flags.ledger)?;
    let mut pipeline = super::pipeline(data)?;
    let (careful, plain): (Vec<CodedBy>, Vec<CodedBy>) =
        ledger.codings()?.into_iter().partition(|c| is_careful(&c.made_by));
    let tier = careful::load_if(!careful.is_empty(), data).context("some articles were coded with --careful")?;
    let today = Today { data_hash: data.hash(), careful: tier.as_ref() };
    let (plain, careful) = (today.outdated(plain), today.outdated(careful));
    let bar = progress::bar(plain.len() + careful.len());
    let mut done = 0;
    for (codings, tier) in [(&plain, None), (&careful, tier.as_ref())] {
        if let Some(tier) = tier {
            pipeline.coder.ask(tier.reader.clone());
        }
        for chunk in codings.chunks(AT_ONCE) {
            done += code_again(&mut ledger, &pipeline, chunk, flags.jobs)?;
            bar.inc(chunk.len() as u64);
        }
    }
    bar.finish_and_clear();
    if flags.rejoin {
        ledger.unjoin_all()?;
    }
    super::ledger::finish(&mut ledger, &pipeline.joiner)?;
    eprintln!("chancery: {done} inputs coded again");
    let without = plain.len() + careful.len() - done;
    if without > 0 {
        eprintln!(
            "chancery: {without} inputs were stored by an older program, without what is needed to code them again; read the pages again"
        );
    }
    let conflicts = ledger.corrections()?.iter().filter(|c| c.state == chancery_ledger::State::Conflict).count();
    if conflicts > 0 {
        eprintln!("chancery: {conflicts} corrections are in conflict; `chancery correct list --conflicts` shows them");
    }
    Ok(Outcome::Done)
}

fn is_careful(made_by: &RunManifest) -> bool {
    made_by.options.get(careful::OPTION).is_some_and(|option| *option != Value::Bool(false))
}

/// What codes now.
struct Today<'a> {
    data_hash: String,
    careful: Option<&'a Loaded>,
}

impl Today<'_> {
    /// Of these inputs those that are coded otherwise now, each with what codes it now.
    fn outdated(&self, codings: Vec<CodedBy>) -> Vec<CodedBy> {
        let anew = |old: &RunManifest| {
            let mut new = RunManifest {
                program_version: env!("CARGO_PKG_VERSION").into(),
                data_hash: self.data_hash.clone(),
                ..old.clone()
            };
            if let Some(careful) = self.careful.filter(|_| is_careful(old)) {
                new.options.insert(careful::OPTION.into(), Value::String(careful.hash.clone()));
            }
            new
        };
        let codings = codings.into_iter().map(|old| (anew(&old.made_by), old));
        codings.filter(|(new, old)| *new != old.made_by).map(|(made_by, old)| CodedBy { made_by, ..old }).collect()
    }
}

/// Codes the inputs as their new manifests say; how many there was enough of to do so.
fn code_again(ledger: &mut Ledger, pipeline: &Pipeline, codings: &[CodedBy], jobs: usize) -> Result<usize> {
    let mut inputs = Vec::new();
    for coding in codings {
        inputs.extend(ledger.input(&coding.content_hash)?.map(|input| (&coding.made_by, input)));
    }
    let articles: Vec<_> =
        inputs.iter().flat_map(|(_, input)| &input.articles).map(|a| (a.record.clone(), a.text.clone())).collect();
    let mut coded = chancery::recode(pipeline, &articles, jobs).into_iter();
    let mut done = 0;
    for (made_by, input) in inputs {
        let new: Vec<Option<_>> = coded.by_ref().take(input.articles.len()).collect();
        // A whole input or nothing of it.
        let Some(new) = new.into_iter().collect::<Option<Vec<_>>>() else { continue };
        let mut run = ledger.begin_run(made_by)?;
        let articles = new.into_iter().map(|(record, text)| StoredArticle { record, text }).collect();
        ledger.store_input(&mut run, &StoredInput { articles, ..input })?;
        done += 1;
    }
    Ok(done)
}

/// Prints the reports that differ, and counts on standard error.
pub fn diff(flags: &DiffArgs) -> Result<Outcome> {
    let (before, after) = (Ledger::open_read_only(&flags.before)?, Ledger::open_read_only(&flags.after)?);
    let mut out = output::stdout();
    let mut written = Ok(());
    let counts = chancery_ledger::diff(&before, &after, &mut |change| {
        if written.is_ok() {
            written = match flags.format {
                RowFormat::Jsonl => output::json_line(&mut out, &change),
                RowFormat::Table => print(&mut out, &change),
            };
        }
    })?;
    written?;
    out.flush()?;
    eprintln!(
        "chancery: {} reports gained, {} lost, {} changed, {} the same",
        counts.gained, counts.lost, counts.changed, counts.same
    );
    Ok(Outcome::Done)
}

fn print(out: &mut impl Write, change: &ReportChange) -> Result<()> {
    let mark = match change.change {
        ChangeKind::Gained => '+',
        ChangeKind::Lost => '-',
        ChangeKind::Changed => '~',
    };
    writeln!(out, "{mark} {}  {}  “{}”", change.article, change.event_type, output::one_line(&change.text))?;
    let shown = |value: &Option<String>| value.clone().unwrap_or_else(|| "–".into());
    for field in &change.fields {
        writeln!(out, "    {}: {} -> {}", field.field, shown(&field.before), shown(&field.after))?;
    }
    Ok(())
}
