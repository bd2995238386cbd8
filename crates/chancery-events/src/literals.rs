//! Which patterns cannot fit in a sentence, as their words are not in it.
//!
//! Most patterns of a verb ask for a noun or particle that the sentence does not have. Asking a small table of the
//! sentence's words first (Bloom, CACM 1970) saves going over the tree for each of them; what it lets through is compared
//! as before, so that nothing else changes.

use crate::pattern::{Element, Pattern};
use crate::tree::Tree;
use std::ops::Range;

/// Bits of the table: of a sentence of thirty words one in twenty is set.
const BITS: usize = 1024;

/// The words of a sentence, as they are written and by their lemmas, a bit each.
#[derive(Debug)]
pub(crate) struct SentenceWords([u64; BITS / 64]);

impl SentenceWords {
    pub fn of(tree: Tree<'_>, tokens: Range<usize>) -> Self {
        let mut words = SentenceWords([0; BITS / 64]);
        for i in tokens {
            for place in [place_of(tree.doc.form(i)), place_of(&tree.doc.tokens[i].lemma)] {
                words.0[usize::from(place) / 64] |= 1 << (place % 64);
            }
        }
        words
    }

    fn may_hold(&self, place: u16) -> bool {
        self.0[usize::from(place) / 64] >> (place % 64) & 1 == 1
    }
}

/// Lists of words; of each at least one must be in the sentence.
#[derive(Debug, Clone, Default)]
pub(crate) struct Literals(Vec<Box<[u16]>>);

impl Literals {
    pub fn of(pattern: &Pattern) -> Self {
        let mut lists = vec![places(&pattern.subject)];
        for element in &pattern.elements {
            match element {
                Element::Word(word) => lists.push([place_of(word)].into()),
                Element::Object(words)
                | Element::PrepNoun(_, words)
                | Element::Infinitive(words)
                | Element::Gerund(words) => lists.push(places(words)),
                Element::Clause { auxiliaries, verbs, .. } => {
                    let words: Vec<&String> = auxiliaries.iter().filter(|a| *a != "subjunctive").collect();
                    lists.extend([places(words), places(verbs)]);
                }
                Element::PartyObject { .. }
                | Element::PlaceObject
                | Element::PartyPrep { .. }
                | Element::ActorPrep { .. }
                | Element::Negated => (),
            }
        }
        lists.retain(|list| !list.is_empty());
        Literals(lists)
    }

    /// False where the pattern cannot fit in the sentence.
    pub fn may_be_met(&self, words: &SentenceWords) -> bool {
        self.0.iter().all(|list| list.iter().any(|place| words.may_hold(*place)))
    }
}

/// The bits of words, and of what stands behind their hyphens, as such a word is also met as two.
fn places<'w>(words: impl IntoIterator<Item = &'w String>) -> Box<[u16]> {
    let parts = |word: &'w String| word.match_indices('-').map(|(at, _)| &word[at + 1..]);
    let all = words.into_iter().flat_map(|w| std::iter::once(w.as_str()).chain(parts(w)));
    all.map(place_of).collect()
}

/// The bit of a word; letters of ASCII count as small ones.
fn place_of(word: &str) -> u16 {
    let mix = |hash: u32, byte: u8| (hash ^ u32::from(byte.to_ascii_lowercase())).wrapping_mul(0x0100_0193);
    let hash = word.bytes().fold(0x811c_9dc5, mix);
    ((hash ^ (hash >> 15)) as usize % BITS) as u16
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::pattern::parse;
    use chancery_text::{Article, Document, Rel, Span, Token, Upos, Xpos};

    fn sentence(words: &[&str]) -> Document {
        let text = words.join(" ");
        let mut at = 0;
        let tokens = words.iter().map(|w| {
            at += w.len() + 1;
            Token {
                span: Span::new(at - w.len() - 1, at - 1),
                lemma: w.to_lowercase(),
                upos: Upos::X,
                xpos: Xpos::default(),
                head: None,
                rel: Rel::Dep,
                glued: false,
            }
        });
        let tokens = tokens.collect();
        let mut doc = Document::new(Article { text, ..Article::default() });
        doc.tokens = tokens;
        doc
    }

    #[test]
    fn a_pattern_is_open_where_all_its_words_are_there() {
        let doc = sentence(&["Norway", "imposed", "Sanctions", "on", "Togo", "with", "a", "joint", "note"]);
        let words = SentenceWords::of(Tree::new(&doc), 0..doc.tokens.len());
        let classes = Default::default();
        let open = |line: &str| {
            let pattern = parse(line, &classes).unwrap().remove(0);
            Literals::of(&pattern).may_be_met(&words)
        };
        assert!(open("A impose {embargo|sanctions} on R"));
        assert!(open("A impose R"));
        assert!(open("A impose {protest-note} on R"), "a word with a hyphen may be met as two");
        assert!(!open("A impose {embargo|blockade} on R"));
        assert!(!open("A impose {sanctions} in {retaliation}"));
        assert!(!open("A:{parliament} impose {sanctions} on R"));
    }
}
