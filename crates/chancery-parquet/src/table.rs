//! Tables that grow row by row and become Arrow batches.

use arrow_array::builder::{BooleanBuilder, Float64Builder, Int64Builder, ListBuilder, StringBuilder};
use arrow_array::{ArrayRef, RecordBatch};
use arrow_schema::{ArrowError, DataType, Field, Schema, SchemaRef};
use chancery_records::PartyRecord;
use std::sync::Arc;

/// What a column holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// Words.
    Text,
    /// A list of words.
    Texts,
    /// A whole number.
    Whole,
    /// A number.
    Real,
    /// True or false.
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

/// A cell; `None` is null.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell<'a> {
    /// Words.
    Text(Option<&'a str>),
    /// A list of words; an entry may be null.
    Texts(Vec<Option<&'a str>>),
    /// A whole number.
    Whole(Option<i64>),
    /// A number.
    Real(Option<f64>),
    /// True or false.
    Truth(bool),
}

impl Cell<'_> {
    /// A count or an offset.
    pub fn count(n: usize) -> Self {
        Cell::Whole(i64::try_from(n).ok())
    }

    /// A confidence, to six places, as a number of 32 bits has no more.
    pub fn confidence(confidence: f32) -> Self {
        Cell::Real(Some((f64::from(confidence) * 1e6).round() / 1e6))
    }
}

impl<'a> Cell<'a> {
    /// One thing of each of several parties: their names, codes or words.
    pub fn parties(list: &'a [PartyRecord], of: impl Fn(&'a PartyRecord) -> Option<&'a str>) -> Self {
        Cell::Texts(list.iter().map(of).collect())
    }
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

/// Rows that wait to become a batch.
#[derive(Debug)]
pub struct Rows {
    schema: SchemaRef,
    kinds: Vec<Kind>,
    builders: Vec<Builder>,
    rows: usize,
}

impl Rows {
    /// An empty table with these columns.
    pub fn new<S: AsRef<str>>(columns: &[(S, Kind)]) -> Self {
        let fields: Vec<Field> =
            columns.iter().map(|(name, kind)| Field::new(name.as_ref(), kind.data_type(), true)).collect();
        let kinds: Vec<Kind> = columns.iter().map(|(_, kind)| *kind).collect();
        let builders = kinds.iter().copied().map(Builder::of).collect();
        Rows { schema: Arc::new(Schema::new(fields)), kinds, builders, rows: 0 }
    }

    /// Its columns.
    pub fn schema(&self) -> SchemaRef {
        self.schema.clone()
    }

    /// How many rows wait.
    pub fn len(&self) -> usize {
        self.rows
    }

    /// True where no row waits.
    pub fn is_empty(&self) -> bool {
        self.rows == 0
    }

    /// Adds a row; a cell that is missing, or of another kind than its column, is null.
    pub fn add<'a>(&mut self, cells: impl IntoIterator<Item = Cell<'a>>) {
        let mut cells = cells.into_iter();
        for (builder, kind) in self.builders.iter_mut().zip(&self.kinds) {
            builder.add(cells.next().unwrap_or(if *kind == Kind::Text { Cell::Whole(None) } else { Cell::Text(None) }));
        }
        self.rows += 1;
    }

    /// Gives the rows and begins anew.
    ///
    /// # Errors
    /// Where Arrow refuses them.
    pub fn take(&mut self) -> Result<RecordBatch, ArrowError> {
        self.rows = 0;
        RecordBatch::try_new(self.schema(), self.builders.iter_mut().map(Builder::finish).collect())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_cell_of_another_kind_is_null_and_rows_stay_whole() {
        let mut rows = Rows::new(&[("a", Kind::Text), ("b", Kind::Whole), ("c", Kind::Texts)]);
        rows.add([Cell::Text(Some("x")), Cell::count(3), Cell::Texts(vec![Some("y"), None])]);
        rows.add([Cell::Truth(true), Cell::Text(Some("no number"))]);
        let batch = rows.take().unwrap();
        assert_eq!((batch.num_rows(), rows.len()), (2, 0));
        assert_eq!(batch.columns().iter().map(|c| c.null_count()).collect::<Vec<_>>(), [1, 1, 1]);
    }
}
