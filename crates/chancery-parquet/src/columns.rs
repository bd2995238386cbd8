//! The columns of a row, and rows as an Arrow batch.

use arrow_array::builder::{BooleanBuilder, Float64Builder, Int64Builder, ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use chancery_exports::Knowledge;
use chancery_ledger::{EventRow, Telling};
use chancery_records::PartyRecord;
use std::sync::Arc;

/// The names of the columns, in order; `month` stands in the folders' names.
pub fn names() -> Vec<&'static str> {
    COLUMNS.iter().map(|(name, _)| *name).collect()
}

pub(crate) fn schema() -> SchemaRef {
    let field = |(name, kind): &(&str, Kind)| Field::new(*name, kind.data_type(), true);
    Arc::new(Schema::new(COLUMNS.iter().map(field).collect::<Vec<_>>()))
}

#[derive(Debug, Clone, Copy)]
enum Kind {
    Text,
    Texts,
    Whole,
    Real,
    Truth,
}

impl Kind {
    fn data_type(self) -> DataType {
        match self {
            Kind::Text => DataType::Utf8,
            Kind::Texts => DataType::List(Arc::new(Field::new("item", DataType::Utf8, true))),
            Kind::Whole => DataType::Int64,
            Kind::Real => DataType::Float64,
            Kind::Truth => DataType::Boolean,
        }
    }
}

use Kind::{Real, Text, Texts, Truth, Whole};

const COLUMNS: [(&str, Kind); 37] = [
    ("event", Text),
    ("report", Text),
    ("speaks_for_event", Truth),
    ("type", Text),
    ("mode", Text),
    ("cameo", Text),
    ("score", Real),
    ("quad", Whole),
    ("contexts", Texts),
    ("status", Text),
    ("historical", Truth),
    ("date", Text),
    ("day", Text),
    ("actor_names", Texts),
    ("actor_codes", Texts),
    ("actor_texts", Texts),
    ("recipient_names", Texts),
    ("recipient_codes", Texts),
    ("recipient_texts", Texts),
    ("place", Text),
    ("place_country", Text),
    ("place_precision", Text),
    ("place_lat", Real),
    ("place_lon", Real),
    ("place_stated", Text),
    ("claimant", Text),
    ("confidence", Real),
    ("why", Text),
    ("article", Text),
    ("article_id", Text),
    ("outlet", Text),
    ("published", Text),
    ("title", Text),
    ("url", Text),
    ("start", Whole),
    ("end", Whole),
    ("text", Text),
];

