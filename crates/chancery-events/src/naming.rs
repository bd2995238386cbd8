//! Names the event between two marked parties with a linear model, where no rule of the codebook is certain.
//!
//! In: the tree, the two parties, what the codebook found. Out: one of the fifteen roots, with a confidence. The model is a
//! table of hashed features with small integer weights, so that the same sentence has the same score on every machine. It
//! finds no events: it knows no "none", and says only which kind joins two parties that are given.
//!
//! Method: multinomial logistic regression on the path between the parties and the words around it, with the codebook's
//! own answer among the features.

use crate::codebook::Codebook;
use crate::coder::Found;
use crate::tree::{Tree, is_pp};
use chancery_text::{Rel, Upos};
use std::collections::BTreeMap;

const MAGIC: &[u8; 8] = b"CHEVNT1\n";
/// Steps of the weights in the file: a weight is `n / STEPS`.
const STEPS: f32 = 24.0;
/// Weights below this many steps are left out.
const SMALLEST: i32 = 1;
/// Passes over the pairs.
const EPOCHS: usize = 15;
const RATE: f32 = 0.05;
const PENALTY: f32 = 2e-3;
/// Parts of the data in cross-validation.
const FOLDS: usize = 5;

/// A marked pair as the model sees it.
#[derive(Debug, Clone)]
pub struct Sample {
    /// Hashed features, sorted, each once.
    pub features: Vec<u32>,
    /// The codebook's own answer.
    pub rule: Option<String>,
    /// How many points the words of the codebook's pattern have, where it joins the parties in their roles; else 0.
    pub words: i32,
}

/// A pattern of so many points is not overruled.
const CERTAIN_WORDS: i32 = 13;

impl Sample {
    /// True where the codebook's answer stands whatever the model says.
    pub fn is_certain(&self) -> bool {
        self.words >= CERTAIN_WORDS
    }
}

/// Figures of a cross-validation, in parts of 1.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct NamingScores {
    /// Pairs with the right root.
    pub accuracy: f64,
    /// F1 of the roots, each counted once.
    pub macro_f1: f64,
}

/// A trained model: features in order, each with its classes and weights.
#[derive(Debug, Default)]
pub(crate) struct Namer {
    classes: Vec<String>,
    keys: Vec<u32>,
    ends: Vec<u32>,
    entries: Vec<(u8, i8)>,
}

impl Namer {
    /// Reads a model file; `None` where it is damaged.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut at = Bytes(bytes.strip_prefix(MAGIC)?);
        let mut namer = Namer::default();
        for _ in 0..at.u8()? {
            let length = usize::from(at.u8()?);
            namer.classes.push(String::from_utf8(at.take(length)?.to_vec()).ok()?);
        }
        let count = at.u32()?;
        for _ in 0..count {
            namer.keys.push(at.u32()?);
            for _ in 0..at.u8()? {
                let (class, weight) = (at.u8()?, at.u8()? as i8);
                if usize::from(class) >= namer.classes.len() {
                    return None;
                }
                namer.entries.push((class, weight));
            }
            namer.ends.push(namer.entries.len() as u32);
        }
        (at.0.is_empty() && !namer.classes.is_empty() && namer.keys.is_sorted()).then_some(namer)
    }

    fn write(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        bytes.push(self.classes.len() as u8);
        for class in &self.classes {
            bytes.push(class.len() as u8);
            bytes.extend(class.as_bytes());
        }
        bytes.extend((self.keys.len() as u32).to_le_bytes());
        for (i, key) in self.keys.iter().enumerate() {
            let entries = self.of(i);
            bytes.extend(key.to_le_bytes());
            bytes.push(entries.len() as u8);
            for (class, weight) in entries {
                bytes.extend([*class, *weight as u8]);
            }
        }
        bytes
    }

    fn of(&self, i: usize) -> &[(u8, i8)] {
        let start = i.checked_sub(1).map_or(0, |p| self.ends[p] as usize);
        &self.entries[start..self.ends[i] as usize]
    }

    /// The likeliest root and how likely it is.
    pub fn name(&self, features: &[u32]) -> (&str, f32) {
        let mut scores = vec![0i32; self.classes.len()];
        for feature in features {
            if let Ok(i) = self.keys.binary_search(feature) {
                for &(class, weight) in self.of(i) {
                    scores[usize::from(class)] += i32::from(weight);
                }
            }
        }
        let best = (0..scores.len()).max_by_key(|&c| (scores[c], std::cmp::Reverse(c))).unwrap_or(0);
        let total: f32 = scores.iter().map(|s| ((s - scores[best]) as f32 / STEPS).exp()).sum();
        (&self.classes[best], 1.0 / total)
    }
}

