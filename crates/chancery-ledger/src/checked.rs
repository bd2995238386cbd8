//! Filters as people write them: values that no event can have are named, with those that there are.

use crate::filter::actor_rows;
use crate::{EventFilter, Ledger, LedgerError, QuoteFilter, Result};
use chancery_text::{PartialDate, Stance, Status};

/// Names that are given as examples of what a ledger holds.
const MOST_NAMES: usize = 12;

impl EventFilter {
    /// The filter with its values as ledgers write them: types in capitals, statuses in small letters.
    ///
    /// # Errors
    /// [`LedgerError::Filter`] for a type that is not among `types`, a status that there is not, a date that is none, an
    /// end before the beginning.
    pub fn checked(self, types: &[String]) -> Result<Self> {
        let mut filter = self.tidy();
        filter.event_type = filter.event_type.map(|t| one_of("type", &t.to_uppercase(), types)).transpose()?;
        let statuses = Status::ALL.map(Status::as_str);
        filter.status = filter.status.map(|s| one_of("status", &s.to_lowercase(), &statuses)).transpose()?;
        for (name, date) in [("from", &filter.from), ("to", &filter.to)] {
            if let Some(date) = date.as_ref().filter(|d| d.parse::<PartialDate>().is_err()) {
                return Err(wrong(name, date, "a date, as 2026-02-15, 2026-02 or 2026"));
            }
        }
        match (&filter.from, &filter.to) {
            (Some(from), Some(to)) if from > to && !from.starts_with(to.as_str()) => {
                Err(wrong("to", to, &format!("a date that is not before {from}")))
            }
            _ => Ok(filter),
        }
    }
}

impl QuoteFilter {
    /// The filter with its values as ledgers write them.
    ///
    /// # Errors
    /// [`LedgerError::Filter`] for a stance that there is not.
    pub fn checked(self) -> Result<Self> {
        let mut filter = self.tidy();
        let stances = Stance::ALL.map(Stance::as_str);
        filter.stance = filter.stance.map(|s| one_of("stance", &s.to_lowercase(), &stances)).transpose()?;
        Ok(filter)
    }
}

impl Ledger {
    /// [`EventFilter::checked`], with the ledger's own types beside `types`; and whoever is asked for has to be there.
    ///
    /// # Errors
    /// As there, and for an actor or outlet that this ledger does not hold.
    pub fn checked(&self, filter: EventFilter, types: &[String]) -> Result<EventFilter> {
        let mut all = match self.tally() {
            Some(tally) => tally.type_names().to_vec(),
            None => self.column("SELECT DISTINCT type FROM events")?,
        };
        all.extend(types.iter().cloned());
        all.sort();
        all.dedup();
        let mut filter = filter.checked(&all)?;
        for actor in [&filter.actor, &filter.other] {
            self.known_actor(actor.as_deref())?;
        }
        filter.outlet = self.known_outlet(filter.outlet)?;
        if let Some(place) = filter.place {
            let all = match self.tally() {
                Some(tally) => tally.place_names().to_vec(),
                None => self.column("SELECT DISTINCT place FROM events WHERE place IS NOT NULL ORDER BY place")?,
            };
            filter.place = Some(named("place", &place, &all)?);
        }
        Ok(filter)
    }

    /// [`QuoteFilter::checked`], and whoever is asked for has to be there.
    ///
    /// # Errors
    /// As there, and for an outlet that this ledger does not hold.
    pub fn checked_quotes(&self, filter: QuoteFilter) -> Result<QuoteFilter> {
        let mut filter = filter.checked()?;
        filter.outlet = self.known_outlet(filter.outlet)?;
        Ok(filter)
    }

    pub(crate) fn known_actor(&self, actor: Option<&str>) -> Result<()> {
        let Some(actor) = actor else { return Ok(()) };
        let is_known = match self.tally() {
            Some(tally) => tally.is_known(actor),
            None => self.with(|db| actor_rows(db, actor))?.is_some(),
        };
        let accepts = "a name in the ledger, part of one, or a code as \"CHN\" or \"CHN GOV\"";
        if is_known { Ok(()) } else { Err(wrong("actor", actor, accepts)) }
    }

