//! PLOVER JSON: one object a report, with the event that it tells of in `comment`'s place beside it.

use crate::rows::{Party, actors, full_day, recipients};
use crate::{Export, ExportError, Result};
use chancery_ledger::{EventRow, Telling};
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

/// `date` is required: where no day is known, what is known of it stands there, else the article's date.
fn record(event: &EventRow, telling: &Telling, export: &Export<'_>) -> Value {
    let report = &telling.report;
    let (kind, mode) = (&report.event_type, report.mode.as_deref());
    let date = report.date.as_deref().or(event.date.as_deref()).or(telling.article.date.as_deref());
    let statuses = Some(report.status.as_str()).filter(|s| *s != "occurred");
    let record = json!({
        "id": telling.key,
        "has_event": true,
        "date": date.unwrap_or_default(),
        "actor": actors(telling).iter().map(entity).collect::<Vec<_>>(),
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
            "sequence": telling.article.id,
            "start": report.start.saturating_sub(telling.article_start),
            "end": report.end.saturating_sub(telling.article_start),
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

fn entity(party: &Party<'_>) -> Value {
    let known = |text: &str| (!text.is_empty()).then(|| text.to_string());
    without_nulls(json!({
        "code": known(party.country()),
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
