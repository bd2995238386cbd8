//! Applying corrections to the rows, and putting back what was coded.

use crate::corrections::{Action, ActorTarget, Correction, CorrectionView, Field, ReportTarget, State, Target, all};
use crate::join::{new_event, sum_up};
use crate::read::{REPORT_COLUMNS, report_columns, with_parties};
use crate::store::{Actors, insert_party, insert_report};
use chancery_records::{EventRecord, PartyRecord};
use chancery_text::{PartialDate, Status};
use rusqlite::{Connection, OptionalExtension, Transaction, params};
use serde_json::Value;
use std::collections::BTreeSet;

/// What applying one did: `Err` says what speaks against it.
type Applied = std::result::Result<Option<String>, String>;

/// Applies all corrections that stand, in their order; what is applied already stays as it is.
pub(crate) fn apply_all(tx: &Transaction<'_>) -> rusqlite::Result<()> {
    let mut touched = BTreeSet::new();
    for view in all(tx)? {
        if view.state == State::Undone || view.correction.action == Action::Undo {
            continue;
        }
        let (state, detail) = match apply(tx, &view, &mut touched)? {
            Ok(detail) => (State::Applied, detail),
            Err(detail) => (State::Conflict, Some(detail)),
        };
        tx.prepare_cached(
            "INSERT INTO correction_states (correction, state, detail) SELECT seq, ?2, ?3 FROM corrections WHERE id = ?1
             ON CONFLICT (correction) DO UPDATE SET state = ?2, detail = ?3",
        )?
        .execute(params![view.correction.id, state.to_string(), detail])?;
    }
    for event in &touched {
        // Their stories are told anew.
        tx.prepare_cached("DELETE FROM story_articles WHERE article IN (SELECT article FROM reports WHERE event = ?)")?
            .execute([event])?;
    }
    sum_up(tx, &touched)
}

fn apply(tx: &Transaction<'_>, view: &CorrectionView, touched: &mut BTreeSet<i64>) -> rusqlite::Result<Applied> {
    let c = &view.correction;
    match (&c.target, c.action) {
        (Target::Report(target), Action::Retract) => retract(tx, target, view, touched),
        (Target::Report(target), Action::Set) => set(tx, target, c, touched),
        (Target::Report(target), Action::Split) => split(tx, target, touched),
        (Target::Report(target), Action::Join) => match serde_json::from_value(c.value.clone()) {
            Ok(other) => join(tx, target, &other, touched),
            Err(_) => Ok(Err("the other report is not named".into())),
        },
        (Target::Actor(from), Action::Merge) => match serde_json::from_value(c.value.clone()) {
            Ok(into) => merge(tx, from, &into),
            Err(_) => Ok(Err("the other actor is not named".into())),
        },
        _ => Ok(Err(format!("{:?} cannot be done to this", c.action))),
    }
}

/// Puts back what a correction changed. What others of its kind changed is applied again afterwards.
pub(crate) fn restore(tx: &Transaction<'_>, c: &Correction) -> rusqlite::Result<()> {
    match (&c.target, c.action) {
        (Target::Report(target), Action::Set) => match find(tx, target)? {
            Some((row, _)) => restore_report(tx, row),
            None => Ok(()),
        },
        (Target::Report(target), Action::Retract) => put_back(tx, target, &c.was),
        // All is joined anew before what still stands is applied.
        (Target::Report(_), Action::Split | Action::Join) => {
            tx.execute_batch("INSERT OR IGNORE INTO unjoined SELECT row FROM articles")
        }
        (Target::Actor(from), Action::Merge) => unmerge(tx, from),
        _ => Ok(()),
    }
}

/// The rows of the reports with a target's article, span and type as coded, in order.
pub(crate) fn exact(db: &Connection, target: &ReportTarget) -> rusqlite::Result<Vec<i64>> {
    db.prepare_cached(
        "SELECT r.row FROM reports r JOIN articles a ON a.row = r.article JOIN inputs i ON i.row = a.input
         WHERE i.content_hash = ? AND a.position = ? AND r.start = ? AND r.\"end\" = ?
           AND ifnull(json_extract(r.coded, '$.type'), r.type) = ? ORDER BY r.position",
    )?
    .query_map(params![target.content, target.article, target.start, target.end, target.event_type], |r| r.get(0))?
    .collect()
}

