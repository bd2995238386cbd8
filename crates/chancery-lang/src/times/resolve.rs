//! Turns what an expression means into dates, counted from a day.

use super::grammar::{Meaning, Part, Pointer};
use super::words::Unit;
use chancery_text::PartialDate;
use jiff::ToSpan;
use jiff::civil::Date;

/// A date, or the first and the last of a range.
pub(crate) type Dates = (PartialDate, Option<PartialDate>);

/// Which way the sentence looks.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tense {
    Past,
    Future,
    Unknown,
}

/// What dates are counted from.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Context {
    /// The day of writing, as far as it is known.
    pub reference: Option<PartialDate>,
    /// The year of the nearest earlier full date, where there is no day of writing.
    pub year: Option<i16>,
    /// What was told of last.
    pub told: Option<PartialDate>,
    /// The day that was told of last.
    pub told_day: Option<PartialDate>,
    pub tense: Tense,
}

/// The dates that `meaning` stands for; `None` where the context does not tell.
pub(crate) fn resolve(meaning: &Meaning, context: &Context) -> Option<Dates> {
    match *meaning {
        Meaning::Date { year, month, day } => context.date(year, month, day).map(|d| (d, None)),
        Meaning::DayOfWeek(weekday, month, day) => context.day_of_week(weekday, month, day).map(|d| (d, None)),
        Meaning::Weekday(weekday, pointer) => context.weekday(weekday, pointer),
        Meaning::Month(month, pointer) => context.month(month, pointer),
        Meaning::Season(first, pointer, year) => context.season(first, pointer, year),
        Meaning::Unit(unit, pointer) => context.unit(unit, pointer),
        Meaning::Offset { count, unit, told } => context.offset(count, unit, told),
        Meaning::Lately(count, unit) => context.lately(count, unit),
        Meaning::Decade { year, part } => decade(year, part),
        Meaning::Months(first, last, year) => context.months(first, last, year),
        Meaning::Range(ref first, ref last) => context.range(first, last),
    }
}

impl Context {
    fn day(&self) -> Option<Date> {
        self.reference.and_then(to_day)
    }

    fn date(&self, year: Option<i16>, month: Option<u8>, day: Option<u8>) -> Option<PartialDate> {
        match (year, month, day) {
            (Some(y), Some(m), Some(d)) => PartialDate::day_of(y, m, d),
            (Some(y), Some(m), None) => PartialDate::month_of(y, m),
            (Some(y), None, _) => PartialDate::year_only(y),
            (None, Some(m), day) => self.year_for(m, day).and_then(|y| self.date(Some(y), Some(m), day)),
            (None, None, Some(d)) => self.day_alone(d),
            (None, None, None) => None,
        }
    }

    /// The year of a month, or of a day of a month, that is written without one.
    fn year_for(&self, month: u8, day: Option<u8>) -> Option<i16> {
        let Some(reference) = self.reference else { return self.year };
        let Some(month_now) = reference.month() else { return Some(reference.year()) };
        let (wanted, now) = match (day, reference.day()) {
            (Some(d), Some(today)) => (day_of_year(month, d), day_of_year(month_now, today)),
            _ => (day_of_year(month, 1), day_of_year(month_now, 1)),
        };
        let year = reference.year();
        let days_back = (now - wanted).rem_euclid(YEAR);
        let days_ahead = (wanted - now).rem_euclid(YEAR);
        let ahead = match self.tense {
            // Who writes of a day more than ten months ago names its year.
            Tense::Past => day.is_some() && days_ahead > 0 && days_ahead < 45,
            // Nor does one write so of a day that lies more than half a year ahead.
            Tense::Future => days_ahead < if day.is_some() { 200 } else { 320 },
            Tense::Unknown => days_ahead < days_back,
        };
        if days_back == 0 {
            return Some(year);
        }
        Some(match ahead {
            true => year + i16::from(wanted < now),
            false => year - i16::from(wanted > now),
        })
    }

