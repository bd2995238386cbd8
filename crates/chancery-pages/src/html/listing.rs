//! HTML pages that hold several articles: digests, archives of whole posts, live blogs.
//!
//! In: the parsed page. Out: a [`Listing`]. Headings of one level whose texts stand side by side below one element begin
//! its items: `<article>` by `<article>`, or heading by heading in one body. They are articles of their own only where they hold
//! most of the page's prose and show that they are: by a time or a byline each, by headlines that link to pages of
//! the same site, or because each is an `<article>` with a headline. Headings of one article have none of this. A headline that links
//! to another page above a few words of text is a teaser: beside whole articles teasers are left out; on a page that holds
//! little else (an index) each is an excerpt.

use super::blocks::one_line;
use super::dates;
use super::meta::Head;
use super::walk::{Paragraph, walked_all};
use crate::fold::fold_bare;
use crate::text::article::head_line;
use crate::{Reader, names};
use chancery_text::PartialDate;
use dom_query::{Document, NodeId, NodeRef};
use rustc_hash::{FxHashMap, FxHashSet};
use std::rc::Rc;
use url::Url;

/// Levels of headings that begin articles.
const LEVELS: [&str; 4] = ["h1", "h2", "h3", "h4"];
/// So many places where headings stand side by side are looked at, those with most headings first.
const MAX_PLACES: usize = 16;
/// More headings than any page of articles has.
const MAX_HEADINGS: usize = 2_000;
/// A heading begins an item where no more text stands before it in its element (a time, a section's name).
const BEFORE_HEADING_BYTES: usize = 200;
/// An item has so much running text at least, in characters.
const ITEM_MIN_CHARS: usize = 80;
/// The beginning of an article has less.
const TEASER_MAX_CHARS: usize = 400;
/// The words of headlines of which at least half of the items must have so many, where nothing else marks them.
const HEADLINE_MIN_WORDS: usize = 4;
/// So many teasers make an index page.
const INDEX_MIN_TEASERS: usize = 4;
/// A page with so much other prose is no index page, in characters.
const INDEX_MAX_OTHER_CHARS: usize = 300;
/// So many posts without headlines are worth a note, each with so much text.
const UNTITLED_MIN_ARTICLES: usize = 3;
const POST_MIN_BYTES: usize = 120;
/// So much prose above the first item is an article of its own, in characters.
const INTRODUCTION_MIN_CHARS: usize = 200;
/// Bylines and dates stand so near to the heading, in paragraphs.
const HEAD_PARAGRAPHS: usize = 4;
/// A paragraph with a time in it is one of text where it is longer.
const TIME_LINE_MAX_BYTES: usize = 160;
/// Longer elements named after authors hold more than names.
const BYLINE_MAX_BYTES: usize = 200;

/// What a page holds.
#[derive(Debug, Default)]
pub(crate) struct Listing {
    /// Its articles; empty where it is one article or none.
    pub items: Vec<Item>,
    /// What stands above the first of them, where it is an article of its own.
    pub introduction: Vec<String>,
    /// Beginnings of other articles.
    pub teasers: usize,
    /// True where the items are such beginnings.
    pub is_index: bool,
    /// Elements that are said to be articles and have a time, on a page that is not taken apart.
    pub unsplit: usize,
}

/// One article of a page.
#[derive(Debug, Default)]
pub(crate) struct Item {
    /// Its heading.
    pub title: Option<String>,
    /// Its own address.
    pub url: Option<String>,
    /// The date that it states.
    pub date: Option<PartialDate>,
    /// Its authors.
    pub authors: Vec<String>,
    /// Its text.
    pub paragraphs: Vec<String>,
    /// True where its text goes on on another page.
    pub excerpt: bool,
}

/// What is known of the page.
#[derive(Clone, Copy)]
pub(crate) struct Known<'a> {
    /// The knowledge files.
    pub reader: &'a Reader,
    /// Its address.
    pub url: Option<&'a str>,
    /// How it writes dates in numbers.
    pub month_first: bool,
    /// The day by which it was written.
    pub by: Option<PartialDate>,
}

