//! One page: robots.txt, the host's turn, the request, redirects.

use crate::http::{Answer, Headers, host};
use crate::{FetchError, Fetcher, warc};
use std::time::{Duration, SystemTime};
use url::Url;

/// A page as it was fetched.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fetched {
    /// Where it was found, behind all redirects.
    pub url: String,
    /// When it was fetched; of a page that has not changed since, when it was fetched first.
    pub date: SystemTime,
    /// The header lines that say what it is and whether it has changed.
    pub headers: Vec<(String, String)>,
    /// The body, unpacked.
    pub body: Vec<u8>,
}

/// The header lines that are kept.
const KEPT: [&str; 4] = ["Content-Type", "ETag", "Last-Modified", "Content-Language"];

impl Fetched {
    /// A header line by its name.
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(key, _)| key.eq_ignore_ascii_case(name)).map(|(_, value)| value.as_str())
    }

    /// The day it was fetched on, in UTC, as `2026-11-01`.
    pub fn day(&self) -> String {
        warc::date(self.date).get(..10).unwrap_or_default().to_string()
    }

    /// The character set that the server states.
    pub fn charset(&self) -> Option<String> {
        let media_type = self.header("content-type")?.to_ascii_lowercase();
        let charset =
            media_type.split(';').find_map(|part| part.trim().strip_prefix("charset=").map(str::to_string))?;
        Some(charset.trim_matches(['"', '\'', ' ']).to_string()).filter(|c| !c.is_empty())
    }
}

/// What one request led to.
enum Step {
    Page(Fetched),
    /// It is as it was.
    Same,
    To(Url),
    /// The server asks for a pause.
    Wait {
        status: u16,
        time: Duration,
    },
}

impl Fetcher {
    pub(crate) fn page(&self, url: &str) -> Result<Fetched, FetchError> {
        // Without validators of the caller a page that has not changed is taken from the cache.
        self.changed_page(url, &[])?.ok_or(FetchError::Status { status: 304 })
    }

    /// The page, or `None` where it has not changed since it had these header lines.
    pub(crate) fn changed_page(&self, url: &str, had: &[(String, String)]) -> Result<Option<Fetched>, FetchError> {
        let (mut url, mut redirects, mut waited) = (web_address(url)?, 0, false);
        loop {
            let delay = self.ask_robots(&url)?;
            self.pace.wait(host(&url), delay);
            match self.step(&url, had)? {
                Step::Page(fetched) => return Ok(Some(fetched)),
                Step::Same => return Ok(None),
                Step::To(_) if redirects == self.config.redirects => {
                    return Err(FetchError::TooManyRedirects { limit: redirects });
                }
                Step::To(next) => (url, redirects) = (next, redirects + 1),
                Step::Wait { status, time } => {
                    self.pace.pause(host(&url), time.min(self.config.max_delay));
                    if waited || time > self.config.max_delay {
                        return Err(FetchError::Busy { status, wait: time });
                    }
                    waited = true;
                }
            }
        }
    }

    fn step(&self, url: &Url, had: &[(String, String)]) -> Result<Step, FetchError> {
        let known = self.cache.as_ref().filter(|_| had.is_empty()).and_then(|c| c.get(url.as_str()));
        let headers = known.as_ref().map_or(had, |known| &known.headers);
        let answer = self.client.get(url, &conditions(headers))?;
        match (answer.status, known) {
            (304, Some(known)) => Ok(Step::Page(known)),
            (304, None) if !had.is_empty() => Ok(Step::Same),
            (200..=299, _) => self.take(url, answer).map(Step::Page),
            (301 | 302 | 303 | 307 | 308, _) => redirect(url, &answer.headers).map(Step::To),
            (status @ (429 | 503), _) => match self.retry_after(&answer.headers) {
                Some(time) => Ok(Step::Wait { status, time }),
                None => Err(FetchError::Status { status }),
            },
            (status, _) => Err(FetchError::Status { status }),
        }
    }

    fn take(&self, url: &Url, answer: Answer) -> Result<Fetched, FetchError> {
        let limit = self.config.max_bytes;
        let headers = &answer.headers;
        if let Some(media_type) = headers.get("content-type").filter(|t| !may_be_page(t)) {
            return Err(FetchError::NoPage { media_type: media_type.to_string() });
        }
        if headers.get("content-length").and_then(|l| l.parse::<u64>().ok()).is_some_and(|l| l > limit) {
            return Err(FetchError::TooLong { limit });
        }
        let kept = KEPT.iter().filter_map(|key| Some((key.to_string(), headers.get(key)?.to_string())));
        let headers = kept.collect();
        let body = answer.body(url, limit)?;
        let fetched = Fetched { url: url.to_string(), date: self.config.clock.date(), headers, body };
        if let Some(cache) = &self.cache {
            cache.put(&fetched)?;
        }
        Ok(fetched)
    }

