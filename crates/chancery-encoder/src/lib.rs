//! States of words in their sentence, by a BERT-style encoder.
//!
//! In: a text's words. Out: a vector for each piece of a word, which tells of it in its context. [`Tokenizer`] cuts words into
//! pieces; [`Weights`] hold a model in `f32`, read from a published `safetensors` file, and [`train`] fine-tunes them on the
//! CPU together with the caller's own parameters; [`Quantized`] is the model that ships, with 8-bit weights. What states are
//! for is the caller's business: an [`Objective`] turns them into a loss. English models without case; no masking, no
//! pooling, one segment.
//!
//! All arithmetic is done in a fixed order and without the system's mathematics library: the same input gives the same bytes on
//! any machine, whatever it is batched with. The model is that of Devlin et al. (NAACL 2019) as distilled by Wang et al.
//! (MiniLM, NeurIPS 2020); we differ in dropout, which falls on hidden states only, and in the frozen table of words.
//!
//! ```
//! use chancery_encoder::{Quantized, Shape, Tokenizer, Weights};
//! let tokenizer = Tokenizer::read("[UNK]\n[CLS]\n[SEP]\nvisit\n##ed\nmali\n.\n").unwrap();
//! let pieces = tokenizer.pieces(&["Visited", "Mali", "."], 64);
//! assert_eq!(pieces.ids, [1, 3, 4, 5, 6, 2]);
//! assert_eq!(pieces.firsts, [Some(1), Some(3), Some(4)]);
//!
//! let shape = Shape { vocabulary: 7, positions: 64, width: 32, heads: 2, inner: 64, layers: 2 };
//! let weights = Weights::random(shape, 1).unwrap();
//! let states = Quantized::round(&weights).encode(&pieces.ids);
//! assert_eq!(states.len(), pieces.ids.len() * shape.width);
//! ```

// Loops over several lists at one place are clearer with a number than with nested zips.
#![allow(clippy::needless_range_loop)]

mod attention;
mod error;
mod model;
mod norm;
mod pass;
mod quantized;
mod safetensors;
mod tokenizer;
mod training;

pub use error::EncoderError;
pub use model::{Shape, Weights};
pub use quantized::Quantized;
pub use tokenizer::{Pieces, Tokenizer};
pub use training::{Objective, Progress, Schedule, train};
