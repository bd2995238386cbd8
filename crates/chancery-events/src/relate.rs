//! The event between two marked parties.
//!
//! In: a one-sentence document and two spans. Out: the type of the pattern that joins them best; where none joins them, of
//! the pattern nearest to the path between them.

use crate::codebook::Codebook;
use crate::coder::{Found, Scan};
use crate::parties::Parties;
use crate::tree::Tree;
use chancery_text::{Actor, ActorCode, ActorKind, Document, Mention, MentionLink, Span, Status};

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

/// Names the event between `actor` and `recipient`.
pub(crate) fn relate(book: &Codebook, doc: &Document, actor: Span, recipient: Span) -> Relation {
    let mentions: Vec<Mention> =
        [(actor, "AAA"), (recipient, "RRR")].into_iter().filter_map(|(s, n)| marked(doc, s, n)).collect();
    let tree = Tree::new(doc);
    let parties = Parties::new(tree, book, &mentions);
    let scan = Scan { book, tree, parties: &parties };
    let found = scan.all(|_, _| true);
    let pair = Pair { tree, actor: mentions.first().map(|m| m.head), recipient: mentions.get(1).map(|m| m.head) };
    let best = found.iter().max_by_key(|f| (pair.rank(f), f.score, std::cmp::Reverse(f.trigger)));
    best.map_or_else(nothing, |f| relation(book, &scan, f))
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
            _ if aa && rr => 60,
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

fn relation(book: &Codebook, scan: &Scan<'_>, found: &Found) -> Relation {
    let group = &book.groups[found.group];
    let event_type = group.event_type.clone();
    let own_root = group.root.clone().or_else(|| event_type.as_ref().map(|t| book.root(t)));
    let root = own_root.map(|r| book.shifted_root(&r, scan.operator_of(found.status)));
    Relation {
        mode: group.mode.clone(),
        status: found.status,
        root,
        confidence: 0.5 + 0.03 * found.score.clamp(0, 12) as f32,
        why: found.why.clone(),
        event_type,
    }
}
