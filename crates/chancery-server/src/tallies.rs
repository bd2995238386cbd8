//! The tally that the pages are answered from, made anew when the ledger has changed.
//!
//! Of a small ledger it is made at once, so that a page always shows what the ledger holds. Of a large one that takes
//! seconds: it is made beside the requests, which see the one before meanwhile, and while somebody goes on writing, it is
//! made for a small part of the time only.

use chancery_ledger::{Ledger, LedgerError, Tally};
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, MutexGuard, Once, PoisonError};
use std::time::{Duration, Instant};

/// Up to this a request waits for a new tally.
const SOON: Duration = Duration::from_millis(50);
/// So many times as long as it took to make one, it serves.
const REST: u32 = 15;

#[derive(Debug)]
pub(crate) struct Tallies {
    path: PathBuf,
    state: Mutex<State>,
    /// That none can be made is said.
    complaint: Once,
}

#[derive(Debug)]
struct State {
    /// Sees whether the ledger has changed.
    watch: Ledger,
    made: Option<Made>,
    /// When the ledger was first seen to have changed since.
    changed: Option<Instant>,
    /// One is being made beside the requests.
    is_making: bool,
    /// The ledger was changed from here meanwhile: the one that is being made may not have it.
    is_wanted_again: bool,
}

#[derive(Debug)]
struct Made {
    version: i64,
    tally: Option<Arc<Tally>>,
    took: Duration,
    at: Instant,
}

impl Tallies {
    pub(crate) fn open(path: &Path) -> Result<Self, LedgerError> {
        let watch = Ledger::open_read_only(path)?;
        let state = State { watch, made: None, changed: None, is_making: false, is_wanted_again: false };
        Ok(Tallies { path: path.to_path_buf(), state: Mutex::new(state), complaint: Once::new() })
    }

    /// The tally to answer from; none where the ledger does not fit into one.
    pub(crate) fn current(self: &Arc<Self>) -> Result<Option<Arc<Tally>>, LedgerError> {
        let mut state = self.state();
        // Asked before the tally is made: a change meanwhile is seen the next time.
        let version = state.watch.data_version()?;
        let Some(made) = &state.made else {
            let made = self.made(&state.watch, version);
            return Ok(state.made.insert(made).tally.clone());
        };
        if made.version == version {
            return Ok(made.tally.clone());
        }
        if made.took <= SOON {
            let made = self.made(&state.watch, version);
            state.changed = None;
            return Ok(state.made.insert(made).tally.clone());
        }
        let (tally, is_due) = (made.tally.clone(), made.at.elapsed() >= made.took * REST);
        state.changed.get_or_insert_with(Instant::now);
        drop(state);
        if is_due {
            self.make();
        }
        Ok(tally)
    }

    /// The tally, where the ledger has not changed since; so it is of the moment of any transaction that began to read
    /// before this was asked.
    pub(crate) fn level(&self) -> Result<Option<Arc<Tally>>, LedgerError> {
        let state = self.state();
        let version = state.watch.data_version()?;
        Ok(state.made.as_ref().filter(|made| made.version == version).and_then(|made| made.tally.clone()))
    }

    /// The ledger was changed from here: who did it wants to see it soon.
    pub(crate) fn hurry(self: &Arc<Self>) {
        let mut state = self.state();
        let is_slow = state.made.as_ref().is_some_and(|made| made.took > SOON);
        state.is_wanted_again |= is_slow && state.is_making;
        drop(state);
        if is_slow {
            self.make();
        }
    }

    /// How long the tally has been behind the ledger.
    pub(crate) fn behind(&self) -> Option<Duration> {
        self.state().changed.map(|at| at.elapsed())
    }

