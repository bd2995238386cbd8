//! Whether an event happened: occurred, ongoing, planned, hypothetical, denied, called for.
//!
//! In: the trigger. Out: its status, read from its own auxiliaries and negation and from the verbs and nouns that govern it.

use crate::codebook::{Codebook, Operator};
use crate::tree::{Tree, is_pp};
use chancery_text::{Rel, Status, Xpos};

/// How far governors are followed.
const MAX_CLIMB: usize = 5;

/// The status of the event that `trigger` tells.
pub(crate) fn status_of(tree: Tree<'_>, book: &Codebook, trigger: usize) -> Status {
    with_own(tree, book, trigger, own_status(tree, book, trigger))
}

/// The same for a pattern that wants its verb negated: "not accept" is a refusal that occurred.
pub(crate) fn status_of_negated(tree: Tree<'_>, book: &Codebook, trigger: usize) -> Status {
    let own = own_status(tree, book, trigger).filter(|s| *s != Status::Denied);
    with_own(tree, book, trigger, own)
}

fn with_own(tree: Tree<'_>, book: &Codebook, trigger: usize, own: Option<Status>) -> Status {
    if let Some(own) = own {
        if own != Status::Ongoing {
            return own;
        }
        return inherited(tree, book, trigger).filter(|s| *s != Status::Occurred).unwrap_or(own);
    }
    inherited(tree, book, trigger).unwrap_or(Status::Occurred)
}

/// What the word's own auxiliaries, adjectives and negation say.
fn own_status(tree: Tree<'_>, book: &Codebook, node: usize) -> Option<Status> {
    let nobody = |c: usize| tree.rel(c).is_subject() && c < node && tree.is_negated(c);
    if tree.is_negated(node) || tree.children(node).any(nobody) {
        return Some(Status::Denied);
    }
    if is_condition(tree, node) || is_inverted(tree, node) {
        return Some(Status::Hypothetical);
    }
    // "left without signing the text"
    if tree.has_mark(node, "without") && tree.xpos(node) == Xpos::Vbg {
        return Some(Status::Denied);
    }
    let before = before_clause(tree, book, node);
    if before.is_some() {
        return before;
    }
    let adverb = |c: usize| book.operators.adverbs.get(tree.form(c).as_ref()).filter(|_| tree.rel(c) == Rel::Advmod);
    if let Some(operator) = tree.children(node).find_map(adverb).filter(|_| tree.is_verb(node)) {
        return Some(of_operator(*operator));
    }
    let mut status = None;
    for child in tree.children(node) {
        let word = tree.lemma(child);
        let operator = match tree.rel(child) {
            Rel::Aux | Rel::AuxPass => book
                .operators
                .auxiliaries
                .get(tree.form(child).as_ref())
                .or_else(|| book.operators.auxiliaries.get(word.as_ref())),
            Rel::Amod | Rel::Advmod | Rel::Compound => book
                .operators
                .adjectives
                .get(word.as_ref())
                .or_else(|| book.operators.adjectives.get(tree.form(child).as_ref())),
            // "a truce proposed by Chad", "an attack that was planned"
            Rel::Acl | Rel::AclRelcl if !tree.is_verb(node) && is_done(tree, child) => {
                let proposed = book.operators.proposals.contains_key(word.as_ref());
                proposed.then_some(&Operator::Planned)
            }
            _ => None,
        };
        status = status.or(operator.map(|o| of_operator(*o)));
    }
    if status == Some(Status::Hypothetical) && is_told_future(tree, node) {
        status = Some(Status::Planned);
    }
    if is_headline_infinitive(tree, node) {
        return Some(Status::Planned);
    }
    if status == Some(Status::Planned)
        && tree.children(node).any(|c| tree.rel(c) == Rel::Advcl && is_condition(tree, c))
    {
        return Some(Status::Hypothetical);
    }
    status.or_else(|| is_progressive(tree, node).then_some(Status::Ongoing))
}

