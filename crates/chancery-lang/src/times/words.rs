//! The words of time (`data/lang/times.toml`): what each word can be in a time expression.

use crate::LangError;
use chancery_data::Data;
use rustc_hash::FxHashMap;

/// Path of the word lists below `data/`.
pub(crate) const PATH: &str = "lang/times.toml";

/// A stretch of the calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Unit {
    Hour,
    Day,
    Week,
    Weekend,
    Month,
    Quarter,
    Half,
    Year,
    Decade,
    Century,
}

impl Unit {
    fn parse(name: &str) -> Option<Self> {
        Some(match name {
            "hour" => Unit::Hour,
            "day" => Unit::Day,
            "week" => Unit::Week,
            "weekend" => Unit::Weekend,
            "month" => Unit::Month,
            "quarter" => Unit::Quarter,
            "half" => Unit::Half,
            "year" => Unit::Year,
            "decade" => Unit::Decade,
            "century" => Unit::Century,
            _ => return None,
        })
    }
}

macro_rules! roles {
    ($($variant:ident = $name:literal),* $(,)?) => {
        /// A part that a word can play in the grammar.
        #[derive(Debug, Clone, Copy, PartialEq, Eq)]
        #[repr(u8)]
        pub(crate) enum Role { $($variant),* }

        impl Role {
            fn parse(name: &str) -> Option<Self> {
                match name { $($name => Some(Role::$variant),)* _ => None }
            }
        }
    };
}

roles! {
    The = "the", One = "one", Of = "of", In = "in", And = "and", To = "to", From = "from", Between = "between",
    Comma = "comma", Stop = "stop", Dash = "dash", Open = "open", Close = "close", Last = "last", Next = "next",
    This = "this", Previous = "previous", Following = "following", Same = "same", Ago = "ago", Back = "back",
    Forth = "forth", Hence = "hence", Before = "before", After = "after", Early = "early", Late = "late", Mid = "mid",
    Earlier = "earlier", Edge = "edge", Daypart = "daypart", Lasting = "lasting", YearAfter = "year_after",
    YearBeforeNoun = "year_before_noun", Counted = "counted", Doubtful = "doubtful", MonthAfter = "month_after",
    NameBefore = "name_before", NameAfter = "name_after", Ahead = "ahead", Said = "said", Goal = "goal", Future = "future",
    Infinitive = "infinitive", On = "on", Elsewhere = "elsewhere",
}

/// What a word can be; the empty one is no word of time.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Word {
    roles: u64,
    /// 1 to 12.
    pub month: u8,
    /// 1 (Monday) to 7.
    pub weekday: u8,
    /// First month of the season.
    pub season: u8,
    pub ordinal: u8,
    pub number: u16,
    pub decade: u8,
    pub unit: Option<Unit>,
    /// Days from the day of writing.
    pub now: Option<i8>,
}

impl Word {
    pub(crate) fn is(self, role: Role) -> bool {
        self.roles & (1 << role as u8) != 0
    }
}

/// All words of time.
#[derive(Debug)]
pub(crate) struct Words {
    table: FxHashMap<Box<str>, Word>,
}

/// Words longer than this are in no list.
const LONGEST: usize = 24;

impl Words {
    pub(crate) fn load(data: &Data) -> Result<Self, LangError> {
        let text = data.text(PATH)?;
        let wrong = |what: String| LangError::Words { path: PATH, what };
        let table: toml::Table = text.parse().map_err(|e: toml::de::Error| wrong(e.to_string()))?;
        let mut words = Words { table: FxHashMap::default() };
        words.read_series(&table, "months", |w, n| w.month = n)?;
        words.read_series(&table, "weekdays", |w, n| w.weekday = n)?;
        words.read_numbers(&table, "seasons", |w, n| w.season = n as u8)?;
        words.read_numbers(&table, "now", |w, n| w.now = Some(n as i8))?;
        words.read_numbers(&table, "numbers", |w, n| w.number = n as u16)?;
        words.read_numbers(&table, "ordinals", |w, n| w.ordinal = n as u8)?;
        words.read_numbers(&table, "decades", |w, n| w.decade = n as u8)?;
        for (name, list) in section(&table, "units")? {
            let unit = Unit::parse(name).ok_or_else(|| wrong(format!("unknown unit {name:?}")))?;
            for word in strings(list, name)? {
                words.at(word).unit = Some(unit);
            }
        }
        for (name, list) in section(&table, "roles")? {
            let role = Role::parse(name).ok_or_else(|| wrong(format!("unknown role {name:?}")))?;
            for word in strings(list, name)? {
                words.at(word).roles |= 1 << role as u8;
            }
        }
        Ok(words)
    }

    /// What the word can be, whatever its case.
    pub(crate) fn get(&self, form: &str) -> Word {
        let mut buffer = [0u8; LONGEST];
        let Some(lower) = buffer.get_mut(..form.len()) else { return Word::default() };
        lower.copy_from_slice(form.as_bytes());
        lower.make_ascii_lowercase();
        std::str::from_utf8(lower).ok().and_then(|w| self.table.get(w)).copied().unwrap_or_default()
    }

    fn at(&mut self, word: &str) -> &mut Word {
        self.table.entry(word.into()).or_default()
    }

    fn read_series(&mut self, table: &toml::Table, name: &str, set: fn(&mut Word, u8)) -> Result<(), LangError> {
        let lists = table.get(name).and_then(toml::Value::as_array);
        let lists = lists.ok_or_else(|| LangError::Words { path: PATH, what: format!("no list {name}") })?;
        for (number, list) in (1..).zip(lists) {
            for word in strings(list, name)? {
                set(self.at(word), number);
            }
        }
        Ok(())
    }

    fn read_numbers(&mut self, table: &toml::Table, name: &str, set: fn(&mut Word, i64)) -> Result<(), LangError> {
        for (word, number) in section(table, name)? {
            let number = number.as_integer().filter(|n| (-100..=100).contains(n));
            let wrong =
                || LangError::Words { path: PATH, what: format!("{name}.{word} is no number from -100 to 100") };
            set(self.at(word), number.ok_or_else(wrong)?);
        }
        Ok(())
    }
}

fn section<'t>(table: &'t toml::Table, name: &str) -> Result<&'t toml::Table, LangError> {
    let wrong = || LangError::Words { path: PATH, what: format!("no section [{name}]") };
    table.get(name).and_then(toml::Value::as_table).ok_or_else(wrong)
}

fn strings<'t>(list: &'t toml::Value, name: &str) -> Result<Vec<&'t str>, LangError> {
    let wrong = || LangError::Words { path: PATH, what: format!("{name} is no list of words") };
    let list = list.as_array().ok_or_else(wrong)?;
    list.iter().map(|w| w.as_str().ok_or_else(wrong)).collect()
}
