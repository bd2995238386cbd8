//! Which stretches of a page are articles.
//!
//! In: the lines of a page. Out: [`Piece`]s. A page is split only where it shows that it holds several articles:
//! excerpts closed by "Continue reading …" (matched with their titles as brackets, so that the headline of a reprint
//! inside an excerpt stays inside), a listing of titled paragraphs, titles with their own byline, date or dateline, or
//! titles after rules. Titles alone are no proof: they may be headings of one long article.

use crate::Reader;
use crate::credits::Direction;
use crate::fold::{fold, fold_bare};
use crate::splitter::{self, Cut, Judged};
use crate::text::lines::{Line, Role};
use crate::text::title::{is_body, may_be_first_title, may_be_title};
use rustc_hash::FxHashSet;

/// A page's text and lines.
#[derive(Clone, Copy)]
pub(crate) struct View<'p> {
    /// The knowledge files.
    pub reader: &'p Reader,
    /// The page's text.
    pub text: &'p str,
    /// Its lines.
    pub lines: &'p [Line],
}

/// One article of a page, as lines.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(crate) struct Piece {
    /// Indices of its content lines, in order; never empty.
    pub lines: Vec<usize>,
    /// The line that is its title.
    pub title: Option<usize>,
    /// True where only the beginning of the article stands on the page.
    pub excerpt: bool,
    /// How sure its beginning is, in points of 100, where only the text itself spoke for it.
    pub sure_percent: Option<u8>,
    /// Lines in it that might have begun a further article.
    pub unsplit: Unsplit,
}

/// Places at which a piece was not cut, though it may hold another article.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub(crate) struct Unsplit {
    /// How many.
    pub candidates: usize,
    /// How likely it is that none of them begins an article, in points of 100; `None` where that is not known.
    pub whole_percent: Option<u8>,
}

/// A page, split.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Split {
    /// The articles.
    pub pieces: Vec<Piece>,
    /// True where only the text itself speaks for the boundaries.
    pub inferred: bool,
}

/// Title words that a heading inside an article seldom has.
const HEADLINE_MIN_WORDS: usize = 4;
/// Less probable articles are said to be doubtful.
const DOUBTFUL: f32 = 0.5;
/// So many loose titles on an unsplit page are worth a note.
const UNSPLIT_MIN: usize = 3;
const LISTING_MIN_ITEMS: usize = 3;
const LISTING_MIN_BODY_CHARS: usize = 200;
/// An introduction has so many paragraphs at most, the credit at its end among them: one that does not say that the reprint is
/// below it, and that stands lower, is the credit of the text above.
const INTRODUCTION_PARAGRAPHS: usize = 3;
/// How far below an opening credit the headline of the reprint may stand, in content lines.
const NESTED_WITHIN: usize = 4;
impl<'p> View<'p> {
    /// The words of a line.
    pub(crate) fn words(&self, line: usize) -> &'p str {
        self.lines[line].span.of(self.text)
    }

    fn content(&self, from: usize, to: usize) -> Vec<usize> {
        (from..to).filter(|i| self.lines[*i].is_content()).collect()
    }
}

/// Splits a page.
pub(crate) fn split(view: View<'_>) -> Split {
    let content = view.content(0, view.lines.len());
    if content.is_empty() {
        return Split::default();
    }
    let found =
        closed_listing(view).or_else(|| excerpt_listing(view, &content)).or_else(|| headed_listing(view, &content));
    let found = found.or_else(|| {
        furnished_listing(view, &content).or_else(|| ruled_listing(view, &content)).map(|p| within(view, p))
    });
    match found {
        Some(pieces) => Split { pieces, inferred: false },
        None => by_text(view, content),
    }
}

