//! What speaks for and against a new article at a gap between two paragraphs.

use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::ops::Range;
use std::rc::Rc;

/// The names of the dense features, in the order of [`Gap::dense`].
pub(super) const DENSE: &[&str] = &[
    "same_words_near",
    "same_words",
    "same_words_far",
    "nearer_below",
    "dip",
    "renamed",
    "renamed_any",
    "unexplained",
    "unexplained_any",
    "known_names",
    "new_names",
    "named_in_full",
    "acronym_again",
    "acronym_unexplained",
    "opens_with_quotation",
    "closed_with_quotation",
    "quoted_open",
    "pronouns",
    "indefinite",
    "definite",
    "long",
    "short",
    "short_before",
    "longer_than_before",
    "young_1",
    "young_2",
    "young_3",
    "reporting",
    "all_names_new",
];

const PRONOUNS: [&str; 12] = ["he", "she", "they", "it", "his", "her", "their", "him", "them", "its", "this", "these"];
/// So many of the first words of a paragraph are features of their own.
const LEDE_WORDS: usize = 40;
/// So many characters on both sides of a gap are compared: near, middle, far. Paragraphs differ too much in length.
const WINDOWS: [usize; 3] = [250, 800, 1800];

/// One paragraph, read once.
#[derive(Debug, Default)]
pub(super) struct Paragraph {
    words: FxHashMap<String, f32>,
    /// Names of several words.
    full: Vec<Vec<String>>,
    /// Single capitalised words that begin no sentence, or that are part of no longer name.
    bare: FxHashSet<String>,
    acronyms: FxHashSet<String>,
    explained: FxHashSet<String>,
    first: Vec<String>,
    chars: usize,
    pronouns: usize,
    indefinite: usize,
    definite: usize,
    quotes: Quotes,
}

#[derive(Debug, Default, Clone, Copy)]
struct Quotes {
    opens: bool,
    closes: bool,
    open_at_end: bool,
}

struct Token<'t> {
    text: &'t str,
    begins_sentence: bool,
    /// Nothing but a space stands between this word and the one before.
    joined: bool,
}

impl Paragraph {
    pub(super) fn read(text: &str) -> Self {
        let tokens = tokens(text);
        let mut paragraph = Paragraph { chars: text.chars().count(), quotes: quotes(text), ..Paragraph::default() };
        for token in &tokens {
            let lower = token.text.to_lowercase();
            paragraph.pronouns += usize::from(PRONOUNS.contains(&lower.as_str()));
            paragraph.indefinite += usize::from(lower == "a" || lower == "an");
            paragraph.definite += usize::from(lower == "the");
            if lower.chars().count() >= 4 {
                *paragraph.words.entry(stem(&lower)).or_default() += 1.0;
            }
        }
        let lower = |t: &Token<'_>| t.text.to_lowercase();
        paragraph.first = tokens.iter().take(LEDE_WORDS).map(lower).collect();
        paragraph.read_names(text, &tokens);
        paragraph
    }

