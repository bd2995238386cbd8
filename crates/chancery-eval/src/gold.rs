//! What a person found in a text, and the files that say so.

use crate::jsonl;
use crate::knowledge::Vocabulary;
use crate::petrarch;
use chancery_text::{PartialDate, Status};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

/// Where a gold file says something.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Place {
    /// The file, as it was given.
    pub file: String,
    /// Its line, from 1.
    pub line: usize,
}

/// A gold file that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum GoldError {
    /// One of its lines is wrong.
    #[error("{}, line {}: {what}; {hint}", .place.file, .place.line)]
    Line {
        /// Where.
        place: Place,
        /// What is wrong.
        what: String,
        /// What to do.
        hint: String,
    },
    /// The file as a whole is of no known kind.
    #[error("{file}: {what}; {hint}")]
    File {
        /// The file.
        file: String,
        /// What is wrong.
        what: String,
        /// What to do.
        hint: String,
    },
}

impl Place {
    pub(crate) fn wrong(&self, what: impl Into<String>, hint: impl Into<String>) -> GoldError {
        GoldError::Line { place: self.clone(), what: what.into(), hint: hint.into() }
    }
}

/// Where the words of a text are.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TextSource {
    /// In the gold file itself.
    Inline(String),
    /// In a file of their own.
    File(PathBuf),
}

/// A text and the events that a person found in it.
#[derive(Debug, Clone, PartialEq)]
pub struct GoldText {
    /// Where the gold first speaks of it.
    pub place: Place,
    /// What it is called.
    pub name: String,
    /// Its words.
    pub source: TextSource,
    /// When it was published; its events' dates are counted from there.
    pub date: Option<PartialDate>,
    /// What of it was read; all of it where there is none.
    pub stretches: Vec<Stretch>,
    /// The events, in the order of the gold.
    pub events: Vec<GoldEvent>,
}

impl GoldText {
    /// True where the gold covers some of these characters.
    pub fn covers(&self, start: usize, end: usize) -> bool {
        self.stretches.is_empty() || self.stretches.iter().any(|s| start < s.end && end > s.start)
    }
}

impl GoldText {
    /// Finds the clauses that are given by their words alone, and holds those with offsets to their words.
    ///
    /// # Errors
    /// Where the text does not have the words there.
    pub fn settle(&mut self, text: &str) -> Result<(), GoldError> {
        let chars: Vec<char> = text.chars().collect();
        for event in &mut self.events {
            let (name, place) = (&self.name, &event.place);
            match (event.span, &event.text) {
                (None, Some(words)) => {
                    let Some(at) = text.find(words.as_str()) else {
                        let what = format!("{name} has no words {:?}", begun(words));
                        return Err(place.wrong(what, "copy the clause as the text has it, or leave text out"));
                    };
                    let start = text[..at].chars().count();
                    event.span = Some((start, start + words.chars().count()));
                }
                (Some((_, end)), _) if end > chars.len() => {
                    let what = format!("{name} has {} characters, not {end}", chars.len());
                    return Err(place.wrong(what, OFFSETS));
                }
                (Some((start, end)), Some(words)) => {
                    let there: String = chars[start..end].iter().collect();
                    if there.split_whitespace().ne(words.split_whitespace()) {
                        let what = format!("{name} has {:?} there, not {:?}", begun(&there), begun(words));
                        return Err(place.wrong(what, OFFSETS));
                    }
                }
                _ => (),
            }
        }
        Ok(())
    }
}

const OFFSETS: &str = "start and end count characters, not bytes, from 0 in the text as it is coded";

fn begun(words: &str) -> String {
    let short: String = words.chars().take(40).collect();
    if short.len() < words.len() { format!("{short}…") } else { short }
}

/// A part of a text that was read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stretch {
    /// First character.
    pub start: usize,
    /// One past its last.
    pub end: usize,
    /// True for what is no article: no event should be coded there.
    pub boilerplate: bool,
}

/// An event as a person coded it.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct GoldEvent {
    /// Where the gold has it.
    pub place: Place,
    /// Characters of the clause that states it; the whole text where there are none.
    pub span: Option<(usize, usize)>,
    /// The words of the clause.
    pub text: Option<String>,
    /// Its type first, then others that are right too; without any, whatever is coded there is right.
    pub types: Vec<String>,
    /// Its mode, where stated.
    pub mode: Option<String>,
    /// Who did it.
    pub actors: Vec<GoldParty>,
    /// To whom.
    pub recipients: Vec<GoldParty>,
    /// True where either party may be named first.
    pub symmetric: bool,
    /// False for what a coder may leave out: it is not asked for, and coding it is not wrong.
    pub core: bool,
    /// Whether it happened, where stated.
    pub status: Option<Status>,
    /// When, where stated.
    pub date: Option<PartialDate>,
}

impl GoldEvent {
    /// `CONSULT`; `?` where its type is none of the codebook's.
    pub fn event_type(&self) -> &str {
        self.types.first().map_or("?", String::as_str)
    }
}

