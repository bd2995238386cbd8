//! The steps of joining that `chancery.spark` runs on many machines, none of which holds all articles.
//!
//! Each takes columns and gives columns. What is done is what `chancery code` does (`chancery_stories`); only how the rows
//! come together is left to the cluster. These functions are not for others: they may change with any version.

use crate::code::{pipeline, table};
use crate::error::Failure;
use crate::files::article_of;
use crate::table::Table;
use chancery::stories::{ArticleTellings, Group, Keys, Step, Telling};
use chancery::{ArticleRecord, EventRecord};
use chancery_parquet::table::Cell;
use chancery_parquet::table::Kind::{Real, Whole};
use pyo3::prelude::*;
use std::collections::{BTreeMap, HashMap};

/// Row of the record, what sorts the group, the id of its event should it be the first, fingerprint, indices of its reports,
/// the article's id and date, its reports as JSON, the keys under which it is found, and those under which it looks.
type GroupRow = (usize, String, String, i64, Vec<usize>, String, Option<String>, String, Vec<i64>, Vec<i64>);

/// Indices of reports, and the id of their event.
type EventIds = Vec<(Vec<usize>, String)>;

/// The groups of reports of each record that tell of one event.
#[pyfunction]
pub(crate) fn join_groups(py: Python<'_>, records: Vec<String>) -> PyResult<Vec<GroupRow>> {
    let groups = py.detach(|| -> Result<Vec<GroupRow>, Failure> {
        let mut rows = Vec::new();
        for (row, record) in records.iter().enumerate() {
            let article = article_of(row, record)?;
            for group in pipeline()?.joiner.groups(&ArticleTellings::from(&article), row) {
                rows.push(group_row(row, &article, &group)?);
            }
        }
        Ok(rows)
    });
    Ok(groups?)
}

fn group_row(row: usize, article: &ArticleRecord, group: &Group) -> Result<GroupRow, Failure> {
    let members: Vec<usize> = group.members().collect();
    let tellings: Vec<EventRecord> = members.iter().filter_map(|&i| article.events.get(i)).map(compared).collect();
    let tellings = serde_json::to_string(&tellings).map_err(|e| Failure::Value(e.to_string()))?;
    let Keys { own, wanted } = pipeline()?.joiner.keys(group);
    Ok((
        row,
        group.order_key(),
        group.event_id(),
        group.fingerprint().cast_signed(),
        members,
        article.id.clone(),
        article.date.clone(),
        tellings,
        own.into_iter().map(u64::cast_signed).collect(),
        wanted.into_iter().map(u64::cast_signed).collect(),
    ))
}

/// A report with only what is compared.
fn compared(event: &EventRecord) -> EventRecord {
    EventRecord {
        cameo: None,
        contexts: Vec::new(),
        location: None,
        claimant: None,
        event: None,
        confidence: 0.0,
        why: String::new(),
        selector: None,
        ..event.clone()
    }
}

/// Links between the groups of each unit, a run of rows with one key and one pair of numbers: those that look under the key
/// are compared with those that are found. Rows that belong together must follow each other. Each two groups are compared
/// under one key only.
#[pyfunction]
pub(crate) fn join_links(
    py: Python<'_>,
    units: Vec<(i64, i64, i64)>,
    looks: Vec<bool>,
    nodes: Vec<i64>,
    articles: Vec<String>,
    dates: Vec<Option<String>>,
    tellings: Vec<String>,
) -> PyResult<Table> {
    let links = py.detach(|| -> Result<Table, Failure> {
        let mut groups: HashMap<i64, (Group, Keys)> = HashMap::new();
        for (row, &node) in nodes.iter().enumerate() {
            if !groups.contains_key(&node)
                && let Some(group) = group_of(groups.len(), &articles[row], dates[row].as_deref(), &tellings[row])?
            {
                let keys = pipeline()?.joiner.keys(&group);
                groups.insert(node, (group, keys));
            }
        }
        let mut links = table(&[("a", Whole), ("b", Whole), ("score", Real), ("a_step", Whole), ("b_step", Whole)]);
        for unit in runs(&units) {
            let key = units[unit.start].0.cast_unsigned();
            let (looking, found): (Vec<usize>, Vec<usize>) = unit.partition(|&row| looks[row]);
            for (&w, &o) in looking.iter().flat_map(|w| found.iter().map(move |o| (w, o))) {
                let (a, b) = (nodes[w].min(nodes[o]), nodes[w].max(nodes[o]));
                let (Some(x), Some(y)) = (groups.get(&a).filter(|_| a < b), groups.get(&b)) else { continue };
                if x.1.meets(&y.1) == Some((key, nodes[w] < nodes[o]))
                    && let Some(score) = pipeline()?.joiner.link(&x.0, &y.0)
                {
                    let step = |group: &Group| Cell::Whole(Some(group.step().to_number()));
                    let (from, to) = (Cell::Whole(Some(a)), Cell::Whole(Some(b)));
                    links.add([from, to, Cell::Real(Some(score.into())), step(&x.0), step(&y.0)])?;
                }
            }
        }
        Ok(links.finish()?)
    });
    Ok(links?)
}

