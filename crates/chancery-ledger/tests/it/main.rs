//! The ledger from outside: what goes in comes out, nothing twice, nothing lost, no file misread.

#[path = "../fixture/mod.rs"]
mod fixture;

mod copying;
mod crowded;
mod documented;
mod files;
mod joining;
mod merging;
mod queries;
mod storing;
mod tallied;
