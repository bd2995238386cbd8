//! Records as what is joined: the coder's own rows and those of a ledger are compared alike.

use crate::{ArticleRecord, EventRecord, PartyRecord};
use chancery_stories::{ArticleTellings, Party, Telling};
use chancery_text::{DateBasis, Status};

impl From<&ArticleRecord> for ArticleTellings {
    fn from(article: &ArticleRecord) -> Self {
        ArticleTellings {
            id: article.id.clone(),
            date: article.date.as_deref().and_then(|d| d.parse().ok()),
            tellings: article.events.iter().map(Telling::from).collect(),
        }
    }
}

impl From<&EventRecord> for Telling {
    fn from(event: &EventRecord) -> Self {
        Telling {
            start: event.start,
            end: event.end,
            evidence: event.text.clone(),
            event_type: event.event_type.clone(),
            mode: event.mode.clone(),
            status: Status::parse(&event.status).unwrap_or(Status::Occurred),
            symmetric: event.symmetric,
            date: event.date.as_deref().and_then(|d| d.parse().ok()),
            date_basis: event.date_from.as_deref().and_then(DateBasis::parse),
            place: event.place.clone(),
            actors: event.actors.iter().map(Party::from).collect(),
            recipients: event.recipients.iter().map(Party::from).collect(),
        }
    }
}

impl From<&PartyRecord> for Party {
    fn from(party: &PartyRecord) -> Self {
        Party {
            text: party.text.clone(),
            name: party.name.clone().unwrap_or_default(),
            code: party.code.clone().unwrap_or_default(),
            is_person: party.kind.as_deref() == Some("person"),
        }
    }
}
