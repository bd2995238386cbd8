/// What is wrong with a file or with what training is given.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum EncoderError {
    /// Sizes that no model of this kind has.
    #[error("a model cannot have this shape: {0}")]
    Shape(&'static str),
    /// A `safetensors` file whose header cannot be read.
    #[error("the weights' header is damaged: {0}")]
    Header(&'static str),
    /// A tensor that the model needs is not there.
    #[error("the weights lack the tensor {name}")]
    MissingTensor {
        /// Its name.
        name: String,
    },
    /// A tensor's entry or data is not as it should be.
    #[error("the tensor {name} is wrong: {what}")]
    Tensor {
        /// Its name.
        name: String,
        /// What is wrong.
        what: &'static str,
    },
    /// A tensor's sizes are not those of the model.
    #[error("the tensor {name} has the sizes {found:?}, not {expected:?}")]
    TensorSizes {
        /// Its name.
        name: String,
        /// The model's sizes.
        expected: Vec<usize>,
        /// The file's sizes.
        found: Vec<usize>,
    },
    /// A vocabulary without a piece that every sequence needs.
    #[error("the vocabulary lacks the piece {0}")]
    MissingPiece(&'static str),
    /// A file of 8-bit weights that cannot be read.
    #[error("the encoder's file is damaged: {0}")]
    Damaged(&'static str),
    /// A sequence that cannot be learnt from.
    #[error("example {example}: {what}")]
    Example {
        /// Its place in the list.
        example: usize,
        /// What is wrong.
        what: &'static str,
    },
    /// A schedule that cannot be followed.
    #[error("the schedule is wrong: {0}")]
    Schedule(&'static str),
    /// Gradients that lead nowhere, several steps in a row.
    #[error("training has come apart: from step {step} on, the gradient is not finite; a lower rate may help")]
    NotFinite {
        /// The first of them, from 1 on.
        step: usize,
    },
}
