//! Authors and titles, cleaned of what pages glue to them.

use crate::fold::{fold_bare, trim};
use crate::outlets::Outlets;
use crate::{PagesError, load_toml};
use chancery_data::Data;
use rustc_hash::FxHashMap;
use serde::Deserialize;

/// What stands between a title and the site's name.
const SEPARATORS: [&str; 10] = [" | ", " - ", " – ", " — ", " « ", " » ", " :: ", " · ", " • ", " / "];
const PATH: &str = "boilerplate/bylines.toml";
const PLACES: &str = "actors/places.tsv";

/// What stands in bylines beside people.
#[derive(Debug, Default)]
pub(crate) struct Bylines {
    words: Words,
    /// Cities, folded, and whether each is large.
    places: FxHashMap<String, bool>,
}

#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
struct Words {
    honorifics: Vec<String>,
    by: Vec<String>,
    nobody: Vec<String>,
    behind: Vec<String>,
    alone_thousand: u32,
}

impl Bylines {
    /// Reads the words and the places.
    pub(crate) fn load(data: &Data) -> Result<Self, PagesError> {
        let words: Words = load_toml(data, PATH)?;
        let mut places = FxHashMap::default();
        for row in data.text(PLACES)?.lines().filter(|l| !l.starts_with('#')) {
            let cells: Vec<&str> = row.split('\t').collect();
            let [name, aliases, _, "city", _, _, _, thousand, ..] = cells.as_slice() else { continue };
            let large = thousand.parse().is_ok_and(|n: u32| n >= words.alone_thousand);
            for name in std::iter::once(*name).chain(aliases.split(';')).map(fold_bare).filter(|n| !n.is_empty()) {
                *places.entry(name).or_default() |= large;
            }
        }
        Ok(Bylines { words, places })
    }

    fn is_honorific(&self, word: &str) -> bool {
        let word = fold_bare(word);
        self.words.honorifics.contains(&word)
    }

    /// True for a place that may stand in a byline: behind a person any city.
    fn is_place(&self, name: &str, behind_person: bool) -> bool {
        self.places.get(&fold_bare(name)).is_some_and(|large| *large || behind_person)
    }
}

/// The people in a byline ("By Ana Ruiz and Tom Hale, Coastal Post | 3 May"); `site` is no person.
pub(crate) fn authors(byline: &str, site: Option<&str>, outlets: &Outlets) -> Vec<String> {
    let byline = trim(byline);
    if let Some(name) = surname_first(byline, outlets) {
        return vec![name];
    }
    let bare = |s: &str| fold_bare(s).trim_start_matches("the ").to_string();
    let is_site = |name: &str| site.is_some_and(|s| bare(s) == bare(name));
    let mut found: Vec<String> = Vec::new();
    for phrase in byline.split([';', '|', '\n', '•', '·', '/']).flat_map(|p| p.split(',')) {
        let phrase = without_by(trim(phrase), outlets);
        // "The Globe and Mail" is one name.
        if is_site(phrase) || outlets.find(phrase).is_some() {
            continue;
        }
        for part in phrase.split(" and ").flat_map(|p| p.split(" & ")) {
            let name = without_day(without_honorific(without_by(part, outlets), outlets), outlets);
            let is_place = outlets.bylines.is_place(name, !found.is_empty());
            let is_new = || !found.iter().any(|f| fold_bare(f) == fold_bare(name));
            if is_person(name, outlets) && !is_place && !is_site(name) && is_new() {
                found.push(name.to_string());
            }
        }
    }
    found
}

