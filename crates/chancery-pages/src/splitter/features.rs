//! What speaks for and against a new article at a gap between two paragraphs.

use super::lead::{LEAD_WORDS, Leads};
use chancery_words::{WordGroups, word_hash};
use rustc_hash::{FxHashMap, FxHashSet};
use std::cell::RefCell;
use std::ops::Range;
use std::rc::Rc;

/// Ways of comparing texts: by words, by groups of words, by names.
const WAYS: usize = 3;
/// So many characters on both sides of a gap are compared: near, middle, far. Paragraphs differ too much in length.
const WINDOWS: [usize; 3] = [250, 800, 1800];
/// A gap is compared with so many on either side.
const NEIGHBOURS: usize = 4;
/// A paragraph is compared with so many above the gap.
const SINGLES: usize = 15;

/// The names of the features, in the order of a row.
pub(super) const FEATURES: &[&str] = &[
    "near_words",
    "near_groups",
    "near_names",
    "middle_words",
    "middle_groups",
    "middle_names",
    "far_words",
    "far_groups",
    "far_names",
    "nearer_below_words",
    "nearer_below_groups",
    "nearer_below_names",
    "above_words",
    "above_groups",
    "above_names",
    "dip_words",
    "dip_groups",
    "dip_names",
    "fall_words",
    "fall_groups",
    "fall_names",
    "rise_words",
    "rise_groups",
    "rise_names",
    "best_above_words",
    "best_above_groups",
    "best_above_names",
    "first_words",
    "first_groups",
    "first_names",
    "renamed",
    "unexplained",
    "known_names",
    "new_names",
    "named_in_full",
    "known_below",
    "new_chains",
    "names_go_on",
    "recent_names_go_on",
    "acronym_explained_again",
    "acronym_unexplained",
    "opens_with_quotation",
    "closed_with_quotation",
    "quoted_open",
    "pronouns",
    "pronouns_first",
    "indefinite",
    "definite",
    "long",
    "long_before",
    "longer",
    "age",
    "reporting",
    "all_names_new",
    "digits",
    "year",
    "day_named",
    "lead",
    "lead_before",
    "last_before",
    "last",
    "titled",
    "title_words",
    "title_fresh",
    "title_told",
    "title_asks",
    "title_capitals",
];

const PRONOUNS: [&str; 12] = ["he", "she", "they", "it", "his", "her", "their", "him", "them", "its", "this", "these"];
const DAYS: [&str; 7] = ["monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday"];
/// An unknown word is as rare as one of this rank.
const RAREST: u8 = 17;
/// Words of a lower rank tell no topic.
const COMMONEST: u8 = 8;

/// Shorter words are small in titles, too.
const MIN_LONG_CHARS: usize = 4;

/// Words with weights, each once.
type Weighted = Vec<(u32, f32)>;

/// One paragraph, read once.
#[derive(Debug, Default)]
pub(super) struct Paragraph {
    /// For each way of comparing what is compared.
    bags: [Weighted; WAYS],
    /// Names of several words.
    full: Vec<Vec<u32>>,
    /// Single capitalised words that begin no sentence, or that may be names.
    bare: Vec<u32>,
    acronyms: Vec<u32>,
    explained: Vec<u32>,
    /// The first words, in lower case.
    pub first: Vec<String>,
    /// Log odds that it is an article's first, and its last, by its words alone.
    pub lead: [f32; 2],
    title: Option<Title>,
    chars: usize,
    counts: Counts,
    quotes: Quotes,
}

#[derive(Debug)]
struct Title {
    words: usize,
    stems: Vec<u32>,
    asks: bool,
    /// How many of its longer words begin with a capital, 0 to 1.
    capitals: f32,
}

