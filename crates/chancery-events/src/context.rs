//! Parties that a sentence leaves out because the text has named them before.
//!
//! In: the events of a document. "Four people were killed" after "X attacked Y" lacks its actor. An event with one party
//! takes the other, in this order, from: who did what its object stands for ("condemned the raid"); an event of its sentence
//! that has both and this party (in this role, else in the other: "Cuba voiced concern over American sanctions"); the only
//! other party that its sentence names; the nearest event of its type with this party in this role; the party that this one
//! deals with most in the text; the party at which most acts of this kind are aimed; the other of the two states that the
//! sentences around speak of; the only state that they speak of, for what goes on inside it. The reason is kept with the
//! event, and its confidence is low.

use crate::codebook::{Answers, Authority, Codebook};
use crate::coder::{Found, MATERIAL_CONFLICT, MATERIAL_COOPERATION, Scan, countries, is_coded};
use crate::evidence::clause_tokens;
use crate::parties::extend;
use crate::people::CIVILIAN;
use crate::place::{country_of_clause, is_place};
use chancery_text::{Actor, ActorCode, ActorKind, Participant, Rel, Upos};
use std::collections::BTreeMap;
use std::ops::Range;

/// How many sentences away an event of the same type may be to lend a party.
const SAME_TYPE_SENTENCES: usize = 20;
/// How many sentences back the one is named with whom somebody deals most.
const PARTNER_SENTENCES: usize = 3;
/// How many sentences back that lies which a speaker answers.
const ANSWERED_SENTENCES: usize = 3;
/// What lends a party because it tells of the same or is answered; all else is a guess.
const FIRM: [&str; 3] = [ANSWERED, OF_SENTENCE, LAST_SUCH];
const ANSWERED: &str = "what is answered";
const OF_SENTENCE: &str = "an event of the sentence";
const LAST_SUCH: &str = "the last such event";
/// How many events a pair must have for a text to be about it.
const MIN_PAIR_EVENTS: usize = 3;

/// What a text tells, for those who look for a party in it.
struct Told<'f> {
    all: &'f [Found],
    /// With both parties.
    whole: Vec<&'f Found>,
    pairs: Pairs,
    /// The only state that the text names.
    only: Option<String>,
}

/// Completes events with one party.
pub(crate) fn complete(scan: &Scan<'_>, found: &mut [Found]) {
    let all: Vec<Found> = found.to_vec();
    let whole: Vec<&Found> = all.iter().filter(|f| is_coded(&f.actors) && is_coded(&f.recipients)).collect();
    let pairs = Pairs::count(&whole);
    let told = Told { all: &all, whole, pairs, only: only_state(scan, 0..scan.tree.doc.tokens.len()) };
    for event in found.iter_mut() {
        at_home(scan, event);
        whose_people(scan, event);
        crowd(scan, event);
        if let Some(parties) = aims_elsewhere(scan, event, told.all) {
            event.recipients = parties;
            event.completed = true;
            event.why.push_str("; recipient from the context: what is answered");
            continue;
        }
        let (actor, recipient) = (is_coded(&event.actors), is_coded(&event.recipients));
        let told_otherwise = !actor && !event.agentless;
        let thing = actor && event.done_to_thing && scan.book.quad(event.group) == Some(MATERIAL_COOPERATION);
        if actor == recipient || event.asked || thing || told_otherwise || !scan.book.groups[event.group].borrow {
            continue;
        }
        if actor && is_anyone(scan, event) {
            continue;
        }
        let Some((parties, lender)) = lent(scan, &told, event, actor) else { continue };
        let side = if actor { &mut event.recipients } else { &mut event.actors };
        side.extend(parties);
        event.completed = true;
        event.guessed = !FIRM.contains(&lender);
        event.why.push_str(&format!("; {} from the context: {lender}", if actor { "recipient" } else { "actor" }));
    }
}

/// Whether a lender may be asked, what it is called in the reason, and what it lends.
type Lender<'a> = (bool, &'static str, &'a dyn Fn() -> Option<Vec<Participant>>);

