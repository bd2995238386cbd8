//! Records back out of the tables, as they went in.

use crate::store::{StoredArticle, from_json_list};
use crate::{Ledger, Result};
use chancery_records::{
    ArticleRecord, EventRecord, LocationRecord, MentionRecord, NoteRecord, PartyRecord, QuoteRecord,
};
use rusqlite::{Connection, OptionalExtension, Row};

impl Ledger {
    /// An article by its key (`a…`, as in exports and links) or by its id (`page.txt#3`; of several, the one whose
    /// content hash comes last).
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn article(&self, key_or_id: &str) -> Result<Option<StoredArticle>> {
        self.with(|db| match article_row(db, key_or_id)? {
            Some(row) => read_article(db, row).map(Some),
            None => Ok(None),
        })
    }
}

/// The order of exports: by content, never by when something was stored.
pub(crate) const IN_ORDER: &str = "ORDER BY a.file, a.position, a.key";

pub(crate) fn article_row(db: &Connection, key_or_id: &str) -> rusqlite::Result<Option<i64>> {
    let by = |column: &str| {
        db.prepare_cached(&format!("SELECT row FROM articles WHERE {column} = ? ORDER BY key DESC LIMIT 1"))?
            .query_row([key_or_id], |r| r.get(0))
            .optional()
    };
    match by("key")? {
        Some(row) => Ok(Some(row)),
        None => by("id"),
    }
}

pub(crate) fn read_article(db: &Connection, row: i64) -> rusqlite::Result<StoredArticle> {
    let (mut record, text) = db
        .prepare_cached(
            "SELECT file, id, start, \"end\", kind, title, outlet, authors, date, language, reprinted_from, url, extracted, text,
                    section, credits, segments, split_confidence, layout FROM articles WHERE row = ?",
        )?
        .query_row([row], article_columns)?;
    record.mentions = read_mentions(db, row)?;
    record.events = read_reports(db, row)?;
    record.quotes = read_quotes(db, row)?;
    record.notes = db
        .prepare_cached("SELECT code, text FROM notes WHERE article = ? ORDER BY position")?
        .query_map([row], |r| Ok(NoteRecord { code: r.get(0)?, text: r.get(1)? }))?
        .collect::<rusqlite::Result<_>>()?;
    Ok(StoredArticle { record, text })
}

fn article_columns(r: &Row<'_>) -> rusqlite::Result<(ArticleRecord, String)> {
    let text: String = r.get(13)?;
    let extracted: bool = r.get(12)?;
    let record = ArticleRecord {
        file: r.get(0)?,
        id: r.get(1)?,
        start: r.get(2)?,
        end: r.get(3)?,
        kind: r.get(4)?,
        title: r.get(5)?,
        outlet: r.get(6)?,
        authors: from_json_list(&r.get::<_, String>(7)?),
        date: r.get(8)?,
        language: r.get(9)?,
        reprinted_from: from_json_list(&r.get::<_, String>(10)?),
        domain: r.get::<_, Option<String>>(11)?.as_deref().and_then(chancery_text::domain),
        section: r.get(14)?,
        url: r.get(11)?,
        text: extracted.then(|| text.clone()),
        mentions: Vec::new(),
        events: Vec::new(),
        quotes: Vec::new(),
        segments: from_json(&r.get::<_, String>(16)?),
        credits: from_json(&r.get::<_, String>(15)?),
        wording: Vec::new(),
        split_confidence: r.get(17)?,
        notes: Vec::new(),
        layout: r.get::<_, Option<String>>(18)?.and_then(|l| serde_json::from_str(&l).ok()),
    };
    Ok((record, text))
}

/// A list that this program wrote.
fn from_json<T: serde::de::DeserializeOwned>(json: &str) -> Vec<T> {
    serde_json::from_str(json).unwrap_or_default()
}

fn read_mentions(db: &Connection, article: i64) -> rusqlite::Result<Vec<MentionRecord>> {
    db.prepare_cached(
        "SELECT m.start, m.\"end\", m.text, p.name, p.code, m.kind, m.wikidata, m.confidence, m.why
         FROM mentions m LEFT JOIN actors p ON p.row = m.actor WHERE m.article = ? ORDER BY m.position",
    )?
    .query_map([article], |r| {
        Ok(MentionRecord {
            start: r.get(0)?,
            end: r.get(1)?,
            text: r.get(2)?,
            name: r.get(3)?,
            code: r.get(4)?,
            kind: r.get(5)?,
            wikidata: r.get(6)?,
            confidence: r.get(7)?,
            why: r.get(8)?,
        })
    })?
    .collect()
}

