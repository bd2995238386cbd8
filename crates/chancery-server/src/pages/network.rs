//! `/network`: the actors with the most events between them, and their ties; by country where the address says `by=country`.

use super::narrow::{self, Menu};
use super::parts::count;
use super::{Sheet, bad_query, failed};
use crate::api::EventsQuery;
use crate::chart::short;
use crate::labels::{self, Named};
use crate::quads::{Quad, Quads};
use crate::state::Desk;
use crate::{layout, links};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use chancery_ledger::{ActorNetwork, EventFilter, FilterFault, NamedTie};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Actors that are drawn, and ties that are listed.
const ACTORS: usize = 36;
const LISTED: usize = 60;
/// Drawing units: the picture, its edges, the largest and the smallest point.
const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 640.0;
const MARGIN: f64 = 16.0;
const LARGEST: f64 = 14.0;
const SMALLEST: f64 = 3.0;
/// What `by` may say.
const BY: [(&str, &str); 2] = [("actor", "actors"), ("country", "countries")];

pub(crate) async fn page(State(desk): State<Desk>, query: Result<Query<EventsQuery>, QueryRejection>) -> Response {
    let query = match query {
        Ok(Query(query)) => query,
        Err(wrong) => return bad_query(&desk, &wrong.body_text()),
    };
    let by = query.by.clone().filter(|b| !b.is_empty()).unwrap_or_else(|| BY[0].0.into());
    let (filter, mut faults) = match desk.checked(query.filter()).await {
        Ok(checked) => checked,
        Err(wrong) => return failed(&desk, &wrong),
    };
    if !BY.iter().any(|(name, _)| *name == by) {
        let accepts = format!("one of {}", BY.map(|(name, _)| name).join(", "));
        faults.push(FilterFault { parameter: "by", value: by.clone(), accepts });
    }
    let asked = filter.clone();
    let (drawer, is_by_country) = (desk.clone(), by == "country");
    let found = desk.ask(move |ledger| {
        let named = |country: &str| {
            let name = if is_by_country { drawer.knowledge().country_name(country) } else { "" };
            (!name.is_empty()).then(|| name.to_string())
        };
        Ok((ledger.network(&asked, &named, ACTORS)?, ledger.events(&asked, None, 1)?.events))
    });
    let (found, events) = match found.await {
        Ok(found) => found,
        Err(wrong) => return failed(&desk, &wrong),
    };
    let network = if faults.is_empty() { Network::of(&found, desk.quads()) } else { Network::default() };
    let menu = Menu { name: "by", label: "Draw", choices: &BY, chosen: &by };
    let body = html! {
        header.top {
            h1 { "Network" }
            p.deck { (deck(&network, &by)) }
        }
        (narrow::form("/network", &filter, &desk.quads().types(), Some(&menu)))
        (narrow::faults(&faults))
        @if network.ties.is_empty() {
            p.nothing { "No event between two actors fits" @if events > 0 { "; " (count(events, "event")) " without a recipient or inside one country do" } "." }
        } @else {
            (drawing(&network, &filter))
            (list(&network))
        }
    };
    Sheet { title: "Network", section: "/network", searched: "", body }.respond(&desk)
}

fn deck(network: &Network, by: &str) -> Markup {
    let what = if by == "country" { "country or organisation" } else { "actor" };
    let plural = if by == "country" { "countries and organisations" } else { "actors" };
    let drawn = network.nodes.len();
    html! {
        "Who acts towards whom: " (drawn) " " (if drawn == 1 { what } else { plural })
        ", and " (count(network.ties.len() as u64, "tie")) " between them."
        @if network.fewer + network.untied > 0 {
            " Left out: "
            @if network.fewer > 0 { (network.fewer) " with fewer events" }
            @if network.fewer > 0 && network.untied > 0 { ", " }
            @if network.untied > 0 { (network.untied) " that deal with none of these" }
            "."
        }
        " An event without a recipient ties nobody."
    }
}

/// The actors and ties that are drawn.
#[derive(Debug, Default)]
struct Network {
    /// Names with their events, most events first.
    nodes: Vec<(String, u64)>,
    /// Between two of these, whoever of them acts; most events first.
    ties: Vec<Tie>,
    /// Actors that are not drawn, as others have more events.
    fewer: usize,
    /// Actors that are not drawn, as they deal with none of those that are.
    untied: usize,
}

#[derive(Debug)]
struct Tie {
    one: usize,
    other: usize,
    cooperation: u64,
    conflict: u64,
}

impl Tie {
    fn events(&self) -> u64 {
        self.cooperation + self.conflict
    }

    fn css(&self) -> &'static str {
        if self.conflict > self.cooperation { "mconf" } else { "mcoop" }
    }
}

impl Network {
    fn of(found: &ActorNetwork, quads: &Quads) -> Self {
        let is_tied = |name: &str| found.ties.iter().any(|t| t.actor == name || t.recipient == name);
        let nodes: Vec<(String, u64)> = found.nodes.iter().filter(|(name, _)| is_tied(name)).cloned().collect();
        let ties = Self::summed(&found.ties, &nodes, quads);
        Network { untied: found.nodes.len() - nodes.len(), nodes, ties, fewer: found.fewer }
    }

