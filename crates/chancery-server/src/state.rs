//! The ledger's read-only handles, shared by all requests.

use crate::guard;
use crate::quads::Quads;
use crate::setup::{Reader, Setup};
use crate::tallies::Tallies;
use anyhow::Result;
use chancery_exports::Knowledge;
use chancery_ledger::{
    Author, Change, CorrectionView, DayCount, EventFilter, FilterCounts, FilterFault, Ledger, LedgerError, Overview,
};
use chancery_stories::Joiner;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};

/// What the pages read from.
#[derive(Debug, Clone)]
pub(crate) struct Desk {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    path: PathBuf,
    /// Handles that no request uses now.
    idle: Mutex<Vec<Ledger>>,
    tallies: Arc<Tallies>,
    quads: Quads,
    knowledge: Knowledge,
    setup: Setup,
    /// One change at a time.
    changing: Mutex<()>,
    token: String,
}

/// What the first page shows of the whole ledger.
#[derive(Debug)]
pub(crate) struct Front {
    pub(crate) overview: Overview,
    pub(crate) menus: FilterCounts,
    pub(crate) days: Vec<DayCount>,
}

/// Handles that are kept for later requests.
const MOST_IDLE: usize = 8;

impl Desk {
    pub(crate) fn open(path: &Path, setup: Setup) -> Result<Self> {
        let first = Ledger::open_read_only(path)?;
        let tallies = Arc::new(Tallies::open(path)?);
        // Of a large ledger that takes seconds: better now than for who asks first.
        tallies.current()?;
        let inner = Inner {
            path: path.to_path_buf(),
            idle: Mutex::new(vec![first]),
            tallies,
            quads: Quads::load(&setup.data),
            knowledge: Knowledge::load(&setup.data)?,
            setup,
            changing: Mutex::new(()),
            token: guard::token(),
        };
        Ok(Desk { inner: Arc::new(inner) })
    }

    pub(crate) fn quads(&self) -> &Quads {
        &self.inner.quads
    }

    /// Names of countries, and what exports need besides the ledger.
    pub(crate) fn knowledge(&self) -> &Knowledge {
        &self.inner.knowledge
    }

    /// Whether the ledger can be changed from here.
    pub(crate) fn may_change(&self) -> bool {
        self.inner.setup.may_change
    }

    pub(crate) fn reader(&self) -> Option<&dyn Reader> {
        self.inner.setup.reader.as_deref().filter(|_| self.may_change())
    }

    /// What a page sends back with a change.
    pub(crate) fn token(&self) -> &str {
        &self.inner.token
    }

