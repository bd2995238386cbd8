//! The article by readability: the `dom_smoothie` crate finds it, furniture and lists of links are taken out of it here.
//!
//! In: HTML. Out: paragraphs in page order, worded as the page has them.

use super::Stated;
use super::blocks::one_line;
use super::furniture::Furniture;
use dom_query::{Document, NodeRef};
use dom_smoothie::{Config, Readability, TextMode};

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
/// Readability is not tried on pages with more elements, which are no articles.
const MAX_ELEMENTS: usize = 200_000;
/// Readability looks at a text once for each pair of the elements around it: hostile pages are not given to it.
const MAX_LOOKS: usize = 200_000_000;
/// Shorter texts do not count for that.
const LONG_TEXT_BYTES: usize = 4_000;
/// A paragraph with so much of it in links is a link.
const LINK_SHARE: f32 = 0.9;
/// "Related: " before a link has so many bytes at most.
const LABEL_BYTES: usize = 20;
/// So long a link behind a label is a headline.
const LABELLED_WORDS: usize = 5;
/// So long a link is a headline of another article.
const HEADLINE_WORDS: usize = 10;
/// After the last sentence, so long a link is one.
const LATE_HEADLINE_WORDS: usize = 3;
/// So many words with a full stop are prose.
const PROSE_WORDS: usize = 8;

/// A paragraph and how many of its bytes stand in links.
struct Paragraph {
    text: String,
    linked: usize,
}

/// What readability has found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// What the page says of itself.
    pub stated: Stated,
    /// The article; nothing where there is none.
    pub paragraphs: Vec<String>,
}

/// Takes a page apart; the tree is used up.
pub(crate) fn read(doc: Document, furniture: &Furniture) -> Found {
    let url = canonical(&doc);
    let config = Config { keep_classes: true, max_elements_to_parse: MAX_ELEMENTS, ..Config::default() };
    let mut page = Readability { doc, doc_url: None, config };
    let article = Some(()).filter(|()| looks(&page.doc) < MAX_LOOKS).and_then(|()| page.parse().ok());
    let Some(article) = article else {
        let meta = page.get_article_metadata(None);
        let stated = Stated { title: meta.title, author: meta.byline, site: meta.site_name, url };
        return Found { stated, paragraphs: Vec::new() };
    };
    let stated = Stated { title: article.title, author: article.byline, site: article.site_name, url };
    let root = page.doc.select_single("#readability-page-1");
    let paragraphs = root.nodes().first().map(|n| walked(n, furniture)).unwrap_or_default();
    Found { stated, paragraphs: without_links(paragraphs) }
}

/// What the crate gives as it is.
pub(crate) fn plain(html: &str) -> String {
    let config = Config { text_mode: TextMode::Formatted, ..Config::default() };
    let article = Readability::new(html, None, Some(config)).and_then(|mut r| r.parse());
    article.map(|a| a.text_content.to_string()).unwrap_or_default()
}

/// How much work long texts deep in the page would be.
fn looks(doc: &Document) -> usize {
    let mut sum = 0usize;
    let mut open = vec![(doc.root(), 0usize)];
    while let Some((node, depth)) = open.pop() {
        if node.is_text() {
            let bytes = node.text().len();
            sum = sum.saturating_add(if bytes > LONG_TEXT_BYTES { depth * depth * bytes } else { 0 });
        }
        open.extend(node.children_it(false).map(|child| (child, depth + 1)));
    }
    sum
}

/// The address that the page gives itself.
fn canonical(doc: &Document) -> Option<String> {
    let places = [("link[rel=canonical]", "href"), ("meta[property='og:url']", "content")];
    let mut found = places.iter().filter_map(|(place, attribute)| doc.select_single(place).attr(attribute));
    found.find(|url| url.starts_with("http")).map(|url| url.to_string())
}

/// Paragraphs that are not headlines of other articles.
fn without_links(paragraphs: Vec<Paragraph>) -> Vec<String> {
    let last_prose = paragraphs.iter().rposition(Paragraph::is_prose).unwrap_or(paragraphs.len());
    let keep = |(i, p): &(usize, Paragraph)| {
        let of_place = if *i > last_prose { LATE_HEADLINE_WORDS } else { HEADLINE_WORDS };
        let enough = if p.is_labelled() { of_place.min(LABELLED_WORDS) } else { of_place };
        !p.is_link() || p.words() < enough
    };
    paragraphs.into_iter().enumerate().filter(keep).map(|(_, p)| p.text).collect()
}

impl Paragraph {
    fn words(&self) -> usize {
        self.text.split(' ').count()
    }

    fn is_link(&self) -> bool {
        self.linked as f32 > LINK_SHARE * self.text.len() as f32 || self.is_labelled()
    }

    /// "Related: Six ports in the ice", where all but the first word is a link.
    fn is_labelled(&self) -> bool {
        let rest = self.text.len().saturating_sub(self.linked);
        let colon = self.text.find(':').is_some_and(|at| at < rest);
        colon && rest <= LABEL_BYTES && self.linked > rest
    }

    fn is_prose(&self) -> bool {
        let mut ends = self.text.chars().rev().take_while(|c| !c.is_alphanumeric());
        !self.is_link() && self.words() >= PROSE_WORDS && ends.any(|c| ".!?…:”\"»)。".contains(c))
    }
}

fn walked(root: &NodeRef, furniture: &Furniture) -> Vec<Paragraph> {
    let mut walk = Walk { furniture, half: root.text().len() / 2, done: Vec::new(), text: String::new(), linked: 0 };
    walk.node(root, false);
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
