//! What a person corrects: kept beside what was coded, applied again whenever it is coded anew.
//!
//! A correction names what it is about by content (the hash of the page, the article's position, the span and the
//! words), so it can be carried to another ledger of the same pages. Corrections are only ever added; one is taken back
//! by another that undoes it. Where what it is about is gone, that is a conflict, and listed.

use crate::correcting::{apply_all, as_coded, exact, field_of, field_value, kept, record, restore};
use crate::ids::key;
use crate::{Ledger, LedgerError, Result};
use rusqlite::{Connection, OptionalExtension, Row, Transaction, params};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use std::fmt;
use std::str::FromStr;

/// A correction, as it is kept and as files carry it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Correction {
    /// `c` and a hash of the rest.
    pub id: String,
    /// What is done.
    pub action: Action,
    /// To what.
    pub target: Target,
    /// The field that is set.
    #[serde(default)]
    pub field: Option<Field>,
    /// What stood there.
    #[serde(default)]
    pub was: Value,
    /// What is to stand there; of a join the other report, of a merge the other actor.
    #[serde(default)]
    pub value: Value,
    /// Who says so.
    pub who: String,
    /// Why.
    pub why: String,
    /// When, as the machine's clock had it.
    pub made: String,
}

/// What a correction does.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Action {
    /// Takes a report out.
    Retract,
    /// Sets a field of a report.
    Set,
    /// Makes two reports tell of one event, with all that their events hold.
    Join,
    /// Makes a report tell of an event of its own.
    Split,
    /// Makes two actors one.
    Merge,
    /// Takes a correction back.
    Undo,
}

/// A field of a report that can be set.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Field {
    /// PLOVER type.
    Type,
    /// PLOVER mode.
    Mode,
    /// Whether it happened.
    Status,
    /// When.
    Date,
    /// Where.
    Place,
    /// Who says so.
    Claimant,
    /// Who did it: `Name (CODE); Name (CODE)`.
    Actors,
    /// To whom.
    Recipients,
}

impl Field {
    /// All of them.
    pub const ALL: [Field; 8] = [
        Field::Type,
        Field::Mode,
        Field::Status,
        Field::Date,
        Field::Place,
        Field::Claimant,
        Field::Actors,
        Field::Recipients,
    ];

    /// Its name, as records have it.
    pub fn name(self) -> &'static str {
        match self {
            Field::Type => "type",
            Field::Mode => "mode",
            Field::Status => "status",
            Field::Date => "date",
            Field::Place => "place",
            Field::Claimant => "claimant",
            Field::Actors => "actors",
            Field::Recipients => "recipients",
        }
    }
}

impl FromStr for Field {
    type Err = LedgerError;

    fn from_str(name: &str) -> Result<Self> {
        let unknown = || LedgerError::Correction(format!("{name:?} is no field that can be set"));
        Field::ALL.into_iter().find(|f| f.name() == name).ok_or_else(unknown)
    }
}

/// What a correction is about.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
pub enum Target {
    /// A report.
    Report(ReportTarget),
    /// An actor.
    Actor(ActorTarget),
    /// Another correction.
    Correction {
        /// Its id.
        correction: String,
    },
}

/// A report, known by what it was coded from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReportTarget {
    /// Hash of the page's bytes.
    pub content: String,
    /// The article's position in the page.
    pub article: usize,
    /// First character of the evidence.
    pub start: usize,
    /// One past its last.
    pub end: usize,
    /// The evidence.
    pub words: String,
    /// The type as coded.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Which of several reports with this span and type, from 0.
    #[serde(default)]
    pub nth: usize,
}

/// An actor: its name with the code that it had.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ActorTarget {
    /// Full name.
    pub name: String,
    /// `CHN GOV`.
    pub code: Option<String>,
}

/// What a person asks for; ids are those that the ledger shows.
#[derive(Debug, Clone, PartialEq)]
pub enum Change {
    /// Takes out the report with this id.
    Retract(String),
    /// Sets a field of a report; an empty value means not known.
    Set {
        /// The report's id (`r…`).
        report: String,
        /// Which field.
        field: Field,
        /// The value as a person writes it.
        value: String,
    },
    /// Joins the events of two ids, each of a report or an event.
    Join(String, String),
    /// Takes the report off its event.
    Split(String),
    /// Makes the actor of the first name the actor of the second.
    Merge(String, String),
    /// Takes back the correction with this id.
    Undo(String),
}

