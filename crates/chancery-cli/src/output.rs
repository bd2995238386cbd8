//! Standard output: buffered, and a reader who has seen enough is no error.

use anyhow::{Context, Result};
use std::fs;
use std::io::{self, BufWriter, Read, StdoutLock, Write};
use std::path::Path;

/// What the user gave cannot be used: the message says where and what to do, and the exit status is 2.
#[derive(Debug)]
pub struct WrongInput(String);

impl std::fmt::Display for WrongInput {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(&self.0)
    }
}

impl std::error::Error for WrongInput {}

/// An error that ends the program with status 2.
pub fn wrong_input(why: impl std::fmt::Display) -> anyhow::Error {
    WrongInput(format!("{why:#}")).into()
}

/// Standard output, buffered.
pub fn stdout() -> BufWriter<StdoutLock<'static>> {
    BufWriter::with_capacity(1 << 16, io::stdout().lock())
}

/// One JSON value on a line of its own.
pub fn json_line<T: serde::Serialize>(out: &mut impl Write, value: &T) -> Result<()> {
    serde_json::to_writer(&mut *out, value)?;
    out.write_all(b"\n")?;
    Ok(())
}

/// True where the error is a closed pipe (`chancery code … | head`).
pub fn is_closed_pipe(error: &anyhow::Error) -> bool {
    error.chain().any(|cause| {
        let io = cause.downcast_ref::<io::Error>().map(io::Error::kind);
        let json = cause.downcast_ref::<serde_json::Error>().and_then(serde_json::Error::io_error_kind);
        io.or(json) == Some(io::ErrorKind::BrokenPipe)
    })
}

/// The text of a file, or of standard input for `-`.
pub fn read_text(path: &Path) -> Result<String> {
    if path.as_os_str() == "-" {
        let mut text = String::new();
        io::stdin().read_to_string(&mut text).context("standard input is not UTF-8 text")?;
        return Ok(text);
    }
    let bytes = read_bytes(path)?;
    String::from_utf8(bytes).map_err(|_| anyhow::anyhow!("{}: not UTF-8 text; save it as UTF-8", path.display()))
}

/// The bytes of a file, or of standard input for `-`.
pub fn read_bytes(path: &Path) -> Result<Vec<u8>> {
    if path.as_os_str() == "-" {
        let mut bytes = Vec::new();
        io::stdin().read_to_end(&mut bytes)?;
        return Ok(bytes);
    }
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

/// Writes a trained model into a folder.
///
/// # Errors
/// Where it cannot be written.
pub fn write_weights(folder: &Path, name: &str, weights: &[u8]) -> Result<()> {
    let path = folder.join(name);
    std::fs::write(&path, weights).with_context(|| format!("cannot write {}", path.display()))?;
    eprintln!("chancery: {} bytes of weights", weights.len());
    Ok(())
}

/// Nothing, where a file can be written into the folder: to be asked before long work.
///
/// # Errors
/// Where none can be.
pub fn can_write_into(folder: &Path) -> Result<()> {
    tempfile::tempfile_in(folder).with_context(|| format!("cannot write into {}", folder.display()))?;
    Ok(())
}

/// A text with its line breaks and runs of blanks as single blanks.
pub fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}
