//! Joining what all runs told: which reports of the whole ledger tell of one event.
//!
//! Only what is new is joined: a group of reports of a new article is compared with the groups that share a block key
//! with it, and the components that it links to are clustered again. What it does not link to cannot change
//! ([`chancery_stories::Joined::components`]), so the events are those that joining everything at once would give.

use crate::copying::Copying;
use crate::correcting::apply_all;
use crate::join::{new_event, sum_up};
use crate::{Ledger, Result};
use chancery_stories::{ArticleTellings, Group, Joiner, Party, Telling};
use chancery_text::{DateBasis, Status};
use rusqlite::{Connection, Row, Transaction, params};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// What joining did.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct JoinOutcome {
    /// Articles that were new to it.
    pub articles: usize,
    /// Groups of reports that were compared and clustered, new and old.
    pub groups: usize,
    /// Events that changed.
    pub events: usize,
}

/// An article out of the ledger: its row, what it tells, and the rows of its reports.
struct Loaded {
    row: i64,
    tellings: ArticleTellings,
    reports: Vec<i64>,
    /// The component of each report.
    components: Vec<Option<i64>>,
}

/// A group and where it lies.
struct OwnedGroup {
    group: Group,
    /// The article's row.
    article: i64,
    /// The rows of the reports.
    reports: Vec<i64>,
}

/// So many articles are joined in one transaction: little memory, and no other program waits long …
const AT_ONCE: usize = 1000;
/// … but of very many so many, as each time what they are tied to is clustered anew.
const MANY_AT_ONCE: usize = 4000;
/// From so many on.
const MANY: usize = 100_000;

impl Ledger {
    /// Joins the reports of all articles that came since it was last called with those that were there.
    ///
    /// Many articles are joined a thousand at a time; where it is cut off, the next call goes on.
    ///
    /// # Errors
    /// Where the ledger cannot be written.
    pub fn join(&mut self, joiner: &Joiner) -> Result<JoinOutcome> {
        let mut done = JoinOutcome::default();
        let mut copying = Copying::default();
        // What corrections change of the new reports is joined as they say, so twice is enough.
        for _ in 0..2 {
            let waiting = self.waiting()?;
            for some in waiting.chunks(if waiting.len() < MANY { AT_ONCE } else { MANY_AT_ONCE }) {
                let now = self.in_transaction(|tx| {
                    let now = join_some(tx, joiner, &mut copying, some)?;
                    apply_all(tx)?;
                    Ok(now)
                })?;
                done.articles += now.articles;
                done.groups += now.groups;
                done.events += now.events;
            }
        }
        Ok(done)
    }

    /// The articles that are not yet joined, by date: what is joined together then has much to be compared with in common.
    fn waiting(&self) -> Result<Vec<i64>> {
        self.with(|db| {
            db.prepare(
                "SELECT u.article FROM unjoined u JOIN articles a ON a.row = u.article ORDER BY a.date, u.article",
            )?
            .query_map([], |r| r.get(0))?
            .collect()
        })
    }

    /// Joins all reports anew.
    ///
    /// # Errors
    /// As [`Ledger::join`].
    pub fn join_all(&mut self, joiner: &Joiner) -> Result<JoinOutcome> {
        self.unjoin_all()?;
        self.join(joiner)
    }

    /// Has the next [`Ledger::join`] join all reports anew.
    ///
    /// # Errors
    /// Where the ledger cannot be written; nothing has changed then.
    pub fn unjoin_all(&mut self) -> Result<()> {
        self.in_transaction(|tx| {
            tx.execute_batch("DELETE FROM report_blocks; INSERT OR IGNORE INTO unjoined SELECT row FROM articles")
        })
    }
}

