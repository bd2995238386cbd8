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
use crate::linear::{Features, Linear, Row, Training};
use crate::relate::{likeliest, with_second};
use crate::tree::{Tree, is_pp};
use chancery_text::{Rel, Shares, Upos};
use std::collections::{BTreeMap, BTreeSet};

const MAGIC: &[u8; 8] = b"CHEVNT1\n";
const TRAINING: Training = Training { epochs: 15, penalty: 2e-3, least: 2, smallest: 2 };
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

    /// The root in the end: the codebook's where it is certain, else the likeliest.
    fn answer(&self, shares: &[(String, f32)]) -> Option<String> {
        if self.is_certain() { self.rule.clone() } else { Some(likeliest(shares).0) }
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

/// The model that names pairs.
#[derive(Debug)]
pub(crate) struct Namer(Linear);

impl Namer {
    /// Reads a model file; `None` where it is damaged.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let model = Linear::read(&mut rest)?;
        rest.is_empty().then_some(Namer(model))
    }

    fn write(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        self.0.write(&mut bytes);
        bytes
    }

    /// How likely each root is.
    pub fn shares(&self, features: &[u32]) -> Shares {
        self.0.classes().iter().cloned().zip(self.0.shares(features)).collect()
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
    let mut all = PairFeatures { view, set: Features::default() };
    all.rules();
    all.path();
    all.words();
    all.set.sorted()
}

struct PairFeatures<'a, 'v> {
    view: &'v PairView<'a>,
    set: Features,
}

impl PairFeatures<'_, '_> {
    fn add(&mut self, parts: &[&str]) {
        self.set.add(parts);
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

/// Pairs of which no root is known for sure, but what a second reader says: the model learns from it too, with less weight
/// (distillation, after Hinton et al. 2015).
#[derive(Debug, Clone, Default)]
pub struct Taught {
    /// The pairs.
    pub samples: Vec<Sample>,
    /// For each part of cross-validation what a reader says of each pair that has not seen that part, and last what the one says
    /// that has seen all. With the last alone, cross-validation learns from that one.
    pub readings: Vec<Vec<Option<Shares>>>,
}

impl Taught {
    /// The rows that a model learns which must not have seen this part; of the whole without one.
    fn rows<'a>(&'a self, part: Option<u64>, class_of: &impl Fn(&str) -> Option<usize>) -> Vec<Row<'a>> {
        let of_part = part.and_then(|part| self.readings.get(part as usize)).or(self.readings.last());
        let pairs = self.samples.iter().zip(of_part.into_iter().flatten());
        let row = |(sample, shares): (&'a Sample, &Option<Shares>)| {
            let (root, share) = likeliest(shares.as_deref()?);
            let class = class_of(&root).filter(|_| share >= LEAST_TAUGHT)?;
            Some(Row { features: &sample.features, class, weight: share * TAUGHT })
        };
        pairs.filter_map(row).collect()
    }
}

/// What a pair that is taught counts, of one whose root is known.
const TAUGHT: f32 = 0.15;
/// From which share on a second reader's answer is learnt.
const LEAST_TAUGHT: f32 = 0.7;

/// Trains on samples with their roots, and on what a second reader teaches: the model file, and what cross-validation says of the
/// model with the certain rules and of the rules alone. Sentences with the same `group` stay in one fold.
pub fn train_naming(samples: &[(Sample, String, u64)], taught: &Taught) -> (Vec<u8>, NamingScores, NamingScores) {
    let labelled = Labelled::new(samples, taught);
    let own = labelled.held_out();
    let with_model = labelled.score(|i| samples[i].0.answer(&own[i]));
    let rules = labelled.score(|i| samples[i].0.rule.clone());
    (labelled.fit(None).write(), with_model, rules)
}

/// What the tiers say of pairs that none of them has seen, by cross-validation as in [`train_naming`]: the model with the
/// certain rules, the second reader alone, and both. `second` holds its shares for each sample, held out with the same groups;
/// none where it cannot tell.
pub fn compare_readers(
    samples: &[(Sample, String, u64)],
    taught: &Taught,
    second: &[Option<Shares>],
) -> [NamingScores; 3] {
    let labelled = Labelled::new(samples, taught);
    let own = labelled.held_out();
    let both: Vec<_> =
        own.iter().zip(second).map(|(own, second)| with_second(own.clone(), || second.clone()).0).collect();
    [
        labelled.score(|i| samples[i].0.answer(&own[i])),
        labelled.score(|i| second[i].as_deref().map(|shares| likeliest(shares).0)),
        labelled.score(|i| samples[i].0.answer(&both[i])),
    ]
}

/// Samples and the roots among them.
struct Labelled<'a> {
    samples: &'a [(Sample, String, u64)],
    taught: &'a Taught,
    classes: Vec<String>,
    rows: Vec<Row<'a>>,
}