    /// Changes the ledger, one change after another, on a thread that may wait for the disk.
    pub(crate) async fn change<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Desk, &Path) -> Result<T> + Send + 'static,
    ) -> Result<T> {
        let desk = self.clone();
        let changed = tokio::task::spawn_blocking(move || {
            let _alone = desk.inner.changing.lock().unwrap_or_else(PoisonError::into_inner);
            let changed = work(&desk, &desk.inner.path);
            desk.inner.tallies.hurry();
            changed
        });
        changed.await.unwrap_or_else(|broken| Err(broken.into()))
    }

    /// Makes a correction and joins anew what it touches.
    pub(crate) async fn correct(&self, change: Change, author: Author) -> Result<CorrectionView> {
        self.change(move |desk, path| {
            let mut ledger = Ledger::open_existing(path)?;
            let made = ledger.correct(&change, &author)?;
            ledger.join(&Joiner::load(&desk.inner.setup.data)?)?;
            Ok(made)
        })
        .await
    }

    /// The filter as the ledger writes its values, and what in it fits nothing.
    pub(crate) async fn checked(&self, filter: EventFilter) -> Result<(EventFilter, Vec<FilterFault>), LedgerError> {
        let types = self.quads().types();
        self.ask(move |ledger| ledger.examine(filter, &types)).await
    }

    /// What the first page shows of the whole ledger.
    pub(crate) async fn front(&self) -> Result<Front, LedgerError> {
        self.ask(|ledger| {
            let days = ledger.events_by_day(&EventFilter::default())?;
            Ok(Front { overview: ledger.overview()?, menus: ledger.filter_counts()?, days })
        })
        .await
    }

    /// For how many seconds counts and lists have been behind the ledger; none where they are not.
    pub(crate) fn behind(&self) -> Option<u64> {
        self.inner.tallies.behind().map(|d| d.as_secs()).filter(|s| *s > 0)
    }

    /// The ledger's file name, without its folder.
    pub(crate) fn file_name(&self) -> String {
        self.inner.path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// Asks the ledger on a thread that may wait for the disk. Counts and lists may be of an earlier moment than what is read
    /// of the rows.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Ledger) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, LedgerError> {
        self.with_ledger(move |desk, ledger| {
            let tally = desk.inner.tallies.current()?;
            ledger.answer_from(|| Ok(tally), question)
        })
        .await
    }

    /// As [`Desk::ask`], of one moment throughout, for what is kept: while the tally is behind the ledger it is not asked.
    pub(crate) async fn ask_of_one_moment<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Ledger) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, LedgerError> {
        self.with_ledger(move |desk, ledger| ledger.answer_from(|| desk.inner.tallies.level(), question)).await
    }

    async fn with_ledger<T: Send + 'static>(
        &self,
        work: impl FnOnce(&Desk, &mut Ledger) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, LedgerError> {
        let desk = self.clone();
        let asked = tokio::task::spawn_blocking(move || {
            let mut ledger = desk.take()?;
            let answer = work(&desk, &mut ledger);
            desk.give_back(ledger);
            answer
        });
        match asked.await {
            Ok(answer) => answer,
            Err(broken) => Err(LedgerError::Write(std::io::Error::other(broken))),
        }
    }

    fn take(&self) -> Result<Ledger, LedgerError> {
        let idle = self.inner.idle.lock().unwrap_or_else(PoisonError::into_inner).pop();
        idle.map_or_else(|| Ledger::open_read_only(&self.inner.path), Ok)
    }

    fn give_back(&self, ledger: Ledger) {
        let mut idle = self.inner.idle.lock().unwrap_or_else(PoisonError::into_inner);
        if idle.len() < MOST_IDLE {
            idle.push(ledger);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use chancery_ledger::Manifest;

    fn desk(path: &Path) -> Desk {
        Desk::open(path, Setup::looking(chancery_data::Data::embedded())).unwrap()
    }

    #[test]
    fn the_tally_is_there_before_anybody_asks() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("world.ledger");
        let _ledger = crate::fixture::fill(&path);
        assert!(desk(&path).inner.tallies.level().unwrap().is_some());
    }

    #[test]
    fn without_a_tally_the_ledger_answers() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("world.ledger");
        let ledger = crate::fixture::fill(&path);
        rusqlite::Connection::open(&path).unwrap().execute_batch("DROP TABLE wordings").unwrap();
        let desk = desk(&path);
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let asked = runtime.block_on(desk.ask(|l| l.overview())).unwrap();
        assert_eq!(asked, ledger.overview().unwrap());
    }

    #[test]
    fn what_is_kept_has_the_counts_of_its_own_rows() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("world.ledger");
        let mut ledger = crate::fixture::fill(&path);
        let desk = desk(&path);
        desk.inner.tallies.seem_slow();
        let runtime = tokio::runtime::Runtime::new().unwrap();
        let manifest = |l: &Ledger| l.manifest(&EventFilter::default());
        let old: Manifest = runtime.block_on(desk.ask(manifest)).unwrap();
        assert_eq!(runtime.block_on(desk.ask_of_one_moment(manifest)).unwrap(), old);
        let mut run = ledger.begin_run(&crate::fixture::manifest()).unwrap();
        let mut more = crate::fixture::inputs().remove(0);
        more.content_hash = "another".into();
        ledger.store_input(&mut run, &more).unwrap();
        assert_eq!(runtime.block_on(desk.ask(manifest)).unwrap(), old, "the tally is behind");
        let new = runtime.block_on(desk.ask_of_one_moment(manifest)).unwrap();
        assert!(new.reports > old.reports && new == ledger.manifest(&EventFilter::default()).unwrap());
    }
}