#[derive(Debug, Default, Clone, Copy)]
struct Counts {
    pronouns: usize,
    pronouns_first: usize,
    indefinite: usize,
    definite: usize,
    digits: usize,
    year: bool,
    day_named: bool,
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
    pub(super) fn read(text: &str, title: Option<&str>, groups: &WordGroups) -> Self {
        let tokens = tokens(text);
        let lower: Vec<String> = tokens.iter().map(|t| t.text.to_lowercase()).collect();
        let mut paragraph = Paragraph {
            chars: text.chars().count(),
            quotes: quotes(text),
            title: title.map(Title::read),
            ..Paragraph::default()
        };
        paragraph.counts = Counts::of(&lower);
        paragraph.weigh(&lower, groups);
        paragraph.read_names(text, &tokens);
        paragraph.weigh_names(&tokens, groups);
        paragraph.first = lower.into_iter().take(LEAD_WORDS).collect();
        paragraph
    }

    /// As [`Paragraph::read`], and says how much it reads like a first and a last one.
    pub(super) fn judged(text: &str, title: Option<&str>, groups: &WordGroups, leads: &Leads) -> Self {
        let mut paragraph = Paragraph::read(text, title, groups);
        paragraph.lead = leads.score(&paragraph.first);
        paragraph
    }

    fn weigh(&mut self, lower: &[String], groups: &WordGroups) {
        let mut words: FxHashMap<u32, (f32, f32)> = FxHashMap::default();
        let mut kinds: FxHashMap<u32, f32> = FxHashMap::default();
        let mut counts: FxHashMap<&str, f32> = FxHashMap::default();
        for word in lower {
            *counts.entry(word).or_default() += 1.0;
        }
        let mut counts: Vec<(&str, f32)> = counts.into_iter().filter(|(w, _)| w.chars().nth(2).is_some()).collect();
        counts.sort_unstable_by_key(|(word, _)| *word);
        for (word, count) in counts {
            let group = groups.get(word_hash(word));
            let rarity = rarity(group.rank);
            if word.chars().nth(3).is_some() {
                let entry = words.entry(word_hash(&stem(word))).or_insert((0.0, rarity));
                *entry = (entry.0 + count, entry.1.min(rarity));
            }
            if group.rank >= COMMONEST {
                let weight = (1.0 + count.ln()) * (rarity - 3.5).max(0.0);
                *kinds.entry(u32::from(group.fine)).or_default() += weight;
                *kinds.entry(u32::from(group.middle) | 1 << 16).or_default() += weight / 2.0;
            }
        }
        self.bags[0] = sorted(words.into_iter().map(|(id, (count, rarity))| (id, (1.0 + count.ln()) * rarity)));
        self.bags[1] = sorted(kinds);
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
        self.bare.sort_unstable();
        self.bare.dedup();
    }

