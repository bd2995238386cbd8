//! Which lines of a page are no article: adverts, consent notices, share bars, fundraising.
//!
//! In: `data/boilerplate/lines.toml`. Out: [`Boilerplate`], asked line by line. A line is looked at by itself; runs and
//! repeated lines are found by [`crate::text`].

use crate::fold::{fold, fold_bare};
use crate::pattern::Sets;
use crate::{PagesError, load_toml};
use chancery_data::Data;
use regex::Regex;
use rustc_hash::FxHashSet;
use serde::Deserialize;

const PATH: &str = "boilerplate/lines.toml";

/// The rules.
#[derive(Debug)]
pub(crate) struct Boilerplate {
    rules: Vec<Rule>,
    closers: Vec<String>,
    labels: FxHashSet<String>,
    longest_label: usize,
    inline_endings: Vec<String>,
}

/// What a line is, where it is no plain content.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Verdict {
    /// No article text.
    Boilerplate {
        /// The rule's kind, `consent`.
        kind: String,
        /// True for running text that also belongs to the kind when it stands next to another such line.
        run: bool,
    },
    /// "Continue reading …": the words after the phrase, folded; empty where it stands alone.
    Closer(String),
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    closers: Vec<String>,
    section_labels: Vec<String>,
    inline_endings: Vec<String>,
    rule: Vec<RuleEntry>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct RuleEntry {
    kind: String,
    #[serde(default)]
    whole: Vec<String>,
    #[serde(default)]
    begins: Vec<String>,
    #[serde(default)]
    contains: Vec<String>,
    #[serde(default)]
    patterns: Vec<String>,
    #[serde(default)]
    terms: Vec<String>,
    #[serde(default)]
    at_least: usize,
    #[serde(default)]
    addressed: bool,
    #[serde(default)]
    run: bool,
    #[serde(default = "default_max_chars")]
    max_chars: usize,
}

fn default_max_chars() -> usize {
    400
}

#[derive(Debug)]
struct Rule {
    kind: String,
    whole: FxHashSet<String>,
    begins: Vec<String>,
    contains: Vec<String>,
    patterns: Vec<Regex>,
    terms: Vec<String>,
    at_least: usize,
    addressed: bool,
    run: bool,
    max_chars: usize,
}

impl Boilerplate {
    /// Reads the rules.
    pub(crate) fn load(data: &Data) -> Result<Self, PagesError> {
        let file: File = load_toml(data, PATH)?;
        let labels: FxHashSet<String> = file.section_labels.iter().map(|l| fold_bare(l)).collect();
        Ok(Boilerplate {
            rules: file.rule.into_iter().map(Rule::new).collect::<Result<_, _>>()?,
            closers: longest_first(&file.closers),
            longest_label: labels.iter().map(|l| l.len()).max().unwrap_or(0),
            labels,
            inline_endings: file.inline_endings.iter().map(|e| fold(e)).collect(),
        })
    }

    /// What `line` is by itself; `None` for content.
    pub(crate) fn judge(&self, line: &str) -> Option<Verdict> {
        let chars = line.chars().take(2001).count();
        if chars > 2000 {
            return None;
        }
        let folded = fold(line);
        let bare = fold_bare(line);
        if chars <= 250
            && let Some(closer) = self.closer(&folded, &bare)
        {
            return Some(closer);
        }
        let quotation = is_quotation(line);
        let hit = self.rules.iter().find(|r| chars <= r.max_chars && r.fits(&folded, &bare, quotation));
        hit.map(|r| Verdict::Boilerplate { kind: r.kind.clone(), run: r.run })
    }

    /// True where a line beside one of `kind` may be of that kind too: one of its terms is enough.
    pub(crate) fn may_be(&self, kind: &str, line: &str) -> bool {
        let folded = fold(line);
        let of_kind = self
            .rules
            .iter()
            .filter(|r| r.kind == kind && r.run && folded.chars().take(r.max_chars + 1).count() <= r.max_chars);
        of_kind.flat_map(|r| &r.terms).any(|t| has_words(&folded, t)) && !is_quotation(line)
    }

