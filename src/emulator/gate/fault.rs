//! Faults to order: refuse, throttle, delay, cut the connection, or do the work and lose the answer.

use serde::{Deserialize, Serialize};

use crate::emulator::chance;
use crate::emulator::error::{Failure, Form};
use crate::emulator::route;

/// Which requests are to fail, and how.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Fault {
    /// The method, any when not said.
    #[serde(default)]
    pub method: Option<String>,
    /// The path without query, version included. `*` stands for any text, `{...}` for one segment.
    pub path: String,
    /// Answer this status instead of serving the request.
    #[serde(default)]
    pub status: Option<u16>,
    /// Graph's code in that answer.
    #[serde(default)]
    pub code: Option<String>,
    /// The message in that answer.
    #[serde(default)]
    pub message: Option<String>,
    /// A `Retry-After`, in seconds of the emulator's clock.
    #[serde(default)]
    pub retry_after_seconds: Option<u64>,
    /// Wait this long before the answer, in seconds of the emulator's clock.
    #[serde(default)]
    pub delay_seconds: f64,
    /// Cut the connection instead of serving the request. An item of a batch and those after it are not served.
    #[serde(default)]
    pub reset: bool,
    /// Serve the request, then cut the connection instead of answering; with `status`, answer that instead. Of an item of a
    /// batch, the answer of the whole batch is lost, or the item's is that status.
    #[serde(default)]
    pub lose_answer: bool,
    /// With status 500: in the words of the backend of Intune's that is throttled and does not say so by 429.
    #[serde(default)]
    pub query_broker: bool,
    /// Answer success and do nothing, as has been seen of actions on devices: the same request again is done. Only for those
    /// actions and for a device's DELETE, whose success has no body that could tell.
    #[serde(default)]
    pub without_effect: bool,
    /// Let so many matching requests pass before.
    #[serde(default)]
    pub after: u32,
    /// How often; 0 is without end.
    #[serde(default = "once")]
    pub times: u32,
    /// Of the requests that match, how many meet it: from 0 to 1. All when not said.
    #[serde(default)]
    pub probability: Option<f64>,
    /// Which series of chances that follows: the same seed gives the same series each time.
    #[serde(default)]
    pub seed: u64,
}

fn once() -> u32 {
    1
}

impl Fault {
    /// Refuses an order of which a part would be ignored.
    pub(crate) fn check(&self) -> Result<(), String> {
        if self.reset && (self.lose_answer || self.status.is_some()) {
            return Err("a fault that resets the connection has no answer to lose or to give".into());
        }
        if self.query_broker && (self.status != Some(500) || self.code.is_some() || self.message.is_some()) {
            return Err("`query_broker` is an answer of status 500, with a code and a message of its own".into());
        }
        if self.without_effect && (self.reset || self.status.is_some()) {
            return Err("a request without effect is answered success, and neither refused nor cut off".into());
        }
        if self.without_effect && !self.is_silent() {
            return Err(format!(
                "`without_effect` is for actions on Autopilot devices and for their DELETE: {} has other answers",
                self.path
            ));
        }
        Ok(())
    }

    /// Whether all that it is ordered for answers success without a body.
    fn is_silent(&self) -> bool {
        const DEVICE: &str = "/deviceManagement/windowsAutopilotDeviceIdentities/{id}";
        const ACTIONS: &[&str] = &[
            "updateDeviceProperties",
            "assignUserToDevice",
            "unassignUserFromDevice",
            "assignResourceAccountToDevice",
            "unassignResourceAccountFromDevice",
            "allowNextEnrollment",
        ];
        let last = self.path.rsplit('/').next().unwrap_or_default();
        let deletes = self.method.as_deref().is_some_and(|method| method.eq_ignore_ascii_case("DELETE"));
        ACTIONS.iter().any(|action| action.eq_ignore_ascii_case(last))
            || (deletes && !self.path.contains('*') && route::template("DELETE", &self.path).ends_with(DEVICE))
    }

    /// Whether the request is served before the fault shows.
    pub(crate) fn serves(&self) -> bool {
        !self.reset && (self.status.is_none() || self.lose_answer)
    }