/// The party that an event lacks, from the first lender who may be asked and has one; `actor` where the event has its actor.
fn lent(scan: &Scan<'_>, told: &Told<'_>, event: &Found, actor: bool) -> Option<(Vec<Participant>, &'static str)> {
    let group = &scan.book.groups[event.group];
    // "we" and "they" are somebody named before; a meeting has its parties named
    let turns = actor && !group.symmetric && event.by_noun;
    let lacking = !scan.suffices(event, group);
    let harm = scan.book.quad(event.group) == Some(MATERIAL_CONFLICT);
    let near = lacking && !group.symmetric && (actor || harm && !event.pronoun);
    let whole = &told.whole;
    // who is told there, without a code, is meant
    let told_uncoded = if actor { !event.recipients.is_empty() } else { !event.actors.is_empty() && !event.pronoun };
    if told_uncoded || actor && is_done_to_us(scan, event) || !actor && is_done_by_us(scan, event) {
        return None;
    }
    // a guess makes no enemy of a friend, and no friend of an enemy
    let fits = |parties: &Vec<Participant>| !turns_about(scan.book, event, parties, whole);
    let lenders: [Lender<'_>; 13] = [
        (!actor, "the country where it was done", &|| place_of_authority(scan, event)),
        (actor, ANSWERED, &|| answered(scan, event, told.all)),
        (true, OF_SENTENCE, &|| same_sentence(scan, event, whole, actor)),
        (true, LAST_SUCH, &|| nearest(scan, event, whole, actor).filter(|p| is_named_near(scan, event, p))),
        (turns, "an event of the sentence, turned", &|| turned_round(scan, event, whole)),
        (near, "the sentence", &|| only_other(scan, event, told).filter(fits)),
        (actor, "the text's main pair", &|| {
            told.pairs.partner(event).filter(|p| fits(p) && is_named_near(scan, event, p))
        }),
        (!actor, "the state of the one it is done to", &|| own_state(scan, event)),
        (actor && near, "whom the text is about", &|| {
            usual_target(scan.book, event, whole).filter(|p| is_named_near(scan, event, p))
        }),
        (actor, "the state of the one who does it", &|| own_people(scan, event)),
        (actor && lacking && !group.symmetric, "the text's two states", &|| other_of_two(scan, event)),
        (actor && lacking, "the only state of the text", &|| at_issue(scan, event, &told.only)),
        (!actor, "the only state of the text", &|| by_authorities(scan, event, &told.only)),
    ];
    // nobody is his own counterpart, and only a place is visited
    let others = |mut parties: Vec<Participant>| {
        parties.retain(|p| !group.at_recipient || !actor || is_place(&p.actor));
        parties.retain(|p| p.actor.code.country.is_some() && !is_the_same(event, p));
        (!parties.is_empty()).then_some(parties)
    };
    lenders.into_iter().filter(|(may, ..)| *may).find_map(|(_, lender, lend)| Some((lend().and_then(others)?, lender)))
}

/// True where the sentence or one of the few before it names these parties' countries.
fn is_named_near(scan: &Scan<'_>, event: &Found, parties: &[Participant]) -> bool {
    let sentences = &scan.tree.doc.sentences;
    let here = scan.tree.doc.sentence_of(event.trigger);
    let Some(last) = sentences.get(here) else { return false };
    let tokens = sentences[here.saturating_sub(PARTNER_SENTENCES)].tokens.start..last.tokens.end;
    scan.parties.within(tokens).any(|m| share_country(&scan.parties.of_mention(m), parties))
}

/// "They asked me to go": who speaks is not looked for in the text.
fn is_done_to_us(scan: &Scan<'_>, event: &Found) -> bool {
    event.targets.iter().any(|&t| scan.tree.is_any(t, &["me", "us", "you"]))
}

/// "I welcome the news", "we will go on": nor is who speaks of himself.
fn is_done_by_us(scan: &Scan<'_>, event: &Found) -> bool {
    scan.tree.doer(event.trigger).is_some_and(|d| scan.tree.is_any(d, &["i", "we"]))
}

/// True for one of the event's own parties by the same name.
fn is_the_same(event: &Found, party: &Participant) -> bool {
    let mut own = event.actors.iter().chain(&event.recipients);
    !party.actor.name.is_empty() && own.any(|o| o.actor.name == party.actor.name)
}

/// True for words against one with whom the text tells only of agreement and help, and for praise of one with whom it tells
/// only of harm.
fn turns_about(book: &Codebook, event: &Found, parties: &[Participant], whole: &[&Found]) -> bool {
    let words = book.is_verbal(event.group);
    let own = if event.actors.is_empty() { &event.recipients } else { &event.actors };
    let between = |o: &&&Found| {
        share_country(&o.actors, own) && share_country(&o.recipients, parties)
            || share_country(&o.recipients, own) && share_country(&o.actors, parties)
    };
    let mut dealings = whole.iter().filter(between).peekable();
    let friends = |o: &&Found| !book.is_conflict(o.group);
    let enemies = |o: &&Found| book.quad(o.group) == Some(MATERIAL_CONFLICT);
    words
        && dealings.peek().is_some()
        && if book.is_conflict(event.group) { dealings.all(friends) } else { dealings.all(enemies) }
}

