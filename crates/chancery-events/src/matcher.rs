//! Compares the codebook's verb patterns with a place in the tree.
//!
//! In: a trigger token. Out: the best pattern, with the nodes that fill its slots. Literal words must be there, slots may
//! hang on the verb, on its object ("lift the ban on X") or on a predicate ("stands ready to"), since parsers attach
//! prepositional phrases now here, now there.

use crate::codebook::Codebook;
use crate::literals::SentenceWords;
use crate::parties::Parties;
use crate::pattern::{Element, Need};
use crate::tree::{Tree, is_pp};
use chancery_text::{ActorKind, Rel, Upos, Xpos};

/// A pattern that fits, with what fills its slots.
#[derive(Debug, Clone)]
pub(crate) struct Match {
    /// Index into [`Codebook::rules`].
    pub rule: usize,
    /// Literal words count most, filled slots less.
    pub score: i32,
    /// Nodes that name the recipient.
    pub recipients: Vec<usize>,
    /// Nodes that name the actor, in patterns that begin with the recipient.
    pub actors: Vec<usize>,
    /// The verb of "to do" or "that R must do".
    pub complement: Option<usize>,
    /// Nouns that belong to the pattern and tell no event of their own.
    pub consumed: Vec<usize>,
}

/// The best pattern for a trigger, the first of the codebook's where several fit equally well; `words` are its sentence's.
pub(crate) fn best_match(
    tree: Tree<'_>,
    book: &Codebook,
    parties: &Parties<'_>,
    words: &SentenceWords,
    trigger: usize,
) -> Option<Match> {
    let first_of_best = |best: Match, found: Match| if found.score > best.score { found } else { best };
    all_matches(tree, book, parties, words, trigger).reduce(first_of_best)
}

/// All patterns that fit, in the order of the codebook.
pub(crate) fn all_matches<'a>(
    tree: Tree<'a>,
    book: &'a Codebook,
    parties: &'a Parties<'_>,
    words: &'a SentenceWords,
    trigger: usize,
) -> impl Iterator<Item = Match> + 'a {
    let open = candidates(tree, book, trigger).filter(|&&rule| book.rules[rule].literals.may_be_met(words));
    open.filter_map(move |&rule| try_rule(tree, book, parties, trigger, rule))
}

/// The best pattern that asks for nothing but a clause ("A say that R must do") for a clause that a quotation holds.
pub(crate) fn best_of_speech(
    tree: Tree<'_>,
    book: &Codebook,
    parties: &Parties<'_>,
    verb: &str,
    clause: usize,
) -> Option<Match> {
    let mut best: Option<Match> = None;
    for &index in book.verb_rules(verb, verb).into_iter().flatten() {
        let [Element::Clause { subject, auxiliaries, verbs }] = book.rules[index].pattern.elements.as_slice() else {
            continue;
        };
        let mut state = State::new(tree, book, parties, clause, index);
        let fits = state.said(clause, *subject, auxiliaries, verbs).is_some();
        if fits && best.as_ref().is_none_or(|b| state.found.score > b.score) {
            best = Some(state.found);
        }
    }
    best
}

fn candidates<'b>(tree: Tree<'_>, book: &'b Codebook, trigger: usize) -> impl Iterator<Item = &'b usize> {
    let upos = tree.upos(trigger);
    // "looked beaten"
    let described = tree.xpos(trigger) == Xpos::Vbn
        && tree.rel(trigger) == Rel::Xcomp
        && tree.head(trigger).is_some_and(|h| book.operators.seems.contains_key(tree.lemma(h).as_ref()));
    let bare_modifier = tree.rel(trigger) == Rel::Amod
        && tree.children(trigger).all(|c| matches!(tree.rel(c), Rel::Advmod | Rel::Punct | Rel::Cc | Rel::Conj));
    let is_verb = !bare_modifier
        && !described
        && (upos == Upos::Verb
            || (upos == Upos::Aux && matches!(tree.rel(trigger), Rel::Root | Rel::Xcomp | Rel::Ccomp)));
    let verbs = is_verb.then(|| book.verb_rules(&tree.lemma(trigger), &tree.form(trigger))).flatten();
    let may_be_adjective = upos == Upos::Adj
        || (upos == Upos::Verb && matches!(tree.xpos(trigger), Xpos::Vbn | Xpos::Vbd | Xpos::Vbg))
        || (matches!(upos, Upos::Adv | Upos::Noun) && tree.is_predicate(trigger));
    let adjectives = may_be_adjective.then(|| book.adjectives.get(tree.form(trigger).as_ref())).flatten();
    verbs.into_iter().flatten().chain(adjectives.into_iter().flatten())
}