struct Bytes<'a>(&'a [u8]);

impl<'a> Bytes<'a> {
    fn take(&mut self, n: usize) -> Option<&'a [u8]> {
        let (head, rest) = self.0.split_at_checked(n)?;
        self.0 = rest;
        Some(head)
    }

    fn u8(&mut self) -> Option<u8> {
        self.take(1).map(|b| b[0])
    }

    fn u32(&mut self) -> Option<u32> {
        self.take(4).map(|b| u32::from_le_bytes([b[0], b[1], b[2], b[3]]))
    }
}

/// What the features are read from.
pub(crate) struct PairView<'a> {
    pub tree: Tree<'a>,
    pub book: &'a Codebook,
    pub actor: Option<usize>,
    pub recipient: Option<usize>,
    pub rule: Option<&'a str>,
    pub rank: i32,
    pub best: Option<&'a Found>,
    pub found: &'a [Found],
}

/// The hashed features of a marked pair, sorted.
pub(crate) fn features(view: &PairView<'_>) -> Vec<u32> {
    let mut all = Features { view, hashes: Vec::new() };
    all.rules();
    all.path();
    all.words();
    all.hashes.sort_unstable();
    all.hashes.dedup();
    all.hashes
}

struct Features<'a, 'v> {
    view: &'v PairView<'a>,
    hashes: Vec<u32>,
}

impl Features<'_, '_> {
    fn add(&mut self, parts: &[&str]) {
        let mut hash = 0x811c_9dc5u32;
        for part in parts {
            for byte in part.bytes().chain([b'|']) {
                hash = (hash ^ u32::from(byte)).wrapping_mul(0x0100_0193);
            }
        }
        self.hashes.push(hash);
    }

    fn rules(&mut self) {
        let view = self.view;
        self.add(&["bias"]);
        let rule = view.rule.unwrap_or("none");
        self.add(&["rule", rule]);
        self.add(&["rule", rule, &view.rank.to_string()]);
        for found in view.found {
            let group = &view.book.groups[found.group];
            self.add(&["also", &group.name]);
        }
        let Some(best) = view.best else { return };
        let group = &view.book.groups[best.group];
        self.add(&["group", &group.name]);
        self.add(&["group", &group.name, best.status.as_str()]);
        self.add(&["status", best.status.as_str(), rule]);
        self.add(&["score", rule, &best.score.to_string()]);
        let lemma = view.tree.lemma(best.trigger);
        self.add(&["trigger", &lemma]);
        self.add(&["trigger", &lemma, rule]);
    }

