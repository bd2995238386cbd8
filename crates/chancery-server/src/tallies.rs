//! The tally that the pages are answered from, made anew when the ledger has changed.
//!
//! Of a small ledger it is made at once, so that a page always shows what the ledger holds. Of a large one that takes
//! seconds: it is made beside the requests, which see the one before meanwhile, and while somebody goes on writing, it is
//! made for a small part of the time only.

use chancery_ledger::{Ledger, LedgerError, Tally};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant};

/// Up to this a request waits for a new tally.
const SOON: Duration = Duration::from_millis(50);
/// So many times as long as it took to make one, it serves.
const REST: u32 = 15;

#[derive(Debug)]
pub(crate) struct Tallies {
    path: PathBuf,
    state: Mutex<State>,
    is_making: AtomicBool,
}

#[derive(Debug)]
struct State {
    /// Sees whether the ledger has changed.
    watch: Ledger,
    made: Option<Made>,
    /// When the ledger was first seen to have changed since.
    changed: Option<Instant>,
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
        let state = State { watch: Ledger::open_read_only(path)?, made: None, changed: None };
        Ok(Tallies { path: path.to_path_buf(), state: Mutex::new(state), is_making: AtomicBool::new(false) })
    }

    /// The tally to answer from; none where the ledger does not fit into one.
    pub(crate) fn current(self: &Arc<Self>) -> Result<Option<Arc<Tally>>, LedgerError> {
        let mut state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        // Asked before the tally is made: a change meanwhile is seen the next time.
        let version = state.watch.data_version()?;
        let Some(made) = &state.made else {
            let made = made(&state.watch, version)?;
            return Ok(state.made.insert(made).tally.clone());
        };
        if made.version == version {
            return Ok(made.tally.clone());
        }
        if made.took <= SOON {
            let made = self::made(&state.watch, version)?;
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

    /// The ledger was changed from here: who did it wants to see it soon.
    pub(crate) fn hurry(self: &Arc<Self>) {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        let is_slow = state.made.as_ref().is_some_and(|made| made.took > SOON);
        drop(state);
        if is_slow {
            self.make();
        }
    }

    /// How long the tally has been behind the ledger.
    pub(crate) fn behind(&self) -> Option<Duration> {
        let state = self.state.lock().unwrap_or_else(PoisonError::into_inner);
        state.changed.map(|at| at.elapsed())
    }

    /// Makes a new one on a thread of its own, through a handle of its own, unless that is being done.
    fn make(self: &Arc<Self>) {
        if self.is_making.swap(true, Ordering::AcqRel) {
            return;
        }
        let tallies = self.clone();
        std::thread::spawn(move || {
            let started = Instant::now();
            let made = Ledger::open_read_only(&tallies.path).and_then(|ledger| {
                let version = {
                    let state = tallies.state.lock().unwrap_or_else(PoisonError::into_inner);
                    state.watch.data_version()?
                };
                made(&ledger, version)
            });
            if let Ok(made) = made {
                let mut state = tallies.state.lock().unwrap_or_else(PoisonError::into_inner);
                let is_level = state.watch.data_version().is_ok_and(|version| version == made.version);
                state.made = Some(made);
                state.changed = (!is_level).then_some(started);
            }
            tallies.is_making.store(false, Ordering::Release);
        });
    }
}

fn made(ledger: &Ledger, version: i64) -> Result<Made, LedgerError> {
    let started = Instant::now();
    let tally = Tally::load(ledger)?.map(Arc::new);
    Ok(Made { version, tally, took: started.elapsed(), at: Instant::now() })
}
