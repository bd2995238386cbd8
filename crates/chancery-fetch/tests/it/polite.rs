//! robots.txt, the time between requests, pages that have not changed.

use crate::server::*;
use chancery_fetch::{Config, FetchError};
use std::io::Write;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

const PAGE: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Length: 11\r\n\r\n<p>Envoys.\n";

#[test]
fn a_page_comes_with_what_the_server_says_of_it() {
    let server = Server::start(|request, stream| {
        let page = ok("Content-Type: text/html; charset=ISO-8859-1\r\nETag: \"1\"\r\nServer: x\r\n", "<p>Envoys.");
        let _ = stream.write_all(if request.path == "/a?b=c" { page.as_bytes() } else { b"HTTP/1.1 404 No\r\n\r\n" });
    });
    let page = server.fetch("/a?b=c#part").unwrap();
    assert_eq!(page.url, server.url("/a?b=c"));
    assert_eq!((page.charset().as_deref(), page.day().as_str()), (Some("iso-8859-1"), "2026-11-01"));
    assert_eq!(page.body, b"<p>Envoys.");
    assert_eq!(page.header("etag"), Some("\"1\""));
    assert_eq!(page.header("server"), None, "what does not matter is not kept");
    assert_eq!(server.paths(), ["/robots.txt", "/a?b=c"]);
    let agent = format!("user-agent: chancery/{} (+", env!("CARGO_PKG_VERSION"));
    assert!(server.requests().iter().all(|r| r.headers.iter().any(|h| h.starts_with(&agent))), "it says who it is");
}

#[test]
fn robots_txt_is_asked_once_and_obeyed() {
    let server = Server::with(&[
        (
            "/robots.txt",
            "HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nAllow: /\n\nUser-agent: Chancery\nDisallow: /private/\nCrawl-delay: 3\n",
        ),
        ("/a", PAGE),
        ("/b", PAGE),
    ]);
    let clock = Arc::new(TestClock::default());
    let urls = ["/a", "/private/x", "/b"].map(|p| server.url(p));
    let all = fetch_all(Config { clock: clock.clone(), ..server.config() }, &urls);
    assert!(all[0].is_ok() && all[2].is_ok(), "{all:?}");
    assert!(matches!(all[1], Err(FetchError::Robots { .. })));
    assert_eq!(server.paths(), ["/robots.txt", "/a", "/b"]);
    assert_eq!(*clock.waits.lock().unwrap(), [1, 3].map(Duration::from_secs));
}