/// A page on which nothing marks the articles: the model cuts it where it is sure.
fn by_text(view: View<'_>, content: Vec<usize>) -> Split {
    let titled = content.first().is_some_and(|first| content.len() > 1 && may_be_first_title(view.words(*first)));
    let lines: Vec<&str> = content.iter().map(|l| view.words(*l)).collect();
    let units = splitter::units(&lines, titled);
    let model = &view.reader.splitter;
    let judged = model.judge(&units);
    let (sure, unsure): (Vec<Cut>, Vec<Cut>) = judged.cuts.iter().partition(|c| c.probability >= model.sure);
    if sure.is_empty() {
        let found = doubts(view, &content, &judged);
        let unsplit = Unsplit { candidates: found.candidates.max(loose_titles(view, &content)), ..found };
        return Split { pieces: vec![Piece { unsplit, ..whole(view, content) }], inferred: false };
    }
    let starts: Vec<usize> = std::iter::once(0).chain(sure.iter().map(|c| units[c.at].line)).collect();
    let mut pieces = pieces_at(&content, &starts);
    for (piece, cut) in pieces.iter_mut().skip(1).zip(&sure) {
        piece.sure_percent = Some(percent(cut.probability));
    }
    for (n, piece) in pieces.iter_mut().enumerate() {
        let inside = starts[n]..starts.get(n + 1).copied().unwrap_or(content.len());
        let own: Vec<&Cut> = unsure.iter().filter(|c| inside.contains(&units[c.at].line)).collect();
        let whole = own.iter().map(|c| 1.0 - c.probability).product::<f32>();
        piece.unsplit = Unsplit { candidates: own.len(), whole_percent: (!own.is_empty()).then(|| percent(whole)) };
    }
    if !titled {
        pieces.iter_mut().for_each(|p| p.title = None);
    }
    Split { pieces, inferred: true }
}

/// Places at which another article may begin in an article that is marked as one.
pub(crate) fn unsplit(view: View<'_>) -> Unsplit {
    let content = view.content(0, view.lines.len());
    let titled = content.first().is_some_and(|first| content.len() > 1 && may_be_first_title(view.words(*first)));
    let lines: Vec<&str> = content.iter().map(|l| view.words(*l)).collect();
    doubts(view, &content, &view.reader.splitter.judge(&splitter::units(&lines, titled)))
}

/// Signs of further articles in what is read as one: cuts that the model proposes, below a title of the whole (a digest)
/// or not; datelines of several texts.
fn doubts(view: View<'_>, content: &[usize], judged: &Judged) -> Unsplit {
    let lines: Vec<&str> = content.iter().map(|l| view.words(*l)).collect();
    let titled = content.len() > 1 && may_be_first_title(lines[0]);
    let model = &view.reader.splitter;
    let untitled = |_: &Judged| model.judge(&splitter::units(&lines[1..], false));
    let below = Some(judged).filter(|j| titled && j.cuts.is_empty()).map(untitled);
    let below = below.filter(|j| j.cuts.iter().any(|c| c.probability >= model.sure));
    let whole = below.as_ref().map_or(judged.whole, |j| j.whole.min(judged.whole));
    let cuts = below.map_or(judged.cuts.len(), |j| j.cuts.len()).max(usize::from(whole < DOUBTFUL));
    Unsplit {
        candidates: cuts.max(later_datelines(view, content)),
        whole_percent: (whole < 1.0).then(|| percent(whole)),
    }
}

/// Paragraphs below the first that begin with the dateline of an agency or a day.
fn later_datelines(view: View<'_>, content: &[usize]) -> usize {
    let words = content.iter().map(|l| view.words(*l)).filter(|w| is_body(w)).skip(1);
    let sure = |w: &&str| {
        let dateline = view.reader.credits.dateline(w, &view.reader.dates, &view.reader.outlets);
        dateline.is_some_and(|d| d.outlet.is_some() || d.date.is_some())
    };
    words.filter(sure).count()
}

fn percent(probability: f32) -> u8 {
    (probability * 100.0) as u8
}

/// Pieces whose beginnings are marked may hold further articles whose beginnings are not.
fn within(view: View<'_>, marked: Vec<Piece>) -> Vec<Piece> {
    let parts = |piece: Piece| match by_text(view, piece.lines.clone()) {
        split if split.inferred => split.pieces,
        split => {
            let unsplit = split.pieces.first().map(|p| p.unsplit).unwrap_or_default();
            vec![Piece { unsplit, ..piece }]
        }
    };
    marked.into_iter().flat_map(parts).collect()
}

fn whole(view: View<'_>, lines: Vec<usize>) -> Piece {
    let is_title = |line: &usize| view.lines[*line].level.is_some() || may_be_first_title(view.words(*line));
    // a date or a byline may stand above the title
    let is_head = |line: &&usize| is_furniture(view, **line);
    let above = lines.iter().take_while(is_head).count();
    let first = if above < 3 { lines.get(above) } else { lines.first() };
    let title = first.copied().filter(|first| lines.len() > above + 1 && is_title(first));
    Piece { lines, title, ..Piece::default() }
}

