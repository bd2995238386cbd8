//! `chancery brief`: what is new, for a person to read; `chancery compare`: why two tellings are one event or two.

use crate::args::{BriefArgs, BriefFormat, CompareArgs};
use crate::{Outcome, output};
use anyhow::{Context, Result};
use chancery::stories::{Comparison, Telling};
use chancery::{Data, Joiner, actors};
use chancery_ledger::{ArticleHead, Brief, BriefEvent, EventSummary, Ledger, PartyView, RECALLED, ReportView};
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Writes the brief.
pub fn run(data: &Data, flags: &BriefArgs) -> Result<Outcome> {
    let ledger = Ledger::open_read_only(&flags.ledger)?;
    let mut out = output::stdout();
    write_brief(data, &ledger, flags, &mut out)?;
    out.flush()?;
    Ok(Outcome::Done)
}

/// Writes what is new since a day or in the last days, as the file's ending says: HTML, JSON, else Markdown.
pub fn write_since(data: &Data, ledger: &Ledger, since: &str, file: &Path, out: &mut impl Write) -> Result<()> {
    let format = match file.extension().and_then(|e| e.to_str()) {
        Some("html" | "htm") => BriefFormat::Html,
        Some("json") => BriefFormat::Json,
        _ => BriefFormat::Markdown,
    };
    let flags = BriefArgs { ledger: PathBuf::new(), since: since.into(), about: Vec::new(), format };
    write_brief(data, ledger, &flags, out)
}

fn write_brief(data: &Data, ledger: &Ledger, flags: &BriefArgs, out: &mut impl Write) -> Result<()> {
    let about: Vec<String> = flags.about.iter().map(|a| a.trim().to_uppercase()).filter(|a| !a.is_empty()).collect();
    let brief = ledger.brief(&super::since(ledger, &flags.since)?, &about)?;
    let names = actors::country_names(data)?;
    match flags.format {
        BriefFormat::Json => output::json_line(out, &brief),
        BriefFormat::Markdown => write(out, &Markdown, &brief, &names),
        BriefFormat::Html => write(out, &Html, &brief, &names),
    }
}

/// How the parts of a brief are written.
trait Markup {
    fn open(&self) -> &'static str;
    fn close(&self) -> &'static str;
    fn text(&self, text: &str) -> String;
    fn title(&self, text: &str) -> String;
    fn heading(&self, text: &str) -> String;
    fn paragraph(&self, text: &str) -> String;
    fn list(&self, open: bool) -> &'static str;
    fn item(&self, line: &str, words: &str, sources: &str) -> String;
    fn strong(&self, text: &str) -> String;
    fn link(&self, text: &str, to: Option<&str>) -> String;
}

struct Markdown;

impl Markup for Markdown {
    fn open(&self) -> &'static str {
        ""
    }
    fn close(&self) -> &'static str {
        ""
    }
    fn text(&self, text: &str) -> String {
        // What is quoted is not ours to format.
        text.chars().flat_map(|c| [(r"\`*_[]<>#|".contains(c)).then_some('\\'), Some(c)]).flatten().collect()
    }
    fn title(&self, text: &str) -> String {
        format!("# {}\n\n", self.text(text))
    }
    fn heading(&self, text: &str) -> String {
        format!("## {}\n\n", self.text(text))
    }
    fn paragraph(&self, text: &str) -> String {
        format!("{}\n\n", self.text(text))
    }
    fn list(&self, open: bool) -> &'static str {
        if open { "" } else { "\n" }
    }
    fn item(&self, line: &str, words: &str, sources: &str) -> String {
        format!("- {line}  \n  “{}”  \n  {sources}\n", self.text(words))
    }
    fn strong(&self, text: &str) -> String {
        format!("**{}**", self.text(text))
    }
    fn link(&self, text: &str, to: Option<&str>) -> String {
        match to {
            Some(to) => format!("[{}](<{}>)", self.text(text), to.replace(['<', '>'], "")),
            None => self.text(text),
        }
    }
}

struct Html;

impl Markup for Html {
    fn open(&self) -> &'static str {
        "<!doctype html>\n<html lang=\"en\"><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">\
         <title>Brief</title><style>:root{color-scheme:light dark}body{font:17px/1.5 Georgia,serif;max-width:42em;\
         margin:2em auto;padding:0 1em}li{margin-bottom:.8em}q,small{display:block}small{opacity:.75}</style>\n"
    }
    fn close(&self) -> &'static str {
        "</html>\n"
    }
    fn text(&self, text: &str) -> String {
        text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;").replace('"', "&quot;")
    }
    fn title(&self, text: &str) -> String {
        format!("<h1>{}</h1>\n", self.text(text))
    }
    fn heading(&self, text: &str) -> String {
        format!("<h2>{}</h2>\n", self.text(text))
    }
    fn paragraph(&self, text: &str) -> String {
        format!("<p>{}</p>\n", self.text(text))
    }
    fn list(&self, open: bool) -> &'static str {
        if open { "<ul>\n" } else { "</ul>\n" }
    }
    fn item(&self, line: &str, words: &str, sources: &str) -> String {
        format!("<li>{line}<q>{}</q><small>{sources}</small></li>\n", self.text(words))
    }
    fn strong(&self, text: &str) -> String {
        format!("<b>{}</b>", self.text(text))
    }
    fn link(&self, text: &str, to: Option<&str>) -> String {
        let web = to.filter(|t| t.starts_with("https://") || t.starts_with("http://"));
        match web {
            Some(to) => format!("<a rel=\"noreferrer\" href=\"{}\">{}</a>", self.text(to), self.text(text)),
            None => self.text(text),
        }
    }
}

