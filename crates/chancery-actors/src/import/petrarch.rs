//! PETRARCH's dictionaries. Actors: a name with a code in brackets, further names after `+`, further codes with dates on
//! lines of their own. Agents: a noun, its plural in braces, a code with `~` for the country. `#` and `;` begin a comment,
//! `!PERSON! = MAN, WOMAN` a set of words.

use super::{ImportTally, Importer, each_line};
use crate::record::ActorRecord;
use std::io::BufRead;

/// One entry while its lines come in.
#[derive(Default)]
struct Entry {
    line: usize,
    names: Vec<String>,
    codes: Vec<Code>,
}

struct Code {
    code: String,
    from: String,
    to: String,
}

pub(super) fn read(
    importer: &Importer,
    name: &str,
    reader: impl BufRead,
    tally: &mut ImportTally,
    give: &mut dyn FnMut(ActorRecord),
) -> std::io::Result<()> {
    let mut sets: Vec<(String, Vec<String>)> = Vec::new();
    let mut entry = Entry::default();
    let mut in_comment = false;
    each_line(reader, |number, line| {
        let line = without_comment(line, &mut in_comment);
        if line.trim().is_empty() {
            return;
        }
        if let Some((set, words)) = line.split_once(" = ").filter(|(set, _)| set.starts_with('!')) {
            sets.push((set.trim().to_string(), words.split(',').map(|w| w.trim().to_string()).collect()));
            return;
        }
        let indented = line.starts_with([' ', '\t']);
        let (words, codes) = line.split_once('[').map_or((line.as_str(), None), |(w, c)| (w, Some(c)));
        let codes = codes.map(|c| c.split(']').next().unwrap_or(""));
        if !indented && !words.trim_start().starts_with('+') && !words.trim().is_empty() {
            finish(importer, name, std::mem::take(&mut entry), &sets, tally, give);
            entry.line = number;
        }
        if !words.trim().is_empty() {
            entry.names.push(words.trim().trim_start_matches('+').to_string());
        }
        if let Some(code) = codes {
            match code_of(code) {
                Some(code) => entry.codes.push(code),
                None => tally.skip(number, format!("[{code}]: write a code, or a code with dates (YYMMDD-YYMMDD)")),
            }
        }
    })?;
    finish(importer, name, entry, &sets, tally, give);
    Ok(())
}

fn without_comment(line: &str, in_comment: &mut bool) -> String {
    let mut kept = String::new();
    let mut rest = line;
    loop {
        if *in_comment {
            match rest.split_once("-->") {
                Some((_, after)) => rest = after,
                None => return kept,
            }
            *in_comment = false;
        }
        match rest.split_once("<!--") {
            Some((before, after)) => {
                kept.push_str(before);
                rest = after;
                *in_comment = true;
            }
            None => {
                kept.push_str(rest);
                return kept.split(['#', ';']).next().unwrap_or("").to_string();
            }
        }
    }
}

/// `HOBGOV 19950601 - 19990815`, `HOB < 950601`, `HOBREB > 990816`.
fn code_of(text: &str) -> Option<Code> {
    let text = text.trim();
    let end = text.find([' ', '<', '>']).unwrap_or(text.len());
    let (code, dates) = (text[..end].trim().to_string(), text[end..].trim());
    let (mut from, mut to) = (String::new(), String::new());
    if let Some(day) = dates.strip_prefix('<') {
        to = date_of(day)?;
    } else if let Some(day) = dates.strip_prefix('>') {
        from = date_of(day)?;
    } else if let Some((first, last)) = dates.split_once('-') {
        (from, to) = (date_of(first)?, date_of(last)?);
    } else if !dates.is_empty() {
        return None;
    }
    Some(Code { code, from, to })
}

/// `950601` and `19950601`; two digits from 30 on are of the last century.
fn date_of(digits: &str) -> Option<String> {
    let digits = digits.trim();
    if !digits.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let (year, rest) = match digits.len() {
        6 => (digits[..2].parse::<u32>().map(|y| if y < 30 { 2000 + y } else { 1900 + y }).ok()?, &digits[2..]),
        8 => (digits[..4].parse::<u32>().ok()?, &digits[4..]),
        _ => return None,
    };
    let (month, day) = (&rest[..2], &rest[2..]);
    Some(match (month, day) {
        ("00", _) => format!("{year:04}"),
        (_, "00") => format!("{year:04}-{month}"),
        _ => format!("{year:04}-{month}-{day}"),
    })
}

