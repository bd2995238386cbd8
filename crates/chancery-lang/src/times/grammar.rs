//! Finds time expressions in one sentence and says what they mean, without knowing the date.
//!
//! In: the tokens of a sentence, looked up in the word lists. Out: [`Found`]: which tokens, and a [`Meaning`] that
//! `resolve` turns into dates. A small recursive-descent grammar; each rule takes the index of a token and gives the
//! index after its last one.

use super::words::{Role, Unit, Word, Words};
use chancery_text::{Document, Upos};
use std::ops::Range;

/// What an expression means, before it is counted from a date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Meaning {
    /// A date of the calendar; what is not said is `None`.
    Date { year: Option<i16>, month: Option<u8>, day: Option<u8> },
    /// "Thursday, May 5": weekday, month and day; the weekday tells the year.
    DayOfWeek(u8, u8, u8),
    /// A day of the week, 1 to 7.
    Weekday(u8, Pointer),
    /// A month, "last March".
    Month(u8, Pointer),
    /// A season by its first month, with the year where it is said.
    Season(u8, Pointer, Option<i16>),
    /// "last week", "this year", "the following day".
    Unit(Unit, Pointer),
    /// "two days ago" is (-2, day) from the day of writing, "two days earlier" from what was told before.
    Offset { count: i32, unit: Unit, told: bool },
    /// "the past three days".
    Lately(i32, Unit),
    /// A decade by its first year.
    Decade { year: i16, part: Part },
    /// Months (first, last) of a year: "the first half of 2025".
    Months(u8, u8, Option<i16>),
    /// "between X and Y".
    Range(Box<Meaning>, Box<Meaning>),
}

/// Where a word points from the day of writing, or from the day that was told of.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Pointer {
    /// "Tuesday": as the tense says.
    Bare,
    Last,
    This,
    Next,
    /// "the previous week", from what was told before.
    Previous,
    Following,
    Same,
}

/// Part of a decade.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Part {
    Whole,
    Early,
    Mid,
    Late,
}

/// A time expression in a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Found {
    /// Indices into `Document::tokens`.
    pub tokens: Range<usize>,
    pub meaning: Meaning,
}

/// A token with what it can be.
struct Item {
    word: Word,
    /// A number written in up to four digits.
    digits: Option<u16>,
    /// How many digits.
    width: u8,
    /// `5th`, `fifth`.
    ordinal: u8,
    capital: bool,
    /// No white space before it.
    glued: bool,
    /// It begins with a digit, or is written with a hyphen after "mid", "early" or "late".
    mixed: bool,
}

/// Finds all time expressions of one sentence, left to right.
pub(crate) fn read_sentence(doc: &Document, sentence: Range<usize>, words: &Words, found: &mut Vec<Found>) {
    let mut items = Vec::with_capacity(sentence.len());
    let mut seen = false;
    for i in sentence.clone() {
        let item = item(doc, i, words);
        seen |= item.may_begin();
        items.push(item);
    }
    if !seen {
        return;
    }
    let reader = Reader { doc, words, first: sentence.start, items };
    let mut i = 0;
    while i < reader.items.len() {
        match reader.expression(i) {
            Some((end, meaning)) if end > i => {
                found.push(Found { tokens: sentence.start + i..sentence.start + end, meaning });
                i = end;
            }
            _ => i += 1,
        }
    }
}

fn item(doc: &Document, i: usize, words: &Words) -> Item {
    let form = doc.form(i);
    let first = form.as_bytes().first().copied().unwrap_or(0);
    let mut item = Item {
        word: Word::default(),
        digits: None,
        width: 0,
        ordinal: 0,
        capital: first.is_ascii_uppercase(),
        glued: i > 0 && doc.tokens[i - 1].span.end == doc.tokens[i].span.start,
        mixed: first.is_ascii_digit(),
    };
    if item.mixed {
        read_digits(form, &mut item);
        return item;
    }
    item.word = words.get(form.strip_suffix('.').filter(|s| s.len() > 2).unwrap_or(form));
    item.mixed = item.word == Word::default() && split_part(form, words).is_some();
    item.ordinal = item.word.ordinal;
    item
}

/// "mid-February" as its part and the rest.
fn split_part<'f>(form: &'f str, words: &Words) -> Option<(Part, &'f str)> {
    let (part, rest) = form.split_once(['-', '‑'])?;
    let word = words.get(part);
    let part = match () {
        _ if word.is(Role::Mid) => Part::Mid,
        _ if word.is(Role::Early) => Part::Early,
        _ if word.is(Role::Late) => Part::Late,
        _ => return None,
    };
    Some((part, rest))
}

fn read_digits(form: &str, item: &mut Item) {
    let end = form.bytes().position(|b| !b.is_ascii_digit()).unwrap_or(form.len());
    let number = if end <= 4 { form[..end].parse().ok() } else { None };
    match &form[end..] {
        "" => {
            item.digits = number;
            item.width = end as u8;
        }
        "st" | "nd" | "rd" | "th" => item.ordinal = number.and_then(|n| u8::try_from(n).ok()).unwrap_or(0),
        _ => {}
    }
}

