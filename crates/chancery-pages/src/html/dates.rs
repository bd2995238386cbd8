//! When an HTML page was published.
//!
//! In: a parsed page. Out: the date that most places speak for: the address, JSON-LD, `<meta>`, microdata, `<time>`,
//! elements named after dates, words like "published", and with little weight the dates of modification and any date of
//! the text. No clock is asked; but where the caller knows by when the page was written, later dates are refused.

use super::url::{date_in_url, day};
use crate::bounds::looks_back;
use crate::dates::DateWords;
use crate::fold::fold;
use chancery_text::PartialDate;
use dom_query::{Document, NodeId, NodeRef};
use rustc_hash::FxHashSet;
use serde_json::Value;
use std::cell::Cell;

/// Names of `<meta>` elements that state the day of publication, the surest first.
const META_PUBLISHED: &[&str] = &[
    "article:published_time",
    "article:published",
    "og:published_time",
    "og:article:published_time",
    "og:pubdate",
    "bt:pubdate",
    "rnews:datepublished",
    "datepublished",
    "date_published",
    "datepublished_iso",
    "dc.date.issued",
    "dcterms.issued",
    "dc.issued",
    "dc.date.published",
    "dc.date.created",
    "dcterms.created",
    "dcterms.date",
    "dc.date",
    "dcterms.available",
    "citation_publication_date",
    "citation_date",
    "citation_online_date",
    "parsely-pub-date",
    "sailthru.date",
    "pubdate",
    "pub_date",
    "publishdate",
    "publish_date",
    "publish-date",
    "publication_date",
    "publication-date",
    "published",
    "published-date",
    "published_date",
    "publisheddate",
    "release_date",
    "displaydate",
    "original-publish-date",
    "article_date_original",
    "article:post_time",
    "gentime",
    "timestamp",
    "created",
    "creation_date",
    "datecreated",
    "cxenseparse:recs:publishtime",
    "cxenseparse:publishtime",
    "dc:created",
    "dcsext.articlefirstpublished",
    "dateposted",
    "ptime",
    "article.published",
    "article.created",
    "mediator_published_time",
    "originalpublicationdate",
    "shareaholic:article_published_time",
    "video:release_date",
    "rbpubdate",
    "doc_date",
    "eprints.date",
    "weibo: article:create_at",
    "weibo:article:create_at",
    "date",
    "article.date",
    "og:date",
    "page_date",
    "firstpublished",
    "uploaddate",
];
const META_MODIFIED: &[&str] = &[
    "article:modified_time",
    "og:updated_time",
    "og:modified_time",
    "article:modified",
    "dc.date.modified",
    "dcterms.modified",
    "datemodified",
    "date_modified",
    "dc.modified",
    "lastmod",
    "last-modified",
    "lastmodified",
    "modified",
    "modified_time",
    "revision_date",
    "updated_time",
    "dateupdated",
    "release_date_modified",
    "utime",
    "rnews:datemodified",
];
const JSON_PUBLISHED: &[&str] = &["datePublished", "dateCreated", "uploadDate"];
const ARTICLE_TYPES: &[&str] = &[
    "article",
    "newsarticle",
    "blogposting",
    "reportagenewsarticle",
    "report",
    "liveblogposting",
    "analysisnewsarticle",
    "opinionnewsarticle",
    "backgroundnewsarticle",
    "socialmediaposting",
    "technicalarticle",
    "techarticle",
    "scholarlyarticle",
    "discussionforumposting",
    "recipe",
    "review",
];
/// Parts of class and id names of elements that may hold the article's date.
const DATE_NAMES: &[&str] =
    &["date", "time", "publish", "posted", "byline", "meta", "datum", "fecha", "info", "lastmod", "footer"];
/// The same, of classes only.
const DATE_CLASSES: &[&str] = &["submitted", "author", "autor", "subline", "kicker", "dachzeile", "day"];
/// Ancestors whose dates are not the article's.
const ELSEWHERE: &[&str] = &[
    "comment",
    "related",
    "sidebar",
    "recent",
    "teaser",
    "recommend",
    "popular",
    "kommentar",
    "trending",
    "newsticker",
    "mostread",
];
/// The same, but only as words of their own: page builders and archives name the article's own boxes with them too.
const ELSEWHERE_WORDS: &[&str] = &["widget", "widgets", "archive", "archives"];
/// Words that hold one of [`ELSEWHERE`] and mean something else.
const NOT_ELSEWHERE: &[&str] = &["commentary", "commentaries", "recently", "popularity"];
/// Classes that begin so tell of the page's make or shape, not of what stands in the element.
const SHAPE_PREFIXES: &[&str] =
    &["elementor", "post-archive", "post-type-archive", "single-", "has-", "no-", "with-", "without-"];
