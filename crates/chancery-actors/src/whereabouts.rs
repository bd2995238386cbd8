//! Where the people of a clause are: "demonstrators blocked roads in Bolivia" are Bolivian ones.
//!
//! In: the mentions of places, with countries behind "in" and its like. Out: for a mention without a country the one that
//! its own clause is placed in. Stronger than what the text around speaks of; not for armies, which act abroad.

use crate::coreference::coordination;
use crate::draft::Draft;
use chancery_text::{Document, Rel};

/// So many words stand at most between a place and the verb of its clause ("the road to the airport in Minsk").
const MAX_STEPS: usize = 4;
/// In so many clauses a place is looked for, the own one among them.
const MAX_CLAUSES: usize = 3;
/// Armies act abroad.
const ABROAD: &str = "MIL";

/// Places of a document, in order.
#[derive(Debug, Default)]
pub(crate) struct Whereabouts {
    places: Vec<Place>,
}

#[derive(Debug)]
struct Place {
    sentence: usize,
    token: usize,
    country: String,
}

impl Whereabouts {
    /// Of the mentions that tell where something happens, each with the head of its phrase.
    pub(crate) fn new<'d>(drafts: impl Iterator<Item = (&'d Draft, usize)>) -> Self {
        let place = |(draft, token): (&Draft, usize)| match draft.coded.actors.as_slice() {
            [actor] => {
                let country = actor.code.country.clone()?;
                Some(Place { sentence: draft.sentence, token, country })
            }
            _ => None,
        };
        Whereabouts { places: drafts.filter_map(place).collect() }
    }

    /// The country in which the clause of `draft` places it, where that is one.
    pub(crate) fn of(&self, doc: &Document, draft: &Draft) -> Option<String> {
        if draft.coded.actors.iter().any(|a| a.code.sectors.iter().any(|s| s == ABROAD)) {
            return None;
        }
        // "the herders' groups", "members of the police": where these are
        let owned = |&t: &usize| {
            let part = matches!(doc.tokens[t].rel, Rel::NmodPoss | Rel::Compound | Rel::Nmod | Rel::Conj);
            doc.tokens[t].head.filter(|_| part)
        };
        let first = coordination(doc, draft.head).0;
        let top = std::iter::successors(Some(first), owned).take(MAX_STEPS).last().unwrap_or(first);
        let verb = doc.tokens[top].head.filter(|_| doc.tokens[top].rel.is_subject() || doc.tokens[top].rel == Rel::Obj);
        let here = || self.places.iter().filter(|p| p.sentence == draft.sentence && p.token != draft.head);
        // "blew up a car in Basra, killing nine policemen"
        let above = |&v: &usize| {
            let goes_on = matches!(doc.tokens[v].rel, Rel::Advcl | Rel::Conj | Rel::Xcomp);
            doc.tokens[v].head.filter(|_| goes_on)
        };
        let verbs = std::iter::successors(verb, above).take(MAX_CLAUSES);
        let tops = std::iter::once([Some(draft.head), verb]).chain(verbs.skip(1).map(|v| [Some(v), None]));
        let placed = |tops: [Option<usize>; 2]| {
            here().filter(|p| leads_to(doc, p.token, &tops)).map(|p| &p.country).collect::<Vec<_>>()
        };
        let found = tops.map(placed).find(|found| !found.is_empty());
        let found = found.or_else(|| where_clause(doc, verb?).map(|place| placed_at(here(), place)))?;
        found.first()?;
        found.iter().all(|other| *other == found[0]).then(|| found[0].clone())
    }
}

/// "Beira, where gangs killed an officer": the place that the clause of `verb` belongs to.
fn where_clause(doc: &Document, verb: usize) -> Option<usize> {
    let relative = doc.tokens[verb].rel == Rel::AclRelcl;
    let place = doc.tokens[verb].head.filter(|_| relative)?;
    let name = |&t: &usize| doc.tokens[t].head.filter(|_| doc.tokens[t].rel == Rel::Flat);
    let place = std::iter::successors(Some(place), name).take(MAX_STEPS).last()?;
    doc.children(verb).any(|c| doc.form(c).eq_ignore_ascii_case("where")).then_some(place)
}

/// The countries of the places named at a token.
fn placed_at<'p>(places: impl Iterator<Item = &'p Place>, token: usize) -> Vec<&'p String> {
    places.filter(|p| p.token == token).map(|p| &p.country).collect()
}

/// True where `token` depends, over nominals only, on one of `tops`.
fn leads_to(doc: &Document, token: usize, tops: &[Option<usize>]) -> bool {
    let mut at = coordination(doc, token).0;
    for step in 0..MAX_STEPS {
        let rel = doc.tokens[at].rel;
        let placed = matches!(rel, Rel::Obl | Rel::Nmod);
        let above = doc.tokens[at].head.filter(|_| placed || (step > 0 && rel == Rel::Obj));
        if above.is_none() || tops.contains(&above) {
            return above.is_some();
        }
        at = above.unwrap_or(at);
    }
    false
}
