//! Lines on a page to paragraphs.
//!
//! A PDF knows where letters stand and nothing of paragraphs. A paragraph ends where the gap below a line is wider than
//! usual, the letters change their size, a line is indented, or a short line ends a sentence. Over the edge of a page or a
//! column a sentence goes on.

/// A line as it stands on a page.
#[derive(Debug, Clone, PartialEq, Default)]
pub(crate) struct Line {
    /// Its words.
    pub text: String,
    /// The page, from 1.
    pub page: u32,
    /// Distance of its base line from the page's lower edge, in points.
    pub y: f64,
    /// Where it begins.
    pub left: f64,
    /// Where it ends.
    pub right: f64,
    /// Size of its letters.
    pub size: f64,
}

/// Letters whose sizes differ less are of one size.
const SAME_SIZE: f64 = 0.12;
/// So much wider than usual is the gap between paragraphs.
const WIDE_GAP: f64 = 1.2;
/// Usual distance of lines, in sizes of letters, where a document has too few to tell.
const USUAL_LEADING: f64 = 1.4;
/// A line that ends so many letters before the margin is short.
const SHORT_BY: f64 = 6.0;
/// So many lines before and behind show where the margin is.
const LINES_AROUND: usize = 50;

/// The paragraphs, an empty line between.
pub(crate) fn paragraphs(lines: &[Line]) -> String {
    let leading = leading(lines);
    let mut text = String::new();
    let mut before: Option<usize> = None;
    for (at, line) in lines.iter().enumerate().filter(|(_, l)| !l.text.trim().is_empty()) {
        let ends = |last: usize| ends_paragraph(&lines[last], line, leading, margin(lines, last));
        match before {
            None => {}
            Some(last) if ends(last) => text.push_str("\n\n"),
            Some(_) if is_broken_word(&text, line) => drop(text.pop()),
            Some(_) => text.push(' '),
        }
        text.push_str(line.text.trim());
        before = Some(at);
    }
    text
}

/// The usual distance from line to line, in sizes of letters.
fn leading(lines: &[Line]) -> f64 {
    let gap = |pair: &[Line]| (pair[0].y - pair[1].y) / pair[0].size;
    let same = |pair: &&[Line]| pair[0].page == pair[1].page && same_size(&pair[0], &pair[1]);
    let mut gaps: Vec<f64> = lines.windows(2).filter(same).map(gap).filter(|g| (0.8..3.0).contains(g)).collect();
    gaps.sort_by(f64::total_cmp);
    gaps.get(gaps.len() / 2).copied().unwrap_or(USUAL_LEADING)
}

/// Where the lines around this one end at most: those of its page that begin where it begins.
fn margin(lines: &[Line], at: usize) -> f64 {
    let line = &lines[at];
    let beside = |l: &&Line| l.page == line.page && (l.left - line.left).abs() < 2.0 * line.size;
    let near = &lines[at.saturating_sub(LINES_AROUND)..lines.len().min(at + LINES_AROUND)];
    near.iter().filter(beside).map(|l| l.right).fold(line.right, f64::max)
}

fn ends_paragraph(last: &Line, next: &Line, leading: f64, margin: f64) -> bool {
    if !same_size(last, next) {
        return true;
    }
    let gap = last.y - next.y;
    // A cell of the same row, or a line below on the same page, or a new page or column.
    if last.page == next.page && gap.abs() < 0.3 * last.size {
        return true;
    }
    if last.page != next.page || gap < 0.0 || gap > 10.0 * last.size {
        return ends_sentence(&last.text);
    }
    let is_short = last.right < margin - SHORT_BY * 0.5 * last.size;
    let is_indented = next.left > last.left + 0.8 * last.size;
    gap > WIDE_GAP * leading * last.size || (is_short || is_indented) && ends_sentence(&last.text)
}

fn same_size(a: &Line, b: &Line) -> bool {
    (a.size - b.size).abs() <= SAME_SIZE * a.size.max(b.size)
}

fn ends_sentence(text: &str) -> bool {
    let text = text.trim_end().trim_end_matches(['”', '"', '’', '\'', ')', ']', '»']);
    text.ends_with(['.', '!', '?', ':', '…'])
}

/// True where a word goes on in the next line behind a hyphen.
fn is_broken_word(text: &str, next: &Line) -> bool {
    let mut end = text.chars().rev();
    match (end.next(), end.next()) {
        (Some('\u{ad}'), _) => true,
        (Some('-'), Some(c)) if c.is_lowercase() => next.text.trim_start().starts_with(char::is_lowercase),
        _ => false,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn line(y: f64, left: f64, right: f64, text: &str) -> Line {
        Line { text: text.into(), page: 1, y, left, right, size: 10.0 }
    }

    #[test]
    fn lines_join_and_paragraphs_part() {
        let mut lines = vec![
            Line { size: 16.0, ..line(700.0, 50.0, 200.0, "Leaders meet") },
            line(670.0, 50.0, 500.0, "The two leaders signed an agree-"),
            line(655.0, 50.0, 500.0, "ment in Berlin. They"),
            line(640.0, 50.0, 200.0, "left at noon."),
            line(625.0, 50.0, 500.0, "A second day follows on"),
            line(610.0, 50.0, 480.0, "Monday, officials said."),
            line(580.0, 50.0, 500.0, "Elsewhere, and over the"),
        ];
        lines.push(Line { page: 2, ..line(700.0, 50.0, 300.0, "page, talks went on.") });
        assert_eq!(
            paragraphs(&lines),
            "Leaders meet\n\nThe two leaders signed an agreement in Berlin. They left at noon.\n\nA second day follows \
             on Monday, officials said.\n\nElsewhere, and over the page, talks went on."
        );
    }

    #[test]
    fn columns_and_cells() {
        let lines = [
            line(100.0, 50.0, 250.0, "The left column goes"),
            line(700.0, 300.0, 500.0, "on in the right one."),
            line(650.0, 50.0, 90.0, "Cell"),
            line(650.0, 300.0, 340.0, "Another"),
        ];
        assert_eq!(paragraphs(&lines), "The left column goes on in the right one.\n\nCell\n\nAnother");
        assert_eq!(paragraphs(&[]), "");
    }
}
