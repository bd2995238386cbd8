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
    let mut clusters: Vec<Cluster> = (0..n).map(|i| Cluster { members: vec![i], ..Cluster::default() }).collect();
    for &(a, b, score) in edges {
        clusters[a].pairs.insert(b, (score, 1));
        clusters[b].pairs.insert(a, (score, 1));
    }
    let mut queue: BinaryHeap<Candidate> = edges
        .iter()
        .filter(|e| e.2 > 0.0)
        .map(|&(a, b, average)| Candidate { average, a, b, version: (0, 0) })
        .collect();
    while let Some(best) = queue.pop() {
        let (a, b) = (best.a, best.b);
        if (clusters[a].version, clusters[b].version) != best.version {
            continue;
        }
        merge(&mut clusters, a, b);
        for (&other, &(sum, count)) in &clusters[a].pairs {
            let average = average(sum, count, clusters[a].members.len() * clusters[other].members.len(), apart);
            if average > 0.0 {
                let (low, high) = (a.min(other), a.max(other));
                let version = (clusters[low].version, clusters[high].version);
                queue.push(Candidate { average, a: low, b: high, version });
            }
        }
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
    fn what_speaks_against_keeps_apart() {
        assert_eq!(cluster(3, &[(0, 1, 1.0), (1, 2, 0.9), (0, 2, -3.0)], -1.0), [0, 0, 2]);
    }
}
