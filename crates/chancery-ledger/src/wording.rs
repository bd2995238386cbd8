//! By which words actors and events are told, and by whom.
//!
//! Words between quotation marks belong to whoever is quoted; they are counted apart and in no contrast of outlets.

use crate::filter::actor_rows;
use crate::query::{ArticleHead, Passage, article_head, event_row, passage_of};
use crate::{Ledger, Result};
use rusqlite::Connection;
use serde::Serialize;
use std::collections::BTreeMap;

/// Uses that the ledger's common wording stands for in a contrast: the sum of the prior counts.
const PRIOR: f64 = 500.0;
/// An outlet with fewer uses is in no contrast.
const MIN_USES: u64 = 10;
/// A smaller difference, in standard deviations, is not shown; nor is a word used only once.
const MIN_Z: f64 = 1.0;
/// Articles whose words of an actor are counted by who asks often (with a tally).
const MOST_ARTICLES: usize = 400;
/// Words shown of a contrast.
const CONTRAST_WORDS: usize = 12;

/// How an actor or an event is worded.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WordingPage {
    /// Of whom or what.
    pub label: String,
    /// Words that tell it, in the outlets' own voice.
    pub uses: u64,
    /// Words between quotation marks.
    pub quoted: u64,
    /// The words, most uses first.
    pub words: Vec<WordCount>,
    /// What each outlet uses more, or less, than the others.
    pub contrasts: Vec<Contrast>,
    /// Of an actor that is named very often: only the words of so many articles, those that were read last, are counted.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub of_last: Option<usize>,
}

/// How often a word is used.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct WordCount {
    /// Dictionary form.
    pub lemma: String,
    /// `noun`, `adjective` or `verb`.
    pub part: String,
    /// `name`, `modifier`, `does`, `undergoes` or `tells`.
    pub relation: String,
    /// Uses in the outlets' own voice.
    pub uses: u64,
    /// Uses between quotation marks.
    pub quoted: u64,
    /// Own uses by outlet, most first; an article without an outlet counts under `null`.
    pub outlets: Vec<(Option<String>, u64)>,
}

/// An outlet's words against those of all others.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Contrast {
    /// The outlet.
    pub outlet: String,
    /// Its uses.
    pub uses: u64,
    /// The words that differ most, the outlet's own first.
    pub words: Vec<ContrastWord>,
}

/// A word's difference.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct ContrastWord {
    /// Dictionary form.
    pub lemma: String,
    /// Uses by the outlet.
    pub uses: u64,
    /// Uses by all others.
    pub others: u64,
    /// Log-odds ratio in standard deviations: above 0 the outlet uses it more than others do.
    pub z: f64,
}

/// One use of a word.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct WordUse {
    /// Dictionary form.
    pub lemma: String,
    /// What it says of the actor or event.
    pub relation: String,
    /// The outlet in whose voice it stands: of a reprint, the one it is from.
    pub outlet: Option<String>,
    /// The article.
    pub article: ArticleHead,
    /// The word in its paragraph.
    pub passage: Passage,
    /// True between quotation marks.
    pub quoted: bool,
    /// Whose word it is, where quoted and known.
    pub speaker: Option<String>,
}

/// What is asked about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum WordingOf {
    /// An actor by name or code, as [`Ledger::actor`].
    Actor(String),
    /// An event by id.
    Event(String),
}

impl Ledger {
    /// The words by which an actor or event is told; `None` where the ledger does not know it.
    ///
    /// Outlets are contrasted by the log-odds ratio with an informative Dirichlet prior, the ledger's common wording
    /// (Monroe, Colaresi and Quinn, Political Analysis 2008, equations 15–22).
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn wording(&self, of: &WordingOf) -> Result<Option<WordingPage>> {
        self.with(|db| {
            let Some(mut condition) = condition_of(db, of)? else { return Ok(None) };
            let of_events = matches!(of, WordingOf::Event(_));
            let mut of_last = None;
            if let (Some(tally), WordingOf::Actor(name)) = (self.tally(), of)
                && let Some(row) = tally.row_of_last(name, MOST_ARTICLES)
            {
                condition.push_str(&format!(" AND w.article >= {row}"));
                of_last = Some(MOST_ARTICLES);
            }
            let rows = counted(db, &condition)?;
            let label = match of {
                WordingOf::Actor(name) | WordingOf::Event(name) => name.clone(),
            };
            let page = match self.tally() {
                Some(tally) => page(label, rows, tally.common_words(of_events)),
                None => page(label, rows, &common_words(db, of_events)?),
            };
            Ok(Some(WordingPage { of_last, ..page }))
        })
    }

