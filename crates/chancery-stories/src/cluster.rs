//! Average-link clustering over the pairs that were compared.
//!
//! Method: chains of nearest neighbours (Murtagh, "A survey of recent advances in hierarchical clustering algorithms", 1983). Where two
//! clusters are joined, the result is on the average no more like a third than the liker of the two was; so two that are each
//! other's nearest stay so whatever else is joined, and joining such pairs wherever they are found gives what joining the most alike
//! pair of all first gives, in less time.

use crate::group::Step;
use std::collections::{BTreeSet, HashMap};

/// A pair that was compared, the smaller index first, and how far it speaks for one (above 0) or against (below).
pub(crate) type Edge = (usize, usize, f32);

/// Joins the most alike clusters first, while the average over their pairs is above 0; a pair that was not compared
/// counts as `apart`, which is not above 0. Returns for each index the smallest index of its cluster.
///
/// The same pairs give the same clusters in whatever order they come. What has no pair above 0 to the rest, directly or
/// over others, has no influence on it: the parts of a larger whole can be clustered one by one.
pub(crate) fn cluster(n: usize, edges: &[Edge], apart: f32) -> Vec<usize> {
    cluster_onto(&(0..n).collect::<Vec<_>>(), 0, edges, apart)
}

/// As [`cluster`], where the first `known` indices are clustered already and stay as they are: `labels` gives for each of them the smallest
/// index of its cluster, for each other its own. Others join these clusters, but no two of these are joined.
pub(crate) fn cluster_onto(labels: &[usize], known: usize, edges: &[Edge], apart: f32) -> Vec<usize> {
    let mut clusters = Clusters::of(labels, known, edges, apart);
    let mut chain: Vec<usize> = Vec::new();
    for start in 0..labels.len() {
        chain.push(start);
        while let Some(&last) = chain.last() {
            match clusters.nearest(last) {
                None => _ = chain.pop(),
                Some(nearest) if chain.len() > 1 && chain[chain.len() - 2] == nearest => {
                    chain.truncate(chain.len() - 2);
                    clusters.join(last.min(nearest), last.max(nearest));
                    if chain.is_empty() {
                        // All before it are done, so it is what the two are now.
                        chain.push(start);
                    }
                }
                Some(nearest) => chain.push(nearest),
            }
        }
    }
    clusters.labels(labels.len())
}

/// Clusters step by step: what is of one step joins the clusters of the steps that it sees, which stay as they are, or makes new
/// ones. `known` gives for what is clustered already the smallest index of its cluster; there are no edges between two of these.
/// Returns for each index the smallest of its cluster.
pub(crate) fn cluster_by_steps(steps: &[Step], known: &[Option<usize>], edges: &[Edge], apart: f32) -> Vec<usize> {
    let mut label: Vec<usize> = known.iter().enumerate().map(|(i, known)| known.unwrap_or(i)).collect();
    let mut members: HashMap<usize, Vec<usize>> = HashMap::new();
    label.iter().enumerate().for_each(|(i, &l)| members.entry(l).or_default().push(i));
    let turn = |e: &Edge| steps[e.0].max(steps[e.1]);
    let mut by_turn: Vec<&Edge> = edges.iter().filter(|e| turn(e).sees(steps[e.0].min(steps[e.1]))).collect();
    by_turn.sort_by_key(|e| turn(e));
    for edges in by_turn.chunk_by(|a, b| turn(a) == turn(b)) {
        let now = turn(edges[0]);
        let ends = || edges.iter().flat_map(|e| [e.0, e.1]);
        let earlier: BTreeSet<usize> = ends().filter(|&i| steps[i] < now).map(|i| label[i]).collect();
        let seen = |i: &usize| steps[*i] < now && now.sees(steps[*i]);
        let mut all: Vec<usize> = earlier.iter().flat_map(|l| members[l].iter().copied().filter(seen)).collect();
        all.sort_unstable();
        let before = all.len();
        all.extend(ends().filter(|&i| steps[i] == now).collect::<BTreeSet<_>>());
        let place: HashMap<usize, usize> = all.iter().enumerate().map(|(at, &i)| (i, at)).collect();
        let mut first: HashMap<usize, usize> = HashMap::new();
        let labels: Vec<usize> = (0..all.len())
            .map(|at| if at < before { *first.entry(label[all[at]]).or_insert(at) } else { at })
            .collect();
        let local: Vec<Edge> = edges
            .iter()
            .map(|e| (place[&e.0], place[&e.1], e.2))
            .map(|(a, b, score)| (a.min(b), a.max(b), score))
            .collect();
        for (at, found) in cluster_onto(&labels, before, &local, apart).into_iter().enumerate().skip(before) {
            let (own, joined) = (all[at], label[all[found]]);
            if joined != own {
                members.remove(&own);
                members.entry(joined).or_default().push(own);
                label[own] = joined;
            }
        }
    }
    let mut first: HashMap<usize, usize> = HashMap::new();
    label.iter().enumerate().map(|(i, l)| *first.entry(*l).or_insert(i)).collect()
}

