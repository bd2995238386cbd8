//! Quotes as labels of given tokens: Source, Cue and Content in BIO, as attribution corpora have them.

use chancery_text::{Article, Block, BlockKind, Document, Quote, QuoteKind, Segment, Span, Upos};

/// An article whose paragraphs are the sentences, with the place of each of their tokens in its text.
///
/// For text that comes in tokens: parse the article, find its quotes, and give both to [`label_tokens`].
pub fn article_of_tokens(sentences: &[Vec<String>]) -> (Article, Vec<Vec<Span>>) {
    let mut text = String::new();
    let (mut blocks, mut places) = (Vec::new(), Vec::new());
    for sentence in sentences {
        let start = text.len();
        let mut spans = Vec::with_capacity(sentence.len());
        let (mut open, mut after_opening) = (false, false);
        for token in sentence {
            let straight = matches!(token.as_str(), "\"" | "''" | "``");
            let closing = straight && open;
            if text.len() > start && !leans_left(token) && !closing && !after_opening {
                text.push(' ');
            }
            open ^= straight;
            after_opening = straight && open || matches!(token.as_str(), "“" | "‘" | "(");
            spans.push(Span::new(text.len(), text.len() + token.len()));
            text.push_str(token);
        }
        blocks.push(Block { span: Span::new(start, text.len()), kind: BlockKind::Paragraph, segment: 0 });
        places.push(spans);
        text.push_str("\n\n");
    }
    (Article { text, blocks, segments: vec![Segment::default()], ..Article::default() }, places)
}

/// True for what is written without a space before it.
fn leans_left(token: &str) -> bool {
    matches!(token, "." | "," | ";" | ":" | "?" | "!" | "”" | "’" | "'s" | "’s" | "n't" | "n’t" | ")")
}

/// One label a token: `B-Source`, `I-Content`, `O`. Where two quotes claim a token, the first keeps it.
pub fn label_tokens(doc: &Document, quotes: &[Quote], places: &[Vec<Span>]) -> Vec<Vec<String>> {
    let mut labels: Vec<Vec<String>> = places.iter().map(|s| vec!["O".to_string(); s.len()]).collect();
    let mut by_length: Vec<&Quote> = quotes.iter().collect();
    // What tells of a saying goes before what is said in it: the outer quote is labelled.
    by_length.sort_by_key(|q| (std::cmp::Reverse(q.content.span().len()), q.content.span().start));
    for (tokens, labels) in places.iter().zip(&mut labels) {
        let Some(sentence) = tokens.first().zip(tokens.last()).map(|(a, b)| a.cover(*b)) else { continue };
        for quote in by_length.iter().filter(|q| q.content.span().overlaps(sentence)) {
            let content = with_marks(doc.text(), quote, sentence);
            let inner =
                |e: &Option<chancery_text::Evidence>| e.as_ref().map(|e| e.span()).filter(|s| sentence.contains(*s));
            let cue = inner(&quote.cue).map(|c| whole_cue(doc, c, sentence));
            let source = inner(&quote.speaker_text).map(|s| whole_source(s, cue, content));
            let parts = [("Cue", cue), ("Source", source), ("Content", Some(content))];
            if !tokens.iter().zip(labels.iter()).any(|(t, l)| content.overlaps(*t) && l != "O") {
                parts
                    .into_iter()
                    .filter_map(|(name, span)| Some((name, span?)))
                    .for_each(|(name, span)| put(tokens, labels, name, span));
            }
        }
    }
    labels
}

/// A cue with its auxiliaries and adverbs: "has also said".
fn whole_cue(doc: &Document, cue: Span, sentence: Span) -> Span {
    let tokens = doc.tokens_in(cue);
    let mut start = tokens.start;
    let belongs =
        |i: usize| matches!(doc.tokens[i].upos, Upos::Aux | Upos::Adv) && sentence.contains(doc.tokens[i].span);
    while start > 0 && belongs(start - 1) {
        start -= 1;
    }
    doc.tokens.get(start).map_or(cue, |t| t.span.cover(cue))
}

/// A source with what is said of it: everything between its name and a cue that follows.
fn whole_source(source: Span, cue: Option<Span>, content: Span) -> Span {
    match cue {
        Some(cue)
            if source.end <= cue.start
                && cue.start - source.end < MAX_APPOSITION
                && !content.overlaps(Span::new(source.start, cue.start)) =>
        {
            Span::new(source.start, cue.start)
        }
        _ => source,
    }
}

/// A closing mark, or two straight single ones.
const MAX_MARK_BYTES: usize = 3;

/// Bytes between the name of a source and its cue.
const MAX_APPOSITION: usize = 200;

/// The content as corpora mark it: with "that", with its quotation marks, and to the end of a direct sentence.
fn with_marks(text: &str, quote: &Quote, sentence: Span) -> Span {
    let mut span = quote.content.span();
    let before = Span::new(sentence.start.min(span.start), span.start).of(text);
    let trimmed = before.trim_end();
    if trimmed.len() >= 5
        && trimmed.is_char_boundary(trimmed.len() - 5)
        && trimmed[trimmed.len() - 5..].eq_ignore_ascii_case(" that")
    {
        span = Span::new(sentence.start + trimmed.len() - 4, span.end);
    }
    if quote.kind == QuoteKind::Direct {
        let mark = trimmed.chars().next_back().filter(|c| "“\"‘'«`".contains(*c));
        let start = mark.map_or(span.start, |m| sentence.start + trimmed.len() - m.len_utf8());
        let after = text.get(span.end..).unwrap_or_default();
        let closing =
            after.chars().take_while(|c| "”\"’'»".contains(*c)).map(char::len_utf8).sum::<usize>().min(MAX_MARK_BYTES);
        span = Span::new(start.min(span.start), span.end + closing);
    }
    span
}

fn put(tokens: &[Span], labels: &mut [String], name: &str, span: Span) {
    let mut first = true;
    for (token, label) in tokens.iter().zip(labels) {
        if !span.overlaps(*token) {
            continue;
        }
        if label != "O" {
            // An inserted cue keeps its place; the rest is a new stretch.
            first = true;
            continue;
        }
        *label = format!("{}-{name}", if first { 'B' } else { 'I' });
        first = false;
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chancery_text::{Evidence, Stance};

    #[test]
    fn tokens_are_labelled_with_that_and_around_an_inserted_cue() {
        let words = |s: &str| s.split(' ').map(str::to_string).collect::<Vec<_>>();
        let (article, places) = article_of_tokens(&[words("He said that it rained .")]);
        let doc = Document::new(article);
        let text = doc.text().to_string();
        let at = |w: &str| Evidence::new(&text, Span::new(text.find(w).unwrap(), text.find(w).unwrap() + w.len()));
        let quote = Quote {
            content: at("it rained").unwrap(),
            kind: QuoteKind::Indirect,
            speaker: None,
            speaker_text: at("He"),
            cue: at("said"),
            stance: Stance::Assert,
            addressee: None,
            chain: Vec::new(),
        };
        let labels = label_tokens(&doc, &[quote], &places);
        assert_eq!(labels[0], ["B-Source", "B-Cue", "B-Content", "I-Content", "I-Content", "O"]);
    }
}
