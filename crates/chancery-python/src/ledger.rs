//! `chancery.Ledger`: a ledger's events, tellings and quotes as tables.

use crate::error::Failure;
use crate::sql;
use crate::table::{Filling, Table};
use chancery::Data;
use chancery_exports::Knowledge;
use chancery_ledger::{EventDetail, EventFilter, EventRow, Ledger, QuoteFilter, QuoteView, Telling};
use chancery_parquet::table::Kind::{Text, Texts, Whole};
use chancery_parquet::table::{Cell, Kind, Rows};
use chancery_parquet::{COLUMNS, cells};
use pyo3::prelude::*;
use std::collections::BTreeSet;
use std::path::PathBuf;
use std::sync::{Mutex, MutexGuard, PoisonError};

/// A ledger that ``chancery read`` has filled; it is only read, also while a run fills it.
///
/// >>> import chancery
/// >>> ledger = chancery.Ledger("my.ledger")
/// >>> len(ledger.events()) > 0
/// True
/// >>> chancery.Ledger("no such file")
/// Traceback (most recent call last):
/// FileNotFoundError: cannot open the ledger no such file: No such file or directory (os error 2)
#[pyclass(module = "chancery", name = "Ledger", frozen)]
#[derive(Debug)]
pub(crate) struct PyLedger {
    path: PathBuf,
    ledger: Mutex<Ledger>,
    knowledge: Knowledge,
}

#[pymethods]
impl PyLedger {
    #[new]
    fn open(py: Python<'_>, path: PathBuf) -> PyResult<Self> {
        let opened = py.detach(|| -> Result<_, Failure> {
            let ledger = Ledger::open_read_only(&path)?;
            Ok(PyLedger { path, ledger: Mutex::new(ledger), knowledge: Knowledge::load(&Data::embedded())? })
        });
        Ok(opened?)
    }

    /// Events: a row each, oldest first, told by the report that speaks for it; ``reports`` says how many there are.
    ///
    /// ``actor`` is a name, part of one, or a code (``"CHN"``, ``"CHN GOV"``); ``other`` is a second party; ``since`` and ``until``
    /// are dates, which may be cut to a month or a year. A value that no event can have is a ``ValueError`` that says what
    /// there is.
    ///
    /// >>> import chancery
    /// >>> table = chancery.Ledger("my.ledger").events(type="consult", since="2022")
    /// >>> set(table["type"])
    /// {'CONSULT'}
    #[pyo3(signature = (*, actor = None, other = None, r#type = None, status = None, since = None, until = None, outlet = None, text = None))]
    #[allow(clippy::too_many_arguments)]
    fn events(
        &self,
        py: Python<'_>,
        actor: Option<String>,
        other: Option<String>,
        r#type: Option<String>,
        status: Option<String>,
        since: Option<String>,
        until: Option<String>,
        outlet: Option<String>,
        text: Option<String>,
    ) -> PyResult<Table> {
        let filter =
            EventFilter { actor, other, event_type: r#type, from: since, to: until, outlet, status, text, place: None };
        Ok(py.detach(|| self.event_rows(filter))?)
    }

    /// All reports of one event, by outlet; the columns are those of the Parquet export.
    ///
    /// >>> import chancery
    /// >>> ledger = chancery.Ledger("my.ledger")
    /// >>> event = ledger.events()["event"][0]
    /// >>> set(ledger.tellings(event)["event"]) == {event}
    /// True
    fn tellings(&self, py: Python<'_>, event: &str) -> PyResult<Table> {
        Ok(py.detach(|| self.tellings_of(event))?)
    }

    /// What is said, and by whom; ``about`` is whom the words name.
    ///
    /// >>> import chancery
    /// >>> set(chancery.Ledger("my.ledger").quotes(stance="deny")["stance"]) <= {"deny"}
    /// True
    #[pyo3(signature = (*, speaker = None, about = None, text = None, stance = None, outlet = None))]
    fn quotes(
        &self,
        py: Python<'_>,
        speaker: Option<String>,
        about: Option<String>,
        text: Option<String>,
        stance: Option<String>,
        outlet: Option<String>,
    ) -> PyResult<Table> {
        let filter = QuoteFilter { speaker, outlet, text, about, stance };
        Ok(py.detach(|| self.quote_rows(filter))?)
    }

    /// What an SQL query of the ledger's tables gives (docs/reference/ledger-schema.md). Nothing can be written.
    ///
    /// >>> import chancery
    /// >>> ledger = chancery.Ledger("my.ledger")
    /// >>> ledger.sql("SELECT count(*) AS n FROM events")["n"][0] == len(ledger.events())
    /// True
    fn sql(&self, py: Python<'_>, query: &str) -> PyResult<Table> {
        Ok(py.detach(|| sql::ask(&self.path, query))?)
    }

    fn __repr__(&self) -> String {
        format!("<chancery.Ledger {:?}>", self.path)
    }
}

impl PyLedger {
    fn ledger(&self) -> MutexGuard<'_, Ledger> {
        self.ledger.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn event_rows(&self, filter: EventFilter) -> Result<Table, Failure> {
        let ledger = self.ledger();
        let filter = ledger.checked(filter, &self.knowledge.event_types())?;
        let more = [("reports", Whole), ("outlets", Texts)];
        let columns: Vec<(&str, Kind)> = COLUMNS.into_iter().filter(|(name, _)| *name != LEADS).chain(more).collect();
        let mut table = Filling::new(Rows::new(&columns));
        ledger.snapshot(|ledger| {
            ledger.for_each_event(&filter, |event| {
                let outlets: BTreeSet<&str> =
                    event.tellings.iter().filter_map(|t| t.article.outlet.as_deref()).collect();
                let more = [Cell::count(event.tellings.len()), Cell::Texts(outlets.into_iter().map(Some).collect())];
                let row = COLUMNS.iter().zip(cells(&event, event.lead(), &self.knowledge));
                let row = row.filter(|((name, _), _)| *name != LEADS).map(|(_, cell)| cell);
                Ok::<(), Failure>(table.add(row.chain(more))?)
            })
        })?;
        Ok(table.finish()?)
    }

