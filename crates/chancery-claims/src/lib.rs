//! Who says so: quotations and reported speech with their speakers.
//!
//! In: a parsed [`Document`] and its mentions. Out: one [`Quote`] per quotation in marks ("direct"), per reported clause
//! ("indirect"), and per reported clause with quoted words in it ("mixed"), with the words that name the speaker, the
//! actor they mean, the cue, and who passed it on. Spans are bytes of the article's text.
//!
//! Method: quotation marks are paired over paragraphs; each is given to the cue beside it. Cues that are left take the
//! clause that the tree gives them, or the words after "that" where the tree gives none (after Pareti et al., EMNLP
//! 2013, with rules in place of a classifier). Cues and their constructions are data: `lang/reporting.toml`.
//!
//! It does not judge whether what is said is true, and leaves words in marks that nobody is said to have spoken.

mod chain;
mod cues;
mod finder;
mod first_person;
mod issuer;
mod labeller;
mod marks;
mod sayings;
mod speakers;
mod stance;
mod tagging;
mod tree;
mod wording;

use chancery_data::Data;
use chancery_text::{Document, Mention, Quote, Report, Wording};
use cues::Cues;
pub use labeller::{LabelScores, Labeller, TrainingText, train_claims};
pub use tagging::{article_of_tokens, label_tokens};

/// Finds quotations; made once, shared by all threads.
#[derive(Debug)]
pub struct ClaimFinder {
    cues: Cues,
}

/// A knowledge file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ClaimsError {
    /// A file is missing.
    #[error(transparent)]
    Data(#[from] chancery_data::DataError),
    /// The file is no TOML, or lacks a key.
    #[error("{path}: {source}")]
    Toml {
        /// Path below `data/`.
        path: String,
        /// Where and what is wrong.
        source: Box<toml::de::Error>,
    },
    /// A stance that does not exist.
    #[error("{path}: there is no stance {stance:?}; it is assert, deny, promise, demand, doubt or ask")]
    Stance {
        /// Path below `data/`.
        path: String,
        /// What stands there.
        stance: String,
    },
    /// Weights are damaged.
    #[error("{path}: {what}; take the file of this version")]
    Model {
        /// Path below `data/`.
        path: String,
        /// What is wrong.
        what: &'static str,
    },
    /// A cue has a frame that does not exist.
    #[error("{path}: the cue {lemma:?} has the frame {frame:?}, which is none of those that the file's head explains")]
    Frame {
        /// Path below `data/`.
        path: String,
        /// The cue's lemmas.
        lemma: String,
        /// What stands there.
        frame: String,
    },
}

impl ClaimFinder {
    /// Loads the reporting verbs.
    ///
    /// # Errors
    /// Where a file is missing or a line of it is wrong.
    pub fn load(data: &Data) -> Result<Self, ClaimsError> {
        Ok(ClaimFinder { cues: Cues::load(data)? })
    }

    /// Finds what is said and by whom, in order of place.
    pub fn find_quotes(&self, doc: &Document, mentions: &[Mention]) -> Vec<Quote> {
        finder::find_quotes(doc, mentions, &self.cues)
    }

    /// Mentions for "I", "we", "our", "us" inside quotations: they are the speaker, or whom the speaker speaks for; so in
    /// words without marks behind "the minister said:". In the own words of a statement "we" is who issues it.
    pub fn speaker_mentions(&self, doc: &Document, quotes: &[Quote], mentions: &[Mention]) -> Vec<Mention> {
        let mut found = first_person::speaker_mentions(doc, quotes, mentions, &self.cues);
        found.extend(first_person::introduced_mentions(doc, quotes, mentions, &self.cues));
        let told = |m: &Mention| !found.iter().any(|f: &Mention| f.span == m.span);
        let issued: Vec<Mention> =
            issuer::issuer_mentions(doc, quotes, mentions, &self.cues).into_iter().filter(told).collect();
        found.extend(issued);
        found.sort_by_key(|m| m.span);
        found
    }

    /// The words by which actors and events are told, in order of place. Reports come from the stage of events: this is
    /// called once they are there.
    pub fn find_wording(
        &self,
        doc: &Document,
        mentions: &[Mention],
        quotes: &[Quote],
        reports: &[Report],
    ) -> Vec<Wording> {
        wording::wordings(doc, mentions, quotes, reports)
    }
}
