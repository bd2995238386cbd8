//! Dates as text writes them: "7 February 2026", "Feb. 26, 2022", "15.02.2026", "February 15".
//!
//! In: text. Out: [`FoundDate`]s with spans in bytes. A year that is not written is found from the other dates of the
//! page ([`YearVotes`]), never from a clock. Month names are data (`data/boilerplate/dates.toml`).

use crate::{PagesError, load_toml};
use chancery_data::Data;
use chancery_text::{PartialDate, Span};
use regex::{Captures, Regex};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::collections::BTreeMap;

const PATH: &str = "boilerplate/dates.toml";

/// The words of dates, compiled.
#[derive(Debug)]
pub(crate) struct DateWords {
    months: FxHashMap<String, u8>,
    weekdays: FxHashMap<String, u8>,
    english: Vec<Regex>,
    any_language: Vec<Regex>,
    bare_year: Regex,
    /// Words that announce a date of publication, in lower case.
    pub published: Vec<String>,
    /// Words that announce a date of change, in lower case.
    pub updated: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    published: Vec<String>,
    updated: Vec<String>,
    weekdays: Vec<Vec<String>>,
    months: BTreeMap<String, Vec<Vec<String>>>,
}

/// One date in a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct FoundDate {
    /// Where, in bytes.
    pub span: Span,
    /// The year, where written.
    pub year: Option<i16>,
    /// The month.
    pub month: u8,
    /// The day, where written.
    pub day: Option<u8>,
    /// The weekday, where written; 0 is Monday.
    pub weekday: Option<u8>,
}

impl FoundDate {
    /// The date, with `year` where the text gives none.
    pub(crate) fn with_year(&self, year: Option<i16>) -> Option<PartialDate> {
        let year = self.year.or(year)?;
        match self.day {
            Some(day) => PartialDate::day_of(year, self.month, day),
            None => PartialDate::month_of(year, self.month),
        }
    }
}

impl DateWords {
    /// Reads the words.
    pub(crate) fn load(data: &Data) -> Result<Self, PagesError> {
        let file: File = load_toml(data, PATH)?;
        let mut months = FxHashMap::default();
        for (language, names) in &file.months {
            if names.len() != 12 {
                let reason = format!("{} months, not 12", names.len());
                return Err(PagesError::Entry { path: PATH.into(), entry: language.clone(), reason });
            }
            for (number, name) in (1..).zip(names).flat_map(|(i, all)| all.iter().map(move |n| (i, n))) {
                months.insert(name.to_lowercase(), number);
            }
        }
        let english: Vec<&str> = file.months.get("en").into_iter().flatten().flatten().map(String::as_str).collect();
        let weekdays: FxHashMap<String, u8> =
            (0u8..).zip(&file.weekdays).flat_map(|(i, all)| all.iter().map(move |n| (n.to_lowercase(), i))).collect();
        let wrong =
            |e: regex::Error| PagesError::Entry { path: PATH.into(), entry: "months".into(), reason: e.to_string() };
        Ok(DateWords {
            english: shapes(&capitalised(&english), &weekday_regex(&weekdays)).map_err(wrong)?,
            any_language: shapes(
                &format!("(?i:{})", any_of(months.keys().map(String::as_str))),
                &weekday_regex(&weekdays),
            )
            .map_err(wrong)?,
            bare_year: Regex::new(r"\b(?:19|20)\d\d\b").map_err(wrong)?,
            months,
            weekdays,
            published: file.published,
            updated: file.updated,
        })
    }

    /// The dates of English running text, in order, without overlaps.
    pub(crate) fn find(&self, text: &str) -> Vec<FoundDate> {
        self.find_by(&self.english, text)
    }

    /// The dates of a text in any of the languages, months in any case.
    pub(crate) fn find_in_any_language(&self, text: &str) -> Vec<FoundDate> {
        self.find_by(&self.any_language, text)
    }

    /// True for a folded word that may stand beside a date without adding anything ("published", "updated", "friday").
    pub(crate) fn is_date_word(&self, word: &str) -> bool {
        let known =
            |list: &[String]| list.iter().any(|phrase| phrase.split(' ').any(|w| w.trim_end_matches(':') == word));
        self.weekdays.contains_key(word)
            || known(&self.published)
            || known(&self.updated)
            || [
                "am", "pm", "a.m", "p.m", "gmt", "utc", "est", "edt", "et", "cet", "bst", "at", "on", "m", "a", "p",
                "h",
            ]
            .contains(&word)
    }

