//! First pass: every phrase that names someone by its own words, and the people that the document introduces.

use crate::coding::{Coded, Coding};
use crate::items::{Item, Lex, Source};
use crate::namesakes::CountryCounts;
use crate::phrase::{Phrase, Reader};
use crate::words::{role_use, word_class};
use chancery_text::{Actor, ActorCode, ActorKind, MentionLink, Span};
use std::ops::Range;

/// A mention in the making.
#[derive(Debug, Clone)]
pub(crate) struct Draft {
    pub span: Span,
    pub tokens: Range<usize>,
    pub head: usize,
    pub sentence: usize,
    pub coded: Coded,
    /// Classes of the determiner.
    pub classes: u64,
    /// The first determiner's token.
    pub determiner: Option<usize>,
    /// The sector modifiers or a name stand before the role word: it is not bare.
    pub bare: bool,
}

/// Someone whom the document names in full.
#[derive(Debug, Clone)]
pub(crate) struct Person {
    pub actor: Actor,
    pub words: String,
    pub family: String,
    pub given: String,
    /// The role words of its titles.
    pub roles: Vec<u16>,
    pub token: usize,
}

/// What the first pass finds.
#[derive(Debug, Default)]
pub(crate) struct FirstPass {
    pub drafts: Vec<Draft>,
    pub people: Vec<Person>,
    /// Capital words that belong to no phrase, as they may be family names.
    pub loose: Vec<(usize, usize)>,
    /// How often each country is named.
    pub counts: CountryCounts,
}

/// Runs the first pass.
pub(crate) fn first_pass(source: &Source, items: &[Vec<Item>]) -> FirstPass {
    let counts = CountryCounts::new(source, items);
    let introduced = code_introductions(source, items, &counts);
    let mut pass = FirstPass::default();
    for (sentence, items) in items.iter().enumerate() {
        let reader = Reader { source, items };
        let coding = Coding { reader, date: source.date, counts: &counts, introduced: &introduced };
        SentencePass { coding, sentence, pass: &mut pass }.run();
    }
    pass.counts = counts;
    pass
}

/// The actors of the names that have a short form in brackets.
fn code_introductions(source: &Source, items: &[Vec<Item>], counts: &CountryCounts) -> Vec<Option<Actor>> {
    let mut introduced: Vec<Option<Actor>> = Vec::new();
    for i in 0..source.introductions.len() {
        let long = source.introductions[i].long.clone();
        let actor = introduced_actor(source, items, counts, &introduced, long);
        introduced.push(actor);
    }
    introduced
}

fn introduced_actor(
    source: &Source,
    items: &[Vec<Item>],
    counts: &CountryCounts,
    introduced: &[Option<Actor>],
    long: Range<usize>,
) -> Option<Actor> {
    let items = items.get(source.doc.sentence_of(long.start))?;
    let reader = Reader { source, items };
    let coding = Coding { reader, date: source.date, counts, introduced };
    let first = items.iter().position(|i| i.tokens.end > long.start)?;
    let name = source.doc.tokens[long.start].span.cover(source.doc.tokens[long.end - 1].span).of(source.doc.text());
    let name = name.split_whitespace().collect::<Vec<_>>().join(" ");
    let coded = coding.reader.read(first).and_then(|p| coding.code(&p)).filter(|c| c.actors.len() == 1);
    match coded.and_then(|c| c.actors.into_iter().next()).filter(|a| a.kind != ActorKind::Person && !a.code.is_empty())
    {
        Some(actor) if actor.wikidata.is_some() => Some(actor),
        Some(actor) => Some(Actor { name, ..actor }),
        None => {
            let (country, role) = coding.inside(long);
            let sectors = role.map(|r| source.dir.words.roles[r as usize].sectors.clone()).unwrap_or_default();
            Some(Actor { name, kind: ActorKind::Organization, code: ActorCode { country, sectors }, wikidata: None })
        }
    }
}

struct SentencePass<'p, 's, 'a> {
    coding: Coding<'s, 'a>,
    sentence: usize,
    pass: &'p mut FirstPass,
}

