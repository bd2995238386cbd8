//! The best tree for a table of arc scores.
//!
//! In: for each word the score of each other word, and of the root, as its head. Out: a head for each word such that there
//! is one root and no cycle. Most often the best heads are a tree at once; cycles are repaired after Chu, Liu and Edmonds.

/// Heads of `n` words; `scores[i * (n + 1) + j]` is for head `j` of word `i`, and `j == n` is the root.
pub(crate) fn best_tree(scores: &[f32], n: usize) -> Vec<usize> {
    let heads = spanning(scores, n);
    let roots: Vec<usize> = (0..n).filter(|&i| heads[i] == n).collect();
    if roots.len() <= 1 {
        return heads;
    }
    // One word may hang from the root: the one that loses most by hanging elsewhere.
    let loss = |i: usize| {
        let row = &scores[i * (n + 1)..(i + 1) * (n + 1)];
        row[n] - row[..n].iter().enumerate().filter(|(j, _)| *j != i).map(|(_, s)| *s).fold(NEVER, f32::max)
    };
    let mut root = roots[0];
    for &i in &roots[1..] {
        if loss(i) > loss(root) {
            root = i;
        }
    }
    let mut scores = scores.to_vec();
    for i in (0..n).filter(|&i| i != root) {
        scores[i * (n + 1) + n] = NEVER;
    }
    for j in 0..n {
        scores[root * (n + 1) + j] = NEVER;
    }
    spanning(&scores, n)
}

const NEVER: f32 = -1e9;

/// The best tree with any number of words under the root.
fn spanning(scores: &[f32], n: usize) -> Vec<usize> {
    let mut heads: Vec<usize> = (0..n).map(|i| best_head(scores, n, i)).collect();
    let cycles = find_cycles(&heads);
    if cycles.is_empty() {
        return heads;
    }
    let groups = Groups::new(&cycles, n);
    let m = groups.members.len();
    // Between each two groups the best pair of words; into a cycle, by what is gained over the cycle's own arc.
    let mut smaller = vec![NEVER; m * (m + 1)];
    let mut pairs = vec![(0, 0); m * (m + 1)];
    for i in 0..n {
        let a = groups.of[i];
        let own = if groups.members[a].len() > 1 { scores[i * (n + 1) + heads[i]] } else { 0.0 };
        for j in 0..=n {
            let b = if j == n { m } else { groups.of[j] };
            let (at, gain) = (a * (m + 1) + b, scores[i * (n + 1) + j] - own);
            if b != a && (gain > smaller[at] || pairs[at] == (0, 0)) {
                smaller[at] = gain;
                pairs[at] = (i, j);
            }
        }
    }
    for (a, b) in spanning(&smaller, m).into_iter().enumerate() {
        let (i, j) = pairs[a * (m + 1) + b];
        heads[i] = j;
    }
    heads
}

/// Words put together: each cycle is one group, every other word one of its own.
struct Groups {
    of: Vec<usize>,
    members: Vec<Vec<usize>>,
}

impl Groups {
    fn new(cycles: &[Vec<usize>], n: usize) -> Self {
        let mut of = vec![usize::MAX; n];
        let mut members = cycles.to_vec();
        for (group, cycle) in cycles.iter().enumerate() {
            for &i in cycle {
                of[i] = group;
            }
        }
        for (i, group) in of.iter_mut().enumerate().filter(|(_, g)| **g == usize::MAX) {
            *group = members.len();
            members.push(vec![i]);
        }
        Groups { of, members }
    }
}

fn best_head(scores: &[f32], n: usize, i: usize) -> usize {
    let row = &scores[i * (n + 1)..(i + 1) * (n + 1)];
    let mut best = if i == 0 { n } else { 0 };
    for j in (0..=n).filter(|j| *j != i) {
        if row[j] > row[best] {
            best = j;
        }
    }
    best
}

/// The words of each cycle.
fn find_cycles(heads: &[usize]) -> Vec<Vec<usize>> {
    let n = heads.len();
    let mut seen = vec![0; n];
    let mut cycles = Vec::new();
    for start in 0..n {
        let mut at = start;
        while at < n && seen[at] == 0 {
            seen[at] = start + 1;
            at = heads[at];
        }
        if at < n && seen[at] == start + 1 {
            let mut cycle = vec![at];
            let mut next = heads[at];
            while next != at {
                cycle.push(next);
                next = heads[next];
            }
            cycles.push(cycle);
        }
    }
    cycles
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Every assignment of heads, the slow way.
    fn by_trying(scores: &[f32], n: usize) -> f32 {
        let mut best = f32::NEG_INFINITY;
        for code in 0..(n + 1).pow(n as u32) {
            let heads: Vec<usize> = (0..n).map(|i| code / (n + 1).pow(i as u32) % (n + 1)).collect();
            let valid = (0..n).all(|i| heads[i] != i) && find_cycles(&heads).is_empty();
            if valid && heads.iter().filter(|h| **h == n).count() == 1 {
                best = best.max((0..n).map(|i| scores[i * (n + 1) + heads[i]]).sum());
            }
        }
        best
    }

    #[test]
    fn trees_are_trees_and_nearly_always_the_best() {
        let mut state = 1u64;
        let mut optimal = 0;
        for _ in 0..200 {
            let n = 4;
            let scores: Vec<f32> = (0..n * (n + 1))
                .map(|_| {
                    state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1);
                    ((state >> 40) % 1000) as f32 / 100.0
                })
                .collect();
            let heads = best_tree(&scores, n);
            assert!(find_cycles(&heads).is_empty());
            assert_eq!(heads.iter().filter(|h| **h == n).count(), 1);
            let sum: f32 = (0..n).map(|i| scores[i * (n + 1) + heads[i]]).sum();
            optimal += usize::from((sum - by_trying(&scores, n)).abs() < 1e-3);
        }
        assert!(optimal >= 170, "{optimal} of 200");
    }
}
