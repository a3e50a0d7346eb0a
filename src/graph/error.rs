//! What can go wrong between us and Graph, told so that it can be acted upon.
//!
//! Each reads as the middle of a sentence, without a full stop. None holds a request body, a secret or a hardware hash.

use std::time::Duration;

use crate::graph::standing::Standing;

/// Why a call to Graph did not succeed. Cheap to clone: one refused batch is told to each of its items.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[non_exhaustive]
pub enum Error {
    /// Graph answered, and the answer was no.
    #[error(
        "{attempted}: HTTP {status}{}: {}{}",
        code_after_status(code),
        without_stop(message),
        ids(request_id, activity_id)
    )]
    Refused {
        /// Method and path, such as `POST /beta/deviceManagement/...`.
        attempted: Box<str>,
        /// HTTP status.
        status: u16,
        /// Graph's error code, such as `Request_BadRequest`; empty where Graph gave none.
        code: Box<str>,
        /// The innermost message, without Intune's operation id and URL.
        message: Box<str>,
        /// Header `request-id`: what Microsoft's support asks for.
        request_id: Option<Box<str>>,
        /// Intune's activity id, where the message held one.
        activity_id: Option<Box<str>>,
        /// How long Graph asked to wait.
        retry_after: Option<Duration>,
    },
    /// Another administrator has to approve it (Multi Admin Approval), and has not.
    #[error("{attempted}: {standing}")]
    Approval {
        /// Method and path.
        attempted: Box<str>,
        /// Kind, name and step of the write, by which its code can be given.
        entry: Box<str>,
        /// Where the request for the approval stands.
        standing: Standing,
    },
    /// No token could be had.
    #[error("no access token: {}", without_stop(message))]
    Credential {
        /// What the token endpoint said (`AADSTS...`), or why it was not asked.
        message: Box<str>,
        /// The numbers of the `AADSTS` errors.
        codes: Box<[u32]>,
        /// What to look at, for the errors that people meet.
        advice: Option<&'static str>,
    },
    /// No answer came: the name did not resolve, the connection was refused or broke.
    #[error("{attempted}: {}", without_stop(message))]
    Connection {
        /// Method and path, or the host of the token endpoint.
        attempted: Box<str>,
        /// What broke.
        message: Box<str>,
        /// Whether the request may have taken effect although no answer came.
        may_have_taken_effect: bool,
    },
    /// The caller was told to stop.
    #[error("{attempted}: interrupted")]
    Cancelled {
        /// What was being done.
        attempted: Box<str>,
        /// Whether a write was under way that may have taken effect.
        may_have_taken_effect: bool,
    },
    /// The deadline passed.
    #[error("{attempted}: timed out{}", after(last))]
    TimedOut {
        /// What was being done, or waited for.
        attempted: Box<str>,
        /// What had been seen last; may be empty.
        last: Box<str>,
        /// Whether a write was under way that may have taken effect.
        may_have_taken_effect: bool,
    },
    /// An answer that Graph should not give.
    #[error("{attempted}: HTTP {status}: {message}")]
    Unexpected {
        /// Method and path.
        attempted: Box<str>,
        /// HTTP status of the answer.
        status: u16,
        /// What was expected.
        message: Box<str>,
    },
    /// A proxy answered instead, or a page on which the network asks for a sign-in.
    #[error(
        "{attempted}: HTTP {status} with {what}: a proxy or a sign-in page of the network answered, not Microsoft; give a proxy \
         that lets this through in HTTPS_PROXY, or name the host in NO_PROXY"
    )]
    Proxy {
        /// Method and path, or the address of the token endpoint.
        attempted: Box<str>,
        /// HTTP status of the answer.
        status: u16,
        /// The kind of answer.
        what: &'static str,
    },
    /// An endpoint that is never spoken to.
    #[error("the endpoint {given} {message}")]
    Endpoint {
        /// The endpoint as it was given.
        given: Box<str>,
        /// Why not: goes on after the endpoint.
        message: Box<str>,
    },
}