/// Who did what the event's object stands for: "Egypt condemned the raid", "Chad welcomed it", "charities called the plan
/// cruel". The last act told before, of the noun's own type where the codebook knows the noun.
fn answered(scan: &Scan<'_>, event: &Found, told: &[Found]) -> Option<Vec<Participant>> {
    let tree = scan.tree;
    let answers = scan.book.groups[event.group].answers?;
    let here = tree.doc.sentence_of(event.trigger);
    let before = |o: &&Found| {
        let near = here.saturating_sub(tree.doc.sentence_of(o.trigger)) <= ANSWERED_SENTENCES;
        let own = answers == Answers::Doer && share_country(&event.actors, &o.actors);
        // "praised the attack": not the one that he suffered
        let harm = scan.book.quad(o.group) == Some(MATERIAL_CONFLICT);
        let suffered = harm && !scan.book.is_conflict(event.group);
        let own = own || suffered && share_country(&event.actors, &o.recipients);
        o.trigger < event.trigger && near && is_coded(&o.actors) && !o.asked && !own
    };
    let last = |fits: &dyn Fn(&Found) -> bool| told.iter().filter(before).filter(|o| fits(o)).max_by_key(|o| o.trigger);
    let act = match answers {
        Answers::Doer => objects(scan, event).find_map(|node| {
            let lemma = tree.lemma(node);
            let reply = scan.book.operators.replies.contains_key(lemma.as_ref());
            if !reply && !is_definite(scan, node) {
                return None;
            }
            let own = scan.book.noun(lemma.as_ref()).and_then(|(_, group)| group.event_type.clone());
            let typed = own.and_then(|t| last(&|o| scan.book.groups[o.group].event_type.as_ref() == Some(&t)));
            let any = reply || scan.book.operators.acts.contains_key(lemma.as_ref());
            // "We condemn this act," he said after the raid
            let inside = |o: &&Found| o.trigger > event.trigger && tree.doc.sentence_of(o.trigger) == here;
            let harm = |o: &&Found| scan.book.quad(o.group) == Some(MATERIAL_CONFLICT) && is_coded(&o.actors);
            let strange = |o: &&Found| !share_country(&event.actors, &o.actors);
            let later = || told.iter().filter(inside).filter(harm).find(strange);
            typed.or_else(|| last(&|_| true).filter(|_| any)).or_else(|| later().filter(|_| any))
        })?,
        Answers::Parties => last(&|o| is_coded(&o.recipients) && !is_done_by_self(o))?,
        Answers::Sufferer => {
            let kind = scan.book.groups[event.group].event_type.as_ref();
            // "claimed responsibility for a bomb that killed ten"
            let inside = |o: &Found| tree.doc.sentence_of(o.trigger) == here && o.trigger != event.trigger;
            let deed = |o: &&Found| {
                scan.book.groups[o.group].event_type.as_ref() == kind && (o.trigger < event.trigger || inside(o))
            };
            let suffered = told.iter().filter(|o| is_coded(&o.recipients)).filter(deed);
            let act = suffered.max_by_key(|o| (inside(o), o.trigger))?;
            return (here - tree.doc.sentence_of(act.trigger) <= ANSWERED_SENTENCES).then(|| act.recipients.clone());
        }
        Answers::Remedy => {
            let remedy = |n: usize| scan.book.operators.remedies.contains_key(tree.lemma(n).as_ref());
            objects(scan, event).any(remedy).then_some(())?;
            let suffered = |o: &Found| share_country(&o.recipients, &event.actors);
            last(&|o| scan.book.is_conflict(o.group) && suffered(o) && !share_country(&o.actors, &event.actors))?
        }
    };
    let mut parties = act.actors.clone();
    // "France also welcomed it": what another has welcomed
    let attitude = scan.book.groups[act.group].answers == Some(Answers::Doer);
    let alike = attitude && same_type(scan.book, act, event) && !share_country(&act.recipients, &event.actors);
    if alike && is_coded(&act.recipients) && answers == Answers::Doer {
        parties = act.recipients.clone();
    } else if answers == Answers::Parties || scan.book.groups[act.group].symmetric {
        extend(&mut parties, act.recipients.clone());
    }
    parties.retain(|p| !share_country(std::slice::from_ref(p), &event.actors));
    is_coded(&parties).then_some(parties)
}

/// What an event is aimed at or asks for.
fn objects<'e>(scan: &'e Scan<'_>, event: &'e Found) -> impl Iterator<Item = usize> + 'e {
    let own = event.targets.iter().chain(&event.consumed).copied();
    own.chain(scan.tree.done_to(event.trigger)).chain(clause_subject(scan, event))
}

/// "The embassy demanded the release of its sailors", "Chad welcomed it": whom the words name is not whom it is aimed at.
fn aims_elsewhere(scan: &Scan<'_>, event: &Found, told: &[Found]) -> Option<Vec<Participant>> {
    let own = || event.recipients.iter().all(|r| share_country(std::slice::from_ref(r), &event.actors));
    let it = || event.targets.iter().all(|&t| scan.tree.is(t, "it") && scan.tree.rel(t) == Rel::Obj);
    let elsewhere = match scan.book.groups[event.group].answers? {
        Answers::Remedy => own(),
        Answers::Doer => !event.targets.is_empty() && it(),
        Answers::Parties | Answers::Sufferer => false,
    };
    (elsewhere && is_coded(&event.actors)).then(|| answered(scan, event, told)).flatten()
}

/// A resignation, a promise to oneself.
fn is_done_by_self(event: &Found) -> bool {
    event.actors == event.recipients
}

/// "said the plan was cruel": the subject of the clause that is the verb's content.
fn clause_subject(scan: &Scan<'_>, event: &Found) -> Option<usize> {
    scan.tree.surface_subject(event.complement?)
}

