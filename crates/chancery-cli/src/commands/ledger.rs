//! `chancery read`, `mcp`, `events`, `search`: the ledger.

use super::careful::{self, Loaded};
use crate::args::{EventsArgs, FilterArgs, McpArgs, MergeArgs, ReadArgs, RowFormat, SearchArgs};
use crate::commands::code::event_line;
use crate::{Outcome, output};
use anyhow::Result;
use chancery::{CodedInput, Data, EventRecord, InputStatus, Joiner, Profile, Stage};
use chancery_exports::Knowledge;
use chancery_ledger::{EventFilter, Ledger, MergeOutcome, RunManifest, StoredArticle, StoredInput};
use chancery_mcp::McpError;
use serde_json::{Map, Value};
use std::io::Write;
use std::sync::{Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Once it has begun, a read waits so long for another program that joins what it has read.
const PATIENCE: Duration = Duration::from_secs(600);

/// Codes the inputs that the ledger does not have and stores each whole, soon after it is coded.
pub fn read(data: &Data, flags: &ReadArgs) -> Result<Outcome> {
    let careful = careful::load_if(flags.input.careful, data)?;
    // A ledger that cannot be used is said before hours of work, not after.
    let mut ledger = Ledger::open(&flags.ledger)?;
    let mut run = ledger.begin_run(&manifest(data, flags, careful.as_ref()))?;
    ledger.set_patience(PATIENCE)?;
    let (stored_before, reader) = (run.clone(), Mutex::new(Ledger::open_read_only(&flags.ledger)?));
    let known = |content_hash: &str| {
        let reader = reader.lock().unwrap_or_else(PoisonError::into_inner);
        // Where it cannot be told, it is coded.
        reader.knows(&stored_before, content_hash).unwrap_or(false)
    };
    let mut tally = Tally::default();
    let mut waiting = Waiting::default();
    let streamed = super::inputs::stream(data, &flags.input, flags.shard, careful, &known, &mut |input| {
        if input.status == InputStatus::Archive {
            return Ok(());
        }
        tally.count(&input);
        if input.status == InputStatus::Known {
            waiting.store(&mut ledger, &mut run, &mut tally)?;
            tally.done(ledger.note_sighting(&input.content_hash, &input.name)?);
            return Ok(());
        }
        waiting.add(stored(input));
        if waiting.is_due() { waiting.store(&mut ledger, &mut run, &mut tally) } else { Ok(()) }
    });
    // Also where reading came to an end before its time.
    waiting.store(&mut ledger, &mut run, &mut tally)?;
    let (outcome, pipeline) = streamed?;
    finish_timed(&mut ledger, &pipeline.joiner, &pipeline.profile)?;
    if flags.input.profile {
        eprintln!("{}", pipeline.profile);
    }
    eprintln!("chancery: {tally}");
    Ok(outcome)
}

/// Inputs that are coded and not yet stored: a transaction for several costs a tenth less time than one for each.
#[derive(Default)]
struct Waiting {
    inputs: Vec<StoredInput>,
    bytes: usize,
    since: Option<Instant>,
}

/// So many inputs, so many bytes of text, or so long a time wait at most.
const MAX_WAITING: usize = 32;
const MAX_WAITING_BYTES: usize = 4 << 20;
const MAX_WAIT: Duration = Duration::from_millis(500);

impl Waiting {
    fn add(&mut self, input: StoredInput) {
        self.since.get_or_insert_with(Instant::now);
        self.bytes += input.articles.iter().map(|a| a.text.len()).sum::<usize>();
        self.inputs.push(input);
    }

    fn is_due(&self) -> bool {
        self.inputs.len() >= MAX_WAITING
            || self.bytes >= MAX_WAITING_BYTES
            || self.since.is_some_and(|s| s.elapsed() >= MAX_WAIT)
    }

    fn store(&mut self, ledger: &mut Ledger, run: &mut chancery_ledger::Run, tally: &mut Tally) -> Result<()> {
        let Waiting { inputs, .. } = std::mem::take(self);
        if !inputs.is_empty() {
            ledger.store_inputs(run, &inputs)?.into_iter().for_each(|done| tally.done(done));
        }
        Ok(())
    }
}

/// Stores an input.
pub fn store_coded(
    ledger: &mut Ledger,
    run: &mut chancery_ledger::Run,
    input: CodedInput,
) -> Result<chancery_ledger::Outcome> {
    Ok(ledger.store_input(run, &stored(input))?)
}

/// Lays the ledgers of several reads together.
pub fn merge(data: &Data, flags: &MergeArgs) -> Result<Outcome> {
    // What is no ledger is said before anything is written.
    for from in &flags.from {
        Ledger::open_read_only(from)?;
    }
    let mut ledger = Ledger::open(&flags.into)?;
    let mut sum = MergeOutcome::default();
    for from in &flags.from {
        sum += ledger.take_in(from)?;
    }
    finish(&mut ledger, &Joiner::load(data)?)?;
    let MergeOutcome { added, known, corrections } = sum;
    eprintln!("chancery: {added} inputs taken in, {known} known before, {corrections} corrections");
    Ok(Outcome::Done)
}

/// Joins what was stored and not yet joined, by this run or one that was cut off.
pub fn finish(ledger: &mut Ledger, joiner: &Joiner) -> Result<()> {
    finish_timed(ledger, joiner, &Profile::default())
}

fn finish_timed(ledger: &mut Ledger, joiner: &Joiner, profile: &Profile) -> Result<()> {
    profile.time(Stage::Joining, || ledger.join(joiner))?;
    if !ledger.stories_are_told()? {
        profile.time(Stage::Stories, || ledger.tell_stories(joiner))?;
    }
    Ok(())
}

fn manifest(data: &Data, flags: &ReadArgs, careful: Option<&Loaded>) -> RunManifest {
    let mut options = Map::new();
    options.insert("date".into(), flags.input.date.map_or(Value::Null, |d| Value::String(d.to_string())));
    // Only what is asked for, so that other runs count as coded alike.
    for (name, is_set) in [("fast", flags.input.fast), ("site_lines", flags.input.site_lines)] {
        if is_set {
            options.insert(name.into(), Value::Bool(true));
        }
    }
    options.extend(careful.map(|careful| (careful::OPTION.to_string(), Value::String(careful.hash.clone()))));
    manifest_of(data, options, flags.input.paths.iter().map(|p| p.to_string_lossy().into_owned()).collect())
}

/// What a run of reading is kept as.
pub fn manifest_of(data: &Data, options: Map<String, Value>, inputs: Vec<String>) -> RunManifest {
    RunManifest { program_version: env!("CARGO_PKG_VERSION").into(), data_hash: data.hash(), options, inputs }
}

fn stored(input: CodedInput) -> StoredInput {
    if let InputStatus::Failed(reason) = &input.status
        && input.content_hash.is_empty()
    {
        return StoredInput::unreadable(input.name, reason);
    }
    StoredInput {
        path: input.name,
        content_hash: input.content_hash,
        status: match input.status {
            InputStatus::Read | InputStatus::Known | InputStatus::Archive => chancery_ledger::InputStatus::Read,
            InputStatus::Failed(reason) => chancery_ledger::InputStatus::Unreadable { reason },
        },
        articles: input.articles.into_iter().map(|(record, text)| StoredArticle { record, text }).collect(),
    }
}

/// What a run did, for its last line.
#[derive(Default)]
struct Tally {
    inputs: usize,
    unread: usize,
    added: usize,
    known: usize,
    articles: usize,
    reports: usize,
    quotes: usize,
}

impl Tally {
    fn done(&mut self, done: chancery_ledger::Outcome) {
        *(if done.is_new() { &mut self.added } else { &mut self.known }) += 1;
    }

    fn count(&mut self, input: &CodedInput) {
        self.inputs += 1;
        self.unread += usize::from(matches!(input.status, InputStatus::Failed(_)));
        self.articles += input.articles.len();
        self.reports += input.articles.iter().map(|(a, _)| a.events.len()).sum::<usize>();
        self.quotes += input.articles.iter().map(|(a, _)| a.quotes.len()).sum::<usize>();
    }
}

impl std::fmt::Display for Tally {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Tally { inputs, unread, added, known, articles, reports, quotes } = self;
        write!(f, "{inputs} inputs ({added} added, {known} known before, {unread} unreadable): ")?;
        write!(f, "{articles} articles, {reports} reports of events, {quotes} quotes")
    }
}

