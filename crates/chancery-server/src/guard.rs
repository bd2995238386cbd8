//! What every answer and every question must have, whatever the page.

use axum::Router;
use axum::extract::Request;
use axum::http::header::{self, HeaderName, HeaderValue};
use axum::http::{Method, StatusCode};
use axum::middleware::{Next, from_fn};
use axum::response::{IntoResponse, Response};

const CONTENT_SECURITY_POLICY: &str = "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; \
     connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const HEADERS: [(HeaderName, HeaderValue); 6] = [
    (header::CONTENT_SECURITY_POLICY, HeaderValue::from_static(CONTENT_SECURITY_POLICY)),
    (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    // To others no referrer is sent; without one to itself a form's origin would be hidden from the check below.
    (header::REFERRER_POLICY, HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-resource-policy"), HeaderValue::from_static("same-origin")),
    (HeaderName::from_static("cross-origin-opener-policy"), HeaderValue::from_static("same-origin")),
    (header::CACHE_CONTROL, HeaderValue::from_static("no-cache")),
];

/// Lays the checks around the routes of a server on `port`; only one that `may_change` its ledger takes `POST`.
pub(crate) fn around(routes: Router, port: u16, may_change: bool) -> Router {
    routes.layer(from_fn(move |request: Request, next: Next| async move {
        let mut response = match refusal(&request, port, may_change) {
            Some(refused) => refused,
            None => next.run(request).await,
        };
        response.headers_mut().extend(HEADERS);
        response
    }))
}

/// Lays a tag of its content on every answer (RFC 9110): who has the same already is told so, and gets no body.
pub(crate) async fn tagged(request: Request, next: Next) -> Response {
    // An answer to HEAD has no content to make a tag of.
    if request.method() == Method::HEAD {
        return next.run(request).await;
    }
    let known = request.headers().get(header::IF_NONE_MATCH).and_then(|v| v.to_str().ok()).map(str::to_string);
    let response = next.run(request).await;
    if response.status() != StatusCode::OK {
        return response;
    }
    let (mut parts, body) = response.into_parts();
    let Ok(bytes) = axum::body::to_bytes(body, usize::MAX).await else {
        return StatusCode::INTERNAL_SERVER_ERROR.into_response();
    };
    let tag = format!("\"{}\"", &blake3::hash(&bytes).to_hex()[..32]);
    if let Ok(value) = HeaderValue::from_str(&tag) {
        parts.headers.insert(header::ETAG, value);
    }
    parts.headers.insert(header::VARY, HeaderValue::from_static("accept"));
    if known.is_some_and(|k| is_among(&k, &tag)) {
        parts.status = StatusCode::NOT_MODIFIED;
        parts.headers.remove(header::CONTENT_LENGTH);
        return Response::from_parts(parts, axum::body::Body::empty());
    }
    Response::from_parts(parts, bytes.into())
}

/// True where one of the tags that a reader has is this one.
fn is_among(known: &str, tag: &str) -> bool {
    known.split(',').map(str::trim).any(|k| k == "*" || k.strip_prefix("W/").unwrap_or(k) == tag)
}

fn refusal(request: &Request, port: u16, may_change: bool) -> Option<Response> {
    if !is_own_host(request, port) {
        let why = "This server answers to localhost and its own port only.\n";
        return Some((StatusCode::MISDIRECTED_REQUEST, why).into_response());
    }
    match *request.method() {
        Method::GET | Method::HEAD => None,
        Method::POST if may_change && is_own_page(request, port) => None,
        Method::POST if may_change => {
            let why = "A change is taken only from a page of this server (its Origin).\n";
            Some((StatusCode::FORBIDDEN, why).into_response())
        }
        _ => {
            let allow = [(header::ALLOW, if may_change { "GET, HEAD, POST" } else { "GET, HEAD" })];
            Some((StatusCode::METHOD_NOT_ALLOWED, allow, "A ledger is only read here.\n").into_response())
        }
    }
}

/// A page elsewhere whose name was pointed at this machine (DNS rebinding) sends its own name.
fn is_own_host(request: &Request, port: u16) -> bool {
    one_of(request, header::HOST).is_some_and(|host| is_own(host, port))
}

/// A form or a script of another page sends that page's origin (cross-site request forgery).
fn is_own_page(request: &Request, port: u16) -> bool {
    let origin = one_of(request, header::ORIGIN).and_then(|o| o.strip_prefix("http://"));
    origin.is_some_and(|host| is_own(host, port) && one_of(request, header::HOST) == Some(host))
}

/// The only value of a header; none where it is there twice.
fn one_of(request: &Request, name: HeaderName) -> Option<&str> {
    let mut values = request.headers().get_all(name).iter();
    let (Some(value), None) = (values.next(), values.next()) else { return None };
    value.to_str().ok()
}

fn is_own(host: &str, port: u16) -> bool {
    ["127.0.0.1", "localhost", "[::1]"].iter().any(|name| {
        host.strip_prefix(name).is_some_and(|rest| match rest.strip_prefix(':') {
            Some(given) => given == port.to_string(),
            None => rest.is_empty() && port == 80,
        })
    })
}

/// A secret that a page gets and sends back with each change: who cannot read the page cannot know it.
pub(crate) fn token() -> String {
    use std::hash::{BuildHasher, Hasher, RandomState};
    // Each state is keyed from the system's random numbers.
    let words: Vec<u8> = (0..4).flat_map(|_| RandomState::new().build_hasher().finish().to_le_bytes()).collect();
    blake3::hash(&words).to_hex()[..32].to_string()
}

/// True where the token is the right one; takes the same time wherever they differ.
pub(crate) fn is_token(given: &str, own: &str) -> bool {
    blake3::hash(given.as_bytes()) == blake3::hash(own.as_bytes())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_loopback_names_with_the_port_are_its_own() {
        let own = |host: &str| {
            is_own_host(&Request::builder().header("host", host).body(axum::body::Body::empty()).unwrap(), 8750)
        };
        assert!(own("localhost:8750") && own("127.0.0.1:8750") && own("[::1]:8750"));
        for foreign in
            ["localhost", "localhost:80", "evil.example:8750", "127.0.0.1.evil.example:8750", "localhost:8750.x", ""]
        {
            assert!(!own(foreign), "{foreign}");
        }
    }
}
