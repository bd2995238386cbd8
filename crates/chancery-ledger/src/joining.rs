//! Joining what all runs told: which reports of the whole ledger tell of one event.
//!
//! Only what is new is joined, and what that changes is placed anew ([`crate::rejoining`]).

use crate::copying::Copying;
use crate::correcting::apply_all;
use crate::join::{new_event, sum_up};
use crate::rejoining::{Label, OwnedGroup, Rejoining};
use crate::{Ledger, Result};
use chancery_stories::{ArticleTellings, Group, Joiner, Party, Telling};
use chancery_text::{DateBasis, Status};
use rusqlite::{Connection, Row, Transaction, params};
use std::collections::{BTreeSet, HashMap, HashSet};

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
pub(crate) struct Loaded {
    row: i64,
    tellings: ArticleTellings,
    reports: Vec<i64>,
    /// The component and the event of each report.
    places: Vec<(Option<i64>, i64)>,
}

/// So many articles are joined in one transaction: little memory, and no other program waits long …
const AT_ONCE: usize = 1000;
/// … but of very many so many, as each time their neighbours are loaded again and pages all over the file are written.
const MANY_AT_ONCE: usize = 10_000;
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
            // CROSS: SQLite would else read all articles in the order of their dates.
            db.prepare(
                "SELECT u.article FROM unjoined u CROSS JOIN articles a ON a.row = u.article ORDER BY a.date, u.article",
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
    let joining: HashSet<i64> = rows.into_iter().collect();
    let mut groups = groups_of(joiner, &new);
    groups.iter_mut().for_each(|g| g.component = g.reports[0].0);
    store_keys(tx, joiner, &joining, &groups)?;
    let count = groups.len();
    let mut all = Rejoining::new(tx, joiner, groups);
    let components = tie(tx, &mut all, count)?;
    // What people corrected is joined anew as the program would join it, and then corrected again.
    let is_corrected: bool = tx.query_row("SELECT EXISTS (SELECT 1 FROM corrections)", [], |r| r.get(0))?;
    let changed = if is_corrected {
        all.load(&articles_of(tx, &components)?)?;
        all.place_all(|group| components.contains(&group.component))
    } else {
        all.place()?
    };
    let clusters: Vec<Cluster> = changed.into_iter().map(|event| (event, all.members(event).collect())).collect();
    untell(tx, &all, &clusters, &joining)?;
    let mut touched = write(tx, &all, &clusters)?;
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
    Ok(JoinOutcome { articles: new.len(), groups: all.groups.len(), events: touched.len() })
}

/// Notes under which keys the new articles are found, and what is compared of them.
fn store_keys(
    tx: &Transaction<'_>,
    joiner: &Joiner,
    new: &HashSet<i64>,
    groups: &[OwnedGroup],
) -> rusqlite::Result<()> {
    for article in new {
        tx.prepare_cached("DELETE FROM report_blocks WHERE article = ?")?.execute([article])?;
        tx.prepare_cached("DELETE FROM report_groups WHERE article = ?")?.execute([article])?;
    }
    for article in groups.chunk_by(|a, b| a.article == b.article) {
        let compared: Vec<&Group> = article.iter().map(|g| &g.group).collect();
        tx.prepare_cached("INSERT OR REPLACE INTO report_groups (article, groups) VALUES (?, ?)")?
            .execute(params![article[0].article, Group::to_bytes(&compared)])?;
    }
    let mut insert = tx.prepare_cached("INSERT OR IGNORE INTO report_blocks (block, article) VALUES (?, ?)")?;
    for owned in groups {
        for key in joiner.keys(&owned.group).own {
            insert.execute(params![key as i64, owned.article])?;
        }
    }
    Ok(())
}