    fn add_name(&mut self, text: &str, run: &[Token<'_>]) {
        for token in run.iter().filter(|t| is_acronym(t.text)) {
            self.acronyms.push(word_hash(token.text));
            if text.contains(&format!("({})", token.text)) {
                self.explained.push(word_hash(token.text));
            }
        }
        let words: Vec<u32> = run.iter().map(|t| word_hash(&plain_name(t.text))).collect();
        if words.len() >= 2 {
            self.full.push(words);
        } else if !run[0].begins_sentence || run[0].text.chars().count() >= 4 {
            // "Putin said": the first word of a sentence is a name where the page uses it as one elsewhere.
            self.bare.extend(words);
        }
    }

    fn weigh_names(&mut self, tokens: &[Token<'_>], groups: &WordGroups) {
        let named: FxHashSet<u32> = self.full.iter().flatten().chain(&self.bare).copied().collect();
        let words = tokens.iter().filter(|t| is_capitalised(t.text)).map(|t| word_hash(&plain_name(t.text)));
        let weights: FxHashMap<u32, f32> =
            words.filter(|w| named.contains(w)).map(|w| (w, rarity(groups.get(w).rank))).collect();
        self.bags[2] = sorted(weights);
    }

    /// Words of all its names, each once.
    fn names(&self) -> impl Iterator<Item = u32> {
        self.bags[2].iter().map(|(name, _)| *name)
    }
}

impl Title {
    fn read(title: &str) -> Self {
        let asks = title.trim_end().ends_with('?');
        Title { words: tokens(title).len(), stems: stems(title), asks, capitals: capitals(title) }
    }
}

/// How many of the longer words of a line begin with a capital, 0 to 1.
pub(super) fn capitals(line: &str) -> f32 {
    let long: Vec<bool> = tokens(line)
        .iter()
        .filter(|t| t.text.chars().nth(MIN_LONG_CHARS - 1).is_some())
        .map(|t| t.text.starts_with(char::is_uppercase))
        .collect();
    long.iter().filter(|c| **c).count() as f32 / long.len().max(1) as f32
}

/// The longer words of a text as [`Paragraph`]s hold them, sorted, each once.
pub(super) fn stems(text: &str) -> Vec<u32> {
    let tokens = tokens(text);
    let long = tokens.iter().map(|t| t.text.to_lowercase()).filter(|w| w.chars().nth(3).is_some());
    let mut stems: Vec<u32> = long.map(|w| word_hash(&stem(&w))).collect();
    stems.sort_unstable();
    stems.dedup();
    stems
}

impl Counts {
    fn of(lower: &[String]) -> Self {
        let is_pronoun = |w: &&String| PRONOUNS.contains(&w.as_str());
        let is_number = |w: &&String| w.bytes().all(|b| b.is_ascii_digit());
        let is_year = |w: &String| is_number(&w) && w.len() == 4 && (w.starts_with("19") || w.starts_with("20"));
        Counts {
            pronouns: lower.iter().filter(is_pronoun).count(),
            pronouns_first: lower.iter().take(8).filter(is_pronoun).count(),
            indefinite: lower.iter().filter(|w| *w == "a" || *w == "an").count(),
            definite: lower.iter().filter(|w| *w == "the").count(),
            digits: lower.iter().take(LEAD_WORDS).filter(is_number).count(),
            year: lower.iter().any(is_year),
            day_named: lower.iter().any(|w| DAYS.contains(&w.as_str())),
        }
    }
}

/// How much a word tells, from 0 for the most frequent on.
fn rarity(rank: u8) -> f32 {
    0.7 * f32::from(if rank == 0 { RAREST } else { rank.min(RAREST) })
}

fn sorted(bag: impl IntoIterator<Item = (u32, f32)>) -> Weighted {
    let mut all: Weighted = bag.into_iter().collect();
    all.sort_unstable_by_key(|(id, _)| *id);
    all
}

/// The texts of neighbouring paragraphs as one, to be compared.
#[derive(Debug, Default)]
struct Window {
    bags: [Weighted; WAYS],
    lengths: [f32; WAYS],
}

type Likeness = [f32; WAYS];

/// A page's paragraphs, and what was compared already.
pub(super) struct Context<'p> {
    paragraphs: &'p [Paragraph],
    /// For each name word where it was used in each [`Use`], rising.
    uses: FxHashMap<u32, [Vec<u32>; 3]>,
    windows: RefCell<FxHashMap<(usize, usize), Rc<Window>>>,
    likeness: RefCell<FxHashMap<[usize; 4], Likeness>>,
}

/// How a name word is used.
#[derive(Clone, Copy)]
enum Use {
    /// Last word of a name in full.
    InFull,
    /// Alone.
    Bare,
    /// In any name, or as an acronym that is explained there.
    Any,
}

impl<'p> Context<'p> {
    pub(super) fn new(paragraphs: &'p [Paragraph]) -> Self {
        let mut uses: FxHashMap<u32, [Vec<u32>; 3]> = FxHashMap::default();
        for (i, p) in (0u32..).zip(paragraphs) {
            let mut note = |word: u32, how: Use| uses.entry(word).or_default()[how as usize].push(i);
            p.full.iter().filter_map(|f| f.last()).for_each(|w| note(*w, Use::InFull));
            p.bare.iter().for_each(|w| note(*w, Use::Bare));
            p.names().for_each(|w| note(w, Use::Any));
        }
        Context { paragraphs, uses, windows: RefCell::default(), likeness: RefCell::default() }
    }

