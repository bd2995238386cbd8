//! Wikidata's JSON dump: `[`, one entity a line with a comma behind it, `]`. Taken are entities of known classes
//! (`P31`), one row for each office held (`P39`) of a person, one for anything else. An office that the vocabulary does not
//! list is called as the dump calls it, where it has the office, too; such rows are given last.

use super::{ImportTally, Importer, each_line};
use crate::record::ActorRecord;
use rustc_hash::FxHashMap;
use serde_json::Value;
use std::io::BufRead;

/// Languages in which a name is sought first; names in all others are aliases.
const LANGUAGES: [&str; 3] = ["en", "mul", "en-gb"];

pub(super) fn read(
    importer: &Importer,
    reader: impl BufRead,
    tally: &mut ImportTally,
    give: &mut dyn FnMut(ActorRecord),
) -> std::io::Result<()> {
    let mut unnamed: Vec<ActorRecord> = Vec::new();
    // names of offices: of those met in rows, and of all that the dump calls a position
    let mut offices: FxHashMap<String, String> = FxHashMap::default();
    each_line(reader, |number, line| {
        let line = line.trim().trim_end_matches(',');
        if matches!(line, "" | "[" | "]") {
            return;
        }
        tally.read += 1;
        // cheap before dear: most lines of a dump are of no class that is asked for
        let asked = importer.classes.is_empty() || importer.classes.iter().any(|c| line.contains(&format!("\"{c}\"")));
        let position = || {
            first_id(line).is_some_and(|id| offices.contains_key(id))
                || importer.position_classes().any(|c| line.contains(&format!("\"{c}\"")))
        };
        if !asked && !position() {
            tally.filtered += 1;
            return;
        }
        match serde_json::from_str::<Value>(line) {
            Ok(entity) => {
                note_office(importer, &entity, &mut offices);
                let rows = records(importer, &entity);
                tally.filtered += usize::from(rows.is_none());
                for row in rows.into_iter().flatten() {
                    if is_id(&row.office) {
                        offices.entry(row.office.clone()).or_default();
                        unnamed.push(row);
                    } else {
                        give(row);
                    }
                }
            }
            Err(error) => tally.skip(number, format!("no JSON: {error}")),
        }
    })?;
    for mut row in unnamed {
        if let Some(name) = offices.get(&row.office).filter(|n| !n.is_empty()) {
            let country = row.code.split(' ').next().unwrap_or("-").to_string();
            (row.office, row.code) = (name.clone(), coded(&country, &importer.sectors_of_office(name)));
        }
        give(row);
    }
    Ok(())
}

/// The id of the entity of a line: the first that stands in it.
fn first_id(line: &str) -> Option<&str> {
    line.split_once("\"id\":\"")?.1.split('"').next()
}

/// Keeps the name of an office that rows hold, or that the dump calls a position.
fn note_office(importer: &Importer, entity: &Value, offices: &mut FxHashMap<String, String>) {
    let Some(id) = entity["id"].as_str() else { return };
    let position = ids(&entity["claims"]["P31"]).any(|class| importer.position_classes().any(|p| p == class));
    if let Some(name) = name_of(entity).filter(|_| position || offices.contains_key(id)) {
        offices.insert(id.to_string(), name);
    }
}

/// The office of a row that has only its id.
fn is_id(office: &str) -> bool {
    office.strip_prefix('Q').is_some_and(|digits| !digits.is_empty() && digits.bytes().all(|b| b.is_ascii_digit()))
}

fn records(importer: &Importer, entity: &Value) -> Option<Vec<ActorRecord>> {
    let (kind, sectors) = class_of(importer, entity)?;
    let name = name_of(entity)?;
    let base = ActorRecord {
        kind: kind.to_string(),
        aliases: aliases_of(entity, &name),
        name,
        wikidata: entity["id"].as_str()?.to_string(),
        source: "Wikidata".into(),
        ..ActorRecord::default()
    };
    let country = ["P27", "P17", "P495", "P1001"].iter().find_map(|p| country_of(importer, entity, p));
    let country = country.unwrap_or_else(|| "-".into());
    let offices = if kind == "person" { offices(importer, entity, &base, &country) } else { Vec::new() };
    if !offices.is_empty() {
        return Some(offices);
    }
    let occupation = ids(&entity["claims"]["P106"]).find_map(|id| importer.term("wikidata-occupation", id));
    let sectors = occupation.map_or(sectors, |(_, s)| s);
    let (from, to) =
        (time_of(&entity["claims"]["P571"][0]["mainsnak"]), time_of(&entity["claims"]["P576"][0]["mainsnak"]));
    let code = coded(&country, sectors);
    Some(vec![if kind == "person" { ActorRecord { code, ..base } } else { ActorRecord { code, from, to, ..base } }])
}

