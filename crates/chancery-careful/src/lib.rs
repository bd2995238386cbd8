//! The careful tier: a small transformer that names the event between two marked parties.
//!
//! In: a sentence and where its two parties stand. Out: how likely each root is. A fine-tuned MiniLM (Wang et al., NeurIPS
//! 2020) with 8-bit weights reads the sentence with marks around both parties (after Baldini Soares et al., ACL 2019, and the
//! typed marks of Zhou and Chen, AACL 2022); a linear layer stands on the states of the two first marks and the mean of all.
//! It is slow beside the linear models (hundreds of pairs a second), so only what those are unsure of is asked.

mod train;

pub use train::{Start, Trained, train};

use chancery_encoder::{EncoderError, Pieces, Quantized, Shape, Tokenizer};
use chancery_kernels::float::softmax;
use chancery_text::{SecondReader, Shares};
use std::ops::Range;

const MAGIC: &[u8; 8] = b"CHCARE1\n";
/// The marks before and behind the actor, and the recipient.
const MARKS: [&str; 2] = ["@", "#"];
/// Pieces that are read at once.
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
    /// Words and weights are of two models.
    #[error("the vocabulary has {pieces} pieces, but the weights are for {rows}")]
    Vocabulary {
        /// Lines of the vocabulary.
        pieces: usize,
        /// Pieces that have a vector.
        rows: usize,
    },
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
    /// [`CarefulError::Damaged`] where it is none, [`CarefulError::Vocabulary`] where its parts are of two models.
    pub fn read(bytes: &[u8]) -> Result<Self, CarefulError> {
        let mut rest = bytes.strip_prefix(MAGIC).ok_or(CarefulError::Damaged)?;
        let mut next = || block(&mut rest).ok_or(CarefulError::Damaged);
        let text = |block: &[u8]| String::from_utf8(block.to_vec()).map_err(|_| CarefulError::Damaged);
        let vocabulary = text(next()?)?;
        let labels: Vec<String> = text(next()?)?.lines().map(String::from).collect();
        let (heads, cut) = next()?.as_chunks::<4>();
        let heads: Vec<f32> = heads.iter().map(|b| f32::from_le_bytes(*b)).collect();
        let encoder = Quantized::read(next()?)?;
        let fits = heads.len() == heads_of(labels.len(), encoder.shape().width) && heads.iter().all(|h| h.is_finite());
        if labels.is_empty() || !fits || !cut.is_empty() || !rest.is_empty() {
            return Err(CarefulError::Damaged);
        }
        let tokenizer = words_of(&vocabulary, encoder.shape().vocabulary)?;
        Ok(Careful { tokenizer, vocabulary, labels, heads, encoder })
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
    fn shares(&self, sentence: &str, actor: Range<usize>, recipient: Range<usize>) -> Option<Shares> {
        // Of one party alone it was taught too; of none there is nothing to tell.
        let has_words = |span: &Range<usize>| sentence.get(span.clone()).is_some_and(|words| !words.trim().is_empty());
        if !has_words(&actor) && !has_words(&recipient) {
            return None;
        }
        let shape = self.encoder.shape();
        let marked = Marked::new(&self.tokenizer, most_pieces(&shape), sentence, actor, recipient)?;
        let states = self.encoder.encode(&marked.pieces);
        let mut scores = scores(&features(&marked, &states, shape.width), &self.heads, self.labels.len());
        softmax(&mut scores, 0);
        Some(self.labels.iter().cloned().zip(scores).collect())
    }
}

/// Of longer sentences what stands around the parties is read.
fn most_pieces(shape: &Shape) -> usize {
    MOST_PIECES.min(shape.positions)
}

/// Takes the next block off the file: its length in four bytes, then as many.
fn block<'a>(rest: &mut &'a [u8]) -> Option<&'a [u8]> {
    let (length, behind) = rest.split_first_chunk::<4>()?;
    let (block, behind) = behind.split_at_checked(u32::from_le_bytes(*length) as usize)?;
    *rest = behind;
    Some(block)
}

