//! Parts of speech: UD and Penn tags, chosen together, left to right.
//!
//! In: the words of a sentence. Out: a tag number for each, into [`TagSet`]. Method: averaged perceptron over hashed
//! features (Collins, EMNLP 2002), greedy.

use crate::bytes::{Damage, Reader, Writer};
use crate::features::{Class, Word, feature};
use crate::linear::{Linear, Trainer, best};
use chancery_text::{Upos, Xpos};

/// The pairs of tags that occur.
#[derive(Debug, Default, Clone)]
pub(crate) struct TagSet {
    pub pairs: Vec<(Upos, Xpos)>,
}

impl TagSet {
    pub fn number(&self, pair: (Upos, Xpos)) -> Option<usize> {
        self.pairs.iter().position(|p| *p == pair)
    }

    pub fn read(reader: &mut Reader) -> Result<Self, Damage> {
        let n = reader.count(2)?;
        let mut pairs = Vec::new();
        for _ in 0..n {
            let (upos, xpos) = (usize::from(reader.u8()?), usize::from(reader.u8()?));
            match (Upos::ALL.get(upos), Xpos::ALL.get(xpos)) {
                (Some(u), Some(x)) => pairs.push((*u, *x)),
                _ => return Err("it names a tag that does not exist"),
            }
        }
        if pairs.is_empty() { Err("it has no tags") } else { Ok(TagSet { pairs }) }
    }

    pub fn write(&self, writer: &mut Writer) {
        writer.u32(self.pairs.len());
        for (upos, xpos) in &self.pairs {
            writer.u8(*upos as u8);
            writer.u8(*xpos as u8);
        }
    }
}

/// Tags the words of one sentence.
pub(crate) fn tag(model: &Linear, words: &[Word]) -> Vec<u8> {
    let mut tags: Vec<u8> = Vec::with_capacity(words.len());
    let mut features = Vec::with_capacity(40);
    let mut scores = vec![0i32; model.classes()];
    for i in 0..words.len() {
        extract(words, &tags, i, &mut features);
        scores.fill(0);
        for &f in &features {
            model.add(f, &mut scores);
        }
        tags.push(best(&scores) as u8);
    }
    tags
}

/// One pass of training over a sentence.
pub(crate) fn learn(trainer: &mut Trainer, words: &[Word], gold: &[u8]) {
    let mut tags: Vec<u8> = Vec::with_capacity(words.len());
    let mut features = Vec::with_capacity(40);
    let mut scores = Vec::new();
    for (i, right) in gold.iter().enumerate().take(words.len()) {
        extract(words, &tags, i, &mut features);
        trainer.scores(&features, &mut scores);
        let guess = best(&scores);
        trainer.learn(&features, usize::from(*right), guess);
        tags.push(guess as u8);
    }
}

const EDGE: Word = Word { form: 7, lower: 7, suffix: [0; 4], prefix: [0; 3], shape: 7, class: Class::Punct };

fn extract(words: &[Word], tags: &[u8], i: usize, out: &mut Vec<u32>) {
    let at = |k: isize| usize::try_from(i as isize + k).ok().and_then(|j| words.get(j)).unwrap_or(&EDGE);
    let tag_at = |k: usize| i.checked_sub(k).map_or(255, |j| u32::from(tags[j]));
    let (w, p, n, pp, nn) = (at(0), at(-1), at(1), at(-2), at(2));
    let (t1, t2) = (tag_at(1), tag_at(2));
    let first = u32::from(i == 0);
    out.clear();
    let mut t = 0;
    let mut push = |a: u32, b: u32, c: u32| {
        out.push(feature(t, a, b, c));
        t += 1;
    };
    push(0, 0, 0);
    push(w.form, 0, 0);
    push(w.lower, 0, 0);
    push(w.suffix[0], 0, 0);
    push(w.suffix[1], 0, 0);
    push(w.suffix[2], 0, 0);
    push(w.suffix[3], 0, 0);
    push(w.prefix[0], 0, 0);
    push(w.prefix[1], 0, 0);
    push(w.prefix[2], 0, 0);
    push(w.shape, first, 0);
    push(w.suffix[2], w.class as u32, first);
    push(t1, 0, 0);
    push(t2, 0, 0);
    push(t1, t2, 0);
    push(t1, w.lower, 0);
    push(t1, t2, w.lower);
    push(t1, w.suffix[2], w.class as u32);
    push(p.lower, 0, 0);
    push(p.lower, w.lower, 0);
    push(pp.lower, 0, 0);
    push(n.lower, 0, 0);
    push(n.lower, w.lower, 0);
    push(n.suffix[2], w.suffix[2], 0);
    push(n.suffix[2], n.class as u32, t1);
    push(n.shape, w.shape, p.shape);
    push(nn.lower, 0, 0);
    push(n.lower, nn.lower, 0);
    push(t1, n.lower, w.lower);
    push(p.suffix[2], t1, w.suffix[1]);
    push(w.lower, w.shape, first);
}
