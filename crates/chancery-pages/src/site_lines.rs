//! Lines that stand on many pages of one site are no content: slogans, appeals, boxes that no rule knows.
//!
//! In: all pages of a run, once, before they are read ([`SiteLines::count`]). Out: whether a paragraph is such a line. What
//! is counted depends neither on the order of the pages nor on threads. Memory is bounded: where there are too many
//! different lines, only those whose hashes end in a zero bit are counted, then in two, and so on.

use crate::html::host;
use rustc_hash::{FxHashMap, FxHashSet, FxHasher};
use std::hash::{Hash, Hasher};

/// A line is repeated where it stands on so many pages of the site …
const MIN_PAGES: u32 = 3;
/// … and on one page in so many.
const MIN_SHARE: u32 = 5;
/// Shorter lines are cells of tables and labels; letters and digits count.
const MIN_CHARS: usize = 12;
/// Different lines that are counted.
const MAX_LINES: usize = 4_000_000;
/// A page states its address in its first part.
const HEAD_BYTES: usize = 64 << 10;
/// Elements inside a paragraph.
const INLINE: [&str; 22] = [
    "a", "abbr", "acronym", "b", "bdi", "big", "cite", "code", "del", "em", "font", "i", "ins", "mark", "q", "s",
    "small", "span", "strong", "sub", "sup", "u",
];
const SILENT: [&str; 4] = ["script", "style", "noscript", "template"];

/// How many pages of which site hold which line.
#[derive(Debug, Clone)]
pub struct SiteLines {
    /// Pages of a site.
    pages: FxHashMap<u64, u32>,
    /// Pages of a site with a line, by the hash of both.
    lines: FxHashMap<u64, u32>,
    zero_bits: u32,
    max_lines: usize,
}

impl Default for SiteLines {
    fn default() -> Self {
        SiteLines { pages: FxHashMap::default(), lines: FxHashMap::default(), zero_bits: 0, max_lines: MAX_LINES }
    }
}

impl SiteLines {
    /// Counts the lines of an HTML page, found at `url`; a page of which no site is known is left out.
    pub fn count(&mut self, url: Option<&str>, page: &[u8]) {
        let html = String::from_utf8_lossy(page);
        let Some(site) = site(url, &html) else { return };
        *self.pages.entry(site).or_default() += 1;
        let lines: FxHashSet<u64> = lines(&html).map(|line| of_site(site, line)).collect();
        for line in lines.into_iter().filter(|l| self.is_counted(*l)).collect::<Vec<_>>() {
            *self.lines.entry(line).or_default() += 1;
        }
        while self.lines.len() > self.max_lines {
            self.zero_bits += 1;
            let bits = self.zero_bits;
            self.lines.retain(|line, _| line.trailing_zeros() >= bits);
        }
    }

    /// The paragraphs that are no repeated lines of the page's site.
    pub(crate) fn without_repeated(&self, url: Option<&str>, html: &str, paragraphs: Vec<String>) -> Vec<String> {
        let Some(site) = site(url, html) else { return paragraphs };
        let pages = self.pages.get(&site).copied().unwrap_or_default();
        let is_repeated = |paragraph: &String| {
            let on = hash_of(paragraph).and_then(|line| self.lines.get(&of_site(site, line))).copied().unwrap_or(0);
            on >= MIN_PAGES && on.saturating_mul(MIN_SHARE) >= pages
        };
        paragraphs.into_iter().filter(|p| !is_repeated(p)).collect()
    }

    fn is_counted(&self, line: u64) -> bool {
        line.trailing_zeros() >= self.zero_bits
    }
}

/// A hash of the host of `url`, or of the address that the page states.
fn site(url: Option<&str>, html: &str) -> Option<u64> {
    let host = url.and_then(host).or_else(|| stated_host(crate::text::head(html, HEAD_BYTES)))?;
    let mut hasher = FxHasher::default();
    host.trim_start_matches("www.").hash(&mut hasher);
    Some(hasher.finish())
}

/// The host in `rel="canonical"` or `og:url`.
fn stated_host(head: &str) -> Option<String> {
    let tags = head.split('<').filter(|tag| tag.contains("canonical") || tag.contains("og:url"));
    tags.filter_map(|tag| tag.find("http").and_then(|at| host(tag[at..].split(['"', '\'', '>', ' ']).next()?))).next()
}

