//! Finds time expressions and says which dates they mean.
//!
//! In: a [`Document`] with sentences, tokens and, where there are some, tags and trees. Out: [`TimeExpr`]s, in order and
//! without overlaps: a date, or the first and the last of a range. A date is counted from the day of the text that it
//! stands in (the segment's, else the article's, else the one that is given). What has no date it can be counted from is
//! left out, and so are durations ("for three years"), ages and named eras. A bare weekday is the last one up to the day of
//! writing, or the next one where the clause looks ahead, as news agencies write. A week is given as its days from Monday.
//! The words are in `data/lang/times.toml`; there are none in the code.
//!
//! Method: a recursive-descent grammar over tokens, then calendar arithmetic; the kinds of expression follow TIMEX3
//! (Pustejovsky et al. 2003), without its durations and sets.

mod governing;
mod grammar;
mod resolve;
mod tense;
mod words;

use crate::LangError;
use chancery_data::Data;
use chancery_text::{Document, PartialDate, TimeExpr};
use grammar::{Found, Meaning};
use resolve::{Context, Tense};
use std::sync::OnceLock;
use words::Words;

/// Finds time expressions; holds the words of time.
#[derive(Debug)]
pub struct TimeFinder {
    words: Words,
}

impl TimeFinder {
    /// Reads the words of time.
    ///
    /// # Errors
    /// Where the file of words is missing or damaged.
    pub fn load(data: &Data) -> Result<Self, LangError> {
        Ok(TimeFinder { words: Words::load(data)? })
    }

    /// All time expressions; `reference` is the day to count from where the article gives none.
    pub fn find_times(&self, doc: &Document, reference: Option<PartialDate>) -> Vec<TimeExpr> {
        let mut found = Vec::new();
        let mut times = Vec::new();
        let mut telling = Telling::default();
        for (number, sentence) in doc.sentences.iter().enumerate() {
            let segment = doc.article.blocks.get(sentence.block).map(|b| b.segment);
            telling.enter(number, segment);
            found.clear();
            grammar::read_sentence(doc, sentence.tokens.clone(), &self.words, &mut found);
            let reference = segment_date(doc, segment).or(doc.article.date).or(reference);
            for found in &found {
                times.extend(self.resolve(doc, found, reference, &mut telling));
            }
        }
        times
    }

    /// The expression that dates a verb or a noun: the nearest in its own clause, else in the clause of a governor, up to
    /// the root, else the only one of the sentence. Reads [`Document::times`].
    pub fn governing<'d>(&self, doc: &'d Document, token: usize) -> Option<&'d TimeExpr> {
        governing::find(doc, token, &self.words)
    }

    fn resolve(
        &self,
        doc: &Document,
        found: &Found,
        reference: Option<PartialDate>,
        telling: &mut Telling,
    ) -> Option<TimeExpr> {
        let tense = if needs_tense(&found.meaning) {
            tense::tense_of(doc, found.tokens.clone(), &self.words)
        } else {
            Tense::Unknown
        };
        let context = Context { reference, year: telling.year, told: telling.date, told_day: telling.day, tense };
        let (start, end) = resolve::resolve(&found.meaning, &context)?;
        telling.tell(&found.meaning, start, end);
        let span = doc.tokens[found.tokens.start].span.cover(doc.tokens[found.tokens.end - 1].span);
        Some(TimeExpr { span, tokens: found.tokens.clone(), start, end })
    }
}

/// [`TimeFinder::find_times`] with the words that the program was built with.
///
/// ```
/// let doc = chancery_text::Document::default();
/// assert!(chancery_lang::times::find_times(&doc, "2026-02-15".parse().ok()).is_empty());
/// ```
pub fn find_times(doc: &Document, reference: Option<PartialDate>) -> Vec<TimeExpr> {
    built_in().map_or_else(Vec::new, |finder| finder.find_times(doc, reference))
}

/// [`TimeFinder::governing`] with the words that the program was built with.
pub fn governing(doc: &Document, token: usize) -> Option<&TimeExpr> {
    built_in().and_then(|finder| finder.governing(doc, token))
}

fn built_in() -> Option<&'static TimeFinder> {
    static FINDER: OnceLock<Option<TimeFinder>> = OnceLock::new();
    FINDER.get_or_init(|| TimeFinder::load(&Data::embedded()).ok()).as_ref()
}

fn segment_date(doc: &Document, segment: Option<usize>) -> Option<PartialDate> {
    doc.article.segments.get(segment?).and_then(|s| s.date)
}

/// What was told so far: "two days later" counts from it.
#[derive(Debug, Default)]
struct Telling {
    date: Option<PartialDate>,
    /// Sentence of `date`.
    sentence: usize,
    /// The last date that is a day, and its sentence.
    day: Option<PartialDate>,
    day_sentence: usize,
    year: Option<i16>,
    segment: Option<usize>,
    now: usize,
}

/// Sentences over which a date stays in mind.
const MEMORY: usize = 3;
/// Sentences over which a day stays in mind, for "the same day".
const DAY_MEMORY: usize = 8;

impl Telling {
    fn enter(&mut self, sentence: usize, segment: Option<usize>) {
        if segment != self.segment {
            *self = Telling { segment, ..Telling::default() };
        }
        self.now = sentence;
        if sentence - self.sentence.min(sentence) > MEMORY {
            self.date = None;
        }
        if sentence - self.day_sentence.min(sentence) > DAY_MEMORY {
            self.day = None;
        }
    }

    fn tell(&mut self, meaning: &Meaning, start: PartialDate, end: Option<PartialDate>) {
        let dated = match meaning {
            Meaning::Date { year, .. } => year.is_some(),
            Meaning::Range(first, last) => {
                [first, last].iter().any(|m| matches!(***m, Meaning::Date { year: Some(_), .. }))
            }
            _ => false,
        };
        // "as they did in 2000" does not say in which year the text stands
        if dated && start.month().is_some() {
            self.year = Some(end.unwrap_or(start).year());
        }
        if !matches!(meaning, Meaning::Lately(..) | Meaning::Decade { .. }) {
            self.date = Some(start);
            self.sentence = self.now;
            if start.day().is_some() && end.is_none() {
                self.day = Some(start);
                self.day_sentence = self.now;
            }
        }
    }
}

/// True where the same words mean another date when the clause looks ahead.
fn needs_tense(meaning: &Meaning) -> bool {
    match meaning {
        Meaning::Date { year, .. } => year.is_none(),
        Meaning::DayOfWeek(..) => true,
        Meaning::Weekday(..) | Meaning::Unit(words::Unit::Weekend, _) => true,
        Meaning::Range(first, last) => needs_tense(first) || needs_tense(last),
        _ => false,
    }
}