    /// What is asked about the gap before paragraph `at`, wherever the present article began.
    pub(super) fn gap(&self, at: usize) -> Gap<'_, 'p> {
        let below = at..self.on(at, WINDOWS[0]).max(at + 1);
        let mut gap = Gap { context: self, at, ..Gap::empty(self) };
        let mut named: FxHashSet<u32> = FxHashSet::default();
        for p in &self.paragraphs[below.clone()] {
            for full in &p.full {
                gap.renamed.extend(full.last());
                named.extend(full);
            }
            gap.leaning.extend(p.bare.iter().filter(|w| !named.contains(w)));
        }
        gap.renamed.sort_unstable();
        gap.renamed.dedup();
        gap.leaning.sort_unstable();
        gap.leaning.dedup();
        gap.names_below = self.names_in(at..self.on(at, WINDOWS[2]));
        gap.names_after = self.names_in(at + 1..self.on(at + 1, WINDOWS[2]));
        let around = |g: usize| self.alike(self.back(0, g, WINDOWS[1])..g, g..self.on(g, WINDOWS[1]));
        let here = around(at);
        let most = |mut gaps: Range<usize>| {
            let first: Option<Likeness> = gaps.next().map(around);
            gaps.fold(first.unwrap_or(here), |most, g| zip(most, around(g), f32::max))
        };
        gap.fall = zip(most(at.saturating_sub(NEIGHBOURS).max(1)..at), here, |a, b| a - b);
        gap.rise = zip(most(at + 1..self.paragraphs.len().min(at + 1 + NEIGHBOURS)), here, |a, b| a - b);
        gap
    }

    fn names_in(&self, among: Range<usize>) -> FxHashSet<u32> {
        self.paragraphs.get(among).unwrap_or_default().iter().flat_map(Paragraph::names).collect()
    }

