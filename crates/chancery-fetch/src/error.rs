//! Why a page was not fetched: what happened, and what to do.

use std::net::IpAddr;
use std::time::Duration;

/// Why one page was not fetched, or none can be. The caller knows the address that it asked for.
#[derive(Debug, Clone, thiserror::Error)]
#[non_exhaustive]
pub enum FetchError {
    /// This is no address.
    #[error("no address of a page ({reason}); correct it")]
    BadAddress {
        /// What is wrong with it.
        reason: String,
    },
    /// Neither http nor https.
    #[error("only http and https are fetched, not {scheme}; leave it out")]
    Scheme {
        /// What stands before the colon.
        scheme: String,
    },
    /// It lies in a private network, or on this machine.
    #[error("{host} is at {address}, not on the public internet; --allow-private fetches from your own network")]
    Private {
        /// The host that was asked for.
        host: String,
        /// Where it is.
        address: IpAddr,
    },
    /// The site does not want it.
    #[error("robots.txt of {host} does not allow it; leave it out, or save the page yourself")]
    Robots {
        /// The site.
        host: String,
    },
    /// It cannot be known whether the site wants it.
    #[error("robots.txt of {host} cannot be had ({reason}), so nothing is fetched from there; try again later")]
    NoRobots {
        /// The site.
        host: String,
        /// What happened.
        reason: String,
    },
    /// From one address to another, and on.
    #[error("more than {limit} redirects; open it in a browser and list the address it ends at")]
    TooManyRedirects {
        /// How many are followed.
        limit: usize,
    },
    /// A redirect without a usable address.
    #[error("redirected to nowhere ({reason}); open it in a browser and list the address it ends at")]
    BadRedirect {
        /// What is wrong with it.
        reason: String,
    },
    /// The server says that there is no page.
    #[error("the server answers {status}; {}", hint(*.status))]
    Status {
        /// The HTTP status.
        status: u16,
    },
    /// The server asks for a pause longer than is made.
    #[error("the server asks to wait {} s ({status}); try again then", .wait.as_secs())]
    Busy {
        /// The HTTP status.
        status: u16,
        /// How long.
        wait: Duration,
    },
    /// A picture, a film, a program.
    #[error("this is {media_type}, not a page; leave it out")]
    NoPage {
        /// The stated media type.
        media_type: String,
    },
    /// Packed although that was not asked for.
    #[error("the server packs it with {with}, which is not read; save it yourself and read the file")]
    Packed {
        /// What the server says.
        with: String,
    },
    /// More than is taken.
    #[error("longer than {limit} bytes; save it yourself and read the file")]
    TooLong {
        /// The limit, in bytes.
        limit: u64,
    },
    /// Too slow.
    #[error("no answer in time ({stage}); try again later")]
    Slow {
        /// What was waited for.
        stage: String,
    },
    /// The page ends too early.
    #[error("cut off ({reason}); try again")]
    CutOff {
        /// What the connection said.
        reason: String,
    },
    /// There is no such host.
    #[error("there is no host {host}; check the address and the connection to the internet")]
    NoHost {
        /// The host.
        host: String,
    },
    /// The host does not talk, or not as it should.
    #[error("{host} cannot be talked to ({reason}); try again later")]
    Connection {
        /// The host.
        host: String,
        /// What happened.
        reason: String,
    },
    /// The folder of fetched pages cannot be used.
    #[error("the cache {path} cannot be used ({reason}); choose another folder or make room")]
    Cache {
        /// The folder or file.
        path: String,
        /// What the system said.
        reason: String,
    },
    /// A defect of the program.
    #[error("the program broke on this address; please report it")]
    Broke,
}

fn hint(status: u16) -> &'static str {
    match status {
        401 | 402 | 403 | 451 => "it is not open to programs: save the page yourself and read the file",
        404 | 410 => "check the address",
        300..=499 => "leave it out",
        _ => "try again later",
    }
}
