//! Storing: an input is stored whole or not at all, in a transaction of its own or with others.

use crate::corrections::refresh;
use crate::ids::key;
use crate::join::{Joins, Placer};
use crate::{Ledger, LedgerError, Result, ids};
use chancery_records::{ArticleRecord, EventRecord, MentionRecord, PartyRecord, QuoteRecord, WordingRecord};
use rusqlite::{OptionalExtension, Transaction, TransactionBehavior, params};
use serde::{Deserialize, Serialize};
use serde_json::{Map, Value};
use std::collections::{BTreeMap, BTreeSet};

/// What made the rows: enough to make them again.
#[derive(Debug, Clone, PartialEq, Default, Serialize, Deserialize)]
pub struct RunManifest {
    /// The program's version.
    pub program_version: String,
    /// Hash of the knowledge files.
    pub data_hash: String,
    /// The options that change what is read out of a page (`careful`, `date`), not those that only change the speed.
    pub options: Map<String, Value>,
    /// The inputs as they were given.
    pub inputs: Vec<String>,
}

impl RunManifest {
    /// A hash of what decides the rows: version, data, options. Inputs coded alike need not be coded again.
    fn coding(&self) -> String {
        key('c', &[&self.program_version, &self.data_hash, &self.options_json()])
    }

    /// Options as JSON with sorted keys, so that two runs with the same options write the same.
    fn options_json(&self) -> String {
        let sorted: BTreeMap<&String, &Value> = self.options.iter().collect();
        serde_json::to_string(&sorted).unwrap_or_default()
    }
}

/// A run that is storing. Event ids of records mean something within one run; this remembers what.
#[derive(Debug, Clone)]
pub struct Run {
    pub(crate) key: String,
    pub(crate) coding: String,
    pub(crate) joins: Joins,
}

/// One input file (or one record of an archive) with all that was read out of it.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredInput {
    /// Where it was seen.
    pub path: String,
    /// [`content_hash`](crate::content_hash) of its bytes.
    pub content_hash: String,
    /// How reading went.
    pub status: InputStatus,
    /// Its articles, in order.
    pub articles: Vec<StoredArticle>,
}

impl StoredInput {
    /// An input that could not be read, known by its path alone.
    pub fn unreadable(path: impl Into<String>, reason: impl Into<String>) -> Self {
        let path = path.into();
        StoredInput {
            content_hash: unreadable_key(&path),
            path,
            status: InputStatus::Unreadable { reason: reason.into() },
            articles: Vec::new(),
        }
    }
}

/// The key of an input whose bytes could not be had.
pub(crate) fn unreadable_key(path: &str) -> String {
    ids::content_hash(format!("unreadable\0{path}").as_bytes())
}

/// How reading an input went.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum InputStatus {
    /// It was read, even if there was no article in it.
    Read,
    /// It could not be read.
    Unreadable {
        /// Why.
        reason: String,
    },
}

/// An article and its words.
#[derive(Debug, Clone, PartialEq)]
pub struct StoredArticle {
    /// The coded article.
    pub record: ArticleRecord,
    /// The article's text from `record.start` to `record.end`, whether or not the record carries it too.
    pub text: String,
}

/// What storing an input did.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Outcome {
    /// It is new in the ledger.
    Added,
    /// It was there, coded by another version, other data or other options; its rows were replaced.
    Replaced,
    /// The same content coded the same way was there under another path; the path was noted.
    SeenAgain,
    /// It was there; nothing changed.
    AlreadyThere,
}

impl Outcome {
    /// True where rows were added.
    pub fn is_new(self) -> bool {
        matches!(self, Outcome::Added | Outcome::Replaced)
    }
}

