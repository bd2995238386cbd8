//! `chancery actors list|add|edit|check|import|unknown`: the directory as a file that a person keeps.

use crate::args::{ActorsAddArgs, ActorsEditArgs, ActorsFormat, ActorsImportArgs, ActorsListArgs};
use crate::{Outcome, output};
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};
use anyhow::{Context, Result, bail};
use chancery::actors::{
    ActorRecord, COLUMNS, ImportFormat, Importer, OWN_FILE, Problem, check as check_files, gaps, own_header, read_own,
    records,
};
use chancery::text::PartialDate;
use chancery::{Data, Directory};
use chancery_ledger::Ledger;
use std::fs::{self, File};
use std::io::{BufRead, BufReader, IsTerminal, Read, Write};
use std::path::{Path, PathBuf};

/// Wrong lines shown after a change.
const SHOWN: usize = 10;

/// Rows that fit, in the columns of a user's own file.
pub fn list(data: &Data, flags: &ActorsListArgs) -> Result<Outcome> {
    let mut out = output::stdout();
    let records = records(data)?;
    if let Some(kind) = flags.kind.as_deref().filter(|k| !records.iter().any(|r| r.kind == *k)) {
        let kinds: std::collections::BTreeSet<&str> = records.iter().map(|r| r.kind.as_str()).collect();
        bail!("no row is of kind {kind:?}; there are {}", kinds.into_iter().collect::<Vec<_>>().join(", "));
    }
    writeln!(out, "{}", COLUMNS.join("\t"))?;
    let words = flags.words.as_deref().unwrap_or("").to_lowercase();
    let has = |text: &str| text.to_lowercase().contains(&words);
    let fits = |r: &ActorRecord| {
        let named = has(&r.name) || has(&r.office) || r.aliases.iter().any(|a| has(a));
        let coded = flags.code.as_deref().is_none_or(|c| r.code == c || r.code.starts_with(&format!("{c} ")));
        named && coded && flags.kind.as_deref().is_none_or(|k| r.kind == k) && flags.at.is_none_or(|day| holds(r, day))
    };
    let mut found = 0;
    for record in records.iter().filter(|r| fits(r)) {
        writeln!(out, "{}", record.to_line())?;
        found += 1;
    }
    out.flush()?;
    if found == 0 {
        eprintln!("chancery: no row fits");
    }
    Ok(Outcome::Done)
}

fn holds(record: &ActorRecord, day: PartialDate) -> bool {
    let date = |cell: &str| cell.parse::<PartialDate>().ok();
    let begun = date(&record.from).is_none_or(|from| from.first_day() <= day.last_day());
    begun && date(&record.to).is_none_or(|to| to.last_day() >= day.first_day())
}

/// Adds a row to the user's own file.
pub fn add(own: Option<&Path>, flags: ActorsAddArgs) -> Result<Outcome> {
    let file = own_file(flags.into.as_deref().or(own))?;
    let record = ActorRecord {
        kind: flags.kind,
        name: flags.name,
        aliases: flags.alias,
        code: spaced_dash(&flags.code),
        office: flags.office,
        from: flags.from,
        to: flags.to,
        wikidata: flags.wikidata,
        source: flags.source,
    };
    let mut rows = own_rows(&file)?;
    rows.push(record);
    write_own(&file, "actors add", &rows)
}

/// `-GOV` is written `- GOV`.
fn spaced_dash(code: &str) -> String {
    match code.strip_prefix('-') {
        Some(sectors) if !sectors.is_empty() => format!("- {}", sectors.trim_start()),
        _ => code.to_string(),
    }
}

/// Changes rows of a name; a built-in one is first copied.
pub fn edit(data: &Data, own: Option<&Path>, flags: &ActorsEditArgs) -> Result<Outcome> {
    let file = own_file(flags.into.as_deref().or(own))?;
    let mut rows = own_rows(&file)?;
    if !rows.iter().any(|r| r.name == flags.name) {
        // all its rows: an own name means nothing else
        rows.extend(records(data)?.into_iter().filter(|r| r.name == flags.name));
    }
    let mut changed = 0;
    for i in rows_meant(&rows, flags)? {
        let row = &mut rows[i];
        for change in &flags.set {
            let (column, value) = parts_of(change)?;
            if column == "aliases" {
                row.aliases = value.split(';').map(|a| a.trim().to_string()).filter(|a| !a.is_empty()).collect();
            } else {
                *row.column_mut(column)
                    .with_context(|| format!("no column {column:?}; there are {}", COLUMNS.join(", ")))? =
                    value.to_string();
            }
        }
        changed += 1;
    }
    if changed == 0 {
        bail!("no row has the name {:?}; `chancery actors list` finds names, `actors add` makes a row", flags.name);
    }
    write_own(&file, "actors edit", &rows)
}

/// Columns that belong to one term of office, not to everything of that name.
const OF_TERM: [&str; 4] = ["code", "office", "from", "to"];

fn parts_of(change: &str) -> Result<(&str, &str)> {
    change.split_once('=').with_context(|| format!("--set {change}: write column=value"))
}