/// Who changes something, why and when.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Author {
    /// Who.
    pub who: String,
    /// Why.
    pub why: String,
    /// When: as the caller's clock has it; written down, never compared.
    pub made: String,
}

/// What became of a correction.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub enum State {
    /// It stands.
    Applied,
    /// It was taken back.
    Undone,
    /// What it is about is not there any more.
    Conflict,
}

/// A correction with what became of it.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct CorrectionView {
    /// The correction.
    #[serde(flatten)]
    pub correction: Correction,
    /// What became of it.
    pub state: State,
    /// What speaks against it, or what it found changed.
    pub detail: Option<String>,
    /// True where what it is about was coded anew since it was last applied.
    #[serde(skip)]
    pub(crate) fresh: bool,
}

impl Ledger {
    /// Makes a correction and applies it.
    ///
    /// # Errors
    /// [`LedgerError::Correction`] where there is no such report, event, actor or correction, or the value does not fit;
    /// nothing has changed then.
    pub fn correct(&mut self, change: &Change, author: &Author) -> Result<CorrectionView> {
        let correction = self.drafted(change, author)?;
        let id = correction.id.clone();
        self.add_corrections(std::slice::from_ref(&correction))?;
        let made = self.corrections()?.into_iter().find(|c| c.correction.id == id);
        made.ok_or_else(|| LedgerError::Correction(format!("the correction {id} was not kept")))
    }

    /// The correction that [`Ledger::correct`] would make; nothing is changed.
    ///
    /// # Errors
    /// As there.
    pub fn propose(&self, change: &Change, author: &Author) -> Result<Correction> {
        self.drafted(change, author)
    }

    /// All corrections in the order in which they were made.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn corrections(&self) -> Result<Vec<CorrectionView>> {
        self.with(all)
    }

    /// Adds corrections that were made elsewhere; those that are here already are left as they are. Returns how many
    /// were new.
    ///
    /// # Errors
    /// Where the ledger cannot be written; nothing has changed then.
    pub fn add_corrections(&mut self, corrections: &[Correction]) -> Result<usize> {
        self.in_transaction(|tx| {
            let mut new = 0;
            for correction in corrections {
                if insert(tx, correction)? {
                    new += 1;
                    follow(tx, correction)?;
                }
            }
            apply_all(tx)?;
            Ok(new)
        })
    }

    fn drafted(&self, change: &Change, author: &Author) -> Result<Correction> {
        if author.why.trim().is_empty() {
            return Err(LedgerError::Correction("a correction needs a reason; say why".into()));
        }
        let drafted = self.with(|db| draft(db, change))?;
        let (action, target, field, was, value) = drafted.map_err(LedgerError::Correction)?;
        let Author { who, why, made } = author.clone();
        let mut correction = Correction { id: String::new(), action, target, field, was, value, who, why, made };
        // The same may be corrected again within a second, after it was taken back.
        let number = self.corrections()?.len().to_string();
        correction.id = key('c', &[&serde_json::to_string(&correction).unwrap_or_default(), &number]);
        Ok(correction)
    }
}

type Draft = (Action, Target, Option<Field>, Value, Value);

