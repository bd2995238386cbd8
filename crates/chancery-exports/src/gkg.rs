//! GDELT's Global Knowledge Graph 2.1: one row an article, 27 columns without a header.

use crate::gdelt::place_type;
use crate::rows::{digits, number, one_line, write_tsv};
use crate::{Export, ExportError, Knowledge, Result};
use chancery_ledger::ArticleRow;
use chancery_records::{EventRecord, MentionRecord};
use std::collections::BTreeSet;
use std::io::Write;

pub(crate) const COLUMNS: [&str; 27] = [
    "GKGRECORDID",
    "DATE",
    "SourceCollectionIdentifier",
    "SourceCommonName",
    "DocumentIdentifier",
    "Counts",
    "V2Counts",
    "Themes",
    "V2Themes",
    "Locations",
    "V2Locations",
    "Persons",
    "V2Persons",
    "Organizations",
    "V2Organizations",
    "V2Tone",
    "Dates",
    "GCAM",
    "SharingImage",
    "RelatedImages",
    "SocialImageEmbeds",
    "SocialVideoEmbeds",
    "Quotations",
    "AllNames",
    "Amounts",
    "TranslationInfo",
    "Extras",
];

/// Kinds of mentions that stand among the organisations.
const ORGANIZATIONS: [&str; 6] = ["body", "party", "igo", "company", "media", "organization"];

pub(crate) fn write(export: &Export<'_>, out: &mut dyn Write) -> Result<()> {
    export.ledger.for_each_told_article(export.filter, |row| {
        write_tsv(out, &cells(&row, export.knowledge))?;
        Ok::<(), ExportError>(())
    })
}

fn cells(row: &ArticleRow, knowledge: &Knowledge) -> Vec<String> {
    let record = &row.article.record;
    let start = record.start;
    let day = record.date.as_deref().map(digits).filter(|d| d.len() == 8).map(|d| d + "000000").unwrap_or_default();
    let events: Vec<&EventRecord> = row.reports.iter().filter_map(|(_, i)| record.events.get(*i)).collect();
    let of = |kinds: &[&str]| -> Vec<&MentionRecord> {
        record.mentions.iter().filter(|m| kinds.contains(&m.kind.as_str()) && m.name.is_some()).collect()
    };
    let (persons, organizations) = (of(&["person"]), of(&ORGANIZATIONS));
    let named: Vec<&MentionRecord> = record.mentions.iter().filter(|m| m.name.is_some()).collect();
    let (themes, places) = (themes(&events, start), places(&events, start, knowledge));
    let source = row.head.url.as_deref().and_then(chancery_text::domain).or_else(|| row.head.outlet.clone());
    let mut cells = vec![String::new(); COLUMNS.len()];
    let mut set = |column: &str, value: String| {
        if let Some(at) = COLUMNS.iter().position(|c| *c == column) {
            cells[at] = value;
        }
    };
    set("GKGRECORDID", format!("{}-{}", if day.is_empty() { "0" } else { &day }, row.head.key));
    set("DATE", day);
    set("SourceCollectionIdentifier", if row.head.url.is_some() { "1" } else { "2" }.into());
    set("SourceCommonName", source.unwrap_or_default());
    set("DocumentIdentifier", row.head.url.clone().unwrap_or_else(|| row.head.id.clone()));
    set("Themes", distinct(themes.iter().map(|(theme, _)| theme.clone())));
    set("V2Themes", with_offsets(&themes));
    set("Locations", distinct(places.iter().map(|p| p.first())));
    set("V2Locations", places.iter().map(Place::second).collect::<Vec<_>>().join(";"));
    set("Persons", distinct(persons.iter().map(|m| name_of(m))));
    set("V2Persons", with_offsets(&offsets(&persons, start)));
    set("Organizations", distinct(organizations.iter().map(|m| name_of(m))));
    set("V2Organizations", with_offsets(&offsets(&organizations, start)));
    set("Quotations", quotations(row));
    set("AllNames", with_offsets(&offsets(&named, start)));
    set("Extras", record.title.as_deref().map(page_title).unwrap_or_default());
    cells
}

/// The types and contexts of the events, as themes of our own.
fn themes(events: &[&EventRecord], start: usize) -> Vec<(String, usize)> {
    let mut all = Vec::new();
    for event in events {
        let at = event.start.saturating_sub(start);
        all.push((format!("PLOVER_{}", event.event_type), at));
        all.extend(event.contexts.iter().map(|c| (format!("PLOVER_CONTEXT_{}", free(&c.to_uppercase())), at)));
    }
    all
}

/// A place of an event.
struct Place {
    head: String,
    tail: String,
    at: usize,
}

impl Place {
    /// `type#name#country#adm1#lat#long#id`.
    fn first(&self) -> String {
        format!("{}##{}#", self.head, self.tail)
    }

    /// The same with a second region and the offset.
    fn second(&self) -> String {
        format!("{}###{}##{}", self.head, self.tail, self.at)
    }
}

fn places(events: &[&EventRecord], start: usize, knowledge: &Knowledge) -> Vec<Place> {
    let place = |event: &&EventRecord| {
        let (name, location) = (event.place.as_ref()?, event.location.as_ref()?);
        let fips = location.country.as_deref().map_or("", |c| knowledge.fips(c));
        Some(Place {
            head: format!("{}#{}#{fips}", place_type(location, knowledge), free(name)),
            tail: format!("{}#{}", number(location.lat), number(location.lon)),
            at: event.start.saturating_sub(start),
        })
    };
    events.iter().filter_map(place).collect()
}

fn offsets(mentions: &[&MentionRecord], start: usize) -> Vec<(String, usize)> {
    mentions.iter().map(|m| (name_of(m), m.start.saturating_sub(start))).collect()
}

fn name_of(mention: &MentionRecord) -> String {
    free(mention.name.as_deref().unwrap_or(&mention.text))
}

/// What stands in direct speech: `offset|length|verb|quote`, joined by `#`.
fn quotations(row: &ArticleRow) -> String {
    let record = &row.article.record;
    let quotes = record.quotes.iter().filter(|q| q.kind != "indirect");
    let one = |q: &chancery_records::QuoteRecord| {
        let (at, length) = (q.start.saturating_sub(record.start), q.end.saturating_sub(q.start));
        format!("{at}|{length}|{}|{}", free(q.cue.as_deref().unwrap_or_default()), free(&q.text))
    };
    quotes.map(one).collect::<Vec<_>>().join("#")
}

fn page_title(title: &str) -> String {
    format!("<PAGE_TITLE>{}</PAGE_TITLE>", quick_xml::escape::escape(one_line(title)))
}

fn distinct(names: impl Iterator<Item = String>) -> String {
    let mut seen = BTreeSet::new();
    names.filter(|n| seen.insert(n.clone())).collect::<Vec<_>>().join(";")
}

fn with_offsets(names: &[(String, usize)]) -> String {
    names.iter().map(|(name, at)| format!("{name},{at}")).collect::<Vec<_>>().join(";")
}

/// A text without the signs that part fields.
fn free(text: &str) -> String {
    one_line(&text.replace(['#', '|', ';', ','], " "))
}
