//! Joining in parts, on machines each of which sees few of the groups.
//!
//! What [`Joiner::join_groups`] does at once falls into steps that need not know of one another: which groups meet under a
//! key ([`Keys::meets`]), how far two of them are one ([`Joiner::link`]), and what is clustered of the groups that links
//! above 0 tie together ([`Joiner::cluster_links`]). Groups with one [`Group::fingerprint`] count as the first of them. The
//! events are the same, as a group of another component has no influence on them.

use crate::cluster::cluster_by_steps;
use crate::group::{Group, Step};
use crate::item::Item;
use crate::telling::ArticleTellings;
use crate::{BlockKey, Joiner, Keys};

impl Group {
    /// All tellings of an article as one group, where it is known that they are; `None` of an article without tellings.
    /// `number` tells articles apart.
    pub fn whole(article: &ArticleTellings, number: usize) -> Option<Group> {
        let items: Vec<Item> =
            article.tellings.iter().enumerate().map(|(i, t)| Item::new(number, i, article, t)).collect();
        (!items.is_empty()).then(|| Group::new(article.id.clone(), items))
    }

    /// A text that sorts, byte by byte, as [`Joiner::order`] sorts groups.
    pub fn order_key(&self) -> String {
        let (id, start, end, event_type, index) = self.order();
        format!("{id}\0{start:016x}{end:016x}{event_type}\0{index:08x}")
    }
}

impl Keys {
    /// The smallest key under which one of the two finds the other, and whether it is `self` that does; each two groups
    /// that are to be compared meet there once.
    pub fn meets(&self, other: &Keys) -> Option<(BlockKey, bool)> {
        let (mine, theirs) = (first_shared(&self.wanted, &other.own), first_shared(&other.wanted, &self.own));
        match (mine, theirs) {
            (Some(a), Some(b)) => Some((a.min(b), a <= b)),
            (Some(a), None) => Some((a, true)),
            (None, b) => b.map(|b| (b, false)),
        }
    }
}

fn first_shared(a: &[BlockKey], b: &[BlockKey]) -> Option<BlockKey> {
    a.iter().copied().find(|key| b.binary_search(key).is_ok())
}

impl Joiner {
    /// How far two groups, the earlier one first, speak for one event (above 0) or against it; `None` where nothing lets
    /// them be one.
    pub fn link(&self, a: &Group, b: &Group) -> Option<f32> {
        self.score(a, b)
    }

