//! Authors and titles, cleaned of what pages glue to them.

use crate::fold::{fold_bare, trim};
use crate::outlets::Outlets;

/// What stands between a title and the site's name.
const SEPARATORS: [&str; 10] = [" | ", " - ", " – ", " — ", " « ", " » ", " :: ", " · ", " • ", " / "];
const HONORIFICS: [&str; 13] =
    ["mr", "mrs", "ms", "dr", "prof", "professor", "sir", "dame", "lord", "rev", "the", "comrade", "by"];
/// "By" in other languages; before one word they may belong to a name.
const BY: [&str; 3] = ["por", "par", "von"];
/// Words that say that a byline names a desk or a machine and no person.
const NO_PERSON: [&str; 27] = [
    "admin",
    "administrator",
    "agencies",
    "anonymous",
    "author",
    "contributor",
    "correspondent",
    "desk",
    "editor",
    "editorial",
    "editors",
    "fellow",
    "http",
    "https",
    "news",
    "newsroom",
    "office",
    "online",
    "researcher",
    "press",
    "reporter",
    "reporters",
    "redaktion",
    "staff",
    "team",
    "webmaster",
    "www",
];

/// The people in a byline ("By Ana Ruiz and Tom Hale, Coastal Post | 3 May"); `site` is no person.
pub(crate) fn authors(byline: &str, site: Option<&str>, outlets: &Outlets) -> Vec<String> {
    let byline = trim(byline);
    if let Some(name) = surname_first(byline, outlets) {
        return vec![name];
    }
    let parts = byline
        .split([';', '|', '\n', '•', '·', '/'])
        .flat_map(|p| p.split(" and ").flat_map(|p| p.split(" & ")).flat_map(|p| p.split(',')));
    let mut found: Vec<String> = Vec::new();
    for part in parts {
        let name = without_day(without_honorific(without_by(part)));
        let bare = |s: &str| fold_bare(s).trim_start_matches("the ").to_string();
        let is_site = site.is_some_and(|s| bare(s) == bare(name));
        if is_person(name, outlets) && !is_site && !found.iter().any(|f| fold_bare(f) == fold_bare(name)) {
            found.push(name.to_string());
        }
    }
    found
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
fn without_by(part: &str) -> &str {
    let part = trim(part);
    let rest = part.split_once(' ').filter(|(first, _)| BY.contains(&fold_bare(first).as_str()));
    let two_words = |rest: &str| rest.starts_with(char::is_uppercase) && rest.split_whitespace().count() >= 2;
    rest.map(|(_, rest)| trim(rest)).filter(|r| two_words(r)).unwrap_or(part)
}

/// `name` without "Professor", "Dr", "By".
pub(crate) fn without_honorific(name: &str) -> &str {
    let mut rest = trim(name);
    while let Some((first, after)) = rest.split_once(char::is_whitespace) {
        if !HONORIFICS.contains(&fold_bare(first).as_str()) {
            break;
        }
        rest = trim(after);
    }
    rest.trim_end_matches([',', '.', ':', ';', '-', '–', '—']).trim_end()
}

/// `name` without the words of a date behind it ("Jane Doe Monday", "Jane Doe Published"); nothing of "Nov".
fn without_day(name: &str) -> &str {
    let mut rest = name;
    while let Some(last) = rest.split_whitespace().next_back() {
        if !OF_DATES.contains(&fold_bare(last).as_str()) {
            break;
        }
        rest = trim(&rest[..rest.len() - last.len()]);
    }
    rest
}

/// The title without the site's name at its end or beginning.
pub(crate) fn title<'t>(title: &'t str, site: Option<&str>, host: Option<&str>, outlets: &Outlets) -> &'t str {
    let mut title = trim(title);
    while let Some(shorter) = without_site(title, site, host, outlets) {
        title = shorter;
    }
    title
}

/// Words of dates that are no names of people, and degrees.
const OF_DATES: &[&str] = &[
    "monday",
    "tuesday",
    "wednesday",
    "thursday",
    "friday",
    "saturday",
    "sunday",
    "january",
    "february",
    "march",
    "july",
    "september",
    "october",
    "november",
    "december",
    "jan",
    "feb",
    "mar",
    "apr",
    "jun",
    "jul",
    "aug",
    "sep",
    "sept",
    "oct",
    "nov",
    "dec",
    "published",
    "updated",
    "posted",
    "phd",
    "md",
    "ms",
    "rdn",
    "rn",
    "mba",
    "esq",
];

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
        && !words.iter().any(|w| NO_PERSON.contains(&fold_bare(w).as_str()))
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