impl Ledger {
    /// Notes a run; the same manifest again is the same run.
    ///
    /// # Errors
    /// Where the ledger cannot be written.
    pub fn begin_run(&mut self, manifest: &RunManifest) -> Result<Run> {
        let (coding, options) = (manifest.coding(), manifest.options_json());
        let inputs = json_list(&manifest.inputs);
        let key = key('n', &[&coding, &inputs]);
        self.with(|db| {
            db.execute(
                "INSERT OR IGNORE INTO runs (key, coding, program_version, data_hash, options, inputs)
                 VALUES (?, ?, ?, ?, ?, ?)",
                params![key, coding, manifest.program_version, manifest.data_hash, options, inputs],
            )
        })?;
        Ok(Run { key, coding, joins: Joins::default() })
    }

    /// True where this content was read into the ledger, coded as this run codes: coding it again would add nothing but a
    /// path. What could not be read is not known.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn knows(&self, run: &Run, content_hash: &str) -> Result<bool> {
        self.with(|db| {
            db.prepare_cached("SELECT 1 FROM inputs WHERE content_hash = ? AND coding = ? AND status = 'read'")?
                .exists(params![content_hash, run.coding])
        })
    }

    /// Notes one more path of a content that [`Ledger::knows`]; an unknown content changes nothing.
    ///
    /// # Errors
    /// Where the ledger cannot be written.
    pub fn note_sighting(&mut self, content_hash: &str, path: &str) -> Result<Outcome> {
        // Most often there is nothing to write, and then no other program has to be waited for.
        let noted = self.with(|db| {
            db.prepare_cached(
                "SELECT 1 FROM inputs i JOIN sightings s ON s.input = i.row WHERE i.content_hash = ?1 AND s.path = ?2
                 AND NOT EXISTS (SELECT 1 FROM inputs WHERE content_hash = ?3)",
            )?
            .exists([content_hash, path, &unreadable_key(path)])
        })?;
        if noted {
            return Ok(Outcome::AlreadyThere);
        }
        self.in_transaction(|tx| {
            forget_unreadable(tx, content_hash, path)?;
            let row: Option<i64> = tx
                .query_row("SELECT row FROM inputs WHERE content_hash = ?", [content_hash], |r| r.get(0))
                .optional()?;
            Ok(match row {
                Some(row) if add_sighting(tx, row, path)? => Outcome::SeenAgain,
                _ => Outcome::AlreadyThere,
            })
        })
    }

    /// Stores one input: whole, or not at all.
    ///
    /// Rows whose `event` is the same string within `run` become reports of one event; if they are in the ledger under
    /// different events, these become one.
    ///
    /// # Errors
    /// [`LedgerError::Evidence`] where a row's words do not stand where it says; trouble with the file.
    pub fn store_input(&mut self, run: &mut Run, input: &StoredInput) -> Result<Outcome> {
        let mut stored = self.store_together(run, std::slice::from_ref(input))?;
        Ok(stored.remove(0))
    }

    /// Stores inputs in their order, each as [`Ledger::store_input`] does, in one transaction, which takes less time. Where one
    /// of them cannot be stored, those before it are.
    ///
    /// # Errors
    /// As [`Ledger::store_input`], for the first that fails; those behind it are not stored.
    pub fn store_inputs(&mut self, run: &mut Run, inputs: &[StoredInput]) -> Result<Vec<Outcome>> {
        match self.store_together(run, inputs) {
            Err(_) if inputs.len() > 1 => inputs.iter().map(|input| self.store_input(run, input)).collect(),
            stored => stored,
        }
    }

    fn store_together(&mut self, run: &mut Run, inputs: &[StoredInput]) -> Result<Vec<Outcome>> {
        for article in inputs.iter().flat_map(|input| &input.articles) {
            check_evidence(article)?;
        }
        // Work on a copy: if the transaction is undone, so is what the run remembers.
        let mut joins = run.joins.clone();
        let stored =
            self.in_transaction(|tx| inputs.iter().map(|input| store(tx, run, &mut joins, input)).collect())?;
        run.joins = joins;
        Ok(stored)
    }

    /// Runs `work` in a transaction that takes the write lock at once.
    pub(crate) fn in_transaction<T>(
        &mut self,
        work: impl FnOnce(&Transaction<'_>) -> rusqlite::Result<T>,
    ) -> Result<T> {
        let path = self.path.clone();
        let go = || {
            let tx = self.db.transaction_with_behavior(TransactionBehavior::Immediate)?;
            let value = work(&tx)?;
            tx.commit()?;
            Ok(value)
        };
        go().map_err(|e| LedgerError::from_sqlite(&path, e))
    }
}

