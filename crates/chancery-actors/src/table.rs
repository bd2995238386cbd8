//! Tab-separated files with `#` comments and a header row.

use crate::ActorsError;
use chancery_text::PartialDate;

/// One file: its header and its rows.
pub(crate) struct Table<'t> {
    file: &'t str,
    header: Vec<&'t str>,
    /// The cells of all rows.
    cells: Vec<&'t str>,
    /// Line of the file, and where its cells are.
    rows: Vec<(usize, std::ops::Range<usize>)>,
}

/// One row; cells are read by column name.
pub(crate) struct Row<'t, 'a> {
    table: &'a Table<'t>,
    line: usize,
    cells: &'a [&'t str],
}

impl<'t> Table<'t> {
    /// Reads a file, which must have `columns`.
    pub fn read(file: &'t str, text: &'t str, columns: &[&str]) -> Result<Self, ActorsError> {
        let table = Self::read_loose(file, text, columns)?;
        if let Some((line, cells)) = table.rows.iter().find(|(_, cells)| cells.len() > table.header.len()) {
            let (cells, columns) = (cells.len(), table.header.len());
            return Err(ActorsError::Width { file: file.into(), line: *line, cells, columns });
        }
        Ok(table)
    }

    /// Reads a file whose rows may have too many cells.
    pub fn read_loose(file: &'t str, text: &'t str, columns: &[&str]) -> Result<Self, ActorsError> {
        let mut lines = text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty() && !l.starts_with('#'));
        let header: Vec<&str> = lines.next().map(|(_, l)| cells_of(l)).unwrap_or_default();
        if let Some(column) = columns.iter().find(|c| !header.contains(c)) {
            return Err(ActorsError::Column { file: file.into(), column: (*column).into() });
        }
        let (mut cells, mut rows) = (Vec::new(), Vec::new());
        for (i, line) in lines {
            let start = cells.len();
            cells.extend(line.split('\t').map(str::trim));
            rows.push((i + 1, start..cells.len()));
        }
        Ok(Table { file, header, cells, rows })
    }

    /// The rows, in order.
    pub fn rows(&self) -> impl Iterator<Item = Row<'t, '_>> {
        self.rows.iter().map(|(line, cells)| Row { table: self, line: *line, cells: &self.cells[cells.clone()] })
    }
}

impl<'t> Row<'t, '_> {
    /// A cell; empty where the row or the table has none.
    pub fn cell(&self, column: &str) -> &'t str {
        let at = self.table.header.iter().position(|h| *h == column);
        at.and_then(|i| self.cells.get(i)).copied().unwrap_or("")
    }

    /// A cell that must not be empty.
    pub fn needed(&self, column: &str) -> Result<&'t str, ActorsError> {
        match self.cell(column) {
            "" => Err(self.wrong(column, "must not be empty")),
            cell => Ok(cell),
        }
    }

    /// A list separated by `;`.
    pub fn list(&self, column: &str) -> impl Iterator<Item = &'t str> + use<'t> {
        self.cell(column).split(';').map(str::trim).filter(|w| !w.is_empty())
    }

    /// A date, or nothing.
    pub fn date(&self, column: &str) -> Result<Option<PartialDate>, ActorsError> {
        match self.cell(column) {
            "" => Ok(None),
            cell => cell.parse().map(Some).map_err(|_| self.wrong(column, "write YYYY-MM-DD, YYYY-MM or YYYY")),
        }
    }

    /// Line of the file, from 1.
    pub fn line(&self) -> usize {
        self.line
    }

    /// How many cells it has more than the header.
    pub fn extra(&self) -> Option<usize> {
        self.cells.len().checked_sub(self.table.header.len()).filter(|n| *n > 0)
    }

    /// The bytes of `line`, the row's text, that hold a column's cell; all of it where the row has no such cell.
    pub fn span_of(&self, column: &str, line: &str) -> std::ops::Range<usize> {
        let at = self.table.header.iter().position(|h| *h == column);
        let mut start = 0;
        for (i, cell) in line.split('\t').enumerate() {
            if Some(i) == at && !cell.trim().is_empty() {
                let lead = cell.len() - cell.trim_start().len();
                return start + lead..start + lead + cell.trim().len();
            }
            start += cell.len() + 1;
        }
        0..line.len()
    }

    /// The error for a cell.
    pub fn wrong(&self, column: &str, problem: &str) -> ActorsError {
        ActorsError::Cell {
            file: self.table.file.into(),
            line: self.line,
            column: column.into(),
            cell: self.cell(column).into(),
            problem: problem.into(),
        }
    }
}

fn cells_of(line: &str) -> Vec<&str> {
    line.split('\t').map(str::trim).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_wrong_date_names_file_line_and_cell() {
        let table = Table::read("actors/x.tsv", "# v1\nname\tfrom\nAda\t12 May\n", &["name"]).unwrap();
        let err = table.rows().next().unwrap().date("from").unwrap_err().to_string();
        assert!(err.contains("actors/x.tsv:3") && err.contains("\"from\"") && err.contains("12 May"), "{err}");
    }

    #[test]
    fn a_stray_tab_and_a_missing_column_are_told() {
        assert!(matches!(Table::read("x", "a\tb\n1\t2\t3\n", &["a"]), Err(ActorsError::Width { line: 2, .. })));
        assert!(matches!(Table::read("x", "a\tb\n", &["c"]), Err(ActorsError::Column { .. })));
    }
}
