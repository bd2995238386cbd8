//! What is compared of a telling, small enough to hold a million of them.

use crate::group::{WINDOW_DAYS, beside, fnv};
use crate::telling::{ArticleTellings, Party, Telling};
use chancery_text::{DateBasis, PartialDate, Status};
use serde::{Deserialize, Serialize};

/// A word, a name or a code as a number: FNV-1a, the same on every machine.
pub(crate) type Symbol = u32;

/// A telling made ready to be compared.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(crate) struct Item {
    /// Index of its article.
    pub article: usize,
    /// Index among the article's tellings.
    pub index: usize,
    pub start: usize,
    pub end: usize,
    pub event_type: String,
    /// The same as a number.
    pub kind: Symbol,
    pub mode: Option<Symbol>,
    pub place: Option<Symbol>,
    pub status: Status,
    pub symmetric: bool,
    pub date: Option<PartialDate>,
    /// Its date is only that of the article: the text gives none.
    pub undated: bool,
    /// Its sentence, or the one before, says the day.
    pub stated: bool,
    pub actors: Side,
    pub recipients: Side,
    pub both: Side,
    /// Stems of the evidence's content words, without those of the parties' names; sorted.
    pub words: Vec<Symbol>,
    /// Those of them that are names; sorted.
    pub names: Vec<Symbol>,
    /// The numbers of the evidence; sorted.
    pub numbers: Vec<Symbol>,
}

/// The parties of one side; all lists are sorted and without doubles.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
pub(crate) struct Side {
    pub countries: Vec<Symbol>,
    pub codes: Vec<Symbol>,
    /// Country and name of each person.
    pub persons: Vec<(Symbol, Symbol)>,
}

impl Item {
    pub fn new(article: usize, index: usize, of: &ArticleTellings, telling: &Telling) -> Self {
        let parties = || telling.actors.iter().chain(&telling.recipients);
        let named = sorted(parties().flat_map(|p| stems(&p.text).chain(stems(&p.name))).map(|s| s.symbol));
        let words: Vec<Stem> = stems(&telling.evidence).filter(|s| named.binary_search(&s.symbol).is_err()).collect();
        let of_kind = |kind: StemKind| sorted(words.iter().filter(|s| s.kind == kind).map(|s| s.symbol));
        Item {
            article,
            index,
            start: telling.start,
            end: telling.end,
            event_type: telling.event_type.clone(),
            kind: symbol(&telling.event_type),
            mode: telling.mode.as_deref().map(symbol),
            place: telling.place.as_deref().map(symbol),
            status: telling.status,
            symmetric: telling.symmetric,
            date: telling.date,
            undated: telling.date_basis.is_some_and(|b| !b.is_stated())
                || telling.date.is_some() && telling.date == of.date,
            stated: telling.date_basis.is_some_and(DateBasis::is_stated),
            actors: side(telling.actors.iter()),
            recipients: side(telling.recipients.iter()),
            both: side(parties()),
            names: of_kind(StemKind::Name),
            numbers: of_kind(StemKind::Number),
            words: sorted(words.iter().map(|s| s.symbol)),
        }
    }
}

impl Item {
    /// True where two texts tell it in the same words, and one of them without a date: a paragraph that is printed again days later
    /// has that later article's date, and tells the same.
    pub fn repeats(&self, other: &Item) -> bool {
        let (Some(own), Some(others)) = (self.day(), other.day()) else { return false };
        let (late, days) = if own < others { (other, others - own) } else { (self, own - others) };
        late.undated && days <= REPEATED_DAYS && self.words.len() >= REPEATED_WORDS && self.words == other.words
    }

    fn day(&self) -> Option<i64> {
        self.date.filter(|d| d.day().is_some()).map(PartialDate::day_number)
    }

    /// Two numbers under one of which each telling stands that repeats this one; a phrase has none.
    pub fn repeated(&self) -> Option<[u64; 2]> {
        let month = self.day().filter(|_| self.words.len() >= REPEATED_WORDS)?.div_euclid(REPEATED_DAYS);
        let words = self.words.iter().flat_map(|w| w.to_le_bytes());
        let hash = |month: i64| beside(month * REPEATED_DAYS, fnv(words.clone().chain(month.to_le_bytes())));
        Some([hash(month), hash(month + 1)])
    }

    /// Adds all that is compared with other articles to the bytes of a hash.
    pub fn fingerprint(&self, bytes: &mut Vec<u8>) {
        let date = |d: Option<PartialDate>| d.map(|d| d.to_string()).unwrap_or_default();
        bytes.extend(self.event_type.bytes().chain([
            0,
            self.status as u8,
            u8::from(self.symmetric),
            u8::from(self.undated),
        ]));
        bytes.extend(date(self.date).bytes().chain([0]));
        let mut list = |symbols: &[Symbol]| {
            bytes.extend((symbols.len() as u32).to_le_bytes());
            symbols.iter().for_each(|s| bytes.extend(s.to_le_bytes()));
        };
        for symbols in [&self.words, &self.names, &self.numbers, &self.actors.codes, &self.recipients.codes] {
            list(symbols);
        }
        list(&[self.mode.unwrap_or_default(), self.place.unwrap_or_default()]);
        let persons: Vec<Symbol> = self.both.persons.iter().flat_map(|p| [p.0, p.1]).collect();
        list(&persons);
    }
}

