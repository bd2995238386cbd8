//! Events with all their reports, and articles with the reports that were asked for, one after another: what exports in
//! other tools' shapes are made from.

use crate::filter::Condition;
use crate::query::{ArticleHead, Told, article_head, told};
use crate::read::{IN_ORDER, read_article};
use crate::{EventFilter, Ledger, LedgerError, Result, StoredArticle, Tally};
use chancery_records::EventRecord;
use rusqlite::types::Value;
use rusqlite::{Connection, params_from_iter};
use std::sync::Arc;

/// An event with all its reports.
#[derive(Debug, Clone, PartialEq)]
pub struct EventRow {
    /// The event's id.
    pub id: String,
    /// PLOVER type.
    pub event_type: String,
    /// PLOVER mode.
    pub mode: Option<String>,
    /// `occurred`, …
    pub status: String,
    /// When, as far as a report says.
    pub date: Option<String>,
    /// The day that it is listed under: its date, else that of the first article that reports it.
    pub day: Option<String>,
    /// Where.
    pub place: Option<String>,
    /// The report that speaks for it, as an index into `tellings`.
    pub lead: usize,
    /// Every report, by outlet, then by date of the article; never empty.
    pub tellings: Vec<Telling>,
}

impl EventRow {
    /// The report that speaks for the event.
    pub fn lead(&self) -> &Telling {
        &self.tellings[self.lead.min(self.tellings.len() - 1)]
    }

    /// What the date rests on, by the report that gives it: `stated`, `the article` …; `None` where there is no date.
    pub fn date_from(&self) -> Option<&str> {
        self.date.as_ref()?;
        let gives = |t: &&Telling| t.report.date == self.date && t.report.date_from.is_some();
        let telling = Some(self.lead()).filter(gives).or_else(|| self.tellings.iter().find(gives));
        telling.and_then(|t| t.report.date_from.as_deref())
    }

    /// The days on which it was reported, as far as known: the first and the last.
    pub fn reported(&self) -> Option<(&str, &str)> {
        let days = || self.tellings.iter().filter_map(|t| t.article.date.as_deref()).filter(|d| d.len() == 10);
        days().min().zip(days().max())
    }
}

/// One report in its article.
#[derive(Debug, Clone, PartialEq)]
pub struct Telling {
    /// The report's key, the same in every ledger.
    pub key: String,
    /// The article.
    pub article: ArticleHead,
    /// The article's text; the report's offsets count from `article_start`.
    pub text: String,
    /// The first character of the article in its input.
    pub article_start: usize,
    /// The report.
    pub report: EventRecord,
    /// What the mentions say of its actors, one each.
    pub actor_facts: Vec<PartyFacts>,
    /// The same of its recipients.
    pub recipient_facts: Vec<PartyFacts>,
}

/// What the mentions of an article say of a party.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct PartyFacts {
    /// `person`, `country` …
    pub kind: Option<String>,
    /// Wikidata id.
    pub wikidata: Option<String>,
}

/// An article with the reports that were asked for.
#[derive(Debug, Clone, PartialEq)]
pub struct ArticleRow {
    /// What a list shows.
    pub head: ArticleHead,
    /// The record and the text.
    pub article: StoredArticle,
    /// Keys of the reports that were asked for, each with its index into the record's events.
    pub reports: Vec<(String, usize)>,
}

impl Ledger {
    /// Does some reading in one transaction: a run that stores at the same time changes nothing half-way through.
    ///
    /// # Errors
    /// Where the ledger cannot be read, and what `work` gives.
    pub fn snapshot<T, E: From<LedgerError>>(
        &self,
        work: impl FnOnce(&Ledger) -> std::result::Result<T, E>,
    ) -> std::result::Result<T, E> {
        // Within one already, that one's moment holds.
        if !self.db.is_autocommit() {
            return work(self);
        }
        self.begin_reading()?;
        let done = work(self);
        let ended = self.end_reading();
        done.and_then(|value| ended.map(|()| value).map_err(E::from))
    }

    /// Answers a question in one transaction, as [`Ledger::snapshot`], from the tally that `choose` gives once the
    /// transaction's moment is fixed: it can see then whether a tally is of this moment.
    ///
    /// # Errors
    /// Where the ledger cannot be read, and what the two give.
    pub fn answer_from<T>(
        &mut self,
        choose: impl FnOnce() -> Result<Option<Arc<Tally>>>,
        question: impl FnOnce(&Ledger) -> Result<T>,
    ) -> Result<T> {
        self.begin_reading()?;
        let answer = choose().and_then(|tally| {
            self.use_tally(tally);
            question(self)
        });
        self.use_tally(None);
        let ended = self.end_reading();
        answer.and_then(|value| ended.map(|()| value))
    }

    fn begin_reading(&self) -> Result<()> {
        self.with(|db| db.execute_batch("BEGIN"))?;
        // The moment is that of the first statement that reads.
        let began = self.data_version().map(drop);
        if began.is_err() {
            self.end_reading()?;
        }
        began
    }

    fn end_reading(&self) -> Result<()> {
        self.with(|db| db.execute_batch("ROLLBACK"))
    }

