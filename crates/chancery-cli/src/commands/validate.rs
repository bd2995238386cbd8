//! `chancery eval events`: what people coded by hand in, how right the program is out.

use super::relate::{Marked, columns, one_paragraph, unquote};
use crate::args::{EvalEventsArgs, EvalFormat};
use crate::output::{self, wrong_input};
use crate::{Outcome, progress};
use anyhow::{Context, Result, bail};
use chancery::text::{PartialDate, Span, Status};
use chancery::{
    ArticleRecord, Coder, Data, Input, InputStatus, Language, Pipeline, ReadOptions, Reason, Run, stream_inputs,
};
use chancery_eval::{
    Bootstrap, CodedText, ErrorRow, EventScores, Gold, GoldEvent, GoldReader, GoldText, Layout, Lost, NamedPair,
    PairScores, Place, TextSource, Vocabulary, error_rows, error_table, pairs_report, score_pairs, score_texts,
    texts_report,
};
use chancery_lang::plain_article;
use serde_json::json;
use std::collections::BTreeMap;
use std::io::Write;
use std::path::{Path, PathBuf};

/// Scores the coder on gold files and prints tables.
pub fn run(data: &Data, flags: &EvalEventsArgs) -> Result<Outcome> {
    let vocabulary = Vocabulary::load(data)?;
    let mut reader = GoldReader::new(&vocabulary, flags.texts.as_deref());
    let tables = read_gold(&mut reader, &flags.gold)?;
    let GoldReader { mut texts, notes, .. } = reader;
    notes.iter().for_each(|note| eprintln!("chancery: {note}"));
    let how = Bootstrap { resamples: flags.resamples, seed: flags.seed };
    let mut errors = Vec::new();
    let pairs = named_pairs(data, &tables)?;
    let of_pairs = (!tables.is_empty()).then(|| score_pairs(&pairs, how));
    errors.extend(pairs.iter().filter(|p| !p.is_right()).map(ErrorRow::from));
    let of_texts = match texts.is_empty() {
        true => None,
        false => Some(eval_texts(data, flags, &mut texts, how, &mut errors)?),
    };
    if let Some(path) = &flags.errors {
        write_errors(path, &errors)?;
    }
    print(data, flags, of_texts.as_ref(), of_pairs.as_ref())?;
    Ok(Outcome::Done)
}

/// Reads texts into the reader; gives back the files that are tables of marked pairs.
fn read_gold(reader: &mut GoldReader<'_>, files: &[PathBuf]) -> Result<Vec<PathBuf>> {
    let mut tables = Vec::new();
    for file in files {
        let content = output::read_text(file).map_err(wrong_input)?;
        match reader.read(file, &content).map_err(wrong_input)? {
            Gold::Pairs => tables.push(file.clone()),
            Gold::Texts => (),
        }
    }
    Ok(tables)
}

fn eval_texts(
    data: &Data,
    flags: &EvalEventsArgs,
    texts: &mut [GoldText],
    how: Bootstrap,
    errors: &mut Vec<ErrorRow>,
) -> Result<EventScores> {
    let bytes = texts.iter().map(bytes_of).collect::<Result<Vec<_>>>()?;
    for text in texts.iter_mut() {
        if let TextSource::Inline(words) = text.source.clone() {
            text.settle(&words).map_err(wrong_input)?;
        }
    }
    let mut pipeline = Pipeline::load(data)?;
    pipeline.for_ledger = false;
    let coded = code_texts(&pipeline, flags, texts, &bytes)?;
    for (text, coded) in texts.iter_mut().zip(&coded) {
        text.settle(&coded.words).map_err(wrong_input)?;
    }
    let all: Vec<CodedText<'_>> = texts
        .iter()
        .zip(&coded)
        .map(|(gold, coded)| CodedText { gold, words: &coded.words, articles: &coded.articles })
        .collect();
    if flags.errors.is_some() {
        for (text, bytes) in all.iter().zip(&bytes) {
            let rows = error_rows(text, &[]);
            let has_misses = rows.iter().any(|row| row.error == "missed" && row.instead.is_none());
            let options = ReadOptions { fallback_date: text.gold.date.or(flags.date), ..ReadOptions::default() };
            let rows =
                if has_misses { error_rows(text, &given_up(&pipeline, text.gold, bytes, &options)) } else { rows };
            errors.extend(rows);
        }
    }
    let scores = score_texts(&all, how);
    if scores.texts < FEW {
        eprintln!(
            "chancery: intervals from {} texts are rough; code more than {FEW}, or give sentences as texts",
            scores.texts
        );
    }
    Ok(scores)
}