    /// Every use of a word of an actor or event, or of all its words, newest article first.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn word_uses(&self, of: &WordingOf, lemma: Option<&str>, limit: usize) -> Result<Vec<WordUse>> {
        self.with(|db| {
            let Some(condition) = condition_of(db, of)? else { return Ok(Vec::new()) };
            let mut query = db.prepare(&format!(
                "SELECT w.lemma, w.relation, w.article, w.start, w.\"end\", w.quoted, s.name, w.outlet FROM wordings w
                 JOIN articles a ON a.row = w.article LEFT JOIN actors s ON s.row = w.speaker
                 WHERE {condition} AND (?1 IS NULL OR w.lemma = ?1)
                 ORDER BY a.date DESC, a.file, a.position, a.key, w.position LIMIT ?2"
            ))?;
            let limit = i64::try_from(limit).unwrap_or(i64::MAX);
            let mut rows = query.query(rusqlite::params![lemma, limit])?;
            let mut uses = Vec::new();
            while let Some(r) = rows.next()? {
                let article: i64 = r.get(2)?;
                uses.push(WordUse {
                    lemma: r.get(0)?,
                    relation: r.get(1)?,
                    outlet: r.get(7)?,
                    article: article_head(db, article)?,
                    passage: passage_of(db, article, r.get(3)?, r.get(4)?)?,
                    quoted: r.get(5)?,
                    speaker: r.get(6)?,
                });
            }
            Ok(uses)
        })
    }
}

fn condition_of(db: &Connection, of: &WordingOf) -> rusqlite::Result<Option<String>> {
    Ok(match of {
        WordingOf::Actor(name) => actor_rows(db, name)?.map(|rows| format!("w.actor IN ({rows})")),
        WordingOf::Event(id) => {
            event_row(db, id)?.map(|row| format!("w.report IN (SELECT r.row FROM reports r WHERE r.event = {row})"))
        }
    })
}

/// Uses by word, outlet and voice.
struct Counted {
    lemma: String,
    part: String,
    relation: String,
    outlet: Option<String>,
    quoted: bool,
    uses: u64,
}

fn counted(db: &Connection, condition: &str) -> rusqlite::Result<Vec<Counted>> {
    db.prepare(&format!(
        "SELECT w.lemma, w.part, w.relation, w.outlet, w.quoted, count(*) FROM wordings w WHERE {condition}
         GROUP BY w.lemma, w.part, w.relation, w.outlet, w.quoted ORDER BY w.lemma, w.part, w.relation, w.outlet"
    ))?
    .query_map([], |r| {
        Ok(Counted {
            lemma: r.get(0)?,
            part: r.get(1)?,
            relation: r.get(2)?,
            outlet: r.get(3)?,
            quoted: r.get(4)?,
            uses: r.get(5)?,
        })
    })?
    .collect()
}

/// How often the outlets of the whole ledger use each word of actors, or of events.
pub(crate) fn common_words(db: &Connection, of_events: bool) -> rusqlite::Result<BTreeMap<String, u64>> {
    let target = if of_events { "report" } else { "actor" };
    db.prepare(&format!(
        "SELECT lemma, count(*) FROM wordings WHERE quoted = 0 AND {target} IS NOT NULL GROUP BY lemma"
    ))?
    .query_map([], |r| Ok((r.get(0)?, r.get(1)?)))?
    .collect()
}

fn page(label: String, rows: Vec<Counted>, common: &BTreeMap<String, u64>) -> WordingPage {
    let mut words: BTreeMap<(String, String, String), WordCount> = BTreeMap::new();
    let mut by_outlet: BTreeMap<String, BTreeMap<String, u64>> = BTreeMap::new();
    let (mut uses, mut quoted) = (0, 0);
    for row in rows {
        let key = (row.lemma.clone(), row.part.clone(), row.relation.clone());
        let word = words.entry(key).or_insert_with(|| WordCount {
            lemma: row.lemma.clone(),
            part: row.part.clone(),
            relation: row.relation.clone(),
            uses: 0,
            quoted: 0,
            outlets: Vec::new(),
        });
        if row.quoted {
            word.quoted += row.uses;
            quoted += row.uses;
            continue;
        }
        word.uses += row.uses;
        uses += row.uses;
        word.outlets.push((row.outlet.clone(), row.uses));
        if let Some(outlet) = row.outlet {
            *by_outlet.entry(outlet).or_default().entry(row.lemma).or_default() += row.uses;
        }
    }
    let mut words: Vec<WordCount> = words.into_values().collect();
    for word in &mut words {
        word.outlets.sort_by(|a, b| (b.1, &a.0).cmp(&(a.1, &b.0)));
    }
    words.sort_by(|a, b| {
        let key = |w: &WordCount| (std::cmp::Reverse(w.uses), std::cmp::Reverse(w.quoted));
        key(a).cmp(&key(b)).then_with(|| (&a.lemma, &a.part, &a.relation).cmp(&(&b.lemma, &b.part, &b.relation)))
    });
    WordingPage { label, uses, quoted, words, contrasts: contrasts(&by_outlet, common), of_last: None }
}

