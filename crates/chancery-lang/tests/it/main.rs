//! Integration tests: cases as data.

mod plain;
mod times;
