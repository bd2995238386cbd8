//! What several formats need: pairs of parties, numbers for ids, dates, cells.

use crate::Result;
use chancery_ledger::{PartyFacts, Telling};
use chancery_records::PartyRecord;
use std::io::Write;
use unicode_segmentation::UnicodeSegmentation;

/// A party to a report with what the mentions say of it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Party<'a> {
    pub(crate) record: &'a PartyRecord,
    pub(crate) facts: Option<&'a PartyFacts>,
}

impl<'a> Party<'a> {
    /// Full name, else the words of the text.
    pub(crate) fn label(&self) -> &'a str {
        self.record.name.as_deref().unwrap_or(&self.record.text)
    }

    pub(crate) fn code(&self) -> &'a str {
        self.record.code.as_deref().unwrap_or_default()
    }

    /// The country or international code.
    pub(crate) fn country(&self) -> &'a str {
        self.code().split(' ').next().filter(|c| *c != "-").unwrap_or_default()
    }

    pub(crate) fn sectors(&self) -> impl Iterator<Item = &'a str> + use<'a> {
        self.code().split(' ').skip(1).filter(|s| !s.is_empty())
    }

    pub(crate) fn wikidata(&self) -> &'a str {
        self.facts.and_then(|f| f.wikidata.as_deref()).unwrap_or_default()
    }

    pub(crate) fn kind(&self) -> Option<&'a str> {
        self.record.kind.as_deref().or_else(|| self.facts.and_then(|f| f.kind.as_deref()))
    }

    /// One party in all reports: its name with its code.
    pub(crate) fn identity(&self) -> String {
        format!("{}\u{1f}{}", self.label(), self.code())
    }
}

pub(crate) fn actors(telling: &Telling) -> Vec<Party<'_>> {
    parties(&telling.report.actors, &telling.actor_facts)
}

pub(crate) fn recipients(telling: &Telling) -> Vec<Party<'_>> {
    parties(&telling.report.recipients, &telling.recipient_facts)
}

fn parties<'a>(records: &'a [PartyRecord], facts: &'a [PartyFacts]) -> Vec<Party<'a>> {
    records.iter().enumerate().map(|(i, record)| Party { record, facts: facts.get(i) }).collect()
}

/// An actor and a recipient; one of the two may be unknown, never both.
pub(crate) type Pair<'a> = (Option<Party<'a>>, Option<Party<'a>>);

/// Every actor with every recipient, for formats that know two parties only. Of an event without parties, one empty pair.
pub(crate) fn pairs(telling: &Telling) -> Vec<Pair<'_>> {
    let some = |list: Vec<Party<'_>>| -> Vec<Option<PartyOf>> {
        if list.is_empty() { vec![None] } else { (0..list.len()).map(Some).collect() }
    };
    let (actors, recipients) = (actors(telling), recipients(telling));
    let mut all = Vec::new();
    for a in some(actors.clone()) {
        for r in some(recipients.clone()) {
            all.push((a.map(|i| actors[i]), r.map(|i| recipients[i])));
        }
    }
    all
}

type PartyOf = usize;

/// A whole number made from content, below 2^53, so that every tool holds it exactly.
pub(crate) fn number_of(parts: &[&str]) -> u64 {
    let mut hasher = blake3::Hasher::new();
    for part in parts {
        hasher.update(part.as_bytes());
        hasher.update(&[0]);
    }
    let hash = hasher.finalize();
    let first = hash.as_bytes()[..8].iter().fold(0u64, |n, b| n << 8 | u64::from(*b));
    first >> 11
}

/// The number of a pair's row in an event.
pub(crate) fn pair_number(event: &str, pair: &Pair<'_>) -> u64 {
    let identity = |party: &Option<Party<'_>>| party.as_ref().map(Party::identity).unwrap_or_default();
    number_of(&[event, &identity(&pair.0), &identity(&pair.1)])
}

/// A date with a day, else nothing.
pub(crate) fn full_day(date: Option<&str>) -> Option<&str> {
    date.filter(|d| d.len() == 10)
}

/// Digits of a date: `20260215`, `202602`, `2026`.
pub(crate) fn digits(date: &str) -> String {
    date.chars().filter(char::is_ascii_digit).collect()
}

/// `20260215000000` for a date with a day, else nothing.
pub(crate) fn stamp(date: Option<&str>) -> String {
    full_day(date).map(|d| format!("{}000000", digits(d))).unwrap_or_default()
}

/// The number of the sentence, from 1, that holds a character of a text; sentences as Unicode's Annex 29 cuts them.
pub(crate) fn sentence_number(text: &str, char_at: usize) -> usize {
    let mut seen = 0;
    let mut number = 0;
    for sentence in text.split_sentence_bounds() {
        if seen > char_at && number > 0 {
            break;
        }
        number += usize::from(!sentence.trim().is_empty());
        seen += sentence.chars().count();
    }
    number.max(1)
}

/// An offset in the article's own text.
pub(crate) fn within(telling: &Telling, at: usize) -> usize {
    at.saturating_sub(telling.article_start)
}

/// Where an article is to be found: its address, else its id.
pub(crate) fn address(telling: &Telling) -> &str {
    telling.article.url.as_deref().unwrap_or(&telling.article.id)
}

/// One line of tab-separated cells; tabs and line ends inside a cell become spaces.
pub(crate) fn write_tsv<S: AsRef<str>>(out: &mut dyn Write, cells: &[S]) -> Result<()> {
    let line: Vec<String> = cells.iter().map(|c| one_line(c.as_ref())).collect();
    out.write_all(line.join("\t").as_bytes())?;
    Ok(out.write_all(b"\n")?)
}

/// White space and control characters as single spaces.
pub(crate) fn one_line(text: &str) -> String {
    text.split(|c: char| c.is_whitespace() || c.is_control()).filter(|w| !w.is_empty()).collect::<Vec<_>>().join(" ")
}

/// A number as short as it can be written; nothing for none.
pub(crate) fn number<T: std::fmt::Display>(value: Option<T>) -> String {
    value.map(|v| v.to_string()).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_sentence_is_counted_from_one() {
        let text = "Erst hier. Dann – später – dort! Und zuletzt?";
        let at = |words: &str| text[..text.find(words).unwrap()].chars().count();
        assert_eq!(sentence_number(text, at("hier")), 1);
        assert_eq!(sentence_number(text, at("Dann")), 2);
        assert_eq!(sentence_number(text, at("später")), 2);
        assert_eq!(sentence_number(text, at("zuletzt")), 3);
        assert_eq!((sentence_number("", 5), sentence_number(text, 10_000)), (1, 3));
    }

    #[test]
    fn numbers_fit_into_a_double() {
        for i in 0..200 {
            let n = number_of(&["e", &i.to_string()]);
            assert!(n < 1 << 53 && n == n as f64 as u64);
        }
        assert_ne!(number_of(&["ab", "c"]), number_of(&["a", "bc"]));
    }

    #[test]
    fn a_cell_is_one_line() {
        assert_eq!(one_line(" a\tb\r\nc\u{85}d\u{0}e "), "a b c d e");
    }
}
