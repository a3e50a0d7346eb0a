//! Staying below the service's limits, so that throttling is the exception.
//!
//! Sources: Microsoft Graph "service-specific throttling limits". Intune: 100 writes and 1,000 requests of any kind per 20
//! seconds, app and tenant. Entra: 3,000 writes per 150 seconds, 3,500 resource units per 10 seconds in the smallest
//! tenant. Writes to one Intune collection also go one after another: two at once renumber priorities twice or answer 409.

use crate::graph::retry::Kind;
use std::collections::HashMap;
use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;
use tokio::sync::{OwnedMutexGuard, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

/// As many requests are under way at once, whoever asks.
const AT_ONCE: usize = 32;

/// The pace of one tenant.
#[derive(Debug)]
pub(crate) struct Pace {
    limits: Option<Limits>,
    under_way: Arc<Semaphore>,
    collections: Mutex<HashMap<String, Arc<tokio::sync::Mutex<()>>>>,
}

#[derive(Debug)]
struct Limits {
    intune_writes: Mutex<Bucket>,
    intune: Mutex<Bucket>,
    entra_writes: Mutex<Bucket>,
    entra: Mutex<Bucket>,
}

/// The right to send one request; ends when it is dropped.
#[derive(Debug)]
pub(crate) struct Turn {
    _under_way: Option<OwnedSemaphorePermit>,
    _collection: Option<OwnedMutexGuard<()>>,
}

impl Pace {
    /// `limited`: the service's limits are kept. An emulator on this machine has none but those it tells by 429.
    pub(crate) fn new(limited: bool) -> Pace {
        let bucket = |burst: u32, per_second: f64| Mutex::new(Bucket::new(burst, per_second));
        Pace {
            limits: limited.then(|| Limits {
                // In any window: burst + window x rate stays within the limit.
                intune_writes: bucket(20, 4.0),
                intune: bucket(200, 40.0),
                entra_writes: bucket(600, 16.0),
                entra: bucket(500, 300.0),
            }),
            under_way: Arc::new(Semaphore::new(AT_ONCE)),
            collections: Mutex::default(),
        }
    }

    /// Waits until `requests` requests of that kind may be sent to `path`.
    pub(crate) async fn turn(&self, kind: Kind, path: &str, requests: u32) -> Turn {
        let collection = match (kind, intune_collection(path)) {
            (Kind::Idempotent | Kind::Once, Some(name)) => Some(self.collection(name).lock_owned().await),
            _ => None,
        };
        if let Some(limits) = &self.limits {
            let (any, writes) = match is_intune(path) {
                true => (&limits.intune, &limits.intune_writes),
                false => (&limits.entra, &limits.entra_writes),
            };
            let mut at = held(any).reserve(requests);
            if kind != Kind::Read {
                at = at.max(held(writes).reserve(requests));
            }
            tokio::time::sleep_until(at).await;
        }
        // The semaphore is never closed, so this is always a permit.
        Turn { _under_way: Arc::clone(&self.under_way).acquire_owned().await.ok(), _collection: collection }
    }

    /// The service said "not before": nobody else needs to find out by asking.
    pub(crate) fn hold(&self, kind: Kind, path: &str, wait: Duration) {
        if let Some(limits) = &self.limits {
            let bucket = match (is_intune(path), kind) {
                (true, Kind::Read) => &limits.intune,
                (true, _) => &limits.intune_writes,
                (false, Kind::Read) => &limits.entra,
                (false, _) => &limits.entra_writes,
            };
            held(bucket).hold(wait);
        }
    }

    fn collection(&self, name: &str) -> Arc<tokio::sync::Mutex<()>> {
        Arc::clone(held(&self.collections).entry(name.to_owned()).or_default())
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

/// The path without its version: `/beta/a/b?c` is `a/b`.
fn unversioned(path: &str) -> &str {
    let path = path.split(['?', '#']).next().unwrap_or_default().trim_start_matches('/');
    path.split_once('/').map_or("", |(_, rest)| rest)
}

fn is_intune(path: &str) -> bool {
    let path = unversioned(path);
    path.starts_with("deviceManagement/") || path.starts_with("deviceAppManagement/")
}

/// The collection a path lies in, such as `deviceManagement/deviceEnrollmentConfigurations`.
fn intune_collection(path: &str) -> Option<&str> {
    if !is_intune(path) {
        return None;
    }
    let path = unversioned(path);
    let end = path.match_indices(['/', '(']).nth(1).map_or(path.len(), |(at, _)| at);
    path.get(..end)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ESP: &str = "/beta/deviceManagement/deviceEnrollmentConfigurations";

    #[test]
    fn collections_of_paths() {
        let esp = Some("deviceManagement/deviceEnrollmentConfigurations");
        assert_eq!(intune_collection(ESP), esp);
        assert_eq!(intune_collection(&format!("{ESP}/1/assign?x=/y")), esp);
        assert_eq!(intune_collection(&format!("{ESP}('1')/assign")), esp);
        assert_eq!(intune_collection("/v1.0/deviceAppManagement/mobileApps/1"), Some("deviceAppManagement/mobileApps"));
        for other in ["/v1.0/groups/1", "/beta/deviceManagement", "", "/"] {
            assert_eq!(intune_collection(other), None, "{other}");
        }
    }

    #[tokio::test(start_paused = true)]
    async fn intune_writes_stay_below_100_in_any_20_seconds() {
        let pace = Pace::new(true);
        let mut sent = Vec::new();
        for _ in 0..300 {
            drop(pace.turn(Kind::Idempotent, ESP, 1).await);
            sent.push(Instant::now());
        }
        for window in sent.windows(101) {
            assert!(window[100] - window[0] >= Duration::from_secs(20));
        }
        // And not much slower than allowed.
        assert!(sent[299] - sent[0] < Duration::from_secs(80));
    }

    #[tokio::test(start_paused = true)]
    async fn reads_do_not_wait_for_writes() {
        let pace = Pace::new(true);
        for _ in 0..60 {
            drop(pace.turn(Kind::Once, ESP, 1).await);
        }
        let before = Instant::now();
        drop(pace.turn(Kind::Read, ESP, 1).await);
        assert_eq!(Instant::now(), before);
    }

    #[tokio::test(start_paused = true)]
    async fn a_hold_is_everybodys() {
        let pace = Pace::new(true);
        pace.hold(Kind::Read, "/v1.0/groups", Duration::from_secs(9));
        let before = Instant::now();
        drop(pace.turn(Kind::Read, ESP, 1).await);
        assert_eq!(Instant::now(), before);
        drop(pace.turn(Kind::Read, "/v1.0/groups/1", 1).await);
        assert_eq!(Instant::now() - before, Duration::from_secs(9));
    }

    #[tokio::test(start_paused = true)]
    async fn writes_on_one_intune_collection_go_one_after_another() {
        let pace = Pace::new(false);
        let first = pace.turn(Kind::Once, ESP, 1).await;
        let second = format!("{ESP}/1/setPriority");
        let brief = Duration::from_millis(1);
        assert!(tokio::time::timeout(brief, pace.turn(Kind::Idempotent, &second, 1)).await.is_err());
        assert!(tokio::time::timeout(brief, pace.turn(Kind::Read, &second, 1)).await.is_ok());
        let other = pace.turn(Kind::Once, "/beta/deviceManagement/assignmentFilters", 1);
        assert!(tokio::time::timeout(brief, other).await.is_ok());
        drop(first);
        assert!(tokio::time::timeout(brief, pace.turn(Kind::Idempotent, &second, 1)).await.is_ok());
    }

    #[tokio::test(start_paused = true)]
    async fn an_emulator_is_not_paced() {
        let pace = Pace::new(false);
        let before = Instant::now();
        for _ in 0..1000 {
            drop(pace.turn(Kind::Once, ESP, 20).await);
        }
        assert_eq!(Instant::now(), before);
    }
}
