//! `--fetch`: the pages of lists of addresses, for the formats to read, and kept in a WARC file where that is wanted.

use crate::args::WebArgs;
use anyhow::{Context, Result};
use chancery::formats::{Fetch, FetchedPage};
use chancery_fetch::{Config, Fetched, Fetcher, WarcWriter};
use std::fs::File;
use std::io::{self, BufWriter};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};

/// The web, as far as the flags allow it.
#[derive(Debug)]
pub struct Web {
    fetcher: Fetcher,
    saved: Option<Saved>,
}

/// A WARC file that is being written; afterwards, why it is not.
#[derive(Debug)]
struct Saved {
    path: PathBuf,
    writer: Mutex<io::Result<WarcWriter<BufWriter<File>>>>,
}

impl Web {
    /// Makes ready; `None` without `--fetch`.
    pub fn new(flags: &WebArgs) -> Result<Option<Self>> {
        if !flags.fetch {
            return Ok(None);
        }
        let config = Config { cache: flags.cache.clone(), allow_private: flags.allow_private, ..Config::default() };
        let saved = flags.save_warc.as_deref().map(Saved::create).transpose()?;
        Ok(Some(Web { fetcher: Fetcher::new(config)?, saved }))
    }

    /// Ends the WARC file.
    pub fn finish(&self) -> Result<()> {
        self.saved.as_ref().map_or(Ok(()), Saved::finish)
    }
}

impl Fetch for Web {
    fn fetch(&self, urls: &[String], each: &mut dyn FnMut(usize, Result<FetchedPage, String>) -> bool) {
        self.fetcher.fetch_all(urls, &mut |i, page| {
            if let (Ok(page), Some(saved)) = (&page, &self.saved) {
                saved.add(page);
            }
            if each(i, page.map(fetched_page).map_err(|e| e.to_string())) {
                ControlFlow::Continue(())
            } else {
                ControlFlow::Break(())
            }
        });
    }
}

fn fetched_page(page: Fetched) -> FetchedPage {
    FetchedPage { charset: page.charset(), date: page.day().parse().ok(), url: page.url, body: page.body }
}

impl Saved {
    fn create(path: &Path) -> Result<Self> {
        let is_packed = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("gz"));
        let writer = File::create(path).and_then(|file| WarcWriter::new(BufWriter::new(file), is_packed));
        let writer = writer.with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Saved { path: path.to_path_buf(), writer: Mutex::new(Ok(writer)) })
    }

    fn add(&self, page: &Fetched) {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        if let Ok(Err(error)) = writer.as_mut().map(|w| w.add(page)) {
            *writer = Err(error);
        }
    }

    fn finish(&self) -> Result<()> {
        let mut writer = self.writer.lock().unwrap_or_else(PoisonError::into_inner);
        let ended = writer.as_mut().map_or_else(|e| Err(io::Error::new(e.kind(), e.to_string())), WarcWriter::finish);
        ended.with_context(|| format!("cannot write {}", self.path.display()))
    }
}
