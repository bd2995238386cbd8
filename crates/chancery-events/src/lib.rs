//! Who did what to whom: PLOVER events read off the tree with a codebook.
//!
//! In: a parsed [`Document`], the [`Mention`]s of actors, the [`Quote`]s. Out: one [`Report`] for each telling of an event;
//! its evidence is a stretch of the document's text. The knowledge is in `data/codebook`: types (`plover.toml`), verb
//! patterns (`verbs.toml`), event nouns (`nouns.toml`), words that change the status (`operators.toml`). The code knows
//! grammar only. It joins no reports into events; that is done later, over many documents.
//!
//! Method: patterns over Universal Dependencies, after the dictionary coders (TABARI, PETRARCH, UniversalPETRARCH); we
//! differ in that nouns and phrases tell events too, that parties are lists, and that every report has a status.

mod codebook;
mod coder;
mod context;
mod evidence;
mod explain;
mod finder;
mod linear;
mod literals;
mod matcher;
mod naming;
mod parties;
mod pattern;
mod people;
mod place;
mod relate;
mod repair;
mod second;
mod setting;
mod spoken;
mod status;
mod tree;
mod when;

pub use codebook::EventsError;
pub use explain::{Explanation, Lost, Reason};
pub use finder::{FinderScores, Label, Passage, train_finder};
pub use naming::{NamingScores, Sample, Taught, compare_readers, train_naming};
pub use relate::Relation;

use chancery_data::Data;
use chancery_text::{Document, Mention, Quote, Report, SecondReader, Span, Status};
use codebook::{Codebook, Operator};
use finder::Finder;
use naming::Namer;
use relate::Readers;
use std::sync::Arc;

/// The codebook, ready to match; loaded once, shared by all threads.
#[derive(Debug)]
pub struct Coder {
    book: Codebook,
    namer: Option<Namer>,
    finder: Option<Finder>,
    second: Option<Arc<dyn SecondReader>>,
}

/// The weights that name pairs, below `data/`.
const NAMING: &str = "models/events.bin";
/// The weights that find events, below `data/`.
const FINDING: &str = "models/finder.bin";

impl Coder {
    /// Loads `data/codebook` and the models; an empty model file stands for none.
    ///
    /// # Errors
    /// Where a file is missing or a line of it is wrong.
    pub fn load(data: &Data) -> Result<Self, EventsError> {
        let namer = model(data, NAMING, Namer::read)?;
        let finder = model(data, FINDING, Finder::read)?;
        Ok(Coder { book: Codebook::load(data)?, namer, finder, second: None })
    }

    /// The codebook without a model.
    ///
    /// # Errors
    /// As [`Coder::load`].
    pub fn of_rules(data: &Data) -> Result<Self, EventsError> {
        Ok(Coder { book: Codebook::load(data)?, namer: None, finder: None, second: None })
    }

    /// From now on a second reader is asked about what the codebook and the models are not sure of.
    pub fn ask(&mut self, second: Arc<dyn SecondReader>) {
        self.second = Some(second);
    }

    /// A marked pair as the model sees it, to train with.
    pub fn sample(&self, doc: &Document, actor: Span, recipient: Span) -> Sample {
        relate::sample_of(&self.book, doc, actor, recipient)
    }

    /// Finds the events that a document reports, in order of place.
    pub fn find_events(&self, doc: &Document, mentions: &[Mention], quotes: &[Quote]) -> Vec<Report> {
        let mut reports = coder::find(&self.book, self.finder.as_ref(), doc, mentions, quotes);
        self.reread(doc, &mut reports);
        reports
    }

    /// Finds the events as [`Coder::find_events`] does, and says what was given up and why.
    pub fn explain(&self, doc: &Document, mentions: &[Mention], quotes: &[Quote]) -> Explanation {
        let mut explanation = coder::explain(&self.book, self.finder.as_ref(), doc, mentions, quotes);
        self.reread(doc, &mut explanation.reports);
        explanation
    }

    fn reread(&self, doc: &Document, reports: &mut [Report]) {
        if let Some(second) = &self.second {
            second::reread(&self.book, second.as_ref(), doc, reports);
        }
    }

    /// The labels that [`Coder::relate`] gives as `root`.
    pub fn roots(&self) -> Vec<String> {
        self.book.roots()
    }

    /// The root of a type with a status: what is only promised, refused or demanded is of another one.
    pub fn root_of(&self, event_type: &str, status: Status) -> String {
        self.book.shifted_root(&self.book.root(event_type), Operator::of(status))
    }

    /// Names the event between two marked parties of a one-sentence document.
    pub fn relate(&self, doc: &Document, actor: Span, recipient: Span) -> Relation {
        let readers = Readers { namer: self.namer.as_ref(), second: self.second.as_deref() };
        relate::relate(&self.book, readers, doc, actor, recipient)
    }
}

fn model<T>(data: &Data, file: &str, read: impl Fn(&[u8]) -> Option<T>) -> Result<Option<T>, EventsError> {
    match data.bytes(file) {
        Ok(bytes) if !bytes.is_empty() => {
            read(&bytes).map(Some).ok_or_else(|| EventsError::Model { file: file.into() })
        }
        Ok(_) | Err(_) => Ok(None),
    }
}