/// The outlets of a byline that names nobody else ("AFP", "Reuters Staff", "Agencies"); nothing where it names a person or
/// may do so.
pub(crate) fn only_outlets(byline: &str, outlets: &Outlets) -> Option<Vec<String>> {
    let mut named = Vec::new();
    let parts = byline.split([';', '|', ',', '/']).map(trim).filter(|p| !p.is_empty());
    let desk = |name: &str| {
        let folded = fold_bare(name);
        folded.split(' ').next_back().is_some_and(|w| outlets.bylines.words.nobody.iter().any(|n| n == w))
    };
    for part in parts {
        let of_desk = part.rsplit_once(' ').filter(|_| desk(part)).map(|(name, _)| name);
        match outlets.find(part).or_else(|| of_desk.and_then(|name| outlets.find(name))) {
            Some(outlet) => named.push(outlet.name.clone()),
            None if desk(part) || outlets.bylines.is_place(part, true) => {}
            None => return None,
        }
    }
    Some(named).filter(|n| !n.is_empty())
}

/// The one person of "Doe, Jane".
fn surname_first(byline: &str, outlets: &Outlets) -> Option<String> {
    let (last, first) = byline.split_once(',')?;
    let (last, first) = (trim(last), trim(first));
    let one_word =
        |s: &str| !s.is_empty() && s.chars().all(|c| c.is_alphabetic() || matches!(c, '-' | '\'' | '’' | '.'));
    let name = format!("{first} {last}");
    let person = |s: &str| is_person(s, outlets);
    (one_word(last) && one_word(first) && person(last) && person(first) && person(&name)).then_some(name)
}

/// `part` without "Por", "Par" or "Von" before a name of two words.
fn without_by<'n>(part: &'n str, outlets: &Outlets) -> &'n str {
    let part = trim(part);
    let rest = part.split_once(' ').filter(|(first, _)| outlets.bylines.words.by.contains(&fold_bare(first)));
    let two_words = |rest: &str| rest.starts_with(char::is_uppercase) && rest.split_whitespace().count() >= 2;
    rest.map(|(_, rest)| trim(rest)).filter(|r| two_words(r)).unwrap_or(part)
}

/// `name` without "Professor", "Dr", "By".
pub(crate) fn without_honorific<'n>(name: &'n str, outlets: &Outlets) -> &'n str {
    let mut rest = trim(name);
    while let Some((first, after)) = rest.split_once(char::is_whitespace) {
        // "The Rev Ana Ruiz" is a person, "The Coastal Post" is none.
        let is_article =
            || fold_bare(first) == "the" && after.split(' ').next().is_some_and(|w| outlets.bylines.is_honorific(w));
        if !outlets.bylines.is_honorific(first) && !is_article() {
            break;
        }
        rest = trim(after);
    }
    rest.trim_end_matches([',', '.', ':', ';', '-', '–', '—']).trim_end()
}

/// `name` without the words of a date behind it ("Jane Doe Monday", "Jane Doe Published"); nothing of "Nov".
fn without_day<'n>(name: &'n str, outlets: &Outlets) -> &'n str {
    let mut rest = name;
    while let Some(last) = rest.split_whitespace().next_back() {
        if !outlets.bylines.words.behind.contains(&fold_bare(last)) {
            break;
        }
        rest = trim(&rest[..rest.len() - last.len()]);
    }
    rest
}

/// The title without the site's name at its end or beginning.
pub(crate) fn title<'t>(title: &'t str, site: Option<&str>, host: Option<&str>, outlets: &Outlets) -> &'t str {
    let mut title = without_doubled_end(trim(title));
    while let Some(shorter) = without_site(title, site, host, outlets) {
        title = shorter;
    }
    title
}

/// "Envoys meet - Lantern | Lantern" without what stands at its end twice: only a site is named so.
fn without_doubled_end(title: &str) -> &str {
    let last = |text: &'_ str| SEPARATORS.iter().filter_map(|s| text.rfind(s).map(|at| (at, s.len()))).max();
    let Some((at, long)) = last(title) else { return title };
    let (head, end) = (&title[..at], fold_bare(&title[at + long..]));
    let doubled = last(head).filter(|(at, long)| !end.is_empty() && fold_bare(&head[at + long..]) == end);
    doubled.map(|(at, _)| trim(&head[..at])).filter(|rest| !rest.is_empty()).unwrap_or(title)
}

