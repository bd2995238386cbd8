//! What is joined: one report of an event, with what can be compared of it.

use chancery_text::{ActorKind, DateBasis, PartialDate, Participant, Report, Status};

/// The tellings of one article.
#[derive(Debug, Clone, PartialEq)]
pub struct ArticleTellings {
    /// The article's id (`page.txt#3`, or its key in a ledger); it decides the order, never the result.
    pub id: String,
    /// When it was published.
    pub date: Option<PartialDate>,
    /// What it reports.
    pub tellings: Vec<Telling>,
}

/// One report of an event, from the coder or out of a ledger.
#[derive(Debug, Clone, PartialEq)]
pub struct Telling {
    /// Where the evidence begins; bytes or characters, as long as it is the same throughout.
    pub start: usize,
    /// One past its end.
    pub end: usize,
    /// The words.
    pub evidence: String,
    /// PLOVER type.
    pub event_type: String,
    /// PLOVER mode.
    pub mode: Option<String>,
    /// Whether it happened.
    pub status: Status,
    /// True where the parties do it together.
    pub symmetric: bool,
    /// When it happened.
    pub date: Option<PartialDate>,
    /// What the date rests on.
    pub date_basis: Option<DateBasis>,
    /// Where it happened.
    pub place: Option<String>,
    /// Who did it.
    pub actors: Vec<Party>,
    /// To whom.
    pub recipients: Vec<Party>,
}

/// A party as it is compared.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Party {
    /// The words that name it.
    pub text: String,
    /// Its full name; empty where unknown.
    pub name: String,
    /// `CHN GOV`; empty where unknown.
    pub code: String,
    /// True for a person, who may stand for a state.
    pub is_person: bool,
}

impl Party {
    /// The country or the kind of organisation: the first part of the code.
    pub(crate) fn country(&self) -> Option<&str> {
        self.code.split_whitespace().next().filter(|c| c.len() == COUNTRY_CHARS)
    }
}

/// Countries and international codes have three letters, as sectors have; a code that begins with a sector has none.
const COUNTRY_CHARS: usize = 3;

impl From<&Report> for Telling {
    fn from(report: &Report) -> Self {
        let span = report.evidence.span();
        Telling {
            start: span.start,
            end: span.end,
            evidence: report.evidence.words().to_string(),
            event_type: report.event_type.clone(),
            mode: report.mode.clone(),
            status: report.status,
            symmetric: report.symmetric,
            date: report.date,
            date_basis: report.date_basis,
            place: report.place.as_ref().map(|p| p.name.clone()),
            actors: report.actors.iter().map(Party::from).collect(),
            recipients: report.recipients.iter().map(Party::from).collect(),
        }
    }
}

impl From<&Participant> for Party {
    fn from(party: &Participant) -> Self {
        Party {
            text: party.text.clone(),
            name: party.actor.name.clone(),
            code: if party.actor.code.country.is_some() { party.actor.code.to_string() } else { String::new() },
            is_person: party.actor.kind == ActorKind::Person,
        }
    }
}
