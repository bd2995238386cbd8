//! Joining what all runs told: which reports of the whole ledger tell of one event.
//!
//! Only what is new is joined: a group of reports of a new article is compared with the groups that share a block key
//! with it, and of the components that it links to what comes at its step or later is clustered again, on top of what is before. What it
//! does not link to, and what is before it, cannot change ([`chancery_stories::Joiner::join_groups`]), so the events are those that joining
//! everything at once would give.

use crate::copying::Copying;
use crate::correcting::apply_all;
use crate::join::{new_event, sum_up};
use crate::{Ledger, Result};
use chancery_stories::{ArticleTellings, Group, Joiner, Party, Step, Telling};
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
    /// The component and the event of each report.
    places: Vec<(Option<i64>, i64)>,
}

/// A group and where it lies.
struct OwnedGroup {
    group: Group,
    /// The article's row.
    article: i64,
    /// The rows of the reports, each with the event that it has now.
    reports: Vec<(i64, i64)>,
    /// The same of all groups that are tied, directly or over others: a report's row.
    component: i64,
    /// True where its event stays.
    is_known: bool,
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
    let mut groups = groups_of(joiner, &new);
    groups.iter_mut().for_each(|g| g.component = g.reports[0].0);
    let wanted = store_keys(tx, joiner, &known, &groups)?;
    let near = groups_of(joiner, &load_rows(tx, &neighbours(tx, &wanted, &known)?)?);
    let tied = tied_groups(tx, joiner, &mut groups, &near, &known)?;
    groups.extend(tied);
    groups.sort_by(|a, b| Joiner::order(&a.group, &b.group));
    let mut touched = write(tx, joiner, &groups, &known)?;
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
    let mut find = tx.prepare_cached(
        "SELECT article FROM report_blocks WHERE block = ? AND article NOT IN (SELECT article FROM unjoined)",
    )?;
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

/// Gives the new groups their components, and finds the groups of other articles in these: what comes at the step of a component's
/// first new group or later, which is joined anew, and what that sees, whose events are known.
fn tied_groups(
    tx: &Transaction<'_>,
    joiner: &Joiner,
    new: &mut [OwnedGroup],
    near: &[OwnedGroup],
    known: &HashSet<i64>,
) -> rusqlite::Result<Vec<OwnedGroup>> {
    let mut ties = Ties::default();
    let all: Vec<i64> = new.iter().chain(near).map(|g| g.component).collect();
    joiner.linked(&inner(new), &inner(near)).into_iter().for_each(|(a, b)| ties.tie(all[a], all[b]));
    let mut first: BTreeMap<i64, Step> = BTreeMap::new();
    for group in new {
        group.component = ties.root(group.component);
        let step = group.group.step();
        first.entry(group.component).and_modify(|first| *first = step.min(*first)).or_insert(step);
    }
    let old: BTreeSet<i64> = near.iter().map(|g| g.component).filter(|&c| first.contains_key(&ties.root(c))).collect();
    let mut rename = tx.prepare_cached("UPDATE reports SET component = ? WHERE component = ?")?;
    for component in old {
        let root = ties.root(component);
        if root != component {
            rename.execute([root, component])?;
        }
    }
    // What people corrected is joined anew as the program would join it, and then corrected again.
    let is_corrected: bool = tx.query_row("SELECT EXISTS (SELECT 1 FROM corrections)", [], |r| r.get(0))?;
    let mut found = Vec::new();
    for (&component, &from) in &first {
        let articles = articles_of(tx, component, from, is_corrected, known)?;
        for mut group in groups_of(joiner, &load_rows(tx, &articles)?) {
            let step = group.group.step();
            if group.component == component && (is_corrected || step >= from || from.sees(step)) {
                group.is_known = !is_corrected && step < from;
                found.push(group);
            }
        }
    }
    Ok(found)
}

fn inner(owned: &[OwnedGroup]) -> Vec<&Group> {
    owned.iter().map(|o| &o.group).collect()
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

/// The articles with reports in a component that come at a step or later, or that the step sees; or all.
fn articles_of(
    tx: &Transaction<'_>,
    component: i64,
    from: Step,
    all: bool,
    known: &HashSet<i64>,
) -> rusqlite::Result<BTreeSet<i64>> {
    // A step without a date is the last, and sees no other.
    let mut find = tx.prepare_cached(
        "SELECT DISTINCT article FROM reports WHERE component = ?1
         AND (?3 OR date IS NULL OR ?2 IS NOT NULL AND (length(date) < 10 OR date >= date('0001-01-01', ?2 || ' days')))
         AND article NOT IN (SELECT article FROM unjoined)",
    )?;
    let mut articles: BTreeSet<i64> = find
        .query_map(params![component, from.first_seen_day(), all], |r| r.get(0))?
        .collect::<rusqlite::Result<_>>()?;
    articles.retain(|a| !known.contains(a));
    Ok(articles)
}

/// The groups of articles; what was never joined is a component of its own.
fn groups_of(joiner: &Joiner, articles: &[Loaded]) -> Vec<OwnedGroup> {
    let mut found = Vec::new();
    for article in articles {
        // Row numbers tell articles apart as well as any others.
        for group in joiner.groups(&article.tellings, article.row as usize) {
            let reports: Vec<(i64, i64)> = group.members().map(|m| (article.reports[m], article.places[m].1)).collect();
            let component = group.members().next().and_then(|m| article.places[m].0).unwrap_or(reports[0].0);
            found.push(OwnedGroup { group, article: article.row, reports, component, is_known: false });
        }
    }
    found
}

/// An event with its groups, by their places.
type Cluster = Vec<usize>;

/// Clusters the groups and gives each report its event; returns the events that changed.
fn write(
    tx: &Transaction<'_>,
    joiner: &Joiner,
    groups: &[OwnedGroup],
    joining: &HashSet<i64>,
) -> rusqlite::Result<BTreeSet<i64>> {
    let known: Vec<Option<i64>> = groups.iter().map(|g| g.is_known.then_some(g.reports[0].1)).collect();
    let mut clusters: BTreeMap<usize, Cluster> = BTreeMap::new();
    let events = joiner.join_groups(&inner(groups), &known);
    events.into_iter().enumerate().for_each(|(g, event)| clusters.entry(event).or_default().push(g));
    let clusters: Vec<Cluster> = clusters.into_values().collect();
    untell(tx, groups, &clusters, joining)?;
    place(tx, groups, &clusters)
}

/// Gives each set of groups one event row.
fn place(tx: &Transaction<'_>, groups: &[OwnedGroup], clusters: &[Cluster]) -> rusqlite::Result<BTreeSet<i64>> {
    let open = || groups.iter().filter(|g| !g.is_known).flat_map(|g| &g.reports);
    let mut loaded: HashMap<i64, usize> = HashMap::new();
    open().for_each(|&(_, event)| *loaded.entry(event).or_default() += 1);
    let mut count = tx.prepare_cached("SELECT count(*) FROM reports WHERE event = ?")?;
    // Events of which every report is placed anew: another may go on in their rows.
    let mut whole: HashSet<i64> = HashSet::new();
    for (&event, &here) in &loaded {
        if count.query_row([event], |r| r.get::<_, usize>(0))? == here {
            whole.insert(event);
        }
    }
    let mut update = tx.prepare_cached("UPDATE reports SET event = ?, component = ? WHERE row = ?")?;
    let (mut taken, mut touched) = (BTreeSet::new(), BTreeSet::new());
    for cluster in clusters {
        let members = || cluster.iter().map(|&g| &groups[g]);
        let own: Vec<(i64, i64, i64)> = members()
            .filter(|g| !g.is_known)
            .flat_map(|g| g.reports.iter().map(|&(report, event)| (report, event, g.component)))
            .collect();
        let Some(&(_, first, _)) = own.first() else { continue };
        // An event goes on in the row that it has, or that its first report had, unless another has gone on in it.
        let known = members().find(|g| g.is_known).map(|g| g.reports[0].1);
        let row = match known {
            Some(row) => row,
            None if whole.contains(&first) && taken.insert(first) => first,
            None => new_event(tx)?,
        };
        let stays = own.iter().all(|o| o.1 == row) && (known.is_some() || loaded.get(&row) == Some(&own.len()));
        for &(report, _, component) in &own {
            update.execute([row, component, report])?;
        }
        if !stays {
            touched.extend(own.iter().map(|o| o.1));
            touched.insert(row);
        }
    }
    Ok(touched)
}

/// Takes articles out of their stories of which now others tell the same event, or no longer do: what they tell is joined
/// otherwise. The articles that are being joined are in none, and which of them tell it changes the stories of their own weeks alone.
fn untell(
    tx: &Transaction<'_>,
    groups: &[OwnedGroup],
    clusters: &[Cluster],
    joining: &HashSet<i64>,
) -> rusqlite::Result<()> {
    let told = |cluster: &Cluster| -> BTreeSet<i64> {
        let old = cluster.iter().map(|&g| &groups[g]).filter(|g| !joining.contains(&g.article));
        old.flat_map(|g| g.reports.iter().map(|r| r.1)).collect()
    };
    let mut parts: HashMap<i64, usize> = HashMap::new();
    clusters.iter().flat_map(told).for_each(|event| *parts.entry(event).or_default() += 1);
    let mut take_out = tx.prepare_cached("DELETE FROM story_articles WHERE article = ?")?;
    for cluster in clusters {
        let told = told(cluster);
        if told.len() > 1 || told.iter().any(|event| parts[event] > 1) {
            for &g in cluster {
                take_out.execute([groups[g].article])?;
            }
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