fn try_rule(tree: Tree<'_>, book: &Codebook, parties: &Parties<'_>, trigger: usize, index: usize) -> Option<Match> {
    let rule = &book.rules[index];
    if let Some(sector) = &rule.pattern.sector {
        let doer = tree.doer(trigger)?;
        if !parties.named(doer).iter().any(|p| p.actor.code.sectors.contains(sector)) {
            return None;
        }
    }
    if rule.pattern.place_subject && !tree.surface_subject(trigger).is_some_and(|s| is_place(parties, s)) {
        return None;
    }
    let mut state = State::new(tree, book, parties, trigger, index);
    if !rule.pattern.subject.is_empty() {
        state.subject(&rule.pattern.subject)?;
    }
    // of two patterns alike the narrower wins
    state.found.score += i32::from(rule.pattern.sector.is_some());
    for element in &rule.pattern.elements {
        state.take(element)?;
    }
    Some(state.found)
}

struct State<'a> {
    tree: Tree<'a>,
    book: &'a Codebook,
    parties: &'a Parties<'a>,
    trigger: usize,
    adjective: bool,
    /// Tokens below which later slots may hang.
    anchors: Vec<usize>,
    found: Match,
}

impl<'a> State<'a> {
    fn new(tree: Tree<'a>, book: &'a Codebook, parties: &'a Parties<'a>, trigger: usize, rule: usize) -> Self {
        let found = Match {
            rule,
            score: 2,
            recipients: Vec::new(),
            actors: Vec::new(),
            complement: None,
            consumed: Vec::new(),
        };
        let adjective = book.rules[rule].pattern.adjective;
        State { tree, book, parties, trigger, adjective, anchors: vec![trigger], found }
    }

    fn take(&mut self, element: &Element) -> Option<()> {
        match element {
            Element::Word(word) => self.word(word),
            Element::Object(nouns) => self.object(nouns),
            Element::PrepNoun(prep, nouns) => self.prep_noun(prep, nouns),
            Element::PartyObject { optional } => self.party_object(*optional),
            Element::PlaceObject => self.place_object(),
            Element::PartyPrep { prep, need } => self.party_prep(prep, *need),
            Element::ActorPrep { prep, needed } => self.actor_prep(prep, *needed),
            Element::Infinitive(verbs) => self.complement(verbs, &[Xpos::Vb], "to"),
            Element::Gerund(verbs) => self.complement(verbs, &[Xpos::Vbg], ""),
            Element::Clause { subject, auxiliaries, verbs } => self.clause(*subject, auxiliaries, verbs),
            Element::Negated => self.tree.is_negated(self.trigger).then_some(()),
        }
    }

    fn score(&mut self, points: i32) -> Option<()> {
        self.found.score += points;
        Some(())
    }

    /// "a ceasefire took effect": the subject's noun.
    fn subject(&mut self, nouns: &[String]) -> Option<()> {
        let tree = self.tree;
        let subject =
            tree.surface_subject(self.trigger).filter(|_| self.adjective || !tree.is_passive(self.trigger))?;
        self.consume(&[subject], nouns)
    }

