//! Integration tests of the event coder.

mod conllu;
mod loading;