/// Finds the articles of a page that holds several. They are taken out of the tree, so that what is left tells of the page.
pub(crate) fn find(doc: &Document, head: &Head, known: Known<'_>) -> Listing {
    let Some(body) = doc.body() else { return Listing::default() };
    let headings = Headings::of(&body, known.reader);
    let places = headings.places();
    if places.is_empty() {
        return Listing { unsplit: untitled_articles(&body, known.reader), ..Listing::default() };
    }
    let finder = Finder { known, base: known.url.and_then(|u| Url::parse(u).ok()), headings: &headings };
    let prose = prose_chars(&walked_all(&[body], &known.reader.furniture));
    let groups: Vec<Group> = places.iter().map(|place| finder.group(place)).collect();
    // Below the article that the page is of, others may stand in full; they are not what the page is read for.
    let title: Option<&Heading> = headings.all.iter().find(|h| head.is_title(&title_of(&h.node().text())));
    let holds_title = |d: &Draft| title.is_some_and(|t| d.nodes.iter().any(|n| t.path.iter().any(|p| p.id == n.id)));
    let is_of_one = |g: &&Group| g.full().any(holds_title);
    let best =
        groups.iter().filter(|g| g.is_listing(prose) && !is_of_one(g)).max_by_key(|g| (g.prose(), g.full().count()));
    if let Some(group) = best {
        return finder.taken(doc, &body, group);
    }
    let index = if head.is_article { Listing::default() } else { finder.index(doc, &groups, prose) };
    let unsplit = if index.is_index { 0 } else { untitled_articles(&body, known.reader) };
    Listing { unsplit, ..index }
}

/// How many elements side by side are said to be articles, have a time and no headline: posts of a live blog.
fn untitled_articles(body: &NodeRef, reader: &Reader) -> usize {
    let is_time = |n: &NodeRef| n.has_name("time");
    let is_post = |n: &NodeRef| {
        let headed = n.descendants_it().any(|d| LEVELS.iter().any(|l| d.has_name(l)));
        let apart = std::iter::once(*n).chain(n.ancestors_it(None)).any(|a| reader.furniture.stands_apart(&a));
        !headed && !apart && n.descendants_it().any(|d| is_time(&d)) && n.text().trim().len() >= POST_MIN_BYTES
    };
    let found = body.descendants_it().filter(|n| is_article(n)).filter(is_post).count();
    if found >= UNTITLED_MIN_ARTICLES { found } else { 0 }
}

/// A heading and the elements around it, the outermost first, itself last.
struct Heading<'d> {
    level: usize,
    path: Vec<NodeRef<'d>>,
}

impl Heading<'_> {
    fn id(&self) -> NodeId {
        self.node().id
    }
}

impl<'d> Heading<'d> {
    fn node(&self) -> NodeRef<'d> {
        self.path[self.path.len() - 1]
    }
}

/// The headings of a page outside its furniture.
struct Headings<'d> {
    all: Vec<Heading<'d>>,
}

/// False for bylines and dates that are set as headings.
fn is_headline(text: &str, reader: &Reader) -> bool {
    let months = || reader.dates.find_in_any_language(crate::text::head(text, BYLINE_MAX_BYTES));
    let is_date = || months().iter().any(|d| 4 * d.span.len() >= 3 * text.len());
    head_line(reader, text).is_none() && !is_date()
}

/// An element below which headings of one level stand side by side.
struct Place<'d> {
    level: usize,
    node: NodeRef<'d>,
    of_level: Rc<OfLevel>,
}

/// The headings of one level.
struct OfLevel {
    /// How many of them stand in each element.
    counts: FxHashMap<NodeId, usize>,
    headings: FxHashSet<NodeId>,
}