fn write(out: &mut impl Write, markup: &dyn Markup, brief: &Brief, names: &BTreeMap<String, String>) -> Result<()> {
    let until = brief.until.as_ref().filter(|u| **u > brief.since);
    let period = until.map_or_else(|| brief.since.clone(), |until| format!("{} to {until}", brief.since));
    out.write_all(markup.open().as_bytes())?;
    out.write_all(markup.title(&format!("What is new, {period}")).as_bytes())?;
    let counts = format!(
        "{} events, told in {} reports by articles of these days. Each line has the words of the surest report and the \
         articles that report the event.",
        brief.events, brief.reports
    );
    out.write_all(markup.paragraph(&counts).as_bytes())?;
    if brief.earlier > 0 {
        let earlier = format!(
            "{} events that these articles recall from more than {RECALLED} days before are left out.",
            brief.earlier
        );
        out.write_all(markup.paragraph(&earlier).as_bytes())?;
    }
    for pair in &brief.pairs {
        let name = |code: &String| names.get(code).cloned().unwrap_or_else(|| code.clone());
        let heading = pair.codes.iter().map(name).collect::<Vec<_>>().join(" – ");
        section(out, markup, &heading, &pair.events)?;
    }
    if !brief.planned.is_empty() {
        section(out, markup, "Planned", &brief.planned)?;
    }
    out.write_all(markup.close().as_bytes())?;
    Ok(())
}

fn section(out: &mut impl Write, markup: &dyn Markup, heading: &str, events: &[BriefEvent]) -> Result<()> {
    out.write_all(markup.heading(heading).as_bytes())?;
    out.write_all(markup.list(true).as_bytes())?;
    for event in events {
        let sources: Vec<String> = event.told_by.iter().map(|a| source(markup, a)).collect();
        let line =
            markup.item(&line(markup, &event.event), &output::one_line(&event.event.evidence), &sources.join(", "));
        out.write_all(line.as_bytes())?;
    }
    out.write_all(markup.list(false).as_bytes())?;
    Ok(())
}

/// `2026-02-04 **China → Russia**: consult (visit), Beijing; planned`.
fn line(markup: &dyn Markup, event: &EventSummary) -> String {
    let names = |side: &[PartyView]| side.iter().map(|p| p.label.as_str()).collect::<Vec<_>>().join(", ");
    let (actors, recipients) = (names(&event.actors), names(&event.recipients));
    let who = match (actors.is_empty(), recipients.is_empty()) {
        (false, false) => format!("{actors} → {recipients}"),
        (true, _) => format!("somebody → {recipients}"),
        (false, true) => actors,
    };
    let mut act = event.event_type.to_lowercase();
    if let Some(mode) = &event.mode {
        act += &format!(" ({mode})");
    }
    let place = event.place.as_ref().map(|p| format!(", {p}")).unwrap_or_default();
    let status = if event.status == "occurred" { String::new() } else { format!("; {}", event.status) };
    let claimant = event.claimant.as_ref().map(|c| format!("; so says {c}")).unwrap_or_default();
    let day = event.date.as_deref().unwrap_or("no date");
    format!("{} {}", markup.text(day), markup.strong(&who)) + &markup.text(&format!(": {act}{place}{status}{claimant}"))
}

fn source(markup: &dyn Markup, article: &ArticleHead) -> String {
    let name = article.outlet.as_deref().unwrap_or(article.heading());
    let date = article.date.as_ref().map(|d| format!(", {d}")).unwrap_or_default();
    markup.link(name, article.url.as_deref()) + &markup.text(&date)
}

/// Prints the comparison of the two tellings that are most alike, feature by feature.
pub fn compare(data: &Data, flags: &CompareArgs) -> Result<Outcome> {
    let (ledger, joiner) = (Ledger::open_read_only(&flags.ledger)?, Joiner::load(data)?);
    let tellings = |id: &str| -> Result<Vec<ReportView>> {
        let told = ledger.tellings(id)?;
        told.with_context(|| format!("{id}: no such report or event; `chancery events --format jsonl` prints the ids"))
    };
    let (ones, others) = (tellings(&flags.one)?, tellings(&flags.other)?);
    let mut best: Option<((bool, f32), &ReportView, &ReportView, Comparison)> = None;
    for one in &ones {
        for other in others.iter().filter(|o| o.key != one.key) {
            let same_article = one.article.key == other.article.key;
            let found = joiner.compare(&Telling::from(&one.report), &Telling::from(&other.report), same_article);
            let rank = (found.against.is_none(), found.score);
            if best.as_ref().is_none_or(|(r, ..)| rank > *r) {
                best = Some((rank, one, other, found));
            }
        }
    }
    let (_, one, other, found) = best.context("there is only one report: nothing to compare it with")?;
    let mut out = output::stdout();
    for view in [one, other] {
        writeln!(out, "{}  {}  “{}”", view.key, view.article.id, output::one_line(&view.report.text))?;
    }
    for (feature, adds) in &found.parts {
        writeln!(out, "  {adds:+.2}  {feature}")?;
    }
    let verdict = match found.against {
        Some(reason) => format!("not one event: {reason}"),
        None if found.score > 0.0 => "these two speak for one event".into(),
        None => "these two do not speak for one event".into(),
    };
    writeln!(out, "  {:+.2}  in all: {verdict}", found.score)?;
    let joined = one.report.event == other.report.event;
    writeln!(out, "in the ledger they are {}", if joined { "one event" } else { "two events" })?;
    if joined != (found.against.is_none() && found.score > 0.0) {
        writeln!(out, "what the other tellings of their events say outweighs this pair")?;
    }
    out.flush()?;
    Ok(Outcome::Done)
}