const SHAPE_ENDINGS: &[&str] = &["-open", "-closed"];
const DATE_ELEMENT_MAX_CHARS: usize = 160;
const ANCESTORS: usize = 12;

/// The dates that a page gives.
#[derive(Debug, Default, Clone, Copy, PartialEq, Eq)]
pub(crate) struct PageDate {
    /// What an address, an attribute or an element made for dates states.
    pub stated: Option<PartialDate>,
    /// A date of the running text that may be the page's where none is stated.
    pub guessed: Option<PartialDate>,
    /// The likeliest of all, whatever it stands in.
    pub likeliest: Option<PartialDate>,
    /// The first date that was refused because it lies after the day by which the page was written.
    pub refused: Option<PartialDate>,
}

/// Pages may be dated so many days later than the day by which they were written, for the sake of time zones.
const LATER_DAYS: i64 = 2;

/// The page's date of publication. `by` is the day by which it was written, where that is known.
pub(crate) fn page_date(
    doc: &Document,
    words: &DateWords,
    url: Option<&str>,
    month_first: bool,
    by: Option<PartialDate>,
) -> PageDate {
    date_at(&Places::of(doc), doc, words, url, month_first, by)
}

/// The same of a page whose places are known.
pub(crate) fn date_at(
    places: &Places,
    doc: &Document,
    words: &DateWords,
    url: Option<&str>,
    month_first: bool,
    by: Option<PartialDate>,
) -> PageDate {
    let last = by.and_then(last_day_number).map(|n| n + LATER_DAYS);
    let finder = Finder { places, doc, words, month_first, last, refused: Cell::new(None) };
    let from_meta = |names: &[&str]| {
        let metas = &finder.places.metas;
        names.iter().find_map(|n| metas.iter().filter(|(name, _)| name == n).find_map(|(_, value)| finder.parse(value)))
    };
    let json: Vec<Value> = finder.places.json.iter().filter_map(|s| serde_json::from_str(s).ok()).collect();
    let mut votes = Votes::default();
    votes.add(url.and_then(date_in_url).and_then(|d| finder.not_later(d)), 3.6);
    let json_published = finder.json_date(&json, JSON_PUBLISHED);
    votes.add(json_published, 1.5);
    let microdata = finder.microdata();
    votes.add(microdata, 1.3);
    let meta_published = from_meta(META_PUBLISHED);
    votes.add(meta_published, 1.3);
    // An element that is marked as the time of a change counts little where the page states an earlier day of publication.
    // Not so where it states a later one: that is the same night in another time zone.
    let published = [json_published, microdata, meta_published];
    let is_change = |shown: &Shown| {
        shown.changed && published.iter().any(Option::is_some) && published.iter().flatten().all(|p| *p < shown.date)
    };
    let mut changes = Vec::new();
    for (shown, weight) in [
        (finder.time_elements(&finder.places.marked_times), 1.5),
        (finder.time_elements(&finder.places.times), 1.9),
        (finder.date_elements(), 1.3),
    ] {
        let Some(Shown { date, .. }) = shown else { continue };
        match shown.filter(is_change) {
            None => votes.add(Some(date), weight),
            // However often it is shown, it is one change.
            Some(_) if changes.contains(&date) => {}
            Some(_) => {
                votes.add(Some(date), MODIFIED);
                changes.push(date);
            }
        }
    }
    let stated_changes = [from_meta(META_MODIFIED), finder.json_date(&json, &["dateModified"])];
    stated_changes.into_iter().for_each(|date| votes.add(date, MODIFIED));
    changes.extend(stated_changes.into_iter().flatten());
    // A day that the page itself calls that of a change does not count in its text, if it calls another that of publication.
    let weight = |date: Option<PartialDate>, weight: f32| match (meta_published.or(json_published), date) {
        (Some(published), Some(day)) if day != published && changes.contains(&day) => 0.0,
        _ => weight,
    };
    // Days to come of which the text speaks are no dates of the page, and no news to its reader.
    let refused = finder.refused.get();
    let stated = votes.0.len();
    let mut guessed = None;
    if !votes.is_settled() {
        let text = finder.body_text();
        for (date, full) in [(finder.announced(&text, false), ANNOUNCED), (finder.any_date(&text, false), ANY_DATE)] {
            votes.add(date, weight(date, full));
        }
        if stated == 0 {
            guessed = finder.announced(&text, true).or_else(|| finder.any_date(&text, true));
        }
    }
    PageDate { stated: votes.winner(stated), guessed, likeliest: votes.winner(usize::MAX), refused }
}

fn last_day_number(date: PartialDate) -> Option<i64> {
    let (year, month, day) = date.last_day();
    PartialDate::day_of(year, month, day).map(PartialDate::day_number)
}

/// What the places say, and how far each is to be believed. The weights were set on htmldate's evaluation pages.
#[derive(Default)]
struct Votes(Vec<(PartialDate, f32)>);