impl<'d> Headings<'d> {
    fn of(body: &NodeRef<'d>, reader: &Reader) -> Self {
        let mut found = Headings { all: Vec::new() };
        let mut path = Vec::new();
        found.collect(body, &mut path, body.text().len() / 2, reader);
        found
    }

    /// Recursion is as deep as the page, and that was limited.
    fn collect(&mut self, node: &NodeRef<'d>, path: &mut Vec<NodeRef<'d>>, half: usize, reader: &Reader) {
        let is_outside = reader.furniture.stands_apart(node) && node.text().len() < half;
        if !node.is_element() || is_outside || self.all.len() >= MAX_HEADINGS {
            return;
        }
        path.push(*node);
        let level = LEVELS.iter().position(|l| node.has_name(l));
        match level.filter(|_| !node.text().trim().is_empty()) {
            Some(level) if is_headline(&one_line(&node.text()), reader) => {
                self.all.push(Heading { level, path: path.clone() });
            }
            Some(_) => {}
            None => node.children_it(false).for_each(|child| self.collect(&child, path, half, reader)),
        }
        path.pop();
    }

    /// Where headings of one level stand side by side: the innermost elements that hold two that follow one another.
    fn places(&self) -> Vec<Place<'d>> {
        let mut found: Vec<Place<'d>> = Vec::new();
        for level in 0..LEVELS.len() {
            let of_level: Vec<&Heading<'d>> = self.all.iter().filter(|h| h.level == level).collect();
            let mut counts: FxHashMap<NodeId, usize> = FxHashMap::default();
            for node in of_level.iter().flat_map(|h| &h.path) {
                *counts.entry(node.id).or_default() += 1;
            }
            let headings = of_level.iter().map(|h| h.id()).collect();
            let shared_by_all = Rc::new(OfLevel { counts, headings });
            let mut seen = FxHashSet::default();
            for pair in of_level.windows(2) {
                let shared = pair[0].path.iter().zip(&pair[1].path).take_while(|(a, b)| a.id == b.id).last();
                let Some((node, _)) = shared.filter(|(node, _)| seen.insert(node.id)) else { continue };
                found.push(Place { level, node: *node, of_level: Rc::clone(&shared_by_all) });
            }
        }
        found.sort_by_key(|p| std::cmp::Reverse(p.holds(&p.node)));
        found.truncate(MAX_PLACES);
        found
    }
}

impl<'d> Place<'d> {
    fn holds(&self, node: &NodeRef) -> usize {
        self.of_level.counts.get(&node.id).copied().unwrap_or(0)
    }

    /// The elements below the place of which each holds one heading or none.
    fn parts(&self, node: &NodeRef<'d>, parts: &mut Vec<NodeRef<'d>>) {
        for child in node.children_it(false) {
            if self.holds(&child) >= 2 && !is_article(&child) {
                self.parts(&child, parts);
            } else if child.is_element() || child.is_nonempty_text() {
                parts.push(child);
            }
        }
    }

    /// The parts of each item, the first of which holds its heading. What stands before the first item is left out.
    fn runs(&self) -> Vec<Vec<NodeRef<'d>>> {
        let mut parts = Vec::new();
        self.parts(&self.node, &mut parts);
        let mut runs: Vec<Vec<NodeRef<'d>>> = Vec::new();
        for part in parts {
            let open = runs.last_mut();
            if self.begins(&part, open.as_deref().map(|run| &run[0])) {
                runs.push(vec![part]);
            } else if let Some(run) = open.filter(|run| !is_closed(&run[0])) {
                run.push(part);
            }
        }
        runs
    }

    /// True for an element that begins an item: by its heading, or because it is an `<article>` as the item before.
    fn begins(&self, part: &NodeRef, before: Option<&NodeRef>) -> bool {
        match self.heading_in(part) {
            Some(heading) => text_before(part, &heading).is_some_and(|n| n <= BEFORE_HEADING_BYTES),
            None => is_article(part) && before.is_some_and(is_article),
        }
    }

    fn heading_in<'n>(&self, part: &NodeRef<'n>) -> Option<NodeRef<'n>> {
        if self.holds(part) == 0 {
            return None;
        }
        std::iter::once(*part).chain(part.descendants_it()).find(|n| self.of_level.headings.contains(&n.id))
    }
}

