//! Cuts text into words with their places.
//!
//! In: a stretch of text. Out: [`Piece`]s in order, without overlaps, that cover every character that is not white space.
//! Words are cut as the UD English treebanks cut them: punctuation apart, `15-year` in three, `don't` and `Xi's` in two
//! (the second part marked as glued). Knowledge is in `data/lang/{abbreviations,contractions,prefixes}.txt`.
//! Never fails and never changes the text.

use chancery_text::Span;
use rustc_hash::{FxHashMap, FxHashSet};

/// A word of the text.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Piece {
    /// Where it stands.
    pub span: Span,
    /// True for a later part of a multiword token.
    pub glued: bool,
}

/// The tokeniser's word lists.
#[derive(Debug, Default)]
pub struct Tokenizer {
    abbreviations: FxHashSet<String>,
    titles: FxHashSet<String>,
    prefixes: FxHashSet<String>,
    /// Lower-case form without apostrophes straightened → lengths of the parts in characters.
    contractions: FxHashMap<String, Vec<usize>>,
}

/// Longest stretch without white space that is looked at as a word, in bytes; longer ones are cut.
const MAX_CHUNK_BYTES: usize = 1000;

impl Tokenizer {
    /// Reads the three lists; lines that say nothing are skipped.
    pub fn new(abbreviations: &str, contractions: &str, prefixes: &str) -> Self {
        let mut tokenizer = Tokenizer::default();
        for line in lines(abbreviations) {
            let mut words = line.split_whitespace();
            let is_title = words.next() == Some("title");
            for word in words {
                if is_title {
                    tokenizer.titles.insert(word.to_lowercase());
                }
                tokenizer.abbreviations.insert(word.to_lowercase());
            }
        }
        for line in lines(contractions) {
            let mut words = line.split_whitespace();
            if let Some(whole) = words.next() {
                tokenizer.contractions.insert(whole.to_lowercase(), words.map(|w| w.chars().count()).collect());
            }
        }
        tokenizer.prefixes = lines(prefixes).flat_map(str::split_whitespace).map(str::to_lowercase).collect();
        tokenizer
    }

    /// True for an abbreviation that stands before something (`Mr.`), so that no sentence ends after it.
    pub fn is_title(&self, word: &str) -> bool {
        word.len() <= 12 && word.ends_with('.') && self.titles.contains(&word.to_lowercase())
    }

    /// The words of `text[span]`.
    pub fn tokenize(&self, text: &str, span: Span) -> Vec<Piece> {
        let stretch = span.of(text);
        let mut pieces = Vec::with_capacity(stretch.len() / 5 + 1);
        let mut run = Run { words: self, text, pieces: &mut pieces, open_quote: false };
        for (start, end) in chunks(stretch) {
            run.chunk(span.start + start, span.start + end);
        }
        pieces
    }
}

fn lines(list: &str) -> impl Iterator<Item = &str> {
    list.lines().map(str::trim).filter(|l| !l.is_empty() && !l.starts_with('#'))
}

/// White space, and characters that show nothing.
pub(crate) fn is_blank(c: char) -> bool {
    c.is_whitespace()
        || c.is_control()
        || matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{202a}'..='\u{202e}')
}

/// Stretches between blanks, the overlong ones cut.
fn chunks(text: &str) -> Vec<(usize, usize)> {
    let mut found = Vec::new();
    let mut start = None;
    for (i, c) in text.char_indices() {
        match (is_blank(c), start) {
            (true, Some(s)) => {
                found.push((s, i));
                start = None;
            }
            (false, None) => start = Some(i),
            (false, Some(s)) if i - s >= MAX_CHUNK_BYTES => {
                found.push((s, i));
                start = Some(i);
            }
            _ => {}
        }
    }
    found.extend(start.map(|s| (s, text.len())));
    found
}

struct Run<'a> {
    words: &'a Tokenizer,
    text: &'a str,
    pieces: &'a mut Vec<Piece>,
    /// A single quotation mark was opened and not closed yet.
    open_quote: bool,
}

