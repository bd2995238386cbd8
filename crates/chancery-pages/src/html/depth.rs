//! Keeps hostile pages shallow: parsing takes time in the square of the depth.

use std::borrow::Cow;

/// Deeper elements lose their tags, not their text. Real pages stay below a hundred.
pub(crate) const MAX_DEPTH: usize = 200;

/// Elements without content, and those that the next of their kind closes.
const UNCOUNTED: &[&str] = &[
    "area", "base", "body", "br", "caption", "col", "colgroup", "dd", "dt", "embed", "head", "hr", "html", "img",
    "input", "li", "link", "meta", "optgroup", "option", "p", "param", "rp", "rt", "source", "tbody", "td", "tfoot",
    "th", "thead", "tr", "track", "wbr", "path", "circle", "rect", "use", "line", "polygon",
];
/// Elements whose content is no markup.
const RAW: &[&str] = &["script", "style", "textarea", "title", "xmp", "noframes", "iframe", "noembed"];

/// `html` without the tags that lie too deep; borrowed where there are none.
pub(crate) fn limited(html: &str) -> Cow<'_, str> {
    let mut out: Option<String> = None;
    let mut kept = 0;
    let mut depth = 0usize;
    let mut at = 0;
    while let Some(tag) = next_tag(html, at) {
        at = tag.end;
        if tag.closes {
            depth = depth.saturating_sub(1);
        }
        if depth >= MAX_DEPTH {
            let out = out.get_or_insert_with(String::new);
            out.push_str(&html[kept..tag.start]);
            // Words on both sides of the tag stay apart.
            if !out.ends_with(' ') {
                out.push(' ');
            }
            kept = tag.end;
        }
        if tag.opens {
            depth += 1;
        }
    }
    match out {
        None => Cow::Borrowed(html),
        Some(mut out) => {
            out.push_str(&html[kept..]);
            Cow::Owned(out)
        }
    }
}

struct Tag {
    start: usize,
    end: usize,
    opens: bool,
    closes: bool,
}

/// The next tag from `at` on that counts for the depth.
fn next_tag(html: &str, mut at: usize) -> Option<Tag> {
    loop {
        let start = at + html[at..].find('<')?;
        let rest = &html[start..];
        if rest.starts_with("<!--") {
            at = start + rest.find("-->")? + 3;
            continue;
        }
        let closes = rest.starts_with("</");
        let name_at = start + 1 + usize::from(closes);
        let name: String = html[name_at..]
            .chars()
            .take_while(char::is_ascii_alphanumeric)
            .take(20)
            .collect::<String>()
            .to_ascii_lowercase();
        if name.is_empty() || !name.starts_with(|c: char| c.is_ascii_alphabetic()) {
            at = start + 1;
            continue;
        }
        let end = start + rest.find('>')? + 1;
        at = end;
        if !closes && RAW.contains(&name.as_str()) {
            at = end_of_raw(html, end, &name);
            continue;
        }
        let empty = html[..end].ends_with("/>");
        if UNCOUNTED.contains(&name.as_str()) || RAW.contains(&name.as_str()) || empty {
            continue;
        }
        return Some(Tag { start, end, opens: !closes, closes });
    }
}

/// Where the content of a raw element ends: before its closing tag.
fn end_of_raw(html: &str, from: usize, name: &str) -> usize {
    let bytes = html.as_bytes();
    let mut at = from;
    while let Some(found) = html[at..].find("</") {
        let start = at + found;
        let is_name =
            bytes.get(start + 2..start + 2 + name.len()).is_some_and(|n| n.eq_ignore_ascii_case(name.as_bytes()));
        if is_name {
            return start;
        }
        at = start + 2;
    }
    html.len()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn shallow_pages_are_left_alone() {
        let html = "<div><p>One<p>Two<script>if (a<b) '</div>'</script></div>".repeat(1000);
        assert!(matches!(limited(&html), Cow::Borrowed(_)));
    }

    #[test]
    fn deep_tags_go_and_text_stays() {
        let html = format!("{}deep{}after", "<div>".repeat(1000), "</div>".repeat(1000));
        let cut = limited(&html);
        assert_eq!(cut.matches("<div>").count(), MAX_DEPTH);
        assert_eq!(cut.matches("</div>").count(), MAX_DEPTH);
        assert!(cut.contains("deep") && cut.ends_with("after"));
    }

    #[test]
    fn broken_tags_do_not_stop_it() {
        for html in ["<", "<div", "<!--", "</", "<é>", "<script>", "a<b", "<div é"] {
            assert_eq!(limited(html), html);
        }
    }
}