fn is_person(name: &str, outlets: &Outlets) -> bool {
    let words: Vec<&str> = name.split_whitespace().collect();
    let plain = (1..=6).contains(&words.len())
        && name.chars().count() <= 60
        && !name.chars().any(|c| c.is_ascii_digit() || c == '@');
    let capitalised = name.chars().next().is_some_and(|c| c.is_uppercase() || !c.is_ascii());
    plain
        && capitalised
        && name.chars().any(char::is_alphabetic)
        && outlets.find(name).is_none()
        && !words.iter().any(|w| outlets.bylines.words.nobody.contains(&fold_bare(w)))
        && words.first().is_none_or(|w| fold_bare(w) != "the")
        // "Guest" alone is nobody, "Christopher Guest" somebody.
        && words.first().is_none_or(|w| fold_bare(w) != "guest")
}

fn without_site<'t>(title: &'t str, site: Option<&str>, host: Option<&str>, outlets: &Outlets) -> Option<&'t str> {
    for separator in SEPARATORS {
        if let Some((head, tail)) = title.rsplit_once(separator)
            && (is_whole_site(tail, site, host) || is_most_of_site(tail, site) || outlets.find(tail).is_some())
            && !trim(head).is_empty()
        {
            return Some(trim(head));
        }
    }
    // "China – a short history" of the China Daily keeps its first word: only the site's whole name goes from the front.
    for separator in SEPARATORS.into_iter().chain([": "]) {
        if let Some((head, tail)) = title.split_once(separator)
            && (is_whole_site(head, site, host) || is_outlet_of_site(head, site, host, outlets))
            && trim(tail).split_whitespace().count() >= 2
        {
            return Some(trim(tail));
        }
    }
    None
}

/// True for the site's name or the name in its address, with or without "the".
fn is_whole_site(part: &str, site: Option<&str>, host: Option<&str>) -> bool {
    let bare = fold_bare(part);
    let part = without_the(&bare);
    let is_name = |s: &str| !part.is_empty() && without_the(&fold_bare(s)) == part;
    let glued: String = part.chars().filter(|c| c.is_alphanumeric()).collect();
    let is_label = |label: &str| {
        let label = label.replace('-', "");
        label == glued || label.strip_prefix("the").is_some_and(|rest| rest == glued)
    };
    let in_host = |h: &str| {
        let h = h.trim_start_matches("www.").to_lowercase();
        bare == h || (glued.len() >= 3 && h.split('.').any(is_label))
    };
    site.is_some_and(is_name) || host.is_some_and(in_host)
}

/// True for a part of which most is the site's name ("Northern Port News"), or that is most of the name, in whole words.
fn is_most_of_site(part: &str, site: Option<&str>) -> bool {
    let (part, site) = (fold_bare(part), fold_bare(site.unwrap_or_default()));
    let words = |s: &str| s.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).count();
    let (short, long) = if words(&part) <= words(&site) { (&part, &site) } else { (&site, &part) };
    let runs = !short.is_empty() && holds_run(long, short);
    runs && 2 * words(short) > words(long)
}

/// True where the words of `short` stand in `long` one after another.
fn holds_run(long: &str, short: &str) -> bool {
    let words = |s: &str| -> Vec<String> {
        s.split(|c: char| !c.is_alphanumeric()).filter(|w| !w.is_empty()).map(str::to_string).collect()
    };
    let (long, short) = (words(long), words(short));
    !short.is_empty() && long.windows(short.len()).any(|w| w == short)
}

/// True for another name of the outlet that the page is of.
fn is_outlet_of_site(part: &str, site: Option<&str>, host: Option<&str>, outlets: &Outlets) -> bool {
    let of_page = site.and_then(|s| outlets.find(s)).or_else(|| host.and_then(|h| outlets.at_host(h)));
    of_page.is_some() && outlets.find(part) == of_page
}

