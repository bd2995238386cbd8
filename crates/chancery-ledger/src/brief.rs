//! What is new between states since a day: the rows of a brief.

use crate::query::{ArticleHead, EVENT_COLUMNS, EventSummary, article_head, read_events};
use crate::{Ledger, PartyView, Result};
use chancery_text::PartialDate;
use rusqlite::types::Value;
use rusqlite::{Connection, params};
use serde::Serialize;
use std::collections::{BTreeMap, BTreeSet};

/// What happened, by pair of states.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Brief {
    /// The first day on which its articles were published.
    pub since: String,
    /// The last.
    pub until: Option<String>,
    /// Events in all, each counted once.
    pub events: usize,
    /// Reports of them in the period.
    pub reports: u64,
    /// Events that are left out, since they ended more than [`RECALLED`] days before the period.
    pub earlier: usize,
    /// Pairs of countries or organisations, those with most events first; what happens inside one stands under it alone.
    pub pairs: Vec<BriefPair>,
    /// What is planned for after the last day, or has no day yet, by day.
    pub planned: Vec<BriefEvent>,
}

/// Two countries, or one.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BriefPair {
    /// Their codes in alphabetical order.
    pub codes: Vec<String>,
    /// Events, the latest first.
    pub events: Vec<BriefEvent>,
}

/// An event and the article that tells it best.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct BriefEvent {
    /// The event.
    #[serde(flatten)]
    pub event: EventSummary,
    /// The articles of the period that report it, one an outlet, by date.
    pub told_by: Vec<ArticleHead>,
}

/// What ended so many days before the period is recalled, not new.
pub const RECALLED: i64 = 30;

impl Ledger {
    /// Events that are reported by articles since a day, told from the text and not as background. `about` narrows them
    /// to those with one of these codes among their parties.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn brief(&self, since: &str, about: &[String]) -> Result<Brief> {
        let until = self.last_day()?;
        self.with(|db| {
            let sql = format!(
                "{EVENT_COLUMNS} WHERE e.row IN (SELECT r.event FROM reports r JOIN articles a ON a.row = r.article
                     WHERE a.date >= ? AND r.historical = 0) ORDER BY e.day DESC, e.id"
            );
            let mut pairs: BTreeMap<Vec<String>, Vec<BriefEvent>> = BTreeMap::new();
            let (mut planned, mut events, mut reports, mut earlier) = (Vec::new(), 0, 0, 0);
            let first = since.parse::<PartialDate>().ok().map(|d| d.day_number() - RECALLED);
            for event in read_events(db, &sql, &[Value::Text(since.to_string())])? {
                let codes = codes(&event);
                if codes.is_empty() || !about.is_empty() && !about.iter().any(|a| codes.contains(a)) {
                    continue;
                }
                if first.zip(ended(&event)).is_some_and(|(first, ended)| ended < first) {
                    earlier += 1;
                    continue;
                }
                let (told_by, told) = told_by(db, &event.id, since)?;
                (events, reports) = (events + 1, reports + told);
                let is_ahead = event.date.as_ref().is_none_or(|d| until.as_ref().is_none_or(|u| d > u));
                let event = BriefEvent { event, told_by };
                if event.event.status == "planned" && is_ahead {
                    planned.push(event);
                } else {
                    pairs.entry(codes.into_iter().take(PAIR).collect()).or_default().push(event);
                }
            }
            planned.sort_by(|a, b| (&a.event.date, &a.event.id).cmp(&(&b.event.date, &b.event.id)));
            let mut pairs: Vec<BriefPair> =
                pairs.into_iter().map(|(codes, events)| BriefPair { codes, events }).collect();
            pairs.sort_by(|a, b| b.events.len().cmp(&a.events.len()).then_with(|| a.codes.cmp(&b.codes)));
            Ok(Brief { since: since.to_string(), until, events, reports, earlier, pairs, planned })
        })
    }
}

/// The last day of an event's date, as a number of days.
fn ended(event: &EventSummary) -> Option<i64> {
    let (year, month, day) = event.date.as_deref()?.parse::<PartialDate>().ok()?.last_day();
    PartialDate::day_of(year, month, day).map(PartialDate::day_number)
}

/// A list of pairs has two columns.
const PAIR: usize = 2;

/// The countries of an event: the first actor's and the first of another country.
fn codes(event: &EventSummary) -> Vec<String> {
    let country = |p: &PartyView| p.code.as_deref().and_then(|c| c.split(' ').next()).map(str::to_string);
    let mut found: Vec<String> = Vec::new();
    for code in event.actors.iter().chain(&event.recipients).filter_map(country) {
        if !found.contains(&code) {
            found.push(code);
        }
    }
    found.truncate(PAIR);
    found.sort();
    found
}

/// The earliest article of each outlet that reports an event since a day, and how many reports there are since then.
fn told_by(db: &Connection, event: &str, since: &str) -> rusqlite::Result<(Vec<ArticleHead>, u64)> {
    let rows: Vec<(i64, Option<String>)> = db
        .prepare_cached(
            "SELECT a.row, a.outlet FROM reports r JOIN events e ON e.row = r.event JOIN articles a ON a.row = r.article
             WHERE e.id = ? AND a.date >= ? ORDER BY a.date, a.key",
        )?
        .query_map(params![event, since], |r| Ok((r.get(0)?, r.get(1)?)))?
        .collect::<rusqlite::Result<_>>()?;
    let (mut outlets, mut articles) = (BTreeSet::new(), BTreeSet::new());
    let mut heads = Vec::new();
    for (article, outlet) in &rows {
        let is_new = articles.insert(*article) && outlet.as_ref().is_none_or(|o| outlets.insert(o));
        if is_new {
            heads.push(article_head(db, *article)?);
        }
    }
    Ok((heads, rows.len() as u64))
}
