//! How well the models do on a treebank, with the treebank's own sentences and words.

use crate::Language;
use crate::conllu::GoldSentence;
use crate::features::Word;
use crate::model::Model;
use crate::neural::network::{Cache, Parsed};

/// Shares of words, 0 to 100. Punctuation counts; subtypes of relations do not.
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct Scores {
    /// Words that were looked at.
    pub words: usize,
    /// Right universal part of speech.
    pub upos: f64,
    /// Right Penn tag.
    pub xpos: f64,
    /// Right lemma.
    pub lemma: f64,
    /// Right head.
    pub uas: f64,
    /// Right head and relation.
    pub las: f64,
}

impl Language {
    /// Tags and parses the treebank's sentences and compares.
    pub fn evaluate(&self, sentences: &[GoldSentence]) -> Scores {
        evaluate(&self.model, sentences)
    }
}

pub(crate) fn evaluate(model: &Model, sentences: &[GoldSentence]) -> Scores {
    let mut right = [0usize; 5];
    let mut total = 0;
    let mut cache = Cache::default();
    for sentence in sentences {
        let words: Vec<Word> = sentence.words.iter().map(|w| Word::new(&w.form)).collect();
        let Parsed { tags, tree, .. } = model.network.parse(&words, &mut cache);
        for (i, gold) in sentence.words.iter().enumerate() {
            let (upos, xpos) = model.tags.pair(tags[i]);
            let head = gold.head.unwrap_or(words.len()) == tree.heads[i];
            let rel = base(gold.rel.as_str()) == base(tree.rels[i].as_str());
            let lemma = model.lemmatizer.lemma(&gold.form, upos, xpos) == gold.lemma;
            let checks = [upos == gold.upos, xpos == gold.xpos, lemma, head, head && rel];
            for (sum, check) in right.iter_mut().zip(checks) {
                *sum += usize::from(check);
            }
        }
        total += words.len();
    }
    let share = |n: usize| 100.0 * n as f64 / total.max(1) as f64;
    Scores {
        words: total,
        upos: share(right[0]),
        xpos: share(right[1]),
        lemma: share(right[2]),
        uas: share(right[3]),
        las: share(right[4]),
    }
}

fn base(rel: &str) -> &str {
    rel.split(':').next().unwrap_or(rel)
}
