//! Many pages at once, one at a time from each host, given back in the order of the list.

use crate::{FetchError, Fetched};
use std::collections::{BTreeMap, VecDeque};
use std::ops::ControlFlow;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::{Sender, channel};
use std::sync::{Condvar, Mutex, MutexGuard, PoisonError};
use url::Url;

/// So much may have arrived before its turn.
const MAX_WAITING_BYTES: usize = 128 << 20;

type Answer = Result<Fetched, FetchError>;

/// Fetches `urls` with `fetch`, at most `threads` at a time; gives the answers to `each` in order until it breaks off.
pub(crate) fn in_order(
    urls: &[String],
    threads: usize,
    fetch: &(dyn Fn(&str) -> Answer + Sync),
    each: &mut dyn FnMut(usize, Answer) -> ControlFlow<()>,
) {
    let fetch = |i: usize| {
        // A defect must cost one page, not the run.
        catch_unwind(AssertUnwindSafe(|| fetch(&urls[i]))).unwrap_or(Err(FetchError::Broke))
    };
    let queue = Queue::new(urls);
    let work = |answers: Sender<(usize, Answer)>| {
        while let Some((i, rest)) = queue.take() {
            let answer = fetch(i);
            queue.finished(rest, bytes_of(&answer));
            if answers.send((i, answer)).is_err() {
                return;
            }
        }
    };
    let (work, hosts) = (&work, lock(&queue.state).free.len());
    std::thread::scope(|scope| {
        let (sender, receiver) = channel();
        let _stop = Stop(&queue);
        for _ in 0..threads.clamp(1, hosts.max(1)) {
            let sender = sender.clone();
            if std::thread::Builder::new().spawn_scoped(scope, move || work(sender)).is_err() {
                break;
            }
        }
        drop(sender);
        let (mut waiting, mut next) = (BTreeMap::new(), 0);
        for (i, answer) in receiver {
            waiting.insert(i, answer);
            while let Some(answer) = waiting.remove(&next) {
                next += 1;
                queue.given(next, bytes_of(&answer));
                if each(next - 1, answer).is_break() {
                    return;
                }
            }
        }
        // Without a single thread nothing was fetched.
        for i in next..urls.len() {
            if each(i, fetch(i)).is_break() {
                return;
            }
        }
    });
}

fn bytes_of(answer: &Answer) -> usize {
    answer.as_ref().map_or(0, |f| f.body.len())
}

/// Ends the work when nobody takes the answers any more.
struct Stop<'q>(&'q Queue);

impl Drop for Stop<'_> {
    fn drop(&mut self) {
        lock(&self.0.state).stopped = true;
        self.0.changed.notify_all();
    }
}

/// What is still to be fetched.
#[derive(Debug)]
struct Queue {
    state: Mutex<State>,
    changed: Condvar,
}

#[derive(Debug)]
struct State {
    /// The hosts that nobody talks to, by the first of what is wanted from them.
    free: BTreeMap<usize, VecDeque<usize>>,
    busy_hosts: usize,
    /// The first that was not given yet.
    next: usize,
    waiting_bytes: usize,
    stopped: bool,
}

impl Queue {
    fn new(urls: &[String]) -> Self {
        let mut hosts: BTreeMap<String, VecDeque<usize>> = BTreeMap::new();
        for (i, url) in urls.iter().enumerate() {
            let host = Url::parse(url.trim()).ok().and_then(|u| u.host_str().map(str::to_string));
            hosts.entry(host.unwrap_or_default()).or_default().push_back(i);
        }
        let free = hosts.into_values().filter_map(|list| Some((*list.front()?, list))).collect();
        let state = State { free, busy_hosts: 0, next: 0, waiting_bytes: 0, stopped: false };
        Queue { state: Mutex::new(state), changed: Condvar::new() }
    }