/// A cell.
enum Cell<'a> {
    Text(Option<&'a str>),
    Texts(Vec<Option<&'a str>>),
    Whole(Option<i64>),
    Real(Option<f64>),
    Truth(bool),
}

/// A column while it grows.
#[derive(Debug)]
enum Builder {
    Text(StringBuilder),
    Texts(ListBuilder<StringBuilder>),
    Whole(Int64Builder),
    Real(Float64Builder),
    Truth(BooleanBuilder),
}

impl Builder {
    fn of(kind: Kind) -> Self {
        match kind {
            Kind::Text => Builder::Text(StringBuilder::new()),
            Kind::Texts => Builder::Texts(ListBuilder::new(StringBuilder::new())),
            Kind::Whole => Builder::Whole(Int64Builder::new()),
            Kind::Real => Builder::Real(Float64Builder::new()),
            Kind::Truth => Builder::Truth(BooleanBuilder::new()),
        }
    }

    /// Adds a cell; one of another kind, which the table above does not allow, is none.
    fn add(&mut self, cell: Cell<'_>) {
        match (self, cell) {
            (Builder::Text(b), Cell::Text(v)) => b.append_option(v),
            (Builder::Texts(b), Cell::Texts(list)) => {
                list.into_iter().for_each(|v| b.values().append_option(v));
                b.append(true);
            }
            (Builder::Whole(b), Cell::Whole(v)) => b.append_option(v),
            (Builder::Real(b), Cell::Real(v)) => b.append_option(v),
            (Builder::Truth(b), Cell::Truth(v)) => b.append_value(v),
            (Builder::Text(b), _) => b.append_null(),
            (Builder::Texts(b), _) => b.append(false),
            (Builder::Whole(b), _) => b.append_null(),
            (Builder::Real(b), _) => b.append_null(),
            (Builder::Truth(b), _) => b.append_null(),
        }
    }

    fn finish(&mut self) -> ArrayRef {
        match self {
            Builder::Text(b) => Arc::new(b.finish()),
            Builder::Texts(b) => Arc::new(b.finish()),
            Builder::Whole(b) => Arc::new(b.finish()),
            Builder::Real(b) => Arc::new(b.finish()),
            Builder::Truth(b) => Arc::new(b.finish()),
        }
    }
}

/// Rows that wait to be written.
#[derive(Debug)]
pub(crate) struct Columns {
    builders: Vec<Builder>,
    rows: usize,
}

impl Default for Columns {
    fn default() -> Self {
        Columns { builders: COLUMNS.iter().map(|(_, kind)| Builder::of(*kind)).collect(), rows: 0 }
    }
}

impl Columns {
    pub(crate) fn len(&self) -> usize {
        self.rows
    }

    pub(crate) fn add(&mut self, event: &EventRow, telling: &Telling, knowledge: &Knowledge) {
        for (builder, cell) in self.builders.iter_mut().zip(cells(event, telling, knowledge)) {
            builder.add(cell);
        }
        self.rows += 1;
    }

    pub(crate) fn take(&mut self) -> Result<RecordBatch, ArrowError> {
        self.rows = 0;
        RecordBatch::try_new(schema(), self.builders.iter_mut().map(Builder::finish).collect())
    }
}

fn cells<'a>(event: &'a EventRow, telling: &'a Telling, knowledge: &'a Knowledge) -> [Cell<'a>; 37] {
    let (r, a) = (&telling.report, &telling.article);
    let location = r.location.as_ref();
    let mode = r.mode.as_deref();
    let whole = |n: usize| Cell::Whole(i64::try_from(n).ok());
    let texts = |list: &'a [PartyRecord], of: fn(&'a PartyRecord) -> Option<&'a str>| {
        Cell::Texts(list.iter().map(of).collect())
    };
    [
        Cell::Text(Some(&event.id)),
        Cell::Text(Some(&telling.key)),
        Cell::Truth(telling.key == event.lead().key),
        Cell::Text(Some(&r.event_type)),
        Cell::Text(mode),
        Cell::Text(r.cameo.as_deref()),
        Cell::Real(knowledge.score(&r.event_type, mode)),
        Cell::Whole(knowledge.quad_number(&r.event_type).map(i64::from)),
        Cell::Texts(r.contexts.iter().map(|c| Some(c.as_str())).collect()),
        Cell::Text(Some(&r.status)),
        Cell::Truth(r.historical),
        Cell::Text(r.date.as_deref()),
        Cell::Text(event.day.as_deref()),
        texts(&r.actors, |p| p.name.as_deref()),
        texts(&r.actors, |p| p.code.as_deref()),
        texts(&r.actors, |p| Some(&p.text)),
        texts(&r.recipients, |p| p.name.as_deref()),
        texts(&r.recipients, |p| p.code.as_deref()),
        texts(&r.recipients, |p| Some(&p.text)),
        Cell::Text(r.place.as_deref()),
        Cell::Text(location.and_then(|l| l.country.as_deref())),
        Cell::Text(location.and_then(|l| l.precision.as_deref())),
        Cell::Real(location.and_then(|l| l.lat)),
        Cell::Real(location.and_then(|l| l.lon)),
        Cell::Text(location.map(|l| l.stated.as_str())),
        Cell::Text(r.claimant.as_deref()),
        Cell::Real(Some((f64::from(r.confidence) * 1e6).round() / 1e6)),
        Cell::Text(Some(&r.why)),
        Cell::Text(Some(&a.key)),
        Cell::Text(Some(&a.id)),
        Cell::Text(a.outlet.as_deref()),
        Cell::Text(a.date.as_deref()),
        Cell::Text(a.title.as_deref()),
        Cell::Text(a.url.as_deref()),
        whole(r.start),
        whole(r.end),
        Cell::Text(Some(&r.text)),
    ]
}
