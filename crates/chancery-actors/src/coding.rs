//! From a phrase to the actors it names: country by adjective, possessor, "of ..." or "in ...", sectors by role word and
//! organisation, people by name, title and the article's date.

use crate::directory::{Entry, Sense, Tenure, Term, Usage};
use crate::items::{Item, Lex, Source};
use crate::namesakes::{self, CountryCounts};
use crate::phrase::{Phrase, Reader};
use crate::words::{Role, role_use, word_class};
use chancery_text::{Actor, ActorCode, ActorKind, MentionLink, NameLabel, PartialDate, Precision, Rel};
use std::ops::Range;

/// What a phrase names.
#[derive(Debug, Clone, Default)]
pub(crate) struct Coded {
    pub actors: Vec<Actor>,
    pub link: Option<MentionLink>,
    pub confidence: f32,
    pub why: String,
    /// The role word that heads or titles it.
    pub role: Option<u16>,
    pub plural: bool,
    /// Its own words tell the country.
    pub has_country: bool,
    /// It belongs to an organisation of which nothing is known.
    pub of_unknown: bool,
    /// The post is not one of the state itself: a region's, a company's, or not yet taken.
    pub of_part: bool,
    /// A person by name, known to the directory or not.
    pub person: Option<Named>,
}

/// How a person is named.
#[derive(Debug, Clone, PartialEq)]
pub(crate) struct Named {
    /// The words of the name, folded.
    pub words: String,
    pub entry: Option<u32>,
}

/// Codes the phrases of one sentence.
pub(crate) struct Coding<'s, 'a> {
    pub reader: Reader<'s, 'a>,
    pub date: Option<PartialDate>,
    /// How often each country is named in the document.
    pub counts: &'s CountryCounts,
    /// The actors of the document's own short names.
    pub introduced: &'s [Option<Actor>],
}

/// What the modifiers of a head tell.
#[derive(Debug, Default)]
struct Modifiers {
    countries: Vec<String>,
    organizations: Vec<Actor>,
    roles: Vec<u16>,
    former: bool,
    /// "international".
    worldwide: bool,
    /// True where the country is that of a person ("Trump administration").
    by_person: bool,
    /// True where the country is that of a region ("the Bavarian premier").
    by_region: bool,
    /// "president-elect".
    elect: bool,
}

