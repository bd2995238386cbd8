//! `chancery quotes`, `claims` and `wording`: who says what of whom, and in which words.

use crate::args::{ClaimsArgs, QuotePrintArgs, QuotesArgs, QuotesFormat, RowFormat, WordingArgs};
use crate::{Outcome, output};
use anyhow::{Result, bail};
use chancery_ledger::{Ledger, QuoteFilter, QuoteFormat, QuoteView, WordUse, WordingOf, WordingPage, write_quotes};
use std::io::Write;
use std::path::Path;

/// Rows of a table where no number is asked for.
const TABLE_ROWS: usize = 30;
/// Words of a table's cell that lists outlets.
const SHOWN_OUTLETS: usize = 4;

/// Prints quotes.
pub fn quotes(flags: &QuotesArgs) -> Result<Outcome> {
    let filter = QuoteFilter {
        speaker: flags.speaker.clone(),
        outlet: flags.outlet.clone(),
        text: flags.text.clone(),
        stance: flags.print.stance.clone(),
        ..QuoteFilter::default()
    };
    print(&flags.ledger, &filter, &flags.print)
}

/// Prints what is said about somebody.
pub fn claims(flags: &ClaimsArgs) -> Result<Outcome> {
    let filter = QuoteFilter {
        about: Some(flags.about.clone()),
        speaker: flags.speaker.clone(),
        outlet: flags.outlet.clone(),
        stance: flags.print.stance.clone(),
        ..QuoteFilter::default()
    };
    print(&flags.ledger, &filter, &flags.print)
}

fn print(ledger: &Path, filter: &QuoteFilter, flags: &QuotePrintArgs) -> Result<Outcome> {
    let ledger = Ledger::open_read_only(ledger)?;
    let every = if let QuotesFormat::Table = flags.format { TABLE_ROWS } else { usize::MAX };
    let filter = ledger.checked_quotes(filter.clone())?;
    let (all, found) = ledger.quotes(&filter, 0, flags.limit.unwrap_or(every))?;
    let mut out = output::stdout();
    let format = match flags.format {
        QuotesFormat::Table => None,
        QuotesFormat::Jsonl => Some(QuoteFormat::Jsonl),
        QuotesFormat::Csv => Some(QuoteFormat::Csv),
        QuotesFormat::Gqg => Some(QuoteFormat::Gqg),
        QuotesFormat::SchemaOrg => Some(QuoteFormat::SchemaOrg),
    };
    match format {
        Some(format) => write_quotes(format, &found, &mut out)?,
        None => found.iter().try_for_each(|q| writeln!(out, "{}", quote_lines(q)))?,
    }
    out.flush()?;
    if format.is_none() {
        eprintln!("chancery: {} of {all} quotes", found.len());
    }
    Ok(Outcome::Done)
}

/// A quote on a few lines: when and how, the words, through whom it came.
fn quote_lines(view: &QuoteView) -> String {
    let quote = &view.quote;
    let speaker = quote.speaker.as_ref().or(quote.speaker_text.as_ref()).map_or("speaker not known", String::as_str);
    let code = quote.speaker_code.as_ref().map(|c| format!(" [{c}]")).unwrap_or_default();
    let to = quote.addressee.as_ref().map(|a| format!(", to {a}")).unwrap_or_default();
    let stance = quote.stance.as_deref().unwrap_or("–");
    let date = view.article.date.as_deref().unwrap_or("–");
    let words = output::one_line(&quote.text);
    let marks = if quote.kind == "direct" { ("“", "”") } else { ("", "") };
    let chain: Vec<String> = quote.chain.iter().map(|l| format!("{} ({})", l.name, l.role)).collect();
    let events: Vec<String> = view.events.iter().map(|e| format!("{} {} {}", e.event_type, e.status, e.id)).collect();
    let mut lines = format!(
        "  {date:10}  {stance:8} {:8} {speaker}{code}{to}\n              {}{words}{}",
        quote.kind, marks.0, marks.1
    );
    if !chain.is_empty() {
        lines.push_str(&format!("\n              {}", chain.join(" ← ")));
    }
    if !events.is_empty() {
        lines.push_str(&format!("\n              tells {}", events.join(", ")));
    }
    lines
}

/// Prints the words by which an actor or event is told.
pub fn wording(flags: &WordingArgs) -> Result<Outcome> {
    let ledger = Ledger::open_read_only(&flags.ledger)?;
    let of = match ledger.event(&flags.of)? {
        Some(_) => WordingOf::Event(flags.of.clone()),
        None => WordingOf::Actor(flags.of.clone()),
    };
    let Some(page) = ledger.wording(&of)? else {
        bail!("{}: the ledger names no such actor or event; `chancery events` prints both", flags.of);
    };
    let mut out = output::stdout();
    match (&flags.word, flags.format) {
        (Some(word), format) => {
            for found in ledger.word_uses(&of, Some(&word.to_lowercase()), flags.limit)? {
                match format {
                    RowFormat::Jsonl => output::json_line(&mut out, &found)?,
                    RowFormat::Table => writeln!(out, "{}", use_lines(&found))?,
                }
            }
        }
        (None, RowFormat::Jsonl) => output::json_line(&mut out, &page)?,
        (None, RowFormat::Table) => print_page(&page, flags.limit, &mut out)?,
    }
    out.flush()?;
    Ok(Outcome::Done)
}

fn print_page(page: &WordingPage, limit: usize, out: &mut impl Write) -> Result<()> {
    writeln!(
        out,
        "{}: {} words in the outlets' own voice, {} in quotation marks\n",
        page.label, page.uses, page.quoted
    )?;
    writeln!(out, "  {:20} {:10} {:10} {:>5} {:>6}  outlets", "word", "part", "relation", "uses", "quoted")?;
    for word in page.words.iter().take(limit) {
        let mut outlets: Vec<String> = word
            .outlets
            .iter()
            .take(SHOWN_OUTLETS)
            .map(|(name, n)| format!("{} {n}", name.as_deref().unwrap_or("unknown outlet")))
            .collect();
        if word.outlets.len() > SHOWN_OUTLETS {
            outlets.push(format!("{} more", word.outlets.len() - SHOWN_OUTLETS));
        }
        let (lemma, part, relation) = (&word.lemma, &word.part, &word.relation);
        let outlets = outlets.join(", ");
        writeln!(out, "  {lemma:20} {part:10} {relation:10} {:>5} {:>6}  {outlets}", word.uses, word.quoted)?;
    }
    for contrast in &page.contrasts {
        writeln!(
            out,
            "\n  {}, {} words; more (+) and less (-) than the other outlets, in standard deviations:",
            contrast.outlet, contrast.uses
        )?;
        for word in &contrast.words {
            writeln!(out, "    {:+6.2}  {:20} {} here, {} elsewhere", word.z, word.lemma, word.uses, word.others)?;
        }
    }
    Ok(())
}

fn use_lines(found: &WordUse) -> String {
    let article = &found.article;
    let outlet = found.outlet.as_deref().unwrap_or("unknown outlet");
    let voice = match (found.quoted, &found.speaker) {
        (true, Some(speaker)) => format!(", in the words of {speaker}"),
        (true, None) => ", in quotation marks".into(),
        (false, _) => String::new(),
    };
    let before: String = output::one_line(&found.passage.before);
    let skipped = before.chars().count().saturating_sub(80);
    let before: String = before.chars().skip(skipped).collect();
    let after: String = output::one_line(&found.passage.after).chars().take(80).collect();
    let date = article.date.as_deref().unwrap_or("–");
    format!("  {date:10}  {outlet}{voice}\n              {before} «{}» {after}", found.passage.words)
}
