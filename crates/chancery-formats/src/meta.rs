//! What an archive or a record says of a document.

use chancery_text::PartialDate;

/// What is known of a document before it is read; `None` and empty where nothing is.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Metadata {
    /// Where it was found.
    pub url: Option<String>,
    /// The character set that its sender states.
    pub charset: Option<String>,
    /// When it was fetched, seen or saved: it is not younger.
    pub fetched: Option<PartialDate>,
    /// When it was published.
    pub published: Option<PartialDate>,
    /// Its title.
    pub title: Option<String>,
    /// Its authors.
    pub authors: Vec<String>,
    /// Who published it.
    pub outlet: Option<String>,
    /// Its language, as a tag.
    pub language: Option<String>,
}

/// The day at the beginning of `2024-05-03T…`, `2024-05-03 …`, `20240503…`, or a month or year that stands alone.
pub(crate) fn date(text: &str) -> Option<PartialDate> {
    let text = text.trim();
    if let Some(Ok(date)) = text.get(..10).map(str::parse) {
        return Some(date);
    }
    if let Some(digits) = text.get(..8).filter(|d| d.bytes().all(|b| b.is_ascii_digit()))
        && let Ok(day) = format!("{}-{}-{}", &digits[..4], &digits[4..6], &digits[6..]).parse()
    {
        return Some(day);
    }
    text.parse().ok().or_else(|| in_words(text)).or_else(|| in_numbers(text))
}

const MONTHS: [&str; 12] = [
    "january",
    "february",
    "march",
    "april",
    "may",
    "june",
    "july",
    "august",
    "september",
    "october",
    "november",
    "december",
];

/// "5 Mar 2025", "June 25, 2025", "Wed, 25 Jun 2025 10:00:00 GMT", "25-Jun-2025", "June 2025".
fn in_words(text: &str) -> Option<PartialDate> {
    let words: Vec<&str> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).collect();
    let month_of = |word: &str| {
        let lower = word.to_lowercase();
        MONTHS.iter().position(|m| lower.len() > 2 && m.starts_with(&lower))
    };
    let (at, month) = words.iter().enumerate().find_map(|(i, w)| Some((i, month_of(w)?)))?;
    let month = u8::try_from(month + 1).ok()?;
    let day = |word: Option<&&str>| {
        let digits = word?.trim_end_matches(|c: char| c.is_alphabetic());
        digits.parse::<u8>().ok().filter(|_| digits.len() <= 2)
    };
    let before = at.checked_sub(1).and_then(|i| day(words.get(i)));
    let behind = day(words.get(at + 1));
    let year = words[at + 1..].iter().find(|w| w.len() == 4).and_then(|w| w.parse::<i16>().ok())?;
    match before.or(behind) {
        Some(day) => PartialDate::day_of(year, month, day),
        None => PartialDate::month_of(year, month),
    }
}

/// "2025/06/25", "05.03.2025" (the day first), "25/06/2025" where only one order makes a date, seconds since 1970.
fn in_numbers(text: &str) -> Option<PartialDate> {
    let first = text.split_whitespace().next()?;
    if let Ok(seconds) = first.parse::<i64>() {
        return of_seconds(if first.len() == 13 { seconds / 1000 } else { seconds }, first.len());
    }
    let mark = if first.contains('.') { '.' } else { '/' };
    let parts: Vec<i16> = first.split(mark).map(str::parse).collect::<Result<_, _>>().ok()?;
    let small = |n: i16| u8::try_from(n).ok();
    match parts.as_slice() {
        [year, month, day] if *year > 999 => PartialDate::day_of(*year, small(*month)?, small(*day)?),
        [day, month, year] if mark == '.' => PartialDate::day_of(*year, small(*month)?, small(*day)?),
        [a, b, year] => {
            let (day_first, month_first) = (
                PartialDate::day_of(*year, small(*b)?, small(*a)?),
                PartialDate::day_of(*year, small(*a)?, small(*b)?),
            );
            match (day_first, month_first) {
                (Some(date), None) | (None, Some(date)) => Some(date),
                (Some(one), Some(other)) if one == other => Some(one),
                _ => None,
            }
        }
        _ => None,
    }
}

/// The day of a moment in seconds since 1970, written with ten digits, or thirteen in milliseconds.
fn of_seconds(seconds: i64, digits: usize) -> Option<PartialDate> {
    if !matches!(digits, 10 | 13) {
        return None;
    }
    let wanted = seconds / 86_400 + PartialDate::day_of(1970, 1, 1)?.day_number();
    let year = i16::try_from(1970 + seconds / 31_556_952).ok()?;
    let mut years = (year - 1..=year + 1).flat_map(|y| (1..=12).filter_map(move |m| PartialDate::day_of(y, m, 1)));
    let month = years.rfind(|d| d.day_number() <= wanted)?;
    let day = u8::try_from(wanted - month.day_number() + 1).ok()?;
    PartialDate::day_of(month.year(), month.month()?, day)
}

/// A field without white space at its ends; `None` where nothing is left.
pub(crate) fn field(text: impl AsRef<str>) -> Option<String> {
    let text = text.as_ref().split_whitespace().collect::<Vec<_>>().join(" ");
    (!text.is_empty()).then_some(text)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn dates_of_all_tools_are_read() {
        let day = "2024-05-03".parse().ok();
        for text in
            ["2024-05-03", "2024-05-03T10:11:12Z", "2024-05-03 10:11:12+02:00", "20240503T101112Z", "20240503101112"]
        {
            assert_eq!(date(text), day, "{text}");
        }
        for text in [
            "3 May 2024",
            "May 3, 2024",
            "Fri, 03 May 2024 10:11:12 GMT",
            "3-May-2024",
            "May 3rd, 2024",
            "2024/05/03",
            "03.05.2024",
            "1714731072",
            "1714731072000",
        ] {
            assert_eq!(date(text), day, "{text}");
        }
        assert_eq!(date("25/06/2025"), "2025-06-25".parse().ok());
        assert_eq!(date("03/05/2024"), None, "two orders make a date");
        assert_eq!(date("May 2024"), "2024-05".parse().ok());
        assert_eq!(date("maybe 2024"), None);
        assert_eq!(date("2024"), "2024".parse().ok());
        assert_eq!(date("last week"), None);
        assert_eq!(date("Dienstag Ä"), None);
    }
}
