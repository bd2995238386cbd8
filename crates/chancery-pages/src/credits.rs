//! Whose text a page prints: reprint lines, introductions, bylines, datelines.
//!
//! In: a paragraph. Out: [`Credit`]s and [`Dateline`]s. The wordings are data (`data/boilerplate/credits.toml`).

use crate::dates::{DateWords, FoundDate};
use crate::fold::{fold, trim};
use crate::names;
use crate::outlets::Outlets;
use crate::pattern::{self, Sets};
use crate::prefilter::PatternSet;
use crate::{PagesError, load_toml};
use chancery_data::Data;
use chancery_text::{CreditRelation, Span};
use regex::Regex;
use serde::Deserialize;
use std::collections::BTreeMap;
use std::sync::LazyLock;

const PATH: &str = "boilerplate/credits.toml";
/// No dateline is longer, in bytes.
const DATELINE_MAX_BYTES: usize = 240;
/// Nor a line that says who did what for the text …
const STAFF_MAX_BYTES: usize = 320;
/// … nor a byline.
const BYLINE_MAX_BYTES: usize = 200;
const PLACE: &str = r"(?P<place>\p{Lu}[\p{L}.’'\-]+(?:[ /]\p{Lu}[\p{L}.’'\-]+){0,3}(?:, \p{Lu}[\p{L}.’'\-]+(?: \p{Lu}[\p{L}.’'\-]+){0,2}){0,2}?)";
const DATE: &str =
    r"(?P<date>\p{Lu}\p{L}{2,8}\.? \d{1,2}(?:st|nd|rd|th)?(?:,? \d{4})?|\d{1,2} \p{Lu}\p{L}{2,8}\.?(?:,? \d{4})?)";
const AGENCY: &str = r"\((?P<agency>[^()\n]+)\)";
const DASH: &str = r"\s?(?:[—–―‒:]|--?)\s?";
const LOOSE_DASH: &str = r"\s?(?:[—–―‒]|--|\s-\s)\s?";

/// "HANOI, Vietnam (AP) —".
static DATELINE: LazyLock<Regex> = LazyLock::new(|| {
    own(&format!(r"^{PLACE}(?:(?:, | )?\(?{DATE}\)?)?(?:(?:,|\s)\s?(?:{AGENCY})\s?{DASH}|{LOOSE_DASH})"))
});
/// "February 15 (China Daily) –".
static DATE_FIRST: LazyLock<Regex> = LazyLock::new(|| own(&format!(r"^(?:{PLACE}, )?{DATE},? ?(?:{AGENCY})?{DASH}")));
static BYLINE: LazyLock<Regex> = LazyLock::new(|| {
    own(r"^(?i:by|written by|story by|reporting by|author:|authors:|von|por|par|di)\s+(?P<who>\p{Lu}[^!?\n]+)$")
});

/// Longer paragraphs hold news, whatever they begin with.
const ALONE_MAX_CHARS: usize = 420;
const SHORT_MAX_CHARS: usize = 90;

/// The patterns.
#[derive(Debug)]
pub(crate) struct Credits {
    entries: Vec<Entry>,
    patterns: PatternSet,
    statement: StatementWords,
    below: Vec<String>,
    above: Vec<String>,
    /// Words behind a name that name partners of its.
    joined: Vec<String>,
    written: Vec<String>,
    edited: Vec<String>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    /// Words before those who wrote a text, and before others who had a hand in it.
    written: Vec<String>,
    edited: Vec<String>,
    /// Words of a credit by which the text that it is about stands below it, or above it.
    below: Vec<String>,
    above: Vec<String>,
    sets: BTreeMap<String, Vec<String>>,
    credit: Vec<Entry>,
    statement: StatementWords,
}

/// How a statement is told from an article.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct StatementWords {
    /// Titles that say so.
    titles: Vec<String>,
    /// What "we" do in a statement.
    we: Vec<String>,
    /// So many different ones must occur outside quotations.
    at_least: usize,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Entry {
    pattern: String,
    gives: Gives,
    #[serde(default)]
    alone: bool,
    #[serde(default)]
    opens: bool,
    #[serde(default)]
    short: bool,
    #[serde(default)]
    statement: bool,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
enum Gives {
    Reprint,
    Version,
    Partner,
    Author,
}

/// An outlet that a paragraph names.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Named {
    /// Its name.
    pub outlet: String,
    /// What it has to do with the text.
    pub relation: CreditRelation,
    /// The words that say so, in bytes of the paragraph.
    pub span: Span,
}