    fn read_names(&mut self, text: &str, tokens: &[Token<'_>]) {
        let mut at = 0;
        while at < tokens.len() {
            if !is_capitalised(tokens[at].text) {
                at += 1;
                continue;
            }
            let mut end = at + 1;
            while end < tokens.len() && tokens[end].joined && is_capitalised(tokens[end].text) {
                end += 1;
            }
            self.add_name(text, &tokens[at..end]);
            at = end;
        }
    }

    fn add_name(&mut self, text: &str, run: &[Token<'_>]) {
        for token in run.iter().filter(|t| is_acronym(t.text)) {
            self.acronyms.insert(token.text.to_string());
            if text.contains(&format!("({})", token.text)) {
                self.explained.insert(token.text.to_string());
            }
        }
        let words: Vec<String> = run.iter().map(|t| plain_name(t.text)).collect();
        if words.len() >= 2 {
            self.full.push(words);
        } else if !run[0].begins_sentence || self.full.iter().any(|f| f.last() == words.first()) {
            self.bare.extend(words);
        } else if words[0].chars().count() >= 4 {
            // "Putin said": the first word of a sentence is a name where the page uses it as one elsewhere.
            self.bare.extend(words);
        }
    }
}

/// Paragraphs above a gap, and below it.
type Windows = (Range<usize>, Range<usize>);

/// The page's paragraphs with the weight of each word.
pub(super) struct Context<'p> {
    paragraphs: &'p [Paragraph],
    /// Words of all paragraphs.
    vocabulary: usize,
    /// Of each paragraph its words, as places in the sorted vocabulary, with weights.
    vectors: Vec<Vec<(u32, f32)>>,
    /// The word features of each paragraph.
    leads: Vec<Rc<Vec<String>>>,
    /// Cosines that were asked for: wherever an article began, the windows at a gap are mostly the same.
    cosines: RefCell<FxHashMap<Windows, f32>>,
}

/// The features of one gap.
#[derive(Debug)]
pub(super) struct Gap {
    pub dense: Vec<f32>,
    pub words: Rc<Vec<String>>,
}

impl<'p> Context<'p> {
    pub(super) fn new(paragraphs: &'p [Paragraph]) -> Self {
        let mut holds: BTreeMap<&str, f32> = BTreeMap::new();
        for word in paragraphs.iter().flat_map(|p| p.words.keys()) {
            *holds.entry(word).or_default() += 1.0;
        }
        let n = paragraphs.len() as f32;
        let known: FxHashMap<&str, (u32, f32)> = holds
            .into_iter()
            .zip(0..)
            .map(|((word, held), id)| (word, (id, ((n + 1.0) / (held + 0.5)).ln().max(0.0))))
            .collect();
        let weigh = |(word, count): (&String, &f32)| {
            let (id, rare) = known[word.as_str()];
            (id, (1.0 + count.ln()) * rare)
        };
        let vector = |p: &Paragraph| {
            let mut vector: Vec<(u32, f32)> = p.words.iter().map(weigh).collect();
            vector.sort_unstable_by_key(|(id, _)| *id);
            vector
        };
        let vectors = paragraphs.iter().map(vector).collect();
        let leads = paragraphs.iter().map(|p| Rc::new(word_features(p))).collect();
        Context { paragraphs, vocabulary: known.len(), vectors, leads, cosines: RefCell::default() }
    }

    /// What speaks at the gap before paragraph `at`, where the present article began at `start`.
    pub(super) fn gap(&self, start: usize, at: usize) -> Gap {
        let n = self.paragraphs.len();
        let above = |chars: usize| self.back(start, at, chars)..at;
        let below = |chars: usize| at..self.on(at, chars);
        let here = &self.paragraphs[at];
        let before = &self.paragraphs[at - 1];
        let names = self.names_at(start, at);
        let same = WINDOWS.map(|k| self.cosine(above(k), below(k)));
        let after = n.min(at + 1)..self.on(n.min(at + 1), WINDOWS[1]);
        let nearer = self.cosine(at..at + 1, after.clone()) - self.cosine(above(WINDOWS[1]), at..at + 1);
        let around = self.cosine(self.back(start, at - 1, WINDOWS[1])..at - 1, at - 1..at)
            + self.cosine(at..at + 1, after.clone());
        let count = |n: usize, most: f32| (n as f32).min(most) / most;
        let flag = |b: bool| f32::from(u8::from(b));
        let dense = vec![
            same[0],
            same[1],
            same[2],
            nearer,
            around / 2.0 - same[1],
            count(names.renamed, 3.0),
            flag(names.renamed > 0),
            count(names.unexplained, 3.0),
            flag(names.unexplained > 0),
            count(names.known, 4.0),
            count(names.new, 4.0),
            count(here.full.len(), 4.0),
            flag(here.explained.iter().any(|a| self.uses_acronym(start..at, a))),
            flag(below(WINDOWS[0]).any(|i| {
                self.paragraphs[i]
                    .acronyms
                    .iter()
                    .any(|a| self.explains(start..at, a) && !self.explains(below(WINDOWS[0]), a))
            })),
            flag(here.quotes.opens),
            flag(before.quotes.closes),
            flag(before.quotes.open_at_end),
            count(here.pronouns, 4.0),
            count(here.indefinite, 4.0),
            count(here.definite, 6.0),
            (here.chars as f32).min(600.0) / 600.0,
            flag(here.chars < 80),
            flag(before.chars < 80),
            flag(here.chars > before.chars),
            flag(at - start == 1),
            flag(at - start == 2),
            flag(at - start == 3),
            flag(here.first.iter().any(|w| w == "said" || w == "says")),
            flag(names.known == 0 && names.new > 1),
        ];
        Gap { dense, words: Rc::clone(&self.leads[at]) }
    }