    /// The refusal it stands for at a path, if it is one, in the form of whoever serves the path. Graph's gateway
    /// stands before Intune too: what it answers for itself it does not wrap.
    pub(crate) fn failure(&self, path: &str) -> Option<Failure> {
        let status = self.status?;
        if self.query_broker {
            return Some(Failure { retry_after: self.retry_after_seconds, ..Failure::query_broker() });
        }
        let root = path.split('/').nth(2).unwrap_or_default();
        let intune = ["deviceManagement", "deviceAppManagement"].iter().any(|each| each.eq_ignore_ascii_case(root));
        let (code, message) = match status {
            403 if intune => ("Forbidden", "Application is not authorized to perform this operation."),
            409 if intune => ("Conflict", "An error has occurred"),
            401 => ("InvalidAuthenticationToken", "Access token validation failure."),
            403 => ("Authorization_RequestDenied", "Insufficient privileges to complete the operation."),
            409 => (
                "Directory_ConcurrencyViolation",
                "Error due to concurrent requests being made to the tenant. Please wait briefly and retry.",
            ),
            412 => ("ConditionNotMet", "An error has occurred"),
            429 => ("TooManyRequests", "Please retry again later."),
            500 => ("InternalServerError", "An internal server error has occurred"),
            503 => ("ServiceUnavailable", "The service is temporarily unavailable."),
            504 => ("GatewayTimeout", "The server timed out."),
            _ => ("UnknownError", ""),
        };
        let mut failure = Failure::graph(status, code, self.message.clone().unwrap_or_else(|| message.into()));
        if let Some(code) = &self.code {
            failure.code = code.clone().into();
        }
        if intune && matches!(status, 400 | 403 | 404 | 409 | 412 | 500) {
            failure.form = Form::Wrapped;
        }
        failure.retry_after = self.retry_after_seconds;
        Some(failure)
    }
}

/// The ordered faults, with how many of each are left.
#[derive(Debug, Default)]
pub(crate) struct Faults {
    pub(crate) ordered: Vec<Fault>,
}

impl Faults {
    /// The fault that this request meets, if any; it is used up once.
    pub(crate) fn meet(&mut self, method: &str, path: &str) -> Option<Fault> {
        let mut found = None;
        for (n, fault) in self.ordered.iter_mut().enumerate() {
            let fits = fault.method.as_deref().is_none_or(|each| each.eq_ignore_ascii_case(method));
            if !fits || !matches(&fault.path, path) {
                continue;
            }
            if fault.after > 0 {
                fault.after -= 1;
                continue;
            }
            if fault.probability.is_some_and(|probability| chance::next(&mut fault.seed) >= probability) {
                continue;
            }
            found = Some(n);
            break;
        }
        let n = found?;
        let fault = self.ordered.get_mut(n)?;
        let met = fault.clone();
        match fault.times {
            0 => {}
            1 => {
                self.ordered.remove(n);
            }
            _ => fault.times -= 1,
        }
        Some(met)
    }
}

/// Whether a path has the form of a pattern with `*` and `{...}`. After a part that does not fit, only the last `*` takes more:
/// what fits soonest leaves the most to what follows, so that each `*` is looked at once.
fn matches(pattern: &str, path: &str) -> bool {
    let (pattern, path) = (pattern.as_bytes(), path.as_bytes());
    let (mut at, mut from) = (0, 0);
    // Behind the last `*`, and how far into the path it reaches.
    let mut star: Option<(usize, usize)> = None;
    loop {
        let stepped = match pattern.get(at) {
            None if from == path.len() => return true,
            None => None,
            Some(b'*') => {
                star = Some((at + 1, from));
                Some((at + 1, from))
            }
            Some(b'{') => {
                let end = pattern.iter().skip(at).position(|byte| *byte == b'}').map(|length| at + length + 1);
                let length = path.iter().skip(from).take_while(|byte| **byte != b'/').count();
                end.filter(|_| length > 0).map(|end| (end, from + length))
            }
            Some(byte) => path.get(from).filter(|first| first.eq_ignore_ascii_case(byte)).map(|_| (at + 1, from + 1)),
        };
        (at, from) = match (stepped, star) {
            (Some(stepped), _) => stepped,
            (None, Some((behind, reached))) if reached < path.len() => {
                star = Some((behind, reached + 1));
                (behind, reached + 1)
            }
            (None, _) => return false,
        };
    }
}