/// So few texts give rough intervals.
const FEW: usize = 10;

fn bytes_of(text: &GoldText) -> Result<Vec<u8>> {
    match &text.source {
        TextSource::Inline(words) => Ok(words.clone().into_bytes()),
        TextSource::File(path) => std::fs::read(path).map_err(|error| {
            let Place { file, line } = &text.place;
            let path = path.display();
            wrong_input(format!(
                "{file}, line {line}: cannot read the text {path} ({error}); give its folder with --texts"
            ))
        }),
    }
}

/// A text as it was coded.
struct Coded {
    /// What offsets count in.
    words: String,
    articles: Vec<ArticleRecord>,
}

/// Codes the texts as `chancery code` would, those of one date together.
fn code_texts(
    pipeline: &Pipeline,
    flags: &EvalEventsArgs,
    texts: &[GoldText],
    bytes: &[Vec<u8>],
) -> Result<Vec<Coded>> {
    let mut by_date: BTreeMap<Option<PartialDate>, Vec<usize>> = BTreeMap::new();
    for (i, text) in texts.iter().enumerate() {
        by_date.entry(text.date.or(flags.date)).or_default().push(i);
    }
    let bar = progress::bar(texts.len());
    let mut coded: Vec<Option<Coded>> = texts.iter().map(|_| None).collect();
    for (date, members) in by_date {
        let inputs: Vec<Input> = members
            .iter()
            .map(|&i| Input::Memory { name: name_of(i, &texts[i]), bytes: bytes[i].clone().into() })
            .collect();
        let names: BTreeMap<String, usize> = inputs.iter().map(Input::name).zip(members).collect();
        let options = ReadOptions { fallback_date: date, ..ReadOptions::default() };
        let run = Run { options, threads: flags.jobs, ..Run::default() };
        stream_inputs(pipeline, &inputs, &run, &|_| false, &|_| (), &mut |input| {
            bar.inc(1);
            let Some(&i) = names.get(&input.name) else { return Ok(()) };
            let InputStatus::Failed(reason) = input.status else {
                coded[i] = Some(as_coded(&bytes[i], input.articles));
                return Ok(());
            };
            let Place { file, line } = &texts[i].place;
            Err(wrong_input(format!("{file}, line {line}: the text cannot be coded: {reason}")))
        })?;
    }
    bar.finish_and_clear();
    let nothing = |i: usize| as_coded(&bytes[i], Vec::new());
    Ok(coded.into_iter().enumerate().map(|(i, coded)| coded.unwrap_or_else(|| nothing(i))).collect())
}

/// The ending tells the format.
fn name_of(i: usize, text: &GoldText) -> String {
    match &text.source {
        TextSource::Inline(_) => format!("{i:06}.txt"),
        TextSource::File(path) => path.to_string_lossy().replace('\\', "/"),
    }
}

/// Offsets count in the input, or in the text that was taken out of it.
fn as_coded(bytes: &[u8], articles: Vec<(ArticleRecord, String)>) -> Coded {
    let extracted = articles.first().and_then(|(record, _)| record.text.clone());
    let words = extracted.unwrap_or_else(|| String::from_utf8_lossy(bytes).into_owned());
    Coded { words, articles: articles.into_iter().map(|(record, _)| record).collect() }
}

