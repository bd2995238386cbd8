//! What is wrong in the directory's files, and what is missing from them (`chancery actors check`).

use crate::ActorsError;
use crate::record::{OWN_FILE, own_text};
use crate::table::{Row, Table};
use crate::words::{Words, kind_of, role_use};
use chancery_data::Data;
use chancery_text::{ActorCode, PartialDate};
use rustc_hash::{FxHashMap, FxHashSet};
use std::collections::BTreeMap;
use std::ops::Range;

/// Something wrong in a line of a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Problem {
    /// Path below `data/`.
    pub file: String,
    /// Line of the file, from 1.
    pub line: usize,
    /// The line.
    pub text: String,
    /// The bytes of the line that are wrong.
    pub span: Range<usize>,
    /// What is wrong.
    pub message: String,
    /// What to write.
    pub help: String,
}

/// Something that the directory should know (`actors/coverage.tsv`) and doesn't.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Gap {
    /// The state.
    pub state: String,
    /// What is missing.
    pub what: String,
    /// From when to when, where it is missing only for a time.
    pub when: Option<(PartialDate, PartialDate)>,
}

/// Codes that are no country.
const INTERNATIONAL: [&str; 9] = ["-", "UNO", "EUR", "IGO", "NGO", "MNC", "IMG", "ISM", "INT"];
/// PLOVER's sectors, and HLH for the world's health bodies.
const SECTORS: [&str; 28] = [
    "COP", "GOV", "JUD", "LEG", "MIL", "PRM", "PTY", "REB", "SPY", "UAF", "UNK", "AGR", "BUS", "CRM", "CVL", "EDU",
    "ELI", "JRN", "LAB", "MED", "REF", "OPP", "PRE", "REL", "SOC", "NGO", "MNC", "HLH",
];

/// The names of the states and territories by code.
///
/// # Errors
/// Where `actors/states.tsv` is missing or has no usable header.
pub fn country_names(data: &Data) -> Result<BTreeMap<String, String>, ActorsError> {
    let text = data.text("actors/states.tsv")?;
    let table = Table::read("actors/states.tsv", &text, &["code", "name"])?;
    let mut names = BTreeMap::new();
    for row in table.rows() {
        // Of a former and a present state with one code, the present one stands first.
        names.entry(row.cell("code").to_string()).or_insert_with(|| row.cell("name").to_string());
    }
    Ok(names)
}

/// Whether a code is that of no country.
pub(crate) fn is_international(code: &str) -> bool {
    INTERNATIONAL.contains(&code)
}

/// Whether a word is a sector of PLOVER.
pub(crate) fn is_sector(word: &str) -> bool {
    SECTORS.contains(&word)
}

/// Whether what stands behind a code is the name of an organisation: `IGO NATO`.
pub(crate) fn names_its_organization(code: &str) -> bool {
    matches!(code, "IGO" | "IMG" | "ISM" | "NGO" | "MNC")
}

/// The sectors of a code. What stands behind IGO or IMG may be the name of the organisation ("IGO NATO") and is none.
pub fn sectors(code: &ActorCode) -> Vec<&str> {
    let named = code.country.as_deref().is_some_and(names_its_organization);
    code.sectors.iter().map(String::as_str).filter(|s| !named || is_sector(s)).collect()
}

/// Q and a number.
pub(crate) fn is_wikidata_id(id: &str) -> bool {
    id.strip_prefix('Q').is_some_and(|n| !n.is_empty() && !n.starts_with('0') && n.bytes().all(|b| b.is_ascii_digit()))
}

/// Looks over every row of the directory, and of the user's own file.
///
/// # Errors
/// Where a file is missing or has no usable header.
pub fn check(data: &Data) -> Result<Vec<Problem>, ActorsError> {
    let states = data.text("actors/states.tsv")?;
    let states = Table::read("actors/states.tsv", &states, &["code"])?;
    let countries = states.rows().filter_map(|r| r.cell("code").split(' ').next()).collect();
    let words = Words::load(data)?;
    let mut checker = Checker { countries, words, problems: Vec::new() };
    for (file, kind) in [("people", "person"), ("organizations", ""), ("places", "place")] {
        let path = format!("actors/{file}.tsv");
        let text = data.text(&path)?;
        checker.check_file(&path, &text, kind, false)?;
    }
    if let Some(text) = own_text(data)? {
        checker.check_file(OWN_FILE, &text, "", true)?;
    }
    Ok(checker.problems)
}

struct Checker<'s> {
    countries: FxHashSet<&'s str>,
    words: Words,
    problems: Vec<Problem>,
}