const MODIFIED: f32 = 0.35;
const ANNOUNCED: f32 = 1.0;
const ANY_DATE: f32 = 0.5;

impl Votes {
    fn add(&mut self, date: Option<PartialDate>, weight: f32) {
        let Some(date) = date else { return };
        match self.0.iter_mut().find(|(d, _)| *d == date) {
            Some((_, votes)) => *votes += weight,
            None => self.0.push((date, weight)),
        }
    }

    /// True where the running text cannot change the winner any more.
    fn is_settled(&self) -> bool {
        let mut votes: Vec<f32> = self.0.iter().map(|(_, v)| *v).collect();
        votes.sort_by(f32::total_cmp);
        let first = votes.pop().unwrap_or(0.0);
        first - votes.pop().unwrap_or(0.0) > ANNOUNCED + ANY_DATE
    }

    /// Of the first `among` dates the one with most votes, of equal ones the one that was found first. A month gives way
    /// to a day of it.
    fn winner(&self, among: usize) -> Option<PartialDate> {
        let dates = &self.0[..among.min(self.0.len())];
        let most = dates.iter().map(|(_, v)| *v).fold(0.0, f32::max);
        let best = dates.iter().find(|(_, v)| *v >= most).map(|(d, _)| *d)?;
        let day_of_it = |d: &PartialDate| d.day().is_some() && best.contains(*d);
        let day = dates.iter().map(|(d, _)| *d).find(day_of_it).filter(|_| best.day().is_none());
        day.or(Some(best))
    }
}

/// The elements of a page that may state its date, title, section or address, in page order.
#[derive(Default)]
pub(crate) struct Places<'d> {
    /// `<meta>`: lower-case names and contents.
    pub metas: Vec<(String, String)>,
    /// Texts of JSON scripts.
    pub json: Vec<String>,
    /// `<title>`, the first.
    pub title: Option<NodeRef<'d>>,
    /// `<h1>`.
    pub headings: Vec<NodeRef<'d>>,
    /// `<link rel="canonical">`.
    pub canonical: Vec<String>,
    microdata: Vec<NodeRef<'d>>,
    times: Vec<NodeRef<'d>>,
    /// `<time>` that is marked as the time of publication.
    marked_times: Vec<NodeRef<'d>>,
    /// Elements named after dates.
    named: Vec<NodeRef<'d>>,
    /// The elements around the headings.
    around_headings: FxHashSet<NodeId>,
}

impl<'d> Places<'d> {
    pub(crate) fn of(doc: &'d Document) -> Self {
        let mut places = Places::default();
        for node in doc.root().descendants_it().filter(NodeRef::is_element) {
            places.add(node);
        }
        let around = places.headings.iter().flat_map(|h| h.ancestors_it(None)).map(|n| n.id);
        places.around_headings = around.collect();
        places
    }

    fn add(&mut self, node: NodeRef<'d>) {
        let tag = node.node_name().unwrap_or_default();
        match &*tag {
            "meta" => self.add_meta(&node),
            "title" => _ = self.title.get_or_insert(node),
            "h1" => self.headings.push(node),
            "link" if attr(&node, "rel") == "canonical" => self.canonical.extend(node.attr("href").map(String::from)),
            "script" => {
                if attr(&node, "type").contains("json") {
                    self.json.push(node.text().to_string());
                }
                return;
            }
            _ => {}
        }
        let (class, id) = (attr(&node, "class"), attr(&node, "id"));
        let itemprop = attr(&node, "itemprop");
        let says = |value: &str, words: &[&str]| value.split_whitespace().any(|w| words.contains(&w));
        if says(&itemprop, &["datepublished", "datecreated"])
            || says(&attr(&node, "property"), &["datepublished", "schema:datepublished"])
            || (says(&class, &["published", "dtpublished"]) && node.has_attr("title"))
        {
            self.microdata.push(node);
        }
        let names = |value: &str, words: &[&str]| words.iter().any(|w| value.contains(w));
        let dated = &["publish", "post-date", "created"];
        let entry = class.contains("entry-date") && !says(&class, &["updated"]);
        match &*tag {
            "time" => {
                self.times.push(node);
                if node.has_attr("pubdate") || names(&class, dated) || entry || itemprop.contains("published") {
                    self.marked_times.push(node);
                }
            }
            "abbr" if class.contains("published") => self.marked_times.push(node),
            _ => {}
        }
        if names(&class, DATE_NAMES) || names(&class, DATE_CLASSES) || names(&id, DATE_NAMES) {
            self.named.push(node);
        }
    }

    fn add_meta(&mut self, node: &NodeRef) {
        let value = node.attr("content").unwrap_or_default();
        for key in ["property", "name", "itemprop", "http-equiv", "pubdate"] {
            if let Some(name) = node.attr(key) {
                self.metas.push((name.trim().to_lowercase(), value.to_string()));
            }
        }
    }
}