/// "the raid", "this step", "it": what has been told.
fn is_definite(scan: &Scan<'_>, node: usize) -> bool {
    let tree = scan.tree;
    if matches!(tree.upos(node), Upos::Pron | Upos::Det) {
        return tree.is_any(node, &["it", "this", "that", "what"]);
    }
    // "accused Chad of lying, a charge that it denies"; "praised the deal, a step that it had resisted" is another matter
    if tree.rel(node) == Rel::Appos {
        let told = scan.book.noun(tree.lemma(node).as_ref());
        return told.is_some_and(|(rule, _)| scan.book.is_verbal(rule.group) && scan.book.is_conflict(rule.group));
    }
    let marked = tree
        .children(node)
        .any(|c| tree.rel(c) == Rel::Det && tree.is_any(c, &["the", "this", "that", "these", "those"]));
    let owned = tree.children(node).any(|c| matches!(tree.rel(c), Rel::NmodPoss | Rel::Nmod | Rel::AclRelcl));
    marked && !owned
}

/// "attacks on every other country", "threats against anybody": a recipient that is said to be nobody in particular.
fn is_anyone(scan: &Scan<'_>, event: &Found) -> bool {
    let general = |&n: &usize| {
        let marks = scan.tree.children(n).filter(|&c| matches!(scan.tree.rel(c), Rel::Det | Rel::Amod));
        marks.into_iter().any(|c| scan.tree.is_any(c, &["every", "any", "all", "other", "each"]))
    };
    !event.targets.is_empty() && event.targets.iter().all(general)
}

/// The state in whose country the clause says that it was done.
fn place_of_authority(scan: &Scan<'_>, event: &Found) -> Option<Vec<Participant>> {
    scan.book.groups[event.group].authority?;
    let places = scan.tree.children(event.trigger).filter(|&c| c > event.trigger && scan.tree.rel(c).is_oblique());
    let within = |&c: &usize| ["in", "at", "from"].iter().any(|p| scan.tree.has_case(c, p));
    places.filter(within).map(|c| scan.parties.named(c)).find(|p| p.iter().all(|p| is_place(&p.actor)) && is_coded(p))
}

/// The state of the one who is arrested or tried, unless the act is done to foreigners.
fn own_state(scan: &Scan<'_>, event: &Found) -> Option<Vec<Participant>> {
    let at_home = scan.book.groups[event.group].authority? == Authority::AtHome;
    let unsaid = event.by_noun && event.actors.is_empty() || scan.is_agentless_passive(event);
    let at_home_here = |p: &&Participant| is_of_state(p) && !(p.actor.code.sectors.iter().any(|s| s == "REF"));
    let party = event.recipients.iter().find(at_home_here).filter(|_| at_home && unsaid)?;
    Some(vec![state_of(party)])
}

/// The state of one who yields, stops fighting or acts against his own, where nobody else is named; of a state its people.
fn own_people(scan: &Scan<'_>, event: &Found) -> Option<Vec<Participant>> {
    let group = &scan.book.groups[event.group];
    let at_home = group.domestic || group.authority == Some(Authority::AtHome);
    let rules = |p: &Participant| {
        is_authority(p) && !is_anybody(p) || p.actor.code.sectors.iter().any(|s| FIGHTERS.contains(&s.as_str()))
    };
    let bare = |p: &Participant| p.actor.code.sectors.is_empty() && !group.domestic;
    let acts = |p: &&Participant| is_of_state(p) && (rules(p) || bare(p)) && !event.done_to_thing;
    let party = event.actors.iter().find(acts).filter(|_| at_home && !event.pronoun)?;
    let mut own = state_of(party);
    if bare(party) {
        // "Kenya declared martial law": over its people
        own.actor.kind = ActorKind::Group;
        own.actor.code.sectors = vec![CIVILIAN.into()];
    }
    Some(vec![own])
}

/// The two states that a sentence and the two before it are about, where they name no third, each with who is named for it
/// first.
fn two_states(scan: &Scan<'_>, sentence: usize) -> Option<[(String, Participant); 2]> {
    let sentences = &scan.tree.doc.sentences;
    let tokens = sentences.get(sentence.saturating_sub(2))?.tokens.start..sentences.get(sentence)?.tokens.end;
    let mut states: BTreeMap<String, Participant> = BTreeMap::new();
    for mention in scan.parties.within(tokens).filter(|m| !scan.is_helper(m.head)) {
        for party in scan.parties.of_mention(mention).into_iter().filter(is_of_state) {
            let Some(country) = party.actor.code.country.clone() else { continue };
            states.entry(country).or_insert_with(|| state_of(&party));
            if states.len() > 2 {
                return None;
            }
        }
    }
    let both: Vec<(String, Participant)> = states.into_iter().collect();
    both.try_into().ok()
}

