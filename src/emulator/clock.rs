//! The emulator's clock: starts at the machine's time, runs `speed` times as fast, and can be stepped.
//!
//! A speed of 0 stands still and moves by steps only, which is what tests use. The emulator never
//! sleeps: what time does is worked out when the next request arrives ([`crate::emulator::work`]).
//! Tokens are the exception: clients count their lifetime in real seconds, so they expire by [`real_seconds`].

use std::time::{Duration, Instant, SystemTime, UNIX_EPOCH};

use time::OffsetDateTime;
use time::macros::format_description;

/// Milliseconds since 1970, of the emulator's clock.
pub(crate) type Millis = i64;

/// So many seconds; what is longer than any clock runs stays so.
pub(crate) fn millis(seconds: u64) -> Millis {
    Millis::try_from(seconds.saturating_mul(1000)).unwrap_or(Millis::MAX / 4)
}

/// What Intune says for a date that is not there: its types do not allow null.
pub(crate) const NEVER: &str = "0001-01-01T00:00:00Z";

pub(crate) struct Clock {
    started: Instant,
    at_start: Millis,
    speed: f64,
    stepped: Millis,
}

impl Clock {
    /// A clock that never shows less than `not_before` (the time a stored state was last written).
    #[expect(clippy::disallowed_methods, reason = "this is the clock that others read")]
    pub(crate) fn new(speed: f64, not_before: Option<Millis>) -> Clock {
        let real = since_epoch().as_millis() as Millis;
        Clock { started: Instant::now(), at_start: real.max(not_before.unwrap_or(real)), speed, stepped: 0 }
    }

    pub(crate) fn now(&self) -> Millis {
        self.at_start + (self.started.elapsed().as_secs_f64() * 1000.0 * self.speed) as Millis + self.stepped
    }

    pub(crate) fn step(&mut self, by: Duration) {
        self.stepped = self.stepped.saturating_add(Millis::try_from(by.as_millis()).unwrap_or(Millis::MAX / 4));
    }

    pub(crate) fn speed(&self) -> f64 {
        self.speed
    }

    /// Seconds of the emulator as whole real seconds, rounded up: what a `Retry-After` has to say.
    pub(crate) fn real_wait(&self, seconds: u64) -> u64 {
        if self.speed > 1.0 { (seconds as f64 / self.speed).ceil() as u64 } else { seconds }
    }
}

fn since_epoch() -> Duration {
    SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default()
}

/// The machine's own time, in seconds since 1970.
pub(crate) fn real_seconds() -> i64 {
    since_epoch().as_secs() as i64
}

fn date_time(at: Millis) -> OffsetDateTime {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(at) * 1_000_000).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// Intune's dates carry seven fractional digits: `2026-03-02T13:57:54.5030000Z`.
pub(crate) fn intune_date(at: Millis) -> String {
    let form = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second].[subsecond digits:7]Z");
    date_time(at).format(form).unwrap_or_else(|_| NEVER.into())
}

/// Intune's date, or year 1 for none.
pub(crate) fn intune_date_or_never(at: Option<Millis>) -> String {
    at.map_or_else(|| NEVER.into(), intune_date)
}

/// The directory's dates stop at the second: `2018-12-22T00:51:37Z`.
pub(crate) fn entra_date(at: Millis) -> String {
    let form = format_description!("[year]-[month]-[day]T[hour]:[minute]:[second]Z");
    date_time(at).format(form).unwrap_or_else(|_| NEVER.into())
}

/// The date inside an error body has no zone: `2021-11-14T16:13:28`.
pub(crate) fn error_date(at: Millis) -> String {
    entra_date(at).trim_end_matches('Z').to_owned()
}

/// The `Date` header.
pub(crate) fn http_date(at: Millis) -> String {
    httpdate::fmt_http_date(UNIX_EPOCH + Duration::from_millis(u64::try_from(at).unwrap_or(0)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_clock_of_speed_zero_moves_by_steps_only() {
        let mut clock = Clock::new(0.0, None);
        let before = clock.now();
        assert_eq!(clock.now(), before);
        clock.step(Duration::from_secs(90));
        assert_eq!(clock.now(), before + 90_000);
    }

    #[test]
    fn a_stored_state_is_never_in_the_future_of_the_clock() {
        let later = Clock::new(0.0, None).now() + 1_000_000;
        assert_eq!(Clock::new(0.0, Some(later)).now(), later);
    }

    #[test]
    fn retry_after_is_divided_by_the_speed() {
        assert_eq!(Clock::new(100.0, None).real_wait(250), 3);
        assert_eq!(Clock::new(1.0, None).real_wait(10), 10);
    }

    #[test]
    fn dates_have_the_form_each_service_gives_them() {
        let at = 1_772_459_874_503;
        assert_eq!(intune_date(at), "2026-03-02T13:57:54.5030000Z");
        assert_eq!(entra_date(at), "2026-03-02T13:57:54Z");
        assert_eq!(error_date(at), "2026-03-02T13:57:54");
        assert_eq!(intune_date_or_never(None), "0001-01-01T00:00:00Z");
    }
}