fn without_the(folded: &str) -> &str {
    folded.strip_prefix("the ").unwrap_or(folded)
}

#[cfg(test)]
mod tests {
    use super::*;
    use chancery_data::Data;

    fn outlets() -> Outlets {
        Outlets::load(&Data::embedded()).unwrap()
    }

    #[test]
    fn bylines_become_people() {
        let outlets = outlets();
        assert_eq!(authors("By Ana Ruiz and Tom Hale, Reuters | 3 May 2024", None, &outlets), ["Ana Ruiz", "Tom Hale"]);
        assert_eq!(authors("News Desk", None, &outlets), Vec::<String>::new());
        assert_eq!(authors("Okoro, Ines", None, &outlets), ["Ines Okoro"]);
        assert_eq!(authors("Okoro, Reuters", None, &outlets), ["Okoro"]);
        assert_eq!(authors("Por Ines Okoro, Senior fellow at Lantern", None, &outlets), ["Ines Okoro"]);
        assert_eq!(authors("Tom Hale | Lantern Daily Online", None, &outlets), ["Tom Hale"]);
        assert_eq!(authors("Christopher Guest", None, &outlets), ["Christopher Guest"]);
        assert_eq!(authors("Guest Writer", None, &outlets), Vec::<String>::new());
        assert_eq!(authors("Professor Ines Okoro", None, &outlets), ["Ines Okoro"]);
        assert_eq!(authors("Von Ines Okoro, Berlin", None, &outlets), ["Ines Okoro"]);
        assert_eq!(authors("The Rev Tom Hale, Bergen and Ana Ruiz", None, &outlets), ["Tom Hale", "Ana Ruiz"]);
        assert_eq!(authors("The Harbour and Quay", Some("Harbour and Quay"), &outlets), Vec::<String>::new());
        for nobody in ["The Globe and Mail", "Washington", "Reuters Staff", "The Quay", "AFP", "New Delhi", "Agencies"]
        {
            assert_eq!(authors(nobody, None, &outlets), Vec::<String>::new(), "{nobody}");
        }
        assert_eq!(only_outlets("AFP, Paris", &outlets).as_deref(), Some(&["Agence France-Presse".to_string()][..]));
        assert_eq!(only_outlets("Reuters Staff", &outlets).as_deref(), Some(&["Reuters".to_string()][..]));
        assert_eq!(only_outlets("Ana Ruiz, AFP", &outlets), None);
        assert_eq!(only_outlets("News Desk", &outlets), None);
    }

    #[test]
    fn titles_lose_the_site() {
        let outlets = outlets();
        let cut = |t, site, host| title(t, site, host, &outlets);
        assert_eq!(cut("Envoys meet - again | Reuters", None, None), "Envoys meet - again");
        assert_eq!(
            cut("Harbour Gazette: news from Oslo – Envoys meet", Some("Harbour Gazette"), None),
            "news from Oslo – Envoys meet"
        );
        assert_eq!(cut("Envoys meet | Harbour Gazette News", Some("Harbour Gazette"), None), "Envoys meet");
        assert_eq!(cut("Envoys meet - Lantern | Lantern", None, None), "Envoys meet");
        assert_eq!(cut("Envoys meet | Lantern", None, Some("www.thelantern.example")), "Envoys meet");
        for (kept, site, host) in [
            ("Nine ships lost - UN report", Some("RT"), None),
            ("Storm warning - Japan", Some("AP"), None),
            ("China - a year of talks", Some("China Daily"), None),
            ("Iran - what we know", None, Some("www.iranintl.com")),
        ] {
            assert_eq!(cut(kept, site, host), kept);
        }
        assert_eq!(cut("Trade – a short history", None, Some("www.example.org")), "Trade – a short history");
    }
}