/// Where the text stands that a credit is about.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) enum Direction {
    /// The credit does not say.
    #[default]
    Unsaid,
    /// Below it.
    Below,
    /// Above it.
    Above,
}

/// What one paragraph says of the text's origin.
#[derive(Debug, Clone, Default, PartialEq)]
pub(crate) struct Credit {
    /// All outlets that it names.
    pub chain: Vec<Named>,
    /// Who wrote it.
    pub authors: Vec<String>,
    /// The date it gives.
    pub date: Option<FoundDate>,
    /// The paragraph holds nothing else.
    pub alone: bool,
    /// The reprinted text may follow.
    pub opens: bool,
    /// Where it says that the reprinted text stands.
    pub direction: Direction,
    /// The text is a statement.
    pub statement: bool,
}

/// "HANOI, Vietnam (AP) —", "February 15 (China Daily) –".
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Dateline {
    /// The whole, with its dash, in bytes of the paragraph.
    pub span: Span,
    /// The place as written.
    pub place: Option<String>,
    /// The outlet in the brackets.
    pub outlet: Option<String>,
    /// The date.
    pub date: Option<FoundDate>,
}

impl Credits {
    /// Reads the patterns.
    pub(crate) fn load(data: &Data) -> Result<Self, PagesError> {
        let file: File = load_toml(data, PATH)?;
        let joined = file.sets.get("joined").cloned().unwrap_or_default();
        let sets = Sets(file.sets);
        let wrong =
            |entry: &Entry, reason| PagesError::Entry { path: PATH.into(), entry: entry.pattern.clone(), reason };
        let to_regex = |entry: &Entry| pattern::to_regex(&entry.pattern, &sets).map_err(|reason| wrong(entry, reason));
        let sources = file.credit.iter().map(to_regex).collect::<Result<_, _>>()?;
        let patterns = PatternSet::new(sources).map_err(|(i, reason)| wrong(&file.credit[i], reason))?;
        let folded = |words: &[String]| words.iter().map(|w| fold(w)).collect();
        let (below, above) = (folded(&file.below), folded(&file.above));
        let (written, edited) = (folded(&file.written), folded(&file.edited));
        let (entries, statement) = (file.credit, file.statement);
        Ok(Credits { patterns, entries, statement, below, above, joined, written, edited })
    }

    /// What the paragraph says, or `None` where it says nothing of its origin.
    pub(crate) fn read(&self, paragraph: &str, words: &DateWords, outlets: &Outlets) -> Option<Credit> {
        let chars = paragraph.chars().take(4001).count();
        if chars > 4000 {
            return None;
        }
        let mut credit = Credit::default();
        let mut found = false;
        for (i, regex) in self.patterns.candidates(paragraph) {
            let entry = &self.entries[i];
            if entry.short && chars > SHORT_MAX_CHARS {
                continue;
            }
            for caps in regex.captures_iter(paragraph) {
                found = true;
                let at_start = caps.get(0).is_some_and(|m| m.start() == 0);
                credit.take(entry, &caps, words, outlets, |named| self.outlets_in(named, outlets));
                credit.alone |= entry.alone && at_start && chars <= ALONE_MAX_CHARS;
                if entry.opens && credit.direction == Direction::Unsaid {
                    credit.direction = self.direction(&caps[0]);
                }
            }
        }
        credit.chain.sort_by_key(|named| (named.span.start, named.relation));
        found.then_some(credit)
    }

    /// The outlets that stretch names, without their partners.
    fn outlets_in(&self, named: &str, outlets: &Outlets) -> Vec<String> {
        let ends = self.joined.iter().filter_map(|j| named.find(&format!(" {j} "))).chain(when_or_how(named));
        split_outlets(&named[..ends.min().unwrap_or(named.len())], outlets)
    }

