//! Average-link clustering over the pairs that were compared.

use std::cmp::Ordering;
use std::collections::{BTreeMap, BinaryHeap};

/// A pair that was compared, the smaller index first, and how far it speaks for one (above 0) or against (below).
pub(crate) type Edge = (usize, usize, f32);

/// Joins the most alike clusters first, while the average over their pairs is above 0; a pair that was not compared
/// counts as `apart`. Returns for each index the smallest index of its cluster.
///
/// The same pairs give the same clusters in whatever order they come. What has no pair above 0 to the rest, directly or
/// over others, has no influence on it: the parts of a larger whole can be clustered one by one.
pub(crate) fn cluster(n: usize, edges: &[Edge], apart: f32) -> Vec<usize> {
    cluster_onto(&(0..n).collect::<Vec<_>>(), 0, edges, apart)
}

/// As [`cluster`], where the first `known` indices are clustered already and stay as they are: `labels` gives for each of them the smallest
/// index of its cluster, for each other its own. Others join these clusters, but no two of these are joined.
pub(crate) fn cluster_onto(labels: &[usize], known: usize, edges: &[Edge], apart: f32) -> Vec<usize> {
    let n = labels.len();
    let mut clusters: Vec<Cluster> = (0..n).map(|_| Cluster::default()).collect();
    labels.iter().enumerate().for_each(|(i, &label)| clusters[label].members.push(i));
    for &(a, b, score) in edges {
        let (a, b) = (labels[a], labels[b]);
        for (one, other) in [(a, b), (b, a)] {
            let pair = clusters[one].pairs.entry(other).or_insert((0.0, 0));
            *pair = (pair.0 + score, pair.1 + 1);
        }
    }
    let candidate = |clusters: &[Cluster], a: usize, b: usize, (sum, count): (f32, usize)| {
        let average = average(sum, count, clusters[a].members.len() * clusters[b].members.len(), apart);
        let (a, b) = (a.min(b), a.max(b));
        let joins = average > 0.0 && b >= known;
        joins.then(|| Candidate { average, a, b, version: (clusters[a].version, clusters[b].version) })
    };
    let mut queue: BinaryHeap<Candidate> = BinaryHeap::new();
    for (a, cluster) in clusters.iter().enumerate() {
        let later = cluster.pairs.range(a + 1..);
        queue.extend(later.filter_map(|(&b, &pair)| candidate(&clusters, a, b, pair)));
    }
    while let Some(best) = queue.pop() {
        let (a, b) = (best.a, best.b);
        if (clusters[a].version, clusters[b].version) != best.version {
            continue;
        }
        merge(&mut clusters, a, b);
        queue.extend(clusters[a].pairs.iter().filter_map(|(&other, &pair)| candidate(&clusters, a, other, pair)));
    }
    let mut label = vec![0; n];
    for cluster in clusters {
        let first = cluster.members.iter().copied().min().unwrap_or_default();
        for member in cluster.members {
            label[member] = first;
        }
    }
    label
}

/// The smallest index to which each index is tied by pairs above 0, directly or over others.
pub(crate) fn components(n: usize, edges: &[Edge]) -> Vec<usize> {
    let mut parent: Vec<usize> = (0..n).collect();
    for &(a, b, _) in edges.iter().filter(|e| e.2 > 0.0) {
        let (a, b) = (root(&mut parent, a), root(&mut parent, b));
        parent[a.max(b)] = a.min(b);
    }
    (0..n).map(|i| root(&mut parent, i)).collect()
}

fn root(parent: &mut [usize], mut i: usize) -> usize {
    while parent[i] != i {
        parent[i] = parent[parent[i]];
        i = parent[i];
    }
    i
}

#[derive(Debug, Default)]
struct Cluster {
    members: Vec<usize>,
    /// Sum and number of the compared pairs with each other cluster.
    pairs: BTreeMap<usize, (f32, usize)>,
    /// Grows with each join; a candidate that was made before is stale.
    version: u32,
}

fn merge(clusters: &mut [Cluster], keep: usize, gone: usize) {
    let taken = std::mem::take(&mut clusters[gone]);
    clusters[gone].version = taken.version + 1;
    clusters[keep].version += 1;
    clusters[keep].members.extend(taken.members);
    clusters[keep].pairs.remove(&gone);
    for (other, (sum, count)) in taken.pairs {
        clusters[other].pairs.remove(&gone);
        if other == keep {
            continue;
        }
        let pair = clusters[keep].pairs.entry(other).or_insert((0.0, 0));
        *pair = (pair.0 + sum, pair.1 + count);
        let pair = *pair;
        clusters[other].pairs.insert(keep, pair);
    }
}

fn average(sum: f32, compared: usize, all: usize, apart: f32) -> f32 {
    (sum + apart * (all - compared) as f32) / all as f32
}

/// Two clusters that may be joined; the best comes first, of equals the one with the smallest indices.
#[derive(Debug, PartialEq)]
struct Candidate {
    average: f32,
    a: usize,
    b: usize,
    version: (u32, u32),
}

impl Eq for Candidate {}

impl Ord for Candidate {
    fn cmp(&self, other: &Self) -> Ordering {
        self.average.total_cmp(&other.average).then_with(|| (other.a, other.b).cmp(&(self.a, self.b)))
    }
}

impl PartialOrd for Candidate {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

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

    #[test]
    fn what_speaks_against_keeps_apart() {
        assert_eq!(cluster(3, &[(0, 1, 1.0), (1, 2, 0.9), (0, 2, -3.0)], -1.0), [0, 0, 2]);
    }
}
