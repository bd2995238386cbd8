//! The ledger: one SQLite file that keeps articles, reports, events, quotes and the runs that made them.
//!
//! In: [`ArticleRecord`](chancery_records::ArticleRecord)s with their texts, one input at a time
//! ([`Ledger::store_input`]); an input is stored whole or not at all, and the same input again adds nothing. Out: events
//! with all their reports and the words around them, actors, quotes, full-text search, exports. Ids are made from
//! content, so an export has the same bytes in whatever order the inputs came.
//! The ledger does not judge: which reports tell of one event is said by the records.
//!
//! A **report** is one sentence's telling; an **event** is what is told. Every count here says which it counts.
//!
//! ```
//! use chancery_ledger::{Ledger, RunManifest, StoredInput};
//! # fn main() -> Result<(), chancery_ledger::LedgerError> {
//! # let folder = std::env::temp_dir().join(format!("chancery-ledger-doc-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder)?;
//! # let path = folder.join("world.ledger");
//! let mut ledger = Ledger::open(&path)?;
//! let mut run = ledger.begin_run(&RunManifest { program_version: "0.1.0".into(), ..RunManifest::default() })?;
//! let outcome = ledger.store_input(&mut run, &StoredInput::unreadable("empty.pdf", "no text in it"))?;
//! assert!(outcome.is_new());
//! assert_eq!(ledger.overview()?.unreadable, 1);
//! # drop(ledger); let _ = std::fs::remove_dir_all(folder);
//! # Ok(()) }
//! ```

mod ask;
mod between;
mod brief;
mod changes;
mod checked;
mod copying;
mod correcting;
mod corrections;
mod diff;
mod error;
mod examined;
mod export;
mod filter;
mod ids;
mod join;
mod joining;
mod local_path;
mod log;
mod merging;
mod open;
mod outlets;
mod people;
mod query;
mod quote_export;
mod read;
mod rejoining;
mod saved;
mod search;
mod store;
mod stored;
mod stories;
mod tally;
mod telling;
mod telling_stories;
mod watching;
mod wording;

pub use ask::{AskLimits, AskedTable};
pub use between::{ActCount, ActorNetwork, CountryTie, NamedTie, PlaceCount};
pub use brief::{Brief, BriefEvent, BriefPair, RECALLED};
pub use corrections::{
    Action, ActorTarget, Author, Change, Correction, CorrectionView, Field, ReportTarget, State, Target,
};
pub use diff::{ChangeKind, DiffCounts, FieldChange, ReportChange, diff};
pub use error::LedgerError;
pub use examined::FilterFault;
pub use export::{Coding, ExportFormat, Manifest, spreadsheet_safe};
pub use filter::EventFilter;
pub use ids::content_hash;
pub use joining::JoinOutcome;
pub use local_path::name_for_others;
pub use log::{LogItem, LogPage, ReadItem};
pub use merging::MergeOutcome;
pub use open::{APPLICATION_ID, Ledger, SCHEMA_VERSION};
pub use outlets::{OutletCoverage, Reprint};
pub use people::{ActorCount, ActorPage, NameCount, QuoteFilter, QuoteView, ToldEvent};
pub use query::{
    ArticleHead, ArticleView, DayCount, EventDetail, EventSummary, FilterCounts, OutletCount, Overview, Page,
    PartyView, Passage, ReportView, ValueCount,
};
pub use quote_export::{QuoteFormat, write_quotes};
pub use saved::SavedQuery;
pub use search::{SearchHit, SearchPage};
pub use store::{InputStatus, Outcome, Run, RunManifest, StoredArticle, StoredInput};
pub use stored::CodedBy;
pub use stories::{StoryDetail, StorySummary};
pub use tally::Tally;
pub use telling::{ArticleRow, EventRow, PartyFacts, Telling};
pub use watching::{WatchedFeed, WatchedPage};
pub use wording::{Contrast, ContrastWord, WordCount, WordUse, WordingOf, WordingPage};

/// What ledger functions give.
pub type Result<T> = std::result::Result<T, LedgerError>;
