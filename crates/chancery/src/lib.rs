//! The pipeline: bytes in, coded articles out.
//!
//! `pages → language → actors → claims → events → stories`, each stage a function over what the earlier ones gave; this
//! crate only calls them in order, on all cores, and writes the records of `chancery-records`. Claims come before events
//! because an event's party may be the "we" of a quotation.
//! The same bytes, options and knowledge files give the same records, whatever the number of threads.
//!
//! ```
//! use chancery::{Data, Pipeline, ReadOptions};
//! let pipeline = Pipeline::load(&Data::embedded())?;
//! let page = pipeline.code_page("note.txt", b"Putin visited Beijing.", &ReadOptions::default())?;
//! assert_eq!(page.articles.len(), 1);
//! # Ok::<(), chancery::Error>(())
//! ```

mod documents;
mod inputs;
mod pairs;
mod profile;
mod recode;
mod run;
mod shard;
mod spool;

pub use chancery_actors::{self as actors, Directory};
pub use chancery_claims::ClaimFinder;
pub use chancery_data::Data;
pub use chancery_events::{
    Coder, Explanation, FinderScores, Label, Lost, NamingScores, Passage, Reason, Relation, Sample, Taught,
    compare_readers, train_finder, train_naming,
};
pub use chancery_formats::{self as formats, Formats};
pub use chancery_lang::Language;
pub use chancery_pages::{self as pages, Page, ReadOptions, Reader};
pub use chancery_records::{
    ArticleRecord, EventRecord, LinkRecord, LocationRecord, MentionRecord, NoteRecord, PartyRecord, QuoteRecord,
    WordingRecord,
};
pub use chancery_stories::{self as stories, Joiner};
pub use chancery_text as text;
pub use documents::read_document;
pub use inputs::{Input, InputError, list_inputs};
pub use profile::{Profile, Stage};
pub use recode::recode;
pub use run::{CodedInput, InputStatus, Run, Seen, code_inputs, stream_inputs};
pub use shard::{Shard, ShardError};
pub use spool::{CodedInputs, SpoolError};

use chancery_text::{Article, DateBasis, Document, Mention, Note, Quote, Report, Wording};