impl<'a> Labelled<'a> {
    fn new(samples: &'a [(Sample, String, u64)], taught: &'a Taught) -> Self {
        let classes: BTreeSet<&String> = samples.iter().map(|(_, root, _)| root).collect();
        let class_of: BTreeMap<&String, usize> =
            classes.iter().enumerate().map(|(class, root)| (*root, class)).collect();
        let rows = samples.iter().map(|(s, root, _)| Row::sure(&s.features, class_of[root])).collect();
        Labelled { samples, taught, classes: classes.into_iter().cloned().collect(), rows }
    }

    /// For each sample the shares of a model that has not seen its group.
    fn held_out(&self) -> Vec<Shares> {
        let mut shares = vec![Vec::new(); self.samples.len()];
        for part in 0..FOLDS as u64 {
            let namer = self.fit(Some(part));
            for i in (0..shares.len()).filter(|&i| self.part_of(i) == part) {
                shares[i] = namer.shares(&self.samples[i].0.features);
            }
        }
        shares
    }

    fn part_of(&self, i: usize) -> u64 {
        self.samples[i].2 % FOLDS as u64
    }

    /// A model of the samples that are not of this part, or of all.
    fn fit(&self, left_out: Option<u64>) -> Namer {
        let mut rows: Vec<_> =
            (0..self.rows.len()).filter(|&i| Some(self.part_of(i)) != left_out).map(|i| self.rows[i]).collect();
        rows.extend(self.taught.rows(left_out, &|root| self.classes.iter().position(|c| c == root)));
        Namer(Linear::fit(&rows, &self.classes, TRAINING))
    }

    /// Figures of an answer to each sample.
    fn score(&self, answer: impl Fn(usize) -> Option<String>) -> NamingScores {
        let gold: Vec<usize> = self.rows.iter().map(|row| row.class).collect();
        let class_of = |root: String| self.classes.iter().position(|c| *c == root);
        let answers: Vec<Option<usize>> = (0..gold.len()).map(|i| answer(i).and_then(class_of)).collect();
        score(&gold, &answers, self.classes.len())
    }
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
        let (bytes, with_model, rules) = train_naming(&pairs, &Taught::default());
        assert_eq!((with_model.accuracy, rules.accuracy), (1.0, 0.0));
        let namer = Namer::read(&bytes).unwrap();
        assert_eq!(likeliest(&namer.shares(&[1])).0, "AID");
        assert_eq!(likeliest(&namer.shares(&[2])).0, "REJECT");
        assert_eq!(namer.write(), bytes);
    }

    #[test]
    fn a_model_learns_what_a_second_reader_is_sure_of() {
        let pairs: Vec<_> = (0..20).map(|i| sample(&[1 + i as u32 % 2], ["AID", "REJECT"][i % 2], i as u64)).collect();
        let taught = |share: f32| Taught {
            samples: (0..20).map(|_| sample(&[9], "", 0).0).collect(),
            readings: vec![vec![Some(vec![("REJECT".into(), share)]); 20]],
        };
        let learnt = |share: f32| Namer::read(&train_naming(&pairs, &taught(share)).0).unwrap().shares(&[9])[1].1;
        assert!(learnt(0.9) > 0.6);
        assert!((learnt(0.6) - 0.5).abs() < 0.01, "what the reader is not sure of");
    }

    #[test]
    fn a_damaged_model_is_refused() {
        let pairs: Vec<_> = (0..8).map(|i| sample(&[1 + i as u32 % 2], ["AID", "REJECT"][i % 2], i as u64)).collect();
        let (bytes, ..) = train_naming(&pairs, &Taught::default());
        for length in 0..bytes.len() {
            assert!(Namer::read(&bytes[..length]).is_none(), "{length}");
        }
    }
}