    fn word(&mut self, word: &str) -> Option<()> {
        let tree = self.tree;
        let near = tree.children(self.trigger).find(|&c| tree.is(c, word) && !tree.rel(c).is_subject());
        // "rounded up 40 activists": the tree hangs the particle on the number
        let next = self.trigger + 1;
        let behind =
            || (next < tree.doc.tokens.len() && tree.upos(next) == Upos::Adp && tree.is(next, word)).then_some(next);
        let node = near.or_else(|| {
            tree.children(self.trigger)
                .filter(|&c| is_pp(tree.rel(c)) || matches!(tree.rel(c), Rel::Xcomp | Rel::Advmod | Rel::Obj))
                .flat_map(|c| tree.children(c))
                .find(|&g| {
                    // "welcomed her effort to end it" welcomes nobody to anything
                    tree.is(g, word)
                        && !(word == "to"
                            && tree.rel(g) == Rel::Mark
                            && tree.head(g).is_some_and(|v| tree.xpos(v) == Xpos::Vb))
                        && matches!(tree.rel(g), Rel::Case | Rel::Mark | Rel::Advmod | Rel::Fixed | Rel::CompoundPrt)
                })
        });
        // "pushed the rebels out of the town": the tree hangs the phrase on the object
        let out_of = || {
            let phrases =
                tree.done_to(self.trigger).into_iter().flat_map(|o| tree.children(o)).filter(|&c| is_pp(tree.rel(c)));
            let mut cases = phrases.flat_map(|c| tree.children(c)).filter(|&g| tree.rel(g) == Rel::Case);
            cases.find(|&g| tree.is(g, word) && g + 1 < tree.doc.tokens.len() && tree.is(g + 1, "of"))
        };
        let node = node.or_else(behind).or_else(out_of)?;
        self.anchors.push(node);
        self.score(4)
    }

    fn object(&mut self, nouns: &[String]) -> Option<()> {
        let tree = self.tree;
        let mut objects = tree.done_to(self.trigger);
        // "vowed to resume attacks"
        if let Some(inner) = self.found.complement {
            objects.extend(tree.done_to(inner));
        }
        let mut nodes: Vec<usize> = objects.iter().flat_map(|&o| tree.conjuncts(o)).collect();
        nodes.extend(tree.children(self.trigger).filter(|&c| tree.rel(c) == Rel::OblUnmarked));
        nodes.extend(self.predicates(&objects));
        let through: Vec<usize> =
            nodes.iter().filter(|&&n| self.is_transparent(n)).flat_map(|&n| tree.with_case(n, "of")).collect();
        nodes.extend(through);
        self.consume(&nodes, nouns)
    }

    /// The first node that is one of the words, or else that is qualified by one, belongs to the pattern.
    fn consume(&mut self, nodes: &[usize], words: &[String]) -> Option<()> {
        let hit = nodes.iter().copied().find(|&n| self.among(n, words));
        let hit = hit.or_else(|| nodes.iter().copied().find(|&n| self.is_qualified(n, words)))?;
        self.found.consumed.push(hit);
        self.anchors.push(hit);
        // "sent a protest note" says more than "sent a note"
        self.score(if self.is_two_words(hit, words) { 6 } else { 5 })
    }

    /// "a joint post", "a protest note": an adjective among the words, or a word with a hyphen that is met as two.
    fn is_qualified(&self, node: usize, words: &[String]) -> bool {
        let tree = self.tree;
        tree.children(node).filter(|&c| c < node).any(|c| match tree.rel(c) {
            Rel::Amod => tree.upos(c) == Upos::Adj && self.among(c, words),
            _ => false,
        }) || self.is_two_words(node, words)
    }

    /// A word with a hyphen that is met as two: "a protest note".
    fn is_two_words(&self, node: usize, words: &[String]) -> bool {
        let tree = self.tree;
        let before = tree.children(node).filter(|&c| c < node && matches!(tree.rel(c), Rel::Amod | Rel::Compound));
        before.into_iter().any(|c| words.contains(&format!("{}-{}", tree.lemma(c), tree.lemma(node))))
    }

    /// "called it an outrage", "considers the plan illegal": what the object is said to be.
    fn predicates(&self, objects: &[usize]) -> Vec<usize> {
        let tree = self.tree;
        let said = tree
            .children(self.trigger)
            .filter(|&c| matches!(tree.rel(c), Rel::Xcomp | Rel::Ccomp) && !tree.is_verb(c) && !tree.has_any_case(c));
        let behind = objects.iter().flat_map(|&o| {
            tree.children(o).filter(move |&c| c > o && tree.rel(c) == Rel::Amod && tree.upos(c) == Upos::Adj)
        });
        let with_own = |c: usize| {
            let own = tree.children(c).filter(|&g| matches!(tree.rel(g), Rel::Conj | Rel::Amod));
            std::iter::once(c).chain(own)
        };
        said.chain(behind).flat_map(with_own).collect()
    }