    /// How long the server asks to wait: seconds, or until a date.
    fn retry_after(&self, headers: &Headers) -> Option<Duration> {
        let text = headers.get("retry-after")?;
        if let Ok(seconds) = text.parse() {
            return Some(Duration::from_secs(seconds));
        }
        let date: SystemTime = jiff::fmt::rfc2822::parse(text).ok()?.timestamp().into();
        Some(date.duration_since(self.config.clock.date()).unwrap_or_default())
    }
}

/// An address as it was written.
pub(crate) fn web_address(text: &str) -> Result<Url, FetchError> {
    checked(Url::parse(text.trim()).map_err(|e| FetchError::BadAddress { reason: e.to_string() })?)
}

/// An address that may be asked for, without its fragment.
fn checked(mut url: Url) -> Result<Url, FetchError> {
    if !matches!(url.scheme(), "http" | "https") {
        return Err(FetchError::Scheme { scheme: url.scheme().to_string() });
    }
    if !url.username().is_empty() || url.password().is_some() {
        return Err(FetchError::BadAddress { reason: "it holds a user name or password".into() });
    }
    url.set_fragment(None);
    Ok(url)
}

/// Asks for a page only if it has changed.
fn conditions(headers: &[(String, String)]) -> Vec<(&'static str, &str)> {
    let pairs = [("if-none-match", "etag"), ("if-modified-since", "last-modified")];
    let condition =
        |(ask, key)| headers.iter().find(|(k, _)| k.eq_ignore_ascii_case(key)).map(|(_, v)| (ask, v.as_str()));
    pairs.into_iter().filter_map(condition).collect()
}

fn redirect(from: &Url, headers: &Headers) -> Result<Url, FetchError> {
    let bad = |reason: String| FetchError::BadRedirect { reason };
    let to = headers.get("location").ok_or_else(|| bad("no address is stated".into()))?;
    let to = from.join(to).map_err(|e| bad(e.to_string()))?;
    checked(to).map_err(|e| bad(e.to_string().split(';').next().unwrap_or_default().to_string()))
}

/// False for what is certainly no page.
fn may_be_page(media_type: &str) -> bool {
    let media_type = media_type.split(';').next().unwrap_or_default().trim().to_ascii_lowercase();
    let Some((class, kind)) = media_type.split_once('/') else { return true };
    match class {
        "text" => !matches!(kind, "css" | "javascript" | "calendar"),
        "application" => {
            PAGES.contains(&kind)
                || kind.ends_with("+xml")
                || kind.ends_with("+json")
                || kind.ends_with("wordprocessingml.document")
        }
        "message" => true,
        _ => false,
    }
}

/// Kinds of `application/` that may be pages.
const PAGES: [&str; 5] = ["xml", "json", "pdf", "xhtml", "ld+json"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pages_are_told_from_other_things() {
        for page in [
            "text/html; charset=utf-8",
            "text/plain",
            "application/rss+xml",
            "application/PDF",
            "",
            "application/xhtml+xml",
        ] {
            assert!(may_be_page(page), "{page}");
        }
        for other in ["image/png", "video/mp4", "text/css", "application/octet-stream", "application/zip", "font/woff2"]
        {
            assert!(!may_be_page(other), "{other}");
        }
    }

    #[test]
    fn only_plain_web_addresses_are_asked_for() {
        let check = |text: &str| checked(Url::parse(text).unwrap());
        assert_eq!(check("https://example.org/a#b").unwrap().as_str(), "https://example.org/a");
        assert!(matches!(check("ftp://example.org/"), Err(FetchError::Scheme { .. })));
        assert!(matches!(check("file:///etc/passwd"), Err(FetchError::Scheme { .. })));
        assert!(matches!(check("https://a:b@example.org/"), Err(FetchError::BadAddress { .. })));
    }

    #[test]
    fn the_character_set_is_read() {
        let headers = vec![("Content-Type".to_string(), "text/html; Charset=\"KOI8-R\"".to_string())];
        let fetched = Fetched { url: String::new(), date: SystemTime::UNIX_EPOCH, headers, body: Vec::new() };
        assert_eq!(fetched.charset().as_deref(), Some("koi8-r"));
    }
}
