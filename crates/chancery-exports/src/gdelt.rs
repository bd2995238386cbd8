//! GDELT 2 events and mentions: tables without a header.

use crate::rows::{
    Pair, Party, actors, address, digits, full_day, number, pair_number, pairs, recipients, sentence_number, stamp,
    within, write_tsv,
};
use crate::{Export, ExportError, Knowledge, Result};
use chancery_ledger::{EventRow, Telling};
use chancery_records::LocationRecord;
use chancery_text::PartialDate;
use std::collections::BTreeSet;
use std::io::Write;

pub(crate) const EVENT_COLUMNS: [&str; 61] = [
    "GLOBALEVENTID",
    "SQLDATE",
    "MonthYear",
    "Year",
    "FractionDate",
    "Actor1Code",
    "Actor1Name",
    "Actor1CountryCode",
    "Actor1KnownGroupCode",
    "Actor1EthnicCode",
    "Actor1Religion1Code",
    "Actor1Religion2Code",
    "Actor1Type1Code",
    "Actor1Type2Code",
    "Actor1Type3Code",
    "Actor2Code",
    "Actor2Name",
    "Actor2CountryCode",
    "Actor2KnownGroupCode",
    "Actor2EthnicCode",
    "Actor2Religion1Code",
    "Actor2Religion2Code",
    "Actor2Type1Code",
    "Actor2Type2Code",
    "Actor2Type3Code",
    "IsRootEvent",
    "EventCode",
    "EventBaseCode",
    "EventRootCode",
    "QuadClass",
    "GoldsteinScale",
    "NumMentions",
    "NumSources",
    "NumArticles",
    "AvgTone",
    "Actor1Geo_Type",
    "Actor1Geo_FullName",
    "Actor1Geo_CountryCode",
    "Actor1Geo_ADM1Code",
    "Actor1Geo_ADM2Code",
    "Actor1Geo_Lat",
    "Actor1Geo_Long",
    "Actor1Geo_FeatureID",
    "Actor2Geo_Type",
    "Actor2Geo_FullName",
    "Actor2Geo_CountryCode",
    "Actor2Geo_ADM1Code",
    "Actor2Geo_ADM2Code",
    "Actor2Geo_Lat",
    "Actor2Geo_Long",
    "Actor2Geo_FeatureID",
    "ActionGeo_Type",
    "ActionGeo_FullName",
    "ActionGeo_CountryCode",
    "ActionGeo_ADM1Code",
    "ActionGeo_ADM2Code",
    "ActionGeo_Lat",
    "ActionGeo_Long",
    "ActionGeo_FeatureID",
    "DATEADDED",
    "SOURCEURL",
];

pub(crate) const MENTION_COLUMNS: [&str; 16] = [
    "GLOBALEVENTID",
    "EventTimeDate",
    "MentionTimeDate",
    "MentionType",
    "MentionSourceName",
    "MentionIdentifier",
    "SentenceID",
    "Actor1CharOffset",
    "Actor2CharOffset",
    "ActionCharOffset",
    "InRawText",
    "Confidence",
    "MentionDocLen",
    "MentionDocTone",
    "MentionDocTranslationInfo",
    "Extras",
];

pub(crate) fn write_events(export: &Export<'_>, out: &mut dyn Write) -> Result<()> {
    export.ledger.for_each_event(export.filter, |event| {
        for pair in pairs(event.lead()) {
            let mut cells = vec![pair_number(&event.id, &pair).to_string()];
            cells.extend(date_cells(event.date.as_deref()));
            cells.extend(party_cells(pair.0.as_ref(), export.knowledge));
            cells.extend(party_cells(pair.1.as_ref(), export.knowledge));
            cells.extend(act_cells(&event, export.knowledge));
            // Where the parties were is not what the ledger knows.
            cells.extend(std::iter::repeat_n(String::new(), 16));
            cells.extend(place_cells(event.lead(), export.knowledge));
            let added = event.tellings.iter().filter_map(|t| full_day(t.article.date.as_deref())).min();
            cells.extend([stamp(added), address(event.lead()).into()]);
            write_tsv(out, &cells)?;
        }
        Ok::<(), ExportError>(())
    })
}

pub(crate) fn write_mentions(export: &Export<'_>, out: &mut dyn Write) -> Result<()> {
    export.ledger.for_each_event(export.filter, |event| {
        for pair in pairs(event.lead()) {
            for telling in &event.tellings {
                write_tsv(out, &mention_cells(&event, &pair, telling))?;
            }
        }
        Ok::<(), ExportError>(())
    })
}

/// Day, month, year, and the year with the part of it that is over; as far as the date is known.
fn date_cells(date: Option<&str>) -> [String; 4] {
    let date = date.unwrap_or_default();
    let upto = |n: usize| date.get(..n).map(digits).unwrap_or_default();
    let fraction = date.parse::<PartialDate>().ok().filter(|d| d.day().is_some()).map(|d| {
        let over = d.month().map_or(0, |m| u32::from(m) - 1) * 30 + u32::from(d.day().unwrap_or(1));
        format!("{}.{:04}", d.year(), over * 10_000 / 365)
    });
    [upto(10), upto(7), upto(4), fraction.unwrap_or_default()]
}

