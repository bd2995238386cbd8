//! The lines of a page with their offsets; nothing is rewritten.

use crate::boilerplate::{Boilerplate, Verdict};
use crate::fold::{fold, fold_bare, is_space};
use crate::text::split::same_title;
use chancery_text::Span;
use rustc_hash::{FxHashMap, FxHashSet};

/// One paragraph of a page: a line, or several where the text is broken at a fixed width.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Line {
    /// In bytes of the page, without white space at the ends.
    pub span: Span,
    /// What it is.
    pub role: Role,
    /// True where an empty line stands before it.
    pub gap_before: bool,
    /// The level from 1 of a line that is marked as a heading.
    pub level: Option<u8>,
}

/// What a line is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum Role {
    /// Article text, title or heading.
    Content,
    /// No article text.
    Boilerplate,
    /// "Continue reading …", with the words after the phrase, folded.
    Closer(String),
    /// A rule of dashes or stars.
    Separator,
}

impl Line {
    /// True for article text.
    pub(crate) fn is_content(&self) -> bool {
        self.role == Role::Content
    }
}

/// Lines longer than this are only cut out, not looked at.
pub(crate) const MAX_LINE_BYTES: usize = 1 << 18;
/// A text is broken at a fixed width where its lines stay below this.
const MAX_WRAP_CHARS: usize = 100;
/// No title is longer.
const MAX_TITLE_BYTES: usize = 400;
const REPEATED_MAX_CHARS: usize = 120;
const REPEATED_PARAGRAPH_MIN_CHARS: usize = 80;

/// Cuts `text` into lines and says what each is.
pub(crate) fn lines(text: &str, boilerplate: &Boilerplate) -> Vec<Line> {
    let whole = join_wrapped(text, &raw_lines(text));
    let mut lines: Vec<Line> = with_closers_apart(text, whole, boilerplate).into_iter().map(content_line).collect();
    mark_boilerplate(text, &mut lines, boilerplate);
    mark_repeated(text, &mut lines);
    lines
}

/// Parts "… Continue reading X" from the end of a paragraph.
fn with_closers_apart(text: &str, lines: Vec<(Span, bool)>, boilerplate: &Boilerplate) -> Vec<(Span, bool)> {
    let mut titles: FxHashSet<String> = FxHashSet::default();
    let mut out = Vec::with_capacity(lines.len());
    for (span, gap) in lines {
        let words = if span.len() <= MAX_LINE_BYTES { span.of(text) } else { "" };
        let known = |named: &str| titles.contains(named) || titles.iter().any(|t| same_title(t, named));
        match boilerplate.closer_at_end(words, &known) {
            Some(at) => {
                out.push((trimmed(text, Span::new(span.start, span.start + at)), gap));
                out.push((Span::new(span.start + at, span.end), false));
            }
            None => out.push((span, gap)),
        }
        if words.len() <= MAX_TITLE_BYTES {
            titles.insert(fold_bare(words));
        }
    }
    out
}

/// Says what each line is by its words and its neighbours.
pub(crate) fn mark_boilerplate(text: &str, lines: &mut [Line], boilerplate: &Boilerplate) {
    let kinds = judge(text, lines, boilerplate);
    absorb_neighbours(text, lines, &kinds, boilerplate);
}

/// A line that is taken for content.
pub(crate) fn content_line((span, gap_before): (Span, bool)) -> Line {
    Line { span, role: Role::Content, gap_before, level: None }
}

/// Spans of the lines that are not empty, and whether an empty one stands before.
fn raw_lines(text: &str) -> Vec<(Span, bool)> {
    let mut out = Vec::new();
    let mut gap = false;
    let mut at = 0;
    for line in text.split_inclusive(['\n', '\r', '\u{2028}', '\u{2029}', '\u{85}', '\u{c}']) {
        let span = trimmed(text, Span::new(at, at + line.len()));
        // "\r\n" gives an empty piece after the "\r" that is no empty line.
        let is_break_only = line == "\n" && text[..at].ends_with('\r');
        at += line.len();
        if span.is_empty() {
            gap |= !is_break_only;
        } else {
            out.push((span, std::mem::take(&mut gap)));
        }
    }
    out
}

fn trimmed(text: &str, span: Span) -> Span {
    let inside = span.of(text);
    let start = span.start + (inside.len() - inside.trim_start_matches(is_space).len());
    Span::new(start, start + inside.trim_matches(is_space).len())
}