    /// True where the word was so used between `start` and `at`.
    fn used(&self, word: u32, how: Use, start: usize, at: usize) -> bool {
        let Some(uses) = self.uses.get(&word) else { return false };
        let uses = &uses[how as usize];
        let before = uses.partition_point(|i| (*i as usize) < at);
        before.checked_sub(1).is_some_and(|k| uses[k] as usize >= start)
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

    /// How alike two stretches are, in each way, 0 to 1.
    fn alike(&self, a: Range<usize>, b: Range<usize>) -> Likeness {
        let key = [a.start, a.end, b.start, b.end];
        if let Some(known) = self.likeness.borrow().get(&key) {
            return *known;
        }
        let (x, y) = (self.window(a), self.window(b));
        let likeness = std::array::from_fn(|way| {
            let length = x.lengths[way] * y.lengths[way];
            if length > 0.0 { product(&x.bags[way], &y.bags[way]) / length } else { 0.0 }
        });
        self.likeness.borrow_mut().insert(key, likeness);
        likeness
    }

    fn window(&self, among: Range<usize>) -> Rc<Window> {
        let key = (among.start, among.end);
        if let Some(known) = self.windows.borrow().get(&key) {
            return Rc::clone(known);
        }
        let window = Rc::new(Window::of(self.paragraphs.get(among).unwrap_or_default()));
        self.windows.borrow_mut().insert(key, Rc::clone(&window));
        window
    }
}

impl Window {
    fn of(paragraphs: &[Paragraph]) -> Self {
        let mut window = Window::default();
        for way in 0..WAYS {
            let mut bag: Weighted = paragraphs.iter().flat_map(|p| &p.bags[way]).copied().collect();
            bag.sort_by_key(|(id, _)| *id);
            bag.dedup_by(|next, kept| {
                let same = next.0 == kept.0;
                kept.1 += if same { next.1 } else { 0.0 };
                same
            });
            window.lengths[way] = bag.iter().map(|(_, x)| x * x).sum::<f32>().sqrt();
            window.bags[way] = bag;
        }
        window
    }
}

/// The whole text's words with weights, of length 1: to compare articles.
pub(super) fn unit_words(paragraphs: &[Paragraph]) -> Weighted {
    let Window { bags: [words, ..], lengths } = Window::of(paragraphs);
    words.into_iter().map(|(id, x)| (id, x / lengths[0].max(f32::MIN_POSITIVE))).collect()
}

/// The inner product of two bags.
pub(super) fn product(a: &[(u32, f32)], b: &[(u32, f32)]) -> f32 {
    let (mut i, mut j, mut sum) = (0, 0, 0.0);
    while let (Some((x, p)), Some((y, q))) = (a.get(i), b.get(j)) {
        if x == y {
            sum += p * q;
        }
        i += usize::from(x <= y);
        j += usize::from(y <= x);
    }
    sum
}

fn zip(a: Likeness, b: Likeness, f: impl Fn(f32, f32) -> f32) -> Likeness {
    std::array::from_fn(|way| f(a[way], b[way]))
}

/// A gap with what does not depend on where the present article began.
pub(super) struct Gap<'c, 'p> {
    context: &'c Context<'p>,
    at: usize,
    /// Last words of names in full near below.
    renamed: Vec<u32>,
    /// Words that stand alone near below, before any name in full with them.
    leaning: Vec<u32>,
    names_below: FxHashSet<u32>,
    names_after: FxHashSet<u32>,
    fall: Likeness,
    rise: Likeness,
}

impl<'c, 'p> Gap<'c, 'p> {
    fn empty(context: &'c Context<'p>) -> Self {
        Gap {
            context,
            at: 0,
            renamed: Vec::new(),
            leaning: Vec::new(),
            names_below: FxHashSet::default(),
            names_after: FxHashSet::default(),
            fall: [0.0; WAYS],
            rise: [0.0; WAYS],
        }
    }

    /// The features, where the present article began at `start`.
    pub(super) fn row(&self, start: usize) -> Vec<f32> {
        let mut row = Vec::with_capacity(FEATURES.len());
        self.add_likeness(start, &mut row);
        self.add_names(start, &mut row);
        self.add_manner(start, &mut row);
        self.add_title(start, &mut row);
        debug_assert_eq!(row.len(), FEATURES.len());
        row
    }

    fn add_likeness(&self, start: usize, row: &mut Vec<f32>) {
        let (c, at) = (self.context, self.at);
        let n = c.paragraphs.len();
        let middle = || c.back(start, at, WINDOWS[1])..at;
        let sides = WINDOWS.map(|w| c.alike(c.back(start, at, w)..at, at..c.on(at, w)));
        let next = (at + 1).min(n);
        let below = c.alike(at..at + 1, next..c.on(next, WINDOWS[1]));
        let above = c.alike(middle(), at..at + 1);
        let before = match at - start {
            0 | 1 => [0.0; WAYS],
            _ => c.alike(c.back(start, at - 1, WINDOWS[1])..at - 1, at - 1..at),
        };
        let near = at..c.on(at, WINDOWS[0]);
        let single = |k: usize| c.alike(k..k + 1, near.clone());
        let best =
            (start.max(at.saturating_sub(SINGLES))..at).map(single).fold([0.0; WAYS], |a, b| zip(a, b, f32::max));
        let dip = zip(zip(before, below, |a, b| (a + b) / 2.0), sides[1], |a, b| a - b);
        let all = [sides[0], sides[1], sides[2], zip(below, above, |a, b| a - b), above, dip, self.fall, self.rise];
        row.extend(all.into_iter().chain([best, single(start)]).flatten());
    }

