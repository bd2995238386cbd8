//! Passages in which the parts of attributions are marked: `{S|the minister} {C|said} {T|that talks went on}`.
//!
//! A passage a line; `S` marks a source, `C` a cue, `T` a content; marks do not nest.

use super::relate::one_paragraph;
use anyhow::{Result, bail};
use chancery::Language;
use chancery::text::Span;

/// Sentences of tokens, and their labels in BIO.
pub type LabelledSentences = (Vec<Vec<String>>, Vec<Vec<String>>);

/// Reads the passages of a file.
///
/// # Errors
/// Where a mark is unknown, nested or not closed; the line is named.
pub fn read(language: &Language, text: &str) -> Result<LabelledSentences> {
    let (mut tokens, mut labels) = LabelledSentences::default();
    for (number, line) in text.lines().enumerate().filter(|(_, l)| !l.trim().is_empty() && !l.starts_with('#')) {
        let Some((plain, marks)) = unmarked(line) else {
            bail!("line {}: a mark is {{S|…}}, {{C|…}} or {{T|…}}, and none stands in another", number + 1);
        };
        let doc = language.parse(one_paragraph(&plain));
        for sentence in &doc.sentences {
            let places = sentence.tokens.clone();
            tokens.push(places.clone().map(|t| doc.form(t).to_string()).collect());
            labels.push(places.map(|t| label(doc.tokens[t].span, &marks)).collect());
        }
    }
    Ok((tokens, labels))
}

/// The text without its marks, and where they stood.
fn unmarked(line: &str) -> Option<(String, Vec<(Span, &'static str)>)> {
    let mut plain = String::with_capacity(line.len());
    let mut marks = Vec::new();
    let mut open: Option<(usize, &'static str)> = None;
    let mut rest = line.trim();
    while let Some(c) = rest.chars().next() {
        match c {
            '{' => {
                let kind = KINDS.iter().find(|(mark, _)| rest[1..].starts_with(mark)).filter(|_| open.is_none())?;
                open = Some((plain.len(), kind.1));
                rest = &rest[3..];
            }
            '}' => {
                let (start, kind) = open.take()?;
                marks.push((Span::new(start, plain.len()), kind));
                rest = &rest[1..];
            }
            _ => {
                plain.push(c);
                rest = &rest[c.len_utf8()..];
            }
        }
    }
    open.is_none().then_some((plain, marks))
}

const KINDS: [(&str, &str); 3] = [("S|", "Source"), ("C|", "Cue"), ("T|", "Content")];

fn label(token: Span, marks: &[(Span, &'static str)]) -> String {
    let inside = marks.iter().find(|(span, _)| span.start <= token.start && token.start < span.end);
    match inside {
        Some((span, kind)) if span.start == token.start => format!("B-{kind}"),
        Some((_, kind)) => format!("I-{kind}"),
        None => "O".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chancery::Data;

    #[test]
    fn marks_become_labels_of_tokens() {
        let language = Language::load(&Data::embedded()).unwrap();
        let (tokens, labels) =
            read(&language, "# own\n{S|Ana Ruiz} {C|said} {T|the bridge is shut}. It is old.\n").unwrap();
        assert_eq!(tokens[0], ["Ana", "Ruiz", "said", "the", "bridge", "is", "shut", "."]);
        let wanted = ["B-Source", "I-Source", "B-Cue", "B-Content", "I-Content", "I-Content", "I-Content", "O"];
        assert_eq!(labels[0], wanted);
        assert_eq!(labels[1], ["O", "O", "O", "O"]);
    }

    #[test]
    fn a_broken_mark_is_named_with_its_line() {
        let language = Language::load(&Data::embedded()).unwrap();
        for wrong in ["{S|Ana", "{X|Ana}", "{S|Ana {C|said}}", "Ana}"] {
            let error = read(&language, &format!("fine\n{wrong}")).unwrap_err().to_string();
            assert!(error.contains("line 2"), "{error}");
        }
    }
}
