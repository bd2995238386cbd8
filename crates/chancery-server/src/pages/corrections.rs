//! `/corrections`: what people corrected, and taking it back; `/correct?report=`: proposing a correction of a report, which is
//! shown before it is accepted.

use super::forms::{Sent, now, taken};
use super::parts::{article_line, count, kind, parties_of, passage, shown_path, status};
use super::{Sheet, bad_query, failed, nothing_here, problem};
use crate::links;
use crate::state::Desk;
use axum::Form;
use axum::extract::rejection::{FormRejection, QueryRejection};
use axum::extract::{Query, State};
use axum::http::StatusCode;
use axum::response::{IntoResponse, Redirect, Response};
use chancery_ledger::{Action, Author, Change, Correction, CorrectionView, Field, ReportView, State as Stand, Target};
use maud::{Markup, html};
use serde::Deserialize;
use serde_json::Value;

/// What the forms send.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(crate) struct Asked {
    token: String,
    /// `set-status` …, `retract`, `split`, `join`, `merge`, `undo`.
    what: String,
    /// The report, actor or correction that it is about.
    of: String,
    /// The value; of a join or merge the other one.
    value: String,
    who: String,
    why: String,
}

impl Sent for Asked {
    fn token(&self) -> &str {
        &self.token
    }
}

impl Asked {
    /// What is to be changed; `None` where the form is none of ours.
    fn change(&self) -> Option<Change> {
        let (of, value) = (self.of.trim().to_string(), self.value.trim().to_string());
        Some(match self.what.as_str() {
            "retract" => Change::Retract(of),
            "split" => Change::Split(of),
            "join" => Change::Join(of, value),
            "merge" => Change::Merge(of, value),
            "undo" => Change::Undo(of),
            other => {
                let field: Field = other.strip_prefix("set-")?.parse().ok()?;
                Change::Set { report: of, field, value: tidied(field, value) }
            }
        })
    }

    fn author(&self) -> Author {
        let who = self.who.trim();
        Author {
            who: if who.is_empty() { "a reader".into() } else { who.into() },
            why: self.why.trim().into(),
            made: now(),
        }
    }
}

/// Types are written in capitals, statuses in small letters, however they are typed.
fn tidied(field: Field, value: String) -> String {
    match field {
        Field::Type => value.to_uppercase(),
        Field::Status => value.to_lowercase(),
        _ => value,
    }
}

/// Query of `/correct`.
#[derive(Debug, Default, Deserialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Which {
    report: String,
}

/// What can be done to a report: value of the form, words.
const DEEDS: [(&str, &str); 11] = [
    ("set-status", "set the status"),
    ("set-type", "set the type"),
    ("set-mode", "set the mode"),
    ("set-date", "set the date"),
    ("set-place", "set the place"),
    ("set-claimant", "set who says so"),
    ("set-actors", "set the actors"),
    ("set-recipients", "set the recipients"),
    ("retract", "take the report out"),
    ("split", "take it off its event"),
    ("join", "join it with another event"),
];