/// An attribute in lower case; empty where there is none.
fn attr(node: &NodeRef, name: &str) -> String {
    node.attr(name).map(|v| v.to_lowercase()).unwrap_or_default()
}

/// A date that an element shows.
#[derive(Clone, Copy)]
struct Shown {
    date: PartialDate,
    /// True where it is marked as that of a change.
    changed: bool,
}

struct Finder<'d> {
    places: &'d Places<'d>,
    doc: &'d Document,
    words: &'d DateWords,
    month_first: bool,
    /// Number of the last day that the page may be dated.
    last: Option<i64>,
    /// The first date that lies after it.
    refused: Cell<Option<PartialDate>>,
}

impl Finder<'_> {
    /// The date that an attribute or a short text states.
    fn parse(&self, value: &str) -> Option<PartialDate> {
        let value = value.trim();
        let number = iso_date(value).or_else(|| unix_time(value)).and_then(|d| self.not_later(d));
        number.or_else(|| self.written(value)).or_else(|| self.month(value))
    }

    /// The date, unless the page was written before it.
    fn not_later(&self, date: PartialDate) -> Option<PartialDate> {
        let later = self.last.is_some_and(|last| date.day_number() > last);
        if later && self.refused.get().is_none() {
            self.refused.set(Some(date));
        }
        (!later).then_some(date)
    }

    /// A value that is a month and nothing else: `2024-05`, `May 2024`.
    fn month(&self, value: &str) -> Option<PartialDate> {
        let in_numbers = value.split_once(['-', '/']).filter(|(y, m)| y.len() == 4 && (1..=2).contains(&m.len()));
        let date = match in_numbers {
            Some((year, month)) => PartialDate::month_of(year.parse().ok()?, month.parse().ok()?)?,
            None => {
                let found = self.words.find_in_any_language(crate::text::head(value, DATE_ELEMENT_MAX_CHARS));
                found.iter().find(|d| d.day.is_none() && d.span.len() == value.len())?.with_year(None)?
            }
        };
        Some(date).filter(|d| (1990..=2049).contains(&d.year())).and_then(|d| self.not_later(d))
    }

    /// The first full date of a text, in words or numbers.
    fn written(&self, text: &str) -> Option<PartialDate> {
        let found = self.words.find_in_any_language(text).into_iter().find(|d| d.year.is_some() && d.day.is_some());
        let numbers = || numeric_date(text, self.month_first);
        // "05/03/2019" is read by numbers, so that the order of day and month is the page's.
        match found {
            Some(date) if text[date.span.start..date.span.end].chars().any(char::is_alphabetic) => date.with_year(None),
            Some(date) => numbers().or_else(|| date.with_year(None)),
            None => numbers(),
        }
        .filter(|d| (1990..=2049).contains(&d.year()))
        .and_then(|d| self.not_later(d))
    }

    fn json_date(&self, parsed: &[Value], keys: &[&str]) -> Option<PartialDate> {
        for only_articles in [true, false] {
            for key in keys {
                if let Some(date) = parsed.iter().find_map(|v| self.json_value(v, key, only_articles, 0)) {
                    return Some(date);
                }
            }
        }
        // JSON that is broken somewhere still says its date.
        let quoted = |script: &String, key: &str| {
            let (_, after) = script.split_once(&format!("\"{key}\""))?;
            let value = after.trim_start().strip_prefix(':')?.trim_start().strip_prefix('"')?;
            self.parse(value.split('"').next()?)
        };
        keys.iter().find_map(|key| self.places.json.iter().find_map(|s| quoted(s, key)))
    }

    fn json_value(&self, value: &Value, key: &str, only_articles: bool, depth: usize) -> Option<PartialDate> {
        if depth > 12 {
            return None;
        }
        match value {
            Value::Array(items) => items.iter().find_map(|v| self.json_value(v, key, only_articles, depth + 1)),
            Value::Object(map) => {
                let own = || map.get(key).and_then(Value::as_str).and_then(|d| self.parse(d));
                let counts = !only_articles || map.get("@type").is_some_and(is_article_type);
                let found = if counts { own() } else { None };
                found.or_else(|| {
                    let nested = map.iter().filter(|(k, _)| !matches!(k.as_str(), "comment" | "review" | "comments"));
                    nested.map(|(_, v)| v).find_map(|v| self.json_value(v, key, only_articles, depth + 1))
                })
            }
            _ => None,
        }
    }

    fn microdata(&self) -> Option<PartialDate> {
        self.places
            .microdata
            .iter()
            .filter(|n| !is_elsewhere(n, &self.places.around_headings))
            .find_map(|n| self.stated(n, &["content", "datetime", "title"]))
    }

    /// The first `<time>`; the second where the first is marked as that of a change and the second is not, and not later.
    fn time_elements(&self, all: &[NodeRef]) -> Option<Shown> {
        let shown = |n: &NodeRef| {
            let date = self.stated(n, &["datetime", "title", "content"])?;
            Some(Shown { date, changed: self.is_marked_as_change(n) })
        };
        let mut found = all.iter().filter(|n| !is_elsewhere(n, &self.places.around_headings)).filter_map(shown);
        let first = found.next()?;
        let second = if first.changed { found.next() } else { None };
        second.filter(|s| !s.changed && s.date <= first.date).or(Some(first))
    }

    /// True where an element's name, its text or the words right before it speak of a change.
    fn is_marked_as_change(&self, node: &NodeRef) -> bool {
        let name = format!("{} {}", attr(node, "class"), attr(node, "itemprop"));
        let named = |words: &[&str]| words.iter().any(|w| name.contains(w));
        let says = |text: &str| {
            let text = fold(text);
            let text = text.trim_matches(|c: char| !c.is_alphanumeric());
            let begins =
                |w: &String| text.strip_prefix(w.as_str()).is_some_and(|r| !r.starts_with(char::is_alphanumeric));
            self.words.updated.iter().any(begins)
        };
        let before = || node.prev_sibling().map(|n| n.text()).filter(|t| t.len() <= DATE_ELEMENT_MAX_CHARS);
        (named(&["updated", "modified"]) && !named(&["publish", "entry-date", "created"]))
            || says(crate::text::head(&node.text(), DATE_ELEMENT_MAX_CHARS))
            || before().is_some_and(|t| says(&t))
    }

    /// The date of the first of the attributes that has one, or of the element's short text.
    fn stated(&self, node: &NodeRef, attributes: &[&str]) -> Option<PartialDate> {
        let in_attribute = attributes.iter().filter_map(|a| node.attr(a)).find_map(|v| self.parse(&v));
        in_attribute.or_else(|| self.short_text(node))
    }

    fn short_text(&self, node: &NodeRef) -> Option<PartialDate> {
        let text = node.text();
        (text.len() <= 4 * DATE_ELEMENT_MAX_CHARS)
            .then(|| self.written(&text).or_else(|| self.month(text.trim())))
            .flatten()
    }

    /// Short elements that are named after dates, the shortest names first in page order.
    fn date_elements(&self) -> Option<Shown> {
        let mut best: Option<(u32, Shown)> = None;
        for node in &self.places.named {
            let Some(text) = spaced_text(node, &[], 4 * DATE_ELEMENT_MAX_CHARS + 1) else { continue };
            let text = text.split_whitespace().collect::<Vec<_>>().join(" ");
            if text.is_empty()
                || text.chars().count() > DATE_ELEMENT_MAX_CHARS
                || is_elsewhere(node, &self.places.around_headings)
            {
                continue;
            }
            let Some(date) = self.written(&text).or_else(|| self.short_date(&text)) else { continue };
            let name = format!("{} {}", attr(node, "class"), attr(node, "id"));
            let score = element_score(&name, &fold(&text), self.words);
            if best.as_ref().is_none_or(|(s, _)| score > *s) {
                best = Some((score, Shown { date, changed: self.is_marked_as_change(node) }));
            }
        }
        best.map(|(_, shown)| shown)
    }

    /// What only an element named after dates may state: `20.11.19`, `May 2024`.
    fn short_date(&self, text: &str) -> Option<PartialDate> {
        short_year_date(text).and_then(|d| self.not_later(d)).or_else(|| self.month(text))
    }

    /// A date right behind a word like "published"; `no_history` leaves out those that the text looks back on.
    fn announced(&self, text: &str, no_history: bool) -> Option<PartialDate> {
        let folded = text.to_lowercase();
        if folded.len() != text.len() {
            return None;
        }
        for word in self
            .words
            .published
            .iter()
            .chain(&self.words.updated)
            .filter(|w| w.chars().count() >= 5 || w.ends_with(':'))
        {
            for (at, _) in folded.match_indices(word.as_str()) {
                let after = at + word.len();
                let history = no_history && looks_back(self.words, text, at);
                if history || folded[..at].chars().next_back().is_some_and(char::is_alphanumeric) {
                    continue;
                }
                let window = crate::text::head(&text[after..], 60);
                if let Some(date) = self.written(window) {
                    return Some(date);
                }
            }
        }
        None
    }

    /// The date that occurs most often in the text, the earlier of two equal ones in page order;
    /// `no_history` leaves out
    /// those that the text looks back on.
    fn any_date(&self, text: &str, no_history: bool) -> Option<PartialDate> {
        let mut counts: Vec<(PartialDate, usize)> = Vec::new();
        let full = |d: &crate::dates::FoundDate| d.day.is_some() && d.year.is_some_and(|y| (1995..=2049).contains(&y));
        let is_news = |d: &crate::dates::FoundDate| !no_history || !looks_back(self.words, text, d.span.start);
        let found = self.words.find_in_any_language(text);
        let dates = found.iter().filter(|d| full(d) && is_news(d)).filter_map(|d| d.with_year(None));
        for date in dates.filter_map(|d| self.not_later(d)) {
            match counts.iter().position(|(d, _)| *d == date) {
                Some(at) => counts[at].1 += 1,
                None if counts.len() < 400 => counts.push((date, 1)),
                None => {}
            }
        }
        let most = counts.iter().map(|(_, n)| *n).max()?;
        counts.iter().find(|(_, n)| *n == most).map(|(d, _)| *d)
    }

    fn body_text(&self) -> String {
        let silent = ["script", "style", "noscript", "template", "head", "select", "option"];
        let text = spaced_text(&self.doc.root(), &silent, usize::MAX).unwrap_or_default();
        crate::text::head(&text, 1 << 20).to_string()
    }
}

