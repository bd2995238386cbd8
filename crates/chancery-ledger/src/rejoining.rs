//! What new groups of reports change in the events of a ledger.
//!
//! Events are joined step by step ([`Group::step`]). At the step of a new group its event is found among those of the thirty days before;
//! what else is of that step and tied to it or to these events, directly or over others, is placed anew with it. Only where an event
//! gained or lost a group is what is tied to it of the next thirty days placed anew too, and so on; mostly the next steps
//! come out as they were. So what a new article costs depends on what is tied to it in those days and not on the ledger's size, and the
//! events are those that joining everything at once would give.

use crate::joining::{groups_of, load_rows};
use chancery_stories::{BlockKey, Group, Joiner, Keys, Step};
use rusqlite::{OptionalExtension, Transaction};
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// A group and where it lies.
pub(crate) struct OwnedGroup {
    pub group: Group,
    /// The article's row.
    pub article: i64,
    /// The rows of the reports, each with the event that it has in the ledger.
    pub reports: Vec<(i64, i64)>,
    /// The same of all groups that are tied, directly or over others: a report's row.
    pub component: i64,
}

/// The event of a group as joining goes on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub(crate) enum Label {
    /// An event of the ledger, by its row.
    Row(i64),
    /// One that was made here.
    New(usize),
}

/// The groups around the new ones, as many as were looked at.
pub(crate) struct Rejoining<'a> {
    tx: &'a Transaction<'a>,
    joiner: &'a Joiner,
    /// The new ones are the first.
    pub groups: Vec<OwnedGroup>,
    new: usize,
    keys: Vec<Keys>,
    /// None of a new group that has not been placed.
    labels: Vec<Option<Label>>,
    articles: HashSet<i64>,
    found_by: HashMap<BlockKey, Vec<usize>>,
    /// Keys of which every group is here.
    fetched: HashSet<BlockKey>,
    /// The groups of each event, and the events of which every group is here.
    members: HashMap<Label, BTreeSet<usize>>,
    whole: HashSet<i64>,
    made: usize,
}

impl<'a> Rejoining<'a> {
    /// With groups that are new.
    pub fn new(tx: &'a Transaction<'a>, joiner: &'a Joiner, groups: Vec<OwnedGroup>) -> Self {
        let mut all = Rejoining {
            tx,
            joiner,
            groups: Vec::new(),
            new: groups.len(),
            keys: Vec::new(),
            labels: Vec::new(),
            articles: HashSet::new(),
            found_by: HashMap::new(),
            fetched: HashSet::new(),
            members: HashMap::new(),
            whole: HashSet::new(),
            made: 0,
        };
        groups.into_iter().for_each(|group| all.add(group, None));
        all
    }

    /// The groups that share a key with one.
    pub fn neighbours(&mut self, group: usize) -> rusqlite::Result<BTreeSet<usize>> {
        self.fetch(group)?;
        let wanted = &self.keys[group].wanted;
        let found = wanted.iter().filter_map(|key| self.found_by.get(key)).flatten().copied();
        Ok(found.filter(|&g| g != group).collect())
    }

    pub fn are_tied(&self, a: usize, b: usize) -> bool {
        self.joiner.are_tied(&self.groups[a].group, &self.groups[b].group)
    }

