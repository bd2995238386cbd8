//! Ledgers of several reads laid together.
//!
//! Rows are copied as they are, with new numbers: what was corrected stays corrected. What follows from all rows (which
//! reports are one event, copies, stories) is not copied but found anew by [`Ledger::join`].

use crate::correcting::{apply_all, restore};
use crate::corrections::{self, CorrectionView, State, Target};
use crate::join::sum_up;
use crate::open::SCHEMA_VERSION;
use crate::store::{add_sighting, forget_unreadable, unreadable_key};
use crate::{Ledger, LedgerError, Result};
use rusqlite::{Transaction, params};
use std::collections::BTreeSet;
use std::ops::AddAssign;
use std::path::Path;

/// What taking in a ledger did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct MergeOutcome {
    /// Inputs that were new.
    pub added: usize,
    /// Inputs that were there.
    pub known: usize,
    /// Corrections that were new.
    pub corrections: usize,
}

impl AddAssign for MergeOutcome {
    fn add_assign(&mut self, other: Self) {
        self.added += other.added;
        self.known += other.known;
        self.corrections += other.corrections;
    }
}

/// Tables whose rows belong to an article, with the columns that are numbers of rows and the maps from old to new ones.
/// All other columns are copied as they are.
const COPIED: [(&str, &[(&str, &str)]); 7] = [
    ("articles", &[("row", "article_rows"), ("input", "input_rows")]),
    ("mentions", &[("article", "article_rows"), ("actor", "actor_rows"), ("coded_as", "actor_rows")]),
    (
        "reports",
        &[("row", "report_rows"), ("article", "article_rows"), ("event", "event_rows"), ("component", "no_rows")],
    ),
    ("parties", &[("report", "report_rows"), ("actor", "actor_rows"), ("coded_as", "actor_rows")]),
    (
        "wordings",
        &[("article", "article_rows"), ("actor", "actor_rows"), ("speaker", "actor_rows"), ("report", "report_rows")],
    ),
    (
        "quotes",
        &[("row", "quote_rows"), ("article", "article_rows"), ("actor", "actor_rows"), ("coded_as", "actor_rows")],
    ),
    ("notes", &[("article", "article_rows")]),
];

impl Ledger {
    /// Takes in what another ledger has and this one has not; an input that both have stays as it is here. Corrections
    /// come along, after those that are here. Call [`Ledger::join`] afterwards.
    ///
    /// The other ledger is not changed. Ids are made from content, so what is exported is what one read of all pages
    /// would have given.
    ///
    /// # Errors
    /// Where either file is no ledger, locked, damaged or of another schema, or this one cannot be written; nothing has
    /// changed then.
    pub fn take_in(&mut self, other: impl AsRef<Path>) -> Result<MergeOutcome> {
        let other = other.as_ref();
        let corrections = Ledger::open_read_only(other)?.corrections()?;
        self.refuse_itself(other)?;
        self.with(|db| db.execute("ATTACH ? AS other", [other.to_string_lossy()]))?;
        let done = self.take_in_attached(&corrections);
        let left = self.with(|db| db.execute_batch("DETACH other"));
        let done = done?;
        left.map(|()| done)
    }

    fn take_in_attached(&mut self, corrections: &[CorrectionView]) -> Result<MergeOutcome> {
        let found = self.with(|db| db.query_row("PRAGMA other.user_version", [], |r| r.get::<_, i64>(0)))?;
        if found != SCHEMA_VERSION {
            return Err(LedgerError::OtherSchema { found, known: SCHEMA_VERSION });
        }
        self.in_transaction(|tx| {
            let (added, known) = take_in_rows(tx)?;
            let corrections = take_in_corrections(tx, corrections)?;
            tx.execute_batch("DROP TABLE temp.input_rows")?;
            Ok(MergeOutcome { added, known, corrections })
        })
    }

