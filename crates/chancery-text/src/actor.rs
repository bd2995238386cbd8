use crate::Span;
use std::fmt;
use std::ops::Range;

/// A PLOVER actor code: a country or an international code, then sectors, the first being the main one.
///
/// Written `CHN GOV`, `UNO`, `IGO SCO`, `PRK PTY GOV`.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Default, PartialOrd, Ord)]
pub struct ActorCode {
    /// ISO 3166 alpha-3, or `UNO`, `EUR`, `IGO`, `NGO`, `MNC`, `IMG`, `ISM`.
    pub country: Option<String>,
    /// PLOVER sectors.
    pub sectors: Vec<String>,
}

impl ActorCode {
    /// Reads `CHN GOV`; sectors without a country begin with `-` (`- MIL`).
    pub fn parse(code: &str) -> Self {
        let mut parts = code.split_whitespace();
        let country = parts.next().filter(|c| *c != "-").map(str::to_string);
        ActorCode { country, sectors: parts.map(str::to_string).collect() }
    }

    /// True where neither country nor sector is known.
    pub fn is_empty(&self) -> bool {
        self.country.is_none() && self.sectors.is_empty()
    }

    /// The code as the contract writes it, `None` where no country is known.
    pub fn contract(&self) -> Option<String> {
        self.country.is_some().then(|| self.to_string())
    }
}

impl fmt::Display for ActorCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.country.as_deref().unwrap_or("-"))?;
        for sector in &self.sectors {
            write!(f, " {sector}")?;
        }
        Ok(())
    }
}

/// Someone who acts, as of the article's date.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Actor {
    /// Full name, in English order (`Xi Jinping`, `United Nations`).
    pub name: String,
    /// What kind of actor.
    pub kind: ActorKind,
    /// Country and sectors on that date.
    pub code: ActorCode,
    /// Wikidata id, where known.
    pub wikidata: Option<String>,
}

/// What kind of actor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum ActorKind {
    /// A state or territory.
    Country,
    /// A government, ministry, court, army or other body of a state.
    Body,
    /// A person.
    Person,
    /// A political party.
    Party,
    /// An organisation of states.
    Igo,
    /// A company.
    Company,
    /// An outlet or agency.
    Media,
    /// Another organisation.
    Organization,
    /// People named by what they are or do ("protesters", "the two sides").
    Group,
    /// A place that does not act.
    Place,
}

impl ActorKind {
    /// The kind in lower case, as the contract writes it.
    pub fn as_str(self) -> &'static str {
        match self {
            ActorKind::Country => "country",
            ActorKind::Body => "body",
            ActorKind::Person => "person",
            ActorKind::Party => "party",
            ActorKind::Igo => "igo",
            ActorKind::Company => "company",
            ActorKind::Media => "media",
            ActorKind::Organization => "organization",
            ActorKind::Group => "group",
            ActorKind::Place => "place",
        }
    }
}

/// A stretch of text that names someone.
#[derive(Debug, Clone, PartialEq)]
pub struct Mention {
    /// The words that name ("Chinese Foreign Minister Wang Yi").
    pub span: Span,
    /// Indices into [`crate::Document::tokens`].
    pub tokens: Range<usize>,
    /// The token that stands in the tree for the whole.
    pub head: usize,
    /// Who is meant: one, or several for "the two sides".
    pub actors: Vec<Actor>,
    /// How the mention was resolved.
    pub link: MentionLink,
    /// 0 to 1.
    pub confidence: f32,
    /// What led to it, for a person to read.
    pub why: String,
}

/// How a mention was resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum MentionLink {
    /// By its own words.
    Named,
    /// By a country word and a role word ("Danish newspaper").
    Role,
    /// By an earlier mention: a surname, a pronoun, "the two sides".
    Coreference,
    /// A name that the directory does not know.
    Unknown,
}