    /// The groups of an event.
    pub fn members(&self, event: Label) -> impl Iterator<Item = usize> + '_ {
        self.members.get(&event).into_iter().flatten().copied()
    }

    /// Gives the new groups their events. Returns the events that gained or lost a group.
    pub fn place(&mut self) -> rusqlite::Result<BTreeSet<Label>> {
        let mut waiting: BTreeMap<Step, BTreeSet<usize>> = BTreeMap::new();
        for group in 0..self.new {
            waiting.entry(self.step(group)).or_default().insert(group);
        }
        let mut changed = BTreeSet::new();
        // What was joined before and is joined again leaves its event.
        for group in 0..self.new {
            let old: BTreeSet<i64> = self.groups[group].reports.iter().map(|r| r.1).collect();
            for event in old {
                self.complete(event)?;
                let (left, step) = (BTreeSet::from([Label::Row(event)]), self.step(group));
                let members: Vec<usize> = self.members(Label::Row(event)).filter(|&m| self.step(m) >= step).collect();
                let others = self.later_groups_of(&left, step)?;
                for other in members.into_iter().chain(others) {
                    waiting.entry(self.step(other)).or_default().insert(other);
                }
                changed.extend(left.into_iter().filter(|&event| self.members(event).next().is_some()));
            }
        }
        while let Some((step, first)) = waiting.pop_first() {
            let (open, known) = self.around(step, first)?;
            let now = self.place_step(step, &open, &known)?;
            for group in self.later_groups_of(&now, step)? {
                waiting.entry(self.step(group)).or_default().insert(group);
            }
            changed.extend(now);
        }
        Ok(changed)
    }

    /// Joins all groups for which `is_placed` holds as if none had an event; returns their events.
    pub fn place_all(&mut self, is_placed: impl Fn(&OwnedGroup) -> bool) -> BTreeSet<Label> {
        let all: BTreeSet<usize> = (0..self.groups.len()).filter(|&g| is_placed(&self.groups[g])).collect();
        for cluster in self.join(&all, &BTreeSet::new()) {
            self.made += 1;
            for group in cluster {
                self.relabel(group, Label::New(self.made));
            }
        }
        all.iter().filter_map(|&g| self.labels[g]).collect()
    }

    /// Loads these articles.
    pub fn load(&mut self, articles: &BTreeSet<i64>) -> rusqlite::Result<()> {
        let missing: BTreeSet<i64> = articles.iter().filter(|a| !self.articles.contains(a)).copied().collect();
        if missing.is_empty() {
            return Ok(());
        }
        let mut unreadable = BTreeSet::new();
        for article in missing {
            match stored_groups(self.tx, article)? {
                Some(groups) => groups.into_iter().for_each(|group| self.add_known(group)),
                None => _ = unreadable.insert(article),
            }
        }
        if !unreadable.is_empty() {
            groups_of(self.joiner, &load_rows(self.tx, &unreadable)?)
                .into_iter()
                .for_each(|group| self.add_known(group));
        }
        Ok(())
    }

    fn add_known(&mut self, group: OwnedGroup) {
        let event = group.reports[0].1;
        self.add(group, Some(Label::Row(event)));
    }

    /// True where a group came to an event that the ledger does not have it in.
    pub fn is_moved(&self, group: usize, event: Label) -> bool {
        group < self.new || event != Label::Row(self.groups[group].reports[0].1)
    }

    fn step(&self, group: usize) -> Step {
        self.groups[group].group.step()
    }

    fn add(&mut self, group: OwnedGroup, label: Option<Label>) {
        let at = self.groups.len();
        let keys = self.joiner.keys(&group.group);
        for &key in &keys.own {
            self.found_by.entry(key).or_default().push(at);
        }
        if let Some(label) = label {
            self.members.entry(label).or_default().insert(at);
        }
        self.articles.insert(group.article);
        self.groups.push(group);
        self.keys.push(keys);
        self.labels.push(label);
    }

    /// Loads what shares a key with a group.
    fn fetch(&mut self, group: usize) -> rusqlite::Result<()> {
        let mut find = self.tx.prepare_cached(
            "SELECT article FROM report_blocks WHERE block = ? AND article NOT IN (SELECT article FROM unjoined)",
        )?;
        let mut wanted = BTreeSet::new();
        for &key in &self.keys[group].wanted {
            if self.fetched.insert(key) {
                for row in find.query_map([key as i64], |r| r.get::<_, i64>(0))? {
                    wanted.insert(row?);
                }
            }
        }
        self.load(&wanted)
    }

    /// Loads all groups of an event of the ledger.
    fn complete(&mut self, event: i64) -> rusqlite::Result<()> {
        if !self.whole.insert(event) {
            return Ok(());
        }
        let articles: BTreeSet<i64> = self
            .tx
            .prepare_cached(
                "SELECT DISTINCT article FROM reports WHERE event = ? AND article NOT IN (SELECT article FROM unjoined)",
            )?
            .query_map([event], |r| r.get(0))?
            .collect::<rusqlite::Result<_>>()?;
        self.load(&articles)
    }

    /// What is placed anew at a step with the groups given, and what it sees: groups of earlier steps, whose events stay.
    fn around(&mut self, step: Step, first: BTreeSet<usize>) -> rusqlite::Result<(BTreeSet<usize>, BTreeSet<usize>)> {
        let mut waiting: Vec<usize> = first.iter().copied().collect();
        let (mut open, mut known, mut events) = (first, BTreeSet::new(), BTreeSet::new());
        while let Some(group) = waiting.pop() {
            for other in self.neighbours(group)? {
                let at = self.step(other);
                let is_seen = at <= step && step.sees(at) && !open.contains(&other) && !known.contains(&other);
                if !is_seen || self.step(group) < step && at < step || !self.are_tied(group, other) {
                    continue;
                }
                if at == step {
                    open.insert(other);
                    waiting.push(other);
                } else if let Some(event) = self.labels[other].filter(|&event| events.insert(event)) {
                    if let Label::Row(row) = event {
                        self.complete(row)?;
                    }
                    let seen: Vec<usize> =
                        self.members(event).filter(|&m| self.step(m) < step && step.sees(self.step(m))).collect();
                    waiting.extend(&seen);
                    known.extend(seen);
                }
            }
        }
        Ok((open, known))
    }

    /// Places the open groups of a step; returns the events that gained or lost one of them.
    fn place_step(
        &mut self,
        step: Step,
        open: &BTreeSet<usize>,
        known: &BTreeSet<usize>,
    ) -> rusqlite::Result<BTreeSet<Label>> {
        for event in open.iter().filter_map(|&g| self.labels[g]).collect::<BTreeSet<_>>() {
            if let Label::Row(row) = event {
                self.complete(row)?;
            }
        }
        let mut taken = HashSet::new();
        let mut changed = BTreeSet::new();
        for cluster in self.join(open, known) {
            let event = match cluster.iter().find(|g| known.contains(g)).and_then(|&g| self.labels[g]) {
                Some(event) => event,
                // An event goes on in the one that its first group had, unless that is another's.
                None => match self.labels[cluster[0]] {
                    Some(old) if !self.members(old).any(|m| self.step(m) < step) && taken.insert(old) => old,
                    _ => {
                        self.made += 1;
                        Label::New(self.made)
                    }
                },
            };
            for group in cluster.into_iter().filter(|g| open.contains(g)) {
                changed.extend(self.relabel(group, event).into_iter().flatten());
            }
        }
        Ok(changed)
    }

    /// The events of the open groups on top of those of the known ones: their groups in order.
    fn join(&self, open: &BTreeSet<usize>, known: &BTreeSet<usize>) -> Vec<Vec<usize>> {
        let mut all: Vec<usize> = open.union(known).copied().collect();
        all.sort_by(|&a, &b| Joiner::order(&self.groups[a].group, &self.groups[b].group));
        // Their numbers only tell events apart.
        let events: BTreeSet<Label> = known.iter().filter_map(|&g| self.labels[g]).collect();
        let number: HashMap<Label, i64> = events.into_iter().zip(0..).collect();
        let event_of = |g: &usize| self.labels[*g].filter(|_| known.contains(g)).map(|label| number[&label]);
        let told: Vec<Option<i64>> = all.iter().map(event_of).collect();
        let groups: Vec<&Group> = all.iter().map(|&g| &self.groups[g].group).collect();
        let mut clusters: BTreeMap<usize, Vec<usize>> = BTreeMap::new();
        let joined = self.joiner.join_groups(&groups, &told);
        joined.into_iter().zip(&all).for_each(|(first, &g)| clusters.entry(first).or_default().push(g));
        clusters.into_values().collect()
    }

    /// Puts a group into an event; returns the two that are no longer as they were.
    fn relabel(&mut self, group: usize, event: Label) -> Option<[Label; 2]> {
        let old = self.labels[group].replace(event);
        if old == Some(event) {
            return None;
        }
        if let Some(members) = old.and_then(|old| self.members.get_mut(&old)) {
            members.remove(&group);
        }
        self.members.entry(event).or_default().insert(group);
        Some([old.unwrap_or(event), event])
    }

    /// The groups of later steps that are tied to what these events held or hold, where they see the step at which that changed.
    fn later_groups_of(&mut self, events: &BTreeSet<Label>, step: Step) -> rusqlite::Result<BTreeSet<usize>> {
        let mut found = BTreeSet::new();
        for event in events {
            // A later member too: what is tied to it alone is compared with the whole event.
            let members: Vec<usize> = self.members(*event).collect();
            for member in members {
                for other in self.neighbours(member)? {
                    let at = self.step(other);
                    if at > step && at.sees(step) && !found.contains(&other) && self.are_tied(member, other) {
                        found.insert(other);
                    }
                }
            }
        }
        Ok(found)
    }
}

