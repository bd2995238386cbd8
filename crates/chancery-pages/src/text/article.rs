//! One piece of a page as an [`Article`]: blocks, voices, title, authors, date.

use crate::credits::{Credit as Said, Dateline};
use crate::dates::{FoundDate, YearVotes, year_before};
use crate::fold::{fold, fold_bare};
use crate::language;
use crate::pattern::Sets;
use crate::text::lines::MAX_LINE_BYTES;
use crate::text::split::{Piece, View, is_furniture};
use crate::text::title::{is_body, may_be_title};
use crate::{ReadOptions, Reader, bounds, html};
use chancery_text::{
    Article, ArticleKind, Block, BlockKind, Credit, CreditRelation, Note, PartialDate, Segment, Span, TextOrigin,
};

/// Bylines and date lines stand so near to the title or the end, in content lines.
const HEAD_LINES: usize = 5;
const TAIL_LINES: usize = 3;
/// The reprint may begin so far below the line that announces it, in content lines.
const REPRINT_WITHIN: usize = 6;
/// A line that holds a date and a byline is no longer.
const HEAD_LINE_BYTES: usize = 160;
const SUBTITLE_MIN_WORDS: usize = 6;
/// So long a page without any title may hold several articles.
const UNTITLED_MIN_LINES: usize = 40;
/// Where the text tells what is new.
const LEDE_BYTES: usize = 2000;

/// Builds the article of `piece`; `years` is the evidence of the whole page.
///
/// `known` is its day where the page states it elsewhere: a dateline without a year then lies in the year before it.
pub(crate) fn build(
    view: View<'_>,
    piece: &Piece,
    years: &YearVotes,
    options: &ReadOptions,
    known: Option<PartialDate>,
) -> Article {
    let mut builder = Builder::new(view, piece);
    for k in 0..piece.lines.len() {
        builder.add_line(k);
    }
    builder.finish(years, options, known)
}

/// Says how sure it is that a piece is one article and a whole one, where nothing but its text tells.
pub(crate) fn add_doubt(article: &mut Article, piece: &Piece) {
    if let Some(percent) = piece.sure_percent {
        let said = format!("nothing marks its beginning; inferred from the text (confidence 0.{percent:02})");
        article.notes.push(Note::new("P010", said));
    }
    let whole = piece.unsplit.whole_percent.filter(|_| piece.unsplit.candidates > 0);
    let percent = piece.sure_percent.into_iter().chain(whole).min();
    article.split_confidence = percent.map(|p| f32::from(p) / 100.0);
    article.notes.extend(unsplit_note(piece));
}

/// What is said of a piece that may hold several articles.
pub(crate) fn unsplit_note(piece: &Piece) -> Option<Note> {
    let said = match (piece.unsplit.candidates, piece.title) {
        (0, None) if piece.lines.len() >= UNTITLED_MIN_LINES && piece.sure_percent.is_none() => {
            let n = piece.lines.len();
            format!("read as one article; unsplit: {n} paragraphs without a title may be several articles")
        }
        (0, _) => return None,
        (1, _) => "read as one article; unsplit, 1 candidate for the beginning of another".into(),
        (n, _) => format!("read as one article; unsplit, {n} candidates for the beginning of another"),
    };
    Some(Note::new("P006", said))
}

/// The date of a line that holds little else ("Feb. 26, 2022", "Published: 3 May 2024, 10:15").
fn date_line(reader: &Reader, line: &str) -> Option<FoundDate> {
    if line.chars().take(91).count() > 90 {
        return None;
    }
    let dates = reader.dates.find(line);
    let date = dates.iter().copied().find(|d| d.day.is_some())?;
    let rest: String = format!("{} {}", &line[..date.span.start], &line[date.span.end..]);
    let folded = fold(&rest);
    let other =
        Sets::words(&folded).filter(|w| w.chars().any(char::is_alphabetic) && !reader.dates.is_date_word(w)).count();
    (other <= 2).then_some(date)
}

