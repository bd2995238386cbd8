//! Which events: the filter that the pages, the interface and the exports share.

use crate::search::safe_query;
use rusqlite::Connection;
use rusqlite::types::Value;
use serde::{Deserialize, Serialize};

/// Which events to give. What is `None` does not narrow.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct EventFilter {
    /// A party: a name, a code with all that begins with it (`CHN` holds `CHN GOV`), or part of a name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub actor: Option<String>,
    /// A second party to the same report.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub other: Option<String>,
    /// PLOVER type (`CONSULT`).
    #[serde(rename = "type", skip_serializing_if = "Option::is_none")]
    pub event_type: Option<String>,
    /// Earliest date, `YYYY-MM-DD` or shorter; an event that is dated to a month only is taken for its first day.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub from: Option<String>,
    /// Latest date, `YYYY-MM-DD` or shorter; a month holds its days.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// An outlet that reports it.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub outlet: Option<String>,
    /// The place where it is said to have been, by its name.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub place: Option<String>,
    /// Status (`occurred`).
    #[serde(skip_serializing_if = "Option::is_none")]
    pub status: Option<String>,
    /// Words in the evidence of one of its reports.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub text: Option<String>,
}

impl EventFilter {
    /// The same filter, with empty and blank entries taken for none (a form sends those).
    pub fn tidy(self) -> Self {
        let tidy = |value: Option<String>| value.map(|v| v.trim().to_string()).filter(|v| !v.is_empty());
        EventFilter {
            actor: tidy(self.actor),
            other: tidy(self.other),
            event_type: tidy(self.event_type),
            from: tidy(self.from),
            to: tidy(self.to),
            outlet: tidy(self.outlet),
            place: tidy(self.place),
            status: tidy(self.status),
            text: tidy(self.text),
        }
    }

    /// This filter with what another narrows put in its place.
    pub fn narrowed(self, by: Self) -> Self {
        EventFilter {
            actor: by.actor.or(self.actor),
            other: by.other.or(self.other),
            event_type: by.event_type.or(self.event_type),
            from: by.from.or(self.from),
            to: by.to.or(self.to),
            outlet: by.outlet.or(self.outlet),
            place: by.place.or(self.place),
            status: by.status.or(self.status),
            text: by.text.or(self.text),
        }
    }

    /// True where nothing is narrowed.
    pub fn is_empty(&self) -> bool {
        *self == EventFilter::default()
    }
}

/// A filter as a condition on `events e`, with its values.
#[derive(Debug, Default)]
pub(crate) struct Condition {
    pub(crate) sql: String,
    pub(crate) values: Vec<Value>,
}

impl Condition {
    pub(crate) fn of(db: &Connection, filter: &EventFilter) -> rusqlite::Result<Self> {
        let mut condition = Condition { sql: "1".into(), values: Vec::new() };
        condition.add_parties(db, filter)?;
        condition.add("e.type = ?", filter.event_type.as_deref());
        condition.add("e.status = ?", filter.status.as_deref());
        condition.add("e.place = ?", filter.place.as_deref());
        condition.add("e.day >= ?", filter.from.as_deref());
        // `~` sorts behind digits and `-`: the end of February is behind all its days.
        condition.add("e.day <= ? || '~'", filter.to.as_deref());
        condition.add(
            "e.row IN (SELECT r.event FROM reports r JOIN articles a ON a.row = r.article WHERE a.outlet = ?)",
            filter.outlet.as_deref(),
        );
        if let Some(text) = &filter.text {
            match safe_query(text) {
                Some(query) => condition.add(
                    "e.row IN (SELECT r.event FROM reports r WHERE r.row IN
                         (SELECT rowid FROM report_search WHERE report_search MATCH ?))",
                    Some(&query),
                ),
                None => condition.add_sql("0"),
            }
        }
        Ok(condition)
    }

    fn add(&mut self, sql: &str, value: Option<&str>) {
        if let Some(value) = value {
            self.add_sql(sql);
            self.values.push(Value::Text(value.to_string()));
        }
    }

    pub(crate) fn add_sql(&mut self, sql: &str) {
        self.sql.push_str(" AND ");
        self.sql.push_str(sql);
    }

    fn add_parties(&mut self, db: &Connection, filter: &EventFilter) -> rusqlite::Result<()> {
        let mut sets = Vec::new();
        for party in [&filter.actor, &filter.other].into_iter().flatten() {
            sets.push(actor_rows(db, party)?.unwrap_or_else(|| "NULL".into()));
        }
        match sets.as_slice() {
            [] => {}
            [one] => self.add_sql(&format!(
                "e.row IN (SELECT r.event FROM reports r JOIN parties x ON x.report = r.row WHERE x.actor IN ({one}))"
            )),
            [one, two, ..] => self.add_sql(&format!(
                "e.row IN (SELECT r.event FROM reports r
                     JOIN parties x ON x.report = r.row JOIN parties y ON y.report = r.row
                     WHERE x.actor IN ({one}) AND y.actor IN ({two})
                       AND (x.side, x.position) <> (y.side, y.position))"
            )),
        }
        Ok(())
    }
}

/// The actors that a reader may mean, as a query for their rows: by name or code, else by part of a name. `None` where
/// nobody is meant.
pub(crate) fn actor_rows(db: &Connection, wanted: &str) -> rusqlite::Result<Option<String>> {
    let wanted = literal(wanted.trim());
    let exact = format!(
        "name = {wanted} COLLATE NOCASE OR code = upper({wanted})
         OR substr(code, 1, length({wanted}) + 1) = upper({wanted}) || ' '"
    );
    let part = format!("instr(lower(name), lower({wanted})) > 0");
    for condition in [exact, part] {
        let rows = format!("SELECT row FROM actors WHERE {condition}");
        if db.prepare(&rows)?.exists([])? {
            return Ok(Some(rows));
        }
    }
    Ok(None)
}

/// A text inside a statement, in hexadecimal: nothing in it can end it.
fn literal(text: &str) -> String {
    let hex: String = text.bytes().map(|b| format!("{b:02x}")).collect();
    format!("CAST(x'{hex}' AS TEXT)")
}
