//! Where the time of a run went.

use std::fmt;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

/// What is timed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// Reading and unpacking, without waiting for those who code.
    Reading,
    /// Pages to articles.
    Pages,
    /// Sentences, trees, names and times.
    Language,
    /// Who is named.
    Actors,
    /// Who says what.
    Claims,
    /// Who does what to whom.
    Events,
    /// Rows of JSON.
    Records,
    /// Storing in a ledger, or keeping for the join.
    Storing,
    /// Reports joined into events.
    Joining,
    /// Articles gathered into stories.
    Stories,
}

impl Stage {
    /// All, in the order in which a page passes them.
    pub const ALL: [Stage; 10] = [
        Stage::Reading,
        Stage::Pages,
        Stage::Language,
        Stage::Actors,
        Stage::Claims,
        Stage::Events,
        Stage::Records,
        Stage::Storing,
        Stage::Joining,
        Stage::Stories,
    ];

    /// Its name.
    pub fn name(self) -> &'static str {
        match self {
            Stage::Reading => "reading",
            Stage::Pages => "pages",
            Stage::Language => "language",
            Stage::Actors => "actors",
            Stage::Claims => "claims",
            Stage::Events => "events",
            Stage::Records => "records",
            Stage::Storing => "storing",
            Stage::Joining => "joining",
            Stage::Stories => "stories",
        }
    }
}

/// Time by stage, over all threads. It changes no result.
#[derive(Debug, Default)]
pub struct Profile {
    nanoseconds: [AtomicU64; Stage::ALL.len()],
}

impl Profile {
    /// Does `work` and counts its time.
    pub fn time<T>(&self, stage: Stage, work: impl FnOnce() -> T) -> T {
        let begin = Instant::now();
        let done = work();
        self.add(stage, begin.elapsed());
        done
    }

    /// The time of a stage.
    pub fn of(&self, stage: Stage) -> Duration {
        Duration::from_nanos(self.nanoseconds[stage as usize].load(Ordering::Relaxed))
    }

    pub(crate) fn add(&self, stage: Stage, time: Duration) {
        let nanoseconds = u64::try_from(time.as_nanos()).unwrap_or(u64::MAX);
        self.nanoseconds[stage as usize].fetch_add(nanoseconds, Ordering::Relaxed);
    }
}

impl fmt::Display for Profile {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let all: Duration = Stage::ALL.into_iter().map(|s| self.of(s)).sum();
        for stage in Stage::ALL {
            let (name, time) = (stage.name(), self.of(stage).as_secs_f64());
            writeln!(f, "{name:<9} {time:9.2} s {:5.1} %", 100.0 * time / all.as_secs_f64().max(f64::MIN_POSITIVE))?;
        }
        write!(f, "{:<9} {:9.2} s, summed over threads", "all", all.as_secs_f64())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn times_add_up() {
        let profile = Profile::default();
        profile.add(Stage::Language, Duration::from_millis(1500));
        profile.add(Stage::Language, Duration::from_millis(500));
        profile.add(Stage::Storing, Duration::from_secs(2));
        assert_eq!(profile.time(Stage::Joining, || 7), 7);
        assert_eq!(profile.of(Stage::Language), Duration::from_secs(2));
        let table = profile.to_string();
        assert!(table.contains("language       2.00 s  50.0 %"), "{table}");
        assert_eq!(table.lines().count(), Stage::ALL.len() + 1);
    }
}