    /// Where the words of a credit say that the text stands.
    fn direction(&self, words: &str) -> Direction {
        let folded = fold(words);
        let says = |list: &[String]| Sets::words(&folded).any(|w| list.iter().any(|l| l == w));
        match (says(&self.below), says(&self.above)) {
            (true, _) => Direction::Below,
            (false, true) => Direction::Above,
            (false, false) => Direction::Unsaid,
        }
    }

    /// True for the text of a statement: its title says so, or "we" speak as a group again and again outside quotations.
    pub(crate) fn is_statement(&self, title: &str, text: &str) -> bool {
        let title = fold(title);
        let words = &self.statement;
        if words.titles.iter().any(|t| title.starts_with(&fold(t)) || title.ends_with(&fold(t))) {
            return true;
        }
        let sample: String =
            text.lines().filter(|l| !trim(l).starts_with(['“', '"'])).take(200).collect::<Vec<_>>().join("\n");
        if sample.len() > (1 << 20) {
            return false;
        }
        let folded = fold(&without_quotations(&sample));
        words
            .we
            .iter()
            .filter(|w| {
                folded.contains(&format!("we {w} "))
                    || folded.contains(&format!("we also {w} "))
                    || folded.contains(&format!("we strongly {w} "))
            })
            .count()
            >= words.at_least
    }

    /// The people of a line that is a byline and nothing else.
    pub(crate) fn byline(&self, line: &str, outlets: &Outlets) -> Option<Vec<String>> {
        if line.len() > BYLINE_MAX_BYTES {
            return None;
        }
        let who = BYLINE.captures(trim(line))?.name("who")?.as_str();
        Some(names::authors(who, None, outlets)).filter(|a| !a.is_empty())
    }

    /// The outlets of a line that is a byline and names nobody else ("By AFP").
    pub(crate) fn outlets_byline(&self, line: &str, outlets: &Outlets) -> Option<Vec<String>> {
        if line.len() > BYLINE_MAX_BYTES {
            return None;
        }
        names::only_outlets(BYLINE.captures(trim(line))?.name("who")?.as_str(), outlets)
    }

    /// The writers in a line of which each part says what someone did for the text ("Reporting by A; Editing by B").
    pub(crate) fn staff_line(&self, line: &str, outlets: &Outlets) -> Option<Vec<String>> {
        if line.len() > STAFF_MAX_BYTES {
            return None;
        }
        let line = trim(line).trim_start_matches(['(', '[']).trim_end_matches([')', ']', '.']);
        let mut writers = Vec::new();
        for part in self.staff_parts(line) {
            match self.staff_part(part)? {
                (true, names) => writers.extend(people(names, outlets)),
                (false, names) if begins_with_name(names) => {}
                _ => return None,
            }
        }
        (!line.is_empty()).then_some(writers)
    }

    /// The parts of a line, between semicolons, and between full stops behind which another one begins.
    fn staff_parts<'l>(&self, line: &'l str) -> Vec<&'l str> {
        let mut parts = Vec::new();
        for mut rest in line.split(';') {
            let next = |rest: &str| {
                let mut stops = rest.match_indices(". ").map(|(at, _)| at);
                stops.find(|at| self.staff_part(trim(&rest[at + 1..])).is_some())
            };
            while let Some(at) = next(rest) {
                parts.push(trim(&rest[..at]));
                rest = &rest[at + 1..];
            }
            parts.push(trim(rest));
        }
        parts.retain(|part| !part.is_empty());
        parts
    }

    /// Whether a part names writers, and the names.
    fn staff_part<'l>(&self, part: &'l str) -> Option<(bool, &'l str)> {
        let folded = fold(part);
        let behind = |list: &[String]| {
            list.iter().filter(|w| follows(&folded, w)).map(String::len).max().and_then(|n| part.get(n..))
        };
        let written = behind(&self.written).map(|names| (true, names));
        written.or_else(|| behind(&self.edited).map(|names| (false, names)))
    }

    /// The dateline at the beginning of a paragraph.
    pub(crate) fn dateline(&self, paragraph: &str, words: &DateWords, outlets: &Outlets) -> Option<Dateline> {
        if !may_begin_with_dateline(paragraph) {
            return None;
        }
        let caps = DATE_FIRST.captures(paragraph).or_else(|| DATELINE.captures(paragraph))?;
        let whole = caps.get(0)?;
        let rest = &paragraph[whole.end()..];
        let place = caps.name("place").map(|p| p.as_str());
        let agency = caps.name("agency").map(|a| a.as_str());
        let date = caps.name("date").and_then(|d| words.find(d.as_str()).first().copied());
        let shouted = place.is_some_and(is_shouted);
        // "Lavrov – the foreign minister – said": a name and a dash are a dateline only with a sign of one.
        let sure = date.is_some() || shouted || agency.is_some_and(|a| outlets.find(agency_name(a)).is_some());
        let goes_on = rest.chars().next().is_some_and(|c| c.is_uppercase() || c.is_numeric() || "“\"‘'".contains(c));
        (sure && goes_on && rest.len() >= 30).then(|| Dateline {
            span: Span::new(0, whole.end()),
            place: place.map(readable_place),
            outlet: agency.map(agency_name).and_then(|a| outlets.named(a)),
            date,
        })
    }
}

