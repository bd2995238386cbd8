//! Dependency trees, built left to right.
//!
//! In: the words and tags of a sentence. Out: a head and a relation for each. Method: arc-hybrid transitions with a
//! dynamic oracle (Goldberg and Nivre, TACL 2013) and an averaged perceptron. The root is a last word after the sentence.

use crate::features::{Word, feature};
use crate::linear::{Linear, Trainer};
use chancery_text::Rel;

/// Number of the artificial root among heads; also "no word".
pub(crate) const NONE: usize = usize::MAX;

const SHIFT: usize = 0;
const RELS: usize = Rel::ALL.len();
/// Shift, left arcs, right arcs.
pub(crate) const CLASSES: usize = 1 + 2 * RELS;

/// A sentence's tree: `heads[i] == heads.len()` for the root.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Tree {
    pub heads: Vec<usize>,
    pub rels: Vec<Rel>,
}

struct State {
    n: usize,
    stack: Vec<usize>,
    next: usize,
    heads: Vec<usize>,
    rels: Vec<u8>,
    /// Leftmost and second-leftmost, rightmost and second-rightmost child.
    left: Vec<[usize; 2]>,
    right: Vec<[usize; 2]>,
    valency: Vec<(u8, u8)>,
}

impl State {
    fn new(n: usize) -> Self {
        State {
            n,
            stack: Vec::with_capacity(32),
            next: 0,
            heads: vec![NONE; n],
            rels: vec![Rel::Dep as u8; n],
            left: vec![[NONE; 2]; n + 1],
            right: vec![[NONE; 2]; n + 1],
            valency: vec![(0, 0); n + 1],
        }
    }

    fn done(&self) -> bool {
        self.next == self.n && self.stack.is_empty()
    }

    /// Which of shift, left, right are allowed. The root takes one word only.
    fn allowed(&self) -> (bool, bool, bool) {
        let size = self.stack.len();
        (self.next < self.n, size >= 1 && (self.next < self.n || size == 1), size >= 2)
    }

    fn act(&mut self, class: usize) {
        if class == SHIFT {
            self.stack.push(self.next);
            self.next += 1;
            return;
        }
        let Some(child) = self.stack.pop() else { return };
        let (head, rel) = if class <= RELS {
            (self.next, class - 1)
        } else {
            (self.stack.last().copied().unwrap_or(self.next), class - 1 - RELS)
        };
        self.heads[child] = head;
        self.rels[child] = rel as u8;
        if child < head {
            let l = self.left[head];
            self.left[head] = [child, l[0]];
            self.valency[head].0 = self.valency[head].0.saturating_add(1);
        } else {
            let r = self.right[head];
            self.right[head] = [child, r[0]];
            self.valency[head].1 = self.valency[head].1.saturating_add(1);
        }
    }

    fn finish(self) -> Tree {
        Tree { heads: self.heads, rels: self.rels.iter().map(|r| Rel::ALL[usize::from(*r)]).collect() }
    }
}

/// The tree of one sentence.
pub(crate) fn parse(model: &Linear, words: &[Word], tags: &[u8]) -> Tree {
    let mut state = State::new(words.len());
    let mut features = Vec::with_capacity(80);
    let mut scores = vec![0i32; CLASSES];
    while !state.done() {
        let allowed = state.allowed();
        if allowed == (true, false, false) {
            state.act(SHIFT);
            continue;
        }
        extract(&state, words, tags, &mut features);
        scores.fill(0);
        for &f in &features {
            model.add(f, &mut scores);
        }
        state.act(best_allowed(&scores, allowed, |_| true));
    }
    state.finish()
}

fn best_allowed(scores: &[i32], allowed: (bool, bool, bool), keep: impl Fn(usize) -> bool) -> usize {
    let mut best = NONE;
    let mut consider = |range: std::ops::Range<usize>| {
        for class in range {
            if keep(class) && (best == NONE || scores[class] > scores[best]) {
                best = class;
            }
        }
    };
    if allowed.0 {
        consider(SHIFT..SHIFT + 1);
    }
    if allowed.1 {
        consider(1..1 + RELS);
    }
    if allowed.2 {
        consider(1 + RELS..CLASSES);
    }
    best
}

/// How many gold arcs each of shift, left, right makes unreachable.
fn costs(state: &State, gold: &Tree) -> (u32, u32, u32) {
    let b = state.next;
    let on_stack = |i: usize| i < b && state.heads[i] == NONE;
    let (mut shift, mut left, mut right) = (0, 0, 0);
    let s0 = state.stack.last().copied();
    let s1 = state.stack.len().checked_sub(2).map(|i| state.stack[i]);
    if b < state.n {
        let head = gold.heads[b];
        shift += u32::from(head < b && on_stack(head) && Some(head) != s0);
        shift += state.stack.iter().filter(|&&d| gold.heads[d] == b).count() as u32;
    }
    if let Some(s0) = s0 {
        let head = gold.heads[s0];
        let waiting = (b..state.n).filter(|&d| gold.heads[d] == s0).count() as u32;
        left += u32::from(Some(head) == s1 || head > b) + waiting;
        right += u32::from(head >= b) + waiting;
    }
    (shift, left, right)
}

