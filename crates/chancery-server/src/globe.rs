//! Places on a flat map: the Equal Earth projection (Šavrič, Patterson and Jenny 2019), which keeps areas, and the
//! coastlines that the map lies on.

use crate::chart::short;
use std::sync::OnceLock;

/// Coastlines in tenths of a degree; `tools/land.py` makes the file.
const LAND: &str = include_str!("land.txt");

/// The polynomial of the projection.
const A: [f64; 4] = [1.340264, -0.081106, 0.000893, 0.003796];
/// What is drawn: from the Antarctic's shores to the pole.
const SOUTH: f64 = -60.0;
const NORTH: f64 = 85.0;
/// Drawing units.
pub(crate) const WIDTH: f64 = 960.0;

/// A place in degrees as a point of the drawing.
pub(crate) fn point(lat: f64, lon: f64) -> (f64, f64) {
    let (x, y) = project(lat, lon);
    ((x / edge() + 1.0) / 2.0 * WIDTH, (project(NORTH, 0.0).1 - y) * scale())
}

/// Height of the drawing.
pub(crate) fn height() -> f64 {
    (project(NORTH, 0.0).1 - project(SOUTH, 0.0).1) * scale()
}

/// All land, as the `d` of a path.
pub(crate) fn land() -> &'static str {
    static PATH: OnceLock<String> = OnceLock::new();
    PATH.get_or_init(|| LAND.lines().filter(|l| !l.starts_with('#')).map(ring).collect())
}

fn ring(line: &str) -> String {
    let numbers: Vec<i32> = line.split(' ').filter_map(|n| n.parse().ok()).collect();
    let (mut lon, mut lat) = (0, 0);
    let mut path = String::new();
    for (i, step) in numbers.chunks_exact(2).enumerate() {
        (lon, lat) = (lon + step[0], lat + step[1]);
        let (x, y) = point(f64::from(lat) / 10.0, f64::from(lon) / 10.0);
        path.push_str(&format!("{}{},{}", if i == 0 { 'M' } else { 'L' }, tenth(x), tenth(y)));
    }
    path + "Z"
}

/// A parallel or meridian every so many degrees, as the `d` of a path.
pub(crate) fn net(degrees: usize) -> String {
    let parallels =
        (-60..=60).step_by(degrees).map(|lat| line((-180..=180).map(|lon| point(f64::from(lat), f64::from(lon)))));
    let meridians =
        (-180..=180).step_by(degrees).map(|lon| line((-60..=85).map(|lat| point(f64::from(lat), f64::from(lon)))));
    parallels.chain(meridians).collect()
}

fn line(points: impl Iterator<Item = (f64, f64)>) -> String {
    let mut path = String::new();
    // A point every five degrees is round enough.
    for (i, (x, y)) in points.step_by(5).enumerate() {
        path.push_str(&format!("{}{},{}", if i == 0 { 'M' } else { 'L' }, tenth(x), tenth(y)));
    }
    path
}

fn tenth(number: f64) -> String {
    short((number * 10.0).round() / 10.0)
}

fn scale() -> f64 {
    WIDTH / 2.0 / edge()
}

/// Half the width of the equator.
fn edge() -> f64 {
    project(0.0, 180.0).0
}

fn project(lat: f64, lon: f64) -> (f64, f64) {
    let t = (3.0_f64.sqrt() / 2.0 * lat.to_radians().sin()).asin();
    let (t2, t6) = (t * t, t.powi(6));
    let slope = A[0] + 3.0 * A[1] * t2 + t6 * (7.0 * A[2] + 9.0 * A[3] * t2);
    let x = 2.0 * 3.0_f64.sqrt() / 3.0 * lon.to_radians() * t.cos() / slope;
    (x, t * (A[0] + A[1] * t2 + t6 * (A[2] + A[3] * t2)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn places_lie_where_they_are() {
        let (x, y) = point(0.0, 0.0);
        assert!((x - WIDTH / 2.0).abs() < 1e-9 && y > height() / 2.0);
        assert!((point(0.0, 180.0).0 - WIDTH).abs() < 1e-6 && point(0.0, -180.0).0.abs() < 1e-6);
        assert!(point(60.0, 180.0).0 < WIDTH, "the world is narrower in the north");
        assert!(point(NORTH, 0.0).1.abs() < 1e-6 && (point(SOUTH, 0.0).1 - height()).abs() < 1e-6);
        assert!(point(55.8, 37.6).1 < point(39.9, 116.4).1 && point(55.8, 37.6).0 < point(39.9, 116.4).0);
    }

    /// True where a place lies on land, by the number of coasts to its west.
    fn on_land(lat: f64, lon: f64) -> bool {
        let mut inside = false;
        for line in LAND.lines().filter(|l| !l.starts_with('#')) {
            let numbers: Vec<i32> = line.split(' ').map(|n| n.parse().unwrap()).collect();
            let (mut x, mut y) = (0, 0);
            let ring: Vec<(f64, f64)> = numbers
                .chunks_exact(2)
                .map(|s| {
                    (x, y) = (x + s[0], y + s[1]);
                    (f64::from(x) / 10.0, f64::from(y) / 10.0)
                })
                .collect();
            for (i, a) in ring.iter().enumerate() {
                let b = ring[(i + 1) % ring.len()];
                if (a.1 > lat) != (b.1 > lat) && lon > (b.0 - a.0) * (lat - a.1) / (b.1 - a.1) + a.0 {
                    inside = !inside;
                }
            }
        }
        inside
    }

    #[test]
    fn the_coastlines_are_those_of_the_earth() {
        for (lat, lon) in [(50.0, 30.0), (40.0, -100.0), (0.0, 20.0), (-25.0, 135.0), (-10.0, -55.0), (35.0, 100.0)] {
            assert!(on_land(lat, lon), "{lat} {lon} is land");
        }
        for (lat, lon) in [(0.0, -30.0), (30.0, -150.0), (-30.0, 80.0), (0.0, 60.0), (60.0, -30.0)] {
            assert!(!on_land(lat, lon), "{lat} {lon} is sea");
        }
        // A ring that runs on behind the 180th meridian would be drawn across the whole map.
        assert!(LAND.lines().filter(|l| !l.starts_with('#')).all(|l| {
            let steps = l.split(' ').skip(2).step_by(2).filter_map(|n| n.parse::<i32>().ok());
            steps.into_iter().all(|dx| dx.abs() < 1800)
        }));
        let path = land();
        assert!(path.starts_with('M') && path.ends_with('Z') && path.len() < 40_000, "{} bytes", path.len());
        assert!(net(30).len() < 12_000);
    }
}
