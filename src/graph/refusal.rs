//! Graph's error answers, taken apart.
//!
//! Sources: Microsoft Graph "error responses and resource types" for the envelope; Intune wraps JSON of its own in
//! `message` (`_version`, `Message`, `RetryAfter`), whose text ends with an operation id, an activity id and a URL.

use serde_json::Value;
use std::time::Duration;

use crate::graph::error::Error;
use crate::graph::retry;

/// An error answer taken apart.
#[derive(Debug, Default, PartialEq)]
pub(crate) struct Refusal {
    pub(crate) code: String,
    pub(crate) message: String,
    pub(crate) request_id: Option<String>,
    pub(crate) activity_id: Option<String>,
    /// Intune's own `RetryAfter` inside the message; the header's, where there is one, takes its place.
    pub(crate) retry_after: Option<Duration>,
}

/// The header of an answer that carries the code of a request for approval.
pub(crate) const APPROVAL_CODE: &str = "x-msft-approval-code";

impl Refusal {
    /// Adds the code of a request for approval, where the message does not tell it.
    pub(crate) fn tell_approval(&mut self, code: Option<&str>) {
        if let Some(code) = code.filter(|code| !self.message.contains(code)) {
            self.message = format!("{} {APPROVAL_CODE}: {code}", self.message);
        }
    }

    /// The error for an attempt that was refused.
    pub(crate) fn into_error(self, attempted: &str, status: u16) -> Error {
        Error::Refused {
            attempted: attempted.into(),
            status,
            code: self.code.into(),
            message: self.message.into(),
            request_id: self.request_id.map(Into::into),
            activity_id: self.activity_id.map(Into::into),
            retry_after: self.retry_after,
        }
    }
}

/// Takes the body of an error answer apart. A body that is not Graph's (a proxy's page) gives the status in words.
pub(crate) fn unpack(status: u16, body: &Value) -> Refusal {
    let error = &body["error"];
    let outer = error["message"].as_str().unwrap_or_default();
    // The documents spell it both ways.
    let inner = if error["innerError"].is_object() { &error["innerError"] } else { &error["innererror"] };
    let mut refusal = Refusal {
        code: error["code"].as_str().unwrap_or_default().to_owned(),
        request_id: inner["request-id"].as_str().map(str::to_owned),
        ..Refusal::default()
    };
    let mut message = outer.to_owned();
    if let Ok(Value::Object(nested)) = serde_json::from_str::<Value>(outer) {
        if let Some(text) = nested.get("Message").and_then(Value::as_str) {
            message = text.to_owned();
        }
        refusal.retry_after = nested.get("RetryAfter").and_then(seconds);
    }
    refusal.activity_id = between(&message, "Activity ID: ", " - ").map(str::to_owned);
    if let Some((text, _)) = message.split_once(" - Operation ID") {
        message.truncate(text.len());
    }
    let message = message.trim();
    refusal.message = if message.is_empty() { in_words(status).to_owned() } else { without_hashes(message) };
    refusal
}

fn seconds(value: &Value) -> Option<Duration> {
    let seconds = value.as_f64().or_else(|| value.as_str()?.trim().parse().ok())?;
    retry::of_seconds(seconds)
}

fn between<'a>(text: &'a str, from: &str, to: &str) -> Option<&'a str> {
    let (_, rest) = text.split_once(from)?;
    Some(rest.split_once(to).map_or(rest, |(found, _)| found).trim())
}

fn in_words(status: u16) -> &'static str {
    reqwest::StatusCode::from_u16(status).ok().and_then(|s| s.canonical_reason()).unwrap_or("no message")
}

/// A service may quote what it was sent. A hardware hash is 4,000 characters of base64 without a break; nothing that
/// an administrator needs to read is longer than 200.
fn without_hashes(message: &str) -> String {
    let mut out = String::with_capacity(message.len());
    let is_part = |c: char| c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '-' | '_');
    let mut rest = message;
    while let Some(start) = rest.find(is_part) {
        let (before, run) = rest.split_at(start);
        let (run, after) = run.split_at(run.find(|c| !is_part(c)).unwrap_or(run.len()));
        out.push_str(before);
        out.push_str(if run.len() > 200 { "(left out)" } else { run });
        rest = after;
    }
    out.push_str(rest);
    out
}

#[cfg(test)]
mod tests {
    use super::*;
    use serde_json::json;

    fn intune(text: &str) -> Value {
        let nested = json!({"_version": 3, "Message": text, "CustomApiErrorPhrase": "", "RetryAfter": null, "HttpHeaders": "{}"});
        json!({"error": {"code": "BadRequest", "message": nested.to_string(), "innerError": {"request-id": "r-1"}}})
    }

    #[test]
    fn intune_wraps_its_own_json_inside_message() {
        let refusal = unpack(
            400,
            &intune(
                "Another Profile 743f is already assigned to All Devices. - Operation ID (for customer support): 0000 - Activity ID: f137-a5c5 - Url: https://fef.msub06.manage.microsoft.com/x",
            ),
        );
        assert_eq!(refusal.message, "Another Profile 743f is already assigned to All Devices.");
        assert_eq!(refusal.activity_id.as_deref(), Some("f137-a5c5"));
        assert_eq!(refusal.request_id.as_deref(), Some("r-1"));
        assert_eq!(refusal.code, "BadRequest");
    }

    #[test]
    fn intune_may_put_retry_after_into_the_message() {
        let body =
            json!({"error": {"code": "TooManyRequests", "message": r#"{"Message":"Slow down","RetryAfter":"12"}"#}});
        assert_eq!(unpack(429, &body).retry_after, Some(Duration::from_secs(12)));
        let body = json!({"error": {"message": r#"{"Message":"Slow down","RetryAfter":10000000000000000000}"#}});
        assert_eq!(unpack(429, &body).retry_after, Some(Duration::from_secs(86400)), "no longer than a day");
    }

    #[test]
    fn plain_graph_errors_and_other_bodies() {
        let body = json!({"error": {"code": "Request_ResourceNotFound", "message": "Resource 'x' does not exist", "innererror": {"request-id": "r"}}});
        let refusal = unpack(404, &body);
        assert_eq!(
            (refusal.message.as_str(), refusal.request_id.as_deref()),
            ("Resource 'x' does not exist", Some("r"))
        );
        assert_eq!(unpack(502, &Value::Null).message, "Bad Gateway");
        assert_eq!(unpack(599, &json!("<html>")).message, "no message");
        assert_eq!(
            unpack(503, &json!({"error": {"code": "UnknownError", "message": ""}})).message,
            "Service Unavailable"
        );
    }

    #[test]
    fn a_quoted_hash_is_left_out() {
        let hash = "T0FmBAEA".repeat(500);
        let body = json!({"error": {"code": "BadRequest", "message": format!("Invalid value '{hash}' at row 3")}});
        assert_eq!(unpack(400, &body).message, "Invalid value '(left out)' at row 3");
    }
}