/// Where the coder saw something and gave it up.
fn given_up(pipeline: &Pipeline, text: &GoldText, bytes: &[u8], options: &ReadOptions) -> Vec<Lost> {
    let Ok(page) = pipeline.reader.read(&text.name, bytes, options) else { return Vec::new() };
    let mut all = Vec::new();
    for article in page.articles {
        let before = if article.origin == chancery::text::TextOrigin::Input { article.offset_chars } else { 0 };
        let (_, explanation) = pipeline.explain_article(article);
        let document = &explanation.document;
        for lost in explanation.lost.iter().filter(|l| tells(l.reason)) {
            let span = document.tokens[lost.trigger].span;
            let start = before + document.text()[..span.start].chars().count();
            let kind = lost.event_type.as_deref().map(|t| format!(" {t}")).unwrap_or_default();
            let why = format!("“{}”{kind}: {}", span.of(document.text()), lost.reason);
            all.push(Lost { start, end: start + span.of(document.text()).chars().count(), why });
        }
    }
    all
}

/// Reasons that say more than that another event was preferred.
fn tells(reason: Reason) -> bool {
    !matches!(reason, Reason::Weaker | Reason::Content | Reason::Repeated)
}

/// The rows of the tables, named as `relate` names them.
fn named_pairs(data: &Data, tables: &[PathBuf]) -> Result<Vec<NamedPair>> {
    if tables.is_empty() {
        return Ok(Vec::new());
    }
    let coder = Coder::load(data)?;
    let mut rows = Vec::new();
    for file in tables {
        let cells = columns(file, ["root", "marked_sentence"]).map_err(wrong_input)?;
        for (i, [root, marked]) in cells.into_iter().enumerate() {
            let place = Place { file: file.to_string_lossy().replace('\\', "/"), line: i + 2 };
            rows.push(pair_row(&coder, place, &root, unquote(&marked))?);
        }
    }
    note_single_marks(&rows);
    let language = Language::load(data)?;
    let named = rows.into_iter().map(|row| {
        let PairRow { place, gold, marked, read } = row;
        let relation = coder.relate(&language.parse(one_paragraph(&read.text)), read.actor, read.recipient);
        NamedPair { place, marked, sentence: read.text, gold, coded: relation.root, why: relation.why }
    });
    Ok(named.collect())
}

/// A row of a table of marked pairs.
struct PairRow {
    place: Place,
    gold: String,
    marked: String,
    read: Marked,
}

/// Rows with one party are scored too, but a coder of pairs can do little with them.
fn note_single_marks(rows: &[PairRow]) {
    let mut single = rows.iter().filter(|r| r.read.actor.is_empty() || r.read.recipient.is_empty());
    if let Some(PairRow { place: Place { file, line }, .. }) = single.next() {
        eprintln!("chancery: {} rows mark one party only; the first is {file}, line {line}", single.count() + 1);
    }
}

/// The root may also be a type.
fn pair_row(coder: &Coder, place: Place, root: &str, marked: String) -> Result<PairRow> {
    let Place { file, line } = &place;
    let roots = coder.roots();
    let gold = coder.root_of(&root.trim().to_uppercase(), Status::Occurred);
    if !roots.contains(&gold) {
        return Err(wrong_input(format!(
            "{file}, line {line}: {root:?} is no root; write one of {}",
            roots.join(", ")
        )));
    }
    let read = Marked::read(&marked);
    if read.actor.is_empty() && read.recipient.is_empty() {
        let hint = "mark who does it with <s>…</s> and to whom with <t>…</t>";
        return Err(wrong_input(format!("{file}, line {line}: no party is marked; {hint}")));
    }
    Ok(PairRow { place, gold, marked, read })
}

