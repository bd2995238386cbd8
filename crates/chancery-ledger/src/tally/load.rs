//! Making a tally: every table is read once, in the order of an index that holds all that is wanted.

use super::actors::Actors;
use super::names::Names;
use super::{Articles, Events, NONE, Point, Quotes, RECIPIENT, Reports, Tally};
use crate::wording::{Contrast, contrasts_of_most};
use crate::{Ledger, Overview, Result};
use rusqlite::{Connection, Row};
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::{Mutex, OnceLock};

type Sql<T> = rusqlite::Result<T>;

impl Tally {
    /// Reads a ledger into numbers, as it is at one moment. `None` where its rows do not fit (an id that no ledger of this
    /// program has, a row that points nowhere, a number above four thousand million); the ledger answers by SQL then.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn load(ledger: &Ledger) -> Result<Option<Tally>> {
        ledger.with(|db| {
            // A writer may go on meanwhile; all statements see the same moment.
            let moment = db.unchecked_transaction()?;
            let tally = match load(&moment) {
                Err(rusqlite::Error::IntegralValueOutOfRange(..)) => None,
                read => read?,
            };
            if let Some(tally) = &tally {
                // Whoever asks first has not to wait for what is counted once.
                let _ = (tally.outlet_counts(), tally.coverage(), tally.actor_counts(1), tally.all_days());
            }
            moment.finish()?;
            Ok(tally)
        })
    }
}

fn load(db: &Connection) -> Sql<Option<Tally>> {
    let [mut types, mut modes, mut statuses, mut places, mut outlets, mut stances] = [(); 6].map(|()| Names::default());
    let read = read_articles(db, &mut outlets)?;
    let (articles, article_at) = (read.articles, read.at);
    let Some((mut events, days, lead_rows)) = read_events(db, [&mut types, &mut modes, &mut statuses, &mut places])?
    else {
        return Ok(None);
    };
    let event_at = inverse(&events.row);
    let Some((mut reports, report_at)) = read_reports(db, &mut events, &event_at, &article_at, &mut types)? else {
        return Ok(None);
    };
    events.lead = lead_rows.iter().map(|row| at(&report_at, *row)).collect();
    let points = read_points(db, &mut reports, &report_at)?;
    let mut actors = Actors::read(db)?;
    if !read_parties(db, &mut reports, &report_at, &actors)? {
        return Ok(None);
    }
    actors.count_parties(&events, &reports);
    let Some(quotes) = read_quotes(db, &articles, &article_at, &mut actors, &mut stances)? else { return Ok(None) };
    let words = read_words(db)?;
    let used: BTreeSet<u16> = events.kind.iter().copied().collect();
    let mut type_names: Vec<String> =
        used.iter().filter_map(|kind| types.get(u32::from(*kind))).map(str::to_string).collect();
    type_names.sort();
    let lists = [type_names, places.sorted(), outlets.sorted()];
    let overview = Overview {
        inputs: count(db, "SELECT count(*) FROM inputs WHERE status = 'read'")?,
        unreadable: count(db, "SELECT count(*) FROM inputs WHERE status <> 'read'")?,
        articles: articles.row.len() as u64,
        reports: reports.event.len() as u64,
        events: events.row.len() as u64,
        quotes: quotes.row.len() as u64,
        outlets: outlets.len() as u64,
        first_published: read.first,
        last_published: read.last,
    };
    Ok(Some(Tally {
        overview,
        last_day: read.last_day,
        types,
        modes,
        statuses,
        places,
        days,
        outlets,
        events,
        event_at,
        reports,
        report_at,
        articles,
        article_at,
        actors,
        points,
        quotes,
        stances,
        common: words.common,
        menus: OnceLock::new(),
        dates: read.dates,
        coverage: OnceLock::new(),
        reprints: crate::outlets::reprints(db)?,
        contrasts: words.contrasts,
        by_day: OnceLock::new(),
        by_outlet: OnceLock::new(),
        leading: OnceLock::new(),
        lists,
        codings: crate::export::codings(db)?,
        networks: Mutex::default(),
        texts: Mutex::default(),
    }))
}

pub(super) fn at(numbers: &[u32], row: u32) -> u32 {
    numbers.get(row as usize).copied().unwrap_or(NONE)
}

/// Of each row its place in a list of rows.
pub(super) fn inverse(rows: &[u32]) -> Vec<u32> {
    let most = rows.iter().max().map_or(0, |m| *m as usize + 1);
    let mut places = vec![NONE; most];
    for (place, row) in (0..).zip(rows) {
        places[*row as usize] = place;
    }
    places
}

