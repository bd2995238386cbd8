//! Which time expression dates a verb or a noun.

use super::words::{Role, Words};
use chancery_text::{Document, Rel, TimeExpr, Upos};
use std::ops::Range;

/// Steps up the tree before giving up; also stops where a damaged tree has a loop.
const MAX_STEPS: usize = 64;

/// The expression that dates `token`: in its own clause, else in that of a governor, else the sentence's only one.
pub(crate) fn find<'d>(doc: &'d Document, token: usize, words: &Words) -> Option<&'d TimeExpr> {
    let sentence = doc.sentences.get(doc.sentence_of(token))?.tokens.clone();
    let times = times_in(doc, &sentence);
    if times.is_empty() || !sentence.contains(&token) {
        return None;
    }
    let heads: Vec<(usize, &TimeExpr)> =
        times.iter().filter_map(|t| Some((doc.head_of(t.tokens.clone())?, t))).collect();
    let view = View { doc, words };
    let mut at = Some(token);
    for _ in 0..MAX_STEPS {
        let Some(i) = at else { break };
        if let Some(time) = view.nearest(i, &heads) {
            return Some(time);
        }
        at = doc.tokens[i].head;
    }
    match heads[..] {
        [(head, time)] if !view.is_aside(head) => Some(time),
        _ => None,
    }
}

fn times_in<'d>(doc: &'d Document, sentence: &Range<usize>) -> &'d [TimeExpr] {
    let start = doc.times.partition_point(|t| t.tokens.end <= sentence.start);
    let end = doc.times.partition_point(|t| t.tokens.start < sentence.end);
    doc.times.get(start..end).unwrap_or(&[])
}

struct View<'d> {
    doc: &'d Document,
    words: &'d Words,
}

impl View<'_> {
    /// The expression that stands nearest below `token` in its clause.
    fn nearest<'t>(&self, token: usize, heads: &[(usize, &'t TimeExpr)]) -> Option<&'t TimeExpr> {
        let reached =
            heads.iter().filter_map(|&(head, time)| Some((self.steps(head, token)?, head.abs_diff(token), time)));
        reached.min_by_key(|&(steps, distance, _)| (steps, distance)).map(|(_, _, time)| time)
    }

    /// Steps from `head` up to `token`; `None` where it is not below it, or dates something else on the way.
    fn steps(&self, head: usize, token: usize) -> Option<usize> {
        let clausal = matches!(self.doc.tokens[token].upos, Upos::Verb | Upos::Aux);
        let mut at = head;
        for steps in 0..MAX_STEPS {
            if at == token {
                return Some(steps);
            }
            let node = &self.doc.tokens[at];
            let governor = node.head?;
            if self.begins_clause(at) || clausal && governor != token && self.is_prenominal(at, governor) {
                return None;
            }
            if clausal && governor == token && steps > 0 && (node.rel.is_subject() || self.dates_elsewhere(at)) {
                return None;
            }
            at = governor;
        }
        None
    }

    /// True where the token heads a clause of its own inside a larger one.
    fn begins_clause(&self, i: usize) -> bool {
        let token = &self.doc.tokens[i];
        let verbal =
            matches!(token.upos, Upos::Verb | Upos::Aux) || self.doc.child(i, &[Rel::Cop, Rel::Nsubj]).is_some();
        match token.rel {
            Rel::Ccomp
            | Rel::Csubj
            | Rel::CsubjPass
            | Rel::CsubjOuter
            | Rel::Advcl
            | Rel::AdvclRelcl
            | Rel::AclRelcl => true,
            Rel::Acl | Rel::Parataxis | Rel::Conj | Rel::Xcomp | Rel::Appos => verbal,
            _ => false,
        }
    }

    /// "the 2014 agreement": the date belongs to the noun alone.
    fn is_prenominal(&self, i: usize, governor: usize) -> bool {
        i < governor && matches!(self.doc.tokens[governor].upos, Upos::Noun | Upos::Propn)
    }

    /// "after the coup in 2014": the date is not that of the verb.
    fn dates_elsewhere(&self, i: usize) -> bool {
        let case = |c: &usize| matches!(self.doc.tokens[*c].rel, Rel::Case | Rel::Mark);
        self.doc.children(i).filter(case).any(|c| self.words.get(self.doc.form(c)).is(Role::Elsewhere))
    }

    /// True where an expression says something about a noun by the way.
    fn is_aside(&self, head: usize) -> bool {
        let mut at = head;
        for steps in 0..MAX_STEPS {
            let token = &self.doc.tokens[at];
            let Some(governor) = token.head else { return false };
            let aside = matches!(token.rel, Rel::Acl | Rel::AclRelcl | Rel::Appos)
                || self.is_prenominal(at, governor)
                || steps > 0 && self.dates_elsewhere(at);
            if aside {
                return true;
            }
            at = governor;
        }
        true
    }
}