/// Answers a client of the Model Context Protocol until it goes away.
pub fn mcp(data: &Data, flags: &McpArgs) -> Result<Outcome> {
    let types = Knowledge::load(data)?.event_types();
    let served = match flags.http {
        Some(address) => chancery_mcp::serve_http(&flags.ledger, types, address, flags.token.clone()),
        None => chancery_mcp::serve_stdio(&flags.ledger, types),
    };
    match served {
        // As itself, so that a ledger that cannot be used ends the program as everywhere.
        Err(McpError::Ledger(wrong)) => Err(wrong.into()),
        other => Ok(other.map(|()| Outcome::Done)?),
    }
}

/// The flags as the ledger's filter.
pub fn filter_of(flags: &FilterArgs) -> EventFilter {
    EventFilter {
        actor: flags.actor.clone(),
        other: flags.with.clone(),
        event_type: flags.event_type.clone(),
        from: flags.from.map(|d| d.to_string()),
        to: flags.to.map(|d| d.to_string()),
        outlet: flags.outlet.clone(),
        status: flags.status.clone(),
        text: flags.text.clone(),
        place: None,
    }
}

/// Lists events, newest first.
pub fn events(data: &Data, flags: &EventsArgs) -> Result<Outcome> {
    let ledger = Ledger::open_read_only(&flags.ledger)?;
    let filter = ledger.checked(filter_of(&flags.filter), &Knowledge::load(data)?.event_types())?;
    let mut out = output::stdout();
    let page = ledger.events(&filter, None, flags.limit)?;
    for event in &page.items {
        match flags.format {
            RowFormat::Jsonl => output::json_line(&mut out, event)?,
            RowFormat::Table => {
                writeln!(out, "{}", event_line(&as_record(event)))?;
                let outlets = if event.outlets.is_empty() { "unknown outlet".into() } else { event.outlets.join(", ") };
                writeln!(out, "              {} {} in {outlets}", event.reports, plural(event.reports, "report"))?;
            }
        }
    }
    out.flush()?;
    if let RowFormat::Table = flags.format {
        eprintln!("chancery: {} of {} events, told in {} reports", page.items.len(), page.events, page.reports);
    }
    Ok(Outcome::Done)
}