#[cfg(test)]
mod tests {
    use std::ops::Add as _;

    use serde_json::json;

    use super::*;

    fn fault(path: &str) -> Fault {
        serde_json::from_value(json!({"path": path, "status": 503})).unwrap()
    }

    #[test]
    fn patterns_match_segments_and_any_text() {
        assert!(matches("/v1.0/groups/{id}", "/v1.0/groups/7"));
        assert!(!matches("/v1.0/groups/{id}", "/v1.0/groups/7/members"));
        assert!(matches("/beta/*", "/beta/deviceManagement/x"));
        assert!(matches("*/members/$ref", "/v1.0/groups/7/members/$ref"));
        assert!(!matches("/beta/{id", "/beta/7"));
        assert!(matches("*/{id}/*b", "/beta/groups/7/ab"));
        assert!(!matches("*/{id}", "/beta/groups/"));
        assert!(matches("/V1.0/*/{id}/members", "/v1.0/groups/7/members"));
        assert!(matches("**", "") && !matches("", "/"));
    }

    #[test]
    fn a_pattern_of_76_stars_ends() {
        let path = "/v1.0/".to_owned() + &"a".repeat(4000);
        assert!(!matches(&"*a".repeat(76).add("b"), &path));
        assert!(!matches(&"*{a}".repeat(76).add("b"), &path));
        assert!(matches(&"*a".repeat(76), &path));
    }

    #[test]
    fn a_fault_that_says_two_things_at_once_is_refused() {
        for both in [
            json!({"path": "*", "reset": true, "status": 503}),
            json!({"path": "*", "reset": true, "lose_answer": true}),
            json!({"path": "*", "query_broker": true}),
            json!({"path": "*", "query_broker": true, "status": 500, "code": "Mine"}),
            json!({"path": "*/updateDeviceProperties", "without_effect": true, "status": 503}),
        ] {
            let fault: Fault = serde_json::from_value(both).unwrap();
            assert!(fault.check().is_err());
        }
        assert!(Fault { lose_answer: true, ..fault("*") }.check().is_ok());
    }

    #[test]
    fn only_what_answers_without_a_body_can_be_without_effect() {
        let devices = "/beta/deviceManagement/windowsAutopilotDeviceIdentities";
        let check = |method: Option<&str>, path: &str| {
            let fault = Fault { status: None, without_effect: true, method: method.map(str::to_owned), ..fault(path) };
            fault.check()
        };
        for (method, path) in [
            (None, "*/updateDeviceProperties".to_owned()),
            (Some("POST"), format!("{devices}/{{id}}/UpdateDeviceProperties")),
            (Some("DELETE"), format!("{devices}/{{id}}")),
        ] {
            assert_eq!(check(method, &path), Ok(()), "{path}");
        }
        for (method, path) in [
            (None, "*".to_owned()),
            (None, format!("{devices}/{{id}}")),
            (Some("POST"), "/v1.0/groups".to_owned()),
            (Some("PATCH"), "/v1.0/groups/{id}".to_owned()),
        ] {
            assert!(check(method, &path).unwrap_err().contains("`without_effect` is for actions"), "{path}");
        }
    }

    #[test]
    fn a_fault_is_used_up_and_may_come_later() {
        let mut faults =
            Faults { ordered: vec![Fault { after: 1, times: 2, method: Some("get".into()), ..fault("*") }] };
        let met: Vec<bool> = (0..5).map(|_| faults.meet("GET", "/x").is_some()).collect();
        assert_eq!(met, [false, true, true, false, false]);
        assert!(faults.ordered.is_empty());
    }

    #[test]
    fn a_probability_follows_its_seed() {
        let series = |seed| {
            let order = Fault { probability: Some(0.25), seed, times: 0, ..fault("*") };
            let mut faults = Faults { ordered: vec![order] };
            (0..1000).map(|_| faults.meet("GET", "/x").is_some()).collect::<Vec<bool>>()
        };
        assert_eq!(series(7), series(7));
        assert_ne!(series(7), series(8));
        let met = series(7).into_iter().filter(|met| *met).count();
        assert!((200..300).contains(&met), "{met} of 1000");
    }
}