/// Whom a state's government means where a text speaks of it and one other only.
fn other_of_two(scan: &Scan<'_>, event: &Found) -> Option<Vec<Participant>> {
    // whoever asks for help asks anybody
    let helps = |n: usize| scan.book.operators.helps.contains_key(scan.tree.lemma(n).as_ref());
    if objects(scan, event).any(helps) {
        return None;
    }
    let rules = |p: &&Participant| p.actor.code.sectors.first().is_none_or(|s| s == "GOV" || s == "MIL");
    let own = event.actors.iter().find(rules)?.actor.code.country.as_ref()?;
    let [first, second] = two_states(scan, scan.tree.doc.sentence_of(event.trigger))?;
    let acts = |state: &str| countries(&event.actors).contains(state);
    // "France and Spain stopped a boat": both act
    if acts(&first.0) && acts(&second.0) {
        return None;
    }
    let known = first.0 == *own || second.0 == *own;
    let other = if first.0 == *own { second } else { first };
    known.then(|| vec![other.1])
}

/// The state that these words are about, where they name no other.
fn only_state(scan: &Scan<'_>, tokens: Range<usize>) -> Option<String> {
    let actors = scan.parties.within(tokens).flat_map(|m| &m.actors);
    let mut only: Option<&String> = None;
    for country in actors.filter_map(|a| a.code.country.as_ref()) {
        if only.is_some_and(|known| known != country) {
            return None;
        }
        only = Some(country);
    }
    only.cloned()
}

/// "The opposition rejected the result": what goes on in one state concerns that state.
fn at_issue(scan: &Scan<'_>, event: &Found, only: &Option<String>) -> Option<Vec<Participant>> {
    let group = &scan.book.groups[event.group];
    let part = |p: &&Participant| !p.actor.code.sectors.is_empty() && !is_anybody(p) && is_of_state(p);
    let abroad = group.at_recipient;
    let party = event.actors.iter().find(part).filter(|_| !abroad)?;
    // a government says nothing against its own state
    let against = scan.book.is_verbal(event.group) && scan.book.is_conflict(event.group);
    if against && party.actor.code.sectors.first().is_some_and(|s| s == "GOV") {
        return None;
    }
    let doc = scan.tree.doc;
    let inland = party.actor.code.sectors.first().is_some_and(|s| INLAND.contains(&s.as_str()));
    let sentence = || only_state(scan, doc.sentences.get(doc.sentence_of(event.trigger))?.tokens.clone());
    let only = if inland { sentence() } else { only.clone() };
    only.filter(|state| party.actor.code.country.as_ref() == Some(state))?;
    Some(vec![state_of(party)])
}

/// "She was barred from leaving": by the only state that the text speaks of.
fn by_authorities(scan: &Scan<'_>, event: &Found, only: &Option<String>) -> Option<Vec<Participant>> {
    let info = scan.book.types.get(scan.book.groups[event.group].event_type.as_ref()?)?;
    let somebody = |p: &&Participant| is_of_state(p) && !p.actor.code.sectors.is_empty();
    let party = event.recipients.iter().find(somebody).filter(|p| p.actor.code.country == *only)?;
    (info.official && scan.is_agentless_passive(event)).then(|| vec![state_of(party)])
}

/// The state that a party belongs to, with the party's words.
fn state_of(party: &Participant) -> Participant {
    let code = ActorCode { country: party.actor.code.country.clone(), sectors: Vec::new() };
    let actor = Actor { name: String::new(), kind: ActorKind::Country, code, wikidata: None };
    Participant { actor, ..party.clone() }
}

/// "Police beat protesters": people whose country the text does not state are the authority's own.
fn whose_people(scan: &Scan<'_>, event: &mut Found) {
    let guessed = |p: &Participant| p.actor.code.country.is_some() && scan.parties.is_guessed(p);
    if scan.book.quad(event.group) != Some(MATERIAL_CONFLICT) || !event.recipients.iter().all(guessed) {
        return;
    }
    if country_of_clause(scan.tree, scan.parties, event.clause).is_some() {
        return;
    }
    let at_home = |p: &&Participant| is_of_state(p) && is_authority(p) && !scan.parties.is_guessed(p);
    let own = event.actors.iter().find(at_home).and_then(|p| p.actor.code.country.clone());
    if let Some(country) = own {
        event.recipients.iter_mut().for_each(|p| p.actor.code.country = Some(country.clone()));
    }
}

/// "Prosecutors charged the Bolivian minister", "a court in Lima sentenced lawmakers": who is named by his part in the life
/// of a state only, and does something to one of its own or suffers it from its authorities, is of that state.
fn at_home(scan: &Scan<'_>, event: &mut Found) {
    let conflict = scan.book.is_conflict(event.group);
    // "on his first trip to Riyadh since rebels toppled him": what the text around lends is forgotten
    if scan.book.groups[event.group].inside && event.actors.iter().all(|p| scan.parties.is_guessed(p)) {
        event.actors.iter_mut().for_each(|p| p.actor.code.country = None);
    }
    let (actor, recipient) = (is_coded(&event.actors), is_coded(&event.recipients));
    if actor == recipient || !(conflict || scan.book.groups[event.group].domestic) {
        return;
    }
    let (known, open) =
        if actor { (&event.actors, &mut event.recipients) } else { (&event.recipients, &mut event.actors) };
    // "Lawmakers condemned Iran": nobody in particular stands against a state as such in his own
    let bare = |p: &Participant| p.actor.code.sectors.is_empty();
    // "Turkey jailed journalists": only a state does that
    let ruling = scan.book.groups[event.group].authority == Some(Authority::AtHome);
    let one_of_his =
        |p: &&Participant| is_of_state(p) && if actor { is_authority(p) || ruling && bare(p) } else { !bare(p) };
    let Some(state) = known.iter().find(one_of_his) else { return };
    let country = state.actor.code.country.clone();
    // "soldiers ousted the president"
    let inside = scan.book.groups[event.group].inside;
    let by_part = |p: &Participant| p.actor.code.sectors.iter().any(|s| inside || !ABROAD.contains(&s.as_str()));
    for party in open.iter_mut().filter(|p| by_part(p)) {
        party.actor.code.country.clone_from(&country);
    }
}