/// One pass of training over a sentence; with `explore`, follows the model's own choices.
pub(crate) fn learn(trainer: &mut Trainer, words: &[Word], tags: &[u8], gold: &Tree, explore: bool) {
    let mut state = State::new(words.len());
    let mut features = Vec::with_capacity(80);
    let mut scores = Vec::new();
    while !state.done() {
        let allowed = state.allowed();
        if allowed == (true, false, false) {
            state.act(SHIFT);
            continue;
        }
        extract(&state, words, tags, &mut features);
        trainer.scores(&features, &mut scores);
        let guess = best_allowed(&scores, allowed, |_| true);
        let (shift, left, right) = costs(&state, gold);
        let least = [(allowed.0, shift), (allowed.1, left), (allowed.2, right)]
            .iter()
            .filter(|(a, _)| *a)
            .map(|(_, c)| *c)
            .min()
            .unwrap_or(0);
        let s0 = state.stack.last().copied().unwrap_or(0);
        let rel = gold.rels[s0] as usize;
        let good = |class: usize| match class {
            SHIFT => shift == least,
            c if c <= RELS => left == least && c - 1 == rel,
            c => right == least && c - 1 - RELS == rel,
        };
        let truth = if good(guess) { guess } else { best_allowed(&scores, allowed, good) };
        trainer.learn(&features, truth, guess);
        state.act(if explore { guess } else { truth });
    }
}

const NO_WORD: u32 = 3;

fn extract(state: &State, words: &[Word], tags: &[u8], out: &mut Vec<u32>) {
    let depth = |k: usize| state.stack.len().checked_sub(k + 1).map_or(NONE, |i| state.stack[i]);
    let (s0, s1, s2) = (depth(0), depth(1), depth(2));
    let (b0, b1, b2) = (state.next, state.next + 1, state.next + 2);
    let w = |i: usize| words.get(i).map_or(NO_WORD, |w| w.lower);
    let t = |i: usize| tags.get(i).map_or(if i == state.n { 254 } else { 255 }, |t| u32::from(*t));
    let l = |i: usize| state.rels.get(i).map_or(255, |r| u32::from(*r));
    let wt = |i: usize| w(i) ^ t(i).wrapping_mul(0x85EB_CA6B);
    let kids = |i: usize| {
        if i == NONE { ([NONE; 2], [NONE; 2], (0, 0)) } else { (state.left[i], state.right[i], state.valency[i]) }
    };
    let (s0l, s0r, v0) = kids(s0);
    let (s1l, s1r, v1) = kids(s1);
    let (b0l, _, vb) = kids(b0);
    let distance = |a: usize, b: usize| if a == NONE || b == NONE { 15 } else { (a.abs_diff(b)).min(10) as u32 };
    let (d0, d1) = (distance(s0, b0), distance(s1, s0));
    out.clear();
    let mut number = 1000;
    let mut push = |a: u32, b: u32, c: u32| {
        out.push(feature(number, a, b, c));
        number += 1;
    };
    push(0, 0, 0);
    for i in [s0, s1, b0, b1] {
        push(w(i), 0, 0);
        push(t(i), 0, 0);
        push(wt(i), 0, 0);
    }
    for i in [s2, b2] {
        push(t(i), 0, 0);
        push(wt(i), 0, 0);
    }
    push(wt(s0), wt(b0), 0);
    push(wt(s0), w(b0), 0);
    push(w(s0), wt(b0), 0);
    push(wt(s0), t(b0), 0);
    push(t(s0), wt(b0), 0);
    push(w(s0), w(b0), 0);
    push(t(s0), t(b0), 0);
    push(wt(s1), wt(s0), 0);
    push(wt(s1), t(s0), 0);
    push(t(s1), wt(s0), 0);
    push(w(s1), w(s0), 0);
    push(t(s1), t(s0), 0);
    push(t(s0), t(b0), t(b1));
    push(t(s1), t(s0), t(b0));
    push(t(s2), t(s1), t(s0));
    push(t(s1), t(s0), wt(b0));
    push(t(s1), wt(s0), t(b0));
    push(wt(s1), t(s0), t(b0));
    push(t(b0), t(b1), t(b2));
    push(t(b0), t(b1), 0);
    push(wt(s0), t(b0), t(b1));
    push(t(s0), wt(b0), t(b1));
    push(t(s0), t(b0), d0);
    push(w(s0), w(b0), d0);
    push(t(s1), t(s0), d1);
    push(w(s1), w(s0), d1);
    push(w(s0), d0, 0);
    push(w(b0), d0, 0);
    push(t(s0), t(s0l[0]), t(b0));
    push(t(s0), t(s0r[0]), t(b0));
    push(t(s0), t(b0), t(b0l[0]));
    push(t(s1), t(s1l[0]), t(s0));
    push(t(s1), t(s1r[0]), t(s0));
    push(t(s1), t(s0), t(s0l[0]));
    push(t(s1), t(s0), t(s0r[0]));
    push(t(s0), w(s0r[0]), l(s0r[0]));
    push(t(s0), w(s0l[0]), l(s0l[0]));
    push(t(b0), w(b0l[0]), l(b0l[0]));
    push(t(s1), w(s1r[0]), l(s1r[0]));
    push(t(s0), l(s0l[0]), l(s0r[0]));
    push(w(s0), l(s0l[0]), l(s0r[0]));
    push(w(s1), l(s1l[0]), l(s1r[0]));
    push(t(s1), l(s1l[0]), l(s1r[0]));
    push(w(b0), l(b0l[0]), l(b0l[1]));
    push(t(s0), l(s0l[0]), l(s0l[1]));
    push(t(s0), l(s0r[0]), l(s0r[1]));
    push(wt(s0), u32::from(v0.0), u32::from(v0.1));
    push(wt(s1), u32::from(v1.0), u32::from(v1.1));
    push(wt(b0), u32::from(vb.0), 0);
    push(t(s0), t(b0), l(s0l[0]) << 8 | l(s0r[0]));
    push(w(s0r[0]), w(s0), w(b0));
    push(w(s1), w(s1r[0]), w(s0));
    push(w(s0), w(s0r[0]), t(s1));
}
