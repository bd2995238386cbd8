//! `chancery stories`: what belongs together over days.

use crate::args::{RowFormat, StoriesArgs};
use crate::{Outcome, output};
use anyhow::{Result, bail};
use chancery_ledger::{Ledger, StorySummary};
use std::io::Write;

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
    let (articles, events, outlets) = (story.articles.len(), story.events, story.outlets);
    writeln!(out, "    {articles} articles, {outlets} outlets, {events} events")?;
    Ok(())
}
