use super::cases::language;
use super::coreference::resolver;
use chancery_lang::{conllu, plain_article};
use chancery_text::{Article, Block, BlockKind, Document, Segment, Span};
use proptest::prelude::*;

/// What must hold of every document.
fn check(document: &Document) {
    let text = document.text();
    let mut last = 0;
    for token in &document.tokens {
        assert!(!token.span.is_empty() && token.span.start >= last && token.span.end <= text.len(), "{token:?}");
        assert!(text.is_char_boundary(token.span.start) && text.is_char_boundary(token.span.end));
        last = token.span.end;
    }
    let mut next = 0;
    for sentence in &document.sentences {
        assert_eq!(sentence.tokens.start, next);
        assert!(!sentence.tokens.is_empty() && sentence.tokens.len() <= 410);
        next = sentence.tokens.end;
        check_tree(document, sentence.tokens.clone());
        assert!(document.article.blocks[sentence.block].span.contains(sentence.span));
    }
    assert_eq!(next, document.tokens.len());
}

/// One root, no cycle, no arc out of the sentence.
fn check_tree(document: &Document, tokens: std::ops::Range<usize>) {
    let roots = tokens.clone().filter(|&i| document.tokens[i].head.is_none()).count();
    assert_eq!(roots, 1);
    for i in tokens.clone() {
        let mut at = i;
        for _ in 0..=tokens.len() {
            let Some(head) = document.tokens[at].head else { break };
            assert!(tokens.contains(&head));
            at = head;
        }
        assert!(document.tokens[at].head.is_none(), "a cycle at {i}");
    }
}

/// Every character that shows is in exactly one token.
fn check_cover(document: &Document) {
    let shown =
        |s: &str| s.chars().filter(|c| !c.is_whitespace() && !c.is_control() && !is_hidden(*c)).collect::<String>();
    let tokens: String = document.tokens.iter().map(|t| shown(t.span.of(document.text()))).collect();
    let blocks: String = document.article.blocks.iter().map(|b| shown(b.span.of(document.text()))).collect();
    assert_eq!(tokens, blocks);
}

fn is_hidden(c: char) -> bool {
    matches!(c, '\u{200b}'..='\u{200f}' | '\u{2060}' | '\u{feff}' | '\u{202a}'..='\u{202e}')
}

fn parse(text: &str) -> Document {
    let document = language().parse(plain_article(text));
    check(&document);
    check_cover(&document);
    document
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn any_text_gives_a_document(text in "\\PC{0,200}") {
        parse(&text);
    }

    #[test]
    fn any_marks_give_a_document(text in "[a-zA-Z0-9 .,!?'’‘“”\"()\\-–—/:;$%&…\u{a0}\u{ad}\n\t\u{0}中é🙂]{0,120}") {
        parse(&text);
    }

    #[test]
    fn what_is_printed_gives_the_same_words(text in "[a-zA-Z .,!?'’“”\"()\\-\n]{0,120}") {
        let document = parse(&text);
        let read = conllu::read(&conllu::write(&document)).unwrap();
        let forms: Vec<&str> = read.iter().flat_map(|s| &s.words).map(|w| w.form.as_str()).collect();
        let expected: Vec<&str> = (0..document.tokens.len()).map(|i| document.form(i)).collect();
        prop_assert_eq!(forms, expected);
        let glued: Vec<bool> = read.iter().flat_map(|s| &s.words).map(|w| w.glued).collect();
        prop_assert_eq!(glued, document.tokens.iter().map(|t| t.glued).collect::<Vec<_>>());
    }
}

#[test]
fn a_very_long_sentence_is_cut_with_a_note() {
    let document = parse(&"war and peace ".repeat(7_000));
    assert!(document.sentences.len() > 40 && document.tokens.len() == 21_000);
    assert!(document.article.notes.iter().any(|n| n.code == "L001"));
    parse(&"A".repeat(100_000));
    parse(&"é'".repeat(2_000));
    parse(&"envoysmetinRome.Theytalked,thenleft;".repeat(500));
}

#[test]
fn odd_texts_give_documents() {
    for text in [
        "",
        " ",
        "\n\n\n",
        "中国外交部长访问莫斯科。他会见了普京。",
        "ALL CAPITALS MEET IN ROME. THEY TALK.",
        "🙂🙂 🙂",
        "Envoys🙂met 🇺🇳 in Rome👩‍👩‍👧.",
        "The minister Сергей Лавров met 王毅 in Rome; «хорошо», he said.",
        "\u{7}Envoys\u{8} met\u{1b}[0m in\u{0} Rome\u{85}.\u{9c}",
        "THE PRESIDENT OF PERU ARRIVED IN LIMA ON MONDAY AND MET THE ENVOYS OF CHILE",
        "envoysmetinromeandtalkedforhours",
        "\u{0}\u{1}x",
        "...",
        "'",
        "’’’",
        "--",
        "s'",
        "''s",
    ] {
        let document = parse(text);
        resolver().find_chains(&document);
    }
}

#[test]
fn given_words_keep_their_places() {
    let gold = conllu::read(&conllu::write(&parse("They didn't meet. “Why?” he asked.\n\nNobody knew."))).unwrap();
    let document = language().parse_words(&gold);
    assert_eq!(document.text().trim_end(), "They didn't meet. “Why?” he asked. Nobody knew.");
    assert_eq!((document.sentences.len(), document.article.blocks.len()), (gold.len(), 2));
    check(&document);
    let long = conllu::GoldSentence { words: vec![gold[0].words[0].clone(); 1_000], ..Default::default() };
    check(&language().parse_words(&[long]));
    assert!(language().parse_words(&[]).tokens.is_empty());
}

#[test]
fn credits_are_not_parsed_and_titles_are_one_sentence() {
    let text = "Envoys meet. Talks fail\nBy A. Writer\nThey left.";
    let kinds = [(0, 23, BlockKind::Title), (24, 36, BlockKind::Credit), (37, 47, BlockKind::Paragraph)];
    let blocks = kinds.map(|(a, b, kind)| Block { span: Span::new(a, b), kind, segment: 0 });
    let article = Article {
        text: text.into(),
        blocks: blocks.to_vec(),
        segments: vec![Segment::default()],
        ..Article::default()
    };
    let document = language().parse(article);
    check(&document);
    assert_eq!(document.sentences.iter().map(|s| s.block).collect::<Vec<_>>(), [0, 2]);
}

#[test]
fn the_same_text_gives_the_same_document() {
    let text = "The envoys of Mali and Togo met in Rome. “We agreed,” one said; they’ll sign on 3 May.";
    assert_eq!(conllu::write(&parse(text)), conllu::write(&parse(text)));
}
