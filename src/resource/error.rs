//! Why a verb failed, and how the user is told.

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

impl Error {
    /// Graph's error, where it is one.
    pub fn graph(&self) -> Option<&graph::Error> {
        match self {
            Error::Graph(error) => Some(error),
            Error::Told(_) => None,
        }
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
        let (summary, advice) = match error {
            graph::Error::Refused { status: 403, .. } => {
                let advice = match permission {
                    "" => "The application lacks a permission for this call.".to_owned(),
                    permission => format!(
                        "The application needs the Microsoft Graph permission {permission} with admin consent; \
                         Intune also needs a licence in the tenant."
                    ),
                };
                ("Permission Missing", advice)
            }
            graph::Error::Refused { status: 401, .. } => {
                ("Sign-In Refused", "Microsoft Graph did not accept the access token.".to_owned())
            }
            graph::Error::Refused { .. } => ("Microsoft Graph Refused", String::new()),
            graph::Error::Credential { advice, .. } => {
                ("Sign-In Failed", advice.map(str::to_owned).unwrap_or_default())
            }
            graph::Error::Connection { .. } => (
                "Microsoft Graph Not Reached",
                "Check the network, the proxy and the provider's endpoint settings.".to_owned(),
            ),
            graph::Error::Cancelled { .. } => ("Interrupted", "The next apply goes on from here.".to_owned()),
            graph::Error::TimedOut { .. } => (
                "Timed Out",
                "It may still come about: apply again, or allow more time in the block `timeouts`.".to_owned(),
            ),
            _ => ("Unexpected Answer from Microsoft Graph", String::new()),
        };
        let separator = if advice.is_empty() { "" } else { "\n\n" };
        Diagnostic::error(summary, format!("While {doing}: {error}.{separator}{advice}"))
    }
}
