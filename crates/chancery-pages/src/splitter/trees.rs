//! Boosted trees: many small trees of questions about numbers, whose answers are added up.
//!
//! Method: gradient boosting with second-order steps over binned features (Friedman 2001; Chen and Guestrin 2016).
//! The same rows give the same trees.

use super::random::Counter;

const TREES: usize = 300;
const LEAVES: usize = 20;
const RATE: f64 = 0.07;
const BINS: usize = 64;
/// Each leaf holds at least so many rows.
const MIN_ROWS: usize = 40;
/// A leaf's answer is drawn to zero as if so much more had been seen against it.
const RIDGE: f64 = 2.0;
/// One tree asks about so large a share of the features.
const FEATURES_PERCENT: usize = 50;

/// The sum of the trees, in log odds.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Trees {
    pub base: f32,
    pub trees: Vec<Vec<Node>>,
}

/// A node; a tree's first is its root, and a left child follows its parent.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Node {
    /// Below the threshold the next node answers, else the one at `right`.
    Ask { feature: usize, below: f32, right: usize },
    /// The answer.
    Leaf(f32),
}

impl Trees {
    /// Log odds for a row of features.
    pub(super) fn score(&self, row: &[f32]) -> f32 {
        self.base + self.trees.iter().map(|tree| answer(tree, row)).sum::<f32>()
    }

    /// Learns from rows of features, each with what is true of it.
    pub(super) fn learn(rows: &[Vec<f32>], truth: &[bool]) -> Self {
        let positive = truth.iter().filter(|t| **t).count() as f64 + 0.5;
        let base = (positive / (truth.len() as f64 + 1.0 - positive)).ln();
        let binned = Binned::new(rows);
        let mut scores = vec![base; rows.len()];
        let mut counter = Counter(5);
        let mut trees = Vec::new();
        for _ in 0..TREES {
            let steps: Vec<(f64, f64)> = scores.iter().zip(truth).map(|(s, t)| gradient(*s, *t)).collect();
            let mut features: Vec<usize> = (0..binned.edges.len()).collect();
            counter.shuffle(&mut features);
            features.truncate((features.len() * FEATURES_PERCENT).div_ceil(100));
            features.sort_unstable();
            let tree = Growth::new(&binned, &steps, &features).grow();
            for (score, row) in scores.iter_mut().zip(rows) {
                *score += f64::from(answer(&tree, row));
            }
            trees.push(tree);
        }
        Trees { base: base as f32, trees }
    }
}

fn answer(tree: &[Node], row: &[f32]) -> f32 {
    let mut at = 0;
    loop {
        match tree.get(at) {
            Some(Node::Ask { feature, below, right }) => at = if row[*feature] < *below { at + 1 } else { *right },
            Some(Node::Leaf(value)) => return *value,
            None => return 0.0,
        }
    }
}

/// First and second derivative of the loss.
fn gradient(score: f64, truth: bool) -> (f64, f64) {
    let p = 1.0 / (1.0 + (-score).exp());
    (f64::from(u8::from(truth)) - p, (p * (1.0 - p)).max(1e-9))
}

/// Each number as the count of edges that are not above it.
struct Binned {
    /// For each feature its edges, rising.
    edges: Vec<Vec<f32>>,
    /// For each feature the bins of all rows.
    bins: Vec<Vec<u8>>,
}

impl Binned {
    fn new(rows: &[Vec<f32>]) -> Self {
        let width = rows.first().map_or(0, Vec::len);
        let column = |f: usize| rows.iter().map(move |r| r[f]);
        let edges: Vec<Vec<f32>> = (0..width).map(|f| edges(column(f).collect())).collect();
        let bins =
            (0..width).map(|f| column(f).map(|x| edges[f].partition_point(|e| *e <= x) as u8).collect()).collect();
        Binned { edges, bins }
    }
}

/// At most [`BINS`] − 1 numbers that part the values into like shares.
fn edges(mut values: Vec<f32>) -> Vec<f32> {
    values.sort_by(f32::total_cmp);
    let n = values.len();
    let mut edges: Vec<f32> = (1..BINS).map(|k| values[(k * n / BINS).min(n - 1)]).collect();
    edges.dedup();
    // Nothing lies below the least value.
    edges.retain(|e| *e > values[0]);
    edges
}

struct Growth<'b> {
    binned: &'b Binned,
    steps: &'b [(f64, f64)],
    features: &'b [usize],
}

/// A leaf that may be split.
struct Open {
    node: usize,
    rows: Vec<u32>,
    split: Option<Split>,
}

#[derive(Clone, Copy)]
struct Split {
    gain: f64,
    feature: usize,
    edge: usize,
}

/// A tree while it grows: children by index.
enum Grown {
    Ask { feature: usize, edge: usize, children: (usize, usize) },
    Leaf(f64),
}