/// The groups of an article as they were when it was joined; `None` where they were not kept, or by another version.
fn stored_groups(tx: &Transaction<'_>, article: i64) -> rusqlite::Result<Option<Vec<OwnedGroup>>> {
    let groups: Option<Vec<u8>> = tx
        .prepare_cached("SELECT groups FROM report_groups WHERE article = ?")?
        .query_row([article], |r| r.get(0))
        .optional()?;
    let Some(groups) = groups.and_then(|bytes| Group::from_bytes(&bytes)) else { return Ok(None) };
    let mut find =
        tx.prepare_cached("SELECT row, event, component FROM reports WHERE article = ? ORDER BY position")?;
    let reports: Vec<(i64, i64, Option<i64>)> =
        find.query_map([article], |r| Ok((r.get(0)?, r.get(1)?, r.get(2)?)))?.collect::<rusqlite::Result<_>>()?;
    let owned = |group: Group| {
        let own: Vec<_> = group.members().map(|m| reports.get(m)).collect::<Option<_>>()?;
        let component = own.first()?.2.unwrap_or(own[0].0);
        let reports = own.iter().map(|r| (r.0, r.1)).collect();
        Some(OwnedGroup { group, article, reports, component })
    };
    Ok(groups.into_iter().map(owned).collect())
}