impl Error {
    /// A title for what happened, in three to six words.
    pub fn title(&self) -> &'static str {
        match self {
            Error::Refused { status, .. } => match status {
                401 => "Sign-In Not Accepted",
                403 => "Permission Missing",
                404 => "Not Found in the Tenant",
                409 => "Conflict in the Tenant",
                429 => "Too Many Requests to Microsoft Graph",
                502..=504 => "Microsoft Graph Not Available",
                500.. => "Microsoft Graph Failed",
                _ => "Microsoft Graph Refused the Request",
            },
            Error::Approval { standing, .. } => standing.title(),
            Error::Credential { .. } => "Sign-In Failed",
            Error::Connection { .. } => "Microsoft Graph Not Reached",
            Error::Cancelled { .. } => "Interrupted",
            Error::TimedOut { .. } => "Timed Out",
            Error::Unexpected { .. } => "Unexpected Answer from Microsoft Graph",
            Error::Proxy { .. } => "A Proxy Answered",
            Error::Endpoint { .. } => "Endpoint Not Usable",
        }
    }

    /// The HTTP status, where there was an answer.
    pub fn status(&self) -> Option<u16> {
        match self {
            Error::Refused { status, .. } | Error::Unexpected { status, .. } => Some(*status),
            _ => None,
        }
    }

    /// Whether Graph says that the thing does not exist.
    pub fn is_not_found(&self) -> bool {
        self.status() == Some(404)
    }

    /// How long Graph asked to wait before the next attempt.
    pub fn retry_after(&self) -> Option<Duration> {
        match self {
            Error::Refused { retry_after, .. } => *retry_after,
            _ => None,
        }
    }

    /// Whether Intune refused without saying why: a 400, or a 500 that means one, with "An error has occurred" or nothing.
    pub fn is_without_words(&self) -> bool {
        let Error::Refused { attempted, status: 400 | 500, message, .. } = self else { return false };
        let is_intune = ["/deviceManagement", "/deviceAppManagement"].iter().any(|root| attempted.contains(root));
        is_intune && ["An error has occurred", "Bad Request"].contains(&without_stop(message))
    }

    /// Whether a sign-in was answered, and not by a token. Asking again leads to the same.
    pub fn is_sign_in_refused(&self) -> bool {
        matches!(self, Error::Credential { .. } | Error::Proxy { .. })
    }

    /// Whether the caller was told to stop.
    pub fn is_cancelled(&self) -> bool {
        matches!(self, Error::Cancelled { .. })
    }

    /// Whether the caller was told to stop, or its time was over.
    pub fn is_stop(&self) -> bool {
        matches!(self, Error::Cancelled { .. } | Error::TimedOut { .. })
    }

    /// What Graph said.
    pub(super) fn message(&self) -> &str {
        match self {
            Error::Refused { message, .. } => message,
            _ => "",
        }
    }

    /// Whether another administrator has to approve it first: the answer names the header that asks for it, or the one that
    /// carries its code.
    pub(super) fn awaits_approval(&self) -> bool {
        self.message().contains("x-msft-approval-")
    }

    /// Where the request stands by which another administrator has to approve it.
    pub fn approval(&self) -> Option<&Standing> {
        match self {
            Error::Approval { standing, .. } => Some(standing),
            _ => None,
        }
    }

    /// The same of another attempt: what a request for several came to is told of each.
    pub(crate) fn of(mut self, attempt: Box<str>) -> Error {
        match &mut self {
            Error::Refused { attempted, .. }
            | Error::Approval { attempted, .. }
            | Error::Connection { attempted, .. }
            | Error::Cancelled { attempted, .. }
            | Error::TimedOut { attempted, .. }
            | Error::Unexpected { attempted, .. } => *attempted = attempt,
            Error::Credential { .. } | Error::Proxy { .. } | Error::Endpoint { .. } => {}
        }
        self
    }

    /// A POST that was answered without a word of what it made.
    pub fn without_answer(path: &str) -> Error {
        Error::Unexpected {
            attempted: format!("POST {path}").into(),
            status: 200,
            message: "the answer does not say what was made".into(),
        }
    }

    /// Whether this was a POST that may have taken effect although its answer is not known. Look the object up before
    /// sending it again.
    pub fn is_lost(&self) -> bool {
        match self {
            Error::Connection { attempted, may_have_taken_effect, .. }
            | Error::Cancelled { attempted, may_have_taken_effect }
            | Error::TimedOut { attempted, may_have_taken_effect, .. } => {
                *may_have_taken_effect && attempted.starts_with("POST ")
            }
            Error::Refused { attempted, status, .. } => *status >= 500 && attempted.starts_with("POST "),
            Error::Unexpected { attempted, .. } => attempted.starts_with("POST "),
            // A proxy that lets nothing through has not passed it on.
            Error::Approval { .. } | Error::Credential { .. } | Error::Proxy { .. } | Error::Endpoint { .. } => false,
        }
    }
}

