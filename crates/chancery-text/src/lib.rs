//! The types that every stage shares. No I/O, few dependencies.
//!
//! A page's text is decoded once and never rewritten. An [`Article`] is a stretch of it, a [`Document`] adds sentences,
//! tokens and a tree, and each later stage adds its own rows ([`Mention`], [`Report`], [`Quote`]). Every [`Span`] counts
//! **bytes of the article's text**; the doors turn them into characters with a [`CharIndex`].

mod actor;
mod article;
mod chars;
mod date;
mod document;
mod evidence;
mod pair;
mod place;
mod quote;
mod report;
mod span;
mod ud;
mod wording;

pub use actor::{Actor, ActorCode, ActorKind, Mention, MentionLink};
pub use article::{
    Article, ArticleKind, Block, BlockKind, Credit, CreditRelation, DateBounds, InputMap, InputRun, Note, Segment,
    TextOrigin, domain,
};
pub use chars::CharIndex;
pub use date::{DateError, PartialDate};
pub use document::{Document, Name, NameLabel, Sentence, TimeExpr, Token};
pub use evidence::Evidence;
pub use pair::{MarkedPair, SecondReader, Shares};
pub use place::{Place, PlaceStated, Point, Precision};
pub use quote::{Link, LinkRole, Quote, QuoteKind, Stance};
pub use report::{DateBasis, Participant, Report, Status};
pub use span::Span;
pub use ud::{Rel, Upos, Xpos};
pub use wording::{WordPart, WordRelation, WordTarget, Wording};