    fn summed(between: &[NamedTie], nodes: &[(String, u64)], quads: &Quads) -> Vec<Tie> {
        let number = |name: &str| nodes.iter().position(|(n, _)| n == name);
        let mut drawn: BTreeMap<(usize, usize), Tie> = BTreeMap::new();
        for tie in between {
            let (Some(a), Some(b)) = (number(&tie.actor), number(&tie.recipient)) else { continue };
            let (one, other) = (a.min(b), a.max(b));
            let sum = drawn.entry((one, other)).or_insert(Tie { one, other, cooperation: 0, conflict: 0 });
            match quads.of(&tie.event_type) {
                Quad::VerbalConflict | Quad::MaterialConflict => sum.conflict += tie.events,
                _ => sum.cooperation += tie.events,
            }
        }
        let mut ties: Vec<Tie> = drawn.into_values().collect();
        ties.sort_by_key(|t| (std::cmp::Reverse(t.events()), t.one, t.other));
        ties
    }
}

fn drawing(network: &Network, filter: &EventFilter) -> Markup {
    let weights: Vec<layout::Tie> = network.ties.iter().map(|t| (t.one, t.other, t.events() as f64)).collect();
    let most = network.nodes.first().map_or(1, |n| n.1).max(1) as f64;
    let radius = |events: u64| (LARGEST * (events as f64 / most).sqrt()).max(SMALLEST);
    // A node takes the room of its point with the name below or above.
    let room: Vec<(f64, f64)> = network
        .nodes
        .iter()
        .map(|(name, events)| (labels::width_of(name).max(2.0 * radius(*events)) + 4.0, 2.0 * radius(*events) + 36.0))
        .collect();
    let at: Vec<(f64, f64)> =
        layout::places(network.nodes.len(), &weights, &room, WIDTH - 2.0 * MARGIN, HEIGHT - 2.0 * MARGIN)
            .into_iter()
            .map(|(x, y)| (x + MARGIN, y + MARGIN))
            .collect();
    let points: Vec<Named<'_>> = network
        .nodes
        .iter()
        .zip(&at)
        .map(|((name, events), (x, y))| Named { x: *x, y: *y, radius: radius(*events), name })
        .collect();
    let names = labels::places(&points, points.len(), WIDTH, HEIGHT);
    let heaviest = network.ties.first().map_or(1, Tie::events).max(1) as f64;
    let label = format!("{} and {} between them", network.nodes.len(), count(network.ties.len() as u64, "tie"));
    html! {
        figure.network data-figure="network" data-table="ties" {
            div.wide tabindex="0" role="group" aria-label="Network, to be scrolled where it is wider than the screen" {
                svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="group" aria-label=(label) {
                    @for tie in network.ties.iter().rev() {
                        @let (a, b) = (at[tie.one], at[tie.other]);
                        line.tie.(tie.css()) x1=(short(a.0)) y1=(short(a.1)) x2=(short(b.0)) y2=(short(b.1))
                            stroke-width=(short(0.75 + 5.0 * (tie.events() as f64 / heaviest).sqrt())) {}
                    }
                    @for (((name, events), point), place) in network.nodes.iter().zip(&points).zip(&names) {
                        a href=(events_of(name, filter)) tabindex="-1" {
                            title { (name) ": " (count(*events, "event")) " with others" }
                            circle.node cx=(short(point.x)) cy=(short(point.y)) r=(short(point.radius)) {}
                            @if let Some(place) = place {
                                text.name x=(short(place.x)) y=(short(place.y)) text-anchor=(place.anchor) { (name) }
                            }
                        }
                    }
                }
            }
            ul.legend aria-label="Ties" {
                li { svg.square viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" { line.tie.mcoop x1="0" x2="12" y1="6" y2="6" stroke-width="3" {} } "mostly cooperation" }
                li { svg.square viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" { line.tie.mconf x1="0" x2="12" y1="6" y2="6" stroke-width="3" {} } "mostly conflict" }
                li { "The area of a point and the width of a tie stand for events; where a point lies means nothing." }
            }
        }
    }
}

fn events_of(name: &str, filter: &EventFilter) -> String {
    links::events(&EventFilter { actor: Some(name.into()), ..filter.clone() }, None)
}

fn list(network: &Network) -> Markup {
    html! {
        section {
            h2 { "Strongest ties" }
            table.counts #ties {
                caption { "Ties by number of events" @if network.ties.len() > LISTED { ", the first " (LISTED) } }
                thead { tr { th scope="col" { "Between" } th.n scope="col" { "Events" } th.n scope="col" { "Cooperation" } th.n scope="col" { "Conflict" } } }
                tbody {
                    @for tie in network.ties.iter().take(LISTED) {
                        @let (one, other) = (&network.nodes[tie.one].0, &network.nodes[tie.other].0);
                        tr {
                            th scope="row" { a href=(links::pair(one, other)) { (one) " – " (other) } }
                            td.n { (tie.events()) }
                            td.n { (tie.cooperation) }
                            td.n { (tie.conflict) }
                        }
                    }
                }
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn who_deals_with_none_of_those_drawn_is_counted_and_left_out() {
        let tie = |actor: &str, recipient: &str, event_type: &str, events| NamedTie {
            actor: actor.into(),
            recipient: recipient.into(),
            event_type: event_type.into(),
            events,
        };
        let found = ActorNetwork {
            nodes: vec![("Hub".into(), 9), ("Lone".into(), 8), ("Node".into(), 7)],
            ties: vec![tie("Hub", "Node", "CONSULT", 3), tie("Node", "Hub", "ASSAULT", 4)],
            fewer: 2,
        };
        let network = Network::of(&found, &Quads::load(&chancery_data::Data::embedded()));
        let names: Vec<&str> = network.nodes.iter().map(|(n, _)| n.as_str()).collect();
        assert_eq!((names, network.untied, network.fewer), (vec!["Hub", "Node"], 1, 2));
        assert_eq!(network.ties.len(), 1, "one line for both ways");
        assert_eq!((network.ties[0].cooperation, network.ties[0].conflict), (3, 4));
    }
}
