//! The knowledge files: codebook, actors, outlets, boilerplate and model weights.
//!
//! Out: the bytes of a file by its path below `data/` (`codebook/plover.toml`). A release carries them inside the
//! program ([`Data::embedded`]); a person who edits them points at a folder ([`Data::folder`]) and needs no rebuild.
//! A folder overlays the built-in files: a file that is not in it is taken from the program.
//! This crate knows nothing of what is in the files.
//!
//! ```
//! let data = chancery_data::Data::embedded();
//! assert!(data.text("README.md").unwrap().contains("knowledge"));
//! ```

use std::borrow::Cow;
use std::path::PathBuf;

// PACKED, the files in order of their paths, each packed with Zstandard, and HASH, over them all: see build.rs.
include!(concat!(env!("OUT_DIR"), "/packed.rs"));
static README: &str = include_str!("../README.md");

/// A knowledge file that cannot be had.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum DataError {
    /// Neither the folder nor the program holds the file.
    #[error("no data file {path}")]
    Missing {
        /// Path below `data/`.
        path: String,
    },
    /// The folder holds the file, but it cannot be read.
    #[error("cannot read {path}")]
    Unreadable {
        /// Path on disk.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// The program's own copy cannot be unpacked.
    #[error("cannot unpack {path}")]
    Unpacked {
        /// Path below `data/`.
        path: String,
        /// What Zstandard said.
        source: std::io::Error,
    },
    /// The file is not UTF-8.
    #[error("{path} is not UTF-8 text; save it as UTF-8")]
    NotText {
        /// Path below `data/`.
        path: String,
    },
}

/// Where the knowledge files come from.
#[derive(Debug, Clone, Default)]
pub struct Data {
    folder: Option<PathBuf>,
    /// Single files laid over everything else: the path below `data/`, the file on disk.
    files: Vec<(String, PathBuf)>,
}

impl Data {
    /// The files that the program was built with.
    pub fn embedded() -> Self {
        Data::default()
    }

    /// The files in `folder`, laid over the built-in ones.
    pub fn folder(folder: impl Into<PathBuf>) -> Self {
        Data { folder: Some(folder.into()), ..Data::default() }
    }

    /// The same files, with the one at `path` taken from `file`.
    pub fn with_file(mut self, path: &str, file: impl Into<PathBuf>) -> Self {
        self.files.push((path.into(), file.into()));
        self
    }

    /// The bytes of one file.
    ///
    /// # Errors
    /// [`DataError::Missing`] where no such file exists, [`DataError::Unreadable`] where the folder's copy cannot be read.
    pub fn bytes(&self, path: &str) -> Result<Cow<'static, [u8]>, DataError> {
        if let Some(on_disk) = self.on_disk(path) {
            return std::fs::read(&on_disk)
                .map(Cow::Owned)
                .map_err(|source| DataError::Unreadable { path: on_disk, source });
        }
        built_in(path).unwrap_or_else(|| Err(DataError::Missing { path: path.into() }))
    }

    /// Where the file lies that is read for this path; `None` where the program's own is, or none at all.
    pub fn on_disk(&self, path: &str) -> Option<PathBuf> {
        let given = self.files.iter().rev().find(|(p, _)| p == path).map(|(_, file)| file.clone());
        given.or_else(|| self.folder.as_ref().map(|f| f.join(path)).filter(|f| f.is_file()))
    }

    /// The text of one file.
    ///
    /// # Errors
    /// As [`Data::bytes`], and [`DataError::NotText`] where the file is not UTF-8.
    pub fn text(&self, path: &str) -> Result<Cow<'static, str>, DataError> {
        let not_text = || DataError::NotText { path: path.into() };
        match self.bytes(path)? {
            Cow::Borrowed(b) => std::str::from_utf8(b).map(Cow::Borrowed).map_err(|_| not_text()),
            Cow::Owned(b) => String::from_utf8(b).map(Cow::Owned).map_err(|_| not_text()),
        }
    }

    /// What to call a file in a message: the one on disk that lies over the built-in one, else its path below `data/`.
    pub fn name_of(&self, path: &str) -> String {
        let given = self.files.iter().rev().find(|(p, _)| p == path);
        given.map_or_else(|| path.to_string(), |(_, file)| file.display().to_string())
    }

    /// The paths of all files directly in the folder `under` (`"actors"`), sorted.
    pub fn list(&self, under: &str) -> Vec<String> {
        let mut paths: Vec<String> =
            PACKED.iter().map(|(path, _)| *path).filter(|p| is_in(p, under)).map(String::from).collect();
        if let Some(folder) = &self.folder {
            let entries = std::fs::read_dir(folder.join(under)).into_iter().flatten().flatten();
            paths.extend(
                entries.filter(|e| e.path().is_file()).map(|e| format!("{under}/{}", e.file_name().to_string_lossy())),
            );
        }
        paths.extend(self.files.iter().map(|(path, _)| path).filter(|p| is_in(p, under)).cloned());
        paths.sort();
        paths.dedup();
        paths
    }

    /// A hash over every knowledge file, in hexadecimal: two runs with the same hash had the same knowledge.
    pub fn hash(&self) -> String {
        if self.folder.is_none() && self.files.is_empty() {
            return HASH.into();
        }
        let mut hasher = blake3::Hasher::new();
        for under in folders() {
            for path in self.list(under) {
                hasher.update(path.as_bytes());
                hasher.update(&[0]);
                hasher.update(&self.bytes(&path).unwrap_or_default());
            }
        }
        hasher.finalize().to_hex()[..16].to_string()
    }
}

/// Whether a path leads to a file directly in a folder.
fn is_in(path: &str, folder: &str) -> bool {
    path.rsplit_once('/').is_some_and(|(f, _)| f == folder)
}

/// The folders of the built-in files, sorted.
fn folders() -> Vec<&'static str> {
    let mut folders: Vec<_> = PACKED.iter().filter_map(|(path, _)| path.split_once('/')).map(|(f, _)| f).collect();
    folders.dedup();
    folders
}

/// A file that the program was built with, unpacked.
fn built_in(path: &str) -> Option<Result<Cow<'static, [u8]>, DataError>> {
    if path == "README.md" {
        return Some(Ok(Cow::Borrowed(README.as_bytes())));
    }
    let at = PACKED.binary_search_by_key(&path, |(p, _)| p).ok()?;
    let unpacked = zstd::decode_all(PACKED[at].1).map(Cow::Owned);
    Some(unpacked.map_err(|source| DataError::Unpacked { path: path.into(), source }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_named() {
        let err = Data::embedded().bytes("codebook/none.toml").unwrap_err();
        assert_eq!(err.to_string(), "no data file codebook/none.toml");
    }

    #[test]
    fn every_packed_file_is_the_one_in_the_folder() {
        let packed = Data::embedded();
        let on_disk = Data::folder(env!("CARGO_MANIFEST_DIR"));
        for folder in folders() {
            assert_eq!(packed.list(folder), on_disk.list(folder));
            for path in packed.list(folder) {
                assert!(packed.bytes(&path).unwrap() == on_disk.bytes(&path).unwrap(), "{path}");
            }
        }
        assert_eq!(packed.hash(), on_disk.hash());
    }
}