    /// The way from the actor up to the lowest common head and down to the recipient.
    fn path(&mut self) {
        let view = self.view;
        let (Some(actor), Some(recipient)) = (view.actor, view.recipient) else { return };
        let (up, down) = (self.chain(actor), self.chain(recipient));
        let Some(top) = up.iter().position(|n| down.contains(n)) else { return };
        let joint = up[top];
        let bottom = down.iter().position(|&n| n == joint).unwrap_or(0);
        let rels = |nodes: &[usize]| nodes.iter().map(|&n| view.tree.rel(n).as_str()).collect::<Vec<_>>().join(">");
        let (left, right) = (rels(&up[..top]), rels(&down[..bottom]));
        self.add(&["path", &left, &right]);
        self.add(&["up", &left]);
        self.add(&["down", &right]);
        let nodes: Vec<usize> =
            up[1.min(top)..=top].iter().chain(down[1.min(bottom)..bottom].iter()).copied().collect();
        let preps: Vec<String> = self.prepositions(recipient);
        for &node in &nodes {
            self.path_node(node, &preps);
        }
        let first = view.tree.lemma(joint).into_owned();
        let last = down[..bottom].iter().skip(1).find(|&&n| view.tree.is_verb(n)).copied().unwrap_or(joint);
        let last_noun = down[..bottom].iter().skip(1).find(|&&n| !view.tree.is_verb(n)).copied().unwrap_or(joint);
        self.add(&["joint", &first]);
        self.add(&["joint", &first, "last", &view.tree.lemma(last)]);
        self.add(&["joint", &first, "noun", &view.tree.lemma(last_noun)]);
        for prep in &preps {
            self.add(&["prep", prep]);
            self.add(&["prep", prep, &first]);
            self.add(&["prep", prep, &view.tree.lemma(last_noun)]);
        }
    }

    fn path_node(&mut self, node: usize, preps: &[String]) {
        let view = self.view;
        let lemma = view.tree.lemma(node).into_owned();
        self.add(&["on", &lemma]);
        for prep in preps {
            self.add(&["on", &lemma, "prep", prep]);
        }
        let form = view.tree.form(node).into_owned();
        let rules = view.book.verb_rules(&lemma, &form).filter(|_| view.tree.is_verb(node));
        for &rule in rules.into_iter().flatten().take(3) {
            let group = &view.book.groups[view.book.rules[rule].group];
            self.add(&["verb of", &group.name]);
        }
        if let Some((_, group)) = view.book.noun(&lemma) {
            self.add(&["noun of", &group.name]);
        }
        for child in view.tree.children(node) {
            self.around(&lemma, child);
        }
    }

    fn around(&mut self, lemma: &str, child: usize) {
        let view = self.view;
        if Some(child) == view.actor || Some(child) == view.recipient {
            return;
        }
        let rel = view.tree.rel(child);
        let word = view.tree.lemma(child).into_owned();
        match rel {
            Rel::Aux | Rel::AuxPass | Rel::Cop | Rel::CompoundPrt | Rel::Mark | Rel::Advmod => {
                self.add(&["by", rel.as_str(), &word]);
                self.add(&["by", rel.as_str(), &word, lemma]);
            }
            Rel::Obj | Rel::Xcomp | Rel::Ccomp | Rel::Iobj | Rel::Advcl | Rel::Acl => {
                self.add(&["with", rel.as_str(), &word]);
                self.add(&["with", rel.as_str(), &word, lemma]);
                if let Some((_, group)) = view.book.noun(&word) {
                    self.add(&["object of", &group.name, lemma]);
                }
            }
            _ if is_pp(rel) => {
                for prep in self.prepositions(child) {
                    self.add(&["phrase", &prep, &word]);
                    self.add(&["phrase", &prep, lemma]);
                }
            }
            _ => {}
        }
    }

    fn prepositions(&self, node: usize) -> Vec<String> {
        let tree = self.view.tree;
        tree.children(node).filter(|&c| tree.rel(c) == Rel::Case).map(|c| tree.lemma(c).into_owned()).collect()
    }

    fn chain(&self, node: usize) -> Vec<usize> {
        let mut found = vec![node];
        while let Some(head) = self.view.tree.head(found[found.len() - 1]).filter(|_| found.len() < 30) {
            found.push(head);
        }
        found
    }

