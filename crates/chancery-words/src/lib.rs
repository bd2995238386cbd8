//! Words as numbers: a hash for each, and the groups of words that are used alike.
//!
//! Several stages compare words by more than their letters: the name finder asks which kind of word it sees, the
//! splitter of pages whether two paragraphs speak of one thing. Both read the same file, `data/models/groups.bin`,
//! which [`WordGroups::learn`] makes from word vectors. English.
//!
//! ```
//! use chancery_words::{WordGroups, word_hash};
//! let vectors = "river 1 0.1\nstream 0.9 0.2\nminister 0 1\n";
//! let groups = WordGroups::read(WordGroups::learn(vectors, 100).into()).unwrap();
//! assert!(groups.get(word_hash("River")).rank > 0);
//! assert_eq!(groups.get(word_hash("unheard")).rank, 0);
//! ```

pub mod chain;
mod fold;
mod groups;
mod hash;

pub use fold::fold_char;
pub use groups::{Group, WordGroups};
pub use hash::{Hash, MAX_LETTERS, lower, plain, word_hash};

/// Where the groups stand below `data/`.
pub const GROUPS_PATH: &str = "models/groups.bin";
