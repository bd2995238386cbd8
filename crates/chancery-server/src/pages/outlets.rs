//! `/outlets`: who published what was read.

use super::actors::bar;
use super::parts::{count, thousands};
use super::{Sheet, failed};
use crate::state::Desk;
use crate::{dates, links};
use axum::extract::State;
use axum::response::Response;
use chancery_ledger::EventFilter;
use maud::html;

const ARTICLES: usize = 100;

pub(crate) async fn page(State(desk): State<Desk>) -> Response {
    let found = desk.ask(|ledger| Ok((ledger.outlets()?, ledger.articles(None, ARTICLES)?, ledger.overview()?)));
    let (outlets, articles, overview) = match found.await {
        Ok(found) => found,
        Err(wrong) => return failed(&desk, &wrong),
    };
    let most = outlets.iter().map(|o| o.reports).max().unwrap_or(1).max(1);
    let body = html! {
        header.top {
            h1 { "Outlets" }
            p.deck { (count(overview.articles, "article")) " of " (count(overview.outlets, "outlet")) ", from " (count(overview.inputs, "input")) "." }
        }
        table.counts {
            caption { "Outlets by name" }
            thead { tr { th scope="col" { "Outlet" } th.bar scope="col" aria-hidden="true" {} th.n scope="col" { "Articles" } th.n scope="col" { "Reports" } th.n scope="col" { "Events" } } }
            tbody {
                @for o in &outlets {
                    tr {
                        th scope="row" { a href=(links::events(&EventFilter { outlet: Some(o.outlet.clone()), ..EventFilter::default() }, None)) { (o.outlet) } }
                        td.bar aria-hidden="true" { (bar(o.reports, most, "")) }
                        td.n { (thousands(o.articles)) } td.n { (thousands(o.reports)) } td.n { (thousands(o.events)) }
                    }
                }
            }
        }
        section {
            h2 { "Newest articles" }
            ul.articles {
                @for a in &articles {
                    li {
                        a href=(links::article(&a.key)) { (a.heading()) }
                        span.meta {
                            (a.outlet.as_deref().unwrap_or("outlet not stated"))
                            @if let Some(date) = &a.date { " · " time datetime=(date) { (dates::short(date)) } }
                        }
                    }
                }
            }
        }
    };
    Sheet { title: "Outlets", section: "/outlets", searched: "", body }.respond(&desk)
}