    /// The paragraph from which so many characters stand above a gap.
    fn back(&self, start: usize, at: usize, chars: usize) -> usize {
        let mut from = at;
        let mut held = 0;
        while from > start && held < chars {
            from -= 1;
            held += self.paragraphs[from].chars;
        }
        from
    }

    /// The end of the paragraphs that hold so many characters from a gap on.
    fn on(&self, at: usize, chars: usize) -> usize {
        let mut end = at;
        let mut held = 0;
        while end < self.paragraphs.len() && held < chars {
            held += self.paragraphs[end].chars;
            end += 1;
        }
        end
    }

    /// The paragraphs' words as numbers with weights, of length 1.
    pub(super) fn unit_vectors(&self) -> Vec<Vec<(u32, f32)>> {
        let unit = |vector: &Vec<(u32, f32)>| {
            let length = vector.iter().map(|(_, x)| x * x).sum::<f32>().sqrt().max(f32::MIN_POSITIVE);
            vector.iter().map(|(id, x)| (*id, x / length)).collect()
        };
        self.vectors.iter().map(unit).collect()
    }

    fn names_at(&self, start: usize, at: usize) -> NamesAt {
        let paragraphs = self.paragraphs;
        let mut introduced: FxHashSet<&str> = FxHashSet::default();
        let mut bare: FxHashSet<&str> = FxHashSet::default();
        let mut all: FxHashSet<&str> = FxHashSet::default();
        for p in &paragraphs[start..at] {
            introduced.extend(p.full.iter().filter_map(|f| f.last()).map(String::as_str));
            bare.extend(p.bare.iter().map(String::as_str));
            all.extend(p.full.iter().flatten().chain(&p.bare).map(String::as_str));
        }
        let mut found = NamesAt::default();
        let mut named_below: FxHashSet<&str> = FxHashSet::default();
        let mut counted: FxHashSet<&str> = FxHashSet::default();
        for p in &paragraphs[at..self.on(at, WINDOWS[0]).max(at + 1)] {
            for full in &p.full {
                let Some(last) = full.last() else { continue };
                let again = introduced.contains(last.as_str()) && bare.contains(last.as_str());
                found.renamed += usize::from(again && counted.insert(last));
                named_below.extend(full.iter().map(String::as_str));
            }
            for name in &p.bare {
                let leans = introduced.contains(name.as_str()) && !named_below.contains(name.as_str());
                found.unexplained += usize::from(leans && counted.insert(name));
            }
        }
        let here = &paragraphs[at];
        let mut names: Vec<&str> = here.full.iter().flatten().chain(&here.bare).map(String::as_str).collect();
        names.sort_unstable();
        names.dedup();
        found.known = names.iter().filter(|n| all.contains(*n)).count();
        found.new = names.len() - found.known;
        found
    }

    fn uses_acronym(&self, mut among: Range<usize>, acronym: &str) -> bool {
        among.any(|i| self.paragraphs[i].acronyms.contains(acronym))
    }

    fn explains(&self, mut among: Range<usize>, acronym: &str) -> bool {
        among.any(|i| self.paragraphs[i].explained.contains(acronym))
    }

    fn cosine(&self, a: Range<usize>, b: Range<usize>) -> f32 {
        let windows = (a, b);
        if let Some(known) = self.cosines.borrow().get(&windows) {
            return *known;
        }
        let cosine = self.cosine_anew(windows.0.clone(), windows.1.clone());
        self.cosines.borrow_mut().insert(windows, cosine);
        cosine
    }

