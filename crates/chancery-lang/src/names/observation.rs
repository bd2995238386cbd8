//! What the name finder sees of a word: hashes of its form and ends, its shape, its cluster.

use chancery_text::{Upos, Xpos};
use chancery_words::{Group, Hash, MAX_LETTERS, WordGroups, lower, plain};

/// A word of a sentence as the finder is given it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Word<'t> {
    pub form: &'t str,
    pub upos: Upos,
    pub xpos: Xpos,
}

/// Words with their tags, or without where there are none.
pub(crate) fn words<'t>(forms: &'t [String], tags: &'t [(Upos, Xpos)]) -> impl Iterator<Item = Word<'t>> {
    let tag = |i: usize| tags.get(i).copied().unwrap_or_default();
    forms.iter().enumerate().map(move |(i, form)| Word { form, upos: tag(i).0, xpos: tag(i).1 })
}

/// A word's hashes, computed once.
#[derive(Debug, Clone, Copy, Default)]
pub(crate) struct Observation {
    pub form: u32,
    pub lower: u32,
    /// Last two, three and four letters.
    pub suffix: [u32; 3],
    /// First two and three letters.
    pub prefix: [u32; 2],
    /// Kinds of letters with runs shortened: `Xx`, `X.X.`.
    pub shape: u32,
    pub case: Case,
    pub group: Group,
    pub tags: u32,
    /// Bits of the gazetteers that the word stands in.
    pub lists: u32,
    /// Characters, at most 7.
    pub length: u8,
}

/// How a word is written.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
#[repr(u8)]
pub(crate) enum Case {
    #[default]
    Lower,
    Title,
    Upper,
    /// One capital letter, with or without a full stop.
    Initial,
    Mixed,
    Digit,
    Punct,
}

impl Observation {
    pub(crate) fn new(word: Word<'_>, clusters: &WordGroups) -> Self {
        let mut letters = [0u32; MAX_LETTERS];
        let mut n = 0;
        let mut seen =
            Observation { tags: u32::from(word.xpos as u8) | 64 << (word.upos as u8).min(20), ..Self::default() };
        let mut form = Hash::new(1);
        let mut shape = Hash::new(2);
        let mut run = (b' ', 0u8);
        for c in word.form.chars() {
            let c = plain(c);
            form.add(u32::from(c));
            let kind = kind(c);
            run = if kind == run.0 { (kind, run.1.saturating_add(1)) } else { (kind, 1) };
            if run.1 <= 2 {
                shape.add(u32::from(kind));
            }
            if n < MAX_LETTERS {
                letters[n] = u32::from(lower(c));
                n += 1;
            }
        }
        let letters = &letters[..n];
        seen.form = form.end();
        seen.shape = shape.end();
        seen.lower = Hash::of(3, letters);
        for (k, suffix) in seen.suffix.iter_mut().enumerate() {
            *suffix = Hash::of(4 + k as u32, &letters[n.saturating_sub(k + 2)..]);
        }
        for (k, prefix) in seen.prefix.iter_mut().enumerate() {
            *prefix = Hash::of(8 + k as u32, &letters[..n.min(k + 2)]);
        }
        seen.case = case(word.form);
        seen.group = clusters.get(seen.lower);
        seen.length = n.min(7) as u8;
        seen
    }
}

fn kind(c: char) -> u8 {
    match c {
        'a'..='z' => b'x',
        'A'..='Z' => b'X',
        '0'..='9' => b'd',
        _ if c.is_ascii() => c as u8,
        _ if c.is_uppercase() => b'X',
        _ if c.is_alphabetic() => b'x',
        _ if c.is_numeric() => b'd',
        _ => b'?',
    }
}

fn case(form: &str) -> Case {
    let (mut upper, mut lower, mut digits) = (0, 0, 0);
    for c in form.chars() {
        match kind(c) {
            b'X' => upper += 1,
            b'x' => lower += 1,
            b'd' => digits += 1,
            _ => {}
        }
    }
    let first = form.chars().next().is_some_and(|c| kind(c) == b'X');
    match (upper, lower) {
        (0, 0) if digits > 0 => Case::Digit,
        (0, 0) => Case::Punct,
        (1, 0) if form.len() <= 2 => Case::Initial,
        (_, 0) => Case::Upper,
        (1, _) if first => Case::Title,
        (0, _) => Case::Lower,
        _ => Case::Mixed,
    }
}
