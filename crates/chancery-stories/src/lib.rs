//! Reports of one thing that happened, joined into events.
//!
//! In: the reports of many articles. Out: one event id a report; equal ids mean that the reports were judged to tell of
//! one thing that happened. Neither the order of the articles nor the number of threads changes an id.
//!
//! Two steps. Inside an article, reports of one type are grouped from the most alike downwards, as long as the average
//! likeness of two groups is high enough: a headline, its lead and the retelling in a reprint come together, while two
//! accusations of the same state stay apart where their words differ. Between articles, groups are joined where type,
//! parties, status and date fit, and for what is not a meeting, the words too.
//!
//! ```
//! use chancery_stories::{ArticleReports, join};
//! assert!(join(&[ArticleReports { id: "page.txt#1", date: None, reports: &[] }])[0].is_empty());
//! ```

mod across;
pub mod copies;
mod features;
mod within;

use chancery_text::{DateBasis, PartialDate, Report};
use features::Item;

/// One article's part of the work.
#[derive(Debug, Clone)]
pub struct ArticleReports<'a> {
    /// The article's id (`page.txt#3`).
    pub id: &'a str,
    /// When it was published.
    pub date: Option<PartialDate>,
    /// What it reports.
    pub reports: &'a [Report],
}

/// Joins reports into events: one list of ids an article, one id a report.
pub fn join(articles: &[ArticleReports<'_>]) -> Vec<Vec<String>> {
    let mut items: Vec<Item<'_>> = articles
        .iter()
        .enumerate()
        .flat_map(|(a, article)| {
            article.reports.iter().enumerate().map(move |(r, report)| Item::new(a, r, article, report))
        })
        .collect();
    // From here on nothing depends on the order in which articles were given.
    items.sort_by(|a, b| a.key.cmp(&b.key));
    let groups = within::group(&items);
    let events = across::join_groups(&items, groups);
    let mut ids: Vec<Vec<String>> = articles.iter().map(|a| vec![String::new(); a.reports.len()]).collect();
    for event in events {
        // Items are sorted: the smallest member names the event.
        let first = event.iter().copied().min().unwrap_or_default();
        let id = event_id(&items[first]);
        for i in event {
            ids[items[i].article][items[i].report_index].clone_from(&id);
        }
    }
    ids
}

/// Gives the reports of one article that state no date the only one that other tellings of their event state.
pub fn settle_dates(id: &str, date: Option<PartialDate>, reports: &mut [Report]) {
    let settled = {
        let article = ArticleReports { id, date, reports };
        let items: Vec<Item<'_>> = reports.iter().enumerate().map(|(i, r)| Item::new(0, i, &article, r)).collect();
        within::group(&items).iter().flat_map(|group| settled_dates(group, reports)).collect::<Vec<_>>()
    };
    for (i, date) in settled {
        (reports[i].date, reports[i].date_basis) = (Some(date), Some(DateBasis::Telling));
    }
}

fn settled_dates(group: &[usize], reports: &[Report]) -> Vec<(usize, PartialDate)> {
    let is_stated = |i: usize| reports[i].date_basis.is_some_and(DateBasis::is_stated);
    let stated: Vec<PartialDate> = group.iter().filter(|&&i| is_stated(i)).filter_map(|&i| reports[i].date).collect();
    let Some(finest) = stated.iter().copied().max_by_key(|d| (d.day().is_some(), d.month().is_some())) else {
        return Vec::new();
    };
    if !stated.iter().all(|d| d.contains(finest)) {
        return Vec::new();
    }
    let is_finer = |i: usize| reports[i].date.is_some_and(|d| finest.contains(d));
    let open = |i: usize| !is_finer(i) && (!is_stated(i) || reports[i].date.is_some_and(|d| d.contains(finest)));
    group.iter().filter(|&&i| open(i)).map(|&i| (i, finest)).collect()
}

/// `e` and a hash of the member's key. FNV-1a: short, and the same on every machine and in every version.
fn event_id(item: &Item<'_>) -> String {
    let mut hash: u64 = 0xcbf2_9ce4_8422_2325;
    for byte in item.key_bytes() {
        hash = (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3);
    }
    format!("e{:012x}", hash & 0xffff_ffff_ffff)
}