    /// Lemmas, and runs of two and three between and after the parties, which stand as A and R.
    fn words(&mut self) {
        let view = self.view;
        let (Some(actor), Some(recipient)) = (view.actor, view.recipient) else { return };
        let doc = view.tree.doc;
        let Some(sentence) = doc.sentences.get(doc.sentence_of(actor)) else { return };
        let tokens = sentence.tokens.clone();
        let shown = |t: usize| match t {
            _ if t == actor => "A".to_string(),
            _ if t == recipient => "R".to_string(),
            _ if view.tree.upos(t) == Upos::Propn => "P".to_string(),
            _ if view.tree.upos(t) == Upos::Num => "N".to_string(),
            _ => view.tree.lemma(t).into_owned(),
        };
        let lemmas: Vec<String> = tokens.clone().map(shown).collect();
        let (from, to) = (actor.min(recipient), actor.max(recipient) + 7);
        for (i, t) in tokens.clone().enumerate() {
            let content = matches!(view.tree.upos(t), Upos::Verb | Upos::Noun | Upos::Adj | Upos::Adv);
            if content {
                self.add(&["word", &lemmas[i]]);
            }
            if t >= from && t < to {
                self.add(&["near", &lemmas[i]]);
                if i + 1 < lemmas.len() {
                    self.add(&["two", &lemmas[i], &lemmas[i + 1]]);
                }
                if i + 2 < lemmas.len() {
                    self.add(&["three", &lemmas[i], &lemmas[i + 1], &lemmas[i + 2]]);
                }
            }
        }
    }
}

/// Trains on samples with their roots: the model file, and what cross-validation says of the model with the certain rules
/// and of the rules alone. Sentences with the same `group` stay in one fold.
pub fn train_naming(samples: &[(Sample, String, u64)]) -> (Vec<u8>, NamingScores, NamingScores) {
    let classes: Vec<String> =
        samples.iter().map(|s| s.1.clone()).collect::<std::collections::BTreeSet<_>>().into_iter().collect();
    let class_of = |root: &str| classes.iter().position(|c| c == root);
    let rows: Vec<(&[u32], usize)> =
        samples.iter().filter_map(|(s, root, _)| Some((s.features.as_slice(), class_of(root)?))).collect();
    let mut answers: Vec<Option<usize>> = vec![None; samples.len()];
    for fold in 0..FOLDS {
        let inside = |i: usize| samples[i].2 % FOLDS as u64 == fold as u64;
        let train: Vec<_> = (0..rows.len()).filter(|&i| !inside(i)).map(|i| rows[i]).collect();
        let namer = fit(&train, &classes);
        for i in (0..rows.len()).filter(|&i| inside(i)) {
            let (sample, ..) = &samples[i];
            let named = class_of(namer.name(&sample.features).0);
            let certain = sample.rule.as_deref().filter(|_| sample.is_certain()).and_then(class_of);
            answers[i] = certain.or(named);
        }
    }
    let gold: Vec<usize> = rows.iter().map(|r| r.1).collect();
    let rules: Vec<Option<usize>> = samples.iter().map(|(s, ..)| s.rule.as_deref().and_then(class_of)).collect();
    let model = fit(&rows, &classes);
    (model.write(), score(&gold, &answers, classes.len()), score(&gold, &rules, classes.len()))
}

fn score(gold: &[usize], answers: &[Option<usize>], classes: usize) -> NamingScores {
    let right = gold.iter().zip(answers).filter(|(g, a)| **a == Some(**g)).count();
    let f1 = |class: usize| {
        let hits = gold.iter().zip(answers).filter(|(g, a)| **g == class && **a == Some(class)).count();
        let of = gold.iter().filter(|g| **g == class).count() + answers.iter().filter(|a| **a == Some(class)).count();
        if of == 0 { 0.0 } else { 2.0 * hits as f64 / of as f64 }
    };
    NamingScores {
        accuracy: right as f64 / gold.len().max(1) as f64,
        macro_f1: (0..classes).map(f1).sum::<f64>() / classes.max(1) as f64,
    }
}

