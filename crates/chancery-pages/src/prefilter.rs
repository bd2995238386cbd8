//! Regular expressions that run only where their words occur.
//!
//! In: the regular expressions of a knowledge file. Out: [`PatternSet`], which finds with one pass over a text which of
//! them can match at all. The words are taken from the expressions themselves (every match must hold one word of each
//! clause), so nothing has to be stated twice. An expression is compiled when a text first holds its words.

use aho_corasick::AhoCorasick;
use regex::Regex;
use regex_syntax::hir::{Class, Hir, HirKind};
use std::collections::BTreeMap;
use std::sync::OnceLock;

/// Shorter words stand in nearly every line.
const USEFUL_WORD_BYTES: usize = 4;
/// A clause of more words than this says little.
const MAX_WORDS: usize = 160;

/// One of these words, in lower case, stands in every match.
type Clause = Vec<String>;

/// Regular expressions in a fixed order.
#[derive(Debug)]
pub(crate) struct PatternSet {
    patterns: Vec<LazyPattern>,
    words: AhoCorasick,
    word_count: usize,
}

/// A regular expression that is compiled when it is first needed.
#[derive(Debug)]
pub(crate) struct LazyPattern {
    source: String,
    /// Indices of words; one of each list must occur.
    needs: Vec<Vec<usize>>,
    compiled: OnceLock<Option<Regex>>,
}

impl PatternSet {
    /// Checks the expressions and finds the words without which they cannot match.
    ///
    /// # Errors
    /// The index of the first wrong expression and what is wrong with it.
    pub(crate) fn new(sources: Vec<String>) -> Result<Self, (usize, String)> {
        let mut ids: BTreeMap<String, usize> = BTreeMap::new();
        let mut patterns = Vec::with_capacity(sources.len());
        for (i, source) in sources.into_iter().enumerate() {
            let hir = regex_syntax::parse(&source).map_err(|e| (i, e.to_string()))?;
            let needs = useful(clauses(&hir)).into_iter().map(|clause| intern(clause, &mut ids)).collect();
            patterns.push(LazyPattern { source, needs, compiled: OnceLock::new() });
        }
        let mut words: Vec<(&str, usize)> = ids.iter().map(|(word, id)| (word.as_str(), *id)).collect();
        words.sort_by_key(|(_, id)| *id);
        let words = AhoCorasick::builder()
            .ascii_case_insensitive(true)
            .build(words.into_iter().map(|(word, _)| word))
            .map_err(|e| (0, e.to_string()))?;
        Ok(PatternSet { patterns, words, word_count: ids.len() })
    }

    /// The expressions that may match `text`, with their indices, in order.
    pub(crate) fn candidates(&self, text: &str) -> impl Iterator<Item = (usize, &Regex)> {
        let mut seen = vec![false; self.word_count];
        for found in self.words.find_overlapping_iter(text) {
            seen[found.pattern().as_usize()] = true;
        }
        let may_match = move |p: &LazyPattern| p.needs.iter().all(|words| words.iter().any(|w| seen[*w]));
        self.patterns
            .iter()
            .enumerate()
            .filter(move |(_, p)| may_match(p))
            .filter_map(|(i, p)| p.regex().map(|regex| (i, regex)))
    }

    /// True where every expression compiles; the test of the knowledge files.
    #[cfg(test)]
    pub(crate) fn all_compile(&self) -> bool {
        self.patterns.iter().all(|p| p.regex().is_some())
    }
}

impl LazyPattern {
    /// The expression; `None` where its syntax is right but it is too large to be compiled.
    fn regex(&self) -> Option<&Regex> {
        self.compiled.get_or_init(|| Regex::new(&self.source).ok()).as_ref()
    }
}

fn intern(clause: Clause, ids: &mut BTreeMap<String, usize>) -> Vec<usize> {
    clause
        .into_iter()
        .map(|word| {
            let next = ids.len();
            *ids.entry(word).or_insert(next)
        })
        .collect()
}

/// The clauses of long words, or the best one where there is none.
fn useful(mut all: Vec<Clause>) -> Vec<Clause> {
    all.retain(|c| c.len() <= MAX_WORDS);
    if all.iter().any(|c| shortest(c) >= USEFUL_WORD_BYTES) {
        all.retain(|c| shortest(c) >= USEFUL_WORD_BYTES);
        return all;
    }
    best(all).filter(|c| shortest(c) >= 2).into_iter().collect()
}

