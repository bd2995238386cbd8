//! `/stories`: what belongs together over days; `/story/{id}`: one story, its events by day and its articles.

use super::parts::{article_line, count, event_table};
use super::{Sheet, failed, nothing_here};
use crate::state::Desk;
use crate::{dates, links};
use axum::extract::{Path, State};
use axum::response::Response;
use chancery_ledger::StorySummary;
use maud::{Markup, html};

const STORIES: usize = 100;

pub(crate) async fn list(State(desk): State<Desk>) -> Response {
    let stories = match desk.ask(|ledger| ledger.stories(None, STORIES)).await {
        Ok(stories) => stories,
        Err(wrong) => return failed(&desk, &wrong),
    };
    let (told, single): (Vec<_>, Vec<_>) = stories.iter().partition(|s| s.articles.len() > 1);
    let body = html! {
        header.top {
            h1 { "Stories" }
            p.deck { "Articles that belong together, by their words, names and events. The latest come first; at most " (STORIES) " are shown." }
        }
        @if stories.is_empty() { p.nothing { "No stories yet: they are gathered when pages are read." } }
        @for story in told { (line(story)) }
        @if !single.is_empty() {
            section {
                h2 { "Told by one article" }
                ul.articles { @for story in single { li { a href=(links::story(&story.story)) { (story.label) } span.meta { " " (facts(story)) } } } }
            }
        }
    };
    Sheet { title: "Stories", section: "/stories", searched: "", body }.respond(&desk)
}

fn line(story: &StorySummary) -> Markup {
    html! {
        section.story {
            h2 { a href=(links::story(&story.story)) { (story.label) } }
            p.meta { (facts(story)) }
            ul.articles {
                @for article in &story.articles {
                    li {
                        a href=(links::article(&article.key)) { (article.heading()) }
                        span.meta {
                            " " (article.outlet.as_deref().unwrap_or("outlet not stated"))
                            @if let Some(date) = &article.date { " · " time datetime=(date) { (dates::short(date)) } }
                        }
                    }
                }
            }
        }
    }
}

/// `4–11 March 2025 · 3 articles, 2 outlets, 5 events`.
fn facts(story: &StorySummary) -> String {
    let period = match (&story.first, &story.last) {
        (Some(first), Some(last)) if first != last => dates::range(first, last) + " · ",
        (Some(day), _) => dates::long(day) + " · ",
        _ => String::new(),
    };
    let [articles, outlets, events] = [story.articles.len() as u64, story.outlets, story.events];
    let outlets = if outlets > 0 { format!(", {}", count(outlets, "outlet")) } else { String::new() };
    format!("{period}{}{outlets}, {}", count(articles, "article"), count(events, "event"))
}

pub(crate) async fn page(State(desk): State<Desk>, Path(id): Path<String>) -> Response {
    let story = match desk.ask(move |ledger| ledger.story(&id)).await {
        Ok(Some(story)) => story,
        Ok(None) => return nothing_here(&desk),
        Err(wrong) => return failed(&desk, &wrong),
    };
    let body = html! {
        header.top {
            p.kicker { "Story" }
            h1 { (story.summary.label) }
            p.deck { (facts(&story.summary)) }
        }
        @if story.timeline.is_empty() { p.nothing { "Its articles report no events." } }
        @else { (event_table(desk.quads(), "Its events by day", &story.timeline)) }
        section {
            h2 { "Articles" }
            @for article in &story.summary.articles { (article_line(article)) }
        }
    };
    Sheet { title: &story.summary.label, section: "/stories", searched: "", body }.respond(&desk)
}
