//! The event between two marked parties.
//!
//! In: a one-sentence document and two spans. Out: the type of the pattern that joins them best; where none joins them, of
//! the pattern nearest to the path between them.

use crate::codebook::{Codebook, Operator};
use crate::coder::{Found, Scan};
use crate::explain::Trace;
use crate::naming::{self, Namer, PairView, Sample};
use crate::parties::Parties;
use crate::repair::repaired;
use crate::tree::Tree;
use chancery_text::{Actor, ActorCode, ActorKind, Document, Mention, MentionLink, SecondReader, Shares, Span, Status};

/// The rank of an event that has both parties in their roles.
const IN_THEIR_ROLES: i32 = 60;

/// How two marked parties are related.
#[derive(Debug, Clone, PartialEq)]
pub struct Relation {
    /// PLOVER type; `None` where none was found.
    pub event_type: Option<String>,
    /// PLOVER mode.
    pub mode: Option<String>,
    /// Whether it happened.
    pub status: Status,
    /// One of the fifteen labels of the older root scheme, in which promises, refusals and threats are types.
    pub root: Option<String>,
    /// 0 to 1.
    pub confidence: f32,
    /// The rule that led to it.
    pub why: String,
}

/// What names a pair besides the codebook.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Readers<'a> {
    pub namer: Option<&'a Namer>,
    pub second: Option<&'a dyn SecondReader>,
}

/// Names the event between `actor` and `recipient`: the codebook where it is certain, else the model where there is one, and
/// where that is not sure, or there is none, the second reader too.
pub(crate) fn relate(book: &Codebook, readers: Readers<'_>, doc: &Document, actor: Span, recipient: Span) -> Relation {
    with_marks(book, doc, actor, recipient, |scan, pair, found, best| {
        let relation = best.map_or_else(nothing, |f| relation(book, f));
        let sample = sample(scan, pair, found, best, &relation);
        if sample.is_certain() {
            return relation;
        }
        let own = readers.namer.map(|namer| namer.shares(&sample.features)).unwrap_or_default();
        let second = || readers.second?.shares(doc.text(), actor.start..actor.end, recipient.start..recipient.end);
        let (shares, is_read_twice) = with_second(own, second);
        if shares.is_empty() {
            return relation;
        }
        let (root, confidence) = likeliest(&shares);
        if relation.root.as_deref() == Some(root.as_str()) {
            return Relation { confidence: confidence.max(relation.confidence), ..relation };
        }
        let event_type = book.type_of_root(&root);
        let reader = if is_read_twice { "the sentence, read twice, is" } else { "the words between the parties are" };
        let why = format!("{reader} most like {root}; codebook: {}", relation.why);
        Relation { event_type, mode: None, root: Some(root), confidence, why, ..relation }
    })
}

/// From here on the linear model is not asked about twice.
const SURE: f32 = 0.97;
/// The second reader's part in what both say.
const SECOND: f32 = 0.65;

/// What the model says, together with the second reader where the model is not sure, and whether that one said anything.
/// Without a model (`own` is empty) the second's shares stand alone.
pub(crate) fn with_second(own: Shares, second: impl FnOnce() -> Option<Shares>) -> (Shares, bool) {
    if likeliest(&own).1 >= SURE {
        return (own, false);
    }
    match second() {
        None => (own, false),
        Some(theirs) if own.is_empty() => (theirs, true),
        Some(theirs) => (mixed(&own, &theirs), true),
    }
}

fn mixed(model: &[(String, f32)], second: &[(String, f32)]) -> Shares {
    let of = |root: &str| second.iter().find(|(r, _)| r == root).map_or(0.0, |(_, share)| *share);
    model.iter().map(|(root, share)| (root.clone(), (1.0 - SECOND) * share + SECOND * of(root))).collect()
}

/// The root with the highest share; of equals the first.
pub(crate) fn likeliest(shares: &[(String, f32)]) -> (String, f32) {
    let best = shares.iter().reduce(|best, next| if next.1 > best.1 { next } else { best });
    best.cloned().unwrap_or_default()
}

/// The pair as the model sees it, for training.
pub(crate) fn sample_of(book: &Codebook, doc: &Document, actor: Span, recipient: Span) -> Sample {
    with_marks(book, doc, actor, recipient, |scan, pair, found, best| {
        let relation = best.map_or_else(nothing, |f| relation(book, f));
        sample(scan, pair, found, best, &relation)
    })
}

