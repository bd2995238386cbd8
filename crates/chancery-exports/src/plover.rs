//! PLOVER JSON: one object a report, with the event that it tells of in `comment`.
//!
//! What the schema requires (`id`, `date`, `actor`, `event`, and a party's `code`) is always there: [`UNKNOWN`] stands for a
//! party or code that is not known, [`NO_DAY`] for a date.

use crate::rows::{Party, actors, full_day, recipients, sentence_number, within};
use crate::{Export, ExportError, Result};
use chancery_ledger::{EventRow, Telling};
use chancery_text::PartialDate;
use serde_json::{Map, Value, json};
use std::io::Write;

pub(crate) fn write(export: &Export<'_>, out: &mut dyn Write) -> Result<()> {
    export.ledger.for_each_event(export.filter, |event| {
        for telling in &event.tellings {
            serde_json::to_writer(&mut *out, &record(&event, telling, export))?;
            out.write_all(b"\n")?;
        }
        Ok::<(), ExportError>(())
    })
}

/// Stands for a code that is not known, as in CAMEO's and PLOVER's data.
const UNKNOWN: &str = "---";

/// Stands for a date that is not known.
const NO_DAY: &str = "0000-00-00";

/// `date` is a day: of an event that is dated to a month or year, it is the first, and `enddate` the last.
fn record(event: &EventRow, telling: &Telling, export: &Export<'_>) -> Value {
    let report = &telling.report;
    let (kind, mode) = (&report.event_type, report.mode.as_deref());
    let date = report.date.as_deref().or(event.date.as_deref()).or(telling.article.date.as_deref());
    let (day, enddate) = days(date);
    let statuses = Some(report.status.as_str()).filter(|s| *s != "occurred");
    let record = json!({
        "id": telling.key,
        "has_event": true,
        "date": day,
        "enddate": enddate,
        "actor": required(actors(telling).iter().map(entity).collect()),
        "recipient": recipients(telling).iter().map(entity).collect::<Vec<_>>(),
        "event": [kind],
        "mode": mode.into_iter().chain(statuses).collect::<Vec<_>>(),
        "context": report.contexts,
        "event_loc": report.place.as_ref().map(|_| place(telling)),
        "event_text": [report.text],
        "quad_code": export.knowledge.quad_number(kind),
        "event_scale": export.knowledge.score(kind, mode),
        "link": telling.article.url,
        "text": telling.text,
        "text_info": {
            "sequence": sentence_number(&telling.text, within(telling, report.start)),
            "start": within(telling, report.start),
            "end": within(telling, report.end),
            "text_story": telling.article.id,
        },
        "cite_info": without_nulls(json!({
            "title": telling.article.title,
            "publisher": telling.article.outlet,
            "date": full_day(telling.article.date.as_deref()),
        })),
        "coder": export.made_by.program,
        "comment": format!("event {}; confidence {}; {}", event.id, report.confidence, report.why),
    });
    without_nulls(record)
}

/// The first and, where that is another, the last day of what is known of a date.
fn days(date: Option<&str>) -> (String, Option<String>) {
    let Some(known) = date.and_then(|d| d.parse::<PartialDate>().ok()) else { return (NO_DAY.into(), None) };
    let (year, month) = (known.year(), known.month());
    match (month, known.day()) {
        (Some(month), Some(day)) => (format!("{year:04}-{month:02}-{day:02}"), None),
        (Some(month), None) => {
            let last = (28..=31).rev().find(|d| format!("{year:04}-{month:02}-{d}").parse::<PartialDate>().is_ok());
            (format!("{year:04}-{month:02}-01"), last.map(|d| format!("{year:04}-{month:02}-{d}")))
        }
        _ => (format!("{year:04}-01-01"), Some(format!("{year:04}-12-31"))),
    }
}

/// At least one party.
fn required(parties: Vec<Value>) -> Vec<Value> {
    if parties.is_empty() { vec![json!({ "code": UNKNOWN, "sector": [], "entity_text": "" })] } else { parties }
}

fn entity(party: &Party<'_>) -> Value {
    let known = |text: &str| (!text.is_empty()).then(|| text.to_string());
    without_nulls(json!({
        "code": known(party.country()).unwrap_or_else(|| UNKNOWN.into()),
        "sector": party.sectors().collect::<Vec<_>>(),
        "entity_text": party.record.text,
        "identifier_id": known(party.wikidata()),
        "identifier_text": party.record.name,
    }))
}

fn place(telling: &Telling) -> Value {
    let location = telling.report.location.as_ref();
    without_nulls(json!({
        "placename": telling.report.place,
        "country": location.and_then(|l| l.country.as_ref()),
        "precision": location.and_then(|l| l.precision.as_ref()),
        "lat": location.and_then(|l| l.lat),
        "lon": location.and_then(|l| l.lon),
    }))
}

pub(crate) fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(map.into_iter().filter(|(_, v)| !v.is_null()).collect::<Map<_, _>>()),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_has_a_day_and_an_end_where_it_is_longer() {
        let told = |date| {
            let (first, last) = days(date);
            format!("{first}..{}", last.unwrap_or_default())
        };
        assert_eq!(told(Some("2026-02-15")), "2026-02-15..");
        assert_eq!(told(Some("2024-02")), "2024-02-01..2024-02-29");
        assert_eq!(told(Some("2026")), "2026-01-01..2026-12-31");
        assert_eq!(told(None), "0000-00-00..");
    }
}
