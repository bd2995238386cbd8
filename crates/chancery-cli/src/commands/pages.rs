//! `chancery extract`: one page's text and metadata; `train` and `eval` of the splitter.

use crate::args::{ExtractArgs, SplitterArgs};
use crate::{Outcome, output};
use anyhow::{Context, Result, bail, ensure};
use chancery::{Data, ReadOptions, Reader};
use chancery_pages::splitter::{self, Corpus, Glue};
use chancery_pages::{PageKind, page_kind};
use serde_json::json;
use std::io::Write;
use std::path::Path;

/// Prints one JSON object.
pub fn extract(data: &Data, flags: &ExtractArgs) -> Result<Outcome> {
    let bytes = output::read_bytes(&flags.file)?;
    let file = flags.file.display();
    let format = match page_kind(&bytes) {
        PageKind::Html => None,
        PageKind::Empty => {
            eprintln!("chancery: {file}: the file holds no text");
            None
        }
        PageKind::Feed => Some("a feed"),
        PageKind::Text => Some("text"),
        PageKind::Binary { format, .. } => Some(format),
    };
    if let Some(format) = format {
        bail!("{file}: this is {format}, and `extract` reads HTML; use `chancery code`");
    }
    let options = ReadOptions { url: flags.url.clone(), fast: flags.fast, ..ReadOptions::default() };
    let page = Reader::load(data)?.extract(&bytes, &options);
    let mut out = output::stdout();
    let line = json!({
        "title": page.title,
        "authors": page.authors,
        "date": page.date.map(|d| d.to_string()),
        "outlet": page.outlet,
        "language": page.language,
        "url": page.url,
        "domain": page.domain,
        "section": page.section,
        "text": page.text,
    });
    output::json_line(&mut out, &line)?;
    out.flush()?;
    Ok(Outcome::Done)
}

/// Writes `splitter.tsv`.
pub fn train_splitter(data: &Data, flags: &SplitterArgs) -> Result<()> {
    let (weights, report) = splitter::train(data, &corpus(&flags.from)?)?;
    std::fs::create_dir_all(&flags.out).with_context(|| flags.out.display().to_string())?;
    let path = flags.out.join("splitter.tsv");
    std::fs::write(&path, format!("{}{weights}", splitter::HEAD)).with_context(|| path.display().to_string())?;
    let splitter::TrainReport { articles, gaps, weights } = report;
    eprintln!("chancery: {articles} articles, {gaps} gaps, {weights} weights");
    Ok(())
}

/// Prints precision, recall and F1 of the boundaries, in points of 100, for each way of gluing; for single articles the
/// share of pages that were left whole.
pub fn eval_splitter(data: &Data, folder: &Path, sure: Option<f32>) -> Result<Outcome> {
    let (mut reader, corpus) = (Reader::load(data)?, corpus(folder)?);
    let mut out = output::stdout();
    let percent = |part: usize, whole: usize| 100.0 * part as f64 / whole.max(1) as f64;
    for (name, glue) in [("titled", Glue::Titled), ("random", Glue::Random), ("topic", Glue::Topic)] {
        let s = splitter::evaluate(&mut reader, &corpus, glue, 1, sure);
        let (p, r) = (percent(s.right, s.found), percent(s.right, s.gold));
        writeln!(out, "{name:7} pages {} P {p:.1} R {r:.1} F1 {:.1}", s.pages, 100.0 * s.f1())?;
    }
    let single = splitter::evaluate(&mut reader, &corpus, Glue::Single, 1, sure);
    writeln!(out, "single  pages {} whole {:.1}", single.pages, percent(single.whole, single.pages))?;
    out.flush()?;
    Ok(Outcome::Done)
}

fn corpus(folder: &Path) -> Result<Corpus> {
    let corpus = Corpus::read(folder).with_context(|| folder.display().to_string())?;
    ensure!(!corpus.is_empty(), "{}: no .txt file with an article of three paragraphs", folder.display());
    Ok(corpus)
}