impl Credit {
    /// The outlets whose text it is.
    pub(crate) fn reprints(&self) -> impl Iterator<Item = &String> {
        self.chain.iter().filter(|n| n.relation == CreditRelation::Reprint).map(|n| &n.outlet)
    }

    fn take(
        &mut self,
        entry: &Entry,
        caps: &regex::Captures<'_>,
        words: &DateWords,
        outlets: &Outlets,
        outlets_in: impl Fn(&str) -> Vec<String>,
    ) {
        let relation = match entry.gives {
            Gives::Reprint => Some(CreditRelation::Reprint),
            Gives::Version => Some(CreditRelation::Version),
            Gives::Partner => Some(CreditRelation::Partner),
            Gives::Author => None,
        };
        let named = caps.name("outlets").or_else(|| caps.name("outlet"));
        let partners = caps.name("partners").map(|m| (m, CreditRelation::Partner));
        let span = caps.get(0).map_or(Span::new(0, 0), words_of);
        for (m, relation) in named.zip(relation).into_iter().chain(partners) {
            for outlet in outlets_in(m.as_str()) {
                let is_new = !self.chain.iter().any(|n| n.outlet == outlet && n.relation == relation);
                if is_new {
                    self.chain.push(Named { outlet, relation, span });
                }
            }
        }
        if let (Some(author), true) = (caps.name("author"), self.authors.is_empty()) {
            let name = names::without_honorific(author.as_str(), outlets);
            self.authors.push(name.to_string());
        }
        if let Some(date) = caps.name("date").and_then(|d| words.find(d.as_str()).first().copied()) {
            self.date.get_or_insert(date);
        }
        self.opens |= entry.opens;
        self.statement |= entry.statement;
    }
}

/// True where a folded part begins with words and goes on behind them.
fn follows(folded: &str, words: &str) -> bool {
    folded.strip_prefix(words).is_some_and(|rest| rest.starts_with(' '))
}

fn begins_with_name(rest: &str) -> bool {
    trim(rest).starts_with(|c: char| c.is_uppercase())
}

/// "Ana Ruiz in Oslo and Tom Hale" without the places.
fn people(names: &str, outlets: &Outlets) -> Vec<String> {
    let parts = names.split(" and ").flat_map(|p| p.split(','));
    let without_place = |part: &str| part.split(" in ").next().map(trim).unwrap_or_default().to_string();
    names::authors(&parts.map(without_place).collect::<Vec<_>>().join(";"), None, outlets)
}

/// A match without the marks of the sentence before it.
fn words_of(found: regex::Match<'_>) -> Span {
    let words = found.as_str().trim_start_matches(|c: char| !c.is_alphanumeric());
    Span::new(found.end() - words.len(), found.end())
}