/// The texts below a node with a space between; `None` where they are longer than `bytes` without their outer spaces.
fn spaced_text(node: &NodeRef, silent: &[&str], bytes: usize) -> Option<String> {
    let mut out = String::new();
    let mut long = 0;
    let mut open = vec![*node];
    while let Some(node) = open.pop() {
        if node.is_text() {
            let text = node.text();
            long += text.trim().len();
            if long > bytes {
                return None;
            }
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(&text);
        } else if !silent.iter().any(|s| node.has_name(s)) {
            open.extend(node.children_it(true));
        }
    }
    Some(out)
}

pub(crate) fn is_article_type(value: &Value) -> bool {
    let one = |v: &Value| v.as_str().is_some_and(|t| ARTICLE_TYPES.contains(&t.to_lowercase().as_str()));
    one(value) || value.as_array().is_some_and(|all| all.iter().any(one))
}

/// True inside an element whose dates are not the article's. What holds the page's heading is never one of those, however
/// its shape is called.
fn is_elsewhere(node: &NodeRef, around_headings: &FxHashSet<NodeId>) -> bool {
    let mut at = Some(*node);
    for _ in 0..ANCESTORS {
        let Some(node) = at.filter(|n| !around_headings.contains(&n.id)) else { return false };
        if node.has_name("aside") || node.has_name("nav") {
            return true;
        }
        if !node.has_name("body") && !node.has_name("html") {
            let name = format!("{} {}", attr(&node, "class"), attr(&node, "id"));
            if name.split_whitespace().any(names_elsewhere) {
                return true;
            }
        }
        at = node.parent();
    }
    false
}

