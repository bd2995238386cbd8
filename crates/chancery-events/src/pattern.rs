//! The notation of the codebook's patterns.
//!
//! A pattern is a small sentence in dictionary forms: `A impose {sanction|embargo} on R`, `A urge R to do`,
//! `A say that R must do`, `A be opposed to R`. `A` is the actor, `R` the recipient, `{…}` nouns to choose from,
//! `$name` a class from `words.toml`, `R?` a recipient that may be missing, `on R!` one that must be there, `to A!` an actor that must. `R face $charge from A` begins with the
//! recipient; `A:MIL leave R` wants an actor of that sector, `A:{curfew} end` a subject with one of these nouns,
//! `A capture R:place` and `R:place fall to A` a place. The trigger may be a choice too: `A {say|declare} that R must do`.

use std::collections::BTreeMap;

/// One pattern of the codebook.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Pattern {
    /// The word that must be met first.
    pub trigger: String,
    /// True for `A be willing to do`: the trigger is an adjective or participle.
    pub adjective: bool,
    /// `A:MIL leave R`: the actor belongs to this sector.
    pub sector: Option<String>,
    /// `A:{ceasefire|truce} take {effect}`: the subject's noun is one of these.
    pub subject: Vec<String>,
    /// `R:place fall to A`: the subject is a place.
    pub place_subject: bool,
    /// True for `R face $charge`: the subject is the recipient.
    pub inverted: bool,
    pub elements: Vec<Element>,
}

impl Pattern {
    /// True for "A say that R must do".
    pub fn has_clause_subject(&self) -> bool {
        self.elements.iter().any(|e| matches!(e, Element::Clause { subject: true, .. }))
    }
}

/// What must stand by the trigger.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Element {
    /// A particle, adverb or predicate: `shoot down`, `stand ready`.
    Word(String),
    /// The object's noun is one of these.
    Object(Vec<String>),
    /// A prepositional phrase with one of these nouns.
    PrepNoun(String, Vec<String>),
    /// The recipient is the object.
    PartyObject { optional: bool },
    /// The recipient is the object, and a place.
    PlaceObject,
    /// The recipient follows a preposition.
    PartyPrep { prep: String, need: Need },
    /// The actor follows a preposition (in patterns that begin with the recipient); it must be there where it is needed.
    ActorPrep { prep: String, needed: bool },
    /// An infinitive, of one of these verbs where any are given.
    Infinitive(Vec<String>),
    /// A gerund, of one of these verbs where any are given.
    Gerund(Vec<String>),
    /// A clause with the recipient as its subject; the auxiliaries of which one must be there.
    Clause { subject: bool, auxiliaries: Vec<String>, verbs: Vec<String> },
    /// The trigger is negated.
    Negated,
}

/// How much a pattern needs a slot after a preposition.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Need {
    /// `on R?`: it may be missing.
    Optional,
    /// `on R`: it may be missing where nouns of the pattern have been met.
    Usual,
    /// `on R!`: without it the pattern does not fit.
    Always,
}

/// Named lists of words from `words.toml`.
pub(crate) type Classes = BTreeMap<String, Vec<String>>;

/// What is wrong with a pattern, and what to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct PatternFault {
    pub what: String,
    pub hint: String,
}

const PREPOSITIONS: &[&str] = &[
    "about",
    "across",
    "along",
    "after",
    "against",
    "among",
    "around",
    "as",
    "at",
    "before",
    "behind",
    "between",
    "beyond",
    "by",
    "during",
    "for",
    "from",
    "in",
    "inside",
    "into",
    "near",
    "of",
    "off",
    "on",
    "onto",
    "over",
    "past",
    "through",
    "to",
    "toward",
    "towards",
    "under",
    "upon",
    "via",
    "with",
    "within",
    "without",
    "alongside",
    "regarding",
    "amid",
    "out",
    "outside",
];

