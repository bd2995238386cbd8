//! Who is named: the directory of actors, and mentions resolved by name, office and date.
//!
//! In: a [`Document`]; with a tree and names where the language stage made them, but words alone will do. Out: one
//! [`Mention`] per phrase that names a state, a government, a person, an organisation, a group or a place, in order of
//! place, each with what led to it. Spans count bytes of the article's text.
//!
//! How: names of the directory (longest match), role words with a country by adjective, possessor or "of ...", people by
//! name, title and date; then family names, then definite descriptions and pronouns, precision first. What it doesn't do:
//! "we" and "I" (the claims stage knows the speaker), and linking of names that no file and no phrase explains: those are
//! mentions without a code.
//!
//! ```no_run
//! let directory = chancery_actors::Directory::load(&chancery_data::Data::embedded())?;
//! # let document = chancery_text::Document::default();
//! for mention in directory.find_mentions(&document) {
//!     println!("{} {:?}", mention.span, mention.actors);
//! }
//! # Ok::<(), chancery_actors::ActorsError>(())
//! ```

mod check;
mod coding;
mod coreference;
mod directory;
mod draft;
mod era;
mod error;
mod fold;
mod import;
mod items;
mod namesakes;
mod nested;
mod phrase;
mod places;
mod record;
mod resolve;
mod spellings;
mod surnames;
mod table;
mod things;
mod whereabouts;
mod word_index;
mod words;

pub use check::{Gap, Problem, check, country_names, gaps, sectors};
pub use directory::Directory;
pub use error::ActorsError;
pub use import::{ImportFormat, ImportTally, Importer, Skipped};
pub use record::{ActorRecord, COLUMNS, OWN_FILE, own_header, read_own, records};

use crate::draft::Draft;
use crate::items::Source;
use chancery_text::{Document, Mention, MentionLink};

impl Directory {
    /// Finds who is named in a document, in order of place.
    pub fn find_mentions(&self, doc: &Document) -> Vec<Mention> {
        let mut source = Source::new(self, doc);
        let items = source.all_items();
        source.date = source.date.or_else(|| era::of_text(&source, &items));
        let mut pass = draft::first_pass(&source, &items);
        surnames::resolve_surnames(&source, &mut pass);
        let drafts = coreference::resolve(&source, pass);
        drafts.into_iter().map(mention).collect()
    }
}

fn mention(draft: Draft) -> Mention {
    Mention {
        span: draft.span,
        tokens: draft.tokens,
        head: draft.head,
        actors: draft.coded.actors,
        link: draft.coded.link.unwrap_or(MentionLink::Unknown),
        confidence: draft.coded.confidence,
        why: draft.coded.why,
    }
}