/// Joins articles that are not yet joined.
fn join_some(
    tx: &Transaction<'_>,
    joiner: &Joiner,
    copying: &mut Copying,
    articles: &[i64],
) -> rusqlite::Result<JoinOutcome> {
    tx.execute_batch(
        "CREATE TEMP TABLE IF NOT EXISTS joining (article INTEGER PRIMARY KEY); DELETE FROM temp.joining",
    )?;
    let mut insert = tx.prepare_cached("INSERT INTO temp.joining SELECT article FROM unjoined WHERE article = ?")?;
    for article in articles {
        insert.execute([article])?;
    }
    let new = load(tx, "SELECT article FROM temp.joining")?;
    let rows: Vec<i64> = new.iter().map(|a| a.row).collect();
    let copied = copying.find(tx, joiner, &rows)?;
    let known: HashSet<i64> = new.iter().map(|a| a.row).collect();
    let mut groups = groups_of(joiner, &new, |_| true);
    let wanted = store_keys(tx, joiner, &known, &groups)?;
    let all: usize = tx.query_row("SELECT count(*) FROM articles", [], |r| r.get(0))?;
    if all > new.len() {
        let others = neighbours(tx, &wanted, &known)?;
        groups.extend(linked_groups(tx, joiner, &groups, &others, &known)?);
    }
    groups.sort_by(|a, b| Joiner::order(&a.group, &b.group));
    let mut touched = write(tx, joiner, &groups)?;
    // How many independent tellings an event has depends on which articles are copies.
    for article in copied {
        let mut events = tx.prepare_cached("SELECT DISTINCT event FROM reports WHERE article = ?")?;
        for event in events.query_map([article], |r| r.get::<_, i64>(0))? {
            touched.insert(event?);
        }
    }
    // Until stories are told anew these articles are in none, so that what was cut off here is seen and made good.
    tx.execute_batch(
        "DELETE FROM unjoined WHERE article IN (SELECT article FROM temp.joining);
         DELETE FROM story_articles WHERE article IN (SELECT article FROM temp.joining)",
    )?;
    sum_up(tx, &touched)?;
    Ok(JoinOutcome { articles: new.len(), groups: groups.len(), events: touched.len() })
}

/// Notes under which keys the new articles are found; returns the keys under which they look for others.
fn store_keys(
    tx: &Transaction<'_>,
    joiner: &Joiner,
    new: &HashSet<i64>,
    groups: &[OwnedGroup],
) -> rusqlite::Result<BTreeSet<i64>> {
    for article in new {
        tx.prepare_cached("DELETE FROM report_blocks WHERE article = ?")?.execute([article])?;
    }
    let mut wanted = BTreeSet::new();
    let mut insert = tx.prepare_cached("INSERT OR IGNORE INTO report_blocks (block, article) VALUES (?, ?)")?;
    for owned in groups {
        let keys = joiner.keys(&owned.group);
        wanted.extend(keys.wanted.into_iter().map(|key| key as i64));
        for key in keys.own {
            insert.execute(params![key as i64, owned.article])?;
        }
    }
    Ok(wanted)
}

fn neighbours(tx: &Transaction<'_>, wanted: &BTreeSet<i64>, known: &HashSet<i64>) -> rusqlite::Result<BTreeSet<i64>> {
    let mut find = tx.prepare_cached("SELECT article FROM report_blocks WHERE block = ?")?;
    let mut found = BTreeSet::new();
    for key in wanted {
        for row in find.query_map([key], |r| r.get::<_, i64>(0))? {
            let row = row?;
            if !known.contains(&row) {
                found.insert(row);
            }
        }
    }
    Ok(found)
}

/// The groups of known articles in the components that the new groups link to.
fn linked_groups(
    tx: &Transaction<'_>,
    joiner: &Joiner,
    new: &[OwnedGroup],
    others: &BTreeSet<i64>,
    known: &HashSet<i64>,
) -> rusqlite::Result<Vec<OwnedGroup>> {
    let near = load_rows(tx, others)?;
    let near_groups = groups_of(joiner, &near, |_| true);
    let of_report: HashMap<i64, i64> = near
        .iter()
        .flat_map(|a| a.reports.iter().zip(&a.components))
        .filter_map(|(&report, component)| component.map(|c| (report, c)))
        .collect();
    let linked = joiner.linked(new.iter().map(|g| &g.group), near_groups.iter().map(|g| &g.group));
    let components: BTreeSet<i64> =
        linked.into_iter().filter_map(|g| of_report.get(near_groups[g].reports.first()?).copied()).collect();
    let mut articles = BTreeSet::new();
    let mut find = tx.prepare_cached("SELECT DISTINCT article FROM reports WHERE component = ?")?;
    for component in &components {
        for row in find.query_map([component], |r| r.get::<_, i64>(0))? {
            articles.insert(row?);
        }
    }
    articles.retain(|a| !known.contains(a));
    let members = load_rows(tx, &articles)?;
    Ok(groups_of(joiner, &members, |component| component.is_some_and(|c| components.contains(&c))))
}

