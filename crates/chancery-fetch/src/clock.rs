//! When a host may be asked again.

use std::collections::HashMap;
use std::fmt::Debug;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::{Duration, Instant, SystemTime};

/// The time, which tests replace.
pub trait Clock: Debug + Send + Sync {
    /// The time since the clock was made.
    fn now(&self) -> Duration;
    /// Waits.
    fn sleep(&self, time: Duration);
    /// Day and hour.
    fn date(&self) -> SystemTime;
}

/// The computer's clock.
#[derive(Debug, Clone)]
pub struct SystemClock(Instant);

impl Default for SystemClock {
    fn default() -> Self {
        SystemClock(Instant::now())
    }
}

impl Clock for SystemClock {
    fn now(&self) -> Duration {
        self.0.elapsed()
    }

    fn sleep(&self, time: Duration) {
        std::thread::sleep(time);
    }

    fn date(&self) -> SystemTime {
        SystemTime::now()
    }
}

/// Keeps the time between requests to one host.
#[derive(Debug)]
pub(crate) struct Pace {
    clock: Arc<dyn Clock>,
    /// When each host may be asked again.
    free_at: Mutex<HashMap<String, Duration>>,
}

impl Pace {
    pub(crate) fn new(clock: Arc<dyn Clock>) -> Self {
        Pace { clock, free_at: Mutex::default() }
    }

    /// Waits for the host's turn; the next one comes `delay` later.
    pub(crate) fn wait(&self, host: &str, delay: Duration) {
        let wait = {
            let mut free_at = self.free_at.lock().unwrap_or_else(PoisonError::into_inner);
            let free_at = free_at.entry(host.to_string()).or_default();
            let now = self.clock.now();
            let turn = now.max(*free_at);
            *free_at = turn.saturating_add(delay);
            turn - now
        };
        if !wait.is_zero() {
            self.clock.sleep(wait);
        }
    }

    /// Leaves a host alone for a while.
    pub(crate) fn pause(&self, host: &str, time: Duration) {
        let until = self.clock.now().saturating_add(time);
        let mut free_at = self.free_at.lock().unwrap_or_else(PoisonError::into_inner);
        let free_at = free_at.entry(host.to_string()).or_default();
        *free_at = until.max(*free_at);
    }
}