/// True for a class such as `related-posts`, `most-read` or `widget_links`.
fn names_elsewhere(class: &str) -> bool {
    if SHAPE_PREFIXES.iter().any(|p| class.starts_with(p)) || SHAPE_ENDINGS.iter().any(|e| class.ends_with(e)) {
        return false;
    }
    let is_elsewhere = |word: &str| {
        let speaks = !NOT_ELSEWHERE.contains(&word) && ELSEWHERE.iter().any(|w| word.contains(w));
        speaks || ELSEWHERE_WORDS.contains(&word)
    };
    class.split(['-', '_']).any(is_elsewhere) || class.contains("most-read")
}

/// How much an element looks like the one that states the date.
fn element_score(name: &str, text: &str, words: &DateWords) -> u32 {
    let named = |list: &[&str]| list.iter().any(|w| name.contains(w));
    let says = |list: &[String]| list.iter().any(|w| text.starts_with(w.as_str()));
    let strong = named(&["date", "datum", "fecha", "publish", "posted", "time"]);
    let weak = named(&["meta", "byline", "info", "author", "submitted"]);
    let updated = named(&["update", "modified"]) || says(&words.updated);
    let footer = named(&["footer", "copyright"]);
    let mut score = 10 + 4 * u32::from(strong) + 2 * u32::from(weak) + 4 * u32::from(says(&words.published));
    score += u32::from(text.chars().count() <= 40);
    score -= 5 * u32::from(updated) + 5 * u32::from(footer);
    score
}

/// `2019-11-20T10:00:00Z`, `2019/11/20`, `20191120`.
pub(crate) fn iso_date(value: &str) -> Option<PartialDate> {
    let digits = |s: &str| !s.is_empty() && s.bytes().all(|b| b.is_ascii_digit());
    if value.len() >= 8
        && value.is_char_boundary(8)
        && digits(&value[..8])
        && !value[8..].starts_with(|c: char| c.is_ascii_digit())
    {
        return day(&value[..4], &value[4..6], &value[6..8]);
    }
    let mut parts = value.splitn(3, ['-', '/', '.']);
    let (year, month, rest) = (parts.next()?, parts.next()?, parts.next()?);
    let end = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len()).min(2);
    (year.len() == 4 && digits(year) && digits(month) && end > 0).then(|| day(year, month, &rest[..end])).flatten()
}