struct Clusters {
    all: Vec<Cluster>,
    known: usize,
    apart: f64,
}

/// A cluster stands at its smallest index; one that was joined to another is empty.
#[derive(Debug, Default)]
struct Cluster {
    members: Vec<usize>,
    /// The compared pairs with each other cluster, by its index.
    pairs: Vec<Pairs>,
}

/// The compared pairs of two clusters.
#[derive(Debug, Clone, Copy)]
struct Pairs {
    with: usize,
    // Sums of numbers with 24 bits: exact in whatever order they are added.
    sum: f64,
    count: u32,
}

impl Clusters {
    fn of(labels: &[usize], known: usize, edges: &[Edge], apart: f32) -> Self {
        let mut all: Vec<Cluster> = labels.iter().map(|_| Cluster::default()).collect();
        labels.iter().enumerate().for_each(|(i, &label)| all[label].members.push(i));
        for &(a, b, score) in edges {
            let (a, b) = (labels[a], labels[b]);
            for (one, other) in [(a, b), (b, a)] {
                all[one].pairs.push(Pairs { with: other, sum: f64::from(score), count: 1 });
            }
        }
        for cluster in &mut all {
            cluster.pairs.sort_by_key(|p| p.with);
            cluster.pairs.dedup_by(|next, kept| kept.take(next));
        }
        Clusters { all, known, apart: f64::from(apart) }
    }

    /// The cluster that is most like one, of equals that of the smallest indices; none where joining it with any speaks against.
    fn nearest(&self, one: usize) -> Option<usize> {
        let own = &self.all[one];
        let mut best: Option<(f64, usize)> = None;
        for pairs in &own.pairs {
            if one.max(pairs.with) < self.known {
                continue;
            }
            let all = own.members.len() * self.all[pairs.with].members.len();
            let average = (pairs.sum + self.apart * (all as f64 - f64::from(pairs.count))) / all as f64;
            // They come by their indices: of equals the first stays.
            if average > 0.0 && best.is_none_or(|b| average > b.0) {
                best = Some((average, pairs.with));
            }
        }
        best.map(|b| b.1)
    }

    fn join(&mut self, keep: usize, gone: usize) {
        let taken = std::mem::take(&mut self.all[gone]);
        self.all[keep].members.extend(taken.members);
        for pairs in &taken.pairs {
            let other = &mut self.all[pairs.with].pairs;
            if let Ok(at) = other.binary_search_by_key(&gone, |p| p.with) {
                other.remove(at);
            }
            if pairs.with != keep {
                add(other, Pairs { with: keep, ..*pairs });
            }
        }
        let own = std::mem::take(&mut self.all[keep].pairs);
        self.all[keep].pairs = merged(own, taken.pairs.into_iter().filter(|p| p.with != keep));
    }

    fn labels(self, n: usize) -> Vec<usize> {
        let mut label = vec![0; n];
        for cluster in self.all {
            let first = cluster.members.iter().copied().min().unwrap_or_default();
            cluster.members.into_iter().for_each(|member| label[member] = first);
        }
        label
    }
}

impl Pairs {
    /// Adds those with the same cluster; false where the other is another.
    fn take(&mut self, other: &Pairs) -> bool {
        let same = self.with == other.with;
        if same {
            self.sum += other.sum;
            self.count += other.count;
        }
        same
    }
}

fn add(list: &mut Vec<Pairs>, pairs: Pairs) {
    match list.binary_search_by_key(&pairs.with, |p| p.with) {
        Ok(at) => _ = list[at].take(&pairs),
        Err(at) => list.insert(at, pairs),
    }
}

/// Two lists by index as one.
fn merged(own: Vec<Pairs>, taken: impl Iterator<Item = Pairs>) -> Vec<Pairs> {
    let mut all = Vec::with_capacity(own.len());
    let mut taken = taken.peekable();
    for mut pairs in own {
        while let Some(next) = taken.next_if(|t| t.with < pairs.with) {
            all.push(next);
        }
        if let Some(next) = taken.next_if(|t| t.with == pairs.with) {
            pairs.take(&next);
        }
        all.push(pairs);
    }
    all.extend(taken);
    all
}