    /// The first page of a host that is free, and what else is wanted from that host; `None` at the end.
    ///
    /// Where much waits for its turn, only the page that all wait for is taken; its host is free or talked to for it.
    fn take(&self) -> Option<(usize, VecDeque<usize>)> {
        let mut state = lock(&self.state);
        loop {
            if state.stopped || (state.free.is_empty() && state.busy_hosts == 0) {
                return None;
            }
            let has_room = state.waiting_bytes < MAX_WAITING_BYTES;
            let wanted = state.next;
            if let Some(entry) = state.free.first_entry().filter(|e| has_room || *e.key() == wanted) {
                let mut list = entry.remove();
                state.busy_hosts += 1;
                return list.pop_front().map(|first| (first, list));
            }
            state = self.changed.wait(state).unwrap_or_else(PoisonError::into_inner);
        }
    }

    fn finished(&self, rest: VecDeque<usize>, bytes: usize) {
        let mut state = lock(&self.state);
        state.busy_hosts -= 1;
        state.waiting_bytes += bytes;
        if let Some(first) = rest.front() {
            state.free.insert(*first, rest);
        }
        self.changed.notify_all();
    }

    fn given(&self, next: usize, bytes: usize) {
        let mut state = lock(&self.state);
        state.next = next;
        state.waiting_bytes -= bytes;
        self.changed.notify_all();
    }
}

fn lock(state: &Mutex<State>) -> MutexGuard<'_, State> {
    state.lock().unwrap_or_else(PoisonError::into_inner)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::time::SystemTime;

    fn answer(url: &str, bytes: usize) -> Answer {
        Ok(Fetched { url: url.into(), date: SystemTime::UNIX_EPOCH, headers: Vec::new(), body: vec![0; bytes] })
    }

    fn urls(n: usize, hosts: usize) -> Vec<String> {
        (0..n).map(|i| format!("http://h{}/{i}", i * 7 % hosts)).collect()
    }

    #[test]
    fn the_order_is_that_of_the_list_and_a_host_is_asked_once_at_a_time() {
        let urls = urls(200, 5);
        let talking: Vec<AtomicUsize> = (0..5).map(|_| AtomicUsize::new(0)).collect();
        let fetch = |url: &str| {
            let host: usize = url[8..9].parse().unwrap();
            assert_eq!(talking[host].fetch_add(1, Ordering::SeqCst), 0, "two requests to one host");
            std::thread::yield_now();
            talking[host].fetch_sub(1, Ordering::SeqCst);
            answer(url, 10)
        };
        let mut got = Vec::new();
        in_order(&urls, 16, &fetch, &mut |i, answer| {
            got.push((i, answer.unwrap().url));
            ControlFlow::Continue(())
        });
        assert_eq!(got, urls.iter().cloned().enumerate().collect::<Vec<_>>());
    }

    #[test]
    fn much_that_waits_does_not_stop_the_run() {
        let urls = urls(12, 4);
        let mut given = 0;
        in_order(&urls, 4, &|url| answer(url, MAX_WAITING_BYTES), &mut |i, _| {
            assert_eq!(i, given);
            given += 1;
            ControlFlow::Continue(())
        });
        assert_eq!(given, 12);
    }

    #[test]
    fn a_reader_who_has_enough_ends_it_and_a_defect_costs_one_page() {
        let urls = urls(100, 3);
        let mut given = 0;
        in_order(&urls, 2, &|url| answer(url, 1), &mut |_, _| {
            given += 1;
            if given == 5 { ControlFlow::Break(()) } else { ControlFlow::Continue(()) }
        });
        assert_eq!(given, 5);

        let mut broke = Vec::new();
        let fetch = |url: &str| if url.ends_with("/3") { panic!("a defect") } else { answer(url, 1) };
        in_order(&urls, 2, &fetch, &mut |i, answer| {
            if matches!(answer, Err(FetchError::Broke)) {
                broke.push(i);
            }
            ControlFlow::Continue(())
        });
        assert_eq!(broke, [3]);
    }
}
