//! Loads the codebook: types, verb patterns, event nouns, operators.
//!
//! In: the TOML files of `data/codebook`. Out: a [`Codebook`] ready to match. A wrong line is named with its file, its
//! number and a hint.

use crate::literals::Literals;
use crate::pattern::{self, Classes, Pattern};
use chancery_data::{Data, DataError};
use chancery_text::Status;
use rustc_hash::FxHashMap;
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::collections::{BTreeMap, BTreeSet};
use toml::Spanned;

/// A codebook that cannot be used.
#[derive(Debug, thiserror::Error)]
#[non_exhaustive]
pub enum EventsError {
    /// A codebook file is missing.
    #[error(transparent)]
    Data(#[from] DataError),
    /// A file is not the TOML that is expected.
    #[error("{file}: {source}")]
    Toml {
        /// Path below `data/`.
        file: String,
        /// What the TOML reader says, with line and column.
        source: Box<toml::de::Error>,
    },
    /// The weights of the model are damaged.
    #[error("{file} is no model of this version; train it again with `chancery train events`")]
    Model {
        /// Path below `data/`.
        file: String,
    },
    /// A line says something that the codebook cannot mean.
    #[error("{file}:{line}: {what}; {hint}")]
    Line {
        /// Path below `data/`.
        file: String,
        /// Line, from 1.
        line: usize,
        /// What is wrong.
        what: String,
        /// What to do.
        hint: String,
    },
}

/// Which parties an event must have to be reported.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(crate) enum Needs {
    /// Actor and recipient.
    Both,
    /// The actor.
    Actor,
    /// The recipient.
    Recipient,
    /// One of them.
    Any,
}

/// One PLOVER type.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TypeInfo {
    pub name: Spanned<String>,
    /// `verbal cooperation`, `material cooperation`, `verbal conflict`, `material conflict`.
    pub quad: String,
    /// Goldstein-like score, −10 to +10.
    #[allow(dead_code)]
    pub score: f32,
    /// True where PLOVER wants a recipient.
    #[serde(default)]
    pub recipient_required: bool,
    /// CAMEO code where the pattern gives none.
    pub cameo: String,
    /// Label in the fifteen-root scheme; the name itself where missing.
    pub root: Option<String>,
    /// Which parties a report of it must have, unless a pattern says otherwise.
    pub needs: Needs,
    /// Prepositions after which a missing recipient is looked for.
    #[serde(default)]
    pub fallback: Vec<String>,
    /// The type it becomes while it is only planned.
    pub planned: Option<String>,
    /// The type it becomes where its actor will not do it.
    #[serde(default)]
    pub refused: Option<String>,
    /// The type it becomes where its actor will do it on a condition.
    #[serde(default)]
    pub threatened: Option<String>,
    /// True where it is done against somebody who may stand behind "against" or in its purpose.
    #[serde(default)]
    pub aimed: bool,
    /// True where nobody does it alone: what several do, they do with each other.
    #[serde(default)]
    pub partner: bool,
    /// True where authorities usually do it.
    #[serde(default)]
    pub official: bool,
    /// True where announcing it is a promise that has been made: the status is then `occurred`.
    #[serde(default)]
    pub promise: bool,
    /// Modes.
    #[serde(default)]
    pub modes: Vec<ModeInfo>,
}

impl TypeInfo {
    /// What a pattern without own demands needs.
    fn usual_needs(&self) -> Needs {
        if self.recipient_required { Needs::Both } else { self.needs }
    }
}

/// A mode of a type.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct ModeInfo {
    pub name: String,
    /// Score where it differs from its type's.
    #[allow(dead_code)]
    pub score: Option<f32>,
    /// CAMEO code where it differs from its type's.
    pub cameo: Option<String>,
}

