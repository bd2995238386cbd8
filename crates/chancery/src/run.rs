//! Many inputs at once: read one document after another, coded on all cores, given back in the order of the inputs.
//!
//! One thread reads and unpacks; the others code. What is read and not yet coded is bounded, so an archive of any size
//! needs the memory of a few pages, and that of the reports that are to be joined at the end.

use crate::documents::content_hash;
use crate::spool::{CodedInputs, Spool, SpoolError};
use crate::{CodedArticle, Input, Pipeline, ReadOptions};
use chancery_formats::{Content, Document, Item};
use chancery_pages::SiteLines;
use chancery_records::{ArticleRecord, NoteRecord, article_record, layout_record, note_record};
use serde::{Deserialize, Serialize};
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Receiver, Sender, channel};
use std::sync::{Arc, Condvar, Mutex, MutexGuard, PoisonError};

/// How inputs are coded.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// What the caller knows of the pages.
    pub options: ReadOptions,
    /// Threads that code; 0 means one a core.
    pub threads: usize,
    /// Read all inputs twice, first to count the lines that the pages of one site share; standard input is not counted.
    pub site_lines: bool,
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
    let counted;
    let run = if run.site_lines {
        counted = with_site_lines(pipeline, inputs, run);
        &counted
    } else {
        run
    };
    let spool = Mutex::new((Spool::new(), None));
    let (sender, receiver) = channel();
    let work = Work { pipeline, run, seen, spool: &spool, jobs: Mutex::new(receiver), room: Room::default() };
    std::thread::scope(|scope| {
        let workers = (0..threads(run.threads)).filter(|_| worker().spawn_scoped(scope, || work.code_all()).is_ok());
        if workers.count() > 0 {
            work.read_all(inputs, sender);
        } else {
            // Without threads nothing would take what is read.
            work.room.open();
            work.read_all(inputs, sender);
            work.code_all();
        }
    });
    let (spool, failure) = spool.into_inner().unwrap_or_else(PoisonError::into_inner);
    match failure {
        Some(error) => Err(SpoolError::from(error)),
        None => Ok(spool.finish(&pipeline.joiner)),
    }
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
    item: Item,
}

/// What all threads share.
struct Work<'a> {
    pipeline: &'a Pipeline,
    run: &'a Run,
    seen: &'a (dyn Fn(Seen<'_>) + Sync),
    spool: &'a Mutex<(Spool, Option<io::Error>)>,
    jobs: Mutex<Receiver<Job>>,
    room: Room,
}

impl Work<'_> {
    fn read_all(&self, inputs: &[Input], jobs: Sender<Job>) {
        let mut order = 0;
        for input in inputs {
            let name = input.name();
            let mut send = |item: Item| {
                self.room.enter(bytes_of(&item));
                order += 1;
                // The workers are gone only after a panic outside of any document.
                let _ = jobs.send(Job { order, input: name.clone(), item });
            };
            // A defect must cost one input, not the run (invariant 2).
            let broke = catch_unwind(AssertUnwindSafe(|| input.read(&self.pipeline.formats, &mut send))).is_err();
            if broke {
                order += 1;
                self.keep(order, &failed(&name, String::new(), BROKE.into()));
            }
            (self.seen)(Seen::Input);
        }
    }

    fn code_all(&self) {
        loop {
            let job = lock(&self.jobs).recv();
            let Ok(Job { order, input, item }) = job else { return };
            let bytes = bytes_of(&item);
            let mut coded = self.code(item);
            coded.archive = Some(input).filter(|i| *i != coded.name);
            (self.seen)(Seen::Document(&coded.name));
            self.keep(order, &coded);
            self.room.leave(bytes);
        }
    }

    fn code(&self, item: Item) -> CodedInput {
        match item {
            Item::Document(document) => code_document(self.pipeline, document, &self.run.options),
            Item::Error(error) => failed(error.place(), String::new(), error.to_string()),
            Item::Note { place, note } => {
                CodedInput { notes: vec![note_record(&note)], ..empty(place, InputStatus::Archive) }
            }
        }
    }

    fn keep(&self, order: usize, coded: &CodedInput) {
        let (spool, failure) = &mut *lock(self.spool);
        if failure.is_none() {
            *failure = spool.put(order, coded).err();
        }
    }
}

const BROKE: &str = "the program broke on this input; please report it";

fn bytes_of(item: &Item) -> usize {
    match item {
        Item::Document(document) => document.content.bytes().len(),
        Item::Note { .. } | Item::Error(_) => 0,
    }
}

fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

fn code_document(pipeline: &Pipeline, document: Document, options: &ReadOptions) -> CodedInput {
    let name = document.name.clone();
    let content_hash = content_hash(&document);
    // A defect must cost one page, not the run (invariant 2).
    match catch_unwind(AssertUnwindSafe(|| pipeline.code_document(document, options))) {
        Ok(Ok(page)) => {
            let notes = page.notes.iter().map(note_record).collect();
            let articles = page.articles.iter().map(|a| record(a, pipeline.for_ledger)).collect();
            CodedInput { content_hash, articles, notes, ..empty(name, InputStatus::Read) }
        }
        Ok(Err(error)) => failed(&name, content_hash, error.to_string()),
        Err(_) => failed(&name, content_hash, BROKE.into()),
    }
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

/// Room for what is read and not yet coded.
#[derive(Debug, Default)]
struct Room {
    taken: Mutex<Taken>,
    left: Condvar,
}

#[derive(Debug, Default)]
struct Taken {
    items: usize,
    bytes: usize,
    open: bool,
}

/// So many bytes may wait …
const MAX_WAITING_BYTES: usize = 64 << 20;
/// … in so many documents.
const MAX_WAITING_ITEMS: usize = 256;

impl Room {
    /// Waits until there is room; one item alone always has.
    fn enter(&self, bytes: usize) {
        let is_full = |taken: &mut Taken| {
            let over = taken.bytes + bytes > MAX_WAITING_BYTES || taken.items >= MAX_WAITING_ITEMS;
            !taken.open && taken.items > 0 && over
        };
        let mut taken = self.left.wait_while(lock(&self.taken), is_full).unwrap_or_else(PoisonError::into_inner);
        taken.items += 1;
        taken.bytes += bytes;
    }

    fn leave(&self, bytes: usize) {
        let mut taken = lock(&self.taken);
        taken.items -= 1;
        taken.bytes -= bytes;
        self.left.notify_all();
    }

    /// Lets everything in.
    fn open(&self) {
        lock(&self.taken).open = true;
    }
}
