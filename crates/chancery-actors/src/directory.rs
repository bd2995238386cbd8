//! The directory: states, people, organisations, places and role words, ready to look up.

use crate::ActorsError;
use crate::fold::{Folded, fold, fold_lower};
use crate::record::{OWN_FILE, own_text};
use crate::spellings::Spellings;
use crate::table::{Row, Table};
use crate::words::{Words, kind_of, role_use, word_class};
use chancery_data::Data;
use chancery_text::{Actor, ActorCode, ActorKind, PartialDate, Point, Precision};
use rustc_hash::{FxHashMap, FxHashSet};
use std::sync::Arc;

/// Room for so many spellings is made at once.
const ROOM: usize = 1 << 16;

/// The directory of actors; loaded once, shared by all threads.
#[derive(Debug, Default)]
pub struct Directory {
    pub(crate) words: Words,
    pub(crate) entries: Vec<Entry>,
    names: Spellings,
    codes: FxHashMap<String, Arc<ActorCode>>,
    /// Country code to its entry.
    states: FxHashMap<String, u32>,
    /// Family name to the people who bear it.
    family_names: FxHashMap<String, Vec<u32>>,
    /// First words of the names of people.
    pub(crate) given_names: FxHashSet<String>,
    /// Country code to the people who led it.
    leaders: FxHashMap<String, Vec<u32>>,
    /// Entries from here on are a user's own; their names mean nothing else.
    own_from: Option<u32>,
}

/// Somebody or something with a name.
#[derive(Debug)]
pub(crate) struct Entry {
    pub name: String,
    pub kind: ActorKind,
    pub wikidata: Option<String>,
    /// Codes over time; at least one.
    pub terms: Vec<Term>,
    /// The adjective of a state.
    pub adjective: Option<String>,
    /// Where it lies, for states and places.
    pub site: Option<Site>,
    /// A state, not a territory or what is left of one.
    pub sovereign: bool,
}

/// Where a state or a place lies.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Site {
    pub point: Option<Point>,
    pub precision: Precision,
    /// Thousands of inhabitants; `None` where the file says nothing.
    pub population: Option<u32>,
}

/// A code that holds for a time.
#[derive(Debug)]
pub(crate) struct Term {
    /// Thousands of terms share a code.
    pub code: Arc<ActorCode>,
    pub from: Option<PartialDate>,
    pub to: Option<PartialDate>,
    /// The office in lower case, and its role word.
    pub office: String,
    pub role: Option<u16>,
    pub lead: bool,
}

/// One meaning of a spelling.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Sense {
    pub entry: u32,
    pub usage: Usage,
}

/// How a spelling names its entry.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Usage {
    /// By name.
    Name,
    /// `Chinese`.
    Adjective,
    /// `the Chinese`, `Russians`.
    People,
    /// `Beijing`, for the government or the city.
    Capital,
    /// `the Kremlin`.
    Metonym,
}

/// What a person was on a date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Tenure {
    In,
    Before,
    After,
}

impl Directory {
    /// Loads `data/actors`.
    ///
    /// # Errors
    /// Where a file is missing or a line of it is wrong; the error names file, line and cell.
    pub fn load(data: &Data) -> Result<Self, ActorsError> {
        let mut all = Directory {
            words: Words::load(data)?,
            names: Spellings::with_room(ROOM),
            entries: Vec::with_capacity(ROOM / 2),
            ..Directory::default()
        };
        all.read_states(&data.text("actors/states.tsv")?)?;
        all.read_organizations(&data.text("actors/organizations.tsv")?)?;
        all.read_places(&data.text("actors/places.tsv")?)?;
        all.read_people(&data.text("actors/people.tsv")?)?;
        all.read_outlets(&data.text("outlets/outlets.tsv")?);
        if let Some(text) = own_text(data)? {
            all.read_own(&data.name_of(OWN_FILE), &text)?;
        }
        Ok(all)
    }

    /// Whether a name is in the directory, as it is written here.
    pub fn knows(&self, name: &str) -> bool {
        self.names.has(name)
    }

