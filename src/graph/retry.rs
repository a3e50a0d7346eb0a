//! Whether to send again, and when: pure, tested without time.
//!
//! Sources: Microsoft Graph "throttling guidance" and "error responses". A POST is sent again only when it is known that
//! it did nothing; whoever sent it looks the object up first. The caller's deadline bounds all of it.

use crate::graph::error::Error;
use std::time::{Duration, SystemTime};

/// What repeating a request means.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Changes nothing.
    Read,
    /// Leads to the same state however often it is sent.
    Idempotent,
    /// Makes something new each time.
    Once,
}

/// What became of one attempt.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Outcome<'a> {
    /// An answer came.
    Answered { status: u16, code: &'a str, message: &'a str, retry_after: Option<Duration> },
    /// None came; `sent` says whether the request may have arrived.
    Broken { sent: bool },
}

/// What to do after an attempt.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Decision {
    /// This is the result.
    Final,
    /// Send again after so long.
    Again(Duration),
}

/// How often an attempt that fails without a word about when to return is made.
const ATTEMPTS: u32 = 6;

/// The longest wait that is believed. What is longer is a fault, and may be more than can be added to a time.
const LONGEST: Duration = Duration::from_secs(24 * 60 * 60);

/// How one of Intune's backends tells throttling, by a 500 (reported live, 2026-07).
const QUERY_BROKER: &str = "too many requests to query broker";

/// Decides after attempt `number` (from 1). `jitter` is a random number from 0 to 1.
pub(crate) fn decide(number: u32, kind: Kind, outcome: &Outcome<'_>, jitter: f64) -> Decision {
    let wait = |retry_after: &Option<Duration>| match retry_after {
        Some(wait) if !wait.is_zero() => *wait,
        _ => back_off(Duration::from_secs(1), number, jitter),
    };
    let limited = |first: Duration| {
        if number < ATTEMPTS { Decision::Again(back_off(first, number, jitter)) } else { Decision::Final }
    };
    match outcome {
        // Known to have done nothing: for as long as the caller likes.
        Outcome::Answered { status: 429 | 509, retry_after, .. } => Decision::Again(wait(retry_after)),
        Outcome::Answered { status: 500, message, retry_after, .. } if message.contains(QUERY_BROKER) => {
            Decision::Again(wait(retry_after))
        }
        Outcome::Answered { status: 503, retry_after: after @ Some(_), .. } => Decision::Again(wait(after)),
        Outcome::Answered { status: 409, code: "Directory_ConcurrencyViolation", retry_after, .. } => match retry_after
        {
            Some(_) if number < ATTEMPTS => Decision::Again(wait(retry_after)),
            _ => limited(Duration::from_secs(1)),
        },
        // Somebody else's change came between; not the 412 that asks for an approval.
        Outcome::Answered { status: 412, code: "ConditionNotMet", .. } => limited(Duration::from_secs(1)),
        Outcome::Broken { sent: false } => limited(Duration::from_millis(200)),
        // It may have done something.
        _ if kind == Kind::Once => Decision::Final,
        Outcome::Answered { status: 502..=504, .. } => limited(Duration::from_secs(1)),
        Outcome::Answered { status: 500, .. } if kind == Kind::Read => limited(Duration::from_secs(1)),
        // Intune says 500 also where it refuses for good, so not often; throttling before it has counted too.
        Outcome::Answered { status: 500, .. } if number < 5 => limited(Duration::from_secs(1)),
        Outcome::Broken { sent: true } => limited(Duration::from_millis(200)),
        Outcome::Answered { .. } => Decision::Final,
    }
}

/// The same where the attempt has been told already. 424 tells an item of a batch that one before it failed; as they do not
/// depend on each other, that is the service's doing.
pub(crate) fn decide_error(number: u32, kind: Kind, error: &Error, jitter: f64) -> Decision {
    match error {
        Error::Refused { status, code, message, retry_after, .. } => {
            let (status, retry_after) = (if *status == 424 { 503 } else { *status }, *retry_after);
            decide(number, kind, &Outcome::Answered { status, code, message, retry_after }, jitter)
        }
        Error::Connection { .. } => decide(number, kind, &Outcome::Broken { sent: true }, jitter),
        _ => Decision::Final,
    }
}

/// Doubles from `first` to 60 seconds; jitter takes away up to half.
fn back_off(first: Duration, number: u32, jitter: f64) -> Duration {
    let doubled = first.saturating_mul(1 << number.saturating_sub(1).min(16)).min(Duration::from_secs(60));
    doubled.mul_f64(1.0 - jitter.clamp(0.0, 1.0) / 2.0)
}

/// A random number from 0 to 1.
pub(crate) fn jitter() -> f64 {
    f64::from(u32::from_le_bytes(*uuid::Uuid::new_v4().as_bytes().first_chunk().unwrap_or(&[0; 4])))
        / f64::from(u32::MAX)
}

/// Reads `Retry-After`: seconds, or an HTTP date, which is compared with the answer's own `Date` so that a clock that is
/// wrong here does no harm.
pub(crate) fn retry_after<'a>(header: impl Fn(&str) -> Option<&'a str>) -> Option<Duration> {
    let value = header("retry-after")?.trim();
    if let Ok(seconds) = value.parse::<f64>() {
        return of_seconds(seconds);
    }
    let until = httpdate::parse_http_date(value).ok()?;
    let now = header("date").and_then(|date| httpdate::parse_http_date(date).ok()).unwrap_or_else(SystemTime::now);
    Some(until.duration_since(now).unwrap_or_default().min(LONGEST))
}

