//! `chancery watch`: polls feeds, reads what is new into a ledger, and says what it tells.
//!
//! A round: every feed whose time has come is asked (one after another, each host at most once a second, robots.txt asked
//! first, unchanged feeds not sent again); the pages that it names and nobody has read are fetched and coded, those that could
//! not be had when their time has come again; then the brief is written and the webhook or the command is told. All that was
//! done is in the ledger, so a stop at any point loses nothing: pages that were read and not told are told in the next round.

use super::brief;
use super::fetch::Web;
use super::ledger::{finish, store_coded};
use crate::Outcome;
use crate::args::{WatchArgs, WebArgs};
use anyhow::{Context, Result, bail, ensure};
use chancery::formats::{Fetch, FetchedPage, Formats};
use chancery::{CodedInput, Data, Input, InputStatus, Pipeline, ReadOptions, Run, stream_inputs};
use chancery_exports::Knowledge;
use chancery_fetch::{Config, FetchError, Fetched, Fetcher};
use chancery_ledger::{EventDetail, EventFilter, Ledger, LedgerError, RunManifest, WatchedFeed, WatchedPage};
use serde_json::{Map, Value, json};
use std::collections::BTreeMap;
use std::fs;
use std::io::Write;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, SystemTime, UNIX_EPOCH};

/// A feed that cannot be had is asked less and less often, up to this many times the usual interval.
const MOST_PATIENCE: u32 = 32;

/// Watches until it is stopped, or for one round.
pub fn run(data: &Data, flags: &WatchArgs) -> Result<Outcome> {
    let pipeline = super::pipeline(data)?;
    let feeds = listed(&pipeline.formats, &flags.feeds)?;
    let given = match &flags.queries {
        Some(file) => Some(saved_queries(file, &Knowledge::load(data)?.event_types())?),
        None => None,
    };
    let ledger = Ledger::open(&flags.ledger)?;
    ledger.begin_watching()?;
    let mut watch = Watch { data, flags, feeds, given, pipeline, ledger };
    // One that cannot be read is better known now than when there is something to tell.
    watch.queries()?;
    loop {
        let outcome = watch.round()?;
        if flags.once {
            return Ok(outcome);
        }
        let next = watch.next()?;
        std::thread::sleep(Duration::from_secs(u64::try_from(next - now()).unwrap_or(0).max(1)));
    }
}

/// The addresses that a list holds, in its order.
fn listed(formats: &Formats, file: &Path) -> Result<Vec<String>> {
    /// Takes down what would be fetched.
    #[derive(Debug, Default)]
    struct Listing(Mutex<Vec<String>>);
    impl Fetch for Listing {
        fn fetch(&self, urls: &[String], _: &mut dyn FnMut(usize, Result<FetchedPage, String>) -> bool) {
            self.0.lock().unwrap_or_else(PoisonError::into_inner).extend(urls.iter().cloned());
        }
    }
    let listing = Arc::new(Listing::default());
    let mut trouble = None;
    let name = file.display().to_string();
    formats.clone().with_fetch(listing.clone()).read_file(&name, file, &mut |item| {
        if let chancery::formats::Item::Error(error) = item {
            trouble.get_or_insert(error.to_string());
        }
    });
    let urls = listing.0.lock().unwrap_or_else(PoisonError::into_inner).clone();
    match trouble {
        _ if !urls.is_empty() => Ok(urls),
        Some(trouble) => bail!(trouble),
        None => bail!("{name} lists no feeds; name an OPML file, or a text with an address a line"),
    }
}

/// A query that somebody wants to hear of.
#[derive(Clone)]
struct SavedQuery {
    name: String,
    filter: EventFilter,
}

/// Reads `[[query]]` tables: a `name`, and what `events` can be narrowed by.
fn saved_queries(file: &Path, types: &[String]) -> Result<Vec<SavedQuery>> {
    #[derive(serde::Deserialize)]
    #[serde(deny_unknown_fields)]
    struct Saved {
        query: Vec<toml::Table>,
    }
    let place = || file.display().to_string();
    let text = fs::read_to_string(file).with_context(place)?;
    let saved: Saved = toml::from_str(&text).with_context(place)?;
    let read = |mut table: toml::Table| -> Result<SavedQuery> {
        let name = table.remove("name").and_then(|n| n.as_str().map(String::from)).context("a query has no name")?;
        let filter: EventFilter = table.try_into().with_context(|| format!("query {name:?}"))?;
        Ok(SavedQuery { filter: filter.checked(types).with_context(|| format!("query {name:?}"))?, name })
    };
    saved.query.into_iter().map(read).collect::<Result<_>>().with_context(place)
}

