use crate::Span;

/// The exact words that a row rests on, and where they stand.
///
/// Invariant: `&text[span] == words` for the text it was made from; only [`Evidence::new`] makes one.
///
/// ```
/// use chancery_text::{Evidence, Span};
/// let text = "Putin visited Beijing.";
/// let evidence = Evidence::new(text, Span::new(6, 13)).unwrap();
/// assert_eq!(evidence.words(), "visited");
/// assert!(Evidence::new(text, Span::new(6, 99)).is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    span: Span,
    words: String,
}

impl Evidence {
    /// Cuts the words out of `text`. `None` where the span is empty, out of bounds or inside a character.
    pub fn new(text: &str, span: Span) -> Option<Self> {
        let words = text.get(span.start..span.end)?;
        (!words.is_empty()).then(|| Evidence { span, words: words.to_string() })
    }

    /// Where the words stand, in bytes of the text.
    pub fn span(&self) -> Span {
        self.span
    }

    /// The words.
    pub fn words(&self) -> &str {
        &self.words
    }
}