fn with_marks<T>(
    book: &Codebook,
    doc: &Document,
    actor: Span,
    recipient: Span,
    read: impl FnOnce(&Scan<'_>, &Pair<'_>, &[Found], Option<&Found>) -> T,
) -> T {
    let mentions: Vec<Mention> =
        [(actor, "AAA"), (recipient, "RRR")].into_iter().filter_map(|(s, n)| marked(doc, s, n)).collect();
    let mended = repaired(doc, book, &mentions);
    let tree = Tree::new(&mended);
    let parties = Parties::new(tree, book, &mentions);
    let trace = Trace::default();
    let scan = Scan::new(book, tree, &parties, &trace);
    let found = scan.all(|_, _| true).found;
    let pair = Pair { tree, actor: mentions.first().map(|m| m.head), recipient: mentions.get(1).map(|m| m.head) };
    let best = found.iter().max_by_key(|f| (pair.rank(f), f.score, std::cmp::Reverse(f.trigger)));
    read(&scan, &pair, &found, best)
}

fn sample(scan: &Scan<'_>, pair: &Pair<'_>, found: &[Found], best: Option<&Found>, relation: &Relation) -> Sample {
    let rank = best.map_or(0, |f| pair.rank(f));
    let view = PairView {
        tree: scan.tree,
        book: scan.book,
        actor: pair.actor,
        recipient: pair.recipient,
        rule: relation.root.as_deref(),
        rank,
        best,
        found,
    };
    let words = best.filter(|_| rank >= IN_THEIR_ROLES).map_or(0, |f| f.score);
    Sample { features: naming::features(&view), rule: relation.root.clone(), words }
}

fn nothing() -> Relation {
    Relation {
        event_type: None,
        mode: None,
        status: Status::Occurred,
        root: None,
        confidence: 0.0,
        why: "no pattern of the codebook fits".into(),
    }
}

fn marked(doc: &Document, span: Span, name: &str) -> Option<Mention> {
    let tokens = doc.tokens_in(span);
    let head = doc.head_of(tokens.clone())?;
    let code = ActorCode { country: Some(name.into()), sectors: Vec::new() };
    let actor = Actor { name: name.into(), kind: ActorKind::Group, code, wikidata: None };
    Some(Mention {
        span,
        tokens,
        head,
        actors: vec![actor],
        link: MentionLink::Named,
        confidence: 1.0,
        why: String::new(),
    })
}

/// The two marked heads.
struct Pair<'a> {
    tree: Tree<'a>,
    actor: Option<usize>,
    recipient: Option<usize>,
}

impl Pair<'_> {
    /// How well an event joins the two: both in their roles best, then both turned round, then one of them.
    fn rank(&self, found: &Found) -> i32 {
        let has = |list: &[chancery_text::Participant], name: &str| list.iter().any(|p| p.actor.name == name);
        let (aa, ar) = (has(&found.actors, "AAA"), has(&found.actors, "RRR"));
        let (ra, rr) = (has(&found.recipients, "AAA"), has(&found.recipients, "RRR"));
        let below = self.recipient.is_some_and(|r| self.is_below(r, found.trigger));
        let above = self.actor.is_some_and(|a| self.is_below(a, found.trigger));
        match () {
            _ if aa && rr => IN_THEIR_ROLES,
            _ if ra && ar => 40,
            _ if aa && below => 50,
            _ if aa => 35,
            _ if rr && above => 45,
            _ if rr => 30,
            _ if below && above => 25,
            _ if below => 15,
            _ if above => 12,
            _ => 5 - i32::from(found.by_noun),
        }
    }

    fn is_below(&self, node: usize, ancestor: usize) -> bool {
        let mut at = node;
        for _ in 0..30 {
            if at == ancestor {
                return true;
            }
            match self.tree.head(at) {
                Some(head) => at = head,
                None => return false,
            }
        }
        false
    }
}

fn relation(book: &Codebook, found: &Found) -> Relation {
    let group = &book.groups[found.group];
    let event_type = group.event_type.clone();
    let own_root = group.root.clone().or_else(|| event_type.as_ref().map(|t| book.root(t)));
    let root = own_root.map(|r| book.shifted_root(&r, Operator::of(found.status)));
    Relation {
        mode: group.mode.clone(),
        status: found.status,
        root,
        confidence: 0.5 + 0.03 * found.score.clamp(0, 12) as f32,
        why: found.why.clone(),
        event_type,
    }
}
