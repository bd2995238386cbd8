//! Second pass: family names, given names and titles with a family name, after (or in headlines before) the full name.

use crate::coding::Coded;
use crate::directory::{Tenure, Term, Usage};
use crate::draft::{Draft, FirstPass, Person};
use crate::items::Source;
use crate::namesakes::CountryCounts;
use crate::words::role_use;
use chancery_text::{Actor, ActorKind, MentionLink};

/// So long after he has left the office a leader is still known by his family name alone.
const LATELY_DAYS: i64 = 1000;

/// Gives later and earlier short forms of a name the person that the document introduces.
pub(crate) fn resolve_surnames(source: &Source, pass: &mut FirstPass) {
    let people = std::mem::take(&mut pass.people);
    for draft in &mut pass.drafts {
        resolve_draft(source, draft, &people, &pass.counts);
    }
    let loose = std::mem::take(&mut pass.loose);
    for (sentence, token) in loose {
        pass.drafts.extend(loose_mention(source, sentence, token, &people, &pass.counts));
    }
    pass.drafts.sort_by_key(|d| (d.span.start, std::cmp::Reverse(d.span.end), d.head));
    pass.people = people;
}

fn resolve_draft(source: &Source, draft: &mut Draft, people: &[Person], counts: &CountryCounts) {
    let last = draft.tokens.end - 1;
    complete(draft, people);
    let word = match &draft.coded.person {
        Some(named) if !named.words.contains(' ') => named.words.clone(),
        // "King", "Weeks": a role word or a place that is somebody's family name here
        None if draft.tokens.len() == 1 && source.is_capital(last) && draft.determiner.is_none() => {
            source.folded_form(last).to_string()
        }
        _ => return,
    };
    let by_title = draft.coded.person.is_some();
    let known = draft.coded.person.as_ref().is_some_and(|p| p.entry.is_some());
    let own = draft.coded.actors.first().and_then(|a| a.code.country.clone());
    let leader = || leader(source, &word, last, own.as_deref(), counts).filter(|_| by_title && !known);
    let found =
        bearer(people, &word, draft.tokens.start, draft.coded.role.filter(|_| by_title)).cloned().or_else(leader);
    let Some(person) = found else { return };
    let person = &person;
    if !by_title && (draft.coded.plural || !named_as_stranger(draft, person, counts)) {
        return;
    }
    let country = |c: &Coded| c.actors.first().and_then(|a| a.code.country.clone());
    let (own, theirs) = (country(&draft.coded), person.actor.code.country.clone());
    if by_title && !known && own.is_some() && theirs.is_some() && own != theirs {
        return;
    }
    refer(draft, person);
}

/// A full name takes what later mentions told of its bearer.
fn complete(draft: &mut Draft, people: &[Person]) {
    let Some(named) = draft.coded.person.as_ref().filter(|n| n.entry.is_none() && n.words.contains(' ')) else {
        return;
    };
    let Some(person) = people.iter().find(|p| p.words == named.words) else { return };
    let [actor] = draft.coded.actors.as_mut_slice() else { return };
    if actor.code.country.is_none() || actor.code.sectors == person.actor.code.sectors {
        actor.code = person.actor.code.clone();
        draft.coded.has_country = actor.code.country.is_some();
    }
}

/// A place's or role's word only gives way to a person whom the document named in full before; a state's only where the
/// document calls that state by no other word.
fn named_as_stranger(draft: &Draft, person: &Person, counts: &CountryCounts) -> bool {
    let state = |a: &Actor| match a.kind {
        ActorKind::Igo => true,
        ActorKind::Country => a.code.country.as_deref().is_some_and(|c| counts.has_several_names(c)),
        _ => false,
    };
    !draft.coded.actors.iter().any(state) && person.token < draft.tokens.start
}

fn refer(draft: &mut Draft, person: &Person) {
    draft.coded.actors = vec![person.actor.clone()];
    draft.coded.link = Some(MentionLink::Coreference);
    draft.coded.confidence = 0.9;
    draft.coded.has_country = person.actor.code.country.is_some();
    draft.coded.why = format!("short for {}", person.actor.name);
    draft.coded.person = Some(crate::coding::Named { words: person.words.clone(), entry: None });
    draft.coded.plural = false;
}