/// Hashes are mixed so that their last bits are as good as chance.
fn of_site(site: u64, line: u64) -> u64 {
    let mut mixed = site ^ line.rotate_left(17);
    mixed = (mixed ^ (mixed >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed = (mixed ^ (mixed >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    mixed ^ (mixed >> 33)
}

/// The hash of a line's letters and digits; entities do not count, so that marked-up and plain text are the same.
fn hash_of(line: &str) -> Option<u64> {
    let mut hasher = FxHasher::default();
    let mut chars = 0;
    let mut rest = line;
    while let Some(c) = rest.chars().next() {
        if let Some(after) = after_entity(rest) {
            rest = after;
            continue;
        }
        if c.is_alphanumeric() {
            c.to_lowercase().for_each(|c| hasher.write_u32(u32::from(c)));
            chars += 1;
        }
        rest = &rest[c.len_utf8()..];
    }
    (chars >= MIN_CHARS).then(|| hasher.finish())
}

/// What stands behind `&nbsp;` at the beginning of a text.
fn after_entity(text: &str) -> Option<&str> {
    let name = text.strip_prefix('&')?;
    let end = name.find(|c: char| !c.is_alphanumeric() && c != '#')?;
    name[end..].strip_prefix(';')
}

/// The hashes of a page's paragraphs, as far as one can tell without building a tree.
fn lines(html: &str) -> impl Iterator<Item = u64> + '_ {
    let mut parts = html.split('<');
    let mut text = parts.next().unwrap_or_default().to_string();
    let mut silent: Option<&'static str> = None;
    let ends = parts.chain(["p>"]).filter_map(move |part| {
        let (tag, after) = part.split_once('>').unwrap_or((part, ""));
        let name = tag.trim_start_matches('/').split(|c: char| !c.is_ascii_alphanumeric()).next().unwrap_or_default();
        let name = name.to_ascii_lowercase();
        if let Some(open) = silent {
            silent = Some(open).filter(|open| !(tag.starts_with('/') && name == *open));
            return None;
        }
        silent = SILENT.into_iter().find(|s| *s == name && !tag.starts_with('/'));
        let paragraph = (!INLINE.contains(&name.as_str())).then(|| std::mem::take(&mut text));
        if silent.is_none() {
            text.push_str(after);
        }
        paragraph
    });
    ends.filter_map(|paragraph| hash_of(&paragraph))
}

#[cfg(test)]
mod tests {
    use super::*;

    const APPEAL: &str = "We keep the lights on in every harbour; give what you can.";

    fn page(i: usize) -> String {
        let own = format!("Envoys of port number {i} met at the quay, and signed a treaty of {i} pages.");
        format!(
            "<link rel=canonical href='https://www.example.org/{i}'><p>{own}</p><div>We keep the lights on in <b>every harbour</b>; give&nbsp;what you can.</div>"
        )
    }

    fn left(counted: &SiteLines, i: usize) -> Vec<String> {
        let paragraphs = vec![
            format!("Envoys of port number {i} met at the quay, and signed a treaty of {i} pages."),
            APPEAL.into(),
        ];
        counted.without_repeated(None, &page(i), paragraphs)
    }

    #[test]
    fn a_line_of_three_pages_is_repeated() {
        let mut counted = SiteLines::default();
        for i in 0..2 {
            counted.count(None, page(i).as_bytes());
        }
        assert_eq!(left(&counted, 0).len(), 2);
        counted.count(Some("https://example.org/2"), page(2).as_bytes());
        assert_eq!(left(&counted, 0).len(), 1);
        assert!(left(&counted, 0)[0].starts_with("Envoys"));
    }

    #[test]
    fn a_line_of_few_pages_among_many_is_content() {
        let mut counted = SiteLines::default();
        for i in 0..20 {
            let page = page(i);
            counted.count(None, if i < 3 { &page } else { page.split("<div>").next().unwrap() }.as_bytes());
        }
        assert_eq!(left(&counted, 0).len(), 2);
    }

    #[test]
    fn other_sites_do_not_count_and_the_order_is_the_same() {
        let mut one = SiteLines { max_lines: 30, ..SiteLines::default() };
        let mut other = one.clone();
        for i in 0..100 {
            one.count(Some(&format!("https://site{}.example.org", i % 4)), page(i).as_bytes());
            let i = 99 - i;
            other.count(Some(&format!("https://site{}.example.org", i % 4)), page(i).as_bytes());
        }
        assert!(one.lines.len() <= 30 && one.zero_bits > 0);
        assert_eq!((one.zero_bits, one.lines.len()), (other.zero_bits, other.lines.len()));
        assert!(one.lines.iter().all(|(line, n)| other.lines.get(line) == Some(n)));
    }

    #[test]
    fn broken_markup_is_read() {
        for html in ["<", "<<p", "<p", "&", "&amp", "<script>a lot of text in here<p>and more", "&;&é;"] {
            SiteLines::default().count(Some("https://example.org"), html.as_bytes());
        }
    }
}
