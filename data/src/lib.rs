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

use include_dir::{Dir, include_dir};
use std::borrow::Cow;
use std::path::{Path, PathBuf};

static ACTORS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/actors");
static BOILERPLATE: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/boilerplate");
static CODEBOOK: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/codebook");
static EXPORTS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/exports");
static FORMATS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/formats");
static LANG: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/lang");
static MODELS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/models");
static STORIES: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/stories");
static OUTLETS: Dir<'_> = include_dir!("$CARGO_MANIFEST_DIR/outlets");
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
        built_in(path).map(Cow::Borrowed).ok_or_else(|| DataError::Missing { path: path.into() })
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
        let mut paths: Vec<String> = built_in_dir(under)
            .map(|dir| dir.files().map(|f| format!("{under}/{}", f.path().display())).collect())
            .unwrap_or_default();
        if let Some(folder) = &self.folder {
            let entries = std::fs::read_dir(folder.join(under)).into_iter().flatten().flatten();
            paths.extend(
                entries.filter(|e| e.path().is_file()).map(|e| format!("{under}/{}", e.file_name().to_string_lossy())),
            );
        }
        let inside = |path: &&String| path.rsplit_once('/').is_some_and(|(folder, _)| folder == under);
        paths.extend(self.files.iter().map(|(path, _)| path).filter(inside).cloned());
        paths.sort();
        paths.dedup();
        paths
    }

    /// A hash over every knowledge file, in hexadecimal: two runs with the same hash had the same knowledge.
    pub fn hash(&self) -> String {
        let mut hasher = blake3::Hasher::new();
        for under in FOLDERS {
            for path in self.list(under) {
                hasher.update(path.as_bytes());
                hasher.update(&[0]);
                hasher.update(&self.bytes(&path).unwrap_or_default());
            }
        }
        hasher.finalize().to_hex()[..16].to_string()
    }
}

const FOLDERS: [&str; 9] =
    ["actors", "boilerplate", "codebook", "exports", "formats", "lang", "models", "outlets", "stories"];

fn built_in_dir(name: &str) -> Option<&'static Dir<'static>> {
    match name {
        "actors" => Some(&ACTORS),
        "boilerplate" => Some(&BOILERPLATE),
        "codebook" => Some(&CODEBOOK),
        "exports" => Some(&EXPORTS),
        "formats" => Some(&FORMATS),
        "lang" => Some(&LANG),
        "models" => Some(&MODELS),
        "outlets" => Some(&OUTLETS),
        "stories" => Some(&STORIES),
        _ => None,
    }
}

fn built_in(path: &str) -> Option<&'static [u8]> {
    if path == "README.md" {
        return Some(README.as_bytes());
    }
    let (folder, file) = path.split_once('/')?;
    built_in_dir(folder)?.get_file(Path::new(file)).map(|f| f.contents())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_file_is_named() {
        let err = Data::embedded().bytes("codebook/none.toml").unwrap_err();
        assert_eq!(err.to_string(), "no data file codebook/none.toml");
    }
}