/// The words of weights for `rows` pieces.
fn words_of(vocabulary: &str, rows: usize) -> Result<Tokenizer, CarefulError> {
    let tokenizer = Tokenizer::read(vocabulary)?;
    match tokenizer.vocabulary() {
        pieces if pieces == rows => Ok(tokenizer),
        pieces => Err(CarefulError::Vocabulary { pieces, rows }),
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
    /// A party without words has its marks where it would stand. None where one is no part of the sentence, or `most` pieces do
    /// not reach from one to the other.
    fn new(
        tokenizer: &Tokenizer,
        most: usize,
        sentence: &str,
        actor: Range<usize>,
        recipient: Range<usize>,
    ) -> Option<Self> {
        let mut cuts: Vec<(usize, bool, &str, usize)> = Vec::new();
        for (party, span) in [actor, recipient].into_iter().enumerate() {
            sentence.get(span.clone())?;
            // at one place what ends goes before what begins
            cuts.extend([(span.start, true, MARKS[party], party), (span.end, false, MARKS[party], party)]);
        }
        cuts.sort_unstable();
        let mut words: Vec<&str> = Vec::new();
        let (mut first, mut last, mut done) = ([None; 2], 0, 0);
        for (at, _, mark, party) in cuts {
            words.extend(sentence[done..at].split_whitespace());
            first[party].get_or_insert(words.len());
            last = words.len();
            words.push(mark);
            done = at;
        }
        words.extend(sentence[done..].split_whitespace());
        let all = tokenizer.pieces(&words, usize::MAX);
        let place = |word: usize| all.firsts[word];
        let at = [place(first[0]?)?, place(first[1]?)?];
        let (pieces, left_out) = window(&all, at[0].min(at[1])..place(last)? + 1, most)?;
        Some(Marked { pieces, at: at.map(|at| at - left_out) })
    }
}

/// At most `most` pieces of whole words around those that are needed, and how many are left out before them; none where what
/// is needed is more.
fn window(all: &Pieces, needed: Range<usize>, most: usize) -> Option<(Vec<u32>, usize)> {
    // [CLS] and [SEP] go round whatever is read.
    let (end, room) = (all.ids.len() - 1, most.saturating_sub(2));
    if end - 1 <= room {
        return Some((all.ids.clone(), 0));
    }
    let spare = room.checked_sub(needed.len())?;
    let first = needed.start.saturating_sub(spare / 2).clamp(1, end - room);
    let mut bounds = all.firsts.iter().copied().flatten().chain([end]).skip_while(|at| *at < first);
    let first = bounds.next()?;
    let behind = bounds.take_while(|at| *at <= first + room).last()?;
    Some(([&all.ids[..1], &all.ids[first..behind], &all.ids[end..]].concat(), first - 1))
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
    use chancery_encoder::Weights;
    use chancery_text::MarkedPair;

    const WORDS: &str = "[PAD]\n[UNK]\n[CLS]\n[SEP]\n[MASK]\n@\n#\noslo\nrome\nthanked\nblamed\n.";
    const CLS: u32 = 2;
    const SEP: u32 = 3;
    const AT: u32 = 5;
    const HASH: u32 = 6;
    const OSLO: u32 = 7;
    const ROME: u32 = 8;
    const THANKED: u32 = 9;
    const STOP: u32 = 11;

    fn weights() -> Weights {
        let vocabulary = WORDS.lines().count();
        Weights::random(Shape { vocabulary, positions: 32, width: 32, heads: 2, inner: 64, layers: 2 }, 3).unwrap()
    }

    fn start() -> Start {
        Start::new(weights(), WORDS.into()).unwrap()
    }

    fn pair(sentence: &str, root: &str, group: u64) -> (MarkedPair, u64) {
        let (actor, recipient) = (0..4, sentence.len() - 4..sentence.len());
        (MarkedPair { sentence: sentence.into(), actor, recipient, root: root.into() }, group)
    }

    fn pairs() -> Vec<(MarkedPair, u64)> {
        let told = [("Oslo thanked Rome", "SUPPORT"), ("Oslo blamed Rome", "ACCUSE")];
        (0..20).map(|i| pair(told[i % 2].0, told[i % 2].1, i as u64)).collect()
    }

    fn trained() -> Trained {
        let own: Vec<MarkedPair> = pairs().into_iter().map(|(pair, _)| pair).collect();
        train(start(), &own, &pairs(), |_| {}).unwrap()
    }

    fn best(shares: &[(String, f32)]) -> &str {
        &shares.iter().max_by(|a, b| a.1.total_cmp(&b.1)).unwrap().0
    }

    fn named(careful: &Careful, sentence: &str) -> String {
        best(&careful.shares(sentence, 0..4, sentence.len() - 4..sentence.len()).unwrap()).into()
    }

    fn marked(most: usize, sentence: &str, actor: Range<usize>, recipient: Range<usize>) -> Option<Marked> {
        Marked::new(&Tokenizer::read(WORDS).unwrap(), most, sentence, actor, recipient)
    }

    #[test]
    fn it_learns_what_separates_its_labels_and_survives_its_file() {
        let trained = trained();
        let careful = Careful::read(&trained.model).unwrap();
        assert_eq!(named(&careful, "Oslo thanked Rome"), "SUPPORT");
        assert_eq!(named(&careful, "Oslo blamed Rome"), "ACCUSE");
        assert_eq!(careful.write(), trained.model);
        for ((pair, _), shares) in pairs().iter().zip(&trained.held_out) {
            assert_eq!(best(shares.as_deref().unwrap()), pair.root);
        }
        assert!(self::trained().model == trained.model, "the same input gives other bytes");
    }

    #[test]
    fn who_is_held_out_is_not_learnt_from() {
        // What is told with a stop contradicts all else, in one group.
        let odd = "Oslo thanked . Rome";
        let then: Vec<_> = pairs().into_iter().chain((0..20).map(|_| pair(odd, "ACCUSE", 3))).collect();
        let trained = train(start(), &[], &then, |_| {}).unwrap();
        for shares in &trained.held_out[20..] {
            assert_eq!(best(shares.as_deref().unwrap()), "SUPPORT", "held out, and yet known");
        }
        let careful = Careful::read(&trained.model).unwrap();
        assert_eq!(named(&careful, odd), "ACCUSE", "the whole model has to have learnt it");
    }

    #[test]
    fn a_pair_with_one_party_is_learnt_from_and_answered() {
        let mut then = pairs();
        then[4].0.actor = 0..0;
        then[7].0.actor = 0..900;
        let mut said = Vec::new();
        let trained = train(start(), &[], &then, |line| said.push(line.to_string())).unwrap();
        let silent: Vec<usize> = (0..then.len()).filter(|&i| trained.held_out[i].is_none()).collect();
        assert_eq!(silent, [7], "only what is no part of the sentence");
        assert!(said[0].starts_with("1 pairs are left out"), "{said:?}");
        then.iter_mut().for_each(|(pair, _)| pair.actor = 0..900);
        assert!(matches!(train(start(), &[], &then, |_| {}), Err(CarefulError::NoPairs)));
    }

    #[test]
    fn progress_tells_steps_that_were_made_and_their_loss() {
        let mut said = Vec::new();
        let many: Vec<_> = (0..40).flat_map(|_| pairs()).map(|(pair, _)| pair).collect();
        train(start(), &many, &pairs(), |line| said.push(line.to_string())).unwrap();
        let own: Vec<&str> = said.iter().filter_map(|line| line.strip_prefix("own pairs: pass ")).collect();
        let steps: Vec<&str> = own.iter().map(|line| line.split(", loss ").next().unwrap()).collect();
        assert_eq!(steps, ["2, step 100 of 150", "3, step 150 of 150"]);
        let losses: Vec<f64> = own.iter().map(|line| line.split(", loss ").nth(1).unwrap().parse().unwrap()).collect();
        assert!(losses[0] > losses[1] && losses[1] >= 0.0, "{losses:?}");
    }

    #[test]
    fn a_damaged_model_is_refused() {
        let model = trained().model;
        for length in (0..model.len()).step_by(97) {
            assert!(Careful::read(&model[..length]).is_err(), "{length}");
        }
        let is_damaged = |bytes: &[u8]| matches!(Careful::read(bytes), Err(CarefulError::Damaged));
        assert!(is_damaged(&[&model[..], &[0]].concat()), "a byte behind its end");
        // A byte more in the block of the linear layer, which stands behind those of words and labels.
        let heads = MAGIC.len() + 4 + WORDS.len() + 4 + "ACCUSE\nSUPPORT".len();
        let length = u32::from_le_bytes(*model[heads..].first_chunk().unwrap());
        let behind = heads + 4 + length as usize;
        let longer = (length + 1).to_le_bytes();
        assert!(is_damaged(&[&model[..heads], &longer, &model[heads + 4..behind], &[0], &model[behind..]].concat()));
    }

    #[test]
    fn words_of_another_model_are_refused() {
        let told = "the vocabulary has 13 pieces, but the weights are for 12";
        assert_eq!(Start::new(weights(), format!("{WORDS}\nbern")).unwrap_err().to_string(), told);
        let model = trained().model;
        let block = format!("{WORDS}\nbern");
        let length = (block.len() as u32).to_le_bytes();
        let other = [MAGIC, &length[..], block.as_bytes(), &model[MAGIC.len() + 4 + WORDS.len()..]].concat();
        assert_eq!(Careful::read(&other).unwrap_err().to_string(), told);
    }

    #[test]
    fn marks_are_told_from_what_looks_like_them() {
        let sentence = "# @ . Oslo thanked @ Rome #";
        for (actor, recipient, order) in [(6..10, 21..25, [OSLO, ROME]), (21..25, 6..10, [ROME, OSLO])] {
            let Marked { pieces, at } = marked(64, sentence, actor, recipient).unwrap();
            let [actor, recipient] = at.map(|at| (pieces[at], pieces[at + 1]));
            assert_eq!([actor, recipient], [(AT, order[0]), (HASH, order[1])]);
        }
    }

    #[test]
    fn of_a_party_that_is_no_part_of_the_sentence_nothing_is_said() {
        let (careful, sentence) = (Careful::read(&trained().model).unwrap(), "Ωslo thanked Rome");
        assert!(careful.shares(sentence, 0..5, 14..18).is_some());
        assert!(careful.shares(sentence, 0..0, 14..18).is_some(), "one party is enough");
        assert!(careful.shares(sentence, 0..0, 5..6).is_none(), "without any there is nothing to tell");
        for party in [0..1, 14..19, 900..901, Range { start: 5, end: 3 }] {
            assert!(careful.shares(sentence, party.clone(), 14..18).is_none(), "{party:?}");
            assert!(careful.shares(sentence, 0..5, party.clone()).is_none(), "{party:?}");
        }
    }

    #[test]
    fn of_parties_too_far_from_each_other_nothing_is_said() {
        let careful = Careful::read(&trained().model).unwrap();
        let shares = |between: usize| {
            let sentence = format!("Oslo {} Rome", "thanked ".repeat(between));
            careful.shares(&sentence, 0..4, sentence.len() - 4..sentence.len())
        };
        assert_eq!([24, 25].map(|between| shares(between).is_some()), [true, false]);
    }

    #[test]
    fn of_a_long_sentence_whole_words_around_the_parties_are_read() {
        const MOST: usize = 32;
        for (n, a, b) in (0..40).flat_map(|a| (a + 1..41).map(move |b| (41, a, b))).chain([(3, 0, 2), (10, 3, 4)]) {
            // Words of two pieces around words of one.
            let words: Vec<&str> = (0..n)
                .map(|i| {
                    if i == a {
                        "Oslo"
                    } else if i == b {
                        "Rome"
                    } else {
                        "thanked."
                    }
                })
                .collect();
            let sentence = words.join(" ");
            let at = |name: &str| sentence.find(name).map(|start| start..start + name.len()).unwrap();
            let marked = marked(MOST, &sentence, at("Oslo"), at("Rome"));
            // Both with their marks, what is between them, and the ends.
            let needed = 6 + 2 * (b - a - 1) + 2;
            assert_eq!(marked.is_some(), needed <= MOST, "{a} {b}");
            let Some(Marked { pieces, at }) = marked else { continue };
            let all = 2 * n + 4;
            assert!(pieces.len() <= MOST && pieces.len() >= all.min(MOST - 1), "{a} {b}: {}", pieces.len());
            assert_eq!([pieces[0], pieces[pieces.len() - 1]], [CLS, SEP]);
            assert_eq!(at.map(|at| (pieces[at], pieces[at + 1], pieces[at + 2])), [(AT, OSLO, AT), (HASH, ROME, HASH)]);
            assert!(pieces[1] != STOP && pieces[pieces.len() - 2] != THANKED, "{a} {b}: a word is cut");
        }
    }
}
