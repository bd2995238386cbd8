//! `--fetch`: the pages of lists of addresses, for the formats to read, and kept in a WARC file where that is wanted.

use crate::args::WebArgs;
use anyhow::{Context, Result, ensure};
use chancery::Input;
use chancery::formats::{Fetch, FetchedPage};
use chancery_fetch::{Config, FetchError, Fetched, Fetcher, WarcWriter};
use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, BufWriter};
use std::ops::ControlFlow;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::time::Duration;
use tempfile::TempPath;

/// The web, as far as the flags allow it.
#[derive(Debug)]
pub struct Web {
    fetcher: Fetcher,
    saved: Option<Saved>,
    /// How long servers want to be left alone that did not give a page for now.
    waits: Mutex<BTreeMap<String, Duration>>,
}

/// A WARC file that is being written beside its place, and put there at the end; of a run that fails nothing is left.
#[derive(Debug)]
struct Saved {
    path: PathBuf,
    /// Until it is put in its place.
    unfinished: Mutex<Option<TempPath>>,
    /// What writes it; afterwards, why it does not.
    writer: Mutex<io::Result<WarcWriter<BufWriter<File>>>>,
}

impl Web {
    /// Makes ready to fetch what `inputs` list; `None` without `--fetch`.
    pub fn new(flags: &WebArgs, inputs: &[Input]) -> Result<Option<Self>> {
        if !flags.fetch {
            return Ok(None);
        }
        let config = Config { cache: flags.cache.clone(), allow_private: flags.allow_private, ..Config::default() };
        let saved = flags.save_warc.as_deref().map(|path| Saved::create(path, inputs)).transpose()?;
        Ok(Some(Web { fetcher: Fetcher::new(config)?, saved, waits: Mutex::default() }))
    }

    /// How long the server wants to be left alone that was asked for this page; no time where it said nothing.
    pub fn wait(&self, url: &str) -> Duration {
        self.waits.lock().unwrap_or_else(PoisonError::into_inner).get(url).copied().unwrap_or_default()
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
            if let (Err(FetchError::Busy { wait, .. }), Some(url)) = (&page, urls.get(i)) {
                self.waits.lock().unwrap_or_else(PoisonError::into_inner).insert(url.clone(), *wait);
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
    fn create(path: &Path, inputs: &[Input]) -> Result<Self> {
        let is_packed = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("gz"));
        // A link stays one: what it leads to is replaced.
        let target = fs::canonicalize(path).unwrap_or_else(|_| path.to_path_buf());
        let is_target = |input: &Input| match input {
            Input::File(file) => fs::canonicalize(file).is_ok_and(|file| file == target),
            Input::Stdin | Input::Memory { .. } => false,
        };
        ensure!(!inputs.iter().any(is_target), "{} is one of the inputs; save to another file", path.display());
        ensure!(!target.exists() || target.is_file(), "cannot write {}: it is not a file", path.display());
        let made = beside(&target)
            .and_then(|(file, unfinished)| Ok((WarcWriter::new(BufWriter::new(file), is_packed)?, unfinished)));
        let (writer, unfinished) = made.with_context(|| format!("cannot write {}", path.display()))?;
        Ok(Saved { path: target, unfinished: Mutex::new(Some(unfinished)), writer: Mutex::new(Ok(writer)) })
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
        let unfinished = self.unfinished.lock().unwrap_or_else(PoisonError::into_inner).take();
        let placed = ended.and_then(|()| unfinished.map_or(Ok(()), |u| u.persist(&self.path).map_err(|e| e.error)));
        placed.with_context(|| format!("cannot write {}", self.path.display()))
    }
}

/// A new file in the folder of `target`, with the rights that any new file has.
fn beside(target: &Path) -> io::Result<(File, TempPath)> {
    let folder = target.parent().filter(|f| !f.as_os_str().is_empty()).unwrap_or(Path::new("."));
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o666));
    Ok(builder.prefix(".chancery-").suffix(".part").tempfile_in(folder)?.into_parts())
}