/// Bytes of text before a heading in its element.
fn text_before(part: &NodeRef, heading: &NodeRef) -> Option<usize> {
    let nodes = std::iter::once(*part).chain(part.descendants_it());
    let mut bytes = 0;
    for node in nodes {
        if node.id == heading.id {
            return Some(bytes);
        }
        if node.is_text() && !node.parent().is_some_and(|p| p.has_name("script") || p.has_name("style")) {
            bytes += node.text().trim().len();
        }
    }
    None
}

/// True for an element that is said to be an article.
fn is_article(node: &NodeRef) -> bool {
    let value = |name: &str| node.attr(name).unwrap_or_default().to_lowercase();
    if LEVELS.iter().any(|l| node.has_name(l)) {
        return false;
    }
    node.has_name("article")
        || ["article", "posting"].iter().any(|t| value("itemtype").ends_with(t))
        || value("class").split_whitespace().any(|c| c == "hentry" || c == "h-entry")
}

/// True for an element that holds all of its item.
fn is_closed(node: &NodeRef) -> bool {
    is_article(node) || node.has_name("section") || node.has_name("li")
}

/// A link of an item.
struct Link {
    /// Where it leads, in full; `None` where that cannot be known.
    url: Option<String>,
    /// True where it leads to another page.
    leaves: bool,
    /// True where that is a page of the same site.
    same_site: bool,
}

/// One item as it was found.
struct Draft<'d> {
    nodes: Vec<NodeRef<'d>>,
    title: Option<String>,
    heading_link: Option<Link>,
    paragraphs: Vec<Paragraph>,
    prose: usize,
    /// A time or a byline stands in it.
    furnished: bool,
    is_article: bool,
    /// True where the element that holds the heading holds the text too.
    holds_its_text: bool,
    teaser: bool,
    authors: Vec<String>,
    line_date: Option<PartialDate>,
}

/// The items of one place.
struct Group<'d> {
    drafts: Vec<Draft<'d>>,
}

fn prose_chars(paragraphs: &[Paragraph]) -> usize {
    paragraphs.iter().map(Paragraph::prose_chars).sum()
}

impl<'d> Group<'d> {
    fn full(&self) -> impl Iterator<Item = &Draft<'d>> {
        self.drafts.iter().filter(|d| !d.teaser && d.prose >= ITEM_MIN_CHARS)
    }

    fn prose(&self) -> usize {
        self.full().map(|d| d.prose).sum()
    }

    fn teasers(&self) -> usize {
        self.drafts.iter().filter(|d| d.teaser).count()
    }

    /// True where the items are articles and most of the page's `prose`.
    fn is_listing(&self, prose: usize) -> bool {
        let full = self.full().count();
        full >= 2 && 2 * full >= self.drafts.len() && 20 * self.prose() >= 13 * prose && self.is_marked(full)
    }

    /// True where the items show that they are articles of their own.
    fn is_marked(&self, full: usize) -> bool {
        let count = |fits: &dyn Fn(&Draft) -> bool| self.full().filter(|d| fits(d)).count();
        let longest = self.full().map(|d| d.prose).max().unwrap_or(0);
        let titles: FxHashSet<&str> = self.full().filter_map(|d| d.title.as_deref()).collect();
        // Names of those who write stand above the posts of a forum again and again.
        if 20 * longest > 17 * self.prose() || 3 * titles.len() < 2 * count(&|d| d.title.is_some()) {
            return false;
        }
        if 3 * count(&|d| d.furnished) >= 2 * full {
            return true;
        }
        let words = |d: &Draft| d.title.as_deref().map_or(0, |t| t.split(' ').count());
        let headlines = count(&|d| words(d) >= HEADLINE_MIN_WORDS && !d.title.as_deref().is_some_and(is_question));
        let leads_on = |d: &Draft| d.holds_its_text && d.heading_link.as_ref().is_some_and(|l| l.leaves && l.same_site);
        2 * headlines > full && (3 * count(&leads_on) >= 2 * full || count(&|d| d.is_article) == full)
    }

    /// True for a box of teasers.
    fn is_of_teasers(&self) -> bool {
        self.teasers() >= 2 && 4 * self.teasers() >= 3 * self.drafts.len()
    }

    /// True where an element of this group stands in one of the other, or the other way round.
    fn overlaps(&self, other: &Group) -> bool {
        let within = |a: &Group, b: &Group| {
            let ids: FxHashSet<NodeId> = a.drafts.iter().flat_map(|d| &d.nodes).map(|n| n.id).collect();
            let nodes = b.drafts.iter().flat_map(|d| &d.nodes);
            nodes.clone().any(|n| ids.contains(&n.id) || n.ancestors_it(None).any(|around| ids.contains(&around.id)))
        };
        within(self, other) || within(other, self)
    }
}