/// Seconds or milliseconds since 1970.
pub(super) fn unix_time(value: &str) -> Option<PartialDate> {
    if !value.bytes().all(|b| b.is_ascii_digit()) {
        return None;
    }
    let seconds: i64 = match value.len() {
        10 => value.parse().ok()?,
        13 => value.parse::<i64>().ok()? / 1000,
        _ => return None,
    };
    let at = jiff::Timestamp::from_second(seconds).ok()?.to_zoned(jiff::tz::TimeZone::UTC);
    PartialDate::day_of(at.year(), u8::try_from(at.month()).ok()?, u8::try_from(at.day()).ok()?)
}

/// `20.11.2019`, `11/20/2019`: three numbers of which the last is a year.
pub(super) fn numeric_date(text: &str, month_first: bool) -> Option<PartialDate> {
    let numbers: Vec<(usize, &str)> = numbers(text);
    for three in numbers.windows(3) {
        let between = |a: &(usize, &str), b: &(usize, &str)| {
            text[a.0 + a.1.len()..b.0].trim().len() == 1 && text[a.0 + a.1.len()..b.0].contains(['.', '/', '-', '|'])
        };
        if !between(&three[0], &three[1]) || !between(&three[1], &three[2]) {
            continue;
        }
        let [(at, a), (_, b), (_, c)] = [three[0], three[1], three[2]];
        if a.len() == 4
            && let Some(date) = day(a, b, c)
        {
            return Some(date);
        }
        if c.len() == 4 && a.len() <= 2 && b.len() <= 2 {
            let slashes = text[at + a.len()..].starts_with('/');
            let orders = if month_first && slashes { [(a, b), (b, a)] } else { [(b, a), (a, b)] };
            if let Some(date) = orders.into_iter().find_map(|(m, d)| day(c, m, d)) {
                return Some(date);
            }
        }
    }
    None
}

/// `20.11.19` in an element named after dates.
fn short_year_date(text: &str) -> Option<PartialDate> {
    let numbers = numbers(text);
    numbers.windows(3).find_map(|three| {
        let dots = |a: &(usize, &str), b: &(usize, &str)| [".", "/", ". "].contains(&&text[a.0 + a.1.len()..b.0]);
        let [(_, d), (_, m), (_, y)] = [three[0], three[1], three[2]];
        let fits =
            dots(&three[0], &three[1]) && dots(&three[1], &three[2]) && y.len() == 2 && d.len() <= 2 && m.len() <= 2;
        fits.then(|| day(&format!("20{y}"), m, d)).flatten()
    })
}

