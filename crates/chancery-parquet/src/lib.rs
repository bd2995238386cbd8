//! A ledger's reports as Parquet files, partitioned by the month of the event.
//!
//! In: a ledger, a filter, a folder. Out: `month=2026-02/reports.parquet` and the like below the folder, as pandas, polars,
//! DuckDB, Arrow and Spark read partitioned data, and `_manifest.json`, which lists the files with their rows and says what
//! made them; the same stands in the metadata of every file. A row is a report; docs/reference/exports.md has the columns.

mod columns;
pub mod stream;
pub mod table;

pub use columns::{COLUMNS, cells, names as column_names};

use chancery_exports::{ExportError, Format, Knowledge, Provenance};
use chancery_ledger::{EventFilter, Ledger, LedgerError};
use parquet::arrow::ArrowWriter;
use parquet::basic::{Compression, ZstdLevel};
use parquet::errors::ParquetError;
use parquet::file::metadata::KeyValue;
use parquet::file::properties::WriterProperties;
use serde::Serialize;
use std::fs::{self, File};
use std::path::{Path, PathBuf};
use table::Rows;

/// Why Parquet files cannot be written. Each says in one line what is wrong and what to do.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ParquetExportError {
    /// The ledger.
    #[error(transparent)]
    Ledger(#[from] LedgerError),
    /// What all exports share.
    #[error(transparent)]
    Export(#[from] ExportError),
    /// A folder that holds something already.
    #[error("{folder} is not empty; name a new folder")]
    NotEmpty {
        /// The folder.
        folder: PathBuf,
    },
    /// A file or folder that cannot be made.
    #[error("cannot write {path}: {source}")]
    File {
        /// Where.
        path: PathBuf,
        /// What the system said.
        source: std::io::Error,
    },
    /// Rows that Parquet refuses.
    #[error("cannot write {path}: {source}")]
    Parquet {
        /// Where.
        path: PathBuf,
        /// What the library said.
        source: ParquetError,
    },
}

type Result<T> = std::result::Result<T, ParquetExportError>;

/// What `_manifest.json` says.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct FolderManifest {
    /// What made the files.
    #[serde(flatten)]
    pub made_by: Provenance,
    /// The files, sorted.
    pub files: Vec<FileEntry>,
}

/// One file of the folder.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FileEntry {
    /// Path below the folder.
    pub path: String,
    /// Its rows, which are reports.
    pub reports: u64,
}

/// Rows that are gathered before they are written.
const BATCH_ROWS: usize = 8192;

/// The month of events without any date.
const NO_MONTH: &str = "unknown";

/// Writes the reports that the filter lets through into `folder`, which must be empty or not there yet.
///
/// # Errors
/// Where the folder holds something, or cannot be written to, or the ledger cannot be read.
pub fn export_folder(
    ledger: &Ledger,
    filter: &EventFilter,
    knowledge: &Knowledge,
    folder: &Path,
) -> Result<FolderManifest> {
    make_empty(folder)?;
    ledger.snapshot(|ledger| {
        let made_by = Provenance::of(Format::Parquet, knowledge, ledger.manifest(filter)?);
        let mut files = Vec::new();
        let mut open: Option<Month> = None;
        ledger.for_each_event(filter, |event| {
            // Events come by their days, so a month that is over does not come again.
            let month = event.day.as_deref().map_or(NO_MONTH, |d| d.get(..7).unwrap_or(d));
            if open.as_ref().is_none_or(|m| m.name != month) {
                files.extend(open.take().map(Month::close).transpose()?);
                open = Some(Month::begin(folder, month, &made_by)?);
            }
            open.as_mut().map_or(Ok(()), |m| m.add(&event, knowledge))
        })?;
        files.extend(open.take().map(Month::close).transpose()?);
        let manifest = FolderManifest { made_by, files };
        let path = folder.join("_manifest.json");
        let json = serde_json::to_string_pretty(&manifest).map_err(ExportError::from)?;
        fs::write(&path, json + "\n").map_err(|source| ParquetExportError::File { path, source })?;
        Ok(manifest)
    })
}

fn make_empty(folder: &Path) -> Result<()> {
    let trouble = |source| ParquetExportError::File { path: folder.to_path_buf(), source };
    fs::create_dir_all(folder).map_err(trouble)?;
    if fs::read_dir(folder).map_err(trouble)?.next().is_some() {
        return Err(ParquetExportError::NotEmpty { folder: folder.to_path_buf() });
    }
    Ok(())
}

/// The file of a month while it is written.
struct Month {
    name: String,
    path: PathBuf,
    writer: ArrowWriter<File>,
    rows: Rows,
    reports: u64,
}

impl Month {
    fn begin(folder: &Path, name: &str, made_by: &Provenance) -> Result<Self> {
        let inside = folder.join(format!("month={name}"));
        fs::create_dir_all(&inside).map_err(|source| ParquetExportError::File { path: inside.clone(), source })?;
        let path = inside.join("reports.parquet");
        let file = File::create(&path).map_err(|source| ParquetExportError::File { path: path.clone(), source })?;
        let properties = WriterProperties::builder()
            .set_compression(Compression::ZSTD(ZstdLevel::default()))
            .set_created_by(made_by.program.clone())
            .set_key_value_metadata(Some(vec![KeyValue::new("chancery".into(), made_by.json())]))
            .build();
        let rows = Rows::new(&COLUMNS);
        let writer = ArrowWriter::try_new(file, rows.schema(), Some(properties))
            .map_err(|source| ParquetExportError::Parquet { path: path.clone(), source })?;
        Ok(Month { name: name.into(), path, writer, rows, reports: 0 })
    }

    fn add(&mut self, event: &chancery_ledger::EventRow, knowledge: &Knowledge) -> Result<()> {
        for telling in &event.tellings {
            self.rows.add(cells(event, telling, knowledge));
            self.reports += 1;
        }
        if self.rows.len() >= BATCH_ROWS { self.write() } else { Ok(()) }
    }

    fn write(&mut self) -> Result<()> {
        let trouble = |source| ParquetExportError::Parquet { path: self.path.clone(), source };
        let batch = self.rows.take().map_err(|e| trouble(e.into()))?;
        self.writer.write(&batch).map_err(trouble)
    }

    fn close(mut self) -> Result<FileEntry> {
        self.write()?;
        let path = self.path.clone();
        self.writer.close().map_err(|source| ParquetExportError::Parquet { path, source })?;
        Ok(FileEntry { path: format!("month={}/reports.parquet", self.name), reports: self.reports })
    }
}
