//! What the resolver sees of a candidate, and of two that may belong together.

use super::Ground;
use super::candidates::Candidate;
use crate::features::feature;
use chancery_text::{Document, NameLabel, Rel, Upos, Xpos};
use chancery_words::{Group, WordGroups, word_hash};
use std::collections::BTreeMap;

/// Candidates that a candidate looks back over.
const REACH: usize = 50;
/// How many more with the same head or a shared name it looks at.
const NAMESAKES: usize = 12;

/// How a candidate refers.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[repr(u32)]
enum Kind {
    Pronoun,
    Name,
    Definite,
    This,
    Indefinite,
    Owned,
    Bare,
    Joined,
}

/// What is computed once for each candidate.
#[derive(Debug)]
struct Facts {
    kind: Kind,
    /// Pronouns by their word, others by kind and name label.
    sort: u32,
    head: u32,
    group: Group,
    /// Hash of all words but an article.
    words: u32,
    /// Hashes of words that carry meaning, the head's among them.
    parts: Vec<u32>,
    /// Hash of the first letters of the words of a name.
    initials: u32,
    letters: u32,
    plural: bool,
    rel: Rel,
    governor: Option<usize>,
    governor_lemma: u32,
    sentence: usize,
    place: usize,
    start: usize,
    end: usize,
    label: u32,
    quoted: bool,
    first_part: u32,
    /// Its place among the candidates of its sentence.
    rank: usize,
    /// Candidates before it with the same head.
    before: usize,
}

/// All candidates of a document.
#[derive(Debug)]
pub(crate) struct Seen {
    facts: Vec<Facts>,
    /// Candidates by a word that carries meaning.
    by_word: BTreeMap<u32, Vec<usize>>,
}

impl Seen {
    pub(crate) fn new(doc: &Document, candidates: &[Candidate], groups: &WordGroups) -> Self {
        let quoted = quoted_tokens(doc);
        let mut seen = Seen { facts: Vec::with_capacity(candidates.len()), by_word: BTreeMap::new() };
        let mut rank = 0;
        for (m, candidate) in candidates.iter().enumerate() {
            let mut facts = facts(doc, candidate, groups);
            facts.quoted = quoted[candidate.head];
            rank = if m > 0 && candidates[m - 1].sentence == candidate.sentence { rank + 1 } else { 0 };
            facts.rank = rank;
            if facts.kind != Kind::Pronoun {
                facts.before = seen.by_word.get(&facts.head).map_or(0, Vec::len);
                for part in &facts.parts {
                    seen.by_word.entry(*part).or_default().push(m);
                }
                if facts.initials != 0 {
                    seen.by_word.entry(facts.initials).or_default().push(m);
                }
            }
            seen.facts.push(facts);
        }
        seen
    }

    /// What `m` has in common with the earlier `a`.
    pub(crate) fn ground(&self, a: usize, m: usize) -> Ground {
        let (a, m) = (&self.facts[a], &self.facts[m]);
        match () {
            () if m.kind == Kind::Pronoun || a.kind == Kind::Pronoun => Ground::Pronoun,
            () if a.words == m.words => Ground::SameWords,
            () if a.head == m.head => Ground::SameHead,
            () if short_form(a, m) => Ground::ShortForm,
            () => Ground::Context,
        }
    }
}

/// One is made of the other's first letters, or of words of the other's name.
fn short_form(a: &Facts, m: &Facts) -> bool {
    let initials = a.initials != 0 && a.initials == m.letters || m.initials != 0 && m.initials == a.letters;
    let inside = |x: &Facts, y: &Facts| x.kind == Kind::Name && x.parts.iter().all(|p| y.parts.contains(p));
    initials || inside(a, m) || inside(m, a)
}

/// The candidates before `m` that it may go back to.
pub(crate) fn antecedents(seen: &Seen, m: usize) -> Vec<usize> {
    let facts = &seen.facts[m];
    let near = m.saturating_sub(REACH);
    let mut found: Vec<usize> = (near..m).collect();
    if facts.kind != Kind::Pronoun {
        let keys = facts.parts.iter().chain((facts.letters != 0).then_some(&facts.letters));
        for key in keys {
            let others = seen.by_word.get(key).map(Vec::as_slice).unwrap_or_default();
            let earlier = others.partition_point(|&a| a < near);
            found.extend(&others[earlier.saturating_sub(NAMESAKES)..earlier]);
        }
        found.sort_unstable();
        found.dedup();
    }
    found
}

/// Gives the features of `m` with the antecedent `a`, or of `m` without one.
pub(crate) fn each_feature(seen: &Seen, m: usize, a: Option<usize>, mut take: impl FnMut(u32)) {
    let facts = &seen.facts[m];
    match a {
        Some(a) => pair(&seen.facts[a], facts, m - a, &mut take),
        None => alone(facts, &mut take),
    }
}

