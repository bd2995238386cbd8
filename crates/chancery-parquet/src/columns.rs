//! The columns of a row that is a report.

use crate::table::{Cell, Kind};
use chancery_exports::Knowledge;
use chancery_ledger::{EventRow, Telling};

/// The names of the columns, in order; `month` stands in the folders' names.
pub fn names() -> Vec<&'static str> {
    COLUMNS.iter().map(|(name, _)| *name).collect()
}

use Kind::{Real, Text, Texts, Truth, Whole};

/// The columns, each with what it holds.
pub const COLUMNS: [(&str, Kind); 38] = [
    ("event", Text),
    ("report", Text),
    ("speaks_for_event", Truth),
    ("type", Text),
    ("mode", Text),
    ("cameo", Text),
    ("score", Real),
    ("quad", Whole),
    ("contexts", Texts),
    ("status", Text),
    ("historical", Truth),
    ("date", Text),
    ("date_from", Text),
    ("day", Text),
    ("actor_names", Texts),
    ("actor_codes", Texts),
    ("actor_texts", Texts),
    ("recipient_names", Texts),
    ("recipient_codes", Texts),
    ("recipient_texts", Texts),
    ("place", Text),
    ("place_country", Text),
    ("place_precision", Text),
    ("place_lat", Real),
    ("place_lon", Real),
    ("place_stated", Text),
    ("claimant", Text),
    ("confidence", Real),
    ("why", Text),
    ("article", Text),
    ("article_id", Text),
    ("outlet", Text),
    ("published", Text),
    ("title", Text),
    ("url", Text),
    ("start", Whole),
    ("end", Whole),
    ("text", Text),
];

/// The cells of a report's row.
pub fn cells<'a>(event: &'a EventRow, telling: &'a Telling, knowledge: &'a Knowledge) -> [Cell<'a>; 38] {
    let (r, a) = (&telling.report, &telling.article);
    let location = r.location.as_ref();
    let mode = r.mode.as_deref();
    [
        Cell::Text(Some(&event.id)),
        Cell::Text(Some(&telling.key)),
        Cell::Truth(telling.key == event.lead().key),
        Cell::Text(Some(&r.event_type)),
        Cell::Text(mode),
        Cell::Text(r.cameo.as_deref()),
        Cell::Real(knowledge.score(&r.event_type, mode)),
        Cell::Whole(knowledge.quad_number(&r.event_type).map(i64::from)),
        Cell::Texts(r.contexts.iter().map(|c| Some(c.as_str())).collect()),
        Cell::Text(Some(&r.status)),
        Cell::Truth(r.historical),
        Cell::Text(r.date.as_deref()),
        Cell::Text(r.date_from.as_deref()),
        Cell::Text(event.day.as_deref()),
        Cell::parties(&r.actors, |p| p.name.as_deref()),
        Cell::parties(&r.actors, |p| p.code.as_deref()),
        Cell::parties(&r.actors, |p| Some(&p.text)),
        Cell::parties(&r.recipients, |p| p.name.as_deref()),
        Cell::parties(&r.recipients, |p| p.code.as_deref()),
        Cell::parties(&r.recipients, |p| Some(&p.text)),
        Cell::Text(r.place.as_deref()),
        Cell::Text(location.and_then(|l| l.country.as_deref())),
        Cell::Text(location.and_then(|l| l.precision.as_deref())),
        Cell::Real(location.and_then(|l| l.lat)),
        Cell::Real(location.and_then(|l| l.lon)),
        Cell::Text(location.map(|l| l.stated.as_str())),
        Cell::Text(r.claimant.as_deref()),
        Cell::confidence(r.confidence),
        Cell::Text(Some(&r.why)),
        Cell::Text(Some(&a.key)),
        Cell::Text(Some(&a.id)),
        Cell::Text(a.outlet.as_deref()),
        Cell::Text(a.date.as_deref()),
        Cell::Text(a.title.as_deref()),
        Cell::Text(a.url.as_deref()),
        Cell::count(r.start),
        Cell::count(r.end),
        Cell::Text(Some(&r.text)),
    ]
}
