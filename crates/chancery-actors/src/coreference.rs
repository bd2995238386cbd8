//! Third pass: definite descriptions, pronouns, "the two sides", and the country that a bare role word takes from its
//! surroundings. Left to right; what is resolved may be what a later word refers to. Precision first: where nothing fits,
//! a pronoun is no mention and a role word keeps its sector alone.

use crate::coding::Coded;
use crate::directory::Directory;
use crate::draft::{Draft, FirstPass, Person};
use crate::items::Source;
use crate::whereabouts::Whereabouts;
use crate::words::{Role, role_use, word_class};
use chancery_text::{Actor, ActorCode, ActorKind, Document, MentionLink, Place, PlaceStated, Rel, Upos};
use rustc_hash::FxHashMap;
use std::collections::BTreeMap;

/// Sentences that a pronoun looks back.
const PRONOUN_REACH: usize = 2;
/// How many sentences back a pair may have been named that "the two sides" takes up again.
const PAIR_REACH: usize = 8;
/// Sentences that a definite description looks back for its namesake.
const DESCRIPTION_REACH: usize = 8;

/// Resolves what the first two passes left open.
pub(crate) fn resolve(source: &Source, pass: FirstPass) -> Vec<Draft> {
    let mut third = ThirdPass {
        source,
        people: pass.people,
        history: Vec::new(),
        countries: FxHashMap::default(),
        totals: totals(source.dir, &pass.drafts),
        whereabouts: Whereabouts::default(),
        done: Vec::new(),
    };
    third.whereabouts = Whereabouts::new(pass.drafts.iter().filter_map(|d| Some((d, third.place_of(d)?))));
    let mut open: Vec<Step> = pass.drafts.into_iter().map(Step::Draft).collect();
    open.extend(pronouns(source).into_iter().map(Step::Pronoun));
    open.sort_by_key(Step::order);
    for step in open {
        match step {
            Step::Draft(draft) => third.take_draft(draft),
            Step::Pronoun(token) => third.take_pronoun(token),
        }
    }
    third.done.sort_by_key(|d| (d.span.start, std::cmp::Reverse(d.span.end), d.head));
    third.done.dedup_by(|b, a| a.span == b.span && a.coded.actors == b.coded.actors);
    third.done
}

enum Step {
    Draft(Draft),
    Pronoun(usize),
}

impl Step {
    fn order(&self) -> (usize, usize) {
        match self {
            Step::Draft(d) => (d.head.min(d.tokens.end), 1),
            Step::Pronoun(token) => (*token, 0),
        }
    }
}

/// Somebody who was mentioned.
#[derive(Debug, Clone)]
struct Seen {
    actors: Vec<Actor>,
    sentence: usize,
    token: usize,
    subject: bool,
    /// A country's adjective or possessor: named, but in the background.
    modifier: bool,
    plural: bool,
    role: Option<u16>,
    /// A place, or a country after "in".
    located: bool,
    /// A place that only tells where somebody has his seat.
    seat: bool,
    /// The head of a coordination that it belongs to.
    joined: Option<usize>,
}

impl Seen {
    fn grade(&self) -> f32 {
        match (self.subject, self.modifier) {
            (true, _) => 3.0,
            (_, true) => 1.0,
            _ => 2.0,
        }
    }
}

struct ThirdPass<'s, 'a> {
    source: &'s Source<'a>,
    people: Vec<Person>,
    history: Vec<Seen>,
    /// Countries given to strangers by their surroundings, by name.
    countries: FxHashMap<String, String>,
    totals: BTreeMap<String, usize>,
    whereabouts: Whereabouts,
    done: Vec<Draft>,
}

