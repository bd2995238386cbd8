use crate::{PartialDate, Span};
use std::borrow::Cow;
use std::ops::Range;

/// One article, cut out of a page, with what is known of its origin.
///
/// `text` is the page's text from the article's first to its last character, verbatim: nothing is removed, so that an
/// offset in `text` plus [`Article::offset_bytes`] is an offset in the page's text. What of it is content is said by
/// [`Article::blocks`]; a consent notice between two paragraphs is simply in no block.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Article {
    /// `page.txt#3`: the file and the article's number in it, from 1.
    pub id: String,
    /// The input's path as it was given.
    pub file: String,
    /// The page's text from the article's start to its end, verbatim.
    pub text: String,
    /// Bytes of the page's text before `text`.
    pub offset_bytes: usize,
    /// Characters of the page's text before `text`.
    pub offset_chars: usize,
    /// What the page's text is: the input itself, or text taken out of it.
    pub origin: TextOrigin,
    /// Where the words of `text` stand in the input, for text that was taken out of a text format.
    pub input: Option<InputMap>,
    /// What the piece is.
    pub kind: ArticleKind,
    /// Title without the site's name.
    pub title: Option<String>,
    /// Authors, without outlets and dates.
    pub authors: Vec<String>,
    /// Who published it, where stated.
    pub outlet: Option<String>,
    /// When it was published.
    pub date: Option<PartialDate>,
    /// Where no date is stated: between which days the text itself says that it was written.
    pub date_bounds: Option<DateBounds>,
    /// ISO 639-1 code of its language.
    pub language: Option<String>,
    /// Where it was found.
    pub url: Option<String>,
    /// The part of the site in which it stands, as the page states it.
    pub section: Option<String>,
    /// The outlets that it reprints, in the order of mention.
    pub reprinted_from: Vec<String>,
    /// All outlets that it credits, and how, in the order of mention.
    pub credits: Vec<Credit>,
    /// The stretches that are content, in order, without overlaps, in bytes of `text`.
    pub blocks: Vec<Block>,
    /// The voices of the article; at least one, and [`Block::segment`] points into it.
    pub segments: Vec<Segment>,
    /// How sure it is that the piece is one article and a whole one, 0 to 1, where nothing but the text marks its
    /// boundaries.
    pub split_confidence: Option<f32>,
    /// What a reader should know of how it was read.
    pub notes: Vec<Note>,
}

/// Where the words of an extracted text stand in the input.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct InputMap {
    /// Stretches of the text in order, without overlaps.
    pub runs: Vec<InputRun>,
}

/// A stretch of an extracted text and the stretch of the input that it is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct InputRun {
    /// In bytes of the text.
    pub text: Span,
    /// In characters of the decoded input.
    pub input: Range<usize>,
    /// True where both are the same characters; of other stretches only the whole can be found.
    pub same: bool,
}

impl InputMap {
    /// The map of the stretch `span` of the text.
    pub fn cut(&self, text: &str, span: Span) -> InputMap {
        let inside = self.runs.iter().filter(|run| run.text.overlaps(span));
        let runs = inside.map(|run| {
            let kept = Span::new(run.text.start.max(span.start), run.text.end.min(span.end));
            let input = self.of_run(run, text, kept);
            InputRun { text: Span::new(kept.start - span.start, kept.end - span.start), input, same: run.same }
        });
        InputMap { runs: runs.collect() }
    }

    /// From the first to the last character of the input that a stretch of the text stands for.
    pub fn range(&self, text: &str, span: Span) -> Option<(usize, usize)> {
        let mut runs = self.runs.iter().filter(|run| run.text.overlaps(span));
        let first = runs.next()?;
        let last = runs.next_back().unwrap_or(first);
        let part = |run: &InputRun| {
            let kept = Span::new(run.text.start.max(span.start), run.text.end.min(span.end));
            self.of_run(run, text, kept)
        };
        Some((part(first).start, part(last).end))
    }

    fn of_run(&self, run: &InputRun, text: &str, part: Span) -> Range<usize> {
        if !run.same {
            return run.input.clone();
        }
        let chars = |from: usize, to: usize| text.get(from..to).map_or(0, |t| t.chars().count());
        let start = run.input.start + chars(run.text.start, part.start);
        start..start + chars(part.start, part.end)
    }
}

/// Between which days a text was written, inferred from the years that it names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct DateBounds {
    /// It was not written before this began.
    pub earliest: Option<PartialDate>,
    /// It was not written after this ended.
    pub latest: Option<PartialDate>,
}

/// Whether offsets count in the input or in text taken out of it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum TextOrigin {
    /// Plain text: offsets count in the decoded input.
    #[default]
    Input,
    /// HTML and other formats: offsets count in the extracted text.
    Extracted,
}

