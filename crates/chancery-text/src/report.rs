use crate::{Actor, Evidence, PartialDate, Place, Span};

/// One sentence's telling of a PLOVER event. What is told is an *event*; several reports may tell one.
#[derive(Debug, Clone, PartialEq)]
pub struct Report {
    /// The clause that states it.
    pub evidence: Evidence,
    /// The token that triggers it, an index into [`crate::Document::tokens`].
    pub trigger: usize,
    /// PLOVER type (`CONSULT`).
    pub event_type: String,
    /// PLOVER mode (`visit`).
    pub mode: Option<String>,
    /// CAMEO code (`042`), by the mapping in the codebook.
    pub cameo: Option<String>,
    /// PLOVER contexts.
    pub contexts: Vec<String>,
    /// Who does it; in a symmetric event the first named.
    pub actors: Vec<Participant>,
    /// To whom; in a symmetric event the others.
    pub recipients: Vec<Participant>,
    /// True where the parties do it together (a meeting) or to each other ("expelled each other's envoys").
    pub symmetric: bool,
    /// Whether it happened.
    pub status: Status,
    /// True where it is background from long before the article.
    pub historical: bool,
    /// When.
    pub date: Option<PartialDate>,
    /// What [`Report::date`] rests on; `None` without a date.
    pub date_basis: Option<DateBasis>,
    /// Where.
    pub place: Option<Place>,
    /// Who says so, where it is not the article's own voice.
    pub claimant: Option<String>,
    /// 0 to 1.
    pub confidence: f32,
    /// The rule or the features that led to it.
    pub why: String,
}

/// A party to a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Participant {
    /// The words that name it, as they stand in the text.
    pub text: String,
    /// Where they stand.
    pub span: Span,
    /// Who it is.
    pub actor: Actor,
}

/// What the date of a report rests on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum DateBasis {
    /// The clause or its sentence states it.
    Stated,
    /// The sentence before states it, and this one takes that sentence up.
    Before,
    /// Another telling of the event in the same article states it.
    Telling,
    /// The lead states it; the article's own date is coarser.
    Lead,
    /// The article's date.
    Published,
}

impl DateBasis {
    /// True where the text itself dates the event, not only the article.
    pub fn is_stated(self) -> bool {
        matches!(self, DateBasis::Stated | DateBasis::Before | DateBasis::Telling)
    }

    /// In words, as explanations show it.
    pub fn as_str(self) -> &'static str {
        match self {
            DateBasis::Stated => "stated",
            DateBasis::Before => "the sentence before",
            DateBasis::Telling => "another telling",
            DateBasis::Lead => "the lead",
            DateBasis::Published => "the article",
        }
    }
}

/// Whether an event happened.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub enum Status {
    /// It happened.
    Occurred,
    /// It is going on.
    Ongoing,
    /// It is announced or intended.
    Planned,
    /// It may or might happen, or would under a condition.
    Hypothetical,
    /// It is said not to have happened.
    Denied,
    /// Someone asks for it.
    CalledFor,
}

impl Status {
    /// As the contract writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            Status::Occurred => "occurred",
            Status::Ongoing => "ongoing",
            Status::Planned => "planned",
            Status::Hypothetical => "hypothetical",
            Status::Denied => "denied",
            Status::CalledFor => "called-for",
        }
    }
}

impl Status {
    /// All of them, in the order of the contract.
    pub const ALL: [Status; 6] =
        [Status::Occurred, Status::Ongoing, Status::Planned, Status::Hypothetical, Status::Denied, Status::CalledFor];

    /// The status of a name that [`Status::as_str`] gives.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|s| s.as_str() == name)
    }
}

impl DateBasis {
    const ALL: [DateBasis; 5] =
        [DateBasis::Stated, DateBasis::Before, DateBasis::Telling, DateBasis::Lead, DateBasis::Published];

    /// The basis of a name that [`DateBasis::as_str`] gives.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|b| b.as_str() == name)
    }
}