#[test]
fn without_robots_txt_all_is_allowed_and_behind_a_broken_one_nothing() {
    let cases: [(&'static str, bool); 5] = [
        ("HTTP/1.1 404 Not Found\r\n\r\n", true),
        ("HTTP/1.1 403 Forbidden\r\n\r\n", true),
        ("HTTP/1.1 301 Moved\r\nLocation: /robots.txt\r\n\r\n", true),
        ("HTTP/1.1 500 Broken\r\n\r\n", false),
        ("HTTP/1.1 429 Slow\r\n\r\n", false),
    ];
    for (robots, allowed) in cases {
        let server = Server::start(move |request, stream| {
            let _ = stream.write_all(if request.path == "/a" { PAGE } else { robots }.as_bytes());
        });
        match server.fetch("/a") {
            Ok(_) => assert!(allowed, "{robots:?}"),
            Err(FetchError::NoRobots { .. }) => assert!(!allowed, "{robots:?}"),
            Err(other) => panic!("{robots:?}: {other}"),
        }
    }
}

#[test]
fn a_host_gets_one_request_a_second_and_hosts_do_not_wait_for_one_another() {
    let server = Server::with(&[("/1", PAGE), ("/2", PAGE), ("/3", PAGE)]);
    let clock = Arc::new(TestClock::default());
    let urls = ["/1", "/2", "/3"].map(|p| server.url(p));
    let all = fetch_all(Config { clock: clock.clone(), ..server.config() }, &urls);
    assert!(all.iter().all(Result::is_ok), "{all:?}");
    assert_eq!(*clock.waits.lock().unwrap(), [Duration::from_secs(1); 3], "robots.txt, then three pages");

    let clock = Arc::new(TestClock::default());
    let other = format!("http://localhost:{}/1", server.address.port());
    let all =
        fetch_all(Config { clock: clock.clone(), hosts_at_once: 1, ..server.config() }, &[server.url("/1"), other]);
    assert!(all.iter().all(Result::is_ok), "{all:?}");
    assert_eq!(clock.waits.lock().unwrap().len(), 2, "each host waits once, after its own robots.txt");
}

#[test]
fn a_long_crawl_delay_is_cut() {
    let server = Server::with(&[
        ("/robots.txt", "HTTP/1.1 200 OK\r\n\r\nUser-agent: *\nCrawl-delay: 86400\n"),
        ("/1", PAGE),
        ("/2", PAGE),
    ]);
    let clock = Arc::new(TestClock::default());
    fetch_all(Config { clock: clock.clone(), ..server.config() }, &["/1", "/2"].map(|p| server.url(p)));
    assert_eq!(*clock.waits.lock().unwrap(), [1, 30].map(Duration::from_secs));
}

#[test]
fn what_has_not_changed_is_not_sent_again() {
    let server = Server::start(|request, stream| {
        let validators = "ETag: \"v1\"\r\nLast-Modified: Sun, 01 Nov 2026 00:00:00 GMT\r\n";
        let known =
            request.has("if-none-match: \"v1\"") && request.has("if-modified-since: sun, 01 nov 2026 00:00:00 gmt");
        let _ = match request.path.as_str() {
            "/a" if known => write!(stream, "HTTP/1.1 304 Not Modified\r\n\r\n"),
            "/a" => stream.write_all(ok(&format!("Content-Type: text/plain\r\n{validators}"), "Envoys.").as_bytes()),
            "/b" => stream.write_all(ok("Content-Type: text/plain\r\n", "No validators.").as_bytes()),
            _ => write!(stream, "HTTP/1.1 404 No\r\n\r\n"),
        };
    });
    let folder = tempfile::tempdir().unwrap();
    let cache = folder.path().join("cache");
    let config = || Config { cache: Some(cache.clone()), ..server.config() };
    let urls = ["/a", "/b"].map(|p| server.url(p));
    let first: Vec<_> = fetch_all(config(), &urls).into_iter().map(Result::unwrap).collect();
    let again: Vec<_> = fetch_all(config(), &urls).into_iter().map(Result::unwrap).collect();
    assert_eq!(first[0], again[0], "also the day when it was fetched first");
    assert_eq!(first[1].body, again[1].body);
    let conditional = server.requests().iter().filter(|r| r.has("if-none-match: \"v1\"")).count();
    assert_eq!(conditional, 1);

    for file in std::fs::read_dir(&cache).unwrap() {
        let path = file.unwrap().path();
        let bytes = std::fs::read(&path).unwrap();
        std::fs::write(&path, &bytes[..bytes.len() - 3]).unwrap();
    }
    let damaged = fetch(config(), &urls[0]).unwrap();
    assert_eq!(damaged.body, first[0].body, "a damaged file is fetched anew");
}

#[test]
fn who_keeps_the_validators_is_told_that_nothing_changed() {
    let server = Server::start(|request, stream| {
        let _ = match (request.path.as_str(), request.has("if-none-match: \"v1\"")) {
            ("/feed", true) => write!(stream, "HTTP/1.1 304 Not Modified\r\n\r\n"),
            ("/feed", false) => {
                stream.write_all(ok("Content-Type: text/plain\r\nETag: \"v1\"\r\n", "News.").as_bytes())
            }
            ("/hook", _) => write!(stream, "HTTP/1.1 202 Accepted\r\n\r\n"),
            _ => write!(stream, "HTTP/1.1 404 No\r\n\r\n"),
        };
    });
    let fetcher = chancery_fetch::Fetcher::new(server.config()).unwrap();
    let first = fetcher.fetch_changed(&server.url("/feed"), &[]).unwrap().unwrap();
    assert_eq!(first.body, b"News.");
    assert_eq!(fetcher.fetch_changed(&server.url("/feed"), &first.headers).unwrap(), None);
    let old = [("ETag".to_string(), "\"v0\"".to_string())];
    assert!(fetcher.fetch_changed(&server.url("/feed"), &old).unwrap().is_some());
    assert_eq!(fetcher.post_json(&server.url("/hook"), "{}").unwrap(), 202);
    assert!(fetcher.post_json("ftp://example.org/", "{}").is_err());
    let public = chancery_fetch::Fetcher::new(Config::default()).unwrap();
    assert!(matches!(public.post_json(&server.url("/hook"), "{}"), Err(FetchError::Private { .. })));
}

#[test]
fn a_cache_that_cannot_be_written_is_said() {
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("file");
    std::fs::write(&file, "x").unwrap();
    let error = chancery_fetch::Fetcher::new(Config { cache: Some(file), ..Config::default() }).unwrap_err();
    assert!(error.to_string().contains("choose another folder"), "{error}");
}

#[test]
fn a_server_that_asks_to_wait_is_waited_for_once() {
    let pages = |wait: &'static str| {
        move |request: &Request, stream: &mut std::net::TcpStream| {
            let _ = match request.path.as_str() {
                "/a" => write!(stream, "HTTP/1.1 429 Too Many Requests\r\nRetry-After: {wait}\r\n\r\n"),
                "/none" => write!(stream, "HTTP/1.1 503 Busy\r\n\r\n"),
                _ => write!(stream, "HTTP/1.1 404 No\r\n\r\n"),
            };
        }
    };
    for (wait, requests, seconds) in [("7", 2, 7), ("Sun, 01 Nov 2026 00:00:08 GMT", 2, 7), ("86400", 1, 86400)] {
        let server = Server::start(pages(wait));
        let clock = Arc::new(TestClock::default());
        let error = fetch(Config { clock: clock.clone(), ..server.config() }, &server.url("/a")).unwrap_err();
        assert!(matches!(error, FetchError::Busy { status: 429, .. }), "{error}");
        assert_eq!(server.paths().iter().filter(|p| *p == "/a").count(), requests, "{wait}");
        let waited = clock.waits.lock().unwrap().contains(&Duration::from_secs(seconds));
        assert_eq!(waited, requests == 2, "{wait}: {clock:?}");
    }
    assert!(matches!(Server::start(pages("1")).fetch("/none"), Err(FetchError::Status { status: 503 })));
}

#[test]
fn only_the_named_private_address_is_open() {
    let server = Server::with(&[("/a", PAGE)]);
    let none: Vec<SocketAddr> = Vec::new();
    let error = fetch(Config { allow: none, ..server.config() }, &server.url("/a")).unwrap_err();
    // Not even robots.txt is asked for.
    assert!(server.paths().is_empty());
    assert!(matches!(error, FetchError::Private { .. }), "{error}");
    assert!(error.to_string().contains("127.0.0.1, not on the public internet"), "{error}");
}