fn is_question(title: &str) -> bool {
    title.ends_with('?')
}

struct Finder<'a, 'd> {
    known: Known<'a>,
    base: Option<Url>,
    headings: &'a Headings<'d>,
}

impl<'d> Finder<'_, 'd> {
    fn group(&self, place: &Place<'d>) -> Group<'d> {
        let drafts: Vec<Draft<'d>> = place.runs().into_iter().map(|nodes| self.draft(place, nodes)).collect();
        // Headings without a byline of their own below one that has it are those of its text.
        let furnished = drafts.iter().filter(|d| d.furnished).count();
        let flat = place.level > 0 && furnished >= 2 && !drafts.iter().any(|d| is_closed(&d.nodes[0]));
        if !flat || 2 * furnished < drafts.len() || !drafts[0].furnished {
            return Group { drafts };
        }
        let mut runs: Vec<Vec<NodeRef<'d>>> = Vec::new();
        for draft in drafts {
            match runs.last_mut().filter(|_| !draft.furnished) {
                Some(run) => run.extend(draft.nodes),
                None => runs.push(draft.nodes),
            }
        }
        Group { drafts: runs.into_iter().map(|nodes| self.draft(place, nodes)).collect() }
    }

    fn draft(&self, place: &Place<'d>, nodes: Vec<NodeRef<'d>>) -> Draft<'d> {
        let reader = self.known.reader;
        let heading = place.heading_in(&nodes[0]);
        let title = heading.map(|h| title_of(&h.text())).filter(|t| !t.is_empty());
        let mut paragraphs = walked_all(&nodes, &reader.furniture);
        let at = title.as_ref().and_then(|t| paragraphs.iter().position(|p| title_of(&p.text) == *t));
        let above: Vec<Paragraph> = paragraphs.drain(..at.map_or(0, |at| at + 1)).collect();
        let mut draft = Draft {
            title,
            heading_link: heading.and_then(|h| self.link_of(&h, &nodes[0])),
            prose: 0,
            furnished: false,
            is_article: is_article(&nodes[0]),
            holds_its_text: is_closed(&nodes[0])
                || 2 * nodes[0].text().len() > nodes.iter().map(|n| n.text().len()).sum(),
            teaser: false,
            authors: self.named_authors(&nodes),
            line_date: None,
            paragraphs: Vec::new(),
            nodes,
        };
        above.iter().for_each(|p| _ = draft.take_line(reader, &p.text));
        let mut in_head = 0;
        paragraphs.retain(|p| {
            in_head += 1;
            in_head > HEAD_PARAGRAPHS || !draft.take_line(reader, &p.text)
        });
        draft.furnished = draft.states_time() || draft.line_date.is_some() || !draft.authors.is_empty();
        // Where the heading names who writes, a reader speaks.
        draft.furnished &=
            !draft.title.as_deref().is_some_and(|t| draft.authors.iter().any(|a| fold_bare(a) == fold_bare(t)));
        draft.prose = prose_chars(&paragraphs);
        draft.paragraphs = paragraphs;
        draft.teaser = self.is_teaser(&draft);
        draft
    }

    /// The link of a heading: in it, or around it.
    fn link_of(&self, heading: &NodeRef, part: &NodeRef) -> Option<Link> {
        let inside = heading.descendants_it().find(|n| n.has_name("a") && n.has_attr("href"));
        let outside = || {
            let around = heading.ancestors_it(None).take_while(|n| n.id != part.id);
            std::iter::once(*part).chain(around).find(|n| n.has_name("a") && n.has_attr("href"))
        };
        inside.or_else(outside).and_then(|a| self.link(&a))
    }

    fn link(&self, a: &NodeRef) -> Option<Link> {
        let href = a.attr("href")?;
        let href = href.trim();
        if href.is_empty() || href == "#" || href.contains("javascript:") || href.contains("mailto:") {
            return None;
        }
        let full = match &self.base {
            Some(base) => base.join(href).ok(),
            None => Url::parse(href).ok(),
        };
        let full = full.filter(|u| matches!(u.scheme(), "http" | "https"));
        let path = |u: &Url| u.path().trim_end_matches('/').to_string();
        let is_own = |u: &Url| self.base.as_ref().is_some_and(|b| b.host_str() == u.host_str() && path(b) == path(u));
        let leaves = !href.starts_with('#') && !full.as_ref().is_some_and(is_own);
        let host_of_page = self.base.as_ref().and_then(Url::host_str);
        let same_site = match &full {
            Some(url) => url.host_str() == host_of_page,
            None => !href.contains("://"),
        };
        Some(Link { url: full.map(String::from), leaves, same_site })
    }

    /// The beginning of an article that stands on another page.
    fn is_teaser(&self, draft: &Draft) -> bool {
        let leaves = draft.heading_link.as_ref().is_some_and(|l| l.leaves);
        let prose = draft.paragraphs.iter().filter(|p| p.prose_chars() > 0).count();
        let short = prose <= 1 || draft.prose < TEASER_MAX_CHARS;
        let closer = |p: &Paragraph| {
            p.linked > 0
                && matches!(self.known.reader.boilerplate.judge(&p.text), Some(crate::boilerplate::Verdict::Closer(_)))
        };
        let closed = draft.paragraphs.iter().rev().take(2).any(closer);
        let by_image = || {
            let links = draft.nodes.iter().flat_map(|n| n.descendants_it()).filter(|n| n.has_name("a"));
            links.filter(|a| a.text().trim().is_empty()).filter_map(|a| self.link(&a)).any(|l| l.leaves && l.same_site)
        };
        (short && (leaves || by_image())) || (closed && leaves)
    }

    /// People in elements that are named after authors; outside `<article>` above the text only, for under it stand
    /// those of pictures and of the whole page.
    fn named_authors(&self, nodes: &[NodeRef]) -> Vec<String> {
        let is_text = |n: &NodeRef| n.has_name("p") && n.text().trim().len() > BYLINE_MAX_BYTES;
        let anywhere = is_article(&nodes[0]);
        let all = nodes.iter().flat_map(|n| std::iter::once(*n).chain(n.descendants_it()));
        let all = all.take_while(|n| anywhere || !is_text(n)).filter(|n| n.is_element() && names_author(n));
        let texts = all.map(|n| one_line(&n.text())).filter(|t| !t.is_empty() && t.len() <= BYLINE_MAX_BYTES);
        let reader = self.known.reader;
        let people = |text: String| {
            let by = reader.credits.byline(&text, &reader.outlets);
            by.unwrap_or_else(|| names::authors(&text, None, &reader.outlets))
        };
        texts.map(people).find(|a| !a.is_empty()).unwrap_or_default()
    }

    /// The boxes of teasers of a page that holds little else, each teaser an item; its elements leave the tree.
    fn index(&self, doc: &Document, groups: &[Group<'d>], prose: usize) -> Listing {
        let mut boxes: Vec<&Group<'d>> = Vec::new();
        let mut all: Vec<&Group<'d>> = groups.iter().filter(|g| g.is_of_teasers()).collect();
        all.sort_by_key(|g| std::cmp::Reverse(g.teasers()));
        for group in all {
            if !boxes.iter().any(|taken| taken.overlaps(group)) {
                boxes.push(group);
            }
        }
        let mut drafts: Vec<&Draft<'d>> = boxes.iter().flat_map(|g| &g.drafts).filter(|d| d.teaser).collect();
        let other = prose.saturating_sub(drafts.iter().map(|d| d.prose).sum());
        if drafts.len() < INDEX_MIN_TEASERS || other > INDEX_MAX_OTHER_CHARS {
            return Listing::default();
        }
        let order: FxHashMap<NodeId, usize> =
            doc.root().descendants_it().enumerate().map(|(at, node)| (node.id, at)).collect();
        drafts.sort_by_key(|d| order.get(&d.nodes[0].id).copied());
        let teasers = drafts.len();
        // Below a headline alone nothing is told.
        let told: Vec<&&Draft<'d>> = drafts.iter().filter(|d| d.prose > 0).collect();
        if told.len() < 2 {
            return Listing { teasers, is_index: true, ..Listing::default() };
        }
        let items = told.into_iter().map(|draft| Item { excerpt: true, ..self.item(draft) }).collect();
        for node in drafts.iter().flat_map(|d| &d.nodes) {
            doc.tree.remove_from_parent(&node.id);
        }
        Listing { items, teasers, is_index: true, ..Listing::default() }
    }

    /// The group as articles; its elements leave the tree.
    fn taken(&self, doc: &Document, body: &NodeRef<'d>, group: &Group<'d>) -> Listing {
        let teasers = group.teasers();
        let introduction = self.introduction(body, &group.drafts[0].nodes[0]);
        let items = group.full().map(|draft| self.item(draft)).collect();
        for node in group.drafts.iter().flat_map(|d| &d.nodes) {
            doc.tree.remove_from_parent(&node.id);
        }
        Listing { items, introduction, teasers, ..Listing::default() }
    }

    fn item(&self, draft: &Draft) -> Item {
        let heading = draft.heading_link.as_ref().and_then(|l| l.url.clone());
        let url = heading.or_else(|| self.permalink(&draft.nodes));
        let html: String = draft.nodes.iter().map(|n| n.html().to_string()).collect();
        let Known { reader, month_first, by, .. } = self.known;
        let stated = dates::page_date(&Document::from(html), &reader.dates, url.as_deref(), month_first, by).stated;
        let texts = draft.paragraphs.iter().filter(|p| !p.is_link()).map(|p| p.text.clone());
        Item {
            title: draft.title.clone(),
            url,
            date: stated.or(draft.line_date),
            authors: draft.authors.clone(),
            paragraphs: texts.collect(),
            excerpt: false,
        }
    }

    /// An item's own address: of a link that says so, or of the link around its time.
    fn permalink(&self, nodes: &[NodeRef]) -> Option<String> {
        let links = || nodes.iter().flat_map(|n| n.descendants_it()).filter(|n| n.has_name("a"));
        let says_so = |a: &NodeRef| {
            let value = |name: &str| a.attr(name).unwrap_or_default().to_lowercase();
            value("rel").contains("bookmark") || value("class").contains("permalink") || value("itemprop") == "url"
        };
        let around_time = |a: &NodeRef| {
            a.descendants_it().any(|n| n.has_name("time")) || a.parent().is_some_and(|p| p.has_name("time"))
        };
        let found = links().find(says_so).or_else(|| links().find(around_time))?;
        self.link(&found).and_then(|l| l.url)
    }

    /// The prose between the page's own heading and the first item, where it is long enough.
    fn introduction(&self, body: &NodeRef<'d>, first: &NodeRef) -> Vec<String> {
        let all: Vec<NodeRef<'d>> = body.descendants_it().collect();
        let Some(end) = all.iter().position(|n| n.id == first.id) else { return Vec::new() };
        let own = |h: &&Heading<'d>| h.level == 0;
        let mut places =
            self.headings.all.iter().filter(own).filter_map(|h| all[..end].iter().position(|n| n.id == h.id()));
        let Some(start) = places.next_back() else { return Vec::new() };
        let inside: FxHashSet<NodeId> = all[start + 1..end].iter().map(|n| n.id).collect();
        let around: FxHashSet<NodeId> = first.ancestors_it(None).map(|n| n.id).collect();
        let is_outermost = |n: &&NodeRef<'d>| {
            let parent_is_out = n.parent().is_none_or(|p| !inside.contains(&p.id) || around.contains(&p.id));
            parent_is_out && !around.contains(&n.id)
        };
        let heading = all[start].id;
        let of_heading = |n: &&NodeRef<'d>| !n.ancestors_it(None).any(|a| a.id == heading);
        let roots: Vec<NodeRef<'d>> =
            all[start + 1..end].iter().filter(is_outermost).filter(of_heading).copied().collect();
        let paragraphs = walked_all(&roots, &self.known.reader.furniture);
        if prose_chars(&paragraphs) < INTRODUCTION_MIN_CHARS {
            return Vec::new();
        }
        paragraphs.into_iter().filter(|p| !p.is_link()).map(|p| p.text).collect()
    }
}

