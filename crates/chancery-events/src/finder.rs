//! Finds by a model the events that no pattern of the codebook tells.
//!
//! In: what the patterns found, and every verb and noun near a named country of which the codebook says nothing. Out: the
//! patterns' events, each with its likelihood, and those that the model adds. What the patterns tell stands, but for parties
//! that they only guess; the model learns from them, from words and trees, and from labelled passages which other words tell
//! an event, of which type, and who its parties are where the sentence does not say it plainly.
//!
//! Method: one multinomial logistic regression over types and "none" for each verb and noun, two binary ones over the
//! countries named near it, for the two sides (after the classifiers of Ji and Grishman, ACL 2008, without their inference).

mod features;
mod training;

pub use training::{FinderScores, Label, Passage, train_finder};

use crate::codebook::{Answers, NounRule};
use crate::coder::{Found, Rows, Scan, countries};
use crate::context::is_organisation;
use crate::explain::Reason;
use crate::linear::Linear;
use crate::parties::extend;
use crate::place::is_place;
use crate::status::status_of;
use chancery_text::Participant;
use features::{Spot, View};
use std::collections::BTreeSet;

const MAGIC: &[u8; 8] = b"CHFIND1\n";
/// The class of what tells no event.
const NONE: &str = "NONE";
/// For [`least`]: where a verb tells the event, and where a noun does.
const LIKELY: f32 = 0.4;
const LIKELY_OF_NOUN: f32 = 0.5;
/// … and where both sides are of one country that the tree does not name as a party.
const LIKELY_AT_HOME: f32 = 0.5;
/// An event of the patterns with a borrowed party is given up where it is so likely to be none.
const NO_EVENT: f32 = 0.95;
/// A country is a party from here on …
const PARTY: f32 = 0.5;
/// … and where none is so likely, the likeliest from here on: most events have somebody on either side.
const LIKELIEST_PARTY: f32 = 0.35;

/// The trained models.
#[derive(Debug)]
pub(crate) struct Finder {
    types: Linear,
    actors: Linear,
    recipients: Linear,
}

impl Finder {
    /// Reads a model file; `None` where it is damaged.
    pub fn read(bytes: &[u8]) -> Option<Self> {
        let mut rest = bytes.strip_prefix(MAGIC)?;
        let finder = Finder {
            types: Linear::read(&mut rest)?,
            actors: Linear::read(&mut rest)?,
            recipients: Linear::read(&mut rest)?,
        };
        let sides = finder.actors.classes().len() == 2 && finder.recipients.classes().len() == 2;
        (rest.is_empty() && sides).then_some(finder)
    }

    fn write(&self) -> Vec<u8> {
        let mut bytes = MAGIC.to_vec();
        [&self.types, &self.actors, &self.recipients].into_iter().for_each(|m| m.write(&mut bytes));
        bytes
    }

    /// The patterns' events, and those of words that no pattern tells.
    pub fn settle(&self, scan: &Scan<'_>, rows: &Rows) -> Vec<Found> {
        let view = View::new(scan, rows);
        let mut found: Vec<Found> = Vec::new();
        let mut added: Vec<Found> = Vec::new();
        let mut seen: BTreeSet<usize> = BTreeSet::new();
        for spot in view.spots() {
            let shares = self.types.shares(&view.of_type(&spot));
            let told = view.rows_at(spot.trigger);
            if told.is_empty() {
                added.extend(self.added(&view, &spot, &shares));
            }
            for row in told {
                // who claims responsibility says himself that there was something
                let claimed = scan.book.groups[row.group].answers == Some(Answers::Sufferer);
                if row.completed && !claimed && self.share_of(&shares, NONE) > NO_EVENT {
                    scan.trace.lose_found(scan.book, row, Reason::Unlikely);
                    continue;
                }
                let kind = scan.told_type(row).unwrap_or_default();
                let row =
                    if row.guessed { self.with_likelier_parties(&view, &spot, row, &kind) } else { (*row).clone() };
                found.push(Found { sure: Some(self.share_of(&shares, &kind)), ..row });
            }
            seen.insert(spot.trigger);
        }
        found.extend(rows.found.iter().filter(|f| !seen.contains(&f.trigger)).cloned());
        found.sort_by_key(|f| f.trigger);
        added.retain(|f| !found.iter().any(|o| is_told(scan, o, f)));
        let own: Vec<bool> = added.iter().map(|f| !added.iter().any(|o| is_told_better(scan, o, f))).collect();
        found.extend(added.into_iter().zip(own).filter(|(_, own)| *own).map(|(f, _)| f));
        found
    }