    /// The first group of the event of each group, which come with their steps in the order of [`Joiner::order`], by the links
    /// between them: the smaller index first, each pair once.
    pub fn cluster_links(&self, steps: &[Step], links: &[(usize, usize, f32)]) -> Vec<usize> {
        cluster_by_steps(steps, &vec![None; steps.len()], links, self.model.across.apart)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cluster::components;
    use crate::telling::{Party, Telling};
    use chancery_data::Data;
    use chancery_text::Status;
    use std::collections::{BTreeMap, BTreeSet};

    const STATES: [&str; 4] = ["CHN", "RUS", "NOR", "SWE"];
    const WORDS: [&str; 6] = ["envoys", "grain", "harbour", "Treaty", "missiles", "40"];

    /// Articles by the digits of a number: a few states, words and days, so that many are alike.
    fn articles(n: usize) -> Vec<ArticleTellings> {
        let mut state = 7_usize;
        let mut draw = |below: usize| {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            (state >> 33) % below
        };
        let mut telling = |at: usize| {
            let state = |i: usize| Party {
                text: STATES[i].into(),
                name: STATES[i].into(),
                code: STATES[i].into(),
                is_person: false,
            };
            let words: Vec<&str> = (0..3).map(|_| WORDS[draw(6)]).collect();
            Telling {
                start: at * 100,
                end: at * 100 + 50,
                evidence: format!("A visit about {}", words.join(" and ")),
                event_type: ["CONSULT", "AGREE", "COERCE"][draw(3)].into(),
                mode: Some(["visit", "meet"][draw(2)].into()),
                status: [Status::Occurred, Status::Planned][draw(2)],
                symmetric: draw(2) == 0,
                date: ["2026-03-03", "2026-03-04", "2026-03"][draw(3)].parse().ok(),
                date_basis: None,
                place: None,
                actors: vec![state(draw(4))],
                recipients: (draw(5) > 0).then(|| state(draw(4))).into_iter().collect(),
            }
        };
        (0..n)
            .map(|i| ArticleTellings {
                id: format!("{i}.txt#1"),
                date: None,
                tellings: (0..3).map(&mut telling).collect(),
            })
            .collect()
    }

    #[test]
    fn stored_groups_come_back_as_they_were() {
        let joiner = Joiner::load(&Data::embedded()).unwrap();
        for (i, article) in articles(20).iter().enumerate() {
            let groups = joiner.groups(article, i);
            let bytes = Group::to_bytes(&groups.iter().collect::<Vec<_>>());
            assert_eq!(Group::from_bytes(&bytes).as_ref(), Some(&groups));
            assert_eq!(Group::from_bytes(&bytes[..bytes.len() - 1]), None, "cut off");
            assert_eq!(Group::from_bytes(&[0]), None, "another version");
        }
    }

    /// The steps, each with nothing but what it is given.
    fn in_parts(joiner: &Joiner, articles: &[ArticleTellings]) -> Vec<Vec<String>> {
        let mut all: Vec<(usize, Group)> = Vec::new();
        for (i, article) in articles.iter().enumerate() {
            all.extend(joiner.groups(article, i).into_iter().map(|g| (i, g)));
        }
        all.sort_by_key(|(_, g)| g.order_key());
        let mut first: BTreeMap<u64, usize> = BTreeMap::new();
        let alike: Vec<usize> =
            all.iter().enumerate().map(|(g, (_, group))| *first.entry(group.fingerprint()).or_insert(g)).collect();
        let alone = |g: usize| {
            let (article, group) = (&articles[all[g].0], &all[g].1);
            let tellings = group.members().map(|m| article.tellings[m].clone()).collect();
            Group::whole(&ArticleTellings { tellings, ..article.clone() }, g).unwrap()
        };
        let mut blocks: BTreeMap<BlockKey, (Vec<usize>, Vec<usize>)> = BTreeMap::new();
        for &g in first.values() {
            let keys = joiner.keys(&alone(g));
            keys.own.iter().for_each(|&k| blocks.entry(k).or_default().0.push(g));
            keys.wanted.iter().for_each(|&k| blocks.entry(k).or_default().1.push(g));
        }
        let mut links = Vec::new();
        for (key, (own, wanted)) in blocks {
            for (&w, &o) in wanted.iter().flat_map(|w| own.iter().map(move |o| (w, o))).filter(|(w, o)| w != o) {
                let (a, b) = (alone(w.min(o)), alone(w.max(o)));
                if joiner.keys(&a).meets(&joiner.keys(&b)) == Some((key, w < o)) {
                    links.extend(joiner.link(&a, &b).map(|score| (w.min(o), w.max(o), score)));
                }
            }
        }
        assert_eq!(links.iter().map(|l| (l.0, l.1)).collect::<BTreeSet<_>>().len(), links.len(), "each pair once");
        let component = components(all.len(), &links);
        let mut event: Vec<usize> = (0..all.len()).collect();
        for which in component.iter().collect::<BTreeSet<_>>() {
            let of: Vec<usize> = (0..all.len()).filter(|&g| component[g] == *which && alike[g] == g).collect();
            let place = |g: usize| of.binary_search(&g).ok();
            let inside: Vec<(usize, usize, f32)> =
                links.iter().filter_map(|l| Some((place(l.0)?, place(l.1)?, l.2))).collect();
            let steps: Vec<Step> = of.iter().map(|&g| all[g].1.step()).collect();
            let labels = joiner.cluster_links(&steps, &inside);
            of.iter().zip(labels).for_each(|(&g, label)| event[g] = of[label]);
        }
        let mut ids: Vec<Vec<String>> = articles.iter().map(|a| vec![String::new(); a.tellings.len()]).collect();
        for (g, (owner, group)) in all.iter().enumerate() {
            group.members().for_each(|m| ids[*owner][m] = all[event[alike[g]]].1.event_id());
        }
        ids
    }

    #[test]
    fn parts_give_what_the_whole_gives() {
        let joiner = Joiner::load(&Data::embedded()).unwrap();
        let mut articles = articles(60);
        // Copies of a page, and one that comes before what it copies.
        for (id, of) in [("zz.txt#1", 3), ("0a.txt#1", 3), ("zy.txt#1", 9)] {
            articles.push(ArticleTellings { id: id.into(), ..articles[of].clone() });
        }
        let whole = joiner.join(&articles);
        assert_eq!(in_parts(&joiner, &articles), whole);
        let events: BTreeSet<&String> = whole.iter().flatten().collect();
        let tellings = whole.iter().flatten().count();
        assert!(events.len() > 10 && events.len() * 3 < tellings * 2, "{} events of {tellings}", events.len());
    }

    #[test]
    fn the_key_of_order_sorts_as_groups_do() {
        let joiner = Joiner::load(&Data::embedded()).unwrap();
        let mut groups: Vec<Group> = articles(40).iter().enumerate().flat_map(|(i, a)| joiner.groups(a, i)).collect();
        groups.sort_by(Joiner::order);
        assert!(groups.windows(2).all(|two| two[0].order_key() < two[1].order_key()));
    }
}
