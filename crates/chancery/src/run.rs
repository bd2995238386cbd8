//! Many inputs at once: read one document after another, coded on all cores, given back in the order of the inputs.
//!
//! One thread reads and unpacks, others code, and the caller's takes what is coded in the order of the inputs. What is
//! read and not yet taken is bounded, so an archive of any size needs the memory of a few pages; where the reports are to
//! be joined at the end ([`code_inputs`]), that of the reports too.

use crate::documents::content_hash;
use crate::spool::{CodedInputs, Spool, SpoolError};
use crate::{CodedArticle, Input, Pipeline, ReadOptions, Shard, Stage};
use chancery_formats::{Content, Document, Item};
use chancery_pages::SiteLines;
use chancery_records::{ArticleRecord, NoteRecord, article_record, layout_record, note_record};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::panic::{AssertUnwindSafe, catch_unwind, resume_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

/// How inputs are coded.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// What the caller knows of the pages.
    pub options: ReadOptions,
    /// Threads that code; 0 means one a core.
    pub threads: usize,
    /// Read all inputs twice, first to count the lines that the pages of one site share; standard input is not counted.
    pub site_lines: bool,
    /// Only this part of all documents.
    pub shard: Option<Shard>,
}

/// How far a run is, for a progress bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Seen<'a> {
    /// A document was coded.
    Document(&'a str),
    /// An input was read to its end.
    Input,
}

/// What became of an input.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub enum InputStatus {
    /// It was read.
    Read,
    /// It could not be read, and why.
    Failed(String),
    /// It is known already, and was not coded again.
    Known,
    /// It is an archive: what is in it comes as inputs of their own, and this one carries only notes.
    Archive,
}

/// One input, or one document of an archive, coded.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct CodedInput {
    /// The path as it was given, and inside an archive `#` and the member's name.
    pub name: String,
    /// The input that it was found in, where it is a document of an archive.
    pub archive: Option<String>,
    /// BLAKE3 of what it holds, in hexadecimal; empty where it could not be had.
    pub content_hash: String,
    /// What became of it.
    pub status: InputStatus,
    /// Its articles, in page order, each with its text.
    pub articles: Vec<(ArticleRecord, String)>,
    /// What a reader should know of it as a whole.
    pub notes: Vec<NoteRecord>,
}

