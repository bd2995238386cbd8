//! CoNLL-U, the file format of Universal Dependencies (universaldependencies.org/format.html).
//!
//! [`write()`] prints a document so that its text can be rebuilt: `# newpar`, `# text`, multiword tokens, `SpaceAfter=No`.
//! [`read`] reads a treebank for training and scoring; empty nodes and enhanced graphs are skipped.

use crate::coreference::Chain;
use chancery_text::{Document, Rel, Token, Upos, Xpos};
use std::fmt::Write;
use std::ops::Range;

/// A file that is not CoNLL-U.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct ConlluError {
    /// From 1.
    pub line: usize,
    /// What is wrong.
    pub what: &'static str,
}

/// A sentence of a treebank.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct GoldSentence {
    /// Its words.
    pub words: Vec<GoldWord>,
    /// True where a paragraph or a document begins with it.
    pub new_paragraph: bool,
    /// True where a document begins with it.
    pub new_document: bool,
    /// What words refer to: the name of an entity in its document, and the words (`Entity=` in the last column).
    pub entities: Vec<(String, Range<usize>)>,
}

/// A word of a treebank.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GoldWord {
    /// As written.
    pub form: String,
    /// Dictionary form.
    pub lemma: String,
    /// Universal part of speech.
    pub upos: Upos,
    /// Penn Treebank tag.
    pub xpos: Xpos,
    /// Index of the head in the sentence; `None` for the root.
    pub head: Option<usize>,
    /// Relation; a subtype that English no longer uses is cut off.
    pub rel: Rel,
    /// True where white space follows.
    pub space_after: bool,
    /// True for a later part of a multiword token.
    pub glued: bool,
}

/// Reads a treebank.
///
/// # Errors
/// Where a line has not ten columns or a number is none.
pub fn read(text: &str) -> Result<Vec<GoldSentence>, ConlluError> {
    let mut sentences = Vec::new();
    let mut current = GoldSentence::default();
    // First and last word of the multiword token that is being read, and whether a blank follows it.
    let mut range: Option<(usize, usize, bool)> = None;
    // Entities that began and have not ended.
    let mut open: Vec<(String, usize)> = Vec::new();
    for (i, line) in text.lines().enumerate() {
        let fail = |what| ConlluError { line: i + 1, what };
        if line.is_empty() {
            if !current.words.is_empty() {
                sentences.push(std::mem::take(&mut current));
            }
            current = GoldSentence::default();
            range = None;
            open.clear();
        } else if let Some(comment) = line.strip_prefix('#') {
            let comment = comment.trim_start();
            current.new_paragraph |= comment.starts_with("newpar") || comment.starts_with("newdoc");
            current.new_document |= comment.starts_with("newdoc");
        } else {
            let columns: Vec<&str> = line.split('\t').collect();
            if columns.len() != 10 {
                return Err(fail("a word line has ten columns between tabs"));
            }
            if columns[0].contains('.') {
                continue;
            }
            if let Some((first, last)) = columns[0].split_once('-') {
                let number = |text: &str| text.parse().map_err(|_| fail("a range of words has numbers"));
                range = Some((number(first)?, number(last)?, !columns[9].contains("SpaceAfter=No")));
                continue;
            }
            let id: usize = columns[0].parse().map_err(|_| fail("a word has a number"))?;
            let mut word = word_of(&columns).ok_or_else(|| fail("a head is a number"))?;
            if let Some((first, last, space)) = range.filter(|r| id <= r.1) {
                word.glued = id > first;
                word.space_after = id == last && space;
            }
            current.words.push(word);
            let entity = columns[9].split('|').find_map(|c| c.strip_prefix("Entity="));
            read_entities(entity.unwrap_or_default(), &mut current, &mut open);
        }
    }
    if !current.words.is_empty() {
        sentences.push(current);
    }
    Ok(fix_heads(sentences))
}

/// Reads what begins and ends with the last word of `sentence`: `(12-person-new(3-place-giv)12)`. What comes in several
/// parts is passed over.
fn read_entities(text: &str, sentence: &mut GoldSentence, open: &mut Vec<(String, usize)>) {
    let end = sentence.words.len();
    for part in text.split_inclusive(')').flat_map(split_openings) {
        let begins = part.starts_with('(');
        let id = part.trim_start_matches('(').trim_end_matches(')').split('-').next().unwrap_or_default();
        if id.is_empty() || id.contains('[') {
            continue;
        }
        if begins {
            open.push((id.to_string(), end - 1));
        }
        if part.ends_with(')')
            && let Some(at) = open.iter().rposition(|(o, _)| o == id)
        {
            let (id, start) = open.remove(at);
            sentence.entities.push((id, start..end));
        }
    }
}

/// `(1-a(2-b)` as `(1-a` and `(2-b)`.
fn split_openings(text: &str) -> impl Iterator<Item = &str> {
    let starts: Vec<usize> = text.match_indices('(').map(|m| m.0).collect();
    let first = (starts.first() != Some(&0)).then_some(0);
    let starts: Vec<usize> = first.into_iter().chain(starts).collect();
    let ends = starts.clone().into_iter().skip(1).chain([text.len()]);
    starts.into_iter().zip(ends).map(|(a, b)| &text[a..b])
}

