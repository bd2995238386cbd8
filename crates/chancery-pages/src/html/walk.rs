//! The paragraphs below elements of a page, in page order, worded as the page has them, without furniture.

use super::blocks::one_line;
use super::furniture::Furniture;
use dom_query::NodeRef;

/// Elements that begin and end a paragraph.
const BLOCKS: [&str; 36] = [
    "p",
    "h1",
    "h2",
    "h3",
    "h4",
    "h5",
    "h6",
    "li",
    "ul",
    "ol",
    "dl",
    "dt",
    "dd",
    "blockquote",
    "pre",
    "div",
    "table",
    "caption",
    "thead",
    "tbody",
    "tfoot",
    "tr",
    "th",
    "td",
    "section",
    "article",
    "main",
    "header",
    "footer",
    "aside",
    "figure",
    "address",
    "details",
    "summary",
    "br",
    "hr",
];
const SILENT: [&str; 5] = ["script", "style", "noscript", "template", "select"];
/// A paragraph with so much of it in links is a link.
const LINK_SHARE: f32 = 0.9;
/// "Related: " before a link has so many bytes at most.
const LABEL_BYTES: usize = 20;
/// So many words with a full stop are prose.
const PROSE_WORDS: usize = 8;
/// So many characters are, in languages that do not write spaces.
const PROSE_CHARS: usize = 40;

/// A paragraph and how many of its bytes stand in links.
pub(crate) struct Paragraph {
    /// Its words.
    pub text: String,
    /// Bytes of it that stand in links.
    pub linked: usize,
}

impl Paragraph {
    pub(crate) fn words(&self) -> usize {
        self.text.split(' ').count()
    }

    /// True for a paragraph that is a link to another article.
    pub(crate) fn is_link(&self) -> bool {
        self.linked as f32 > LINK_SHARE * self.text.len() as f32 || self.is_labelled()
    }

    /// "Related: Six ports in the ice", where all but the first word is a link.
    pub(crate) fn is_labelled(&self) -> bool {
        let rest = self.text.len().saturating_sub(self.linked);
        let colon = self.text.find(':').is_some_and(|at| at < rest);
        colon && rest <= LABEL_BYTES && self.linked > rest
    }

    pub(crate) fn is_prose(&self) -> bool {
        !self.is_link() && self.words() >= PROSE_WORDS && self.ends_sentence()
    }

    /// How many characters of running text it is.
    pub(crate) fn prose_chars(&self) -> usize {
        let long = self.text.chars().count();
        if long >= PROSE_CHARS && 2 * self.linked < self.text.len() && self.ends_sentence() { long } else { 0 }
    }

    fn ends_sentence(&self) -> bool {
        let mut ends = self.text.chars().rev().take_while(|c| !c.is_alphanumeric());
        ends.any(|c| ".!?…:”\"»)。！？".contains(c))
    }
}

/// The paragraphs of an element.
pub(crate) fn walked(root: &NodeRef, furniture: &Furniture) -> Vec<Paragraph> {
    walked_all(std::slice::from_ref(root), furniture)
}

/// The paragraphs of elements that follow one another.
pub(crate) fn walked_all(roots: &[NodeRef], furniture: &Furniture) -> Vec<Paragraph> {
    let half = roots.iter().map(|r| r.text().len()).sum::<usize>() / 2;
    let mut walk = Walk { furniture, half, done: Vec::new(), text: String::new(), linked: 0 };
    for root in roots {
        walk.node(root, false);
    }
    walk.end();
    walk.done
}

struct Walk<'f> {
    furniture: &'f Furniture,
    /// Bytes of text that no furniture has.
    half: usize,
    done: Vec<Paragraph>,
    text: String,
    /// Bytes of `text` that stand in links.
    linked: usize,
}

impl Walk<'_> {
    /// Recursion is as deep as the page, and that was limited.
    fn node(&mut self, node: &NodeRef, in_link: bool) {
        if node.is_text() {
            let text = node.text();
            self.linked += if in_link { text.trim().len() } else { 0 };
            self.text.push_str(&text);
            return;
        }
        let name = node.node_name().unwrap_or_default();
        if SILENT.contains(&&*name) || (self.furniture.holds(node) && node.text().len() < self.half) {
            return;
        }
        let is_block = BLOCKS.contains(&&*name);
        if is_block {
            self.end();
        }
        for child in node.children_it(false) {
            self.node(&child, in_link || &*name == "a");
        }
        if is_block {
            self.end();
        }
    }

    fn end(&mut self) {
        let text = one_line(&self.text);
        if !text.is_empty() {
            let linked = self.linked.min(text.len());
            self.done.push(Paragraph { text, linked });
        }
        self.text.clear();
        self.linked = 0;
    }
}