    /// The year in which the day falls on the weekday: the likeliest one, else the nearest before it, else the next.
    fn day_of_week(&self, weekday: u8, month: u8, day: u8) -> Option<PartialDate> {
        let year = self.year_for(month, Some(day))?;
        let fits =
            |date: &PartialDate| to_day(*date).is_some_and(|d| d.weekday().to_monday_one_offset() == weekday as i8);
        let years = [0, 1, -1, -2, -3, -4, -5, -6].map(|k| PartialDate::day_of(year + k, month, day));
        years.into_iter().flatten().find(fits).or_else(|| PartialDate::day_of(year, month, day))
    }

    /// "the 24th": of the month that was told of last, else the nearest.
    fn day_alone(&self, day: u8) -> Option<PartialDate> {
        let reference = self.reference.filter(|r| r.month().is_some());
        let base = self.told.filter(|t| t.month().is_some()).or(reference)?;
        let (year, month) = (base.year(), base.month()?);
        let told = self.told.is_some_and(|t| t.month().is_some());
        let today = base.day().unwrap_or(day);
        let shift = match self.tense {
            _ if told => 0,
            Tense::Future => i32::from(day < today),
            Tense::Past => -i32::from(day > today),
            Tense::Unknown => nearest_month(i32::from(today), i32::from(day)),
        };
        let (year, month) = shift_month(year, month, shift)?;
        PartialDate::day_of(year, month, day)
    }

    fn weekday(&self, weekday: u8, pointer: Pointer) -> Option<Dates> {
        let told = matches!(pointer, Pointer::Previous | Pointer::Following | Pointer::Same);
        let base = self.told.filter(|_| told).and_then(to_day).or_else(|| self.day())?;
        let now = base.weekday().to_monday_one_offset();
        let back = i32::from((now - weekday as i8).rem_euclid(7));
        let ahead = i32::from((weekday as i8 - now).rem_euclid(7));
        let strictly = |days: i32| if days == 0 { 7 } else { days };
        let days = match (pointer, self.tense) {
            (Pointer::Last | Pointer::Previous, _) => -strictly(back),
            (Pointer::Next | Pointer::Following, _) => strictly(ahead),
            (Pointer::This, Tense::Past) => -back,
            (Pointer::This, _) => ahead,
            (_, Tense::Future) => ahead,
            _ => -back,
        };
        Some((from_day(add_days(base, days)?)?, None))
    }

    fn month(&self, month: u8, pointer: Pointer) -> Option<Dates> {
        let told = matches!(pointer, Pointer::Previous | Pointer::Following | Pointer::Same);
        let base = self.told.filter(|_| told).or(self.reference)?;
        let year = base.year();
        let now = base.month();
        let year = match pointer {
            Pointer::Last | Pointer::Previous => year - i16::from(now.is_none_or(|m| month >= m)),
            Pointer::Next | Pointer::Following => year + i16::from(now.is_none_or(|m| month <= m)),
            _ => year,
        };
        Some((PartialDate::month_of(year, month)?, None))
    }

    fn season(&self, first: u8, pointer: Pointer, year: Option<i16>) -> Option<Dates> {
        let year = match (year, self.reference) {
            (Some(year), _) => year,
            (None, Some(reference)) => {
                let (now, last) = (reference.month()?, (first + 1) % 12 + 1);
                let year = reference.year();
                let begun = now >= first;
                let over = first < 12 && now > last || first == 12 && now > 2 && now < 12;
                match pointer {
                    Pointer::Last => {
                        year - i16::from(!over && (first < 12 || begun)) - i16::from(first == 12 && !begun)
                    }
                    Pointer::Next => year + i16::from(begun),
                    _ => year - i16::from(first == 12 && now <= 2),
                }
            }
            _ => return None,
        };
        let start = PartialDate::month_of(year, first)?;
        let (y, m) = shift_month(year, first, 2)?;
        Some((start, PartialDate::month_of(y, m)))
    }

