//! Lines that stand on many pages of one site are no content: slogans, appeals, boxes that no rule knows.
//!
//! In: all pages of a run, once, before they are read ([`SiteLines::count`]). Out: whether a paragraph is such a line. What
//! is counted does not depend on threads. A page counts once: not again for another capture of its address, nor for a copy that
//! has the same lines. Memory is bounded: where there are too many
//! different lines, only those whose hashes end in a zero bit are counted, then in two, and so on.

use crate::decode::{declared_in_html, decode};
use crate::html::{MAX_HTML_BYTES, host};
use chancery_text::Note;
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
    /// Addresses and contents of the pages, as hashes.
    seen: FxHashSet<u64>,
    /// Pages of a site with a line, by the hash of both.
    lines: FxHashMap<u64, u32>,
    zero_bits: u32,
    max_lines: usize,
}

impl Default for SiteLines {
    fn default() -> Self {
        SiteLines {
            pages: FxHashMap::default(),
            seen: FxHashSet::default(),
            lines: FxHashMap::default(),
            zero_bits: 0,
            max_lines: MAX_LINES,
        }
    }
}

impl SiteLines {
    /// Counts the lines of an HTML page, found at `url`; a page of which no site is known is left out.
    pub fn count(&mut self, url: Option<&str>, page: &[u8]) {
        // As the page is decoded when it is read, or the lines would differ.
        let html = decode(&page[..page.len().min(MAX_HTML_BYTES)], declared_in_html(page).as_deref()).text;
        let Some(address) = address(url, &html) else { return };
        let Some(site) = site(&address) else { return };
        let all: Vec<u64> = lines(&html).map(|line| of_site(site, line)).collect();
        let is_new = [self.seen.insert(hashed(bare(&address))), self.seen.insert(hashed(&all))];
        if is_new != [true, true] {
            return;
        }
        *self.pages.entry(site).or_default() += 1;
        let lines: FxHashSet<u64> = all.into_iter().collect();
        for line in lines.into_iter().filter(|l| self.is_counted(*l)).collect::<Vec<_>>() {
            *self.lines.entry(line).or_default() += 1;
        }
        while self.lines.len() > self.max_lines {
            self.zero_bits += 1;
            let bits = self.zero_bits;
            self.lines.retain(|line, _| line.trailing_zeros() >= bits);
        }
    }

    /// The paragraphs that are no repeated lines of the page's site, and what to say of it. Where they would be less than
    /// half of the page, all are kept.
    pub(crate) fn without_repeated(
        &self,
        url: Option<&str>,
        html: &str,
        paragraphs: Vec<String>,
    ) -> (Vec<String>, Option<Note>) {
        let Some(site) = address(url, html).and_then(|address| site(&address)) else { return (paragraphs, None) };
        let pages = self.pages.get(&site).copied().unwrap_or_default();
        let is_repeated = |paragraph: &String| {
            let on = hash_of(paragraph).and_then(|line| self.lines.get(&of_site(site, line))).copied().unwrap_or(0);
            on >= MIN_PAGES && on.saturating_mul(MIN_SHARE) >= pages
        };
        let (all, repeated) = (paragraphs.len(), paragraphs.iter().filter(|p| is_repeated(p)).count());
        let note = |what: &str| {
            Some(Note::new("P020", format!("{repeated} lines that stand on many pages of this site {what}")))
        };
        if repeated == 0 {
            (paragraphs, None)
        } else if 2 * repeated > all {
            (paragraphs, note("were kept, because they are most of the page"))
        } else {
            (paragraphs.into_iter().filter(|p| !is_repeated(p)).collect(), note("were left out"))
        }
    }

    fn is_counted(&self, line: u64) -> bool {
        line.trailing_zeros() >= self.zero_bits
    }
}

/// The address where a page was found, or that it states.
fn address(url: Option<&str>, html: &str) -> Option<String> {
    let found = url.filter(|url| host(url).is_some()).map(str::to_string);
    found.or_else(|| stated_address(crate::text::head(html, HEAD_BYTES)))
}

