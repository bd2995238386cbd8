//! Coded inputs on their way out: kept on disk where they are many, since only their reports are needed to join them.

use crate::CodedInput;
use chancery_stories::{ArticleReports, join};
use chancery_text::{PartialDate, Report};
use std::io::{self, Read, Seek, SeekFrom, Write};
use tempfile::SpooledTempFile;

/// So much stays in memory.
const MEMORY_BYTES: usize = 32 << 20;

/// Coded inputs could not be kept.
#[derive(Debug, thiserror::Error)]
#[error("the coded articles cannot be kept in {}: {source}; make room there or set TMPDIR", std::env::temp_dir().display())]
pub struct SpoolError {
    /// What the system said.
    #[from]
    pub source: io::Error,
}

/// Takes coded inputs in any order.
#[derive(Debug)]
pub(crate) struct Spool {
    file: SpooledTempFile,
    slots: Vec<Slot>,
    end: u64,
}

/// One input on disk, and what of it is needed to join it with others.
#[derive(Debug)]
struct Slot {
    order: usize,
    at: u64,
    bytes: usize,
    articles: Vec<Reported>,
}

/// The reports of one article.
#[derive(Debug)]
struct Reported {
    id: String,
    date: Option<PartialDate>,
    reports: Vec<Report>,
}

impl Spool {
    pub(crate) fn new() -> Self {
        Spool { file: SpooledTempFile::new(MEMORY_BYTES), slots: Vec::new(), end: 0 }
    }

    /// Keeps an input; `reports` has one list an article.
    pub(crate) fn put(&mut self, order: usize, input: &CodedInput, reports: Vec<Vec<Report>>) -> io::Result<()> {
        let bytes = serde_json::to_vec(input)?;
        self.file.write_all(&bytes)?;
        let reported = input.articles.iter().zip(reports).map(|((record, _), reports)| Reported {
            id: record.id.clone(),
            date: record.date.as_deref().and_then(|d| d.parse().ok()),
            reports,
        });
        self.slots.push(Slot { order, at: self.end, bytes: bytes.len(), articles: reported.collect() });
        self.end += bytes.len() as u64;
        Ok(())
    }

    /// Joins the reports of all inputs into events.
    pub(crate) fn finish(mut self) -> CodedInputs {
        self.slots.sort_by_key(|s| s.order);
        let articles = self.slots.iter().flat_map(|s| &s.articles);
        let to_join: Vec<ArticleReports<'_>> =
            articles.map(|a| ArticleReports { id: &a.id, date: a.date, reports: &a.reports }).collect();
        let event_ids = join(&to_join);
        let places: Vec<(u64, usize)> = self.slots.iter().map(|s| (s.at, s.bytes)).collect();
        CodedInputs { file: self.file, places: places.into_iter(), event_ids: event_ids.into_iter() }
    }
}

/// Coded inputs in the order of the inputs, their reports joined.
#[derive(Debug)]
pub struct CodedInputs {
    file: SpooledTempFile,
    places: std::vec::IntoIter<(u64, usize)>,
    event_ids: std::vec::IntoIter<Vec<String>>,
}

impl CodedInputs {
    fn read(&mut self, at: u64, bytes: usize) -> io::Result<CodedInput> {
        let mut json = vec![0; bytes];
        self.file.seek(SeekFrom::Start(at))?;
        self.file.read_exact(&mut json)?;
        let mut input: CodedInput = serde_json::from_slice(&json)?;
        for (record, _) in &mut input.articles {
            for (event, id) in record.events.iter_mut().zip(self.event_ids.next().unwrap_or_default()) {
                event.event = Some(id);
            }
        }
        Ok(input)
    }
}

impl Iterator for CodedInputs {
    type Item = Result<CodedInput, SpoolError>;

    fn next(&mut self) -> Option<Self::Item> {
        let (at, bytes) = self.places.next()?;
        Some(self.read(at, bytes).map_err(SpoolError::from))
    }
}
