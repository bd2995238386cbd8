//! The article by readability: the `dom_smoothie` crate finds it, furniture and lists of links are taken out of it here.
//!
//! In: HTML. Out: paragraphs in page order, worded as the page has them.

use super::Stated;
use super::blocks::one_line;
use super::furniture::Furniture;
use super::walk::{Paragraph, walked};
use dom_query::{Document, NodeId};
use dom_smoothie::{Config, Readability, TextMode};
use rustc_hash::FxHashMap;

/// Readability is not tried on pages with more elements, which are no articles.
const MAX_ELEMENTS: usize = 200_000;
/// Readability looks at a text once for each pair of the elements around it: hostile pages are not given to it.
const MAX_LOOKS: usize = 200_000_000;
/// Shorter texts do not count for that.
const LONG_TEXT_BYTES: usize = 4_000;
/// So long a link behind a label is a headline.
const LABELLED_WORDS: usize = 5;
/// So long a link is a headline of another article.
const HEADLINE_WORDS: usize = 10;
/// After the last sentence, so long a link is one.
const LATE_HEADLINE_WORDS: usize = 3;

/// What readability has found.
#[derive(Debug, Default)]
pub(crate) struct Found {
    /// What the page says of itself.
    pub stated: Stated,
    /// The article; nothing where there is none.
    pub paragraphs: Vec<String>,
    /// True where it is nothing but prose in paragraphs that stood side by side on the page: no box, caption or list can
    /// have come in.
    pub plain: bool,
}

/// Takes a page apart; the tree is used up.
pub(crate) fn read(doc: Document, furniture: &Furniture) -> Found {
    let config = Config { keep_classes: true, max_elements_to_parse: MAX_ELEMENTS, ..Config::default() };
    let stood = around_paragraphs(&doc);
    let mut page = Readability { doc, doc_url: None, config };
    let article = Some(()).filter(|()| looks(&page.doc) < MAX_LOOKS).and_then(|()| page.parse().ok());
    let Some(article) = article else {
        return Found { stated: stated_in(&page), ..Found::default() };
    };
    let stated = Stated { title: article.title, author: article.byline, site: article.site_name, url: None };
    let root = page.doc.select_single("#readability-page-1");
    let paragraphs = without_links(root.nodes().first().map(|n| walked(n, furniture)).unwrap_or_default());
    let around = |p: &Paragraph| stood.get(&p.text);
    let first = paragraphs.first().and_then(around);
    let plain = first.is_some() && paragraphs.iter().all(|p| p.is_prose() && around(p) == first);
    Found { stated, paragraphs: paragraphs.into_iter().map(|p| p.text).collect(), plain }
}

/// The element around each `<p>`, by its words; readability moves paragraphs out of boxes.
fn around_paragraphs(doc: &Document) -> FxHashMap<String, NodeId> {
    let mut around = FxHashMap::default();
    for p in doc.select("p").nodes() {
        if let Some(parent) = p.parent() {
            around.entry(one_line(&p.text())).or_insert(parent.id);
        }
    }
    around
}

/// What a page says of itself, without its article.
pub(crate) fn stated(doc: Document) -> Stated {
    stated_in(&Readability { doc, doc_url: None, config: Config::default() })
}

fn stated_in(page: &Readability) -> Stated {
    let meta = page.get_article_metadata(None);
    Stated { title: meta.title, author: meta.byline, site: meta.site_name, url: None }
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

/// Paragraphs that are not headlines of other articles.
fn without_links(paragraphs: Vec<Paragraph>) -> Vec<Paragraph> {
    let last_prose = paragraphs.iter().rposition(Paragraph::is_prose).unwrap_or(paragraphs.len());
    let keep = |(i, p): &(usize, Paragraph)| {
        let of_place = if *i > last_prose { LATE_HEADLINE_WORDS } else { HEADLINE_WORDS };
        let enough = if p.is_labelled() { of_place.min(LABELLED_WORDS) } else { of_place };
        !p.is_link() || p.words() < enough
    };
    paragraphs.into_iter().enumerate().filter(keep).map(|(_, p)| p).collect()
}