/// "the Xinhua News Agency and the KPL Lao News Agency" is two outlets; "the book, A Long Walk" is the book.
/// Where the name ends and its day or licence begins: "China Daily on February 6", "X in January 2026", "X under a licence".
fn when_or_how(named: &str) -> Option<usize> {
    let number = |w: Option<&str>| w.is_some_and(|w| w.starts_with(|c: char| c.is_ascii_digit()));
    let begins = |at: usize, word: &str| {
        let mut behind = named[at + word.len() + 2..].split_whitespace();
        let (first, second) = (behind.next(), behind.next());
        if word == "under" { matches!(first, Some("a" | "an" | "the")) } else { number(first) || number(second) }
    };
    let places = |word: &'static str| named.match_indices(&format!(" {word} ")).map(|m| m.0).collect::<Vec<_>>();
    let all = ["on", "in", "under"].into_iter().flat_map(|w| places(w).into_iter().filter(move |&at| begins(at, w)));
    all.min()
}

fn split_outlets(named: &str, outlets: &Outlets) -> Vec<String> {
    let named = trim(named);
    if outlets.find(named).is_some() {
        return vec![outlets.canonical(named)];
    }
    let parts = named.split(" and ").flat_map(|p| p.split(", ")).flat_map(|p| p.split(" & "));
    parts.map(trim).filter(|p| looks_like_outlet(p, outlets)).map(|p| outlets.canonical(p)).collect()
}

fn looks_like_outlet(name: &str, outlets: &Outlets) -> bool {
    if outlets.find(name).is_some() {
        return true;
    }
    let plain = name.trim_start_matches("the ").trim_start_matches("website of ").trim_start_matches("the ");
    let words = plain.split_whitespace().count();
    (1..=8).contains(&words) && plain.chars().count() <= 80 && plain.chars().next().is_some_and(char::is_uppercase)
}

/// An expression of this file; the tests compile each.
fn own(source: &str) -> Regex {
    Regex::new(source).unwrap_or_else(|e| unreachable!("{source}: {e}"))
}

/// True where a paragraph begins like a name, a month or a day, with a dash or colon soon after.
fn may_begin_with_dateline(paragraph: &str) -> bool {
    let begins = paragraph.chars().next().is_some_and(|c| c.is_uppercase() || c.is_numeric());
    let head = crate::text::head(paragraph, DATELINE_MAX_BYTES);
    begins && head.contains(['—', '–', '―', '‒', ':', '-'])
}

/// "(AP)" and "(Xinhua/Agencies)" name their first outlet.
fn agency_name(inside: &str) -> &str {
    trim(inside.split(['/', ',', ';', '|']).next().unwrap_or(inside))
}

fn without_quotations(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut inside = false;
    for c in text.chars() {
        match c {
            '“' => inside = true,
            '”' | '\n' => inside = false,
            _ => {}
        }
        if !inside {
            out.push(c);
        }
    }
    out
}

/// True for places as agencies write them: in capitals, at least the first word.
fn is_shouted(place: &str) -> bool {
    let first = place.split(',').next().unwrap_or(place);
    first.chars().filter(|c| c.is_alphabetic()).count() >= 3 && !first.chars().any(char::is_lowercase)
}