struct Watch<'a> {
    data: &'a Data,
    flags: &'a WatchArgs,
    feeds: Vec<String>,
    /// Those of `--queries`.
    given: Option<Vec<SavedQuery>>,
    pipeline: Pipeline,
    ledger: Ledger,
}

impl Watch<'_> {
    fn round(&mut self) -> Result<Outcome> {
        let mut outcome = self.poll()?;
        if self.read()? == Outcome::SomeUnread {
            outcome = Outcome::SomeUnread;
        }
        if self.ledger.untold_pages()? == 0 {
            return Ok(outcome);
        }
        match self.tell() {
            Ok(()) => self.ledger.remember_told()?,
            // It is told in the next round, with what is new by then.
            Err(error) => {
                eprintln!("chancery: {error:#}; it is tried again");
                outcome = Outcome::SomeUnread;
            }
        }
        Ok(outcome)
    }

    /// Asks the feeds whose time has come.
    fn poll(&mut self) -> Result<Outcome> {
        // robots.txt may change: it is asked anew in every round.
        let config = Config { allow_private: self.flags.allow_private, ..Config::default() };
        let (fetcher, mut outcome) = (Fetcher::new(config)?, Outcome::Done);
        for url in &self.feeds {
            let known = self.ledger.watched_feed(url)?;
            if known.next > now() {
                continue;
            }
            let answer = fetcher.fetch_changed(url, &known.validators);
            let pages = match &answer {
                Ok(Some(feed)) => pages_of(&self.pipeline, url, feed),
                Ok(None) => Ok(Vec::new()),
                Err(error) => Err(error.to_string()),
            };
            if let Err(reason) = &pages {
                eprintln!("chancery: {url}: {reason}");
                outcome = Outcome::SomeUnread;
            }
            let failed = pages.is_err();
            let pages = pages.unwrap_or_default();
            let feed = after(&known, &answer, failed, now() + self.pause(url, &known, &answer, failed));
            let new = self.ledger.remember_feed(url, &feed, &pages)?;
            if new > 0 {
                eprintln!("chancery: {url}: {new} new pages");
            }
        }
        Ok(outcome)
    }

    /// Seconds until a feed is asked again: the interval, a little more or less for each, so that not all are asked at once;
    /// longer where the server asks for it, or cannot be had.
    fn pause(&self, url: &str, known: &WatchedFeed, answer: &Result<Option<Fetched>, FetchError>, failed: bool) -> i64 {
        let every = self.flags.every.as_secs();
        let patience = if failed { 1 << known.failures.min(MOST_PATIENCE.ilog2()) } else { 1 };
        let wanted = match answer {
            Err(FetchError::Busy { wait, .. }) => wait.as_secs(),
            _ => 0,
        };
        seconds(Duration::from_secs(jittered(every.saturating_mul(patience), self.flags.seed, url).max(wanted)))
    }

    /// Reads the pages that nobody has read; each is kept as soon as it is coded.
    fn read(&mut self) -> Result<Outcome> {
        let pages = self.ledger.pages_to_read(now())?;
        if pages.is_empty() {
            return Ok(Outcome::Done);
        }
        let flags = WebArgs { fetch: true, cache: None, save_warc: None, allow_private: self.flags.allow_private };
        let web = Web::new(&flags, &[])?.map(Arc::new);
        if let Some(web) = web.clone() {
            self.pipeline.formats = self.pipeline.formats.clone().with_fetch(web);
        }
        // A list of one address for each page: its input is then named by the address.
        let list = |WatchedPage { url, .. }: &WatchedPage| Input::Memory {
            name: url.clone(),
            bytes: format!("{url}\n").into_bytes().into(),
        };
        let inputs: Vec<Input> = pages.iter().map(list).collect();
        let mut run = self.ledger.begin_run(&self.manifest())?;
        let mut failed: BTreeMap<String, u32> = pages.into_iter().map(|page| (page.url, page.tries)).collect();
        let (ledger, mut read) = (&mut self.ledger, 0);
        let mut keep = |input: CodedInput| -> Result<()> {
            match &input.status {
                InputStatus::Archive => return Ok(()),
                InputStatus::Failed(reason) => {
                    eprintln!("chancery: {reason}");
                    return Ok(());
                }
                _ => {}
            }
            let (name, url) = (input.name.clone(), input.archive.clone().unwrap_or_else(|| input.name.clone()));
            store_coded(ledger, &mut run, input)?;
            ledger.remember_page(&url, &name)?;
            failed.remove(&url);
            read += 1;
            Ok(())
        };
        let how = Run { threads: self.flags.jobs, ..Run::default() };
        stream_inputs(&self.pipeline, &inputs, &how, &|_| false, &|_| {}, &mut keep)?;
        for (url, tries) in &failed {
            let wanted = web.as_ref().map_or(Duration::ZERO, |web| web.wait(url));
            let pause = self.flags.every.saturating_mul(1 << tries.min(&MOST_PATIENCE.ilog2())).max(wanted);
            self.ledger.remember_failure(url, now().saturating_add(seconds(pause)))?;
        }
        finish(&mut self.ledger, &self.pipeline.joiner)?;
        eprintln!("chancery: {read} pages read");
        Ok(if failed.is_empty() { Outcome::Done } else { Outcome::SomeUnread })
    }

    fn manifest(&self) -> RunManifest {
        let mut options = Map::new();
        options.insert("date".into(), Value::Null);
        RunManifest {
            program_version: env!("CARGO_PKG_VERSION").into(),
            data_hash: self.data.hash(),
            options,
            inputs: vec![self.flags.feeds.to_string_lossy().into_owned()],
        }
    }

    /// Writes the brief and tells the webhook and the command what the new pages report.
    fn tell(&self) -> Result<()> {
        if let Some(file) = &self.flags.brief {
            let mut text = Vec::new();
            brief::write_since(self.data, &self.ledger, &self.flags.since, file, &mut text)?;
            replace(file, &text)?;
        }
        if self.flags.webhook.is_none() && self.flags.run.is_none() {
            return Ok(());
        }
        let news = self.news()?;
        if news["events"] == 0 {
            return Ok(());
        }
        let text = news.to_string();
        if let Some(url) = &self.flags.webhook {
            // The address is the user's own: it may well be on this machine.
            let fetcher = Fetcher::new(Config { allow_private: true, ..Config::default() })?;
            let status = fetcher.post_json(url, &text).with_context(|| url.clone())?;
            ensure!((200..300).contains(&status), "{url}: the webhook answers {status}");
        }
        if let Some(command) = &self.flags.run {
            call(command, &text)?;
        }
        Ok(())
    }

    /// What the new pages report, by query; all of it where no query is saved.
    fn news(&self) -> Result<Value> {
        let (mut all, mut found) = (0, Vec::new());
        for query in self.queries()? {
            let events = self.ledger.untold_events(&query.filter)?;
            all += events.len();
            if !events.is_empty() {
                found.push(json!({ "name": query.name, "filter": query.filter, "events": events.iter().map(told).collect::<Vec<_>>() }));
            }
        }
        Ok(json!({ "events": all, "queries": found }))
    }

    /// What is to be told: the queries of `--queries`, else those that are saved in the ledger now, else everything. One that
    /// cannot be read is named, and the others are told.
    fn queries(&self) -> Result<Vec<SavedQuery>> {
        let names = match &self.given {
            Some(given) if !given.is_empty() => return Ok(given.clone()),
            Some(_) => Vec::new(),
            None => self.ledger.saved_names()?,
        };
        if names.is_empty() {
            return Ok(vec![SavedQuery { name: "all".into(), filter: EventFilter::default() }]);
        }
        let mut queries = Vec::new();
        for name in names {
            match self.ledger.saved_query(&name) {
                Ok(found) => queries.extend(found.map(|q| SavedQuery { name: q.name, filter: q.filter })),
                Err(wrong @ LedgerError::SavedQuery { .. }) => eprintln!("chancery: {wrong}; it is left out"),
                Err(wrong) => return Err(wrong.into()),
            }
        }
        Ok(queries)
    }

    /// When the next feed or page is to be asked for.
    fn next(&self) -> Result<i64> {
        let mut next = self.ledger.next_page()?.unwrap_or(i64::MAX);
        for url in &self.feeds {
            next = next.min(self.ledger.watched_feed(url)?.next);
        }
        Ok(next)
    }
}

