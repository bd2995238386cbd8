//! How right the coder is on texts that people coded by hand.
//!
//! In: gold files ([`GoldReader`]: JSON lines, tables of marked pairs, PETRARCH's records) and the events that the program
//! coded in the same texts. Out: precision, recall and F1 with confidence intervals, by type too, a table of confusions
//! ([`score_texts`], [`score_pairs`]), and each miss and false row ([`error_rows`]). This crate codes nothing.
//!
//! Matching: a coded event can stand for one gold event and the other way round, so that as many as possible find their
//! counterpart (Kuhn's maximum matching, the events first that any coder must find). Intervals: percentile bootstrap over
//! texts (Efron and Tibshirani 1993), with a fixed seed.

mod bootstrap;
mod errors;
mod gold;
mod grid;
mod jsonl;
mod knowledge;
mod matching;
mod pairs;
mod petrarch;
mod report;
mod scores;

pub use bootstrap::{Bootstrap, Figure};
pub use errors::{ErrorRow, Lost, error_rows, error_table};
pub use gold::{Gold, GoldError, GoldEvent, GoldParty, GoldReader, GoldText, PartyKey, Place, Stretch, TextSource};
pub use knowledge::{Vocabulary, VocabularyError};
pub use matching::Level;
pub use pairs::{NamedPair, PairScores, score_pairs};
pub use report::{Layout, pairs_report, texts_report};
pub use scores::{CodedText, Confusion, EventScores, LevelScores, TypeScores, score_texts};