/// Reads and codes `inputs`, then joins the reports of all of them into events.
///
/// `seen` is called in no fixed order, for a progress bar. The result is in the order of `inputs` and the same for any
/// number of threads. An input that cannot be read, or that breaks the program, is marked so; the rest is not touched.
///
/// # Errors
/// Where the coded articles are more than fits into memory, and there is no room for them on disk.
pub fn code_inputs(
    pipeline: &Pipeline,
    inputs: &[Input],
    run: &Run,
    seen: &(dyn Fn(Seen<'_>) + Sync),
) -> Result<CodedInputs, SpoolError> {
    let mut spool = Spool::new();
    stream_inputs(pipeline, inputs, run, &|_| false, seen, &mut |input| spool.put(&input))?;
    Ok(spool.finish(&pipeline.joiner))
}

/// Reads and codes `inputs` and gives each to `each`, in the order of `inputs`, as soon as it is coded; their reports are
/// not joined.
///
/// What is `known`, by the hash of its content, is not coded. Memory is bounded by a few documents, however many there
/// are.
///
/// # Errors
/// What `each` gives; nothing is read after it.
pub fn stream_inputs<E>(
    pipeline: &Pipeline,
    inputs: &[Input],
    run: &Run,
    known: &(dyn Fn(&str) -> bool + Sync),
    seen: &(dyn Fn(Seen<'_>) + Sync),
    each: &mut dyn FnMut(CodedInput) -> Result<(), E>,
) -> Result<(), E> {
    let counted;
    let run = if run.site_lines {
        counted = with_site_lines(pipeline, inputs, run);
        &counted
    } else {
        run
    };
    let (to_code, jobs) = channel();
    let (to_give, coded) = channel();
    let work = Work { pipeline, run, known, seen, jobs: Mutex::new(jobs), room: Room::default() };
    let work = &work;
    std::thread::scope(|scope| {
        let spawn = |out: Sender<Coded>| worker().spawn_scoped(scope, move || work.code_all(&out)).is_ok();
        let workers = (0..threads(run.threads)).filter(|_| spawn(to_give.clone())).count();
        drop(to_give);
        let read = move || work.read_all(inputs, &mut |job| to_code.send(job).is_ok());
        if workers > 0 && worker().spawn_scoped(scope, read).is_ok() {
            work.give(coded, each)
        } else {
            work.alone(inputs, each)
        }
    })
}

/// The run with the lines of all pages counted. What cannot be read is named when it is coded.
fn with_site_lines(pipeline: &Pipeline, inputs: &[Input], run: &Run) -> Run {
    let mut lines = SiteLines::default();
    let mut count = |item: Item| {
        if let Item::Document(Document { content: Content::Page(bytes), meta, .. }) = item {
            lines.count(meta.url.as_deref().or(run.options.url.as_deref()), &bytes);
        }
    };
    // Pages of lists would be fetched twice.
    let formats = pipeline.formats.without_fetch();
    for input in inputs.iter().filter(|i| **i != Input::Stdin) {
        // A defect is met again, and named, when the input is coded.
        let _ = catch_unwind(AssertUnwindSafe(|| input.read(&formats, &mut count)));
    }
    Run { options: ReadOptions { site_lines: Some(Arc::new(lines)), ..run.options.clone() }, ..run.clone() }
}

/// Deep trees of hostile pages are walked on these threads.
const STACK_BYTES: usize = 64 * 1024 * 1024;

/// A thread that codes.
pub(crate) fn worker() -> std::thread::Builder {
    std::thread::Builder::new().stack_size(STACK_BYTES)
}

pub(crate) fn threads(wanted: usize) -> usize {
    if wanted > 0 { wanted } else { std::thread::available_parallelism().map_or(1, Into::into) }
}

/// What was read, with its place in the order and the input it was found in.
struct Job {
    order: usize,
    input: String,
    /// Nothing where reading the input broke the program.
    item: Option<Item>,
}

/// What was coded, with its place in the order and the room that it takes.
struct Coded {
    order: usize,
    bytes: usize,
    input: CodedInput,
}

/// What all threads share.
struct Work<'a> {
    pipeline: &'a Pipeline,
    run: &'a Run,
    known: &'a (dyn Fn(&str) -> bool + Sync),
    seen: &'a (dyn Fn(Seen<'_>) + Sync),
    jobs: Mutex<Receiver<Job>>,
    room: Room,
}

/// What reading unwinds with when nobody wants more.
struct Enough;

impl Work<'_> {
    /// Gives all that is read to `send`, until it wants no more.
    fn read_all(&self, inputs: &[Input], send: &mut dyn FnMut(Job) -> bool) {
        let (mut order, begin, mut waited) = (0, Instant::now(), Duration::ZERO);
        for input in inputs {
            let name = input.name();
            let mut place = |item: Option<Item>| {
                let job = Job { order, input: name.clone(), item };
                order += 1;
                let waits = Instant::now();
                let sent = self.room.enter(bytes_of(&job)) && send(job);
                waited += waits.elapsed();
                sent
            };
            let mut take = |item: Item| {
                if self.run.shard.is_none_or(|shard| shard.holds(&item)) && !place(Some(item)) {
                    resume_unwind(Box::new(Enough));
                }
            };
            // A defect must cost one input, not the run (invariant 2).
            match catch_unwind(AssertUnwindSafe(|| input.read(&self.pipeline.formats, &mut take))) {
                Err(reason) if reason.is::<Enough>() => return,
                Err(_) => drop(place(None)),
                Ok(()) => (),
            }
            (self.seen)(Seen::Input);
        }
        self.pipeline.profile.add(Stage::Reading, begin.elapsed().saturating_sub(waited));
    }

    fn code_all(&self, out: &Sender<Coded>) {
        loop {
            let job = lock(&self.jobs).recv();
            let Ok(job) = job else { return };
            if out.send(self.code(job)).is_err() {
                return;
            }
        }
    }

    /// Gives what is coded on in order.
    fn give<E>(&self, coded: Receiver<Coded>, each: &mut dyn FnMut(CodedInput) -> Result<(), E>) -> Result<(), E> {
        let mut early = BTreeMap::new();
        let mut next = 0;
        for one in coded {
            early.insert(one.order, one);
            while let Some(Coded { bytes, input, .. }) = early.remove(&next) {
                next += 1;
                let given = each(input);
                self.room.leave(bytes);
                if given.is_err() {
                    self.room.close();
                    return given;
                }
            }
        }
        Ok(())
    }

    /// All of it on this thread, where no other can be had.
    fn alone<E>(&self, inputs: &[Input], each: &mut dyn FnMut(CodedInput) -> Result<(), E>) -> Result<(), E> {
        let mut given = Ok(());
        self.read_all(inputs, &mut |job| {
            let Coded { bytes, input, .. } = self.code(job);
            self.room.leave(bytes);
            given = each(input);
            given.is_ok()
        });
        given
    }

    fn code(&self, job: Job) -> Coded {
        let bytes = bytes_of(&job);
        let Job { order, input, item } = job;
        let mut coded = match item {
            Some(Item::Document(document)) => self.code_document(document),
            Some(Item::Error(error)) => failed(error.place(), String::new(), error.to_string()),
            Some(Item::Note { place, note }) => {
                CodedInput { notes: vec![note_record(&note)], ..empty(place, InputStatus::Archive) }
            }
            None => failed(&input, String::new(), BROKE.into()),
        };
        coded.archive = Some(input).filter(|i| *i != coded.name);
        (self.seen)(Seen::Document(&coded.name));
        Coded { order, bytes, input: coded }
    }

    fn code_document(&self, document: Document) -> CodedInput {
        let name = document.name.clone();
        let content_hash = content_hash(&document);
        if (self.known)(&content_hash) {
            return CodedInput { content_hash, ..empty(name, InputStatus::Known) };
        }
        let pipeline = self.pipeline;
        // A defect must cost one page, not the run (invariant 2).
        match catch_unwind(AssertUnwindSafe(|| pipeline.code_document(document, &self.run.options))) {
            Ok(Ok(page)) => {
                let notes = page.notes.iter().map(note_record).collect();
                let records = || page.articles.iter().map(|a| record(a, pipeline.for_ledger)).collect();
                let articles = pipeline.profile.time(Stage::Records, records);
                CodedInput { content_hash, articles, notes, ..empty(name, InputStatus::Read) }
            }
            Ok(Err(error)) => failed(&name, content_hash, error.to_string()),
            Err(_) => failed(&name, content_hash, BROKE.into()),
        }
    }
}

