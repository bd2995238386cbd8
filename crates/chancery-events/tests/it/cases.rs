//! Runs `cases/events/*.toml` through the parser, the directory of actors and the coder: what the patterns tell by
//! themselves, in `model.toml` with the model that adds to them.
//!
//! An event is written `TYPE status: AAA+BBB > CCC`; a case passes where exactly its events are found. A case of dates
//! also says, in the order of the text, when each event happened and what that rests on (`2026-03-02 stated`), one of "each
//! other" which events are symmetric.

use chancery_actors::Directory;
use chancery_data::Data;
use chancery_events::Coder;
use chancery_lang::{Language, plain_article};
use chancery_text::{BlockKind, Document, Participant, Report};
use serde::Deserialize;
use std::collections::BTreeSet;
use std::path::PathBuf;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct File {
    case: Vec<Case>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    name: String,
    text: String,
    events: Vec<String>,
    /// The article's date, where it is not the usual one; "" for none.
    written: Option<String>,
    /// The dates of the events in the order of the text; not looked at where there are none.
    #[serde(default)]
    dates: Vec<String>,
    /// The places of the events in the order of the text; not looked at where there are none.
    #[serde(default)]
    places: Vec<String>,
    /// Which events are told as done to each other, in the order of the text; not looked at where there are none.
    #[serde(default)]
    symmetric: Vec<bool>,
    known_gap: Option<String>,
    /// The text is a headline.
    #[serde(default)]
    headline: bool,
}

struct Stages {
    language: Language,
    directory: Directory,
    coder: Coder,
    with_model: Coder,
}

/// The family of cases that the model finds.
const OF_MODEL: &str = "model";

impl Stages {
    fn load() -> Self {
        let data = Data::embedded();
        Stages {
            language: Language::load(&data).unwrap(),
            directory: Directory::load(&data).unwrap(),
            coder: Coder::of_rules(&data).unwrap(),
            with_model: Coder::load(&data).unwrap(),
        }
    }

    fn code(&self, coder: &Coder, text: &str, headline: bool, written: &str) -> (Document, Vec<Report>) {
        let mut article = plain_article(text);
        if headline {
            article.blocks.iter_mut().for_each(|b| b.kind = BlockKind::Title);
        }
        article.date = written.parse().ok();
        let doc = self.language.parse(article);
        let mentions = self.directory.find_mentions(&doc);
        let mut reports = coder.find_events(&doc, &mentions, &[]);
        reports.iter_mut().filter_map(|r| r.place.as_mut()).for_each(|p| self.directory.locate(p));
        (doc, reports)
    }
}

fn countries(parties: &[Participant]) -> String {
    let all: BTreeSet<&str> = parties.iter().filter_map(|p| p.actor.code.country.as_deref()).collect();
    all.into_iter().collect::<Vec<_>>().join("+")
}

fn shown(report: &Report) -> String {
    let (actors, recipients) = (countries(&report.actors), countries(&report.recipients));
    format!("{} {}: {actors} > {recipients}", report.event_type, report.status.as_str())
}

/// "Lyon FRA city clause".
fn places(reports: &[Report]) -> Vec<String> {
    let shown = |r: &Report| match &r.place {
        Some(p) => {
            let precision = p.precision.map_or("unknown", |p| p.as_str());
            format!("{} {} {precision} {}", p.name, p.country.as_deref().unwrap_or("-"), p.stated.as_str())
        }
        None => "none".into(),
    };
    reports.iter().map(shown).collect()
}

fn dates(reports: &[Report]) -> Vec<String> {
    let shown = |r: &Report| match (r.date, r.date_basis) {
        (Some(date), Some(basis)) => format!("{date} {}", basis.as_str()),
        _ => "none".into(),
    };
    reports.iter().map(shown).collect()
}

fn families() -> Vec<(PathBuf, File)> {
    let folder = PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../cases/events");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|e| e.unwrap().path()).collect();
    paths.sort();
    let read = |p: PathBuf| {
        let text = std::fs::read_to_string(&p).unwrap();
        let file: File = toml::from_str(&text).unwrap_or_else(|e| panic!("{}: {e}", p.display()));
        assert!(!file.case.is_empty(), "{} has no case", p.display());
        (p, file)
    };
    paths.into_iter().map(read).collect()
}

#[test]
fn cases() {
    let stages = Stages::load();
    let mut faults = Vec::new();
    let mut count = 0;
    for (path, file) in families() {
        let family = path.file_stem().unwrap_or_default().to_string_lossy().into_owned();
        for case in file.case {
            count += 1;
            let coder = if family == OF_MODEL { &stages.with_model } else { &stages.coder };
            let (doc, reports) =
                stages.code(coder, &case.text, case.headline, case.written.as_deref().unwrap_or("2026-03-04"));
            for report in &reports {
                assert_eq!(report.evidence.span().of(doc.text()), report.evidence.words());
            }
            let found: BTreeSet<String> = reports.iter().map(shown).collect();
            let wanted: BTreeSet<String> = case.events.iter().cloned().collect();
            let when = dates(&reports);
            let at = places(&reports);
            let placed = case.places.is_empty() || case.places == at;
            let mutual: Vec<bool> = reports.iter().map(|r| r.symmetric).collect();
            let joined = case.symmetric.is_empty() || case.symmetric == mutual;
            let right = found == wanted && (case.dates.is_empty() || case.dates == when) && placed && joined;
            match (right, &case.known_gap) {
                (true, None) | (false, Some(_)) => {}
                (true, Some(gap)) => {
                    faults.push(format!("{family}/{}: the gap is closed, delete known_gap ({gap})", case.name))
                }
                (false, None) => {
                    let (name, dates, places, symmetric) = (case.name, case.dates, case.places, case.symmetric);
                    faults.push(format!(
                        "{family}/{name}: wanted {wanted:?} {dates:?} {places:?} {symmetric:?}, found {found:?} {when:?} {at:?} {mutual:?}"
                    ))
                }
            }
        }
    }
    assert!(count >= 150, "{count} cases");
    assert!(faults.is_empty(), "{} of {count}:\n{}", faults.len(), faults.join("\n"));
}
