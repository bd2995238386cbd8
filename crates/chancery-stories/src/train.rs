//! Learning the weights of the pair score from articles of which it is known what tells of one event.

use crate::features::{FEATURES, features};
use crate::group::may_be_one;
use crate::item::Item;
use crate::join::Joiner;
use crate::telling::ArticleTellings;
use std::fmt::Write;

/// An article and, for each of its tellings, the name of the event that it tells of, where that is known.
pub type Labelled = (ArticleTellings, Vec<Option<String>>);

/// Weights learnt by logistic regression, and how many pairs of either kind they were learnt from.
#[derive(Debug, Clone, PartialEq)]
pub struct Learnt {
    within: [f32; FEATURES.len()],
    across: [f32; FEATURES.len()],
    /// Pairs of one article: of one event, of two events.
    pub pairs_within: [usize; 2],
    /// Pairs of two articles: of one event, of two events.
    pub pairs_across: [usize; 2],
}

type Example = ([f32; FEATURES.len()], bool);

impl Joiner {
    /// Learns from labelled articles, the same in any order of the articles of one set. The families of types are kept.
    pub fn learn(&self, sets: &[Vec<Labelled>]) -> Learnt {
        let (mut within, mut across) = (Vec::new(), Vec::new());
        for set in sets {
            let items: Vec<(Item, &str)> = labelled_items(set);
            for (i, (a, event)) in items.iter().enumerate() {
                for (b, other) in &items[i + 1..] {
                    if may_be_one(&self.model, a, b) {
                        let list = if a.article == b.article { &mut within } else { &mut across };
                        list.push((features(a, b), event == other));
                    }
                }
            }
        }
        let count = |list: &[Example]| {
            let one = list.iter().filter(|e| e.1).count();
            [one, list.len() - one]
        };
        Learnt {
            pairs_within: count(&within),
            pairs_across: count(&across),
            within: fit(&within),
            across: fit(&across),
        }
    }
}

fn labelled_items(set: &[Labelled]) -> Vec<(Item, &str)> {
    let mut items = Vec::new();
    for (a, (article, events)) in set.iter().enumerate() {
        for (i, (telling, event)) in article.tellings.iter().zip(events).enumerate() {
            items.extend(event.as_deref().map(|event| (Item::new(a, i, article, telling), event)));
        }
    }
    items
}

const ROUNDS: usize = 4000;
const RATE: f64 = 0.5;
const L2: f64 = 0.005;

/// Logistic regression by gradient descent over all examples, with a quadratic penalty on all weights but the first.
fn fit(examples: &[Example]) -> [f32; FEATURES.len()] {
    let mut weights = [0.0f64; FEATURES.len()];
    for _ in 0..ROUNDS {
        let mut gradient = [0.0f64; FEATURES.len()];
        for (values, is_one) in examples {
            let score: f64 = values.iter().zip(weights).map(|(v, w)| f64::from(*v) * w).sum();
            let error = 1.0 / (1.0 + (-score).exp()) - f64::from(u8::from(*is_one));
            for (g, v) in gradient.iter_mut().zip(values) {
                *g += error * f64::from(*v);
            }
        }
        for (i, (w, g)) in weights.iter_mut().zip(gradient).enumerate() {
            let penalty = if i == 0 { 0.0 } else { L2 * *w };
            *w -= RATE * (g / examples.len().max(1) as f64 + penalty);
            *w = match sign(FEATURES[i]) {
                Some(true) => w.max(0.0),
                Some(false) => w.min(0.0),
                None => *w,
            };
        }
    }
    weights.map(|w| w as f32)
}

/// True for what can only speak for one event, false for what can only speak against it: few pairs do not prove otherwise.
fn sign(feature: &str) -> Option<bool> {
    match feature {
        "always" | "meeting" | "date-open" | "status-planned" | "status-denied" => None,
        "words-none" | "distance" => Some(false),
        other => Some(!other.ends_with("differ") && !other.ends_with("differs")),
    }
}

impl Learnt {
    /// The two tables of `data/stories/joining.toml`: `lean` is added to every score, and `apart` is for pairs that cannot
    /// be one.
    pub fn to_toml(&self, lean: [f32; 2], apart: [f32; 2]) -> String {
        let mut text = String::new();
        for (i, (name, weights)) in [("within", &self.within), ("across", &self.across)].into_iter().enumerate() {
            let _ = writeln!(text, "\n[{name}]");
            for (f, (feature, weight)) in FEATURES.iter().zip(weights).enumerate() {
                let weight = if f == 0 { weight + lean[i] } else { *weight };
                let _ = writeln!(text, "{feature} = {weight:.3}");
            }
            let _ = writeln!(text, "apart = {:.1}", apart[i]);
        }
        text
    }
}
