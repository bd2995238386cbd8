//! An Atom feed of a query: the newest events, each an entry with its words and the addresses of the articles that report it.

use crate::network::{clean, document, end, text};
use crate::rows::{full_day, one_line};
use crate::{Export, Result};
use chancery_ledger::{ArticleHead, EventDetail, EventSummary, ReportView};
use quick_xml::Writer;
use std::collections::BTreeSet;
use std::io::Write;

/// Entries of a feed as a file, and of one that readers ask for again and again.
const MOST_ENTRIES: usize = 200;
const MOST_SERVED: usize = 50;

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

pub(crate) fn write(export: &Export<'_>, site: Option<&Site>, out: &mut dyn Write) -> Result<()> {
    let newest =
        export.ledger.events(export.filter, None, if site.is_some() { MOST_SERVED } else { MOST_ENTRIES })?.items;
    let mut events = Vec::with_capacity(newest.len());
    for event in newest {
        events.extend(export.ledger.event(&event.id)?);
    }
    let mut xml = document(out)?;
    let root = xml.create_element("feed").with_attribute(("xmlns", "http://www.w3.org/2005/Atom"));
    root.write_inner_content(|xml| {
        // The same query is the same feed, wherever it is made.
        let id = crate::rows::number_of(&[&export.made_by.query()]);
        text(xml, "id", &format!("urn:chancery:feed:{id}"))?;
        text(xml, "title", &title(export))?;
        text(xml, "updated", &updated(events.iter().filter_map(last_told).max()))?;
        if let Some(site) = site {
            link(xml, &[("rel", "self"), ("href", &format!("{}{}", site.home, site.feed))])?;
            link(xml, &[("rel", "alternate"), ("href", &format!("{}{}", site.home, site.list))])?;
        }
        let generator = xml.create_element("generator").with_attribute(("version", env!("CARGO_PKG_VERSION")));
        generator.write_text_content(quick_xml::events::BytesText::new("Chancery"))?;
        text(xml, "subtitle", &export.made_by.json())?;
        xml.create_element("author").write_inner_content(|xml| text(xml, "name", "Chancery"))?;
        for event in &events {
            entry(xml, event, site)?;
        }
        Ok(())
    })?;
    end(xml)
}

fn title(export: &Export<'_>) -> String {
    if export.filter.is_empty() {
        return "Events of a ledger".into();
    }
    format!("Events of a ledger: {}", export.made_by.query())
}

/// A feed needs a time: that of the day, else the first there is.
fn updated(day: Option<&str>) -> String {
    let day = day.unwrap_or("1970");
    let rest = &"1970-01-01"[day.len().min(10)..];
    format!("{}{rest}T00:00:00Z", full_day(Some(day)).unwrap_or(day))
}

/// The day on which the latest report was published: then an entry last changed. The day of the event may be long past, or
/// still to come; it stands for it only where no article has a date.
fn last_told(event: &EventDetail) -> Option<&str> {
    let days = event.tellings.iter().filter_map(|t| full_day(t.article.date.as_deref()));
    days.max().or(event.summary.day.as_deref())
}

/// Where the articles are, that of the report which speaks for the event first; each address once.
fn addresses(event: &EventDetail) -> Vec<(&str, &ArticleHead)> {
    let on_the_web = |t: &'_ ReportView| t.article.url.as_deref().is_some_and(|u| chancery_text::domain(u).is_some());
    let leads = |t: &ReportView| t.report.text == event.summary.evidence;
    let mut told: Vec<_> = event.tellings.iter().filter(|t| on_the_web(t)).collect();
    told.sort_by_key(|t| !leads(t));
    let mut seen = BTreeSet::new();
    let address = |t: &'_ &ReportView| seen.insert(t.article.url.clone());
    told.retain(address);
    told.into_iter().filter_map(|t| t.article.url.as_deref().map(|url| (url, &t.article))).collect()
}

fn link<W: Write>(xml: &mut Writer<W>, attributes: &[(&str, &str)]) -> std::io::Result<()> {
    xml.create_element("link").with_attributes(attributes.iter().copied()).write_empty().map(|_| ())
}

fn entry<W: Write>(xml: &mut Writer<W>, detail: &EventDetail, site: Option<&Site>) -> std::io::Result<()> {
    let event = &detail.summary;
    xml.create_element("entry").write_inner_content(|xml| {
        text(xml, "id", &format!("urn:chancery:event:{}", event.id))?;
        text(xml, "title", &headline(event))?;
        text(xml, "updated", &updated(last_told(detail)))?;
        // On the event's own page its articles are beside each other.
        if let Some(site) = site {
            link(xml, &[("rel", "alternate"), ("href", &format!("{}/event/{}", site.home, event.id))])?;
        }
        for (i, (url, article)) in addresses(detail).into_iter().enumerate() {
            let (url, title) = (clean(url), one_line(&clean(article.heading())));
            let rel = if i == 0 && site.is_none() { "alternate" } else { "related" };
            link(xml, &[("rel", rel), ("href", url.as_str()), ("title", title.as_str())])?;
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
        assert_eq!(updated(Some("2026-02-15")), "2026-02-15T00:00:00Z");
        assert_eq!(updated(Some("2026-02")), "2026-02-01T00:00:00Z");
        assert_eq!(updated(Some("2026")), "2026-01-01T00:00:00Z");
        assert_eq!(updated(None), "1970-01-01T00:00:00Z");
    }
}
