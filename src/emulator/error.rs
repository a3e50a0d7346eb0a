//! What Graph answers when it refuses: its own envelope, and Intune's JSON inside the message of that envelope.
//!
//! Shapes: Graph's "error responses" page and recorded answers. Intune wraps
//! `{"_version":3,"Message":"<text> - Operation ID ... - Activity ID: ... - Url: ..."}` as an escaped text.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::emulator::clock::{Millis, error_date};
use crate::emulator::model::check::Misfit;

/// A refused request.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) status: u16,
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: String,
    /// Whether the message is Intune's and travels inside Intune's JSON.
    pub(crate) wrapped: bool,
    /// Emulated seconds.
    pub(crate) retry_after: Option<u64>,
    /// `x-msft-approval-code`: the approval that is asked for.
    pub(crate) approval_code: Option<String>,
}

/// What identifies one request in an error body.
pub(crate) struct Stamp<'a> {
    pub(crate) now: Millis,
    pub(crate) request_id: &'a str,
    pub(crate) client_request_id: &'a str,
    /// The path below the version, as Intune repeats it in its `Url`.
    pub(crate) path: &'a str,
}

impl Failure {
    pub(crate) fn graph(status: u16, code: &'static str, message: impl Into<String>) -> Failure {
        Failure {
            status,
            code: code.into(),
            message: message.into(),
            wrapped: false,
            retry_after: None,
            approval_code: None,
        }
    }

    pub(crate) fn intune(status: u16, code: &'static str, message: impl Into<String>) -> Failure {
        Failure { wrapped: true, ..Failure::graph(status, code, message) }
    }

    /// The directory refuses what the request says.
    pub(crate) fn bad_directory_request(message: impl Into<String>) -> Failure {
        Failure::graph(400, "Request_BadRequest", message)
    }

    /// The directory does not know how to answer the query.
    pub(crate) fn unsupported_query(message: impl Into<String>) -> Failure {
        Failure::graph(400, "Request_UnsupportedQuery", message)
    }

    /// Graph's gateway cannot read the request at all.
    pub(crate) fn unreadable(message: impl Into<String>) -> Failure {
        Failure::graph(400, "BadRequest", message)
    }

    pub(crate) fn no_directory_object(id: &str) -> Failure {
        Failure::graph(
            404,
            "Request_ResourceNotFound",
            format!("Resource '{id}' does not exist or one of its queried reference-property objects are not present."),
        )
    }

    /// Intune refuses, and says no more than that something went wrong.
    pub(crate) fn intune_refuses() -> Failure {
        Failure::intune(400, "BadRequest", "An error has occurred")
    }

    /// Intune refuses with a sentence of its own.
    pub(crate) fn intune_says(message: impl Into<String>) -> Failure {
        Failure::intune(400, "BadRequest", message)
    }

    /// A body that does not fit the entity's type.
    pub(crate) fn model(message: impl Into<String>) -> Failure {
        Failure::intune(400, "ModelValidationFailure", message)
    }

    pub(crate) fn no_intune_object() -> Failure {
        Failure::intune(404, "ResourceNotFound", "The requested resource was not found.")
    }

    pub(crate) fn denied() -> Failure {
        Failure::graph(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
    }

    pub(crate) fn invalid_token(message: &'static str) -> Failure {
        Failure::graph(401, "InvalidAuthenticationToken", message)
    }

    pub(crate) fn too_many_requests(message: impl Into<String>) -> Failure {
        Failure::graph(429, "TooManyRequests", message)
    }

    pub(crate) fn body(&self, stamp: &Stamp<'_>) -> Value {
        let message = if self.wrapped { wrap(&self.message, stamp) } else { self.message.clone() };
        json!({"error": {
            "code": self.code,
            "message": message,
            "innerError": {
                "date": error_date(stamp.now),
                "request-id": stamp.request_id,
                "client-request-id": stamp.client_request_id,
            },
        }})
    }
}

/// Intune's model binder says what does not fit.
impl From<Misfit> for Failure {
    fn from(misfit: Misfit) -> Self {
        Failure::model(misfit.to_string())
    }
}

fn wrap(message: &str, stamp: &Stamp<'_>) -> String {
    let text = format!(
        "{message} - Operation ID (for customer support): 00000000-0000-0000-0000-000000000000 - Activity ID: {} - Url: \
         https://fef.emulator.manage.microsoft.com/DeviceEnrollmentFE/StatelessDeviceEnrollmentFEService{}",
        stamp.client_request_id, stamp.path
    );
    // The service pretty-prints with Windows line ends.
    format!(
        "{{\r\n  \"_version\": 3,\r\n  \"Message\": {},\r\n  \"CustomApiErrorPhrase\": \"\",\r\n  \"RetryAfter\": null,\r\n  \
         \"ErrorSourceService\": \"\",\r\n  \"HttpHeaders\": \"{{}}\"\r\n}}",
        Value::from(text)
    )
}

#[cfg(test)]
mod tests {
    use super::*;

    const STAMP: Stamp<'_> = Stamp { now: 0, request_id: "r", client_request_id: "c", path: "/deviceManagement/x" };

    #[test]
    fn intune_wraps_its_own_json_inside_the_message() {
        let body = Failure::intune_says("Another Profile 1 is already assigned to All Devices.").body(&STAMP);
        let inner: Value = serde_json::from_str(body["error"]["message"].as_str().unwrap()).unwrap();
        assert_eq!(inner["_version"], json!(3));
        let text = inner["Message"].as_str().unwrap();
        assert!(text.starts_with("Another Profile 1 is already assigned to All Devices. - Operation ID"), "{text}");
        assert!(text.contains("Activity ID: c - Url: https://fef."), "{text}");
        assert_eq!(inner["HttpHeaders"], json!("{}"));
    }

    #[test]
    fn graph_s_envelope_names_both_request_ids() {
        let body = Failure::no_directory_object("7").body(&STAMP);
        assert_eq!(body["error"]["code"], json!("Request_ResourceNotFound"));
        assert_eq!(
            body["error"]["innerError"],
            json!({"date": "1970-01-01T00:00:00", "request-id": "r", "client-request-id": "c"})
        );
    }
}