impl Item {
    fn is(&self, role: Role) -> bool {
        self.word.is(role)
    }

    /// True for what an expression can begin with, apart from small words.
    fn may_begin(&self) -> bool {
        let w = self.word;
        self.ordinal > 0
            || w.month > 0
            || w.weekday > 0
            || w.season > 0
            || w.unit.is_some()
            || w.now.is_some()
            || w.decade > 0
            || self.is(Role::Daypart)
            || self.mixed
    }

    fn day(&self) -> Option<u8> {
        let number = self.digits.filter(|_| self.width <= 2).and_then(|d| u8::try_from(d).ok()).unwrap_or(self.ordinal);
        (1..=31).contains(&number).then_some(number)
    }

    fn year(&self) -> Option<i16> {
        self.digits
            .filter(|_| self.width == 4)
            .and_then(|y| i16::try_from(y).ok())
            .filter(|y| (1000..=2199).contains(y))
    }
}

struct Reader<'d> {
    doc: &'d Document,
    words: &'d Words,
    first: usize,
    items: Vec<Item>,
}

type Rule = Option<(usize, Meaning)>;

impl Reader<'_> {
    /// An expression, or a range of two.
    fn expression(&self, i: usize) -> Rule {
        if let Some(found) = self.day_list(i) {
            return Some(found);
        }
        let (end, meaning) = self.single(i)?;
        self.range(i, end, &meaning).or(Some((end, meaning)))
    }

    fn single(&self, i: usize) -> Rule {
        self.whole_date(i).or_else(|| self.qualified(i)).or_else(|| self.core(i))
    }

    fn core(&self, i: usize) -> Rule {
        self.weekday(i)
            .or_else(|| self.month_first(i))
            .or_else(|| self.day_first(i))
            .or_else(|| self.offset(i))
            .or_else(|| self.pointed(i))
            .or_else(|| self.part_of_year(i))
            .or_else(|| self.now(i))
            .or_else(|| self.told(i))
            .or_else(|| self.decade(i))
            .or_else(|| self.season(i))
            .or_else(|| self.day_alone(i))
            .or_else(|| self.year_alone(i))
    }

    fn item(&self, i: usize) -> Option<&Item> {
        self.items.get(i)
    }

    fn is(&self, i: usize, role: Role) -> bool {
        self.item(i).is_some_and(|t| t.is(role))
    }

    fn before(&self, i: usize) -> Option<&Item> {
        i.checked_sub(1).and_then(|p| self.item(p))
    }

    fn before_is(&self, i: usize, role: Role) -> bool {
        self.before(i).is_some_and(|t| t.is(role))
    }

    fn form(&self, i: usize) -> &str {
        self.doc.form(self.first + i)
    }

    fn upos(&self, i: usize) -> Option<Upos> {
        self.item(i).map(|_| self.doc.tokens[self.first + i].upos)
    }

    // --- dates of the calendar -------------------------------------------------------------------------------------

    /// `2026-02-15`, `15.02.2026`, `2/15/2026`, in one token or in five.
    fn whole_date(&self, i: usize) -> Rule {
        let item = self.item(i)?;
        let form = self.form(i);
        if !form.as_bytes().first()?.is_ascii_digit() {
            return None;
        }
        if item.width == 0 {
            return numeric_date(form).map(|d| (i + 1, d));
        }
        let mut end = i + 1;
        while end < i + 5 && self.item(end).is_some_and(|t| t.glued) {
            end += 1;
        }
        if end != i + 5 || self.item(end).is_some_and(|t| t.glued && t.width > 0) {
            return None;
        }
        let text = self.doc.tokens[self.first + i].span.cover(self.doc.tokens[self.first + end - 1].span);
        numeric_date(text.of(self.doc.text())).map(|d| (end, d))
    }

    /// "February 15, 2026", "Feb. 5", "January 2025", "February".
    fn month_first(&self, i: usize) -> Rule {
        let month = self.month_name(i)?;
        let mut end = self.skip_stop(i + 1);
        let mut day = None;
        let from = if self.is(end, Role::The) { end + 1 } else { end };
        if let Some(d) = self.item(from).and_then(Item::day).filter(|_| self.day_fits(from)) {
            day = Some(d);
            end = from + 1;
        }
        let (end, year) = self.year_part(end, day.is_some());
        if day.is_none() && year.is_none() && !self.month_stands_alone(i) {
            return None;
        }
        let end = if day.is_some() { self.skip_daypart(end) } else { end };
        Some((end, Meaning::Date { year, month: Some(month), day }))
    }

    /// "15 February 2026", "the 15th of February".
    fn day_first(&self, i: usize) -> Rule {
        let at = if self.is(i, Role::The) { i + 1 } else { i };
        let item = self.item(at)?;
        let day = item.day()?;
        if at > i && item.ordinal == 0 {
            return None;
        }
        let of = self.is(at + 1, Role::Of);
        let month_at = if of { at + 2 } else { at + 1 };
        let month = self.month_word(month_at)?;
        if of && item.ordinal == 0 {
            return None;
        }
        let (end, year) = self.year_part(self.skip_stop(month_at + 1), true);
        Some((end, Meaning::Date { year, month: Some(month), day: Some(day) }))
    }

    /// "2026", ", 2026", "of 2026" after a day or a month.
    fn year_part(&self, end: usize, after_day: bool) -> (usize, Option<i16>) {
        let at = match self.item(end) {
            Some(t) if t.is(Role::Comma) || t.is(Role::Of) => end + 1,
            _ => end,
        };
        let year = self.item(at).and_then(Item::year).filter(|_| !self.is(at + 1, Role::Counted));
        match year {
            Some(y) if at == end || after_day || (1800..=2100).contains(&y) => (at + 1, Some(y)),
            _ => (end, None),
        }
    }

    /// A month's name that stands where a month can stand, whatever follows.
    fn month_word(&self, i: usize) -> Option<u8> {
        let item = self.item(i)?;
        let lower_is_fine = !item.is(Role::Doubtful);
        (item.word.month > 0 && (item.capital || lower_is_fine)).then_some(item.word.month)
    }

    /// A month's name that begins an expression: no "may", no "Theresa May", no "Long March".
    fn month_name(&self, i: usize) -> Option<u8> {
        let month = self.month_word(i)?;
        let named = self.before_is(i, Role::NameBefore) || self.is(i + 1, Role::NameAfter);
        (!named).then_some(month)
    }

    /// True where a month without day and year is one all the same.
    fn month_stands_alone(&self, i: usize) -> bool {
        let Some(item) = self.item(i) else { return false };
        if !item.is(Role::Doubtful) {
            return true;
        }
        if matches!(self.upos(i), Some(Upos::Aux | Upos::Verb)) {
            return false;
        }
        if self.form(i).len() <= 3 && !self.form(i).eq_ignore_ascii_case("may") {
            return false;
        }
        match self.before(i) {
            Some(p) if p.is(Role::MonthAfter) => true,
            Some(p) if p.is(Role::The) || p.is(Role::YearBeforeNoun) => {
                self.upos(i + 1) == Some(Upos::Noun) && !self.item(i + 1).is_some_and(|t| t.capital)
            }
            _ => false,
        }
    }

    /// A day number after a month: not "February 15 people", "March 20,000".
    fn day_fits(&self, i: usize) -> bool {
        !self.is(i + 1, Role::Counted) || self.item(i).is_some_and(|t| t.ordinal > 0)
    }

    fn skip_stop(&self, i: usize) -> usize {
        if self.is(i, Role::Stop) && self.item(i).is_some_and(|t| t.glued) && i + 1 < self.items.len() {
            i + 1
        } else {
            i
        }
    }

    /// "February 9, 10 and 11"; "1 and 2 March"; "28 to 31 January"; "Feb. 9-10".
    fn day_list(&self, i: usize) -> Rule {
        self.days_then_month(i).or_else(|| self.month_then_days(i))
    }

    fn days_then_month(&self, i: usize) -> Rule {
        if let Some((a, b)) = self.item(i).filter(|t| t.width == 0).and_then(|_| day_pair(self.form(i))) {
            let month = self.month_word(i + 1)?;
            let (end, year) = self.year_part(self.skip_stop(i + 2), true);
            return days_of(month, year, a, b).map(|m| (end, m));
        }
        let first = self.item(i)?.day()?;
        let (last, end) = self.more_days(i + 1)?;
        let at = if self.is(end, Role::Of) { end + 1 } else { end };
        let month = self.month_word(at)?;
        let (end, year) = self.year_part(self.skip_stop(at + 1), true);
        days_of(month, year, first, last).map(|m| (end, m))
    }

    fn month_then_days(&self, i: usize) -> Rule {
        let month = self.month_name(i)?;
        let at = self.skip_stop(i + 1);
        if let Some((a, b)) = self.item(at).filter(|t| t.width == 0).and_then(|_| day_pair(self.form(at))) {
            let (end, year) = self.year_part(at + 1, true);
            return days_of(month, year, a, b).map(|m| (end, m));
        }
        let first = self.item(at)?.day()?;
        let (last, end) = self.more_days(at + 1)?;
        if self.month_word(end).is_some() || !self.day_fits(end - 1) {
            return None;
        }
        let (end, year) = self.year_part(end, true);
        days_of(month, year, first, last).map(|m| (end, m))
    }

    /// The days after the first of a list or range: the last of them, and where it ends.
    fn more_days(&self, i: usize) -> Option<(u8, usize)> {
        let mut at = i;
        let mut last = None;
        loop {
            let mut next = at;
            while next < at + 2
                && self
                    .item(next)
                    .is_some_and(|t| t.is(Role::Comma) || t.is(Role::And) || t.is(Role::Dash) || t.is(Role::To))
            {
                next += 1;
            }
            let day = self.item(next).filter(|_| next > at).and_then(Item::day);
            let Some(day) = day else { break };
            last = Some((day, next + 1));
            at = next + 1;
        }
        last
    }

    // --- pointing words --------------------------------------------------------------------------------------------

    /// "Tuesday", "Tuesday morning", "last Tuesday", "Tuesday, February 10, 2026", "Tuesday (10 February)".
    fn weekday(&self, i: usize) -> Rule {
        let (at, pointer) = self.pointer(i);
        let item = self.item(at)?;
        let weekday = item.word.weekday;
        if weekday == 0 || !item.capital && item.is(Role::Doubtful) || self.weekday_is_name(at) {
            return None;
        }
        let short = item.is(Role::Doubtful);
        let after = self.skip_daypart(self.skip_stop(at + 1));
        match self.date_after_weekday(after) {
            Some((end, Meaning::Date { year: None, month: Some(month), day: Some(day) })) => {
                return Some((end, Meaning::DayOfWeek(weekday, month, day)));
            }
            Some(found) => return Some(found),
            None => {}
        }
        if short && !self.before_is(i, Role::MonthAfter) && !self.form(at).ends_with('.') {
            return None;
        }
        let end =
            if self.is(after, Role::Next) || self.is(after, Role::Last) { after } else { self.skip_daypart(at + 1) };
        Some((end, Meaning::Weekday(weekday, pointer)))
    }

    fn date_after_weekday(&self, i: usize) -> Rule {
        let open = self.is(i, Role::Open);
        let at = if open || self.is(i, Role::Comma) { i + 1 } else { i };
        let (end, meaning) = self.whole_date(at).or_else(|| self.month_first(at)).or_else(|| self.day_first(at))?;
        let dated = matches!(meaning, Meaning::Date { day: Some(_), .. });
        let end = if open && self.is(end, Role::Close) { end + 1 } else { end };
        dated.then_some((end, meaning))
    }

    /// "Black Friday", "the Sunday Times".
    fn weekday_is_name(&self, i: usize) -> bool {
        let capital_after = self.item(i + 1).is_some_and(|t| t.capital && t.is(Role::NameAfter));
        self.before_is(i, Role::NameBefore) && self.before(i).is_some_and(|t| t.capital) || capital_after
    }

    fn skip_daypart(&self, i: usize) -> usize {
        if self.is(i, Role::Daypart) { i + 1 } else { i }
    }

    /// A pointing word before a name of the calendar, and the index after it.
    fn pointer(&self, i: usize) -> (usize, Pointer) {
        let at = if self.is(i, Role::The) { i + 1 } else { i };
        let told = at > i;
        let Some(item) = self.item(at) else { return (i, Pointer::Bare) };
        let pointer = match () {
            _ if item.is(Role::Following) && told => Pointer::Following,
            _ if item.is(Role::Same) => Pointer::Same,
            _ if item.is(Role::Previous) => Pointer::Previous,
            _ if item.is(Role::Last) => Pointer::Last,
            _ if item.is(Role::Next) => Pointer::Next,
            _ if item.is(Role::This) => Pointer::This,
            _ if item.is(Role::Following) => Pointer::Following,
            _ => return (i, Pointer::Bare),
        };
        (at + 1, pointer)
    }

    /// "last week", "this year", "the following day", "next March", "last summer", "the past three days".
    fn pointed(&self, i: usize) -> Rule {
        let (at, pointer) = self.pointer(i);
        let item = self.item(at).filter(|_| pointer != Pointer::Bare)?;
        let word = item.word;
        if word.month > 0 && item.capital {
            return Some((at + 1, Meaning::Month(word.month, pointer)));
        }
        if word.season > 0 && word.decade == 0 && pointer != Pointer::Same {
            return Some((at + 1, Meaning::Season(word.season, pointer, None)));
        }
        if word.is(Role::Daypart) {
            return self.pointed_daypart(i, at, pointer);
        }
        let the = self.is(i, Role::The);
        if let Some((end, count)) = self.count(at) {
            return self.lately(i, end, count, pointer);
        }
        let unit = word.unit.filter(|u| !matches!(u, Unit::Hour | Unit::Century | Unit::Half))?;
        if self.form(at).ends_with('s') || self.before_is(i, Role::Lasting) && pointer != Pointer::This {
            return None;
        }
        if the && pointer == Pointer::Last && unit != Unit::Weekend {
            return if self.is(at + 1, Role::Of) { None } else { Some((at + 1, Meaning::Lately(1, unit))) };
        }
        if unit == Unit::Day && matches!(pointer, Pointer::Last | Pointer::This) {
            return (pointer == Pointer::This && !self.is(i, Role::The) && self.before_is(i, Role::MonthAfter))
                .then_some((at + 1, Meaning::Offset { count: 0, unit: Unit::Day, told: false }));
        }
        Some((at + 1, Meaning::Unit(unit, pointer)))
    }

    /// "this morning", "last night".
    fn pointed_daypart(&self, i: usize, at: usize, pointer: Pointer) -> Rule {
        let told = match pointer {
            Pointer::This => (0, false),
            Pointer::Last if !self.is(i, Role::The) => (-1, false),
            Pointer::Previous => (-1, true),
            Pointer::Following | Pointer::Next => (1, self.is(i, Role::The)),
            Pointer::Same => (0, true),
            _ => return None,
        };
        Some((at + 1, Meaning::Offset { count: told.0, unit: Unit::Day, told: told.1 }))
    }

    /// "the past three days", "the next two weeks".
    fn lately(&self, i: usize, at: usize, count: i32, pointer: Pointer) -> Rule {
        let unit = self.item(at)?.word.unit.filter(|u| !matches!(u, Unit::Half | Unit::Century | Unit::Quarter))?;
        let sign = match pointer {
            Pointer::Last => 1,
            Pointer::Next => -1,
            Pointer::Following if self.is(i, Role::The) && self.items[i + 1].is(Role::Next) => -1,
            _ => return None,
        };
        let lasting = self.before_is(i, Role::Lasting);
        (!lasting && !self.is(at + 1, Role::Of)).then_some((at + 1, Meaning::Lately(sign * count, unit)))
    }

    /// "three", "a", "twenty five", "48": a number, and the index after it.
    fn count(&self, i: usize) -> Option<(usize, i32)> {
        let item = self.item(i)?;
        if let Some(number) = item.digits {
            return Some((i + 1, i32::from(number)));
        }
        if item.is(Role::One) {
            return Some((i + 1, 1));
        }
        let number = item.word.number;
        if number == 0 {
            return None;
        }
        let mut at = i + 1;
        if (20..100).contains(&number) {
            let unit_at = if self.is(at, Role::Dash) { at + 1 } else { at };
            let unit = self.item(unit_at).map_or(0, |t| t.word.number);
            if (1..10).contains(&unit) {
                return Some((unit_at + 1, i32::from(number + unit)));
            }
        }
        if self.item(at).is_some_and(|t| t.word.number == 100) && number < 10 {
            at += 1;
            return Some((at, i32::from(number) * 100));
        }
        Some((at, i32::from(number)))
    }

    /// "two days ago", "a week earlier", "three months later", "in two days".
    fn offset(&self, i: usize) -> Rule {
        if self.is(i, Role::In) {
            return None;
        }
        let (at, count) = self.count(i)?;
        let unit = self.item(at)?.word.unit.filter(|u| !matches!(u, Unit::Half | Unit::Quarter))?;
        let item = self.item(at + 1)?;
        let end = at + 2;
        let (count, told) = match () {
            _ if item.is(Role::Ago) => (-count, false),
            _ if item.is(Role::Hence) => (count, false),
            _ if item.is(Role::Back) && self.ends_phrase(end) => (-count, true),
            _ if item.is(Role::Forth) && self.ends_phrase(end) => (count, true),
            _ => return None,
        };
        (count.abs() <= 3000).then_some((end, Meaning::Offset { count, unit, told }))
    }

    /// False where "before" or "after" has an object of its own ("two days after the vote").
    fn ends_phrase(&self, i: usize) -> bool {
        let preposition = self.before(i).is_some_and(|t| t.is(Role::Before) || t.is(Role::After));
        if !preposition {
            return !self.is(i, Role::The) || !self.before(i).is_some_and(|t| t.is(Role::Previous));
        }
        match self.upos(i) {
            None | Some(Upos::Punct | Upos::Cconj | Upos::Verb | Upos::Aux) => true,
            _ => self.is(i, Role::Comma) || self.is(i, Role::Stop) || self.is(i, Role::And),
        }
    }

    /// "today", "yesterday morning", "the day before yesterday".
    fn now(&self, i: usize) -> Rule {
        let offset = |count: i8| Meaning::Offset { count: i32::from(count), unit: Unit::Day, told: false };
        if let Some(days) = self.item(i)?.word.now {
            return Some((self.skip_daypart(i + 1), offset(days)));
        }
        let at = if self.is(i, Role::The) { i + 1 } else { i };
        let day = self.item(at)?.word.unit == Some(Unit::Day);
        let days = self.item(at + 2).and_then(|t| t.word.now).filter(|_| day)?;
        match () {
            _ if days < 0 && self.is(at + 1, Role::Before) => Some((at + 3, offset(days - 1))),
            _ if days > 0 && self.is(at + 1, Role::After) => Some((at + 3, offset(days + 1))),
            _ => None,
        }
    }

    /// "the day before", "the week after", from what was told.
    fn told(&self, i: usize) -> Rule {
        let unit = self.item(i + 1)?.word.unit.filter(|_| self.is(i, Role::The))?;
        if matches!(unit, Unit::Hour | Unit::Century | Unit::Half) {
            return None;
        }
        let count = match self.item(i + 2)? {
            t if t.is(Role::Before) => -1,
            t if t.is(Role::After) => 1,
            _ => return None,
        };
        self.ends_phrase(i + 3).then_some((i + 3, Meaning::Offset { count, unit, told: true }))
    }

    // --- parts and stretches ---------------------------------------------------------------------------------------

    /// "early March", "mid-February", "the end of 1979", "earlier this month", "late last year".
    fn qualified(&self, i: usize) -> Rule {
        let the = usize::from(self.is(i, Role::The));
        let at = i + the;
        let item = self.item(at)?;
        let part = match () {
            _ if item.is(Role::Early) => Part::Early,
            _ if item.is(Role::Late) => Part::Late,
            _ if item.is(Role::Mid) => Part::Mid,
            _ => Part::Whole,
        };
        if item.is(Role::Edge) && self.is(at + 1, Role::Of) {
            return self.after_edge(at + 2);
        }
        if part == Part::Whole && !item.is(Role::Earlier) {
            return self.mid_month(i);
        }
        let mut from = at + 1;
        if self.is(from, Role::Dash) && self.item(from).is_some_and(|t| t.glued) {
            from += 1;
        }
        if item.is(Role::Earlier) {
            return self.pointed(from).or_else(|| self.now(from)).or_else(|| self.weekday(from));
        }
        let (end, meaning) = self
            .decade(from)
            .or_else(|| self.month_phrase(from))
            .or_else(|| self.pointed(from))
            .or_else(|| self.weekday(from))
            .or_else(|| self.season(from))
            .or_else(|| self.year_here(from))?;
        let meaning = match meaning {
            Meaning::Decade { year, .. } => Meaning::Decade { year, part },
            other => other,
        };
        Some((end, meaning))
    }

    fn after_edge(&self, i: usize) -> Rule {
        let the = self.is(i, Role::The);
        if let Some(unit) = self.item(i + 1).and_then(|t| t.word.unit).filter(|_| the) {
            let fits = matches!(unit, Unit::Week | Unit::Month | Unit::Year | Unit::Decade | Unit::Quarter);
            if let Some(year) = self.item(i + 2).and_then(Item::year).filter(|_| unit == Unit::Year) {
                return Some((i + 3, Meaning::Date { year: Some(year), month: None, day: None }));
            }
            return fits.then_some((i + 2, Meaning::Unit(unit, Pointer::This)));
        }
        self.pointed(i)
            .or_else(|| self.decade(i))
            .or_else(|| self.month_phrase(i))
            .or_else(|| self.part_of_year(i))
            .or_else(|| self.season(i))
            .or_else(|| self.year_here(i))
    }

    /// A month where the words before it leave no doubt.
    fn month_phrase(&self, i: usize) -> Rule {
        let month = self.month_word(i)?;
        if self.month_first(i).is_some() {
            return self.month_first(i);
        }
        Some((self.skip_stop(i + 1), Meaning::Date { year: None, month: Some(month), day: None }))
    }

    /// "mid-February", "mid-2025", "mid-1970s" in one token.
    fn mid_month(&self, i: usize) -> Rule {
        let (part, rest) = self.item(i).filter(|t| t.mixed).and_then(|_| split_part(self.form(i), self.words))?;
        if let Some(year) = decade_of(rest) {
            return Some((i + 1, Meaning::Decade { year, part }));
        }
        if let Some(year) = rest.parse::<i16>().ok().filter(|y| rest.len() == 4 && (1000..=2199).contains(y)) {
            return Some((i + 1, Meaning::Date { year: Some(year), month: None, day: None }));
        }
        let month = Some(self.words.get(rest).month).filter(|m| *m > 0)?;
        let (end, year) = self.year_part(i + 1, false);
        Some((end, Meaning::Date { year, month: Some(month), day: None }))
    }

    /// "the first half of 2025", "the third quarter", "the first quarter of this year".
    fn part_of_year(&self, i: usize) -> Rule {
        let at = if self.is(i, Role::The) { i + 1 } else { i };
        let number = self.item(at)?.ordinal;
        let length = match self.item(at + 1)?.word.unit? {
            Unit::Quarter if (1..=4).contains(&number) => 3,
            Unit::Half if (1..=2).contains(&number) => 6,
            _ => return None,
        };
        let (first, last) = ((number - 1) * length + 1, number * length);
        let of = if self.is(at + 2, Role::Of) { at + 3 } else { at + 2 };
        if let Some(year) = self.item(of).and_then(Item::year) {
            return Some((of + 1, Meaning::Months(first, last, Some(year))));
        }
        if length == 6 && of == at + 3 {
            return None;
        }
        (length == 3).then_some((at + 2, Meaning::Months(first, last, None)))
    }

    /// "the 1970s", "1970's", "the seventies".
    fn decade(&self, i: usize) -> Rule {
        let at = if self.is(i, Role::The) { i + 1 } else { i };
        let part = Part::Whole;
        let item = self.item(at)?;
        if item.word.decade > 0 && (at > i || self.before_is(i, Role::The)) && self.form(at).ends_with('s') {
            let year = 1900 + i16::from(item.word.decade);
            return Some((at + 1, Meaning::Decade { year, part }));
        }
        let (qualifier, from) = match () {
            _ if at > i && item.is(Role::Early) => (Part::Early, at + 1),
            _ if at > i && item.is(Role::Late) => (Part::Late, at + 1),
            _ if at > i && item.is(Role::Mid) => (Part::Mid, at + 1),
            _ => (part, at),
        };
        let year = self.item(from).and_then(|_| decade_of(self.form(from)))?;
        Some((from + 1, Meaning::Decade { year, part: qualifier }))
    }

    /// "the summer of 2015", "spring 2026".
    fn season(&self, i: usize) -> Rule {
        let at = if self.is(i, Role::The) { i + 1 } else { i };
        let season = self.item(at)?.word.season;
        if season == 0 {
            return None;
        }
        let year_at = if self.is(at + 1, Role::Of) { at + 2 } else { at + 1 };
        let year = self.item(year_at).and_then(Item::year)?;
        Some((year_at + 1, Meaning::Season(season, Pointer::Bare, Some(year))))
    }

    /// "the 24th".
    fn day_alone(&self, i: usize) -> Rule {
        let item = self.item(i + 1).filter(|_| self.is(i, Role::The))?;
        let day = item.day().filter(|_| item.ordinal > 0 && self.form(i + 1).as_bytes()[0].is_ascii_digit())?;
        if !self.before(i).is_some_and(|t| t.is(Role::MonthAfter) || t.is(Role::And)) {
            return None;
        }
        let free = match self.upos(i + 2) {
            None => true,
            _ if self.is(i + 2, Role::Stop) || self.is(i + 2, Role::Comma) => true,
            Some(Upos::Noun | Upos::Propn | Upos::Adj | Upos::Num | Upos::X) => false,
            _ => !self.is(i + 2, Role::Of) && !self.is(i + 2, Role::Dash),
        };
        free.then_some((i + 2, Meaning::Date { year: None, month: None, day: Some(day) }))
    }

    /// A year, or a range of years, where the words around it say that it is one.
    fn year_alone(&self, i: usize) -> Rule {
        if let Some(found) = self.item(i).filter(|t| t.width == 0).and_then(|_| year_pair(self.form(i))) {
            return Some((i + 1, found));
        }
        self.item(i)?.year()?;
        if !self.year_fits(i) {
            return None;
        }
        self.year_here(i)
    }

    fn year_here(&self, i: usize) -> Rule {
        let year = self.item(i)?.year().filter(|_| !self.is(i + 1, Role::Counted))?;
        if let Some(end) = self.short_year_after(i + 1, year) {
            return Some(end);
        }
        Some((i + 1, Meaning::Date { year: Some(year), month: None, day: None }))
    }

    /// `2022-23`, `2022/23` in three tokens.
    fn short_year_after(&self, i: usize, year: i16) -> Rule {
        let dash = self.item(i).filter(|t| t.is(Role::Dash) && t.glued)?;
        let second = self.item(i + 1).filter(|t| t.glued && t.width == 2)?.digits?;
        let last = year / 100 * 100 + i16::try_from(second).ok()?;
        (dash.glued && last > year).then(|| (i + 2, years(year, last)))
    }

    fn year_fits(&self, i: usize) -> bool {
        let Some(year) = self.items[i].year() else { return false };
        if self.items[i].glued && !self.before_is(i, Role::Open) && !self.before_is(i, Role::Dash) {
            return false;
        }
        let next = self.upos(i + 1);
        if self.is(i + 1, Role::Counted) || self.glued_number_after(i) {
            return false;
        }
        let modern = (1900..=2100).contains(&year);
        let noun_next = matches!(next, Some(Upos::Noun | Upos::Adj | Upos::Propn | Upos::Num));
        match self.before(i) {
            None => {
                let verb = next.is_some_and(|u| matches!(u, Upos::Verb | Upos::Aux));
                modern && (verb || i + 1 == self.items.len())
            }
            Some(p) if p.is(Role::Open) => {
                self.is(i + 1, Role::Close) || self.is(i + 1, Role::Dash) || self.is(i + 1, Role::Comma)
            }
            Some(p) if p.is(Role::YearAfter) => !noun_next || modern && year % 100 != 0,
            Some(p) if p.is(Role::YearBeforeNoun) => modern && (noun_next || next == Some(Upos::X)) && year % 1000 != 0,
            Some(p) if p.is(Role::And) || p.is(Role::Comma) || p.is(Role::Dash) => {
                modern && !noun_next && self.year_before(i - 1)
            }
            Some(_) => false,
        }
    }

    /// True where a year stands before the comma or "and" at `i`.
    fn year_before(&self, i: usize) -> bool {
        self.before(i).is_some_and(|t| t.year().is_some())
            || self.before_is(i, Role::Comma) && i >= 2 && self.item(i - 2).is_some_and(|t| t.year().is_some())
    }

    fn glued_number_after(&self, i: usize) -> bool {
        let glued = |k: usize| self.item(k).is_some_and(|t| t.glued);
        let word_after_dash =
            self.is(i + 1, Role::Dash) && glued(i + 1) && glued(i + 2) && self.items[i + 2].width == 0;
        word_after_dash || glued(i + 1) && self.items[i + 1].width > 0
    }

    // --- ranges ----------------------------------------------------------------------------------------------------

    /// "X to Y", "between X and Y", "X-Y".
    fn range(&self, i: usize, end: usize, first: &Meaning) -> Rule {
        let link = self.item(end)?;
        let between = self.before_is(i, Role::Between);
        let from = self.before_is(i, Role::From);
        let joins = link.is(Role::To) || link.is(Role::Dash) || link.is(Role::And) && between;
        if !joins {
            return None;
        }
        let (last_end, last) = self.second(end + 1)?;
        let dashed = link.is(Role::Dash);
        let alike = alike(first, &last);
        let nested = matches!(first, Meaning::Range(..)) || matches!(last, Meaning::Range(..));
        if nested || !alike && (!from || dashed) {
            return None;
        }
        Some((last_end, Meaning::Range(Box::new(first.clone()), Box::new(last))))
    }

    fn second(&self, i: usize) -> Rule {
        self.single(i).or_else(|| self.year_here(i))
    }
}

