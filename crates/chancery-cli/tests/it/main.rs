//! The real program, run end to end.

mod actors;
mod bad_input;
mod breaking;
mod careful;
mod code;
mod copies;
mod corrections;
mod explain;
mod fetch;
mod finder;
mod formats;
mod ledger;
mod quotes;
mod shards;
mod stories;
mod support;
mod tools;
mod validate;
mod watch;
