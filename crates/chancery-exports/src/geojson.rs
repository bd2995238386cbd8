//! GeoJSON: a feature for each event whose place has a point.

use crate::plover::without_nulls;
use crate::rows::{Party, actors, recipients};
use crate::{Export, ExportError, Result};
use chancery_ledger::EventRow;
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Write;

pub(crate) fn write(export: &Export<'_>, out: &mut dyn Write) -> Result<()> {
    write!(out, "{{\"type\":\"FeatureCollection\",\"chancery\":{},\"features\":[", export.made_by.json())?;
    let mut first = true;
    export.ledger.for_each_event(export.filter, |event| {
        let Some(feature) = feature(&event, export) else { return Ok(()) };
        out.write_all(if first { b"\n" } else { b",\n" })?;
        first = false;
        serde_json::to_writer(&mut *out, &feature)?;
        Ok::<(), ExportError>(())
    })?;
    Ok(out.write_all(b"\n]}\n")?)
}

fn feature(event: &EventRow, export: &Export<'_>) -> Option<Value> {
    let location = event.lead().report.location.as_ref()?;
    let (lon, lat) = (location.lon?, location.lat?);
    let telling = event.lead();
    let outlets: BTreeSet<&str> = event.tellings.iter().filter_map(|t| t.article.outlet.as_deref()).collect();
    let labels = |parties: Vec<Party<'_>>| parties.iter().map(|p| p.label().to_string()).collect::<Vec<_>>();
    let properties = json!({
        "type": event.event_type,
        "mode": event.mode,
        "status": event.status,
        "score": export.knowledge.score(&event.event_type, event.mode.as_deref()),
        "date": event.date,
        "place": event.place,
        "country": location.country,
        "precision": location.precision,
        "stated": location.stated,
        "actors": labels(actors(telling)),
        "recipients": labels(recipients(telling)),
        "evidence": telling.report.text,
        "reports": event.tellings.len(),
        "outlets": outlets,
    });
    Some(json!({
        "type": "Feature",
        "id": event.id,
        "geometry": { "type": "Point", "coordinates": [lon, lat] },
        "properties": without_nulls(properties),
    }))
}
