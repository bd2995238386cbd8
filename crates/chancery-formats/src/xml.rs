//! XML as a plain sequence: tags open, text stands, tags close.

use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// One step through a document.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Step {
    /// A tag opens: its name without prefix, and its attributes without prefixes.
    Open(String, Vec<(String, String)>),
    /// A tag closes.
    Close(String),
    /// Text, with entities resolved.
    Text(String),
}

/// Walks through a document up to its end or to where it is broken.
pub(crate) fn steps(xml: &str, see: &mut dyn FnMut(Step)) {
    let mut reader = Reader::from_str(xml);
    let config = reader.config_mut();
    config.expand_empty_elements = true;
    config.check_end_names = false;
    config.allow_unmatched_ends = true;
    config.allow_dangling_amp = true;
    loop {
        match reader.read_event() {
            Ok(Event::Start(tag)) => see(Step::Open(tag.local_name().as_ref().to_string(), attributes(&tag))),
            Ok(Event::End(tag)) => see(Step::Close(tag.local_name().as_ref().to_string())),
            Ok(Event::Text(text)) => see(Step::Text(text.xml10_content().into_owned())),
            Ok(Event::CData(text)) => see(Step::Text(text.xml10_content().into_owned())),
            Ok(Event::GeneralRef(entity)) => {
                if let Some(text) = resolve(&entity, entity.resolve_char_ref().ok().flatten()) {
                    see(Step::Text(text));
                }
            }
            Ok(Event::Eof) | Err(_) => return,
            Ok(_) => {}
        }
    }
}

/// The text inside the first tag of this name that holds any.
pub(crate) fn text_of(xml: &str, names: &[&str]) -> Option<String> {
    let (mut inside, mut text) = (0usize, String::new());
    let mut found = None;
    steps(xml, &mut |step| match step {
        _ if found.is_some() => {}
        Step::Open(name, _) if names.contains(&name.as_str()) => inside += 1,
        Step::Close(name) if names.contains(&name.as_str()) => {
            inside = inside.saturating_sub(1);
            if inside == 0 {
                found = crate::meta::field(std::mem::take(&mut text));
            }
        }
        Step::Text(words) if inside > 0 => text.push_str(&words),
        _ => {}
    });
    found
}

fn attributes(tag: &BytesStart<'_>) -> Vec<(String, String)> {
    let plain = |a: quick_xml::events::attributes::Attribute<'_>| {
        let value = quick_xml::escape::unescape(&a.value).map_or_else(|_| a.value.to_string(), |v| v.into_owned());
        (a.key.local_name().as_ref().to_string(), value)
    };
    tag.attributes().flatten().map(plain).collect()
}

fn resolve(name: &str, char_ref: Option<char>) -> Option<String> {
    if let Some(c) = char_ref {
        return Some(c.to_string());
    }
    let known = [("lt", "<"), ("gt", ">"), ("amp", "&"), ("apos", "'"), ("quot", "\""), ("nbsp", "\u{a0}")];
    known.iter().find(|(n, _)| *n == name).map(|(_, text)| (*text).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn entities_and_broken_ends() {
        assert_eq!(text_of("<a><b>R&amp;D &#8211; x</b></a>", &["b"]).as_deref(), Some("R&D – x"));
        assert_eq!(text_of("<a><b></b><b>two</b>", &["b"]).as_deref(), Some("two"));
        assert_eq!(text_of("<a", &["b"]), None);
    }
}
