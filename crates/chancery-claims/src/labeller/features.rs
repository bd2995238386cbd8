//! What the labeller sees of a token.

use super::label_number;
use crate::cues::Cues;
use crate::finder::quotations_of;
use chancery_text::{Document, Span, Upos};
use chancery_words::{Hash, WordGroups, word_hash};

/// Features of the tokens of a sentence: as many a token as [`Features::width`].
#[derive(Debug, Default)]
pub(crate) struct Features {
    pub all: Vec<u32>,
    pub width: usize,
}

impl Features {
    /// The features of each token.
    pub fn words(&self) -> std::slice::ChunksExact<'_, u32> {
        self.all.chunks_exact(self.width.max(1))
    }
}

/// Steps up the tree in search of a cue.
const MAX_CLIMB: usize = 12;

/// What is known of one token of the document.
#[derive(Debug, Clone, Copy, Default)]
struct Seen {
    word: u32,
    lemma: u32,
    upos: u32,
    rel: u32,
    group: u32,
    coarse: u32,
    shape: u32,
    head_lemma: u32,
    head_upos: u32,
    is_cue: u32,
    /// The nearest cue above, its lemma, the relations below it on the way, and on which side of it the token stands.
    path: u32,
    path_top: u32,
    path_cue: u32,
    /// The token below the nearest cue that this one hangs on, and the cue; from 1, 0 for none.
    top: u32,
    cue: u32,
    /// Whether it begins (1) or ends (2) all that hangs on `top`.
    edge: u32,
    /// In quotation marks: 1 inside, 2 the first token, 3 the last one, 0 outside.
    quoted: u32,
    rule: u32,
    head_rule: u32,
}

/// Sees a document.
pub(crate) struct Observer<'d> {
    doc: &'d Document,
    cues: &'d Cues,
    groups: &'d WordGroups,
    quoted: Vec<u8>,
}

impl<'d> Observer<'d> {
    pub fn new(doc: &'d Document, cues: &'d Cues, groups: &'d WordGroups) -> Self {
        let mut quoted = vec![0; doc.tokens.len()];
        for quotation in quotations_of(doc) {
            let tokens = doc.tokens_in(quotation.inner);
            quoted[tokens.clone()].fill(1);
            if let (Some(first), Some(last)) = (tokens.clone().next(), tokens.last()) {
                quoted[last] = 3;
                quoted[first] = 2;
            }
        }
        Observer { doc, cues, groups, quoted }
    }

    /// The features of a sentence's tokens.
    pub fn features(&self, places: &[Span], rules: &[String]) -> Features {
        let tokens: Vec<Option<usize>> = places.iter().map(|p| self.doc.tokens_in(*p).next()).collect();
        let rule_at = |i: usize| rules.get(i).map_or(0, |l| u32::from(label_number(l)));
        let mut seen: Vec<Seen> = tokens.iter().map(|t| t.map_or_else(Seen::default, |t| self.see(t))).collect();
        for i in 0..seen.len() {
            seen[i].rule = rule_at(i) + 1;
            let head = tokens[i].and_then(|t| self.doc.tokens[t].head);
            let at = head.and_then(|h| tokens.iter().position(|t| *t == Some(h)));
            seen[i].head_rule = at.map_or(0, |a| rule_at(a) + 1);
        }
        let in_sentence = Whole {
            has_quote: u32::from(seen.iter().any(|s| s.quoted > 0)),
            has_cue: u32::from(seen.iter().any(|s| s.is_cue > 0)),
            has_rule: u32::from(seen.iter().any(|s| s.rule > 1)),
        };
        let mut features = Features::default();
        for i in 0..seen.len() {
            let before = features.all.len();
            extract(&seen, &in_sentence, i, &mut features.all);
            features.width = features.all.len() - before;
        }
        features
    }

    fn see(&self, t: usize) -> Seen {
        let doc = self.doc;
        let token = &doc.tokens[t];
        let form = doc.form(t);
        let word = word_hash(form);
        let group = self.groups.get(word);
        let head = token.head.map(|h| &doc.tokens[h]);
        let way = self.way_to_cue(t);
        Seen {
            word,
            lemma: word_hash(&token.lemma),
            upos: token.upos as u32 + 1,
            rel: token.rel as u32 + 1,
            group: u32::from(group.fine),
            coarse: u32::from(group.coarse),
            shape: shape(form),
            head_lemma: head.map_or(0, |h| word_hash(&h.lemma)),
            head_upos: head.map_or(0, |h| h.upos as u32 + 1),
            is_cue: u32::from(self.cues.is_cue(&token.lemma)),
            path: way.path,
            path_top: way.top_rel,
            path_cue: way.cue_lemma,
            top: way.top,
            cue: way.cue,
            edge: way.edge,
            quoted: u32::from(self.quoted[t]),
            ..Seen::default()
        }
    }

    /// The way up to the nearest cue.
    fn way_to_cue(&self, t: usize) -> Way {
        let doc = self.doc;
        let mut hash = Hash::new(7);
        let mut node = t;
        for _ in 0..MAX_CLIMB {
            let Some(head) = doc.tokens[node].head else { return Way::default() };
            let rel = doc.tokens[node].rel as u32;
            if node == t || doc.tokens[node].upos == Upos::Verb {
                hash.add(rel);
            }
            if self.cues.is_cue(&doc.tokens[head].lemma) {
                let side = u32::from(t > head) + 2 * u32::from(node > head);
                let below = doc.subtree(node);
                let (first, last) = (below.first() == Some(&t), below.last() == Some(&t));
                return Way {
                    path: hash.end(),
                    top_rel: Hash::of(8, &[rel, side]),
                    cue_lemma: word_hash(&doc.tokens[head].lemma),
                    top: node as u32 + 1,
                    cue: head as u32 + 1,
                    edge: u32::from(first) + 2 * u32::from(last),
                };
            }
            node = head;
        }
        Way { path: 1, top_rel: 1, ..Way::default() }
    }
}

