//! `chancery explain`: why a sentence was coded as it was, and what of it was not.

use crate::args::{ExplainArgs, RowFormat};
use crate::{Outcome, output};
use anyhow::{Context, Result, bail};
use chancery::text::{Article, Document, Mention, PartialDate, Participant, Span};
use chancery::{Data, Explanation, Pipeline, ReadOptions, pages};
use chancery_ledger::{Ledger, StoredArticle};
use serde_json::{Value, json};
use std::io::Write;
use std::path::Path;

/// Prints the sentences of a row's tellings, or those of a file.
pub fn run(data: &Data, flags: &ExplainArgs) -> Result<Outcome> {
    let mut pipeline = Pipeline::load(data)?;
    if let Some(careful) = super::careful::load_if(flags.careful, data)? {
        pipeline.coder.ask(careful.reader);
    }
    let mut out = output::stdout();
    match &flags.ledger {
        Some(ledger) => explain_row(&pipeline, flags, ledger, &mut out)?,
        None => explain_file(&pipeline, flags, &mut out)?,
    }
    out.flush()?;
    Ok(Outcome::Done)
}

/// Each telling of an event is read again from the ledger's text, with the codebook of today.
fn explain_row(pipeline: &Pipeline, flags: &ExplainArgs, ledger: &Path, out: &mut impl Write) -> Result<()> {
    let ledger = Ledger::open_read_only(ledger)?;
    let Some(event) = ledger.event(&flags.what)? else {
        bail!("{}: no such row in the ledger; `chancery events --format jsonl` prints the ids", flags.what);
    };
    for telling in &event.tellings {
        let Some(stored) = ledger.article(&telling.article.key)? else { continue };
        let words = telling.report.text.clone();
        for article in read_again(pipeline, &stored)? {
            let (mentions, explanation) = pipeline.explain_article(article);
            let view = View { document: &explanation.document, mentions: &mentions, explanation: &explanation };
            let told = view.document.text().find(&words).map(|start| Span::new(start, start + words.len()));
            for sentence in view.sentences(|span| told.is_some_and(|t| t.overlaps(span))) {
                if let RowFormat::Table = flags.format {
                    let outlet = telling.article.outlet.as_deref().unwrap_or("unknown outlet");
                    writeln!(out, "{}  {outlet}", telling.article.id)?;
                }
                view.print(sentence, flags.format, out)?;
            }
        }
    }
    Ok(())
}

fn read_again(pipeline: &Pipeline, stored: &StoredArticle) -> Result<Vec<Article>> {
    let record = &stored.record;
    let title = record.title.clone().filter(|t| !t.is_empty());
    let body = title.as_deref().and_then(|t| stored.text.trim_start().strip_prefix(t)).unwrap_or(&stored.text);
    let known = pages::KnownArticle {
        title,
        authors: record.authors.clone(),
        date: record.date.as_deref().map(str::parse::<PartialDate>).transpose().ok().flatten(),
        outlet: record.outlet.clone(),
        language: record.language.clone(),
        url: record.url.clone(),
        body: pages::KnownBody::Text(body.to_string()),
    };
    Ok(pipeline.reader.read_known(&record.file, known, &ReadOptions::default()).articles)
}

fn explain_file(pipeline: &Pipeline, flags: &ExplainArgs, out: &mut impl Write) -> Result<()> {
    let path = Path::new(&flags.what);
    let bytes = output::read_bytes(path)?;
    let options = ReadOptions { fallback_date: flags.date, ..ReadOptions::default() };
    let page =
        pipeline.reader.read(&flags.what, &bytes, &options).with_context(|| "explain reads text, HTML and feeds")?;
    let wanted = flags.find.as_deref().unwrap_or_default();
    let mut shown = 0_usize;
    for article in page.articles {
        let (mentions, explanation) = pipeline.explain_article(article);
        let view = View { document: &explanation.document, mentions: &mentions, explanation: &explanation };
        let text = view.document.text();
        for sentence in view.sentences(|span| span.of(text).contains(wanted)) {
            view.print(sentence, flags.format, out)?;
            shown += 1;
        }
    }
    if shown == 0 && !wanted.is_empty() {
        bail!("{}: no sentence holds “{wanted}”", flags.what);
    }
    Ok(())
}

/// One article with what became of it.
struct View<'a> {
    document: &'a Document,
    mentions: &'a [Mention],
    explanation: &'a Explanation,
}

