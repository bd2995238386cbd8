//! `chancery.code_files`: files and archives of any size in, coded articles out in tables of bounded size; and what turns
//! these into tables of events and quotes.

use crate::code::{Coded, Tables, date_of, pipeline, table};
use crate::error::Failure;
use crate::table::{Filling, Table};
use chancery::{ArticleRecord, CodedInput, Input, InputStatus, ReadOptions, Run, list_inputs, stream_inputs};
use chancery_parquet::table::Kind::{Text, Whole};
use chancery_parquet::table::{Cell, Kind};
use pyo3::prelude::*;
use std::path::PathBuf;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::sync::{Mutex, PoisonError};

/// Tables of coded articles, one after another.
#[pyclass(module = "chancery", frozen)]
#[derive(Debug)]
pub(crate) struct CodedFiles {
    parts: Mutex<Receiver<Part>>,
}

/// What the thread that codes hands over.
#[derive(Debug)]
enum Part {
    Table(Table),
    Failure(Failure),
    /// All is read. Without it, something broke.
    End,
}

#[pymethods]
impl CodedFiles {
    fn __iter__(this: Py<Self>) -> Py<Self> {
        this
    }

    fn __next__(&self, py: Python<'_>) -> PyResult<Option<Table>> {
        let next = py.detach(|| self.parts.lock().unwrap_or_else(PoisonError::into_inner).recv());
        match next {
            Ok(Part::Table(table)) => Ok(Some(table)),
            Ok(Part::End) => {
                // Whoever asks again is told the same.
                let (end, parts) = sync_channel(1);
                let _ = end.send(Part::End);
                *self.parts.lock().unwrap_or_else(PoisonError::into_inner) = parts;
                Ok(None)
            }
            Ok(Part::Failure(failure)) => Err(failure.into()),
            Err(_) => Err(Failure::Broke.into()),
        }
    }

    fn __repr__(&self) -> &'static str {
        "<chancery.CodedFiles: tables of coded articles>"
    }
}

/// Codes files and archives of any format and size (``chancery formats`` lists them): an iterator of tables, each of a few
/// megabytes at most, whatever an archive holds.
///
/// A row is an article, in the order of the paths: ``path`` as it was given, ``number`` within that path from 0, ``article``
/// (its id), ``month`` of publication, and ``record``, the line that ``chancery code`` prints, but that ``event`` is null:
/// reports are not joined. What cannot be read is a row too, no exception, and a path that is not there comes first: ``document`` and ``reason`` say what and why, and
/// ``code`` is that of a note on what was read, or null where nothing was. ``date``, ``fast``, ``site_lines`` and
/// ``threads`` are the flags of ``chancery code``, but that threads are one without it. ``chancery.tables`` makes tables of
/// events and quotes of the records.
///
/// >>> import chancery, pathlib
/// >>> _ = pathlib.Path("visit.txt").write_text("Putin visited Beijing on Tuesday.")
/// >>> rows = [row for part in chancery.code_files(["visit.txt", "gone.warc"], date="2026-03-04") for row in part.to_pylist()]
/// >>> rows[1]["path"], rows[1]["article"], rows[1]["month"], rows[1]["record"][:21]
/// ('visit.txt', 'visit.txt#1', '2026-03', '{"file":"visit.txt","')
/// >>> rows[0]["path"], rows[0]["reason"]
/// ('gone.warc', 'gone.warc: no such file or folder')
#[pyfunction]
#[pyo3(signature = (paths, *, date = None, fast = false, site_lines = false, threads = 1))]
pub(crate) fn code_files(
    paths: &Bound<'_, PyAny>,
    date: Option<&str>,
    fast: bool,
    site_lines: bool,
    threads: usize,
) -> PyResult<CodedFiles> {
    let paths: Vec<PathBuf> = match paths.extract::<PathBuf>() {
        Ok(one) => vec![one],
        Err(_) => paths.try_iter()?.map(|p| p?.extract::<PathBuf>()).collect::<PyResult<_>>()?,
    };
    let options = ReadOptions { fallback_date: date_of(date)?, fast, ..ReadOptions::default() };
    let run = Run { options, threads, site_lines, shard: None };
    // One table waits while the next is made.
    let (out, parts) = sync_channel(1);
    std::thread::Builder::new().spawn(move || {
        let last = match code_all(&paths, &run, &out) {
            Ok(()) => Part::End,
            Err(Some(failure)) => Part::Failure(failure),
            Err(None) => return,
        };
        // Nobody may be there any more.
        let _ = out.send(last);
    })?;
    Ok(CodedFiles { parts: Mutex::new(parts) })
}

/// The error is `None` where nobody wants more.
fn code_all(paths: &[PathBuf], run: &Run, out: &SyncSender<Part>) -> Result<(), Option<Failure>> {
    // What standard input is here belongs to the program around.
    let (stdin, paths): (Vec<PathBuf>, Vec<PathBuf>) = paths.iter().cloned().partition(|p| p.as_os_str() == "-");
    let (inputs, unlisted): (Vec<Input>, _) = list_inputs(&paths);
    let mut part = Filled::new(out);
    if !stdin.is_empty() {
        part.unread("-", "-", None, "-: standard input is not read here; name a file")?;
    }
    for error in unlisted {
        part.unread(&error.path.replace('\\', "/"), &error.path, None, &error.to_string())?;
    }
    stream_inputs(pipeline()?, &inputs, run, &|_| false, &|_| {}, &mut |input| part.take(&input))?;
    part.send()
}