    /// The longest name at byte `at` of a folded text: its meanings and its length.
    pub(crate) fn name_at(&self, text: &str, lower: &str, at: usize) -> Option<(Vec<Sense>, usize)> {
        self.names.at(lower, at).find_map(|(id, len)| {
            let found = text.get(at..at + len)?;
            let written = self.names.of(id).filter(|(text, senses)| self.writes(text, senses.clone(), found));
            let senses: Vec<Sense> = written.flat_map(|(_, senses)| senses).collect();
            (!senses.is_empty()).then_some((senses, len))
        })
    }

    /// The names in a stretch of a folded text, the longest at each place: where it begins, its length, its meanings.
    pub(crate) fn names_in(&self, folded: &Folded, range: std::ops::Range<usize>) -> Vec<(usize, usize, Vec<Sense>)> {
        let mut found = Vec::new();
        let (mut skip, mut before) = (0, ' ');
        for (i, c) in folded.text.get(range.clone()).unwrap_or("").char_indices() {
            let at = range.start + i;
            let starts = c.is_alphanumeric() && !before.is_alphanumeric() && !matches!(before, '@' | '#' | '/');
            before = c;
            if !starts || at < skip {
                continue;
            }
            if let Some((senses, len)) = self.name_at(&folded.text, &folded.lower, at).filter(|n| at + n.1 <= range.end)
            {
                skip = at + len;
                found.push((at, len, senses));
            }
        }
        found
    }

    /// How many names of the directory stand in a text, by looking up alone: what `make bench` measures.
    pub fn count_names(&self, text: &str) -> usize {
        let folded = Folded::new(text);
        self.names_in(&folded, 0..folded.text.len()).len()
    }

    /// How many spellings the directory holds.
    pub fn spellings(&self) -> usize {
        self.names.len()
    }

    /// The people whose family name is `word` (folded).
    pub(crate) fn family(&self, word: &str) -> &[u32] {
        self.family_names.get(word).map_or(&[], Vec::as_slice)
    }

    /// What an entry is on a date.
    pub(crate) fn term_at(&self, entry: u32, date: Option<PartialDate>) -> (Option<&Term>, Tenure) {
        term_at(&self.entries[entry as usize].terms, date)
    }

    /// The actor that an entry is on a date.
    pub(crate) fn actor(&self, entry: u32, usage: Usage, date: Option<PartialDate>) -> Actor {
        let e = &self.entries[entry as usize];
        let (term, tenure) = self.term_at(entry, date);
        let mut code = term.map(|t| ActorCode::clone(&t.code)).unwrap_or_default();
        if e.kind == ActorKind::Person && tenure == Tenure::After {
            code.sectors = vec!["ELI".into()];
        } else if e.kind == ActorKind::Person && tenure == Tenure::Before {
            code.sectors.clear();
        } else if e.kind == ActorKind::Party && tenure == Tenure::Before {
            // whether it governed before is not known
            code.sectors.retain(|s| s != "GOV" && s != "OPP");
        }
        let mut actor = Actor { name: e.name.clone(), kind: e.kind, code, wikidata: e.wikidata.clone() };
        match usage {
            Usage::Name | Usage::Adjective => {}
            Usage::People => {
                actor.name = format!("people of {}", e.name);
                actor.kind = ActorKind::Group;
                actor.code.sectors = vec!["CVL".into()];
                actor.wikidata = None;
            }
            Usage::Capital | Usage::Metonym => {
                actor.name = format!("Government of {}", e.name);
                actor.kind = ActorKind::Body;
                actor.code.sectors = vec!["GOV".into()];
                actor.wikidata = None;
            }
        }
        actor
    }

    /// The state or union that a code stands for.
    pub(crate) fn state(&self, code: &str) -> Option<&Entry> {
        self.states.get(code).map(|&e| &self.entries[e as usize])
    }

    /// Whether a code is that of a union of states, whose head goes before namesakes.
    pub(crate) fn is_union(&self, code: &str) -> bool {
        self.words.class(&code.to_ascii_lowercase()) & word_class::UNION != 0
    }

    /// The actor for a country code alone.
    pub(crate) fn country_actor(&self, code: &str) -> Actor {
        let state = self.states.get(code).copied();
        let named = state.map(|e| self.actor(e, Usage::Name, None));
        named.unwrap_or_else(|| Actor {
            name: code.to_string(),
            kind: ActorKind::Country,
            code: ActorCode { country: Some(code.into()), sectors: Vec::new() },
            wikidata: None,
        })
    }

