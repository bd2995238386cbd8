//! Coded inputs on their way out: kept on disk where they are many, since only their reports are needed to join them.

use crate::CodedInput;
use chancery_stories::{ArticleTellings, Joiner};
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

/// Takes coded inputs in their order.
#[derive(Debug)]
pub(crate) struct Spool {
    file: SpooledTempFile,
    slots: Vec<Slot>,
    end: u64,
}

/// One input on disk, and what of it is needed to join it with others.
#[derive(Debug)]
struct Slot {
    at: u64,
    bytes: usize,
    articles: Vec<ArticleTellings>,
}

impl Spool {
    pub(crate) fn new() -> Self {
        Spool { file: SpooledTempFile::new(MEMORY_BYTES), slots: Vec::new(), end: 0 }
    }

    /// Keeps an input.
    pub(crate) fn put(&mut self, input: &CodedInput) -> io::Result<()> {
        let bytes = serde_json::to_vec(input)?;
        self.file.write_all(&bytes)?;
        let articles = input.articles.iter().map(|(record, _)| ArticleTellings::from(record)).collect();
        self.slots.push(Slot { at: self.end, bytes: bytes.len(), articles });
        self.end += bytes.len() as u64;
        Ok(())
    }

    /// Joins the reports of all inputs into events.
    pub(crate) fn finish(mut self, joiner: &Joiner) -> CodedInputs {
        let articles: Vec<ArticleTellings> =
            self.slots.iter_mut().flat_map(|s| std::mem::take(&mut s.articles)).collect();
        let event_ids = joiner.join(&articles);
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