    fn tellings_of(&self, id: &str) -> Result<Table, Failure> {
        let Some(detail) = self.ledger().event(id)? else {
            return Err(Failure::Key(format!("the ledger holds no event {id:?}; take an id from events()")));
        };
        let event = row_of(detail);
        let mut table = Filling::new(Rows::new(&COLUMNS));
        for telling in &event.tellings {
            table.add(cells(&event, telling, &self.knowledge))?;
        }
        Ok(table.finish()?)
    }

    fn quote_rows(&self, filter: QuoteFilter) -> Result<Table, Failure> {
        let ledger = self.ledger();
        let filter = ledger.checked_quotes(filter)?;
        let (_, found) = ledger.quotes(&filter, 0, usize::MAX)?;
        let mut table = Filling::new(Rows::new(&QUOTES));
        for view in &found {
            table.add(quote_cells(view))?;
        }
        Ok(table.finish()?)
    }
}

/// The column that is true in all rows of events, and so not there.
const LEADS: &str = "speaks_for_event";

/// An event with its reports in the shape that tables are made from.
fn row_of(detail: EventDetail) -> EventRow {
    let summary = detail.summary;
    let lead = detail.tellings.iter().position(|t| t.report.text == summary.evidence).unwrap_or_default();
    let telling = |view: chancery_ledger::ReportView| Telling {
        key: view.key,
        article: view.article.for_others(),
        text: String::new(),
        article_start: 0,
        report: view.report,
        actor_facts: Vec::new(),
        recipient_facts: Vec::new(),
    };
    EventRow {
        id: summary.id,
        event_type: summary.event_type,
        mode: summary.mode,
        status: summary.status,
        date: summary.date,
        day: summary.day,
        place: summary.place,
        lead,
        tellings: detail.tellings.into_iter().map(telling).collect(),
    }
}

const QUOTES: [(&str, Kind); 17] = [
    ("article", Text),
    ("article_id", Text),
    ("published", Text),
    ("outlet", Text),
    ("title", Text),
    ("url", Text),
    ("kind", Text),
    ("stance", Text),
    ("speaker", Text),
    ("speaker_code", Text),
    ("speaker_text", Text),
    ("addressee", Text),
    ("cue", Text),
    ("via", Texts),
    ("start", Whole),
    ("end", Whole),
    ("text", Text),
];

fn quote_cells(view: &QuoteView) -> [Cell<'_>; 17] {
    let (a, q) = (&view.article, &view.quote);
    [
        Cell::Text(Some(&a.key)),
        Cell::Text(Some(&a.id)),
        Cell::Text(a.date.as_deref()),
        Cell::Text(a.outlet.as_deref()),
        Cell::Text(a.title.as_deref()),
        Cell::Text(a.url.as_deref()),
        Cell::Text(Some(&q.kind)),
        Cell::Text(q.stance.as_deref()),
        Cell::Text(q.speaker.as_deref()),
        Cell::Text(q.speaker_code.as_deref()),
        Cell::Text(q.speaker_text.as_deref()),
        Cell::Text(q.addressee.as_deref()),
        Cell::Text(q.cue.as_deref()),
        Cell::Texts(q.via.iter().map(|v| Some(v.as_str())).collect()),
        Cell::count(q.start),
        Cell::count(q.end),
        Cell::Text(Some(&q.text)),
    ]
}