impl<'a> ThirdPass<'_, 'a> {
    fn take_draft(&mut self, mut draft: Draft) {
        if self.is_twice(&draft) {
            return;
        }
        if let Some((coded, with_determiner)) = self.description(&draft) {
            draft.coded = coded;
            // "the Department of Trade" is a name, "the ministry" a description
            if with_determiner && !self.source.is_capital(draft.head) {
                self.include_determiner(&mut draft);
            }
        }
        if draft.coded.actors.is_empty() {
            return;
        }
        if !self.in_dateline(&draft) {
            self.remember(&draft);
        }
        self.done.push(draft);
    }

    /// "HANOI, Vietnam (AP) -": says where the writer is.
    fn in_dateline(&self, draft: &Draft) -> bool {
        let tokens = self.source.doc.sentences[draft.sentence].tokens.clone();
        let dash = tokens.clone().take(16).find(|&t| matches!(self.source.lower_form(t), "-" | "--") && !self.glued(t));
        let first = tokens.start;
        let capitals = self.source.is_capital(first) && self.source.folded_form(first).len() > 2;
        capitals && dash.is_some_and(|d| draft.tokens.end <= d) && self.starts_with_place(first)
    }

    fn glued(&self, token: usize) -> bool {
        token > 0 && self.source.doc.tokens[token - 1].span.end == self.source.doc.tokens[token].span.start
    }

    fn starts_with_place(&self, first: usize) -> bool {
        let place = |d: &Draft| d.tokens.start == first && d.coded.actors.iter().any(|a| a.kind == ActorKind::Place);
        self.done.iter().rev().take(6).any(place)
            || self.source.folded_form(first).chars().filter(|c| c.is_alphabetic()).all(char::is_uppercase)
    }

    /// The same words were taken as a mention before.
    fn is_twice(&self, draft: &Draft) -> bool {
        self.done.iter().rev().take(12).any(|d| d.span == draft.span && d.coded.actors == draft.coded.actors)
    }

    fn include_determiner(&self, draft: &mut Draft) {
        if let Some(at) = draft.determiner.filter(|&at| at < draft.tokens.start) {
            draft.tokens.start = at;
            draft.span.start = self.source.doc.tokens[at].span.start;
        }
    }

    fn remember(&mut self, draft: &Draft) {
        let doc = self.source.doc;
        let (top, joined) = coordination(doc, draft.head);
        let rel = doc.tokens[top].rel;
        self.history.push(Seen {
            actors: draft.coded.actors.clone(),
            sentence: draft.sentence,
            token: draft.head,
            subject: rel.is_subject() || (!self.source.tagged && self.is_first(draft)),
            modifier: matches!(rel, Rel::Amod | Rel::Compound | Rel::NmodPoss | Rel::Nmod),
            plural: draft.coded.plural || draft.coded.actors.len() > 1,
            role: draft.coded.role,
            located: self.place_of(draft).is_some(),
            seat: rel == Rel::Nmod && self.is_behind_someone(top),
            joined: joined.then_some(top),
        });
    }

    /// True where a phrase hangs on somebody who was just mentioned: "the mission to the union in Geneva".
    fn is_behind_someone(&self, token: usize) -> bool {
        let up = std::iter::successors(self.source.doc.tokens[token].head, |&t| self.source.doc.tokens[t].head);
        up.take(2).any(|t| self.history.iter().rev().take(4).any(|s| s.token == t && !s.located))
    }

    /// The head of the phrase by which a mention tells where something is: "in Peru", "in the Georgian capital".
    fn place_of(&self, draft: &Draft) -> Option<usize> {
        let doc = self.source.doc;
        let class = |t: usize| self.source.dir.words.class(self.source.lower_form(t));
        let inside = |t: usize| class(t) & word_class::INSIDE != 0;
        let kind = draft.coded.actors.first()?.kind;
        let behind = || draft.tokens.start.checked_sub(1).is_some_and(inside);
        if kind == ActorKind::Place || kind == ActorKind::Country && behind() {
            return Some(draft.head);
        }
        let noun = doc.tokens[draft.head].head.filter(|&n| n > draft.head && class(n) & word_class::PLACE_NOUN != 0)?;
        let modifies = matches!(doc.tokens[draft.head].rel, Rel::Amod | Rel::Compound | Rel::NmodPoss);
        let placed = doc.children(noun).any(|c| doc.tokens[c].rel == Rel::Case && inside(c));
        (kind == ActorKind::Country && modifies && placed).then_some(noun)
    }

    fn is_first(&self, draft: &Draft) -> bool {
        self.history.last().is_none_or(|s| s.sentence != draft.sentence)
    }

    /// What a role word refers to, and whether its "the" belongs to the mention.
    fn description(&mut self, draft: &Draft) -> Option<(Coded, bool)> {
        use word_class::{BOTH, DEFINITE, INDEFINITE, POSSESSIVE, TWO};
        if draft.coded.person.is_some() {
            return self.stranger(draft).map(|c| (c, false));
        }
        let role_id = draft.coded.role?;
        let role = self.role(role_id);
        if let Some(owner) = self.named_owner(draft).filter(|_| !draft.coded.has_country) {
            return self.belonging(draft, role, owner).map(|c| (c, false));
        }
        let definite = draft.classes & DEFINITE != 0;
        let open_plural = draft.coded.plural && !draft.coded.has_country;
        if open_plural
            && (definite || draft.classes & BOTH != 0)
            && draft.bare
            && let Some(coded) = self.pair(draft, role)
        {
            return Some((coded, true));
        }
        if !draft.coded.has_country
            && let Some(pronoun) = self.possessive_of(draft)
        {
            return self.owned(draft, role, pronoun).map(|c| (c, false));
        }
        if definite
            && !draft.coded.has_country
            && let Some(coded) = self.armed_group(draft, role)
        {
            return Some((coded, true));
        }
        if open_plural
            && draft.classes & (INDEFINITE | TWO) == 0
            && !self.is_elsewhere(draft, role)
            && let Some(coded) = self.namesake_group(draft, role_id)
        {
            return Some((coded, definite));
        }
        let specific = definite || (draft.coded.has_country && draft.classes & (INDEFINITE | POSSESSIVE) == 0);
        if !draft.coded.plural && specific && draft.classes & BOTH == 0 && !draft.coded.of_unknown {
            let found = if role.kind == ActorKind::Person {
                self.namesake_person(draft, role_id)
            } else if draft.coded.has_country {
                None
            } else {
                self.namesake_body(draft, role_id)
            };
            if let Some(coded) = found {
                return Some((coded, definite));
            }
        }
        if draft.coded.has_country || draft.coded.actors.is_empty() || draft.coded.of_unknown {
            return None;
        }
        self.by_surroundings(draft, role, definite).map(|c| (c, definite))
    }

    fn role(&self, role: u16) -> &'a Role {
        &self.source.dir.words.roles[role as usize]
    }

    /// A stranger whose words tell no country: the one given to the name before, else that of the surroundings.
    fn stranger(&mut self, draft: &Draft) -> Option<Coded> {
        let actor = draft.coded.actors.first().filter(|a| a.code.country.is_none())?;
        let known = self.countries.get(&actor.name).cloned();
        let official = || draft.coded.role.is_some_and(|r| self.role(r).uses & role_use::STATE != 0);
        let has_office = !actor.code.sectors.is_empty() && official() && !draft.coded.of_unknown;
        let owner = || self.named_owner(draft)?.actors.first()?.code.country.clone();
        let around = || self.official_beside(draft).or_else(|| self.country_here(draft, true));
        let titled = || match draft.coded.role.map(|r| self.role(r)) {
            Some(role) if !role.states.is_empty() => {
                self.official_beside(draft).filter(|c| role.may_be_of(c)).or_else(|| self.state_with(role, draft))
            }
            _ => around(),
        };
        let country = known.or_else(owner).or_else(|| has_office.then(titled).flatten())?;
        self.countries.insert(actor.name.clone(), country.clone());
        let mut coded = draft.coded.clone();
        coded.actors[0].code.country = Some(country.clone());
        coded.has_country = true;
        coded.confidence = 0.5;
        coded.link = Some(MentionLink::Role);
        coded.why = format!("{}; country {country} from the text around it", draft.coded.why);
        Some(coded)
    }

    /// "Prime Minister X and Interior Minister Y": the country of who is named beside, where one state can have both.
    fn official_beside(&self, draft: &Draft) -> Option<String> {
        use role_use::{LEAD, OFFICE, STATE};
        let doc = self.source.doc;
        let own = draft.coded.role?;
        let uses = |role: u16| self.role(role).uses;
        if uses(own) & LEAD != 0 {
            return None;
        }
        // by the order of words: the tree often loses titles
        let links = |t: usize| matches!(doc.form(t), "and" | ",") || doc.tokens[t].upos == Upos::Propn;
        let beside = |s: &&Seen| {
            let between = s.token + 1..draft.tokens.start;
            s.token < draft.tokens.start && between.clone().all(links) && between.end > s.token + 1
        };
        let both = |role: u16| uses(role) & STATE != 0 && (role != own || uses(own) & OFFICE == 0);
        let official = |s: &&Seen| s.actors.iter().all(|a| a.kind == ActorKind::Person) && s.role.is_some_and(both);
        let colleague = self.seen_here(draft).filter(beside).find(official)?;
        colleague.actors.first()?.code.country.clone()
    }

    /// "the two sides", "both countries", "the presidents".
    fn pair(&self, draft: &Draft, role: &Role) -> Option<Coded> {
        use role_use::{COUNTRY, PAIR, PARTY};
        let counted = draft.classes & (word_class::BOTH | word_class::TWO) != 0;
        if !counted && role.uses & (PAIR | COUNTRY | role_use::LEAD | PARTY) == 0 {
            return None;
        }
        let party = role.uses & PARTY != 0;
        let reach = PRONOUN_REACH + 1;
        // "Malaysia appealed to both neighbours": it is none of the two
        let acting = self.subjects_before(draft);
        let other = |a: &Actor| !acting.contains(&a.code.country);
        let mut weights =
            self.weights(draft, reach, |a| other(a) && role.kind == ActorKind::Person && a.kind == role.kind);
        // "the heads of state" are no envoys
        if role.uses & role_use::LEAD != 0 {
            let heads = |a: &Actor| a.kind == ActorKind::Person && self.source.dir.leads(&a.name, self.source.date);
            let leading = self.weights(draft, PAIR_REACH, |a| other(a) && heads(a));
            if leading.len() == 2 {
                weights = leading;
            }
        }
        if weights.len() < 2 {
            weights = self.weights(draft, reach, |a| other(a) && (!party || a.kind == ActorKind::Party));
        }
        if weights.len() == 1 && role.uses & PAIR != 0 {
            return self.two_at_home(draft);
        }
        let (first, second) = (weights.first()?, weights.get(1)?);
        if let Some(known) = self.pair_before(draft, [&first.0, &second.0]) {
            let actors = known.map(|country| self.side(&country, role));
            let countries = format!("{} and {}", actors[0].name, actors[1].name);
            let why = format!("\"{}\" after {countries}, named together before", self.words(draft));
            return Some(self.coreferent(actors.to_vec(), 0.6, why, draft));
        }
        let clear = second.1 * 2.0 >= first.1 && weights.get(2).is_none_or(|third| third.1 < second.1);
        if !counted && !clear {
            return None;
        }
        let actors = [first, second].map(|(country, _)| self.side(country, role));
        let countries = format!("{} and {}", actors[0].name, actors[1].name);
        Some(self.coreferent(actors.to_vec(), 0.7, format!("\"{}\" after {countries}", self.words(draft)), draft))
    }

    /// "They condemned Washington. The two powers ...": the last pair, where one of its two and a third are nearest but no
    /// sentence names those together.
    fn pair_before(&self, draft: &Draft, nearest: [&String; 2]) -> Option<[String; 2]> {
        let near = |s: &&Seen| draft.sentence <= s.sentence + PAIR_REACH;
        let names = |s: &Seen, country: &String| s.actors.iter().any(|a| a.code.country.as_ref() == Some(country));
        let recent = || self.history.iter().rev().take_while(near);
        let two = |s: &Seen| -> Option<[String; 2]> {
            let [first, second] = s.actors.as_slice() else { return None };
            let pair = [first.code.country.clone()?, second.code.country.clone()?];
            (pair[0] != pair[1]).then_some(pair)
        };
        let pair = recent().find_map(two)?;
        if nearest.iter().filter(|c| pair.contains(c)).count() != 1 {
            return None;
        }
        let other = pair.iter().find(|c| !nearest.contains(c))?;
        let last = |s: &&Seen| draft.sentence <= s.sentence + PRONOUN_REACH + 1;
        let here = |sentence: usize, country: &String| recent().any(|s| s.sentence == sentence && names(s, country));
        let mut sentences = recent().take_while(last).map(|s| s.sentence);
        let alone = sentences.any(|s| nearest.iter().all(|c| here(s, c)) && !here(s, other));
        (!alone).then_some(pair)
    }

    /// The countries of who acts in the clause in which a draft is no subject.
    fn subjects_before(&self, draft: &Draft) -> Vec<Option<String>> {
        let doc = self.source.doc;
        let (top, _) = coordination(doc, draft.head);
        let Some(verb) = doc.tokens[top].head.filter(|_| !doc.tokens[top].rel.is_subject()) else { return Vec::new() };
        let own = |s: &&Seen| s.subject && coordination(doc, s.token).0 != top;
        // "troops who have been helping the army": those
        let antecedent = doc.tokens[verb].head.filter(|_| doc.tokens[verb].rel == Rel::AclRelcl);
        let of_verb =
            |s: &&Seen| doc.tokens[coordination(doc, s.token).0].head == Some(verb) || antecedent == Some(s.token);
        let acting = self.seen_here(draft).filter(own).filter(of_verb);
        acting.flat_map(|s| &s.actors).map(|a| a.code.country.clone()).collect()
    }

    /// Who was mentioned in the sentence of a draft before it, the nearest first.
    fn seen_here(&self, draft: &Draft) -> impl Iterator<Item = &Seen> {
        let sentence = draft.sentence;
        self.history.iter().rev().take_while(move |s| s.sentence == sentence)
    }

    /// "the two sides" of one country: the two with different parts in it that were named last and most.
    fn two_at_home(&self, draft: &Draft) -> Option<Coded> {
        let mut sides: Vec<(&Actor, f32)> = Vec::new();
        let near = |s: &&Seen| draft.sentence <= s.sentence + PRONOUN_REACH + 1 && !s.located && s.actors.len() == 1;
        for seen in self.history.iter().rev().filter(near) {
            let actor = &seen.actors[0];
            let (Some(_), Some(part)) = (&actor.code.country, actor.code.sectors.first()) else { continue };
            let weight = seen.grade() * faded(draft.sentence - seen.sentence);
            match sides.iter_mut().find(|(known, _)| known.code.sectors.first() == Some(part)) {
                Some((_, sum)) => *sum += weight,
                None => sides.push((actor, weight)),
            }
        }
        sides.sort_by(|a, b| b.1.total_cmp(&a.1));
        let clear = sides.get(2).is_none_or(|third| sides[1].1 > third.1);
        let [first, second] = [sides.first()?.0, sides.get(1)?.0];
        let why = format!("\"{}\" after {} and {}", self.words(draft), first.name, second.name);
        clear.then(|| self.coreferent(vec![first.clone(), second.clone()], 0.5, why, draft))
    }

    /// "prosecutors", "the troops": the same word was said of a country a few sentences before.
    fn namesake_group(&self, draft: &Draft, role_id: u16) -> Option<Coded> {
        let words = self.words_of(draft).to_lowercase();
        let reach = |s: &&Seen| draft.sentence <= s.sentence + DESCRIPTION_REACH && s.plural && !s.actors.is_empty();
        // "border officials" are not the "US officials" before them
        let fits = |s: &&Seen| draft.bare || s.actors[0].name.to_lowercase().contains(&words);
        let known = |s: &&Seen| s.role == Some(role_id) && s.actors[0].code.country.is_some() && fits(s);
        let seen = self.history.iter().rev().filter(reach).find(known)?;
        let why = format!("\"{}\" after {}", self.words(draft), seen.actors[0].name);
        (!draft.coded.actors.is_empty()).then(|| self.coreferent(seen.actors.clone(), 0.6, why, draft))
    }

    /// "the militants", "the terrorist group": the armed group that was named last, unless the same was said of others since.
    fn armed_group(&self, draft: &Draft, role: &Role) -> Option<Coded> {
        let words = &self.source.dir.words;
        let last = role.word.rsplit(' ').next().unwrap_or(&role.word);
        let anaphor = |&(id, ..): &(u16, bool, usize)| self.role(id).uses & role_use::ANAPHOR != 0;
        let many = draft.coded.plural || words.role_at(last, 0).filter(anaphor).is_some();
        let whole = self.words_of(draft).split(' ').count() <= role.word.split(' ').count();
        if role.uses & role_use::ARMED == 0 || !many || !whole || draft.coded.of_unknown {
            return None;
        }
        let armed = |a: &Actor| {
            let roles = words.roles.iter().filter(|r| r.uses & role_use::ARMED != 0);
            let body = !matches!(a.kind, ActorKind::Person | ActorKind::Country | ActorKind::Place);
            let fights = roles.flat_map(|r| &r.sectors).any(|s| a.code.sectors.contains(s));
            body && (fights || role.worldwide.is_some() && a.code.country == role.worldwide)
        };
        let reach = |s: &&Seen| draft.sentence <= s.sentence + DESCRIPTION_REACH;
        let fits = |s: &&Seen| match s.role {
            Some(role) => self.role(role).uses & role_use::ARMED != 0,
            None => s.actors.iter().any(armed),
        };
        let last = self.history.iter().rev().filter(reach).find(fits)?;
        // "Gunmen attacked the militia": who acts in that sentence, named or not
        let acting = self.history.iter().filter(|s| s.sentence == last.sentence && s.subject).find(fits);
        let named = |s: &&Seen| {
            s.role.is_none() || self.history.iter().any(|n| n.role.is_none() && n.actors.first() == s.actors.first())
        };
        let seen = acting.or(Some(last)).filter(named)?;
        let group = seen.actors.iter().find(|a| armed(a))?.clone();
        let why = format!("\"{}\" after {}", self.words(draft), group.name);
        Some(self.coreferent(vec![group], 0.6, why, draft))
    }

    /// The last mentioned of a country that fits a role word, else the country with the word's sectors.
    fn side(&self, country: &str, role: &Role) -> Actor {
        let of = |a: &&Actor| a.code.country.as_deref() == Some(country);
        let fits = |a: &&Actor| match role.kind {
            _ if role.uses & role_use::COUNTRY != 0 => a.kind == ActorKind::Country,
            ActorKind::Person => a.kind == ActorKind::Person && a.code.sectors.first() == role.sectors.first(),
            ActorKind::Party => a.kind == ActorKind::Party,
            _ if role.uses & role_use::PAIR != 0 => a.kind != ActorKind::Place,
            kind => a.kind == kind,
        };
        let last = self.history.iter().rev().flat_map(|s| &s.actors).filter(of).find(fits).cloned();
        last.unwrap_or_else(|| {
            let mut actor = self.source.dir.country_actor(country);
            if role.uses & (role_use::COUNTRY | role_use::PAIR) == 0 && !role.sectors.is_empty() {
                actor.name = format!("{} of {}", role.word, actor.name);
                actor.kind = role.kind;
                actor.code.sectors = role.sectors.clone();
                actor.wikidata = None;
            }
            actor
        })
    }

    /// The pronoun that tells whose: "his government", "three of its soldiers".
    fn possessive_of(&self, draft: &Draft) -> Option<usize> {
        if draft.classes & word_class::POSSESSIVE != 0 {
            return draft.determiner;
        }
        let possessive =
            |&t: &usize| self.source.dir.words.class(self.source.lower_form(t)) & word_class::POSSESSIVE != 0;
        let pronoun = (draft.tokens.start..draft.head).rev().find(possessive)?;
        (self.source.doc.tokens[pronoun].head == Some(draft.head)).then_some(pronoun)
    }

    /// "its forces": of the country of who is meant by the pronoun.
    fn owned(&self, draft: &Draft, role: &Role, pronoun: usize) -> Option<Coded> {
        let owner = self.history.iter().rev().find(|s| s.token == pronoun)?;
        let state = |a: &&Actor| match a.kind {
            ActorKind::Country => true,
            // "Washington pressed its neighbour"
            ActorKind::Body => a.code.country.as_deref().is_some_and(|c| self.is_state(c)),
            _ => false,
        };
        let state = owner.actors.first().filter(state).and_then(|a| a.code.country.clone());
        // "its northern neighbour" is another state
        if role.uses & role_use::PAIR != 0 && state.is_some() {
            let others = self.weights(draft, PRONOUN_REACH, |a| a.code.country != state);
            let (other, _) = others.first()?;
            let actor = self.source.dir.country_actor(other);
            let why = format!("\"{}\" beside {}", self.words(draft), owner.actors[0].name);
            return Some(self.coreferent(vec![actor], 0.5, why, draft));
        }
        self.belonging(draft, role, owner)
    }

    /// "Modi's government": the person whose short name stands before the role word.
    fn named_owner(&self, draft: &Draft) -> Option<&Seen> {
        let inside = |s: &&Seen| (draft.tokens.start..draft.head).contains(&s.token);
        let owns = |s: &&Seen| matches!(self.source.lower_form(s.token + 1), "'s" | "'");
        let person = |s: &&Seen| s.actors.iter().all(|a| a.kind == ActorKind::Person && a.code.country.is_some());
        self.seen_here(draft).filter(inside).find(|s| person(s) && owns(s))
    }

    /// A role word of somebody's: of the same country.
    fn belonging(&self, draft: &Draft, role: &Role, owner: &Seen) -> Option<Coded> {
        if draft.coded.actors.is_empty() && role.sectors.is_empty() && role.uses & role_use::CARRIER == 0 {
            return None;
        }
        let takes = role.uses & role_use::CARRIER != 0;
        let owned = |a: &Actor| {
            let sectors = if takes && !a.code.sectors.is_empty() && a.kind != ActorKind::Person {
                a.code.sectors.clone()
            } else {
                draft.coded.actors.first().map_or(role.sectors.clone(), |d| d.code.sectors.clone())
            };
            let code = ActorCode { country: a.code.country.clone(), sectors };
            let kind = if draft.coded.plural { ActorKind::Group } else { role.kind };
            let state = code.country.as_deref().and_then(|c| self.source.dir.state(c));
            let name = match (&role.pattern, state) {
                (Some(pattern), Some(state)) => pattern.replace("{}", &state.name),
                _ => format!("{} of {}", role.word, a.name),
            };
            Actor { name, kind, code, wikidata: None }
        };
        let actors: Vec<Actor> = owner.actors.iter().filter(|a| a.code.country.is_some()).map(owned).collect();
        let why = format!("belongs to {}", owner.actors.first().map_or("", |a| a.name.as_str()));
        (!actors.is_empty()).then(|| self.coreferent(actors, 0.6, why, draft))
    }

    /// "the Chinese leader", "the president": a person of that post who was named, else who held it on the day.
    fn namesake_person(&self, draft: &Draft, role_id: u16) -> Option<Coded> {
        let country = draft.coded.actors.first().and_then(|a| a.code.country.clone());
        let role = self.role(role_id);
        let near = self.history.iter().rev().filter(|s| draft.sentence <= s.sentence + DESCRIPTION_REACH);
        let fits = |s: &&Seen| {
            let Some(actor) = s.actors.first().filter(|a| s.actors.len() == 1 && a.kind == ActorKind::Person) else {
                return false;
            };
            let part = draft.coded.of_part && self.source.dir.leads(&actor.name, self.source.date);
            let theirs = actor.code.country.as_deref().is_none_or(|c| role.may_be_of(c));
            !part && theirs && self.holds(actor, country.as_deref(), role_id)
        };
        // "the foreign secretary" is the one who was called so, not the foreign minister named after him
        let called_so = |s: &&Seen| s.role.is_some_and(|r| self.role(r).word == role.word);
        let person = near.clone().filter(called_so).find(fits).or_else(|| near.clone().find(fits));
        let person = person.and_then(|s| s.actors.first());
        if let Some(actor) = person {
            let why = format!("\"{}\" after {}", self.words(draft), actor.name);
            return Some(self.coreferent(vec![actor.clone()], 0.8, why, draft));
        }
        let (country, office) = (country?, role.uses & role_use::OFFICE != 0 && !draft.coded.of_part);
        let holder = office.then(|| self.source.dir.holder(&country, role_id, self.source.date)).flatten()?;
        let sectors = &draft.coded.actors.first()?.code.sectors;
        if draft.coded.actors.len() != 1 || sectors.first() != role.sectors.first() {
            return None;
        }
        let actor = self.source.dir.actor(holder, crate::directory::Usage::Name, self.source.date);
        let mut coded = draft.coded.clone();
        coded.why = format!("{}; held by {} in the directory", coded.why, actor.name);
        coded.actors = vec![actor];
        Some(coded)
    }

    /// Whether a person named before may be called by a role word.
    fn holds(&self, actor: &Actor, country: Option<&str>, role_id: u16) -> bool {
        let role = self.role(role_id);
        let person = self.people.iter().rev().find(|p| p.actor.name == actor.name);
        let titles = person.map_or(&[][..], |p| &p.roles);
        let of_state = country.is_some_and(|c| self.is_state(c));
        if country.is_some() && actor.code.country.as_deref() != country {
            // "the Wikileaks founder" may be an Australian, "the French president" not
            return !of_state && titles.iter().any(|&t| has_word(&self.role(t).word, &role.word));
        }
        if titles.iter().any(|&t| {
            self.role(t).row == role.row && role.uses & role_use::CARRIER == 0
                || has_word(&self.role(t).word, &role.word)
        }) {
            return true;
        }
        let same_sector = !actor.code.sectors.is_empty() && actor.code.sectors.first() == role.sectors.first();
        let leads = titles.iter().any(|&t| self.role(t).uses & role_use::LEAD != 0)
            || person.is_some_and(|p| self.source.dir.leads(&p.actor.name, self.source.date));
        match country {
            _ if role.uses & role_use::LEAD != 0 => leads && (country.is_some() || role.uses & role_use::OFFICE == 0),
            Some(_) => same_sector && !leads && role.uses & (role_use::DIPLOMAT | role_use::CARRIER) != 0,
            None => same_sector && !leads && role.uses & role_use::DIPLOMAT != 0,
        }
    }

    /// "the ministry", "the group", "the country".
    fn namesake_body(&self, draft: &Draft, role_id: u16) -> Option<Coded> {
        let role = self.role(role_id);
        if role.uses & role_use::STATE == 0 && self.goes_on_as_name(draft) {
            return None;
        }
        if role.uses & role_use::COUNTRY != 0 {
            let reach = |s: &&Seen| draft.sentence <= s.sentence + PRONOUN_REACH;
            // "Chile recalled its envoy from the country": not from Chile
            let acting = self.subjects_before(draft);
            let near = self.history.iter().rev().filter(reach).flat_map(|s| &s.actors);
            let country = near.filter(|a| a.kind == ActorKind::Country).find(|a| !acting.contains(&a.code.country))?;
            let why = format!("\"{}\" after {}", self.words(draft), country.name);
            return Some(self.coreferent(vec![country.clone()], 0.6, why, draft));
        }
        let reach = |s: &&Seen| draft.sentence <= s.sentence + DESCRIPTION_REACH && s.actors.len() == 1;
        let same_word = |s: &&Seen| {
            s.role.is_some_and(|r| has_word(&self.role(r).word, &role.word))
                || has_word(&s.actors[0].name.to_lowercase(), &role.word)
        };
        let known = |s: &&Seen| s.actors[0].code.country.is_some() && s.actors[0].kind != ActorKind::Person;
        let collective = role.uses & role_use::ANAPHOR != 0;
        // "the anti-piracy coalition": one of its own
        let doc = self.source.doc;
        let against = |word: &str| self.source.dir.words.class(&word.to_lowercase()) & word_class::AGAINST != 0;
        let own = |c: usize| doc.form(c).split('-').next().is_some_and(against);
        if collective && doc.subtree(draft.head).into_iter().any(|c| c < draft.head && own(c)) {
            return None;
        }
        let kind = |s: &&Seen| {
            let kind = s.actors[0].kind;
            let body = matches!(kind, ActorKind::Igo | ActorKind::Organization | ActorKind::Party | ActorKind::Group);
            if collective {
                body && (s.role.is_none() || !s.actors[0].code.country.as_deref().is_some_and(|c| self.is_state(c)))
            } else {
                kind == role.kind && !matches!(kind, ActorKind::Body | ActorKind::Group)
            }
        };
        let history = || self.history.iter().rev().filter(reach).filter(known);
        // "the group" is the last one, by whatever name; "the party" is the one that was called so
        let seen = if collective && role.kind != ActorKind::Party {
            history().find(|s| same_word(s) || kind(s))?
        } else {
            history().find(same_word).or_else(|| history().find(kind))?
        };
        let why = format!("\"{}\" after {}", self.words(draft), seen.actors[0].name);
        Some(self.coreferent(seen.actors.clone(), 0.7, why, draft))
    }

    /// "the Alliance of Patriots": a name that nobody knows.
    fn goes_on_as_name(&self, draft: &Draft) -> bool {
        let end = self.source.doc.sentences[draft.sentence].tokens.end;
        let capital = |t: usize| t < end && self.source.is_capital(t);
        let is = |t: usize, word: &str| t < end && self.source.lower_form(t) == word;
        let (of, next) = (draft.head + 1, draft.head + 2);
        capital(draft.head) && is(of, "of") && (capital(next) || is(next, "the") && capital(next + 1))
    }

    /// A role word alone takes the country that the text around it is about.
    fn by_surroundings(&self, draft: &Draft, role: &Role, definite: bool) -> Option<Coded> {
        let mass = role.uses & (role_use::MASS | role_use::PEOPLE | role_use::STATE) != 0;
        let official = role.uses & (role_use::STATE | role_use::CARRIER) != 0;
        let in_name = self.source.is_capital(draft.head)
            && role.states.is_empty()
            && draft.head != self.sentence_start(draft)
            && !self.source.is_title_line(draft.head);
        if in_name && role.uses & role_use::STATE == 0 || role.uses & role_use::CAPTIVE != 0 {
            return None;
        }
        if self.is_elsewhere(draft, role) || self.is_any_state(draft, role) || self.is_of_things(draft, role) {
            return None;
        }
        let crowd = draft.coded.plural && role.uses & role_use::STATE == 0;
        let doc = self.source.doc;
        let acts = doc.tokens[coordination(doc, draft.head).0].rel.is_subject();
        // "aid agencies said", but "a ban on charities" is on those of the country
        let roams = role.uses & role_use::ROAMING != 0 && draft.coded.plural && !definite && acts;
        let country = if !role.states.is_empty() && (!crowd || role.kind == ActorKind::Group) {
            self.state_with(role, draft)?
        } else if definite && !crowd {
            self.country_of_another(draft, role).or_else(|| self.country_here(draft, false))?
        } else if roams {
            role.worldwide.clone()?
        } else if let Some(place) = self.whereabouts.of(self.source.doc, draft) {
            place
        } else if mass || official || definite {
            // "police", "a judge", "the rebels"
            let dateline = self.dateline(draft);
            let told = dateline.clone().filter(|c| self.totals.is_empty() || self.totals.contains_key(c));
            told.or_else(|| self.dominant()).or_else(|| self.located(draft)).or(dateline)?
        } else {
            // "a mob", where the text speaks of one state only
            self.only_state().filter(|_| role.worldwide.is_none())?
        };
        let mut coded = draft.coded.clone();
        for actor in &mut coded.actors {
            actor.code.country = Some(country.clone());
            actor.name = self.name_in(role, &country, draft);
        }
        coded.has_country = true;
        coded.confidence = if definite { 0.5 } else { 0.4 };
        let by = if self.totals.contains_key(&country) { "from the text around it" } else { "by the title" };
        coded.why = format!("{}; country {country} {by}", draft.coded.why);
        Some(coded)
    }

    /// "Western leaders", "foreign spies": of other states than the text is about.
    fn is_elsewhere(&self, draft: &Draft, role: &Role) -> bool {
        let modifiers = self.source.doc.children(draft.head).filter(|&c| c < draft.head);
        let inside = draft.tokens.start..draft.head;
        // "the foreign minister" is no stranger
        let own = |t: usize| role.word.split(' ').any(|w| w == self.source.lower_form(t));
        modifiers.chain(inside).any(|t| self.source.class(t) & word_class::ELSEWHERE != 0 && !own(t))
    }

    /// "the sanctions regime" is nobody's.
    fn is_of_things(&self, draft: &Draft, role: &Role) -> bool {
        let doc = self.source.doc;
        let thing =
            |&c: &usize| c < draft.head && doc.tokens[c].rel == Rel::Compound && doc.tokens[c].upos == Upos::Noun;
        let carrier = role.kind == ActorKind::Body && role.uses & role_use::CARRIER != 0 && draft.bare;
        carrier && doc.children(draft.head).any(|c| thing(&c) && !draft.tokens.contains(&c))
    }

    /// "overthrew governments": those of any state.
    fn is_any_state(&self, draft: &Draft, role: &Role) -> bool {
        let body = role.kind == ActorKind::Body && role.uses & role_use::STATE != 0;
        let doc = self.source.doc;
        let marked = |c: usize| matches!(doc.tokens[c].rel, Rel::Det | Rel::Nummod | Rel::NmodPoss | Rel::Amod);
        body && draft.coded.plural && draft.bare && !doc.children(draft.head).any(marked)
    }

    fn sentence_start(&self, draft: &Draft) -> usize {
        self.source.doc.sentences[draft.sentence].tokens.start
    }

    /// The country of the place named last, in this sentence or the one before, but not of what is only called after its seat ("the
    /// mission in Geneva").
    fn located(&self, draft: &Draft) -> Option<String> {
        let near = |s: &&Seen| draft.sentence <= s.sentence + PRONOUN_REACH && s.located && !s.seat;
        self.history.iter().rev().filter(near).find_map(|s| s.actors.first()?.code.country.clone())
    }

    fn name_in(&self, role: &Role, country: &str, draft: &Draft) -> String {
        let words = self.words_of(draft);
        match (self.source.dir.state(country), &role.pattern) {
            (Some(state), Some(pattern)) => pattern.replace("{}", &state.name),
            (Some(state), None) => match &state.adjective {
                Some(adjective) if draft.tokens.start == self.sentence_start(draft) && role.states.is_empty() => {
                    format!("{adjective} {}", lower_first(&words))
                }
                Some(adjective) => format!("{adjective} {words}"),
                None => words,
            },
            _ => words,
        }
    }

    /// "Rwandan troops have been helping the army": another state's than that of its like that acts.
    fn country_of_another(&self, draft: &Draft, role: &Role) -> Option<String> {
        let acting = self.subjects_before(draft);
        let alike = |s: &Seen| s.actors.iter().any(|a| a.code.sectors.first() == role.sectors.first());
        let own = self.seen_here(draft).find(|s| s.subject && alike(s))?;
        let country = own.actors.first()?.code.country.clone();
        if country.is_none() || !acting.contains(&country) || role.sectors.is_empty() {
            return None;
        }
        let weights = self.weights(draft, usize::MAX, |a| a.code.country != country);
        weights.into_iter().next().map(|(c, _)| c)
    }

    /// The country that stands out before a draft; that of other people in the sentence is not a stranger's.
    fn country_here(&self, draft: &Draft, stranger: bool) -> Option<String> {
        let mut weights = self.weights(draft, usize::MAX, |_| true);
        if stranger {
            let others: Vec<String> = self
                .history
                .iter()
                .filter(|s| s.sentence == draft.sentence)
                .flat_map(|s| &s.actors)
                .filter(|a| a.kind == ActorKind::Person)
                .filter_map(|a| a.code.country.clone())
                .collect();
            weights.retain(|(c, _)| !others.contains(c));
        }
        weights.into_iter().next().map(|(c, _)| c).or_else(|| self.dateline(draft)).or_else(|| self.dominant())
    }

    /// Whose a title is that only some states have, a people that lives in some: of those the one that the text speaks of
    /// most before it, else the first.
    fn state_with(&self, role: &Role, draft: &Draft) -> Option<String> {
        let near = self.weights(draft, usize::MAX, |_| true).into_iter().map(|(c, _)| c);
        near.chain(self.dateline(draft)).find(|c| role.may_be_of(c)).or_else(|| role.states.first().cloned())
    }

    /// The country of the dateline of the text in which a draft stands: "LIMA, May 5 - The foreign minister …".
    fn dateline(&self, draft: &Draft) -> Option<String> {
        let article = &self.source.doc.article;
        let block = article.blocks.get(self.source.doc.sentences.get(draft.sentence)?.block)?;
        let name = article.segments.get(block.segment)?.place.as_ref()?;
        let mut place = Place::named(name.clone(), None, PlaceStated::Dateline);
        self.source.dir.locate(&mut place);
        place.country
    }

    /// The only state that the document names.
    fn only_state(&self) -> Option<String> {
        let mut all = self.totals.iter();
        let (country, count) = all.next()?;
        (all.next().is_none() && *count >= 2).then(|| country.clone())
    }

    /// The country of half the mentions of the document.
    fn dominant(&self) -> Option<String> {
        let all: usize = self.totals.values().sum();
        let (country, count) = self.totals.iter().max_by_key(|(c, n)| (**n, std::cmp::Reverse((*c).clone())))?;
        (*count * 2 >= all && *count >= 2).then(|| country.clone())
    }

    /// States by their weight in the text before a draft, the heaviest first: in each sentence the best place that a state
    /// has in it, less with each sentence back.
    fn weights(&self, draft: &Draft, reach: usize, fits: impl Fn(&Actor) -> bool) -> Vec<(String, f32)> {
        let mut best: BTreeMap<(String, usize), (f32, usize)> = BTreeMap::new();
        for seen in self.history.iter().filter(|s| draft.sentence <= s.sentence.saturating_add(reach)) {
            for actor in seen.actors.iter().filter(|a| fits(a)) {
                let Some(country) = actor.code.country.clone().filter(|c| self.is_party(c, reach)) else { continue };
                let grade = if actor.kind == ActorKind::Place { 0.5 } else { seen.grade() };
                let entry = best.entry((country, seen.sentence)).or_insert((0.0, 0));
                *entry = (entry.0.max(grade), seen.token);
            }
        }
        let mut weights: BTreeMap<String, (f32, usize)> = BTreeMap::new();
        for ((country, sentence), (grade, token)) in best {
            let entry = weights.entry(country).or_insert((0.0, 0));
            *entry = (entry.0 + grade * faded(draft.sentence - sentence), entry.1.max(token));
        }
        let mut ordered: Vec<(String, (f32, usize))> = weights.into_iter().collect();
        ordered.sort_by(|a, b| b.1.0.total_cmp(&a.1.0).then(b.1.1.cmp(&a.1.1)));
        ordered.into_iter().map(|(c, (w, _))| (c, w)).collect()
    }

    fn is_state(&self, country: &str) -> bool {
        is_state(self.source.dir, country)
    }

    /// States count everywhere; organisations only as sides near by.
    fn is_party(&self, country: &str, reach: usize) -> bool {
        reach < usize::MAX || self.is_state(country)
    }

    fn take_pronoun(&mut self, token: usize) {
        let Some((actors, confidence)) = self.antecedent(token) else { return };
        let doc = self.source.doc;
        let names: Vec<&str> = actors.iter().map(|a| a.name.as_str()).collect();
        let why = format!("\"{}\" after {}", doc.form(token), names.join(" and "));
        let coded = Coded {
            plural: actors.len() > 1
                || self.source.dir.words.class(self.source.lower_form(token)) & word_class::THEY != 0,
            actors,
            link: Some(MentionLink::Coreference),
            confidence,
            why,
            has_country: true,
            ..Coded::default()
        };
        let draft = Draft {
            span: doc.tokens[token].span,
            tokens: token..token + 1,
            head: token,
            sentence: doc.sentence_of(token),
            coded,
            classes: 0,
            determiner: None,
            bare: false,
        };
        self.remember(&draft);
        self.done.push(draft);
    }

    fn antecedent(&self, token: usize) -> Option<(Vec<Actor>, f32)> {
        use word_class::{HE, IT, SHE, THEY};
        let class = self.source.dir.words.class(self.source.lower_form(token));
        if class & (HE | SHE) != 0 {
            let person = |s: &Seen| s.actors.len() == 1 && s.actors[0].kind == ActorKind::Person;
            let near = self.whose_words(token).or_else(|| self.blamed(token)).filter(|s| person(s));
            let found = near.or_else(|| self.salient(token, person, false));
            return found.map(|s| (s.actors.clone(), 0.7));
        }
        if class & IT != 0 && !self.is_empty_it(token) {
            let thing = |s: &Seen| {
                let kind = s.actors[0].kind;
                s.actors.len() == 1
                    && !s.plural
                    && s.joined.is_none()
                    && !matches!(kind, ActorKind::Person | ActorKind::Place)
                    && !s.actors[0].code.is_empty()
            };
            let near = self.whose_words(token).or_else(|| self.blamed(token)).filter(|s| thing(s));
            let found = near.or_else(|| self.salient(token, thing, true));
            return found.map(|s| (s.actors.clone(), 0.5));
        }
        if class & THEY == 0 {
            return None;
        }
        let plural = |s: &Seen| s.plural || matches!(s.actors[0].kind, ActorKind::Group);
        let both = self.joined_or_met(token);
        // "It accused them of": who was an object before may be one again
        let object = matches!(self.source.doc.tokens[token].rel, Rel::Obj | Rel::Iobj);
        let found = self.salient(token, plural, true).or_else(|| self.salient(token, plural, false).filter(|_| object));
        both.map(|actors| (actors, 0.6)).or_else(|| found.map(|s| (s.actors.clone(), 0.5)))
    }

    /// "Norway cited Chile's claim that it had won": whose claim it is.
    fn whose_words(&self, token: usize) -> Option<&Seen> {
        let doc = self.source.doc;
        let verb = doc.tokens[token].head.filter(|_| doc.tokens[token].rel.is_subject())?;
        let said = matches!(doc.tokens[verb].rel, Rel::Acl | Rel::Ccomp);
        let noun = doc.tokens[verb].head.filter(|&n| said && n < verb && doc.tokens[n].upos == Upos::Noun)?;
        let owner = doc.child(noun, &[Rel::NmodPoss])?;
        self.history.iter().rev().find(|s| s.token == owner && !s.actors.is_empty())
    }

    /// "sanctions on Chile over its war", "thanked Oman for its help": what somebody gets is for what he does.
    fn blamed(&self, token: usize) -> Option<&Seen> {
        let doc = self.source.doc;
        let with_case = |t: usize, words: &[&str]| {
            doc.children(t).any(|c| doc.tokens[c].rel == Rel::Case && words.contains(&self.source.lower_form(c)))
        };
        let noun = doc.tokens[token].head.filter(|_| doc.tokens[token].rel == Rel::NmodPoss)?;
        let verb = doc.tokens[noun].head.filter(|_| with_case(noun, &["over", "for"]))?;
        let object = doc.child(verb, &[Rel::Obj]);
        let gets = |s: &&Seen| {
            let above = doc.tokens[s.token].head;
            let aimed = with_case(s.token, &["on", "against"]) && (above == Some(verb) || above == object);
            s.token < noun && s.token != verb && (Some(s.token) == object || aimed) && !s.actors.is_empty()
        };
        let sentence = doc.sentence_of(token);
        self.history.iter().rev().take_while(|s| s.sentence == sentence).find(gets)
    }

    /// The best antecedent: subjects before others, near before far.
    fn salient(&self, token: usize, fits: impl Fn(&Seen) -> bool, subject_only: bool) -> Option<&Seen> {
        let doc = self.source.doc;
        let sentence = doc.sentence_of(token);
        let possessive = matches!(doc.tokens[token].rel, Rel::NmodPoss);
        let score = |s: &Seen| {
            let far = (sentence - s.sentence) as i32;
            let own_clause = far == 0
                && !possessive
                && doc.tokens[s.token].head == doc.tokens[token].head
                && doc.tokens[token].head.is_some();
            let grade = match (s.subject, s.modifier) {
                (true, _) => 4,
                (_, true) => 1,
                _ => 2,
            };
            (!own_clause).then_some(grade - 4 * far)
        };
        let near = |s: &&Seen| sentence <= s.sentence + PRONOUN_REACH && s.token < token && !s.actors.is_empty();
        let mut best: Option<(i32, &Seen)> = None;
        for seen in self.history.iter().filter(near).filter(|s| fits(s)) {
            let Some(points) = score(seen) else { continue };
            if subject_only && !seen.subject && !(possessive && seen.sentence == sentence) {
                continue;
            }
            if best.is_none_or(|(top, _)| points >= top) {
                best = Some((points, seen));
            }
        }
        best.map(|(_, s)| s)
    }

    /// "Xi and Putin ... They": a coordination that is subject, or the two who met in the sentence before.
    fn joined_or_met(&self, token: usize) -> Option<Vec<Actor>> {
        let sentence = self.source.doc.sentence_of(token);
        let before: Vec<&Seen> =
            self.history.iter().filter(|s| sentence <= s.sentence + 1 && s.token < token).collect();
        let head = before.iter().rev().find_map(|s| s.joined.filter(|_| s.subject));
        if let Some(head) = head {
            let joined = before.iter().filter(|s| s.joined == Some(head) || s.token == head).copied();
            return two_or_more(joined);
        }
        let subject = before.iter().rev().find(|s| s.subject && s.sentence + 1 == sentence && !s.plural)?;
        two_or_more(before.iter().filter(|s| s.token == subject.token || self.shares_verb(subject, s)).copied())
    }

    /// Two of one kind that depend on one verb: "Xi met with Putin".
    fn shares_verb(&self, subject: &Seen, other: &Seen) -> bool {
        let tokens = &self.source.doc.tokens;
        let kind = |s: &Seen| s.actors.first().map(|a| a.kind);
        let argument = matches!(tokens[other.token].rel, Rel::Obj | Rel::Obl | Rel::Iobj);
        let verb = tokens[subject.token].head;
        verb.is_some() && verb == tokens[other.token].head && argument && kind(subject) == kind(other) && !other.located
    }

    /// "It is clear that ...": stands for nobody.
    fn is_empty_it(&self, token: usize) -> bool {
        let doc = self.source.doc;
        let t = &doc.tokens[token];
        let clause =
            |h: usize| doc.child(h, &[Rel::Csubj, Rel::Ccomp, Rel::Expl]).is_some() && doc.tokens[h].upos != Upos::Verb;
        let empty_verb = |h: usize| self.source.dir.words.class(&doc.tokens[h].lemma) & word_class::EMPTY_IT != 0;
        if self.source.tagged
            && !t.rel.is_subject()
            && !matches!(t.rel, Rel::Obj | Rel::Obl | Rel::Iobj | Rel::NmodPoss | Rel::Nmod)
        {
            return true;
        }
        let untagged = !self.source.tagged && self.source.lower_form(token) == "it";
        untagged || t.rel == Rel::Expl || (t.rel.is_subject() && t.head.is_some_and(|h| clause(h) || empty_verb(h)))
    }

    fn coreferent(&self, actors: Vec<Actor>, confidence: f32, why: String, draft: &Draft) -> Coded {
        Coded {
            plural: actors.len() > 1 || draft.coded.plural,
            has_country: actors.iter().any(|a| a.code.country.is_some()),
            actors,
            link: Some(MentionLink::Coreference),
            confidence,
            why,
            role: draft.coded.role,
            of_unknown: false,
            of_part: draft.coded.of_part,
            person: None,
        }
    }

    fn words_of(&self, draft: &Draft) -> String {
        draft.span.of(self.source.doc.text()).split_whitespace().collect::<Vec<_>>().join(" ")
    }

    /// With the determiner.
    fn words(&self, draft: &Draft) -> String {
        let start = draft.determiner.unwrap_or(draft.tokens.start).min(draft.tokens.start);
        let span = self.source.doc.tokens[start].span.cover(draft.span);
        span.of(self.source.doc.text()).split_whitespace().collect::<Vec<_>>().join(" ")
    }
}

