//! Builds documents from hand-written CoNLL-U trees, so that the coder is tested without a parser.

use chancery_text::{Article, Block, BlockKind, Document, Rel, Segment, Sentence, Span, Token, Upos, Xpos};

/// One sentence a blank-line block; columns: form, lemma, upos, xpos, head (1-based, 0 = root), rel.
pub fn document(trees: &str) -> Document {
    let mut text = String::new();
    let mut tokens: Vec<Token> = Vec::new();
    let mut sentences = Vec::new();
    for tree in trees.trim().split("\n\n") {
        let first = tokens.len();
        for line in tree.lines().map(str::trim).filter(|l| !l.is_empty()) {
            let columns: Vec<&str> = line.split_whitespace().collect();
            let [form, lemma, upos, xpos, head, rel] = columns[..] else { panic!("six columns wanted: {line}") };
            if !text.is_empty() && upos != "PUNCT" {
                text.push(' ');
            }
            let start = text.len();
            text.push_str(form);
            let head: usize = head.parse().unwrap();
            tokens.push(Token {
                span: Span::new(start, text.len()),
                lemma: lemma.into(),
                upos: Upos::parse(upos).unwrap(),
                xpos: Xpos::parse(xpos).unwrap(),
                head: (head > 0).then(|| first + head - 1),
                rel: Rel::parse(rel).unwrap(),
                glued: false,
            });
        }
        let span = tokens[first].span.cover(tokens[tokens.len() - 1].span);
        sentences.push(Sentence { span, tokens: first..tokens.len(), block: 0 });
    }
    let block = Block { span: Span::new(0, text.len()), kind: BlockKind::Paragraph, segment: 0 };
    let article = Article { text, blocks: vec![block], segments: vec![Segment::default()], ..Article::default() };
    let mut doc = Document::new(article);
    doc.sentences = sentences;
    doc.tokens = tokens;
    doc.index_tree();
    doc
}