/// The report that a correction is about; where the coder now cuts or names it in another way, that is said.
fn find(tx: &Connection, target: &ReportTarget) -> rusqlite::Result<Option<(i64, Option<String>)>> {
    let exact = exact(tx, target)?;
    if let Some(row) = exact.get(target.nth).or(exact.first()) {
        return Ok(Some((*row, None)));
    }
    // Of the reports that share at least half of the longer span, the one that shares most; its type may be another.
    let near: Option<(i64, String)> = tx
        .prepare_cached(
            "SELECT r.row, r.type, (min(r.\"end\", ?4) - max(r.start, ?3)) * 1.0 / (max(r.\"end\", ?4) - min(r.start, ?3)) AS share
             FROM reports r JOIN articles a ON a.row = r.article JOIN inputs i ON i.row = a.input
             WHERE i.content_hash = ?1 AND a.position = ?2 AND share >= 0.5
             ORDER BY r.type = ?5 DESC, share DESC, r.position LIMIT 1",
        )?
        .query_row(params![target.content, target.article, target.start, target.end, target.event_type], |r| {
            Ok((r.get(0)?, r.get(1)?))
        })
        .optional()?;
    Ok(near.map(|(row, event_type)| (row, Some(format!("the report is now cut or named otherwise ({event_type})")))))
}

/// What is said where a correction's report is not there: a person may have taken it out.
fn gone(tx: &Transaction<'_>, target: &ReportTarget) -> rusqlite::Result<Applied> {
    let target = serde_json::to_string(target).unwrap_or_default();
    let retracted = tx
        .prepare_cached(
            "SELECT 1 FROM corrections c LEFT JOIN correction_states s ON s.correction = c.seq
             WHERE c.action = 'retract' AND c.target = ? AND ifnull(s.state, 'applied') = 'applied'",
        )?
        .exists([target])?;
    if retracted {
        return Ok(Ok(Some("the report is retracted".into())));
    }
    Ok(Err("no report stands there any more".into()))
}

fn event_of(tx: &Transaction<'_>, report: i64) -> rusqlite::Result<i64> {
    tx.prepare_cached("SELECT event FROM reports WHERE row = ?")?.query_row([report], |r| r.get(0))
}

fn set(
    tx: &Transaction<'_>,
    target: &ReportTarget,
    c: &Correction,
    touched: &mut BTreeSet<i64>,
) -> rusqlite::Result<Applied> {
    let (Some(field), Some((row, changed))) = (c.field, find(tx, target)?) else { return gone(tx, target) };
    keep_coded(tx, row)?;
    let now = field_of(&record(tx, row)?, field);
    if now != c.value {
        rejoin(tx, row)?;
        write_field(tx, row, field, &c.value)?;
        touched.insert(event_of(tx, row)?);
    }
    let moved = now != c.value && now != c.was;
    Ok(Ok(changed.or_else(|| moved.then(|| format!("it was {} and had become {now}", c.was)))))
}

/// Has the article of a report joined anew, with all that could be of one event with what it says now.
fn rejoin(tx: &Transaction<'_>, row: i64) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "INSERT OR IGNORE INTO unjoined
         SELECT article FROM reports WHERE row = ?1
         UNION SELECT o.article FROM reports o JOIN reports r ON r.component = o.component WHERE r.row = ?1",
    )?
    .execute([row])?;
    Ok(())
}