    fn prep_noun(&mut self, prep: &str, nouns: &[String]) -> Option<()> {
        // "cut off water": the particle before an object
        let next = self.trigger + 1;
        let behind = next < self.tree.doc.tokens.len() && self.tree.is(next, prep);
        let particle = if behind { self.tree.done_to(self.trigger) } else { Vec::new() };
        let nodes: Vec<usize> = self.phrases(prep).into_iter().chain(particle).collect();
        self.consume(&nodes, nouns)
    }

    /// "captured Goma": the object is a place.
    fn place_object(&mut self) -> Option<()> {
        self.party_object(false)?;
        self.found.recipients.iter().all(|&n| is_place(self.parties, n)).then_some(())?;
        self.score(1)
    }

    fn party_object(&mut self, optional: bool) -> Option<()> {
        let tree = self.tree;
        let mut objects: Vec<usize> =
            tree.done_to(self.trigger).into_iter().filter(|o| !self.found.consumed.contains(o)).collect();
        // "sent Ukraine tanks": whom it is given to, not what
        if objects.iter().any(|&o| tree.rel(o) == Rel::Iobj) {
            objects.retain(|&o| tree.rel(o) == Rel::Iobj);
        }
        if objects.is_empty() {
            objects.extend(self.raised_subject());
        }
        if objects.is_empty() && !tree.is_passive(self.trigger) {
            objects.extend(self.parties.right_after(self.trigger).filter(|&o| !self.is_clause_subject(o)));
        }
        if objects.is_empty() {
            return optional.then_some(());
        }
        if objects.iter().any(|&o| is_reflexive(&tree.form(o))) {
            return None;
        }
        let meant: Vec<usize> = objects.into_iter().map(|o| self.said_to_be(o)).collect();
        self.found.recipients.extend(meant);
        self.score(1)
    }

    /// "underlines why Chad helps the rebels": it is not Chad that is underlined.
    fn is_clause_subject(&self, node: usize) -> bool {
        let tree = self.tree;
        let clause = tree.head(node).filter(|_| tree.rel(node).is_subject());
        clause.is_some_and(|c| tree.children(c).any(|w| w < node && tree.is_any(w, &["how", "what", "why", "that"])))
    }

    /// "bombed what the army said was a depot in Yater", "condemned what it called an attack": the depot, the attack; of
    /// "concerned about what Chad does" who does it.
    fn said_to_be(&self, object: usize) -> usize {
        let tree = self.tree;
        if !tree.is(object, "what") {
            return object;
        }
        let free = tree.children(object).find(|&c| matches!(tree.rel(c), Rel::AclRelcl | Rel::Acl));
        let below = |clause: usize| {
            tree.children(clause).find(|&c| matches!(tree.rel(c), Rel::Ccomp | Rel::Xcomp) && tree.is_nominal(c))
        };
        let called = |clause: usize| {
            tree.children(clause).find(|&c| c > clause && tree.rel(c) == Rel::Obj && tree.is_nominal(c))
        };
        let doer = |clause: usize| tree.surface_subject(clause).filter(|&s| tree.xpos(s) != Xpos::Prp);
        free.and_then(|f| below(f).or_else(|| called(f)).or_else(|| doer(f))).unwrap_or(object)
    }

    /// "worried about how Chad uses its veto": who does what is spoken of.
    fn doer_behind(&self, prep: &str) -> Option<usize> {
        let tree = self.tree;
        let asks = |c: usize| tree.children(c).any(|w| tree.is_any(w, &["how", "what", "why"]));
        let clauses = tree.children(self.trigger).filter(|&c| matches!(tree.rel(c), Rel::Advcl | Rel::Ccomp));
        let mut spoken = clauses.filter(|&c| (tree.has_mark(c, prep) || tree.has_case(c, prep)) && asks(c));
        tree.surface_subject(spoken.next()?)
    }

    /// "want X to leave": some trees make X the subject of the complement.
    fn raised_subject(&self) -> Option<usize> {
        let tree = self.tree;
        let complement = tree
            .children(self.trigger)
            .find(|&c| matches!(tree.rel(c), Rel::Ccomp | Rel::Xcomp) && !tree.has_mark(c, "that"))?;
        let bare =
            matches!(tree.xpos(complement), Xpos::Vb | Xpos::Vbg) && tree.auxiliaries(complement).next().is_none();
        let infinitive = tree.has_mark(complement, "to") || bare;
        infinitive.then(|| tree.children(complement).find(|&c| tree.rel(c) == Rel::Nsubj)).flatten()
    }