/// "about to attack", "close to attacking", "has yet to condemn", "no intention of attacking": what the word before the clause says.
fn before_clause(tree: Tree<'_>, book: &Codebook, node: usize) -> Option<Status> {
    let marks = |&c: &usize| c < node && matches!(tree.rel(c), Rel::Mark | Rel::Case);
    let word = tree.children(node).find(marks).filter(|_| tree.is_verb(node))?.checked_sub(1)?;
    let operator = book.operators.before_clauses.get(tree.form(word).to_lowercase().as_str())?;
    let status = of_operator(*operator);
    Some(if status == Status::Planned && tree.is_negated(word) { Status::Denied } else { status })
}

/// A participle or a passive.
fn is_done(tree: Tree<'_>, verb: usize) -> bool {
    tree.xpos(verb) == Xpos::Vbn && (tree.rel(verb) == Rel::Acl || tree.is_passive(verb))
}

/// "announced that he would visit": the future of a past telling, unless something is asked for it.
fn is_told_future(tree: Tree<'_>, node: usize) -> bool {
    let would = tree.auxiliaries(node).any(|a| tree.form(a) == "would");
    let told = tree.rel(node) == Rel::Ccomp && tree.head(node).is_some_and(|h| h < node && tree.xpos(h) == Xpos::Vbd);
    let own_words = tree.children(node).any(|c| tree.rel(c).is_subject() && tree.is_any(c, &["i", "we", "you"]));
    would && told && !own_words && !tree.children(node).any(|c| tree.rel(c) == Rel::Advcl)
}

/// "if it is attacked".
pub(crate) fn is_condition(tree: Tree<'_>, node: usize) -> bool {
    ["if", "unless", "whether", "lest"].iter().any(|m| tree.has_mark(node, m))
}

/// "Had the party named him", "should it be attacked": a condition by the order of words.
fn is_inverted(tree: Tree<'_>, node: usize) -> bool {
    let subject = tree.children(node).find(|&c| tree.rel(c).is_subject());
    let first = tree.auxiliaries(node).next();
    let turned = first.zip(subject).is_some_and(|(a, s)| a < s && tree.is_any(a, &["had", "should", "were"]));
    let would = |c: usize| tree.auxiliaries(c).any(|a| tree.is_any(a, &["would", "could", "might"]));
    turned && (tree.rel(node) != Rel::Root || tree.children(node).any(would))
}

/// "US to urge pauses".
fn is_headline_infinitive(tree: Tree<'_>, node: usize) -> bool {
    if !tree.has_mark(node, "to") {
        return false;
    }
    if !has_finite_verb(tree, node) {
        return true;
    }
    let own_subject = tree.children(node).any(|c| tree.rel(c).is_subject());
    match (tree.rel(node), tree.head(node)) {
        (Rel::Advcl | Rel::Xcomp | Rel::Ccomp, _) => false,
        (Rel::Acl, Some(head)) => tree.rel(head) == Rel::Root && !tree.is_predicate(head) && head < node,
        _ => own_subject,
    }
}

fn has_finite_verb(tree: Tree<'_>, node: usize) -> bool {
    let doc = tree.doc;
    let finite = |i: usize| matches!(tree.xpos(i), Xpos::Vbd | Xpos::Vbz | Xpos::Vbp | Xpos::Md);
    doc.sentences.get(doc.sentence_of(node)).is_none_or(|s| s.tokens.clone().any(finite))
}

fn is_progressive(tree: Tree<'_>, node: usize) -> bool {
    tree.xpos(node) == Xpos::Vbg && tree.children(node).any(|c| tree.rel(c) == Rel::Aux && tree.is(c, "be"))
}