    fn unit(&self, unit: Unit, pointer: Pointer) -> Option<Dates> {
        let (count, told) = match pointer {
            Pointer::Last => (-1, false),
            Pointer::Next => (1, false),
            Pointer::This | Pointer::Bare => (0, false),
            Pointer::Previous => (-1, true),
            Pointer::Following => (1, true),
            Pointer::Same => (0, true),
        };
        if unit == Unit::Weekend {
            return self.weekend(count);
        }
        if pointer == Pointer::Same && self.base(unit).is_none() {
            return None;
        }
        self.offset(count, unit, told)
    }

    /// The weekend of last, this or next week; "this" one is the nearest as the tense says.
    fn weekend(&self, count: i32) -> Option<Dates> {
        let today = self.day()?;
        let from_monday = i32::from(today.weekday().to_monday_zero_offset());
        let weeks = match (count, self.tense) {
            (0, Tense::Past) if from_monday < 5 => -1,
            (0, _) => 0,
            (-1, _) => -1,
            (n, _) => n,
        };
        let saturday = add_days(today, 5 - from_monday + 7 * weeks)?;
        Some((from_day(saturday)?, Some(from_day(add_days(saturday, 1)?)?)))
    }

    fn offset(&self, count: i32, unit: Unit, told: bool) -> Option<Dates> {
        let base = Some(unit).filter(|_| told).and_then(|u| self.base(u)).or(self.reference)?;
        shift(base, count, unit)
    }

    /// What was told of last that is fine enough to count `unit`s from.
    fn base(&self, unit: Unit) -> Option<PartialDate> {
        self.told.filter(|t| fine_enough(*t, unit)).or(self.told_day)
    }

    /// "the past three days": from then until now.
    fn lately(&self, count: i32, unit: Unit) -> Option<Dates> {
        let reference = self.reference?;
        let (other, now) = match unit {
            Unit::Week => (add_days(self.day()?, -7 * count).and_then(from_day)?, reference),
            Unit::Weekend | Unit::Century => return None,
            _ => (shift(reference, -count, unit)?.0, reference),
        };
        let now = coarsened(now, other);
        let (start, end) = if other <= now { (other, now) } else { (now, other) };
        Some((start, (start != end).then_some(end)))
    }

    fn months(&self, first: u8, last: u8, year: Option<i16>) -> Option<Dates> {
        let year = year.or_else(|| self.reference.map(PartialDate::year)).or(self.year)?;
        Some((PartialDate::month_of(year, first)?, PartialDate::month_of(year, last)))
    }

    fn range(&self, first: &Meaning, last: &Meaning) -> Option<Dates> {
        let (start, end) = match (first, last) {
            (Meaning::Date { year: None, month, day }, Meaning::Date { year: Some(year), .. }) => {
                let end = resolve(last, self)?.0;
                let month = month.or(end.month());
                let start = self.date(Some(*year), month, *day)?;
                let start = if start > end { self.date(Some(year - 1), month, *day)? } else { start };
                (start, end)
            }
            (_, Meaning::Date { year: None, month, day }) => {
                let start = resolve(first, self)?.0;
                let month = month.or(start.month());
                let end = self.date(Some(start.year()), month, *day)?;
                let end = if end < start { self.date(Some(start.year() + 1), month, *day)? } else { end };
                (start, end)
            }
            (_, Meaning::Weekday(weekday, _)) => {
                let start = resolve(first, self)?.0;
                let day = to_day(start)?;
                let ahead = (*weekday as i8 - day.weekday().to_monday_one_offset()).rem_euclid(7);
                (start, from_day(add_days(day, i32::from(ahead))?)?)
            }
            _ => {
                let (end, last) = resolve(last, self)?;
                (resolve(first, self)?.0, last.unwrap_or(end))
            }
        };
        Some((start, (start < end).then_some(end)))
    }
}

const YEAR: i32 = 366;