/// A table holds so many bytes of records …
const PART_BYTES: usize = 4 << 20;
/// … and so many rows, but for those of the last document.
const PART_ROWS: usize = 1024;

const ROWS: [(&str, Kind); 8] = [
    ("path", Text),
    ("number", Whole),
    ("article", Text),
    ("month", Text),
    ("record", Text),
    ("document", Text),
    ("code", Text),
    ("reason", Text),
];

/// The month of articles without a date.
const NO_MONTH: &str = "unknown";

/// A table while it is filled.
struct Filled<'a> {
    out: &'a SyncSender<Part>,
    rows: Filling,
    bytes: usize,
    /// The path that is read, and how many of its articles came.
    at: (String, usize),
}

impl<'a> Filled<'a> {
    fn new(out: &'a SyncSender<Part>) -> Self {
        Filled { out, rows: table(&ROWS), bytes: 0, at: (String::new(), 0) }
    }

    fn take(&mut self, input: &CodedInput) -> Result<(), Option<Failure>> {
        let path = input.archive.as_deref().unwrap_or(&input.name);
        if self.at.0 != path {
            self.at = (path.to_string(), 0);
        }
        for (article, _) in &input.articles {
            self.article(path, article)?;
        }
        if let InputStatus::Failed(reason) = &input.status {
            self.unread(path, &input.name, None, reason)?;
        }
        for note in &input.notes {
            self.unread(path, &input.name, Some(&note.code), &note.text)?;
        }
        Ok(())
    }

    fn article(&mut self, path: &str, article: &ArticleRecord) -> Result<(), Option<Failure>> {
        let record = serde_json::to_string(article).map_err(|e| Failure::Value(e.to_string()))?;
        let month = article.date.as_deref().map_or(NO_MONTH, |d| d.get(..7).unwrap_or(d));
        self.bytes += record.len();
        let number = self.at.1;
        self.at.1 += 1;
        self.add([
            Cell::Text(Some(path)),
            Cell::count(number),
            Cell::Text(Some(&article.id)),
            Cell::Text(Some(month)),
            Cell::Text(Some(&record)),
        ])
    }

    fn unread(&mut self, path: &str, document: &str, code: Option<&str>, why: &str) -> Result<(), Option<Failure>> {
        let none = Cell::Text(None);
        let [number, article, month, record] = [Cell::Whole(None), none.clone(), none.clone(), none];
        let (document, code) = (Cell::Text(Some(document)), Cell::Text(code));
        self.add([Cell::Text(Some(path)), number, article, month, record, document, code, Cell::Text(Some(why))])
    }

    fn add<'b>(&mut self, cells: impl IntoIterator<Item = Cell<'b>>) -> Result<(), Option<Failure>> {
        self.rows.add(cells).map_err(Failure::from)?;
        if self.bytes >= PART_BYTES || self.rows.len() >= PART_ROWS { self.send() } else { Ok(()) }
    }

    fn send(&mut self) -> Result<(), Option<Failure>> {
        if self.rows.len() == 0 {
            return Ok(());
        }
        self.bytes = 0;
        let table = std::mem::replace(&mut self.rows, table(&ROWS)).finish().map_err(Failure::from)?;
        self.out.send(Part::Table(table)).map_err(|_| None)
    }
}

/// Tables of articles, events and quotes of records: the lines that ``chancery code`` prints, or the column ``record`` of
/// what ``code_files`` gives.
///
/// ``text`` is the number of the record, from 0.
///
/// >>> import chancery, pathlib
/// >>> _ = pathlib.Path("visit.txt").write_text("Putin visited Beijing on Tuesday.")
/// >>> part = next(chancery.code_files("visit.txt", date="2026-03-04"))
/// >>> chancery.tables(part["record"]).events["actor_codes"]
/// [['RUS GOV']]
/// >>> chancery.tables(["{}"])
/// Traceback (most recent call last):
/// ValueError: record 0 is none of chancery code: missing field `file` at line 1 column 2
#[pyfunction]
pub(crate) fn tables(py: Python<'_>, records: &Bound<'_, PyAny>) -> PyResult<Coded> {
    let records: Vec<String> = records.try_iter()?.map(|r| r?.extract::<String>()).collect::<PyResult<_>>()?;
    let filled = py.detach(|| -> Result<Tables, Failure> {
        let mut tables = Tables::new();
        for (number, record) in records.iter().enumerate() {
            tables.add(number, &article_of(number, record)?)?;
        }
        Ok(tables)
    })?;
    filled.coded(py)
}

/// A record read back.
pub(crate) fn article_of(number: usize, record: &str) -> Result<ArticleRecord, Failure> {
    serde_json::from_str(record).map_err(|e| Failure::Value(format!("record {number} is none of chancery code: {e}")))
}
