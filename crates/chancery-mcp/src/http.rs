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
        let names = ["localhost", "127.0.0.1", "[::1]"].map(|name| format!("{name}:{port}"));
        // The loopback has more addresses than these (127.0.0.2).
        config.with_allowed_hosts(names.into_iter().chain([address.to_string()]))
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

#[cfg(test)]
mod tests {
    use super::*;
    use chancery_ledger::Ledger;
    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpStream;

    const QUESTION: &str = r#"{"jsonrpc":"2.0","id":1,"method":"tools/list"}"#;

    /// The status of the answer to who calls a server at `own` by the name `host`.
    async fn status(own: &str, host: &str) -> u16 {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("world.ledger");
        drop(Ledger::open(&path).unwrap());
        let app = routes(Door::open(&path, Vec::new()).unwrap(), own.parse().unwrap(), None);
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let mut socket = TcpStream::connect(listener.local_addr().unwrap()).await.unwrap();
        let server = tokio::spawn(async move { axum::serve(listener, app).await });
        let request = format!(
            "POST /mcp HTTP/1.1\r\nHost: {host}\r\nContent-Type: application/json\r\nAccept: application/json, text/event-stream\r\n\
             Connection: close\r\nContent-Length: {}\r\n\r\n{QUESTION}",
            QUESTION.len()
        );
        socket.write_all(request.as_bytes()).await.unwrap();
        let mut answer = String::new();
        socket.read_to_string(&mut answer).await.unwrap();
        server.abort();
        answer.split(' ').nth(1).unwrap().parse().unwrap()
    }

    #[tokio::test]
    async fn a_loopback_address_is_answered_by_its_own_name() {
        for (own, host) in [
            ("127.0.0.2:8421", "127.0.0.2:8421"),
            ("127.0.0.2:8421", "localhost:8421"),
            ("127.0.0.1:8421", "127.0.0.1:8421"),
            ("[::1]:8421", "[::1]:8421"),
        ] {
            assert_eq!(status(own, host).await, 200, "{own} as {host}");
        }
        for (own, host) in [
            ("127.0.0.1:8421", "127.0.0.2:8421"),
            ("127.0.0.2:8421", "127.0.0.2:80"),
            ("127.0.0.2:8421", "evil.example:8421"),
        ] {
            assert_eq!(status(own, host).await, 403, "{own} as {host}");
        }
    }
}