/// The smallest index to which each index is tied by pairs above 0, directly or over others.
#[cfg(test)]
pub(crate) fn components(n: usize, edges: &[Edge]) -> Vec<usize> {
    let mut parent: Vec<usize> = (0..n).collect();
    for &(a, b, _) in edges.iter().filter(|e| e.2 > 0.0) {
        let (a, b) = (root(&mut parent, a), root(&mut parent, b));
        parent[a.max(b)] = a.min(b);
    }
    (0..n).map(|i| root(&mut parent, i)).collect()
}

#[cfg(test)]
fn root(parent: &mut [usize], mut i: usize) -> usize {
    while parent[i] != i {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    i
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn a_weak_bridge_does_not_join_two_clusters() {
        let edges = [(0, 1, 2.0), (2, 3, 2.0), (1, 2, 0.5)];
        assert_eq!(cluster(4, &edges, -1.0), [0, 0, 2, 2]);
        assert_eq!(cluster(4, &edges, 0.0), [0, 0, 0, 0]);
        assert_eq!(components(5, &edges), [0, 0, 0, 0, 4]);
    }

    #[test]
    fn what_is_clustered_takes_others_in_but_stays_as_it_is() {
        // 0 and 2 are one, 1 is apart; 3 likes both, 0 more.
        let edges = [(0, 3, 2.0), (2, 3, 1.0), (1, 3, 1.0)];
        assert_eq!(cluster_onto(&[0, 1, 0, 3], 3, &edges, 0.0), [0, 1, 0, 0]);
        assert_eq!(cluster(4, &edges, 0.0), [0, 0, 0, 0]);
        // What was not compared counts for the whole cluster.
        assert_eq!(cluster_onto(&[0, 1, 0, 3], 3, &[(0, 3, 1.0), (1, 3, 0.5)], -1.0), [0, 1, 0, 1]);
    }

    /// The most alike pair of all first, over all pairs: slow, and plainly what is meant.
    fn greedy(n: usize, edges: &[Edge], apart: f32) -> Vec<usize> {
        let mut label: Vec<usize> = (0..n).collect();
        loop {
            let members = |l: usize| (0..n).filter(|&i| label[i] == l).collect::<Vec<_>>();
            let mut best: Option<(f64, usize, usize)> = None;
            for a in 0..n {
                for b in a + 1..n {
                    let (x, y) = (members(a), members(b));
                    if x.is_empty() || y.is_empty() {
                        continue;
                    }
                    let between =
                        |e: &&Edge| x.contains(&e.0) && y.contains(&e.1) || x.contains(&e.1) && y.contains(&e.0);
                    let pairs: Vec<f64> = edges.iter().filter(between).map(|e| f64::from(e.2)).collect();
                    let all = x.len() * y.len();
                    let sum = pairs.iter().sum::<f64>() + f64::from(apart) * (all as f64 - pairs.len() as f64);
                    let average = sum / all as f64;
                    if average > 0.0 && best.is_none_or(|best| average > best.0) {
                        best = Some((average, a, b));
                    }
                }
            }
            let Some((_, keep, gone)) = best else { return label };
            label.iter_mut().filter(|l| **l == gone).for_each(|l| *l = keep);
        }
    }

    proptest! {
        #[test]
        fn chains_join_what_the_most_alike_pair_first_joins(
            n in 1usize..12,
            drawn in prop::collection::vec((0usize..12, 0usize..12, -4i8..=4), 0..40),
            apart in -2i8..=0,
        ) {
            let mut edges: Vec<Edge> = Vec::new();
            for (a, b, score) in drawn {
                let (a, b) = (a.min(b) % n, a.max(b) % n);
                let (a, b) = (a.min(b), a.max(b));
                if a != b && !edges.iter().any(|e| (e.0, e.1) == (a, b)) {
                    edges.push((a, b, f32::from(score)));
                }
            }
            prop_assert_eq!(cluster(n, &edges, f32::from(apart)), greedy(n, &edges, f32::from(apart)));
        }
    }

    #[test]
    fn what_speaks_against_keeps_apart() {
        assert_eq!(cluster(3, &[(0, 1, 1.0), (1, 2, 0.9), (0, 2, -3.0)], -1.0), [0, 0, 2]);
    }
}
