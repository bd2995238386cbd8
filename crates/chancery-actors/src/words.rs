//! Role words (`roles.tsv`), titles of some states only (`titles.tsv`) and the small words of phrases (`words.tsv`).

use crate::ActorsError;
use crate::fold::fold_lower;
use crate::table::{Row, Table};
use crate::word_index::WordIndex;
use chancery_data::Data;
use chancery_text::{ActorCode, ActorKind};
use rustc_hash::FxHashMap;

/// What a noun says someone is.
#[derive(Debug, Clone)]
pub(crate) struct Role {
    /// PLOVER sectors.
    pub sectors: Vec<String>,
    /// What it names in the singular.
    pub kind: ActorKind,
    /// How it is used.
    pub uses: u32,
    /// How the body is named, `{}` being the country.
    pub pattern: Option<String>,
    /// The word in the singular.
    pub word: String,
    /// The code of those who are of no one country ("international companies").
    pub worldwide: Option<String>,
    /// Words of one row mean the same office.
    pub row: usize,
    /// The states that have such a title; none where all may have it.
    pub states: Vec<String>,
}

impl Role {
    /// Whether somebody of this state may bear the title.
    pub fn may_be_of(&self, country: &str) -> bool {
        self.states.is_empty() || self.states.iter().any(|s| s == country)
    }
}

