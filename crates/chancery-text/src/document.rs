use crate::{Article, PartialDate, Rel, Span, Upos, Xpos};
use std::ops::Range;

/// An article with sentences, tokens and trees, names and time expressions.
#[derive(Debug, Clone, Default)]
pub struct Document {
    /// The article; all spans count bytes of its text.
    pub article: Article,
    /// In order; every token belongs to exactly one.
    pub sentences: Vec<Sentence>,
    /// All tokens of all sentences, in order.
    pub tokens: Vec<Token>,
    /// Names found by the name finder, in order, without overlaps.
    pub names: Vec<Name>,
    /// Time expressions, in order, without overlaps.
    pub times: Vec<TimeExpr>,
    /// Children of token i: `children[child_offsets[i]..child_offsets[i + 1]]`. Made by [`Document::index_tree`].
    child_offsets: Vec<u32>,
    children: Vec<u32>,
}

/// A sentence (or a title, or one point of a list).
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Sentence {
    /// From its first token to its last.
    pub span: Span,
    /// Indices into [`Document::tokens`].
    pub tokens: Range<usize>,
    /// Index into [`Article::blocks`].
    pub block: usize,
}

/// A syntactic word (UD): `don't` is two.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Token {
    /// Where it stands. The parts of a multiword token share it out between them.
    pub span: Span,
    /// Dictionary form; lower case unless a proper noun.
    pub lemma: String,
    /// Universal part of speech.
    pub upos: Upos,
    /// Penn Treebank tag.
    pub xpos: Xpos,
    /// Index of the head in [`Document::tokens`]; `None` for the root of a sentence.
    pub head: Option<usize>,
    /// Relation to the head.
    pub rel: Rel,
    /// True where the token is a later part of a multiword token (the `n't` of `don't`).
    pub glued: bool,
}

/// A name found in the text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Name {
    /// Where it stands.
    pub span: Span,
    /// Indices into [`Document::tokens`].
    pub tokens: Range<usize>,
    /// What it names.
    pub label: NameLabel,
}

/// What a name names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum NameLabel {
    /// A person.
    Per,
    /// A place or state.
    Loc,
    /// An organisation.
    Org,
}

/// A time expression resolved against the article's date.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TimeExpr {
    /// Where it stands.
    pub span: Span,
    /// Indices into [`Document::tokens`].
    pub tokens: Range<usize>,
    /// The date, or the first one of a range.
    pub start: PartialDate,
    /// The last date of a range.
    pub end: Option<PartialDate>,
}

impl Document {
    /// A document without sentences yet.
    pub fn new(article: Article) -> Self {
        Document { article, ..Document::default() }
    }

    /// The article's text.
    pub fn text(&self) -> &str {
        &self.article.text
    }

    /// The words of token `i` as they stand in the text.
    pub fn form(&self, i: usize) -> &str {
        self.tokens[i].span.of(&self.article.text)
    }

    /// Builds the table that [`Document::children`] reads; call it once heads are set.
    pub fn index_tree(&mut self) {
        let n = self.tokens.len();
        let mut counts = vec![0u32; n + 1];
        for head in self.tokens.iter().filter_map(|t| t.head) {
            counts[head + 1] += 1;
        }
        for i in 0..n {
            counts[i + 1] += counts[i];
        }
        self.children = vec![0; counts[n] as usize];
        let mut next = counts.clone();
        for (i, token) in self.tokens.iter().enumerate() {
            if let Some(head) = token.head {
                self.children[next[head] as usize] = i as u32;
                next[head] += 1;
            }
        }
        self.child_offsets = counts;
    }

    /// The children of token `i`, left to right.
    pub fn children(&self, i: usize) -> impl DoubleEndedIterator<Item = usize> + '_ {
        let range = match (self.child_offsets.get(i), self.child_offsets.get(i + 1)) {
            (Some(&a), Some(&b)) => a as usize..b as usize,
            _ => 0..0,
        };
        self.children[range].iter().map(|&c| c as usize)
    }

    /// The first child of `i` with one of the relations.
    pub fn child(&self, i: usize, rels: &[Rel]) -> Option<usize> {
        self.children(i).find(|&c| rels.contains(&self.tokens[c].rel))
    }

    /// The tokens of `i`'s subtree, in order.
    pub fn subtree(&self, i: usize) -> Vec<usize> {
        let mut found = vec![i];
        let mut next = 0;
        while next < found.len() {
            let token = found[next];
            found.extend(self.children(token));
            next += 1;
        }
        found.sort_unstable();
        found
    }

    /// The stretch from the first to the last token of `i`'s subtree.
    pub fn subtree_span(&self, i: usize) -> Span {
        let tokens = self.subtree(i);
        self.tokens[tokens[0]].span.cover(self.tokens[tokens[tokens.len() - 1]].span)
    }

    /// The index of the sentence that token `i` is in.
    pub fn sentence_of(&self, i: usize) -> usize {
        self.sentences.partition_point(|s| s.tokens.end <= i)
    }

    /// The tokens whose spans overlap `span`.
    pub fn tokens_in(&self, span: Span) -> Range<usize> {
        let start = self.tokens.partition_point(|t| t.span.end <= span.start);
        let end = self.tokens.partition_point(|t| t.span.start < span.end);
        start..end.max(start)
    }

    /// The highest token of a stretch: the one whose head lies outside (the last such, as English phrases end in their head).
    pub fn head_of(&self, tokens: Range<usize>) -> Option<usize> {
        tokens
            .clone()
            .rev()
            .find(|&i| self.tokens[i].head.is_none_or(|h| !tokens.contains(&h)) && self.tokens[i].upos != Upos::Punct)
            .or(tokens.last())
    }
}
