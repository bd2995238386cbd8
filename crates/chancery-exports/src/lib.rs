//! A ledger's events in the shapes of other tools.
//!
//! In: a ledger and a filter. Out: JSON lines and CSV, POLECAT's and ICEWS' tables, GDELT's events, mentions and knowledge graph, PLOVER JSON,
//! FollowTheMoney entities, networks for Gephi and networkx, GeoJSON, JSON-LD, Atom, iCalendar, NAF. Nothing is added to
//! what the ledger knows but the codebook's scores and the countries' codes; a column that the ledger cannot fill is empty
//! (docs/reference/exports.md has every column). Every export says which program, knowledge and query made it, in its head
//! or, where the format has no place for that, in a file beside it ([`Provenance`]). The same ledger gives the same bytes.
//!
//! ```
//! use chancery_exports::{Format, Knowledge, export};
//! # use chancery_ledger::{EventFilter, Ledger};
//! # let folder = std::env::temp_dir().join(format!("chancery-exports-doc-{}", std::process::id()));
//! # std::fs::create_dir_all(&folder)?;
//! let ledger = Ledger::open(&folder.join("world.ledger"))?;
//! let knowledge = Knowledge::load(&chancery_data::Data::embedded())?;
//! let mut out = Vec::new();
//! let made = export(&ledger, Format::Geojson, &EventFilter::default(), &knowledge, &mut out)?;
//! assert_eq!(made.manifest.events, 0);
//! # drop(ledger); let _ = std::fs::remove_dir_all(folder);
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod atom;
mod error;
mod ftm;
mod gdelt;
mod geojson;
mod gkg;
mod icalendar;
mod icews;
mod jsonld;
mod knowledge;
mod naf;
mod network;
mod plover;
mod polecat;
mod provenance;
mod rows;

pub use atom::Site;
pub use error::ExportError;
pub use knowledge::Knowledge;
pub use naf::write_article as write_naf;
pub use provenance::Provenance;

use chancery_ledger::{EventFilter, ExportFormat, Ledger};
use std::io::Write;

/// What export functions give.
pub type Result<T> = std::result::Result<T, ExportError>;

/// A shape that a ledger is written in. Those that need a parser or Arrow ([`Format::needs_more`]) are written elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Format {
    /// JSON lines: one object a report, after a line with the manifest.
    Jsonl,
    /// A table for spreadsheets: one row a report.
    Csv,
    /// Parquet files, a folder a month.
    Parquet,
    /// POLECAT's 40 columns: one row an event and pair of parties.
    Polecat,
    /// ICEWS' 20 columns: one row an event and pair of parties.
    Icews,
    /// GDELT 2 events: 61 columns without a header, one row an event and pair of parties.
    GdeltEvents,
    /// GDELT 2 mentions: 16 columns without a header, one row a report of such a row.
    GdeltMentions,
    /// GDELT's Global Knowledge Graph 2.1: 27 columns without a header, one row an article.
    Gkg,
    /// PLOVER JSON: one object a report.
    Plover,
    /// FollowTheMoney entities: one object an article, party and event.
    Followthemoney,
    /// The network of actors for Gephi.
    Gexf,
    /// The network of actors as GraphML.
    Graphml,
    /// Events at places.
    Geojson,
    /// schema.org actions with the articles that report them, as JSON-LD.
    Jsonld,
    /// An Atom feed, newest event first.
    Atom,
    /// Events that are planned for a day, as a calendar.
    Icalendar,
    /// CoNLL-U: sentences, words and trees of the articles.
    Conllu,
    /// NAF 3.1: a file an article, with all layers.
    Naf,
}

impl Format {
    /// Every format.
    pub const ALL: [Format; 18] = [
        Format::Jsonl,
        Format::Csv,
        Format::Parquet,
        Format::Polecat,
        Format::Icews,
        Format::GdeltEvents,
        Format::GdeltMentions,
        Format::Gkg,
        Format::Plover,
        Format::Followthemoney,
        Format::Gexf,
        Format::Graphml,
        Format::Geojson,
        Format::Jsonld,
        Format::Atom,
        Format::Icalendar,
        Format::Conllu,
        Format::Naf,
    ];

