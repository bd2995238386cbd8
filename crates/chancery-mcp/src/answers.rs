//! What the tools answer.

use crate::McpError;
use chancery_ledger::{
    ActorCount, ArticleHead, EventFilter, EventSummary, Ledger, LedgerError, PartyView, QuoteFilter, QuoteView,
    ReportView, SearchHit, name_for_others,
};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use serde_json::{Map, Value, json};

/// Rows of an answer where nothing is asked for.
const USUAL: usize = 10;
/// Most rows of an answer.
const MOST: usize = 50;
/// Most characters of evidence or a quotation that are given; longer ones are cut, and say so.
const MOST_CHARS: usize = 2000;
/// Most characters of what stands around them, on each side.
const CONTEXT_CHARS: usize = 200;

/// Answers one call of a tool; `types` are the event types that may be asked for beside the ledger's own.
///
/// # Errors
/// [`McpError::Arguments`] where the arguments do not fit, [`McpError::Nothing`] where the ledger has nothing under a name
/// or id; trouble with the file.
pub fn answer(ledger: &Ledger, types: &[String], tool: &str, arguments: Value) -> Result<Value, McpError> {
    match tool {
        "search" => search(ledger, read(tool, arguments)?),
        "events_between" => events(ledger, types, read(tool, arguments)?),
        "quotes" => quotes(ledger, read(tool, arguments)?),
        "event" => event(ledger, read(tool, arguments)?),
        "actor" => actor(ledger, read(tool, arguments)?),
        _ => Err(McpError::Nothing { what: "tool", wanted: tool.into(), hint: "list the tools" }),
    }
}

fn read<T: DeserializeOwned>(tool: &str, arguments: Value) -> Result<T, McpError> {
    serde_json::from_value(arguments)
        .map_err(|wrong| McpError::Arguments { tool: tool.into(), detail: wrong.to_string() })
}

/// Trouble with an argument, which the client can mend, or with the ledger.
fn not_taken(tool: &str, wrong: LedgerError) -> McpError {
    match wrong {
        LedgerError::Cursor { .. } | LedgerError::Filter { .. } => {
            McpError::Arguments { tool: tool.into(), detail: wrong.to_string() }
        }
        other => other.into(),
    }
}