impl<'a> Coding<'_, 'a> {
    fn source(&self) -> &Source<'a> {
        self.reader.source
    }

    fn item(&self, item: usize) -> &Item {
        &self.reader.items[item]
    }

    fn role(&self, role: u16) -> &'a Role {
        &self.reader.source.dir.words.roles[role as usize]
    }

    fn entry(&self, sense: Sense) -> &'a Entry {
        &self.reader.source.dir.entries[sense.entry as usize]
    }

    /// Who is meant by a phrase; `None` where nobody is.
    pub fn code(&self, phrase: &Phrase) -> Option<Coded> {
        if phrase.name.is_some() {
            return self.code_person(phrase);
        }
        let head = phrase.head?;
        match &self.item(head).lex {
            Lex::Role { role, plural } => self.code_role(phrase, &phrase.parts, *role, *plural),
            Lex::Name(_) | Lex::Unknown(NameLabel::Per) if self.reader.is_person(head) => self.code_person(phrase),
            Lex::Name(_) => self.code_name(phrase, head),
            Lex::Introduced(i) => self.code_introduced(*i),
            Lex::Unknown(_) => self.code_titled_place(phrase, head).or_else(|| self.code_unknown(phrase, head)),
            Lex::Plain => None,
        }
    }

    /// A name alone, whatever stands around it.
    pub fn code_item(&self, item: usize) -> Option<Coded> {
        let phrase = Phrase { items: item..item + 1, start: item, head: Some(item), ..Phrase::default() };
        matches!(self.item(item).lex, Lex::Name(_) | Lex::Unknown(_) | Lex::Introduced(_))
            .then(|| self.code(&phrase))?
    }

    fn code_name(&self, phrase: &Phrase, head: usize) -> Option<Coded> {
        if let Some(titled) = self.code_titled_place(phrase, head) {
            return Some(titled);
        }
        if let Some(leader) = self.code_owned_leader(phrase, head) {
            return Some(leader);
        }
        let hint = self.country_around(phrase).or_else(|| self.country_behind(head));
        let sense = self.choose(head, hint.as_deref())?;
        if let Some(building) = self.code_building(phrase, head, sense) {
            return Some(building);
        }
        if let (Some((role, plural)), Some(_)) = (self.item(head).also_role, &hint) {
            // "Chile's Defense Department" is not the American one
            if self.country_of(sense) != hint {
                return self.code_role(phrase, &phrase.parts, role, plural);
            }
        }
        let people = sense.usage == Usage::People;
        let sense = self.as_government_or_place(head, sense);
        let mut actor = sense.actor;
        let state = matches!(actor.kind, ActorKind::Country | ActorKind::Place) || people;
        if let (Some(country), None, false) = (&hint, &actor.code.country, state) {
            actor.code.country = Some(country.clone());
        }
        let has_country = actor.code.country.is_some();
        Some(Coded {
            confidence: if sense.sure { 0.95 } else { 0.7 },
            why: sense.why,
            actors: vec![actor],
            link: Some(MentionLink::Named),
            plural: people,
            has_country,
            ..Coded::default()
        })
    }

    /// "Prime Minister Jordan": behind a high title a place's name is somebody's.
    fn code_titled_place(&self, phrase: &Phrase, head: usize) -> Option<Coded> {
        let (&title, before) = phrase.parts.split_last()?;
        let (role, plural) = self.reader.role(title)?;
        let high = self.role(role).uses & role_use::TITLE != 0
            && self.role(role).uses & (role_use::LEAD | role_use::OFFICE) != 0
            && self.role(role).kind == ActorKind::Person;
        let capital = self.source().is_capital(self.item(title).tokens.start);
        let beside = self.item(title).tokens.end == self.item(head).tokens.start;
        let senses = match &self.item(head).lex {
            Lex::Name(senses) => senses.as_slice(),
            _ => &[],
        };
        if plural || !high || !capital || !beside {
            return None;
        }
        let mut coded = self.code_role(phrase, before, role, false)?;
        let country = coded.actors.first().and_then(|a| a.code.country.clone());
        let former = self.modifiers(phrase, before, false).former;
        if let Some(holder) =
            self.holder_named(phrase, head, country.as_deref(), Some(role), Held::of(former, self.is_elect(phrase)))
        {
            return Some(self.known(phrase, holder, &coded.actors[0].code, former));
        }
        let place =
            |s: &Sense| s.usage == Usage::Name && matches!(self.entry(*s).kind, ActorKind::Country | ActorKind::Place);
        if senses.is_empty() || !senses.iter().all(place) {
            return None;
        }
        let bearers = self.person_words(phrase).map_or(0, |words| self.source().dir.family(&words).len());
        let place = self.country_of(*senses.first()?).filter(|_| bearers == 0);
        for actor in coded.actors.iter_mut().filter(|a| a.code.country.is_none()) {
            actor.code.country = place.clone();
        }
        coded.has_country = coded.actors.iter().all(|a| a.code.country.is_some());
        Some(coded)
    }

    /// "Peru's Toledo": the leader of a state, where the name means nothing else in that state.
    fn code_owned_leader(&self, phrase: &Phrase, head: usize) -> Option<Coded> {
        let owner = self.code(phrase.possessor.as_deref()?)?.actors.into_iter().next().filter(is_state)?;
        let country = owner.code.country.as_deref()?;
        let Lex::Name(senses) = &self.item(head).lex else { return None };
        if !phrase.parts.is_empty() || senses.iter().any(|s| self.country_of(*s).as_deref() == Some(country)) {
            return None;
        }
        let leads = |e: &u32| self.source().dir.term_at(*e, self.date).0.is_some_and(|t| t.lead);
        let holder = self.holder_named(phrase, head, Some(country), None, Held::Now).filter(leads)?;
        Some(self.known(phrase, holder, &ActorCode::default(), false))
    }

    /// "the White House in Bishkek", "the Kremlin of Kazan": a house in another town than that of the government.
    fn code_building(&self, phrase: &Phrase, head: usize, sense: Sense) -> Option<Coded> {
        if sense.usage != Usage::Metonym {
            return None;
        }
        let item = phrase.places.iter().chain(&phrase.posts).find_map(|p| p.head)?;
        let Lex::Name(places) = &self.item(item).lex else { return None };
        let town = |s: &&Sense| self.entry(**s).site.is_some_and(|t| t.precision == Precision::City);
        let capital_here = |s: &Sense| s.usage == Usage::Capital && self.country_of(*s) == self.country_of(sense);
        let place = places.iter().find(|s| town(s) || s.usage == Usage::Capital)?;
        if places.iter().any(capital_here) {
            return None;
        }
        let code = ActorCode { country: self.country_of(*place), sectors: Vec::new() };
        let name = self.item(head).span.of(self.source().doc.text()).to_string();
        Some(Coded {
            actors: vec![Actor { name, kind: ActorKind::Place, code, wikidata: None }],
            link: Some(MentionLink::Named),
            confidence: 0.6,
            why: "a house of that name in another town".into(),
            has_country: true,
            ..Coded::default()
        })
    }

    /// Somebody of the directory by a name that may mean something else, too.
    fn known(&self, phrase: &Phrase, entry: u32, title: &ActorCode, former: bool) -> Coded {
        let (actor, why, confidence) = self.known_actor(entry, title, former);
        Coded {
            has_country: actor.code.country.is_some(),
            actors: vec![actor],
            link: Some(MentionLink::Named),
            confidence,
            why,
            role: phrase.parts.last().and_then(|&p| Some(self.reader.role(p)?.0)),
            person: self.person_words(phrase).map(|words| Named { words, entry: Some(entry) }),
            ..Coded::default()
        }
    }

    fn code_introduced(&self, i: usize) -> Option<Coded> {
        let actor = self.introduced.get(i)?.clone()?;
        let short = &self.source().introductions[i].short;
        let has_country = actor.code.country.is_some();
        let link = if actor.code.is_empty() { MentionLink::Unknown } else { MentionLink::Coreference };
        let why = format!("{short} introduced in brackets after {}", actor.name);
        Some(Coded { actors: vec![actor], link: Some(link), confidence: 0.85, why, has_country, ..Coded::default() })
    }

    /// A name that only the name finder knows: role words and countries inside it tell what they can.
    fn code_unknown(&self, phrase: &Phrase, head: usize) -> Option<Coded> {
        let Lex::Unknown(label) = self.item(head).lex else { return None };
        let tokens = self.item(head).tokens.clone();
        let inside = self.inside(tokens);
        let outside = self.country_around(phrase);
        let sectors = inside.1.map(|r| self.role(r).sectors.clone()).unwrap_or_default();
        let kind = match (label, inside.1) {
            (NameLabel::Loc, _) => ActorKind::Place,
            (_, Some(r)) if self.role(r).kind != ActorKind::Person => self.role(r).kind,
            _ => ActorKind::Organization,
        };
        let country = inside.0.or(outside);
        let sectors = if kind == ActorKind::Place { Vec::new() } else { sectors };
        let code = ActorCode { country, sectors };
        let name = self.item(head).span.of(self.source().doc.text()).split_whitespace().collect::<Vec<_>>().join(" ");
        let link = if code.is_empty() { MentionLink::Unknown } else { MentionLink::Role };
        let why =
            if code.is_empty() { "a name that the directory does not know" } else { "coded by the words of its name" };
        Some(Coded {
            has_country: code.country.is_some(),
            actors: vec![Actor { name, kind, code, wikidata: None }],
            link: Some(link),
            confidence: 0.5,
            why: why.into(),
            role: inside.1,
            ..Coded::default()
        })
    }

    /// The country and the role word inside a name.
    pub fn inside(&self, tokens: Range<usize>) -> (Option<String>, Option<u16>) {
        let source = self.source();
        let (mut country, mut role, mut before_of) = (None, None, true);
        let mut role_end = 0;
        for token in tokens {
            let at = source.folded.forth(source.doc.tokens[token].span.start);
            before_of &= source.lower_form(token) != "of";
            let found_role = source.dir.words.role_at(&source.folded.lower, at);
            // every state may have a "National Security Council", whoever has a Security Council
            let name = source.dir.name_at(&source.folded.text, &source.folded.lower, at);
            if let Some((senses, _)) = name.filter(|(_, len)| at + len > role_end) {
                let state =
                    |s: &&Sense| matches!(self.entry(**s).kind, ActorKind::Country | ActorKind::Place | ActorKind::Igo);
                let agreed = source.names_thing(&(token..token + 1), &senses);
                let place = senses.iter().find(state).filter(|_| !agreed);
                let found = place.and_then(|s| self.country_of(*s));
                // "American University of Kabul" is in Kabul
                country = if before_of { country.or(found) } else { found.or(country) };
            }
            if let Some((found, _, len)) = found_role.filter(|(.., len)| at + len > role_end) {
                role_end = role_end.max(at + len);
                role = if before_of { Some(found) } else { role.or(Some(found)) };
            }
        }
        (country, role)
    }

    fn code_role(&self, phrase: &Phrase, parts: &[usize], role_id: u16, plural: bool) -> Option<Coded> {
        let role = self.role(role_id);
        if role.uses & role_use::CONTAINER != 0 {
            return self.code_container(phrase);
        }
        let mut mods = self.modifiers(phrase, parts, role.uses & role_use::TOPIC != 0);
        // "ex-president"
        let own = phrase.parts.get(parts.len()).copied().or(phrase.head);
        mods.former |= own.is_some_and(|i| self.reader.class(i) & word_class::FORMER != 0);
        mods.elect = self.is_elect(phrase);
        let posts: Vec<Coded> = phrase.posts.iter().filter_map(|p| self.code(p)).collect();
        let possessor = phrase.possessor.as_deref().and_then(|p| self.code(p));
        let (mut countries, by) = self.countries(phrase, &mods, &posts, possessor.as_ref());
        let worldwide = countries.is_empty() && (mods.worldwide || phrase.worldwide);
        if worldwide {
            countries.extend(role.worldwide.clone());
        }
        if countries.is_empty() && plural {
            countries = self.countries_of_joined(phrase);
        }
        let mut sectors = self.sectors(role, &mods, &posts, possessor.as_ref(), &countries);
        let of_unknown = self.belongs_to_unknown(phrase, parts, &posts);
        if of_unknown && countries.is_empty() && role.uses & (role_use::OFFICE | role_use::CARRIER) != 0 {
            // "the president of the lighthouse keepers' league" is not a head of state
            sectors.clear();
        }
        if countries.is_empty() && (role.uses & role_use::GENERIC != 0 || sectors.is_empty()) {
            return None;
        }
        let of_part = is_of_part(&mods, &posts, possessor.as_ref());
        let pattern = role.pattern.as_deref().filter(|_| !of_part);
        let actors = self.role_actors(phrase, role, pattern, plural, &countries, &sectors);
        Some(Coded {
            has_country: !countries.is_empty(),
            link: Some(MentionLink::Role),
            confidence: if countries.is_empty() { 0.5 } else { 0.85 },
            why: if countries.is_empty() {
                format!("role word \"{}\"", role.word)
            } else {
                format!("role word \"{}\", country {} by {by}", role.word, countries.join(", "))
            },
            actors,
            role: Some(role_id),
            plural,
            of_unknown: of_unknown || worldwide,
            of_part,
            person: None,
        })
    }

    /// "progressives and students in Chile": what is said of the second is said of both.
    fn countries_of_joined(&self, phrase: &Phrase) -> Vec<String> {
        let and = phrase.items.end;
        let other = (self.reader.lower(and) == "and").then(|| self.reader.read(and + 1)).flatten();
        let Some(other) = other.filter(|o| o.possessor.is_none()) else { return Vec::new() };
        let Some((role, plural)) = other.head.and_then(|h| self.reader.role(h)) else { return Vec::new() };
        // "rebels and the government of Mali"
        let body = self.role(role).kind == ActorKind::Body && self.role(role).uses & role_use::STATE != 0;
        let alike = plural && other.determiner.is_none() && other.parts.is_empty();
        if !alike && (!body || other.posts.is_empty()) {
            return Vec::new();
        }
        let behind = other.posts.iter().chain(&other.places).filter_map(|p| self.code(p));
        behind.flat_map(|c| c.actors).filter_map(|a| a.code.country).take(1).collect()
    }

    /// Whether an organisation without a code stands by a role word.
    fn belongs_to_unknown(&self, phrase: &Phrase, parts: &[usize], posts: &[Coded]) -> bool {
        let empty = |c: &Coded| c.actors.iter().all(|a| a.code.is_empty());
        let unknown = |&p: &usize| match &self.item(p).lex {
            Lex::Unknown(NameLabel::Org) | Lex::Introduced(_) => self.code_item(p).is_none_or(|c| empty(&c)),
            _ => false,
        };
        let nobody = |p: &Phrase| {
            let anaphor = p.head.is_some_and(|h| self.reader.uses(h) & (role_use::ANAPHOR | role_use::COUNTRY) != 0);
            !anaphor && self.code(p).is_none()
        };
        phrase.of_unread || parts.iter().any(unknown) || posts.iter().any(empty) || phrase.posts.iter().any(nobody)
    }

    /// "a group of tourists": who counts are the tourists.
    fn code_container(&self, phrase: &Phrase) -> Option<Coded> {
        let mut inner = self.code(phrase.posts.first()?)?;
        inner.plural = true;
        inner.person = None;
        for actor in &mut inner.actors {
            if matches!(actor.kind, ActorKind::Person) {
                actor.kind = ActorKind::Group;
            }
        }
        (!inner.actors.iter().all(|a| a.kind == ActorKind::Place)).then_some(inner)
    }

    fn countries(
        &self,
        phrase: &Phrase,
        mods: &Modifiers,
        posts: &[Coded],
        possessor: Option<&Coded>,
    ) -> (Vec<String>, &'static str) {
        let of =
            |coded: &Coded| -> Vec<String> { coded.actors.iter().filter_map(|a| a.code.country.clone()).collect() };
        let seated = phrase.head.is_some_and(|h| self.reader.uses(h) & role_use::SEATED != 0);
        if let (true, [place]) = (seated, self.places_of(phrase).as_slice()) {
            // a Ruritanian puppet government is not in Ruritania
            return (of(place), "the place");
        }
        if !mods.countries.is_empty() {
            return (
                mods.countries.clone(),
                if mods.by_person { "the person named before it" } else { "the modifier" },
            );
        }
        let candidates = [
            (possessor.map(of).unwrap_or_default(), "the possessor"),
            (mods.organizations.iter().filter_map(|a| a.code.country.clone()).take(1).collect(), "the organisation"),
            (posts.iter().flat_map(of).collect(), "what it belongs to"),
            (self.places_of(phrase).iter().flat_map(of).collect(), "the place"),
        ];
        for (mut found, by) in candidates {
            found.dedup();
            if !found.is_empty() {
                return (found, by);
            }
        }
        (Vec::new(), "")
    }

    /// Where somebody is, but for captives: "hostages in Kabul" need not be from there.
    fn places_of(&self, phrase: &Phrase) -> Vec<Coded> {
        let captive = phrase.head.is_some_and(|h| self.reader.uses(h) & role_use::CAPTIVE != 0);
        phrase.places.iter().filter(|_| !captive).filter_map(|p| self.code(p)).collect()
    }

    /// The sectors of a role word with all that stands around it, the main one first.
    fn sectors(
        &self,
        role: &Role,
        mods: &Modifiers,
        posts: &[Coded],
        possessor: Option<&Coded>,
        countries: &[String],
    ) -> Vec<String> {
        let person = role.kind == ActorKind::Person || role.uses & role_use::TITLE != 0;
        let carrier = role.uses & role_use::CARRIER != 0;
        if (mods.former || mods.elect) && (person || carrier) {
            return vec!["ELI".into()];
        }
        let organization = |c: &&Coded| {
            let kind = c.actors.first().map(|a| a.kind);
            let named = !matches!(kind, None | Some(ActorKind::Country | ActorKind::Place | ActorKind::Person));
            named && (carrier || !c.plural)
        };
        let by_post = posts.iter().filter(organization).flat_map(|c| c.actors.first()).next();
        let by_possessor = || possessor.filter(organization).and_then(|c| c.actors.first());
        let whole = by_post.or(mods.organizations.first()).or_else(by_possessor);
        let by_roles: Vec<String> = mods.roles.iter().flat_map(|&r| self.role(r).sectors.clone()).collect();
        let by_title = person && by_post.is_some_and(|w| !w.code.sectors.is_empty());
        let elsewhere = |w: &Actor| {
            w.kind == ActorKind::Igo
                && !countries.is_empty()
                && !countries.contains(w.code.country.as_ref().unwrap_or(&String::new()))
        };
        let heads = role.uses & (role_use::LEAD | role_use::OFFICE) != 0
            && role.uses & (role_use::DIPLOMAT | role_use::PORTFOLIO | role_use::CARRIER) == 0
            && role.sectors == ["GOV"];
        let own = match whole {
            // "Iran's envoy at the IAEA" is Iran's
            Some(whole) if elsewhere(whole) && !role.sectors.is_empty() => role.sectors.clone(),
            // "the Toyota president" is in no government
            Some(whole) if heads && is_private(whole) => whole.code.sectors.clone(),
            // "spokesman for the parliament", "president of the Riigikogu": what the whole is
            Some(whole) if carrier || by_title || (whole.kind == ActorKind::Igo && countries.is_empty()) => {
                let own_word = whole.code.sectors.is_empty() && (is_state(whole) || !by_roles.is_empty());
                if own_word { role.sectors.clone() } else { whole.code.sectors.clone() }
            }
            Some(whole) if person || role.uses & role_use::OFFICE != 0 => joined(&role.sectors, &whole.code.sectors),
            Some(whole) => joined(&whole.code.sectors, &role.sectors),
            None => role.sectors.clone(),
        };
        match (by_roles.is_empty(), carrier, role.uses & role_use::FORCES != 0) {
            (false, true, _) => by_roles,
            (false, _, true) => joined(&by_roles, &own),
            _ => joined(&own, &by_roles),
        }
    }

    fn role_actors(
        &self,
        phrase: &Phrase,
        role: &Role,
        pattern: Option<&str>,
        plural: bool,
        countries: &[String],
        sectors: &[String],
    ) -> Vec<Actor> {
        let kind = match role.kind {
            ActorKind::Person if plural => ActorKind::Group,
            kind => kind,
        };
        let actor = |country: Option<&String>| Actor {
            name: self.role_name(phrase, pattern, country),
            kind,
            code: ActorCode { country: country.cloned(), sectors: sectors.to_vec() },
            wikidata: None,
        };
        if countries.is_empty() { vec![actor(None)] } else { countries.iter().map(|c| actor(Some(c))).collect() }
    }

    fn role_name(&self, phrase: &Phrase, pattern: Option<&str>, country: Option<&String>) -> String {
        let state = country.and_then(|c| self.source().dir.state(c));
        if let (Some(pattern), Some(state), true) = (pattern, state, phrase.posts.len() <= 1) {
            return pattern.replace("{}", &state.name);
        }
        let start = self.item(phrase.start).tokens.start;
        let end = self.item(phrase.items.end - 1).tokens.end;
        let words = self.source().doc.tokens[start].span.cover(self.source().doc.tokens[end - 1].span);
        words.of(self.source().doc.text()).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    fn code_person(&self, phrase: &Phrase) -> Option<Coded> {
        let title_at = phrase.parts.iter().rposition(|&p| self.reader.role(p).is_some());
        let title = title_at.and_then(|at| {
            let (role, plural) = self.reader.role(phrase.parts[at])?;
            self.code_role(&Phrase { posts: Vec::new(), ..phrase.clone() }, &phrase.parts[..at], role, plural)
        });
        let mods = self.modifiers(phrase, &phrase.parts, false);
        let held = Held::of(mods.former, self.is_elect(phrase));
        let possessor = phrase.possessor.as_deref().and_then(|p| self.code(p));
        let by_adjective = mods.countries.first().cloned();
        let by_possessor = || possessor.as_ref().and_then(|c| c.actors.first()?.code.country.clone());
        let country =
            title.as_ref().and_then(|t| t.actors.first()?.code.country.clone()).or(by_adjective).or_else(by_possessor);
        let role =
            title.as_ref().and_then(|t| t.role).or(title_at.and_then(|at| Some(self.reader.role(phrase.parts[at])?.0)));
        let words = self.person_words(phrase)?;
        let sectors = title.as_ref().map(|t| t.actors[0].code.sectors.clone()).unwrap_or_default();
        let known = self.known_person(phrase, &words, country.as_deref(), role, held);
        let entry = known.or_else(|| self.shorter_name(phrase, &words, country.as_deref()));
        let title_code = ActorCode { country, sectors };
        let has_title = title.is_some() || !title_code.is_empty();
        let (actor, why, confidence) = match entry {
            Some(entry) => self.known_actor(entry, &title_code, mods.former),
            None => self.stranger(phrase, title_code.clone(), mods.former && role.is_some()),
        };
        let link = match (entry, actor.code.is_empty()) {
            (Some(_), _) => MentionLink::Named,
            (None, true) => MentionLink::Unknown,
            (None, false) => MentionLink::Role,
        };
        let has_country = actor.code.country.is_some();
        let of_unknown = title.as_ref().map_or(title_at.is_some(), |t| t.of_unknown);
        let why = if has_title && entry.is_none() && has_country {
            "a name with a title or a country word".into()
        } else {
            why
        };
        let person = Some(Named { words, entry });
        Some(Coded {
            actors: vec![actor],
            link: Some(link),
            confidence,
            why,
            role,
            plural: false,
            has_country,
            of_unknown,
            of_part: title.as_ref().is_some_and(|t| t.of_part),
            person,
        })
    }

    /// The folded words of the name.
    fn person_words(&self, phrase: &Phrase) -> Option<String> {
        let tokens = phrase.name.clone().or_else(|| Some(self.item(phrase.head?).tokens.clone()))?;
        let source = self.source();
        let span = source.doc.tokens[tokens.start].span.cover(source.doc.tokens[tokens.end - 1].span);
        let folded = source.folded.text.get(source.folded.forth(span.start)..source.folded.forth(span.end))?;
        Some(folded.split_whitespace().collect::<Vec<_>>().join(" "))
    }

    fn known_person(
        &self,
        phrase: &Phrase,
        words: &str,
        country: Option<&str>,
        role: Option<u16>,
        held: Held,
    ) -> Option<u32> {
        if let Some(head) = phrase.head.filter(|&h| matches!(self.item(h).lex, Lex::Name(_))) {
            let meant = self.choose(head, country)?.entry;
            // "Prime Minister Philippe" is not the king
            let term = self.source().dir.term_at(meant, self.date).0;
            let row = |r: u16| self.role(r).row;
            let titled = term.and_then(|t| t.role).is_none_or(|held| role.is_none_or(|r| row(r) == row(held)));
            let other = || self.holder(words, country, role, held);
            return (titled || words.contains(' ')).then_some(meant).or_else(other).or(Some(meant));
        }
        self.holder(words, country, Some(role?), held)
    }

    /// Who bears the name at item `head` and held an office on the date.
    fn holder_named(
        &self,
        phrase: &Phrase,
        head: usize,
        country: Option<&str>,
        role: Option<u16>,
        held: Held,
    ) -> Option<u32> {
        let capital = self.source().is_capital(self.item(head).tokens.start);
        let words = self.person_words(phrase).filter(|_| capital)?;
        self.holder(&words, country, role, held)
    }

    /// Who of that name held an office on the date, or before it where he is called former: the office that the title says,
    /// in the country that stands by it.
    fn holder(&self, words: &str, country: Option<&str>, role: Option<u16>, held: Held) -> Option<u32> {
        let dir = self.source().dir;
        let former = held == Held::Before;
        let titled = |t: &Term| role.is_some_and(|x| t.office.contains(&self.role(x).word));
        let same_row = |t: &Term| {
            let row = |r: u16| self.role(r).row;
            t.role.is_some_and(|r| role.is_some_and(|x| row(x) == row(r)))
        };
        let right = |t: &Term| match country {
            Some(c) => t.code.country.as_deref() == Some(c) && (!former || titled(t) || same_row(t)),
            None => titled(t) || same_row(t),
        };
        let post = |e: u32| match dir.term_at(e, self.date) {
            _ if held == Held::Next => dir.entries[e as usize].terms.iter().find(|t| self.begins_soon(t) && right(t)),
            (term, Tenure::In) if !former => term.filter(|t| right(t)),
            (_, Tenure::In | Tenure::After) if former => dir.entries[e as usize].terms.iter().rfind(|t| right(t)),
            _ => None,
        };
        let fits = |e: &&u32| post(**e).is_some();
        let by_family = |family: &str| {
            let mut found = dir
                .family(family)
                .iter()
                .filter(fits)
                .filter(|&&e| !words.contains(' ') || self.shares_given(e, words, family));
            let first = found.next().copied()?;
            let all: Vec<u32> = std::iter::once(first).chain(found.copied()).collect();
            let [_, _, ..] = all.as_slice() else { return Some(first) };
            // of several of one family, the one who leads a state on that day by that title, in a country of the text
            let rank = |e: u32| {
                let term = post(e)?;
                let code = term.code.country.as_deref().unwrap_or("");
                let state = dir.state(code).is_some_and(|s| s.sovereign);
                Some((titled(term), term.lead, self.counts.of(code) > 0, state, code))
            };
            let key = |e: u32| rank(e).map(|(titled, lead, named, state, _)| (titled, lead, named, state));
            let best = all.iter().map(|&e| key(e)).max()?;
            let best: Vec<u32> = all.iter().copied().filter(|&e| key(e) == best).collect();
            let one_state = best.iter().all(|&e| rank(e).map(|r| r.4) == rank(best[0]).map(|r| r.4));
            let ended = |e: u32| post(e).and_then(|t| t.to).map(PartialDate::day_number);
            match best.as_slice() {
                [one] => Some(*one),
                _ if former && one_state => best.into_iter().max_by_key(|&e| ended(e)),
                _ => None,
            }
        };
        let family = dir.family_word(words, country);
        // "Raúl Castro Ruz" is known by the first of two family names
        let inner = || words.rsplit(' ').skip(1).take(words.split(' ').count().saturating_sub(2)).find_map(by_family);
        // "Rajoy Brey": two family names and no given one, of the leader of a country that is named
        let leads = |e: &u32| dir.term_at(*e, self.date).0.is_some_and(|t| t.lead);
        let double = || {
            let (first, _) = words.split_once(' ').filter(|(_, second)| country.is_some() && !second.contains(' '))?;
            // "Kim Chol" is a family name and a given one, where names begin with the family's
            let given_first =
                |e: &u32| !crate::fold::fold(&dir.entries[*e as usize].name).starts_with(&format!("{first} "));
            dir.family(first).iter().filter(fits).copied().find(|e| leads(e) && given_first(e))
        };
        by_family(family).or_else(inner).or_else(double)
    }

    /// "George Bush" for George W. Bush: somebody of a country that the text names, whose middle names are left out or cut.
    fn shorter_name(&self, phrase: &Phrase, words: &str, country: Option<&str>) -> Option<u32> {
        if phrase.head.is_some_and(|h| matches!(self.item(h).lex, Lex::Name(_))) {
            return None;
        }
        let dir = self.source().dir;
        let words: Vec<&str> =
            words.split(' ').filter(|w| !w.trim_end_matches('.').eq_ignore_ascii_case("jr")).collect();
        let (family, given) = words.split_last().filter(|(_, given)| !given.is_empty())?;
        let fits = |&&e: &&u32| {
            let name = crate::fold::fold(&dir.entries[e as usize].name);
            let full: Vec<&str> = name.split(' ').collect();
            full.split_last().is_some_and(|(_, all)| abbreviates(given, all))
        };
        let named = |&&e: &&u32| {
            let (term, tenure) = dir.term_at(e, self.date);
            let of = term.and_then(|t| t.code.country.as_deref());
            let here = of.is_some_and(|c| country.map_or_else(|| self.counts.of(c) > 0, |titled| titled == c));
            tenure != Tenure::Before && here
        };
        // of a father and a son it is the one who was last in office
        let newest = |e: &u32| {
            let (term, tenure) = dir.term_at(*e, self.date);
            (tenure == Tenure::In, term.and_then(|t| t.from).map(PartialDate::day_number))
        };
        dir.family(family).iter().filter(fits).filter(named).copied().max_by_key(newest)
    }

    /// Whether a fuller name ("Raúl Castro Ruz") begins as the entry's does, or the entry's ends like it ("Atta Mills").
    fn shares_given(&self, entry: u32, words: &str, family: &str) -> bool {
        let name = crate::fold::fold(&self.source().dir.entries[entry as usize].name);
        if name.strip_suffix(words).is_some_and(|before| before.ends_with(' ')) {
            return true;
        }
        let given = name.split(' ').next().filter(|g| *g != family);
        let written = words.split(' ').next();
        // "Daniel" and "Daniela" are two
        let longer = |a: &str, b: &str| a.starts_with(b) || b.starts_with(a);
        let alike = |a: &str, b: &str| !longer(a, b) && consonants(a) == consonants(b);
        let sounds_alike = given.zip(written).is_some_and(|(a, b)| a == b || alike(a, b));
        one_edit_apart(&name, words) || sounds_alike
    }

    fn known_actor(&self, entry: u32, title: &ActorCode, former: bool) -> (Actor, String, f32) {
        let dir = self.source().dir;
        let mut actor = dir.actor(entry, Usage::Name, self.date);
        let (_, tenure) = dir.term_at(entry, self.date);
        let on = self.date.map(|d| format!(" on {d}")).unwrap_or_default();
        let mut why = format!("in the directory of people: {}{on}", actor.code);
        let other_country =
            title.country.is_some() && actor.code.country.is_some() && title.country != actor.code.country;
        if other_country && !title.sectors.is_empty() {
            why = format!("name of the directory, but titled {title} here");
            actor.code = title.clone();
            actor.wikidata = None;
            return (actor, why, 0.6);
        }
        if former {
            actor.code.sectors = vec!["ELI".into()];
            why.push_str(", called former here");
        } else if !title.sectors.is_empty() && (tenure != Tenure::In || actor.code.sectors.is_empty()) {
            actor.code.sectors = title.sectors.clone();
            why.push_str(", with the title it bears here");
        }
        if actor.code.country.is_none() {
            actor.code.country = title.country.clone();
        }
        (actor, why, 0.95)
    }

    fn stranger(&self, phrase: &Phrase, title: ActorCode, former: bool) -> (Actor, String, f32) {
        let mut code = title;
        if former {
            code.sectors = vec!["ELI".into()];
        }
        for post in &phrase.posts {
            let Some(actor) = self.code(post).and_then(|c| c.actors.into_iter().next()) else { continue };
            code.country = code.country.or(actor.code.country);
            if code.sectors.is_empty() && !matches!(actor.kind, ActorKind::Country | ActorKind::Place) {
                code.sectors = actor.code.sectors;
            }
        }
        let tokens = phrase.name.clone().or_else(|| Some(self.item(phrase.head?).tokens.clone())).unwrap_or(0..0);
        let name = self.words_of(tokens);
        (
            Actor { name, kind: ActorKind::Person, code, wikidata: None },
            "a name that the directory does not know".into(),
            0.6,
        )
    }

    /// "president-elect", "prime minister-designate".
    fn is_elect(&self, phrase: &Phrase) -> bool {
        phrase.parts.iter().any(|&p| self.reader.class(p) & word_class::ELECT != 0)
    }

    /// A term that begins in the year after the date.
    fn begins_soon(&self, term: &Term) -> bool {
        let begins = term.from.zip(self.date).map(|(from, date)| from.day_number() - date.day_number());
        begins.is_some_and(|days| (0..366).contains(&days))
    }

    fn words_of(&self, tokens: Range<usize>) -> String {
        let doc = self.source().doc;
        let Some(last) = tokens.clone().last() else { return String::new() };
        let span = doc.tokens[tokens.start].span.cover(doc.tokens[last].span);
        span.of(doc.text()).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// With `topic`, a country's plain name tells what somebody works on ("China scholar").
    fn modifiers(&self, phrase: &Phrase, parts: &[usize], topic: bool) -> Modifiers {
        let mut mods = Modifiers::default();
        for (i, &part) in parts.iter().enumerate() {
            let based = parts.get(i + 1).is_some_and(|&n| self.reader.class(n) & word_class::ORIGIN != 0);
            let held = parts.get(i + 1).is_some_and(|&n| self.reader.class(n) & word_class::HOLDER != 0);
            if phrase.tied.contains(&part) && !based && !held {
                mods.former |= self.reader.class(part) & word_class::FORMER != 0;
                continue;
            }
            match &self.item(part).lex {
                Lex::Role { role, .. } => {
                    mods.former |= self.reader.class(part) & word_class::FORMER != 0;
                    mods.roles.push(*role);
                }
                Lex::Name(_)
                    if topic && !based && self.reader.is_place_name(part) && !self.reader.modifies_by_form(part) => {}
                Lex::Name(_) | Lex::Unknown(_) | Lex::Introduced(_) => self.add_name(&mut mods, part),
                Lex::Plain => {
                    mods.former |= self.reader.class(part) & word_class::FORMER != 0;
                    mods.worldwide |= self.reader.class(part) & word_class::WORLDWIDE != 0;
                }
            }
        }
        mods
    }

    fn add_name(&self, mods: &mut Modifiers, part: usize) {
        let Some(coded) = self.code_modifier(part) else { return };
        match coded.kind {
            ActorKind::Country | ActorKind::Place => {
                mods.by_region |= coded.kind == ActorKind::Place;
                mods.countries.extend(coded.code.country);
            }
            ActorKind::Person if mods.countries.is_empty() => {
                mods.by_person = coded.code.country.is_some();
                mods.countries.extend(coded.code.country);
            }
            ActorKind::Person => {}
            _ if coded.code.is_empty() => {}
            _ => mods.organizations.push(coded),
        }
    }

    /// A name as modifier: a capital is its country there.
    fn code_modifier(&self, part: usize) -> Option<Actor> {
        let Lex::Name(_) = self.item(part).lex else { return self.code_item(part)?.actors.into_iter().next() };
        let sense = self.choose(part, None)?;
        let dir = self.source().dir;
        Some(match sense.usage {
            Usage::Capital | Usage::Adjective | Usage::People => dir.actor(sense.entry, Usage::Name, self.date),
            usage => dir.actor(sense.entry, usage, self.date),
        })
    }

    /// The country that stands by a name: "Cuban Communist Party", "Communist Party of Vietnam".
    fn country_around(&self, phrase: &Phrase) -> Option<String> {
        let mods = self.modifiers(phrase, &phrase.parts, false);
        let first = |c: Coded| c.actors.into_iter().next()?.code.country;
        let possessor = || phrase.possessor.as_deref().and_then(|p| self.code(p)).and_then(first);
        let post = || phrase.posts.first().and_then(|p| self.code(p)).and_then(first);
        let place = || phrase.places.first().and_then(|p| self.code(p)).and_then(first);
        mods.countries.into_iter().next().or_else(possessor).or_else(post).or_else(place)
    }

    /// "Cambridge, Massachusetts", "Tripoli (Lebanon)": the country of the place behind a place.
    fn country_behind(&self, head: usize) -> Option<String> {
        let only = |senses: &[Sense]| senses.iter().all(|s| namesakes::is_place(self.entry(*s), s.usage));
        let places = |i: usize| match &self.reader.items.get(i)?.lex {
            Lex::Name(senses) if only(senses) => Some(senses),
            _ => None,
        };
        let joined = matches!(self.reader.lower(head + 1), "," | "(");
        let senses = places(head).filter(|s| joined && s.len() > 1)?;
        let behind = self.country_of(*places(head + 2)?.first()?);
        senses.iter().map(|s| self.country_of(*s)).find(|c| c.is_some() && *c == behind)?
    }

    fn country_of(&self, sense: Sense) -> Option<String> {
        self.source().dir.term_at(sense.entry, self.date).0?.code.country.clone()
    }

    /// What a name means here: the country beside it decides, else the date, the kind, the countries of the document.
    pub fn choose(&self, item: usize, country: Option<&str>) -> Option<Sense> {
        let Lex::Name(senses) = &self.item(item).lex else { return None };
        if senses.len() == 1 {
            return senses.first().copied();
        }
        let (seated, senses) = self.seated_here(item, senses);
        if seated.is_some() && country.is_none() {
            return seated;
        }
        let all_places = senses.iter().all(|s| namesakes::is_place(self.entry(*s), s.usage));
        // states have no governors
        let titled = all_places && self.reader.class(item + 1) & word_class::REGIONAL != 0;
        let rank = |s: &Sense| {
            let of = self.country_of(*s);
            let beside = country.is_some() && of.as_deref() == country;
            let (_, tenure) = self.source().dir.term_at(s.entry, self.date);
            let entry = self.entry(*s);
            let kind = match entry.kind {
                _ if all_places => 0,
                ActorKind::Country | ActorKind::Igo => 3,
                ActorKind::Place => 1,
                _ => 2,
            };
            // a capital is as big as its row among the places, and goes before it
            let here = |o: &&Sense| self.country_of(**o) == of;
            let weight = match &of {
                _ if all_places => {
                    senses.iter().filter(here).map(|o| self.counts.weight(self.entry(*o), o.usage)).max()
                }
                Some(country) => Some(self.counts.of(country) as i32),
                None => None,
            };
            let noun = s.usage == Usage::People && self.is_plural_form(item);
            let capital = all_places && s.usage == Usage::Capital;
            let region = titled && entry.site.is_some_and(|t| t.precision == Precision::Region);
            (beside, region, tenure == Tenure::In, noun, kind, weight, capital, tenure == Tenure::After)
        };
        let best = senses.iter().map(rank).max()?;
        senses.iter().copied().find(|s| rank(s) == best)
    }

    /// "Brussels" acts as the Union that has its seat there, where the text speaks of it no less than of the state; what else
    /// the name may mean.
    fn seated_here(&self, item: usize, senses: &[Sense]) -> (Option<Sense>, Vec<Sense>) {
        let capital = senses.iter().find(|s| s.usage == Usage::Capital);
        let is_union = |s: &Sense| self.source().is_union_seated(senses, s);
        let named = |s: &Sense| self.country_of(*s).map_or(0, |c| self.counts.of(&c));
        let union = senses.iter().copied().find(is_union).filter(|_| self.acts(item));
        let seated = union.filter(|u| capital.is_some_and(|c| named(u) >= named(c)));
        (seated, senses.iter().copied().filter(|s| !is_union(s)).collect())
    }

    fn is_plural_form(&self, item: usize) -> bool {
        let token = self.item(item).tokens.end - 1;
        let source = self.source();
        let plural = matches!(source.doc.tokens[token].xpos, chancery_text::Xpos::Nns | chancery_text::Xpos::Nnps);
        plural || (!source.tagged && source.lower_form(token).ends_with('s'))
    }

    /// A capital acts as its government, or is a place.
    fn as_government_or_place(&self, item: usize, sense: Sense) -> Meant {
        let dir = self.source().dir;
        let sure = matches!(&self.item(item).lex, Lex::Name(senses) if senses.len() == 1);
        let words = self.item(item).span.of(self.source().doc.text()).to_string();
        if sense.usage == Usage::Capital && !self.acts(item) {
            let state = dir.actor(sense.entry, Usage::Name, self.date);
            let actor = Actor { name: words, kind: ActorKind::Place, wikidata: None, ..state };
            return Meant { actor, why: "a capital, named as a place".into(), sure };
        }
        let why = match sense.usage {
            Usage::Capital => "a capital, for its government",
            Usage::Metonym => "stands for its government",
            Usage::Adjective => "a country's adjective",
            Usage::People => "the people of a country",
            Usage::Name => "in the directory",
        };
        Meant { actor: dir.actor(sense.entry, sense.usage, self.date), why: why.into(), sure }
    }

    /// Whether a capital stands for its government here.
    fn acts(&self, item: usize) -> bool {
        let doc = self.source().doc;
        let tokens = self.item(item).tokens.clone();
        if self.is_dateline(item) {
            return false;
        }
        let mut head = doc.head_of(tokens.clone()).unwrap_or(tokens.start);
        for _ in 0..4 {
            let Some(up) = doc.tokens[head].head.filter(|_| doc.tokens[head].rel == Rel::Conj) else { break };
            head = up;
        }
        let before = |t: usize| {
            t > 0 && self.source().dir.words.class(self.source().lower_form(t - 1)) & word_class::LOCATIVE != 0
        };
        let cases = doc.children(head).filter(|&c| doc.tokens[c].rel == Rel::Case);
        let locative = cases
            .into_iter()
            .any(|c| self.source().dir.words.class(self.source().lower_form(c)) & word_class::LOCATIVE != 0);
        let place_noun = doc.tokens[head].head.is_some_and(|up| self.class_of(up) & word_class::PLACE_NOUN != 0);
        let modifies =
            place_noun || matches!(doc.tokens[head].rel, Rel::Compound | Rel::Amod | Rel::Appos | Rel::NmodUnmarked);
        !(locative || before(tokens.start) || modifies)
    }

    fn class_of(&self, token: usize) -> u64 {
        self.source().dir.words.class(self.source().lower_form(token))
    }

    /// "BEIJING, Feb. 5 (Xinhua)": the first words of a paragraph.
    fn is_dateline(&self, item: usize) -> bool {
        let next = self.reader.lower(item + 1);
        item == 0 && (next == "-" || next == "(" || (next == "," && self.has_dateline_mark()))
    }

    fn has_dateline_mark(&self) -> bool {
        (2..self.reader.items.len().min(12)).any(|i| matches!(self.reader.lower(i), "-" | "--" | "("))
    }
}

/// When an office is held, seen from the article's date.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Held {
    Now,
    Before,
    Next,
}

