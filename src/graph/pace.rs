//! Staying below the service's limits, so that throttling is the exception.
//!
//! Sources: Microsoft Graph "service-specific throttling limits". Intune: 100 writes and 1,000 requests of any kind per 20
//! seconds, app and tenant. Entra: 3,000 writes per 150 seconds, 3,500 resource units per 10 seconds in the smallest
//! tenant. Which writes wait for each other besides stands in `line`.

mod line;
mod path;
mod window;

use self::line::{Lines, Place};
use self::window::{Pass, Window};
use crate::graph::retry::Kind;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

pub(crate) use self::path::is_intune;

/// So many requests of one application and tenant in so long: what the service says of itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Budget {
    pub(crate) service: &'static str,
    pub(crate) counted: &'static str,
    pub(crate) most: u32,
    pub(crate) seconds: u32,
}

const INTUNE_WRITES: Budget = Budget { service: "Intune", counted: "writes", most: 100, seconds: 20 };
const INTUNE: Budget = Budget { service: "Intune", counted: "requests", most: 1000, seconds: 20 };
const ENTRA_WRITES: Budget = Budget { service: "Entra", counted: "writes", most: 3000, seconds: 150 };
const ENTRA: Budget = Budget { service: "Entra", counted: "resource units", most: 3500, seconds: 10 };

/// Those that the pace keeps.
#[cfg(feature = "emulator")] // only a command tells them
pub(crate) const BUDGETS: [Budget; 4] = [INTUNE_WRITES, INTUNE, ENTRA_WRITES, ENTRA];

/// As many requests are under way at once, whoever asks.
const AT_ONCE: usize = 32;

/// Intune counts by 20 seconds; how far its clock is from ours is not known.
const INTUNE_WINDOW: Duration = Duration::from_millis(20_500);

/// The pace of one tenant.
#[derive(Debug)]
pub(crate) struct Pace {
    limits: Option<Limits>,
    under_way: Arc<Semaphore>,
    lines: Lines,
}

#[derive(Debug)]
struct Limits {
    intune_writes: Arc<Window>,
    intune: Arc<Window>,
    entra_writes: Mutex<Bucket>,
    entra: Mutex<Bucket>,
}

/// The right to send one request; ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    _passes: [Option<Pass>; 2],
    _under_way: Option<OwnedSemaphorePermit>,
    _place: Option<Place>,
}

impl Pace {
    /// `speed`: the service's limits are kept, by a clock that is so many times as fast as this one. An emulator on this
    /// machine has none but those it tells by 429.
    pub(crate) fn new(speed: Option<f64>) -> Pace {
        let limits = |speed: f64| {
            let window = |most| Arc::new(Window::new(most, INTUNE_WINDOW.div_f64(speed)));
            // In any window: burst + window x rate stays within the limit.
            let bucket = |budget: Budget, burst: u32| {
                let per_second = f64::from(budget.most - burst) / f64::from(budget.seconds);
                Mutex::new(Bucket::new(burst, per_second * speed))
            };
            Limits {
                intune_writes: window(INTUNE_WRITES.most),
                intune: window(INTUNE.most),
                entra_writes: bucket(ENTRA_WRITES, 600),
                entra: bucket(ENTRA, 500),
            }
        };
        Pace { limits: speed.map(limits), under_way: Arc::new(Semaphore::new(AT_ONCE)), lines: Lines::default() }
    }

    /// Whether the service's limits are kept.
    #[cfg(feature = "emulator")] // only a command tells it
    pub(crate) fn is_kept(&self) -> bool {
        self.limits.is_some()
    }

    /// Waits until `requests` requests of that kind may be sent to `path`.
    pub(crate) async fn turn(&self, kind: Kind, path: &str, requests: u32) -> Turn {
        let place = match kind {
            Kind::Idempotent | Kind::Once => self.lines.enter(path, requests).await,
            Kind::Read => None,
        };
        let mut passes = [None, None];
        match &self.limits {
            Some(limits) if is_intune(path) => {
                if kind != Kind::Read {
                    passes[0] = Some(limits.intune_writes.enter(requests).await);
                }
                passes[1] = Some(limits.intune.enter(requests).await);
            }
            Some(limits) => {
                let mut at = held(&limits.entra).reserve(requests);
                if kind != Kind::Read {
                    at = at.max(held(&limits.entra_writes).reserve(requests));
                }
                tokio::time::sleep_until(at).await;
            }
            None => {}
        }
        // The semaphore is never closed, so this is always a permit.
        let under_way = Arc::clone(&self.under_way).acquire_owned().await.ok();
        Turn { _passes: passes, _under_way: under_way, _place: place }
    }

