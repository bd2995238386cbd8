//! What outlets cover, whom they reprint, and in which words they differ.

use crate::people::ActorCount;
use crate::query::ValueCount;
use crate::wording::Contrast;
use crate::{Ledger, Result};
use rusqlite::Connection;
use serde::Serialize;
use std::collections::BTreeMap;

/// Actors and types that stand for an outlet.
const MOST: usize = 3;

/// What an outlet covers.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct OutletCoverage {
    /// Its name.
    pub outlet: String,
    /// Its articles.
    pub articles: u64,
    /// Days on which one of them was published, as far as they state a day.
    pub days: u64,
    /// Date of the first.
    pub first: Option<String>,
    /// Date of the last.
    pub last: Option<String>,
    /// Who is party to the most events that it reports.
    pub actors: Vec<ActorCount>,
    /// The types that most events of it have.
    pub types: Vec<ValueCount>,
}

/// How often an outlet prints what another wrote.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Serialize)]
pub struct Reprint {
    /// Who prints it, where that is known.
    pub outlet: Option<String>,
    /// Who wrote it.
    pub from: String,
    /// Articles that say so themselves.
    pub credited: u64,
    /// Articles whose text is that of an earlier one, in whole or in part.
    pub copied: u64,
}

impl Ledger {
    /// What each outlet covers, most articles first.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn coverage(&self) -> Result<Vec<OutletCoverage>> {
        match self.tally() {
            Some(tally) => Ok(tally.coverage().to_vec()),
            None => self.with(coverage),
        }
    }

    /// Who reprints whom, most articles first.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn reprints(&self) -> Result<Vec<Reprint>> {
        match self.tally() {
            Some(tally) => Ok(tally.reprints().to_vec()),
            None => self.with(reprints),
        }
    }

    /// The words of actors that outlets use more, or less, than all others: of those outlets that use the most.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn outlet_contrasts(&self) -> Result<Vec<Contrast>> {
        match self.tally() {
            Some(tally) => Ok(tally.contrasts().to_vec()),
            None => self.with(|db| {
                let mut uses: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
                let mut rows = db.prepare(
                    "SELECT outlet, lemma, count(*) FROM wordings
                     WHERE quoted = 0 AND actor IS NOT NULL AND outlet IS NOT NULL GROUP BY outlet, lemma",
                )?;
                let mut rows = rows.query([])?;
                while let Some(r) = rows.next()? {
                    uses.entry(r.get(0)?).or_default().insert(r.get(1)?, r.get(2)?);
                }
                Ok(crate::wording::contrasts_of_most(&uses, &crate::wording::common_words(db, false)?))
            }),
        }
    }
}

fn coverage(db: &Connection) -> rusqlite::Result<Vec<OutletCoverage>> {
    let mut query = db.prepare(
        "SELECT outlet, count(*), count(DISTINCT CASE WHEN length(date) = 10 THEN date END), min(date), max(date)
         FROM articles WHERE outlet IS NOT NULL GROUP BY outlet",
    )?;
    let rows = query.query_map([], |r| {
        Ok(OutletCoverage {
            outlet: r.get(0)?,
            articles: r.get(1)?,
            days: r.get(2)?,
            first: r.get(3)?,
            last: r.get(4)?,
            actors: Vec::new(),
            types: Vec::new(),
        })
    })?;
    let mut all: Vec<OutletCoverage> = rows.collect::<rusqlite::Result<_>>()?;
    let told = "FROM articles a JOIN reports r ON r.article = a.row";
    for outlet in &mut all {
        outlet.actors = db
            .prepare_cached(&format!(
                "SELECT p.name, p.code, count(DISTINCT r.event), count(DISTINCT r.row) {told}
                 JOIN parties x ON x.report = r.row JOIN actors p ON p.row = x.actor WHERE a.outlet = ?
                 GROUP BY p.row ORDER BY 3 DESC, 4 DESC, p.name, p.code LIMIT {MOST}"
            ))?
            .query_map([&outlet.outlet], |r| {
                Ok(ActorCount { name: r.get(0)?, code: r.get(1)?, events: r.get(2)?, reports: r.get(3)? })
            })?
            .collect::<rusqlite::Result<_>>()?;
        outlet.types = db
            .prepare_cached(&format!(
                "SELECT r.type, count(DISTINCT r.event), count(*) {told} WHERE a.outlet = ?
                 GROUP BY r.type ORDER BY 2 DESC, 1 LIMIT {MOST}"
            ))?
            .query_map([&outlet.outlet], |r| {
                Ok(ValueCount { value: r.get(0)?, events: r.get(1)?, reports: r.get(2)? })
            })?
            .collect::<rusqlite::Result<_>>()?;
    }
    sorted(&mut all);
    Ok(all)
}

/// Most articles first, then by name.
pub(crate) fn sorted(coverage: &mut [OutletCoverage]) {
    coverage.sort_by(|a, b| b.articles.cmp(&a.articles).then_with(|| a.outlet.cmp(&b.outlet)));
}

/// Actors and types of an outlet that are kept.
pub(crate) const KEPT: usize = MOST;

pub(crate) fn reprints(db: &Connection) -> rusqlite::Result<Vec<Reprint>> {
    let mut counts: BTreeMap<(Option<String>, String), [u64; 2]> = BTreeMap::new();
    let statements = [
        "SELECT a.outlet, j.value, count(*) FROM articles a, json_each(a.reprinted_from) j
         WHERE a.reprinted_from <> '[]' AND j.value IS NOT a.outlet GROUP BY 1, 2",
        "SELECT a.outlet, o.outlet, count(*) FROM copies c JOIN articles a ON a.row = c.article
         JOIN articles o ON o.row = c.original WHERE a.outlet <> o.outlet GROUP BY 1, 2",
    ];
    for (which, sql) in statements.into_iter().enumerate() {
        let mut rows = db.prepare(sql)?;
        let mut rows = rows.query([])?;
        while let Some(r) = rows.next()? {
            counts.entry((r.get(0)?, r.get(1)?)).or_default()[which] = r.get(2)?;
        }
    }
    let reprint = |((outlet, from), [credited, copied]): ((Option<String>, String), [u64; 2])| Reprint {
        outlet,
        from,
        credited,
        copied,
    };
    let mut all: Vec<Reprint> = counts.into_iter().map(reprint).collect();
    all.sort_by(|a, b| b.credited.max(b.copied).cmp(&a.credited.max(a.copied)).then_with(|| a.cmp(b)));
    Ok(all)
}