fn day_of_year(month: u8, day: u8) -> i32 {
    const BEFORE: [i32; 12] = [0, 31, 60, 91, 121, 152, 182, 213, 244, 274, 305, 335];
    BEFORE.get(usize::from(month).wrapping_sub(1)).copied().unwrap_or(0) + i32::from(day)
}

/// Months to go to the nearest day `day`, from day `today` of this month.
fn nearest_month(today: i32, day: i32) -> i32 {
    match day - today {
        d if d > 15 => -1,
        d if d < -15 => 1,
        _ => 0,
    }
}

fn shift(base: PartialDate, count: i32, unit: Unit) -> Option<Dates> {
    match unit {
        Unit::Hour => shift(base, hours_in_days(count), Unit::Day),
        Unit::Day => from_day(add_days(to_day(base)?, count)?).map(|d| (d, None)),
        Unit::Week | Unit::Weekend => week(add_days(to_day(base)?, count.checked_mul(7)?)?),
        Unit::Month => {
            let (year, month) = shift_month(base.year(), base.month()?, count)?;
            PartialDate::month_of(year, month).map(|d| (d, None))
        }
        Unit::Quarter => {
            let (year, month) = shift_month(base.year(), (base.month()? - 1) / 3 * 3 + 1, count.checked_mul(3)?)?;
            Some((PartialDate::month_of(year, month)?, PartialDate::month_of(year, month + 2)))
        }
        Unit::Year => shift_year(base.year(), count).map(|d| (d, None)),
        Unit::Decade if count == 0 => decade(base.year() / 10 * 10, Part::Whole),
        Unit::Decade => shift_year(base.year(), count.checked_mul(10)?).map(|d| (d, None)),
        Unit::Half | Unit::Century => None,
    }
}

fn hours_in_days(hours: i32) -> i32 {
    if hours.abs() < 24 { 0 } else { hours / 24 }
}

/// Monday to Sunday around `day`.
fn week(day: Date) -> Option<Dates> {
    let monday = add_days(day, -i32::from(day.weekday().to_monday_zero_offset()))?;
    Some((from_day(monday)?, Some(from_day(add_days(monday, 6)?)?)))
}

fn decade(year: i16, part: Part) -> Option<Dates> {
    let (from, to) = match part {
        Part::Whole => (0, 9),
        Part::Early => (0, 3),
        Part::Mid => (4, 6),
        Part::Late => (7, 9),
    };
    Some((PartialDate::year_only(year + from)?, PartialDate::year_only(year + to)))
}

fn shift_year(year: i16, count: i32) -> Option<PartialDate> {
    i16::try_from(i32::from(year).checked_add(count)?).ok().and_then(PartialDate::year_only)
}

fn shift_month(year: i16, month: u8, count: i32) -> Option<(i16, u8)> {
    let months = (i32::from(year) * 12 + i32::from(month) - 1).checked_add(count)?;
    let year = i16::try_from(months.div_euclid(12)).ok()?;
    Some((year, months.rem_euclid(12) as u8 + 1))
}

fn to_day(date: PartialDate) -> Option<Date> {
    Date::new(date.year(), date.month()? as i8, date.day()? as i8).ok()
}

fn from_day(day: Date) -> Option<PartialDate> {
    PartialDate::day_of(day.year(), day.month() as u8, day.day() as u8)
}

fn add_days(day: Date, days: i32) -> Option<Date> {
    day.checked_add(i64::from(days).days()).ok()
}

/// True where one can count `unit`s from a date as coarse as `date`.
fn fine_enough(date: PartialDate, unit: Unit) -> bool {
    match unit {
        Unit::Year | Unit::Decade | Unit::Half | Unit::Century => true,
        Unit::Month | Unit::Quarter => date.month().is_some(),
        _ => date.day().is_some(),
    }
}

/// `date` cut to what `other` has.
fn coarsened(date: PartialDate, other: PartialDate) -> PartialDate {
    match (other.month(), other.day()) {
        (None, _) => PartialDate::year_only(date.year()).unwrap_or(date),
        (_, None) => date.to_month(),
        _ => date,
    }
}
