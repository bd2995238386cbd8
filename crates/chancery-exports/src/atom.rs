//! An Atom feed of a query: the newest events, each an entry with its words.

use crate::network::{clean, document, end, text};
use crate::rows::{full_day, one_line};
use crate::{Export, Result};
use chancery_ledger::EventSummary;
use quick_xml::Writer;
use std::io::Write;

/// Entries of a feed; readers ask for the newest only.
const MOST_ENTRIES: usize = 200;

/// Where a feed is served: its entries link to pages there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The server, without a slash at its end: `http://localhost:8420`.
    pub home: String,
    /// The list that the feed follows, from its first slash: `/?actor=CHN`.
    pub list: String,
    /// The feed itself, from its first slash.
    pub feed: String,
}

/// Addresses of articles that are given with an entry.
const MOST_LINKS: usize = 5;

/// An event and when articles told of it.
struct Entry {
    event: EventSummary,
    /// Day of the first and of the last article.
    first: Option<String>,
    last: Option<String>,
    /// Addresses of these articles on the web.
    pages: Vec<String>,
}

pub(crate) fn write(export: &Export<'_>, site: Option<&Site>, out: &mut dyn Write) -> Result<()> {
    let events = export.ledger.events(export.filter, None, MOST_ENTRIES)?.items;
    let entries = events.into_iter().map(|e| told(export, e)).collect::<Result<Vec<Entry>>>()?;
    let mut xml = document(out)?;
    let root = xml.create_element("feed").with_attribute(("xmlns", "http://www.w3.org/2005/Atom"));
    root.write_inner_content(|xml| {
        // The same query is the same feed, wherever it is made.
        let id = crate::rows::number_of(&[&export.made_by.query()]);
        text(xml, "id", &format!("urn:chancery:feed:{id}"))?;
        text(xml, "title", &title(export))?;
        text(xml, "updated", &time_of(entries.iter().filter_map(Entry::updated).max()))?;
        if let Some(site) = site {
            link(xml, "self", &format!("{}{}", site.home, site.feed))?;
            link(xml, "alternate", &format!("{}{}", site.home, site.list))?;
        }
        let generator = xml.create_element("generator").with_attribute(("version", env!("CARGO_PKG_VERSION")));
        generator.write_text_content(quick_xml::events::BytesText::new("Chancery"))?;
        text(xml, "subtitle", &export.made_by.json())?;
        xml.create_element("author").write_inner_content(|xml| text(xml, "name", "Chancery"))?;
        for found in &entries {
            entry(xml, found, site)?;
        }
        Ok(())
    })?;
    end(xml)
}

fn told(export: &Export<'_>, event: EventSummary) -> Result<Entry> {
    let tellings = export.ledger.event(&event.id)?.map(|e| e.tellings).unwrap_or_default();
    let mut days: Vec<String> = tellings.iter().filter_map(|t| t.article.date.clone()).collect();
    days.sort();
    let is_page = |url: &&String| url.starts_with("http://") || url.starts_with("https://");
    let mut pages: Vec<String> = Vec::new();
    for url in tellings.iter().filter_map(|t| t.article.url.as_ref()).filter(is_page) {
        if !pages.contains(url) && pages.len() < MOST_LINKS {
            pages.push(url.clone());
        }
    }
    Ok(Entry { event, first: days.first().cloned(), last: days.last().cloned(), pages })
}

impl Entry {
    /// The day of the last article that tells of it; an event's own day may lie ahead.
    fn updated(&self) -> Option<&str> {
        self.last.as_deref().or(self.event.day.as_deref())
    }
}

fn link<W: Write>(xml: &mut Writer<W>, rel: &str, href: &str) -> std::io::Result<()> {
    let element =
        xml.create_element("link").with_attribute(("rel", rel)).with_attribute(("href", clean(href).as_ref()));
    element.write_empty().map(|_| ())
}

fn title(export: &Export<'_>) -> String {
    if export.filter.is_empty() {
        return "Events of a ledger".into();
    }
    format!("Events of a ledger: {}", export.made_by.query())
}

/// A feed needs a time: that of the day, else the first there is.
fn time_of(day: Option<&str>) -> String {
    let day = day.unwrap_or("1970");
    let rest = &"1970-01-01"[day.len().min(10)..];
    format!("{}{rest}T00:00:00Z", full_day(Some(day)).unwrap_or(day))
}

fn entry<W: Write>(xml: &mut Writer<W>, found: &Entry, site: Option<&Site>) -> std::io::Result<()> {
    let event = &found.event;
    xml.create_element("entry").write_inner_content(|xml| {
        text(xml, "id", &format!("urn:chancery:event:{}", event.id))?;
        text(xml, "title", &headline(event))?;
        text(xml, "updated", &time_of(found.updated()))?;
        if let Some(first) = &found.first {
            text(xml, "published", &time_of(Some(first)))?;
        }
        // On the event's own page the articles are beside each other; without one, the first of them stands for it.
        let own = site.map(|site| format!("{}/event/{}", site.home, event.id));
        for (i, href) in own.iter().chain(&found.pages).enumerate() {
            link(xml, if i == 0 { "alternate" } else { "related" }, href)?;
        }
        xml.create_element("category").with_attribute(("term", event.event_type.as_str())).write_empty()?;
        xml.create_element("category").with_attribute(("term", event.status.as_str())).write_empty()?;
        text(xml, "summary", &one_line(&event.evidence))?;
        let outlets = if event.outlets.is_empty() { "unknown outlets".into() } else { event.outlets.join(", ") };
        let told = format!("“{}” Told in {} reports by {outlets}.", one_line(&event.evidence), event.reports);
        let content = xml.create_element("content").with_attribute(("type", "text"));
        content.write_text_content(quick_xml::events::BytesText::new(&clean(&told)))?;
        Ok(())
    })?;
    Ok(())
}

/// `CONSULT/visit, planned: Ilse Varga → Corvia`.
pub(crate) fn headline(event: &EventSummary) -> String {
    let names = |parties: &[chancery_ledger::PartyView]| {
        parties.iter().map(|p| one_line(&p.label)).collect::<Vec<_>>().join(", ")
    };
    let mode = event.mode.as_ref().map(|m| format!("/{m}")).unwrap_or_default();
    let status = if event.status == "occurred" { String::new() } else { format!(", {}", event.status) };
    let arrow = if event.recipients.is_empty() { "" } else { " → " };
    let who = format!("{}{arrow}{}", names(&event.actors), names(&event.recipients));
    format!("{}{mode}{status}: {who}", event.event_type)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_time_is_whole_however_little_is_known() {
        assert_eq!(time_of(Some("2026-02-15")), "2026-02-15T00:00:00Z");
        assert_eq!(time_of(Some("2026-02")), "2026-02-01T00:00:00Z");
        assert_eq!(time_of(Some("2026")), "2026-01-01T00:00:00Z");
        assert_eq!(time_of(None), "1970-01-01T00:00:00Z");
    }
}