    /// Gives an actor that is known by the code of its state only ("protests swept Kenya") the state's name.
    pub fn name_state(&self, actor: &mut Actor) {
        if let (true, [], Some(country)) = (actor.name.is_empty(), actor.code.sectors.as_slice(), &actor.code.country) {
            *actor = self.country_actor(country);
        }
    }

    /// Whether someone of that name led a state on a date.
    pub(crate) fn leads(&self, name: &str, date: Option<PartialDate>) -> bool {
        let name = fold(name);
        let last = name.rsplit(' ').next().unwrap_or(&name);
        let first = name.split(' ').next().unwrap_or(&name);
        let people = self.family(last).iter().chain(self.family(first));
        let leads = |&e: &u32| {
            let (term, tenure) = self.term_at(e, date);
            fold(&self.entries[e as usize].name) == name && tenure == Tenure::In && term.is_some_and(|t| t.lead)
        };
        people.copied().any(|e| leads(&e))
    }

    /// Who held the office of role word `role` in a country on a date; `None` where nobody or several did.
    pub(crate) fn holder(&self, country: &str, role: u16, date: Option<PartialDate>) -> Option<u32> {
        let asked = &self.words.roles[role as usize];
        if asked.uses & role_use::DIPLOMAT != 0 {
            // a state has an ambassador everywhere
            return None;
        }
        let (row, mixed) = (asked.row, asked.uses & role_use::MIXED != 0);
        let holds = |&e: &u32| {
            let (term, tenure) = self.term_at(e, date);
            tenure == Tenure::In
                && term.is_some_and(|t| {
                    // the president of a parliament is not the country's
                    let sector = t.code.sectors.first() == self.words.roles[role as usize].sectors.first();
                    let here = t.code.country.as_deref() == Some(country);
                    // the justice minister is not the one of the interior
                    let post = match asked.uses & role_use::CARRIER {
                        _ if !mixed => true,
                        0 => t.office.contains(&asked.word),
                        // a state has many envoys
                        _ => t.office.starts_with(&asked.word),
                    };
                    let same =
                        |r: u16| self.words.roles[r as usize].row == row && self.is_deputy(r) == self.is_deputy(role);
                    here && sector && post && t.role.is_some_and(same)
                })
        };
        let mut found = self.leaders.get(country)?.iter().copied().filter(holds);
        let first = found.next()?;
        found.all(|e| e == first).then_some(first)
    }

    /// "deputy foreign minister", which stands in one row with the minister.
    fn is_deputy(&self, role: u16) -> bool {
        let first = self.words.roles[role as usize].word.split([' ', '-']).next().unwrap_or("");
        self.words.class(first) & word_class::RANK != 0
    }

    /// Whether `found` may stand for a spelling: as written, in capitals, or a name of several words in other case.
    fn writes(&self, spelling: &str, mut senses: impl Iterator<Item = Sense> + Clone, found: &str) -> bool {
        if spelling == found {
            return true;
        }
        // a name may be broken at the end of a line
        if found.contains('\n') {
            return self.writes(spelling, senses, &found.replace('\n', " "));
        }
        let person = |s: Sense| self.entries[s.entry as usize].kind == ActorKind::Person;
        let capitals = found.len() >= 4 && !found.bytes().any(|b| b.is_ascii_lowercase());
        let mut phrase = || found.contains(' ') && found.starts_with(|c: char| c.is_uppercase()) && !senses.any(person);
        spelling.eq_ignore_ascii_case(found) && (capitals || phrase())
    }

    fn read_states(&mut self, text: &str) -> Result<(), ActorsError> {
        let columns = ["code", "name", "aliases", "adjectives", "people", "capitals", "metonyms", "wikidata"];
        let table = Table::read("actors/states.tsv", text, &columns)?;
        for row in table.rows() {
            let code = self.code(row.needed("code")?);
            let kind = if row.cell("kind") == "igo" { ActorKind::Igo } else { ActorKind::Country };
            let country = code.country.clone().unwrap_or_default();
            let mut entry = entry_of(&row, kind, code)?;
            entry.sovereign = row.cell("kind") == "state";
            entry.adjective = row.list("adjectives").next().map(str::to_string);
            entry.site = Some(Site { point: point_of(&row), precision: Precision::Country, population: None });
            let id = self.add_entry(entry);
            self.states.entry(country).or_insert(id);
            self.add_names(&row, id)?;
            let uses = [
                ("adjectives", Usage::Adjective),
                ("people", Usage::People),
                ("capitals", Usage::Capital),
                ("metonyms", Usage::Metonym),
            ];
            self.add_words(&row, id, &uses);
        }
        Ok(())
    }