    fn party_prep(&mut self, prep: &str, need: Need) -> Option<()> {
        let phrases: Vec<usize> = self.phrases(prep).into_iter().filter(|n| !self.found.consumed.contains(n)).collect();
        let phrases = if phrases.is_empty() && prep == "of" { self.possessor() } else { phrases };
        let phrases = if phrases.is_empty() { self.doer_behind(prep).into_iter().collect() } else { phrases };
        let phrases = if phrases.is_empty() { self.lost_phrase(prep) } else { phrases };
        let phrases: Vec<usize> = phrases.into_iter().map(|n| self.said_to_be(n)).collect();
        let phrases: Vec<usize> =
            phrases.into_iter().filter(|&n| self.tree.is_nominal(n) || !self.tree.is_verb(n)).collect();
        if phrases.is_empty() {
            // a phrase of literal words is telling enough without its recipient
            return (need == Need::Optional || (need == Need::Usual && !self.found.consumed.is_empty())).then_some(());
        }
        self.found.recipients.extend(phrases);
        self.score(3)
    }

    fn actor_prep(&mut self, prep: &str, needed: bool) -> Option<()> {
        let phrases = self.phrases(prep);
        if needed && phrases.is_empty() {
            return None;
        }
        let points = if phrases.is_empty() { 0 } else { 2 };
        self.found.actors.extend(phrases);
        self.score(points)
    }

    /// "ordered his arrest": the owner of the pattern's last noun stands for "of him".
    fn possessor(&self) -> Vec<usize> {
        let tree = self.tree;
        let noun = self.found.consumed.last();
        noun.into_iter().flat_map(|&n| tree.children(n).filter(|&c| tree.rel(c) == Rel::NmodPoss)).collect()
    }

    /// A phrase that the tree hung elsewhere, found by the order of words.
    fn lost_phrase(&self, prep: &str) -> Vec<usize> {
        let last = self.anchors.iter().copied().max().unwrap_or(self.trigger);
        self.parties.after_preposition(last, prep).into_iter().collect()
    }

    /// Phrases with a preposition below the trigger, the pattern's nouns, its predicates and the object.
    fn phrases(&self, prep: &str) -> Vec<usize> {
        let tree = self.tree;
        let mut nodes = Vec::new();
        for &anchor in &self.anchors {
            nodes.extend(tree.children(anchor).filter(|&c| is_pp(tree.rel(c)) && tree.has_case(c, prep)));
        }
        if prep == "by" && nodes.is_empty() {
            nodes.extend(tree.agent(self.trigger));
        }
        if nodes.is_empty() && !self.adjective {
            for object in tree.done_to(self.trigger) {
                nodes.extend(
                    tree.children(object).filter(|&c| is_pp(tree.rel(c)) && tree.has_case(c, prep) && prep != "of"),
                );
            }
        }
        if nodes.is_empty() {
            nodes.extend(self.behind_means(prep));
        }
        nodes
    }

    /// "carried out strikes using drones against the port": a phrase that hangs on what it was done with.
    fn behind_means(&self, prep: &str) -> Vec<usize> {
        let tree = self.tree;
        let means = |&c: &usize| {
            matches!(tree.rel(c), Rel::Acl | Rel::Advcl)
                && tree.xpos(c) == Xpos::Vbg
                && self.book.operators.means.contains_key(tree.lemma(c).as_ref())
        };
        let verbs = self.anchors.iter().flat_map(|&a| tree.children(a)).filter(means);
        let places =
            verbs.flat_map(|v| std::iter::once(v).chain(tree.done_to(v).into_iter().flat_map(|o| tree.conjuncts(o))));
        let phrases = places.flat_map(|p| tree.children(p)).filter(|&c| is_pp(tree.rel(c)) && tree.has_case(c, prep));
        phrases.collect()
    }

