//! Servers that break things: each costs one page and says why.

use crate::server::*;
use chancery_fetch::{Config, FetchError};
use flate2::write::GzEncoder;
use std::io::Write;
use std::net::TcpStream;
use std::time::Duration;

/// A server without robots.txt that treats all else in one way.
fn server(act: impl Fn(&Request, &mut TcpStream) -> std::io::Result<()> + Send + Sync + 'static) -> Server {
    Server::start(move |request, stream| {
        let _ = match request.path.as_str() {
            "/robots.txt" => write!(stream, "HTTP/1.1 404 No\r\nContent-Length: 0\r\n\r\n"),
            _ => act(request, stream),
        };
    })
}

#[test]
fn redirects_never_lead_into_a_private_network() {
    let inner = server(|_, stream| stream.write_all(ok("", "secret").as_bytes()));
    let port = inner.address.port();
    for to in [
        format!("http://127.0.0.1:{port}/x"),
        format!("http://localhost:{port}/x"),
        format!("http://2130706433:{port}/x"),
        format!("http://0x7f.1:{port}/x"),
        format!("http://[::1]:{port}/x"),
        format!("http://[::ffff:127.0.0.1]:{port}/x"),
        "http://169.254.169.254/latest/meta-data/".into(),
        "http://[::ffff:10.0.0.1]/".into(),
        "http://10.0.0.1/".into(),
        "http://0.0.0.0/".into(),
        "http://[fe80::1]/".into(),
        "http://[64:ff9b::10.0.0.1]/".into(),
    ] {
        let location = to.clone();
        let outer = server(move |_, stream| write!(stream, "HTTP/1.1 302 Found\r\nLocation: {location}\r\n\r\n"));
        let got = outer.fetch("/a");
        assert!(matches!(got, Err(FetchError::Private { .. })), "{to}: {got:?}");
    }
    assert!(inner.paths().is_empty(), "{:?}", inner.paths());
}

#[test]
fn robots_txt_does_not_lead_there_either() {
    let inner = server(|_, stream| stream.write_all(ok("", "secret").as_bytes()));
    let to = inner.url("/robots.txt");
    let outer = Server::start(move |request, stream| {
        let _ = match request.path.as_str() {
            "/robots.txt" => write!(stream, "HTTP/1.1 302 Found\r\nLocation: {to}\r\n\r\n"),
            _ => stream.write_all(ok("", "page").as_bytes()),
        };
    });
    assert!(matches!(outer.fetch("/a"), Err(FetchError::NoRobots { .. })));
    assert!(inner.paths().is_empty());
}

#[test]
fn redirects_end() {
    let circle = server(|request, stream| {
        let to = if request.path == "/a" { "/b" } else { "/a" };
        write!(stream, "HTTP/1.1 301 Moved\r\nLocation: {to}\r\nContent-Length: 0\r\n\r\n")
    });
    assert!(matches!(circle.fetch("/a"), Err(FetchError::TooManyRedirects { limit: 5 })));
    assert_eq!(circle.paths().len(), 1 + 6);

    let chain = server(|request, stream| match request.path.len() {
        ..=5 => write!(stream, "HTTP/1.1 308 Moved\r\nLocation: {}x\r\nContent-Length: 0\r\n\r\n", request.path),
        _ => stream.write_all(ok("", "the end").as_bytes()),
    });
    assert_eq!(chain.fetch("/").unwrap().url, chain.url("/xxxxx"), "five redirects are followed");
}

#[test]
fn redirects_to_nowhere_are_said() {
    for location in ["Location: file:///etc/passwd\r\n", "Location: http://\r\n", "Location: javascript:1\r\n", ""] {
        let server = server(move |_, stream| write!(stream, "HTTP/1.1 302 Found\r\n{location}\r\n"));
        let error = server.fetch("/a").unwrap_err();
        assert!(matches!(error, FetchError::BadRedirect { .. }), "{location}: {error}");
    }
}

