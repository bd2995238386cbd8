//! Between which days a text without a date was written, by the years that it names itself.
//!
//! In: a text. Out: [`DateBounds`]. "Since 2021" and "in May 2023" were written in that year or later; "by 2030" was
//! written before that year ended. A year of a sentence that speaks of the future gives no lower bound. The words are
//! data (`data/boilerplate/dates.toml`).

use crate::dates::{DateWords, bare_years};
use crate::fold::fold;
use chancery_text::{DateBounds, PartialDate};

/// Years before this are history, and bound nothing that one would want to know.
const EARLIEST: i16 = 1990;
/// So much around a year is its sentence at most, in bytes.
const AROUND_BYTES: usize = 300;

/// The words of [`bounds`], folded.
#[derive(Debug, Default)]
pub(crate) struct BoundWords {
    /// Before a year that has begun.
    pub begun: Vec<String>,
    /// Before a year that has not ended.
    pub coming: Vec<String>,
    /// Signs that a sentence speaks of the future.
    pub future: Vec<String>,
    /// Before a full date that the text looks back on.
    pub history: Vec<String>,
}

/// The bounds that the years of `text` set; `None` where they set none.
pub(crate) fn bounds(words: &DateWords, text: &str) -> Option<DateBounds> {
    let mut earliest: Option<PartialDate> = None;
    let mut latest: Option<PartialDate> = None;
    for date in words.find(text).iter().filter(|d| d.year.is_some_and(|y| y >= EARLIEST)) {
        if !speaks_of_future(&words.bounds, text, date.span.start) {
            earliest = later(earliest, date.with_year(None));
        }
    }
    for (at, year) in bare_years(text).filter(|(_, y)| *y >= EARLIEST) {
        let before = word_before(text, at);
        if words.bounds.coming.contains(&before) {
            latest = earlier(latest, PartialDate::year_only(year));
        } else if words.bounds.begun.contains(&before) && !speaks_of_future(&words.bounds, text, at) {
            earliest = later(earliest, PartialDate::year_only(year));
        }
    }
    // A text that looks back on "plans made by 2019" from 2022 is bounded below only.
    let latest = latest.filter(|l| earliest.is_none_or(|e| e.year() <= l.year()));
    (earliest.is_some() || latest.is_some()).then_some(DateBounds { earliest, latest })
}

/// True for the date at byte `at` if the text looks back on it: "since 24 February 2022", "the May 3, 2001 attack".
pub(crate) fn looks_back(words: &DateWords, text: &str, at: usize) -> bool {
    // a date may begin with its article
    let own = text[at..].split(|c: char| !c.is_alphanumeric()).next().unwrap_or_default().to_lowercase();
    words.bounds.history.contains(&word_before(text, at)) || words.bounds.history.contains(&own)
}

fn later(a: Option<PartialDate>, b: Option<PartialDate>) -> Option<PartialDate> {
    [a, b].into_iter().flatten().max_by_key(|d| (d.first_day(), d.last_day()))
}

fn earlier(a: Option<PartialDate>, b: Option<PartialDate>) -> Option<PartialDate> {
    [a, b].into_iter().flatten().min_by_key(|d| d.last_day())
}

fn word_before(text: &str, at: usize) -> String {
    let head = crate::text::tail(&text[..at], 40).trim_end();
    let word = head.rsplit(|c: char| !c.is_alphanumeric()).next().unwrap_or_default();
    word.to_lowercase()
}

fn speaks_of_future(words: &BoundWords, text: &str, at: usize) -> bool {
    let before = crate::text::tail(&text[..at], AROUND_BYTES);
    let after = crate::text::head(&text[at..], AROUND_BYTES);
    let is_end = |c: char| matches!(c, '.' | '!' | '?' | '\n');
    let sentence = format!(
        " {}{} ",
        before.rsplit(is_end).next().unwrap_or_default(),
        after.split(is_end).next().unwrap_or_default()
    );
    let folded = fold(&sentence);
    let is_word = |sign: &String| folded.split(|c: char| !c.is_alphanumeric()).any(|w| w == sign);
    words.future.iter().any(is_word)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chancery_data::Data;

    fn of(text: &str) -> (String, String) {
        let words = DateWords::load(&Data::embedded()).unwrap();
        let shown = |d: Option<PartialDate>| d.map(|d| d.to_string()).unwrap_or_default();
        let found = bounds(&words, text).unwrap_or_default();
        (shown(found.earliest), shown(found.latest))
    }

    #[test]
    fn full_dates_may_be_history() {
        let words = DateWords::load(&Data::embedded()).unwrap();
        let looks_back = |text: &str| looks_back(&words, text, words.find(text)[0].span.start);
        assert!(looks_back("The port was closed after the May 3, 2001 storm."));
        assert!(looks_back("Ships have waited since 24 February 2022."));
        assert!(looks_back("Troops went in in the wake of the September 11, 2001 attacks."));
        assert!(!looks_back("On May 3, 2001 the port was closed."));
        assert!(!looks_back("May 3, 2001 was a calm day."));
    }

    #[test]
    fn years_bound_the_day_of_writing() {
        assert_eq!(of("The port has been closed since 2021. It opened in May 1998."), ("2021".into(), "".into()));
        assert_eq!(of("Ships came in May 2023, and the port grew in 2019."), ("2023-05".into(), "".into()));
        assert_eq!(of("The port will double its quays by 2030; in 2022 it had nine."), ("".into(), "2030".into()));
        assert_eq!(of("The games will be held in 2028. The port opened in 2024."), ("2024".into(), "".into()));
        assert_eq!(of("Room 2020 and 3000 ships."), (String::new(), String::new()));
    }
}