    /// Its name, as on the command line.
    pub fn name(self) -> &'static str {
        match self {
            Format::Jsonl => "jsonl",
            Format::Csv => "csv",
            Format::Parquet => "parquet",
            Format::Polecat => "polecat",
            Format::Icews => "icews",
            Format::GdeltEvents => "gdelt-events",
            Format::GdeltMentions => "gdelt-mentions",
            Format::Gkg => "gkg",
            Format::Plover => "plover",
            Format::Followthemoney => "followthemoney",
            Format::Gexf => "gexf",
            Format::Graphml => "graphml",
            Format::Geojson => "geojson",
            Format::Jsonld => "jsonld",
            Format::Atom => "atom",
            Format::Icalendar => "icalendar",
            Format::Conllu => "conllu",
            Format::Naf => "naf",
        }
    }

    /// What it is, on one line, as the command line's help says it.
    pub fn about(self) -> &'static str {
        match self {
            Format::Jsonl => "One JSON object a report, after a line with the manifest",
            Format::Csv => "One row a report",
            Format::Parquet => "Reports as Parquet files, a folder a month (needs --out)",
            Format::Polecat => "POLECAT's 40 columns: a row an event and pair of parties",
            Format::Icews => "ICEWS' 20 columns: a row an event and pair of parties",
            Format::GdeltEvents => "GDELT 2 events, without a header",
            Format::GdeltMentions => "GDELT 2 mentions, with character offsets, without a header",
            Format::Gkg => "GDELT's Global Knowledge Graph 2.1: a row an article, without a header",
            Format::Plover => "PLOVER JSON: one object a report",
            Format::Followthemoney => "FollowTheMoney entities: articles, parties, events, one a line",
            Format::Gexf => "The network of actors, for Gephi",
            Format::Graphml => "The network of actors as GraphML",
            Format::Geojson => "Events at places",
            Format::Jsonld => "schema.org actions with the articles that report them",
            Format::Atom => "An Atom feed of the newest events",
            Format::Icalendar => "What is planned for a day, as a calendar",
            Format::Conllu => "Sentences, words and trees of the articles",
            Format::Naf => "NAF 3.1, a file an article, with all layers (needs --out)",
        }
    }

    /// The format of that name.
    pub fn of_name(name: &str) -> Option<Self> {
        Format::ALL.into_iter().find(|format| format.name() == name)
    }

    /// True where [`export`] cannot write it, as it needs a parser or Arrow.
    pub fn needs_more(self) -> bool {
        matches!(self, Format::Parquet | Format::Conllu | Format::Naf)
    }

    /// True where it is a folder of files.
    pub fn is_folder(self) -> bool {
        matches!(self, Format::Parquet | Format::Naf)
    }

    /// The columns of a table, in order; none of what is no table.
    pub fn columns(self) -> &'static [&'static str] {
        match self {
            Format::Polecat => &polecat::COLUMNS,
            Format::Icews => &icews::COLUMNS,
            Format::GdeltEvents => &gdelt::EVENT_COLUMNS,
            Format::GdeltMentions => &gdelt::MENTION_COLUMNS,
            Format::Gkg => &gkg::COLUMNS,
            _ => &[],
        }
    }
}

/// What a format's writer works with.
pub(crate) struct Export<'a> {
    pub(crate) ledger: &'a Ledger,
    pub(crate) filter: &'a EventFilter,
    pub(crate) knowledge: &'a Knowledge,
    pub(crate) made_by: &'a Provenance,
}

/// Writes what the filter lets through, and gives what to write beside it.
///
/// # Errors
/// Where the ledger cannot be read or `out` not be written to; [`ExportError::Elsewhere`] for a format that
/// [needs more](Format::needs_more).
pub fn export(
    ledger: &Ledger,
    format: Format,
    filter: &EventFilter,
    knowledge: &Knowledge,
    out: &mut dyn Write,
) -> Result<Provenance> {
    let rows = match format {
        Format::Jsonl => Some(ExportFormat::Jsonl),
        Format::Csv => Some(ExportFormat::Csv),
        _ => None,
    };
    if let Some(rows) = rows {
        return Ok(Provenance::of(format, knowledge, ledger.export(rows, filter, out)?));
    }
    ledger.snapshot(|ledger| {
        let made_by = Provenance::of(format, knowledge, ledger.manifest(filter)?);
        let work = Export { ledger, filter, knowledge, made_by: &made_by };
        match format {
            Format::Jsonl | Format::Csv | Format::Parquet | Format::Conllu | Format::Naf => {
                return Err(ExportError::Elsewhere { format: format.name() });
            }
            Format::Polecat => polecat::write(&work, out)?,
            Format::Icews => icews::write(&work, out)?,
            Format::GdeltEvents => gdelt::write_events(&work, out)?,
            Format::GdeltMentions => gdelt::write_mentions(&work, out)?,
            Format::Gkg => gkg::write(&work, out)?,
            Format::Plover => plover::write(&work, out)?,
            Format::Followthemoney => ftm::write(&work, out)?,
            Format::Gexf => network::write_gexf(&work, out)?,
            Format::Graphml => network::write_graphml(&work, out)?,
            Format::Geojson => geojson::write(&work, out)?,
            Format::Jsonld => jsonld::write(&work, out)?,
            Format::Atom => atom::write(&work, None, out)?,
            Format::Icalendar => icalendar::write(&work, out)?,
        }
        out.flush()?;
        Ok(made_by)
    })
}

/// The feed of a query, with links to the pages of a server.
///
/// # Errors
/// Where the ledger cannot be read or `out` not be written to.
pub fn feed(
    ledger: &Ledger,
    filter: &EventFilter,
    knowledge: &Knowledge,
    site: &Site,
    out: &mut dyn Write,
) -> Result<Provenance> {
    ledger.snapshot(|ledger| {
        let made_by = Provenance::of(Format::Atom, knowledge, ledger.manifest(filter)?);
        atom::write(&Export { ledger, filter, knowledge, made_by: &made_by }, Some(site), out)?;
        out.flush()?;
        Ok(made_by)
    })
}
