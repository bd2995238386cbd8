//! Which actors a noun phrase stands for.
//!
//! In: a node of the tree and the mentions of the document. Out: participants. A phrase that names nobody itself may
//! belong to someone: its possessor, its adjective, a phrase after a preposition ("the army's attack on X by Y").

use crate::codebook::{Codebook, NounRule};
use crate::coder::{MATERIAL_CONFLICT, is_coded};
use crate::place::WHERE;
use crate::tree::{Tree, is_pp};
use chancery_text::{Actor, ActorKind, Mention, MentionLink, Participant, Rel, Upos, Xpos};
use rustc_hash::FxHashMap;

/// The confidence of a role word whose country is that of the text around it.
const GUESSED: f32 = 0.5;
/// How deep a phrase is searched for its owner.
const MAX_DEPTH: usize = 4;
/// What stands before examples of what a noun names ("such as" is known by its first word).
const GIVES_EXAMPLES: [&str; 3] = ["such", "including", "notably"];
/// Where a noun says whose it is.
pub(crate) const OWNERS: [&str; 5] = ["poss", "adj", "by", "of", "from"];
/// Where the owner of a phrase is looked for when the codebook does not say.
const OWNER_PREPOSITIONS: &[&str] = &[
    "by",
    "of",
    "from",
    "between",
    "against",
    "with",
    "in",
    "on",
    "to",
    "toward",
    "towards",
    "for",
    "into",
    "over",
    "at",
    "about",
    "regarding",
    "concerning",
    "near",
    "outside",
    "inside",
    "around",
    "across",
    "through",
];

/// The mentions of a document by token.
pub(crate) struct Parties<'a> {
    tree: Tree<'a>,
    book: &'a Codebook,
    mentions: &'a [Mention],
    by_head: Vec<u32>,
    cover: Vec<u32>,
    /// The fullest entry of each person: "the club's founder X" is the X that the directory knows.
    people: FxHashMap<&'a str, &'a Actor>,
}

const NONE: u32 = u32::MAX;

impl<'a> Parties<'a> {
    pub fn new(tree: Tree<'a>, book: &'a Codebook, mentions: &'a [Mention]) -> Self {
        let n = tree.doc.tokens.len();
        let (mut by_head, mut cover) = (vec![NONE; n], vec![NONE; n]);
        let longer = |old: u32, new: &Mention| old == NONE || mentions[old as usize].tokens.len() < new.tokens.len();
        for (i, mention) in mentions.iter().enumerate() {
            if mention.head < n && longer(by_head[mention.head], mention) {
                by_head[mention.head] = i as u32;
            }
            for t in mention.tokens.clone().filter(|&t| t < n) {
                if longer(cover[t], mention) {
                    cover[t] = i as u32;
                }
            }
        }
        let mut people: FxHashMap<&str, &Actor> = FxHashMap::default();
        let persons = mentions.iter().flat_map(|m| &m.actors).filter(|a| a.kind == ActorKind::Person);
        for actor in persons.filter(|a| a.wikidata.is_some() && a.code.country.is_some()) {
            people.entry(&actor.name).or_insert(actor);
        }
        Parties { tree, book, mentions, by_head, cover, people }
    }

