//! Why a verb failed, and how the user is told.

use super::approval_advice;
use crate::{autopilot, diagnostic::Diagnostic, graph};

/// Why a verb failed.
#[derive(Clone, Debug)]
pub enum Error {
    /// Graph refused, or was not reached.
    Graph(graph::Error),
    /// Something of our own to say.
    Told(Box<Diagnostic>),
}

/// What a verb gives.
pub type Result<T> = std::result::Result<T, Error>;

impl From<graph::Error> for Error {
    fn from(error: graph::Error) -> Error {
        Error::Graph(error)
    }
}

impl From<autopilot::error::Error> for Error {
    fn from(error: autopilot::error::Error) -> Error {
        match error {
            autopilot::error::Error::Graph(error) => error.into(),
            error @ autopilot::error::Error::SyncFailed => Diagnostic::error("Sync Failed", error.to_string()).into(),
        }
    }
}

impl From<Diagnostic> for Error {
    fn from(diagnostic: Diagnostic) -> Error {
        Error::Told(Box::new(diagnostic))
    }
}

impl std::fmt::Display for Error {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Error::Graph(error) => write!(f, "{error}"),
            Error::Told(told) => write!(f, "{}", told.detail),
        }
    }
}

impl Error {
    /// Graph's error, where it is one.
    pub fn graph(&self) -> Option<&graph::Error> {
        match self {
            Error::Graph(error) => Some(error),
            Error::Told(_) => None,
        }
    }

    /// Whether the caller was told to stop, or its time was over.
    pub fn is_stop(&self) -> bool {
        self.graph().is_some_and(graph::Error::is_stop)
    }

    /// Whether a second administrator has to approve first.
    pub fn awaits_approval(&self) -> bool {
        self.graph().is_some_and(|error| error.approval().is_some())
    }

    /// Whether Graph says that the thing does not exist.
    pub fn is_not_found(&self) -> bool {
        self.graph().is_some_and(graph::Error::is_not_found)
    }

    /// What the user is told. `doing` goes on after "while", such as `creating the group`; `permission` is the least
    /// one that the call needs.
    pub fn diagnostic(&self, doing: &str, permission: &str) -> Diagnostic {
        let error = match self {
            Error::Told(diagnostic) => return (**diagnostic).clone(),
            Error::Graph(error) => error,
        };
        let advice = advice(error, permission);
        let separator = if advice.is_empty() { "" } else { "\n\n" };
        Diagnostic::error(error.title(), format!("While {doing}: {error}.{separator}{advice}"))
    }
}

/// What to do.
fn advice(error: &graph::Error, permission: &str) -> String {
    let advice = match error {
        graph::Error::Approval { entry, standing, .. } => return approval_advice::about(entry, standing),
        graph::Error::Refused { status: 403, .. } if !permission.is_empty() => {
            let licence = if permission.starts_with("DeviceManagement") {
                " Intune also needs a licence in the tenant."
            } else {
                ""
            };
            return format!(
                "The application needs the Microsoft Graph permission {permission} with admin consent.{licence}"
            );
        }
        graph::Error::Refused { status, .. } => match status {
            401 => "Microsoft Graph did not accept the access token.",
            403 => "The application lacks a permission for this call.",
            404 => "Something that this names is not there, or not there yet: apply again in a minute.",
            409 => "Something of the same name or key is there, or is being changed: apply again.",
            412 => "Somebody else changed it at the same time: plan and apply again.",
            429 => "The tenant's limit was reached, and waiting did not help: apply again later.",
            500.. => "The fault is the service's: apply again, and look at the health of the tenant's services.",
            _ => "",
        },
        graph::Error::Credential { advice, .. } => advice.unwrap_or_default(),
        graph::Error::Connection { .. } => "Check the network, the proxy and the provider's endpoint settings.",
        graph::Error::Cancelled { .. } => "Apply again: it goes on from what is there.",
        graph::Error::TimedOut { .. } => {
            "It may still come about: apply again, or allow more time by the attribute `timeouts`."
        }
        graph::Error::Unexpected { .. } | graph::Error::Proxy { .. } | graph::Error::Endpoint { .. } => "",
    };
    advice.to_owned()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn told(status: u16) -> Diagnostic {
        let error = graph::Error::Refused {
            attempted: "GET /v1.0/groups/1".into(),
            status,
            code: "Code".into(),
            message: "Message.".into(),
            request_id: None,
            activity_id: None,
            retry_after: None,
        };
        Error::from(error).diagnostic("reading the group", "Group.Read.All")
    }

    #[test]
    fn a_refusal_says_what_to_do() {
        assert!(told(403).detail.contains("Group.Read.All with admin consent"));
        assert!(told(404).detail.ends_with("apply again in a minute."), "{:?}", told(404));
        assert!(told(503).detail.contains("The fault is the service's"));
        assert!(told(400).detail.ends_with("Message."), "{:?}", told(400));
    }
}