    /// The outlet as the ledger writes it.
    fn known_outlet(&self, outlet: Option<String>) -> Result<Option<String>> {
        let Some(outlet) = outlet else { return Ok(None) };
        let all = match self.tally() {
            Some(tally) => tally.outlet_names().to_vec(),
            None => self.column("SELECT DISTINCT outlet FROM articles WHERE outlet IS NOT NULL ORDER BY outlet")?,
        };
        if all.is_empty() {
            return Err(wrong("outlet", &outlet, "left out: no outlet is known in this ledger"));
        }
        named("outlet", &outlet, &all).map(Some)
    }

    fn column(&self, sql: &str) -> Result<Vec<String>> {
        self.with(|db| db.prepare(sql)?.query_map([], |r| r.get(0))?.collect())
    }
}

/// The name of several that differs from what was written in capitals at most.
fn named(name: &'static str, value: &str, all: &[String]) -> Result<String> {
    let same = all.iter().find(|known| known.to_lowercase() == value.to_lowercase());
    same.map_or_else(|| one_of(name, value, all), |known| Ok(known.clone()))
}

fn one_of<S: AsRef<str>>(name: &'static str, value: &str, all: &[S]) -> Result<String> {
    if all.iter().any(|known| known.as_ref() == value) {
        return Ok(value.to_string());
    }
    // Those that share letters with what was written stand first: they are more likely meant.
    let folded = value.to_lowercase();
    let near = |known: &str| {
        let known = known.to_lowercase();
        known.contains(&folded) || folded.contains(&known)
    };
    let mut names: Vec<&str> = all.iter().map(AsRef::as_ref).collect();
    names.sort_by_key(|known| !near(known));
    let more =
        if names.len() > 2 * MOST_NAMES { format!(" and {} more", names.len() - MOST_NAMES) } else { String::new() };
    if !more.is_empty() {
        names.truncate(MOST_NAMES);
    }
    Err(wrong(name, value, &format!("one of {}{more}", names.join(", "))))
}

fn wrong(name: &'static str, value: &str, accepted: &str) -> LedgerError {
    LedgerError::Filter { name, value: value.into(), accepted: accepted.into() }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn said(filter: EventFilter) -> String {
        filter.checked(&["AID".into(), "CONSULT".into()]).map_or_else(|e| e.to_string(), |f| format!("{f:?}"))
    }

    #[test]
    fn a_wrong_value_is_named_with_what_is_accepted() {
        let kind = |t: &str| EventFilter { event_type: Some(t.into()), ..EventFilter::default() };
        assert_eq!(kind("consult").checked(&["CONSULT".into()]).unwrap(), kind("CONSULT"));
        assert_eq!(said(kind("consul")), "\"CONSUL\" is no type; it has to be one of CONSULT, AID");
        let status = |s: &str| EventFilter { status: Some(s.into()), ..EventFilter::default() };
        assert!(said(status("done")).ends_with("occurred, ongoing, planned, hypothetical, denied, called-for"));
        assert_eq!(status(" Planned ").checked(&[]).unwrap(), status("planned"));
        let dates = |from: &str, to: &str| EventFilter {
            from: Some(from.into()),
            to: Some(to.into()),
            ..EventFilter::default()
        };
        assert!(said(dates("2026-02-30", "2026")).contains("\"2026-02-30\""));
        assert!(said(dates("2026-03", "2026-02-28")).contains("not before 2026-03"));
        for fits in [dates("2026-02-15", "2026-02"), dates("2026-02-15", "2026"), dates("2026", "2026-01-03")] {
            assert!(fits.checked(&[]).is_ok());
        }
        let stance = QuoteFilter { stance: Some("shrug".into()), ..QuoteFilter::default() };
        assert!(stance.checked().unwrap_err().to_string().contains("assert"));
    }
}
