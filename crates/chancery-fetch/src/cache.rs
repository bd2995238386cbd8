//! Pages of earlier runs, a WARC file for each, so that only what has changed is sent again.

use crate::{FetchError, Fetched, warc};
use std::io::{self, Write};
use std::path::PathBuf;

/// A folder of pages.
#[derive(Debug)]
pub(crate) struct Cache {
    folder: PathBuf,
}

impl Cache {
    pub(crate) fn open(folder: PathBuf) -> Result<Self, FetchError> {
        match std::fs::create_dir_all(&folder) {
            Ok(()) => Ok(Cache { folder }),
            Err(error) => Err(failed(&folder, &error)),
        }
    }

    /// The page of an address; `None` where there is none, or it was damaged, or the server gave nothing to ask with.
    pub(crate) fn get(&self, url: &str) -> Option<Fetched> {
        let page = warc::parse(&std::fs::read(self.path(url)).ok()?)?;
        (page.url == url && (page.header("etag").is_some() || page.header("last-modified").is_some())).then_some(page)
    }

    /// Keeps a page; a file stands there whole or not at all.
    pub(crate) fn put(&self, page: &Fetched) -> Result<(), FetchError> {
        let write = || -> io::Result<()> {
            let mut file = tempfile::NamedTempFile::new_in(&self.folder)?;
            [&warc::head(page)[..], &page.body, b"\r\n\r\n"].into_iter().try_for_each(|part| file.write_all(part))?;
            file.persist(self.path(&page.url)).map_err(|e| e.error)?;
            Ok(())
        };
        write().map_err(|e| failed(&self.folder, &e))
    }

    fn path(&self, url: &str) -> PathBuf {
        self.folder.join(format!("{}.warc", &blake3::hash(url.as_bytes()).to_hex()[..32]))
    }
}

fn failed(folder: &std::path::Path, error: &io::Error) -> FetchError {
    FetchError::Cache { path: folder.display().to_string(), reason: error.to_string() }
}