/// An event on one line.
pub fn event_summary_line(event: &chancery_ledger::EventSummary) -> String {
    event_line(&as_record(event))
}

fn as_record(event: &chancery_ledger::EventSummary) -> EventRecord {
    let party = |p: &chancery_ledger::PartyView| chancery::PartyRecord {
        text: p.label.clone(),
        name: p.name.clone(),
        code: p.code.clone(),
        kind: None,
        start: 0,
        end: 0,
    };
    EventRecord {
        start: 0,
        end: 0,
        text: event.evidence.clone(),
        event_type: event.event_type.clone(),
        mode: event.mode.clone(),
        cameo: None,
        contexts: Vec::new(),
        actors: event.actors.iter().map(party).collect(),
        recipients: event.recipients.iter().map(party).collect(),
        status: event.status.clone(),
        historical: false,
        symmetric: false,
        date: event.date.clone(),
        date_from: None,
        place: event.place.clone(),
        location: None,
        claimant: event.claimant.clone(),
        event: Some(event.id.clone()),
        confidence: event.confidence,
        why: String::new(),
        selector: None,
    }
}

pub(super) fn plural(n: u64, word: &str) -> String {
    if n == 1 { word.into() } else { format!("{word}s") }
}

/// Prints the articles that hold the words, with the words in capitals.
pub fn search(flags: &SearchArgs) -> Result<Outcome> {
    let found = Ledger::open_read_only(&flags.ledger)?.search(&flags.query, flags.limit)?;
    let mut out = output::stdout();
    for hit in &found.hits {
        let snippet: String =
            hit.snippet.iter().map(|(hit, text)| if *hit { text.to_uppercase() } else { text.clone() }).collect();
        let known = |text: &Option<String>| text.clone().unwrap_or_else(|| "–".into());
        writeln!(out, "{}  {}  {}", hit.article.id, known(&hit.article.date), known(&hit.article.title))?;
        writeln!(out, "    … {} …", output::one_line(&snippet))?;
    }
    out.flush()?;
    eprintln!("chancery: {} of {} articles", found.hits.len(), found.articles);
    Ok(Outcome::Done)
}
