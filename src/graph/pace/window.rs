//! At most so many requests in any window of so long. The service counts a request somewhen between its sending and its answer,
//! so a place is free again so long after the answer: then it holds wherever the service's windows begin.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;

#[derive(Debug)]
pub(super) struct Window {
    most: u32,
    span: Duration,
    used: Mutex<Used>,
    /// Whoever came first goes first.
    turnstile: tokio::sync::Mutex<()>,
    ended: Notify,
}

#[derive(Debug)]
struct Used {
    under_way: u32,
    /// When requests were answered, and how many.
    answered: VecDeque<(Instant, u32)>,
    not_before: Instant,
}

/// A place in the window, for requests that are under way until it is dropped.
#[derive(Debug)]
pub(super) struct Pass {
    window: Arc<Window>,
    requests: u32,
}

impl Window {
    pub(super) fn new(most: u32, span: Duration) -> Window {
        let used = Used { under_way: 0, answered: VecDeque::new(), not_before: Instant::now() };
        Window { most, span, used: Mutex::new(used), turnstile: tokio::sync::Mutex::default(), ended: Notify::new() }
    }

    /// Waits until there is room for so many requests.
    pub(super) async fn enter(self: &Arc<Window>, requests: u32) -> Pass {
        let _first = self.turnstile.lock().await;
        loop {
            let Some(at) = self.take(requests.min(self.most), Instant::now()) else {
                return Pass { window: Arc::clone(self), requests: requests.min(self.most) };
            };
            tokio::select! {
                () = tokio::time::sleep_until(at) => {}
                () = self.ended.notified() => {}
            }
        }
    }

    /// Nobody enters before so much time has passed.
    pub(super) fn hold(&self, wait: Duration) {
        let mut used = self.used();
        used.not_before = used.not_before.max(Instant::now() + wait);
    }

    /// Takes places where there are so many; else says when to look again.
    fn take(&self, requests: u32, now: Instant) -> Option<Instant> {
        let mut used = self.used();
        if now < used.not_before {
            return Some(used.not_before);
        }
        if used.taken(now, self.span) + requests <= self.most {
            used.under_way += requests;
            return None;
        }
        // The next place; where all are under way, whoever is answered wakes us.
        Some(used.answered.front().map_or(now, |(at, _)| *at) + self.span)
    }

    /// How many requests there is room for now.
    pub(super) fn room(&self) -> usize {
        let taken = self.used().taken(Instant::now(), self.span);
        usize::try_from(self.most.saturating_sub(taken)).unwrap_or(usize::MAX)
    }

    fn used(&self) -> MutexGuard<'_, Used> {
        self.used.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Used {
    /// The places that are taken now.
    fn taken(&mut self, now: Instant, span: Duration) -> u32 {
        while self.answered.front().is_some_and(|(at, _)| *at + span <= now) {
            self.answered.pop_front();
        }
        self.under_way + self.answered.iter().map(|(_, requests)| requests).sum::<u32>()
    }
}

impl Drop for Pass {
    fn drop(&mut self) {
        let mut used = self.window.used();
        used.under_way -= self.requests;
        used.answered.push_back((Instant::now(), self.requests));
        drop(used);
        self.window.ended.notify_one();
    }
}
