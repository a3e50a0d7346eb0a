//! What Graph answers when it refuses: its own envelope, and Intune's JSON inside the message of that envelope.
//!
//! Shapes: Graph's "error responses" page and recorded answers. Intune wraps
//! `{"_version":3,"Message":"<text> - Operation ID ... - Activity ID: ... - Url: ..."}` as an escaped text. Where a body does
//! not fit the model, its reader says so in plain words, twice: in the message and in `innerError`.

use std::borrow::Cow;

use serde_json::{Value, json};

use crate::emulator::clock::{Millis, error_date};
use crate::emulator::model::check::Misfit;
use crate::emulator::model::name_of;

/// A refused request.
#[derive(Debug, Clone)]
pub(crate) struct Failure {
    pub(crate) status: u16,
    pub(crate) code: Cow<'static, str>,
    pub(crate) message: String,
    pub(crate) form: Form,
    /// Emulated seconds.
    pub(crate) retry_after: Option<u64>,
    /// `x-msft-approval-code`: the approval that is asked for.
    pub(crate) approval_code: Option<String>,
}

/// How the message of a refusal travels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Form {
    /// As it is.
    Plain,
    /// Inside Intune's JSON.
    Wrapped,
    /// As it is, and once more in `innerError`.
    Twice,
}

/// Intune's words where it has none.
const WORDLESS: &str = "An error has occurred";

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
            form: Form::Plain,
            retry_after: None,
            approval_code: None,
        }
    }

    pub(crate) fn intune(status: u16, code: &'static str, message: impl Into<String>) -> Failure {
        Failure { form: Form::Wrapped, ..Failure::graph(status, code, message) }
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
        Failure::intune(400, "BadRequest", WORDLESS)
    }

    /// Intune refuses with a sentence of its own.
    pub(crate) fn intune_says(message: impl Into<String>) -> Failure {
        Failure::intune(400, "BadRequest", message)
    }

    /// A body that does not fit the entity's type.
    pub(crate) fn model(message: impl Into<String>) -> Failure {
        Failure { form: Form::Twice, ..Failure::graph(400, "ModelValidationFailure", message) }
    }

    pub(crate) fn no_intune_object() -> Failure {
        Failure::intune(404, "ResourceNotFound", WORDLESS)
    }

    /// Somebody else's write came in between. Seen of a small share of bulk changes; the same call again succeeds.
    pub(crate) fn condition_not_met() -> Failure {
        Failure::intune(412, "ConditionNotMet", WORDLESS)
    }

    /// One of Intune's backends is throttled, and does not say so by 429.
    pub(crate) fn query_broker() -> Failure {
        let text = "Rate limit reached because of too many requests to query broker. Please retry after sometime.";
        Failure::graph(500, "InternalServerError", text)
    }

    pub(crate) fn denied() -> Failure {
        Failure::graph(403, "Authorization_RequestDenied", "Insufficient privileges to complete the operation.")
    }

    /// Intune names the permissions of which one would do. Those of the service's configuration it names under an older
    /// name besides.
    pub(crate) fn denied_by_intune(permissions: &[&str]) -> Failure {
        let mut scopes = Vec::new();
        for name in permissions {
            if let Some(rest) = name.strip_prefix("DeviceManagementServiceConfig.") {
                scopes.push(format!("DeviceManagementServiceConfiguration.{rest}"));
            }
            scopes.push((*name).to_owned());
        }
        let text = "Application is not authorized to perform this operation. Application must have one of the following scopes";
        Failure::intune(403, "Forbidden", format!("{text}: {}", scopes.join(", ")))
    }

    pub(crate) fn invalid_token(message: &'static str) -> Failure {
        Failure::graph(401, "InvalidAuthenticationToken", message)
    }

    pub(crate) fn too_many_requests(message: impl Into<String>) -> Failure {
        Failure::graph(429, "TooManyRequests", message)
    }

    pub(crate) fn too_large() -> Failure {
        Failure::graph(413, "RequestEntityTooLarge", "The request entity is too large.")
    }

    pub(crate) fn body(&self, stamp: &Stamp<'_>) -> Value {
        let message = if self.form == Form::Wrapped { wrap(&self.message, stamp) } else { self.message.clone() };
        let mut inner = json!({
            "date": error_date(stamp.now),
            "request-id": stamp.request_id,
            "client-request-id": stamp.client_request_id,
        });
        if self.form == Form::Twice {
            inner["message"] = Value::from(message.as_str());
        }
        json!({"error": {"code": self.code, "message": message, "innerError": inner}})
    }
}

/// The reader of Intune's model says what does not fit; the namespace is that of the service behind Graph. What it lets
/// through is judged by that service, which has no words.
impl From<Misfit> for Failure {
    fn from(misfit: Misfit) -> Self {
        const SERVICE: &str = "microsoft.management.services.api";
        Failure::model(match misfit {
            Misfit::TooLong { .. } | Misfit::Missing { .. } => return Failure::intune_refuses(),
            Misfit::NotDerived { found, expected } => {
                let (found, expected) = (name_of(&found), name_of(&expected));
                format!(
                    "An entry with type '{SERVICE}.{found}' was found, but it is not assignable to the expected type \
                     '{SERVICE}.{expected}'. The type specified in the entry must be equal to either the expected type or a \
                     derived type."
                )
            }
            Misfit::UnknownType(name) => format!(
                "A type named '{name}' could not be resolved by the model. When a model is available, each type name must \
                 resolve to a valid type."
            ),
            Misfit::Unknown { property, of } => format!(
                "The property '{property}' does not exist on type '{SERVICE}.{}'. Make sure to only use property names that \
                 are defined by the type.",
                name_of(&of)
            ),
            Misfit::Member { value, .. } => format!("Requested value '{value}' was not found."),
            misfit => misfit.to_string(),
        })
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
    fn what_does_not_fit_the_model_is_told_twice_and_not_wrapped() {
        let body = Failure::from(Misfit::Abstract).body(&STAMP);
        assert_eq!(body["error"]["code"], json!("ModelValidationFailure"));
        assert_eq!(body["error"]["message"], json!("Cannot create an abstract class."));
        assert_eq!(body["error"]["innerError"]["message"], json!("Cannot create an abstract class."));
    }

    #[test]
    fn a_text_that_is_too_long_is_refused_without_a_word() {
        let body = Failure::from(Misfit::TooLong { property: "displayName".into(), max: 200 }).body(&STAMP);
        assert_eq!(body["error"]["code"], json!("BadRequest"));
        assert!(body["error"]["message"].as_str().is_some_and(|text| text.contains("An error has occurred")));
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