fn group_of(number: usize, article: &str, date: Option<&str>, tellings: &str) -> Result<Option<Group>, Failure> {
    let events: Vec<EventRecord> = serde_json::from_str(tellings).map_err(|e| Failure::Value(e.to_string()))?;
    let date = date.and_then(|d| d.parse().ok());
    let tellings = events.iter().map(Telling::from).collect();
    Ok(Group::whole(&ArticleTellings { id: article.into(), date, tellings }, number))
}

/// Runs of equal values.
fn runs<T: PartialEq>(values: &[T]) -> impl Iterator<Item = std::ops::Range<usize>> + '_ {
    let mut start = 0;
    values.chunk_by(|a, b| a == b).map(move |run| {
        start += run.len();
        start - run.len()..start
    })
}

/// The first group of the event of each group that has links: those of one component must follow each other. Columns are
/// the bytes of numbers of 64 bits, as a component may have very many links.
#[pyfunction]
pub(crate) fn join_clusters(
    py: Python<'_>,
    components: &[u8],
    a: &[u8],
    b: &[u8],
    scores: &[u8],
    a_steps: &[u8],
    b_steps: &[u8],
) -> PyResult<Table> {
    let clusters = py.detach(|| -> Result<Table, Failure> {
        let (components, a, b): (Vec<i64>, Vec<i64>, Vec<i64>) = (whole(components), whole(a), whole(b));
        let (a_steps, b_steps): (Vec<i64>, Vec<i64>) = (whole(a_steps), whole(b_steps));
        let scores: Vec<f32> = numbers(scores).map(|bytes| f64::from_le_bytes(bytes) as f32).collect();
        let mut firsts = table(&[("node", Whole), ("first", Whole)]);
        for run in runs(&components) {
            let ends = run.clone().flat_map(|i| [(a[i], a_steps[i]), (b[i], b_steps[i])]);
            let (nodes, steps): (Vec<i64>, Vec<Step>) = ends
                .collect::<BTreeMap<_, _>>()
                .into_iter()
                .map(|(node, step)| (node, Step::from_number(step)))
                .unzip();
            let place = |node: i64| nodes.binary_search(&node).unwrap_or_default();
            let mut links: Vec<(usize, usize, f32)> = run.map(|i| (place(a[i]), place(b[i]), scores[i])).collect();
            links.sort_unstable_by_key(|link| (link.0, link.1));
            for (node, label) in nodes.iter().zip(pipeline()?.joiner.cluster_links(&steps, &links)) {
                firsts.add([Cell::Whole(Some(*node)), Cell::Whole(nodes.get(label).copied())])?;
            }
        }
        Ok(firsts.finish()?)
    });
    Ok(clusters?)
}

fn whole(column: &[u8]) -> Vec<i64> {
    numbers(column).map(i64::from_le_bytes).collect()
}

fn numbers(column: &[u8]) -> impl Iterator<Item = [u8; 8]> + '_ {
    column.as_chunks().0.iter().copied()
}

/// Records with the ids of their events: of each, lists of reports and the id that they share.
#[pyfunction]
pub(crate) fn with_events(py: Python<'_>, records: Vec<String>, ids: Vec<EventIds>) -> PyResult<Vec<String>> {
    let filled = py.detach(|| -> Result<Vec<String>, Failure> {
        let fill = |(row, (record, ids)): (usize, (&String, EventIds))| {
            let mut article = article_of(row, record)?;
            for (members, id) in ids {
                for index in members {
                    if let Some(event) = article.events.get_mut(index) {
                        event.event = Some(id.clone());
                    }
                }
            }
            serde_json::to_string(&article).map_err(|e| Failure::Value(e.to_string()))
        };
        records.iter().zip(ids).enumerate().map(fill).collect()
    });
    Ok(filled?)
}
