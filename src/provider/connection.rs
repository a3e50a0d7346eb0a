//! Where the settings of the environment lead, told step by step: for a command that looks at what there is.

use super::{
    approvals,
    settings::{self, Resolution, Resolved},
    sign_in::{advice, connect, held_to_its_tenant, said, unknown},
    surroundings::{Process, Surroundings},
    user_agent,
};
use crate::{
    diagnostic::Diagnostic,
    graph::{self, Claims, Client},
    schema::null_object,
};

/// What the settings come to, before anybody is asked.
pub(crate) struct Connection {
    /// The kind of credential, as a sentence names it, with its article.
    pub(crate) credential: &'static str,
    pub(crate) client: Client,
    resolved: Box<Resolved>,
}

/// A sign-in that gave no token, or one of another tenant.
pub(crate) struct NotSignedIn {
    pub(crate) said: String,
    pub(crate) advice: Vec<String>,
    /// None where the tenant is another one.
    pub(crate) error: Option<graph::Error>,
}

impl Connection {
    /// By the variables of this process.
    pub(crate) fn of_process() -> Result<Connection, Vec<Diagnostic>> {
        Connection::within(&Process)
    }

    fn within(surroundings: &dyn Surroundings) -> Result<Connection, Vec<Diagnostic>> {
        let attributes: Vec<_> = settings::attributes().into_iter().chain(approvals::attributes()).collect();
        let config = null_object(&attributes);
        let resolved = match settings::resolve(&config, surroundings) {
            Resolution::Ready(resolved) => resolved,
            Resolution::Unknown(names) => return Err(vec![unknown(&names)]),
            Resolution::Refused(refused) => return Err(refused.0),
        };
        let client = connect(&resolved, user_agent::of("", surroundings));
        let client = client.map_err(|error| vec![Diagnostic::error(error.title(), format!("{error}."))])?;
        Ok(Connection { credential: resolved.kind, client, resolved })
    }

    /// What was used, and where it came from. Holds no secret.
    pub(crate) fn used(&self) -> &[String] {
        &self.resolved.chosen.used
    }

    /// Where tokens come from.
    pub(crate) fn authority(&self) -> &str {
        &self.resolved.target.authority
    }

    /// Where Microsoft Graph is.
    pub(crate) fn graph(&self) -> &str {
        &self.resolved.graph
    }

    /// Signs in, by a client that may have a deadline.
    pub(crate) async fn sign_in(&self, client: &Client) -> Result<Claims, NotSignedIn> {
        let claims = client.claims().await.map_err(|error| NotSignedIn {
            said: said(&error),
            advice: advice(&self.resolved, &error),
            error: Some(error),
        })?;
        match held_to_its_tenant(&self.resolved, &claims.tenant_id) {
            Some(refusal) => Err(NotSignedIn { said: refusal.detail, advice: Vec::new(), error: None }),
            None => Ok(claims),
        }
    }
}