/// Whose name `word` is at token `at`: the last one named before, with the same title where there is one; else the first after.
fn bearer<'p>(people: &'p [Person], word: &str, at: usize, role: Option<u16>) -> Option<&'p Person> {
    let by = |name: fn(&Person) -> &str| -> Option<&'p Person> {
        let all: Vec<&Person> = people.iter().filter(|p| name(p) == word).collect();
        let titled = role.and_then(|r| all.iter().rev().find(|p| p.token <= at && p.roles.contains(&r)));
        let before = all.iter().rev().find(|p| p.token <= at);
        titled.or(before).or(all.first()).copied()
    };
    by(|p| &p.family).or_else(|| by(|p| last_word(&p.words))).or_else(|| by(|p| &p.given))
}

/// Who is meant by a family name alone, where the document names no one else by it: the only leader in office of that name
/// ("Museveni"), else the only holder of an office in a country that the text names ("Lavrov"), else the only one who led such a
/// country not long before.
fn leader(source: &Source, word: &str, token: usize, own: Option<&str>, counts: &CountryCounts) -> Option<Person> {
    let dir = source.dir;
    // "Xi", "Mubarak": short names, and given names of others, need their country in the text
    let weak = word.len() < 4 || dir.given_names.contains(word);
    let proper = source.may_name(token) && word.len() > 1;
    if !proper || (is_sentence_start(source, token) && !source.tagged) {
        return None;
    }
    let in_office = |e: u32| {
        let (term, tenure) = dir.term_at(e, source.date);
        let fits = |t: &&Term| own.is_none_or(|c| t.code.country.as_deref() == Some(c));
        term.filter(|_| tenure == Tenure::In).filter(fits)
    };
    let here = |t: &Term| t.code.country.as_ref().is_some_and(|c| counts.of(c) > 0);
    let leads = |e: u32| in_office(e).is_some_and(|t| t.lead && (!weak || here(t)));
    let serves = |e: u32| {
        let office = |t: &Term| t.role.is_some_and(|r| dir.words.roles[r as usize].uses & role_use::OFFICE != 0);
        in_office(e).is_some_and(|t| !weak && office(t) && here(t))
    };
    let family = dir.family(word);
    let leads_here = |e: u32| leads(e) && in_office(e).is_some_and(here);
    // the head of a union of states is better known than the president of a small one
    let union = |t: &Term| t.code.country.as_deref().is_some_and(|c| dir.is_union(c));
    let leads_union = |e: u32| in_office(e).is_some_and(|t| t.lead && union(t)) && !weak;
    let led_lately = |e: u32| {
        let (term, tenure) = dir.term_at(e, source.date);
        let days = term.and_then(|t| t.to).zip(source.date).map(|(end, date)| date.day_number() - end.day_number());
        let lately = tenure == Tenure::After && days.is_some_and(|d| d <= LATELY_DAYS);
        lately
            && !weak
            && term.is_some_and(|t| t.lead && here(t) && own.is_none_or(|c| t.code.country.as_deref() == Some(c)))
    };
    let entry = only(family, leads_union)
        .or_else(|| only(family, leads))
        .or_else(|| only(family, leads_here))
        .or_else(|| only(family, serves))
        .or_else(|| only(family, led_lately))?;
    let actor = dir.actor(entry, Usage::Name, source.date);
    let words = crate::fold::fold(&actor.name);
    Some(Person { actor, words, family: word.into(), given: String::new(), roles: Vec::new(), token })
}

/// The one of whom something holds.
fn only(people: &[u32], holds: impl Fn(u32) -> bool) -> Option<u32> {
    let mut found = people.iter().copied().filter(|&e| holds(e));
    let first = found.next()?;
    found.next().is_none().then_some(first)
}

fn last_word(name: &str) -> &str {
    name.rsplit(' ').next().unwrap_or(name)
}

fn loose_mention(
    source: &Source,
    sentence: usize,
    token: usize,
    people: &[Person],
    counts: &CountryCounts,
) -> Option<Draft> {
    let word = source.folded_form(token);
    let leader = || leader(source, word, token, None, counts);
    let person = bearer(people, word, token, None).cloned().or_else(leader)?;
    let mut draft = Draft {
        span: source.doc.tokens[token].span,
        tokens: token..token + 1,
        head: token,
        sentence,
        coded: Coded::default(),
        classes: 0,
        determiner: None,
        bare: false,
    };
    refer(&mut draft, &person);
    Some(draft)
}

fn is_sentence_start(source: &Source, token: usize) -> bool {
    source.doc.sentences.get(source.doc.sentence_of(token)).is_some_and(|s| s.tokens.start == token)
}