/// Sectors that act on people of their own state.
const AUTHORITIES: [&str; 7] = ["COP", "JUD", "GOV", "LEG", "OPP", "PTY", "CVL"];
/// Prepositions of whom a crowd speaks of, not of where it is.
const TOWARDS: [&str; 4] = ["to", "against", "over", "with"];
/// Sectors of those who act for their state.
const RULERS: [&str; 3] = ["GOV", "MIL", "COP"];
/// Sectors of those who fight their state.
const FIGHTERS: [&str; 3] = ["REB", "UAF", "SEP"];
/// Sectors whose business is at home.
const INLAND: [&str; 6] = ["OPP", "PTY", "LEG", "JUD", "LAB", "COP"];
/// Sectors that act abroad too.
const ABROAD: [&str; 4] = ["MIL", "SPY", "UAF", "REB"];

/// True for police, courts, governments and others that act on people of their own state.
pub(crate) fn is_authority(party: &Participant) -> bool {
    party.actor.code.sectors.iter().any(|s| AUTHORITIES.contains(&s.as_str()))
}

/// True for what belongs to a state, not to an organisation of states.
pub(crate) fn is_of_state(party: &Participant) -> bool {
    party.actor.code.country.as_ref().is_some_and(|c| !is_organisation(c))
}

/// True for what stands in a code in place of a country.
pub(crate) fn is_organisation(code: &str) -> bool {
    ORGANISATIONS.contains(&code)
}

/// What stands in a code in place of a country.
const ORGANISATIONS: [&str; 7] = ["UNO", "EUR", "IGO", "NGO", "MNC", "IMG", "ISM"];

/// From an event of the same sentence, in the same role.
fn same_sentence(scan: &Scan<'_>, event: &Found, whole: &[&Found], by_actor: bool) -> Option<Vec<Participant>> {
    let doc = scan.tree.doc;
    let here = doc.sentence_of(event.trigger);
    let own = if by_actor { &event.actors } else { &event.recipients };
    let near = |o: &&Found| doc.sentence_of(o.trigger) == here;
    let closest = |o: &&Found| (o.trigger.abs_diff(event.trigger), o.trigger);
    let tone = |e: &Found| scan.book.is_conflict(e.group);
    // "Kenya condemned the killing of a journalist" has not killed him
    let answers = |o: &&Found| !by_actor && is_about(scan, o, event);
    // nor has he arrested him for whom he asks
    let harm = scan.book.quad(event.group) == Some(MATERIAL_CONFLICT);
    let speaks = |o: &&Found| !by_actor && harm && scan.book.is_verbal(o.group);
    let silent = |o: &&Found| answers(o) || speaks(o) || by_actor && o.recipients.iter().all(|p| is_media(&p.actor));
    let alike = |o: &&Found| !silent(o) && tone(o) == tone(event);
    let straight = whole
        .iter()
        .copied()
        .filter(near)
        .filter(alike)
        .filter(|o| share_side(own, if by_actor { &o.actors } else { &o.recipients }));
    let lender = straight.min_by_key(closest)?;
    Some(if by_actor { lender.recipients.clone() } else { lender.actors.clone() })
}

/// True where an act of words has the event as what it is about.
fn is_about(scan: &Scan<'_>, words: &Found, event: &Found) -> bool {
    let up = |&i: &usize| scan.tree.head(i);
    let own = scan.book.operators.light.contains_key(scan.tree.lemma(words.trigger).as_ref());
    let verbal = scan.book.is_verbal(words.group);
    verbal && !own && std::iter::successors(scan.tree.head(event.trigger), up).take(8).any(|i| i == words.trigger)
}

/// From an event of the same sentence, turned round: "Cuba voiced concern over American sanctions".
fn turned_round(scan: &Scan<'_>, event: &Found, whole: &[&Found]) -> Option<Vec<Participant>> {
    let doc = scan.tree.doc;
    let here = doc.sentence_of(event.trigger);
    let near = |o: &&Found| doc.sentence_of(o.trigger) == here;
    let turned = whole.iter().copied().filter(near).filter(|o| share_country(&event.actors, &o.recipients));
    let lender = turned.min_by_key(|o| (o.trigger.abs_diff(event.trigger), o.trigger))?;
    Some(lender.actors.clone())
}