/// An event with the words and the addresses of its reports.
fn told(event: &EventDetail) -> Value {
    let mut row = serde_json::to_value(&event.summary).unwrap_or_default();
    let reports = event.tellings.iter().map(|t| {
        let (article, report) = (&t.article, &t.report);
        json!({ "outlet": article.outlet, "published": article.date, "url": article.url, "title": article.title, "text": report.text, "claimant": report.claimant })
    });
    row["told"] = reports.collect();
    row
}

/// What is known of a feed after it was asked.
fn after(known: &WatchedFeed, answer: &Result<Option<Fetched>, FetchError>, failed: bool, next: i64) -> WatchedFeed {
    let validators = match answer {
        Ok(Some(feed)) if !failed => {
            let wanted = |key: &str| ["etag", "last-modified"].iter().any(|v| key.eq_ignore_ascii_case(v));
            feed.headers.iter().filter(|(key, _)| wanted(key)).cloned().collect()
        }
        _ => known.validators.clone(),
    };
    WatchedFeed { validators, next, failures: if failed { known.failures + 1 } else { 0 } }
}

/// The pages that a feed names, oldest first: feeds begin with the newest.
fn pages_of(pipeline: &Pipeline, url: &str, feed: &Fetched) -> Result<Vec<String>, String> {
    let options = ReadOptions { url: Some(feed.url.clone()), ..ReadOptions::default() };
    let page = pipeline.reader.read(url, &feed.body, &options).map_err(|e| e.to_string())?;
    let mut pages: Vec<String> = page.articles.into_iter().filter_map(|a| a.url).collect();
    pages.retain(|page| page.starts_with("http") && *page != feed.url && page != url);
    if pages.is_empty() {
        return Err("no feed, or one that names no pages; leave it out".into());
    }
    pages.reverse();
    Ok(pages)
}