/// Where an excerpt ends, and the line of its title where the closing line names it.
struct Bracket {
    title: Option<usize>,
    closer: usize,
}

/// Excerpts that are closed by "Continue reading".
fn closed_listing(view: View<'_>) -> Option<Vec<Piece>> {
    let mut brackets = named_brackets(view);
    if brackets.is_empty() {
        brackets = bare_brackets(view)?;
    }
    let mut pieces = Vec::new();
    let mut from = 0;
    for bracket in &brackets {
        let lines = view.content(from, bracket.closer);
        let start = bracket.title.or(lines.first().copied())?;
        pieces.extend(open_region(view, &view.content(from, start)));
        let lines: Vec<usize> = lines.into_iter().filter(|l| *l >= start).collect();
        pieces.push(Piece { lines, title: Some(start), excerpt: true, ..Piece::default() });
        from = bracket.closer + 1;
    }
    pieces.extend(open_region(view, &view.content(from, view.lines.len())));
    Some(pieces)
}

fn named_brackets(view: View<'_>) -> Vec<Bracket> {
    let mut brackets = Vec::new();
    let mut from = 0;
    for (closer, line) in view.lines.iter().enumerate() {
        let Role::Closer(name) = &line.role else { continue };
        let is_named = |i: &usize| !name.is_empty() && same_title(&fold_bare(view.words(*i)), name);
        if let Some(title) = view.content(from, closer).into_iter().find(|i| view.words(*i).len() < 1000 && is_named(i))
        {
            brackets.push(Bracket { title: Some(title), closer });
            from = closer + 1;
        }
    }
    brackets
}

/// The same title, or one that the closing line cuts off.
pub(crate) fn same_title(title: &str, named: &str) -> bool {
    (title == named && !named.is_empty()) || (named.len() >= 20 && title.starts_with(named))
}

/// "Read more" alone, at least twice, each time below a title with text.
fn bare_brackets(view: View<'_>) -> Option<Vec<Bracket>> {
    let closers: Vec<usize> = (0..view.lines.len())
        .filter(|i| matches!(&view.lines[*i].role, Role::Closer(name) if name.is_empty()))
        .collect();
    if closers.len() < 2 {
        return None;
    }
    let mut from = 0;
    for closer in &closers {
        let lines = view.content(from, *closer);
        let titled = lines.len() >= 2
            && may_be_title(view.words(lines[0]))
            && lines[1..].iter().any(|l| is_body(view.words(*l)));
        if !titled {
            return None;
        }
        from = closer + 1;
    }
    Some(closers.into_iter().map(|closer| Bracket { title: None, closer }).collect())
}

/// Articles in full between closed excerpts.
fn open_region(view: View<'_>, lines: &[usize]) -> Vec<Piece> {
    let mut starts: Vec<usize> = Vec::new();
    for (k, line) in lines.iter().enumerate() {
        let titled = may_be_title(view.words(*line)) && lines.get(k + 1).is_some_and(|next| is_body(view.words(*next)));
        let fresh = starts.is_empty() || (is_headline(view, *line) && !is_nested(view, &lines[..=k]));
        if titled && fresh {
            starts.push(k);
        }
    }
    let untitled_end = starts.first().copied().unwrap_or(lines.len());
    let mut pieces = Vec::new();
    // Text without a title between excerpts is an article only where it is long enough to be one.
    if lines[..untitled_end].iter().filter(|l| is_body(view.words(**l))).count() >= 3 {
        pieces.push(Piece { lines: lines[..untitled_end].to_vec(), title: None, ..Piece::default() });
    }
    for (n, start) in starts.iter().enumerate() {
        let end = starts.get(n + 1).copied().unwrap_or(lines.len());
        pieces.push(Piece { lines: lines[*start..end].to_vec(), title: Some(lines[*start]), ..Piece::default() });
    }
    pieces
}

fn is_headline(view: View<'_>, line: usize) -> bool {
    view.words(line).split_whitespace().count() >= HEADLINE_MIN_WORDS
}

/// True for a title shortly below a line that announces a reprint: it is the reprint's own headline.
fn is_nested(view: View<'_>, lines: &[usize]) -> bool {
    let above = &lines[lines.len().saturating_sub(NESTED_WITHIN + 1)..lines.len() - 1];
    above.iter().any(|l| opens_reprint(view, *l))
}