    fn refuse_itself(&self, other: &Path) -> Result<()> {
        match (std::fs::canonicalize(&self.path), std::fs::canonicalize(other)) {
            (Ok(here), Ok(there)) if here == there => Err(LedgerError::Itself { path: other.into() }),
            _ => Ok(()),
        }
    }
}

/// Returns how many inputs were new, and how many known.
fn take_in_rows(tx: &Transaction<'_>) -> rusqlite::Result<(usize, usize)> {
    let inputs: usize = tx.query_row("SELECT count(*) FROM other.inputs", [], |r| r.get(0))?;
    // What could be read elsewhere is worth the place of what could not be read here.
    tx.execute_batch(
        "DELETE FROM main.inputs WHERE status = 'unreadable' AND content_hash IN
             (SELECT content_hash FROM other.inputs WHERE status = 'read')",
    )?;
    make_maps(tx)?;
    copy_rows(tx, "runs", &[], "true")?;
    let added = copy_rows(tx, "inputs", &[("row", "input_rows")], "row IN (SELECT old FROM temp.input_rows)")?;
    for (table, references) in COPIED {
        if table == "reports" {
            make_events(tx)?;
        }
        let (column, map) = references[0];
        copy_rows(tx, table, references, &format!("{column} IN (SELECT old FROM temp.{map})"))?;
    }
    let events: BTreeSet<i64> =
        tx.prepare("SELECT new FROM temp.event_rows")?.query_map([], |r| r.get(0))?.collect::<rusqlite::Result<_>>()?;
    sum_up(tx, &events)?;
    take_in_sightings(tx)?;
    tx.execute_batch("INSERT INTO main.unjoined SELECT new FROM temp.article_rows")?;
    for map in ["article_rows", "report_rows", "quote_rows", "event_rows", "actor_rows", "no_rows"] {
        tx.execute_batch(&format!("DROP TABLE temp.{map}"))?;
    }
    Ok((added, inputs - added))
}

/// Which row of the other ledger becomes which row of this one.
fn make_maps(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    let map = |name: &str, table: &str, select: &str| {
        tx.execute_batch(&format!(
            "CREATE TEMP TABLE {name} (old INTEGER PRIMARY KEY, new INTEGER);
             INSERT INTO temp.{name} SELECT o.row, o.row + (SELECT ifnull(max(row), 0) FROM main.{table}) FROM {select}"
        ))
    };
    map("input_rows", "inputs", "other.inputs o WHERE o.content_hash NOT IN (SELECT content_hash FROM main.inputs)")?;
    map("article_rows", "articles", "other.articles o WHERE o.input IN (SELECT old FROM temp.input_rows)")?;
    map("report_rows", "reports", "other.reports o WHERE o.article IN (SELECT old FROM temp.article_rows)")?;
    map("quote_rows", "quotes", "other.quotes o WHERE o.article IN (SELECT old FROM temp.article_rows)")?;
    tx.execute_batch(
        "INSERT OR IGNORE INTO main.actors (name, code, country) SELECT name, code, country FROM other.actors ORDER BY row;
         CREATE TEMP TABLE actor_rows (old INTEGER PRIMARY KEY, new INTEGER);
         INSERT INTO temp.actor_rows SELECT o.row, m.row FROM other.actors o JOIN main.actors m
             ON ifnull(m.name, '') = ifnull(o.name, '') AND ifnull(m.code, '') = ifnull(o.code, '');
         CREATE TEMP TABLE no_rows (old INTEGER PRIMARY KEY, new INTEGER)",
    )
}

/// Until they are joined, each report tells of an event of its own.
fn make_events(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    tx.execute_batch(
        "CREATE TEMP TABLE event_rows (old INTEGER PRIMARY KEY, new INTEGER);
         INSERT INTO temp.event_rows SELECT r.old, r.new + (SELECT ifnull(max(row), 0) FROM main.events)
             FROM temp.report_rows r;
         INSERT INTO main.events (row, id, type, status, day, reports, outlets)
             SELECT new, '-' || new, '', '', '', 0, 0 FROM temp.event_rows",
    )
}