/// Joins lines to paragraphs where the text is broken at a fixed width.
fn join_wrapped(text: &str, raw: &[(Span, bool)]) -> Vec<(Span, bool)> {
    if !is_wrapped(text, raw) {
        return raw.to_vec();
    }
    let mut out: Vec<(Span, bool)> = Vec::new();
    for &(span, gap) in raw {
        match out.last_mut() {
            Some((last, _)) if !gap => *last = last.cover(span),
            _ => out.push((span, gap)),
        }
    }
    out
}

/// True where most lines that another one follows directly are full but unfinished.
fn is_wrapped(text: &str, raw: &[(Span, bool)]) -> bool {
    let mut inner = 0usize;
    let mut unfinished = 0usize;
    let mut gaps = 0usize;
    for pair in raw.windows(2) {
        if pair[1].1 {
            gaps += 1;
            continue;
        }
        let line = pair[0].0.of(text);
        let chars = line.chars().take(MAX_WRAP_CHARS + 1).count();
        if chars > MAX_WRAP_CHARS {
            return false;
        }
        inner += 1;
        unfinished += usize::from(chars >= 40 && !ends_sentence(line));
    }
    gaps > 0 && inner >= 4 && unfinished * 10 >= inner * 6
}

/// True where the line ends as a sentence does.
pub(crate) fn ends_sentence(line: &str) -> bool {
    let end = line.trim_end_matches(|c: char| is_space(c) || "”\"’')]»".contains(c));
    end.ends_with(['.', '!', '?', '…', ':', ';', '。', '！', '？'])
}

/// Judges each line by itself; gives the kind of every line that may draw its neighbours in.
fn judge(text: &str, lines: &mut [Line], boilerplate: &Boilerplate) -> Vec<Option<String>> {
    lines
        .iter_mut()
        .map(|line| {
            if line.span.len() > MAX_LINE_BYTES {
                return None;
            }
            let words = line.span.of(text);
            if is_separator(words) {
                line.role = Role::Separator;
                return None;
            }
            match boilerplate.judge(words) {
                Some(Verdict::Closer(title)) => line.role = Role::Closer(title),
                Some(Verdict::Boilerplate { kind, run }) => {
                    line.role = Role::Boilerplate;
                    return run.then_some(kind);
                }
                None => {}
            }
            None
        })
        .collect()
}

fn is_separator(words: &str) -> bool {
    let marks = words.chars().filter(|c| !is_space(*c)).take(201).count();
    (2..=200).contains(&marks) && words.chars().all(|c| is_space(c) || "-–—_*=~#•·+.".contains(c))
}

/// Lines beside a certain one, of which one term speaks for the same kind, are of that kind.
fn absorb_neighbours(text: &str, lines: &mut [Line], kinds: &[Option<String>], boilerplate: &Boilerplate) {
    let mut kinds = kinds.to_vec();
    let forward: Vec<usize> = (1..lines.len()).collect();
    let backward: Vec<usize> = (0..lines.len().saturating_sub(1)).rev().collect();
    for (order, step) in [(forward, -1isize), (backward, 1)] {
        for i in order {
            let Some(kind) = kinds[i.wrapping_add_signed(step)].clone() else { continue };
            if lines[i].is_content() && boilerplate.may_be(&kind, lines[i].span.of(text)) {
                lines[i].role = Role::Boilerplate;
                kinds[i] = Some(kind);
            }
        }
    }
}

/// False for the cells of tables ("1", "LB").
fn has_a_word(line: &str) -> bool {
    line.chars().filter(|c| c.is_alphabetic()).take(4).count() == 4
}

/// Short lines that stand three times on a page are furniture; of a long paragraph only the first copy counts.
fn mark_repeated(text: &str, lines: &mut [Line]) {
    let mut seen: FxHashMap<String, Vec<usize>> = FxHashMap::default();
    let counts = |l: &Line| l.is_content() && l.span.len() <= MAX_LINE_BYTES && has_a_word(l.span.of(text));
    for (i, line) in lines.iter().enumerate().filter(|(_, l)| counts(l)) {
        seen.entry(fold(line.span.of(text))).or_default().push(i);
    }
    for (words, at) in seen {
        let chars = words.chars().take(REPEATED_MAX_CHARS + 1).count();
        let drop: &[usize] = match at.len() {
            n if n >= 3 && chars <= REPEATED_MAX_CHARS => &at,
            n if n >= 2 && chars >= REPEATED_PARAGRAPH_MIN_CHARS => &at[1..],
            _ => &[],
        };
        for i in drop {
            lines[*i].role = Role::Boilerplate;
        }
    }
}