/// The only other country that the sentence names, unless it is the one that says so or has its part in another event.
fn only_other(scan: &Scan<'_>, event: &Found, told: &Told<'_>) -> Option<Vec<Participant>> {
    let doc = scan.tree.doc;
    let sentence = doc.sentences.get(doc.sentence_of(event.trigger))?;
    let busy_in: Vec<&Found> = told.whole.iter().copied().filter(|o| sentence.tokens.contains(&o.trigger)).collect();
    // "condemned the killing of a journalist": who suffered it is not blamed for it
    let suffered: Vec<usize> = event.targets.iter().flat_map(|&t| scan.tree.doc.subtree(t)).collect();
    let mut speakers = speakers_above(scan, event.trigger);
    if event.actors.is_empty() {
        let about = told.all.iter().filter(|o| is_about(scan, o, event));
        speakers.extend(about.filter_map(|o| scan.tree.doer(o.trigger)));
        speakers.extend(who_reacts(scan, event.trigger));
    }
    let mut only: Option<Vec<Participant>> = None;
    for mention in scan.parties.within(sentence.tokens.clone()) {
        let parties = scan.parties.of_mention(mention);
        let own = share_country(&parties, &event.actors) || share_country(&parties, &event.recipients);
        let teller = parties.iter().any(|p| matches!(p.actor.kind, ActorKind::Media | ActorKind::Organization));
        let busy = busy_in.iter().flat_map(|o| o.actors.iter().chain(&o.recipients)).any(|p| p.span == mention.span);
        let inside = suffered.contains(&mention.head);
        if own
            || teller
            || busy
            || inside
            || scan.bystands(mention.head)
            || !is_coded(&parties)
            || speakers.contains(&mention.head)
        {
            continue;
        }
        match &only {
            Some(known) if !share_country(known, &parties) => return None,
            Some(_) => {}
            None => only = Some(parties),
        }
    }
    only
}

/// The subjects of the verbs that report the clause.
fn speakers_above(scan: &Scan<'_>, trigger: usize) -> Vec<usize> {
    let tree = scan.tree;
    let (mut node, mut found) = (trigger, Vec::new());
    for _ in 0..8 {
        let Some(head) = tree.head(node) else { break };
        if matches!(tree.rel(node), Rel::Ccomp | Rel::Parataxis) {
            found.extend(tree.surface_subject(head));
        }
        node = head;
    }
    found
}

/// "Chad's minister responded to the attack in Lima": who speaks of what has been done.
fn who_reacts(scan: &Scan<'_>, trigger: usize) -> Option<usize> {
    let up = |&i: &usize| scan.tree.head(i).filter(|_| !scan.tree.is_verb(i));
    let verb = std::iter::successors(Some(trigger), up).take(8).find(|&i| scan.tree.is_verb(i))?;
    let reacts = scan.book.operators.reacts.contains_key(scan.tree.lemma(verb).as_ref());
    scan.tree.surface_subject(verb).filter(|_| reacts)
}

/// From the nearest event of the same type with this party in this role.
fn nearest(scan: &Scan<'_>, event: &Found, whole: &[&Found], by_actor: bool) -> Option<Vec<Participant>> {
    let doc = scan.tree.doc;
    let here = doc.sentence_of(event.trigger);
    let distance = |other: &Found| doc.sentence_of(other.trigger).abs_diff(here);
    let fits = |other: &Found| {
        let (own, theirs) =
            if by_actor { (&event.actors, &other.actors) } else { (&event.recipients, &other.recipients) };
        let stranger = !by_actor && other.actors.iter().all(is_anybody);
        let near = distance(other) <= SAME_TYPE_SENTENCES;
        same_type(scan.book, event, other) && share_side(own, theirs) && near && !stranger
    };
    let mode = |o: &Found| &scan.book.groups[o.group].mode;
    let alike = whole.iter().copied().filter(|o| fits(o));
    let lender = alike.min_by_key(|o| (distance(o), mode(o) != mode(event), o.trigger))?;
    Some(if by_actor { lender.recipients.clone() } else { lender.actors.clone() })
}

/// Whom most acts of the event's kind are aimed at.
fn usual_target(book: &Codebook, event: &Found, whole: &[&Found]) -> Option<Vec<Participant>> {
    let kind = book.quad(event.group)?;
    let mut counts: BTreeMap<String, (usize, Participant)> = BTreeMap::new();
    let alike: Vec<&Found> = whole.iter().copied().filter(|o| book.quad(o.group) == Some(kind)).collect();
    for (country, party) in alike.iter().filter_map(|o| first_country(&o.recipients)) {
        counts.entry(country).or_insert((0, party)).0 += 1;
    }
    let (country, (count, party)) = counts.iter().max_by_key(|(c, (n, _))| (*n, std::cmp::Reverse(*c)))?;
    let own = first_country(&event.actors)?.0;
    (*count >= MIN_PAIR_EVENTS && 3 * count >= 2 * alike.len() && *country != own).then(|| vec![party.clone()])
}

/// How often two countries deal with each other in a text.
struct Pairs {
    counts: BTreeMap<(String, String), usize>,
    parties: BTreeMap<String, Participant>,
}