    fn cosine_anew(&self, a: Range<usize>, b: Range<usize>) -> f32 {
        let (a, b) = (self.sum(a), self.sum(b));
        let dot = |a: &[f32], b: &[f32]| a.iter().zip(b).map(|(x, y)| x * y).sum::<f32>();
        let length = dot(&a, &a).sqrt() * dot(&b, &b).sqrt();
        if length > 0.0 { dot(&a, &b) / length } else { 0.0 }
    }

    /// The weight of each word of the vocabulary, summed over paragraphs.
    fn sum(&self, among: Range<usize>) -> Vec<f32> {
        let mut total = vec![0.0; self.vocabulary];
        for (word, weight) in self.vectors[among].iter().flatten() {
            total[*word as usize] += weight;
        }
        total
    }
}

#[derive(Default)]
struct NamesAt {
    renamed: usize,
    unexplained: usize,
    known: usize,
    new: usize,
}

/// How the paragraph begins, and what its first sentences hold.
fn word_features(here: &Paragraph) -> Vec<String> {
    let mut all = Vec::new();
    if let Some(first) = here.first.first() {
        all.push(format!("first={first}"));
        if let Some(second) = here.first.get(1) {
            all.push(format!("two={first} {second}"));
        }
    }
    let mut words: Vec<&String> = here.first.iter().filter(|w| w.len() >= 2).collect();
    words.sort();
    words.dedup();
    all.extend(words.into_iter().map(|w| format!("in={w}")));
    all
}

fn tokens(text: &str) -> Vec<Token<'_>> {
    let mut all: Vec<Token<'_>> = Vec::new();
    let mut ends_sentence = true;
    let mut start = None;
    let mut gap_from = 0;
    let is_word = |c: char| c.is_alphanumeric() || matches!(c, '’' | '\'' | '-');
    for (i, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (start, is_word(c)) {
            (None, true) => start = Some(i),
            (Some(from), false) => {
                let word = text[from..i].trim_matches(|c: char| !c.is_alphanumeric());
                if !word.is_empty() {
                    let between = &text[gap_from..from];
                    ends_sentence |= between.contains(['.', '!', '?', '“', '"', ':', '\n']);
                    all.push(Token { text: word, begins_sentence: ends_sentence, joined: between == " " });
                    ends_sentence = false;
                    gap_from = i;
                }
                start = None;
            }
            _ => {}
        }
    }
    all
}

fn quotes(text: &str) -> Quotes {
    let opening = text.matches('“').count();
    let closing = text.matches('”').count();
    let straight = text.matches('"').count();
    Quotes {
        opens: text.starts_with(['“', '"', '‘']),
        closes: text.ends_with(['”', '"', '’']),
        open_at_end: opening > closing || straight % 2 == 1,
    }
}

fn is_capitalised(word: &str) -> bool {
    word.chars().next().is_some_and(char::is_uppercase) && word != "I" && !is_common(word)
}

/// Words that are capitalised for their place in the sentence.
fn is_common(word: &str) -> bool {
    const COMMON: [&str; 40] = [
        "The", "A", "An", "In", "On", "At", "But", "And", "He", "She", "It", "They", "We", "His", "Her", "Its",
        "Their", "This", "That", "These", "Those", "There", "If", "When", "While", "As", "For", "After", "Before",
        "However", "Some", "Many", "With", "From", "By", "To", "Of", "You", "Our", "What",
    ];
    COMMON.contains(&word)
}

fn is_acronym(word: &str) -> bool {
    (2..=6).contains(&word.len()) && word.bytes().all(|b| b.is_ascii_uppercase())
}

/// The name without a genitive.
fn plain_name(word: &str) -> String {
    let word = word.strip_suffix("’s").or_else(|| word.strip_suffix("'s")).unwrap_or(word);
    word.trim_end_matches(['’', '\'']).to_lowercase()
}

/// Plural and singular count as one word.
fn stem(word: &str) -> String {
    let word = plain_name(word);
    match word.strip_suffix('s') {
        Some(rest) if rest.chars().count() >= 4 && !rest.ends_with('s') => rest.to_string(),
        _ => word,
    }
}
