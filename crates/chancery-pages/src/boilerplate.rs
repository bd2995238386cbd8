//! Which lines of a page are no article: adverts, consent notices, share bars, fundraising.
//!
//! In: `data/boilerplate/lines.toml`. Out: [`Boilerplate`], asked line by line. A line is looked at by itself; runs and
//! repeated lines are found by [`crate::text`].

use crate::fold::{bare, fold, fold_bare};
use crate::pattern::Sets;
use crate::prefilter::PatternSet;
use crate::{PagesError, load_toml};
use aho_corasick::AhoCorasick;
use chancery_data::Data;
use rustc_hash::FxHashSet;
use serde::Deserialize;
use std::collections::BTreeMap;

const PATH: &str = "boilerplate/lines.toml";

/// "Continue reading" and a title are not longer.
const MAX_CLOSER_BYTES: usize = 280;

/// The rules.
#[derive(Debug)]
pub(crate) struct Boilerplate {
    rules: Vec<Rule>,
    /// The patterns of all rules, and whose each is.
    patterns: PatternSet,
    pattern_rule: Vec<usize>,
    phrases: Phrases,
    closers: Vec<String>,
    labels: FxHashSet<String>,
    longest_label: usize,
    /// No rule holds for lines of more characters.
    longest_rule: usize,
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
    at_least: usize,
    addressed: bool,
    run: bool,
    max_chars: usize,
}

/// What the rules look for inside a line, found in one pass.
#[derive(Debug)]
struct Phrases {
    all: AhoCorasick,
    /// Whose each phrase is.
    owners: Vec<Vec<Owner>>,
}

/// A rule that a phrase speaks for.
#[derive(Debug, Clone, Copy)]
struct Owner {
    rule: usize,
    /// True for one of the rule's terms, which must stand as whole words.
    term: bool,
}

/// What a line holds of one rule.
#[derive(Debug, Clone, Copy, Default)]
struct Hits {
    /// A phrase of `contains` or a pattern.
    certain: bool,
    /// How many different terms.
    terms: usize,
}

