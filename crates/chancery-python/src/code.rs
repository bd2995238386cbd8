//! `chancery.code` and `chancery.parse`: texts in, tables out, without a ledger.

use crate::error::Failure;
use crate::table::{Filling, Table};
use chancery::text::{CharIndex, Document, PartialDate};
use chancery::{
    ArticleRecord, CodedInput, Data, EventRecord, Input, InputStatus, Pipeline, QuoteRecord, ReadOptions, Run,
    code_inputs,
};
use chancery_lang::plain_article;
use chancery_parquet::table::Kind::{Real, Text, Texts, Truth, Whole};
use chancery_parquet::table::{Cell, Kind, Rows};
use pyo3::prelude::*;
use std::sync::OnceLock;

/// The pipeline, loaded at the first call.
static PIPELINE: OnceLock<Pipeline> = OnceLock::new();

pub(crate) fn pipeline() -> Result<&'static Pipeline, Failure> {
    if PIPELINE.get().is_none() {
        // Two first calls at once load it twice; one of the two is kept.
        let loaded = Pipeline { for_ledger: false, ..Pipeline::load(&Data::embedded())? };
        let _ = PIPELINE.set(loaded);
    }
    PIPELINE.get().ok_or_else(|| Failure::Value("the pipeline could not be loaded".into()))
}

/// What `code` gives: a table each for articles, events and quotes.
#[pyclass(module = "chancery", frozen, get_all)]
#[derive(Debug)]
pub(crate) struct Coded {
    articles: Py<Table>,
    events: Py<Table>,
    quotes: Py<Table>,
    /// Texts that could not be read: their number and the reason.
    unread: Vec<(usize, String)>,
}

#[pymethods]
impl Coded {
    fn __repr__(&self, py: Python<'_>) -> String {
        let rows = |table: &Py<Table>| table.bind(py).len().unwrap_or(0);
        let (articles, events, quotes) = (rows(&self.articles), rows(&self.events), rows(&self.quotes));
        format!("<chancery.Coded: {articles} articles, {events} reports of events, {quotes} quotes>")
    }
}

/// Codes texts: one string or many; plain text, Markdown, HTML or a feed.
///
/// ``date`` is the date to count from where a text states none; ``threads`` is one a core where it is 0. The same texts give
/// the same tables, whatever the number of threads. ``events`` has a row for each report; rows with the same ``event`` were
/// judged to tell of one thing that happened. ``text`` is the number of the text, from 0; ``start`` and ``end`` count
/// characters in it (of HTML, in the text taken out of it).
///
/// >>> import chancery
/// >>> coded = chancery.code(["Putin visited Beijing on Tuesday.", "Norway thanked Sweden."], date="2026-03-04")
/// >>> coded.events["type"][0], coded.events["actor_codes"][0], coded.events["date"][0]
/// ('CONSULT', ['RUS GOV'], '2026-03-03')
/// >>> coded.events["evidence"][0]
/// 'Putin visited Beijing on Tuesday'
/// >>> chancery.code("Nothing.", date="soon")
/// Traceback (most recent call last):
/// ValueError: "soon" is no date; write 2026-02-15, 2026-02 or 2026
#[pyfunction]
#[pyo3(signature = (texts, *, date = None, threads = 0))]
pub(crate) fn code(py: Python<'_>, texts: &Bound<'_, PyAny>, date: Option<&str>, threads: usize) -> PyResult<Coded> {
    let texts: Vec<String> = match texts.extract::<String>() {
        Ok(one) => vec![one],
        Err(_) => texts.try_iter()?.map(|t| t?.extract::<String>()).collect::<PyResult<_>>()?,
    };
    let fallback_date = date_of(date)?;
    let run = Run { options: ReadOptions { fallback_date, ..ReadOptions::default() }, threads, ..Run::default() };
    py.detach(|| code_texts(texts, &run))?.coded(py)
}

/// A date as it is written on the command line.
pub(crate) fn date_of(date: Option<&str>) -> Result<Option<PartialDate>, Failure> {
    let parse = |written: &str| {
        let wrong = |_| Failure::Value(format!("{written:?} is no date; write 2026-02-15, 2026-02 or 2026"));
        written.parse().map_err(wrong)
    };
    date.map(parse).transpose()
}

/// The three tables while they are filled.
pub(crate) struct Tables {
    articles: Filling,
    events: Filling,
    quotes: Filling,
    unread: Vec<(usize, String)>,
}