/// Copies the rows of a table by the names of its columns; returns how many were new.
fn copy_rows(
    tx: &Transaction<'_>,
    table: &str,
    references: &[(&str, &str)],
    condition: &str,
) -> rusqlite::Result<usize> {
    let columns: Vec<String> = tx
        .prepare("SELECT name FROM pragma_table_info(?, 'main')")?
        .query_map([table], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    let quoted: Vec<String> = columns.iter().map(|c| format!("\"{c}\"")).collect();
    let values = columns.iter().zip(&quoted).map(|(column, quoted)| {
        match references.iter().find(|(reference, _)| reference == column) {
            // Events are made for reports.
            Some((_, "event_rows")) => "(SELECT m.new FROM temp.event_rows m WHERE m.old = o.row)".into(),
            Some((_, map)) => format!("(SELECT m.new FROM temp.{map} m WHERE m.old = o.{quoted})"),
            None => format!("o.{quoted}"),
        }
    });
    let values = values.collect::<Vec<_>>().join(", ");
    let columns = quoted.join(", ");
    tx.execute(
        &format!(
            "INSERT OR IGNORE INTO main.{table} ({columns}) SELECT {values} FROM other.{table} o WHERE {condition}"
        ),
        [],
    )
}

/// Paths under which inputs were seen, of new inputs and of known ones.
fn take_in_sightings(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    let mut seen = tx.prepare(
        "SELECT m.row, m.content_hash, m.status, s.path FROM other.sightings s JOIN other.inputs o ON o.row = s.input
         JOIN main.inputs m ON m.content_hash = o.content_hash ORDER BY s.path",
    )?;
    let mut seen = seen.query([])?;
    while let Some(r) = seen.next()? {
        let (row, content_hash, status, path): (i64, String, String, String) =
            (r.get(0)?, r.get(1)?, r.get(2)?, r.get(3)?);
        add_sighting(tx, row, &path)?;
        if status == "read" {
            forget_unreadable(tx, &content_hash, &path)?;
        } else if content_hash == unreadable_key(&path) {
            // Here it could be read.
            tx.prepare_cached(
                "DELETE FROM main.inputs WHERE row = ?1 AND EXISTS (SELECT 1 FROM main.sightings s
                     JOIN main.inputs i ON i.row = s.input WHERE s.path = ?2 AND i.status = 'read')",
            )?
            .execute(params![row, path])?;
        }
    }
    Ok(())
}

/// Returns how many corrections were new.
fn take_in_corrections(tx: &Transaction<'_>, theirs: &[CorrectionView]) -> rusqlite::Result<usize> {
    let mut new = 0;
    for view in theirs {
        if corrections::insert(tx, &view.correction)? {
            new += 1;
            corrections::follow(tx, &view.correction)?;
            // What was applied there to pages that came from there stands as it is; the rest is applied here.
            if view.state == State::Applied && is_of_copied_page(tx, &view.correction.target)? {
                tx.prepare_cached(
                    "INSERT OR IGNORE INTO correction_states (correction, state, detail)
                     SELECT seq, 'applied', ?2 FROM corrections WHERE id = ?1",
                )?
                .execute(params![view.correction.id, view.detail])?;
            }
        }
    }
    // What was taken back here and stood there.
    let here = corrections::all(tx)?;
    for view in theirs.iter().filter(|c| c.state != State::Undone) {
        if here.iter().any(|c| c.correction.id == view.correction.id && c.state == State::Undone) {
            restore(tx, &view.correction)?;
        }
    }
    apply_all(tx)?;
    Ok(new)
}

fn is_of_copied_page(tx: &Transaction<'_>, target: &Target) -> rusqlite::Result<bool> {
    let Target::Report(target) = target else { return Ok(false) };
    tx.prepare_cached("SELECT 1 FROM temp.input_rows m JOIN main.inputs i ON i.row = m.new WHERE i.content_hash = ?")?
        .exists([&target.content])
}
