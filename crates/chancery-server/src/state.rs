//! The ledger's read-only handles, shared by all requests.

use crate::guard;
use crate::quads::Quads;
use crate::setup::{Reader, Setup};
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
    /// The handle that sees whether the ledger has changed, and the front matter as of then.
    watch: Mutex<Watch>,
    quads: Quads,
    knowledge: Knowledge,
    setup: Setup,
    /// One change at a time.
    changing: Mutex<()>,
    token: String,
}

#[derive(Debug)]
struct Watch {
    ledger: Ledger,
    seen: Option<(i64, Arc<Front>)>,
}

/// What the first page shows of the whole ledger; it costs a look at every row, so it is kept until the ledger changes.
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
        let watch = Mutex::new(Watch { ledger: Ledger::open_read_only(path)?, seen: None });
        let inner = Inner {
            path: path.to_path_buf(),
            idle: Mutex::new(vec![first]),
            watch,
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
            work(&desk, &desk.inner.path)
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
    pub(crate) async fn front(&self) -> Result<Arc<Front>, LedgerError> {
        let desk = self.clone();
        let asked = tokio::task::spawn_blocking(move || {
            let mut watch = desk.inner.watch.lock().unwrap_or_else(PoisonError::into_inner);
            // Asked before the counts: a change while they are made is seen the next time.
            let version = watch.ledger.data_version()?;
            if let Some((_, front)) = watch.seen.as_ref().filter(|(seen, _)| *seen == version) {
                return Ok(front.clone());
            }
            let front = Arc::new(Front {
                overview: watch.ledger.overview()?,
                menus: watch.ledger.filter_counts()?,
                days: watch.ledger.events_by_day(&EventFilter::default())?,
            });
            watch.seen = Some((version, front.clone()));
            Ok(front)
        });
        asked.await.unwrap_or_else(|broken| Err(LedgerError::Write(std::io::Error::other(broken))))
    }

    /// The ledger's file name, without its folder.
    pub(crate) fn file_name(&self) -> String {
        self.inner.path.file_name().map(|n| n.to_string_lossy().into_owned()).unwrap_or_default()
    }

    /// Asks the ledger on a thread that may wait for the disk.
    pub(crate) async fn ask<T: Send + 'static>(
        &self,
        question: impl FnOnce(&Ledger) -> Result<T, LedgerError> + Send + 'static,
    ) -> Result<T, LedgerError> {
        let desk = self.clone();
        let asked = tokio::task::spawn_blocking(move || {
            let ledger = desk.take()?;
            let answer = question(&ledger);
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
