//! Integration tests: cases as data, and what must hold of any text.

mod cases;
mod coreference;
mod names;
mod plain;
mod properties;
mod times;
mod training;
