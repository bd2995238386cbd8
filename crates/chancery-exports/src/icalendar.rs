//! A calendar of what is planned: an entry for each event of status `planned` that has a day (RFC 5545).

use crate::rows::{digits, full_day, one_line, pairs};
use crate::{Export, ExportError, Result};
use chancery_ledger::{EventFilter, EventRow};
use std::io::Write;

pub(crate) fn write(export: &Export<'_>, out: &mut dyn Write) -> Result<()> {
    line(out, "BEGIN", "VCALENDAR")?;
    line(out, "VERSION", "2.0")?;
    line(out, "PRODID", &format!("-//Chancery//{}//EN", escaped(&export.made_by.program)))?;
    line(out, "X-WR-CALNAME", "Planned events")?;
    line(out, "X-WR-CALDESC", &escaped(&export.made_by.json()))?;
    let planned = EventFilter { status: Some("planned".into()), ..export.filter.clone() };
    let wanted = export.filter.status.as_deref().is_none_or(|s| s == "planned");
    if wanted {
        export.ledger.for_each_event(&planned, |event| {
            if let Some(day) = full_day(event.date.as_deref()) {
                entry(out, &event, day)?;
            }
            Ok::<(), ExportError>(())
        })?;
    }
    line(out, "END", "VCALENDAR")
}

fn entry(out: &mut dyn Write, event: &EventRow, day: &str) -> Result<()> {
    let lead = event.lead();
    // The stamp is when the entry was made: the day on which the latest report was published.
    let told = event.reported().map(|(_, last)| last);
    line(out, "BEGIN", "VEVENT")?;
    line(out, "UID", &format!("{}@chancery", escaped(&event.id)))?;
    line(out, "DTSTAMP", &format!("{}T000000Z", digits(told.unwrap_or(day))))?;
    line(out, "DTSTART;VALUE=DATE", &digits(day))?;
    line(out, "SUMMARY", &escaped(&summary(event)))?;
    line(out, "DESCRIPTION", &escaped(&description(event)))?;
    // Not every day is one that the text states: who keeps the calendar has to see that.
    if let Some(from) = event.date_from() {
        line(out, "X-CHANCERY-DATE-FROM", &escaped(from))?;
    }
    line(out, "CATEGORIES", &escaped(&event.event_type))?;
    line(out, "STATUS", "TENTATIVE")?;
    line(out, "TRANSP", "TRANSPARENT")?;
    if let Some(place) = &event.place {
        line(out, "LOCATION", &escaped(place))?;
    }
    if let Some((lat, lon)) = lead.report.location.as_ref().and_then(|l| l.lat.zip(l.lon)) {
        line(out, "GEO", &format!("{lat};{lon}"))?;
    }
    if let Some(url) = lead.article.url.as_deref().filter(|u| chancery_text::domain(u).is_some()) {
        line(out, "URL", &one_line(url))?;
    }
    line(out, "END", "VEVENT")
}

fn summary(event: &EventRow) -> String {
    let mode = event.mode.as_ref().map(|m| format!("/{m}")).unwrap_or_default();
    let pairs: Vec<String> = pairs(event.lead())
        .iter()
        .map(|(a, r)| [a, r].into_iter().flatten().map(|p| one_line(p.label())).collect::<Vec<_>>().join(" → "))
        .collect();
    format!("{}{mode}: {}", event.event_type, pairs.join("; "))
}

fn description(event: &EventRow) -> String {
    let told = |t: &chancery_ledger::Telling| {
        let outlet = t.article.outlet.as_deref().unwrap_or("an unknown outlet");
        format!("“{}” ({})", one_line(&t.report.text), one_line(outlet))
    };
    let from = event.date_from().map(|from| format!("The day is from: {from}."));
    event.tellings.iter().map(told).chain(from).collect::<Vec<_>>().join("\n")
}

/// A text value: backslash, semicolon, comma and line end are escaped, other control characters left out.
fn escaped(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in text.chars() {
        match c {
            '\\' | ';' | ',' => out.extend(['\\', c]),
            '\n' => out.push_str("\\n"),
            c if c.is_control() => {}
            c => out.push(c),
        }
    }
    out
}

/// The most bytes of a line.
const LINE_BYTES: usize = 75;

/// A content line, folded where it is too long; a character is never cut.
fn line(out: &mut dyn Write, name: &str, value: &str) -> Result<()> {
    let whole = format!("{name}:{value}");
    let mut folded = String::with_capacity(whole.len() + whole.len() / 24);
    let mut bytes = 0;
    for c in whole.chars() {
        if bytes + c.len_utf8() > LINE_BYTES {
            folded.push_str("\r\n ");
            bytes = 1;
        }
        folded.push(c);
        bytes += c.len_utf8();
    }
    folded.push_str("\r\n");
    Ok(out.write_all(folded.as_bytes())?)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_long_line_is_folded_between_characters() {
        let mut out = Vec::new();
        let value = "čaj, ".repeat(60);
        line(&mut out, "SUMMARY", &escaped(&value)).unwrap();
        let text = String::from_utf8(out).unwrap();
        assert!(text.split("\r\n").all(|l| l.len() <= LINE_BYTES));
        assert_eq!(text.replace("\r\n ", ""), format!("SUMMARY:{}\r\n", value.replace(',', "\\,")));
    }

    #[test]
    fn nothing_in_a_text_ends_its_line() {
        assert_eq!(escaped("a;b\\c\r\nd\u{7}"), "a\\;b\\\\c\\nd");
    }
}
