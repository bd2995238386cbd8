//! Where the nodes of a network are drawn: forces after Fruchterman and Reingold (1991), begun from a circle, so that the same
//! network always looks the same.

/// Steps of the cooling.
const STEPS: usize = 300;

/// A tie between two nodes, with its weight.
pub(crate) type Tie = (usize, usize, f64);

/// Places of `nodes` nodes in a square from 0 to 1. Ties pull by their weight; those of nodes that are not there are left out.
pub(crate) fn places(nodes: usize, ties: &[Tie]) -> Vec<(f64, f64)> {
    let mut at: Vec<(f64, f64)> = (0..nodes).map(|i| on_circle(i, nodes)).collect();
    let ties: Vec<&Tie> = ties.iter().filter(|(a, b, _)| *a < nodes && *b < nodes && a != b).collect();
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
        (low, (high - low).max(1e-9))
    };
    let ((x, width), (y, height)) = (range(|p| p.0), range(|p| p.1));
    at.iter().map(|p| ((p.0 - x) / width, (p.1 - y) / height)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_tied_lies_together() {
        // Two triangles and a bridge.
        let ties = [(0, 1, 3.0), (1, 2, 3.0), (0, 2, 3.0), (3, 4, 3.0), (4, 5, 3.0), (3, 5, 3.0), (2, 3, 1.0)];
        let at = places(6, &ties);
        let far = |i: usize, j: usize| between(at[i], at[j]).2;
        assert!(far(0, 1) < far(0, 4) && far(4, 5) < far(5, 1));
        assert_eq!(at, places(6, &ties));
        assert!(at.iter().all(|(x, y)| (0.0..=1.0).contains(x) && (0.0..=1.0).contains(y)));
    }

    #[test]
    fn few_or_wrong_nodes_are_no_trouble() {
        assert!(places(0, &[]).is_empty());
        assert_eq!(places(1, &[(0, 0, 1.0), (0, 9, 1.0)]).len(), 1);
        assert!(places(40, &[]).iter().all(|(x, y)| x.is_finite() && y.is_finite()));
    }
}