/// A time a tenth longer or shorter at most, the same for the same seed and feed.
fn jittered(seconds: u64, seed: u64, url: &str) -> u64 {
    let hash = chancery_ledger::content_hash(format!("{seed} {url}").as_bytes());
    let part = u64::from_str_radix(hash.get(..4).unwrap_or("0"), 16).unwrap_or(0);
    let tenth = seconds / 10;
    seconds - tenth + 2 * tenth * part / 0xffff
}

/// Whole seconds, few enough to be added to a time.
fn seconds(time: Duration) -> i64 {
    i64::try_from(time.as_secs()).unwrap_or(i64::MAX / 2)
}

fn now() -> i64 {
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_secs()).unwrap_or(i64::MAX)
}

/// Puts a text in the place of a file; whoever reads it sees the old one or the new one, whole.
fn replace(file: &Path, text: &[u8]) -> Result<()> {
    let folder = file.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let write = || -> std::io::Result<()> {
        let mut beside = tempfile::NamedTempFile::new_in(folder)?;
        beside.write_all(text)?;
        beside.persist(file).map_err(|e| e.error).map(drop)
    };
    write().with_context(|| format!("cannot write {}", file.display()))
}

/// Runs the user's command with the news on its standard input.
fn call(command: &str, news: &str) -> Result<()> {
    let (shell, flag) = if cfg!(windows) { ("cmd", "/C") } else { ("sh", "-c") };
    let named = || format!("the command {command:?}");
    let mut child = Command::new(shell).args([flag, command]).stdin(Stdio::piped()).spawn().with_context(named)?;
    if let Some(mut pipe) = child.stdin.take() {
        // A command that does not read is not wrong.
        let _ = pipe.write_all(news.as_bytes());
    }
    let status = child.wait().with_context(named)?;
    ensure!(status.success(), "{} ended with {status}", named());
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_two_feeds_are_asked_at_once_and_the_same_seed_asks_alike() {
        let all: Vec<u64> = (0..200).map(|i| jittered(600, 7, &format!("https://example.org/{i}"))).collect();
        assert!(all.iter().all(|s| (540..=660).contains(s)));
        assert!(all.iter().collect::<std::collections::BTreeSet<_>>().len() > 50);
        assert_eq!(jittered(600, 7, "https://example.org/3"), all[3]);
        assert_eq!(jittered(0, 7, "x"), 0);
    }
}