/// What a change means for the rows of this ledger, or what is wrong with it.
fn draft(db: &Connection, change: &Change) -> rusqlite::Result<std::result::Result<Draft, String>> {
    let no_report =
        |id: &str| format!("{id}: no such report; `chancery export --format jsonl` prints the ids of reports");
    Ok(match change {
        Change::Retract(id) | Change::Split(id) => match report_of(db, id)? {
            None => Err(no_report(id)),
            Some(found) => {
                let (action, was) = match change {
                    Change::Split(_) => (Action::Split, Value::Null),
                    _ => (Action::Retract, found.kept),
                };
                Ok((action, Target::Report(found.target), None, was, Value::Null))
            }
        },
        Change::Set { report, field, value } => match report_of(db, report)? {
            None => Err(no_report(report)),
            Some(found) => field_value(*field, value).map(|value| {
                let was = field_of(&found.record, *field);
                (Action::Set, Target::Report(found.target), Some(*field), was, value)
            }),
        },
        Change::Join(a, b) => match (report_of(db, a)?, report_of(db, b)?) {
            (Some(x), Some(y)) if x.target == y.target => Err(format!("{a} and {b} are one already")),
            (Some(x), Some(y)) => {
                let other = serde_json::to_value(&y.target).unwrap_or_default();
                Ok((Action::Join, Target::Report(x.target), None, Value::Null, other))
            }
            (None, _) => Err(format!("{a}: no such report or event")),
            (_, None) => Err(format!("{b}: no such report or event")),
        },
        Change::Merge(from, into) => match (actor_of(db, from)?, actor_of(db, into)?) {
            (Some(x), Some(y)) if x == y => Err(format!("{from} and {into} are one actor already")),
            (Some(_), Some(y)) if is_merged(db, &y)? => {
                Err(format!("{into} is merged into another actor already; undo that first, or merge into the other"))
            }
            (Some(x), Some(y)) => {
                let other = serde_json::to_value(&y).unwrap_or_default();
                Ok((Action::Merge, Target::Actor(x), None, Value::Null, other))
            }
            (None, _) => Err(format!("{from}: the ledger names no such actor")),
            (_, None) => Err(format!("{into}: the ledger names no such actor")),
        },
        Change::Undo(id) => {
            let found = all(db)?.into_iter().find(|c| c.correction.id == *id);
            match found {
                None => Err(format!("{id}: no such correction; `chancery correct list` prints them")),
                Some(c) if c.state == State::Undone => Err(format!("{id} is undone already")),
                Some(c) if c.correction.action == Action::Undo => {
                    Err(format!("{id} undoes another; make that correction again instead"))
                }
                Some(_) => {
                    let target = Target::Correction { correction: id.clone() };
                    Ok((Action::Undo, target, None, Value::Null, Value::Null))
                }
            }
        }
    })
}

/// True where a merge that stands makes an actor another.
fn is_merged(db: &Connection, actor: &ActorTarget) -> rusqlite::Result<bool> {
    let target = Target::Actor(actor.clone());
    let stands = |c: &CorrectionView| c.state != State::Undone && c.correction.action == Action::Merge;
    Ok(all(db)?.iter().any(|c| stands(c) && c.correction.target == target))
}

/// A report as corrections know it, and its record as JSON.
struct FoundReport {
    target: ReportTarget,
    record: Value,
    kept: Value,
}

/// The report of an id, or the first report of an event.
fn report_of(db: &Connection, id: &str) -> rusqlite::Result<Option<FoundReport>> {
    let row: Option<i64> = db
        .prepare_cached(
            "SELECT row FROM reports WHERE key = ?1
             UNION ALL SELECT lead FROM events WHERE id = ?1
             UNION ALL SELECT e.lead FROM event_aliases a JOIN events e ON e.row = a.event WHERE a.alias = ?1 LIMIT 1",
        )?
        .query_row([id], |r| r.get(0))
        .optional()?;
    let Some(row) = row else { return Ok(None) };
    let (content, article): (String, usize) = db
        .prepare_cached(
            "SELECT i.content_hash, a.position FROM reports r JOIN articles a ON a.row = r.article
             JOIN inputs i ON i.row = a.input WHERE r.row = ?",
        )?
        .query_row([row], |r| Ok((r.get(0)?, r.get(1)?)))?;
    let coded = as_coded(db, row)?;
    let number = |name: &str| coded[name].as_u64().unwrap_or_default() as usize;
    let text = |name: &str| coded[name].as_str().unwrap_or_default().to_string();
    let (start, end) = (number("start"), number("end"));
    let target = ReportTarget { content, article, start, end, words: text("text"), event_type: text("type"), nth: 0 };
    let twins = exact(db, &target)?;
    let nth = twins.iter().position(|&r| r == row).unwrap_or_default();
    let (record, kept) = (record(db, row)?, kept(db, row, coded)?);
    Ok(Some(FoundReport { target: ReportTarget { nth, ..target }, record, kept }))
}

/// The actor of a name that is met most often.
fn actor_of(db: &Connection, name: &str) -> rusqlite::Result<Option<ActorTarget>> {
    db.prepare_cached(
        "SELECT p.name, p.code FROM actors p WHERE p.name = ?
         ORDER BY (SELECT count(*) FROM mentions m WHERE m.actor = p.row) DESC, p.code LIMIT 1",
    )?
    .query_row([name], |r| Ok(ActorTarget { name: r.get(0)?, code: r.get(1)? }))
    .optional()
}

