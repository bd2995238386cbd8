//! Where the nodes of a network are drawn: forces after Fruchterman and Reingold (1991), begun from a circle, so that the same
//! network always looks the same.

/// Steps of the cooling.
const STEPS: usize = 300;

/// A tie between two nodes, with its weight.
pub(crate) type Tie = (usize, usize, f64);

/// Places of `nodes` nodes in a rectangle. Ties pull by their weight; those of nodes that are not there are left out. What
/// is tied together stands together: the largest such group to the left, the others in a column beside it. `room` is how
/// wide and high each node is with its name, and no two lie over each other where there is place enough.
pub(crate) fn places(nodes: usize, ties: &[Tie], room: &[(f64, f64)], width: f64, height: f64) -> Vec<(f64, f64)> {
    let mut at = vec![(width / 2.0, height / 2.0); nodes];
    let groups = groups(nodes, ties);
    let (Some(main), others) = (groups.first(), groups.get(1..).unwrap_or_default()) else { return at };
    let aside = if others.is_empty() { 0.0 } else { width * ASIDE };
    put(&mut at, main, ties, room, [0.0, 0.0, width - aside, height]);
    let lines: usize = others.iter().map(Vec::len).sum();
    let mut top = 0.0;
    for group in others {
        let high = height * group.len() as f64 / lines as f64;
        put(&mut at, group, ties, room, [width - aside, top, aside, high]);
        top += high;
    }
    at
}

/// Part of the width that smaller groups take.
const ASIDE: f64 = 0.2;

/// Nodes that are tied to each other, directly or through others; the largest group first.
pub(crate) fn groups(nodes: usize, ties: &[Tie]) -> Vec<Vec<usize>> {
    let mut group: Vec<usize> = (0..nodes).collect();
    for &(a, b, _) in ties.iter().filter(|(a, b, _)| *a < nodes && *b < nodes) {
        let (from, to) = (group[a].max(group[b]), group[a].min(group[b]));
        group.iter_mut().filter(|g| **g == from).for_each(|g| *g = to);
    }
    let mut groups: Vec<Vec<usize>> = (0..nodes).map(|g| (0..nodes).filter(|n| group[*n] == g).collect()).collect();
    groups.retain(|g: &Vec<usize>| !g.is_empty());
    groups.sort_by_key(|g| std::cmp::Reverse(g.len()));
    groups
}

/// Places a group in a rectangle (left, top, width, height).
fn put(at: &mut [(f64, f64)], group: &[usize], ties: &[Tie], room: &[(f64, f64)], rect: [f64; 4]) {
    let inside = |n: usize| group.iter().position(|g| *g == n);
    let ties: Vec<Tie> = ties.iter().filter_map(|(a, b, w)| Some((inside(*a)?, inside(*b)?, *w))).collect();
    let room: Vec<(f64, f64)> = group.iter().map(|n| room.get(*n).copied().unwrap_or_default()).collect();
    let [left, top, width, height] = rect;
    // Names hang over the edge where their node stands on it.
    let edge = room.iter().map(|r| r.0 / 2.0).fold(0.0, f64::max).min(width / 2.0);
    let (inner, foot) = (width - 2.0 * edge, room.iter().map(|r| r.1).fold(0.0, f64::max).min(height / 2.0));
    let mut places: Vec<(f64, f64)> = forced(group.len(), &ties)
        .into_iter()
        .map(|(x, y)| (left + edge + x * inner, top + foot / 2.0 + y * (height - foot)))
        .collect();
    let within = [left + edge, top + foot / 2.0, left + edge + inner, top + height - foot / 2.0];
    apart(&mut places, &room, within);
    for (n, place) in group.iter().zip(places) {
        at[*n] = place;
    }
}

/// Pushes nodes apart until none lies over another, or there is no place for that.
fn apart(at: &mut [(f64, f64)], room: &[(f64, f64)], within: [f64; 4]) {
    for _ in 0..STEPS {
        let mut moved = false;
        for i in 0..at.len() {
            for j in 0..i {
                let (dx, dy) = (at[i].0 - at[j].0, at[i].1 - at[j].1);
                let (wide, high) = ((room[i].0 + room[j].0) / 2.0 - dx.abs(), (room[i].1 + room[j].1) / 2.0 - dy.abs());
                if wide <= 0.0 || high <= 0.0 {
                    continue;
                }
                moved = true;
                let sign = |d: f64| if d < 0.0 { -1.0 } else { 1.0 };
                // The shorter way; lines are lower than they are wide.
                let by = if high <= wide {
                    (0.0, sign(dy) * (high / 2.0 + 0.5))
                } else {
                    (sign(dx) * (wide / 2.0 + 0.5), 0.0)
                };
                shift(at, i, j, by);
                for n in [i, j] {
                    at[n] = (at[n].0.clamp(within[0], within[2]), at[n].1.clamp(within[1], within[3]));
                }
            }
        }
        if !moved {
            return;
        }
    }
}