/// The way from a token up to the nearest cue.
#[derive(Debug, Default)]
struct Way {
    /// Its relations.
    path: u32,
    /// The relation of its last token, and on which side of the cue it stands.
    top_rel: u32,
    cue_lemma: u32,
    top: u32,
    cue: u32,
    edge: u32,
}

/// What is the same for all tokens of a sentence.
struct Whole {
    has_quote: u32,
    has_cue: u32,
    has_rule: u32,
}

fn shape(form: &str) -> u32 {
    let first = form.chars().next().unwrap_or(' ');
    let kind = if first.is_uppercase() {
        1
    } else if first.is_lowercase() {
        2
    } else if first.is_ascii_digit() {
        3
    } else {
        4 + (first as u32 % 64)
    };
    kind + 128 * u32::from(form.len() == 1)
}

fn extract(seen: &[Seen], whole: &Whole, i: usize, out: &mut Vec<u32>) {
    let at = |k: isize| {
        let j = i as isize + k;
        usize::try_from(j).ok().and_then(|j| seen.get(j)).copied().unwrap_or(OUTSIDE)
    };
    let (a2, a1, s, b1, b2) = (at(-2), at(-1), at(0), at(1), at(2));
    let same = |a: &Seen, b: &Seen| match (a.top, b.top) {
        (0, 0) => 0,
        (x, y) if x == y => 1,
        _ if a.cue == b.cue => 2,
        _ => 3,
    };
    let (left, right) = (same(&a1, &s), same(&s, &b1));
    let mut number = 0;
    let mut add = |parts: &[u32]| {
        number += 1;
        out.push(Hash::of(100 + number, parts));
    };
    add(&[]);
    add(&[s.word]);
    add(&[a1.word]);
    add(&[b1.word]);
    add(&[a2.word]);
    add(&[b2.word]);
    add(&[a1.word, s.word]);
    add(&[s.word, b1.word]);
    add(&[s.lemma, s.upos]);
    add(&[s.upos, s.rel]);
    add(&[a1.upos, s.upos]);
    add(&[s.upos, b1.upos]);
    add(&[a1.upos, s.upos, b1.upos]);
    add(&[a2.upos, a1.upos, s.upos]);
    add(&[s.upos, b1.upos, b2.upos]);
    add(&[s.group]);
    add(&[s.coarse, s.rel]);
    add(&[a1.group]);
    add(&[b1.group]);
    add(&[s.shape, s.upos]);
    add(&[s.head_lemma, s.rel]);
    add(&[s.head_upos, s.rel, s.upos]);
    add(&[s.is_cue, s.upos, s.rel]);
    add(&[a1.is_cue, s.is_cue, b1.is_cue, s.upos]);
    add(&[s.path]);
    add(&[s.path_top, s.upos]);
    add(&[s.path_top, s.path_cue]);
    add(&[s.path_cue, s.rule]);
    add(&[s.path_top, s.rule]);
    add(&[s.path_top, a1.path_top]);
    add(&[s.path_top, a1.path_top, s.quoted, a1.quoted]);
    add(&[s.quoted, s.rule]);
    add(&[a1.quoted, s.quoted, b1.quoted]);
    add(&[s.quoted, s.path_top]);
    add(&[s.word, s.quoted]);
    add(&[s.rule]);
    add(&[a1.rule, s.rule]);
    add(&[s.rule, b1.rule]);
    add(&[a1.rule, s.rule, b1.rule]);
    add(&[a2.rule, a1.rule, s.rule, b1.rule, b2.rule]);
    add(&[s.rule, s.upos, s.rel]);
    add(&[s.rule, s.word]);
    add(&[s.rule, a1.word]);
    add(&[s.rule, b1.word]);
    add(&[s.head_rule, s.rel]);
    add(&[s.head_rule, s.rule, s.upos]);
    add(&[whole.has_quote, whole.has_cue, whole.has_rule, s.rule]);
    add(&[whole.has_quote, whole.has_rule, s.upos, s.quoted]);
    add(&[u32::from(i == 0), whole.has_quote, whole.has_rule, s.quoted]);
    add(&[u32::from(i + 1 == seen.len()), s.word, a1.rule]);
    add(&[a1.word, s.rule, s.path_top]);
    add(&[s.lemma, s.path_top]);
    add(&[a1.lemma, s.path_top]);
    add(&[left, s.path_top, a1.path_top]);
    add(&[right, s.path_top, b1.path_top]);
    add(&[left, s.path_top, s.quoted, a1.quoted]);
    add(&[s.edge, s.path_top, s.upos]);
    add(&[s.edge, s.path_top, s.rule]);
    add(&[a1.edge, left, s.word, s.path_top]);
    add(&[s.edge, right, b1.word]);
    add(&[left, right, s.rule, s.word]);
}

/// Beyond the sentence.
const OUTSIDE: Seen = Seen {
    word: 1,
    lemma: 1,
    upos: 99,
    rel: 99,
    group: 9999,
    coarse: 99,
    shape: 999,
    head_lemma: 1,
    head_upos: 99,
    is_cue: 9,
    path: 2,
    path_top: 2,
    path_cue: 2,
    top: 0,
    cue: 0,
    edge: 9,
    quoted: 9,
    rule: 99,
    head_rule: 99,
};