fn best(all: Vec<Clause>) -> Option<Clause> {
    all.into_iter().max_by_key(|c| (shortest(c), std::cmp::Reverse(c.len())))
}

fn shortest(clause: &Clause) -> usize {
    clause.iter().map(String::len).min().unwrap_or(0)
}

/// What every match must hold.
fn clauses(hir: &Hir) -> Vec<Clause> {
    match hir.kind() {
        HirKind::Literal(_) | HirKind::Class(_) => of_sequence(std::slice::from_ref(hir)),
        HirKind::Capture(group) => clauses(&group.sub),
        HirKind::Repetition(repeated) if repeated.min >= 1 => clauses(&repeated.sub),
        HirKind::Concat(parts) => of_sequence(parts),
        HirKind::Alternation(branches) => of_branches(branches).into_iter().collect(),
        _ => Vec::new(),
    }
}

/// Neighbouring letters make up one word.
fn of_sequence(parts: &[Hir]) -> Vec<Clause> {
    let mut found = Vec::new();
    let mut word = String::new();
    for part in parts {
        match letters(part) {
            Some(letters) => word.push_str(&letters),
            None => {
                end_word(&mut word, &mut found);
                if !matches!(part.kind(), HirKind::Literal(_) | HirKind::Class(_)) {
                    found.extend(clauses(part));
                }
            }
        }
    }
    end_word(&mut word, &mut found);
    found
}

fn end_word(word: &mut String, found: &mut Vec<Clause>) {
    if !word.is_empty() {
        found.push(vec![std::mem::take(word)]);
    }
}

/// One word of each branch, where every branch has one.
fn of_branches(branches: &[Hir]) -> Option<Clause> {
    let mut all = Clause::new();
    for branch in branches {
        all.extend(best(clauses(branch))?);
    }
    all.sort();
    all.dedup();
    Some(all)
}

/// The ASCII text that a part stands for, in lower case; a class of one letter in both cases counts as that letter.
fn letters(part: &Hir) -> Option<String> {
    match part.kind() {
        HirKind::Literal(literal) => {
            let text = std::str::from_utf8(&literal.0).ok().filter(|t| t.is_ascii())?;
            Some(text.to_ascii_lowercase())
        }
        HirKind::Class(Class::Unicode(class)) => {
            let mut letter = None;
            for range in class.ranges() {
                let folded = one_letter(range.start()).filter(|_| range.start() == range.end())?;
                if letter.is_some_and(|l| l != folded) {
                    return None;
                }
                letter = Some(folded);
            }
            letter.map(String::from)
        }
        _ => None,
    }
}

fn one_letter(c: char) -> Option<char> {
    match c {
        // The Kelvin sign and the long s fold to ASCII letters.
        '\u{212a}' => Some('k'),
        'ſ' => Some('s'),
        c => c.is_ascii_alphabetic().then(|| c.to_ascii_lowercase()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    const SOURCES: [&str; 5] = [
        r"(?i:the) (?:report|story)s? (?i:was) (?:published|issued)",
        r"^.*all rights reserved\W*$",
        r"\d+ (?:likes?|views?)",
        r"^[A-Z]+ –",
        r"(?i:source|via): ?\w",
    ];

    fn set() -> PatternSet {
        PatternSet::new(SOURCES.iter().map(|s| s.to_string()).collect()).unwrap()
    }

    #[test]
    fn only_patterns_whose_words_occur_are_tried() {
        let tried = |text: &str| set().candidates(text).map(|(i, _)| i).collect::<Vec<_>>();
        assert_eq!(tried("Envoys met in Oslo."), [3]);
        assert_eq!(tried("the story was ISSUED"), [0, 3]);
        assert_eq!(tried("Via: him"), [3, 4]);
        assert_eq!(tried("12 views"), [2, 3]);
    }

    #[test]
    fn a_wrong_expression_is_named() {
        let error = PatternSet::new(vec!["a".into(), "(".into()]).unwrap_err();
        assert_eq!(error.0, 1);
    }

    proptest! {
        #[test]
        fn no_match_is_lost(text in "(the |The |report|stories |was |published|all rights reserved|[a-zA-Z.:– 1]){0,12}") {
            let set = set();
            let tried: Vec<usize> = set.candidates(&text).map(|(i, _)| i).collect();
            for (i, source) in SOURCES.iter().enumerate() {
                if Regex::new(source).unwrap().is_match(&text) {
                    prop_assert!(tried.contains(&i), "{source} fits {text:?}");
                }
            }
        }
    }
}