impl Tables {
    pub(crate) fn new() -> Self {
        Tables { articles: table(&ARTICLES), events: table(&EVENTS), quotes: table(&QUOTES), unread: Vec::new() }
    }

    /// Adds an article of the text with this number.
    pub(crate) fn add(&mut self, number: usize, article: &ArticleRecord) -> Result<(), Failure> {
        self.articles.add(article_cells(number, article))?;
        for event in &article.events {
            self.events.add(event_cells(number, article, event))?;
        }
        for quote in &article.quotes {
            self.quotes.add(quote_cells(number, article, quote))?;
        }
        Ok(())
    }

    pub(crate) fn coded(self, py: Python<'_>) -> PyResult<Coded> {
        let made = |filling: Filling| Py::new(py, filling.finish().map_err(Failure::from)?);
        Ok(Coded {
            articles: made(self.articles)?,
            events: made(self.events)?,
            quotes: made(self.quotes)?,
            unread: self.unread,
        })
    }
}

/// `text` is the number of the text, from 0.
fn code_texts(texts: Vec<String>, run: &Run) -> Result<Tables, Failure> {
    let name = |i: usize| format!("text-{i}.txt");
    let numbered = texts.into_iter().enumerate();
    let inputs: Vec<Input> =
        numbered.map(|(i, text)| Input::Memory { name: name(i), bytes: text.into_bytes().into() }).collect();
    let mut tables = Tables::new();
    for coded in code_inputs(pipeline()?, &inputs, run, &|_| {})? {
        let coded: CodedInput = coded?;
        let whole = coded.archive.as_deref().unwrap_or(&coded.name);
        let number = whole.trim_start_matches("text-").trim_end_matches(".txt").parse().unwrap_or_default();
        if let InputStatus::Failed(reason) = coded.status {
            tables.unread.push((number, reason));
        }
        for (article, _) in &coded.articles {
            tables.add(number, article)?;
        }
    }
    Ok(tables)
}

pub(crate) fn table(columns: &[(&str, Kind)]) -> Filling {
    Filling::new(Rows::new(columns))
}

const ARTICLES: [(&str, Kind); 11] = [
    ("text", Whole),
    ("article", Text),
    ("start", Whole),
    ("end", Whole),
    ("kind", Text),
    ("title", Text),
    ("outlet", Text),
    ("authors", Texts),
    ("published", Text),
    ("url", Text),
    ("notes", Texts),
];

fn article_cells<'a>(number: usize, a: &'a ArticleRecord) -> [Cell<'a>; 11] {
    [
        Cell::count(number),
        Cell::Text(Some(&a.id)),
        Cell::count(a.start),
        Cell::count(a.end),
        Cell::Text(Some(&a.kind)),
        Cell::Text(a.title.as_deref()),
        Cell::Text(a.outlet.as_deref()),
        Cell::Texts(a.authors.iter().map(|x| Some(x.as_str())).collect()),
        Cell::Text(a.date.as_deref()),
        Cell::Text(a.url.as_deref()),
        Cell::Texts(a.notes.iter().map(|n| Some(n.text.as_str())).collect()),
    ]
}

const EVENTS: [(&str, Kind); 28] = [
    ("text", Whole),
    ("article", Text),
    ("event", Text),
    ("type", Text),
    ("mode", Text),
    ("cameo", Text),
    ("contexts", Texts),
    ("status", Text),
    ("historical", Truth),
    ("date", Text),
    ("date_from", Text),
    ("actor_names", Texts),
    ("actor_codes", Texts),
    ("actor_texts", Texts),
    ("recipient_names", Texts),
    ("recipient_codes", Texts),
    ("recipient_texts", Texts),
    ("place", Text),
    ("place_country", Text),
    ("place_precision", Text),
    ("place_lat", Real),
    ("place_lon", Real),
    ("claimant", Text),
    ("confidence", Real),
    ("why", Text),
    ("start", Whole),
    ("end", Whole),
    ("evidence", Text),
];