/// Reads one line: a pattern for each word that may trigger it.
pub(crate) fn parse(line: &str, classes: &Classes) -> Result<Vec<Pattern>, PatternFault> {
    let words: Vec<&str> = line.split_whitespace().collect();
    let inverted = words.first().is_some_and(|w| *w == "R" || w.starts_with("R:"));
    let narrowed = words.first().and_then(|w| w.strip_prefix("A:").or(w.strip_prefix("R:"))).filter(|s| !s.is_empty());
    let place_subject = narrowed == Some("place");
    let sector = narrowed.filter(|s| !is_set(s) && !place_subject).map(str::to_string);
    let subject = narrowed.filter(|s| is_set(s)).map_or(Ok(Vec::new()), |set| choices(set, classes))?;
    let mut at = usize::from(inverted || narrowed.is_some() || words.first() == Some(&"A"));
    let adjective = words.get(at) == Some(&"be");
    at += usize::from(adjective);
    // "A be in touch with R": the noun is the trigger, the preposition one of its words
    let case = words
        .get(at)
        .filter(|w| adjective && PREPOSITIONS.contains(w) && words.get(at + 1).is_some_and(|next| is_set(next)));
    at += usize::from(case.is_some());
    let negated = words.get(at) == Some(&"not");
    at += usize::from(negated);
    let triggers = match words.get(at) {
        Some(set) if is_set(set) => choices(set, classes)?,
        Some(word) if is_word(word) => vec![word.to_string()],
        _ => return fault("a pattern needs a word to look for", "begin with \"A\" and a verb: \"A condemn R\""),
    };
    let mut elements: Vec<Element> = if negated { vec![Element::Negated] } else { Vec::new() };
    elements.extend(case.map(|prep| Element::Word(prep.to_string())));
    let mut rest = &words[at + 1..];
    while !rest.is_empty() {
        let (element, used) = element(rest, classes)?;
        elements.push(element);
        rest = &rest[used..];
    }
    Ok(triggers
        .into_iter()
        .map(|trigger| Pattern {
            trigger,
            adjective,
            sector: sector.clone(),
            subject: subject.clone(),
            place_subject,
            inverted,
            elements: elements.clone(),
        })
        .collect())
}

fn element(rest: &[&str], classes: &Classes) -> Result<(Element, usize), PatternFault> {
    let next = rest.get(1).copied().unwrap_or("");
    match rest[0] {
        "R" => Ok((Element::PartyObject { optional: false }, 1)),
        "R?" => Ok((Element::PartyObject { optional: true }, 1)),
        "R:place" => Ok((Element::PlaceObject, 1)),
        "doing" => Ok((Element::Gerund(Vec::new()), 1)),
        "not" => Ok((Element::Negated, 1)),
        "that" => clause(rest, classes),
        "to" if next == "do" => Ok((Element::Infinitive(Vec::new()), 2)),
        "to" if next.starts_with("do=") => Ok((Element::Infinitive(choices(&next[3..], classes)?), 2)),
        prep if PREPOSITIONS.contains(&prep) => after_preposition(prep, next, classes),
        word if word.starts_with("doing=") => Ok((Element::Gerund(choices(&word[6..], classes)?), 1)),
        word if is_set(word) => Ok((Element::Object(choices(word, classes)?), 1)),
        word if is_word(word) => Ok((Element::Word(word.to_string()), 1)),
        word => fault(
            format!("{word:?} is no slot"),
            "slots are A, R, R?, R!, R:place, {noun|noun}, $class, a preposition with R or nouns, \"to do\", \"doing\", \"that R must do\"",
        ),
    }
}

fn after_preposition(prep: &str, next: &str, classes: &Classes) -> Result<(Element, usize), PatternFault> {
    let prep_text = prep.to_string();
    match next {
        "R" => Ok((Element::PartyPrep { prep: prep_text, need: Need::Usual }, 2)),
        "R!" => Ok((Element::PartyPrep { prep: prep_text, need: Need::Always }, 2)),
        "R?" => Ok((Element::PartyPrep { prep: prep_text, need: Need::Optional }, 2)),
        "A" | "A!" => Ok((Element::ActorPrep { prep: prep_text, needed: next == "A!" }, 2)),
        set if is_set(set) => Ok((Element::PrepNoun(prep_text, choices(set, classes)?), 2)),
        _ => Ok((Element::Word(prep_text), 1)),
    }
}