/// True for a title shortly below the end of an article's introduction that announces a reprint. `lines` are those of the
/// article, the title last; an announcement before `from` was of another one.
fn is_introduced(view: View<'_>, lines: &[usize], from: usize) -> bool {
    let title = lines.len() - 1;
    (title.saturating_sub(NESTED_WITHIN).max(from)..title).any(|at| {
        let credit = view.reader.credits.read(view.words(lines[at]), &view.reader.dates, &view.reader.outlets);
        credit.is_some_and(|c| {
            let paragraphs = || lines[..=at].iter().filter(|l| is_body(view.words(**l))).count();
            let near = || paragraphs() <= INTRODUCTION_PARAGRAPHS;
            c.opens && (c.direction == Direction::Below || (c.direction == Direction::Unsaid && near()))
        })
    })
}

/// True for a line after which a reprinted text begins.
pub(crate) fn opens_reprint(view: View<'_>, line: usize) -> bool {
    let credit = view.reader.credits.read(view.words(line), &view.reader.dates, &view.reader.outlets);
    credit.is_some_and(|c| c.opens)
}

/// A category page: titles with one paragraph each.
fn excerpt_listing(view: View<'_>, content: &[usize]) -> Option<Vec<Piece>> {
    let mut items: Vec<Vec<usize>> = Vec::new();
    let mut open = false;
    for (k, line) in content.iter().enumerate() {
        let words = view.words(*line);
        let next_is_body = content.get(k + 1).is_some_and(|next| is_body(view.words(*next)));
        if may_be_title(words) && !is_body(words) {
            open = next_is_body;
            if open {
                items.push(vec![*line]);
            }
        } else if is_body(words) {
            if !open {
                return None;
            }
            items.last_mut()?.push(*line);
        } else {
            open = false;
        }
    }
    let first_is_item = items.first().is_some_and(|i| content.iter().take(2).any(|c| *c == i[0]));
    (first_is_item && is_listing(view, &items)).then(|| {
        items
            .into_iter()
            .map(|lines| Piece { title: Some(lines[0]), lines, excerpt: true, ..Piece::default() })
            .collect()
    })
}

fn is_listing(view: View<'_>, items: &[Vec<usize>]) -> bool {
    let n = items.len();
    if n < LISTING_MIN_ITEMS {
        return false;
    }
    let single = items.iter().filter(|i| i.len() == 2).count();
    let longest = items.iter().map(Vec::len).max().unwrap_or(0);
    let mut words: Vec<usize> = items.iter().map(|i| view.words(i[0]).split_whitespace().count()).collect();
    words.sort_unstable();
    let questions = items.iter().filter(|i| view.words(i[0]).ends_with('?')).count();
    let numbered =
        items.iter().filter(|i| view.words(i[0]).starts_with(|c: char| c.is_ascii_digit() || c == '#')).count();
    let chars: usize = items.iter().flat_map(|i| &i[1..]).map(|l| view.words(*l).chars().count()).sum();
    single * 4 >= n * 3
        && longest <= 3
        && words[n / 2] >= HEADLINE_MIN_WORDS
        && questions * 2 < n
        && numbered * 2 < n
        && chars >= LISTING_MIN_BODY_CHARS * n
        && !is_one_topic(view, items)
}

/// True where most items speak of what the first title names: then it is one article with headings.
fn is_one_topic(view: View<'_>, items: &[Vec<usize>]) -> bool {
    let topic = long_words(view.words(items[0][0]));
    let needed = (topic.len() * 2).div_ceil(5).max(2);
    let on_topic = |item: &Vec<usize>| {
        let words: FxHashSet<String> = item[1..].iter().flat_map(|l| long_words(view.words(*l))).collect();
        topic.iter().filter(|w| words.contains(*w)).count() >= needed
    };
    let hits = items[1..].iter().filter(|i| on_topic(i)).count();
    hits * 2 >= items.len() - 1
}

fn long_words(text: &str) -> FxHashSet<String> {
    fold(text).split(|c: char| !c.is_alphanumeric()).filter(|w| w.chars().count() >= 4).map(str::to_string).collect()
}

/// Several headlines that are marked as the highest of all headings, each with text of its own.
fn headed_listing(view: View<'_>, content: &[usize]) -> Option<Vec<Piece>> {
    let starts: Vec<usize> = (0..content.len()).filter(|k| view.lines[content[*k]].level == Some(1)).collect();
    let ends = starts.iter().skip(1).copied().chain([content.len()]);
    let has_body = |(start, end): (&usize, usize)| content[*start..end].iter().any(|l| is_body(view.words(*l)));
    let headlines = starts.iter().filter(|k| is_headline(view, content[**k])).count();
    let listing = starts.len() >= 2 && starts[0] == 0 && 2 * headlines > starts.len();
    (listing && starts.iter().zip(ends).all(has_body)).then(|| pieces_at(content, &starts))
}

