//! The JSON that outside tools rely on: one coded article (`chancery code --format jsonl`, the ledger, the HTTP interface).
//!
//! In: an article with its mentions, reports and quotes, whose spans count bytes. Out: [`ArticleRecord`], whose `start`
//! and `end` count **characters** (Unicode scalar values) of the decoded input, or of the extracted text where the input
//! is not plain text. `null` where nothing is known, never an empty string. Analysis types may change; these may not.

mod layout;
mod telling;

pub use layout::{BlockRecord, LayoutRecord, VoiceRecord, article_of, layout_record};

use chancery_text::{
    Article, CharIndex, Credit, Evidence, Link, Mention, Note, Participant, Place, Point, Quote, Report, Segment, Span,
    TextOrigin, WordTarget, Wording, domain,
};
use serde::{Deserialize, Serialize};

/// One coded article.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ArticleRecord {
    /// The input's path as it was given.
    pub file: String,
    /// `page.txt#3`.
    pub id: String,
    /// First character of the article in the page's text.
    pub start: usize,
    /// One past its last character.
    pub end: usize,
    /// `article`, `excerpt` or `statement`.
    pub kind: String,
    /// Title without the site's name.
    pub title: Option<String>,
    /// Who published it.
    pub outlet: Option<String>,
    /// Authors.
    pub authors: Vec<String>,
    /// Date of publication, `YYYY-MM-DD` or shorter.
    pub date: Option<String>,
    /// ISO 639-1 code.
    pub language: Option<String>,
    /// The outlets that it reprints.
    pub reprinted_from: Vec<String>,
    /// Where it was found.
    pub url: Option<String>,
    /// The host of that, without `www.`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub domain: Option<String>,
    /// The part of the site in which it stands.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub section: Option<String>,
    /// The article's text, where offsets do not count in the input itself.
    pub text: Option<String>,
    /// Who is named.
    pub mentions: Vec<MentionRecord>,
    /// What is reported.
    pub events: Vec<EventRecord>,
    /// What is said.
    pub quotes: Vec<QuoteRecord>,
    /// Its voices, where it has more than one: the outlet's own words and each piece that it reprints.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub segments: Vec<SegmentRecord>,
    /// The outlets that it credits, in the order of mention.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub credits: Vec<CreditRecord>,
    /// The words by which its actors and events are told; left out where not asked for.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub wording: Vec<WordingRecord>,
    /// How sure it is that the piece is one article and a whole one, 0 to 1, where nothing but the text marks its
    /// boundaries.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub split_confidence: Option<f32>,
    /// What a reader should know of how it was read.
    pub notes: Vec<NoteRecord>,
    /// Which stretches of the text are content: all that is needed to code it again. Only for a ledger.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub layout: Option<LayoutRecord>,
}

/// One voice of an article.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SegmentRecord {
    /// First character.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// Whose words they are; `null` for the article's own outlet.
    pub outlet: Option<String>,
    /// Their date, where it is not the article's.
    pub date: Option<String>,
    /// The place of their dateline.
    pub place: Option<String>,
}

/// An outlet that an article credits.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct CreditRecord {
    /// First character of the words that say so.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// The words.
    pub text: String,
    /// Who is credited.
    pub outlet: String,
    /// `reprint` (the text is theirs), `version` (they print it elsewhere), `partner` (made together), `dateline`.
    pub relation: String,
}

/// Words and what stands around them, to find them in the page itself: a W3C `TextQuoteSelector`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct SelectorRecord {
    /// `TextQuoteSelector`.
    #[serde(rename = "type")]
    pub kind: String,
    /// The words.
    pub exact: String,
    /// What stands before them in their paragraph; left out where nothing does.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub prefix: Option<String>,
    /// What stands behind them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub suffix: Option<String>,
    /// Where the words stand in the input, marks between them included; of Markdown only.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub input: Option<InputRecord>,
}

/// A stretch of the decoded input.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputRecord {
    /// First character.
    pub start: usize,
    /// One past the last.
    pub end: usize,
}

/// Someone named.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct MentionRecord {
    /// First character.
    pub start: usize,
    /// One past the last.
    pub end: usize,
    /// The words.
    pub text: String,
    /// Full name.
    pub name: Option<String>,
    /// `CHN GOV`.
    pub code: Option<String>,
    /// `country`, `person`, …
    pub kind: String,
    /// Wikidata id.
    pub wikidata: Option<String>,
    /// 0 to 1.
    pub confidence: f32,
    /// Why it was resolved so.
    pub why: String,
}

