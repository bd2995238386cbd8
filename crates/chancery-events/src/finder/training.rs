//! Trains the finder on labelled passages.

use super::features::View;
use super::{Finder, NONE};
use crate::Coder;
use crate::coder;
use crate::linear::{Linear, Row, Training};
use chancery_text::{Document, Mention, Quote};
use std::collections::{BTreeMap, BTreeSet};

const TYPES: Training = Training { epochs: 12, penalty: 1e-3, least: 2, smallest: 1 };
const SIDES: Training = Training { epochs: 8, penalty: 1e-3, least: 2, smallest: 1 };
/// Parts of the data in cross-validation.
const FOLDS: usize = 5;

/// An event of a labelled passage.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Label {
    /// Types that a good coder may give it, the best first.
    pub types: Vec<String>,
    /// Country codes of those who do it.
    pub actors: BTreeSet<String>,
    /// Country codes of those to whom it is done.
    pub recipients: BTreeSet<String>,
    /// Byte offset of the word that tells it.
    pub start: usize,
}

/// What a model sees of countries, and whether each is a party.
type PartyRows = Vec<(Vec<u32>, usize)>;

/// A place that may tell an event.
#[derive(Debug, Clone)]
struct Place {
    features: Vec<u32>,
    by_noun: bool,
    /// Types that a good coder may give it, the best first; none where it tells none.
    types: Vec<String>,
}

/// What the models see of a labelled passage.
#[derive(Debug, Clone, Default)]
pub struct Passage {
    places: Vec<Place>,
    actors: PartyRows,
    recipients: PartyRows,
    /// Events whose word is no place that the models look at.
    unseen: usize,
}

/// How well the words that tell events are found, in parts of 1, by cross-validation.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct FinderScores {
    /// Of the words named, those that tell an event of that type.
    pub precision: f64,
    /// Of the events, those whose word is named with the type.
    pub recall: f64,
    /// Countries rightly taken or not taken for an actor.
    pub actors: f64,
    /// The same for recipients.
    pub recipients: f64,
}

impl Coder {
    /// A labelled passage as the models see it.
    pub fn passage(&self, doc: &Document, mentions: &[Mention], quotes: &[Quote], labels: &[Label]) -> Passage {
        coder::with_rows(&self.book, doc, mentions, quotes, |scan, rows| {
            let view = View::new(scan, rows);
            let mut passage = Passage::default();
            let mut seen = BTreeSet::new();
            for spot in view.spots() {
                let word = scan.tree.doc.tokens[spot.trigger].span;
                let own = labels.iter().find(|l| word.start <= l.start && l.start < word.end);
                let types = own.map(|l| l.types.clone()).unwrap_or_default();
                passage.places.push(Place { features: view.of_type(&spot), by_noun: spot.by_noun, types });
                let Some(label) = own else { continue };
                seen.insert(label.start);
                let Some(kind) = label.types.first() else { continue };
                let around = view.around(&spot);
                for country in &around.near {
                    let actor = view.of_party(&spot, country, kind, &around, None);
                    passage.actors.push((actor, usize::from(label.actors.contains(country))));
                    let known = around.near.intersection(&label.actors).cloned().collect();
                    let recipient = view.of_party(&spot, country, kind, &around, Some(&known));
                    passage.recipients.push((recipient, usize::from(label.recipients.contains(country))));
                }
            }
            passage.unseen = labels.iter().filter(|l| !seen.contains(&l.start)).count();
            passage
        })
    }
}

/// Trains on passages: the model file, and what cross-validation says.
pub fn train_finder(passages: &[Passage]) -> (Vec<u8>, FinderScores) {
    let all: Vec<&Passage> = passages.iter().collect();
    let classes = classes(&all);
    let mut counts = Counts::default();
    for fold in 0..FOLDS {
        let (test, train): (Vec<_>, Vec<_>) = passages.iter().enumerate().partition(|(i, _)| i % FOLDS == fold);
        let train: Vec<&Passage> = train.into_iter().map(|(_, p)| p).collect();
        let finder = fit(&train, &classes);
        test.into_iter().for_each(|(_, p)| counts.add(&finder, p));
    }
    (fit(&all, &classes).write(), counts.scores())
}

fn classes(passages: &[&Passage]) -> Vec<String> {
    let named = passages.iter().flat_map(|p| &p.places).filter_map(|p| p.types.first().cloned());
    named.chain([NONE.to_string()]).collect::<BTreeSet<_>>().into_iter().collect()
}

fn fit(passages: &[&Passage], classes: &[String]) -> Finder {
    let place: BTreeMap<&str, usize> = classes.iter().enumerate().map(|(i, c)| (c.as_str(), i)).collect();
    let class = |p: &Place| place[p.types.first().map_or(NONE, String::as_str)];
    let types: Vec<Row<'_>> =
        passages.iter().flat_map(|p| &p.places).map(|p| Row::sure(&p.features, class(p))).collect();
    let side = |of: fn(&Passage) -> &PartyRows| {
        let rows: Vec<Row<'_>> = passages.iter().flat_map(|p| of(p)).map(|(f, c)| Row::sure(f, *c)).collect();
        Linear::fit(&rows, &["no".to_string(), "yes".to_string()], SIDES)
    };
    Finder {
        types: Linear::fit(&types, classes, TYPES),
        actors: side(|p| &p.actors),
        recipients: side(|p| &p.recipients),
    }
}

#[derive(Default)]
struct Counts {
    named: usize,
    right: usize,
    events: usize,
    actors: [usize; 2],
    recipients: [usize; 2],
}

impl Counts {
    fn add(&mut self, finder: &Finder, passage: &Passage) {
        self.events += passage.unseen;
        for Place { features, by_noun, types } in &passage.places {
            let shares = finder.types.shares(features);
            let named =
                finder.likeliest(&shares).filter(|(_, sure)| *sure >= super::least(*by_noun)).map(|(kind, _)| kind);
            self.named += usize::from(named.is_some());
            self.events += usize::from(!types.is_empty());
            self.right += usize::from(named.is_some_and(|n| types.iter().any(|t| t == n)));
        }
        let side = |model: &Linear, rows: &[(Vec<u32>, usize)], counts: &mut [usize; 2]| {
            for (features, gold) in rows {
                let is = usize::from(model.shares(features)[1] >= super::PARTY);
                counts[0] += usize::from(is == *gold);
                counts[1] += 1;
            }
        };
        side(&finder.actors, &passage.actors, &mut self.actors);
        side(&finder.recipients, &passage.recipients, &mut self.recipients);
    }

    fn scores(&self) -> FinderScores {
        let share = |a: usize, b: usize| a as f64 / b.max(1) as f64;
        FinderScores {
            precision: share(self.right, self.named),
            recall: share(self.right, self.events),
            actors: share(self.actors[0], self.actors[1]),
            recipients: share(self.recipients[0], self.recipients[1]),
        }
    }
}
