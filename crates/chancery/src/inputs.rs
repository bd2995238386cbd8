//! Which files to read: paths as given, folders walked in order of names, `-` for standard input.

use chancery_formats::{Formats, Item};
use std::fs;
use std::path::{Path, PathBuf};

/// One thing to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A file.
    File(PathBuf),
    /// Standard input, named `-`.
    Stdin,
}

/// A path that cannot be listed.
#[derive(Debug, thiserror::Error)]
#[error("{path}: {}", describe(.source))]
pub struct InputError {
    /// Path as it was given.
    pub path: String,
    /// What the system said.
    pub source: std::io::Error,
}

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

    /// Reads it, one document after another.
    pub fn read(&self, formats: &Formats, sink: &mut dyn FnMut(Item)) {
        match self {
            Input::File(path) => formats.read_file(&self.name(), path, sink),
            Input::Stdin => formats.read_stream("-", std::io::stdin().lock(), sink),
        }
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
    let io = |source| InputError { path: path.to_string_lossy().into_owned(), source };
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