    /// Where the pattern's party is a guess, the model's goes before it.
    fn with_likelier_parties(&self, view: &View<'_, '_>, spot: &Spot, row: &Found, kind: &str) -> Found {
        let (actors, recipients) = self.sides(view, spot, kind);
        let side = |own: &[Participant], likelier: &BTreeSet<String>, others: &[Participant]| {
            let keep = likelier.is_empty() || countries(own) == *likelier;
            if keep { own.to_vec() } else { view.words_of(spot, own, likelier, others) }
        };
        let mut event = row.clone();
        event.actors = side(&row.actors, &actors, &row.recipients);
        event.recipients = side(&row.recipients, &recipients, &event.actors);
        let same = |event: &Found| event.actors == row.actors && event.recipients == row.recipients;
        if same(&event) {
            return row.clone();
        }
        part(view.scan, &mut event);
        if same(&event) || !view.scan.suffices(&event, &view.scan.book.groups[event.group]) {
            return row.clone();
        }
        event.why.push_str("; likelier to the model: these parties");
        event
    }

    fn share_of(&self, shares: &[f32], kind: &str) -> f32 {
        self.types.classes().iter().position(|c| c == kind).map_or(0.0, |class| shares[class])
    }

    /// The likeliest type, and how likely it is; of equals the first.
    fn likeliest(&self, shares: &[f32]) -> Option<(&str, f32)> {
        let all = self.types.classes().iter().map(String::as_str).zip(shares.iter().copied());
        all.filter(|(kind, _)| *kind != NONE).reduce(|best, next| if next.1 > best.1 { next } else { best })
    }

    fn added(&self, view: &View<'_, '_>, spot: &Spot, shares: &[f32]) -> Option<Found> {
        let (kind, sure) = self.likeliest(shares)?;
        if sure < least(spot.by_noun) || spot.by_noun && !may_tell(view.scan, spot, kind) {
            return None;
        }
        let mut sides = self.sides(view, spot, kind);
        // "which Chad denounced": who does it is told
        let own = countries(&spot.doers);
        let together = view.scan.book.group_of_type(kind).is_some_and(|g| view.scan.is_done_together(g));
        let active = !spot.by_noun && !view.scan.tree.is_passive(spot.trigger);
        if active && !together && !own.is_empty() && !sides.0.is_disjoint(&own) {
            sides.0 = own;
        }
        let event = new_event(view, spot, kind, sure, &sides)?;
        // of one country, and the tree names nobody: said of somebody else more often than not; nobody meets himself
        let home = countries(&event.actors);
        if home == countries(&event.recipients) {
            let named = [&spot.doers, &spot.others].map(|side| countries(side).iter().any(|c| home.contains(c)));
            let together = view.scan.is_done_together(event.group);
            // "accused both sides": none of the union's
            if !home.is_empty() && home.iter().all(|c| is_organisation(c)) {
                return None;
            }
            // "on a commuter train in the Bay Area": nor what the model names for both sides is but where it was
            let mut sides = event.actors.iter().chain(&event.recipients);
            if spot.by_noun && sides.all(|p| is_place(&p.actor)) && named == [false, false] {
                return None;
            }
            if together && named != [true, true] || named == [false, false] && sure < LIKELY_AT_HOME {
                return None;
            }
        }
        view.scan.suffices(&event, &view.scan.book.groups[event.group]).then_some(event)
    }

    /// The countries on the two sides of an event.
    fn sides(&self, view: &View<'_, '_>, spot: &Spot, kind: &str) -> (BTreeSet<String>, BTreeSet<String>) {
        let around = view.around(spot);
        let side = |model: &Linear, actors: Option<&BTreeSet<String>>| {
            let likely = |c: &String| model.shares(&view.of_party(spot, c, kind, &around, actors))[1];
            taken(around.near.iter().map(|c| (c, likely(c))).collect())
        };
        let actors = side(&self.actors, None);
        let recipients = side(&self.recipients, Some(&actors));
        (actors, recipients)
    }
}

/// The countries that are parties, of all with how likely each is; of equals the first.
fn taken(countries: Vec<(&String, f32)>) -> BTreeSet<String> {
    let found: BTreeSet<String> = countries.iter().filter(|c| c.1 >= PARTY).map(|c| c.0.clone()).collect();
    let likeliest = || countries.iter().copied().reduce(|best, next| if next.1 > best.1 { next } else { best });
    match likeliest() {
        Some((country, likely)) if found.is_empty() && likely >= LIKELIEST_PARTY => BTreeSet::from([country.clone()]),
        _ => found,
    }
}