impl Run<'_> {
    fn push(&mut self, start: usize, end: usize) {
        if start < end {
            self.pieces.push(Piece { span: Span::new(start, end), glued: false });
        }
    }

    /// One stretch between blanks.
    fn chunk(&mut self, mut start: usize, mut end: usize) {
        let text = self.text;
        if text[start..end].bytes().all(|b| b.is_ascii_alphabetic()) {
            return self.word(start, end);
        }
        let mut tail = Vec::new();
        loop {
            let rest = &text[start..end];
            if rest.is_empty() {
                break;
            }
            if self.is_whole(rest) {
                break;
            }
            let lead = leading_len(rest);
            if lead > 0 {
                if matches!(&rest[..lead], "'" | "‘" | "`") {
                    self.open_quote = true;
                }
                self.push(start, start + lead);
                start += lead;
                continue;
            }
            let trail = self.trailing_len(rest);
            if trail == 0 {
                break;
            }
            if matches!(&rest[rest.len() - trail..], "'" | "’") {
                self.open_quote = false;
            }
            tail.push((end - trail, end));
            end -= trail;
        }
        if start < end {
            self.inner(start, end);
        }
        for (s, e) in tail.into_iter().rev() {
            self.push(s, e);
        }
    }

    /// Things that are kept as they are: abbreviations, initials, smileys.
    fn is_whole(&self, word: &str) -> bool {
        if matches!(word, ":)" | ":(" | ";)" | ":-)" | ";-)" | ":-(" | ":D" | ":P" | "=)" | "<3") {
            return true;
        }
        word.ends_with('.') && word.len() <= 16 && self.is_abbreviation(word)
    }

    fn is_abbreviation(&self, word: &str) -> bool {
        let body = &word[..word.len() - 1];
        if body.is_empty() {
            return false;
        }
        let mut chars = body.chars();
        let first = chars.next();
        if first.is_some_and(char::is_uppercase) && chars.next().is_none() && body != "I" {
            return true;
        }
        is_dotted_letters(body) || self.words.abbreviations.contains(&word.to_lowercase())
    }

    /// How many bytes of punctuation end `rest`; 0 where it ends in a word.
    fn trailing_len(&self, rest: &str) -> usize {
        let Some(last) = rest.chars().next_back() else { return 0 };
        match last {
            '.' | '!' | '?' | '…' => {
                let run = rest.len() - rest.trim_end_matches(['.', '!', '?', '…']).len();
                let dots = rest.len() - rest.trim_end_matches('.').len();
                if run == dots && dots == 2 && self.is_whole(&rest[..rest.len() - 1]) {
                    return 1;
                }
                // `etc.?` keeps the abbreviation's stop.
                let before = &rest[..rest.len() - run];
                let stopped = rest.get(..before.len() + 1).filter(|w| w.ends_with('.'));
                if run > 1 && last != '.' && stopped.is_some_and(|w| self.is_whole(w)) { run - 1 } else { run }
            }
            '-' | '*' | '=' | '_' | '~' | '#' => rest.len() - rest.trim_end_matches(last).len(),
            '\'' | '’' | '′' => self.trailing_apostrophe(rest, last),
            '>' => rest.len() - rest.trim_end_matches('>').len(),
            c if is_closing(c) => c.len_utf8(),
            _ => 0,
        }
    }

    /// An apostrophe at the end closes a quotation, or makes a possessive (`parties'`), which is no punctuation.
    fn trailing_apostrophe(&self, rest: &str, last: char) -> usize {
        let doubled = rest.len() - rest.trim_end_matches(last).len();
        if doubled > last.len_utf8() {
            return doubled;
        }
        let before = rest[..rest.len() - last.len_utf8()].chars().next_back();
        let possessive = matches!(before, Some('s' | 'S' | 'z' | 'x')) && !self.open_quote;
        if possessive { 0 } else { last.len_utf8() }
    }

    /// The middle of a stretch: no punctuation at its ends.
    fn inner(&mut self, start: usize, end: usize) {
        let text = self.text;
        let word = &text[start..end];
        if is_address(word) || is_numeric(word) || self.is_whole(word) {
            return self.push(start, end);
        }
        let mut from = start;
        let mut at = start;
        while at < end {
            let len = self.break_len(from, at, end);
            if len == 0 {
                at += text[at..].chars().next().map_or(1, char::len_utf8);
                continue;
            }
            if from < at {
                self.part(from, at);
            }
            self.push(at, at + len);
            at += len;
            from = at;
        }
        if from < end {
            self.part(from, end);
        }
    }

    /// Bytes of punctuation that cut the word at `at`; 0 where nothing cuts.
    fn break_len(&self, from: usize, at: usize, end: usize) -> usize {
        let rest = &self.text[at..end];
        let Some(c) = rest.chars().next() else { return 0 };
        if c.is_ascii_alphanumeric() {
            return 0;
        }
        let before = self.text[from..at].chars().next_back();
        let after = rest[c.len_utf8()..].chars().next();
        let digits = before.is_some_and(|b| b.is_ascii_digit()) && after.is_some_and(|a| a.is_ascii_digit());
        match c {
            '-' | '‐' | '‑' => {
                let run = rest.len() - rest.trim_start_matches(c).len();
                if run > c.len_utf8() || self.splits_hyphen(from, at, at + c.len_utf8(), end) { run } else { 0 }
            }
            '–' | '—' | '―' | '…' | '"' | '“' | '”' | '«' | '»' | '(' | ')' | '[' | ']' | '{' | '}' | ';' | '='
            | '<' | '>' | '|' | '•' | '·' | '→' | '~' | '、' | '。' | '，' => c.len_utf8(),
            '.' => {
                let run = rest.len() - rest.trim_start_matches('.').len();
                if run >= 2 {
                    run
                } else if after.is_some_and(char::is_uppercase) && ends_in_lower(&self.text[from..at], 3) {
                    1
                } else {
                    0
                }
            }
            '/' => usize::from(!digits && before.is_some() && after.is_some()),
            ',' | ':' => usize::from(!digits),
            '!' | '?' => rest.len() - rest.trim_start_matches(['!', '?']).len(),
            '$' | '€' | '£' | '¥' | '%' | '°' if digits || before.is_some_and(|b| b.is_ascii_digit()) => {
                c.len_utf8()
            }
            _ => 0,
        }
    }

    /// Whether the hyphen between `from..at` and `after..end` cuts.
    fn splits_hyphen(&self, from: usize, at: usize, after: usize, end: usize) -> bool {
        let left = &self.text[from..at];
        if left.is_empty() || after >= end {
            return true;
        }
        left.len() > 8 || !self.words.prefixes.contains(&left.to_lowercase())
    }

    /// A word without punctuation inside: numbers with units, then contractions.
    fn part(&mut self, start: usize, end: usize) {
        let word = &self.text[start..end];
        let digits = word.bytes().take_while(|b| b.is_ascii_digit() || *b == b'.' || *b == b',').count();
        let unit = &word[digits..];
        if digits > 0 && word.as_bytes()[0].is_ascii_digit() && is_unit(unit) {
            self.push(start, start + digits);
            return self.push(start + digits, end);
        }
        if let Some(sign) = word.strip_prefix("US").and_then(|w| w.chars().next()).filter(|c| matches!(c, '$')) {
            let cut = start + 2 + sign.len_utf8();
            self.push(start, cut);
            return self.push(cut, end);
        }
        self.word(start, end);
    }

    /// A word, cut where it is a contraction.
    fn word(&mut self, start: usize, end: usize) {
        let word = &self.text[start..end];
        let first = self.pieces.len();
        match self.contraction_cuts(word) {
            Some(cuts) => {
                let mut from = start;
                for cut in cuts {
                    self.push(from, start + cut);
                    from = start + cut;
                }
                self.push(from, end);
                for piece in &mut self.pieces[first + 1..] {
                    piece.glued = true;
                }
            }
            None => self.push(start, end),
        }
    }

    /// Bytes at which `word` is cut; `None` where it is one word.
    fn contraction_cuts(&self, word: &str) -> Option<Vec<usize>> {
        if word.len() > 40 || word.len() < 2 {
            return None;
        }
        let plain: String =
            word.chars().map(|c| if is_apostrophe(c) { '\'' } else { c.to_ascii_lowercase() }).collect();
        if let Some(lengths) = self.words.contractions.get(&plain) {
            return cuts_at(word, lengths);
        }
        if !plain.contains('\'') {
            return None;
        }
        let chars = plain.chars().count();
        let ending = ["n't", "'s", "'m", "'re", "'ve", "'ll", "'d"]
            .into_iter()
            .find(|e| plain.ends_with(e) && plain.len() > e.len());
        match ending {
            Some(e) => cuts_at(word, &[chars - e.len(), e.len()]),
            None if plain.ends_with('\'') && chars > 2 => cuts_at(word, &[chars - 1, 1]),
            None => None,
        }
    }
}

