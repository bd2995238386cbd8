//! Dates as people read them.

use chancery_text::PartialDate;

const MONTHS: [&str; 12] = [
    "January",
    "February",
    "March",
    "April",
    "May",
    "June",
    "July",
    "August",
    "September",
    "October",
    "November",
    "December",
];
const WEEKDAYS: [&str; 7] = ["Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday"];

/// `15 February 2026`, `February 2026`, `2026`; what is no date stays as it is.
pub(crate) fn long(date: &str) -> String {
    written(date, |month| month)
}

/// `15 Feb 2026`.
pub(crate) fn short(date: &str) -> String {
    written(date, |month| &month[..3])
}

/// `1–27 February 2026`, `1 February – 3 March 2026`, or both in full.
pub(crate) fn range(first: &str, last: &str) -> String {
    let (Ok(a), Ok(b)) = (first.parse::<PartialDate>(), last.parse::<PartialDate>()) else {
        return format!("{first} – {last}");
    };
    match (a.day(), b.day()) {
        _ if a == b => long(last),
        (Some(day), Some(_)) if a.to_month() == b.to_month() => format!("{day}–{}", long(last)),
        (Some(_), Some(_)) if a.year() == b.year() => {
            let year = format!(" {}", a.year());
            format!("{} – {}", long(first).trim_end_matches(&year), long(last))
        }
        _ => format!("{} – {}", long(first), long(last)),
    }
}

/// `Sunday`, for a date with a day.
pub(crate) fn weekday(date: &str) -> Option<&'static str> {
    let date: PartialDate = date.parse().ok()?;
    date.day()?;
    // Day 0, 1 January of year 1, is a Monday.
    usize::try_from(date.day_number().rem_euclid(7)).ok().and_then(|n| WEEKDAYS.get(n).copied())
}

/// The day before a day.
pub(crate) fn day_before(date: PartialDate) -> Option<PartialDate> {
    let (year, month, day) = date.first_day();
    let last_of = |year, month| (28..=31).rev().find_map(|day| PartialDate::day_of(year, month, day));
    PartialDate::day_of(year, month, day.wrapping_sub(1))
        .or_else(|| last_of(year, month.wrapping_sub(1)))
        .or_else(|| last_of(year - 1, 12))
}

fn written(date: &str, name: impl Fn(&'static str) -> &'static str) -> String {
    let Ok(parsed) = date.parse::<PartialDate>() else { return date.to_string() };
    let month = parsed.month().and_then(|m| MONTHS.get(usize::from(m) - 1)).map(|m| name(m));
    match (parsed.day(), month) {
        (Some(day), Some(month)) => format!("{day} {month} {}", parsed.year()),
        (None, Some(month)) => format!("{month} {}", parsed.year()),
        _ => parsed.year().to_string(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_are_written_as_far_as_they_go() {
        assert_eq!(long("2026-02-15"), "15 February 2026");
        assert_eq!(short("2026-02"), "Feb 2026");
        assert_eq!(short("2026"), "2026");
        assert_eq!(short("soon"), "soon");
        assert_eq!(range("2026-02-01", "2026-02-27"), "1–27 February 2026");
        assert_eq!(range("2026-02-01", "2026-03-02"), "1 February – 2 March 2026");
        assert_eq!(range("2025-12-31", "2026-01-02"), "31 December 2025 – 2 January 2026");
        assert_eq!(range("2026", "2026"), "2026");
    }

    #[test]
    fn weekdays_are_right() {
        assert_eq!(weekday("2026-02-15"), Some("Sunday"));
        assert_eq!(weekday("2000-01-01"), Some("Saturday"));
        assert_eq!(weekday("2026-02"), None);
    }

    #[test]
    fn days_follow_each_other() {
        let mut day: PartialDate = "2024-03-05".parse().unwrap();
        for _ in 0..800 {
            let before = day_before(day).unwrap();
            assert_eq!(before.day_number() + 1, day.day_number());
            day = before;
        }
    }
}
