//! PDF: its text, page after page, in paragraphs.
//!
//! The library below panics on some broken files and walks page trees by recursion, so it works on a thread of its own
//! with room; a panic there is one unreadable file. The thread's name tells the program's panic hook to keep silent.

use crate::FormatsError;
use crate::layout::{Line, paragraphs};
use pdf_extract::{Document, MediaBox, OutputDev, OutputError, Transform, output_doc};

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
    let mut lines = Lines::default();
    let read = output_doc(&doc, &mut lines);
    let text = paragraphs(&lines.lines);
    match read {
        Ok(()) => Read::Text(text),
        // What stands on the pages before is worth reading.
        Err(_) if !text.is_empty() => Read::Text(text),
        Err(error) => Read::Broken(error.to_string()),
    }
}

/// Collects letters into lines, in the order in which the file draws them.
#[derive(Debug, Default)]
struct Lines {
    lines: Vec<Line>,
    page: u32,
    /// True before the first letter of a string; only there a gap means a space, for fonts lie about their widths.
    at_start: bool,
}

/// A gap of so many sizes of a letter is a space …
const SPACE: f64 = 0.1;
/// … and of so many the next column or cell.
const COLUMN: f64 = 3.0;

impl OutputDev for Lines {
    fn begin_page(&mut self, page: u32, _: &MediaBox, _: Option<(f64, f64, f64, f64)>) -> Result<(), OutputError> {
        self.page = page;
        Ok(())
    }

    fn output_character(
        &mut self,
        place: &Transform,
        width: f64,
        _spacing: f64,
        font_size: f64,
        letter: &str,
    ) -> Result<(), OutputError> {
        let size = font_size * (place.m11 * place.m22 - place.m12 * place.m21).abs().sqrt();
        let (x, y, page) = (place.m31, place.m32, self.page);
        let end = x + width * size;
        let at_start = std::mem::take(&mut self.at_start);
        match self.lines.last_mut() {
            Some(line)
                if line.page == page && (y - line.y).abs() <= 0.5 * size.max(line.size) && follows(line, x, size) =>
            {
                if at_start && x > line.right + SPACE * size && !line.text.ends_with(' ') {
                    line.text.push(' ');
                }
                line.text.push_str(letter);
                line.right = line.right.max(end);
            }
            _ => self.lines.push(Line { text: letter.into(), page, y, left: x, right: end, size }),
        }
        Ok(())
    }

    fn begin_word(&mut self) -> Result<(), OutputError> {
        self.at_start = true;
        Ok(())
    }

    fn end_page(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_word(&mut self) -> Result<(), OutputError> {
        Ok(())
    }

    fn end_line(&mut self) -> Result<(), OutputError> {
        Ok(())
    }
}

/// True where a letter continues a line; far to the right stands another column, far to the left a new line.
fn follows(line: &Line, x: f64, size: f64) -> bool {
    x < line.right + COLUMN * size && x > line.left - COLUMN * size
}