/// How much a mention so many sentences back still weighs.
fn faded(sentences: usize) -> f32 {
    0.45f32.powi(sentences.min(12) as i32)
}

/// The topmost token of the coordination that a head belongs to, and whether there is one.
pub(crate) fn coordination(doc: &Document, head: usize) -> (usize, bool) {
    let mut top = head;
    for _ in 0..8 {
        match doc.tokens[top].head.filter(|_| doc.tokens[top].rel == Rel::Conj) {
            Some(up) => top = up,
            None => break,
        }
    }
    (top, top != head || doc.child(head, &[Rel::Conj]).is_some())
}

fn pronouns(source: &Source) -> Vec<usize> {
    use word_class::{HE, IT, SHE, THEY};
    let tokens = source.doc.sentences.iter().flat_map(|s| s.tokens.clone());
    let pronoun = |&i: &usize| {
        let upos = source.doc.tokens[i].upos;
        (upos == Upos::Pron || upos == Upos::X)
            && source.dir.words.class(source.lower_form(i)) & (HE | SHE | IT | THEY) != 0
    };
    tokens.filter(pronoun).collect()
}

/// True for the code of a state, false for that of an organisation.
fn is_state(dir: &Directory, country: &str) -> bool {
    dir.state(country).is_some_and(|s| s.kind == ActorKind::Country)
}

