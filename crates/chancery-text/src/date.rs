use std::fmt;
use std::str::FromStr;

/// A day, a month or a year: as much of a date as a text gives.
///
/// Written `2026-02-15`, `2026-02` or `2026`. Ordered by time, a coarse date before the finer ones inside it.
///
/// ```
/// use chancery_text::PartialDate;
/// let month: PartialDate = "2026-02".parse().unwrap();
/// assert!(month.contains("2026-02-15".parse().unwrap()));
/// assert_eq!(month.to_string(), "2026-02");
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, serde::Serialize, serde::Deserialize)]
pub struct PartialDate {
    year: i16,
    month: Option<u8>,
    day: Option<u8>,
}

/// A text that is no date.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{text:?} is no date; write YYYY-MM-DD, YYYY-MM or YYYY")]
pub struct DateError {
    /// What was given.
    pub text: String,
}

impl PartialDate {
    /// A year.
    pub fn year_only(year: i16) -> Option<Self> {
        (1..=9999).contains(&year).then_some(PartialDate { year, month: None, day: None })
    }

    /// A month (1 to 12) of a year.
    pub fn month_of(year: i16, month: u8) -> Option<Self> {
        Self::year_only(year).filter(|_| (1..=12).contains(&month)).map(|d| PartialDate { month: Some(month), ..d })
    }

    /// A day of the Gregorian calendar.
    pub fn day_of(year: i16, month: u8, day: u8) -> Option<Self> {
        let date = Self::month_of(year, month)?;
        (1..=days_in(year, month)).contains(&day).then_some(PartialDate { day: Some(day), ..date })
    }

    /// The year.
    pub fn year(self) -> i16 {
        self.year
    }

    /// The month, 1 to 12, where known.
    pub fn month(self) -> Option<u8> {
        self.month
    }

    /// The day of the month, where known.
    pub fn day(self) -> Option<u8> {
        self.day
    }

    /// True where `other` lies inside this date (a month contains its days, and every date itself).
    pub fn contains(self, other: PartialDate) -> bool {
        self.year == other.year
            && (self.month.is_none() || self.month == other.month)
            && (self.day.is_none() || self.day == other.day)
    }

    /// True where one of the two contains the other.
    pub fn compatible(self, other: PartialDate) -> bool {
        self.contains(other) || other.contains(self)
    }

    /// The first day that the date covers, as (year, month, day).
    pub fn first_day(self) -> (i16, u8, u8) {
        (self.year, self.month.unwrap_or(1), self.day.unwrap_or(1))
    }

    /// The last day that the date covers, as (year, month, day).
    pub fn last_day(self) -> (i16, u8, u8) {
        let month = self.month.unwrap_or(12);
        (self.year, month, self.day.unwrap_or_else(|| days_in(self.year, month)))
    }

    /// Days since 1 January of year 1 of the first day covered.
    pub fn day_number(self) -> i64 {
        let (y, m, d) = self.first_day();
        let (y, m) = if m <= 2 { (i64::from(y) - 1, i64::from(m) + 12) } else { (i64::from(y), i64::from(m)) };
        365 * y + y / 4 - y / 100 + y / 400 + (153 * (m - 3) + 2) / 5 + i64::from(d) - 307
    }

    /// The month without the day (a year stays a year).
    pub fn to_month(self) -> Self {
        PartialDate { day: None, ..self }
    }
}

fn days_in(year: i16, month: u8) -> u8 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

impl FromStr for PartialDate {
    type Err = DateError;

    fn from_str(text: &str) -> Result<Self, DateError> {
        let wrong = || DateError { text: text.to_string() };
        let mut parts = text.split('-');
        let year = parts.next().filter(|y| y.len() == 4).and_then(|y| y.parse().ok());
        let mut small = || parts.next().map(|p| p.parse::<u8>().ok().filter(|_| p.len() == 2));
        let date = match (year, small(), small(), small()) {
            (Some(y), None, None, None) => Self::year_only(y),
            (Some(y), Some(Some(m)), None, None) => Self::month_of(y, m),
            (Some(y), Some(Some(m)), Some(Some(d)), None) => Self::day_of(y, m, d),
            _ => None,
        };
        date.ok_or_else(wrong)
    }
}

impl fmt::Display for PartialDate {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:04}", self.year)?;
        if let Some(month) = self.month {
            write!(f, "-{month:02}")?;
        }
        if let Some(day) = self.day {
            write!(f, "-{day:02}")?;
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn impossible_days_are_refused() {
        assert_eq!(PartialDate::day_of(2023, 2, 29), None);
        assert!("2024-02-29".parse::<PartialDate>().is_ok());
        assert!("2024-2-9".parse::<PartialDate>().is_err());
    }

    #[test]
    fn day_numbers_follow_each_other_over_new_year() {
        let day = |s: &str| s.parse::<PartialDate>().unwrap().day_number();
        assert_eq!(day("2024-03-01") - day("2024-02-28"), 2);
        assert_eq!(day("2025-01-01") - day("2024-12-31"), 1);
    }
}
