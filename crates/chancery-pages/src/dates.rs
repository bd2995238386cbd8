//! Dates as text writes them: "7 February 2026", "Feb. 26, 2022", "15.02.2026", "February 15".
//!
//! In: text. Out: [`FoundDate`]s with spans in bytes. A year that is not written is found from the other dates of the
//! page ([`YearVotes`]), never from a clock. Month names are data (`data/boilerplate/dates.toml`).

use crate::bounds::BoundWords;
use crate::{PagesError, load_toml};
use chancery_data::Data;
use chancery_text::{PartialDate, Span};
use regex::{Captures, Regex};
use rustc_hash::FxHashMap;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::ops::Range;
use std::sync::OnceLock;

const PATH: &str = "boilerplate/dates.toml";

/// The words of dates, compiled.
#[derive(Debug)]
pub(crate) struct DateWords {
    months: FxHashMap<String, u8>,
    weekdays: FxHashMap<String, u8>,
    english_months: Vec<String>,
    /// True for the first bytes of `english_months`.
    begins_month: [bool; 256],
    english: Shapes,
    any_language: Shapes,
    /// Words that announce a date of publication, in lower case.
    pub published: Vec<String>,
    /// Words that announce a date of change, in lower case.
    pub updated: Vec<String>,
    /// Words by which years bound the time of writing.
    pub bounds: BoundWords,
}

/// The shapes of dates, compiled when the first text is searched that may hold one.
#[derive(Debug)]
struct Shapes {
    sources: Vec<String>,
    compiled: OnceLock<Vec<Regex>>,
}