    /// From now on the tally is one of a large ledger.
    #[cfg(test)]
    pub(crate) fn seem_slow(&self) {
        self.state().made.as_mut().unwrap().took = Duration::from_secs(3600);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Makes a new one on a thread of its own, through a handle of its own, unless that is being done.
    fn make(self: &Arc<Self>) {
        if std::mem::replace(&mut self.state().is_making, true) {
            return;
        }
        let making = Making(self.clone());
        std::thread::spawn(move || making.0.make_here());
    }

    fn make_here(&self) {
        let started = Instant::now();
        let made = Ledger::open_read_only(&self.path).and_then(|ledger| {
            let version = self.state().watch.data_version()?;
            Ok(self.made(&ledger, version))
        });
        if let Ok(made) = made {
            let mut state = self.state();
            let is_level = state.watch.data_version().is_ok_and(|version| version == made.version);
            state.made = Some(made);
            state.changed = (!is_level).then_some(started);
        }
    }

    fn made(&self, ledger: &Ledger, version: i64) -> Made {
        let started = Instant::now();
        let tally = Tally::load(ledger).unwrap_or_else(|wrong| {
            let complain = || eprintln!("chancery: pages are answered more slowly, without counts in memory: {wrong}");
            self.complaint.call_once(complain);
            None
        });
        Made { version, tally: tally.map(Arc::new), took: started.elapsed(), at: Instant::now() }
    }
}

/// The making of a tally; however it ends, the next can begin.
struct Making(Arc<Tallies>);

impl Drop for Making {
    fn drop(&mut self) {
        let mut state = self.0.state();
        state.is_making = false;
        let is_wanted = std::mem::take(&mut state.is_wanted_again);
        drop(state);
        if is_wanted {
            self.0.make();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn opened() -> (tempfile::TempDir, Ledger, Arc<Tallies>) {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("world.ledger");
        let ledger = crate::fixture::fill(&path);
        let tallies = Arc::new(Tallies::open(&path).unwrap());
        tallies.current().unwrap();
        tallies.seem_slow();
        (folder, ledger, tallies)
    }

    fn write(ledger: &Ledger) {
        ledger.begin_watching().unwrap();
    }

    fn wait_for(what: &str, is_so: impl Fn() -> bool) {
        let started = Instant::now();
        while !is_so() {
            assert!(started.elapsed() < Duration::from_secs(30), "{what}");
            std::thread::sleep(Duration::from_millis(5));
        }
    }

    #[test]
    fn a_tally_that_is_behind_is_not_level() {
        let (_folder, ledger, tallies) = opened();
        assert!(tallies.level().unwrap().is_some());
        write(&ledger);
        assert!(tallies.level().unwrap().is_none());
        assert!(tallies.current().unwrap().is_some(), "a slow one is given as it is");
    }

    #[test]
    fn a_change_while_one_is_made_leads_to_another() {
        let (_folder, ledger, tallies) = opened();
        tallies.state().is_making = true;
        let making = Making(tallies.clone());
        write(&ledger);
        tallies.hurry();
        assert!(tallies.level().unwrap().is_none());
        drop(making);
        wait_for("another is made", || tallies.level().unwrap().is_some() && !tallies.state().is_making);
    }

    #[test]
    fn after_a_panic_the_next_one_is_made() {
        let (_folder, ledger, tallies) = opened();
        tallies.state().is_making = true;
        let making = Making(tallies.clone());
        let broken = std::thread::spawn(move || {
            let _making = making;
            panic!("as a row might cause");
        });
        assert!(broken.join().is_err());
        write(&ledger);
        tallies.hurry();
        wait_for("the next is made", || tallies.level().unwrap().is_some());
    }

    #[test]
    fn where_none_can_be_made_the_ledger_answers() {
        let (folder, ledger, _) = opened();
        let path = folder.path().join("world.ledger");
        let db = rusqlite::Connection::open(&path).unwrap();
        db.execute_batch("DROP TABLE wordings").unwrap();
        assert!(Tally::load(&ledger).is_err());
        let tallies = Arc::new(Tallies::open(&path).unwrap());
        assert!(tallies.current().unwrap().is_none());
        assert!(tallies.complaint.is_completed());
        assert!(tallies.current().unwrap().is_none());
    }
}