impl Draft<'_> {
    /// True where the heading stands beside its text.
    fn is_flat(&self) -> bool {
        LEVELS.iter().any(|l| self.nodes[0].has_name(l))
    }

    /// True where a time stands outside the text and what is embedded in it; beside a flat heading's text, above it.
    fn states_time(&self) -> bool {
        let is_time = |n: &NodeRef| n.has_name("time") || n.attr("itemprop").is_some_and(|v| v.starts_with("date"));
        let ids: Vec<NodeId> = self.nodes.iter().map(|n| n.id).collect();
        let is_long = |n: &NodeRef| n.has_name("p") && n.text().trim().len() > TIME_LINE_MAX_BYTES;
        let is_own = |n: &NodeRef| {
            let mut around = n.ancestors_it(None).take_while(|a| !ids.contains(&a.id));
            !around.any(|a| ["blockquote", "figure", "iframe"].iter().any(|e| a.has_name(e)) || is_long(&a))
        };
        let mut nodes: Vec<NodeRef> = self.nodes.clone();
        if self.is_flat() {
            let text = nodes.iter().position(is_long).unwrap_or(nodes.len());
            nodes.truncate(text);
        }
        nodes.iter().flat_map(|n| std::iter::once(*n).chain(n.descendants_it())).any(|n| is_time(&n) && is_own(&n))
    }

    /// Takes what a line of an item's head says: a byline, a date. False for text.
    fn take_line(&mut self, reader: &Reader, line: &str) -> bool {
        let Some(said) = head_line(reader, line) else { return false };
        self.line_date = self.line_date.or(said.date.and_then(|d| d.with_year(None)));
        if self.authors.is_empty() {
            self.authors = said.authors;
        }
        true
    }
}

/// A heading's words without the mark of the link to itself.
fn title_of(text: &str) -> String {
    one_line(text).trim_end_matches(['#', '¶', '§', '🔗', ' ']).to_string()
}

/// True for elements that are named after authors.
fn names_author(node: &NodeRef) -> bool {
    let words = |name: &str| node.attr(name).unwrap_or_default().to_lowercase();
    let is_word = |w: &str| matches!(w, "author" | "byline" | "autor" | "auteur");
    ["rel", "itemprop", "class"].iter().any(|name| words(name).split([' ', '-', '_']).any(is_word))
}
