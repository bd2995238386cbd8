//! Two marked parties of one sentence, and who reads them a second time.

use std::ops::Range;

/// A sentence with the places of two parties, as bytes, and the root of the event between them.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct MarkedPair {
    /// The sentence.
    pub sentence: String,
    /// Who does it.
    pub actor: Range<usize>,
    /// To whom.
    pub recipient: Range<usize>,
    /// One of the roots of `chancery relate`.
    pub root: String,
}

/// Roots, and how likely each is.
pub type Shares = Vec<(String, f32)>;

/// Reads a sentence with two marked parties a second time, by other means than the codebook (the careful tier).
pub trait SecondReader: std::fmt::Debug + Send + Sync {
    /// How likely each root joins the parties, whose places are bytes of the sentence. `None` where it cannot tell: a party is
    /// no words of the sentence, or the two stand too far from each other.
    fn shares(&self, sentence: &str, actor: Range<usize>, recipient: Range<usize>) -> Option<Shares>;
}
