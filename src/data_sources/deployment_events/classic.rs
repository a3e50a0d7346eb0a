//! Events of Windows Autopilot.

use serde_json::Value as Json;

use super::duration::duration;
use crate::{graph::Client, resource::Result, value::Value};

/// All that there are.
pub(super) async fn read(graph: &Client) -> Result<Vec<Value>> {
    let events = graph.list("/beta/deviceManagement/autopilotEvents").await?;
    Ok(events.iter().map(event).collect())
}

fn event(json: &Json) -> Value {
    let text = |name: &str| Value::from(json[name].as_str().filter(|text| !text.is_empty()));
    // A date that may not be null says by the year 1 that there is none.
    let time = |name: &str| Value::from(json[name].as_str().filter(|text| !text.starts_with("0001-")));
    let state = |name: &str| Value::from(state(json[name].as_str().unwrap_or_default()));
    let taken = |name: &str| json[name].as_str().and_then(seconds);
    let minutes = |name: &str| taken(name).map_or(Value::Null, |seconds| Value::from(seconds / 60));
    Value::object([
        ("serial_number", text("deviceSerialNumber")),
        ("device_name", text("managedDeviceName")),
        ("user", text("userPrincipalName")),
        ("started", time("deploymentStartDateTime")),
        ("ended", time("deploymentEndDateTime")),
        ("state", state("deploymentState")),
        ("duration", taken("deploymentTotalDuration").map(duration).into()),
        ("duration_minutes", minutes("deploymentTotalDuration")),
        ("device_setup_state", state("deviceSetupStatus")),
        ("device_setup_minutes", minutes("deviceSetupDuration")),
        ("account_setup_state", state("accountSetupStatus")),
        ("account_setup_minutes", minutes("accountSetupDuration")),
        ("failure", text("enrollmentFailureDetails")),
        ("profile", text("windowsAutopilotDeploymentProfileDisplayName")),
        ("enrollment_status_page", text("windows10EnrollmentCompletionPageConfigurationDisplayName")),
    ])
}

/// Graph's `windowsAutopilotDeploymentState` in words.
fn state(word: &str) -> &'static str {
    match word {
        "success" => "Success",
        "inProgress" => "In progress",
        "failure" => "Failure",
        "successWithTimeout" => "Success with timeout",
        "successOnRetry" => "Success on retry",
        "notAttempted" => "Not attempted",
        "disabled" => "Disabled",
        _ => "Unknown",
    }
}

/// The whole seconds of an ISO 8601 duration of days and less, such as `PT1H2M3.5S`.
fn seconds(text: &str) -> Option<i64> {
    let mut rest = text.strip_prefix('P')?;
    let mut seconds = 0_i64;
    while !rest.is_empty() {
        rest = rest.strip_prefix('T').unwrap_or(rest);
        let end = rest.find(|letter: char| letter.is_ascii_alphabetic())?;
        let whole: i64 = rest[..end].split('.').next()?.parse().ok()?;
        let unit = match &rest[end..=end] {
            "D" => 86_400,
            "H" => 3_600,
            "M" => 60,
            "S" => 1,
            _ => return None,
        };
        seconds = seconds.checked_add(whole.checked_mul(unit)?)?;
        rest = &rest[end + 1..];
    }
    Some(seconds)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_duration_is_read_in_whole_seconds() {
        let cases =
            [("PT12M34S", Some(754)), ("P1DT2H", Some(93_600)), ("PT0.9S", Some(0)), ("PT0S", Some(0)), ("12", None)];
        for (text, expected) in cases {
            assert_eq!(seconds(text), expected, "{text}");
        }
        for text in ["PT", "P1Y", "PTxM"] {
            assert!(seconds(text).is_none_or(|seconds| seconds == 0), "{text}");
        }
    }
}