    fn read_organizations(&mut self, text: &str) -> Result<(), ActorsError> {
        let table = Table::read("actors/organizations.tsv", text, &["name", "aliases", "kind", "code", "wikidata"])?;
        let mut last = None;
        for row in table.rows() {
            let kind = kind_of(row.cell("kind")).ok_or_else(|| row.wrong("kind", "no such kind"))?;
            let entry = entry_of(&row, kind, self.code(row.cell("code")))?;
            self.add_or_extend(&row, entry, &mut last)?;
        }
        Ok(())
    }

    fn read_places(&mut self, text: &str) -> Result<(), ActorsError> {
        let table = Table::read("actors/places.tsv", text, &["name", "aliases", "country"])?;
        for row in table.rows() {
            let mut entry = entry_of(&row, ActorKind::Place, self.code(row.cell("country")))?;
            let precision = if row.cell("precision") == "city" { Precision::City } else { Precision::Region };
            entry.site =
                Some(Site { point: point_of(&row), precision, population: row.cell("population").parse().ok() });
            let id = self.add_entry(entry);
            self.add_names(&row, id)?;
            self.add_words(&row, id, &[("adjectives", Usage::Adjective), ("people", Usage::People)]);
        }
        Ok(())
    }

    /// The words of some columns, each used in its way.
    fn add_words(&mut self, row: &Row, entry: u32, columns: &[(&str, Usage)]) {
        for &(column, usage) in columns {
            row.list(column).for_each(|word| self.add_alias(word, Sense { entry, usage }));
        }
    }

    fn read_people(&mut self, text: &str) -> Result<(), ActorsError> {
        let columns = ["name", "aliases", "code", "office", "from", "to", "wikidata"];
        let table = Table::read("actors/people.tsv", text, &columns)?;
        let mut last = None;
        for row in table.rows() {
            let mut entry = entry_of(&row, ActorKind::Person, self.code(row.cell("code")))?;
            let role = self.words.role_in(&entry.terms[0].office);
            entry.terms[0].role = role;
            entry.terms[0].lead = role.is_some_and(|r| self.words.roles[r as usize].uses & role_use::LEAD != 0);
            self.add_or_extend(&row, entry, &mut last)?;
        }
        for id in 0..self.entries.len() as u32 {
            self.index_person(id);
            self.add_spaced_name(id);
        }
        Ok(())
    }

    /// "Park Geun Hye" for Park Geun-hye.
    fn add_spaced_name(&mut self, id: u32) {
        let entry = &self.entries[id as usize];
        let Some((before, after)) = entry.name.split_once('-').filter(|_| entry.kind == ActorKind::Person) else {
            return;
        };
        let small = after.chars().next().filter(|c| c.is_lowercase());
        if let Some(first) = small {
            let spaced = format!("{before} {}{}", first.to_uppercase(), &after[first.len_utf8()..]);
            self.add_alias(&spaced, Sense { entry: id, usage: Usage::Name });
        }
    }

    /// A user's own rows: actors of all kinds, and role words.
    fn read_own(&mut self, file: &str, text: &str) -> Result<(), ActorsError> {
        let first = self.entries.len() as u32;
        self.own_from = Some(first);
        let table = Table::read(file, text, &["kind", "name", "code"])?;
        let mut last = None;
        for row in table.rows() {
            if row.cell("kind") == "role" {
                self.words.add_own_role(&row)?;
                row.list("aliases")
                    .chain([row.cell("name")])
                    .for_each(|word| self.names.forget(word, |s| s.entry >= first));
                continue;
            }
            let kind = kind_of(row.cell("kind")).ok_or_else(|| row.wrong("kind", "no such kind"))?;
            let mut entry = entry_of(&row, kind, self.code(row.needed("code")?))?;
            entry.terms[0].role = self.words.role_in(&entry.terms[0].office);
            entry.terms[0].lead =
                entry.terms[0].role.is_some_and(|r| self.words.roles[r as usize].uses & role_use::LEAD != 0);
            self.add_or_extend(&row, entry, &mut last)?;
        }
        for id in first..self.entries.len() as u32 {
            self.index_person(id);
            let entry = &self.entries[id as usize];
            if let (ActorKind::Country, Some(code)) = (entry.kind, entry.terms[0].code.country.clone()) {
                self.states.entry(code).or_insert(id);
            }
        }
        Ok(())
    }

