//! The web page and the HTTP interface over a ledger.
//!
//! In: a ledger, read by handles that cannot change it. Out: pages that can be read without JavaScript, and the same as JSON
//! below `/api/v1/`. Nothing is loaded from elsewhere; the server listens on this machine only and answers to its own names
//! only (which stops DNS rebinding). Corrections and imports, where [`Setup`] allows them, are taken from its own pages only.
//! Everything shown is escaped, as a ledger holds what strangers wrote.
//!
//! ```no_run
//! use chancery_server::{Setup, serve};
//! serve("world.ledger", ([127, 0, 0, 1], 8750).into(), Setup::looking(chancery_data::Data::embedded()))?;
//! # Ok::<(), anyhow::Error>(())
//! ```

mod api;
mod chart;
mod dates;
mod globe;
mod guard;
mod labels;
mod layout;
mod links;
mod pages;
mod quads;
mod routes;
mod server;
mod setup;
mod shape;
mod state;
mod tallies;
mod weeks;

#[cfg(test)]
#[path = "../../chancery-ledger/tests/fixture/mod.rs"]
mod fixture;

pub use server::{Running, serve, start};
pub use setup::{ReadLine, Reader, Setup};