    /// The mention whose head is this token, or that holds it as a noun.
    pub fn mention_at(&self, i: usize) -> Option<&'a Mention> {
        let found = match (self.by_head[i], self.cover[i]) {
            (NONE, NONE) => return None,
            (NONE, inside) if matches!(self.tree.upos(i), Upos::Noun | Upos::Propn | Upos::Pron) => inside,
            (NONE, _) => return None,
            (head, _) => head,
        };
        Some(&self.mentions[found as usize])
    }

    /// The head of a mention that follows `i` with at most an article or adjective between: an object that the tree lost.
    pub fn right_after(&self, i: usize) -> Option<usize> {
        let end = self.sentence_end(i);
        for t in i + 1..end.min(i + 4) {
            // "to stop sheltering terrorists"
            if self.tree.is_verb(t) {
                return None;
            }
            if let Some(mention) = self.covering(t) {
                return Some(mention.head);
            }
            if !matches!(self.tree.upos(t), Upos::Det | Upos::Adj | Upos::Adv | Upos::Num) {
                return None;
            }
        }
        None
    }

    /// The head of a mention that follows the nearest `prep` after `i` in the same clause.
    pub fn after_preposition(&self, i: usize, prep: &str) -> Option<usize> {
        let end = self.sentence_end(i);
        for t in i + 1..end.min(i + 12) {
            if matches!(self.tree.upos(t), Upos::Adp | Upos::Part) && self.tree.is(t, prep) {
                return self.right_after(t);
            }
            let stop = matches!(self.tree.upos(t), Upos::Verb | Upos::Sconj) || self.tree.is_any(t, &[",", ";", "."]);
            if stop {
                return None;
            }
        }
        None
    }

    /// The head of a mention that stands before `i` with nothing but auxiliaries, adverbs and nouns between.
    pub fn left_before(&self, i: usize) -> Option<usize> {
        let start = self.tree.doc.sentences.get(self.tree.doc.sentence_of(i))?.tokens.start;
        for t in (start.max(i.saturating_sub(5))..i).rev() {
            if let Some(mention) = self.covering(t) {
                return Some(mention.head);
            }
            if !matches!(self.tree.upos(t), Upos::Aux | Upos::Adv | Upos::Part | Upos::Noun | Upos::Propn | Upos::Adj) {
                return None;
            }
        }
        None
    }

    /// The mention that a relative pronoun at `i` stands for where the tree does not say: the one before the comma.
    pub fn before_relative(&self, i: usize) -> Option<usize> {
        if !matches!(self.tree.xpos(i), Xpos::Wp | Xpos::Wdt) {
            return None;
        }
        let start = self.tree.doc.sentences.get(self.tree.doc.sentence_of(i))?.tokens.start;
        (start.max(i.saturating_sub(2))..i).rev().find_map(|t| self.covering(t)).map(|m| m.head)
    }

    /// True where a party's country is only that of the text around it.
    pub fn is_guessed(&self, party: &Participant) -> bool {
        let first = self.mentions.partition_point(|m| m.span.start < party.span.start);
        let own = self.mentions[first..].iter().take_while(|m| m.span.start == party.span.start);
        let mut own = own.filter(|m| m.span == party.span);
        own.any(is_guess)
    }

    /// All mentions of the document.
    pub fn all(&self) -> &'a [Mention] {
        self.mentions
    }

    /// The mentions that begin in a stretch of tokens.
    pub fn within(&self, tokens: std::ops::Range<usize>) -> impl Iterator<Item = &'a Mention> + '_ {
        let first = self.mentions.partition_point(|m| m.tokens.start < tokens.start);
        self.mentions[first..].iter().take_while(move |m| m.tokens.start < tokens.end)
    }

    /// The actors of a mention.
    pub fn of_mention(&self, mention: &Mention) -> Vec<Participant> {
        let mut found = Vec::new();
        self.add_mention(mention, &mut found);
        found
    }

    fn covering(&self, t: usize) -> Option<&'a Mention> {
        (self.cover[t] != NONE).then(|| &self.mentions[self.cover[t] as usize])
    }

    fn sentence_end(&self, i: usize) -> usize {
        self.tree.doc.sentences.get(self.tree.doc.sentence_of(i)).map_or(i, |s| s.tokens.end)
    }

    /// The actors named by the phrase itself and by what it is joined with.
    pub fn named(&self, np: usize) -> Vec<Participant> {
        let mut found = Vec::new();
        for node in self.tree.conjuncts(np) {
            self.named_one(node, 0, &mut found);
        }
        found
    }

    fn named_one(&self, node: usize, depth: usize, found: &mut Vec<Participant>) {
        if let Some(mention) = self.mention_at(node) {
            let uncoded = mention.actors.iter().all(|a| a.code.country.is_none());
            let nations = self.nations_beside(node, mention);
            if !nations.is_empty() {
                extend(found, nations);
                return;
            }
            let meant = self.said_to_be(node).filter(|_| uncoded).unwrap_or(mention);
            self.add_mention(meant, found);
            return;
        }
        if depth >= MAX_DEPTH {
            return;
        }
        for child in
            self.tree.children(node).filter(|&c| matches!(self.tree.rel(c), Rel::Appos | Rel::Flat | Rel::NmodDesc))
        {
            if let Some(mention) = self.mention_at(child) {
                self.add_mention(mention, found);
                return;
            }
        }
        if self.is_transparent(node) {
            for child in self.tree.with_case(node, "of") {
                for inner in self.tree.conjuncts(child) {
                    self.named_one(inner, depth + 1, found);
                }
            }
        }
    }

    /// "two hostages, a Kenyan and a Dane", "the men, both Kenyan citizens": people whose own words do not say whose they are,
    /// of the nations that stand beside them.
    fn nations_beside(&self, node: usize, mention: &Mention) -> Vec<Participant> {
        let tree = self.tree;
        let alone = |kind| matches!(kind, ActorKind::Country | ActorKind::Place | ActorKind::Igo | ActorKind::Person);
        if !is_open(mention) || mention.actors.is_empty() || mention.actors.iter().any(|a| alone(a.kind)) {
            return Vec::new();
        }
        let beside = tree.children(node).filter(|&c| tree.rel(c) == Rel::Appos).flat_map(|c| tree.conjuncts(c));
        // "two of them Kenyans"
        let parts = |n: usize| tree.children(n).filter(|&c| tree.rel(c) == Rel::Nmod).collect::<Vec<_>>();
        let beside = beside
            .flat_map(|n| std::iter::once(n).chain(if tree.upos(n) == Upos::Num { parts(n) } else { Vec::new() }));
        let nations = beside.filter_map(|n| self.mention_at(n)).filter(|m| !is_open(m)).flat_map(|m| &m.actors);
        let mut found = Vec::new();
        for nation in nations.filter(|a| matches!(a.kind, ActorKind::Group | ActorKind::Country)) {
            let mut actor = if mention.link == MentionLink::Coreference { nation } else { &mention.actors[0] }.clone();
            actor.code.country.clone_from(&nation.code.country);
            let text = mention.span.of(tree.doc.text()).to_string();
            add(&mut found, Participant { text, span: mention.span, actor });
        }
        found.retain(|p| p.actor.code.country.is_some());
        found
    }

    /// "The envoys whom Estonia expelled were Russian diplomats": who the subject is said to be.
    fn said_to_be(&self, subject: usize) -> Option<&'a Mention> {
        let tree = self.tree;
        let head = tree.head(subject).filter(|_| tree.rel(subject) == Rel::Nsubj)?;
        let equal = tree.children(head).any(|c| tree.rel(c) == Rel::Cop && tree.is(c, "be"));
        let said = self.mention_at(head).filter(|m| equal && !tree.has_any_case(head) && !tree.is_negated(m.head));
        said.filter(|m| m.actors.iter().any(|a| a.code.country.is_some() && a.kind != ActorKind::Place))
    }

    /// "a series of", "two", "some of".
    pub fn is_transparent(&self, node: usize) -> bool {
        matches!(self.tree.upos(node), Upos::Num | Upos::Det)
            || self.book.operators.transparent.contains_key(self.tree.lemma(node).as_ref())
    }

    /// The actors named by the phrase, or those that it belongs to.
    pub fn deep(&self, np: usize) -> Vec<Participant> {
        self.deep_at(np, 0)
    }

    fn deep_at(&self, np: usize, depth: usize) -> Vec<Participant> {
        let mut named = self.named(np);
        if named.iter().all(|p| p.actor.code.country.is_none()) {
            let examples = self.examples(np);
            if !examples.is_empty() {
                named = examples;
            }
        }
        // "drones launched by Chad" over Niger are Chad's, "a delegation led by its minister" is
        if named.iter().all(|p| self.is_guessed(p)) {
            let senders = self.sent_by(np);
            if !senders.is_empty() {
                return senders;
            }
        }
        if !named.is_empty() || depth >= MAX_DEPTH {
            // "officials from both sides"
            let sides = || ["from", "of"].into_iter().map(|slot| self.slot(np, slot, depth)).find(|p| p.len() > 1);
            let open = named.iter().all(|p| p.actor.code.country.is_none()) && depth == 0;
            return sides().filter(|_| open).unwrap_or(named);
        }
        for node in self.tree.conjuncts(np) {
            let owners = self.owners(node, depth);
            if !owners.is_empty() {
                return owners;
            }
        }
        Vec::new()
    }

    /// "states such as Cuba and Iran", "several states, including Cuba": who is meant.
    fn examples(&self, np: usize) -> Vec<Participant> {
        let tree = self.tree;
        let gives = |&c: &usize| c > np && is_pp(tree.rel(c)) && GIVES_EXAMPLES.iter().any(|w| tree.has_case(c, w));
        let own = tree.children(np).find(gives);
        // "the strike killed ten, including a child": no example of a strike
        let near = |&c: &usize| gives(&c) && !(np..c).any(|t| tree.is_verb(t));
        let beside = || tree.head(np).and_then(|h| tree.children(h).find(near));
        own.or_else(beside).map(|n| self.named(n)).unwrap_or_default()
    }

    fn owners(&self, node: usize, depth: usize) -> Vec<Participant> {
        let lemma = self.tree.lemma(node);
        let rule = self.book.noun(lemma.as_ref()).map(|(rule, _)| rule);
        let actors = rule.map(|r| self.slots(node, &r.actor, depth)).unwrap_or_default();
        if !actors.is_empty() && !self.is_on_place(node, &actors) {
            return actors;
        }
        let happens = rule.is_some() || self.is_instrument(node);
        // "the Iraq war" is not Iraq's, nor "the attack in Lagos" Nigeria's
        let adj_is_no_actor = rule.is_some_and(|r| !r.actor.iter().any(|slot| slot == "adj"));
        for slot in ["poss", "adj"].iter().chain(OWNER_PREPOSITIONS) {
            if rule.is_some_and(|r| r.is_sufferer(slot)) {
                continue;
            }
            if happens && (WHERE.contains(slot) || *slot == "adj" && adj_is_no_actor) {
                continue;
            }
            let owners = self.slot(node, slot, depth);
            // "criticised the Mosul assault" is not said of Mosul
            if matches!(*slot, "adj" | "poss") && self.is_on_place(node, &owners) {
                continue;
            }
            if !owners.is_empty() {
                return owners;
            }
        }
        self.owner_by_clause(node)
    }

    /// True for what kills without a hand that is named.
    pub fn is_instrument(&self, noun: usize) -> bool {
        self.book.operators.instruments.contains_key(self.tree.lemma(noun).as_ref())
    }

    /// "a missile fired by X", "20 of the drones that X launched", "a delegation led by X".
    fn sent_by(&self, np: usize) -> Vec<Participant> {
        let tree = self.tree;
        let sent = std::iter::once(np).chain(tree.with_case(np, "of")).find(|&n| self.is_instrument(n));
        let heads = |c: usize| tree.is_passive(c) && self.book.operators.heads.contains_key(tree.lemma(c).as_ref());
        let noun = sent.unwrap_or(np);
        let clauses = tree.children(noun).filter(|&c| matches!(tree.rel(c), Rel::Acl | Rel::AclRelcl));
        let doers = clauses.filter(|&c| sent.is_some() || heads(c)).filter_map(|c| tree.doer(c)).filter(|&d| d != noun);
        doers.map(|d| self.named(d)).find(|p| is_coded(p)).unwrap_or_default()
    }

    /// "the move announced by X", "the tariffs that X put in place".
    fn owner_by_clause(&self, node: usize) -> Vec<Participant> {
        let clauses = self.tree.children(node).filter(|&c| matches!(self.tree.rel(c), Rel::Acl | Rel::AclRelcl));
        // "a statement taking Chad to task over Niger", "plans to lease it to a firm in Niger": whoever acts there, Niger does not
        let open = |c: usize| self.tree.xpos(c) == Xpos::Vbg || self.tree.has_mark(c, "to");
        let clauses: Vec<usize> = clauses.filter(|&c| !open(c)).collect();
        let doers = clauses.iter().filter_map(|&c| self.tree.doer(c)).filter(|&d| d != node);
        let phrases = clauses.iter().flat_map(|&c| self.tree.children(c)).filter(|&c| self.tree.rel(c).is_oblique());
        let inside = clauses.iter().flat_map(|&c| self.tree.doc.subtree(c)).filter(|&i| self.tree.has_case(i, "by"));
        let mut all = doers.chain(inside).chain(phrases).map(|d| self.named(d));
        all.find(|p| !p.is_empty()).unwrap_or_default()
    }

    /// The actors in the first slot that has any.
    pub fn slots<S: AsRef<str>>(&self, noun: usize, slots: &[S], depth: usize) -> Vec<Participant> {
        slots.iter().map(|s| self.slot(noun, s.as_ref(), depth)).find(|p| !p.is_empty()).unwrap_or_default()
    }

    /// The actors in one slot of a noun: `poss`, `adj` or a preposition.
    pub fn slot(&self, noun: usize, slot: &str, depth: usize) -> Vec<Participant> {
        let mut found = Vec::new();
        for node in self.slot_nodes(noun, slot) {
            let node = self.whose(noun, node).unwrap_or(node);
            let parties = if slot == "adj" { self.modifier(node) } else { self.deep_at(node, depth + 1) };
            extend(&mut found, parties);
        }
        if slot == "between" && found.len() < 2 {
            let by_order = self.between(noun);
            if by_order.len() > found.len() {
                return by_order;
            }
        }
        found
    }

    /// "the minister, whose visit": the noun that the relative clause hangs on.
    fn whose(&self, noun: usize, owner: usize) -> Option<usize> {
        (self.tree.xpos(owner) == Xpos::WpPoss).then_some(())?;
        let up = |&i: &usize| self.tree.head(i);
        let clause = std::iter::successors(Some(noun), up).take(6).find(|&i| self.tree.rel(i) == Rel::AclRelcl)?;
        self.tree.head(clause)
    }

    /// "between X and Y" by the order of words, where the tree tore it apart.
    fn between(&self, noun: usize) -> Vec<Participant> {
        let end = self.sentence_end(noun).min(noun + 25);
        let mut found = Vec::new();
        let Some(first) = (noun + 1..end.min(noun + 7)).find(|&t| self.tree.is(t, "between")) else { return found };
        let mut joined = false;
        let mut t = first + 1;
        while t < end {
            joined |= self.tree.is(t, "and");
            match self.covering(t) {
                Some(mention) => {
                    self.add_mention(mention, &mut found);
                    if joined {
                        return found;
                    }
                    t = mention.tokens.end.max(t + 1);
                }
                None if self.tree.is_verb(t) => return Vec::new(),
                None => t += 1,
            }
        }
        Vec::new()
    }

    fn slot_nodes(&self, noun: usize, slot: &str) -> Vec<usize> {
        let tree = self.tree;
        let fits = |&c: &usize| match slot {
            "poss" => tree.rel(c) == Rel::NmodPoss,
            "adj" => is_modifier(tree, noun, c),
            prep => is_pp(tree.rel(c)) && tree.has_case(c, prep),
        };
        // "members of the clan marched, ..., by gunmen": what stands behind the verb is not its subject's
        let verb = tree.head(noun).filter(|&h| h > noun && tree.is_verb(h));
        let beyond = |&c: &usize| verb.is_some_and(|v| c > v);
        let own: Vec<usize> = tree.children(noun).filter(|c| fits(c) && !beyond(c)).collect();
        if !own.is_empty() || matches!(slot, "poss" | "adj" | "of") {
            return own;
        }
        // "called it an attack by Chad": the tree hangs the phrase on the verb, which is no passive
        let verb = tree.head(noun).filter(|&v| tree.rel(noun) == Rel::Obj && tree.is_verb(v) && !tree.is_passive(v));
        if let (Some(verb), "by") = (verb, slot) {
            let by: Vec<usize> = tree.children(verb).filter(|&c| c > noun && fits(&c)).collect();
            if !by.is_empty() {
                return by;
            }
        }
        // "attacks by X on Y": the second phrase often hangs on the first
        let phrases = tree.children(noun).filter(|&c| is_pp(tree.rel(c)));
        phrases.flat_map(|c| tree.children(c)).filter(|&g| is_pp(tree.rel(g)) && tree.has_case(g, slot)).collect()
    }

    /// "Indian-French": two adjectives of which the tree hung the first on the second.
    fn is_hyphened(&self, first: usize, second: usize) -> bool {
        self.tree.rel(first) == Rel::Amod && first + 2 == second && self.tree.is_any(first + 1, &["-", "–"])
    }

    /// A country adjective or noun before a noun ("Russian", "US and Iranian").
    fn modifier(&self, node: usize) -> Vec<Participant> {
        let mut found = Vec::new();
        let mut nodes: Vec<usize> = self
            .tree
            .children(node)
            .filter(|&c| matches!(self.tree.rel(c), Rel::Conj | Rel::Flat | Rel::Compound) || self.is_hyphened(c, node))
            .collect();
        nodes.push(node);
        nodes.sort_unstable();
        for i in nodes {
            let mention = match (self.by_head[i], self.cover[i]) {
                (NONE, NONE) => None,
                (NONE, m) | (m, _) => Some(&self.mentions[m as usize]),
            };
            if let Some(mention) = mention {
                self.add_mention(mention, &mut found);
            }
        }
        found
    }

    /// The parties of an event told by a noun, as its own phrase names them.
    pub fn nominal(&self, noun: usize, rule: &NounRule) -> (Vec<Participant>, Vec<Participant>) {
        let mut town = self.slot(noun, "adj", 0);
        if !self.is_on_place(noun, &town) {
            town.clear();
        }
        let mut actors = Vec::new();
        let mut used = Vec::new();
        for slot in &rule.actor {
            actors = self.slot(noun, slot, 0);
            if slot == "adj" && self.is_on_place(noun, &actors) {
                actors.clear();
            }
            if !actors.is_empty() {
                used = self.slot_nodes(noun, slot);
                break;
            }
        }
        let mut recipients = Vec::new();
        for slot in rule.recipient.iter().filter(|s| *s != "adj" && !WHERE.contains(&s.as_str()) || town.is_empty()) {
            if self.slot_nodes(noun, slot).iter().all(|n| used.contains(n)) {
                continue;
            }
            recipients = self.slot(noun, slot, 0);
            if !recipients.is_empty() {
                break;
            }
        }
        (actors, if recipients.is_empty() { town } else { recipients })
    }

    /// "the Fallujah assault", "the Lagos bombing": a town is attacked, it does not attack.
    fn is_on_place(&self, noun: usize, owners: &[Participant]) -> bool {
        let town = |p: &Participant| p.actor.kind == ActorKind::Place;
        let group = self.book.noun(self.tree.lemma(noun).as_ref()).map(|(_, group)| group);
        let kind = group.and_then(|g| self.book.types.get(g.event_type.as_ref()?));
        kind.is_some_and(|k| k.quad == MATERIAL_CONFLICT) && !owners.is_empty() && owners.iter().all(town)
    }

    /// What stands where a noun's recipient would: the phrases of its first slot that has any, the actor's left out.
    pub fn nominal_targets(&self, noun: usize, rule: &NounRule) -> Vec<usize> {
        let prepositions = rule.recipient.iter().filter(|s| !matches!(s.as_str(), "adj" | "poss" | "of"));
        prepositions.map(|slot| self.slot_nodes(noun, slot)).find(|n| !n.is_empty()).unwrap_or_default()
    }

    fn add_mention(&self, mention: &Mention, found: &mut Vec<Participant>) {
        for actor in mention.actors.iter().filter(|a| a.kind != ActorKind::Place || a.code.country.is_some()) {
            let text = mention.span.of(self.tree.doc.text()).to_string();
            let known = self.people.get(actor.name.as_str()).filter(|_| actor.wikidata.is_none());
            let actor = known.map_or(actor, |k| *k).clone();
            add(found, Participant { text, span: mention.span, actor });
        }
    }
}

/// True where the country is only that of the text around it.
fn is_guess(mention: &Mention) -> bool {
    mention.link == MentionLink::Role && mention.confidence <= GUESSED
}

/// True where the country of those mentioned is none, or is that of others in the text.
fn is_open(mention: &Mention) -> bool {
    is_guess(mention)
        || mention.link == MentionLink::Coreference
        || mention.actors.iter().all(|a| a.code.country.is_none())
}

fn is_modifier(tree: Tree<'_>, noun: usize, child: usize) -> bool {
    let bare = matches!(
        tree.rel(child),
        Rel::Amod | Rel::Compound | Rel::NmodUnmarked | Rel::NmodDesc | Rel::Nmod | Rel::Flat
    );
    bare && child < noun && !tree.has_any_case(child)
}

fn add(found: &mut Vec<Participant>, party: Participant) {
    if !found.iter().any(|f| f.actor == party.actor) {
        found.push(party);
    }
}

/// Adds parties that are not yet there.
pub(crate) fn extend(found: &mut Vec<Participant>, parties: Vec<Participant>) {
    for party in parties {
        add(found, party);
    }
}