macro_rules! flags {
    ($table:ident: $ty:ty { $($(#[$meta:meta])* $name:ident = $text:literal @ $bit:expr),* $(,)? }) => {
        $($(#[$meta])* pub(crate) const $name: $ty = 1 << $bit;)*
        const $table: &[(&str, $ty)] = &[$(($text, $name)),*];
    };
}

/// The uses of role words.
pub(crate) mod role_use {
    flags! { ALL: u32 {
        TITLE = "title" @ 0, LEAD = "lead" @ 1, OFFICE = "office" @ 2, CARRIER = "carrier" @ 3, CONTAINER = "container" @ 4,
        PORTFOLIO = "portfolio" @ 5, GENERIC = "generic" @ 6, ANAPHOR = "anaphor" @ 7, COUNTRY = "country" @ 8,
        PAIR = "pair" @ 9, MASS = "mass" @ 10, STATE = "state" @ 11, DIPLOMAT = "diplomat" @ 12, FORCES = "forces" @ 13,
        GEAR = "gear" @ 14, PEOPLE = "people" @ 15, PARTY = "party" @ 16, STANCE = "stance" @ 17, TOPIC = "topic" @ 18,
        CAPTIVE = "captive" @ 19, SEATED = "seated" @ 20, MIXED = "mixed" @ 21, ARMED = "armed" @ 22, ROAMING = "roaming" @ 23,
    } }
    pub(super) fn parse(word: &str) -> Option<u32> {
        ALL.iter().find(|(text, _)| *text == word).map(|(_, bit)| *bit)
    }
}

/// The classes of small words.
pub(crate) mod word_class {
    flags! { ALL: u64 {
        FORMER = "former" @ 0, THEN = "then" @ 1, ELECT = "elect" @ 2, RANK = "rank" @ 3, DEFINITE = "definite" @ 4,
        INDEFINITE = "indefinite" @ 5, POSSESSIVE = "possessive" @ 6, BOTH = "both" @ 7, LOCATIVE = "locative" @ 8,
        BELONG = "belong" @ 9, ORIGIN = "origin" @ 10, PARTICLE = "particle" @ 11, HONORIFIC = "honorific" @ 12,
        HE = "he" @ 13, SHE = "she" @ 14, IT = "it" @ 15, THEY = "they" @ 16,
        FAMILY_FIRST = "family-first" @ 17, TIME = "time" @ 18, COPULA = "copula" @ 19, INSIDE = "inside" @ 20, EMPTY_IT = "empty-it" @ 21,
        SPLITS = "splits" @ 22, TWO = "two" @ 23, PLACE_NOUN = "place-noun" @ 24, WORLDWIDE = "worldwide" @ 25,
        WORLD = "world" @ 26, LEADS = "leads" @ 27, RELATIVE = "relative" @ 28,
        AGREEMENT = "agreement" @ 29, UNION = "union" @ 30, EITHER_ORDER = "either-order" @ 31,
        EMBLEM = "emblem" @ 32, DEED = "deed" @ 33, THING = "thing" @ 34, SPEAKS = "speaks" @ 35,
        TWO_FAMILIES = "two-families" @ 36, REGIONAL = "regional" @ 37, ELSEWHERE = "elsewhere" @ 38,
        AGAINST = "against" @ 39, HOLDER = "holder" @ 40, PARTICIPLE = "participle" @ 41,
    } }
    /// Words that no name is made of alone.
    pub(crate) const FUNCTION: u64 =
        DEFINITE | INDEFINITE | POSSESSIVE | BOTH | LOCATIVE | BELONG | HE | SHE | IT | THEY | COPULA;
    pub(super) fn parse(word: &str) -> Option<u64> {
        ALL.iter().find(|(text, _)| *text == word).map(|(_, bit)| *bit)
    }
}

/// All of them, ready to look up.
#[derive(Debug, Default)]
pub(crate) struct Words {
    pub roles: Vec<Role>,
    role_index: WordIndex,
    /// For each phrase of the index: the role, and whether it is a plural.
    role_forms: Vec<(u16, bool)>,
    classes: FxHashMap<String, u64>,
}

impl Words {
    /// Reads the files.
    pub fn load(data: &Data) -> Result<Self, ActorsError> {
        let mut all = Words::default();
        all.read_roles(&data.text("actors/roles.tsv")?)?;
        all.read_titles(&data.text("actors/titles.tsv")?)?;
        all.read_classes(&data.text("actors/words.tsv")?)?;
        Ok(all)
    }

    /// Whether a name is made of small words only ("the"), or is a role word in small letters ("government").
    pub fn is_common(&self, name: &str) -> bool {
        let lower = fold_lower(name);
        let small = |w: &str| self.class(w) & word_class::FUNCTION != 0;
        let acronym = name.len() > 1 && !name.chars().any(char::is_lowercase);
        let letters = name.chars().filter(|c| c.is_alphanumeric()).count();
        let role = || name == lower && self.role_index.get(&lower).is_some();
        letters == 0 || name.is_ascii() && letters < 2 || !acronym && (lower.split(' ').all(small) || role())
    }

    /// The longest role word at byte `at` of a folded text in lower case: role, plural, length.
    pub fn role_at(&self, lower: &str, at: usize) -> Option<(u16, bool, usize)> {
        let (id, len) = self.role_index.at(lower, at).next()?;
        let (role, plural) = self.role_forms[id as usize];
        Some((role, plural, len))
    }

    /// Whether a role word names an organisation of any kind.
    pub fn is_body(&self, role: u16) -> bool {
        use ActorKind::{Body, Company, Media, Organization, Party};
        matches!(self.roles[role as usize].kind, Body | Company | Media | Organization | Party)
    }

    /// The first role word anywhere in a text in lower case.
    pub fn role_in(&self, lower: &str) -> Option<u16> {
        let starts = std::iter::once(0).chain(lower.match_indices(' ').map(|(i, _)| i + 1));
        starts.filter_map(|at| self.role_at(lower, at)).map(|(role, ..)| role).next()
    }

    /// The classes of a word in lower case, as bits.
    pub fn class(&self, lower: &str) -> u64 {
        self.classes.get(lower.strip_suffix('.').filter(|w| w.len() > 1).unwrap_or(lower)).copied().unwrap_or(0)
    }

    fn read_roles(&mut self, text: &str) -> Result<(), ActorsError> {
        let table = Table::read("actors/roles.tsv", text, &["words", "sectors", "kind", "use", "name"])?;
        for (row_number, row) in table.rows().enumerate() {
            row.needed("words")?;
            let kind = kind_of(row.cell("kind")).ok_or_else(|| row.wrong("kind", "no such kind"))?;
            let mut uses = 0;
            for word in row.cell("use").split_whitespace() {
                uses |= role_use::parse(word).ok_or_else(|| row.wrong("use", &format!("no use {word:?}")))?;
            }
            let sectors: Vec<String> = row.cell("sectors").split_whitespace().map(str::to_string).collect();
            let pattern = Some(row.cell("name")).filter(|n| !n.is_empty()).map(str::to_string);
            let worldwide = Some(row.cell("worldwide")).filter(|c| !c.is_empty()).map(str::to_string);
            for word in row.list("words") {
                let word = fold_lower(word);
                let role = Role {
                    sectors: sectors.clone(),
                    kind,
                    uses,
                    pattern: pattern.clone(),
                    word,
                    worldwide: worldwide.clone(),
                    row: row_number,
                    states: Vec::new(),
                };
                self.add_role(role);
            }
        }
        Ok(())
    }

    fn read_titles(&mut self, text: &str) -> Result<(), ActorsError> {
        let table = Table::read("actors/titles.tsv", text, &["title", "states"])?;
        for row in table.rows() {
            let title = fold_lower(row.needed("title")?);
            let states = row.needed("states")?.split_whitespace().map(str::to_string).collect();
            let role = self.roles.iter_mut().find(|r| r.word == title);
            role.ok_or_else(|| row.wrong("title", "no role word of roles.tsv"))?.states = states;
        }
        Ok(())
    }

    /// A user's own role word: its meaning goes before the built-in one. Its office column holds the uses.
    pub fn add_own_role(&mut self, row: &Row) -> Result<(), ActorsError> {
        let code = ActorCode::parse(row.needed("code")?);
        let mut uses = 0;
        for word in row.cell("office").split_whitespace() {
            uses |= role_use::parse(word).ok_or_else(|| row.wrong("office", &format!("no use {word:?}")))?;
        }
        let row_number = self.roles.iter().map(|r| r.row + 1).max().unwrap_or(0);
        for word in std::iter::once(row.needed("name")?).chain(row.list("aliases")) {
            let word = fold_lower(word);
            let plural = plural_of(&word);
            // without uses of its own it is used as the built-in word is
            let like = self.role_index.get(&word).filter(|_| uses == 0).and_then(|id| self.role_forms.get(id as usize));
            let like = like.map(|&(role, _)| (self.roles[role as usize].uses, self.roles[role as usize].kind));
            let plain = uses | if uses == 0 { role_use::STATE | role_use::MASS } else { 0 };
            let person = if uses & role_use::TITLE != 0 { ActorKind::Person } else { ActorKind::Group };
            let (uses, kind) = like.unwrap_or((plain, person));
            let id = self.roles.len() as u16;
            for (form, many) in [(&word, is_irregular_plural(&word)), (&plural, true)] {
                let at = self.role_index.insert(form) as usize;
                self.role_forms.resize(self.role_forms.len().max(at + 1), (id, many));
                self.role_forms[at] = (id, many);
            }
            let (sectors, worldwide) = (code.sectors.clone(), None);
            self.roles.push(Role {
                sectors,
                kind,
                uses,
                pattern: None,
                word,
                worldwide,
                row: row_number,
                states: Vec::new(),
            });
        }
        Ok(())
    }

    fn add_role(&mut self, role: Role) {
        let id = self.roles.len() as u16;
        let known_plural = self.roles.last().is_some_and(|r| r.row == role.row && plural_of(&r.word) == role.word)
            || is_irregular_plural(&role.word);
        let plural = plural_of(&role.word);
        self.add_form(&role.word, id, known_plural);
        if !known_plural && role.uses & role_use::CONTAINER == 0 {
            self.add_form(&plural, id, true);
        }
        self.roles.push(role);
    }

    fn add_form(&mut self, form: &str, role: u16, plural: bool) {
        let before = self.role_forms.len();
        if self.role_index.insert(form) as usize == before {
            self.role_forms.push((role, plural));
        }
    }

    fn read_classes(&mut self, text: &str) -> Result<(), ActorsError> {
        let table = Table::read("actors/words.tsv", text, &["class", "words"])?;
        for row in table.rows() {
            let bit = word_class::parse(row.cell("class")).ok_or_else(|| row.wrong("class", "no such class"))?;
            for word in row.list("words") {
                *self.classes.entry(fold_lower(word)).or_default() |= bit;
            }
        }
        Ok(())
    }
}

/// The kinds that files name.
pub(crate) fn kind_of(word: &str) -> Option<ActorKind> {
    Some(match word {
        "person" => ActorKind::Person,
        "group" => ActorKind::Group,
        "body" => ActorKind::Body,
        "party" => ActorKind::Party,
        "media" => ActorKind::Media,
        "company" => ActorKind::Company,
        "organization" => ActorKind::Organization,
        "igo" => ActorKind::Igo,
        "country" => ActorKind::Country,
        "place" => ActorKind::Place,
        _ => return None,
    })
}

/// The plural of a noun phrase: of the word before `of`, `for` or `in`, else of the last.
fn plural_of(phrase: &str) -> String {
    let cut = [" of ", " for ", " in ", " to "].iter().filter_map(|p| phrase.find(p)).min().unwrap_or(phrase.len());
    let (head, rest) = phrase.split_at(cut);
    let stem = |n: usize| &head[..head.len() - n];
    let plural = match head {
        h if h.ends_with("man") && !h.ends_with("human") => format!("{}men", stem(3)),
        h if ["s", "x", "ch", "sh"].iter().any(|e| h.ends_with(e)) => format!("{h}es"),
        h if h.ends_with('y') && !["ay", "ey", "oy"].iter().any(|e| h.ends_with(e)) => format!("{}ies", stem(1)),
        h => format!("{h}s"),
    };
    plural + rest
}

fn is_irregular_plural(word: &str) -> bool {
    let last = word.rsplit(' ').next().unwrap_or(word);
    let ending =
        ["men", "people", "children", "schoolchildren", "women", "forces", "officials", "authorities", "personnel"];
    let single = ["ss", "us", "is", "chief of defence staff", "press", "congress", "news", "armed forces", "masses"];
    ending.iter().any(|e| last.ends_with(e))
        || (last.ends_with('s') && !single.iter().any(|e| word.ends_with(e)) && !word.contains(" of "))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn plurals() {
        assert_eq!(plural_of("secretary of state"), "secretaries of state");
        assert_eq!(plural_of("policeman"), "policemen");
        assert_eq!(plural_of("army chief"), "army chiefs");
        assert!(
            is_irregular_plural("security forces")
                && !is_irregular_plural("press")
                && !is_irregular_plural("joint chiefs of staff")
        );
    }
}