/// Several articles in full, each with its own byline, date or dateline below the title.
fn furnished_listing(view: View<'_>, content: &[usize]) -> Option<Vec<Piece>> {
    let mut starts: Vec<usize> = Vec::new();
    // Behind the last headline of a reprint.
    let mut nested = 0;
    for k in (0..content.len()).filter(|k| is_furnished(view, content, *k)) {
        // What stands between a title and the first text below it (an outlet's name, a subtitle) begins no article.
        let Some(&start) = starts.last() else {
            starts.push(k);
            continue;
        };
        if !content[start..k].iter().any(|l| is_body(view.words(*l))) {
            continue;
        }
        if is_introduced(view, &content[start..=k], nested.max(start) - start) {
            nested = k + 1;
        } else {
            starts.push(k);
        }
    }
    if starts.len() < 2 || !content[..starts[0]].iter().all(|l| !is_body(view.words(*l))) {
        return None;
    }
    Some(pieces_at(content, &starts))
}

/// A title, perhaps a subtitle, then a byline or date line, or text that begins with a dateline.
fn is_furnished(view: View<'_>, content: &[usize], k: usize) -> bool {
    if !may_be_title(view.words(content[k])) || is_furniture(view, content[k]) {
        return false;
    }
    let Some(&below) = content.get(k + 1) else { return false };
    let is_dateline = |line: usize| {
        view.reader.credits.dateline(view.words(line), &view.reader.dates, &view.reader.outlets).is_some()
    };
    if is_dateline(below) {
        return true;
    }
    let at = if is_furniture(view, below) || is_body(view.words(below)) { k + 1 } else { k + 2 };
    let mut rest = content[at.min(content.len())..].iter();
    let furniture = content.get(at).is_some_and(|l| is_furniture(view, *l));
    furniture && rest.find(|l| !is_furniture(view, **l)).is_some_and(|l| is_body(view.words(*l)))
}

/// A byline or a line that holds little but a date.
pub(crate) fn is_furniture(view: View<'_>, line: usize) -> bool {
    super::article::head_line(view.reader, view.words(line)).is_some()
}

/// Articles with a rule between them, each with a title.
fn ruled_listing(view: View<'_>, content: &[usize]) -> Option<Vec<Piece>> {
    let mut starts = vec![0];
    for (i, line) in view.lines.iter().enumerate() {
        if line.role == Role::Separator {
            let k = content.iter().position(|c| *c > i)?;
            if starts.last() != Some(&k) {
                starts.push(k);
            }
        }
    }
    let titled = |k: &usize| {
        may_be_title(view.words(content[*k])) && content.get(k + 1).is_some_and(|next| is_body(view.words(*next)))
    };
    (starts.len() >= 2 && starts.iter().all(titled)).then(|| pieces_at(content, &starts))
}

fn pieces_at(content: &[usize], starts: &[usize]) -> Vec<Piece> {
    let ends = starts.iter().skip(1).copied().chain([content.len()]);
    starts
        .iter()
        .zip(ends)
        .map(|(start, end)| Piece {
            lines: content[*start..end].to_vec(),
            title: Some(content[*start]),
            ..Piece::default()
        })
        .collect()
}

/// Lines below the first that look like titles of articles rather than headings, where there are several.
fn loose_titles(view: View<'_>, content: &[usize]) -> usize {
    let long = |k: &usize| view.words(content[*k]).split_whitespace().count() > HEADLINE_MIN_WORDS;
    let found = (1..content.len()).filter(long).filter(|k| is_loose_title(view, content, *k)).count();
    if found >= UNSPLIT_MIN { found } else { 0 }
}

/// A line between two paragraphs, after a gap, that may be a title.
fn is_loose_title(view: View<'_>, content: &[usize], k: usize) -> bool {
    let body = |at: Option<&usize>| at.is_some_and(|l| is_body(view.words(*l)));
    view.lines[content[k]].gap_before
        && may_be_title(view.words(content[k]))
        && body(content.get(k + 1))
        && k > 0
        && body(content.get(k - 1))
}