/// Goes through all rows of a statement.
pub(super) fn each(db: &Connection, sql: &str, mut work: impl FnMut(&Row<'_>) -> Sql<()>) -> Sql<()> {
    let mut query = db.prepare(sql)?;
    let mut rows = query.query([])?;
    while let Some(row) = rows.next()? {
        work(row)?;
    }
    Ok(())
}

fn count(db: &Connection, sql: &str) -> Sql<u64> {
    db.query_row(sql, [], |r| r.get(0))
}

/// The number of a name in a column; [`NONE`] where it is empty.
fn named(names: &mut Names, row: &Row<'_>, column: usize) -> Sql<u32> {
    Ok(row.get_ref(column)?.as_str_or_null()?.map_or(NONE, |name| names.number(name)))
}

/// A number of few; all that is beyond is none.
fn few(number: u32) -> u16 {
    u16::try_from(number).unwrap_or(u16::MAX)
}

struct ReadArticles {
    articles: Articles,
    at: Vec<u32>,
    first: Option<String>,
    last: Option<String>,
    last_day: Option<String>,
    dates: Names,
}

fn read_articles(db: &Connection, outlets: &mut Names) -> Sql<ReadArticles> {
    let (mut articles, mut dates) = (Articles::default(), Names::default());
    let (mut first, mut last, mut last_day): (Option<String>, Option<String>, Option<String>) = (None, None, None);
    each(db, "SELECT row, outlet, date FROM articles ORDER BY date DESC, file, position, key", |r| {
        articles.row.push(r.get(0)?);
        articles.outlet.push(named(outlets, r, 1)?);
        articles.date.push(named(&mut dates, r, 2)?);
        if let Some(date) = r.get_ref(2)?.as_str_or_null()? {
            if last.is_none() {
                last = Some(date.to_string());
            }
            if last_day.is_none() && date.chars().count() == 10 {
                last_day = Some(date.to_string());
            }
            if first.as_deref() != Some(date) {
                first = Some(date.to_string());
            }
        }
        Ok(())
    })?;
    Ok(ReadArticles { at: inverse(&articles.row), articles, first, last, last_day, dates })
}

/// What sorts an event, and its columns.
struct RawEvent {
    day: u32,
    id: u64,
    row: u32,
    place: u32,
    told: u32,
    lead: u32,
    kind: u16,
    mode: u16,
    status: u16,
}

type ReadEvents = (Events, Vec<Box<str>>, Vec<u32>);

fn read_events(db: &Connection, [types, modes, statuses, places]: [&mut Names; 4]) -> Sql<Option<ReadEvents>> {
    let (mut raw, mut days, mut fits) = (Vec::new(), Names::default(), true);
    each(db, "SELECT row, id, type, mode, status, place, day, reports, lead FROM events", |r| {
        let id = number_of_id(r.get_ref(1)?.as_str()?);
        fits &= id.is_some();
        raw.push(RawEvent {
            row: r.get(0)?,
            id: id.unwrap_or_default(),
            kind: few(named(types, r, 2)?),
            mode: few(named(modes, r, 3)?),
            status: few(named(statuses, r, 4)?),
            place: named(places, r, 5)?,
            day: days.number(r.get_ref(6)?.as_str()?),
            told: r.get(7)?,
            lead: r.get::<_, Option<u32>>(8)?.unwrap_or(NONE),
        });
        Ok(())
    })?;
    if !fits || [types, modes, statuses].iter().any(|names| names.len() >= usize::from(u16::MAX)) {
        return Ok(None);
    }
    let sorted: Vec<Box<str>> = days.sorted().into_iter().map(String::into_boxed_str).collect();
    let rank: HashMap<&str, u32> = sorted.iter().map(|d| &**d).zip(0..).collect();
    for event in &mut raw {
        event.day = days.get(event.day).and_then(|d| rank.get(d)).copied().unwrap_or_default();
    }
    raw.sort_unstable_by(|a, b| b.day.cmp(&a.day).then(a.id.cmp(&b.id)));
    let leads = raw.iter().map(|e| e.lead).collect();
    let events = Events {
        row: raw.iter().map(|e| e.row).collect(),
        id: raw.iter().map(|e| e.id).collect(),
        day: raw.iter().map(|e| e.day).collect(),
        kind: raw.iter().map(|e| e.kind).collect(),
        mode: raw.iter().map(|e| e.mode).collect(),
        status: raw.iter().map(|e| e.status).collect(),
        place: raw.iter().map(|e| e.place).collect(),
        told: raw.iter().map(|e| e.told).collect(),
        lead: Vec::new(),
        reports: Vec::new(),
    };
    Ok(Some((events, sorted, leads)))
}

/// `e` and sixteen digits, as a number whose order is that of the text.
pub(super) fn number_of_id(id: &str) -> Option<u64> {
    let digits = id.strip_prefix('e').filter(|d| d.len() == 16)?;
    let is_hex = digits.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b));
    is_hex.then(|| u64::from_str_radix(digits, 16).ok()).flatten()
}