impl SentencePass<'_, '_, '_> {
    fn run(&mut self) {
        let mut at = 0;
        while at < self.coding.reader.items.len() {
            let Some(phrase) = self.coding.reader.read(at) else {
                self.note_loose(at);
                at += 1;
                continue;
            };
            let end = self.take(&phrase).max(at + 1);
            at = end;
        }
    }

    /// Turns a phrase into mentions; returns the item behind it.
    fn take(&mut self, phrase: &Phrase) -> usize {
        let Some(mut coded) = self.coding.code(phrase) else {
            self.take_description(phrase);
            self.take_apart(phrase);
            return phrase.items.end;
        };
        let mut end = phrase.items.end;
        if coded.person.is_some() {
            if let Some(title) = self.apposition(phrase) {
                apply_title(&mut coded, &title);
            }
            self.introduce(phrase, &coded);
        } else if coded.link == Some(MentionLink::Unknown) {
            self.describe_body(phrase, &mut coded);
        } else if let Some((name, after)) = self.named_after(phrase, &coded) {
            end = after;
            self.take_named_after(phrase, &coded, &name);
            self.take_inner(phrase);
            return end;
        }
        match phrase.head.filter(|_| self.stands_alone(phrase, &coded)) {
            Some(head) => {
                self.add(&Phrase { determiner: phrase.determiner, classes: phrase.classes, ..alone(head) }, coded)
            }
            None => self.add(phrase, coded),
        }
        self.take_inner(phrase);
        end
    }

    /// "the country", "both sides": a role word that is somebody only through what was said before.
    fn take_description(&mut self, phrase: &Phrase) {
        use word_class::{BOTH, DEFINITE, POSSESSIVE};
        let role = phrase.head.and_then(|h| self.coding.reader.role(h));
        let Some((role, plural)) = role.filter(|_| phrase.classes & (BOTH | DEFINITE | POSSESSIVE) != 0) else {
            return;
        };
        // "the self-organization of the people" is not an organization
        if !phrase.tied.is_empty() {
            return;
        }
        let of_unknown = phrase.of_unread || !phrase.posts.is_empty();
        let coded = Coded { role: Some(role), plural, of_unknown, ..Coded::default() };
        self.add(phrase, coded);
    }

    /// A state or a place is named by its own words, whatever stands before it.
    fn stands_alone(&self, phrase: &Phrase, coded: &Coded) -> bool {
        let kind = coded.actors.first().map(|a| a.kind);
        let name = phrase.head.is_some_and(|h| !matches!(self.coding.reader.items[h].lex, Lex::Role { .. }));
        let hyphen = name && !phrase.tied.is_empty() && phrase.parts.iter().all(|p| phrase.tied.contains(p));
        hyphen || name && matches!(kind, Some(ActorKind::Country | ActorKind::Place | ActorKind::Igo))
    }

    /// A phrase that names nobody as a whole: its names one by one.
    fn take_apart(&mut self, phrase: &Phrase) {
        if let Some(possessor) = phrase.possessor.as_deref() {
            self.take(possessor);
        }
        let heads = phrase.parts.iter().chain(&phrase.head).copied();
        for item in heads.collect::<Vec<_>>() {
            match self.coding.code_item(item) {
                Some(coded) => self.add_item(item, coded),
                None => self.note_loose(item),
            }
        }
        for post in &phrase.posts {
            self.take(post);
        }
    }

    /// The mentions inside a phrase that stand for themselves.
    fn take_inner(&mut self, phrase: &Phrase) {
        if let Some(possessor) = phrase.possessor.as_deref() {
            let country =
                possessor.head.is_some_and(|h| self.coding.reader.is_place_name(h)) && possessor.possessor.is_none();
            let beside_place = phrase.head.is_some_and(|h| self.coding.reader.is_place_name(h));
            if !country || beside_place {
                self.take(possessor);
            }
        }
        for &tied in &phrase.tied {
            match self.coding.code_item(tied) {
                Some(coded) => self.add_item(tied, coded),
                None => self.note_loose(tied),
            }
        }
        let place =
            phrase.head.is_some_and(|h| self.coding.reader.is_place_name(h) || self.coding.reader.is_adjective(h));
        for &part in &phrase.parts {
            let own = (place || self.coding.reader.is_person(part)) && !phrase.tied.contains(&part);
            match self.coding.code_item(part).filter(|_| own) {
                Some(coded) => self.add_item(part, coded),
                // "the Assad regime"
                None => self.note_loose(part),
            }
        }
        for post in &phrase.posts {
            self.take(post);
        }
        let inside = |p: &&Phrase| p.items.end <= phrase.items.end;
        for place in phrase.places.iter().filter(inside) {
            self.take(place);
        }
    }

    fn add(&mut self, phrase: &Phrase, coded: Coded) {
        let doc = self.coding.reader.source.doc;
        let items = self.coding.reader.items;
        if phrase.start >= phrase.items.end {
            return;
        }
        let start = self.own_start(phrase);
        let (first, last) = (&items[start], &items[phrase.items.end - 1]);
        let mut tokens = first.tokens.start..last.tokens.end;
        let mut span = first.span.cover(last.span);
        // a name with a short form behind it reaches as far as the letters of the short form
        let long = self.coding.reader.source.introductions.iter().find(|i| i.long.contains(&tokens.start));
        if let Some(long) = long.filter(|i| i.long.end > tokens.end) {
            tokens.end = long.long.end;
            span = span.cover(doc.tokens[tokens.end - 1].span);
        }
        let mut determiner = phrase.determiner.map(|d| items[d].tokens.start);
        let source = self.coding.reader.source;
        let article = source.dir.words.class(source.lower_form(tokens.start)) & word_class::DEFINITE != 0;
        if article && first.tokens.len() > 1 && tokens.len() > first.tokens.len() {
            // "the Hague court": the article of the name is that of the phrase
            determiner = determiner.or(Some(tokens.start));
            tokens.start += 1;
            span.start = doc.tokens[tokens.start].span.start;
        }
        // "the government in Paris": the head is not looked for in the place
        let last = phrase.head.filter(|_| !phrase.places.is_empty()).map_or(tokens.end, |h| items[h].tokens.end);
        let inner = tokens.start..last.clamp(tokens.start + 1, tokens.end);
        let bare = phrase.parts.is_empty() && phrase.possessor.is_none() && phrase.posts.is_empty();
        self.pass.drafts.push(Draft {
            span,
            head: doc.head_of(inner).unwrap_or(tokens.start),
            tokens,
            sentence: self.sentence,
            coded,
            classes: phrase.classes,
            determiner,
            bare,
        });
    }

    /// "in return Moscow sent oil": what hangs on a word outside the phrase, which is not empty, does not begin it.
    fn own_start(&self, phrase: &Phrase) -> usize {
        let (source, items) = (self.coding.reader.source, self.coding.reader.items);
        let last = phrase.items.end - 1;
        let end = items[last].tokens.end;
        let strange = |i: &usize| {
            let item = &items[*i];
            let token = &source.doc.tokens[item.tokens.start];
            let noun = matches!(token.upos, chancery_text::Upos::Noun);
            let inside = |h: usize| (item.tokens.start..end).contains(&h);
            matches!(item.lex, Lex::Plain) && item.class == 0 && noun && !token.head.is_some_and(inside)
        };
        let mut candidates = phrase.start..phrase.items.end;
        let named = source.tagged && matches!(items[last].lex, Lex::Name(_) | Lex::Unknown(_));
        candidates.find(|i| !(named && *i < last && strange(i))).unwrap_or(phrase.start)
    }

    fn add_item(&mut self, item: usize, coded: Coded) {
        let phrase = alone(item);
        self.introduce(&phrase, &coded);
        self.add(&phrase, coded);
    }

    fn note_loose(&mut self, item: usize) {
        let Some(found) = self.coding.reader.items.get(item) else { return };
        let token = found.tokens.start;
        let source = self.coding.reader.source;
        if matches!(found.lex, Lex::Plain) && source.is_capital(token) && found.class == 0 {
            self.pass.loose.push((self.sentence, token));
        }
    }

    /// "Tilvin Silva, General Secretary of ...": the role phrase behind a name.
    fn apposition(&self, phrase: &Phrase) -> Option<Coded> {
        let reader = &self.coding.reader;
        let mut at = phrase.items.end;
        let opener = reader.lower(at).to_string();
        let copula = reader.class(at) & word_class::COPULA != 0;
        if !copula && !matches!(opener.as_str(), "," | "(" | "-") {
            return None;
        }
        at += 1;
        if reader.class(at) & word_class::RELATIVE != 0 {
            return self.by_relative_clause(at + 1);
        }
        // "Name, 56, a Chinese engineer"
        if reader.lower(at).starts_with(|c: char| c.is_ascii_digit()) && reader.lower(at + 1) == "," {
            at += 2;
        }
        let role = reader.read(at)?;
        let (_, plural) = reader.role(role.head?)?;
        let uses = reader.uses(role.head?);
        let kind = self.coding.reader.source.dir.words.roles[reader.role(role.head?)?.0 as usize].kind;
        let person =
            kind == ActorKind::Person || uses & (role_use::TITLE | role_use::CARRIER) != 0 || kind == ActorKind::Group;
        let article = role.classes & (word_class::INDEFINITE | word_class::DEFINITE) != 0;
        if plural
            || !person
            || role.classes & (word_class::POSSESSIVE | word_class::BOTH) != 0
            || !(article || uses != 0)
        {
            return None;
        }
        let role = self.with_bracketed_body(role, opener == "(");
        let coded = self.coding.code(&role)?;
        let after = reader.lower(role.items.end);
        let closes =
            matches!(after, "," | "." | ";" | ")" | "(" | "-" | "" | ":" | "who" | "and" | "in" | "at" | "for" | "\"");
        (closes || copula).then_some(coded)
    }

    /// "..., who heads the Bulgarian energy ministry", "..., who was the Chilean envoy": what stands behind "who".
    fn by_relative_clause(&self, at: usize) -> Option<Coded> {
        let reader = &self.coding.reader;
        let (leads, is) = (reader.class(at) & word_class::LEADS != 0, reader.class(at) & word_class::COPULA != 0);
        let phrase = (leads || is).then(|| reader.read(at + 1)).flatten()?;
        let coded = self.coding.code(&phrase).filter(|c| !c.plural && c.person.is_none())?;
        let [actor] = coded.actors.as_slice() else { return None };
        let body = !matches!(actor.kind, ActorKind::Person | ActorKind::Country | ActorKind::Place);
        let fits = if leads { body } else { actor.kind == ActorKind::Person };
        (fits && !actor.code.sectors.is_empty()).then_some(Coded { role: None, ..coded })
    }

    /// "Lightwatch, a Texas-based think tank": what an unknown organisation is called behind a comma.
    fn describe_body(&self, phrase: &Phrase, coded: &mut Coded) {
        let reader = &self.coding.reader;
        if reader.lower(phrase.items.end) != "," {
            return;
        }
        let Some(role) = reader.read(phrase.items.end + 1) else { return };
        let article = role.classes & (word_class::INDEFINITE | word_class::DEFINITE) != 0;
        let body = |h| reader.role(h).is_some_and(|(r, plural)| !plural && reader.source.dir.words.is_body(r));
        let told = role.head.filter(|&h| article && body(h)).and_then(|_| self.coding.code(&role));
        let (Some(told), [actor]) = (told.filter(|t| t.actors.len() == 1), coded.actors.as_mut_slice()) else {
            return;
        };
        actor.code = told.actors[0].code.clone();
        actor.kind = told.actors[0].kind;
        coded.link = Some(MentionLink::Role);
        coded.has_country = told.has_country;
        coded.why = format!("told by the words beside the name: {}", told.why);
    }

    /// "(Co-founder, Lighthouse Union)": behind the comma in brackets stands what the role belongs to.
    fn with_bracketed_body(&self, mut role: Phrase, bracket: bool) -> Phrase {
        let reader = &self.coding.reader;
        if !bracket || !role.posts.is_empty() || reader.lower(role.items.end) != "," {
            return role;
        }
        let body = reader.read(role.items.end + 1);
        if let Some(body) = body.filter(|b| b.head.is_some() && reader.lower(b.items.end) == ")") {
            role.items.end = body.items.end;
            role.posts.push(body);
        }
        role
    }

    /// "the Chinese president, Xi Jinping,": the name behind a role phrase, and the item after it.
    fn named_after(&self, phrase: &Phrase, coded: &Coded) -> Option<(Phrase, usize)> {
        let reader = &self.coding.reader;
        let head = phrase.head?;
        let (role, plural) = reader.role(head)?;
        let role = &reader.source.dir.words.roles[role as usize];
        let person = role.kind == ActorKind::Person;
        if plural || !person || coded.actors.len() != 1 || reader.lower(phrase.items.end) != "," {
            return None;
        }
        let name = reader.read(phrase.items.end + 1)?;
        let is_name =
            name.parts.is_empty() && name.determiner.is_none() && name.head.is_some_and(|h| reader.is_person(h));
        let closed = matches!(reader.lower(name.items.end), "," | "." | "" | ";" | ")" | ":");
        (is_name && closed).then_some((name.clone(), name.items.end))
    }

    fn take_named_after(&mut self, phrase: &Phrase, role: &Coded, name: &Phrase) {
        let Some(mut person) = self.coding.code(name) else {
            return self.add(phrase, role.clone());
        };
        let (title, named) = (&role.actors[0].code, &person.actors[0].code);
        let agree = title.country.is_none() || named.country.is_none() || title.country == named.country;
        if !agree {
            self.add(phrase, role.clone());
            self.introduce(name, &person);
            return self.add(name, person);
        }
        apply_title(&mut person, role);
        person.role = role.role;
        self.introduce(name, &person);
        let mut alias = person.clone();
        alias.link = Some(MentionLink::Coreference);
        alias.why = format!("in apposition to {}", person.actors[0].name);
        self.add(phrase, alias);
        self.add(name, person);
    }

    fn introduce(&mut self, phrase: &Phrase, coded: &Coded) {
        let (Some(named), Some(actor)) = (&coded.person, coded.actors.first()) else { return };
        let dir = self.coding.reader.source.dir;
        let words = crate::fold::fold(&actor.name);
        let country = actor.code.country.as_deref();
        let known = self.pass.people.iter_mut().rev().find(|p| p.words == words);
        if let Some(person) = known {
            person.roles.extend(coded.role);
            if person.actor.code.country.is_none() || person.actor.code.sectors.is_empty() {
                person.actor = actor.clone();
            }
            return;
        }
        if !words.contains(' ') && named.entry.is_none() {
            return self.learn_country(&words, country);
        }
        let token = self.coding.reader.items[phrase.start].tokens.start;
        let family = dir.family_word(&words, country).to_string();
        let given = words.split(' ').find(|w| *w != family).unwrap_or("").to_string();
        let roles = coded.role.into_iter().collect();
        self.pass.people.push(Person { actor: actor.clone(), words, family, given, roles, token });
    }
}

