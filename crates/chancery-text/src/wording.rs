use crate::{Actor, Span};

/// One word by which an actor or an event is told.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Wording {
    /// Where the word stands.
    pub span: Span,
    /// Its dictionary form.
    pub lemma: String,
    /// Its part of speech.
    pub part: WordPart,
    /// What it says of the actor or event.
    pub relation: WordRelation,
    /// Of whom or what.
    pub of: WordTarget,
    /// The outlet in whose voice the text is written: of a reprint, the one it is from.
    pub outlet: Option<String>,
    /// True between quotation marks: these are not the outlet's words.
    pub quoted: bool,
    /// Whose words they are, where they are quoted and that is known.
    pub speaker: Option<Actor>,
}

/// What a word tells of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WordTarget {
    /// An actor.
    Actor(Actor),
    /// A report, by its number among the document's.
    Report(usize),
}

/// The part of speech of a telling word.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WordPart {
    /// "regime", "invasion".
    Noun,
    /// "brutal", "so-called".
    Adjective,
    /// "crush", "annex".
    Verb,
}

impl WordPart {
    /// `noun`, `adjective` or `verb`.
    pub fn as_str(self) -> &'static str {
        match self {
            WordPart::Noun => "noun",
            WordPart::Adjective => "adjective",
            WordPart::Verb => "verb",
        }
    }
}

/// What a word says of an actor or an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum WordRelation {
    /// The noun that stands for the actor: "the regime".
    Name,
    /// What is said of the actor's or the event's noun: "brutal".
    Modifier,
    /// What the actor does.
    Does,
    /// What is done to the actor.
    Undergoes,
    /// The word that tells the event: "invasion", "annex".
    Tells,
}

impl WordRelation {
    /// `name`, `modifier`, `does`, `undergoes` or `tells`.
    pub fn as_str(self) -> &'static str {
        match self {
            WordRelation::Name => "name",
            WordRelation::Modifier => "modifier",
            WordRelation::Does => "does",
            WordRelation::Undergoes => "undergoes",
            WordRelation::Tells => "tells",
        }
    }
}
