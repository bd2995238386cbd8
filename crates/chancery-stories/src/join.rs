//! Groups of different articles, joined into events.

use crate::background::Background;
use crate::cluster::{Edge, cluster_by_steps};
use crate::copies::{Sketch, Spelling};
use crate::features::{dates_fit, persons_differ, sides_fit};
use crate::group::{Group, Step, groups, keys, may_be_one};
use crate::item::Item;
use crate::model::{Model, StoriesError};
use crate::telling::{ArticleTellings, Telling};
use crate::{BlockKey, Keys};
use chancery_data::Data;
use chancery_text::{DateBasis, PartialDate, Report};
use std::cmp::Ordering;
use std::collections::{BTreeMap, BTreeSet, HashMap};

/// Indices of groups by block key.
type Blocks = HashMap<BlockKey, Vec<u32>>;

/// Joins reports into events; made once, shared by all threads.
#[derive(Debug, Clone)]
pub struct Joiner {
    pub(crate) model: Model,
    pub(crate) spelling: Spelling,
    background: Background,
}

/// Why two tellings are of one event, or are not.
#[derive(Debug, Clone, PartialEq)]
pub struct Comparison {
    /// What forbids it, whatever else speaks for it.
    pub against: Option<&'static str>,
    /// What each feature adds; those that add nothing are left out.
    pub parts: Vec<(&'static str, f32)>,
    /// The sum: above 0 the two speak for one event.
    pub score: f32,
}

impl Joiner {
    /// Reads the weights.
    ///
    /// # Errors
    /// Where the file of weights is missing or wrong.
    pub fn load(data: &Data) -> Result<Self, StoriesError> {
        Ok(Joiner { model: Model::load(data)?, spelling: Spelling::load(data)?, background: Background::load(data)? })
    }

    /// How often words stand in articles of any kind: by them stories are told.
    pub fn background(&self) -> &Background {
        &self.background
    }

    /// Joins reports into events: one list of ids an article, one id a telling.
    ///
    /// ```
    /// use chancery_stories::{ArticleTellings, Joiner};
    /// let joiner = Joiner::load(&chancery_data::Data::embedded())?;
    /// assert!(joiner.join(&[ArticleTellings { id: "page.txt#1".into(), date: None, tellings: vec![] }])[0].is_empty());
    /// # Ok::<(), chancery_stories::StoriesError>(())
    /// ```
    pub fn join(&self, articles: &[ArticleTellings]) -> Vec<Vec<String>> {
        let mut all: Vec<(usize, Group)> = articles
            .iter()
            .enumerate()
            .flat_map(|(i, a)| groups(&self.model, a, i).into_iter().map(move |g| (i, g)))
            .collect();
        // From here on nothing depends on the order in which articles were given.
        all.sort_by(|a, b| a.1.order().cmp(&b.1.order()));
        let mut ids: Vec<Vec<String>> = articles.iter().map(|a| vec![String::new(); a.tellings.len()]).collect();
        let (owners, all): (Vec<usize>, Vec<Group>) = all.into_iter().unzip();
        let groups: Vec<&Group> = all.iter().collect();
        let events = self.join_groups(&groups, &vec![None; groups.len()]);
        for ((owner, group), event) in owners.iter().zip(&all).zip(events) {
            for index in group.members() {
                ids[*owner][index] = all[event].event_id();
            }
        }
        ids
    }

    /// What speaks for and against two tellings being of one event: `same_article` says whether they stand in one.
    pub fn compare(&self, a: &Telling, b: &Telling, same_article: bool) -> Comparison {
        let article =
            |telling: &Telling| ArticleTellings { id: String::new(), date: None, tellings: vec![telling.clone()] };
        let (x, y) = (Item::new(0, 0, &article(a), a), Item::new(usize::from(!same_article), 0, &article(b), b));
        let weights = if same_article { &self.model.within } else { &self.model.across };
        let against = if !self.model.types_fit(&x, &y) {
            Some("their types are never one event")
        } else if !sides_fit(&x, &y) {
            Some("their parties do not fit")
        } else if !dates_fit(&x, &y) {
            Some("their dates do not fit")
        } else {
            None
        };
        let parts = weights.parts(&x, &y).into_iter().filter(|p| p.1 != 0.0).collect();
        Comparison { against, parts, score: weights.score(&x, &y) }
    }

    /// The sketch by which copies of a text are found.
    pub fn sketch(&self, text: &str) -> Sketch {
        Sketch::of(text, &self.spelling)
    }

    /// The groups of one article; `number` tells articles apart.
    pub fn groups(&self, article: &ArticleTellings, number: usize) -> Vec<Group> {
        groups(&self.model, article, number)
    }

    /// Under which keys others are found that a group may be one with.
    pub fn keys(&self, group: &Group) -> Keys {
        keys(&self.model, group)
    }

    /// Which groups of `new` are tied to each other, and to groups of `old` ([`Joiner::are_tied`]): pairs of indices, of which
    /// those of `old` follow those of `new`.
    pub fn linked(&self, new: &[&Group], old: &[&Group]) -> Vec<(usize, usize)> {
        let blocks = blocks(&self.keys_of(new));
        let mut links = Vec::new();
        for (at, group) in new.iter().chain(old).enumerate() {
            for other in found(&blocks, &self.keys(group)) {
                let before_itself = at < new.len() && other >= at;
                if !before_itself && self.are_tied(group, new[other]) {
                    links.push((other, at));
                }
            }
        }
        links
    }