fn finish(
    importer: &Importer,
    source: &str,
    entry: Entry,
    sets: &[(String, Vec<String>)],
    tally: &mut ImportTally,
    give: &mut dyn FnMut(ActorRecord),
) {
    if entry.names.is_empty() {
        return;
    }
    tally.read += 1;
    if entry.codes.is_empty() {
        return tally.skip(entry.line, format!("{}: no code in brackets", entry.names[0]));
    }
    let agent = entry.codes.iter().any(|c| c.code.contains('~'));
    let mut names: Vec<String> =
        entry.names.iter().flat_map(|n| spelled(n, sets)).map(|n| words_of(&n, agent)).collect();
    names.dedup();
    if names.is_empty() || names[0].is_empty() {
        return tally.skip(entry.line, "no name before the code");
    }
    let dated = entry.codes.iter().any(|c| !c.from.is_empty() || !c.to.is_empty());
    for code in &entry.codes {
        let Some(plover) = plover_of(importer, &code.code) else { continue };
        give(ActorRecord {
            kind: kind_of(&plover, agent, dated).into(),
            name: names[0].clone(),
            aliases: names[1..].to_vec(),
            office: String::new(),
            code: plover,
            from: code.from.clone(),
            to: code.to.clone(),
            wikidata: String::new(),
            source: source.into(),
        });
    }
}

fn plover_of(importer: &Importer, code: &str) -> Option<String> {
    match code.split_once('~') {
        None => importer.plover_code(code),
        Some((before, after)) => {
            let parts = [before.trim(), after.trim()];
            let chunks = parts.iter().flat_map(|p| p.as_bytes().chunks(3)).filter_map(|c| std::str::from_utf8(c).ok());
            Some(importer.with_sectors("-", chunks))
        }
    }
}

/// A country's code alone is the country; who has dates is taken for a person.
fn kind_of(plover: &str, agent: bool, dated: bool) -> &'static str {
    match (agent, plover.contains(' ') || plover.len() != 3, dated) {
        (true, ..) => "role",
        (_, _, true) => "person",
        (_, true, _) => "organization",
        _ => "country",
    }
}

/// The spellings of a name: the sets put in, plurals in braces as names of their own.
fn spelled(name: &str, sets: &[(String, Vec<String>)]) -> Vec<String> {
    let (name, plurals) = name.split_once('{').map_or((name, ""), |(n, p)| (n, p.split('}').next().unwrap_or("")));
    let mut names = vec![name.trim().to_string()];
    names.extend(plurals.split(',').map(str::trim).filter(|p| !p.is_empty()).map(str::to_string));
    for (set, words) in sets {
        names = names
            .into_iter()
            .flat_map(|n| {
                if n.contains(set.as_str()) {
                    words.iter().map(|w| n.replace(set.as_str(), w)).collect()
                } else {
                    vec![n]
                }
            })
            .collect();
    }
    names
}

/// `MINAS_TIRITH` as it is written: `Minas Tirith`; nouns of agents in lower case.
fn words_of(name: &str, agent: bool) -> String {
    const SMALL: [&str; 12] = ["of", "the", "and", "for", "in", "on", "de", "la", "del", "al", "bin", "to"];
    let words = name.split(['_', ' ']).filter(|w| !w.is_empty()).map(str::to_lowercase);
    let titled = |(i, word): (usize, String)| {
        if agent || i > 0 && SMALL.contains(&word.as_str()) { word } else { capitalized(&word) }
    };
    words.enumerate().map(titled).collect::<Vec<_>>().join(" ")
}

/// Each part of `al-qaeda` and `george w.` with a capital.
fn capitalized(word: &str) -> String {
    let mut start = true;
    let capital = |c: char| {
        let upper = start;
        start = matches!(c, '-' | '.');
        if upper { c.to_uppercase().collect::<String>() } else { c.to_string() }
    };
    word.chars().map(capital).collect()
}
