//! Reports joined into events, as the records say, and the row that sums up each event.
//!
//! A record's `event` is a name that holds within one run. The ledger gives each event the id of its first report (by
//! the article's date, then by content), so the id depends on what the event holds and on nothing else. When an earlier
//! report arrives the id changes; the old one stays as an alias, so that links keep working.

use chancery_text::Status;
use rusqlite::{OptionalExtension, Transaction, params};
use std::collections::{BTreeMap, BTreeSet};

/// Which event row each of a run's ids means.
#[derive(Debug, Clone, Default)]
pub(crate) struct Joins {
    rows: BTreeMap<String, i64>,
}

/// Places reports into events during one transaction.
pub(crate) struct Placer<'a> {
    tx: &'a Transaction<'a>,
    joins: &'a mut Joins,
    touched: BTreeSet<i64>,
}

impl<'a> Placer<'a> {
    pub(crate) fn new(tx: &'a Transaction<'a>, joins: &'a mut Joins) -> Self {
        Placer { tx, joins, touched: BTreeSet::new() }
    }

    /// The event row for a report: that of the given id, or a new one.
    pub(crate) fn place(&mut self, given: Option<&str>) -> rusqlite::Result<i64> {
        let known = given.and_then(|g| self.joins.rows.get(g)).copied();
        let row = match known {
            Some(row) if self.exists(row)? => row,
            _ => self.new_event()?,
        };
        if let Some(given) = given {
            self.joins.rows.insert(given.to_string(), row);
        }
        self.touched.insert(row);
        Ok(row)
    }

    /// Learns that a given id means an event which is in the ledger; two events with one id become one.
    pub(crate) fn known(&mut self, given: &str, row: i64) -> rusqlite::Result<()> {
        match self.joins.rows.get(given).copied() {
            Some(other) if other != row && self.exists(other)? => self.merge(other, row),
            _ => {
                self.joins.rows.insert(given.to_string(), row);
                Ok(())
            }
        }
    }

    /// Marks the events that reports of this input belong to, and what is to be joined anew without them.
    pub(crate) fn touch_events_of(&mut self, input: i64) -> rusqlite::Result<()> {
        let mut found = self.tx.prepare_cached(
            "SELECT DISTINCT r.event FROM reports r JOIN articles a ON a.row = r.article WHERE a.input = ?",
        )?;
        for row in found.query_map([input], |r| r.get::<_, i64>(0))? {
            self.touched.insert(row?);
        }
        self.tx
            .prepare_cached(
                "INSERT OR IGNORE INTO unjoined
                 SELECT DISTINCT o.article FROM reports o WHERE o.component IN
                     (SELECT r.component FROM reports r JOIN articles a ON a.row = r.article WHERE a.input = ?)",
            )?
            .execute([input])?;
        self.tx
            .prepare_cached(
                "INSERT OR IGNORE INTO unjoined SELECT c.article FROM copies c JOIN articles a ON a.row = c.original
                 WHERE a.input = ?",
            )?
            .execute([input])?;
        // An article before and one behind each of them mark the week whose stories are told anew, should they not come back.
        self.tx
            .prepare_cached(
                "DELETE FROM story_articles WHERE article IN (
                     SELECT (SELECT o.row FROM articles o WHERE o.date <= a.date AND o.input <> a.input ORDER BY o.date DESC LIMIT 1)
                     FROM articles a WHERE a.input = ?1
                     UNION ALL
                     SELECT (SELECT o.row FROM articles o WHERE o.date >= a.date AND o.input <> a.input ORDER BY o.date LIMIT 1)
                     FROM articles a WHERE a.input = ?1
                     UNION ALL
                     SELECT (SELECT o.row FROM articles o WHERE o.date IS NULL AND o.input <> a.input LIMIT 1)
                     FROM articles a WHERE a.input = ?1 AND a.date IS NULL)",
            )?
            .execute([input])?;
        Ok(())
    }

    /// Sums up all events that changed.
    pub(crate) fn finish(self) -> rusqlite::Result<()> {
        sum_up(self.tx, &self.touched)
    }

    fn merge(&mut self, keep: i64, gone: i64) -> rusqlite::Result<()> {
        let old: String = self.tx.query_row("SELECT id FROM events WHERE row = ?", [gone], |r| r.get(0))?;
        self.tx.execute("UPDATE reports SET event = ? WHERE event = ?", [keep, gone])?;
        self.tx.execute("UPDATE event_aliases SET event = ? WHERE event = ?", [keep, gone])?;
        self.tx.execute("DELETE FROM events WHERE row = ?", [gone])?;
        add_alias(self.tx, &old, keep)?;
        for row in self.joins.rows.values_mut().filter(|row| **row == gone) {
            *row = keep;
        }
        self.touched.remove(&gone);
        self.touched.insert(keep);
        Ok(())
    }

    fn exists(&self, row: i64) -> rusqlite::Result<bool> {
        self.tx.prepare_cached("SELECT 1 FROM events WHERE row = ?")?.exists([row])
    }

    fn new_event(&mut self) -> rusqlite::Result<i64> {
        new_event(self.tx)
    }
}

pub(crate) fn new_event(tx: &Transaction<'_>) -> rusqlite::Result<i64> {
    let row = tx
        .prepare_cached(
            "INSERT INTO events (id, type, status, day, reports, outlets)
             VALUES ('new', '', '', '', 0, 0)",
        )?
        .insert([])?;
    tx.prepare_cached("UPDATE events SET id = '-' || row WHERE row = ?")?.execute([row])?;
    Ok(row)
}