fn alone(m: &Facts, take: &mut impl FnMut(u32)) {
    let mut add = |template: u32, value: u32| {
        take(feature(template, value, 0, 0));
        take(feature(template, value, m.sort, 1));
    };
    add(1, 0);
    add(2, m.head);
    add(3, u32::from(m.group.fine));
    add(4, u32::from(m.group.coarse));
    add(5, m.rel as u32);
    add(6, m.before.min(3) as u32);
    add(7, (m.end - m.start).min(8) as u32);
    add(8, m.first_part);
    add(9, u32::from(m.plural) | m.label << 1);
    add(10, m.sentence.min(2) as u32);
    add(11, m.governor_lemma);
    add(12, bucket(m.place));
    add(13, u32::from(m.quoted));
    add(14, u32::from(m.parts.len() > 1) << 2 | u32::from(m.before > 0));
    add(15, u32::from(m.group.rank));
    add(16, m.rank.min(3) as u32 | (m.rel as u32) << 2);
}

fn pair(a: &Facts, m: &Facts, between: usize, take: &mut impl FnMut(u32)) {
    let sorts = feature(99, a.sort, m.sort, 0);
    let far = distance(m.sentence - a.sentence);
    let mut add = |template: u32, value: u32| {
        take(feature(template, value, 0, 2));
        take(feature(template, value, m.sort, 3));
        take(feature(template, value, sorts, 4));
    };
    add(20, 0);
    add(21, far);
    add(22, bucket(between));
    let pronoun = m.kind == Kind::Pronoun || a.kind == Kind::Pronoun;
    let matched = likeness(a, m);
    if !pronoun || a.sort == m.sort {
        add(23, matched);
        add(24, matched << 4 | far);
        add(25, u32::from(a.rel == m.rel) << 8 | matched);
    }
    add(26, u32::from(a.plural) | u32::from(m.plural) << 1);
    add(27, (a.rel as u32) << 8 | m.rel as u32);
    add(28, (a.rel as u32) << 8 | far);
    let nested = a.end >= m.end && a.start <= m.start || m.start <= a.start && m.end >= a.end;
    let same_governor = a.governor.is_some() && a.governor == m.governor;
    let governs = m.governor == Some(a.place) || a.governor == Some(m.place);
    add(29, u32::from(nested) | u32::from(same_governor) << 1 | u32::from(governs) << 2 | (m.rel as u32) << 3);
    add(30, u32::from(a.quoted) | u32::from(m.quoted) << 1 | far << 2);
    add(31, a.label << 2 | m.label);
    add(32, a.rank.min(2) as u32 | far << 2 | (a.rel.is_subject() as u32) << 6);
    add(33, a.before.min(3) as u32);
    add(34, u32::from(a.governor_lemma == m.governor_lemma) | u32::from(a.rel == m.rel) << 1);
    let mut add_some = |template: u32, value: u32| {
        take(feature(template, value, 0, 5));
        take(feature(template, value, m.sort, 6));
    };
    add_some(40, a.head);
    add_some(41, u32::from(a.group.fine));
    add_some(42, u32::from(a.group.middle));
    add_some(43, u32::from(a.group.coarse));
    add_some(44, a.first_part);
    if m.kind == Kind::Pronoun {
        add_some(45, feature(0, u32::from(a.group.coarse), m.governor_lemma, 0));
    } else {
        add_some(46, feature(0, a.head, m.head, 0));
        add_some(47, u32::from(a.group.middle) << 8 | u32::from(m.group.middle));
        add_some(48, u32::from(a.group.coarse) << 8 | u32::from(m.group.coarse));
        add_some(49, u32::from(a.group.fine == m.group.fine) << 4 | matched);
        add_some(50, feature(1, m.head, matched, 0));
        add_some(51, feature(2, u32::from(m.group.fine), matched, 0));
    }
}

/// How far the words agree.
fn likeness(a: &Facts, m: &Facts) -> u32 {
    let missing = m.parts.iter().filter(|p| !a.parts.contains(p)).count();
    let more = a.parts.iter().filter(|p| !m.parts.contains(p)).count();
    match () {
        () if a.words == m.words => 1,
        () if a.head == m.head && missing == 0 && more == 0 => 2,
        () if a.head == m.head && missing == 0 => 3,
        () if a.head == m.head && more == 0 => 4,
        () if a.head == m.head => 5,
        () if short_form(a, m) => 6,
        () if a.parts.contains(&m.head) => 7,
        () if m.parts.contains(&a.head) => 8,
        () if missing < m.parts.len() => 9,
        () => 0,
    }
}

fn distance(sentences: usize) -> u32 {
    match sentences {
        0..=3 => sentences as u32,
        4..=5 => 4,
        6..=10 => 5,
        11..=20 => 6,
        _ => 7,
    }
}

fn bucket(n: usize) -> u32 {
    usize::BITS - n.leading_zeros()
}