/// Where a place lies.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct LocationRecord {
    /// Country code.
    pub country: Option<String>,
    /// `city`, `region` or `country`; `null` for a place that the directory does not know.
    pub precision: Option<String>,
    /// Degrees north.
    pub lat: Option<f64>,
    /// Degrees east.
    pub lon: Option<f64>,
    /// What states it: the event's own `clause`, another one of its `sentence`, or the `dateline`.
    pub stated: String,
}

/// One report of an event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EventRecord {
    /// First character of the evidence.
    pub start: usize,
    /// One past its last.
    pub end: usize,
    /// The clause that states it.
    pub text: String,
    /// PLOVER type.
    #[serde(rename = "type")]
    pub event_type: String,
    /// PLOVER mode.
    pub mode: Option<String>,
    /// CAMEO code.
    pub cameo: Option<String>,
    /// PLOVER contexts.
    pub contexts: Vec<String>,
    /// Who does it.
    pub actors: Vec<PartyRecord>,
    /// To whom.
    pub recipients: Vec<PartyRecord>,
    /// `occurred`, `ongoing`, `planned`, `hypothetical`, `denied` or `called-for`.
    pub status: String,
    /// True for background from long before the article.
    pub historical: bool,
    /// True where the parties do it together (a meeting) or to each other ("expelled each other's envoys").
    #[serde(default)]
    pub symmetric: bool,
    /// When, `YYYY-MM-DD` or shorter.
    pub date: Option<String>,
    /// What that rests on: `stated`, `the sentence before`, `another telling`, `the lead` or `the article`.
    #[serde(default)]
    pub date_from: Option<String>,
    /// Where.
    pub place: Option<String>,
    /// Where that is, and what says so.
    #[serde(default)]
    pub location: Option<LocationRecord>,
    /// Who says so.
    pub claimant: Option<String>,
    /// Rows with the same id were judged to tell of one thing that happened.
    pub event: Option<String>,
    /// 0 to 1.
    pub confidence: f32,
    /// The rule or the features that led to it.
    pub why: String,
    /// How to find the evidence in the page, where offsets count in text taken out of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selector: Option<SelectorRecord>,
}

/// A party to an event.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PartyRecord {
    /// The words that name it.
    pub text: String,
    /// Full name.
    pub name: Option<String>,
    /// `CHN GOV`.
    pub code: Option<String>,
    /// `country`, `person`, `body` …, as mentions have it.
    #[serde(default)]
    pub kind: Option<String>,
    /// First character of the words.
    pub start: usize,
    /// One past the last.
    pub end: usize,
}

/// Something that was said.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct QuoteRecord {
    /// First character of what was said.
    pub start: usize,
    /// One past its last.
    pub end: usize,
    /// What was said.
    pub text: String,
    /// `direct`, `indirect` or `mixed`.
    pub kind: String,
    /// Who said it.
    pub speaker: Option<String>,
    /// The speaker's code, `CHN GOV`.
    pub speaker_code: Option<String>,
    /// The words that name the speaker.
    pub speaker_text: Option<String>,
    /// The word that tells of the saying.
    pub cue: Option<String>,
    /// Who passed it on, from the speaker outward.
    pub via: Vec<String>,
    /// How the speaker stands to it: `assert`, `deny`, `promise`, `demand`, `doubt` or `ask`.
    #[serde(default)]
    pub stance: Option<String>,
    /// To whom it was said, where stated.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub addressee: Option<String>,
    /// Through whom it came to the reader, from whoever said it outward.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub chain: Vec<LinkRecord>,
    /// How to find what was said in the page, where offsets count in text taken out of it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub selector: Option<SelectorRecord>,
}

/// A word by which an actor or an event is told.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct WordingRecord {
    /// First character of the word.
    pub start: usize,
    /// One past its last.
    pub end: usize,
    /// Its dictionary form.
    pub lemma: String,
    /// `noun`, `adjective` or `verb`.
    pub part: String,
    /// `name`, `modifier`, `does`, `undergoes` (of an actor) or `tells`, `modifier` (of an event).
    pub relation: String,
    /// The actor's name.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// The actor's code.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// Of an event: the number of its report in the article, from 0.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub report: Option<usize>,
    /// The outlet in whose voice the text is written: of a reprint, the one it is from.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub outlet: Option<String>,
    /// True between quotation marks: these are not the outlet's words.
    pub quoted: bool,
    /// Whose words they are, where quoted and known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker: Option<String>,
    /// The code of that speaker.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub speaker_code: Option<String>,
}

/// One that a saying passed through.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LinkRecord {
    /// `principal`, `spokesperson`, `speaker`, `reported-by`, `reprinted-from` or `outlet`.
    pub role: String,
    /// Who it is.
    pub name: String,
    /// His code, `CHN GOV`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub code: Option<String>,
    /// The words that name him; `null` where only the page's metadata do.
    pub text: Option<String>,
    /// First character of the words.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub start: Option<usize>,
    /// One past the last.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub end: Option<usize>,
}

