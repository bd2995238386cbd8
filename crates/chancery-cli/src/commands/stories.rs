//! `chancery stories`: what belongs together over days.

use crate::args::{RowFormat, StoriesArgs, TrainingSets};
use crate::{Outcome, output};
use anyhow::{Context, Result, bail};
use chancery::stories::{BackgroundCounter, StoryArticle};
use chancery::{Data, Pipeline};
use chancery_ledger::{Ledger, StorySummary};
use std::io::Write;

/// Counts in how many of the folder's passages words and names stand.
pub fn train(data: &Data, sets: &TrainingSets) -> Result<()> {
    let pipeline = Pipeline::load(data)?;
    let mut counter = BackgroundCounter::default();
    for file in super::relate::files(&sets.from, &sets.without, &["txt"], "no passages (*.txt) to count")? {
        for labelled in super::finder::read(&file)? {
            let coded = pipeline.code_article(labelled.article());
            let actors = coded.mentions.iter().flat_map(|m| &m.actors).map(|a| a.name.clone());
            let places = coded.reports.iter().filter_map(|r| r.place.as_ref()).map(|p| p.name.clone());
            let names = actors.chain(places).collect::<std::collections::BTreeSet<_>>().into_iter().collect();
            counter.add(&StoryArticle { text: labelled.text, names, ..StoryArticle::default() });
        }
        eprintln!("chancery: {} counted", file.display());
    }
    let path = sets.out.join("background.tsv");
    let header = "# In what share of articles words (their beginnings) and names stand, of any kind; of what is rarer there is no row.\n\
                  # version: 1\n# licence: as the program\n# origin: counted by `chancery train stories` in eval/labelled\n# date: 2026-11-23\n";
    std::fs::write(&path, header.to_string() + &counter.to_tsv())
        .with_context(|| format!("cannot write {}", path.display()))
}

/// Lists stories, or prints one with its timeline.
pub fn run(flags: &StoriesArgs) -> Result<Outcome> {
    let ledger = Ledger::open_read_only(&flags.ledger)?;
    let mut out = output::stdout();
    if let Some(id) = &flags.story {
        let Some(story) = ledger.story(id)? else {
            bail!("{id}: no such story in the ledger; `chancery stories` lists them");
        };
        match flags.format {
            RowFormat::Jsonl => output::json_line(&mut out, &story)?,
            RowFormat::Table => {
                head(&mut out, &story.summary)?;
                for event in &story.timeline {
                    writeln!(out, "    {}", super::ledger::event_summary_line(event))?;
                }
            }
        }
    } else {
        let since = flags.since.as_deref().map(|s| super::since(&ledger, s)).transpose()?;
        for story in ledger.stories(since.as_deref(), flags.limit)? {
            match flags.format {
                RowFormat::Jsonl => output::json_line(&mut out, &story)?,
                RowFormat::Table => head(&mut out, &story)?,
            }
        }
    }
    out.flush()?;
    Ok(Outcome::Done)
}

fn head(out: &mut impl Write, story: &StorySummary) -> Result<()> {
    let day = |d: &Option<String>| d.clone().unwrap_or_else(|| "no date".into());
    writeln!(out, "{}  {} to {}  {}", story.story, day(&story.first), day(&story.last), story.label)?;
    let counts = [(story.articles.len() as u64, "article"), (story.outlets, "outlet"), (story.events, "event")];
    let counts: Vec<String> =
        counts.iter().map(|(n, word)| format!("{n} {}", super::ledger::plural(*n, word))).collect();
    writeln!(out, "    {}", counts.join(", "))?;
    Ok(())
}