/// Logistic regression by AdaGrad steps, in a fixed order of the rows.
fn fit(rows: &[(&[u32], usize)], classes: &[String]) -> Namer {
    let mut index: BTreeMap<u32, usize> = BTreeMap::new();
    for feature in rows.iter().flat_map(|r| r.0) {
        let next = index.len();
        index.entry(*feature).or_insert(next);
    }
    let n = classes.len();
    let rows: Vec<(Vec<usize>, usize)> = rows.iter().map(|(f, c)| (f.iter().map(|h| index[h]).collect(), *c)).collect();
    let (mut weights, mut squares) = (vec![0f32; index.len() * n], vec![1e-6f32; index.len() * n]);
    let mut order: Vec<usize> = (0..rows.len()).collect();
    let mut seed = 0x2545_f491_4f6c_dd1du64;
    for _ in 0..EPOCHS {
        for i in (1..order.len()).rev() {
            seed = seed.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            order.swap(i, (seed >> 33) as usize % (i + 1));
        }
        for &row in &order {
            let (features, gold) = &rows[row];
            step(features, *gold, n, &mut weights, &mut squares);
        }
    }
    pack(&index, &weights, classes)
}

fn step(features: &[usize], gold: usize, n: usize, weights: &mut [f32], squares: &mut [f32]) {
    let mut scores = vec![0f32; n];
    for &f in features {
        for (score, weight) in scores.iter_mut().zip(&weights[f * n..f * n + n]) {
            *score += weight;
        }
    }
    let top = scores.iter().copied().fold(f32::MIN, f32::max);
    let total: f32 = scores.iter().map(|s| (s - top).exp()).sum();
    let errors: Vec<f32> =
        scores.iter().enumerate().map(|(c, s)| (s - top).exp() / total - f32::from(u8::from(c == gold))).collect();
    for &f in features {
        for (c, error) in errors.iter().enumerate() {
            let at = f * n + c;
            let slope = error + PENALTY * weights[at];
            squares[at] += slope * slope;
            weights[at] -= RATE * slope / squares[at].sqrt();
        }
    }
}

fn pack(index: &BTreeMap<u32, usize>, weights: &[f32], classes: &[String]) -> Namer {
    let n = classes.len();
    let mut namer = Namer { classes: classes.to_vec(), ..Namer::default() };
    for (&key, &row) in index {
        let before = namer.entries.len();
        for (class, weight) in weights[row * n..row * n + n].iter().enumerate() {
            let steps = (weight * STEPS).round().clamp(-127.0, 127.0) as i32;
            if steps.abs() >= SMALLEST {
                namer.entries.push((class as u8, steps as i8));
            }
        }
        if namer.entries.len() > before {
            namer.keys.push(key);
            namer.ends.push(namer.entries.len() as u32);
        }
    }
    namer
}

#[cfg(test)]
mod tests {
    use super::*;

    fn sample(features: &[u32], root: &str, fold: u64) -> (Sample, String, u64) {
        (Sample { features: features.to_vec(), rule: None, words: 0 }, root.to_string(), fold)
    }

    #[test]
    fn a_model_learns_what_separates_its_classes_and_survives_its_file() {
        let pairs: Vec<_> = (0..20)
            .map(|i| if i % 2 == 0 { sample(&[1, 7], "AID", i) } else { sample(&[2, 7], "REJECT", i) })
            .collect();
        let (bytes, with_model, rules) = train_naming(&pairs);
        assert_eq!((with_model.accuracy, rules.accuracy), (1.0, 0.0));
        let namer = Namer::read(&bytes).unwrap();
        assert_eq!(namer.name(&[1]).0, "AID");
        assert_eq!(namer.name(&[2]).0, "REJECT");
        assert_eq!(namer.write(), bytes);
    }

    #[test]
    fn a_damaged_model_is_refused() {
        let (bytes, ..) = train_naming(&[sample(&[1], "AID", 0), sample(&[2], "REJECT", 1)]);
        for length in 0..bytes.len() {
            assert!(Namer::read(&bytes[..length]).is_none(), "{length}");
        }
    }
}
