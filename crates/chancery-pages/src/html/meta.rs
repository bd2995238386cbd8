//! What a page says of itself beside title, authors and date: its section, its address, its `<title>` as it stands.

use super::Stated;
use super::blocks::one_line;
use super::dates::{Places, is_article_type};
use crate::Reader;
use crate::fold::fold_bare;
use crate::names;
use serde_json::Value;

/// Names of `<meta>` elements that state the section, the surest first.
const SECTIONS: [&str; 4] = ["article:section", "parsely-section", "section", "articlesection"];
/// Longer texts are no names of sections.
const SECTION_MAX_CHARS: usize = 60;
/// How deep JSON is looked into.
const MAX_JSON_DEPTH: usize = 12;
/// A heading of so many bytes that begins the page's title is its title, with the site's name behind it.
const TITLE_MIN_BYTES: usize = 16;
/// A site's name in a title has so many words at most.
const SITE_MAX_WORDS: usize = 4;
/// Marks behind which a title names the site.
const SITE_MARKS: [char; 7] = ['|', '«', '»', '·', '•', ':', '‹'];
const DASHES: [char; 4] = ['-', '–', '—', '―'];

/// What is stated in the page's head.
#[derive(Debug, Default)]
pub(crate) struct Head {
    /// The name of the part of the site.
    pub section: Option<String>,
    /// The address that the page gives itself.
    pub url: Option<String>,
    /// The site's name, as its own pages state it.
    pub site: Option<String>,
    /// The publisher in JSON-LD.
    pub publisher: Option<String>,
    /// True where the page says that it is an article.
    pub is_article: bool,
    /// `<title>` as it stands.
    raw_title: Option<String>,
    /// Titles that stand somewhere else, folded.
    titles: Vec<String>,
    /// Those of them that the page's head states.
    stated_titles: Vec<String>,
}

impl Head {
    /// Reads what stands in the places of a page.
    pub(crate) fn of(places: &Places) -> Self {
        let meta = |name: &str| places.metas.iter().find(|(key, _)| key == name).map(|(_, value)| value.as_str());
        let raw_title = places.title.map(|t| one_line(&t.text())).filter(|t| !t.is_empty());
        let stated: Vec<String> = ["og:title", "twitter:title"].into_iter().filter_map(meta).map(fold_bare).collect();
        let headings = places.headings.iter().map(|h| fold_bare(&one_line(&h.text())));
        let mut urls = places.canonical.iter().map(String::as_str).chain(meta("og:url"));
        let json: Vec<Value> = places.json.iter().filter_map(|t| serde_json::from_str(t).ok()).collect();
        Head {
            site: meta("og:site_name").map(one_line).filter(|name| !name.is_empty()),
            is_article: meta("og:type").is_some_and(|t| t.trim().eq_ignore_ascii_case("article"))
                || json.iter().any(is_article),
            publisher: json.iter().find_map(|v| json_name(v, "publisher", 0)),
            section: SECTIONS
                .iter()
                .find_map(|s| meta(s).and_then(name_of_section))
                .or_else(|| json.iter().find_map(|v| json_section(v, 0))),
            url: urls.find(|url| url.starts_with("http")).map(|url| url.trim().to_string()),
            titles: stated.iter().cloned().chain(headings).collect(),
            stated_titles: stated,
            raw_title,
        }
    }

    /// True for a heading that is the page's own title.
    pub(crate) fn is_title(&self, heading: &str) -> bool {
        let heading = fold_bare(heading);
        let begins = |title: &String| heading.len() >= TITLE_MIN_BYTES && title.starts_with(&heading);
        let raw = self.raw_title.as_deref().map(fold_bare);
        self.stated_titles.iter().chain(&raw).any(|title| *title == heading || begins(title))
    }

