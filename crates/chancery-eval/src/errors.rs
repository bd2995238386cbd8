//! Each miss and each false row, with its words and why.

use crate::gold::{GoldEvent, GoldParty};
use crate::matching::{Level, match_left, match_up};
use crate::pairs::NamedPair;
use crate::scores::{CodedText, date_is_right, status_is_right, touches};
use chancery_records::{EventRecord, PartyRecord};
use serde::Serialize;

/// One error.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize)]
pub struct ErrorRow {
    /// `missed`, `false`, `status`, `date`; of a marked pair `label`.
    pub error: String,
    /// The gold's file and line; of a false row nothing.
    pub gold: Option<String>,
    /// The text.
    pub source: String,
    /// First character of the clause.
    pub start: Option<usize>,
    /// One past its last.
    pub end: Option<usize>,
    /// The type: of a miss the gold's, of a false row the coded one.
    #[serde(rename = "type")]
    pub event_type: String,
    /// The mode.
    pub mode: Option<String>,
    /// Who does it.
    pub actors: String,
    /// To whom.
    pub recipients: String,
    /// The status.
    pub status: Option<String>,
    /// The date.
    pub date: Option<String>,
    /// The words of the clause.
    pub words: String,
    /// The paragraph that they stand in.
    pub text: String,
    /// What there is in its place: of a miss what was coded, of a false row what the gold has.
    pub instead: Option<String>,
    /// Why it is an error, and why the program coded what it did.
    pub why: String,
}

/// A place of a text that might have told an event and was given up.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Lost {
    /// First character of the word.
    pub start: usize,
    /// One past its last.
    pub end: usize,
    /// What would have been, and why it is not.
    pub why: String,
}

/// The errors of one text, by place. `lost` is what the coder gave up.
pub fn error_rows(text: &CodedText<'_>, lost: &[Lost]) -> Vec<ErrorRow> {
    let coded = text.events();
    let gold = &text.gold.events;
    let pairs = match_up(Level::Pair, &coded, gold, text.chars());
    let left = match_left(&coded, gold, text.chars(), &pairs);
    let scene = Scene { text, coded: &coded, lost };
    let mut rows: Vec<(usize, ErrorRow)> = Vec::new();
    for (j, g) in gold.iter().enumerate() {
        let start = g.span.map_or(0, |s| s.0);
        match pairs.iter().find(|(_, k)| *k == j) {
            Some(&(i, _)) => rows.extend(scene.details(g, coded[i]).into_iter().map(|row| (start, row))),
            None if g.core => {
                let instead = left.iter().find(|(_, k)| *k == j).map(|&(i, _)| coded[i]);
                rows.push((start, scene.missed(g, instead)));
            }
            None => (),
        }
    }
    for (i, c) in coded.iter().enumerate().filter(|(i, _)| pairs.iter().all(|(k, _)| k != i)) {
        let instead = left.iter().find(|(k, _)| *k == i).map(|&(_, j)| &gold[j]);
        rows.push((c.start, scene.false_row(c, instead)));
    }
    rows.sort_by_key(|(start, row)| (*start, row.end));
    rows.into_iter().map(|(_, row)| row).collect()
}

/// One text while its errors are written down.
struct Scene<'a> {
    text: &'a CodedText<'a>,
    coded: &'a [&'a EventRecord],
    lost: &'a [Lost],
}

