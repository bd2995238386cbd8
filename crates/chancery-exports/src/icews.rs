//! ICEWS' table: one row an event and pair of parties, by the report that speaks for the event.

use crate::rows::{Party, full_day, number, number_of, pair_number, pairs, sentence_number, within, write_tsv};
use crate::{Export, ExportError, Knowledge, Result};
use chancery_ledger::EventRow;
use std::io::Write;

pub(crate) const COLUMNS: [&str; 20] = [
    "Event ID",
    "Event Date",
    "Source Name",
    "Source Sectors",
    "Source Country",
    "Event Text",
    "CAMEO Code",
    "Intensity",
    "Target Name",
    "Target Sectors",
    "Target Country",
    "Story ID",
    "Sentence Number",
    "Publisher",
    "City",
    "District",
    "Province",
    "Country",
    "Latitude",
    "Longitude",
];

pub(crate) fn write(export: &Export<'_>, out: &mut dyn Write) -> Result<()> {
    write_tsv(out, &COLUMNS)?;
    export.ledger.for_each_event(export.filter, |event| {
        for pair in pairs(event.lead()) {
            let mut cells =
                vec![pair_number(&event.id, &pair).to_string(), full_day(event.date.as_deref()).unwrap_or("").into()];
            cells.extend(party_cells(pair.0.as_ref(), export.knowledge));
            cells.extend(act_cells(&event, export.knowledge));
            cells.extend(party_cells(pair.1.as_ref(), export.knowledge));
            cells.extend(telling_cells(&event, export.knowledge));
            write_tsv(out, &cells)?;
        }
        Ok::<(), ExportError>(())
    })
}

fn party_cells(party: Option<&Party<'_>>, knowledge: &Knowledge) -> [String; 3] {
    let Some(party) = party else { return Default::default() };
    let sectors: Vec<&str> = party.sectors().collect();
    [party.label().into(), sectors.join(","), knowledge.country_name(party.country()).into()]
}

fn act_cells(event: &EventRow, knowledge: &Knowledge) -> [String; 3] {
    let (kind, mode) = (&event.event_type, event.mode.as_deref());
    let cameo = event.lead().report.cameo.as_deref().or(knowledge.cameo(kind, mode));
    [
        mode.map_or_else(|| kind.clone(), |m| format!("{kind}/{m}")),
        cameo.unwrap_or_default().into(),
        number(knowledge.score(kind, mode)),
    ]
}

fn telling_cells(event: &EventRow, knowledge: &Knowledge) -> [String; 9] {
    let telling = event.lead();
    let location = telling.report.location.as_ref();
    let place = telling.report.place.clone().unwrap_or_default();
    let precision = location.and_then(|l| l.precision.as_deref()).unwrap_or_default();
    let of = |kind: &str| if precision == kind { place.clone() } else { String::new() };
    [
        number_of(&[&telling.article.key]).to_string(),
        sentence_number(&telling.text, within(telling, telling.report.start)).to_string(),
        telling.article.outlet.clone().unwrap_or_default(),
        of("city"),
        String::new(),
        of("region"),
        location.and_then(|l| l.country.as_deref()).map(|c| knowledge.country_name(c)).unwrap_or_default().into(),
        number(location.and_then(|l| l.lat)),
        number(location.and_then(|l| l.lon)),
    ]
}
