//! Integration tests of the event coder.

mod cases;
mod conllu;
mod loading;
mod properties;
mod second;