/// What a line says that holds a byline, a date or both, and nothing else.
#[derive(Debug, Default)]
pub(crate) struct HeadLine {
    /// Who wrote the text.
    pub authors: Vec<String>,
    /// When.
    pub date: Option<FoundDate>,
    /// Whose text it is, where nobody else is named.
    pub outlets: Vec<String>,
}

/// Reads "By Ana Ruiz, 3 May 2024", "May 3, 2024", "3 May 2024 by Ana Ruiz".
pub(crate) fn head_line(reader: &Reader, line: &str) -> Option<HeadLine> {
    if let Some(authors) = reader.credits.staff_line(line, &reader.outlets) {
        return Some(HeadLine { authors, ..HeadLine::default() });
    }
    if let Some(outlets) = reader.credits.outlets_byline(line, &reader.outlets) {
        return Some(HeadLine { outlets, ..HeadLine::default() });
    }
    let byline = |line: &str| reader.credits.byline(line, &reader.outlets);
    if let Some(authors) = byline(line) {
        return Some(HeadLine { authors, date: reader.dates.find(line).first().copied(), ..HeadLine::default() });
    }
    if let Some(date) = date_line(reader, line) {
        return Some(HeadLine { date: Some(date), ..HeadLine::default() });
    }
    if line.len() > HEAD_LINE_BYTES {
        return None;
    }
    let date = reader.dates.find(line).into_iter().find(|d| d.day.is_some() && d.span.start == 0)?;
    let authors = byline(line[date.span.end..].trim_start_matches(|c: char| !c.is_alphanumeric()))?;
    Some(HeadLine { authors, date: Some(date), ..HeadLine::default() })
}

struct Builder<'p> {
    view: View<'p>,
    piece: &'p Piece,
    span: Span,
    article: Article,
    stated: Option<FoundDate>,
    told: Option<FoundDate>,
    segment_dates: Vec<Option<FoundDate>>,
    /// The line (index into the piece) where the next voice begins, and whose it is.
    next_voice: Option<(usize, Option<String>)>,
    /// True until the first paragraph of the present voice is read.
    at_voice_start: bool,
    /// The line (index into the piece) where the present voice began.
    voice_at: usize,
    statement: bool,
}

impl<'p> Builder<'p> {
    fn new(view: View<'p>, piece: &'p Piece) -> Self {
        let first = view.lines[piece.lines[0]].span;
        let last = view.lines[*piece.lines.last().unwrap_or(&piece.lines[0])].span;
        let span = first.cover(last);
        let article = Article {
            text: span.of(view.text).to_string(),
            offset_bytes: span.start,
            origin: TextOrigin::Input,
            segments: vec![Segment::default()],
            title: piece.title.map(|t| one_line(view.words(t))),
            ..Article::default()
        };
        Builder {
            view,
            piece,
            span,
            article,
            stated: None,
            told: None,
            segment_dates: vec![None],
            next_voice: None,
            at_voice_start: true,
            voice_at: 0,
            statement: false,
        }
    }

