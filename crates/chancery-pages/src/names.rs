//! Authors and titles, cleaned of what pages glue to them.

use crate::fold::{fold_bare, trim};
use crate::outlets::Outlets;

const HONORIFICS: [&str; 13] =
    ["mr", "mrs", "ms", "dr", "prof", "professor", "sir", "dame", "lord", "rev", "the", "comrade", "by"];
/// Words that say that a byline names a desk or a machine and no person.
const NO_PERSON: [&str; 24] = [
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
    "guest",
    "http",
    "https",
    "news",
    "newsroom",
    "office",
    "press",
    "reporter",
    "reporters",
    "redaktion",
    "staff",
    "team",
    "webmaster",
];

/// The people in a byline ("By Ana Ruiz and Tom Hale, Coastal Post | 3 May"); `site` is no person.
pub(crate) fn authors(byline: &str, site: Option<&str>, outlets: &Outlets) -> Vec<String> {
    let byline = trim(byline);
    let parts = byline
        .split([';', '|', '\n', '•', '·', '/'])
        .flat_map(|p| p.split(" and ").flat_map(|p| p.split(" & ")).flat_map(|p| p.split(',')));
    let mut found: Vec<String> = Vec::new();
    for part in parts {
        let name = without_honorific(part);
        let is_site = site.is_some_and(|s| fold_bare(s) == fold_bare(name));
        if is_person(name, outlets) && !is_site && !found.iter().any(|f| fold_bare(f) == fold_bare(name)) {
            found.push(name.to_string());
        }
    }
    found
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

/// The title without the site's name at its end or beginning.
pub(crate) fn title<'t>(title: &'t str, site: Option<&str>, host: Option<&str>, outlets: &Outlets) -> &'t str {
    let mut title = trim(title);
    while let Some(shorter) = without_site(title, site, host, outlets) {
        title = shorter;
    }
    title
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
        && !words.iter().any(|w| NO_PERSON.contains(&fold_bare(w).as_str()))
}

fn without_site<'t>(title: &'t str, site: Option<&str>, host: Option<&str>, outlets: &Outlets) -> Option<&'t str> {
    for separator in [" | ", " - ", " – ", " — ", " « ", " » ", " :: ", " · ", " • ", " / ", " — "] {
        if let Some((head, tail)) = title.rsplit_once(separator)
            && is_site(tail, site, host, outlets)
            && !trim(head).is_empty()
        {
            return Some(trim(head));
        }
        if let Some((head, tail)) = title.split_once(separator)
            && is_site(head, site, host, outlets)
            && trim(tail).split_whitespace().count() >= 2
        {
            return Some(trim(tail));
        }
    }
    None
}

fn is_site(part: &str, site: Option<&str>, host: Option<&str>, outlets: &Outlets) -> bool {
    let bare = fold_bare(part);
    if bare.is_empty() || bare.chars().count() > 60 {
        return false;
    }
    let glued: String = bare.chars().filter(|c| c.is_alphanumeric()).collect();
    let same_as_site = site.is_some_and(|s| {
        let site = fold_bare(s);
        !site.is_empty() && (bare == site || bare.contains(&site) || (site.contains(&bare) && bare.len() >= 3))
    });
    let in_host = host.is_some_and(|h| {
        let h = h.trim_start_matches("www.").to_lowercase();
        glued.len() >= 3 && (h.replace(['.', '-'], "").contains(&glued) || bare == h)
    });
    same_as_site || in_host || outlets.find(part).is_some()
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
        assert_eq!(authors("Professor Ines Okoro", None, &outlets), ["Ines Okoro"]);
    }

    #[test]
    fn titles_lose_the_site() {
        let outlets = outlets();
        let cut = |t, site, host| title(t, site, host, &outlets);
        assert_eq!(cut("Envoys meet - again | Reuters", None, None), "Envoys meet - again");
        assert_eq!(
            cut("Harbour Gazette: news – Envoys meet in Oslo", Some("Harbour Gazette"), None),
            "Envoys meet in Oslo"
        );
        assert_eq!(cut("Trade – a short history", None, Some("www.example.org")), "Trade – a short history");
    }
}
