//! The Python module `chancery`: texts to coded events, and a ledger to tables.
//!
//! In: Python strings, files and archives, or the path of a ledger. Out: tables that hand their Arrow data to polars, pyarrow and pandas without
//! copying it (`__arrow_c_stream__`). This door adds nothing to what the pipeline and the ledger know. While Rust works, other
//! threads of Python run. `chancery.spark`, beside it in Python, runs it on a cluster. `python/chancery/__init__.pyi` is the reference; tests/python tries it.

mod code;
mod error;
mod files;
mod join;
mod ledger;
mod sql;
mod table;

use pyo3::prelude::*;

#[pymodule]
fn _chancery(module: &Bound<'_, PyModule>) -> PyResult<()> {
    module.add("__version__", env!("CARGO_PKG_VERSION"))?;
    module.add("ChanceryError", module.py().get_type::<error::ChanceryError>())?;
    module.add_class::<table::Table>()?;
    module.add_class::<code::Coded>()?;
    module.add_class::<ledger::PyLedger>()?;
    module.add_function(wrap_pyfunction!(code::code, module)?)?;
    module.add_class::<files::CodedFiles>()?;
    module.add_function(wrap_pyfunction!(code::parse, module)?)?;
    module.add_function(wrap_pyfunction!(files::code_files, module)?)?;
    module.add_function(wrap_pyfunction!(files::tables, module)?)?;
    module.add_function(wrap_pyfunction!(join::join_groups, module)?)?;
    module.add_function(wrap_pyfunction!(join::join_links, module)?)?;
    module.add_function(wrap_pyfunction!(join::join_clusters, module)?)?;
    module.add_function(wrap_pyfunction!(join::with_events, module)?)
}
