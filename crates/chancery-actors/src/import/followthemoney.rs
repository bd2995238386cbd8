//! FollowTheMoney entities (OpenSanctions and others): one JSON object a line, with `schema` and lists of properties. An
//! `Occupancy` joins a person to a `Position`; as they stand in any order, rows are given when all is read.

use super::{ImportTally, Importer, each_line};
use crate::record::ActorRecord;
use rustc_hash::FxHashMap;
use serde_json::Value;
use std::io::BufRead;

/// What is read before it is given.
#[derive(Default)]
struct Entities {
    /// With their ids, in order.
    rows: Vec<(String, ActorRecord)>,
    /// By the id of who held them.
    occupancies: FxHashMap<String, Vec<Occupancy>>,
    positions: FxHashMap<String, Position>,
}

struct Occupancy {
    post: String,
    from: String,
    to: String,
}

struct Position {
    name: String,
    country: Option<String>,
    sectors: Vec<String>,
}

pub(super) fn read(
    importer: &Importer,
    name: &str,
    reader: impl BufRead,
    tally: &mut ImportTally,
    give: &mut dyn FnMut(ActorRecord),
) -> std::io::Result<()> {
    let mut entities = Entities::default();
    each_line(reader, |number, line| {
        if line.trim().is_empty() {
            return;
        }
        tally.read += 1;
        match serde_json::from_str::<Value>(line) {
            Ok(entity) => tally.filtered += usize::from(entities.take(importer, name, &entity).is_none()),
            Err(error) => tally.skip(number, format!("no JSON: {error}")),
        }
    })?;
    entities.give(give);
    Ok(())
}

impl Entities {
    /// Keeps an entity; `None` where it is of no kind that is asked for.
    fn take(&mut self, importer: &Importer, source: &str, entity: &Value) -> Option<()> {
        let id = entity["id"].as_str().unwrap_or_default().to_string();
        match entity["schema"].as_str()? {
            "Occupancy" => {
                let (from, to) = (first(entity, "startDate"), first(entity, "endDate"));
                let occupancy = Occupancy { post: first(entity, "post"), from, to };
                self.occupancies.entry(first(entity, "holder")).or_default().push(occupancy);
            }
            "Position" => {
                let name = caption(entity)?;
                let mut sectors = topics(importer, entity);
                if sectors.is_empty() {
                    sectors = importer.sectors_of_office(&name);
                }
                self.positions.insert(id, Position { name, country: country(importer, entity), sectors });
            }
            _ => self.rows.push((id, record(importer, source, entity)?)),
        }
        Some(())
    }

    /// One row for each office of a person, one for anybody else.
    fn give(mut self, give: &mut dyn FnMut(ActorRecord)) {
        for (id, row) in self.rows {
            let mut held = self.occupancies.remove(&id).unwrap_or_default();
            held.sort_by(|a, b| (&a.from, &a.to, &a.post).cmp(&(&b.from, &b.to, &b.post)));
            if held.is_empty() {
                give(row);
                continue;
            }
            for Occupancy { post, from, to } in held {
                let (office, code) = match self.positions.get(&post) {
                    Some(p) => (p.name.clone(), office_code(&row.code, p)),
                    None => (row.office.clone(), row.code.clone()),
                };
                give(ActorRecord { office, code, from, to, ..row.clone() });
            }
        }
    }
}

/// The code of a person in a position: country and sectors of the position, where it tells them.
fn office_code(person: &str, position: &Position) -> String {
    let mut parts = person.split(' ');
    let country = parts.next().unwrap_or("-");
    let country = position.country.as_deref().unwrap_or(country);
    let own = || parts.map(str::to_string).collect();
    let sectors: Vec<String> = if position.sectors.is_empty() { own() } else { position.sectors.clone() };
    std::iter::once(country.to_string()).chain(sectors).collect::<Vec<_>>().join(" ")
}

fn record(importer: &Importer, source: &str, entity: &Value) -> Option<ActorRecord> {
    let (kind, by_schema) = importer.term("ftm-schema", entity["schema"].as_str()?)?;
    let name = caption(entity)?;
    let mut aliases: Vec<String> = Vec::new();
    for alias in texts(entity, "name").into_iter().chain(texts(entity, "alias")).filter(|n| *n != name) {
        if !aliases.contains(&alias) {
            aliases.push(alias);
        }
    }
    let mut sectors = topics(importer, entity);
    for sector in by_schema {
        if !sectors.contains(sector) {
            sectors.push(sector.clone());
        }
    }
    let country = country(importer, entity).unwrap_or_else(|| "-".into());
    let code = std::iter::once(country).chain(sectors).collect::<Vec<_>>().join(" ");
    let person = kind == "person";
    Some(ActorRecord {
        kind: kind.into(),
        name,
        aliases,
        code,
        office: first(entity, "position"),
        from: if person { String::new() } else { first(entity, "incorporationDate") },
        to: first(entity, "dissolutionDate"),
        wikidata: first(entity, "wikidataId"),
        source: source.into(),
    })
}

fn caption(entity: &Value) -> Option<String> {
    let name = || texts(entity, "name").into_iter().chain(texts(entity, "alias")).next();
    entity["caption"].as_str().map(str::to_string).or_else(name)
}

fn country(importer: &Importer, entity: &Value) -> Option<String> {
    let places = ["country", "jurisdiction", "nationality", "citizenship", "mainCountry"];
    let mut codes = places.iter().flat_map(|p| texts(entity, p));
    codes.find_map(|c| importer.iso2.get(&c.to_lowercase()).cloned())
}

fn topics(importer: &Importer, entity: &Value) -> Vec<String> {
    let mut sectors: Vec<String> = Vec::new();
    for topic in texts(entity, "topics") {
        for sector in importer.term("ftm-topic", &topic).into_iter().flat_map(|(_, s)| s) {
            if !sectors.contains(sector) {
                sectors.push(sector.clone());
            }
        }
    }
    sectors
}

fn first(entity: &Value, property: &str) -> String {
    texts(entity, property).into_iter().next().unwrap_or_default()
}

fn texts(entity: &Value, property: &str) -> Vec<String> {
    let values = entity["properties"][property].as_array().into_iter().flatten();
    values.filter_map(|v| v.as_str().map(str::to_string)).collect()
}