    /// True where the whole line is made of section labels ("World", "AnalysisFeatures", "News | Asia").
    pub(crate) fn is_section_label(&self, line: &str) -> bool {
        let bare = fold_bare(line);
        if bare.is_empty() || bare.len() > 80 {
            return false;
        }
        let glued: String = bare.chars().filter(|c| c.is_alphanumeric()).collect();
        self.labels.contains(&bare) || self.is_chain_of_labels(&glued)
    }

    /// `text` without an aside at its end that is no news ("[See below.]").
    pub(crate) fn without_inline_ending<'t>(&self, text: &'t str) -> &'t str {
        let Some(open) = text.rfind(['[', '(']) else { return text };
        let aside = fold(&text[open..]);
        if self.inline_endings.contains(&aside) { text[..open].trim_end() } else { text }
    }

    fn closer(&self, folded: &str, bare: &str) -> Option<Verdict> {
        let start = folded.trim_start_matches(|c: char| !c.is_alphanumeric());
        let phrase = self.closers.iter().find(|c| {
            bare == c.as_str()
                || start.strip_prefix(c.as_str()).is_some_and(|r| r.starts_with(|c: char| !c.is_alphanumeric()))
        })?;
        let rest = start.strip_prefix(phrase.as_str()).unwrap_or("");
        Some(Verdict::Closer(rest.trim_matches(|c: char| !c.is_alphanumeric()).to_string()))
    }

    fn is_chain_of_labels(&self, glued: &str) -> bool {
        // reach[i]: the first i bytes are labels in a row.
        let mut reach = vec![false; glued.len() + 1];
        reach[0] = true;
        for start in 0..glued.len() {
            if !reach[start] || !glued.is_char_boundary(start) {
                continue;
            }
            let longest = glued.len().min(start + self.longest_label);
            for (end, reached) in reach.iter_mut().enumerate().take(longest + 1).skip(start + 1) {
                *reached |= glued.get(start..end).is_some_and(|part| self.labels.contains(part));
            }
        }
        reach[glued.len()]
    }
}

impl Rule {
    fn new(entry: RuleEntry) -> Result<Self, PagesError> {
        let compile = |p: &String| {
            Regex::new(p).map_err(|e| PagesError::Entry { path: PATH.into(), entry: p.clone(), reason: e.to_string() })
        };
        Ok(Rule {
            whole: entry.whole.iter().map(|w| fold_bare(w)).collect(),
            begins: entry.begins.iter().map(|b| fold(b)).collect(),
            contains: entry.contains.iter().map(|c| fold(c)).collect(),
            patterns: entry.patterns.iter().map(compile).collect::<Result<_, _>>()?,
            terms: entry.terms.iter().map(|t| fold(t)).collect(),
            at_least: entry.at_least.max(1),
            addressed: entry.addressed,
            run: entry.run,
            max_chars: entry.max_chars,
            kind: entry.kind,
        })
    }

    fn fits(&self, folded: &str, bare: &str, quotation: bool) -> bool {
        self.whole.contains(bare)
            || self.begins.iter().any(|b| folded.starts_with(b.as_str()))
            || self.contains.iter().any(|c| folded.contains(c.as_str()))
            || self.patterns.iter().any(|p| p.is_match(folded))
            || (!quotation && self.has_terms(folded))
    }

    fn has_terms(&self, folded: &str) -> bool {
        if self.terms.is_empty() || (self.addressed && !speaks_to_reader(folded)) {
            return false;
        }
        self.terms.iter().filter(|t| has_words(folded, t)).take(self.at_least).count() >= self.at_least
    }
}

/// True where someone is quoted: then "you" and "us" are not the site and its readers.
fn is_quotation(line: &str) -> bool {
    line.starts_with(['“', '"', '”', '„', '«'])
}

/// True where the line speaks of "you" and "us".
fn speaks_to_reader(folded: &str) -> bool {
    Sets::words(folded).any(|w| matches!(w, "you" | "your" | "our" | "us" | "we"))
}

/// `needle` as whole words in `text`.
fn has_words(text: &str, needle: &str) -> bool {
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    text.match_indices(needle)
        .any(|(at, _)| edge(text[..at].chars().next_back()) && edge(text[at + needle.len()..].chars().next()))
}

fn longest_first(phrases: &[String]) -> Vec<String> {
    let mut folded: Vec<String> = phrases.iter().map(|p| fold_bare(p)).collect();
    folded.sort_by_key(|p| std::cmp::Reverse(p.len()));
    folded
}
