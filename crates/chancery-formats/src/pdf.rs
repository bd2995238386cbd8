//! PDF: its text, page after page.
//!
//! The library below panics on some broken files and walks page trees by recursion, so it works on a thread of its own
//! with room; a panic there is one unreadable file. The thread's name tells the program's panic hook to keep silent.

use crate::FormatsError;
use pdf_extract::{Document, PlainTextOutput, output_doc};

/// Name of the thread that PDF files are read on; panics on it are expected and come back as errors.
pub const PDF_THREAD: &str = "chancery-pdf";

/// Only touched pages of it cost memory.
const STACK_BYTES: usize = 256 << 20;

/// What came of it.
enum Read {
    Text(String),
    Encrypted,
    Broken(String),
}

/// The text.
///
/// # Errors
/// Where the file is encrypted or damaged.
pub(crate) fn text(name: &str, bytes: &[u8]) -> Result<String, FormatsError> {
    let read = std::thread::scope(|scope| {
        let thread = std::thread::Builder::new().name(PDF_THREAD.into()).stack_size(STACK_BYTES);
        let thread = thread.spawn_scoped(scope, || read(bytes));
        thread.ok().and_then(|t| t.join().ok())
    });
    let damaged = |reason: String| FormatsError::Damaged { place: name.to_string(), format: "PDF", reason };
    match read {
        Some(Read::Text(text)) => Ok(text),
        Some(Read::Encrypted) => Err(FormatsError::Encrypted { place: name.to_string(), format: "the PDF" }),
        Some(Read::Broken(reason)) => Err(damaged(reason)),
        None => Err(damaged("its parts do not fit together".into())),
    }
}

fn read(bytes: &[u8]) -> Read {
    let mut doc = match Document::load_mem(bytes) {
        Ok(doc) => doc,
        Err(error) => return Read::Broken(error.to_string()),
    };
    // Many files are encrypted with an empty password, only to forbid copying.
    if doc.is_encrypted() && doc.decrypt("").is_err() {
        return Read::Encrypted;
    }
    let mut text = String::new();
    match output_doc(&doc, &mut PlainTextOutput::new(&mut text)) {
        Ok(()) => Read::Text(text),
        // What stands on the pages before is worth reading.
        Err(_) if !text.trim().is_empty() => Read::Text(text),
        Err(error) => Read::Broken(error.to_string()),
    }
}