/// Gives the first so many groups, which are new, their components; those that they tie together are one from now on. Returns the
/// components that have new groups.
fn tie(tx: &Transaction<'_>, all: &mut Rejoining<'_>, new: usize) -> rusqlite::Result<BTreeSet<i64>> {
    let mut ties = Ties::default();
    let mut tied = BTreeSet::new();
    for group in 0..new {
        for other in all.neighbours(group)? {
            if (other >= new || other < group) && all.are_tied(group, other) {
                ties.tie(all.groups[group].component, all.groups[other].component);
                tied.insert(all.groups[other].component);
            }
        }
    }
    let own: BTreeSet<i64> = all.groups[..new].iter().map(|g| g.component).collect();
    for group in &mut all.groups {
        group.component = ties.root(group.component);
    }
    let mut rename = tx.prepare_cached("UPDATE reports SET component = ? WHERE component = ?")?;
    for component in tied {
        let root = ties.root(component);
        if root != component {
            rename.execute([root, component])?;
        }
    }
    let mut set = tx.prepare_cached("UPDATE reports SET component = ? WHERE row = ?")?;
    for group in &all.groups[..new] {
        for &(report, _) in &group.reports {
            set.execute([group.component, report])?;
        }
    }
    Ok(own.into_iter().map(|component| ties.root(component)).collect())
}

/// Which components are one.
#[derive(Default)]
struct Ties {
    parents: HashMap<i64, i64>,
}

impl Ties {
    /// The smallest of the components that are tied to this one.
    fn root(&mut self, component: i64) -> i64 {
        let parent = *self.parents.get(&component).unwrap_or(&component);
        if parent == component {
            return component;
        }
        let root = self.root(parent);
        self.parents.insert(component, root);
        root
    }

    fn tie(&mut self, a: i64, b: i64) {
        let (a, b) = (self.root(a), self.root(b));
        self.parents.insert(a.max(b), a.min(b));
    }
}

/// The joined articles with reports in components.
fn articles_of(tx: &Transaction<'_>, components: &BTreeSet<i64>) -> rusqlite::Result<BTreeSet<i64>> {
    let mut find = tx.prepare_cached(
        "SELECT DISTINCT article FROM reports WHERE component = ? AND article NOT IN (SELECT article FROM unjoined)",
    )?;
    let mut articles = BTreeSet::new();
    for component in components {
        for article in find.query_map([component], |r| r.get::<_, i64>(0))? {
            articles.insert(article?);
        }
    }
    Ok(articles)
}

/// The groups of articles; what was never joined is a component of its own.
pub(crate) fn groups_of(joiner: &Joiner, articles: &[Loaded]) -> Vec<OwnedGroup> {
    let mut found = Vec::new();
    for article in articles {
        // Row numbers tell articles apart as well as any others.
        for group in joiner.groups(&article.tellings, article.row as usize) {
            let reports: Vec<(i64, i64)> = group.members().map(|m| (article.reports[m], article.places[m].1)).collect();
            let component = group.members().next().and_then(|m| article.places[m].0).unwrap_or(reports[0].0);
            found.push(OwnedGroup { group, article: article.row, reports, component });
        }
    }
    found
}

/// An event with its groups, by their places.
type Cluster = (Label, Vec<usize>);