    /// The title that was found, or `<title>` itself where it was cut from that at a mark which does not part it from
    /// the site's name.
    pub(crate) fn title(&self, stated: &Stated, host: Option<&str>, reader: &Reader) -> String {
        let site = stated.site.as_deref();
        let cleaned = |title: &str| names::title(title, site, host, &reader.outlets).to_string();
        let found = cleaned(&stated.title);
        let Some(raw) = self.raw_title.as_deref().filter(|raw| raw.len() > stated.title.len()) else { return found };
        let is_cut = raw.contains(stated.title.as_str()) && !self.titles.contains(&fold_bare(&stated.title));
        if !is_cut || stated.title.is_empty() {
            return found;
        }
        let whole = self.without_section(&cleaned(raw));
        if whole.len() < raw.len() {
            return whole;
        }
        let rest = raw.split(stated.title.as_str()).find(|part| !part.trim().is_empty()).unwrap_or_default();
        if names_site(rest) { found } else { whole }
    }

    /// "Envoys meet – World" is "Envoys meet" in the section World.
    fn without_section(&self, title: &str) -> String {
        let Some(section) = self.section.as_deref() else { return title.to_string() };
        let cut = title.char_indices().rfind(|(_, c)| SITE_MARKS.contains(c) || DASHES.contains(c));
        let Some((at, mark)) = cut else { return title.to_string() };
        let (head, tail) = (title[..at].trim(), &title[at + mark.len_utf8()..]);
        let is_section = fold_bare(tail) == fold_bare(section) && !head.is_empty();
        (if is_section { head } else { title }).to_string()
    }
}

/// True for what was cut off a title if it is like a site's name: behind a bar, or behind a dash and in capitals.
fn names_site(rest: &str) -> bool {
    let rest = rest.trim();
    let ends = |c: char| rest.starts_with(c) || rest.ends_with(c);
    let name = rest.trim_matches(|c: char| !c.is_alphanumeric());
    let words: Vec<&str> = name.split_whitespace().collect();
    let small = |w: &str| matches!(w, "of" | "the" | "and" | "&" | "de" | "la" | "le" | "der" | "die" | "das" | "in");
    let capitals = words.iter().all(|w| small(w) || w.starts_with(|c: char| !c.is_lowercase()));
    SITE_MARKS.into_iter().any(ends) || (words.len() <= SITE_MAX_WORDS && capitals)
}

/// True for JSON-LD of which an outermost thing is an article.
fn is_article(value: &Value) -> bool {
    match value {
        Value::Array(all) => all.iter().any(is_article),
        Value::Object(map) => {
            map.get("@type").is_some_and(is_article_type) || map.get("@graph").is_some_and(is_article)
        }
        _ => false,
    }
}

/// The name of the first thing under `key`.
fn json_name(value: &Value, key: &str, depth: usize) -> Option<String> {
    if depth > MAX_JSON_DEPTH {
        return None;
    }
    match value {
        Value::Array(all) => all.iter().find_map(|v| json_name(v, key, depth + 1)),
        Value::Object(map) => {
            let own = map.get(key).and_then(|v| v.get("name").unwrap_or(v).as_str()).map(one_line);
            own.filter(|n| !n.is_empty()).or_else(|| map.values().find_map(|v| json_name(v, key, depth + 1)))
        }
        _ => None,
    }
}

fn json_section(value: &Value, depth: usize) -> Option<String> {
    if depth > MAX_JSON_DEPTH {
        return None;
    }
    match value {
        Value::Array(all) => all.iter().find_map(|v| json_section(v, depth + 1)),
        Value::Object(map) => {
            let own = map.get("articleSection").and_then(|v| match v {
                Value::Array(all) => all.first().and_then(Value::as_str),
                other => other.as_str(),
            });
            own.and_then(name_of_section).or_else(|| map.values().find_map(|v| json_section(v, depth + 1)))
        }
        _ => None,
    }
}

/// `World`, without entities and repeated spaces.
fn name_of_section(value: &str) -> Option<String> {
    let name = one_line(&html_escape::decode_html_entities(value));
    let is_name = name.chars().any(char::is_alphabetic) && !name.contains("://");
    (is_name && name.chars().count() <= SECTION_MAX_CHARS).then_some(name)
}