/// `HANOI, Vietnam` as `Hanoi`.
fn readable_place(place: &str) -> String {
    let first = place.split(',').next().unwrap_or(place);
    if !is_shouted(first) {
        return first.to_string();
    }
    let mut out = String::new();
    let mut start = true;
    for c in first.chars() {
        if start {
            out.push(c);
        } else {
            out.extend(c.to_lowercase());
        }
        start = !c.is_alphabetic();
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Known {
        credits: Credits,
        words: DateWords,
        outlets: Outlets,
    }

    fn known() -> Known {
        let data = Data::embedded();
        Known {
            credits: Credits::load(&data).unwrap(),
            words: DateWords::load(&data).unwrap(),
            outlets: Outlets::load(&data).unwrap(),
        }
    }

    impl Known {
        fn dateline(&self, text: &str) -> Option<Dateline> {
            self.credits.dateline(text, &self.words, &self.outlets)
        }

        fn credit(&self, text: &str) -> Credit {
            self.credits.read(text, &self.words, &self.outlets).unwrap_or_default()
        }
    }

    #[test]
    fn every_pattern_compiles() {
        assert!(known().credits.patterns.all_compile());
        for own in [&DATELINE, &DATE_FIRST, &BYLINE] {
            assert!(!own.as_str().is_empty());
        }
    }

    #[test]
    fn datelines_of_every_shape() {
        let known = known();
        let long = "The two ministers signed a treaty on fishing in the northern sea.";
        let place =
            |start: &str| known.dateline(&format!("{start}{long}")).map(|d| (d.place, d.outlet, d.date.is_some()));
        assert_eq!(place("OSLO – "), Some((Some("Oslo".into()), None, false)));
        assert_eq!(place("Oslo, March 3rd—"), Some((Some("Oslo".into()), None, true)));
        assert_eq!(place("March 3 (China Daily) – "), Some((None, Some("China Daily".into()), true)));
        assert_eq!(
            place("BERGEN, Norway (AP) — "),
            Some((Some("Bergen".into()), Some("Associated Press".into()), false))
        );
        assert_eq!(
            place("LIMA, April 2 (Xinhua) -- "),
            Some((Some("Lima".into()), Some("Xinhua News Agency".into()), true))
        );
        assert_eq!(place("Lavrov – "), None);
        assert_eq!(known.dateline("NATO – the alliance – met."), None);
    }

    #[test]
    fn introductions_name_outlet_and_author() {
        let known = known();
        let c = known.credit(
            "In the following article for the Coastal Post, Norwegian economist Ane Berg argues that ports matter.",
        );
        assert!(c.reprints().eq(&["Coastal Post"]));
        assert_eq!((c.authors, c.alone), (vec!["Ane Berg".to_string()], false));
        let c = known.credit("This article was originally published by the Coastal Post.");
        assert!(c.alone && c.opens);
        let c = known.credit("In this essay, Ane Berg, the head of the Institute for Ports, looks at trade.");
        assert_eq!(c.authors, ["Ane Berg"]);
    }

    #[test]
    fn who_did_what() {
        let known = known();
        let staff = |line: &str| known.credits.staff_line(line, &known.outlets);
        let people = |names: &[&str]| Some(names.iter().map(|n| n.to_string()).collect::<Vec<_>>());
        assert_eq!(
            staff("(Reporting by Ana Ruiz in Oslo and Tom Hale; Editing by Mona Berg)"),
            people(&["Ana Ruiz", "Tom Hale"])
        );
        assert_eq!(staff("Reporting by Ana M. Ruiz. Editing by Mona K. Berg."), people(&["Ana M. Ruiz"]));
        assert_eq!(staff("Editing by Mona Berg"), people(&[]));
        assert_eq!(staff("Reporting by Ana Ruiz. Additional reporting by Tom Hale."), people(&["Ana Ruiz"]));
        assert_eq!(staff("Reporting by the ministry was late; the editor left."), None);
        assert_eq!(staff("Edited by machines, the text made no sense."), None);
        assert_eq!(staff(""), None);
    }

    #[test]
    fn chains_of_credit() {
        let known = known();
        let chain = |text: &str| -> Vec<String> {
            let named = known.credit(text).chain;
            named.iter().map(|n| format!("{} {}", n.relation.as_str(), n.outlet)).collect()
        };
        for (text, wanted) in [
            ("A version of this essay was also published by the Coastal Post.", "version Coastal Post"),
            ("A version was first published in the Harbour Gazette.", "version Harbour Gazette"),
            ("An earlier version of this article appeared in the Coastal Post.", "version Coastal Post"),
            (
                "This story was produced by the Harbour Gazette in partnership with the Coastal Post and Lantern Weekly.",
                "reprint Harbour Gazette, partner Coastal Post, partner Lantern Weekly",
            ),
            ("This report was published in partnership with Lantern Weekly.", "partner Lantern Weekly"),
            (
                "The strait is open again, writes Ane Berg, republished here from the Coastal Post.",
                "reprint Coastal Post",
            ),
            ("The ministers reported progress, and the story was carried on.", ""),
            ("The report was produced by a bank in partnership with the state.", ""),
        ] {
            assert_eq!(chain(text).join(", "), wanted, "{text}");
        }
    }

    #[test]
    fn credits_say_where_the_text_stands() {
        let known = known();
        let direction = |text: &str| known.credit(text).direction;
        assert_eq!(direction("The following article was originally published by the Coastal Post."), Direction::Below);
        assert_eq!(direction("The above article was originally published by the Coastal Post."), Direction::Above);
        assert_eq!(direction("This article was originally published by the Coastal Post."), Direction::Unsaid);
    }
}
