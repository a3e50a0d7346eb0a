//! The report of device preparation. Its numbers are those of published rows; what they are called is not documented.

use std::collections::BTreeMap;

use super::{duration::duration, report};
use crate::{graph::Client, resource::Result, value::Value};

/// All rows of the report, ordered now.
pub(super) async fn read(graph: &Client) -> Result<Vec<Value>> {
    let rows = report::export(graph, "AutopilotV2DeploymentStatus").await?;
    Ok(rows.iter().map(event).collect())
}

fn event(row: &BTreeMap<String, String>) -> Value {
    let text = |name: &str| row.get(name).map(String::as_str).filter(|text| !text.is_empty());
    let seconds: Option<i64> = text("DeploymentDurationTimeInSeconds").and_then(|text| text.parse().ok());
    let nothing = || Value::Null;
    Value::object([
        ("serial_number", text("SerialNumber").into()),
        ("device_name", text("DeviceName").into()),
        ("user", text("UPN").into()),
        ("started", text("EnrollmentTimeInUtc").and_then(time).into()),
        ("ended", nothing()),
        ("state", text("DeploymentStatus").map(state).into()),
        ("duration", seconds.map(duration).into()),
        ("duration_minutes", seconds.map_or(Value::Null, |seconds| Value::from(seconds / 60))),
        ("device_setup_state", nothing()),
        ("device_setup_minutes", nothing()),
        ("account_setup_state", nothing()),
        ("account_setup_minutes", nothing()),
        ("failure", text("ResultCode").and_then(failure).into()),
        ("profile", nothing()),
        ("enrollment_status_page", nothing()),
    ])
}

/// `2026-07-19 15:35:56.3022384` as RFC 3339 text.
fn time(text: &str) -> Option<String> {
    let (day, time) = text.split_once(' ')?;
    Some(format!("{day}T{time}Z"))
}

fn state(number: &str) -> &'static str {
    match number {
        "1" => "In progress",
        "2" => "Success",
        "3" => "Failure",
        _ => "Unknown",
    }
}

/// The code as Windows writes it; nothing for success.
fn failure(code: &str) -> Option<String> {
    let code: i64 = code.parse().ok()?;
    (code != 0).then(|| format!("0x{:08X}", code & 0xFFFF_FFFF))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_row_is_told_in_words() {
        let row = [
            ("DeploymentDurationTimeInSeconds", "1200"),
            ("DeploymentStatus", "3"),
            ("EnrollmentTimeInUtc", "2026-07-19 15:35:56.3022384"),
            ("ResultCode", "-2147023436"),
            ("SerialNumber", "PF1"),
        ];
        let event = event(&row.map(|(name, value)| (name.to_owned(), value.to_owned())).into());
        let told = ["serial_number", "started", "state", "duration", "failure"].map(|name| event.get(name).as_str());
        let expected = ["PF1", "2026-07-19T15:35:56.3022384Z", "Failure", "20 min", "0x800705B4"];
        assert_eq!(told, expected.map(Some));
        assert_eq!(failure("0"), None);
    }
}