    /// The publishers, with the columns of `data/outlets`: name, aliases, domains, country, kind. A name that the directory
    /// has already stays what it is.
    fn read_outlets(&mut self, text: &str) {
        let lines = text.lines().filter(|l| !l.trim().is_empty() && !l.starts_with('#'));
        for cells in lines.map(|l| l.split('\t').map(str::trim).collect::<Vec<_>>()) {
            let [name, aliases, _, country, kind] = cells[..] else { continue };
            if !matches!(kind, "agency" | "newspaper" | "magazine" | "broadcaster" | "site") {
                continue;
            }
            let words: Vec<&str> = std::iter::once(name).chain(aliases.split('|').map(str::trim)).collect();
            let free = |w: &&str| w.len() > 1 && !self.names.has(w);
            let words: Vec<&str> = words.into_iter().filter(free).collect();
            if words.is_empty() {
                continue;
            }
            let country = Some(country).filter(|c| *c != "-").map(str::to_string);
            let code = ActorCode { country, sectors: vec!["JRN".into()] };
            let code = Arc::new(code);
            let term = Term { code, from: None, to: None, role: None, lead: false, office: String::new() };
            let (name, kind) = (name.to_string(), ActorKind::Media);
            let entry = self.add_entry(Entry {
                name,
                kind,
                wikidata: None,
                terms: vec![term],
                adjective: None,
                site: None,
                sovereign: false,
            });
            words.into_iter().for_each(|word| self.add_alias(word, Sense { entry, usage: Usage::Name }));
        }
    }

    /// Whether a meaning is one of the user's own.
    pub(crate) fn is_own(&self, sense: Sense) -> bool {
        self.own_from.is_some_and(|first| sense.entry >= first)
    }

    /// Several rows with one name (and one Wikidata id) are one entry over time.
    fn add_or_extend(&mut self, row: &Row, entry: Entry, last: &mut Option<u32>) -> Result<(), ActorsError> {
        let same = |e: &Entry| e.name == entry.name && e.wikidata == entry.wikidata;
        let id = match last.filter(|&id| same(&self.entries[id as usize])) {
            Some(id) => {
                self.entries[id as usize].terms.extend(entry.terms);
                id
            }
            None => self.add_entry(entry),
        };
        *last = Some(id);
        if self.entries[id as usize].kind == ActorKind::Person {
            self.index_families_of_aliases(row, id);
        }
        self.add_names(row, id)
    }

    /// "Zelensky" for a row whose name is written Zelenskyy.
    fn index_families_of_aliases(&mut self, row: &Row, id: u32) {
        let country = self.entries[id as usize].terms.first().and_then(|t| t.code.country.clone());
        for alias in row.list("aliases").map(fold).filter(|a| a.contains(' ')) {
            let family = self.family_word(&alias, country.as_deref()).to_string();
            self.add_family(family, id);
        }
    }

    fn add_family(&mut self, family: String, id: u32) {
        let people = self.family_names.entry(family).or_default();
        if !people.contains(&id) {
            people.push(id);
        }
    }

    fn index_person(&mut self, id: u32) {
        let entry = &self.entries[id as usize];
        if entry.kind != ActorKind::Person {
            return;
        }
        let name = fold(&entry.name);
        let countries: Vec<String> = entry.terms.iter().filter_map(|t| t.code.country.clone()).collect();
        let family = self.family_word(&name, countries.first().map(String::as_str)).to_string();
        if let Some((given, _)) = name.split_once(' ') {
            self.given_names.insert(given.to_string());
        }
        if let Some((_, last)) = name.rsplit_once(' ').filter(|(_, last)| *last != family && !last.contains('-')) {
            // "Lawrence Wong": where the family name comes first, some write it last
            let both = countries.first().is_some_and(|c| self.writes_both_ways(c));
            self.add_family(if both { last.to_string() } else { family.clone() }, id);
        }
        self.add_family(family, id);
        for country in countries {
            let people = self.leaders.entry(country).or_default();
            if people.last() != Some(&id) {
                people.push(id);
            }
        }
    }

