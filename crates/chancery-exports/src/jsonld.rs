//! JSON-LD: events as schema.org actions, with the articles that report them. The context needs no look-up on the web.

use crate::plover::without_nulls;
use crate::rows::{Party, actors, full_day, recipients};
use crate::{Export, ExportError, Result};
use chancery_ledger::{EventRow, Telling};
use serde_json::{Value, json};
use std::collections::BTreeSet;
use std::io::Write;

pub(crate) fn write(export: &Export<'_>, out: &mut dyn Write) -> Result<()> {
    let context =
        json!({ "@vocab": "https://schema.org/", "url": { "@type": "@id" }, "additionalType": { "@type": "@id" } });
    let made_by = json!({
        "@id": "urn:chancery:export",
        "@type": "Dataset",
        "name": "Events of a Chancery ledger",
        "creator": { "@type": "SoftwareApplication", "name": export.made_by.program },
        "description": export.made_by.json(),
    });
    write!(out, "{{\"@context\":{context},\"@graph\":[\n{made_by}")?;
    let mut articles = BTreeSet::new();
    export.ledger.for_each_event(export.filter, |event| {
        for telling in &event.tellings {
            if articles.insert(telling.article.key.clone()) {
                out.write_all(b",\n")?;
                serde_json::to_writer(&mut *out, &article(telling))?;
            }
        }
        out.write_all(b",\n")?;
        serde_json::to_writer(&mut *out, &action(&event))?;
        Ok::<(), ExportError>(())
    })?;
    Ok(out.write_all(b"\n]}\n")?)
}

fn article_id(telling: &Telling) -> String {
    format!("urn:chancery:article:{}", telling.article.key)
}

fn article(telling: &Telling) -> Value {
    let head = &telling.article;
    without_nulls(json!({
        "@id": article_id(telling),
        "@type": "NewsArticle",
        "identifier": head.id,
        "headline": head.title,
        "url": head.url.as_ref().filter(|u| chancery_text::domain(u).is_some()),
        "datePublished": head.date,
        "publisher": head.outlet.as_ref().map(|o| json!({ "@type": "Organization", "name": o })),
    }))
}

fn action(event: &EventRow) -> Value {
    let telling = event.lead();
    let mode = event.mode.as_ref().map(|m| format!("/{m}")).unwrap_or_default();
    let date = event.date.as_ref();
    without_nulls(json!({
        "@id": format!("urn:chancery:event:{}", event.id),
        "@type": "Action",
        "name": format!("{}{mode}", event.event_type),
        "additionalType": format!("urn:plover:{}", event.event_type),
        "description": telling.report.text,
        "disambiguatingDescription": event.status,
        "actionStatus": action_status(&event.status),
        "startTime": full_day(date.map(String::as_str)).or(date.map(String::as_str)),
        "agent": list(actors(telling).iter().map(agent).collect()),
        "participant": list(recipients(telling).iter().map(agent).collect()),
        "location": place(event),
        "subjectOf": list(event.tellings.iter().map(|t| json!({ "@id": article_id(t) })).collect()),
    }))
}

/// schema.org knows done, under way, to come and failed; of what is denied, called for or only thought of it says nothing.
fn action_status(status: &str) -> Option<&'static str> {
    match status {
        "occurred" => Some("CompletedActionStatus"),
        "ongoing" => Some("ActiveActionStatus"),
        "planned" => Some("PotentialActionStatus"),
        _ => None,
    }
}

fn list(values: Vec<Value>) -> Option<Value> {
    (!values.is_empty()).then_some(Value::Array(values))
}

fn agent(party: &Party<'_>) -> Value {
    let kind = match party.kind() {
        Some("person") => "Person",
        Some("country") => "Country",
        Some("company") => "Corporation",
        Some("media") => "NewsMediaOrganization",
        Some("body" | "igo") => "GovernmentOrganization",
        Some("party" | "organization") => "Organization",
        _ => "Thing",
    };
    let known = |text: &str| (!text.is_empty()).then(|| text.to_string());
    let wikidata = known(party.wikidata()).map(|id| format!("http://www.wikidata.org/entity/{id}"));
    without_nulls(json!({
        "@type": kind, "name": party.label(), "identifier": known(party.code()), "sameAs": wikidata,
    }))
}

fn place(event: &EventRow) -> Option<Value> {
    let name = event.place.as_ref()?;
    let location = event.lead().report.location.as_ref();
    let point = location.and_then(|l| l.lat.zip(l.lon));
    Some(without_nulls(json!({
        "@type": "Place",
        "name": name,
        "geo": point.map(|(lat, lon)| json!({ "@type": "GeoCoordinates", "latitude": lat, "longitude": lon })),
    })))
}