/// Turns lengths in characters into byte cuts.
fn cuts_at(word: &str, lengths: &[usize]) -> Option<Vec<usize>> {
    let mut cuts = Vec::new();
    let mut chars = 0;
    for length in &lengths[..lengths.len().saturating_sub(1)] {
        chars += length;
        cuts.push(word.char_indices().nth(chars)?.0);
    }
    (!cuts.is_empty()).then_some(cuts)
}

pub(crate) fn is_apostrophe(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | '`' | '′' | 'ʼ' | '＇')
}

fn is_opening(c: char) -> bool {
    matches!(
        c,
        '(' | '['
            | '{'
            | '"'
            | '“'
            | '”'
            | '„'
            | '‘'
            | '«'
            | '‹'
            | '$'
            | '€'
            | '£'
            | '¥'
            | '–'
            | '—'
            | '•'
            | '·'
            | '→'
            | '|'
            | '¿'
            | '¡'
            | '（'
            | '《'
            | '「'
    )
}

fn is_closing(c: char) -> bool {
    matches!(
        c,
        ')' | ']'
            | '}'
            | '"'
            | '”'
            | '“'
            | '»'
            | '›'
            | ','
            | ';'
            | ':'
            | '%'
            | '–'
            | '—'
            | '•'
            | '·'
            | '|'
            | '/'
            | '‘'
            | '°'
            | '）'
            | '》'
            | '」'
            | '，'
            | '。'
            | '、'
            | '！'
            | '？'
            | '：'
    ) || matches!(c, '\u{1f300}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{fe0f}')
}

