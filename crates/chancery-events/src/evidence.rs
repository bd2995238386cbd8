//! The words that a report rests on: the clause of its trigger.

use crate::tree::Tree;
use chancery_text::{Evidence, Rel, Span};

/// Subtrees that are clauses of their own.
fn is_other_clause(tree: Tree<'_>, i: usize) -> bool {
    match tree.rel(i) {
        Rel::Parataxis | Rel::Advcl | Rel::AdvclRelcl | Rel::Ccomp | Rel::AclRelcl => true,
        Rel::Conj => tree.is_predicate(i),
        _ => false,
    }
}

/// The tokens of the clause of `root`, without subordinate clauses other than those in `keep`.
pub(crate) fn clause_tokens(tree: Tree<'_>, root: usize, keep: &[usize]) -> Vec<usize> {
    let mut found = vec![root];
    let mut next = 0;
    while next < found.len() {
        let node = found[next];
        for child in tree.children(node) {
            let edge = matches!(tree.rel(child), Rel::Punct | Rel::Discourse)
                || (node == root && matches!(tree.rel(child), Rel::Cc | Rel::Mark) && root > child);
            if !edge && (keep.contains(&child) || !is_other_clause(tree, child)) {
                found.push(child);
            }
        }
        next += 1;
    }
    found.sort_unstable();
    found
}

/// The stretch from the clause's first token to its last.
pub(crate) fn clause_evidence(tree: Tree<'_>, root: usize, keep: &[usize]) -> Option<Evidence> {
    let tokens = clause_tokens(tree, root, keep);
    let (first, last) = (*tokens.first()?, *tokens.last()?);
    let span = tree.doc.tokens[first].span.cover(tree.doc.tokens[last].span);
    let text = tree.doc.text();
    Evidence::new(text, trim_punctuation(text, span))
}

fn trim_punctuation(text: &str, span: Span) -> Span {
    let inside = span.of(text);
    let is_edge = |c: char| c.is_whitespace() || matches!(c, ',' | ';' | ':' | '.' | '“' | '”' | '"' | '—' | '–' | '-');
    let left = inside.len() - inside.trim_start_matches(is_edge).len();
    let kept = inside.trim_matches(is_edge).len();
    if kept == 0 { span } else { Span::new(span.start + left, span.start + left + kept) }
}