/// The rows that a change means: all of the name, or that of `--from`. One of several terms must be told; an end alone
/// means the only one that lasts.
fn rows_meant(rows: &[ActorRecord], flags: &ActorsEditArgs) -> Result<Vec<usize>> {
    let fits = |r: &ActorRecord| r.name == flags.name && flags.from.as_ref().is_none_or(|from| r.from == *from);
    let named: Vec<usize> = (0..rows.len()).filter(|&i| fits(&rows[i])).collect();
    let columns: Vec<&str> = flags.set.iter().map(|c| Ok(parts_of(c)?.0)).collect::<Result<_>>()?;
    if named.len() < 2 || !columns.iter().any(|c| OF_TERM.contains(c)) {
        return Ok(named);
    }
    let open: Vec<usize> = named.iter().copied().filter(|&i| rows[i].to.is_empty()).collect();
    if columns == ["to"] && open.len() == 1 {
        return Ok(open);
    }
    let lines: Vec<String> = named.iter().map(|&i| rows[i].to_line()).collect();
    bail!("{:?} has several rows; say which by --from:\n{}", flags.name, lines.join("\n"))
}

/// Shows wrong lines with the mend, then what the directory lacks.
pub fn check(data: &Data, file: Option<&Path>) -> Result<Outcome> {
    let data = &file.map_or_else(|| data.clone(), |file| data.clone().with_file(OWN_FILE, file));
    let problems = check_files(data)?;
    problems.iter().for_each(|p| show(p, file));
    let mut out = output::stdout();
    for gap in gaps(data)? {
        match gap.when {
            Some((from, to)) => writeln!(out, "{}\t{}\tnobody from {from} to {to}", gap.state, gap.what)?,
            None => writeln!(out, "{}\t{}\tnone", gap.state, gap.what)?,
        }
    }
    out.flush()?;
    // with the own file in place the whole must load
    Directory::load(data).map(drop).or_else(|error| if problems.is_empty() { Err(error) } else { Ok(()) })?;
    if !problems.is_empty() {
        bail!("{}", wrong_lines(problems.len()));
    }
    if let Some(file) = file {
        eprintln!("chancery: {}: no wrong line", file.display());
    }
    Ok(Outcome::Done)
}

fn wrong_lines(number: usize) -> String {
    format!("{number} wrong {}", if number == 1 { "line" } else { "lines" })
}

/// Shows a line of the user's own file under the name that they gave it.
fn show(problem: &Problem, own: Option<&Path>) {
    let own = own.map(|o| o.display().to_string()).filter(|_| problem.file == OWN_FILE);
    let renderer = if std::io::stderr().is_terminal() { Renderer::styled() } else { Renderer::plain() };
    let line = Snippet::source(&problem.text)
        .path(own.as_deref().unwrap_or(&problem.file))
        .line_start(problem.line)
        .annotation(AnnotationKind::Primary.span(problem.span.clone()));
    let report = Level::ERROR.primary_title(&problem.message).element(line);
    let text = renderer.render(&[report.element(Level::HELP.message(&problem.help))]);
    // where nobody reads any more (`| head`) there is nobody to tell
    let _ = writeln!(std::io::stderr(), "{text}\n");
}

/// Turns other projects' lists into rows.
pub fn import(data: &Data, own: Option<&Path>, flags: &ActorsImportArgs) -> Result<Outcome> {
    let importer = Importer::load(data, &flags.classes)?;
    let into = flags.into.as_deref().or(own);
    let mut rows = into.map(own_rows).transpose()?.unwrap_or_default();
    let mut out = output::stdout();
    if into.is_none() {
        write!(out, "{}", own_header(&by("actors import"), &today()))?;
    }
    let mut failed = None;
    for path in &flags.files {
        let mut reader = open(path)?;
        let name = path.file_name().map_or("standard input".into(), |n| n.to_string_lossy().into_owned());
        let format = match flags.format {
            Some(format) => format.into(),
            None => guess(&mut reader)
                .with_context(|| format!("{}: cannot tell the format; name it with --format", path.display()))?,
        };
        let mut give = |record: ActorRecord| match into {
            Some(_) => rows.push(record),
            None => failed = writeln!(out, "{}", record.to_line()).err().or(failed.take()),
        };
        let tally = importer
            .read(format, &name, reader, &mut give)
            .with_context(|| format!("cannot read {}", path.display()))?;
        for skipped in &tally.first_skipped {
            eprintln!("chancery: {}:{}: skipped: {}", path.display(), skipped.line, skipped.reason);
        }
        for doubtful in &tally.first_doubted {
            eprintln!("chancery: {}:{}: taken, but {}", path.display(), doubtful.line, doubtful.reason);
        }
        eprintln!(
            "chancery: {}: {} entries, {} rows ({} doubtful), {} of other classes, {} lines skipped",
            path.display(),
            tally.read,
            tally.rows,
            tally.doubted,
            tally.filtered,
            tally.skipped
        );
    }
    if let Some(error) = failed {
        return Err(error.into());
    }
    out.flush()?;
    match into {
        Some(file) => write_own(file, "actors import", &rows),
        None => Ok(Outcome::Done),
    }
}