fn class_of<'i>(importer: &'i Importer, entity: &Value) -> Option<(&'i str, &'i [String])> {
    let mut classes = ids(&entity["claims"]["P31"]);
    let wanted = |id: &&str| importer.classes.is_empty() || importer.classes.iter().any(|c| c == id);
    let known = |id: &str| importer.term("wikidata-class", id);
    if importer.classes.is_empty() {
        return classes.find_map(known);
    }
    let class = classes.find(wanted)?;
    Some(known(class).or_else(|| ids(&entity["claims"]["P31"]).find_map(known)).unwrap_or(("organization", &[])))
}

/// One row for each office, with its dates.
fn offices(importer: &Importer, entity: &Value, base: &ActorRecord, country: &str) -> Vec<ActorRecord> {
    let held = entity["claims"]["P39"].as_array().map_or(&[][..], Vec::as_slice);
    let row = |claim: &Value| {
        let id = claim["mainsnak"]["datavalue"]["value"]["id"].as_str()?;
        let (office, sectors) = importer.term("wikidata-position", id).unwrap_or(("", &[]));
        let qualifiers = &claim["qualifiers"];
        let of = ["P642", "P1001", "P17"].iter().find_map(|p| state_of(importer, &qualifiers[*p][0]));
        Some(ActorRecord {
            code: coded(of.as_deref().unwrap_or(country), sectors),
            office: if office.is_empty() { id.to_string() } else { office.to_string() },
            from: time_of(&qualifiers["P580"][0]),
            to: time_of(&qualifiers["P582"][0]),
            ..base.clone()
        })
    };
    held.iter().filter(|c| c["rank"] != "deprecated").filter_map(row).collect()
}

fn ids(claims: &Value) -> impl Iterator<Item = &str> {
    claims.as_array().into_iter().flatten().filter_map(|c| c["mainsnak"]["datavalue"]["value"]["id"].as_str())
}

fn country_of(importer: &Importer, entity: &Value, property: &str) -> Option<String> {
    let mut claims = ids(&entity["claims"][property]);
    claims.find_map(|id| importer.states.get(id).cloned())
}

fn state_of(importer: &Importer, snak: &Value) -> Option<String> {
    importer.states.get(snak["datavalue"]["value"]["id"].as_str()?).cloned()
}

/// `+2014-05-26T00:00:00Z` of precision 11 (day), 10 (month) or 9 (year).
fn time_of(snak: &Value) -> String {
    let value = &snak["datavalue"]["value"];
    let Some(time) = value["time"].as_str().and_then(|t| t.strip_prefix('+')) else { return String::new() };
    let length = match value["precision"].as_u64() {
        Some(11..) => 10,
        Some(10) => 7,
        Some(9) => 4,
        _ => return String::new(),
    };
    time.get(..length).unwrap_or("").to_string()
}

fn name_of(entity: &Value) -> Option<String> {
    let label = LANGUAGES.iter().find_map(|l| entity["labels"][*l]["value"].as_str());
    label.map(str::to_string)
}

/// English aliases, and the names in other languages.
fn aliases_of(entity: &Value, name: &str) -> Vec<String> {
    let english = entity["aliases"]["en"].as_array().into_iter().flatten().filter_map(|a| a["value"].as_str());
    let others = entity["labels"].as_object().into_iter().flatten().filter_map(|(_, l)| l["value"].as_str());
    let mut aliases: Vec<String> = Vec::new();
    for alias in english.chain(others) {
        if alias != name && !aliases.iter().any(|a| a == alias) && alias.chars().count() > 1 {
            aliases.push(alias.to_string());
        }
    }
    aliases
}

fn coded(country: &str, sectors: &[String]) -> String {
    std::iter::once(country).chain(sectors.iter().map(String::as_str)).collect::<Vec<_>>().join(" ")
}