    fn find_by(&self, shapes: &[Regex], text: &str) -> Vec<FoundDate> {
        let mut all: Vec<FoundDate> =
            shapes.iter().flat_map(|re| re.captures_iter(text)).filter_map(|c| self.found(&c)).collect();
        all.sort_by_key(|d| (d.span.start, std::cmp::Reverse(d.span.end)));
        let mut kept: Vec<FoundDate> = Vec::with_capacity(all.len());
        for date in all {
            match kept.last_mut() {
                // "7 February 2026" also reads as "February 20": the longer one is meant.
                Some(last) if last.span.overlaps(date.span) => {
                    if date.span.len() > last.span.len() {
                        *last = date;
                    }
                }
                _ => kept.push(date),
            }
        }
        kept
    }

    fn found(&self, caps: &Captures<'_>) -> Option<FoundDate> {
        let whole = caps.get(0)?;
        let number = |name: &str| caps.name(name).and_then(|m| m.as_str().parse::<u8>().ok());
        let month = number("mm")
            .or_else(|| caps.name("m").and_then(|m| self.months.get(&m.as_str().to_lowercase()).copied()))?;
        let date = FoundDate {
            span: Span::new(whole.start(), whole.end()),
            year: caps.name("y").and_then(|y| y.as_str().parse().ok()),
            month,
            day: number("d"),
            weekday: caps.name("wd").and_then(|w| self.weekdays.get(&w.as_str().to_lowercase()).copied()),
        };
        // 2024 is a leap year: "February 29" without a year is possible.
        date.with_year(Some(2024)).map(|_| date)
    }
}

fn any_of<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut words: Vec<String> = words.map(regex::escape).collect();
    words.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
    words.dedup();
    words.join("|")
}

/// The names as running text writes them: capitalised, or all capitals.
fn capitalised(names: &[&str]) -> String {
    let mut forms = Vec::new();
    for name in names {
        let mut chars = name.chars();
        if let Some(first) = chars.next() {
            forms.push(first.to_uppercase().collect::<String>() + chars.as_str());
        }
        forms.push(name.to_uppercase());
    }
    any_of(forms.iter().map(String::as_str))
}

fn weekday_regex(weekdays: &FxHashMap<String, u8>) -> String {
    format!("(?i:{})", any_of(weekdays.keys().map(String::as_str)))
}

fn shapes(month: &str, weekday: &str) -> Result<Vec<Regex>, regex::Error> {
    let year = r"(?P<y>(?:19|20)\d\d)";
    let wd = format!(r"(?:\b(?P<wd>{weekday})\.?,?\s+)?(?:the\s+)?");
    [
        format!(
            r"{wd}\b(?P<d>[0-3]?\d)(?:st|nd|rd|th|er|º|°|\.)?,?\s*(?:-\s*)?(?:of\s+|de\s+|d[’'])?\b(?P<m>{month})\b\.?(?:(?:,|\s+de|\s+del|\s*-)?\s*{year}\b)?"
        ),
        format!(r"{wd}\b(?P<m>{month})\b\.?\s*(?P<d>[0-3]?\d)(?:st|nd|rd|th)?\b(?:(?:,|\.)?\s+{year}\b)?"),
        format!(r"\b(?P<m>{month})\b\.?(?:,|\s+of|\s+de)?\s+{year}\b"),
        format!(r"\b{year}[-/.](?P<mm>[01]?\d)[-/.](?P<d>[0-3]?\d)(?:\b|T)"),
        format!(r"\b(?P<d>[0-3]?\d)[-/.]\s?(?P<mm>[01]?\d)[-/.]\s?{year}\b"),
        format!(r"{year}\s?年\s?(?P<mm>[01]?\d)\s?月\s?(?P<d>[0-3]?\d)\s?日"),
    ]
    .iter()
    .map(|p| Regex::new(p))
    .collect()
}

/// Evidence for the year that a page counts in.
#[derive(Debug, Default, Clone)]
pub(crate) struct YearVotes {
    votes: BTreeMap<i16, u32>,
    dayless: Vec<(u8, u8, u8)>,
}

const FULL_DATE: u32 = 4;
const MONTH_AND_YEAR: u32 = 2;
const YEAR_ALONE: u32 = 1;
const RIGHT_WEEKDAY: u32 = 6;
/// Years before this are history, not the page's own time.
const EARLIEST: i16 = 1990;