fn party_cells(party: Option<&Party<'_>>, knowledge: &Knowledge) -> [String; 10] {
    let Some(party) = party else { return Default::default() };
    let country = party.country();
    let is_state = !knowledge.country_name(country).is_empty();
    let mut types = party.sectors().map(String::from);
    [
        party.code().replace(' ', ""),
        party.label().into(),
        if is_state { country.into() } else { String::new() },
        if is_state { String::new() } else { country.into() },
        String::new(),
        String::new(),
        String::new(),
        types.next().unwrap_or_default(),
        types.next().unwrap_or_default(),
        types.next().unwrap_or_default(),
    ]
}

fn act_cells(event: &EventRow, knowledge: &Knowledge) -> [String; 10] {
    let (kind, mode) = (&event.event_type, event.mode.as_deref());
    let code = event.lead().report.cameo.as_deref().or(knowledge.cameo(kind, mode)).unwrap_or_default();
    let upto = |n: usize| code.get(..n).unwrap_or(code).to_string();
    let outlets: BTreeSet<_> = event.tellings.iter().map(|t| &t.article.outlet).collect();
    let articles: BTreeSet<_> = event.tellings.iter().map(|t| &t.article.key).collect();
    [
        u8::from(event.tellings.iter().any(is_in_lead)).to_string(),
        code.into(),
        upto(3),
        upto(2),
        number(knowledge.quad_number(kind)),
        number(knowledge.score(kind, mode)),
        event.tellings.len().to_string(),
        outlets.len().to_string(),
        articles.len().to_string(),
        String::new(),
    ]
}

/// True for a report in the first paragraph of its article, or in a title before it.
fn is_in_lead(telling: &Telling) -> bool {
    let before: String = telling.text.chars().take(within(telling, telling.report.start)).collect();
    let paragraphs = before.lines().filter(|l| !l.trim().is_empty()).count();
    let begins_line = before.is_empty() || before.ends_with('\n');
    let paragraph = paragraphs + usize::from(begins_line);
    let titled = telling.article.title.as_deref().is_some_and(|t| telling.text.trim_start().starts_with(t));
    paragraph <= 1 + usize::from(titled)
}

/// The kind of place in GDELT's numbers: a country, a state or city of the United States, a city or region elsewhere.
pub(crate) fn place_type(location: &LocationRecord, knowledge: &Knowledge) -> &'static str {
    let fips = location.country.as_deref().map_or("", |c| knowledge.fips(c));
    match (location.precision.as_deref(), fips) {
        (Some("country"), _) => "1",
        (Some("region"), "US") => "2",
        (Some("city"), "US") => "3",
        (Some("city"), _) => "4",
        (Some("region"), _) => "5",
        _ => "",
    }
}

fn place_cells(telling: &Telling, knowledge: &Knowledge) -> [String; 8] {
    let (Some(place), Some(location)) = (&telling.report.place, &telling.report.location) else {
        return Default::default();
    };
    [
        place_type(location, knowledge).into(),
        place.clone(),
        location.country.as_deref().map(|c| knowledge.fips(c)).unwrap_or_default().into(),
        String::new(),
        String::new(),
        number(location.lat),
        number(location.lon),
        String::new(),
    ]
}

fn mention_cells(event: &EventRow, pair: &Pair<'_>, telling: &Telling) -> Vec<String> {
    let report = &telling.report;
    let offset = |wanted: Option<&Party<'_>>, here: Vec<Party<'_>>| {
        let same = here.into_iter().find(|p| Some(p.identity()) == wanted.map(Party::identity));
        number(same.map(|p| within(telling, p.record.start)))
    };
    let at = within(telling, report.start);
    let by_url = telling.article.url.is_some();
    vec![
        pair_number(&event.id, pair).to_string(),
        stamp(event.date.as_deref()),
        stamp(telling.article.date.as_deref()),
        if by_url { "1" } else { "2" }.into(),
        source_name(telling),
        address(telling).into(),
        sentence_number(&telling.text, at).to_string(),
        offset(pair.0.as_ref(), actors(telling)),
        offset(pair.1.as_ref(), recipients(telling)),
        at.to_string(),
        "1".into(),
        format!("{:.0}", (report.confidence * 100.0).clamp(0.0, 100.0)),
        telling.text.chars().count().to_string(),
        String::new(),
        String::new(),
        telling.key.clone(),
    ]
}

/// The host of the article's address, else its outlet.
fn source_name(telling: &Telling) -> String {
    let host = telling.article.url.as_deref().and_then(chancery_text::domain);
    host.or_else(|| telling.article.outlet.clone()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_date_is_told_as_far_as_it_is_known() {
        assert_eq!(date_cells(Some("2026-12-31")), ["20261231", "202612", "2026", "2026.9890"]);
        assert_eq!(date_cells(Some("2026-02")), ["", "202602", "2026", ""]);
        assert_eq!(date_cells(Some("2026")), ["", "", "2026", ""]);
        assert_eq!(date_cells(None), ["", "", "", ""]);
    }
}
