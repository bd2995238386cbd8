use crate::setup::Setup;
use crate::state::Desk;
use crate::{guard, routes};
use anyhow::{Context, Result, bail};
use std::net::SocketAddr;
use std::path::Path;
use tokio::net::TcpListener;
use tokio::runtime::Runtime;

/// Serves a ledger on `address` until the program is interrupted (Ctrl-C).
///
/// # Errors
/// Where the ledger cannot be opened (a [`LedgerError`](chancery_ledger::LedgerError)), `address` is not on this
/// machine's loopback, or is taken.
pub fn serve(ledger: impl AsRef<Path>, address: SocketAddr, setup: Setup) -> Result<()> {
    let running = start(ledger, address, setup)?;
    eprintln!("chancery: serving http://{}/ (Ctrl-C ends it)", running.address());
    running.runtime.block_on(tokio::signal::ctrl_c()).context("cannot wait for Ctrl-C")
}

/// Serves a ledger on `address` (port 0 takes a free one) until the value is dropped.
///
/// # Errors
/// As [`serve`].
pub fn start(ledger: impl AsRef<Path>, address: SocketAddr, setup: Setup) -> Result<Running> {
    if !address.ip().is_loopback() {
        bail!(
            "{address} is not on this machine's loopback; use 127.0.0.1, and a proxy with a login to show it to others"
        );
    }
    let may_change = setup.may_change;
    let desk = Desk::open(ledger.as_ref(), setup)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .context("cannot start the server's threads")?;
    let listener =
        runtime.block_on(TcpListener::bind(address)).with_context(|| format!("cannot listen on {address}"))?;
    let address = listener.local_addr().context("cannot read the server's address")?;
    let app = guard::around(routes::all(desk), address.port(), may_change);
    runtime.spawn(async move { axum::serve(listener, app).await });
    Ok(Running { runtime, address })
}

/// A server at work; it stops when this is dropped.
#[derive(Debug)]
pub struct Running {
    runtime: Runtime,
    address: SocketAddr,
}

impl Running {
    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }
}
