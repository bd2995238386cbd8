//! POLECAT's table: one row an event and pair of parties, by the report that speaks for the event.

use crate::rows::{Pair, Party, full_day, number, pair_number, pairs, write_tsv};
use crate::{Export, ExportError, Knowledge, Result};
use chancery_ledger::{EventRow, Telling};
use std::io::Write;

pub(crate) const COLUMNS: [&str; 40] = [
    "Event ID",
    "Event Date",
    "Event Type",
    "Event Mode",
    "Intensity",
    "Quad Code",
    "Contexts",
    "Actor Name",
    "Actor Country",
    "Actor COW",
    "Primary Actor Sector",
    "Actor Sectors",
    "Actor Title",
    "Actor Name Raw",
    "Wikipedia Actor ID",
    "Recipient Name",
    "Recipient Country",
    "Recipient COW",
    "Primary Recipient Sector",
    "Recipient Sectors",
    "Recipient Title",
    "Recipient Name Raw",
    "Wikipedia Recipient ID",
    "Placename",
    "City",
    "District",
    "Province",
    "Country",
    "Latitude",
    "Longitude",
    "GeoNames ID",
    "Raw Placename",
    "Feature Type",
    "Source",
    "Publication Date",
    "Story People",
    "Story Organizations",
    "Story Locations",
    "Language",
    "Version",
];

pub(crate) fn write(export: &Export<'_>, out: &mut dyn Write) -> Result<()> {
    write_tsv(out, &COLUMNS)?;
    export.ledger.for_each_event(export.filter, |event| {
        for pair in pairs(event.lead()) {
            write_tsv(out, &row(&event, &pair, export))?;
        }
        Ok::<(), ExportError>(())
    })
}

fn row(event: &EventRow, pair: &Pair<'_>, export: &Export<'_>) -> Vec<String> {
    let knowledge = export.knowledge;
    let telling = event.lead();
    let mut cells = vec![
        pair_number(&event.id, pair).to_string(),
        full_day(event.date.as_deref()).unwrap_or_default().into(),
        event.event_type.clone(),
        event.mode.clone().unwrap_or_default(),
        number(knowledge.score(&event.event_type, event.mode.as_deref())),
        knowledge.quad(&event.event_type).to_uppercase(),
        telling.report.contexts.join("; "),
    ];
    cells.extend(party_cells(pair.0.as_ref(), knowledge));
    cells.extend(party_cells(pair.1.as_ref(), knowledge));
    cells.extend(place_cells(event, telling));
    cells.extend([
        telling.article.outlet.clone().unwrap_or_default(),
        full_day(telling.article.date.as_deref()).unwrap_or_default().into(),
        String::new(),
        String::new(),
        String::new(),
        "en".into(),
        export.made_by.program.clone(),
    ]);
    cells
}

fn party_cells(party: Option<&Party<'_>>, knowledge: &Knowledge) -> [String; 8] {
    let Some(party) = party else { return Default::default() };
    let sectors: Vec<&str> = party.sectors().collect();
    [
        party.label().into(),
        party.country().into(),
        knowledge.cow(party.country()).into(),
        sectors.first().copied().unwrap_or_default().into(),
        sectors.join("; "),
        String::new(),
        party.record.text.clone(),
        party.wikidata().into(),
    ]
}

fn place_cells(event: &EventRow, telling: &Telling) -> [String; 10] {
    let place = event.place.clone().unwrap_or_default();
    let location = telling.report.location.as_ref().filter(|_| telling.report.place == event.place);
    let precision = location.and_then(|l| l.precision.as_deref()).unwrap_or_default();
    let of = |kind: &str| if precision == kind { place.clone() } else { String::new() };
    [
        place.clone(),
        of("city"),
        String::new(),
        of("region"),
        location.and_then(|l| l.country.clone()).unwrap_or_default(),
        number(location.and_then(|l| l.lat)),
        number(location.and_then(|l| l.lon)),
        String::new(),
        place.clone(),
        precision.into(),
    ]
}