    /// Joins the groups of different articles, which must be in the order of [`Joiner::order`]. Returns for each the first group of its
    /// event.
    ///
    /// They are joined step by step ([`Group::step`]): what is dated to a day joins the events of the days before it, which stay as they
    /// are, or makes new ones. The events of some groups may be known, each by a number: those of all steps before that of the first
    /// group that is not known and is tied to them.
    pub fn join_groups(&self, groups: &[&Group], known: &[Option<i64>]) -> Vec<usize> {
        // Ten thousand copies of one page are compared once: groups that say the same stand for one.
        let mut first_alike: HashMap<u64, usize> = HashMap::new();
        let alike: Vec<usize> =
            groups.iter().enumerate().map(|(g, group)| *first_alike.entry(group.fingerprint()).or_insert(g)).collect();
        let kept: Vec<usize> = (0..groups.len()).filter(|&g| alike[g] == g).collect();
        let unlike: Vec<&Group> = kept.iter().map(|&g| groups[g]).collect();
        let mut first_of: HashMap<i64, usize> = HashMap::new();
        let told: Vec<Option<usize>> =
            kept.iter().enumerate().map(|(at, &g)| known[g].map(|k| *first_of.entry(k).or_insert(at))).collect();
        let edges = self.edges(&unlike, &told);
        let mut place = vec![0; groups.len()];
        kept.iter().enumerate().for_each(|(at, &g)| place[g] = at);
        let steps: Vec<Step> = unlike.iter().map(|g| g.step()).collect();
        let labels = cluster_by_steps(&steps, &told, &edges, self.model.across.apart);
        alike.iter().map(|&g| kept[labels[place[g]]]).collect()
    }

    /// The order that [`Joiner::join_groups`] needs; it does not depend on when an article came.
    pub fn order(a: &Group, b: &Group) -> Ordering {
        a.order().cmp(&b.order())
    }

    fn edges(&self, groups: &[&Group], known: &[Option<usize>]) -> Vec<Edge> {
        let keys = self.keys_of(groups);
        let blocks = blocks(&keys);
        let mut pairs: Vec<(usize, usize)> = Vec::new();
        for (g, keys) in keys.iter().enumerate() {
            let is_open = |o: usize| known[g].is_none() || known[o].is_none();
            let others = found(&blocks, keys).into_iter().filter(|&o| o != g && is_open(o));
            pairs.extend(others.map(|o| (g.min(o), g.max(o))));
        }
        pairs.sort_unstable();
        pairs.dedup();
        pairs.into_iter().filter_map(|(a, b)| Some((a, b, self.score(groups[a], groups[b])?))).collect()
    }

    /// True where two groups speak for one event, whatever others say, or say the same in the same words.
    pub fn are_tied(&self, a: &Group, b: &Group) -> bool {
        self.score(a, b).is_some_and(|score| score > 0.0) || a.fingerprint() == b.fingerprint()
    }

    fn keys_of(&self, groups: &[&Group]) -> Vec<Keys> {
        groups.iter().map(|group| self.keys(group)).collect()
    }

    /// The best pair speaks for two groups; `None` where they are of one article or nothing lets them be one.
    pub(crate) fn score(&self, a: &Group, b: &Group) -> Option<f32> {
        if a.article == b.article {
            return None;
        }
        let pairs = || a.items.iter().flat_map(|x| b.items.iter().map(move |y| (x, y)));
        let (one, other) = (a.step(), b.step());
        if !one.max(other).sees(one.min(other)) {
            return None;
        }
        // Where other persons stand for a state, it is another meeting, whatever else is alike.
        if pairs().any(|(x, y)| persons_differ(x, y)) {
            return Some(self.model.across.apart);
        }
        pairs()
            .filter(|(x, y)| may_be_one(&self.model, x, y))
            .map(|(x, y)| self.model.across.score(x, y))
            .max_by(f32::total_cmp)
    }

    /// Gives the reports of one article that state no date the only one that other tellings of their event state.
    pub fn settle_dates(&self, id: &str, date: Option<PartialDate>, reports: &mut [Report]) {
        let tellings = reports.iter().map(Telling::from).collect();
        let article = ArticleTellings { id: id.into(), date, tellings };
        let settled: BTreeMap<usize, PartialDate> = self
            .groups(&article, 0)
            .iter()
            .flat_map(|group| settled_dates(&group.members().collect::<Vec<_>>(), reports))
            .collect();
        for (i, date) in settled {
            (reports[i].date, reports[i].date_basis) = (Some(date), Some(DateBasis::Telling));
        }
    }
}

/// Groups by the keys under which they are found.
fn blocks(keys: &[Keys]) -> Blocks {
    let mut blocks = Blocks::new();
    for (g, keys) in keys.iter().enumerate() {
        for &key in &keys.own {
            blocks.entry(key).or_default().push(g as u32);
        }
    }
    blocks
}

/// The groups that one with these keys may be one with, in order.
fn found(blocks: &Blocks, keys: &Keys) -> BTreeSet<usize> {
    keys.wanted.iter().filter_map(|key| blocks.get(key)).flatten().map(|&g| g as usize).collect()
}

fn settled_dates(group: &[usize], reports: &[Report]) -> Vec<(usize, PartialDate)> {
    let is_stated = |i: usize| reports[i].date_basis.is_some_and(DateBasis::is_stated);
    let stated: Vec<PartialDate> = group.iter().filter(|&&i| is_stated(i)).filter_map(|&i| reports[i].date).collect();
    let Some(finest) = stated.iter().copied().max_by_key(|d| (d.day().is_some(), d.month().is_some())) else {
        return Vec::new();
    };
    if !stated.iter().all(|d| d.contains(finest)) {
        return Vec::new();
    }
    let is_finer = |i: usize| reports[i].date.is_some_and(|d| finest.contains(d));
    let open = |i: usize| !is_finer(i) && (!is_stated(i) || reports[i].date.is_some_and(|d| d.contains(finest)));
    group.iter().filter(|&&i| open(i)).map(|&i| (i, finest)).collect()
}
