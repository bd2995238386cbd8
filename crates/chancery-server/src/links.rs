//! Links: own ones with everything odd escaped, outbound ones only where they lead to a page.

use chancery_ledger::{EventFilter, QuoteFilter};
use maud::{Markup, html};
use serde::Serialize;

/// Percent-encodes all but letters, digits and `-._~`.
pub(crate) fn encode(text: &str) -> String {
    text.bytes().fold(String::with_capacity(text.len()), |mut out, byte| {
        match byte {
            b'A'..=b'Z' | b'a'..=b'z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'~' => out.push(char::from(byte)),
            _ => out.push_str(&format!("%{byte:02X}")),
        }
        out
    })
}

pub(crate) fn event(id: &str) -> String {
    format!("/event/{}", encode(id))
}

pub(crate) fn story(id: &str) -> String {
    format!("/story/{}", encode(id))
}

pub(crate) fn article(key: &str) -> String {
    format!("/article/{}", encode(key))
}

pub(crate) fn actor(name_or_code: &str) -> String {
    format!("/actor/{}", segment(name_or_code))
}

/// A name as a part of a path. Browsers take `.` and `..` for steps in the path, also where the dots are encoded; with a blank
/// before it such a name is one, and who looks it up trims it.
fn segment(name: &str) -> String {
    if matches!(name.trim(), "." | "..") { format!("%20{}", name.trim()) } else { encode(name) }
}

pub(crate) fn events(filter: &EventFilter, after: Option<&str>) -> String {
    with_query("/", filter, after.map(|a| ("after", a.to_string())))
}

/// A feed of the same events.
pub(crate) fn feed(filter: &EventFilter) -> String {
    with_query("/feed", filter, None)
}

/// The feed of a saved query; it stays when the query is changed.
pub(crate) fn query_feed(name: &str) -> String {
    format!("/query/{}/feed", segment(name))
}

/// The same events as a file.
pub(crate) fn data_of(filter: &EventFilter, format: &str) -> String {
    with_query(&format!("/export/{format}"), filter, None)
}

/// The form that corrects a report.
pub(crate) fn correct(report: &str) -> String {
    format!("/correct?report={}", encode(report))
}

pub(crate) fn data(sql: &str) -> String {
    format!("/data?sql={}", encode(sql))
}

pub(crate) fn data_file(sql: &str) -> String {
    format!("/data.csv?sql={}", encode(sql))
}

/// What was added behind a cursor.
pub(crate) fn changes(since: &str) -> String {
    format!("/changes?since={}", encode(since))
}

/// What passes between two actors.
pub(crate) fn pair(one: &str, other: &str) -> String {
    format!("/pair?actor={}&other={}", encode(one), encode(other))
}

pub(crate) fn quotes(filter: &QuoteFilter, offset: usize) -> String {
    with_query("/quotes", filter, (offset > 0).then(|| ("offset", offset.to_string())))
}

/// A link out, only for `http` and `https`; anything else (`javascript:`) is shown as text.
pub(crate) fn outbound(url: &str, label: &str) -> Markup {
    let lower = url.trim_start().to_ascii_lowercase();
    if lower.starts_with("https://") || lower.starts_with("http://") {
        return html! { a href=(url.trim()) rel="noreferrer noopener" { (label) } };
    }
    html! { span.url { (url) } }
}

/// What a filter narrows, by the names that stand in an address, in the order of its fields.
pub(crate) fn entries(filter: &impl Serialize) -> Vec<(String, String)> {
    let value = serde_json::to_value(filter).unwrap_or_default();
    let pairs = value.as_object().into_iter().flatten();
    pairs.filter_map(|(name, value)| Some((name.clone(), value.as_str()?.to_string()))).collect()
}

fn with_query(path: &str, filter: &impl Serialize, more: Option<(&str, String)>) -> String {
    let mut query: Vec<String> =
        entries(filter).into_iter().map(|(name, value)| format!("{}={}", encode(&name), encode(&value))).collect();
    query.extend(more.map(|(k, v)| format!("{k}={}", encode(&v))));
    if query.is_empty() { path.to_string() } else { format!("{path}?{}", query.join("&")) }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_pages_are_linked() {
        assert!(outbound("https://news.example/a", "a").into_string().contains("href"));
        for bad in
            ["javascript:alert(1)", " JaVaScRiPt:alert(1)", "data:text/html,x", "//evil.example", "file:///etc/passwd"]
        {
            assert!(!outbound(bad, "a").into_string().contains("href"), "{bad}");
        }
    }

    #[test]
    fn queries_keep_what_they_are_given() {
        let filter = EventFilter { actor: Some("A & B/ü".into()), ..EventFilter::default() };
        assert_eq!(events(&filter, Some("2026~e1")), "/?actor=A%20%26%20B%2F%C3%BC&after=2026~e1");
        assert_eq!(events(&EventFilter::default(), None), "/");
    }

    #[test]
    fn a_name_of_dots_is_no_step_in_the_path() {
        assert_eq!(actor(".."), "/actor/%20..");
        assert_eq!(query_feed("."), "/query/%20./feed");
        assert_eq!(actor("U.S. Navy"), "/actor/U.S.%20Navy");
    }
}