/// Something a reader should know.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NoteRecord {
    /// `P004`.
    pub code: String,
    /// What happened and what was done.
    pub text: String,
}

/// Writes one coded article; `event_ids` has one entry a report.
pub fn article_record(
    article: &Article,
    mentions: &[Mention],
    reports: &[Report],
    event_ids: &[String],
    quotes: &[Quote],
    wording: &[Wording],
) -> ArticleRecord {
    // Extracted text is given with the article, so its offsets count from the article's own first character.
    let before = if article.origin == TextOrigin::Input { article.offset_chars } else { 0 };
    let chars = Chars { index: CharIndex::new(&article.text), before };
    let (start, end) = chars.range(Span::new(0, article.text.len()));
    ArticleRecord {
        file: article.file.clone(),
        id: article.id.clone(),
        start,
        end,
        kind: article.kind.as_str().into(),
        title: article.title.clone(),
        outlet: article.outlet.clone(),
        authors: article.authors.clone(),
        date: article.date.map(|d| d.to_string()),
        language: article.language.clone(),
        reprinted_from: article.reprinted_from.clone(),
        url: article.url.clone(),
        domain: article.url.as_deref().and_then(domain),
        section: article.section.clone(),
        text: (article.origin == TextOrigin::Extracted).then(|| article.text.clone()),
        mentions: mentions.iter().flat_map(|m| mention_records(article, m, &chars)).collect(),
        events: reports.iter().enumerate().map(|(i, r)| event_record(article, r, event_ids.get(i), &chars)).collect(),
        quotes: quotes.iter().map(|q| quote_record(article, q, &chars)).collect(),
        segments: segment_records(article, &chars),
        credits: article.credits.iter().map(|c| credit_record(article, c, &chars)).collect(),
        wording: wording.iter().map(|w| wording_record(w, &chars)).collect(),
        split_confidence: article.split_confidence,
        notes: article.notes.iter().map(note_record).collect(),
        layout: None,
    }
}

/// Character offsets in the page's text.
struct Chars {
    index: CharIndex,
    before: usize,
}

impl Chars {
    fn range(&self, span: Span) -> (usize, usize) {
        (self.before + self.index.char_at(span.start), self.before + self.index.char_at(span.end))
    }
}

fn mention_records(article: &Article, mention: &Mention, chars: &Chars) -> Vec<MentionRecord> {
    let (start, end) = chars.range(mention.span);
    let record = |actor: &chancery_text::Actor| MentionRecord {
        start,
        end,
        text: mention.span.of(&article.text).to_string(),
        name: non_empty(&actor.name),
        code: actor.code.contract(),
        kind: actor.kind.as_str().into(),
        wikidata: actor.wikidata.clone(),
        confidence: mention.confidence,
        why: mention.why.clone(),
    };
    mention.actors.iter().map(record).collect()
}

/// The voices of an article that has several, from the first to the last block of each.
fn segment_records(article: &Article, chars: &Chars) -> Vec<SegmentRecord> {
    if article.segments.len() < 2 {
        return Vec::new();
    }
    let record = |(i, segment): (usize, &Segment)| {
        let mut blocks = article.blocks.iter().filter(|b| b.segment == i);
        let first = blocks.next()?;
        let last = blocks.next_back().unwrap_or(first);
        let (start, end) = chars.range(Span::new(first.span.start, last.span.end));
        let date = segment.date.map(|d| d.to_string());
        Some(SegmentRecord { start, end, outlet: segment.outlet.clone(), date, place: segment.place.clone() })
    };
    article.segments.iter().enumerate().filter_map(record).collect()
}

fn credit_record(article: &Article, credit: &Credit, chars: &Chars) -> CreditRecord {
    let (start, end) = chars.range(credit.span);
    let text = credit.span.of(&article.text).to_string();
    CreditRecord { start, end, text, outlet: credit.outlet.clone(), relation: credit.relation.as_str().into() }
}

/// So much stands around the words of a selector, in characters.
const SELECTOR_CHARS: usize = 32;

fn selector(article: &Article, span: Span) -> Option<SelectorRecord> {
    if article.origin == TextOrigin::Input {
        return None;
    }
    let before = article.text[..span.start].rsplit('\n').next().unwrap_or_default();
    let after = article.text[span.end..].split('\n').next().unwrap_or_default();
    let skipped = before.chars().count().saturating_sub(SELECTOR_CHARS);
    Some(SelectorRecord {
        kind: "TextQuoteSelector".into(),
        exact: span.of(&article.text).to_string(),
        prefix: Some(before.chars().skip(skipped).collect()).filter(|p: &String| !p.is_empty()),
        suffix: Some(after.chars().take(SELECTOR_CHARS).collect()).filter(|s: &String| !s.is_empty()),
        input: article
            .input
            .as_ref()
            .and_then(|m| m.range(&article.text, span))
            .map(|(start, end)| InputRecord { start, end }),
    })
}

