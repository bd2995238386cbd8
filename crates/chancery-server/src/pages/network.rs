//! `/network`: the actors with the most events between them, and their ties.

use super::parts::count;
use super::{Sheet, bad_query, failed};
use crate::api::EventsQuery;
use crate::chart::short;
use crate::quads::{Quad, Quads};
use crate::state::Desk;
use crate::{layout, links};
use axum::extract::rejection::QueryRejection;
use axum::extract::{Query, State};
use axum::response::Response;
use chancery_ledger::{ActorTie, EventFilter};
use maud::{Markup, html};
use std::collections::BTreeMap;

/// Actors that are drawn, and ties that are listed.
const ACTORS: usize = 36;
const LISTED: usize = 30;
/// Drawing units: the picture, its edges, the largest point.
const WIDTH: f64 = 960.0;
const HEIGHT: f64 = 640.0;
const MARGIN: f64 = 60.0;
const LARGEST: f64 = 14.0;

pub(crate) async fn page(State(desk): State<Desk>, query: Result<Query<EventsQuery>, QueryRejection>) -> Response {
    let filter = match query {
        Ok(Query(query)) => query.filter(),
        Err(wrong) => return bad_query(&desk, &wrong.body_text()),
    };
    let asked = filter.clone();
    let ties = match desk.ask(move |ledger| ledger.actor_ties(&asked)).await {
        Ok(ties) => ties,
        Err(wrong) => return failed(&desk, &wrong),
    };
    let network = Network::of(&ties, desk.quads());
    let body = html! {
        header.top {
            h1 { "Network" }
            p.deck {
                "Who acts towards whom: " (count(network.nodes.len() as u64, "actor"))
                @if network.left_out > 0 { ", those with the most events of " (network.nodes.len() + network.left_out) }
                ", and " (count(network.ties.len() as u64, "tie")) " between them. An event without a recipient ties nobody."
            }
        }
        (form(&filter))
        @if network.ties.is_empty() { p.nothing { "No event between two actors fits." } } @else {
            (drawing(&network))
            ul.legend aria-label="Ties" {
                li { svg.square viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" { line.tie.mcoop x1="0" x2="12" y1="6" y2="6" stroke-width="3" {} } "mostly cooperation" }
                li { svg.square viewBox="0 0 12 12" width="12" height="12" aria-hidden="true" { line.tie.mconf x1="0" x2="12" y1="6" y2="6" stroke-width="3" {} } "mostly conflict" }
            }
            (list(&network))
        }
    };
    Sheet { title: "Network", section: "/network", searched: "", body }.respond(&desk)
}

/// The actors and ties that are drawn.
struct Network {
    /// Names with their events, most events first.
    nodes: Vec<(String, u64)>,
    /// Between two of these, whoever of them acts; most events first.
    ties: Vec<Tie>,
    /// Actors that are not drawn.
    left_out: usize,
}

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
    fn of(ties: &[ActorTie], quads: &Quads) -> Self {
        let mut events: BTreeMap<&str, u64> = BTreeMap::new();
        for tie in ties {
            *events.entry(&tie.actor).or_default() += tie.events;
            *events.entry(&tie.recipient).or_default() += tie.events;
        }
        let mut nodes: Vec<(String, u64)> = events.iter().map(|(name, n)| (name.to_string(), *n)).collect();
        nodes.sort_by(|a, b| b.1.cmp(&a.1).then_with(|| a.0.cmp(&b.0)));
        let left_out = nodes.len().saturating_sub(ACTORS);
        nodes.truncate(ACTORS);
        let number = |name: &str| nodes.iter().position(|(n, _)| n == name);
        let mut drawn: BTreeMap<(usize, usize), Tie> = BTreeMap::new();
        for tie in ties {
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
        Network { nodes, ties, left_out }
    }
}

fn drawing(network: &Network) -> Markup {
    let weights: Vec<layout::Tie> = network.ties.iter().map(|t| (t.one, t.other, t.events() as f64)).collect();
    let at: Vec<(f64, f64)> = layout::places(network.nodes.len(), &weights)
        .into_iter()
        .map(|(x, y)| (MARGIN + x * (WIDTH - 2.0 * MARGIN), MARGIN / 2.0 + y * (HEIGHT - MARGIN)))
        .collect();
    let most = network.nodes.first().map_or(1, |n| n.1).max(1) as f64;
    let heaviest = network.ties.first().map_or(1, Tie::events).max(1) as f64;
    let label = format!("{} and the ties between them", count(network.nodes.len() as u64, "actor"));
    html! {
        figure.network {
            svg viewBox={ "0 0 " (WIDTH) " " (HEIGHT) } role="img" aria-label=(label) {
                @for tie in network.ties.iter().rev() {
                    @let (a, b) = (at[tie.one], at[tie.other]);
                    line.tie.(tie.css()) x1=(short(a.0)) y1=(short(a.1)) x2=(short(b.0)) y2=(short(b.1))
                        stroke-width=(short(0.75 + 5.0 * (tie.events() as f64 / heaviest).sqrt())) {}
                }
                @for ((name, events), (x, y)) in network.nodes.iter().zip(&at) {
                    @let radius = (LARGEST * (*events as f64 / most).sqrt()).max(3.0);
                    a href=(links::actor(name)) tabindex="-1" {
                        title { (name) ": " (count(*events, "event")) " with others" }
                        circle.node cx=(short(*x)) cy=(short(*y)) r=(short(radius)) {}
                        text.name x=(short(*x)) y=(short(y - radius - 3.0)) text-anchor="middle" { (name) }
                    }
                }
            }
        }
    }
}

fn list(network: &Network) -> Markup {
    html! {
        section {
            h2 { "Strongest ties" }
            table.counts {
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

fn form(filter: &EventFilter) -> Markup {
    let value = |v: &Option<String>| v.clone().unwrap_or_default();
    html! {
        form.filter.two action="/network" method="get" aria-label="Narrow the events" {
            div { label for="f-actor" { "Actor" } input #f-actor name="actor" value=(value(&filter.actor)) placeholder="name or code" autocomplete="off"; }
            div { label for="f-type" { "Type" } input #f-type name="type" value=(value(&filter.event_type)) placeholder="PLOVER type" autocomplete="off"; }
            div { label for="f-from" { "From" } input #f-from name="from" value=(value(&filter.from)) placeholder="YYYY-MM-DD" inputmode="numeric"; }
            div { label for="f-to" { "To" } input #f-to name="to" value=(value(&filter.to)) placeholder="YYYY-MM-DD" inputmode="numeric"; }
            button type="submit" { "Show" }
        }
    }
}