impl View<'_> {
    /// The sentences whose span is wanted, as indices.
    fn sentences(&self, wanted: impl Fn(Span) -> bool) -> Vec<usize> {
        let all = self.document.sentences.iter().enumerate();
        all.filter(|(_, s)| wanted(s.span)).map(|(i, _)| i).collect()
    }

    fn print(&self, sentence: usize, format: RowFormat, out: &mut impl Write) -> Result<()> {
        match format {
            RowFormat::Jsonl => output::json_line(out, &self.as_json(sentence)),
            RowFormat::Table => self.print_table(sentence, out),
        }
    }

    fn print_table(&self, sentence: usize, out: &mut impl Write) -> Result<()> {
        let tokens = self.document.sentences[sentence].tokens.clone();
        writeln!(out, "“{}”", output::one_line(self.document.sentences[sentence].span.of(self.document.text())))?;
        for root in tokens.clone().filter(|&t| self.document.tokens[t].head.is_none_or(|h| !tokens.contains(&h))) {
            self.print_tree(root, 1, out)?;
        }
        for report in self.explanation.reports.iter().filter(|r| tokens.contains(&r.trigger)) {
            let mode = report.mode.as_deref().map(|m| format!("/{m}")).unwrap_or_default();
            let (actors, recipients) = (names(&report.actors), names(&report.recipients));
            let (kind, status) = (&report.event_type, report.status.as_str());
            writeln!(out, "  + {kind}{mode} {status}: {actors} → {recipients}  ({:.2})", report.confidence)?;
            writeln!(out, "      {}", report.why)?;
        }
        for lost in self.explanation.lost.iter().filter(|l| tokens.contains(&l.trigger)) {
            let kind = lost.event_type.as_deref().unwrap_or("no event");
            let word = self.document.form(lost.trigger);
            let pattern = lost.pattern.as_deref().map(|p| format!("\n      {p}")).unwrap_or_default();
            let parties = match (lost.actors.as_slice(), lost.recipients.as_slice()) {
                ([], []) => String::new(),
                (actors, recipients) => format!(": {} → {}", names(actors), names(recipients)),
            };
            writeln!(out, "  - {word}, {kind}{parties}: {}{pattern}", lost.reason)?;
        }
        writeln!(out)?;
        Ok(())
    }

    /// The tree, each word below its head, with whom it names.
    fn print_tree(&self, node: usize, depth: usize, out: &mut impl Write) -> Result<()> {
        // A chain of ten thousand words is printed flat.
        let mut open = vec![(node, depth)];
        while let Some((node, depth)) = open.pop() {
            let token = &self.document.tokens[node];
            let named = self.mentions.iter().filter(|m| m.head == node).flat_map(|m| &m.actors);
            let named: Vec<String> = named.map(|a| format!("[{} {}]", code(&a.code.contract()), a.name)).collect();
            let indent = "  ".repeat(depth.min(40));
            let word = self.document.form(node);
            writeln!(out, "{indent}{word}  {} {}  {}", token.upos.as_str(), token.rel.as_str(), named.join(" "))?;
            open.extend(self.document.children(node).rev().map(|child| (child, depth + 1)));
        }
        Ok(())
    }

    fn as_json(&self, sentence: usize) -> Value {
        let tokens = self.document.sentences[sentence].tokens.clone();
        let lost = self.explanation.lost.iter().filter(|l| tokens.contains(&l.trigger));
        let reports = self.explanation.reports.iter().filter(|r| tokens.contains(&r.trigger));
        let tree = tokens.clone().map(|t| {
            let token = &self.document.tokens[t];
            json!({
                "form": self.document.form(t),
                "lemma": token.lemma,
                "upos": token.upos.as_str(),
                "head": token.head.map_or(0, |h| h + 1 - tokens.start.min(h + 1)),
                "deprel": token.rel.as_str(),
            })
        });
        json!({
            "article": self.document.article.id,
            "text": self.document.sentences[sentence].span.of(self.document.text()),
            "tree": tree.collect::<Vec<_>>(),
            "events": reports.map(|r| json!({
                "trigger": self.document.form(r.trigger),
                "type": r.event_type,
                "mode": r.mode,
                "status": r.status.as_str(),
                "actors": parties(&r.actors),
                "recipients": parties(&r.recipients),
                "confidence": r.confidence,
                "why": r.why,
            })).collect::<Vec<_>>(),
            "lost": lost.map(|l| json!({
                "trigger": self.document.form(l.trigger),
                "lemma": self.document.tokens[l.trigger].lemma,
                "type": l.event_type,
                "actors": parties(&l.actors),
                "recipients": parties(&l.recipients),
                "pattern": l.pattern,
                "reason": l.reason.to_string(),
            })).collect::<Vec<_>>(),
        })
    }
}

fn parties(list: &[Participant]) -> Vec<Value> {
    list.iter().map(|p| json!({"text": p.text, "name": p.actor.name, "code": p.actor.code.contract()})).collect()
}

fn names(list: &[Participant]) -> String {
    let named: Vec<String> =
        list.iter().map(|p| format!("{} [{}]", output::one_line(&p.text), code(&p.actor.code.contract()))).collect();
    if named.is_empty() { "nobody named".into() } else { named.join(", ") }
}

fn code(code: &Option<String>) -> &str {
    code.as_deref().unwrap_or("no code")
}