/// "a strike" tells a protest of workers only, "a march" none of soldiers: false where the codebook keeps a type of the noun
/// for others than these, or says that theirs is no event.
fn may_tell(scan: &Scan<'_>, spot: &Spot, kind: &str) -> bool {
    let lemma = scan.tree.lemma(spot.trigger);
    let kind_of = |group: usize| scan.book.groups[group].event_type.as_deref();
    let rules = scan.book.nouns_by.get(lemma.as_ref()).into_iter().flatten().map(|&r| &scan.book.noun_rules[r]);
    let by_some = rules.filter(|rule| !rule.sectors.is_empty());
    let theirs =
        |sectors: &[String]| spot.doers.iter().flat_map(|p| &p.actor.code.sectors).any(|s| sectors.contains(s));
    let (own, others): (Vec<&NounRule>, Vec<&NounRule>) = by_some.partition(|rule| theirs(&rule.sectors));
    let of_anybody = scan.book.noun(lemma.as_ref()).is_none_or(|(rule, _)| kind_of(rule.group) == Some(kind));
    let kept = !of_anybody && others.iter().any(|rule| kind_of(rule.group) == Some(kind));
    own.iter().any(|rule| kind_of(rule.group) == Some(kind)) || own.is_empty() && !kept
}

/// How likely an event must be to be added.
fn least(by_noun: bool) -> f32 {
    if by_noun { LIKELY_OF_NOUN } else { LIKELY }
}

/// An event that no pattern tells, with these countries on its sides, in the words that name them.
fn new_event(
    view: &View<'_, '_>,
    spot: &Spot,
    kind: &str,
    sure: f32,
    (actors, recipients): &(BTreeSet<String>, BTreeSet<String>),
) -> Option<Found> {
    let scan = view.scan;
    let group = scan.book.group_of_type(kind)?;
    let lemma = scan.tree.lemma(spot.trigger);
    let doers = view.words_of(spot, &spot.doers, actors, &[]);
    // what is done to others is done to one's own only where the tree says so
    let own = |c: &&String| actors.contains(*c) && !countries(&spot.others).contains(*c);
    let abroad: BTreeSet<String> = recipients.iter().filter(|c| !own(c)).cloned().collect();
    let recipients = if abroad.is_empty() { recipients } else { &abroad };
    let mut event = Found {
        clause: if spot.by_noun { spot.trigger } else { scan.clause_root(spot.trigger) },
        recipients: view.words_of(spot, &spot.others, recipients, &doers),
        actors: doers,
        status: status_of(scan.tree, scan.book, spot.trigger),
        why: format!("model: \"{lemma}\" tells {kind} ({sure:.2})"),
        by_noun: spot.by_noun,
        agentless: true,
        sure: Some(sure),
        ..Found::at(spot.trigger, group)
    };
    event.recipients.retain(|p| !event.actors.iter().any(|a| a.actor == p.actor && a.span == p.span));
    part(scan, &mut event);
    Some(event)
}

/// What several states do to each other is told as what the first does to the others; what they do to somebody who has no
/// code ("applauded the rescuers") is not.
fn part(scan: &Scan<'_>, event: &mut Found) {
    let (doers, others) = (countries(&event.actors), countries(&event.recipients));
    let shared = others.is_empty() || !doers.is_disjoint(&others);
    if !shared || doers.union(&others).count() < 2 || !scan.is_done_together(event.group) {
        return;
    }
    if others.is_empty() && !scan.needs_partner(event.group) && scan.names_another(event) {
        return;
    }
    let mut all = std::mem::take(&mut event.actors);
    extend(&mut all, std::mem::take(&mut event.recipients));
    let first = all.first().and_then(|p| p.actor.code.country.clone());
    (event.actors, event.recipients) = all.into_iter().partition(|p| p.actor.code.country == first);
    event.mutual = true;
}

fn is_alike(scan: &Scan<'_>, a: &Found, b: &Found) -> bool {
    let sentence = |f: &Found| scan.tree.doc.sentence_of(f.trigger);
    sentence(a) == sentence(b) && scan.told_type(a) == scan.told_type(b)
}

/// True where a pattern tells the same type in the sentence, with one of the parties.
fn is_told(scan: &Scan<'_>, row: &Found, added: &Found) -> bool {
    let sides = |f: &Found| countries(&f.actors).union(&countries(&f.recipients)).cloned().collect::<BTreeSet<_>>();
    is_alike(scan, row, added) && !sides(row).is_disjoint(&sides(added))
}

/// True where a likelier word of the sentence tells the same: "imposed sanctions".
fn is_told_better(scan: &Scan<'_>, other: &Found, own: &Found) -> bool {
    let likelier = other.sure > own.sure || other.sure == own.sure && other.trigger < own.trigger;
    let same = |a: &[Participant], b: &[Participant]| countries(a) == countries(b);
    likelier
        && is_alike(scan, other, own)
        && same(&other.actors, &own.actors)
        && same(&other.recipients, &own.recipients)
}