fn alike(a: &Meaning, b: &Meaning) -> bool {
    use Meaning::{Date, DayOfWeek, Month, Season, Weekday};
    match (a, b) {
        (Date { month: ma, day: da, .. }, Date { month: mb, day: db, .. }) => {
            ma.is_some() == mb.is_some() && (da.is_some() == db.is_some())
        }
        (Weekday(..), Weekday(..)) | (Month(..), Month(..)) | (Season(..), Season(..)) => true,
        (Weekday(..) | DayOfWeek(..), Date { day: Some(_), .. }) => true,
        (DayOfWeek(..) | Date { day: Some(_), .. }, DayOfWeek(..)) => true,
        _ => false,
    }
}

/// The first year of `1970s`, `1970's`.
fn decade_of(form: &str) -> Option<i16> {
    let digits = form.strip_suffix("'s").or_else(|| form.strip_suffix("’s")).or_else(|| form.strip_suffix('s'))?;
    let year = digits.parse::<i16>().ok().filter(|_| digits.len() == 4 && digits.ends_with('0'))?;
    (1000..=2100).contains(&year).then_some(year)
}

/// The days from `a` to `b` of a month.
fn days_of(month: u8, year: Option<i16>, a: u8, b: u8) -> Option<Meaning> {
    let day = |d| Box::new(Meaning::Date { year, month: Some(month), day: Some(d) });
    (a < b).then(|| Meaning::Range(day(a), day(b)))
}