/// A wait of so many seconds, as the service said it.
pub(crate) fn of_seconds(seconds: f64) -> Option<Duration> {
    Duration::try_from_secs_f64(if seconds.is_finite() { seconds.min(LONGEST.as_secs_f64()) } else { seconds }).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use Decision::{Again, Final};
    use Kind::{Idempotent, Once, Read};

    fn answered(status: u16) -> Outcome<'static> {
        Outcome::Answered { status, code: "", message: "", retry_after: None }
    }

    fn told(status: u16, seconds: u64) -> Outcome<'static> {
        Outcome::Answered { status, code: "", message: "", retry_after: Some(Duration::from_secs(seconds)) }
    }

    #[test]
    fn retry_after_is_obeyed_as_it_is_for_every_kind() {
        for kind in [Read, Idempotent, Once] {
            for number in [1, 7, 1000] {
                assert_eq!(decide(number, kind, &told(429, 17), 0.9), Again(Duration::from_secs(17)));
                assert_eq!(decide(number, kind, &told(503, 3), 0.9), Again(Duration::from_secs(3)));
            }
        }
    }

    #[test]
    fn without_retry_after_the_wait_doubles_to_a_minute() {
        let waits: Vec<_> = (1..=8).map(|number| decide(number, Once, &answered(429), 0.0)).collect();
        let expected = [1, 2, 4, 8, 16, 32, 60, 60].map(|s| Again(Duration::from_secs(s)));
        assert_eq!(waits, expected);
        assert_eq!(decide(1, Once, &answered(429), 1.0), Again(Duration::from_millis(500)));
        assert_eq!(decide(1, Once, &told(429, 0), 0.0), Again(Duration::from_secs(1)));
    }

    #[test]
    fn a_post_is_not_repeated_when_it_may_have_taken_effect() {
        for outcome in [answered(500), answered(502), answered(503), answered(504), Outcome::Broken { sent: true }] {
            assert_eq!(decide(1, Once, &outcome, 0.0), Final, "{outcome:?}");
        }
        assert_eq!(decide(1, Once, &Outcome::Broken { sent: false }, 0.0), Again(Duration::from_millis(200)));
    }

    #[test]
    fn what_may_be_repeated_is_repeated_a_few_times() {
        for outcome in [answered(502), answered(503), answered(504), Outcome::Broken { sent: true }] {
            for kind in [Read, Idempotent] {
                assert!(matches!(decide(1, kind, &outcome, 0.0), Again(_)), "{outcome:?}");
                assert_eq!(decide(ATTEMPTS, kind, &outcome, 0.0), Final, "{outcome:?}");
            }
        }
    }

    #[test]
    fn a_500_is_repeated_for_reads_and_less_often_for_what_may_be_sent_again() {
        assert!(matches!(decide(ATTEMPTS - 1, Read, &answered(500), 0.0), Again(_)));
        assert!(matches!(decide(4, Idempotent, &answered(500), 0.0), Again(_)));
        assert_eq!(decide(5, Idempotent, &answered(500), 0.0), Final);
    }

    #[test]
    fn a_500_of_the_query_broker_is_throttling() {
        let message = "Rate limit reached because of too many requests to query broker";
        let broker = Outcome::Answered { status: 500, code: "InternalServerError", message, retry_after: None };
        for number in [1, 3, 100] {
            assert!(matches!(decide(number, Once, &broker, 0.0), Again(_)), "{number}");
        }
    }

    #[test]
    fn a_condition_that_was_not_met_is_sent_again_and_an_approval_is_not() {
        let refused = |code| Outcome::Answered { status: 412, code, message: "", retry_after: None };
        for kind in [Read, Idempotent, Once] {
            assert!(matches!(decide(1, kind, &refused("ConditionNotMet"), 0.0), Again(_)), "{kind:?}");
            assert_eq!(decide(ATTEMPTS, kind, &refused("ConditionNotMet"), 0.0), Final, "{kind:?}");
            assert_eq!(decide(1, kind, &refused("ApprovalRequired"), 0.0), Final, "{kind:?}");
        }
    }

    #[test]
    fn concurrency_violation_is_the_one_409_that_is_repeated() {
        let code = "Directory_ConcurrencyViolation";
        let violation = Outcome::Answered { status: 409, code, message: "", retry_after: None };
        assert!(matches!(decide(1, Once, &violation, 0.0), Again(_)));
        assert_eq!(decide(ATTEMPTS, Once, &violation, 0.0), Final);
        for status in [400, 401, 403, 404, 409, 410, 412, 422] {
            assert_eq!(decide(1, Read, &answered(status), 0.0), Final, "{status}");
        }
        assert_eq!(decide(1, Read, &answered(200), 0.0), Final);
    }

    #[test]
    fn retry_after_in_seconds_and_as_a_date() {
        let headers = |after: &'static str, date: Option<&'static str>| {
            retry_after(move |name| if name == "date" { date } else { Some(after) })
        };
        assert_eq!(headers("10", None), Some(Duration::from_secs(10)));
        assert_eq!(headers("0.25", None), Some(Duration::from_millis(250)));
        let date = Some("Sat, 21 Nov 2026 08:00:00 GMT");
        assert_eq!(headers("Sat, 21 Nov 2026 08:00:30 GMT", date), Some(Duration::from_secs(30)));
        assert_eq!(headers("Sat, 21 Nov 2026 07:00:00 GMT", date), Some(Duration::ZERO));
        for bad in ["", "soon", "-1", "NaN", "inf"] {
            assert_eq!(headers(bad, date), None, "{bad}");
        }
        assert_eq!(retry_after(|_| None), None);
        for long in ["86401", "10000000000000000000", "1e300", "Fri, 31 Dec 9999 23:59:59 GMT"] {
            assert_eq!(headers(long, date), Some(LONGEST), "{long}");
        }
    }
}
