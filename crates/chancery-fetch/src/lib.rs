//! Pages from the web, politely.
//!
//! In: a list of addresses. Out: for each, in the order of the list, what was [`Fetched`] or why not. Before a page its
//! site's robots.txt is asked (RFC 9309); a host gets at most one request a second, or as few as its `Crawl-delay` says; a
//! page that was fetched before is asked for only if it has changed ([`Config::cache`]). Only http and https, only
//! addresses of the public internet: each is checked after its name was resolved, and the address that was checked is the
//! one that is connected to, for pages, redirects and robots.txt alike, so that no name can lead into the reader's own
//! network. Sizes, times and redirects are limited. No cookies, no proxies, no scripts.
//!
//! This crate reads no pages: what is fetched comes as bytes. [`WarcWriter`] keeps them, so that a run can be repeated
//! without the web.
//!
//! ```no_run
//! use chancery_fetch::{Config, Fetcher};
//! use std::ops::ControlFlow;
//! let fetcher = Fetcher::new(Config::default())?;
//! fetcher.fetch_all(&["https://example.org/news/1".to_string()], &mut |i, fetched| {
//!     match fetched {
//!         Ok(page) => println!("{i}: {} bytes from {}", page.body.len(), page.url),
//!         Err(error) => println!("{i}: {error}"),
//!     }
//!     ControlFlow::Continue(())
//! });
//! # Ok::<(), chancery_fetch::FetchError>(())
//! ```

mod address;
mod cache;
mod clock;
mod error;
mod http;
mod order;
mod page;
mod robots;
mod warc;

pub use address::is_public;
pub use clock::{Clock, SystemClock};
pub use error::FetchError;
pub use page::Fetched;
pub use warc::WarcWriter;

use cache::Cache;
use clock::Pace;
use http::Client;
use robots::RobotsFiles;
use std::net::SocketAddr;
use std::ops::ControlFlow;
use std::path::PathBuf;
use std::sync::Arc;
use std::time::Duration;

/// What the program calls itself, to servers and in robots.txt.
pub(crate) const NAME: &str = "chancery";

/// How pages are fetched.
#[derive(Debug, Clone)]
pub struct Config {
    /// The time between two requests to one host.
    pub delay: Duration,
    /// A longer `Crawl-delay` or `Retry-After` is cut to this.
    pub max_delay: Duration,
    /// The largest page, unpacked, in bytes.
    pub max_bytes: u64,
    /// The time for finding a host and connecting to it.
    pub connect_time: Duration,
    /// The time for one request from its beginning to the end of its answer.
    pub total_time: Duration,
    /// How many redirects are followed from one address.
    pub redirects: usize,
    /// How many hosts are asked at once.
    pub hosts_at_once: usize,
    /// A folder in which pages are kept, to be asked for again only if they have changed.
    pub cache: Option<PathBuf>,
    /// True where addresses that are not on the public internet may be connected to.
    pub allow_private: bool,
    /// Single addresses that may be connected to although they are not public.
    pub allow: Vec<SocketAddr>,
    /// The clock that delays are measured with.
    pub clock: Arc<dyn Clock>,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            delay: Duration::from_secs(1),
            max_delay: Duration::from_secs(30),
            max_bytes: 16 << 20,
            connect_time: Duration::from_secs(10),
            total_time: Duration::from_secs(60),
            redirects: 5,
            hosts_at_once: 16,
            cache: None,
            allow_private: false,
            allow: Vec::new(),
            clock: Arc::new(SystemClock::default()),
        }
    }
}

/// Fetches pages; made once, shared by all threads.
#[derive(Debug)]
pub struct Fetcher {
    config: Config,
    client: Client,
    pace: Pace,
    robots: RobotsFiles,
    cache: Option<Cache>,
}

impl Fetcher {
    /// Makes ready; nothing is sent.
    ///
    /// # Errors
    /// Where the folder of the cache cannot be made.
    pub fn new(config: Config) -> Result<Self, FetchError> {
        Ok(Fetcher {
            client: Client::new(&config),
            pace: Pace::new(config.clock.clone()),
            robots: RobotsFiles::default(),
            cache: config.cache.clone().map(Cache::open).transpose()?,
            config,
        })
    }

    /// Fetches pages, several hosts at a time; gives each to `each` with its number, in the order of `urls`, until that
    /// breaks off.
    ///
    /// Within a host the order of requests is that of `urls`. What arrived and cannot be given yet takes bounded memory.
    pub fn fetch_all(
        &self,
        urls: &[String],
        each: &mut dyn FnMut(usize, Result<Fetched, FetchError>) -> ControlFlow<()>,
    ) {
        order::in_order(urls, self.config.hosts_at_once, &|url| self.page(url), each);
    }

    /// Fetches one page unless it is as it was when it had these header lines (`ETag`, `Last-Modified`); then there is `None`.
    /// A cache has no part in it.
    ///
    /// # Errors
    /// As [`Fetcher::fetch_all`] gives them.
    pub fn fetch_changed(&self, url: &str, had: &[(String, String)]) -> Result<Option<Fetched>, FetchError> {
        self.changed_page(url, had)
    }

    /// Sends JSON to an address that the user names, once, without asking robots.txt; redirects are not followed. Gives the
    /// status of the answer.
    ///
    /// # Errors
    /// Where it is no address, or there is no answer.
    pub fn post_json(&self, url: &str, json: &str) -> Result<u16, FetchError> {
        self.client.post(&page::web_address(url)?, "application/json", json)
    }
}
