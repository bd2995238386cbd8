//! `chancery recode` and `chancery diff`: a ledger coded again, and what that changed.

use crate::args::{DiffArgs, RecodeArgs, RowFormat};
use crate::{Outcome, output, progress};
use anyhow::Result;
use chancery::Data;
use chancery_ledger::{ChangeKind, Ledger, ReportChange, RunManifest, StoredArticle, StoredInput};
use std::io::Write;

/// So many inputs are coded at a time: enough for all cores, little memory.
const AT_ONCE: usize = 256;

/// Codes again what another version, other knowledge or other options coded; corrections are applied again.
pub fn recode(data: &Data, flags: &RecodeArgs) -> Result<Outcome> {
    let mut ledger = Ledger::open_existing(&flags.ledger)?;
    let pipeline = super::pipeline(data)?;
    let (version, data_hash) = (env!("CARGO_PKG_VERSION").to_string(), data.hash());
    let outdated: Vec<_> = ledger
        .codings()?
        .into_iter()
        .filter(|c| c.made_by.program_version != version || c.made_by.data_hash != data_hash)
        .collect();
    let bar = progress::bar(outdated.len());
    let (mut done, mut without) = (0, 0);
    for chunk in outdated.chunks(AT_ONCE) {
        let mut inputs = Vec::new();
        for coding in chunk {
            inputs.extend(ledger.input(&coding.content_hash)?.map(|input| (coding, input)));
        }
        let articles: Vec<_> =
            inputs.iter().flat_map(|(_, input)| &input.articles).map(|a| (a.record.clone(), a.text.clone())).collect();
        let mut coded = chancery::recode(&pipeline, &articles, flags.jobs).into_iter();
        for (coding, input) in inputs {
            let new: Option<Vec<_>> = coded.by_ref().take(input.articles.len()).collect();
            bar.inc(1);
            // A whole input or nothing of it.
            let Some(new) = new else {
                without += 1;
                continue;
            };
            let manifest = RunManifest {
                program_version: version.clone(),
                data_hash: data_hash.clone(),
                ..coding.made_by.clone()
            };
            let mut run = ledger.begin_run(&manifest)?;
            let articles = new.into_iter().map(|(record, text)| StoredArticle { record, text }).collect();
            ledger.store_input(&mut run, &StoredInput { articles, ..input })?;
            done += 1;
        }
    }
    bar.finish_and_clear();
    if flags.rejoin {
        ledger.unjoin_all()?;
    }
    super::ledger::finish(&mut ledger, &pipeline.joiner)?;
    eprintln!("chancery: {done} inputs coded again");
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
