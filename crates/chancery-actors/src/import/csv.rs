//! Tables with a header: the columns of a user's own file by their names or the common other ones, in any order.

use super::ImportTally;
use crate::record::ActorRecord;
use std::io::BufRead;

/// Other names of columns.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("type", "kind"),
    ("label", "name"),
    ("actor", "name"),
    ("alias", "aliases"),
    ("synonyms", "aliases"),
    ("country", "code"),
    ("position", "office"),
    ("title", "office"),
    ("start", "from"),
    ("start_date", "from"),
    ("end", "to"),
    ("end_date", "to"),
    ("qid", "wikidata"),
    ("wikidata_id", "wikidata"),
];

pub(super) fn read(
    name: &str,
    mut reader: impl BufRead,
    tally: &mut ImportTally,
    give: &mut dyn FnMut(ActorRecord),
) -> std::io::Result<()> {
    let start = String::from_utf8_lossy(reader.fill_buf()?).into_owned();
    let header = start.lines().find(|l| !l.starts_with('#')).unwrap_or("");
    let delimiter = [b'\t', b';', b','].into_iter().max_by_key(|d| header.bytes().filter(|b| b == d).count());
    let mut table = csv::ReaderBuilder::new()
        .delimiter(delimiter.unwrap_or(b','))
        .comment(Some(b'#'))
        .flexible(true)
        .trim(csv::Trim::All)
        .quoting(delimiter != Some(b'\t'))
        .from_reader(reader);
    let columns: Vec<String> = match table.headers() {
        Ok(header) => header.iter().map(column_name).collect(),
        Err(error) => return Err(std::io::Error::other(error)),
    };
    for row in table.records() {
        let row = match row {
            Ok(row) => row,
            Err(error) if error.is_io_error() => return Err(std::io::Error::other(error)),
            Err(error) => {
                let line = error.position().map_or(0, |p| p.line() as usize);
                tally.skip(line, error.to_string());
                continue;
            }
        };
        tally.read += 1;
        let line = row.position().map_or(0, |p| p.line() as usize);
        let mut record = ActorRecord { source: name.into(), ..ActorRecord::default() };
        for (column, cell) in columns.iter().zip(row.iter()) {
            if column == "aliases" {
                record.aliases =
                    cell.split([';', '|']).map(|a| a.trim().to_string()).filter(|a| !a.is_empty()).collect();
            } else if let Some(field) = record.column_mut(column).filter(|_| !cell.is_empty()) {
                *field = cell.to_string();
            }
        }
        if record.kind.is_empty() {
            record.kind = if record.office.is_empty() { "organization" } else { "person" }.into();
        }
        if record.name.is_empty() || record.code.is_empty() {
            tally.skip(line, "needs a name and a code (columns name and code)");
        } else {
            give(record);
        }
    }
    Ok(())
}

fn column_name(header: &str) -> String {
    let name = header.trim_start_matches('\u{feff}').trim().to_lowercase().replace(' ', "_");
    OTHER_NAMES.iter().find(|(other, _)| *other == name).map_or(name.clone(), |(_, own)| (*own).to_string())
}
