//! What of an article's text is content, kept so that a ledger can code it again without the page that it came from.

use crate::ArticleRecord;
use chancery_text::{
    Article, ArticleKind, Block, BlockKind, Credit, CreditRelation, DateBounds, Note, PartialDate, Segment, Span,
    TextOrigin,
};
use serde::{Deserialize, Serialize};

/// The stretches of an article that are content, in bytes of its text, and the voices that they belong to.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct LayoutRecord {
    /// The stretches, in order.
    pub blocks: Vec<BlockRecord>,
    /// Whose words they are.
    pub voices: Vec<VoiceRecord>,
    /// Between which days the text says that it was written.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub written: Option<[Option<String>; 2]>,
    /// Bytes of the page's text before the article.
    pub before: usize,
}

/// A stretch of content: first byte, one past the last, kind, index of its voice.
pub type BlockRecord = (usize, usize, String, usize);

/// A voice: outlet, date and place of its dateline.
pub type VoiceRecord = [Option<String>; 3];

/// The layout of an article.
pub fn layout_record(article: &Article) -> LayoutRecord {
    let date = |d: PartialDate| d.to_string();
    LayoutRecord {
        blocks: article
            .blocks
            .iter()
            .map(|b| (b.span.start, b.span.end, b.kind.as_str().to_string(), b.segment))
            .collect(),
        voices: article.segments.iter().map(|s| [s.outlet.clone(), s.date.map(date), s.place.clone()]).collect(),
        written: article.date_bounds.map(|b| [b.earliest.map(date), b.latest.map(date)]),
        before: article.offset_bytes,
    }
}

/// The article that a record was made of: all that later stages read. Where the words of extracted text stand in the
/// input is not kept.
pub fn article_of(record: &ArticleRecord, text: &str, layout: &LayoutRecord) -> Article {
    let date = |d: &Option<String>| d.as_deref().and_then(|d| d.parse::<PartialDate>().ok());
    let extracted = record.text.is_some();
    Article {
        id: record.id.clone(),
        file: record.file.clone(),
        text: text.to_string(),
        offset_bytes: layout.before,
        offset_chars: if extracted { 0 } else { record.start },
        origin: if extracted { TextOrigin::Extracted } else { TextOrigin::Input },
        input: None,
        kind: ArticleKind::parse(&record.kind).unwrap_or_default(),
        title: record.title.clone(),
        authors: record.authors.clone(),
        outlet: record.outlet.clone(),
        date: date(&record.date),
        date_bounds: layout.written.as_ref().map(|[a, b]| DateBounds { earliest: date(a), latest: date(b) }),
        language: record.language.clone(),
        url: record.url.clone(),
        section: record.section.clone(),
        reprinted_from: record.reprinted_from.clone(),
        credits: credits(record, text),
        blocks: layout.blocks.iter().filter_map(|b| block(b, text, layout.voices.len())).collect(),
        segments: layout
            .voices
            .iter()
            .map(|[outlet, day, place]| Segment { outlet: outlet.clone(), date: date(day), place: place.clone() })
            .collect(),
        split_confidence: record.split_confidence,
        notes: record.notes.iter().map(|n| Note::new(n.code.clone(), n.text.clone())).collect(),
    }
}

/// A stretch that does not stand in the text is left out: a ledger may have been edited by hand.
fn block((start, end, kind, segment): &BlockRecord, text: &str, voices: usize) -> Option<Block> {
    let kind = BlockKind::parse(kind)?;
    text.get(*start..*end)?;
    (*segment < voices).then_some(Block { span: Span::new(*start, *end), kind, segment: *segment })
}

fn credits(record: &ArticleRecord, text: &str) -> Vec<Credit> {
    let before = if record.text.is_some() { 0 } else { record.start };
    let byte = |at: usize| text.char_indices().map(|(i, _)| i).chain([text.len()]).nth(at.checked_sub(before)?);
    let credit = |c: &crate::CreditRecord| {
        Some(Credit {
            outlet: c.outlet.clone(),
            relation: CreditRelation::parse(&c.relation)?,
            span: Span::new(byte(c.start)?, byte(c.end)?),
        })
    };
    record.credits.iter().filter_map(credit).collect()
}