fn add_alias(tx: &Transaction<'_>, old: &str, event: i64) -> rusqlite::Result<()> {
    if old.starts_with('-') {
        return Ok(());
    }
    tx.prepare_cached("INSERT OR REPLACE INTO event_aliases (alias, event) VALUES (?, ?)")?
        .execute(params![old, event])
        .map(|_| ())
}

/// One report as the summing up needs it.
struct Member {
    row: i64,
    key: String,
    event_type: String,
    mode: Option<String>,
    status: String,
    date: Option<String>,
    place: Option<String>,
    confidence: f64,
    article_date: Option<String>,
    outlet: Option<String>,
    /// The article, or the one that it is a copy of.
    original: i64,
}

/// Writes each event's row from its reports; an event without reports goes.
pub(crate) fn sum_up(tx: &Transaction<'_>, events: &BTreeSet<i64>) -> rusqlite::Result<()> {
    let mut old_ids = BTreeMap::new();
    // Two rounds, as an id may move from one event to another.
    for &event in events {
        let old: Option<String> =
            tx.prepare_cached("SELECT id FROM events WHERE row = ?")?.query_row([event], |r| r.get(0)).optional()?;
        if let Some(old) = old {
            tx.prepare_cached("UPDATE events SET id = '-' || row WHERE row = ?")?.execute([event])?;
            old_ids.insert(event, old);
        }
    }
    let mut gone_ids = Vec::new();
    for (event, old) in old_ids {
        let members = members_of(tx, event)?;
        if members.is_empty() {
            tx.prepare_cached("DELETE FROM events WHERE row = ?")?.execute([event])?;
            continue;
        }
        let id = write_summary(tx, event, &members)?;
        tx.prepare_cached("DELETE FROM event_aliases WHERE alias = ?")?.execute([&id])?;
        if old != id {
            gone_ids.push((old, event));
        }
    }
    for (old, event) in gone_ids {
        // An id that went to another event is that event's own.
        if !tx.prepare_cached("SELECT 1 FROM events WHERE id = ?")?.exists([&old])? {
            add_alias(tx, &old, event)?;
        }
    }
    Ok(())
}

fn members_of(tx: &Transaction<'_>, event: i64) -> rusqlite::Result<Vec<Member>> {
    let mut found = tx.prepare_cached(
        "SELECT r.row, r.key, r.type, r.mode, r.status, r.date, r.place, r.confidence, a.date, a.outlet, ifnull(c.original, a.row)
         FROM reports r JOIN articles a ON a.row = r.article LEFT JOIN copies c ON c.article = a.row WHERE r.event = ?",
    )?;
    let mut members: Vec<Member> = found
        .query_map([event], |r| {
            Ok(Member {
                row: r.get(0)?,
                key: r.get(1)?,
                event_type: r.get(2)?,
                mode: r.get(3)?,
                status: r.get(4)?,
                date: r.get(5)?,
                place: r.get(6)?,
                confidence: r.get(7)?,
                article_date: r.get(8)?,
                outlet: r.get(9)?,
                original: r.get(10)?,
            })
        })?
        .collect::<rusqlite::Result<_>>()?;
    let when = |m: &Member| m.article_date.clone().unwrap_or_else(|| "9999".into());
    members.sort_by(|a, b| (when(a), &a.key).cmp(&(when(b), &b.key)));
    Ok(members)
}

/// The most confident report of those that say whether it happened speaks for the event; what it leaves open is taken
/// from the others, earliest first.
fn write_summary<'a>(tx: &Transaction<'_>, event: i64, members: &'a [Member]) -> rusqlite::Result<String> {
    let first = &members[0];
    let surest = |list: &mut dyn Iterator<Item = &'a Member>| {
        list.reduce(|best, m| if m.confidence > best.confidence { m } else { best }).unwrap_or(first)
    };
    let status = status_of(surest(&mut members.iter()), members);
    let lead = surest(&mut members.iter().filter(|m| m.status == status));
    let alike = || members.iter().filter(|m| m.event_type == lead.event_type);
    let mode = lead.mode.clone().or_else(|| alike().find_map(|m| m.mode.clone()));
    let date = lead.date.clone().or_else(|| members.iter().find_map(|m| m.date.clone()));
    let place = lead.place.clone().or_else(|| members.iter().find_map(|m| m.place.clone()));
    let day = date.clone().or_else(|| first.article_date.clone()).unwrap_or_default();
    let outlets: BTreeSet<&String> = members.iter().filter_map(|m| m.outlet.as_ref()).collect();
    let independent: BTreeSet<i64> = members.iter().map(|m| m.original).collect();
    let id = format!("e{}", first.key.get(1..).unwrap_or_default());
    tx.prepare_cached(
        "UPDATE events SET id = ?, lead = ?, type = ?, mode = ?, status = ?, date = ?, place = ?, day = ?, reports = ?,
             outlets = ?, independent = ? WHERE row = ?",
    )?
    .execute(params![
        id,
        lead.row,
        lead.event_type,
        mode,
        status,
        date,
        place,
        day,
        members.len(),
        outlets.len(),
        independent.len(),
        event,
    ])?;
    Ok(id)
}

/// What was planned and then happened has happened; else the most confident report says whether it did.
fn status_of<'a>(lead: &'a Member, members: &'a [Member]) -> &'a str {
    let is = |wanted: Status| move |m: &&Member| m.status == wanted.as_str();
    if !is(Status::Planned)(&lead) {
        return &lead.status;
    }
    let later = members.iter().find(is(Status::Occurred)).or_else(|| members.iter().find(is(Status::Ongoing)));
    &later.unwrap_or(lead).status
}
