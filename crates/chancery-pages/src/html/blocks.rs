//! The paragraphs of extracted HTML.

use crate::fold::trim;
use trafilatura::dom::Document;

const BLOCK_TAGS: &str = "p, h1, h2, h3, h4, h5, h6, li, blockquote, pre, div, td, th, tr, dd, dt, figcaption, section, article, table, ul, ol, quote, head, item, code";
/// Scripts, and what mail programs put around quoted messages and signatures.
const SILENT: &str = "script, style, noscript, template, blockquote[type=cite], .gmail_quote, .gmail_signature, .moz-cite-prefix, .moz-signature, .yahoo_quoted";
const MARK: char = '\u{1e}';

/// The paragraphs of `html` in order, white space folded.
///
/// A paragraph ends where a block begins or ends, and at a line break.
pub(crate) fn paragraphs(html: &str) -> Vec<String> {
    let mut doc = Document::parse(html);
    let root = doc.root();
    for id in doc.query_selector_all(root, SILENT).into_iter().rev() {
        doc.remove(id, true);
    }
    for id in doc.query_selector_all(root, BLOCK_TAGS) {
        let before = doc.text(id);
        doc.set_text(id, &format!("{MARK}{before}"));
        let after = doc.tail(id);
        doc.set_tail(id, &format!("{MARK}{after}"));
    }
    for id in doc.query_selector_all(root, "br, hr, lb") {
        let after = doc.tail(id);
        doc.set_tail(id, &format!("{MARK}{after}"));
    }
    let text = doc.text_content(root);
    text.split(MARK).map(one_line).filter(|p| !p.is_empty()).collect()
}

/// White space as a browser shows it.
pub(crate) fn one_line(text: &str) -> String {
    let text = trim(text);
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace() {
        if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(word);
    }
    out
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn blocks_and_breaks_end_paragraphs() {
        let html = "<p>Two  <b>envoys</b>\nmet.</p><ul><li>One</li><li>Two</li></ul>Loose<br>text";
        assert_eq!(paragraphs(html), ["Two envoys met.", "One", "Two", "Loose", "text"]);
        let mail = r#"<p>Back.</p><div class="gmail_quote"><div>On Friday Ana wrote:</div><blockquote>When?</blockquote></div>"#;
        assert_eq!(paragraphs(mail), ["Back."]);
    }
}