impl Held {
    fn of(former: bool, elect: bool) -> Self {
        match (former, elect) {
            (true, _) => Held::Before,
            (_, true) => Held::Next,
            _ => Held::Now,
        }
    }
}

/// What a name means at its place.
struct Meant {
    actor: Actor,
    why: String,
    sure: bool,
}

/// Whether given names are those of `full`, with initials for names and middle ones left out ("G. W." for "George Walker").
fn abbreviates(given: &[&str], full: &[&str]) -> bool {
    let same = |short: &str, long: &str| {
        let (short, long) = (short.trim_end_matches('.'), long.trim_end_matches('.'));
        short == long || short.len().min(long.len()) == 1 && short.chars().next() == long.chars().next()
    };
    let (Some((first, middle)), Some((whole, rest))) = (given.split_first(), full.split_first()) else { return false };
    let initials = first.trim_end_matches('.').len() == 1;
    let mut rest = rest.iter();
    // one initial alone is too little
    same(first, whole) && (!initials || !middle.is_empty()) && middle.iter().all(|m| rest.any(|r| same(m, r)))
}

/// What stays of a given name however its vowels are written: "pervez" and "pervaiz", "sergei" and "sergey"; of short names
/// the name itself.
fn consonants(name: &str) -> String {
    let mut kept: Vec<char> = name.chars().filter(|c| !"aeiouy'-".contains(*c)).collect();
    kept.dedup();
    if kept.len() < 3 { name.into() } else { kept.into_iter().collect() }
}