    /// Hands every event that the filter lets through to `visit`, oldest first; those without a date come first of all.
    ///
    /// # Errors
    /// Where the ledger cannot be read, and what `visit` gives.
    pub fn for_each_event<E: From<LedgerError>>(
        &self,
        filter: &EventFilter,
        mut visit: impl FnMut(EventRow) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let rows = self.with(|db| event_rows(db, filter))?;
        for row in rows {
            if let Some(event) = self.with(|db| read_event(db, row))? {
                visit(event)?;
            }
        }
        Ok(())
    }

    /// Hands every article to `visit` that reports an event which the filter lets through; every article there is where
    /// nothing is narrowed.
    ///
    /// # Errors
    /// Where the ledger cannot be read, and what `visit` gives.
    pub fn for_each_told_article<E: From<LedgerError>>(
        &self,
        filter: &EventFilter,
        mut visit: impl FnMut(ArticleRow) -> std::result::Result<(), E>,
    ) -> std::result::Result<(), E> {
        let (condition, rows) = self.with(|db| {
            let mut query = db.prepare(&format!("SELECT a.row FROM articles a {IN_ORDER}"))?;
            let rows = query.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<Vec<i64>>>()?;
            Ok((Condition::of(db, filter)?, rows))
        })?;
        for row in rows {
            let reports = self.with(|db| reports_asked_for(db, &condition, row))?;
            if reports.is_empty() && !filter.is_empty() {
                continue;
            }
            let (head, mut article) =
                self.with(|db| Ok((article_head(db, row)?.for_others(), read_article(db, row)?)))?;
            (article.record.id, article.record.file) = (head.id.clone(), head.file.clone());
            article.record.url = head.url.clone();
            visit(ArticleRow { head, article, reports })?;
        }
        Ok(())
    }
}

fn event_rows(db: &Connection, filter: &EventFilter) -> rusqlite::Result<Vec<i64>> {
    let condition = Condition::of(db, filter)?;
    db.prepare(&format!("SELECT e.row FROM events e WHERE {} ORDER BY e.day, e.id", condition.sql))?
        .query_map(params_from_iter(&condition.values), |r| r.get(0))?
        .collect()
}

/// `None` where no report is left of it.
fn read_event(db: &Connection, row: i64) -> rusqlite::Result<Option<EventRow>> {
    let (mut event, lead) = db
        .prepare_cached("SELECT id, type, mode, status, date, day, place, lead FROM events WHERE row = ?")?
        .query_row([row], |r| {
            let event = EventRow {
                id: r.get(0)?,
                event_type: r.get(1)?,
                mode: r.get(2)?,
                status: r.get(3)?,
                date: r.get(4)?,
                day: r.get::<_, Option<String>>(5)?.filter(|d| !d.is_empty()),
                place: r.get(6)?,
                lead: 0,
                tellings: Vec::new(),
            };
            Ok((event, r.get::<_, Option<i64>>(7)?))
        })?;
    let found = told(db, row)?;
    event.lead = found.iter().position(|told| Some(told.row) == lead).unwrap_or(0);
    event.tellings = found.into_iter().map(|told| read_telling(db, told)).collect::<rusqlite::Result<_>>()?;
    Ok((!event.tellings.is_empty()).then_some(event))
}

fn read_telling(db: &Connection, Told { row, key, article, report }: Told) -> rusqlite::Result<Telling> {
    let (text, article_start) = db
        .prepare_cached("SELECT text, start FROM articles WHERE row = ?")?
        .query_row([article], |r| Ok((r.get(0)?, r.get(1)?)))?;
    let mut telling = Telling {
        key,
        article: article_head(db, article)?.for_others(),
        text,
        article_start,
        report,
        actor_facts: Vec::new(),
        recipient_facts: Vec::new(),
    };
    let mut facts = db.prepare_cached(
        "SELECT x.side, (SELECT m.kind FROM mentions m WHERE m.actor = x.actor AND m.article = ?2
                         ORDER BY m.position LIMIT 1),
            (SELECT m.wikidata FROM mentions m WHERE m.actor = x.actor AND m.article = ?2 AND m.wikidata IS NOT NULL
             ORDER BY m.position LIMIT 1)
         FROM parties x WHERE x.report = ?1 ORDER BY x.side, x.position",
    )?;
    for found in facts.query_map([row, article], |r| {
        Ok((r.get::<_, String>(0)?, PartyFacts { kind: r.get(1)?, wikidata: r.get(2)? }))
    })? {
        let (side, facts) = found?;
        if side == "actor" { telling.actor_facts.push(facts) } else { telling.recipient_facts.push(facts) }
    }
    Ok(telling)
}

fn reports_asked_for(db: &Connection, condition: &Condition, article: i64) -> rusqlite::Result<Vec<(String, usize)>> {
    let sql = format!(
        "SELECT r.key, r.nth FROM (SELECT r.key, r.position, r.article, row_number() OVER (ORDER BY r.position) - 1 nth,
             r.event FROM reports r WHERE r.article = ?) r
         JOIN events e ON e.row = r.event WHERE {} ORDER BY r.position",
        condition.sql
    );
    let values = std::iter::once(Value::Integer(article)).chain(condition.values.iter().cloned());
    db.prepare_cached(&sql)?.query_map(params_from_iter(values), |r| Ok((r.get(0)?, r.get(1)?)))?.collect()
}
