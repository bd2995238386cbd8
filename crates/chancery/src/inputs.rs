//! Which files to read: paths as given, folders walked in order of names, `-` for standard input.

use chancery_formats::{Formats, Item};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// One thing to read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Input {
    /// A file.
    File(PathBuf),
    /// Standard input, named `-`.
    Stdin,
    /// What the caller holds already.
    Memory {
        /// What it is called; the ending tells its format, as a file's does.
        name: String,
        /// What it holds.
        bytes: Arc<[u8]>,
    },
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
            Input::Memory { name, .. } => name.clone(),
        }
    }

    /// Reads it, one document after another.
    pub fn read(&self, formats: &Formats, sink: &mut dyn FnMut(Item)) {
        match self {
            Input::File(path) => formats.read_file(&self.name(), path, sink),
            Input::Stdin => formats.read_stream("-", std::io::stdin().lock(), sink),
            Input::Memory { name, bytes } => formats.read_stream(name, &bytes[..], sink),
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
            walk(path, None, &mut inputs, &mut errors);
        }
    }
    (inputs, errors)
}

/// `root` is the folder that is walked through; `None` for a path that was given.
fn walk(path: &Path, root: Option<&Path>, inputs: &mut Vec<Input>, errors: &mut Vec<InputError>) {
    let io = |source| InputError { path: path.to_string_lossy().into_owned(), source };
    let meta = match fs::metadata(path) {
        Ok(meta) => meta,
        Err(source) => return errors.push(io(source)),
    };
    if let Some(root) = root.filter(|_| fs::symlink_metadata(path).is_ok_and(|m| m.file_type().is_symlink())) {
        if leads_out(path, root) {
            return errors.push(io(std::io::Error::other(
                "a link that leads out of the folder; name its target if you want it read",
            )));
        }
        // A link to a folder inside the folder may lead in circles, and what is there is read anyhow.
        if meta.is_dir() {
            return;
        }
    }
    if !meta.is_dir() {
        return inputs.push(Input::File(path.to_path_buf()));
    }
    let entries = match fs::read_dir(path) {
        Ok(entries) => entries,
        Err(source) => return errors.push(io(source)),
    };
    let mut children: Vec<PathBuf> = entries.flatten().map(|e| e.path()).filter(|p| !is_hidden(p)).collect();
    children.sort();
    for child in children {
        walk(&child, Some(root.unwrap_or(path)), inputs, errors);
    }
}

/// True for a link to something that does not stand below the folder.
fn leads_out(link: &Path, root: &Path) -> bool {
    match (link.canonicalize(), root.canonicalize()) {
        (Ok(target), Ok(root)) => !target.starts_with(root),
        _ => true,
    }
}

fn is_hidden(path: &Path) -> bool {
    path.file_name().is_some_and(|n| n.to_string_lossy().starts_with('.'))
}

#[cfg(all(test, unix))]
mod tests {
    use super::*;
    use std::os::unix::fs::symlink;

    #[test]
    fn links_stay_in_the_folder() {
        let dir = tempfile::tempdir().unwrap();
        let (inside, outside) = (dir.path().join("in"), dir.path().join("out"));
        [&inside, &outside].into_iter().for_each(|d| fs::create_dir(d).unwrap());
        fs::write(inside.join("a.txt"), "a").unwrap();
        fs::write(outside.join("b.txt"), "b").unwrap();
        symlink(inside.join("a.txt"), inside.join("again.txt")).unwrap();
        symlink(&inside, inside.join("circle")).unwrap();
        symlink(outside.join("b.txt"), inside.join("leak.txt")).unwrap();
        symlink(&outside, inside.join("leaks")).unwrap();
        let (inputs, errors) = list_inputs(std::slice::from_ref(&inside));
        let names: Vec<String> = inputs.iter().map(|i| i.name().rsplit('/').next().unwrap().to_string()).collect();
        assert_eq!(names, ["a.txt", "again.txt"]);
        assert_eq!(errors.len(), 2, "{errors:?}");
        assert!(errors[0].to_string().contains("leads out of the folder"));
        // What the user names is read, wherever it leads.
        assert_eq!(list_inputs(&[inside.join("leaks")]).0.len(), 1);
    }
}