/// The form for one report.
pub(crate) async fn form(State(desk): State<Desk>, query: Result<Query<Which>, QueryRejection>) -> Response {
    let id = match query {
        Ok(Query(query)) => query.report,
        Err(wrong) => return bad_query(&desk, &wrong.body_text()),
    };
    let telling = match desk.ask(move |ledger| ledger.tellings(&id)).await {
        Ok(found) => found.and_then(|t| t.into_iter().next()),
        Err(wrong) => return failed(&desk, &wrong),
    };
    let Some(telling) = telling else { return nothing_here(&desk) };
    let body = html! {
        header.top {
            p.kicker { a href="/corrections" { "Corrections" } }
            h1 { "Correct a report" }
            p.deck { "What was coded is kept beside it, and the correction is applied again whenever the page is coded anew." }
        }
        (shown(&desk, &telling))
        @if desk.may_change() {
            form.correct action="/correct" method="post" aria-label="Propose a correction" {
                input type="hidden" name="token" value=(desk.token());
                input type="hidden" name="of" value=(telling.key);
                div { label for="c-what" { "What" } select #c-what name="what" { @for (value, words) in DEEDS { option value=(value) { (words) } } } }
                div { label for="c-value" { "To" } input #c-value name="value" aria-describedby="c-help" autocomplete="off"; }
                (signature(""))
                button type="submit" { "See what changes" }
                p.meta #c-help {
                    "Nothing written means not known. Parties as " code { "Name (CODE); Name (CODE)" } ", dates as YYYY-MM-DD, a status as "
                    code { "planned" } ", an event to join by its id. To take it out or off its event nothing is to be written."
                }
            }
        } @else { (read_only()) }
    };
    Sheet { title: "Correct a report", section: "/corrections", searched: "", body }.respond(&desk)
}

fn shown(desk: &Desk, telling: &ReportView) -> Markup {
    let r = &telling.report;
    html! {
        section.correcting aria-label="The report" {
            (article_line(&telling.article))
            (passage(&telling.passage))
            dl.facts {
                div { dt { "Type" } dd { (kind(desk.quads(), &r.event_type, r.mode.as_deref())) } }
                div { dt { "Status" } dd { (status(&r.status)) } }
                div { dt { "Who, to whom" } dd { (parties_of(r)) } }
                div { dt { "Date" } dd { (r.date.as_deref().unwrap_or("not stated")) } }
                div { dt { "Place" } dd { (r.place.as_deref().unwrap_or("not stated")) } }
                div { dt { "Says" } dd { (r.claimant.as_deref().unwrap_or("the outlet itself")) } }
                @if let Some(event) = &r.event { div { dt { "Event" } dd { a href=(links::event(event)) { (event) } } } }
            }
            p.meta { "Report " (telling.key) " in " (shown_path(&telling.article.file)) }
        }
    }
}

/// Who says so and why.
fn signature(of: &str) -> Markup {
    html! {
        div { label for={ "c-why" (of) } { "Why" } input id={ "c-why" (of) } name="why" required autocomplete="off"; }
        div { label for={ "c-who" (of) } { "Who says so" } input id={ "c-who" (of) } name="who" placeholder="a reader" autocomplete="name"; }
    }
}

fn read_only() -> Markup {
    html! { p.nothing { "This server only shows its ledger. Correct with " code { "chancery correct" } ", or serve without " code { "--read-only" } "." } }
}

/// A proposal: what would change, before it does.
pub(crate) async fn propose(State(desk): State<Desk>, form: Result<Form<Asked>, FormRejection>) -> Response {
    let asked = match taken(&desk, form) {
        Ok(asked) => asked,
        Err(refused) => return *refused,
    };
    let Some(change) = asked.change() else { return unknown(&desk, &asked) };
    let author = asked.author();
    let drafted = desk.ask(move |ledger| ledger.propose(&change, &author));
    let proposed = match drafted.await {
        Ok(proposed) => proposed,
        Err(wrong) => return not_made(&desk, &wrong.to_string()),
    };
    let body = html! {
        header.top {
            p.kicker { a href="/corrections" { "Corrections" } }
            h1 { "Is this right?" }
            p.deck { "Nothing has changed yet." }
        }
        section.correcting aria-label="What changes" { (change_of(&proposed)) p.meta { (proposed.who) ": " (proposed.why) } }
        form.accept action="/correct/accept" method="post" {
            input type="hidden" name="token" value=(desk.token());
            @for (name, value) in [("what", &asked.what), ("of", &asked.of), ("value", &asked.value), ("who", &asked.who), ("why", &asked.why)] {
                input type="hidden" name=(name) value=(value);
            }
            button type="submit" { "Accept" }
            a href=(back(&asked)) { "Leave it" }
        }
    };
    Sheet { title: "Is this right?", section: "/corrections", searched: "", body }.respond(&desk)
}

fn back(asked: &Asked) -> String {
    match asked.what.as_str() {
        "undo" | "merge" => "/corrections".into(),
        _ => links::correct(&asked.of),
    }
}

/// Makes a correction, and shows the list.
pub(crate) async fn accept(State(desk): State<Desk>, form: Result<Form<Asked>, FormRejection>) -> Response {
    let asked = match taken(&desk, form) {
        Ok(asked) => asked,
        Err(refused) => return *refused,
    };
    let Some(change) = asked.change() else { return unknown(&desk, &asked) };
    match desk.correct(change, asked.author()).await {
        Ok(made) => Redirect::to(&format!("/corrections#{}", made.correction.id)).into_response(),
        Err(wrong) => not_made(&desk, &wrong.to_string()),
    }
}

fn unknown(desk: &Desk, asked: &Asked) -> Response {
    bad_query(desk, &format!("{:?} is nothing that can be corrected", asked.what))
}

fn not_made(desk: &Desk, why: &str) -> Response {
    problem(desk, StatusCode::UNPROCESSABLE_ENTITY, "The correction cannot be made", why)
}

/// All corrections, the latest first.
pub(crate) async fn list(State(desk): State<Desk>) -> Response {
    let all = match desk.ask(|ledger| ledger.corrections()).await {
        Ok(all) => all,
        Err(wrong) => return failed(&desk, &wrong),
    };
    let of = |state: Stand| all.iter().filter(|c| c.state == state).count();
    let body = html! {
        header.top {
            h1 { "Corrections" }
            p.deck {
                (count(all.len() as u64, "correction")) ": " (of(Stand::Applied)) " applied, " (of(Stand::Undone)) " undone, "
                (of(Stand::Conflict)) " in conflict. Each event’s page leads to the correction of its reports."
            }
        }
        @if desk.may_change() { (merge_form(&desk)) } @else { (read_only()) }
        @if all.is_empty() { p.nothing { "Nobody has corrected anything yet." } }
        ol.corrections { @for view in all.iter().rev() { (item(&desk, view)) } }
    };
    Sheet { title: "Corrections", section: "/corrections", searched: "", body }.respond(&desk)
}

fn merge_form(desk: &Desk) -> Markup {
    html! {
        details.figures {
            summary { "Make two actors one" }
            form.correct action="/correct" method="post" aria-label="Make two actors one" {
                input type="hidden" name="token" value=(desk.token());
                input type="hidden" name="what" value="merge";
                div { label for="m-of" { "This name" } input #m-of name="of" required autocomplete="off"; }
                div { label for="m-value" { "is" } input #m-value name="value" required autocomplete="off"; }
                (signature("-merge"))
                button type="submit" { "See what changes" }
            }
        }
    }
}

fn item(desk: &Desk, view: &CorrectionView) -> Markup {
    let c = &view.correction;
    let can_be_undone = desk.may_change() && view.state != Stand::Undone && c.action != Action::Undo;
    html! {
        li #(c.id) {
            (change_of(c))
            p.meta {
                (c.who) ": " (c.why) " · " time datetime=(c.made) { (c.made) } " · " strong { (view.state) }
                @if let Some(detail) = &view.detail { " (" (detail) ")" }
                " · " (c.id)
            }
            @if can_be_undone {
                form.undo action="/correct/accept" method="post" aria-label={ "Undo " (c.id) } {
                    input type="hidden" name="token" value=(desk.token());
                    input type="hidden" name="what" value="undo";
                    input type="hidden" name="of" value=(c.id);
                    label for={ "u-" (c.id) } { "Why" }
                    input id={ "u-" (c.id) } name="why" required autocomplete="off";
                    button type="submit" { "Undo" }
                }
            }
        }
    }
}

/// What a correction does, in words.
fn change_of(c: &Correction) -> Markup {
    let words = match &c.target {
        Target::Report(report) => Some(report.words.as_str()),
        _ => None,
    };
    html! {
        p.change {
            @match c.action {
                Action::Set => {
                    strong { (c.field.map(Field::name).unwrap_or_default()) } ": "
                    del { (written(&c.was)) } " → " ins { (written(&c.value)) }
                },
                Action::Retract => strong { "report taken out" },
                Action::Split => strong { "an event of its own" },
                Action::Join => { strong { "one event" } " with “" (c.value["words"].as_str().unwrap_or_default()) "”" },
                Action::Merge => {
                    strong { "one actor" } ": " (target_name(&c.target)) " is " (c.value["name"].as_str().unwrap_or_default())
                },
                Action::Undo => { strong { "undone" } ": " a href={ "#" (target_name(&c.target)) } { (target_name(&c.target)) } },
            }
        }
        @if let Some(words) = words { blockquote { "“" (words) "”" } }
    }
}

fn target_name(target: &Target) -> &str {
    match target {
        Target::Report(report) => &report.words,
        Target::Actor(actor) => &actor.name,
        Target::Correction { correction } => correction,
    }
}

/// A value as a person writes it.
fn written(value: &Value) -> String {
    let party = |p: &Value| {
        let name = p["name"].as_str().unwrap_or_default();
        p["code"].as_str().map_or_else(|| name.to_string(), |code| format!("{name} ({code})"))
    };
    match value {
        Value::String(text) => text.clone(),
        Value::Array(list) if !list.is_empty() => list.iter().map(party).collect::<Vec<_>>().join("; "),
        _ => "not known".into(),
    }
}