    fn add_names(&self, start: usize, row: &mut Vec<f32>) {
        let (c, at) = (self.context, self.at);
        let used = |word: u32, how: Use| c.used(word, how, start, at);
        let here = &c.paragraphs[at];
        let renamed = self.renamed.iter().filter(|w| used(**w, Use::InFull) && used(**w, Use::Bare)).count();
        let unexplained = self.leaning.iter().filter(|w| used(**w, Use::InFull)).count();
        let known = here.names().filter(|w| used(*w, Use::Any)).count();
        let new = here.names().count() - known;
        let known_below = self.names_below.iter().filter(|w| used(**w, Use::Any)).count();
        let chains = here.names().filter(|w| !used(*w, Use::Any) && self.names_after.contains(w)).count();
        let go_on = |p: &Paragraph| p.names().filter(|w| self.names_below.contains(w)).count();
        let recent = c.names_in(start.max(at.saturating_sub(NEIGHBOURS))..at);
        let recent = recent.iter().filter(|w| self.names_below.contains(w)).count();
        let near = &c.paragraphs[at..c.on(at, WINDOWS[0]).max(at + 1)];
        let explains = |among: &[Paragraph], a: &u32| among.iter().any(|p| p.explained.contains(a));
        let again = here.explained.iter().any(|a| c.paragraphs[start..at].iter().any(|p| p.acronyms.contains(a)));
        let leans = |a: &u32| explains(&c.paragraphs[start..at], a) && !explains(near, a);
        let unexplained_acronym = near.iter().flat_map(|p| &p.acronyms).any(leans);
        let count = |n: usize, most: usize| n.min(most) as f32;
        row.extend([
            count(renamed, 3),
            count(unexplained, 3),
            count(known, 6),
            count(new, 8),
            count(here.full.len(), 6),
            known_below as f32 / self.names_below.len().max(1) as f32,
            count(chains, 6),
            count(go_on(&c.paragraphs[at - 1]), 6),
            count(recent, 10),
            flag(again),
            flag(unexplained_acronym),
        ]);
    }

    fn add_manner(&self, start: usize, row: &mut Vec<f32>) {
        let (c, at) = (self.context, self.at);
        let (here, before) = (&c.paragraphs[at], &c.paragraphs[at - 1]);
        let counts = here.counts;
        let all_new = here.names().count() > 1 && !here.names().any(|w| c.used(w, Use::Any, start, at));
        let chars = |p: &Paragraph| p.chars.min(800) as f32;
        row.extend([
            flag(here.quotes.opens),
            flag(before.quotes.closes),
            flag(before.quotes.open_at_end),
            counts.pronouns as f32,
            counts.pronouns_first as f32,
            counts.indefinite as f32,
            counts.definite as f32,
            chars(here),
            chars(before),
            chars(here) - chars(before),
            (at - start).min(8) as f32,
            flag(here.first.iter().any(|w| w == "said" || w == "says")),
            flag(all_new),
            counts.digits as f32,
            flag(counts.year),
            flag(counts.day_named),
            here.lead[0],
            before.lead[0],
            before.lead[1],
            here.lead[1],
        ]);
    }

    fn add_title(&self, start: usize, row: &mut Vec<f32>) {
        let (c, at) = (self.context, self.at);
        let Some(title) = &c.paragraphs[at].title else { return row.extend([0.0; 6]) };
        let share = |among: Range<usize>| {
            let window = c.window(among);
            let held = |stem: &&u32| window.bags[0].binary_search_by_key(*stem, |(id, _)| *id).is_ok();
            title.stems.iter().filter(held).count() as f32 / title.stems.len().max(1) as f32
        };
        row.extend([
            1.0,
            title.words.min(15) as f32,
            1.0 - share(c.back(start, at, WINDOWS[2])..at),
            share(at..c.on(at, WINDOWS[1])),
            flag(title.asks),
            title.capitals,
        ]);
    }
}

fn flag(is: bool) -> f32 {
    f32::from(u8::from(is))
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
