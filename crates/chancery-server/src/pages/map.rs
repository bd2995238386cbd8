//! `/map`: where events took place, as far as their reports say. A net of degrees and points, with no outlines of countries:
//! those would be a knowledge file of their own, and borders are claims.

use super::parts::{count, thousands};
use super::{Sheet, bad_query, failed};
use crate::api::EventsQuery;
use crate::chart::short;
use crate::state::Desk;
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use chancery_ledger::{EventFilter, PlaceCount};
use maud::{Markup, html};

/// Places that are listed, and of these the first that are named on the map.
const LISTED: usize = 60;
const NAMED: usize = 12;
/// Degrees between the lines of the net.
const NET: i32 = 30;
/// Drawing units of a degree, and of the largest point's radius.
const DEGREE: f64 = 2.5;
const LARGEST: f64 = 16.0;
const SMALLEST: f64 = 2.5;

pub(crate) async fn page(State(desk): State<Desk>, query: Result<Query<EventsQuery>, QueryRejection>) -> Response {
    let filter = match query {
        Ok(Query(query)) => query.filter(),
        Err(wrong) => return bad_query(&desk, &wrong.body_text()),
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
        (form(&filter))
        @if places.is_empty() { p.nothing { "No event with a known place fits." } } @else {
            (drawing(&places))
            (key())
            (list(&places))
        }
    };
    Sheet { title: "Map", section: "/map", searched: "", body }.respond(&desk)
}

fn drawing(places: &[PlaceCount]) -> Markup {
    let (width, height) = (360.0 * DEGREE, 180.0 * DEGREE);
    let most = places.iter().map(|p| p.events).max().unwrap_or(1).max(1) as f64;
    let at = |p: &PlaceCount| ((p.lon + 180.0) * DEGREE, (90.0 - p.lat) * DEGREE);
    let radius = |p: &PlaceCount| (LARGEST * (p.events as f64 / most).sqrt()).max(SMALLEST);
    let label = format!("Places of events on a net of degrees, {NET} degrees apart");
    html! {
        figure.map {
            svg viewBox={ "0 0 " (width) " " (height) } role="img" aria-label=(label) {
                @for lon in (-180..=180).step_by(NET as usize) {
                    @let x = short(f64::from(lon + 180) * DEGREE);
                    line.net x1=(x) x2=(x) y1="0" y2=(height) {}
                }
                @for lat in (-90..=90).step_by(NET as usize) {
                    @let y = short(f64::from(90 - lat) * DEGREE);
                    line.net.(if lat == 0 { "equator" } else { "parallel" }) x1="0" x2=(width) y1=(y) y2=(y) {}
                }
                // The small ones lie over the large ones.
                @for place in places {
                    @let (x, y) = at(place);
                    circle.point.(precision(place)) cx=(short(x)) cy=(short(y)) r=(short(radius(place))) {
                        title { (place.place) ": " (count(place.events, "event")) ", " (count(place.reports, "report")) ", place known as a " (precision(place)) }
                    }
                }
                @for place in places.iter().take(NAMED) {
                    @let (x, y) = at(place);
                    @let left = x > width * 0.85;
                    @let beside = if left { x - radius(place) - 3.0 } else { x + radius(place) + 3.0 };
                    text.name x=(short(beside)) y=(short(y + 4.0)) text-anchor=(if left { "end" } else { "start" }) { (place.place) }
                }
            }
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
        }
    }
}

fn list(places: &[PlaceCount]) -> Markup {
    html! {
        section {
            h2 { "Places" }
            table.counts {
                caption { "Places by number of events" @if places.len() > LISTED { ", the first " (LISTED) " of " (thousands(places.len() as u64)) } }
                thead { tr { th scope="col" { "Place" } th scope="col" { "Country" } th scope="col" { "Known as" } th.n scope="col" { "Events" } th.n scope="col" { "Reports" } } }
                tbody {
                    @for place in places.iter().take(LISTED) {
                        tr {
                            th scope="row" { (place.place) }
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

fn form(filter: &EventFilter) -> Markup {
    let value = |v: &Option<String>| v.clone().unwrap_or_default();
    html! {
        form.filter.two action="/map" method="get" aria-label="Narrow the events" {
            div { label for="f-actor" { "Actor" } input #f-actor name="actor" value=(value(&filter.actor)) placeholder="name or code" autocomplete="off"; }
            div { label for="f-type" { "Type" } input #f-type name="type" value=(value(&filter.event_type)) placeholder="PLOVER type" autocomplete="off"; }
            div { label for="f-from" { "From" } input #f-from name="from" value=(value(&filter.from)) placeholder="YYYY-MM-DD" inputmode="numeric"; }
            div { label for="f-to" { "To" } input #f-to name="to" value=(value(&filter.to)) placeholder="YYYY-MM-DD" inputmode="numeric"; }
            button type="submit" { "Show" }
        }
    }
}
