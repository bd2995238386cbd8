//! Documents without a parse: words and marks, a sentence ends at a full stop before a capital, a block at a blank line.

use chancery_text::{
    Article, Block, BlockKind, Document, PartialDate, Rel, Segment, Sentence, Span, Token, Upos, Xpos,
};

/// Splits a text into sentences and tokens.
pub fn document(text: &str, date: Option<PartialDate>) -> Document {
    let mut doc =
        Document::new(Article { text: text.into(), date, segments: vec![Segment::default()], ..Article::default() });
    let mut start = 0;
    for part in text.split_inclusive("\n\n") {
        let span = Span::new(start, start + part.len()).trimmed(text);
        start += part.len();
        let kind = if doc.article.blocks.is_empty() && text.contains("\n\n") {
            BlockKind::Title
        } else {
            BlockKind::Paragraph
        };
        doc.article.blocks.push(Block { span, kind, segment: 0 });
        add_sentences(&mut doc, span);
    }
    doc.index_tree();
    doc
}

fn add_sentences(doc: &mut Document, block: Span) {
    let spans = words(doc.article.text.get(block.start..block.end).unwrap_or(""));
    let mut first = doc.tokens.len();
    for (i, span) in spans.iter().enumerate() {
        doc.tokens.push(token(span.shifted(block.start)));
        let here = span.shifted(block.start).of(&doc.article.text).to_string();
        let next_capital = spans.get(i + 1).is_none_or(|n| {
            n.shifted(block.start).of(&doc.article.text).starts_with(|c: char| c.is_uppercase() || !c.is_alphanumeric())
        });
        let spaced = spans.get(i + 1).is_none_or(|n| n.start > span.end);
        if matches!(here.as_str(), "." | "!" | "?") && next_capital && spaced || i + 1 == spans.len() {
            let tokens = first..doc.tokens.len();
            let span = doc.tokens[tokens.start].span.cover(doc.tokens[tokens.end - 1].span);
            first = tokens.end;
            let block = doc.article.blocks.len() - 1;
            doc.sentences.push(Sentence { span, tokens, block });
        }
    }
}

fn token(span: Span) -> Token {
    let (upos, xpos, rel) = (Upos::X, Xpos::Unknown, Rel::Dep);
    Token { span, lemma: String::new(), upos, xpos, head: None, rel, glued: false }
}

/// Runs of letters and digits, `'s`, and single marks; a full stop inside or after single capitals stays with its word.
fn words(text: &str) -> Vec<Span> {
    let mut spans: Vec<Span> = Vec::new();
    let mut chars = text.char_indices().peekable();
    while let Some((at, c)) = chars.next() {
        if c.is_whitespace() {
            continue;
        }
        let mut end = at + c.len_utf8();
        let apostrophe_s = matches!(c, '\'' | '’')
            && text[end..].starts_with('s')
            && !text[end + 1..].starts_with(char::is_alphanumeric);
        if c.is_alphanumeric() || apostrophe_s {
            while let Some(&(next, d)) = chars.peek() {
                let inside = d == '.'
                    && text[..next].ends_with(char::is_uppercase)
                    && text[next + 1..].starts_with(char::is_uppercase);
                let closing = d == '.' && text[at..next].contains('.') && text[..next].ends_with(char::is_uppercase);
                if !(d.is_alphanumeric() || inside || closing) {
                    break;
                }
                end = next + d.len_utf8();
                chars.next();
            }
        }
        spans.push(Span::new(at, end));
    }
    spans
}
