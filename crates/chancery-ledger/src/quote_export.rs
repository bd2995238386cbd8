//! Quotes in the shapes of other tools.

use crate::Result;
use crate::export::{write_csv, write_json};
use crate::name_for_others;
use crate::people::QuoteView;
use serde_json::{Map, Value, json};
use std::io::Write;

/// A shape that quotes are written in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum QuoteFormat {
    /// One JSON object a quote: article, quote, passage, events.
    Jsonl,
    /// A table with a header.
    Csv,
    /// GDELT's Global Quotation Graph: one JSON object an article, quotes in marks only, without speakers.
    Gqg,
    /// schema.org `Quotation` for what stands in marks and `Claim` for reported speech, one JSON-LD object a line.
    SchemaOrg,
}

const CSV_COLUMNS: [&str; 17] = [
    "article_id",
    "date",
    "outlet",
    "url",
    "title",
    "start",
    "end",
    "kind",
    "stance",
    "speaker",
    "speaker_code",
    "speaker_text",
    "addressee",
    "cue",
    "chain",
    "events",
    "text",
];

/// Writes quotes; those of one article stand together, as [`Ledger::quotes`](crate::Ledger::quotes) gives them.
///
/// # Errors
/// Where `out` cannot be written to.
pub fn write_quotes(format: QuoteFormat, quotes: &[QuoteView], out: &mut dyn Write) -> Result<()> {
    match format {
        QuoteFormat::Jsonl => quotes
            .iter()
            .try_for_each(|q| write_json(out, &QuoteView { article: q.article.clone().for_others(), ..q.clone() })),
        QuoteFormat::SchemaOrg => quotes.iter().try_for_each(|q| write_json(out, &schema_org(q))),
        QuoteFormat::Gqg => quotes
            .chunk_by(|a, b| a.article.key == b.article.key)
            .filter_map(gqg)
            .try_for_each(|article| write_json(out, &article)),
        QuoteFormat::Csv => {
            write_csv(out, CSV_COLUMNS.map(String::from))?;
            quotes.iter().try_for_each(|q| write_csv(out, csv_row(q)))
        }
    }
}

/// One article of the quotation graph; `None` where nothing in it stands in marks.
fn gqg(quotes: &[QuoteView]) -> Option<Value> {
    let article = &quotes.first()?.article;
    let quoted = quotes.iter().filter(|q| q.quote.kind != "indirect");
    let rows: Vec<Value> = quoted
        .map(|q| json!({"pre": tail(&q.passage.before), "quote": q.quote.text, "post": head(&q.passage.after)}))
        .collect();
    let date = article.date.as_ref().filter(|d| d.len() == 10).map(|d| format!("{d}T00:00:00Z"));
    let lang = "ENGLISH";
    (!rows.is_empty())
        .then(|| json!({"date": date, "url": article.url, "title": article.title, "lang": lang, "quotes": rows}))
}

/// Characters of context on each side of a quotation.
const CONTEXT_CHARS: usize = 100;

fn tail(text: &str) -> String {
    let skipped = text.chars().count().saturating_sub(CONTEXT_CHARS);
    text.chars().skip(skipped).collect()
}

fn head(text: &str) -> String {
    text.chars().take(CONTEXT_CHARS).collect()
}

fn schema_org(view: &QuoteView) -> Value {
    let quote = &view.quote;
    let speaker =
        quote.speaker.as_ref().or(quote.speaker_text.as_ref()).map(|name| json!({"@type": "Thing", "name": name}));
    let article = &view.article;
    let source = without_nulls(json!({
        "@type": "NewsArticle",
        "headline": article.title,
        "url": article.url,
        "datePublished": article.date,
        "publisher": article.outlet.as_ref().map(|o| json!({"@type": "Organization", "name": o})),
    }));
    let value = if quote.kind == "indirect" {
        json!({"@context": "https://schema.org", "@type": "Claim", "text": quote.text, "author": speaker, "appearance": source})
    } else {
        json!({"@context": "https://schema.org", "@type": "Quotation", "text": quote.text, "creator": speaker, "isPartOf": source})
    };
    without_nulls(value)
}

fn without_nulls(value: Value) -> Value {
    match value {
        Value::Object(map) => Value::Object(map.into_iter().filter(|(_, v)| !v.is_null()).collect::<Map<_, _>>()),
        other => other,
    }
}

fn csv_row(view: &QuoteView) -> [String; 17] {
    let (article, quote) = (&view.article, &view.quote);
    let known = |text: &Option<String>| text.clone().unwrap_or_default();
    let chain = quote.chain.iter().map(|l| format!("{}={}", l.role, l.name.replace('|', "/")));
    let events = view.events.iter().map(|e| format!("{}:{}:{}", e.id, e.event_type, e.status));
    [
        name_for_others(&article.id),
        known(&article.date),
        known(&article.outlet),
        known(&article.url),
        known(&article.title),
        quote.start.to_string(),
        quote.end.to_string(),
        quote.kind.clone(),
        known(&quote.stance),
        known(&quote.speaker),
        known(&quote.speaker_code),
        known(&quote.speaker_text),
        known(&quote.addressee),
        known(&quote.cue),
        chain.collect::<Vec<_>>().join("|"),
        events.collect::<Vec<_>>().join("|"),
        quote.text.clone(),
    ]
}