impl Boilerplate {
    /// Reads the rules.
    pub(crate) fn load(data: &Data) -> Result<Self, PagesError> {
        let file: File = load_toml(data, PATH)?;
        let longest_rule = file.rule.iter().map(|r| r.max_chars).max().unwrap_or(0);
        let phrases = Phrases::new(&file.rule)?;
        let (pattern_rule, sources): (Vec<usize>, Vec<String>) =
            file.rule.iter().enumerate().flat_map(|(i, r)| r.patterns.iter().map(move |p| (i, p.clone()))).unzip();
        let patterns = PatternSet::new(sources.clone()).map_err(|(i, reason)| PagesError::Entry {
            path: PATH.into(),
            entry: sources[i].clone(),
            reason,
        })?;
        let labels: FxHashSet<String> = file.section_labels.iter().map(|l| fold_bare(l)).collect();
        Ok(Boilerplate {
            rules: file.rule.into_iter().map(Rule::new).collect(),
            patterns,
            pattern_rule,
            phrases,
            closers: longest_first(&file.closers),
            longest_rule,
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
        let bare = bare(&folded);
        if chars <= 250
            && let Some(closer) = self.closer(&folded, bare)
        {
            return Some(closer);
        }
        let quotation = is_quotation(line);
        if chars > self.longest_rule {
            return None;
        }
        let hits = self.hits(&folded);
        let fits =
            |(rule, hits): &(&Rule, &Hits)| chars <= rule.max_chars && rule.fits(&folded, bare, quotation, **hits);
        let hit = self.rules.iter().zip(&hits).find(fits);
        hit.map(|(r, _)| Verdict::Boilerplate { kind: r.kind.clone(), run: r.run })
    }

    /// True where a line beside one of `kind` may be of that kind too: one of its terms is enough.
    pub(crate) fn may_be(&self, kind: &str, line: &str) -> bool {
        let folded = fold(line);
        let hits = self.phrases.hits(&folded, self.rules.len());
        let of_kind = |(r, hits): (&Rule, &Hits)| {
            r.kind == kind && r.run && hits.terms > 0 && folded.chars().take(r.max_chars + 1).count() <= r.max_chars
        };
        self.rules.iter().zip(&hits).any(of_kind) && !is_quotation(line)
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

    /// Where "… Continue reading X" begins at the end of a paragraph. X is a title that `is_title` knows (folded), or stands
    /// behind an ellipsis or a colon.
    pub(crate) fn closer_at_end(&self, paragraph: &str, is_title: &dyn Fn(&str) -> bool) -> Option<usize> {
        let near = crate::text::tail(paragraph, MAX_CLOSER_BYTES);
        let start = paragraph.len() - near.len();
        let opens = |c: char| c.is_uppercase() || matches!(c, '[' | '(');
        let words = near.char_indices().filter(|(at, c)| opens(*c) && start + at > 0);
        words.map(|(at, _)| start + at).find(|at| {
            let (before, closer) = (paragraph[..*at].trim_end(), &paragraph[*at..]);
            let cut =
                before.ends_with('…') || before.ends_with("...") || before.ends_with("…]") || before.ends_with("...]");
            let ended = cut || before.ends_with(['.', '!', '?', '”', '"', '’', ')', '»', '→', '|']);
            ended && before.len() < *at && self.closes(closer, cut, is_title)
        })
    }

    /// True for "Continue reading X" at the end of a paragraph, which is `cut` off before it or not.
    fn closes(&self, closer: &str, cut: bool, is_title: &dyn Fn(&str) -> bool) -> bool {
        let folded = fold(closer);
        let Some(Verdict::Closer(named)) = self.closer(&folded, bare(&folded)) else { return false };
        let labelled = || folded[..folded.len() - named.len().min(folded.len())].trim_end().ends_with(':');
        named.is_empty() || is_title(&named) || ((cut || labelled()) && !crate::text::lines::ends_sentence(closer))
    }

    /// What a folded line holds of each rule.
    fn hits(&self, folded: &str) -> Vec<Hits> {
        let mut hits = self.phrases.hits(folded, self.rules.len());
        for (i, pattern) in self.patterns.candidates(folded) {
            let hits = &mut hits[self.pattern_rule[i]];
            hits.certain = hits.certain || pattern.is_match(folded);
        }
        hits
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
    fn new(entry: RuleEntry) -> Self {
        Rule {
            whole: entry.whole.iter().map(|w| fold_bare(w)).collect(),
            begins: entry.begins.iter().map(|b| fold(b)).collect(),
            at_least: entry.at_least.max(1),
            addressed: entry.addressed,
            run: entry.run,
            max_chars: entry.max_chars,
            kind: entry.kind,
        }
    }

    fn fits(&self, folded: &str, bare: &str, quotation: bool, hits: Hits) -> bool {
        let enough_terms = || hits.terms >= self.at_least && (!self.addressed || speaks_to_reader(folded));
        hits.certain
            || self.whole.contains(bare)
            || self.begins.iter().any(|b| folded.starts_with(b.as_str()))
            || (!quotation && enough_terms())
    }
}

impl Phrases {
    fn new(rules: &[RuleEntry]) -> Result<Self, PagesError> {
        let mut owners: BTreeMap<String, Vec<Owner>> = BTreeMap::new();
        for (rule, entry) in rules.iter().enumerate() {
            let certain = entry.contains.iter().map(|c| (c, false));
            for (phrase, term) in certain.chain(entry.terms.iter().map(|t| (t, true))) {
                owners.entry(fold(phrase)).or_default().push(Owner { rule, term });
            }
        }
        let all = AhoCorasick::new(owners.keys()).map_err(|e| PagesError::Entry {
            path: PATH.into(),
            entry: "terms".into(),
            reason: e.to_string(),
        })?;
        Ok(Phrases { all, owners: owners.into_values().collect() })
    }

    fn hits(&self, folded: &str, rules: usize) -> Vec<Hits> {
        let mut hits = vec![Hits::default(); rules];
        let mut counted: Vec<usize> = Vec::new();
        for found in self.all.find_overlapping_iter(folded) {
            let phrase = found.pattern().as_usize();
            let whole = is_whole_words(folded, found.start(), found.end());
            let new = whole && !counted.contains(&phrase);
            for owner in &self.owners[phrase] {
                hits[owner.rule].certain |= !owner.term;
                hits[owner.rule].terms += usize::from(owner.term && new);
            }
            if new {
                counted.push(phrase);
            }
        }
        hits
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

/// True where no letter or digit stands before or after a stretch.
fn is_whole_words(text: &str, start: usize, end: usize) -> bool {
    let edge = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
    edge(text[..start].chars().next_back()) && edge(text[end..].chars().next())
}

fn longest_first(phrases: &[String]) -> Vec<String> {
    let mut folded: Vec<String> = phrases.iter().map(|p| fold_bare(p)).collect();
    folded.sort_by_key(|p| std::cmp::Reverse(p.len()));
    folded
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_pattern_compiles() {
        assert!(Boilerplate::load(&Data::embedded()).unwrap().patterns.all_compile());
    }

    #[test]
    fn terms_count_once_and_as_whole_words() {
        let rules = Boilerplate::load(&Data::embedded()).unwrap();
        let is_consent =
            |line: &str| matches!(rules.judge(line), Some(Verdict::Boilerplate { kind, .. }) if kind == "consent");
        assert!(is_consent("We and our partners store cookies on your device to measure what you read."));
        assert!(!is_consent("We baked cookies, more cookies and cookies again for your mother."));
        assert!(!is_consent("The minister baked cookies for our partners on a device."));
    }
}
