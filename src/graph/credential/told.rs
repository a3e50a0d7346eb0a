//! What was answered instead of a token, told with what to look at.

use crate::graph::error::Error;
use crate::graph::proxy;
use crate::graph::transport::Answer;
use serde_json::Value as Json;

/// Why no token could be had, or even asked for.
pub(crate) fn because(message: impl Into<Box<str>>) -> Error {
    Error::Credential { message: message.into(), codes: Box::default(), advice: None }
}

/// What went wrong, without the name of azure_identity's type and the address of its own guide.
pub(super) fn innermost(error: &azure_core::Error) -> &azure_core::Error {
    error.downcast_ref::<azure_core::Error>().unwrap_or(error)
}

pub(super) fn is_json(answer: &Answer) -> bool {
    serde_json::from_slice::<Json>(&answer.body).is_ok()
}

/// Says what the token endpoint said, with what to look at.
pub(super) fn refused(attempted: &str, answer: &Answer) -> Error {
    if let Some(proxy) = proxy::answered(attempted, answer) {
        return proxy;
    }
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
    with_advice(message, codes)
}

/// Says what the Azure CLI said: it passes on what the token endpoint told it.
pub(super) fn by_azure_cli(error: &azure_core::Error) -> Error {
    let said = innermost(error).to_string();
    let message = said.split_whitespace().collect::<Vec<_>>().join(" ");
    if message.contains("not found on PATH") {
        let advice = Some("Install the Azure CLI, or choose another credential.");
        return Error::Credential { message: message.into(), codes: Box::default(), advice };
    }
    let number = |rest: &str| rest.split(|c: char| !c.is_ascii_digit()).next().and_then(|digits| digits.parse().ok());
    let codes: Vec<u32> = message.split("AADSTS").skip(1).filter_map(number).collect();
    match with_advice(message, codes) {
        Error::Credential { message, codes, advice: None } => {
            let advice = Some("Run `az login --tenant TENANT` first, and try `az account get-access-token` by hand.");
            Error::Credential { message, codes, advice }
        }
        told => told,
    }
}

fn with_advice(message: String, codes: Vec<u32>) -> Error {
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
        700_027 => {
            "The certificate is not one of this application's, or it has expired. Compare its thumbprint and its dates with the \
             application's Certificates & secrets page."
        }
        700_024 => {
            "The assertion or token has expired, or the clock of this machine is wrong. A run that takes long needs a token \
             that can be asked for again: the OIDC request URL, or a file that is written anew."
        }
        700_021 | 700_023 => {
            "The assertion is for another application or another tenant. Check the client id and the tenant id."
        }
        50_027 => {
            "What was given as a token or an assertion is none (a JSON Web Token has three parts with dots between)."
        }
        70_021 | 700_211..=700_213 => {
            "The application trusts no such token. Compare issuer, subject and audience with its federated credentials, \
             letter by letter (Certificates & secrets page)."
        }
        700_016 => {
            "This tenant has no application with this client id. Check the client id and the tenant id; an application of \
             another tenant needs the consent of an administrator of this one."
        }
        7_000_229 => {
            "The application has no service principal in this tenant: an administrator of the tenant has to consent first."
        }
        7_000_218 => {
            "The application is a public client here: it signs people in, and has neither secret nor certificate."
        }
        7_000_112 => {
            "The application is disabled in this tenant. Enable it under Enterprise applications > Properties."
        }
        90_002 | 900_021 | 900_023 => "There is no such tenant in this cloud. Check the tenant id and the environment.",
        900_382 | 900_432 => "This tenant is in another cloud. Check the environment.",
        53_003 => {
            "A Conditional Access policy for workload identities blocks this sign-in. Exclude the application from it, or sign in from an allowed location."
        }
        50_076 | 50_079 => "The tenant asks for a second factor, which only a person has: sign in with an application.",
        _ => return None,
    })
}
