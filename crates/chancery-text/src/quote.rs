use crate::{Actor, Evidence};

/// Something that was said, and by whom.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Quote {
    /// What was said, without quotation marks or the word "that".
    pub content: Evidence,
    /// How it is given.
    pub kind: QuoteKind,
    /// Who said it, where known.
    pub speaker: Option<Actor>,
    /// The words that name the speaker ("he").
    pub speaker_text: Option<Evidence>,
    /// The word that tells of the saying.
    pub cue: Option<Evidence>,
    /// Who passed it on, from the speaker outward.
    pub via: Vec<String>,
}

/// How speech is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum QuoteKind {
    /// Word for word, in quotation marks.
    Direct,
    /// In the writer's words.
    Indirect,
    /// In the writer's words, with some in quotation marks.
    Mixed,
}

impl QuoteKind {
    /// `direct`, `indirect` or `mixed`.
    pub fn as_str(self) -> &'static str {
        match self {
            QuoteKind::Direct => "direct",
            QuoteKind::Indirect => "indirect",
            QuoteKind::Mixed => "mixed",
        }
    }
}