/// Each event of a gold file with two named parties in one sentence, as a pair to train on, with its root.
pub fn marked_pairs(
    data: &Data,
    language: &Language,
    coder: &Coder,
    file: &Path,
    texts: Option<&Path>,
) -> Result<Vec<(String, Marked)>> {
    let vocabulary = Vocabulary::load(data)?;
    let mut reader = GoldReader::new(&vocabulary, texts);
    if !read_gold(&mut reader, &[file.to_path_buf()])?.is_empty() {
        bail!("{}: a table of marked pairs; give it a name that ends in .tsv", file.display());
    }
    let (mut pairs, mut events) = (Vec::new(), 0);
    for mut text in reader.texts {
        let words = String::from_utf8_lossy(&bytes_of(&text)?).into_owned();
        text.settle(&words).map_err(wrong_input)?;
        events += text.events.len();
        let document = language.parse(plain_article(&words));
        let sentences: Vec<(usize, &str)> =
            document.sentences.iter().map(|s| (s.span.start, s.span.of(document.text()))).collect();
        pairs.extend(text.events.iter().filter_map(|event| marked_pair(coder, &words, &sentences, event)));
    }
    let without = events - pairs.len();
    eprintln!("chancery: {}: {without} of {events} events have no two named parties in one sentence", file.display());
    Ok(pairs)
}

/// The first sentence in the event's clause that names an actor and a recipient.
fn marked_pair(coder: &Coder, words: &str, sentences: &[(usize, &str)], event: &GoldEvent) -> Option<(String, Marked)> {
    let byte = |chars: usize| words.char_indices().nth(chars).map_or(words.len(), |(byte, _)| byte);
    let (start, end) = event.span.map_or((0, words.len()), |(start, end)| (byte(start), byte(end)));
    let root = coder.root_of(event.types.first()?, event.status.unwrap_or(Status::Occurred));
    let of_event = sentences.iter().filter(|(at, words)| *at < end && at + words.len() > start);
    for (_, sentence) in of_event {
        let find = |parties: &[chancery_eval::GoldParty]| parties.iter().find_map(|p| party_in(p, sentence));
        let (actor, recipient) = (find(&event.actors), find(&event.recipients));
        if let (Some(actor), Some(recipient)) = (actor, recipient)
            && !actor.overlaps(recipient)
        {
            return Some((root, Marked { text: (*sentence).to_string(), actor, recipient }));
        }
    }
    None
}

/// Where a sentence has the words of a party, or its name.
fn party_in(party: &chancery_eval::GoldParty, sentence: &str) -> Option<Span> {
    let names = [&party.text, &party.name].into_iter().flatten();
    names
        .filter_map(|name| Some((sentence.find(name.as_str())?, name.len())))
        .map(|(at, len)| Span::new(at, at + len))
        .next()
}

fn write_errors(path: &Path, rows: &[ErrorRow]) -> Result<()> {
    let is_table = path.extension().is_some_and(|e| e.eq_ignore_ascii_case("tsv"));
    let lines = || rows.iter().map(|row| Ok(format!("{}\n", serde_json::to_string(row)?))).collect::<Result<String>>();
    let text = if is_table { error_table(rows) } else { lines()? };
    std::fs::write(path, text).with_context(|| format!("cannot write {}", path.display()))
}

fn print(data: &Data, flags: &EvalEventsArgs, texts: Option<&EventScores>, pairs: Option<&PairScores>) -> Result<()> {
    let mut out = output::stdout();
    let version = env!("CARGO_PKG_VERSION");
    let gold: Vec<String> = flags.gold.iter().map(|g| g.to_string_lossy().replace('\\', "/")).collect();
    let layout = match flags.format {
        EvalFormat::Table => Layout::Table,
        EvalFormat::Markdown => Layout::Markdown,
        EvalFormat::Json => {
            let scores = json!({
                "program": "chancery", "version": version, "data": data.hash(), "gold": gold,
                "resamples": flags.resamples, "seed": flags.seed, "events": texts, "pairs": pairs,
            });
            output::json_line(&mut out, &scores)?;
            out.flush()?;
            return Ok(());
        }
    };
    let reports = [texts.map(|t| texts_report(t, layout)), pairs.map(|p| pairs_report(p, layout))];
    for report in reports.into_iter().flatten() {
        writeln!(out, "{report}")?;
    }
    let (resamples, seed) = (flags.resamples, flags.seed);
    writeln!(out, "In brackets: 95 % intervals, percentile bootstrap over texts, {resamples} resamples, seed {seed}.")?;
    writeln!(out, "chancery {version}, data {}, gold {}", data.hash(), gold.join(", "))?;
    out.flush()?;
    Ok(())
}