impl Checker<'_> {
    fn check_file(&mut self, file: &str, text: &str, kind: &str, own: bool) -> Result<(), ActorsError> {
        let columns: &[&str] = if own { &["kind", "name", "code"] } else { &["name"] };
        let table = Table::read_loose(file, text, columns)?;
        let lines: Vec<&str> = text.lines().collect();
        let declared: FxHashSet<&str> = table
            .rows()
            .filter(|r| r.cell("kind") == "country")
            .filter_map(|r| r.cell("code").split(' ').next())
            .collect();
        // a scheme of one's own: the sectors that own role words bring along
        let of_roles = table.rows().filter(|r| own && r.cell("kind") == "role");
        let sectors: FxHashSet<&str> = of_roles.flat_map(|r| r.cell("code").split_whitespace().skip(1)).collect();
        let mut seen: FxHashMap<String, usize> = FxHashMap::default();
        for row in table.rows() {
            let line = lines.get(row.line() - 1).copied().unwrap_or("");
            let mut tell = |column: &str, message: String, help: &str| {
                let span = row.span_of(column, line);
                let (file, text, help) = (file.to_string(), line.to_string(), help.to_string());
                self.problems.push(Problem { file, line: row.line(), text, span, message, help });
            };
            if let Some(extra) = row.extra() {
                tell("", format!("{extra} cells more than the header has columns"), "look for a stray tab");
            }
            if row.cell("name").is_empty() {
                tell("name", "no name".into(), "write the full name");
            }
            let kind = if kind.is_empty() { row.cell("kind") } else { kind };
            if kind_of(kind).is_none() && !(own && kind == "role") {
                tell(
                    "kind",
                    format!("no kind {kind:?}"),
                    "write person, igo, body, party, company, media, organization, group, country, place or role",
                );
            }
            check_dates(&row, &mut tell);
            let column = if kind == "place" && !own { "country" } else { "code" };
            let known = Known { countries: &self.countries, declared: &declared, sectors: &sectors };
            check_code(&row, column, own, kind, &known, &mut tell);
            if !row.cell("wikidata").is_empty() && !is_wikidata_id(row.cell("wikidata")) {
                tell("wikidata", format!("{:?} is no id", row.cell("wikidata")), "write Q and a number: Q148");
            }
            let names = [row.cell("name")].into_iter().chain(row.list("aliases"));
            for name in names.filter(|n| kind != "role" && self.words.is_common(n)) {
                let column = if name == row.cell("name") { "name" } else { "aliases" };
                tell(
                    column,
                    format!("{name:?} stands in every text"),
                    "write a name that means nobody else, or delete it",
                );
            }
            if kind == "person" {
                for alias in row.list("aliases").filter(|a| own && is_family_name(a, row.cell("name"))) {
                    tell(
                        "aliases",
                        format!("{alias:?} is one word"),
                        "family names are derived; list whole names only",
                    );
                }
            }
            let key = [kind, row.cell("name"), row.cell(column), row.cell("office"), row.cell("from")].join("\t");
            if let Some(before) = seen.insert(key, row.line()).filter(|_| kind != "place") {
                tell("name", format!("the same row as line {before}"), "delete one of them");
            }
        }
        Ok(())
    }
}

type Tell<'t> = dyn FnMut(&str, String, &str) + 't;

fn check_dates(row: &Row, tell: &mut Tell) {
    let mut date = |column: &str| -> Option<PartialDate> {
        let cell = row.cell(column);
        let date = cell.parse::<PartialDate>().ok();
        if date.is_none() && !cell.is_empty() {
            tell(column, format!("{cell:?} is no date"), "write YYYY-MM-DD, YYYY-MM or YYYY");
        }
        date
    };
    let (from, to) = (date("from"), date("to"));
    if let (Some(from), Some(to)) = (from, to)
        && to.last_day() < from.first_day()
    {
        tell("to", format!("ends on {to}, before it begins on {from}"), "change one of the two dates");
    }
}

/// Whether an alias is a word of the name, or a single word in the same letters.
fn is_family_name(alias: &str, name: &str) -> bool {
    let latin = alias.chars().all(|c| (c as u32) < 0x250);
    name.split(' ').any(|word| word == alias) || latin && !alias.contains([' ', '-'])
}

/// The codes that a file may hold.
struct Known<'k> {
    /// Of the directory.
    countries: &'k FxHashSet<&'k str>,
    /// Countries of the file's own.
    declared: &'k FxHashSet<&'k str>,
    /// Sectors of the file's own.
    sectors: &'k FxHashSet<&'k str>,
}

fn check_code(row: &Row, column: &str, own: bool, kind: &str, known: &Known, tell: &mut Tell) {
    let mut parts = row.cell(column).split_whitespace();
    let Some(country) = parts.next() else {
        if own {
            tell(column, "no code".into(), "write a country and sectors, CHN GOV; - for no country");
        }
        return;
    };
    if country.len() > 1 && country.starts_with('-') {
        return tell(column, format!("no country {country:?}"), "write a blank behind the dash: - GOV");
    }
    if !INTERNATIONAL.contains(&country) && !known.countries.contains(country) && !known.declared.contains(country) {
        let help = "write an ISO 3166 alpha-3 code, UNO, EUR, IGO, NGO, MNC, IMG or ISM; or add a row of kind country";
        tell(column, format!("no country {country:?}"), help);
    }
    // NATO, SCO, ALQ: what stands behind an international code names the organisation
    let free = names_its_organization(country) || own && kind == "role";
    for sector in parts.filter(|s| !free && !SECTORS.contains(s) && !known.sectors.contains(s)) {
        let help = "write PLOVER sectors: GOV, MIL, LEG, JUD, PTY, OPP, REB, JRN ...; a sector of your own needs a row of kind \
                    role with it";
        tell(column, format!("no sector {sector:?}"), help);
    }
}