fn years(a: i16, b: i16) -> Meaning {
    let year = |y| Box::new(Meaning::Date { year: Some(y), month: None, day: None });
    Meaning::Range(year(a), year(b))
}

/// `28-31`.
fn day_pair(form: &str) -> Option<(u8, u8)> {
    let (a, b) = form.split_once(['-', '–', '—', '‑'])?;
    let day = |t: &str| t.parse::<u8>().ok().filter(|d| (1..=31).contains(d) && t.len() <= 2);
    Some((day(a)?, day(b)?))
}

/// `1990-1995`, `2022-23`, `2022/23`.
fn year_pair(form: &str) -> Option<Meaning> {
    let (a, b) = form.split_once(['-', '–', '—', '‑', '/'])?;
    let digits = |t: &str| t.bytes().all(|b| b.is_ascii_digit());
    if a.len() != 4 || !digits(a) || !digits(b) {
        return None;
    }
    let first: i16 = a.parse().ok()?;
    let last: i16 = match b.len() {
        4 => b.parse().ok()?,
        2 => first / 100 * 100 + b.parse::<i16>().ok()?,
        _ => return None,
    };
    ((1000..=2199).contains(&first) && first < last && last - first <= 300).then(|| years(first, last))
}

/// A date in digits: year first, or day and month in an order that leaves no doubt.
fn numeric_date(form: &str) -> Option<Meaning> {
    let separator = form.chars().find(|c| matches!(c, '-' | '/' | '.' | '–'))?;
    let mut parts = form.split(separator);
    let (a, b, c) = (parts.next()?, parts.next()?, parts.next()?);
    if parts.next().is_some() || ![a, b, c].iter().all(|p| !p.is_empty() && p.bytes().all(|x| x.is_ascii_digit())) {
        return None;
    }
    let number = |t: &str| t.parse::<i16>().ok();
    let (year, x, y) = match (a.len(), c.len()) {
        (4, 1..=2) => (number(a)?, number(b)?, number(c)?),
        (1..=2, 4) => {
            let (x, y) = (number(a)?, number(b)?);
            let day_first = x > 12 || separator == '.' || x == y;
            match () {
                _ if day_first => (number(c)?, y, x),
                _ if y > 12 => (number(c)?, x, y),
                _ => return Some(Meaning::Date { year: number(c), month: None, day: None }),
            }
        }
        _ => return None,
    };
    let (month, day) = (u8::try_from(x).ok()?, u8::try_from(y).ok()?);
    chancery_text::PartialDate::day_of(year, month, day).filter(|_| (1000..=2199).contains(&year))?;
    Some(Meaning::Date { year: Some(year), month: Some(month), day: Some(day) })
}