/// The groups of articles whose first report's component is wanted.
fn groups_of(joiner: &Joiner, articles: &[Loaded], wanted: impl Fn(Option<i64>) -> bool) -> Vec<OwnedGroup> {
    let mut found = Vec::new();
    for article in articles {
        // Row numbers tell articles apart as well as any others.
        for group in joiner.groups(&article.tellings, article.row as usize) {
            let members: Vec<usize> = group.members().collect();
            if members.first().is_some_and(|&m| wanted(article.components[m])) {
                let reports = members.iter().map(|&m| article.reports[m]).collect();
                found.push(OwnedGroup { group, article: article.row, reports });
            }
        }
    }
    found
}

/// Clusters the groups and gives each report its event; returns the events that changed.
fn write(tx: &Transaction<'_>, joiner: &Joiner, groups: &[OwnedGroup]) -> rusqlite::Result<BTreeSet<i64>> {
    let joined = joiner.join_groups(groups.iter().map(|g| &g.group));
    let component_of = |g: usize| groups[joined.components[g]].reports.first().copied();
    let mut events: BTreeMap<usize, Vec<(i64, Option<i64>)>> = BTreeMap::new();
    for (g, owned) in groups.iter().enumerate() {
        let component = component_of(g);
        events.entry(joined.events[g]).or_default().extend(owned.reports.iter().map(|&r| (r, component)));
    }
    place(tx, events.into_values())
}

/// Gives each set of reports one event row.
fn place(
    tx: &Transaction<'_>,
    events: impl Iterator<Item = Vec<(i64, Option<i64>)>>,
) -> rusqlite::Result<BTreeSet<i64>> {
    let events: Vec<Vec<(i64, Option<i64>)>> = events.collect();
    untell(tx, &events)?;
    let mut taken = BTreeSet::new();
    let mut touched = BTreeSet::new();
    for members in events {
        let mut old = Vec::new();
        let mut find = tx.prepare_cached("SELECT event FROM reports WHERE row = ?")?;
        for (report, _) in &members {
            old.push(find.query_row([report], |r| r.get::<_, i64>(0))?);
        }
        // An event goes on in the row that its first report had, unless another has gone on in it.
        let row = match old.first() {
            Some(&row) if taken.insert(row) => row,
            _ => new_event(tx)?,
        };
        taken.insert(row);
        let mut count = tx.prepare_cached("SELECT count(*) FROM reports WHERE event = ?")?;
        let stays = old.iter().all(|&o| o == row) && count.query_row([row], |r| r.get::<_, usize>(0))? == members.len();
        let mut update = tx.prepare_cached("UPDATE reports SET event = ?, component = ? WHERE row = ?")?;
        for (report, component) in &members {
            update.execute(params![row, component, report])?;
        }
        if !stays {
            touched.extend(old);
            touched.insert(row);
        }
    }
    Ok(touched)
}

/// Takes articles out of their stories of which now others tell the same event, or no longer do: what they tell is joined
/// otherwise. The articles that are being joined are in none, and which of them tell it changes the stories of their own weeks alone.
fn untell(tx: &Transaction<'_>, events: &[Vec<(i64, Option<i64>)>]) -> rusqlite::Result<()> {
    let mut find = tx.prepare_cached(
        "SELECT event FROM reports WHERE row = ? AND article NOT IN (SELECT article FROM temp.joining)",
    )?;
    let mut count = tx.prepare_cached(
        "SELECT count(*) FROM reports WHERE event = ? AND article NOT IN (SELECT article FROM temp.joining)",
    )?;
    let mut take_out =
        tx.prepare_cached("DELETE FROM story_articles WHERE article = (SELECT article FROM reports WHERE row = ?)")?;
    for members in events {
        let mut told: Vec<(i64, i64)> = Vec::new();
        for (report, _) in members {
            told.extend(find.query_map([report], |r| Ok((*report, r.get(0)?)))?.collect::<rusqlite::Result<Vec<_>>>()?);
        }
        let Some(&(_, event)) = told.first() else { continue };
        let stays =
            told.iter().all(|t| t.1 == event) && count.query_row([event], |r| r.get::<_, usize>(0))? == told.len();
        for (report, _) in told.iter().filter(|_| !stays) {
            take_out.execute([report])?;
        }
    }
    Ok(())
}