/// Places of nodes in a square from 0 to 1, by forces.
fn forced(nodes: usize, ties: &[Tie]) -> Vec<(f64, f64)> {
    let mut at: Vec<(f64, f64)> = (0..nodes).map(|i| on_circle(i, nodes)).collect();
    let ties: Vec<&Tie> = ties.iter().filter(|(a, b, _)| a != b).collect();
    let heaviest = ties.iter().map(|t| t.2).fold(1.0, f64::max);
    let ideal = (1.0 / nodes.max(1) as f64).sqrt();
    for step in 0..STEPS {
        let mut forces = vec![(0.0, 0.0); nodes];
        for i in 0..nodes {
            for j in 0..i {
                let (dx, dy, distance) = between(at[i], at[j]);
                let push = ideal * ideal / distance;
                shift(&mut forces, i, j, (dx * push, dy * push));
            }
        }
        for (i, j, weight) in &ties {
            let (dx, dy, distance) = between(at[*i], at[*j]);
            let pull = -distance * distance / ideal * (0.3 + 0.7 * (weight / heaviest).sqrt());
            shift(&mut forces, *i, *j, (dx * pull, dy * pull));
        }
        let most = 0.1 * (1.0 - step as f64 / STEPS as f64);
        for (place, (fx, fy)) in at.iter_mut().zip(forces) {
            // What nothing ties stays near.
            let (fx, fy) = (fx + (0.5 - place.0) * ideal, fy + (0.5 - place.1) * ideal);
            let length = (fx * fx + fy * fy).sqrt().max(1e-9);
            let reach = length.min(most) / length;
            *place = (place.0 + fx * reach, place.1 + fy * reach);
        }
    }
    fitted(at)
}

/// A little off the circle, so that no two forces cancel each other for ever.
fn on_circle(i: usize, nodes: usize) -> (f64, f64) {
    let angle = i as f64 / nodes.max(1) as f64 * std::f64::consts::TAU;
    let radius = 0.3 + 0.1 * ((i * 7 % 11) as f64 / 11.0);
    (0.5 + radius * angle.cos(), 0.5 + radius * angle.sin())
}

/// Direction from the second to the first, and their distance.
fn between(one: (f64, f64), other: (f64, f64)) -> (f64, f64, f64) {
    let (dx, dy) = (one.0 - other.0, one.1 - other.1);
    let distance = (dx * dx + dy * dy).sqrt().max(1e-3);
    (dx / distance, dy / distance, distance)
}

fn shift(forces: &mut [(f64, f64)], one: usize, other: usize, by: (f64, f64)) {
    forces[one] = (forces[one].0 + by.0, forces[one].1 + by.1);
    forces[other] = (forces[other].0 - by.0, forces[other].1 - by.1);
}

/// The same, stretched to the whole square.
fn fitted(at: Vec<(f64, f64)>) -> Vec<(f64, f64)> {
    let range = |of: fn(&(f64, f64)) -> f64| {
        let (low, high) = at.iter().map(of).fold((f64::MAX, f64::MIN), |(l, h), v| (l.min(v), h.max(v)));
        (low, high - low)
    };
    let ((x, width), (y, height)) = (range(|p| p.0), range(|p| p.1));
    let part = |value: f64, of: f64| if of > 1e-9 { value / of } else { 0.5 };
    at.iter().map(|p| (part(p.0 - x, width), part(p.1 - y, height))).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    const SIDE: f64 = 1000.0;

    fn square(nodes: usize, ties: &[Tie]) -> Vec<(f64, f64)> {
        places(nodes, ties, &vec![(80.0, 20.0); nodes], SIDE, SIDE)
    }

    #[test]
    fn what_is_tied_lies_together() {
        // Two triangles and a bridge.
        let ties = [(0, 1, 3.0), (1, 2, 3.0), (0, 2, 3.0), (3, 4, 3.0), (4, 5, 3.0), (3, 5, 3.0), (2, 3, 1.0)];
        let at = square(6, &ties);
        let far = |i: usize, j: usize| between(at[i], at[j]).2;
        assert!(far(0, 1) < far(0, 4) && far(4, 5) < far(5, 1));
        assert_eq!(at, square(6, &ties));
        assert!(at.iter().all(|(x, y)| (0.0..=SIDE).contains(x) && (0.0..=SIDE).contains(y)));
    }

    #[test]
    fn no_two_nodes_lie_over_each_other() {
        // A star of thirty, where all would crowd around the middle, and two pairs beside it.
        let mut ties: Vec<Tie> = (1..30).map(|i| (0, i, 1.0 + (i % 5) as f64)).collect();
        ties.extend([(30, 31, 1.0), (32, 33, 1.0)]);
        let at = square(34, &ties);
        for i in 0..34 {
            for j in 0..i {
                let (dx, dy) = ((at[i].0 - at[j].0).abs(), (at[i].1 - at[j].1).abs());
                assert!(dx >= 79.9 || dy >= 19.9, "{i} and {j}: {:?} {:?}", at[i], at[j]);
            }
        }
        assert!((0..30).all(|i| at[i].0 < at[30].0 && at[i].0 < at[33].0), "smaller groups stand aside");
        assert_eq!(groups(34, &ties).iter().map(Vec::len).collect::<Vec<_>>(), [30, 2, 2]);
    }

    #[test]
    fn few_or_wrong_nodes_are_no_trouble() {
        assert!(square(0, &[]).is_empty());
        assert_eq!(square(1, &[(0, 0, 1.0), (0, 9, 1.0)]).len(), 1);
        assert!(square(40, &[]).iter().all(|(x, y)| x.is_finite() && y.is_finite()));
        assert!(places(3, &[(0, 1, 1.0)], &[], 10.0, 10.0).iter().all(|(x, y)| x.is_finite() && y.is_finite()));
    }
}
