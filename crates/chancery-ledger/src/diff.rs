//! Two ledgers compared: the reports that one has and the other has not, and those that say something else.

use crate::{Ledger, Result};
use chancery_records::{ArticleRecord, EventRecord, PartyRecord};
use serde::Serialize;
use std::collections::BTreeSet;

/// A report that differs.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ReportChange {
    /// What it is: gained, lost or changed.
    pub change: ChangeKind,
    /// The article's id.
    pub article: String,
    /// First character of the evidence: of a lost report where it stood, else where it stands.
    pub start: usize,
    /// One past its last.
    pub end: usize,
    /// The evidence.
    pub text: String,
    /// The type, and for a changed report the new one.
    #[serde(rename = "type")]
    pub event_type: String,
    /// Of a changed report, each field that differs, before and after.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub fields: Vec<FieldChange>,
}

/// How a report differs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "lowercase")]
pub enum ChangeKind {
    /// Only the second ledger has it.
    Gained,
    /// Only the first has it.
    Lost,
    /// Both have it, with other fields.
    Changed,
}

/// A field before and after.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FieldChange {
    /// Its name, as records have it.
    pub field: &'static str,
    /// In the first ledger.
    pub before: Option<String>,
    /// In the second.
    pub after: Option<String>,
}

/// Counts of reports.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize)]
pub struct DiffCounts {
    /// In both, alike in every field that is compared.
    pub same: u64,
    /// In both, with other fields.
    pub changed: u64,
    /// Only in the second.
    pub gained: u64,
    /// Only in the first.
    pub lost: u64,
}

/// Hands every report that differs to `visit`, article by article; articles are known by their content.
///
/// # Errors
/// Where one of the ledgers cannot be read.
pub fn diff(before: &Ledger, after: &Ledger, visit: &mut dyn FnMut(ReportChange)) -> Result<DiffCounts> {
    let hashes = |ledger: &Ledger| -> Result<Vec<String>> {
        Ok(ledger.codings()?.into_iter().map(|c| c.content_hash).collect())
    };
    let all: BTreeSet<String> = hashes(before)?.into_iter().chain(hashes(after)?).collect();
    let mut counts = DiffCounts::default();
    for hash in all {
        let articles = |ledger: &Ledger| -> Result<Vec<ArticleRecord>> {
            Ok(ledger.input(&hash)?.map_or_else(Vec::new, |i| i.articles.into_iter().map(|a| a.record).collect()))
        };
        let (old, new) = (articles(before)?, articles(after)?);
        for position in 0..old.len().max(new.len()) {
            compare(old.get(position), new.get(position), &mut counts, visit);
        }
    }
    Ok(counts)
}

fn compare(
    old: Option<&ArticleRecord>,
    new: Option<&ArticleRecord>,
    counts: &mut DiffCounts,
    visit: &mut dyn FnMut(ReportChange),
) {
    let id = new.or(old).map_or("", |a| a.id.as_str());
    let (old, new): (Vec<&EventRecord>, Vec<&EventRecord>) = (reports_of(old), reports_of(new));
    let pairs = pair(&old, &new);
    for &(o, n) in &pairs {
        let fields = changes(old[o], new[n]);
        if fields.is_empty() {
            counts.same += 1;
        } else {
            counts.changed += 1;
            visit(change(ChangeKind::Changed, id, new[n], fields));
        }
    }
    for (_, report) in old.iter().enumerate().filter(|(o, _)| pairs.iter().all(|p| p.0 != *o)) {
        counts.lost += 1;
        visit(change(ChangeKind::Lost, id, report, Vec::new()));
    }
    for (_, report) in new.iter().enumerate().filter(|(n, _)| pairs.iter().all(|p| p.1 != *n)) {
        counts.gained += 1;
        visit(change(ChangeKind::Gained, id, report, Vec::new()));
    }
}

fn reports_of(article: Option<&ArticleRecord>) -> Vec<&EventRecord> {
    article.map_or_else(Vec::new, |a| a.events.iter().collect())
}

/// Each report with its like in the other list: the most alike first.
fn pair(old: &[&EventRecord], new: &[&EventRecord]) -> Vec<(usize, usize)> {
    let mut likes: Vec<(u32, usize, usize)> = Vec::new();
    for (o, a) in old.iter().enumerate() {
        for (n, b) in new.iter().enumerate() {
            likes.extend(likeness(a, b).map(|like| (like, o, n)));
        }
    }
    likes.sort_by_key(|&(like, o, n)| (std::cmp::Reverse(like), o, n));
    let (mut taken_old, mut taken_new) = (BTreeSet::new(), BTreeSet::new());
    let mut pairs = Vec::new();
    for (_, o, n) in likes {
        if !taken_old.contains(&o) && !taken_new.contains(&n) {
            taken_old.insert(o);
            taken_new.insert(n);
            pairs.push((o, n));
        }
    }
    pairs.sort_unstable();
    pairs
}

/// The share of the longer span that both have, in thousandths, with more for the same type and the same parties;
/// `None` for less than half of it.
fn likeness(a: &EventRecord, b: &EventRecord) -> Option<u32> {
    let shared = a.end.min(b.end).checked_sub(a.start.max(b.start))?;
    let whole = a.end.max(b.end) - a.start.min(b.start);
    let share = (shared * 1000 / whole.max(1)) as u32;
    let same_type = u32::from(a.event_type == b.event_type) * 1000;
    let same_parties =
        u32::from(names(&a.actors) == names(&b.actors)) + u32::from(names(&a.recipients) == names(&b.recipients));
    (share >= 500).then_some(share + same_type + same_parties * 300)
}

fn names(parties: &[PartyRecord]) -> Option<String> {
    let name = |p: &PartyRecord| {
        let name = p.name.as_deref().unwrap_or(&p.text);
        p.code.as_ref().map_or_else(|| name.to_string(), |code| format!("{name} ({code})"))
    };
    let set: BTreeSet<String> = parties.iter().map(name).collect();
    (!set.is_empty()).then(|| set.into_iter().collect::<Vec<_>>().join("; "))
}

fn changes(a: &EventRecord, b: &EventRecord) -> Vec<FieldChange> {
    let span = |e: &EventRecord| Some(format!("{}..{}", e.start, e.end));
    let fields = [
        ("type", Some(a.event_type.clone()), Some(b.event_type.clone())),
        ("mode", a.mode.clone(), b.mode.clone()),
        ("actors", names(&a.actors), names(&b.actors)),
        ("recipients", names(&a.recipients), names(&b.recipients)),
        ("status", Some(a.status.clone()), Some(b.status.clone())),
        ("date", a.date.clone(), b.date.clone()),
        ("place", a.place.clone(), b.place.clone()),
        ("claimant", a.claimant.clone(), b.claimant.clone()),
        ("span", span(a), span(b)),
    ];
    let differ = fields.into_iter().filter(|(_, before, after)| before != after);
    differ.map(|(field, before, after)| FieldChange { field, before, after }).collect()
}

fn change(kind: ChangeKind, id: &str, report: &EventRecord, fields: Vec<FieldChange>) -> ReportChange {
    ReportChange {
        change: kind,
        article: id.to_string(),
        start: report.start,
        end: report.end,
        text: report.text.clone(),
        event_type: report.event_type.clone(),
        fields,
    }
}
