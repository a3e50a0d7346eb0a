//! How this machine's clock stands to the service's.

use std::time::SystemTime;

use serde_json::{Value as Json, json};

use super::findings::{Finding, Part, Standing};
use crate::{graph::cloud, provider::Connection};

/// Entra takes an assertion whose times are so far off, and no further ("Access token claims reference", clock skew).
const TOLERATED: i64 = 300;

/// The service's `Date` has no fractions, and an answer is under way for a while.
const UNSEEN: i64 = 5;

/// `service` is the service's time of just now.
pub(super) fn part(connection: &Connection, service: Option<SystemTime>) -> Part {
    let is_here = cloud::endpoint(connection.graph()).is_ok_and(|graph| cloud::is_loopback(&graph));
    judged(is_here, service.map(|service| seconds_between(service, SystemTime::now())))
}

fn seconds_between(service: SystemTime, here: SystemTime) -> i64 {
    let whole = |time: std::time::Duration| i64::try_from(time.as_secs()).unwrap_or(i64::MAX);
    match here.duration_since(service) {
        Ok(ahead) => whole(ahead),
        Err(behind) => -whole(behind.duration()),
    }
}

/// Graph on this machine may have its clock set forward, and then nothing is wrong.
fn judged(is_here: bool, ahead: Option<i64>) -> Part {
    let ahead = ahead.map(|ahead| if ahead.abs() <= UNSEEN { 0 } else { ahead });
    let off = |ahead: i64| {
        let side = if ahead > 0 { "ahead of" } else { "behind" };
        format!("This machine's clock is {} s {side} Microsoft Graph's.", ahead.abs())
    };
    let finding = match ahead {
        None => Finding::new(Standing::Note, "Microsoft Graph did not say what time it is."),
        Some(0) => Finding::new(Standing::Good, "This machine's clock agrees with Microsoft Graph's."),
        Some(ahead) if is_here => {
            Finding::new(Standing::Note, off(ahead)).with(["Graph on this machine has a clock of its own.".to_owned()])
        }
        Some(ahead) if ahead.abs() <= TOLERATED => Finding::new(Standing::Note, off(ahead)),
        Some(ahead) => Finding::new(Standing::Missing, off(ahead))
            .with(["Certificates and tokens of other issuers are refused beyond five minutes.".to_owned()])
            .mended_by("Let the machine's clock be set by the network (NTP)."),
    };
    let json: Json = json!({"ahead_seconds": ahead});
    Part { name: "clock", json, findings: vec![finding] }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::time::Duration;

    fn standing(ahead: i64) -> (Standing, String) {
        let part = judged(false, Some(ahead));
        (part.findings[0].standing, part.findings[0].said.clone())
    }

    #[test]
    fn five_minutes_are_tolerated_and_told() {
        assert_eq!(standing(3).0, Standing::Good);
        assert_eq!(
            standing(-90),
            (Standing::Note, "This machine's clock is 90 s behind Microsoft Graph's.".to_owned())
        );
        assert_eq!(
            standing(301),
            (Standing::Missing, "This machine's clock is 301 s ahead of Microsoft Graph's.".to_owned())
        );
        assert_eq!(judged(false, None).findings[0].standing, Standing::Note);
        assert_eq!(judged(true, Some(9000)).findings[0].standing, Standing::Note, "that of an emulator was stepped");
    }

    #[test]
    fn ahead_is_what_is_later_here() {
        let then = SystemTime::UNIX_EPOCH + Duration::from_secs(1000);
        assert_eq!(seconds_between(then, then + Duration::from_secs(7)), 7);
        assert_eq!(seconds_between(then + Duration::from_secs(7), then), -7);
    }
}