pub(crate) fn insert(tx: &Transaction<'_>, c: &Correction) -> rusqlite::Result<bool> {
    let json = |value: &Value| (!value.is_null()).then(|| value.to_string());
    let added = tx
        .prepare_cached(
            "INSERT OR IGNORE INTO corrections (id, action, target, field, was, value, who, why, made)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .execute(params![
            c.id,
            name_of(c.action),
            serde_json::to_string(&c.target).unwrap_or_default(),
            c.field.map(Field::name),
            json(&c.was),
            json(&c.value),
            c.who,
            c.why,
            c.made
        ])?;
    Ok(added > 0)
}

/// The name of an action, as records write it.
fn name_of(action: Action) -> String {
    serde_json::to_value(action).unwrap_or_default().as_str().unwrap_or_default().to_string()
}

/// Has the corrections of a page applied again, as to what was coded anew.
pub(crate) fn refresh(tx: &Transaction<'_>, content_hash: &str) -> rusqlite::Result<()> {
    tx.prepare_cached(
        "DELETE FROM correction_states WHERE state <> 'undone' AND correction IN
             (SELECT seq FROM corrections WHERE json_extract(target, '$.content') = ?)",
    )?
    .execute([content_hash])?;
    Ok(())
}

/// Takes back what a new correction undoes.
pub(crate) fn follow(tx: &Transaction<'_>, correction: &Correction) -> rusqlite::Result<()> {
    match &correction.target {
        Target::Correction { correction: undone } => take_back(tx, undone),
        _ => Ok(()),
    }
}

/// Marks a correction as undone and puts back what it changed.
fn take_back(tx: &Transaction<'_>, id: &str) -> rusqlite::Result<()> {
    let Some(view) = all(tx)?.into_iter().find(|c| c.correction.id == id) else { return Ok(()) };
    tx.execute(
        "INSERT INTO correction_states (correction, state) SELECT seq, 'undone' FROM corrections WHERE id = ?
         ON CONFLICT (correction) DO UPDATE SET state = 'undone', detail = NULL",
        [id],
    )?;
    restore(tx, &view.correction)
}

/// All corrections in their order.
pub(crate) fn all(db: &Connection) -> rusqlite::Result<Vec<CorrectionView>> {
    db.prepare_cached(
        "SELECT c.id, c.action, c.target, c.field, c.was, c.value, c.who, c.why, c.made, s.state, s.detail
         FROM corrections c LEFT JOIN correction_states s ON s.correction = c.seq ORDER BY c.seq",
    )?
    .query_map([], view)?
    .filter_map(|c| c.transpose())
    .collect()
}

/// A row that another program has written in another shape is left out.
fn view(r: &Row<'_>) -> rusqlite::Result<Option<CorrectionView>> {
    let json = |at: usize| -> rusqlite::Result<Value> {
        let text: Option<String> = r.get(at)?;
        Ok(text.and_then(|t| serde_json::from_str(&t).ok()).unwrap_or_default())
    };
    let word =
        |at: usize| -> rusqlite::Result<Value> { Ok(r.get::<_, Option<String>>(at)?.map_or(Value::Null, Value::from)) };
    let state = match r.get::<_, Option<String>>(9)?.as_deref() {
        Some("undone") => State::Undone,
        Some("conflict") => State::Conflict,
        _ => State::Applied,
    };
    let whole = serde_json::json!({
        "id": r.get::<_, String>(0)?, "action": word(1)?, "target": json(2)?, "field": word(3)?, "was": json(4)?,
        "value": json(5)?, "who": word(6)?, "why": word(7)?, "made": word(8)?,
    });
    let correction = serde_json::from_value(whole).ok();
    let (detail, fresh) = (r.get(10)?, r.get::<_, Option<String>>(9)?.is_none());
    Ok(correction.map(|correction| CorrectionView { correction, state, detail, fresh }))
}

impl fmt::Display for State {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            State::Applied => "applied",
            State::Undone => "undone",
            State::Conflict => "conflict",
        })
    }
}