fn code_after_status(code: &str) -> String {
    if code.is_empty() { String::new() } else { format!(" {code}") }
}

/// A message of the service's, in the middle of a sentence.
fn without_stop(message: &str) -> &str {
    message.trim_end_matches(['.', ' '])
}

/// What Microsoft's support asks for.
fn ids(request_id: &Option<Box<str>>, activity_id: &Option<Box<str>>) -> String {
    match (request_id, activity_id) {
        (Some(request), Some(activity)) => format!(" (request id {request}, activity id {activity})"),
        (Some(request), None) => format!(" (request id {request})"),
        (None, Some(activity)) => format!(" (activity id {activity})"),
        (None, None) => String::new(),
    }
}

fn after(last: &str) -> String {
    if last.is_empty() { String::new() } else { format!("; last seen: {last}") }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(attempted: &str, status: u16, code: &str, message: &str) -> Error {
        Error::Refused {
            attempted: attempted.into(),
            status,
            code: code.into(),
            message: message.into(),
            request_id: Some("93b6".into()),
            activity_id: None,
            retry_after: None,
        }
    }

    #[test]
    fn only_a_post_can_be_lost() {
        let connection = |attempted: &str, may_have_taken_effect| Error::Connection {
            attempted: attempted.into(),
            message: "reset".into(),
            may_have_taken_effect,
        };
        assert!(connection("POST /v1.0/groups", true).is_lost());
        assert!(!connection("POST /v1.0/groups", false).is_lost());
        assert!(!connection("PATCH /v1.0/groups/1", true).is_lost());
        assert!(refused("POST /v1.0/groups", 504, "", "").is_lost());
        assert!(!refused("POST /v1.0/groups", 400, "", "").is_lost());
    }

    #[test]
    fn reads_as_the_middle_of_a_sentence() {
        let denied = refused("DELETE /v1.0/groups/1", 403, "Authorization_RequestDenied", "Insufficient privileges.");
        assert_eq!(
            denied.to_string(),
            "DELETE /v1.0/groups/1: HTTP 403 Authorization_RequestDenied: Insufficient privileges (request id 93b6)"
        );
        let failed = refused("GET /v1.0/groups", 503, "", "Service Unavailable");
        assert_eq!(failed.to_string(), "GET /v1.0/groups: HTTP 503: Service Unavailable (request id 93b6)");
    }

    #[test]
    fn what_is_not_there_and_what_is_not_available_have_titles_of_their_own() {
        let title = |status| refused("GET /", status, "", "").title();
        assert_eq!(title(404), "Not Found in the Tenant");
        assert_eq!(title(503), "Microsoft Graph Not Available");
        assert_eq!(title(400), "Microsoft Graph Refused the Request");
    }
}
