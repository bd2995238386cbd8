//! `/outlets`: who published what was read: what each outlet covers, whom it reprints, and in which words it differs.

use super::parts::{count, kind, outlet_name, party, thousands};
use super::{Sheet, failed};
use crate::chart::short;
use crate::labels::{self, Named};
use crate::quads::Quads;
use crate::state::Desk;
use crate::{dates, layout, links};
use axum::extract::State;
use axum::response::Response;
use chancery_ledger::{ArticleHead, Contrast, ContrastWord, EventFilter, OutletCount, OutletCoverage, Reprint};
use maud::{Markup, html};
use std::collections::BTreeMap;

const ARTICLES: usize = 60;
/// Outlets whose coverage is listed, reprints that are listed, and of these the first that are drawn.
const COVERED: usize = 100;
const REPRINTS: usize = 40;
const DRAWN: usize = 16;
/// Drawing units.
const WIDTH: f64 = 720.0;
const HEIGHT: f64 = 360.0;
const MARGIN: f64 = 16.0;
const RADIUS: f64 = 5.0;

pub(crate) async fn page(State(desk): State<Desk>) -> Response {
    let found = desk.ask(|ledger| {
        Ok((
            ledger.outlets()?,
            ledger.coverage()?,
            ledger.reprints()?,
            ledger.outlet_contrasts()?,
            ledger.articles(None, ARTICLES)?,
            ledger.overview()?,
        ))
    });
    let (outlets, coverage, reprints, contrasts, articles, overview) = match found.await {
        Ok(found) => found,
        Err(wrong) => return failed(&desk, &wrong),
    };
    let counts: BTreeMap<&str, &OutletCount> = outlets.iter().map(|o| (o.outlet.as_str(), o)).collect();
    let body = html! {
        header.top {
            h1 { "Outlets" }
            p.deck {
                (count(overview.articles, "article"))
                @if overview.outlets > 0 { " of " (count(overview.outlets, "outlet")) }
                ", from " (count(overview.inputs, "input")) "."
                @if overview.outlets == 0 && overview.articles > 0 { " None says which outlet it is of." }
            }
        }
        @if !coverage.is_empty() { (covered(&desk, &coverage, &counts)) }
        @if !reprints.is_empty() { (reprinted(&reprints)) }
        @if !contrasts.is_empty() { (worded(&contrasts)) }
        section {
            h2 { "Newest articles" }
            ul.articles { @for a in &articles { (line(a)) } }
        }
    };
    Sheet { title: "Outlets", section: "/outlets", searched: "", body }.respond(&desk)
}

fn covered(desk: &Desk, coverage: &[OutletCoverage], counts: &BTreeMap<&str, &OutletCount>) -> Markup {
    html! {
        section {
            h2 { "What each covers" }
            div.scrolled tabindex="0" role="group" aria-label="Outlets, to be scrolled where they are wider than the screen" {
                table.counts.coverage {
                    caption { "Outlets by number of articles" @if coverage.len() > COVERED { ", the first " (COVERED) " of " (thousands(coverage.len() as u64)) } }
                    thead { tr {
                        th scope="col" { "Outlet" } th.n scope="col" { "Articles" } th.n scope="col" { "Days" } th scope="col" { "From, to" }
                        th.n scope="col" { "Reports" } th.n scope="col" { "Events" } th scope="col" { "Most about" } th scope="col" { "Most often" }
                    } }
                    tbody { @for outlet in coverage.iter().take(COVERED) { (covered_row(desk.quads(), outlet, counts.get(outlet.outlet.as_str()).copied())) } }
                }
            }
        }
    }
}

fn covered_row(quads: &Quads, outlet: &OutletCoverage, told: Option<&OutletCount>) -> Markup {
    let of = EventFilter { outlet: Some(outlet.outlet.clone()), ..EventFilter::default() };
    html! {
        tr {
            th scope="row" { a href=(links::events(&of, None)) { (outlet.outlet) } }
            td.n { (thousands(outlet.articles)) }
            td.n { (thousands(outlet.days)) }
            td.when { @if let (Some(first), Some(last)) = (&outlet.first, &outlet.last) { (dates::range(first, last)) } @else { span.none { "no date" } } }
            td.n { (thousands(told.map_or(0, |t| t.reports))) }
            td.n { (thousands(told.map_or(0, |t| t.events))) }
            td {
                @for (i, actor) in outlet.actors.iter().enumerate() {
                    @if i > 0 { ", " }
                    span.entry { (party(actor.label(), actor.name.as_deref(), None)) " " span.meta { (thousands(actor.events)) } }
                }
            }
            td {
                @for (i, t) in outlet.types.iter().enumerate() {
                    @if i > 0 { " " }
                    span.entry {
                        a href=(links::events(&EventFilter { event_type: Some(t.value.clone()), ..of.clone() }, None)) { (kind(quads, &t.value, None)) }
                        " " span.meta { (thousands(t.events)) }
                    }
                }
            }
        }
    }
}

fn reprinted(reprints: &[Reprint]) -> Markup {
    html! {
        section {
            h2 { "Who reprints whom" }
            p.meta { "An article may say itself where it is from; a copy is found by its words, and its original is the earliest article that has them." }
            div.columns {
                @if reprints.len() > 1 { (drawing(&reprints[..reprints.len().min(DRAWN)])) }
                table.counts #reprints {
                    caption { "Pairs of outlets by number of articles" @if reprints.len() > REPRINTS { ", the first " (REPRINTS) " of " (thousands(reprints.len() as u64)) } }
                    thead { tr { th scope="col" { "Printed by" } th scope="col" { "Written by" } th.n scope="col" { "Says so" } th.n scope="col" { "Found" } } }
                    tbody {
                        @for r in reprints.iter().take(REPRINTS) {
                            tr { th scope="row" { (outlet_name(r.outlet.as_deref())) } td { (r.from) } td.n { (thousands(r.credited)) } td.n { (thousands(r.copied)) } }
                        }
                    }
                }
            }
        }
    }
}