impl Pairs {
    fn count(whole: &[&Found]) -> Self {
        let mut pairs = Pairs { counts: BTreeMap::new(), parties: BTreeMap::new() };
        for event in whole {
            let (Some(a), Some(b)) = (first_country(&event.actors), first_country(&event.recipients)) else { continue };
            if a.0 != b.0 {
                let key = if a.0 < b.0 { (a.0.clone(), b.0.clone()) } else { (b.0.clone(), a.0.clone()) };
                *pairs.counts.entry(key).or_default() += 1;
                pairs.parties.entry(a.0).or_insert(a.1);
                pairs.parties.entry(b.0).or_insert(b.1);
            }
        }
        pairs
    }

    /// The one with whom the event's actor has at least half of its dealings.
    fn partner(&self, event: &Found) -> Option<Vec<Participant>> {
        let own = first_country(&event.actors)?.0;
        let dealings = || self.counts.iter().filter(|(pair, _)| pair.0 == own || pair.1 == own);
        let total: usize = dealings().map(|(_, n)| n).sum();
        let (pair, &events) = dealings().max_by_key(|(pair, n)| (**n, std::cmp::Reverse(*pair)))?;
        if events < MIN_PAIR_EVENTS || 2 * events < total {
            return None;
        }
        let other = if own == pair.0 { &pair.1 } else { &pair.0 };
        Some(vec![self.parties.get(other)?.clone()])
    }
}

fn first_country(parties: &[Participant]) -> Option<(String, Participant)> {
    parties.iter().find_map(|p| p.actor.code.country.clone().map(|c| (c, p.clone())))
}

fn same_type(book: &Codebook, a: &Found, b: &Found) -> bool {
    book.groups[a.group].event_type == book.groups[b.group].event_type
}

/// "Thousands took to the streets of Bamako": they are of that place.
fn crowd(scan: &Scan<'_>, event: &mut Found) {
    let somebody = scan.tree.doer(event.trigger).is_some() && !event.by_noun;
    if !scan.book.groups[event.group].crowd || !somebody || is_coded(&event.actors) || !is_coded(&event.recipients) {
        return;
    }
    // "they demonstrated against Chad" is not there
    let aimed_at = event.targets.iter().any(|&n| scan.tree.has_case(n, "against"));
    // "marched to demand that Chad leave": nor is Chad where they march
    let head = |p: &Participant| {
        let place = |at: usize| scan.tree.doc.tokens.partition_point(|t| t.span.start < at);
        let tokens = place(p.span.start)..place(p.span.end);
        scan.tree.doc.head_of(tokens.clone()).unwrap_or(tokens.start)
    };
    let acts = event.recipients.iter().any(|p| scan.tree.rel(head(p)).is_subject());
    // "to protest against threats to Chad"
    let elsewhere = |p: &Participant| TOWARDS.iter().any(|c| scan.tree.has_case(head(p), c));
    let aimed_at = aimed_at || event.recipients.iter().any(elsewhere);
    if acts {
        let clause = clause_tokens(scan.tree, event.trigger, &[]);
        let named =
            clause.into_iter().filter_map(|t| scan.parties.mention_at(t)).flat_map(|m| scan.parties.of_mention(m));
        let place =
            named.into_iter().find(|p| is_place(&p.actor) && !event.recipients.iter().any(|r| r.actor == p.actor));
        // "demanded that the government resign": it is theirs
        let own = || event.recipients.iter().filter(|r| is_authority(r) && is_of_state(r)).map(state_of).collect();
        event.actors = place.as_ref().map_or_else(own, |p| vec![state_of(p)]);
    } else if !aimed_at && event.recipients.iter().all(|r| is_place(&r.actor)) {
        event.actors = std::mem::take(&mut event.recipients).iter().map(state_of).collect();
    }
}

/// "a woman", "residents": they did what their own clause says, and nothing else.
pub(crate) fn is_anybody(party: &Participant) -> bool {
    matches!(party.actor.code.sectors.as_slice(), [only] if only == CIVILIAN)
}

pub(crate) fn is_media(actor: &Actor) -> bool {
    actor.kind == ActorKind::Media || actor.code.sectors.iter().any(|s| s == "JRN")
}

fn share_country(a: &[Participant], b: &[Participant]) -> bool {
    a.iter().any(|x| b.iter().any(|y| same_country(x, y)))
}

fn same_country(x: &Participant, y: &Participant) -> bool {
    x.actor.code.country.is_some() && x.actor.code.country == y.actor.code.country
}

/// As [`share_country`], but those who fight a state are not on its side.
fn share_side(a: &[Participant], b: &[Participant]) -> bool {
    let fights = |p: &Participant| p.actor.code.sectors.iter().any(|s| FIGHTERS.contains(&s.as_str()));
    let rules = |p: &Participant| p.actor.code.sectors.first().is_some_and(|s| RULERS.contains(&s.as_str()));
    let apart = |x: &Participant, y: &Participant| fights(x) && rules(y) || rules(x) && fights(y);
    a.iter().any(|x| b.iter().any(|y| same_country(x, y) && !apart(x, y)))
}
