//! Where the names of points are written: beside their point, and never over another name or point. A name without room
//! is left out; the table below each picture has it.

/// Drawing units of a letter of 12 pixels, on average, and of a line.
const LETTER: f64 = 6.7;
const LINE: f64 = 14.0;
/// Between a point and its name.
const GAP: f64 = 3.0;

/// A point to be named; the first ones choose first.
#[derive(Debug, Clone)]
pub(crate) struct Named<'a> {
    pub(crate) x: f64,
    pub(crate) y: f64,
    pub(crate) radius: f64,
    pub(crate) name: &'a str,
}

/// Where a name is written: its base line and which end of it.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Place {
    pub(crate) x: f64,
    pub(crate) y: f64,
    /// `start`, `middle` or `end`.
    pub(crate) anchor: &'static str,
}

/// Left, top, right, bottom.
#[derive(Debug, Clone, Copy)]
struct Rect([f64; 4]);

impl Rect {
    fn overlaps(&self, other: &Rect) -> bool {
        let (a, b) = (self.0, other.0);
        a[0] < b[2] && b[0] < a[2] && a[1] < b[3] && b[1] < a[3]
    }

    fn is_inside(&self, width: f64, height: f64) -> bool {
        self.0[0] >= 0.0 && self.0[1] >= 0.0 && self.0[2] <= width && self.0[3] <= height
    }
}

/// How wide a name is when it is written.
pub(crate) fn width_of(name: &str) -> f64 {
    name.chars().count() as f64 * LETTER
}

/// A place for the name of each of the first `most` points that has room.
pub(crate) fn places(points: &[Named<'_>], most: usize, width: f64, height: f64) -> Vec<Option<Place>> {
    let circles: Vec<Rect> = points.iter().map(circle).collect();
    let mut written: Vec<Rect> = Vec::new();
    let mut places = Vec::new();
    for (i, point) in points.iter().enumerate().take(most) {
        let fits = |rect: &Rect| {
            rect.is_inside(width, height)
                && !written.iter().any(|w| w.overlaps(rect))
                && !circles.iter().enumerate().any(|(j, c)| j != i && c.overlaps(rect))
        };
        let found = beside(point).into_iter().find(|(_, rect)| fits(rect));
        written.extend(found.as_ref().map(|(_, rect)| *rect));
        places.push(found.map(|(place, _)| place));
    }
    places.resize(points.len(), None);
    places
}

fn circle(point: &Named<'_>) -> Rect {
    Rect([point.x - point.radius, point.y - point.radius, point.x + point.radius, point.y + point.radius])
}

/// To the right, to the left, above, below.
fn beside(point: &Named<'_>) -> [(Place, Rect); 4] {
    let wide = width_of(point.name);
    let away = point.radius + GAP;
    let rect = |left: f64, middle: f64| Rect([left, middle - LINE / 2.0, left + wide, middle + LINE / 2.0]);
    let place = |x: f64, middle: f64, anchor: &'static str| Place { x, y: middle + LINE * 0.3, anchor };
    let (above, below) = (point.y - away - LINE / 2.0, point.y + away + LINE / 2.0);
    [
        (place(point.x + away, point.y, "start"), rect(point.x + away, point.y)),
        (place(point.x - away, point.y, "end"), rect(point.x - away - wide, point.y)),
        (place(point.x, above, "middle"), rect(point.x - wide / 2.0, above)),
        (place(point.x, below, "middle"), rect(point.x - wide / 2.0, below)),
    ]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_name_lies_over_another_or_over_a_point() {
        let names: Vec<String> = (0..60).map(|i| format!("Place number {i}")).collect();
        let at = |i: usize| ((i * 37 % 300) as f64 + 150.0, (i * 53 % 200) as f64 + 30.0);
        let points: Vec<Named<'_>> =
            names.iter().enumerate().map(|(i, name)| Named { x: at(i).0, y: at(i).1, radius: 4.0, name }).collect();
        let places = places(&points, 40, 600.0, 260.0);
        assert_eq!(places.len(), points.len());
        assert!(places[0].is_some() && places[40..].iter().all(Option::is_none));
        let rects: Vec<(usize, Rect)> = places
            .iter()
            .enumerate()
            .filter_map(|(i, p)| {
                let p = p.as_ref()?;
                let found = beside(&points[i]).into_iter().find(|(place, _)| place == p)?;
                Some((i, found.1))
            })
            .collect();
        assert!(rects.len() > 5 && rects.len() < 40, "{} names", rects.len());
        for (n, (i, rect)) in rects.iter().enumerate() {
            assert!(rect.is_inside(600.0, 260.0));
            assert!(rects.iter().skip(n + 1).all(|(_, other)| !other.overlaps(rect)));
            assert!(points.iter().enumerate().all(|(j, p)| j == *i || !circle(p).overlaps(rect)));
        }
    }
}
