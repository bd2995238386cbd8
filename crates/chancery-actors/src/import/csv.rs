//! Tables with a header: the columns of a user's own file by their names or the common other ones, in any order. A country may
//! be written as its code of two or three letters or by its name, with the sectors in a column of their own.

use super::{ImportTally, Importer};
use crate::check::{self, is_wikidata_id};
use crate::record::ActorRecord;
use crate::words::kind_of;
use chancery_text::PartialDate;
use std::io::BufRead;

/// Other names of columns.
const OTHER_NAMES: &[(&str, &str)] = &[
    ("type", "kind"),
    ("label", "name"),
    ("actor", "name"),
    ("alias", "aliases"),
    ("synonyms", "aliases"),
    ("country_code", "country"),
    ("iso2", "country"),
    ("iso3", "country"),
    ("sector", "sectors"),
    ("plover", "code"),
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
    importer: &Importer,
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
        let cells: Vec<(&str, &str)> = columns.iter().map(String::as_str).zip(row.iter()).collect();
        match record_of(importer, name, &cells) {
            Ok((record, doubt)) => {
                if let Some(doubt) = doubt {
                    tally.doubt(line, doubt);
                }
                give(record);
            }
            Err(reason) => tally.skip(line, reason),
        }
    }
    Ok(())
}

fn column_name(header: &str) -> String {
    let name = header.trim_start_matches('\u{feff}').trim().to_lowercase().replace(' ', "_");
    OTHER_NAMES.iter().find(|(other, _)| *other == name).map_or(name.clone(), |(_, own)| (*own).to_string())
}

/// The row that the cells make, with what is doubtful about it; else why they make none.
fn record_of(
    importer: &Importer,
    source: &str,
    cells: &[(&str, &str)],
) -> Result<(ActorRecord, Option<String>), String> {
    let mut record = ActorRecord { source: source.into(), ..ActorRecord::default() };
    let (mut country, mut sectors) = ("", "");
    for &(column, cell) in cells {
        match column {
            "aliases" => {
                record.aliases =
                    cell.split([';', '|']).map(str::trim).filter(|a| !a.is_empty()).map(Into::into).collect();
            }
            "country" => country = cell,
            "sectors" => sectors = cell,
            _ => {
                if let Some(field) = record.column_mut(column).filter(|_| !cell.is_empty()) {
                    *field = cell.to_string();
                }
            }
        }
    }
    if record.kind.is_empty() {
        record.kind = if record.office.is_empty() { "organization" } else { "person" }.into();
    }
    if record.name.is_empty() || record.code.is_empty() && country.is_empty() {
        return Err("needs a name and a code (columns name and code, or country and sector)".into());
    }
    let doubt = set_code(importer, &mut record, country, sectors)?;
    check_cells(&record)?;
    Ok((record, doubt))
}

/// Puts the code together; what may be an own scheme is kept and told.
fn set_code(
    importer: &Importer,
    record: &mut ActorRecord,
    country: &str,
    sectors: &str,
) -> Result<Option<String>, String> {
    let mut parts: Vec<String> =
        record.code.split([' ', ',', ';', '|']).filter(|p| !p.is_empty()).map(Into::into).collect();
    if !country.is_empty() {
        let one = importer.country_code(country);
        let given = one.map_or_else(|| country.split_whitespace().map(Into::into).collect(), |code| vec![code]);
        if parts.first() != given.first() {
            parts.splice(0..0, given);
        }
    }
    parts.extend(sectors.split([' ', ',', ';', '|']).filter(|p| !p.is_empty()).map(str::to_uppercase));
    let Some(first) = parts.first() else { return Err("has no code".into()) };
    let (country, doubt) = checked_country(importer, first)?;
    let free = check::names_its_organization(&country) || record.kind == "role";
    let other = if free { None } else { doubtful_sector(&parts[1..])? };
    parts[0] = country;
    record.code = parts.join(" ");
    Ok(doubt.or(other))
}

/// The code of a country, with what is doubtful about it.
fn checked_country(importer: &Importer, word: &str) -> Result<(String, Option<String>), String> {
    if let Some(code) = importer.country_code(word) {
        return Ok((code, None));
    }
    if check::is_international(word) {
        return Ok((word.into(), None));
    }
    if !is_three_capitals(word) {
        return Err(format!("no country {word:?}: write an ISO 3166 code, or - for none"));
    }
    let doubt = format!("{word:?} is no country of the directory: mend it, or add a row of kind country with it");
    Ok((word.into(), Some(doubt)))
}

fn doubtful_sector(sectors: &[String]) -> Result<Option<String>, String> {
    let Some(sector) = sectors.iter().find(|s| !check::is_sector(s)) else { return Ok(None) };
    if !is_three_capitals(sector) {
        return Err(format!("no sector {sector:?}: write those of PLOVER: GOV, MIL, LEG, JUD, PTY, OPP ..."));
    }
    Ok(Some(format!("{sector:?} is no sector of PLOVER: mend it, or add a row of kind role with it")))
}

fn is_three_capitals(word: &str) -> bool {
    word.len() == 3 && word.bytes().all(|b| b.is_ascii_uppercase())
}

fn check_cells(record: &ActorRecord) -> Result<(), String> {
    if kind_of(&record.kind).is_none() && record.kind != "role" {
        return Err(format!(
            "no kind {:?}: write person, body, party, company, media, organization, group ...",
            record.kind
        ));
    }
    for date in [&record.from, &record.to] {
        if !date.is_empty() && date.parse::<PartialDate>().is_err() {
            return Err(format!("{date:?} is no date: write YYYY-MM-DD, YYYY-MM or YYYY"));
        }
    }
    if !record.wikidata.is_empty() && !is_wikidata_id(&record.wikidata) {
        return Err(format!("{:?} is no Wikidata id: write Q and a number", record.wikidata));
    }
    Ok(())
}
