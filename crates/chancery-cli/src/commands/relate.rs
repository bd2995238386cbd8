//! `chancery relate`: the event between the marked parties of each row.

use super::validate;
use crate::args::{EventsTrainingArgs, RelateArgs};
use crate::{Outcome, output};
use anyhow::{Context, Result, bail};
use chancery::text::{Article, Block, BlockKind, Segment, Span};
use chancery::{Coder, Data, Language, train_naming};
use serde_json::json;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Prints one JSON line a row of the file.
pub fn run(data: &Data, flags: &RelateArgs) -> Result<Outcome> {
    let language = Language::load(data)?;
    let mut coder = Coder::load(data)?;
    if let Some(careful) = super::careful::load_if(flags.careful, data)? {
        coder.ask(careful.reader);
    }
    let mut out = output::stdout();
    for [marked] in columns(&flags.file, ["marked_sentence"])? {
        let marked = Marked::read(&unquote(&marked));
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

/// Trains the naming of pairs on tables and on gold in JSON lines, and prints what cross-validation says.
pub fn train(data: &Data, flags: &EventsTrainingArgs) -> Result<()> {
    let language = Language::load(data)?;
    let coder = Coder::of_rules(data)?;
    let mut samples = Vec::new();
    for file in training_files(flags)? {
        let pairs = match ending(&file).as_deref() {
            Some("jsonl") => validate::marked_pairs(data, &language, &coder, &file, flags.texts.as_deref())?,
            _ => table_of_pairs(&file)?,
        };
        for (root, marked) in pairs {
            let document = language.parse(one_paragraph(&marked.text));
            samples.push((coder.sample(&document, marked.actor, marked.recipient), root, fold_key(&marked.text)));
        }
        eprintln!("chancery: {}: {} pairs so far", file.display(), samples.len());
    }
    if samples.is_empty() {
        bail!("{}: no pair to train on", flags.from.display());
    }
    let taught = flags.labelled.as_deref().map(|folder| super::careful::taught(data, folder)).transpose()?;
    let (weights, with_model, rules) = train_naming(&samples, &taught.unwrap_or_default());
    for (name, scores) in [("rules alone", rules), ("rules and model", with_model)] {
        eprintln!("chancery: {name}: accuracy {:.4}, macro-F1 {:.4}", scores.accuracy, scores.macro_f1);
    }
    output::write_weights(&flags.out, "events.bin", &weights)
}

pub fn table_of_pairs(file: &Path) -> Result<Vec<(String, Marked)>> {
    let rows = columns(file, ["root", "marked_sentence"])?;
    Ok(rows.into_iter().map(|[root, marked]| (root, Marked::read(&unquote(&marked)))).collect())
}

/// The ending of a file's name, in small letters.
pub fn ending(file: &Path) -> Option<String> {
    file.extension().map(|e| e.to_string_lossy().to_lowercase())
}

/// The one file that is given, or the tables and gold files of the folder.
fn training_files(flags: &EventsTrainingArgs) -> Result<Vec<PathBuf>> {
    if flags.from.is_file() {
        return Ok(vec![flags.from.clone()]);
    }
    files(&flags.from, &flags.without, &["tsv", "jsonl"], "no table (*.tsv) or gold (*.jsonl) to train on")
}

/// The files of a folder with these endings, in order of name.
pub fn files(folder: &Path, without: &[String], endings: &[&str], missing: &str) -> Result<Vec<PathBuf>> {
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))?;
    let mut all: Vec<PathBuf> = entries.flatten().map(|e| e.path()).collect();
    let name = |p: &PathBuf| p.file_name().unwrap_or_default().to_string_lossy().into_owned();
    let is_wanted = |p: &PathBuf| ending(p).is_some_and(|e| endings.contains(&e.as_str()));
    all.retain(|p| is_wanted(p) && !without.iter().any(|w| name(p).starts_with(w.as_str())));
    all.sort();
    if all.is_empty() {
        bail!("{}: {missing}", folder.display());
    }
    Ok(all)
}

/// The same for every row of one sentence.
pub fn fold_key(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(b)).wrapping_mul(0x0100_0000_01b3)) >> 7
}

/// The named columns of a table whose first line names them.
pub fn columns<const N: usize>(file: &Path, names: [&str; N]) -> Result<Vec<[String; N]>> {
    let text = output::read_text(file)?;
    let mut lines = text.lines();
    let header: Vec<&str> = lines.next().unwrap_or_default().split('\t').collect();
    let mut places = [0; N];
    for (place, name) in places.iter_mut().zip(names) {
        let Some(found) = header.iter().position(|h| *h == name) else {
            bail!("{}: line 1 names no column {name}; the first line must name the columns", file.display());
        };
        *place = found;
    }
    let mut rows = Vec::new();
    for (number, line) in lines.enumerate() {
        let cells: Vec<&str> = line.split('\t').collect();
        if let Some(missing) = places.iter().find(|&&p| p >= cells.len()) {
            bail!("{}: line {} has no column {}", file.display(), number + 2, missing + 1);
        }
        rows.push(places.map(|p| cells[p].to_string()));
    }
    Ok(rows)
}

/// Undoes the quoting of a cell that holds quotation marks.
pub fn unquote(cell: &str) -> String {
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
pub struct Marked {
    /// The sentence.
    pub text: String,
    /// Who does it; empty where nobody is marked.
    pub actor: Span,
    /// To whom.
    pub recipient: Span,
}

impl Marked {
    /// Takes the tags out; where a tag occurs more than once, the first counts.
    pub fn read(marked: &str) -> Self {
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