    fn complement(&mut self, verbs: &[String], tags: &[Xpos], mark: &str) -> Option<()> {
        let tree = self.tree;
        let fits = |&c: &usize| {
            let place = matches!(tree.rel(c), Rel::Xcomp | Rel::Ccomp | Rel::Acl | Rel::Advcl | Rel::Csubj | Rel::Obj);
            let shape = tags.contains(&tree.xpos(c)) || (!mark.is_empty() && tree.has_mark(c, mark));
            place && shape && c > self.trigger && (mark.is_empty() || tree.has_mark(c, mark))
        };
        let objects = tree.done_to(self.trigger);
        let near = self.anchors.iter().chain(&objects).flat_map(|&a| tree.children(a)).find(fits);
        let found = near.or_else(|| self.infinitive_after(*objects.last()?, mark))?;
        if !verbs.is_empty() && !verbs.iter().any(|v| tree.is(found, v)) {
            return None;
        }
        self.found.complement = Some(found);
        self.anchors.push(found);
        self.score(4 + i32::from(!verbs.is_empty()))
    }

    /// "set to press X to agree": the infinitive right behind the object, whatever it hangs on.
    fn infinitive_after(&self, object: usize, mark: &str) -> Option<usize> {
        let tree = self.tree;
        let end = tree.doc.subtree(object).last()? + 1;
        let marked = tree.doc.tokens.get(end)?.rel == Rel::Mark && !mark.is_empty();
        let to = marked && tree.is(end, mark) && tree.doc.sentence_of(end) == tree.doc.sentence_of(object);
        tree.head(end).filter(|&verb| to && end > self.trigger && tree.xpos(verb) == Xpos::Vb)
    }

    fn clause(&mut self, subject: bool, auxiliaries: &[String], verbs: &[String]) -> Option<()> {
        let tree = self.tree;
        let inner = self.anchors.iter().flat_map(|&a| tree.children(a)).find(|&c| {
            matches!(tree.rel(c), Rel::Ccomp | Rel::Parataxis) || (tree.rel(c) == Rel::Acl && tree.has_mark(c, "that"))
        });
        let inner = inner.or_else(|| self.said_before())?;
        self.said(inner, subject, auxiliaries, verbs)
    }

    /// "The banks should open their books, the fund said": the clause that the verb of speech hangs on.
    fn said_before(&self) -> Option<usize> {
        let tree = self.tree;
        let clause = tree.head(self.trigger).filter(|&h| h < self.trigger && tree.is_predicate(h));
        clause.filter(|_| tree.rel(self.trigger) == Rel::Parataxis)
    }

    fn said(&mut self, inner: usize, subject: bool, auxiliaries: &[String], verbs: &[String]) -> Option<()> {
        let tree = self.tree;
        let subjunctive =
            tree.xpos(inner) == Xpos::Vb && tree.auxiliaries(inner).next().is_none() && !tree.has_mark(inner, "to");
        if auxiliaries.iter().any(|a| a == "subjunctive") && !subjunctive {
            return None;
        }
        let auxiliaries: Vec<&String> = auxiliaries.iter().filter(|a| *a != "subjunctive").collect();
        let says = |a: usize| auxiliaries.iter().any(|w| tree.is(a, w));
        if !auxiliaries.is_empty()
            && !tree.auxiliaries(inner).any(says)
            && !auxiliaries.iter().any(|w| tree.is(inner, w))
        {
            return None;
        }
        // "said that we cannot ignore it" does not say that it ignores
        if !verbs.is_empty() && (!self.among(inner, verbs) || tree.is_negated(inner)) {
            return None;
        }
        if subject {
            self.found.recipients.extend(tree.surface_subject(inner));
        }
        self.found.complement = Some(inner);
        self.score(if auxiliaries.is_empty() && verbs.is_empty() { 2 } else { 4 })
    }

    fn is_transparent(&self, node: usize) -> bool {
        self.book.operators.transparent.contains_key(self.tree.lemma(node).as_ref())
    }

    fn among(&self, node: usize, nouns: &[String]) -> bool {
        nouns.iter().any(|n| self.tree.is(node, n))
    }
}

/// True for a node that names a place which is no state.
fn is_place(parties: &Parties<'_>, node: usize) -> bool {
    parties.mention_at(node).is_some_and(|m| m.actors.iter().any(|a| a.kind == ActorKind::Place))
}

/// "defend itself" concerns nobody else.
fn is_reflexive(form: &str) -> bool {
    form.ends_with("self") || form.ends_with("selves")
}
