//! `chancery export`: a ledger in the shapes of other tools.

use crate::args::ExportArgs;
use crate::commands::ledger::filter_of;
use crate::{Outcome, output};
use anyhow::{Context, Result, bail};
use chancery::{Data, Language};
use chancery_exports::{ExportError, Format, Knowledge, Provenance, write_naf};
use chancery_lang::{conllu, plain_article};
use chancery_ledger::{ArticleRow, EventFilter, Ledger};
use std::fs::{self, File};
use std::io::{BufWriter, Write};
use std::path::{Path, PathBuf};

/// Writes what the flags ask for.
pub fn run(data: &Data, flags: &ExportArgs) -> Result<Outcome> {
    let (ledger, knowledge) = (Ledger::open_read_only(&flags.ledger)?, Knowledge::load(data)?);
    let asked = filter_of(&flags.filter);
    let asked = match &flags.query {
        Some(name) => ledger.known_query(name)?.filter.narrowed(asked),
        None => asked,
    };
    let filter = ledger.checked(asked, &knowledge.event_types())?;
    let work = Work { ledger, filter, knowledge };
    match (flags.format, &flags.out) {
        (Format::Parquet, Some(folder)) => {
            let made = chancery_parquet::export_folder(&work.ledger, &work.filter, &work.knowledge, folder)?;
            say(&made.made_by, folder);
        }
        (Format::Naf, Some(folder)) => say(&work.naf(data, folder)?, folder),
        (format, None) if format.is_folder() => {
            bail!("this format is written as several files: name a new folder with --out DIR")
        }
        (format, Some(file)) => {
            let mut out = BufWriter::new(File::create(file).with_context(|| cannot_write(file))?);
            let made = work.write(data, format, &mut out)?;
            out.flush().with_context(|| cannot_write(file))?;
            let beside = manifest_path(file);
            fs::write(&beside, made.json() + "\n").with_context(|| cannot_write(&beside))?;
            say(&made, file);
        }
        (format, None) => {
            let mut out = output::stdout();
            work.write(data, format, &mut out)?;
            out.flush()?;
        }
    }
    Ok(Outcome::Done)
}

fn say(made: &Provenance, place: &Path) {
    let manifest = &made.manifest;
    let (reports, events) = (manifest.reports, manifest.events);
    eprintln!("chancery: {} of {reports} reports of {events} events in {}", made.format, place.display());
}

fn cannot_write(path: &Path) -> String {
    format!("cannot write {}", path.display())
}

/// `events.tsv` has its manifest in `events.tsv.manifest.json`.
fn manifest_path(file: &Path) -> PathBuf {
    let mut name = file.as_os_str().to_os_string();
    name.push(".manifest.json");
    name.into()
}

struct Work {
    ledger: Ledger,
    filter: EventFilter,
    knowledge: Knowledge,
}

impl Work {
    fn write(&self, data: &Data, format: Format, out: &mut dyn Write) -> Result<Provenance> {
        match format {
            Format::Conllu => self.conllu(data, out),
            _ => Ok(chancery_exports::export(&self.ledger, format, &self.filter, &self.knowledge, out)?),
        }
    }

    /// Every article with its tree; what made the export stands in comments before the first.
    fn conllu(&self, data: &Data, out: &mut dyn Write) -> Result<Provenance> {
        let language = Language::load(data)?;
        let made = Provenance::of(Format::Conllu, &self.knowledge, self.ledger.manifest(&self.filter)?);
        let mut head = format!("# chancery = {}\n", made.json());
        self.ledger.for_each_told_article(&self.filter, |row| {
            let parsed = conllu::write(&language.parse(plain_article(&row.article.text)));
            if !parsed.is_empty() {
                write!(out, "{}{}{parsed}", std::mem::take(&mut head), conllu_head(&row))?;
            }
            Ok::<(), ExportError>(())
        })?;
        Ok(made)
    }

    /// A file an article in a new folder, with `manifest.json`.
    fn naf(&self, data: &Data, folder: &Path) -> Result<Provenance> {
        fs::create_dir_all(folder).with_context(|| cannot_write(folder))?;
        if fs::read_dir(folder).with_context(|| cannot_write(folder))?.next().is_some() {
            bail!("{} is not empty; name a new folder", folder.display());
        }
        let language = Language::load(data)?;
        let made = Provenance::of(Format::Naf, &self.knowledge, self.ledger.manifest(&self.filter)?);
        self.ledger.for_each_told_article(&self.filter, |row| {
            let parsed = language.parse(plain_article(&row.article.text));
            let mut out = BufWriter::new(File::create(folder.join(format!("{}.naf", row.head.key)))?);
            write_naf(&row, &parsed, &made, &mut out)?;
            Ok::<(), ExportError>(out.flush()?)
        })?;
        let manifest = folder.join("manifest.json");
        fs::write(&manifest, made.json() + "\n").with_context(|| cannot_write(&manifest))?;
        Ok(made)
    }
}

/// The article's metadata as CoNLL-U comments.
fn conllu_head(row: &ArticleRow) -> String {
    let record = &row.article.record;
    let mut head = format!("# newdoc id = {}\n", row.head.key);
    let known = [
        ("file", Some(&record.id)),
        ("title", record.title.as_ref()),
        ("outlet", record.outlet.as_ref()),
        ("date", record.date.as_ref()),
        ("url", record.url.as_ref()),
    ];
    for (name, value) in known {
        if let Some(value) = value {
            head.push_str(&format!("# meta::{name} = {}\n", output::one_line(value)));
        }
    }
    head
}