/// What an article is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum ArticleKind {
    /// A whole article.
    #[default]
    Article,
    /// The first part of an article on an index page.
    Excerpt,
    /// A statement by a party or a government.
    Statement,
}

impl ArticleKind {
    /// `article`, `excerpt` or `statement`.
    pub fn as_str(self) -> &'static str {
        match self {
            ArticleKind::Article => "article",
            ArticleKind::Excerpt => "excerpt",
            ArticleKind::Statement => "statement",
        }
    }
}

impl ArticleKind {
    /// The kind of a name that [`ArticleKind::as_str`] gives.
    pub fn parse(name: &str) -> Option<Self> {
        [ArticleKind::Article, ArticleKind::Excerpt, ArticleKind::Statement].into_iter().find(|k| k.as_str() == name)
    }
}

/// A stretch of content: a title, a paragraph.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Block {
    /// In bytes of the article's text.
    pub span: Span,
    /// What it is.
    pub kind: BlockKind,
    /// Index into [`Article::segments`].
    pub segment: usize,
}

/// What a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BlockKind {
    /// The article's title.
    Title,
    /// A heading inside it.
    Heading,
    /// Running text.
    Paragraph,
    /// One point of a list.
    ListItem,
    /// Text under a picture.
    Caption,
    /// A dateline, byline or credit that stands alone; later stages read no events from it.
    Credit,
}

impl BlockKind {
    const ALL: [BlockKind; 6] = [
        BlockKind::Title,
        BlockKind::Heading,
        BlockKind::Paragraph,
        BlockKind::ListItem,
        BlockKind::Caption,
        BlockKind::Credit,
    ];

    /// `title`, `heading`, `paragraph`, `list-item`, `caption` or `credit`.
    pub fn as_str(self) -> &'static str {
        match self {
            BlockKind::Title => "title",
            BlockKind::Heading => "heading",
            BlockKind::Paragraph => "paragraph",
            BlockKind::ListItem => "list-item",
            BlockKind::Caption => "caption",
            BlockKind::Credit => "credit",
        }
    }

    /// The kind of a name that [`BlockKind::as_str`] gives.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|k| k.as_str() == name)
    }
}

/// One voice of an article: the outlet's own introduction, or a piece that it reprints.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Segment {
    /// Whose text it is; `None` means the article's own outlet.
    pub outlet: Option<String>,
    /// The date of that text (of its dateline), where it differs from the article's or is the only one stated.
    pub date: Option<PartialDate>,
    /// Place of the dateline.
    pub place: Option<String>,
}

/// An outlet that an article credits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Credit {
    /// Its name.
    pub outlet: String,
    /// What it has to do with the text.
    pub relation: CreditRelation,
    /// The words that say so, in bytes of the article's text.
    pub span: Span,
}

/// What an outlet has to do with a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum CreditRelation {
    /// The text, or a part of it, is the outlet's.
    Reprint,
    /// The outlet prints the same text, or another version of it, elsewhere.
    Version,
    /// The outlet made it together with another.
    Partner,
    /// The outlet stands in the dateline.
    Dateline,
}

impl CreditRelation {
    /// `reprint`, `version`, `partner` or `dateline`.
    pub fn as_str(self) -> &'static str {
        match self {
            CreditRelation::Reprint => "reprint",
            CreditRelation::Version => "version",
            CreditRelation::Partner => "partner",
            CreditRelation::Dateline => "dateline",
        }
    }
}

impl CreditRelation {
    const ALL: [CreditRelation; 4] =
        [CreditRelation::Reprint, CreditRelation::Version, CreditRelation::Partner, CreditRelation::Dateline];

    /// The relation of a name that [`CreditRelation::as_str`] gives.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.into_iter().find(|r| r.as_str() == name)
    }
}

/// The host of an address without `www.`: `example.org` of `https://www.example.org:8080/a`.
pub fn domain(url: &str) -> Option<String> {
    let (_, rest) = url.trim().split_once("://")?;
    let host = rest.split(['/', '?', '#']).next()?.rsplit('@').next()?.split(':').next()?.to_lowercase();
    let host = host.strip_prefix("www.").unwrap_or(&host);
    host.contains('.').then(|| host.to_string())
}

/// Something a reader should know: a code and a sentence.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// `P004`: a letter for the stage and a number.
    pub code: Cow<'static, str>,
    /// What happened and what was done.
    pub text: String,
}

impl Note {
    /// A note.
    pub fn new(code: impl Into<Cow<'static, str>>, text: impl Into<String>) -> Self {
        Note { code: code.into(), text: text.into() }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn domains_of_addresses() {
        assert_eq!(domain("https://www.Example.org:8080/a?b").as_deref(), Some("example.org"));
        assert_eq!(domain("https://ana@news.example.org#a").as_deref(), Some("news.example.org"));
        assert_eq!(domain("file:///a.b/c"), None);
        assert_eq!(domain("no address"), None);
    }
}