/// Why the pipeline cannot start, or a page cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// A file, or the field maps of other tools' records.
    #[error(transparent)]
    Formats(#[from] chancery_formats::FormatsError),
    /// The page, or a knowledge file of the page stage.
    #[error(transparent)]
    Pages(#[from] chancery_pages::PagesError),
    /// A language model.
    #[error(transparent)]
    Language(#[from] chancery_lang::LangError),
    /// The directory of actors.
    #[error(transparent)]
    Actors(#[from] chancery_actors::ActorsError),
    /// The reporting verbs.
    #[error(transparent)]
    Claims(#[from] chancery_claims::ClaimsError),
    /// The codebook.
    #[error(transparent)]
    Events(#[from] chancery_events::EventsError),
    /// The weights by which reports are joined.
    #[error(transparent)]
    Stories(#[from] chancery_stories::StoriesError),
}

/// All stages, loaded once and shared by all threads.
#[derive(Debug)]
pub struct Pipeline {
    /// Files and archives to documents.
    pub formats: Formats,
    /// Documents to articles.
    pub reader: Reader,
    /// Articles to documents.
    pub language: Language,
    /// Documents to mentions.
    pub directory: Directory,
    /// Who says what.
    pub claims: ClaimFinder,
    /// Who does what to whom.
    pub coder: Coder,
    /// Which reports tell of one event.
    pub joiner: Joiner,
    /// Whether all is found that only a ledger keeps: the words that tell actors and events, and what is content.
    pub for_ledger: bool,
    /// Where the time goes.
    pub profile: Profile,
}

/// One article with all layers.
#[derive(Debug, Clone)]
pub struct CodedArticle {
    /// Sentences, tokens, trees.
    pub document: Document,
    /// Who is named.
    pub mentions: Vec<Mention>,
    /// What is said.
    pub quotes: Vec<Quote>,
    /// What is reported.
    pub reports: Vec<Report>,
    /// The words by which actors and events are told, where [`Pipeline::for_ledger`] asks for them.
    pub wording: Vec<Wording>,
}

/// One page with all its articles coded.
#[derive(Debug, Clone, Default)]
pub struct CodedPage {
    /// The articles, in page order.
    pub articles: Vec<CodedArticle>,
    /// What a reader should know of the page as a whole.
    pub notes: Vec<Note>,
}

impl Pipeline {
    /// Loads every stage's knowledge files.
    ///
    /// # Errors
    /// Where a file is missing or a line of it is wrong; the message names the file.
    pub fn load(data: &Data) -> Result<Self, Error> {
        let rest = || -> Result<_, Error> {
            let (formats, reader) = (Formats::load(data)?, Reader::load(data)?);
            let (directory, claims, coder) = (Directory::load(data)?, ClaimFinder::load(data)?, Coder::load(data)?);
            Ok((formats, reader, directory, claims, coder, Joiner::load(data)?))
        };
        let (language, rest) = std::thread::scope(|scope| {
            let language = scope.spawn(|| Language::load(data));
            let rest = rest();
            (language.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic)), rest)
        });
        let (formats, reader, directory, claims, coder, joiner) = rest?;
        Ok(Pipeline {
            formats,
            reader,
            language: language?,
            directory,
            claims,
            coder,
            joiner,
            for_ledger: true,
            profile: Profile::default(),
        })
    }

    /// Codes one article; cannot fail.
    pub fn code_article(&self, article: Article) -> CodedArticle {
        let (document, mentions, quotes) = self.understand(article);
        self.profile.time(Stage::Events, || self.tell_events(document, mentions, quotes))
    }

    fn tell_events(&self, document: Document, mut mentions: Vec<Mention>, quotes: Vec<Quote>) -> CodedArticle {
        let mut reports = self.coder.find_events(&document, &mentions, &quotes);
        self.joiner.settle_dates(&document.article.id, document.article.date, &mut reports);
        reports.iter_mut().for_each(say_why_dated);
        reports.iter_mut().filter_map(|r| r.place.as_mut()).for_each(|place| self.directory.locate(place));
        let parties = reports.iter_mut().flat_map(|r| r.actors.iter_mut().chain(&mut r.recipients));
        parties.for_each(|party| self.directory.name_state(&mut party.actor));
        let find_wording = || self.claims.find_wording(&document, &mentions, &quotes, &reports);
        let wording = if self.for_ledger { find_wording() } else { Vec::new() };
        mentions.extend(self.directory.nested_names(&document, &mentions));
        mentions.sort_by_key(|m| (m.span, m.head));
        CodedArticle { document, mentions, quotes, reports, wording }
    }

    /// Codes one article as [`Pipeline::code_article`] does, and says which places of it told no event, and why.
    pub fn explain_article(&self, article: Article) -> (Vec<Mention>, Explanation) {
        let (document, mentions, quotes) = self.understand(article);
        let explanation = self.coder.explain(&document, &mentions, &quotes);
        (mentions, explanation)
    }

    /// A labelled passage as the finder's models see it, with the rows of a coder of rules alone.
    pub fn labelled_passage(&self, coder: &Coder, article: Article, labels: &[Label]) -> Passage {
        let (document, mentions, quotes) = self.understand(article);
        coder.passage(&document, &mentions, &quotes, labels)
    }

    /// Trees, names and quotations: what events are read off.
    fn understand(&self, article: Article) -> (Document, Vec<Mention>, Vec<Quote>) {
        let document = self.profile.time(Stage::Language, || self.language.parse(article));
        let mut mentions = self.profile.time(Stage::Actors, || self.directory.find_mentions(&document));
        let quotes = self.profile.time(Stage::Claims, || self.claims.find_quotes(&document, &mentions));
        mentions.extend(self.claims.speaker_mentions(&document, &quotes, &mentions));
        mentions.sort_by_key(|m| (m.span, m.head));
        (document, mentions, quotes)
    }

    /// Reads and codes one page: text, HTML or a feed. Other formats come as documents from [`Pipeline::formats`].
    ///
    /// # Errors
    /// Where the bytes are no text in any known format.
    pub fn code_page(&self, name: &str, bytes: &[u8], options: &ReadOptions) -> Result<CodedPage, Error> {
        Ok(self.code_articles(self.reader.read(name, bytes, options)?))
    }

    fn code_articles(&self, page: Page) -> CodedPage {
        let articles = page.articles.into_iter().map(|a| self.code_article(a)).collect();
        CodedPage { articles, notes: page.notes }
    }
}

/// A date that the event's own sentence does not state says where it is from.
fn say_why_dated(report: &mut Report) {
    if let Some(basis) = report.date_basis.filter(|b| *b != DateBasis::Stated) {
        report.why.push_str("; date from ");
        report.why.push_str(basis.as_str());
    }
}