    /// How many of so many requests to `path` fit into one batch: those that there is room for now, or all where there is none
    /// and they have to wait.
    pub(crate) fn fitting(&self, kind: Kind, path: &str, requests: usize) -> usize {
        let window = self.limits.as_ref().filter(|_| kind != Kind::Read && is_intune(path));
        match window.map_or(0, |limits| limits.intune_writes.room()) {
            0 => requests,
            room => requests.min(room),
        }
    }

    /// The service said "not before": nobody else needs to find out by asking.
    pub(crate) fn hold(&self, kind: Kind, path: &str, wait: Duration) {
        if let Some(limits) = &self.limits {
            match (is_intune(path), kind) {
                (true, Kind::Read) => limits.intune.hold(wait),
                (true, _) => limits.intune_writes.hold(wait),
                (false, Kind::Read) => held(&limits.entra).hold(wait),
                (false, _) => held(&limits.entra_writes).hold(wait),
            }
        }
    }
}

fn held<T>(mutex: &Mutex<T>) -> std::sync::MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// Tokens that come back with time. Debt is allowed: whoever runs into it waits.
#[derive(Debug)]
struct Bucket {
    burst: f64,
    per_second: f64,
    level: f64,
    at: Instant,
    not_before: Instant,
}

impl Bucket {
    fn new(burst: u32, per_second: f64) -> Bucket {
        let now = Instant::now();
        Bucket { burst: burst.into(), per_second, level: burst.into(), at: now, not_before: now }
    }

    /// Takes `tokens` and says when they may be used.
    fn reserve(&mut self, tokens: u32) -> Instant {
        let now = Instant::now();
        self.level = (self.level + (now - self.at).as_secs_f64() * self.per_second).min(self.burst);
        self.at = now;
        self.level -= f64::from(tokens);
        let debt = Duration::from_secs_f64((-self.level / self.per_second).max(0.0));
        (now + debt).max(self.not_before)
    }

    fn hold(&mut self, wait: Duration) {
        self.not_before = self.not_before.max(Instant::now() + wait);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const ESP: &str = "/beta/deviceManagement/deviceEnrollmentConfigurations";

    /// The floor of 300 writes is 40 seconds: 100 at once, 100 after 20 seconds, 100 after 20 more.
    #[tokio::test(start_paused = true)]
    async fn three_hundred_intune_writes_take_at_most_a_fifth_more_than_their_floor() {
        for answers_after in [0, 300] {
            let pace = Pace::new(Some(1.0));
            let start = Instant::now();
            let mut sent = futures_util::future::join_all((0..300).map(|number| {
                let path = format!("/beta/deviceManagement/roleScopeTags/{number}");
                let pace = &pace;
                async move {
                    let _turn = pace.turn(Kind::Idempotent, &path, 1).await;
                    let sent = Instant::now();
                    tokio::time::sleep(Duration::from_millis(answers_after)).await;
                    (sent, Instant::now())
                }
            }))
            .await;
            sent.sort_unstable();
            // Whenever the service counts them, before it answers.
            for window in sent.windows(101) {
                assert!(window[100].0 - window[0].1 >= INTUNE_WINDOW);
            }
            let took = sent[299].1 - start;
            assert!(took <= Duration::from_secs(40).mul_f64(1.2), "{took:?}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn items_of_a_batch_count_one_by_one() {
        let pace = Pace::new(Some(1.0));
        let start = Instant::now();
        for _ in 0..5 {
            drop(pace.turn(Kind::Idempotent, ESP, 20).await);
        }
        assert_eq!(Instant::now(), start);
        drop(pace.turn(Kind::Idempotent, ESP, 20).await);
        assert_eq!(Instant::now() - start, INTUNE_WINDOW);
    }

    #[tokio::test(start_paused = true)]
    async fn reads_do_not_wait_for_writes() {
        let pace = Pace::new(Some(1.0));
        for _ in 0..60 {
            drop(pace.turn(Kind::Once, ESP, 1).await);
        }
        let before = Instant::now();
        drop(pace.turn(Kind::Read, ESP, 1).await);
        assert_eq!(Instant::now(), before);
    }

    #[tokio::test(start_paused = true)]
    async fn a_hold_is_everybodys() {
        let pace = Pace::new(Some(1.0));
        pace.hold(Kind::Read, "/v1.0/groups", Duration::from_secs(9));
        let before = Instant::now();
        drop(pace.turn(Kind::Read, ESP, 1).await);
        assert_eq!(Instant::now(), before);
        drop(pace.turn(Kind::Read, "/v1.0/groups/1", 1).await);
        assert_eq!(Instant::now() - before, Duration::from_secs(9));
    }

    #[tokio::test(start_paused = true)]
    async fn an_emulator_is_not_paced() {
        let pace = Pace::new(None);
        let before = Instant::now();
        for _ in 0..1000 {
            drop(pace.turn(Kind::Once, ESP, 20).await);
        }
        assert_eq!(Instant::now(), before);
    }
}
