//! Servers that behave well and badly, on this machine.

mod bad_servers;
mod polite;
mod server;