/// The same for all reports with an actor among their parties.
fn rejoin_reports_of(tx: &Transaction<'_>, actor: i64) -> rusqlite::Result<()> {
    let reports: Vec<i64> = tx
        .prepare_cached("SELECT DISTINCT report FROM parties WHERE actor = ?1 OR coded_as = ?1")?
        .query_map([actor], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    reports.into_iter().try_for_each(|report| rejoin(tx, report))
}

fn keep_coded(tx: &Transaction<'_>, row: i64) -> rusqlite::Result<()> {
    let coded = as_coded(tx, row)?.to_string();
    tx.prepare_cached("UPDATE reports SET coded = ? WHERE row = ? AND coded IS NULL")?.execute(params![coded, row])?;
    Ok(())
}

/// A report's record as JSON.
pub(crate) fn record(db: &Connection, row: i64) -> rusqlite::Result<Value> {
    Ok(serde_json::to_value(read_report(db, row)?).unwrap_or_default())
}

fn read_report(db: &Connection, row: i64) -> rusqlite::Result<EventRecord> {
    let (_, report) =
        db.prepare_cached(&format!("{REPORT_COLUMNS} WHERE r.row = ?"))?.query_row([row], report_columns)?;
    with_parties(db, row, report)
}

/// A report's record as it was coded: before fields were set and actors merged.
pub(crate) fn as_coded(db: &Connection, row: i64) -> rusqlite::Result<Value> {
    let kept: Option<String> =
        db.prepare_cached("SELECT coded FROM reports WHERE row = ?")?.query_row([row], |r| r.get(0))?;
    if let Some(kept) = kept.and_then(|k| serde_json::from_str(&k).ok()) {
        return Ok(kept);
    }
    let mut coded = record(db, row)?;
    let mut merged = db.prepare_cached(
        "SELECT x.side, x.position, p.name, p.code FROM parties x JOIN actors p ON p.row = x.coded_as WHERE x.report = ?",
    )?;
    let mut merged = merged.query([row])?;
    while let Some(r) = merged.next()? {
        let side = if r.get::<_, String>(0)? == "actor" { "actors" } else { "recipients" };
        let party = &mut coded[side][r.get::<_, usize>(1)?];
        party["name"] = r.get::<_, Option<String>>(2)?.into();
        party["code"] = r.get::<_, Option<String>>(3)?.into();
    }
    Ok(coded)
}

/// A field of a record, in the shape of [`field_value`].
pub(crate) fn field_of(record: &Value, field: Field) -> Value {
    match field {
        Field::Actors | Field::Recipients => {
            let parties = record[field.name()].as_array().into_iter().flatten();
            let named = |p: &Value| {
                let name = if p["name"].is_null() { p["text"].clone() } else { p["name"].clone() };
                serde_json::json!({ "name": name, "code": p["code"] })
            };
            Value::Array(parties.map(named).collect())
        }
        _ => record[field.name()].clone(),
    }
}

/// What a person wrote, as the field takes it.
pub(crate) fn field_value(field: Field, written: &str) -> std::result::Result<Value, String> {
    let written = written.trim();
    let required = matches!(field, Field::Type | Field::Status);
    if written.is_empty() && !required {
        let parties = matches!(field, Field::Actors | Field::Recipients);
        return Ok(if parties { Value::Array(Vec::new()) } else { Value::Null });
    }
    match field {
        Field::Type if written.is_empty() || !written.chars().all(|c| c.is_ascii_uppercase()) => {
            Err(format!("{written:?} is no PLOVER type; write one in capitals, as CONSULT"))
        }
        Field::Status if Status::parse(written).is_none() => {
            let names = Status::ALL.map(Status::as_str).join(", ");
            Err(format!("{written:?} is no status; write one of {names}"))
        }
        Field::Date => match written.parse::<PartialDate>() {
            Ok(date) => Ok(Value::String(date.to_string())),
            Err(error) => Err(error.to_string()),
        },
        Field::Actors | Field::Recipients => {
            written.split(';').map(party).collect::<std::result::Result<_, _>>().map(Value::Array)
        }
        _ => Ok(Value::String(written.to_string())),
    }
}

/// `Name (CODE)`.
fn party(written: &str) -> std::result::Result<Value, String> {
    let written = written.trim();
    let (name, code) = match written.strip_suffix(')').and_then(|w| w.rsplit_once('(')) {
        Some((name, code)) => (name.trim(), Some(code.trim())),
        None => (written, None),
    };
    if name.is_empty() || name.contains(['(', ')']) || code.is_some_and(|c| c.split(' ').any(|part| part.len() != 3)) {
        return Err(format!("{written:?} is no party; write a name and its code, as \"Xi Jinping (CHN GOV)\""));
    }
    Ok(serde_json::json!({ "name": name, "code": code }))
}

fn write_field(tx: &Transaction<'_>, row: i64, field: Field, value: &Value) -> rusqlite::Result<()> {
    if matches!(field, Field::Actors | Field::Recipients) {
        return write_parties(tx, row, if field == Field::Actors { "actor" } else { "recipient" }, value);
    }
    let column = field.name();
    tx.prepare_cached(&format!("UPDATE reports SET {column} = ? WHERE row = ?"))?
        .execute(params![value.as_str(), row])?;
    // What was derived from the old value says nothing of the new one.
    let derived = match field {
        Field::Date => "date_from = 'stated'",
        Field::Place => {
            "place_country = NULL, place_precision = NULL, place_lat = NULL, place_lon = NULL, place_stated = NULL"
        }
        Field::Type => "mode = NULL, cameo = NULL",
        Field::Mode => "cameo = NULL",
        _ => return Ok(()),
    };
    tx.prepare_cached(&format!("UPDATE reports SET {derived} WHERE row = ?"))?.execute([row])?;
    Ok(())
}

/// A party that the report names already keeps its words; another has none but its name, and stands where the
/// evidence begins.
fn write_parties(tx: &Transaction<'_>, row: i64, side: &str, value: &Value) -> rusqlite::Result<()> {
    let old = read_report(tx, row)?;
    let known: Vec<PartyRecord> = old.actors.into_iter().chain(old.recipients).collect();
    tx.execute("DELETE FROM parties WHERE report = ? AND side = ?", params![row, side])?;
    for (position, party) in value.as_array().into_iter().flatten().enumerate() {
        let (name, code) = (party["name"].as_str(), party["code"].as_str());
        let same = known.iter().find(|p| p.name.as_deref() == name || Some(p.text.as_str()) == name);
        let (start, end) = same.map_or((old.start, old.start), |p| (p.start, p.end));
        let text = same.map(|p| p.text.as_str()).or(name).unwrap_or_default().to_string();
        let kind = same.and_then(|p| p.kind.clone());
        let [name, code] = [name, code].map(|known| known.map(str::to_string));
        let party = PartyRecord { text, name, code, kind, start, end };
        insert_party(tx, &mut Actors { tx }, row, side, position, &party)?;
    }
    Ok(())
}

/// Puts a report back to what was coded; corrections of it that stand are applied again afterwards.
fn restore_report(tx: &Transaction<'_>, row: i64) -> rusqlite::Result<()> {
    let coded: Option<String> = tx.query_row("SELECT coded FROM reports WHERE row = ?", [row], |r| r.get(0))?;
    let Some(coded) = coded.and_then(|c| serde_json::from_str::<Value>(&c).ok()) else { return Ok(()) };
    rejoin(tx, row)?;
    for field in [Field::Type, Field::Mode, Field::Status, Field::Date, Field::Place, Field::Claimant] {
        write_field(tx, row, field, &field_of(&coded, field))?;
    }
    for (side, field) in [("actor", Field::Actors), ("recipient", Field::Recipients)] {
        tx.execute("DELETE FROM parties WHERE report = ? AND side = ?", params![row, side])?;
        let parties: Vec<PartyRecord> = serde_json::from_value(coded[field.name()].clone()).unwrap_or_default();
        for (position, party) in parties.iter().enumerate() {
            insert_party(tx, &mut Actors { tx }, row, side, position, party)?;
        }
    }
    let place = &coded["location"];
    tx.execute(
        "UPDATE reports SET coded = NULL, date_from = ?, cameo = ?, place_country = ?, place_precision = ?, place_lat = ?,
             place_lon = ?, place_stated = ? WHERE row = ?",
        params![
            coded["date_from"].as_str(),
            coded["cameo"].as_str(),
            place["country"].as_str(),
            place["precision"].as_str(),
            place["lat"].as_f64(),
            place["lon"].as_f64(),
            place["stated"].as_str(),
            row
        ],
    )?;
    let event = event_of(tx, row)?;
    sum_up(tx, &BTreeSet::from([event]))
}

/// A report that is taken out is kept in the correction, to be put back.
fn retract(
    tx: &Transaction<'_>,
    target: &ReportTarget,
    view: &CorrectionView,
    touched: &mut BTreeSet<i64>,
) -> rusqlite::Result<Applied> {
    let key = view.correction.was["key"].as_str().unwrap_or_default();
    let same: Option<i64> =
        tx.prepare_cached("SELECT row FROM reports WHERE key = ?")?.query_row([key], |r| r.get(0)).optional()?;
    // Once it is out, another report of the same words must not follow it.
    let found = match same {
        Some(row) => Some((row, None)),
        None if view.fresh => find(tx, target)?.filter(|(_, changed)| changed.is_some()),
        None => None,
    };
    let Some((row, changed)) = found else { return Ok(Ok(None)) };
    touched.insert(event_of(tx, row)?);
    rejoin(tx, row)?;
    tx.prepare_cached("DELETE FROM reports WHERE row = ?")?.execute([row])?;
    Ok(Ok(changed))
}

/// What a retraction keeps of a report: the record, its key and its place in the article.
pub(crate) fn kept(db: &Connection, row: i64, coded: Value) -> rusqlite::Result<Value> {
    let (key, position): (String, usize) = db
        .prepare_cached("SELECT key, position FROM reports WHERE row = ?")?
        .query_row([row], |r| Ok((r.get(0)?, r.get(1)?)))?;
    Ok(serde_json::json!({ "key": key, "position": position, "record": coded }))
}

fn put_back(tx: &Transaction<'_>, target: &ReportTarget, was: &Value) -> rusqlite::Result<()> {
    let article: Option<i64> = tx
        .prepare_cached(
            "SELECT a.row FROM articles a JOIN inputs i ON i.row = a.input WHERE i.content_hash = ? AND a.position = ?",
        )?
        .query_row(params![target.content, target.article], |r| r.get(0))
        .optional()?;
    let record = serde_json::from_value::<EventRecord>(was["record"].clone()).ok();
    let (Some(article), Some(record), Some(key)) = (article, record, was["key"].as_str()) else { return Ok(()) };
    if tx.prepare_cached("SELECT 1 FROM reports WHERE key = ?")?.exists([key])? {
        return Ok(());
    }
    let event = new_event(tx)?;
    let position = was["position"].as_u64().unwrap_or_default() as usize;
    insert_report(tx, &mut Actors { tx }, article, event, position, &record, key)?;
    tx.execute("INSERT OR IGNORE INTO unjoined VALUES (?)", [article])?;
    sum_up(tx, &BTreeSet::from([event]))
}

fn split(tx: &Transaction<'_>, target: &ReportTarget, touched: &mut BTreeSet<i64>) -> rusqlite::Result<Applied> {
    let Some((row, changed)) = find(tx, target)? else { return gone(tx, target) };
    let event = event_of(tx, row)?;
    let others: i64 =
        tx.query_row("SELECT count(*) FROM reports WHERE event = ? AND row <> ?", [event, row], |r| r.get(0))?;
    if others > 0 {
        let own = new_event(tx)?;
        tx.execute("UPDATE reports SET event = ? WHERE row = ?", [own, row])?;
        touched.extend([event, own]);
    }
    Ok(Ok(changed))
}

fn join(
    tx: &Transaction<'_>,
    target: &ReportTarget,
    other: &ReportTarget,
    touched: &mut BTreeSet<i64>,
) -> rusqlite::Result<Applied> {
    let (Some((a, changed)), Some((b, _))) = (find(tx, target)?, find(tx, other)?) else { return gone(tx, target) };
    let (keep, gone) = (event_of(tx, a)?, event_of(tx, b)?);
    if keep != gone {
        tx.execute("UPDATE reports SET event = ? WHERE event = ?", [keep, gone])?;
        touched.extend([keep, gone]);
    }
    Ok(Ok(changed))
}

fn merge(tx: &Transaction<'_>, from: &ActorTarget, into: &ActorTarget) -> rusqlite::Result<Applied> {
    let mut actors = Actors { tx };
    let into = actors.row(Some(&into.name), into.code.as_deref())?;
    let rows = rows_of(tx, from)?;
    if rows.is_empty() {
        return Ok(Err(format!("the ledger names no {}", from.name)));
    }
    for from in rows.into_iter().filter(|r| Some(*r) != into) {
        if tx.prepare_cached("SELECT 1 FROM parties WHERE actor = ?")?.exists([from])? {
            rejoin_reports_of(tx, from)?;
        }
        for table in MERGED_TABLES {
            tx.prepare_cached(&format!(
                "UPDATE {table} SET coded_as = ifnull(coded_as, actor), actor = ?2 WHERE actor = ?1"
            ))?
            .execute(params![from, into])?;
        }
    }
    Ok(Ok(None))
}

const MERGED_TABLES: [&str; 3] = ["parties", "mentions", "quotes"];

fn unmerge(tx: &Transaction<'_>, from: &ActorTarget) -> rusqlite::Result<()> {
    for row in rows_of(tx, from)? {
        rejoin_reports_of(tx, row)?;
        for table in MERGED_TABLES {
            tx.prepare_cached(&format!("UPDATE {table} SET actor = coded_as, coded_as = NULL WHERE coded_as = ?"))?
                .execute([row])?;
        }
    }
    Ok(())
}

/// The rows of an actor; without a code, of all that have the name.
fn rows_of(tx: &Transaction<'_>, actor: &ActorTarget) -> rusqlite::Result<Vec<i64>> {
    tx.prepare_cached("SELECT row FROM actors WHERE name = ?1 AND (?2 IS NULL OR code = ?2) ORDER BY row")?
        .query_map(params![actor.name, actor.code], |r| r.get(0))?
        .collect()
}