pub(super) fn id_of_number(number: u64) -> String {
    format!("e{number:016x}")
}

fn read_reports(
    db: &Connection,
    events: &mut Events,
    event_at: &[u32],
    article_at: &[u32],
    types: &mut Names,
) -> Sql<Option<(Reports, Vec<u32>)>> {
    let (mut raw, mut fits): (Vec<[u32; 4]>, bool) = (Vec::new(), true);
    each(db, "SELECT event, row, article, type FROM reports ORDER BY event, article, type, row", |r| {
        let kind = u32::from(few(named(types, r, 3)?));
        let (event, article) = (at(event_at, r.get(0)?), at(article_at, r.get(2)?));
        fits &= event != NONE && article != NONE;
        raw.push([event, r.get(1)?, article, kind]);
        Ok(())
    })?;
    if !fits {
        return Ok(None);
    }
    raw.sort_by_key(|r| r[0]);
    let mut reports = Reports { point: vec![NONE; raw.len()], ..Reports::default() };
    events.reports = starts(raw.iter().map(|r| r[0]), events.row.len());
    let rows: Vec<u32> = raw.iter().map(|r| r[1]).collect();
    reports.event = raw.iter().map(|r| r[0]).collect();
    reports.article = raw.iter().map(|r| r[2]).collect();
    reports.kind = raw.iter().map(|r| few(r[3])).collect();
    Ok(Some((reports, inverse(&rows))))
}

/// Where the entries of each owner begin, of a list of owners.
pub(super) fn starts(owners: impl Iterator<Item = u32>, number: usize) -> Vec<u32> {
    let mut starts = vec![0u32; number + 1];
    for owner in owners.filter(|o| (*o as usize) < number) {
        starts[owner as usize + 1] += 1;
    }
    for i in 0..number {
        starts[i + 1] += starts[i];
    }
    starts
}

/// Entries of owners, those of one owner side by side, in the order in which they come otherwise.
pub(super) fn gathered(entries: &[(u32, u32)], starts: &[u32]) -> Vec<u32> {
    let mut next = starts.to_vec();
    let mut gathered = vec![0; starts.last().copied().unwrap_or(0) as usize];
    for (owner, entry) in entries.iter().filter(|(o, _)| (*o as usize) + 1 < starts.len()) {
        gathered[next[*owner as usize] as usize] = *entry;
        next[*owner as usize] += 1;
    }
    gathered
}

fn read_points(db: &Connection, reports: &mut Reports, report_at: &[u32]) -> Sql<Vec<Point>> {
    let mut points: Vec<Point> = Vec::new();
    let sql = "SELECT row, place, place_country, place_precision, place_lat, place_lon FROM reports
        WHERE place IS NOT NULL AND place_lat IS NOT NULL AND place_lon IS NOT NULL ORDER BY 2, 3, 4, 5, 6";
    each(db, sql, |r| {
        let optional = |column| Ok::<_, rusqlite::Error>(r.get_ref(column)?.as_str_or_null()?.map(Box::from));
        let point = Point {
            place: r.get_ref(1)?.as_str()?.into(),
            country: optional(2)?,
            precision: optional(3)?,
            lat: r.get(4)?,
            lon: r.get(5)?,
        };
        if points.last() != Some(&point) {
            points.push(point);
        }
        let report = at(report_at, r.get(0)?);
        if let Some(slot) = reports.point.get_mut(report as usize) {
            *slot = points.len() as u32 - 1;
        }
        Ok(())
    })?;
    Ok(points)
}

/// False where a party's report or actor is missing.
fn read_parties(db: &Connection, reports: &mut Reports, report_at: &[u32], actors: &Actors) -> Sql<bool> {
    let (mut parties, mut fits): (Vec<(u32, u32)>, bool) = (Vec::new(), true);
    each(db, "SELECT actor, report, side FROM parties WHERE actor IS NOT NULL", |r| {
        let side = if r.get_ref(2)?.as_str()? == "recipient" { RECIPIENT } else { 0 };
        let (report, actor) = (at(report_at, r.get(1)?), actors.number(r.get(0)?));
        fits &= report != NONE && actor != NONE;
        parties.push((report, actor | side));
        Ok(())
    })?;
    reports.parties = starts(parties.iter().map(|p| p.0), reports.event.len());
    reports.party = gathered(&parties, &reports.parties);
    Ok(fits)
}

/// A stretch of an article that names an actor.
type Naming = (u32, u32, u32);