#[test]
fn each_bad_answer_is_one_line_with_what_to_do() {
    let cases: [(&'static str, &str); 10] = [
        ("HTTP/1.1 404 Not Found\r\n\r\n", "the server answers 404; check the address"),
        ("HTTP/1.1 500 Broken\r\n\r\n", "the server answers 500; try again later"),
        ("HTTP/1.1 403 Forbidden\r\n\r\n", "not open to programs"),
        ("HTTP/1.1 304 Not Modified\r\n\r\n", "the server answers 304"),
        ("HTTP/1.1 200 OK\r\nContent-Type: image/png\r\n\r\nx", "this is image/png, not a page; leave it out"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 1000\r\n\r\nonly this", "cut off"),
        ("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhel", "cut off"),
        ("HTTP/1.1 200 OK\r\nContent-Length: 99999999\r\n\r\n", "longer than 16777216 bytes"),
        ("HTTP/1.1 200 OK\r\nContent-Encoding: br\r\n\r\nx", "packs it with br"),
        ("SSH-2.0-OpenSSH_9.6\r\n", "cannot be talked to"),
    ];
    for (answer, said) in cases {
        let server = server(move |_, stream| stream.write_all(answer.as_bytes()));
        let error = server.fetch("/a").unwrap_err().to_string();
        assert!(error.contains(said) && error.contains(';') && error.lines().count() == 1, "{answer:?}: {error}");
    }
}

#[test]
fn a_connection_that_breaks_is_said() {
    let server = server(|_, _| Ok(()));
    let error = server.fetch("/a").unwrap_err();
    assert!(matches!(error, FetchError::Connection { .. } | FetchError::CutOff { .. }), "{error}");
    let closed = std::net::TcpListener::bind("127.0.0.1:0").unwrap().local_addr().unwrap();
    let error = fetch(Config { allow: vec![closed], ..server.config() }, &format!("http://{closed}/a")).unwrap_err();
    assert!(matches!(error, FetchError::Connection { .. }), "{error}");
}

#[test]
fn a_body_without_end_is_left_at_the_limit() {
    let endless = server(|_, stream| {
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")?;
        loop {
            stream.write_all(&[b'a'; 4096])?;
        }
    });
    let config = Config { max_bytes: 100_000, ..endless.config() };
    assert!(matches!(fetch(config, &endless.url("/a")), Err(FetchError::TooLong { limit: 100_000 })));
}

#[test]
fn a_packed_bomb_is_left_at_the_limit() {
    let bomb = server(|_, stream| {
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n")?;
        let mut packer = GzEncoder::new(stream, flate2::Compression::best());
        let zeros = [0; 1 << 16];
        for _ in 0..16_000 {
            packer.write_all(&zeros)?;
        }
        packer.finish().map(|_| ())
    });
    let config = Config { max_bytes: 1 << 20, ..bomb.config() };
    assert!(matches!(fetch(config, &bomb.url("/a")), Err(FetchError::TooLong { .. })));

    let packed = server(|_, stream| {
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Encoding: gzip\r\n\r\n")?;
        let mut packer = GzEncoder::new(stream, flate2::Compression::best());
        packer.write_all(b"<p>Envoys.")?;
        packer.finish().map(|_| ())
    });
    assert_eq!(packed.fetch("/a").unwrap().body, b"<p>Envoys.");
}

#[test]
fn a_slow_server_is_not_waited_for() {
    let drip = server(|_, stream| {
        write!(stream, "HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n\r\n")?;
        loop {
            stream.write_all(b"a")?;
            std::thread::sleep(Duration::from_millis(20));
        }
    });
    let silent = server(|_, _| {
        loop {
            std::thread::park();
        }
    });
    for server in [drip, silent] {
        let config = Config { total_time: Duration::from_millis(300), ..server.config() };
        let error = fetch(config, &server.url("/a")).unwrap_err();
        assert!(matches!(error, FetchError::Slow { .. }), "{error}");
    }
}

#[test]
fn addresses_that_are_none_cost_nothing() {
    let server = server(|_, stream| stream.write_all(ok("", "page").as_bytes()));
    let urls = ["no address", "ftp://example.org/", "http://user:secret@example.org/", "http://[::1", ""];
    let urls: Vec<String> = urls.iter().map(|u| u.to_string()).chain([server.url("/a")]).collect();
    let all = fetch_all(server.config(), &urls);
    assert!(all[..5].iter().all(Result::is_err) && all[5].is_ok(), "{all:?}");
    assert!(!format!("{all:?}").contains("secret"));
}
