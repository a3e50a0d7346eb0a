//! What was answered instead of a token, told with what to look at.

use crate::graph::error::Error;
use crate::graph::transport::Answer;
use serde_json::Value as Json;

/// Why no token could be had, or even asked for.
pub(crate) fn because(message: impl Into<Box<str>>) -> Error {
    Error::Credential { message: message.into(), codes: Box::default(), advice: None }
}

pub(super) fn is_json(answer: &Answer) -> bool {
    serde_json::from_slice::<Json>(&answer.body).is_ok()
}

/// Says what the token endpoint said, with what to look at.
pub(super) fn refused(attempted: &str, answer: &Answer) -> Error {
    let body = serde_json::from_slice::<Json>(&answer.body).unwrap_or_default();
    let codes: Vec<u32> = body["error_codes"]
        .as_array()
        .into_iter()
        .flatten()
        .filter_map(|code| code.as_u64().and_then(|code| u32::try_from(code).ok()))
        .collect();
    let message = match body["error_description"].as_str() {
        // The rest is a trace id, a correlation id and a time.
        Some(text) if !text.is_empty() => {
            text.split(" Trace ID:").next().unwrap_or(text).lines().next().unwrap_or(text).trim().to_owned()
        }
        _ => format!("{attempted} was answered HTTP {}", answer.status),
    };
    let advice = codes.iter().find_map(|code| advice(*code));
    Error::Credential { message: message.into(), codes: codes.into(), advice }
}

/// What to look at, by Microsoft's "Entra authentication and authorization error codes".
fn advice(code: u32) -> Option<&'static str> {
    Some(match code {
        7_000_215 => {
            "The client secret is not the one of this application. Take the secret's value, not its id, from the \
             application's Certificates & secrets page."
        }
        7_000_222 => "The client secret has expired. Make a new one on the application's Certificates & secrets page.",
        700_016 => "This tenant has no application with this client id. Check the client id and the tenant id.",
        7_000_229 | 7_000_218 => {
            "The application has no service principal in this tenant, or it is a public client. Check the tenant id and the application."
        }
        90_002 | 900_021 | 900_023 => "There is no such tenant in this cloud. Check the tenant id and the environment.",
        53_003 => {
            "A Conditional Access policy for workload identities blocks this sign-in. Exclude the application from it, or sign in from an allowed location."
        }
        _ => return None,
    })
}
