//! One row about an actor, as a person writes it and as imports make it: the columns of a user's own file.

use crate::ActorsError;
use crate::table::{Row, Table};
use chancery_data::Data;

/// The columns of a user's own file, in the order in which the program writes them.
pub const COLUMNS: [&str; 9] = ["kind", "name", "aliases", "code", "office", "from", "to", "wikidata", "source"];

/// Path of a user's own file below `data/`; its names go before those of the other files.
pub const OWN_FILE: &str = "actors/own.tsv";

/// An actor, or one office of it, with what kind of thing it is.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ActorRecord {
    /// `person`, `igo`, `body`, `party`, `company`, `media`, `organization`, `group`, `country`, `place`, `role`.
    pub kind: String,
    /// Full name; for a role the noun.
    pub name: String,
    /// Other names, in order.
    pub aliases: Vec<String>,
    /// Country and sectors (`CHN GOV`); `-` for no country.
    pub code: String,
    /// A person's office.
    pub office: String,
    /// First day, `YYYY-MM-DD` or shorter.
    pub from: String,
    /// Last day; empty where it lasts.
    pub to: String,
    /// Wikidata id.
    pub wikidata: String,
    /// Where the fact comes from.
    pub source: String,
}

impl ActorRecord {
    /// The row, with tabs between the columns of [`COLUMNS`].
    pub fn to_line(&self) -> String {
        let aliases = self.aliases.iter().map(|a| clean(a).replace(';', ",")).collect::<Vec<_>>().join("; ");
        let cells = [
            &self.kind,
            &self.name,
            &aliases,
            &self.code,
            &self.office,
            &self.from,
            &self.to,
            &self.wikidata,
            &self.source,
        ];
        cells.map(|cell| clean(cell)).join("\t").trim_end().to_string()
    }

    /// A column by its name; `None` where there is no such column.
    pub fn column_mut(&mut self, column: &str) -> Option<&mut String> {
        Some(match column {
            "kind" => &mut self.kind,
            "name" => &mut self.name,
            "code" => &mut self.code,
            "office" => &mut self.office,
            "from" => &mut self.from,
            "to" => &mut self.to,
            "wikidata" => &mut self.wikidata,
            "source" => &mut self.source,
            _ => return None,
        })
    }

    fn of_row(row: &Row, kind: &str) -> Self {
        let cell = |column| row.cell(column).to_string();
        let code = if row.cell("code").is_empty() { cell("country") } else { cell("code") };
        ActorRecord {
            kind: kind.to_string(),
            name: cell("name"),
            aliases: row.list("aliases").map(str::to_string).collect(),
            code,
            office: cell("office"),
            from: cell("from"),
            to: cell("to"),
            wikidata: cell("wikidata"),
            source: cell("source"),
        }
    }
}

/// The first lines of a new own file.
pub fn own_header(origin: &str, date: &str) -> String {
    format!(
        "# Chancery actors: rows of your own; their names go before those of the built-in files.\n# version: 1\n\
         # licence: yours\n# origin: {}\n# date: {date}\n{}\n",
        clean(origin),
        COLUMNS.join("\t")
    )
}

/// The rows of a user's own file; a wrong line is an error that names it.
///
/// # Errors
/// Where the header lacks a column or a row has too many cells.
pub fn read_own(file: &str, text: &str) -> Result<Vec<ActorRecord>, ActorsError> {
    let table = Table::read(file, text, &["kind", "name", "code"])?;
    Ok(table.rows().map(|row| ActorRecord::of_row(&row, row.cell("kind"))).collect())
}

/// Every row of the directory, own rows first.
///
/// # Errors
/// Where a file is missing or its header is wrong.
pub fn records(data: &Data) -> Result<Vec<ActorRecord>, ActorsError> {
    let mut all = Vec::new();
    if let Some(text) = own_text(data)? {
        all.extend(read_own(&data.name_of(OWN_FILE), &text)?);
    }
    for (file, kind) in [("people", "person"), ("organizations", ""), ("states", "country"), ("places", "place")] {
        let path = format!("actors/{file}.tsv");
        let text = data.text(&path)?;
        let table = Table::read(&path, &text, &["name"])?;
        let of = |row: Row| ActorRecord::of_row(&row, if kind.is_empty() { row.cell("kind") } else { kind });
        all.extend(table.rows().map(of));
    }
    Ok(all)
}

/// The text of the user's own file, where there is one.
pub(crate) fn own_text(data: &Data) -> Result<Option<std::borrow::Cow<'static, str>>, ActorsError> {
    match data.text(OWN_FILE) {
        Ok(text) => Ok(Some(text)),
        Err(chancery_data::DataError::Missing { .. }) => Ok(None),
        Err(error) => Err(error.into()),
    }
}

fn clean(cell: &str) -> String {
    cell.split_whitespace().collect::<Vec<_>>().join(" ")
}