fn load_rows(tx: &Connection, rows: &BTreeSet<i64>) -> rusqlite::Result<Vec<Loaded>> {
    tx.execute_batch("CREATE TEMP TABLE IF NOT EXISTS wanted (article INTEGER PRIMARY KEY); DELETE FROM temp.wanted")?;
    let mut insert = tx.prepare_cached("INSERT INTO temp.wanted VALUES (?)")?;
    for row in rows {
        insert.execute([row])?;
    }
    load(tx, "SELECT article FROM temp.wanted")
}

/// Loads what the articles of a query tell.
fn load(tx: &Connection, articles: &str) -> rusqlite::Result<Vec<Loaded>> {
    let mut parties = parties_of(tx, articles)?;
    let mut found: Vec<Loaded> = Vec::new();
    let mut rows = tx.prepare(&format!(
        "SELECT a.row, a.key, a.date, r.row, r.start, r.\"end\", r.evidence, r.type, r.mode, r.status, r.symmetric, r.date,
             r.date_from, r.place, r.component
         FROM articles a LEFT JOIN reports r ON r.article = a.row
         WHERE a.row IN ({articles}) ORDER BY a.row, r.position"
    ))?;
    let mut rows = rows.query([])?;
    while let Some(r) = rows.next()? {
        let article: i64 = r.get(0)?;
        if found.last().is_none_or(|a| a.row != article) {
            let date = r.get::<_, Option<String>>(2)?.and_then(|d| d.parse().ok());
            let tellings = ArticleTellings { id: r.get(1)?, date, tellings: Vec::new() };
            found.push(Loaded { row: article, tellings, reports: Vec::new(), components: Vec::new() });
        }
        let (Some(last), Some(report)) = (found.last_mut(), r.get::<_, Option<i64>>(3)?) else { continue };
        let (actors, recipients) = parties.remove(&report).unwrap_or_default();
        last.tellings.tellings.push(Telling { actors, recipients, ..telling(r)? });
        last.reports.push(report);
        last.components.push(r.get(14)?);
    }
    Ok(found)
}

fn telling(r: &Row<'_>) -> rusqlite::Result<Telling> {
    let text = |at: usize| r.get::<_, Option<String>>(at);
    Ok(Telling {
        start: r.get(4)?,
        end: r.get(5)?,
        evidence: r.get(6)?,
        event_type: r.get(7)?,
        mode: r.get(8)?,
        status: text(9)?.and_then(|s| Status::parse(&s)).unwrap_or(Status::Occurred),
        symmetric: r.get(10)?,
        date: text(11)?.and_then(|d| d.parse().ok()),
        date_basis: text(12)?.and_then(|b| DateBasis::parse(&b)),
        place: r.get(13)?,
        actors: Vec::new(),
        recipients: Vec::new(),
    })
}

/// Actors and recipients.
type Sides = (Vec<Party>, Vec<Party>);

fn parties_of(tx: &Connection, articles: &str) -> rusqlite::Result<HashMap<i64, Sides>> {
    let mut found: HashMap<i64, Sides> = HashMap::new();
    let mut rows = tx.prepare(&format!(
        "SELECT x.report, x.side, x.text, p.name, p.code, x.kind
         FROM reports r JOIN parties x ON x.report = r.row LEFT JOIN actors p ON p.row = x.actor
         WHERE r.article IN ({articles}) ORDER BY x.report, x.side, x.position"
    ))?;
    let mut rows = rows.query([])?;
    while let Some(r) = rows.next()? {
        let text = |at: usize| Ok::<_, rusqlite::Error>(r.get::<_, Option<String>>(at)?.unwrap_or_default());
        let party = Party { text: text(2)?, name: text(3)?, code: text(4)?, is_person: text(5)? == "person" };
        let sides = found.entry(r.get(0)?).or_default();
        if text(1)? == "actor" { sides.0.push(party) } else { sides.1.push(party) }
    }
    Ok(found)
}