fn store(tx: &Transaction<'_>, run: &Run, joins: &mut Joins, input: &StoredInput) -> rusqlite::Result<Outcome> {
    forget_unreadable(tx, &input.content_hash, &input.path)?;
    let known: Option<(i64, String, String)> = tx
        .prepare_cached("SELECT row, coding, status FROM inputs WHERE content_hash = ?")?
        .query_row([&input.content_hash], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))
        .optional()?;
    // What could not be read the last time (for want of memory, say) and can be now is worth its place.
    let better = |status: &str| status == "unreadable" && input.status == InputStatus::Read;
    let mut placer = Placer::new(tx, joins);
    let outcome = match known {
        Some((row, coding, status)) if coding == run.coding && !better(&status) => {
            join_known_reports(tx, &mut placer, input)?;
            if add_sighting(tx, row, &input.path)? { Outcome::SeenAgain } else { Outcome::AlreadyThere }
        }
        Some((row, ..)) => {
            placer.touch_events_of(row)?;
            refresh(tx, &input.content_hash)?;
            tx.execute("DELETE FROM articles WHERE input = ?", [row])?;
            let (status, reason) = status_columns(&input.status);
            tx.execute(
                "UPDATE inputs SET coding = ?, run = ?, status = ?, reason = ? WHERE row = ?",
                params![run.coding, run.key, status, reason, row],
            )?;
            insert_articles(tx, &mut placer, row, input)?;
            add_sighting(tx, row, &input.path)?;
            Outcome::Replaced
        }
        None => {
            let (status, reason) = status_columns(&input.status);
            tx.execute(
                "INSERT INTO inputs (content_hash, coding, run, status, reason) VALUES (?, ?, ?, ?, ?)",
                params![input.content_hash, run.coding, run.key, status, reason],
            )?;
            let row = tx.last_insert_rowid();
            insert_articles(tx, &mut placer, row, input)?;
            add_sighting(tx, row, &input.path)?;
            Outcome::Added
        }
    };
    placer.finish()?;
    Ok(outcome)
}

/// A path that was unreadable and has content now is no longer counted as unreadable.
pub(crate) fn forget_unreadable(tx: &Transaction<'_>, content_hash: &str, path: &str) -> rusqlite::Result<()> {
    let key = unreadable_key(path);
    if key != content_hash {
        tx.prepare_cached("DELETE FROM inputs WHERE content_hash = ? AND status = 'unreadable'")?.execute([key])?;
    }
    Ok(())
}

/// Tells the run which events its ids mean, from reports that the ledger has already.
fn join_known_reports(tx: &Transaction<'_>, placer: &mut Placer<'_>, input: &StoredInput) -> rusqlite::Result<()> {
    for (position, article) in input.articles.iter().enumerate() {
        for (event, key) in
            article.record.events.iter().zip(report_keys(&input.content_hash, position, &article.record))
        {
            let Some(given) = &event.event else { continue };
            let row = tx
                .prepare_cached("SELECT event FROM reports WHERE key = ?")?
                .query_row([&key], |r| r.get::<_, i64>(0))
                .optional()?;
            if let Some(row) = row {
                placer.known(given, row)?;
            }
        }
    }
    Ok(())
}

fn status_columns(status: &InputStatus) -> (&'static str, Option<&str>) {
    match status {
        InputStatus::Read => ("read", None),
        InputStatus::Unreadable { reason } => ("unreadable", Some(reason)),
    }
}