impl<'b> Growth<'b> {
    fn new(binned: &'b Binned, steps: &'b [(f64, f64)], features: &'b [usize]) -> Self {
        Growth { binned, steps, features }
    }

    /// The leaf that gains most is split next.
    fn grow(&self) -> Vec<Node> {
        let all: Vec<u32> = (0..self.steps.len() as u32).collect();
        let mut nodes = vec![Grown::Leaf(self.value(&all))];
        let mut open = vec![Open { node: 0, split: self.best_split(&all), rows: all }];
        for _ in 1..LEAVES {
            let gain = |o: &Open| o.split.map_or(0.0, |s| s.gain);
            let best = (0..open.len()).max_by(|a, b| gain(&open[*a]).total_cmp(&gain(&open[*b])).then(b.cmp(a)));
            let Some((k, split)) = best.and_then(|k| open[k].split.map(|s| (k, s))) else { break };
            let Open { node, rows, .. } = open.swap_remove(k);
            let bins = &self.binned.bins[split.feature];
            let (left, right): (Vec<u32>, Vec<u32>) =
                rows.into_iter().partition(|r| usize::from(bins[*r as usize]) <= split.edge);
            nodes[node] =
                Grown::Ask { feature: split.feature, edge: split.edge, children: (nodes.len(), nodes.len() + 1) };
            for rows in [left, right] {
                nodes.push(Grown::Leaf(self.value(&rows)));
                open.push(Open { node: nodes.len() - 1, split: self.best_split(&rows), rows });
            }
        }
        let mut tree = Vec::new();
        self.lay(&nodes, 0, &mut tree);
        tree
    }

    fn value(&self, rows: &[u32]) -> f64 {
        let (g, h) = rows.iter().fold((0.0, 0.0), |(g, h), r| {
            let step = self.steps[*r as usize];
            (g + step.0, h + step.1)
        });
        RATE * g / (h + RIDGE)
    }

    fn best_split(&self, rows: &[u32]) -> Option<Split> {
        if rows.len() < 2 * MIN_ROWS {
            return None;
        }
        let mut best: Option<Split> = None;
        for &feature in self.features {
            let bins = &self.binned.bins[feature];
            let mut held = [(0.0f64, 0.0f64, 0usize); BINS];
            for r in rows {
                let (step, bin) = (self.steps[*r as usize], &mut held[usize::from(bins[*r as usize])]);
                *bin = (bin.0 + step.0, bin.1 + step.1, bin.2 + 1);
            }
            let add = |a: (f64, f64, usize), b: &(f64, f64, usize)| (a.0 + b.0, a.1 + b.1, a.2 + b.2);
            let all = held.iter().fold((0.0, 0.0, 0), add);
            let mut left = (0.0, 0.0, 0);
            for (edge, bin) in held.iter().enumerate().take(self.binned.edges[feature].len()) {
                left = add(left, bin);
                let right = (all.0 - left.0, all.1 - left.1, all.2 - left.2);
                if left.2 < MIN_ROWS || right.2 < MIN_ROWS {
                    continue;
                }
                let worth = |(g, h, _): (f64, f64, usize)| g * g / (h + RIDGE);
                let gain = worth(left) + worth(right) - worth(all);
                if gain > best.map_or(1e-6, |b| b.gain) {
                    best = Some(Split { gain, feature, edge });
                }
            }
        }
        best
    }

    /// Writes a grown tree so that each left child follows its parent.
    fn lay(&self, nodes: &[Grown], at: usize, tree: &mut Vec<Node>) {
        match &nodes[at] {
            Grown::Leaf(value) => tree.push(Node::Leaf(*value as f32)),
            Grown::Ask { feature, edge, children } => {
                let here = tree.len();
                tree.push(Node::Leaf(0.0));
                self.lay(nodes, children.0, tree);
                let right = tree.len();
                tree[here] = Node::Ask { feature: *feature, below: self.binned.edges[*feature][*edge], right };
                self.lay(nodes, children.1, tree);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn trees_learn_what_no_single_number_tells() {
        let mut counter = Counter(1);
        let rows: Vec<Vec<f32>> = (0..2000).map(|_| (0..3).map(|_| counter.below(100) as f32).collect()).collect();
        // Exclusive or: each of the first two numbers alone says nothing.
        let truth: Vec<bool> = rows.iter().map(|r| (r[0] < 50.0) != (r[1] < 50.0)).collect();
        let trees = Trees::learn(&rows, &truth);
        let right = rows.iter().zip(&truth).filter(|(r, t)| (trees.score(r) > 0.0) == **t).count();
        assert!(right > 1950, "{right}");
        assert_eq!(trees, Trees::learn(&rows, &truth));
    }
}
