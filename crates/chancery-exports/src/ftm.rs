//! FollowTheMoney: articles, parties and events as entities, one JSON object a line.

use crate::rows::{Party, actors, number_of, recipients};
use crate::{Export, ExportError, Knowledge, Result};
use chancery_ledger::{EventRow, Telling};
use serde_json::{Map, Value, json};
use std::collections::BTreeSet;
use std::io::Write;

pub(crate) fn write(export: &Export<'_>, out: &mut dyn Write) -> Result<()> {
    // An entity is written once, before the first event that needs it.
    let mut written = BTreeSet::new();
    export.ledger.for_each_event(export.filter, |event| {
        for telling in &event.tellings {
            put(out, &mut written, article(telling))?;
            for party in actors(telling).iter().chain(&recipients(telling)) {
                put(out, &mut written, party_entity(party, export.knowledge))?;
            }
        }
        put(out, &mut written, event_entity(&event, export))
    })
}

fn put(out: &mut dyn Write, written: &mut BTreeSet<String>, entity: Entity) -> Result<()> {
    if written.insert(entity.id.clone()) {
        serde_json::to_writer(&mut *out, &entity.json())?;
        out.write_all(b"\n")?;
    }
    Ok::<(), ExportError>(())
}

struct Entity {
    id: String,
    schema: &'static str,
    properties: Map<String, Value>,
}

impl Entity {
    fn new(id: String, schema: &'static str) -> Self {
        Entity { id, schema, properties: Map::new() }
    }

    /// Adds values; empty ones and doubles are left out.
    fn with<S: Into<String>>(mut self, property: &str, values: impl IntoIterator<Item = S>) -> Self {
        let mut list: Vec<String> = values.into_iter().map(Into::into).filter(|v: &String| !v.is_empty()).collect();
        let mut seen = BTreeSet::new();
        list.retain(|v| seen.insert(v.clone()));
        if !list.is_empty() {
            self.properties.insert(property.into(), json!(list));
        }
        self
    }

    fn json(&self) -> Value {
        json!({ "id": self.id, "schema": self.schema, "properties": self.properties })
    }
}

fn article(telling: &Telling) -> Entity {
    let head = &telling.article;
    Entity::new(format!("chancery-article-{}", head.key), "Article")
        .with("title", head.title.clone())
        .with("fileName", [head.id.clone()])
        .with("publisher", head.outlet.clone())
        .with("publishedAt", head.date.clone())
        .with("sourceUrl", head.url.clone().filter(|u| chancery_text::domain(u).is_some()))
        .with("language", ["eng"])
}

/// A state, or a body of one, is a public body to FollowTheMoney; a group or a crowd has no schema nearer than LegalEntity.
fn schema_of(kind: Option<&str>) -> &'static str {
    match kind {
        Some("person") => "Person",
        Some("country" | "body" | "igo") => "PublicBody",
        Some("party" | "organization" | "media") => "Organization",
        Some("company") => "Company",
        _ => "LegalEntity",
    }
}

fn party_id(party: &Party<'_>) -> String {
    format!("chancery-actor-{}", number_of(&[schema_of(party.kind()), &party.identity()]))
}

fn party_entity(party: &Party<'_>, knowledge: &Knowledge) -> Entity {
    Entity::new(party_id(party), schema_of(party.kind()))
        .with("name", [party.label()])
        .with("country", [knowledge.iso2(party.country()).to_lowercase()])
        .with("wikidataId", [party.wikidata()])
        .with("notes", Some(party.code()).filter(|c| !c.is_empty()).map(|c| format!("PLOVER code {c}")))
}

fn event_entity(event: &EventRow, export: &Export<'_>) -> Entity {
    let ids = |telling: &Telling| -> Vec<String> {
        actors(telling).iter().chain(&recipients(telling)).map(party_id).collect()
    };
    let doers: Vec<String> =
        event.tellings.iter().flat_map(|t| actors(t).iter().map(party_id).collect::<Vec<_>>()).collect();
    let location = event.lead().report.location.as_ref();
    let country = location.and_then(|l| l.country.as_deref()).map(|c| export.knowledge.iso2(c).to_lowercase());
    let mode = event.mode.as_ref().map(|m| format!("/{m}")).unwrap_or_default();
    Entity::new(format!("chancery-event-{}", event.id), "Event")
        .with("name", [format!("{}{mode} ({})", event.event_type, event.status)])
        .with("summary", [event.lead().report.text.clone()])
        .with("description", event.tellings.iter().map(|t| t.report.text.clone()))
        .with("keywords", [event.event_type.clone(), event.status.clone()])
        .with("date", event.date.clone())
        .with("location", event.place.clone())
        .with("country", country)
        .with("organizer", doers)
        .with("involved", event.tellings.iter().flat_map(ids))
        .with("proof", event.tellings.iter().map(|t| format!("chancery-article-{}", t.article.key)))
        .with(
            "sourceUrl",
            event.tellings.iter().filter_map(|t| t.article.url.clone()).filter(|u| chancery_text::domain(u).is_some()),
        )
        .with("recordId", [event.id.clone()])
        .with(
            "notes",
            [format!(
                "{}, knowledge {}, query {}",
                export.made_by.program,
                export.made_by.data_hash,
                export.made_by.query()
            )],
        )
}