/// Notes a path and gives the articles the smallest path as their file, so that the order of reading leaves no trace.
pub(crate) fn add_sighting(tx: &Transaction<'_>, input: i64, path: &str) -> rusqlite::Result<bool> {
    let added = tx
        .prepare_cached("INSERT OR IGNORE INTO sightings (input, path) VALUES (?, ?)")?
        .execute(params![input, path])?;
    if added == 0 {
        return Ok(false);
    }
    tx.prepare_cached(
        "UPDATE articles SET id = ?2 || substr(id, length(file) + 1), file = ?2
         WHERE input = ?1 AND file <> ?2 AND ?2 = (SELECT min(path) FROM sightings WHERE input = ?1)
           AND substr(id, 1, length(file)) = file",
    )?
    .execute(params![input, path])?;
    // The other way round: this coding came with a path that is not the smallest.
    tx.prepare_cached(
        "UPDATE articles SET
             id = (SELECT min(path) FROM sightings WHERE input = ?1) || substr(id, length(file) + 1),
             file = (SELECT min(path) FROM sightings WHERE input = ?1)
         WHERE input = ?1 AND file > (SELECT min(path) FROM sightings WHERE input = ?1)
           AND substr(id, 1, length(file)) = file",
    )?
    .execute(params![input])?;
    Ok(true)
}

fn insert_articles(
    tx: &Transaction<'_>,
    placer: &mut Placer<'_>,
    input_row: i64,
    input: &StoredInput,
) -> rusqlite::Result<()> {
    let mut actors = Actors { tx };
    for (position, article) in input.articles.iter().enumerate() {
        let record = &article.record;
        let row = insert_article(tx, input_row, &input.content_hash, position, article)?;
        tx.prepare_cached("INSERT INTO unjoined (article) VALUES (?)")?.execute([row])?;
        for (i, mention) in record.mentions.iter().enumerate() {
            insert_mention(tx, &mut actors, row, i, mention)?;
        }
        let keys = report_keys(&input.content_hash, position, record);
        let mut reports = Vec::with_capacity(keys.len());
        for (i, (event, key)) in record.events.iter().zip(&keys).enumerate() {
            let event_row = placer.place(event.event.as_deref())?;
            reports.push(insert_report(tx, &mut actors, row, event_row, i, event, key)?);
        }
        for (i, wording) in record.wording.iter().enumerate() {
            insert_wording(tx, &mut actors, row, i, wording, &reports)?;
        }
        for (i, quote) in record.quotes.iter().enumerate() {
            let key = key('q', &[&input.content_hash, &position.to_string(), &i.to_string()]);
            insert_quote(tx, &mut actors, row, i, quote, &key)?;
        }
        for (i, note) in record.notes.iter().enumerate() {
            tx.prepare_cached("INSERT INTO notes (article, position, code, text) VALUES (?, ?, ?, ?)")?
                .execute(params![row, i, note.code, note.text])?;
        }
    }
    Ok(())
}

fn insert_article(
    tx: &Transaction<'_>,
    input_row: i64,
    content_hash: &str,
    position: usize,
    article: &StoredArticle,
) -> rusqlite::Result<i64> {
    let r = &article.record;
    tx.prepare_cached(
        "INSERT INTO articles (key, input, position, file, id, start, \"end\", kind, title, outlet, authors, date, language,
             reprinted_from, url, extracted, text, section, credits, segments, split_confidence, layout)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .insert(params![
        key('a', &[content_hash, &position.to_string()]),
        input_row,
        position,
        r.file,
        r.id,
        r.start,
        r.end,
        r.kind,
        r.title,
        r.outlet,
        json_list(&r.authors),
        r.date,
        r.language,
        json_list(&r.reprinted_from),
        r.url,
        r.text.is_some(),
        article.text,
        r.section,
        to_json(&r.credits),
        to_json(&r.segments),
        r.split_confidence,
        r.layout.as_ref().and_then(|l| serde_json::to_string(l).ok()),
    ])
}

