//! The same tools over HTTP (the protocol's streamable transport), at one address: `/mcp`.
//!
//! Who may ask: on this machine's loopback everybody who calls it by a name of the loopback, so that no page elsewhere
//! reaches it under a name of its own (DNS rebinding); on another address who sends the token. A browser's page is refused
//! wherever it comes from (`Origin`). Every request stands for itself: no session is kept, nothing waits between two.

use crate::{Door, McpError};
use axum::Router;
use axum::extract::Request;
use axum::http::{StatusCode, header};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};
use rmcp::transport::streamable_http_server::session::never::NeverSessionManager;
use rmcp::transport::{StreamableHttpServerConfig, StreamableHttpService};
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;
use tokio::net::TcpListener;

/// Fewer letters of a token can be guessed.
const SHORTEST_TOKEN: usize = 16;
/// Most bytes of a question.
const MOST_BYTES: usize = 64 << 10;

/// Serves a ledger over HTTP at `address` until the program is interrupted; `types` as for
/// [`serve_stdio`](crate::serve_stdio). Where there is a `token`, every request has to carry it
/// (`Authorization: Bearer …`).
///
/// # Errors
/// Where the ledger cannot be opened, the address is taken, is not on the loopback and no token is given, or the token is
/// short.
pub fn serve_http(
    ledger: &Path,
    types: Vec<String>,
    address: SocketAddr,
    token: Option<String>,
) -> Result<(), McpError> {
    if let Some(token) = &token
        && token.len() < SHORTEST_TOKEN
    {
        return Err(McpError::Address(format!("the token has to have {SHORTEST_TOKEN} letters or more")));
    }
    if token.is_none() && !address.ip().is_loopback() {
        let why = format!("{address} is not on this machine's loopback; others may ask only with a token (--token)");
        return Err(McpError::Address(why));
    }
    let door = Door::open(ledger, types)?;
    let runtime = tokio::runtime::Builder::new_multi_thread()
        .worker_threads(2)
        .enable_all()
        .build()
        .map_err(McpError::Threads)?;
    runtime.block_on(async {
        let taken = |e: std::io::Error| McpError::Address(format!("cannot listen on {address}: {e}"));
        let listener = TcpListener::bind(address).await.map_err(taken)?;
        let address = listener.local_addr().map_err(taken)?;
        eprintln!("chancery: answering at http://{address}/mcp (Ctrl-C ends it)");
        let app = routes(door, address, token);
        tokio::select! {
            ended = axum::serve(listener, app) => ended.map_err(|e| McpError::Client(e.to_string())),
            _ = tokio::signal::ctrl_c() => Ok(()),
        }
    })
}

fn routes(door: Door, address: SocketAddr, token: Option<String>) -> Router {
    let config = StreamableHttpServerConfig::default()
        .with_legacy_session_mode(false)
        .with_json_response(true)
        .with_max_request_body_bytes(MOST_BYTES)
        .enforce_origin_validation();
    let config = if address.ip().is_loopback() {
        let port = address.port();
        config.with_allowed_hosts(["localhost", "127.0.0.1", "[::1]"].map(|name| format!("{name}:{port}")))
    } else {
        // By which name others reach this machine is not known here; the token says who they are.
        config.disable_allowed_hosts()
    };
    let service =
        StreamableHttpService::new(move || Ok(door.clone()), Arc::new(NeverSessionManager::default()), config);
    let token: Option<Arc<str>> = token.map(Arc::from);
    Router::new().route_service("/mcp", service).layer(from_fn(move |request: Request, next: Next| {
        let token = token.clone();
        async move {
            if token.is_some_and(|own| !bears(&request, &own)) {
                return unknown();
            }
            next.run(request).await
        }
    }))
}

/// True where the request carries the token; takes the same time wherever they differ.
fn bears(request: &Request, own: &str) -> bool {
    let given = request.headers().get(header::AUTHORIZATION).and_then(|v| v.to_str().ok());
    let given = given.and_then(|v| v.strip_prefix("Bearer ")).unwrap_or_default().as_bytes();
    let differing = given.iter().zip(own.as_bytes()).fold(0, |all, (a, b)| all | (a ^ b));
    given.len() == own.len() && differing == 0
}

fn unknown() -> Response {
    let header = [(header::WWW_AUTHENTICATE, "Bearer")];
    (StatusCode::UNAUTHORIZED, header, "This server answers to who sends its token.\n").into_response()
}
