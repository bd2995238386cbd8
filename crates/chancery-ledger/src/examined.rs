//! All that is wrong with a filter at once, for pages and interfaces that name it beside what was given.

use crate::{EventFilter, Ledger, LedgerError, QuoteFilter, Result};
use serde::Serialize;
use std::fmt;

/// A value of a filter that cannot fit anything.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct FilterFault {
    /// Which entry of the filter.
    pub parameter: &'static str,
    /// What was given.
    pub value: String,
    /// What it takes: values, or how one is written.
    pub accepts: String,
}

impl fmt::Display for FilterFault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}: nothing answers to {:?}; it has to be {}", self.parameter, self.value, self.accepts)
    }
}

impl Ledger {
    /// [`Ledger::checked`], entry by entry: the filter as far as it can be written as the ledger writes it, and all that is
    /// wrong with it.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn examine(&self, filter: EventFilter, types: &[String]) -> Result<(EventFilter, Vec<FilterFault>)> {
        let mut whole = filter.tidy();
        let none = EventFilter::default;
        let given = whole.clone();
        let entries = [
            ("actor", EventFilter { actor: given.actor, ..none() }),
            ("other", EventFilter { other: given.other, ..none() }),
            ("type", EventFilter { event_type: given.event_type, ..none() }),
            ("status", EventFilter { status: given.status, ..none() }),
            ("place", EventFilter { place: given.place, ..none() }),
            ("outlet", EventFilter { outlet: given.outlet, ..none() }),
            ("from", EventFilter { from: given.from.clone(), ..none() }),
            ("to", EventFilter { to: given.to.clone(), ..none() }),
        ];
        let mut faults = Vec::new();
        for (parameter, entry) in entries {
            let Some(fits) = examined(parameter, self.checked(entry, types), &mut faults)? else { continue };
            whole.event_type = fits.event_type.or(whole.event_type);
            whole.status = fits.status.or(whole.status);
            whole.place = fits.place.or(whole.place);
            whole.outlet = fits.outlet.or(whole.outlet);
        }
        if !faults.iter().any(|f| f.parameter == "from" || f.parameter == "to") {
            let time = EventFilter { from: given.from, to: given.to, ..none() };
            examined("to", self.checked(time, types), &mut faults)?;
        }
        Ok((whole, faults))
    }

    /// The same for a filter of quotes.
    ///
    /// # Errors
    /// Where the ledger cannot be read.
    pub fn examine_quotes(&self, filter: QuoteFilter) -> Result<(QuoteFilter, Vec<FilterFault>)> {
        let mut whole = filter.tidy();
        let none = QuoteFilter::default;
        let given = whole.clone();
        let entries = [
            ("speaker", QuoteFilter { speaker: given.speaker, ..none() }),
            ("about", QuoteFilter { about: given.about, ..none() }),
            ("stance", QuoteFilter { stance: given.stance, ..none() }),
            ("outlet", QuoteFilter { outlet: given.outlet, ..none() }),
        ];
        let mut faults = Vec::new();
        for (parameter, entry) in entries {
            let actor = entry.speaker.as_deref().or(entry.about.as_deref());
            if examined(parameter, self.known_actor(actor), &mut faults)?.is_none() {
                continue;
            }
            let Some(fits) = examined(parameter, self.checked_quotes(entry), &mut faults)? else { continue };
            whole.stance = fits.stance.or(whole.stance);
            whole.outlet = fits.outlet.or(whole.outlet);
        }
        Ok((whole, faults))
    }
}

/// What was checked; `None` where it is noted among the faults.
fn examined<T>(parameter: &'static str, checked: Result<T>, faults: &mut Vec<FilterFault>) -> Result<Option<T>> {
    match checked {
        Ok(fits) => Ok(Some(fits)),
        Err(LedgerError::Filter { value, accepted, .. }) => {
            faults.push(FilterFault { parameter, value, accepts: accepted });
            Ok(None)
        }
        Err(other) => Err(other),
    }
}