/// What `actors/coverage.tsv` asks for and the files lack.
///
/// # Errors
/// Where a file is missing or a line of it is wrong.
pub fn gaps(data: &Data) -> Result<Vec<Gap>, ActorsError> {
    let words = Words::load(data)?;
    let states = data.text("actors/states.tsv")?;
    let states = Table::read("actors/states.tsv", &states, &["code", "kind", "from"])?;
    let all: Vec<(&str, Option<PartialDate>)> = states
        .rows()
        .filter(|r| r.cell("kind") == "state")
        .map(|r| Ok((r.needed("code")?, r.date("from")?)))
        .collect::<Result<_, ActorsError>>()?;
    let people_text = &data.text("actors/people.tsv")?;
    let people = Table::read("actors/people.tsv", people_text, &["code", "office", "from", "to"])?;
    let today = file_date(people_text).or_else(|| people.rows().filter_map(|r| r.date("from").ok()?).max());
    let Some(today) = today else { return Ok(Vec::new()) };
    let bodies = data.text("actors/organizations.tsv")?;
    let bodies = Table::read("actors/organizations.tsv", &bodies, &["kind", "code"])?;
    let asked = data.text("actors/coverage.tsv")?;
    let asked =
        Table::read("actors/coverage.tsv", &asked, &["what", "words", "code", "states", "without", "since", "gap"])?;
    let mut found = Vec::new();
    for question in asked.rows() {
        let sector = question.cell("code");
        let named: Vec<&str> = question.cell("states").split_whitespace().collect();
        let without: Vec<&str> = question.cell("without").split_whitespace().collect();
        let offices: Vec<&str> = question.list("words").collect();
        let leader = question.cell("what") == "leader";
        let since = question.date("since")?;
        let max_gap: i64 = question.cell("gap").parse().map_err(|_| question.wrong("gap", "write a number of days"))?;
        for (state, founded) in
            all.iter().filter(|(c, _)| (named == ["all"] || named.contains(c)) && !without.contains(c))
        {
            let of_state = |row: &Row| {
                let mut code = row.cell("code").split(' ');
                code.next() == Some(state) && code.any(|s| s == sector)
            };
            let Some(since) = since else {
                let kind = question.cell("what");
                if !bodies.rows().any(|r| r.cell("kind") == kind && of_state(&r)) {
                    let what = format!("a row of kind {kind} with {sector}");
                    found.push(Gap { state: (*state).into(), what, when: None });
                }
                continue;
            };
            let holds = |row: &Row| {
                let office = row.cell("office").to_lowercase();
                let leads =
                    || words.role_in(&office).is_some_and(|r| words.roles[r as usize].uses & role_use::LEAD != 0);
                leader && leads() || offices.iter().any(|o| office.contains(o))
            };
            let mut terms = Vec::new();
            for row in people.rows().filter(|r| of_state(r) && holds(r)) {
                terms.push((row.date("from")?, row.date("to")?));
            }
            let what = if leader { "who led it" } else { offices.first().copied().unwrap_or_default() };
            let start = founded.filter(|f| f.day_number() > since.day_number()).unwrap_or(since);
            for when in uncovered(&mut terms, start, today, max_gap) {
                found.push(Gap { state: (*state).into(), what: what.into(), when: Some(when) });
            }
        }
    }
    Ok(found)
}

/// The times from `start` to `end` in which no term runs, if longer than `max_gap` days.
fn uncovered(
    terms: &mut [(Option<PartialDate>, Option<PartialDate>)],
    start: PartialDate,
    end: PartialDate,
    max_gap: i64,
) -> Vec<(PartialDate, PartialDate)> {
    terms.sort_by_key(|(from, _)| from.map(PartialDate::day_number));
    let mut gaps = Vec::new();
    let mut reached = start;
    for (from, to) in terms.iter().copied().chain([(Some(end), None)]) {
        if let Some(from) = from.filter(|f| f.day_number() - reached.day_number() > max_gap) {
            gaps.push((reached, from));
        }
        let (year, month, day) = to.unwrap_or(end).last_day();
        let last = PartialDate::day_of(year, month, day).unwrap_or(end);
        if last.day_number() > reached.day_number() {
            reached = last;
        }
    }
    gaps
}

/// The date in a file's comment lines.
fn file_date(text: &str) -> Option<PartialDate> {
    text.lines().find_map(|l| l.strip_prefix("# date:"))?.trim().parse().ok()
}