/// A party as a person coded it.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct GoldParty {
    /// The words that name it.
    pub text: Option<String>,
    /// Its full name.
    pub name: Option<String>,
    /// Its code; `Some(None)` where the gold says that it has none.
    pub code: Option<Option<String>>,
}

/// By what a party is compared.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum PartyKey {
    /// The country, or the international code.
    Country(String),
    /// Names, folded: one of them must be the coded party's.
    Named(Vec<String>),
}

impl GoldParty {
    /// By what it is compared; `None` where the gold says that it has no code, or says nothing.
    pub fn key(&self) -> Option<PartyKey> {
        match &self.code {
            Some(Some(code)) => country(code).map(|c| PartyKey::Country(c.into())),
            Some(None) => None,
            None => {
                let names: Vec<String> = [&self.name, &self.text].into_iter().flatten().map(|n| folded(n)).collect();
                (!names.is_empty()).then_some(PartyKey::Named(names))
            }
        }
    }

    /// As it is shown.
    pub fn shown(&self) -> &str {
        let code = self.code.as_ref().and_then(Option::as_deref);
        code.or(self.name.as_deref()).or(self.text.as_deref()).unwrap_or("?")
    }
}

/// The first part of a code, which says of which country it is; `-` says nothing.
pub(crate) fn country(code: &str) -> Option<&str> {
    code.split_whitespace().next().filter(|c| *c != "-")
}

/// A name to be compared: small letters, single blanks, no leading article and no possessive ending.
pub(crate) fn folded(name: &str) -> String {
    let lower = name.to_lowercase().replace('’', "'");
    let words: Vec<&str> = lower.split_whitespace().map(|w| w.strip_suffix("'s").unwrap_or(w)).collect();
    words.strip_prefix(&["the"]).unwrap_or(&words).join(" ")
}

/// What a gold file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Gold {
    /// Texts with events; they were added to the reader's.
    Texts,
    /// A table of marked pairs, which its caller reads.
    Pairs,
}

/// Reads gold files and lays together what they say of the same text.
#[derive(Debug)]
pub struct GoldReader<'a> {
    pub(crate) vocabulary: &'a Vocabulary,
    /// The folder with the texts; without it, that of the gold file.
    pub(crate) folder: Option<&'a Path>,
    /// The texts so far, in the order in which they are first named.
    pub texts: Vec<GoldText>,
    /// What its user should know.
    pub notes: BTreeSet<String>,
}

impl<'a> GoldReader<'a> {
    /// A reader of gold with these types; `folder` has the texts that the gold names by their files.
    pub fn new(vocabulary: &'a Vocabulary, folder: Option<&'a Path>) -> Self {
        GoldReader { vocabulary, folder, texts: Vec::new(), notes: BTreeSet::new() }
    }

    /// Reads a file of whatever kind its content tells.
    ///
    /// # Errors
    /// Where it is of no known kind, or a line of it is wrong.
    pub fn read(&mut self, path: &Path, content: &str) -> Result<Gold, GoldError> {
        let file = path.to_string_lossy().replace('\\', "/");
        let content = content.strip_prefix('\u{feff}').unwrap_or(content);
        let wrong =
            |what: &str, hint: &str| GoldError::File { file: file.clone(), what: what.into(), hint: hint.into() };
        let header = content.lines().next().unwrap_or_default();
        if header.split('\t').any(|name| name == "marked_sentence") {
            return Ok(Gold::Pairs);
        }
        match content.trim_start().chars().next() {
            None => {
                return Err(wrong("the file is empty", "write one JSON object a line, see docs/how-to/validate.md"));
            }
            Some('{') => jsonl::read(self, &file, content)?,
            Some('<') => petrarch::read(self, &file, content)?,
            Some('[') => {
                return Err(wrong("it begins a JSON array", "write one JSON object a line (jq -c '.[]' does it)"));
            }
            Some(_) => {
                let hint = "write JSON lines, a table whose first line names the columns root and marked_sentence (with \
                            tabs between), or PETRARCH's XML";
                return Err(wrong("no gold of a known kind", hint));
            }
        }
        if self.texts.is_empty() {
            return Err(wrong("it holds no text", "code at least one"));
        }
        Ok(Gold::Texts)
    }

    /// The text of a file that the gold names, made where it is new.
    pub(crate) fn text_of_file(&mut self, place: &Place, name: &str) -> &mut GoldText {
        let beside = Path::new(&place.file).parent().unwrap_or(Path::new(""));
        let path = self.folder.unwrap_or(beside).join(name);
        let at = self.texts.iter().position(|t| matches!(&t.source, TextSource::File(p) if *p == path));
        let at = at.unwrap_or_else(|| {
            self.texts.push(GoldText {
                place: place.clone(),
                name: name.to_string(),
                source: TextSource::File(path),
                date: None,
                stretches: Vec::new(),
                events: Vec::new(),
            });
            self.texts.len() - 1
        });
        &mut self.texts[at]
    }
}
