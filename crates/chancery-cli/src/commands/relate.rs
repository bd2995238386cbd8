//! `chancery relate`: the event between the marked parties of each row.

use crate::{Outcome, output};
use anyhow::{Context, Result, bail};
use chancery::text::{Article, Block, BlockKind, Segment, Span};
use chancery::{Coder, Data, Language};
use serde_json::json;
use std::io::Write;
use std::path::Path;

/// Prints one JSON line a row of the file.
pub fn run(data: &Data, file: &Path) -> Result<Outcome> {
    let text = output::read_text(file)?;
    let mut lines = text.lines();
    let header = lines.next().unwrap_or_default();
    let Some(column) = header.split('\t').position(|name| name == "marked_sentence") else {
        bail!("{}: line 1 names no column marked_sentence; the first line must name the columns", file.display());
    };
    let language = Language::load(data)?;
    let coder = Coder::load(data)?;
    let mut out = output::stdout();
    for (number, line) in lines.enumerate() {
        let cell = line.split('\t').nth(column);
        let marked =
            cell.with_context(|| format!("{}: line {} has no column {}", file.display(), number + 2, column + 1))?;
        let marked = Marked::read(&unquote(marked));
        let relation = coder.relate(&language.parse(one_paragraph(&marked.text)), marked.actor, marked.recipient);
        let line = json!({
            "type": relation.event_type,
            "mode": relation.mode,
            "status": relation.status.as_str(),
            "root": relation.root,
            "confidence": relation.confidence,
            "why": relation.why,
        });
        output::json_line(&mut out, &line)?;
    }
    out.flush()?;
    Ok(Outcome::Done)
}

/// Undoes the quoting of a cell that holds quotation marks.
fn unquote(cell: &str) -> String {
    match cell.strip_prefix('"').and_then(|c| c.strip_suffix('"')) {
        Some(inside) => inside.replace("\"\"", "\""),
        None => cell.to_string(),
    }
}

/// An article of one paragraph.
pub fn one_paragraph(text: &str) -> Article {
    let block = Block { span: Span::new(0, text.len()), kind: BlockKind::Paragraph, segment: 0 };
    Article { text: text.into(), blocks: vec![block], segments: vec![Segment::default()], ..Article::default() }
}

/// A sentence without its marks, and where they stood.
#[derive(Debug, PartialEq, Eq)]
struct Marked {
    text: String,
    actor: Span,
    recipient: Span,
}

impl Marked {
    /// Takes the tags out; where a tag occurs more than once, the first counts.
    fn read(marked: &str) -> Self {
        let mut text = String::with_capacity(marked.len());
        let mut spans: [Option<Span>; 2] = [None, None];
        let mut open = [0usize; 2];
        let mut rest = marked;
        while !rest.is_empty() {
            let tag = TAGS.iter().enumerate().find(|(_, tag)| rest.starts_with(**tag));
            let Some((i, tag)) = tag else {
                let width = rest.chars().next().map_or(1, char::len_utf8);
                text.push_str(&rest[..width]);
                rest = &rest[width..];
                continue;
            };
            let party = i / 2;
            if i % 2 == 0 {
                open[party] = text.len();
            } else if spans[party].is_none() {
                spans[party] = Some(Span::new(open[party], text.len()));
            }
            rest = &rest[tag.len()..];
        }
        Marked { text, actor: spans[0].unwrap_or_default(), recipient: spans[1].unwrap_or_default() }
    }
}

const TAGS: [&str; 4] = ["<s>", "</s>", "<t>", "</t>"];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_first_of_two_tags_counts() {
        let marked = Marked::read("<s>Oslo</s> thanked <t>Rome</t> and <t>Bonn</t>.");
        assert_eq!(marked.text, "Oslo thanked Rome and Bonn.");
        assert_eq!(marked.actor.of(&marked.text), "Oslo");
        assert_eq!(marked.recipient.of(&marked.text), "Rome");
    }
}
