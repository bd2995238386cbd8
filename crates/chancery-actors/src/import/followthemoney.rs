//! FollowTheMoney entities (OpenSanctions and others): one JSON object a line, with `schema` and lists of properties.

use super::{ImportTally, Importer, each_line};
use crate::record::ActorRecord;
use serde_json::Value;
use std::io::BufRead;

pub(super) fn read(
    importer: &Importer,
    name: &str,
    reader: impl BufRead,
    tally: &mut ImportTally,
    give: &mut dyn FnMut(ActorRecord),
) -> std::io::Result<()> {
    each_line(reader, |number, line| {
        if line.trim().is_empty() {
            return;
        }
        tally.read += 1;
        match serde_json::from_str::<Value>(line) {
            Ok(entity) => match record(importer, name, &entity) {
                Some(record) => give(record),
                None => tally.filtered += 1,
            },
            Err(error) => tally.skip(number, format!("no JSON: {error}")),
        }
    })
}

fn record(importer: &Importer, source: &str, entity: &Value) -> Option<ActorRecord> {
    let (kind, by_schema) = importer.term("ftm-schema", entity["schema"].as_str()?)?;
    let all = |property: &str| texts(&entity["properties"][property]);
    let mut names = all("name").into_iter().chain(all("alias"));
    let name = entity["caption"].as_str().map(str::to_string).or_else(|| names.next())?;
    let mut aliases: Vec<String> = Vec::new();
    names.filter(|n| *n != name).for_each(|n| {
        if !aliases.contains(&n) {
            aliases.push(n)
        }
    });
    let places = ["country", "jurisdiction", "nationality", "citizenship", "mainCountry"];
    let country = places.iter().flat_map(|p| all(p)).find_map(|c| importer.iso2.get(&c.to_lowercase()).cloned());
    let mut sectors: Vec<String> = Vec::new();
    let by_topic = all("topics").into_iter().filter_map(|t| importer.term("ftm-topic", &t).map(|(_, s)| s.to_vec()));
    for sector in by_topic.flatten().chain(by_schema.iter().cloned()) {
        if !sectors.contains(&sector) {
            sectors.push(sector);
        }
    }
    let code = std::iter::once(country.unwrap_or_else(|| "-".into())).chain(sectors).collect::<Vec<_>>().join(" ");
    let first = |property: &str| all(property).into_iter().next().unwrap_or_default();
    let person = kind == "person";
    Some(ActorRecord {
        kind: kind.into(),
        name,
        aliases,
        code,
        office: first("position"),
        from: if person { String::new() } else { first("incorporationDate") },
        to: first("dissolutionDate"),
        wikidata: first("wikidataId"),
        source: source.into(),
    })
}

fn texts(value: &Value) -> Vec<String> {
    value.as_array().into_iter().flatten().filter_map(|v| v.as_str().map(str::to_string)).collect()
}