fn insert_mention(
    tx: &Transaction<'_>,
    actors: &mut Actors<'_>,
    article: i64,
    position: usize,
    m: &MentionRecord,
) -> rusqlite::Result<()> {
    let actor = actors.row(m.name.as_deref(), m.code.as_deref())?;
    tx.prepare_cached(
        "INSERT INTO mentions (article, position, start, \"end\", text, actor, kind, wikidata, confidence, why)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        article,
        position,
        m.start,
        m.end,
        m.text,
        actor,
        m.kind,
        m.wikidata,
        m.confidence,
        m.why
    ])?;
    Ok(())
}

pub(crate) fn insert_report(
    tx: &Transaction<'_>,
    actors: &mut Actors<'_>,
    article: i64,
    event_row: i64,
    position: usize,
    e: &EventRecord,
    key: &str,
) -> rusqlite::Result<i64> {
    let location = e.location.as_ref();
    let row = tx
        .prepare_cached(
            "INSERT INTO reports (key, article, event, position, start, \"end\", evidence, type, mode, cameo, contexts,
                 status, historical, date, place, claimant, confidence, why,
                 place_country, place_precision, place_lat, place_lon, place_stated, symmetric, date_from)
             VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
        )?
        .insert(params![
            key,
            article,
            event_row,
            position,
            e.start,
            e.end,
            e.text,
            e.event_type,
            e.mode,
            e.cameo,
            json_list(&e.contexts),
            e.status,
            e.historical,
            e.date,
            e.place,
            e.claimant,
            e.confidence,
            e.why,
            location.and_then(|l| l.country.as_ref()),
            location.and_then(|l| l.precision.as_ref()),
            location.and_then(|l| l.lat),
            location.and_then(|l| l.lon),
            location.map(|l| &l.stated),
            e.symmetric,
            e.date_from,
        ])?;
    for (side, parties) in [("actor", &e.actors), ("recipient", &e.recipients)] {
        for (i, party) in parties.iter().enumerate() {
            insert_party(tx, actors, row, side, i, party)?;
        }
    }
    Ok(row)
}

fn insert_wording(
    tx: &Transaction<'_>,
    actors: &mut Actors<'_>,
    article: i64,
    position: usize,
    w: &WordingRecord,
    reports: &[i64],
) -> rusqlite::Result<()> {
    let actor = actors.row(w.name.as_deref(), w.code.as_deref())?;
    let speaker = actors.row(w.speaker.as_deref(), w.speaker_code.as_deref())?;
    let report = w.report.and_then(|i| reports.get(i));
    tx.prepare_cached(
        "INSERT INTO wordings (article, position, start, \"end\", lemma, part, relation, actor, report, outlet, quoted,
             speaker) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        article, position, w.start, w.end, w.lemma, w.part, w.relation, actor, report, w.outlet, w.quoted, speaker
    ])?;
    Ok(())
}

pub(crate) fn insert_party(
    tx: &Transaction<'_>,
    actors: &mut Actors<'_>,
    report: i64,
    side: &str,
    position: usize,
    p: &PartyRecord,
) -> rusqlite::Result<()> {
    let actor = actors.row(p.name.as_deref(), p.code.as_deref())?;
    tx.prepare_cached(
        "INSERT INTO parties (report, side, position, text, actor, start, \"end\", kind) VALUES (?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![report, side, position, p.text, actor, p.start, p.end, p.kind])?;
    Ok(())
}

fn insert_quote(
    tx: &Transaction<'_>,
    actors: &mut Actors<'_>,
    article: i64,
    position: usize,
    q: &QuoteRecord,
    key: &str,
) -> rusqlite::Result<()> {
    let actor = actors.row(q.speaker.as_deref(), q.speaker_code.as_deref())?;
    tx.prepare_cached(
        "INSERT INTO quotes (key, article, position, start, \"end\", text, kind, actor, speaker_text, cue, via, stance,
                             addressee, chain)
         VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    )?
    .execute(params![
        key,
        article,
        position,
        q.start,
        q.end,
        q.text,
        q.kind,
        actor,
        q.speaker_text,
        q.cue,
        json_list(&q.via),
        q.stance,
        q.addressee,
        to_json(&q.chain),
    ])?;
    Ok(())
}