fn word_of(columns: &[&str]) -> Option<GoldWord> {
    let head: usize = if columns[6] == "_" { 0 } else { columns[6].parse().ok()? };
    let rel = columns[7];
    Some(GoldWord {
        form: columns[1].to_string(),
        lemma: columns[2].to_string(),
        upos: Upos::parse(columns[3]).unwrap_or_default(),
        xpos: Xpos::parse(columns[4]).unwrap_or_default(),
        head: head.checked_sub(1),
        rel: Rel::parse(rel).or_else(|| Rel::parse(rel.split(':').next().unwrap_or(rel))).unwrap_or_default(),
        space_after: !columns[9].contains("SpaceAfter=No"),
        glued: false,
    })
}

/// A head outside the sentence counts as the root.
fn fix_heads(mut sentences: Vec<GoldSentence>) -> Vec<GoldSentence> {
    for sentence in &mut sentences {
        let n = sentence.words.len();
        for word in &mut sentence.words {
            word.head = word.head.filter(|&h| h < n);
        }
    }
    sentences
}

/// Prints a document.
pub fn write(document: &Document) -> String {
    write_marked(document, &[])
}

/// Prints a document with what its words refer to: `Entity=(e1` where a reference begins, `e1)` where it ends (CorefUD).
pub fn write_with_chains(document: &Document, chains: &[Chain]) -> String {
    let mut marks = vec![String::new(); document.tokens.len()];
    let numbered = chains.iter().zip(1..).flat_map(|(c, n)| c.references.iter().map(move |r| (&r.tokens, n)));
    let mut places: Vec<(&Range<usize>, usize)> = numbered.collect();
    places.sort_by_key(|(tokens, n)| (tokens.start, std::cmp::Reverse(tokens.end), *n));
    for (tokens, n) in &places {
        let _ = write!(marks[tokens.start], "(e{n}{}", if tokens.len() == 1 { ")" } else { "" });
    }
    for (tokens, n) in places.iter().rev().filter(|p| p.0.len() > 1) {
        let _ = write!(marks[tokens.end - 1], "e{n})");
    }
    format!("# global.Entity = eid\n{}", write_marked(document, &marks))
}

/// `entities`: what to print of each token, or nothing at all.
fn write_marked(document: &Document, entities: &[String]) -> String {
    let mut out = String::new();
    let mut block = None;
    for (number, sentence) in document.sentences.iter().enumerate() {
        if block != Some(sentence.block) {
            out.push_str("# newpar\n");
            block = Some(sentence.block);
        }
        let _ = writeln!(out, "# sent_id = {}", number + 1);
        let _ = writeln!(out, "# text = {}", one_line(sentence.span.of(document.text())));
        write_words(document, number, entities, &mut out);
        out.push('\n');
    }
    out
}

fn write_words(document: &Document, number: usize, entities: &[String], out: &mut String) {
    let tokens = document.sentences[number].tokens.clone();
    let mut at = tokens.start;
    while at < tokens.end {
        let end = (at + 1..tokens.end).find(|&j| !document.tokens[j].glued).unwrap_or(tokens.end);
        let misc = if space_follows(document, end) { "_" } else { "SpaceAfter=No" };
        if end - at > 1 {
            let whole = document.tokens[at].span.cover(document.tokens[end - 1].span);
            let form = one_line(whole.of(document.text()));
            let _ = writeln!(
                out,
                "{}-{}\t{form}{}{misc}",
                at - tokens.start + 1,
                end - tokens.start,
                "\t_".repeat(7) + "\t"
            );
        }
        for i in at..end {
            let misc = if end - at > 1 { "_" } else { misc };
            match entities.get(i).filter(|e| !e.is_empty()) {
                Some(entity) if misc == "_" => write_word(document, &tokens, i, &format!("Entity={entity}"), out),
                Some(entity) => write_word(document, &tokens, i, &format!("Entity={entity}|{misc}"), out),
                None => write_word(document, &tokens, i, misc, out),
            }
        }
        at = end;
    }
}

fn write_word(document: &Document, sentence: &Range<usize>, i: usize, misc: &str, out: &mut String) {
    let Token { lemma, upos, xpos, head, rel, .. } = &document.tokens[i];
    let head = head.map_or(0, |h| h - sentence.start + 1);
    let form = one_line(document.form(i));
    let lemma = if lemma.is_empty() { "_".to_string() } else { one_line(lemma) };
    let _ = writeln!(out, "{}\t{form}\t{lemma}\t{upos}\t{xpos}\t_\t{head}\t{rel}\t_\t{misc}", i - sentence.start + 1);
}

/// Whether blank text stands before token `next`; at a paragraph's end it does.
fn space_follows(document: &Document, next: usize) -> bool {
    match (next.checked_sub(1).and_then(|i| document.tokens.get(i)), document.tokens.get(next)) {
        (Some(token), Some(next)) => token.span.end < next.span.start,
        _ => true,
    }
}

fn one_line(text: &str) -> String {
    text.chars().map(|c| if c.is_control() || c == '\u{2028}' || c == '\u{2029}' { ' ' } else { c }).collect()
}
