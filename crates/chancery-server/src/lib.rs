//! The web page and the HTTP interface over a ledger.
//!
//! In: a ledger, opened so that it cannot be changed. Out: pages that work without JavaScript, and the same as JSON
//! below `/api/v1/`. Nothing is loaded from elsewhere; the server listens on this machine only, answers to its own names
//! only (which stops DNS rebinding) and to `GET` and `HEAD` only. Everything shown is escaped, as a ledger holds what
//! strangers wrote.
//!
//! ```no_run
//! chancery_server::serve("world.ledger", ([127, 0, 0, 1], 8750).into())?;
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
mod shape;
mod state;
mod weeks;

pub use server::{Running, serve, start};
