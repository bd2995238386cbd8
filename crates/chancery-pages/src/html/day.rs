//! Days as machines write them in words: `Fri, 03 May 2024 23:30:00 -0500`, `Fri May 03 2024 23:30:00 GMT+0200`.

use super::dates::{numeric_date, unix_time};
use super::url::{MONTHS, day};
use chancery_text::PartialDate;

/// The day that a text of a feed or a saved page names, by its own clock: no time zone moves it.
pub(crate) fn written_day(text: &str) -> Option<PartialDate> {
    let text = text.trim();
    if let Some(date) = super::dates::iso_date(text) {
        return Some(date);
    }
    let words: Vec<&str> = text.split(|c: char| c.is_whitespace() || c == ',').filter(|w| !w.is_empty()).collect();
    words.windows(3).find_map(|three| match three {
        [a, b, year] => {
            let of = |month: &str, number: &str| day(&full_year(year)?, &month_number(month)?.to_string(), number);
            of(b, a).or_else(|| of(a, b))
        }
        _ => None,
    })
}

/// The day or month that a record of another tool states: `25-Jun-2025`, `May 3rd, 2024`, `May 2024`, `05.03.2025`,
/// `25/06/2025` (not `03/05/2024`, which two orders read), seconds or milliseconds since 1970.
///
/// ```
/// assert_eq!(chancery_pages::recorded_day("May 3rd, 2024"), "2024-05-03".parse().ok());
/// ```
pub fn recorded_day(text: &str) -> Option<PartialDate> {
    let text = text.trim();
    let words: Vec<String> = text.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(plain).collect();
    let of_one_order =
        || numeric_date(text, false).filter(|d| !text.contains('-') && numeric_date(text, true) == Some(*d));
    let month = || match words.as_slice() {
        [month, year] if year.len() == 4 => {
            PartialDate::month_of(year.parse().ok()?, u8::try_from(month_number(month)?).ok()?)
        }
        _ => None,
    };
    written_day(&words.join(" ")).or_else(|| unix_time(text)).or_else(of_one_order).or_else(month)
}

/// `3` for `3rd`, `sep` for `Sept`.
fn plain(word: &str) -> String {
    let number = word.trim_end_matches(|c: char| c.is_alphabetic());
    let word = if number.is_empty() { word } else { number };
    if word.eq_ignore_ascii_case("sept") { "sep".into() } else { word.into() }
}

/// 1 for `Jan` and `January`.
pub(crate) fn month_number(word: &str) -> Option<usize> {
    let word = word.trim_end_matches('.').to_lowercase();
    let is_month = |month: &&str| **month == word || (word.len() == 3 && month.starts_with(&word));
    MONTHS.iter().position(is_month).map(|at| at + 1)
}

/// `24` is 2024: the web is younger than 1990.
fn full_year(year: &str) -> Option<String> {
    let digits = year.bytes().all(|b| b.is_ascii_digit());
    match year.len() {
        4 if digits => Some(year.to_string()),
        2 if digits => Some(format!("{}{year}", if year >= "90" { "19" } else { "20" })),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_stay_those_of_the_sender() {
        let day = |text: &str| written_day(text).map(|d| d.to_string()).unwrap_or_default();
        assert_eq!(day("Fri, 03 May 2024 23:30:00 -0500"), "2024-05-03");
        assert_eq!(day("3 September 24 10:00 GMT"), "2024-09-03");
        assert_eq!(day("2024-05-03T00:30:00+09:00"), "2024-05-03");
        assert_eq!(day("Fri May 03 2024 23:30:00 GMT+0200 (Central European Summer Time)"), "2024-05-03");
        assert_eq!(day("May 3, 2024"), "2024-05-03");
        assert_eq!(day("31 February 2024"), "");
        assert_eq!(day("yesterday at noon"), "");
    }
}
