//! Groups the reports of one article.

use crate::features::{Item, likeness, may_be_one};
use std::collections::BTreeMap;

/// Two groups join while the average likeness of their members is at least this.
const THRESHOLD: f32 = 0.75;
/// What stands for the likeness of reports that cannot be one.
const NEVER: f32 = -2.0;
/// Above so many reports of one type in an article, only neighbours in the sorted list are compared: a page that long is
/// no news.
const MAX_COMPARED: usize = 250;

/// Groups of indices into `items`; every index is in exactly one.
pub(crate) fn group(items: &[Item<'_>]) -> Vec<Vec<usize>> {
    let mut blocks: BTreeMap<(usize, &str), Vec<usize>> = BTreeMap::new();
    for (i, item) in items.iter().enumerate() {
        blocks.entry((item.article, &item.report.event_type)).or_default().push(i);
    }
    let mut groups: Vec<Vec<usize>> = Vec::new();
    for block in blocks.values() {
        for part in block.chunks(MAX_COMPARED) {
            groups.extend(group_block(items, part));
        }
    }
    groups
}

fn group_block(items: &[Item<'_>], block: &[usize]) -> Vec<Vec<usize>> {
    let n = block.len();
    let mut groups: Vec<Vec<usize>> = block.iter().map(|&i| vec![i]).collect();
    // sums[a][b]: likeness summed over the pairs of groups a and b.
    let mut sums: Vec<Vec<f32>> = (0..n).map(|a| (0..n).map(|b| pair(items, block[a], block[b])).collect()).collect();
    while let Some((a, b)) = best_pair(&groups, &sums) {
        let taken = std::mem::take(&mut groups[b]);
        groups[a].extend(taken);
        let added = sums[b].clone();
        for (sum, more) in sums[a].iter_mut().zip(added) {
            *sum += more;
        }
        let row = sums[a].clone();
        for (other, sum) in sums.iter_mut().zip(row) {
            other[a] = sum;
        }
    }
    groups.retain(|g| !g.is_empty());
    groups
}

fn pair(items: &[Item<'_>], a: usize, b: usize) -> f32 {
    // In index order: float sums must not depend on the direction.
    let (a, b) = (a.min(b), a.max(b));
    if may_be_one(&items[a], &items[b]) { likeness(&items[a], &items[b]) } else { NEVER }
}

fn best_pair(groups: &[Vec<usize>], sums: &[Vec<f32>]) -> Option<(usize, usize)> {
    let mut best: Option<(f32, usize, usize)> = None;
    for a in 0..groups.len() {
        for b in a + 1..groups.len() {
            let pairs = groups[a].len() * groups[b].len();
            if pairs == 0 {
                continue;
            }
            let average = sums[a][b] / pairs as f32;
            if average >= THRESHOLD && best.is_none_or(|(most, ..)| average > most) {
                best = Some((average, a, b));
            }
        }
    }
    best.map(|(_, a, b)| (a, b))
}
