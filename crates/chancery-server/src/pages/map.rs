//! `/map`: where events took place, as far as their reports say, on coastlines without borders, which are claims.

use super::parts::{count, thousands};
use super::{Sheet, bad_query, failed, narrow};
use crate::api::EventsQuery;
use crate::chart::short;
use crate::labels::{self, Named};
use crate::state::Desk;
use crate::{globe, links};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use chancery_ledger::{EventFilter, PlaceCount};
use maud::{Markup, html};

/// Places that are listed, and of these the first that are named on the map where there is room.
const LISTED: usize = 200;
const NAMED: usize = 40;
/// Degrees between the lines of the net.
const NET: usize = 30;
/// Drawing units of the largest and the smallest point's radius.
const LARGEST: f64 = 16.0;
const SMALLEST: f64 = 2.5;

pub(crate) async fn page(State(desk): State<Desk>, query: Result<Query<EventsQuery>, QueryRejection>) -> Response {
    let query = match query {
        Ok(Query(query)) => query,
        Err(wrong) => return bad_query(&desk, &wrong.body_text()),
    };
    let (filter, faults) = match desk.checked(query.filter()).await {
        Ok(checked) => checked,
        Err(wrong) => return failed(&desk, &wrong),
    };
    let asked = filter.clone();
    let found = desk.ask(move |ledger| Ok((ledger.places(&asked)?, ledger.events(&asked, None, 1)?.events)));
    let (places, all) = match found.await {
        Ok(found) => found,
        Err(wrong) => return failed(&desk, &wrong),
    };
    let places: Vec<PlaceCount> = places.into_iter().filter(|p| p.lat.abs() <= 90.0 && p.lon.abs() <= 180.0).collect();
    let placed: u64 = places.iter().map(|p| p.events).sum();
    let body = html! {
        header.top {
            h1 { "Map" }
            p.deck {
                (count(placed, "event")) " at " (count(places.len() as u64, "place")) "; of "
                (count(all.saturating_sub(placed), "event")) " no report says where, or the place is not known."
            }
        }
        (narrow::form("/map", &filter, &desk.quads().types(), None))
        (narrow::faults(&faults))
        @if places.is_empty() { p.nothing { "No event with a known place fits." } } @else {
            (drawing(&places, &filter))
            (list(&places, &filter))
        }
    };
    Sheet { title: "Map", section: "/map", searched: "", body }.respond(&desk)
}

/// The events at a place.
fn events_at(place: &PlaceCount, filter: &EventFilter) -> String {
    links::events(&EventFilter { place: Some(place.place.clone()), ..filter.clone() }, None)
}

fn drawing(places: &[PlaceCount], filter: &EventFilter) -> Markup {
    let (width, height) = (globe::WIDTH, globe::height());
    let most = places.iter().map(|p| p.events).max().unwrap_or(1).max(1) as f64;
    let points: Vec<Named<'_>> = places
        .iter()
        .map(|p| {
            let (x, y) = globe::point(p.lat, p.lon);
            let radius = (LARGEST * (p.events as f64 / most).sqrt()).max(SMALLEST);
            Named { x, y, radius, name: &p.place }
        })
        .collect();
    let names = labels::places(&points, NAMED, width, height);
    let label = format!("Map of {} of events", count(places.len() as u64, "place"));
    html! {
        figure.map data-figure="map" data-table="places" {
            div.wide tabindex="0" role="group" aria-label="Map, to be scrolled where it is wider than the screen" {
                svg viewBox={ "0 0 " (short(width)) " " (short(height)) } role="group" aria-label=(label) {
                    path.net d=(globe::net(NET)) {}
                    path.land d=(globe::land()) {}
                    // The small ones lie over the large ones.
                    @for (place, point) in places.iter().zip(&points) {
                        a href=(events_at(place, filter)) tabindex="-1" {
                            title { (place.place) ": " (count(place.events, "event")) ", " (count(place.reports, "report")) ", place known as a " (precision(place)) }
                            circle.point.(precision(place)) cx=(short(point.x)) cy=(short(point.y)) r=(short(point.radius)) {}
                        }
                    }
                    @for (place, at) in places.iter().zip(&names) {
                        @if let Some(at) = at {
                            text.name x=(short(at.x)) y=(short(at.y)) text-anchor=(at.anchor) { (place.place) }
                        }
                    }
                }
            }
            (key())
        }
    }
}

fn precision(place: &PlaceCount) -> &'static str {
    match place.precision.as_deref() {
        Some("city") => "city",
        Some("region") => "region",
        _ => "country",
    }
}

fn key() -> Markup {
    html! {
        ul.legend aria-label="How exactly a place is known" {
            @for (class, words) in [("city", "city"), ("region", "region: its main city or middle"), ("country", "country: its middle")] {
                li {
                    svg.square viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" { circle.point.(class) cx="6" cy="6" r="4" {} }
                    (words)
                }
            }
            li { "The area of a point stands for its events. Coastlines after Natural Earth; no borders are drawn." }
        }
    }
}

fn list(places: &[PlaceCount], filter: &EventFilter) -> Markup {
    html! {
        section {
            h2 { "Places" }
            table.counts #places {
                caption { "Places by number of events" @if places.len() > LISTED { ", the first " (LISTED) " of " (thousands(places.len() as u64)) } }
                thead { tr { th scope="col" { "Place" } th scope="col" { "Country" } th scope="col" { "Known as" } th.n scope="col" { "Events" } th.n scope="col" { "Reports" } } }
                tbody {
                    @for place in places.iter().take(LISTED) {
                        tr {
                            th scope="row" { a href=(events_at(place, filter)) { (place.place) } }
                            td { @if let Some(code) = &place.country { span.code { (code) } } }
                            td { (precision(place)) }
                            td.n { (place.events) }
                            td.n { (place.reports) }
                        }
                    }
                }
            }
        }
    }
}