/// A context and the words that tell of it.
#[derive(Debug, Clone, Deserialize)]
#[serde(deny_unknown_fields)]
struct ContextEntry {
    name: String,
    #[serde(default)]
    types: Vec<String>,
    #[serde(default)]
    words: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PloverFile {
    #[serde(rename = "type")]
    types: Vec<TypeInfo>,
    #[serde(default, rename = "context")]
    contexts: Vec<ContextEntry>,
    #[serde(default)]
    root_shift: RootShifts,
}

/// By root or by quad: what it becomes in the fifteen-root scheme, where promises and refusals are types.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(crate) struct RootShifts {
    planned: BTreeMap<String, String>,
    denied: BTreeMap<String, String>,
    hypothetical: BTreeMap<String, String>,
    called_for: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct WordsFile {
    classes: BTreeMap<String, String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VerbsFile {
    group: Vec<VerbEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct VerbEntry {
    name: String,
    #[serde(rename = "type")]
    event_type: Spanned<String>,
    mode: Option<String>,
    cameo: Option<String>,
    root: Option<String>,
    #[serde(default)]
    symmetric: bool,
    needs: Option<Needs>,
    #[serde(default)]
    keep_content: bool,
    #[serde(default)]
    contexts: Vec<String>,
    #[serde(default = "yes")]
    borrow: bool,
    authority: Option<Authority>,
    #[serde(default)]
    domestic: bool,
    #[serde(default)]
    at_recipient: bool,
    answers: Option<Answers>,
    #[serde(default)]
    crowd: bool,
    #[serde(default)]
    inside: bool,
    patterns: Spanned<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NounsFile {
    noun: Vec<NounEntry>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct NounEntry {
    name: String,
    #[serde(rename = "type")]
    event_type: Spanned<String>,
    mode: Option<String>,
    cameo: Option<String>,
    root: Option<String>,
    #[serde(default)]
    symmetric: bool,
    needs: Option<Needs>,
    #[serde(default)]
    inherit: bool,
    #[serde(default = "yes")]
    borrow: bool,
    authority: Option<Authority>,
    #[serde(default)]
    domestic: bool,
    #[serde(default)]
    at_recipient: bool,
    #[serde(default)]
    contexts: Vec<String>,
    #[serde(default)]
    actor: String,
    #[serde(default)]
    recipient: String,
    #[serde(default)]
    sectors: String,
    #[serde(default)]
    phrases: String,
    words: Spanned<String>,
}

fn yes() -> bool {
    true
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct OperatorsFile {
    light: String,
    transparent: String,
    #[serde(default)]
    documents: String,
    resumes: String,
    with_object: String,
    instruments: String,
    #[serde(default)]
    acts: String,
    #[serde(default)]
    replies: String,
    #[serde(default)]
    remedies: String,
    #[serde(default)]
    efforts: String,
    proposals: String,
    #[serde(default)]
    aims: String,
    #[serde(default)]
    occasions: String,
    #[serde(default)]
    circumstances: String,
    #[serde(default)]
    shared: String,
    #[serde(default)]
    addressed: String,
    #[serde(default)]
    performs: String,
    #[serde(default)]
    seems: String,
    #[serde(default)]
    helps: String,
    #[serde(default)]
    reacts: String,
    #[serde(default)]
    operations: String,
    #[serde(default)]
    means: String,
    #[serde(default)]
    judges: String,
    #[serde(default)]
    past: String,
    #[serde(default)]
    sends: String,
    #[serde(default)]
    heads: String,
    #[serde(default)]
    volition: String,
    planned: OperatorEntry,
    hypothetical: OperatorEntry,
    called_for: OperatorEntry,
    denied: OperatorEntry,
    ongoing: OperatorEntry,
}

#[derive(Deserialize, Default)]
#[serde(deny_unknown_fields, default)]
struct OperatorEntry {
    verbs: String,
    adjectives: String,
    #[serde(default)]
    before_clauses: String,
    #[serde(default)]
    adverbs: String,
    auxiliaries: String,
}

/// What is common to the patterns of one group.
#[derive(Debug, Clone)]
pub(crate) struct Group {
    pub name: String,
    /// `None` for phrases that are no event ("play a role").
    pub event_type: Option<String>,
    pub mode: Option<String>,
    pub cameo: String,
    pub root: Option<String>,
    pub symmetric: bool,
    pub needs: Needs,
    /// The content of a request is an event of its own.
    pub keep_content: bool,
    pub contexts: Vec<String>,
    /// A missing party may be taken from another event of the text.
    pub borrow: bool,
    /// Only a state does it: without an agent it is the one in whose country it is done.
    pub authority: Option<Authority>,
    /// A state does it to its own people too.
    pub domestic: bool,
    /// It happens where its recipient is: a visit.
    pub at_recipient: bool,
    /// It answers what was done before: its object may be that act ("condemned the raid").
    pub answers: Option<Answers>,
    /// Whoever does it is of the place where it is done.
    pub crowd: bool,
    /// Whoever does it to somebody of a state is of that state.
    pub inside: bool,
    pub file: &'static str,
}

/// Whom an event is aimed at that answers an act told before.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Answers {
    /// Who did it: "condemned the raid".
    Doer,
    /// All whom it concerns: "called for restraint".
    Parties,
    /// Who did what is to be undone: "demanded the release of its sailors".
    Remedy,
    /// Who suffered it: "claimed responsibility".
    Sufferer,
}

/// To whom a state does what only states do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Authority {
    /// To people of its own, where no place is named: arrests, trials.
    AtHome,
    /// To foreigners: expulsions.
    Abroad,
}

/// A verb or adjective pattern with its group.
#[derive(Debug, Clone)]
pub(crate) struct Rule {
    pub pattern: Pattern,
    pub literals: Literals,
    pub group: usize,
    pub line: usize,
}

/// Where an event noun names its parties.
#[derive(Debug, Clone)]
pub(crate) struct NounRule {
    pub group: usize,
    pub actor: Vec<String>,
    pub recipient: Vec<String>,
    /// Where there are any sectors or phrases, the rule holds only if its actor belongs to one of these: "a strike by nurses" …
    pub sectors: Vec<String>,
    /// … or if the noun has a phrase with one of these prepositions: "a call with Chad".
    pub phrases: Vec<String>,
    /// The subject of the verb that carries the noun is the actor, also where the verb is no light one.
    pub inherit: bool,
}

impl NounRule {
    /// True for a slot that names whom it is done to, never who does it: "the killing of R".
    pub fn is_sufferer(&self, slot: &str) -> bool {
        self.recipient.iter().any(|s| s == slot) && !self.actor.iter().any(|s| s == slot)
    }
}

/// What a word says of the status of what depends on it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Operator {
    Planned,
    Hypothetical,
    CalledFor,
    Denied,
    Ongoing,
}

impl Operator {
    /// What a status means for the fifteen-root scheme.
    pub fn of(status: Status) -> Option<Self> {
        match status {
            Status::Planned => Some(Operator::Planned),
            Status::Denied => Some(Operator::Denied),
            Status::CalledFor => Some(Operator::CalledFor),
            Status::Hypothetical => Some(Operator::Hypothetical),
            Status::Occurred | Status::Ongoing => None,
        }
    }
}

/// Words that change the status of an event.
#[derive(Debug, Default)]
pub(crate) struct Operators {
    pub verbs: FxHashMap<String, Operator>,
    pub adjectives: FxHashMap<String, Operator>,
    /// Words that give their status to the infinitive or gerund whose "to", "of" or "from" follows them: "about to attack".
    pub before_clauses: FxHashMap<String, Operator>,
    /// Adverbs that give their status to the verb that they modify, not to a noun.
    pub adverbs: FxHashMap<String, Operator>,
    pub auxiliaries: FxHashMap<String, Operator>,
    pub light: FxHashMap<String, ()>,
    pub transparent: FxHashMap<String, ()>,
    pub documents: FxHashMap<String, ()>,
    /// Participles by which a speaker goes on: "said ..., adding that ...".
    pub resumes: FxHashMap<String, ()>,
    /// Verbs that are passives where they stand without an object: "leader arrested in Lima".
    pub with_object: FxHashMap<String, ()>,
    /// What kills without a hand that is named.
    pub instruments: FxHashMap<String, ()>,
    /// Words that stand for what somebody has done or said before: "the decision", "it".
    pub acts: FxHashMap<String, ()>,
    /// What one does because somebody has done something: "a response".
    pub replies: FxHashMap<String, ()>,
    /// What undoes an act: "the release of".
    pub remedies: FxHashMap<String, ()>,
    /// Nouns of what goes on until it has reached its end: "a campaign to seize the port".
    pub efforts: FxHashMap<String, ()>,
    /// Participles of what has not come about: "a truce proposed by Chad".
    pub proposals: FxHashMap<String, ()>,
    /// What one asks of anybody: "asked for help".
    pub helps: FxHashMap<String, ()>,
    /// Verbs whose subject speaks of what was done and has not done it: "responded to the attack".
    pub reacts: FxHashMap<String, ()>,
    /// In which somebody is hurt by whose they are or with whom they are: "killed in clashes with".
    pub operations: FxHashMap<String, ()>,
    /// Verbs by which an attack says what it was done with: "strikes using drones".
    pub means: FxHashMap<String, ()>,
    /// Verbs under which the object has done what stands after "for" or "with": "condemned Chad for attacking".
    pub judges: FxHashMap<String, ()>,
    /// Verbs that tell what was done where they stand after "and" before a bare noun: "and bombed villages".
    pub past: FxHashMap<String, ()>,
    /// What is done with a weapon: "drones launched by Chad".
    pub sends: FxHashMap<String, ()>,
    /// Verbs by which a phrase says who is at its head: "a delegation led by Chad".
    pub heads: FxHashMap<String, ()>,
    /// What says against whom something is done: "aimed at", "a warning to".
    pub aims: FxHashMap<String, ()>,
    /// Verbs by which the first person does in words what depends on them: "I would like to thank you".
    pub performs: FxHashMap<String, ()>,
    /// Verbs whose participle tells how something is, not what was done: "looked beaten".
    pub seems: FxHashMap<String, ()>,
    /// What joins an act to whose doing it answers: "as Iranian boats came near".
    pub occasions: FxHashMap<String, ()>,
    /// Prepositions of what an act is part of or done by: "in a statement".
    pub circumstances: FxHashMap<String, ()>,
    /// What two make or have together: "signed a declaration", "mended their ties".
    pub shared: FxHashMap<String, ()>,
    /// Words that speak to somebody: "you".
    pub addressed: FxHashMap<String, ()>,
    /// Auxiliaries that tell a will: "will not".
    pub volition: FxHashMap<String, ()>,
}

/// Everything that the coder matches with.
#[derive(Debug)]
pub(crate) struct Codebook {
    pub types: BTreeMap<String, TypeInfo>,
    pub groups: Vec<Group>,
    pub rules: Vec<Rule>,
    /// Rules by the trigger's lemma, in the order of the files.
    pub verbs: FxHashMap<String, Vec<usize>>,
    pub adjectives: FxHashMap<String, Vec<usize>>,
    pub noun_rules: Vec<NounRule>,
    pub nouns: FxHashMap<String, usize>,
    /// Rules that hold for actors of some sectors, or beside some phrases, before the noun's own.
    pub nouns_by: FxHashMap<String, Vec<usize>>,
    pub operators: Operators,
    pub shifts: RootShifts,
    pub context_words: FxHashMap<String, Vec<String>>,
    pub context_types: BTreeMap<String, Vec<String>>,
    /// For each type the group of what no pattern tells.
    general: BTreeMap<String, usize>,
}

const PLOVER: &str = "codebook/plover.toml";
const WORDS: &str = "codebook/words.toml";
const VERBS: &str = "codebook/verbs.toml";
const NOUNS: &str = "codebook/nouns.toml";
const OPERATORS: &str = "codebook/operators.toml";

impl Codebook {
    pub fn load(data: &Data) -> Result<Self, EventsError> {
        let plover: PloverFile = read(data, PLOVER)?.0;
        let classes = classes(read::<WordsFile>(data, WORDS)?.0);
        let mut book = Codebook {
            types: plover.types.into_iter().map(|t| (t.name.get_ref().clone(), t)).collect(),
            groups: Vec::new(),
            rules: Vec::new(),
            verbs: FxHashMap::default(),
            adjectives: FxHashMap::default(),
            noun_rules: Vec::new(),
            nouns: FxHashMap::default(),
            nouns_by: FxHashMap::default(),
            operators: operators(read(data, OPERATORS)?.0),
            shifts: plover.root_shift,
            context_words: FxHashMap::default(),
            context_types: BTreeMap::new(),
            general: BTreeMap::new(),
        };
        book.add_general_groups();
        book.add_contexts(plover.contexts);
        let (verbs, text) = read::<VerbsFile>(data, VERBS)?;
        for entry in verbs.group {
            book.add_verb_group(entry, &classes, &text)?;
        }
        let (nouns, text) = read::<NounsFile>(data, NOUNS)?;
        for entry in nouns.noun {
            book.add_noun_group(entry, &classes, &text)?;
        }
        Ok(book)
    }

    /// The rules of a verb, by its lemma, or by what the word may be a form of where the lemma is unknown.
    pub fn verb_rules(&self, lemma: &str, form: &str) -> Option<&Vec<usize>> {
        self.verbs.get(lemma).or_else(|| guesses(form).into_iter().find_map(|g| self.verbs.get(&g)))
    }

    /// The codebook's verb that a form may be of.
    pub fn verb_lemma(&self, form: &str) -> Option<String> {
        guesses(form).into_iter().find(|g| self.verbs.contains_key(g))
    }

    /// The noun rule for a lemma.
    pub fn noun(&self, lemma: &str) -> Option<(&NounRule, &Group)> {
        let rule = &self.noun_rules[*self.nouns.get(lemma)?];
        Some((rule, &self.groups[rule.group]))
    }

    /// The group for events of a type that no pattern tells.
    pub fn group_of_type(&self, event_type: &str) -> Option<usize> {
        self.general.get(event_type).copied()
    }

    /// Verbal or material, cooperation or conflict: the kind of a group's type.
    pub fn quad(&self, group: usize) -> Option<&str> {
        self.types.get(self.groups[group].event_type.as_ref()?).map(|t| t.quad.as_str())
    }

    /// True for what is done in words.
    pub fn is_verbal(&self, group: usize) -> bool {
        self.quad(group).is_some_and(|q| q.starts_with("verbal"))
    }

    /// True for the two quads of conflict, in words and in deeds.
    pub fn is_conflict(&self, group: usize) -> bool {
        self.quad(group).is_some_and(|q| q.ends_with("conflict"))
    }

    /// The label of a type in the fifteen-root scheme.
    pub fn root(&self, event_type: &str) -> String {
        self.types.get(event_type).and_then(|t| t.root.clone()).unwrap_or_else(|| event_type.to_string())
    }

    /// The labels of all types in the fifteen-root scheme, sorted, each once.
    pub fn roots(&self) -> Vec<String> {
        let all: BTreeSet<String> = self.types.keys().map(|t| self.root(t)).collect();
        all.into_iter().collect()
    }

    /// The type that a root of the fifteen-root scheme stands for: of its own name, else the last that is called so.
    pub fn type_of_root(&self, root: &str) -> Option<String> {
        let own = self.types.contains_key(root).then(|| root.to_string());
        own.or_else(|| self.types.keys().rfind(|t| self.root(t) == root).cloned())
    }

    /// What a promised, refused or demanded act is in the fifteen-root scheme.
    pub fn shifted_root(&self, root: &str, operator: Option<Operator>) -> String {
        let kind =
            self.types.values().find(|t| self.root(t.name.get_ref()) == root).map(|t| t.quad.as_str()).unwrap_or("");
        let table = match operator {
            Some(Operator::Planned) => &self.shifts.planned,
            Some(Operator::Denied) => &self.shifts.denied,
            Some(Operator::Hypothetical) => &self.shifts.hypothetical,
            Some(Operator::CalledFor) => &self.shifts.called_for,
            _ => return root.to_string(),
        };
        table.get(root).or_else(|| table.get(kind)).cloned().unwrap_or_else(|| root.to_string())
    }

    fn add_general_groups(&mut self) {
        for (name, info) in &self.types {
            self.general.insert(name.clone(), self.groups.len());
            self.groups.push(Group {
                name: name.to_lowercase(),
                event_type: Some(name.clone()),
                mode: None,
                cameo: info.cameo.clone(),
                root: None,
                symmetric: false,
                needs: info.usual_needs(),
                keep_content: false,
                contexts: Vec::new(),
                borrow: false,
                authority: None,
                domestic: false,
                at_recipient: false,
                answers: None,
                crowd: false,
                inside: false,
                file: "plover.toml",
            });
        }
    }

    fn add_contexts(&mut self, entries: Vec<ContextEntry>) {
        for entry in entries {
            for word in entry.words.split_whitespace() {
                self.context_words.entry(word.to_string()).or_default().push(entry.name.clone());
            }
            for event_type in entry.types {
                self.context_types.entry(event_type).or_default().push(entry.name.clone());
            }
        }
    }

    fn add_verb_group(&mut self, entry: VerbEntry, classes: &Classes, text: &str) -> Result<(), EventsError> {
        let info = self.checked_type(&entry.event_type, &entry.mode, VERBS, text)?;
        let group = Group {
            cameo: cameo(&info, &entry.mode, entry.cameo),
            needs: entry.needs.unwrap_or(info.as_ref().map_or(Needs::Any, TypeInfo::usual_needs)),
            event_type: info.map(|i| i.name.into_inner()),
            name: entry.name,
            mode: entry.mode,
            root: entry.root,
            symmetric: entry.symmetric,
            keep_content: entry.keep_content,
            contexts: entry.contexts,
            borrow: entry.borrow,
            authority: entry.authority,
            domestic: entry.domestic,
            at_recipient: entry.at_recipient,
            answers: entry.answers,
            crowd: entry.crowd,
            inside: entry.inside,
            file: "verbs.toml",
        };
        self.groups.push(group);
        for (line, words) in lines_of(&entry.patterns, text) {
            for pattern in pattern::parse(words, classes).map_err(|f| line_error(VERBS, line, f.what, f.hint))? {
                self.add_rule(Rule { literals: Literals::of(&pattern), pattern, group: self.groups.len() - 1, line });
            }
        }
        Ok(())
    }

    fn add_rule(&mut self, rule: Rule) {
        let table = if rule.pattern.adjective { &mut self.adjectives } else { &mut self.verbs };
        table.entry(rule.pattern.trigger.clone()).or_default().push(self.rules.len());
        self.rules.push(rule);
    }

    fn add_noun_group(&mut self, entry: NounEntry, classes: &Classes, text: &str) -> Result<(), EventsError> {
        let info = self.checked_type(&entry.event_type, &entry.mode, NOUNS, text)?;
        let group = Group {
            cameo: cameo(&info, &entry.mode, entry.cameo),
            needs: entry.needs.unwrap_or(info.as_ref().map_or(Needs::Any, TypeInfo::usual_needs)),
            event_type: info.map(|i| i.name.into_inner()),
            name: entry.name,
            mode: entry.mode,
            root: entry.root,
            symmetric: entry.symmetric,
            keep_content: false,
            contexts: entry.contexts,
            borrow: entry.borrow,
            authority: entry.authority,
            domestic: entry.domestic,
            at_recipient: entry.at_recipient,
            answers: None,
            crowd: false,
            inside: false,
            file: "nouns.toml",
        };
        let start = line_of(text, entry.words.span().start);
        let actor = slots(&entry.actor, start)?;
        let recipient = slots(&entry.recipient, start)?;
        self.groups.push(group);
        let list = |words: &str| words.split_whitespace().map(String::from).collect();
        let (sectors, phrases) = (list(&entry.sectors), list(&entry.phrases));
        let group = self.groups.len() - 1;
        self.noun_rules.push(NounRule { group, actor, recipient, sectors, phrases, inherit: entry.inherit });
        for (line, words) in lines_of(&entry.words, text) {
            for word in words.split_whitespace() {
                self.add_noun(word, line, classes)?;
            }
        }
        Ok(())
    }

    fn add_noun(&mut self, word: &str, line: usize, classes: &Classes) -> Result<(), EventsError> {
        let rule = self.noun_rules.len() - 1;
        if !self.noun_rules[rule].sectors.is_empty() || !self.noun_rules[rule].phrases.is_empty() {
            self.nouns_by.entry(word.to_string()).or_default().push(rule);
            return Ok(());
        }
        let Some(class) = word.strip_prefix('$') else {
            self.nouns.entry(word.to_string()).or_insert(rule);
            return Ok(());
        };
        let Some(members) = classes.get(class) else {
            return Err(line_error(
                NOUNS,
                line,
                format!("no class {class:?}"),
                "add it to [classes] in words.toml".into(),
            ));
        };
        for member in members {
            self.nouns.entry(member.clone()).or_insert(rule);
        }
        Ok(())
    }

    /// The type of a group; `none` means a phrase that is no event.
    fn checked_type(
        &self,
        name: &Spanned<String>,
        mode: &Option<String>,
        file: &str,
        text: &str,
    ) -> Result<Option<TypeInfo>, EventsError> {
        let line = line_of(text, name.span().start);
        if name.get_ref() == "none" {
            return Ok(None);
        }
        let Some(info) = self.types.get(name.get_ref()) else {
            let known: Vec<&str> = self.types.keys().map(String::as_str).collect();
            return Err(line_error(
                file,
                line,
                format!("no type {:?}", name.get_ref()),
                format!("plover.toml has {}", known.join(", ")),
            ));
        };
        if let Some(mode) = mode.as_ref().filter(|m| !info.modes.iter().any(|i| i.name == **m)) {
            let known: Vec<&str> = info.modes.iter().map(|m| m.name.as_str()).collect();
            let hint =
                format!("plover.toml has {}", if known.is_empty() { "none for it".into() } else { known.join(", ") });
            return Err(line_error(file, line, format!("{} has no mode {mode:?}", name.get_ref()), hint));
        }
        Ok(Some(info.clone()))
    }
}

/// Dictionary forms that an English verb form may have.
fn guesses(form: &str) -> Vec<String> {
    let mut all = vec![form.to_string()];
    for ending in ["ed", "ing", "es", "s", "d"] {
        if let Some(stem) = form.strip_suffix(ending).filter(|s| s.len() > 2) {
            all.push(stem.to_string());
            all.push(format!("{stem}e"));
            let mut letters = stem.chars().rev();
            if letters.next().is_some_and(|last| letters.next() == Some(last)) {
                all.push(stem[..stem.len() - stem.chars().last().map_or(0, char::len_utf8)].to_string());
            }
            if let Some(root) = stem.strip_suffix('i') {
                all.push(format!("{root}y"));
            }
        }
    }
    all
}

fn read<T: DeserializeOwned>(data: &Data, file: &str) -> Result<(T, String), EventsError> {
    let text = data.text(file)?.into_owned();
    let parsed = toml::from_str(&text).map_err(|e| EventsError::Toml { file: file.into(), source: Box::new(e) })?;
    Ok((parsed, text))
}

fn cameo(info: &Option<TypeInfo>, mode: &Option<String>, own: Option<String>) -> String {
    let Some(info) = info else { return String::new() };
    let of_mode = || info.modes.iter().find(|m| Some(&m.name) == mode.as_ref()).and_then(|m| m.cameo.clone());
    own.or_else(of_mode).unwrap_or_else(|| info.cameo.clone())
}

fn classes(file: WordsFile) -> Classes {
    file.classes
        .into_iter()
        .map(|(name, words)| (name, words.split_whitespace().map(str::to_string).collect()))
        .collect()
}

fn operators(file: OperatorsFile) -> Operators {
    let mut all = Operators {
        light: word_set(&file.light),
        transparent: word_set(&file.transparent),
        documents: word_set(&file.documents),
        resumes: word_set(&file.resumes),
        with_object: word_set(&file.with_object),
        instruments: word_set(&file.instruments),
        acts: word_set(&file.acts),
        replies: word_set(&file.replies),
        remedies: word_set(&file.remedies),
        efforts: word_set(&file.efforts),
        proposals: word_set(&file.proposals),
        aims: word_set(&file.aims),
        occasions: word_set(&file.occasions),
        circumstances: word_set(&file.circumstances),
        shared: word_set(&file.shared),
        addressed: word_set(&file.addressed),
        performs: word_set(&file.performs),
        seems: word_set(&file.seems),
        helps: word_set(&file.helps),
        reacts: word_set(&file.reacts),
        operations: word_set(&file.operations),
        means: word_set(&file.means),
        judges: word_set(&file.judges),
        past: word_set(&file.past),
        sends: word_set(&file.sends),
        heads: word_set(&file.heads),
        volition: word_set(&file.volition),
        ..Operators::default()
    };
    let entries = [
        (file.denied, Operator::Denied),
        (file.called_for, Operator::CalledFor),
        (file.planned, Operator::Planned),
        (file.hypothetical, Operator::Hypothetical),
        (file.ongoing, Operator::Ongoing),
    ];
    for (entry, operator) in entries {
        add_words(&mut all.verbs, &entry.verbs, operator);
        add_words(&mut all.adjectives, &entry.adjectives, operator);
        add_words(&mut all.before_clauses, &entry.before_clauses, operator);
        add_words(&mut all.adverbs, &entry.adverbs, operator);
        add_words(&mut all.auxiliaries, &entry.auxiliaries, operator);
    }
    all
}

fn add_words(table: &mut FxHashMap<String, Operator>, words: &str, operator: Operator) {
    for word in words.split_whitespace() {
        table.entry(word.to_string()).or_insert(operator);
    }
}

fn word_set(words: &str) -> FxHashMap<String, ()> {
    words.split_whitespace().map(|w| (w.to_string(), ())).collect()
}

/// Where a noun's parties may stand: `poss`, `adj`, or a preposition.
fn slots(text: &str, line: usize) -> Result<Vec<String>, EventsError> {
    let known = |slot: &str| slot.chars().all(|c| c.is_ascii_lowercase());
    text.split_whitespace()
        .map(|slot| {
            let wrong = || {
                line_error(
                    NOUNS,
                    line,
                    format!("{slot:?} is no slot"),
                    "slots are poss, adj and prepositions in lower case".into(),
                )
            };
            if known(slot) { Ok(slot.to_string()) } else { Err(wrong()) }
        })
        .collect()
}

/// The lines of a multi-line string with their numbers in the file; comments and empty lines are left out.
fn lines_of<'t>(value: &Spanned<String>, text: &'t str) -> Vec<(usize, &'t str)> {
    let span = value.span();
    let first = line_of(text, span.start);
    let raw = text.get(span).unwrap_or("");
    raw.lines()
        .enumerate()
        .map(|(i, l)| (first + i, l.split('#').next().unwrap_or("").trim_matches(['"', ' ', '\t', '\r'])))
        .filter(|(_, l)| !l.is_empty())
        .collect()
}

fn line_of(text: &str, byte: usize) -> usize {
    text.as_bytes().iter().take(byte).filter(|b| **b == b'\n').count() + 1
}

fn line_error(file: &str, line: usize, what: String, hint: String) -> EventsError {
    EventsError::Line { file: file.into(), line, what, hint }
}
