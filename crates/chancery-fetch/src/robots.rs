//! What a site lets programs read (RFC 9309).

use crate::http::host;
use crate::{FetchError, Fetcher, NAME};
use robotxt::{AccessResult, BYTE_LIMIT, Robots};
use std::collections::HashMap;
use std::sync::{Arc, Mutex, OnceLock, PoisonError};
use std::time::Duration;
use url::{Origin, Url};

/// The robots.txt files of a run, each fetched once.
#[derive(Debug, Default)]
pub(crate) struct RobotsFiles(Mutex<HashMap<Origin, Arc<OnceLock<Rules>>>>);

/// What one site says, or why that is not known.
type Rules = Result<Robots, FetchError>;

impl Fetcher {
    /// Asks whether a page may be fetched; says how long the site is to be left alone after it.
    pub(crate) fn ask_robots(&self, url: &Url) -> Result<Duration, FetchError> {
        let file = {
            let mut files = self.robots.0.lock().unwrap_or_else(PoisonError::into_inner);
            files.entry(url.origin()).or_default().clone()
        };
        match file.get_or_init(|| self.robots_file(url)) {
            Err(error) => Err(error.clone()),
            Ok(robots) if !robots.is_url_allowed(url) => Err(FetchError::Robots { host: host(url).to_string() }),
            Ok(robots) => {
                let asked = robots.crawl_delay().unwrap_or_default();
                Ok(asked.min(self.config.max_delay).max(self.config.delay))
            }
        }
    }

    fn robots_file(&self, page: &Url) -> Rules {
        let none = |reason: String| FetchError::NoRobots { host: host(page).to_string(), reason };
        let mut url = page.join("/robots.txt").map_err(|e| none(e.to_string()))?;
        for _ in 0..=self.config.redirects {
            self.pace.wait(host(&url), self.config.delay);
            // Where the site itself cannot be had, robots.txt is not the matter.
            let failed = |error| if url.origin() == page.origin() { error } else { none(shortened(&error)) };
            let answer = self.client.get(&url, &[]).map_err(failed)?;
            match answer.status {
                200..=299 => {
                    // Of a longer file the beginning counts.
                    let text = answer.beginning(&url, BYTE_LIMIT as u64 + 1).map_err(failed)?;
                    return Ok(Robots::from_access(AccessResult::Successful(&text), NAME));
                }
                301 | 302 | 303 | 307 | 308 => match answer.headers.get("location").map(|to| url.join(to)) {
                    Some(Ok(to)) if matches!(to.scheme(), "http" | "https") => url = to,
                    _ => return Ok(Robots::allow_all()),
                },
                429 | 500.. => return Err(none(format!("the server answers {}", answer.status))),
                _ => return Ok(Robots::from_access(AccessResult::Unavailable, NAME)),
            }
        }
        Ok(Robots::from_access(AccessResult::TooManyRedirects, NAME))
    }
}

/// What happened, without what to do.
fn shortened(error: &FetchError) -> String {
    let text = error.to_string();
    text.split_once(';').map_or(text.clone(), |(what, _)| what.to_string())
}