/// Outlets with a line from who wrote to who printed; the point of an arrow is at the one that prints.
fn drawing(reprints: &[Reprint]) -> Markup {
    let mut names: Vec<&str> = reprints.iter().flat_map(|r| [r.from.as_str(), printer(r)]).collect();
    names.sort_unstable();
    names.dedup();
    let number = |name: &str| names.binary_search(&name).unwrap_or_default();
    let weight = |r: &Reprint| r.credited.max(r.copied);
    let ties: Vec<layout::Tie> =
        reprints.iter().map(|r| (number(&r.from), number(printer(r)), weight(r) as f64)).collect();
    let room: Vec<(f64, f64)> = names.iter().map(|n| (labels::width_of(n) + 8.0, 44.0)).collect();
    let at: Vec<(f64, f64)> = layout::places(names.len(), &ties, &room, WIDTH - 2.0 * MARGIN, HEIGHT - 2.0 * MARGIN)
        .into_iter()
        .map(|(x, y)| (x + MARGIN, y + MARGIN))
        .collect();
    let points: Vec<Named<'_>> =
        names.iter().zip(&at).map(|(name, (x, y))| Named { x: *x, y: *y, radius: RADIUS, name }).collect();
    let places = labels::places(&points, points.len(), WIDTH, HEIGHT);
    let most = reprints.iter().map(weight).max().unwrap_or(1).max(1) as f64;
    html! {
        figure.network data-figure="reprints" data-table="reprints" {
            div.wide tabindex="0" role="group" aria-label="Who reprints whom, to be scrolled where it is wider than the screen" {
                svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label={ "Who reprints whom: " (names.len()) " outlets; the table says the same" } {
                    @for r in reprints {
                        @let (from, to) = (at[number(&r.from)], at[number(printer(r))]);
                        (arrow(from, to, 1.0 + 3.0 * (weight(r) as f64 / most).sqrt()))
                    }
                    @for (point, place) in points.iter().zip(&places) {
                        circle.node cx=(short(point.x)) cy=(short(point.y)) r=(short(RADIUS)) {}
                        @if let Some(place) = place {
                            text.name x=(short(place.x)) y=(short(place.y)) text-anchor=(place.anchor) { (point.name) }
                        }
                    }
                }
            }
            ul.legend { li { "An arrow points from who wrote to who printed; its width stands for articles" @if reprints.len() == DRAWN { ", the first " (DRAWN) " pairs" } "." } }
        }
    }
}

fn printer(reprint: &Reprint) -> &str {
    reprint.outlet.as_deref().unwrap_or("outlet not stated")
}

/// A line with an arrow in its middle, where no name stands.
fn arrow((x1, y1): (f64, f64), (x2, y2): (f64, f64), width: f64) -> Markup {
    let length = (x2 - x1).hypot(y2 - y1).max(1.0);
    let (dx, dy) = ((x2 - x1) / length, (y2 - y1) / length);
    let (head, half) = (6.0 + 1.5 * width, 3.0 + width);
    let tip = ((x1 + x2 + dx * head) / 2.0, (y1 + y2 + dy * head) / 2.0);
    let foot = (tip.0 - dx * head, tip.1 - dy * head);
    let corner = |side: f64| format!("{},{}", short(foot.0 - dy * half * side), short(foot.1 + dx * half * side));
    html! {
        line.tie.reprint x1=(short(x1)) y1=(short(y1)) x2=(short(x2)) y2=(short(y2)) stroke-width=(short(width)) {}
        polygon.reprint points={ (short(tip.0)) "," (short(tip.1)) " " (corner(1.0)) " " (corner(-1.0)) } {}
    }
}

fn worded(contrasts: &[Contrast]) -> Markup {
    let listed = |words: &mut dyn Iterator<Item = &ContrastWord>| {
        let words: Vec<String> = words.map(|w| format!("{} {}:{}", w.lemma, w.uses, w.others)).collect();
        if words.is_empty() { "none".to_string() } else { words.join(", ") }
    };
    html! {
        section {
            h2 { "In which words they differ" }
            p.meta { "Words about actors in the outlet’s own voice, not in quotation marks, against all others (log-odds with an informative prior): uses by the outlet, then by all others. It says how they write, not who is right." }
            table.counts {
                caption { "Outlets by number of such words" }
                thead { tr { th scope="col" { "Outlet" } th.n scope="col" { "Words" } th scope="col" { "More than others" } th scope="col" { "Less" } } }
                tbody {
                    @for c in contrasts {
                        tr {
                            th scope="row" { (c.outlet) }
                            td.n { (thousands(c.uses)) }
                            td { (listed(&mut c.words.iter().filter(|w| w.z > 0.0))) }
                            td { (listed(&mut c.words.iter().rev().filter(|w| w.z < 0.0))) }
                        }
                    }
                }
            }
        }
    }
}

fn line(article: &ArticleHead) -> Markup {
    html! {
        li {
            a href=(links::article(&article.key)) { (article.heading()) }
            span.meta {
                (article.outlet.as_deref().unwrap_or("outlet not stated"))
                @if let Some(date) = &article.date { " · " time datetime=(date) { (dates::short(date)) } }
            }
        }
    }
}
