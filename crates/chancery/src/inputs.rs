//! Which files to read: paths as given, folders walked in order of names, `-` for standard input.

use std::fs;
use std::io::Read;
use std::path::{Path, PathBuf};

/// One thing to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A file.
    File(PathBuf),
    /// Standard input, named `-`.
    Stdin,
}

/// A path that cannot be read.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum InputError {
    /// The system refused.
    #[error("{path}: {}", describe(.source))]
    Io {
        /// Path as it was given.
        path: String,
        /// What the system said.
        source: std::io::Error,
    },
    /// More bytes than one input may have.
    #[error("{path}: {bytes} bytes are more than one file may have ({limit}); split it")]
    TooLarge {
        /// Path as it was given.
        path: String,
        /// Its size.
        bytes: u64,
        /// The limit.
        limit: u64,
    },
}

/// The largest input that is read, in bytes.
const MAX_BYTES: u64 = 512 * 1024 * 1024;

fn describe(error: &std::io::Error) -> String {
    match error.kind() {
        std::io::ErrorKind::NotFound => "no such file or folder".into(),
        std::io::ErrorKind::PermissionDenied => "no right to read it; change its permissions or leave it out".into(),
        _ => error.to_string(),
    }
}

impl Input {
    /// The path as it is shown and stored, with `/` between folders.
    pub fn name(&self) -> String {
        match self {
            Input::File(path) => path.to_string_lossy().replace('\\', "/"),
            Input::Stdin => "-".into(),
        }
    }

    /// The bytes.
    ///
    /// # Errors
    /// Where the system refuses, or the file is larger than half a gibibyte.
    pub fn bytes(&self) -> Result<Vec<u8>, InputError> {
        let path = self.name();
        let io = |source| InputError::Io { path: path.clone(), source };
        let mut bytes = Vec::new();
        match self {
            Input::Stdin => std::io::stdin().lock().take(MAX_BYTES + 1).read_to_end(&mut bytes).map_err(io)?,
            Input::File(file) => {
                fs::File::open(file).and_then(|f| f.take(MAX_BYTES + 1).read_to_end(&mut bytes)).map_err(io)?
            }
        };
        if bytes.len() as u64 > MAX_BYTES {
            return Err(InputError::TooLarge { path, bytes: bytes.len() as u64, limit: MAX_BYTES });
        }
        Ok(bytes)
    }
}

/// Lists what to read: files as given, folders walked through in order of names. Hidden files are left out of folders.
///
/// What cannot be listed comes back as an error beside the inputs; the rest is still read.
pub fn list_inputs(paths: &[PathBuf]) -> (Vec<Input>, Vec<InputError>) {
    let (mut inputs, mut errors) = (Vec::new(), Vec::new());
    for path in paths {
        if path.as_os_str() == "-" {
            inputs.push(Input::Stdin);
        } else {
            walk(path, true, &mut inputs, &mut errors);
        }
    }
    (inputs, errors)
}

fn walk(path: &Path, named_by_user: bool, inputs: &mut Vec<Input>, errors: &mut Vec<InputError>) {
    let io = |source| InputError::Io { path: path.to_string_lossy().into_owned(), source };
    let meta = match fs::metadata(path) {
        Ok(meta) => meta,
        Err(source) => return errors.push(io(source)),
    };
    if !meta.is_dir() {
        return inputs.push(Input::File(path.to_path_buf()));
    }
    // A link to a folder inside a folder may lead in circles.
    if !named_by_user && fs::symlink_metadata(path).is_ok_and(|m| m.file_type().is_symlink()) {
        return;
    }
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(source) => return errors.push(io(source)),
    };
    let mut children: Vec<PathBuf> = entries.flatten().map(|e| e.path()).filter(|p| !is_hidden(p)).collect();
    children.sort();
    for child in children {
        walk(&child, false, inputs, errors);
    }
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.'))
}