/// What the governing words say, from the nearest outward.
fn inherited(tree: Tree<'_>, book: &Codebook, trigger: usize) -> Option<Status> {
    let mut node = trigger;
    for _ in 0..MAX_CLIMB {
        let head = tree.head(node)?;
        match step(tree, book, node, head) {
            Step::Says(status) => return Some(status),
            Step::Stop => return None,
            Step::Up => node = head,
        }
    }
    None
}

enum Step {
    Says(Status),
    Up,
    Stop,
}

fn step(tree: Tree<'_>, book: &Codebook, node: usize, head: usize) -> Step {
    let rel = tree.rel(node);
    let follows = match rel {
        Rel::Xcomp | Rel::Ccomp | Rel::Csubj | Rel::CsubjPass | Rel::Conj => true,
        Rel::Acl => tree.has_mark(node, "to"),
        Rel::Advcl => tree.has_mark(node, "to") || ["of", "from", "for"].iter().any(|m| tree.has_mark(node, m)),
        Rel::Obj | Rel::Nsubj | Rel::NsubjPass | Rel::Obl | Rel::OblUnmarked | Rel::Nmod | Rel::Compound => {
            !tree.is_verb(node)
        }
        _ => false,
    };
    if !follows {
        return Step::Stop;
    }
    // "called for calm after the riots"
    if is_pp(rel)
        && tree
            .children(node)
            .any(|c| tree.rel(c) == Rel::Case && book.operators.occasions.contains_key(tree.lemma(c).as_ref()))
    {
        return Step::Stop;
    }
    if rel == Rel::Conj {
        return match own_status(tree, book, head).filter(|s| *s != Status::Denied) {
            Some(status) if !tree.children(node).any(|c| tree.rel(c).is_subject() || tree.rel(c) == Rel::Aux) => {
                Step::Says(status)
            }
            _ => Step::Up,
        };
    }
    // "what it called an attack": what something is said to be
    let named = |h: usize| tree.rel(h) == Rel::AclRelcl && tree.head(h).is_some_and(|w| tree.is(w, "what"));
    if rel == Rel::Obj && named(head) {
        return Step::Stop;
    }
    if rel == Rel::Acl && book.operators.efforts.contains_key(tree.lemma(head).as_ref()) {
        return Step::Says(Status::Ongoing);
    }
    let operator = book
        .operators
        .verbs
        .get(tree.lemma(head).as_ref())
        .or_else(|| book.operators.adjectives.get(tree.form(head).as_ref()));
    let finite_clause =
        rel == Rel::Ccomp && (tree.has_mark(node, "that") || tree.children(node).any(|c| tree.rel(c).is_subject()));
    // "the attack will not change much", "its aggression is able to": the subject of a verb has happened all the same
    let acts = rel == Rel::Nsubj && (tree.is_verb(head) || tree.children(head).any(|c| tree.rel(c) == Rel::Xcomp));
    match operator {
        _ if acts && operator != Some(&Operator::Ongoing) => Step::Stop,
        Some(o) if !(finite_clause && matches!(o, Operator::Planned | Operator::Ongoing)) => {
            Step::Says(of_operator(*o))
        }
        _ if rel == Rel::Nmod || rel == Rel::Compound => Step::Up,
        _ if finite_clause || matches!(rel, Rel::Obl) => Step::Stop,
        // "the attack will not end the war": what a verb says of itself holds for its noun only where the verb carries it
        _ if !tree.is_verb(node)
            && tree.is_verb(head)
            && !book.operators.light.contains_key(tree.lemma(head).as_ref()) =>
        {
            Step::Stop
        }
        _ => match own_status(tree, book, head) {
            Some(status) => Step::Says(status),
            None => Step::Up,
        },
    }
}

fn of_operator(operator: Operator) -> Status {
    match operator {
        Operator::Planned => Status::Planned,
        Operator::Hypothetical => Status::Hypothetical,
        Operator::CalledFor => Status::CalledFor,
        Operator::Denied => Status::Denied,
        Operator::Ongoing => Status::Ongoing,
    }
}