/// The address in `rel="canonical"` or `og:url`.
fn stated_address(head: &str) -> Option<String> {
    let tags = head.split('<').filter(|tag| tag.contains("canonical") || tag.contains("og:url"));
    let addresses =
        tags.filter_map(|tag| tag.find("http").and_then(|at| tag[at..].split(['"', '\'', '>', ' ']).next()));
    addresses.filter(|url| host(url).is_some()).map(str::to_string).next()
}

/// A hash of an address's host.
fn site(address: &str) -> Option<u64> {
    host(address).map(|host| hashed(host.trim_start_matches("www.")))
}

/// An address without its scheme, `www.`, place in the page and last `/`.
fn bare(address: &str) -> &str {
    let rest = address.split_once("://").map_or(address, |(_, rest)| rest);
    let rest = rest.split('#').next().unwrap_or(rest).trim_end_matches('/');
    rest.strip_prefix("www.").unwrap_or(rest)
}

fn hashed(what: impl Hash) -> u64 {
    let mut hasher = FxHasher::default();
    what.hash(&mut hasher);
    hasher.finish()
}

/// Hashes are mixed so that their last bits are as good as chance.
fn of_site(site: u64, line: u64) -> u64 {
    let mut mixed = site ^ line.rotate_left(17);
    mixed = (mixed ^ (mixed >> 33)).wrapping_mul(0xff51_afd7_ed55_8ccd);
    mixed = (mixed ^ (mixed >> 33)).wrapping_mul(0xc4ce_b9fe_1a85_ec53);
    mixed ^ (mixed >> 33)
}

/// The hash of a line's letters and digits.
fn hash_of(line: &str) -> Option<u64> {
    let mut hasher = FxHasher::default();
    let mut chars = 0;
    for c in line.chars().filter(|c| c.is_alphanumeric()) {
        c.to_lowercase().for_each(|c| hasher.write_u32(u32::from(c)));
        chars += 1;
    }
    (chars >= MIN_CHARS).then(|| hasher.finish())
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
    ends.filter_map(|paragraph| hash_of(&html_escape::decode_html_entities(&paragraph)))
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
        counted.without_repeated(None, &page(i), paragraphs).0
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
    fn captures_of_one_address_and_copies_count_once() {
        let mut counted = SiteLines::default();
        for i in 0..5 {
            let changed = format!("{}<p>Weather at the quay: {i} degrees.</p>", page(0));
            counted.count(Some(["https://example.org/a", "http://www.example.org/a/#top"][i % 2]), changed.as_bytes());
            counted.count(Some(&format!("https://example.org/copy/{i}")), page(1).as_bytes());
        }
        assert_eq!(left(&counted, 0).len(), 2);
    }

    #[test]
    fn most_of_a_page_is_never_left_out() {
        let mut counted = SiteLines::default();
        (0..3).for_each(|i| counted.count(None, page(i).as_bytes()));
        let (kept, note) = counted.without_repeated(None, &page(0), vec![APPEAL.into()]);
        assert_eq!(kept, [APPEAL]);
        assert!(note.is_some_and(|n| n.code == "P020" && n.text.contains("were kept")));
    }

    #[test]
    fn entities_and_character_sets_make_no_difference() {
        let line = "Les lumières du café éclairent tous les ports.";
        let head = |i: usize| format!("<meta charset=windows-1252><p>The port of number {i} is open again.</p>");
        let (mut latin, entities) = (head(1).into_bytes(), line.replace('é', "&eacute;").replace('è', "&#232;"));
        latin.extend(line.chars().map(|c| c as u8));
        let mut counted = SiteLines::default();
        counted.count(Some("https://example.org/1"), &latin);
        counted.count(Some("https://example.org/2"), format!("{}{line}", head(2)).as_bytes());
        counted.count(Some("https://example.org/3"), format!("{}{entities}", head(3)).as_bytes());
        let (kept, _) = counted.without_repeated(Some("https://example.org/1"), "", vec![line.into(), "Own.".into()]);
        assert_eq!(kept, ["Own."]);
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
            one.count(Some(&format!("https://site{}.example.org/{i}", i % 4)), page(i).as_bytes());
            let i = 99 - i;
            other.count(Some(&format!("https://site{}.example.org/{i}", i % 4)), page(i).as_bytes());
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