/// How many bytes of punctuation begin `rest`.
fn leading_len(rest: &str) -> usize {
    let Some(first) = rest.chars().next() else { return 0 };
    let len = first.len_utf8();
    let next = rest[len..].chars().next();
    match first {
        '.' | '!' | '?' | '…' => rest.len() - rest.trim_start_matches(['.', '!', '?', '…']).len(),
        '-' | '*' | '=' | '_' | '~' | '<' => {
            let run = rest.len() - rest.trim_start_matches(first).len();
            let negative = first == '-' && run == 1 && next.is_some_and(|c| c.is_ascii_digit());
            if negative && rest.len() > 1 { 0 } else { run }
        }
        '#' if next.is_some_and(|c| c.is_ascii_digit()) => 1,
        '\'' | '’' | '`' => match next {
            None => len,
            Some(n) if n == first => 2 * len,
            // `'90s`, `'em`, `'s` stand for themselves.
            Some(n) if n.is_ascii_digit() && rest[len..].len() <= 3 => 0,
            Some(_) if is_clipped(&rest[len..]) => 0,
            Some(_) => len,
        },
        ',' | ';' | ':' | ')' | ']' | '}' | '/' | '%' | '»' | '>' | '+' if next.is_some() || len == rest.len() => len,
        c if is_opening(c) => len,
        '\u{1f300}'..='\u{1faff}' | '\u{2600}'..='\u{27bf}' | '\u{fe0f}' => len,
        _ => 0,
    }
}

/// What stands after an apostrophe in `'em`, `'s`, `'ll`.
fn is_clipped(rest: &str) -> bool {
    let word: String = rest.chars().take_while(|c| c.is_alphabetic()).take(5).collect::<String>().to_lowercase();
    matches!(word.as_str(), "em" | "s" | "ll" | "re" | "ve" | "d" | "m" | "n" | "tis" | "twas" | "til" | "cause")
}

/// `U.S`, `a.m`, `Ph.D`: letters with stops between.
fn is_dotted_letters(body: &str) -> bool {
    body.contains('.')
        && body
            .split('.')
            .all(|part| part.chars().count() <= 2 && part.chars().all(char::is_alphabetic) && !part.is_empty())
}

fn ends_in_lower(word: &str, at_least: usize) -> bool {
    word.chars().rev().take_while(|c| c.is_lowercase()).count() >= at_least && !word.contains('.')
}

/// Web and mail addresses, file names with a path.
fn is_address(word: &str) -> bool {
    let starts = ["http:", "https:", "www.", "ftp:", "HTTP:", "mailto:"].iter().any(|p| word.starts_with(p));
    if starts {
        return true;
    }
    if let Some((user, host)) = word.split_once('@') {
        return !user.is_empty() && host.contains('.');
    }
    let Some((host, _)) = word.split_once('/') else { return false };
    host.rsplit_once('.').is_some_and(|(name, top)| {
        name.len() >= 2 && (2..=4).contains(&top.len()) && top.bytes().all(|b| b.is_ascii_lowercase())
    })
}

/// Numbers, dates, times, telephone numbers: digits with marks between, no letters.
fn is_numeric(word: &str) -> bool {
    let mut digits = 0;
    let mut hyphens = 0;
    for c in word.chars() {
        match c {
            '0'..='9' => digits += 1,
            '-' => hyphens += 1,
            '.' | ',' | '/' | ':' => {}
            _ => return false,
        }
    }
    if digits == 0 || !word.as_bytes()[word.len() - 1].is_ascii_digit() {
        return false;
    }
    // `2010-15` is a range of three tokens, `555-3853` and `2001-09-11` are one.
    hyphens == 0 || hyphens > 1 || is_phone(word) || word.starts_with('-')
}

fn is_phone(word: &str) -> bool {
    word.split_once('-').is_some_and(|(a, b)| a.len() == 3 && b.len() == 4)
}

fn is_unit(unit: &str) -> bool {
    matches!(
        unit,
        "m" | "pm"
            | "PM"
            | "am"
            | "AM"
            | "k"
            | "K"
            | "b"
            | "bn"
            | "mn"
            | "M"
            | "B"
            | "mm"
            | "cm"
            | "km"
            | "kg"
            | "ft"
            | "lb"
            | "lbs"
            | "mph"
            | "kph"
            | "tn"
            | "t"
            | "Hz"
            | "MW"
            | "GW"
            | "kW"
            | "g"
            | "mg"
            | "hrs"
            | "min"
            | "x"
    )
}