    fn reader(&self) -> &'p Reader {
        self.view.reader
    }

    fn add_line(&mut self, k: usize) {
        let line = self.piece.lines[k];
        let span = self.view.lines[line].span;
        if Some(line) == self.piece.title {
            return self.push(span, BlockKind::Title);
        }
        if span.len() > MAX_LINE_BYTES {
            let head = super::head(span.of(self.view.text), MAX_LINE_BYTES);
            return self.push(Span::new(span.start, span.start + head.len()), BlockKind::Paragraph);
        }
        self.begin_voice(k);
        let words = self.view.words(line);
        if self.add_furniture(k, span, words) {
            return;
        }
        let credit = self.reader().credits.read(words, &self.reader().dates, &self.reader().outlets);
        if let Some(credit) = &credit {
            self.note_credit(k, credit);
        }
        if credit.as_ref().is_some_and(|c| c.alone) {
            return self.push(span, BlockKind::Credit);
        }
        self.add_text(k, span, words);
    }

    /// Enters the reprint where this line is its first.
    fn begin_voice(&mut self, k: usize) {
        if let Some((at, outlet)) = self.next_voice.take_if(|(at, _)| *at == k) {
            debug_assert_eq!(at, k);
            self.article.segments.push(Segment { outlet, ..Segment::default() });
            self.segment_dates.push(None);
            self.at_voice_start = true;
            self.voice_at = k;
        }
    }

    /// Bylines and date lines near the title or the end.
    fn add_furniture(&mut self, k: usize, span: Span, words: &str) -> bool {
        let near_end = k + TAIL_LINES >= self.piece.lines.len();
        let near_start = k <= self.voice_at + HEAD_LINES;
        if !near_start && !near_end {
            return false;
        }
        if let Some(said) = head_line(self.reader(), words) {
            self.state_date(said.date, near_start);
            self.add_authors(said.authors);
            said.outlets.into_iter().for_each(|outlet| self.add_credit(outlet, CreditRelation::Reprint, span));
            self.push(span, BlockKind::Credit);
            return true;
        }
        if k <= HEAD_LINES && self.article.outlet.is_none() && self.stands_above_date(k) {
            self.article.outlet = self.reader().outlets.masthead(words);
            if self.article.outlet.is_some() {
                self.push(span, BlockKind::Credit);
                return true;
            }
        }
        false
    }

    /// Takes the date of a byline or date line: of the article, or of the piece that it reprints, at whose beginning it stands.
    fn state_date(&mut self, date: Option<FoundDate>, near_start: bool) {
        let last = self.segment_dates.len() - 1;
        if last > 0 && near_start {
            self.segment_dates[last] = self.segment_dates[last].or(date);
        } else {
            self.stated = self.stated.or(date);
        }
    }

    /// True where the next line is a date or a byline.
    fn stands_above_date(&self, k: usize) -> bool {
        let below = self.piece.lines.get(k + 1).map(|l| self.view.words(*l));
        below.is_some_and(|words| head_line(self.reader(), words).is_some())
    }

    fn note_credit(&mut self, k: usize, credit: &Said) {
        let line = self.view.lines[self.piece.lines[k]].span;
        for named in &credit.chain {
            self.add_credit(named.outlet.clone(), named.relation, named.span.shifted(line.start));
        }
        if self.article.segments.len() == 1 {
            self.add_authors(credit.authors.clone());
        }
        self.told = self.told.or(credit.date);
        self.statement |= credit.statement;
        if credit.opens && credit.alone && self.next_voice.is_none() {
            self.next_voice = self.reprint_start(k).map(|at| (at, credit.reprints().next().cloned()));
        }
    }

    /// The line at which the text that line `k` announces begins: its dateline or byline or the headline above that, or the
    /// next line.
    fn reprint_start(&self, k: usize) -> Option<usize> {
        let below = k + 1..(k + 1 + REPRINT_WITHIN).min(self.piece.lines.len());
        for at in below.clone() {
            let headline = at > k + 1 && may_be_title(self.view.words(self.piece.lines[at - 1]));
            if self.dateline(self.view.words(self.piece.lines[at])).is_some() {
                return Some(if headline { at - 1 } else { at });
            }
            if headline && is_furniture(self.view, self.piece.lines[at]) {
                return Some(at - 1);
            }
        }
        below.clone().next()
    }

    fn dateline(&self, words: &str) -> Option<Dateline> {
        self.reader().credits.dateline(words, &self.reader().dates, &self.reader().outlets)
    }

    fn add_text(&mut self, k: usize, span: Span, words: &str) {
        let marked = self.view.lines[self.piece.lines[k]].level.is_some();
        let short = marked || (!is_body(words) && may_be_title(words) && !words.ends_with('!'));
        let below_title = k > 0 && Some(self.piece.lines[k - 1]) == self.piece.title;
        let subtitle = short && !marked && below_title && words.split_whitespace().count() >= SUBTITLE_MIN_WORDS;
        if short && !subtitle && k + 1 < self.piece.lines.len() {
            return self.push(span, BlockKind::Heading);
        }
        let span = Span::new(span.start, span.start + self.reader().boilerplate.without_inline_ending(words).len());
        if !subtitle
            && std::mem::take(&mut self.at_voice_start)
            && let Some(dateline) = self.dateline(words)
        {
            return self.add_dated_text(span, dateline);
        }
        match list_marker(words) {
            Some(marker) if marker < span.len() => {
                self.push(Span::new(span.start + marker, span.end), BlockKind::ListItem)
            }
            _ => self.push(span, BlockKind::Paragraph),
        }
    }

    fn add_dated_text(&mut self, span: Span, dateline: Dateline) {
        let credit = dateline.span.shifted(span.start);
        self.push(credit.trimmed(self.view.text), BlockKind::Credit);
        self.push(Span::new(credit.end, span.end).trimmed(self.view.text), BlockKind::Paragraph);
        let last = self.article.segments.len() - 1;
        self.segment_dates[last] = dateline.date;
        let segment = &mut self.article.segments[last];
        segment.place = dateline.place;
        if let Some(outlet) = dateline.outlet {
            segment.outlet.get_or_insert(outlet.clone());
            self.add_credit(outlet, CreditRelation::Dateline, credit.trimmed(self.view.text));
        }
    }

    fn push(&mut self, span: Span, kind: BlockKind) {
        if span.is_empty() {
            return;
        }
        let segment = self.article.segments.len() - 1;
        let span = Span::new(span.start - self.span.start, span.end - self.span.start);
        self.article.blocks.push(Block { span, kind, segment });
    }

    /// Notes an outlet of the page's stretch `span`; whose text it is, is reprinted.
    fn add_credit(&mut self, outlet: String, relation: CreditRelation, span: Span) {
        let is_theirs = matches!(relation, CreditRelation::Reprint | CreditRelation::Dateline);
        if is_theirs && !self.article.reprinted_from.contains(&outlet) {
            self.article.reprinted_from.push(outlet.clone());
        }
        let span = Span::new(span.start - self.span.start, span.end - self.span.start).trimmed(&self.article.text);
        self.article.credits.push(Credit { outlet, relation, span });
    }

    fn add_authors(&mut self, authors: Vec<String>) {
        for author in authors {
            if !self.article.authors.iter().any(|a| fold_bare(a) == fold_bare(&author)) {
                self.article.authors.push(author);
            }
        }
    }

    fn finish(mut self, years: &YearVotes, options: &ReadOptions, known: Option<PartialDate>) -> Article {
        self.article.kind = self.kind();
        self.article.language = language::guess(&self.article.text);
        self.article.url = options.url.clone();
        let host = options.url.as_deref().and_then(html::host);
        let at_host = host.and_then(|h| self.reader().outlets.at_host(&h)).map(|o| o.name.clone());
        self.article.outlet = at_host.or(self.article.outlet);
        // A dateline that names the article's own outlet is no reprint.
        let own = self.article.outlet.clone();
        self.article.reprinted_from.retain(|name| Some(name) != own.as_ref());
        self.set_dates(years, options, known);
        self.article
    }

    fn kind(&self) -> ArticleKind {
        if self.piece.excerpt {
            return ArticleKind::Excerpt;
        }
        let title = self.article.title.as_deref().unwrap_or("");
        if self.statement || self.reader().credits.is_statement(title, &self.article.text) {
            return ArticleKind::Statement;
        }
        ArticleKind::Article
    }

    fn set_dates(&mut self, page_years: &YearVotes, options: &ReadOptions, known: Option<PartialDate>) {
        let mut own_years = YearVotes::default();
        own_years.count(&self.reader().dates, super::head(&self.article.text, MAX_LINE_BYTES));
        let year = own_years.latest().or_else(|| page_years.likely()).or_else(|| own_years.likely());
        let resolve = |date: FoundDate| -> Option<PartialDate> {
            let of_fallback = || options.fallback_date.map(|f| year_before(&date, f));
            let of_known = known.map(|k| year_before(&date, k));
            date.with_year(of_known.or(year).or_else(of_fallback))
        };
        for (segment, date) in self.article.segments.iter_mut().zip(&self.segment_dates) {
            segment.date = date.and_then(resolve);
        }
        let of_url = options.url.as_deref().and_then(html::date_in_url);
        let of_segments = self.article.segments.iter().find_map(|s| s.date);
        let stated = known
            .or_else(|| self.stated.and_then(resolve))
            .or(of_url)
            .or_else(|| self.told.and_then(resolve))
            .or(of_segments);
        if known.is_none() && of_url.is_none() {
            self.note_missing_year(stated, own_years.latest().or_else(|| page_years.likely()).is_some());
        }
        if stated.is_none() {
            self.bound_date();
        }
        if stated.is_some() {
            self.article.date = stated;
        } else if let Some(date) = options.fallback_date {
            self.article.date = Some(date);
            self.article.notes.push(Note::new("P004", "no date stated; counted from --date"));
        } else if let Some(date) = self.inferred_date(own_years.latest(), page_years.sure()) {
            self.article.date = Some(date);
            self.article
                .notes
                .push(Note::new("P005", format!("no date stated; {date} is taken from the dates in the text")));
        }
    }

    /// Says where the year comes from that the line with the date leaves out, or that none could be found.
    fn note_missing_year(&mut self, taken: Option<PartialDate>, by_text: bool) {
        let of_segments = self.segment_dates.iter().copied().find(Option::is_some).flatten();
        let Some(date) = self.stated.or(self.told).or(of_segments).filter(|d| d.year.is_none()) else { return };
        let same_day = |t: PartialDate| t.month() == Some(date.month) && t.day() == date.day;
        let said = match taken {
            Some(taken) if same_day(taken) => {
                let by =
                    if by_text { "the years that the text names" } else { "the day that the dates are counted from" };
                format!("a date without a year, taken for {taken} by {by}")
            }
            Some(_) => return,
            None => "a date without a year, and nothing tells the year; not taken".into(),
        };
        self.article.notes.push(Note::new("P025", said));
    }

    /// Between which days the text says itself that it was written.
    fn bound_date(&mut self) {
        let text = super::head(&self.article.text, MAX_LINE_BYTES);
        self.article.date_bounds = bounds::bounds(&self.reader().dates, text);
        let Some(bounds) = self.article.date_bounds else { return };
        let said = match (bounds.earliest, bounds.latest) {
            (Some(from), Some(to)) => format!("written from {from} to {to}"),
            (Some(from), None) => format!("written in or after {from}"),
            (None, Some(to)) => format!("written in or before {to}"),
            (None, None) => return,
        };
        self.article.notes.push(Note::new("P011", format!("{said}, by the years that the text names (inferred)")));
    }

    /// The month of the first date at the text's beginning that lies in the year or gives none, or at least the year.
    ///
    /// The text's own year counts only where such a date stands and is news: "the attacks of September 11, 2001" are
    /// history.
    fn inferred_date(&self, own_year: Option<i16>, page_year: Option<i16>) -> Option<PartialDate> {
        let year = own_year.or(page_year)?;
        let lede = super::head(&self.article.text, LEDE_BYTES);
        let words = &self.reader().dates;
        let is_news = |d: &FoundDate| d.year.is_none() || !bounds::looks_back(words, lede, d.span.start);
        let dates = words.find(lede);
        let first = dates.iter().find(|d| d.day.is_some() && d.year.is_none_or(|y| y == year) && is_news(d));
        match first {
            Some(date) => PartialDate::month_of(year, date.month),
            None => page_year.and_then(PartialDate::year_only),
        }
    }
}

/// Bytes of a list marker ("• ", "3. ") at the beginning of a line.
fn list_marker(words: &str) -> Option<usize> {
    let bullet = words.trim_start_matches(['•', '▪', '◦', '‣', '·', '*', '-', '–']);
    let digits = words.trim_start_matches(|c: char| c.is_ascii_digit());
    let numbered = digits.strip_prefix(['.', ')']).filter(|_| (1..=2).contains(&(words.len() - digits.len())));
    let rest = if bullet.len() < words.len() && words.len() - bullet.len() <= 4 { bullet } else { numbered? };
    let text = rest.trim_start();
    (text.len() < rest.len() && !text.is_empty()).then(|| words.len() - text.len())
}

/// A title without line breaks and repeated spaces.
fn one_line(words: &str) -> String {
    words.split_whitespace().collect::<Vec<_>>().join(" ")
}