fn bounded(limit: Option<usize>) -> usize {
    limit.unwrap_or(USUAL).clamp(1, MOST)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct SearchArguments {
    query: String,
    limit: Option<usize>,
}

fn search(ledger: &Ledger, wanted: SearchArguments) -> Result<Value, McpError> {
    let found = ledger.search(&wanted.query, bounded(wanted.limit))?;
    let hits = found.hits.iter().map(|hit| search_hit(ledger, hit)).collect::<Result<Vec<_>, _>>()?;
    Ok(json!({ "articles": found.articles, "hits": hits }))
}

/// An article with the first stretch of its text that holds a word, and where that stands.
fn search_hit(ledger: &Ledger, hit: &SearchHit) -> Result<Value, McpError> {
    let mut row = article(&hit.article);
    row.insert("title".into(), json!(hit.article.title));
    let snippet: String = hit.snippet.iter().map(|(_, piece)| piece.as_str()).collect();
    let first = hit.snippet.iter().find(|(is_word, _)| *is_word).map_or("", |(_, word)| word);
    let stretch = snippet.split('…').find(|part| part.contains(first)).unwrap_or(&snippet).trim();
    let view = ledger.article_view(&hit.article.key)?;
    let place = view.as_ref().and_then(|v| v.article.text.find(stretch).map(|at| (v, at)));
    match place {
        Some((view, at)) => {
            let start = view.article.record.start + view.article.text[..at].chars().count();
            row.extend(words(stretch, start, start + stretch.chars().count()));
        }
        // The words are in the title only, or the index joined what does not stand together.
        None => {
            row.insert("snippet".into(), json!(cut(&snippet, MOST_CHARS)));
        }
    }
    Ok(Value::Object(row))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventsArguments {
    actor: Option<String>,
    other: Option<String>,
    #[serde(rename = "type")]
    event_type: Option<String>,
    status: Option<String>,
    from: Option<String>,
    to: Option<String>,
    outlet: Option<String>,
    limit: Option<usize>,
    after: Option<String>,
}

fn events(ledger: &Ledger, types: &[String], wanted: EventsArguments) -> Result<Value, McpError> {
    let filter = EventFilter {
        actor: wanted.actor,
        other: wanted.other,
        event_type: wanted.event_type,
        status: wanted.status,
        from: wanted.from,
        to: wanted.to,
        outlet: wanted.outlet,
        ..EventFilter::default()
    };
    let asked = |filter| {
        let filter = ledger.checked(filter, types)?;
        ledger.events(&filter, wanted.after.as_deref(), bounded(wanted.limit))
    };
    let page = asked(filter).map_err(|wrong| not_taken("events_between", wrong))?;
    let items = page.items.iter().map(|e| summary(ledger, e)).collect::<Result<Vec<_>, _>>()?;
    Ok(json!({ "events": page.events, "reports": page.reports, "items": items, "next": page.next }))
}

/// An event with the words of the report that speaks for it, where they stand, and who printed them.
fn summary(ledger: &Ledger, event: &EventSummary) -> Result<Value, McpError> {
    let detail = ledger.event(&event.id)?;
    let tellings = detail.map(|d| d.tellings).unwrap_or_default();
    let lead = tellings.iter().find(|t| t.report.text == event.evidence).or(tellings.first());
    let mut row = head(event);
    row.insert("told_by".into(), json!(event.outlets));
    row.insert("reports".into(), json!(event.reports));
    row.insert("lead_report".into(), lead.map(|t| telling(t, false)).unwrap_or_default());
    Ok(Value::Object(row))
}

fn head(event: &EventSummary) -> Map<String, Value> {
    let parties =
        |list: &[PartyView]| list.iter().map(|p| json!({ "name": p.label, "code": p.code })).collect::<Vec<_>>();
    object(json!({
        "id": event.id,
        "type": event.event_type,
        "mode": event.mode,
        "status": event.status,
        "date": event.date,
        "place": event.place,
        "actors": parties(&event.actors),
        "recipients": parties(&event.recipients),
    }))
}

fn telling(view: &ReportView, whole: bool) -> Value {
    let report = &view.report;
    let mut row = article(&view.article);
    row.extend(words(&report.text, report.start, report.end));
    row.insert("claimant".into(), json!(report.claimant));
    row.insert("confidence".into(), json!(report.confidence));
    if whole {
        row.insert("status".into(), json!(report.status));
        row.insert("date_told".into(), json!(report.date));
        row.insert("why".into(), json!(report.why));
        row.insert("before".into(), json!(tail(&view.passage.before)));
        row.insert("after".into(), json!(cut(&view.passage.after, CONTEXT_CHARS)));
    }
    Value::Object(row)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct EventArguments {
    id: String,
    limit: Option<usize>,
}

fn event(ledger: &Ledger, wanted: EventArguments) -> Result<Value, McpError> {
    let Some(detail) = ledger.event(wanted.id.trim())? else {
        let hint = "take an id from events_between or quotes";
        return Err(McpError::Nothing { what: "event", wanted: wanted.id, hint });
    };
    let shown = bounded(wanted.limit);
    let mut row = head(&detail.summary);
    row.insert("reports".into(), json!(detail.tellings.len()));
    row.insert("tellings".into(), detail.tellings.iter().take(shown).map(|t| telling(t, true)).collect());
    row.insert("not_shown".into(), json!(detail.tellings.len().saturating_sub(shown)));
    Ok(Value::Object(row))
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct QuotesArguments {
    speaker: Option<String>,
    about: Option<String>,
    text: Option<String>,
    stance: Option<String>,
    outlet: Option<String>,
    limit: Option<usize>,
    offset: Option<usize>,
}

fn quotes(ledger: &Ledger, wanted: QuotesArguments) -> Result<Value, McpError> {
    for name in [&wanted.speaker, &wanted.about].into_iter().flatten().filter(|n| !n.trim().is_empty()) {
        known_actor(ledger, name)?;
    }
    let filter = QuoteFilter {
        speaker: wanted.speaker,
        about: wanted.about,
        text: wanted.text,
        stance: wanted.stance,
        outlet: wanted.outlet,
    };
    let filter = ledger.checked_quotes(filter).map_err(|wrong| not_taken("quotes", wrong))?;
    let offset = wanted.offset.unwrap_or(0);
    let (all, found) = ledger.quotes(&filter, offset, bounded(wanted.limit))?;
    let behind = all.saturating_sub(offset as u64 + found.len() as u64);
    Ok(json!({ "quotes": all, "items": found.iter().map(quote).collect::<Vec<_>>(), "not_shown": behind }))
}

fn quote(view: &QuoteView) -> Value {
    let said = &view.quote;
    let mut row = article(&view.article);
    row.extend(words(&said.text, said.start, said.end));
    row.extend(object(json!({
        "kind": said.kind,
        "stance": said.stance,
        "speaker": said.speaker.as_ref().or(said.speaker_text.as_ref()),
        "speaker_code": said.speaker_code,
        "cue": said.cue,
        "via": said.via,
        "events": view.events.iter().map(|e| e.id.clone()).collect::<Vec<_>>(),
    })));
    Value::Object(row)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ActorArguments {
    name: String,
    limit: Option<usize>,
}

fn actor(ledger: &Ledger, wanted: ActorArguments) -> Result<Value, McpError> {
    let page = known_actor(ledger, &wanted.name)?;
    let shown = bounded(wanted.limit);
    let count = |a: &ActorCount| json!({ "name": a.name, "code": a.code, "events": a.events, "reports": a.reports });
    let list = |all: &[ActorCount]| all.iter().take(shown).map(count).collect::<Vec<_>>();
    let types = page.types.iter().map(|t| json!({ "type": t.value, "events": t.events, "reports": t.reports }));
    Ok(json!({
        "name": page.label,
        "identities": list(&page.identities),
        "events": page.events,
        "reports": page.reports,
        "quotes": page.quotes,
        "articles": page.articles,
        "deals_with": list(&page.counterparts),
        "types": types.collect::<Vec<_>>(),
    }))
}

fn known_actor(ledger: &Ledger, name: &str) -> Result<chancery_ledger::ActorPage, McpError> {
    let hint = "try a family name, a country's name, or a code as CHN";
    ledger.actor(name)?.ok_or_else(|| McpError::Nothing { what: "actor", wanted: name.into(), hint })
}

fn article(head: &ArticleHead) -> Map<String, Value> {
    object(json!({
        "article": name_for_others(&head.id),
        "article_key": head.key,
        "outlet": head.outlet,
        "published": head.date,
        "url": head.url,
        "reprinted_from": (!head.reprinted_from.is_empty()).then_some(&head.reprinted_from),
    }))
}

/// Words with their span. The span is of all the words, also where those given are cut.
fn words(text: &str, start: usize, end: usize) -> Map<String, Value> {
    let given = cut(text, MOST_CHARS);
    let mut row = object(json!({ "start": start, "end": end }));
    if given.len() < text.len() {
        row.insert("cut_to_characters".into(), json!(MOST_CHARS));
    }
    row.insert("text".into(), json!(given));
    row
}

fn cut(text: &str, chars: usize) -> &str {
    text.char_indices().nth(chars).map_or(text, |(i, _)| &text[..i])
}

fn tail(text: &str) -> &str {
    let skipped = text.chars().count().saturating_sub(CONTEXT_CHARS);
    text.char_indices().nth(skipped).map_or("", |(i, _)| &text[i..])
}

/// An object without what is not known.
fn object(value: Value) -> Map<String, Value> {
    match value {
        Value::Object(map) => map.into_iter().filter(|(_, v)| !v.is_null()).collect(),
        _ => Map::new(),
    }
}
