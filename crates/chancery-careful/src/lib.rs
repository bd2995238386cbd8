//! The careful tier: a small transformer that names the event between two marked parties.
//!
//! In: a sentence and where its two parties stand. Out: how likely each root is. A fine-tuned MiniLM (Wang et al., NeurIPS
//! 2020) with 8-bit weights reads the sentence with marks around both parties (after Baldini Soares et al., ACL 2019, and the
//! typed marks of Zhou and Chen, AACL 2022); a linear layer stands on the states of the two first marks and the mean of all.
//! It is slow beside the linear models (hundreds of pairs a second), so only what those are unsure of is asked.

mod train;

pub use train::{Pair, Trained, train};

use chancery_encoder::{EncoderError, Pieces, Quantized, Tokenizer};
use chancery_events::SecondReader;
use chancery_kernels::float::softmax;
use std::ops::Range;

const MAGIC: &[u8; 8] = b"CHCARE1\n";
/// The marks before and behind the actor, and the recipient.
const MARKS: [&str; 2] = ["@", "#"];
/// Longer sentences are cut.
const MOST_PIECES: usize = 128;

/// Why a model cannot be read or made.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum CarefulError {
    /// The file is cut off, or of another program.
    #[error("the careful model is damaged, or of another version: make it anew with `chancery train careful`")]
    Damaged,
    /// The encoder's weights, or its words.
    #[error(transparent)]
    Encoder(#[from] EncoderError),
    /// There is nothing to learn from.
    #[error("no pair to train on")]
    NoPairs,
}

/// The model.
#[derive(Debug)]
pub struct Careful {
    vocabulary: String,
    tokenizer: Tokenizer,
    labels: Vec<String>,
    heads: Vec<f32>,
    encoder: Quantized,
}

impl Careful {
    /// Reads a model file.
    ///
    /// # Errors
    /// [`CarefulError::Damaged`] where it is none.
    pub fn read(bytes: &[u8]) -> Result<Self, CarefulError> {
        let mut rest = bytes.strip_prefix(MAGIC).ok_or(CarefulError::Damaged)?;
        let mut take = |n: usize| {
            let (part, behind) = rest.split_at_checked(n)?;
            rest = behind;
            Some(part)
        };
        let mut block = || {
            let length = u32::from_le_bytes(take(4)?.try_into().ok()?);
            take(length as usize)
        };
        let text = |block: Option<&[u8]>| {
            let bytes = block.ok_or(CarefulError::Damaged)?;
            String::from_utf8(bytes.to_vec()).map_err(|_| CarefulError::Damaged)
        };
        let vocabulary = text(block())?;
        let labels: Vec<String> = text(block())?.lines().map(String::from).collect();
        let heads: Vec<f32> =
            block().ok_or(CarefulError::Damaged)?.as_chunks::<4>().0.iter().map(|b| f32::from_le_bytes(*b)).collect();
        let encoder = Quantized::read(block().ok_or(CarefulError::Damaged)?)?;
        let fits = heads.len() == heads_of(labels.len(), encoder.shape().width) && heads.iter().all(|h| h.is_finite());
        if labels.is_empty() || !fits {
            return Err(CarefulError::Damaged);
        }
        Ok(Careful { tokenizer: Tokenizer::read(&vocabulary)?, vocabulary, labels, heads, encoder })
    }

    /// The model file.
    pub fn write(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        let heads: Vec<u8> = self.heads.iter().flat_map(|x| x.to_le_bytes()).collect();
        let blocks =
            [self.vocabulary.clone().into_bytes(), self.labels.join("\n").into_bytes(), heads, self.encoder.write()];
        for block in blocks {
            bytes.extend((block.len() as u32).to_le_bytes());
            bytes.extend(block);
        }
        bytes
    }
}

impl SecondReader for Careful {
    fn shares(&self, sentence: &str, actor: Range<usize>, recipient: Range<usize>) -> Vec<(String, f32)> {
        let marked = Marked::new(&self.tokenizer, sentence, actor, recipient);
        let states = self.encoder.encode(&marked.pieces);
        let width = self.encoder.shape().width;
        let mut scores = scores(&features(&marked, &states, width), &self.heads, self.labels.len());
        softmax(&mut scores, 0);
        self.labels.iter().cloned().zip(scores).collect()
    }
}

/// The pieces of a sentence with its marks.
#[derive(Debug, Clone)]
struct Marked {
    pieces: Vec<u32>,
    /// Where the first mark of each party stands.
    at: [usize; 2],
}