/// `that R must|should do`, `that R do={attack|kill}`, `that do`.
fn clause(rest: &[&str], classes: &Classes) -> Result<(Element, usize), PatternFault> {
    let end = rest.iter().position(|w| *w == "do" || w.starts_with("do="));
    let Some(end) = end else {
        return fault("a clause needs \"do\" at its end", "write \"that R must do\", \"that R do\" or \"that do\"");
    };
    let subject = rest.get(1) == Some(&"R");
    let auxiliaries =
        rest[1 + usize::from(subject)..end].iter().flat_map(|w| w.split('|')).map(str::to_string).collect();
    let verbs = rest[end].strip_prefix("do=").map(|set| choices(set, classes)).transpose()?.unwrap_or_default();
    Ok((Element::Clause { subject, auxiliaries, verbs }, end + 1))
}

fn choices(set: &str, classes: &Classes) -> Result<Vec<String>, PatternFault> {
    let inside = set.trim_start_matches('{').trim_end_matches('}');
    let mut words = Vec::new();
    for part in inside.split('|').filter(|p| !p.is_empty()) {
        match part.strip_prefix('$') {
            Some(class) => match classes.get(class) {
                Some(members) => words.extend(members.iter().cloned()),
                None => {
                    return fault(
                        format!("no class {class:?}"),
                        "add it to [classes] in words.toml, or correct its name",
                    );
                }
            },
            None => words.push(part.to_string()),
        }
    }
    if words.is_empty() { fault("an empty choice", "write {noun|noun}") } else { Ok(words) }
}

fn is_set(word: &str) -> bool {
    (word.starts_with('{') && word.ends_with('}')) || word.starts_with('$')
}

fn is_word(word: &str) -> bool {
    !word.is_empty() && word.chars().all(|c| c.is_lowercase() || c.is_ascii_digit() || c == '-' || c == '\'')
}

fn fault<T>(what: impl Into<String>, hint: impl Into<String>) -> Result<T, PatternFault> {
    Err(PatternFault { what: what.into(), hint: hint.into() })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn classes() -> Classes {
        BTreeMap::from([("sanction".to_string(), vec!["sanction".to_string(), "embargo".to_string()])])
    }

    #[test]
    fn a_light_verb_phrase_has_nouns_and_a_recipient() {
        let pattern = parse("A impose $sanction on R", &classes()).unwrap().remove(0);
        assert_eq!(pattern.trigger, "impose");
        assert_eq!(
            pattern.elements,
            vec![
                Element::Object(vec!["sanction".into(), "embargo".into()]),
                Element::PartyPrep { prep: "on".into(), need: Need::Usual }
            ]
        );
    }

    #[test]
    fn a_clause_names_its_auxiliaries() {
        let pattern = parse("A say that R must|should do", &classes()).unwrap().remove(0);
        assert_eq!(
            pattern.elements,
            vec![Element::Clause { subject: true, auxiliaries: vec!["must".into(), "should".into()], verbs: vec![] }]
        );
    }

    #[test]
    fn an_adjective_follows_be() {
        let pattern = parse("A be willing to do", &classes()).unwrap().remove(0);
        assert!(pattern.adjective);
        assert_eq!(pattern.elements, vec![Element::Infinitive(Vec::new())]);
    }

    #[test]
    fn a_choice_of_triggers_gives_a_pattern_each_and_the_recipient_may_come_first() {
        let patterns = parse("R {face|meet} {criticism} from A", &classes()).unwrap();
        assert_eq!(patterns.iter().map(|p| p.trigger.as_str()).collect::<Vec<_>>(), ["face", "meet"]);
        assert!(patterns[0].inverted);
        assert_eq!(patterns[0].elements[1], Element::ActorPrep { prep: "from".into(), needed: false });
    }

    #[test]
    fn a_recipient_that_comes_first_may_be_a_place_or_one_of_some_nouns() {
        let place = parse("R:place fall to A", &classes()).unwrap().remove(0);
        assert!(place.inverted && place.place_subject && place.sector.is_none());
        let town = parse("R:{town} fall to A", &classes()).unwrap().remove(0);
        assert!(town.inverted && !town.place_subject);
        assert_eq!(town.subject, ["town"]);
    }

    #[test]
    fn unknown_slots_and_classes_are_refused() {
        assert!(parse("A hit X", &classes()).unwrap_err().what.contains("\"X\""));
        assert!(parse("A hold $talk", &classes()).unwrap_err().what.contains("talk"));
        assert!(parse("A", &classes()).is_err());
    }
}
