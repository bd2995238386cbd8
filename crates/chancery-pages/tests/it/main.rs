//! The cases of `cases/pages`, and what must hold for every input.

mod cases;
mod properties;
mod robustness;
mod splitter;
