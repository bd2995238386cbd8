//! Documents without a model: words between white space and punctuation, sentences that end in a full stop.

use chancery_text::{
    Article, Block, BlockKind, Document, PartialDate, Rel, Segment, Sentence, Span, Token, Upos, Xpos,
};

/// A document whose tokens have no tags and no heads.
pub fn document(text: &str, date: Option<PartialDate>) -> Document {
    let span = Span::new(0, text.len());
    let article = Article {
        text: text.into(),
        date,
        blocks: vec![Block { span, kind: BlockKind::Paragraph, segment: 0 }],
        segments: vec![Segment::default()],
        ..Article::default()
    };
    let mut doc = Document::new(article);
    doc.tokens = tokens(text);
    let mut start = 0;
    for i in 0..doc.tokens.len() {
        if doc.form(i) == "." || i + 1 == doc.tokens.len() {
            let span = doc.tokens[start].span.cover(doc.tokens[i].span);
            doc.sentences.push(Sentence { span, tokens: start..i + 1, block: 0 });
            start = i + 1;
        }
    }
    doc.index_tree();
    doc
}

fn tokens(text: &str) -> Vec<Token> {
    let mut spans = Vec::new();
    let mut at = 0;
    for word in text.split_whitespace() {
        let start = at + text[at..].find(word).expect("a word of the text");
        at = start + word.len();
        split(word, start, &mut spans);
    }
    spans.iter().map(|&span| token(text, span)).collect()
}

fn split(word: &str, start: usize, spans: &mut Vec<Span>) {
    let short = word == "Feb.";
    if let Some(rest) = word.strip_prefix(['(', '"']) {
        spans.push(Span::new(start, start + 1));
        return split(rest, start + 1, spans);
    }
    let cut = if short { word.len() } else { word.trim_end_matches([',', '.', ')', ';', '"']).len() };
    let stem = &word[..cut];
    let inside = stem.strip_suffix("'s").filter(|s| !s.ends_with('0')).unwrap_or(stem).len();
    for (a, b) in [(0, inside), (inside, cut)] {
        if b > a {
            spans.push(Span::new(start + a, start + b));
        }
    }
    spans.extend((cut..word.len()).map(|i| Span::new(start + i, start + i + 1)));
}

fn token(text: &str, span: Span) -> Token {
    Token {
        span,
        lemma: span.of(text).to_lowercase(),
        upos: Upos::X,
        xpos: Xpos::Unknown,
        head: None,
        rel: Rel::Dep,
        glued: false,
    }
}