fn side<'a>(parties: impl Iterator<Item = &'a Party>) -> Side {
    let (mut countries, mut codes, mut persons) = (Vec::new(), Vec::new(), Vec::new());
    for party in parties {
        let country = party.country();
        if let Some(country) = country {
            countries.push(symbol(country));
            codes.push(symbol(&party.code));
        }
        // "Secretary General of …" is an office: whoever holds it may be named elsewhere.
        if party.is_person && !party.name.contains(" of ") {
            persons.push((symbol(country.unwrap_or_default()), symbol(&party.name)));
        }
    }
    Side { countries: sorted(countries), codes: sorted(codes), persons: sorted(persons) }
}

/// So many content words make a sentence.
const REPEATED_WORDS: usize = 6;

/// So many days later it may be printed again: later, its step does not see the first any more.
const REPEATED_DAYS: i64 = WINDOW_DAYS;

/// A word without its ending.
struct Stem {
    symbol: Symbol,
    kind: StemKind,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum StemKind {
    Word,
    Name,
    Number,
}

/// A word is compared by its beginning, which inflection leaves alone.
const STEM_CHARS: usize = 6;
const MIN_WORD_CHARS: usize = 3;

/// The content words of a text. A word with a capital that does not begin the text is a name.
fn stems(text: &str) -> impl Iterator<Item = Stem> + '_ {
    text.split(|c: char| !c.is_alphanumeric()).enumerate().filter_map(|(at, word)| {
        let lower = word.to_lowercase();
        let is_number = word.starts_with(|c: char| c.is_ascii_digit());
        let long_enough = is_number || lower.chars().count() >= MIN_WORD_CHARS;
        if word.is_empty() || !long_enough || FUNCTION_WORDS.contains(&lower.as_str()) {
            return None;
        }
        let kind = match word.chars().next() {
            _ if is_number => StemKind::Number,
            Some(c) if c.is_uppercase() && at > 0 => StemKind::Name,
            _ => StemKind::Word,
        };
        Some(Stem { symbol: symbol(if is_number { &lower } else { beginning(&lower, STEM_CHARS) }), kind })
    })
}

const FUNCTION_WORDS: [&str; 40] = [
    "the", "and", "for", "that", "was", "are", "were", "with", "from", "its", "his", "her", "their", "this", "have",
    "has", "had", "been", "will", "would", "not", "but", "who", "which", "they", "she", "our", "said", "says", "also",
    "into", "after", "over", "than", "there", "when", "what", "could", "should", "may",
];

/// The first letters of a word.
pub(crate) fn beginning(word: &str, chars: usize) -> &str {
    word.char_indices().nth(chars).map_or(word, |(end, _)| &word[..end])
}

/// FNV-1a of a text's bytes.
pub(crate) fn symbol(text: &str) -> Symbol {
    text.bytes().fold(0x811c_9dc5, |hash: u32, byte| (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193))
}

fn sorted<T: Ord>(values: impl IntoIterator<Item = T>) -> Vec<T> {
    let mut values: Vec<T> = values.into_iter().collect();
    values.sort_unstable();
    values.dedup();
    values.shrink_to_fit();
    values
}

/// How many values two sorted lists share.
pub(crate) fn shared<T: Ord>(a: &[T], b: &[T]) -> usize {
    let (mut i, mut j, mut n) = (0, 0, 0);
    while let (Some(x), Some(y)) = (a.get(i), b.get(j)) {
        match x.cmp(y) {
            std::cmp::Ordering::Less => i += 1,
            std::cmp::Ordering::Greater => j += 1,
            std::cmp::Ordering::Equal => (i, j, n) = (i + 1, j + 1, n + 1),
        }
    }
    n
}

/// The share of all values that both lists have (Jaccard); 1 for two empty lists.
pub(crate) fn jaccard<T: Ord>(a: &[T], b: &[T]) -> f32 {
    let both = shared(a, b);
    let all = a.len() + b.len() - both;
    if all == 0 { 1.0 } else { both as f32 / all as f32 }
}

/// The share of the shorter list that the longer has too; 0 where one is empty.
pub(crate) fn overlap<T: Ord>(a: &[T], b: &[T]) -> f32 {
    let fewest = a.len().min(b.len());
    if fewest == 0 { 0.0 } else { shared(a, b) as f32 / fewest as f32 }
}
