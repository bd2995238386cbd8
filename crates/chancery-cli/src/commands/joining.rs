//! `chancery train joining`: the weights by which reports are joined into events.

use crate::args::JoiningArgs;
use anyhow::{Context, Result, bail};
use chancery::stories::{ArticleTellings, Joiner, Labelled};
use chancery::{ArticleRecord, Data, EventRecord, Pipeline, Run, code_inputs, list_inputs};
use serde::Deserialize;
use std::path::Path;

/// A row that says which event a stretch of text tells of.
#[derive(Debug, Deserialize)]
struct GoldEvent {
    file: String,
    start: usize,
    end: usize,
    #[serde(rename = "type")]
    event_type: String,
    #[serde(default)]
    alt_types: Vec<String>,
    same_event: String,
}

/// Codes the texts, finds for each report the event that it tells of, and learns from all pairs.
pub fn train(data: &Data, flags: &JoiningArgs) -> Result<()> {
    if flags.texts.len() != flags.gold.len() {
        bail!(
            "{} folders of texts and {} files of events; give each --texts its --gold",
            flags.texts.len(),
            flags.gold.len()
        );
    }
    let mut pipeline = Pipeline::load(data)?;
    pipeline.for_ledger = false;
    let sets = flags
        .texts
        .iter()
        .zip(&flags.gold)
        .map(|(texts, gold)| labelled(&pipeline, texts, gold))
        .collect::<Result<Vec<_>>>()?;
    let learnt = Joiner::load(data)?.learn(&sets);
    let [one, two] = learnt.pairs_within;
    eprintln!("chancery: pairs within an article: {one} of one event, {two} of two");
    let [one, two] = learnt.pairs_across;
    eprintln!("chancery: pairs across articles: {one} of one event, {two} of two");
    let path = flags.out.join("joining.toml");
    std::fs::write(&path, learnt.to_toml(APART)).with_context(|| format!("cannot write {}", path.display()))
}

/// What pairs count that cannot be one: inside an article, across articles.
const APART: [f32; 2] = [-3.0, -1.5];

fn labelled(pipeline: &Pipeline, texts: &Path, gold: &Path) -> Result<Vec<Labelled>> {
    let lines = std::fs::read_to_string(gold).with_context(|| format!("cannot read {}", gold.display()))?;
    let gold: Vec<GoldEvent> = lines
        .lines()
        .enumerate()
        .filter(|(_, line)| !line.trim().is_empty())
        .map(|(n, line)| serde_json::from_str(line).with_context(|| format!("{}, line {}", gold.display(), n + 1)))
        .collect::<Result<_>>()?;
    let (inputs, errors) = list_inputs(&[texts.to_path_buf()]);
    if let Some(error) = errors.into_iter().next() {
        return Err(error.into());
    }
    let mut found = Vec::new();
    for input in code_inputs(pipeline, &inputs, &Run::default(), &|_| ())? {
        found.extend(input?.articles.iter().map(|(record, _)| label(record, &gold)));
    }
    Ok(found)
}

fn label(record: &ArticleRecord, gold: &[GoldEvent]) -> Labelled {
    let of_file: Vec<&GoldEvent> = gold.iter().filter(|g| Path::new(&record.file).ends_with(&g.file)).collect();
    let events = record.events.iter().map(|e| event_of(e, &of_file)).collect();
    (ArticleTellings::from(record), events)
}

/// The event of the row that a report overlaps most, of those of its type.
fn event_of(report: &EventRecord, gold: &[&GoldEvent]) -> Option<String> {
    let share = |g: &GoldEvent| {
        let both = report.end.min(g.end).saturating_sub(report.start.max(g.start));
        both as f64 / (report.end.max(g.end) - report.start.min(g.start)).max(1) as f64
    };
    let fits = |g: &GoldEvent| g.event_type == report.event_type || g.alt_types.contains(&report.event_type);
    let best = gold.iter().filter(|g| fits(g)).max_by(|a, b| share(a).total_cmp(&share(b)))?;
    (share(best) > 0.0).then(|| best.same_event.clone())
}