fn numbers(text: &str) -> Vec<(usize, &str)> {
    let mut out = Vec::new();
    let mut start = None;
    for (i, c) in text.char_indices().chain([(text.len(), ' ')]) {
        match (c.is_ascii_digit(), start) {
            (true, None) => start = Some(i),
            (false, Some(s)) => {
                out.push((s, &text[s..i]));
                start = None;
            }
            _ => {}
        }
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use chancery_data::Data;

    fn date(html: &str, url: Option<&str>) -> Option<String> {
        let words = DateWords::load(&Data::embedded()).unwrap();
        page_date(&Document::from(html), &words, url, false, None).likeliest.map(|d| d.to_string())
    }

    #[test]
    fn dates_of_running_text_are_guesses() {
        let words = DateWords::load(&Data::embedded()).unwrap();
        let of = |html: &str| page_date(&Document::from(html), &words, None, false, None);
        let day = |d: &str| Some(d.parse::<PartialDate>().unwrap());
        let treaty = of("<body><p>The treaty was signed on 12 June 1999.</p></body>");
        assert_eq!((treaty.stated, treaty.guessed), (None, day("1999-06-12")));
        assert_eq!(of("<body><p>Since the September 11, 2001 attacks it is so.</p></body>").guessed, None);
        let modified = r#"<head><meta property="article:modified_time" content="2020-01-05"></head><body><p>The treaty of Oslo was published on 12 June 1999.</p></body>"#;
        assert_eq!(of(modified).stated, day("2020-01-05"));
    }

    #[test]
    fn later_dates_are_refused() {
        let words = DateWords::load(&Data::embedded()).unwrap();
        let html = r#"<head><meta name="date" content="2031-05-03"><meta name="pubdate" content="2024-05-02"></head>"#;
        let by = "2024-05-01".parse().ok();
        let found = page_date(&Document::from(html), &words, None, false, by);
        assert_eq!(found.stated.map(|d| d.to_string()).as_deref(), Some("2024-05-02"));
        let late = page_date(&Document::from(html.replace("05-02", "05-09").as_str()), &words, None, false, by);
        assert_eq!((late.stated, late.refused.map(|d| d.to_string()).as_deref()), (None, Some("2024-05-09")));
    }

    #[test]
    fn months_and_boxes() {
        let month = r#"<head><meta name="citation_publication_date" content="2024-05"></head>"#;
        assert_eq!(date(month, None).as_deref(), Some("2024-05"));
        assert_eq!(date(r#"<body><p class="date">May 2024</p></body>"#, None).as_deref(), Some("2024-05"));
        for class in ["elementor-widget elementor-widget-text", "post-archive", "has-sidebar", "commentary"] {
            let html = format!(r#"<body><div class="{class}"><time datetime="2024-05-03">x</time></div></body>"#);
            assert_eq!(date(&html, None).as_deref(), Some("2024-05-03"), "{class}");
        }
        for class in ["widget", "related-posts", "sidebar__list", "most-read"] {
            assert!(names_elsewhere(class), "{class}");
        }
    }

    #[test]
    fn published_comes_before_modified() {
        let html = r#"<head><meta property="article:modified_time" content="2020-01-05"><meta property="article:published_time" content="2019-12-30T08:00:00Z"></head>"#;
        assert_eq!(date(html, None).as_deref(), Some("2019-12-30"));
        let twice = r#"<head><meta name="date" content="2019-12-31"></head><body><time datetime="2019-12-30">30 December</time></body>"#;
        assert_eq!(date(twice, Some("https://example.org/2019/12/30/a")).as_deref(), Some("2019-12-30"));
        let json = r#"<script type="application/ld+json">{"@graph":[{"@type":"WebSite","datePublished":"2001-01-01"},{"@type":["NewsArticle"],"dateModified":"2020-02-02","datePublished":"2020-02-01"}]}</script>"#;
        assert_eq!(date(json, None).as_deref(), Some("2020-02-01"));
    }

    #[test]
    fn a_time_of_change_gives_way_to_the_day_of_publication() {
        let page = |published: &str, time: &str| {
            let head = format!(
                r#"<script type="application/ld+json">{{"@type":"NewsArticle","datePublished":"{published}"}}</script>"#
            );
            date(&format!("<head>{head}</head><body><p class=stamp>{time}</p></body>"), None).unwrap_or_default()
        };
        for time in [
            r#"<time class="updated" datetime="2024-05-09">9 May</time>"#,
            r#"<time itemprop="dateModified" datetime="2024-05-09">9 May</time>"#,
            r#"Last updated: <time datetime="2024-05-09">9 May</time>"#,
            r#"<time datetime="2024-05-09">Updated 9 May 2024</time>"#,
        ] {
            assert_eq!(page("2024-05-03T08:00:00Z", time), "2024-05-03", "{time}");
            assert_eq!(page("2024-05-10T01:00:00Z", time), "2024-05-09", "{time}");
        }
        assert_eq!(page("2024-05-03T08:00:00Z", r#"<time datetime="2024-05-09">9 May</time>"#), "2024-05-09");
        let both = r#"<body><p><time class="updated" datetime="2024-05-09">x</time> <time datetime="2024-05-03">y</time></p></body>"#;
        assert_eq!(date(both, None).as_deref(), Some("2024-05-03"));
    }

    #[test]
    fn visible_dates_outside_comments() {
        let html = r#"<body><div class="comments"><time datetime="2021-01-01">x</time></div><div class="post-date">Veröffentlicht am 3. März 2019</div></body>"#;
        assert_eq!(date(html, None).as_deref(), Some("2019-03-03"));
        assert_eq!(
            date("<body><p>Text</p></body>", Some("https://example.org/2018/05/06/a")).as_deref(),
            Some("2018-05-06")
        );
        assert_eq!(date("<body><p>Nothing</p></body>", None), None);
    }

    #[test]
    fn what_holds_the_heading_is_no_box_beside_it() {
        let page = |class: &str, heading: &str| {
            format!(
                r#"<body><div class="{class}">{heading}<time datetime="2024-05-03">x</time></div><time datetime="2024-06-01">y</time></body>"#
            )
        };
        assert_eq!(date(&page("sidebar-right", "<h1>Envoys meet</h1>"), None).as_deref(), Some("2024-05-03"));
        assert_eq!(date(&page("sidebar-right", ""), None).as_deref(), Some("2024-06-01"));
    }

    #[test]
    fn numbers_as_dates() {
        assert_eq!(iso_date("20191120").unwrap().to_string(), "2019-11-20");
        assert_eq!(unix_time("1574208000").unwrap().to_string(), "2019-11-20");
        assert_eq!(numeric_date("am 20.11.2019 um", false).unwrap().to_string(), "2019-11-20");
        assert_eq!(numeric_date("05/03/2019", true).unwrap().to_string(), "2019-05-03");
        assert_eq!(numeric_date("05/03/2019", false).unwrap().to_string(), "2019-03-05");
    }
}
