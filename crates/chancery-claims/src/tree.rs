//! Small questions to the tree of a sentence.

use chancery_text::{Document, Rel, Span, Upos, Xpos};
use std::ops::Range;

/// The tokens of the sentence that token `i` is in.
pub(crate) fn sentence_tokens(doc: &Document, i: usize) -> Range<usize> {
    doc.sentences.get(doc.sentence_of(i)).map_or(i..i + 1, |s| s.tokens.clone())
}

/// The bytes from the first to the last token of a range.
pub(crate) fn span_of(doc: &Document, tokens: Range<usize>) -> Span {
    match (doc.tokens.get(tokens.start), tokens.end.checked_sub(1).and_then(|e| doc.tokens.get(e))) {
        (Some(first), Some(last)) if tokens.start < tokens.end => first.span.cover(last.span),
        _ => Span::new(0, 0),
    }
}

/// The lower-case words of a token.
pub(crate) fn lower(doc: &Document, i: usize) -> String {
    doc.form(i).to_lowercase()
}

/// True where token `i` is the word `word` in any case.
pub(crate) fn is_word(doc: &Document, i: usize, word: &str) -> bool {
    i < doc.tokens.len() && doc.form(i).eq_ignore_ascii_case(word)
}

/// The first and one past the last token of a subtree.
pub(crate) fn subtree_range(doc: &Document, i: usize) -> Range<usize> {
    let tokens = doc.subtree(i);
    tokens[0]..tokens[tokens.len() - 1] + 1
}

/// True for the passive: "was announced", "a plan announced by".
pub(crate) fn is_passive(doc: &Document, verb: usize) -> bool {
    let marked = |c: usize| matches!(doc.tokens[c].rel, Rel::AuxPass | Rel::NsubjPass | Rel::CsubjPass | Rel::OblAgent);
    if doc.children(verb).any(marked) {
        return true;
    }
    let token = &doc.tokens[verb];
    // "Both men claimed …" read as "both men who were claimed": where nothing else is finite, the participle is the verb.
    let only_verb =
        token.rel == Rel::Acl && token.head.is_some_and(|h| doc.tokens[h].head.is_none() && !is_finite(doc, h));
    !only_verb
        && token.xpos == Xpos::Vbn
        && matches!(token.rel, Rel::Acl | Rel::Advcl)
        && !doc.children(verb).any(|c| matches!(doc.tokens[c].rel, Rel::Obj | Rel::Aux | Rel::Nsubj))
}

/// True where "not" or "never" belongs to the verb.
pub(crate) fn is_negated(doc: &Document, verb: usize) -> bool {
    doc.children(verb).any(|c| c < verb && matches!(doc.tokens[c].lemma.as_str(), "not" | "never" | "n't" | "n’t"))
}

/// True for a verb form that can stand for a clause of its own: "said", "has said", but not "saying" or "to say".
pub(crate) fn is_finite(doc: &Document, i: usize) -> bool {
    let tensed = |x: Xpos| matches!(x, Xpos::Vbd | Xpos::Vbz | Xpos::Vbp | Xpos::Md);
    let helper =
        |c: usize| matches!(doc.tokens[c].rel, Rel::Aux | Rel::AuxPass | Rel::Cop) && tensed(doc.tokens[c].xpos);
    tensed(doc.tokens[i].xpos) || doc.children(i).any(helper)
}

/// True where a tensed verb stands among the tokens.
pub(crate) fn has_finite(doc: &Document, tokens: Range<usize>) -> bool {
    tokens.into_iter().any(|i| {
        matches!(doc.tokens[i].upos, Upos::Verb | Upos::Aux)
            && matches!(doc.tokens[i].xpos, Xpos::Vbd | Xpos::Vbz | Xpos::Vbp | Xpos::Md)
    })
}

/// True where a clause of its own may stand among the tokens: more tensed verbs than words that make them depend.
pub(crate) fn has_main_clause(doc: &Document, tokens: Range<usize>) -> bool {
    let mut depends = 0;
    for i in tokens {
        let token = &doc.tokens[i];
        let before_gerund = doc.tokens.get(i + 1).is_some_and(|t| t.xpos == Xpos::Vbg);
        if token.upos == Upos::Sconj && !before_gerund || matches!(token.xpos, Xpos::Wp | Xpos::Wdt | Xpos::Wrb) {
            depends += 1;
        } else if has_finite(doc, i..i + 1) {
            depends -= 1;
            if depends < 0 {
                return true;
            }
        }
    }
    false
}

/// The preposition of a phrase, lower case.
pub(crate) fn preposition(doc: &Document, head: usize) -> Option<String> {
    doc.child(head, &[Rel::Case]).map(|c| lower(doc, c))
}

/// The words that name what `head` stands for: its phrase without relative clauses, parentheses and commas at the ends.
pub(crate) fn phrase(doc: &Document, head: usize) -> Range<usize> {
    let (mut first, mut last) = (head, head);
    let mut open: Vec<usize> = vec![head];
    while let Some(i) = open.pop() {
        first = first.min(i);
        last = last.max(i);
        open.extend(doc.children(i).filter(|&c| belongs(doc, i, c, i == head)));
    }
    // "by Admiral X": the preposition may hang on the title
    let leads = doc.tokens[first].rel == Rel::Case && doc.tokens[first].upos == Upos::Adp && first < head;
    first + usize::from(leads)..last + 1
}

fn belongs(doc: &Document, parent: usize, child: usize, top: bool) -> bool {
    let outside = matches!(
        doc.tokens[child].rel,
        Rel::AclRelcl | Rel::Acl | Rel::Parataxis | Rel::Punct | Rel::Advcl | Rel::AdvclRelcl | Rel::Cop | Rel::Aux
    ) || doc.tokens[child].rel.is_subject();
    let dangling = top && matches!(doc.tokens[child].rel, Rel::Case | Rel::Mark);
    let apposition = doc.tokens[child].rel == Rel::Appos && child > parent && comma_between(doc, parent, child);
    !outside && !dangling && !apposition
}

fn comma_between(doc: &Document, a: usize, b: usize) -> bool {
    (a.min(b)..a.max(b)).any(|i| matches!(doc.form(i), "," | "–" | "—" | "-"))
}

/// A range without punctuation at its ends; brackets and quotation marks stay.
pub(crate) fn trim_punctuation(doc: &Document, mut tokens: Range<usize>) -> Range<usize> {
    let loose = |i: usize| doc.form(i).chars().all(|c| ",;:.–—-…!?".contains(c));
    while tokens.start < tokens.end && loose(tokens.start) {
        tokens.start += 1;
    }
    while tokens.start < tokens.end && loose(tokens.end - 1) {
        tokens.end -= 1;
    }
    tokens
}