fn event_record(article: &Article, report: &Report, event_id: Option<&String>, chars: &Chars) -> EventRecord {
    let (start, end) = chars.range(report.evidence.span());
    EventRecord {
        start,
        end,
        text: report.evidence.words().to_string(),
        event_type: report.event_type.clone(),
        mode: report.mode.clone(),
        cameo: report.cameo.clone(),
        contexts: report.contexts.clone(),
        actors: report.actors.iter().map(|p| party_record(p, chars)).collect(),
        recipients: report.recipients.iter().map(|p| party_record(p, chars)).collect(),
        status: report.status.as_str().into(),
        historical: report.historical,
        symmetric: report.symmetric,
        date: report.date.map(|d| d.to_string()),
        date_from: report.date_basis.map(|b| b.as_str().into()),
        place: report.place.as_ref().map(|p| p.name.clone()),
        location: report.place.as_ref().map(location_record),
        claimant: report.claimant.clone(),
        event: event_id.cloned(),
        confidence: report.confidence,
        why: report.why.clone(),
        selector: selector(article, report.evidence.span()),
    }
}

fn location_record(place: &Place) -> LocationRecord {
    LocationRecord {
        country: place.country.clone(),
        precision: place.precision.map(|p| p.as_str().into()),
        lat: place.point.map(Point::lat),
        lon: place.point.map(Point::lon),
        stated: place.stated.as_str().into(),
    }
}

fn party_record(party: &Participant, chars: &Chars) -> PartyRecord {
    let (start, end) = chars.range(party.span);
    PartyRecord {
        text: party.text.clone(),
        name: non_empty(&party.actor.name),
        code: party.actor.code.contract(),
        kind: Some(party.actor.kind.as_str().into()),
        start,
        end,
    }
}

fn quote_record(article: &Article, quote: &Quote, chars: &Chars) -> QuoteRecord {
    let (start, end) = chars.range(quote.content.span());
    let words = |e: &Evidence| e.words().to_string();
    QuoteRecord {
        start,
        end,
        text: words(&quote.content),
        kind: quote.kind.as_str().into(),
        speaker: quote.speaker.as_ref().and_then(|a| non_empty(&a.name)),
        speaker_code: quote.speaker.as_ref().and_then(|a| a.code.contract()),
        speaker_text: quote.speaker_text.as_ref().map(words),
        cue: quote.cue.as_ref().map(words),
        via: quote.via(),
        stance: Some(quote.stance.as_str().into()),
        addressee: quote.addressee.as_ref().and_then(|a| non_empty(&a.name)),
        chain: quote.chain.iter().map(|link| link_record(link, chars)).collect(),
        selector: selector(article, quote.content.span()),
    }
}

fn wording_record(wording: &Wording, chars: &Chars) -> WordingRecord {
    let (start, end) = chars.range(wording.span);
    let (actor, report) = match &wording.of {
        WordTarget::Actor(actor) => (Some(actor), None),
        WordTarget::Report(report) => (None, Some(*report)),
    };
    WordingRecord {
        start,
        end,
        lemma: wording.lemma.clone(),
        part: wording.part.as_str().into(),
        relation: wording.relation.as_str().into(),
        name: actor.and_then(|a| non_empty(&a.name)),
        code: actor.and_then(|a| a.code.contract()),
        report,
        outlet: wording.outlet.clone(),
        quoted: wording.quoted,
        speaker: wording.speaker.as_ref().and_then(|a| non_empty(&a.name)),
        speaker_code: wording.speaker.as_ref().and_then(|a| a.code.contract()),
    }
}

fn link_record(link: &Link, chars: &Chars) -> LinkRecord {
    let place = link.words.as_ref().map(|w| chars.range(w.span()));
    LinkRecord {
        role: link.role.as_str().into(),
        name: link.name.clone(),
        code: link.code.contract(),
        text: link.words.as_ref().map(|w| w.words().to_string()),
        start: place.map(|p| p.0),
        end: place.map(|p| p.1),
    }
}

/// A note as JSON.
pub fn note_record(note: &Note) -> NoteRecord {
    NoteRecord { code: note.code.to_string(), text: note.text.clone() }
}

fn non_empty(text: &str) -> Option<String> {
    (!text.is_empty()).then(|| text.to_string())
}