impl Scene<'_> {
    fn missed(&self, gold: &GoldEvent, instead: Option<&EventRecord>) -> ErrorRow {
        let why = match instead {
            Some(event) if gold.types.contains(&event.event_type) => format!("other parties; {}", event.why),
            Some(event) => format!("coded as {}; {}", event.event_type, event.why),
            None => self.why_nothing(gold),
        };
        ErrorRow { error: "missed".into(), instead: instead.map(told), why, ..self.of_gold(gold) }
    }

    /// Nothing of its own was coded in these words: because of what, as far as is known.
    fn why_nothing(&self, gold: &GoldEvent) -> String {
        let (start, end) = gold.span.unwrap_or((0, usize::MAX));
        let given_up: Vec<&str> =
            self.lost.iter().filter(|l| l.start < end && l.end > start).map(|l| l.why.as_str()).collect();
        let begun = match self.coded.iter().any(|c| touches(c, gold)) {
            true => "what was coded in these words stands for other events",
            false => "nothing was coded in these words",
        };
        if given_up.is_empty() { begun.into() } else { format!("{begun}; given up: {}", given_up.join("; ")) }
    }

    fn false_row(&self, coded: &EventRecord, instead: Option<&GoldEvent>) -> ErrorRow {
        let what = match instead {
            Some(gold) if gold.types.contains(&coded.event_type) => "other parties in the gold",
            Some(_) => "another type in the gold",
            None => "no such event in the gold",
        };
        let why = format!("{what}; {}", coded.why);
        ErrorRow { error: "false".into(), instead: instead.map(told_gold), why, ..self.of_coded(coded) }
    }

    /// Wrong status and wrong date of what was found.
    fn details(&self, gold: &GoldEvent, coded: &EventRecord) -> Vec<ErrorRow> {
        let row = |error: &str, instead: Option<&str>| ErrorRow {
            error: error.into(),
            instead: Some(instead.unwrap_or("–").to_string()),
            why: coded.why.clone(),
            ..self.of_gold(gold)
        };
        let mut rows = Vec::new();
        if status_is_right(coded, gold) == Some(false) {
            rows.push(row("status", Some(&coded.status)));
        }
        if date_is_right(coded, gold) == Some(false) {
            rows.push(row("date", coded.date.as_deref()));
        }
        rows
    }

    fn of_gold(&self, gold: &GoldEvent) -> ErrorRow {
        let (start, end) = gold.span.unwrap_or((0, self.text.chars()));
        let words = gold.text.clone().unwrap_or_else(|| cut(self.text.words, start, end));
        ErrorRow {
            gold: Some(format!("{}:{}", gold.place.file, gold.place.line)),
            source: self.text.gold.name.clone(),
            start: Some(start),
            end: Some(end),
            event_type: gold.types.join("|"),
            mode: gold.mode.clone(),
            actors: parties(&gold.actors),
            recipients: parties(&gold.recipients),
            status: gold.status.map(|s| s.as_str().to_string()),
            date: gold.date.map(|d| d.to_string()),
            words: one_line(&words),
            text: paragraph(self.text.words, start),
            ..ErrorRow::default()
        }
    }

    fn of_coded(&self, coded: &EventRecord) -> ErrorRow {
        ErrorRow {
            source: self.text.gold.name.clone(),
            start: Some(coded.start),
            end: Some(coded.end),
            event_type: coded.event_type.clone(),
            mode: coded.mode.clone(),
            actors: coded_parties(&coded.actors),
            recipients: coded_parties(&coded.recipients),
            status: Some(coded.status.clone()),
            date: coded.date.clone(),
            words: one_line(&coded.text),
            text: paragraph(self.text.words, coded.start),
            ..ErrorRow::default()
        }
    }
}

impl From<&NamedPair> for ErrorRow {
    /// A pair whose label is wrong.
    fn from(pair: &NamedPair) -> Self {
        ErrorRow {
            error: "label".into(),
            gold: Some(format!("{}:{}", pair.place.file, pair.place.line)),
            source: pair.place.file.clone(),
            event_type: pair.gold.clone(),
            words: pair.marked.clone(),
            text: pair.sentence.clone(),
            instead: Some(pair.coded.clone().unwrap_or_else(|| "–".into())),
            why: pair.why.clone(),
            ..ErrorRow::default()
        }
    }
}

fn told(event: &EventRecord) -> String {
    let (actors, recipients) = (coded_parties(&event.actors), coded_parties(&event.recipients));
    format!("{} {actors} > {recipients} “{}”", event.event_type, one_line(&event.text))
}

fn told_gold(gold: &GoldEvent) -> String {
    format!(
        "{} {} > {} ({}:{})",
        gold.types.join("|"),
        parties(&gold.actors),
        parties(&gold.recipients),
        gold.place.file,
        gold.place.line
    )
}

fn parties(list: &[GoldParty]) -> String {
    list.iter().map(GoldParty::shown).collect::<Vec<_>>().join(" + ")
}

fn coded_parties(list: &[PartyRecord]) -> String {
    let shown = |p: &PartyRecord| p.code.clone().or(p.name.clone()).unwrap_or_else(|| p.text.clone());
    list.iter().map(shown).collect::<Vec<_>>().join(" + ")
}

fn cut(text: &str, start: usize, end: usize) -> String {
    text.chars().skip(start).take(end.saturating_sub(start)).collect()
}

/// The line of the text that holds a character.
fn paragraph(text: &str, at: usize) -> String {
    let mut seen = 0;
    for line in text.split_inclusive('\n') {
        seen += line.chars().count();
        if seen > at {
            return one_line(line);
        }
    }
    String::new()
}

fn one_line(text: &str) -> String {
    text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// The rows with a header and tabs between, for a spreadsheet.
pub fn error_table(rows: &[ErrorRow]) -> String {
    const HEADER: &str =
        "error\tgold\tsource\tstart\tend\ttype\tmode\tactors\trecipients\tstatus\tdate\twords\ttext\tinstead\twhy\n";
    let number = |n: Option<usize>| n.map(|n| n.to_string()).unwrap_or_default();
    let line = |r: &ErrorRow| {
        let known = |text: &Option<String>| text.clone().unwrap_or_default();
        let cells = [
            r.error.clone(),
            known(&r.gold),
            r.source.clone(),
            number(r.start),
            number(r.end),
            r.event_type.clone(),
            known(&r.mode),
            r.actors.clone(),
            r.recipients.clone(),
            known(&r.status),
            known(&r.date),
            r.words.clone(),
            r.text.clone(),
            known(&r.instead),
            r.why.clone(),
        ];
        format!("{}\n", cells.map(|c| one_line(&c)).join("\t"))
    };
    std::iter::once(HEADER.to_string()).chain(rows.iter().map(line)).collect()
}
