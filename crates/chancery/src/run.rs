//! Many inputs at once: read and coded on all cores, given back in the order of the inputs.

use crate::{CodedArticle, Input, Pipeline, ReadOptions};
use chancery_records::{ArticleRecord, NoteRecord, article_record, note_record};
use chancery_stories::{ArticleReports, join};
use chancery_text::Report;
use rayon::prelude::*;
use std::panic::{AssertUnwindSafe, catch_unwind};

/// How inputs are coded.
#[derive(Debug, Clone, Default)]
pub struct Run {
    /// What the caller knows of the pages.
    pub options: ReadOptions,
    /// Threads; 0 means one a core.
    pub threads: usize,
}

/// What became of an input.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputStatus {
    /// It was read.
    Read,
    /// It could not be read, and why.
    Failed(String),
}

/// One input, coded.
#[derive(Debug, Clone)]
pub struct CodedInput {
    /// The path as it was given.
    pub name: String,
    /// BLAKE3 of its bytes, in hexadecimal; empty where they could not be had.
    pub content_hash: String,
    /// What became of it.
    pub status: InputStatus,
    /// Its articles, in page order, each with its text.
    pub articles: Vec<(ArticleRecord, String)>,
    /// What a reader should know of it as a whole.
    pub notes: Vec<NoteRecord>,
}

/// An input before reports are joined into events.
struct Draft {
    input: CodedInput,
    /// One list an article.
    reports: Vec<Vec<Report>>,
}

/// Reads and codes `inputs`, then joins the reports of all of them into events.
///
/// `seen` is called once an input, in no fixed order, for a progress bar. The result is in the order of `inputs` and the
/// same for any number of threads. An input that cannot be read, or that breaks the program, is marked so; the rest is
/// not touched.
pub fn code_inputs(
    pipeline: &Pipeline,
    inputs: &[Input],
    run: &Run,
    seen: &(dyn Fn(&Input) + Sync),
) -> Vec<CodedInput> {
    let code = |input: &Input| {
        let draft = draft(pipeline, input, &run.options);
        seen(input);
        draft
    };
    let on_all = || inputs.par_iter().with_max_len(1).map(code).collect::<Vec<Draft>>();
    let drafts = match rayon::ThreadPoolBuilder::new().num_threads(run.threads).stack_size(STACK_BYTES).build() {
        Ok(pool) => pool.install(on_all),
        Err(_) => inputs.iter().map(code).collect(),
    };
    join_drafts(drafts)
}

/// Deep trees of hostile pages are walked on these threads.
const STACK_BYTES: usize = 64 * 1024 * 1024;

fn draft(pipeline: &Pipeline, input: &Input, options: &ReadOptions) -> Draft {
    let name = input.name();
    let bytes = match input.bytes() {
        Ok(bytes) => bytes,
        Err(error) => return failed(name, String::new(), error.to_string()),
    };
    let content_hash = blake3::hash(&bytes).to_hex().to_string();
    // A defect must cost one page, not the run (invariant 2).
    match catch_unwind(AssertUnwindSafe(|| pipeline.code_page(&name, &bytes, options))) {
        Ok(Ok(page)) => {
            let notes = page.notes.iter().map(note_record).collect();
            let articles = page.articles.iter().map(record).collect();
            let input = CodedInput { name, content_hash, status: InputStatus::Read, articles, notes };
            Draft { input, reports: page.articles.into_iter().map(|a| a.reports).collect() }
        }
        Ok(Err(error)) => failed(name, content_hash, error.to_string()),
        Err(_) => failed(name, content_hash, "the program broke on this input; please report it".into()),
    }
}

fn failed(name: String, content_hash: String, reason: String) -> Draft {
    let reason = if reason.starts_with(&name) { reason } else { format!("{name}: {reason}") };
    let status = InputStatus::Failed(reason);
    Draft {
        input: CodedInput { name, content_hash, status, articles: Vec::new(), notes: Vec::new() },
        reports: Vec::new(),
    }
}

fn record(coded: &CodedArticle) -> (ArticleRecord, String) {
    let article = &coded.document.article;
    (article_record(article, &coded.mentions, &coded.reports, &[], &coded.quotes), article.text.clone())
}

fn join_drafts(mut drafts: Vec<Draft>) -> Vec<CodedInput> {
    let mut to_join = Vec::new();
    for draft in &drafts {
        for ((record, _), reports) in draft.input.articles.iter().zip(&draft.reports) {
            let date = record.date.as_deref().and_then(|d| d.parse().ok());
            to_join.push(ArticleReports { id: &record.id, date, reports });
        }
    }
    let mut event_ids = join(&to_join).into_iter();
    for (record, _) in drafts.iter_mut().flat_map(|d| &mut d.input.articles) {
        for (event, id) in record.events.iter_mut().zip(event_ids.next().unwrap_or_default()) {
            event.event = Some(id);
        }
    }
    drafts.into_iter().map(|d| d.input).collect()
}