impl YearVotes {
    /// Counts the dates of `text`, `weight` times.
    pub(crate) fn count(&mut self, words: &DateWords, text: &str, weight: u32) {
        let dates = words.find(text);
        for date in &dates {
            match (date.year, date.day, date.weekday) {
                (Some(year), Some(_), _) => self.add(year, FULL_DATE * weight),
                (Some(year), None, _) => self.add(year, MONTH_AND_YEAR * weight),
                (None, Some(day), Some(weekday)) => self.dayless.push((date.month, day, weekday)),
                _ => {}
            }
        }
        let dated: Vec<Span> = dates.iter().filter(|d| d.year.is_some()).map(|d| d.span).collect();
        for found in words.bare_year.find_iter(text) {
            let span = Span::new(found.start(), found.end());
            if let (false, Ok(year)) = (dated.iter().any(|d| d.contains(span)), found.as_str().parse()) {
                self.add(year, YEAR_ALONE * weight);
            }
        }
    }

    /// The year with most evidence, the later of two equal ones; weekdays written in the text decide between years.
    pub(crate) fn winner(&self) -> Option<i16> {
        let score = |year: i16| -> u32 {
            let fitting = self.dayless.iter().filter(|(m, d, wd)| weekday_of(year, *m, *d) == Some(*wd)).count();
            self.votes.get(&year).copied().unwrap_or(0)
                + RIGHT_WEEKDAY * u32::try_from(fitting).unwrap_or(u32::MAX / 64)
        };
        self.candidates().map(|year| (score(year), year)).max().filter(|(score, _)| *score > 0).map(|(_, year)| year)
    }

    fn candidates(&self) -> impl Iterator<Item = i16> + '_ {
        let years = self.votes.keys().copied();
        let beside = years.clone().flat_map(|y| [y - 1, y + 1]);
        years.chain(beside)
    }

    fn add(&mut self, year: i16, votes: u32) {
        if year >= EARLIEST {
            *self.votes.entry(year).or_default() += votes;
        }
    }
}

/// The year in which a date without one lies: the last such day up to `reference`.
pub(crate) fn year_before(date: &FoundDate, reference: PartialDate) -> i16 {
    let year = reference.year();
    match date.with_year(Some(year)) {
        Some(found) if found.first_day() > reference.last_day() => year - 1,
        _ => year,
    }
}

fn weekday_of(year: i16, month: u8, day: u8) -> Option<u8> {
    // Day 1 (1 January of year 1) was a Monday.
    let number = PartialDate::day_of(year, month, day)?.day_number();
    u8::try_from(number.rem_euclid(7)).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn words() -> DateWords {
        DateWords::load(&Data::embedded()).unwrap()
    }

    fn dates(text: &str) -> Vec<String> {
        let words = words();
        words
            .find(text)
            .iter()
            .map(|d| d.with_year(None).map_or(format!("?-{}-{:?}", d.month, d.day), |p| p.to_string()))
            .collect()
    }

    #[test]
    fn dates_in_running_text() {
        assert_eq!(
            dates("On 7 February 2026 and on Feb. 26, 2022, then May 3rd 2021."),
            ["2026-02-07", "2022-02-26", "2021-05-03"]
        );
        assert_eq!(dates("in late November 2025; 2024-03-09; 15.02.2026"), ["2025-11", "2024-03-09", "2026-02-15"]);
        assert_eq!(dates("on January 28-31 they may 5 times"), ["?-1-Some(28)"]);
        assert_eq!(dates("Round 45 March 2024"), ["2024-03"]);
    }

    #[test]
    fn other_languages() {
        let words = words();
        let one = |t: &str| words.find_in_any_language(t)[0].with_year(None).unwrap().to_string();
        assert_eq!(one("Veröffentlicht am 3. März 2019 um 12 Uhr"), "2019-03-03");
        assert_eq!(one("le 14 juillet 2020"), "2020-07-14");
        assert_eq!(one("5 de mayo de 2018"), "2018-05-05");
        assert_eq!(one("2021年7月1日"), "2021-07-01");
    }

    #[test]
    fn weekdays_give_the_year() {
        assert_eq!(weekday_of(2026, 11, 22), Some(6));
        let mut votes = YearVotes::default();
        votes.count(&words(), "In 2025 much happened. On Saturday, February 14 they met, after 2026 began.", 1);
        assert_eq!(votes.winner(), Some(2026));
    }

    #[test]
    fn the_year_before_a_reference_day() {
        let date = words().find("on December 30")[0];
        assert_eq!(year_before(&date, "2026-01-15".parse().unwrap()), 2025);
        assert_eq!(year_before(&date, "2026-12-31".parse().unwrap()), 2026);
    }
}