fn read_reports(db: &Connection, article: i64) -> rusqlite::Result<Vec<EventRecord>> {
    let mut query = db.prepare_cached(&format!("{REPORT_COLUMNS} WHERE r.article = ? ORDER BY r.position"))?;
    let found: Vec<(i64, EventRecord)> =
        query.query_map([article], report_columns)?.collect::<rusqlite::Result<_>>()?;
    found.into_iter().map(|(row, report)| with_parties(db, row, report)).collect()
}

/// Columns for [`report_columns`].
pub(crate) const REPORT_COLUMNS: &str =
    "SELECT r.row, r.start, r.\"end\", r.evidence, r.type, r.mode, r.cameo, r.contexts,
    r.status, r.historical, r.date, r.place, r.claimant, e.id, r.confidence, r.why,
    r.place_country, r.place_precision, r.place_lat, r.place_lon, r.place_stated, r.symmetric, r.date_from
    FROM reports r JOIN events e ON e.row = r.event";

pub(crate) fn report_columns(r: &Row<'_>) -> rusqlite::Result<(i64, EventRecord)> {
    let report = EventRecord {
        start: r.get(1)?,
        end: r.get(2)?,
        text: r.get(3)?,
        event_type: r.get(4)?,
        mode: r.get(5)?,
        cameo: r.get(6)?,
        contexts: from_json_list(&r.get::<_, String>(7)?),
        actors: Vec::new(),
        recipients: Vec::new(),
        status: r.get(8)?,
        historical: r.get(9)?,
        symmetric: r.get("symmetric")?,
        date: r.get(10)?,
        date_from: r.get("date_from")?,
        place: r.get(11)?,
        location: location_columns(r)?,
        claimant: r.get(12)?,
        event: r.get(13)?,
        confidence: r.get(14)?,
        why: r.get(15)?,
        selector: None,
    };
    Ok((r.get(0)?, report))
}

fn location_columns(r: &Row<'_>) -> rusqlite::Result<Option<LocationRecord>> {
    let Some(stated) = r.get::<_, Option<String>>("place_stated")? else { return Ok(None) };
    Ok(Some(LocationRecord {
        country: r.get("place_country")?,
        precision: r.get("place_precision")?,
        lat: r.get("place_lat")?,
        lon: r.get("place_lon")?,
        stated,
    }))
}

pub(crate) fn with_parties(db: &Connection, row: i64, mut report: EventRecord) -> rusqlite::Result<EventRecord> {
    let mut query = db.prepare_cached(
        "SELECT x.side, x.text, p.name, p.code, x.kind, x.start, x.\"end\"
         FROM parties x LEFT JOIN actors p ON p.row = x.actor WHERE x.report = ? ORDER BY x.side, x.position",
    )?;
    let parties = query.query_map([row], |r| {
        let (text, name, code, kind) = (r.get(1)?, r.get(2)?, r.get(3)?, r.get(4)?);
        let party = PartyRecord { text, name, code, kind, start: r.get(5)?, end: r.get(6)? };
        Ok((r.get::<_, String>(0)?, party))
    })?;
    for found in parties {
        let (side, party) = found?;
        if side == "actor" { report.actors.push(party) } else { report.recipients.push(party) }
    }
    Ok(report)
}

fn read_quotes(db: &Connection, article: i64) -> rusqlite::Result<Vec<QuoteRecord>> {
    db.prepare_cached(&format!("{QUOTE_COLUMNS} WHERE q.article = ? ORDER BY q.position"))?
        .query_map([article], quote_columns)?
        .collect()
}

/// Columns for [`quote_columns`].
pub(crate) const QUOTE_COLUMNS: &str =
    "SELECT q.start, q.\"end\", q.text, q.kind, p.name, p.code, q.speaker_text, q.cue, q.via,
    q.row, q.stance, q.addressee, q.chain FROM quotes q JOIN articles a ON a.row = q.article LEFT JOIN actors p ON p.row = q.actor";

pub(crate) fn quote_columns(r: &Row<'_>) -> rusqlite::Result<QuoteRecord> {
    Ok(QuoteRecord {
        start: r.get(0)?,
        end: r.get(1)?,
        text: r.get(2)?,
        kind: r.get(3)?,
        speaker: r.get(4)?,
        speaker_code: r.get(5)?,
        speaker_text: r.get(6)?,
        cue: r.get(7)?,
        via: from_json_list(&r.get::<_, String>(8)?),
        stance: r.get(10)?,
        addressee: r.get(11)?,
        chain: from_json(&r.get::<_, String>(12)?),
        selector: None,
    })
}