const BROKE: &str = "the program broke on this input; please report it";

fn bytes_of(job: &Job) -> usize {
    match &job.item {
        Some(Item::Document(document)) => document.content.bytes().len(),
        _ => 0,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn failed(name: &str, content_hash: String, reason: String) -> CodedInput {
    let reason = if reason.starts_with(name) { reason } else { format!("{name}: {reason}") };
    CodedInput { content_hash, ..empty(name.to_string(), InputStatus::Failed(reason)) }
}

fn empty(name: String, status: InputStatus) -> CodedInput {
    CodedInput { name, archive: None, content_hash: String::new(), status, articles: Vec::new(), notes: Vec::new() }
}

pub(crate) fn record(coded: &CodedArticle, for_ledger: bool) -> (ArticleRecord, String) {
    let article = &coded.document.article;
    let record = article_record(article, &coded.mentions, &coded.reports, &[], &coded.quotes, &coded.wording);
    let layout = for_ledger.then(|| layout_record(article));
    (ArticleRecord { layout, ..record }, article.text.clone())
}

/// Room for what is read and not yet given on.
#[derive(Debug, Default)]
struct Room {
    taken: Mutex<Taken>,
    left: Condvar,
}

#[derive(Debug, Default)]
struct Taken {
    items: usize,
    bytes: usize,
    closed: bool,
}

/// So many bytes may wait …
const MAX_WAITING_BYTES: usize = 32 << 20;
/// … in so many documents.
const MAX_WAITING_ITEMS: usize = 128;

impl Room {
    /// Waits until there is room, which one item alone always has; false once it is closed.
    fn enter(&self, bytes: usize) -> bool {
        let is_full = |taken: &mut Taken| {
            let over = taken.bytes + bytes > MAX_WAITING_BYTES || taken.items >= MAX_WAITING_ITEMS;
            !taken.closed && taken.items > 0 && over
        };
        let mut taken = self.left.wait_while(lock(&self.taken), is_full).unwrap_or_else(PoisonError::into_inner);
        taken.items += 1;
        taken.bytes += bytes;
        !taken.closed
    }

    fn leave(&self, bytes: usize) {
        let mut taken = lock(&self.taken);
        taken.items -= 1;
        taken.bytes -= bytes;
        self.left.notify_all();
    }

    /// Lets nothing more in.
    fn close(&self) {
        lock(&self.taken).closed = true;
        self.left.notify_all();
    }
}
