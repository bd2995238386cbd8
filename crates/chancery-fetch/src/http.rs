//! One request and its answer, within limits.

use crate::address::{Guard, Permit, Refused};
use crate::{Config, FetchError, NAME};
use flate2::bufread::MultiGzDecoder;
use std::io::{self, BufReader, Read};
use ureq::http::{HeaderMap, Response};
use ureq::unversioned::transport::DefaultConnector;
use ureq::{Agent, Body};
use url::Url;

/// What is asked for before anything else.
const ACCEPT: &str = "text/html,application/xhtml+xml,application/rss+xml,application/atom+xml;q=0.9,\
                      application/xml;q=0.8,application/json;q=0.8,application/pdf;q=0.8,text/plain;q=0.8,*/*;q=0.1";

/// Sends requests.
#[derive(Debug)]
pub(crate) struct Client {
    agent: Agent,
}

/// An answer whose body is not read yet.
pub(crate) struct Answer {
    pub status: u16,
    pub headers: Headers,
    body: Body,
}

impl Client {
    pub(crate) fn new(config: &Config) -> Self {
        let agent = format!("{NAME}/{} (+{})", env!("CARGO_PKG_VERSION"), env!("CARGO_PKG_REPOSITORY"));
        let settings = Agent::config_builder()
            .http_status_as_error(false)
            // A proxy would resolve names itself, and reach what must not be reached.
            .proxy(None)
            // Each hop is checked by the caller.
            .max_redirects(0)
            .max_redirects_will_error(false)
            // Between two requests lies a second or more, in which servers close: each gets a connection of its own.
            .max_idle_connections(0)
            .max_idle_connections_per_host(0)
            .user_agent(agent)
            .accept(ACCEPT)
            .accept_encoding("gzip")
            .timeout_resolve(Some(config.connect_time))
            .timeout_connect(Some(config.connect_time))
            .timeout_global(Some(config.total_time))
            .build();
        let guard = Guard::new(Permit::new(config));
        Client { agent: Agent::with_parts(settings, DefaultConnector::default(), guard) }
    }

    /// Asks for an address, with these header lines beside the usual.
    pub(crate) fn get(&self, url: &Url, headers: &[(&str, &str)]) -> Result<Answer, FetchError> {
        let request = headers.iter().fold(self.agent.get(url.as_str()), |r, (key, value)| r.header(*key, *value));
        let (parts, body) = request.call().map(Response::into_parts).map_err(|e| of_ureq(url, e))?;
        Ok(Answer { status: parts.status.as_u16(), headers: Headers(parts.headers), body })
    }
}

impl Client {
    /// Sends something, and gives the status of the answer.
    pub(crate) fn post(&self, url: &Url, media_type: &str, body: &str) -> Result<u16, FetchError> {
        let request = self.agent.post(url.as_str()).header("content-type", media_type);
        Ok(request.send(body).map_err(|e| of_ureq(url, e))?.status().as_u16())
    }
}

impl Answer {
    /// The body, unpacked.
    pub(crate) fn body(self, url: &Url, limit: u64) -> Result<Vec<u8>, FetchError> {
        let bytes = self.beginning(url, limit.saturating_add(1))?;
        if bytes.len() as u64 > limit { Err(FetchError::TooLong { limit }) } else { Ok(bytes) }
    }

    /// The first bytes of the body, unpacked.
    pub(crate) fn beginning(self, url: &Url, bytes: u64) -> Result<Vec<u8>, FetchError> {
        let (body, mut read) = (BufReader::new(self.body.into_reader()), Vec::new());
        let ended = match self.headers.get("content-encoding").map(str::to_ascii_lowercase).as_deref() {
            None | Some("identity") => body.take(bytes).read_to_end(&mut read),
            Some("gzip" | "x-gzip") => MultiGzDecoder::new(body).take(bytes).read_to_end(&mut read),
            Some(other) => return Err(FetchError::Packed { with: other.to_string() }),
        };
        match ended {
            Ok(_) => Ok(read),
            Err(error) => Err(match of_ureq(url, ureq::Error::from(error)) {
                FetchError::Connection { reason, .. } => FetchError::CutOff { reason },
                other => other,
            }),
        }
    }
}

/// The header lines of an answer.
pub(crate) struct Headers(HeaderMap);

impl Headers {
    pub(crate) fn get(&self, name: &str) -> Option<&str> {
        self.0.get(name)?.to_str().ok().map(str::trim).filter(|v| !v.is_empty())
    }
}

/// A URL's host, as it is named to the reader.
pub(crate) fn host(url: &Url) -> &str {
    url.host_str().unwrap_or_default()
}

fn of_ureq(url: &Url, error: ureq::Error) -> FetchError {
    let host = host(url).to_string();
    match error {
        ureq::Error::Timeout(stage) => FetchError::Slow { stage: stage.to_string() },
        ureq::Error::HostNotFound => FetchError::NoHost { host },
        ureq::Error::Other(why) => match why.downcast_ref() {
            Some(Refused(address)) => FetchError::Private { host, address: *address },
            None => FetchError::Connection { host, reason: one_line(&why) },
        },
        ureq::Error::Io(error) if is_lookup(&error) => FetchError::NoHost { host },
        ureq::Error::BadUri(reason) => FetchError::BadAddress { reason },
        error => FetchError::Connection { host, reason: one_line(&error) },
    }
}

/// The system has no kind for names that cannot be resolved.
fn is_lookup(error: &io::Error) -> bool {
    error.raw_os_error().is_none() && error.to_string().contains("lookup")
}

fn one_line(error: &dyn std::fmt::Display) -> String {
    error.to_string().split_whitespace().collect::<Vec<_>>().join(" ")
}