/// So far around a month or a year a date may reach, in bytes.
const DATE_BEFORE: usize = 64;
const DATE_AFTER: usize = 48;
/// So far the end of a word is sought.
const WORD_BYTES: usize = 64;

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    published: Vec<String>,
    updated: Vec<String>,
    begun: Vec<String>,
    coming: Vec<String>,
    future: Vec<String>,
    history: Vec<String>,
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
        let english_months = capitalised(&english);
        let mut begins_month = [false; 256];
        for first in english_months.iter().filter_map(|m| m.bytes().next()) {
            begins_month[usize::from(first)] = true;
        }
        let all_months = format!("(?i:{})", any_of(months.keys().map(String::as_str)));
        Ok(DateWords {
            english: Shapes::new(&any_of(english_months.iter().map(String::as_str)), &weekday_regex(&weekdays)),
            english_months,
            begins_month,
            any_language: Shapes::new(&all_months, &weekday_regex(&weekdays)),
            months,
            weekdays,
            published: file.published,
            updated: file.updated,
            bounds: BoundWords { begun: file.begun, coming: file.coming, future: file.future, history: file.history },
        })
    }

    /// The dates of English running text, in order, without overlaps.
    pub(crate) fn find(&self, text: &str) -> Vec<FoundDate> {
        self.find_within(&self.english, text, self.windows(text))
    }

    /// The dates of a text in any of the languages, months in any case.
    pub(crate) fn find_in_any_language(&self, text: &str) -> Vec<FoundDate> {
        let bytes = text.as_bytes();
        let digits = bytes.iter().enumerate().filter(|(_, b)| b.is_ascii_digit());
        let windows = merged(digits.map(|(at, _)| window_start(text, at)..window_end(text, at + 1)));
        self.find_within(&self.any_language, text, windows)
    }

    fn find_within(&self, shapes: &Shapes, text: &str, windows: Vec<Range<usize>>) -> Vec<FoundDate> {
        let found = |window: Range<usize>| {
            let dates = self.find_by(shapes, &text[window.clone()]);
            dates.into_iter().map(move |d| FoundDate { span: d.span.shifted(window.start), ..d })
        };
        windows.into_iter().flat_map(found).collect()
    }

    /// The stretches of an English text that may hold a date: around the names of months, and around years beside marks.
    fn windows(&self, text: &str) -> Vec<Range<usize>> {
        let bytes = text.as_bytes();
        let length = |at: usize, byte: u8| match byte {
            b'1' | b'2' if is_marked_year(bytes, at) => 4,
            b if self.begins_month[usize::from(b)] => self.month_at(bytes, at),
            _ => 0,
        };
        let marks = bytes.iter().enumerate().map(|(at, byte)| (at, length(at, *byte))).filter(|(_, n)| *n > 0);
        merged(marks.map(|(at, n)| window_start(text, at)..window_end(text, at + n)))
    }

    /// The length of the month's name at a byte; 0 where none stands there.
    fn month_at(&self, bytes: &[u8], at: usize) -> usize {
        let begins = |name: &&String| {
            bytes[at..].starts_with(name.as_bytes())
                && !bytes.get(at + name.len()).is_some_and(|b| b.is_ascii_alphanumeric())
        };
        self.english_months.iter().filter(begins).map(|name| name.len()).max().unwrap_or(0)
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

    fn find_by(&self, shapes: &Shapes, text: &str) -> Vec<FoundDate> {
        let mut all: Vec<FoundDate> =
            shapes.get().iter().flat_map(|re| re.captures_iter(text)).filter_map(|c| self.found(&c)).collect();
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

/// Ranges in order of their beginnings, those that touch as one.
fn merged(ranges: impl Iterator<Item = Range<usize>>) -> Vec<Range<usize>> {
    let mut all: Vec<Range<usize>> = Vec::new();
    for range in ranges {
        match all.last_mut() {
            Some(last) if range.start <= last.end => last.end = last.end.max(range.end),
            _ => all.push(range),
        }
    }
    all
}

fn any_of<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut words: Vec<String> = words.map(regex::escape).collect();
    words.sort_by(|a, b| b.len().cmp(&a.len()).then(a.cmp(b)));
    words.dedup();
    words.join("|")
}

/// The names as running text writes them: capitalised, or all capitals.
fn capitalised(names: &[&str]) -> Vec<String> {
    let mut forms = Vec::new();
    for name in names {
        let mut chars = name.chars();
        if let Some(first) = chars.next() {
            forms.push(first.to_uppercase().collect::<String>() + chars.as_str());
        }
        forms.push(name.to_uppercase());
    }
    forms
}

fn weekday_regex(weekdays: &FxHashMap<String, u8>) -> String {
    format!("(?i:{})", any_of(weekdays.keys().map(String::as_str)))
}

impl Shapes {
    fn new(month: &str, weekday: &str) -> Self {
        Shapes { sources: shape_sources(month, weekday), compiled: OnceLock::new() }
    }

    fn get(&self) -> &[Regex] {
        // The names of months are escaped: what is left is this file's own, and the tests compile it.
        self.compiled.get_or_init(|| self.sources.iter().filter_map(|s| Regex::new(s).ok()).collect())
    }
}

fn shape_sources(month: &str, weekday: &str) -> Vec<String> {
    let year = r"(?P<y>(?:19|20)[0-9][0-9])";
    let wd = format!(r"(?:\b(?P<wd>{weekday})\.?,?\s+)?(?:the\s+)?");
    vec![
        format!(
            r"{wd}\b(?P<d>[0-3]?[0-9])(?:st|nd|rd|th|er|º|°|\.)?,?\s*(?:-\s*)?(?:of\s+|de\s+|d[’'])?\b(?P<m>{month})\b\.?(?:(?:,|\s+de|\s+del|\s*-)?\s*{year}\b)?"
        ),
        format!(r"{wd}\b(?P<m>{month})\b\.?\s*(?P<d>[0-3]?[0-9])(?:st|nd|rd|th)?\b(?:(?:,|\.)?\s+{year}\b)?"),
        format!(r"\b(?P<m>{month})\b\.?(?:,|\s+of|\s+de)?\s+{year}\b"),
        format!(r"\b{year}[-/.](?P<mm>[01]?[0-9])[-/.](?P<d>[0-3]?[0-9])(?:\b|T)"),
        format!(r"\b(?P<d>[0-3]?[0-9])[-/.]\s?(?P<mm>[01]?[0-9])[-/.]\s?{year}\b"),
        format!(r"{year}\s?年\s?(?P<mm>[01]?[0-9])\s?月\s?(?P<d>[0-3]?[0-9])\s?日"),
    ]
}

/// True for `20xx` or `19xx` that may belong to a date written in numbers: a mark stands beside it.
fn is_marked_year(bytes: &[u8], at: usize) -> bool {
    let is_mark = |b: &u8| matches!(b, b'-' | b'/' | b'.');
    if !is_year(bytes, at) {
        return false;
    }
    let before = bytes[..at].iter().rev().find(|b| !b.is_ascii_whitespace());
    let after = &bytes[at + 4..];
    let ideograph = after.iter().find(|b| !b.is_ascii_whitespace()).is_some_and(|b| !b.is_ascii());
    before.is_some_and(is_mark) || after.first().is_some_and(is_mark) || ideograph
}

/// True where four digits from 1900 to 2099 stand.
fn is_year(bytes: &[u8], at: usize) -> bool {
    bytes
        .get(at..at + 4)
        .is_some_and(|y| (y.starts_with(b"19") || y.starts_with(b"20")) && y[2..].iter().all(u8::is_ascii_digit))
}

/// The years that stand alone, and where.
pub(crate) fn bare_years(text: &str) -> impl Iterator<Item = (usize, i16)> {
    let bytes = text.as_bytes();
    let digits_at = move |at: &usize| matches!(bytes[*at], b'1' | b'2') && is_year(bytes, *at);
    let is_word = |c: char| c.is_alphanumeric() || c == '_';
    let alone = move |at: &usize| {
        !text[..*at].chars().next_back().is_some_and(is_word) && !text[*at + 4..].chars().next().is_some_and(is_word)
    };
    (0..bytes.len()).filter(digits_at).filter(alone).filter_map(|at| Some((at, text[at..at + 4].parse().ok()?)))
}

/// Back from `at` to the beginning of a word.
fn window_start(text: &str, at: usize) -> usize {
    let near = at.saturating_sub(DATE_BEFORE);
    let far = near.saturating_sub(WORD_BYTES);
    let space = text.as_bytes()[far..near].iter().rposition(u8::is_ascii_whitespace).map(|i| far + i + 1);
    let mut start = space.unwrap_or(far);
    while !text.is_char_boundary(start) {
        start -= 1;
    }
    start
}

/// On from `at` to the end of a word.
fn window_end(text: &str, at: usize) -> usize {
    let near = (at + DATE_AFTER).min(text.len());
    let far = (near + WORD_BYTES).min(text.len());
    let space = text.as_bytes()[near..far].iter().position(u8::is_ascii_whitespace).map(|i| near + i);
    let mut end = space.unwrap_or(far);
    while !text.is_char_boundary(end) {
        end += 1;
    }
    end
}

/// Evidence for the year that a page counts in.
///
/// Texts tell of the past far more often than of the future, so the year is sought among the latest that are written
/// with a day, or to which a weekday fits; years that stand alone ("since 2010") only add to it.
#[derive(Debug, Default, Clone)]
pub(crate) struct YearVotes {
    days: BTreeMap<i16, u32>,
    mentions: BTreeMap<i16, u32>,
    weekdays: Vec<(u8, u8, u8)>,
}

const FULL_DATE: u32 = 4;
const RIGHT_WEEKDAY: u32 = 6;
/// Years before this are history, not the page's own time.
const EARLIEST: i16 = 1990;
/// A page's year is sure with so much evidence: two dates and several mentions.
const SURE: u32 = 12;

impl YearVotes {
    /// Counts the dates of `text`.
    pub(crate) fn count(&mut self, words: &DateWords, text: &str) {
        let dates = words.find(text);
        for date in &dates {
            match (date.year, date.day, date.weekday) {
                (Some(year), Some(_), _) if year >= EARLIEST => *self.days.entry(year).or_default() += 1,
                (None, Some(day), Some(weekday)) => self.weekdays.push((date.month, day, weekday)),
                _ => {}
            }
        }
        let with_day: Vec<Span> =
            dates.iter().filter(|d| d.year.is_some() && d.day.is_some()).map(|d| d.span).collect();
        for (at, year) in bare_years(text).filter(|(_, year)| *year >= EARLIEST) {
            let counted = with_day.partition_point(|d| d.end <= at);
            let inside = with_day.get(counted).is_some_and(|d| d.start <= at);
            if !inside {
                *self.mentions.entry(year).or_default() += 1;
            }
        }
    }

    /// The year with most evidence, the later of two equal ones.
    pub(crate) fn likely(&self) -> Option<i16> {
        self.best().map(|(_, year)| year)
    }

    /// The year, where the evidence is strong enough to say so without a date that needs it.
    pub(crate) fn sure(&self) -> Option<i16> {
        self.best().filter(|(score, _)| *score >= SURE).map(|(_, year)| year)
    }

    /// The latest year that is written with a day or to which a weekday fits.
    pub(crate) fn latest(&self) -> Option<i16> {
        let fitting = self.candidates().filter(|y| self.fitting_weekdays(*y) > 0);
        self.days.keys().copied().chain(fitting).max().filter(|latest| {
            // "By 2019 …, on 3 May 2014": the text is younger than its last full date.
            self.mentions.keys().all(|y| y <= latest)
        })
    }

    fn best(&self) -> Option<(u32, i16)> {
        let score = |year: i16| -> u32 {
            let days = self.days.get(&year).copied().unwrap_or(0);
            let mentions = self.mentions.get(&year).copied().unwrap_or(0);
            FULL_DATE * days + mentions + RIGHT_WEEKDAY * self.fitting_weekdays(year)
        };
        let all: Vec<(u32, i16)> = self.candidates().map(|year| (score(year), year)).collect();
        // A later year needs less evidence: half of that of the strongest.
        let most = all.iter().map(|(s, _)| *s).max().filter(|s| *s > 0)?;
        all.into_iter().filter(|(s, _)| *s * 2 >= most).max_by_key(|(_, year)| *year)
    }

    fn fitting_weekdays(&self, year: i16) -> u32 {
        let fits = |(m, d, wd): &&(u8, u8, u8)| weekday_of(year, *m, *d) == Some(*wd);
        u32::try_from(self.weekdays.iter().filter(fits).count()).unwrap_or(u32::MAX / 64)
    }

    fn candidates(&self) -> impl Iterator<Item = i16> + '_ {
        let years = self.days.keys().chain(self.mentions.keys()).copied();
        let beside = years.clone().map(|y| y + 1).filter(|_| !self.weekdays.is_empty());
        years.chain(beside)
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

    proptest::proptest! {
        #[test]
        fn no_date_is_overlooked(text in "([A-Za-z]{1,12} |3|21(st)? |March |Feb\\. |Monday, |May|of |2024|, |1999[-/.]0?3[-/.]1|[.年月日 /\n-]|[ä—]){0,40}") {
            let words = words();
            proptest::prop_assert_eq!(words.find(&text), words.find_by(&words.english, &text));
        }
    }

    #[test]
    fn every_shape_compiles() {
        let words = words();
        for shapes in [&words.english, &words.any_language] {
            assert_eq!(shapes.get().len(), shapes.sources.len());
        }
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
        votes.count(&words(), "In 2025 much happened. On Saturday, February 14 they met, after the year began.");
        assert_eq!(votes.likely(), Some(2026));
        assert_eq!(votes.latest(), Some(2026));
        assert_eq!(votes.sure(), None);
    }

    #[test]
    fn years_of_the_past_are_no_evidence_for_the_present() {
        let mut votes = YearVotes::default();
        votes.count(&words(), "He was arrested in 2010 and fled in 2012. On Tuesday a court met.");
        assert_eq!((votes.latest(), votes.sure()), (None, None));
    }

    #[test]
    fn the_year_before_a_reference_day() {
        let date = words().find("on December 30")[0];
        assert_eq!(year_before(&date, "2026-01-15".parse().unwrap()), 2025);
        assert_eq!(year_before(&date, "2026-12-31".parse().unwrap()), 2026);
    }
}
