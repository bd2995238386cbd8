//! The form that narrows events on pages with a picture, and what is said of values that fit nothing.

use chancery_ledger::{EventFilter, FilterFault};
use maud::{Markup, html};

/// A menu of a page of its own: name, label, choices with their words, the chosen one.
pub(crate) struct Menu<'a> {
    pub(crate) name: &'a str,
    pub(crate) label: &'a str,
    pub(crate) choices: &'a [(&'a str, &'a str)],
    pub(crate) chosen: &'a str,
}

/// Actor, type, time.
pub(crate) fn form(action: &str, filter: &EventFilter, types: &[String], menu: Option<&Menu<'_>>) -> Markup {
    let value = |v: &Option<String>| v.clone().unwrap_or_default();
    html! {
        form.filter.two action=(action) method="get" aria-label="Narrow the events" {
            @if let Some(menu) = menu {
                div {
                    label for="f-menu" { (menu.label) }
                    select #f-menu name=(menu.name) {
                        @for (value, words) in menu.choices { option value=(value) selected[*value == menu.chosen] { (words) } }
                    }
                }
            }
            (actor("f-actor", "actor", "Actor", &filter.actor))
            @if action == "/pair" { (actor("f-other", "other", "and", &filter.other)) } @else {
                div {
                    label for="f-type" { "Type" }
                    select #f-type name="type" {
                        option value="" { "all types" }
                        @for t in types { option value=(t) selected[filter.event_type.as_ref() == Some(t)] { (t) } }
                    }
                }
            }
            (date("f-from", "from", "From", &value(&filter.from)))
            (date("f-to", "to", "To", &value(&filter.to)))
            button type="submit" { "Show" }
        }
    }
}

fn actor(id: &str, name: &str, label: &str, value: &Option<String>) -> Markup {
    html! {
        div { label for=(id) { (label) } input id=(id) name=(name) value=(value.as_deref().unwrap_or_default()) placeholder="name or code" autocomplete="off"; }
    }
}

/// A field for a day, a month or a year.
pub(crate) fn date(id: &str, name: &str, label: &str, value: &str) -> Markup {
    html! {
        div {
            label for=(id) { (label) }
            input id=(id) name=(name) value=(value) placeholder="YYYY-MM-DD" inputmode="numeric" pattern=r"\d{4}(-\d{2}(-\d{2})?)?" title="YYYY-MM-DD, YYYY-MM or YYYY";
        }
    }
}

/// A line for each value that fits nothing.
pub(crate) fn faults(faults: &[FilterFault]) -> Markup {
    html! {
        @if !faults.is_empty() {
            div.faults role="alert" {
                @for fault in faults {
                    p {
                        "Nothing answers to " strong { (fault.parameter) " “" (fault.value) "”" } ", so nothing is shown. It has to be "
                        (fault.accepts) "."
                    }
                }
            }
        }
    }
}