impl Marked {
    /// Spans that are no part of the sentence, or cut each other, are marked as far as they can be.
    fn new(tokenizer: &Tokenizer, sentence: &str, actor: Range<usize>, recipient: Range<usize>) -> Self {
        let mut cuts: Vec<(usize, usize, &str)> = Vec::new();
        for (span, mark) in [actor, recipient].into_iter().zip(MARKS) {
            // at one place what ends goes before what begins
            cuts.extend([(span.start, 1, mark), (span.end, 0, mark)]);
        }
        cuts.sort_unstable();
        let mut words: Vec<&str> = Vec::new();
        let mut last = 0;
        for (at, _, mark) in cuts {
            let at = sentence.floor_char_boundary(at.max(last));
            words.extend(sentence[last..at].split_whitespace());
            words.push(mark);
            last = at;
        }
        words.extend(sentence[last..].split_whitespace());
        let Pieces { ids, firsts } = tokenizer.pieces(&words, MOST_PIECES);
        let at = MARKS.map(|mark| {
            let word = words.iter().position(|w| *w == mark);
            word.and_then(|w| firsts.get(w).copied().flatten()).unwrap_or(0)
        });
        Marked { pieces: ids, at }
    }
}

/// Numbers of the linear layer: a row and a bias for each label.
fn heads_of(labels: usize, width: usize) -> usize {
    labels * (3 * width + 1)
}

/// The states of both first marks and the mean of all states.
fn features(marked: &Marked, states: &[f32], width: usize) -> Vec<f32> {
    let n = states.len() / width;
    let mut all = vec![0f32; 3 * width];
    for (part, at) in marked.at.into_iter().enumerate() {
        if let Some(state) = states.get(at * width..(at + 1) * width) {
            all[part * width..(part + 1) * width].copy_from_slice(state);
        }
    }
    for state in states.chunks_exact(width) {
        for (mean, x) in all[2 * width..].iter_mut().zip(state) {
            *mean += x / n as f32;
        }
    }
    all
}

fn scores(features: &[f32], heads: &[f32], labels: usize) -> Vec<f32> {
    let (rows, biases) = heads.split_at(labels * features.len());
    let row = |weights: &[f32]| weights.iter().zip(features).fold(0.0, |sum, (w, x)| sum + w * x);
    rows.chunks_exact(features.len()).zip(biases).map(|(weights, bias)| row(weights) + bias).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use chancery_encoder::{Shape, Weights};

    const WORDS: &str = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n@\n#\noslo\nrome\nthanked\nblamed\n.";

    fn tiny() -> Weights {
        let vocabulary = WORDS.lines().count();
        Weights::random(Shape { vocabulary, positions: 32, width: 32, heads: 2, inner: 64, layers: 2 }, 3).unwrap()
    }

    fn pair(sentence: &str, label: &str, group: u64) -> Pair {
        Pair {
            sentence: sentence.into(),
            actor: 0..4,
            recipient: sentence.len() - 4..sentence.len(),
            label: label.into(),
            group,
        }
    }

    fn pairs() -> Vec<Pair> {
        (0..20)
            .map(|i| {
                if i % 2 == 0 { pair("Oslo thanked Rome", "SUPPORT", i) } else { pair("Oslo blamed Rome", "ACCUSE", i) }
            })
            .collect()
    }

    #[test]
    fn it_learns_what_separates_its_labels_and_survives_its_file() {
        let trained = train(tiny(), WORDS, &pairs(), &pairs(), |_| {}).unwrap();
        let careful = Careful::read(&trained.model).unwrap();
        let best = |sentence: &str| {
            let shares = careful.shares(sentence, 0..4, sentence.len() - 4..sentence.len());
            shares.into_iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap().0
        };
        assert_eq!([best("Oslo thanked Rome"), best("Oslo blamed Rome")], ["SUPPORT", "ACCUSE"]);
        assert_eq!(careful.write(), trained.model);
        assert_eq!(trained.held_out.len(), 20);
        assert_eq!(train(tiny(), WORDS, &pairs(), &pairs(), |_| {}).unwrap().model, trained.model);
    }

    #[test]
    fn a_damaged_model_is_refused() {
        let model = train(tiny(), WORDS, &[], &pairs(), |_| {}).unwrap().model;
        for length in (0..model.len()).step_by(97) {
            assert!(Careful::read(&model[..length]).is_err(), "{length}");
        }
    }

    #[test]
    fn spans_beyond_the_sentence_or_inside_a_letter_are_no_fault() {
        let tokenizer = Tokenizer::read(WORDS).unwrap();
        for (actor, recipient) in [(0..400, 900..901), (1..2, 1..2), (3..5, 2..4), (Range { start: 5, end: 3 }, 0..0)] {
            let marked = Marked::new(&tokenizer, "Ωslo thanked Rome", actor, recipient);
            assert!(marked.at.iter().all(|at| *at < marked.pieces.len()));
        }
    }
}