/// Finds or makes the row of an actor: a name with the code that it had.
pub(crate) struct Actors<'a> {
    pub tx: &'a Transaction<'a>,
}

impl Actors<'_> {
    pub fn row(&mut self, name: Option<&str>, code: Option<&str>) -> rusqlite::Result<Option<i64>> {
        if name.is_none() && code.is_none() {
            return Ok(None);
        }
        let found = self
            .tx
            .prepare_cached("SELECT row FROM actors WHERE ifnull(name, '') = ? AND ifnull(code, '') = ?")?
            .query_row([name.unwrap_or(""), code.unwrap_or("")], |r| r.get(0))
            .optional()?;
        if found.is_some() {
            return Ok(found);
        }
        let country = code.and_then(|c| c.split_whitespace().next());
        self.tx
            .prepare_cached("INSERT INTO actors (name, code, country) VALUES (?, ?, ?)")?
            .insert(params![name, code, country])
            .map(Some)
    }
}

/// Keys of an article's reports: what and where they say, and a number where two would be the same.
pub(crate) fn report_keys(content_hash: &str, position: usize, record: &ArticleRecord) -> Vec<String> {
    let mut seen: BTreeMap<String, usize> = BTreeMap::new();
    let mut keys = Vec::with_capacity(record.events.len());
    for event in &record.events {
        let says = report_content(event);
        let nth = seen.entry(says.clone()).or_insert(0);
        keys.push(key('r', &[content_hash, &position.to_string(), &says, &nth.to_string()]));
        *nth += 1;
    }
    keys
}

fn report_content(e: &EventRecord) -> String {
    let names = |parties: &[PartyRecord]| {
        let set: BTreeSet<String> = parties
            .iter()
            .map(|p| format!("{}/{}", p.name.as_deref().unwrap_or(&p.text), p.code.as_deref().unwrap_or("")))
            .collect();
        set.into_iter().collect::<Vec<_>>().join("|")
    };
    format!("{}..{} {} {} > {}", e.start, e.end, e.event_type, names(&e.actors), names(&e.recipients))
}

/// Holds the ledger to its promise that a row's words stand where it says.
fn check_evidence(article: &StoredArticle) -> Result<()> {
    let record = &article.record;
    let bytes = CharOffsets::new(&article.text);
    let rows = record.events.iter().map(|e| (e.start, e.end, &e.text));
    for (start, end, words) in rows.chain(record.quotes.iter().map(|q| (q.start, q.end, &q.text))) {
        let found = start.checked_sub(record.start).zip(end.checked_sub(record.start));
        if found.and_then(|(s, e)| bytes.slice(s, e)) != Some(words.as_str()) {
            let (article, words) = (record.id.clone(), words.clone());
            return Err(LedgerError::Evidence { article, start, end, words });
        }
    }
    Ok(())
}

/// Turns character offsets into slices.
pub(crate) struct CharOffsets<'a> {
    text: &'a str,
    /// Byte where each character begins, and the end.
    starts: Vec<usize>,
}

impl<'a> CharOffsets<'a> {
    pub(crate) fn new(text: &'a str) -> Self {
        CharOffsets { text, starts: text.char_indices().map(|(i, _)| i).chain([text.len()]).collect() }
    }

    /// The byte where character `at` begins; the end for one past the last.
    pub(crate) fn byte(&self, at: usize) -> Option<usize> {
        self.starts.get(at).copied()
    }

    pub(crate) fn slice(&self, start: usize, end: usize) -> Option<&'a str> {
        self.text.get(self.byte(start)?..self.byte(end)?)
    }
}

pub(crate) fn json_list(list: &[String]) -> String {
    serde_json::to_string(list).unwrap_or_else(|_| "[]".into())
}

fn to_json<T: serde::Serialize>(list: &[T]) -> String {
    serde_json::to_string(list).unwrap_or_else(|_| "[]".into())
}

pub(crate) fn from_json_list(text: &str) -> Vec<String> {
    serde_json::from_str(text).unwrap_or_default()
}
