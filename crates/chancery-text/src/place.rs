/// Where an event happened, as the text says it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Place {
    /// `Lyon`.
    pub name: String,
    /// Country code, where one is known.
    pub country: Option<String>,
    /// How exact the place is; `None` where the directory does not know it.
    pub precision: Option<Precision>,
    /// Where it lies.
    pub point: Option<Point>,
    /// Which part of the text states it.
    pub stated: PlaceStated,
}

impl Place {
    /// A place of which nothing but its name and perhaps its country is known.
    pub fn named(name: impl Into<String>, country: Option<String>, stated: PlaceStated) -> Self {
        Place { name: name.into(), country, precision: None, point: None, stated }
    }
}

/// How exact a place is, the least exact first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Precision {
    /// A state or territory: the point is its middle.
    Country,
    /// A province, region or sea: the point, if any, is its main city.
    Region,
    /// A city, or a site as small.
    City,
}

impl Precision {
    /// As records write it.
    pub fn as_str(self) -> &'static str {
        match self {
            Precision::Country => "country",
            Precision::Region => "region",
            Precision::City => "city",
        }
    }
}

/// Which part of the text states a place, the nearest to the event first.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum PlaceStated {
    /// The clause that tells the event.
    Clause,
    /// Another clause of its sentence.
    Sentence,
    /// The dateline.
    Dateline,
}

impl PlaceStated {
    /// As records write it.
    pub fn as_str(self) -> &'static str {
        match self {
            PlaceStated::Clause => "clause",
            PlaceStated::Sentence => "sentence",
            PlaceStated::Dateline => "dateline",
        }
    }
}

/// A point on the earth, in thousandths of a degree, so that it compares and prints exactly.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Point {
    /// North of the equator.
    pub lat_millis: i32,
    /// East of Greenwich.
    pub lon_millis: i32,
}

impl Point {
    /// Reads degrees as data files write them; `None` where they are no numbers or lie outside the globe.
    pub fn parse(lat: &str, lon: &str) -> Option<Self> {
        let millis = |text: &str, most: f64| {
            let degrees: f64 = text.parse().ok().filter(|d: &f64| d.abs() <= most)?;
            Some((degrees * 1000.0).round() as i32)
        };
        Some(Point { lat_millis: millis(lat, 90.0)?, lon_millis: millis(lon, 180.0)? })
    }

    /// Degrees north.
    pub fn lat(self) -> f64 {
        f64::from(self.lat_millis) / 1000.0
    }

    /// Degrees east.
    pub fn lon(self) -> f64 {
        f64::from(self.lon_millis) / 1000.0
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn points_lie_on_the_globe() {
        let point = Point::parse("-33.457", "-70.648").unwrap();
        assert_eq!((point.lat(), point.lon()), (-33.457, -70.648));
        assert!(
            Point::parse("91", "0").is_none() && Point::parse("", "0").is_none() && Point::parse("NaN", "1").is_none()
        );
    }
}
