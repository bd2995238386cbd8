/// A directory file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum ActorsError {
    /// A directory file is missing.
    #[error(transparent)]
    Data(#[from] chancery_data::DataError),
    /// A file has no header row, or the header lacks a column.
    #[error("{file}: no column {column:?}; the header row must name it")]
    Column {
        /// Path below `data/`.
        file: String,
        /// The missing column.
        column: String,
    },
    /// A cell holds something that cannot be read.
    #[error("{file}:{line}: column {column:?} holds {cell:?}: {problem}")]
    Cell {
        /// Path below `data/`.
        file: String,
        /// Line of the file, from 1.
        line: usize,
        /// The column's name.
        column: String,
        /// What the cell holds.
        cell: String,
        /// What is wrong with it.
        problem: String,
    },
    /// A row has more cells than the header.
    #[error("{file}:{line}: {cells} cells, but the header has {columns}; look for a stray tab")]
    Width {
        /// Path below `data/`.
        file: String,
        /// Line of the file, from 1.
        line: usize,
        /// Cells in the row.
        cells: usize,
        /// Cells in the header.
        columns: usize,
    },
}
