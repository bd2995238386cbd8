//! The scores as tables, for a screen or for a paper.

use crate::bootstrap::Figure;
use crate::grid::Grid;
use crate::pairs::PairScores;
use crate::scores::{Confusion, EventScores, TypeScores};
use std::fmt::Write;

/// How tables are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Layout {
    /// Columns in line.
    Table,
    /// Markdown.
    Markdown,
}

/// The tables of events in texts.
pub fn texts_report(scores: &EventScores, layout: Layout) -> String {
    let mut out = String::new();
    title(&mut out, "Events", layout);
    let EventScores { texts, gold, core, coded, .. } = scores;
    let left_out = if gold == core { String::new() } else { format!(", {core} of them asked for") };
    let _ = writeln!(out, "{texts} texts, {gold} events in the gold{left_out}, {coded} coded.\n");
    let mut grid = Grid::new(&["right", "precision", "recall", "F1"]);
    for level in &scores.levels {
        grid.row(vec![level.name.to_string(), shown(level.precision), shown(level.recall), shown(level.f1)]);
    }
    out.push_str(&written(&grid, layout));
    let mut grid = Grid::new(&["of those with type and both parties", "right", "of"]);
    grid.row(vec!["status".into(), shown(scores.status), scores.status_of.to_string()]);
    grid.row(vec!["date".into(), shown(scores.date), scores.date_of.to_string()]);
    let _ = write!(out, "\n{}", written(&grid, layout));
    by_type(&mut out, "Events by type", "type", &scores.types, layout);
    confusion(&mut out, "Types of events with words in common", &scores.confusion, layout);
    out
}

/// The tables of marked pairs.
pub fn pairs_report(scores: &PairScores, layout: Layout) -> String {
    let mut out = String::new();
    title(&mut out, "Marked pairs", layout);
    let _ = writeln!(out, "{} pairs in {} sentences.\n", scores.pairs, scores.sentences);
    let mut grid = Grid::new(&["measure", "figure"]);
    grid.row(vec!["accuracy".into(), shown(scores.accuracy)]);
    grid.row(vec!["macro-F1".into(), shown(scores.macro_f1)]);
    out.push_str(&written(&grid, layout));
    by_type(&mut out, "Pairs by label", "label", &scores.labels, layout);
    confusion(&mut out, "Labels", &scores.confusion, layout);
    out
}

fn by_type(out: &mut String, name: &str, first: &str, types: &[TypeScores], layout: Layout) {
    out.push('\n');
    title(out, name, layout);
    let mut grid = Grid::new(&[first, "gold", "coded", "precision", "recall", "F1"]);
    for t in types {
        let counts = [t.gold, t.coded].map(|n| n.to_string());
        let figures = [t.precision, t.recall, t.f1].map(shown);
        grid.row([t.event_type.clone()].into_iter().chain(counts).chain(figures).collect());
    }
    out.push_str(&written(&grid, layout));
}

/// A row for each type of the gold, a column for each coded one; names of columns are cut as short as keeps them apart.
fn confusion(out: &mut String, name: &str, confusion: &Confusion, layout: Layout) {
    let name = format!("{name}: rows are the gold, columns what was coded");
    out.push('\n');
    title(out, &name, layout);
    let labels = cut(&confusion.labels);
    let header: Vec<&str> = std::iter::once("gold").chain(labels.iter().map(String::as_str)).collect();
    let mut grid = Grid::new(&header);
    for (label, counts) in confusion.labels.iter().zip(&confusion.counts) {
        let counts = counts.iter().map(|n| if *n == 0 { "·".to_string() } else { n.to_string() });
        grid.row(std::iter::once(label.clone()).chain(counts).collect());
    }
    out.push_str(&written(&grid, layout));
}

const SHORTEST: usize = 4;

fn cut(labels: &[String]) -> Vec<String> {
    let longest = labels.iter().map(|l| l.chars().count()).max().unwrap_or(0);
    let at = |n: usize| labels.iter().map(|l| l.chars().take(n).collect()).collect::<Vec<String>>();
    let is_apart = |cut: &[String]| cut.iter().collect::<std::collections::BTreeSet<_>>().len() == cut.len();
    (SHORTEST..longest).map(at).find(|cut| is_apart(cut)).unwrap_or_else(|| labels.to_vec())
}

/// `.812 [.744, .871]`; a dash where there is nothing to count.
fn shown(figure: Figure) -> String {
    let digits = |value: f64| match format!("{value:.3}") {
        text if text.starts_with("0.") => text[1..].to_string(),
        text => text,
    };
    match (figure.value, figure.low, figure.high) {
        (None, ..) => "–".into(),
        (Some(value), Some(low), Some(high)) => format!("{} [{}, {}]", digits(value), digits(low), digits(high)),
        (Some(value), ..) => digits(value),
    }
}

fn written(grid: &Grid, layout: Layout) -> String {
    match layout {
        Layout::Table => grid.text(),
        Layout::Markdown => grid.markdown(),
    }
}

fn title(out: &mut String, name: &str, layout: Layout) {
    let _ = match layout {
        Layout::Table => writeln!(out, "{name}"),
        Layout::Markdown => writeln!(out, "## {name}\n"),
    };
}