/// The same letters but for one that is doubled, dropped, added or wrong ("Xi Jiinping").
fn one_edit_apart(a: &str, b: &str) -> bool {
    let letters = |s: &str| s.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect::<Vec<char>>();
    let (a, b) = (letters(a), letters(b));
    let (short, long) = if a.len() <= b.len() { (a, b) } else { (b, a) };
    let same = short.iter().zip(&long).take_while(|(x, y)| x == y).count();
    match long.len() - short.len() {
        0 => short.get(same + 1..) == long.get(same + 1..) || same == short.len(),
        1 => short[same..] == long[same + 1..],
        _ => false,
    }
}

/// Both lists, without doubles.
fn joined(first: &[String], second: &[String]) -> Vec<String> {
    let mut all = first.to_vec();
    for sector in second {
        if !all.contains(sector) {
            all.push(sector.clone());
        }
    }
    all
}

/// A company, an outlet, a club: nothing of the state's.
fn is_private(actor: &Actor) -> bool {
    matches!(actor.kind, ActorKind::Company | ActorKind::Media | ActorKind::Organization)
}

/// Whether what stands around a role word makes it a post in something else than a state.
fn is_of_part(mods: &Modifiers, posts: &[Coded], possessor: Option<&Coded>) -> bool {
    let around = || posts.iter().chain(possessor).flat_map(|c| &c.actors);
    mods.elect
        || mods.by_region
        || mods.organizations.iter().any(is_private)
        || around().any(|a| is_private(a) || a.kind == ActorKind::Place)
}

fn is_state(actor: &Actor) -> bool {
    matches!(actor.kind, ActorKind::Country)
}