/// Outlets in a contrast of all.
const MOST_OUTLETS: usize = 12;

/// The contrasts of the outlets with the most uses.
pub(crate) fn contrasts_of_most(
    by_outlet: &BTreeMap<String, BTreeMap<String, u64>>,
    common: &BTreeMap<String, u64>,
) -> Vec<Contrast> {
    let mut all = contrasts(by_outlet, common);
    all.sort_by(|a, b| b.uses.cmp(&a.uses).then_with(|| a.outlet.cmp(&b.outlet)));
    all.truncate(MOST_OUTLETS);
    all
}

fn contrasts(by_outlet: &BTreeMap<String, BTreeMap<String, u64>>, common: &BTreeMap<String, u64>) -> Vec<Contrast> {
    let mut all: BTreeMap<&str, u64> = BTreeMap::new();
    for (lemma, n) in by_outlet.values().flatten() {
        *all.entry(lemma).or_default() += n;
    }
    let total: u64 = all.values().sum();
    let common_total: u64 = common.values().sum();
    let contrast = |(outlet, own): (&String, &BTreeMap<String, u64>)| {
        let uses: u64 = own.values().sum();
        if uses < MIN_USES || total - uses < MIN_USES {
            return None;
        }
        let mut words: Vec<ContrastWord> = all
            .iter()
            .map(|(lemma, n)| {
                let mine = own.get(*lemma).copied().unwrap_or(0);
                let prior = PRIOR * common.get(*lemma).copied().unwrap_or(1) as f64 / common_total.max(1) as f64;
                let z = log_odds([mine as f64, (n - mine) as f64], [uses as f64, (total - uses) as f64], prior);
                ContrastWord { lemma: (*lemma).to_string(), uses: mine, others: n - mine, z }
            })
            .collect();
        words.retain(|w| w.z.abs() >= MIN_Z && w.uses + w.others > 1);
        words.sort_by(|a, b| b.z.abs().total_cmp(&a.z.abs()).then_with(|| a.lemma.cmp(&b.lemma)));
        words.truncate(CONTRAST_WORDS);
        words.sort_by(|a, b| b.z.total_cmp(&a.z).then_with(|| a.lemma.cmp(&b.lemma)));
        (!words.is_empty()).then(|| Contrast { outlet: outlet.clone(), uses, words })
    };
    by_outlet.iter().filter_map(contrast).collect()
}

/// The log-odds ratio of a word with `counts` in two texts of `totals` words, in standard deviations.
fn log_odds(counts: [f64; 2], totals: [f64; 2], prior: f64) -> f64 {
    let odds = |y: f64, n: f64| ((y + prior) / (n + PRIOR - y - prior).max(f64::MIN_POSITIVE)).ln();
    let difference = odds(counts[0], totals[0]) - odds(counts[1], totals[1]);
    let variance = 1.0 / (counts[0] + prior) + 1.0 / (counts[1] + prior);
    difference / variance.sqrt()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_shares_are_no_contrast_and_a_rare_word_weighs_less_than_a_frequent_one() {
        assert!(log_odds([10.0, 20.0], [100.0, 200.0], 50.0).abs() < 0.01);
        let frequent = log_odds([40.0, 4.0], [200.0, 200.0], 5.0);
        let rare = log_odds([4.0, 0.0], [200.0, 200.0], 1.0);
        assert!(frequent > 2.0 && frequent > rare && rare > 0.0, "{frequent} {rare}");
        let turned = log_odds([4.0, 40.0], [200.0, 200.0], 5.0);
        assert!((frequent + turned).abs() < 1e-9, "{frequent} {turned}");
    }
}