fn totals(dir: &Directory, drafts: &[Draft]) -> BTreeMap<String, usize> {
    let mut totals = BTreeMap::new();
    for country in drafts.iter().flat_map(|d| &d.coded.actors).filter_map(|a| a.code.country.as_ref()) {
        if is_state(dir, country) {
            *totals.entry(country.clone()).or_insert(0) += 1;
        }
    }
    totals
}

/// The actors of several mentions, where there are at least two.
fn two_or_more<'s>(seen: impl Iterator<Item = &'s Seen>) -> Option<Vec<Actor>> {
    let mut actors: Vec<Actor> = Vec::new();
    for actor in seen.flat_map(|s| &s.actors) {
        if !actors.contains(actor) && actor.kind != ActorKind::Place {
            actors.push(actor.clone());
        }
    }
    (actors.len() >= 2).then_some(actors)
}

fn has_word(phrase: &str, word: &str) -> bool {
    phrase.match_indices(word).any(|(at, _)| {
        let ends = |c: Option<char>| c.is_none_or(|c| !c.is_alphanumeric());
        ends(phrase[..at].chars().next_back()) && ends(phrase[at + word.len()..].chars().next())
    })
}

fn lower_first(words: &str) -> String {
    let mut chars = words.chars();
    match chars.next() {
        Some(c) if chars.clone().next().is_some_and(char::is_lowercase) => c.to_lowercase().chain(chars).collect(),
        Some(c) => std::iter::once(c).chain(chars).collect(),
        None => String::new(),
    }
}