    /// The family name: the last word, or the first where the country writes it first; without "Jr." and the Arabic article.
    pub(crate) fn family_word<'n>(&self, name: &'n str, country: Option<&str>) -> &'n str {
        let first = country.is_some_and(|c| self.words.class(&c.to_ascii_lowercase()) & word_class::FAMILY_FIRST != 0);
        let is_part = |w: &&str| !w.is_empty() && !matches!(w.trim_end_matches('.'), "jr" | "sr" | "ii" | "iii" | "iv");
        let mut words = name.split(' ').filter(is_part);
        let word = if first { words.next() } else { words.next_back() }.unwrap_or(name);
        let bare = word.strip_prefix("al-").or_else(|| word.strip_prefix("el-"));
        bare.filter(|b| !b.is_empty()).unwrap_or(word)
    }

    fn writes_both_ways(&self, country: &str) -> bool {
        self.words.class(&country.to_ascii_lowercase()) & word_class::EITHER_ORDER != 0
    }

    fn add_entry(&mut self, entry: Entry) -> u32 {
        self.entries.push(entry);
        self.entries.len() as u32 - 1
    }

    fn add_names(&mut self, row: &Row, entry: u32) -> Result<(), ActorsError> {
        let sense = Sense { entry, usage: Usage::Name };
        self.add_alias(row.needed("name")?, sense);
        row.list("aliases").for_each(|word| self.add_alias(word, sense));
        Ok(())
    }

    fn add_alias(&mut self, word: &str, sense: Sense) {
        let own_from = self.own_from;
        self.names.add(word, sense, |s| own_from.is_none_or(|first| s.entry >= first));
    }

    /// A code, shared with all that have the same.
    fn code(&mut self, text: &str) -> Arc<ActorCode> {
        if let Some(code) = self.codes.get(text) {
            return Arc::clone(code);
        }
        let code = Arc::new(ActorCode::parse(text));
        self.codes.insert(text.to_string(), Arc::clone(&code));
        code
    }
}

fn entry_of(row: &Row, kind: ActorKind, code: Arc<ActorCode>) -> Result<Entry, ActorsError> {
    let term = Term {
        code,
        from: row.date("from")?,
        to: row.date("to")?,
        role: None,
        lead: false,
        office: fold_lower(row.cell("office")),
    };
    Ok(Entry {
        name: row.needed("name")?.to_string(),
        kind,
        wikidata: Some(row.cell("wikidata")).filter(|w| !w.is_empty()).map(str::to_string),
        terms: vec![term],
        adjective: None,
        site: None,
        sovereign: false,
    })
}

fn point_of(row: &Row) -> Option<Point> {
    Point::parse(row.cell("lat"), row.cell("lon"))
}

/// The term that holds on a date; without a date the newest. Outside all terms the nearest.
fn term_at(terms: &[Term], date: Option<PartialDate>) -> (Option<&Term>, Tenure) {
    let newest = terms.iter().max_by_key(|t| (t.from.map(PartialDate::day_number), t.lead));
    let Some(date) = date else { return (newest, Tenure::In) };
    let (first, last) = days(date);
    let begun = |t: &Term| t.from.is_none_or(|f| days(f).0 <= last);
    let over = |t: &Term| t.to.is_some_and(|e| days(e).1 < first);
    let held =
        terms.iter().filter(|t| begun(t) && !over(t)).max_by_key(|t| (t.lead, t.from.map(PartialDate::day_number)));
    if held.is_some() {
        return (held, Tenure::In);
    }
    let past = terms.iter().filter(|t| over(t)).max_by_key(|t| t.to.map(PartialDate::day_number));
    if past.is_some() { (past, Tenure::After) } else { (terms.first(), Tenure::Before) }
}

/// The first and the last day of a date, as day numbers.
fn days(date: PartialDate) -> (i64, i64) {
    let (y, m, d) = date.last_day();
    let last = PartialDate::day_of(y, m, d).map_or(date.day_number(), PartialDate::day_number);
    (date.day_number(), last)
}
