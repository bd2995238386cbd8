//! A server made of a function from requests to bytes, and a clock that only moves when somebody waits.

use chancery_fetch::{Clock, Config, FetchError, Fetched, Fetcher};
use std::io::{BufRead, BufReader, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::ops::ControlFlow;
use std::sync::{Arc, Mutex};
use std::time::{Duration, SystemTime};

/// What was asked for.
#[derive(Debug, Clone)]
pub struct Request {
    pub path: String,
    /// Header lines in lower case.
    pub headers: Vec<String>,
}

impl Request {
    pub fn has(&self, header: &str) -> bool {
        self.headers.iter().any(|h| h == header)
    }
}

/// What is done with a request, written to its connection.
type Act = dyn Fn(&Request, &mut TcpStream) + Send + Sync;

/// A server for the time of a test.
pub struct Server {
    pub address: SocketAddr,
    seen: Arc<Mutex<Vec<Request>>>,
}

impl Server {
    /// Answers every request with what `act` writes; the connection is closed then.
    pub fn start(act: impl Fn(&Request, &mut TcpStream) + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let address = listener.local_addr().unwrap();
        let seen: Arc<Mutex<Vec<Request>>> = Arc::default();
        let (log, act): (_, Arc<Act>) = (seen.clone(), Arc::new(act));
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let (log, act) = (log.clone(), act.clone());
                std::thread::spawn(move || answer(stream, &log, &*act));
            }
        });
        Server { address, seen }
    }

    /// A server whose pages are given by path; everything else is missing.
    pub fn with(pages: &'static [(&'static str, &'static str)]) -> Self {
        Server::start(|request, stream| {
            let page = pages.iter().find(|(path, _)| *path == request.path).map(|(_, answer)| *answer);
            let _ = stream.write_all(page.unwrap_or("HTTP/1.1 404 Not Found\r\nContent-Length: 0\r\n\r\n").as_bytes());
        })
    }

    pub fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// The paths that were asked for.
    pub fn paths(&self) -> Vec<String> {
        self.requests().into_iter().map(|r| r.path).collect()
    }

    pub fn requests(&self) -> Vec<Request> {
        self.seen.lock().unwrap().clone()
    }

    /// Fetching that may talk to this server only, with a clock that moves by itself.
    pub fn config(&self) -> Config {
        Config { allow: vec![self.address], clock: Arc::new(TestClock::default()), ..Config::default() }
    }

    pub fn fetch(&self, path: &str) -> Result<Fetched, FetchError> {
        fetch(self.config(), &self.url(path))
    }
}

fn answer(mut stream: TcpStream, log: &Mutex<Vec<Request>>, act: &Act) {
    let mut lines = BufReader::new(stream.try_clone().unwrap()).lines();
    let Some(Ok(first)) = lines.next() else { return };
    let headers = lines.map_while(Result::ok).take_while(|l| !l.is_empty()).map(|l| l.to_lowercase()).collect();
    let request = Request { path: first.split(' ').nth(1).unwrap_or_default().to_string(), headers };
    log.lock().unwrap().push(request.clone());
    act(&request, &mut stream);
}

pub fn fetch(config: Config, url: &str) -> Result<Fetched, FetchError> {
    fetch_all(config, &[url.to_string()]).remove(0)
}

pub fn fetch_all(config: Config, urls: &[String]) -> Vec<Result<Fetched, FetchError>> {
    let fetcher = Fetcher::new(config).unwrap();
    let mut all = Vec::new();
    fetcher.fetch_all(urls, &mut |i, page| {
        assert_eq!(i, all.len());
        all.push(page);
        ControlFlow::Continue(())
    });
    assert_eq!(all.len(), urls.len());
    all
}

pub fn ok(headers: &str, body: &str) -> String {
    format!("HTTP/1.1 200 OK\r\n{headers}Content-Length: {}\r\n\r\n{body}", body.len())
}

/// Time that passes only by waiting.
#[derive(Debug, Default)]
pub struct TestClock {
    now: Mutex<Duration>,
    pub waits: Mutex<Vec<Duration>>,
}

impl Clock for TestClock {
    fn now(&self) -> Duration {
        *self.now.lock().unwrap()
    }

    fn sleep(&self, time: Duration) {
        *self.now.lock().unwrap() += time;
        self.waits.lock().unwrap().push(time);
    }

    fn date(&self) -> SystemTime {
        // 2026-11-01T00:00:00Z
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_793_491_200) + self.now()
    }
}