fn event_cells<'a>(number: usize, article: &'a ArticleRecord, e: &'a EventRecord) -> [Cell<'a>; 28] {
    let location = e.location.as_ref();
    [
        Cell::count(number),
        Cell::Text(Some(&article.id)),
        Cell::Text(e.event.as_deref()),
        Cell::Text(Some(&e.event_type)),
        Cell::Text(e.mode.as_deref()),
        Cell::Text(e.cameo.as_deref()),
        Cell::Texts(e.contexts.iter().map(|c| Some(c.as_str())).collect()),
        Cell::Text(Some(&e.status)),
        Cell::Truth(e.historical),
        Cell::Text(e.date.as_deref()),
        Cell::Text(e.date_from.as_deref()),
        Cell::parties(&e.actors, |p| p.name.as_deref()),
        Cell::parties(&e.actors, |p| p.code.as_deref()),
        Cell::parties(&e.actors, |p| Some(&p.text)),
        Cell::parties(&e.recipients, |p| p.name.as_deref()),
        Cell::parties(&e.recipients, |p| p.code.as_deref()),
        Cell::parties(&e.recipients, |p| Some(&p.text)),
        Cell::Text(e.place.as_deref()),
        Cell::Text(location.and_then(|l| l.country.as_deref())),
        Cell::Text(location.and_then(|l| l.precision.as_deref())),
        Cell::Real(location.and_then(|l| l.lat)),
        Cell::Real(location.and_then(|l| l.lon)),
        Cell::Text(e.claimant.as_deref()),
        Cell::confidence(e.confidence),
        Cell::Text(Some(&e.why)),
        Cell::count(e.start),
        Cell::count(e.end),
        Cell::Text(Some(&e.text)),
    ]
}

const QUOTES: [(&str, Kind); 12] = [
    ("text", Whole),
    ("article", Text),
    ("kind", Text),
    ("stance", Text),
    ("speaker", Text),
    ("speaker_code", Text),
    ("speaker_text", Text),
    ("addressee", Text),
    ("cue", Text),
    ("start", Whole),
    ("end", Whole),
    ("words", Text),
];

fn quote_cells<'a>(number: usize, article: &'a ArticleRecord, q: &'a QuoteRecord) -> [Cell<'a>; 12] {
    [
        Cell::count(number),
        Cell::Text(Some(&article.id)),
        Cell::Text(Some(&q.kind)),
        Cell::Text(q.stance.as_deref()),
        Cell::Text(q.speaker.as_deref()),
        Cell::Text(q.speaker_code.as_deref()),
        Cell::Text(q.speaker_text.as_deref()),
        Cell::Text(q.addressee.as_deref()),
        Cell::Text(q.cue.as_deref()),
        Cell::count(q.start),
        Cell::count(q.end),
        Cell::Text(Some(&q.text)),
    ]
}

const TOKENS: [(&str, Kind); 9] = [
    ("sentence", Whole),
    ("id", Whole),
    ("start", Whole),
    ("end", Whole),
    ("form", Text),
    ("lemma", Text),
    ("upos", Text),
    ("head", Whole),
    ("deprel", Text),
];

/// Parses a plain text (a blank line ends a paragraph): a row a word, as in CoNLL-U.
///
/// >>> import chancery
/// >>> table = chancery.parse("Two envoys met.")
/// >>> table["form"], table["head"]
/// (['Two', 'envoys', 'met', '.'], [2, 3, 0, 3])
#[pyfunction]
pub(crate) fn parse(py: Python<'_>, text: &str) -> PyResult<Table> {
    Ok(py.detach(|| tokens(text))?)
}

fn tokens(text: &str) -> Result<Table, Failure> {
    let document: Document = pipeline()?.language.parse(plain_article(text));
    let chars = CharIndex::new(&document.article.text);
    let mut rows = table(&TOKENS);
    for (n, sentence) in document.sentences.iter().enumerate() {
        // As in CoNLL-U, words of a sentence are counted from 1, and the head of the root is 0.
        let first = sentence.tokens.start;
        for at in sentence.tokens.clone() {
            let Some(token) = document.tokens.get(at) else { continue };
            let head = token.head.map_or(0, |h| h.saturating_sub(first) + 1);
            rows.add([
                Cell::count(n + 1),
                Cell::count(at - first + 1),
                Cell::count(chars.char_at(token.span.start)),
                Cell::count(chars.char_at(token.span.end)),
                Cell::Text(document.article.text.get(token.span.start..token.span.end)),
                Cell::Text(Some(&token.lemma)),
                Cell::Text(Some(&token.upos.to_string())),
                Cell::count(head),
                Cell::Text(Some(&token.rel.to_string())),
            ])?;
        }
    }
    Ok(rows.finish()?)
}