fn read_quotes(
    db: &Connection,
    articles: &Articles,
    article_at: &[u32],
    actors: &mut Actors,
    stances: &mut Names,
) -> Sql<Option<Quotes>> {
    // Article, position, row, speaker, stance, start, end.
    let (mut raw, mut fits): (Vec<[u32; 7]>, bool) = (Vec::new(), true);
    each(db, "SELECT row, article, position, actor, stance, start, \"end\" FROM quotes", |r| {
        let speaker = r.get::<_, Option<u32>>(3)?;
        let number = speaker.map_or(NONE, |row| actors.number(row));
        let stance = named(stances, r, 4)?;
        let article = at(article_at, r.get(1)?);
        fits &= article != NONE && (number != NONE || speaker.is_none());
        raw.push([article, r.get(2)?, r.get(0)?, number, stance, r.get(5)?, r.get(6)?]);
        Ok(())
    })?;
    raw.sort_unstable();
    let quoting = starts(raw.iter().map(|q| q[0]), articles.row.len());
    let is_quoting = |article: u32| quoting[article as usize] < quoting[article as usize + 1];
    let mut namings: Vec<(u32, Naming)> = Vec::new();
    let mut named_in: Vec<(u32, u32)> = Vec::new();
    each(
        db,
        "SELECT actor, article, start, \"end\" FROM mentions WHERE actor IS NOT NULL ORDER BY actor, article",
        |r| {
            let (actor, article) = (actors.number(r.get(0)?), at(article_at, r.get(1)?));
            fits &= actor != NONE && article != NONE;
            if named_in.last() != Some(&(actor, article)) {
                named_in.push((actor, article));
            }
            if article != NONE && is_quoting(article) {
                namings.push((article, (r.get(2)?, r.get(3)?, actor)));
            }
            Ok(())
        },
    )?;
    if !fits {
        return Ok(None);
    }
    actors.set_articles(&named_in);
    drop(named_in);
    namings.sort_unstable_by_key(|n| n.0);
    let first = starts(namings.iter().map(|n| n.0), articles.row.len());
    let mut quotes = Quotes { about: vec![0], ..Quotes::default() };
    for [article, _, row, speaker, stance, start, end] in raw {
        let range = first[article as usize] as usize..first[article as usize + 1] as usize;
        let inside = namings[range].iter().filter(|(_, (s, e, _))| *s >= start && *e <= end);
        let about: BTreeSet<u32> = inside.map(|(_, (_, _, actor))| *actor).collect();
        quotes.row.push(row);
        quotes.article.push(article);
        quotes.speaker.push(speaker);
        quotes.stance.push(few(stance));
        quotes.named.extend(about);
        quotes.about.push(quotes.named.len() as u32);
    }
    actors.count_quotes(&quotes.speaker);
    quotes.at = inverse(&quotes.row);
    Ok(Some(quotes))
}

struct ReadWords {
    /// How often the outlets use each word of actors and of events, in their own voice.
    common: [BTreeMap<String, u64>; 2],
    contrasts: Vec<Contrast>,
}

fn read_words(db: &Connection) -> Sql<ReadWords> {
    let (mut lemmas, mut outlets) = (Names::default(), Names::default());
    let mut uses: Vec<[u64; 2]> = Vec::new();
    let mut by_outlet: HashMap<(u32, u32), u64> = HashMap::new();
    each(db, "SELECT lemma, actor IS NOT NULL, report IS NOT NULL, outlet FROM wordings WHERE quoted = 0", |r| {
        let lemma = lemmas.number(r.get_ref(0)?.as_str()?);
        let is_of_actor = r.get::<_, bool>(1)?;
        uses.resize(uses.len().max(lemma as usize + 1), [0, 0]);
        uses[lemma as usize][0] += u64::from(is_of_actor);
        uses[lemma as usize][1] += u64::from(r.get::<_, bool>(2)?);
        let outlet = named(&mut outlets, r, 3)?;
        if is_of_actor && outlet != NONE {
            *by_outlet.entry((outlet, lemma)).or_default() += 1;
        }
        Ok(())
    })?;
    let of = |what: usize| {
        let counted = uses.iter().zip(0..).filter(|(n, _)| n[what] > 0);
        counted.filter_map(|(n, lemma)| Some((lemmas.get(lemma)?.to_string(), n[what]))).collect()
    };
    let common: [BTreeMap<String, u64>; 2] = [of(0), of(1)];
    let mut named: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    for ((outlet, lemma), uses) in by_outlet {
        if let (Some(outlet), Some(lemma)) = (outlets.get(outlet), lemmas.get(lemma)) {
            named.entry(outlet.to_string()).or_default().insert(lemma.to_string(), uses);
        }
    }
    let contrasts = contrasts_of_most(&named, &common[0]);
    Ok(ReadWords { common, contrasts })
}
