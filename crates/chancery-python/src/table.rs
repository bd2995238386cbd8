//! A table of Arrow batches, as Python sees it.

use crate::error::Failure;
use arrow_array::cast::AsArray;
use arrow_array::ffi_stream::FFI_ArrowArrayStream;
use arrow_array::types::{Float64Type, Int64Type};
use arrow_array::{Array, RecordBatch, RecordBatchIterator, RecordBatchReader};
use arrow_schema::ffi::FFI_ArrowSchema;
use arrow_schema::{ArrowError, DataType, SchemaRef};
use chancery_parquet::table::{Cell, Rows};
use pyo3::exceptions::PyKeyError;
use pyo3::prelude::*;
use pyo3::types::{PyCapsule, PyDict, PyList};

/// Rows of one batch.
const BATCH_ROWS: usize = 8192;

/// Rows in Arrow's memory, which polars, pyarrow and pandas take without copying.
///
/// >>> import chancery
/// >>> table = chancery.parse("Two envoys met.")
/// >>> len(table), table.column_names[:3]
/// (4, ['sentence', 'id', 'start'])
/// >>> table.to_pylist()[1]["form"]
/// 'envoys'
#[pyclass(module = "chancery", frozen)]
#[derive(Debug)]
pub(crate) struct Table {
    schema: SchemaRef,
    batches: Vec<RecordBatch>,
}

/// A table while it is filled.
#[derive(Debug)]
pub(crate) struct Filling {
    rows: Rows,
    batches: Vec<RecordBatch>,
}

impl Filling {
    pub(crate) fn new(rows: Rows) -> Self {
        Filling { rows, batches: Vec::new() }
    }

    pub(crate) fn add<'a>(&mut self, cells: impl IntoIterator<Item = Cell<'a>>) -> Result<(), ArrowError> {
        self.rows.add(cells);
        if self.rows.len() >= BATCH_ROWS {
            self.batches.push(self.rows.take()?);
        }
        Ok(())
    }

    pub(crate) fn len(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum::<usize>() + self.rows.len()
    }

    pub(crate) fn finish(mut self) -> Result<Table, ArrowError> {
        if !self.rows.is_empty() {
            self.batches.push(self.rows.take()?);
        }
        Ok(Table { schema: self.rows.schema(), batches: self.batches })
    }
}

#[pymethods]
impl Table {
    /// The Arrow PyCapsule interface: the batches are shared, not copied.
    #[pyo3(signature = (requested_schema = None))]
    fn __arrow_c_stream__<'py>(
        &self,
        py: Python<'py>,
        requested_schema: Option<Bound<'py, PyAny>>,
    ) -> PyResult<Bound<'py, PyCapsule>> {
        // A wish only: whoever asks has to take what comes.
        drop(requested_schema);
        let batches = self.batches.clone().into_iter().map(Ok);
        let reader: Box<dyn RecordBatchReader + Send> =
            Box::new(RecordBatchIterator::new(batches, self.schema.clone()));
        PyCapsule::new_with_value(py, FFI_ArrowArrayStream::new(reader), c"arrow_array_stream")
    }

    fn __arrow_c_schema__<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyCapsule>> {
        let schema = FFI_ArrowSchema::try_from(self.schema.as_ref()).map_err(Failure::from)?;
        PyCapsule::new_with_value(py, schema, c"arrow_schema")
    }

    /// How many rows there are.
    #[getter]
    fn num_rows(&self) -> usize {
        self.batches.iter().map(RecordBatch::num_rows).sum()
    }

    /// The names of the columns, in order.
    #[getter]
    fn column_names(&self) -> Vec<String> {
        self.schema.fields().iter().map(|f| f.name().clone()).collect()
    }

    fn __len__(&self) -> usize {
        self.num_rows()
    }

    /// A column as a list.
    fn __getitem__<'py>(&self, py: Python<'py>, column: &str) -> PyResult<Bound<'py, PyList>> {
        let Ok(at) = self.schema.index_of(column) else {
            let names = self.column_names().join(", ");
            return Err(PyKeyError::new_err(format!("no column {column:?}; there are {names}")));
        };
        let list = PyList::empty(py);
        for batch in &self.batches {
            for row in 0..batch.num_rows() {
                list.append(value(py, batch.column(at), row)?)?;
            }
        }
        Ok(list)
    }

    /// The rows as dictionaries.
    fn to_pylist<'py>(&self, py: Python<'py>) -> PyResult<Bound<'py, PyList>> {
        let list = PyList::empty(py);
        for batch in &self.batches {
            for row in 0..batch.num_rows() {
                let dict = PyDict::new(py);
                for (field, column) in self.schema.fields().iter().zip(batch.columns()) {
                    dict.set_item(field.name(), value(py, column, row)?)?;
                }
                list.append(dict)?;
            }
        }
        Ok(list)
    }

    fn __repr__(&self) -> String {
        format!("<chancery.Table: {} rows of {}>", self.num_rows(), self.column_names().join(", "))
    }
}

/// A cell of one of the kinds that tables have.
fn value<'py>(py: Python<'py>, column: &dyn Array, row: usize) -> PyResult<Option<Bound<'py, PyAny>>> {
    if column.is_null(row) {
        return Ok(None);
    }
    let value = match column.data_type() {
        DataType::Utf8 => column.as_string::<i32>().value(row).into_pyobject(py)?.into_any(),
        DataType::Int64 => column.as_primitive::<Int64Type>().value(row).into_pyobject(py)?.into_any(),
        DataType::Float64 => column.as_primitive::<Float64Type>().value(row).into_pyobject(py)?.into_any(),
        DataType::Boolean => column.as_boolean().value(row).into_pyobject(py)?.to_owned().into_any(),
        DataType::List(_) => {
            let inner = column.as_list::<i32>().value(row);
            let texts: Vec<Option<&str>> = inner.as_string::<i32>().iter().collect();
            PyList::new(py, texts)?.into_any()
        }
        _ => return Ok(None),
    };
    Ok(Some(value))
}