/// Gives the reports of each set of groups one event row; returns the events that changed.
fn write(tx: &Transaction<'_>, all: &Rejoining<'_>, clusters: &[Cluster]) -> rusqlite::Result<BTreeSet<i64>> {
    let moved = |event: Label| move |&&g: &&usize| all.is_moved(g, event);
    let mut loaded: HashMap<i64, usize> = HashMap::new();
    for (event, cluster) in clusters {
        let reports = cluster.iter().filter(moved(*event)).flat_map(|&g| &all.groups[g].reports);
        reports.for_each(|&(_, event)| *loaded.entry(event).or_default() += 1);
    }
    let mut count = tx.prepare_cached("SELECT count(*) FROM reports WHERE event = ?")?;
    // Events of which every report is placed anew: another may go on in their rows.
    let mut whole: HashSet<i64> = HashSet::new();
    for (&event, &here) in &loaded {
        if count.query_row([event], |r| r.get::<_, usize>(0))? == here {
            whole.insert(event);
        }
    }
    let row_of = |event: Label| if let Label::Row(row) = event { Some(row) } else { None };
    let mut taken: BTreeSet<i64> = clusters.iter().filter_map(|c| row_of(c.0)).collect();
    let mut touched = BTreeSet::new();
    let mut update = tx.prepare_cached("UPDATE reports SET event = ? WHERE row = ?")?;
    for (event, cluster) in clusters {
        let own: Vec<(i64, i64)> =
            cluster.iter().filter(moved(*event)).flat_map(|&g| all.groups[g].reports.iter().copied()).collect();
        let row = match (row_of(*event), own.first()) {
            (Some(row), _) => row,
            // An event goes on in the row that its first report had, unless another has gone on in it.
            (None, Some(&(_, first))) if whole.contains(&first) && taken.insert(first) => first,
            (None, Some(_)) => new_event(tx)?,
            (None, None) => continue,
        };
        if row_of(*event).is_none() && own.iter().all(|o| o.1 == row) && loaded.get(&row) == Some(&own.len()) {
            continue;
        }
        for &(report, old) in &own {
            update.execute([row, report])?;
            touched.insert(old);
        }
        touched.insert(row);
    }
    Ok(touched)
}

/// Takes articles out of their stories of which now others tell the same event, or no longer do: what they tell is joined
/// otherwise. The articles that are being joined are in none, and which of them tell it changes the stories of their own weeks alone.
fn untell(
    tx: &Transaction<'_>,
    all: &Rejoining<'_>,
    clusters: &[Cluster],
    joining: &HashSet<i64>,
) -> rusqlite::Result<()> {
    let told = |cluster: &Cluster| -> BTreeSet<i64> {
        let old = cluster.1.iter().map(|&g| &all.groups[g]).filter(|g| !joining.contains(&g.article));
        old.flat_map(|g| g.reports.iter().map(|r| r.1)).collect()
    };
    let mut parts: HashMap<i64, usize> = HashMap::new();
    clusters.iter().flat_map(told).for_each(|event| *parts.entry(event).or_default() += 1);
    let mut take_out = tx.prepare_cached("DELETE FROM story_articles WHERE article = ?")?;
    for cluster in clusters {
        let told = told(cluster);
        if told.len() > 1 || told.iter().any(|event| parts[event] > 1) {
            for &g in &cluster.1 {
                take_out.execute([all.groups[g].article])?;
            }
        }
    }
    Ok(())
}

pub(crate) fn load_rows(tx: &Connection, rows: &BTreeSet<i64>) -> rusqlite::Result<Vec<Loaded>> {
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
             r.date_from, r.place, r.component, r.event
         FROM articles a LEFT JOIN reports r ON r.article = a.row
         WHERE a.row IN ({articles}) ORDER BY a.row, r.position"
    ))?;
    let mut rows = rows.query([])?;
    while let Some(r) = rows.next()? {
        let article: i64 = r.get(0)?;
        if found.last().is_none_or(|a| a.row != article) {
            let date = r.get::<_, Option<String>>(2)?.and_then(|d| d.parse().ok());
            let tellings = ArticleTellings { id: r.get(1)?, date, tellings: Vec::new() };
            found.push(Loaded { row: article, tellings, reports: Vec::new(), places: Vec::new() });
        }
        let (Some(last), Some(report)) = (found.last_mut(), r.get::<_, Option<i64>>(3)?) else { continue };
        let (actors, recipients) = parties.remove(&report).unwrap_or_default();
        last.tellings.tellings.push(Telling { actors, recipients, ..telling(r)? });
        last.reports.push(report);
        last.places.push((r.get(14)?, r.get(15)?));
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
