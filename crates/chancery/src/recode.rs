//! Articles that a ledger keeps, coded again without the pages that they came from.

use crate::Pipeline;
use crate::run::record;
use chancery_records::{ArticleRecord, article_of};
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};

/// Codes each article anew from its text and layout, on `threads` threads (0: one a core), and gives them back in order.
/// An article without a layout, from an older program, is `None`.
///
/// What the page stage found (title, date, outlet, blocks) is taken as it is; language, actors, claims and events are
/// found anew.
pub fn recode(
    pipeline: &Pipeline,
    articles: &[(ArticleRecord, String)],
    threads: usize,
) -> Vec<Option<(ArticleRecord, String)>> {
    let next = AtomicUsize::new(0);
    let done = Mutex::new(vec![None; articles.len()]);
    std::thread::scope(|scope| {
        for _ in 0..crate::run::threads(threads).min(articles.len().max(1)) {
            let _ = crate::run::worker().spawn_scoped(scope, || {
                loop {
                    let at = next.fetch_add(1, Ordering::Relaxed);
                    let Some((old, text)) = articles.get(at) else { return };
                    let new = code_again(pipeline, old, text);
                    if let Ok(mut done) = done.lock() {
                        done[at] = new;
                    }
                }
            });
        }
    });
    done.into_inner().unwrap_or_else(std::sync::PoisonError::into_inner)
}

fn code_again(pipeline: &Pipeline, old: &ArticleRecord, text: &str) -> Option<(ArticleRecord, String)> {
    let layout = old.layout.as_ref()?;
    let coded = pipeline.code_article(article_of(old, text, layout));
    Some(record(&coded, true))
}