fn facts(doc: &Document, candidate: &Candidate, groups: &WordGroups) -> Facts {
    let Candidate { tokens, head, sentence, joined } = candidate.clone();
    let token = &doc.tokens[head];
    let head_hash = word_hash(&token.lemma);
    let article = |i: usize| matches!(doc.tokens[i].lemma.as_str(), "the" | "a" | "'s" | "’s" | "'" | "’");
    let meaning = |i: &usize| matches!(doc.tokens[*i].upos, Upos::Noun | Upos::Propn | Upos::Adj | Upos::Num);
    let close = |i: &usize| *i <= head || matches!(doc.tokens[*i].rel, Rel::Flat | Rel::FlatForeign);
    let mut parts: Vec<u32> =
        tokens.clone().filter(meaning).filter(close).map(|i| word_hash(&doc.tokens[i].lemma)).collect();
    if parts.is_empty() {
        parts.push(head_hash);
    }
    let words = tokens.clone().filter(|&i| !article(i));
    let words = words.fold(0, |sum, i| feature(7, sum, word_hash(doc.form(i)), 0));
    let kind = kind(doc, candidate);
    let label = label(doc, head);
    let pronoun = kind == Kind::Pronoun;
    let first = tokens.start;
    let governor = token.head;
    Facts {
        kind,
        sort: if pronoun { feature(8, word_hash(doc.form(head)), 0, 0) } else { kind as u32 | label << 4 },
        head: head_hash,
        group: groups.get(word_hash(doc.form(head))),
        words,
        initials: if kind == Kind::Name { initials(doc, candidate) } else { 0 },
        letters: if kind == Kind::Name && tokens.len() <= 2 { letters(doc.form(head)) } else { 0 },
        plural: joined || matches!(token.xpos, Xpos::Nns | Xpos::Nnps) || is_plural_pronoun(doc, head),
        parts,
        rel: token.rel,
        governor,
        governor_lemma: governor.map_or(0, |g| word_hash(&doc.tokens[g].lemma)),
        sentence,
        place: head,
        start: tokens.start,
        end: tokens.end,
        label,
        quoted: false,
        first_part: word_hash(doc.form(first)),
        rank: 0,
        before: 0,
    }
}

fn kind(doc: &Document, candidate: &Candidate) -> Kind {
    let (head, first) = (&doc.tokens[candidate.head], &doc.tokens[candidate.tokens.start]);
    match () {
        () if candidate.joined => Kind::Joined,
        () if head.upos == Upos::Pron || head.upos == Upos::Adv => Kind::Pronoun,
        () if head.upos == Upos::Propn => Kind::Name,
        () if first.lemma == "the" => Kind::Definite,
        () if matches!(first.lemma.as_str(), "this" | "that" | "these" | "those" | "such") => Kind::This,
        () if first.xpos == Xpos::PrpPoss || has_possessor(doc, candidate) => Kind::Owned,
        () if first.upos == Upos::Det => Kind::Indefinite,
        () => Kind::Bare,
    }
}

fn has_possessor(doc: &Document, candidate: &Candidate) -> bool {
    doc.children(candidate.head).any(|c| doc.tokens[c].rel == Rel::NmodPoss)
}

fn is_plural_pronoun(doc: &Document, head: usize) -> bool {
    let plural =
        ["they", "them", "their", "theirs", "themselves", "we", "us", "our", "ours", "ourselves", "these", "those"];
    doc.tokens[head].upos == Upos::Pron && plural.iter().any(|p| doc.form(head).eq_ignore_ascii_case(p))
}

/// What the name at `head` names: 1 to 3, or 0.
fn label(doc: &Document, head: usize) -> u32 {
    let at = doc.names.partition_point(|n| n.tokens.end <= head);
    match doc.names.get(at).filter(|n| n.tokens.contains(&head)).map(|n| n.label) {
        Some(NameLabel::Per) => 1,
        Some(NameLabel::Loc) => 2,
        Some(NameLabel::Org) => 3,
        None => 0,
    }
}

/// "United Nations" gives what [`letters`] gives for "UN".
fn initials(doc: &Document, candidate: &Candidate) -> u32 {
    let capitals = candidate.tokens.clone().filter_map(|i| doc.form(i).chars().next()).filter(|c| c.is_uppercase());
    let capitals: String = capitals.collect();
    if capitals.chars().count() < 2 { 0 } else { feature(9, word_hash(&capitals), 0, 0) }
}

fn letters(form: &str) -> u32 {
    let plain: String = form.chars().filter(|c| *c != '.').collect();
    let short = plain.chars().count();
    let capitals = plain.chars().all(char::is_uppercase) && (2..=6).contains(&short);
    if capitals { feature(9, word_hash(&plain), 0, 0) } else { 0 }
}

/// Which tokens stand between quotation marks, within a block.
fn quoted_tokens(doc: &Document) -> Vec<bool> {
    let mut quoted = vec![false; doc.tokens.len()];
    let (mut inside, mut block) = (false, 0);
    for sentence in &doc.sentences {
        inside &= sentence.block == block;
        block = sentence.block;
        for i in sentence.tokens.clone() {
            match doc.form(i) {
                "“" | "``" => inside = true,
                "”" | "''" => inside = false,
                "\"" => inside = !inside,
                _ => quoted[i] = inside,
            }
        }
    }
    quoted
}