impl From<ActorsFormat> for ImportFormat {
    fn from(format: ActorsFormat) -> Self {
        match format {
            ActorsFormat::Petrarch => ImportFormat::Petrarch,
            ActorsFormat::Csv => ImportFormat::Csv,
            ActorsFormat::Wikidata => ImportFormat::Wikidata,
            ActorsFormat::Followthemoney => ImportFormat::FollowTheMoney,
        }
    }
}

/// The names of a ledger that the directory does not know.
pub fn unknown(data: &Data, ledger: &Path, limit: usize) -> Result<Outcome> {
    let directory = Directory::load(data)?;
    let mut out = output::stdout();
    writeln!(out, "mentions\tarticles\tkind\tname\tcode in the text")?;
    let names = Ledger::open_read_only(ledger)?.names()?;
    for n in names.iter().filter(|n| is_name(&n.name) && !directory.knows(&n.name)).take(limit) {
        writeln!(out, "{}\t{}\t{}\t{}\t{}", n.mentions, n.articles, n.kind, n.name, n.code.as_deref().unwrap_or("-"))?;
    }
    out.flush()?;
    Ok(Outcome::Done)
}

/// Every word but the small ones with a capital: a name, not a description.
fn is_name(words: &str) -> bool {
    let small = |w: &str| w.chars().count() <= 3;
    let capital = |w: &str| w.starts_with(|c: char| c.is_uppercase());
    words.split_whitespace().all(|w| small(w) || capital(w)) && words.split_whitespace().any(capital)
}

fn own_file(given: Option<&Path>) -> Result<PathBuf> {
    given.map(Path::to_path_buf).context("say which file is yours: --into FILE, --actors FILE or CHANCERY_ACTORS")
}

fn own_rows(file: &Path) -> Result<Vec<ActorRecord>> {
    if !file.exists() {
        return Ok(Vec::new());
    }
    Ok(read_own(&file.display().to_string(), &output::read_text(file)?)?)
}

/// Writes the file as a whole, so that a break leaves the old one; rows that are there twice are written once. The
/// comment lines of the file stay.
fn write_own(file: &Path, origin: &str, rows: &[ActorRecord]) -> Result<Outcome> {
    let old = if file.exists() { output::read_text(file)? } else { String::new() };
    let comments: String = old.lines().take_while(|l| l.starts_with('#')).map(|l| format!("{l}\n")).collect();
    let mut text = match comments.is_empty() {
        true => own_header(&by(origin), &today()),
        false => comments + &COLUMNS.join("\t") + "\n",
    };
    let mut seen = std::collections::BTreeSet::new();
    for line in rows.iter().map(ActorRecord::to_line) {
        if seen.insert(line.clone()) {
            text.push_str(&line);
            text.push('\n');
        }
    }
    let new = file.with_extension("new");
    fs::write(&new, text).with_context(|| format!("cannot write {}", new.display()))?;
    let data = Data::embedded().with_file(OWN_FILE, &new);
    let wrong: Vec<Problem> = check_files(&data)?.into_iter().filter(|p| p.file == OWN_FILE).collect();
    wrong.iter().take(SHOWN).for_each(|p| show(p, Some(file)));
    if wrong.len() > SHOWN {
        eprintln!("chancery: and {} more; `chancery actors check {}` shows them", wrong.len() - SHOWN, file.display());
    }
    if origin != "actors import" && !wrong.is_empty() {
        fs::remove_file(&new).with_context(|| format!("cannot remove {}", new.display()))?;
        bail!("{} is as it was: {}", file.display(), wrong_lines(wrong.len()));
    }
    fs::rename(&new, file).with_context(|| format!("cannot write {}", file.display()))?;
    let rows = if seen.len() == 1 { "row" } else { "rows" };
    eprintln!("chancery: {} {rows} in {}", seen.len(), file.display());
    Ok(Outcome::Done)
}

fn by(command: &str) -> String {
    format!("chancery {command}, version {}", env!("CARGO_PKG_VERSION"))
}

/// The day on which the file is made, in universal time.
fn today() -> String {
    jiff::Timestamp::now().strftime("%Y-%m-%d").to_string()
}

fn open(path: &Path) -> Result<Box<dyn BufRead>> {
    if path.as_os_str() == "-" {
        return Ok(Box::new(BufReader::new(std::io::stdin())));
    }
    let file = File::open(path).with_context(|| format!("cannot read {}", path.display()))?;
    let mut reader = BufReader::with_capacity(1 << 16, file);
    let packed = reader.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    if packed {
        let unpacked: Box<dyn Read> = Box::new(flate2::bufread::MultiGzDecoder::new(reader));
        return Ok(Box::new(BufReader::with_capacity(1 << 16, unpacked)));
    }
    Ok(Box::new(reader))
}

fn guess(reader: &mut dyn BufRead) -> Option<ImportFormat> {
    let start = reader.fill_buf().ok()?;
    ImportFormat::guess(&String::from_utf8_lossy(&start[..start.len().min(1 << 15)]))
}