impl SentencePass<'_, '_, '_> {
    /// "Australian-born Assange": the country of someone of whom only the organisation was known.
    fn learn_country(&mut self, family: &str, country: Option<&str>) {
        let dir = self.coding.reader.source.dir;
        let is_state = |c: &str| dir.state(c).is_some_and(|s| s.kind == ActorKind::Country);
        let Some(country) = country.filter(|c| is_state(c)) else { return };
        let stranger = |p: &&mut Person| p.family == family && p.actor.wikidata.is_none();
        let person = self.pass.people.iter_mut().rev().find(stranger);
        let Some(person) = person.filter(|p| !p.actor.code.country.as_deref().is_some_and(is_state)) else { return };
        person.actor.code.country = Some(country.to_string());
    }
}

/// Gives a stranger the code of its apposition; a known person keeps its own.
fn apply_title(person: &mut Coded, title: &Coded) {
    let Some(code) = title.actors.first().map(|a| a.code.clone()) else { return };
    let known = person.person.as_ref().is_some_and(|p| p.entry.is_some());
    person.role = person.role.or(title.role);
    let Some(actor) = person.actors.first_mut() else { return };
    // who left the offices that the directory knows has the one that the text tells
    let out_of_office = actor.code.sectors == ["ELI"] && actor.code.country == code.country && !code.sectors.is_empty();
    if known && out_of_office {
        actor.code.sectors = code.sectors;
        return;
    }
    if known && !actor.code.sectors.is_empty() || code.is_empty() {
        return;
    }
    if actor.code.sectors.is_empty() || !known {
        actor.code.sectors = if code.sectors.is_empty() { actor.code.sectors.clone() } else { code.sectors };
    }
    actor.code.country = actor.code.country.clone().or(code.country);
    person.has_country = actor.code.country.is_some();
    if !known {
        person.link = Some(MentionLink::Role);
        person.why = format!("told by the words beside the name: {}", title.why);
    }
}

/// A phrase of one item.
fn alone(item: usize) -> Phrase {
    Phrase { items: item..item + 1, start: item, head: Some(item), ..Phrase::default() }
}
